//! School life: attendance per term, exclusions, being off roll, referral units.
//!
//! In: a family's children. Out: absence counts and events. What always holds: unauthorised plus authorised sessions never exceed the
//! possible ones; some children stand exactly at 15.00% or one session below it, some have exactly three exclusions over three or four terms.

use fastrand::Rng;

use crate::model::{Day, EventKind, NO_DAY};

use super::super::calendar::{Term, is_weekday, last_three_complete, reception_year, weekdays};
use super::super::random::{Draw, Purpose, stream, weighted};
use super::super::world::{Absence, Family, Place, Pupil, World};
use super::{Life, Someone, by_need, happening};

/// A spell during which a child has no school: a day span.
type Spell = (Day, Day);

pub(super) fn school(world: &World, family: u32, members: &[Someone], reference: Day, life: &mut Life) {
    let household = world.family(family);
    for child in members {
        let Some(pupil) = world.pupil(child.person) else { continue };
        let mut rng = stream(world.telling, Purpose::School, u64::from(child.person), 1_000_000);
        let excluded = exclusions(world, household, child, reference, &mut rng, life);
        let away = standing(world, household, child, excluded, &mut rng, life);
        attendance(world, household, (child, pupil), reference, &away, &mut rng, life);
    }
}

/// What happens in a month of school life apart from attendance, which is told term by term.
pub(super) fn happen(world: &World, family: u32, members: &[Someone], reference: Day, life: &mut Life) {
    let household = world.family(family);
    for child in members.iter().filter(|child| world.pupil(child.person).is_some() && child.born <= reference) {
        let mut rng = stream(world.telling, Purpose::School, u64::from(child.person), 1_000_000);
        let excluded = exclusions(world, household, child, reference, &mut rng, life);
        standing(world, household, child, excluded, &mut rng, life);
    }
}

/// Attendance of one child in the terms from `first` on (an index into the terms of the world): as before, with one in twenty changing
/// their habit a term.
pub(crate) fn attend(world: &World, family: u32, child: u32, first: usize) -> Vec<Absence> {
    let (Some(pupil), person) = (world.pupil(child), world.person(child)) else { return Vec::new() };
    let child = Someone { person: child, place: Place::Offspring, born: person.born, female: person.female };
    let household = world.family(family);
    let schools = world.schools.len() as u32;
    let mut life = Vec::new();
    for (index, term) in terms_of(world, &child).filter(|&(index, _)| index >= first) {
        let mut rng = stream(world.seed, Purpose::School, u64::from(child.person), 2_000_000 + index as u64);
        let known = world.absences_of(child.person).iter().rev().filter(|count| !count.dual).take(3);
        let (missed, possible) =
            known.fold((0, 0), |(missed, possible), count| (missed + i32::from(count.unauthorised), possible + i32::from(count.possible)));
        let changes = rng.chance(0.05);
        let habit = if possible == 0 || changes {
            habit(household, &child, term.from, &mut rng)
        } else {
            Habit::Share(f64::from(missed) / f64::from(possible))
        };
        let usual = if term_year(term) < reception_year(child.born) + 7 { pupil.primary } else { pupil.secondary };
        let elsewhere = rng.u32(0..schools.max(1));
        let spells = world.happenings_of(child.person).iter().filter(|event| {
            event.kind == EventKind::SchoolStatus && matches!(event.code, "not_on_roll" | "elective_home_education" | "pupil_referral_unit")
        });
        let away: Vec<Spell> = spells.map(|event| (event.from, if event.to == NO_DAY { term.to + 400 } else { event.to })).collect();
        let Some((from, to)) = at_school(term, &away) else { continue };
        let stay = Stay { person: child.person, term: index as u16, whole: *term };
        let move_day = rng.between(term.from + 7, term.to - 7);
        // A tenth of the children change school in two years: about one in sixty a term.
        if rng.chance(0.016) && (from, to) == (term.from, term.to) {
            life.push(stay.count((from, move_day - 1), usual, &habit, term.to, &mut rng));
            life.push(stay.count((move_day, to), moved_school(usual, elsewhere, schools), &habit, term.to, &mut rng));
        } else {
            life.push(stay.count((from, to), usual, &habit, term.to, &mut rng));
        }
    }
    life
}

/// The school year of a term: the year of its September.
fn term_year(term: &Term) -> i32 {
    if term.season == 0 { term.year } else { term.year - 1 }
}

/// The part of a term at school, cut where the child is off roll; `None` for less than four days.
fn at_school(term: &Term, away: &[Spell]) -> Option<Spell> {
    let (mut from, mut to) = (term.from, term.to);
    for &(gone, back) in away {
        if gone <= term.from && back >= term.to {
            to = from - 1;
        } else if (term.from..=term.to).contains(&gone) {
            to = gone - 1;
        } else if (term.from..=term.to).contains(&back) {
            from = back + 1;
        }
    }
    (to >= from + 3).then_some((from, to))
}

