//! Two runs over the same records: what one links and the other does not.
//!
//! What comes in: the tables of both runs and, if there is one, the truth. What goes out: links and pairs only in one, persons split and merged, and with truth
//! the change of each figure. What always holds: records are matched by source and record id; what only one run has is counted and left out.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::examples::{Example, View, examples};
use super::known::Known;
use super::pairs::{Label, pair_statistics};
use super::run_tables::PeopleTables;
use super::scores::{ScoreChange, changes, sums_by_person, sums_of_pairs};
use crate::model::NO_TEXT;

/// Persons shown as the largest changes.
const SHOWN: usize = 5;

/// Counts of what both runs say and what only one does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Both runs.
    pub both: u64,
    /// This run only.
    pub only_here: u64,
    /// The other run only.
    pub only_there: u64,
}

/// A person of one run that is several persons of the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PersonChange {
    /// True for a person of this run (merged here), false for one of the other run (split here).
    pub merged_here: bool,
    /// Its id in the run in which it is one person.
    pub person: String,
    /// Records of each part in the run in which it is several, the largest first.
    pub parts: Vec<u64>,
    /// Pairs of records that are together in one run only.
    pub pairs: u64,
    /// True persons among its records; nothing where the truth does not say.
    pub true_persons: Option<u64>,
    /// A record of the largest part with one of the next.
    pub example: Option<Example>,
}

/// How two runs differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The other run.
    pub other_run_id: String,
    /// Records: in both, only here, only there.
    pub records: Difference,
    /// Published links.
    pub links: Difference,
    /// Pairs of records in one person.
    pub pairs: Difference,
    /// Persons with the same records in both runs.
    pub same_persons: u64,
    /// Persons of the other run that are several here.
    pub split_here: u64,
    /// Persons of this run that are several there.
    pub merged_here: u64,
    /// Figures of both runs and their change; empty without truth.
    pub scores: Vec<ScoreChange>,
    /// The largest changes.
    pub changes: Vec<PersonChange>,
}

/// Compares this run with another. `found` is the person of each record of this run.
pub(super) fn compare(here: &PeopleTables, there: &PeopleTables, other_run_id: &str, known: Known<'_>, view: &View<'_>) -> Comparison {
    let names: HashMap<(&str, &str), u32> = here.records.names().into_iter().zip(0..).collect();
    let row_here: Vec<u32> = there.records.names().iter().map(|name| names.get(name).copied().unwrap_or(NO_TEXT)).collect();
    let mut row_there = vec![NO_TEXT; here.records.line.len()];
    for (row, place) in (0u32..).zip(&row_here) {
        if let Some(slot) = row_there.get_mut(*place as usize) {
            *slot = row;
        }
    }
    let in_both = row_there.iter().filter(|row| **row != NO_TEXT).count() as u64;
    let (found_here, of_there) = (here.records.found(), there.records.found());
    let found_there: Vec<u32> = row_there.iter().map(|&row| of_there.get(row as usize).copied().unwrap_or(NO_TEXT)).collect();
    let labels: Vec<(Label, u32)> = found_here
        .iter()
        .zip(&found_there)
        .zip(0u32..)
        .filter(|((_, there), _)| **there != NO_TEXT)
        .map(|((&here, &there), row)| (Label { truth: there, found: here, source: 0 }, row))
        .collect();
    let plain: Vec<Label> = labels.iter().map(|label| label.0).collect();
    let statistics = pair_statistics(&plain, 1);
    let published = |tables: &PeopleTables| -> Vec<(u32, u32)> { tables.published().collect() };
    let ordered = |left: u32, right: u32| (left.min(right), left.max(right));
    let shared = |row: u32| row_there.get(row as usize).is_some_and(|row| *row != NO_TEXT);
    let links_here: HashSet<(u32, u32)> = published(here)
        .into_iter()
        .filter(|&(left, right)| shared(left) && shared(right))
        .map(|(left, right)| ordered(left, right))
        .collect();
    let translate = |row: u32| row_here.get(row as usize).copied().unwrap_or(NO_TEXT);
    let links_there: HashSet<(u32, u32)> = published(there)
        .into_iter()
        .map(|(left, right)| ordered(translate(left), translate(right)))
        .filter(|&(_, right)| right != NO_TEXT)
        .collect();
    let both = links_here.intersection(&links_there).count() as u64;
    Comparison {
        other_run_id: other_run_id.to_owned(),
        records: Difference { both: in_both, only_here: row_there.len() as u64 - in_both, only_there: row_here.len() as u64 - in_both },
        links: Difference { both, only_here: links_here.len() as u64 - both, only_there: links_there.len() as u64 - both },
        pairs: Difference { both: statistics.pairs.right, only_here: statistics.pairs.wrong, only_there: statistics.pairs.missed },
        same_persons: statistics.exact_persons,
        split_here: statistics.split_persons,
        merged_here: statistics.merged_persons,
        scores: scores(known, &found_here, &found_there, &links_here, &links_there),
        changes: largest(&labels, here, there, known, view),
    }
}

