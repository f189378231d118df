//! What an agency gets back: its own rows that were set aside, and a page about the quality of what it sends.
//!
//! What comes in: a published run, the pipeline it was made with, the folder of the delivered files, an earlier run if there is one. What goes out: one
//! folder per agency. What always holds: nothing of another agency is in an agency's folder; a raw row is read from the delivered file at the
//! moment of asking, and only if the file is, byte for byte, the one that the run read; no page holds an identifier or a value; every file is
//! its owner's only.
//!
//! `counts` reads the tables of a run, `agreement` shows where other feeds say otherwise of the same people, `lost` estimates what missing fields cost in links, `rows` writes rows back, `quality` the page, `reasons` knows
//! the codes in words.

mod agreement;
mod counts;
mod lost;
mod quality;
mod reasons;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::config::checked::Pipeline;
use crate::model::ids::file_name;
use crate::model::{Problems, Progress, Screen};
use crate::run::reading::{ReadingError, Table};
use crate::store::{self, FolderWriter, RunFolder, StoreError};
use counts::{RunCounts, SourceCounts};
use lost::{Found, Lost};

/// What to give back, and from where.
pub struct Settings<'a> {
    /// The pipeline of the run.
    pub pipeline: &'a Pipeline,
    /// The run.
    pub run: &'a RunFolder,
    /// The run of an earlier month, to compare with.
    pub before: Option<&'a RunFolder>,
    /// Folder of the delivered files.
    pub data: &'a Path,
    /// Folder to write to: new, empty or made by an earlier call.
    pub to: &'a Path,
    /// What no text may name: the cells of a row that names a restricted person or address are withheld even from the agency that sent it, because the file may
    /// be opened by people who do not know of the restriction.
    pub screen: &'a Screen,
}

/// What an agency was given.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Given {
    /// The agency.
    pub agency: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Rows set aside.
    pub rows_set_aside: u64,
    /// Values of used rows that were ignored.
    pub values_ignored: u64,
    /// Delivered files that are no longer there: their rows are named by line only.
    pub files_gone: Vec<String>,
}

