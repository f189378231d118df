//! Excel workbooks (xlsx).
//!
//! What comes in: bytes. What goes out: the rows of one sheet as text, numbered as in Excel.
//! What always holds: the package is bounded before it is opened ([`super::archive`]); cells are streamed, so a sheet that claims a
//! billion cells costs nothing; a whole number has no ".0", a date is `YYYY-MM-DD`, a number too large to be exact keeps its exponent so
//! that nobody takes it for an identifier; a merged cell is read in each of its rows ([`super::merged`]), a formula whose value was never stored is no empty cell.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx};

use super::merged::Merged;
use super::reader::{Cells, Ending, Row, Taker};
use crate::config::checked::FileFormat;
use crate::model::{Problem, nearest};

/// Most columns of a sheet.
const MOST_COLUMNS: usize = 1000;
/// Stands in a cell that Excel itself marks as an error (`#N/A`): no value, and not silently so.
pub(super) const DAMAGED: &str = "\u{fffd}";
/// Stands in a cell with a formula whose value no program has stored yet. It is damaged too.
pub(super) const NEVER_CALCULATED: &str = "\u{fffd}=";

/// The names of the sheets that hold cells, in the order of the workbook.
pub(super) fn sheets(file: &str, bytes: &[u8]) -> Result<Vec<String>, Vec<Problem>> {
    super::archive::check(file, bytes).map_err(|problem| vec![problem])?;
    let damaged = || vec![Problem::of_file(file, "not-a-workbook", "the workbook is damaged").with_hint("have it sent again")];
    let workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    Ok(worksheets(&workbook))
}

fn worksheets(workbook: &Xlsx<Cursor<&[u8]>>) -> Vec<String> {
    workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect()
}

/// Reads all rows of the schema's sheet (the first one unless named).
pub(super) fn read(file: &str, format: &FileFormat, bytes: &[u8], taker: &mut dyn Taker) -> Result<Ending, Vec<Problem>> {
    super::archive::check(file, bytes).map_err(|problem| vec![problem])?;
    let damaged = || vec![Problem::of_file(file, "not-a-workbook", "the workbook is damaged").with_hint("have it sent again")];
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let sheets = worksheets(&workbook);
    let mut ending = Ending::default();
    let sheet = if format.sheet.is_empty() {
        if sheets.len() > 1 {
            ending.warnings.push(format!(
                "{file}: the workbook has {} sheets and only the first is read; name one as sheet in the schema",
                sheets.len()
            ));
        }
        sheets.first().ok_or_else(damaged)?
    } else {
        let wanted = format.sheet.trim().to_lowercase();
        sheets.iter().find(|name| name.trim().to_lowercase() == wanted).ok_or_else(|| vec![no_sheet(file, &format.sheet, &sheets)])?
    };
    let mut merged = Merged::of(&workbook.merge_cells_by_sheet_name(sheet).map_err(|_| damaged())?, MOST_COLUMNS);
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|_| damaged())?;
    let mut row: Vec<String> = Vec::new();
    let mut current: Option<u32> = None;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|_| damaged())? {
        let (number, column) = (cell.pos.0, cell.pos.1 as usize);
        let text = if cell.formula.is_some() && cell.value == DataRef::Empty { NEVER_CALCULATED.to_owned() } else { text_of(&cell.value) };
        if text.is_empty() {
            continue;
        }
        if column >= MOST_COLUMNS {
            let message = format!("the sheet has a cell beyond column {MOST_COLUMNS}");
            return Err(vec![Problem::of_file(file, "too-many-columns", message).at_line(u64::from(number) + 1)]);
        }
        if current.is_some_and(|current| number < current) {
            return Err(damaged());
        }
        if current != Some(number) {
            if let Some(line) = current {
                merged.fill(line, &mut row);
                if taker.take(&Row { line: line + 1, cells: Cells::Texts(&row), fault: None }).is_break() {
                    return Ok(ending);
                }
            }
            row.clear();
            current = Some(number);
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(slot) = row.get_mut(column) {
            *slot = text;
        }
    }
    if let Some(line) = current {
        merged.fill(line, &mut row);
        // The last row: whether the taker wants more no longer matters.
        let _last = taker.take(&Row { line: line + 1, cells: Cells::Texts(&row), fault: None });
    }
    ending.warnings.extend(merged.warnings(file));
    Ok(ending)
}

fn no_sheet(file: &str, wanted: &str, sheets: &[String]) -> Problem {
    let hint = match nearest(wanted, sheets.iter().map(String::as_str)) {
        Some(name) => format!("did you mean sheet = \"{name}\"?"),
        None => format!("the workbook has {} sheets", sheets.len()),
    };
    Problem::of_file(file, "no-such-sheet", format!("the workbook has no sheet \"{wanted}\"")).with_hint(hint)
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(value) => (if *value { "TRUE" } else { "FALSE" }).to_owned(),
        DataRef::DateTime(moment) => date_text(moment),
        DataRef::Error(_) => DAMAGED.to_owned(),
    }
}

/// A number as the officer sees it: no ".0", no exponent while the number is exact (below 2^53).
pub(super) fn number_text(number: f64) -> String {
    if number.abs() < 9_007_199_254_740_992.0 { number.to_string() } else { format!("{number:E}") }
}

fn date_text(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return number_text(moment.as_f64());
    }
    match moment.to_ymd_hms_milli() {
        (year, month, day, 0, 0, 0, _) => format!("{year:04}-{month:02}-{day:02}"),
        (year, month, day, hour, minute, second, _) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}
