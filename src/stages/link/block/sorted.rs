//! Blocks of one rule: records sorted by key, oversized groups narrowed by further keys.
//!
//! What comes in: a rule's keys. What goes out: [`Blocks`] of at least two and at most `largest` nodes. What always holds: inside a block
//! nodes ascend; a group that no further key narrows is cut into runs of `largest` neighbours rather than dropped; every narrowed group is
//! reported as [`Oversized`] with the number of pairs it lost.

use rayon::prelude::*;

use super::super::encode::Encoded;
use super::keys::{Key, joined};
use super::rules::NARROWING;
use super::stream::no_block;

/// Blocks of one rule.
#[derive(Default)]
pub(crate) struct Blocks {
    /// Nodes, block after block.
    pub(super) members: Vec<u32>,
    /// Where each block starts, and the end of the last.
    pub(super) starts: Vec<u32>,
}

/// A group of equal keys that was too large.
pub(super) struct Oversized {
    /// Where it starts in the sorted keys.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
    /// Pairs set aside by narrowing it.
    pub(super) pairs: u64,
}

fn pairs_of(size: usize) -> u64 {
    let size = size as u64;
    size * size.saturating_sub(1) / 2
}

/// The nodes that have all keys, sorted by key and node.
pub(super) fn keyed(keys: &[Key], encoded: &Encoded) -> Vec<(u64, u32)> {
    let mut keyed: Vec<(u64, u32)> = encoded
        .nodes
        .par_iter()
        .enumerate()
        .filter_map(|(index, node)| joined(keys, node, encoded).map(|key| (key, index as u32)))
        .collect();
    keyed.par_sort_unstable();
    keyed
}

impl Blocks {
    /// Groups sorted keys into blocks.
    pub(super) fn build(keyed: &[(u64, u32)], keys: &[Key], largest: usize, encoded: &Encoded, oversized: &mut Vec<Oversized>) -> Self {
        let mut blocks = Self { members: Vec::new(), starts: vec![0] };
        let mut from = 0;
        for group in keyed.chunk_by(|a, b| a.0 == b.0) {
            let to = from + group.len();
            if group.len() > largest {
                let nodes: Vec<u32> = group.iter().map(|&(_, node)| node).collect();
                let kept = blocks.narrow(nodes, keys, 0, largest, encoded);
                oversized.push(Oversized { from, to, pairs: pairs_of(group.len()) - kept });
            } else if group.len() > 1 {
                blocks.members.extend(group.iter().map(|&(_, node)| node));
                blocks.starts.push(blocks.members.len() as u32);
            }
            from = to;
        }
        blocks
    }

    /// Narrows a group by further keys and returns the pairs it keeps.
    fn narrow(&mut self, nodes: Vec<u32>, keys: &[Key], depth: usize, largest: usize, encoded: &Encoded) -> u64 {
        if nodes.len() <= largest {
            if nodes.len() > 1 {
                self.members.extend(&nodes);
                self.starts.push(self.members.len() as u32);
            }
            return pairs_of(nodes.len());
        }
        let Some(key) = NARROWING.get(depth).map(|&key| Key::Person(key)) else {
            return nodes.chunks(largest).map(|run| self.narrow(run.to_vec(), keys, depth, largest, encoded)).sum();
        };
        if keys.contains(&key) {
            return self.narrow(nodes, keys, depth + 1, largest, encoded);
        }
        let mut keyed: Vec<(u64, u32)> =
            nodes.iter().map(|&node| (key.of(encoded.node(node), encoded).unwrap_or(u64::MAX), node)).collect();
        keyed.sort_unstable();
        keyed
            .chunk_by(|a, b| a.0 == b.0)
            .map(|group| self.narrow(group.iter().map(|&(_, node)| node).collect(), keys, depth + 1, largest, encoded))
            .sum()
    }

    /// Members and bounds.
    pub(super) fn entries(&self) -> usize {
        self.members.len() + self.starts.len()
    }

    /// The members of each block.
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|bounds| match bounds {
            [from, to] => self.members.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        })
    }

    /// Pairs in all blocks.
    pub(super) fn pairs(&self) -> u64 {
        self.iter().map(|block| pairs_of(block.len())).sum()
    }

    /// Writes each node's block number (from 1) into the rule's column.
    pub(super) fn number(&self, block_of: &mut [u32], stride: usize, rule: usize) {
        for (number, block) in (1u32..).zip(self.iter()) {
            for &node in block {
                if let Some(slot) = block_of.get_mut(node as usize * stride + rule) {
                    *slot = number;
                }
            }
        }
    }

    /// Clears the rule's column.
    pub(super) fn unnumber(&self, block_of: &mut [u32], stride: usize, rule: usize) {
        for &node in &self.members {
            if let Some(slot) = block_of.get_mut(node as usize * stride + rule) {
                *slot = no_block(node);
            }
        }
    }
}
