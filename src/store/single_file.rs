//! Writes one file that the user named, such as the page of an evaluation.
//!
//! What comes in: a path and the content. What goes out: the file, its owner's only. What always holds: it is there whole or not at all; a published run
//! stays as it was published; what people have typed into a file that they were given is not lost.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::audit::AUDIT;
use super::disk::{Disk as _, EntryKind, create_folders, read, sha256, write_checked};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::input::{check_path, resolve};
use super::places::refuse_inside_runs;
use super::real_disk::RealDisk;

/// Endings of pages and tables that people ask for.
const ASKED_FOR: [&str; 4] = ["html", "csv", "xlsx", "json"];

/// Written beside a file that people fill in: the hash of what was written, by which is known later that nobody did.
const AS_WRITTEN: &str = ".as-written";
const MAXIMUM_AS_WRITTEN: u64 = 4096;

/// Writes a file, in one step replacing one of the same name.
///
/// # Errors
/// [`StoreError::Refused`] if the name is a folder's, lies in a published run or among what `fwt` keeps in an output folder, [`StoreError::Io`] if the system says no.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let (folder, name) = place(path)?;
    replace(path, folder, name, content)
}

/// Writes a file for people to fill in, such as a workbook of decisions. One of the same name is replaced in one step, if it is as it was written or if `over_filled_in` is true.
///
/// # Errors
/// [`StoreError::FilledIn`] if the file there is not as it was written; [`StoreError::Locked`] if another call is writing it; as [`write_file`].
pub fn write_to_fill_in(path: &Path, content: &[u8], over_filled_in: bool) -> Result<(), StoreError> {
    let (folder, name) = place(path)?;
    let as_written = folder.join(hidden(name, AS_WRITTEN));
    let filled_in = || StoreError::FilledIn { path: path.to_owned() };
    let hash = sha256_hex(content);
    let found = || match RealDisk.kind(path).map_err(failed("look at", path))? {
        Some(_) => Ok(Some(sha256(&RealDisk, path)?.0).filter(|found| *found != hash)),
        None => Ok(None),
    };
    // Before the lock, which would put a file beside somebody else's.
    if !over_filled_in && found()?.is_some() && RealDisk.kind(&as_written).map_err(failed("look at", &as_written))?.is_none() {
        return Err(filled_in());
    }
    let Some(mut lock) = RealDisk.lock(&as_written).map_err(failed("lock", &as_written))? else {
        return Err(StoreError::Locked { out: path.to_owned(), holder: "the same file is being written".to_owned() });
    };
    let known = String::from_utf8_lossy(&read(&RealDisk, &as_written, MAXIMUM_AS_WRITTEN)?).into_owned();
    let found = found()?;
    let before = found.as_ref().filter(|found| known.lines().any(|line| line == *found));
    if !over_filled_in && found.is_some() && before.is_none() {
        return Err(filled_in());
    }
    // Both: after a kill here the file before is there still, and is nobody's work.
    let hashes: Vec<&str> = before.into_iter().chain([&hash]).map(String::as_str).collect();
    lock.rewrite(&hashes.join("\n")).map_err(failed("write", &as_written))?;
    replace(path, folder, name, content)
}

/// The folder and the name of a file that may be written.
fn place(path: &Path) -> Result<(&Path, &OsStr), StoreError> {
    check_path(path)?;
    let Some(name) = path.file_name() else { return Err(StoreError::refused(path, "is no name of a file")) };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folders(&RealDisk, folder)?;
    refuse_inside_runs(folder)?;
    refuse_in_place_of_own(path, folder, name)?;
    if RealDisk.kind(path).map_err(failed("look at", path))?.is_some_and(|kind| kind != EntryKind::File) {
        return Err(StoreError::refused(path, "is in the way: it is not a file"));
    }
    Ok((folder, name))
}

fn replace(path: &Path, folder: &Path, name: &OsStr, content: &[u8]) -> Result<(), StoreError> {
    let partial = folder.join(hidden(name, ".partial"));
    if RealDisk.kind(&partial).map_err(failed("look at", &partial))?.is_some() {
        RealDisk.remove_file(&partial).map_err(failed("remove", &partial))?;
    }
    write_checked(&RealDisk, &partial, content)?;
    RealDisk.rename_over(&partial, path).map_err(failed("rename", &partial))?;
    RealDisk.sync_folder(folder).map_err(failed("sync the folder", folder))
}

/// `.name.ending`, which no pattern matches.
fn hidden(name: &OsStr, ending: &str) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(ending);
    hidden
}

/// Refuses to replace what `fwt` itself keeps in an output folder: pages and tables that people asked for end in one of [`ASKED_FOR`], its own files do not.
fn refuse_in_place_of_own(path: &Path, folder: &Path, name: &OsStr) -> Result<(), StoreError> {
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
