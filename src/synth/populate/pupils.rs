//! Schools, and who goes where.
//!
//! In: everybody's day of birth and home. Out: schools, pupils and their UPNs. What always holds: a UPN's establishment and year are
//! those of the first school; twins start together and get consecutive numbers.

use super::super::calendar::reception_year;
use super::super::identifiers::Upn;
use super::super::random::{Draw, Purpose, stream};
use super::super::world::{Pupil, School, World};
use super::Builder;

/// Lincolnshire (domain.md section 0), and authorities pupils come from `[m]`.
const LINCOLNSHIRE: u16 = 925;
const ELSEWHERE: [u16; 6] = [812, 813, 891, 874, 873, 855];
const SAINTS: [&str; 12] = [
    "St Mary's",
    "St Hugh's",
    "St Botolph's",
    "St Andrew's",
    "St Peter's",
    "St Michael's",
    "St Nicholas",
    "St John's",
    "All Saints",
    "Holy Trinity",
    "St Faith's",
    "St Thomas",
];
const KINDS: [&str; 4] = ["Primary School", "C of E Primary School", "Community Primary School", "Primary Academy"];
const SENIOR: [&str; 6] = ["Academy", "High School", "Grammar School", "Community College", "School", "Technology College"];

/// Opens the schools and enrols every child of school age during the time told.
pub(super) fn enrol(builder: &mut Builder, people: u32) {
    let world = &mut builder.world;
    let sectors = world.places.sectors.len() as u32;
    let primaries = (people / 2_200).max(6);
    let secondaries = (people / 13_000).max(3);
    for number in 0..primaries + secondaries {
        let mut rng = stream(world.seed, Purpose::School, u64::from(number), 9);
        let sector = world.places.sectors.get((number * 37 % sectors) as usize);
        let town = sector.map(|sector| sector.main_town().to_owned()).unwrap_or_default();
        let name = if number < primaries {
            format!("{town} {} {}", rng.pick(&SAINTS), rng.pick(&KINDS))
        } else {
            format!("{town} {} {}", rng.pick(&SAINTS), rng.pick(&SENIOR))
        };
        let base = if number < primaries { 2_000 + number } else { 4_000 + number - primaries };
        world.schools.push(School { number: base as u16, name });
    }
    world.primaries = primaries;
    enrol_new(world);
}

/// Enrols everybody of school age who is on no list yet.
pub(crate) fn enrol_new(world: &mut World) {
    let primaries = world.primaries;
    let secondaries = (world.schools.len() as u32 - primaries).max(1);
    world.pupil_of.resize(world.people.len(), u32::MAX);
    let (first_year, last_year) =
        (super::super::calendar::school_year(world.history) - 13, super::super::calendar::school_year(world.horizon));
    for family in 0..world.families.len() as u32 {
        let members = world.family(family).members.clone();
        for member in members.iter().filter(|member| member.primary) {
            if world.person(member.person).family != family {
                continue;
            }
            let year = reception_year(world.person(member.person).born);
            if !(first_year..=last_year).contains(&year) || world.pupil(member.person).is_some() {
                continue;
            }
            // Twins draw from the same stream, so they share schools.
            let mut rng = stream(world.seed, Purpose::School, u64::from(family), year as u64);
            let sector = world.places.sector_index(world.family(family).home(world.history)) as u32;
            let primary = (sector * 7 + rng.u32(0..4)) % primaries;
            let secondary = primaries + (sector * 3 + rng.u32(0..2)) % secondaries;
            let (authority, establishment) =
                if rng.chance(0.06) { (*rng.pick(&ELSEWHERE), rng.u16(2_000..3_900)) } else { (LINCOLNSHIRE, 2_000 + primary as u16) };
            let short = year.rem_euclid(100) as u8;
            let serial = world.serials.entry((authority, establishment, short)).or_insert(0);
            *serial += 1;
            let serial = *serial;
            let private = rng.chance(0.045) && world.family(family).need == 0;
            let upn = Upn { authority, establishment, year: short, serial };
            if let Some(slot) = world.pupil_of.get_mut(member.person as usize) {
                *slot = world.pupils.len() as u32;
            }
            world.pupils.push(Pupil { person: member.person, upn, primary, secondary, private });
        }
    }
}
