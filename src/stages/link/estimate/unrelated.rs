//! How often unrelated people agree by chance.
//!
//! What comes in: the encoded records. What goes out: the probability of each level among unrelated pairs. What always holds: levels of
//! exact agreement come in closed form from frequencies, because random pairs never show them often enough; all other levels come from random
//! pairs chosen by a hash of record positions. People appear many times: exact agreement of two random records is, for an identifier, always a true match and for
//! a date of birth often one, so those are not taken from agreement counts at all (linkage.md §1): a date of birth comes from the years of
//! birth and the days of a year, an identifier from a collision floor.

use rayon::prelude::*;

use super::super::compare::{
    Comparer, FIELDS, contact::email_grade, contact::telephone_grade, date_of_birth, field, forename, further, home, identifier, level_of,
    surname,
};
use super::super::encode::{Encoded, NONE, Node, birth_year};
use super::super::hash::mix;
use super::many::{self, Many};
use super::{LEVELS, Table};
use crate::model::FurtherKind;

/// Random pairs compared.
const RANDOM_PAIRS: u64 = 1_000_000;
/// Chance that two people have the same valid identifier by mistake of a clerk.
pub(super) const COLLISION: f64 = 1e-8;
const BANDS: usize = forename::grade::LAST_EXACT as usize;
const DAYS_PER_YEAR: f64 = 365.25;

/// The last level of equal values of a field whose equal values stand in bands of frequency; 0 for other fields.
pub(super) fn last_band(index: usize) -> u8 {
    match index {
        field::FORENAME | field::SURNAME => forename::grade::LAST_EXACT,
        field::FURTHER.. => further::grade::LAST_EXACT,
        _ => 0,
    }
}

/// Agreement by chance.
pub(super) struct Unrelated {
    /// Probability of each level among unrelated pairs.
    pub(super) levels: Table,
    /// Share of *all* pairs of records on each level of exact agreement on a name, true matches included; 0 elsewhere.
    pub(super) agreeing: Table,
    /// Share of all records with each level's kind of name (for the exact bands), 0 elsewhere.
    pub(super) band_mass: Table,
    /// Share of all pairs that share a dwelling which is not communal; where people with very many records are told apart, of the pairs of others.
    pub(super) same_dwelling: f64,
    /// Pairs with a record of somebody who has very many.
    pub(super) many: Many,
    /// Number of those pairs in which both have a forename and a date of birth.
    pub(super) dated_at_home: f64,
    /// Further fields that are identifiers.
    pub(super) identifiers: Vec<usize>,
    /// Whether there is a class of people who share a home.
    pub(super) of_homes: bool,
}

impl Unrelated {
    /// Measures agreement by chance.
    pub(super) fn measure(encoded: &Encoded) -> Self {
        let measured = many::measured(encoded);
        let mut unrelated = Self {
            levels: random_levels(encoded),
            agreeing: [[0.0; LEVELS]; FIELDS.len()],
            band_mass: [[0.0; LEVELS]; FIELDS.len()],
            same_dwelling: 0.0,
            many: Many::default(),
            dated_at_home: 0.0,
            identifiers: identifiers(encoded),
            of_homes: true,
        };
        unrelated.set_names(encoded);
        unrelated.set_dates(encoded, &measured);
        unrelated.set_home(encoded);
        unrelated.set_contacts(encoded, &measured);
        for field in [field::NHS, field::NINO, field::UPN, field::ULN] {
            set(&mut unrelated.levels, field, identifier::grade::SAME, COLLISION);
            set(&mut unrelated.levels, field, identifier::grade::NEAR, COLLISION * 10.0);
        }
        for levels in &mut unrelated.levels {
            normalise(levels);
        }
        super::seeds::set_corrections(&mut unrelated.levels, |level| f64::from(1u32 << level));
        unrelated
    }

    /// Share of the pairs compared by birth in which both have a date: in the others one has an age.
    pub(super) fn dated(&self) -> f64 {
        let levels = self.levels.get(field::BORN);
        let aged: f64 = date_of_birth::grade::AGES.iter().filter_map(|&level| levels?.get(usize::from(level))).sum();
        1.0 - aged
    }

