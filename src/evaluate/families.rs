//! How well persons were put together into families.
//!
//! What comes in: the true families of the day, the families of the run, and which true person each person of the run
//! is. What goes out: how many true families with children were found with exactly the right resident members, and what
//! was wrong with the others. What always holds: only members who appear in an extract are asked for; ties are broken by
//! the order of the families, which is that of their ids.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::pairs::share;

/// One member of a true family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrueMember {
    /// True person.
    pub person: u32,
    /// Under 18.
    pub child: bool,
    /// Lives there.
    pub resident: bool,
    /// Appears in an extract the run read.
    pub visible: bool,
}

/// One true family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrueFamily {
    /// Its kind, such as `lone_parent`.
    pub kind: String,
    /// Its members of the day.
    pub members: Vec<TrueMember>,
}

/// One member of a family of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundMember {
    /// Person of the run.
    pub person: u32,
    /// Said to be a child.
    pub child: bool,
    /// Said to live there.
    pub resident: bool,
}

/// What can be wrong with a family; one family can have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// No family of the run has any of its resident members.
    NotFound,
    /// A member is in another family of the run only.
    MissingInAnotherFamily,
    /// A member is in the right family, but not as a resident.
    MissingNotResident,
    /// A member was found as a person and is in no family.
    MissingInNoFamily,
    /// A member's records lie in another person.
    MissingMergedAway,
    /// Somebody who truly lives in another family.
    ExtraOfAnotherFamily,
    /// Somebody of the family who does not live there.
    ExtraNotResident,
    /// Somebody who truly lives in no family of the day (moved away, died), or whom the truth does not know.
    ExtraOfNoFamily,
    /// One member is there as two persons.
    MemberTwice,
}

/// Families of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct KindCount {
    /// True families.
    pub families: u64,
    /// Found exactly.
    pub exact: u64,
}

/// Everything about families.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FamilyStatistics {
    /// True families with a resident child who appears in an extract.
    pub families: u64,
    /// Of which found with exactly the right resident members of those who appear.
    pub exact: u64,
    /// Share of those.
    pub share: f64,
    /// True families with a resident child none of whom appears in any extract: nothing could find them.
    pub invisible: u64,
    /// Families of the run with a resident child.
    pub found_families: u64,
    /// Of which exactly a true family.
    pub found_exact: u64,
    /// By kind of family.
    pub by_kind: BTreeMap<String, KindCount>,
    /// How many families have each fault; a family may have several.
    pub faults: BTreeMap<Fault, u64>,
}

/// Which family is which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilyMatches {
    /// Family of the run of each true family.
    pub found_of_true: Vec<Option<u32>>,
    /// True family of each family of the run.
    pub true_of_found: Vec<Option<u32>>,
    /// Whether each true family was found exactly; `None` for those not asked for.
    pub exact: Vec<Option<bool>>,
}

/// The families of each person, in order.
struct Homes {
    starts: Vec<u32>,
    families: Vec<u32>,
}

