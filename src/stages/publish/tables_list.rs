//! Writes the tables about the list: identification, criteria, evidence, coverage.

use std::collections::BTreeSet;

use super::contents::RunContents;
use super::parquet_file::{Columns, write_table};
use super::{PublishError, RunSink, words};
use crate::model::tables::{COVERAGE, CRITERIA, EVIDENCE, IDENTIFICATION, KEPT_EVIDENCE, REFERRAL_CANDIDATES};
use crate::model::{Change, Entry, Evidence, FamilySummary, FeedState, ReferralCandidate, ReferralForm, Ternary};

pub(super) fn write(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    identification(run, sink)?;
    criteria(run, sink)?;
    evidence(run, sink)?;
    kept_evidence(run, sink)?;
    coverage(run, sink)?;
    referral_candidates(run, sink)
}

/// The evidence of a family under a pack.
pub(super) fn evidence_of<'a>(run: &RunContents<'a>, family: u32, pack: &str) -> &'a [Evidence] {
    let rows = &run.flags.evidence;
    let start = rows.partition_point(|row| (row.family, row.pack.as_str()) < (family, pack));
    let end = rows.partition_point(|row| (row.family, row.pack.as_str()) <= (family, pack));
    rows.get(start..end).unwrap_or_default()
}

/// Age in days of the oldest feed that evidence rests on, `None` without evidence.
pub(super) fn oldest_feed_age(run: &RunContents<'_>, evidence: &[Evidence]) -> Option<u32> {
    let ages = evidence.iter().filter_map(|row| {
        let delivery = run.delivery(*run.events.delivery.get(row.event as usize)?)?;
        run.source(delivery.source).map(|source| source.age_days)
    });
    ages.max()
}

/// The feeds a pack relies on that stand in a given state, by name.
pub(super) fn feeds_in_state<'a>(run: &RunContents<'a>, pack: &str, state: FeedState) -> Vec<&'a str> {
    let coverage = run.flags.coverage.iter();
    let names: BTreeSet<&str> = coverage
        .filter(|line| line.pack == pack && line.state == state && !line.source.is_empty())
        .map(|line| line.source.as_str())
        .collect();
    names.into_iter().collect()
}

/// Stale and missing feeds of one pack.
struct PackFeeds<'a> {
    stale: Vec<&'a str>,
    missing: Vec<&'a str>,
}

fn identification(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let entries = &run.identification.entries;
    let feeds: Vec<PackFeeds<'_>> = run
        .packs
        .iter()
        .map(|pack| PackFeeds {
            stale: feeds_in_state(run, &pack.name, FeedState::Stale),
            missing: feeds_in_state(run, &pack.name, FeedState::Missing),
        })
        .collect();
    let nothing = FamilySummary::default();
    write_table(sink, &IDENTIFICATION, entries.len(), &|range, columns| {
        let entries = entries.get(range).unwrap_or_default();
        let pack = |entry: &Entry| run.packs.get(run.pack_index(&entry.pack));
        let feeds = |entry: &Entry| feeds.get(run.pack_index(&entry.pack));
        let month = run.month.to_string();
        columns.text("run_month", entries.iter().map(|_| Some(month.as_str())));
        columns.integer("schema_version", entries.iter().map(|_| Some(i64::from(IDENTIFICATION.version))));
        columns.text("criteria_pack", entries.iter().map(|entry| Some(entry.pack.as_str())));
        columns.text("pack_version", entries.iter().map(|entry| pack(entry).map(|pack| pack.version.as_str())));
        columns.text("config_sha256", entries.iter().map(|_| Some(run.configuration_sha256)));
        columns.date("reference_date", entries.iter().map(|_| run.reference));
        let summaries: Vec<&FamilySummary> =
            entries.iter().map(|entry| run.identification.summaries.get(entry.family as usize).unwrap_or(&nothing)).collect();
        family_columns(run, entries, &summaries, columns);
        route_columns(entries, &summaries, columns);
        change_columns(run, entries, columns);
        place_columns(entries, &summaries, columns);
        let rank = |entry: &Entry| (entry.priority_rank > 0).then_some(i64::from(entry.priority_rank));
        columns.integer("priority_rank", entries.iter().map(rank));
        columns.integer("priority_points", entries.iter().map(|entry| Some(i64::from(entry.priority_points))));
        let arithmetic = |entry: &Entry| Some(words::arithmetic(&entry.priority_steps, entry.priority_points));
        columns.text("priority_arithmetic", entries.iter().map(arithmetic));
        let oldest = |entry: &Entry| oldest_feed_age(run, evidence_of(run, entry.family, &entry.pack)).map(i64::from);
        columns.integer("oldest_feed_age_days", entries.iter().map(oldest));
        columns.texts("stale_feeds", entries.iter().map(|entry| feeds(entry).map(|feeds| feeds.stale.clone()).unwrap_or_default()));
        columns.texts("missing_feeds", entries.iter().map(|entry| feeds(entry).map(|feeds| feeds.missing.clone()).unwrap_or_default()));
        let restricted = |entry: &Entry| run.families.families.get(entry.family as usize).is_some_and(|family| family.restricted);
        columns.boolean("restricted_flag", entries.iter().map(restricted));
        columns.integer("evidence_count", entries.iter().map(|entry| Some(i64::from(entry.evidence_count))));
        columns.text("need_level", entries.iter().map(|entry| entry.need.as_ref().map(|need| need.level.name())));
        columns.text("need_rule", entries.iter().map(|entry| entry.need.as_ref().map(|need| need.rule.as_str())));
        columns.text("need_reason", entries.iter().map(|entry| entry.need.as_ref().map(|need| need.reason.as_str())));
    })
}

