//! What people write beside the extracts: overrides and decisions; and what a run holds in memory when linkage begins.
//!
//! What comes in: the settings of a run. What goes out: the lines of each file that the pipeline names, with the hash of its bytes. What always holds: a file
//! that is not there means that nobody has decided anything yet; decisions then say so, because a misspelt name would undo them unseen.

use std::path::Path;

use super::RunError;
use super::intake::Kept;
use super::made_from::Beside;
use crate::config::checked::Pipeline;
use crate::config::files::KeptText;
use crate::model::{Day, Decision, Override, Problem, Problems, contradictions};
use crate::stages::identify::parse_overrides;
use crate::stages::ingest::Ingested;
use crate::stages::link::{Held, check_decisions, parse_decisions};
use crate::stages::standardise::register::RestrictedRegister;
use crate::store::platform;

/// The lines of a file that people write, and the hash of its bytes; both empty where there is none.
pub(super) struct Written<T> {
    pub(super) lines: Vec<T>,
    pub(super) sha256: String,
    pub(super) warnings: Vec<String>,
    /// The file, by its path in the data folder.
    pub(super) text: Option<(String, KeptText)>,
}

/// Reads the overrides file if the pipeline names one.
pub(super) fn overrides(pipeline: &Pipeline, beside: Beside<'_>) -> Result<Written<Override>, RunError> {
    let name = pipeline.identify.overrides.as_deref();
    read(beside, name, "the overrides", parse_overrides)
}

/// Reads the decisions file if the pipeline names one.
pub(super) fn decisions(pipeline: &Pipeline, beside: Beside<'_>) -> Result<Written<Decision>, RunError> {
    let name = pipeline.link.decisions.as_deref();
    let mut written = read(beside, name, "the decisions", parse_decisions)?;
    if let Some(name) = name.filter(|_| written.sha256.is_empty()) {
        written.warnings.push(format!("{} is not there: no decisions about pairs of records are applied", name.display()));
    }
    Ok(written)
}

/// Reads the register of restricted people and addresses if the pipeline names one.
pub(super) fn restricted(pipeline: &Pipeline, reference: Day, beside: Beside<'_>) -> Result<Restricted, RunError> {
    let named = &pipeline.service.restricted;
    let read = register_of(beside, named.register.as_deref(), reference, named.required)?;
    if let Some(restricted) = read {
        return Ok(restricted);
    }
    let missing = |path: &Path| format!("{} is not there: nobody and no address is restricted by it", path.display());
    Ok(Restricted { warnings: named.register.as_deref().map(missing).into_iter().collect(), ..Restricted::default() })
}

/// What stands in the files that people write beside the extracts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenBeside {
    /// Overrides of the list.
    pub overrides: usize,
    /// Decisions about pairs of records.
    pub decisions: usize,
    /// Entries of the register of restricted people and addresses.
    pub restricted: usize,
    /// What a run would say about them.
    pub warnings: Vec<String>,
}

/// Reads all files that people write beside the extracts as a run would.
///
/// # Errors
/// [`RunError::Data`] with every problem of every file; [`RunError`] if one cannot be read.
pub fn check_written(pipeline: &Pipeline, data: &Path, reference: Day) -> Result<WrittenBeside, RunError> {
    let beside = Beside::Folder(data);
    let (mut found, mut problems) = (WrittenBeside::default(), Vec::new());
    let mut taken = |read: Result<(usize, Vec<String>), RunError>| match read {
        Ok((count, warnings)) => {
            found.warnings.extend(warnings);
            Ok(count)
        }
        Err(RunError::Data(of_file)) => {
            problems.extend(of_file.0);
            Ok(0)
        }
        Err(other) => Err(other),
    };
    let overrides = taken(overrides(pipeline, beside).map(|read| (read.lines.len(), read.warnings)))?;
    let decisions = taken(decisions(pipeline, beside).and_then(|read| {
        check_decisions(&read.lines).map_err(RunError::Data)?;
        Ok((read.lines.len(), read.warnings))
    }))?;
    let restricted = taken(restricted(pipeline, reference, beside).map(|read| (read.register.len(), read.warnings)))?;
    if problems.is_empty() {
        Ok(WrittenBeside { overrides, decisions, restricted, ..found })
    } else {
        Err(RunError::Data(Problems(problems)))
    }
}

