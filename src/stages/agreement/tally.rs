//! Counts, per two feeds and field, of the people they share and of those about whom they differ.
//!
//! What comes in: records and persons. What goes out: [`Tallies`]. What always holds: counts are sums over persons, whatever the order of records and the
//! number of threads; of several records of one feed about one person all values count.

use rayon::prelude::*;

use super::{Compared, FIELDS};
use crate::model::date::to_naive;
use crate::model::hash::FastMap;
use crate::model::{Day, Linked, NO_DAY, StandardField, StandardPersons};
use chrono::Datelike;

/// Persons that a worker counts at a time.
const CHUNK: usize = 8192;

/// Two feeds and a field.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// People whom both have, the field filled.
    pub(super) pairs: u64,
    /// Those about whom they differ.
    pub(super) different: u64,
    /// Of those: day and month, or forename and surname, are exchanged.
    pub(super) exchanged: u64,
    /// Of those: the first has 1 January of the other's year.
    pub(super) first_of_year: u64,
}

impl Tally {
    /// Adds other counts.
    pub(super) fn add(&mut self, more: Self) {
        self.pairs += more.pairs;
        self.different += more.different;
        self.exchanged += more.exchanged;
        self.first_of_year += more.first_of_year;
    }
}

/// All counts.
pub(super) struct Tallies {
    sources: usize,
    /// By first feed, second feed, field; both orders are filled.
    cells: Vec<Tally>,
    /// People whom two feeds share, by first and second feed; on the diagonal all of a feed.
    people: Vec<u64>,
    /// How many days later the first feed's date is than the second's, with how many people; the first feed is the one with the smaller index.
    days: FastMap<(u16, u16, i32), u64>,
}

/// A record: its person, its feed, its row.
type Record = (u32, u16, u32);

/// What records of one feed say of one person.
struct Said<'a> {
    source: u16,
    records: &'a [Record],
}

impl Tallies {
    fn empty(sources: usize) -> Self {
        let cells = vec![Tally::default(); sources * sources * FIELDS.len()];
        Self { sources, cells, people: vec![0; sources * sources], days: FastMap::default() }
    }

    /// Counts.
    pub(super) fn count(persons: &StandardPersons, linked: &Linked, sources: usize) -> Self {
        let mut rows: Vec<Record> = linked
            .person_of_record
            .iter()
            .zip(0_u32..)
            .filter(|&(&person, row)| {
                (person as usize) < linked.persons() && !persons.is_restricted.get(row as usize).copied().unwrap_or(true)
            })
            .filter_map(|(&person, row)| Some((person, persons.position.get(row as usize)?.source, row)))
            .collect();
        rows.par_sort_unstable();
        let of_person: Vec<&[Record]> = rows.chunk_by(|a, b| a.0 == b.0).collect();
        let count = |people: &[&[Record]]| {
            let mut tallies = Self::empty(sources);
            for person in people {
                let of_feeds = person.chunk_by(|a, b| a.1 == b.1);
                let said: Vec<Said<'_>> = of_feeds.filter_map(|records| Some(Said { source: records.first()?.1, records })).collect();
                tallies.add_person(persons, &said);
            }
            tallies
        };
        of_person.par_chunks(CHUNK).map(count).reduce(|| Self::empty(sources), Self::and)
    }

