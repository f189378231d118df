//! Priority: whom to see first among the listed.
//!
//! What comes in: a family's evidence under a pack, the points of the pipeline. What goes out: steps whose sum is the priority. What always
//! holds: the sum can be re-done by hand from the steps; every number is one of the pipeline's, none stands here; no statistics and no
//! prediction; weights change ranks and nothing else (domain.md §7 F24).

use std::collections::BTreeMap;

use super::Given;
use crate::model::{EventKind, Evidence, PriorityStep, Registration};

/// Kind of points for a criterion that counts and is met; the code names one criterion, or is `*`.
const CRITERION: &str = "criterion";
/// Kind of points for a resident child under 5.
const CHILD_UNDER_5: &str = "child_under_5";
/// Any code that has no points of its own.
const ANY: &str = "*";

/// The arithmetic of one family's priority. `met` are the criteria that count and are met.
pub(super) fn steps(given: &Given<'_>, evidence: &[&Evidence], met: &[&str], children_under_5: u32) -> Vec<PriorityStep> {
    let mut steps = Vec::new();
    let mut add = |what: String, count: u32, points_each: u32| {
        if count > 0 && points_each > 0 {
            steps.push(PriorityStep { what, count, points_each });
        }
    };
    let mut others = 0;
    for criterion in met {
        match listed(given, CRITERION, criterion) {
            Some(points) => add(format!("criterion {criterion} met"), 1, points),
            None => others += 1,
        }
    }
    let named = if others as usize == met.len() { "criteria met" } else { "other criteria met" };
    add(named.to_owned(), others, points_of(given, CRITERION, ANY));
    add("children under 5".to_owned(), children_under_5, points_of(given, CHILD_UNDER_5, ANY));
    for ((kind, code), (count, points)) in counted(given, evidence) {
        add(format!("{kind}: {code}"), count, points);
    }
    steps
}

/// How often each kind and code counts. An incident counts once per person and day, with its dearest code, since two agencies may tell of
/// it; a state (a benefit, a placement, a health problem, a child's absence) counts once per person.
fn counted<'a>(given: &Given<'a>, evidence: &[&Evidence]) -> BTreeMap<(&'static str, &'a str), (u32, u32)> {
    let mut dearest: BTreeMap<(u32, &'static str, i32, &'a str), (u32, &'a str)> = BTreeMap::new();
    for row in evidence {
        let event = row.event as usize;
        let (Some(&kind), Some(&from)) = (given.events.kind.get(event), given.events.from.get(event)) else { continue };
        let code = Registration::apart_from(kind, given.events.code.get(event).unwrap_or_default());
        let points = points_of(given, kind.name(), code);
        let key = if is_incident(kind) { (row.person, kind.name(), from, "") } else { (row.person, kind.name(), 0, code) };
        let kept = dearest.entry(key).or_insert((points, code));
        // Equal points: the code first in the alphabet, so that the order of rows does not show.
        if points > kept.0 || (points == kept.0 && code < kept.1) {
            *kept = (points, code);
        }
    }
    let mut counts = BTreeMap::new();
    for ((_, kind, _, _), (points, code)) in dearest {
        counts.entry((kind, code)).or_insert((0, points)).0 += 1;
    }
    counts
}

fn is_incident(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Offence | EventKind::Exclusion | EventKind::AsbIncident | EventKind::AsbIntervention | EventKind::DomesticAbuse
    )
}

/// Points of a kind and code: of exactly this code, else of any, else none.
fn points_of(given: &Given<'_>, kind: &str, code: &str) -> u32 {
    listed(given, kind, code).or_else(|| listed(given, kind, ANY)).unwrap_or(0)
}

/// Points the pipeline lists for exactly this kind and code.
fn listed(given: &Given<'_>, kind: &str, code: &str) -> Option<u32> {
    let points = &given.settings.points;
    points.iter().find(|(known_kind, known_code, _)| known_kind == kind && known_code == code).map(|(_, _, points)| *points)
}
