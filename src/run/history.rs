//! What happened to some people, as a published run knew it.
//!
//! What comes in: a published run, the pipeline it was made with, whom to look for. What goes out: a [`History`]: their rows with file, hash and line, and how the feeds stood. What always holds: nothing is
//! read but what the run itself kept, so that the same question has the same answer for as long as the run stands; test records belong to nobody.

use std::collections::BTreeMap;

use super::intake;
use super::reading::{ReadingError, Table, json};
use super::restricted::{Place, is_hidden};
use crate::config::checked::Pipeline;
use crate::model::history::{History, HistoryRow, KnownPerson};
use crate::model::{Day, EventKind, EventRole, Month, NO_DAY, Silent, date};
use crate::stages::ingest::{Ingested, assemble, retake};
use crate::stages::link::UNKNOWN_BIRTHS;
use crate::stages::standardise::{Standards, standardise};
use crate::store::RunFolder;

/// The reference date of a run.
///
/// # Errors
/// If the run's summary cannot be read.
pub fn reference_of(run: &RunFolder) -> Result<Day, ReadingError> {
    let summary = json(run, "run.json")?;
    Ok(summary.get("reference_date").and_then(serde_json::Value::as_str).and_then(date::from_iso).unwrap_or(NO_DAY))
}

/// Dates of birth that a run took for missing because a crowd has them; of a run by a version that took none so, none.
fn unknown_births(run: &RunFolder) -> Result<Vec<Day>, ReadingError> {
    let summary = json(run, "run.json")?;
    let dates = summary.get("model").and_then(|model| model.get(UNKNOWN_BIRTHS)).and_then(serde_json::Value::as_array);
    Ok(dates.into_iter().flatten().filter_map(|date| date.as_str().and_then(date::from_iso)).collect())
}

/// The extracts as a run took them in.
///
/// # Errors
/// If the run kept nothing of its extracts, or a table cannot be read.
pub(super) fn ingested(run: &RunFolder, pipeline: &Pipeline) -> Result<Ingested, ReadingError> {
    let files = intake::files_of(run)?;
    let not_kept = || ReadingError::Parquet { table: "register/intake_files.parquet".to_owned() };
    let month: Month = run.manifest.period.parse().map_err(|_| not_kept())?;
    if files.is_empty() {
        return Err(not_kept());
    }
    Ok(assemble(pipeline, retake(pipeline, files, Vec::new(), month, reference_of(run)?), &Silent))
}

/// Reads a run. `wanted` gives, for the id that a person has in the run, the id under which to hand them out; `None` for those not asked for.
///
/// # Errors
/// If the run kept nothing of its extracts, or a table cannot be read.
pub fn history(run: &RunFolder, pipeline: &Pipeline, wanted: &dyn Fn(&str) -> Option<String>) -> Result<History, ReadingError> {
    let (ingested, reference) = (ingested(run, pipeline)?, reference_of(run)?);
    let (asked, mut people) = people(run, wanted)?;
    let mut history = History {
        run_id: run.manifest.run_id.clone(),
        manifest_sha256: run.manifest_sha256.clone(),
        reference,
        people: BTreeMap::new(),
        rows: rows(&ingested, &asked, reference),
        sources: Vec::new(),
    };
    let standards = Standards { reference, further: &pipeline.link.further, any_century: false };
    from_records(&ingested, &asked, (standards, &unknown_births(run)?), &mut people);
    history.people = people;
    history.sources = ingested.sources;
    history.settle();
    Ok(history)
}

/// Whose record is whose. The id of a hidden person's record is not published, its place is.
type Asked = BTreeMap<Place, String>;

/// Who was asked for, by record; and what is known of them.
fn people(run: &RunFolder, wanted: &dyn Fn(&str) -> Option<String>) -> Result<(Asked, BTreeMap<String, KnownPerson>), ReadingError> {
    let table = Table::open(run, "persons")?;
    let text = |name: &str| table.texts(name);
    let (sources, records, persons) = (text("source")?, text("record_id")?, text("person_id")?);
    let (files, lines, slots) = (text("file")?, table.integers("line")?, table.integers("slot")?);
    let born = table.days("date_of_birth")?;
    let mut asked = Asked::new();
    let mut births: BTreeMap<String, Vec<Day>> = BTreeMap::new();
    let mut people: BTreeMap<String, KnownPerson> = BTreeMap::new();
    for (row, person) in persons.iter().enumerate().filter(|(_, person)| !person.is_empty()) {
        let Some(id) = wanted(person) else { continue };
        let at = |column: &[&str]| column.get(row).copied().unwrap_or_default().to_owned();
        let number = |column: &[i64]| column.get(row).copied().unwrap_or(-1);
        asked.insert((at(&sources), at(&files), number(&lines), number(&slots)), id.clone());
        let day = born.get(row).copied().unwrap_or(NO_DAY);
        if day != NO_DAY {
            births.entry(id.clone()).or_default().push(day);
        }
        let person = people.entry(id).or_insert(KnownPerson { born: NO_DAY, searchable: false, hidden: false });
        person.hidden |= is_hidden(&at(&records));
    }
    born_on_most(births, &mut people);
    Ok((asked, people))
}

