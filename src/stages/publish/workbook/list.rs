//! The sheets of families: the list itself, and those near it.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::contents::RunContents;
use super::super::tables_list::{evidence_of, oldest_feed_age};
use super::super::words;
use super::Book;
use super::sheet::{Cell, Formats, Heading, MOST_ROWS, Sheet};
use crate::model::{Entry, FamilySummary, Route, Ternary};

/// Rows of the sheet of near misses: beyond this a person filters the Parquet table instead.
const MOST_NEAR: usize = 20_000;

/// The listed families in the order of their rank.
pub(super) fn listed(book: &Book<'_>, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let mut headings =
        vec![Heading::new("Rank", 7.0), Heading::new("Family", 16.0), Heading::new("Route", 13.0), Heading::new("Why this route", 44.0)];
    headings.extend([Heading::new("Status", 15.0), Heading::new("Accepted", 10.0)]);
    headings.extend(criterion_headings(book));
    headings.extend([
        Heading::new("Reasons for discretion", 30.0),
        Heading::new("Need", 10.0),
        Heading::new("Why this level of need", 44.0),
        Heading::new("District", 16.0),
        Heading::new("Locality", 16.0),
        Heading::new("Members", 9.0),
        Heading::new("Children", 9.0),
        Heading::new("Under 5", 8.0),
        Heading::new("Priority points", 10.0),
        Heading::new("How the points add up", 60.0),
        Heading::new("Lead agency", 26.0),
        Heading::new("Rows of evidence", 10.0),
        Heading::new("How sure the family is", 12.0),
        Heading::new("Oldest feed (days)", 10.0),
        Heading::new("Address", 17.0),
    ]);
    let entries: Vec<&Entry> = book.entries.iter().copied().filter(|entry| entry.route.is_listed()).collect();
    let sentence = format!(
        "{} proposed for the list on {}. A proposal: a person accepts or rejects each family before anything about it leaves the building, but for the question about benefits to the Department for Work and Pensions.",
        words::counted(entries.len() as u64, "family", "families"),
        words::long_date(book.run.reference)
    );
    let mut sheet = Sheet::new("List", &book.title("List"), &sentence, &headings, 2, formats)?;
    for entry in entries.into_iter().take(MOST_ROWS) {
        sheet.row(listed_row(book, entry))?;
    }
    sheet.finish()
}

fn listed_row(book: &Book<'_>, entry: &Entry) -> Vec<Cell> {
    let run = book.run;
    let family = run.families.families.get(entry.family as usize);
    let nothing = FamilySummary::default();
    let summary = run.identification.summaries.get(entry.family as usize).unwrap_or(&nothing);
    let mut cells = vec![
        Cell::Number(u64::from(entry.priority_rank)),
        Cell::text(family.map_or("", |family| family.id.as_str())),
        Cell::text(entry.route.name()),
        Cell::Long(entry.route_reason.clone()),
        Cell::text(words::status(entry, summary).map(|status| status.replace('_', " ")).unwrap_or_default()),
        Cell::text(summary.accepted.map_or("", words::yes_or_no)),
    ];
    cells.extend(criterion_cells(book, entry));
    let reasons: Vec<String> = entry.discretion_reasons.iter().map(|rule| rule_in_words(book, rule)).collect();
    cells.extend([
        Cell::Long(reasons.join("; ")),
        Cell::text(entry.need.as_ref().map_or("", |need| need.level.name())),
        Cell::Long(entry.need.as_ref().map(|need| need.reason.clone()).unwrap_or_default()),
        Cell::text(district(summary)),
        Cell::text(summary.locality.as_str()),
        Cell::Number(u64::from(summary.members)),
        Cell::Number(u64::from(summary.children)),
        Cell::Number(u64::from(summary.children_under_5)),
        Cell::Number(u64::from(entry.priority_points)),
        Cell::Long(words::arithmetic(&entry.priority_steps, entry.priority_points)),
        Cell::text(agency(run, &entry.lead_contact_agency)),
        Cell::Number(u64::from(entry.evidence_count)),
        Cell::text(family.map_or("", |family| family.confidence.name())),
        Cell::count(oldest_feed_age(run, evidence_of(run, entry.family, &entry.pack)).map(u64::from)),
        Cell::text(if family.is_some_and(|family| family.restricted) { words::ADDRESS_WITHHELD } else { "" }),
    ]);
    cells
}

