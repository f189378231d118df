//! One run at a time per output folder (P13).
//!
//! What always holds: the kernel frees the lock when its holder dies, so there are no stale locks; whoever holds it has
//! mended what a killed run left.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::audit::{AuditEntry, DISCARD, POINT_BACK, PUBLISH, Trail};
use super::disk::{Disk, DiskLock, EntryKind, create_folders, read, remove_tree};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::input::check_path;
use super::manifest::Manifest;
use super::platform;
use super::pointer::Pointer;
use super::real_disk::RealDisk;
use super::recovery;
use super::staging::{Published, check_run_id, staging_name};
use super::verification::check_run_folder;
use crate::clock;

const LOCK: &str = "LOCK";
pub(super) const RUNS: &str = "runs";

/// The right to publish into an output folder, until dropped.
pub struct RunLock {
    pub(super) held: Arc<Held>,
}

/// What the lock protects.
pub(super) struct Held {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) out: PathBuf,
    state: Mutex<State>,
    /// Freed when this is dropped.
    lock: Mutex<Box<dyn DiskLock>>,
}

/// What `CURRENT` and `audit.jsonl` say.
pub(super) struct State {
    pub(super) current: Option<Pointer>,
    pub(super) trail: Trail,
}

impl RunLock {
    /// Makes the output folder if need be, takes its lock and mends what an earlier run left behind when it was killed.
    /// `label` is what a contender is told about the holder, such as the run id or the month.
    ///
    /// # Errors
    /// [`StoreError::Locked`] at once if another run holds it, [`StoreError::Damaged`] if the audit trail was tampered
    /// with, [`StoreError::Io`] if the disk says no.
    pub fn take(out: &Path, label: &str) -> Result<Self, StoreError> {
        check_path(out)?;
        Self::take_on(Arc::new(RealDisk), out, label)
    }

    pub(super) fn take_on(disk: Arc<dyn Disk>, out: &Path, label: &str) -> Result<Self, StoreError> {
        create_folders(disk.as_ref(), out)?;
        let path = out.join(LOCK);
        let Some(mut lock) = disk.lock(&path).map_err(failed("lock", &path))? else {
            return Err(StoreError::Locked { out: out.to_owned(), holder: holder(disk.as_ref(), &path) });
        };
        lock.rewrite(&format!("{label} (process {})\n", std::process::id())).map_err(failed("write", &path))?;
        create_folders(disk.as_ref(), &out.join(RUNS))?;
        let state = recovery::recover(disk.as_ref(), out)?;
        Ok(Self { held: Arc::new(Held { disk, out: out.to_owned(), state: Mutex::new(state), lock: Mutex::new(lock) }) })
    }

    /// The run of this id if it is published already and whole; it is then the current one. A damaged folder of that name
    /// that was never published is removed.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it was published and is no longer what was published, [`StoreError::Io`].
    pub fn already_published(&self, run_id: &str) -> Result<Option<Published>, StoreError> {
        self.held.already_published(run_id)
    }
}

impl Held {
    pub(super) fn runs(&self) -> PathBuf {
        self.out.join(RUNS)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it holds the state")
    }

    pub(super) fn already_published(&self, run_id: &str) -> Result<Option<Published>, StoreError> {
        check_run_id(run_id)?;
        let disk = self.disk.as_ref();
        let path = self.runs().join(run_id);
        if disk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::Folder) {
            return Ok(None);
        }
        let mut state = self.state();
        let recorded = state.trail.publication_of(run_id).cloned();
        let (manifest, manifest_sha256) = match check_run_folder(disk, &path)? {
            Ok(checked) => checked,
            Err(problems) if recorded.is_some() => return Err(StoreError::Damaged { path, problems }),
            Err(_) => {
                let entry = AuditEntry { outcome: "was damaged and never published".to_owned(), ..describe(DISCARD, run_id, "", None) };
                state.trail.append(disk, &self.out, entry)?;
                let aside = self.runs().join(staging_name(run_id));
                remove_tree(disk, &aside)?;
                disk.rename_new(&path, &aside).map_err(failed("rename", &path))?;
                remove_tree(disk, &aside)?;
                return Ok(None);
            }
        };
        if recorded.as_ref().is_some_and(|entry| entry.manifest != manifest_sha256) {
            return Err(StoreError::damaged(&path, "its manifest is not the one that was published"));
        }
        let current = state.current.as_ref().is_some_and(|current| current.run_id == run_id && current.manifest_sha256 == manifest_sha256);
        if !current {
            let action = if recorded.is_some() { POINT_BACK } else { PUBLISH };
            state.publish(disk, &self.out, action, "was published already", &manifest, &manifest_sha256)?;
        }
        let audit_head = state.trail.head().to_owned();
        Ok(Some(Published { path, run_id: run_id.to_owned(), manifest_sha256, audit_head, already: true }))
    }

    /// Tells contenders what is being done under the lock.
    pub(super) fn name_holder(&self, label: &str) -> Result<(), StoreError> {
        let mut lock = self.lock.lock().expect("no thread panics while it writes the holder");
        lock.rewrite(&format!("{label} (process {})\n", std::process::id())).map_err(failed("write", &self.out.join(LOCK)))
    }
}

impl State {
    /// Steps 7 and 8 of the commit: the audit line, then `CURRENT`.
    pub(super) fn publish(
        &mut self,
        disk: &dyn Disk,
        out: &Path,
        action: &str,
        outcome: &str,
        manifest: &Manifest,
        manifest_sha256: &str,
    ) -> Result<(), StoreError> {
        let entry = AuditEntry { outcome: outcome.to_owned(), ..describe(action, &manifest.run_id, manifest_sha256, Some(manifest)) };
        self.trail.append(disk, out, entry)?;
        self.point(disk, out)
    }

    /// Points `CURRENT` at the run of the last entry.
    pub(super) fn point(&mut self, disk: &dyn Disk, out: &Path) -> Result<(), StoreError> {
        if let Some(entry) = self.trail.last_pointing() {
            let pointer = Pointer { run_id: entry.run.clone(), manifest_sha256: entry.manifest.clone(), audit_head: entry.hash.clone() };
            pointer.write(disk, out)?;
            self.current = Some(pointer);
        }
        Ok(())
    }
}

/// An audit entry of now, by this user.
pub(super) fn describe(action: &str, run_id: &str, manifest_sha256: &str, manifest: Option<&Manifest>) -> AuditEntry {
    let contents = manifest.map(Manifest::contents);
    AuditEntry {
        time: clock::utc_now(),
        user: platform::user_name(),
        action: action.to_owned(),
        run: run_id.to_owned(),
        manifest: manifest_sha256.to_owned(),
        inputs: contents.as_ref().map_or_else(|| sha256_hex(b""), super::manifest::ManifestContents::inputs_sha256),
        configuration: contents.as_ref().map_or_else(|| sha256_hex(b""), super::manifest::ManifestContents::configuration_sha256),
        ..AuditEntry::default()
    }
}

/// What the holder wrote. It may be writing just now, and a dead holder's words may still stand there: look twice.
fn holder(disk: &dyn Disk, path: &Path) -> String {
    std::thread::sleep(Duration::from_millis(30));
    let text = read(disk, path, 4096).map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()).unwrap_or_default();
    if text.is_empty() { "its name is not known".to_owned() } else { text }
}
