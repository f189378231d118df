//! Rows as an agency delivered them, to give them back to it.
//!
//! What comes in: a schema, the bytes of a delivered file, some lines. What goes out: the header and the cells of those lines, only without their
//! outer white space. What always holds: nothing but those lines is kept; a file that cannot be read again is a refusal, never a guess.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use bytes::Bytes;

use super::file::guarded;
use super::header;
use super::reader::{Row, read_rows};
use crate::config::checked::Schema;
use crate::model::Problems;

/// Some rows of a file.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Originals {
    /// The header row.
    pub header: Vec<String>,
    /// The cells of each line that was asked for and is there.
    pub rows: BTreeMap<u32, Vec<String>>,
}

/// Never the cells: they are personal data.
impl std::fmt::Debug for Originals {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Originals").field("columns", &self.header.len()).field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// Reads some lines of a delivered file again; `file` is how messages name it.
///
/// # Errors
/// The problems of a file that cannot be read; it was read once, so its bytes or its schema have changed.
pub fn originals(schema: &Schema, file: &str, bytes: &Bytes, lines: &BTreeSet<u32>) -> Result<Originals, Problems> {
    let mut found = Originals::default();
    let read = guarded(file, || {
        read_rows(file, &schema.file, bytes, &mut |row: &Row<'_>| {
            if found.header.is_empty() {
                if row.line > schema.file.skip_rows || row.line == 0 {
                    let cells = row.cells.to_texts();
                    if header::is_header(schema, &cells) {
                        found.header = cells;
                    }
                }
            } else if lines.contains(&row.line) {
                found.rows.insert(row.line, row.cells.to_texts());
            }
            ControlFlow::Continue(())
        })
    });
    read.map(|_| found).map_err(Problems)
}
