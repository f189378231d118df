//! What every run does first: mends what an earlier one left when it was killed (P2).
//!
//! What comes in: an output folder under lock, in any state a crash or power cut can leave. What goes out: the same
//! folder at rest. What always holds: the last entry of the audit trail decides which run is current; a run whose folder
//! is in place was fully synced before, so finishing its commit is safe, and it is finished.

use std::path::Path;

use super::after_run;
use super::audit::{AUDIT, PUBLISH, Trail};
use super::disk::{Disk, EntryKind, read, remove_tree, write_checked};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::lock::{RUNS, State};
use super::manifest::{MANIFEST, MAXIMUM_MANIFEST, Manifest, PreviousRun};
use super::pointer::{CURRENT, CURRENT_IN_THE_MAKING, Pointer};
use super::staging::STAGING_PREFIX;
use super::verification::check_run_folder;

/// Brings the output folder to rest.
pub(super) fn recover(disk: &dyn Disk, out: &Path) -> Result<State, StoreError> {
    let runs = out.join(RUNS);
    for (name, _) in disk.list(&runs).map_err(failed("list the folder", &runs))? {
        if name.to_string_lossy().starts_with(STAGING_PREFIX) {
            remove_tree(disk, &runs.join(name))?;
        }
    }
    remove_tree(disk, &out.join(CURRENT_IN_THE_MAKING))?;

    let current = Pointer::read(disk, out)?;
    let trail = open_trail(disk, out, current != Ok(None))?;
    if let Ok(Some(pointer)) = &current
        && !trail.holds(&pointer.audit_head)
    {
        return Err(StoreError::damaged(out, format!("{AUDIT} does not hold the entry that {CURRENT} names: it was cut or replaced")));
    }
    // A killed run may have got these into memory only, and what follows builds upon them.
    Trail::sync(disk, out)?;
    disk.sync_folder(&runs).map_err(failed("sync the folder", &runs))?;
    disk.sync_folder(out).map_err(failed("sync the folder", out))?;

    let mut state = State { current: current.unwrap_or(None), trail };
    finish_interrupted_commit(disk, out, &mut state)?;
    mend_pointer(disk, out, &mut state)?;
    after_run::recover(disk, out, &mut state)?;
    Ok(state)
}

/// The trail without an unfinished last line; begun if there is none yet.
fn open_trail(disk: &dyn Disk, out: &Path, published_before: bool) -> Result<Trail, StoreError> {
    let path = out.join(AUDIT);
    if disk.kind(&path).map_err(failed("look at", &path))?.is_none() {
        if published_before {
            return Err(StoreError::damaged(out, format!("{AUDIT} is missing")));
        }
        write_checked(disk, &path, b"")?;
    }
    let mut trail = Trail::read(disk, out)?.map_err(|problem| StoreError::damaged(out, problem))?;
    trail.cut_unfinished(disk, out)?;
    Ok(trail)
}

/// Publishes the run that was renamed into place but not yet recorded. The protocol leaves one at most, and it names the
/// run that is current now as its predecessor; any other folder that no entry names is not ours to judge and stays.
fn finish_interrupted_commit(disk: &dyn Disk, out: &Path, state: &mut State) -> Result<(), StoreError> {
    let runs = out.join(RUNS);
    for (name, kind) in disk.list(&runs).map_err(failed("list the folder", &runs))? {
        let Some(run_id) = name.to_str().filter(|name| kind == EntryKind::Folder && state.trail.publication_of(name).is_none()) else {
            continue;
        };
        let folder = runs.join(run_id);
        let predecessor =
            state.trail.last_pointing().map(|entry| PreviousRun { run_id: entry.run.clone(), manifest_sha256: entry.manifest.clone() });
        if let Ok((manifest, manifest_sha256)) = check_run_folder(disk, &folder)?
            && manifest.run_id == run_id
            && manifest.previous == predecessor
        {
            state.publish(disk, out, PUBLISH, "published by the run after an interruption", &manifest, &manifest_sha256)?;
            return Ok(());
        }
    }
    Ok(())
}

/// Points `CURRENT` at the run of the last entry, if that run stands there as recorded and `CURRENT` says otherwise.
fn mend_pointer(disk: &dyn Disk, out: &Path, state: &mut State) -> Result<(), StoreError> {
    let Some(entry) = state.trail.last_pointing() else { return Ok(()) };
    let pointed = state.current.as_ref().is_some_and(|current| {
        current.run_id == entry.run && current.manifest_sha256 == entry.manifest && current.audit_head == entry.hash
    });
    let path = out.join(RUNS).join(&entry.run).join(MANIFEST);
    let stands = || -> Result<bool, StoreError> {
        if disk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::File) {
            return Ok(false);
        }
        let bytes = read(disk, &path, MAXIMUM_MANIFEST)?;
        Ok(sha256_hex(&bytes) == entry.manifest && Manifest::parse(&bytes).is_ok())
    };
    if pointed || !stands()? { Ok(()) } else { state.point(disk, out) }
}
