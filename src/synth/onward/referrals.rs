//! Professionals who know before the data do.
//!
//! In: what the month brought to families with children. Out: referral forms dated soon after it, and the agency's own entry some weeks
//! later. What always holds: a form names what happened; four in ten are vague (forenames, "about 8", only a town).

use crate::model::{Day, EventKind, EventRole};

use super::super::life::role_for;
use super::super::random::Draw;
use super::super::world::{Change, ChangeKind, Happening, Place, World};
use super::{NONE, Span};

/// Marks a form filled in from memory, in place of a quantity.
pub(crate) const VAGUE: i32 = 1;

/// Refers one in four families for what the month brought them. `before`: events before that number are older.
pub(super) fn refer(world: &mut World, span: &Span, before: usize) {
    // (family, day, what is ticked, event or crime to delay)
    let mut causes: Vec<(u32, Day, &'static str, u32, bool)> = Vec::new();
    for event in world.happenings.get(before..).unwrap_or_default() {
        let ticked = match (event.kind, event.code) {
            (EventKind::Exclusion, "permanent")
            | (EventKind::SchoolStatus, "not_on_roll" | "pupil_referral_unit" | "alternative_provision") => "education",
            (EventKind::AsbIntervention, code) if code != "warning_letter" => "crime_asb",
            (EventKind::Benefit, _) => "work",
            _ => continue,
        };
        causes.push((world.family_on(event.person, event.from), event.from, ticked, event.id, false));
    }
    for (index, crime) in world.crimes.iter().enumerate().filter(|(_, crime)| (span.first..=span.last).contains(&crime.committed)) {
        let Some(&(person, _)) = crime.people.first() else { continue };
        if role_for(crime.outcome) == EventRole::Offender && world.age(person, crime.committed) < 18 {
            causes.push((world.family_on(person, crime.committed), crime.committed, "crime_asb", index as u32, true));
        }
    }
    causes.sort_unstable();
    let mut at = 0;
    while let Some(&(family, first, ..)) = causes.get(at) {
        let own = causes.get(at..).unwrap_or_default().iter().take_while(|cause| cause.0 == family).count();
        let of_family: Vec<_> = causes.get(at..at + own).unwrap_or_default().to_vec();
        at += own;
        let mut rng = span.stream(world, family, 11);
        if !rng.chance(0.25) {
            continue;
        }
        let day = first + rng.between(1, 12);
        let residents = world.residents(family, day.min(span.last));
        let child = residents
            .iter()
            .filter(|member| member.place == Place::Offspring && member.primary && (3..18).contains(&world.age(member.person, span.last)))
            .min_by_key(|member| (-world.person(member.person).born, member.person));
        let Some(child) = child.map(|child| child.person).filter(|_| day <= span.last) else { continue };
        let vague = rng.chance(0.4);
        for (_, _, ticked, event, is_crime) in of_family {
            let late = 21 + rng.between(0, 35);
            delay(world, before, (event, is_crime), day + late);
            let quantity = if vague { VAGUE } else { -1 };
            let id = world.next_event;
            let told =
                |event: &Happening| event.person == child && event.kind == EventKind::Referral && event.from == day && event.code == ticked;
            if world.happenings.get(before..).unwrap_or_default().iter().any(told) {
                continue;
            }
            world.next_event += 1;
            world.happenings.push(Happening {
                person: child,
                kind: EventKind::Referral,
                code: ticked,
                role: EventRole::Subject,
                from: day,
                to: crate::model::NO_DAY,
                quantity,
                out_of: -1,
                known: day,
                group: family,
                id,
            });
        }
        let feed = "professional_referrals";
        world.journal.push(Change { day, family, kind: ChangeKind::Referred, person: child, other: NONE, feed });
    }
}

/// The agency's own entry comes no earlier than a day.
fn delay(world: &mut World, before: usize, (number, is_crime): (u32, bool), earliest: Day) {
    if is_crime {
        if let Some(crime) = world.crimes.get_mut(number as usize) {
            crime.outcome_day = crime.outcome_day.max(earliest);
        }
    } else if let Some(event) = world.happenings.iter_mut().skip(before).find(|event| event.id == number) {
        event.known = event.known.max(earliest);
    }
}
