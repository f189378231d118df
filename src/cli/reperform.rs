//! `fwt reperform RUN --pipeline FILE`.

use super::args_published::ReperformArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::progress::Bars;
use super::render;
use super::run::{limit, pipeline, run_failure_of};
use crate::run::reperform::{Reperform, reperform as again};
use crate::store;

pub(super) fn reperform(arguments: &ReperformArguments, progress: &Bars) -> Result<(), Failure> {
    let mut pipeline = pipeline(&arguments.pipeline)?;
    limit(&mut pipeline, &arguments.ceilings);
    let unreadable = |error: &store::StoreError| store_failure(format!("`{}` cannot be re-performed", arguments.run.display()), error);
    let run = store::open_run(&arguments.run).map_err(|error| unreadable(&error))?;
    let out = run.path.parent().and_then(std::path::Path::parent).unwrap_or(&run.path).to_owned();
    let what = Reperform { run: &run, pipeline: &pipeline, data: &arguments.data, out: &out };
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
