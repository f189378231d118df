//! What linkage remembers from month to month: which records are known, and the scored pairs among them.
//!
//! What comes in: last month's [`RememberedPairs`], the fingerprints of this month's nodes. What goes out: which nodes are fresh, the pairs of the others as
//! edges, and this month's memory. What always holds: a remembered pair is taken only if neither record is fresh and its weight is what the model gives its
//! pattern; a memory that was made otherwise than this run would make it is not used, and why is said.

use rayon::prelude::*;

use super::cluster::{Edge, FLOOR};
use super::encode::Encoded;
use super::score::{Scorer, Weights};
use crate::model::memory::{MemoryHeading, RememberedPairs};
use crate::model::{FrozenModel, Source, StandardPersons, ids};

/// How this month's nodes relate to last month's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Nodes that were there last month.
    pub(super) unchanged: u64,
    /// Nodes that were not, though their first record was, with other content.
    pub(super) changed: u64,
    /// Nodes that were not there at all.
    pub(super) new: u64,
    /// Nodes of last month that are not there any more.
    pub(super) gone: u64,
    /// Nodes that were there, but in a group of too many records that is divided otherwise than last month.
    pub(super) moved: u64,
}

/// Why a memory cannot be used under a model, if it cannot.
pub(super) fn unusable(remembered: &RememberedPairs, model: &FrozenModel, scorer: &Scorer) -> Option<String> {
    let mut weights = Weights::new(scorer);
    let mut scored =
        || remembered.weights.iter().zip(&remembered.patterns).all(|(&weight, &pattern)| weight >= FLOOR && weights.of(pattern) == weight);
    let heading = &remembered.heading;
    if !remembered.is_sound() {
        Some("its columns do not fit together".to_owned())
    } else if heading.model_sha256 != model.sha256() {
        Some("its pairs were scored under another model".to_owned())
    } else if heading.tool_version != env!("CARGO_PKG_VERSION") {
        let (then, now) = (&heading.tool_version, env!("CARGO_PKG_VERSION"));
        Some(format!("it was made by version {then} of fwt, this is version {now}"))
    } else if !scored() {
        Some("its weights are not those of the model".to_owned())
    } else {
        None
    }
}

/// The hash of a node's first record.
fn first_record(encoded: &Encoded, persons: &StandardPersons, sources: &[Source], node: usize) -> u64 {
    let row =
        encoded.representative.get(node).and_then(|&position| encoded.order.get(position as usize)).copied().unwrap_or(u32::MAX) as usize;
    let source = persons.position.get(row).and_then(|position| sources.get(usize::from(position.source))).map_or("", |source| &source.name);
    let record = persons.record_id.get(row).unwrap_or_default();
    ids::digest_number(&[b"record", source.as_bytes(), record.as_bytes()])
}

/// Which nodes were not there last month.
pub(super) fn fresh(encoded: &Encoded, remembered: &RememberedPairs) -> Vec<bool> {
    encoded.fingerprints.par_iter().map(|fingerprint| remembered.fingerprints.binary_search(fingerprint).is_err()).collect()
}

/// Counts the nodes by what became of them; `fresh` as blocking left it.
pub(super) fn known(
    encoded: &Encoded,
    persons: &StandardPersons,
    sources: &[Source],
    remembered: &RememberedPairs,
    fresh: &[bool],
) -> Known {
    let mut here: Vec<u64> = encoded.fingerprints.clone();
    here.par_sort_unstable();
    let gone = |fingerprint: &u64| here.binary_search(fingerprint).is_err();
    let mut gone_records: Vec<u64> = remembered
        .fingerprints
        .iter()
        .zip(&remembered.first_records)
        .filter(|(fingerprint, _)| gone(fingerprint))
        .map(|(_, &record)| record)
        .collect();
    let mut known = Known { gone: gone_records.len() as u64, ..Known::default() };
    gone_records.sort_unstable();
    for (node, (fingerprint, &fresh)) in encoded.fingerprints.iter().zip(fresh).enumerate() {
        if remembered.fingerprints.binary_search(fingerprint).is_ok() {
            known.unchanged += 1;
            known.moved += u64::from(fresh);
        } else if gone_records.binary_search(&first_record(encoded, persons, sources, node)).is_ok() {
            known.changed += 1;
        } else {
            known.new += 1;
        }
    }
    known
}

/// The remembered pairs of nodes that are not fresh, as edges in no order.
pub(super) fn edges(encoded: &Encoded, remembered: &RememberedPairs, fresh: &[bool]) -> Vec<Edge> {
    let mut here: Vec<(u64, u32)> = encoded.fingerprints.iter().copied().zip(0u32..).collect();
    here.par_sort_unstable();
    let node_of = |fingerprint: &u64| {
        let place = here.binary_search_by_key(fingerprint, |&(fingerprint, _)| fingerprint).ok()?;
        here.get(place).map(|&(_, node)| node).filter(|&node| !fresh.get(node as usize).copied().unwrap_or(true))
    };
    let nodes: Vec<Option<u32>> = remembered.fingerprints.par_iter().map(node_of).collect();
    let node = |position: u32| nodes.get(position as usize).copied().flatten();
    let pairs = remembered.left.iter().zip(&remembered.right).zip(remembered.weights.iter().zip(&remembered.patterns));
    pairs
        .filter_map(|((&left, &right), (&weight, &pattern))| {
            let (a, b) = (node(left)?, node(right)?);
            Some(Edge { left: a.min(b), right: a.max(b), weight, pattern })
        })
        .collect()
}

/// This month's memory; `edges` are all scored pairs.
pub(super) fn remember(
    encoded: &Encoded,
    persons: &StandardPersons,
    sources: &[Source],
    edges: &[Edge],
    heading: MemoryHeading,
) -> RememberedPairs {
    let mut records_of = vec![0u32; encoded.nodes.len()];
    for &node in &encoded.node_of {
        if let Some(count) = records_of.get_mut(node as usize) {
            *count += 1;
        }
    }
    let mut ordered: Vec<(u64, u32)> = encoded.fingerprints.iter().copied().zip(0u32..).collect();
    ordered.par_sort_unstable();
    let mut place_of = vec![0u32; ordered.len()];
    for (place, &(_, node)) in (0u32..).zip(&ordered) {
        if let Some(slot) = place_of.get_mut(node as usize) {
            *slot = place;
        }
    }
    let place = |node: u32| place_of.get(node as usize).copied().unwrap_or(0);
    let mut pairs: Vec<Edge> = edges
        .par_iter()
        .map(|edge| {
            let (a, b) = (place(edge.left), place(edge.right));
            Edge { left: a.min(b), right: a.max(b), ..*edge }
        })
        .collect();
    pairs.par_sort_unstable();
    RememberedPairs {
        heading,
        fingerprints: ordered.iter().map(|&(fingerprint, _)| fingerprint).collect(),
        first_records: ordered.par_iter().map(|&(_, node)| first_record(encoded, persons, sources, node as usize)).collect(),
        records: ordered.iter().map(|&(_, node)| records_of.get(node as usize).copied().unwrap_or(0)).collect(),
        left: pairs.iter().map(|edge| edge.left).collect(),
        right: pairs.iter().map(|edge| edge.right).collect(),
        weights: pairs.iter().map(|edge| edge.weight).collect(),
        patterns: pairs.iter().map(|edge| edge.pattern).collect(),
    }
}
