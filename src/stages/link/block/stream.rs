//! Streaming the pairs of blocks over all threads.
//!
//! What comes in: blocks of one or all rules. What goes out: per rule a mark for each pair that no earlier rule has, then calls of a worker's function, one per
//! marked pair: whether two nodes meet in an earlier rule costs more than comparing many a pair, so it is asked once. What always holds: each worker
//! lives as long as the stream and owns its state; tiles hold about equally many pairs; which worker gets which tile is left to chance,
//! so workers' results must be merged in a way that does not depend on it (sums of integers, sorted lists).

#![expect(clippy::indexing_slicing, reason = "inner loop over all candidate pairs; positions come from the bounds of the same vectors")]

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::sorted::Blocks;

/// Pairs per tile: small enough to balance two threads, large enough that taking a tile costs nothing.
const TILE_PAIRS: u64 = 32_768;

/// A run of positions of one rule; each is paired with the later positions of its block.
struct Tile {
    rule: usize,
    block: usize,
    from: usize,
    to: usize,
}

/// Which pairs of a rule no earlier rule has: a bit for each pair, tile after tile, in the order in which they are visited.
#[derive(Default)]
pub(crate) struct NewPairs {
    tiles: Vec<Vec<u64>>,
    /// How many they are.
    pub(super) count: u64,
}

/// Where a pair of a stream stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Number of its tile.
    pub(crate) tile: usize,
    /// Number of the rule that makes it.
    pub(crate) rule: usize,
}

/// Pairs waiting to be streamed.
pub(crate) struct Stream<'a> {
    rules: Vec<(&'a Blocks, &'a NewPairs)>,
    tiles: Vec<(Tile, &'a [u64])>,
}

/// Pairs that wait to be visited at a time.
const WAITING: usize = 64;

/// Rules whose block numbers are compared at once, without a branch between them.
const LANES: usize = 8;

/// True if two nodes share a block under one of the first `rules` rules. A node without a block has a number of its own ([`no_block`]).
pub(super) fn share_a_block(block_of: &[u32], stride: usize, a: u32, b: u32, rules: usize) -> bool {
    share_a_block_from(block_of, stride, a, b, 0, rules)
}

/// True if two nodes share a block under one of the rules from `first` to before `rules`.
pub(super) fn share_a_block_from(block_of: &[u32], stride: usize, a: u32, b: u32, first: usize, rules: usize) -> bool {
    let row = |node: u32| {
        let start = node as usize * stride;
        &block_of[start + first..start + rules]
    };
    let (a, b) = (row(a).chunks_exact(LANES), row(b).chunks_exact(LANES));
    let same = |x: &[u32], y: &[u32]| x.iter().zip(y).map(|(x, y)| u32::from(x == y)).sum::<u32>() > 0;
    let rest = (a.remainder(), b.remainder());
    a.zip(b).any(|(x, y)| same(x, y)) || same(rest.0, rest.1)
}

/// What stands for "in no block": a number that no block and no other node has.
pub(super) fn no_block(node: u32) -> u32 {
    !node
}

impl NewPairs {
    /// So many at least, none of them marked: for a rule that is dropped.
    pub(super) fn not_looked_at(count: u64) -> Self {
        Self { tiles: Vec::new(), count }
    }

    /// The pairs of the blocks of a rule that no rule before it has.
    pub(super) fn mark(blocks: &Blocks, block_of: &[u32], stride: usize, rule: usize) -> Self {
        let tiles: Vec<Vec<u64>> = cut(blocks, 0)
            .par_iter()
            .map(|tile| {
                let (mut marks, mut word, mut filled) = (Vec::new(), 0u64, 0);
                tile.visit(blocks, |a, others| {
                    for &b in others {
                        word |= u64::from(!share_a_block(block_of, stride, a, b, rule)) << filled;
                        filled += 1;
                        if filled == u64::BITS {
                            marks.push(word);
                            (word, filled) = (0, 0);
                        }
                    }
                });
                marks.push(word);
                marks
            })
            .collect();
        let count = tiles.par_iter().flatten().map(|word| u64::from(word.count_ones())).sum();
        Self { tiles, count }
    }
}

/// Cuts the blocks of the rule of that number into tiles.
fn cut(blocks: &Blocks, rule: usize) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let (mut pairs, mut from, mut first_block) = (0, 0, 0);
    for block in 0..blocks.starts.len().saturating_sub(1) {
        let (start, end) = (blocks.starts[block] as usize, blocks.starts[block + 1] as usize);
        for member in start..start + blocks.leading(block) {
            pairs += (end - member - 1) as u64;
            if pairs >= TILE_PAIRS {
                tiles.push(Tile { rule, block: first_block, from, to: member + 1 });
                (pairs, from, first_block) = (0, member + 1, block);
            }
        }
    }
    if pairs > 0 {
        tiles.push(Tile { rule, block: first_block, from, to: blocks.members.len() });
    }
    tiles
}

