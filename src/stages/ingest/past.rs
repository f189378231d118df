//! Files that an earlier run took in.
//!
//! What comes in: planned files, what the run before kept. What goes out: the file as it was taken in, or why it cannot be used. What always holds: what is
//! taken from an earlier run has the hash and the lines of the extract it came from; an extract that was changed after it was published is never read
//! as if nothing had happened.

use std::collections::HashMap;

use super::file::TakenFile;
use super::plan::{Place, Plan, PlannedFile};
use crate::model::intake::IntakeFile;
use crate::model::{Month, Problem};

/// A file that an earlier run took in, as if it had been read.
pub(super) fn take_past(past: &[IntakeFile], index: usize, layout: &str, planned: &PlannedFile) -> Result<TakenFile, Vec<Problem>> {
    let Some(file) = past.get(index) else { return Ok(TakenFile { sha256: String::new(), intake: None, rows_read: 0 }) };
    if !planned.previous && file.layout != layout {
        let message =
            "it is known from an earlier run only, and the persons of its schema or the fields the pipeline compares have changed since";
        let hint = "put the extract back into its month folder, or the schema back to what it was";
        return Err(vec![Problem::of_file(&planned.shown, "schema-changed-since", message).with_hint(hint)]);
    }
    Ok(TakenFile { sha256: file.sha256.clone(), intake: None, rows_read: file.rows_read })
}

/// The tables of a file that is used; each file of an earlier run is planned once at most and handed over here.
pub(super) fn used(file: TakenFile, planned: &PlannedFile, past: &mut [Option<IntakeFile>]) -> Option<IntakeFile> {
    match planned.place {
        Place::Past(index) if !planned.previous => past.get_mut(index)?.take(),
        _ => file.intake,
    }
}

/// A file of an earlier month that is no longer what the run before was made from.
pub(super) fn check_unchanged(plan: &Plan, taken: &[Option<TakenFile>], past: &[IntakeFile], month: Month, problems: &mut Vec<Problem>) {
    let known: HashMap<(Month, &str), &str> = past.iter().map(|file| ((file.month, file.file.as_str()), file.sha256.as_str())).collect();
    for (planned, file) in plan.files.iter().zip(taken) {
        let Some(file) = file.as_ref().filter(|_| planned.month < month) else { continue };
        let Some(&published) = known.get(&(planned.month, planned.shown.as_str())) else { continue };
        if published != file.sha256 {
            let message = format!("it is not the file from which {} was published", planned.month);
            let hint = format!("run {} again with it, or put what is new into the folder of {month}", planned.month);
            problems.push(Problem::of_file(&planned.shown, "changed-since-published", message).with_hint(hint));
        }
    }
}
