//! Families that stay on the list while a feed is missing: a family is never dropped because somebody did not deliver (domain.md §7 F20).
//!
//! What comes in: a family that is not on the list by what is known, and the rows that showed its criteria when it last was. What goes out: the route
//! `KEPT` with the criteria that count as last shown, or the route as it was. What always holds: only a criterion that cannot be said counts so, only
//! by a row of a feed that is missing now and whose person is still in the family; the criterion itself stays unknown; a person's decision, and a
//! dependent child who is known not to be there, stand above it.

use std::collections::BTreeSet;

use super::{Entry, Given, LastShown, watch};
use crate::model::{FeedState, Route, Ternary};
use crate::rules::pack::Pack;
use crate::rules::routes::{Case, Routed, route};

/// A route, and the criteria that count as last shown.
pub(super) struct Kept {
    pub(super) routed: Routed,
    pub(super) criteria: Vec<String>,
}

/// Keeps a family on the list, where what is missing would leave it there.
pub(super) fn keep(given: &Given<'_>, pack: &Pack, family: u32, case: &Case, mut routed: Routed) -> Kept {
    let combination = &pack.combination;
    if routed.route.is_listed() || case.decision.is_some() || (combination.needs_child && case.child == Ternary::False) {
        return Kept { routed, criteria: Vec::new() };
    }
    let rows: Vec<&LastShown> = rows_of(given, family, &pack.name).collect();
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
    let mut feeds: Vec<&str> = rows.iter().map(|row| row.behind.source.as_str()).collect();
    feeds.sort_unstable();
    feeds.dedup();
    let last = rows.iter().map(|row| row.month).max().map_or_else(String::new, |month| format!(", as last shown in {month}"));
    routed.reason = format!(
        "{}; kept on the list{last}: {} cannot be said while {} {} missing or too old",
        routed.reason,
        criteria.join(", "),
        feeds.join(", "),
        if feeds.len() == 1 { "is" } else { "are" }
    );
    routed.route = Route::Kept;
    routed.missing = String::new();
    Kept { routed, criteria }
}

/// The rows by which entries of the list are kept, in the order of [`Given::last_shown`].
pub(super) fn rows(given: &Given<'_>, entries: &[Entry]) -> Vec<LastShown> {
    let criteria = |entry: &'_ Entry| {
        entry.criteria_kept.iter().map(|criterion| (entry.family, entry.pack.clone(), criterion.clone())).collect::<Vec<_>>()
    };
    let kept: BTreeSet<(u32, String, String)> = entries.iter().flat_map(criteria).collect();
    let is_kept =
        |row: &&LastShown| kept.contains(&(row.family, row.pack.clone(), row.criterion.clone())) && is_missing(given, &row.behind.source);
    given.last_shown.iter().filter(is_kept).cloned().collect()
}

/// The rows of a family under a pack that can be neither shown nor denied now.
fn rows_of<'a>(given: &Given<'a>, family: u32, pack: &str) -> impl Iterator<Item = &'a LastShown> {
    let given = *given;
    let all = given.last_shown;
    let start = all.partition_point(|row| (row.family, row.pack.as_str()) < (family, pack));
    let end = all.partition_point(|row| (row.family, row.pack.as_str()) <= (family, pack));
    let flags = super::flags_of(&given, family);
    all.get(start..end).unwrap_or_default().iter().filter(move |row| {
        let unknown = flags.iter().any(|flag| flag.pack == row.pack && flag.criterion == row.criterion && flag.value == Ternary::Unknown);
        unknown && is_missing(&given, &row.behind.source)
    })
}

/// True if a feed is missing or too old, or nobody knows it any more.
fn is_missing(given: &Given<'_>, feed: &str) -> bool {
    given.sources.iter().find(|source| source.name == feed).is_none_or(|source| source.state == FeedState::Missing)
}

/// True for a parent who lives elsewhere. Somebody who is in no extract of this month lived with the family when last seen.
fn is_elsewhere(given: &Given<'_>, family: u32, person_id: &str) -> bool {
    let is = |person: u32| given.linked.person_ids.get(person as usize).is_some_and(|id| id == person_id);
    given.families.members_of(family).iter().any(|member| is(member.person) && !member.resident)
}
