//! Writes one file that the user named, such as the page of an evaluation.
//!
//! What comes in: a path and the content. What goes out: the file, its owner's only. What always holds: it is there whole or not at all; a published run
//! stays as it was published.

use std::path::Path;

use super::disk::{Disk as _, EntryKind, create_folders, write_checked};
use super::error::{StoreError, failed};
use super::input::check_path;
use super::manifest::MANIFEST;
use super::real_disk::RealDisk;

/// Writes a file, in one step replacing one of the same name.
///
/// # Errors
/// [`StoreError::Refused`] if the name is a folder's or lies in a published run, [`StoreError::Io`] if the system says no.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    check_path(path)?;
    let Some(name) = path.file_name() else { return Err(StoreError::refused(path, "is no name of a file")) };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folders(&RealDisk, folder)?;
    if RealDisk.kind(&folder.join(MANIFEST)).map_err(failed("look at", folder))?.is_some() {
        return Err(StoreError::refused(path, "lies in a published run, which stays as it was published: choose another folder"));
    }
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
