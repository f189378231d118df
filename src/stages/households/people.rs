//! What is known of each person over all their records.
//!
//! What comes in: records and the person of each. What goes out: [`People`]: each person's records in a fixed order, and one
//! date of birth, sex, name and date of death per person. What always holds: nothing depends on the order of the records: a person's
//! records are ordered by (source name, record id), majorities are broken by the smallest value.
#![expect(
    clippy::indexing_slicing,
    reason = "indices are record rows, dense person numbers and offsets into vectors built to those lengths here"
)]

use std::sync::Arc;

use rayon::prelude::*;

use crate::model::date::age_on;
use crate::model::{Day, Linked, NO_DAY, NO_TEXT, PersonRole, Source, StandardField, StandardPersons, Texts};

/// Age from which a person is an adult (Children Act 1989, s. 105(1)).
pub(super) const ADULT: i32 = 18;

/// One entry per person, plus their records.
#[derive(Default)]
pub(super) struct People {
    offsets: Vec<u32>,
    rows: Vec<u32>,
    /// Place of each record in the fixed order, `u32::MAX` for a record of nobody.
    pub(super) order: Vec<u32>,
    /// Best date of birth.
    pub(super) born: Vec<Day>,
    /// `b'M'`, `b'F'` or `b'?'`.
    pub(super) sex: Vec<u8>,
    /// Date of death.
    pub(super) died: Vec<Day>,
    /// Identified well enough to be found in other feeds.
    pub(super) searchable: Vec<bool>,
    /// A record of the person is marked as restricted.
    pub(super) restricted: Vec<bool>,
    /// Under 18, or of a child's age or said to be one where no date of birth is known.
    pub(super) child: Vec<bool>,
    /// Most frequent forename: code in `forenames`.
    pub(super) forename: Vec<u32>,
    /// Most frequent surname: code in `surnames`.
    pub(super) surname: Vec<u32>,
    /// All surnames a person was ever recorded with, offsets into `other_surnames`.
    surname_offsets: Vec<u32>,
    all_surnames: Vec<u32>,
    /// Forenames in order.
    pub(super) forenames: Arc<Texts>,
    /// Surnames in order, of both surname columns.
    pub(super) surnames: Vec<Box<str>>,
}

/// What is found for one person before it is laid out in columns.
struct Portrait {
    born: Day,
    sex: u8,
    died: Day,
    searchable: bool,
    restricted: bool,
    child: bool,
    forename: u32,
    surname: u32,
    surnames: Vec<u32>,
}

/// The columns a portrait is drawn from, their codes in the order of their values.
struct Columns<'a> {
    persons: &'a StandardPersons,
    forename: Vec<u32>,
    surname: Vec<u32>,
    other_surname: Vec<u32>,
    full_forename: Vec<bool>,
    reference: Day,
}

impl People {
    /// Number of persons.
    pub(super) fn len(&self) -> usize {
        self.born.len()
    }

    /// The records of a person, in the order of (source name, record id).
    pub(super) fn records(&self, person: u32) -> &[u32] {
        let (start, end) = (self.offsets[person as usize], self.offsets[person as usize + 1]);
        &self.rows[start as usize..end as usize]
    }

    /// Every surname of a person, sorted.
    pub(super) fn surnames_of(&self, person: u32) -> &[u32] {
        let (start, end) = (self.surname_offsets[person as usize], self.surname_offsets[person as usize + 1]);
        &self.all_surnames[start as usize..end as usize]
    }

    /// True for somebody known to be 18 or over, or not known to be a child.
    pub(super) fn adult(&self, person: u32) -> bool {
        !self.child[person as usize]
    }

    /// How many years the first was born before the second, if both are known.
    pub(super) fn years_older(&self, first: u32, second: u32) -> Option<i32> {
        let (first, second) = (self.born[first as usize], self.born[second as usize]);
        (first != NO_DAY && second != NO_DAY).then(|| (second - first).div_euclid(365))
    }

