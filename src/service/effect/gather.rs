//! Gathers what the comparison needs from the final runs and the register.
//!
//! What comes in: the final run of each month, how far families have come, the pipeline. What goes out: [`Given`]. What always holds: families go by their ids of
//! today; what several ids of then say of a criterion counts as true if any says so.

use std::collections::{BTreeMap, BTreeSet};

use super::study::CaseFamily;
use crate::config::checked::Pipeline;
use crate::model::history::History;
use crate::model::{Day, EffectSettings, IdState, Journey, JourneyStep, Month, Ternary};
use crate::run::history::{history, reference_of};
use crate::run::reading::{ReadingError, Table};
use crate::store::RunFolder;

/// What the run of a month knew.
#[derive(Default)]
pub struct KnownMonth {
    /// What happened to the people of the study.
    pub history: History,
    /// Criteria by family of today and criterion.
    pub criteria: BTreeMap<(String, String), Ternary>,
}

/// Everything the comparison needs.
#[derive(Default)]
pub struct Given {
    /// Reference date of the newest run.
    pub reference: Day,
    /// Final runs by month.
    pub months: BTreeMap<Month, KnownMonth>,
    /// Families by their ids of today.
    pub families: BTreeMap<String, CaseFamily>,
    /// Criteria of the pack, in its order.
    pub criteria: Vec<String>,
    /// Their titles.
    pub titles: Vec<String>,
}

/// Reads the runs, newest last. `journeys` tell how far families have come, by ids of the newest run.
///
/// # Errors
/// [`ReadingError`] if a table of a run cannot be read.
pub fn gather(runs: &[RunFolder], journeys: &[Journey], pipeline: &Pipeline, settings: &EffectSettings) -> Result<Given, ReadingError> {
    let Some(newest) = runs.last() else { return Ok(Given::default()) };
    let successors = successors(newest)?;
    let present = |id: &str| crate::register::decisions::present_id(id, &|id| successors.get(id).cloned());
    let mut given = Given { reference: reference_of(newest)?, ..Given::default() };
    let pack = pipeline.packs.iter().find(|pack| pack.name == settings.pack);
    for criterion in pack.into_iter().flat_map(|pack| &pack.criteria) {
        given.criteria.push(criterion.id.clone());
        given.titles.push(criterion.title.clone());
    }
    let columns = ["family_id", "first_month"];
    for row in Table::open(newest, "list_history")?.select("criteria_pack", &columns, |pack| pack == settings.pack)? {
        let Ok([family, first]) = <[String; 2]>::try_from(row) else { continue };
        let first: Option<Month> = first.parse().ok();
        let entry = given.families.entry(present(&family)).or_default();
        entry.identified = entry.identified.into_iter().chain(first).min();
    }
    for journey in journeys {
        let entry = given.families.entry(journey.family_id.clone()).or_default();
        (entry.attached, entry.turned_around) = (journey.on(JourneyStep::Attached), journey.on(JourneyStep::TurnedAround));
    }
    let columns = ["family_id", "person_id", "resident", "primary", "first_month", "last_month"];
    let mut people: BTreeSet<String> = BTreeSet::new();
    for row in Table::open(newest, "memberships")?.select("family_id", &columns, |id| given.families.contains_key(&present(id)))? {
        let Ok([family, person, resident, primary, first, last]) = <[String; 6]>::try_from(row) else { continue };
        let Some((first, last)) = first.parse().ok().zip(last.parse().ok()) else { continue };
        if let Some(family) = given.families.get_mut(&present(&family)).filter(|_| resident == "yes" && primary == "yes") {
            people.insert(person.clone());
            family.people.push((person, first, last));
        }
    }
    for run in runs {
        let Ok(month) = run.manifest.period.parse::<Month>() else { continue };
        let history = history(run, pipeline, &|id| people.contains(id).then(|| id.to_owned()))?;
        let mut known = KnownMonth { history, criteria: BTreeMap::new() };
        let columns = ["family_id", "criterion", "value"];
        for row in Table::open(run, "criteria")?.select("pack", &columns, |pack| pack == settings.pack)? {
            let Ok([family, criterion, value]) = <[String; 3]>::try_from(row) else { continue };
            let (family, value) = (present(&family), value.parse::<Ternary>());
            if let (true, Ok(value)) = (given.families.contains_key(&family), value) {
                let slot = known.criteria.entry((family, criterion)).or_insert(value);
                if value == Ternary::True || value == Ternary::Unknown && *slot == Ternary::False {
                    *slot = value;
                }
            }
        }
        given.months.insert(month, known);
    }
    Ok(given)
}

/// Per retired id the one that took its place.
fn successors(run: &RunFolder) -> Result<BTreeMap<String, String>, ReadingError> {
    let table = Table::open(run, "id_history")?;
    let (ids, states, successors) = (table.texts("id")?, table.texts("state")?, table.lists("successor_ids")?);
    let retired = ids.into_iter().zip(states).zip(successors).filter(|((_, state), _)| *state == IdState::Retired.name());
    Ok(retired.filter_map(|((id, _), successors)| Some((id.to_owned(), successors.into_iter().next()?))).collect())
}
