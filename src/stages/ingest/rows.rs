//! Takes in the rows of one file.
//!
//! What comes in: rows as text. What goes out: a [`Part`]: persons, events and relations of the file, and every row that was set aside.
//! What always holds: rows read = rows used + rows set aside; a row is used whole or set aside whole, with one reason; no reason holds a
//! value.

use super::cells::{CellReader, Value, cell_readers};
use super::delimited::LONGEST_CELL;
use super::happenings::{Happenings, add_events, add_relations};
use super::header::Layout;
use super::people::{People, UsedRow};
use super::reader::Row;
use super::workbook::DAMAGED;
use crate::config::checked::{ColumnKind, FileKind, Schema};
use crate::model::hash::{ContentHash, FastSet};
use crate::model::intake::{IntakeFile, IntakeNote};
use crate::model::{Day, Relation};

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
            notes: self.rejects.into_iter().map(note).collect(),
            ..file
        }
    }
}

/// Reasons that speak of the export, not of bad data: they do not count towards the reject rate.
pub(super) const NEUTRAL: &[&str] = &["footer-row", "empty-row", "duplicate-row"];

/// Takes in one file, row by row.
pub(super) struct Taking<'s> {
    schema: &'s Schema,
    layout: Layout,
    as_at: Day,
    readers: Vec<CellReader<'s>>,
    footers: Vec<String>,
    seen: FastSet<u128>,
    values: Vec<Value>,
    records: Vec<Option<u32>>,
    part: Part,
}

impl<'s> Taking<'s> {
    pub(super) fn new(schema: &'s Schema, layout: Layout, as_at: Day) -> Self {
        let columns = schema.columns.len();
        Self {
            schema,
            layout,
            as_at,
            readers: cell_readers(schema, as_at),
            footers: schema.file.footer.iter().map(|footer| footer.to_lowercase()).collect(),
            seen: FastSet::default(),
            values: Vec::with_capacity(columns),
            records: Vec::new(),
            part: Part {
                people: People::new(),
                events: Happenings::default(),
                relations: Vec::new(),
                rejects: Vec::new(),
                rows_read: 0,
                rows_used: 0,
                fitting: vec![(0, 0); columns],
                last_row_short: false,
            },
        }
    }

    /// Uses a row or sets it aside.
    pub(super) fn take(&mut self, row: &Row<'_>) {
        self.part.rows_read += 1;
        self.part.last_row_short = self.schema.file.kind == FileKind::Csv && row.cells.len() < self.layout.width;
        let given: Vec<&str> = (0..row.cells.len()).map(|index| row.cells.get(index)).collect();
        let cell = |position: usize| given.get(position).copied().unwrap_or_default();
        let cells: Vec<&str> = self.layout.positions.iter().map(|position| position.map_or("", cell)).collect();
        if let Err((column, code)) = self.check_shape(row.fault, &given, &cells).and_then(|()| self.check_cells(&cells)) {
            self.set_aside(row.line, column, code);
            return;
        }
        let mut content = ContentHash::new(0);
        for cell in &cells {
            content.text(cell);
        }
        if !self.seen.insert(content.finish()) {
            self.set_aside(row.line, None, "duplicate-row");
            return;
        }
        self.use_row(row.line, &cells);
    }

    fn use_row(&mut self, line: u32, cells: &[&str]) {
        let row = UsedRow::new(self.schema, line, cells, &self.values);
        let noted_before = self.part.rejects.len();
        self.records.clear();
        for slot in 0..self.schema.persons.len() {
            let record = self.part.people.add(&row, slot);
            self.records.push(record);
        }
        let anything = add_events(&mut self.part, &row, &self.records, self.as_at);
        add_relations(&mut self.part, &row, &self.records);
        if !anything && self.records.iter().all(Option::is_none) {
            self.part.rejects.truncate(noted_before);
            self.set_aside(line, None, "nobody-on-row");
            return;
        }
        self.part.rows_used += 1;
        for (column, value) in self.values.iter().enumerate() {
            if let Value::Unfit(code) = value {
                self.part.rejects.push(NotedValue { line, column: Some(column), code, row_set_aside: false });
            }
        }
    }

