//! Dates of birth, ages and identifiers that stand for an unknown one.
//!
//! What comes in: the encoded records. What goes out: the same without values that so many different people have that they cannot be anybody's own, and what the
//! officer should know of it. What always holds: no value is on a list here; a value is told by who bears it, whatever the order of records. A number that a mother, a brother and a clerk's slip
//! share stays, and so does the first day of a year of which no more is known: only what a crowd shares goes.
//!
//! Systems that demand a date or a number get one: 01/09/2009 for eight hundred pupils, one valid NHS number for every walk-in. Compared, such a value makes one person of strangers, and two of
//! one person whose other record has the right value; and a model that is estimated from it expects more matches than there are records. Taken for a birthday it makes children of
//! adults and adults of children, so that whoever counts ages is told which records have no date of birth of their own.

use rayon::prelude::*;

use super::births::{BirthYears, birth_day, birth_month, birth_year, of_another_year};
use super::{NONE, Names, Node};
use crate::model::amounts::thousands;
use crate::model::hash::{FastMap, FastSet};
use crate::stages::link::hash::join;

/// Fewest different full names on a date of birth that stands for an unknown one ...
const FULL_NAMES: u32 = 20;
/// ... which are so many times as many as on other dates of that year, and on that day in the years around it: where only the year is known, many are born on its first day.
const TIMES_OTHERS: f64 = 20.0;
/// How many years before and after are the years around one: ages rounded to decades have neighbours too.
const YEARS_AROUND: u32 = 10;
/// Fewest other dates of a year of which more than the year is known.
const OTHER_DATES: usize = 10;
/// An age that stands for an unknown one is borne by so many times as many different full names as the ages around it, and as the next ones: a school year has two ages ...
const TIMES_AGES_AROUND: f64 = 10.0;
/// ... of which so many are borne by somebody, or else of all others: where all are of one age it is nobody's default.
const AGES_AROUND: usize = 5;
/// Fewest people on a value that stands for an unknown one who differ from each other in both initials, of forename and of surname: about a dozen people. Slips hardly ever change both, and
/// brothers and sisters have one surname.
const PEOPLE: usize = 6;
/// So much of the records of a value must bear the initials of somebody who counts: of one person's thousands of records a few have slips in both.
const SHARE: f64 = 0.001;

/// Where a node has a code: to be written, and to be read.
type Slot = (fn(&mut Node) -> &mut u32, fn(&Node) -> u32);

