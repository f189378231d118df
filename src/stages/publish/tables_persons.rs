//! Writes the tables about persons: records, links, prevented merges, residences, relationships.

use rayon::prelude::*;

use super::contents::{RunContents, Withheld};
use super::parquet_file::{Columns, write_table};
use super::quality::RecordNotes;
use super::{PublishError, RunSink};
use crate::model::tables::{LINKS, PERSONS, PREVENTED, RELATIONSHIPS, RESIDENCES};
use crate::model::texts::sorted_rows;
use crate::model::{Day, NO_DAY, PreventedMerge, Source, StandardField, TextColumn};

pub(super) fn write(run: &RunContents<'_>, withheld: &Withheld, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    write_people(run, withheld, sink)?;
    residences(run, withheld, sink)?;
    relationships(run, sink)
}

/// The tables of linkage.
pub(super) fn write_people(run: &RunContents<'_>, withheld: &Withheld, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    persons(run, withheld, sink)?;
    links(run, withheld, sink)?;
    prevented(run, sink)
}

fn rank_of(ranks: &[u16], run: &RunContents<'_>, record: u32) -> u16 {
    let source = run.persons.position.get(record as usize).map_or(u16::MAX, |position| position.source);
    ranks.get(source as usize).copied().unwrap_or(u16::MAX)
}

fn persons(run: &RunContents<'_>, withheld: &Withheld, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let ranks = Source::ranks(run.sources);
    let records = (0..run.persons.len() as u32).into_par_iter();
    let order = sorted_rows(records, |record| rank_of(&ranks, run, record), |record| run.record_id(record).unwrap_or_default());
    let notes = RecordNotes::of(run.notes);
    write_table(sink, &PERSONS, order.len(), &|range, columns| {
        let records = order.get(range).unwrap_or_default();
        let position = |record: &u32| run.persons.position.get(*record as usize).copied().unwrap_or_default();
        columns.text("source", records.iter().map(|&record| run.record_source(record)));
        columns.text("record_id", records.iter().map(|&record| run.record_id(record)));
        columns.text("file", records.iter().map(|record| run.file(position(record).delivery)));
        columns.integer("line", records.iter().map(|record| Some(i64::from(position(record).line))));
        columns.integer("slot", records.iter().map(|&record| run.persons.slot.get(record as usize).map(|&slot| i64::from(slot))));
        columns.text("role", records.iter().map(|&record| run.persons.role.get(record as usize).map(|role| role.name())));
        columns.text("person_id", records.iter().map(|&record| run.person_of(record).and_then(|person| run.person_id(person))));
        value_columns(run, withheld, records, columns);
        columns.boolean("is_test", records.iter().map(|&record| run.persons.is_test.get(record as usize).copied().unwrap_or(false)));
        let said = |record: &u32| {
            notes.of_record(*record).iter().map(|note| format!("{}: {}", note.field.name(), note.code.name())).collect::<Vec<_>>()
        };
        columns.texts("notes", records.iter().map(said));
    })
}

fn value_columns(run: &RunContents<'_>, withheld: &Withheld, records: &[u32], columns: &mut Columns) {
    let text = |columns: &mut Columns, name, field| {
        let values = run.persons.column(field);
        columns.text(name, records.iter().map(|&record| values.get(record as usize).filter(|_| !run.is_hidden(record))));
    };
    let born = |record: u32| if run.is_hidden(record) { NO_DAY } else { run.persons.born.get(record as usize).copied().unwrap_or(NO_DAY) };
    text(columns, "forename", StandardField::Forename);
    text(columns, "middle_names", StandardField::MiddleNames);
    text(columns, "surname", StandardField::Surname);
    text(columns, "other_surname", StandardField::OtherSurname);
    text(columns, "alias", StandardField::Alias);
    columns.date("date_of_birth", records.iter().map(|&record| born(record)));
    text(columns, "sex", StandardField::Sex);
    let withheld: Vec<bool> = records.iter().map(|&record| withheld.record(run, record)).collect();
    columns.boolean("address_withheld", withheld.iter().copied());
    let address = |columns: &mut Columns, name, field| {
        let values = run.persons.column(field);
        let open = records.iter().zip(&withheld).map(|(&record, &withheld)| if withheld { None } else { values.get(record as usize) });
        columns.text(name, open);
    };
    address(columns, "postcode", StandardField::Postcode);
    address(columns, "uprn", StandardField::Uprn);
    address(columns, "address_key", StandardField::AddressKey);
    text(columns, "nhs_number", StandardField::NhsNumber);
    text(columns, "nino", StandardField::Nino);
    text(columns, "upn", StandardField::Upn);
}

