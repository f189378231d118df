//! Families that people have settled: not proposed again unless something new happens.
//!
//! What comes in: a route, and where the family stands in the cohort register. What goes out: the route with what the register changes. What always holds: a family is held
//! back in view, with the day and the reason, never left out; a person's own decision to include stands above it; "new" is evidence of the
//! pack's criteria dated after the day, or a referral received after it.

use super::ticked::Ticked;
use super::{Given, evidence_of};
use crate::model::{NO_DAY, Route, Standing, date};
use crate::rules::pack::Pack;
use crate::rules::routes::Routed;

/// Where a family stands; nothing if nobody decided anything about it.
pub(super) fn standing<'a>(given: &Given<'a>, family: u32) -> Option<&'a Standing> {
    let at = given.standings.partition_point(|standing| standing.family < family);
    given.standings.get(at).filter(|standing| standing.family == family)
}

/// The route after what people settled, and with what a doubtful referral adds to it.
pub(super) fn settle(given: &Given<'_>, pack: &Pack, family: u32, mut routed: Routed, ticked: &Ticked) -> Routed {
    if routed.route == Route::Referral
        && let Some(form) = given.referrals.iter().find(|form| form.family == family && !form.candidates.is_empty())
    {
        let families = if form.candidates.len() == 1 { "a family" } else { "one of several families" };
        routed.reason = format!("{}; no other feed knows these people, and the form may be about {families} to review", routed.reason);
    }
    let settled = standing(given, family).and_then(Standing::settled);
    let Some((day, what)) = settled.filter(|_| routed.route.is_listed() && routed.route != Route::Override) else { return routed };
    let newer = evidence_of(given, family)
        .iter()
        .filter(|row| row.pack == pack.name)
        .filter(|row| given.events.from.get(row.event as usize).is_some_and(|&from| from != NO_DAY && from > day))
        .count();
    let referred = ticked.any_after(given, family, day);
    let on = date::iso(day);
    if newer > 0 || referred {
        let what_is_new = match (newer, referred) {
            (0, _) => "a referral came later".to_owned(),
            (1, _) => "a row of evidence is newer".to_owned(),
            (rows, _) => format!("{rows} rows of evidence are newer"),
        };
        routed.reason = format!("{}; proposed again although {what} on {on}: {what_is_new}", routed.reason);
    } else {
        routed.reason = format!("{what} on {on}, and nothing new has happened since; otherwise {}: {}", routed.route.name(), routed.reason);
        routed.route = Route::Settled;
        routed.missing = format!("evidence or a referral of after {on}");
    }
    routed
}
