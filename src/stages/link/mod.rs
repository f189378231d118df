//! Which records are the same person.
//!
//! What comes in: standardised person records, their sources, the relations rows state. What goes out: [`Linked`]. What always holds: the same bytes
//! for the same records at any number of threads and in any order of rows; missing values are never evidence; no table of candidate
//! pairs is kept, and no string similarity is computed twice for one pair of values by one worker.
//!
//! The engine follows Fellegi and Sunter (1969) as practised by Splink (whose words are used: blocking rule, comparison, level, m, u, match weight), with
//! three classes instead of two and average linkage instead of connectedness; design.md §5 and linkage.md say why. The rooms, in order: [`encode`],
//! [`block`], [`compare`], [`estimate`], [`score`], [`mod@cluster`], [`outcome`]; [`explain`] puts the model into words.

mod block;
mod cluster;
mod compare;
mod encode;
mod estimate;
mod explain;
mod family;
mod hash;
#[doc(hidden)]
pub mod kernels;
mod outcome;
mod score;
#[cfg(test)]
mod tests;

use crate::config::checked::LinkSettings;
use crate::model::{Linked, Progress, Relation, Silent, Source, StandardPersons};
use block::Blocking;
use cluster::{Apart, Channels, Edge, FLOOR, cluster};
use compare::Comparer;
use encode::Encoded;
pub use explain::{ExplainedStep, explain_pattern};
use hash::{NumberMap, mix};
use score::{BIT, Scorer, Weights, odds_bits, probability};

/// Candidate pairs whose patterns are counted for estimation; above it a hash chooses among them.
const SAMPLED_PAIRS: f64 = 3_000_000.0;

/// Pairs that are always affordable, a few seconds' work: a small file is compared more completely than its budget per record would allow.
const SMALL_JOB_PAIRS: u64 = 3_000_000;

/// Why linkage could not start.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum LinkError {
    /// A probability setting lies outside 0 to 1.
    #[error("link: {name} is {value}, expected a probability between 0 and 1")]
    NotAProbability {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// The review floor lies above the threshold.
    #[error("link: review_floor is {floor}, above the threshold {threshold}")]
    ThresholdsCrossed {
        /// The review floor.
        floor: f64,
        /// The threshold.
        threshold: f64,
    },
    /// No pairs are allowed.
    #[error("link: {name} is {value}, expected a number above 0")]
    NoPairsAllowed {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// Too many records for 32-bit row numbers.
    #[error("link: {records} person records, at most 2147483647 fit in one run")]
    TooManyRecords {
        /// Records.
        records: usize,
    },
}

fn check(persons: &StandardPersons, settings: &LinkSettings) -> Result<(), LinkError> {
    let probabilities = [("review_floor", Some(settings.review_floor)), ("threshold", settings.threshold)];
    for (name, value) in probabilities.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))) {
        if !(value > 0.0 && value < 1.0) {
            return Err(LinkError::NotAProbability { name, value });
        }
    }
    if let Some(threshold) = settings.threshold.filter(|&threshold| threshold < settings.review_floor) {
        return Err(LinkError::ThresholdsCrossed { floor: settings.review_floor, threshold });
    }
    for (name, value) in
        [("pairs_per_record", settings.pairs_per_record), ("max_pairs", settings.max_pairs.map_or(1.0, |pairs| pairs as f64))]
    {
        if value.is_nan() || value <= 0.0 {
            return Err(LinkError::NoPairsAllowed { name, value });
        }
    }
    if persons.len() > i32::MAX as usize {
        return Err(LinkError::TooManyRecords { records: persons.len() });
    }
    Ok(())
}

/// Links person records across all sources.
///
/// # Errors
/// If the settings contradict themselves or there are too many records.
pub fn link(
    persons: &StandardPersons,
    sources: &[Source],
    relations: &[Relation],
    settings: &LinkSettings,
    progress: &dyn Progress,
) -> Result<Linked, LinkError> {
    check(persons, settings)?;
    let encoded = encode::encode(persons, sources, &settings.further);
    let blocking = Blocking::build(&encoded, budget(&encoded, settings), progress);
    let estimated = estimate::estimate(&encoded, &sample(&encoded, &blocking, progress));
    let scorer = Scorer::new(&estimated.model);
    let mut edges = score_all(&encoded, &blocking, &scorer, progress);
    let apart = Apart::collect(&encoded, persons, sources, relations);
    let threshold = settings.threshold.map_or(0, |threshold| (odds_bits(threshold) * f64::from(BIT)) as i32);
    let channels = Channels::estimate(&encoded, persons, sources, &edges);
    let mut clusters = cluster(&encoded, &scorer, &edges, &apart, &channels, threshold);
    if settings.family_pass {
        edges.extend(family::family_pass(&encoded, &scorer, &apart, &channels, relations, persons.len(), &mut clusters));
        edges.sort_unstable();
        edges.dedup();
    }
    let ingredients = outcome::Ingredients {
        encoded: &encoded,
        persons,
        sources,
        settings,
        apart: &apart,
        channels: &channels,
        clusters: &clusters,
        edges: &edges,
        threshold,
    };
    let mut linked = outcome::assemble(&ingredients, &mut Weights::new(&scorer));
    let lost = lost_by_narrowing(&encoded, &blocking, &scorer);
    linked.model = explain::describe(&estimated, &scorer, &blocking, &encoded, linked.threshold, lost);
    linked.warnings = estimated.warnings;
    linked.warnings.extend(warnings(&blocking, &clusters, lost));
    Ok(linked)
}

