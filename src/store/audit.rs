//! The audit trail: who published what, when, from what; each line holds the hash of the line before (P12).
//!
//! What comes in: `audit.jsonl`. What goes out: its entries, or what is wrong with it.
//! What always holds: a line is appended whole and made durable before `CURRENT` names its hash; a line that a crash left
//! unfinished has no line end and was never named. Whoever can rewrite every file can rebuild the chain: what catches
//! that is the head, kept elsewhere (it is printed at the end of each run).

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk::{Disk, read};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;

pub(super) const AUDIT: &str = "audit.jsonl";
const MAXIMUM_AUDIT: u64 = 256 << 20;
/// The hash before the first line.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An act that decides which run is current.
pub(super) const PUBLISH: &str = "publish";
/// An earlier run became the current one again.
pub(super) const POINT_BACK: &str = "point-back";
/// Decisions of people were taken into the register: `inputs` is the hash of their files, `configuration` the head of the journal after it.
pub(super) const DECIDE: &str = "decide";
/// A folder was written after a run, such as claims: `run` is `claims/` and its id.
pub(super) const WRITE: &str = "write";
/// A run folder that no entry names was damaged and removed.
pub(super) const DISCARD: &str = "discard";

/// One line of the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Number of the line, from 1.
    pub seq: u64,
    /// UTC.
    pub time: String,
    /// Who ran `fwt`.
    pub user: String,
    /// What was done: `publish`, `point-back`, `discard`, `decide`, `write`.
    pub action: String,
    /// The run it was done to.
    pub run: String,
    /// SHA-256 of the run's manifest.
    pub manifest: String,
    /// One hash over the run's inputs.
    pub inputs: String,
    /// One hash over the run's configuration, schemas and state.
    pub configuration: String,
    /// How it ended, such as `published` or `published by the run after a crash`.
    pub outcome: String,
    /// Hash of the line before.
    pub prev: String,
    /// SHA-256 of `prev` followed by this line without its hash.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

impl AuditEntry {
    fn line(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers always serialise")
    }

    fn computed_hash(&self) -> String {
        let bare = Self { hash: String::new(), ..self.clone() };
        sha256_hex(format!("{}{}", self.prev, bare.line()).as_bytes())
    }

    /// True if the act decides which run is current.
    pub(super) fn points(&self) -> bool {
        self.action == PUBLISH || self.action == POINT_BACK
    }
}

/// The audit trail in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    pub(super) entries: Vec<AuditEntry>,
    /// Bytes of the whole lines.
    length: u64,
    /// Bytes after the last line end: an entry that a crash cut short.
    pub(super) unfinished: u64,
}

impl Trail {
    /// Reads and checks the chain.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines = bytes.get(..whole).unwrap_or_default();
        let mut trail = Self { entries: Vec::new(), length: whole as u64, unfinished: (bytes.len() - whole) as u64 };
        for (index, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let number = index as u64 + 1;
            let broken = |what: &str| format!("{AUDIT} line {number} {what}");
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let entry: AuditEntry = serde_json::from_slice(line).map_err(|_| broken("is not an audit entry"))?;
            if entry.line().as_bytes() != line || entry.hash != entry.computed_hash() {
                return Err(broken("was changed"));
            }
            if entry.seq != number || entry.prev != trail.head() {
                return Err(broken("does not follow the line before: a line was removed, added or moved"));
            }
            trail.entries.push(entry);
        }
        Ok(trail)
    }

    /// Reads the trail of an output folder.
    pub(super) fn read(disk: &dyn Disk, out: &Path) -> Result<Result<Self, String>, StoreError> {
        read(disk, &out.join(AUDIT), MAXIMUM_AUDIT).map(|bytes| Self::parse(&bytes))
    }

    /// The hash of the last line.
    pub(super) fn head(&self) -> &str {
        self.entries.last().map_or(BEGINNING, |entry| &entry.hash)
    }

    pub(super) fn holds(&self, hash: &str) -> bool {
        self.entries.iter().any(|entry| entry.hash == hash)
    }

    /// The entry that says which run is current.
    pub(super) fn last_pointing(&self) -> Option<&AuditEntry> {
        self.entries.iter().rfind(|entry| entry.points())
    }

    /// The last entry by which this run was published.
    pub(super) fn publication_of(&self, run_id: &str) -> Option<&AuditEntry> {
        self.entries.iter().rfind(|entry| entry.points() && entry.run == run_id)
    }

    /// Appends an entry and makes it durable; number, `prev` and hash are filled in. After a failure the file is cut to
    /// what it was, as far as the disk allows, so that nothing of a failed write or sync is ever built upon.
    pub(super) fn append(&mut self, disk: &dyn Disk, out: &Path, entry: AuditEntry) -> Result<String, StoreError> {
        let mut entry = AuditEntry { seq: self.entries.len() as u64 + 1, prev: self.head().to_owned(), ..entry };
        entry.hash = entry.computed_hash();
        let line = entry.line() + "\n";
        let path = out.join(AUDIT);
        if let Err(error) = self.append_line(disk, &path, line.as_bytes()) {
            disk.truncate(&path, self.length).ok();
            return Err(error);
        }
        self.length += line.len() as u64;
        let hash = entry.hash.clone();
        self.entries.push(entry);
        Ok(hash)
    }

    fn append_line(&self, disk: &dyn Disk, path: &Path, line: &[u8]) -> Result<(), StoreError> {
        let mut file = disk.append(path).map_err(failed("open", path))?;
        // One write: a crash leaves all of the line or a beginning of it without a line end.
        file.write_all(line).map_err(failed("write", path))?;
        file.sync().map_err(failed("sync", path))?;
        drop(file);
        let stored = read(disk, path, MAXIMUM_AUDIT)?;
        if stored.get(self.length as usize..) == Some(line) { Ok(()) } else { Err(StoreError::NotStored { path: path.to_owned() }) }
    }

    /// Removes the unfinished entry that a crash left.
    pub(super) fn cut_unfinished(&mut self, disk: &dyn Disk, out: &Path) -> Result<(), StoreError> {
        let path = out.join(AUDIT);
        if self.unfinished > 0 {
            disk.truncate(&path, self.length).map_err(failed("cut", &path))?;
            self.unfinished = 0;
        }
        Ok(())
    }

    /// Makes durable what a killed run may have appended without syncing.
    pub(super) fn sync(disk: &dyn Disk, out: &Path) -> Result<(), StoreError> {
        let path = out.join(AUDIT);
        disk.append(&path).and_then(|mut file| file.sync()).map_err(failed("sync", &path))
    }
}
