//! What linkage found: which records are one person, and the pairs that say so.

use super::LinkageMemory;

/// What was decided about a compared pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkDecision {
    /// At or above the threshold and inside one person.
    Linked,
    /// Above the threshold but kept apart by conflicting evidence.
    Prevented,
    /// Between the review floor and the threshold: for a person to judge.
    Review,
    /// Below the threshold, yet inside one person through other records.
    Implied,
    /// Below the review floor and not one person: kept so that probabilities can be held against what is found.
    Unlinked,
    /// Inside one person because somebody decided so, whatever its weight.
    Decided,
}

impl LinkDecision {
    /// The name used in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Prevented => "prevented",
            Self::Review => "review",
            Self::Implied => "implied",
            Self::Unlinked => "unlinked",
            Self::Decided => "decided",
        }
    }
}

/// A compared pair worth keeping. `left < right` by record row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeptLink {
    /// Row of one record.
    pub left: u32,
    /// Row of the other.
    pub right: u32,
    /// Match weight: log2 of the Bayes factor times prior odds, in bits.
    pub weight: f32,
    /// Probability that both are the same person, 0 to 1: that of the weight, raised within one person by what its other records say.
    pub probability: f32,
    /// Comparison levels packed by the model; the model explains them.
    pub pattern: u64,
    /// What became of it.
    pub decision: LinkDecision,
}

/// A merge that conflicting evidence prevented, or a person split by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreventedMerge {
    /// A record on one side.
    pub left: u32,
    /// A record on the other.
    pub right: u32,
    /// Stable reason in kebab-case: `two-people-on-one-row`, `adult-and-child`, `two-nhs-numbers`, `two-upns`,
    /// `two-national-insurance-numbers`, `twins`, `same-name-parent-and-child`, `two-dates-of-birth`, `both-in-one-source`, `decision`,
    /// `one-per-source` (the pipeline declares the source free of duplicates), `one-to-one` (a better partner was assigned), `weak-bridge`.
    pub reason: &'static str,
}

/// The outcome of linkage.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    /// Person of each record: dense from 0, numbered by each person's smallest (source name, record id); `u32::MAX` for test records.
    pub person_of_record: Vec<u32>,
    /// `P…` identifier of each person.
    pub person_ids: Vec<String>,
    /// Kept pairs, sorted by (left, right) in the order of (source name, record id).
    pub links: Vec<KeptLink>,
    /// Prevented merges, sorted the same way.
    pub prevented: Vec<PreventedMerge>,
    /// Rows whose date of birth is nobody's: so many different people have it that it stands for an unknown one. Ascending.
    pub without_birth: Vec<u32>,
    /// Rows whose age is nobody's in the same way. Ascending.
    pub without_age: Vec<u32>,
    /// Probability from which pairs count as the same person.
    pub threshold: f64,
    /// Everything about the model that `run.json`, the report and `explain` need: fields, levels, m, u, weights, prior, rules, pair counts.
    pub model: serde_json::Value,
    /// What the officer should know, in plain words.
    pub warnings: Vec<String>,
    /// What the next month needs, so as to compare only what has changed.
    pub memory: Option<LinkageMemory>,
}

impl Linked {
    /// Number of persons.
    #[must_use]
    pub fn persons(&self) -> usize {
        self.person_ids.len()
    }
}
