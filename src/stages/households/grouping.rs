//! Who of those at one place form one family.
//!
//! What comes in: residents of each place, their ties, which places are communal. What goes out: sets of persons, and the evidence that
//! follows from living at one place (surname, a child without another adult). What always holds: a set never spans two places; at a
//! communal place only stated kinship joins; the sets do not depend on any order but that of persons.
#![expect(clippy::indexing_slicing, reason = "indices are dense person numbers and places")]

use super::communal::{self, Communal, Crowd};
use super::forest::Forest;
use super::homes::Evidence;
use super::people::People;
use super::places::NOWHERE;
use super::ties::{Shown, stands};
use crate::config::checked::HouseholdSettings;
use crate::model::nickname::share_a_group;
use crate::model::{Day, NO_DAY, NO_TEXT, Tier};

/// At a communal address somebody who cares for more children than this does so for a living.
const CHILDREN_OF_ONE_CARER: usize = 5;

/// A family that has been at an address for so long (five years) is not confused with those who lived there before it.
const SETTLED_DAYS: Day = 5 * 365;

/// Surnames are compared pair by pair only at places with fewer people than this.
const SURNAMES_COMPARED: usize = 40;

/// Persons in sets.
pub(super) struct Grouping {
    /// Sets of persons; each sorted, by their smallest person.
    pub(super) groups: Vec<Vec<u32>>,
    /// Evidence found here, sorted by pair.
    pub(super) shown: Vec<Shown>,
    /// Why a place is communal.
    pub(super) communal: Communal,
    /// Residents by (place, person).
    pub(super) residents: Vec<(u32, u32)>,
}

/// Groups the living by home.
pub(super) fn group(evidence: &Evidence<'_>, homes: &[u32], by_words: &Communal, settings: &HouseholdSettings) -> Grouping {
    let people = evidence.people;
    let mut residents: Vec<(u32, u32)> =
        homes.iter().enumerate().filter(|&(_, &home)| home != NOWHERE).map(|(person, &home)| (home, person as u32)).collect();
    residents.sort_unstable();
    let mut kin = Forest::new(people.len());
    for &(home, person) in &residents {
        for &(other, bits) in evidence.ties.of(person) {
            if homes[other as usize] == home && bits & (stands::KIN | stands::TOGETHER) != 0 {
                kin.join(person, other);
            }
        }
    }
    let mut communal = by_words.clone();
    Crowd { people, ties: evidence.ties, residents: &residents, settings }.by_numbers(&mut communal, &mut kin);
    let mut builder = Builder { evidence, homes, communal: &communal, forest: Forest::new(people.len()), shown: Vec::new() };
    builder.join_stated();
    for group in residents.chunk_by(|a, b| a.0 == b.0) {
        if communal[group[0].0 as usize].is_none() {
            let persons: Vec<u32> = group.iter().map(|&(_, person)| person).collect();
            builder.join_by_surname(&persons);
            builder.join_lone_children(&persons);
            builder.join_lone_adult(&persons);
        }
    }
    let Builder { mut forest, mut shown, .. } = builder;
    shown.sort_unstable_by_key(|one| (one.first, one.second, one.tier));
    let mut by_root: Vec<(u32, u32)> = (0..people.len() as u32)
        .filter(|&person| !evidence.dead[person as usize] && !people.records(person).is_empty())
        .map(|person| (forest.root(person), person))
        .collect();
    by_root.sort_unstable();
    let groups = by_root.chunk_by(|a, b| a.0 == b.0).map(|run| run.iter().map(|&(_, person)| person).collect()).collect();
    Grouping { groups, shown, communal, residents }
}

struct Builder<'a> {
    evidence: &'a Evidence<'a>,
    homes: &'a [u32],
    communal: &'a Communal,
    forest: Forest,
    shown: Vec<Shown>,
}

