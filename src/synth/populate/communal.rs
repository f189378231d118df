//! Places where many people live who are no family: care homes, houses in multiple occupation, hostels, a refuge, caravan sites, barracks.
//!
//! In: how many people the county has. Out: institutions with their residents, each unit of residents a family of its own. What
//! always holds: even the smallest county has at least one of each.

use fastrand::Rng;

use crate::model::NO_DAY;

use super::super::names::Origin;
use super::super::random::{Draw, Purpose, stream, weighted};
use super::super::world::{FamilyKind, Place};
use super::{Builder, Traits, draw_origin};

const CARE_HOMES: [&str; 8] = [
    "The Limes Care Home",
    "Cedar House Care Home",
    "Riverside Court",
    "St Hugh's Nursing Home",
    "Lindum Lodge",
    "Ashdene Care Home",
    "The Beeches",
    "Wolds View Care Home",
];
const CARAVAN_SITES: [&str; 6] = [
    "Golden Sands Caravan Park",
    "Seaholme Caravan Park",
    "Sunnymede Caravan Site",
    "Bluewaters Caravan Park",
    "Dunes Caravan Park",
    "Fenside Caravan Site",
];
const HOSTELS: [&str; 4] = ["The Nomad Hostel", "Pathways Hostel", "Centrepoint House", "Corporation Street Hostel"];
const BARRACKS: [&str; 4] = ["RAF Coningsby", "RAF Waddington", "RAF Cranwell", "RAF Digby"];

/// Adds all institutions of a county of that size.
pub(super) fn institutions(builder: &mut Builder, people: u32) {
    let each = |per: u32| people / per + 1;
    for (kind, count) in [
        (FamilyKind::CareHome, each(4_500)),
        (FamilyKind::Hmo, each(1_400)),
        (FamilyKind::Hostel, each(40_000)),
        (FamilyKind::Refuge, each(60_000)),
        (FamilyKind::Caravan, each(9_000)),
        (FamilyKind::Barracks, each(60_000)),
    ] {
        for number in 0..count {
            let mut rng = stream(builder.world.seed, Purpose::Communal, kind as u64, u64::from(number));
            match kind {
                FamilyKind::CareHome => care_home(builder, &mut rng, number),
                FamilyKind::Hmo => shared_house(builder, &mut rng),
                FamilyKind::Hostel => hostel(builder, &mut rng, number),
                FamilyKind::Refuge => refuge(builder, &mut rng, number),
                FamilyKind::Caravan => caravans(builder, &mut rng, number),
                _ => barracks(builder, &mut rng, number),
            }
        }
    }
}

fn named(list: &[&str], number: u32) -> String {
    let name = list.get(number as usize % list.len()).copied().unwrap_or_default();
    let round = number as usize / list.len();
    if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) }
}

/// One person living for themselves at an address.
fn resident(builder: &mut Builder, rng: &mut Rng, kind: FamilyKind, address: u32, (female, age, origin): (bool, i32, Origin)) {
    let need = weighted(rng, &[80, 15, 5]) as u8;
    let family = builder.family(kind, need, address, NO_DAY);
    let traits = Traits {
        female,
        origin,
        born: builder.born(rng, age),
        surname: builder.world.names.draw_surname(rng, origin),
        other_surname: builder.world.names.draw_surname(rng, origin),
    };
    let person = builder.person(rng, &traits, family);
    builder.join(family, person, Place::Head);
}

fn any_sector(builder: &Builder, rng: &mut Rng) -> (usize, String) {
    let sector = builder.world.places.draw_sector(rng);
    (sector, builder.world.places.sectors.get(sector).map(|sector| sector.district.clone()).unwrap_or_default())
}

fn care_home(builder: &mut Builder, rng: &mut Rng, number: u32) {
    let (sector, _) = any_sector(builder, rng);
    let site = builder.world.places.mint_site(sector, named(&CARE_HOMES, number));
    for room in 0..rng.between(16, 34) {
        let address = if rng.chance(0.3) { builder.world.places.mint_room(site, room as u32 + 1, true) } else { site };
        let age = rng.normal(85.0, 7.0).clamp(62.0, 102.0) as i32;
        let female = rng.chance(0.7);
        resident(builder, rng, FamilyKind::CareHome, address, (female, age, Origin::British));
    }
    // A children's home beside it: unrelated teenagers.
    if number.is_multiple_of(6) {
        let home = builder.world.places.mint(sector, rng);
        for _ in 0..rng.between(3, 6) {
            let (female, age) = (rng.bool(), rng.between(12, 17));
            resident(builder, rng, FamilyKind::CareHome, home, (female, age, Origin::British));
        }
    }
}