/// Whether the engine would compare each of some pairs of rows: what blocking loses can only be told with the truth at hand. Identical
/// records count as compared.
///
/// # Errors
/// If the settings contradict themselves or there are too many records.
pub fn compared(
    persons: &StandardPersons,
    sources: &[Source],
    settings: &LinkSettings,
    pairs: &[(u32, u32)],
) -> Result<Vec<bool>, LinkError> {
    check(persons, settings)?;
    let encoded = encode::encode(persons, sources, &settings.further);
    let blocking = Blocking::build(&encoded, budget(&encoded, settings), &Silent);
    let nodes = encoded.nodes_by_row(persons.len());
    let node = |row: u32| nodes.get(row as usize).copied().filter(|&node| node != encode::NONE);
    let met = |&(left, right): &(u32, u32)| match (node(left), node(right)) {
        (Some(left), Some(right)) => left == right || blocking.has(left, right),
        _ => false,
    };
    Ok(pairs.iter().map(met).collect())
}

/// Pairs that may be compared.
fn budget(encoded: &Encoded, settings: &LinkSettings) -> u64 {
    let budget = ((settings.pairs_per_record * encoded.order.len() as f64) as u64).max(SMALL_JOB_PAIRS);
    settings.max_pairs.map_or(budget, |most| most.min(budget))
}

/// Counts the patterns of a hash-chosen share of the candidate pairs, sorted, each weighted by what it stands for.
fn sample(encoded: &Encoded, blocking: &Blocking, progress: &dyn Progress) -> Vec<(u64, f64)> {
    let pairs = blocking.pairs();
    let share = (SAMPLED_PAIRS / pairs.max(1) as f64).min(1.0);
    let limit = (share * u64::MAX as f64) as u64;
    progress.begin("estimating the model", pairs, "pairs");
    let counted = blocking.stream().run(
        || (Comparer::new(encoded), NumberMap::<u64, u64>::default()),
        |(comparer, counts), a, b| {
            if share >= 1.0 || mix(u64::from(a) << 32 | u64::from(b)) < limit {
                *counts.entry(comparer.pattern(a, b)).or_default() += 1;
            }
        },
        |pairs| progress.advance(pairs),
    );
    progress.end();
    let mut counts: Vec<(u64, u64)> = counted.into_iter().flat_map(|(_, counts)| counts).collect();
    counts.sort_unstable();
    counts
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|same| same.first().map(|&(pattern, _)| (pattern, same.iter().map(|&(_, count)| count).sum::<u64>() as f64 / share)))
        .collect()
}

/// Compares and scores all candidate pairs and keeps those above the floor, sorted.
fn score_all(encoded: &Encoded, blocking: &Blocking, scorer: &Scorer, progress: &dyn Progress) -> Vec<Edge> {
    use rayon::prelude::*;
    progress.begin("comparing", blocking.pairs(), "pairs");
    let workers = blocking.stream().run(
        || (Comparer::new(encoded), Weights::new(scorer), Vec::new()),
        |(comparer, weights, edges), left, right| {
            let pattern = comparer.pattern(left, right);
            let weight = weights.of(pattern);
            if weight >= FLOOR {
                edges.push(Edge { left, right, weight, pattern });
            }
        },
        |pairs| progress.advance(pairs),
    );
    progress.end();
    let mut edges: Vec<Edge> = workers.into_iter().flat_map(|(_, _, edges)| edges).collect();
    edges.par_sort_unstable();
    edges
}

/// Expected number of true pairs among those that narrowing set aside, from the probes.
fn lost_by_narrowing(encoded: &Encoded, blocking: &Blocking, scorer: &Scorer) -> f64 {
    let mut comparer = Comparer::new(encoded);
    blocking.probes.iter().map(|&(a, b, weight)| weight * probability(scorer.bits(comparer.pattern(a, b)))).sum()
}

fn warnings(blocking: &Blocking, clusters: &cluster::Clusters, lost: f64) -> Vec<String> {
    let mut warnings = Vec::new();
    let set_aside: u64 = blocking.rules.iter().filter(|rule| !rule.dropped).map(|rule| rule.set_aside).sum();
    if set_aside > 0 && lost >= 1.0 {
        warnings.push(format!("{set_aside} pairs of oversized blocks were not compared; about {lost:.0} of them may be the same person"));
    }
    if clusters.cut > 0 {
        warnings.push(format!(
            "{} groups of more than a thousand look-alike records were cut into parts; their persons may be too many",
            clusters.cut
        ));
    }
    warnings
}
