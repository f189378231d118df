//! From groups of persons to the table of families.
//!
//! What comes in: groups, homes and ties. What goes out: `Families` with members, roles, confidence and evidence. What always holds:
//! families are in the order of their ids, members and evidence sorted as the model says; everybody alive is a resident of exactly
//! one primary family.
#![expect(clippy::indexing_slicing, reason = "indices are dense person numbers, places and groups")]

use rayon::prelude::*;

use super::grouping::Grouping;
use super::homes::Evidence;
use super::places::NOWHERE;
use super::roles::roles;
use super::ties::{Shown, stands};
use crate::model::ids::family_id;
use crate::model::{Confidence, Family, Linked, Member, MembershipEvidence, NO_DAY, Tier};

/// Share of a child's evidence for the first home from which evidence for a parent's home makes that a second home.
const SECOND_HOME_SHARE: f32 = 0.2;

/// What assembling looks at.
pub(super) struct Assembly<'a> {
    pub(super) evidence: &'a Evidence<'a>,
    pub(super) homes: &'a [u32],
    pub(super) grouping: &'a Grouping,
    pub(super) linked: &'a Linked,
}

/// Somebody in a family before it has its number.
#[derive(Clone, Copy)]
struct Belonging {
    person: u32,
    resident: bool,
    primary: bool,
}

/// One family before it has its number.
struct Draft {
    family: Family,
    members: Vec<Member>,
    shown: Vec<MembershipEvidence>,
}

/// Families, members and evidence.
pub(super) type Tables = (Vec<Family>, Vec<Member>, Vec<MembershipEvidence>);

