//! What a published run says about itself: `manifest.json`.
//!
//! What always holds: it depends on the run's inputs, settings, outputs and predecessor alone. No time, no user, no path
//! of this machine: the same run has the same manifest anywhere (P3). Times stand in the audit trail.

use serde::{Deserialize, Serialize};

use super::after_run::RestsOn;
use super::hash::sha256_hex;
use crate::model::LedgerLine;

/// The manifest's file name.
pub(super) const MANIFEST: &str = "manifest.json";
/// The largest manifest read.
pub(super) const MAXIMUM_MANIFEST: u64 = 64 << 20;
/// The layout of the manifest itself.
const FORMAT: u32 = 1;

/// Something read that the result depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedHash {
    /// Its name, relative.
    pub name: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// An extract read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputEntry {
    /// Its name below the data folder.
    pub name: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Its rows, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// A file of the run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OutputEntry {
    /// Its name below the run folder, with `/` between folders.
    pub name: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Its rows, where it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// A line of the row ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Stage.
    pub stage: String,
    /// What is counted.
    pub what: String,
    /// Came in.
    pub rows_in: u64,
    /// Went on.
    pub rows_out: u64,
    /// Set aside.
    pub set_aside: u64,
}

impl From<&LedgerLine> for LedgerEntry {
    fn from(line: &LedgerLine) -> Self {
        Self {
            stage: line.stage.to_owned(),
            what: line.what.clone(),
            rows_in: line.rows_in,
            rows_out: line.rows_out,
            set_aside: line.set_aside,
        }
    }
}

/// The run that was current when this one was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousRun {
    /// Its run id.
    pub run_id: String,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// The month's list: the next month builds upon it.
    #[default]
    Final,
    /// The list before an answer is in, such as that of the DWP: no month builds upon it (design.md §10).
    Provisional,
    /// Only people were linked: no families, no list.
    Link,
}

/// What the caller knows about a run; the store adds the outputs and the predecessor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ManifestContents {
    /// Period, such as `2012-10`.
    pub period: String,
    /// What it is for.
    pub kind: RunKind,
    /// Version of `fwt`.
    pub tool_version: String,
    /// Pipeline and criteria files.
    pub configuration: Vec<NamedHash>,
    /// Schema files.
    pub schemas: Vec<NamedHash>,
    /// Whatever else the result depends on: settings given on the command line, overrides, decisions, the register's state.
    pub state: Vec<NamedHash>,
    /// Extracts.
    pub inputs: Vec<InputEntry>,
    /// What a folder written after a run rests on; `None` for a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_run: Option<RestsOn>,
    /// The row ledger. Not part of the run id: it is a result.
    pub ledger: Vec<LedgerEntry>,
}

impl ManifestContents {
    /// Those of a folder that is written after a run. `configuration`: name and SHA-256 of each file it was made with.
    #[must_use]
    pub fn after_run<'f>(
        period: &str,
        configuration: impl IntoIterator<Item = &'f (String, String)>,
        state: Vec<NamedHash>,
        rests_on: RestsOn,
    ) -> Self {
        let named = |(name, sha256): &(String, String)| NamedHash { name: name.clone(), sha256: sha256.clone() };
        Self {
            period: period.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            configuration: configuration.into_iter().map(named).collect(),
            state,
            after_run: Some(rests_on),
            ..Self::default()
        }
    }

    /// The run id: the period and 12 hexadecimal digits of the hash of everything the result depends on, in any order.
    #[must_use]
    pub fn run_id(&self) -> String {
        let mut canonical = Self { ledger: Vec::new(), ..self.clone() };
        canonical.configuration.sort_unstable();
        canonical.schemas.sort_unstable();
        canonical.state.sort_unstable();
        canonical.inputs.sort_unstable();
        let digits: String = sha256_of(&canonical).chars().take(12).collect();
        format!("{}--{digits}", self.period)
    }

    /// One hash over all inputs, for the audit trail.
    pub(super) fn inputs_sha256(&self) -> String {
        let mut inputs = self.inputs.clone();
        inputs.sort_unstable();
        sha256_of(&inputs)
    }

    /// One hash over configuration, schemas and state, for the audit trail.
    pub(super) fn configuration_sha256(&self) -> String {
        let mut all = [&self.configuration, &self.schemas, &self.state].into_iter().flatten().collect::<Vec<_>>();
        all.sort_unstable();
        sha256_of(&all)
    }
}

/// The hash of a value's canonical text.
fn sha256_of(value: &impl Serialize) -> String {
    sha256_hex(&serde_json::to_vec(value).expect("texts and numbers always serialise"))
}

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this layout.
    pub format: u32,
    /// The run id, which is also the folder's name.
    pub run_id: String,
    /// Period, such as `2012-10`.
    pub period: String,
    /// What it is for; a manifest that does not say is of a final run.
    #[serde(default)]
    pub kind: RunKind,
    /// Version of `fwt`.
    pub tool_version: String,
    /// Pipeline and criteria files.
    pub configuration: Vec<NamedHash>,
    /// Schema files.
    pub schemas: Vec<NamedHash>,
    /// Whatever else the result depends on.
    #[serde(default)]
    pub state: Vec<NamedHash>,
    /// Extracts.
    pub inputs: Vec<InputEntry>,
    /// What a folder written after a run rests on; runs have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_run: Option<RestsOn>,
    /// The row ledger.
    pub ledger: Vec<LedgerEntry>,
    /// Every file of the run but the manifest, ordered by name.
    pub outputs: Vec<OutputEntry>,
    /// The run before.
    #[serde(default)]
    pub previous: Option<PreviousRun>,
}

impl Manifest {
    pub(super) fn new(run_id: &str, contents: ManifestContents, mut outputs: Vec<OutputEntry>, previous: Option<PreviousRun>) -> Self {
        outputs.sort_unstable();
        let ManifestContents { period, kind, tool_version, mut configuration, mut schemas, mut state, mut inputs, after_run, ledger } =
            contents;
        configuration.sort_unstable();
        schemas.sort_unstable();
        state.sort_unstable();
        inputs.sort_unstable();
        Self {
            format: FORMAT,
            run_id: run_id.to_owned(),
            period,
            kind,
            tool_version,
            configuration,
            schemas,
            state,
            inputs,
            after_run,
            ledger,
            outputs,
            previous,
        }
    }

    /// What the caller said when the run was published.
    #[must_use]
    pub fn contents(&self) -> ManifestContents {
        ManifestContents {
            period: self.period.clone(),
            kind: self.kind,
            tool_version: self.tool_version.clone(),
            configuration: self.configuration.clone(),
            schemas: self.schemas.clone(),
            state: self.state.clone(),
            inputs: self.inputs.clone(),
            after_run: self.after_run.clone(),
            ledger: self.ledger.clone(),
        }
    }

    /// One hash over all that the run is, wherever and after whichever run it was published: the manifest without the run before it.
    #[must_use]
    pub fn content_sha256(&self) -> String {
        sha256_of(&Self { previous: None, ..self.clone() })
    }

    /// The entry of a file.
    #[must_use]
    pub fn output(&self, name: &str) -> Option<&OutputEntry> {
        self.outputs.iter().find(|output| output.name == name)
    }

    /// The file's bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("texts and numbers always serialise");
        bytes.push(b'\n');
        bytes
    }

    /// Reads the file's bytes; the error says what is wrong without quoting them.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("{MANIFEST} is not a manifest (line {}, column {})", error.line(), error.column()))?;
        if manifest.format == FORMAT { Ok(manifest) } else { Err(format!("{MANIFEST} has a layout this version of fwt does not know")) }
    }
}
