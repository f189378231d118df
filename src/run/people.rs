//! Linkage on its own: from files to published persons and links, for people who deduplicate or link and test no criteria.
//!
//! What comes in: a pipeline whose criteria, if it has any, are not looked at; a month; a folder of files. What goes out: a published run with
//! `persons.parquet` and `links.parquet`, by the same steps and promises as a monthly run.
//! What always holds: a linkage run never has the id of a monthly run over the same files.

use super::cohort::Held;
use super::intake::Kept;
use super::made_from::Beside;
use super::unusable::unusable;
use super::withheld::{hide, restrict};
use super::written::{decisions, held, restricted};
use super::{
    DECIDED, REGISTER, RESTRICTED, RunError, RunOutcome, RunSettings, SECRET, Sink, check_pipeline, configuration_sha256, last_final,
    ledger, manifest, outcome, reading, register, secret, space_needed,
};
use crate::model::{Events, Families, Flags, Identification, Progress, Register, Source, StandardPersons};
use crate::register::persons::{KeptPersons, keep_persons};
use crate::stages::agreement::agreement;
use crate::stages::ingest::{Ingested, ingest};
pub use crate::stages::link::{ExplainedStep, Loss, Met, MetRule, PairMet, explain_pattern};
use crate::stages::link::{Forecast, Given, forecast as link_forecast, link, met};
use crate::stages::publish::{RunContents, publish_people};
use crate::stages::standardise::{Standardised, Standards, standardise};
use crate::store::{self, NamedHash, RunKind, RunLock, Staging};

