//! Everything that only Unix knows: permissions, limits, renames that replace nothing, paths that cannot escape.
//!
//! What always holds: no other file of the project calls the operating system past `std`. Linux and macOS build; where
//! macOS lacks a guard (network shares, `openat2`) the function says so.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the door to the disk")]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, RenameFlags};
use rustix::process::{Resource, Rlimit};

/// Hardens the process before it touches personal data: no core dump, no other process of the user may look into it
/// (Linux), and whatever it makes is its owner's only. A limit that cannot be set is left as it is: the data are not
/// worse off than before.
pub fn harden() {
    rustix::process::umask(Mode::from_raw_mode(0o077));
    rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).unwrap_or_default();
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).unwrap_or_default();
}

/// Memory the process has in use, in bytes, where the system tells (Linux).
#[must_use]
pub fn resident_memory() -> Option<u64> {
    let state = fs::read_to_string("/proc/self/status").ok()?;
    let line = state.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// The user at work, for the audit trail: the name in `/etc/passwd`, else `uid 1000`.
pub(super) fn user_name() -> String {
    let uid = rustix::process::getuid().as_raw();
    let named = fs::read_to_string("/etc/passwd").ok().and_then(|accounts| name_of(uid, &accounts));
    named.unwrap_or_else(|| format!("uid {uid}"))
}

fn name_of(uid: u32, accounts: &str) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

/// Adds "readable and writable by the owner only" to the options of a file that is made.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Bytes that nobody can guess, from the system.
pub(super) fn random_bytes<const COUNT: usize>() -> io::Result<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    io::Read::read_exact(&mut File::open("/dev/urandom")?, &mut bytes)?;
    Ok(bytes)
}

/// True if nobody but the owner may read or change a file.
pub(super) fn is_private(path: &Path) -> io::Result<bool> {
    Ok(!Mode::from_raw_mode(fs::symlink_metadata(path)?.mode()).intersects(Mode::RWXG | Mode::RWXO))
}

/// Makes one folder that only its owner may enter.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Renames; an error if the new name is taken.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // An old kernel or file system without the flag. We hold the lock, so nobody makes the name meanwhile.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            if fs::symlink_metadata(to).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(from, to)
        }
        other => Ok(other?),
    }
}

/// Bytes an unprivileged user may still write to the file system of an existing path.
pub(super) fn free_space(path: &Path) -> io::Result<u64> {
    let status = rustix::fs::statvfs(path)?;
    Ok(status.f_bavail.saturating_mul(status.f_frsize))
}

/// Magic numbers of file systems on other machines, from `statfs(2)` and linux/magic.h: NFS, SMB, CIFS, SMB2, 9P, AFS
/// (two), Ceph, Coda, NCP, Lustre, GPFS.
#[cfg(target_os = "linux")]
const NETWORK_FILE_SYSTEMS: [u64; 12] = [
    0x6969,
    0x517B,
    0xFF53_4D42,
    0xFE53_4D42,
    0x0102_1997,
    0x5346_414F,
    0x6B41_4653,
    0x00C3_6400,
    0x7375_7245,
    0x564C,
    0x0BD0_0BD0,
    0x4750_4653,
];

/// Whether an existing path lies on a network share, whose renames and locks promise less. Known on Linux only.
pub(super) fn is_network_share(path: &Path) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    {
        // The field is signed or not and 32 or 64 bits by architecture; the magic numbers are 32 bits.
        let kind = rustix::fs::statfs(path)?.f_type as u64 & 0xFFFF_FFFF;
        Ok(NETWORK_FILE_SYSTEMS.contains(&kind))
    }
    #[cfg(not(target_os = "linux"))]
    {
        fs::metadata(path).map(|_| false)
    }
}

/// Opens a regular file below `root` for reading without following any link on the way (both paths are already free of
/// links, so a link now means that somebody swapped the file). Never waits on a pipe.
pub(super) fn open_beneath(root: &Path, relative: &Path) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::ResolveFlags;
        let folder = rustix::fs::open(root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&folder, relative, flags, Mode::empty(), resolve) {
            Ok(descriptor) => return Ok(File::from(descriptor)),
            // Kernels before 5.6, and sandboxes that do not know the call, answer with these two.
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(root.join(relative))
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileState {
    device: u64,
    inode: u64,
    /// Length in bytes.
    pub(super) length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// The state of an open file.
pub(super) fn state_of(file: &File) -> io::Result<FileState> {
    let metadata = file.metadata()?;
    Ok(FileState {
        device: metadata.dev(),
        inode: metadata.ino(),
        length: metadata.len(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_named_by_their_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nofficer:x:1000:1000::/home/officer:/bin/sh\nbroken\n";
        assert_eq!(name_of(1000, accounts).as_deref(), Some("officer"));
        assert_eq!(name_of(0, accounts).as_deref(), Some("root"));
        assert_eq!(name_of(7, accounts), None);
    }

    #[test]
    fn a_local_folder_is_no_network_share_and_has_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_network_share(folder.path()).unwrap());
        assert!(free_space(folder.path()).unwrap() > 0);
    }
}
