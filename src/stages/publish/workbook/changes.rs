//! The sheet of changes: what became of the list since last month, and why.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::words;
use super::Book;
use super::sheet::{Cell, Formats, Heading, MOST_ROWS, Sheet};
use crate::model::{Change, ChangeCode};

/// Codes in the order in which they are read: who came, who went, who is somebody else now; families that are as last month are left out.
const SHOWN: [ChangeCode; 6] =
    [ChangeCode::New, ChangeCode::ReEligible, ChangeCode::Dropped, ChangeCode::Merged, ChangeCode::Split, ChangeCode::Moved];

pub(super) fn changes(book: &Book<'_>, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let headings = [
        Heading::new("Change", 13.0),
        Heading::new("Family", 16.0),
        Heading::new("Why", 78.0),
        Heading::new("Cause", 20.0),
        Heading::new("Day", 14.0),
        Heading::new("Feed", 20.0),
        Heading::new("File and line", 34.0),
        Heading::new("On the list", 9.0),
        Heading::new("Months on the list", 11.0),
        Heading::new("Was in", 34.0),
        Heading::new("Is in", 34.0),
    ];
    let pack = book.pack.map_or("", |pack| pack.name.as_str());
    let sentence = match book.run.register.previous {
        Some(month) => format!("Compared with the final run of {}. Families on the list as last month are left out.", words::month(month)),
        None => "There is no earlier final run: everything on the list is new.".to_owned(),
    };
    let mut sheet = Sheet::new("Changes", &book.title("Changes"), &sentence, &headings, 2, formats)?;
    let of_pack = |code: ChangeCode| book.run.register.changes.iter().filter(move |change| change.pack == pack && change.code == code);
    for change in SHOWN.into_iter().flat_map(of_pack).take(MOST_ROWS) {
        sheet.row(vec![
            Cell::text(change.code.name()),
            Cell::text(change.family_id.as_str()),
            Cell::Long(change.reason.clone()),
            Cell::text(words::humanised(change.cause.name())),
            Cell::Date(change.day),
            Cell::text(change.behind.source.as_str()),
            Cell::text(place(change)),
            Cell::text(if change.listed { "yes" } else { "no" }),
            Cell::Number(u64::from(change.months_on_list)),
            Cell::text(change.previous_family_ids.join(", ")),
            Cell::text(change.successor_family_ids.join(", ")),
        ])?;
    }
    sheet.finish()
}

/// `file:line` of the row behind a change.
fn place(change: &Change) -> String {
    if change.behind.line > 0 { format!("{}:{}", change.behind.file, change.behind.line) } else { String::new() }
}
