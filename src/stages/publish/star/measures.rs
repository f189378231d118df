//! Writes the facts that count: targets, feeds, data quality, linkage, the run.

use std::collections::BTreeMap;

use super::{OUT, Star, UNKNOWN};
use crate::model::tables::{FACT_DATA_QUALITY, FACT_FEED, FACT_LINKAGE_QUALITY, FACT_RUN, FACT_TARGET};
use crate::model::{FeedState, JourneyStep, LinkDecision, NO_DAY, STEPS, Source, Target};
use crate::stages::publish::figures::{FeedFigures, Figures};
use crate::stages::publish::parquet_file::write_table;
use crate::stages::publish::quality::QualityLine;
use crate::stages::publish::{PublishError, RunSink};

pub(super) fn write(star: &Star<'_>, figures: &Figures, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    targets(star, sink)?;
    feeds(star, figures, sink)?;
    data_quality(star, figures, sink)?;
    linkage(star, sink)?;
    run(star, figures, sink)
}

fn targets(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<TargetRow<'_>> = Vec::new();
    for target in star.run.targets {
        rows.extend(target_rows(star, target));
    }
    write_table(sink, &FACT_TARGET, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.integer("month_key", rows.iter().map(|_| Some(star.month_key)));
        columns.text("target_key", rows.iter().map(|row| Some(row.target.name.as_str())));
        columns.text("pack_key", rows.iter().map(|row| Some(row.target.pack.as_str())));
        columns.text("district_key", rows.iter().map(|row| Some(row.district)));
        columns.integer("families_listed", rows.iter().map(|row| Some(row.listed)));
        for (column, step) in STEP_COLUMNS {
            columns.integer(column, rows.iter().map(|row| Some(row.step(step))));
        }
        columns.integer("families_counted", rows.iter().map(|row| Some(row.step(row.target.counts))));
        columns.integer("families_planned", rows.iter().map(|row| row.planned));
        columns.integer("shortfall", rows.iter().map(|row| row.planned.map(|planned| (planned - row.step(row.target.counts)).max(0))));
    })
}

/// Column of each step.
const STEP_COLUMNS: [(&str, JourneyStep); 6] = [
    ("families_identified", JourneyStep::Identified),
    ("families_accepted", JourneyStep::Accepted),
    ("families_assessed", JourneyStep::Assessed),
    ("families_attached", JourneyStep::Attached),
    ("families_turned_around", JourneyStep::TurnedAround),
    ("families_claimed", JourneyStep::Claimed),
];

/// A target in a district.
struct TargetRow<'a> {
    target: &'a Target,
    district: &'a str,
    listed: i64,
    steps: [i64; STEPS],
    planned: Option<i64>,
}

impl TargetRow<'_> {
    fn step(&self, step: JourneyStep) -> i64 {
        self.steps.get(step as usize).copied().unwrap_or(0)
    }
}

fn target_rows<'a>(star: &'a Star<'_>, target: &'a Target) -> Vec<TargetRow<'a>> {
    let planned: BTreeMap<&str, u32> = target.planned_by_district(star.run.reference).into_iter().collect();
    let known = star.run.districts.iter().map(|district| district.code.as_str()).chain([OUT, UNKNOWN]);
    let row = |district| {
        let planned = planned.get(district).map(|planned| i64::from(*planned));
        (district, TargetRow { target, district, listed: 0, steps: [0; STEPS], planned })
    };
    let mut rows: BTreeMap<&str, TargetRow<'a>> = known.map(row).collect();
    for entry in star.run.identification.entries.iter().filter(|entry| entry.pack == target.pack && entry.route.is_listed()) {
        if let Some(row) = rows.get_mut(star.district(entry.family)) {
            row.listed += 1;
        }
    }
    let journeys = star.run.journeys.iter().filter(|journeys| journeys.pack == target.pack).flat_map(|journeys| &journeys.journeys);
    for journey in journeys {
        let Some(row) = rows.get_mut(journey.family.map_or(UNKNOWN, |family| star.district(family))) else { continue };
        for (count, &step) in row.steps.iter_mut().zip(JourneyStep::ALL) {
            *count += i64::from(journey.by(step, star.run.reference));
        }
    }
    rows.into_values().collect()
}

fn feeds(star: &Star<'_>, figures: &Figures, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<(&Source, &FeedFigures)> = star.run.sources.iter().zip(&figures.feeds).collect();
    rows.sort_by_key(|(source, _)| &source.name);
    let there = |source: &Source| source.state != FeedState::Missing;
    write_table(sink, &FACT_FEED, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.integer("month_key", rows.iter().map(|_| Some(star.month_key)));
        columns.text("source_key", rows.iter().map(|(source, _)| Some(source.name.as_str())));
        columns.text("state", rows.iter().map(|(source, _)| Some(source.state.name())));
        columns.date("as_at", rows.iter().map(|(source, _)| if there(source) { source.as_at } else { NO_DAY }));
        columns.integer("age_days", rows.iter().map(|(source, _)| there(source).then_some(i64::from(source.age_days))));
        columns.integer("files", rows.iter().map(|(_, feed)| Some(feed.files as i64)));
        columns.integer("rows_read", rows.iter().map(|(_, feed)| Some(feed.rows_read as i64)));
        columns.integer("rows_used", rows.iter().map(|(_, feed)| Some(feed.rows_used as i64)));
        columns.integer("rows_set_aside", rows.iter().map(|(_, feed)| Some(feed.rows_set_aside as i64)));
    })
}

