//! Which spellings of an address are one property.
//!
//! What comes in: address keys and UPRNs with who uses them. What goes out: joins in a [`Forest`] over keys and UPRNs. What always holds: two
//! keys which each have a well-supported UPRN of their own are never joined by a slip; different flats are never one place.
//!
//! An address key joins a better supported one if it is the same property in all but a slip: same UPRN and house; same flat, house and
//! street with a postcode one edit away, or used by the same person; same flat, house and postcode with a misspelt street; the flat
//! as a letter instead of a number.
#![expect(clippy::indexing_slicing, reason = "indices are codes of sorted columns")]

use rayon::prelude::*;

use super::forest::Forest;
use crate::model::{NO_TEXT, TextColumn};

/// A key used by at most so many persons may be a slip of a better supported one: the 3% of wrong postcodes (issue 2) rarely hit one
/// household in the same way more often.
const SLIP_PERSONS: u32 = 3;

/// The parts of an address key.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) flat: &'a str,
    pub(super) house: &'a str,
    pub(super) street: &'a str,
    pub(super) postcode: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(key: &'a str) -> Self {
        let mut parts = key.split('|');
        let mut next = || parts.next().unwrap_or_default();
        Self { flat: next(), house: next(), street: next(), postcode: next() }
    }
}

/// Which part of an address may be a slip.
#[derive(Clone, Copy)]
enum Slip {
    Postcode,
    Street,
    Flat,
}

/// All address keys with their parts, UPRN and support.
pub(super) struct Gazetteer<'a> {
    /// Parts of each key.
    pub(super) parts: Vec<Parts<'a>>,
    /// Persons with a record at this key.
    pub(super) support: Vec<u32>,
    /// Most frequent UPRN beside this key and how many records say so.
    pub(super) uprn: Vec<(u32, u32)>,
    uprns: usize,
    /// (person, key), sorted, each once.
    used: Vec<(u32, u32)>,
}

impl<'a> Gazetteer<'a> {
    pub(super) fn compile(keys: &'a TextColumn, uprns: &TextColumn, person_of_record: &[u32]) -> Self {
        let parts: Vec<Parts<'a>> = keys.values().iter().map(Parts::of).collect();
        let mut used: Vec<(u32, u32)> = person_of_record
            .iter()
            .enumerate()
            .filter(|&(row, &person)| person != u32::MAX && keys.code(row) != NO_TEXT)
            .map(|(row, &person)| (person, keys.code(row)))
            .collect();
        used.par_sort_unstable();
        used.dedup();
        let mut support = vec![0_u32; parts.len()];
        for &(_, key) in &used {
            support[key as usize] += 1;
        }
        let mut pairs: Vec<(u32, u32)> =
            (0..keys.len()).map(|row| (keys.code(row), uprns.code(row))).filter(|&(key, uprn)| key != NO_TEXT && uprn != NO_TEXT).collect();
        pairs.par_sort_unstable();
        let mut uprn = vec![(NO_TEXT, 0_u32); parts.len()];
        for run in pairs.chunk_by(|a, b| a == b) {
            let (key, value) = run[0];
            if run.len() as u32 > uprn[key as usize].1 {
                uprn[key as usize] = (value, run.len() as u32);
            }
        }
        Self { parts, support, uprn, uprns: uprns.values().len(), used }
    }

    pub(super) fn uprn_node(&self, uprn: u32) -> u32 {
        self.parts.len() as u32 + uprn
    }

    /// Two well-supported, different UPRNs: two properties.
    fn clash(&self, first: u32, second: u32) -> bool {
        let ((first, first_count), (second, second_count)) = (self.uprn[first as usize], self.uprn[second as usize]);
        first != NO_TEXT && second != NO_TEXT && first != second && first_count > 1 && second_count > 1
    }

    /// Joins keys of one UPRN that do not contradict each other. Gives back, per UPRN that covers several flats, rooms or pitches, one of
    /// their keys.
    pub(super) fn join_by_uprn(&self, forest: &mut Forest) -> Vec<u32> {
        let mut shared = vec![NO_TEXT; self.uprns];
        let mut keys: Vec<u32> = (0..self.parts.len() as u32).filter(|&key| self.uprn[key as usize].0 != NO_TEXT).collect();
        keys.par_sort_unstable_by_key(|&key| (self.uprn[key as usize].0, u32::MAX - self.support[key as usize], key));
        for group in keys.chunk_by(|&a, &b| self.uprn[a as usize].0 == self.uprn[b as usize].0) {
            let uprn = self.uprn[group[0] as usize].0;
            let mut flats: Vec<&str> = group.iter().map(|&key| self.parts[key as usize].flat).filter(|flat| !flat.is_empty()).collect();
            flats.sort_unstable_by_key(|flat| flat_number(flat));
            flats.dedup_by(|a, b| same_flat(a, b));
            let mut several = flats.len() > 1;
            let mut anchors: Vec<u32> = Vec::new();
            for &key in group {
                match anchors.iter().find(|&&anchor| same_property(self.parts[anchor as usize], self.parts[key as usize], several)) {
                    Some(&anchor) => forest.join(anchor, key),
                    None => anchors.push(key),
                }
            }
            // Rooms or pitches of a site are written like houses of a street.
            several |= anchors.iter().filter(|&&key| self.uprn[key as usize].1 > 1).count() > 1;
            if several {
                shared[uprn as usize] = group[0];
            } else {
                forest.join(group[0], self.uprn_node(uprn));
            }
        }
        shared
    }

