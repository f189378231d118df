//! What all decisions together mean.
//!
//! What comes in: the entries of a journal, oldest first. What goes out: the last word about each family, pair and referral form. What always holds: a later
//! decision stands before an earlier one about the same thing; what a decision does not mention stays as it was; the fold reads no clock.

use std::collections::BTreeMap;

use super::casework::Casework;
use super::claim::{ClaimState, Claims};
use super::entry::{Content, Entry, FamilyDecision, PairDecision, RecordName, ReferralDecision};
use crate::model::{ClaimStage, Day, NO_DAY, Status, date};

/// An override that was given and not withdrawn; it may have lapsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideState {
    /// True to include, false to exclude.
    pub include: bool,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: String,
    /// First day on which it holds.
    pub on: Day,
    /// Last day on which it holds.
    pub expires: Day,
    /// Entry that gave it.
    pub seq: u64,
}

/// The last word about a family.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct FamilyState {
    /// Records that find the family should its id be unknown.
    pub records: Vec<RecordName>,
    /// Accepted or rejected, and from when.
    pub accepted: Option<(bool, Day)>,
    /// Status, and from when.
    pub status: Option<(Status, Day)>,
    /// Overrides by pack; the empty name stands for all packs.
    pub overrides: BTreeMap<String, OverrideState>,
    /// Every entry about it, oldest first.
    pub entries: Vec<u64>,
    /// The families that it was before they became one, or under another id, as each stood, while nobody has decided anything about all of it; empty if it was always itself.
    pub halves: Vec<Half>,
}

/// How a family stood that has become part of another one or has got another id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// Its id then.
    pub family: String,
    /// Its status.
    pub status: Status,
    /// Accepted or rejected, if decided.
    pub accepted: Option<bool>,
}

impl FamilyState {
    /// The entry that said the last word; 0 if none did.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.entries.last().copied().unwrap_or(0)
    }

    /// Its status; a family nobody gave one stands as identified.
    #[must_use]
    pub fn standing(&self) -> Status {
        self.status.map_or(Status::Identified, |(status, _)| status)
    }

    /// The latest day on which any decision about it takes effect.
    #[must_use]
    pub fn latest_day(&self) -> Day {
        let days = [self.accepted.map(|(_, day)| day), self.status.map(|(_, day)| day)];
        days.into_iter().flatten().max().unwrap_or(NO_DAY)
    }

    fn apply(&mut self, entry: &Entry, decision: &FamilyDecision) {
        let on = decision.day();
        self.entries.push(entry.seq);
        if !decision.records.is_empty() {
            self.records.clone_from(&decision.records);
        }
        if let Some(accepted) = decision.accepted {
            self.accepted = Some((accepted, on));
        }
        if let Some(status) = decision.new_status() {
            self.status = Some((status, on));
        }
        if let Some(over) = &decision.over {
            if over.what == "withdraw" {
                self.overrides.remove(&over.pack);
            } else {
                let (include, expires) = (over.what == "include", date::from_iso(&over.expires).unwrap_or(NO_DAY));
                let (reason, approver) = (entry.reason.clone(), over.approver.clone());
                self.overrides.insert(over.pack.clone(), OverrideState { include, reason, approver, on, expires, seq: entry.seq });
            }
        }
    }

    /// True if it was joined from halves that stood differently, and nobody has decided anything about all of it since.
    #[must_use]
    pub fn is_joined_of_different(&self) -> bool {
        let stands = |half: &Half| (half.status, half.accepted);
        self.halves.windows(2).any(|pair| matches!(pair, [one, other] if stands(one) != stands(other)))
    }

    /// How near people are to working with it: attached before on the way there or followed, before everything else. Nobody works with a family that was rejected.
    fn work(&self) -> u8 {
        match self.standing() {
            _ if self.accepted.is_some_and(|(accepted, _)| !accepted) => 0,
            Status::Attached => 2,
            Status::MonitoringOnly | Status::Assessed | Status::AssessmentRequested => 1,
            _ => 0,
        }
    }

    /// Takes over what another family's state says: for two families that became one. The half that is worked with goes on as it stands, whatever became of the other; of two that are worked with alike, or not at all, the
    /// later day counts.
    pub fn absorb(&mut self, other: Self) {
        let later = |ours: u64, theirs: u64| theirs > ours;
        let newer = later(self.last(), other.last());
        let (ours, theirs) = (self.work(), other.work());
        // A half without a status stands as identified from the day people decided about its place on the list.
        let day = |half: &Self| half.status.or(half.accepted.map(|(_, day)| (Status::Identified, day))).map_or(NO_DAY, |(_, day)| day);
        let others_status = (theirs, day(&other), newer) > (ours, day(self), false);
        let day = |value: Option<(bool, Day)>| value.map_or(NO_DAY, |(_, day)| day);
        let others_day = (day(other.accepted), newer) > (day(self.accepted), false);
        // Who is worked with was accepted for it, and is not rejected because the other half was.
        if if ours == theirs { others_day } else { theirs > ours } {
            self.accepted = other.accepted;
        }
        if others_status {
            self.status = other.status;
        }
        for (pack, over) in other.overrides {
            let slot = self.overrides.entry(pack).or_insert_with(|| over.clone());
            if later(slot.seq, over.seq) {
                *slot = over;
            }
        }
        if newer {
            self.records = other.records;
        }
        self.entries.extend(other.entries);
        self.entries.sort_unstable();
    }
}

/// The last word about a pair of records.
#[derive(Clone, PartialEq, Eq)]
pub struct PairState {
    /// What was decided.
    pub decision: PairDecision,
    /// Every entry about it, oldest first.
    pub entries: Vec<u64>,
}

