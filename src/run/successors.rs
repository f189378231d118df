//! Which id took the place of a retired one.
//!
//! What comes in: the ids of a published run. What goes out: the id of today of any id that was ever given, and the register of decisions under those. What always holds: an
//! id that was never retired is its own; of several that took over one's people it is the one with most of them.

use std::collections::BTreeMap;

use super::reading::{ReadingError, Table};
use crate::model::IdState;
use crate::register::decisions::{Journal, Register, present_id};
use crate::store::RunFolder;

/// Ids that took the place of retired ones, of persons and families.
#[derive(Default)]
pub struct Successors(BTreeMap<String, String>);

impl Successors {
    /// Reads those of a run.
    ///
    /// # Errors
    /// If the table of ids cannot be read.
    pub fn read(run: &RunFolder) -> Result<Self, ReadingError> {
        let table = Table::open(run, "id_history")?;
        let (ids, states, successors) = (table.texts("id")?, table.texts("state")?, table.lists("successor_ids")?);
        let retired = ids.into_iter().zip(states).zip(successors).filter(|((_, state), _)| *state == IdState::Retired.name());
        Ok(Self(retired.filter_map(|((id, _), successors)| Some((id.to_owned(), successors.into_iter().next()?))).collect()))
    }

    /// The id that took the place of this one; `None` if it is not retired.
    #[must_use]
    pub fn next(&self, id: &str) -> Option<String> {
        self.0.get(id).cloned()
    }

    /// The id of today.
    #[must_use]
    pub fn present(&self, id: &str) -> String {
        present_id(id, &|id| self.next(id))
    }

    /// The register under the ids of the run.
    #[must_use]
    pub fn fold(&self, journal: &Journal) -> Register {
        Register::fold(journal.entries(), &|id| self.next(id))
    }
}
