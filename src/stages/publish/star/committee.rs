//! Writes the tables for committees: families on the list by district and criterion, and how far the targets have come, small numbers suppressed.
//!
//! What always holds: nothing in it was not made by [`suppress_nested`]. A family can meet several criteria, so criteria do not add up across a row; districts add up to the county, and who meets
//! a criterion is on the list: that is what is protected.

use std::collections::BTreeMap;

use crate::model::small_numbers::{Shown, suppress_nested};
use crate::model::tables::{COMMITTEE, COMMITTEE_TARGETS};
use crate::model::{Entry, JourneyStep, Target, Ternary};
use crate::stages::publish::parquet_file::write_table;
use crate::stages::publish::progress::Progress;
use crate::stages::publish::{PackHeading, PublishError, RunContents, RunSink};

/// The criterion that every family on the list meets.
const ALL: (&str, &str) = ("all", "Families on the list");

/// One line of the table.
struct Line<'a> {
    pack: &'a str,
    code: &'a str,
    district: &'a str,
    criterion: &'a str,
    title: &'a str,
    families: Shown,
}

pub(super) fn write(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    criteria(run, sink)?;
    targets(run, sink)
}

/// How far the targets have come.
fn targets(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    // A step that implies another counts no family that the other does not.
    let within: Vec<Option<usize>> = JourneyStep::ALL.iter().map(|step| step.implies().map(|implied| implied as usize)).collect();
    let progress: Vec<Progress<'_>> = run.targets.iter().map(|target| Progress::of(run, target)).collect();
    let mut lines: Vec<TargetLine<'_>> = Vec::new();
    for progress in &progress {
        let counts: Vec<Vec<u64>> = progress.districts.iter().map(|district| district.steps.to_vec()).collect();
        let table = suppress_nested(&counts, &within);
        let county = u64::from(progress.target.planned(run.reference));
        let places = progress.districts.iter().map(|district| (district.code, district.name, district.planned.map(u64::from)));
        let rows = places.zip(table.cells).chain([(("", "County", Some(county)), table.columns)]);
        for ((code, district, planned), cells) in rows {
            for (families, &step) in cells.into_iter().zip(JourneyStep::ALL) {
                let planned = planned.filter(|_| step == progress.target.counts);
                lines.push(TargetLine { target: progress.target, code, district, step, families, planned });
            }
        }
    }
    let month = run.month.to_string();
    write_table(sink, &COMMITTEE_TARGETS, lines.len(), &|range, columns| {
        let lines = lines.get(range).unwrap_or_default();
        columns.text("month", lines.iter().map(|_| Some(month.as_str())));
        columns.text("target", lines.iter().map(|line| Some(line.target.name.as_str())));
        columns.text("title", lines.iter().map(|line| Some(line.target.title.as_str())));
        columns.text("district_code", lines.iter().map(|line| Some(line.code)));
        columns.text("district", lines.iter().map(|line| Some(line.district)));
        columns.text("step", lines.iter().map(|line| Some(line.step.name())));
        columns.boolean("counts", lines.iter().map(|line| line.step == line.target.counts));
        columns.text("families", lines.iter().map(|line| Some(line.families.to_string())));
        columns.integer("planned", lines.iter().map(|line| line.planned.map(|planned| planned as i64)));
    })
}

/// One line of the table of targets.
struct TargetLine<'a> {
    target: &'a Target,
    code: &'a str,
    district: &'a str,
    step: JourneyStep,
    families: Shown,
    planned: Option<u64>,
}

fn criteria(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let lines: Vec<Line<'_>> = run.packs.iter().flat_map(|pack| lines(run, pack)).collect();
    let month = run.month.to_string();
    write_table(sink, &COMMITTEE, lines.len(), &|range, columns| {
        let lines = lines.get(range).unwrap_or_default();
        columns.text("month", lines.iter().map(|_| Some(month.as_str())));
        columns.text("pack", lines.iter().map(|line| Some(line.pack)));
        columns.text("district_code", lines.iter().map(|line| Some(line.code)));
        columns.text("district", lines.iter().map(|line| Some(line.district)));
        columns.text("criterion", lines.iter().map(|line| Some(line.criterion)));
        columns.text("title", lines.iter().map(|line| Some(line.title)));
        columns.text("families", lines.iter().map(|line| Some(line.families.to_string())));
    })
}

fn lines<'a>(run: &'a RunContents<'_>, pack: &'a PackHeading) -> Vec<Line<'a>> {
    let criteria: Vec<(&str, &str)> = std::iter::once(ALL).chain(pack.criteria.iter().map(|(id, title)| (&**id, &**title))).collect();
    let mut places: Vec<(&str, &str)> = run.districts.iter().map(|district| (&*district.code, &*district.name)).collect();
    places.sort_unstable();
    places.push(("", "Out of the county, or address not known"));
    let row_of: BTreeMap<&str, usize> = places.iter().enumerate().map(|(row, (code, _))| (*code, row)).collect();
    let mut counts = vec![vec![0_u64; criteria.len()]; places.len()];
    let listed = |entry: &&Entry| entry.pack == pack.name && entry.route.is_listed();
    for entry in run.identification.entries.iter().filter(listed) {
        let code = run.identification.summaries.get(entry.family as usize).map_or("", |summary| &*summary.district_code);
        let Some(row) = row_of.get(code).or_else(|| row_of.get("")).and_then(|row| counts.get_mut(*row)) else { continue };
        for (count, (criterion, _)) in row.iter_mut().zip(&criteria) {
            let meets = |(id, value): &(String, Ternary)| id == criterion && *value == Ternary::True;
            *count += u64::from(*criterion == ALL.0 || entry.criteria.iter().any(meets));
        }
    }
    // Whoever meets a criterion is on the list.
    let within: Vec<Option<usize>> = (0..criteria.len()).map(|criterion| (criterion > 0).then_some(0)).collect();
    let table = suppress_nested(&counts, &within);
    let rows = places.iter().copied().zip(table.cells).chain([(("", "County"), table.columns)]);
    rows.flat_map(|((code, district), cells)| {
        let cells = cells.into_iter().zip(criteria.clone());
        cells.map(move |(families, (criterion, title))| Line { pack: &pack.name, code, district, criterion, title, families })
    })
    .collect()
}
