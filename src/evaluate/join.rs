//! Which true person each record of the run is.
//!
//! What comes in: the records of the run by file, line and place on the row, and the truth's appearances. What goes out:
//! per record its true person, and what could not be joined. What always holds: only appearances in files the run read
//! count; a record on whose place the truth names nobody is a test record.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::model::NO_TEXT;

use super::run_tables::Records;
use super::truth_files::Appearances;

/// How records and truth fit together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JoinCounts {
    /// Records of the run.
    pub records: u64,
    /// Of which the truth knows the person.
    pub with_person: u64,
    /// Test records told as such.
    pub tests_found: u64,
    /// Test records that were given a person.
    pub tests_missed: u64,
    /// Real people's records taken for tests.
    pub wrongly_tests: u64,
    /// Records whose place the truth does not know.
    pub unknown_to_truth: u64,
    /// Appearances of people in the files the run read.
    pub appearances: u64,
    /// Of which without a record of their own: equal to another record of the same source, or set aside.
    pub without_record: u64,
}

/// The outcome of joining.
pub(super) struct Joined {
    /// True person of each record; [`NO_TEXT`] where there is none or it is not known.
    pub(super) truth: Vec<u32>,
    /// True persons who appear in a file the run read.
    pub(super) visible: Vec<bool>,
    /// True persons on each line asked for: (code of the run's file, line).
    pub(super) on_line: HashMap<(u32, i64), Vec<u32>>,
    pub(super) counts: JoinCounts,
}

/// Joins records with their truth. `lines` are the lines whose people are asked for.
pub(super) fn join(records: &Records, truth: &Appearances, persons: usize, lines: &HashSet<(u32, i64)>) -> Joined {
    let file_of = files(records, truth);
    let slots = slots(records, truth);
    let mut places: HashMap<(u32, i64, i64), u32> = HashMap::with_capacity(truth.line.len());
    let mut joined = Joined { truth: Vec::new(), visible: vec![false; persons], on_line: HashMap::new(), counts: JoinCounts::default() };
    for (row, (&line, &person)) in truth.line.iter().zip(&truth.person).enumerate() {
        let Some(&file) = file_of.get(truth.file.code(row) as usize).filter(|&&file| file != NO_TEXT) else { continue };
        if let Some(slot) = slots.get(&(truth.source.code(row), truth.slot.code(row))) {
            places.insert((file, i64::from(line), *slot), person);
        }
        if person != NO_TEXT {
            joined.counts.appearances += 1;
            if lines.contains(&(file, i64::from(line))) {
                joined.on_line.entry((file, i64::from(line))).or_default().push(person);
            }
            if let Some(seen) = joined.visible.get_mut(person as usize) {
                *seen = true;
            }
        }
    }
    let rows = records.line.iter().zip(&records.slot).enumerate();
    for (row, (&line, &slot)) in rows {
        let place = places.get(&(records.file.code(row), line, slot)).copied();
        let has_person = records.person.code(row) != NO_TEXT;
        let counts = &mut joined.counts;
        counts.records += 1;
        match (place, has_person) {
            (None, _) => counts.unknown_to_truth += 1,
            (Some(NO_TEXT), false) => counts.tests_found += 1,
            (Some(NO_TEXT), true) => counts.tests_missed += 1,
            (Some(_), true) => counts.with_person += 1,
            (Some(_), false) => {
                counts.with_person += 1;
                counts.wrongly_tests += 1;
            }
        }
        joined.truth.push(place.unwrap_or(NO_TEXT));
    }
    joined.counts.without_record = joined.counts.appearances.saturating_sub(joined.counts.with_person);
    joined
}

/// The run's code of each of the truth's files; [`NO_TEXT`] for one the run did not read. A run over one month's folder
/// names its files without the month.
fn files(records: &Records, truth: &Appearances) -> Vec<u32> {
    let codes: HashMap<&str, u32> = records.file.values().iter().map(AsRef::as_ref).zip(0..).collect();
    let bare = |name: &str| name.rsplit_once('/').map(|(_, bare)| bare.to_owned());
    let file = |name: &str| codes.get(name).copied().or_else(|| bare(name).and_then(|bare| codes.get(bare.as_str()).copied()));
    truth.file.values().iter().map(|name| file(name).unwrap_or(NO_TEXT)).collect()
}

/// The number the run gives each slot of each of the truth's sources (keys are the truth's codes of source and slot).
/// Record ids of rows with several people end in `#slot`; what they do not tell follows from the order of the slots.
fn slots(records: &Records, truth: &Appearances) -> HashMap<(u32, u32), i64> {
    let mut names: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (&source, &slot) in truth.source.codes().iter().zip(truth.slot.codes()) {
        let known = names.entry(source).or_default();
        if !known.contains(&slot) {
            known.push(slot);
        }
    }
    let mut votes: HashMap<(&str, &str), BTreeMap<i64, u64>> = HashMap::new();
    let mut numbers: BTreeMap<&str, BTreeMap<i64, u64>> = BTreeMap::new();
    for (row, &slot) in records.slot.iter().enumerate() {
        let source = records.source.get(row).unwrap_or_default();
        *numbers.entry(source).or_default().entry(slot).or_default() += 1;
        if let Some((_, name)) = records.record_id.get(row).and_then(|id| id.rsplit_once('#')) {
            // A second record of the same identity is `…#slot~2`.
            let name = name.split_once('~').map_or(name, |(name, _)| name);
            *votes.entry((source, name)).or_default().entry(slot).or_default() += 1;
        }
    }
    let mut result = HashMap::new();
    for (source, slots) in names {
        let source_name = truth.source.value(source).unwrap_or_default();
        let Some(present) = numbers.get(source_name) else { continue };
        let told_number = |slot: u32| {
            let counts = votes.get(&(source_name, truth.slot.value(slot)?))?;
            counts.iter().max_by_key(|&(&number, &count)| (count, std::cmp::Reverse(number))).map(|(&number, _)| number)
        };
        let told: Vec<(u32, i64)> = slots.iter().filter_map(|&slot| Some((slot, told_number(slot)?))).collect();
        let taken = |number: &i64| told.iter().any(|(_, other)| other == number);
        let most = present.keys().copied().max().unwrap_or(0).max(slots.len() as i64 - 1);
        let mut free = (0..=most).filter(|number| !taken(number));
        for slot in slots {
            let number = told.iter().find(|(name, _)| *name == slot).map(|&(_, number)| number).or_else(|| free.next());
            if let Some(number) = number {
                result.insert((source, slot), number);
            }
        }
    }
    result
}
