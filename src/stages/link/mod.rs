//! Which records are the same person.
//!
//! What comes in: standardised person records, their sources, the relations rows state. What goes out: [`Linked`]. What always holds: the same bytes
//! for the same records at any number of threads and in any order of rows; missing values are never evidence; no table of candidate
//! pairs is kept, and no string similarity is computed twice for one pair of values by one worker.
//!
//! The engine follows Fellegi and Sunter (1969) as practised by Splink (whose words are used: blocking rule, comparison, level, m, u, match weight), with
//! three classes instead of two and average linkage instead of connectedness; design.md §5 and linkage.md say why. The rooms, in order: [`encode`],
//! [`block`], [`compare`], [`estimate`], [`score`], [`mod@cluster`], [`outcome`]; [`explain`] puts the model into words.

mod apart_sources;
mod begin;
mod block;
mod calibrate;
mod cluster;
mod compare;
mod compared;
mod decisions;
mod encode;
mod estimate;
mod explain;
mod family;
mod fixed;
mod forecast;
mod frozen;
mod hash;
#[doc(hidden)]
pub mod kernels;
mod outcome;
mod pairs;
mod remember;
mod score;
#[cfg(test)]
mod tests;
mod thirds;
mod told;
mod unlinkable;

use crate::config::checked::LinkSettings;
use crate::model::amounts::{bytes_in_words, thousands};
use crate::model::{Decision, FrozenModel, Linked, Problems, Progress, Relation, RememberedPairs, Silent, Source, StandardPersons};
pub use begin::forecast;
use begin::{Prepared, budget};
use block::Blocking;
pub use block::loss::{Loss, Met, MetRule, PairMet};
use cluster::{Apart, Channels, assign, cluster};
use compared::{Compared, Records};
use decisions::Decided;
pub use decisions::{check_decisions, parse_decisions};
pub use explain::{ExplainedStep, explain_pattern};
pub use forecast::{Forecast, Held, RuleForecast};
use score::{BIT, Weights, odds_bits};
use told::{births_of_nobody, lost_by_narrowing, outweighed, warnings};

