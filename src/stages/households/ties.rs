//! Who is tied to whom by what the extracts state: accounts and relations.
//!
//! What comes in: relations of the rows and the household accounts of the records. What goes out: [`Ties`]: for every pair of persons what
//! is said of them, and for every pair and tier the records that say it. What always holds: pairs are sorted, each once; of several
//! records that show the same, the first by (source name, record id) is kept; what ended before the reference date is no tie.
#![expect(clippy::indexing_slicing, reason = "indices are record rows, dense person numbers and offsets built here")]

use rayon::prelude::*;

use super::people::People;
use crate::model::{Day, EventKind, Linked, NO_DAY, NO_TEXT, Relation, RelationKind, Source, StandardField, StandardPersons, Tier};

/// How one person stands to another, as bits; each directed bit is followed by its converse.
pub(super) mod stands {
    /// I am the parent of the other.
    pub(in crate::stages::households) const PARENT_OF: u16 = 1;
    /// I am the child of the other.
    pub(in crate::stages::households) const CHILD_OF: u16 = 1 << 1;
    /// I care for the other.
    pub(in crate::stages::households) const CARER_OF: u16 = 1 << 2;
    /// The other cares for me.
    pub(in crate::stages::households) const CARED_BY: u16 = 1 << 3;
    /// I am the grandparent of the other.
    pub(in crate::stages::households) const GRANDPARENT_OF: u16 = 1 << 4;
    /// I am the grandchild of the other.
    pub(in crate::stages::households) const GRANDCHILD_OF: u16 = 1 << 5;
    /// We are partners.
    pub(in crate::stages::households) const PARTNER: u16 = 1 << 6;
    /// We are brothers or sisters.
    pub(in crate::stages::households) const SIBLING: u16 = 1 << 7;
    /// We are related in some other way.
    pub(in crate::stages::households) const RELATIVE: u16 = 1 << 8;
    /// We are on one household account.
    pub(in crate::stages::households) const ACCOUNT: u16 = 1 << 9;
    /// We are said to live together.
    pub(in crate::stages::households) const TOGETHER: u16 = 1 << 10;
    /// We have the same name and kin: probably one person in two parts.
    pub(in crate::stages::households) const SAME_PERSON: u16 = 1 << 11;
    /// Parent, carer or grandparent.
    pub(in crate::stages::households) const ELDER: u16 = PARENT_OF | CARER_OF | GRANDPARENT_OF;
    /// Child, cared for or grandchild.
    pub(in crate::stages::households) const YOUNGER: u16 = CHILD_OF | CARED_BY | GRANDCHILD_OF;
    /// Kin or partner, as opposed to an account.
    pub(in crate::stages::households) const KIN: u16 = ELDER | YOUNGER | PARTNER | SIBLING | RELATIVE | SAME_PERSON;

    /// The same from the other's side.
    pub(in crate::stages::households) fn turned(bits: u16) -> u16 {
        let down = bits & ELDER;
        let up = bits & YOUNGER;
        (bits & !(ELDER | YOUNGER)) | (down << 1) | (up >> 1)
    }
}

/// Accounts with more people than this get a star of ties instead of every pair.
const ACCOUNT_CLIQUE: usize = 9;
/// Accounts with more people than this are no household: institutions, placeholders.
const ACCOUNT_LIMIT: usize = 40;

/// A pair of persons, a kind of evidence, and the records that show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The smaller person.
    pub(super) first: u32,
    /// The larger person.
    pub(super) second: u32,
    pub(super) tier: Tier,
    /// Record of the first.
    pub(super) record: u32,
    /// Record of the second.
    pub(super) other_record: u32,
    /// How the first stands to the second.
    bits: u16,
}

/// All ties of a run.
pub(super) struct Ties {
    offsets: Vec<u32>,
    neighbours: Vec<(u32, u16)>,
    /// Sorted by (first, second, tier), each once.
    pub(super) shown: Vec<Shown>,
    /// Open accounts of dwellings (council tax, tenancies), by person.
    dwellings: Vec<Dwelling>,
}

/// Somebody is on the account of a dwelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dwelling {
    person: u32,
    pub(super) tier: Tier,
    pub(super) account: u32,
    pub(super) record: u32,
}

impl Ties {
    /// The persons tied to a person, and how this person stands to each.
    pub(super) fn of(&self, person: u32) -> &[(u32, u16)] {
        &self.neighbours[self.offsets[person as usize] as usize..self.offsets[person as usize + 1] as usize]
    }

    /// How the first person stands to the second, 0 if nothing is said.
    pub(super) fn between(&self, first: u32, second: u32) -> u16 {
        let neighbours = self.of(first);
        neighbours.binary_search_by_key(&second, |&(other, _)| other).map_or(0, |place| neighbours[place].1)
    }

