//! The top of the page: how many families, by which route, and what to know before using the list.

use super::super::contents::RunContents;
use super::super::figures::{Figures, PackFigures, Sight, listed, of_route};
use super::super::words::{counted, percent, thousands};
use super::html::{bar, escape, paragraph, push, share};
use crate::model::{FeedState, Route};

/// Routes of the list with the class of their area.
const LISTED: [(Route, &str, &str); 5] = [
    (Route::Auto, "f1", "automatic"),
    (Route::Discretion, "f2", "by discretion"),
    (Route::Referral, "f3", "by referral"),
    (Route::Override, "dots", "by a person's decision"),
    (Route::Kept, "hatch", "kept while a feed is missing"),
];

pub(super) fn headline(run: &RunContents<'_>, figures: &Figures) -> String {
    let Some(pack) = figures.packs.first() else { return notice(run, figures) };
    let title = run.packs.get(pack.pack).map_or("", |heading| heading.title.as_str());
    let total = listed(&pack.routes);
    let mut html = "<div class=\"hero\"><div>".to_owned();
    push(&mut html, format_args!("<p class=\"figure\">{}</p>", thousands(total)));
    let proposed = if total == 1 { "family proposed for the list" } else { "families proposed for the list" };
    push(&mut html, format_args!("<p class=\"caption\">{proposed}<small>under {}</small></p></div>", escape(title)));
    html.push_str(&by_route(pack, total));
    html.push_str("</div>\n");
    html.push_str(&keys(run, figures, pack));
    html.push_str(&notice(run, figures));
    html
}

/// The routes of the list as one bar with its legend.
fn by_route(pack: &PackFigures, total: u64) -> String {
    if total == 0 {
        return paragraph("No family is on the list this month.");
    }
    let parts: Vec<(f64, &str)> = LISTED.iter().map(|(route, class, _)| (share(of_route(&pack.routes, *route), total), *class)).collect();
    let present: Vec<_> = LISTED.into_iter().filter(|(route, ..)| of_route(&pack.routes, *route) > 0).collect();
    let said: Vec<String> =
        present.iter().map(|(route, _, word)| format!("{} {word}", thousands(of_route(&pack.routes, *route)))).collect();
    let mut html = format!("<figure><figcaption>How they come to be on it: {}.</figcaption>", said.join(", "));
    let description = format!("{} families on the list: {}", thousands(total), said.join(", "));
    html.push_str(&bar(&description, &parts).replacen("<svg ", "<svg class=\"wide\" ", 1));
    html.push_str("<ul class=\"legend\">");
    for (route, class, word) in present {
        let count = of_route(&pack.routes, route);
        push(
            &mut html,
            format_args!(
                "<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><rect width=\"14\" height=\"14\" class=\"{class}\"/></svg><b>{}</b>{word}, {}</li>",
                thousands(count),
                percent(count, total)
            ),
        );
    }
    html.push_str("</ul></figure>");
    html
}

fn keys(run: &RunContents<'_>, figures: &Figures, pack: &PackFigures) -> String {
    let fresh = run.sources.iter().filter(|source| source.state == FeedState::Fresh).count();
    let entry = |term: &str, number: &str, note: &str| format!("<div><dt>{term}</dt><dd>{number}<small>{note}</small></dd></div>");
    [
        "<dl class=\"keys\">".to_owned(),
        entry("Pending", &thousands(of_route(&pack.routes, Route::Pending)), "could still be met once an unknown is known"),
        entry("Near misses", &thousands(of_route(&pack.routes, Route::NearMiss)), "one step short of the list"),
        entry(
            "Families with children",
            &thousands(figures.with_children),
            &format!("among {}", counted(figures.families, "household", "households")),
        ),
        entry("Fresh feeds", &format!("{fresh} of {}", run.sources.len()), "delivered for this month or within their cadence"),
        "</dl>\n".to_owned(),
    ]
    .concat()
}

/// What to know before using the list, in the order of what hurts most.
fn notice(run: &RunContents<'_>, figures: &Figures) -> String {
    let mut points = Vec::new();
    if run.provisional {
        points.push("This run is provisional: an answer is still awaited, and no later month builds upon it.".to_owned());
    }
    if let Some(pack) = figures.packs.first() {
        for criterion in &pack.criteria {
            let feeds: Vec<&str> = criterion.lagging_feeds.iter().map(|(feed, _)| feed.as_str()).collect();
            let because = if feeds.is_empty() { "no feed carries it".to_owned() } else { format!("see {}", feeds.join(", ")) };
            match criterion.sight {
                Sight::Blind => points.push(format!(
                    "{} cannot be seen this month ({because}): it is unknown, never no, for families without other evidence.",
                    criterion.title
                )),
                Sight::Partial => points.push(format!("{} is seen only in part ({because}).", criterion.title)),
                Sight::Stale | Sight::Clear => {}
            }
        }
    }
    for (state, words) in [(FeedState::Missing, "missing or too old to use"), (FeedState::Stale, "carried forward from an earlier month")] {
        let names = Figures::feeds_in(run, state);
        if !names.is_empty() {
            let feeds = counted(names.len() as u64, "feed is", "feeds are");
            points.push(format!("{feeds} {words}: {}.", names.join(", ")));
        }
    }
    if figures.rows_set_aside > 0 {
        points.push(format!(
            "{} of {} rows were set aside as unusable ({}); each is named by file and line in the table of rejects.",
            thousands(figures.rows_set_aside),
            thousands(figures.rows_read),
            percent(figures.rows_set_aside, figures.rows_read)
        ));
    }
    if !run.warnings.is_empty() {
        points.push(format!(
            "{} at the foot of this page.",
            counted(run.warnings.len() as u64, "remark of the run stands", "remarks of the run stand")
        ));
    }
    let mut html = "<div class=\"notice\"><h2>A proposal, not a decision</h2><p>The list rests on the extracts as they were delivered. A person accepts or rejects each family before anything about it leaves the building, but for one question: where benefits are asked about, the Department for Work and Pensions is given the adults of families that may belong on the list before anybody has decided.</p></div>\n".to_owned();
    if !points.is_empty() {
        html.push_str("<div class=\"notice caution\"><h2>Before you use this list</h2><ul>");
        for point in points {
            push(&mut html, format_args!("<li>{}</li>", escape(&point)));
        }
        html.push_str("</ul></div>\n");
    }
    html
}
