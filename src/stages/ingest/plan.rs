//! Which files a run reads.
//!
//! What comes in: the data folder and the run's month. What goes out: files with their schema and month, and how old each feed is.
//! What always holds: nothing later than the run's month is looked at; a snapshot's newest delivery is used, of an increment all are;
//! a snapshot past its validity is not read at all; an agreement that does not cover the reference date refuses its feed by name.

use std::path::{Component, Path, PathBuf};

use crate::config::checked::{Pipeline, Schema};
use crate::model::intake::IntakeFile;
use crate::model::{Cadence, Day, DeliveryKind, FeedState, Month, NO_DAY, Problem, date};
use crate::store::{self, FolderEntry};

/// A file to be read.
#[derive(Clone, Debug)]
pub(super) struct PlannedFile {
    /// Index of its schema: the run's source.
    pub(super) source: usize,
    /// The month it was delivered for.
    pub(super) month: Month,
    /// The day it describes.
    pub(super) as_at: Day,
    /// Where it is.
    pub(super) place: Place,
    /// Path below the data folder, with `/`.
    pub(super) shown: String,
    /// Size in bytes.
    pub(super) size: u64,
    /// True for the delivery before the one used: only counted and compared.
    pub(super) previous: bool,
}

/// Where a file is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the data folder.
    Folder(PathBuf),
    /// Among the files that an earlier run took in, by index: the extract itself is gone.
    Past(usize),
}

/// How a feed stands at the reference date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) state: FeedState,
    pub(super) as_at: Day,
    pub(super) age_days: u32,
}

/// What a run reads.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Files, ordered by source, month and name.
    pub(super) files: Vec<PlannedFile>,
    /// One per schema.
    pub(super) standings: Vec<Standing>,
    pub(super) warnings: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

