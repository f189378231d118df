//! Extracts to tables: the first stage.
//!
//! What comes in: the data folder, the schemas, the month. What goes out: [`Ingested`]: person records, events and relations with the file
//! and line they come from, or every problem of every file at once.
//!
//! What always holds:
//! - a file that breaks its contract refuses the run; a single bad row is set aside with position and code, never its value;
//! - per delivery, rows read = rows used + rows set aside;
//! - the same rows in another order give the same records with the same ids; thread counts change nothing;
//! - damaged bytes never end the process.
//!
//! The way of a file: `plan` finds it, `file` reads it through `reader` (`delimited` with `decode`, `workbook` with `archive`, `columnar`),
//! `header` checks the contract, `check` judges each row by its `cells`, `rows` takes it in with `people` and `happenings`, `gates` judges the whole,
//! `merge` joins the files of a source, `assemble` the sources. `infer` drafts a schema for an extract nobody has seen;
//! `originals` reads single rows again, for the agency they came from.

mod archive;
mod assemble;
mod cells;
mod check;
mod columnar;
mod decode;
mod delimited;
mod file;
mod gates;
mod grids;
mod happenings;
mod header;
mod infer;
mod merge;
mod merged;
mod originals;
mod past;
mod people;
mod plan;
mod reader;
mod rows;
mod workbook;

#[cfg(test)]
mod tests;

pub use grids::{GridRows, csv_grid, workbook_grids};
pub use infer::infer_schema;
pub use originals::{Originals, originals};

use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;

use crate::config::checked::{Pipeline, Schema};
use crate::model::intake::IntakeFile;
use crate::model::{
    Cadence, Day, Delivery, DeliveryKind, Events, Month, Problem, Problems, Progress, RawPersons, Reject, Relation, Source,
};
use file::{TakenFile, take_file};
use gates::{Swing, check_swing};
use plan::{Place, Plan, PlannedFile, Standing};

/// What the extracts of a month say.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// One per schema of the pipeline, in its order.
    pub sources: Vec<Source>,
    /// Files used, ordered by source, month and name.
    pub deliveries: Vec<Delivery>,
    /// Person records, ordered by source and record id.
    pub persons: RawPersons,
    /// Events, ordered by delivery and line.
    pub events: Events,
    /// Relations that rows state.
    pub relations: Vec<Relation>,
    /// Rows set aside and values not used, ordered by delivery and line.
    pub rejects: Vec<Reject>,
    /// What the officer should know although the run goes on.
    pub warnings: Vec<String>,
}

/// The files of a run, taken in but not yet joined: what [`assemble()`] makes the tables of, and what a run keeps for those after it.
pub struct TakenIn {
    /// The files used, ordered by source, month and name.
    pub files: Vec<IntakeFile>,
    /// What the officer should know.
    pub warnings: Vec<String>,
    /// One per schema.
    standings: Vec<Standing>,
}

/// Reads and joins all extracts of a run.
///
/// # Errors
/// As [`take_in`].
pub fn ingest(pipeline: &Pipeline, data: &Path, month: Month, reference: Day, progress: &dyn Progress) -> Result<Ingested, Problems> {
    Ok(assemble(pipeline, take_in(pipeline, data, month, reference, Vec::new(), progress)?, progress))
}

/// Reads all extracts of a run. `past` holds the files that the run before took in: those that are no longer in the data folder are taken from there, and one that
/// is there with other bytes than were published refuses the run.
///
/// # Errors
/// All problems of all files at once: positions and kinds, no values.
///
/// # Panics
/// Never: files are planned per schema of this pipeline.
pub fn take_in(
    pipeline: &Pipeline,
    data: &Path,
    month: Month,
    reference: Day,
    past: Vec<IntakeFile>,
    progress: &dyn Progress,
) -> Result<TakenIn, Problems> {
    let mut plan = plan::plan(pipeline, data, month, reference, &past);
    let total: u64 = plan.files.iter().map(|file| file.size).sum();
    progress.step("reading");
    progress.begin("reading extracts", total, "bytes");
    let schema_of = |file: &PlannedFile| pipeline.schemas.get(file.source).expect("files are planned per schema");
    // Large files first, so that no thread is left with one at the end; results go back to the planned order.
    let mut order: Vec<usize> = (0..plan.files.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(plan.files.get(index).map_or(0, |file| file.size)));
    let read = |&index: &usize| {
        let planned = plan.files.get(index).expect("an index into the planned files");
        let schema = schema_of(planned);
        let taken = match &planned.place {
            Place::Folder(path) => take_file(schema, &layout(pipeline, schema), &pipeline.gates, data, path, planned),
            Place::Past(index) => past::take_past(&past, *index, &layout(pipeline, schema), planned),
        };
        progress.advance(planned.size);
        (index, taken)
    };
    let mut results: Vec<(usize, Result<TakenFile, Vec<Problem>>)> = order.par_iter().with_max_len(1).map(read).collect();
    results.sort_by_key(|(index, _)| *index);
    let mut problems = std::mem::take(&mut plan.problems);
    let mut taken: Vec<Option<TakenFile>> = Vec::with_capacity(results.len());
    for (_, result) in results {
        match result {
            Ok(file) => taken.push(Some(file)),
            Err(mut found) => {
                problems.append(&mut found);
                taken.push(None);
            }
        }
    }
    past::check_unchanged(&plan, &taken, &past, month, &mut problems);
    for (source, schema) in pipeline.schemas.iter().enumerate() {
        compare_deliveries(pipeline, schema, source, &mut plan, &taken, &mut problems);
    }
    progress.end();
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let mut past: Vec<Option<IntakeFile>> = past.into_iter().map(Some).collect();
    let files = plan.files.iter().zip(taken).filter_map(|(planned, file)| past::used(file?, planned, &mut past)).collect();
    Ok(TakenIn { files, warnings: plan.warnings, standings: plan.standings })
}

