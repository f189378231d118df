//! The counts behind the report, the summary and the workbook, made once.
//!
//! What comes in: the run. What goes out: plain numbers, no id and no personal value.
//! What always holds: every count can be traced to a table of the run; criteria and the steps of the funnel count
//! families with a child, routes count every entry of the list.

use std::collections::BTreeMap;

use super::contents::RunContents;
use super::quality::{QualityLine, quality};
use crate::model::{Entry, FeedState, LinkDecision, Route, Ternary};

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

/// What linkage did.
#[derive(Default)]
pub(super) struct LinkFigures {
    /// Pairs at or above the threshold and inside one person.
    pub(super) linked: u64,
    /// Pairs below it, yet inside one person.
    pub(super) implied: u64,
    /// Pairs for a person to judge.
    pub(super) review: u64,
    /// Pairs kept apart by conflicting evidence.
    pub(super) prevented: u64,
    /// Prevented merges by reason.
    pub(super) reasons: BTreeMap<&'static str, u64>,
    /// Persons by number of records: 1, 2, 3 to 4, 5 to 8, 9 and more.
    pub(super) by_records: [u64; 5],
    /// Persons found in two feeds or more.
    pub(super) in_several_feeds: u64,
    /// (lower edge in whole bits, pairs), ascending, one bit wide.
    pub(super) histogram: Vec<(i64, u64)>,
    /// True if the histogram counts every compared pair, false if only those that were kept.
    pub(super) histogram_of_all: bool,
    /// The threshold in bits, if the probability has one.
    pub(super) threshold_bits: Option<f64>,
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
    pub(super) routes: [u64; 7],
}

/// What one pack found.
pub(super) struct PackFigures {
    /// Index of the pack.
    pub(super) pack: usize,
    /// Entries by route, in the order of [`Route::ALL`].
    pub(super) routes: [u64; 7],
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
}

/// Families on the list among counts by route.
pub(super) fn listed(routes: &[u64; 7]) -> u64 {
    Route::ALL.iter().zip(routes).filter(|(route, _)| route.is_listed()).map(|(_, count)| count).sum()
}

/// The count of one route.
pub(super) fn of_route(routes: &[u64; 7], route: Route) -> u64 {
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
            links: links(run),
            packs: (0..run.packs.len()).map(|pack| pack_figures(run, pack, &has_child)).collect(),
            quality: quality(run),
        }
    }

    /// Feeds in a state.
    pub(super) fn feeds_in(run: &RunContents<'_>, state: FeedState) -> Vec<String> {
        run.sources.iter().filter(|source| source.state == state).map(|source| source.name.clone()).collect()
    }
}

fn links(run: &RunContents<'_>) -> LinkFigures {
    let mut figures = LinkFigures::default();
    for link in &run.linked.links {
        match link.decision {
            LinkDecision::Linked => figures.linked += 1,
            LinkDecision::Implied => figures.implied += 1,
            LinkDecision::Review => figures.review += 1,
            LinkDecision::Prevented => figures.prevented += 1,
        }
    }
    for pair in &run.linked.prevented {
        *figures.reasons.entry(pair.reason).or_default() += 1;
    }
    let mut records = vec![0_u32; run.linked.persons()];
    // One bit per feed; pipelines with more than 128 feeds share the last bit, which can only undercount.
    let mut feeds = vec![0_u128; run.linked.persons()];
    for (record, position) in run.persons.position.iter().enumerate() {
        let Some(person) = run.person_of(record as u32) else { continue };
        if let (Some(records), Some(feeds)) = (records.get_mut(person as usize), feeds.get_mut(person as usize)) {
            *records += 1;
            *feeds |= 1 << position.source.min(127);
        }
    }
    for count in records {
        let bucket = match count {
            0..=1 => 0,
            2 => 1,
            3..=4 => 2,
            5..=8 => 3,
            _ => 4,
        };
        if let Some(persons) = figures.by_records.get_mut(bucket) {
            *persons += 1;
        }
    }
    figures.in_several_feeds = feeds.iter().filter(|feeds| feeds.count_ones() > 1).count() as u64;
    (figures.histogram, figures.histogram_of_all) = histogram(run);
    figures.threshold_bits = threshold_bits(run);
    figures
}

/// Pairs per whole bit of match weight: of every compared pair if the model says (`weight_histogram`, a list of
/// `[lower edge in bits, pairs]`), else of the kept pairs.
fn histogram(run: &RunContents<'_>) -> (Vec<(i64, u64)>, bool) {
    let of_model: Option<BTreeMap<i64, u64>> =
        run.linked.model.get("weight_histogram").and_then(|bins| {
            bins.as_array()?.iter().map(|bin| Some((bin.get(0)?.as_f64()?.floor() as i64, bin.get(1)?.as_u64()?))).collect()
        });
    if let Some(bins) = of_model.filter(|bins| !bins.is_empty()) {
        return (bins.into_iter().collect(), true);
    }
    let mut bins: BTreeMap<i64, u64> = BTreeMap::new();
    for link in run.linked.links.iter().filter(|link| link.weight.is_finite()) {
        *bins.entry(f64::from(link.weight).floor() as i64).or_default() += 1;
    }
    (bins.into_iter().collect(), false)
}

/// The weight from which pairs count as the same person. A calibrated probability need not be the logistic of the weight, so the boundary is
/// read off the kept pairs where they show it; else it is the log-odds of the threshold.
fn threshold_bits(run: &RunContents<'_>) -> Option<f64> {
    let threshold = run.linked.threshold;
    let mut below = f64::NEG_INFINITY;
    let mut above = f64::INFINITY;
    for link in &run.linked.links {
        if f64::from(link.probability) >= threshold {
            above = above.min(f64::from(link.weight));
        } else {
            below = below.max(f64::from(link.weight));
        }
    }
    if below < above && below.is_finite() && above.is_finite() {
        return Some(f64::midpoint(below, above));
    }
    (threshold > 0.0 && threshold < 1.0).then(|| libm::log2(threshold / (1.0 - threshold)))
}

fn pack_figures(run: &RunContents<'_>, pack: usize, has_child: &[bool]) -> PackFigures {
    let name = run.packs.get(pack).map_or("", |heading| heading.name.as_str());
    let entries: Vec<&Entry> = run.identification.entries.iter().filter(|entry| entry.pack == name).collect();
    let mut routes = [0; 7];
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
    }
}

fn count_route(routes: &mut [u64; 7], route: Route) {
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
    let mut districts: BTreeMap<(u8, String, String), [u64; 7]> = BTreeMap::new();
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