/// Terms a child is of school age for: reception to year 11.
fn terms_of<'a>(world: &'a World, child: &Someone) -> impl Iterator<Item = (usize, &'a Term)> {
    let first = reception_year(child.born);
    world.terms.iter().enumerate().filter(move |(_, term)| {
        let year = term_year(term);
        (first..first + 12).contains(&year)
    })
}

fn school_day(rng: &mut Rng, term: &Term) -> Day {
    let mut day = rng.between(term.from + 3, term.to - 3);
    while !is_weekday(day) {
        day += 1;
    }
    day
}

/// Exclusions; returns the day of a permanent one that stood.
fn exclusions(world: &World, family: &Family, child: &Someone, reference: Day, rng: &mut Rng, life: &mut Life) -> Option<Day> {
    let terms: Vec<&Term> =
        terms_of(world, child).map(|(_, term)| term).filter(|term| term.from > world.history && term.to <= world.horizon).collect();
    let older = child.age(reference) >= 10;
    let likely = by_need(family, [0.006, 0.05, 0.24]) * if older { 1.3 } else { 0.5 } * if child.female { 0.5 } else { 1.4 };
    if terms.len() < 3 || !rng.chance(likely) {
        return None;
    }
    let (window, _) = last_three_complete(reference);
    let place = terms.iter().position(|term| term.from >= window);
    let boundary = place.filter(|_| rng.chance(0.12));
    let days: Vec<Day> = if let Some(place) = boundary {
        // Three exclusions: over the last three complete terms, or over four of which only the last three count.
        let back = place.saturating_sub(usize::from(rng.bool()));
        let chosen: Vec<&&Term> = if back < place {
            [back, place, place + 2].iter().filter_map(|&index| terms.get(index)).collect()
        } else {
            terms.iter().skip(place).take(3).collect()
        };
        chosen.into_iter().map(|term| school_day(rng, term)).collect()
    } else {
        let count = 1 + weighted(rng, &[34, 22, 16, 12, 8, 5, 3]);
        // They come in a run of terms, not evenly over the years.
        let first = rng.usize(0..terms.len());
        (0..count).filter_map(|_| terms.get((first + rng.usize(0..3)).min(terms.len() - 1)).map(|term| school_day(rng, term))).collect()
    };
    let mut days = days;
    days.sort_unstable();
    days.dedup();
    let mut stood = None;
    let last = days.last().copied();
    for day in days {
        let mut event = happening(child.person, EventKind::Exclusion, "fixed", day);
        event.quantity = rng.between(1, 10) * 2;
        event.known = day + rng.between(1, 12);
        if boundary.is_none() {
            match weighted(rng, &[82, 9, 4, 3, 2]) {
                1 => {
                    event.code = "lunchtime";
                    event.quantity = 1;
                }
                2 => event.code = "rescinded",
                3 | 4 if Some(day) == last => {
                    event.code = if rng.chance(0.15) { "rescinded" } else { "permanent" };
                    event.quantity = 0;
                    stood = (event.code == "permanent").then_some(day);
                }
                _ => {}
            }
        }
        life.happenings.push(event);
        if stood.is_some() {
            break;
        }
    }
    stood
}

/// Off roll, home educated, in a unit: returns the spells without a school.
fn standing(world: &World, family: &Family, child: &Someone, excluded: Option<Day>, rng: &mut Rng, life: &mut Life) -> Vec<Spell> {
    let mut away = Vec::new();
    let migrant = world.person(child.person).origin.is_migrant();
    let mut add = |rng: &mut Rng, code: &'static str, from: Day, open: f64, off: bool, life: &mut Life| {
        let mut event = happening(child.person, EventKind::SchoolStatus, code, from);
        event.known = from + rng.between(3, 20);
        if !rng.chance(open) {
            event.to = from + rng.between(60, 420);
        }
        if off {
            away.push((from, if event.to == NO_DAY { world.horizon + 400 } else { event.to }));
        }
        life.happenings.push(event);
    };
    if let Some(day) = excluded.filter(|_| rng.chance(0.8)) {
        let code = if rng.chance(0.7) { "pupil_referral_unit" } else { "alternative_provision" };
        let from = day + rng.between(6, 20);
        add(rng, code, from, 0.75, true, life);
        return away;
    }
    let age = child.age(world.horizon);
    let chance = [
        ("not_on_roll", by_need(family, [0.001, 0.01, 0.04]) * if migrant { 4.0 } else { 1.0 }, 0.5, true),
        ("elective_home_education", by_need(family, [0.005, 0.012, 0.012]), 0.7, true),
        ("alternative_provision", by_need(family, [0.0005, 0.006, 0.03]), 0.6, false),
        ("pupil_referral_unit", by_need(family, [0.0002, 0.004, 0.02]), 0.5, false),
        ("pru_medical", 0.001_2, 0.6, false),
        ("alternative_provision_other", 0.002, 0.6, false),
    ];
    for (code, likely, open, off) in chance {
        if age >= 6 && rng.chance(likely) {
            let earliest = world.history.max(child.born + 5 * 366);
            let latest = world.horizon.min(child.born + 16 * 365);
            if earliest < latest {
                let from = rng.between(earliest, latest);
                add(rng, code, from, open, off, life);
            }
            break;
        }
    }
    away
}