/// The files that a run took in, as they are kept in it, for the same run again: nothing is read.
#[must_use]
pub fn retake(pipeline: &Pipeline, files: Vec<IntakeFile>, warnings: Vec<String>, month: Month, reference: Day) -> TakenIn {
    let newest = |schema: &Schema| files.iter().filter(|file| file.source == schema.name).map(|file| file.month).max();
    let standings = pipeline.schemas.iter().map(|schema| plan::standing(schema, newest(schema), month, reference)).collect();
    TakenIn { files, warnings, standings }
}

/// Joins the files of a run.
#[must_use]
pub fn assemble(pipeline: &Pipeline, taken: TakenIn, progress: &dyn Progress) -> Ingested {
    progress.step("assembling");
    assemble::assemble(pipeline, taken)
}

/// What the slots and columns of a file count by: the persons of a row, and the pipeline's further fields.
fn layout(pipeline: &Pipeline, schema: &Schema) -> String {
    let persons: Vec<String> = schema.persons.iter().map(|person| format!("{}:{}", person.slot, person.role.name())).collect();
    let further: Vec<&str> = pipeline.link.further.iter().map(|field| field.name.as_str()).collect();
    format!("{}|{}", persons.join(","), further.join(","))
}

/// Months after which an unchanged snapshot is worth a warning (design.md §10: "beyond one cadence").
fn cadence_months(cadence: Cadence) -> Option<i32> {
    match cadence {
        Cadence::Monthly => Some(1),
        Cadence::Termly => Some(4),
        Cadence::OnRequest => None,
    }
}

/// Compares the deliveries of a feed with each other: repeats, and the number of rows.
fn compare_deliveries(
    pipeline: &Pipeline,
    schema: &Schema,
    source: usize,
    plan: &mut Plan,
    taken: &[Option<TakenFile>],
    problems: &mut Vec<Problem>,
) {
    let files: Vec<(&PlannedFile, &TakenFile)> = plan
        .files
        .iter()
        .zip(taken)
        .filter(|(file, _)| file.source == source)
        .filter_map(|(file, taken)| Some((file, taken.as_ref()?)))
        .collect();
    let mut by_hash: HashMap<&str, &PlannedFile> = HashMap::new();
    for (file, taken) in &files {
        let Some(first) = by_hash.insert(&taken.sha256, file) else { continue };
        if first.month == file.month || schema.delivery == DeliveryKind::Increment {
            let message = format!("{} delivered the same bytes as {}: a delivery counts once", schema.agency, first.shown);
            let hint = "take one of the two away, or have the right file sent";
            problems.push(Problem::of_file(&file.shown, "same-file-twice", message).with_hint(hint));
        } else if cadence_months(schema.cadence).is_some_and(|months| file.month.months_since(first.month) >= months) {
            plan.warnings
                .push(format!("{}: unchanged since {}; is it really a new extract from {}?", file.shown, first.shown, schema.agency));
        }
    }
    if schema.delivery == DeliveryKind::Increment {
        return;
    }
    let rows = |previous: bool| files.iter().filter(|(file, _)| file.previous == previous).map(|(_, taken)| taken.rows_read).sum::<u64>();
    let newest = files.iter().find(|(file, _)| !file.previous);
    let before = files.iter().find(|(file, _)| file.previous);
    if let (Some((newest, _)), Some((before, _))) = (newest, before) {
        match check_swing(schema, &newest.shown, &pipeline.gates, rows(false), rows(true), &before.shown) {
            Swing::Usual => {}
            Swing::Warning(warning) => plan.warnings.push(warning),
            Swing::Refused(problem) => problems.push(problem),
        }
    }
}