    /// Gathers the persons.
    pub(super) fn gather(persons: &StandardPersons, linked: &Linked, sources: &[Source], reference: Day) -> Self {
        let (offsets, rows) = rows_by_person(persons, linked, sources);
        let mut order = vec![u32::MAX; persons.len()];
        for (place, &row) in rows.iter().enumerate() {
            order[row as usize] = place as u32;
        }
        let forename = persons.column(StandardField::Forename).sorted();
        let (surnames, surname, other_surname) = shared_codes(persons, StandardField::Surname, StandardField::OtherSurname);
        let columns = Columns {
            persons,
            full_forename: forename.values().iter().map(|name| name.len() > 1).collect(),
            forename: forename.codes().to_vec(),
            surname,
            other_surname,
            reference,
        };
        let portraits: Vec<Portrait> = (0..linked.persons())
            .into_par_iter()
            .map(|person| {
                let (start, end) = (offsets[person] as usize, offsets[person + 1] as usize);
                Portrait::draw(&columns, &rows[start..end])
            })
            .collect();
        let mut people = Self { offsets, rows, order, forenames: forename.shared_values(), surnames, ..Self::default() };
        people.surname_offsets.push(0);
        for portrait in portraits {
            people.born.push(portrait.born);
            people.sex.push(portrait.sex);
            people.died.push(portrait.died);
            people.searchable.push(portrait.searchable);
            people.restricted.push(portrait.restricted);
            people.child.push(portrait.child);
            people.forename.push(portrait.forename);
            people.surname.push(portrait.surname);
            people.all_surnames.extend(portrait.surnames);
            people.surname_offsets.push(people.all_surnames.len() as u32);
        }
        people
    }
}

impl Portrait {
    fn draw(columns: &Columns<'_>, rows: &[u32]) -> Self {
        let persons = columns.persons;
        let days = |column: &[Day]| majority(rows.iter().map(|&row| column[row as usize]).filter(|&day| day != NO_DAY));
        let texts = |codes: &[u32]| majority(rows.iter().map(|&row| codes[row as usize]).filter(|&code| code != NO_TEXT));
        let born = days(&persons.born).unwrap_or(NO_DAY);
        let sex = majority(rows.iter().filter_map(|&row| persons.get(StandardField::Sex, row as usize).and_then(|sex| sex.bytes().next())));
        let full = majority(
            rows.iter().map(|&row| columns.forename[row as usize]).filter(|&code| code != NO_TEXT && columns.full_forename[code as usize]),
        );
        let mut surnames: Vec<u32> = rows
            .iter()
            .flat_map(|&row| [columns.surname[row as usize], columns.other_surname[row as usize]])
            .filter(|&code| code != NO_TEXT)
            .collect();
        surnames.sort_unstable();
        surnames.dedup();
        Self {
            born,
            sex: sex.unwrap_or(b'?'),
            died: days(&persons.died).unwrap_or(NO_DAY),
            searchable: rows.iter().any(|&row| persons.is_searchable(row as usize, persons.born[row as usize] != NO_DAY)),
            restricted: rows.iter().any(|&row| persons.is_restricted[row as usize]),
            child: match age_on(born, columns.reference) {
                Some(age) => age < ADULT,
                // Not yet born at the reference date: a child to come.
                None if born != NO_DAY => true,
                None => aged_a_child(persons, rows, columns.reference).unwrap_or_else(|| said_to_be_a_child(persons, rows)),
            },
            forename: full.or_else(|| texts(&columns.forename)).unwrap_or(NO_TEXT),
            surname: texts(&columns.surname).unwrap_or(NO_TEXT),
            surnames,
        }
    }
}

/// Whether the ages on a person's records are a child's; nothing if no record says an age, or as many say one as the other.
fn aged_a_child(persons: &StandardPersons, rows: &[u32], reference: Day) -> Option<bool> {
    let ages = rows.iter().filter_map(|&row| persons.aged(row as usize));
    // Whose birthday is not known is a child as long as they may be.
    let votes: Vec<bool> = ages.filter_map(|(_, last)| age_on(last, reference)).map(|age| age < ADULT).collect();
    let children = votes.iter().filter(|&&child| child).count();
    (2 * children != votes.len()).then_some(2 * children > votes.len())
}

/// More records call the person a child than an adult; a dependant counts only where nothing else speaks.
fn said_to_be_a_child(persons: &StandardPersons, rows: &[u32]) -> bool {
    let (mut child, mut adult, mut dependant) = (0, 0, 0);
    for &row in rows {
        match persons.role[row as usize] {
            PersonRole::Child => child += 1,
            PersonRole::Parent | PersonRole::Adult | PersonRole::Partner => adult += 1,
            PersonRole::Dependant => dependant += 1,
            PersonRole::Person => {}
        }
    }
    child > adult || (child == adult && dependant > 0)
}

