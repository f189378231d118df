//! The monthly run: the stage calls in order, the ledger, the gates.
//!
//! What comes in: a checked pipeline, a month, a folder of extracts. What goes out: a published run, or a refusal that
//! leaves the last one untouched.
//! What always holds: the ledger balances or nothing is published; the run id is a hash of everything the result depends on.

mod birthdays;
mod changes;
mod churn;
pub mod cohort;
pub mod explain;
pub mod history;
mod intake;
mod journeys;
mod known;
mod last_shown;
mod ledger;
pub mod made_from;
mod memory;
pub mod model_change;
mod month;
pub mod people;
pub mod reading;
mod register;
pub mod reperform;
pub mod restricted;
mod secret;
pub mod star;
pub mod successors;
mod unusable;
mod withheld;
mod written;

use std::path::{Path, PathBuf};

use crate::config::checked::Pipeline;
use crate::model::{Day, Month, Problems, Progress, date};
use crate::stages::criteria::CriteriaError;
use crate::stages::ingest::{Ingested, TakenIn, assemble, take_in};
use crate::stages::link::{LinkError, check_settings};
use crate::stages::publish::{PublishError, RunContents, RunSink, publish};
use crate::store::{self, InputEntry, ManifestContents, NamedHash, Published, RunFolder, RunKind, RunLock, Staging, StoreError};

use cohort::Held;
use intake::Kept;
use made_from::{Beside, MadeFrom};
use memory::LINKAGE;
pub use memory::{LinkageChoice, ModelChoice};
use month::{Begun, Found};
pub use written::{WrittenBeside, check_written, read_restricted};
use written::{decisions, overrides, restricted};

/// What to run.
pub struct RunSettings<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// The month.
    pub month: Month,
    /// Reference date: ages and windows are counted from it.
    pub reference: Day,
    /// Folder of the extracts.
    pub data: &'a Path,
    /// Folder to publish into.
    pub out: &'a Path,
    /// Whether a network share will do.
    pub allow_network_share: bool,
    /// Whether an answer is still awaited, such as that of the DWP: later months build upon final runs only.
    pub provisional: bool,
    /// Whether somebody has confirmed that the list may change by more than the pipeline's gate allows.
    pub churn_confirmed: bool,
    /// Under which model records are linked, and whether all pairs are compared.
    pub linkage: LinkageChoice,
}