    /// The evidence shown for a pair.
    pub(super) fn shown_for(&self, first: u32, second: u32) -> &[Shown] {
        let pair = (first.min(second), first.max(second));
        let start = self.shown.partition_point(|shown| (shown.first, shown.second) < pair);
        let end = start + self.shown[start..].partition_point(|shown| (shown.first, shown.second) == pair);
        &self.shown[start..end]
    }

    /// The accounts of dwellings a person is on.
    pub(super) fn dwellings_of(&self, person: u32) -> &[Dwelling] {
        let start = self.dwellings.partition_point(|one| one.person < person);
        let end = start + self.dwellings[start..].partition_point(|one| one.person == person);
        &self.dwellings[start..end]
    }

    /// Gathers the ties. `reference` and `valid_days` bound what still holds.
    pub(super) fn gather(
        persons: &StandardPersons,
        linked: &Linked,
        people: &People,
        sources: &[Source],
        relations: &[Relation],
        reference: Day,
        valid_days: u32,
    ) -> Self {
        let tier_of: Vec<Tier> = sources.iter().map(tier_of_source).collect();
        let known = |row: u32| linked.person_of_record.get(row as usize).copied().filter(|&person| (person as usize) < people.len());
        let mut shown: Vec<Shown> = relations
            .par_iter()
            .filter_map(|relation| {
                let (first, second) = (known(relation.from)?, known(relation.to)?);
                // Partners part and care ends; who is whose parent, grandparent or sibling does not.
                let lasting = !matches!(relation.kind, RelationKind::PartnerOf | RelationKind::CarerOf | RelationKind::SharesAccountWith);
                let over = !lasting && relation.until != NO_DAY && relation.until < reference;
                let account = relation.kind == RelationKind::SharesAccountWith;
                let left = account
                    && (closed(persons, relation.from, reference, valid_days) || closed(persons, relation.to, reference, valid_days));
                let bits = bits_of(relation);
                let source = usize::from(persons.position[relation.from as usize].source);
                let tier = match (tier_of[source], account) {
                    (Tier::StatedRelation, true) => Tier::Tenancy,
                    (tier, _) => tier,
                };
                (first != second && !over && !left && bits != 0)
                    .then(|| Shown::new((first, relation.from), (second, relation.to), tier, bits))
            })
            .collect();
        let accounts = open_accounts(persons, people, linked, &tier_of, reference, valid_days);
        shown.extend(pairs_on_accounts(&accounts));
        let mut dwellings = accounts;
        dwellings.retain(|one| matches!(one.tier, Tier::CouncilTax | Tier::Tenancy));
        dwellings.par_sort_unstable_by_key(|one| (one.person, one.tier, one.account));
        let rank = |row: u32| people.order[row as usize];
        shown.par_sort_unstable_by_key(|one| (one.first, one.second, one.tier, rank(one.record), rank(one.other_record), one.bits));
        let mut pairs: Vec<(u32, u32, u16)> = Vec::with_capacity(shown.len());
        for run in shown.chunk_by(|a, b| (a.first, a.second) == (b.first, b.second)) {
            let bits = run.iter().fold(0, |bits, one| bits | one.bits);
            pairs.push((run[0].first, run[0].second, bits));
            pairs.push((run[0].second, run[0].first, stands::turned(bits)));
        }
        shown.dedup_by_key(|one| (one.first, one.second, one.tier));
        let mut ties = Self { offsets: Vec::new(), neighbours: Vec::new(), shown, dwellings };
        ties.lay_out(pairs, people.len());
        ties
    }

    /// Adds pairs that are probably one person in two parts.
    pub(super) fn add_same_persons(&mut self, same: &[(u32, u32)], persons: usize) {
        let mut pairs: Vec<(u32, u32, u16)> = Vec::with_capacity(self.neighbours.len() + 2 * same.len());
        for person in 0..persons as u32 {
            pairs.extend(self.of(person).iter().map(|&(other, bits)| (person, other, bits)));
        }
        pairs.extend(same.iter().flat_map(|&(a, b)| [(a, b, stands::SAME_PERSON), (b, a, stands::SAME_PERSON)]));
        self.lay_out(pairs, persons);
    }

    fn lay_out(&mut self, mut pairs: Vec<(u32, u32, u16)>, persons: usize) {
        pairs.par_sort_unstable();
        self.offsets = vec![0_u32; persons + 1];
        self.neighbours.clear();
        for run in pairs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            self.neighbours.push((run[0].1, run.iter().fold(0, |bits, pair| bits | pair.2)));
            self.offsets[run[0].0 as usize + 1] += 1;
        }
        for person in 0..persons {
            self.offsets[person + 1] += self.offsets[person];
        }
    }
}

