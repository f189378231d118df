//! The county from its second month on, told month by month.
//!
//! In: the county up to the end of a month. Out: the same county a month later, with what changed noted in its journal. What always
//! holds: a month follows from the seed, the months before it and itself alone, never from how many months are asked for; every choice
//! has a stream of its own, so nothing depends on threads.
//!
//! Rates are per year and stated where they are used; those marked `[m]` are from memory.

mod help;
mod homes;
mod partners;
mod people;
mod records;
mod referrals;
mod terms;

pub(crate) use referrals::VAGUE;

use fastrand::Rng;

use crate::model::date::{age_on, months_before};
use crate::model::{Day, Month, NO_DAY};

use super::life;
use super::noise::Noise;
use super::populate::{Builder, HISTORY_MONTHS, enrol_new, second_homes};
use super::random::{Purpose, mix, stream};
use super::truth::Delivered;
use super::world::{Change, ChangeKind, Membership, World};

/// No person, no family.
pub(crate) const NONE: u32 = u32::MAX;

/// The month that is told.
#[derive(Clone, Copy)]
struct Span {
    /// Months since January of the year 0: names the month's streams.
    key: u64,
    first: Day,
    last: Day,
    /// It is the first month told this way.
    opens: bool,
}

impl Span {
    /// The stream of an entity for one question of this month.
    fn stream(&self, world: &World, entity: u32, question: u64) -> Rng {
        stream(world.seed, Purpose::Onward, u64::from(entity) << 16 | self.key, question)
    }
}

/// Tells the next month. `delivered` says which agencies hold whom: only records that exist are put right.
pub(crate) fn advance(mut world: World, month: Month, noise: &Noise, delivered: &Delivered) -> World {
    let (first, last) = (month.first_day(), month.last_day());
    let opens = world.horizon == world.first_horizon;
    let span = Span { key: (month.year() * 12 + month.month() as i32) as u64, first, last, opens };
    world.history = months_before(first, HISTORY_MONTHS);
    world.horizon = last;
    world.telling = mix(world.seed, Purpose::Onward, span.key, 1);
    world.journal.clear();
    if opens {
        world.next_event = world.happenings.len() as u32;
    }
    let mut builder = Builder { world, start: first };
    people::change(&mut builder, &span);
    homes::change(&mut builder, &span);
    let mut world = builder.world;
    world.moved.sort_unstable();
    world.renamed.sort_by_key(|renaming| (renaming.person, renaming.day));
    world.second = second_homes(&world);
    enrol_new(&mut world);
    terms::open(&mut world, &span);
    let before = world.happenings.len();
    life::live_on(&mut world, month);
    help::work(&mut world, &span, before);
    referrals::refer(&mut world, &span, before);
    records::end(&mut world, &span);
    records::withdraw(&mut world, &span);
    records::correct(&mut world, &span, noise, delivered);
    birthdays(&mut world, &span);
    world.happenings.sort_by_key(|event| (event.person, event.from, event.kind, event.code, event.id));
    world.absences.sort_by_key(|absence| (absence.person, absence.from, absence.school));
    world.journal.sort_by_key(|change| (change.day, change.family, change.kind, change.person, change.other, change.feed));
    world
}

/// Notes a change of a family.
fn note(world: &mut World, day: Day, family: u32, kind: ChangeKind, (person, other): (u32, u32)) {
    world.journal.push(Change { day, family, kind, person, other, feed: "" });
}

/// Those who live there on a day for the first time in their lives or as their first home.
fn at_home(world: &World, family: u32, on: Day) -> Vec<Membership> {
    world.residents(family, on).into_iter().filter(|member| member.primary).collect()
}

/// A family somebody of which is not born yet: it stays as it is until then.
fn expects(world: &World, family: u32, on: Day) -> bool {
    world.family(family).members.iter().any(|member| member.from > on && world.person(member.person).born > on)
}

/// Ends somebody's stay.
fn leave(world: &mut World, family: u32, person: u32, last: Day) {
    if let Some(family) = world.families.get_mut(family as usize) {
        for member in family.members.iter_mut().filter(|member| member.person == person && member.resident && member.to == NO_DAY) {
            member.to = last;
        }
    }
}

/// Somebody lives there from a day on and nowhere else first.
fn join(builder: &mut Builder, family: u32, member: Membership) {
    builder.join_for(family, member);
    if builder.world.person(member.person).family != family {
        builder.world.moved.push((member.person, family));
    }
}

/// Everybody who came of age or was born this month.
fn birthdays(world: &mut World, span: &Span) {
    let mut found: Vec<Change> = Vec::new();
    for (index, family) in world.families.iter().enumerate() {
        for member in family.members_on(span.last).filter(|member| member.resident && world.is_alive(member.person, span.last)) {
            let person = world.person(member.person);
            let change = |kind, day| Change { day, family: index as u32, kind, person: member.person, other: NONE, feed: "" };
            if person.born >= span.first && person.born <= span.last {
                found.push(change(ChangeKind::Birth, person.born));
            }
            let (before, now) = (age_on(person.born, span.first - 1), age_on(person.born, span.last));
            if before.is_some_and(|age| age < 18) && now.is_some_and(|age| age >= 18) {
                let day = (span.first..=span.last).find(|&day| age_on(person.born, day) == Some(18)).unwrap_or(span.last);
                found.push(change(ChangeKind::TurnedEighteen, day));
            }
        }
    }
    world.journal.append(&mut found);
}
