//! A run in the making.
//!
//! What comes in: names and closures that write. What goes out: a folder of synced, read-back files, ready to commit.
//! What always holds: every file was hashed on its way in and read back after its sync; the folder is its owner's only;
//! what is not committed is removed when the value is dropped, or by the next run.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, DiskFile, create_folders, remove_tree, sha256};
use super::error::{StoreError, failed};
use super::hash::Hashing;
use super::lock::{Held, RunLock};
use super::manifest::{MANIFEST, OutputEntry};

pub(super) const STAGING_PREFIX: &str = ".staging-";

/// The staging folder's name of a run.
pub(super) fn staging_name(run_id: &str) -> String {
    format!("{STAGING_PREFIX}{run_id}")
}

/// A published run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its folder.
    pub path: PathBuf,
    /// Its id.
    pub run_id: String,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
    /// The head of the audit trail, to be kept elsewhere.
    pub audit_head: String,
    /// True if it stood there already.
    pub already: bool,
}

/// A run in the making; removed again unless committed.
pub struct Staging {
    pub(super) held: Arc<Held>,
    pub(super) run_id: String,
    pub(super) folder: PathBuf,
    pub(super) outputs: Vec<OutputEntry>,
    /// Folders inside, those above first.
    pub(super) folders: Vec<PathBuf>,
    needed: u64,
    written: u64,
    pub(super) committed: bool,
}

impl Staging {
    /// Begins a run of about `needed` bytes.
    ///
    /// # Errors
    /// [`StoreError::NoSpace`] if they would not fit, [`StoreError::Refused`] for an id that is no folder name,
    /// [`StoreError::Io`] if the disk says no.
    pub fn begin(lock: &RunLock, run_id: &str, needed: u64) -> Result<Self, StoreError> {
        Self::begin_in(lock, &lock.held.runs(), run_id, needed)
    }

    /// The same in a folder of the output folder that need not be that of the runs.
    pub(super) fn begin_in(lock: &RunLock, parent: &Path, run_id: &str, needed: u64) -> Result<Self, StoreError> {
        check_run_id(run_id)?;
        let held = Arc::clone(&lock.held);
        let free = held.disk.free_space(&held.out).map_err(failed("look at", &held.out))?;
        if free < needed {
            return Err(StoreError::NoSpace { path: held.out.clone(), needed, free });
        }
        let folder = parent.join(staging_name(run_id));
        held.name_holder(run_id)?;
        let staging = Self {
            folder: folder.clone(),
            run_id: run_id.to_owned(),
            outputs: Vec::new(),
            folders: Vec::new(),
            needed,
            written: 0,
            committed: false,
            held,
        };
        let made = remove_tree(staging.disk(), &folder)
            .and_then(|()| staging.disk().create_folder(&folder).map_err(failed("create the folder", &folder)));
        made.map_err(|error| staging.explain(error))?;
        Ok(staging)
    }

    /// Writes one file of the run. `rows` goes into the manifest.
    ///
    /// # Errors
    /// [`StoreError::NoSpace`] with what was needed if the disk is full, [`StoreError::NotStored`] if the disk does not
    /// give back what was written, [`StoreError::Refused`] for a name used twice or leading out, [`StoreError::Io`].
    pub fn put<F>(&mut self, name: &str, rows: Option<u64>, fill: F) -> Result<(), StoreError>
    where
        F: FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    {
        check_name(name)?;
        if name == MANIFEST || self.outputs.iter().any(|output| output.name == name) {
            return Err(StoreError::refused(Path::new(name), "is in the run already"));
        }
        let (sha256, bytes) = self.write(name, fill).map_err(|error| self.explain(error))?;
        self.written += bytes;
        self.outputs.push(OutputEntry { name: name.to_owned(), sha256, bytes, rows });
        Ok(())
    }

    /// The run id.
    #[must_use]
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    fn write<F>(&mut self, name: &str, fill: F) -> Result<(String, u64), StoreError>
    where
        F: FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    {
        let path = self.folder.join(name);
        self.make_folders_above(&path)?;
        let disk = self.held.disk.as_ref();
        let created = disk.create_file(&path).map_err(failed("create", &path))?;
        let mut sink = Hashing::new(BufWriter::with_capacity(1 << 20, created));
        fill(&mut sink).and_then(|()| sink.flush()).map_err(failed("write", &path))?;
        let (buffered, written_sha256, written) = sink.finish();
        let mut written_file: Box<dyn DiskFile> = buffered.into_inner().map_err(|error| failed("write", &path)(error.into_error()))?;
        // After a failed sync nobody knows what is on the disk: never try again, never go on.
        written_file.sync().map_err(failed("sync", &path))?;
        drop(written_file);
        if sha256(disk, &path)? == (written_sha256.clone(), written) {
            Ok((written_sha256, written))
        } else {
            Err(StoreError::NotStored { path })
        }
    }

    fn make_folders_above(&mut self, path: &Path) -> Result<(), StoreError> {
        let above: Vec<PathBuf> = path.ancestors().skip(1).take_while(|above| *above != self.folder).map(Path::to_owned).collect();
        for folder in above.into_iter().rev() {
            if !self.folders.contains(&folder) {
                create_folders(self.disk(), &folder)?;
                self.folders.push(folder);
            }
        }
        Ok(())
    }

    pub(super) fn disk(&self) -> &dyn Disk {
        self.held.disk.as_ref()
    }

    /// A full disk is told with what was needed.
    pub(super) fn explain(&self, error: StoreError) -> StoreError {
        if !error.is_full() {
            return error;
        }
        let free = self.disk().free_space(&self.held.out).unwrap_or(0);
        StoreError::NoSpace { path: self.held.out.clone(), needed: self.needed.max(self.written + 1), free }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.committed {
            // Best effort: the next run removes it otherwise.
            remove_tree(self.disk(), &self.folder).ok();
        }
    }
}

/// Refuses a run id that is not a plain folder name.
pub(super) fn check_run_id(run_id: &str) -> Result<(), StoreError> {
    let plain = run_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if plain && !run_id.is_empty() && run_id.len() <= 100 {
        Ok(())
    } else {
        Err(StoreError::refused(Path::new(run_id), "is not a run id: letters, digits, `-` and `_` only"))
    }
}

/// Refuses a name that could leave the folder it is meant for, or hide in it.
pub(super) fn check_name(name: &str) -> Result<(), StoreError> {
    let fits = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.= ".contains(&byte))
    };
    if name.len() <= 200 && name.split('/').all(fits) {
        Ok(())
    } else {
        Err(StoreError::refused(Path::new(name), "is not a name for a file: letters, digits, `-`, `_`, `.`, `=` and `/` between folders"))
    }
}
