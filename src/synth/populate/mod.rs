//! Who lives in the county, with whom and where, over the whole time that is told.
//!
//! In: the settings. Out: a world with people, families, homes, schools and pupils. What always holds: at the start month there are as
//! many people as asked for (at most one household more); everything follows from the seed.

mod communal;
mod households;
mod later;
mod moves;
mod namesakes;
mod pupils;

pub(crate) use households::household;
pub(crate) use pupils::enrol_new;

use std::collections::{BTreeMap, VecDeque};

use crate::model::date::months_before;
use crate::model::{Day, NO_DAY};

use super::SynthSettings;
use super::help;
use super::names::{NO_NAME, NameBook, Origin, Surname};
use super::places::Places;
use super::random::{Draw, Purpose, stream};
use super::world::{Dwelling, Family, FamilyKind, Membership, Person, Place, World};

/// Months of history before the start month.
pub(crate) const HISTORY_MONTHS: i32 = 26;

/// A world being filled.
pub(crate) struct Builder {
    pub(crate) world: World,
    /// First day of the start month.
    pub(crate) start: Day,
}

impl Builder {
    /// Adds somebody, who belongs first to `family`.
    pub(crate) fn person(&mut self, rng: &mut fastrand::Rng, traits: &Traits, family: u32) -> u32 {
        let year = crate::model::Month::of(traits.born).map_or(1980, crate::model::Month::year);
        // Children born here to parents from abroad often get English names.
        let settled = traits.origin.is_migrant() && year >= 2004 && rng.chance(0.3);
        let naming = if settled { Origin::British } else { traits.origin };
        let names = &self.world.names;
        let forename = names.draw_forename(rng, naming, traits.female, year);
        let middle = if rng.chance(if traits.origin == Origin::British { 0.8 } else { 0.25 }) {
            names.draw_forename(rng, naming, traits.female, year - 25)
        } else {
            NO_NAME
        };
        let form = |surname: Surname| if traits.female { names.feminine(surname) } else { surname };
        let id = self.world.people.len() as u32;
        self.world.people.push(Person {
            forename,
            middle: if middle == forename { NO_NAME } else { middle },
            surname: form(traits.surname),
            other_surname: form(traits.other_surname),
            born: traits.born,
            died: NO_DAY,
            female: traits.female,
            origin: traits.origin,
            family,
        });
        id
    }

    /// Adds a family without members.
    pub(crate) fn family(&mut self, kind: FamilyKind, need: u8, address: u32, since: Day) -> u32 {
        let id = self.world.families.len() as u32;
        let dwellings = vec![Dwelling { address, from: since }];
        self.world.families.push(Family { kind, need, members: Vec::new(), dwellings, since, settled_as: None });
        id
    }

    /// Adds a resident whose first home it is.
    fn join(&mut self, family: u32, person: u32, place: Place) {
        self.join_for(family, Membership { person, place, resident: true, primary: true, from: NO_DAY, to: NO_DAY });
    }

    pub(crate) fn join_for(&mut self, family: u32, membership: Membership) {
        if let Some(family) = self.world.families.get_mut(family as usize) {
            family.members.push(membership);
        }
    }

    /// A day of birth that makes somebody so old at the start.
    fn born(&self, rng: &mut fastrand::Rng, age: i32) -> Day {
        months_before(self.start, age * 12) - rng.between(0, 364)
    }
}

/// What is decided about somebody before they get a forename.
#[derive(Clone, Copy)]
pub(crate) struct Traits {
    pub(crate) female: bool,
    pub(crate) origin: Origin,
    pub(crate) born: Day,
    /// In its masculine form.
    pub(crate) surname: Surname,
    pub(crate) other_surname: Surname,
}

/// Origin of a household's names in a district (migration to the fen districts; Lincoln has a university and a hospital).
fn draw_origin(rng: &mut fastrand::Rng, district: &str) -> Origin {
    // In the order of Origin::ALL, per thousand.
    let weights: [u32; 11] = match district {
        "E07000136" => [812, 12, 58, 44, 28, 14, 12, 9, 6, 2, 3],
        "E07000140" => [880, 12, 40, 26, 14, 12, 6, 4, 3, 1, 2],
        "E07000138" => [918, 14, 22, 6, 4, 3, 4, 3, 14, 6, 6],
        "" => [930, 10, 20, 8, 4, 2, 6, 2, 12, 3, 3],
        _ => [953, 13, 12, 5, 2, 2, 2, 1, 5, 2, 3],
    };
    Origin::ALL.get(super::random::weighted(rng, &weights)).copied().unwrap_or(Origin::British)
}

/// Builds the county up to its people, homes and schools.
pub(crate) fn populate(settings: &SynthSettings) -> World {
    let start = settings.start.first_day();
    // Only the first month: what comes later is told month by month (`onward`), so it cannot depend on how many months follow.
    let horizon = settings.start.last_day();
    let history = months_before(start, HISTORY_MONTHS);
    let world = World {
        seed: settings.seed,
        names: NameBook::new(),
        places: Places::new(settings.seed),
        people: Vec::with_capacity(settings.people as usize + 64),
        families: Vec::with_capacity(settings.people as usize / 2),
        pupils: Vec::new(),
        pupil_of: Vec::new(),
        schools: Vec::new(),
        terms: super::calendar::terms_between(history - 150, horizon + 150),
        absences: Vec::new(),
        happenings: Vec::new(),
        activities: Vec::new(),
        crimes: Vec::new(),
        helped: help::plans(settings.seed, &settings.helped),
        abuse: Vec::new(),
        moved: Vec::new(),
        second: Vec::new(),
        history,
        horizon,
        first_horizon: horizon,
        telling: settings.seed,
        primaries: 0,
        serials: BTreeMap::new(),
        empty: VecDeque::new(),
        next_event: 0,
        renamed: Vec::new(),
        corrected: Vec::new(),
        journal: Vec::new(),
    };
    let mut builder = Builder { world, start };
    communal::institutions(&mut builder, settings.people);
    let mut household = 0;
    while builder.world.people.len() < settings.people as usize {
        let mut rng = stream(settings.seed, Purpose::Household, household, 0);
        households::household(&mut builder, &mut rng);
        household += 1;
    }
    namesakes::cousins(&mut builder, settings.people / 1_500 + 1);
    let mut rng = stream(settings.seed, Purpose::Moves, u64::MAX, 0);
    moves::past(&mut builder, &mut rng);
    later::changes(&mut builder);
    moves::future(&mut builder);
    pupils::enrol(&mut builder, settings.people);
    builder.world.moved.sort_unstable();
    builder.world.second = second_homes(&builder.world);
    builder.world
}

/// (child, family) for every membership that is not the first home.
pub(crate) fn second_homes(world: &World) -> Vec<(u32, u32)> {
    let mut second = Vec::new();
    for (index, family) in world.families.iter().enumerate() {
        let children = family.members.iter().filter(|member| member.resident && !member.primary);
        second.extend(children.map(|member| (member.person, index as u32)));
    }
    second.sort_unstable();
    second
}
