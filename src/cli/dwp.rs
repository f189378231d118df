//! `fwt dwp request|import`: the round trip to the Department for Work and Pensions.

use std::path::Path;

use super::args::{DwpCommand, DwpImportArguments, DwpRequestArguments};
use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use super::restricted::restricted;
use super::run::pipeline;
use crate::run::cohort::decided;
use crate::service::dwp::{DwpError, Sources, ask, last_request, place, take_back};
use crate::store::{self, RunFolder, RunLock, StoreError};

pub(super) fn dwp(command: &DwpCommand) -> Result<(), Failure> {
    match command {
        DwpCommand::Request(arguments) => request(arguments),
        DwpCommand::Import(arguments) => import(arguments),
    }
}

fn failure(message: &str, error: &DwpError) -> Failure {
    match error {
        DwpError::Store(error) => store_failure(message, error),
        DwpError::File(problems) | DwpError::NothingHolds(problems) => {
            let mut failure = Failure::of_problems(FailureKind::Data, message, problems);
            failure.causes.insert(0, error.to_string());
            failure
        }
        DwpError::NobodyToAsk { .. } => Failure::new(FailureKind::Data, message).caused_by(error),
        DwpError::Reading(_) => Failure::new(FailureKind::Environment, message).caused_by(error),
        DwpError::NothingAsked => Failure::new(FailureKind::Usage, message).caused_by(error).hint("`fwt dwp request` comes first"),
        DwpError::NotSet | DwpError::PurposeNotAgreed { .. } | DwpError::AgreementOver { .. } | DwpError::UnknownPurpose { .. } => {
            Failure::new(FailureKind::Usage, message).caused_by(error).hint("README.md, section The DWP, says what the sections mean")
        }
    }
}

fn request(arguments: &DwpRequestArguments) -> Result<(), Failure> {
    const FAILED: &str = "nothing was asked";
    let pipeline = pipeline(&arguments.pipeline)?;
    let lost = |error: &StoreError| store_failure(FAILED, error);
    store::open_run(&arguments.out).map_err(|error| lost(&error))?;
    let lock = RunLock::take(&arguments.out, "dwp request").map_err(|error| lost(&error))?;
    let run = store::open_run(&arguments.out).map_err(|error| lost(&error))?;
    let people = decided(&arguments.out, &run).map_err(|error| Failure::new(FailureKind::Environment, FAILED).caused_by(&error))?;
    let (restricted, on) = restricted(&pipeline, &run, &arguments.data, None)?;
    let sources = Sources { run: &run, register: &people.register, restricted: &restricted, on };
    let sent = ask(&lock, sources, &people.head, &pipeline, &arguments.purpose).map_err(|error| failure(FAILED, &error))?;
    let cannot: usize = sent.cannot.values().sum();
    if arguments.json {
        let value = serde_json::json!({
            "request": sent.written.id, "run": run.manifest.run_id, "asked": sent.asked, "cannot_send": sent.cannot,
            "folder": sent.written.path, "already": sent.written.already,
        });
        render::result(&format!("{value:#}"));
    } else {
        let mut lines = vec![format!("Asked about:       {} people\nCannot be asked:   {cannot}", sent.asked)];
        lines.extend(sent.cannot.iter().map(|(reason, count)| format!("    {reason}: {count}")));
        lines.push(format!("For the Department: {}", sent.written.path.join("request.csv").display()));
        lines.push("Everything else in that folder stays here.".to_owned());
        render::result(&lines.join("\n"));
    }
    Ok(())
}

/// The run that a request rests on.
fn run_of(out: &Path, request: &RunFolder) -> Result<RunFolder, StoreError> {
    let rests_on = request.manifest.after_run.as_ref().and_then(|rests_on| rests_on.runs.last()).map(|run| run.run_id.as_str());
    let run = rests_on.map(|run_id| store::published_run(out, run_id)).transpose()?.flatten();
    run.map_or_else(|| store::open_run(out), Ok)
}

