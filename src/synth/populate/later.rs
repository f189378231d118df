//! What changes in families from the start on: births, deaths, leaving home, parting, a new partner.
//!
//! In: the families of the start. Out: memberships with days, new families for those who leave. What always holds: nobody lives in two
//! first homes on one day.

use fastrand::Rng;

use crate::model::date::age_on;
use crate::model::{Day, NO_DAY};

use super::super::names::NO_NAME;
use super::super::random::{Draw, Purpose, stream};
use super::super::world::{FamilyKind, Membership, Place};
use super::{Builder, Traits};

/// Tells every family's next months.
pub(super) fn changes(builder: &mut Builder) {
    let (start, horizon) = (builder.start, builder.world.horizon);
    let years = f64::from(horizon - start + 1) / 365.25;
    let count = builder.world.families.len() as u32;
    for family in 0..count {
        let mut rng = stream(builder.world.seed, Purpose::Moves, u64::from(family), 4);
        let members = builder.world.family(family).members.clone();
        for member in members.iter().filter(|member| member.primary) {
            deaths(builder, &mut rng, member.person, years);
            if member.place == Place::Offspring {
                leave(builder, &mut rng, (family, member.person), years);
            }
        }
        birth(builder, &mut rng, family, &members, years);
        part(builder, &mut rng, family, &members, years);
        pair(builder, &mut rng, family, (&members, count), years);
    }
}

fn day_in(builder: &Builder, rng: &mut Rng) -> Day {
    rng.between(builder.start, builder.world.horizon)
}

fn deaths(builder: &mut Builder, rng: &mut Rng, person: u32, years: f64) {
    let age = builder.world.age(person, builder.start);
    let yearly = match age {
        ..40 => 0.000_6,
        40..60 => 0.003,
        60..75 => 0.013,
        75..85 => 0.05,
        _ => 0.14,
    };
    if rng.chance(yearly * years) {
        let day = day_in(builder, rng);
        if let Some(person) = builder.world.people.get_mut(person as usize) {
            person.died = day;
        }
    }
}

fn end_membership(builder: &mut Builder, family: u32, person: u32, last: Day) {
    if let Some(family) = builder.world.families.get_mut(family as usize) {
        for member in family.members.iter_mut().filter(|member| member.person == person && member.resident) {
            member.to = last;
        }
    }
}

/// A new household of one.
fn alone_from(builder: &mut Builder, rng: &mut Rng, person: u32, from: Day, need: u8) -> u32 {
    let near = builder.world.family(builder.world.person(person).family).home(from);
    let sector = if rng.chance(0.6) { builder.world.places.sector_index(near) } else { builder.world.places.draw_sector(rng) };
    let address = builder.world.places.mint(sector, rng);
    let family = builder.family(FamilyKind::Single, need, near, from - 400);
    if let Some(family) = builder.world.families.get_mut(family as usize) {
        family.since = from;
        family.dwellings.push(super::super::world::Dwelling { address, from });
    }
    builder.join_for(family, Membership { person, place: Place::Head, resident: true, primary: true, from, to: NO_DAY });
    builder.world.moved.push((person, family));
    family
}

fn leave(builder: &mut Builder, rng: &mut Rng, (family, person): (u32, u32), years: f64) {
    let day = day_in(builder, rng);
    let age = age_on(builder.world.person(person).born, day).unwrap_or(0);
    if (18..28).contains(&age) && rng.chance(0.13 * years) {
        end_membership(builder, family, person, day - 1);
        let need = builder.world.family(family).need / 2;
        alone_from(builder, rng, person, day, need);
    }
}