fn scores(
    known: Known<'_>,
    found_here: &[u32],
    found_there: &[u32],
    links_here: &HashSet<(u32, u32)>,
    links_there: &HashSet<(u32, u32)>,
) -> Vec<ScoreChange> {
    match known {
        Known::Nothing => Vec::new(),
        Known::Records(of_record) => {
            // Only records of both runs are measured, so that the same pairs are asked for.
            let truth: Vec<u32> =
                of_record.iter().zip(found_there).map(|(&truth, &there)| if there == NO_TEXT { NO_TEXT } else { truth }).collect();
            let sums = |found: &[u32], links: &HashSet<(u32, u32)>| sums_by_person(&truth, found, links.iter().copied());
            changes(&sums(found_here, links_here), &sums(found_there, links_there))
        }
        Known::Pairs(list) => {
            let shared = |row: u32| found_there.get(row as usize).is_some_and(|&there| there != NO_TEXT);
            let sums = |found: &[u32], links: &HashSet<(u32, u32)>| {
                let pairs = list.iter().filter(|&&(left, right, _)| shared(left) && shared(right));
                sums_of_pairs(pairs.map(|&(left, right, same)| {
                    let of = |row: u32| found.get(row as usize);
                    (same, links.contains(&(left.min(right), left.max(right))), of(left) == of(right))
                }))
            };
            changes(&sums(found_here, links_here), &sums(found_there, links_there))
        }
    }
}

/// The persons of either run whose parts differ in most pairs.
fn largest(labels: &[(Label, u32)], here: &PeopleTables, there: &PeopleTables, known: Known<'_>, view: &View<'_>) -> Vec<PersonChange> {
    let pairs = |size: u64| size * size.saturating_sub(1) / 2;
    let mut all: Vec<(u64, bool, Vec<Vec<u32>>)> = Vec::new();
    for merged_here in [true, false] {
        let mut sorted: Vec<(u32, u32, u32)> = labels
            .iter()
            .map(|(label, row)| if merged_here { (label.found, label.truth, *row) } else { (label.truth, label.found, *row) })
            .collect();
        sorted.sort_unstable();
        for group in sorted.chunk_by(|left, right| left.0 == right.0) {
            let mut cells: Vec<Vec<u32>> =
                group.chunk_by(|left, right| left.1 == right.1).map(|cell| cell.iter().map(|label| label.2).collect()).collect();
            if cells.len() > 1 {
                cells.sort_by_key(|cell| (std::cmp::Reverse(cell.len()), cell.first().copied()));
                let apart = pairs(group.len() as u64) - cells.iter().map(|cell| pairs(cell.len() as u64)).sum::<u64>();
                all.push((apart, merged_here, cells));
            }
        }
    }
    let first = |cells: &[Vec<u32>], part: usize| cells.get(part).and_then(|cell| cell.first()).copied();
    all.sort_by_key(|(pairs, merged_here, cells)| (std::cmp::Reverse(*pairs), !*merged_here, first(cells, 0)));
    all.truncate(SHOWN * 2);
    let row_there: HashMap<(&str, &str), usize> = there.records.names().into_iter().zip(0..).collect();
    all.into_iter()
        .map(|(pairs, merged_here, cells)| {
            let row = first(&cells, 0).unwrap_or_default() as usize;
            let person = if merged_here {
                here.records.person.get(row)
            } else {
                here.records.name(row).and_then(|name| row_there.get(&name)).and_then(|&row| there.records.person.get(row))
            };
            let pair = first(&cells, 0).zip(first(&cells, 1)).map(|(left, right)| (left.min(right), left.max(right)));
            PersonChange {
                merged_here,
                person: person.unwrap_or_default().to_owned(),
                parts: cells.iter().map(|cell| cell.len() as u64).collect(),
                pairs,
                true_persons: known.persons_among(cells.iter().flatten().copied()),
                example: pair.and_then(|pair| examples(view, &[(pair, None)]).into_iter().next()),
            }
        })
        .collect()
}
