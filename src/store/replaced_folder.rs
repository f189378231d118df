//! Writes a folder that others read, and puts it in the place of the one before.
//!
//! What comes in: files, as for a [`FolderWriter`]. What goes out: the folder. What always holds: a reader finds the old folder or the new one, whole; for the moment between
//! two renames none, which no reader takes for a complete one. A kill leaves the old folder in place, or aside under a hidden name from which the next
//! call brings it back. One call at a time per folder. A folder that holds anything `fwt` did not write, or that another command made, is refused, before anything is written and again before it is replaced.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk::{Disk as _, DiskLock, EntryKind, create_folders};
use super::error::{StoreError, failed};
use super::folder_writer::{FolderWriter, own};
use super::input::check_path;
use super::places::refuse_inside_runs;
use super::real_disk::RealDisk;

/// A folder in the making.
pub struct ReplacedFolder {
    folder: PathBuf,
    maker: &'static str,
    aside: PathBuf,
    making: PathBuf,
    writer: FolderWriter,
    /// Freed when this is dropped.
    _lock: Box<dyn DiskLock>,
}

impl ReplacedFolder {
    /// Begins the folder's successor beside it. `maker` is the command, such as `star`.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the folder holds what `fwt` did not write, was made by another command, lies in a published run or is a link; [`StoreError::Locked`]
    /// if another call is writing it; [`StoreError::Io`].
    pub fn begin(folder: &Path, maker: &'static str) -> Result<Self, StoreError> {
        check_path(folder)?;
        let Some(name) = folder.file_name() else { return Err(StoreError::refused(folder, "is no name of a folder")) };
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        create_folders(&RealDisk, parent)?;
        refuse_inside_runs(parent)?;
        let beside = |ending: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(ending);
            parent.join(hidden)
        };
        let (making, aside) = (beside(".making"), beside(".before"));
        let lock_file = beside(".lock");
        let Some(mut lock) = RealDisk.lock(&lock_file).map_err(failed("lock", &lock_file))? else {
            return Err(StoreError::Locked { out: folder.to_owned(), holder: "the same folder is being written".to_owned() });
        };
        lock.rewrite(&format!("process {}\n", std::process::id())).map_err(failed("write", &lock_file))?;
        let there = kind(folder)?;
        if kind(&aside)?.is_some() {
            // A call was killed between its two renames, or while it removed what it had replaced.
            own(&aside, maker)?;
            if there.is_none() {
                RealDisk.rename_new(&aside, folder).map_err(failed("rename", &aside))?;
            } else {
                remove(&aside, maker)?;
            }
        }
        match kind(folder)? {
            None => {}
            Some(EntryKind::Folder) => {
                own(folder, maker)?;
            }
            Some(_) => return Err(StoreError::refused(folder, "is in the way: it is not a folder")),
        }
        let writer = FolderWriter::create_durable(&making, maker)?;
        Ok(Self { folder: folder.to_owned(), maker, aside, making, writer, _lock: lock })
    }

    /// Writes one file, named relative to the folder with `/` between folders.
    ///
    /// # Errors
    /// As [`FolderWriter::put`].
    pub fn put<F>(&self, relative: &str, fill: F) -> Result<(), StoreError>
    where
        F: FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    {
        self.writer.put(relative, fill)
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// As [`ReplacedFolder::begin`]; the folder that was there is there still, or comes back with the next call.
    pub fn finish(self) -> Result<PathBuf, StoreError> {
        self.writer.sync()?;
        let parent = self.folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if kind(&self.folder)?.is_some() {
            own(&self.folder, self.maker)?;
            RealDisk.rename_new(&self.folder, &self.aside).map_err(failed("rename", &self.folder))?;
        }
        RealDisk.rename_new(&self.making, &self.folder).map_err(failed("rename", &self.making))?;
        RealDisk.sync_folder(parent).map_err(failed("sync the folder", parent))?;
        if kind(&self.aside)?.is_some() {
            remove(&self.aside, self.maker)?;
        }
        Ok(self.folder)
    }
}

fn kind(path: &Path) -> Result<Option<EntryKind>, StoreError> {
    RealDisk.kind(path).map_err(failed("look at", path))
}

fn remove(folder: &Path, maker: &str) -> Result<(), StoreError> {
    own(folder, maker)?.clear(folder)?;
    RealDisk.remove_folder(folder).map_err(failed("remove", folder))
}
