//! `fwt staff show|suggest|allocate`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::args::service::{StaffAllocate, StaffCommand, StaffSuggest, StaffTable};
use super::super::failure::{Failure, FailureKind, store_failure, unless_filled_in};
use super::super::render;
use super::super::restricted::failure;
use super::office::{Office, refuse_unreadable, set_aside_json, tell_set_aside};
use crate::model::date;
use crate::register::decisions::{Content, Grid, NewEntry};
use crate::run::RunError;
use crate::run::successors::Successors;
use crate::service::csv_table::csv_table;
use crate::service::staff::{AHEAD_DAYS, Given, Staff, allocate};
use crate::store::write_to_fill_in;

pub(in super::super) fn staff(command: &StaffCommand) -> Result<(), Failure> {
    match command {
        StaffCommand::Show(arguments) => show(arguments),
        StaffCommand::Suggest(arguments) => suggest(arguments),
        StaffCommand::Allocate(arguments) => take(arguments),
    }
}

/// The staff of the month.
pub(super) fn table(office: &mut Office, named: Option<&Path>) -> Result<Staff, Failure> {
    let default = PathBuf::from(format!("service/{}/staff.csv", office.month()));
    let Some((name, text)) = office.text(named, &default)? else {
        render::warning(&format!("{} is not there: nobody is known to work with families", default.display()));
        return Ok(Staff::default());
    };
    let staff = Staff::parse(&name, &text, &office.pipeline.identify.districts);
    refuse_unreadable(&staff.set_aside)?;
    tell_set_aside("set aside", &staff.set_aside);
    Ok(staff)
}

fn show(arguments: &StaffTable) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.office, "staff show")?;
    let staff = table(&mut office, arguments.staff.as_deref())?;
    let casework = &office.desk.register().casework;
    let rows = staff.workers.values().map(|worker| {
        let stretch = worker.on(office.on);
        let most = stretch.map_or(0, |stretch| stretch.caseload);
        let until = stretch.map(|stretch| stretch.until).filter(|until| *until != crate::model::Day::MAX).map(date::iso);
        (worker, casework.caseload(&worker.code, office.on), most, until, stretch.and_then(|stretch| stretch.budget))
    });
    if arguments.office.json {
        let workers: Vec<serde_json::Value> = rows
            .map(|(worker, families, most, until, budget)| {
                serde_json::json!({
                    "staff": worker.code, "kind": worker.kind, "employer": worker.employer, "families": families, "caseload": most, "until": until, "budget_per_family": budget,
                })
            })
            .collect();
        render::result(&serde_json::json!({ "workers": workers, "set_aside": set_aside_json(&staff.set_aside) }).to_string());
        return Ok(());
    }
    let mut lines =
        vec![format!("{:<10} {:<12} {:<34} {:>8} {:>8}  {:<11} {}", "worker", "kind", "employer", "families", "most", "until", "budget")];
    for (worker, families, most, until, budget) in rows {
        let budget = budget.map(|pounds| format!("£{pounds} a family")).unwrap_or_default();
        let until = until.unwrap_or_default();
        lines.push(format!(
            "{:<10} {:<12} {:<34} {families:>8} {most:>8}  {until:<11} {budget}",
            worker.code,
            worker.kind.replace('_', " "),
            worker.employer
        ));
    }
    render::result(&lines.join("\n"));
    Ok(())
}

fn suggest(arguments: &StaffSuggest) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.table.office, "staff suggest")?;
    let staff = table(&mut office, arguments.table.staff.as_deref())?;
    let files = office.families()?;
    let (given, without) = staff.suggest(&office.accepted(), &files.families, &office.desk.register().casework, office.on);
    let rows: Vec<Vec<String>> =
        given.iter().map(|(family, worker)| vec![family.clone(), worker.clone(), date::iso(office.on), arguments.by.clone()]).collect();
    let bytes = csv_table(&["family", "staff", "on", "by"], &rows);
    write_to_fill_in(&arguments.to, &bytes, arguments.replace)
        .map_err(|error| unless_filled_in(store_failure("nothing was written", &error), &error, "fwt staff allocate"))?;
    if arguments.table.office.json {
        render::result(&serde_json::json!({ "suggested": given.len(), "nobody_free": without }).to_string());
    } else {
        render::result(&format!(
            "Suggested:    {}\nNobody free:  {}\nWritten:      {}",
            given.len(),
            without.len(),
            arguments.to.display()
        ));
    }
    Ok(())
}

