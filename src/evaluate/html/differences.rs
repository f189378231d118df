//! Differences: errors by group, and this run beside another.

use super::super::groups::LEAST;
use super::super::intervals::Estimate;
use super::super::linkage::LinkageEvaluation;
use super::examples::list;
use super::signed;
use crate::page::{Cell, apart, bar, paragraph, section, table, thousands};

/// One table per column; empty if none was asked for.
pub(super) fn groups(linkage: &LinkageEvaluation) -> String {
    if linkage.groups.is_empty() {
        return String::new();
    }
    let mut body = String::new();
    for by in &linkage.groups {
        let of = |rate: &Option<Estimate>| rate.as_ref().map_or(0.0, |rate| rate.high);
        let most = by.groups.iter().flat_map(|group| [of(&group.missed_match_rate), of(&group.false_match_rate)]).fold(0.0, f64::max);
        let drawn = |rate: &Option<Estimate>, class: &str| match rate {
            Some(rate) if most > 0.0 => {
                let title = format!("{:.4}, interval {:.4} to {:.4}", rate.value, rate.low, rate.high);
                let parts = [(rate.low / most, class), ((rate.value - rate.low) / most, "f2"), ((rate.high - rate.value) / most, "soft")];
                Cell::Bar(bar(&title, &parts))
            }
            _ => Cell::text(""),
        };
        let text = |rate: &Option<Estimate>| {
            rate.as_ref().map_or_else(
                || Cell::text("–"),
                |rate| {
                    let [value, low, high] = [rate.value, rate.low, rate.high].map(|share| share * 100.0);
                    Cell::Html(format!("{value:.2}%<small class=\"interval\">{low:.2} to {high:.2}</small>"))
                },
            )
        };
        let rows: Vec<Vec<Cell>> = by
            .groups
            .iter()
            .map(|group| {
                vec![
                    Cell::Text(group.group.clone()),
                    Cell::Count(group.records),
                    drawn(&group.missed_match_rate, "f1"),
                    text(&group.missed_match_rate),
                    drawn(&group.false_match_rate, "f1"),
                    text(&group.false_match_rate),
                ]
            })
            .collect();
        let headings = [("Group", false), ("Records", true), ("Missed matches", false), ("", false), ("False matches", false), ("", false)];
        let caption =
            format!("By {}: share of the true pairs that is missed, share of the found pairs that is false.", by.column.replace('_', " "));
        body.push_str(&apart(&table(&caption, &headings, &rows, None)));
        if by.suppressed > 0 {
            body.push_str(&paragraph(&format!("{} groups of fewer than {LEAST} are not shown.", thousands(by.suppressed))));
        }
    }
    section(
        "groups",
        "Errors by group",
        &[
            "A pair counts in the group of either of its records. Bars end at the upper end of Wilson's interval of 95%; their darkest part ends at the lower.",
        ],
        &body,
    )
}

/// This run beside another; empty if none was named.
pub(super) fn comparison(linkage: &LinkageEvaluation) -> String {
    let Some(comparison) = &linkage.comparison else { return String::new() };
    let rows: Vec<Vec<Cell>> =
        [("Records", comparison.records), ("Published links", comparison.links), ("Pairs of records in one person", comparison.pairs)]
            .into_iter()
            .map(|(name, difference)| {
                let mut row = vec![Cell::text(name)];
                row.extend([difference.both, difference.only_here, difference.only_there].map(Cell::Count));
                row
            })
            .collect();
    let caption = format!("Against run {}.", comparison.other_run_id);
    let headings = [("", false), ("In both", true), ("Only in this run", true), ("Only in the other", true)];
    let mut body = table(&caption, &headings, &rows, None);
    body.push_str(&apart(&paragraph(&format!(
            "{} persons have the same records in both. {} persons of the other run are split here; {} persons of this run are merged from several there.",
            thousands(comparison.same_persons),
            thousands(comparison.split_here),
            thousands(comparison.merged_here)
        ))));
    if !comparison.scores.is_empty() {
        let rows: Vec<Vec<Cell>> = comparison
            .scores
            .iter()
            .map(|score| {
                let change = &score.change;
                let figure = |value: f64| Cell::Figure(format!("{value:.4}"));
                vec![
                    Cell::text(score.figure),
                    figure(score.here),
                    figure(score.there),
                    Cell::Html(format!(
                        "{}<small class=\"interval\">{} to {}</small>",
                        signed(change.value, 4),
                        signed(change.low, 4),
                        signed(change.high, 4)
                    )),
                ]
            })
            .collect();
        let headings = [("Figure", false), ("This run", true), ("The other", true), ("Change", false)];
        let table = table("What changes, with intervals of a bootstrap that draws the same persons for both.", &headings, &rows, None);
        body.push_str(&apart(&table));
    }
    if !comparison.changes.is_empty() {
        let rows: Vec<Vec<Cell>> = comparison
            .changes
            .iter()
            .map(|change| {
                let parts: Vec<String> = change.parts.iter().map(ToString::to_string).collect();
                let what = if change.merged_here { "merged here" } else { "split here" };
                vec![
                    Cell::text(what),
                    Cell::Text(format!("{} records", parts.join(" + "))),
                    Cell::Count(change.pairs),
                    change.true_persons.map_or_else(|| Cell::text("–"), Cell::Count),
                ]
            })
            .collect();
        let headings = [("Change", false), ("Parts", false), ("Pairs changed", true), ("Truly persons", true)];
        body.push_str(&apart(&table("The largest changes.", &headings, &rows, None)));
        let examples: Vec<_> = comparison.changes.iter().filter_map(|change| change.example.clone()).collect();
        body.push_str(&list("A pair of each of them", &examples));
    }
    section(
        "comparison",
        "Two runs",
        &["Records are matched by source and record id; what only one run has is left out of the figures."],
        &body,
    )
}