/// Gives people the day of birth that most of their records say.
fn born_on_most(births: BTreeMap<String, Vec<Day>>, people: &mut BTreeMap<String, KnownPerson>) {
    for (id, days) in births {
        if let Some(person) = people.get_mut(&id) {
            person.born = majority(days);
        }
    }
}

/// The most frequent day; of equally frequent ones the first.
fn majority(mut days: Vec<Day>) -> Day {
    days.sort_unstable();
    let mut best = (0, NO_DAY);
    for same in days.chunk_by(|a, b| a == b) {
        if same.len() > best.0 {
            best = (same.len(), same.first().copied().unwrap_or(NO_DAY));
        }
    }
    best.1
}

/// Where a record stands.
pub(super) fn place(ingested: &Ingested, record: usize) -> Option<Place> {
    let position = ingested.persons.position.get(record)?;
    let source = ingested.sources.get(usize::from(position.source))?.name.clone();
    let file = ingested.deliveries.get(position.delivery as usize)?.file.clone();
    Some((source, file, i64::from(position.line), i64::from(*ingested.persons.slot.get(record)?)))
}

/// What the tables do not say, read from people's records as the run read them: of everybody whether other feeds can be searched for them (former UPNs and learner numbers are not published), of hidden
/// people also when they were born.
fn from_records(
    ingested: &Ingested,
    asked: &Asked,
    (standards, unknown_births): (Standards<'_>, &[Day]),
    people: &mut BTreeMap<String, KnownPerson>,
) {
    let all = &ingested.persons;
    let (mut own, mut ids): (Vec<usize>, Vec<&String>) = (Vec::new(), Vec::new());
    for record in 0..all.len() {
        if let Some(id) = place(ingested, record).and_then(|place| asked.get(&place)) {
            own.push(record);
            ids.push(id);
        }
    }
    let persons = standardise(&all.only(&own), &ingested.sources, standards, &Silent).persons;
    let mut births: BTreeMap<String, Vec<Day>> = BTreeMap::new();
    for (row, id) in ids.into_iter().enumerate() {
        let born = persons.born.get(row).copied().filter(|born| *born != NO_DAY && !unknown_births.contains(born));
        if let Some(person) = people.get_mut(id) {
            person.searchable |= persons.is_searchable(row, born.is_some());
            if person.hidden {
                births.entry(id.clone()).or_default().extend(born);
            }
        }
    }
    born_on_most(births, people);
}

fn rows(ingested: &Ingested, asked: &Asked, reference: Day) -> Vec<HistoryRow> {
    let events = &ingested.events;
    // Per person record the id asked for, once.
    let of_record: Vec<Option<&String>> = (0..ingested.persons.len()).map(|record| asked.get(&place(ingested, record)?)).collect();
    let mut rows = Vec::new();
    for row in 0..events.len() {
        let record = events.record.get(row).copied().unwrap_or(u32::MAX) as usize;
        let Some(person) = of_record.get(record).copied().flatten() else { continue };
        let day = |days: &[Day]| days.get(row).copied().unwrap_or(NO_DAY);
        let number = |numbers: &[i32]| numbers.get(row).copied().unwrap_or(-1);
        // Nothing after the run's own reference date was known to it.
        if day(&events.from) > reference {
            continue;
        }
        let Some(delivery) = events.delivery.get(row).and_then(|&index| ingested.deliveries.get(index as usize)) else { continue };
        rows.push(HistoryRow {
            person: person.clone(),
            kind: events.kind.get(row).copied().unwrap_or(EventKind::AsbIncident),
            role: events.role.get(row).copied().unwrap_or(EventRole::Witness),
            code: events.code.get(row).unwrap_or_default().to_owned(),
            from: day(&events.from),
            to: day(&events.to),
            quantity: number(&events.quantity),
            out_of: number(&events.out_of),
            excused: number(&events.excused),
            reference: events.reference.get(row).unwrap_or_default().to_owned(),
            source: delivery.source,
            delivered: delivery.as_at,
            file: delivery.file.clone(),
            sha256: delivery.sha256.clone(),
            line: events.line.get(row).copied().unwrap_or(0),
            superseded: false,
        });
    }
    rows
}
