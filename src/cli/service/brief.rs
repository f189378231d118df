//! `fwt brief`: a page and a table per family that a worker has, in the folder of each worker who has it.

use std::collections::BTreeSet;

use super::super::args::service::BriefArguments;
use super::super::failure::{Failure, FailureKind};
use super::super::render;
use super::office::Office;
use super::requests::contacts;
use super::staff::table;
use crate::service::brief::{AGREEMENT, Given};
use crate::service::contacts::records_by_person;
use crate::service::sharing::clear;
use crate::store::Area;

pub(in super::super) fn brief(arguments: &BriefArguments) -> Result<(), Failure> {
    let mut office = Office::open(&arguments.table.office, "brief")?;
    let staff = table(&mut office, arguments.table.staff.as_deref())?;
    let contacts = contacts(&mut office, arguments.contacts.as_deref())?;
    let cleared = clear(&office.pipeline.service.sharing, AGREEMENT.0, AGREEMENT.1, office.on)
        .map_err(|error| Failure::new(FailureKind::Usage, "nothing was written").caused_by(&error))?;
    if let Some(worker) = arguments.worker.as_ref().filter(|worker| !staff.workers.contains_key(*worker)) {
        return Err(Failure::new(FailureKind::Usage, format!("the table of staff has no worker \"{worker}\"")));
    }
    let files = office.families()?;
    let records = records_by_person(&files.person_of);
    let casework = &office.desk.register().casework;
    let pack = office.pipeline.packs.first();
    let titles = |id: &str| {
        let criterion =
            pack.and_then(|pack| pack.criteria.iter().find(|criterion| criterion.id == id).map(|criterion| criterion.title.clone()));
        let rule = || pack.and_then(|pack| pack.rules.iter().find(|rule| rule.id == id).map(|rule| rule.title.clone()));
        criterion.or_else(rule).unwrap_or_else(|| id.replace('_', " "))
    };
    let mut written_files = Vec::new();
    for family in office.accepted() {
        // Whoever is not there any more is told nothing.
        let allocations = staff.working(casework, family.family(), office.on);
        let codes: BTreeSet<&str> = allocations.iter().map(|state| state.entry.staff.as_str()).collect();
        let wanted: Vec<&str> = codes.into_iter().filter(|code| arguments.worker.as_deref().is_none_or(|worker| worker == *code)).collect();
        let Some(file) = files.families.get(family.family()).filter(|_| !wanted.is_empty()) else { continue };
        let known = contacts.of_family(file, &records, &office.pipeline.service.requests, office.on);
        let requests = casework.of_family(family.family());
        let screen = office.restricted.screen.about(file.hidden());
        let given = Given {
            family,
            file,
            contacts: &known,
            requests: &requests,
            allocations: &allocations,
            staff: &staff,
            titles: &titles,
            settings: &office.pipeline.service.requests,
            cleared: &cleared,
            screen: &screen,
            on: office.on,
        };
        let (page, table) = (given.html().into_bytes(), given.csv());
        for worker in wanted {
            let folder: String = worker.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
            written_files.push((format!("briefs/{folder}/{}.html", file.id), None, page.clone()));
            written_files.push((format!("briefs/{folder}/{}.csv", file.id), None, table.clone()));
        }
    }
    let briefs = written_files.len() / 2;
    if briefs == 0 {
        render::result("No family has a worker on this day: nothing was written.");
        return Ok(());
    }
    let what = format!("briefs {}", arguments.worker.as_deref().unwrap_or("of all workers"));
    let written = office.write(office.contents(Area::Requests, &what), &written_files)?;
    if arguments.table.office.json {
        render::result(&serde_json::json!({ "briefs": briefs, "folder": written.path }).to_string());
    } else {
        render::result(&format!("Briefs:   {briefs}\nWritten:  {}", written.path.display()));
    }
    Ok(())
}
