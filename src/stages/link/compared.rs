//! All pairs scored: under a model that is estimated now, or under a frozen one, where pairs of unchanged records are remembered.
//!
//! What comes in: records, settings, decisions, what earlier runs left. What goes out: [`Compared`]: the scored pairs above the floor, whichever way they were
//! come by. What always holds: under one model the pairs are the same whether they were all compared or partly remembered; a model or a memory that does
//! not fit is never used in silence.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::begin::{Begun, Prepared, begin, budget};
use super::block::{Blocking, LastMonth};
use super::calibrate::{self, Calibration};
use super::cluster::Edge;
use super::decisions::Decided;
use super::encode::Encoded;
use super::estimate::Estimated;
use super::forecast::{Forecast, kept_by_default};
use super::frozen;
use super::pairs::score_all;
use super::remember::{self, Known};
use super::score::Scorer;
use super::{Given, LinkError};
use crate::config::checked::LinkSettings;
use crate::model::amounts::{bytes_in_words, thousands};
use crate::model::memory::MemoryHeading;
use crate::model::{FrozenModel, LinkageMemory, Progress, RememberedPairs, Source, StandardPersons};

/// How many times more pairs than the budget a frozen plan may make.
const OVER_BUDGET: f64 = 1.5;

/// What linkage starts from.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub(super) persons: &'a StandardPersons,
    pub(super) sources: &'a [Source],
    pub(super) settings: &'a LinkSettings,
    pub(super) decided: &'a Decided,
}

/// All pairs above the floor, and what they were scored under.
pub(super) struct Compared {
    pub(super) prepared: Prepared,
    pub(super) blocking: Blocking,
    pub(super) estimated: Estimated,
    pub(super) calibration: Calibration,
    pub(super) forecast: Forecast,
    pub(super) scorer: Scorer,
    pub(super) edges: Vec<Edge>,
    how: How,
    model: FrozenModel,
}

/// How the pairs were come by.
#[derive(Default)]
struct How {
    frozen: bool,
    /// Why the model was estimated.
    why_estimated: String,
    /// What became of last month's records, where they were remembered.
    known: Option<Known>,
    /// Why nothing was remembered.
    why_not_remembered: String,
    pairs_remembered: u64,
    /// Pairs that a full comparison makes.
    pairs_in_full: u64,
}

/// Scores all pairs; `told` gets what the officer should know.
pub(super) fn compare(
    records: Records<'_>,
    given: &Given<'_>,
    progress: &dyn Progress,
    told: &mut Vec<String>,
) -> Result<Compared, LinkError> {
    let mut why = given.why_estimate.to_owned();
    if let Some(model) = given.model {
        match under(model, records, given, progress, told) {
            Ok(compared) => return Ok(compared),
            Err(unfit) => {
                let month = &model.contents().estimated_for;
                told.push(format!(
                    "the linkage model of {month} does not fit: {unfit}. A new model was estimated: compare the persons of both months"
                ));
                why = unfit;
            }
        }
    }
    anew(records, given, why, progress, told)
}

/// Estimates the model from these records.
fn anew(
    records: Records<'_>,
    given: &Given<'_>,
    why: String,
    progress: &dyn Progress,
    told: &mut Vec<String>,
) -> Result<Compared, LinkError> {
    let Records { persons, sources, settings, decided } = records;
    progress.step("encoding");
    let prepared = Prepared::of(persons, sources, settings, decided, None);
    let encoded = &prepared.encoded;
    progress.step("blocking");
    let Begun { blocking, estimated, forecast, looked } = begin(&prepared, persons, settings, given.held, progress, told)?;
    let scorer = Scorer::new(&estimated.model);
    let calibration = calibrate::check(encoded, &estimated.model, &scorer, &looked.without_identifiers);
    progress.step("scoring");
    let edges = score_all(encoded, &blocking, looked.held, &scorer, progress);
    let names = frozen::sources_of(encoded, persons, sources);
    let model = frozen::freeze(&estimated, &calibration, encoded, &blocking, settings, names, given.month);
    let how = How { why_estimated: why, pairs_in_full: blocking.pairs(), ..How::default() };
    Ok(Compared { prepared, blocking, estimated, calibration, forecast, scorer, edges, how, model })
}

