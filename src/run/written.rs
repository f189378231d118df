//! What people write beside the extracts: overrides and decisions; and what a run holds in memory when linkage begins.
//!
//! What comes in: the settings of a run. What goes out: the lines of each file that the pipeline names, with the hash of its bytes. What always holds: a file
//! that is not there means that nobody has decided anything yet; decisions then say so, because a misspelt name would undo them unseen.

use super::intake::Kept;
use super::{RunError, RunSettings};
use crate::model::{Decision, Override, Problem, Problems};
use crate::stages::identify::parse_overrides;
use crate::stages::ingest::Ingested;
use crate::stages::link::{Held, check_decisions, parse_decisions};
use crate::store;

/// The lines of a file that people write, and the hash of its bytes; both empty where there is none.
pub(super) struct Written<T> {
    pub(super) lines: Vec<T>,
    pub(super) sha256: String,
    pub(super) warnings: Vec<String>,
}

/// Reads the overrides file if the pipeline names one.
pub(super) fn overrides(settings: &RunSettings<'_>) -> Result<Written<Override>, RunError> {
    let name = settings.pipeline.identify.overrides.as_deref();
    read(settings, name, "the overrides are not UTF-8 text", parse_overrides)
}

/// Reads the decisions file if the pipeline names one.
pub(super) fn decisions(settings: &RunSettings<'_>) -> Result<Written<Decision>, RunError> {
    let name = settings.pipeline.link.decisions.as_deref();
    let mut written = read(settings, name, "the decisions are not UTF-8 text", parse_decisions)?;
    if let Some(name) = name.filter(|_| written.sha256.is_empty()) {
        written.warnings.push(format!("{} is not there: no decisions about pairs of records are applied", name.display()));
    }
    Ok(written)
}

fn read<T>(
    settings: &RunSettings<'_>,
    name: Option<&std::path::Path>,
    not_text: &str,
    parse: impl Fn(&str, &str) -> Result<Vec<T>, Problems>,
) -> Result<Written<T>, RunError> {
    let nothing = Written { lines: Vec::new(), sha256: String::new(), warnings: Vec::new() };
    let Some(name) = name else { return Ok(nothing) };
    let path = settings.data.join(name);
    if !store::exists(&path) {
        return Ok(nothing);
    }
    let file = store::read_input(settings.data, &path)?;
    let name = name.display().to_string();
    let text = std::str::from_utf8(&file.bytes).map_err(|_| {
        let problem = Problem::of_file(name.as_str(), "not-utf-8", not_text);
        RunError::Data(Problems(vec![problem.with_hint("save the file as \"CSV UTF-8\"")]))
    })?;
    let lines = parse(&name, text).map_err(RunError::Data)?;
    Ok(Written { lines, sha256: file.sha256, warnings: Vec::new() })
}

impl Written<Decision> {
    /// What the file says, and what the register says about pairs of records.
    pub(super) fn with(&self, (lines, mut warnings): (Vec<Decision>, Vec<String>)) -> Result<Self, RunError> {
        let all = [self.lines.clone(), lines].concat();
        check_decisions(&all).map_err(RunError::Data)?;
        warnings.splice(0..0, self.warnings.iter().cloned());
        Ok(Self { lines: all, sha256: self.sha256.clone(), warnings })
    }
}

/// What a run holds in memory besides standardised records.
pub(super) fn held(ingested: &Ingested, kept: &Kept) -> Held {
    Held { bytes: ingested.persons.bytes() + ingested.events.bytes() + kept.bytes(), resident: store::platform::resident_memory() }
}
