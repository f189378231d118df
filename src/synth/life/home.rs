//! Life at home: benefits, social care, health, abuse, tenancy, referrals.
//!
//! In: a family's members. Out: events. What always holds: a benefit has the name it had in its year; an episode ends after it began.

use fastrand::Rng;

use crate::model::date::day;
use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::super::random::{Draw, Purpose, mix, stream, weighted};
use super::super::world::{Crime, Family, FamilyKind, Place, World};
use super::{Life, Someone, by_need, happening};

pub(super) fn home(world: &World, family: u32, members: &[Someone], life: &mut Life) {
    let mut rng = stream(world.telling, Purpose::Home, u64::from(family), 0);
    benefits(world, family, members, &mut rng, life);
    social_care(world, family, members, &mut rng, life);
    health(world, family, members, &mut rng, life);
    abuse(world, family, members, &mut rng, life);
    tenancy(world, family, members, &mut rng, life);
    referral(world, family, members, &mut rng, life);
}

fn any_day(world: &World, rng: &mut Rng) -> Day {
    rng.between(world.history, world.horizon)
}

fn has_children(world: &World, members: &[Someone]) -> bool {
    members.iter().any(|member| member.place == Place::Offspring && member.age(world.history) < 18)
}

/// Universal Credit came to the county from 2017 on and took over by 2019 `[m]`.
fn benefit_code(rng: &mut Rng, from: Day, lone: bool) -> &'static str {
    const OLD: [&str; 6] = ["jsa", "esa", "income_support", "ib", "carers_allowance", "sda"];
    if from > day(2018, 6, 1).unwrap_or(0) {
        return ["uc_out_of_work", "esa", "carers_allowance", "jsa"].get(weighted(rng, &[72, 13, 11, 4])).copied().unwrap_or("esa");
    }
    let recent = from > day(2010, 10, 1).unwrap_or(0);
    let weights: [u32; 6] =
        if lone { [22, 22, 44, if recent { 0 } else { 6 }, 6, 0] } else { [40, 34, 6, if recent { 0 } else { 10 }, 8, u32::from(!recent)] };
    OLD.get(weighted(rng, &weights)).copied().unwrap_or("jsa")
}

fn benefits(world: &World, family: u32, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    let household = world.family(family);
    let lone = household.kind == FamilyKind::LoneParent || household.kind == FamilyKind::Refuge;
    for adult in members {
        if !(18..65).contains(&adult.age(world.horizon)) {
            continue;
        }
        let likely = if lone { by_need(household, [0.33, 0.6, 0.85]) } else { by_need(household, [0.055, 0.3, 0.62]) };
        if !rng.chance(likely) {
            continue;
        }
        let from = rng.between(world.history - 900, world.horizon).max(adult.born + 18 * 366);
        let code = benefit_code(rng, from, lone && adult.place == Place::Head);
        let mut event = happening(adult.person, EventKind::Benefit, code, from);
        if rng.chance(0.35) {
            event.to = from + rng.between(90, 900);
        }
        life.happenings.push(event);
        if code == "income_support" && rng.chance(0.12) {
            life.happenings.push(happening(adult.person, EventKind::Benefit, "carers_allowance", from + 20));
        }
    }
}

fn social_care(world: &World, family: u32, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    let household = world.family(family);
    let mut spans: Vec<(&'static str, Day, Day)> = Vec::new();
    let mut add = |rng: &mut Rng, code: &'static str, from: Day| {
        let to = if rng.chance(0.45) { NO_DAY } else { from + rng.between(60, 480) };
        spans.push((code, from, to));
    };
    let start = any_day(world, rng);
    if rng.chance(by_need(household, [0.006, 0.06, 0.3])) {
        add(rng, "child_in_need", start);
        if rng.chance(0.35) {
            let from = start + rng.between(15, 90);
            add(rng, "child_protection_plan", from);
        }
        if rng.chance(0.08) {
            let from = start + rng.between(30, 200);
            add(rng, "considering_care", from);
        }
        if rng.chance(0.05) {
            let from = start + rng.between(60, 300);
            add(rng, "looked_after", from);
        }
    }
    if rng.chance(by_need(household, [0.01, 0.08, 0.14])) {
        let from = any_day(world, rng);
        add(rng, "early_help", from);
    }
    if household.kind == FamilyKind::Grandparent && rng.chance(0.5) {
        add(rng, "looked_after", start);
    }
    for (code, from, to) in spans {
        for child in members.iter().filter(|member| member.place == Place::Offspring && (-1..18).contains(&member.age(from))) {
            if rng.chance(0.82) {
                let mut event = happening(child.person, EventKind::SocialCare, code, from.max(child.born - 60));
                event.to = if to == NO_DAY { NO_DAY } else { to.max(event.from + 10) };
                event.known = event.from + rng.between(0, 6);
                life.happenings.push(event);
            }
        }
    }
}

