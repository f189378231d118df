//! Whether the evidence that was signed off is still what was signed.
//!
//! What comes in: an output folder. What goes out: how many claims were checked, and every one whose evidence differs from the hash in the register. What always holds: also somebody who rewrites a folder with its manifest and
//! the audit trail is found, because the register's own chain holds the hash of the evidence.

use std::path::Path;

use super::ClaimsError;
use super::pack::{FILES, pack_sha256};
use crate::model::ClaimStage;
use crate::register::decisions::{Journal, Register};
use crate::store::{self, Area, PreviousRun, RunFolder};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct SignOffs {
    /// Claims whose evidence was checked.
    pub checked: usize,
    /// What is wrong, one line each.
    pub problems: Vec<String>,
}

/// Checks every claim that is not invalidated.
///
/// # Errors
/// [`ClaimsError`] if the register cannot be read.
pub fn check(out: &Path) -> Result<SignOffs, ClaimsError> {
    let register = Register::fold(Journal::parse(&store::read_journal(out)?)?.entries(), &|_| None);
    let mut found = SignOffs::default();
    if register.claims.is_empty() {
        return Ok(found);
    }
    let written = store::written_after_runs(out, Area::Claims)?;
    for ((window, family), state) in register.claims.iter().filter(|(_, state)| state.stage != ClaimStage::Invalidated) {
        let claim = format!("claim for {family} in {window} ({})", state.stage.name());
        found.checked += 1;
        let Some(folder) = written.iter().find(|folder| folder.run_id == state.last.folder) else {
            found.problems.push(format!("{claim}: its folder claims/{} was never written", state.last.folder));
            continue;
        };
        match evidence_sha256(out, folder, family) {
            Ok(sha256) if sha256 == state.last.pack_sha256 => {}
            Ok(_) => found.problems.push(format!("{claim}: the evidence is not that which the register names")),
            Err(error) => found.problems.push(format!("{claim}: {error}")),
        }
    }
    Ok(found)
}

/// The hash over a family's evidence as it stands.
fn evidence_sha256(out: &Path, folder: &PreviousRun, family: &str) -> Result<String, store::StoreError> {
    let opened: RunFolder = store::open_after_run(out, Area::Claims, folder)?;
    let [tests, evidence, members] = FILES.map(|file| opened.bytes(&format!("families/{family}/{file}")));
    Ok(pack_sha256([&tests?, &evidence?, &members?]))
}
