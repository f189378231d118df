//! `fwt requests make|import|show|form`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::args::service::{RequestsCommand, RequestsForm, RequestsImport, RequestsMake, RequestsShow};
use super::super::failure::{Failure, FailureKind, store_failure};
use super::super::render;
use super::super::restricted::failure;
use super::super::run::pipeline;
use super::awaited::{shown, told};
use super::office::{Office, refuse_unreadable, set_aside_json, tell_set_aside};
use crate::model::{Status, date};
use crate::register::decisions::{Content, Grid, NewEntry};
use crate::run::RunError;
use crate::run::cohort::read_filled_in;
use crate::run::successors::Successors;
use crate::service::chasers::{self, Chaser, chasers_csv};
use crate::service::contacts::{Contacts, records_by_person};
use crate::service::families::FamilyFiles;
use crate::service::form;
use crate::service::requests::answers::judge;
use crate::service::requests::plan::Given;
use crate::service::requests::sheets::AGREEMENT;
use crate::service::requests::{Plan, plan, sheets};
use crate::service::sharing::clear;
use crate::service::staff::Staff;
use crate::store::{Area, FolderWriter, write_file};

pub(in super::super) fn requests(command: &RequestsCommand) -> Result<(), Failure> {
    match command {
        RequestsCommand::Make(arguments) => make(arguments),
        RequestsCommand::Import(arguments) => import(arguments),
        RequestsCommand::Show(arguments) => show(arguments),
        RequestsCommand::Form(arguments) => blank_form(arguments),
    }
}

/// The contacts of the month.
pub(super) fn contacts(office: &mut Office, named: Option<&Path>) -> Result<Contacts, Failure> {
    let default = PathBuf::from(format!("service/{}/contacts.csv", office.month()));
    let Some((name, text)) = office.text(named, &default)? else {
        render::warning(&format!("{} is not there: nobody is known to know any family", default.display()));
        return Ok(Contacts::default());
    };
    let contacts = Contacts::parse(&name, &text, &office.pipeline.service.requests, office.on);
    refuse_unreadable(&contacts.set_aside)?;
    tell_set_aside("set aside", &contacts.set_aside);
    Ok(contacts)
}

/// The staff of the month, if there is a table of it.
fn staff(office: &mut Office, named: Option<&Path>) -> Result<Option<Staff>, Failure> {
    let default = PathBuf::from(format!("service/{}/staff.csv", office.month()));
    let Some((name, text)) = office.text(named, &default)? else { return Ok(None) };
    let staff = Staff::parse(&name, &text, &office.pipeline.identify.districts);
    refuse_unreadable(&staff.set_aside)?;
    tell_set_aside("set aside", &staff.set_aside);
    Ok(Some(staff))
}

fn planned<'p>(office: &Office, contacts: &Contacts, files: &'p FamilyFiles) -> Plan<'p> {
    let records = records_by_person(&files.person_of);
    let given = Given {
        casework: &office.desk.register().casework,
        contacts,
        records: &records,
        settings: &office.pipeline.service.requests,
        on: office.on,
    };
    plan(&office.accepted(), &files.families, &given)
}

fn make(arguments: &RequestsMake) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.office, "requests make")?;
    let contacts = contacts(&mut office, arguments.contacts.as_deref())?;
    let staff = staff(&mut office, arguments.staff.as_deref())?;
    let cleared = clear(&office.pipeline.service.sharing, AGREEMENT.0, AGREEMENT.1, office.on)
        .map_err(|error| Failure::new(FailureKind::Usage, "nothing was written").caused_by(&error))?;
    let files = office.families()?;
    let plan = planned(&office, &contacts, &files);
    if plan.is_empty() {
        told(arguments.office.json, (&plan, &awaited(&office, (&plan, staff.as_ref()), false)), None, "");
        return Ok(());
    }
    let chasers = awaited(&office, (&plan, staff.as_ref()), true);
    let mut made = sheets(&plan, &cleared, &office.pipeline.service.requests, &office.restricted.screen)
        .map_err(|error| Failure::new(FailureKind::Environment, "the sheets cannot be made").caused_by(&error))?;
    made.files.push(("chasers.csv".to_owned(), Some(chasers.len() as u64), chasers_csv(&chasers)));
    let contents = office.contents(Area::Requests, "requests");
    let file = format!("requests/{}/requests.csv", contents.run_id());
    // The steps of the families are judged before anything is written: a family that cannot take its step is not asked about.
    let mut lines = vec![(1, ["family", "status", "on", "by"].map(str::to_owned).to_vec())];
    for (line, asked) in (2..).zip(&plan.new) {
        let stands = office.desk.register().family(&asked.entry.family).standing();
        if stands == Status::Identified {
            lines.push((
                line,
                vec![asked.entry.family.clone(), Status::AssessmentRequested.name().to_owned(), date::iso(office.on), arguments.by.clone()],
            ));
        }
    }
    let judged = office.desk.judge(Grid { name: file.clone(), lines }).map_err(|error| failure(&error))?;
    if !judged.set_aside.is_empty() {
        tell_set_aside("nothing was written", &judged.set_aside);
        return Err(Failure::new(FailureKind::Data, "some families cannot be asked about on this day; nothing was written")
            .hint("give a later day with --on, or look at the families with `fwt cohort show`"));
    }
    let written = office.write(contents, &made.files)?;
    let mut entries: Vec<NewEntry> = Vec::new();
    for (line, asked) in (2..).zip(plan.new.iter()).chain((2..).zip(plan.reminders.iter())) {
        let decision = Content::Request(asked.entry.clone());
        entries.push(NewEntry { by: arguments.by.clone(), reason: String::new(), file: file.clone(), line, decision });
    }
    entries.extend(judged.taken);
    let outcome = format!("requests made: {}, reminders: {}", plan.new.len(), plan.reminders.len());
    let hashes = BTreeMap::from([(file, written.manifest_sha256.clone())]);
    office.desk.record(entries, hashes, &outcome).map_err(|error| failure(&error))?;
    told(arguments.office.json, (&plan, &chasers), Some(&written.path), &arguments.by);
    Ok(())
}