/// Families that are pending an unknown or one step short: pending first, then by criteria met and evidence.
pub(super) fn near(book: &Book<'_>, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let mut headings = vec![Heading::new("Family", 16.0), Heading::new("Route", 13.0), Heading::new("What is missing", 60.0)];
    headings.extend(criterion_headings(book));
    headings.extend([
        Heading::new("Criteria met", 9.0),
        Heading::new("Criteria unknown", 10.0),
        Heading::new("District", 16.0),
        Heading::new("Locality", 16.0),
        Heading::new("Members", 9.0),
        Heading::new("Children", 9.0),
        Heading::new("Rows of evidence", 10.0),
    ]);
    let mut entries: Vec<&Entry> =
        book.entries.iter().copied().filter(|entry| matches!(entry.route, Route::Pending | Route::NearMiss | Route::Settled)).collect();
    entries.sort_by_key(|entry| {
        let (met, evidence) = (u32::MAX - entry.criteria_met, u32::MAX - entry.evidence_count);
        (entry.route, met, evidence, book.run.family_id(entry.family))
    });
    let mut sentence = format!(
        "{} not on the list: PENDING could still be met once an unknown is known, NEAR_MISS is one step short, SETTLED was closed, declined or rejected and has nothing new.",
        words::counted(entries.len() as u64, "family", "families")
    );
    if entries.len() > MOST_NEAR {
        sentence = format!("{sentence} The first {} are shown; all are in identification.parquet.", words::thousands(MOST_NEAR as u64));
    }
    let mut sheet = Sheet::new("Near misses and pending", &book.title("Near misses and pending"), &sentence, &headings, 1, formats)?;
    let nothing = FamilySummary::default();
    for entry in entries.into_iter().take(MOST_NEAR) {
        let summary = book.run.identification.summaries.get(entry.family as usize).unwrap_or(&nothing);
        let told = entry.near_miss_reason.is_empty() || entry.route == Route::Settled;
        let missing = if told { &entry.route_reason } else { &entry.near_miss_reason };
        let mut cells =
            vec![Cell::text(book.run.family_id(entry.family).unwrap_or("")), Cell::text(entry.route.name()), Cell::Long(missing.clone())];
        cells.extend(criterion_cells(book, entry));
        cells.extend([
            Cell::Number(u64::from(entry.criteria_met)),
            Cell::Number(u64::from(entry.criteria_unknown)),
            Cell::text(district(summary)),
            Cell::text(summary.locality.as_str()),
            Cell::Number(u64::from(summary.members)),
            Cell::Number(u64::from(summary.children)),
            Cell::Number(u64::from(entry.evidence_count)),
        ]);
        sheet.row(cells)?;
    }
    sheet.finish()
}

fn criterion_headings(book: &Book<'_>) -> Vec<Heading> {
    let criteria = book.pack.map_or(&[][..], |pack| &pack.criteria);
    criteria.iter().map(|(id, title)| Heading::new(format!("{id} {title}"), 17.0)).collect()
}

fn criterion_cells(book: &Book<'_>, entry: &Entry) -> Vec<Cell> {
    let criteria = book.pack.map_or(&[][..], |pack| &pack.criteria);
    let value = |id: &str| entry.criteria.iter().find(|(found, _)| found == id).map_or(Ternary::Unknown, |(_, value)| *value);
    criteria.iter().map(|(id, _)| Cell::Answer(value(id))).collect()
}

/// The title of a rule of the first pack.
pub(super) fn rule_in_words(book: &Book<'_>, rule: &str) -> String {
    let titled = book.pack.and_then(|pack| pack.rules.iter().find(|(id, _)| id == rule)).map(|(_, title)| title.clone());
    titled.filter(|title| !title.is_empty()).unwrap_or_else(|| words::humanised(rule))
}

pub(super) fn district(summary: &FamilySummary) -> &str {
    if !summary.district.is_empty() {
        &summary.district
    } else if summary.out_of_county {
        "out of the county"
    } else {
        "not known"
    }
}

/// The agency behind a source's name; the name itself if the run has no such source.
pub(super) fn agency(run: &RunContents<'_>, source: &str) -> String {
    run.sources.iter().find(|found| found.name == source).map_or_else(|| source.to_owned(), |found| found.agency.clone())
}
