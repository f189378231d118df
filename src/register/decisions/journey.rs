//! How far a family has come, by everything that was ever decided about it.
//!
//! What comes in: the entries of the journal, the last word about a family. What goes out: its [`Journey`]. What always holds: the first day of each step stands, whatever status
//! came later; a family that is rejected today is not accepted.

use super::entry::{Content, Entry};
use super::state::FamilyState;
use crate::model::{Journey, JourneyStep, Status};

/// The way of a family. `family` is its index among a run's families, if it is there.
#[must_use]
pub fn journey(entries: &[Entry], id: &str, family: Option<u32>, state: &FamilyState) -> Journey {
    let mut journey = Journey::new(id.to_owned(), family);
    if let Some((true, day)) = state.accepted {
        journey.reach(JourneyStep::Accepted, day);
    }
    // The number of an entry is its line.
    let own = state.entries.iter().filter_map(|seq| entries.get((*seq as usize).checked_sub(1)?));
    for decision in own.filter_map(|entry| if let Content::Family(decision) = &entry.decision { Some(decision) } else { None }) {
        let step = match decision.new_status() {
            Some(Status::Assessed) => JourneyStep::Assessed,
            Some(Status::Attached) => JourneyStep::Attached,
            Some(Status::TurnedAroundElsewhere) => JourneyStep::TurnedAround,
            Some(Status::Claimed) => JourneyStep::Claimed,
            _ => continue,
        };
        journey.reach(step, decision.day());
    }
    journey.settle();
    journey
}
