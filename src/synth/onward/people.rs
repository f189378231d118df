//! What changes in families: deaths, births, leaving home, children who go to their other parent.
//!
//! In: the families at the start of a month. Out: memberships with days, babies known three months before they are born. What always
//! holds: nobody has two first homes on one day; the only adult of a home with children does not die; a family that expects a child
//! stays together until it is born.

use fastrand::Rng;

use crate::model::{Day, NO_DAY};

use super::super::populate::{Builder, Traits};
use super::super::random::Draw;
use super::super::world::{ChangeKind, Dwelling, FamilyKind, Membership, Place};
use super::{NONE, Span, at_home, expects, join, leave, note, partners};

/// Months a birth is known ahead.
const AHEAD: i32 = 3;

/// Tells every family's month.
pub(super) fn change(builder: &mut Builder, span: &Span) {
    let count = builder.world.families.len() as u32;
    for family in 0..count {
        let mut rng = span.stream(&builder.world, family, 0);
        let members = at_home(&builder.world, family, span.first);
        if members.is_empty() {
            continue;
        }
        deaths(builder, &mut rng, (family, &members), span);
        leaving(builder, &mut rng, (family, &members), span);
        to_the_other_parent(builder, &mut rng, (family, &members), span);
        partners::part(builder, &mut rng, (family, &members), span);
        partners::marry(builder, &mut rng, (family, &members), span);
        if span.opens {
            for month in 0..AHEAD {
                birth(builder, &mut rng, (family, &members), span, month);
            }
        }
        birth(builder, &mut rng, (family, &members), span, AHEAD);
    }
    for family in 0..count {
        partners::pair(builder, (family, count), span);
    }
}

fn deaths(builder: &mut Builder, rng: &mut Rng, (family, members): (u32, &[Membership]), span: &Span) {
    for member in members {
        // As in the first month: about the rates of England and Wales `[m]`.
        let yearly = match builder.world.age(member.person, span.first) {
            ..40 => 0.000_6,
            40..60 => 0.003,
            60..75 => 0.013,
            75..85 => 0.05,
            _ => 0.14,
        };
        if !rng.chance(yearly / 12.0) {
            continue;
        }
        let day = rng.between(span.first, span.last);
        let adult = |person: u32| builder.world.age(person, span.first) >= 18;
        let others = members.iter().filter(|other| other.person != member.person && builder.world.is_alive(other.person, span.last));
        let (grown, small): (Vec<&Membership>, Vec<&Membership>) = others.partition(|other| adult(other.person));
        if adult(member.person) && grown.is_empty() && !small.is_empty() {
            continue;
        }
        if let Some(person) = builder.world.people.get_mut(member.person as usize) {
            person.died = day;
        }
        note(&mut builder.world, day, family, ChangeKind::Died, (member.person, NONE));
    }
}

/// A new household of one; its home is near the old one in six of ten cases.
pub(super) fn alone_from(builder: &mut Builder, rng: &mut Rng, (person, old): (u32, u32), from: Day, need: u8) -> u32 {
    let near = builder.world.family(old).home(from);
    let sector = if rng.chance(0.6) { builder.world.places.sector_index(near) } else { builder.world.places.draw_sector(rng) };
    let address = builder.world.places.mint(sector, rng);
    let family = builder.family(FamilyKind::Single, need, near, from - 400);
    if let Some(family) = builder.world.families.get_mut(family as usize) {
        family.since = from;
        family.dwellings.push(Dwelling { address, from });
    }
    join(builder, family, Membership { person, place: Place::Head, resident: true, primary: true, from, to: NO_DAY });
    note(&mut builder.world, from, family, ChangeKind::Formed, (person, old));
    family
}

/// Grown children leave home: 13% a year from 18 to 27.
fn leaving(builder: &mut Builder, rng: &mut Rng, (family, members): (u32, &[Membership]), span: &Span) {
    for member in members.iter().filter(|member| member.place == Place::Offspring) {
        let day = rng.between(span.first, span.last);
        let goes = (18..28).contains(&builder.world.age(member.person, day)) && rng.chance(0.13 / 12.0);
        let watched = members.iter().any(|other| {
            let world = &builder.world;
            other.person != member.person && world.age(other.person, day) >= 18 && world.is_alive(other.person, span.last)
        });
        if goes && watched && builder.world.is_alive(member.person, span.last) {
            leave(&mut builder.world, family, member.person, day - 1);
            note(&mut builder.world, day, family, ChangeKind::Left, (member.person, NONE));
            let need = builder.world.family(family).need / 2;
            alone_from(builder, rng, (member.person, family), day, need);
        }
    }
}