fn take(arguments: &StaffAllocate) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.table.office, "staff allocate")?;
    let staff = table(&mut office, arguments.table.staff.as_deref())?;
    let files = office.families()?;
    let Some((name, text)) = office.text(Some(&arguments.allocations), Path::new(""))? else {
        return Err(Failure::new(FailureKind::Usage, "there is no such file of allocations"));
    };
    let successors = Successors::read(office.desk.run()).map_err(|error| failure(&RunError::from(error)))?;
    let present = |id: &str| successors.present(id);
    let today = arguments.table.office.on.unwrap_or_else(|| office.desk.today().max(office.desk.reference()));
    let given = Given { register: office.desk.register(), staff: &staff, files: &files.families, today, present: &present };
    let mut judged = allocate(&name, &text, &given);
    let mut lines = vec![(0, ["family", "status", "on", "by"].map(str::to_owned).to_vec())];
    for allocation in judged.taken.iter().filter(|allocation| allocation.attaches) {
        let entry = &allocation.entry;
        lines.push((allocation.line, vec![entry.family.clone(), "attached".to_owned(), entry.on.clone(), allocation.by.clone()]));
    }
    let latest = today.saturating_add(AHEAD_DAYS).max(office.desk.today());
    let steps = office.desk.judge_ahead(Grid { name: name.clone(), lines }, latest).map_err(|error| failure(&error))?;
    let refused: Vec<u64> = steps.set_aside.iter().map(|row| row.line).collect();
    let mut of_line: BTreeMap<u64, NewEntry> = steps.taken.into_iter().map(|entry| (entry.line, entry)).collect();
    judged.set_aside.extend(steps.set_aside);
    judged.set_aside.sort_by(|a, b| (a.line, a.code).cmp(&(b.line, b.code)));
    let (mut entries, mut taken) = (Vec::new(), 0_usize);
    for allocation in judged.taken.iter().filter(|allocation| !refused.contains(&allocation.line)) {
        let (by, reason) = (allocation.by.clone(), allocation.reason.clone());
        let decision = Content::Allocation(allocation.entry.clone());
        entries.push(NewEntry { by, reason, file: name.clone(), line: allocation.line, decision });
        entries.extend(of_line.remove(&allocation.line));
        taken += 1;
    }
    let outcome = format!("allocations taken: {taken}, rows set aside: {}", judged.set_aside.len());
    let hashes: BTreeMap<String, String> =
        office.read.iter().filter(|(file, _)| **file == name).map(|(file, hash)| (file.clone(), hash.clone())).collect();
    office.desk.record(entries, hashes, &outcome).map_err(|error| failure(&error))?;
    if arguments.table.office.json {
        let value = serde_json::json!({ "taken": taken, "unchanged": judged.unchanged, "known": set_aside_json(&judged.known), "set_aside": set_aside_json(&judged.set_aside) });
        render::result(&value.to_string());
    } else {
        render::result(&format!(
            "Allocations taken:  {taken}\nNothing new:        {}\nSet aside:          {}",
            judged.unchanged,
            judged.set_aside.len()
        ));
        tell_set_aside("nothing new", &judged.known);
        tell_set_aside("set aside", &judged.set_aside);
    }
    if taken == 0 && !judged.set_aside.is_empty() {
        return Err(Failure::new(FailureKind::Data, "every allocation was set aside; the register is as it was"));
    }
    Ok(())
}
