//! What ends, is taken back or put right.
//!
//! In: the month's events and the agencies' records. Out: ends of what was open, outcomes and exclusions taken back, counts submitted
//! again, records corrected. What always holds: from the month on the county is as if what was taken back had never counted; the months
//! before stay as they were delivered.

use rayon::prelude::*;

use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::super::copies::Copier;
use super::super::extracts::{FEEDS, PLAIN, Source};
use super::super::life::role_for;
use super::super::noise::Noise;
use super::super::random::{Draw, Purpose, mix, stream};
use super::super::truth::Delivered;
use super::super::world::{Change, ChangeKind, Correction, World};
use super::{NONE, Span};

/// A share of what is open comes to its end each month: benefits and illness after about four years, episodes and standings after two `[m]`.
pub(super) fn end(world: &mut World, span: &Span) {
    let seed = world.seed;
    for event in world.happenings.iter_mut().filter(|event| event.to == NO_DAY && event.from < span.first) {
        let monthly = match event.kind {
            EventKind::Benefit | EventKind::Health => 0.02,
            EventKind::SocialCare | EventKind::SchoolStatus | EventKind::Need => 0.04,
            _ => continue,
        };
        let mut rng = stream(seed, Purpose::Onward, u64::from(event.id) << 16 | span.key, 5);
        if rng.chance(monthly) {
            event.to = rng.between(span.first, span.last - 1);
        }
    }
}

/// Takes back three in a hundred proven outcomes within a year, one in eight permanent and one in fifty fixed exclusions within three
/// months, one in two hundred care episodes; three absence counts in a hundred are submitted again within three months of its term `[m]`.
pub(super) fn withdraw(world: &mut World, span: &Span) {
    let seed = world.seed;
    let draw = |entity: u32, question: u64| stream(seed, Purpose::Onward, u64::from(entity) << 16 | span.key, question);
    let mut taken: Vec<(u32, Day, ChangeKind, &'static str)> = Vec::new();
    for (index, crime) in world.crimes.iter_mut().enumerate() {
        let recent = (span.first - 365..span.first).contains(&crime.outcome_day);
        let mut rng = draw(index as u32, 6);
        if !recent || !crime.marker.is_empty() || role_for(crime.outcome) != EventRole::Offender || !rng.chance(0.03 / 12.0) {
            continue;
        }
        let day = rng.between(span.first, span.last);
        (crime.outcome, crime.outcome_day) = ("no_further_action", day);
        for (person, role) in crime.people.iter_mut().filter(|(_, role)| *role == EventRole::Offender) {
            *role = EventRole::Suspect;
            taken.push((*person, day, ChangeKind::Withdrawn, "police_crime"));
        }
    }
    world.happenings.retain_mut(|event| {
        let mut rng = draw(event.id, 7);
        let recent = (span.first - 92..span.first).contains(&event.from) && event.known < span.first;
        let day = rng.between(span.first, span.last);
        match (event.kind, event.code) {
            _ if !recent => true,
            (EventKind::Exclusion, "permanent" | "fixed") => {
                if rng.chance(if event.code == "permanent" { 0.125 } else { 0.02 } / 3.0) {
                    event.code = "rescinded";
                    taken.push((event.person, day, ChangeKind::Withdrawn, "school_exclusions"));
                }
                true
            }
            (EventKind::SocialCare, _) if rng.chance(0.005) => {
                taken.push((event.person, day, ChangeKind::Withdrawn, "social_care_episodes"));
                false
            }
            _ => true,
        }
    });
    for count in world.absences.iter_mut().filter(|count| count.unauthorised > 2 && (span.first - 92..span.first).contains(&count.to)) {
        let mut rng = draw(count.person, 8 + u64::from(count.term) * 16);
        if rng.chance(0.03 / 3.0) {
            let moved = rng.between(1, i32::from(count.unauthorised) / 2 + 1) as i16;
            count.unauthorised -= moved;
            count.authorised += moved;
            taken.push((count.person, rng.between(span.first, span.last), ChangeKind::Resubmitted, "school_attendance"));
        }
    }
    let changes: Vec<Change> = taken
        .into_iter()
        .map(|(person, day, kind, feed)| Change { day, family: world.family_on(person, span.last), kind, person, other: NONE, feed })
        .collect();
    world.journal.extend(changes);
}

/// Of an agency's wrong records of people it still holds, 15% a year are put right `[m]`.
pub(super) fn correct(world: &mut World, span: &Span, noise: &Noise, delivered: &Delivered) {
    let mut put_right: Vec<(Correction, ChangeKind, &'static str)> = Vec::new();
    // The advisers' list is typed from what people bring along and nobody looks at it again.
    for feed in FEEDS.iter().filter(|feed| !matches!(feed.source, Source::CareRelations | Source::Referrals | Source::Employment)) {
        let system = feed.source as u64 + 1;
        let chosen =
            |&person: &u32| mix(world.seed, Purpose::Onward, system << 32 | u64::from(person), 9 << 32 | span.key).is_multiple_of(80);
        let people: Vec<u32> = delivered.people_of(feed.source).filter(chosen).collect();
        let copier = Copier { world, noise, system, style: PLAIN };
        let found: Vec<_> = people
            .par_iter()
            .filter(|&&person| world.age(person, span.first) >= 1 && !world.is_corrected(system, person, span.last))
            .filter_map(|&person| {
                let record = |put_right| copier.record(person, (0, put_right), span.last);
                let (held, right) = (record(false), record(true));
                let kind = if held.birth != right.birth {
                    ChangeKind::BirthCorrected
                } else if (&held.forename, &held.surname) != (&right.forename, &right.surname) {
                    ChangeKind::NameCorrected
                } else {
                    return None;
                };
                let day = span.first + (mix(world.seed, Purpose::Onward, system << 32 | u64::from(person), 10) % 20) as Day;
                Some((Correction { system, person, day }, kind, feed.name))
            })
            .collect();
        put_right.extend(found);
    }
    for &(correction, kind, feed) in &put_right {
        let family = world.family_on(correction.person, span.last);
        world.journal.push(Change { day: correction.day, family, kind, person: correction.person, other: NONE, feed });
        world.corrected.push(correction);
    }
    world.corrected.sort_unstable();
}
