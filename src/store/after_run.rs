//! Folders written after a run, such as claims or requests: `out/<area>/<id>/`, committed like runs.
//!
//! What comes in: a folder's contents, among them the published runs it rests on. What goes out: the folder with a manifest of its own, and a line of the audit trail.
//! What always holds: such a folder is written whole or not at all and never changes; it rests on runs that the same output folder published; neither `CURRENT` nor any
//! monthly run is touched; a kill between rename and audit line is finished by whoever takes the lock next; the same contents are written once.
//!
//! In this order, as for a run: [`RunLock::take`], [`AfterRun::already_written`], [`AfterRun::begin`], [`AfterRun::put`] for every file, [`AfterRun::commit`].

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::audit::{AUDIT, DISCARD, Trail, WRITE};
use super::disk::{Disk, EntryKind, create_folders, remove_tree};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::input::{check_path, resolve};
use super::lock::{Held, RunLock, State, describe};
use super::manifest::{Manifest, ManifestContents, PreviousRun};
use super::real_disk::RealDisk;
use super::run_folder::{RunFolder, open_run};
use super::staging::{STAGING_PREFIX, Staging, check_run_id, staging_name};
use super::verification::check_run_folder;

/// What is written after a run; each kind has a folder of its own below the output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// Claims for results with their evidence.
    Claims,
    /// Requests for assessments, chasers, briefs.
    Requests,
    /// The districts' lists.
    Districts,
    /// Requests to the DWP.
    Dwp,
    /// Evidence of effect and what is shown to a committee.
    Effect,
}

impl Area {
    /// All of them, in the order in which they are checked.
    pub const ALL: [Self; 5] = [Self::Claims, Self::Requests, Self::Districts, Self::Dwp, Self::Effect];

    /// Its folder's name.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Claims => "claims",
            Self::Requests => "requests",
            Self::Districts => "districts",
            Self::Dwp => "dwp",
            Self::Effect => "effect",
        }
    }

    /// What the audit trail calls a folder of it.
    fn label(self, id: &str) -> String {
        format!("{}/{id}", self.folder())
    }
}

/// What a manifest says of a folder that was written after a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestsOn {
    /// What it holds.
    pub area: Area,
    /// The published runs it was made from, the newest last.
    pub runs: Vec<PreviousRun>,
}

/// A folder written after a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenAfterRun {
    /// Where it is.
    pub path: PathBuf,
    /// Its id, which is its name.
    pub id: String,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
    /// The head of the audit trail.
    pub audit_head: String,
    /// True if it stood there already.
    pub already: bool,
}

/// A folder in the making; removed again unless committed.
pub struct AfterRun {
    staging: Staging,
    area: Area,
    contents: ManifestContents,
}

impl AfterRun {
    /// The folder of these contents, if it was written before and is whole.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it was written and is no longer what was written, [`StoreError::Refused`] if the contents name no run they rest
    /// on, [`StoreError::Io`].
    pub fn already_written(lock: &RunLock, contents: &ManifestContents) -> Result<Option<WrittenAfterRun>, StoreError> {
        let rests_on = checked(&lock.held, contents)?;
        already(&lock.held, rests_on.area, &contents.run_id())
    }

    /// Begins the folder of these contents, of about `needed` bytes.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the contents name no run, or one that this output folder did not publish; otherwise as [`Staging::begin`].
    pub fn begin(lock: &RunLock, contents: ManifestContents, needed: u64) -> Result<Self, StoreError> {
        let area = checked(&lock.held, &contents)?.area;
        let parent = lock.held.out.join(area.folder());
        create_folders(lock.held.disk.as_ref(), &parent)?;
        let staging = Staging::begin_in(lock, &parent, &contents.run_id(), needed)?;
        Ok(Self { staging, area, contents })
    }

    /// The folder's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.staging.run_id()
    }

    /// Writes one file of the folder. `rows` goes into the manifest.
    ///
    /// # Errors
    /// As [`Staging::put`].
    pub fn put<F>(&mut self, name: &str, rows: Option<u64>, fill: F) -> Result<(), StoreError>
    where
        F: FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    {
        self.staging.put(name, rows, fill)
    }

    /// Puts the folder in its place and records it.
    ///
    /// # Errors
    /// Any [`StoreError`]; nothing that was there before is touched.
    pub fn commit(mut self) -> Result<WrittenAfterRun, StoreError> {
        let held = Arc::clone(&self.staging.held);
        let id = self.staging.run_id.clone();
        let previous = last_written(&held.state().trail, self.area);
        let outputs = std::mem::take(&mut self.staging.outputs);
        let manifest = Manifest::new(&id, self.contents.clone(), outputs, previous);
        let bytes = manifest.to_bytes();
        let manifest_sha256 = sha256_hex(&bytes);
        self.staging.seal(&bytes).map_err(|error| self.staging.explain(error))?;
        let parent = held.out.join(self.area.folder());
        let path = parent.join(&id);
        match held.disk.rename_new(&self.staging.folder, &path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if let Some(written) = already(&held, self.area, &id)? {
                    return Ok(written);
                }
                held.disk.rename_new(&self.staging.folder, &path).map_err(failed("rename", &self.staging.folder))?;
            }
            other => other.map_err(failed("rename", &self.staging.folder))?,
        }
        let recorded = held
            .disk
            .sync_folder(&parent)
            .map_err(failed("sync the folder", &parent))
            .and_then(|()| record(&mut held.state(), held.disk.as_ref(), &held.out, self.area, &manifest, &manifest_sha256, "written"));
        if let Err(error) = recorded {
            // Back into staging, where dropping removes it; a whole folder that stays is recorded by the next run.
            held.disk.rename_new(&path, &self.staging.folder).ok();
            return Err(self.staging.explain(error));
        }
        self.staging.committed = true;
        let audit_head = held.state().trail.head().to_owned();
        Ok(WrittenAfterRun { path, id, manifest_sha256, audit_head, already: false })
    }
}