fn family_columns(run: &RunContents<'_>, entries: &[Entry], summaries: &[&FamilySummary], columns: &mut Columns) {
    let confidence = |entry: &Entry| run.families.families.get(entry.family as usize).map(|family| family.confidence.name());
    columns.text("family_id", entries.iter().map(|entry| run.family_id(entry.family)));
    columns.texts(
        "previous_family_ids",
        entries.iter().map(|entry| change(run, entry).map(|change| change.previous_family_ids.clone()).unwrap_or_default()),
    );
    columns.text("family_confidence", entries.iter().map(confidence));
    columns.integer("n_members", summaries.iter().map(|summary| Some(i64::from(summary.members))));
    columns.integer("n_children_u18", summaries.iter().map(|summary| Some(i64::from(summary.children))));
    columns.integer("n_children_u5", summaries.iter().map(|summary| Some(i64::from(summary.children_under_5))));
    columns.integer("n_adults", summaries.iter().map(|summary| Some(i64::from(summary.adults))));
}

fn route_columns(entries: &[Entry], summaries: &[&FamilySummary], columns: &mut Columns) {
    let having = |entry: &Entry, value: Ternary| -> Vec<String> {
        entry.criteria.iter().filter(|(_, found)| *found == value).map(|(criterion, _)| criterion.clone()).collect()
    };
    columns.texts("criteria_true", entries.iter().map(|entry| having(entry, Ternary::True)));
    columns.texts("criteria_unknown", entries.iter().map(|entry| having(entry, Ternary::Unknown)));
    columns.texts("criteria_kept", entries.iter().map(|entry| entry.criteria_kept.clone()));
    columns.integer("criteria_met_count", entries.iter().map(|entry| Some(i64::from(entry.criteria_met))));
    columns.integer("criteria_unknown_count", entries.iter().map(|entry| Some(i64::from(entry.criteria_unknown))));
    columns.text("route", entries.iter().map(|entry| Some(entry.route.name())));
    columns.text("route_reason", entries.iter().map(|entry| Some(entry.route_reason.as_str())));
    columns.boolean("listed", entries.iter().map(|entry| entry.route.is_listed()));
    columns.text("near_miss_reason", entries.iter().map(|entry| Some(entry.near_miss_reason.as_str())));
    columns.text("status", entries.iter().zip(summaries).map(|(entry, summary)| words::status(entry, summary)));
    columns.text("accepted", summaries.iter().map(|summary| summary.accepted.map(words::yes_or_no)));
    columns.texts("discretion_reasons", entries.iter().map(|entry| entry.discretion_reasons.clone()));
}

/// What became of the family under the pack.
fn change<'a>(run: &RunContents<'a>, entry: &Entry) -> Option<&'a Change> {
    run.register.change(&entry.pack, run.family_id(entry.family)?)
}

