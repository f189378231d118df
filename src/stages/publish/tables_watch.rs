//! Writes the watch list and the rows behind it.

use super::contents::RunContents;
use super::parquet_file::write_table;
use super::{PublishError, RunSink};
use crate::model::tables::{WATCH_EVIDENCE, WATCH_LIST};
use crate::model::{NO_DAY, Watched, WatchedEvent};

pub(super) fn write(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    list(run, sink)?;
    evidence(run, sink)
}

fn list(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let all = &run.identification.watched;
    write_table(sink, &WATCH_LIST, all.len(), &|range, columns| {
        let first = range.start as i64;
        let rows = all.get(range).unwrap_or_default();
        let version = |row: &Watched| run.packs.get(run.pack_index(&row.step.pack)).map(|pack| pack.version.as_str());
        columns.integer("watch_row", (first + 1..).take(rows.len()).map(Some));
        columns.text("family_id", rows.iter().map(|row| run.family_id(row.step.family)));
        columns.text("pack", rows.iter().map(|row| Some(row.step.pack.as_str())));
        columns.text("pack_version", rows.iter().map(version));
        columns.text("criterion", rows.iter().map(|row| Some(row.step.criterion.as_str())));
        columns.text("rule", rows.iter().map(|row| Some(row.step.rule.as_str())));
        columns.text("step", rows.iter().map(|row| Some(row.step.kind.name())));
        columns.text("person_id", rows.iter().map(|row| row.step.person.and_then(|person| run.person_id(person))));
        columns.text("there", rows.iter().map(|row| Some(row.step.there.as_str())));
        columns.text("missing", rows.iter().map(|row| Some(row.step.missing.as_str())));
        columns.text("moving", rows.iter().map(|row| Some(row.step.moving.as_str())));
        columns.date("counts_from", rows.iter().map(|row| row.step.counts_from));
        columns.date("ages_out", rows.iter().map(|row| row.step.ages_out));
        columns.text("route", rows.iter().map(|row| Some(row.route.name())));
        columns.text("route_then", rows.iter().map(|row| Some(row.route_then.name())));
        columns.text("reach", rows.iter().map(|row| Some(row.reach.name())));
        columns.integer("evidence_count", rows.iter().map(|row| Some(row.step.rows.len() as i64)));
    })
}

fn evidence(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let numbered = (1..).zip(&run.identification.watched);
    let all: Vec<(i64, u32, WatchedEvent)> =
        numbered.flat_map(|(number, row)| row.step.rows.iter().map(move |&event| (number, row.step.family, event))).collect();
    let events = run.events;
    write_table(sink, &WATCH_EVIDENCE, all.len(), &|range, columns| {
        let rows = all.get(range).unwrap_or_default();
        let at = |row: &(i64, u32, WatchedEvent)| row.2.event as usize;
        let delivery = |row: &(i64, u32, WatchedEvent)| events.delivery.get(at(row)).copied().unwrap_or(u32::MAX);
        let day = |days: &[i32], row: &(i64, u32, WatchedEvent)| days.get(at(row)).copied().unwrap_or(NO_DAY);
        let number =
            |numbers: &[i32], row: &(i64, u32, WatchedEvent)| numbers.get(at(row)).copied().filter(|&number| number >= 0).map(i64::from);
        columns.integer("watch_row", rows.iter().map(|row| Some(row.0)));
        columns.text("family_id", rows.iter().map(|row| run.family_id(row.1)));
        columns.text("person_id", rows.iter().map(|row| run.person_id(row.2.person)));
        columns.text("source", rows.iter().map(|row| run.delivery_source_name(delivery(row))));
        columns.text("file", rows.iter().map(|row| run.file(delivery(row))));
        columns.integer("line", rows.iter().map(|row| events.line.get(at(row)).map(|&line| i64::from(line))));
        columns.text("kind", rows.iter().map(|row| events.kind.get(at(row)).map(|kind| kind.name())));
        columns.text("role", rows.iter().map(|row| events.role.get(at(row)).map(|role| role.name())));
        columns.text("code", rows.iter().map(|row| events.code.get(at(row))));
        columns.date("event_from", rows.iter().map(|row| day(&events.from, row)));
        columns.date("event_to", rows.iter().map(|row| day(&events.to, row)));
        columns.integer("quantity", rows.iter().map(|row| number(&events.quantity, row)));
        columns.integer("out_of", rows.iter().map(|row| number(&events.out_of, row)));
        columns.integer("excused", rows.iter().map(|row| number(&events.excused, row)));
    })
}
