//! What was decided about a claim: each step of its life.
//!
//! What comes in: entries of the journal. What goes out: where each claim stands. What always holds: the amount and the hash of the evidence are those of the draft, whatever a later entry says of
//! its stage; a claim keeps the family id under which it was drafted and knows the one of today.

use serde::{Deserialize, Serialize};

use crate::model::{ClaimStage, Day, NO_DAY, date};

/// One step of a claim's life.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimDecision {
    /// Month of the window it is claimed in, `YYYY-MM`.
    pub window: String,
    /// The family's id when it was drafted.
    pub family: String,
    /// The folder that holds its evidence.
    pub folder: String,
    /// What is claimed for.
    pub claimed: String,
    /// What is claimed, in whole pence.
    pub amount_pence: u64,
    /// SHA-256 over the family's evidence.
    pub pack_sha256: String,
    /// The people it was drafted for, by their ids then.
    pub members: Vec<String>,
    /// The new stage, by its name.
    pub stage: String,
    /// Day from which it holds, `YYYY-MM-DD`.
    pub on: String,
}

impl ClaimDecision {
    /// The new stage; `None` if this version knows no such word.
    #[must_use]
    pub fn new_stage(&self) -> Option<ClaimStage> {
        self.stage.parse().ok()
    }

    /// The day from which it holds.
    #[must_use]
    pub fn day(&self) -> Day {
        date::from_iso(&self.on).unwrap_or(NO_DAY)
    }
}

/// Window and family id of a claim as it was drafted.
pub type ClaimKey = (String, String);

/// Where a claim stands.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimState {
    /// The last entry about it.
    pub last: ClaimDecision,
    /// Its stage.
    pub stage: ClaimStage,
    /// The family's id of today.
    pub present: String,
    /// The stages since it was drafted last, in order.
    pub passed: Vec<ClaimStage>,
    /// Every entry about it, oldest first.
    pub entries: Vec<u64>,
}
