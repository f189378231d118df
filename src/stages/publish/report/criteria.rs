//! What the criteria found, and how well they could see.

use std::collections::BTreeMap;

use super::super::contents::RunContents;
use super::super::figures::{CriterionFigures, Figures, PackFigures, Sight};
use super::super::words::{counted, humanised, percent, thousands};
use super::html::{Cell, badge, bar, escape, pack_heading, section, share, table};
use crate::model::FeedState;

pub(super) fn criteria(run: &RunContents<'_>, figures: &Figures) -> String {
    let body = figures.packs.first().map_or_else(String::new, |pack| of_pack(run, figures, pack));
    section(
        "criteria",
        "Criteria",
        &[
            "Counted over families with at least one child under 18.",
            "Unknown means that a feed is missing or a member cannot be found in it. It never counts as no.",
        ],
        &body,
    )
}

/// What the criteria of one pack found, and how well they could see.
pub(super) fn of_pack(run: &RunContents<'_>, figures: &Figures, pack: &PackFigures) -> String {
    format!("{}{}{}", pack_heading(run, pack), counts(pack, figures.with_children), coverage(run, pack))
}

fn counts(pack: &PackFigures, families: u64) -> String {
    let most = pack.criteria.iter().map(|criterion| criterion.shown + criterion.unknown).max().unwrap_or(0);
    let rows: Vec<Vec<Cell>> = pack
        .criteria
        .iter()
        .map(|criterion| {
            let title = format!(
                "{}: shown for {}, unknown for {}",
                criterion.title,
                counted(criterion.shown, "family", "families"),
                thousands(criterion.unknown)
            );
            vec![
                Cell::Html(format!("{} <span class=\"id\">{}</span>", escape(&criterion.title), escape(&criterion.id))),
                Cell::Bar(bar(&title, &[(share(criterion.shown, most), "f1"), (share(criterion.unknown, most), "hatch")])),
                Cell::Total(criterion.shown),
                Cell::Figure(percent(criterion.shown, families)),
                Cell::Count(criterion.unknown),
                Cell::Count(criterion.not_shown),
            ]
        })
        .collect();
    let commonest = pack.criteria.iter().max_by_key(|criterion| criterion.shown).filter(|criterion| criterion.shown > 0);
    let caption = commonest.map_or_else(
        || "No criterion is shown for any family.".to_owned(),
        |criterion| {
            format!(
                "{} is shown most often: for {} of {} with children. Solid bars are families for which a criterion is shown, hatched ones those for which it is unknown.",
                criterion.title,
                thousands(criterion.shown),
                counted(families, "family", "families")
            )
        },
    );
    let headings = [("Criterion", false), ("", false), ("Yes", true), ("Share", true), ("Unknown", true), ("No", true)];
    table(&caption, &headings, &rows, None)
}

fn coverage(run: &RunContents<'_>, pack: &PackFigures) -> String {
    let rows: Vec<Vec<Cell>> = pack
        .criteria
        .iter()
        .map(|criterion| {
            let state = match criterion.sight {
                Sight::Clear => badge("good", "●", "all feeds fresh"),
                Sight::Stale => badge("warn", "◐", "in part from an earlier month"),
                Sight::Partial => badge("warn", "◔", "partly blind"),
                Sight::Blind => badge("bad", "○", "blind"),
            };
            vec![Cell::text(criterion.title.as_str()), Cell::Html(state), Cell::Text(why(run, pack, criterion))]
        })
        .collect();
    let blind = pack.criteria.iter().filter(|criterion| matches!(criterion.sight, Sight::Blind | Sight::Partial)).count();
    let caption = if blind == 0 {
        "Every rule of these criteria has a feed that could show it.".to_owned()
    } else {
        format!("{} cannot be fully seen this month.", counted(blind as u64, "criterion", "criteria"))
    };
    format!("<div class=\"apart\">{}</div>", table(&caption, &[("Criterion", false), ("Sight", false), ("Why", false)], &rows, None))
}

fn why(run: &RunContents<'_>, pack: &PackFigures, criterion: &CriterionFigures) -> String {
    let mut parts = Vec::new();
    let pack_name = run.packs.get(pack.pack).map_or("", |heading| heading.name.as_str());
    let lines = || run.flags.coverage.iter().filter(|line| line.pack == pack_name && line.criterion == criterion.id);
    if !criterion.blind_rules.is_empty() {
        let rules = run.packs.get(pack.pack).map_or(&[][..], |heading| &heading.rules);
        let titled = |rule: &String| {
            rules.iter().find(|(id, title)| id == rule && !title.is_empty()).map_or_else(|| humanised(rule), |(_, title)| title.clone())
        };
        let never = |rule: &&String| lines().any(|line| line.rule == **rule && line.source.is_empty());
        let (nothing, late): (Vec<&String>, Vec<&String>) = criterion.blind_rules.iter().partition(never);
        for (words, rules) in [("Cannot be tested", late), ("Nothing in your feeds can show", nothing)] {
            if !rules.is_empty() {
                parts.push(format!("{words}: {}.", rules.into_iter().map(titled).collect::<Vec<_>>().join("; ")));
            }
        }
    }
    if !criterion.lagging_feeds.is_empty() {
        let feeds: Vec<String> = criterion.lagging_feeds.iter().map(|(feed, state)| format!("{feed} ({})", state.name())).collect();
        parts.push(format!("Feeds behind: {}.", feeds.join(", ")));
    }
    if parts.is_empty() {
        parts.push("Nothing is missing.".to_owned());
    }
    let feeds: BTreeMap<&str, u32> = lines()
        .filter(|line| !line.source.is_empty() && line.state != FeedState::Missing)
        .map(|line| (line.source.as_str(), line.age_days))
        .collect();
    if !feeds.is_empty() {
        let aged = feeds.iter().map(|(feed, age)| format!("{feed} ({})", counted(u64::from(*age), "day", "days")));
        parts.push(format!("Shown by, with the age of the delivery: {}.", aged.collect::<Vec<_>>().join(", ")));
    }
    parts.join(" ")
}
