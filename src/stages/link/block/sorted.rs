//! Blocks of one rule: records sorted by key, oversized groups narrowed by further keys.
//!
//! What comes in: a rule's keys, and how groups are divided. What goes out: [`Blocks`] of at least two nodes. What always holds: inside a block
//! nodes ascend; a group that no further key narrows is cut into parts by the nodes' fingerprints rather than dropped; every narrowed group is
//! reported as [`Oversized`] with the number of pairs it lost. Which block a node is in depends on the node and on how groups are divided, on no other node.

use std::ops::Range;

use rayon::prelude::*;

use super::super::encode::Encoded;
use super::super::hash::{join, mix};
use super::divide::{BY_KEY, Dividing};
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
    /// How many of each block's first nodes are paired with those after them; empty where all are.
    pub(super) leads: Vec<u32>,
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

/// Which of so many parts of a group a node belongs to. Each group is cut otherwise, also those that two rules make of the same records: where one person has hundreds of records, what
/// one rule has cut apart another brings together.
fn part(fingerprint: u64, path: u64, parts: u32) -> u64 {
    ((u128::from(join(path, fingerprint)) * u128::from(parts)) >> 64) as u64
}

/// Nodes whose keys are made and laid into buckets together.
const TOGETHER: usize = 1 << 16;

/// Keys per bucket: few enough to be sorted in a processor's nearest memory.
const BUCKET: usize = 1 << 12;

/// The nodes that have all keys, sorted by key and node; most of those whose key no other node has are left out.
pub(super) fn keyed(keys: &[Key], encoded: &Encoded) -> Vec<(u64, u32)> {
    let key_of = |node: u32| joined(keys, encoded.node(node), encoded);
    sorted_keys(encoded.nodes.len() as u32, key_of)
}

/// As [`keyed`]. Keys are well mixed: those with the same first bits are as many as any others, and what is in order bucket by bucket is in order.
fn sorted_keys(nodes: u32, key_of: impl Fn(u32) -> Option<u64> + Sync) -> Vec<(u64, u32)> {
    let bits = (nodes as usize / BUCKET).next_power_of_two().ilog2().min(12);
    let buckets = 1usize << bits;
    let bucket = |key: u64| key.checked_shr(u64::BITS - bits).unwrap_or(0) as usize;
    let starts: Vec<u32> = (0..nodes).step_by(TOGETHER).collect();
    let parts: Vec<Part> =
        starts.par_iter().map(|&from| Part::of(from..nodes.min(from + TOGETHER as u32), &key_of, buckets, bucket)).collect();
    let sorted: Vec<Vec<(u64, u32)>> = (0..buckets)
        .into_par_iter()
        .map(|bucket| {
            let all = || parts.iter().flat_map(|part| part.bucket(bucket));
            let count = all().count();
            // What is alone in its place of a small table is alone; counting costs less than sorting.
            let places = (count * 2).next_power_of_two();
            let place = |key: u64| mix(key) as usize & (places - 1);
            let mut counts = vec![0u8; places];
            for &(key, _) in all() {
                if let Some(count) = counts.get_mut(place(key)) {
                    *count = count.saturating_add(1);
                }
            }
            let shared = |&&(key, _): &&(u64, u32)| counts.get(place(key)).is_some_and(|&count| count > 1);
            let mut keyed: Vec<(u64, u32)> = all().filter(shared).copied().collect();
            keyed.sort_unstable();
            keyed
        })
        .collect();
    drop(parts);
    let mut keyed = Vec::with_capacity(sorted.iter().map(Vec::len).sum());
    keyed.extend(sorted.into_iter().flatten());
    keyed
}

/// The keys of some nodes, bucket after bucket.
struct Part {
    keyed: Vec<(u64, u32)>,
    /// Where each bucket ends.
    ends: Vec<u32>,
}

impl Part {
    fn of(nodes: Range<u32>, key_of: &impl Fn(u32) -> Option<u64>, buckets: usize, bucket: impl Fn(u64) -> usize) -> Self {
        let mut met: Vec<(u64, u32)> = Vec::with_capacity(nodes.len());
        met.extend(nodes.filter_map(|node| key_of(node).map(|key| (key, node))));
        let mut ends = vec![0u32; buckets];
        for &(key, _) in &met {
            if let Some(count) = ends.get_mut(bucket(key)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            // For now where the bucket starts; it moves to the end while the bucket is filled.
            (*end, sum) = (sum, sum + *end);
        }
        let mut keyed = vec![(0, 0); met.len()];
        for entry in met {
            if let Some(next) = ends.get_mut(bucket(entry.0)) {
                if let Some(slot) = keyed.get_mut(*next as usize) {
                    *slot = entry;
                }
                *next += 1;
            }
        }
        Self { keyed, ends }
    }

    fn bucket(&self, bucket: usize) -> &[(u64, u32)] {
        let end = |bucket: usize| self.ends.get(bucket).map_or(0, |&end| end as usize);
        let from = bucket.checked_sub(1).map_or(0, end);
        self.keyed.get(from..end(bucket)).unwrap_or_default()
    }
}

impl Blocks {
    /// Groups sorted keys into blocks.
    pub(super) fn build(
        keyed: &[(u64, u32)],
        keys: &[Key],
        dividing: &mut Dividing<'_>,
        encoded: &Encoded,
        oversized: &mut Vec<Oversized>,
    ) -> Self {
        let mut blocks = Self { members: Vec::new(), starts: vec![0], leads: Vec::new() };
        let mut from = 0;
        for group in keyed.chunk_by(|a, b| a.0 == b.0) {
            let to = from + group.len();
            if let [(path, _), _, ..] = group {
                let nodes: Vec<u32> = group.iter().map(|&(_, node)| node).collect();
                let kept = blocks.narrow(&nodes, keys, 0, *path, dividing, encoded);
                let all = pairs_of(group.len());
                if kept < all {
                    oversized.push(Oversized { from, to, pairs: all - kept });
                }
            }
            from = to;
        }
        blocks
    }

