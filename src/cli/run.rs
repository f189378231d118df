//! `fwt run PIPELINE --month MONTH`.

use std::path::Path;

use super::args::{CeilingArguments, LinkageArguments, ModelArgument, RunArguments};
use super::failure::{Failure, FailureKind, store_failure};
use super::progress::Bars;
use super::render;
use crate::config::{checked::Pipeline, load_pipeline};
use crate::model::{Day, Month, Progress, date};
use crate::run::people::forecast;
use crate::run::{LinkageChoice, ModelChoice, RunError, RunOutcome, RunSettings, check_pipeline, monthly};
use crate::stages::link::LinkError;

pub(super) fn run(arguments: &RunArguments, progress: &Bars) -> Result<(), Failure> {
    let mut pipeline = pipeline(&arguments.pipeline)?;
    limit(&mut pipeline, &arguments.ceilings);
    check_reference(arguments.month, arguments.reference)?;
    let settings = RunSettings {
        pipeline: &pipeline,
        month: arguments.month,
        reference: arguments.reference.unwrap_or_else(|| arguments.month.last_day()),
        data: &arguments.data,
        out: &arguments.out,
        allow_network_share: arguments.allow_network_share,
        provisional: arguments.provisional,
        churn_confirmed: arguments.confirm_churn,
        linkage: linkage_choice(arguments.linkage),
    };
    if arguments.ceilings.forecast {
        return show_forecast(&settings, arguments.json, progress);
    }
    let outcome = publish(&settings, progress)?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&outcome.summary).expect("a summary is JSON already"));
    } else {
        show(&outcome, arguments.month);
    }
    Ok(())
}

/// Days after the end of a month up to which its reference date may lie: the extracts of the month say nothing of later days.
const LATEST_REFERENCE: Day = 31;

/// Refuses a reference date far from its month, such as one with a slip in the year: every feed would look a year younger than it is.
fn check_reference(month: Month, reference: Option<Day>) -> Result<(), Failure> {
    let far = |day: &Day| *day < month.first_day() || *day > month.last_day() + LATEST_REFERENCE;
    reference.filter(far).map_or(Ok(()), |day| {
        let message = format!("the reference date {} does not belong to {month}", date::iso(day));
        let hint = format!("it lies in the month, or at most {LATEST_REFERENCE} days after it; by default it is the month's last day");
        Err(Failure::new(FailureKind::Usage, message).hint(hint))
    })
}

fn linkage_choice(arguments: LinkageArguments) -> LinkageChoice {
    let model = match arguments.model {
        None => ModelChoice::FrozenIfThereIsOne,
        Some(ModelArgument::Frozen) => ModelChoice::Frozen,
        Some(ModelArgument::Estimate) => ModelChoice::Estimated,
    };
    LinkageChoice { model, full_comparison: arguments.full_comparison }
}

/// Sets the ceilings given on the command line: they stand above those of the pipeline.
pub(super) fn limit(pipeline: &mut Pipeline, ceilings: &CeilingArguments) {
    let link = &mut pipeline.link;
    link.max_memory = ceilings.max_memory.or(link.max_memory);
    link.max_pairs = ceilings.max_pairs.or(link.max_pairs);
}

/// Says what linkage would cost.
pub(super) fn show_forecast(settings: &RunSettings<'_>, json: bool, progress: &dyn Progress) -> Result<(), Failure> {
    let forecast = forecast(settings, progress).map_err(|error| run_failure(settings, &error))?;
    if json {
        render::result(&serde_json::to_string_pretty(&forecast.value()).expect("a forecast is JSON already"));
    } else {
        render::result(&forecast.text());
    }
    Ok(())
}

/// Loads a pipeline or says everything that is wrong with it.
pub(super) fn pipeline(path: &Path) -> Result<Pipeline, Failure> {
    let invalid = |problems| Failure::of_problems(FailureKind::Usage, format!("the pipeline `{}` is not valid", path.display()), &problems);
    let pipeline = load_pipeline(path).map_err(invalid)?;
    match check_pipeline(&pipeline) {
        Err(RunError::Settings(problems)) => Err(invalid(problems)),
        _ => Ok(pipeline),
    }
}

/// Runs and turns an error into a failure with its exit code.
pub(super) fn publish(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<RunOutcome, Failure> {
    monthly(settings, progress).map_err(|error| run_failure(settings, &error))
}

/// A run that published nothing, with its exit code.
pub(super) fn run_failure(settings: &RunSettings<'_>, error: &RunError) -> Failure {
    run_failure_of(settings.pipeline, &settings.month.to_string(), error)
}

/// The same for a month of a pipeline.
pub(super) fn run_failure_of(pipeline: &Pipeline, month: &str, error: &RunError) -> Failure {
    match error {
        RunError::Data(problems) => {
            Failure::of_problems(FailureKind::Data, format!("month {month} was refused; the last published run is untouched"), problems)
        }
        RunError::Settings(problems) => {
            let message = format!("the pipeline `{}` is not valid", pipeline.path.display());
            Failure::of_problems(FailureKind::Usage, message, problems)
        }
        RunError::Link(link) => link_failure(link, error),
        RunError::NothingToLink { .. } => Failure::new(FailureKind::Data, "nothing was published")
            .caused_by(error)
            .hint("see whether the right files lie in the folder given with --data"),
        RunError::Criteria(_) => Failure::new(FailureKind::Data, "nothing was published").caused_by(error),
        RunError::Store(store) => store_failure("nothing was published", store),
        RunError::Publish(_) | RunError::Reading(_) => Failure::new(FailureKind::Environment, "nothing was published")
            .caused_by(error)
            .hint("the last published run is untouched; run again when the cause is gone"),
        RunError::NotReperformable(_) => Failure::new(FailureKind::Usage, "nothing was re-performed").caused_by(error),
        RunError::Churn(lines) => Failure {
            causes: lines.clone(),
            ..Failure::new(FailureKind::Data, format!("month {month} is held; the last published run is untouched"))
        }
        .hint("if the causes are right, confirm them: --confirm-churn; if not, look at the feeds and decisions they name"),
        RunError::Memory(_) => Failure::new(FailureKind::Environment, "nothing was published").caused_by(error).hint(
            "restore that run's folder from a backup; or do without: --full-comparison needs its model only, --model estimate nothing of it",
        ),
        RunError::NoModel(_) => {
            Failure::new(FailureKind::Usage, "nothing was published").caused_by(error).hint("leave out --model, and one is estimated")
        }
        RunError::Ledger(_) => Failure::new(FailureKind::Bug, "nothing was published").caused_by(error),
    }
}

/// Linkage that could not go on: settings that contradict themselves, or records that do not fit into the ceilings.
fn link_failure(link: &LinkError, error: &RunError) -> Failure {
    let (kind, hint) = match link {
        LinkError::NotAProbability { .. } | LinkError::ThresholdsCrossed { .. } | LinkError::NoPairsAllowed { .. } => {
            (FailureKind::Usage, "")
        }
        LinkError::TooManyPairs { .. } => (
            FailureKind::Data,
            "allow more pairs (--max-pairs), or find out why so many records share one value: it may stand for \"unknown\"",
        ),
        LinkError::TooMuchMemory { .. } => {
            (FailureKind::Data, "allow more memory (--max-memory), or fewer pairs (--max-pairs); --forecast says what a run needs")
        }
        LinkError::TooManyRecords { .. } => (FailureKind::Data, ""),
    };
    let failure = Failure::new(kind, "nothing was published").caused_by(error);
    if hint.is_empty() { failure } else { failure.hint(hint) }
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