impl Homes {
    fn of(mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let people = pairs.last().map_or(0, |&(person, _)| person as usize + 1);
        let mut starts = vec![0_u32; people + 1];
        for &(person, _) in &pairs {
            if let Some(count) = starts.get_mut(person as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { starts, families: pairs.into_iter().map(|(_, family)| family).collect() }
    }

    fn get(&self, person: u32) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).map(|&start| start as usize);
        match (bound(person as usize), bound(person as usize + 1)) {
            (Some(start), Some(end)) => self.families.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }
}

struct Index {
    /// Families of the run a true person lives in.
    found_homes: Homes,
    /// Families of the run a true person is a member of in any way.
    found_anywhere: Homes,
    /// True families a true person lives in.
    true_homes: Homes,
    /// True persons that are the majority of some person of the run, sorted.
    has_person: Vec<u32>,
}

/// Compares families. `true_person` is the true person most records of a person of the run belong to.
#[must_use]
pub fn family_statistics(
    truth: &[TrueFamily],
    found: &[Vec<FoundMember>],
    true_person: &[Option<u32>],
) -> (FamilyStatistics, FamilyMatches) {
    let person = |member: &FoundMember| true_person.get(member.person as usize).copied().flatten();
    let index = index(truth, found, true_person);
    let mut statistics = FamilyStatistics::default();
    let mut matches = FamilyMatches::default();
    for (number, family) in truth.iter().enumerate() {
        let wanted: Vec<&TrueMember> = family.members.iter().filter(|member| member.resident && member.visible).collect();
        let best = best_match(wanted.iter().map(|member| (member.person, member.child)), &index.found_homes, |candidate| {
            found.get(candidate as usize).map_or(0, |members| members.iter().filter(|member| member.resident).count())
        });
        matches.found_of_true.push(best);
        if !family.members.iter().any(|member| member.resident && member.child) {
            matches.exact.push(None);
            continue;
        }
        if !wanted.iter().any(|member| member.child) {
            statistics.invisible += 1;
            matches.exact.push(None);
            continue;
        }
        let faults = match best.and_then(|best| Some((best, found.get(best as usize)?))) {
            None => BTreeSet::from([Fault::NotFound]),
            Some((best, members)) => faults(number as u32, family, (best, members), &person, &index),
        };
        matches.exact.push(Some(faults.is_empty()));
        let kind = statistics.by_kind.entry(family.kind.clone()).or_default();
        kind.families += 1;
        kind.exact += u64::from(faults.is_empty());
        statistics.families += 1;
        statistics.exact += u64::from(faults.is_empty());
        for fault in faults {
            *statistics.faults.entry(fault).or_default() += 1;
        }
    }
    for (number, members) in found.iter().enumerate() {
        let residents = members.iter().filter(|member| member.resident);
        let best = best_match(residents.filter_map(|member| Some((person(member)?, member.child))), &index.true_homes, |candidate| {
            truth.get(candidate as usize).map_or(0, |family| family.members.iter().filter(|member| member.resident).count())
        });
        matches.true_of_found.push(best);
        if members.iter().any(|member| member.resident && member.child) {
            statistics.found_families += 1;
            let exact = best.is_some_and(|best| {
                matches.exact.get(best as usize) == Some(&Some(true))
                    && matches.found_of_true.get(best as usize) == Some(&Some(number as u32))
            });
            statistics.found_exact += u64::from(exact);
        }
    }
    statistics.share = share(statistics.exact, statistics.families);
    (statistics, matches)
}

fn index(truth: &[TrueFamily], found: &[Vec<FoundMember>], true_person: &[Option<u32>]) -> Index {
    let (mut living, mut anywhere, mut truly) = (Vec::new(), Vec::new(), Vec::new());
    for (number, members) in found.iter().enumerate() {
        for member in members {
            let Some(person) = true_person.get(member.person as usize).copied().flatten() else { continue };
            anywhere.push((person, number as u32));
            if member.resident {
                living.push((person, number as u32));
            }
        }
    }
    for (number, family) in truth.iter().enumerate() {
        truly.extend(family.members.iter().filter(|member| member.resident).map(|member| (member.person, number as u32)));
    }
    let mut has_person: Vec<u32> = true_person.iter().copied().flatten().collect();
    has_person.sort_unstable();
    Index { found_homes: Homes::of(living), found_anywhere: Homes::of(anywhere), true_homes: Homes::of(truly), has_person }
}

/// The family that shares most members, a child counting twice; of equal ones the smaller, then the first.
fn best_match(members: impl Iterator<Item = (u32, bool)>, homes: &Homes, size: impl Fn(u32) -> usize) -> Option<u32> {
    let mut members: Vec<(u32, bool)> = members.collect();
    members.sort_unstable();
    members.dedup_by_key(|member| member.0);
    let mut scores: Vec<(u32, u32)> = Vec::new();
    for (person, child) in members {
        for &family in homes.get(person) {
            match scores.iter_mut().find(|(known, _)| *known == family) {
                Some((_, score)) => *score += 1 + u32::from(child),
                None => scores.push((family, 1 + u32::from(child))),
            }
        }
    }
    let rank = |&(family, score): &(u32, u32)| (score, std::cmp::Reverse(size(family)), std::cmp::Reverse(family));
    scores.into_iter().max_by_key(rank).map(|(family, _)| family)
}

fn faults(
    number: u32,
    family: &TrueFamily,
    (best, found): (u32, &[FoundMember]),
    person: &impl Fn(&FoundMember) -> Option<u32>,
    index: &Index,
) -> BTreeSet<Fault> {
    let mut faults = BTreeSet::new();
    let residents: Vec<Option<u32>> = found.iter().filter(|member| member.resident).map(person).collect();
    let found_persons: BTreeSet<u32> = residents.iter().copied().flatten().collect();
    if found_persons.len() < residents.iter().flatten().count() {
        faults.insert(Fault::MemberTwice);
    }
    for member in family.members.iter().filter(|member| member.resident && member.visible && !found_persons.contains(&member.person)) {
        faults.insert(if index.has_person.binary_search(&member.person).is_err() {
            Fault::MissingMergedAway
        } else if found.iter().any(|other| person(other) == Some(member.person)) {
            Fault::MissingNotResident
        } else if index.found_anywhere.get(member.person).iter().any(|&family| family != best) {
            Fault::MissingInAnotherFamily
        } else {
            Fault::MissingInNoFamily
        });
    }
    for resident in &residents {
        let Some(extra) = *resident else {
            faults.insert(Fault::ExtraOfNoFamily);
            continue;
        };
        match family.members.iter().find(|member| member.person == extra) {
            Some(member) if member.resident => {}
            Some(_) => {
                faults.insert(Fault::ExtraNotResident);
            }
            None if index.true_homes.get(extra).iter().any(|&home| home != number) => {
                faults.insert(Fault::ExtraOfAnotherFamily);
            }
            None => {
                faults.insert(Fault::ExtraOfNoFamily);
            }
        }
    }
    faults
}

#[cfg(test)]
#[path = "families_tests.rs"]
mod tests;