    /// Adds a group, or what it is divided into, and returns the pairs it keeps.
    fn narrow(&mut self, nodes: &[u32], keys: &[Key], depth: usize, path: u64, dividing: &mut Dividing<'_>, encoded: &Encoded) -> u64 {
        if nodes.len() < 2 {
            return 0;
        }
        // A key that the rule has already divides nothing.
        let further =
            NARROWING.iter().enumerate().skip(depth).map(|(place, &key)| (place, Key::Person(key))).find(|(_, key)| !keys.contains(key));
        match dividing.parts(path, nodes, further.is_none()) {
            None => {
                self.push(nodes);
                pairs_of(nodes.len())
            }
            Some(parts) => {
                let (depth, value): (usize, Box<dyn Fn(u32) -> u64>) = match further {
                    Some((place, key)) if parts == BY_KEY => {
                        (place + 1, Box::new(move |node| key.of(encoded.node(node), encoded).unwrap_or(u64::MAX)))
                    }
                    _ => {
                        (usize::MAX, Box::new(move |node| part(encoded.fingerprints.get(node as usize).copied().unwrap_or(0), path, parts)))
                    }
                };
                let mut keyed: Vec<(u64, u32)> = nodes.iter().map(|&node| (value(node), node)).collect();
                keyed.sort_unstable();
                let mut kept = 0;
                for group in keyed.chunk_by(|a, b| a.0 == b.0) {
                    let nodes: Vec<u32> = group.iter().map(|&(_, node)| node).collect();
                    let value = group.first().map_or(0, |&(value, _)| value);
                    if depth == usize::MAX {
                        self.push(&nodes);
                        kept += pairs_of(nodes.len());
                    } else {
                        kept += self.narrow(&nodes, keys, depth, join(join(path, depth as u64), value), dividing, encoded);
                    }
                }
                kept
            }
        }
    }

    fn push(&mut self, nodes: &[u32]) {
        if nodes.len() > 1 {
            self.members.extend(nodes);
            self.starts.push(self.members.len() as u32);
        }
    }

    /// The same with only the pairs in which a node is fresh: blocks without one are left out, in the others fresh nodes come first and lead.
    pub(super) fn of_fresh(&self, fresh: &[bool]) -> Self {
        let is_fresh = |node: &u32| fresh.get(*node as usize).copied().unwrap_or(true);
        let mut blocks = Self { members: Vec::new(), starts: vec![0], leads: Vec::new() };
        for block in self.iter() {
            let before = blocks.members.len();
            blocks.members.extend(block.iter().filter(|node| is_fresh(node)));
            let leads = blocks.members.len() - before;
            if leads > 0 {
                blocks.members.extend(block.iter().filter(|node| !is_fresh(node)));
                blocks.starts.push(blocks.members.len() as u32);
                blocks.leads.push(leads as u32);
            }
        }
        blocks
    }

    /// How many of a block's first nodes are paired with those after them.
    pub(super) fn leading(&self, block: usize) -> usize {
        self.leads.get(block).map_or_else(
            || match self.starts.get(block..block + 2) {
                Some([from, to]) => (to - from) as usize,
                _ => 0,
            },
            |&leads| leads as usize,
        )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_several_nodes_have_come_sorted_whatever_their_number() {
        for nodes in [0, 1, 2, 5_000, 70_000, 200_000] {
            // A third of the nodes have no key, and every key belongs to three nodes on average.
            let key_of = |node: u32| (!node.is_multiple_of(3)).then(|| mix(mix(u64::from(node)) % u64::from(nodes / 3 + 1)));
            let mut expected: Vec<(u64, u32)> = (0..nodes).filter_map(|node| Some((key_of(node)?, node))).collect();
            expected.sort_unstable();
            let shared = |keyed: Vec<(u64, u32)>| -> Vec<Vec<(u64, u32)>> {
                keyed.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).map(<[_]>::to_vec).collect()
            };
            let found = sorted_keys(nodes, key_of);
            assert!(found.is_sorted(), "{nodes}");
            assert_eq!(shared(found), shared(expected), "{nodes}");
        }
    }
}
