//! `fwt star OUT`: the star schema over all months in one folder; or the family behind a pseudonym.

use super::args_published::StarArguments;
use super::failure::{Failure, FailureKind, store_failure};
use super::progress::Bars;
use super::render;
use crate::model::amounts::thousands;
use crate::run::star::{StarError, StarOutcome, assemble, family_behind};

pub(super) fn star(arguments: &StarArguments, progress: &Bars) -> Result<(), Failure> {
    if let Some(key) = &arguments.family {
        let (family, months) = family_behind(&arguments.out, key).map_err(|error| failure(&error))?;
        if arguments.json {
            render::result(&serde_json::json!({"family_key": key, "family_id": family, "months": months}).to_string());
        } else {
            render::result(&format!("{key} is {family}, in {}", months.join(", ")));
        }
        return Ok(());
    }
    let to = arguments.to.clone().unwrap_or_else(|| arguments.out.join("star"));
    let outcome = assemble(&arguments.out, &to, progress).map_err(|error| failure(&error))?;
    if arguments.json {
        render::result(&json(&outcome));
    } else {
        show(&outcome);
    }
    Ok(())
}

fn json(outcome: &StarOutcome) -> String {
    let months: Vec<_> = outcome.months.iter().map(|(month, run)| serde_json::json!({"month": month, "run_id": run})).collect();
    let rows: serde_json::Map<String, serde_json::Value> =
        outcome.rows.iter().map(|(table, rows)| (table.clone(), (*rows).into())).collect();
    let value = serde_json::json!({
        "star": outcome.path, "months": months, "rows": rows, "new_secret": outcome.new_secret, "warnings": outcome.warnings,
    });
    format!("{value:#}")
}

fn show(outcome: &StarOutcome) {
    let mut lines = vec![format!("The star: {}", outcome.path.display()), String::new()];
    lines.extend(outcome.months.iter().map(|(month, run)| format!("  {month}   {run}")));
    lines.push(String::new());
    let width = outcome.rows.iter().map(|(table, _)| table.len()).max().unwrap_or(0);
    lines.extend(outcome.rows.iter().map(|(table, rows)| format!("  {table:<width$} {:>12} rows", thousands(*rows))));
    render::result(&lines.join("\n"));
    if outcome.new_secret {
        render::note(
            "A secret for pseudonyms was made: STAR_KEY in the output folder. Keep it with your backups; family keys differ from those made without it.",
        );
    }
    for warning in &outcome.warnings {
        render::warning(warning);
    }
}

fn failure(error: &StarError) -> Failure {
    match error {
        StarError::Store(store) => store_failure("there is no new star", store),
        StarError::NoFamily => Failure::new(FailureKind::Usage, "there is nothing to show").caused_by(error),
        StarError::NoStar | StarError::Type { .. } => Failure::new(FailureKind::Usage, "there is no new star")
            .caused_by(error)
            .hint("run the months again with this version into a new output folder"),
        StarError::Reading { .. } | StarError::Publish(_) => {
            Failure::new(FailureKind::Environment, "there is no new star").caused_by(error)
        }
        StarError::Arrow { .. } => Failure::new(FailureKind::Bug, "there is no new star").caused_by(error),
    }
}
