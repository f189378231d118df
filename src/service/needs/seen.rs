//! What the final run of a month said of the families' needs.
//!
//! What comes in: a run, the criteria pack, the successors of ids. What goes out: by family of today and criterion, its value and the days of the rows that show it. What always holds: two families of then that are one today
//! have the needs of both; a row without a last day goes on if its kind does, and is over on its own day if not.

use std::collections::BTreeMap;

use super::Seen;
use crate::model::{Day, NO_DAY, Ternary};
use crate::run::reading::{ReadingError, Table};
use crate::run::successors::Successors;
use crate::store::RunFolder;

/// What a run said of the needs of all families: by (family of today, criterion).
pub type MonthSeen = BTreeMap<(String, String), Seen>;

/// Kinds of event that go on until a last day is given.
const GOING_ON: [&str; 8] = ["social_care", "health", "need", "school_status", "benefit", "activity", "custody", "housing"];

/// What a run said of every family by a criteria pack.
///
/// # Errors
/// [`ReadingError`] if a table of the run cannot be read.
pub fn month_seen(run: &RunFolder, pack: &str, successors: &Successors) -> Result<MonthSeen, ReadingError> {
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
