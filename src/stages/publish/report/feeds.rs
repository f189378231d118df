//! How fresh each feed is, and what it delivered.

use super::super::contents::RunContents;
use super::super::figures::{FeedFigures, Figures};
use super::super::words::{counted, short_date};
use super::html::{Cell, badge, bar, escape, section, share, table};
use crate::model::{Cadence, FeedState, Source};

pub(super) fn feeds(run: &RunContents<'_>, figures: &Figures) -> String {
    let mut feeds: Vec<(&Source, &FeedFigures)> = run.sources.iter().zip(&figures.feeds).collect();
    // What needs attention first.
    feeds.sort_by_key(|(source, _)| (std::cmp::Reverse(state_rank(source.state)), source.agency.clone(), source.name.clone()));
    let rows: Vec<Vec<Cell>> = feeds.into_iter().map(|(source, feed)| row(source, feed)).collect();
    let count = |state| run.sources.iter().filter(|source| source.state == state).count() as u64;
    let caption = format!(
        "{}: {} fresh, {} carried forward from an earlier month, {} missing.",
        counted(run.sources.len() as u64, "feed", "feeds"),
        count(FeedState::Fresh),
        count(FeedState::Stale),
        count(FeedState::Missing)
    );
    let headings = [
        ("Agency and feed", false),
        ("State", false),
        ("As at", true),
        ("Age, of the days it is valid", false),
        ("Rows used", true),
        ("Set aside", true),
    ];
    section(
        "feeds",
        "Feeds",
        &[
            "A late feed is carried forward while it is younger than its validity. After that, what it would show is unknown.",
            "The bar fills as a feed ages towards the end of its validity.",
        ],
        &table(&caption, &headings, &rows, None),
    )
}

fn state_rank(state: FeedState) -> u8 {
    match state {
        FeedState::Fresh => 0,
        FeedState::Stale => 1,
        FeedState::Missing => 2,
    }
}

fn row(source: &Source, feed: &FeedFigures) -> Vec<Cell> {
    let missing = source.state == FeedState::Missing;
    let state = match source.state {
        FeedState::Fresh => badge("good", "●", "fresh"),
        FeedState::Stale => badge("warn", "◐", "stale"),
        FeedState::Missing => badge("bad", "○", "missing"),
    };
    let cadence = match source.cadence {
        Cadence::Monthly => "monthly",
        Cadence::Termly => "termly",
        Cadence::OnRequest => "on request",
    };
    let used = share(u64::from(source.age_days), u64::from(source.valid_days)).min(1.0);
    let class = if source.state == FeedState::Stale { "warn" } else { "f2" };
    let title = format!("{}: {} of {} days of validity used", source.name, source.age_days, source.valid_days);
    let ageing = if missing {
        Cell::Html(format!("<small>nothing younger than {} days</small>", source.valid_days))
    } else {
        Cell::Bar(format!(
            "{}<small>{} of {} days</small>",
            bar(&title, &[(used, class), (1.0 - used, "track")]),
            source.age_days,
            source.valid_days
        ))
    };
    vec![
        Cell::Html(format!("{}<small>{}, {cadence}</small>", escape(&source.agency), escape(&source.name))),
        Cell::Html(state),
        Cell::Figure(if missing { "–".to_owned() } else { short_date(source.as_at) }),
        ageing,
        Cell::Count(feed.rows_used),
        Cell::Count(feed.rows_set_aside),
    ]
}
