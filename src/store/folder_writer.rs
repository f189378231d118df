//! Writes a folder of files that can be made again at will, such as the synthetic county.
//!
//! What comes in: relative names and closures that write. What goes out: files that only their owner may read.
//! What always holds: a folder that holds anything `fwt` did not write is refused, and only files that `fwt` wrote are
//! ever removed: each name stands in the marker file before the file is made. Nothing here survives a power cut for
//! certain; a published run does (see the `staging` module), and so does a folder that is replaced (`replaced_folder`).

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::disk::{Disk, DiskFile, EntryKind, create_folders, read};
use super::error::{StoreError, failed};
use super::input::check_path;
use super::places::refuse_inside_runs;
use super::real_disk::RealDisk;
use super::staging::check_name;

/// Marks a folder as made by `fwt` and lists its files, one a line. Hidden, so that no extract pattern matches it.
const MARKER: &str = ".fwt-made";
const MARKER_TITLE: &str = "Made by fwt: may be removed and made again. Files:";
const MAXIMUM_MARKER: u64 = 16 << 20;

/// A folder being written. Files may be put from several threads.
pub struct FolderWriter {
    folder: PathBuf,
    marker: Mutex<Box<dyn DiskFile>>,
    /// Whether each file is synced.
    durable: bool,
}

impl FolderWriter {
    /// Begins a folder: new, empty, or made by an earlier `FolderWriter`, whose files are then removed.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if it holds anything else or lies in a published run, [`StoreError::Io`] if the system says no.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        check_path(folder)?;
        refuse_inside_runs(folder)?;
        create_folders(&RealDisk, folder)?;
        clear(folder)?;
        let marker = folder.join(MARKER);
        let mut file = RealDisk.create_file(&marker).map_err(failed("create", &marker))?;
        writeln!(file, "{MARKER_TITLE}").map_err(failed("write", &marker))?;
        Ok(Self { folder: folder.to_owned(), marker: Mutex::new(file), durable: false })
    }

    /// The same, and each file survives a power cut once it was put. (Its name does once the folders are synced.)
    pub(super) fn create_durable(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self { durable: true, ..Self::create(folder)? })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes one file, named relative to the folder with `/` between folders.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a name that leaves the folder, [`StoreError::Io`] if it exists or the system says no.
    pub fn put<F>(&self, relative: &str, fill: F) -> Result<(), StoreError>
    where
        F: FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    {
        check_name(relative)?;
        let path = self.folder.join(relative);
        {
            let mut marker = self.marker.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(parent) = path.parent() {
                create_folders(&RealDisk, parent)?;
            }
            marker.write_all(format!("{relative}\n").as_bytes()).map_err(failed("write", &path))?;
        }
        let created = RealDisk.create_file(&path).map_err(failed("create", &path))?;
        let mut buffered = BufWriter::with_capacity(1 << 20, created);
        fill(&mut buffered).and_then(|()| buffered.flush()).map_err(failed("write", &path))?;
        let mut written = buffered.into_inner().map_err(|error| failed("write", &path)(error.into_error()))?;
        if self.durable { written.sync().map_err(failed("sync", &path)) } else { Ok(()) }
    }

    /// Makes the marker and the names of all files durable.
    pub(super) fn sync(self) -> Result<(), StoreError> {
        let mut marker = self.marker.into_inner().unwrap_or_else(PoisonError::into_inner);
        marker.sync().map_err(failed("sync", &self.folder))?;
        let (_, folders) = walk(&self.folder)?;
        for folder in folders.iter().rev().map(|folder| self.folder.join(folder)).chain([self.folder.clone()]) {
            RealDisk.sync_folder(&folder).map_err(failed("sync the folder", &folder))?;
        }
        Ok(())
    }
}

/// What stands in a folder that an earlier `FolderWriter` made, or that is empty: files and folders.
///
/// # Errors
/// [`StoreError::Refused`] if it holds anything else, [`StoreError::Io`].
pub(super) fn own(folder: &Path) -> Result<(BTreeSet<String>, Vec<String>), StoreError> {
    let marker = folder.join(MARKER);
    let listed = if RealDisk.kind(&marker).map_err(failed("look at", &marker))?.is_some() { own_files(&marker)? } else { BTreeSet::new() };
    let (files, folders) = walk(folder)?;
    if let Some(foreign) = files.iter().find(|file| !listed.contains(*file) && file.as_str() != MARKER) {
        return Err(StoreError::refused(folder, format!("holds `{foreign}`, which fwt did not write there: choose an empty folder")));
    }
    if listed.is_empty() && !folders.is_empty() && !files.contains(MARKER) {
        return Err(StoreError::refused(folder, "holds folders that fwt did not make: choose an empty folder"));
    }
    Ok((files, folders))
}

/// Empties a folder that holds nothing but what an earlier `FolderWriter` wrote; the marker goes last.
pub(super) fn clear(folder: &Path) -> Result<(), StoreError> {
    let (files, folders) = own(folder)?;
    for file in files.iter().filter(|file| file.as_str() != MARKER) {
        let path = folder.join(file);
        RealDisk.remove_file(&path).map_err(failed("remove", &path))?;
    }
    for inner in folders.iter().rev() {
        let path = folder.join(inner);
        RealDisk.remove_folder(&path).map_err(failed("remove", &path))?;
    }
    if files.contains(MARKER) {
        let marker = folder.join(MARKER);
        RealDisk.remove_file(&marker).map_err(failed("remove", &marker))?;
    }
    Ok(())
}

/// The names an earlier writer listed.
fn own_files(marker: &Path) -> Result<BTreeSet<String>, StoreError> {
    let bytes = read(&RealDisk, marker, MAXIMUM_MARKER)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    // An empty marker is one whose writer was killed before the first line.
    match lines.next() {
        None | Some(MARKER_TITLE) => Ok(lines.map(ToOwned::to_owned).collect()),
        Some(_) => Err(StoreError::refused(marker, "is not a marker of fwt: choose an empty folder")),
    }
}

/// Every file and every folder below, relative, folders before what is in them.
fn walk(folder: &Path) -> Result<(BTreeSet<String>, Vec<String>), StoreError> {
    let mut files = BTreeSet::new();
    let mut folders = Vec::new();
    let mut waiting = vec![String::new()];
    while let Some(relative) = waiting.pop() {
        let here = folder.join(&relative);
        for (name, kind) in RealDisk.list(&here).map_err(failed("list the folder", &here))? {
            let name =
                if relative.is_empty() { name.to_string_lossy().into_owned() } else { format!("{relative}/{}", name.to_string_lossy()) };
            if kind == EntryKind::Folder {
                folders.push(name.clone());
                waiting.push(name);
            } else {
                files.insert(name);
            }
        }
    }
    Ok((files, folders))
}
