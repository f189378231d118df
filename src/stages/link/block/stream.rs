//! Streaming the pairs of blocks over all threads.
//!
//! What comes in: blocks of one or all rules. What goes out: calls of a worker's function, one per pair. What always holds: each worker
//! lives as long as the stream and owns its state; tiles hold about equally many pairs; which worker gets which tile is left to chance,
//! so workers' results must be merged in a way that does not depend on it (sums of integers, sorted lists).

#![expect(clippy::indexing_slicing, reason = "inner loop over all candidate pairs; positions come from the bounds of the same vectors")]

use std::sync::atomic::{AtomicUsize, Ordering};

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

/// Pairs waiting to be streamed.
pub(crate) struct Stream<'a> {
    rules: Vec<(usize, &'a Blocks)>,
    block_of: &'a [u32],
    stride: usize,
    tiles: Vec<Tile>,
}

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

impl<'a> Stream<'a> {
    /// The pairs of one rule that no earlier rule has.
    pub(super) fn of_one_rule(blocks: &'a Blocks, block_of: &'a [u32], stride: usize, rule: usize) -> Self {
        let mut stream = Self { rules: vec![(rule, blocks)], block_of, stride, tiles: Vec::new() };
        stream.cut(0);
        stream
    }

    /// The pairs of all rules.
    pub(super) fn of_all(blocks: impl Iterator<Item = &'a Blocks>, block_of: &'a [u32], stride: usize) -> Self {
        let mut stream = Self { rules: blocks.enumerate().collect(), block_of, stride, tiles: Vec::new() };
        for position in 0..stream.rules.len() {
            stream.cut(position);
        }
        stream
    }

    fn cut(&mut self, position: usize) {
        let blocks = self.rules[position].1;
        let (mut pairs, mut from, mut first_block) = (0, 0, 0);
        for block in 0..blocks.starts.len().saturating_sub(1) {
            let (start, end) = (blocks.starts[block] as usize, blocks.starts[block + 1] as usize);
            for member in start..start + self.rules[position].1.leading(block) {
                pairs += (end - member - 1) as u64;
                if pairs >= TILE_PAIRS {
                    self.tiles.push(Tile { rule: position, block: first_block, from, to: member + 1 });
                    (pairs, from, first_block) = (0, member + 1, block);
                }
            }
        }
        if pairs > 0 {
            self.tiles.push(Tile { rule: position, block: first_block, from, to: blocks.members.len() });
        }
    }

    /// Calls `visit` for every pair (smaller node first), with a state per worker; returns the states.
    pub(crate) fn run<S: Send>(
        &self,
        start: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, u32, u32) + Sync,
        done: impl Fn(u64) + Sync,
    ) -> Vec<S> {
        let next = AtomicUsize::new(0);
        rayon::broadcast(|_| {
            let mut state = start();
            while let Some(tile) = self.tiles.get(next.fetch_add(1, Ordering::Relaxed)) {
                done(self.visit_tile(tile, |a, b| visit(&mut state, a, b)));
            }
            state
        })
    }

    /// Number of pairs.
    pub(super) fn count(&self) -> u64 {
        self.run(|| 0u64, |count, _, _| *count += 1, |_| ()).into_iter().sum()
    }

    fn visit_tile(&self, tile: &Tile, mut visit: impl FnMut(u32, u32)) -> u64 {
        let (rule, blocks) = self.rules[tile.rule];
        let (mut block, mut visited) = (tile.block, 0);
        for position in tile.from..tile.to {
            while blocks.starts[block + 1] as usize <= position {
                block += 1;
            }
            if position - blocks.starts[block] as usize >= blocks.leading(block) {
                continue;
            }
            let a = blocks.members[position];
            for &b in &blocks.members[position + 1..blocks.starts[block + 1] as usize] {
                if !share_a_block(self.block_of, self.stride, a, b, rule) {
                    visit(a.min(b), a.max(b));
                    visited += 1;
                }
            }
        }
        visited
    }
}