impl Assembly<'_> {
    /// The families with members and evidence.
    pub(super) fn families(&self) -> Tables {
        let visitors = self.visitors();
        let mut drafts: Vec<Draft> = self
            .grouping
            .groups
            .par_iter()
            .enumerate()
            .with_min_len(256)
            .map(|(number, group)| {
                let start = visitors.partition_point(|&(to, _)| (to as usize) < number);
                let end = start + visitors[start..].partition_point(|&(to, _)| to as usize == number);
                self.draft(group, visitors[start..end].iter().map(|&(_, belonging)| belonging))
            })
            .collect();
        drafts.par_sort_unstable_by(|a, b| a.family.id.cmp(&b.family.id));
        let mut families = Vec::with_capacity(drafts.len());
        let mut members = Vec::with_capacity(drafts.iter().map(|draft| draft.members.len()).sum());
        let mut shown = Vec::with_capacity(drafts.iter().map(|draft| draft.shown.len()).sum());
        for (number, draft) in drafts.into_iter().enumerate() {
            families.push(draft.family);
            members.extend(draft.members.into_iter().map(|member| Member { family: number as u32, ..member }));
            shown.extend(draft.shown.into_iter().map(|one| MembershipEvidence { family: number as u32, ..one }));
        }
        (families, members, shown)
    }

    /// Who belongs to a group without having their one home there: children in their second home, parents who live elsewhere, the dead.
    /// Sorted by (group, person).
    fn visitors(&self) -> Vec<(u32, Belonging)> {
        let evidence = self.evidence;
        let mut group_of = vec![u32::MAX; evidence.people.len()];
        for (number, group) in self.grouping.groups.iter().enumerate() {
            for &person in group {
                group_of[person as usize] = number as u32;
            }
        }
        let mut visitors: Vec<(u32, Belonging)> = Vec::new();
        for person in 0..evidence.people.len() as u32 {
            for &(other, bits) in evidence.ties.of(person) {
                let (own, theirs) = (group_of[person as usize], group_of[other as usize]);
                if theirs == u32::MAX || own == theirs {
                    continue;
                }
                let elsewhere = |resident| (theirs, Belonging { person, resident, primary: false });
                let belongs =
                    bits & (stands::CHILD_OF | stands::CARED_BY | stands::ACCOUNT | stands::TOGETHER) != 0 && evidence.people.adult(other);
                let first_home = self.grouping.groups.get(own as usize).map(Vec::as_slice).unwrap_or_default();
                if evidence.dead[person as usize] {
                    visitors.push(elsewhere(false));
                } else if evidence.people.child[person as usize] && belongs && self.second_home(person, other, bits, first_home) {
                    visitors.push(elsewhere(true));
                } else if bits & stands::PARENT_OF != 0 && evidence.people.adult(person) && evidence.people.child[other as usize] {
                    visitors.push(elsewhere(false));
                }
            }
        }
        self.add_siblings(&mut visitors, &group_of);
        visitors.sort_unstable_by_key(|&(group, one)| (group, one.person, !one.resident));
        visitors.dedup_by_key(|&mut (group, one)| (group, one.person));
        visitors
    }

    /// Brothers and sisters go to their second home together: those of one first home who have the same surname.
    fn add_siblings(&self, visitors: &mut Vec<(u32, Belonging)>, group_of: &[u32]) {
        let people = self.evidence.people;
        let mut found: Vec<(u32, Belonging)> = Vec::new();
        for &(second, one) in visitors.iter().filter(|(_, one)| one.resident) {
            let first = self.grouping.groups.get(group_of[one.person as usize] as usize);
            for &other in first.into_iter().flatten() {
                let alike = people.surname[other as usize] == people.surname[one.person as usize];
                if other != one.person && people.child[other as usize] && alike {
                    found.push((second, Belonging { person: other, resident: true, primary: false }));
                }
            }
        }
        visitors.extend(found);
    }

    /// A child's own records put it at the home of a parent it does not mainly live with: on an account there, in two sources, or in one
    /// while nobody of its first home was ever recorded there (else that record may be a former home of them all).
    fn second_home(&self, child: u32, parent: u32, bits: u16, first_home: &[u32]) -> bool {
        let (home, other) = (self.homes[child as usize], self.homes[parent as usize]);
        if other == NOWHERE || other == home {
            return false;
        }
        if self.on_account_without_address(child, parent) {
            return true;
        }
        let Some(there) = self.evidence.candidates.at(child, other) else { return false };
        let here = self.evidence.candidates.at(child, home).map_or(0.0, |candidate| candidate.weight);
        let household = bits & (stands::ACCOUNT | stands::TOGETHER) != 0;
        let lived_there = |person: u32| self.evidence.statements.of(person).iter().any(|statement| statement.place == other);
        let former = || first_home.iter().any(|&person| self.evidence.people.adult(person) && lived_there(person));
        there.weight >= SECOND_HOME_SHARE * here && (household || there.sources >= 2 || !former())
    }

    /// Both are on one account of a dwelling whose address is not known: then it is the parent's.
    fn on_account_without_address(&self, child: u32, parent: u32) -> bool {
        let theirs = self.evidence.ties.dwellings_of(parent);
        self.evidence.ties.dwellings_of(child).iter().any(|one| {
            self.evidence.places.of_record[one.record as usize] == NOWHERE && theirs.iter().any(|other| other.account == one.account)
        })
    }

    fn draft(&self, group: &[u32], visitors: impl Iterator<Item = Belonging>) -> Draft {
        let evidence = self.evidence;
        let mut belongings: Vec<Belonging> =
            group.iter().map(|&person| Belonging { person, resident: true, primary: true }).chain(visitors).collect();
        belongings.sort_unstable_by_key(|one| one.person);
        let persons: Vec<u32> = belongings.iter().map(|one| one.person).collect();
        let roles = roles(evidence.people, evidence.ties, &persons);
        let home = group.iter().map(|&person| self.homes[person as usize]).find(|&home| home != NOWHERE).unwrap_or(NOWHERE);
        let shown = self.shown_among(&persons);
        let mut members: Vec<Member> = belongings
            .iter()
            .zip(roles)
            .map(|(one, role)| Member {
                family: 0,
                person: one.person,
                role,
                resident: one.resident,
                primary: one.primary,
                since: if one.resident { self.since(one.person, home) } else { NO_DAY },
                confidence: self.confidence(one.person, home, &shown),
            })
            .collect();
        members.sort_unstable_by_key(|member| (member.role, member.person));
        let confidence = members.iter().filter(|member| member.resident).map(|member| member.confidence).max().unwrap_or(Confidence::Low);
        let id = group.iter().map(|&person| &self.linked.person_ids[person as usize]).min().map_or_else(String::new, |id| family_id(id));
        let at = |texts: &[Box<str>]| if home == NOWHERE { String::new() } else { texts[home as usize].to_string() };
        let family = Family {
            id,
            confidence,
            postcode: at(&evidence.places.postcode),
            uprn: at(&evidence.places.uprn),
            address_key: at(&evidence.places.key),
            restricted: persons.iter().any(|&person| evidence.people.restricted[person as usize])
                || (home != NOWHERE && evidence.places.restricted[home as usize]),
        };
        Draft { family, members, shown }
    }

    /// Everything that joins two of these persons, from each one's side, sorted by (person, other, tier).
    fn shown_among(&self, persons: &[u32]) -> Vec<MembershipEvidence> {
        let mut found: Vec<MembershipEvidence> = Vec::new();
        for (place, &first) in persons.iter().enumerate() {
            for &second in &persons[place + 1..] {
                let stated = self.evidence.ties.shown_for(first, second);
                let pair = (first.min(second), first.max(second));
                let start = self.grouping.shown.partition_point(|one| (one.first, one.second) < pair);
                let placed = self.grouping.shown[start..].iter().take_while(|one| (one.first, one.second) == pair);
                found.extend(stated.iter().chain(placed).flat_map(both_sides));
            }
        }
        found.sort_unstable_by_key(|one| (one.person, one.other, one.tier));
        found
    }

    /// The earliest day from which an extract says the address holds.
    fn since(&self, person: u32, home: u32) -> i32 {
        let statements = self.evidence.statements.of(person).iter();
        statements.filter(|one| one.place == home && one.from != NO_DAY).map(|one| one.from).min().unwrap_or(NO_DAY)
    }

    /// High: an agency's own relationship, a council tax account, or two kinds of evidence; medium: one of the other kinds; low: the
    /// address alone. Somebody alone is as sure as their address: two sources, one, none.
    fn confidence(&self, person: u32, home: u32, shown: &[MembershipEvidence]) -> Confidence {
        let mut tiers: Vec<Tier> = shown.iter().filter(|one| one.person == person).map(|one| one.tier).collect();
        tiers.sort_unstable();
        tiers.dedup();
        match tiers[..] {
            [] => match self.evidence.candidates.at(person, home).map_or(0, |candidate| candidate.sources) {
                0 => Confidence::Low,
                1 => Confidence::Medium,
                _ => Confidence::High,
            },
            [Tier::CouncilTax | Tier::SocialCare] => Confidence::High,
            [Tier::SurnameAndAddress | Tier::Address] | [Tier::SurnameAndAddress, Tier::Address] => Confidence::Low,
            [_] => Confidence::Medium,
            _ => Confidence::High,
        }
    }
}

fn both_sides(one: &Shown) -> [MembershipEvidence; 2] {
    let from_first = MembershipEvidence {
        family: 0,
        person: one.first,
        other: one.second,
        tier: one.tier,
        record: one.record,
        other_record: one.other_record,
    };
    let from_second =
        MembershipEvidence { person: one.second, other: one.first, record: one.other_record, other_record: one.record, ..from_first };
    [from_first, from_second]
}
