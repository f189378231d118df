//! Writes a folder of files that can be made again at will, such as the synthetic county.
//!
//! What comes in: relative names and closures that write. What goes out: files that only their owner may read.
//! What always holds: a folder that holds anything `fwt` did not write is refused, and so is one that another command made or in which somebody has changed a file since. Only
//! files that `fwt` wrote are ever removed: each name stands in the marker file before the file is made, and its hash once it is whole. One writer at a time per folder: it
//! holds the lock on the marker. Nothing here survives a power cut for
//! certain; a published run does (see the `staging` module), and so does a folder that is replaced (`replaced_folder`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::disk::{Disk, DiskFile, DiskLock, EntryKind, create_folders, read, sha256};
use super::error::{StoreError, failed};
use super::hash::Hashing;
use super::input::check_path;
use super::places::refuse_inside_runs;
use super::real_disk::RealDisk;
use super::staging::check_name;

/// Marks a folder as made by a command of `fwt` and lists its files: each name on a line of its own, then the name and its hash. Hidden, so that no extract pattern matches it.
const MARKER: &str = ".fwt-made";
const TITLE_BEGINS: &str = "Made by fwt ";
const TITLE_ENDS: &str = ": may be removed and made again. Files:";
/// The title of versions that did not say which command had made a folder.
const TITLE_WITHOUT_MAKER: &str = "Made by fwt: may be removed and made again. Files:";
/// What such a marker lists where one of these commands made the folder. Of what people fill in the hashes are missing: it stays without a maker.
const SIGNS: [(&str, &str); 3] = [("truth/", "synth"), ("star.json", "star"), ("/quality.html", "agencies")];
const MAXIMUM_MARKER: u64 = 16 << 20;

/// A folder being written. Files may be put from several threads.
pub struct FolderWriter {
    folder: PathBuf,
    marker: Mutex<Box<dyn DiskFile>>,
    /// Whether each file is synced.
    durable: bool,
    /// On the marker; freed when this is dropped.
    _lock: Box<dyn DiskLock>,
}

impl FolderWriter {
    /// Begins a folder: new, empty, or made by an earlier `FolderWriter` of the same command, whose files are then removed. `maker` is the command, such as `synth`.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if it holds anything else, was made by another command or lies in a published run, [`StoreError::FilledIn`] if somebody changed a file in it,
    /// [`StoreError::Locked`] if another call is writing it, [`StoreError::Io`] if the system says no.
    pub fn create(folder: &Path, maker: &str) -> Result<Self, StoreError> {
        Self::begin(folder, maker, false)
    }

    /// The same, and files that somebody has changed since are replaced too.
    ///
    /// # Errors
    /// As [`FolderWriter::create`], but for [`StoreError::FilledIn`].
    pub fn create_over(folder: &Path, maker: &str) -> Result<Self, StoreError> {
        Self::begin(folder, maker, true)
    }

    /// The same as [`FolderWriter::create`], and each file survives a power cut once it was put. (Its name does once the folders are synced.)
    pub(super) fn create_durable(folder: &Path, maker: &str) -> Result<Self, StoreError> {
        Ok(Self { durable: true, ..Self::create(folder, maker)? })
    }

    fn begin(folder: &Path, maker: &str, over_changed: bool) -> Result<Self, StoreError> {
        check_path(folder)?;
        refuse_inside_runs(folder)?;
        create_folders(&RealDisk, folder)?;
        let marker = folder.join(MARKER);
        let (files, folders) = walk(folder)?;
        if !files.contains(MARKER) {
            // Before the lock, which would put a marker into somebody else's folder.
            refuse_foreign(folder, &BTreeMap::new(), &files, &folders)?;
        }
        let Some(lock) = RealDisk.lock(&marker).map_err(failed("lock", &marker))? else {
            return Err(StoreError::Locked { out: folder.to_owned(), holder: "the same folder is being written".to_owned() });
        };
        let own = own(folder, maker)?;
        if !over_changed {
            own.refuse_changed(folder)?;
        }
        own.remove_all_but_marker(folder)?;
        RealDisk.truncate(&marker, 0).map_err(failed("write", &marker))?;
        let mut file = RealDisk.append(&marker).map_err(failed("write", &marker))?;
        writeln!(file, "{TITLE_BEGINS}{maker}{TITLE_ENDS}").map_err(failed("write", &marker))?;
        Ok(Self { folder: folder.to_owned(), marker: Mutex::new(file), durable: false, _lock: lock })
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
        if let Some(parent) = path.parent() {
            create_folders(&RealDisk, parent)?;
        }
        self.mark(&path, &format!("{relative}\n"))?;
        let created = RealDisk.create_file(&path).map_err(failed("create", &path))?;
        let mut hashing = Hashing::new(BufWriter::with_capacity(1 << 20, created));
        fill(&mut hashing).and_then(|()| hashing.flush()).map_err(failed("write", &path))?;
        let (buffered, hash, _) = hashing.finish();
        let mut written = buffered.into_inner().map_err(|error| failed("write", &path)(error.into_error()))?;
        if self.durable {
            written.sync().map_err(failed("sync", &path))?;
        }
        self.mark(&path, &format!("{relative}\t{hash}\n"))
    }