/// The last word about a referral form, candidate by candidate.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ReferralState {
    /// By candidate's family id at the time: the entry and what it says.
    pub candidates: BTreeMap<String, (u64, ReferralDecision)>,
}

/// Two records, the first by source and id first.
pub type PairKey = (RecordName, RecordName);

/// The state of the register.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Register {
    /// Families by their id at the time of their last decision.
    pub families: BTreeMap<String, FamilyState>,
    /// Pairs of records.
    pub pairs: BTreeMap<PairKey, PairState>,
    /// Referral forms by source and record id of their row.
    pub referrals: BTreeMap<RecordName, ReferralState>,
    /// Requests, answers and allocations.
    pub casework: Casework,
    /// Claims by window and the family's id when they were drafted.
    pub claims: Claims,
}

impl Register {
    /// Folds entries into the state they mean. `successor` gives, for an id that was retired, the id that took its place.
    #[must_use]
    pub fn fold(entries: &[Entry], successor: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut register = Self::default();
        for entry in entries {
            match &entry.decision {
                Content::Family(decision) => {
                    register.join(decision, successor);
                    register.families.entry(decision.family.clone()).or_default().apply(entry, decision);
                    if decision.accepted == Some(false) || decision.new_status().is_some_and(Status::without_worker) {
                        register.casework.end(&decision.family, decision.day());
                    }
                }
                Content::Pair(decision) => {
                    let key = (decision.left.record.clone(), decision.right.record.clone());
                    let state = register.pairs.entry(key).or_insert_with(|| PairState { decision: decision.clone(), entries: Vec::new() });
                    state.decision = decision.clone();
                    state.entries.push(entry.seq);
                }
                Content::Claim(decision) => {
                    // An entry whose stage is not known is refused when the journal is read.
                    let Some(stage) = decision.new_stage() else { continue };
                    let key = (decision.window.clone(), decision.family.clone());
                    let (mut passed, mut entries) =
                        register.claims.remove(&key).map(|state| (state.passed, state.entries)).unwrap_or_default();
                    if stage == ClaimStage::Drafted {
                        passed.clear();
                    }
                    passed.push(stage);
                    entries.push(entry.seq);
                    let (last, present) = (decision.clone(), decision.family.clone());
                    let people = decision.members.iter().cloned().collect();
                    register.claims.insert(key, ClaimState { last, stage, present, people, passed, entries });
                }
                Content::Referral(decision) => {
                    let key = (decision.source.clone(), decision.referral.clone());
                    let candidates = &mut register.referrals.entry(key).or_default().candidates;
                    candidates.insert(decision.family.clone(), (entry.seq, decision.clone()));
                }
                Content::Request(request) => register.casework.request(request),
                Content::Answer(answer) => register.casework.answer(entry.seq, answer),
                Content::Allocation(allocation) => register.casework.allocation(entry.seq, allocation),
            }
        }
        register.succeed(successor)
    }

    /// Makes one of a family and those that had become one with it when something was decided about it: the decision is about all of them. A run that does not say so (any more) is believed.
    fn join(&mut self, decision: &FamilyDecision, successor: &dyn Fn(&str) -> Option<String>) {
        let present = |id: &str| present_id(id, successor);
        for id in decision.joined.iter().filter(|id| **id != decision.family && present(id) == present(&decision.family)) {
            if let Some(state) = self.families.remove(id) {
                match self.families.get_mut(&decision.family) {
                    Some(own) => own.absorb(state),
                    None => {
                        self.families.insert(decision.family.clone(), state);
                    }
                }
            }
            self.casework.take_over(id, &decision.family);
        }
    }

    /// Moves what was said about retired ids to the ids that took their place.
    fn succeed(mut self, successor: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut families: BTreeMap<String, FamilyState> = BTreeMap::new();
        let mut halves: BTreeMap<String, Vec<Half>> = BTreeMap::new();
        for (id, state) in std::mem::take(&mut self.families) {
            let present = present_id(&id, successor);
            let (status, accepted) = (state.standing(), state.accepted.map(|(accepted, _)| accepted));
            halves.entry(present.clone()).or_default().push(Half { family: id, status, accepted });
            match families.entry(present) {
                std::collections::btree_map::Entry::Vacant(slot) => {
                    slot.insert(state);
                }
                std::collections::btree_map::Entry::Occupied(mut slot) => slot.get_mut().absorb(state),
            }
        }
        for (id, halves) in halves.into_iter().filter(|(id, halves)| halves.iter().any(|half| half.family != *id)) {
            families.entry(id).or_default().halves = halves;
        }
        self.families = families;
        self.casework.succeed(&|id| present_id(id, successor));
        for claim in self.claims.values_mut() {
            claim.present = present_id(&claim.present, successor);
            claim.people = claim.people.iter().map(|person| present_id(person, successor)).collect();
        }
        self
    }

    /// What was said about a family; nothing if nobody said anything.
    #[must_use]
    pub fn family(&self, id: &str) -> FamilyState {
        self.families.get(id).cloned().unwrap_or_default()
    }
}

/// The id that stands for `id` today. A chain of successors longer than any real one is a circle and ends where it is.
#[must_use]
pub fn present_id(id: &str, successor: &dyn Fn(&str) -> Option<String>) -> String {
    const LONGEST_CHAIN: usize = 1_000;
    let mut present = id.to_owned();
    for _ in 0..LONGEST_CHAIN {
        match successor(&present) {
            Some(next) if next != present => present = next,
            _ => break,
        }
    }
    present
}

/// Two records in their order.
#[must_use]
pub fn pair_key(a: RecordName, b: RecordName) -> PairKey {
    if a <= b { (a, b) } else { (b, a) }
}