/// How a child attends.
enum Habit {
    /// Unauthorised share of sessions.
    Share(f64),
    /// Exactly 15% in every term.
    ExactlyFifteen,
    /// 15% less one session in the term that completes the window.
    JustBelow,
}

fn habit(family: &Family, child: &Someone, reference: Day, rng: &mut Rng) -> Habit {
    if rng.chance(by_need(family, [0.000_7, 0.006, 0.012])) {
        return if rng.bool() { Habit::ExactlyFifteen } else { Habit::JustBelow };
    }
    let older = if child.age(reference) >= 11 { 1.5 } else { 0.7 };
    if rng.chance(by_need(family, [0.005, 0.07, 0.42]) * older) {
        Habit::Share(0.09 + 0.32 * rng.f64())
    } else {
        Habit::Share(by_need(family, [0.004, 0.02, 0.05]) * 2.0 * rng.f64())
    }
}

fn attendance(
    world: &World,
    family: &Family,
    (child, pupil): (&Someone, &Pupil),
    reference: Day,
    away: &[Spell],
    rng: &mut Rng,
    life: &mut Life,
) {
    let habit = habit(family, child, reference, rng);
    let (_, window_end) = last_three_complete(reference);
    let moves_school = rng.chance(by_need(family, [0.06, 0.14, 0.24]));
    let move_day = rng.between(world.history, world.horizon);
    let dual = rng.chance(by_need(family, [0.003, 0.006, 0.02]));
    let reception = reception_year(child.born);
    let schools = world.schools.len() as u32;
    let elsewhere = rng.u32(0..schools.max(1));
    for (index, term) in terms_of(world, child).filter(|(_, term)| term.to >= world.history - 130) {
        let year = term_year(term);
        let usual = if year < reception + 7 { pupil.primary } else { pupil.secondary };
        let Some((from, to)) = at_school(term, away) else { continue };
        let span = Stay { person: child.person, term: index as u16, whole: *term };
        let split = moves_school && (from + 7..to - 7).contains(&move_day);
        let after = moves_school && move_day <= from + 7;
        let school = if after { moved_school(usual, elsewhere, schools) } else { usual };
        if split {
            life.absences.push(span.count((from, move_day - 1), usual, &habit, window_end, rng));
            life.absences.push(span.count((move_day, to), moved_school(usual, elsewhere, schools), &habit, window_end, rng));
        } else {
            life.absences.push(span.count((from, to), school, &habit, window_end, rng));
        }
        if dual && from == term.from && to == term.to {
            let mut second = span.count((from, to), moved_school(school, elsewhere + 1, schools), &habit, window_end, rng);
            second.dual = true;
            life.absences.push(second);
        }
    }
}

/// Another school than the usual one.
fn moved_school(usual: u32, drawn: u32, schools: u32) -> u32 {
    let other = drawn % schools.max(1);
    if other == usual { (other + 1) % schools.max(1) } else { other }
}

struct Stay {
    person: u32,
    term: u16,
    whole: Term,
}

impl Stay {
    fn count(&self, (from, to): Spell, school: u32, habit: &Habit, window_end: Day, rng: &mut Rng) -> Absence {
        let share = f64::from(weekdays(from, to)) / f64::from(weekdays(self.whole.from, self.whole.to).max(1));
        let mut possible = ((f64::from(self.whole.sessions) * share) as i32 - rng.between(0, 3)).max(4);
        let unauthorised = match habit {
            Habit::Share(rate) => (f64::from(possible) * rate * (0.6 + 0.8 * rng.f64())) as i32 + i32::from(rng.chance(*rate * 3.0)),
            Habit::ExactlyFifteen | Habit::JustBelow => {
                possible = (possible / 20).max(1) * 20;
                possible / 20 * 3 - i32::from(matches!(habit, Habit::JustBelow) && self.whole.to == window_end)
            }
        };
        let unauthorised = unauthorised.clamp(0, possible);
        let authorised = ((f64::from(possible) * 0.09 * rng.f64()) as i32).min(possible - unauthorised);
        Absence {
            person: self.person,
            school,
            term: self.term,
            from,
            to,
            possible: possible as i16,
            authorised: authorised as i16,
            unauthorised: unauthorised as i16,
            dual: false,
        }
    }
}