/// A published run.
pub struct RunOutcome {
    /// Its folder.
    pub path: PathBuf,
    /// True if the same run stood there already.
    pub already_published: bool,
    /// The summary as in `run.json`.
    pub summary: serde_json::Value,
    /// What the officer should know.
    pub warnings: Vec<String>,
    /// The head of the audit trail, to be kept elsewhere.
    pub audit_head: String,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The extracts break their contracts.
    #[error("the extracts cannot be used")]
    Data(#[source] Problems),
    /// The settings are not what they must be.
    #[error("the settings cannot be used")]
    Settings(#[source] Problems),
    /// Linkage could not go on.
    #[error("the records cannot be linked")]
    Link(#[from] LinkError),
    /// `fwt link` was given fewer than two records.
    #[error("there is nothing to link: the files hold {}", if *.records == 0 { "no person record" } else { "one person record only" })]
    NothingToLink {
        /// Person records of the files, test records left out.
        records: usize,
    },
    /// The criteria could not be tested.
    #[error("the criteria cannot be tested")]
    Criteria(#[from] CriteriaError),
    /// The outputs could not be made.
    #[error("the outputs cannot be written")]
    Publish(#[from] PublishError),
    /// An earlier run cannot be read.
    #[error("the published run cannot be read")]
    Reading(#[from] reading::ReadingError),
    /// What an earlier run left for linkage is damaged.
    #[error("what the last final run left for linkage cannot be used")]
    Memory(#[source] reading::ReadingError),
    /// A frozen model was asked for and there is none.
    #[error("there is no frozen model: {0}")]
    NoModel(String),
    /// The disk.
    #[error("the run cannot be published")]
    Store(#[from] StoreError),
    /// The list changed by more than the gate allows.
    #[error("{}", .0.join("\n"))]
    Churn(Vec<String>),
    /// A run cannot be re-performed from what is there.
    #[error("the run cannot be re-performed: {0}")]
    NotReperformable(String),
    /// Rows were lost: a bug.
    #[error("the row ledger does not balance: {0}")]
    Ledger(String),
}

/// Runs a month from extracts to the published list.
///
/// # Errors
/// [`RunError`]; the last published run is untouched in every case.
pub fn monthly(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<RunOutcome, RunError> {
    check_pipeline(settings.pipeline)?;
    store::check_folders(settings.data, settings.out, settings.allow_network_share)?;
    let lock = RunLock::take(settings.out, &settings.month.to_string())?;
    let last = last_final(settings)?;
    let taken = read_extracts(settings, last.as_ref(), progress)?;
    let begun = begin(
        settings,
        last,
        taken,
        (Beside::Folder(settings.data), Held::read(settings.out, &lock)?, secret::of_newest(settings.out)),
        progress,
    )?;
    let mut manifest = manifest_of(settings, &begun);
    let run_id = manifest.run_id();
    if let Some(published) = lock.already_published(&run_id)? {
        let summary = reading::json(&store::open_run(&published.path)?, "run.json")?;
        memory::keep_to_frozen(settings.linkage, summary.get("model").unwrap_or(&serde_json::Value::Null))?;
        return outcome(settings, published, summary, Vec::new());
    }
    let found = Found::of(settings, &begun, progress)?;
    let held = churn::beyond(&found.register, settings.pipeline.gates.churn);
    if !held.is_empty() && !settings.churn_confirmed {
        return Err(RunError::Churn(held));
    }
    let contents = found.contents(settings, &begun, &run_id);
    progress.step("publishing");
    progress.begin("Publishing", 0, "files");
    let mut staging = Staging::begin(&lock, &run_id, space_needed(&begun.ingested))?;
    let summary = write(&contents, &begun, &mut Sink { staging: &mut staging, progress })?;
    manifest.ledger = found.ledger.lines.iter().map(Into::into).collect();
    progress.step("commit");
    let published = staging.commit(manifest)?;
    progress.end();
    outcome(settings, published, summary, found.warnings)
}

/// Takes in the files of a month, those of earlier months from the run it builds upon where they are gone.
fn read_extracts(settings: &RunSettings<'_>, last: Option<&RunFolder>, progress: &dyn Progress) -> Result<TakenIn, RunError> {
    let past = last.map_or(Ok(Vec::new()), intake::files_of)?;
    take_in(settings.pipeline, settings.data, settings.month, settings.reference, past, progress).map_err(RunError::Data)
}

/// Joins what was taken in with what people wrote.
fn begin(
    settings: &RunSettings<'_>,
    last: Option<RunFolder>,
    taken: TakenIn,
    (beside, people, earlier): (Beside<'_>, Held, String),
    progress: &dyn Progress,
) -> Result<Begun, RunError> {
    let kept = Kept::of(&taken)?;
    let ingested = assemble(settings.pipeline, taken, progress);
    let (overrides, decisions, restricted) = (
        overrides(settings.pipeline, beside)?,
        decisions(settings.pipeline, beside)?,
        restricted(settings.pipeline, settings.reference, beside)?,
    );
    let before = last.as_ref().map_or(Ok(String::new()), secret::of_run)?;
    let secret = secret::kept_or_new(&before, &earlier, &ingested);
    let mut begun = Begun { last, ingested, kept, overrides, decisions, people, restricted, secret };
    let made_from = MadeFrom::of(settings.pipeline, &begun);
    begun.kept.add(made_from::FILE, made_from.bytes());
    begun.kept.add(secret::FILE, secret::bytes(&begun.secret.text));
    Ok(begun)
}

/// What the manifest of a month says before anything is computed.
fn manifest_of(settings: &RunSettings<'_>, begun: &Begun) -> ManifestContents {
    let built_upon = begun.last.as_ref().map(|last| last.manifest.content_sha256()).unwrap_or_default();
    let linkage = settings.linkage.sha256();
    let known_restricted = secret::of_file(&begun.secret.text, &begun.restricted.sha256);
    let written = [
        ("overrides", begun.overrides.sha256.as_str()),
        ("decisions", begun.decisions.sha256.as_str()),
        (REGISTER, built_upon.as_str()),
        (LINKAGE, linkage.as_str()),
        (DECIDED, begun.people.head.as_str()),
        (RESTRICTED, known_restricted.as_str()),
        (SECRET, begun.secret.state.as_str()),
    ];
    let kind = if settings.provisional { RunKind::Provisional } else { RunKind::Final };
    ManifestContents { kind, ..manifest(settings, &begun.ingested, &written) }
}

/// Writes every file of a month.
fn write(contents: &RunContents<'_>, begun: &Begun, sink: &mut dyn RunSink) -> Result<serde_json::Value, RunError> {
    let summary = publish(contents, sink)?;
    begun.kept.publish(sink)?;
    Ok(summary)
}

/// The name under which a manifest's state holds the run that this one builds upon: the hash of its manifest.
const REGISTER: &str = "register";

/// The name under which it holds what people had decided: the head of the journal of decisions.
const DECIDED: &str = "people's decisions";

/// The name under which it holds the register of restricted people and addresses: the hash of the file under the secret of the run, for a short file could be found by trying.
pub const RESTRICTED: &str = "restricted people and addresses";

/// The name under which it holds the secret of an earlier run of the first month, by its hash.
const SECRET: &str = "secret";

/// The run that this month builds upon: the last final run of the newest month before it. What it published is the register: identities, history, decisions.
fn last_final(settings: &RunSettings<'_>) -> Result<Option<RunFolder>, RunError> {
    Ok(store::last_final_before(settings.out, &settings.month.to_string())?)
}

/// Checks what loading a pipeline could not: what only the engine knows.
///
/// # Errors
/// [`RunError::Settings`] with every problem of the pipeline file.
pub fn check_pipeline(pipeline: &Pipeline) -> Result<(), RunError> {
    check_settings(&pipeline.link, &pipeline.path.display().to_string()).map_err(RunError::Settings)
}

fn outcome(
    settings: &RunSettings<'_>,
    published: Published,
    summary: serde_json::Value,
    mut warnings: Vec<String>,
) -> Result<RunOutcome, RunError> {
    let month = settings.month.to_string();
    let later = store::published_runs(settings.out)?.iter().map(|run| run.period().to_owned()).filter(|period| *period > month).max();
    warnings.extend(later.map(|later| {
        format!(
            "a run of {later} is published too, and now the run of {month} is the current one: what is exported, imported and sent goes by it until a later month is run again"
        )
    }));
    Ok(RunOutcome { path: published.path, already_published: published.already, summary, warnings, audit_head: published.audit_head })
}

/// Everything the result depends on.
fn manifest(settings: &RunSettings<'_>, ingested: &Ingested, written: &[(&str, &str)]) -> ManifestContents {
    let named = |(name, sha256): &(String, String)| NamedHash { name: name.clone(), sha256: sha256.clone() };
    let (schemas, configuration) = settings.pipeline.fingerprints.iter().partition::<Vec<_>, _>(|(name, _)| name.contains("schemas/"));
    let mut state = vec![NamedHash { name: "reference".to_owned(), sha256: store::sha256_hex(date::iso(settings.reference).as_bytes()) }];
    for (name, sha256) in written.iter().filter(|(_, sha256)| !sha256.is_empty()) {
        state.push(NamedHash { name: (*name).to_owned(), sha256: (*sha256).to_owned() });
    }
    // Given on the command line they stand in no configuration file, and fewer pairs can mean other persons.
    let link = &settings.pipeline.link;
    for (name, ceiling) in [("max_pairs", link.max_pairs), ("max_memory", link.max_memory)] {
        state.extend(ceiling.map(|value| NamedHash { name: name.to_owned(), sha256: store::sha256_hex(value.to_string().as_bytes()) }));
    }
    ManifestContents {
        period: settings.month.to_string(),
        kind: RunKind::default(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        configuration: configuration.into_iter().map(named).collect(),
        schemas: schemas.into_iter().map(named).collect(),
        state,
        inputs: ingested
            .deliveries
            .iter()
            .map(|delivery| InputEntry {
                name: delivery.file.clone(),
                sha256: delivery.sha256.clone(),
                bytes: delivery.bytes,
                rows: Some(delivery.rows_read),
            })
            .collect(),
        after_run: None,
        ledger: Vec::new(),
    }
}

/// Bytes a run may need: measured runs take about as much as their extracts; twice that leaves room.
fn space_needed(ingested: &Ingested) -> u64 {
    2 * ingested.deliveries.iter().map(|delivery| delivery.bytes).sum::<u64>()
}

/// One hash over all configuration files.
fn configuration_sha256(pipeline: &Pipeline) -> String {
    let lines: Vec<String> = pipeline.fingerprints.iter().map(|(name, sha256)| format!("{name} {sha256}")).collect();
    store::sha256_hex(lines.join("\n").as_bytes())
}

/// Hands what the publish stage writes to the staging folder.
struct Sink<'a> {
    staging: &'a mut Staging,
    progress: &'a dyn Progress,
}

impl RunSink for Sink<'_> {
    fn put(
        &mut self,
        name: &str,
        rows: Option<u64>,
        write: &mut dyn FnMut(&mut dyn std::io::Write) -> std::io::Result<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.staging.put(name, rows, |sink| write(sink))?;
        self.progress.advance(1);
        Ok(())
    }
}
