//! Further fields: unique values with what their comparison reads.
//!
//! What comes in: the further columns and their kinds. What goes out: per field its values, numbers, packed dates and how frequent each value is.
//! What always holds: a value is counted once per person who seems to bear it ([`super::bearer`]), so that somebody on many rows does not make it
//! frequent; fields that no record fills are still numbered, so a field keeps its place.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::{NONE, Node, births};
use crate::model::Texts;
use crate::model::hash::{FastMap, text_hash};
use crate::model::link_model::FrozenFurther;
use crate::model::{FurtherField, FurtherKind, MOST_FURTHER, STANDARD_FURTHER, StandardPersons, date, ids};
use crate::stages::link::hash::mix;

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

/// Words of a text by which it meets others.
pub(crate) const TELLING: usize = 4;

/// One further field.
pub(crate) struct Further {
    /// Its name and kind.
    pub(crate) field: FurtherField,
    /// Unique values.
    pub(crate) values: Arc<Texts>,
    /// Value as a number, for quantities.
    pub(crate) numbers: Vec<f64>,
    /// Value as a packed date, for dates.
    pub(crate) dates: Vec<u32>,
    /// Words of each value with what each tells, for texts and categories.
    pub(crate) words: Vec<Box<[Word]>>,
    /// The words of each text that tell most of those that other values hold too, as hashes that are the same in every run; 0 where there are fewer.
    /// A word has the same place in every text that it stands in.
    telling: OnceLock<Vec<[u64; TELLING]>>,
    /// What a word tells that no other value holds, in bits.
    alone: f32,
    /// Band of frequency of each value, 0 the most frequent.
    pub(crate) bands: Vec<u8>,
    /// People who bear each value.
    pub(crate) people: Vec<u32>,
}

impl Further {
    /// A field of given values that everybody bears.
    #[cfg(test)]
    pub(crate) fn for_tests(field: FurtherField, values: Arc<Texts>, words: Vec<Box<[Word]>>) -> Self {
        Self {
            field,
            numbers: values.iter().map(|value| value.parse().unwrap_or(f64::NAN)).collect(),
            dates: Vec::new(),
            words,
            telling: OnceLock::new(),
            alone: 0.0,
            bands: vec![0; values.len()],
            people: vec![1; values.len()],
            values,
        }
    }

    /// One of the telling words of a value. They are looked for when first asked for: most lists have names and meet by those.
    pub(crate) fn telling_word(&self, code: u32, which: usize) -> Option<u64> {
        let all = self
            .telling
            .get_or_init(|| self.values.iter().zip(&self.words).map(|(value, words)| telling(value, words, self.alone)).collect());
        all.get(code as usize)?.get(which).copied().filter(|&word| word != 0)
    }
}

/// The values of all further fields of a record.
type Values = [u32; MOST_FURTHER];

/// Distinct combinations of values of further fields. Records without further fields, which are most of those that are linked, carry one number for none.
pub(crate) struct Combinations(Vec<Values>);

impl Combinations {
    /// Collects them; also which each of the records has, nothing where there are no further fields.
    pub(super) fn collect(persons: &StandardPersons, fields: &[FurtherField], order: &[u32]) -> (Self, Vec<u32>) {
        let mut combinations = Self(Vec::new());
        if fields.is_empty() {
            return (combinations, Vec::new());
        }
        let mut numbers: FastMap<Values, u32> = FastMap::default();
        let of_records = order
            .iter()
            .map(|&row| {
                let values = STANDARD_FURTHER.map(|field| persons.column(field).code(row as usize));
                if values.iter().all(|&code| code == NONE) {
                    return NONE;
                }
                *numbers.entry(values).or_insert_with(|| {
                    combinations.0.push(values);
                    combinations.0.len() as u32 - 1
                })
            })
            .collect();
        (combinations, of_records)
    }

    /// The value of a node in a field, by the field's number.
    pub(crate) fn code(&self, node: &Node, field: usize) -> u32 {
        self.of(node.further).get(field).copied().unwrap_or(NONE)
    }

    /// The values of a combination; all missing if there is no such one.
    pub(crate) fn of(&self, number: u32) -> &Values {
        const NOTHING: Values = [NONE; MOST_FURTHER];
        self.0.get(number as usize).unwrap_or(&NOTHING)
    }
}

/// What a value or word is known by in every run.
fn hash(text: &str) -> u64 {
    ids::digest_number(&[b"value", text.as_bytes()])
}

/// Collects the further fields. `frozen`: what words tell, where that is frozen.
pub(super) fn collect(persons: &StandardPersons, fields: &[FurtherField], frozen: Option<&[FrozenFurther]>) -> Vec<Further> {
    let read = |((field, &column), number): ((&FurtherField, _), usize)| {
        let values = persons.column(column).shared_values();
        let is = |kind: FurtherKind| field.kind == kind;
        let frozen = frozen.map(|frozen| frozen.get(number).cloned().unwrap_or_default());
        let words = if is(FurtherKind::Text) || is(FurtherKind::Category) { words(&values, frozen.as_ref()) } else { Vec::new() };
        // What a word tells that no other value holds.
        let alone = frozen.map_or_else(|| bits(values.len().max(1), 1), |frozen| f32::from_bits(frozen.other_words));
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
            telling: OnceLock::new(),
            alone,
            words,
            bands: vec![0; values.len()],
            people: vec![0; values.len()],
            values,
        }
    };
    fields.iter().zip(&STANDARD_FURTHER).zip(0..).map(read).collect()
}

