//! Whether everything adds up, and how to read the page.

use std::collections::BTreeSet;

use super::super::contents::RunContents;
use super::super::figures::Figures;
use super::super::words::counted;
use super::super::workbook::ROUTES;
use super::html::{Cell, badge, escape, joined, push, section, table};
use crate::model::LedgerLine;

pub(super) fn ledger(run: &RunContents<'_>, figures: &Figures) -> String {
    let unbalanced = run.ledger.unbalanced().len() as u64;
    // Files are many: one line for all of them, so that the page shows the whole journey at once.
    let files: Vec<&LedgerLine> = run.ledger.lines.iter().filter(|line| line.stage == "ingest").collect();
    let mut rows = Vec::new();
    if !files.is_empty() {
        let sum = |of: fn(&LedgerLine) -> u64| files.iter().map(|line| of(line)).sum::<u64>();
        rows.push(row(
            "ingest",
            &format!("rows of {}", counted(files.len() as u64, "file", "files")),
            [sum(|line| line.rows_in), sum(|line| line.rows_out), sum(|line| line.set_aside)],
            files.iter().all(|line| line.balances()),
        ));
    }
    for line in run.ledger.lines.iter().filter(|line| line.stage != "ingest") {
        rows.push(row(line.stage, &line.what, [line.rows_in, line.rows_out, line.set_aside], line.balances()));
    }
    let caption = if unbalanced == 0 {
        format!(
            "All {} of the ledger balance: what came into a stage went on or was set aside with a reason.",
            counted(run.ledger.lines.len() as u64, "line", "lines")
        )
    } else {
        format!("{} of the ledger do not balance.", counted(unbalanced, "line", "lines"))
    };
    let headings = [("Stage", false), ("What is counted", false), ("In", true), ("Out", true), ("Set aside", true), ("", false)];
    let mut body = table(&caption, &headings, &rows, None);
    body.push_str(&reasons(run, figures));
    section("ledger", "Does it add up?", &["Nothing is dropped silently. If a line did not balance, nothing would be published."], &body)
}

fn row(stage: &str, what: &str, counts: [u64; 3], balances: bool) -> Vec<Cell> {
    let mark = if balances { badge("good", "✓", "balances") } else { badge("bad", "✗", "does not balance") };
    let [rows_in, rows_out, set_aside] = counts;
    vec![Cell::text(stage), Cell::text(what), Cell::Count(rows_in), Cell::Count(rows_out), Cell::Count(set_aside), Cell::Html(mark)]
}

/// Why rows were set aside and values ignored, by reason.
fn reasons(run: &RunContents<'_>, figures: &Figures) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for reject in run.rejects {
        let entry: &mut (u64, u64, BTreeSet<u32>) = counts.entry(reject.code).or_default();
        if reject.row_set_aside {
            entry.0 += 1;
        } else {
            entry.1 += 1;
        }
        entry.2.insert(reject.delivery);
    }
    if counts.is_empty() {
        return String::new();
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(code, (rows, values, _))| (std::cmp::Reverse(rows + values), *code));
    let rows: Vec<Vec<Cell>> = counts
        .into_iter()
        .map(|(code, (rows, values, files))| {
            vec![Cell::text(code.replace('-', " ")), Cell::Count(rows), Cell::Count(values), Cell::Count(files.len() as u64)]
        })
        .collect();
    let caption = format!(
        "{} set aside and {} ignored in rows that were used, by reason. The table of rejects names file, line and column, never the value.",
        counted(figures.rows_set_aside, "row was", "rows were"),
        counted(figures.values_ignored, "value was", "values were")
    );
    let headings = [("Reason", false), ("Rows set aside", true), ("Values ignored", true), ("Files", true)];
    format!("<div class=\"apart\">{}</div>", table(&caption, &headings, &rows, None))
}

/// What the stages of the run remarked, all of it; nothing if they had nothing to say.
pub(super) fn remarks(run: &RunContents<'_>) -> String {
    if run.warnings.is_empty() {
        return String::new();
    }
    let items = joined(run.warnings.iter().map(|warning| format!("<li>{}</li>", escape(warning))));
    section("remarks", "Remarks", &["What the stages of the run noticed on their way."], &format!("<ul class=\"points\">{items}</ul>"))
}

pub(super) fn reading() -> String {
    let mut terms = "<dl class=\"terms\">".to_owned();
    for (route, meaning) in ROUTES {
        push(&mut terms, format_args!("<dt>{}</dt><dd>{}</dd>", route.name(), escape(meaning)));
    }
    let more = [
        ("Yes", "Shown by at least one row of an extract. The workbook and fwt explain name the row."),
        ("No", "Would be known from a feed that is there, and is not so."),
        ("Unknown", "Cannot be said: a feed is missing or too old, or a member cannot be found in it."),
        (
            "Fresh, stale, missing",
            "Delivered for this month or within its cadence; carried forward from an earlier month; none young enough to use.",
        ),
        ("Household", "People living together; a person living alone is one too. Care homes, hostels and shared houses are not."),
        ("Match weight", "How strongly two records speak for the same person, in bits: each bit doubles the odds."),
    ];
    for (term, meaning) in more {
        push(&mut terms, format_args!("<dt>{}</dt><dd>{}</dd>", escape(term), escape(meaning)));
    }
    terms.push_str("</dl>");
    section("reading", "How to read this", &["The words of this page, in the order in which they matter."], &terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_explains_every_route() {
        let html = reading();
        for route in crate::model::Route::ALL {
            assert!(html.contains(&format!("<dt>{}</dt>", route.name())), "{}", route.name());
        }
    }
}
