//! Takes in the rows of one file.
//!
//! What comes in: rows as text, and what was found of them ([`super::check`]). What goes out: a [`Part`]: persons, events and relations of the file, and every row that was set aside.
//! What always holds: rows read = rows used + rows set aside; a row is used whole or set aside whole, with one reason; no reason holds a
//! value.

use super::cells::Value;
use super::check::{Checker, Found};
use super::happenings::{Happenings, add_events, add_relations};
use super::people::{People, UsedRow};
use super::reader::Row;
use crate::config::checked::Schema;
use crate::model::hash::FastSet;
use crate::model::intake::{IntakeFile, IntakeNote, RowKey};
use crate::model::{Day, DeliveryKind, Relation};

/// A row set aside or a value not used, within one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotedValue {
    pub(super) line: u32,
    /// Index of the schema's column; `None` for the row.
    pub(super) column: Option<usize>,
    pub(super) code: &'static str,
    pub(super) row_set_aside: bool,
}

/// What one file gave.
pub(super) struct Part {
    pub(super) people: People,
    pub(super) events: Happenings,
    pub(super) relations: Vec<Relation>,
    pub(super) row_keys: Vec<RowKey>,
    pub(super) rejects: Vec<NotedValue>,
    pub(super) rows_read: u64,
    pub(super) rows_used: u64,
    /// Per column of the schema: cells that say something, and those that do not fit.
    pub(super) fitting: Vec<(u64, u64)>,
    /// The last row had too few cells.
    pub(super) last_row_short: bool,
}

impl Part {
    /// The part as later stages and later runs take it: `file` with its tables filled.
    pub(super) fn into_intake(self, schema: &Schema, file: IntakeFile) -> IntakeFile {
        let column =
            |index: Option<usize>| index.and_then(|index| schema.columns.get(index)).map(|column| column.name.clone()).unwrap_or_default();
        let note = |noted: NotedValue| IntakeNote {
            line: noted.line,
            column: column(noted.column),
            code: noted.code,
            row_set_aside: noted.row_set_aside,
        };
        IntakeFile {
            persons: self.people.meta,
            columns: self.people.columns,
            events: self.events.finish(),
            relations: self.relations,
            row_keys: self.row_keys,
            notes: self.rejects.into_iter().map(note).collect(),
            ..file
        }
    }
}

/// Reasons that speak of the export, not of bad data: they do not count towards the reject rate.
pub(super) const NEUTRAL: &[&str] = &["footer-row", "empty-row", "duplicate-row"];

/// Rows for which there is room at most before they have come.
const MOST_EXPECTED: usize = 1 << 22;

/// Takes in the rows of one file once they are checked.
pub(super) struct Taking<'s> {
    schema: &'s Schema,
    /// Position in the file of each column of the schema.
    positions: Vec<Option<usize>>,
    as_at: Day,
    seen: FastSet<u128>,
    records: Vec<Option<u32>>,
    part: Part,
}

impl<'s> Taking<'s> {
    pub(super) fn new(schema: &'s Schema, positions: Vec<Option<usize>>, as_at: Day) -> Self {
        Self {
            schema,
            positions,
            as_at,
            seen: FastSet::default(),
            records: Vec::new(),
            part: Part {
                people: People::new(),
                events: Happenings::default(),
                relations: Vec::new(),
                row_keys: Vec::new(),
                rejects: Vec::new(),
                rows_read: 0,
                rows_used: 0,
                fitting: Vec::new(),
                last_row_short: false,
            },
        }
    }

    /// Makes room for a file of about so many rows: tables that grow are copied again and again. A file may claim what it likes.
    pub(super) fn expect(&mut self, rows: usize) {
        let more = rows.min(MOST_EXPECTED).saturating_sub(self.part.rows_read as usize);
        self.seen.reserve(more);
        self.part.people.expect(more);
    }

    /// Uses rows or sets them aside. `found`: what was found of each of them.
    pub(super) fn take<'r>(&mut self, rows: impl IntoIterator<Item = Row<'r>>, found: &Found) {
        let columns = self.positions.len();
        let mut values = found.values.as_slice();
        let mut cells: Vec<&str> = Vec::with_capacity(columns);
        let mut outcomes = found.outcomes.iter();
        for row in rows {
            let outcome = outcomes.next().expect("every row was checked");
            self.part.rows_read += 1;
            match *outcome {
                Err((column, code)) => self.set_aside(row.line, column, code),
                Ok(content) => {
                    let of_row;
                    (of_row, values) = values.split_at(columns);
                    if self.seen.insert(content) {
                        cells.clear();
                        cells.extend(self.positions.iter().map(|position| position.map_or("", |position| row.cells.get(position))));
                        self.use_row(&UsedRow::new(self.schema, row.line, &cells, of_row));
                    } else {
                        self.set_aside(row.line, None, "duplicate-row");
                    }
                }
            }
        }
        assert!(outcomes.next().is_none(), "every row that was checked is taken");
    }

    fn use_row(&mut self, row: &UsedRow<'_>) {
        let noted_before = self.part.rejects.len();
        self.records.clear();
        for slot in 0..self.schema.persons.len() {
            let record = self.part.people.add(row, slot);
            self.records.push(record);
        }
        let anything = add_events(&mut self.part, row, &self.records, self.as_at);
        add_relations(&mut self.part, row, &self.records);
        if !anything && self.records.iter().all(Option::is_none) {
            self.part.rejects.truncate(noted_before);
            self.set_aside(row.line, None, "nobody-on-row");
            return;
        }
        self.part.rows_used += 1;
        if self.schema.delivery == DeliveryKind::Increment
            && let Some(key) = row.key()
        {
            self.part.row_keys.push(RowKey { line: row.line, key });
        }
        for (column, value) in row.values.iter().enumerate() {
            if let Value::Unfit(code) = value {
                self.part.rejects.push(NotedValue { line: row.line, column: Some(column), code, row_set_aside: false });
            }
        }
    }

    fn set_aside(&mut self, line: u32, column: Option<usize>, code: &'static str) {
        self.part.rejects.push(NotedValue { line, column, code, row_set_aside: true });
    }

    /// What the file gave, with what its checker saw of it as a whole.
    pub(super) fn finish(mut self, checker: Checker<'_>) -> Part {
        self.part.people.finish();
        self.part.fitting = checker.fitting;
        self.part.last_row_short = checker.last_row_short;
        self.part
    }
}