/// How many values hold each word.
fn holding(values: &Texts) -> HashMap<&str, (u32, u32)> {
    let mut holding: HashMap<&str, (u32, u32)> = HashMap::new();
    for value in values.iter() {
        let mut words: Vec<&str> = value.split(' ').collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            let next = holding.len() as u32;
            holding.entry(word).or_insert((next, 0)).1 += 1;
        }
    }
    holding
}

/// What a word tells that so many of all values hold.
fn bits(all: usize, count: u32) -> f32 {
    libm::log2(all as f64 / f64::from(count)) as f32
}

/// The words of all values.
fn words(values: &Texts, frozen: Option<&FrozenFurther>) -> Vec<Box<[Word]>> {
    let holding = holding(values);
    let told: Option<(FastMap<u64, u32>, u32)> = frozen.map(|frozen| (frozen.words.iter().copied().collect(), frozen.other_words));
    let word = |word: &str| {
        let (code, count) = holding.get(word).copied().unwrap_or((NONE, 1));
        let bits = match &told {
            Some((words, other)) => f32::from_bits(words.get(&hash(word)).copied().unwrap_or(*other)),
            None => bits(values.len(), count),
        };
        Word { code, bits }
    };
    values.iter().map(|value| value.split(' ').map(word).collect()).collect()
}

/// The words of a value that tell most, without those that it alone holds, such as misspelt ones.
fn telling(value: &str, words: &[Word], alone: f32) -> [u64; TELLING] {
    let mut shared: Vec<(u32, u64)> = value
        .split(' ')
        .zip(words)
        .filter(|(text, word)| word.bits < alone && !text.is_empty())
        .map(|(text, word)| (word.bits.to_bits(), text_hash(text)))
        .collect();
    // Bits of numbers above zero stand in the order of the numbers.
    shared.sort_unstable_by(|a, b| b.cmp(a));
    shared.dedup();
    let mut most = [0; TELLING];
    // The place is the word's own, so that two texts meet by a word whatever else they hold; a more telling one may have it.
    for (_, word) in shared {
        if let Some(slot) = most.get_mut((mix(word) % TELLING as u64) as usize)
            && *slot == 0
        {
            *slot = word;
        }
    }
    most
}

/// Puts each value in the band it had when the model was estimated.
pub(super) fn freeze(further: &mut [Further], frozen: &[FrozenFurther]) {
    for (field, frozen) in further.iter_mut().zip(frozen) {
        let bands: FastMap<u64, u8> = frozen.values.iter().copied().collect();
        for (band, value) in field.bands.iter_mut().zip(field.values.iter()) {
            *band = bands.get(&hash(value)).copied().unwrap_or(BANDS.len() as u8);
        }
    }
}

/// How frequent values and words are, to be frozen. A word of one value tells as much as one that is not there.
pub(super) fn frozen(further: &[Further]) -> Vec<FrozenFurther> {
    let of = |field: &Further| {
        let bands = field.values.iter().zip(&field.bands).filter(|(_, band)| usize::from(**band) < BANDS.len());
        let mut values: Vec<(u64, u8)> = bands.map(|(value, &band)| (hash(value), band)).collect();
        values.sort_unstable();
        let mut words: Vec<(u64, u32)> = Vec::new();
        if !field.words.is_empty() {
            let repeated = holding(&field.values).into_iter().filter(|(_, (_, count))| *count > 1);
            words.extend(repeated.map(|(word, (_, count))| (hash(word), bits(field.values.len(), count).to_bits())));
            words.sort_unstable();
        }
        FrozenFurther { values, words, other_words: bits(field.values.len().max(1), 1).to_bits() }
    };
    further.iter().map(of).collect()
}

/// Counts the people who bear each value and puts each value in its band.
pub(super) fn count(further: &mut [Further], combinations: &Combinations, nodes: &[Node], bearers: &[u64]) {
    for (number, field) in further.iter_mut().enumerate() {
        let code = |node: &Node| combinations.code(node, number);
        let mut borne: Vec<(u32, u64)> =
            nodes.par_iter().zip(bearers).map(|(node, &bearer)| (code(node), bearer)).filter(|&(value, _)| value != NONE).collect();
        borne.par_sort_unstable();
        borne.dedup();
        for &(value, _) in &borne {
            if let Some(count) = field.people.get_mut(value as usize) {
                *count += 1;
            }
        }
        let all = borne.len().max(1) as f64;
        for (band, &count) in field.bands.iter_mut().zip(&field.people) {
            let share = f64::from(count) / all;
            *band = BANDS.iter().position(|&lower| share >= lower).unwrap_or(BANDS.len()) as u8;
        }
    }
}
