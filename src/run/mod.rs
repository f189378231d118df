//! The monthly run: the stage calls in order, the ledger, the gates.
//!
//! What comes in: a checked pipeline, a month, a folder of extracts. What goes out: a published run, or a refusal that
//! leaves the last one untouched.
//! What always holds: the ledger balances or nothing is published; the run id is a hash of everything the result depends on.

pub mod explain;
mod ledger;
pub mod people;
pub mod reading;
pub mod star;
mod written;

use std::path::{Path, PathBuf};

use crate::config::checked::Pipeline;
use crate::model::{Day, Month, Problems, Progress, date};
use crate::stages::criteria::{CriteriaError, criteria};
use crate::stages::households::households;
use crate::stages::identify::{Given as Identified, identify};
use crate::stages::ingest::{Ingested, ingest};
use crate::stages::link::{Given, LinkError, check_settings, link};
use crate::stages::publish::{PackHeading, PublishError, RunContents, RunSink, publish, summary};
use crate::stages::standardise::{Standards, standardise};
use crate::store::{self, InputEntry, ManifestContents, NamedHash, Published, RunFolder, RunKind, RunLock, Staging, StoreError};

use written::{decisions, held, overrides};

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
    /// The criteria could not be tested.
    #[error("the criteria cannot be tested")]
    Criteria(#[from] CriteriaError),
    /// The outputs could not be made.
    #[error("the outputs cannot be written")]
    Publish(#[from] PublishError),
    /// An earlier run cannot be read.
    #[error("the published run cannot be read")]
    Reading(#[from] reading::ReadingError),
    /// The disk.
    #[error("the run cannot be published")]
    Store(#[from] StoreError),
    /// Rows were lost: a bug.
    #[error("the row ledger does not balance: {0}")]
    Ledger(String),
}

/// Runs a month from extracts to the published list.
///
/// # Errors
/// [`RunError`]; the last published run is untouched in every case.
pub fn monthly(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<RunOutcome, RunError> {
    let pipeline = settings.pipeline;
    check_pipeline(pipeline)?;
    store::check_folders(settings.data, settings.out, settings.allow_network_share)?;
    let lock = RunLock::take(settings.out, &settings.month.to_string())?;
    let ingested = ingest(pipeline, settings.data, settings.month, settings.reference, progress).map_err(RunError::Data)?;
    let overrides = overrides(settings)?;
    let decisions = decisions(settings)?;
    let last = last_final(settings)?;
    let built_upon = last.as_ref().map_or("", |last| last.manifest_sha256.as_str());
    let written = [("overrides", overrides.sha256.as_str()), ("decisions", decisions.sha256.as_str()), (REGISTER, built_upon)];
    let mut manifest = manifest(settings, &ingested, &written);
    manifest.kind = if settings.provisional { RunKind::Provisional } else { RunKind::Final };
    let run_id = manifest.run_id();
    if let Some(published) = lock.already_published(&run_id)? {
        let summary = reading::json(&store::open_run(&published.path)?, "run.json")?;
        return Ok(outcome(published, summary, Vec::new()));
    }

    let standards = Standards { reference: settings.reference, further: &pipeline.link.further, any_century: false };
    let standardised = standardise(&ingested.persons, &ingested.sources, standards, progress);
    let given = Given { decisions: &decisions.lines, held: held(&ingested) };
    let linked = link(&standardised.persons, &ingested.sources, &ingested.relations, &pipeline.link, &given, progress)?;
    let families = households(
        &standardised.persons,
        &linked,
        &ingested.sources,
        &ingested.relations,
        settings.reference,
        &pipeline.households,
        progress,
    );
    let flags = criteria(
        &families,
        &linked,
        &ingested.events,
        &ingested.deliveries,
        &ingested.sources,
        &pipeline.packs,
        settings.reference,
        progress,
    )?;
    progress.step("identifying");
    let identification = identify(&Identified {
        families: &families,
        flags: &flags,
        events: &ingested.events,
        linked: &linked,
        persons: &standardised.persons,
        deliveries: &ingested.deliveries,
        sources: &ingested.sources,
        packs: &pipeline.packs,
        overrides: &overrides.lines,
        settings: &pipeline.identify,
        reference: settings.reference,
    });

    progress.step("ledger");
    let ledger = ledger::balance(&ingested, &standardised.persons, &linked, &families, &flags, &identification, &pipeline.packs)
        .map_err(RunError::Ledger)?;
    let warnings: Vec<String> = [&ingested.warnings, &decisions.warnings, &linked.warnings, &families.warnings, &identification.warnings]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let contents = RunContents {
        run_id: &run_id,
        provisional: settings.provisional,
        built_upon: last.as_ref().map_or("", |last| last.manifest.run_id.as_str()),
        month: settings.month,
        reference: settings.reference,
        pipeline_name: &pipeline.name,
        pipeline_title: &pipeline.title,
        packs: &pipeline.packs.iter().map(heading).collect::<Vec<_>>(),
        districts: &pipeline.identify.districts,
        targets: &pipeline.targets,
        configuration_sha256: &configuration_sha256(pipeline),
        sources: &ingested.sources,
        deliveries: &ingested.deliveries,
        raw_persons: &ingested.persons,
        persons: &standardised.persons,
        notes: &standardised.notes,
        relations: &ingested.relations,
        linked: &linked,
        families: &families,
        flags: &flags,
        events: &ingested.events,
        identification: &identification,
        rejects: &ingested.rejects,
        ledger: &ledger,
        warnings: &warnings,
    };
    let summary = summary(&contents);
    progress.step("publishing");
    progress.begin("Publishing", 0, "files");
    let mut staging = Staging::begin(&lock, &run_id, space_needed(&ingested))?;
    publish(&contents, &mut Sink { staging: &mut staging, progress })?;
    manifest.ledger = ledger.lines.iter().map(Into::into).collect();
    progress.step("commit");
    let published = staging.commit(manifest)?;
    progress.end();
    Ok(outcome(published, summary, warnings))
}

/// The name under which a manifest's state holds the run that this one builds upon: the hash of its manifest.
const REGISTER: &str = "register";

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

fn outcome(published: Published, summary: serde_json::Value, warnings: Vec<String>) -> RunOutcome {
    RunOutcome { path: published.path, already_published: published.already, summary, warnings, audit_head: published.audit_head }
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

fn heading(pack: &crate::rules::pack::Pack) -> PackHeading {
    PackHeading {
        name: pack.name.clone(),
        version: pack.version.clone(),
        title: pack.title.clone(),
        criteria: pack.criteria.iter().map(|criterion| (criterion.id.clone(), criterion.title.clone())).collect(),
        rules: pack.rules.iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect(),
    }
}
