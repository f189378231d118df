//! What practitioners find in assessments, and what young people do after school.
//!
//! In: a family's members. Out: needs with the day they were found and met, activities of the years from 16 to 19. What always holds: these
//! draws have streams of their own, so that nothing else in the county depends on them; a need ends after it began.

use fastrand::Rng;

use crate::model::date::day;
use crate::model::{Day, EventKind, NO_DAY};

use super::super::calendar::reception_year;
use super::super::random::{Draw, Purpose, stream, weighted};
use super::super::world::{Place, World};
use super::{Life, Someone, by_need, happening};

/// Whose need it is: a child of such an age when it is found, or a parent or carer.
#[derive(Clone, Copy)]
enum Whose {
    Child(i32, i32),
    Carer,
    Mother,
}

/// (code, whose, rate in an ordinary family, in one with some difficulties, in one with several).
const NEEDS: [(&str, Whose, [f64; 3]); 37] = [
    ("school_engagement", Whose::Child(5, 16), [0.003, 0.03, 0.14]),
    ("home_education_concern", Whose::Child(5, 16), [0.0004, 0.003, 0.008]),
    ("neet_risk", Whose::Child(14, 17), [0.003, 0.03, 0.1]),
    ("sen_not_met", Whose::Child(4, 17), [0.004, 0.03, 0.09]),
    ("social_emotional_mental_health", Whose::Child(5, 16), [0.002, 0.015, 0.06]),
    ("expectant_parent", Whose::Mother, [0.002, 0.012, 0.04]),
    ("new_parent_support", Whose::Mother, [0.003, 0.02, 0.06]),
    ("early_physical_health", Whose::Child(0, 5), [0.003, 0.02, 0.08]),
    ("early_development", Whose::Child(0, 5), [0.004, 0.03, 0.1]),
    ("two_year_offer_missed", Whose::Child(2, 2), [0.002, 0.03, 0.08]),
    ("mental_health_child", Whose::Child(6, 17), [0.002, 0.02, 0.07]),
    ("mental_health_adult", Whose::Carer, [0.002, 0.03, 0.12]),
    ("disability_or_neurodiversity", Whose::Child(3, 17), [0.003, 0.02, 0.05]),
    ("substance_use_adult", Whose::Carer, [0.0005, 0.015, 0.09]),
    ("substance_use_child", Whose::Child(12, 17), [0.0005, 0.01, 0.06]),
    ("parenting_support", Whose::Carer, [0.004, 0.06, 0.25]),
    ("parental_conflict", Whose::Carer, [0.003, 0.04, 0.14]),
    ("child_violence_at_home", Whose::Child(8, 17), [0.0005, 0.01, 0.06]),
    ("young_carer", Whose::Child(7, 17), [0.002, 0.015, 0.05]),
    ("abuse_or_neglect", Whose::Child(0, 17), [0.0005, 0.012, 0.08]),
    ("missing_from_home", Whose::Child(10, 17), [0.0004, 0.006, 0.05]),
    ("sexual_exploitation", Whose::Child(11, 17), [0.0002, 0.003, 0.02]),
    ("criminal_exploitation", Whose::Child(11, 17), [0.0002, 0.004, 0.03]),
    ("radicalisation", Whose::Child(11, 17), [0.0001, 0.0008, 0.004]),
    ("harm_outside_family", Whose::Child(8, 17), [0.0005, 0.006, 0.03]),
    ("crime_risk", Whose::Child(10, 17), [0.0006, 0.012, 0.09]),
    ("gang_involvement", Whose::Child(12, 17), [0.0001, 0.002, 0.02]),
    ("domestic_abuse_affected", Whose::Carer, [0.002, 0.03, 0.16]),
    ("domestic_abuse_perpetrator", Whose::Carer, [0.0004, 0.006, 0.04]),
    ("domestic_abuse_child", Whose::Child(0, 17), [0.001, 0.02, 0.12]),
    ("temporary_accommodation", Whose::Carer, [0.0004, 0.01, 0.05]),
    ("unsuitable_housing", Whose::Carer, [0.001, 0.02, 0.08]),
    ("homelessness_risk", Whose::Carer, [0.0008, 0.02, 0.09]),
    ("excluded_from_home", Whose::Child(16, 17), [0.0003, 0.006, 0.03]),
    ("financial_exclusion_risk", Whose::Carer, [0.001, 0.02, 0.09]),
    ("unmanageable_debt", Whose::Carer, [0.002, 0.04, 0.2]),
    ("neet", Whose::Child(16, 17), [0.001, 0.03, 0.1]),
];

/// Activities after compulsory school age.
const ACTIVITIES: [&str; 6] = ["education", "training", "employment", "employment_with_training", "neet", "not_known"];

pub(super) fn needs(world: &World, family: u32, members: &[Someone], life: &mut Life) {
    let household = world.family(family);
    let mut rng = stream(world.telling, Purpose::Home, u64::from(family), 1);
    for member in members {
        activities(world, family, member, &mut rng, life);
    }
    let has_children = members.iter().any(|member| member.place == Place::Offspring && member.age(world.history) < 18);
    if !has_children {
        return;
    }
    for (code, whose, rates) in NEEDS {
        for member in members {
            if !rng.chance(by_need(household, rates)) {
                continue;
            }
            let from = rng.between(world.history, world.horizon);
            if !is_whose(member, whose, from) {
                continue;
            }
            let mut event = happening(member.person, EventKind::Need, code, from);
            event.known = from + rng.between(1, 25);
            if rng.chance(0.4) {
                event.to = event.known + rng.between(40, 420);
            }
            life.happenings.push(event);
        }
    }
}

fn is_whose(member: &Someone, whose: Whose, on: Day) -> bool {
    let age = member.age(on);
    match whose {
        Whose::Child(youngest, oldest) => member.place == Place::Offspring && (youngest..=oldest).contains(&age),
        Whose::Carer => age >= 18 && matches!(member.place, Place::Head | Place::Spouse | Place::StepPartner | Place::Grandparent),
        Whose::Mother => {
            member.female && (17..43).contains(&age) && matches!(member.place, Place::Head | Place::Spouse | Place::StepPartner)
        }
    }
}

/// From the September after year 11 to the nineteenth birthday: one activity, or one that changes once.
fn activities(world: &World, family: u32, member: &Someone, rng: &mut Rng, life: &mut Life) {
    const ORDINARY: [u32; 6] = [72, 6, 8, 8, 4, 2];
    const SOME: [u32; 6] = [48, 9, 8, 7, 22, 6];
    const SEVERAL: [u32; 6] = [28, 9, 7, 4, 44, 8];
    let weights = [ORDINARY, SOME, SEVERAL].get(usize::from(world.family(family).need)).copied().unwrap_or(ORDINARY);
    let Some(first) = day(reception_year(member.born) + 12, 9, 3) else { return };
    // The nineteenth birthday, to the day but for leap days.
    let last = member.born + 19 * 365 + 4;
    let mut add = |rng: &mut Rng, from: Day, to: Day| {
        let code = ACTIVITIES.get(weighted(rng, &weights)).copied().unwrap_or("not_known");
        let mut event = happening(member.person, EventKind::Activity, code, from);
        event.to = to;
        event.known = from + rng.between(2, 30);
        life.happenings.push(event);
    };
    if first > world.horizon || last < world.history {
        return;
    }
    if rng.chance(0.3) {
        let change = rng.between(first + 30, last - 30);
        add(rng, first, change - 1);
        add(rng, change, NO_DAY);
    } else {
        add(rng, first, NO_DAY);
    }
}