    fn set_aside(&mut self, line: u32, column: Option<usize>, code: &'static str) {
        self.part.rejects.push(NotedValue { line, column, code, row_set_aside: true });
    }

    /// Is it a data row of the right width? `all` are the cells of the file, `cells` those of the schema.
    fn check_shape(&self, fault: Option<&'static str>, all: &[&str], cells: &[&str]) -> Result<(), (Option<usize>, &'static str)> {
        let filled = all.iter().filter(|cell| !cell.is_empty()).count();
        if filled == 0 {
            return Err((None, "empty-row"));
        }
        if self.is_footer(all, filled) {
            return Err((None, "footer-row"));
        }
        if let Some(fault) = fault {
            return Err((None, fault));
        }
        let (width, given) = (self.layout.width, all.len());
        if self.schema.file.kind == FileKind::Csv && given < width {
            return Err((None, "too-few-fields"));
        }
        let beyond = all.iter().skip(width).any(|cell| !cell.is_empty());
        if beyond || (given > width && self.schema.file.kind == FileKind::Csv) {
            return Err((None, "too-many-fields"));
        }
        if self.layout.unnamed.iter().any(|&position| all.get(position).is_some_and(|cell| !cell.is_empty())) {
            return Err((None, "cell-without-header"));
        }
        if cells.iter().any(|cell| cell.len() > LONGEST_CELL) {
            return Err((cells.iter().position(|cell| cell.len() > LONGEST_CELL), "cell-too-long"));
        }
        match cells.iter().position(|cell| has_control(cell)) {
            Some(column) => Err((Some(column), "control-character")),
            None => Ok(()),
        }
    }

    /// A row such as `Total;;;1234`: begins with a footer word and has fewer than half of its cells filled.
    fn is_footer(&self, all: &[&str], filled: usize) -> bool {
        if filled * 2 >= self.layout.width.max(3) {
            return false;
        }
        let first = all.iter().find(|cell| !cell.is_empty()).map(|cell| cell.to_lowercase()).unwrap_or_default();
        let begins = |footer: &String| first.strip_prefix(footer.as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        self.footers.iter().any(begins)
    }

    /// Understands every cell; a bad one in a strict column sets the row aside.
    fn check_cells(&mut self, cells: &[&str]) -> Result<(), (Option<usize>, &'static str)> {
        self.values.clear();
        let mut verdict = Ok(());
        let columns = self.schema.columns.iter().zip(&mut self.readers).zip(&mut self.part.fitting);
        for (index, (((column, reader), fitting), &cell)) in columns.zip(cells).enumerate() {
            // Nearly all cells are plain letters, and to see that costs much less than to look for the mark.
            let damaged = !cell.is_ascii() && cell.contains(DAMAGED) && column.kind != ColumnKind::Ignored;
            let value = if damaged { Value::Unfit("damaged-cell") } else { reader.read(cell) };
            let fault = match value {
                Value::Unfit(code) => column.strict.then_some(code),
                Value::Number(number) if number < 0 && column.strict => Some("negative-number"),
                Value::Empty => column.not_empty.then_some("empty-cell"),
                _ => None,
            };
            fitting.0 += u64::from(value != Value::Empty);
            fitting.1 += u64::from(matches!(value, Value::Unfit(_)));
            if let (Some(code), Ok(())) = (fault, verdict) {
                verdict = Err((Some(index), code));
            }
            self.values.push(value);
        }
        verdict
    }

    /// What the file gave.
    pub(super) fn finish(mut self) -> Part {
        self.part.people.finish();
        self.part
    }
}

/// A control character inside a cell other than line break and tabulator.
fn has_control(cell: &str) -> bool {
    // All bytes are looked at, without a branch between them: hardly a cell has one.
    let suspicious = |byte: u8| (byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t')) || byte == 0x7f || byte == 0xc2;
    let suspicious = cell.bytes().fold(false, |found, byte| found | suspicious(byte));
    suspicious && cell.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}