/// Why nothing was given back.
#[derive(Debug, thiserror::Error)]
pub enum AgenciesError {
    /// A table of a run cannot be read.
    #[error("a published run cannot be read")]
    Reading(#[from] ReadingError),
    /// The disk.
    #[error("the folders cannot be written or the files cannot be read")]
    Store(#[from] StoreError),
    /// A delivered file is not the one that the run read.
    #[error("`{file}` is not the file that the run read: its bytes have changed since")]
    Changed {
        /// The file.
        file: String,
    },
    /// A delivered file cannot be read by the pipeline's schema.
    #[error("a delivered file cannot be read again")]
    Unreadable(#[source] Problems),
    /// The pipeline is not that of the run.
    #[error("the pipeline has no feed `{feed}`, which the run read")]
    OtherPipeline {
        /// The feed.
        feed: String,
    },
}

/// One agency with its feeds.
struct Agency<'a> {
    name: &'a str,
    folder: String,
    /// Names of its feeds, sorted.
    feeds: Vec<&'a str>,
}

/// Writes one folder per agency of the pipeline.
///
/// # Errors
/// [`AgenciesError`]; the folder then holds what was written so far and may be made again.
pub fn give_back(settings: &Settings<'_>, progress: &dyn Progress) -> Result<Vec<Given>, AgenciesError> {
    progress.step("agencies");
    let agencies = agencies(settings.pipeline);
    let counts = RunCounts::of(settings.run)?;
    if let Some(feed) = counts.sources.keys().find(|feed| !agencies.iter().any(|agency| agency.feeds.contains(&feed.as_str()))) {
        return Err(AgenciesError::OtherPipeline { feed: feed.clone() });
    }
    let before = settings.before.map(RunCounts::of).transpose()?;
    let persons = Table::open(settings.run, "persons")?;
    let found = Found::of(&persons)?;
    let writer = FolderWriter::create(settings.to, "agencies")?;
    progress.begin("Writing to agencies", agencies.len() as u64, "agencies");
    let mut given = Vec::new();
    for agency in &agencies {
        let mut lost: Vec<Lost> = Vec::new();
        for feed in &agency.feeds {
            lost.extend(lost::of_source(&persons, &found, feed)?);
        }
        given.push(give(settings, agency, &counts, before.as_ref(), &lost, &writer)?);
        progress.advance(1);
    }
    progress.end();
    Ok(given)
}

/// Writes the folder of one agency.
fn give(
    settings: &Settings<'_>,
    agency: &Agency<'_>,
    counts: &RunCounts,
    before: Option<&RunCounts>,
    lost: &[Lost],
    writer: &FolderWriter,
) -> Result<Given, AgenciesError> {
    let nothing = SourceCounts::default();
    let mut given = Given {
        agency: agency.name.to_owned(),
        folder: settings.to.join(&agency.folder),
        rows_set_aside: 0,
        values_ignored: 0,
        files_gone: Vec::new(),
    };
    for feed in &agency.feeds {
        let of_feed = counts.sources.get(*feed).unwrap_or(&nothing);
        let Some(schema) = settings.pipeline.schemas.iter().find(|schema| schema.name == *feed) else { continue };
        for delivery in &of_feed.deliveries {
            let rejects: Vec<_> = of_feed.rejects.iter().filter(|reject| reject.file == delivery.file).collect();
            if rejects.is_empty() {
                continue;
            }
            given.rows_set_aside +=
                rejects.iter().filter(|reject| reject.row_set_aside).map(|reject| reject.line).collect::<BTreeSet<_>>().len() as u64;
            given.values_ignored += rejects.iter().filter(|reject| !reject.row_set_aside).count() as u64;
            let originals = rows::read_again(settings.data, schema, delivery, &rejects)?;
            let originals = originals.map(|originals| rows::screened(originals, settings.screen));
            if originals.is_none() {
                given.files_gone.push(delivery.file.clone());
            }
            // The month's folder becomes a part of the name.
            let name = format!("{}/set-aside/{}.csv", agency.folder, file_name(&delivery.file.replace('/', "_")));
            let bytes = rows::table(&rejects, originals.as_ref());
            writer.put(&name, |out| out.write_all(&bytes))?;
        }
    }
    let page = quality::page(&quality::Told { settings, agency: agency.name, feeds: &agency.feeds, counts, before, lost });
    writer.put(&format!("{}/quality.html", agency.folder), |out| out.write_all(page.as_bytes()))?;
    Ok(given)
}

/// The agencies of a pipeline, by name, each with a folder of its own.
fn agencies(pipeline: &Pipeline) -> Vec<Agency<'_>> {
    let mut feeds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for schema in &pipeline.schemas {
        feeds.entry(&schema.agency).or_default().push(&schema.name);
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut agencies = Vec::new();
    let feeds_count = feeds.len();
    for (name, mut feeds) in feeds {
        feeds.sort_unstable();
        let plain = folder_name(name);
        // Two agencies whose names differ in signs only must not share a folder.
        // As many names as there are agencies are enough to find a free one.
        let numbered = (2..feeds_count + 2).map(|number| format!("{plain}-{number}"));
        let folder = std::iter::once(plain.clone()).chain(numbered).find(|folder| !taken.contains(folder)).unwrap_or(plain);
        taken.insert(folder.clone());
        agencies.push(Agency { name, folder, feeds });
    }
    agencies
}

/// `Children's Services` as `children-s-services`.
fn folder_name(agency: &str) -> String {
    let letters: String =
        agency.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' }).collect();
    let name = letters.split_whitespace().collect::<Vec<_>>().join("-");
    if name.is_empty() { "agency".to_owned() } else { name }
}

/// The run to compare with: the last final run of the newest month before, in the same output folder.
///
/// # Errors
/// [`StoreError`] if there is one that cannot be read.
pub fn run_before(run: &RunFolder) -> Result<Option<RunFolder>, StoreError> {
    match run.path.parent().and_then(Path::parent) {
        Some(out) => store::last_final_before(out, &run.manifest.period),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::folder_name;

    #[test]
    fn a_folder_is_named_by_the_letters_of_its_agency() {
        assert_eq!(folder_name("Children's Services"), "children-s-services");
        assert_eq!(folder_name("../../etc"), "etc");
        assert_eq!(folder_name("…"), "agency");
    }
}
