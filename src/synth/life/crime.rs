//! Crime and anti-social behaviour: offences with the people in them, measures against named persons.
//!
//! In: a family's members. Out: crimes with suspects, offenders, victims and witnesses; measures. What always holds: nobody under ten
//! offends; a victim or witness of one crime is never also its offender; some offences fall exactly twelve months before the reference day.

use fastrand::Rng;

use crate::model::date::{day, months_before};
use crate::model::{Day, EventKind, EventRole};

use super::super::random::{Draw, Purpose, stream, weighted};
use super::super::world::{Crime, World};
use super::{Life, Someone, by_need, happening};

/// Offences as the police call them: (Home Office code `[m]`, words, gravity 1 to 8).
pub(crate) const OFFENCES: [(&str, &str, u8); 14] = [
    ("105/01", "Common assault", 3),
    ("8/06", "Assault occasioning actual bodily harm", 4),
    ("46/00", "Theft from shop", 2),
    ("49/10", "Theft", 3),
    ("30/02", "Burglary in a dwelling", 6),
    ("58/00", "Criminal damage", 2),
    ("45/10", "Theft from vehicle", 3),
    ("48/00", "Taking a vehicle without consent", 4),
    ("92/10", "Possession of cannabis", 2),
    ("125/09", "Public order, section 5", 2),
    ("125/11", "Harassment", 3),
    ("34/01", "Robbery", 6),
    ("56/02", "Arson", 5),
    ("8/11", "Possession of an offensive weapon", 4),
];

/// Reprimands and final warnings ended on 8 April 2013 (Legal Aid, Sentencing and Punishment of Offenders Act 2012) `[m]`.
fn youth_cautions_began() -> Day {
    day(2013, 4, 8).unwrap_or(0)
}

/// The new ASB powers began on 20 October 2014 (domain.md section 4.2: "since Oct 2014").
fn new_powers_began() -> Day {
    day(2014, 10, 20).unwrap_or(0)
}

pub(super) fn crime(world: &World, family: u32, members: &[Someone], reference: Day, life: &mut Life) {
    let mut rng = stream(world.telling, Purpose::Crime, u64::from(family), 0);
    for offender in members {
        offences(world, family, (offender, members), reference, &mut rng, life);
    }
    suffered(world, members, &mut rng, life);
    measures(world, family, members, &mut rng, life);
}

fn anybody(world: &World, rng: &mut Rng, on: Day) -> Option<u32> {
    let person = rng.u32(0..world.people.len() as u32);
    world.is_alive(person, on).then_some(person)
}

fn youth_outcome(rng: &mut Rng, committed: Day) -> &'static str {
    const BEFORE: [&str; 9] = [
        "reprimand",
        "final_warning",
        "referral_order",
        "youth_rehabilitation_order",
        "detention_order",
        "conviction",
        "community_resolution",
        "no_further_action",
        "charged",
    ];
    const AFTER: [&str; 10] = [
        "youth_caution",
        "conditional_caution",
        "referral_order",
        "youth_rehabilitation_order",
        "detention_order",
        "conviction",
        "community_resolution",
        "no_further_action",
        "charged",
        "outcome_22",
    ];
    if committed < youth_cautions_began() - 40 {
        BEFORE.get(weighted(rng, &[24, 13, 17, 8, 2, 6, 14, 12, 4])).copied().unwrap_or("reprimand")
    } else {
        let diverted = if committed > day(2019, 4, 1).unwrap_or(0) { 8 } else { 0 };
        AFTER.get(weighted(rng, &[26, 9, 17, 8, 2, 6, 16, 12, 4, diverted])).copied().unwrap_or("youth_caution")
    }
}

fn adult_outcome(rng: &mut Rng) -> &'static str {
    const ALL: [&str; 7] =
        ["conviction", "caution", "conditional_caution", "penalty_notice", "community_resolution", "no_further_action", "charged"];
    ALL.get(weighted(rng, &[40, 20, 4, 8, 8, 15, 5])).copied().unwrap_or("conviction")
}

/// Named as the offender once a formal outcome is there; a charge, "no further action" and a diversion leave a suspect.
pub(crate) fn role_for(outcome: &str) -> EventRole {
    if matches!(outcome, "no_further_action" | "charged" | "outcome_22" | "under_investigation") {
        EventRole::Suspect
    } else {
        EventRole::Offender
    }
}

