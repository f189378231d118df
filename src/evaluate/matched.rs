//! Which true person and which true family each of a run is: what everybody simulated knows.
//!
//! What comes in: a run and the truth of its month. What goes out: the truth of a person id, of a family id. What always holds: a family of the run is the true family
//! that most of it belongs to, as when a run is measured.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::model::Month;
use crate::store::RunFolder;

use super::families::family_statistics;
use super::run_tables;
use super::truth_files::{self, Truth};
use super::{EvaluateError, join, labels, majority, true_families};

/// A run beside its truth.
pub(super) struct Matched {
    /// Month of the run.
    pub(super) month: Month,
    /// The truth.
    pub(super) truth: Truth,
    persons: BTreeMap<String, u32>,
    families: BTreeMap<String, u32>,
}

impl Matched {
    /// Reads both.
    pub(super) fn read(run: &RunFolder, folder: &Path) -> Result<Self, EvaluateError> {
        let month: Month = run.manifest.period.parse().map_err(|_| EvaluateError::Period)?;
        let truth = truth_files::read(folder, month)?;
        let tables = run_tables::read(run)?;
        let joined = join::join(&tables.people.records, &truth.appearances, truth.persons.list.len(), &HashSet::new());
        let labels = labels(&tables, &joined.truth);
        let names = tables.people.records.person.values();
        let true_person = majority(&labels, names.len(), &truth);
        let (_, matches) = family_statistics(&true_families(&truth, &joined.visible), &tables.families, &true_person);
        let persons = names.iter().zip(&true_person).filter_map(|(name, person)| Some((name.to_string(), (*person)?))).collect();
        let found = run_tables::listed(run)?;
        let families = found.into_iter().zip(&matches.true_of_found).filter_map(|((id, _), real)| Some((id, (*real)?))).collect();
        Ok(Self { month, truth, persons, families })
    }

    /// Name of the true person of a person id.
    pub(super) fn person(&self, id: &str) -> Option<&str> {
        let number = self.persons.get(id)?;
        self.truth.persons.list.get(*number as usize).map(AsRef::as_ref)
    }

    /// Number of the true family of a family id.
    pub(super) fn family(&self, id: &str) -> Option<u32> {
        self.families.get(id).copied()
    }

    /// Name of a true family.
    pub(super) fn family_name(&self, number: u32) -> Option<&str> {
        self.truth.families.list.get(number as usize).map(AsRef::as_ref)
    }
}
