//! Paths written in a configuration file: what they may say and where they may lead.
//!
//! What comes in: a text of a pipeline file. What goes out: configuration files, named so that the name is the same wherever the project lies.
//! What always holds (reliability.md P9): no absolute path, no `scheme://`, no control character, no backslash; the store follows
//! the links and refuses what leads out.

use std::path::{Component, Path, PathBuf};

use super::raw::{Section, shown};
use crate::store::StoreError;

/// A configuration file named by the pipeline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConfigFile {
    /// Path relative to the pipeline's folder, with `/`: the same wherever the project lies.
    pub(crate) relative: String,
    /// Path as shown in messages.
    pub(crate) shown: String,
    /// Where it is.
    pub(crate) path: PathBuf,
}

/// The folder a file lies in.
pub(crate) fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf()
}

/// The files a path means whose names may hold `*` and `?`, in order; at least one.
pub(crate) fn config_files(folder: &Path, relative: &str) -> Result<Vec<ConfigFile>, String> {
    check_relative(relative)?;
    let paths = crate::store::config_files(folder, relative).map_err(|error| in_words(&error))?;
    let describe = |path: PathBuf| {
        let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        ConfigFile { relative: below.trim_start_matches("./").to_owned(), shown: tidy(&path), path }
    };
    Ok(paths.into_iter().map(describe).collect())
}

/// A disk error with the system's own answer behind it.
pub(crate) fn in_words(error: &StoreError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Refuses what no path in a configuration may hold.
pub(crate) fn check_relative(text: &str) -> Result<(), String> {
    let reason = if text.trim().is_empty() {
        "an empty path".to_owned()
    } else if text.contains("://") {
        "an address of a network: only files in the project's folder are read".to_owned()
    } else if text.chars().any(char::is_control) {
        "a path with a control character".to_owned()
    } else if text.contains('\\') {
        "a path with a backslash: write / between folders".to_owned()
    } else if text.chars().count() > 1000 {
        "a path of more than 1000 characters".to_owned()
    } else if Path::new(text).is_absolute() || text.starts_with('~') {
        format!("an absolute path (\"{}\"): write it relative to the pipeline file", shown(text))
    } else {
        return Ok(());
    };
    Err(reason)
}

/// A file inside the data folder that a setting names.
pub(crate) fn data_path(section: &Section<'_>, key: &'static str) -> Option<PathBuf> {
    let text = section.text(key)?;
    let inside = if text.value.split('/').any(|part| part == "..") {
        Err("a path out of the data folder".to_owned())
    } else {
        check_relative(&text.value)
    };
    match inside {
        Ok(()) => Some(text.value.into()),
        Err(message) => {
            section.document.report_at(text.line, &section.name_of(key), "bad-path", message);
            None
        }
    }
}

/// `pipelines/../schemas/a.toml` as `schemas/a.toml`, without asking the disk.
pub(crate) fn tidy(path: &Path) -> String {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.iter().collect::<PathBuf>().display().to_string()
}
