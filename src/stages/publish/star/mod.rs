//! The star schema of a run: what `model::tables` declares as `star/…`, and the table for committees.
//!
//! What comes in: the run and its figures. What goes out: facts and dimensions as Parquet tables.
//! What always holds: a family goes by its pseudonym; rows of families are in the order of the pseudonyms, so the order tells nothing; every key of a fact
//! stands in its dimension; sums over the facts are the numbers of the run report.

mod changes;
mod committee;
mod dimensions;
mod families;
mod journeys;
mod measures;

use rayon::prelude::*;

use super::contents::RunContents;
use super::figures::Figures;
use super::{PublishError, RunSink};
use crate::model::{FamilySummary, Month, ids};

/// Key of the district and locality of homes out of the county.
const OUT: &str = "OUT";
/// Key of the district and locality of homes that are not known.
const UNKNOWN: &str = "UNKNOWN";

pub(super) fn write(run: &RunContents<'_>, figures: &Figures, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let star = Star::of(run);
    families::write(&star, sink)?;
    changes::write(&star, sink)?;
    journeys::write(&star, sink)?;
    measures::write(&star, figures, sink)?;
    dimensions::write(&star, sink)?;
    committee::write(run, sink)
}

/// What every table of the star needs.
struct Star<'a> {
    run: &'a RunContents<'a>,
    month_key: i64,
    /// Pseudonym of each family that stands in a fact; empty for the others.
    keys: Vec<String>,
    /// Place of each family in the order of the pseudonyms.
    places: Vec<u32>,
    nothing: FamilySummary,
}

impl<'a> Star<'a> {
    fn of(run: &'a RunContents<'a>) -> Self {
        let mut wanted = vec![false; run.families.families.len()];
        let listed = run.identification.entries.iter().map(|entry| entry.family).chain(run.flags.evidence.iter().map(|row| row.family));
        let ways = run.journeys.iter().flat_map(|pack| &pack.journeys).filter_map(|journey| journey.family);
        for family in listed.chain(ways) {
            if let Some(wanted) = wanted.get_mut(family as usize) {
                *wanted = true;
            }
        }
        let key = |(&wanted, family): (&bool, u32)| run.family_id(family).filter(|_| wanted).map(ids::family_key).unwrap_or_default();
        let keys: Vec<String> = wanted.par_iter().zip(0..wanted.len() as u32).map(key).collect();
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        order.par_sort_by_key(|&family| keys.get(family as usize));
        let mut places = vec![0; keys.len()];
        for (place, &family) in (0..).zip(&order) {
            if let Some(slot) = places.get_mut(family as usize) {
                *slot = place;
            }
        }
        Self { run, month_key: month_key(run.month), keys, places, nothing: FamilySummary::default() }
    }

    fn key(&self, family: u32) -> &str {
        self.keys.get(family as usize).map_or("", String::as_str)
    }

    /// What rows of families are sorted by: the place of the pseudonym among all.
    fn place(&self, family: u32) -> u32 {
        self.places.get(family as usize).copied().unwrap_or(u32::MAX)
    }

    fn summary(&self, family: u32) -> &FamilySummary {
        self.run.identification.summaries.get(family as usize).unwrap_or(&self.nothing)
    }

    /// Key of the district of a family's home.
    fn district(&self, family: u32) -> &str {
        let summary = self.summary(family);
        place(&summary.district_code, summary)
    }

    /// Key of the locality of a family's home.
    fn locality(&self, family: u32) -> &str {
        let summary = self.summary(family);
        place(&summary.locality, summary)
    }
}

fn place<'a>(key: &'a str, summary: &FamilySummary) -> &'a str {
    match (key, summary.out_of_county) {
        ("", true) => OUT,
        ("", false) => UNKNOWN,
        (key, _) => key,
    }
}

/// `201210` for October 2012.
fn month_key(month: Month) -> i64 {
    i64::from(month.year()) * 100 + i64::from(month.month())
}

/// `2012/13`: the year that a day lies in when years begin with a month of the calendar.
fn year_from(month: Month, first_month: u32) -> String {
    let begins = if month.month() >= first_month { month.year() } else { month.year() - 1 };
    format!("{begins}/{:02}", (begins + 1).rem_euclid(100))
}

/// The quarter of the calendar year.
fn quarter(month: Month) -> i64 {
    i64::from(month.month().div_ceil(3))
}

/// Key of a criterion.
fn criterion_key(pack: &str, criterion: &str) -> String {
    format!("{pack}/{criterion}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn financial_years_begin_in_april_and_school_years_in_september() {
        let month = |text: &str| text.parse::<Month>().expect("a month");
        assert_eq!([year_from(month("2013-03"), 4), year_from(month("2013-04"), 4)], ["2012/13", "2013/14"]);
        assert_eq!([year_from(month("2013-08"), 9), year_from(month("1999-09"), 9)], ["2012/13", "1999/00"]);
        assert_eq!([quarter(month("2013-03")), quarter(month("2013-04")), quarter(month("2013-12"))], [1, 2, 4]);
        assert_eq!(month_key(month("2013-03")), 201_303);
    }
}
