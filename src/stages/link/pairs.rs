//! All candidate pairs, looked at once or twice.
//!
//! What comes in: the blocks. What goes out: pattern counts for estimation, then the scored pairs above the floor. What always holds: a pair whose pattern is held
//! is not compared a second time; counts and pairs do not depend on which worker saw them, since counts are sums of integers and lists are sorted.

use rayon::prelude::*;

use super::block::Blocking;
use super::cluster::{Edge, FLOOR};
use super::compare::Comparer;
use super::encode::Encoded;
use super::hash::{NumberMap, mix};
use super::score::{Scorer, Weights};
use crate::model::Progress;

/// Candidate pairs whose patterns are counted for estimation; above it a hash chooses among them.
const SAMPLED_PAIRS: f64 = 3_000_000.0;

/// Most pairs whose patterns are held in memory between estimating and scoring (16 bytes each); more are compared twice.
pub(super) const HELD_PAIRS: u64 = 24_000_000;

/// Pairs with their patterns, worker by worker, in pieces of [`HELD_AT_A_TIME`]: a vector that grows would copy them again and again.
type HeldPairs = Vec<Vec<Vec<(u32, u32, u64)>>>;

/// Pairs in a piece of [`HeldPairs`].
const HELD_AT_A_TIME: usize = 1 << 16;

/// What the first look at the candidate pairs gives.
pub(super) struct Looked {
    /// Patterns of a hash-chosen share of the pairs, sorted, each weighted by what it stands for.
    pub(super) patterns: Vec<(u64, f64)>,
    /// Those of them that blocking makes without identifiers.
    pub(super) without_identifiers: Vec<(u64, f64)>,
    /// All pairs with their patterns, where there are few enough to hold.
    pub(super) held: Option<HeldPairs>,
}

/// Counts the patterns of a hash-chosen share of the candidate pairs; holds all if asked to.
pub(super) fn look(encoded: &Encoded, blocking: &Blocking, hold: bool, progress: &dyn Progress) -> Looked {
    let pairs = blocking.pairs();
    let share = (SAMPLED_PAIRS / pairs.max(1) as f64).min(1.0);
    let limit = (share * u64::MAX as f64) as u64;
    progress.begin("estimating the model", pairs, "pairs");
    let workers = blocking.stream().run(
        || (Comparer::new(encoded), NumberMap::<u64, [u64; 2]>::default(), Vec::new()),
        |pairs| encoded.fetch(pairs),
        |(comparer, counts, held), rule, a, b| {
            let sampled = share >= 1.0 || mix(u64::from(a) << 32 | u64::from(b)) < limit;
            if sampled || hold {
                let pattern = comparer.pattern(a, b);
                if sampled {
                    let [all, without_identifiers] = counts.entry(pattern).or_default();
                    *all += 1;
                    *without_identifiers += u64::from(blocking.has_without_identifiers(rule, a, b));
                }
                if hold {
                    hold_pair(held, (a, b, pattern));
                }
            }
        },
        |pairs| progress.advance(pairs),
    );
    progress.end();
    let (counts, held): (Vec<_>, Vec<_>) = workers.into_iter().map(|(_, counts, held)| (counts, held)).unzip();
    let mut counts: Vec<(u64, [u64; 2])> = counts.into_iter().flatten().collect();
    counts.sort_unstable();
    let weighted = |which: fn(&[u64; 2]) -> u64| -> Vec<(u64, f64)> {
        let sum = |same: &[(u64, [u64; 2])]| same.iter().map(|(_, counts)| which(counts)).sum::<u64>() as f64 / share;
        counts.chunk_by(|a, b| a.0 == b.0).filter_map(|same| same.first().map(|&(pattern, _)| (pattern, sum(same)))).collect()
    };
    Looked { patterns: weighted(|[all, _]| *all), without_identifiers: weighted(|[_, without]| *without), held: hold.then_some(held) }
}

fn hold_pair(held: &mut Vec<Vec<(u32, u32, u64)>>, pair: (u32, u32, u64)) {
    match held.last_mut() {
        Some(piece) if piece.len() < HELD_AT_A_TIME => piece.push(pair),
        _ => {
            let mut piece = Vec::with_capacity(HELD_AT_A_TIME);
            piece.push(pair);
            held.push(piece);
        }
    }
}

/// Scores all candidate pairs and keeps those above the floor, sorted; compares them where their patterns are not held.
pub(super) fn score_all(
    encoded: &Encoded,
    blocking: &Blocking,
    held: Option<HeldPairs>,
    scorer: &Scorer,
    progress: &dyn Progress,
) -> Vec<Edge> {
    let keep = |weights: &mut Weights<'_>, edges: &mut Vec<Edge>, left: u32, right: u32, pattern: u64| {
        let weight = weights.of(pattern);
        if weight >= FLOOR {
            edges.push(Edge { left, right, weight, pattern });
        }
    };
    let found: Vec<Vec<Edge>> = if let Some(held) = held {
        let score = |pieces: Vec<Vec<(u32, u32, u64)>>| {
            let (mut weights, mut edges) = (Weights::new(scorer), Vec::new());
            for (left, right, pattern) in pieces.into_iter().flatten() {
                keep(&mut weights, &mut edges, left, right, pattern);
            }
            edges
        };
        held.into_par_iter().map(score).collect()
    } else {
        progress.begin("comparing", blocking.pairs(), "pairs");
        let workers = blocking.stream().run(
            || (Comparer::new(encoded), Weights::new(scorer), Vec::new()),
            |pairs| encoded.fetch(pairs),
            |(comparer, weights, edges), _, left, right| keep(weights, edges, left, right, comparer.pattern(left, right)),
            |pairs| progress.advance(pairs),
        );
        progress.end();
        workers.into_iter().map(|(_, _, edges)| edges).collect()
    };
    let mut edges: Vec<Edge> = found.into_iter().flatten().collect();
    edges.par_sort_unstable();
    edges
}
