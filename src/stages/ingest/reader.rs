//! One face for the three kinds of file: rows of text cells, one after the other.
//!
//! What comes in: bytes and the schema's `[file]`. What goes out: every row handed to a taker with its line, header rows included; those of text and
//! Parquet files in blocks, so that the next block can be read while one is taken in.
//! What always holds: a row is handed out whole or the file is refused; cells are trimmed of outer white space.

use std::ops::{ControlFlow, Range};

use bytes::Bytes;

use super::{columnar, delimited, workbook};
use crate::config::checked::{FileFormat, FileKind};
use crate::model::Problem;

/// One row of a file.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// Line of its beginning, from 1 (sheet row; row counted from 1 in Parquet, whose header is line 0).
    pub(super) line: u32,
    /// Its cells.
    pub(super) cells: Cells<'a>,
    /// What is wrong with the row as a row.
    pub(super) fault: Option<&'static str>,
}

/// Cells of a row, borrowed from wherever the reader keeps them.
#[derive(Clone, Copy)]
pub(super) enum Cells<'a> {
    /// A record of a text file.
    Record(&'a csv::StringRecord),
    /// Owned texts.
    Texts(&'a [String]),
    /// A row of a batch of columns.
    Batch(&'a [columnar::BatchColumn], usize),
}

impl<'a> Cells<'a> {
    /// Number of cells.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Record(record) => record.len(),
            Self::Texts(texts) => texts.len(),
            Self::Batch(columns, _) => columns.len(),
        }
    }

    /// A cell without its outer white space; empty where there is none.
    pub(super) fn get(self, index: usize) -> &'a str {
        let cell = match self {
            Self::Record(record) => record.get(index),
            Self::Texts(texts) => texts.get(index).map(String::as_str),
            Self::Batch(columns, row) => columns.get(index).map(|column| column.get(row)),
        };
        trimmed(cell.unwrap_or_default())
    }

    /// The cells as texts of their own.
    pub(super) fn to_texts(self) -> Vec<String> {
        (0..self.len()).map(|index| self.get(index).to_owned()).collect()
    }
}

/// A cell without outer white space. Nearly all begin and end with a plain character, which is seen at once.
fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => cell,
        _ => cell.trim(),
    }
}

/// Rows of one block at most.
pub(super) const BLOCK_ROWS: usize = 8192;

/// Bytes from which a block of records ends, however few they are.
const BLOCK_BYTES: usize = 4 << 20;

/// Bytes of a record that are kept for the next; longer ones are let go.
const KEPT_BYTES: usize = 16 << 10;

/// Rows that were read together. Its memory is used again.
#[derive(Default)]
pub(super) struct Block {
    /// Line and fault of each row.
    rows: Vec<(u32, Option<&'static str>)>,
    held: Held,
}

/// Where the cells of a block are.
enum Held {
    /// Records of a text file, at least as many as there are rows.
    Records(Vec<csv::StringRecord>),
    Batch(Vec<columnar::BatchColumn>),
}

impl Default for Held {
    fn default() -> Self {
        Self::Records(Vec::new())
    }
}

impl Block {
    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// All rows in their order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().enumerate().filter_map(|(index, &(line, fault))| {
            let cells = match &self.held {
                Held::Records(records) => Cells::Record(records.get(index)?),
                Held::Batch(columns) => Cells::Batch(columns, index),
            };
            Some(Row { line, cells, fault })
        })
    }

    /// Takes the rows of a batch of columns, which stand on these lines.
    pub(super) fn hold_batch(&mut self, columns: Vec<columnar::BatchColumn>, lines: Range<u32>) {
        self.rows.clear();
        self.rows.extend(lines.map(|line| (line, None)));
        self.held = Held::Batch(columns);
    }

    /// Fills itself with records: `read` reads the next one, and says its line and fault, or that there is none.
    pub(super) fn hold_records(
        &mut self,
        mut read: impl FnMut(&mut csv::StringRecord) -> Result<Option<(u32, Option<&'static str>)>, Vec<Problem>>,
    ) -> Result<(), Vec<Problem>> {
        self.rows.clear();
        let mut records = match std::mem::take(&mut self.held) {
            Held::Records(records) => records,
            Held::Batch(_) => Vec::new(),
        };
        let mut bytes = 0;
        while self.rows.len() < BLOCK_ROWS && bytes < BLOCK_BYTES {
            let place = self.rows.len();
            // Most files are small: there are as many records as were ever needed.
            if place == records.len() {
                records.push(csv::StringRecord::new());
            }
            let Some(record) = records.get_mut(place) else { break };
            if record.as_slice().len() > KEPT_BYTES {
                *record = csv::StringRecord::new();
            }
            let Some(row) = read(record)? else { break };
            bytes += record.as_slice().len();
            self.rows.push(row);
        }
        self.held = Held::Records(records);
        Ok(())
    }
}

/// Reads the rows of a file block by block.
pub(super) trait Blocks: Send {
    /// Reads the next rows; a block without rows is the end.
    fn fill(&mut self, block: &mut Block) -> Result<(), Vec<Problem>>;

    /// About how many rows the file has.
    fn expected_rows(&self) -> usize;
}

/// Takes rows.
pub(super) trait Taker {
    /// Takes a row; breaks when it has seen enough.
    fn take(&mut self, row: &Row<'_>) -> ControlFlow<()>;

    /// Takes rows until there are no more, or it has seen enough.
    fn take_blocks(&mut self, blocks: &mut dyn Blocks) -> Result<(), Vec<Problem>> {
        let mut block = Block::default();
        while self.take_next(blocks, &mut block)? {}
        Ok(())
    }

    /// Reads the next rows into a block and takes them; false if there are none, or it has seen enough.
    fn take_next(&mut self, blocks: &mut dyn Blocks, block: &mut Block) -> Result<bool, Vec<Problem>> {
        blocks.fill(block)?;
        Ok(block.len() > 0 && !block.rows().any(|row| self.take(&row).is_break()))
    }
}

impl<F: FnMut(&Row<'_>) -> ControlFlow<()>> Taker for F {
    fn take(&mut self, row: &Row<'_>) -> ControlFlow<()> {
        self(row)
    }
}

/// How a file ended.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// What the officer should know.
    pub(super) warnings: Vec<String>,
    /// The last line has no line end: it may have been cut short.
    pub(super) unterminated: bool,
}

/// Hands every row of a file to the taker.
pub(super) fn read_rows(file: &str, format: &FileFormat, bytes: &Bytes, taker: &mut dyn Taker) -> Result<Ending, Vec<Problem>> {
    if bytes.is_empty() {
        return Err(vec![Problem::of_file(file, "empty-file", "the file is empty").with_hint("have it sent again")]);
    }
    match format.kind {
        FileKind::Csv => delimited::read(file, format, bytes, taker),
        FileKind::Xlsx => workbook::read(file, format, bytes, taker),
        FileKind::Parquet => columnar::read(file, bytes, taker),
    }
}
