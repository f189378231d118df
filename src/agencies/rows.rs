//! Rows set aside, given back as they were delivered.
//!
//! What comes in: where the rows stand, and the delivered file. What goes out: a table for a spreadsheet: position, reason and remedy in words, then the
//! row under its own header. What always holds: the file's hash is the one that the run noted, or nothing of it is given; no cell runs as a formula.

use std::collections::BTreeSet;
use std::path::Path;

use super::AgenciesError;
use super::counts::{DeliveredFile, RejectedRow};
use super::reasons::{in_words, remedy};
use crate::config::checked::Schema;
use crate::model::Screen;
use crate::model::spreadsheet::defused;
use crate::stages::ingest::{Originals, originals};
use crate::store;

/// The rows of a delivered file; `None` if the file is no longer there.
pub(super) fn read_again(
    data: &Path,
    schema: &Schema,
    delivery: &DeliveredFile,
    rejects: &[&RejectedRow],
) -> Result<Option<Originals>, AgenciesError> {
    let path = data.join(&delivery.file);
    if !store::exists(&path) {
        return Ok(None);
    }
    let input = store::read_input(data, &path)?;
    if input.sha256 != delivery.sha256 {
        return Err(AgenciesError::Changed { file: delivery.file.clone() });
    }
    let lines: BTreeSet<u32> = rejects.iter().map(|reject| reject.line).collect();
    originals(schema, &delivery.file, &input.bytes.into(), &lines).map(Some).map_err(AgenciesError::Unreadable)
}

/// The rows with the cells of those withheld that name a restricted person or address.
pub(super) fn screened(mut originals: Originals, screen: &Screen) -> Originals {
    for cells in originals.rows.values_mut().filter(|cells| screen.hides_row(cells.iter().map(String::as_str))) {
        *cells = vec!["withheld: the row names a restricted person or address".to_owned()];
    }
    originals
}

/// What stands before the row's own cells.
const HEADINGS: [&str; 6] = ["File", "Line", "Column", "What is wrong", "What you can do", "What became of it"];

/// The table, with a byte order mark so that Excel reads it as UTF-8.
pub(super) fn table(rejects: &[&RejectedRow], originals: Option<&Originals>) -> Vec<u8> {
    let mut text = "\u{feff}".to_owned();
    let header = originals.map_or(&[][..], |originals| &originals.header);
    line(&mut text, HEADINGS.iter().copied().chain(header.iter().map(String::as_str)));
    for reject in rejects {
        let number = reject.line.to_string();
        let (what, remedy) = (in_words(&reject.code), remedy(&reject.code));
        let outcome = if reject.row_set_aside { "the whole row was set aside" } else { "only this value was ignored" };
        let position = [reject.file.as_str(), &number, &reject.column, &what, remedy, outcome];
        let cells = originals.and_then(|originals| originals.rows.get(&reject.line)).map_or(&[][..], Vec::as_slice);
        line(&mut text, position.into_iter().chain(cells.iter().map(String::as_str)));
    }
    text.into_bytes()
}

/// One line of comma-separated cells, every one in quotes.
fn line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(&defused(cell).replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_under_its_own_header_and_no_cell_runs() {
        let reject = |line, code: &str, row_set_aside| RejectedRow {
            file: "2012-10/feed.csv".to_owned(),
            line,
            column: "DOB".to_owned(),
            code: code.to_owned(),
            row_set_aside,
        };
        let rejects = [reject(3, "not-a-date", false), reject(9, "too-few-fields", true)];
        let texts = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let originals = Originals {
            header: texts(&["Name", "DOB"]),
            rows: [(3, texts(&["=cmd|' /C calc'!A0", "31/02/2012"])), (9, texts(&["O\"Neil"]))].into_iter().collect(),
        };
        let bytes = table(&rejects.iter().collect::<Vec<_>>(), Some(&originals));
        let text = String::from_utf8(bytes).unwrap();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        assert_eq!(reader.headers().unwrap().iter().skip(6).collect::<Vec<_>>(), ["Name", "DOB"]);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((&rows[0][1], &rows[0][3], &rows[0][6]), ("3", "the value is no date of the agreed form", "'=cmd|' /C calc'!A0"));
        assert_eq!((&rows[1][5], &rows[1][6], rows[1].len()), ("the whole row was set aside", "O\"Neil", 7));
        // Without the file only the position and the reason.
        let text = String::from_utf8(table(&rejects.iter().collect::<Vec<_>>(), None)).unwrap();
        assert!(!text.contains("Neil") && text.lines().count() == 3);
    }
}