/// A pair of records and what is said of it, the records in the order of their published names.
struct Pair<'a, T> {
    left: u32,
    right: u32,
    said: &'a T,
}

/// Pairs of people who may be named together, in the order of the published names: the place of a hidden record among the ids of others would tell its own.
fn pairs<'a, T: Sync>(run: &RunContents<'_>, said: &'a [T], records: impl Fn(&T) -> (u32, u32)) -> Vec<Pair<'a, T>> {
    let ranks = Source::ranks(run.sources);
    let name = |record: u32| (rank_of(&ranks, run, record), run.record_id(record));
    let is_renamed = |record: u32| run.restrictions.name(record).is_some();
    let mut any_renamed = false;
    let mut pairs: Vec<Pair<'a, T>> = Vec::with_capacity(said.len());
    for said in said {
        let (mut left, mut right) = records(said);
        if run.separates(left, right) {
            continue;
        }
        if is_renamed(left) || is_renamed(right) {
            any_renamed = true;
            if name(right) < name(left) {
                (left, right) = (right, left);
            }
        }
        pairs.push(Pair { left, right, said });
    }
    if any_renamed {
        pairs.par_sort_by(|a, b| (name(a.left), name(a.right)).cmp(&(name(b.left), name(b.right))));
    }
    pairs
}

/// The columns that name the records of pairs.
fn names_of_pairs<T>(run: &RunContents<'_>, pairs: &[Pair<'_, T>], columns: &mut Columns) {
    columns.text("left_source", pairs.iter().map(|pair| run.record_source(pair.left)));
    columns.text("left_record_id", pairs.iter().map(|pair| run.record_id(pair.left)));
    columns.text("right_source", pairs.iter().map(|pair| run.record_source(pair.right)));
    columns.text("right_record_id", pairs.iter().map(|pair| run.record_id(pair.right)));
}

fn links(run: &RunContents<'_>, withheld: &Withheld, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let links = pairs(run, &run.linked.links, |link| (link.left, link.right));
    write_table(sink, &LINKS, links.len(), &|range, columns| {
        let links = links.get(range).unwrap_or_default();
        let tells: Vec<bool> = links.iter().map(|link| !withheld.agreement(run, link.left, link.right)).collect();
        let said = || links.iter().map(|link| link.said).zip(&tells);
        names_of_pairs(run, links, columns);
        columns.number("weight", said().map(|(link, tells)| tells.then(|| f64::from(link.weight))));
        // To the last digit the probability is the weight, and the weight the pattern.
        let probability = |probability: f32, tells: bool| {
            let probability = f64::from(probability);
            if tells { probability } else { (probability * 10.0).round() / 10.0 }
        };
        columns.number("probability", said().map(|(link, tells)| Some(probability(link.probability, *tells))));
        columns.text("pattern", said().map(|(link, tells)| tells.then(|| format!("{:016x}", link.pattern))));
        columns.text("decision", said().map(|(link, _)| Some(link.decision.name())));
    })
}

/// What stands in place of what two people were kept apart by, where it would tell who one of them is: twins share a birthday.
const REASON_WITHHELD: &str = "withheld";

fn prevented(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let pairs = pairs(run, &run.linked.prevented, |pair| (pair.left, pair.right));
    write_table(sink, &PREVENTED, pairs.len(), &|range, columns| {
        let pairs = pairs.get(range).unwrap_or_default();
        names_of_pairs(run, pairs, columns);
        let reason = |pair: &Pair<'_, PreventedMerge>| {
            if run.is_hidden(pair.left) || run.is_hidden(pair.right) { REASON_WITHHELD } else { pair.said.reason }
        };
        columns.text("reason", pairs.iter().map(|pair| Some(reason(pair))));
    })
}

/// Records of one person and source that give the same address for the same period.
struct Residence {
    record: u32,
    records: u32,
    last_seen: Day,
}

/// The order of a column's values by text, per code: codes themselves depend on the order of rows.
fn text_ranks(column: &TextColumn) -> Vec<u32> {
    let mut order: Vec<u32> = (0..column.values().len() as u32).collect();
    order.par_sort_unstable_by_key(|&code| column.value(code));
    let mut ranks = vec![0; order.len()];
    for (rank, &code) in order.iter().enumerate() {
        if let Some(slot) = ranks.get_mut(code as usize) {
            *slot = rank as u32 + 1;
        }
    }
    ranks
}

