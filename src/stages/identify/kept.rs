//! Families that stay on the list while a feed is missing: a family is never dropped because somebody did not deliver (domain.md §7 F20).
//!
//! What comes in: a family that is not on the list by what is known, and the rows that showed its criteria when it last was. What goes out: the route
//! `KEPT` with the criteria that count as last shown, or the route as it was. What always holds: only a criterion that cannot be said counts so, only
//! by a row of a feed that is missing now, or of one that should hold everybody and has nobody of that name any more (a school that is not in the file), and whose person is
//! still in the family; the criterion itself stays unknown; a person's decision, and a dependent child who is known not to be there, stand above it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Given, LastShown, watch};
use crate::model::{Coverage, DeliveryKind, FeedState, Route, Ternary};
use crate::rules::pack::Pack;
use crate::rules::routes::{Case, Routed, route};
use crate::rules::window::Placement;

/// A route, and the criteria that count as last shown.
pub(super) struct Kept {
    pub(super) routed: Routed,
    pub(super) criteria: Vec<String>,
}

/// Which rows that last showed a criterion can be neither shown nor denied now.
pub(super) struct Unseen {
    /// For each of [`Given::last_shown`].
    why: Vec<Option<Why>>,
}

/// Why a row cannot be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Its feed is missing or too old, or nobody knows it any more.
    Feed,
    /// Its feed should hold everybody, and no row of it is the person's.
    Person,
}

impl Unseen {
    pub(super) fn of(given: &Given<'_>) -> Self {
        let persons: BTreeMap<&str, u32> = given.linked.person_ids.iter().map(String::as_str).zip(0..).collect();
        let source = |row: &LastShown| given.sources.iter().position(|source| source.name == row.behind.source);
        let asked: Vec<Option<(u32, usize)>> =
            given.last_shown.iter().map(|row| Some((persons.get(row.person_id.as_str()).copied()?, source(row)?))).collect();
        let mut seen: BTreeMap<(u32, usize), bool> = asked.iter().flatten().map(|&key| (key, false)).collect();
        if !seen.is_empty() {
            for (person, position) in given.linked.person_of_record.iter().zip(&given.persons.position) {
                if let Some(seen) = seen.get_mut(&(*person, usize::from(position.source))) {
                    *seen = true;
                }
            }
        }
        let why = |(row, asked): (&LastShown, &Option<(u32, usize)>)| {
            let Some(feed) = source(row).and_then(|source| given.sources.get(source)) else { return Some(Why::Feed) };
            if feed.state == FeedState::Missing {
                return Some(Why::Feed);
            }
            let holds_everybody = feed.coverage == Coverage::Population && feed.delivery == DeliveryKind::Snapshot;
            let is_gone = asked.is_some_and(|asked| seen.get(&asked) == Some(&false));
            (holds_everybody && is_gone && still_counts(given, row)).then_some(Why::Person)
        };
        Self { why: given.last_shown.iter().zip(&asked).map(why).collect() }
    }
}

/// True if a row would still be in the window of its rule: what has grown too old is not missing.
fn still_counts(given: &Given<'_>, row: &LastShown) -> bool {
    let Some(pack) = given.packs.iter().find(|pack| pack.name == row.pack) else { return false };
    let rule = pack.rules.iter().find(|rule| rule.id == row.rule);
    rule.and_then(|rule| Some((rule, rule.window.at(given.reference, &pack.calendar)?)))
        .is_some_and(|(rule, span)| span.place(row.from, row.to, rule.dated_by) != Placement::Outside)
}