/// What one is called, several are called, and the codes of one numbering.
type Identifier = (&'static str, &'static str, &'static [Slot]);

const IDENTIFIERS: [Identifier; 4] = [
    ("NHS number", "NHS numbers", &[(|node| &mut node.nhs_number, |node| node.nhs_number)]),
    ("National Insurance number", "National Insurance numbers", &[(|node| &mut node.nino, |node| node.nino)]),
    // A temporary one stands among the former.
    ("UPN", "UPNs", &[(|node| &mut node.upn, |node| node.upn), (|node| &mut node.former_upn, |node| node.former_upn)]),
    ("learner number", "learner numbers", &[(|node| &mut node.uln, |node| node.uln)]),
];

/// What was taken out of the records.
#[derive(Default)]
pub(crate) struct LeftOut {
    /// What the officer should know, in words.
    pub(crate) told: Vec<String>,
    /// Positions, in the order of records, whose date of birth was taken out; ascending.
    pub(crate) births: Vec<u32>,
    /// Positions whose age was taken out; ascending.
    pub(crate) ages: Vec<u32>,
    /// The dates, `YYYY-MM-DD`, in order.
    pub(crate) dates: Vec<String>,
}

/// Takes such values out of the records. `undated`: the years between which the person of a record was born if no date tells; `by_role`: if no age does either.
pub(super) fn leave_out(records: &mut [Node], names: &Names, undated: impl Fn(usize) -> u32, by_role: impl Fn(usize) -> u32) -> LeftOut {
    let LeftOut { mut told, mut births, mut ages, .. } = LeftOut::default();
    let crowded = dates(records, names);
    for (position, node) in records.iter_mut().enumerate().filter(|(_, node)| crowded.contains(&node.born)) {
        (node.born, node.born_between) = (NONE, undated(position));
        births.push(position as u32);
    }
    let mut dates: Vec<String> = crowded.iter().map(|&born| written(born)).collect();
    dates.sort_unstable();
    let done = format!("taken for missing ({})", dates.join(", "));
    told.extend(tell("date of birth", "dates of birth", dates.len(), births.len(), &done));
    let crowded = crowded_ages(records, names);
    for (position, node) in records.iter_mut().enumerate().filter(|(_, node)| crowded.contains(&node.born_between)) {
        node.born_between = by_role(position);
        ages.push(position as u32);
    }
    told.extend(tell("age", "ages", crowded.len(), ages.len(), "taken for missing"));
    for (one, several, slots) in IDENTIFIERS {
        let crowded = identifiers(records, names, slots);
        let mut taken = 0;
        for node in records.iter_mut().filter(|_| !crowded.is_empty()) {
            let crowd = |slot: &&Slot, node: &Node| crowded.contains(&slot.1(node));
            let of_crowd: Vec<&Slot> = slots.iter().filter(|slot| crowd(slot, node)).collect();
            taken += usize::from(!of_crowd.is_empty());
            for (code, _) in of_crowd {
                *code(node) = NONE;
            }
        }
        told.extend(tell(one, several, crowded.len(), taken, "not compared"));
    }
    LeftOut { told, births, ages, dates }
}

/// A packed date as `YYYY-MM-DD`.
fn written(born: u32) -> String {
    format!("{:04}-{:02}-{:02}", birth_year(born), birth_month(born), birth_day(born))
}

fn tell(one: &str, several: &str, values: usize, records: usize, done: &str) -> Option<String> {
    let (what, stand) = if values == 1 { (one, "stands for an unknown one") } else { (several, "stand for unknown ones") };
    let records = thousands(records as u64);
    (values > 0).then(|| format!("{values} {what} on {records} records of many different people {stand}: {done}"))
}

/// How many different second parts each first part has, by first part in ascending order.
fn different(mut pairs: Vec<(u32, u64)>) -> Vec<(u32, u32)> {
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs.chunk_by(|a, b| a.0 == b.0).filter_map(|group| Some((group.first()?.0, group.len() as u32))).collect()
}

/// A value, and the initials of forename and surname of somebody who bears it.
type Borne = (u32, (u8, u8));

/// The initials of a record; nothing without both names.
fn initials(node: &Node, names: &Names) -> Option<(u8, u8)> {
    let named = node.forename != NONE && node.surname != NONE;
    named.then(|| (names.get(node.forename).initial, names.get(node.surname).initial))
}

/// Those of the values that a crowd bears.
fn of_crowds(mut borne: Vec<Borne>) -> FastSet<u32> {
    borne.par_sort_unstable();
    let of_values = borne.chunk_by(|a, b| a.0 == b.0).filter(|of_value| is_crowd(of_value));
    of_values.filter_map(|of_value| of_value.first().map(|&(value, _)| value)).collect()
}

/// True if the initials of one value, sorted, are those of a crowd: the most frequent, the most frequent of those that share neither initial with them, and so on.
fn is_crowd(of_value: &[Borne]) -> bool {
    let mut counts: Vec<(usize, (u8, u8))> =
        of_value.chunk_by(|a, b| a == b).filter_map(|same| Some((same.len(), same.first()?.1))).collect();
    counts.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let least = of_value.len() as f64 * SHARE;
    let mut people: Vec<(u8, u8)> = Vec::with_capacity(PEOPLE);
    for (_, (forename, surname)) in counts.into_iter().filter(|&(count, _)| count as f64 >= least) {
        if people.iter().all(|other| other.0 != forename && other.1 != surname) {
            people.push((forename, surname));
            if people.len() == PEOPLE {
                return true;
            }
        }
    }
    false
}

/// Dates of birth that stand for an unknown one.
fn dates(records: &[Node], names: &Names) -> FastSet<u32> {
    let named = || records.par_iter().filter(|node| node.born != NONE && node.forename != NONE && node.surname != NONE);
    let of_date = different(named().map(|node| (node.born, join(u64::from(node.forename), u64::from(node.surname)))).collect());
    if of_date.iter().all(|&(_, people)| people < FULL_NAMES) {
        return FastSet::default();
    }
    // Dates ascend, so those of a year stand together.
    let mut of_year: FastMap<u32, (u32, usize)> = FastMap::default();
    for dates in of_date.chunk_by(|a, b| birth_year(a.0) == birth_year(b.0)) {
        let people = dates.iter().map(|(_, people)| people).sum();
        of_year.extend(dates.first().map(|&(date, _)| (birth_year(date), (people, dates.len()))));
    }
    let on = |date: u32| of_date.binary_search_by_key(&date, |&(date, _)| date).ok().and_then(|place| of_date.get(place));
    let around = |date: u32| {
        let year = birth_year(date);
        let years = (year.saturating_sub(YEARS_AROUND)..=year + YEARS_AROUND).filter(|&other| other != year);
        let mut people: Vec<u32> = years.filter_map(|year| on(of_another_year(date, year))).map(|&(_, people)| people).collect();
        people.sort_unstable();
        people.get(people.len() / 2).copied().unwrap_or(0)
    };
    let stands_out = |&(date, people): &(u32, u32)| {
        let (all, dates) = of_year.get(&birth_year(date)).copied().unwrap_or_default();
        let others = dates.saturating_sub(1);
        let usual = f64::from(all - people.min(all)) / others.max(1) as f64;
        others >= OTHER_DATES && f64::from(people) > TIMES_OTHERS * usual.max(f64::from(around(date)))
    };
    let crowded: FastSet<u32> =
        of_date.iter().filter(|(_, people)| *people >= FULL_NAMES).filter(|date| stands_out(date)).map(|&(date, _)| date).collect();
    if crowded.is_empty() {
        return crowded;
    }
    of_a_crowd(&crowded, records, names, |node| node.born)
}

/// Those of the values that a crowd bears.
fn of_a_crowd(values: &FastSet<u32>, records: &[Node], names: &Names, value: fn(&Node) -> u32) -> FastSet<u32> {
    let of_values = records.par_iter().filter(|node| values.contains(&value(node)));
    of_crowds(of_values.filter_map(|node| initials(node, names).map(|initials| (value(node), initials))).collect())
}

/// Ages that stand for an unknown one, as years of birth.
fn crowded_ages(records: &[Node], names: &Names) -> FastSet<u32> {
    let aged = |node: &&Node| node.born == NONE && BirthYears::aged_later(node.born_between, 0).is_some();
    let named = records.par_iter().filter(aged).filter(|node| node.forename != NONE && node.surname != NONE);
    let of_age = different(named.map(|node| (node.born_between, join(u64::from(node.forename), u64::from(node.surname)))).collect());
    let on = |between: u32| of_age.binary_search_by_key(&between, |&(between, _)| between).ok().and_then(|place| of_age.get(place));
    let years = YEARS_AROUND.cast_signed();
    let stands_out = |&&(between, people): &&(u32, u32)| {
        let later = |later: i32| BirthYears::aged_later(between, later).and_then(on).map(|&(_, people)| people);
        let mut around: Vec<u32> = (-years..=years).filter(|&by| by != 0).filter_map(later).collect();
        if around.len() < AGES_AROUND {
            around = of_age.iter().filter(|(other, _)| *other != between).map(|&(_, people)| people).collect();
        }
        around.sort_unstable();
        let next = [-1, 1].into_iter().filter_map(later).max().unwrap_or(0);
        let usual = around.get(around.len() / 2).copied().unwrap_or(0).max(next);
        people >= FULL_NAMES && around.len() >= AGES_AROUND && f64::from(people) > TIMES_AGES_AROUND * f64::from(usual)
    };
    let crowded: FastSet<u32> = of_age.iter().filter(stands_out).map(|&(between, _)| between).collect();
    if crowded.is_empty() { crowded } else { of_a_crowd(&crowded, records, names, |node| node.born_between) }
}

/// Identifiers that stand for an unknown one.
fn identifiers(records: &[Node], names: &Names, slots: &[Slot]) -> FastSet<u32> {
    let codes = |node: &Node| slots.iter().map(move |(_, code)| code(node)).filter(|&code| code != NONE).collect::<Vec<u32>>();
    let mut counts: Vec<u32> = Vec::new();
    for code in records.iter().flat_map(codes) {
        if counts.len() <= code as usize {
            counts.resize(code as usize + 1, 0);
        }
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    // Fewer records cannot be a crowd's.
    let frequent = |code: &u32| counts.get(*code as usize).is_some_and(|&count| count as usize >= PEOPLE);
    let borne = records.par_iter().filter_map(|node| initials(node, names).map(|initials| (node, initials)));
    of_crowds(borne.flat_map_iter(|(node, initials)| codes(node).into_iter().filter(frequent).map(move |code| (code, initials))).collect())
}
