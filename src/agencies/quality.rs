//! The page about the quality of what an agency sends.
//!
//! What comes in: the counts of its own feeds, this month's and an earlier month's, and what missing fields cost. What goes out: one HTML page, complete in
//! itself. What always holds: counts and shares only, no value, no identifier, no other agency's name or figure.

use super::Settings;
use super::agreement;
use super::counts::{Fault, FieldCounts, RunCounts, SourceCounts};
use super::lost::{Estimate, Lost};
use super::reasons::{in_words, remedy};
use crate::model::{Field, Month, date};
use crate::page::{Cell, MARKING, PATTERNS, STYLE, apart, bar, escape, joined, paragraph, section, share, table, thousands};

/// Lines of a table at most: beyond them the rows given back say the rest.
const MOST_LINES: usize = 25;

/// All the page needs.
pub(super) struct Told<'a> {
    pub(super) settings: &'a Settings<'a>,
    pub(super) agency: &'a str,
    pub(super) feeds: &'a [&'a str],
    pub(super) counts: &'a RunCounts,
    pub(super) before: Option<&'a RunCounts>,
    pub(super) lost: &'a [Lost],
}

/// The page.
pub(super) fn page(told: &Told<'_>) -> String {
    let month = long_month(&told.counts.month);
    [
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n".to_owned(),
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n".to_owned(),
        format!("<title>{}, {month}: quality of the extracts</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n", escape(told.agency)),
        format!("<div class=\"marking\">{MARKING}</div>\n{PATTERNS}\n<div class=\"page\">\n<header>\n"),
        format!("<p class=\"programme\">{}</p>\n<h1>{}</h1>\n", escape(&told.settings.pipeline.title), escape(told.agency)),
        format!(
            "<p class=\"facts\"><span>Quality of the extracts, {month}</span> <span>Run {}</span></p>\n",
            escape(&told.settings.run.manifest.run_id)
        ),
        "</header>\n<main>\n".to_owned(),
        delivered(told),
        faults(told),
        fields(told),
        agreement::section(told),
        cost(told),
        "</main>\n<footer><p>Made by fwt from your own extracts, without a network. Counts only: no person is named here. ".to_owned(),
        "The rows that were set aside stand in the folder beside this page, as you sent them.</p></footer>\n</div>\n".to_owned(),
        format!("<div class=\"marking\">{MARKING}</div>\n</body>\n</html>\n"),
    ]
    .concat()
}

pub(super) fn of_feed<'a>(counts: &'a RunCounts, feed: &str) -> Option<&'a SourceCounts> {
    counts.sources.get(feed)
}

pub(super) fn title<'a>(told: &'a Told<'_>, feed: &'a str) -> &'a str {
    let schema = told.settings.pipeline.schemas.iter().find(|schema| schema.name == feed);
    schema.map_or(feed, |schema| if schema.title.is_empty() { feed } else { &schema.title })
}

/// A feed as the first cell of a line.
fn named(told: &Told<'_>, feed: &str) -> Cell {
    Cell::Html(format!("{}<small>{}</small>", escape(title(told, feed)), escape(feed)))
}

/// Rows read, used and set aside of the files delivered for a month.
fn sums(counts: &RunCounts, feed: &str) -> Option<(u64, u64, u64)> {
    let source = of_feed(counts, feed)?;
    let mut files = source.of_month(&counts.month).peekable();
    files.peek()?;
    Some(files.fold((0, 0, 0), |sum, file| (sum.0 + file.read, sum.1 + file.used, sum.2 + file.set_aside)))
}

