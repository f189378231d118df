//! What linkage remembers of a run, so that unchanged records are not compared with each other again.
//!
//! What comes in: the distinct records and scored pairs of a run. What goes out: columns of numbers ([`RememberedPairs`]) beside the model they were scored under.
//! What always holds: records stand sorted by their fingerprints, pairs by their records; a fingerprint covers everything that comparing and blocking
//! read of a record, so two records of known fingerprints need not be looked at again.
//!
//! A fingerprint is 64 bits of a SHA-256 over the whole content of a record: name, birth, home, contacts, numbers together. Nothing is read out of
//! it; who already knows all of a record can test whether it is there. The table is as restricted as the tables of identifiers it stands beside.

use serde::{Deserialize, Serialize};

use super::link_model::FrozenModel;

/// The distinct records and scored pairs of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RememberedPairs {
    /// What the columns mean and under which model.
    pub heading: MemoryHeading,
    /// Fingerprint of each distinct record, ascending.
    pub fingerprints: Vec<u64>,
    /// Hash of the source and id of the first record of that content.
    pub first_records: Vec<u64>,
    /// Records of that content.
    pub records: Vec<u32>,
    /// Position of one distinct record of each pair in `fingerprints`; pairs are sorted.
    pub left: Vec<u32>,
    /// Position of the other, larger.
    pub right: Vec<u32>,
    /// Match weight of each pair, in 1/1024 bits.
    pub weights: Vec<i32>,
    /// Pattern of each pair.
    pub patterns: Vec<u64>,
}

/// What is saved beside the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryHeading {
    /// Version of the program that compared.
    pub tool_version: String,
    /// Name of the pipeline.
    pub pipeline: String,
    /// SHA-256 of the model the pairs were scored under.
    pub model_sha256: String,
    /// Month of the run.
    pub month: String,
    /// Groups of records that had outgrown the model's plan: rule, hash of their values, into how many parts they were divided.
    pub outgrown: Vec<(u32, u64, u32)>,
}

impl RememberedPairs {
    /// True if the columns fit together: equal lengths, ascending, positions that exist.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let (nodes, pairs) = (self.fingerprints.len(), self.left.len());
        let lengths = self.first_records.len() == nodes
            && self.records.len() == nodes
            && [self.right.len(), self.weights.len(), self.patterns.len()].iter().all(|&length| length == pairs);
        let ascending = self.fingerprints.is_sorted_by(|a, b| a < b);
        let ends = || self.left.iter().zip(&self.right);
        let exist = ends().all(|(left, right)| left < right && (*right as usize) < nodes);
        lengths && ascending && exist && ends().is_sorted_by(|a, b| a < b)
    }
}

/// What a run leaves to the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkageMemory {
    /// The model it was linked under.
    pub model: FrozenModel,
    /// What was compared.
    pub pairs: RememberedPairs,
}
