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

use std::collections::{BTreeMap, BTreeSet};

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
    /// Pseudonym of each family that stands in a fact.
    keys: BTreeMap<u32, String>,
    nothing: FamilySummary,
}

impl<'a> Star<'a> {
    fn of(run: &'a RunContents<'a>) -> Self {
        let wanted: BTreeSet<u32> =
            run.identification.entries.iter().map(|entry| entry.family).chain(run.flags.evidence.iter().map(|row| row.family)).collect();
        let ways = run.journeys.iter().flat_map(|pack| &pack.journeys).filter_map(|journey| journey.family);
        let wanted: BTreeSet<u32> = wanted.into_iter().chain(ways).collect();
        let keys = wanted.into_iter().filter_map(|family| Some((family, ids::family_key(run.family_id(family)?)))).collect();
        Self { run, month_key: month_key(run.month), keys, nothing: FamilySummary::default() }
    }

    fn key(&self, family: u32) -> &str {
        self.keys.get(&family).map_or("", String::as_str)
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