fn delivered(told: &Told<'_>) -> String {
    let mut totals = (0, 0);
    let rows: Vec<Vec<Cell>> = told
        .feeds
        .iter()
        .map(|feed| {
            let now = sums(told.counts, feed);
            let before = told.before.and_then(|before| sums(before, feed));
            let Some((read, used, set_aside)) = now else {
                let state = of_feed(told.counts, feed).and_then(|source| source.deliveries.first()).map_or("missing", |file| &file.state);
                let said = if state == "missing" { "nothing arrived" } else { "nothing new; the last delivery is carried forward" };
                let mut row = vec![named(told, feed), Cell::text(said), Cell::text(""), Cell::text("")];
                row.extend(told.before.map(|_| Cell::Figure(before.map_or_else(String::new, |(read, _, aside)| percent(aside, read)))));
                return row;
            };
            totals = (totals.0 + read, totals.1 + set_aside);
            let mut row =
                vec![named(told, feed), Cell::Figure(thousands(used)), Cell::Count(set_aside), Cell::Figure(percent(set_aside, read))];
            row.extend(told.before.map(|_| Cell::Figure(before.map_or_else(|| "–".to_owned(), |(read, _, aside)| percent(aside, read)))));
            row
        })
        .collect();
    let caption = match totals {
        (0, _) => "Nothing arrived this month.".to_owned(),
        (read, 0) => format!("All {} rows could be used.", thousands(read)),
        (read, aside) => format!("{} of {} rows were set aside ({}).", thousands(aside), thousands(read), percent(aside, read)),
    };
    let earlier = told.before.map(|before| format!("Share in {}", long_month(&before.month)));
    let mut headings = vec![("Feed", false), ("Rows used", true), ("Set aside", true), ("Share set aside", true)];
    headings.extend(earlier.as_deref().map(|heading| (heading, true)));
    section(
        "delivered",
        "What you sent",
        &["Files delivered for this month. A row is set aside when it breaks the agreed form so far that it would mislead."],
        &table(&caption, &headings, &rows, None),
    )
}

fn faults(told: &Told<'_>) -> String {
    let mut lines: Vec<(&str, Fault, Option<u64>)> = Vec::new();
    let mut mended: Vec<(&str, Fault)> = Vec::new();
    for feed in told.feeds {
        let now = of_feed(told.counts, feed).map(|source| source.faults(&told.counts.month)).unwrap_or_default();
        // Where nothing was delivered in one of the months there is nothing to compare.
        let before = told
            .before
            .filter(|before| sums(before, feed).is_some())
            .map(|before| of_feed(before, feed).map(|source| source.faults(&before.month)).unwrap_or_default());
        let same = |left: &Fault, right: &Fault| {
            (&left.column, &left.code, left.row_set_aside) == (&right.column, &right.code, right.row_set_aside)
        };
        if sums(told.counts, feed).is_some() {
            let gone = before.iter().flatten().filter(|fault| !now.iter().any(|found| same(found, fault)));
            mended.extend(gone.map(|fault| (*feed, fault.clone())));
        }
        for fault in now {
            let earlier = before.as_ref().map(|before| before.iter().find(|found| same(found, &fault)).map_or(0, |found| found.count));
            lines.push((feed, fault, earlier));
        }
    }
    lines.sort_by_key(|(_, fault, _)| std::cmp::Reverse(fault.count));
    let kinds = lines.len();
    let rows: Vec<Vec<Cell>> = lines
        .into_iter()
        .take(MOST_LINES)
        .map(|(feed, fault, earlier)| {
            let column = if fault.column.is_empty() { "whole row" } else { &fault.column };
            let outcome = if fault.row_set_aside { "row set aside" } else { "value ignored" };
            let mut row = vec![
                Cell::Html(format!("{}<small>{}</small>", escape(column), escape(title(told, feed)))),
                Cell::Html(format!("{}<small>{}</small>", escape(&in_words(&fault.code)), escape(remedy(&fault.code)))),
                Cell::text(outcome),
                Cell::Total(fault.count),
            ];
            row.extend(told.before.map(|_| earlier.map_or_else(|| Cell::Figure("–".to_owned()), Cell::Count)));
            row
        })
        .collect();
    let caption = match kinds {
        0 => "Nothing was wrong with any row or value.".to_owned(),
        1 => "One kind of fault.".to_owned(),
        more if more > MOST_LINES => format!("{more} kinds of fault; the {MOST_LINES} most frequent are shown."),
        more => format!("{more} kinds of fault."),
    };
    let earlier = told.before.map(|before| long_month(&before.month));
    let mut headings =
        vec![("Column", false), ("What is wrong, and what you can do", false), ("What became of it", false), ("Times", true)];
    headings.extend(earlier.as_deref().map(|heading| (heading, true)));
    let mut body = if rows.is_empty() { paragraph(&caption) } else { table(&caption, &headings, &rows, None) };
    if !mended.is_empty() {
        let gone = mended.iter().take(MOST_LINES).map(|(feed, fault)| {
            let column = if fault.column.is_empty() { "whole row" } else { &fault.column };
            let times = if fault.count == 1 { "once".to_owned() } else { format!("{} times", thousands(fault.count)) };
            format!("<li>{}, {}: {} ({times} before)</li>", escape(title(told, feed)), escape(column), escape(&in_words(&fault.code)))
        });
        body.push_str(&apart(&format!("<p>What got better: no longer found this month.</p><ul class=\"points\">{}</ul>", joined(gone))));
    }
    section(
        "faults",
        "What could not be used",
        &["Of the files delivered for this month. Every row concerned stands in the folder beside this page."],
        &body,
    )
}

