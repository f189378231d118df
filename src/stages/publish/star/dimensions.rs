//! Writes the dimensions of the star: what the keys of the facts stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::changes;
use super::{OUT, Star, UNKNOWN, criterion_key, quarter, year_from};
use crate::model::ids::family_key;
use crate::model::tables::{
    DIM_CRITERION, DIM_DATE, DIM_DISTRICT, DIM_FAMILY, DIM_LOCALITY, DIM_MONTH, DIM_PACK, DIM_ROUTE, DIM_SOURCE, DIM_STATUS, DIM_TARGET,
};
use crate::model::{Cadence, Day, FamilySummary, JourneyStep, Month, NO_DAY, Route, Source, Status, Target};
use crate::stages::publish::parquet_file::write_table;
use crate::stages::publish::{PublishError, RunSink};

pub(super) fn write(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    month(star, sink)?;
    dates(star, sink)?;
    districts(star, sink)?;
    localities(star, sink)?;
    packs(star, sink)?;
    criteria(star, sink)?;
    sources(star, sink)?;
    routes(sink)?;
    statuses(sink)?;
    families(star, sink)?;
    targets(star, sink)
}

fn month(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let month = star.run.month;
    write_table(sink, &DIM_MONTH, 1, &|_, columns| {
        columns.integer("month_key", [Some(star.month_key)].into_iter());
        columns.text("month", [Some(month.to_string())].into_iter());
        columns.date("first_day", [month.first_day()].into_iter());
        columns.date("last_day", [month.last_day()].into_iter());
        columns.date("reference_date", [star.run.reference].into_iter());
        columns.integer("calendar_year", [Some(i64::from(month.year()))].into_iter());
        columns.integer("quarter", [Some(quarter(month))].into_iter());
        columns.text("financial_year", [Some(year_from(month, 4))].into_iter());
        columns.text("run_id", [Some(star.run.run_id)].into_iter());
    })
}

/// Whole years, as Power BI asks of a table of dates: those of the evidence, and the reference date's.
fn dates(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let events = star.run.events;
    let days_of = |event: u32| [&events.from, &events.to].map(|days| days.get(event as usize).copied().unwrap_or(NO_DAY));
    let ways = star.run.journeys.iter().flat_map(|pack| &pack.journeys);
    let ways = ways.flat_map(|journey| JourneyStep::ALL.iter().map(|&step| journey.on(step)));
    let evidence = star.run.flags.evidence.iter().flat_map(|row| days_of(row.event)).chain([star.run.reference]).chain(ways);
    let years: BTreeSet<i32> = evidence.chain(changes(star).map(|change| change.day)).filter_map(Month::of).map(Month::year).collect();
    let (first, last) = (years.first().copied().unwrap_or(1970), years.last().copied().unwrap_or(1970));
    let first_day = Month::new(first, 1).map_or(NO_DAY, Month::first_day);
    let last_day = Month::new(last, 12).map_or(NO_DAY, Month::last_day);
    let days: Vec<(Day, Month)> = (first_day..=last_day).filter_map(|day| Some((day, Month::of(day)?))).collect();
    write_table(sink, &DIM_DATE, days.len(), &|range, columns| {
        let days = days.get(range).unwrap_or_default();
        columns.date("date", days.iter().map(|(day, _)| *day));
        columns.text("month", days.iter().map(|(_, month)| Some(month.to_string())));
        columns.integer("calendar_year", days.iter().map(|(_, month)| Some(i64::from(month.year()))));
        columns.integer("quarter", days.iter().map(|(_, month)| Some(quarter(*month))));
        columns.integer("month_of_year", days.iter().map(|(_, month)| Some(i64::from(month.month()))));
        columns.text("financial_year", days.iter().map(|(_, month)| Some(year_from(*month, 4))));
        columns.text("school_year", days.iter().map(|(_, month)| Some(year_from(*month, 9))));
    })
}

const OUTSIDE: [(&str, &str); 2] = [(OUT, "Out of the county"), (UNKNOWN, "Address not known")];

fn districts(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<(&str, &str, &str, bool)> =
        star.run.districts.iter().map(|district| (&*district.code, &*district.name, &*district.locality, true)).collect();
    rows.extend(OUTSIDE.map(|(key, name)| (key, name, "", false)));
    rows.sort_unstable();
    write_table(sink, &DIM_DISTRICT, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("district_key", rows.iter().map(|row| Some(row.0)));
        columns.text("district", rows.iter().map(|row| Some(row.1)));
        columns.text("locality", rows.iter().map(|row| Some(row.2)));
        columns.boolean("in_county", rows.iter().map(|row| row.3));
    })
}

fn localities(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let named = star.run.districts.iter().map(|district| &*district.locality).filter(|locality| !locality.is_empty());
    let mut rows: BTreeSet<(&str, &str, bool)> = named.map(|locality| (locality, locality, true)).collect();
    rows.extend(OUTSIDE.map(|(key, name)| (key, name, false)));
    let rows: Vec<_> = rows.into_iter().collect();
    write_table(sink, &DIM_LOCALITY, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("locality_key", rows.iter().map(|row| Some(row.0)));
        columns.text("locality", rows.iter().map(|row| Some(row.1)));
        columns.boolean("in_county", rows.iter().map(|row| row.2));
    })
}

