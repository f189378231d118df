//! `fwt synth dwp|contacts|answer|team|helped`: what people in and around the service do in a synthetic county.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::args_synth::{SynthAnswerArguments, SynthContactsArguments, SynthDwpArguments, SynthHelpedArguments, SynthTeamArguments};
use super::explain::open;
use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use crate::evaluate::EvaluateError;
use crate::evaluate::team::{READ, ToChase};
use crate::evaluate::{answers, department, helped, professionals, team};
use crate::model::date;
use crate::model::{Problem, Problems, WrittenRow, read_written, read_written_table};
use crate::run::cohort::decided;
use crate::service::dwp::last_request;
use crate::store::{self, list_folder, read_input, write_file};
use crate::synth::Helped;

fn failed(error: &EvaluateError) -> Failure {
    Failure::new(FailureKind::Data, "nothing could be simulated").caused_by(error)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_file(path, bytes).map_err(|error| store_failure(format!("cannot write `{}`", path.display()), &error))
}

pub(super) fn dwp(arguments: &SynthDwpArguments) -> Result<(), Failure> {
    let (request, subjects) = last_request(&arguments.run, None).map_err(|error| {
        Failure::new(FailureKind::Usage, "there is no request to answer").caused_by(&error).hint("`fwt dwp request` writes one")
    })?;
    let rests_on = request.manifest.after_run.as_ref().and_then(|rests_on| rests_on.runs.last());
    let path = rests_on.map_or_else(|| arguments.run.clone(), |run| arguments.run.join("runs").join(&run.run_id));
    let bytes = department::department(&open(&path)?, &arguments.truth, &request, arguments.seed).map_err(|error| failed(&error))?;
    write(&arguments.to, &bytes)?;
    render::result(&format!("Answered {} questions in `{}`", subjects.len(), arguments.to.display()));
    Ok(())
}

pub(super) fn contacts(arguments: &SynthContactsArguments) -> Result<(), Failure> {
    let files = professionals::professionals(&open(&arguments.run)?, arguments.seed).map_err(|error| failed(&error))?;
    let folder = arguments.to.join("service").join(&files.month);
    write(&folder.join("contacts.csv"), &files.contacts)?;
    write(&folder.join("staff.csv"), &files.staff)?;
    render::result(&format!("Wrote {} rows to `{}`", files.rows, folder.display()));
    Ok(())
}

pub(super) fn answer(arguments: &SynthAnswerArguments) -> Result<(), Failure> {
    let run = open(&arguments.run)?;
    let mut known = BTreeSet::new();
    for entry in list_folder(&arguments.to).unwrap_or_default().iter().filter(|entry| entry.is_folder && entry.name != run.manifest.period)
    {
        let file = entry.path.join("answers.csv");
        if store::exists(&file) {
            let input = read_input(&entry.path, &file).map_err(|error| store_failure("cannot read earlier answers", &error))?;
            let mut reader = csv::ReaderBuilder::new().from_reader(input.bytes.as_slice());
            known.extend(reader.records().filter_map(|record| record.ok()?.get(0).map(str::to_owned)));
        }
    }
    let (bytes, count) =
        answers::answers(&arguments.run, &run, &arguments.truth, &known, arguments.seed).map_err(|error| failed(&error))?;
    let file = arguments.to.join(&run.manifest.period).join("answers.csv");
    write(&file, &bytes)?;
    render::result(&format!("Wrote {count} answers to `{}`", file.display()));
    Ok(())
}

pub(super) fn team(arguments: &SynthTeamArguments) -> Result<(), Failure> {
    let run = open(&arguments.run)?;
    let file = &arguments.chasers;
    let input = read_input(folder_of(file), file).map_err(|error| store_failure(format!("cannot read `{}`", file.display()), &error))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (rows, problems) = read_written_table(&name, &String::from_utf8_lossy(&input.bytes), &READ, &["from", "since", "due", "what"]);
    let chasers: Option<Vec<ToChase>> = rows.iter().map(|row: &WrittenRow| ToChase::read(READ.map(|column| row.cell(column)))).collect();
    let Some(chasers) = chasers.filter(|_| problems.is_empty()) else {
        return Err(Failure::of_problems(FailureKind::Usage, "this is no chaser list", &Problems(problems))
            .hint("`fwt requests show --to FILE` writes one"));
    };
    let (bytes, count) = team::team(&run, &arguments.truth, &chasers, arguments.seed).map_err(|error| failed(&error))?;
    let file = arguments.to.join(&run.manifest.period).join("families.csv");
    write(&file, &bytes)?;
    render::result(&format!("Wrote {count} decisions to `{}`", file.display()));
    Ok(())
}

pub(super) fn helped(arguments: &SynthHelpedArguments) -> Result<(), Failure> {
    let run = open(&arguments.run)?;
    let people = decided(&arguments.run, &run)
        .map_err(|error| Failure::new(FailureKind::Environment, "nothing could be simulated").caused_by(&error))?;
    let before = if store::exists(&arguments.to) { helped_families(&arguments.to)? } else { Vec::new() };
    let before: BTreeMap<String, date::Day> = before.into_iter().map(|helped| (format!("F{}", helped.family), helped.attached)).collect();
    let now = helped::helped(&run, &people, &arguments.truth, &before).map_err(|error| failed(&error))?;
    write(&arguments.to, &helped::file(&now))?;
    render::result(&format!("{} families are worked with: `{}`", now.len(), arguments.to.display()));
    Ok(())
}

/// The families that the service works with, from the file that `fwt synth helped` writes.
pub(super) fn helped_families(file: &Path) -> Result<Vec<Helped>, Failure> {
    let unreadable = |error| store_failure(format!("cannot read `{}`", file.display()), &error);
    let input = read_input(folder_of(file), file).map_err(unreadable)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (rows, mut problems) = read_written(&name, &String::from_utf8_lossy(&input.bytes), &["family", "attached_on"]);
    let mut helped = Vec::new();
    for row in rows {
        let family = row.cell("family").strip_prefix('F').and_then(|number| number.parse().ok());
        let read = family.zip(date::from_iso(row.cell("attached_on"))).map(|(family, attached)| Helped { family, attached });
        if read.is_none() {
            let message = "expected a true family such as F12 and a date";
            problems.push(Problem::of_file(&name, "not-as-written", message).at_line(row.line));
        }
        helped.extend(read);
    }
    if problems.is_empty() {
        Ok(helped)
    } else {
        Err(Failure::of_problems(FailureKind::Usage, "the file of families that are worked with cannot be used", &Problems(problems)))
    }
}
