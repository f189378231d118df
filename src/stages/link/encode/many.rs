//! Records of people who have very many.
//!
//! What comes in: the nodes. What goes out: per node whether it is of somebody with very many different records, or could be. What always holds: it follows from
//! the nodes of this month, so it is part of a node's fingerprint, and from whether the model tells such people apart; where they make few of the pairs of one person nobody is told apart, and
//! linkage is what it would be without this. What many records share tells of one person only if the rest of their names does not tell of a crowd: many are called Muhammad and said to be
//! born on 1 January 1980.
//!
//! Why: how likely two records are the same person before they are compared depends on how many records people have. Beside one person with thousands of records an estimate
//! over all pairs is a hundred times too high for everybody else.

use rayon::prelude::*;

use super::{NONE, Names, Node, birth_day, birth_month, birth_year};
use crate::model::hash::{FastMap, FastSet};
use crate::stages::link::compare::{bits_of, field};
use crate::stages::link::hash::join;

/// Different records of somebody who has very many.
const MANY: usize = 12;

/// One in how many of the pairs of one person they must make to be told apart: fewer change next to nothing for the others.
const LEAST_SHARE: usize = 8;

/// Of the records of one person, and of twins, so large a part has one of the two most frequent initials: slips seldom fall on the first letter, and of a crowd of one forename or surname not half have.
const OF_TWO_INITIALS: f64 = 0.75;

/// What is read of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    forename: u32,
    surname: u32,
    born: u32,
    postcode: u32,
    /// Of forename and surname.
    initials: [u8; 2],
}

impl Record {
    /// What records of one person still share if forename or surname has a slip.
    fn with_birth(&self) -> [u64; 2] {
        [key(1, self.forename, self.born), key(2, self.surname, self.born)]
    }

    /// The same where there is no date of birth.
    fn with_postcode(&self) -> [u64; 2] {
        [key(3, self.forename, self.postcode), key(4, self.surname, self.postcode)]
    }

    fn name(&self) -> (u32, u32) {
        (self.forename, self.surname)
    }
}

/// No key: one of its values is missing.
const NO_KEY: u64 = 0;

fn key(kind: u64, left: u32, right: u32) -> u64 {
    if left == NONE || right == NONE { NO_KEY } else { join(kind, join(u64::from(left), u64::from(right))) }
}

/// Whether each node is of somebody with very many records, or agrees with them so far that it may be; empty where nobody is told apart.
/// `compared_bits`: bits of a pattern that count; `frozen`: whether the model that is taken up tells them apart.
pub(super) fn of_many(nodes: &[Node], names: &Names, compared_bits: u64, frozen: Option<bool>) -> Vec<bool> {
    if compared_bits & bits_of(field::MANY_RECORDS) == 0 || frozen == Some(false) {
        return Vec::new();
    }
    let initial = |name: u32| if name == NONE { 0 } else { names.get(name).initial };
    let record = |&Node { forename, surname, born, postcode, .. }: &Node| Record {
        forename,
        surname,
        born,
        postcode,
        initials: [initial(forename), initial(surname)],
    };
    tell_apart(&nodes.par_iter().map(record).collect::<Vec<Record>>(), frozen.is_some())
}