/// The most frequent value, the smallest of equally frequent ones.
pub(super) fn majority<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut sorted: Vec<T> = values.collect();
    sorted.sort_unstable();
    let mut best: Option<(usize, T)> = None;
    for run in sorted.chunk_by(|a, b| a == b) {
        if best.is_none_or(|(count, _)| run.len() > count) {
            best = Some((run.len(), run[0]));
        }
    }
    best.map(|(_, value)| value)
}

/// Offsets and rows: the records of each person, by (source name, record id).
fn rows_by_person(persons: &StandardPersons, linked: &Linked, sources: &[Source]) -> (Vec<u32>, Vec<u32>) {
    let source_rank = Source::ranks(sources);
    let mut offsets = vec![0_u32; linked.persons() + 1];
    for &person in &linked.person_of_record {
        if (person as usize) < linked.persons() {
            offsets[person as usize + 1] += 1;
        }
    }
    for person in 0..linked.persons() {
        offsets[person + 1] += offsets[person];
    }
    let mut next = offsets.clone();
    let mut rows = vec![0_u32; offsets[linked.persons()] as usize];
    for (row, &person) in linked.person_of_record.iter().enumerate() {
        if (person as usize) < linked.persons() {
            rows[next[person as usize] as usize] = row as u32;
            next[person as usize] += 1;
        }
    }
    let mut groups: Vec<&mut [u32]> = Vec::with_capacity(linked.persons());
    let mut rest = rows.as_mut_slice();
    for person in 0..linked.persons() {
        let (group, tail) = rest.split_at_mut((offsets[person + 1] - offsets[person]) as usize);
        groups.push(group);
        rest = tail;
    }
    groups.par_iter_mut().with_min_len(1024).for_each(|group| {
        group.sort_unstable_by(|&a, &b| {
            let key = |row: u32| {
                (source_rank[usize::from(persons.position[row as usize].source)], persons.record_id.get(row as usize).unwrap_or_default())
            };
            key(a).cmp(&key(b)).then_with(|| persons.position[a as usize].line.cmp(&persons.position[b as usize].line))
        });
    });
    (offsets, rows)
}

/// The values of two columns in one sorted list, and both columns' codes in it.
fn shared_codes(persons: &StandardPersons, first: StandardField, second: StandardField) -> (Vec<Box<str>>, Vec<u32>, Vec<u32>) {
    let (first, second) = (persons.column(first), persons.column(second));
    let mut values: Vec<Box<str>> = first.values().iter().chain(second.values().iter()).map(Box::from).collect();
    values.sort_unstable();
    values.dedup();
    let recode = |column: &crate::model::TextColumn| -> Vec<u32> {
        let new: Vec<u32> = column
            .values()
            .iter()
            .map(|value| values.binary_search_by(|known| (**known).cmp(value)).map_or(NO_TEXT, |place| place as u32))
            .collect();
        column.codes().iter().map(|&code| new.get(code as usize).copied().unwrap_or(NO_TEXT)).collect()
    };
    let (first, second) = (recode(first), recode(second));
    (values, first, second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date;

    #[test]
    fn ages_tell_children_from_adults_by_the_most_of_them() {
        let day = |text: &str| date::from_iso(text).unwrap();
        let (child, adult, none) = ((day("2003-10-02"), day("2004-10-01")), (day("1980-10-02"), day("1981-10-01")), (NO_DAY, NO_DAY));
        let said = |ages: &[(Day, Day)]| {
            let persons = StandardPersons { born_between: ages.to_vec(), ..StandardPersons::default() };
            let rows: Vec<u32> = (0..ages.len() as u32).collect();
            aged_a_child(&persons, &rows, day("2012-10-31"))
        };
        assert_eq!(said(&[child, none]), Some(true));
        assert_eq!(said(&[adult, adult, child]), Some(false));
        assert_eq!(said(&[adult, child]), None);
        assert_eq!(said(&[none]), None);
        assert_eq!(aged_a_child(&StandardPersons::default(), &[0], day("2012-10-31")), None, "no extract has ages");
    }
}
