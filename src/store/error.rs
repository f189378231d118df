//! What can go wrong at the disk.
//!
//! What always holds: an error names a path (of a configuration, an extract or an output) and a kind, never content.

use std::io;
use std::path::{Path, PathBuf};

/// Why the disk did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system said no.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried, such as `write`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// The disk is full, or would be.
    #[error("not enough space in `{}`: this run needs about {} and {} are free", path.display(), amount(*needed), amount(*free))]
    NoSpace {
        /// The output folder.
        path: PathBuf,
        /// Bytes needed for the run.
        needed: u64,
        /// Bytes free.
        free: u64,
    },
    /// Another run is at work in the same output folder.
    #[error("another run is at work in `{}`: {holder}", out.display())]
    Locked {
        /// The output folder.
        out: PathBuf,
        /// What the holder wrote into the lock file.
        holder: String,
    },
    /// The disk took a file and does not give it back as written.
    #[error("`{}` does not hold what was written to it: the disk cannot be trusted", path.display())]
    NotStored {
        /// The file.
        path: PathBuf,
    },
    /// A published run, the pointer to it or the audit trail is not as it was published.
    #[error("`{}` is damaged: {}", path.display(), problems.join("; "))]
    Damaged {
        /// The output folder or run folder.
        path: PathBuf,
        /// Everything found.
        problems: Vec<String>,
    },
    /// An extract changed while it was read.
    #[error("`{}` changed while it was read: is it still being copied?", path.display())]
    Changed {
        /// The extract.
        path: PathBuf,
    },
    /// A file that people fill in would be replaced, and is not as it was written.
    #[error("`{}` is not as fwt wrote it: somebody may have filled it in", path.display())]
    FilledIn {
        /// The file.
        path: PathBuf,
    },
    /// The request itself is refused.
    #[error("`{}` {reason}", path.display())]
    Refused {
        /// The path as given.
        path: PathBuf,
        /// Why, to be read after the path.
        reason: String,
    },
}

impl StoreError {
    /// The exit code of design.md §9: 1 for the data, 2 for usage or configuration, 3 for the environment.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Changed { .. } => 1,
            Self::FilledIn { .. } | Self::Refused { .. } => 2,
            Self::Io { .. } | Self::NoSpace { .. } | Self::Locked { .. } | Self::NotStored { .. } | Self::Damaged { .. } => 3,
        }
    }

    /// True if the same command may simply be given again: nothing needs to be repaired first.
    #[must_use]
    pub fn safe_to_run_again(&self) -> bool {
        !matches!(self, Self::Damaged { .. } | Self::FilledIn { .. } | Self::Refused { .. })
    }

    /// What to do about it; empty when there is nothing useful to say.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoSpace { .. } => "make room or choose another output folder, then run again; the last published run is untouched",
            Self::Locked { .. } => "wait for it to end; the lock frees itself when that process ends, however it ends",
            Self::NotStored { .. } => "have the disk checked before running again; nothing was published",
            Self::Damaged { .. } => "do not use it; restore it from a backup, or run again into a new output folder",
            Self::Changed { .. } => "wait until the copy has ended, then run again",
            Self::Io { .. } => "once the cause is mended it is safe to run again; the last published run is untouched",
            Self::FilledIn { .. } => "choose another name, or take the file away first",
            Self::Refused { .. } => "",
        }
    }

    /// True if the system said that the disk or the quota is full.
    pub(super) fn is_full(&self) -> bool {
        matches!(self, Self::Io { source, .. }
            if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
    }

    pub(super) fn refused(path: &Path, reason: impl Into<String>) -> Self {
        Self::Refused { path: path.to_owned(), reason: reason.into() }
    }

    pub(super) fn damaged(path: &Path, problem: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), problems: vec![problem.into()] }
    }
}

/// Turns a system error into ours: `.map_err(failed("write", path))`.
pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |source| StoreError::Io { action, path: path.to_owned(), source }
}

/// Bytes for people: whole megabytes from ten on.
fn amount(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}
