//! Whether a row can be used.
//!
//! What comes in: rows as text. What goes out: per row the hash of its content and what its cells say, or why it is set aside.
//! What always holds: a row is judged by itself, whatever other rows say, so rows can be judged before those ahead of them are taken in.

use super::cells::{CellReader, Value, cell_readers};
use super::delimited::LONGEST_CELL;
use super::header::Layout;
use super::reader::{Block, Blocks, Row};
use super::workbook::{DAMAGED, NEVER_CALCULATED};
use crate::config::checked::{ColumnKind, FileKind, Schema};
use crate::model::hash::ContentHash;
use crate::model::{Day, Problem};

/// Why a row is set aside: the schema's column, `None` for the row, and the code of the reason.
type Fault = (Option<usize>, &'static str);

/// What was found of rows, in their order.
#[derive(Default)]
pub(super) struct Found {
    /// Of each row the hash of the schema's cells, or why it is set aside.
    pub(super) outcomes: Vec<Result<u128, Fault>>,
    /// What the cells of rows that are not set aside say, one row after the other.
    pub(super) values: Vec<Value>,
}

/// Rows and what was found of them. Its memory is used again.
#[derive(Default)]
pub(super) struct CheckedBlock {
    pub(super) rows: Block,
    pub(super) found: Found,
}

impl CheckedBlock {
    /// Reads the next rows of a file and checks them.
    pub(super) fn fill(&mut self, blocks: &mut dyn Blocks, checker: &mut Checker<'_>) -> Result<(), Vec<Problem>> {
        self.found.clear();
        blocks.fill(&mut self.rows)?;
        for row in self.rows.rows() {
            checker.check(&row, &mut self.found);
        }
        Ok(())
    }
}

impl Found {
    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.outcomes.clear();
        self.values.clear();
    }
}

/// Checks the rows of one file.
pub(super) struct Checker<'s> {
    schema: &'s Schema,
    layout: Layout,
    readers: Vec<CellReader<'s>>,
    footers: Vec<String>,
    /// Per column of the schema: cells that say something, and those that do not fit.
    pub(super) fitting: Vec<(u64, u64)>,
    /// The last row had too few cells.
    pub(super) last_row_short: bool,
}

impl<'s> Checker<'s> {
    pub(super) fn new(schema: &'s Schema, layout: Layout, as_at: Day) -> Self {
        Self {
            schema,
            layout,
            readers: cell_readers(schema, as_at),
            footers: schema.file.footer.iter().map(|footer| footer.to_lowercase()).collect(),
            fitting: vec![(0, 0); schema.columns.len()],
            last_row_short: false,
        }
    }

    /// Adds what it finds of a row.
    pub(super) fn check(&mut self, row: &Row<'_>, found: &mut Found) {
        let given: Vec<&str> = (0..row.cells.len()).map(|index| row.cells.get(index)).collect();
        let cell = |position: usize| given.get(position).copied().unwrap_or_default();
        let cells: Vec<&str> = self.layout.positions.iter().map(|position| position.map_or("", cell)).collect();
        self.last_row_short = self.schema.file.kind == FileKind::Csv && given.len() < self.layout.width;
        let before = found.values.len();
        let verdict = self.check_shape(row.fault, &given, &cells).and_then(|()| self.check_cells(&cells, &mut found.values));
        if verdict.is_err() {
            found.values.truncate(before);
        }
        found.outcomes.push(verdict.map(|()| {
            let mut content = ContentHash::new(0);
            for cell in &cells {
                content.text(cell);
            }
            content.finish()
        }));
    }

    /// Is it a data row of the right width? `all` are the cells of the file, `cells` those of the schema.
    fn check_shape(&self, fault: Option<&'static str>, all: &[&str], cells: &[&str]) -> Result<(), Fault> {
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
        if self.last_row_short {
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
    fn check_cells(&mut self, cells: &[&str], values: &mut Vec<Value>) -> Result<(), Fault> {
        let mut verdict = Ok(());
        let columns = self.schema.columns.iter().zip(&mut self.readers).zip(&mut self.fitting);
        for (index, (((column, reader), fitting), &cell)) in columns.zip(cells).enumerate() {
            // Nearly all cells are plain letters, and to see that costs much less than to look for the mark.
            let damaged = !cell.is_ascii() && cell.contains(DAMAGED) && column.kind != ColumnKind::Ignored;
            let value = match cell {
                NEVER_CALCULATED if damaged => Value::Unfit("formula-without-value"),
                _ if damaged => Value::Unfit("damaged-cell"),
                _ => reader.read(cell),
            };
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
            values.push(value);
        }
        verdict
    }
}

/// A control character inside a cell other than line break and tabulator.
fn has_control(cell: &str) -> bool {
    // All bytes are looked at, without a branch between them: hardly a cell has one.
    let suspicious = |byte: u8| (byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t')) || byte == 0x7f || byte == 0xc2;
    let suspicious = cell.bytes().fold(false, |found, byte| found | suspicious(byte));
    suspicious && cell.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}
