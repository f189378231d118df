//! What an earlier run left for linkage: its model and its scored pairs.
//!
//! What comes in: the run that this month builds upon, and what the officer asked for. What goes out: [`Kept`]: the model to link under and the pairs to
//! remember, or in words why there are none. What always holds: only files that are as they were published are taken; a damaged one stops the run.

use super::reading::{self, ReadingError, Table};
use super::{RunError, RunSettings};
use crate::config::checked::Pipeline;
use crate::model::memory::MemoryHeading;
use crate::model::{Decision, FrozenModel, RememberedPairs};
use crate::stages::link::{Given, Held};
use crate::store::RunFolder;

/// The model to link under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelChoice {
    /// The frozen one of the last final run if it has one, else estimated.
    #[default]
    FrozenIfThereIsOne,
    /// The frozen one, or no run.
    Frozen,
    /// Estimated from this month's records.
    Estimated,
}

/// How records are linked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkageChoice {
    /// Under which model.
    pub model: ModelChoice,
    /// All pairs are compared, none is remembered. The result is the same.
    pub full_comparison: bool,
}

impl LinkageChoice {
    /// What of it the run's bytes depend on, for the run id; nothing for the usual choice.
    pub(super) fn state(self) -> String {
        let model = if self.model == ModelChoice::Estimated { "model estimated" } else { "" };
        let full = if self.full_comparison { "all pairs compared" } else { "" };
        [model, full].join(",").trim_matches(',').to_owned()
    }
}

/// What an earlier run left.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) model: Option<FrozenModel>,
    pub(super) why_estimate: String,
    pub(super) pairs: Option<RememberedPairs>,
    pub(super) why_full: String,
    pub(super) warnings: Vec<String>,
}

impl Kept {
    /// What linkage is given, this included.
    pub(super) fn given<'a>(&'a self, decisions: &'a [Decision], held: Held, month: &'a str) -> Given<'a> {
        Given {
            decisions,
            held,
            month,
            model: self.model.as_ref(),
            why_estimate: &self.why_estimate,
            remembered: self.pairs.as_ref(),
            why_full: &self.why_full,
        }
    }
}

/// Reads what a run left, as far as the settings ask for it.
///
/// # Errors
/// [`RunError::Memory`] if a file of the run is damaged, [`RunError::NoModel`] if a frozen model is asked for and there is none.
pub(super) fn kept(settings: &RunSettings<'_>, last: Option<&RunFolder>) -> Result<Kept, RunError> {
    let kept = read(settings.pipeline, settings.linkage, last).map_err(RunError::Memory)?;
    match settings.linkage.model {
        ModelChoice::Frozen if kept.model.is_none() => Err(RunError::NoModel(kept.why_estimate)),
        _ => Ok(kept),
    }
}

fn read(pipeline: &Pipeline, choice: LinkageChoice, last: Option<&RunFolder>) -> Result<Kept, ReadingError> {
    let estimate = |why: String| Kept { why_estimate: why, ..Kept::default() };
    if choice.model == ModelChoice::Estimated {
        return Ok(estimate("asked for".to_owned()));
    }
    let Some(last) = last else { return Ok(estimate("no final run of an earlier month".to_owned())) };
    if last.manifest.output(MODEL).is_none() {
        return Ok(estimate(format!("the run {} has no linkage model", last.manifest.run_id)));
    }
    let bytes = last.bytes(MODEL).map_err(|source| ReadingError::File { table: MODEL.to_owned(), source })?;
    let model = match FrozenModel::read(&bytes) {
        Ok(model) => model,
        Err(problem) => {
            let why = format!("the linkage model of {} cannot be read: {problem}", last.manifest.run_id);
            let warnings = vec![format!("{why}. A new model was estimated: compare the persons of both months")];
            return Ok(Kept { why_estimate: why, warnings, ..Kept::default() });
        }
    };
    let mut kept = Kept { model: Some(model), ..Kept::default() };
    if choice.full_comparison {
        "asked for".clone_into(&mut kept.why_full);
        return Ok(kept);
    }
    match heading(last)? {
        Some(heading) if heading.pipeline == pipeline.name => kept.pairs = Some(pairs(last, heading)?),
        Some(heading) => kept.why_full = format!("the pairs of {} are those of the pipeline {}", heading.month, heading.pipeline),
        None => kept.why_full = format!("the run {} remembers no pairs that this version can read", last.manifest.run_id),
    }
    if !kept.why_full.is_empty() {
        kept.warnings.push(format!("{}: all pairs are compared", kept.why_full));
    }
    Ok(kept)
}

const MODEL: &str = "link_model.json";
const HEADING: &str = "link_memory.json";

fn heading(last: &RunFolder) -> Result<Option<MemoryHeading>, ReadingError> {
    if last.manifest.output(HEADING).is_none() {
        return Ok(None);
    }
    Ok(serde_json::from_value(reading::json(last, HEADING)?).ok())
}

fn pairs(last: &RunFolder, heading: MemoryHeading) -> Result<RememberedPairs, ReadingError> {
    let (nodes, edges) = (Table::open(last, "link_nodes")?, Table::open(last, "link_edges")?);
    Ok(RememberedPairs {
        heading,
        fingerprints: nodes.integers("fingerprint", |value| value as u64)?,
        first_records: nodes.integers("first_record", |value| value as u64)?,
        records: nodes.integers("records", |value| value as u32)?,
        left: edges.integers("left", |value| value as u32)?,
        right: edges.integers("right", |value| value as u32)?,
        weights: edges.integers("weight", |value| value as i32)?,
        patterns: edges.integers("pattern", |value| value as u64)?,
    })
}
