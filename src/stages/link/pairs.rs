//! All candidate pairs, looked at once or twice.
//!
//! What comes in: the blocks. What goes out: pattern counts for estimation, then the scored pairs above the floor. What always holds: a pair whose pattern is held
//! is not compared a second time; counts and pairs do not depend on which worker saw them, since counts are sums of integers and lists are sorted.

use rayon::prelude::*;

use super::block::{Blocking, Place};
use super::cluster::{Edge, FLOOR};
use super::compare::Comparer;
use super::encode::Encoded;
use super::hash::{NumberMap, mix};
use super::score::{Scorer, Weight, Weights};
use crate::model::Progress;

/// Candidate pairs whose patterns are counted for estimation; above it a hash chooses among them.
const SAMPLED_PAIRS: f64 = 3_000_000.0;

/// Most pairs whose patterns are held in memory between estimating and scoring (4 bytes each); more are compared twice.
pub(super) const HELD_PAIRS: u64 = 250_000_000;

/// The patterns of all pairs. There are far fewer patterns than pairs, and the pairs themselves are found again in the blocks.
pub(super) struct HeldPatterns {
    /// The patterns that each worker met.
    patterns: Vec<Vec<u64>>,
    tiles: Vec<HeldTile>,
}

/// The patterns of the pairs of a tile, by their numbers among those of the worker that visited it.
struct HeldTile {
    tile: usize,
    worker: usize,
    numbers: Vec<u32>,
}

/// What a worker collects at the first look.
struct Looking<'a> {
    comparer: Comparer<'a>,
    numbers: NumberMap<u64, u32>,
    /// By their numbers; with how many sampled pairs have each, all and those that blocking makes without identifiers.
    patterns: Vec<(u64, [u64; 2])>,
    held: Vec<(usize, Vec<u32>)>,
}

impl Looking<'_> {
    /// The number of a pattern.
    fn number(&mut self, pattern: u64) -> u32 {
        let next = self.patterns.len() as u32;
        let number = *self.numbers.entry(pattern).or_insert(next);
        if number == next {
            self.patterns.push((pattern, [0; 2]));
        }
        number
    }
}

/// What the first look at the candidate pairs gives.
pub(super) struct Looked {
    /// Patterns of a hash-chosen share of the pairs, sorted, each weighted by what it stands for.
    pub(super) patterns: Vec<(u64, f64)>,
    /// Those of them that blocking makes without identifiers.
    pub(super) without_identifiers: Vec<(u64, f64)>,
    /// The patterns of all pairs, where there are few enough to hold.
    pub(super) held: Option<HeldPatterns>,
}

/// Counts the patterns of a hash-chosen share of the candidate pairs; holds all if asked to.
pub(super) fn look(encoded: &Encoded, blocking: &Blocking, hold: bool, progress: &dyn Progress) -> Looked {
    let pairs = blocking.pairs();
    let share = (SAMPLED_PAIRS / pairs.max(1) as f64).min(1.0);
    let limit = (share * u64::MAX as f64) as u64;
    progress.begin("estimating the model", pairs, "pairs");
    let stream = blocking.stream();
    let workers: Vec<Looking<'_>> = stream.run(
        || Looking { comparer: Comparer::new(encoded), numbers: NumberMap::default(), patterns: Vec::new(), held: Vec::new() },
        |pairs| {
            if hold || share >= 1.0 {
                encoded.fetch(pairs);
            }
        },
        |looking, Place { tile, rule }, a, b| {
            let sampled = share >= 1.0 || mix(u64::from(a) << 32 | u64::from(b)) < limit;
            if !sampled && !hold {
                return;
            }
            let pattern = looking.comparer.pattern(a, b);
            let number = looking.number(pattern);
            if let Some((_, [all, without_identifiers])) = looking.patterns.get_mut(number as usize).filter(|_| sampled) {
                *all += 1;
                *without_identifiers += u64::from(blocking.has_without_identifiers(rule, a, b));
            }
            if hold {
                if let Some((_, numbers)) = looking.held.last_mut().filter(|(last, _)| *last == tile) {
                    numbers.push(number);
                } else {
                    let mut numbers = Vec::with_capacity(stream.pairs_of(tile));
                    numbers.push(number);
                    looking.held.push((tile, numbers));
                }
            }
        },
        |pairs| progress.advance(pairs),
    );
    progress.end();
    let mut counts: Vec<(u64, [u64; 2])> =
        workers.iter().flat_map(|looking| &looking.patterns).copied().filter(|(_, [all, _])| *all > 0).collect();
    counts.sort_unstable();
    let weighted = |which: fn(&[u64; 2]) -> u64| -> Vec<(u64, f64)> {
        let sum = |same: &[(u64, [u64; 2])]| same.iter().map(|(_, counts)| which(counts)).sum::<u64>() as f64 / share;
        counts.chunk_by(|a, b| a.0 == b.0).filter_map(|same| same.first().map(|&(pattern, _)| (pattern, sum(same)))).collect()
    };
    let (patterns, without_identifiers) = (weighted(|[all, _]| *all), weighted(|[_, without]| *without));
    Looked { patterns, without_identifiers, held: hold.then(|| held(workers)) }
}