fn change_columns(run: &RunContents<'_>, entries: &[Entry], columns: &mut Columns) {
    let listing = |entry: &Entry| run.register.listing(&entry.pack, run.family_id(entry.family)?);
    columns.text("first_identified_month", entries.iter().map(|entry| listing(entry).map(|listing| listing.first.to_string())));
    columns.integer("months_on_list", entries.iter().map(|entry| Some(listing(entry).map_or(0, |listing| i64::from(listing.months)))));
    columns.text("change_code", entries.iter().map(|entry| change(run, entry).map(|change| change.code.name())));
    columns.text("change_reason", entries.iter().map(|entry| change(run, entry).map(|change| change.reason.as_str())));
}

fn place_columns(entries: &[Entry], summaries: &[&FamilySummary], columns: &mut Columns) {
    columns.text("district_code", summaries.iter().map(|summary| Some(summary.district_code.as_str())));
    columns.text("district", summaries.iter().map(|summary| Some(summary.district.as_str())));
    columns.text("locality", summaries.iter().map(|summary| Some(summary.locality.as_str())));
    columns.boolean("out_of_county", summaries.iter().map(|summary| summary.out_of_county));
    columns.text("lead_contact_agency", entries.iter().map(|entry| Some(entry.lead_contact_agency.as_str())));
}

fn criteria(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let flags = &run.flags.flags;
    write_table(sink, &CRITERIA, flags.len(), &|range, columns| {
        let flags = flags.get(range).unwrap_or_default();
        columns.text("family_id", flags.iter().map(|flag| run.family_id(flag.family)));
        columns.text("pack", flags.iter().map(|flag| Some(flag.pack.as_str())));
        columns.text("criterion", flags.iter().map(|flag| Some(flag.criterion.as_str())));
        columns.text("value", flags.iter().map(|flag| Some(flag.value.name())));
        columns.text("reason", flags.iter().map(|flag| Some(flag.reason.as_str())));
    })
}

fn evidence(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = &run.flags.evidence;
    let events = run.events;
    write_table(sink, &EVIDENCE, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        let delivery = |row: &Evidence| events.delivery.get(row.event as usize).copied().unwrap_or(u32::MAX);
        columns.text("family_id", rows.iter().map(|row| run.family_id(row.family)));
        columns.text("person_id", rows.iter().map(|row| run.person_id(row.person)));
        columns.text("pack", rows.iter().map(|row| Some(row.pack.as_str())));
        columns.text("criterion", rows.iter().map(|row| Some(row.criterion.as_str())));
        columns.text("rule", rows.iter().map(|row| Some(row.rule.as_str())));
        columns.text("rule_version", rows.iter().map(|row| Some(row.rule_version.as_str())));
        columns.text("source", rows.iter().map(|row| run.delivery_source_name(delivery(row))));
        columns.text("file", rows.iter().map(|row| run.file(delivery(row))));
        columns.integer("line", rows.iter().map(|row| events.line.get(row.event as usize).map(|&line| i64::from(line))));
        columns.text("kind", rows.iter().map(|row| events.kind.get(row.event as usize).map(|kind| kind.name())));
        columns.text("role", rows.iter().map(|row| events.role.get(row.event as usize).map(|role| role.name())));
        columns.text("code", rows.iter().map(|row| events.code.get(row.event as usize)));
        let day = |days: &[i32], row: &Evidence| days.get(row.event as usize).copied().unwrap_or(crate::model::NO_DAY);
        columns.date("event_from", rows.iter().map(|row| day(&events.from, row)));
        columns.date("event_to", rows.iter().map(|row| day(&events.to, row)));
        columns.text("value", rows.iter().map(|row| Some(row.value.as_str())));
        columns.date("window_from", rows.iter().map(|row| row.window_from));
        columns.date("window_to", rows.iter().map(|row| row.window_to));
    })
}

fn kept_evidence(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let rows = &run.identification.kept;
    write_table(sink, &KEPT_EVIDENCE, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("family_id", rows.iter().map(|row| run.family_id(row.family)));
        columns.text("person_id", rows.iter().map(|row| Some(row.person_id.as_str())));
        columns.text("pack", rows.iter().map(|row| Some(row.pack.as_str())));
        columns.text("criterion", rows.iter().map(|row| Some(row.criterion.as_str())));
        columns.text("rule", rows.iter().map(|row| Some(row.rule.as_str())));
        columns.text("source", rows.iter().map(|row| Some(row.behind.source.as_str())));
        columns.text("file", rows.iter().map(|row| Some(row.behind.file.as_str())));
        columns.integer("line", rows.iter().map(|row| Some(i64::from(row.behind.line))));
        columns.text("kind", rows.iter().map(|row| Some(row.kind.name())));
        columns.text("role", rows.iter().map(|row| Some(row.role.name())));
        columns.text("code", rows.iter().map(|row| Some(row.code.as_str())));
        columns.date("event_from", rows.iter().map(|row| row.from));
        columns.date("event_to", rows.iter().map(|row| row.to));
        let months: Vec<String> = rows.iter().map(|row| row.month.to_string()).collect();
        columns.text("last_shown", months.iter().map(|month| Some(month.as_str())));
    })
}

