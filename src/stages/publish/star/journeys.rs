//! Writes the ways of families: one row per family, with the day on which each step was reached.
//!
//! What always holds: the rows are the families that the targets of report and star count, one by one; a family that is not among the run's any more has a row too.

use super::{Star, UNKNOWN};
use crate::model::ids::family_key;
use crate::model::tables::FACT_JOURNEY;
use crate::model::{Journey, JourneyStep};
use crate::stages::publish::parquet_file::write_table;
use crate::stages::publish::{PublishError, RunSink};

/// Column of each step.
const COLUMNS: [(&str, JourneyStep); 6] = [
    ("identified_on", JourneyStep::Identified),
    ("accepted_on", JourneyStep::Accepted),
    ("assessed_on", JourneyStep::Assessed),
    ("attached_on", JourneyStep::Attached),
    ("turned_around_on", JourneyStep::TurnedAround),
    ("claimed_on", JourneyStep::Claimed),
];

pub(super) fn write(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let of_pack = star.run.journeys.iter().flat_map(|pack| pack.journeys.iter().map(|journey| (&*pack.pack, journey)));
    let mut rows: Vec<(String, &str, &Journey)> = of_pack.map(|(pack, journey)| (family_key(&journey.family_id), pack, journey)).collect();
    rows.sort_by(|left, right| (&left.0, left.1).cmp(&(&right.0, right.1)));
    write_table(sink, &FACT_JOURNEY, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.integer("month_key", rows.iter().map(|_| Some(star.month_key)));
        columns.text("family_key", rows.iter().map(|row| Some(row.0.as_str())));
        columns.text("pack_key", rows.iter().map(|row| Some(row.1)));
        columns.text("district_key", rows.iter().map(|row| Some(row.2.family.map_or(UNKNOWN, |family| star.district(family)))));
        for (column, step) in COLUMNS {
            columns.date(column, rows.iter().map(|row| row.2.on(step)));
        }
    })
}