fn data_quality(star: &Star<'_>, figures: &Figures, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<&QualityLine> = figures.quality.iter().collect();
    rows.sort_by_key(|line| (star.run.source_name(line.source), line.role.name(), line.field.name()));
    write_table(sink, &FACT_DATA_QUALITY, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.integer("month_key", rows.iter().map(|_| Some(star.month_key)));
        columns.text("source_key", rows.iter().map(|line| star.run.source_name(line.source)));
        columns.text("role", rows.iter().map(|line| Some(line.role.name())));
        columns.text("field", rows.iter().map(|line| Some(line.field.name())));
        columns.integer("records", rows.iter().map(|line| Some(line.records as i64)));
        columns.integer("present", rows.iter().map(|line| Some(line.present as i64)));
        columns.integer("unusable", rows.iter().map(|line| Some(line.unusable as i64)));
        columns.integer("changed", rows.iter().map(|line| Some(line.changed as i64)));
    })
}

/// What linkage made of one feed.
#[derive(Clone, Copy, Default)]
struct FeedLinkage {
    records: i64,
    in_other_feeds: i64,
    persons: i64,
    review: i64,
    prevented: i64,
}

fn linkage(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let feeds = feed_linkage(star);
    let mut rows: Vec<(&Source, FeedLinkage)> = star.run.sources.iter().zip(feeds).collect();
    rows.sort_by_key(|(source, _)| &source.name);
    write_table(sink, &FACT_LINKAGE_QUALITY, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.integer("month_key", rows.iter().map(|_| Some(star.month_key)));
        columns.text("source_key", rows.iter().map(|(source, _)| Some(source.name.as_str())));
        columns.integer("records", rows.iter().map(|(_, feed)| Some(feed.records)));
        columns.integer("records_in_other_feeds", rows.iter().map(|(_, feed)| Some(feed.in_other_feeds)));
        columns.integer("persons", rows.iter().map(|(_, feed)| Some(feed.persons)));
        columns.integer("pairs_to_review", rows.iter().map(|(_, feed)| Some(feed.review)));
        columns.integer("pairs_prevented", rows.iter().map(|(_, feed)| Some(feed.prevented)));
    })
}

fn feed_linkage(star: &Star<'_>) -> Vec<FeedLinkage> {
    let run = star.run;
    let mut feeds = vec![FeedLinkage::default(); run.sources.len()];
    // (person, feed) of each record: equal pairs side by side, the feeds of a person too.
    let positions = run.persons.position.iter().enumerate();
    let mut held: Vec<(u32, u16)> =
        positions.filter_map(|(record, position)| Some((run.person_of(record as u32)?, position.source))).collect();
    held.sort_unstable();
    for person in held.chunk_by(|left, right| left.0 == right.0) {
        let in_others = person.first().map(|first| first.1) != person.last().map(|last| last.1);
        for records in person.chunk_by(|left, right| left.1 == right.1) {
            let Some(feed) = records.first().and_then(|(_, source)| feeds.get_mut(usize::from(*source))) else { continue };
            let count = records.len() as i64;
            feed.records += count;
            feed.persons += 1;
            feed.in_other_feeds += if in_others { count } else { 0 };
        }
    }
    let source_of = |record: u32| run.persons.position.get(record as usize).map(|position| position.source);
    for link in &run.linked.links {
        let (left, right) = (source_of(link.left), source_of(link.right));
        // A pair within one feed counts once for it.
        for source in [left, right.filter(|right| Some(*right) != left)].into_iter().flatten() {
            let Some(feed) = feeds.get_mut(usize::from(source)) else { continue };
            match link.decision {
                LinkDecision::Review => feed.review += 1,
                LinkDecision::Prevented => feed.prevented += 1,
                _ => {}
            }
        }
    }
    feeds
}

fn run(star: &Star<'_>, figures: &Figures, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let links = &figures.links;
    write_table(sink, &FACT_RUN, 1, &|_, columns| {
        let mut count = |name, value: u64| columns.integer(name, [Some(value as i64)].into_iter());
        count("month_key", star.month_key.cast_unsigned());
        count("rows_read", figures.rows_read);
        count("rows_set_aside", figures.rows_set_aside);
        count("person_records", figures.records);
        count("persons", figures.persons);
        count("families", figures.families);
        count("families_with_children", figures.with_children);
        count("restricted_families", figures.restricted);
        columns.number("link_threshold", [Some(star.run.linked.threshold)].into_iter());
        let mut count = |name, value: u64| columns.integer(name, [Some(value as i64)].into_iter());
        count("pairs_linked", links.linked);
        count("pairs_implied", links.implied);
        count("pairs_decided", links.decided);
        count("pairs_to_review", links.review);
        count("pairs_prevented", links.prevented);
        count("persons_in_several_feeds", links.in_several_feeds);
    })
}
