//! Reads the files of a published run.
//!
//! What always holds: bytes are handed out only if they are the ones that were published.

use std::path::{Path, PathBuf};

use super::disk::Disk as _;
use super::disk::{EntryKind, read};
use super::error::StoreError;
use super::hash::sha256_hex;
use super::input::{check_path, resolve};
use super::manifest::{MANIFEST, MAXIMUM_MANIFEST, Manifest, PreviousRun};
use super::real_disk::RealDisk;
use super::verification::locate;

/// A published run, open for reading.
#[derive(Clone, Debug)]
pub struct RunFolder {
    /// Its folder.
    pub path: PathBuf,
    /// What it says about itself.
    pub manifest: Manifest,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
}

/// Opens the current run of an output folder, or the run in a run folder.
///
/// # Errors
/// [`StoreError::Refused`] if there is no run, [`StoreError::Damaged`] if its manifest is not the one `CURRENT` names or
/// no manifest at all, [`StoreError::Io`].
pub fn open_run(path: &Path) -> Result<RunFolder, StoreError> {
    check_path(path)?;
    let place = locate(&RealDisk, &resolve(path)?)?;
    let bytes = read(&RealDisk, &place.run.join(MANIFEST), MAXIMUM_MANIFEST)?;
    let manifest = Manifest::parse(&bytes).map_err(|problem| StoreError::damaged(&place.run, problem))?;
    let manifest_sha256 = sha256_hex(&bytes);
    let named = place.pointer.filter(|pointer| place.run.file_name().is_some_and(|name| name == pointer.run_id.as_str()));
    if named.is_some_and(|pointer| pointer.manifest_sha256 != manifest_sha256) {
        return Err(StoreError::damaged(&place.run, format!("{MANIFEST} is not the one that was published")));
    }
    Ok(RunFolder { path: place.run, manifest, manifest_sha256 })
}

impl RunFolder {
    /// The run as a manifest names it that was made from it.
    #[must_use]
    pub fn named(&self) -> PreviousRun {
        PreviousRun { run_id: self.manifest.run_id.clone(), manifest_sha256: self.manifest_sha256.clone() }
    }

    /// The bytes of a file, as published.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the run has no such file, [`StoreError::Damaged`] if it is gone or not as published,
    /// [`StoreError::Io`].
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let entry = self.manifest.output(name).ok_or_else(|| StoreError::refused(&self.path, format!("has no file `{name}`")))?;
        let path = self.path.join(name);
        if RealDisk.kind(&path).ok().flatten() != Some(EntryKind::File) {
            return Err(StoreError::damaged(&self.path, format!("`{name}` is missing")));
        }
        // A grown file is as damaged as a changed one.
        match read(&RealDisk, &path, entry.bytes) {
            Ok(bytes) if sha256_hex(&bytes) == entry.sha256 => Ok(bytes),
            Ok(_) | Err(StoreError::Refused { .. }) => Err(StoreError::damaged(&self.path, format!("`{name}` was changed"))),
            Err(error) => Err(error),
        }
    }
}