/// Links the records of a pipeline's files and publishes persons and links.
///
/// # Errors
/// [`RunError`]; the last published run is untouched in every case.
#[expect(clippy::too_many_lines, reason = "the stages in their order, each once: cut in two it could not be read at one glance")]
pub fn link_people(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<RunOutcome, RunError> {
    let pipeline = settings.pipeline;
    check_pipeline(pipeline)?;
    store::check_folders(settings.data, settings.out, settings.allow_network_share)?;
    let lock = RunLock::take(settings.out, &settings.month.to_string())?;
    let (ingested, mut standardised) = read(settings, progress)?;
    let beside = Beside::Folder(settings.data);
    let (decisions, restricted) = (decisions(settings.pipeline, beside)?, restricted(settings.pipeline, settings.reference, beside)?);
    // Whom an entry described in the months before is hidden here as well. Without a register nobody is, and ids need no secret.
    let last = if restricted.register.is_empty() { None } else { last_final(settings)? };
    let before = last.as_ref().map(register::read).transpose()?.unwrap_or_default();
    let secret = if restricted.register.is_empty() {
        secret::Secret::default()
    } else {
        secret::kept_or_new(&before.secret, &secret::of_newest(settings.out), &ingested)
    };
    let (entries, reference) = (&restricted.register, settings.reference);
    let extracts = (&mut standardised.persons, ingested.sources.as_slice());
    let (described, mut restrictions) = restrict((entries, reference), pipeline, (last.as_ref(), &before), &secret.text, extracts)?;
    let people = Held::read(settings.out, &lock)?;
    let apart = restrictions.decisions(&standardised.persons, &ingested.sources);
    let decisions = decisions.with(people.link_decisions(&standardised.persons, &ingested.sources), apart)?;
    let built_upon = last.as_ref().map(|last| last.manifest.content_sha256()).unwrap_or_default();
    let known_restricted = secret::of_file(&secret.text, &restricted.sha256);
    let written = [
        ("decisions", decisions.sha256.as_str()),
        (REGISTER, built_upon.as_str()),
        (DECIDED, people.head.as_str()),
        (RESTRICTED, known_restricted.as_str()),
        (SECRET, secret.state.as_str()),
    ];
    let mut manifest = manifest(settings, &ingested, &written);
    manifest.kind = RunKind::Link;
    manifest.state.push(NamedHash { name: "command".to_owned(), sha256: store::sha256_hex(b"link") });
    let run_id = manifest.run_id();
    if let Some(published) = lock.already_published(&run_id)? {
        let summary = reading::json(&store::open_run(&published.path)?, "run.json")?;
        return outcome(settings, published, summary, Vec::new());
    }
    let given = Given { decisions: &decisions.lines, held: held(&ingested, &Kept::default()), secret: &secret.text, ..Given::default() };
    let linked = link(&standardised.persons, &ingested.sources, &ingested.relations, &pipeline.link, &given, progress)?;
    standardised.take_out_births(&linked.without_birth, &linked.without_age);
    if !entries.is_empty() {
        progress.step("restricted people");
        if described.nobody() {
            hide(&described, (entries, reference), (&KeptPersons::default(), &linked), &mut standardised.persons, &mut restrictions);
        } else {
            // The register knows people by the ids that they keep; these files have ids of their own.
            let mut as_kept = linked.clone();
            let kept = keep_persons(&before, &mut as_kept, &standardised.persons, &ingested.sources, settings.month);
            hide(&described, (entries, reference), (&kept, &as_kept), &mut standardised.persons, &mut restrictions);
        }
    }
    let agreement = agreement(&standardised.persons, &linked, &ingested.sources, progress);
    progress.step("ledger");
    let ledger = ledger::balance_people(&ingested, &standardised.persons, &linked).map_err(RunError::Ledger)?;
    let unusable = unusable(&ingested.persons, &standardised.notes, &ingested.sources);
    let warnings: Vec<String> = [
        &ingested.warnings,
        &unusable,
        &restricted.warnings,
        &restrictions.warnings,
        &decisions.warnings,
        &linked.warnings,
        &agreement.warnings,
    ]
    .into_iter()
    .flatten()
    .cloned()
    .collect();
    let contents = RunContents {
        run_id: &run_id,
        provisional: false,
        built_upon: "",
        month: settings.month,
        reference: settings.reference,
        pipeline_name: &pipeline.name,
        pipeline_title: &pipeline.title,
        packs: &[],
        districts: &[],
        targets: &[],
        journeys: &[],
        configuration_sha256: &configuration_sha256(pipeline),
        sources: &ingested.sources,
        deliveries: &ingested.deliveries,
        raw_persons: &ingested.persons,
        persons: &standardised.persons,
        restrictions: &restrictions,
        notes: &standardised.notes,
        relations: &ingested.relations,
        linked: &linked,
        agreement: &agreement.fields,
        families: &Families::default(),
        flags: &Flags::default(),
        events: &Events::default(),
        referrals: &[],
        identification: &Identification::default(),
        register: &Register::default(),
        rejects: &ingested.rejects,
        ledger: &ledger,
        warnings: &warnings,
    };
    progress.step("publishing");
    progress.begin("Publishing", 0, "files");
    let mut staging = Staging::begin(&lock, &run_id, space_needed(&ingested))?;
    let summary = publish_people(&contents, &mut Sink { staging: &mut staging, progress })?;
    manifest.ledger = ledger.lines.iter().map(Into::into).collect();
    progress.step("commit");
    let published = staging.commit(manifest)?;
    progress.end();
    outcome(settings, published, summary, warnings)
}

/// What a run would cost: its files are read and blocked, nothing is compared and nothing written.
///
/// # Errors
/// [`RunError`]; what would be refused before comparing is refused here.
pub fn forecast(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<Forecast, RunError> {
    check_pipeline(settings.pipeline)?;
    let decisions = decisions(settings.pipeline, Beside::Folder(settings.data))?;
    let (ingested, standardised) = read(settings, progress)?;
    let given = Given { decisions: &decisions.lines, held: held(&ingested, &Kept::default()), ..Given::default() };
    Ok(link_forecast(&standardised.persons, &ingested.sources, &settings.pipeline.link, &given, progress)?)
}

/// Reads and standardises the files of a pipeline.
fn read(settings: &RunSettings<'_>, progress: &dyn Progress) -> Result<(Ingested, Standardised), RunError> {
    let pipeline = settings.pipeline;
    let ingested = ingest(pipeline, settings.data, settings.month, settings.reference, progress).map_err(RunError::Data)?;
    // Where no criteria are tested the people need not be living.
    let standards = Standards { reference: settings.reference, further: &pipeline.link.further, any_century: pipeline.packs.is_empty() };
    let standardised = standardise(&ingested.persons, &ingested.sources, standards, progress);
    // A monthly run has more to tell about a single person; here a lone record means that the wrong files lie in the folder.
    let records = standardised.persons.is_test.iter().filter(|&&test| !test).count();
    if records < 2 {
        return Err(RunError::NothingToLink { records });
    }
    Ok((ingested, standardised))
}

/// How blocking meets some pairs of records: what it loses, and why. `records` are names (source, record id), `pairs` count into them; records that the
/// files do not hold are met by nothing.
///
/// # Errors
/// [`RunError`] if the files or settings cannot be used.
pub fn met_pairs(
    settings: &RunSettings<'_>,
    records: &[(&str, &str)],
    pairs: &[(u32, u32)],
    progress: &dyn Progress,
) -> Result<Met, RunError> {
    let (ingested, standardised) = read(settings, progress)?;
    let rows = rows_by_name(&standardised.persons, &ingested.sources);
    let rows: Vec<u32> = records.iter().map(|name| rows.get(name).copied().unwrap_or(u32::MAX)).collect();
    let row = |record: u32| rows.get(record as usize).copied().unwrap_or(u32::MAX);
    let pairs: Vec<(u32, u32)> = pairs.iter().map(|&(left, right)| (row(left), row(right))).collect();
    Ok(met(&standardised.persons, &ingested.sources, &settings.pipeline.link, &pairs)?)
}

fn rows_by_name<'a>(persons: &'a StandardPersons, sources: &'a [Source]) -> std::collections::HashMap<(&'a str, &'a str), u32> {
    let source = |row: usize| persons.position.get(row).and_then(|position| sources.get(usize::from(position.source)));
    let named =
        persons.record_id.iter().enumerate().map(|(row, id)| ((source(row).map_or("", |source| source.name.as_str()), id), row as u32));
    named.collect()
}
