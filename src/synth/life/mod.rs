//! What happens to people: school, crime, benefits, care, health, housing.
//!
//! In: a populated world. Out: the same world with its events, from two years before the start to the horizon. What always holds: a
//! family's events depend on its own streams only; trouble is concentrated in the few families with several needs at once.

mod crime;
mod home;
mod needs;
mod school;

use rayon::prelude::*;

use crate::model::date::age_on;
use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::world::{Absence, Crime, Family, Happening, Place, World};

pub(crate) use crime::{OFFENCES, role_for};
pub(crate) use home::landlord;

/// What one family's life adds.
#[derive(Default)]
pub(crate) struct Life {
    absences: Vec<Absence>,
    happenings: Vec<Happening>,
    crimes: Vec<Crime>,
    abuse: Vec<Crime>,
}

/// One member as the life stages see them.
#[derive(Clone, Copy)]
struct Someone {
    person: u32,
    place: Place,
    born: Day,
    female: bool,
}

impl Someone {
    fn age(self, day: Day) -> i32 {
        age_on(self.born, day).unwrap_or(-1)
    }
}

/// Tells everything that happens. `reference` is the last day of the start month: the boundary cases are placed around it.
pub(crate) fn live(world: &mut World, reference: Day) {
    let lives: Vec<Life> = (0..world.families.len() as u32)
        .into_par_iter()
        .with_min_len(256)
        .map(|family| {
            let mut life = Life::default();
            let members = own_members(world, family);
            school::school(world, family, &members, reference, &mut life);
            crime::crime(world, family, &members, reference, &mut life);
            home::home(world, family, &members, &mut life);
            needs::needs(world, family, &members, &mut life);
            life
        })
        .collect();
    for life in lives {
        world.absences.extend(life.absences);
        world.happenings.extend(life.happenings);
        world.crimes.extend(life.crimes);
        world.abuse.extend(life.abuse);
    }
    world.happenings.sort_by_key(|happening| (happening.person, happening.from, happening.kind, happening.code));
    world.absences.sort_by_key(|absence| (absence.person, absence.from, absence.school));
}

/// Those whose first family this is: each person's life is told once.
fn own_members(world: &World, family: u32) -> Vec<Someone> {
    let own = |member: &&super::world::Membership| member.resident && member.primary && world.person(member.person).family == family;
    let members = &world.family(family).members;
    members
        .iter()
        .filter(own)
        .map(|member| {
            let person = world.person(member.person);
            Someone { person: member.person, place: member.place, born: person.born, female: person.female }
        })
        .collect()
}

fn happening(person: u32, kind: EventKind, code: &'static str, from: Day) -> Happening {
    Happening { person, kind, code, role: EventRole::Subject, from, to: NO_DAY, quantity: -1, out_of: -1, known: from, group: 0 }
}

/// The value for a family's need: ordinary, some, several.
fn by_need(family: &Family, values: [f64; 3]) -> f64 {
    values.get(usize::from(family.need)).copied().unwrap_or(0.0)
}
