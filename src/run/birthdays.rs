//! Days that tell when hidden people were born.
//!
//! What comes in: who is hidden, and what was found. What goes out: what was found without those days. What always holds: nothing is left out or decided differently because of it, and no day that is one of a
//! hidden person's birthdays stays beside that person or their family.

use std::collections::BTreeMap;

use crate::model::{
    Change, ChangeCause, Day, Families, FamilyEventKind, Identification, Linked, NO_DAY, Register, Restrictions, Step, date,
};
use crate::rules::evaluate::birthday;

/// What stands in a text in place of a day.
const DAY_WITHHELD: &str = "a day that is withheld";

/// When hidden people were born.
pub(super) struct Birthdays {
    of_person: BTreeMap<u32, Day>,
    of_id: BTreeMap<String, Day>,
}

impl Birthdays {
    /// Those of the hidden people of a month; a day that is not known tells nothing.
    pub(super) fn of(restrictions: &Restrictions, families: &Families, linked: &Linked) -> Self {
        let born = |person: u32| families.born.get(person as usize).copied().unwrap_or(NO_DAY);
        let hidden = (0..linked.persons() as u32).filter(|&person| restrictions.hides_person(person));
        let of_person: BTreeMap<u32, Day> = hidden.map(|person| (person, born(person))).collect();
        let of_id = of_person.iter().filter_map(|(&person, &born)| Some((linked.person_ids.get(person as usize)?.clone(), born))).collect();
        Self { of_person, of_id }
    }

    /// Takes the days away.
    pub(super) fn withhold(&self, register: &mut Register, identification: &mut Identification, families: &mut Families) {
        if self.of_person.is_empty() {
            return;
        }
        for event in &mut register.events {
            if let Some(&born) = self.of_id.get(&event.person_id)
                && (matches!(event.kind, FamilyEventKind::Birth | FamilyEventKind::Turned18 | FamilyEventKind::Died)
                    || tells(event.day, born))
            {
                event.day = NO_DAY;
            }
        }
        for change in &mut register.changes {
            if let Some(&born) = self.of_id.get(&change.person_id)
                && (matches!(change.cause, ChangeCause::ChildBorn | ChangeCause::ChildTurned18 | ChangeCause::MemberDied)
                    || tells(change.day, born))
            {
                without_day(change);
            }
        }
        for watched in &mut identification.watched {
            let step = &mut watched.step;
            let hidden = families.members_of(step.family).iter().filter_map(|member| self.of_person.get(&member.person));
            let hidden: Vec<Day> = hidden.copied().collect();
            without_birthdays(step, &hidden);
        }
        // A day that is missing only where it is a birthday would tell it by what is missing.
        for member in families.members.iter_mut().filter(|member| self.of_person.contains_key(&member.person)) {
            member.since = NO_DAY;
        }
    }
}

/// True if a day is a birthday of somebody born on another, that day included.
fn tells(day: Day, born: Day) -> bool {
    let Some(age) = date::age_on(born, day).filter(|_| day != NO_DAY && born != NO_DAY) else { return false };
    birthday(born, age) == day
}

fn without_day(change: &mut Change) {
    change.reason = change.reason.replace(&date::iso(change.day), DAY_WITHHELD);
    change.day = NO_DAY;
}

fn without_birthdays(step: &mut Step, births: &[Day]) {
    let tells_any = |day: Day| births.iter().any(|&born| tells(day, born));
    for day in [&mut step.counts_from, &mut step.ages_out] {
        if tells_any(*day) {
            for words in [&mut step.there, &mut step.missing, &mut step.moving] {
                *words = words.replace(&date::iso(*day), DAY_WITHHELD);
            }
            *day = NO_DAY;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_tells_a_birth_if_it_is_a_birthday_or_the_day_itself() {
        let day = |text: &str| date::from_iso(text).unwrap();
        let born = day("1996-02-29");
        for tell in ["1996-02-29", "2013-03-01", "2012-02-29"] {
            assert!(tells(day(tell), born), "{tell}");
        }
        for other in ["1996-02-28", "2013-02-28", "2012-03-01", "1990-02-28"] {
            assert!(!tells(day(other), born), "{other}");
        }
        assert!(!tells(NO_DAY, born) && !tells(born, NO_DAY));
    }
}
