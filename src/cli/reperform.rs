//! `fwt reperform RUN`.

use std::path::Path;

use super::args_published::ReperformArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::progress::Bars;
use super::render;
use super::run::{limit, pipeline, run_failure_of};
use crate::run::made_from::{Beside, MadeFrom};
use crate::run::reperform::{Reperform, reperform as again};
use crate::store;

pub(super) fn reperform(arguments: &ReperformArguments, progress: &Bars) -> Result<(), Failure> {
    let unreadable = |error: &store::StoreError| store_failure(format!("`{}` cannot be re-performed", arguments.run.display()), error);
    let run = store::open_run(&arguments.run).map_err(|error| unreadable(&error))?;
    let out = run.path.parent().and_then(Path::parent).unwrap_or(&run.path).to_owned();
    let kept = MadeFrom::read(&run).map_err(|error| Failure::new(FailureKind::Data, "nothing was re-performed").caused_by(&error))?;
    let mut pipeline = match (&arguments.pipeline, &kept) {
        (Some(path), _) => pipeline(path)?,
        (None, Some(kept)) => kept.pipeline().map_err(|problems| {
            Failure::of_problems(FailureKind::Usage, "the configuration that the run kept is not understood by this version", &problems)
        })?,
        (None, None) => {
            return Err(Failure::new(
                FailureKind::Usage,
                "nothing was re-performed: the run was made before runs kept their configuration",
            )
            .hint("name the pipeline file that it was made with: --pipeline FILE"));
        }
    };
    limit(&mut pipeline, &arguments.ceilings);
    let beside = match (&arguments.data, &kept) {
        (Some(folder), _) => Beside::Folder(folder),
        (None, Some(kept)) => Beside::Kept(kept),
        (None, None) => Beside::Folder(Path::new("data")),
    };
    let what = Reperform { run: &run, pipeline: &pipeline, beside, out: &out };
    let outcome = again(&what, progress).map_err(|error| run_failure_of(&pipeline, &run.manifest.period, &error))?;
    if arguments.json {
        render::result(
            &serde_json::json!({ "run": run.manifest.run_id, "same": outcome.same, "differing": outcome.differing }).to_string(),
        );
    } else if outcome.differing.is_empty() {
        render::result(&format!("Run {}: all {} files come out as they were published", run.manifest.run_id, outcome.same));
    }
    if outcome.differing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::Data,
        format!(
            "{} of the run's files come out otherwise than they were published: {}",
            outcome.differing.len(),
            outcome.differing.join(", ")
        ),
    ))
}
