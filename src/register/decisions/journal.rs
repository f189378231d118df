//! The journal of decisions: a chain of entries, each holding the hash of the one before.
//!
//! What comes in: the bytes of `decisions.jsonl`, or new entries. What goes out: entries, their head, the bytes to store. What always holds: a
//! journal that was cut, changed or reordered is refused; new entries stand behind the old ones, which keep their bytes; the journal up to an
//! earlier head can be had at any time, so that a month can be made again as its people had decided then.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Content, Entry};

/// The hash before the first entry.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// All decisions, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    entries: Vec<Entry>,
}

/// A decision that is not yet in the journal.
#[derive(Clone)]
pub struct NewEntry {
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// File it stands in, as named in messages.
    pub file: String,
    /// Line of that file.
    pub line: u64,
    /// What was decided.
    pub decision: Content,
}

/// Where new decisions come from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The moment, UTC.
    pub time: String,
    /// The account at work.
    pub user: String,
    /// SHA-256 of each file, by its name in messages.
    pub files: BTreeMap<String, String>,
}

/// Why a journal cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the register's journal {what}")]
pub struct JournalError {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: &'static str,
}

impl Journal {
    /// Reads and checks a journal.
    ///
    /// # Errors
    /// The first line that is no entry, was changed, or does not follow the line before.
    pub fn parse(bytes: &[u8]) -> Result<Self, JournalError> {
        let mut journal = Self::default();
        for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let broken = |what| JournalError { line: number, what };
            let line = line.strip_suffix(b"\n").ok_or(broken("is cut short"))?;
            let entry: Entry = serde_json::from_slice(line).map_err(|_| broken("is no decision that this version of fwt knows"))?;
            if entry.line_of().as_bytes() != line || entry.hash != entry.computed_hash() {
                return Err(broken("was changed"));
            }
            if entry.seq != number || entry.prev != journal.head() {
                return Err(broken("does not follow the line before: a line was removed, added or moved"));
            }
            if !entry.is_readable() {
                return Err(broken("is no decision that this version of fwt knows"));
            }
            journal.entries.push(entry);
        }
        Ok(journal)
    }

    /// The same of a journal that must hold the entries whose hashes are given, such as those that the audit trail names.
    ///
    /// # Errors
    /// As [`Journal::parse`], and if one of them is not there: only they tell that the end was cut off.
    pub fn parse_whole<'h>(bytes: &[u8], named: impl IntoIterator<Item = &'h str>) -> Result<Self, JournalError> {
        let journal = Self::parse(bytes)?;
        let held: BTreeSet<&str> = journal.entries.iter().map(|entry| entry.hash.as_str()).collect();
        // A register that was carried before anybody had decided anything has an empty name there.
        if named.into_iter().any(|hash| !hash.is_empty() && hash != BEGINNING && !held.contains(hash)) {
            let what = "is missing: it does not hold a decision that the audit trail names, it was cut or replaced";
            return Err(JournalError { line: journal.entries.len() as u64 + 1, what });
        }
        Ok(journal)
    }

    /// The hash of the last entry.
    #[must_use]
    pub fn head(&self) -> &str {
        self.entries.last().map_or(BEGINNING, |entry| &entry.hash)
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// True if nobody has decided anything yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The journal as it stood when `head` was its head; `None` if it never was.
    #[must_use]
    pub fn up_to(&self, head: &str) -> Option<Self> {
        if head == BEGINNING {
            return Some(Self::default());
        }
        let last = self.entries.iter().position(|entry| entry.hash == head)?;
        Some(Self { entries: self.entries.get(..=last)?.to_vec() })
    }

    /// The journal with new entries behind the old ones.
    #[must_use]
    pub fn with(&self, new: Vec<NewEntry>, origin: &Origin) -> Self {
        let mut journal = self.clone();
        for NewEntry { by, reason, file, line, decision } in new {
            let mut entry = Entry {
                seq: journal.entries.len() as u64 + 1,
                time: origin.time.clone(),
                user: origin.user.clone(),
                by,
                reason,
                file_sha256: origin.files.get(&file).cloned().unwrap_or_default(),
                file,
                line,
                decision,
                prev: journal.head().to_owned(),
                hash: String::new(),
            };
            entry.hash = entry.computed_hash();
            journal.entries.push(entry);
        }
        journal
    }

    /// The bytes to store.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in &self.entries {
            bytes.extend_from_slice(entry.line_of().as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }
}
