//! The file of people's decisions: `register/decisions.jsonl` of an output folder.
//!
//! What comes in: all bytes of the journal, old and new. What goes out: the file, replaced in one step, and a line of the audit trail. What always holds: a crash leaves the
//! journal as it was before or as it is after, never a part of an import; old bytes are a beginning of the new ones; a journal that lost an
//! entry which the audit trail names is damaged.

use std::path::{Path, PathBuf};

use super::audit::{AUDIT, AuditEntry, DECIDE, Trail};
use super::disk::{Disk, EntryKind, create_folders, read, remove_tree, write_checked};
use super::error::{StoreError, failed};
use super::input::check_path;
use super::lock::{Held, RunLock};
use super::platform;
use super::real_disk::RealDisk;
use crate::clock;

const REGISTER: &str = "register";
const JOURNAL: &str = "decisions.jsonl";
const JOURNAL_IN_THE_MAKING: &str = ".decisions.partial";
/// Largest journal read: some half a million decisions.
const MAXIMUM_JOURNAL: u64 = 512 << 20;

/// What the audit trail says of an import.
#[derive(Clone, Debug)]
pub struct RegisterAct<'a> {
    /// One hash over the files that were imported.
    pub inputs: &'a str,
    /// Head of the journal after the import.
    pub head: &'a str,
    /// What was done, such as `12 decisions taken, 3 rows set aside`.
    pub outcome: &'a str,
}

/// The journal of an output folder, whether or not a run is at work; empty if nobody has decided anything.
///
/// # Errors
/// [`StoreError::Io`] if the system says no.
pub fn read_journal(out: &Path) -> Result<Vec<u8>, StoreError> {
    check_path(out)?;
    journal_of(&RealDisk, out)
}

/// The heads of the journal that the audit trail names, oldest first: the last entry of every import. To be read before the journal, which grows first.
///
/// # Errors
/// [`StoreError::Damaged`] if the audit trail was tampered with, [`StoreError::Io`].
pub fn recorded_decisions(out: &Path) -> Result<Vec<String>, StoreError> {
    check_path(out)?;
    let path = out.join(AUDIT);
    if RealDisk.kind(&path).map_err(failed("look at", &path))?.is_none() {
        return Ok(Vec::new());
    }
    let trail = Trail::read(&RealDisk, out)?.map_err(|problem| StoreError::damaged(out, problem))?;
    Ok(trail.entries.into_iter().filter(|entry| entry.action == DECIDE).map(|entry| entry.configuration).collect())
}

/// The moment and the account at work, for entries of the journal.
#[must_use]
pub fn moment_and_user() -> (String, String) {
    (clock::utc_now(), platform::user_name())
}

impl RunLock {
    /// The journal, durable as it is read: what is built upon it must not outlive it.
    ///
    /// # Errors
    /// [`StoreError::Io`] if the system says no.
    pub fn journal(&self) -> Result<Vec<u8>, StoreError> {
        self.held.journal()
    }

    /// The head of the journal that the audit trail names last; `None` before the first import.
    #[must_use]
    pub fn journal_head_of_record(&self) -> Option<String> {
        let state = self.held.state();
        state.trail.entries.iter().rfind(|entry| entry.action == DECIDE).map(|entry| entry.configuration.clone())
    }

    /// Puts new decisions behind the old ones, all of them or none, and records the act in the audit trail.
    ///
    /// # Errors
    /// [`StoreError::Changed`] if the journal is not the one the new bytes continue, [`StoreError::Io`], [`StoreError::NotStored`].
    pub fn extend_journal(&self, bytes: &[u8], act: &RegisterAct<'_>) -> Result<(), StoreError> {
        self.held.extend_journal(bytes, act)
    }
}

impl Held {
    fn journal(&self) -> Result<Vec<u8>, StoreError> {
        let disk = self.disk.as_ref();
        let folder = self.out.join(REGISTER);
        if disk.kind(&folder).map_err(failed("look at", &folder))? == Some(EntryKind::Folder) {
            // A killed import may have got its rename into memory only.
            disk.sync_folder(&folder).map_err(failed("sync the folder", &folder))?;
        }
        journal_of(disk, &self.out)
    }

    fn extend_journal(&self, bytes: &[u8], act: &RegisterAct<'_>) -> Result<(), StoreError> {
        let disk = self.disk.as_ref();
        let path = path_of(&self.out);
        if !bytes.starts_with(&self.journal()?) {
            return Err(StoreError::Changed { path });
        }
        let folder = self.out.join(REGISTER);
        create_folders(disk, &folder)?;
        let making = folder.join(JOURNAL_IN_THE_MAKING);
        remove_tree(disk, &making)?;
        let written =
            write_checked(disk, &making, bytes).and_then(|()| disk.rename_over(&making, &path).map_err(failed("rename", &making)));
        if let Err(error) = written {
            // Best effort: the next import removes it otherwise.
            disk.remove_file(&making).ok();
            return Err(error);
        }
        disk.sync_folder(&folder).map_err(failed("sync the folder", &folder))?;
        let (time, user) = moment_and_user();
        let entry = AuditEntry {
            time,
            user,
            action: DECIDE.to_owned(),
            inputs: act.inputs.to_owned(),
            configuration: act.head.to_owned(),
            outcome: act.outcome.to_owned(),
            ..AuditEntry::default()
        };
        self.state().trail.append(disk, &self.out, entry)?;
        Ok(())
    }
}

fn path_of(out: &Path) -> PathBuf {
    out.join(REGISTER).join(JOURNAL)
}

fn journal_of(disk: &dyn Disk, out: &Path) -> Result<Vec<u8>, StoreError> {
    let path = path_of(out);
    match disk.kind(&path).map_err(failed("look at", &path))? {
        None => Ok(Vec::new()),
        Some(EntryKind::File) => read(disk, &path, MAXIMUM_JOURNAL),
        Some(_) => Err(StoreError::damaged(&path, "it is not a file")),
    }
}
