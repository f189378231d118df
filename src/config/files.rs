//! Where configuration files come from: a folder on the disk, or what a run kept of them.
//!
//! What comes in: the folder of a pipeline file, or a [`KeptConfiguration`]. What goes out: the files that a pattern means, and their texts. What always holds:
//! a file has the same name in both, its path from the pipeline's folder; a kept text is used only if it is the one that its hash was taken of.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::paths::{ConfigFile, check_relative, config_files, in_words};
use crate::store;

/// All files that a pipeline was loaded from, as they were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptConfiguration {
    /// Name of the pipeline file among them.
    pub pipeline: String,
    /// By path relative to the pipeline's folder, with `/`.
    pub files: BTreeMap<String, KeptText>,
}

/// A file that was text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptText {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The text; of a configuration file without its byte order mark.
    pub text: String,
}

impl KeptText {
    /// True if the hash was taken of this text, with a byte order mark or without.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let marked = || store::sha256_hex(format!("\u{feff}{}", self.text).as_bytes());
        self.sha256 == store::sha256_hex(self.text.as_bytes()) || self.sha256 == marked()
    }
}

/// Where a pipeline's files are.
pub(super) enum Files<'k> {
    /// In this folder and those around it.
    Folder(PathBuf),
    /// In what a run kept.
    Kept(&'k KeptConfiguration),
}

impl Files<'_> {
    /// The files a path means whose names may hold `*` and `?`, in order; at least one.
    pub(super) fn matching(&self, relative: &str) -> Result<Vec<ConfigFile>, String> {
        let kept = match self {
            Self::Folder(folder) => return config_files(folder, relative),
            Self::Kept(kept) => kept,
        };
        check_relative(relative)?;
        let plain: PathBuf = Path::new(relative).components().filter(|part| *part != Component::CurDir).collect();
        let pattern = glob::Pattern::new(&plain.to_string_lossy()).map_err(|error| format!("not a pattern: {}", error.msg))?;
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
        let named = kept.files.keys().filter(|name| pattern.matches_with(name, options));
        let files: Vec<ConfigFile> =
            named.map(|name| ConfigFile { relative: name.clone(), shown: name.clone(), path: PathBuf::from(name) }).collect();
        if files.is_empty() { Err(format!("the run kept no file `{relative}`")) } else { Ok(files) }
    }

    /// The text of a file and the hash of its bytes.
    pub(super) fn read(&self, file: &ConfigFile) -> Result<KeptText, String> {
        match self {
            Self::Folder(_) => {
                store::read_config(&file.path).map(|(text, sha256)| KeptText { sha256, text }).map_err(|error| in_words(&error))
            }
            Self::Kept(kept) => match kept.files.get(&file.relative) {
                Some(text) if text.is_whole() => Ok(text.clone()),
                Some(_) => Err("what the run kept of it is not what its hash says".to_owned()),
                None => Err("the run did not keep it".to_owned()),
            },
        }
    }
}
