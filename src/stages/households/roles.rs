//! What each person is in a family.
//!
//! What comes in: the members of one family and their ties. What goes out: a role each, in the order of the members. What always holds:
//! children are children; what an extract states goes before what ages suggest.
#![expect(clippy::indexing_slicing, reason = "roles and members have one length")]

use super::people::People;
use super::ties::{Ties, stands};
use crate::model::MemberRole;

/// A parent is at least this much older than a child (domain: under-18 conceptions are followed from about 13).
const PARENT_YEARS: std::ops::RangeInclusive<i32> = 14..=55;
/// Partners are rarely further apart.
const PARTNER_YEARS: i32 = 17;
/// From this much older than a parent somebody may be that parent's parent.
const GENERATION_YEARS: i32 = 17;

/// The roles of the members of one family.
pub(super) fn roles(people: &People, ties: &Ties, members: &[u32]) -> Vec<MemberRole> {
    let mut found: Vec<Option<MemberRole>> = members.iter().map(|&person| stated(people, ties, members, person)).collect();
    let parents: Vec<u32> = pick(members, &found, MemberRole::Parent);
    for (place, &person) in members.iter().enumerate() {
        if found[place].is_none() {
            found[place] = beside(people, ties, members, &parents, person);
        }
    }
    let children: Vec<u32> = members.iter().copied().filter(|&person| people.child[person as usize]).collect();
    for (place, &person) in members.iter().enumerate() {
        if found[place].is_none() {
            let parents = pick(members, &found, MemberRole::Parent);
            let partnered = found.contains(&Some(MemberRole::Partner)) || parents.len() > 1;
            found[place] = Some(by_age(people, members, &children, &parents, person, partnered));
        }
    }
    found.into_iter().map(|role| role.unwrap_or(MemberRole::OtherAdult)).collect()
}

fn pick(members: &[u32], found: &[Option<MemberRole>], role: MemberRole) -> Vec<u32> {
    members.iter().zip(found).filter(|&(_, one)| *one == Some(role)).map(|(&person, _)| person).collect()
}

/// How a person stands to those members that `wanted` picks.
fn standing(ties: &Ties, members: &[u32], person: u32, wanted: impl Fn(u32) -> bool) -> u16 {
    ties.of(person).iter().filter(|&&(other, _)| members.contains(&other) && wanted(other)).fold(0, |bits, &(_, more)| bits | more)
}

/// The role an extract states: of a child, or towards the children.
fn stated(people: &People, ties: &Ties, members: &[u32], person: u32) -> Option<MemberRole> {
    if people.child[person as usize] {
        return Some(MemberRole::Child);
    }
    let bits = standing(ties, members, person, |other| people.child[other as usize]);
    if bits & stands::GRANDPARENT_OF != 0 && bits & stands::PARENT_OF == 0 {
        Some(MemberRole::Grandparent)
    } else if bits & (stands::PARENT_OF | stands::CARER_OF) != 0 {
        Some(MemberRole::Parent)
    } else {
        None
    }
}

/// The role an extract states towards the adults.
fn beside(people: &People, ties: &Ties, members: &[u32], parents: &[u32], person: u32) -> Option<MemberRole> {
    let adults = standing(ties, members, person, |other| people.adult(other));
    let beside_parents = standing(ties, members, person, |other| parents.contains(&other));
    let beside_children = standing(ties, members, person, |other| people.child[other as usize]);
    let same = ties.of(person).iter().any(|&(other, bits)| bits & stands::SAME_PERSON != 0 && parents.contains(&other));
    if same {
        Some(MemberRole::Parent)
    } else if beside_parents & stands::PARTNER != 0 {
        Some(MemberRole::Partner)
    } else if beside_parents & stands::PARENT_OF != 0 {
        Some(MemberRole::Grandparent)
    } else if adults & (stands::CHILD_OF | stands::CARED_BY) != 0 || beside_children & stands::SIBLING != 0 {
        Some(MemberRole::AdultChild)
    } else if adults & stands::PARTNER != 0 {
        Some(MemberRole::Partner)
    } else {
        None
    }
}

/// The role that ages suggest where nothing is stated.
fn by_age(people: &People, members: &[u32], children: &[u32], parents: &[u32], person: u32, partnered: bool) -> MemberRole {
    let older_than = |others: &[u32]| others.iter().filter_map(|&other| people.years_older(person, other)).min();
    let parent_gap = older_than(parents);
    if let Some(gap) = parent_gap {
        return if gap >= GENERATION_YEARS {
            MemberRole::Grandparent
        } else if gap <= -PARTNER_YEARS.min(14) {
            MemberRole::AdultChild
        } else if partnered {
            MemberRole::OtherAdult
        } else {
            MemberRole::Partner
        };
    }
    let child_gap = children.iter().filter_map(|&child| people.years_older(person, child)).max();
    if parents.is_empty() && !children.is_empty() && child_gap.is_none_or(|gap| PARENT_YEARS.contains(&gap)) {
        return MemberRole::Parent;
    }
    // In a family without children somebody a generation younger than the eldest is its grown-up child.
    let others: Vec<u32> = members.iter().copied().filter(|&other| other != person).collect();
    match older_than(&others).map(|_| others.iter().filter_map(|&other| people.years_older(other, person)).max()) {
        Some(Some(gap)) if children.is_empty() && PARENT_YEARS.contains(&gap) && gap >= GENERATION_YEARS => MemberRole::AdultChild,
        _ => MemberRole::OtherAdult,
    }
}
