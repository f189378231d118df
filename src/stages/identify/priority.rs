//! Priority: whom to see first among the listed.
//!
//! What comes in: a family's evidence under a pack, the points of the pipeline. What goes out: steps whose sum is the priority. What always
//! holds: the sum can be re-done by hand from the steps; no statistics and no prediction; weights change ranks and nothing else
//! (domain.md §7 F24). The points of the shipped pipeline are the unit costs of domain.md §8.3, to be read as weights and not as a budget.

use std::collections::BTreeMap;

use super::Given;
use crate::model::{EventKind, Evidence, PriorityStep};

/// Points of each criterion that counts and is met: about one costly need, so that breadth of need outweighs repetition `[rec]`.
const PER_CRITERION: u32 = 10_000;
/// Points of each resident child under 5 (domain.md §7 F24 names them; the number is `[rec]`).
const PER_CHILD_UNDER_5: u32 = 1_000;

/// The arithmetic of one family's priority.
pub(super) fn steps(given: &Given<'_>, evidence: &[&Evidence], criteria_met: u32, children_under_5: u32) -> Vec<PriorityStep> {
    let mut steps = Vec::new();
    let mut add = |what: String, count: u32, points_each: u32| {
        if count > 0 && points_each > 0 {
            steps.push(PriorityStep { what, count, points_each });
        }
    };
    add("criteria met".to_owned(), criteria_met, PER_CRITERION);
    add("children under 5".to_owned(), children_under_5, PER_CHILD_UNDER_5);
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
        let code = given.events.code.get(event).unwrap_or_default();
        let points = points_of(given, kind, code);
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

/// Points of a kind and code: of exactly this code, else of any.
fn points_of(given: &Given<'_>, kind: EventKind, code: &str) -> u32 {
    let points = &given.settings.points;
    let of = |wanted: &str| points.iter().find(|(known, code, _)| known == kind.name() && code == wanted).map(|(_, _, points)| *points);
    of(code).or_else(|| of("*")).unwrap_or(0)
}
