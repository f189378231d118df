//! Files that people filled in, as plain grids: no schema, no types.
//!
//! What comes in: bytes of a workbook or a CSV. What goes out: rows of texts with the line an editor shows. What always holds: the same bounds as for an extract
//! (a workbook is checked before it is opened), the same reading of numbers and dates in cells.

use std::ops::ControlFlow;

use super::reader::{Cells, Row};
use super::{decode, workbook};
use crate::config::checked::{FileFormat, FileKind};
use crate::model::{Problem, Problems, check_quotes, line_of};

/// Rows of texts with their line, from 1; empty rows are left out.
pub type GridRows = Vec<(u64, Vec<String>)>;

/// Every sheet of a workbook, by name.
///
/// # Errors
/// If the bytes are no workbook, or one that claims too much.
pub fn workbook_grids(file: &str, bytes: &[u8]) -> Result<Vec<(String, GridRows)>, Problems> {
    let mut grids = Vec::new();
    for sheet in workbook::sheets(file, bytes).map_err(Problems)? {
        let format = FileFormat {
            pattern: String::new(),
            kind: FileKind::Xlsx,
            delimiter: b',',
            encoding: String::new(),
            sheet: sheet.clone(),
            skip_rows: 0,
            footer: Vec::new(),
        };
        let mut rows = GridRows::new();
        workbook::read(file, &format, bytes, &mut |row: &Row<'_>| {
            if let Cells::Texts(texts) = row.cells {
                rows.push((u64::from(row.line), texts.to_vec()));
            }
            ControlFlow::Continue(())
        })
        .map_err(Problems)?;
        grids.push((sheet, rows));
    }
    Ok(grids)
}

/// The rows of a CSV file in UTF-8.
///
/// # Errors
/// If it is not UTF-8, or a line cannot be read as CSV.
pub fn csv_grid(file: &str, bytes: &[u8]) -> Result<GridRows, Problems> {
    let decoded = decode::decode(file, "utf-8", bytes).map_err(|problem| Problems(vec![problem]))?;
    check_quotes(file, &decoded.text, b',').map_err(Problems)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(decoded.text.as_bytes());
    let (mut rows, mut problems) = (GridRows::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => {
                let line = record.position().map_or(0, |position| line_of(&decoded.text, position));
                rows.push((line, record.iter().map(str::to_owned).collect()));
            }
            Err(error) => {
                let line = error.position().map_or(0, |position| line_of(&decoded.text, position));
                problems.push(Problem::of_file(file, "not-csv", "this line cannot be read as CSV").at_line(line));
            }
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(Problems(problems)) }
}
