//! The engine's kernels one by one, for `benches/` only: what linkage does in one call, stopped between the steps.
//!
//! What comes in: what [`super::link`] gets. What goes out: counts and checksums, so that nothing is optimised away. What always holds: every kernel is the
//! engine's own function; the candidate pairs are frozen in the order in which one thread streams them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::begin::budget;
use super::block::Blocking;
use super::cluster::{Apart, Channels, Edge, cluster};
use super::compare::{Comparer, FIELDS};
use super::encode::{self, Encoded, Separate};
use super::estimate::{Model, estimate};
use super::fixed::Fixed;
use super::pairs::{look, score_all};
use super::score::Scorer;
use crate::config::checked::LinkSettings;
use crate::model::{Relation, Silent, Source, StandardPersons};

/// Pairs a worker takes at a time.
const TAKEN: usize = 32_768;

/// A job between encoding and the links.
pub struct Kernels<'a> {
    persons: &'a StandardPersons,
    sources: &'a [Source],
    relations: &'a [Relation],
    settings: &'a LinkSettings,
    encoded: Encoded,
    blocking: Blocking,
    pairs: Vec<(u32, u32)>,
    patterns: Vec<(u64, f64)>,
    model: Model,
    edges: Vec<Edge>,
}

impl<'a> Kernels<'a> {
    /// Runs all steps once and keeps what each needs, at most so many candidate pairs among them.
    #[must_use]
    pub fn prepare(
        persons: &'a StandardPersons,
        sources: &'a [Source],
        relations: &'a [Relation],
        settings: &'a LinkSettings,
        most_pairs: usize,
    ) -> Self {
        let encoded = encode::encode(persons, sources, &settings.further, &Separate::default(), None, u64::MAX);
        let blocking = Blocking::build(&encoded, budget(&encoded, settings), settings, &Silent);
        let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread");
        let take = |pairs: &mut Vec<(u32, u32)>, _, left, right| {
            if pairs.len() < most_pairs {
                pairs.push((left, right));
            }
        };
        let pairs = one_thread.install(|| blocking.stream().run(Vec::new, |_| (), take, |_| ())).concat();
        let patterns = look(&encoded, &blocking, false, &Silent).patterns;
        let model = estimate(&encoded, &patterns, &Fixed::default()).model;
        let edges = score_all(&encoded, &blocking, None, &Scorer::new(&model), &Silent);
        Self { persons, sources, relations, settings, encoded, blocking, pairs, patterns, model, edges }
    }

    /// Frozen candidate pairs.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs.len()
    }

    /// Distinct records.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.encoded.nodes.len()
    }

    /// Names of the compared fields.
    #[must_use]
    pub fn fields() -> Vec<&'static str> {
        FIELDS.iter().map(|field| field.name).collect()
    }

    /// Fields that two records of some frozen pair both have.
    #[must_use]
    pub fn fields_in_use(&self) -> usize {
        let mut comparer = Comparer::new(&self.encoded);
        let mut seen = 0;
        for &(left, right) in self.pairs.iter().step_by(101) {
            seen |= comparer.pattern(left, right);
        }
        (0..FIELDS.len()).filter(|&index| super::compare::level_of(seen, index) > 0).count()
    }

    /// The distinct record that each row of the person records belongs to.
    pub fn node_of_rows(&self) -> impl Iterator<Item = (u32, u32)> {
        self.encoded.order.iter().copied().zip(self.encoded.node_of.iter().copied())
    }

    /// Calls `visit` with both distinct records of each frozen pair and the level of every field.
    pub fn each_pair(&self, mut visit: impl FnMut(u32, u32, [usize; FIELDS.len()])) {
        let mut comparer = Comparer::new(&self.encoded);
        for &(left, right) in &self.pairs {
            let pattern = comparer.pattern(left, right);
            visit(left, right, std::array::from_fn(|index| super::compare::level_of(pattern, index)));
        }
    }

    /// Encodes the records; distinct records.
    #[must_use]
    pub fn encode(&self) -> usize {
        encode::encode(self.persons, self.sources, &self.settings.further, &Separate::default(), None, u64::MAX).nodes.len()
    }

    /// Builds the blocks of all rules; candidate pairs.
    #[must_use]
    pub fn block(&self) -> u64 {
        Blocking::build(&self.encoded, budget(&self.encoded, self.settings), self.settings, &Silent).pairs()
    }

    /// Compares all frozen pairs on every thread of the pool; a checksum of their patterns.
    #[must_use]
    pub fn compare(&self) -> u64 {
        self.over_pairs(|comparer, left, right| {
            let pattern = comparer.pattern(left, right);
            pattern ^ (pattern >> 32)
        })
    }

    /// Compares one field of all frozen pairs on every thread of the pool; a checksum of their levels.
    #[must_use]
    pub fn compare_field(&self, field: &str) -> u64 {
        let index = FIELDS.iter().position(|known| known.name == field).unwrap_or_default();
        self.over_pairs(|comparer, left, right| u64::from(comparer.level(index, left, right)))
    }

    fn over_pairs(&self, compare: impl Fn(&mut Comparer<'_>, u32, u32) -> u64 + Sync) -> u64 {
        let (next, sum) = (AtomicUsize::new(0), AtomicU64::new(0));
        rayon::broadcast(|_| {
            let mut comparer = Comparer::new(&self.encoded);
            let mut own = 0_u64;
            while let Some(pairs) = self.pairs.chunks(TAKEN).nth(next.fetch_add(1, Ordering::Relaxed)) {
                for &(left, right) in pairs {
                    own = own.wrapping_add(compare(&mut comparer, left, right));
                }
            }
            sum.fetch_add(own, Ordering::Relaxed);
        });
        sum.into_inner()
    }

    /// Streams and compares candidate pairs and counts their patterns; distinct patterns.
    #[must_use]
    pub fn count_patterns(&self) -> usize {
        look(&self.encoded, &self.blocking, false, &Silent).patterns.len()
    }

    /// Estimates the model from the counted patterns; rounds of EM.
    #[must_use]
    pub fn estimate(&self) -> usize {
        estimate(&self.encoded, &self.patterns, &Fixed::default()).rounds.len()
    }

    /// Compares and scores all candidate pairs; pairs kept.
    #[must_use]
    pub fn score(&self) -> usize {
        score_all(&self.encoded, &self.blocking, None, &Scorer::new(&self.model), &Silent).len()
    }

    /// Clusters the kept pairs; persons.
    #[must_use]
    pub fn cluster(&self) -> usize {
        let apart = Apart::collect(&self.encoded, self.persons, self.sources, self.relations);
        let channels = Channels::estimate(&self.encoded, self.persons, self.sources, &self.edges);
        let clusters = cluster(&self.encoded, &Scorer::new(&self.model), &self.edges, &apart, &channels, 0);
        clusters.of_node.iter().zip(0..).filter(|&(&leader, node)| leader == node).count()
    }
}
