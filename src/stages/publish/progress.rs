//! How far a target has come, by district: what report, star schema and the table for committees share.
//!
//! What comes in: the run and a target. What goes out: per district how many families have reached each step, and the district's part of the plan. What always holds: the districts
//! add up to the county, families out of it or at no known address among them.

use std::collections::BTreeMap;

use super::contents::RunContents;
use crate::model::{Journey, JourneyStep, PackJourneys, STEPS, Target};

/// Families of one district.
pub(super) struct DistrictProgress<'a> {
    /// ONS code; empty for families out of the county, at no known address, or no longer among the run's families.
    pub(super) code: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// Families that have reached each step, in the order of [`JourneyStep::ALL`].
    pub(super) steps: [u64; STEPS],
    /// Its part of the plan, where there is one.
    pub(super) planned: Option<u32>,
}

impl DistrictProgress<'_> {
    /// Families that count towards the target.
    pub(super) fn counted(&self, target: &Target) -> u64 {
        self.steps.get(target.counts as usize).copied().unwrap_or(0)
    }
}

/// How far a target has come.
pub(super) struct Progress<'a> {
    pub(super) target: &'a Target,
    pub(super) journeys: Option<&'a PackJourneys>,
    /// Districts in the order of their codes, then all other homes.
    pub(super) districts: Vec<DistrictProgress<'a>>,
}

impl<'a> Progress<'a> {
    pub(super) fn of(run: &RunContents<'a>, target: &'a Target) -> Self {
        let journeys = run.journeys.iter().find(|journeys| journeys.pack == target.pack);
        let planned: BTreeMap<&str, u32> = target.planned_by_district(run.reference).into_iter().collect();
        let mut places: Vec<(&str, &str)> = run.districts.iter().map(|district| (&*district.code, &*district.name)).collect();
        places.sort_unstable();
        places.push(("", "Elsewhere or not known"));
        let districts = places
            .iter()
            .map(|&(code, name)| {
                let own = journeys.into_iter().flat_map(|journeys| &journeys.journeys).filter(|journey| {
                    let home = home(run, journey);
                    home == code || code.is_empty() && places.iter().all(|(known, _)| *known != home)
                });
                let mut steps = [0; STEPS];
                for journey in own {
                    for (count, &step) in steps.iter_mut().zip(JourneyStep::ALL) {
                        *count += u64::from(journey.by(step, run.reference));
                    }
                }
                DistrictProgress { code, name, steps, planned: planned.get(code).copied() }
            })
            .collect();
        Self { target, journeys, districts }
    }

    /// Families of the county that have reached a step.
    pub(super) fn reached(&self, step: JourneyStep) -> u64 {
        self.districts.iter().map(|district| district.steps.get(step as usize).copied().unwrap_or(0)).sum()
    }
}

/// Code of the district of a family's home; empty where it has none in the county.
fn home<'a>(run: &RunContents<'a>, journey: &Journey) -> &'a str {
    journey.family.and_then(|family| run.identification.summaries.get(family as usize)).map_or("", |summary| &*summary.district_code)
}
