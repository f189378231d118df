//! Writes the tables that go on from month to month, and this month's changes.

use std::collections::BTreeSet;
use std::ops::Range;

use rayon::prelude::*;

use super::contents::RunContents;
use super::parquet_file::{Columns, write_table, write_table_under};
use super::tables_intake::Below;
use super::{PublishError, RunSink};
use crate::model::restricted::{key_of_row, keys_in};
use crate::model::screen::ScreenRow;
use crate::model::tables::{
    CHANGES, FAMILY_EVENTS, ID_HISTORY, IDENTITIES, KNOWN_PERSONS, KNOWN_PLACES, LIST_HISTORY, MEMBERSHIPS, WITHHELD_ENTRIES,
    WITHHELD_IDENTITIES, WITHHELD_PERSONS, WITHHELD_PLACES, WITHHELD_WORDS,
};
use crate::model::{Change, IdRecord, Identity, Month, Register, WithheldPlace};

pub(super) fn write(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    changes(run, sink)?;
    family_events(run.register, sink)?;
    memberships(run.register, sink)?;
    list_history(run.register, sink)?;
    id_history(run.register, sink)?;
    let (shown, hidden) = shared_out(run);
    let fill = |range: Range<usize>, columns: &mut Columns| identities(run.register, shown.get(range).unwrap_or_default(), columns);
    write_table(sink, &IDENTITIES, shown.len(), &fill)?;
    let below = &mut Below { folder: "register", sink };
    let fill = |range: Range<usize>, columns: &mut Columns| identities(run.register, hidden.get(range).unwrap_or_default(), columns);
    write_table_under(below, &run.register.secret, &WITHHELD_IDENTITIES, hidden.len(), &fill)?;
    withheld_entries(run.register, below)?;
    withheld_persons(run.register, below)?;
    withheld_places(run.register, below)?;
    known_persons(run.register, below)?;
    known_places(run.register, below)?;
    withheld_words(run, below)
}

/// Identities that people may see, and those of hidden people or on a row with one: the agency's key of a pupil is in the id of the pupil's parents too.
fn shared_out<'a>(run: &RunContents<'a>) -> (Vec<&'a Identity>, Vec<&'a Identity>) {
    let hidden: BTreeSet<&str> = (0..run.linked.persons() as u32)
        .filter(|&person| run.restrictions.hides_person(person))
        .filter_map(|person| run.person_id(person))
        .chain(run.register.withheld.iter().filter(|(entry, _)| run.restrictions.hiding.contains(entry)).map(|(_, person)| person.as_str()))
        .collect();
    let register = run.register;
    let of_hidden = |row: &&Identity| register.persons.get(row.person as usize).is_some_and(|person| hidden.contains(person.as_str()));
    let source = |row: &Identity| register.sources.get(usize::from(row.source)).map_or("", String::as_str);
    let named = (0..run.persons.len() as u32).filter(|&row| run.restrictions.name(row).is_some());
    let named = named.filter_map(|row| Some((run.record_source(row)?, key_of_row(run.persons.record_id.get(row as usize)?))));
    let hidden = register.identities.iter().filter(of_hidden).map(|row| (source(row), key_of_row(&row.record_id)));
    let keys: BTreeSet<(&str, &str)> = hidden.chain(named).collect();
    let is_hidden = |row: &&'a Identity| {
        of_hidden(row) || keys_in(&row.record_id).chain([key_of_row(&row.record_id)]).any(|key| keys.contains(&(source(row), key)))
    };
    let (hidden, shown) = register.identities.iter().partition(is_hidden);
    (shown, hidden)
}

/// A hash as 16 hexadecimal digits; nothing for 0, which stands for "not known".
fn hash(value: u64) -> Option<String> {
    (value != 0).then(|| format!("{value:016x}"))
}

fn month(month: Option<Month>) -> Option<String> {
    month.map(|month| month.to_string())
}

fn line(line: u32) -> Option<i64> {
    (line > 0).then_some(i64::from(line))
}

