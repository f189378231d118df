//! Writes the tables about the run itself: rejects, data quality, deliveries, ledger.

use super::contents::RunContents;
use super::parquet_file::write_table;
use super::quality::QualityLine;
use super::{PublishError, RunSink};
use crate::model::tables::{DATA_QUALITY, DELIVERIES, FEED_AGREEMENT, LEDGER, REJECTS};
use crate::model::{Delivery, FeedState, FieldAgreement, Reject};

pub(super) fn write(run: &RunContents<'_>, quality: &[QualityLine], sink: &mut dyn RunSink) -> Result<(), PublishError> {
    rejects(run, sink)?;
    data_quality(run, quality, sink)?;
    feed_agreement(run, sink)?;
    deliveries(run, sink)?;
    ledger(run, sink)
}

fn rejects(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rejects: Vec<&Reject> = run.rejects.iter().collect();
    rejects.sort_by(|a, b| {
        let key = |reject: &Reject| (run.delivery_source_name(reject.delivery), run.file(reject.delivery), reject.line);
        key(a).cmp(&key(b)).then_with(|| (&a.column, a.code).cmp(&(&b.column, b.code)))
    });
    write_table(sink, &REJECTS, rejects.len(), &|range, columns| {
        let rejects = rejects.get(range).unwrap_or_default();
        columns.text("source", rejects.iter().map(|reject| run.delivery_source_name(reject.delivery)));
        columns.text("file", rejects.iter().map(|reject| run.file(reject.delivery)));
        columns.integer("line", rejects.iter().map(|reject| Some(i64::from(reject.line))));
        columns.text("column", rejects.iter().map(|reject| Some(reject.column.as_str())));
        columns.text("code", rejects.iter().map(|reject| Some(reject.code)));
        columns.boolean("row_set_aside", rejects.iter().map(|reject| reject.row_set_aside));
    })
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn data_quality(run: &RunContents<'_>, lines: &[QualityLine], sink: &mut dyn RunSink) -> Result<(), PublishError> {
    write_table(sink, &DATA_QUALITY, lines.len(), &|range, columns| {
        let lines = lines.get(range).unwrap_or_default();
        columns.text("source", lines.iter().map(|line| run.source_name(line.source)));
        columns.text("agency", lines.iter().map(|line| run.source(line.source).map(|source| source.agency.as_str())));
        columns.text("role", lines.iter().map(|line| Some(line.role.name())));
        columns.text("field", lines.iter().map(|line| Some(line.field.name())));
        columns.integer("records", lines.iter().map(|line| Some(line.records as i64)));
        columns.integer("present", lines.iter().map(|line| Some(line.present as i64)));
        columns.number("present_share", lines.iter().map(|line| share(line.present, line.records)));
        columns.integer("unusable", lines.iter().map(|line| Some(line.unusable as i64)));
        columns.number("usable_share", lines.iter().map(|line| share(line.usable(), line.records)));
        columns.integer("changed", lines.iter().map(|line| Some(line.changed as i64)));
        let notes = |line: &QualityLine| line.notes.iter().map(|(code, records)| format!("{}: {records}", code.name())).collect::<Vec<_>>();
        columns.texts("notes", lines.iter().map(notes));
    })
}

fn feed_agreement(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    write_table(sink, &FEED_AGREEMENT, run.agreement.len(), &|range, columns| {
        let lines = run.agreement.get(range).unwrap_or_default();
        columns.text("source", lines.iter().map(|line| run.source_name(line.source)));
        columns.text("agency", lines.iter().map(|line| run.source(line.source).map(|source| source.agency.as_str())));
        columns.text("field", lines.iter().map(|line| Some(line.field.name())));
        columns.integer("pairs", lines.iter().map(|line| Some(line.pairs as i64)));
        columns.integer("different", lines.iter().map(|line| Some(line.different as i64)));
        columns.number("different_share", lines.iter().map(|line| share(line.different, line.pairs)));
        columns.number("judged_share", lines.iter().map(|line| Some(line.judged)));
        columns.number("others_least_share", lines.iter().map(|line| line.others));
        columns.text("mostly", lines.iter().map(|line| line.slip.map(|(slip, _)| slip.name())));
        columns.integer("mostly_pairs", lines.iter().map(|line| line.slip.map(|(_, pairs)| pairs as i64)));
        let days = |line: &FieldAgreement| line.slip.and_then(|(slip, _)| slip.days()).map(i64::from);
        columns.integer("mostly_days", lines.iter().map(days));
        columns.boolean("at_odds", lines.iter().map(|line| line.at_odds));
    })
}

fn deliveries(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut deliveries: Vec<&Delivery> = run.deliveries.iter().collect();
    deliveries.sort_by_key(|delivery| (run.source_name(delivery.source), delivery.file.as_str()));
    write_table(sink, &DELIVERIES, deliveries.len(), &|range, columns| {
        let deliveries = deliveries.get(range).unwrap_or_default();
        let source = |delivery: &Delivery| run.source(delivery.source);
        columns.text("source", deliveries.iter().map(|delivery| run.source_name(delivery.source)));
        columns.text("agency", deliveries.iter().map(|delivery| source(delivery).map(|source| source.agency.as_str())));
        columns.text("file", deliveries.iter().map(|delivery| Some(delivery.file.as_str())));
        columns.text("sha256", deliveries.iter().map(|delivery| Some(delivery.sha256.as_str())));
        columns.integer("bytes", deliveries.iter().map(|delivery| Some(delivery.bytes as i64)));
        columns.text("month", deliveries.iter().map(|delivery| Some(delivery.month.to_string())));
        columns.date("as_at", deliveries.iter().map(|delivery| delivery.as_at));
        columns.integer("rows_read", deliveries.iter().map(|delivery| Some(delivery.rows_read as i64)));
        columns.integer("rows_used", deliveries.iter().map(|delivery| Some(delivery.rows_used as i64)));
        columns.integer("rows_set_aside", deliveries.iter().map(|delivery| Some(delivery.rows_set_aside as i64)));
        columns.text("feed_state", deliveries.iter().map(|delivery| source(delivery).map(|source| source.state.name())));
        let age = |delivery: &&Delivery| {
            source(delivery).filter(|source| source.state != FeedState::Missing).map(|source| i64::from(source.age_days))
        };
        columns.integer("feed_age_days", deliveries.iter().map(age));
    })
}

fn ledger(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let lines = &run.ledger.lines;
    write_table(sink, &LEDGER, lines.len(), &|range, columns| {
        let lines = lines.get(range).unwrap_or_default();
        columns.text("stage", lines.iter().map(|line| Some(line.stage)));
        columns.text("what", lines.iter().map(|line| Some(line.what.as_str())));
        columns.integer("rows_in", lines.iter().map(|line| Some(line.rows_in as i64)));
        columns.integer("rows_out", lines.iter().map(|line| Some(line.rows_out as i64)));
        columns.integer("set_aside", lines.iter().map(|line| Some(line.set_aside as i64)));
        columns.boolean("balances", lines.iter().map(crate::model::LedgerLine::balances));
    })
}
