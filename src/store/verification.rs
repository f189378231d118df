//! Checks a published run against its manifest, `CURRENT` and the audit trail.
//!
//! What comes in: an output folder or a run folder. What goes out: what was checked, or everything that is wrong.
//! What always holds: nothing is written; it may run while a run is being published, and then sees the old or the new one.

use std::path::{Path, PathBuf};

use super::after_run::{self, Area};
use super::audit::{AUDIT, Trail};
use super::disk::{Disk, EntryKind, read, sha256};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::input::{check_path, resolve};
use super::lock::RUNS;
use super::manifest::{MANIFEST, MAXIMUM_MANIFEST, Manifest};
use super::pointer::{CURRENT, Pointer};
use super::real_disk::RealDisk;

/// A run that is as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The run's folder.
    pub path: PathBuf,
    /// Its id.
    pub run_id: String,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
    /// Files checked, the manifest included.
    pub files: usize,
    /// Bytes checked.
    pub bytes: u64,
    /// True if `CURRENT` names this run.
    pub current: bool,
    /// Lines of the audit trail checked; 0 if the run stands outside an output folder and was checked by itself alone.
    pub audit_entries: usize,
    /// The head of the audit trail; empty outside an output folder.
    pub audit_head: String,
    /// `claims/<id>` and the like: the folders written after runs that were checked too, when an output folder was.
    pub after_runs: Vec<String>,
    /// Files of these folders.
    pub after_run_files: usize,
    /// Folders of that kind that a kill left before they were recorded: the next call that writes finishes or replaces them.
    pub unrecorded: Vec<String>,
}

/// Verifies the current run of an output folder, or the run in a run folder.
///
/// # Errors
/// [`StoreError::Damaged`] with every problem found, [`StoreError::Refused`] if there is no run there, [`StoreError::Io`].
pub fn verify(path: &Path) -> Result<Verified, StoreError> {
    verify_with_anchor(path, None)
}

/// The same, and the audit trail must hold this entry (the head that was printed after an earlier run and kept elsewhere).
///
/// # Errors
/// As [`verify`].
pub fn verify_with_anchor(path: &Path, anchor: Option<&str>) -> Result<Verified, StoreError> {
    check_path(path)?;
    verify_on(&RealDisk, &resolve(path)?, anchor)
}

pub(super) fn verify_on(disk: &dyn Disk, path: &Path, anchor: Option<&str>) -> Result<Verified, StoreError> {
    let place = locate(disk, path)?;
    let mut problems = Vec::new();
    let checked = check_run_folder(disk, &place.run)?;
    let (manifest, manifest_sha256) = match checked {
        Ok((manifest, sha256)) => (Some(manifest), sha256),
        Err(found) => {
            problems.extend(found);
            (None, String::new())
        }
    };
    if let (Some(manifest), Some(run_id)) = (&manifest, place.run.file_name())
        && manifest.run_id.as_str() != run_id
        && place.out.is_some()
    {
        problems.push("the manifest belongs to another run".to_owned());
    }
    let mut current = false;
    let mut trail = Trail::default();
    let mut run_is_whole = false;
    let (mut after_runs, mut after_run_files, mut unrecorded) = (Vec::new(), 0, Vec::new());
    if let Some(out) = &place.out {
        let run_id = place.run.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        current = place.pointer.as_ref().is_some_and(|pointer| pointer.run_id == run_id);
        match read_trail(disk, out)? {
            Ok(read) => trail = read,
            Err(problem) => problems.push(problem),
        }
        let recorded = match place.area {
            Some(area) => after_run::writing_of(&trail, area, &run_id).map(ToOwned::to_owned),
            None => trail.publication_of(&run_id).map(|entry| entry.manifest.clone()),
        };
        if !trail.entries.is_empty() && manifest.is_some() && recorded.as_ref() != Some(&manifest_sha256) {
            problems.push(format!("{AUDIT} does not record the publication of this manifest"));
        }
        if path == out {
            let checked = after_run::check_all(disk, out, &trail)?;
            run_is_whole = problems.is_empty();
            problems.extend(checked.problems);
            (after_runs, after_run_files, unrecorded) = (checked.whole, checked.files, checked.unrecorded);
        }
        if let Some(pointer) = &place.pointer {
            if current && manifest.is_some() && pointer.manifest_sha256 != manifest_sha256 {
                problems.push(format!("{MANIFEST} is not the one that {CURRENT} names"));
            }
            if !trail.holds(&pointer.audit_head) {
                problems.push(format!("{AUDIT} does not hold the entry that {CURRENT} names: it was cut or replaced"));
            }
        }
    }
    if anchor.is_some_and(|anchor| !trail.holds(anchor)) {
        problems.push(format!("{AUDIT} does not hold the entry given as anchor: it was cut or replaced"));
    }
    match manifest {
        Some(manifest) if problems.is_empty() => Ok(Verified {
            path: place.run,
            run_id: manifest.run_id.clone(),
            manifest_sha256,
            files: manifest.outputs.len() + 1,
            bytes: manifest.outputs.iter().map(|output| output.bytes).sum(),
            current,
            audit_entries: trail.entries.len(),
            audit_head: if trail.entries.is_empty() { String::new() } else { trail.head().to_owned() },
            after_runs,
            after_run_files,
            unrecorded,
        }),
        // What is wrong elsewhere in the output folder is not laid at the run's door.
        _ => Err(StoreError::Damaged { path: if run_is_whole { path.to_owned() } else { place.run }, problems }),
    }
}

