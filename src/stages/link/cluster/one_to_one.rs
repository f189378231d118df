//! Persons of two files that hold each person once: the best assignment of one file's records to the other's.
//!
//! What comes in: weighted pairs, constraints, a threshold. What goes out: clusters of at most one record of each file. What always holds: no other
//! assignment has a larger sum of weights above the threshold, where a record may stay without a partner; records that must stay apart never
//! share a cluster; what people decided is one person is one, whatever it weighs, and counts as one record for the rest.

use std::collections::{BTreeMap, BTreeSet};

use super::super::score::Weight;
use super::assignment::{self, Pairing};
use super::{Apart, Clusters, Edge, settled, two_children};

/// The bits of the two files among the declared sources.
const FIRST: u64 = 1;
const SECOND: u64 = 2;

/// Assigns the records of two files; `edges` are sorted by (left, right), nodes hold one record each.
pub(crate) fn assign(nodes: usize, edges: &[Edge], apart: &Apart, threshold: Weight) -> Clusters {
    let mut of_node: Vec<u32> = (0..nodes as u32).collect();
    for group in settled::groups(apart.must_links()) {
        let name = group.first().copied().unwrap_or_default();
        for &node in &group {
            if let Some(slot) = of_node.get_mut(node as usize) {
                *slot = name;
            }
        }
    }
    let mut files: BTreeMap<u32, u64> = BTreeMap::new();
    for (node, &name) in (0u32..).zip(&of_node) {
        *files.entry(name).or_default() |= apart.declared_of(node);
    }
    // What decisions have joined across the files already has its partner.
    let of_file = |file: u64| -> Vec<u32> { files.iter().filter(|(_, files)| **files == file).map(|(&name, _)| name).collect() };
    let (lefts, rights) = (of_file(FIRST), of_file(SECOND));
    let pairings = pairings(&of_node, edges, apart, threshold, (&lefts, &rights));
    let partners = assignment::assign(lefts.len(), rights.len(), &pairings);
    let mut renamed: BTreeMap<u32, u32> = BTreeMap::new();
    for (&left, right) in lefts.iter().zip(&partners) {
        if let Some(&right) = right.and_then(|right| rights.get(right as usize)) {
            renamed.insert(left.max(right), left.min(right));
        }
    }
    for slot in &mut of_node {
        *slot = renamed.get(slot).copied().unwrap_or(*slot);
    }
    Clusters { of_node, cut: 0 }
}

/// The pairs that may be taken, by position among the lefts and rights, each once with its largest gain.
fn pairings(of_node: &[u32], edges: &[Edge], apart: &Apart, threshold: Weight, (lefts, rights): (&[u32], &[u32])) -> Vec<Pairing> {
    let of = |node: u32| of_node.get(node as usize).copied().unwrap_or(node);
    let place = |a: u32, b: u32| {
        let side = |name: u32| (lefts.binary_search(&name).ok(), rights.binary_search(&name).ok());
        match (side(a), side(b)) {
            ((Some(left), _), (_, Some(right))) | ((_, Some(right)), (Some(left), _)) => Some((left as u32, right as u32)),
            _ => None,
        }
    };
    let (mut gains, mut forbidden) = (BTreeMap::new(), BTreeSet::new());
    let cannot = apart.cannot_links().iter().filter_map(|&(a, b)| place(of(a), of(b)));
    forbidden.extend(cannot);
    for edge in edges {
        let Some(pair) = place(of(edge.left), of(edge.right)) else { continue };
        if apart.never(edge.left, edge.right) || two_children(edge.pattern) {
            forbidden.insert(pair);
        } else if edge.weight > threshold {
            let gain = i64::from(edge.weight) - i64::from(threshold);
            let best = gains.entry(pair).or_insert(gain);
            *best = gain.max(*best);
        }
    }
    let allowed = gains.into_iter().filter(|(pair, _)| !forbidden.contains(pair));
    allowed.map(|((left, right), gain)| Pairing { left, right, gain }).collect()
}
