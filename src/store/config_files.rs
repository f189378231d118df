//! Reads configuration: pipelines, schemas, criteria packs.
//!
//! What comes in: a path, or a glob written in a pipeline file. What goes out: UTF-8 text with its hash, or paths in order.
//! What always holds (P9): a glob of a configuration reaches at most two folders above the file that wrote it, links
//! resolved; it never names another machine, and nothing in it is expanded but `*`, `?` and `[…]`.
#![expect(clippy::disallowed_types, reason = "this is the door to the disk")]

use std::fs::File;
use std::path::{Component, Path, PathBuf};

use super::error::{StoreError, failed};
use super::hash::sha256_hex;
use super::input::{check_path, read_stable, refuse_unless_regular, resolve};

/// The largest configuration file read, in bytes.
const MAXIMUM_CONFIGURATION: u64 = 16 << 20;

/// How many folders a pipeline may climb: `pipelines/benchmarks/x.toml` names `../../schemas/*.toml`.
const MAXIMUM_CLIMB: usize = 2;

/// The text of a configuration file (a byte order mark removed) and the SHA-256 of its bytes.
///
/// # Errors
/// [`StoreError::Refused`] if it is not a regular UTF-8 file of at most 16 MiB, [`StoreError::Io`] if it cannot be read,
/// [`StoreError::Changed`] if it changed meanwhile.
pub fn read_config(path: &Path) -> Result<(String, String), StoreError> {
    let real = resolve(path)?;
    refuse_unless_regular(path, &real)?;
    let file = File::open(&real).map_err(failed("open", path))?;
    let (bytes, _) = read_stable(&file, path, MAXIMUM_CONFIGURATION)?;
    let sha256 = sha256_hex(&bytes);
    let text = String::from_utf8(bytes)
        .map_err(|error| StoreError::refused(path, format!("is not UTF-8 text: byte {} is not", error.utf8_error().valid_up_to() + 1)))?;
    Ok((text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text), sha256))
}

/// The files that a configuration in the folder `base` means by `pattern`, in the order of their paths; never none.
///
/// # Errors
/// [`StoreError::Refused`] if the pattern is absolute, an address or not a pattern, climbs too far, leads out through a
/// link, or matches nothing.
pub fn config_files(base: &Path, pattern: &str) -> Result<Vec<PathBuf>, StoreError> {
    let given = Path::new(pattern);
    check_path(given)?;
    let (climb, below) = split_climb(given)?;
    let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    let real_base = resolve(base)?;
    let root = real_base.ancestors().nth(MAXIMUM_CLIMB).unwrap_or_else(|| Path::new("/"));
    let start = (0..climb).fold(base.to_owned(), |path, _| path.join(".."));
    let text = start.to_str().ok_or_else(|| StoreError::refused(base, "is not UTF-8"))?;
    let whole = format!("{}/{}", glob::Pattern::escape(text), below.display());
    let matches = glob::glob(&whole).map_err(|error| StoreError::refused(given, format!("is not a pattern: {}", error.msg)))?;

    let mut paths = Vec::new();
    for path in matches {
        let path = path.map_err(|error| {
            let at = error.path().to_owned();
            failed("list the folder", &at)(error.into())
        })?;
        if !resolve(&path)?.starts_with(root) {
            return Err(StoreError::refused(&path, "leads out of the folders a pipeline may name"));
        }
        paths.push(path);
    }
    paths.sort_unstable();
    if paths.is_empty() { Err(StoreError::refused(given, format!("matches no file below `{}`", base.display()))) } else { Ok(paths) }
}

/// The number of leading `..` and the rest, in which there may be none.
fn split_climb(given: &Path) -> Result<(usize, PathBuf), StoreError> {
    let mut climb = 0;
    let mut below = PathBuf::new();
    for component in given.components() {
        match component {
            Component::ParentDir if below.as_os_str().is_empty() && climb < MAXIMUM_CLIMB => climb += 1,
            Component::Normal(name) => below.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                return Err(StoreError::refused(given, format!("may climb {MAXIMUM_CLIMB} folders at most, at its beginning")));
            }
            Component::RootDir | Component::Prefix(_) => {
                return Err(StoreError::refused(given, "must be relative to the file that names it"));
            }
        }
    }
    Ok((climb, below))
}
