//! `fwt check PIPELINE`: would everything load? Links nothing, writes nothing.

use std::collections::BTreeMap;

use super::args::CheckArguments;
use super::failure::{Failure, FailureKind};
use super::link::month_of;
use super::progress::Bars;
use super::render;
use super::run::pipeline;
use crate::model::date;
use crate::run::{RunError, check_written};
use crate::stages::ingest::{Ingested, ingest};

pub(super) fn check(arguments: &CheckArguments, progress: &Bars) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let mut lines = vec![format!(
        "Pipeline `{}`: {} schemas, {} criteria packs, no problems",
        pipeline.name,
        pipeline.schemas.len(),
        pipeline.packs.len()
    )];
    let mut json = serde_json::json!({ "pipeline": pipeline.name, "schemas": pipeline.schemas.len(), "packs": pipeline.packs.len() });
    if let Some(data) = &arguments.data {
        let month = month_of(&pipeline, arguments.month)?;
        let ingested = ingest(&pipeline, data, month, month.last_day(), progress)
            .map_err(|problems| Failure::of_problems(FailureKind::Data, format!("month {month} would be refused"), &problems))?;
        let written = check_written(&pipeline, data, month.last_day()).map_err(|error| match &error {
            RunError::Data(problems) => Failure::of_problems(FailureKind::Data, format!("month {month} would be refused"), problems),
            other => Failure::new(FailureKind::Environment, "the files beside the extracts cannot be read").caused_by(other),
        })?;
        lines.push(format!("{:<28} {:>9} {:>9} {:>9}  as at", "feed", "rows", "used", "set aside"));
        for (index, source) in ingested.sources.iter().enumerate() {
            let own = ingested.deliveries.iter().filter(|delivery| usize::from(delivery.source) == index);
            let [read, used, aside] = own.fold([0_u64; 3], |sum, delivery| {
                let [read, used, aside] = sum;
                [read + delivery.rows_read, used + delivery.rows_used, aside + delivery.rows_set_aside]
            });
            lines.push(format!("{:<28} {read:>9} {used:>9} {aside:>9}  {} {:?}", source.name, date::iso(source.as_at), source.state));
        }
        lines.extend(rejects(&ingested));
        lines.push(format!(
            "{} person records, {} events, {} relations would be loaded",
            ingested.persons.len(),
            ingested.events.len(),
            ingested.relations.len()
        ));
        lines.push(format!(
            "{} overrides, {} decisions about pairs of records, {} entries of restricted people and addresses would be read",
            written.overrides, written.decisions, written.restricted
        ));
        if let Some(object) = json.as_object_mut() {
            object.insert("person_records".to_owned(), ingested.persons.len().into());
            object.insert("events".to_owned(), ingested.events.len().into());
            object.insert("rows_set_aside".to_owned(), ingested.rejects.iter().filter(|reject| reject.row_set_aside).count().into());
            object.insert("overrides".to_owned(), written.overrides.into());
            object.insert("decisions".to_owned(), written.decisions.into());
            object.insert("restricted".to_owned(), written.restricted.into());
            object.insert("warnings".to_owned(), [ingested.warnings.as_slice(), written.warnings.as_slice()].concat().into());
        }
        ingested.warnings.iter().chain(&written.warnings).for_each(|warning| render::warning(warning));
    }
    render::result(&if arguments.json { json.to_string() } else { lines.join("\n") });
    Ok(())
}

/// Kinds of faults shown at most.
const MOST_FAULTS: usize = 20;

/// What was set aside, by file, column and reason: how often, and where first.
fn rejects(ingested: &Ingested) -> Vec<String> {
    let mut found: BTreeMap<(&str, &str, &str, bool), (u32, usize)> = BTreeMap::new();
    for reject in &ingested.rejects {
        let file = ingested.deliveries.get(reject.delivery as usize).map_or("", |delivery| delivery.file.as_str());
        let (first, count) = found.entry((file, &reject.column, reject.code, reject.row_set_aside)).or_insert((reject.line, 0));
        (*first, *count) = ((*first).min(reject.line), *count + 1);
    }
    let total = found.len();
    let mut lines: Vec<String> = found
        .into_iter()
        .take(MOST_FAULTS)
        .map(|((file, column, code, row), (first, count))| {
            let column = if column.is_empty() { String::new() } else { format!(", {column}") };
            let what = if row { "rows set aside" } else { "values ignored" };
            format!("  {file}:{first}{column}: {code}, {count} {what}{}", if count > 1 { ", the first here" } else { "" })
        })
        .collect();
    if total > MOST_FAULTS {
        lines.push(format!("  and {} more kinds; `fwt run` writes all of them to rejects.parquet", total - MOST_FAULTS));
    }
    lines
}
