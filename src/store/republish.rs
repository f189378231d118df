//! Publishes a published run once more, into another output folder, through the same commit.
//!
//! Why: it takes milliseconds where a run takes seconds, so the tests can kill it at every single system call
//! (reliability.md §7).

use std::path::Path;

use super::error::StoreError;
use super::lock::RunLock;
use super::run_folder::open_run;
use super::staging::{Published, Staging};

/// Publishes the run in `run` (a run folder, or an output folder's current run) into `out`.
///
/// # Errors
/// Any [`StoreError`]; the run that was current in `out` is untouched.
pub fn republish(run: &Path, out: &Path) -> Result<Published, StoreError> {
    let source = open_run(run)?;
    let manifest = &source.manifest;
    let lock = RunLock::take(out, &manifest.run_id)?;
    if let Some(published) = lock.already_published(&manifest.run_id)? {
        return Ok(published);
    }
    let needed = manifest.outputs.iter().map(|output| output.bytes).sum();
    let mut staging = Staging::begin(&lock, &manifest.run_id, needed)?;
    for output in &manifest.outputs {
        let bytes = source.bytes(&output.name)?;
        staging.put(&output.name, output.rows, |sink| sink.write_all(&bytes))?;
    }
    staging.commit(manifest.contents())
}
