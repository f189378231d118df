//! The sheet of evidence: one line per source row that supports a flag of a listed family.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::tables_list::evidence_of;
use super::super::words;
use super::Book;
use super::list::rule_in_words;
use super::sheet::{Cell, Formats, Heading, MOST_ROWS, Sheet};
use crate::model::{Evidence, NO_DAY};

pub(super) fn evidence(book: &Book<'_>, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let headings = [
        Heading::new("Rank", 7.0),
        Heading::new("Family", 16.0),
        Heading::new("Member", 22.0),
        Heading::new("Criterion", 34.0),
        Heading::new("Rule", 48.0),
        Heading::new("Date", 13.0),
        Heading::new("What counted", 34.0),
        Heading::new("Source", 26.0),
        Heading::new("File", 38.0),
        Heading::new("Line", 9.0),
        Heading::new("Counted from", 13.0),
        Heading::new("Counted to", 13.0),
        Heading::new("Person", 16.0),
    ];
    let listed = book.entries.iter().filter(|entry| entry.route.is_listed());
    let rows: Vec<(u32, &Evidence)> =
        listed.flat_map(|entry| evidence_of(book.run, entry.family, &entry.pack).iter().map(|row| (entry.priority_rank, row))).collect();
    let mut sentence = format!(
        "{} of the agencies' extracts that support the flags of the listed families: open the file at the line to see it.",
        words::counted(rows.len() as u64, "row", "rows")
    );
    if rows.len() > MOST_ROWS {
        sentence = format!("{sentence} The first {} are shown; all are in evidence.parquet.", words::thousands(MOST_ROWS as u64));
    }
    let mut sheet = Sheet::new("Evidence", &book.title("Evidence"), &sentence, &headings, 2, formats)?;
    for (rank, row) in rows.into_iter().take(MOST_ROWS) {
        sheet.row(cells(book, rank, row))?;
    }
    sheet.finish()
}

fn cells(book: &Book<'_>, rank: u32, row: &Evidence) -> Vec<Cell> {
    let run = book.run;
    let events = run.events;
    let event = row.event as usize;
    let delivery = events.delivery.get(event).copied().unwrap_or(u32::MAX);
    let role = run.families.members_of(row.family).iter().find(|member| member.person == row.person).map(|member| member.role);
    let criterion = book
        .pack
        .and_then(|pack| pack.criteria.iter().find(|(id, _)| *id == row.criterion))
        .map_or_else(|| row.criterion.clone(), |(id, title)| format!("{id} {title}"));
    vec![
        Cell::Number(u64::from(rank)),
        Cell::text(run.family_id(row.family).unwrap_or("")),
        Cell::text(words::member_label(role, run.age(row.person))),
        Cell::text(criterion),
        Cell::Long(rule_in_words(book, &row.rule)),
        Cell::Date(events.from.get(event).copied().unwrap_or(NO_DAY)),
        Cell::Long(row.value.clone()),
        Cell::text(run.delivery_source_name(delivery).unwrap_or("")),
        Cell::text(run.file(delivery).unwrap_or("")),
        Cell::count(events.line.get(event).map(|&line| u64::from(line))),
        Cell::Date(row.window_from),
        Cell::Date(row.window_to),
        Cell::text(run.person_id(row.person).unwrap_or("")),
    ]
}
