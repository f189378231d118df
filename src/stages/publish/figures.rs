//! The counts behind the report, the summary and the workbook, made once.
//!
//! What comes in: the run. What goes out: plain numbers, no id and no personal value.
//! What always holds: every count can be traced to a table of the run; criteria and the steps of the funnel count
//! families with a child, routes count every entry of the list.

mod early;
mod links;

use std::collections::BTreeMap;

pub(super) use early::EarlyFigures;
pub(super) use links::LinkFigures;

use super::contents::RunContents;
use super::quality::{QualityLine, quality};
use crate::model::{Entry, FeedState, Route, Ternary};

/// How many routes there are.
pub(super) const ROUTES: usize = Route::ALL.len();

/// Everything that is counted.
pub(super) struct Figures {
    /// Data rows of all files.
    pub(super) rows_read: u64,
    /// Data rows used.
    pub(super) rows_used: u64,
    /// Data rows set aside.
    pub(super) rows_set_aside: u64,
    /// Values of used rows that were ignored.
    pub(super) values_ignored: u64,
    /// Person records.
    pub(super) records: u64,
    /// Test records among them.
    pub(super) test_records: u64,
    /// Persons.
    pub(super) persons: u64,
    /// Families, people living alone included.
    pub(super) families: u64,
    /// Families with at least one resident child.
    pub(super) with_children: u64,
    /// Families whose address is withheld.
    pub(super) restricted: u64,
    /// Addresses treated as communal.
    pub(super) communal: u64,
    /// Feeds, in the order of the run's sources.
    pub(super) feeds: Vec<FeedFigures>,
    /// What linkage did.
    pub(super) links: LinkFigures,
    /// One per pack, in the order of the pipeline.
    pub(super) packs: Vec<PackFigures>,
    /// Data quality lines.
    pub(super) quality: Vec<QualityLine>,
}

/// What came from one feed.
#[derive(Clone, Copy, Default)]
pub(super) struct FeedFigures {
    /// Files read.
    pub(super) files: u64,
    /// Rows read.
    pub(super) rows_read: u64,
    /// Rows used.
    pub(super) rows_used: u64,
    /// Rows set aside.
    pub(super) rows_set_aside: u64,
}

/// How far the feeds of a criterion can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Every rule has a fresh feed.
    Clear,
    /// Every rule has a feed, some only a stale one.
    Stale,
    /// Some rules have no feed.
    Partial,
    /// No rule has a feed.
    Blind,
}

/// One criterion of a pack, over families with a child.
pub(super) struct CriterionFigures {
    /// Id.
    pub(super) id: String,
    /// Title.
    pub(super) title: String,
    /// Families for which it is true, unknown, false.
    pub(super) shown: u64,
    /// Families for which it is unknown.
    pub(super) unknown: u64,
    /// Families for which it is false.
    pub(super) not_shown: u64,
    /// How far its feeds can be relied on.
    pub(super) sight: Sight,
    /// Rules without any feed.
    pub(super) blind_rules: Vec<String>,
    /// Stale and missing feeds it relies on.
    pub(super) lagging_feeds: Vec<(String, FeedState)>,
}

/// Families of one district by route.
#[derive(Clone, Default)]
pub(super) struct DistrictFigures {
    /// ONS code; empty for families out of the county or without a known address.
    pub(super) code: String,
    /// Name.
    pub(super) name: String,
    /// Families by route, in the order of [`Route::ALL`].
    pub(super) routes: [u64; ROUTES],
}

/// What one pack found.
pub(super) struct PackFigures {
    /// Index of the pack.
    pub(super) pack: usize,
    /// Entries by route, in the order of [`Route::ALL`].
    pub(super) routes: [u64; ROUTES],
    /// Criteria in the order of the pack.
    pub(super) criteria: Vec<CriterionFigures>,
    /// Districts by name, then out of county, then unknown.
    pub(super) districts: Vec<DistrictFigures>,
    /// Families with a child and at least one of the criteria that count.
    pub(super) any: u64,
    /// Families with a child and at least two of them.
    pub(super) two_or_more: u64,
    /// Priority points of the listed families, ascending.
    pub(super) points: Vec<u32>,
    /// Levels of need, and the watch list.
    pub(super) early: EarlyFigures,
}

/// Families on the list among counts by route.
pub(super) fn listed(routes: &[u64; ROUTES]) -> u64 {
    Route::ALL.iter().zip(routes).filter(|(route, _)| route.is_listed()).map(|(_, count)| count).sum()
}

/// The count of one route.
pub(super) fn of_route(routes: &[u64; ROUTES], route: Route) -> u64 {
    routes.get(route as usize).copied().unwrap_or(0)
}

impl Figures {
    pub(super) fn of(run: &RunContents<'_>) -> Self {
        let mut feeds = vec![FeedFigures::default(); run.sources.len()];
        for delivery in run.deliveries {
            if let Some(feed) = feeds.get_mut(delivery.source as usize) {
                feed.files += 1;
                feed.rows_read += delivery.rows_read;
                feed.rows_used += delivery.rows_used;
                feed.rows_set_aside += delivery.rows_set_aside;
            }
        }
        let has_child: Vec<bool> = run.identification.summaries.iter().map(|summary| summary.children > 0).collect();
        Self {
            rows_read: feeds.iter().map(|feed| feed.rows_read).sum(),
            rows_used: feeds.iter().map(|feed| feed.rows_used).sum(),
            rows_set_aside: feeds.iter().map(|feed| feed.rows_set_aside).sum(),
            values_ignored: run.rejects.iter().filter(|reject| !reject.row_set_aside).count() as u64,
            records: run.raw_persons.len() as u64,
            test_records: run.persons.is_test.iter().filter(|is_test| **is_test).count() as u64,
            persons: run.linked.persons() as u64,
            families: run.families.families.len() as u64,
            with_children: has_child.iter().filter(|has_child| **has_child).count() as u64,
            restricted: run.families.families.iter().filter(|family| family.restricted).count() as u64,
            communal: run.families.communal.len() as u64,
            feeds,
            links: LinkFigures::of(run),
            packs: (0..run.packs.len()).map(|pack| pack_figures(run, pack, &has_child)).collect(),
            quality: quality(run),
        }
    }