/// A child with a parent elsewhere goes to live with that one: one in a hundred a year.
fn to_the_other_parent(builder: &mut Builder, rng: &mut Rng, (family, members): (u32, &[Membership]), span: &Span) {
    let absent = builder.world.family(family).members_on(span.first).find(|member| member.place == Place::AbsentParent);
    let Some(parent) = absent.map(|member| member.person).filter(|&parent| builder.world.is_alive(parent, span.last)) else { return };
    for member in members.iter().filter(|member| member.place == Place::Offspring) {
        if !rng.chance(0.01 / 12.0) || !(5..17).contains(&builder.world.age(member.person, span.first)) {
            continue;
        }
        let day = rng.between(span.first, span.last);
        let there = (0..builder.world.families.len() as u32).find(|&other| {
            let lives = |member: &Membership| member.person == parent && member.resident && member.primary && member.to == NO_DAY;
            other != family && builder.world.family(other).members.iter().any(|member| lives(member) && member.holds(day))
        });
        let Some(there) = there else { return };
        leave(&mut builder.world, family, member.person, day - 1);
        // Half the week in the other home already: it becomes the first one.
        leave(&mut builder.world, there, member.person, day - 1);
        let stays = Membership { person: member.person, place: Place::Offspring, resident: true, primary: true, from: day, to: NO_DAY };
        join(builder, there, stays);
        if let Some(household) = builder.world.families.get_mut(there as usize).filter(|household| household.kind == FamilyKind::Single) {
            household.settled_as.get_or_insert(household.kind);
            household.kind = FamilyKind::LoneParent;
        }
        note(&mut builder.world, day, family, ChangeKind::Left, (member.person, there));
        note(&mut builder.world, day, there, ChangeKind::Joined, (member.person, family));
    }
}

/// Births, decided `ahead` months before: 7.5% a year of couples, 3.5% of lone mothers, as in the first month.
fn birth(builder: &mut Builder, rng: &mut Rng, (family, members): (u32, &[Membership]), span: &Span, ahead: i32) {
    let month = crate::model::Month::of(span.first).map(|month| month.plus(ahead));
    let Some((first, last)) = month.map(|month| (month.first_day(), month.last_day())) else { return };
    let world = &builder.world;
    let mother = members.iter().find(|member| {
        world.person(member.person).female
            && matches!(member.place, Place::Head | Place::Spouse)
            && (17..=41).contains(&world.age(member.person, span.first))
    });
    let Some(mother) = mother.map(|member| member.person) else { return };
    let kind = world.family(family).kind;
    let yearly = match kind {
        FamilyKind::Couple | FamilyKind::CoupleAlone | FamilyKind::Step => 0.075,
        FamilyKind::LoneParent => 0.035,
        _ => 0.0,
    };
    let recent = world
        .family(family)
        .members
        .iter()
        .any(|member| member.place == Place::Offspring && world.person(member.person).born > first - 300);
    let still_there = world.is_alive(mother, last)
        && world.family(family).members.iter().any(|member| member.person == mother && member.resident && member.to == NO_DAY);
    if recent || !still_there || members.len() >= 6 || !rng.chance(yearly / 12.0) {
        return;
    }
    let born = rng.between(first, last);
    let father = members
        .iter()
        .find(|member| !world.person(member.person).female && matches!(member.place, Place::Head | Place::Spouse | Place::StepPartner));
    let parent = *world.person(father.map_or(mother, |member| member.person));
    let other_surname = world.person(mother).surname;
    let female = rng.bool();
    let baby = builder.person(rng, &Traits { female, origin: parent.origin, born, surname: parent.surname, other_surname }, family);
    builder.join_for(family, Membership { person: baby, place: Place::Offspring, resident: true, primary: true, from: born, to: NO_DAY });
    if let Some(family) = builder.world.families.get_mut(family as usize).filter(|family| family.kind == FamilyKind::CoupleAlone) {
        family.settled_as.get_or_insert(family.kind);
        family.kind = FamilyKind::Couple;
    }
}

/// True if a family may part, move away or merge this month.
pub(super) fn is_settled(builder: &Builder, family: u32, members: &[Membership], span: &Span) -> bool {
    let world = &builder.world;
    let joins = |member: &Membership| member.resident && member.to == NO_DAY && member.from > span.first;
    !expects(world, family, span.first)
        && !world.family(family).members.iter().any(joins)
        && members.iter().all(|member| {
            world.is_alive(member.person, span.last)
                && world.family(family).members.iter().any(|own| own.person == member.person && own.resident && own.to == NO_DAY)
        })
}