fn tell_apart(records: &[Record], always: bool) -> Vec<bool> {
    let mut known = with_many(records, always);
    if known.is_empty() {
        return Vec::new();
    }
    let is_known = |known: &FastSet<u64>, keys: [u64; 2]| keys.iter().any(|key| known.contains(key));
    let mut people: Vec<Record> = records.par_iter().filter(|record| is_known(&known, record.with_birth())).copied().collect();
    known.extend(people.iter().flat_map(Record::with_postcode).filter(|&key| key != NO_KEY));
    people.par_sort_unstable();
    people.dedup_by_key(|record| (record.forename, record.surname, record.born));
    let is_of_many = |record: &Record| {
        let keys = if record.born == NONE { record.with_postcode() } else { record.with_birth() };
        let from = people.partition_point(|other| other.name() < record.name());
        let mut namesakes = people.iter().skip(from).take_while(|other| other.name() == record.name());
        is_known(&known, keys) || namesakes.any(|other| may_be(record.born, other.born))
    };
    let mut of_many: Vec<bool> = records.par_iter().map(is_of_many).collect();
    let [dates, postcodes] =
        [|record: &Record| record.born, |record: &Record| record.postcode].map(|value| theirs(records, &of_many, value));
    for (record, of_many) in records.iter().zip(&mut of_many) {
        *of_many |= dates.contains(&record.born) || record.born == NONE && postcodes.contains(&record.postcode);
    }
    of_many
}

/// The values most of whose records are told apart: what else has them is of the same people, with slips in both names.
fn theirs(records: &[Record], of_many: &[bool], value: fn(&Record) -> u32) -> FastSet<u32> {
    let mut counts: FastMap<u32, (usize, usize)> = FastMap::default();
    for (record, &of_many) in records.iter().zip(of_many).filter(|(record, _)| value(record) != NONE) {
        let (told, all) = counts.entry(value(record)).or_default();
        *told += usize::from(of_many);
        *all += 1;
    }
    counts.into_iter().filter(|&(_, (told, all))| told > MANY && told * 2 > all).map(|(value, _)| value).collect()
}

/// Who has very many different records, by their keys with a date of birth. Nobody, unless `always`, if they make few of the pairs of one person, of which most lists have about one to a record.
fn with_many(records: &[Record], always: bool) -> FastSet<u64> {
    let (mut known, mut most) = (FastSet::default(), 0);
    for kind in 0..2 {
        // Beside each key the initial of the name that is not in it.
        let key = |record: &Record| {
            let key = record.with_birth().get(kind).copied().filter(|&key| key != NO_KEY)?;
            Some((key, record.initials.get(1 - kind).copied().unwrap_or(0)))
        };
        let mut seen: Vec<(u64, u8)> = records.par_iter().filter_map(key).collect();
        seen.par_sort_unstable();
        let many = || seen.chunk_by(|a, b| a.0 == b.0).filter(|records| records.len() > MANY && are_of_few(records));
        most = most.max(many().map(|records| records.len() * (records.len() - 1) / 2).sum());
        known.extend(many().filter_map(|records| records.first().map(|&(key, _)| key)));
    }
    if always || most * LEAST_SHARE > records.len() { known } else { FastSet::default() }
}

/// Whether records of one key, sorted, are of one person or two by the initials of the other name. A missing name tells of nobody else, and where most
/// are missing nothing tells a person from a crowd.
fn are_of_few(records: &[(u64, u8)]) -> bool {
    let mut counts: Vec<usize> =
        records.chunk_by(|a, b| a.1 == b.1).filter(|same| same.first().is_some_and(|&(_, initial)| initial != 0)).map(<[_]>::len).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let (two, all) = (counts.iter().take(2).sum::<usize>(), counts.iter().sum::<usize>());
    all * 2 >= records.len() && two as f64 >= OF_TWO_INITIALS * all as f64
}

/// Whether a date of birth may be a slip of another: it is missing, or two of year, month and day are the same.
fn may_be(born: u32, other: u32) -> bool {
    let same = [birth_year, birth_month, birth_day].into_iter().filter(|part| part(born) == part(other)).count();
    born == NONE || same >= 2
}

#[cfg(test)]
mod tests {
    use super::super::births::packed_digits;
    use super::*;

    fn records(of: &[(u32, u32, &str, usize)]) -> Vec<Record> {
        let record = |&(forename, surname, date, copies): &(u32, u32, &str, usize)| {
            let born = if date.is_empty() { NONE } else { packed_digits(date) };
            let initials = [forename, surname].map(|name| if name == NONE { 0 } else { name as u8 });
            std::iter::repeat_n(Record { forename, surname, born, postcode: NONE, initials }, copies)
        };
        of.iter().flat_map(record).collect()
    }