impl Shown {
    fn new((person, record): (u32, u32), (other, other_record): (u32, u32), tier: Tier, bits: u16) -> Self {
        if person < other {
            Self { first: person, second: other, tier, record, other_record, bits }
        } else {
            Self { first: other, second: person, tier, record: other_record, other_record: record, bits: stands::turned(bits) }
        }
    }

    /// Evidence that is not an extract's statement but follows from where people live.
    pub(super) fn by_place((person, record): (u32, u32), (other, other_record): (u32, u32), tier: Tier) -> Self {
        Self::new((person, record), (other, other_record), tier, 0)
    }
}

/// How the first person of a relation stands to the second. A mere contact is no tie.
fn bits_of(relation: &Relation) -> u16 {
    let kind = match relation.kind {
        RelationKind::ParentOf => stands::PARENT_OF,
        RelationKind::CarerOf => stands::CARER_OF,
        RelationKind::GrandparentOf => stands::GRANDPARENT_OF,
        RelationKind::PartnerOf => stands::PARTNER,
        RelationKind::SiblingOf => stands::SIBLING,
        RelationKind::SharesAccountWith => stands::ACCOUNT,
        RelationKind::RelativeOf => stands::RELATIVE,
        RelationKind::ContactOf => 0,
    };
    let together = relation.lives_together && relation.kind != RelationKind::SharesAccountWith;
    kind | if together { stands::TOGETHER } else { 0 }
}

/// The person's part in an account is over, or the record too old to tell.
fn closed(persons: &StandardPersons, row: u32, reference: Day, valid_days: u32) -> bool {
    let (to, as_at) = (persons.address_to[row as usize], persons.as_at[row as usize]);
    (to != NO_DAY && to < reference) || i64::from(reference) - i64::from(as_at) > i64::from(valid_days)
}

/// Everybody on an open account, by account and person.
fn open_accounts(
    persons: &StandardPersons,
    people: &People,
    linked: &Linked,
    tiers: &[Tier],
    reference: Day,
    valid_days: u32,
) -> Vec<Dwelling> {
    let accounts = persons.column(StandardField::HouseholdAccount);
    let tier_of = |row: u32| match tiers[usize::from(persons.position[row as usize].source)] {
        Tier::StatedRelation | Tier::SocialCare => Tier::Tenancy,
        tier => tier,
    };
    let mut members: Vec<Dwelling> = (0..persons.len() as u32)
        .filter(|&row| accounts.code(row as usize) != NO_TEXT && !closed(persons, row, reference, valid_days))
        .map(|row| Dwelling {
            account: accounts.code(row as usize),
            person: linked.person_of_record[row as usize],
            tier: tier_of(row),
            record: row,
        })
        .filter(|one| (one.person as usize) < people.len())
        .collect();
    members.par_sort_unstable_by_key(|one| (one.account, one.person, people.order[one.record as usize]));
    members.dedup_by_key(|one| (one.account, one.person));
    members
}

/// Everybody on one account, pair by pair.
fn pairs_on_accounts(members: &[Dwelling]) -> Vec<Shown> {
    let mut shown = Vec::new();
    for account in members.chunk_by(|a, b| a.account == b.account) {
        if account.len() > ACCOUNT_LIMIT {
            continue;
        }
        let heads = if account.len() > ACCOUNT_CLIQUE { 1 } else { account.len() };
        for (place, one) in account.iter().take(heads).enumerate() {
            shown.extend(
                account[place + 1..]
                    .iter()
                    .map(|other| Shown::new((one.person, one.record), (other.person, other.record), one.tier, stands::ACCOUNT)),
            );
        }
    }
    shown
}

/// What kind of evidence a source gives, told by its name and agency and by what it carries. A source whose name says nothing gives
/// stated relations.
fn tier_of_source(source: &Source) -> Tier {
    let name = source.name.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(&["council_tax", "counciltax", "council-tax", "ctax", "revenues"]) {
        Tier::CouncilTax
    } else if says(&["social", "childrens_services", "safeguarding"]) || source.carries.contains(&EventKind::SocialCare) {
        Tier::SocialCare
    } else if says(&["benefit", "ctr_", "free_school_meal"]) {
        Tier::BenefitClaim
    } else if says(&["tenan", "landlord", "rent", "housing"]) || source.carries.contains(&EventKind::Housing) {
        Tier::Tenancy
    } else {
        Tier::StatedRelation
    }
}