    /// Keys that are rooms or pitches of a site: numbers on what is elsewhere a house by name, or several of one UPRN.
    pub(super) fn sites(&self, shared: &[u32]) -> Vec<bool> {
        let numbered = |parts: &Parts<'_>| parts.flat.is_empty() && !parts.street.is_empty();
        let mut names: Vec<(&str, &str)> = self
            .parts
            .iter()
            .filter(|parts| parts.flat.is_empty() && parts.street.is_empty())
            .map(|parts| (parts.house, parts.postcode))
            .collect();
        let several = self.parts.iter().zip(&self.uprn).filter(|&(parts, &(uprn, count))| {
            count > 1 && numbered(parts) && shared.get(uprn as usize).is_some_and(|&key| key != NO_TEXT)
        });
        names.extend(several.map(|(parts, _)| (parts.street, parts.postcode)));
        names.par_sort_unstable();
        names.dedup();
        self.parts.iter().map(|parts| numbered(parts) && names.binary_search(&(parts.street, parts.postcode)).is_ok()).collect()
    }

    /// Joins slips in the postcode, the street and the flat.
    pub(super) fn join_all_slips(&self, forest: &mut Forest) {
        self.join_slips(forest, |parts| (parts.flat, parts.house, parts.street), Slip::Postcode);
        self.join_slips(forest, |parts| (parts.flat, parts.house, parts.postcode), Slip::Street);
        self.join_slips(forest, |parts| (parts.house, parts.street, parts.postcode), Slip::Flat);
    }

    /// Joins rarely used keys to a well-used one with the same `face`.
    fn join_slips(&self, forest: &mut Forest, face: impl Fn(&Parts<'a>) -> (&'a str, &'a str, &'a str) + Sync, slip: Slip) {
        let mut keys: Vec<u32> = (0..self.parts.len() as u32).filter(|&key| !self.parts[key as usize].house.is_empty()).collect();
        keys.par_sort_unstable_by(|&a, &b| {
            let (left, right) = (face(&self.parts[a as usize]), face(&self.parts[b as usize]));
            left.cmp(&right).then(self.support[b as usize].cmp(&self.support[a as usize])).then(a.cmp(&b))
        });
        for group in keys.chunk_by(|&a, &b| face(&self.parts[a as usize]) == face(&self.parts[b as usize])) {
            for (place, &key) in group.iter().enumerate() {
                if self.support[key as usize] > SLIP_PERSONS {
                    continue;
                }
                let better = group[..place].iter().find(|&&other| {
                    self.support[other as usize] >= self.support[key as usize]
                        && !self.clash(other, key)
                        && is_slip(self.parts[other as usize], self.parts[key as usize], slip)
                });
                if let Some(&other) = better {
                    forest.join(other, key);
                }
            }
        }
    }

    /// Joins two keys of one person that differ in the postcode only, or write the flat as letter and as number.
    pub(super) fn join_by_person(&self, forest: &mut Forest) {
        for run in self.used.chunk_by(|a, b| a.0 == b.0) {
            for (place, &(_, first)) in run.iter().enumerate() {
                for &(_, second) in &run[place + 1..] {
                    let (left, right) = (self.parts[first as usize], self.parts[second as usize]);
                    let property = (left.house, left.street) == (right.house, right.street);
                    let same =
                        property && (left.flat == right.flat || (left.postcode == right.postcode && same_flat(left.flat, right.flat)));
                    let rare = self.support[first as usize].min(self.support[second as usize]) <= SLIP_PERSONS;
                    if same && rare && !left.house.is_empty() && !self.clash(first, second) {
                        forest.join(first, second);
                    }
                }
            }
        }
    }
}

/// Same UPRN given: the same property unless flat or house differ.
fn same_property(anchor: Parts<'_>, key: Parts<'_>, several_flats: bool) -> bool {
    let flats = same_flat(anchor.flat, key.flat) || (!several_flats && (anchor.flat.is_empty() || key.flat.is_empty()));
    let houses = anchor.house == key.house || anchor.house.is_empty() || key.house.is_empty();
    let near = anchor.postcode == key.postcode || similar_street(anchor.street, key.street);
    flats && houses && near
}

/// Flat B is flat 2: agencies write either.
fn flat_number(flat: &str) -> Option<u32> {
    match flat.as_bytes() {
        [letter @ b'A'..=b'Z'] => Some(u32::from(letter - b'A') + 1),
        _ => flat.parse().ok(),
    }
}

fn same_flat(first: &str, second: &str) -> bool {
    first == second || flat_number(first).is_some_and(|number| flat_number(second) == Some(number))
}

fn is_slip(anchor: Parts<'_>, key: Parts<'_>, slip: Slip) -> bool {
    match slip {
        Slip::Postcode => !anchor.street.is_empty() && strsim::osa_distance(anchor.postcode, key.postcode) <= 1,
        Slip::Street => similar_street(anchor.street, key.street),
        Slip::Flat => same_flat(anchor.flat, key.flat),
    }
}

/// Equal, one inside the other, or at most two slips in a name of some length.
fn similar_street(first: &str, second: &str) -> bool {
    first == second
        || first.starts_with(second)
        || second.starts_with(first)
        || (first.len().min(second.len()) >= 6 && strsim::osa_distance(first, second) <= 2)
}