    /// Adds a line to the marker.
    fn mark(&self, path: &Path, line: &str) -> Result<(), StoreError> {
        let mut marker = self.marker.lock().unwrap_or_else(PoisonError::into_inner);
        marker.write_all(line.as_bytes()).map_err(failed("write", path))
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

/// What stands in a folder that an earlier `FolderWriter` made, or that is empty.
pub(super) struct Own {
    files: BTreeSet<String>,
    folders: Vec<String>,
    /// Files as the marker has them, each with its hash if it was written whole.
    listed: BTreeMap<String, Option<String>>,
}

/// What stands in a folder that an earlier `FolderWriter` of the same command made, or that is empty.
///
/// # Errors
/// [`StoreError::Refused`] if it holds anything else or another command made it, [`StoreError::Io`].
pub(super) fn own(folder: &Path, maker: &str) -> Result<Own, StoreError> {
    let marker = folder.join(MARKER);
    let is_marked = RealDisk.kind(&marker).map_err(failed("look at", &marker))?.is_some();
    let (made_by, listed) = if is_marked { read_marker(&marker)? } else { (MadeBy::Nobody, BTreeMap::new()) };
    let (files, folders) = walk(folder)?;
    let holds_files = files.iter().any(|file| file != MARKER);
    match made_by {
        MadeBy::Command(other) if holds_files && other != maker => {
            let reason = format!("was made by `fwt {other}`, and only that command may replace it: choose another folder");
            return Err(StoreError::refused(folder, reason));
        }
        MadeBy::Unsaid if holds_files => {
            let reason = "was made by an earlier version of fwt, which did not say by which command: take it away or choose another folder";
            return Err(StoreError::refused(folder, reason));
        }
        _ => {}
    }
    refuse_foreign(folder, &listed, &files, &folders)?;
    Ok(Own { files, folders, listed })
}

impl Own {
    /// Refuses files that are not as they were written. One that was never written whole is nobody's work.
    fn refuse_changed(&self, folder: &Path) -> Result<(), StoreError> {
        for file in &self.files {
            let Some(Some(hash)) = self.listed.get(file) else { continue };
            let path = folder.join(file);
            if sha256(&RealDisk, &path)?.0 != *hash {
                return Err(StoreError::FilledIn { path });
            }
        }
        Ok(())
    }

    fn remove_all_but_marker(&self, folder: &Path) -> Result<(), StoreError> {
        for file in self.files.iter().filter(|file| file.as_str() != MARKER) {
            let path = folder.join(file);
            RealDisk.remove_file(&path).map_err(failed("remove", &path))?;
        }
        for inner in self.folders.iter().rev() {
            let path = folder.join(inner);
            RealDisk.remove_folder(&path).map_err(failed("remove", &path))?;
        }
        Ok(())
    }

    /// Empties the folder; the marker goes last.
    pub(super) fn clear(&self, folder: &Path) -> Result<(), StoreError> {
        self.remove_all_but_marker(folder)?;
        if self.files.contains(MARKER) {
            let marker = folder.join(MARKER);
            RealDisk.remove_file(&marker).map_err(failed("remove", &marker))?;
        }
        Ok(())
    }
}

/// Refuses what no `FolderWriter` wrote.
fn refuse_foreign(
    folder: &Path,
    listed: &BTreeMap<String, Option<String>>,
    files: &BTreeSet<String>,
    folders: &[String],
) -> Result<(), StoreError> {
    if let Some(foreign) = files.iter().find(|file| !listed.contains_key(*file) && file.as_str() != MARKER) {
        return Err(StoreError::refused(folder, format!("holds `{foreign}`, which fwt did not write there: choose an empty folder")));
    }
    if listed.is_empty() && !folders.is_empty() && !files.contains(MARKER) {
        return Err(StoreError::refused(folder, "holds folders that fwt did not make: choose an empty folder"));
    }
    Ok(())
}

/// Whom a marker names.
enum MadeBy {
    /// There is no marker, or its writer was killed before the first line.
    Nobody,
    /// An earlier version, which did not say, and its files do not either.
    Unsaid,
    Command(String),
}

/// Which command made a folder, and the files it listed.
fn read_marker(marker: &Path) -> Result<(MadeBy, BTreeMap<String, Option<String>>), StoreError> {
    let bytes = read(&RealDisk, marker, MAXIMUM_MARKER)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    let made_by = match lines.next() {
        None => MadeBy::Nobody,
        Some(TITLE_WITHOUT_MAKER) => MadeBy::Unsaid,
        Some(title) => match title.strip_prefix(TITLE_BEGINS).and_then(|title| title.strip_suffix(TITLE_ENDS)) {
            Some(maker) => MadeBy::Command(maker.to_owned()),
            None => return Err(StoreError::refused(marker, "is not a marker of fwt: choose an empty folder")),
        },
    };
    let mut listed = BTreeMap::new();
    for line in lines {
        match line.split_once('\t') {
            Some((name, hash)) => listed.insert(name.to_owned(), Some(hash.to_owned())),
            None => listed.insert(line.to_owned(), None),
        };
    }
    let sign = SIGNS.iter().find(|(sign, _)| listed.keys().any(|name| name.contains(sign)));
    match (made_by, sign) {
        (MadeBy::Unsaid, Some((_, maker))) => Ok((MadeBy::Command((*maker).to_owned()), listed)),
        (made_by, _) => Ok((made_by, listed)),
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