fn offences(world: &World, family: u32, (offender, members): (&Someone, &[Someone]), reference: Day, rng: &mut Rng, life: &mut Life) {
    let household = world.family(family);
    let age = offender.age(reference);
    let likely = match age {
        ..10 => by_need(household, [0.0, 0.001, 0.004]),
        10..19 => by_need(household, [0.009, 0.08, 0.5]),
        19..46 => by_need(household, [0.012, 0.07, 0.28]),
        46..70 => by_need(household, [0.003, 0.02, 0.08]),
        _ => 0.0,
    } * if offender.female { 0.45 } else { 1.5 };
    if !rng.chance(likely) {
        return;
    }
    let count = 1 + weighted(rng, &[50, 20, 12, 8, 6, 4]);
    let middle = rng.between(world.history, world.horizon);
    for number in 0..count {
        let mut committed = (middle + rng.between(-200, 200)).clamp(world.history, world.horizon);
        if number == 0 && age < 18 && rng.chance(0.08) {
            // Exactly twelve months before the reference day counts, the day before does not.
            committed = months_before(reference, 12) - i32::from(rng.bool());
        }
        let then = offender.age(committed);
        if then < 10 {
            continue;
        }
        let outcome = if then < 18 { youth_outcome(rng, committed) } else { adult_outcome(rng) };
        let recorded = committed + rng.between(0, 9);
        let mut people = vec![(offender.person, role_for(outcome))];
        if then < 18 && rng.chance(0.15) {
            let with = members.iter().find(|other| other.person != offender.person && (10..18).contains(&other.age(committed)));
            people.extend(with.map(|other| (other.person, role_for(outcome))));
        }
        let at_home = rng.chance(0.12);
        let victim = if at_home {
            members.iter().rev().find(|other| other.age(committed) >= 0).map(|other| other.person)
        } else {
            anybody(world, rng, committed)
        };
        if let Some(victim) = victim.filter(|&victim| rng.chance(0.75) && people.iter().all(|&(person, _)| person != victim)) {
            people.push((victim, EventRole::Victim));
        }
        if let Some(witness) =
            anybody(world, rng, committed).filter(|&witness| rng.chance(0.3) && people.iter().all(|&(person, _)| person != witness))
        {
            people.push((witness, EventRole::Witness));
        }
        let marker =
            if then >= 18 && count >= 5 && number == 0 { if rng.chance(0.7) { "prolific_offender" } else { "gang_related" } } else { "" };
        let offence = rng.usize(0..OFFENCES.len()) as u8;
        life.crimes.push(Crime { offence, committed, recorded, outcome, outcome_day: recorded + rng.between(6, 140), people, marker });
    }
}

/// Crimes against the family whose offender nobody knows, or where a suspect was cleared.
fn suffered(world: &World, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    let years = f64::from(world.horizon - world.history) / 365.0;
    for victim in members {
        let age = victim.age(world.horizon);
        if !rng.chance(years * if (8..70).contains(&age) { 0.026 } else { 0.008 }) {
            continue;
        }
        let committed = rng.between(world.history, world.horizon);
        if victim.age(committed) < 0 {
            continue;
        }
        let mut people = vec![(victim.person, EventRole::Victim)];
        let cleared = anybody(world, rng, committed).filter(|&suspect| world.age(suspect, committed) >= 10 && suspect != victim.person);
        people.extend(cleared.filter(|_| rng.chance(0.12)).map(|suspect| (suspect, EventRole::Suspect)));
        let recorded = committed + rng.between(0, 14);
        let offence = rng.usize(0..OFFENCES.len()) as u8;
        life.crimes.push(Crime {
            offence,
            committed,
            recorded,
            outcome: "no_further_action",
            outcome_day: recorded + rng.between(5, 60),
            people,
            marker: "",
        });
    }
}

/// Orders, injunctions, contracts and letters against named members.
fn measures(world: &World, family: u32, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    const BEFORE: [(&str, i32); 4] =
        [("acceptable_behaviour_contract", 182), ("asbo", 730), ("asb_injunction", 365), ("warning_letter", 0)];
    const AFTER: [(&str, i32); 5] = [
        ("acceptable_behaviour_contract", 182),
        ("asb_injunction", 365),
        ("criminal_behaviour_order", 730),
        ("community_protection_notice", 365),
        ("warning_letter", 0),
    ];
    if !rng.chance(by_need(world.family(family), [0.006, 0.12, 0.45])) {
        return;
    }
    for _ in 0..=weighted(rng, &[65, 25, 10]) {
        let from = rng.between(world.history, world.horizon);
        let able: Vec<&Someone> = members.iter().filter(|member| (10..75).contains(&member.age(from))).collect();
        if able.is_empty() {
            return;
        }
        let person = rng.pick(&able).person;
        let (code, days) = if from < new_powers_began() {
            BEFORE.get(weighted(rng, &[40, 13, 12, 35])).copied().unwrap_or(("asbo", 730))
        } else {
            AFTER.get(weighted(rng, &[38, 16, 8, 12, 26])).copied().unwrap_or(("asb_injunction", 365))
        };
        let mut event = happening(person, EventKind::AsbIntervention, code, from);
        event.role = EventRole::Offender;
        event.known = from + rng.between(1, 25);
        if days > 0 {
            event.to = from + days;
        }
        life.happenings.push(event);
    }
}
