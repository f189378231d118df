//! Claims for results: who can be claimed for, how much, and the evidence with which somebody else can do it again.
//!
//! What comes in: an output folder with the run of the window, the runs of the months of attachment, the register; the pipeline with its two packs. What goes out: `out/claims/<id>/` and the steps
//! of each claim's life in the register. What always holds: only accepted families are claimed for; nobody twice, also not through a family that was merged or divided; the baseline is what the run of the
//! month of attachment knew; unknown is never claimed; the same inputs give the same folder, byte for byte; no name, address or date of birth is in it.
//!
//! [`attachment`] since when a family is worked with · `gather` what the runs know · [`decide`] what is claimed · `pack` the evidence · [`sample`] which of it audit does again ·
//! `withhold` what is not claimed for all the same · `numbers` which are paid for · [`draft()`] the folder · [`retest()`] late data · [`last_retest()`] what it said last · [`standing`] where claims stand · [`sign_offs`] whether signed evidence is still what was signed.

pub mod attachment;
pub mod decide;
mod draft;
mod gather;
mod last_retest;
mod numbers;
mod pack;
mod page;
mod problems;
mod retest;
pub mod sample;
mod sheet;
pub mod sign_offs;
pub mod standing;
mod tables;
mod withhold;

#[cfg(test)]
mod tests;

use std::path::Path;

use crate::model::{Month, NO_DAY};
use crate::register::decisions::JournalError;
use crate::run::reading::ReadingError;
use crate::store::{self, RunFolder, StoreError};

pub use draft::{DraftSettings, Drafted, draft};
pub use last_retest::last_retest;
pub use retest::{Change, Retested, retest};

/// Why there are no claims.
#[derive(Debug, thiserror::Error)]
pub enum ClaimsError {
    /// The disk, the lock, a damaged run.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A table of a run.
    #[error(transparent)]
    Reading(#[from] ReadingError),
    /// The register's journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The pipeline has no `[service.claims]`.
    #[error("the pipeline says nothing of it: it has no such section")]
    NotSet,
    /// No final run of that month.
    #[error("no final run of {0} was published: a claim rests on one")]
    NoRun(String),
    /// A file of a claims folder is not as this version writes it.
    #[error("`{0}` of the claims folder was written by another version of fwt")]
    Folder(String),
}

/// The run that froze the baseline of a family attached on a day: the final run of that month upon which the next month was built, else that of the last month before it that has one. A month
/// that is run again afterwards changes no baseline.
pub(crate) fn baseline_run(out: &Path, month: Month) -> Result<Option<RunFolder>, ClaimsError> {
    let mut period = month.to_string();
    loop {
        if let Some(run) = store::frozen_run_of(out, &period)? {
            return Ok(Some(run));
        }
        match store::last_final_before(out, &period)? {
            Some(earlier) => period.clone_from(&earlier.manifest.period),
            None => return Ok(None),
        }
    }
}

/// A day as text; empty for none.
pub(crate) fn iso(day: crate::model::Day) -> String {
    if day == NO_DAY { String::new() } else { crate::model::date::iso(day) }
}
