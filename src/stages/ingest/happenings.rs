//! Events and relations of a row.
//!
//! What comes in: a used row and the records of its persons. What goes out: events and relations that point to records of the file.
//! What always holds: a code `-` or an empty code is no event; an event whose person, role or day cannot be told is left out and noted,
//! never guessed; only a role the schema gives makes anybody an offender.

use super::cells::{Value, truth};
use super::people::UsedRow;
use super::rows::{NotedValue, Part};
use crate::config::checked::{EventMapping, Origin, RelationMapping};
use crate::model::intake::EventRows;
use crate::model::{Coverage, Day, DeliveryKind, EventRole, NO_DAY, Relation, RelationKind, TextColumnBuilder};

/// No record: an event of a place.
pub(super) const NOBODY: u32 = u32::MAX;

/// Events of one file in the making.
#[derive(Default)]
pub(super) struct Happenings {
    rows: EventRows,
    codes: TextColumnBuilder,
    references: TextColumnBuilder,
}

impl Happenings {
    /// The finished columns.
    pub(super) fn finish(self) -> EventRows {
        EventRows { code: self.codes.finish(), reference: self.references.finish(), ..self.rows }
    }
}

/// What an origin says on this row: a constant or the standard code of its cell; empty where it says nothing.
fn said<'r>(row: &UsedRow<'r>, origin: &'r Origin) -> &'r str {
    match origin {
        Origin::Constant(text) => text,
        Origin::Column(column) => row.standard_code(*column).unwrap_or_default(),
    }
}

fn origin_column(origin: &Origin) -> Option<usize> {
    match origin {
        Origin::Column(column) => Some(*column),
        Origin::Constant(_) => None,
    }
}

fn day_of(row: &UsedRow<'_>, column: Option<usize>) -> Day {
    match column.map(|column| row.value(column)) {
        Some(Value::Day(day)) => day,
        _ => NO_DAY,
    }
}

fn count_of(row: &UsedRow<'_>, column: Option<usize>) -> i32 {
    match column.map(|column| row.value(column)) {
        Some(Value::Number(number)) if number >= 0 => number,
        _ => -1,
    }
}

/// Adds what happened on this row; `records` are the persons by slot. True if anything did.
pub(super) fn add_events(part: &mut Part, row: &UsedRow<'_>, records: &[Option<u32>], as_at: Day) -> bool {
    let mut any = false;
    for mapping in &row.schema.events {
        if mapping.flags.is_empty() {
            let code = said(row, &mapping.code);
            any |= add_event(part, row, mapping, records, as_at, code);
        } else {
            for (column, code) in &mapping.flags {
                let text = row.standard_code(*column).unwrap_or_else(|| row.cell(*column));
                match truth(text) {
                    Some(true) => any |= add_event(part, row, mapping, records, as_at, code),
                    Some(false) => {}
                    None => part.note(row.line, Some(*column), "not-a-flag"),
                }
            }
        }
    }
    any
}

fn add_event(part: &mut Part, row: &UsedRow<'_>, mapping: &EventMapping, records: &[Option<u32>], as_at: Day, code: &str) -> bool {
    if code.is_empty() || code == "-" {
        return false;
    }
    let record = match mapping.person {
        None => NOBODY,
        Some(slot) => {
            let of = |slot: usize| records.get(slot).copied().flatten();
            let Some(record) = of(slot).or_else(|| mapping.otherwise.and_then(of)) else {
                part.note(row.line, origin_column(&mapping.code), "event-without-person");
                return false;
            };
            record
        }
    };
    let Ok(role) = said(row, &mapping.role).parse::<EventRole>() else {
        // A role of "-" says that this person takes no part.
        if said(row, &mapping.role) != "-" {
            part.note(row.line, origin_column(&mapping.role), "event-without-role");
        }
        return false;
    };
    let mut from = day_of(row, mapping.from);
    if from == NO_DAY {
        // A snapshot of a population tells how things stand on its day; for anything else an undated event is in no window.
        let stands = row.schema.delivery == DeliveryKind::Snapshot && row.schema.coverage == Coverage::Population;
        if mapping.from.is_some() && !stands {
            part.note(row.line, mapping.from, "event-without-date");
            return false;
        }
        from = as_at;
    }
    let Happenings { rows: events, codes, references } = &mut part.events;
    events.kind.push(mapping.kind);
    events.record.push(record);
    events.role.push(role);
    let registered = mapping.registration.and_then(|column| row.standard_code(column)).filter(|said| *said != "-");
    codes.push(Some(registered.unwrap_or(code)));
    events.from.push(from);
    events.to.push(day_of(row, mapping.to));
    events.quantity.push(count_of(row, mapping.quantity));
    events.out_of.push(count_of(row, mapping.out_of));
    events.excused.push(count_of(row, mapping.excused));
    references.push(mapping.reference.map(|column| row.cell(column)));
    events.line.push(row.line);
    true
}

/// Adds the relations between the persons of this row.
pub(super) fn add_relations(part: &mut Part, row: &UsedRow<'_>, records: &[Option<u32>]) {
    for mapping in &row.schema.relations {
        let record = |slot: usize| records.get(slot).copied().flatten();
        let (Some(from), Some(to)) = (record(mapping.from), record(mapping.to)) else { continue };
        let kind = said(row, &mapping.kind);
        if kind.is_empty() || kind == "-" {
            continue;
        }
        let Ok(kind) = kind.parse::<RelationKind>() else { continue };
        if from == to {
            part.note(row.line, origin_column(&mapping.kind), "relation-to-self");
            continue;
        }
        part.relations.push(relation(row, mapping, from, to, kind));
    }
}

fn relation(row: &UsedRow<'_>, mapping: &RelationMapping, from: u32, to: u32, kind: RelationKind) -> Relation {
    let (since, until) = (day_of(row, mapping.since), day_of(row, mapping.until));
    Relation { from, to, kind, lives_together: mapping.lives_together, since, until, delivery: 0, line: row.line }
}

impl Part {
    /// Notes a value that is not used although its row is.
    pub(super) fn note(&mut self, line: u32, column: Option<usize>, code: &'static str) {
        self.rejects.push(NotedValue { line, column, code, row_set_aside: false });
    }
}
