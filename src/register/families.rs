//! Families keep their ids.
//!
//! What comes in: the register of the last final run and this month's families with persons under their stable ids. What goes out: stable family ids, families in
//! the order of them, memberships and family ids of the register. What always holds: the rule by which the id goes where a family divides is
//! this, in turn: the part with more than half of its children (of its members, where it has none), the part with most of its children (a child's first
//! home counts before its second), the part with most of its members, the part that stays in the home, the id given first, the smallest id. A family into which
//! several come keeps, by the same rule, the id of the one that came whole before that of one of which a child came. Only those who
//! live with the family carry its id; a parent elsewhere and the dead do not. People who are in no extract keep their family waiting for them,
//! as long as fewer than half of it are with others.

use std::cmp::Reverse;

use super::ids::NewIds;
use super::matching::{Claim, NONE, Weight, assign};
use super::persons::{given, retire};
use crate::model::hash::FastMap;
use crate::model::ids;
use crate::model::{Families, Family, IdKind, IdRecord, IdState, Linked, Member, MemberRole, Membership, Month, NO_DAY, Register};

/// What became of last month's families.
#[derive(Clone, Debug, Default)]
pub struct KeptFamilies {
    /// Every family id ever given, sorted.
    pub ids: Vec<IdRecord>,
    /// Memberships of all months, sorted by (family, person).
    pub memberships: Vec<Membership>,
    /// Families of earlier months that were not retired, sorted by id.
    pub olds: Vec<OldFamily>,
    /// For each of this month's families the index into `olds` of the family it is; `u32::MAX` for a new one.
    pub old_of: Vec<u32>,
    /// For each of this month's families those among `olds` whose people live in it now, itself left out, sorted.
    pub previous: Vec<Vec<u32>>,
    /// For each of `olds` this month's families in which its people live now, most first, itself left out.
    pub successors: Vec<Vec<u32>>,
}

/// A family as it was when last seen.
#[derive(Clone, Debug)]
pub struct OldFamily {
    /// Its id.
    pub id: String,
    /// First month.
    pub first: Month,
    /// Last month.
    pub last: Month,
    /// Hash of its home, 0 if unknown.
    pub home: u64,
    /// Its members, sorted by person.
    pub members: Vec<OldMember>,
}

impl OldFamily {
    /// How many lived there.
    fn residents(&self) -> usize {
        self.members.iter().filter(|one| one.resident).count()
    }

    /// How many children lived there.
    fn children(&self) -> usize {
        self.members.iter().filter(|one| one.resident && one.role == MemberRole::Child).count()
    }

    /// True if half of those who lived there, or more, live elsewhere now; the dead do not count.
    fn is_elsewhere(&self, families: &Families) -> bool {
        let dead = |person: u32| families.died.get(person as usize).is_some_and(|&day| day != NO_DAY);
        let living: Vec<&OldMember> = self.members.iter().filter(|one| one.resident && !dead(one.person)).collect();
        let elsewhere = living.iter().filter(|one| one.person != NONE || !one.latest).count();
        elsewhere > 0 && 2 * elsewhere >= living.len()
    }
}

/// A member as last seen.
#[derive(Clone, Debug)]
pub struct OldMember {
    /// The person's id of today: a successor's where the person was retired.
    pub person_id: String,
    /// The person this month, `u32::MAX` if in no extract.
    pub person: u32,
    /// Role then.
    pub role: MemberRole,
    /// Whether the person lived there.
    pub resident: bool,
    /// Whether it was the person's own family.
    pub primary: bool,
    /// False if the person was seen in another family since.
    pub latest: bool,
}

