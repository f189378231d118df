//! Where a run may be published.
//!
//! What always holds: never inside the folder of the extracts, and on another machine's disk only if the officer says so.

use std::path::{Path, PathBuf};

use super::disk::{Disk, EntryKind};
use super::error::{StoreError, failed};
use super::input::{check_path, resolve};
use super::manifest::MANIFEST;
use super::platform;
use super::real_disk::RealDisk;

/// Checks the folders of a run before anything is read.
///
/// # Errors
/// [`StoreError::Refused`] if `data` is not a folder, if `out` lies in it, or if `out` is a network share (known on Linux)
/// and `allow_network_share` is false; [`StoreError::Io`] if they cannot be looked at.
pub fn check_folders(data: &Path, out: &Path, allow_network_share: bool) -> Result<(), StoreError> {
    let real_data = resolve(data)?;
    if RealDisk.kind(&real_data).map_err(failed("look at", data))? != Some(EntryKind::Folder) {
        return Err(StoreError::refused(data, "is not a folder"));
    }
    check_path(out)?;
    let (existing, real_out) = resolve_future(out)?;
    if real_out.starts_with(&real_data) {
        return Err(StoreError::refused(out, "lies inside the folder of the extracts: choose another output folder"));
    }
    if !allow_network_share && platform::is_network_share(&existing).map_err(failed("look at", &existing))? {
        return Err(StoreError::refused(
            out,
            "is on a network share, whose renames and locks promise less: publish to a local disk and copy, or give `--allow-network-share`",
        ));
    }
    Ok(())
}

/// Refuses a path inside a published run, at whatever depth.
pub(super) fn refuse_inside_runs(path: &Path) -> Result<(), StoreError> {
    let (existing, _) = resolve_future(path)?;
    for above in existing.ancestors() {
        if RealDisk.kind(&above.join(MANIFEST)).map_err(failed("look at", above))?.is_some() {
            return Err(StoreError::refused(path, "lies in a published run, which stays as it was published: choose another folder"));
        }
    }
    Ok(())
}

/// The nearest folder that exists, and the path as it will be once its missing folders are made.
fn resolve_future(path: &Path) -> Result<(PathBuf, PathBuf), StoreError> {
    let mut missing = Vec::new();
    let mut existing = path;
    while RealDisk.kind(existing).map_err(failed("look at", existing))?.is_none() {
        let Some(name) = existing.file_name() else {
            // Such as `new/..`: nothing sensible is meant by it.
            return Err(StoreError::refused(path, "cannot be an output folder: name it without `..`"));
        };
        missing.push(name);
        existing = match existing.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
    }
    let existing = resolve(existing)?;
    let future = missing.iter().rev().fold(existing.clone(), |path, name| path.join(name));
    Ok((existing, future))
}
