//! Private households: couples, lone parents, step and blended families, grandparents, people alone.
//!
//! In: a stream of the household. Out: one family (two where parents live apart). What always holds: children are younger than their
//! parents by sixteen years or more; twins share day of birth and surname.

use fastrand::Rng;

use crate::model::{Day, NO_DAY};

use super::super::names::{Origin, Surname};
use super::super::random::{Draw, weighted};
use super::super::world::{FamilyKind, Membership, Place};
use super::{Builder, Traits, draw_origin, namesakes};

/// Who the adults of a household are before they are people.
struct Frame {
    sector: usize,
    origin: Origin,
    surname: Surname,
    need: u8,
}

/// Adds one household.
pub(crate) fn household(builder: &mut Builder, rng: &mut Rng) {
    let sector = builder.world.places.draw_sector(rng);
    let district = builder.world.places.sectors.get(sector).map(|sector| sector.district.clone()).unwrap_or_default();
    let origin = draw_origin(rng, &district);
    let surname = builder.world.names.draw_surname(rng, origin);
    // Shares of household kinds as in the census of 2011, rounded; couples and lone parents with children a little above.
    let kind = weighted(rng, &[275, 250, 168, 42, 76, 60, 28, 6, 14, 21, 8]);
    let lone = kind == 4 || kind == 6;
    let need = weighted(rng, if lone { &[795, 135, 70] } else { &[888, 80, 32] }) as u8;
    let frame = Frame { sector, origin, surname, need };
    match kind {
        0 | 9 => alone(builder, rng, &frame),
        1 => couple_alone(builder, rng, &frame),
        2 => couple(builder, rng, &frame, false, None),
        3 => step(builder, rng, &frame),
        4 => lone_parent(builder, rng, &frame, false),
        5 => couple(builder, rng, &frame, true, None),
        6 => lone_parent(builder, rng, &frame, true),
        7 => grandparents(builder, rng, &frame),
        8 => {
            let elders = 1 + u8::from(rng.chance(0.35));
            couple(builder, rng, &frame, false, Some(elders));
        }
        _ => siblings(builder, rng, &frame),
    }
}

fn adult(builder: &mut Builder, rng: &mut Rng, frame: &Frame, family: u32, (female, age, surname): (bool, i32, Surname)) -> u32 {
    let born = builder.born(rng, age);
    let other_surname = builder.world.names.draw_surname(rng, frame.origin);
    builder.person(rng, &Traits { female, origin: frame.origin, born, surname, other_surname }, family)
}

fn home(builder: &mut Builder, rng: &mut Rng, frame: &Frame, kind: FamilyKind) -> u32 {
    let address = builder.world.places.mint(frame.sector, rng);
    builder.family(kind, frame.need, address, NO_DAY)
}

fn adult_age(rng: &mut Rng) -> i32 {
    match weighted(rng, &[22, 32, 46]) {
        0 => rng.between(18, 34),
        1 => rng.between(35, 62),
        _ => rng.normal(75.0, 8.5).clamp(60.0, 98.0) as i32,
    }
}

fn alone(builder: &mut Builder, rng: &mut Rng, frame: &Frame) {
    let family = home(builder, rng, frame, FamilyKind::Single);
    let age = adult_age(rng);
    let female = rng.chance(if age > 65 { 0.66 } else { 0.42 });
    let person = adult(builder, rng, frame, family, (female, age, frame.surname));
    builder.join(family, person, Place::Head);
}

/// Married couples share a surname; one in four does not marry, and one in eight brides keeps hers or joins both.
fn her_surname(builder: &Builder, rng: &mut Rng, frame: &Frame) -> Surname {
    let own = builder.world.names.draw_surname(rng, frame.origin);
    match weighted(rng, &[68, 27, 5]) {
        0 => frame.surname,
        1 => own,
        _ => Surname { first: own.first, second: frame.surname.first },
    }
}

fn couple_alone(builder: &mut Builder, rng: &mut Rng, frame: &Frame) {
    let family = home(builder, rng, frame, FamilyKind::CoupleAlone);
    let age = if rng.chance(0.3) { rng.between(20, 36) } else { rng.normal(65.0, 10.0).clamp(40.0, 93.0) as i32 };
    let man = adult(builder, rng, frame, family, (false, age, frame.surname));
    let hers = her_surname(builder, rng, frame);
    let years = (age - rng.between(-3, 6)).max(18);
    let woman = adult(builder, rng, frame, family, (true, years, hers));
    builder.join(family, man, Place::Head);
    builder.join(family, woman, Place::Spouse);
}