fn residences(run: &RunContents<'_>, withheld: &Withheld, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let places = [StandardField::Uprn, StandardField::AddressKey, StandardField::Postcode].map(|field| run.persons.column(field));
    let sources = Source::ranks(run.sources);
    let ranks = places.map(text_ranks);
    let place = |record: u32| -> [u32; 3] {
        let mut ranked = [0; 3];
        for ((slot, column), ranks) in ranked.iter_mut().zip(places).zip(&ranks) {
            *slot = ranks.get(column.code(record as usize) as usize).copied().unwrap_or(0);
        }
        ranked
    };
    let period = |record: u32| {
        let day = |days: &[Day]| days.get(record as usize).copied().unwrap_or(NO_DAY);
        // Since when somebody has lived where they were born is their birthday.
        if run.is_hidden(record) { (NO_DAY, NO_DAY) } else { (day(&run.persons.address_from), day(&run.persons.address_to)) }
    };
    let key = |record: u32| (run.person_of(record).unwrap_or(u32::MAX), rank_of(&sources, run, record), place(record), period(record));
    let mut order: Vec<u32> =
        (0..run.persons.len() as u32).filter(|&record| run.person_of(record).is_some() && place(record) != [0; 3]).collect();
    order.par_sort_unstable_by_key(|&record| (key(record), record));
    let residences: Vec<Residence> = order
        .chunk_by(|&a, &b| key(a) == key(b))
        .filter_map(|same| {
            let last_seen = same.iter().filter_map(|&record| run.persons.as_at.get(record as usize).copied()).max().unwrap_or(NO_DAY);
            same.first().map(|&record| Residence { record, records: same.len() as u32, last_seen })
        })
        .collect();
    let [uprn, address_key, postcode] = places;
    write_table(sink, &RESIDENCES, residences.len(), &|range, columns| {
        let rows = residences.get(range).unwrap_or_default();
        let person = |row: &Residence| run.person_of(row.record).unwrap_or(u32::MAX);
        let open = |row: &Residence, column: &'_ TextColumn| {
            if withheld.person(person(row)) { None } else { column.get(row.record as usize).map(str::to_owned) }
        };
        columns.text("person_id", rows.iter().map(|row| run.person_id(person(row))));
        columns.text("source", rows.iter().map(|row| run.record_source(row.record)));
        columns.text("uprn", rows.iter().map(|row| open(row, uprn)));
        columns.text("address_key", rows.iter().map(|row| open(row, address_key)));
        columns.text("postcode", rows.iter().map(|row| open(row, postcode)));
        columns.date("address_from", rows.iter().map(|row| period(row.record).0));
        columns.date("address_to", rows.iter().map(|row| period(row.record).1));
        columns.date("last_seen", rows.iter().map(|row| row.last_seen));
        columns.integer("records", rows.iter().map(|row| Some(i64::from(row.records))));
        columns.boolean("address_withheld", rows.iter().map(|row| withheld.person(person(row))));
    })
}

fn relationships(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    // A relation with a test record, or between two records of one person, says nothing about two persons.
    let mut rows: Vec<(u32, u32, usize)> = run
        .relations
        .iter()
        .enumerate()
        .filter_map(|(index, relation)| {
            let (from, to) = (run.person_of(relation.from)?, run.person_of(relation.to)?);
            (from != to && !run.restrictions.separates(from, to)).then_some((from, to, index))
        })
        .collect();
    let relation = |row: &(u32, u32, usize)| run.relations.get(row.2);
    rows.sort_by_cached_key(|row| {
        let stated = relation(row).map(|relation| {
            let position = (run.delivery_source_name(relation.delivery), run.file(relation.delivery), relation.line);
            (relation.kind, position, relation.since, relation.until, relation.lives_together)
        });
        (row.0, row.1, stated)
    });
    write_table(sink, &RELATIONSHIPS, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("person_id", rows.iter().map(|row| run.person_id(row.0)));
        columns.text("other_person_id", rows.iter().map(|row| run.person_id(row.1)));
        columns.text("kind", rows.iter().map(|row| relation(row).map(|relation| relation.kind.name())));
        columns.boolean("lives_together", rows.iter().map(|row| relation(row).is_some_and(|relation| relation.lives_together)));
        columns.date("since", rows.iter().map(|row| relation(row).map_or(NO_DAY, |relation| relation.since)));
        columns.date("until", rows.iter().map(|row| relation(row).map_or(NO_DAY, |relation| relation.until)));
        columns.text("source", rows.iter().map(|row| relation(row).and_then(|relation| run.delivery_source_name(relation.delivery))));
        columns.text("file", rows.iter().map(|row| relation(row).and_then(|relation| run.file(relation.delivery))));
        columns.integer("line", rows.iter().map(|row| relation(row).map(|relation| i64::from(relation.line))));
    })
}
