//! The register of restricted people and addresses for whatever leaves after a run.
//!
//! What comes in: the pipeline, a run, the data folder. What goes out: who and what is restricted by the run and by the register as it stands in the folder today. What always
//! holds: a register that is required or was there when the run was made must be there now.

use std::path::Path;

use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use crate::config::checked::Pipeline;
use crate::model::{Day, NO_DAY};
use crate::run::history::reference_of;
use crate::run::reading::ReadingError;
use crate::run::restricted::{Today, is_another, today};
use crate::run::{RESTRICTED, RunError, read_restricted};
use crate::store::RunFolder;

/// Who and what is restricted on a day (the reference date of the run if none is given), and the day. What the officer should know of it is printed.
pub(super) fn restricted(pipeline: &Pipeline, run: &RunFolder, data: &Path, on: Option<Day>) -> Result<(Today, Day), Failure> {
    let unreadable = |error: &ReadingError| Failure::new(FailureKind::Environment, "the published run cannot be read").caused_by(error);
    let reference = reference_of(run).map_err(|error| unreadable(&error))?;
    if reference == NO_DAY {
        return Err(Failure::new(FailureKind::Environment, "the published run names no reference date"));
    }
    let on = on.unwrap_or(reference);
    let settings = &pipeline.service.restricted;
    let known_then = run.manifest.state.iter().find(|state| state.name == RESTRICTED);
    let required = settings.required || known_then.is_some();
    let read = read_restricted(data, settings.register.as_deref(), reference, required).map_err(|error| failure(&error))?;
    if known_then.is_some() && read.is_none() {
        return Err(Failure::new(
            FailureKind::Usage,
            "the run was made with a register of restricted people and addresses, and the pipeline names none",
        )
        .hint("give the pipeline of the run"));
    }
    let changed = match read {
        Some((register, sha256)) => {
            let known = known_then.map(|known| known.sha256.as_str());
            is_another(run, known, &sha256).map_err(|error| unreadable(&error))?.then_some((register, sha256))
        }
        None => None,
    };
    let found = today(run, pipeline, changed.as_ref().map(|(register, _)| register), on).map_err(|error| unreadable(&error))?;
    for warning in &found.warnings {
        render::warning(warning);
    }
    Ok((found, on))
}

/// A failure of something that would have been written after a run.
pub(super) fn failure(error: &RunError) -> Failure {
    match error {
        RunError::Data(problems) => Failure::of_problems(FailureKind::Data, "nothing was written", problems),
        RunError::Store(store) => store_failure("nothing was written", store),
        other => Failure::new(FailureKind::Environment, "nothing was written").caused_by(other),
    }
}