fn import(arguments: &DwpImportArguments) -> Result<(), Failure> {
    const FAILED: &str = "no answer was taken";
    let pipeline = pipeline(&arguments.pipeline)?;
    let lost = |error: &StoreError| store_failure(FAILED, error);
    store::open_run(&arguments.out).map_err(|error| lost(&error))?;
    let lock = RunLock::take(&arguments.out, "dwp import").map_err(|error| lost(&error))?;
    let (request, subjects) = last_request(&arguments.out, arguments.request.as_deref()).map_err(|error| failure(FAILED, &error))?;
    let run = run_of(&arguments.out, &request).map_err(|error| lost(&error))?;
    let folder = arguments.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let input = store::read_input(folder, &arguments.file).map_err(|error| lost(&error))?;
    let name = arguments.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    refuse_a_second(&pipeline, &arguments.data, &run.manifest.period)?;
    let taken = take_back((&request, &subjects), &run, &pipeline, (&name, &input)).map_err(|error| failure(FAILED, &error))?;
    let (file, bytes) = &taken.file;
    let path = arguments.data.join(place(&taken.month, file));
    if !arguments.replace && store::stands_there(&path) {
        let folder = path.parent().unwrap_or(Path::new("."));
        let before = store::read_input(folder, &path).map_err(|error| lost(&error))?;
        if before.bytes != *bytes {
            return Err(Failure::new(FailureKind::Data, format!("{FAILED} into the feed: the month has another answer already"))
                .hint("put the parts of an answer into one file, or give --replace if this one takes the place of the earlier"));
        }
    }
    let written = taken.write(&lock).map_err(|error| lost(&error))?;
    store::write_file(&path, bytes).map_err(|error| lost(&error))?;
    let answers = &taken.answers;
    if arguments.json {
        let aside: Vec<serde_json::Value> = answers
            .set_aside
            .iter()
            .map(|row| serde_json::json!({ "line": row.line, "column": row.column, "code": row.code, "message": row.message }))
            .collect();
        let value = serde_json::json!({
            "answer": written.id, "month": taken.month, "file": path, "on_benefit": answers.on_benefit, "on_none": answers.on_none,
            "untraced": answers.untraced, "unanswered": answers.unanswered.len(), "set_aside": aside,
        });
        render::result(&format!("{value:#}"));
    } else {
        let mut lines = vec![format!(
            "On a benefit:      {}\nOn none:           {}\nUnable to trace:   {} (they stay unknown)\nNo answer:         {} (they stay unknown)\nSet aside:         {}",
            answers.on_benefit,
            answers.on_none,
            answers.untraced,
            answers.unanswered.len(),
            answers.set_aside.len()
        )];
        lines.extend(answers.set_aside.iter().map(ToString::to_string));
        lines.push(format!("Written for {}:  {}", taken.month, path.display()));
        render::result(&lines.join("\n"));
    }
    Ok(())
}

/// A file of the feed that stands in the month already is somebody else's: two of them would be read as one.
fn refuse_a_second(pipeline: &crate::config::checked::Pipeline, data: &Path, month: &str) -> Result<(), Failure> {
    let Some(settings) = &pipeline.dwp else { return Ok(()) };
    let Some(schema) = pipeline.schemas.iter().find(|schema| schema.name == settings.schema) else { return Ok(()) };
    let own = format!("{}_{}.csv", settings.schema, month.replace('-', ""));
    let there = store::list_folder(&data.join(month)).unwrap_or_default();
    let other = there.iter().find(|entry| !entry.is_folder && schema.file.matches(&entry.name) && entry.name != own);
    match other {
        None => Ok(()),
        Some(_) => Err(Failure::new(FailureKind::Data, "no answer was taken: the month has another file of this feed already")
            .hint("move that file away if the answer replaces it")),
    }
}