fn coverage(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let lines = &run.flags.coverage;
    write_table(sink, &COVERAGE, lines.len(), &|range, columns| {
        let lines = lines.get(range).unwrap_or_default();
        columns.text("pack", lines.iter().map(|line| Some(line.pack.as_str())));
        columns.text("criterion", lines.iter().map(|line| Some(line.criterion.as_str())));
        columns.text("rule", lines.iter().map(|line| Some(line.rule.as_str())));
        columns.text("kind", lines.iter().map(|line| Some(line.kind.name())));
        columns.text("source", lines.iter().map(|line| Some(line.source.as_str())));
        columns.text("state", lines.iter().map(|line| Some(line.state.name())));
        let age = |line: &crate::model::FeedCoverage| (line.state != FeedState::Missing).then_some(i64::from(line.age_days));
        columns.integer("age_days", lines.iter().map(age));
    })
}

fn referral_candidates(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    // The place among the numbers of others would tell the number of a form whose reference is another.
    let mut forms: Vec<&ReferralForm> = run.referrals.iter().collect();
    forms.sort_by_key(|form| (run.source_name(form.source), run.form_reference(form)));
    let rows: Vec<(&ReferralForm, Option<(usize, &ReferralCandidate)>)> = forms
        .into_iter()
        .flat_map(|form| {
            let candidates = form.candidates.iter().enumerate().map(move |candidate| (form, Some(candidate)));
            let none = form.candidates.is_empty().then_some((form, None));
            candidates.chain(none)
        })
        .collect();
    let record = |&row: &u32| run.record_id(row).unwrap_or_default().to_owned();
    let named = |&row: &u32| format!("{}/{}", run.record_source(row).unwrap_or_default(), run.record_id(row).unwrap_or_default());
    write_table(sink, &REFERRAL_CANDIDATES, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("source", rows.iter().map(|(form, _)| run.source_name(form.source)));
        columns.text("referral", rows.iter().map(|(form, _)| Some(run.form_reference(form))));
        columns.date("received", rows.iter().map(|(form, _)| form.received));
        columns.text("form_family_id", rows.iter().map(|(form, _)| run.family_id(form.family)));
        columns.texts("form_records", rows.iter().map(|(form, _)| form.records.iter().map(record).collect()));
        columns.texts("form_ages", rows.iter().map(|(form, _)| shown_ages(run, form)));
        columns.text("fingerprint", rows.iter().map(|(form, _)| Some(form.fingerprint.as_str())));
        columns.integer("candidate", rows.iter().map(|(_, candidate)| candidate.map(|(index, _)| index as i64 + 1)));
        columns.text("family_id", rows.iter().map(|(_, candidate)| candidate.and_then(|(_, candidate)| run.family_id(candidate.family))));
        columns.number("weight", rows.iter().map(|(_, candidate)| candidate.map(|(_, candidate)| candidate.weight)));
        columns.text("why", rows.iter().map(|(_, candidate)| candidate.map(|(_, candidate)| candidate.why.as_str())));
        columns.texts("matched_form_records", rows.iter().map(|(_, found)| matched(*found).iter().map(|(form, _)| record(form)).collect()));
        columns.texts("matched_records", rows.iter().map(|(_, found)| matched(*found).iter().map(|(_, member)| named(member)).collect()));
    })
}

/// The ages of a form, without those of people who must not be shown.
fn shown_ages(run: &RunContents<'_>, form: &ReferralForm) -> Vec<String> {
    let hidden = |place: usize| form.records.get(place).is_some_and(|&record| run.is_hidden(record));
    form.ages.iter().enumerate().map(|(place, age)| if hidden(place) { String::new() } else { age.clone() }).collect()
}

fn matched(candidate: Option<(usize, &ReferralCandidate)>) -> &[(u32, u32)] {
    candidate.map(|(_, candidate)| candidate.matched.as_slice()).unwrap_or_default()
}
