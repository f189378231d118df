//! Dates of birth and identifiers that stand for an unknown one.
//!
//! What comes in: the encoded records. What goes out: the same without values that so many different people have that they cannot be anybody's own, and what the
//! officer should know of it. What always holds: no value is on a list here; a value is told by who bears it, whatever the order of records. A number that a mother, a brother and a clerk's slip
//! share stays: only what a crowd shares goes.
//!
//! Systems that demand a date or a number get one: 01/09/2009 for eight hundred pupils, one valid NHS number for every walk-in. Compared, such a value makes one person of strangers, and two of
//! one person whose other record has the right value; and a model that is estimated from it expects more matches than there are records.

use rayon::prelude::*;

use super::births::{birth_year, of_another_year};
use super::{NONE, Names, Node};
use crate::model::amounts::thousands;
use crate::model::hash::{FastMap, FastSet};

/// Fewest different forenames on a date of birth that stands for an unknown one ...
const FORENAMES: u32 = 20;
/// ... which are so many times as many as on other dates of that year, and on that day in the years around it: where only the year is known, many are born on its first day.
const TIMES_OTHERS: f64 = 20.0;
/// How many years before and after are the years around one.
const YEARS_AROUND: u32 = 5;
/// Fewest different initials, of forenames and of surnames, on an identifier that stands for an unknown one: about a dozen people. Slips hardly ever change both.
const INITIALS: u32 = 6;

/// Where a node has its code of an identifier, to be written and to be read; what one is called, and several.
type Field = (fn(&mut Node) -> &mut u32, fn(&Node) -> u32, &'static str, &'static str);

/// Takes such values out of the records; gives what the officer should know.
pub(super) fn leave_out(records: &mut [Node], names: &Names) -> Vec<String> {
    let mut told = Vec::new();
    let dates = dates(records);
    let born = take(records, &dates, |node| &mut node.born);
    told.extend(tell("date of birth", "dates of birth", dates.len(), born));
    let fields: [Field; 4] = [
        (|node| &mut node.nhs_number, |node| node.nhs_number, "NHS number", "NHS numbers"),
        (|node| &mut node.nino, |node| node.nino, "National Insurance number", "National Insurance numbers"),
        (|node| &mut node.upn, |node| node.upn, "UPN", "UPNs"),
        (|node| &mut node.uln, |node| node.uln, "learner number", "learner numbers"),
    ];
    for (slot, code, one, several) in fields {
        let crowded = identifiers(records, names, code);
        let taken = take(records, &crowded, slot);
        told.extend(tell(one, several, crowded.len(), taken));
    }
    told
}

fn tell(one: &str, several: &str, values: usize, records: usize) -> Option<String> {
    let (what, stand) = if values == 1 { (one, "stands for an unknown one") } else { (several, "stand for unknown ones") };
    let records = thousands(records as u64);
    (values > 0).then(|| format!("{values} {what} on {records} records of many different people {stand}: not compared"))
}

/// Takes values out; gives how many records had one.
fn take(records: &mut [Node], values: &FastSet<u32>, slot: impl Fn(&mut Node) -> &mut u32) -> usize {
    if values.is_empty() {
        return 0;
    }
    let of_records = records.iter_mut().map(slot).filter(|value| values.contains(value));
    of_records.map(|value| *value = NONE).count()
}

/// Different second parts of each first part, by first part in ascending order.
fn different(mut pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs.chunk_by(|a, b| a.0 == b.0).filter_map(|group| Some((group.first()?.0, group.len() as u32))).collect()
}

/// Dates of birth that stand for an unknown one.
fn dates(records: &[Node]) -> FastSet<u32> {
    let named = records.par_iter().filter(|node| node.born != NONE && node.forename != NONE);
    let of_date = different(named.map(|node| (node.born, node.forename)).collect());
    let mut crowded: Vec<(u32, u32)> = of_date.iter().copied().filter(|&(_, forenames)| forenames >= FORENAMES).collect();
    if crowded.is_empty() {
        return FastSet::default();
    }
    let mut of_year: FastMap<u32, (f64, f64)> = FastMap::default();
    for &(date, forenames) in &of_date {
        let (sum, count) = of_year.entry(birth_year(date)).or_default();
        (*sum, *count) = (*sum + f64::from(forenames), *count + 1.0);
    }
    let others_of_year = |date: u32, forenames: u32| {
        let (sum, count) = of_year.get(&birth_year(date)).copied().unwrap_or_default();
        (sum - f64::from(forenames)) / (count - 1.0).max(1.0)
    };
    let on = |date: u32| of_date.binary_search_by_key(&date, |&(date, _)| date).ok().and_then(|place| of_date.get(place));
    let around = |date: u32| {
        let years = (1..=YEARS_AROUND).flat_map(|years| [birth_year(date).saturating_sub(years), birth_year(date) + years]);
        let forenames = years.filter_map(|year| on(of_another_year(date, year))).map(|&(_, forenames)| f64::from(forenames));
        forenames.sum::<f64>() / f64::from(2 * YEARS_AROUND)
    };
    crowded.retain(|&(date, forenames)| f64::from(forenames) > TIMES_OTHERS * others_of_year(date, forenames).max(around(date)));
    crowded.into_iter().map(|(date, _)| date).collect()
}

/// Identifiers that stand for an unknown one.
fn identifiers(records: &[Node], names: &Names, code: fn(&Node) -> u32) -> FastSet<u32> {
    let borne = |name: fn(&Node) -> u32| {
        let of = records.par_iter().filter(|node| code(node) != NONE && name(node) != NONE);
        let initials = different(of.map(|node| (code(node), u32::from(names.get(name(node)).initial))).collect());
        initials.into_iter().filter(|&(_, initials)| initials >= INITIALS).map(|(value, _)| value).collect::<FastSet<u32>>()
    };
    let forenames = borne(|node| node.forename);
    if forenames.is_empty() {
        return forenames;
    }
    let surnames = borne(|node| node.surname);
    forenames.into_iter().filter(|value| surnames.contains(value)).collect()
}
