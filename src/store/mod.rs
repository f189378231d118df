//! The one door to the disk: inputs are read, runs are published and verified here and nowhere else.
//!
//! What comes in: paths, and closures that write the files of a run. What goes out: verified bytes, published runs, or a
//! [`StoreError`] that names a path and a kind, never a file's content.
//!
//! What always holds (reliability.md, sections 4 and 5):
//! - a run is published whole or not at all; whatever is killed or fails, the last published run stays readable (P1);
//! - the next run recovers by itself (P2): [`RunLock::take`] clears what a killed run left and finishes what it had committed;
//! - one run at a time per output folder (P13); every file is its owner's only (P7); the audit trail is a hash chain (P12).
//!
//! ```text
//! out/LOCK                     held by the run at work; holder's name and process inside
//! out/runs/2012-10--3fa9…/     immutable: outputs and manifest.json
//! out/runs/.staging-…/         a run in the making; removed by the next run if its own could not
//! out/CURRENT                  "<run id> <sha256 of manifest.json> <head of the audit trail>"
//! out/audit.jsonl              one line per act, each holding the hash of the line before
//! out/claims/<id>/ and others written after a run, see the `after_run` module
//! out/STAR_KEY                 the secret behind the pseudonyms that leave with `fwt star`
//! out/register/decisions.jsonl what people decided, one line per decision, chained in the same way
//! ```
//!
//! A run is made in this order: [`RunLock::take`], [`RunLock::already_published`], [`Staging::begin`],
//! [`Staging::put`] for every file, [`Staging::commit`]. The files: `disk` says what a disk can do, `real_disk` does it,
//! `staging` and `commit` make a run, `recovery` mends after a crash, `verification` and `run_folder` read.
//!
//! Signals: a process killed by SIGINT, SIGTERM or SIGHUP ends at once, like one that is killed (neither `std` nor
//! `rustix` handles signals without unsafe code). What it leaves is a `.staging-…` folder that only its owner can read
//! and that the next run removes.

mod after_run;
mod audit;
mod carry;
mod commit;
mod config_files;
mod disk;
mod error;
mod folder_writer;
mod hash;
mod history;
mod input;
mod lock;
mod manifest;
mod places;
pub mod platform;
mod pointer;
mod real_disk;
mod recovery;
mod register_file;
mod replaced_folder;
mod republish;
mod run_folder;
mod secret;
mod single_file;
mod staging;
mod verification;

#[cfg(test)]
mod simulated_disk;
#[cfg(test)]
mod tests;

pub use after_run::{AfterRun, Area, RestsOn, WrittenAfterRun, open_after_run, written_after_runs};
pub use audit::AuditEntry;
pub use carry::{carry_register, restore_register};
pub use config_files::{config_files, read_config};
pub use error::StoreError;
pub use folder_writer::FolderWriter;
pub use hash::sha256_hex;
pub use history::{
    PublishedRun, final_run_of, final_runs, frozen_run_of, last_final, last_final_before, open_published, published_run, published_runs,
};
pub use input::{FolderEntry, InputFile, MAXIMUM_INPUT, exists, list_all, list_folder, read_input, stands_there};
pub use lock::RunLock;
pub use manifest::{InputEntry, LedgerEntry, Manifest, ManifestContents, NamedHash, OutputEntry, PreviousRun, RunKind};
pub use places::check_folders;
pub use register_file::{RegisterAct, moment_and_user, read_journal, recorded_decisions};
pub use replaced_folder::ReplacedFolder;
pub use republish::republish;
pub use run_folder::{RunFolder, open_run};
pub use secret::{KeptSecret, star_secret};
pub use single_file::{write_file, write_to_fill_in};
pub use staging::{Published, Staging};
pub use verification::{Verified, verify, verify_with_anchor};
