//! `fwt explain family|person|pair ID`.

use super::args::{ExplainArguments, ExplainTarget, ExplainWhat};
use super::failure::{Failure, FailureKind, store_failure};
use super::render;
use crate::run::explain::{ExplainError, Explanation, explain_family, explain_pair, explain_person};
use crate::store::RunFolder;

pub(super) fn explain(arguments: &ExplainArguments) -> Result<(), Failure> {
    match &arguments.what {
        ExplainWhat::Family(target) => show(target, |run| explain_family(run, &target.id)),
        ExplainWhat::Person(target) => show(target, |run| explain_person(run, &target.id, target.show_values)),
        ExplainWhat::Pair(target) => show(target, |run| explain_pair(run, &target.id, target.show_values)),
    }
}

fn show(target: &ExplainTarget, explain: impl Fn(&RunFolder) -> Result<Explanation, ExplainError>) -> Result<(), Failure> {
    let run = open(&target.run)?;
    let explanation = explain(&run).map_err(|error| {
        let kind = if matches!(error, ExplainError::Reading(_)) { FailureKind::Environment } else { FailureKind::Usage };
        let failure = Failure::new(kind, "there is nothing to explain").caused_by(&error);
        if kind == FailureKind::Usage { failure.hint("ids stand in `list.xlsx` and in the tables of the run folder") } else { failure }
    })?;
    if target.json {
        let json = serde_json::to_string_pretty(&explanation).expect("an explanation holds only texts");
        render::result(&json);
    } else {
        render::result(&explanation.to_text());
    }
    Ok(())
}

/// Opens a run folder, or the current run of an output folder.
pub(super) fn open(path: &std::path::Path) -> Result<RunFolder, Failure> {
    crate::store::open_run(path).map_err(|error| {
        store_failure(format!("cannot open a published run in `{}`", path.display()), &error)
            .hint("give the output folder of `fwt run`, or one run below its `runs` folder")
    })
}