    /// True for a further field that is an identifier.
    pub(super) fn is_identifier(&self, index: usize) -> bool {
        self.identifiers.contains(&index)
    }

    fn set_names(&mut self, encoded: &Encoded) {
        type Code = fn(&Node) -> u32;
        let names = &encoded.names;
        let forename: Code = |node| node.forename;
        let surname: Code = |node| node.surname;
        for (index, code, people, is_forename) in
            [(field::FORENAME, forename, &names.forename_people, true), (field::SURNAME, surname, &names.surname_people, false)]
        {
            let band = |name: u32| if is_forename { names.get(name).forename_band } else { names.get(name).surname_band };
            self.set_bands(index, &counts(&encoded.nodes, names.len(), code), people, band);
        }
        for (number, further) in encoded.further.iter().enumerate() {
            let nodes = counts(&encoded.nodes, further.values.len(), |node| encoded.further_code(node, number));
            let band = |value: u32| further.bands.get(value as usize).copied().unwrap_or(0);
            self.set_bands(field::FURTHER + number, &nodes, &further.people, band);
            if further.field.kind == FurtherKind::Identifier {
                // Where EM starts to count collisions: agreement of an identifier is the same person until shown otherwise.
                (1..=further::grade::LAST_EXACT).for_each(|level| set(&mut self.levels, field::FURTHER + number, level, COLLISION * 10.0));
            }
        }
    }

    /// Exact agreement in each band of frequency, from how many records and how many people bear each value.
    pub(super) fn set_bands(&mut self, index: usize, nodes: &[u32], people: &[u32], band: impl Fn(u32) -> u8) {
        let bands = last_band(index);
        let (all_nodes, all_people) = (total(nodes), total(people));
        let (mut by_people, mut by_nodes, mut mass) = ([0.0; BANDS], [0.0; BANDS], [0.0; BANDS]);
        for (value, (&of_nodes, &of_people)) in (0u32..).zip(nodes.iter().zip(people)) {
            let band = usize::from(band(value));
            for (sums, share) in [
                (&mut by_people, chance(f64::from(of_people)) / pairs(all_people).max(1.0)),
                (&mut by_nodes, pairs(f64::from(of_nodes)) / pairs(all_nodes).max(1.0)),
                (&mut mass, f64::from(of_people) / all_people.max(1.0)),
            ] {
                if let Some(sum) = sums.get_mut(band) {
                    *sum += share;
                }
            }
        }
        for (level, ((people, nodes), mass)) in (1..=bands).zip(by_people.into_iter().zip(by_nodes).zip(mass)) {
            set(&mut self.levels, index, level, people.max(1e-9));
            set(&mut self.agreeing, index, level, nodes);
            set(&mut self.band_mass, index, level, mass);
        }
    }

    fn set_dates(&mut self, encoded: &Encoded, measured: &[u32]) {
        let mut years = vec![0u32; 4096];
        for node in measured.iter().map(|&node| encoded.node(node)).filter(|node| node.born != NONE) {
            if let Some(count) = years.get_mut(birth_year(node.born) as usize) {
                *count += 1;
            }
        }
        let all = total(&years).max(1.0);
        let same_year: f64 = years.iter().map(|&count| (f64::from(count) / all) * (f64::from(count) / all)).sum();
        let grade = |table: &mut Table, level, value| set(table, field::BORN, level, value);
        // What dates agree in by chance is known among pairs of two dates; the others are compared by ages.
        let dated = self.dated();
        let (same_year, days) = (same_year * dated, &encoded.heaped_days);
        grade(&mut self.levels, date_of_birth::grade::EXACT, (same_year * days.same_plain_day).max(1e-6));
        grade(&mut self.levels, date_of_birth::grade::HEAPED, (same_year * days.same_heaped_day).max(1e-9));
        // 132 of the days of a year have a day of the month up to 12 that differs from the month.
        grade(&mut self.levels, date_of_birth::grade::SWAPPED, (same_year * 132.0 / (DAYS_PER_YEAR * DAYS_PER_YEAR)).max(1e-6));
    }

