//! What the final runs of months said of the families' needs.
//!
//! What comes in: an output folder, the criteria pack, from which month to which, the successors of ids. What goes out: per month by family of today and criterion, its value and the days of the rows that show it. What always holds: two families of then that are one today
//! have the needs of both; each run is read once, and a month without one stands as one that said nothing; a row without a last day goes on if its kind does, and is over on its own day if not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Seen;
use crate::model::{Day, Month, NO_DAY, Ternary};
use crate::rules::pack::Pack;
use crate::run::reading::{ReadingError, Table};
use crate::run::successors::Successors;
use crate::service::claims::ClaimsError;
use crate::store::{self, PreviousRun, RunFolder};

/// What a run said of the needs of all families: by (family of today, criterion).
pub type MonthSeen = BTreeMap<(String, String), Seen>;

/// A month's final run and what it said.
pub struct MonthRead {
    /// The run.
    pub run: PreviousRun,
    /// SHA-256 of [`MonthRead::TABLE`] of the run.
    pub sha256: String,
    /// What it said.
    pub seen: MonthSeen,
}

impl MonthRead {
    /// The table that says which criteria a family meets.
    pub const TABLE: &str = "criteria.parquet";
}

/// Months by what their final runs said; `None` for one without a final run.
pub type Months = BTreeMap<Month, Option<MonthRead>>;

/// The first month that is looked at where families are worked with since some days and what held in the last so many months up to `last` counts.
#[must_use]
pub fn first_month(since: impl Iterator<Item = Day>, last: Month, months: u32) -> Month {
    let counted = last.plus(1 - i32::try_from(months).unwrap_or(1));
    since.filter_map(Month::of).min().map_or(counted, |first| first.min(counted))
}

/// What the final runs of some months said by a criteria pack. What only says that a family may be helped at all, such as an expected child, is no need and left out.
///
/// # Errors
/// [`ClaimsError`] if a run cannot be read.
pub fn read_months(out: &Path, pack: &Pack, (first, last): (Month, Month), successors: &Successors) -> Result<Months, ClaimsError> {
    let counted: BTreeSet<&String> = pack.combination.counted.iter().collect();
    let mut months = Months::new();
    let mut month = first;
    while month <= last {
        let read = match store::final_run_of(out, &month.to_string())? {
            Some(run) => {
                let mut seen = month_seen(&run, &pack.name, successors)?;
                seen.retain(|(_, criterion), _| counted.contains(criterion));
                let sha256 = run.manifest.output(MonthRead::TABLE).map(|output| output.sha256.clone()).unwrap_or_default();
                Some(MonthRead { run: run.named(), sha256, seen })
            }
            None => None,
        };
        months.insert(month, read);
        month = month.plus(1);
    }
    Ok(months)
}

/// Kinds of event that go on until a last day is given.
const GOING_ON: [&str; 8] = ["social_care", "health", "need", "school_status", "benefit", "activity", "custody", "housing"];

/// What a run said of every family by a criteria pack.
fn month_seen(run: &RunFolder, pack: &str, successors: &Successors) -> Result<MonthSeen, ReadingError> {
    let mut seen = MonthSeen::new();
    let table = Table::open(run, "criteria")?;
    let (families, packs) = (table.texts("family_id")?, table.texts("pack")?);
    let (criteria, values) = (table.texts("criterion")?, table.texts("value")?);
    for ((family, criterion), value) in
        families.iter().zip(&criteria).zip(&values).zip(&packs).filter(|(_, of)| **of == pack).map(|(row, _)| row)
    {
        let value: Ternary = value.parse().map_err(|()| ReadingError::Parquet { table: "criteria.parquet".to_owned() })?;
        let entry = seen.entry((successors.present(family), (*criterion).to_owned())).or_insert(Seen { value, shown: Vec::new() });
        // Two families of then that are one today: the need of either is its need.
        entry.value = Ternary::any([entry.value, value]);
    }
    let table = Table::open(run, "evidence")?;
    let (families, packs, criteria, kinds) =
        (table.texts("family_id")?, table.texts("pack")?, table.texts("criterion")?, table.texts("kind")?);
    let days = table.days("event_from")?.into_iter().zip(table.days("event_to")?);
    for ((((family, of), criterion), kind), (from, to)) in families.iter().zip(&packs).zip(&criteria).zip(&kinds).zip(days) {
        if *of != pack {
            continue;
        }
        let latest = match to {
            NO_DAY if GOING_ON.contains(kind) => Day::MAX,
            NO_DAY => from,
            to => to,
        };
        if let Some(seen) = seen.get_mut(&(successors.present(family), (*criterion).to_owned())) {
            seen.shown.push((from, latest));
        }
    }
    Ok(seen)
}