/// Reads the register of restricted people and addresses from a data folder; `None` where the pipeline names none or it is not there. With its hash.
///
/// # Errors
/// [`RunError::Data`] if it is required and not there, or if any row of it cannot be understood: then nothing may be written.
pub fn read_restricted(
    data: &Path,
    name: Option<&Path>,
    reference: Day,
    required: bool,
) -> Result<Option<(RestrictedRegister, String)>, RunError> {
    let read = register_of(Beside::Folder(data), name, reference, required)?;
    Ok(read.map(|restricted| (restricted.register, restricted.sha256)))
}

fn register_of(beside: Beside<'_>, name: Option<&Path>, reference: Day, required: bool) -> Result<Option<Restricted>, RunError> {
    let Some(name) = name else { return Ok(None) };
    let shown = name.display().to_string();
    let Some(text) = beside.text(name, "the restricted people and addresses")? else {
        let message = "the register of restricted people and addresses is not there, and the pipeline requires it";
        let missing = || RunError::Data(Problems(vec![Problem::of_file(shown.as_str(), "register-missing", message)]));
        return if required { Err(missing()) } else { Ok(None) };
    };
    let register = RestrictedRegister::parse(&shown, &text.text, reference).map_err(RunError::Data)?;
    Ok(Some(Restricted { register, sha256: text.sha256.clone(), warnings: Vec::new(), text: Some((shown, text)) }))
}

/// The register of restricted people and addresses.
#[derive(Default)]
pub(super) struct Restricted {
    pub(super) register: RestrictedRegister,
    pub(super) sha256: String,
    pub(super) warnings: Vec<String>,
    /// The file, by its path in the data folder.
    pub(super) text: Option<(String, KeptText)>,
}

fn read<T>(
    beside: Beside<'_>,
    name: Option<&Path>,
    what: &str,
    parse: impl Fn(&str, &str) -> Result<Vec<T>, Problems>,
) -> Result<Written<T>, RunError> {
    let nothing = Written { lines: Vec::new(), sha256: String::new(), warnings: Vec::new(), text: None };
    let Some(name) = name else { return Ok(nothing) };
    let Some(text) = beside.text(name, what)? else { return Ok(nothing) };
    let name = name.display().to_string();
    let lines = parse(&name, &text.text).map_err(RunError::Data)?;
    Ok(Written { lines, sha256: text.sha256.clone(), warnings: Vec::new(), text: Some((name, text)) })
}

impl Written<Decision> {
    /// What the file says, what the register says about pairs of records, and whom the register of restricted people keeps apart.
    pub(super) fn with(&self, (lines, mut warnings): (Vec<Decision>, Vec<String>), apart: Vec<Decision>) -> Result<Self, RunError> {
        let decided = [self.lines.clone(), lines].concat();
        check_decisions(&decided).map_err(RunError::Data)?;
        let all = [apart, decided].concat();
        // Told without the records' names: together they would say who is who.
        let problems: Vec<Problem> = contradictions(&all)
            .iter()
            .filter_map(|contradiction| {
                let entry = all.get(contradiction.different)?;
                let same: Vec<String> = contradiction.same.iter().filter_map(|&index| all.get(index)).map(Decision::place).collect();
                let message = format!("this entry keeps apart what decisions call the same: {}", same.join(", "));
                Some(Problem::of_file(&entry.file, "contradiction", message).at_line(entry.line))
            })
            .collect();
        if !problems.is_empty() {
            return Err(RunError::Data(Problems(problems)));
        }
        warnings.splice(0..0, self.warnings.iter().cloned());
        Ok(Self { lines: all, sha256: self.sha256.clone(), warnings, text: self.text.clone() })
    }
}

/// What a run holds in memory besides standardised records.
pub(super) fn held(ingested: &Ingested, kept: &Kept) -> Held {
    Held { bytes: ingested.persons.bytes() + ingested.events.bytes() + kept.bytes(), resident: platform::resident_memory() }
}