fn fields(told: &Told<'_>) -> String {
    let mut body = String::new();
    for feed in told.feeds {
        let Some(source) = of_feed(told.counts, feed).filter(|source| !source.fields.is_empty()) else { continue };
        let before = told.before.and_then(|before| of_feed(before, feed));
        let earlier_of = |field: &FieldCounts| {
            before.and_then(|before| before.fields.iter().find(|found| (&found.role, &found.field) == (&field.role, &field.field)))
        };
        let rows: Vec<Vec<Cell>> = source
            .fields
            .iter()
            .map(|field| {
                let missing = field.records.saturating_sub(field.present);
                let used = share(field.usable(), field.records);
                let said = format!(
                    "{}: {} usable, {} unusable, {} missing",
                    field_name(&field.field),
                    percent(field.usable(), field.records),
                    field.unusable,
                    missing
                );
                let parts = [(used, "f2"), (share(field.unusable, field.records), "warn"), (share(missing, field.records), "track")];
                let mut row = vec![
                    Cell::Html(format!("{}<small>{}</small>", escape(&field_name(&field.field)), escape(&role_name(&field.role)))),
                    Cell::Bar(bar(&said, &parts)),
                    Cell::Figure(percent(field.usable(), field.records)),
                    Cell::Count(missing),
                    Cell::Count(field.unusable),
                ];
                row.extend(
                    told.before.map(|_| Cell::Figure(earlier_of(field).map_or_else(|| "–".to_owned(), |earlier| change(field, earlier)))),
                );
                row
            })
            .collect();
        let least = source.fields.iter().min_by_key(|field| field.usable() * 1_000_000 / field.records.max(1));
        let caption = least.map_or_else(String::new, |field| {
            format!(
                "{}: {} {} is usable in the fewest records, {} of {}.",
                title(told, feed),
                field_name(&field.field),
                role_of(&field.role),
                thousands(field.usable()),
                thousands(field.records)
            )
        });
        let mut headings = vec![("Field", false), ("", false), ("Usable", true), ("Missing", true), ("Unusable", true)];
        let since = told.before.map(|before| format!("Since {}", long_month(&before.month)));
        headings.extend(since.as_deref().map(|heading| (heading, true)));
        body.push_str(&apart(&table(&caption, &headings, &rows, None)));
    }
    if body.is_empty() {
        body = paragraph("Nothing about people arrived.");
    }
    section(
        "fields",
        "How complete it is",
        &[
            "Per field of a person: filled and usable, filled and not usable, missing. Only fields that you fill at least once are shown.",
            "Of everything the run used of yours: for a feed that sends what is new, of earlier months too.",
        ],
        &body,
    )
}

/// The change of the usable share in points of a percentage.
fn change(now: &FieldCounts, before: &FieldCounts) -> String {
    let points = (share(now.usable(), now.records) - share(before.usable(), before.records)) * 100.0;
    if points.abs() < 0.05 { "±0.0".to_owned() } else { format!("{}{:.1} points", if points > 0.0 { "+" } else { "−" }, points.abs()) }
}

