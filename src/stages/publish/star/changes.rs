//! Writes what became of families on lists since the last final month.
//!
//! What always holds: one row per row of `changes` that has a pack; the words, the person and the file behind a change stay in the run.

use super::{Star, UNKNOWN, criterion_key};
use crate::model::tables::{DIM_CHANGE, FACT_CHANGE};
use crate::model::{Change, ChangeCode};
use crate::stages::publish::parquet_file::write_table;
use crate::stages::publish::{PublishError, RunSink};

pub(super) fn write(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    facts(star, sink)?;
    dimension(sink)
}

/// The changes that stand in the star.
pub(super) fn changes<'a>(star: &Star<'a>) -> impl Iterator<Item = &'a Change> {
    star.run.register.changes.iter().filter(|change| !change.pack.is_empty())
}

fn facts(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<(String, &Change)> = changes(star).map(|change| (crate::model::ids::family_key(&change.family_id), change)).collect();
    rows.sort_by(|(left_key, left), (right_key, right)| {
        let key = |change: &&Change| (star.run.pack_index(&change.pack), change.code as u8, change.cause as u8);
        left_key.cmp(right_key).then_with(|| key(left).cmp(&key(right)))
    });
    // Where a family left the county or is no more, the district it left is the one that wants to know.
    let district = |change: &Change| -> String {
        let known = [&change.district_code, &change.district_code_before].into_iter().find(|code| !code.is_empty());
        known.cloned().unwrap_or_else(|| UNKNOWN.to_owned())
    };
    let criterion = |change: &Change| (!change.criterion.is_empty()).then(|| criterion_key(&change.pack, &change.criterion));
    write_table(sink, &FACT_CHANGE, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.integer("month_key", rows.iter().map(|_| Some(star.month_key)));
        columns.text("family_key", rows.iter().map(|(key, _)| Some(key.as_str())));
        columns.text("pack_key", rows.iter().map(|(_, change)| Some(change.pack.as_str())));
        columns.text("change_key", rows.iter().map(|(_, change)| Some(change.code.name())));
        columns.text("cause", rows.iter().map(|(_, change)| Some(change.cause.name())));
        columns.text("criterion_key", rows.iter().map(|(_, change)| criterion(change)));
        columns.text("rule", rows.iter().map(|(_, change)| Some(change.rule.as_str())));
        columns.text("source_key", rows.iter().map(|(_, change)| Some(change.behind.source.as_str())));
        columns.date("cause_date", rows.iter().map(|(_, change)| change.day));
        columns.text("district_key", rows.iter().map(|(_, change)| Some(district(change))));
        columns.boolean("listed", rows.iter().map(|(_, change)| change.listed));
        columns.boolean("listed_before", rows.iter().map(|(_, change)| change.listed_before));
    })
}

fn dimension(sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<(&str, i64)> = ChangeCode::ALL.iter().zip(1..).map(|(code, position)| (code.name(), position)).collect();
    rows.sort_unstable();
    write_table(sink, &DIM_CHANGE, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("change_key", rows.iter().map(|row| Some(row.0)));
        columns.integer("position", rows.iter().map(|row| Some(row.1)));
    })
}
