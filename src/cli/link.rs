//! `fwt link PIPELINE --data DIR --out OUT`: the linkage engine on its own.

use std::path::Path;

use super::args::LinkArguments;
use super::failure::{Failure, FailureKind};
use super::progress::Bars;
use super::render;
use super::run::{limit, pipeline, run_failure, show_forecast};
use crate::config::checked::Pipeline;
use crate::model::Month;
use crate::run::people::link_people;
use crate::run::{LinkageChoice, RunOutcome, RunSettings};

pub(super) fn link(arguments: &LinkArguments, progress: &Bars) -> Result<(), Failure> {
    let mut pipeline = pipeline(&arguments.pipeline)?;
    limit(&mut pipeline, &arguments.ceilings);
    let month = month_of(&pipeline, arguments.month)?;
    let settings = RunSettings {
        pipeline: &pipeline,
        month,
        reference: arguments.reference.unwrap_or_else(|| month.last_day()),
        data: &arguments.data,
        out: &arguments.out,
        allow_network_share: arguments.allow_network_share,
        provisional: false,
        churn_confirmed: false,
        linkage: LinkageChoice::default(),
    };
    if arguments.ceilings.forecast {
        return show_forecast(&settings, arguments.json, progress);
    }
    let outcome = link_people(&settings, progress).map_err(|error| run_failure(&settings, &error))?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&outcome.summary).expect("a summary is JSON already"));
    } else {
        show(&outcome, &pipeline.title);
    }
    Ok(())
}

/// The month given, else the pipeline's own. Never today's: the same files must give the same result next month.
pub(super) fn month_of(pipeline: &Pipeline, given: Option<Month>) -> Result<Month, Failure> {
    given.or(pipeline.month).ok_or_else(|| {
        Failure::new(FailureKind::Usage, "no month is given")
            .hint("give --month 2012-10, or month = \"2012-10\" in [pipeline] for files that belong to no month")
    })
}

fn show(outcome: &RunOutcome, title: &str) {
    let done = if outcome.already_published { "already published, nothing to do" } else { "published" };
    let number = |path: [&str; 2]| outcome.summary.get(path[0]).and_then(|part| part.get(path[1])).and_then(serde_json::Value::as_u64);
    let text = |path: [&str; 2]| {
        let value = outcome.summary.get(path[0]).and_then(|part| part.get(path[1]));
        value.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let count = |path: [&str; 2]| number(path).unwrap_or_default().to_string();
    let file = |name: &str| Path::new(&outcome.path).join(name).display().to_string();
    let lines = [
        format!("{title}: {done}"),
        String::new(),
        format!("Records:     {} ({} test records set aside)", count(["counts", "person_records"]), count(["counts", "test_records"])),
        format!("Persons:     {}", count(["counts", "persons"])),
        format!("Compared:    {} pairs", count(["model", "compared_pairs"])),
        format!(
            "Links:       {} linked, {} implied, {} to review, {} kept apart",
            count(["linkage", "pairs_linked"]),
            count(["linkage", "pairs_implied"]),
            count(["linkage", "pairs_to_review"]),
            count(["linkage", "pairs_prevented"])
        ),
        format!("Probability: {}", text(["model", "calibration_sentence"])),
        String::new(),
        format!("Persons:     {}", file("persons.parquet")),
        format!("Links:       {}", file("links.parquet")),
        format!("Audit head:  {}", outcome.audit_head),
    ];
    render::result(&lines.join("\n"));
    for warning in &outcome.warnings {
        render::warning(warning);
    }
}
