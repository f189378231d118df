//! The register in one piece: carried to another folder and back.
//!
//! What comes in: an output folder, another folder. What goes out: there, an output folder of its own with the last final run, people's decisions and the secret behind
//! pseudonyms: all that the next month builds upon. What always holds: what was carried is byte for byte what was published, and is checked on the way; a folder that
//! holds anything else is refused; a crash leaves the other folder as it was or a run behind, never half a run.

use std::path::Path;

use super::audit::{AUDIT, DECIDE, Trail};
use super::disk::{Disk as _, EntryKind};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::history::{last_final, published_runs};
use super::lock::RunLock;
use super::places::refuse_inside_runs;
use super::real_disk::RealDisk;
use super::register_file::{RegisterAct, read_journal};
use super::republish::republish;
use super::secret::carry_secret;
use super::staging::Published;

/// Carries the register of `from` into `to`, which may hold an earlier state of the same register.
///
/// # Errors
/// [`StoreError::Refused`] if `from` has no final run, [`StoreError::Changed`] if `to` holds decisions that `from` does not; any [`StoreError`] of
/// reading and publishing.
pub fn carry_register(from: &Path, to: &Path) -> Result<Published, StoreError> {
    refuse_inside_runs(to)?;
    let Some(run) = last_final(from)? else {
        return Err(StoreError::refused(from, "holds no final run: there is nothing to build upon"));
    };
    // Before the run: a month that builds upon the run must find the decisions that it rests on.
    let journal = read_journal(from)?;
    let lock = RunLock::take(to, "register")?;
    let head = journal_head(from)?;
    // A killed call may have got the journal into its place and not into the audit trail.
    if lock.journal()? != journal || lock.journal_head_of_record().unwrap_or_default() != head {
        let act = RegisterAct { inputs: &sha256_hex(&journal), head: &head, outcome: "carried from another output folder" };
        lock.extend_journal(&journal, &act)?;
    }
    carry_secret(from, to)?;
    drop(lock);
    republish(&run.path, to)
}

/// The same into a folder in which nothing has been published, or only what an earlier call put there that was killed: a register that is restored replaces no other.
///
/// # Errors
/// [`StoreError::Refused`] if anything else was published there, and as [`carry_register`].
pub fn restore_register(from: &Path, to: &Path) -> Result<Published, StoreError> {
    let (runs, decisions) = (published_runs(to)?, read_journal(to)?);
    let of_backup = last_final(from)?.map(|run| run.manifest.run_id);
    let is_new = runs.is_empty() && decisions.is_empty();
    // The decisions go before the run.
    let is_begun = decisions == read_journal(from)? && runs.iter().all(|run| Some(&run.run_id) == of_backup.as_ref());
    if !(is_new || is_begun) {
        return Err(StoreError::refused(to, "holds runs or decisions already: restore into a new folder"));
    }
    carry_register(from, to)
}

/// The head of the journal as the audit trail names it last; empty before the first import.
fn journal_head(out: &Path) -> Result<String, StoreError> {
    let path = out.join(AUDIT);
    if RealDisk.kind(&path).map_err(failed("look at", &path))? != Some(EntryKind::File) {
        return Ok(String::new());
    }
    let trail = Trail::read(&RealDisk, out)?.map_err(|problem| StoreError::damaged(out, problem))?;
    Ok(trail.entries.iter().rfind(|entry| entry.action == DECIDE).map(|entry| entry.configuration.clone()).unwrap_or_default())
}