/// Where a run is.
pub(super) struct Place {
    /// Its folder.
    pub(super) run: PathBuf,
    /// The output folder it stands in, if it stands in one.
    out: Option<PathBuf>,
    /// What it holds, if it was written after a run.
    area: Option<Area>,
    /// What `CURRENT` says there.
    pub(super) pointer: Option<Pointer>,
}

/// Finds the run meant by a path: an output folder's current run, or the run folder itself.
pub(super) fn locate(disk: &dyn Disk, path: &Path) -> Result<Place, StoreError> {
    if let Some(pointer) = Pointer::read(disk, path)?.map_err(|problem| StoreError::damaged(path, problem))? {
        super::staging::check_run_id(&pointer.run_id).map_err(|_| StoreError::damaged(path, format!("{CURRENT} does not name a run")))?;
        let run = path.join(RUNS).join(&pointer.run_id);
        return match disk.kind(&run).map_err(failed("look at", &run))? {
            Some(EntryKind::Folder) => Ok(Place { run, out: Some(path.to_owned()), area: None, pointer: Some(pointer) }),
            _ => Err(StoreError::damaged(path, format!("the run `{}` that {CURRENT} names is missing", pointer.run_id))),
        };
    }
    let manifest = path.join(MANIFEST);
    if disk.kind(&manifest).map_err(failed("look at", &manifest))? != Some(EntryKind::File) {
        return Err(StoreError::refused(path, "holds no published run"));
    }
    let above = path.parent().and_then(Path::file_name);
    let area = Area::ALL.into_iter().find(|area| above.is_some_and(|name| name == area.folder()));
    let out = path.parent().filter(|_| area.is_some() || above.is_some_and(|name| name == RUNS)).and_then(Path::parent);
    // A folder of runs copied elsewhere has no audit trail: such a run is checked by itself.
    let out = match out {
        Some(out) if disk.kind(&out.join(AUDIT)).map_err(failed("look at", out))?.is_some() => Some(out.to_owned()),
        _ => None,
    };
    let pointer = match &out {
        Some(out) => Pointer::read(disk, out)?.map_err(|problem| StoreError::damaged(out, problem))?,
        None => None,
    };
    Ok(Place { run: path.to_owned(), out, area, pointer })
}

/// The trail; a missing one is a problem, an unfinished last line (somebody is publishing) is not.
fn read_trail(disk: &dyn Disk, out: &Path) -> Result<Result<Trail, String>, StoreError> {
    let path = out.join(AUDIT);
    if disk.kind(&path).map_err(failed("look at", &path))?.is_none() {
        return Ok(Err(format!("{AUDIT} is missing")));
    }
    Trail::read(disk, out)
}

/// Checks the files of a run folder against its manifest: the manifest and its hash, or everything that is wrong.
pub(super) fn check_run_folder(disk: &dyn Disk, folder: &Path) -> Result<Result<(Manifest, String), Vec<String>>, StoreError> {
    let path = folder.join(MANIFEST);
    if disk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::File) {
        return Ok(Err(vec![format!("{MANIFEST} is missing")]));
    }
    let bytes = read(disk, &path, MAXIMUM_MANIFEST)?;
    let manifest = match Manifest::parse(&bytes) {
        Ok(manifest) => manifest,
        Err(problem) => return Ok(Err(vec![problem])),
    };
    let mut problems = Vec::new();
    let mut unseen: Vec<&str> = manifest.outputs.iter().map(|output| output.name.as_str()).collect();
    for (name, kind) in files_below(disk, folder)? {
        let entry = manifest.output(&name);
        unseen.retain(|expected| *expected != name);
        match entry {
            _ if name == MANIFEST => {}
            Some(_) if kind != EntryKind::File => problems.push(format!("`{name}` is not a regular file")),
            Some(entry) => {
                let (sha256, length) = sha256(disk, &folder.join(&name))?;
                if (&sha256, length) != (&entry.sha256, entry.bytes) {
                    problems.push(format!("`{name}` was changed"));
                }
            }
            None => problems.push(format!("`{name}` is not part of the run")),
        }
    }
    problems.extend(unseen.into_iter().map(|name| format!("`{name}` is missing")));
    if problems.is_empty() { Ok(Ok((manifest, sha256_hex(&bytes)))) } else { Ok(Err(problems)) }
}

/// Everything below a folder that is not a folder, by name relative to it.
fn files_below(disk: &dyn Disk, folder: &Path) -> Result<Vec<(String, EntryKind)>, StoreError> {
    let mut files = Vec::new();
    let mut waiting = vec![String::new()];
    while let Some(relative) = waiting.pop() {
        let here = folder.join(&relative);
        for (name, kind) in disk.list(&here).map_err(failed("list the folder", &here))? {
            let name = name.to_string_lossy();
            let name = if relative.is_empty() { name.into_owned() } else { format!("{relative}/{name}") };
            if kind == EntryKind::Folder { waiting.push(name) } else { files.push((name, kind)) }
        }
    }
    files.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    Ok(files)
}
