//! `fwt check PIPELINE`: would everything load? Links nothing, writes nothing.

use super::args::CheckArguments;
use super::failure::{Failure, FailureKind};
use super::progress::Bars;
use super::render;
use super::run::pipeline;
use crate::model::date;
use crate::stages::ingest::ingest;

pub(super) fn check(arguments: &CheckArguments, progress: &Bars) -> Result<(), Failure> {
    let pipeline = pipeline(&arguments.pipeline)?;
    let mut lines = vec![format!(
        "Pipeline `{}`: {} schemas, {} criteria packs, no problems",
        pipeline.name,
        pipeline.schemas.len(),
        pipeline.packs.len()
    )];
    let mut json = serde_json::json!({ "pipeline": pipeline.name, "schemas": pipeline.schemas.len(), "packs": pipeline.packs.len() });
    if let (Some(month), Some(data)) = (arguments.month, &arguments.data) {
        let ingested = ingest(&pipeline, data, month, month.last_day(), progress)
            .map_err(|problems| Failure::of_problems(FailureKind::Data, format!("month {month} would be refused"), &problems))?;
        lines.push(format!("{:<28} {:>9} {:>9} {:>9}  as at", "feed", "rows", "used", "set aside"));
        for (index, source) in ingested.sources.iter().enumerate() {
            let own = ingested.deliveries.iter().filter(|delivery| usize::from(delivery.source) == index);
            let [read, used, aside] = own.fold([0_u64; 3], |sum, delivery| {
                let [read, used, aside] = sum;
                [read + delivery.rows_read, used + delivery.rows_used, aside + delivery.rows_set_aside]
            });
            lines.push(format!("{:<28} {read:>9} {used:>9} {aside:>9}  {} {:?}", source.name, date::iso(source.as_at), source.state));
        }
        lines.push(format!(
            "{} person records, {} events, {} relations would be loaded",
            ingested.persons.len(),
            ingested.events.len(),
            ingested.relations.len()
        ));
        if let Some(object) = json.as_object_mut() {
            object.insert("person_records".to_owned(), ingested.persons.len().into());
            object.insert("events".to_owned(), ingested.events.len().into());
            object.insert("rows_set_aside".to_owned(), ingested.rejects.iter().filter(|reject| reject.row_set_aside).count().into());
            object.insert("warnings".to_owned(), ingested.warnings.clone().into());
        }
        ingested.warnings.iter().for_each(|warning| render::warning(warning));
    }
    render::result(&if arguments.json { json.to_string() } else { lines.join("\n") });
    Ok(())
}