fn cost(told: &Told<'_>) -> String {
    let estimated = told.lost.iter().filter_map(|lost| lost.estimate().map(|estimate| (lost, estimate)));
    let mut lines: Vec<(&Lost, Estimate)> = estimated.filter(|(_, estimate)| estimate.records >= 0.5).collect();
    let key = |(lost, _): &(&Lost, Estimate)| (lost.source.clone(), lost.role.clone(), lost.field);
    lines.sort_by(|left, right| {
        let shown = |line: &(&Lost, Estimate)| line.1.low > 0.0;
        shown(right).cmp(&shown(left)).then(right.1.records.total_cmp(&left.1.records)).then_with(|| key(left).cmp(&key(right)))
    });
    let rows: Vec<Vec<Cell>> = lines
        .iter()
        .take(MOST_LINES)
        .map(|(lost, estimate)| {
            let found = |(all, found): (u64, u64)| format!("{} of {}", percent(found, all), thousands(all));
            let role = role_name(&lost.role);
            let whose = if told.feeds.len() > 1 { format!("{}, {role}", lost.source) } else { role };
            vec![
                Cell::Html(format!("{}<small>{}</small>", escape(&field_name(lost.field.name())), escape(&whose))),
                Cell::Figure(found(lost.without)),
                Cell::Figure(found(lost.with)),
                Cell::Figure(format!("about {:.0}", estimate.records)),
                Cell::Figure(format!("{:.0} to {:.0}", estimate.low.floor(), estimate.high.ceil())),
            ]
        })
        .collect();
    let headings =
        [("Field", false), ("Found without it", true), ("Found with it", true), ("Links it may have cost", true), ("95% interval", true)];
    let body = match lines.first() {
        None => paragraph(
            "No field can be shown to have cost links: either it is filled nearly always, or records without it were found as often.",
        ),
        Some((_, estimate)) if estimate.low <= 0.0 => {
            table("What follows may be chance: every interval begins at nothing.", &headings, &rows, None)
        }
        Some((lost, estimate)) => {
            let field = within_sentence(&field_name(lost.field.name()));
            let more = format!("about {:.0} more of your records would have been found in another feed", estimate.records);
            table(&format!("A missing {field} may have cost most: {more}."), &headings, &rows, None)
        }
    };
    section(
        "cost",
        "What it cost in links",
        &[
            "A record is found when linkage joined it to a record of another feed. Records without a field are compared with those of the same feed and role that have it.",
            "An estimate, and no more: records that lack one field often lack others, so the lines must not be added up; the interval covers chance alone.",
        ],
        &body,
    )
}

/// A field as people say it.
pub(super) fn field_name(field: &str) -> String {
    match field.parse::<Field>() {
        Ok(Field::Uprn) => "UPRN".to_owned(),
        Ok(Field::NhsNumber) => "NHS number".to_owned(),
        Ok(Field::Nino) => "NI number".to_owned(),
        Ok(Field::Upn) => "UPN".to_owned(),
        Ok(Field::FormerUpn) => "Former UPN".to_owned(),
        Ok(Field::Uln) => "ULN".to_owned(),
        _ => capitalised(&field.replace('_', " ")),
    }
}

fn role_name(role: &str) -> String {
    role.replace('_', " ")
}

/// `of the child`.
fn role_of(role: &str) -> String {
    format!("of the {}", role_name(role))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `Postcode` as `postcode`, `NHS number` as it is.
pub(super) fn within_sentence(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain([second]).chain(letters).collect(),
        _ => name.to_owned(),
    }
}

/// A share as a percentage with one digit; never rounded to all or nothing.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let shown = share(part, whole) * 100.0;
    match (part, whole) {
        (_, 0) => "–".to_owned(),
        (part, _) if part > 0 && shown < 0.1 => "under 0.1%".to_owned(),
        (part, whole) if part < whole && shown > 99.9 => "over 99.9%".to_owned(),
        _ => format!("{shown:.1}%"),
    }
}

/// `October 2012`.
pub(super) fn long_month(month: &str) -> String {
    let day = month.parse::<Month>().ok().and_then(|month| date::to_naive(month.first_day()));
    day.map_or_else(|| month.to_owned(), |day| day.format("%B %Y").to_string())
}