impl Builder<'_> {
    /// Joins those at one place whom an extract joins, and kin whose address nobody knows.
    fn join_stated(&mut self) {
        for person in 0..self.evidence.people.len() as u32 {
            if self.evidence.dead[person as usize] {
                continue;
            }
            let home = self.homes[person as usize];
            for &(other, bits) in self.evidence.ties.of(person) {
                if other < person || self.homes[other as usize] != home || self.evidence.dead[other as usize] {
                    continue;
                }
                let joins = if home == NOWHERE {
                    bits & !(stands::SIBLING | stands::RELATIVE) != 0 && !self.evidence.says_elsewhere(person, other, bits, self.homes)
                } else if self.communal[home as usize].is_some() {
                    self.kin_in_a_crowd(person, other, bits)
                } else {
                    true
                };
                if joins {
                    self.forest.join(person, other);
                }
            }
        }
    }

    /// At a communal address an account joins nobody, nor does the carer of many children.
    fn kin_in_a_crowd(&self, person: u32, other: u32, bits: u16) -> bool {
        let kin = bits & (stands::KIN | stands::TOGETHER);
        let only_care = kin & !(stands::CARER_OF | stands::CARED_BY) == 0;
        let carer = if bits & stands::CARER_OF != 0 { person } else { other };
        let children = || self.evidence.ties.of(carer).iter().filter(|&&(_, bits)| bits & stands::CARER_OF != 0).count();
        kin != 0 && !(only_care && children() > CHILDREN_OF_ONE_CARER)
    }

    /// Joins residents of one place who share a surname, each to the eldest of that name.
    fn join_by_surname(&mut self, persons: &[u32]) {
        if persons.len() > SURNAMES_COMPARED {
            return;
        }
        let people = self.evidence.people;
        for (place, &person) in persons.iter().enumerate() {
            for &other in &persons[place + 1..] {
                if !self.forest.joined(person, other)
                    && share_surname(people, person, other)
                    && !self.two_households(persons, person, other)
                {
                    self.forest.join(person, other);
                    self.show(person, other, Tier::SurnameAndAddress);
                }
            }
        }
    }

    /// Joins children without an adult of their own to the one family with an adult at their address.
    fn join_lone_children(&mut self, persons: &[u32]) {
        let people = self.evidence.people;
        let mut roots: Vec<u32> = persons.iter().map(|&person| self.forest.root(person)).collect();
        roots.sort_unstable();
        roots.dedup();
        if roots.len() < 2 {
            return;
        }
        let mut with_adult: Vec<u32> =
            persons.iter().filter(|&&person| people.adult(person)).map(|&person| self.forest.root(person)).collect();
        with_adult.sort_unstable();
        with_adult.dedup();
        let [only] = with_adult[..] else { return };
        let adult = persons.iter().copied().find(|&person| people.adult(person) && self.forest.root(person) == only);
        for &person in persons {
            if let Some(adult) = adult
                && people.child[person as usize]
                && self.forest.root(person) != only
                && !self.forest.joined(person, adult)
                && !self.two_households(persons, person, adult)
            {
                self.forest.join(person, adult);
                self.show(person, adult, Tier::Address);
            }
        }
    }

    /// Joins the one adult without kin here to the one family with children, if a present list (a benefit return, not an incident) has
    /// them at this address and the family did not come within the last years: then it is no trace of who lived here before.
    fn join_lone_adult(&mut self, persons: &[u32]) {
        let evidence = self.evidence;
        let people = evidence.people;
        let mut roots: Vec<(u32, u32)> = persons.iter().map(|&person| (self.forest.root(person), person)).collect();
        roots.sort_unstable();
        let groups: Vec<&[(u32, u32)]> = roots.chunk_by(|a, b| a.0 == b.0).collect();
        let (lone, family) = match groups[..] {
            [&[lone], family] | [family, &[lone]] if family.len() > 1 => (lone.1, family),
            _ => return,
        };
        let home = self.homes[lone as usize];
        let present = evidence.candidates.at(lone, home).is_some_and(|candidate| candidate.snapshots > 0);
        let with_children = family.iter().any(|&(_, person)| people.child[person as usize]);
        let elder = family.iter().map(|&(_, person)| person).find(|&person| people.adult(person));
        let came = family
            .iter()
            .flat_map(|&(_, person)| evidence.statements.of(person))
            .filter(|statement| statement.place == home && statement.from != NO_DAY)
            .map(|statement| statement.from)
            .min();
        let settled = came.is_none_or(|came| evidence.reference - came > SETTLED_DAYS);
        if let Some(elder) = elder
            && people.adult(lone)
            && present
            && with_children
            && settled
            && evidence.ties.dwellings_of(lone).is_empty()
        {
            self.forest.join(lone, elder);
            self.show(lone, elder, Tier::Address);
        }
    }

    /// Two groups at one address which are each on an account of their own (a dwelling has one council tax account and one tenancy) are
    /// two households, one of them here by an old record: neither surname nor address joins them.
    fn two_households(&mut self, persons: &[u32], first: u32, second: u32) -> bool {
        let (first, second) = (self.forest.root(first), self.forest.root(second));
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for &person in persons {
            let root = self.forest.root(person);
            let accounts = self.evidence.ties.dwellings_of(person).iter().map(|one| (one.tier, one.account));
            if root == first {
                left.extend(accounts);
            } else if root == second {
                right.extend(accounts);
            }
        }
        let of = |all: &[(Tier, u32)], tier| -> Vec<u32> { all.iter().filter(|one| one.0 == tier).map(|one| one.1).collect() };
        [Tier::CouncilTax, Tier::Tenancy].into_iter().any(|tier| {
            let (left, right) = (of(&left, tier), of(&right, tier));
            !left.is_empty() && !right.is_empty() && !left.iter().any(|account| right.contains(account))
        })
    }

    fn show(&mut self, person: u32, other: u32, tier: Tier) {
        let record = |one: u32| {
            let home = self.homes[one as usize];
            let statements = self.evidence.statements.of(one);
            statements
                .iter()
                .find(|statement| statement.place == home)
                .map_or_else(|| self.evidence.people.records(one).first().copied().unwrap_or_default(), |statement| statement.record)
        };
        let shown = Shown::by_place((person, record(person)), (other, record(other)), tier);
        self.shown.push(shown);
    }
}