    fn and(mut self, other: Self) -> Self {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            cell.add(*more);
        }
        for (people, more) in self.people.iter_mut().zip(&other.people) {
            *people += more;
        }
        for (key, count) in other.days {
            *self.days.entry(key).or_default() += count;
        }
        self
    }

    fn add_person(&mut self, persons: &StandardPersons, said: &[Said<'_>]) {
        for (place, one) in said.iter().enumerate() {
            self.add_people(one.source, one.source);
            for other in said.iter().skip(place + 1) {
                self.add_people(one.source, other.source);
                self.add_people(other.source, one.source);
                for (number, field) in FIELDS.iter().enumerate() {
                    self.add_field(persons, number, field, (one, other));
                }
            }
        }
    }

    fn add_people(&mut self, one: u16, other: u16) {
        let place = usize::from(one) * self.sources + usize::from(other);
        if let Some(people) = self.people.get_mut(place) {
            *people += 1;
        }
    }

    fn add_field(&mut self, persons: &StandardPersons, number: usize, field: &Compared, (one, other): (&Said<'_>, &Said<'_>)) {
        let (mut there, mut back) = (Tally { pairs: 1, ..Tally::default() }, Tally { pairs: 1, ..Tally::default() });
        if field.columns.is_empty() {
            let (first, second) = (|| days(persons, one), || days(persons, other));
            if first().next().is_none() || second().next().is_none() {
                return;
            }
            if first().all(|day| second().all(|other| day != other)) {
                (there.different, back.different) = (1, 1);
                let any = |holds: fn(Day, Day) -> bool| u64::from(first().any(|day| second().any(|other| holds(day, other))));
                let exchanged = any(exchanged);
                (there.exchanged, back.exchanged) = (exchanged, exchanged);
                (there.first_of_year, back.first_of_year) = (any(first_of_year), any(|day, other| first_of_year(other, day)));
                if let (Some(day), Some(other_day)) = (first().min(), second().min()) {
                    *self.days.entry((one.source, other.source, day - other_day)).or_default() += 1;
                }
            }
        } else {
            let (first, second) = (|| texts(persons, field, one), || texts(persons, field, other));
            if first().next().is_none() || second().next().is_none() {
                return;
            }
            if first().all(|value| second().all(|other| !same(field, value, other))) {
                let crossed = names_exchanged(persons, number, (one, other));
                (there.different, back.different) = (1, 1);
                (there.exchanged, back.exchanged) = (u64::from(crossed), u64::from(crossed));
            }
        }
        for (from, to, tally) in [(one.source, other.source, there), (other.source, one.source, back)] {
            let place = self.place(from, to, number);
            if let Some(cell) = self.cells.get_mut(place) {
                cell.add(tally);
            }
        }
    }

    fn place(&self, one: u16, other: u16, field: usize) -> usize {
        (usize::from(one) * self.sources + usize::from(other)) * FIELDS.len() + field
    }

    /// The counts of two feeds and a field, as the first sees them.
    pub(super) fn of(&self, one: u16, other: u16, field: usize) -> Tally {
        self.cells.get(self.place(one, other, field)).copied().unwrap_or_default()
    }

    /// How many people two feeds share; of one feed and itself all that it has.
    pub(super) fn shared(&self, one: u16, other: u16) -> u64 {
        self.people.get(usize::from(one) * self.sources + usize::from(other)).copied().unwrap_or(0)
    }

    /// The number of days by which a feed's dates most often differ from other feeds', and of how many people; the smallest of equally frequent ones.
    pub(super) fn days_later(&self, source: u16) -> Option<(i32, u64)> {
        let mut counts: FastMap<i32, u64> = FastMap::default();
        for (&(one, other, days), &people) in &self.days {
            if one == source {
                *counts.entry(days).or_default() += people;
            } else if other == source {
                *counts.entry(-days).or_default() += people;
            }
        }
        counts.into_iter().max_by_key(|&(days, people)| (people, std::cmp::Reverse((days.abs(), days))))
    }
}

/// Where forenames stand among the fields.
const FORENAME: usize = 0;
/// Where surnames stand.
const SURNAME: usize = 1;

/// Whether what each of two feeds has in a name field is what the other has in the other name field.
fn names_exchanged(persons: &StandardPersons, number: usize, (one, other): (&Said<'_>, &Said<'_>)) -> bool {
    let (field, counterpart) = match number {
        FORENAME => (&FIELDS[FORENAME], &FIELDS[SURNAME]),
        SURNAME => (&FIELDS[SURNAME], &FIELDS[FORENAME]),
        _ => return false,
    };
    let meet = |from, to| texts(persons, field, from).any(|name| texts(persons, counterpart, to).any(|other| other == name));
    meet(one, other) && meet(other, one)
}

/// The dates of birth that records say.
fn days<'a>(persons: &'a StandardPersons, said: &Said<'a>) -> impl Iterator<Item = Day> + use<'a> {
    said.records.iter().filter_map(|&(_, _, row)| persons.born.get(row as usize).copied()).filter(|&day| day != NO_DAY)
}

/// The values of a field that records say.
fn texts<'a>(persons: &'a StandardPersons, field: &Compared, said: &Said<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let (columns, records) = (field.columns, said.records);
    columns.iter().flat_map(move |&column| records.iter().filter_map(move |&(_, _, row)| persons.column(column).get(row as usize)))
}

/// Whether two values are one. Of forenames the first letter decides: an initial, a pet name or a second forename is no fault of an extract.
fn same(field: &Compared, one: &str, other: &str) -> bool {
    one == other || (field.columns.first() == Some(&StandardField::Forename) && one.chars().next() == other.chars().next())
}

fn exchanged(one: Day, other: Day) -> bool {
    let (Some(one), Some(other)) = (to_naive(one), to_naive(other)) else { return false };
    one.year() == other.year() && one.month() == other.day() && one.day() == other.month()
}

fn first_of_year(one: Day, other: Day) -> bool {
    let (Some(one), Some(other)) = (to_naive(one), to_naive(other)) else { return false };
    one.year() == other.year() && one.ordinal() == 1
}