fn birth(builder: &mut Builder, rng: &mut Rng, family: u32, members: &[Membership], years: f64) {
    let start = builder.start;
    let mother = members.iter().find(|member| {
        let person = builder.world.person(member.person);
        person.female
            && matches!(member.place, Place::Head | Place::Spouse)
            && age_on(person.born, start).is_some_and(|age| (17..=41).contains(&age))
    });
    let Some(mother) = mother.map(|member| member.person) else { return };
    let kind = builder.world.family(family).kind;
    let yearly = match kind {
        FamilyKind::Couple | FamilyKind::CoupleAlone | FamilyKind::Step => 0.075,
        FamilyKind::LoneParent => 0.035,
        _ => 0.0,
    };
    if members.len() < 6 && rng.chance(yearly * years) {
        let born = day_in(builder, rng);
        let father = members.iter().find(|member| {
            !builder.world.person(member.person).female
                && member.resident
                && matches!(member.place, Place::Head | Place::Spouse | Place::StepPartner)
        });
        let parent = *builder.world.person(father.map_or(mother, |member| member.person));
        let female = rng.bool();
        let traits =
            Traits { female, origin: parent.origin, born, surname: parent.surname, other_surname: builder.world.person(mother).surname };
        let baby = builder.person(rng, &traits, family);
        builder
            .join_for(family, Membership { person: baby, place: Place::Offspring, resident: true, primary: true, from: born, to: NO_DAY });
        if kind == FamilyKind::CoupleAlone
            && let Some(family) = builder.world.families.get_mut(family as usize)
        {
            family.kind = FamilyKind::Couple;
        }
    }
}

fn part(builder: &mut Builder, rng: &mut Rng, family: u32, members: &[Membership], years: f64) {
    let leaver = members.iter().find(|member| member.place == Place::Spouse);
    let children: Vec<u32> =
        members.iter().filter(|member| member.place == Place::Offspring && member.primary).map(|member| member.person).collect();
    let Some(leaver) = leaver.map(|member| member.person) else { return };
    let need = builder.world.family(family).need;
    if children.is_empty() || builder.world.person(leaver).died != NO_DAY || !rng.chance((0.02 + 0.04 * f64::from(need)) * years) {
        return;
    }
    let day = day_in(builder, rng);
    end_membership(builder, family, leaver, day - 1);
    builder.join_for(
        family,
        Membership { person: leaver, place: Place::AbsentParent, resident: false, primary: false, from: day, to: NO_DAY },
    );
    let second = alone_from(builder, rng, leaver, day, need / 2);
    if rng.chance(0.14) {
        for child in children {
            if builder.world.family(family).members.iter().any(|member| member.person == child && member.to == NO_DAY) {
                builder.join_for(
                    second,
                    Membership { person: child, place: Place::Offspring, resident: true, primary: false, from: day, to: NO_DAY },
                );
            }
        }
    }
}

/// A lone parent meets somebody who lived alone.
fn pair(builder: &mut Builder, rng: &mut Rng, family: u32, (members, count): (&[Membership], u32), years: f64) {
    if builder.world.family(family).kind != FamilyKind::LoneParent || !rng.chance(0.05 * years) {
        return;
    }
    let Some(parent) = members.iter().find(|member| member.place == Place::Head).map(|member| *builder.world.person(member.person)) else {
        return;
    };
    let day = day_in(builder, rng);
    for _ in 0..40 {
        let other = rng.u32(0..count.max(1));
        let theirs = builder.world.family(other);
        let [only] = theirs.members.as_slice() else { continue };
        let person = *builder.world.person(only.person);
        let fits = theirs.kind == FamilyKind::Single
            && only.to == NO_DAY
            && only.resident
            && person.female != parent.female
            && person.died == NO_DAY
            && (person.born - parent.born).abs() < 3_000
            && person.surname.first != NO_NAME;
        if fits {
            let newcomer = only.person;
            end_membership(builder, other, newcomer, day - 1);
            builder.join_for(
                family,
                Membership { person: newcomer, place: Place::StepPartner, resident: true, primary: true, from: day, to: NO_DAY },
            );
            builder.world.moved.push((newcomer, family));
            return;
        }
    }
}