/// Gives this month's families the ids they had, and new ones to those who had none; families are then in the order of their ids. `olds` are the
/// [`old_families`] of the register; `secret` is that of this month, under which their homes are remembered.
#[must_use]
pub fn keep_families(
    before: &Register,
    olds: Vec<OldFamily>,
    linked: &Linked,
    families: &mut Families,
    (month, secret): (Month, &str),
) -> KeptFamilies {
    let homes: Vec<u64> = families.families.iter().map(|family| home_key(&before.secret, family)).collect();
    // Claimants in the order of their first person, which is that of the first record.
    let order = by_first_person(families);
    let shared = shared(&olds, families, &homes, &order);
    let preferred = preferred(&olds);
    let mut place = vec![NONE; olds.len()];
    for (at, &old) in preferred.iter().enumerate() {
        if let Some(place) = place.get_mut(old as usize) {
            *place = at as u32;
        }
    }
    let at = |old: u32| place.get(old as usize).copied().unwrap_or(NONE);
    let claims = shared.iter().map(|&(claimant, old, weight)| Claim { claimant, old: at(old), weight }).collect();
    let kept: Vec<u32> =
        assign(claims, order.len(), olds.len()).into_iter().map(|place| preferred.get(place as usize).copied().unwrap_or(NONE)).collect();
    let mut ids = NewIds::new(before.ids.iter().filter(|id| id.kind == IdKind::Family).map(|id| id.id.as_str()));
    let month_text = month.to_string();
    for (&family, &old) in order.iter().zip(&kept) {
        if let Some(family) = families.families.get_mut(family as usize) {
            family.id = match olds.get(old as usize) {
                Some(old) => old.id.clone(),
                None => ids.take(&family.id, &month_text),
            };
        }
    }
    let number = in_order_of_ids(families);
    let numbered = |claimant: u32| number.get(order.get(claimant as usize).copied().unwrap_or(NONE) as usize).copied().unwrap_or(NONE);
    let mut outcome = KeptFamilies {
        old_of: vec![NONE; order.len()],
        previous: vec![Vec::new(); order.len()],
        successors: vec![Vec::new(); olds.len()],
        ..KeptFamilies::default()
    };
    for (claimant, &old) in kept.iter().enumerate() {
        if let Some(place) = outcome.old_of.get_mut(numbered(claimant as u32) as usize) {
            *place = old;
        }
    }
    relate(&shared, &kept, numbered, &mut outcome);
    outcome.ids = id_records(before, families, &outcome, &olds, (month, secret));
    outcome.memberships = memberships(before, linked, families, month);
    outcome.olds = olds;
    outcome
}

/// Key of the home of a family under a secret; 0 if unknown or restricted.
#[must_use]
pub fn home_key(secret: &str, family: &Family) -> u64 {
    if family.restricted { 0 } else { ids::home_key(secret, &family.address_key, &family.postcode) }
}

/// The key of the home of each of this month's `persons` (their number) when last seen, 0 if unknown: that of the family that was the person's own.
#[must_use]
pub fn last_homes(olds: &[OldFamily], persons: usize) -> Vec<u64> {
    let mut homes = vec![0; persons];
    for old in olds {
        for member in old.members.iter().filter(|member| member.latest && member.resident && member.primary) {
            if let Some(home) = homes.get_mut(member.person as usize) {
                *home = old.home;
            }
        }
    }
    homes
}

/// The families that are not retired, as last seen, sorted by id; `persons` are the ids of persons after this month.
#[must_use]
pub fn old_families(before: &Register, persons: &[IdRecord], linked: &Linked) -> Vec<OldFamily> {
    let now: FastMap<&str, u32> = linked.person_ids.iter().enumerate().map(|(person, id)| (id.as_str(), person as u32)).collect();
    let heirs: FastMap<&str, &str> = persons
        .iter()
        .filter(|id| id.state == IdState::Retired)
        .filter_map(|id| id.successors.first().map(|heir| (id.id.as_str(), heir.as_str())))
        .collect();
    let today = |id: &str| {
        let mut id = id;
        // An heir may have been retired since; ids are never given again, so this ends.
        while let Some(heir) = persons_heir(&heirs, id) {
            id = heir;
        }
        id.to_owned()
    };
    let mut olds: Vec<OldFamily> = before
        .ids
        .iter()
        .filter(|id| id.kind == IdKind::Family && id.state != IdState::Retired)
        .map(|id| OldFamily { id: id.id.clone(), first: id.first, last: id.last, home: id.home, members: Vec::new() })
        .collect();
    let mut latest: FastMap<String, Month> = FastMap::default();
    for membership in &before.memberships {
        let Ok(place) = olds.binary_search_by(|old| old.id.as_str().cmp(&membership.family_id)) else { continue };
        let Some(old) = olds.get_mut(place).filter(|old| old.last == membership.last) else { continue };
        let person_id = today(&membership.person_id);
        let last = latest.entry(person_id.clone()).or_insert(membership.last);
        *last = membership.last.max(*last);
        let person = now.get(person_id.as_str()).copied().unwrap_or(NONE);
        let (role, resident, primary) = (membership.role, membership.resident, membership.primary);
        old.members.push(OldMember { person_id, person, role, resident, primary, latest: true });
    }
    for old in &mut olds {
        old.members.sort_by(|a, b| (&a.person_id, !a.resident, !a.primary, a.role).cmp(&(&b.person_id, !b.resident, !b.primary, b.role)));
        old.members.dedup_by(|b, a| a.person_id == b.person_id);
        for member in &mut old.members {
            member.latest = latest.get(&member.person_id) == Some(&old.last);
        }
    }
    olds
}