/// Takes up a frozen model; the error says why it does not fit.
fn under(
    model: &FrozenModel,
    records: Records<'_>,
    given: &Given<'_>,
    progress: &dyn Progress,
    told: &mut Vec<String>,
) -> Result<Compared, String> {
    let Records { persons, sources, settings, decided } = records;
    let contents = model.contents();
    if let Some(unfit) = frozen::unfit_for(contents, settings) {
        return Err(unfit);
    }
    progress.step("encoding");
    let prepared = Prepared::of(persons, sources, settings, decided, Some(&contents.frequencies));
    let encoded = &prepared.encoded;
    if let Some(unfit) = frozen::unfit_for_sources(contents, &frozen::sources_of(encoded, persons, sources)) {
        return Err(unfit);
    }
    let (estimated, calibration) = frozen::thaw(contents);
    let scorer = Scorer::new(&estimated.model);
    progress.step("blocking");
    let mut how = How { frozen: true, why_not_remembered: given.why_full.to_owned(), ..How::default() };
    let usable = |remembered: &&RememberedPairs| match remember::unusable(remembered, model, &scorer) {
        None => true,
        Some(why) => {
            told.push(format!("what was remembered of {} is not used: {why}; all pairs are compared", remembered.heading.month));
            how.why_not_remembered = why;
            false
        }
    };
    let remembered = given.remembered.filter(usable);
    let last =
        remembered.map(|remembered| LastMonth { fresh: remember::fresh(encoded, remembered), outgrown: &remembered.heading.outgrown });
    let mut blocking = Blocking::follow(encoded, &contents.blocking, last, progress)
        .ok_or_else(|| "one of its blocking rules needs a field that is not there".to_owned())?;
    how.pairs_in_full = if blocking.fresh.is_some() { blocking.pairs_in_full } else { blocking.pairs() };
    let forecast = within_ceilings(encoded, &blocking, records, given)?;
    blocking.let_go();
    progress.say(&forecast.text());
    progress.step("scoring");
    let mut edges = score_all(encoded, &blocking, None, &scorer, progress);
    if let (Some(remembered), Some(fresh)) = (remembered, &blocking.fresh) {
        let taken = remember::edges(encoded, remembered, fresh);
        how.pairs_remembered = taken.len() as u64;
        how.known = Some(remember::known(encoded, persons, sources, remembered, fresh));
        edges.extend(taken);
        edges.par_sort_unstable();
    }
    Ok(Compared { prepared, blocking, estimated, calibration, forecast, scorer, edges, how, model: model.clone() })
}

/// The forecast of a run under a frozen plan; the error says which ceiling it does not keep. Full and incremental runs ask the same question.
fn within_ceilings(encoded: &Encoded, blocking: &Blocking, records: Records<'_>, given: &Given<'_>) -> Result<Forecast, String> {
    let settings = records.settings;
    let allowed = budget(encoded, settings);
    let allowed = if settings.max_pairs.is_some() { allowed } else { (allowed as f64 * OVER_BUDGET) as u64 };
    if blocking.pairs_in_full > allowed {
        return Err(format!("its blocking makes {} pairs, {} are allowed", thousands(blocking.pairs_in_full), thousands(allowed)));
    }
    let forecast = Forecast::of(encoded, blocking, records.persons, given.held, Some(kept_by_default(encoded)));
    match settings.max_memory {
        Some(ceiling) if forecast.memory_given(given.held, encoded) > ceiling => Err(format!(
            "under it the run needs about {}, max_memory allows {}",
            bytes_in_words(forecast.memory_given(given.held, encoded)),
            bytes_in_words(ceiling)
        )),
        _ => Ok(forecast),
    }
}

impl Compared {
    /// What is left to the next month; `edges` as they were scored, before decisions and families add to them.
    pub(super) fn memory(&self, records: Records<'_>, month: &str) -> LinkageMemory {
        let heading = MemoryHeading {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            pipeline: String::new(),
            model_sha256: self.model.sha256().to_owned(),
            month: month.to_owned(),
            outgrown: if self.how.frozen { self.blocking.outgrown() } else { Vec::new() },
        };
        let pairs = remember::remember(&self.prepared.encoded, records.persons, records.sources, &self.edges, heading);
        LinkageMemory { model: self.model.clone(), pairs }
    }

    /// How the pairs were come by, for `run.json`.
    pub(super) fn describe(&self, described: &mut Value) {
        let How { frozen, why_estimated, known, why_not_remembered, pairs_remembered, pairs_in_full } = &self.how;
        let compared = self.blocking.pairs();
        let mut remembered = json!({
            "pairs_compared": compared,
            "pairs_of_a_full_comparison": pairs_in_full,
            "share_compared": compared as f64 / (*pairs_in_full).max(1) as f64,
        });
        if let (Some(known), Some(remembered)) = (known, remembered.as_object_mut()) {
            for (name, count) in [
                ("records_unchanged", known.unchanged),
                ("records_changed", known.changed),
                ("records_new", known.new),
                ("records_gone", known.gone),
                ("records_compared_again", known.moved),
                ("scored_pairs_remembered", *pairs_remembered),
            ] {
                remembered.insert(name.to_owned(), count.into());
            }
        } else if let Some(remembered) = remembered.as_object_mut().filter(|_| *frozen) {
            remembered.insert("why_nothing_is_remembered".to_owned(), why_not_remembered.clone().into());
        }
        let mut origin = json!({
            "state": if *frozen { "frozen" } else { "estimated" },
            "estimated_for": self.model.contents().estimated_for,
            "sha256": self.model.sha256(),
        });
        if let Some(origin) = origin.as_object_mut().filter(|_| !frozen) {
            origin.insert("why_estimated".to_owned(), why_estimated.clone().into());
        }
        if let Some(model) = described.as_object_mut() {
            model.insert("origin".to_owned(), origin);
            model.insert("increment".to_owned(), remembered);
        }
    }
}
