//! Re-performs a published run: the same month again, from what the run itself kept of its extracts, held against what was published.
//!
//! What comes in: a published run, the pipeline and what people wrote (as the run kept them, or as files), the output folder that holds the run it built upon. What goes out: the files that come out
//! otherwise than they were published; none if the run stands. What always holds: nothing is written; the extracts are not needed; a run is re-performed only
//! from exactly what it was made from, and what differs is named.

use std::io::{self, Write};
use std::path::Path;

use super::cohort::Held;
use super::made_from::Beside;
use super::memory::LinkageChoice;
use super::month::Found;
use super::{RunError, RunSettings, begin, intake, manifest_of, reading, secret, write};
use crate::config::checked::Pipeline;
use crate::model::{Month, Progress, date};
use crate::stages::ingest::retake;
use crate::stages::publish::RunSink;
use crate::store::{self, Manifest, ManifestContents, NamedHash, RunFolder, RunKind};

/// What to re-perform.
pub struct Reperform<'a> {
    /// The run.
    pub run: &'a RunFolder,
    /// The pipeline it was made with, from its files or as the run kept them.
    pub pipeline: &'a Pipeline,
    /// The files that people wrote beside the extracts (overrides, decisions, restricted people), as they were.
    pub beside: Beside<'a>,
    /// Output folder that holds the run which this one builds upon.
    pub out: &'a Path,
}

/// How a run compares with what was published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reperformed {
    /// Files that came out byte for byte as published.
    pub same: usize,
    /// Names of those that did not, and of those that came out now and were not published or the other way round.
    pub differing: Vec<String>,
}

/// Re-performs a run.
///
/// # Errors
/// [`RunError::NotReperformable`] if the run kept nothing of its extracts, or if it was made from something else than what is there now (by name); other
/// [`RunError`]s as a run.
pub fn reperform(what: &Reperform<'_>, progress: &dyn Progress) -> Result<Reperformed, RunError> {
    let manifest = &what.run.manifest;
    if manifest.kind == RunKind::Link {
        return Err(RunError::NotReperformable("it only linked people; `fwt link` over the same files says whether it stands".to_owned()));
    }
    let month: Month = manifest.period.parse().map_err(|_| RunError::NotReperformable("its period is not a month".to_owned()))?;
    let summary = reading::json(what.run, "run.json")?;
    let reference = summary.get("reference_date").and_then(serde_json::Value::as_str).and_then(date::from_iso);
    let settings = RunSettings {
        pipeline: what.pipeline,
        month,
        reference: reference.unwrap_or_else(|| month.last_day()),
        data: Path::new(""),
        out: what.out,
        allow_network_share: true,
        provisional: manifest.kind == RunKind::Provisional,
        churn_confirmed: true,
        linkage: LinkageChoice::of(manifest),
    };
    let last = built_upon(what.out, manifest)?;
    let files = intake::files_of(what.run)?;
    if files.is_empty() {
        return Err(RunError::NotReperformable("it was made before runs kept what they read".to_owned()));
    }
    let taken = retake(what.pipeline, files, intake::warnings_of(what.run)?, month, settings.reference);
    let head = manifest.state.iter().find(|state| state.name == super::DECIDED).map_or("", |state| state.sha256.as_str());
    let begun = begin(&settings, last, taken, (what.beside, Held::up_to(what.out, head)?, secret::of_run(what.run)?), progress)?;
    let expected = manifest_of(&settings, &begun);
    let otherwise = differences(&expected, &manifest.contents());
    if !otherwise.is_empty() {
        return Err(RunError::NotReperformable(format!("it was made from something else: {}", otherwise.join(", "))));
    }
    let found = Found::of(&settings, &begun, progress)?;
    let contents = found.contents(&settings, &begun, &manifest.run_id);
    progress.step("comparing");
    let mut sink = Comparing { manifest, found: Reperformed::default(), seen: Vec::new() };
    write(&contents, &begun, &mut sink)?;
    let Comparing { mut found, seen, .. } = sink;
    found.differing.extend(manifest.outputs.iter().map(|output| output.name.clone()).filter(|name| !seen.contains(name)));
    found.differing.sort();
    Ok(found)
}

/// The run that this one was built upon, from the output folder's published runs.
fn built_upon(out: &Path, manifest: &Manifest) -> Result<Option<RunFolder>, RunError> {
    let Some(wanted) = manifest.state.iter().find(|state| state.name == super::REGISTER) else { return Ok(None) };
    for run in store::published_runs(out)?.iter().rev().filter(|run| run.period() < manifest.period.as_str()) {
        let opened = store::open_published(out, run)?;
        if opened.manifest.content_sha256() == wanted.sha256 {
            return Ok(Some(opened));
        }
    }
    Err(RunError::NotReperformable("the run that it builds upon is not in the output folder".to_owned()))
}

/// Names of what the two runs were made from and that is not the same.
fn differences(now: &ManifestContents, then: &ManifestContents) -> Vec<String> {
    let mut names = Vec::new();
    let mut compare = |what: &str, now: &[NamedHash], then: &[NamedHash]| {
        let mut differing: Vec<&str> = now.iter().filter(|entry| !then.contains(entry)).map(|entry| entry.name.as_str()).collect();
        differing.extend(then.iter().filter(|entry| !now.contains(entry)).map(|entry| entry.name.as_str()));
        differing.sort_unstable();
        differing.dedup();
        names.extend(differing.into_iter().map(|name| format!("{what} `{name}`")));
    };
    compare("configuration", &now.configuration, &then.configuration);
    compare("schema", &now.schemas, &then.schemas);
    compare("state", &now.state, &then.state);
    let inputs = |contents: &ManifestContents| -> Vec<NamedHash> {
        contents.inputs.iter().map(|input| NamedHash { name: input.name.clone(), sha256: input.sha256.clone() }).collect()
    };
    compare("extract", &inputs(now), &inputs(then));
    if now.tool_version != then.tool_version {
        names.push(format!("version {} of fwt", then.tool_version));
    }
    names
}

/// Holds every file against the manifest instead of writing it.
struct Comparing<'a> {
    manifest: &'a Manifest,
    found: Reperformed,
    seen: Vec<String>,
}

impl RunSink for Comparing<'_> {
    fn put(
        &mut self,
        name: &str,
        _rows: Option<u64>,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        self.seen.push(name.to_owned());
        if self.manifest.output(name).is_some_and(|output| output.sha256 == store::sha256_hex(&bytes)) {
            self.found.same += 1;
        } else {
            self.found.differing.push(name.to_owned());
        }
        Ok(())
    }
}