    fn set_home(&mut self, encoded: &Encoded) {
        let nodes = &encoded.nodes;
        let located = nodes.iter().filter(|node| node.dwelling != NONE || node.postcode != NONE).count() as f64;
        let all = counts(nodes, encoded.communal.len(), |node| node.dwelling);
        let others = counts(encoded.of_others().map(|node| encoded.node(node)), encoded.communal.len(), |node| node.dwelling);
        let is_dated = |node: &Node| node.born != NONE && node.forename != NONE;
        let dated = counts(nodes, encoded.communal.len(), |node| if is_dated(node) { node.dwelling } else { NONE });
        let (mut communal, mut family, mut family_of_others) = (0.0, 0.0, 0.0);
        for (((&count, &others), &dated), &is_communal) in all.iter().zip(&others).zip(&dated).zip(&encoded.communal) {
            if is_communal {
                communal += pairs(f64::from(count));
            } else {
                family += pairs(f64::from(count));
                family_of_others += pairs(f64::from(others));
                self.dated_at_home += pairs(f64::from(dated));
            }
        }
        let records = [nodes.len(), encoded.of_others().count()];
        self.many = Many::of(records, [family, family_of_others]);
        self.same_dwelling = family_of_others / pairs(records[1] as f64).max(1.0);
        set(&mut self.levels, field::HOME, home::grade::DWELLING, 1e-7);
        set(&mut self.levels, field::HOME, home::grade::COMMUNAL, (communal / pairs(located).max(1.0)).max(1e-9));
    }

    /// Telephones and e-mail addresses shared by people who share neither surname nor dwelling: a surgery's number, an agency's mailbox.
    fn set_contacts(&mut self, encoded: &Encoded, measured: &[u32]) {
        type Code = fn(&Node) -> u32;
        let telephone: Code = |node| node.telephone;
        let email: Code = |node| node.email;
        for (index, level, code) in [(field::TELEPHONE, telephone_grade::SAME, telephone), (field::EMAIL, email_grade::SAME, email)] {
            let mut sharing: Vec<(u32, u32, u32)> = measured
                .par_iter()
                .map(|&node| encoded.node(node))
                .filter(|node| code(node) != NONE)
                .map(|node| (code(node), node.surname, node.dwelling))
                .collect();
            sharing.par_sort_unstable();
            let strangers: f64 = sharing
                .chunk_by(|a, b| a.0 == b.0)
                .map(|group| {
                    let related: f64 = group.chunk_by(|a, b| a.1 == b.1).map(|same| pairs(same.len() as f64)).sum();
                    // A family of two surnames shares a number too; only groups larger than a family tell of strangers.
                    if group.len() > 20 { pairs(group.len() as f64) - related } else { 0.0 }
                })
                .sum();
            set(&mut self.levels, index, level, (strangers / pairs(sharing.len() as f64).max(1.0)).max(1e-7));
        }
    }
}

/// Positions of the further fields that are identifiers.
fn identifiers(encoded: &Encoded) -> Vec<usize> {
    let fields = encoded.further.iter().enumerate();
    fields.filter(|(_, further)| further.field.kind == FurtherKind::Identifier).map(|(number, _)| field::FURTHER + number).collect()
}

pub(super) fn set(table: &mut Table, field: usize, level: u8, value: f64) {
    if let Some(slot) = table.get_mut(field).and_then(|levels| levels.get_mut(usize::from(level))) {
        *slot = value;
    }
}

/// Scales the largest level so that all sum to one: rare levels keep what was measured.
pub(super) fn normalise(levels: &mut [f64; LEVELS]) {
    let largest = (0..LEVELS).max_by(|&a, &b| levels.get(a).partial_cmp(&levels.get(b)).unwrap_or(std::cmp::Ordering::Equal)).unwrap_or(0);
    let others: f64 = levels.iter().enumerate().filter(|(level, _)| *level != largest).map(|(_, value)| value).sum();
    if others < 1.0
        && let Some(value) = levels.get_mut(largest)
    {
        *value = 1.0 - others;
    } else {
        let sum: f64 = levels.iter().sum();
        for value in levels.iter_mut() {
            *value /= sum;
        }
    }
}