/// One month folder (or the data folder itself).
struct Folder {
    month: Month,
    prefix: String,
    files: Vec<FolderEntry>,
    /// What is in it besides, each with what it is.
    unread: Vec<(String, &'static str)>,
}

/// Plans a run. `past` holds what earlier runs took in; a file that is still in the data folder is read from there.
pub(super) fn plan(pipeline: &Pipeline, data: &Path, month: Month, reference: Day, past: &[IntakeFile]) -> Plan {
    let mut plan = Plan::default();
    let folders = match folders(pipeline, data, month, &mut plan.warnings) {
        Ok(folders) => folders,
        Err(problem) => {
            plan.problems.push(problem);
            return plan;
        }
    };
    for (source, schema) in pipeline.schemas.iter().enumerate() {
        let mut found: Vec<PlannedFile> = Vec::new();
        for folder in &folders {
            let fitting = folder.files.iter().filter(|file| schema.file.matches(&file.name));
            found.extend(fitting.map(|file| PlannedFile {
                source,
                month: folder.month,
                as_at: folder.month.last_day().min(reference),
                place: Place::Folder(file.path.clone()),
                shown: format!("{}{}", folder.prefix, file.name),
                size: file.size,
                previous: false,
            }));
        }
        add_past(schema, source, month, past, &mut found);
        let standing = standing(schema, found.last().map(|file| file.month), month, reference);
        plan.standings.push(standing);
        choose(schema, standing, &mut found, &mut plan.warnings);
        if !found.is_empty()
            && let Some(problem) = agreement_problem(schema, reference)
        {
            plan.problems.push(problem);
        }
        for same in found.chunk_by(|a, b| a.month == b.month && a.previous == b.previous) {
            if let [first, .., last] = same
                && schema.delivery == DeliveryKind::Snapshot
                && !first.previous
            {
                plan.warnings.push(format!(
                    "{} to {}: {} files of one snapshot; all are read, as parts of it. If one corrects another, take the other away",
                    first.shown,
                    last.shown,
                    same.len()
                ));
            }
        }
        plan.files.append(&mut found);
    }
    if plan.files.is_empty() && plan.problems.is_empty() {
        let message = format!("no file in it belongs to any schema up to {month}");
        let hint = "put the extracts into a folder per month, such as 2013-01, below the data folder";
        plan.problems.push(Problem::of_file(data.display().to_string(), "no-input", message).with_hint(hint));
    } else if plan.problems.is_empty() && plan.files.iter().all(|file| file.month < month) {
        let message = format!("no extract was delivered for {month}: the newest files are older");
        let hint = format!("put what came for it into {month}, or run the month that was meant");
        plan.problems.push(Problem::of_file(data.display().to_string(), "nothing-delivered", message).with_hint(hint));
    }
    plan
}

/// Adds the files of a source that an earlier run took in and that are no longer there.
fn add_past(schema: &Schema, source: usize, month: Month, past: &[IntakeFile], found: &mut Vec<PlannedFile>) {
    for (index, file) in past.iter().enumerate().filter(|(_, file)| file.source == schema.name && file.month < month) {
        if found.iter().any(|known| known.month == file.month && known.shown == file.file) {
            continue;
        }
        found.push(PlannedFile {
            source,
            month: file.month,
            as_at: file.as_at,
            place: Place::Past(index),
            shown: file.file.clone(),
            size: file.bytes,
            previous: false,
        });
    }
    found.sort_by(|left, right| (left.month, &left.shown).cmp(&(right.month, &right.shown)));
}

/// The month folders up to the run's month in order, or the data folder itself if there are none.
fn folders(pipeline: &Pipeline, data: &Path, month: Month, warnings: &mut Vec<String>) -> Result<Vec<Folder>, Problem> {
    let unreadable = |path: &Path, error: &store::StoreError| {
        let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
        Problem::of_file(path.display().to_string(), "not-readable", format!("{error}{source}"))
    };
    let list = |path: &Path| store::list_all(path).map_err(|error| unreadable(path, &error));
    let (entries, others) = list(data)?;
    let mut folders = Vec::new();
    let mut any_month = false;
    for entry in entries.iter().filter(|entry| entry.is_folder) {
        match entry.name.parse::<Month>() {
            Ok(named) => {
                any_month = true;
                if named <= month {
                    folders.push(folder(named, format!("{}/", entry.name), list(&entry.path)?));
                }
            }
            Err(_) if entry.name.starts_with(|first: char| first.is_ascii_digit()) => {
                warnings.push(format!("{}: this folder is not read: its name is not a month such as {month}", entry.name));
            }
            Err(_) => {}
        }
    }
    if !any_month {
        folders.push(folder(month, String::new(), (entries, others)));
    }
    folders.sort_by_key(|folder| folder.month);
    tell_unread(pipeline, &folders, month, warnings);
    for folder in folders.iter().filter(|folder| folder.month == month) {
        for file in &folder.files {
            let known = pipeline.schemas.iter().any(|schema| schema.file.matches(&file.name));
            let shown = format!("{}{}", folder.prefix, file.name);
            if !known && !pipeline.files_of_people().any(|path| is_at(path, &shown)) {
                warnings.push(format!("{shown}: no schema describes this file; it is not read"));
            }
        }
    }
    Ok(folders)
}

/// A folder of extracts by what is in it.
fn folder(month: Month, prefix: String, (entries, others): (Vec<FolderEntry>, Vec<String>)) -> Folder {
    let (files, folders): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| !entry.is_folder);
    let mut unread: Vec<(String, &'static str)> = folders.into_iter().map(|entry| (entry.name, "a folder")).collect();
    unread.extend(others.into_iter().map(|name| (name, "no file, but a pipe, a socket, a device or a link that leads nowhere")));
    Folder { month, prefix, files: files.into_iter().filter(is_extract).collect(), unread }
}

/// Tells of folders and things that are no files: where they are named like an extract, and in the folder of the run's month of all of them.
fn tell_unread(pipeline: &Pipeline, folders: &[Folder], month: Month, warnings: &mut Vec<String>) {
    for folder in folders {
        for (name, what) in &folder.unread {
            let is_named_so = pipeline.schemas.iter().any(|schema| schema.file.matches(name));
            let shown = format!("{}{name}", folder.prefix);
            // Where there are no months, the extracts stand beside folders of other things.
            let is_beside = folder.month == month && !folder.prefix.is_empty();
            let holds_written = || pipeline.files_of_people().any(|path| path.starts_with(&shown));
            if is_named_so || (is_beside && !holds_written()) {
                warnings.push(format!("{shown}: this is {what}; nothing of it is read"));
            }
        }
    }
}

/// True if a path in the data folder is a file's, `./decisions.csv` that of `decisions.csv` too.
fn is_at(path: &Path, shown: &str) -> bool {
    path.components().filter(|part| *part != Component::CurDir).eq(Path::new(shown).components())
}

/// A file somebody delivered, not one an office program keeps beside it.
fn is_extract(entry: &FolderEntry) -> bool {
    !entry.name.starts_with("~$") && !entry.name.eq_ignore_ascii_case("thumbs.db")
}

/// How a feed stands whose newest delivery is for `newest`.
pub(super) fn standing(schema: &Schema, newest: Option<Month>, month: Month, reference: Day) -> Standing {
    let missing = Standing { state: FeedState::Missing, as_at: NO_DAY, age_days: 0 };
    let Some(newest) = newest else { return missing };
    let as_at = newest.last_day().min(reference);
    let age_days = reference.saturating_sub(as_at).unsigned_abs();
    let fresh = match schema.cadence {
        Cadence::Monthly => newest == month,
        // Three deliveries a year: each stands for the four months up to the next.
        Cadence::Termly => month.months_since(newest) <= 4,
        Cadence::OnRequest => age_days <= schema.valid_days,
    };
    let state = if fresh || newest == month {
        FeedState::Fresh
    } else if age_days <= schema.valid_days {
        FeedState::Stale
    } else {
        return missing;
    };
    Standing { state, as_at, age_days }
}

/// Keeps of a feed's files those the run reads.
fn choose(schema: &Schema, standing: Standing, found: &mut Vec<PlannedFile>, warnings: &mut Vec<String>) {
    let Some(newest) = found.last().map(|file| file.month) else { return };
    if standing.state == FeedState::Missing {
        let kept = if schema.delivery == DeliveryKind::Snapshot {
            "it is not used"
        } else {
            "its past events are kept, silence since then says nothing"
        };
        warnings.push(format!("{}: the last delivery is of {newest} and older than {} days; {kept}", schema.name, schema.valid_days));
    }
    if schema.delivery == DeliveryKind::Increment {
        return;
    }
    if standing.state == FeedState::Missing {
        found.clear();
        return;
    }
    let before = found.iter().map(|file| file.month).filter(|&month| month < newest).max();
    found.retain(|file| file.month == newest || Some(file.month) == before);
    for file in found {
        file.previous = file.month != newest;
    }
}

fn agreement_problem(schema: &Schema, reference: Day) -> Option<Problem> {
    let agreement = &schema.agreement;
    let (code, verb, day) = if reference < agreement.starts {
        ("agreement-not-begun", "begins on", agreement.starts)
    } else if reference > agreement.ends {
        ("agreement-expired", "ended on", agreement.ends)
    } else {
        return None;
    };
    let message = format!(
        "the sharing agreement {} with {} {verb} {}: {} may not be loaded for {}",
        agreement.reference,
        schema.agency,
        date::iso(day),
        schema.name,
        date::iso(reference)
    );
    Some(Problem::of_file(&schema.file_name, code, message).with_hint("renew the agreement and set its dates, or take the extract out"))
}
