//! Writes the facts about families: the list, the criteria, the evidence.

use rayon::prelude::*;

use super::{Star, criterion_key};
use crate::model::hash::FastSet;
use crate::model::tables::{FACT_CRITERION, FACT_EVENT_FLAG, FACT_IDENTIFICATION};
use crate::model::{Day, Entry, Evidence, Flag, NO_DAY, Ternary};
use crate::stages::publish::parquet_file::write_table;
use crate::stages::publish::tables_list::{evidence_of, oldest_feed_age};
use crate::stages::publish::{PublishError, RunSink, words};

pub(super) fn write(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    identification(star, sink)?;
    criteria(star, sink)?;
    event_flags(star, sink)
}

fn identification(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let run = star.run;
    let mut entries: Vec<&Entry> = run.identification.entries.iter().collect();
    entries.par_sort_by_key(|entry| (star.place(entry.family), run.pack_index(&entry.pack)));
    let criteria_true = |entry: &Entry| -> String {
        let shown = entry.criteria.iter().filter(|(_, value)| *value == Ternary::True).map(|(criterion, _)| criterion.as_str());
        shown.collect::<Vec<_>>().join("+")
    };
    write_table(sink, &FACT_IDENTIFICATION, entries.len(), &|range, columns| {
        let entries = entries.get(range).unwrap_or_default();
        let summaries = || entries.iter().map(|entry| star.summary(entry.family));
        columns.integer("month_key", entries.iter().map(|_| Some(star.month_key)));
        columns.text("family_key", entries.iter().map(|entry| Some(star.key(entry.family))));
        columns.text("pack_key", entries.iter().map(|entry| Some(entry.pack.as_str())));
        columns.text("route_key", entries.iter().map(|entry| Some(entry.route.name())));
        columns.text("district_key", entries.iter().map(|entry| Some(star.district(entry.family))));
        columns.text("locality_key", entries.iter().map(|entry| Some(star.locality(entry.family))));
        columns.text("lead_agency", entries.iter().map(|entry| Some(entry.lead_contact_agency.as_str())));
        columns.boolean("listed", entries.iter().map(|entry| entry.route.is_listed()));
        columns.text("status_key", entries.iter().map(|entry| words::status(entry, star.summary(entry.family))));
        let decision = |accepted: bool| if accepted { "accepted" } else { "rejected" };
        columns.text("decision", summaries().map(|summary| summary.accepted.map(decision)));
        let listing = |entry: &&Entry| run.register.listing(&entry.pack, run.family_id(entry.family)?);
        columns.text("first_identified_month", entries.iter().map(|entry| listing(entry).map(|listing| listing.first.to_string())));
        columns.integer("months_on_list", entries.iter().map(|entry| Some(listing(entry).map_or(0, |listing| i64::from(listing.months)))));
        columns.integer("criteria_met", entries.iter().map(|entry| Some(i64::from(entry.criteria_met))));
        columns.integer("criteria_unknown", entries.iter().map(|entry| Some(i64::from(entry.criteria_unknown))));
        columns.text("criteria_true", entries.iter().map(|entry| Some(criteria_true(entry))));
        columns.integer("n_members", summaries().map(|summary| Some(i64::from(summary.members))));
        columns.integer("n_adults", summaries().map(|summary| Some(i64::from(summary.adults))));
        columns.integer("n_children_u18", summaries().map(|summary| Some(i64::from(summary.children))));
        columns.integer("n_children_u5", summaries().map(|summary| Some(i64::from(summary.children_under_5))));
        let rank = |entry: &&Entry| (entry.priority_rank > 0).then_some(i64::from(entry.priority_rank));
        columns.integer("priority_rank", entries.iter().map(rank));
        columns.integer("priority_points", entries.iter().map(|entry| Some(i64::from(entry.priority_points))));
        columns.integer("evidence_count", entries.iter().map(|entry| Some(i64::from(entry.evidence_count))));
        let oldest = |entry: &&Entry| oldest_feed_age(run, evidence_of(run, entry.family, &entry.pack)).map(i64::from);
        columns.integer("oldest_feed_age_days", entries.iter().map(oldest));
    })
}

fn criteria(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let run = star.run;
    let on_the_list: FastSet<(u32, &str)> = run.identification.entries.iter().map(|entry| (entry.family, entry.pack.as_str())).collect();
    let mut flags: Vec<&Flag> = run.flags.flags.iter().filter(|flag| on_the_list.contains(&(flag.family, flag.pack.as_str()))).collect();
    flags.par_sort_by_key(|flag| (star.place(flag.family), flag.pack.as_str(), flag.criterion.as_str()));
    write_table(sink, &FACT_CRITERION, flags.len(), &|range, columns| {
        let flags = flags.get(range).unwrap_or_default();
        columns.integer("month_key", flags.iter().map(|_| Some(star.month_key)));
        columns.text("family_key", flags.iter().map(|flag| Some(star.key(flag.family))));
        columns.text("pack_key", flags.iter().map(|flag| Some(flag.pack.as_str())));
        columns.text("criterion_key", flags.iter().map(|flag| Some(criterion_key(&flag.pack, &flag.criterion))));
        columns.text("district_key", flags.iter().map(|flag| Some(star.district(flag.family))));
        columns.text("value", flags.iter().map(|flag| Some(flag.value.name())));
        columns.boolean("with_child", flags.iter().map(|flag| star.summary(flag.family).children > 0));
    })
}

fn event_flags(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let (run, events) = (star.run, star.run.events);
    let kind = |row: &Evidence| events.kind.get(row.event as usize).map_or("", |kind| kind.name());
    let code = |row: &Evidence| events.code.get(row.event as usize).unwrap_or("");
    let source =
        |row: &Evidence| events.delivery.get(row.event as usize).and_then(|&delivery| run.delivery_source_name(delivery)).unwrap_or("");
    let day = |days: &[Day], row: &Evidence| days.get(row.event as usize).copied().unwrap_or(NO_DAY);
    let days = |row: &Evidence| (day(&events.from, row), day(&events.to, row));
    let mut rows: Vec<&Evidence> = run.flags.evidence.iter().collect();
    // Not the order of the evidence table: that follows persons and lines.
    rows.par_sort_by_cached_key(|row| {
        (star.place(row.family), row.pack.as_str(), row.criterion.as_str(), row.rule.as_str(), kind(row), code(row), source(row), days(row))
    });
    write_table(sink, &FACT_EVENT_FLAG, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.integer("month_key", rows.iter().map(|_| Some(star.month_key)));
        columns.text("family_key", rows.iter().map(|row| Some(star.key(row.family))));
        columns.text("pack_key", rows.iter().map(|row| Some(row.pack.as_str())));
        columns.text("criterion_key", rows.iter().map(|row| Some(criterion_key(&row.pack, &row.criterion))));
        columns.text("rule", rows.iter().map(|row| Some(row.rule.as_str())));
        columns.text("source_key", rows.iter().map(|row| Some(source(row))));
        columns.text("kind", rows.iter().map(|row| Some(kind(row))));
        columns.text("code", rows.iter().map(|row| Some(code(row))));
        columns.date("event_from", rows.iter().map(|row| day(&events.from, row)));
        columns.date("event_to", rows.iter().map(|row| day(&events.to, row)));
    })
}