pub(super) fn pairs(count: f64) -> f64 {
    count * (count - 1.0).max(0.0) / 2.0
}

/// Pairs among the bearers of a value, with half a further bearer counted in: a value that one person was seen with is not one that nobody
/// else can have, and in a small file most values are such.
fn chance(people: f64) -> f64 {
    people * (people - 0.5).max(0.0) / 2.0
}

fn total(counts: &[u32]) -> f64 {
    counts.iter().map(|&count| u64::from(count)).sum::<u64>() as f64
}

fn counts<'a>(nodes: impl IntoIterator<Item = &'a Node>, size: usize, code: impl Fn(&Node) -> u32) -> Vec<u32> {
    let mut counts = vec![0u32; size];
    for node in nodes {
        if let Some(count) = counts.get_mut(code(node) as usize) {
            *count += 1;
        }
    }
    counts
}

/// Levels of random pairs; pairs that are plainly the same person are left out.
fn random_levels(encoded: &Encoded) -> Table {
    let nodes = encoded.nodes.len() as u64;
    let counts: Vec<[[u64; LEVELS]; FIELDS.len()]> = rayon::broadcast(|context| {
        let mut counts = [[0u64; LEVELS]; FIELDS.len()];
        let mut comparer = Comparer::new(encoded);
        let mut number = context.index() as u64;
        while number < RANDOM_PAIRS && nodes > 1 {
            let random = mix(number);
            let [a, b] = [random >> 32, random & 0xffff_ffff].map(|random| (random % nodes) as u32);
            if a != b {
                let pattern = comparer.pattern(a.min(b), a.max(b));
                let both_of_many = [a, b].iter().all(|&node| encoded.is_of_many(node));
                if !(plainly_same(pattern) || both_of_many && may_be_same(pattern)) {
                    for (index, levels) in counts.iter_mut().enumerate() {
                        if let Some(count) = levels.get_mut(level_of(pattern, index)) {
                            *count += 1;
                        }
                    }
                }
            }
            number += context.num_threads() as u64;
        }
        counts
    });
    let mut table = [[0.0; LEVELS]; FIELDS.len()];
    for (index, (levels, texts)) in table.iter_mut().zip(&FIELDS).enumerate() {
        let count =
            |level: usize| counts.iter().filter_map(|of_worker| of_worker.get(index).and_then(|levels| levels.get(level))).sum::<u64>();
        let used = texts.levels.len();
        let present: u64 = (1..used).map(count).sum();
        // Half a count for each level, so that what was never seen is rare and not impossible.
        for (level, value) in levels.iter_mut().enumerate().take(used).skip(1) {
            *value = (count(level) as f64 + 0.5) / (present as f64 + 0.5 * (used - 1) as f64);
        }
    }
    table
}

/// Whether two records of people with very many may be one person's, as many such pairs are: slips and all, they agree on something that strangers hardly share. (Leaving out all such pairs would
/// forget that a father and a son of one name may both have very many: measured, it made one person of them.)
fn may_be_same(pattern: u64) -> bool {
    exact(pattern, field::BORN, date_of_birth::grade::HEAPED)
        || exact(pattern, field::FORENAME, forename::grade::NICKNAME)
        || exact(pattern, field::SURNAME, surname::grade::PART)
}

fn exact(pattern: u64, index: usize, last: u8) -> bool {
    (1..=usize::from(last)).contains(&level_of(pattern, index))
}

fn plainly_same(pattern: u64) -> bool {
    let exact = |index: usize, last: u8| exact(pattern, index, last);
    let identifier = [field::NHS, field::NINO, field::UPN, field::ULN].into_iter().any(|index| level_of(pattern, index) == 1);
    let born = level_of(pattern, field::BORN) == usize::from(date_of_birth::grade::EXACT);
    let name = exact(field::FORENAME, forename::grade::NICKNAME) || exact(field::SURNAME, surname::grade::PART);
    let whole_name = exact(field::FORENAME, forename::grade::NICKNAME) && exact(field::SURNAME, surname::grade::LAST_EXACT);
    identifier || (born && name) || (whole_name && (1..=3).contains(&level_of(pattern, field::HOME)))
}