    /// Feeds in a state.
    pub(super) fn feeds_in(run: &RunContents<'_>, state: FeedState) -> Vec<String> {
        run.sources.iter().filter(|source| source.state == state).map(|source| source.name.clone()).collect()
    }
}

fn pack_figures(run: &RunContents<'_>, pack: usize, has_child: &[bool]) -> PackFigures {
    let name = run.packs.get(pack).map_or("", |heading| heading.name.as_str());
    let entries: Vec<&Entry> = run.identification.entries.iter().filter(|entry| entry.pack == name).collect();
    let mut routes = [0; ROUTES];
    for entry in &entries {
        count_route(&mut routes, entry.route);
    }
    let with_child = |entry: &&&Entry| has_child.get(entry.family as usize).copied().unwrap_or(false);
    let met = |least: u32| entries.iter().filter(with_child).filter(|entry| entry.criteria_met >= least).count() as u64;
    let mut points: Vec<u32> = entries.iter().filter(|entry| entry.route.is_listed()).map(|entry| entry.priority_points).collect();
    points.sort_unstable();
    PackFigures {
        pack,
        routes,
        criteria: criteria(run, pack, has_child),
        districts: districts(run, &entries),
        any: met(1),
        two_or_more: met(2),
        points,
        early: EarlyFigures::of(run, name, &entries),
    }
}

fn count_route(routes: &mut [u64; ROUTES], route: Route) {
    if let Some(count) = routes.get_mut(route as usize) {
        *count += 1;
    }
}

fn criteria(run: &RunContents<'_>, pack: usize, has_child: &[bool]) -> Vec<CriterionFigures> {
    let Some(heading) = run.packs.get(pack) else { return Vec::new() };
    let mut counts = vec![[0_u64; 3]; heading.criteria.len()];
    for flag in run.flags.flags.iter().filter(|flag| flag.pack == heading.name) {
        if !has_child.get(flag.family as usize).copied().unwrap_or(false) {
            continue;
        }
        let at = heading.criteria.iter().position(|(id, _)| *id == flag.criterion);
        if let Some(count) = at.and_then(|at| counts.get_mut(at)).and_then(|counts| counts.get_mut(flag.value as usize)) {
            *count += 1;
        }
    }
    heading
        .criteria
        .iter()
        .zip(counts)
        .map(|((id, title), counts)| {
            let of = |value: Ternary| counts.get(value as usize).copied().unwrap_or(0);
            let (sight, blind_rules, lagging_feeds) = sight(run, &heading.name, id);
            CriterionFigures {
                id: id.clone(),
                title: title.clone(),
                shown: of(Ternary::True),
                unknown: of(Ternary::Unknown),
                not_shown: of(Ternary::False),
                sight,
                blind_rules,
                lagging_feeds,
            }
        })
        .collect()
}

/// How far the feeds of a criterion can be relied on, its rules without a feed, its feeds that are not fresh.
fn sight(run: &RunContents<'_>, pack: &str, criterion: &str) -> (Sight, Vec<String>, Vec<(String, FeedState)>) {
    let lines: Vec<_> = run.flags.coverage.iter().filter(|line| line.pack == pack && line.criterion == criterion).collect();
    let mut rules: BTreeMap<&str, bool> = BTreeMap::new();
    let mut feeds: BTreeMap<&str, FeedState> = BTreeMap::new();
    for line in &lines {
        let seen = line.state != FeedState::Missing && !line.source.is_empty();
        let rule = rules.entry(&line.rule).or_default();
        *rule = *rule || seen;
        if line.state != FeedState::Fresh && !line.source.is_empty() {
            feeds.insert(&line.source, line.state);
        }
    }
    let blind: Vec<String> = rules.iter().filter(|(_, seen)| !**seen).map(|(rule, _)| (*rule).to_owned()).collect();
    let stale = lines.iter().any(|line| line.state == FeedState::Stale);
    let sight = if rules.is_empty() || blind.len() == rules.len() {
        Sight::Blind
    } else if !blind.is_empty() {
        Sight::Partial
    } else if stale {
        Sight::Stale
    } else {
        Sight::Clear
    };
    (sight, blind, feeds.into_iter().map(|(feed, state)| (feed.to_owned(), state)).collect())
}

fn districts(run: &RunContents<'_>, entries: &[&Entry]) -> Vec<DistrictFigures> {
    let mut districts: BTreeMap<(u8, String, String), [u64; ROUTES]> = BTreeMap::new();
    for entry in entries {
        let summary = run.identification.summaries.get(entry.family as usize);
        let key = match summary {
            Some(summary) if !summary.district.is_empty() => (0, summary.district.clone(), summary.district_code.clone()),
            Some(summary) if summary.out_of_county => (1, "Out of the county".to_owned(), String::new()),
            _ => (2, "Address not known".to_owned(), String::new()),
        };
        count_route(districts.entry(key).or_default(), entry.route);
    }
    districts.into_iter().map(|((_, name, code), routes)| DistrictFigures { code, name, routes }).collect()
}
