//! What an earlier run left for linkage: its model and its scored pairs.
//!
//! What comes in: the run that this month builds upon, and what the officer asked for. What goes out: [`Carried`]: the model to link under and the pairs to
//! remember, or in words why there are none. What always holds: only files that are as they were published are taken; a damaged one stops the run.

use serde_json::Value;

use super::reading::{self, ReadingError, Table};
use super::{RunError, RunSettings};
use crate::config::checked::Pipeline;
use crate::model::memory::MemoryHeading;
use crate::model::{Decision, FrozenModel, RememberedPairs};
use crate::stages::link::{Given, Held};
use crate::store::{self, Manifest, RunFolder};

/// The name under which a manifest's state holds how a run was linked.
pub(super) const LINKAGE: &str = "linkage";

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
    fn state(self) -> String {
        let model = if self.model == ModelChoice::Estimated { "model estimated" } else { "" };
        let full = if self.full_comparison { "all pairs compared" } else { "" };
        [model, full].join(",").trim_matches(',').to_owned()
    }

    /// How the run of a manifest was linked.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let saved = manifest.state.iter().find(|state| state.name == LINKAGE).map_or("", |state| state.sha256.as_str());
        let all = [ModelChoice::FrozenIfThereIsOne, ModelChoice::Estimated].into_iter();
        let mut all = all.flat_map(|model| [false, true].map(|full_comparison| Self { model, full_comparison }));
        all.find(|choice| choice.sha256() == saved).unwrap_or_default()
    }

    /// The hash of [`Self::state`]; empty for the usual choice.
    pub(super) fn sha256(self) -> String {
        let state = self.state();
        if state.is_empty() { state } else { store::sha256_hex(state.as_bytes()) }
    }
}

/// What an earlier run left.
#[derive(Debug, Default)]
pub(super) struct Carried {
    pub(super) model: Option<FrozenModel>,
    pub(super) why_estimate: String,
    pub(super) pairs: Option<RememberedPairs>,
    pub(super) why_full: String,
    pub(super) warnings: Vec<String>,
}

impl Carried {
    /// What linkage is given, this included.
    pub(super) fn given<'a>(&'a self, decisions: &'a [Decision], held: Held, (month, secret): (&'a str, &'a str)) -> Given<'a> {
        Given {
            decisions,
            held,
            month,
            remember: true,
            secret,
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
pub(super) fn carried(settings: &RunSettings<'_>, last: Option<&RunFolder>) -> Result<Carried, RunError> {
    let carried = read(settings.pipeline, settings.linkage, last).map_err(RunError::Memory)?;
    match settings.linkage.model {
        ModelChoice::Frozen if carried.model.is_none() => Err(RunError::NoModel(carried.why_estimate)),
        _ => Ok(carried),
    }
}

/// Holds a run that was asked to keep to the frozen model to it; `model` as `run.json` has it.
///
/// # Errors
/// [`RunError::NoModel`] if the model did not fit and another was estimated.
pub(super) fn keep_to_frozen(choice: LinkageChoice, model: &Value) -> Result<(), RunError> {
    let origin = |name: &str| model.get("origin").and_then(|origin| origin.get(name)).and_then(Value::as_str).unwrap_or_default();
    match origin("state") {
        "frozen" => Ok(()),
        _ if choice.model != ModelChoice::Frozen => Ok(()),
        _ => Err(RunError::NoModel(format!("that of the last final run does not fit these records: {}", origin("why_estimated")))),
    }
}

fn read(pipeline: &Pipeline, choice: LinkageChoice, last: Option<&RunFolder>) -> Result<Carried, ReadingError> {
    let estimate = |why: String| Carried { why_estimate: why, ..Carried::default() };
    if choice.model == ModelChoice::Estimated {
        return Ok(estimate("asked for".to_owned()));
    }
    let Some(last) = last else { return Ok(estimate("no final run of an earlier month".to_owned())) };
    let Some(file) = place(last, MODEL) else {
        return Ok(estimate(format!("the run {} has no linkage model", last.manifest.run_id)));
    };
    let bytes = last.bytes(&file).map_err(|source| ReadingError::File { table: file, source })?;
    let model = match FrozenModel::read(&bytes) {
        Ok(model) => model,
        Err(problem) => {
            let why = format!("the linkage model of {} cannot be read: {problem}", last.manifest.run_id);
            let warnings = vec![format!("{why}. A new model was estimated: compare the persons of both months")];
            return Ok(Carried { why_estimate: why, warnings, ..Carried::default() });
        }
    };
    let mut carried = Carried { model: Some(model), ..Carried::default() };
    if choice.full_comparison {
        "asked for".clone_into(&mut carried.why_full);
        return Ok(carried);
    }
    match heading(last)? {
        Some(heading) if heading.pipeline == pipeline.name => carried.pairs = Some(pairs(last, heading)?),
        Some(heading) => carried.why_full = format!("the pairs of {} are those of the pipeline {}", heading.month, heading.pipeline),
        None => carried.why_full = format!("the run {} remembers no pairs that this version can read", last.manifest.run_id),
    }
    if !carried.why_full.is_empty() {
        carried.warnings.push(format!("{}: all pairs are compared", carried.why_full));
    }
    Ok(carried)
}

const MODEL: &str = "link_model.json";
const HEADING: &str = "link_memory.json";

/// Where a file stands: in `register`, or, by the version before, beside the tables that people read.
fn place(last: &RunFolder, file: &str) -> Option<String> {
    let names = [format!("register/{file}"), file.to_owned()];
    names.into_iter().find(|name| last.manifest.output(name).is_some())
}

fn heading(last: &RunFolder) -> Result<Option<MemoryHeading>, ReadingError> {
    let Some(file) = place(last, HEADING) else { return Ok(None) };
    Ok(serde_json::from_value(reading::json(last, &file)?).ok())
}

fn pairs(last: &RunFolder, heading: MemoryHeading) -> Result<RememberedPairs, ReadingError> {
    let open = |table: &str| {
        let here = place(last, &format!("{table}.parquet")).unwrap_or_default();
        Table::open(last, here.strip_suffix(".parquet").unwrap_or(table))
    };
    let (nodes, edges) = (open("link_nodes")?, open("link_edges")?);
    let bits = |table: &Table, column: &str| -> Result<Vec<u64>, ReadingError> {
        Ok(table.integers(column)?.into_iter().map(|value| value as u64).collect())
    };
    let rows = |table: &Table, column: &str| -> Result<Vec<u32>, ReadingError> {
        Ok(table.integers(column)?.into_iter().map(|value| value as u32).collect())
    };
    Ok(RememberedPairs {
        heading,
        fingerprints: bits(&nodes, "fingerprint")?,
        first_records: bits(&nodes, "first_record")?,
        records: rows(&nodes, "records")?,
        left: rows(&edges, "left")?,
        right: rows(&edges, "right")?,
        weights: edges.integers("weight")?.into_iter().map(|value| value as i32).collect(),
        patterns: bits(&edges, "pattern")?,
    })
}
