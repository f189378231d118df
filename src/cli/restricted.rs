//! The register of restricted people and addresses for whatever leaves after a run.
//!
//! What comes in: the pipeline, a run, the data folder. What goes out: the register as it stands in the folder today, and the reference date of the run. What always
//! holds: a register that is required or was there when the run was made must be there now.

use std::path::Path;

use super::failure::{Failure, FailureKind, store_failure};
use crate::config::checked::Pipeline;
use crate::model::{Day, date};
use crate::run::{RESTRICTED, RunError, read_restricted, reading};
use crate::stages::standardise::register::RestrictedRegister;
use crate::store::RunFolder;

pub(super) fn restricted(pipeline: &Pipeline, run: &RunFolder, data: &Path) -> Result<(RestrictedRegister, Day), Failure> {
    let summary = reading::json(run, "run.json")
        .map_err(|error| Failure::new(FailureKind::Environment, "the published run cannot be read").caused_by(&error))?;
    let reference = summary.get("reference_date").and_then(serde_json::Value::as_str).and_then(date::from_iso);
    let reference = reference.ok_or_else(|| Failure::new(FailureKind::Environment, "the published run names no reference date"))?;
    let settings = &pipeline.service.restricted;
    let known_then = run.manifest.state.iter().any(|state| state.name == RESTRICTED);
    let read =
        read_restricted(data, settings.register.as_deref(), reference, settings.required || known_then).map_err(|error| failure(&error))?;
    if known_then && read.is_none() {
        return Err(Failure::new(
            FailureKind::Usage,
            "the run was made with a register of restricted people and addresses, and the pipeline names none",
        )
        .hint("give the pipeline of the run"));
    }
    Ok((read.map(|(register, _)| register).unwrap_or_default(), reference))
}

/// A failure of something that would have been written after a run.
pub(super) fn failure(error: &RunError) -> Failure {
    match error {
        RunError::Data(problems) => Failure::of_problems(FailureKind::Data, "nothing was written", problems),
        RunError::Store(store) => store_failure("nothing was written", store),
        other => Failure::new(FailureKind::Environment, "nothing was written").caused_by(other),
    }
}
