//! The secret of an output folder, behind the pseudonyms that leave it.
//!
//! What comes in: an output folder. What goes out: its secret, made at the first call. What always holds: the file is its owner's only, or it is refused; of two calls
//! that make one at the same time both get the same; a file that is not a whole secret is refused and never replaced, because a new secret would quietly change every pseudonym.

use std::path::Path;

use super::disk::{Disk as _, EntryKind, read, write_checked};
use super::error::{StoreError, failed};
use super::input::check_path;
use super::platform;
use super::real_disk::RealDisk;
use crate::model::ids::hex;
use crate::model::pseudonym::{SECRET_BYTES, Secret};

const STAR_KEY: &str = "STAR_KEY";

/// A secret, and whether it is new.
pub struct KeptSecret {
    /// The secret.
    pub secret: Secret,
    /// True if it was made by this call.
    pub is_new: bool,
}

/// The output folder's secret for pseudonyms, from `STAR_KEY`; made from the system's randomness if there is none.
///
/// # Errors
/// [`StoreError::Refused`] if the file is not a secret or others may read it, [`StoreError::Io`], [`StoreError::NotStored`].
pub fn star_secret(out: &Path) -> Result<KeptSecret, StoreError> {
    check_path(out)?;
    let path = out.join(STAR_KEY);
    let is_new = match RealDisk.kind(&path).map_err(failed("look at", &path))? {
        Some(EntryKind::File) => false,
        Some(_) => return Err(StoreError::refused(&path, "is not a file")),
        None => {
            let bytes = platform::random_bytes::<SECRET_BYTES>().map_err(failed("get random bytes for", &path))?;
            keep_secret(out, &path, format!("{}\n", hex(&bytes)).as_bytes())?
        }
    };
    Ok(KeptSecret { secret: read_secret(&path)?, is_new })
}

/// Carries the secret of an output folder, if it has one, into another: pseudonyms stay the same there.
///
/// # Errors
/// [`StoreError::Refused`] if it is not a secret, others may read it, or the other folder has one of its own; [`StoreError::Io`], [`StoreError::NotStored`].
pub(super) fn carry_secret(from: &Path, to: &Path) -> Result<(), StoreError> {
    let (source, target) = (from.join(STAR_KEY), to.join(STAR_KEY));
    if RealDisk.kind(&source).map_err(failed("look at", &source))?.is_none() {
        return Ok(());
    }
    read_secret(&source)?;
    let text = read(&RealDisk, &source, 4096)?;
    if RealDisk.kind(&target).map_err(failed("look at", &target))?.is_none() {
        keep_secret(to, &target, &text)?;
    }
    if read(&RealDisk, &target, 4096)? == text {
        Ok(())
    } else {
        Err(StoreError::refused(&target, "is another secret than that of the register: its pseudonyms would change"))
    }
}

/// Puts the secret in its place; false if another call was faster. A killed call leaves a file that was never used and that only its owner can read.
fn keep_secret(out: &Path, path: &Path, text: &[u8]) -> Result<bool, StoreError> {
    let making = out.join(format!("{STAR_KEY}.{}", std::process::id()));
    write_checked(&RealDisk, &making, text)?;
    let made = match RealDisk.rename_new(&making, path) {
        Ok(()) => true,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            RealDisk.remove_file(&making).map_err(failed("remove", &making))?;
            false
        }
        Err(error) => return Err(failed("rename", &making)(error)),
    };
    RealDisk.sync_folder(out).map_err(failed("sync the folder", out))?;
    Ok(made)
}

fn read_secret(path: &Path) -> Result<Secret, StoreError> {
    if !platform::is_private(path).map_err(failed("look at", path))? {
        return Err(StoreError::refused(
            path,
            "may be read by others: make it its owner's only (chmod 600), and consider the pseudonyms known",
        ));
    }
    let not_a_secret = || StoreError::refused(path, "is not a secret as fwt makes it: restore it from a backup");
    let text = read(&RealDisk, path, 4096)?;
    let digits = text.strip_suffix(b"\n").filter(|digits| digits.len() == 2 * SECRET_BYTES).ok_or_else(not_a_secret)?;
    let digit = |byte: u8| char::from(byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
    let mut bytes = [0_u8; SECRET_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = [0, 1].map(|at| pair.get(at).copied().and_then(digit));
        *byte = (high.ok_or_else(not_a_secret)? * 16 + low.ok_or_else(not_a_secret)?) as u8;
    }
    Ok(Secret::new(bytes))
}
