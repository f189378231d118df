//! `fwt cohort export|import|show|history`: decisions of people go out and come back.

use super::args_cohort::{CohortAbout, CohortCommand, CohortExport, CohortImport, CohortShow};
use super::failure::{Failure, FailureKind, store_failure, unless_filled_in};
use super::render;
use crate::model::Problem;
use crate::run::RunError;
use crate::run::cohort::{export, history, import, overview, show};
use crate::run::explain::Explanation;
use crate::service::claims::last_retest;

pub(super) fn cohort(command: &CohortCommand) -> Result<(), Failure> {
    match command {
        CohortCommand::Export(arguments) => write(arguments),
        CohortCommand::Import(arguments) => take(arguments),
        CohortCommand::Show(arguments) => tell(arguments),
        CohortCommand::History(arguments) => told(arguments),
    }
}

pub(super) fn failure(message: &str, error: &RunError) -> Failure {
    match error {
        RunError::Data(problems) => Failure::of_problems(FailureKind::Data, message, problems),
        RunError::Store(store) => store_failure(message, store),
        _ => Failure::new(FailureKind::Environment, message).caused_by(error),
    }
}

fn write(arguments: &CohortExport) -> Result<(), Failure> {
    let exported = export(&arguments.out, &arguments.to, arguments.pairs, arguments.replace).map_err(|error| {
        let failed = failure("no workbook was written", &error);
        if let RunError::Store(error) = &error { unless_filled_in(failed, error, "fwt cohort import") } else { failed }
    })?;
    if arguments.json {
        render::result(&serde_json::to_string_pretty(&exported).expect("an export is texts and counts"));
    } else {
        render::result(&format!(
            "From run {}: {} families, {} doubtful pairs, {} candidates of referrals\nWritten:  {}",
            exported.run,
            exported.families,
            exported.pairs,
            exported.candidates,
            arguments.to.display()
        ));
    }
    Ok(())
}

/// Takes decisions of people into the register, whatever they are about.
pub(super) fn take(arguments: &CohortImport) -> Result<(), Failure> {
    let imported = import(&arguments.file, &arguments.out, &|| last_retest(&arguments.out))
        .map_err(|error| failure("no decision was taken; the register is as it was", &error))?;
    if arguments.json {
        let rows = |rows: &[Problem]| -> Vec<serde_json::Value> {
            let row = |row: &Problem| serde_json::json!({ "file": row.file, "line": row.line, "column": row.column, "code": row.code, "message": row.message });
            rows.iter().map(row).collect()
        };
        render::result(
            &serde_json::json!({
                "taken": imported.taken, "unchanged": imported.unchanged, "set_aside": rows(&imported.set_aside),
                "known": rows(&imported.known), "register": imported.head,
            })
            .to_string(),
        );
    } else {
        let mut lines = vec![format!(
            "Decisions taken:   {}\nNothing new:       {}\nSet aside:         {}\nRegister:          {}",
            imported.taken,
            imported.unchanged,
            imported.set_aside.len(),
            imported.head
        )];
        for problems in [&imported.known, &imported.set_aside].into_iter().filter(|problems| !problems.is_empty()) {
            lines.push(String::new());
            lines.extend(problems.iter().map(
                |row| {
                    if row.hint.is_empty() { row.to_string() } else { format!("{row}\n    hint: {}", row.hint) }
                },
            ));
        }
        render::result(&lines.join("\n"));
    }
    if imported.taken == 0 && !imported.set_aside.is_empty() {
        return Err(Failure::new(FailureKind::Data, "every row with a decision was set aside; the register is as it was"));
    }
    Ok(())
}

fn tell(arguments: &CohortShow) -> Result<(), Failure> {
    let unreadable = |error| failure("the register cannot be read", &error);
    let explanation = match &arguments.family {
        None => overview(&arguments.out).map_err(unreadable)?,
        Some(family) => show(&arguments.out, family).map_err(unreadable)?.ok_or_else(|| {
            Failure::new(FailureKind::Usage, "the register says nothing about a family of that id")
                .hint("`fwt explain family` says why a family is on the list; `fwt cohort show` alone sums up the register")
        })?,
    };
    print(&explanation, arguments.json);
    Ok(())
}

fn told(arguments: &CohortAbout) -> Result<(), Failure> {
    let explanation = history(&arguments.out, &arguments.about).map_err(|error| failure("the register cannot be read", &error))?;
    print(&explanation, arguments.json);
    Ok(())
}

fn print(explanation: &Explanation, json: bool) {
    if json {
        render::result(&serde_json::to_string_pretty(explanation).expect("an explanation holds only texts"));
    } else {
        render::result(&explanation.to_text());
    }
}
