//! The records behind what is told.
//!
//! What comes in: whose record is whose. What goes out: for a person the record that gives a date of birth, a date of death or a home. What always holds: among
//! several the choice depends on their content and on where they stand, not on their order in memory.

use super::events::{Seen, is_at};
use crate::model::{Linked, NO_DAY, RowPlace, Source, StandardPersons};

/// The records of each person, sorted by (source name, record id).
pub struct RowsOf {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl RowsOf {
    /// Sorts the records of all persons.
    #[must_use]
    pub fn new(linked: &Linked, persons: &StandardPersons, sources: &[Source]) -> Self {
        let count = linked.persons();
        let mut starts = vec![0_u32; count + 1];
        for &person in linked.person_of_record.iter().filter(|&&person| (person as usize) < count) {
            if let Some(start) = starts.get_mut(person as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; sum as usize];
        for (row, &person) in linked.person_of_record.iter().enumerate().filter(|(_, person)| (**person as usize) < count) {
            if let Some(next) = next.get_mut(person as usize) {
                if let Some(place) = rows.get_mut(*next as usize) {
                    *place = row as u32;
                }
                *next += 1;
            }
        }
        let mut sorted = Self { starts, rows };
        let key = |row: &u32| {
            let source = persons.position.get(*row as usize).and_then(|position| sources.get(usize::from(position.source)));
            (source.map(|source| source.name.as_str()), persons.record_id.get(*row as usize))
        };
        for person in 0..count {
            let (start, end) = sorted.range(person);
            if let Some(own) = sorted.rows.get_mut(start..end) {
                own.sort_by(|a, b| key(a).cmp(&key(b)));
            }
        }
        sorted
    }

    fn range(&self, person: usize) -> (usize, usize) {
        let at = |place: usize| self.starts.get(place).copied().unwrap_or_default() as usize;
        (at(person), at(person + 1))
    }

    /// The records of a person.
    #[must_use]
    pub fn of(&self, person: u32) -> &[u32] {
        let (start, end) = self.range(person as usize);
        self.rows.get(start..end).unwrap_or_default()
    }

    /// The first record that gives the person's date of birth.
    pub(super) fn with_born(&self, seen: &Seen<'_>, person: u32) -> RowPlace {
        let born = seen.born(person);
        let gives = |row: &&u32| seen.persons.born.get(**row as usize) == Some(&born);
        self.of(person).iter().find(gives).or_else(|| self.of(person).first()).map(|&row| seen.place(row)).unwrap_or_default()
    }

    /// The first record that gives the person's date of death.
    pub(super) fn with_died(&self, seen: &Seen<'_>, person: u32) -> RowPlace {
        let gives = |row: &&u32| seen.persons.died.get(**row as usize).is_some_and(|&day| day != NO_DAY);
        self.of(person).iter().find(gives).map(|&row| seen.place(row)).unwrap_or_default()
    }

    /// The record of a person that names the home of a family: the one that holds since latest, then the newest, then the first.
    pub(super) fn at_home(&self, seen: &Seen<'_>, person: u32, family: u32) -> Option<u32> {
        let family = seen.families.families.get(family as usize)?;
        let house = family.address_key.split('|').nth(1).unwrap_or_default();
        let there = self.of(person).iter().copied().enumerate().filter(|(_, row)| is_at(seen.persons, *row, &family.postcode, house));
        let day = |days: &[i32], row: u32| days.get(row as usize).copied().unwrap_or(NO_DAY);
        let key =
            |&(place, row): &(usize, u32)| (day(&seen.persons.address_from, row), day(&seen.persons.as_at, row), std::cmp::Reverse(place));
        there.max_by_key(key).map(|(_, row)| row)
    }
}
