//! The last sheet: what the workbook is, how to read it, and how fresh the data behind it are.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::figures::{Figures, listed, of_route};
use super::super::words;
use super::Book;
use super::sheet::{Cell, Formats, Sheet};
use crate::model::{FeedState, Route};

/// What each route means, in the officer's words (design §10).
pub(in super::super) const ROUTES: [(Route, &str); 9] = [
    (Route::Auto, "Meets every criterion that makes a family automatic."),
    (Route::Discretion, "Meets enough of the criteria, and local discretion brings the family in."),
    (Route::Referral, "A professional's referral is ahead of the data."),
    (Route::Override, "A person decided, with a reason and an approver."),
    (Route::Kept, "Was on the list, and still counts: a feed is missing or too old, so what showed it can be neither said nor denied."),
    (Route::Pending, "Not on the list yet: an unknown criterion could still bring the family in."),
    (Route::NearMiss, "Not on the list: one step short."),
    (Route::Settled, "Would be on the list, but was closed, declined or rejected by a person, and nothing new has happened since."),
    (Route::NotEligible, "Not on the list."),
];

const COLUMNS: [(&str, &str); 12] = [
    (
        "Rank",
        "Order of priority among the listed families; 1 is first. A help for deciding whom to assess first, not a judgement of a family.",
    ),
    ("Criterion columns", "yes: shown by at least one row of evidence. no: would be known, and is not so. unknown: cannot be said."),
    ("Reasons for discretion", "Local reasons that hold, from the criteria pack."),
    (
        "Need",
        "complex: a key worker works with the whole family. lower: existing partners can co-ordinate what is needed. The first rule of the pipeline that holds decides; it is named beside.",
    ),
    (
        "Watch list",
        "Families that are not on the list, one step from the criteria and moving towards them. Rules and dates, no prediction; nobody is accused of anything.",
    ),
    ("Priority points", "Sum of published weights; How the points add up shows every step. Weights order families, they are no budget."),
    ("Lead agency", "The agency with most rows of evidence: the likeliest to know the family."),
    (
        "How sure the family is",
        "high: stated by an agency's own relationship or household record, or by two kinds of evidence. medium: school contacts or one household account. low: only surname and address.",
    ),
    ("Oldest feed (days)", "Age of the oldest feed the family's evidence rests on."),
    ("Address", "Where it says address withheld, a member or the address is restricted. Ask the safeguarding lead before any contact."),
    ("Lives with the family", "no: a separated parent, linked to the family and not living with it."),
    ("File, Line", "Where the row of evidence stands in the agency's extract (for workbooks and Parquet files: the row)."),
];

pub(super) fn about(book: &Book<'_>, figures: &Figures, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let run = book.run;
    let mut sheet = Sheet::new("About", &book.title("About"), "What this workbook is and how to read it.", &[], 0, formats)?;
    for (column, width) in [(0, 30.0), (1, 90.0), (2, 11.0), (3, 14.0), (4, 12.0), (5, 12.0), (6, 12.0)] {
        sheet.width(column, width)?;
    }
    sheet.heading("This run")?;
    let fact = |sheet: &mut Sheet<'_>, what: &str, value: String| sheet.row(vec![Cell::text(what), Cell::Long(value)]);
    fact(&mut sheet, "Month", words::month(run.month))?;
    fact(&mut sheet, "Reference date", words::long_date(run.reference))?;
    fact(&mut sheet, "Run", run.run_id.to_owned())?;
    if let Some(pack) = book.pack {
        fact(&mut sheet, "Criteria", format!("{} ({}, version {})", pack.title, pack.name, pack.version))?;
    }
    fact(
        &mut sheet,
        "Marking",
        format!("{}: this workbook names people. Keep it where only those who need it can open it.", words::MARKING),
    )?;

    sheet.heading("How to read unknown")?;
    fact(
        &mut sheet,
        "unknown",
        "A feed is missing or too old, or a member cannot be found in it. It never means no. A family with an unknown that could bring it in is PENDING.".to_owned(),
    )?;

    sheet.heading("Routes")?;
    let routes = figures.packs.first().map(|pack| pack.routes).unwrap_or_default();
    for (route, meaning) in ROUTES {
        sheet.row(vec![Cell::text(route.name()), Cell::Long(meaning.to_owned()), Cell::Number(of_route(&routes, route))])?;
    }
    sheet.row(vec![Cell::text("On the list"), Cell::Empty, Cell::Number(listed(&routes))])?;

    sheet.heading("Columns")?;
    for (column, meaning) in COLUMNS {
        fact(&mut sheet, column, meaning.to_owned())?;
    }

    sheet.heading("Feeds and how fresh they are")?;
    let header = ["Feed", "Agency", "State", "As at", "Age (days)", "Rows used", "Set aside"];
    sheet.row(header.map(Cell::text).into_iter().collect())?;
    for (source, feed) in run.sources.iter().zip(&figures.feeds) {
        let missing = source.state == FeedState::Missing;
        sheet.row(vec![
            Cell::text(source.name.as_str()),
            Cell::text(source.agency.as_str()),
            Cell::text(source.state.name()),
            if missing { Cell::Empty } else { Cell::Date(source.as_at) },
            Cell::count((!missing).then_some(u64::from(source.age_days))),
            Cell::Number(feed.rows_used),
            Cell::Number(feed.rows_set_aside),
        ])?;
    }
    if !run.warnings.is_empty() {
        sheet.heading("Warnings")?;
        for warning in run.warnings {
            sheet.row(vec![Cell::Empty, Cell::Long(warning.clone())])?;
        }
    }
    sheet.finish()
}