fn persons_heir<'a>(heirs: &FastMap<&'a str, &'a str>, id: &str) -> Option<&'a str> {
    heirs.get(id).copied().filter(|heir| *heir != id)
}

/// Old families in the order in which they are preferred among equals: seen last month before waiting ones, given first, smallest id.
fn preferred(olds: &[OldFamily]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..olds.len() as u32).collect();
    order.sort_by_key(|&old| olds.get(old as usize).map(|old| (Reverse(old.last), old.first, &old.id)));
    order
}

/// This month's families in the order of their first person; those of nobody last.
fn by_first_person(families: &Families) -> Vec<u32> {
    let mut first = vec![NONE; families.families.len()];
    for member in families.members.iter().filter(|member| member.resident) {
        if let Some(first) = first.get_mut(member.family as usize) {
            *first = member.person.min(*first);
        }
    }
    let mut order: Vec<u32> = (0..families.families.len() as u32).collect();
    let id = |family: u32| families.families.get(family as usize).map(|family| family.id.as_str());
    order.sort_by_key(|&family| (first.get(family as usize).copied(), id(family)));
    order
}

/// A person who was in an old family and is in a claimant: (claimant, old, child points, member, elsewhere, child in its first home).
type Shared = (u32, u32, u32, u32, u32, bool);

/// What this month's families share with earlier ones: (claimant, old, weight), sorted; only people who live there on both sides make a claim.
fn shared(olds: &[OldFamily], families: &Families, homes: &[u64], order: &[u32]) -> Vec<(u32, u32, Weight)> {
    let last_month = olds.iter().map(|old| old.last).max();
    let mut were: Vec<(u32, u32, usize)> = Vec::new();
    for (old, family) in olds.iter().enumerate() {
        were.extend(
            family
                .members
                .iter()
                .enumerate()
                .filter(|(_, one)| one.person != NONE && one.latest)
                .map(|(at, one)| (one.person, old as u32, at)),
        );
    }
    were.sort_unstable();
    let mut claimant_of = vec![NONE; order.len()];
    for (claimant, &family) in order.iter().enumerate() {
        if let Some(place) = claimant_of.get_mut(family as usize) {
            *place = claimant as u32;
        }
    }
    let mut found: Vec<Shared> = Vec::new();
    for member in &families.members {
        let start = were.partition_point(|one| one.0 < member.person);
        for &(_, old, at) in were.get(start..).unwrap_or_default().iter().take_while(|one| one.0 == member.person) {
            let Some(family) = olds.get(old as usize) else { continue };
            let Some(was) = family.members.get(at) else { continue };
            let claimant = claimant_of.get(member.family as usize).copied().unwrap_or(NONE);
            // A child of a family that was not there last month may have another home since: it counts like everybody.
            let is_child = was.role == MemberRole::Child && Some(family.last) == last_month;
            let here = member.resident && was.resident;
            let child = if is_child && here { 1 + u32::from(member.primary) + u32::from(was.primary) } else { 0 };
            found.push((claimant, old, child, u32::from(here), u32::from(!here), child > 0 && member.primary));
        }
    }
    found.sort_unstable();
    let mut shared = Vec::new();
    for pair in found.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let Some(&(claimant, old, ..)) = pair.first() else { continue };
        let sum = |field: fn(&Shared) -> u32| pair.iter().map(field).sum::<u32>();
        let members = sum(|one| one.3);
        let Some(family) = olds.get(old as usize).filter(|_| members > 0) else { continue };
        // Of a child with two homes only the first makes a majority, else two families would have it.
        let children = pair.iter().filter(|one| one.5).count();
        let majority = match family.children() {
            0 => 2 * members as usize > family.residents(),
            all => 2 * children > all,
        };
        let home = order.get(claimant as usize).and_then(|&family| homes.get(family as usize)).copied().unwrap_or(0);
        let same_home = home != 0 && family.home == home;
        let first = (u32::from(majority) << 12) + sum(|one| one.2).min((1 << 12) - 1);
        shared.push((claimant, old, Weight([first, members, (u32::from(same_home) << 10) + sum(|one| one.4).min(1023)])));
    }
    shared
}

