//! What a missing field cost in links, estimated.
//!
//! What comes in: the person records of a run. What goes out: per feed, role and field how many records without it, and how many with it, were found in
//! another feed, and how many more of the former would have been if the difference were the field's doing. What always holds: only records of the
//! same feed and role are compared; too few records give no estimate; the interval says how sure it is of what chance does, and nothing of
//! what else sets the two groups apart.

use std::collections::HashMap;

use crate::model::{Field, PersonRole};
use crate::run::reading::{ReadingError, Table};

/// The fields of `persons` by which records are found in other feeds, and the field of the extract each comes from.
const FIELDS: [(&str, Field); 10] = [
    ("forename", Field::Forename),
    ("surname", Field::Surname),
    ("date_of_birth", Field::DateOfBirth),
    ("sex", Field::Sex),
    ("postcode", Field::Postcode),
    ("address_key", Field::Address),
    ("uprn", Field::Uprn),
    ("nhs_number", Field::NhsNumber),
    ("nino", Field::Nino),
    ("upn", Field::Upn),
];

/// Fields that are withheld for restricted people: of them nothing can be said here.
const WITHHELD: [Field; 3] = [Field::Postcode, Field::Address, Field::Uprn];

/// Least records without a field, and with it, for an estimate (`rec`).
const LEAST_WITHOUT: u64 = 10;
const LEAST_WITH: u64 = 30;

/// 97.5% of the standard normal distribution.
const Z: f64 = 1.959_964;

/// One feed, role and field.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lost {
    /// Feed.
    pub(super) source: String,
    /// Role on the row.
    pub(super) role: String,
    /// The field.
    pub(super) field: Field,
    /// Records without a usable value, and those of them found in another feed.
    pub(super) without: (u64, u64),
    /// Records with one, and those of them found in another feed.
    pub(super) with: (u64, u64),
}

/// Links that a missing field cost: the estimate and its 95% interval, in records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    /// As many records more would have been found.
    pub(super) records: f64,
    /// Lower end.
    pub(super) low: f64,
    /// Upper end.
    pub(super) high: f64,
}

impl Lost {
    /// The estimate: records without the field, times the difference of the two shares found. `None` where too few are compared, or where those without
    /// were found as often.
    pub(super) fn estimate(&self) -> Option<Estimate> {
        let ((without, found_without), (with, found_with)) = (self.without, self.with);
        if without < LEAST_WITHOUT || with < LEAST_WITH {
            return None;
        }
        let (without, with) = (without as f64, with as f64);
        let (low_share, high_share) = (found_without as f64 / without, found_with as f64 / with);
        let difference = high_share - low_share;
        if difference <= 0.0 {
            return None;
        }
        let error = (low_share * (1.0 - low_share) / without + high_share * (1.0 - high_share) / with).sqrt();
        let bounded = |share: f64| (share * without).clamp(0.0, without);
        Some(Estimate { records: bounded(difference), low: bounded(difference - Z * error), high: bounded(difference + Z * error) })
    }
}

/// Which persons are known to more than one feed.
pub(super) struct Found {
    several: HashMap<String, bool>,
}

impl Found {
    /// Reads it from the `persons` table.
    pub(super) fn of(persons: &Table) -> Result<Self, ReadingError> {
        let mut first: HashMap<String, (String, bool)> = HashMap::new();
        for row in persons.select("person_id", &["person_id", "source"], |person| !person.is_empty())? {
            if let [person, source] = row.as_slice() {
                let known = first.entry(person.clone()).or_insert_with(|| (source.clone(), false));
                known.1 |= known.0 != *source;
            }
        }
        Ok(Self { several: first.into_iter().map(|(person, (_, several))| (person, several)).collect() })
    }

    fn in_another_feed(&self, person: &str) -> bool {
        self.several.get(person).copied().unwrap_or(false)
    }
}

/// Counts of a feed, by role and field in their order; only fields that some record of the role has.
pub(super) fn of_source(persons: &Table, found: &Found, source: &str) -> Result<Vec<Lost>, ReadingError> {
    let mut columns = vec!["person_id", "role", "address_withheld"];
    columns.extend(FIELDS.iter().map(|(column, _)| *column));
    let mut all: Vec<Lost> = Vec::new();
    for role in PersonRole::ALL {
        let lost = |(_, field): &(&str, Field)| Lost {
            source: source.to_owned(),
            role: role.name().to_owned(),
            field: *field,
            without: (0, 0),
            with: (0, 0),
        };
        all.extend(FIELDS.iter().map(lost));
    }
    let mut wanted = vec!["source"];
    wanted.extend(&columns);
    for row in persons.select("source", &wanted, |name| name == source)? {
        let [_, person, role, withheld, values @ ..] = row.as_slice() else { continue };
        if person.is_empty() {
            continue;
        }
        let found = u64::from(found.in_another_feed(person));
        for ((_, field), value) in FIELDS.iter().zip(values) {
            if withheld == "yes" && WITHHELD.contains(field) {
                continue;
            }
            let Some(lost) = all.iter_mut().find(|lost| lost.role == *role && lost.field == *field) else { continue };
            let counts = if value.is_empty() { &mut lost.without } else { &mut lost.with };
            *counts = (counts.0 + 1, counts.1 + found);
        }
    }
    all.retain(|lost| lost.with.0 > 0);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(without: (u64, u64), with: (u64, u64)) -> Lost {
        Lost { source: "feed".to_owned(), role: "person".to_owned(), field: Field::Postcode, without, with }
    }

    #[test]
    fn the_estimate_is_the_difference_of_the_shares_times_those_without() {
        let estimate = lost((100, 50), (1000, 900)).estimate().unwrap();
        assert!((estimate.records - 40.0).abs() < 1e-9, "{estimate:?}");
        // Both standard errors by hand: sqrt(0.25 / 100 + 0.09 / 1000) = 0.05089; 1.96 of it are 9.97 records.
        assert!((estimate.low - 30.03).abs() < 0.01 && (estimate.high - 49.97).abs() < 0.01, "{estimate:?}");
    }

    #[test]
    fn too_few_records_or_no_difference_give_no_estimate_and_no_interval_leaves_the_possible() {
        assert_eq!(lost((9, 0), (1000, 900)).estimate(), None);
        assert_eq!(lost((10, 0), (29, 29)).estimate(), None);
        assert_eq!(lost((100, 90), (1000, 900)).estimate(), None);
        let all = lost((10, 0), (30, 30)).estimate().unwrap();
        assert!((all.high - 10.0).abs() < 1e-9 && all.low <= all.high);
        let little = lost((12, 10), (40, 35)).estimate().unwrap();
        assert!(little.low.abs() < 1e-9, "no fewer than nothing was lost: {little:?}");
    }

    #[test]
    fn the_interval_holds_the_truth_as_often_as_it_says() {
        let mut rng = fastrand::Rng::with_seed(3);
        let held = (0..2000)
            .filter(|_| {
                let mut draw = |count: u64, share: f64| (0..count).filter(|_| rng.f64() < share).count() as u64;
                let estimate = lost((200, draw(200, 0.6)), (2000, draw(2000, 0.85))).estimate();
                estimate.is_some_and(|estimate| (estimate.low..=estimate.high).contains(&50.0))
            })
            .count();
        assert!((1860..=1940).contains(&held), "{held} of 2000");
    }
}