fn shared_house(builder: &mut Builder, rng: &mut Rng) {
    let (sector, district) = any_sector(builder, rng);
    let address = builder.world.places.mint(sector, rng);
    for _ in 0..rng.between(5, 10) {
        // Seasonal workers share; students too.
        let origin = if rng.chance(0.55) { draw_origin(rng, "E07000136") } else { draw_origin(rng, &district) };
        let (female, age) = (rng.chance(0.35), rng.between(18, 45));
        resident(builder, rng, FamilyKind::Hmo, address, (female, age, origin));
    }
}

fn hostel(builder: &mut Builder, rng: &mut Rng, number: u32) {
    let towns = builder.world.places.sectors_where(|sector| sector.kind == b'T' && !sector.district.is_empty());
    let sector = *rng.pick(&towns);
    let site = builder.world.places.mint_site(sector, named(&HOSTELS, number));
    for _ in 0..rng.between(12, 24) {
        let (female, age) = (rng.chance(0.25), rng.between(18, 58));
        let origin = draw_origin(rng, "E07000138");
        resident(builder, rng, FamilyKind::Hostel, site, (female, age, origin));
    }
}

/// Mothers with children, several families under one roof, address confidential.
fn refuge(builder: &mut Builder, rng: &mut Rng, number: u32) {
    let towns = builder.world.places.sectors_where(|sector| sector.kind == b'T' && !sector.district.is_empty());
    let sector = *rng.pick(&towns);
    let site = builder
        .world
        .places
        .mint_site(sector, format!("{} Haven House", ["The", "New", "Old", "Little"].get(number as usize % 4).copied().unwrap_or("The")));
    for _ in 0..rng.between(5, 8) {
        let family = builder.family(FamilyKind::Refuge, 1 + u8::from(rng.chance(0.4)), site, NO_DAY);
        let origin = draw_origin(rng, "E07000138");
        let (surname, other_surname) = (builder.world.names.draw_surname(rng, origin), builder.world.names.draw_surname(rng, origin));
        let born = builder.born(rng, 22);
        let born = born - rng.between(0, 18 * 365);
        let mother = builder.person(rng, &Traits { female: true, origin, born, surname, other_surname }, family);
        builder.join(family, mother, Place::Head);
        for child in 0..rng.between(1, 3) {
            let female = rng.bool();
            let born = (born + 19 * 365 + child * 700 + rng.between(0, 300)).min(builder.start - 40);
            let person = builder.person(rng, &Traits { female, origin, born, surname: other_surname, other_surname: surname }, family);
            builder.join(family, person, Place::Offspring);
        }
    }
}

/// Pitches of a park: small households side by side; half of the sites have one UPRN for all.
fn caravans(builder: &mut Builder, rng: &mut Rng, number: u32) {
    let coast = builder.world.places.sectors_where(|sector| sector.kind == b'C');
    let sector = *rng.pick(&coast);
    let site = builder.world.places.mint_site(sector, named(&CARAVAN_SITES, number));
    let shared = rng.bool();
    for pitch in 0..rng.between(18, 40) {
        let address = builder.world.places.mint_room(site, pitch as u32 + 1, shared);
        let family = builder.family(FamilyKind::Caravan, weighted(rng, &[75, 18, 7]) as u8, address, NO_DAY);
        let origin = Origin::British;
        let surname = builder.world.names.draw_surname(rng, origin);
        let age = rng.between(50, 80);
        for (female, place) in [(false, Place::Head), (true, Place::Spouse)].into_iter().take(1 + usize::from(rng.chance(0.6))) {
            let years = age - rng.between(0, 4);
            let born = builder.born(rng, years);
            let other_surname = builder.world.names.draw_surname(rng, origin);
            let person = builder.person(rng, &Traits { female, origin, born, surname, other_surname }, family);
            builder.join(family, person, place);
        }
    }
}

fn barracks(builder: &mut Builder, rng: &mut Rng, number: u32) {
    let air = builder.world.places.sectors_where(|sector| sector.outward == "LN4" || sector.outward == "LN5" || sector.outward == "NG34");
    let sector = *rng.pick(&air);
    let site = builder.world.places.mint_site(sector, named(&BARRACKS, number));
    for room in 0..rng.between(25, 50) {
        let address = if rng.chance(0.5) { builder.world.places.mint_room(site, room as u32 + 1, true) } else { site };
        let (female, age) = (rng.chance(0.15), rng.between(18, 34));
        resident(builder, rng, FamilyKind::Barracks, address, (female, age, Origin::British));
    }
    // Married quarters: an ordinary street of young families, posted in and out every two years or so (moves.rs).
    for _ in 0..rng.between(10, 18) {
        super::households::household(builder, rng);
    }
}
