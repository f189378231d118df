//! Puts the sources of a run together.
//!
//! What comes in: the files that were taken in. What goes out: [`Ingested`].
//! What always holds: sources, deliveries, records, events and rejects are in an order that only their content and names decide.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::happenings::NOBODY;
use super::merge::{SourceTables, merge_source};
use super::plan::Standing;
use super::{Ingested, TakenIn};
use crate::config::checked::{ColumnKind, Origin, Pipeline, Schema};
use crate::model::intake::IntakeFile;
use crate::model::{
    Delivery, EventKind, Events, Field, RawPersons, RecordPosition, Reject, Relation, Source, TextColumn, TextColumnBuilder, Texts,
};

/// Files of one source: the index of its first delivery and the files in their order.
struct SourceParts {
    first_delivery: u32,
    files: Vec<IntakeFile>,
}

/// Joins everything that was taken in.
pub(super) fn assemble(pipeline: &Pipeline, taken: TakenIn) -> Ingested {
    let mut ingested = Ingested { warnings: taken.warnings, ..Ingested::default() };
    let mut sources: Vec<SourceParts> = Vec::new();
    for (schema, standing) in pipeline.schemas.iter().zip(&taken.standings) {
        ingested.sources.push(source_of(schema, *standing));
        sources.push(SourceParts { first_delivery: 0, files: Vec::new() });
    }
    for mut file in taken.files {
        ingested.warnings.append(&mut file.warnings);
        let Some(index) = pipeline.schemas.iter().position(|schema| schema.name == file.source) else { continue };
        let Some(source) = sources.get_mut(index) else { continue };
        let delivery = ingested.deliveries.len() as u32;
        if source.files.is_empty() {
            source.first_delivery = delivery;
        }
        ingested.deliveries.push(delivery_of(index, &file));
        ingested.rejects.extend(file.notes.drain(..).map(|note| Reject {
            delivery,
            line: note.line,
            column: note.column,
            code: note.code,
            row_set_aside: note.row_set_aside,
        }));
        source.files.push(file);
    }
    ingested.rejects.sort();
    let first: Vec<u32> = sources.iter().map(|source| source.first_delivery).collect();
    let every_delivery = pipeline.counted_first();
    let tables: Vec<SourceTables> = sources.into_par_iter().map(|source| merge_source(source.files, &every_delivery)).collect();
    join(&mut ingested, tables, &first);
    roles(pipeline, &mut ingested.persons);
    ingested
}

fn source_of(schema: &Schema, standing: Standing) -> Source {
    let carries: BTreeSet<EventKind> = schema.events.iter().map(|event| event.kind).collect();
    Source {
        name: schema.name.clone(),
        agency: schema.agency.clone(),
        cadence: schema.cadence,
        delivery: schema.delivery,
        coverage: schema.coverage,
        valid_days: schema.valid_days,
        codes: codes_of(schema, &carries),
        carries: carries.into_iter().collect(),
        one_per_person: schema.one_per_person,
        state: standing.state,
        as_at: standing.as_at,
        age_days: standing.age_days,
    }
}

/// The codes a schema can give, per kind; none for a kind of which some column gives what the agency likes.
fn codes_of(schema: &Schema, carries: &BTreeSet<EventKind>) -> Vec<(EventKind, String)> {
    let mut codes = BTreeSet::new();
    for &kind in carries {
        let mut of_kind = BTreeSet::new();
        let mut any = false;
        for event in schema.events.iter().filter(|event| event.kind == kind) {
            match &event.code {
                _ if !event.flags.is_empty() => of_kind.extend(event.flags.iter().map(|(_, code)| code.clone())),
                Origin::Constant(code) => {
                    of_kind.insert(code.clone());
                }
                Origin::Column(column) => match schema.columns.get(*column).map(|column| &column.kind) {
                    Some(ColumnKind::Code(known)) => of_kind.extend(known.iter().map(|(_, code)| code.clone())),
                    _ => any = true,
                },
            }
        }
        if !any {
            codes.extend(of_kind.into_iter().filter(|code| code != "-" && !code.is_empty()).map(|code| (kind, code)));
        }
    }
    codes.into_iter().collect()
}

