//! One face for the three kinds of file: rows of text cells, one after the other.
//!
//! What comes in: bytes and the schema's `[file]`. What goes out: every row handed to a sink with its line, header rows included.
//! What always holds: a row is handed out whole or the file is refused; cells are trimmed of outer white space.

use std::ops::ControlFlow;

use bytes::Bytes;

use super::{columnar, delimited, workbook};
use crate::config::checked::{FileFormat, FileKind};
use crate::model::Problem;

/// One row of a file.
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
        cell.unwrap_or_default().trim()
    }

    /// The cells as texts of their own.
    pub(super) fn to_texts(self) -> Vec<String> {
        (0..self.len()).map(|index| self.get(index).to_owned()).collect()
    }
}

/// Takes rows; breaks when it has seen enough.
pub(super) type Sink<'s> = dyn FnMut(&Row<'_>) -> ControlFlow<()> + 's;

/// How a file ended.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// What the officer should know.
    pub(super) warnings: Vec<String>,
    /// The last line has no line end: it may have been cut short.
    pub(super) unterminated: bool,
}

/// Hands every row of a file to the sink.
pub(super) fn read_rows(file: &str, format: &FileFormat, bytes: &Bytes, sink: &mut Sink<'_>) -> Result<Ending, Vec<Problem>> {
    if bytes.is_empty() {
        return Err(vec![Problem::of_file(file, "empty-file", "the file is empty").with_hint("have it sent again")]);
    }
    match format.kind {
        FileKind::Csv => delimited::read(file, format, bytes, sink),
        FileKind::Xlsx => workbook::read(file, format, bytes, sink),
        FileKind::Parquet => columnar::read(file, bytes, sink),
    }
}
