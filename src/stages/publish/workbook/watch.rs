//! The sheet of the watch list: one line per row behind it, so that the claim and its evidence stand together.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::words;
use super::Book;
use super::list::{district, rule_in_words};
use super::sheet::{Cell, Formats, Heading, Sheet};
use crate::model::{FamilySummary, NO_DAY, Reach, Watched, WatchedEvent};

/// Lines of the sheet: beyond this a person filters the Parquet tables instead.
const MOST_LINES: usize = 50_000;

pub(super) fn watch_list(book: &Book<'_>, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let headings = [
        Heading::new("Row", 7.0),
        Heading::new("Family", 16.0),
        Heading::new("One step from", 14.0),
        Heading::new("Towards", 40.0),
        Heading::new("What is there", 34.0),
        Heading::new("What is missing", 34.0),
        Heading::new("Moving", 44.0),
        Heading::new("Counts from", 13.0),
        Heading::new("Ages out", 13.0),
        Heading::new("District", 16.0),
        Heading::new("Member", 22.0),
        Heading::new("Date", 13.0),
        Heading::new("What happened", 26.0),
        Heading::new("Source", 24.0),
        Heading::new("File", 38.0),
        Heading::new("Line", 9.0),
    ];
    let name = book.pack.map_or("", |pack| pack.name.as_str());
    // Numbered over all packs, as in the table.
    let rows: Vec<(u64, &Watched)> = (1..).zip(&book.run.identification.watched).filter(|(_, row)| row.step.pack == name).collect();
    let mut families: Vec<u32> = rows.iter().map(|(_, row)| row.step.family).collect();
    families.sort_unstable();
    families.dedup();
    let lines: usize = rows.iter().map(|(_, row)| row.step.rows.len()).sum();
    let mut sentence = format!(
        "{} not on the list, one step from the criteria and moving towards them. Rules and dates, no prediction: each line is a row of an extract that shows it.",
        words::counted(families.len() as u64, "family", "families"),
    );
    if lines > MOST_LINES {
        sentence =
            format!("{sentence} The first {} lines are shown; all are in watch_evidence.parquet.", words::thousands(MOST_LINES as u64));
    }
    let mut sheet = Sheet::new("Watch list", &book.title("Watch list"), &sentence, &headings, 2, formats)?;
    let lines = rows.iter().flat_map(|(number, row)| row.step.rows.iter().map(move |event| (*number, *row, *event)));
    for (number, row, event) in lines.take(MOST_LINES) {
        sheet.row(cells(book, number, row, event))?;
    }
    sheet.finish()
}

fn cells(book: &Book<'_>, number: u64, row: &Watched, event: WatchedEvent) -> Vec<Cell> {
    let run = book.run;
    let step = &row.step;
    let nothing = FamilySummary::default();
    let summary = run.identification.summaries.get(step.family as usize).unwrap_or(&nothing);
    let towards = if step.rule.is_empty() { "one more criterion".to_owned() } else { rule_in_words(book, &step.rule) };
    let at = event.event as usize;
    let role = run.families.members_of(step.family).iter().find(|member| member.person == event.person).map(|member| member.role);
    let delivery = run.events.delivery.get(at).copied().unwrap_or(u32::MAX);
    let numbers = |numbers: &[i32]| numbers.get(at).copied().unwrap_or(-1);
    let (quantity, out_of) = (numbers(&run.events.quantity), numbers(&run.events.out_of));
    let excused = numbers(&run.events.excused);
    let what = if out_of >= 0 {
        let leave = if excused > 0 { format!(", {excused} more with leave") } else { String::new() };
        format!("{quantity} of {out_of} sessions{leave}")
    } else {
        words::humanised(run.events.code.get(at).unwrap_or_default())
    };
    vec![
        Cell::Number(number),
        Cell::text(run.family_id(step.family).unwrap_or("")),
        Cell::text(if row.reach == Reach::List { "the list" } else { "a criterion" }),
        Cell::Long(towards),
        Cell::Long(step.there.clone()),
        Cell::Long(step.missing.clone()),
        Cell::Long(step.moving.clone()),
        Cell::Date(step.counts_from),
        Cell::Date(step.ages_out),
        Cell::text(district(summary)),
        Cell::text(words::member_label(role, run.age(event.person))),
        Cell::Date(run.events.from.get(at).copied().unwrap_or(NO_DAY)),
        Cell::Long(what),
        Cell::text(run.delivery_source_name(delivery).unwrap_or("")),
        Cell::text(run.file(delivery).unwrap_or("")),
        Cell::count(run.events.line.get(at).map(|&line| u64::from(line))),
    ]
}
