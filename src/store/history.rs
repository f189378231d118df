//! The runs that an output folder has published, in order.
//!
//! What comes in: an output folder. What goes out: its published runs, and the one that the next month builds upon. What always holds: the audit trail decides what
//! was published and in which order; a run that is handed out has the manifest that was published; nothing is written.

use std::collections::BTreeMap;
use std::path::Path;

use super::audit::{AUDIT, Trail};
use super::disk::{Disk as _, EntryKind};
use super::error::{StoreError, failed};
use super::input::{check_path, resolve};
use super::lock::RUNS;
use super::manifest::RunKind;
use super::real_disk::RealDisk;
use super::run_folder::{RunFolder, open_run};

/// A run that was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRun {
    /// Its id.
    pub run_id: String,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
}

impl PublishedRun {
    /// Its period, such as `2012-10`.
    #[must_use]
    pub fn period(&self) -> &str {
        self.run_id.split_once("--").map_or(self.run_id.as_str(), |(period, _)| period)
    }
}

/// The runs of an output folder, each once, in the order in which they last became the current one. Empty if nothing was published yet.
///
/// # Errors
/// [`StoreError::Damaged`] if the audit trail was tampered with, [`StoreError::Io`].
pub fn published_runs(out: &Path) -> Result<Vec<PublishedRun>, StoreError> {
    check_path(out)?;
    let path = out.join(AUDIT);
    if RealDisk.kind(&path).map_err(failed("look at", &path))?.is_none() {
        return Ok(Vec::new());
    }
    let out = resolve(out)?;
    let trail = Trail::read(&RealDisk, &out)?.map_err(|problem| StoreError::damaged(&out, problem))?;
    let mut runs: Vec<PublishedRun> = Vec::new();
    for entry in trail.entries.iter().filter(|entry| entry.points()) {
        runs.retain(|run| run.run_id != entry.run);
        runs.push(PublishedRun { run_id: entry.run.clone(), manifest_sha256: entry.manifest.clone() });
    }
    Ok(runs)
}

/// Opens a published run of an output folder.
///
/// # Errors
/// [`StoreError::Damaged`] if it is gone or its manifest is not the one that was published, [`StoreError::Io`].
pub fn open_published(out: &Path, run: &PublishedRun) -> Result<RunFolder, StoreError> {
    let path = out.join(RUNS).join(&run.run_id);
    if RealDisk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::Folder) {
        return Err(StoreError::damaged(&path, "was published and is missing"));
    }
    let opened = open_run(&path)?;
    if opened.manifest_sha256 == run.manifest_sha256 {
        Ok(opened)
    } else {
        Err(StoreError::damaged(&path, "its manifest is not the one that was published"))
    }
}

/// The last final run of the newest period before `period`: what the month of that period builds upon. Provisional runs and runs that only link people are
/// passed over. `None` if there is none.
///
/// # Errors
/// As [`published_runs`] and [`open_published`].
pub fn last_final_before(out: &Path, period: &str) -> Result<Option<RunFolder>, StoreError> {
    last_final_of(out, |run| run.period() < period)
}

/// The published run of an id, `None` if no such run was published.
///
/// # Errors
/// As [`published_runs`] and [`open_published`].
pub fn published_run(out: &Path, run_id: &str) -> Result<Option<RunFolder>, StoreError> {
    let run = published_runs(out)?.into_iter().find(|run| run.run_id == run_id);
    run.map(|run| open_published(out, &run)).transpose()
}

/// The last final run of each period, in the order of periods.
///
/// # Errors
/// As [`published_runs`] and [`open_published`].
pub fn final_runs(out: &Path) -> Result<Vec<RunFolder>, StoreError> {
    let mut runs: BTreeMap<String, RunFolder> = BTreeMap::new();
    for published in published_runs(out)? {
        let run = open_published(out, &published)?;
        if run.manifest.kind == RunKind::Final {
            runs.insert(run.manifest.period.clone(), run);
        }
    }
    Ok(runs.into_values().collect())
}

/// The last final run of a period. `None` if there is none.
///
/// # Errors
/// As [`last_final_before`].
pub fn final_run_of(out: &Path, period: &str) -> Result<Option<RunFolder>, StoreError> {
    last_final_of(out, |run| run.period() == period)
}

/// The final run of a period upon which the next ones were built: the last one published before the first final run of any later period. What is published of a period after that changes nothing
/// of it. Where no later period was run yet, the last one. `None` if there is none.
///
/// # Errors
/// As [`last_final_before`].
pub fn frozen_run_of(out: &Path, period: &str) -> Result<Option<RunFolder>, StoreError> {
    let mut frozen = None;
    // In the order of publication.
    for run in published_runs(out)?.iter().filter(|run| run.period() >= period) {
        let opened = open_published(out, run)?;
        if opened.manifest.kind != RunKind::Final {
            continue;
        }
        if run.period() > period {
            break;
        }
        frozen = Some(opened);
    }
    Ok(frozen)
}

/// The last final run of the newest period: what the next month builds upon. `None` if there is none.
///
/// # Errors
/// As [`last_final_before`].
pub fn last_final(out: &Path) -> Result<Option<RunFolder>, StoreError> {
    last_final_of(out, |_| true)
}

fn last_final_of(out: &Path, wanted: impl Fn(&PublishedRun) -> bool) -> Result<Option<RunFolder>, StoreError> {
    let mut runs = published_runs(out)?;
    runs.retain(wanted);
    // Stable: within a period the order of publication stays.
    runs.sort_by(|left, right| left.period().cmp(right.period()));
    for run in runs.iter().rev() {
        let opened = open_published(out, run)?;
        if opened.manifest.kind == RunKind::Final {
            return Ok(Some(opened));
        }
    }
    Ok(None)
}