/// Where the model says which dates of birth stand for unknown ones.
pub const UNKNOWN_BIRTHS: &str = "dates_of_birth_taken_for_missing";

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
    /// The rules that must be kept make more pairs than are allowed, however much their blocks are narrowed.
    #[error(
        "max_pairs allows {} pairs, too few for the rule {rule}: {} records share one value of it, and narrowing its blocks is not enough",
        thousands(*.allowed),
        thousands(*.alike)
    )]
    TooManyPairs {
        /// Pairs that are allowed.
        allowed: u64,
        /// The first rule that does not fit.
        rule: String,
        /// Records that share the most frequent value of its keys.
        alike: u64,
    },
    /// The run would take more memory than is allowed.
    #[error(
        "max_memory allows {}, but this run needs about {}, of which pairs take {}; most pairs come from the rule {rule}, where {} records share one value",
        bytes_in_words(*.allowed),
        bytes_in_words(*.needed),
        bytes_in_words(*.of_pairs),
        thousands(*.alike)
    )]
    TooMuchMemory {
        /// Bytes that are allowed.
        allowed: u64,
        /// Bytes to expect.
        needed: u64,
        /// The part that kept pairs take.
        of_pairs: u64,
        /// The rule that makes most pairs.
        rule: String,
        /// Records that share the most frequent value of its keys.
        alike: u64,
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

/// Checks what only the engine knows of its settings: the levels of comparisons. `file` is the pipeline file as messages name it.
///
/// # Errors
/// Every problem of the pipeline file.
pub fn check_settings(settings: &LinkSettings, file: &str) -> Result<(), Problems> {
    let problems = fixed::unknown_levels(settings, file);
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

/// What stands beside the records: what people decided about pairs of them, and what else the run holds in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Decisions, free of contradictions.
    pub decisions: &'a [Decision],
    /// Memory that is held besides the records.
    pub held: Held,
    /// The month, as the model and the memory of this run will name it.
    pub month: &'a str,
    /// Whether the next month will link under this model and go on from these pairs.
    pub remember: bool,
    /// Under which secret persons get their ids; empty for none.
    pub secret: &'a str,
    /// A frozen model to link under; without one a model is estimated.
    pub model: Option<&'a FrozenModel>,
    /// Why there is none, in words.
    pub why_estimate: &'a str,
    /// What was remembered under that model; without it all pairs are compared.
    pub remembered: Option<&'a RememberedPairs>,
    /// Why there is none, in words.
    pub why_full: &'a str,
}

/// Links person records across all sources.
///
/// # Errors
/// If the settings contradict themselves, there are too many records, or the run cannot keep a ceiling that it is given.
pub fn link(
    persons: &StandardPersons,
    sources: &[Source],
    relations: &[Relation],
    settings: &LinkSettings,
    given: &Given<'_>,
    progress: &dyn Progress,
) -> Result<Linked, LinkError> {
    check(persons, settings)?;
    let (decided, mut told) = Decided::resolve(given.decisions, persons, sources);
    let records = Records { persons, sources, settings, decided: &decided };
    let mut compared = compared::compare(records, given, progress, &mut told)?;
    let memory = given.remember.then(|| compared.memory(records, given.month));
    let mut edges = std::mem::take(&mut compared.edges);
    let Compared { prepared, blocking, estimated, calibration, forecast, scorer, .. } = &compared;
    let encoded = &prepared.encoded;
    progress.step("clustering");
    let apart = Apart::collect(encoded, persons, sources, relations).with(encoded, persons, &prepared.single, &decided);
    decisions::add_decided(&mut edges, &apart, encoded, scorer);
    let threshold = settings.threshold.map_or(0, |threshold| (odds_bits(threshold) * f64::from(BIT)) as i32);
    let channels = Channels::estimate(encoded, persons, sources, &edges);
    let mut clusters = if settings.one_to_one {
        assign(encoded.nodes.len(), &edges, &apart, threshold)
    } else {
        cluster(encoded, scorer, &edges, &apart, &channels, threshold)
    };
    progress.step("family pass");
    if settings.family_pass {
        edges.extend(family::family_pass(encoded, scorer, &apart, &channels, relations, persons.len(), &mut clusters));
        edges.sort_unstable();
        edges.dedup();
    }
    progress.step("outcome");
    let ingredients = outcome::Ingredients {
        encoded,
        persons,
        sources,
        settings,
        apart: &apart,
        channels: &channels,
        clusters: &clusters,
        edges: &edges,
        threshold,
        secret: given.secret,
    };
    let mut linked = outcome::assemble(&ingredients, &mut Weights::new(scorer));
    let lost = lost_by_narrowing(encoded, blocking, scorer, &clusters, linked.threshold);
    linked.model = explain::describe(estimated, scorer, blocking, encoded, linked.threshold, lost, calibration);
    if let Some(model) = linked.model.as_object_mut() {
        model.insert("forecast".to_owned(), forecast.value());
        model.insert(UNKNOWN_BIRTHS.to_owned(), encoded.placeholders.dates.clone().into());
    }
    let too_little = unlinkable::describe(&mut linked.model, encoded, scorer, threshold);
    compared.describe(&mut linked.model);
    linked.memory = memory;
    linked.warnings.clone_from(&estimated.warnings);
    births_of_nobody(&mut linked, encoded, persons, &estimated.model);
    linked.warnings.extend(told);
    linked.warnings.extend(decisions::overruled(&decided, &apart, encoded, persons, &edges));
    linked.warnings.extend(warnings(blocking, &clusters, lost));
    linked.warnings.extend(outweighed(&clusters, &estimated.model));
    linked.warnings.extend(too_little);
    if linked.threshold < settings.review_floor {
        let (floor, threshold) = (settings.review_floor, linked.threshold);
        linked.warnings.push(format!("review_floor is {floor}, above the threshold {threshold:.2}: no pair goes to review"));
    }
    Ok(linked)
}

/// How blocking meets each of some pairs of rows: what it loses, and why, can only be told with the truth at hand.
///
/// # Errors
/// If the settings contradict themselves or there are too many records.
pub fn met(persons: &StandardPersons, sources: &[Source], settings: &LinkSettings, pairs: &[(u32, u32)]) -> Result<Met, LinkError> {
    check(persons, settings)?;
    let Prepared { encoded, .. } = Prepared::of(persons, sources, settings, &Decided::default(), None);
    let blocking = Blocking::build(&encoded, budget(&encoded, settings), settings, &Silent);
    let nodes = encoded.nodes_by_row(persons.len());
    let node = |row: u32| nodes.get(row as usize).copied().filter(|&node| node != encode::NONE);
    Ok(blocking.met(&encoded, pairs.iter().map(|&(left, right)| Some((node(left)?, node(right)?)))))
}