impl Tile {
    /// Calls `visit` for every node with those it is paired with.
    fn visit(&self, blocks: &Blocks, mut visit: impl FnMut(u32, &[u32])) {
        let mut block = self.block;
        for position in self.from..self.to {
            while blocks.starts[block + 1] as usize <= position {
                block += 1;
            }
            if position - (blocks.starts[block] as usize) < blocks.leading(block) {
                visit(blocks.members[position], &blocks.members[position + 1..blocks.starts[block + 1] as usize]);
            }
        }
    }
}

/// Calls `found` for every mark among `count` of them from the one at `first`, with its place from there.
fn each_mark(marks: &[u64], first: usize, count: usize, mut found: impl FnMut(usize)) {
    let (mut at, end) = (first, first + count);
    while at < end {
        let (word, bit) = (at / 64, at % 64);
        let here = (64 - bit).min(end - at);
        let mut left = (marks[word] >> bit) & (u64::MAX >> (64 - here));
        while left != 0 {
            found(at - first + left.trailing_zeros() as usize);
            left &= left - 1;
        }
        at += here;
    }
}

impl<'a> Stream<'a> {
    /// The pairs of all rules, each with those that no earlier one has.
    pub(super) fn of_all(rules: impl Iterator<Item = (&'a Blocks, &'a NewPairs)>) -> Self {
        let rules: Vec<_> = rules.collect();
        let tiles = rules.iter().enumerate().flat_map(|(number, &(blocks, new))| {
            cut(blocks, number).into_iter().zip(&new.tiles).map(|(tile, marks)| (tile, marks.as_slice()))
        });
        Self { tiles: tiles.collect(), rules }
    }

    /// Calls `visit` for every pair (smaller node first), with a state per worker; a tile is visited by one worker, as a whole. Returns the states.
    /// `soon` is told of some pairs before they are visited, so that what they need can be fetched from memory all at once.
    pub(crate) fn run<S: Send>(
        &self,
        start: impl Fn() -> S + Sync,
        soon: impl Fn(&[(u32, u32)]) + Sync,
        visit: impl Fn(&mut S, Place, u32, u32) + Sync,
        done: impl Fn(u64) + Sync,
    ) -> Vec<S> {
        let next = AtomicUsize::new(0);
        rayon::broadcast(|_| {
            let mut state = start();
            let mut waiting: Vec<(u32, u32)> = Vec::with_capacity(WAITING);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some((tile, _)) = self.tiles.get(number) else { break state };
                let place = Place { tile: number, rule: tile.rule };
                let mut visited = 0;
                let mut flush = |waiting: &mut Vec<(u32, u32)>| {
                    soon(waiting);
                    visited += waiting.len() as u64;
                    for (a, b) in waiting.drain(..) {
                        visit(&mut state, place, a, b);
                    }
                };
                self.visit_again(number, |a, b| {
                    waiting.push((a, b));
                    if waiting.len() == WAITING {
                        flush(&mut waiting);
                    }
                });
                flush(&mut waiting);
                done(visited);
            }
        })
    }

    /// Calls `visit` for every pair of a tile (smaller node first), in the order in which [`Stream::run`] does.
    pub(crate) fn visit_again(&self, tile: usize, mut visit: impl FnMut(u32, u32)) {
        let Some((tile, marks)) = self.tiles.get(tile) else { return };
        let mut first = 0;
        tile.visit(self.rules[tile.rule].0, |a, others| {
            each_mark(marks, first, others.len(), |place| {
                let b = others[place];
                visit(a.min(b), a.max(b));
            });
            first += others.len();
        });
    }

    /// How many pairs a tile has.
    pub(crate) fn pairs_of(&self, tile: usize) -> usize {
        self.tiles.get(tile).map_or(0, |(_, marks)| marks.iter().map(|word| word.count_ones() as usize).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::each_mark;

    #[test]
    fn every_mark_of_a_range_is_found_once() {
        let marks: Vec<u64> = (0..5u64).map(super::super::super::hash::mix).collect();
        let set = |at: usize| marks[at / 64] >> (at % 64) & 1 == 1;
        for first in [0, 1, 63, 64, 65, 130, 200] {
            for count in [0, 1, 2, 63, 64, 65, 120] {
                let mut found = Vec::new();
                each_mark(&marks, first, count, |place| found.push(place));
                assert_eq!(found, (0..count).filter(|place| set(first + place)).collect::<Vec<_>>(), "{first} {count}");
            }
        }
    }
}
