//! How far a family has come, by everything that was ever decided about it.
//!
//! What comes in: the entries of the journal, the last word about a family, its claims. What goes out: its [`Journey`]. What always holds: the first day of each step stands, whatever
//! status came later; a family that is rejected today is not accepted; a claim that does not hold counts for nothing.

use std::collections::BTreeMap;

use super::claim::{ClaimKey, ClaimState};
use super::entry::{Content, Entry};
use super::state::FamilyState;
use crate::model::{ClaimStage, Journey, JourneyStep, Status};

/// Claims by the family's id of today.
#[must_use]
pub fn claims_by_family(claims: &BTreeMap<ClaimKey, ClaimState>) -> BTreeMap<&str, Vec<&ClaimState>> {
    let mut found: BTreeMap<&str, Vec<&ClaimState>> = BTreeMap::new();
    for claim in claims.values() {
        found.entry(&claim.present).or_default().push(claim);
    }
    found
}

/// The way of a family. `family` is its index among a run's families, if it is there.
#[must_use]
pub fn journey(entries: &[Entry], (id, family): (&str, Option<u32>), state: &FamilyState, claims: &[&ClaimState]) -> Journey {
    let mut journey = Journey::new(id.to_owned(), family);
    if let Some((true, day)) = state.accepted {
        journey.reach(JourneyStep::Accepted, day);
    }
    // The number of an entry is its line.
    let of = |seqs: &[u64]| -> Vec<&Entry> { seqs.iter().filter_map(|seq| entries.get((*seq as usize).checked_sub(1)?)).collect() };
    for entry in of(&state.entries) {
        let Content::Family(decision) = &entry.decision else { continue };
        let step = match decision.new_status() {
            Some(Status::Assessed) => JourneyStep::Assessed,
            Some(Status::Attached) => JourneyStep::Attached,
            Some(Status::TurnedAroundElsewhere) => JourneyStep::TurnedAround,
            Some(Status::Claimed) => JourneyStep::Claimed,
            _ => continue,
        };
        journey.reach(step, decision.day());
    }
    for claim in claims.iter().filter(|claim| claim.stage != ClaimStage::Invalidated) {
        // What was drafted again after it had not held counts from the new draft.
        let entries = of(&claim.entries);
        let drafted = entries.iter().rposition(|entry| stage(entry) == Some(ClaimStage::Drafted)).unwrap_or(0);
        for entry in entries.get(drafted..).unwrap_or_default() {
            let Content::Claim(decision) = &entry.decision else { continue };
            journey.reach(JourneyStep::TurnedAround, decision.day());
            if matches!(decision.new_stage(), Some(ClaimStage::Submitted | ClaimStage::Paid)) {
                journey.reach(JourneyStep::Claimed, decision.day());
            }
        }
    }
    journey.settle();
    journey
}

fn stage(entry: &Entry) -> Option<ClaimStage> {
    if let Content::Claim(decision) = &entry.decision { decision.new_stage() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Day, NO_DAY, date};
    use crate::register::decisions::ClaimDecision;

    fn entry(seq: u64, stage: &str, on: &str) -> Entry {
        let decision = ClaimDecision {
            window: "2013-07".into(),
            family: "F1".into(),
            folder: "f".into(),
            claimed: "result".into(),
            amount_pence: 80_000,
            pack_sha256: String::new(),
            members: Vec::new(),
            stage: stage.into(),
            on: on.into(),
            number: None,
        };
        let [time, user, by, reason, file, file_sha256, prev, hash] = [(); 8].map(|()| String::new());
        Entry { seq, time, user, by, reason, file, file_sha256, line: 1, decision: Content::Claim(decision), prev, hash }
    }

    fn found(steps: &[(&str, &str)]) -> [Day; 2] {
        let entries: Vec<Entry> = (1..).zip(steps).map(|(seq, (stage, on))| entry(seq, stage, on)).collect();
        let register = crate::register::decisions::Register::fold(&entries, &|_| None);
        let claims = claims_by_family(&register.claims);
        let way = journey(&entries, ("F1", None), &FamilyState::default(), claims.get("F1").map(Vec::as_slice).unwrap_or_default());
        [JourneyStep::TurnedAround, JourneyStep::Claimed].map(|step| way.on(step))
    }

    #[test]
    fn a_draft_says_turned_around_a_submission_claimed_and_a_claim_that_does_not_hold_nothing() {
        let day = |text: &str| date::from_iso(text).unwrap();
        let (drafted, submitted) = (("drafted", "2013-07-31"), ("submitted", "2013-08-12"));
        assert_eq!(found(&[drafted]), [day("2013-07-31"), NO_DAY]);
        assert_eq!(found(&[drafted, ("audited", "2013-08-05"), submitted, ("paid", "2013-09-01")]), [day("2013-07-31"), day("2013-08-12")]);
        assert_eq!(found(&[drafted, ("invalidated", "2013-08-20")]), [NO_DAY, NO_DAY]);
        assert_eq!(found(&[drafted, ("invalidated", "2013-08-20"), ("drafted", "2013-10-31")]), [day("2013-10-31"), NO_DAY]);
    }
}