/// Two grown brothers or sisters, or a grown child with an aged parent: relatives without children.
fn siblings(builder: &mut Builder, rng: &mut Rng, frame: &Frame) {
    let family = home(builder, rng, frame, FamilyKind::CoupleAlone);
    let age = rng.between(25, 70);
    for place in [Place::Head, Place::Other] {
        let female = rng.bool();
        let years = age + rng.between(0, 5);
        let person = adult(builder, rng, frame, family, (female, years, frame.surname));
        builder.join(family, person, place);
    }
}

/// Days of birth of the children of one household, youngest first; twins are equal.
fn children_born(builder: &Builder, rng: &mut Rng, frame: &Frame, grown: bool) -> Vec<Day> {
    let more = usize::from(frame.need) * 8;
    let count = 1 + weighted(rng, &[42 - more.min(20) as u32, 40, 13 + more as u32, 4 + more as u32 / 2, 1 + more as u32 / 4]);
    let youngest = if grown { rng.between(18, 32) } else { rng.between(0, 17).min(rng.between(0, 20)) };
    let mut born = builder.born(rng, youngest);
    let mut days = Vec::new();
    while days.len() < count {
        days.push(born);
        if rng.chance(0.017) {
            days.push(born);
        }
        born -= rng.between(400, 1_500);
    }
    days
}

/// The name of a child that shares a day of birth with the one before must differ; twins often get like-sounding names.
fn children(
    builder: &mut Builder,
    rng: &mut Rng,
    frame: &Frame,
    family: u32,
    born: &[Day],
    names: (Surname, Surname),
    father: Option<u32>,
) -> Vec<u32> {
    let mut ids: Vec<u32> = Vec::new();
    for &day in born {
        let female = rng.chance(0.488);
        let traits = Traits { female, origin: frame.origin, born: day, surname: names.0, other_surname: names.1 };
        let child = builder.person(rng, &traits, family);
        let taken: Vec<u32> = ids.iter().map(|&id| builder.world.person(id).forename).collect();
        let twin = ids.last().copied().filter(|&last| builder.world.person(last).born == day);
        let mut forename = builder.world.person(child).forename;
        if let Some(twin) = twin {
            forename = namesakes::like_sounding(builder, rng, twin, female).unwrap_or(forename);
        } else if let Some(father) = father.filter(|_| !female && rng.chance(0.025)) {
            forename = builder.world.person(father).forename;
        }
        let year = crate::model::Month::of(day).map_or(2000, crate::model::Month::year);
        for _ in 0..8 {
            if !taken.contains(&forename) {
                break;
            }
            forename = builder.world.names.draw_forename(rng, frame.origin, female, year);
        }
        if let Some(person) = builder.world.people.get_mut(child as usize) {
            person.forename = forename;
        }
        builder.join(family, child, Place::Offspring);
        ids.push(child);
    }
    ids
}

fn mother_age(rng: &mut Rng, builder: &Builder, born: &[Day], need: u8) -> i32 {
    let oldest = born.last().map_or(0, |&day| (builder.start - day) / 365);
    let youngest = born.first().map_or(0, |&day| (builder.start - day) / 365);
    let at_first = rng.normal(27.5 - 3.5 * f64::from(need), 5.0).clamp(16.5, 41.0) as i32;
    // Not older than forty-six at the birth of the youngest.
    (oldest + at_first).min(youngest + 46).max(oldest + 17)
}

fn couple(builder: &mut Builder, rng: &mut Rng, frame: &Frame, grown: bool, elders: Option<u8>) {
    let family = home(builder, rng, frame, if elders.is_some() { FamilyKind::ThreeGenerations } else { FamilyKind::Couple });
    let born = children_born(builder, rng, frame, grown);
    let age = mother_age(rng, builder, &born, frame.need);
    let hers = her_surname(builder, rng, frame);
    let woman = adult(builder, rng, frame, family, (true, age, hers));
    let years = (age + rng.between(-4, 8)).max(18);
    let man = adult(builder, rng, frame, family, (false, years, frame.surname));
    builder.join(family, woman, Place::Head);
    builder.join(family, man, Place::Spouse);
    let maiden = builder.world.person(woman).other_surname;
    let theirs = if hers == frame.surname {
        (frame.surname, maiden)
    } else {
        match weighted(rng, &[76, 14, 10]) {
            0 => (frame.surname, hers),
            1 => (hers, frame.surname),
            _ => (Surname { first: hers.first, second: frame.surname.first }, frame.surname),
        }
    };
    children(builder, rng, frame, family, &born, theirs, Some(man));
    for elder in 0..elders.unwrap_or(0) {
        let surname = if rng.bool() { frame.surname } else { maiden };
        let years = age + rng.between(20, 34);
        let person = adult(builder, rng, frame, family, (elder == 0, years, surname));
        builder.join(family, person, Place::Grandparent);
    }
}

