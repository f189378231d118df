//! The commit: from a staging folder to the published run.
//!
//! What always holds: everything in the run is durable before it is renamed into place, the rename before the audit line,
//! the audit line before `CURRENT`. A kill between any two steps leaves either a staging folder (removed by the next
//! run) or a whole run (whose commit the next run finishes). A failed sync is never tried again: what it was meant to
//! protect is withdrawn.

use super::audit::PUBLISH;
use super::disk::{remove_tree, write_checked};
use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::manifest::{MANIFEST, Manifest, ManifestContents, PreviousRun};
use super::staging::{Published, Staging};

impl Staging {
    /// Publishes the run.
    ///
    /// # Errors
    /// Any [`StoreError`]; the run that was current before is untouched and readable.
    pub fn commit(mut self, contents: ManifestContents) -> Result<Published, StoreError> {
        let previous = self
            .held
            .state()
            .current
            .as_ref()
            .map(|current| PreviousRun { run_id: current.run_id.clone(), manifest_sha256: current.manifest_sha256.clone() });
        let manifest = Manifest::new(&self.run_id, contents, std::mem::take(&mut self.outputs), previous);
        let bytes = manifest.to_bytes();
        let manifest_sha256 = sha256_hex(&bytes);
        self.seal(&bytes).map_err(|error| self.explain(error))?;

        let path = self.held.runs().join(&self.run_id);
        match self.disk().rename_new(&self.folder, &path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                if let Some(published) = self.held.already_published(&self.run_id)? {
                    return Ok(published);
                }
                // A damaged folder of that name, never published, was in the way and is gone.
                self.disk().rename_new(&self.folder, &path).map_err(failed("rename", &self.folder))?;
            }
            other => other.map_err(failed("rename", &self.folder))?,
        }
        self.record(&manifest, &manifest_sha256).map_err(|error| self.explain(error))?;
        self.committed = true;
        let audit_head = self.held.state().trail.head().to_owned();
        Ok(Published { path, run_id: self.run_id.clone(), manifest_sha256, audit_head, already: false })
    }

    /// Step 5: the manifest, then every name in the staging folder, innermost folders first.
    pub(super) fn seal(&self, manifest: &[u8]) -> Result<(), StoreError> {
        write_checked(self.disk(), &self.folder.join(MANIFEST), manifest)?;
        for folder in self.folders.iter().rev().chain([&self.folder]) {
            self.disk().sync_folder(folder).map_err(failed("sync the folder", folder))?;
        }
        Ok(())
    }

    /// Steps 6 (second half) to 8: the run's name, the audit line, `CURRENT`.
    fn record(&self, manifest: &Manifest, manifest_sha256: &str) -> Result<(), StoreError> {
        let runs = self.held.runs();
        if let Err(error) = self.disk().sync_folder(&runs) {
            self.withdraw();
            return Err(failed("sync the folder", &runs)(error));
        }
        let mut state = self.held.state();
        let entries = state.trail.entries.len();
        let outcome = state.publish(self.disk(), &self.held.out, PUBLISH, "published", manifest, manifest_sha256);
        if outcome.is_err() && state.trail.entries.len() == entries {
            // Not recorded. (Recorded but not pointed at, the next run finishes it.)
            self.withdraw();
        }
        outcome
    }

    /// Takes a run that was renamed into place back into staging, where dropping removes it. As far as the disk allows:
    /// a whole run that stays is published by the next one.
    fn withdraw(&self) {
        self.disk().rename_new(&self.held.runs().join(&self.run_id), &self.folder).ok();
        remove_tree(self.disk(), &self.folder).ok();
    }
}