fn delivery_of(source: usize, file: &IntakeFile) -> Delivery {
    Delivery {
        source: source as u16,
        file: file.file.clone(),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        month: file.month,
        as_at: file.as_at,
        rows_read: file.rows_read,
        rows_used: file.rows_used,
        rows_set_aside: file.rows_set_aside(),
    }
}

/// Concatenates the tables of all sources.
fn join(ingested: &mut Ingested, mut tables: Vec<SourceTables>, first_delivery: &[u32]) {
    let rows: Vec<usize> = tables.iter().map(|table| table.records.len()).collect();
    ingested.persons.columns = join_columns(&mut tables, &rows);
    let (mut codes, mut references) = (TextColumnBuilder::default(), TextColumnBuilder::default());
    let mut record_ids = Texts::default();
    let mut first_record = 0_u32;
    for (source, (table, &first_delivery)) in tables.into_iter().zip(first_delivery).enumerate() {
        let SourceTables { records, mut events, relations, .. } = table;
        let count = records.len() as u32;
        codes.extend(&std::mem::take(&mut events.code));
        references.extend(&std::mem::take(&mut events.reference));
        add_events(&mut ingested.events, events, first_record, first_delivery);
        ingested.relations.extend(relations.into_iter().map(|relation| Relation {
            from: relation.from + first_record,
            to: relation.to + first_record,
            delivery: relation.delivery + first_delivery,
            ..relation
        }));
        let persons = &mut ingested.persons;
        for record in records {
            let delivery = record.delivery + first_delivery;
            let position = RecordPosition { source: source as u16, delivery, line: record.line };
            persons.position.push(position);
            persons.slot.push(record.slot);
            record_ids.push(&record.id);
            persons.as_at.push(ingested.deliveries.get(delivery as usize).map_or(crate::model::NO_DAY, |delivery| delivery.as_at));
        }
        first_record += count;
    }
    ingested.persons.record_id = Arc::new(record_ids);
    ingested.events.code = codes.finish();
    ingested.events.reference = references.finish();
}

fn join_columns(tables: &mut [SourceTables], rows: &[usize]) -> Vec<TextColumn> {
    let mut by_field: Vec<Vec<TextColumn>> = Field::ALL.iter().map(|_| Vec::new()).collect();
    for table in tables {
        let mut columns = std::mem::take(&mut table.columns).into_iter();
        for field in &mut by_field {
            field.push(columns.next().unwrap_or_default());
        }
    }
    let absent = TextColumn::absent(rows.iter().sum());
    let join = |columns: Vec<TextColumn>| {
        if columns.iter().all(TextColumn::is_absent) {
            return absent.clone();
        }
        let mut joined = TextColumnBuilder::default();
        for (column, &rows) in columns.into_iter().zip(rows) {
            let all = joined.len() + rows;
            if column.len() == rows {
                joined.extend(&column);
            }
            joined.pad(all);
        }
        joined.finish()
    };
    by_field.into_par_iter().map(join).collect()
}

fn add_events(all: &mut Events, mut events: Events, first_record: u32, first_delivery: u32) {
    all.kind.append(&mut events.kind);
    all.record.extend(events.record.into_iter().map(|record| if record == NOBODY { NOBODY } else { record + first_record }));
    all.role.append(&mut events.role);
    all.from.append(&mut events.from);
    all.to.append(&mut events.to);
    all.quantity.append(&mut events.quantity);
    all.out_of.append(&mut events.out_of);
    all.excused.append(&mut events.excused);
    all.delivery.extend(events.delivery.into_iter().map(|delivery| delivery + first_delivery));
    all.line.append(&mut events.line);
}

/// The role of each record: that of its slot.
fn roles(pipeline: &Pipeline, persons: &mut RawPersons) {
    let role = |(position, slot): (&RecordPosition, &u8)| {
        let schema = pipeline.schemas.get(usize::from(position.source))?;
        schema.persons.get(usize::from(*slot)).map(|person| person.role)
    };
    let roles = persons.position.iter().zip(&persons.slot).filter_map(role).collect();
    persons.role = roles;
}
