//! Records that must not become one node although their content is the same.
//!
//! What comes in: rows that a decision keeps apart from others, sources declared free of duplicates. What goes out: a word per record. What always
//! holds: two records whose words share a bit never become one node.

use super::super::apart_sources::SingleSources;
use crate::model::StandardPersons;

/// The word of a record that shares a node with no other.
pub(super) const ALONE: u64 = u64::MAX;

/// Who shares a node with whom.
#[derive(Default)]
pub(crate) struct Separate {
    /// Rows that somebody decided are another person than some other row, sorted.
    pub(crate) decided: Vec<u32>,
    /// Sources declared free of duplicates.
    pub(crate) single: SingleSources,
    /// No two records share a node: an assignment needs each record by itself.
    pub(crate) all: bool,
}

impl Separate {
    /// The word of each record of `order`; empty if nothing is to be kept separate.
    pub(super) fn masks(&self, order: &[u32], persons: &StandardPersons) -> Vec<u64> {
        if self.all {
            return vec![ALONE; order.len()];
        }
        if self.decided.is_empty() && self.single.is_empty() {
            return Vec::new();
        }
        let mask = |&row: &u32| if self.decided.binary_search(&row).is_ok() { ALONE } else { self.single.bit_of_row(persons, row) };
        order.iter().map(mask).collect()
    }
}