fn health(world: &World, family: u32, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    let household = world.family(family);
    for member in members {
        let age = member.age(world.horizon);
        let rates: [(&'static str, f64); 4] = if age < 18 {
            [
                ("mental_health_child", if age >= 6 { by_need(household, [0.012, 0.05, 0.12]) } else { 0.0 }),
                ("substance_misuse", if age >= 13 { by_need(household, [0.001, 0.01, 0.04]) } else { 0.0 }),
                ("long_term_condition", 0.006),
                ("under_18_conception", if member.female && age >= 15 { by_need(household, [0.008, 0.03, 0.07]) } else { 0.0 }),
            ]
        } else {
            [
                ("mental_health_adult", by_need(household, [0.022, 0.1, 0.25])),
                ("substance_misuse", by_need(household, [0.003, 0.03, 0.13])),
                ("alcohol_misuse", by_need(household, [0.005, 0.03, 0.1])),
                ("long_term_condition", if age > 60 { 0.05 } else { 0.012 }),
            ]
        };
        for (code, likely) in rates {
            if rng.chance(likely) {
                let from = rng.between(world.history - 400, world.horizon).max(member.born + 100);
                let mut event = happening(member.person, EventKind::Health, code, from);
                event.known = from + rng.between(5, 60);
                life.happenings.push(event);
            }
        }
    }
}

fn abuse(world: &World, family: u32, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    const LEVELS: [&str; 4] = ["standard", "medium", "high", "marac"];
    let household = world.family(family);
    let refuge = household.kind == FamilyKind::Refuge;
    let base = if has_children(world, members) { by_need(household, [0.009, 0.09, 0.32]) } else { by_need(household, [0.006, 0.05, 0.15]) };
    if !rng.chance(if refuge { 1.0 } else { base }) {
        return;
    }
    let adults: Vec<&Someone> = members.iter().filter(|member| member.age(world.history) >= 16).collect();
    let Some(victim) = adults.iter().find(|member| member.female).or_else(|| adults.first()) else { return };
    let inside = adults.iter().find(|member| member.person != victim.person).map(|member| member.person);
    let apart = household.members.iter().find(|member| !member.resident).map(|member| member.person);
    let perpetrator = if apart.is_some() && rng.chance(0.6) { apart } else { inside.or(apart) };
    let middle = any_day(world, rng);
    for _ in 0..=weighted(rng, &[50, 26, 14, 10]) {
        let committed = (middle + rng.between(-120, 120)).clamp(world.history, world.horizon);
        let mut people = vec![(victim.person, EventRole::Victim)];
        people.extend(perpetrator.map(|person| (person, EventRole::Suspect)));
        let level = if refuge { "high" } else { LEVELS.get(weighted(rng, &[58, 26, 10, 6])).copied().unwrap_or("standard") };
        life.abuse.push(Crime {
            offence: 0,
            committed,
            recorded: committed + rng.between(0, 5),
            outcome: level,
            outcome_day: committed,
            people,
            marker: "",
        });
    }
}

/// Which landlord a family rents from: 0 Acis, 1 the partnership, `None` for owners, private tenants and institutions.
pub(crate) fn landlord(world: &World, family: u32, on: Day) -> Option<u8> {
    let household: &Family = world.family(family);
    if household.kind.is_communal() || household.kind == FamilyKind::Caravan {
        return None;
    }
    let kind = household.settled_as.unwrap_or(household.kind);
    let share = if kind == FamilyKind::LoneParent { by_need(household, [0.36, 0.55, 0.72]) } else { by_need(household, [0.1, 0.4, 0.66]) };
    let drawn = mix(world.seed, Purpose::Home, u64::from(family), 77) % 10_000;
    if drawn as f64 >= share * 10_000.0 {
        return None;
    }
    let district = world.places.sector_of(household.home(on)).district.as_str();
    match district {
        "E07000138" | "E07000139" | "E07000142" => Some(0),
        "" => None,
        _ => Some(1),
    }
}

fn tenancy(world: &World, family: u32, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    let household = world.family(family);
    let Some(tenant) =
        members.iter().find(|member| matches!(member.place, Place::Head | Place::Grandparent) && member.age(world.history) >= 18)
    else {
        return;
    };
    let on = any_day(world, rng);
    if landlord(world, family, on).is_none() {
        return;
    }
    let asb = rng.chance(by_need(household, [0.003, 0.03, 0.13]));
    let rent = rng.chance(by_need(household, [0.08, 0.25, 0.45]));
    if asb {
        let code = ["notice_seeking_possession_asb", "demotion_order", "eviction_asb"]
            .get(weighted(rng, &[80, 14, 6]))
            .copied()
            .unwrap_or("demotion_order");
        let mut event = happening(tenant.person, EventKind::AsbIntervention, code, on);
        event.role = EventRole::Tenant;
        event.group = 1;
        event.known = on + rng.between(0, 10);
        life.happenings.push(event);
    }
    if rent {
        let code = ["rent_arrears", "notice_seeking_possession_arrears", "eviction_arrears"]
            .get(weighted(rng, &[72, 24, 4]))
            .copied()
            .unwrap_or("rent_arrears");
        let mut event = happening(tenant.person, EventKind::Housing, code, any_day(world, rng));
        event.role = EventRole::Tenant;
        life.happenings.push(event);
    }
}

/// A professional's form: sometimes before any agency's data show why.
fn referral(world: &World, family: u32, members: &[Someone], rng: &mut Rng, life: &mut Life) {
    if !rng.chance(by_need(world.family(family), [0.000_6, 0.03, 0.16])) {
        return;
    }
    let from = any_day(world, rng);
    let children = members.iter().filter(|member| member.place == Place::Offspring && (3..18).contains(&member.age(from)));
    let Some(child) = children.min_by_key(|child| child.born) else { return };
    let mut ticked = 0;
    for (code, likely) in [("crime_asb", 0.55), ("education", 0.65), ("work", 0.6), ("cost", 0.4)] {
        if rng.chance(likely) || (code == "cost" && ticked == 0) {
            ticked += 1;
            let mut event = happening(child.person, EventKind::Referral, code, from);
            event.group = family;
            life.happenings.push(event);
        }
    }
}