/// What is awaited about each accepted family. `sent` says whether the requests of the plan go out with the list.
fn awaited(office: &Office, (plan, staff): (&Plan<'_>, Option<&Staff>), sent: bool) -> Vec<Chaser> {
    let given = chasers::Given {
        register: office.desk.register(),
        entries: office.desk.entries(),
        settings: &office.pipeline.service.requests,
        staff,
        claims: office.pipeline.claims.as_ref(),
        on: office.on,
        sent,
    };
    chasers::chasers(&office.accepted(), plan, &given)
}

fn show(arguments: &RequestsShow) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.office, "requests show")?;
    let contacts = contacts(&mut office, arguments.contacts.as_deref())?;
    let staff = staff(&mut office, arguments.staff.as_deref())?;
    let files = office.families()?;
    let plan = planned(&office, &contacts, &files);
    let chasers = awaited(&office, (&plan, staff.as_ref()), false);
    if let Some(to) = &arguments.to {
        write_file(to, &chasers_csv(&chasers)).map_err(|error| store_failure("nothing was written", &error))?;
    }
    if arguments.office.json {
        told(true, (&plan, &chasers), None, "");
    } else {
        render::result(&shown(&plan, &chasers, office.on));
    }
    Ok(())
}

fn import(arguments: &RequestsImport) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.office, "requests import")?;
    let came = read_filled_in(&arguments.answers).map_err(|error| failure(&error))?;
    let settings = &office.pipeline.service.requests;
    let successors = Successors::read(office.desk.run()).map_err(|error| failure(&RunError::from(error)))?;
    let present = |id: &str| successors.present(id);
    let mut judged = judge(&came.grids, &office.desk.register().casework, settings, &present);
    // The steps of the families, under the line of the answer that asks for them; an answer whose step cannot be taken is set aside with it.
    let (mut entries, mut taken) = (Vec::new(), 0_usize);
    let mut of_file: BTreeMap<&str, Vec<(u64, Vec<String>)>> = BTreeMap::new();
    for answer in &judged.taken {
        if let Some((status, reason)) = &answer.step {
            let row =
                vec![answer.entry.family.clone(), status.name().to_owned(), answer.entry.on.clone(), answer.by.clone(), reason.clone()];
            of_file.entry(&answer.file).or_default().push((answer.line, row));
        }
    }
    let (mut steps, mut refused) = (BTreeMap::new(), Vec::new());
    for (file, rows) in of_file {
        let mut lines = vec![(0, ["family", "status", "on", "by", "reason"].map(str::to_owned).to_vec())];
        lines.extend(rows);
        let found = office.desk.judge(Grid { name: file.to_owned(), lines }).map_err(|error| failure(&error))?;
        steps.extend(found.taken.into_iter().map(|entry| ((entry.file.clone(), entry.line), entry)));
        refused.extend(found.set_aside);
    }
    for answer in &judged.taken {
        let step = steps.remove(&(answer.file.clone(), answer.line));
        if answer.step.is_some() && step.is_none() {
            // Refused with its reason, or the family stands there already: then the answer alone is new.
            if refused.iter().any(|row| row.file == answer.file && row.line == answer.line) {
                continue;
            }
        }
        let decision = Content::Answer(answer.entry.clone());
        entries.push(NewEntry { by: answer.by.clone(), reason: String::new(), file: answer.file.clone(), line: answer.line, decision });
        entries.extend(step);
        taken += 1;
    }
    judged.set_aside.extend(refused);
    judged.set_aside.sort_by(|a, b| (&a.file, a.line, a.code).cmp(&(&b.file, b.line, b.code)));
    let outcome = format!("answers taken: {taken}, rows set aside: {}", judged.set_aside.len());
    office.desk.record(entries, came.files, &outcome).map_err(|error| failure(&error))?;
    if arguments.office.json {
        let value = serde_json::json!({
            "taken": taken, "unchanged": judged.unchanged, "set_aside": set_aside_json(&judged.set_aside), "register": office.desk.head(),
        });
        render::result(&value.to_string());
    } else {
        render::result(&format!(
            "Answers taken:  {taken}\nNothing new:    {}\nSet aside:      {}",
            judged.unchanged,
            judged.set_aside.len()
        ));
        tell_set_aside("set aside", &judged.set_aside);
    }
    if taken == 0 && !judged.set_aside.is_empty() {
        return Err(Failure::new(FailureKind::Data, "every answer was set aside; the register is as it was"));
    }
    Ok(())
}

fn blank_form(arguments: &RequestsForm) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let files = form::blank(&pipeline.service.requests)
        .map_err(|error| Failure::new(FailureKind::Environment, "the form cannot be made").caused_by(&error))?;
    let failed = |error: crate::store::StoreError| store_failure("the form was not written", &error);
    let folder = FolderWriter::create(&arguments.to, "requests form").map_err(failed)?;
    for (name, bytes) in &files {
        folder.put(name, |out| out.write_all(bytes)).map_err(failed)?;
    }
    render::result(&format!("Written:  {}", arguments.to.display()));
    Ok(())
}
