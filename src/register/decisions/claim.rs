//! What was decided about a claim: each step of its life.
//!
//! What comes in: entries of the journal. What goes out: where each claim stands, its number, which claims stand in the way of another. What always holds: the amount and the hash of the evidence are those of the draft,
//! whatever a later entry says of its stage; a claim keeps the family id under which it was drafted and knows the one of today; no two claims that stand have the same number.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Its number among the claims that stand, from 1: what the draft proposes, and from the sign-off on its own for good. Entries from before claims kept their numbers have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
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

/// Claims by window and the family's id when they were drafted.
pub type Claims = BTreeMap<ClaimKey, ClaimState>;

/// Where a claim stands.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimState {
    /// The last entry about it.
    pub last: ClaimDecision,
    /// Its stage.
    pub stage: ClaimStage,
    /// The family's id of today.
    pub present: String,
    /// The people it was drafted for, by their ids of today.
    pub people: BTreeSet<String>,
    /// The stages since it was drafted last, in order.
    pub passed: Vec<ClaimStage>,
    /// Every entry about it, oldest first.
    pub entries: Vec<u64>,
}

/// The number of every claim that stands. One signed before claims kept their numbers has the lowest that is free.
#[must_use]
pub fn standing_numbers(claims: &Claims) -> BTreeMap<&ClaimKey, u64> {
    let standing = || claims.iter().filter(|(_, state)| state.stage.blocks());
    let mut numbers: BTreeMap<&ClaimKey, u64> = standing().filter_map(|(key, state)| Some((key, state.last.number?))).collect();
    let mut taken: BTreeSet<u64> = numbers.values().copied().collect();
    for (key, _) in standing().filter(|(_, state)| state.last.number.is_none()) {
        numbers.insert(key, take_lowest(&mut taken));
    }
    numbers
}

/// Takes the lowest number that is free: what a claim that was invalidated left is given again before the numbers go on.
pub fn take_lowest(taken: &mut BTreeSet<u64>) -> u64 {
    // So many numbers cannot fill one more place.
    let last = taken.len() as u64 + 1;
    let lowest = (1..last).find(|number| !taken.contains(number)).unwrap_or(last);
    taken.insert(lowest);
    lowest
}

/// A claim that stands in the way of another.
#[derive(Clone, Copy)]
pub struct InTheWay<'c> {
    /// Its key.
    pub key: &'c ClaimKey,
    /// Where it stands.
    pub state: &'c ClaimState,
    /// True if it is for the family itself, false if it is for most of its people under another id.
    pub same_family: bool,
}

/// The claim that stands in the way of one for a family and these people, both under their ids of today, in a window: nobody is claimed for twice. Within one window two families are the same if most
/// of either are in the other; in another window a family that took in a smaller one claimed for before is a family of its own.
#[must_use]
pub fn in_the_way<'c>(claims: &'c Claims, family: &str, people: &BTreeSet<String>, window: &str) -> Option<InTheWay<'c>> {
    let standing = || claims.iter().filter(|(_, state)| state.stage.blocks());
    let found = |same_family: bool| move |(key, state): (&'c ClaimKey, &'c ClaimState)| InTheWay { key, state, same_family };
    let of_family = standing().find(|(_, state)| state.present == family).map(found(true));
    let of_people = || standing().find(|(key, state)| mostly(people, &state.people) || key.0 == window && mostly(&state.people, people));
    of_family.or_else(|| of_people().map(found(false)))
}

/// True if most of some people are among others.
#[must_use]
pub fn mostly(people: &BTreeSet<String>, among: &BTreeSet<String>) -> bool {
    2 * people.intersection(among).count() > people.len()
}

/// What the newest test of the open claims with later data said.
#[derive(Clone, Debug, Default)]
pub struct LastRetest {
    /// Its folder below `claims/`.
    pub folder: String,
    /// Hashes of the evidence that had been drafted before it: of other evidence it says nothing, and drafting the same again makes no difference.
    pub knew: BTreeSet<String>,
    /// What would be claimed now, of those that would not be claimed so now; by window and the family's id then.
    pub fallen: BTreeMap<ClaimKey, String>,
}

impl LastRetest {
    /// What it says of a claim that would not be claimed so now; nothing of one that it found as it was, or did not know. `present` gives the id of today.
    #[must_use]
    pub fn fallen(&self, claim: &ClaimState, present: &dyn Fn(&str) -> String) -> Option<&str> {
        let is_it = |(window, family): &ClaimKey| *window == claim.last.window && present(family) == claim.present;
        let said = || self.fallen.iter().find(|(key, _)| is_it(key)).map(|(_, said)| said.as_str());
        self.knew.contains(&claim.last.pack_sha256).then(said).flatten()
    }
}
