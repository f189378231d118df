//! Records that could be linked to nothing: compared even with an identical copy of themselves they stay below the threshold.
//!
//! What comes in: the records and the scorer. What goes out: `unlinkable` of the model: how many such records there are, and all records by the
//! weight of that comparison in whole bits. What always holds: each record counts once, also one of several that are equal. The idea is
//! Splink's chart of unlinkables (Linacre et al. 2022).

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::compare::Comparer;
use super::encode::Encoded;
use super::score::{BIT, Scorer, Weight, Weights};

/// Nodes that a worker compares with one memory.
const CHUNK: usize = 65_536;

/// Adds `unlinkable` to the model; a warning where that is most of them.
pub(super) fn describe(model: &mut Value, encoded: &Encoded, scorer: &Scorer, threshold: Weight) -> Option<String> {
    let mut records = vec![0_u64; encoded.nodes.len()];
    for &node in &encoded.node_of {
        if let Some(count) = records.get_mut(node as usize) {
            *count += 1;
        }
    }
    let parts: Vec<(u64, BTreeMap<i64, u64>)> = records
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, records)| {
            let (mut comparer, mut known) = (Comparer::new(encoded), Weights::new(scorer));
            let (mut below, mut weights) = (0, BTreeMap::new());
            for (node, &count) in (chunk * CHUNK..).zip(records) {
                let weight = known.of(comparer.pattern(node as u32, node as u32));
                below += if weight < threshold { count } else { 0 };
                *weights.entry(i64::from(weight.div_euclid(BIT))).or_default() += count;
            }
            (below, weights)
        })
        .collect();
    let mut weights: BTreeMap<i64, u64> = BTreeMap::new();
    for (bits, count) in parts.iter().flat_map(|part| &part.1) {
        *weights.entry(*bits).or_default() += count;
    }
    let below: u64 = parts.iter().map(|part| part.0).sum();
    let weights: Vec<Value> = weights.iter().map(|(bits, count)| json!([bits, count])).collect();
    if let Some(model) = model.as_object_mut() {
        model.insert("unlinkable".to_owned(), json!({ "records": below, "weights_with_own_copy": weights }));
    }
    let all = encoded.node_of.len() as u64;
    (below * 2 > all)
        .then(|| format!("{below} of {all} records say too little to be linked: even an exact copy of one might be somebody else's"))
}
