//! Records with the same content become one node.
//!
//! What comes in: encoded records in their order. What goes out: nodes, the node of each record, each node's smallest record.
//! What always holds: nodes are numbered by date of birth, those without one by forename, then by their smallest record: what is compared with
//! each other lies close together in memory. Records collapse only if their content names one person:
//! surname, forename and a date of birth or personal identifier. Others stay apart, to be compared as pairs like any two records,
//! because a father and a son without dates of birth may well look the same.

use rayon::prelude::*;

use super::separate::ALONE;
use super::{NONE, Node};
use crate::stages::link::hash::MixHasher;
use std::hash::{Hash, Hasher};

/// Nodes and how records belong to them.
pub(super) struct Collapsed {
    pub(super) node_of: Vec<u32>,
    pub(super) nodes: Vec<Node>,
    pub(super) representative: Vec<u32>,
}

fn names_one_person(node: &Node) -> bool {
    let identified = [node.born, node.nhs_number, node.nino, node.upn, node.uln].iter().any(|&code| code != NONE);
    node.forename != NONE && node.surname != NONE && identified
}

/// Collapses records of the same content. Two records whose `separate` words share a bit stay apart; without words none do.
pub(super) fn collapse(records: &[Node], separate: &[u64]) -> Collapsed {
    let word = |position: u32| separate.get(position as usize).copied().unwrap_or(0);
    let mut keyed: Vec<(u64, u32)> = records
        .par_iter()
        .enumerate()
        .filter(|&(position, record)| names_one_person(record) && word(position as u32) != ALONE)
        .map(|(position, record)| {
            let mut hasher = MixHasher::default();
            record.hash(&mut hasher);
            (hasher.finish(), position as u32)
        })
        .collect();
    keyed.par_sort_unstable();
    // The smallest record of the same content; records of equal hash and different content fall into different groups.
    let mut first: Vec<u32> = (0..records.len() as u32).collect();
    for group in keyed.chunk_by(|a, b| a.0 == b.0) {
        let mut leaders: Vec<(u32, u64)> = Vec::new();
        for &(_, position) in group {
            let same = |leader: u32| records.get(leader as usize) == records.get(position as usize);
            match leaders.iter_mut().find(|(leader, words)| words & word(position) == 0 && same(*leader)) {
                Some((leader, words)) => {
                    *words |= word(position);
                    if let Some(slot) = first.get_mut(position as usize) {
                        *slot = *leader;
                    }
                }
                None => leaders.push((position, word(position))),
            }
        }
    }
    let mut leaders: Vec<(u32, u32, u32)> = first
        .par_iter()
        .zip(records)
        .zip(0u32..records.len() as u32)
        .filter(|((first, _), position)| *first == position)
        .map(|((_, record), position)| (record.born, if record.born == NONE { record.forename } else { 0 }, position))
        .collect();
    leaders.par_sort_unstable();
    let mut node_of_leader = vec![NONE; records.len()];
    for (node, &(_, _, leader)) in (0u32..).zip(&leaders) {
        if let Some(slot) = node_of_leader.get_mut(leader as usize) {
            *slot = node;
        }
    }
    let node_of = first.par_iter().map(|&leader| node_of_leader.get(leader as usize).copied().unwrap_or(NONE)).collect();
    let representative: Vec<u32> = leaders.into_iter().map(|(_, _, leader)| leader).collect();
    let nodes = representative.par_iter().map(|&leader| *records.get(leader as usize).expect("a leader is a record")).collect();
    Collapsed { node_of, nodes, representative }
}
