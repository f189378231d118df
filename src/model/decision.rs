//! What people decided about pairs of records: must-link and cannot-link, and where such decisions contradict each other.

use std::collections::{BTreeMap, VecDeque};

/// What somebody said about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same person: must-link.
    Same,
    /// Different people: cannot-link.
    Different,
    /// Not to be said: no constraint.
    Unsure,
}

impl Verdict {
    /// The names used in the decisions file.
    pub const NAMES: [(&'static str, Self); 3] = [("same", Self::Same), ("different", Self::Different), ("unsure", Self::Unsure)];
}

/// One line of a decisions file. Who decided and why stays in the file: the engine needs neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// File, as named in messages.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// (source, record id) of one record.
    pub left: (String, String),
    /// (source, record id) of the other.
    pub right: (String, String),
    /// What was decided.
    pub verdict: Verdict,
}

impl Decision {
    /// Where it stands, for messages.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

type Record<'d> = (&'d str, &'d str);

impl Decision {
    /// Its two records.
    #[must_use]
    pub fn ends(&self) -> (Record<'_>, Record<'_>) {
        ((&self.left.0, &self.left.1), (&self.right.0, &self.right.1))
    }
}

/// A "different" whose two records other decisions make the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// Index of the decision that says "different".
    pub different: usize,
    /// Indices of the shortest chain of decisions that say "same", ascending; empty where a record is said to be different from itself.
    pub same: Vec<usize>,
}

/// Every contradiction between decisions, also through chains of others, in the order of the decisions that say "different".
#[must_use]
pub fn contradictions(decisions: &[Decision]) -> Vec<Contradiction> {
    let mut same: BTreeMap<Record<'_>, Vec<(Record<'_>, usize)>> = BTreeMap::new();
    for (index, decision) in decisions.iter().enumerate().filter(|(_, decision)| decision.verdict == Verdict::Same) {
        let (left, right) = decision.ends();
        same.entry(left).or_default().push((right, index));
        same.entry(right).or_default().push((left, index));
    }
    let different = decisions.iter().enumerate().filter(|(_, decision)| decision.verdict == Verdict::Different);
    different
        .filter_map(|(index, decision)| {
            let (left, right) = decision.ends();
            chain(&same, left, right).map(|same| Contradiction { different: index, same })
        })
        .collect()
}

/// The decisions of the shortest chain of "same" between two records, if there is one.
fn chain<'d>(same: &BTreeMap<Record<'d>, Vec<(Record<'d>, usize)>>, from: Record<'d>, to: Record<'d>) -> Option<Vec<usize>> {
    let mut came: BTreeMap<Record<'d>, (Record<'d>, usize)> = BTreeMap::new();
    let mut waiting = VecDeque::from([from]);
    while let Some(record) = waiting.pop_front() {
        if record == to {
            let mut steps = Vec::new();
            let mut at = to;
            while at != from {
                let &(before, step) = came.get(&at)?;
                steps.push(step);
                at = before;
            }
            steps.sort_unstable();
            return Some(steps);
        }
        for &(next, step) in same.get(&record).into_iter().flatten() {
            if next != from && !came.contains_key(&next) {
                came.insert(next, (record, step));
                waiting.push_back(next);
            }
        }
    }
    None
}