/// Keeps a family on the list, where what is missing would leave it there.
pub(super) fn keep(given: &Given<'_>, unseen: &Unseen, pack: &Pack, family: u32, case: &Case, mut routed: Routed) -> Kept {
    let combination = &pack.combination;
    if routed.route.is_listed() || case.decision.is_some() || (combination.needs_child && case.child == Ternary::False) {
        return Kept { routed, criteria: Vec::new() };
    }
    let found: Vec<(&LastShown, Why)> = rows_of(given, unseen, family, &pack.name).collect();
    let rows: Vec<&LastShown> = found.iter().map(|(row, _)| *row).collect();
    let mut then = case.clone();
    let mut criteria: Vec<String> = Vec::new();
    for criterion in pack.criteria.iter().map(|criterion| &criterion.id) {
        let own: Vec<&&LastShown> = rows.iter().filter(|row| row.criterion == *criterion).collect();
        if own.is_empty() {
            continue;
        }
        let lives_elsewhere = own.iter().all(|row| is_elsewhere(given, family, &row.person_id));
        if let Some(with) = watch::with(pack, &then, criterion, lives_elsewhere) {
            then = with;
        }
        if combination.or_criteria.contains(criterion) {
            then.child = Ternary::True;
        }
        criteria.push(criterion.clone());
    }
    if criteria.is_empty() || !route(combination, &then).is_listed() {
        return Kept { routed, criteria: Vec::new() };
    }
    let feeds = |why: Why| {
        let feeds: BTreeSet<&str> = found.iter().filter(|(_, of)| *of == why).map(|(row, _)| row.behind.source.as_str()).collect();
        feeds.into_iter().collect::<Vec<_>>()
    };
    let (missing, without) = (feeds(Why::Feed), feeds(Why::Person));
    let word = |feeds: &[&str], one: &'static str, several: &'static str| if feeds.len() == 1 { one } else { several };
    let missing = (!missing.is_empty()).then(|| format!("{} {} missing or too old", missing.join(", "), word(&missing, "is", "are")));
    let without = (!without.is_empty()).then(|| format!("{} {} no row of the person", without.join(", "), word(&without, "has", "have")));
    let last = rows.iter().map(|row| row.month).max().map_or_else(String::new, |month| format!(", as last shown in {month}"));
    routed.reason = format!(
        "{}; kept on the list{last}: {} cannot be said while {}",
        routed.reason,
        criteria.join(", "),
        missing.into_iter().chain(without).collect::<Vec<_>>().join(" and ")
    );
    routed.route = Route::Kept;
    routed.missing = String::new();
    Kept { routed, criteria }
}

/// The rows by which entries of the list are kept, in the order of [`Given::last_shown`].
pub(super) fn rows(given: &Given<'_>, unseen: &Unseen, entries: &[Entry]) -> Vec<LastShown> {
    let criteria = |entry: &'_ Entry| {
        entry.criteria_kept.iter().map(|criterion| (entry.family, entry.pack.clone(), criterion.clone())).collect::<Vec<_>>()
    };
    let kept: BTreeSet<(u32, String, String)> = entries.iter().flat_map(criteria).collect();
    let is_kept = |row: &&LastShown| kept.contains(&(row.family, row.pack.clone(), row.criterion.clone()));
    let cannot_be_seen = given.last_shown.iter().zip(&unseen.why).filter(|(_, why)| why.is_some());
    cannot_be_seen.map(|(row, _)| row).filter(is_kept).cloned().collect()
}

/// The rows of a family under a pack that can be neither shown nor denied now.
fn rows_of<'a>(given: &Given<'a>, unseen: &'a Unseen, family: u32, pack: &str) -> impl Iterator<Item = (&'a LastShown, Why)> {
    let all = given.last_shown;
    let start = all.partition_point(|row| (row.family, row.pack.as_str()) < (family, pack));
    let end = all.partition_point(|row| (row.family, row.pack.as_str()) <= (family, pack));
    let flags = super::flags_of(given, family);
    let rows = all.get(start..end).unwrap_or_default().iter().zip(unseen.why.get(start..end).unwrap_or_default());
    rows.filter_map(move |(row, why)| {
        let unknown = flags.iter().any(|flag| flag.pack == row.pack && flag.criterion == row.criterion && flag.value == Ternary::Unknown);
        Some((row, why.filter(|_| unknown)?))
    })
}

/// True for a parent who lives elsewhere. Somebody who is in no extract of this month lived with the family when last seen.
fn is_elsewhere(given: &Given<'_>, family: u32, person_id: &str) -> bool {
    let is = |person: u32| given.linked.person_ids.get(person as usize).is_some_and(|id| id == person_id);
    given.families.members_of(family).iter().any(|member| is(member.person) && !member.resident)
}
