//! What a run takes from the register.
//!
//! What comes in: the journal of the output folder, up to the head that the run is to know. What goes out: decisions about pairs of records, overrides, and where families
//! stand. What always holds: what cannot be applied is told by the number of its entry; a decision whose record is gone holds for another record of
//! the same person, unless that would contradict what was decided about records that are there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::RunError;
use super::journal;
use crate::model::{
    Decision, Families, Journey, Linked, NO_DAY, Override, Source, StandardPersons, Standing, Status, Verdict, contradictions,
};
use crate::register::decisions::{BEGINNING, FamilyState, Half, Journal, RecordName, Register, claims_by_family, journey, verdict};
use crate::store::{RunLock, StoreError};

/// Name of the register in messages: the number behind it is that of the entry.
const REGISTER: &str = "register";
/// Entries named in one message.
const NAMED: usize = 10;

/// The register as a run knows it.
pub(in super::super) struct Held {
    journal: Journal,
    /// Head of the journal; empty if nobody has decided anything.
    pub(in super::super) head: String,
}

/// What people decided about the families of a run.
#[derive(Default)]
pub(in super::super) struct Cohort {
    /// Sorted by family, one each.
    pub(in super::super) standings: Vec<Standing>,
    pub(in super::super) overrides: Vec<Override>,
    /// How far they have come, in the order of the register; also those that the run does not have.
    pub(in super::super) journeys: Vec<Journey>,
    pub(in super::super) warnings: Vec<String>,
}

/// A constraint on linkage, with what may stand in for its records.
struct Constraint {
    seq: u64,
    left: Vec<RecordName>,
    right: Vec<RecordName>,
    verdict: Verdict,
}

impl Held {
    /// Reads the register of an output folder.
    pub(in super::super) fn read(out: &Path, lock: &RunLock) -> Result<Self, RunError> {
        Ok(Self::of(whole_journal(out, lock)?))
    }

    /// Reads the register of an output folder for a look that publishes nothing and takes no lock.
    pub(in super::super) fn now(out: &Path) -> Result<Self, RunError> {
        Ok(Self::of(journal(out)?))
    }

    /// The register of an output folder as it stood when `head` was its head; an empty head is that of the beginning.
    pub(in super::super) fn up_to(out: &Path, head: &str) -> Result<Self, RunError> {
        let head = if head.is_empty() { BEGINNING } else { head };
        let gone = || RunError::NotReperformable("the register does not hold the decisions that it knew".to_owned());
        Ok(Self::of(journal(out)?.up_to(head).ok_or_else(gone)?))
    }

    fn of(journal: Journal) -> Self {
        let head = if journal.is_empty() { String::new() } else { journal.head().to_owned() };
        Self { journal, head }
    }

    /// Decisions about pairs of records, of which each record is there; with what the officer should know.
    pub(in super::super) fn link_decisions(&self, persons: &StandardPersons, sources: &[Source]) -> (Vec<Decision>, Vec<String>) {
        let constraints = constraints(&Register::fold(self.journal.entries(), &|_| None));
        if constraints.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let wanted: BTreeSet<&RecordName> = constraints.iter().flat_map(|held| held.left.iter().chain(&held.right)).collect();
        let mut there: BTreeSet<RecordName> = BTreeSet::new();
        for (row, (position, id)) in persons.position.iter().zip(persons.record_id.iter()).enumerate() {
            let Some(source) = sources.get(usize::from(position.source)) else { continue };
            let name = (source.name.clone(), id.to_string());
            if wanted.contains(&name) && !persons.is_test.get(row).copied().unwrap_or(false) {
                there.insert(name);
            }
        }
        let (mut decisions, mut stand_ins, mut gone) = (Vec::new(), BTreeSet::new(), Vec::new());
        for held in &constraints {
            let first = |side: &[RecordName]| side.iter().position(|name| there.contains(name));
            let found = first(&held.left).zip(first(&held.right));
            let records = found.and_then(|(left, right)| held.left.get(left).cloned().zip(held.right.get(right).cloned()));
            match records.filter(|(left, right)| left != right) {
                Some((left, right)) => {
                    if found != Some((0, 0)) {
                        stand_ins.insert(held.seq);
                    }
                    decisions.push(Decision { file: REGISTER.to_owned(), line: held.seq, left, right, verdict: held.verdict });
                }
                None => gone.push(held.seq),
            }
        }
        let dropped = drop_contradictory(&mut decisions, &stand_ins);
        gone.extend(dropped);
        gone.sort_unstable();
        gone.dedup();
        let applied: Vec<u64> = stand_ins.into_iter().filter(|seq| gone.binary_search(seq).is_err()).collect();
        let mut warnings = Vec::new();
        warnings.extend(told(
            &gone,
            "decision about two records is not applied, because a record of it is not there",
            "decisions about two records are not applied, because a record of each is not there",
        ));
        warnings.extend(told(
            &applied,
            "decision is applied to another record of the same person, because its own is not there",
            "decisions are applied to another record of the same person, because their own is not there",
        ));
        (decisions, warnings)
    }

