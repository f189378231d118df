//! Reads extracts: whole, hashed, and only from inside the data folder.
//!
//! What comes in: the data folder and a path in it. What goes out: the bytes with their hash.
//! What always holds (P5, P9): a regular file inside the folder, links resolved; the bytes are those of one moment.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door to the disk")]

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::platform;

/// The largest extract read, in bytes: 4 GiB, some ten times a county's largest.
pub const MAXIMUM_INPUT: u64 = 4 << 30;

/// The longest path taken seriously (Linux's own bound).
const MAXIMUM_PATH: usize = 4096;

/// An extract in memory.
pub struct InputFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256 in hexadecimal.
    pub sha256: String,
    /// Their number.
    pub size: u64,
}

/// Never the bytes: they are personal data.
impl std::fmt::Debug for InputFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("InputFile").field("sha256", &self.sha256).field("size", &self.size).finish_non_exhaustive()
    }
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name.
    pub name: String,
    /// The folder's path with the name.
    pub path: PathBuf,
    /// True for a folder, false for a regular file (links followed).
    pub is_folder: bool,
    /// Length of a file in bytes; 0 for a folder.
    pub size: u64,
}

/// Reads an extract.
///
/// # Errors
/// [`StoreError::Refused`] if the path leaves `root` or is not a regular file of at most [`MAXIMUM_INPUT`] bytes,
/// [`StoreError::Changed`] if it changed meanwhile, [`StoreError::Io`] if the system says no.
pub fn read_input(root: &Path, path: &Path) -> Result<InputFile, StoreError> {
    let real_root = resolve(root)?;
    let real_path = resolve(path)?;
    let relative = real_path.strip_prefix(&real_root).map_err(|_| StoreError::refused(path, "leads out of the data folder"))?;
    refuse_unless_regular(path, &real_path)?;
    let file = platform::open_beneath(&real_root, relative).map_err(failed("open", path))?;
    let (bytes, size) = read_stable(&file, path, MAXIMUM_INPUT)?;
    Ok(InputFile { sha256: sha256_hex(&bytes), bytes, size })
}

/// True if a regular file stands there (links followed). For files that may be absent, such as overrides; whoever then
/// reads it may still be refused.
#[must_use]
pub fn exists(path: &Path) -> bool {
    check_path(path).is_ok() && fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// True if anything stands there, whatever it is. For files that may be absent and must not be missed: a pipe or a folder of that name is not read as none, whoever
/// then reads it is refused.
#[must_use]
pub fn stands_there(path: &Path) -> bool {
    let is_absent = |error: &std::io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    check_path(path).is_ok() && !fs::symlink_metadata(path).is_err_and(|error| is_absent(&error))
}

/// The folders and regular files in a folder, ordered by name; hidden ones (`.name`) and everything else left out.
///
/// # Errors
/// [`StoreError::Io`] if the folder cannot be listed, [`StoreError::Refused`] for a name that is not UTF-8.
pub fn list_folder(folder: &Path) -> Result<Vec<FolderEntry>, StoreError> {
    Ok(list_all(folder)?.0)
}

/// The same, and the names of what is neither: pipes, sockets, devices, links that lead nowhere.
///
/// # Errors
/// As [`list_folder`].
pub fn list_all(folder: &Path) -> Result<(Vec<FolderEntry>, Vec<String>), StoreError> {
    check_path(folder)?;
    let (mut entries, mut others) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(failed("list the folder", folder))? {
        let path = entry.map_err(failed("list the folder", folder))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).map(ToOwned::to_owned) else {
            return Err(StoreError::refused(folder, "holds a file whose name is not UTF-8"));
        };
        if name.starts_with('.') {
            continue;
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() || metadata.is_file() => {
                let size = if metadata.is_file() { metadata.len() } else { 0 };
                entries.push(FolderEntry { name, path, is_folder: metadata.is_dir(), size });
            }
            _ => others.push(name),
        }
    }
    entries.sort_unstable_by(|left, right| left.name.cmp(&right.name));
    others.sort_unstable();
    Ok((entries, others))
}

/// Refuses texts that are no path of a file system: addresses, NUL, absurd lengths.
pub(super) fn check_path(path: &Path) -> Result<(), StoreError> {
    let text = path.to_string_lossy();
    if text.contains("://") {
        return Err(StoreError::refused(path, "is an address, not a path; fwt reads local files only"));
    }
    if text.contains('\0') {
        return Err(StoreError::refused(Path::new(&text.replace('\0', "\u{2400}")), "holds a NUL character"));
    }
    if text.len() > MAXIMUM_PATH {
        let beginning: String = text.chars().take(60).collect();
        return Err(StoreError::refused(Path::new(&format!("{beginning}…")), "is too long for a path"));
    }
    Ok(())
}

/// The path with every link and `..` resolved.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
    check_path(path)?;
    fs::canonicalize(path).map_err(failed("find", path))
}

/// Refuses a pipe or device before it is opened: opening alone can wait for ever or do something.
pub(super) fn refuse_unless_regular(path: &Path, real: &Path) -> Result<(), StoreError> {
    let metadata = fs::symlink_metadata(real).map_err(failed("look at", path))?;
    if metadata.is_file() { Ok(()) } else { Err(StoreError::refused(path, "is not a regular file")) }
}

/// All bytes of an open file, provided that nobody changed it while it was read.
pub(super) fn read_stable(mut file: &File, path: &Path, maximum: u64) -> Result<(Vec<u8>, u64), StoreError> {
    let before = platform::state_of(file).map_err(failed("look at", path))?;
    if !file.metadata().map_err(failed("look at", path))?.is_file() {
        return Err(StoreError::refused(path, "is not a regular file"));
    }
    if before.length > maximum {
        return Err(StoreError::refused(path, format!("has {} bytes, more than the {maximum} that are read at most", before.length)));
    }
    let mut bytes = Vec::with_capacity(before.length as usize + 1);
    file.by_ref().take(maximum + 1).read_to_end(&mut bytes).map_err(failed("read", path))?;
    let after = platform::state_of(file).map_err(failed("look at", path))?;
    if before != after || bytes.len() as u64 != before.length {
        return Err(StoreError::Changed { path: path.to_owned() });
    }
    Ok((bytes, before.length))
}
