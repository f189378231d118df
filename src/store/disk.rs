//! What the store needs a disk to do: the seam between the commit protocol and the operating system.
//!
//! What always holds: `RealDisk` and the simulated disk of the tests keep the same promises, so a protocol that survives
//! every power cut on the simulated one was run through the very same code.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;

use super::error::{StoreError, failed};
use super::hash::sha256_of_reader;

/// Kind of a directory entry; links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Folder,
    /// Link, pipe, device, socket.
    Other,
}

/// A file open for writing.
pub(super) trait DiskFile: Write + Send {
    /// Everything written so far survives a power cut once this returns; its name may not (see [`Disk::sync_folder`]).
    fn sync(&mut self) -> io::Result<()>;
}

/// A lock that ends with the value, or with the process.
pub(super) trait DiskLock: Send + Sync {
    /// Replaces what stands in the locked file, such as what contenders are told about the holder.
    fn rewrite(&mut self, text: &str) -> io::Result<()>;
}

/// The operations of the commit protocol. Every file and folder made is its owner's only.
pub(super) trait Disk: Send + Sync {
    /// Makes one folder (0700); an error if the name is taken.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes a new file (0600) for writing; an error if the name is taken.
    fn create_file(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Opens an existing file to write at its end.
    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Opens a file to read.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>>;
    /// What stands there; `None` if nothing does.
    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>>;
    /// The entries of a folder in the order of their names.
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, EntryKind)>>;
    /// Cuts a file to a length.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;
    /// The names in the folder survive a power cut once this returns.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Renames within a folder; an error if the new name is taken.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Renames within a folder, in one step replacing what stands there.
    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file or link.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Bytes this user may still write there.
    fn free_space(&self, path: &Path) -> io::Result<u64>;
    /// Takes the lock on a file, made if missing; `None` if somebody holds it.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn DiskLock>>>;
}

/// Makes a folder and those above it, and makes their names durable.
pub(super) fn create_folders(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    match disk.kind(path).map_err(failed("look at", path))? {
        Some(EntryKind::Folder) => return Ok(()),
        // A link to a folder is the user's own arrangement; making what lies below it will tell if it is not one.
        Some(EntryKind::Other) if disk.list(path).is_ok() => return Ok(()),
        Some(_) => return Err(StoreError::refused(path, "is in the way: it is not a folder")),
        None => {}
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => {
            create_folders(disk, parent)?;
            parent
        }
        _ => Path::new("."),
    };
    match disk.create_folder(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other.map_err(failed("create the folder", path))?,
    }
    disk.sync_folder(parent).map_err(failed("sync the folder", parent))
}

/// Removes a folder with all that is in it, or a file; nothing to do if it is not there.
pub(super) fn remove_tree(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    match disk.kind(path).map_err(failed("look at", path))? {
        None => Ok(()),
        Some(EntryKind::Folder) => {
            for (name, _) in disk.list(path).map_err(failed("list", path))? {
                remove_tree(disk, &path.join(name))?;
            }
            disk.remove_folder(path).map_err(failed("remove", path))
        }
        Some(_) => disk.remove_file(path).map_err(failed("remove", path)),
    }
}

/// All bytes of a file, of which there may be at most `maximum`.
pub(super) fn read(disk: &dyn Disk, path: &Path, maximum: u64) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    disk.open(path).and_then(|reader| reader.take(maximum + 1).read_to_end(&mut bytes)).map_err(failed("read", path))?;
    if bytes.len() as u64 > maximum {
        return Err(StoreError::refused(path, format!("is larger than {maximum} bytes")));
    }
    Ok(bytes)
}

/// The hash and the length of a file.
pub(super) fn sha256(disk: &dyn Disk, path: &Path) -> Result<(String, u64), StoreError> {
    disk.open(path).and_then(|mut reader| sha256_of_reader(reader.as_mut())).map_err(failed("read", path))
}

/// Writes a new small file, makes its content durable and reads it back.
pub(super) fn write_checked(disk: &dyn Disk, path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let mut file = disk.create_file(path).map_err(failed("create", path))?;
    file.write_all(content).map_err(failed("write", path))?;
    file.sync().map_err(failed("sync", path))?;
    drop(file);
    if read(disk, path, content.len() as u64).ok().as_deref() == Some(content) {
        Ok(())
    } else {
        Err(StoreError::NotStored { path: path.to_owned() })
    }
}