    /// What people decided about families. `successor` gives, for a family id that was retired, the id that took its place.
    pub(in super::super) fn cohort(
        &self,
        families: &Families,
        linked: &Linked,
        (persons, sources): (&StandardPersons, &[Source]),
        successor: &dyn Fn(&str) -> Option<String>,
    ) -> Cohort {
        if self.journal.is_empty() {
            return Cohort::default();
        }
        let register = Register::fold(self.journal.entries(), successor);
        let finder = Finder::new(families, linked, persons, sources, &register);
        let mut found: BTreeMap<u32, FamilyState> = BTreeMap::new();
        let mut gone = Vec::new();
        let mut journeys = Vec::new();
        let claims = claims_by_family(&register.claims);
        for (id, mut state) in register.families {
            let family = finder.family(&id, &state.records);
            let own = claims.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
            journeys.push(journey(self.journal.entries(), (&id, family), &state, own));
            if state.halves.is_empty() {
                let accepted = state.accepted.map(|(accepted, _)| accepted);
                state.halves.push(Half { family: id.clone(), status: state.standing(), accepted });
            }
            match family {
                Some(family) => match found.entry(family) {
                    std::collections::btree_map::Entry::Vacant(slot) => {
                        slot.insert(state);
                    }
                    // Two families of the register are one today, although nothing says that an id was retired.
                    std::collections::btree_map::Entry::Occupied(mut slot) => {
                        slot.get_mut().halves.append(&mut state.halves);
                        slot.get_mut().absorb(state);
                    }
                },
                None => gone.push(state.last()),
            }
        }
        let mut cohort = Cohort { journeys, ..Cohort::default() };
        let name = |family: u32| families.families.get(family as usize).map_or("", |family| family.id.as_str());
        cohort.warnings = joined(found.iter().map(|(family, state)| (name(*family), state)));
        for (family, state) in found {
            cohort.standings.push(Standing {
                family,
                status: state.status.map(|(status, _)| status),
                status_on: state.status.map_or(NO_DAY, |(_, day)| day),
                accepted: state.accepted.map(|(accepted, _)| accepted),
                accepted_on: state.accepted.map_or(NO_DAY, |(_, day)| day),
            });
            for (pack, over) in state.overrides {
                cohort.overrides.push(Override {
                    file: REGISTER.to_owned(),
                    line: over.seq,
                    source: String::new(),
                    record_id: String::new(),
                    pack,
                    include: over.include,
                    reason: over.reason,
                    approver: over.approver,
                    from: over.on,
                    expires: over.expires,
                    family: Some(family),
                });
            }
        }
        cohort.overrides.sort_by_key(|over| over.line);
        cohort.warnings.extend(told(
            &gone,
            "decision is about a family that this run does not have",
            "decisions are about families that this run does not have",
        ));
        cohort
    }
}

/// What the officer is to know of families that became one although they stood differently: which half goes on.
fn joined<'s>(states: impl Iterator<Item = (&'s str, &'s FamilyState)>) -> Vec<String> {
    let stands = |status: Status, accepted: Option<bool>| match accepted {
        Some(true) => format!("{}, accepted", status.words()),
        Some(false) => format!("{}, rejected", status.words()),
        None => status.words(),
    };
    let differ: Vec<(&str, &FamilyState)> = states.filter(|(_, state)| state.is_joined_of_different()).collect();
    let mut told: Vec<String> = differ
        .iter()
        .take(NAMED)
        .map(|(family, state)| {
            let halves: Vec<String> =
                state.halves.iter().map(|half| format!("{} ({})", half.family, stands(half.status, half.accepted))).collect();
            let now = stands(state.standing(), state.accepted.map(|(accepted, _)| accepted));
            format!(
                "family {family} was joined from families that stood differently: {}; it stands as {now} until somebody decides about it, if only that it is accepted, with the day",
                halves.join(", ")
            )
        })
        .collect();
    if differ.len() > NAMED {
        told.push(format!("{} more families were joined from families that stood differently", differ.len() - NAMED));
    }
    told
}

/// The whole journal of an output folder, checked against the audit trail.
pub(super) fn whole_journal(out: &Path, lock: &RunLock) -> Result<Journal, RunError> {
    let damaged = |problem: String| StoreError::Damaged { path: out.join("register"), problems: vec![problem] };
    let journal = Journal::parse(&lock.journal()?).map_err(|error| damaged(error.to_string()))?;
    if let Some(head) = lock.journal_head_of_record()
        && journal.up_to(&head).is_none()
    {
        return Err(damaged("it does not hold a decision that the audit trail names: it was cut or replaced".to_owned()).into());
    }
    Ok(journal)
}

/// One sentence with the numbers of entries; nothing for no entries.
fn told(entries: &[u64], one: &str, many: &str) -> Option<String> {
    let places: Vec<String> = entries.iter().take(NAMED).map(|seq| format!("{REGISTER}:{seq}")).collect();
    let rest = if entries.len() > NAMED { format!(" and {} more", entries.len() - NAMED) } else { String::new() };
    let words = if entries.len() == 1 { one } else { many };
    (!entries.is_empty()).then(|| format!("{} {words} ({}{rest})", entries.len(), places.join(", ")))
}