/// Puts families in the order of their ids; with the new number of each.
fn in_order_of_ids(families: &mut Families) -> Vec<u32> {
    let mut order: Vec<u32> = (0..families.families.len() as u32).collect();
    order.sort_by(|a, b| {
        let id = |family: &u32| families.families.get(*family as usize).map(|family| family.id.as_str());
        id(a).cmp(&id(b))
    });
    let mut number = vec![NONE; order.len()];
    for (at, &family) in order.iter().enumerate() {
        if let Some(place) = number.get_mut(family as usize) {
            *place = at as u32;
        }
    }
    let of = |family: u32| number.get(family as usize).copied().unwrap_or(NONE);
    families.families.sort_by(|a, b| a.id.cmp(&b.id));
    for member in &mut families.members {
        member.family = of(member.family);
    }
    for row in &mut families.evidence {
        row.family = of(row.family);
    }
    // Stable: within a family the order stays.
    families.members.sort_by_key(|member| member.family);
    families.evidence.sort_by_key(|row| row.family);
    number
}

/// Who has whose people.
fn relate(shared: &[(u32, u32, Weight)], kept: &[u32], numbered: impl Fn(u32) -> u32, outcome: &mut KeptFamilies) {
    let mut by_weight: Vec<&(u32, u32, Weight)> = shared.iter().collect();
    by_weight.sort_by_key(|one| (Reverse(one.2), numbered(one.0)));
    for &&(claimant, old, _) in &by_weight {
        if kept.get(claimant as usize) == Some(&old) {
            continue;
        }
        let family = numbered(claimant);
        if let Some(previous) = outcome.previous.get_mut(family as usize) {
            previous.push(old);
        }
        if let Some(successors) = outcome.successors.get_mut(old as usize) {
            successors.push(family);
        }
    }
    for previous in &mut outcome.previous {
        previous.sort_unstable();
    }
}

/// Every family id ever given, as it stands after this month.
fn id_records(
    before: &Register,
    families: &Families,
    outcome: &KeptFamilies,
    olds: &[OldFamily],
    (month, secret): (Month, &str),
) -> Vec<IdRecord> {
    let mut family_now = vec![NONE; olds.len()];
    for (family, &old) in outcome.old_of.iter().enumerate() {
        if let Some(place) = family_now.get_mut(old as usize) {
            *place = family as u32;
        }
    }
    // A home that was remembered under another secret can be held against no other; it is forgotten.
    let home = |id: &IdRecord| if before.secret == secret { id.home } else { 0 };
    let ids = before.ids.iter().filter(|id| id.kind == IdKind::Family);
    let mut ids: Vec<IdRecord> = ids.map(|id| IdRecord { home: home(id), ..id.clone() }).collect();
    for id in ids.iter_mut().filter(|id| id.state != IdState::Retired) {
        let Ok(old) = olds.binary_search_by(|old| old.id.cmp(&id.id)) else { continue };
        let family = family_now.get(old).and_then(|&family| families.families.get(family as usize));
        if let Some(family) = family {
            (id.state, id.last, id.home) = (IdState::Current, month, home_key(secret, family));
        } else {
            let waits = olds.get(old).is_some_and(|old| !old.is_elsewhere(families));
            let successors = outcome.successors.get(old).into_iter().flatten().filter(|_| !waits);
            id.successors =
                successors.filter_map(|&family| families.families.get(family as usize)).map(|family| family.id.clone()).collect();
            retire(id, month);
        }
    }
    let new = families.families.iter().zip(&outcome.old_of).filter(|(_, old)| **old == NONE);
    ids.extend(new.map(|(family, _)| IdRecord { home: home_key(secret, family), ..given(IdKind::Family, family.id.clone(), month) }));
    ids.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    ids
}

/// Memberships of all months: those of this month go on or begin, the others stay as they were.
fn memberships(before: &Register, linked: &Linked, families: &Families, month: Month) -> Vec<Membership> {
    let text = |member: &Member| {
        let family_id = families.families.get(member.family as usize).map(|family| family.id.clone());
        (family_id.unwrap_or_default(), linked.person_ids.get(member.person as usize).cloned().unwrap_or_default())
    };
    let mut memberships: Vec<Membership> = families
        .members
        .iter()
        .map(|member| {
            let (family_id, person_id) = text(member);
            let (role, resident, primary) = (member.role, member.resident, member.primary);
            Membership { family_id, person_id, role, resident, primary, first: month, last: month }
        })
        .collect();
    memberships.extend(before.memberships.iter().cloned());
    // This month's row comes first of each pair and takes over the other's beginning.
    memberships.sort_by(|a, b| (&a.family_id, &a.person_id, Reverse(a.last)).cmp(&(&b.family_id, &b.person_id, Reverse(b.last))));
    memberships.dedup_by(|earlier, now| {
        let same = (&earlier.family_id, &earlier.person_id) == (&now.family_id, &now.person_id);
        if same {
            now.first = earlier.first.min(now.first);
        }
        same
    });
    memberships
}