/// The folders of an area that were written, in order; empty if none was.
///
/// # Errors
/// [`StoreError::Damaged`] if the audit trail was tampered with, [`StoreError::Io`].
pub fn written_after_runs(out: &Path, area: Area) -> Result<Vec<PreviousRun>, StoreError> {
    check_path(out)?;
    let path = out.join(AUDIT);
    if RealDisk.kind(&path).map_err(failed("look at", &path))?.is_none() {
        return Ok(Vec::new());
    }
    let out = resolve(out)?;
    let trail = Trail::read(&RealDisk, &out)?.map_err(|problem| StoreError::damaged(&out, problem))?;
    Ok(written(&trail, area).map(|(id, manifest)| PreviousRun { run_id: id.to_owned(), manifest_sha256: manifest.to_owned() }).collect())
}

/// Opens a folder that was written after a run.
///
/// # Errors
/// [`StoreError::Damaged`] if it is gone or its manifest is not the one that was written, [`StoreError::Io`].
pub fn open_after_run(out: &Path, area: Area, written: &PreviousRun) -> Result<RunFolder, StoreError> {
    check_run_id(&written.run_id)?;
    let path = out.join(area.folder()).join(&written.run_id);
    if RealDisk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::Folder) {
        return Err(StoreError::damaged(&path, "was written and is missing"));
    }
    let opened = open_run(&path)?;
    if opened.manifest_sha256 == written.manifest_sha256 {
        Ok(opened)
    } else {
        Err(StoreError::damaged(&path, "its manifest is not the one that was written"))
    }
}

/// The same checks for all folders of an output folder: what is wrong, and what was found.
pub(super) struct CheckedAfterRuns {
    /// `claims/<id>` of those that are as they were written.
    pub(super) whole: Vec<String>,
    /// Those that stand there and that no line of the audit trail names: left by a kill, for the next run to finish or replace.
    pub(super) unrecorded: Vec<String>,
    pub(super) files: usize,
    pub(super) problems: Vec<String>,
}

pub(super) fn check_all(disk: &dyn Disk, out: &Path, trail: &Trail) -> Result<CheckedAfterRuns, StoreError> {
    let mut checked = CheckedAfterRuns { whole: Vec::new(), unrecorded: Vec::new(), files: 0, problems: Vec::new() };
    for area in Area::ALL {
        let parent = out.join(area.folder());
        for (id, manifest_sha256) in written(trail, area) {
            let (label, path) = (area.label(id), parent.join(id));
            if disk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::Folder) {
                checked.problems.push(format!("`{label}` was written and is missing"));
                continue;
            }
            match check_run_folder(disk, &path)? {
                Ok((manifest, sha256)) if sha256 == manifest_sha256 && manifest.run_id == id => {
                    checked.files += manifest.outputs.len() + 1;
                    checked.whole.push(label);
                }
                Ok(_) => checked.problems.push(format!("`{label}`: {AUDIT} does not record the writing of this manifest")),
                Err(problems) => {
                    checked.problems.extend(problems.into_iter().map(|problem| format!("`{label}`: {}", explained(problem))));
                }
            }
        }
        for id in folders(disk, &parent)? {
            if writing_of(trail, area, &id).is_none() && !id.starts_with(STAGING_PREFIX) {
                checked.unrecorded.push(area.label(&id));
            }
        }
    }
    Ok(checked)
}

/// A problem with what most likely happened: the sheet lies in the folder to be copied, and looks as if it were there to be filled in.
fn explained(problem: String) -> String {
    if problem != "`sign_off.csv` was changed" {
        return problem;
    }
    format!("{problem}: it is to be filled in as a copy; keep what was filled in elsewhere, and put the sheet back as it was written")
}

