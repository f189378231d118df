//! Attendance, told when a term comes near.
//!
//! In: pupils and terms. Out: absence counts of every term that begins within five months. What always holds: a term is told once for a
//! pupil, and a pupil who leaves the roll has no sessions from then on.

use rayon::prelude::*;

use crate::model::{EventKind, NO_DAY};

use super::super::calendar::terms_between;
use super::super::life::attend;
use super::super::world::{Absence, World};
use super::Span;

/// Days before which a term is told.
const AHEAD: i32 = 150;

/// Tells the terms that have come near, for everybody, and all terms from the running one on for new pupils.
pub(super) fn open(world: &mut World, span: &Span) {
    let told = world.terms.len();
    let last = world.terms.last().map_or(span.last, |term| term.to);
    world.terms.extend(terms_between(last + 1, span.last + AHEAD));
    let running = world.terms.iter().position(|term| term.to >= span.first).unwrap_or(told);
    let counts: Vec<Absence> = world
        .pupils
        .par_iter()
        .with_min_len(512)
        .flat_map_iter(|pupil| {
            let known = world.absences_of(pupil.person).iter().any(|count| usize::from(count.term) < told);
            let first = if known { told } else { running };
            let family = world.family_on(pupil.person, span.last);
            // Who came in the middle of a term is first counted in the next one.
            let since = world.family(family).since;
            attend(world, family, pupil.person, first).into_iter().filter(move |count| since == NO_DAY || count.from >= since)
        })
        .collect();
    world.absences.extend(counts);
    leave_the_roll(world, span);
    world.absences.sort_by_key(|absence| (absence.person, absence.from, absence.school));
}

/// Cuts the counts of those who went off roll last month.
fn leave_the_roll(world: &mut World, span: &Span) {
    let off = |code: &str| matches!(code, "not_on_roll" | "elective_home_education" | "pupil_referral_unit");
    let gone: Vec<(u32, i32, i32)> = world
        .happenings
        .iter()
        .filter(|event| {
            event.kind == EventKind::SchoolStatus && off(event.code) && event.from >= span.first - 31 && event.from < span.first
        })
        .map(|event| (event.person, event.from, if event.to == NO_DAY { event.from + 2_000 } else { event.to }))
        .collect();
    world.absences.retain_mut(|count| {
        let place = gone.binary_search_by_key(&count.person, |&(person, _, _)| person);
        let Some(&(_, from, to)) = place.ok().and_then(|place| gone.get(place)) else { return true };
        if count.from >= from {
            return count.from > to;
        }
        if count.to >= from {
            let (kept, whole) = (from - count.from, count.to - count.from + 1);
            let part = |sessions: i16| (i32::from(sessions) * kept / whole.max(1)) as i16;
            (count.possible, count.authorised, count.unauthorised) =
                (part(count.possible).max(1), part(count.authorised), part(count.unauthorised));
            count.to = from - 1;
        }
        true
    });
}