fn changes(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = &run.register.changes;
    let (this, last) = (run.month.to_string(), month(run.register.previous));
    write_table(sink, &CHANGES, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("run_month", rows.iter().map(|_| Some(this.as_str())));
        columns.text("previous_month", rows.iter().map(|_| last.as_deref()));
        columns.text("criteria_pack", rows.iter().map(|row| Some(row.pack.as_str())));
        columns.text("family_id", rows.iter().map(|row| Some(row.family_id.as_str())));
        columns.text("change_code", rows.iter().map(|row| Some(row.code.name())));
        columns.text("cause", rows.iter().map(|row| Some(row.cause.name())));
        columns.text("change_reason", rows.iter().map(|row| Some(row.reason.as_str())));
        columns.text("cause_criterion", rows.iter().map(|row| Some(row.criterion.as_str())));
        columns.text("cause_rule", rows.iter().map(|row| Some(row.rule.as_str())));
        columns.date("cause_date", rows.iter().map(|row| row.day));
        columns.text("cause_person_id", rows.iter().map(|row| Some(row.person_id.as_str())));
        columns.text("cause_source", rows.iter().map(|row| Some(row.behind.source.as_str())));
        columns.text("cause_file", rows.iter().map(|row| Some(row.behind.file.as_str())));
        columns.integer("cause_line", rows.iter().map(|row| line(row.behind.line)));
        columns.boolean("listed", rows.iter().map(|row| row.listed));
        columns.boolean("listed_before", rows.iter().map(|row| row.listed_before));
        columns.text("route", rows.iter().map(|row| Some(row.route.as_str())));
        columns.text("route_before", rows.iter().map(|row| Some(row.route_before.as_str())));
        columns.texts("previous_family_ids", rows.iter().map(|row| row.previous_family_ids.clone()));
        columns.texts("successor_family_ids", rows.iter().map(|row| row.successor_family_ids.clone()));
        columns.text("district_code", rows.iter().map(|row| Some(row.district_code.as_str())));
        columns.text("district_code_before", rows.iter().map(|row| Some(row.district_code_before.as_str())));
        columns.text("first_identified_month", rows.iter().map(|row| month(row.first_identified)));
        let months = |row: &Change| row.first_identified.map(|_| i64::from(row.months_on_list));
        columns.integer("months_on_list", rows.iter().map(months));
    })
}

fn family_events(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = &register.events;
    write_table(sink, &FAMILY_EVENTS, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("run_month", rows.iter().map(|row| month(Some(row.month))));
        columns.text("family_id", rows.iter().map(|row| Some(row.family_id.as_str())));
        columns.text("event", rows.iter().map(|row| Some(row.kind.name())));
        columns.text("person_id", rows.iter().map(|row| Some(row.person_id.as_str())));
        columns.date("event_date", rows.iter().map(|row| row.day));
        columns.text("from_family_id", rows.iter().map(|row| Some(row.from_family_id.as_str())));
        columns.text("to_family_id", rows.iter().map(|row| Some(row.to_family_id.as_str())));
        columns.text("source", rows.iter().map(|row| Some(row.behind.source.as_str())));
        columns.text("file", rows.iter().map(|row| Some(row.behind.file.as_str())));
        columns.integer("line", rows.iter().map(|row| line(row.behind.line)));
    })
}

fn memberships(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = &register.memberships;
    write_table(sink, &MEMBERSHIPS, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("family_id", rows.iter().map(|row| Some(row.family_id.as_str())));
        columns.text("person_id", rows.iter().map(|row| Some(row.person_id.as_str())));
        columns.text("role", rows.iter().map(|row| Some(row.role.name())));
        columns.boolean("resident", rows.iter().map(|row| row.resident));
        columns.boolean("primary", rows.iter().map(|row| row.primary));
        columns.text("first_month", rows.iter().map(|row| month(Some(row.first))));
        columns.text("last_month", rows.iter().map(|row| month(Some(row.last))));
    })
}

fn list_history(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = &register.listings;
    write_table(sink, &LIST_HISTORY, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("criteria_pack", rows.iter().map(|row| Some(row.pack.as_str())));
        columns.text("family_id", rows.iter().map(|row| Some(row.family_id.as_str())));
        columns.text("first_month", rows.iter().map(|row| month(Some(row.first))));
        columns.text("last_month", rows.iter().map(|row| month(Some(row.last))));
        columns.integer("months", rows.iter().map(|row| Some(i64::from(row.months))));
    })
}

