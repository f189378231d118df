//! Writes one file that the user named, such as the page of an evaluation.
//!
//! What comes in: a path and the content. What goes out: the file, its owner's only. What always holds: it is there whole or not at all; a published run
//! stays as it was published.

use std::path::Path;

use super::audit::AUDIT;
use super::disk::{Disk as _, EntryKind, create_folders, write_checked};
use super::error::{StoreError, failed};
use super::input::{check_path, resolve};
use super::places::refuse_inside_runs;
use super::real_disk::RealDisk;

/// Endings of pages and tables that people ask for.
const ASKED_FOR: [&str; 4] = ["html", "csv", "xlsx", "json"];

/// Writes a file, in one step replacing one of the same name.
///
/// # Errors
/// [`StoreError::Refused`] if the name is a folder's, lies in a published run or among what `fwt` keeps in an output folder, [`StoreError::Io`] if the system says no.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    check_path(path)?;
    let Some(name) = path.file_name() else { return Err(StoreError::refused(path, "is no name of a file")) };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folders(&RealDisk, folder)?;
    refuse_inside_runs(folder)?;
    refuse_in_place_of_own(path, folder, name)?;
    if RealDisk.kind(path).map_err(failed("look at", path))?.is_some_and(|kind| kind != EntryKind::File) {
        return Err(StoreError::refused(path, "is in the way: it is not a file"));
    }
    let mut partial = std::ffi::OsString::from(".");
    partial.push(name);
    partial.push(".partial");
    let partial = folder.join(partial);
    if RealDisk.kind(&partial).map_err(failed("look at", &partial))?.is_some() {
        RealDisk.remove_file(&partial).map_err(failed("remove", &partial))?;
    }
    write_checked(&RealDisk, &partial, content)?;
    RealDisk.rename_over(&partial, path).map_err(failed("rename", &partial))?;
    RealDisk.sync_folder(folder).map_err(failed("sync the folder", folder))
}

/// Refuses to replace what `fwt` itself keeps in an output folder: pages and tables that people asked for end in one of [`ASKED_FOR`], its own files do not.
fn refuse_in_place_of_own(path: &Path, folder: &Path, name: &std::ffi::OsStr) -> Result<(), StoreError> {
    let folder = resolve(folder)?;
    let mut is_output = false;
    for above in folder.ancestors() {
        is_output |= RealDisk.kind(&above.join(AUDIT)).map_err(failed("look at", above))?.is_some();
    }
    let is_asked_for = Path::new(name).extension().is_some_and(|ending| ASKED_FOR.iter().any(|known| ending.eq_ignore_ascii_case(known)));
    if is_output && !is_asked_for {
        return Err(StoreError::refused(
            path,
            "would stand among what fwt keeps in its output folder: choose a name ending in .html, .csv, .xlsx or .json, or another folder",
        ));
    }
    Ok(())
}
