//! Where every claim stands.
//!
//! What comes in: an output folder. What goes out: claims with stage and amount, sums by stage, and where claims and the cohort's statuses disagree. What always holds: nothing is written; families stand under their ids of
//! today.

use std::collections::BTreeMap;
use std::path::Path;

use super::ClaimsError;
use crate::model::{ClaimStage, Pence, Status};
use crate::register::decisions::{Journal, standing_numbers};
use crate::run::successors::Successors;
use crate::store;

/// One claim.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Standing {
    /// Month of its window.
    pub window: String,
    /// The family's id of today.
    pub family: String,
    /// Its number among the claims that stand; a draft has none of its own yet.
    pub number: Option<u64>,
    /// Stage.
    pub stage: String,
    /// Since when.
    pub on: String,
    /// What is claimed for.
    pub claimed: String,
    /// What is claimed, in pence.
    pub amount_pence: Pence,
    /// Folder of its evidence.
    pub folder: String,
}

/// All claims.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Standings {
    /// By window and family.
    pub claims: Vec<Standing>,
    /// Number and sum per stage.
    pub by_stage: BTreeMap<String, (usize, Pence)>,
    /// Families that the cohort has as claimed and no claim was sent for, and the other way round.
    pub disagreements: Vec<String>,
}

/// Where claims stand; of one family, or of all.
///
/// # Errors
/// [`ClaimsError`] if there is no run or the register cannot be read.
pub fn standings(out: &Path, family: Option<&str>) -> Result<Standings, ClaimsError> {
    let run = store::open_run(out)?;
    let successors = Successors::read(&run)?;
    let register = successors.fold(&Journal::parse(&store::read_journal(out)?)?);
    let wanted = family.map(|family| successors.present(family));
    let mut claims = Vec::new();
    let mut by_stage: BTreeMap<String, (usize, Pence)> = BTreeMap::new();
    let numbers = standing_numbers(&register.claims);
    for (key, state) in register.claims.iter().filter(|(_, state)| wanted.as_ref().is_none_or(|wanted| *wanted == state.present)) {
        let sum = by_stage.entry(state.stage.name().to_owned()).or_default();
        *sum = (sum.0 + 1, sum.1 + state.last.amount_pence);
        claims.push(Standing {
            window: key.0.clone(),
            family: state.present.clone(),
            number: numbers.get(key).copied(),
            stage: state.stage.name().to_owned(),
            on: state.last.on.clone(),
            claimed: state.last.claimed.clone(),
            amount_pence: state.last.amount_pence,
            folder: state.last.folder.clone(),
        });
    }
    let sent = |family: &str| {
        register.claims.values().any(|state| state.present == family && matches!(state.stage, ClaimStage::Submitted | ClaimStage::Paid))
    };
    let status = |family: &str| register.families.get(family).map(crate::register::decisions::FamilyState::standing);
    let mut disagreements: Vec<String> = register
        .families
        .iter()
        .filter(|(family, state)| state.standing() == Status::Claimed && !sent(family))
        .map(|(family, _)| format!("{family} stands as claimed in the cohort, and no claim was submitted"))
        .collect();
    let mut unmarked: Vec<String> = register
        .claims
        .values()
        .filter(|state| sent(&state.present) && status(&state.present) != Some(Status::Claimed))
        .map(|state| format!("{} was submitted, and does not stand as claimed in the cohort", state.present))
        .collect();
    unmarked.sort();
    unmarked.dedup();
    disagreements.extend(unmarked);
    Ok(Standings { claims, by_stage, disagreements })
}
