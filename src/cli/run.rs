//! `fwt run PIPELINE --month MONTH`.

use std::path::Path;

use super::args::RunArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::progress::Bars;
use super::render;
use crate::config::{checked::Pipeline, load_pipeline};
use crate::model::{Month, Progress};
use crate::run::{RunError, RunOutcome, RunSettings, monthly};

pub(super) fn run(arguments: &RunArguments, progress: &Bars) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let settings = RunSettings {
        pipeline: &pipeline,
        month: arguments.month,
        reference: arguments.reference.unwrap_or_else(|| arguments.month.last_day()),
        data: &arguments.data,
        out: &arguments.out,
        allow_network_share: arguments.allow_network_share,
    };
    let outcome = publish(&settings, progress)?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&outcome.summary).expect("a summary is JSON already"));
    } else {
        show(&outcome, arguments.month);
    }
    Ok(())
}

/// Loads a pipeline or says everything that is wrong with it.
pub(super) fn pipeline(path: &Path) -> Result<Pipeline, Failure> {
    load_pipeline(path)
        .map_err(|problems| Failure::of_problems(FailureKind::Usage, format!("the pipeline `{}` is not valid", path.display()), &problems))
}

/// Runs and turns an error into a failure with its exit code.
pub(super) fn publish(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<RunOutcome, Failure> {
    monthly(settings, progress).map_err(|error| run_failure(settings, &error))
}

/// A run that published nothing, with its exit code.
pub(super) fn run_failure(settings: &RunSettings<'_>, error: &RunError) -> Failure {
    match error {
        RunError::Data(problems) => Failure::of_problems(
            FailureKind::Data,
            format!("month {} was refused; the last published run is untouched", settings.month),
            problems,
        ),
        RunError::Link(_) | RunError::Criteria(_) => Failure::new(FailureKind::Data, "nothing was published").caused_by(error),
        RunError::Store(store) => store_failure("nothing was published", store),
        RunError::Publish(_) | RunError::Reading(_) => Failure::new(FailureKind::Environment, "nothing was published")
            .caused_by(error)
            .hint("the last published run is untouched; run again when the cause is gone"),
        RunError::Ledger(_) => Failure::new(FailureKind::Bug, "nothing was published").caused_by(error),
    }
}

/// One screen: what was found, and where.
pub(super) fn show(outcome: &RunOutcome, month: Month) {
    let mut lines = vec![if outcome.already_published {
        format!("Families Working Together, {month}: already published, nothing to do")
    } else {
        format!("Families Working Together, {month}: published")
    }];
    lines.push(String::new());
    lines.push(crate::stages::publish::screen(&outcome.summary));
    lines.push(String::new());
    lines.push(format!("The list:    {}", outcome.path.join("list.xlsx").display()));
    lines.push(format!("The report:  {}", outcome.path.join("report.html").display()));
    lines.push(format!("The tables:  {}", outcome.path.display()));
    lines.push(format!("Audit head:  {}", outcome.audit_head));
    render::result(&lines.join("\n"));
    for warning in &outcome.warnings {
        render::warning(warning);
    }
}
