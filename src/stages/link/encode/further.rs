//! Further fields: unique values with what their comparison reads.
//!
//! What comes in: the further columns and their kinds. What goes out: per field its values, numbers, packed dates and how frequent each value is.
//! What always holds: a value is counted once per distinct forename, surname and date of birth that bears it, so that somebody on many rows
//! does not make a value frequent; fields that no record fills are still numbered, so a field keeps its place.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{NONE, Node, Texts, births};
use crate::model::{FurtherField, FurtherKind, STANDARD_FURTHER, StandardPersons, date};
use crate::stages::link::hash::join;

/// Bands of frequency: a value belongs to the first whose lower bound (share of people) it reaches. Three bits apart, so an agreement's
/// evidence is at most a bit and a half off.
const BANDS: [f64; 3] = [0.062_5, 0.007_8, 0.001];

/// A word of a value.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    /// Its number.
    pub(crate) code: u32,
    /// What it tells, in bits: log2 of how many values there are to each that holds it (Spärck Jones 1972). STREET tells little.
    pub(crate) bits: f32,
}

/// One further field.
pub(crate) struct Further {
    /// Its name and kind.
    pub(crate) field: FurtherField,
    /// Unique values.
    pub(crate) values: Texts,
    /// Value as a number, for quantities.
    pub(crate) numbers: Vec<f64>,
    /// Value as a packed date, for dates.
    pub(crate) dates: Vec<u32>,
    /// Words of each value with what each tells, for texts and categories.
    pub(crate) words: Vec<Box<[Word]>>,
    /// Band of frequency of each value, 0 the most frequent.
    pub(crate) bands: Vec<u8>,
    /// People who bear each value.
    pub(crate) people: Vec<u32>,
}

/// Collects the further fields.
pub(super) fn collect(persons: &StandardPersons, fields: &[FurtherField]) -> Vec<Further> {
    let read = |(field, &column): (&FurtherField, _)| {
        let values = persons.column(column).values().to_vec();
        let is = |kind: FurtherKind| field.kind == kind;
        Further {
            field: field.clone(),
            numbers: if is(FurtherKind::Number) {
                values.iter().map(|value| value.parse().unwrap_or(f64::NAN)).collect()
            } else {
                Vec::new()
            },
            dates: if is(FurtherKind::Date) {
                values.iter().map(|value| date::from_iso(value).map_or(NONE, births::packed)).collect()
            } else {
                Vec::new()
            },
            words: if is(FurtherKind::Text) || is(FurtherKind::Category) { words(&values) } else { Vec::new() },
            bands: vec![0; values.len()],
            people: vec![0; values.len()],
            values,
        }
    };
    fields.iter().zip(&STANDARD_FURTHER).map(read).collect()
}

/// The words of all values.
fn words(values: &Texts) -> Vec<Box<[Word]>> {
    let mut holding: HashMap<&str, (u32, u32)> = HashMap::new();
    for value in values {
        let mut words: Vec<&str> = value.split(' ').collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            let next = holding.len() as u32;
            holding.entry(word).or_insert((next, 0)).1 += 1;
        }
    }
    let all = values.len() as f64;
    let word = |word: &str| {
        let (code, count) = holding.get(word).copied().unwrap_or((NONE, 1));
        Word { code, bits: libm::log2(all / f64::from(count)) as f32 }
    };
    values.iter().map(|value| value.split(' ').map(word).collect()).collect()
}

/// Counts the people who bear each value and puts each value in its band.
pub(super) fn count(further: &mut [Further], nodes: &[Node]) {
    for (number, field) in further.iter_mut().enumerate() {
        let code = |node: &Node| node.further.get(number).copied().unwrap_or(NONE);
        let mut bearers: Vec<(u32, u64)> = nodes
            .par_iter()
            .filter(|node| code(node) != NONE)
            .map(|node| (code(node), join(join(u64::from(node.forename), u64::from(node.surname)), u64::from(node.born))))
            .collect();
        bearers.par_sort_unstable();
        bearers.dedup();
        for &(value, _) in &bearers {
            if let Some(count) = field.people.get_mut(value as usize) {
                *count += 1;
            }
        }
        let all = bearers.len().max(1) as f64;
        for (band, &count) in field.bands.iter_mut().zip(&field.people) {
            let share = f64::from(count) / all;
            *band = BANDS.iter().position(|&lower| share >= lower).unwrap_or(BANDS.len()) as u8;
        }
    }
}
