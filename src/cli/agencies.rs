//! `fwt agencies RUN --pipeline FILE --data DIR --to DIR`.

use super::args::AgenciesArguments;
use super::explain::open;
use super::failure::{Failure, FailureKind, store_failure};
use super::progress::Bars;
use super::render;
use super::restricted::restricted;
use super::run::pipeline;
use crate::agencies::{AgenciesError, Given, Settings, give_back, run_before};

pub(super) fn agencies(arguments: &AgenciesArguments, progress: &Bars) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let run = open(&arguments.run)?;
    let before = match &arguments.before {
        Some(before) => Some(open(before)?),
        None => {
            run_before(&run).map_err(|error| store_failure("an earlier run cannot be read", &error).hint("name another with --before"))?
        }
    };
    let (restricted, _) = restricted(&pipeline, &run, &arguments.data, None)?;
    let screen = restricted.screen;
    let settings =
        Settings { pipeline: &pipeline, run: &run, before: before.as_ref(), data: &arguments.data, to: &arguments.to, screen: &screen };
    let given = give_back(&settings, progress).map_err(|error| failure(&error))?;
    if arguments.json {
        let json = serde_json::json!({
            "run": run.manifest.run_id,
            "before": before.as_ref().map(|before| &before.manifest.run_id),
            "agencies": given,
        });
        render::result(&serde_json::to_string_pretty(&json).expect("counts and paths"));
    } else {
        render::result(&lines(&run.manifest.run_id, before.as_ref().map(|before| before.manifest.run_id.as_str()), &given));
    }
    for file in given.iter().flat_map(|given| &given.files_gone) {
        render::warning(&format!("{file} is no longer in the data folder: its rows are given back by line and reason only"));
    }
    Ok(())
}

fn lines(run: &str, before: Option<&str>, given: &[Given]) -> String {
    let mut lines = vec![format!("Run {run}, compared with {}", before.unwrap_or("no earlier month")), String::new()];
    let width = given.iter().map(|given| given.agency.chars().count()).max().unwrap_or(0);
    lines.push(format!("{:<width$}  {:>9}  {:>9}  folder", "agency", "set aside", "ignored"));
    for given in given {
        let folder = given.folder.display();
        lines.push(format!("{:<width$}  {:>9}  {:>9}  {folder}", given.agency, given.rows_set_aside, given.values_ignored));
    }
    lines.push(String::new());
    lines.push("Each folder is for its agency alone: it holds rows of people as that agency sent them.".to_owned());
    lines.join("\n")
}

fn failure(error: &AgenciesError) -> Failure {
    match error {
        AgenciesError::Store(store) => store_failure("nothing is ready to be given back", store),
        AgenciesError::Reading(_) => Failure::new(FailureKind::Environment, "nothing is ready to be given back").caused_by(error),
        AgenciesError::Changed { .. } => Failure::new(FailureKind::Data, "nothing is ready to be given back")
            .caused_by(error)
            .hint("give the folder with the files as they were delivered, or run the month again"),
        AgenciesError::Unreadable(problems) => Failure::of_problems(FailureKind::Data, "a delivered file cannot be read again", problems),
        AgenciesError::OtherPipeline { .. } => {
            Failure::new(FailureKind::Usage, "nothing is ready to be given back").caused_by(error).hint("give the pipeline of the run")
        }
    }
}