/// Brings the folders written after runs to rest: removes what is half made, records the whole one that a kill left unrecorded.
pub(super) fn recover(disk: &dyn Disk, out: &Path, state: &mut State) -> Result<(), StoreError> {
    for area in Area::ALL {
        let parent = out.join(area.folder());
        let found = folders(disk, &parent)?;
        if found.is_empty() {
            continue;
        }
        for id in found.iter().filter(|id| id.starts_with(STAGING_PREFIX)) {
            remove_tree(disk, &parent.join(id))?;
        }
        disk.sync_folder(&parent).map_err(failed("sync the folder", &parent))?;
        for id in found.iter().filter(|id| !id.starts_with(STAGING_PREFIX)) {
            if writing_of(&state.trail, area, id).is_some() {
                continue;
            }
            let previous = last_written(&state.trail, area);
            // As for runs: the one that was being committed names what was written last; any other is not ours to judge.
            if let Ok((manifest, sha256)) = check_run_folder(disk, &parent.join(id))?
                && manifest.run_id == *id
                && manifest.previous == previous
                && manifest.after_run.as_ref().is_some_and(|rests_on| rests_on.area == area)
            {
                record(state, disk, out, area, &manifest, &sha256, "recorded by the run after an interruption")?;
            }
        }
    }
    Ok(())
}

/// The hash of the manifest under which a folder of an area was written.
pub(super) fn writing_of<'a>(trail: &'a Trail, area: Area, id: &str) -> Option<&'a str> {
    written(trail, area).find(|(written, _)| *written == id).map(|(_, manifest)| manifest)
}

fn written(trail: &Trail, area: Area) -> impl Iterator<Item = (&str, &str)> {
    trail.entries.iter().filter(|entry| entry.action == WRITE).filter_map(move |entry| {
        let id = entry.run.strip_prefix(area.folder())?.strip_prefix('/')?;
        Some((id, entry.manifest.as_str()))
    })
}

fn last_written(trail: &Trail, area: Area) -> Option<PreviousRun> {
    written(trail, area).last().map(|(id, manifest)| PreviousRun { run_id: id.to_owned(), manifest_sha256: manifest.to_owned() })
}

/// The contents' note on what they rest on: at least one run, each published here as named.
fn checked<'a>(held: &Held, contents: &'a ManifestContents) -> Result<&'a RestsOn, StoreError> {
    let Some(rests_on) = contents.after_run.as_ref().filter(|rests_on| !rests_on.runs.is_empty()) else {
        return Err(StoreError::refused(&held.out, "a folder written after a run must name the run it rests on"));
    };
    let state = held.state();
    for run in &rests_on.runs {
        if state.trail.publication_of(&run.run_id).is_none_or(|entry| entry.manifest != run.manifest_sha256) {
            return Err(StoreError::refused(&held.out, format!("did not publish the run `{}` with that manifest", run.run_id)));
        }
    }
    Ok(rests_on)
}

fn already(held: &Held, area: Area, id: &str) -> Result<Option<WrittenAfterRun>, StoreError> {
    check_run_id(id)?;
    let disk = held.disk.as_ref();
    let parent = held.out.join(area.folder());
    let path = parent.join(id);
    let mut state = held.state();
    let recorded = writing_of(&state.trail, area, id).map(ToOwned::to_owned);
    if disk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::Folder) {
        return match recorded {
            Some(_) => Err(StoreError::damaged(&path, "was written and is missing")),
            None => Ok(None),
        };
    }
    let (manifest, manifest_sha256) = match check_run_folder(disk, &path)? {
        Ok(checked) => checked,
        Err(problems) if recorded.is_some() => {
            return Err(StoreError::Damaged { path, problems: problems.into_iter().map(explained).collect() });
        }
        Err(_) => {
            let mut entry = describe(DISCARD, &area.label(id), "", None);
            "was damaged and never recorded".clone_into(&mut entry.outcome);
            state.trail.append(disk, &held.out, entry)?;
            let aside = parent.join(staging_name(&format!("{id}-discarded")));
            remove_tree(disk, &aside)?;
            disk.rename_new(&path, &aside).map_err(failed("rename", &path))?;
            remove_tree(disk, &aside)?;
            return Ok(None);
        }
    };
    match recorded {
        Some(recorded) if recorded != manifest_sha256 => {
            return Err(StoreError::damaged(&path, "its manifest is not the one that was written"));
        }
        Some(_) => {}
        None => record(&mut state, disk, &held.out, area, &manifest, &manifest_sha256, "was written already")?,
    }
    let audit_head = state.trail.head().to_owned();
    Ok(Some(WrittenAfterRun { path, id: id.to_owned(), manifest_sha256, audit_head, already: true }))
}

fn record(
    state: &mut State,
    disk: &dyn Disk,
    out: &Path,
    area: Area,
    manifest: &Manifest,
    manifest_sha256: &str,
    outcome: &str,
) -> Result<(), StoreError> {
    let mut entry = describe(WRITE, &area.label(&manifest.run_id), manifest_sha256, Some(manifest));
    outcome.clone_into(&mut entry.outcome);
    state.trail.append(disk, out, entry).map(drop)
}

/// The folders of an area's folder; none if there is no such folder.
fn folders(disk: &dyn Disk, parent: &Path) -> Result<Vec<String>, StoreError> {
    if disk.kind(parent).map_err(failed("look at", parent))? != Some(EntryKind::Folder) {
        return Ok(Vec::new());
    }
    let listed = disk.list(parent).map_err(failed("list the folder", parent))?;
    Ok(listed.into_iter().filter(|(_, kind)| *kind == EntryKind::Folder).filter_map(|(name, _)| name.into_string().ok()).collect())
}