fn held(workers: Vec<Looking<'_>>) -> HeldPatterns {
    let mut held = HeldPatterns { patterns: Vec::with_capacity(workers.len()), tiles: Vec::new() };
    for (worker, looking) in workers.into_iter().enumerate() {
        held.patterns.push(looking.patterns.into_iter().map(|(pattern, _)| pattern).collect());
        held.tiles.extend(looking.held.into_iter().map(|(tile, numbers)| HeldTile { tile, worker, numbers }));
    }
    held
}

/// Scores all candidate pairs and keeps those above the floor, sorted; compares them where their patterns are not held.
pub(super) fn score_all(
    encoded: &Encoded,
    blocking: &Blocking,
    held: Option<HeldPatterns>,
    scorer: &Scorer,
    progress: &dyn Progress,
) -> Vec<Edge> {
    let keep = |edges: &mut Vec<Edge>, (left, right): (u32, u32), pattern: u64, weight: Weight| {
        if weight >= FLOOR {
            edges.push(Edge { left, right, weight, pattern });
        }
    };
    let stream = blocking.stream();
    let found: Vec<Vec<Edge>> = if let Some(HeldPatterns { patterns, tiles }) = held {
        let weigh = |patterns: Vec<u64>| patterns.into_par_iter().map(|pattern| (pattern, scorer.weight(pattern))).collect();
        let patterns: Vec<Vec<(u64, Weight)>> = patterns.into_iter().map(weigh).collect();
        let score = |HeldTile { tile, worker, numbers }: HeldTile| {
            let (mut edges, mut numbers) = (Vec::new(), numbers.into_iter());
            stream.visit_again(tile, |left, right| {
                let number = numbers.next().expect("a tile's pairs are as many as when they were compared");
                let told = patterns.get(worker).and_then(|patterns| patterns.get(number as usize));
                let &(pattern, weight) = told.expect("a number of the worker's patterns");
                keep(&mut edges, (left, right), pattern, weight);
            });
            edges
        };
        tiles.into_par_iter().map(score).collect()
    } else {
        progress.begin("comparing", blocking.pairs(), "pairs");
        let workers = stream.run(
            || (Comparer::new(encoded), Weights::new(scorer), Vec::new()),
            |pairs| encoded.fetch(pairs),
            |(comparer, weights, edges), _, left, right| {
                let pattern = comparer.pattern(left, right);
                keep(edges, (left, right), pattern, weights.of(pattern));
            },
            |pairs| progress.advance(pairs),
        );
        progress.end();
        workers.into_iter().map(|(_, _, edges)| edges).collect()
    };
    let mut edges: Vec<Edge> = Vec::with_capacity(found.iter().map(Vec::len).sum());
    edges.extend(found.into_iter().flatten());
    edges.par_sort_unstable();
    edges
}