    /// Whether a record is told apart beside somebody with a hundred.
    fn is_told_apart(forename: u32, surname: u32, date: &str, postcode: u32) -> bool {
        let mut records = records(&[(1, 2, "1980-05-17", 100), (forename, surname, date, 1)]);
        let (last, others) = records.split_last_mut().unwrap();
        for record in others {
            record.postcode = 7;
        }
        last.postcode = postcode;
        tell_apart(&records, false).last().copied().unwrap()
    }

    #[test]
    fn a_record_with_one_slip_or_one_gap_is_told_apart_with_those_of_its_person() {
        assert!(is_told_apart(1, 9, "", 7), "without a date of birth the postcode tells");
        for slipped in
            [(1, 2, "1980-05-17"), (9, 2, "1980-05-17"), (1, NONE, "1980-05-17"), (1, 2, ""), (1, 2, "1980-05-11"), (1, 2, "1930-05-17")]
        {
            assert!(is_told_apart(slipped.0, slipped.1, slipped.2, NONE), "{slipped:?}");
        }
    }

    #[test]
    fn other_peoples_records_are_not_told_apart() {
        for other in
            [(1, 9, "1980-05-11"), (9, 2, ""), (1, 2, "1971-05-11"), (9, 9, "1980-05-11"), (NONE, NONE, "1980-05-11"), (NONE, NONE, "")]
        {
            assert!(!is_told_apart(other.0, other.1, other.2, NONE), "{other:?}");
        }
        assert!(!is_told_apart(1, 9, "1980-05-11", 7) && !is_told_apart(1, 9, "", 8) && !is_told_apart(9, 8, "", 8));
    }

    #[test]
    fn a_record_with_slips_in_both_names_is_told_apart_by_a_date_or_without_one_a_postcode_that_is_mostly_theirs() {
        assert!(is_told_apart(9, 8, "1980-05-17", NONE) && is_told_apart(9, 8, "", 7));
        let mut records = records(&[(1, 2, "1980-05-17", 60), (9, 8, "1980-05-17", 1)]);
        let theirs = records[0];
        records.extend((0..60).map(|number| Record { forename: 10 + number, surname: 10 + number, ..theirs }));
        assert!(!tell_apart(&records, false)[60], "the date is shared by as many others");
    }

    #[test]
    fn a_crowd_of_one_forename_and_a_default_date_is_nobody_with_many_records() {
        let crowd: Vec<(u32, u32, &str, usize)> = (0..40).map(|surname| (1, 10 + surname, "1980-01-01", 3)).collect();
        assert!(tell_apart(&records(&crowd), false).is_empty());
        assert!(tell_apart(&records(&[(1, NONE, "1980-01-01", 60)]), false).is_empty(), "without a surname on any");
        let twins = [(1, 2, "1980-05-17", 40), (3, 2, "1980-05-17", 40)];
        assert!(tell_apart(&records(&twins), false).iter().all(|&of_many| of_many), "two people are no crowd");
    }

    #[test]
    fn nobody_is_told_apart_where_few_records_are_of_people_with_many() {
        assert!(tell_apart(&records(&[(1, 2, "1980-05-17", MANY)]), false).is_empty());
        let with_others = |others: u32| -> Vec<Record> {
            let others: Vec<(u32, u32, &str, usize)> = (0..others).map(|number| (10 + number, 10 + number, "1971-05-11", 1)).collect();
            records(&[&[(1, 2, "1980-05-17", 40)], others.as_slice()].concat())
        };
        assert!(!tell_apart(&with_others(6000), false).is_empty());
        assert!(tell_apart(&with_others(6300), false).is_empty());
        assert!(!tell_apart(&with_others(6300), true).is_empty(), "unless the model tells them apart");
    }
}
