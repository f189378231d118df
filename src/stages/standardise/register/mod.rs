//! The register of restricted people and addresses (domain.md §5.3): refuges, MARAC, protected and adopted people.
//!
//! What comes in: the CSV that the pipeline names in `[service.restricted]`, and records in comparable form. What goes out: which records stand at a restricted
//! address, whose details are hidden, which records must never be one person (`Restrictions`); and a [`Screen`](crate::model::Screen) for texts that leave. What always holds: an entry
//! is brought into comparable form by the same code as the records, so an address written in another way is the same address; a register with one row that cannot be
//! understood is refused whole; no message holds a value: entries are told by their line.
//!
//! # The CSV form
//!
//! UTF-8, comma, first line the header, columns in any order. A row per person or address.
//!
//! | column | | says |
//! |---|---|---|
//! | `entry` | required | name of the entry: letters and digits, such as `X001` |
//! | `kind` | required | `person` or `address` |
//! | `why` | required | `refuge`, `marac`, `protected`, `adopted`, `placement` or `other` |
//! | `forename`, `surname`, `date_of_birth` | a person: all three, or one of the identifiers, or a record | |
//! | `nhs_number`, `nino`, `upn` | | any of them identifies a person too |
//! | `source`, `record_id` | | or one record by its name |
//! | `address`, `postcode` | an address: both, or the UPRN | |
//! | `uprn` | | |
//! | `not_with` | | entry of another person with whom this one is never linked (adoption: old and new identity) |
//! | `show` | | `no` (if empty) hides name, date of birth, identifiers and address of the person; `yes` for a person who is only not to be linked |
//! | `from`, `until` | | first and last day of the restriction, `YYYY-MM-DD`; always if empty. An entry holds from the moment it is entered, also for a month that ended before `from`: what leaves today is read today |

mod apply;
mod known;
mod parse;
mod places;
mod screen;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::model::{Day, StandardField, StandardPersons, date};
pub use apply::{KnownBefore, RecordsByPerson};

/// The register, read and in comparable form.
#[derive(Clone, Debug, Default)]
pub struct RestrictedRegister {
    file: String,
    entries: Vec<Entry>,
    /// The entries in comparable form, a row each.
    standard: StandardPersons,
}

/// One row of the register, without the values that stand in its comparable form.
#[derive(Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    line: u64,
    /// An address; otherwise a person.
    is_address: bool,
    /// Details of people whom it describes are hidden.
    hides: bool,
    /// Index of the entry it must not be linked with.
    not_with: Option<usize>,
    /// The record it names.
    record: Option<(String, String)>,
    /// Digest of what the row says of whom or what it describes: an entry that says something else is looked up like a new one.
    digest: u64,
    from: Day,
    until: Day,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Entry").field("line", &self.line).finish_non_exhaustive()
    }
}

impl RestrictedRegister {
    /// True if nobody and nothing is restricted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// What its entries say in a field, in comparable form.
    #[must_use]
    pub fn values(&self, field: StandardField) -> BTreeSet<&str> {
        (0..self.entries.len()).filter_map(|index| self.standard.get(field, index)).collect()
    }

    /// Names of the entries that hold for a day, each with a digest of what its row says of whom or what it describes.
    #[must_use]
    pub fn rows_that_hold(&self, on: Day) -> BTreeSet<(&str, u64)> {
        self.holding(on).map(|(_, entry)| (entry.name.as_str(), entry.digest)).collect()
    }

    /// The records that entries about people name which hold for a day: entry, source, record id.
    #[must_use]
    pub fn named_records(&self, on: Day) -> Vec<(&str, &str, &str)> {
        let named = self.holding(on).filter(|(_, entry)| !entry.is_address);
        named
            .filter_map(|(_, entry)| entry.record.as_ref().map(|(source, id)| (entry.name.as_str(), source.as_str(), id.as_str())))
            .collect()
    }

    /// Names of the entries that hold for a day and hide whomever they describe, or described before: also as one about an address that was about a person.
    #[must_use]
    pub fn hiding(&self, on: Day) -> BTreeSet<&str> {
        self.holding(on).filter(|(_, entry)| entry.hides).map(|(_, entry)| entry.name.as_str()).collect()
    }

    /// Ids of the records that its entries name.
    #[must_use]
    pub fn records(&self) -> BTreeSet<&str> {
        self.entries.iter().filter_map(|entry| entry.record.as_ref()).map(|(_, id)| id.as_str()).collect()
    }

    /// Entries that hold for a day, with their rows in the comparable form: those that were not over before it. One that begins later holds too, because the day is that of a month which is
    /// read weeks after its end, and nobody is harmed by being hidden early.
    fn holding(&self, on: Day) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().enumerate().filter(move |(_, entry)| on <= entry.until)
    }

    /// Says which entries were over before a day: a slip in the year of one would otherwise show somebody again without a word.
    fn ended(&self, on: Day) -> Option<String> {
        let lines: Vec<String> = self.entries.iter().filter(|entry| entry.until < on).map(|entry| entry.line.to_string()).collect();
        let (word, which) = if lines.len() == 1 { ("line", "was over and hides") } else { ("lines", "were over and hide") };
        (!lines.is_empty()).then(|| format!("{} {word} {} {which} nobody any more on {}", self.file, lines.join(", "), date::iso(on)))
    }
}