/// What the register says about pairs of records, in the order of its entries.
fn constraints(register: &Register) -> Vec<Constraint> {
    let mut constraints = Vec::new();
    for state in register.pairs.values() {
        let side = |side: &crate::register::decisions::Side| [vec![side.record.clone()], side.also.clone()].concat();
        let (pair, seq) = (&state.decision, state.entries.last().copied().unwrap_or(0));
        let verdict = verdict(&pair.verdict).unwrap_or(Verdict::Unsure);
        constraints.push(Constraint { seq, left: side(&pair.left), right: side(&pair.right), verdict });
    }
    for (seq, referral) in register.referrals.values().flat_map(|state| state.candidates.values()) {
        let verdict = verdict(&referral.verdict).unwrap_or(Verdict::Unsure);
        for (form, member) in &referral.matched {
            constraints.push(Constraint { seq: *seq, left: vec![form.clone()], right: vec![member.clone()], verdict });
        }
    }
    constraints.retain(|held| held.verdict != Verdict::Unsure);
    constraints.sort_by(|a, b| (a.seq, &a.left, &a.right).cmp(&(b.seq, &b.left, &b.right)));
    constraints
}

/// Takes out decisions by stand-ins that contradict others; gives their entries.
fn drop_contradictory(decisions: &mut Vec<Decision>, stand_ins: &BTreeSet<u64>) -> BTreeSet<u64> {
    let mut dropped = BTreeSet::new();
    loop {
        let mut involved = BTreeSet::new();
        for contradiction in contradictions(decisions) {
            let all = contradiction.same.iter().chain([&contradiction.different]);
            involved.extend(
                all.filter_map(|&index| decisions.get(index)).map(|decision| decision.line).filter(|line| stand_ins.contains(line)),
            );
        }
        if involved.is_empty() {
            return dropped;
        }
        decisions.retain(|decision| !involved.contains(&decision.line));
        dropped.extend(involved);
    }
}

/// Finds families by id or by records of their members.
struct Finder<'a> {
    ids: BTreeMap<&'a str, u32>,
    people: BTreeMap<RecordName, u32>,
    families: &'a Families,
}

impl<'a> Finder<'a> {
    fn new(families: &'a Families, linked: &Linked, persons: &StandardPersons, sources: &[Source], register: &Register) -> Self {
        let ids: BTreeMap<&str, u32> = (0..).zip(&families.families).map(|(index, family)| (family.id.as_str(), index)).collect();
        let unknown = register.families.iter().filter(|(id, _)| !ids.contains_key(id.as_str()));
        let wanted: BTreeSet<&RecordName> = unknown.flat_map(|(_, state)| &state.records).collect();
        let mut people = BTreeMap::new();
        if !wanted.is_empty() {
            for (row, (position, id)) in persons.position.iter().zip(persons.record_id.iter()).enumerate() {
                let Some(source) = sources.get(usize::from(position.source)) else { continue };
                let name = (source.name.clone(), id.to_string());
                if wanted.contains(&name)
                    && let Some(&person) = linked.person_of_record.get(row)
                {
                    people.insert(name, person);
                }
            }
        }
        Self { ids, people, families }
    }

    /// The family of this id; else the one in which most of these records' people live, ties by id.
    fn family(&self, id: &str, records: &[RecordName]) -> Option<u32> {
        if let Some(&family) = self.ids.get(id) {
            return Some(family);
        }
        let people: BTreeSet<u32> = records.iter().filter_map(|record| self.people.get(record).copied()).collect();
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for member in self.families.members.iter().filter(|member| member.primary && people.contains(&member.person)) {
            *counts.entry(member.family).or_insert(0) += 1;
        }
        counts.into_iter().max_by_key(|&(family, count)| (count, std::cmp::Reverse(family))).map(|(family, _)| family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_officer_is_told_which_families_were_joined_from_halves_that_stood_differently_and_how_they_stand() {
        let half = |family: &str, status, accepted| Half { family: family.to_owned(), status, accepted };
        let of = |halves: Vec<Half>| FamilyState {
            accepted: Some((true, 1)),
            status: Some((Status::Attached, 1)),
            halves,
            ..FamilyState::default()
        };
        let differ = of(vec![half("F1", Status::Attached, Some(true)), half("F2", Status::NoContact, Some(false))]);
        let alike = of(vec![half("F3", Status::Attached, Some(true)), half("F4", Status::Attached, Some(true))]);
        let told = joined([("F2", &differ), ("F4", &alike)].into_iter());
        assert_eq!(told.len(), 1);
        assert!(
            told[0].starts_with(
                "family F2 was joined from families that stood differently: F1 (attached, accepted), F2 (no contact, rejected); it stands as attached, accepted until"
            ),
            "{told:?}"
        );
        let many: Vec<(&str, &FamilyState)> = std::iter::repeat_n(("F2", &differ), NAMED + 3).collect();
        let told = joined(many.into_iter());
        assert_eq!((told.len(), told[NAMED].as_str()), (NAMED + 1, "3 more families were joined from families that stood differently"));
    }
}