/// True if two persons have a surname in common, apart from one slip or the ending for husband, wife or daughter.
pub(super) fn share_surname(people: &People, first: u32, second: u32) -> bool {
    let (left, right) = (people.surnames_of(first), people.surnames_of(second));
    if left.iter().any(|name| right.binary_search(name).is_ok()) {
        return true;
    }
    left.iter().any(|&name| right.iter().any(|&other| same_surname(&people.surnames[name as usize], &people.surnames[other as usize])))
}

/// The same name, a part of a compound name, one slip, or another gender's ending (KOWALSKI and KOWALSKA, KAZLAUSKAS and KAZLAUSKIENE).
pub(super) fn same_surname(first: &str, second: &str) -> bool {
    const LITHUANIAN: &[&str] = &["AS", "IS", "US", "YS", "IENE", "AITE", "YTE", "UTE", "E"];
    let part = |long: &str, short: &str| short.len() >= 4 && long.contains(' ') && long.split(' ').any(|one| one == short);
    if first == second || part(first, second) || part(second, first) {
        return true;
    }
    let shorter = first.len().min(second.len());
    let common = first.bytes().zip(second.bytes()).take_while(|(a, b)| a == b).count();
    let ending = |name: &str| name.get(common..).is_some_and(|end| LITHUANIAN.contains(&end));
    (shorter >= 5 && strsim::osa_distance(first, second) <= 1) || (common >= 5 && ending(first) && ending(second))
}

/// The forename in common: equal, an initial, one the beginning of the other, a short form, one slip.
pub(super) fn same_forename(people: &People, first: u32, second: u32) -> bool {
    let (first, second) = (people.forename[first as usize], people.forename[second as usize]);
    if first == NO_TEXT || second == NO_TEXT {
        return false;
    }
    let forename = |code: u32| people.forenames.get(code as usize).unwrap_or_default();
    let (first, second) = (forename(first), forename(second));
    let shorter = first.len().min(second.len());
    first.starts_with(second)
        || second.starts_with(first)
        || share_a_group(first, second)
        || (shorter >= 4 && strsim::osa_distance(first, second) <= 1)
}

/// The places found communal, for the run's tables.
pub(super) fn communal_table(evidence: &Evidence<'_>, grouping: &Grouping) -> Vec<(String, &'static str, u32)> {
    communal::table(evidence.places, &grouping.communal, &grouping.residents)
}
