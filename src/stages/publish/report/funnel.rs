//! From rows to the list: how many of what remain at each step.

use super::super::contents::RunContents;
use super::super::figures::{Figures, listed, of_route};
use super::super::words::{counted, percent, thousands};
use super::html::{Cell, bar, section, share, table};
use crate::model::Route;

/// A step: name, count, what happens there.
struct Step {
    name: &'static str,
    count: u64,
    note: String,
}

pub(super) fn funnel(run: &RunContents<'_>, figures: &Figures) -> String {
    let step = |name, count, note| Step { name, count, note };
    let gathering = [
        step("Rows read", figures.rows_read, format!("from {}", counted(run.deliveries.len() as u64, "file", "files"))),
        step("Rows used", figures.rows_used, format!("{} set aside", thousands(figures.rows_set_aside))),
        step("Person records", figures.records, "a row can name several people; equal ones count once".to_owned()),
        step("Persons", figures.persons, left_out(figures.test_records)),
        step("Households", figures.families, "people living alone included".to_owned()),
        step(
            "Families with children",
            figures.with_children,
            format!("{} of the households", percent(figures.with_children, figures.families)),
        ),
    ];
    let mut body = steps(
        &format!(
            "{} of the extracts are {}, who live in {}.",
            counted(figures.rows_used, "usable row", "usable rows"),
            counted(figures.persons, "person", "persons"),
            counted(figures.families, "household", "households")
        ),
        &gathering,
    );
    if let Some(pack) = figures.packs.first() {
        let title = run.packs.get(pack.pack).map_or("", |heading| heading.title.as_str());
        let total = listed(&pack.routes);
        let of_families = |count: u64| format!("{} of the families with children", percent(count, figures.with_children));
        let ahead = of_route(&pack.routes, Route::Referral) + of_route(&pack.routes, Route::Override);
        let kept = match of_route(&pack.routes, Route::Kept) {
            0 => String::new(),
            kept => format!(", {} kept while a feed is missing", thousands(kept)),
        };
        let beyond = format!("{} of them by referral or a person's decision{kept}", thousands(ahead));
        let narrowing = [
            step("Families with children", figures.with_children, String::new()),
            step("At least one criterion", pack.any, of_families(pack.any)),
            step("Two or more criteria", pack.two_or_more, of_families(pack.two_or_more)),
            step("On the list", total, beyond),
        ];
        body.push_str("<div class=\"apart\">");
        body.push_str(&steps(
            &format!(
                "{}: of {}, {} at least one criterion and {} on the list.",
                title,
                counted(figures.with_children, "family with children", "families with children"),
                counted(pack.any, "meets", "meet"),
                counted(total, "is", "are")
            ),
            &narrowing,
        ));
        body.push_str("</div>");
    }
    section(
        "funnel",
        "From rows to the list",
        &[
            "Each bar is drawn to the scale of its own table.",
            "Linkage brings person records together into persons; shared accounts and stated relations bring persons together into families.",
        ],
        &body,
    )
}

fn left_out(test_records: u64) -> String {
    let together = "the records of one person brought together";
    if test_records == 0 {
        together.to_owned()
    } else {
        format!("{together}; {} left out", counted(test_records, "test record", "test records"))
    }
}

fn steps(caption: &str, steps: &[Step]) -> String {
    let most = steps.iter().map(|step| step.count).max().unwrap_or(0);
    let rows: Vec<Vec<Cell>> = steps
        .iter()
        .map(|step| {
            let title = format!("{}: {}", step.name, thousands(step.count));
            vec![
                Cell::text(step.name),
                Cell::Bar(bar(&title, &[(share(step.count, most), "f1")])),
                Cell::Total(step.count),
                Cell::Text(step.note.clone()),
            ]
        })
        .collect();
    table(caption, &[("Step", false), ("", false), ("Count", true), ("", false)], &rows, None)
}