fn id_history(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = &register.ids;
    write_table(sink, &ID_HISTORY, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("kind", rows.iter().map(|row| Some(row.kind.name())));
        columns.text("id", rows.iter().map(|row| Some(row.id.as_str())));
        columns.text("first_month", rows.iter().map(|row| month(Some(row.first))));
        columns.text("last_month", rows.iter().map(|row| month(Some(row.last))));
        columns.text("state", rows.iter().map(|row| Some(row.state.name())));
        columns.text("retired_month", rows.iter().map(|row| month(row.retired)));
        columns.text("reason", rows.iter().map(|row: &IdRecord| row.retirement.map(crate::model::Retirement::name)));
        columns.texts("successor_ids", rows.iter().map(|row| row.successors.clone()));
        columns.text("home_key", rows.iter().map(|row| hash(row.home)));
    })
}

fn identities(register: &Register, rows: &[&Identity], columns: &mut Columns) {
    columns.text("source", rows.iter().map(|row| register.sources.get(usize::from(row.source))));
    columns.text("record_id", rows.iter().map(|row| Some(row.record_id.as_ref())));
    columns.text("person_id", rows.iter().map(|row| register.persons.get(row.person as usize)));
    columns.text("content_key", rows.iter().map(|row| hash(row.content)));
    columns.text("traits_key", rows.iter().map(|row| hash(row.traits)));
    columns.text("first_month", rows.iter().map(|row| month(Some(row.first))));
    columns.text("last_month", rows.iter().map(|row| month(Some(row.last))));
}

fn withheld_entries(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows: Vec<&(String, u64)> = register.withheld_entries.iter().collect();
    write_table_under(sink, &register.secret, &WITHHELD_ENTRIES, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("entry", rows.iter().map(|row| Some(row.0.as_str())));
        columns.text("row_key", rows.iter().map(|row| hash(row.1)));
    })
}

fn withheld_persons(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows: Vec<&(String, String)> = register.withheld.iter().collect();
    write_table_under(sink, &register.secret, &WITHHELD_PERSONS, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("entry", rows.iter().map(|row| Some(row.0.as_str())));
        columns.text("person_id", rows.iter().map(|row| Some(row.1.as_str())));
    })
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn withheld_places(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows: Vec<&WithheldPlace> = register.withheld_places.iter().collect();
    write_table_under(sink, &register.secret, &WITHHELD_PLACES, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("entry", rows.iter().map(|place| said(&place.entry)));
        columns.text("address_key", rows.iter().map(|place| said(&place.address_key)));
        columns.text("house", rows.iter().map(|place| said(&place.house)));
        columns.text("postcode", rows.iter().map(|place| said(&place.postcode)));
        columns.text("uprn", rows.iter().map(|place| said(&place.uprn)));
    })
}

fn known_persons(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows = register.known_persons.clone();
    rows.par_sort_unstable_by_key(|known| (known.person, known.key));
    write_table(sink, &KNOWN_PERSONS, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("person_id", rows.iter().map(|known| register.persons.get(known.person as usize)));
        columns.text("word_hash", rows.iter().map(|known| hash(known.key)));
    })
}

fn known_places(register: &Register, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows = register.known_places.clone();
    rows.par_sort_unstable_by_key(|known| (known.uprn, known.address, known.house));
    write_table(sink, &KNOWN_PLACES, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("uprn_hash", rows.iter().map(|known| hash(known.uprn)));
        columns.text("address_hash", rows.iter().map(|known| hash(known.address)));
        columns.text("house_hash", rows.iter().map(|known| hash(known.house)));
    })
}

fn withheld_words(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = run.restrictions.screen.rows();
    write_table_under(sink, &run.register.secret, &WITHHELD_WORDS, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("kind", rows.iter().map(|row| Some(row.kind())));
        columns.integer(
            "letters",
            rows.iter().map(|row| if let ScreenRow::Anywhere(letters, _) = row { Some(*letters as i64) } else { None }),
        );
        columns.text("person_id", rows.iter().map(|row| if let ScreenRow::InTheFamily(person, _) = row { Some(person) } else { None }));
        columns.texts("words", rows.iter().map(|row| row.keys().iter().filter_map(|&key| hash(key)).collect()));
    })
}
