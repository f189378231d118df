//! What is known to be true, and what of it is asked.
//!
//! What comes in: the truth about records or about pairs. What goes out: whether two records are the same person, where that is known. What always holds:
//! what the truth does not say is never guessed.

use std::collections::{BTreeSet, HashMap};

use crate::model::NO_TEXT;

/// The truth.
#[derive(Clone, Copy)]
pub(super) enum Known<'a> {
    /// There is none.
    Nothing,
    /// The true person of each record; [`NO_TEXT`] where it is not known.
    Records(&'a [u32]),
    /// Labelled pairs: rows, and whether they are the same person.
    Pairs(&'a [(u32, u32, bool)]),
}

impl Known<'_> {
    /// True persons among some records; nothing where the truth does not know all of them.
    pub(super) fn persons_among(self, mut rows: impl Iterator<Item = u32>) -> Option<u64> {
        let Self::Records(of_record) = self else { return None };
        let mut persons = BTreeSet::new();
        rows.try_for_each(|row| {
            let person = of_record.get(row as usize).copied().filter(|&person| person != NO_TEXT)?;
            persons.insert(person);
            Some(())
        })?;
        Some(persons.len() as u64)
    }

    /// Tells for any two records whether they are the same person; `None` where it is not known.
    pub(super) fn judge(self) -> Box<dyn Fn(u32, u32) -> Option<bool> + Sync> {
        match self {
            Self::Nothing => Box::new(|_, _| None),
            Self::Records(of_record) => {
                let of_record = of_record.to_vec();
                Box::new(move |left, right| {
                    let person = |row: u32| of_record.get(row as usize).copied().filter(|&person| person != NO_TEXT);
                    Some(person(left)? == person(right)?)
                })
            }
            Self::Pairs(list) => {
                let labels: HashMap<(u32, u32), bool> =
                    list.iter().map(|&(left, right, same)| ((left.min(right), left.max(right)), same)).collect();
                Box::new(move |left, right| labels.get(&(left.min(right), left.max(right))).copied())
            }
        }
    }

    /// All pairs known to be one person, in order.
    pub(super) fn true_pairs(self) -> Vec<(u32, u32)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Pairs(list) => list.iter().filter(|pair| pair.2).map(|pair| (pair.0, pair.1)).collect(),
            Self::Records(of_record) => {
                let mut sorted: Vec<(u32, u32)> = of_record.iter().copied().zip(0u32..).filter(|&(person, _)| person != NO_TEXT).collect();
                sorted.sort_unstable();
                let mut pairs = Vec::new();
                for group in sorted.chunk_by(|left, right| left.0 == right.0) {
                    for (place, left) in group.iter().enumerate() {
                        pairs.extend(group.iter().skip(place + 1).map(|right| (left.1, right.1)));
                    }
                }
                pairs
            }
        }
    }
}