fn packs(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<_> = star.run.packs.iter().zip(1_i64..).collect();
    rows.sort_by_key(|(pack, _)| &pack.name);
    write_table(sink, &DIM_PACK, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("pack_key", rows.iter().map(|(pack, _)| Some(pack.name.as_str())));
        columns.text("title", rows.iter().map(|(pack, _)| Some(pack.title.as_str())));
        columns.text("version", rows.iter().map(|(pack, _)| Some(pack.version.as_str())));
        columns.integer("position", rows.iter().map(|(_, position)| Some(*position)));
    })
}

fn criteria(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<(String, &str, &str, &str, i64)> = Vec::new();
    for pack in star.run.packs {
        let criteria = pack.criteria.iter().zip(1_i64..);
        rows.extend(criteria.map(|((id, title), position)| (criterion_key(&pack.name, id), &*pack.name, &**id, &**title, position)));
    }
    rows.sort_unstable();
    write_table(sink, &DIM_CRITERION, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("criterion_key", rows.iter().map(|row| Some(row.0.as_str())));
        columns.text("pack_key", rows.iter().map(|row| Some(row.1)));
        columns.text("criterion", rows.iter().map(|row| Some(row.2)));
        columns.text("title", rows.iter().map(|row| Some(row.3)));
        columns.integer("position", rows.iter().map(|row| Some(row.4)));
    })
}

fn sources(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<&Source> = star.run.sources.iter().collect();
    rows.sort_by_key(|source| &source.name);
    let cadence = |source: &&Source| match source.cadence {
        Cadence::Monthly => "monthly",
        Cadence::Termly => "termly",
        Cadence::OnRequest => "on-request",
    };
    write_table(sink, &DIM_SOURCE, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("source_key", rows.iter().map(|source| Some(source.name.as_str())));
        columns.text("agency", rows.iter().map(|source| Some(source.agency.as_str())));
        columns.text("cadence", rows.iter().map(|source| Some(cadence(source))));
        columns.integer("valid_days", rows.iter().map(|source| Some(i64::from(source.valid_days))));
    })
}

fn routes(sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<(&str, i64, bool)> =
        Route::ALL.iter().zip(1_i64..).map(|(route, position)| (route.name(), position, route.is_listed())).collect();
    rows.sort_unstable();
    write_table(sink, &DIM_ROUTE, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("route_key", rows.iter().map(|row| Some(row.0)));
        columns.integer("position", rows.iter().map(|row| Some(row.1)));
        columns.boolean("listed", rows.iter().map(|row| row.2));
    })
}

fn statuses(sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<(&str, i64, bool)> =
        Status::ALL.iter().zip(1_i64..).map(|(status, position)| (status.name(), position, status.ends())).collect();
    rows.sort_unstable();
    write_table(sink, &DIM_STATUS, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("status_key", rows.iter().map(|row| Some(row.0)));
        columns.integer("position", rows.iter().map(|row| Some(row.1)));
        columns.boolean("ends", rows.iter().map(|row| row.2));
    })
}

fn families(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let ways = star.run.journeys.iter().flat_map(|pack| &pack.journeys).map(|journey| (family_key(&journey.family_id), journey.family));
    let gone = changes(star).map(|change| (family_key(&change.family_id), None)).chain(ways);
    // A family that is there comes after the same one of the changes, and takes its place.
    let there = star.keys.iter().zip(0_u32..).filter(|(key, _)| !key.is_empty()).map(|(key, family)| (key.clone(), Some(family)));
    let rows: Vec<(String, Option<u32>)> = gone.chain(there).collect::<BTreeMap<_, _>>().into_iter().collect();
    let confidence = |family: u32| star.run.families.families.get(family as usize).map(|family| family.confidence.name());
    write_table(sink, &DIM_FAMILY, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        let families = || rows.iter().map(|(_, family)| *family);
        let counts =
            |count: fn(&FamilySummary) -> u32| families().map(move |family| family.map(|family| i64::from(count(star.summary(family)))));
        columns.text("family_key", rows.iter().map(|(key, _)| Some(key.as_str())));
        columns.integer("month_key", families().map(|family| family.map(|_| star.month_key)));
        columns.text("district_key", families().map(|family| Some(family.map_or(UNKNOWN, |family| star.district(family)))));
        columns.text("locality_key", families().map(|family| Some(family.map_or(UNKNOWN, |family| star.locality(family)))));
        columns.text("confidence", families().map(|family| family.and_then(confidence)));
        columns.integer("n_members", counts(|summary| summary.members));
        columns.integer("n_adults", counts(|summary| summary.adults));
        columns.integer("n_children_u18", counts(|summary| summary.children));
        columns.integer("n_children_u5", counts(|summary| summary.children_under_5));
    })
}

fn targets(star: &Star<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let mut rows: Vec<&Target> = star.run.targets.iter().collect();
    rows.sort_by_key(|target| &target.name);
    write_table(sink, &DIM_TARGET, rows.len(), &|range, columns| {
        let rows = rows.get(range).unwrap_or_default();
        columns.text("target_key", rows.iter().map(|target| Some(target.name.as_str())));
        columns.text("title", rows.iter().map(|target| Some(target.title.as_str())));
        columns.text("pack_key", rows.iter().map(|target| Some(target.pack.as_str())));
        columns.date("starts", rows.iter().map(|target| target.starts));
        columns.date("ends", rows.iter().map(|target| target.ends));
        columns.integer("families", rows.iter().map(|target| Some(i64::from(target.families))));
        columns.integer("funded_families", rows.iter().map(|target| Some(i64::from(target.funded_families()))));
        columns.text("source", rows.iter().map(|target| Some(target.source.as_str())));
        columns.text("counts", rows.iter().map(|target| Some(target.counts.name())));
    })
}
