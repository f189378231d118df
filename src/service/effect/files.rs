//! Writes the comparison: exact tables for the service, suppressed ones and pages for others.
//!
//! What comes in: the output folder with its final runs, the register, the pipeline. What goes out: a folder below `effect/`. What always holds: `effect.csv` and
//! `criteria.csv` are exact and restricted; in everything else small numbers are suppressed; nothing names a family or a person; the runs are not touched.

use std::path::Path;

use super::study::{Group, Study, study};
use super::{committee, gather, page};
use crate::config::checked::Pipeline;
use crate::model::{CostItem, CostUnit, EffectSettings, Journey};
use crate::register::decisions::{Entry, FamilyState, Register, claims_by_family, journey};
use crate::run::reading::ReadingError;
use crate::store::{self, AfterRun, Area, ManifestContents, NamedHash, RestsOn, RunFolder, RunLock, StoreError, WrittenAfterRun};

/// Bytes that the folder takes at most, for the check of free space.
const SPACE: u64 = 16 << 20;

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum EffectError {
    /// The pipeline does not say what is to be compared.
    #[error("the pipeline has no section [service.effect]")]
    NotSet,
    /// There is no final run.
    #[error("there is no final run to compare with")]
    NoFinalRun,
    /// A table of a run cannot be read.
    #[error("a run cannot be read")]
    Reading(#[from] ReadingError),
    /// The disk.
    #[error("nothing was written")]
    Store(#[from] StoreError),
}

/// What was written.
pub struct Written {
    /// The folder.
    pub written: WrittenAfterRun,
    /// Months with a final run.
    pub months: usize,
    /// Families that were ever attached.
    pub attached: u64,
    /// Of these, families whose months after are over.
    pub compared: u64,
    /// Families that were turned around.
    pub turned_around: u64,
}

/// Compares and writes.
///
/// # Errors
/// [`EffectError`]; nothing is written then.
pub fn write(
    lock: &RunLock,
    out: &Path,
    (register, entries, head): (&Register, &[Entry], &str),
    pipeline: &Pipeline,
) -> Result<Written, EffectError> {
    let settings = pipeline.effect.as_ref().ok_or(EffectError::NotSet)?;
    let runs = store::final_runs(out)?;
    let newest = runs.last().ok_or(EffectError::NoFinalRun)?;
    let claims = claims_by_family(&register.claims);
    let way = |(id, state): (&String, &FamilyState)| {
        journey(entries, (id, None), state, claims.get(id.as_str()).map(Vec::as_slice).unwrap_or_default())
    };
    let journeys: Vec<Journey> = register.families.iter().map(way).collect();
    let given = gather(&runs, &journeys, pipeline, settings)?;
    let study = study(&given, &settings.costs, settings.months);
    let (attached, _) = study.together(settings.costs.len());
    let sum = |count: fn(&super::CohortStudy) -> u64| study.cohorts.iter().map(count).sum();
    let contents = contents(pipeline, &runs, newest, head);
    let outcome = |written| Written {
        written,
        months: runs.len(),
        attached: sum(|cohort| cohort.families),
        compared: attached.families,
        turned_around: sum(|cohort| cohort.turned_around),
    };
    if let Some(written) = AfterRun::already_written(lock, &contents)? {
        return Ok(outcome(written));
    }
    let effect = effect_csv(&study, &settings.costs);
    let criteria = criteria_csv(&study);
    let shown = page::Shown::of(&study, settings);
    let title = &pipeline.title;
    let page = page::page(title, &newest.manifest.period, settings, &shown);
    let committee = committee::page(title, newest, &shown)?;
    let shareable = shareable_csv(&shown);
    let about = about(settings, newest, &study);
    let mut folder = AfterRun::begin(lock, contents, SPACE)?;
    folder.put("effect.html", None, |sink| sink.write_all(page.as_bytes()))?;
    folder.put("committee.html", None, |sink| sink.write_all(committee.as_bytes()))?;
    folder.put("shareable.csv", None, |sink| sink.write_all(&shareable))?;
    folder.put("effect.csv", None, |sink| sink.write_all(&effect))?;
    folder.put("criteria.csv", None, |sink| sink.write_all(&criteria))?;
    folder.put("about.json", None, |sink| sink.write_all(about.as_bytes()))?;
    Ok(outcome(folder.commit()?))
}

fn contents(pipeline: &Pipeline, runs: &[RunFolder], newest: &RunFolder, head: &str) -> ManifestContents {
    let state = vec![NamedHash { name: "register".to_owned(), sha256: head.to_owned() }];
    let rests_on = RestsOn { area: Area::Effect, runs: runs.iter().map(RunFolder::named).collect() };
    ManifestContents::after_run(&newest.manifest.period, &pipeline.fingerprints, state, rests_on)
}

fn about(settings: &EffectSettings, newest: &RunFolder, study: &Study) -> String {
    let value = serde_json::json!({
        "what": "evidence of effect: before and after, with families not yet attached beside",
        "month": newest.manifest.period,
        "months_before_and_after": settings.months,
        "pack": settings.pack,
        "cohorts": study.cohorts.len(),
        "access": {
            "effect.csv": "restricted: exact counts", "criteria.csv": "restricted: exact counts",
            "shareable.csv": "shareable: small numbers suppressed", "effect.html": "shareable", "committee.html": "shareable",
        },
        "caution": page::CAUTION,
    });
    format!("{value:#}\n")
}

fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("memory takes every row");
    for row in rows {
        writer.write_record(row).expect("memory takes every row");
    }
    writer.into_inner().expect("memory takes every row")
}

/// `12.34` of pence.
fn pounds(pence: u64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

/// Exact: per cohort, group and line of the cost table.
fn effect_csv(study: &Study, items: &[CostItem]) -> Vec<u8> {
    let mut rows = Vec::new();
    for cohort in &study.cohorts {
        let Some((attached, beside)) = &cohort.compared else { continue };
        for (group, side) in [(Group::Attached, attached), (Group::Beside, beside)] {
            for ((item, before), after) in items.iter().zip(&side.before).zip(&side.after) {
                rows.push(vec![
                    cohort.month.to_string(),
                    group.name().to_owned(),
                    side.families.to_string(),
                    item.id.clone(),
                    if item.unit == CostUnit::Event { "events" } else { "person_months" }.to_owned(),
                    before.count.to_string(),
                    after.count.to_string(),
                    pounds(before.pence),
                    pounds(after.pence),
                ]);
            }
        }
    }
    let header = ["cohort", "group", "families", "measure", "unit", "before", "after", "pounds_before", "pounds_after"];
    table(&header, rows)
}

/// Exact: criteria by cohort, month and group.
fn criteria_csv(study: &Study) -> Vec<u8> {
    let rows = study.criteria.iter().map(|row| {
        let [met, unknown, not] = row.families.map(|count| count.to_string());
        let since = row.month.months_since(row.cohort).to_string();
        vec![row.cohort.to_string(), row.month.to_string(), since, row.group.name().to_owned(), row.criterion.clone(), met, unknown, not]
    });
    table(&["cohort", "month", "months_since_attachment", "group", "criterion", "true", "unknown", "false"], rows)
}

/// Suppressed: what the page shows.
fn shareable_csv(shown: &page::Shown) -> Vec<u8> {
    let header = ["measure", "cohort", "attached_before", "attached_after", "not_yet_attached_before", "not_yet_attached_after"];
    let mut rows = Vec::new();
    for measure in &shown.measures {
        for (cohort, cells) in &measure.rows {
            let texts = cells.iter().map(ToString::to_string);
            rows.push([measure.id.clone(), cohort.clone()].into_iter().chain(texts).collect());
        }
    }
    table(&header, rows)
}
