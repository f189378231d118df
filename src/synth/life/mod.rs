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
use crate::model::{Day, EventKind, EventRole, Month, NO_DAY};

use super::random::{Purpose, mix};
use super::world::{Absence, Crime, Family, Happening, Membership, Place, World};

pub(crate) use crime::{OFFENCES, role_for};
pub(crate) use home::landlord;
pub(crate) use school::attend;

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
    for (id, happening) in world.happenings.iter_mut().enumerate() {
        happening.id = id as u32;
    }
    world.absences.sort_by_key(|absence| (absence.person, absence.from, absence.school));
}

/// Tells what happens in one later month: the same chances over the same two years and more, of which only what begins in the month
/// is kept. What somebody has already is not begun again.
pub(crate) fn live_on(world: &mut World, month: Month) {
    let (first, last) = (month.first_day(), month.last_day());
    // Exclusions come in runs of terms: the terms after the running one take their part of the runs.
    let horizon = world.terms.last().map_or(last, |term| term.to);
    let told = |world: &World, with_school: bool| -> Vec<Life> {
        (0..world.families.len() as u32)
            .into_par_iter()
            .with_min_len(256)
            .map(|family| {
                let mut life = Life::default();
                let members = members_on(world, family, last);
                if members.is_empty() {
                    return life;
                }
                if with_school {
                    school::happen(world, family, &members, last, &mut life);
                } else {
                    crime::crime(world, family, &members, last, &mut life);
                    home::home(world, family, &members, &mut life);
                    needs::needs(world, family, &members, &mut life);
                }
                // The Department and doctors know what somebody brought along.
                let arrived =
                    world.family(family).since >= first && members.iter().all(|member| world.person(member.person).family == family);
                life.keep(world, (first, last), arrived);
                life
            })
            .collect()
    };
    world.horizon = horizon;
    let mut lives = told(world, true);
    world.horizon = last;
    lives.extend(told(world, false));
    let mut fresh: Vec<Happening> = Vec::new();
    for life in lives {
        for mut event in life.happenings {
            event.id = world.next_event;
            world.next_event += 1;
            // Whoever begins something after school has ended what they did before.
            if event.kind == EventKind::Activity {
                // What the leavers of a year do is found out from September to the new year, not in one month.
                event.known = event.from + 2 + (mix(world.seed, Purpose::Onward, u64::from(event.id), 13) % 120) as Day;
                let start = world.happenings.partition_point(|before| before.person < event.person);
                let own = world.happenings.iter_mut().skip(start).take_while(|before| before.person == event.person);
                for before in own.filter(|before| before.kind == EventKind::Activity && before.from < event.from) {
                    before.to = if before.to == NO_DAY { event.from - 1 } else { before.to.min(event.from - 1) };
                }
            }
            fresh.push(event);
        }
        world.crimes.extend(life.crimes);
        world.abuse.extend(life.abuse);
    }
    world.happenings.append(&mut fresh);
}

impl Life {
    /// Keeps what begins from `first` to `last` to people alive then, and is not a repetition of what is open; of those who `arrived`
    /// also what benefits and illness they have had since earlier.
    fn keep(&mut self, world: &World, (first, last): (Day, Day), arrived: bool) {
        let begins = |day: Day| (first..=last).contains(&day);
        self.happenings.retain(|event| {
            let open = |before: &Happening| {
                (before.kind, before.code) == (event.kind, event.code)
                    && before.from <= event.from
                    && (before.to == NO_DAY || before.to > event.from)
            };
            let lasting = matches!(
                event.kind,
                EventKind::Benefit
                    | EventKind::SocialCare
                    | EventKind::Health
                    | EventKind::SchoolStatus
                    | EventKind::Need
                    | EventKind::Activity
            );
            let alive = world.is_alive(event.person, event.from) || world.person(event.person).born > event.from;
            let brought = arrived && event.from < first && matches!(event.kind, EventKind::Benefit | EventKind::Health);
            (begins(event.from) || brought) && alive && !(lasting && world.happenings_of(event.person).iter().any(open))
        });
        let alive = |crime: &Crime| crime.people.iter().all(|&(person, _)| world.is_alive(person, crime.committed));
        self.crimes.retain(|crime| begins(crime.committed) && alive(crime));
        self.abuse.retain(|incident| begins(incident.committed) && alive(incident));
    }
}

/// Those who live there on a day as in their first home, and those about to be born.
fn members_on(world: &World, family: u32, on: Day) -> Vec<Someone> {
    let expected = |member: &Membership| member.from > on && world.person(member.person).born > on;
    let lives = |member: &&Membership| {
        member.resident && member.primary && (expected(member) || member.holds(on) && world.is_alive(member.person, on))
    };
    let someone = |member: &Membership| {
        let person = world.person(member.person);
        Someone { person: member.person, place: member.place, born: person.born, female: person.female }
    };
    world.family(family).members.iter().filter(lives).map(someone).collect()
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
    Happening { person, kind, code, role: EventRole::Subject, from, to: NO_DAY, quantity: -1, out_of: -1, known: from, group: 0, id: 0 }
}

/// The value for a family's need: ordinary, some, several.
fn by_need(family: &Family, values: [f64; 3]) -> f64 {
    values.get(usize::from(family.need)).copied().unwrap_or(0.0)
}