fn lone_parent(builder: &mut Builder, rng: &mut Rng, frame: &Frame, grown: bool) {
    let family = home(builder, rng, frame, FamilyKind::LoneParent);
    let born = children_born(builder, rng, frame, grown);
    let age = mother_age(rng, builder, &born, frame.need);
    let female = rng.chance(0.88);
    let parent = adult(builder, rng, frame, family, (female, age, frame.surname));
    builder.join(family, parent, Place::Head);
    let others = builder.world.names.draw_surname(rng, frame.origin);
    let names = if rng.chance(0.5) { (frame.surname, others) } else { (others, frame.surname) };
    let ids = children(builder, rng, frame, family, &born, names, None);
    if !grown && rng.chance(0.55) {
        let apart = Frame { surname: others, ..*frame };
        other_parent(builder, rng, &apart, family, (&ids, !female, age));
    }
}

/// The parent who lives elsewhere in the county, alone or with somebody new; one in seven has the children half the week.
fn other_parent(builder: &mut Builder, rng: &mut Rng, frame: &Frame, family: u32, (children, female, age): (&[u32], bool, i32)) {
    let sector = if rng.chance(0.6) { frame.sector } else { builder.world.places.draw_sector(rng) };
    let elsewhere = Frame { sector, need: frame.need / 2, ..*frame };
    let shared = rng.chance(0.14);
    let kind = if shared { FamilyKind::LoneParent } else { FamilyKind::Single };
    let second = home(builder, rng, &elsewhere, kind);
    let years = (age + rng.between(-4, 8)).max(18);
    let parent = adult(builder, rng, &elsewhere, second, (female, years, frame.surname));
    builder.join(second, parent, Place::Head);
    if rng.chance(0.35) {
        let surname = builder.world.names.draw_surname(rng, frame.origin);
        let years = (age + rng.between(-6, 4)).max(18);
        let partner = adult(builder, rng, &elsewhere, second, (!female, years, surname));
        builder.join(second, partner, Place::StepPartner);
        if let Some(family) = builder.world.families.get_mut(second as usize) {
            family.kind = if shared { FamilyKind::Step } else { FamilyKind::CoupleAlone };
        }
    }
    builder.join_for(
        family,
        Membership { person: parent, place: Place::AbsentParent, resident: false, primary: false, from: NO_DAY, to: NO_DAY },
    );
    if shared {
        for &child in children {
            builder.join_for(
                second,
                Membership { person: child, place: Place::Offspring, resident: true, primary: false, from: NO_DAY, to: NO_DAY },
            );
        }
    }
}

fn step(builder: &mut Builder, rng: &mut Rng, frame: &Frame) {
    let family = home(builder, rng, frame, FamilyKind::Step);
    let born = children_born(builder, rng, frame, false);
    let age = mother_age(rng, builder, &born, frame.need);
    let former = builder.world.names.draw_surname(rng, frame.origin);
    let hers = if rng.chance(0.4) { frame.surname } else { builder.world.names.draw_surname(rng, frame.origin) };
    let woman = adult(builder, rng, frame, family, (true, age, hers));
    let years = (age + rng.between(-5, 9)).max(18);
    let man = adult(builder, rng, frame, family, (false, years, frame.surname));
    builder.join(family, woman, Place::Head);
    builder.join(family, man, Place::StepPartner);
    let together = usize::from(born.len() > 1 && rng.chance(0.5));
    let (joint, earlier) = born.split_at(together.min(born.len()));
    children(builder, rng, frame, family, joint, (frame.surname, hers), None);
    let ids = children(builder, rng, frame, family, earlier, (former, hers), None);
    if rng.chance(0.4) {
        let apart = Frame { surname: former, ..*frame };
        other_parent(builder, rng, &apart, family, (&ids, false, age));
    }
}

fn grandparents(builder: &mut Builder, rng: &mut Rng, frame: &Frame) {
    let family = home(builder, rng, frame, FamilyKind::Grandparent);
    let age = rng.between(44, 68);
    let woman = adult(builder, rng, frame, family, (true, age, frame.surname));
    builder.join(family, woman, Place::Grandparent);
    if rng.chance(0.6) {
        let years = age + rng.between(-2, 6);
        let man = adult(builder, rng, frame, family, (false, years, frame.surname));
        builder.join(family, man, Place::Grandparent);
    }
    let count = rng.between(1, 3);
    let mut born: Vec<Day> = Vec::new();
    for child in 0..count {
        let years = (2 + child * 4 + rng.between(0, 3)).min(16);
        born.push(builder.born(rng, years));
    }
    let others = builder.world.names.draw_surname(rng, frame.origin);
    let names = if rng.chance(0.5) { (frame.surname, others) } else { (others, frame.surname) };
    children(builder, rng, frame, family, &born, names, None);
}
