//! What the register of restricted people and addresses means for the records of a run.
//!
//! What comes in: rows of records that an entry of the register describes. What goes out: whose details no output may show, and which records must never be one
//! person. What always holds: a person is hidden, not a record: one record that is described hides all records of its person; nothing here
//! holds a value of the register.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::short_digest;
use super::{Decision, Linked, Screen, Source, StandardPersons, Verdict};

/// Columns that a register of restricted people and addresses must have.
pub const REQUIRED_COLUMNS: [&str; 3] = ["entry", "kind", "why"];

/// Columns that it may have.
pub const OPTIONAL_COLUMNS: [&str; 15] = [
    "forename",
    "surname",
    "date_of_birth",
    "nhs_number",
    "nino",
    "upn",
    "source",
    "record_id",
    "address",
    "postcode",
    "uprn",
    "not_with",
    "show",
    "from",
    "until",
];

/// How the published name of a hidden record begins.
pub const HIDDEN_RECORD: &str = "withheld-";

/// How the published name of a record on the row of a hidden one begins.
pub const BESIDE_HIDDEN: &str = "beside-withheld-";

/// The register's meaning for the records of a run.
#[derive(Clone, Debug, Default)]
pub struct Restrictions {
    /// The register, as named in messages.
    pub file: String,
    /// Rows of records of people who must not be shown, sorted.
    pub hidden: Vec<u32>,
    /// Pairs of rows that must never be one person, with the line of the register that says so.
    pub apart: Vec<(u64, u32, u32)>,
    /// What texts must not name.
    pub screen: Screen,
    /// What the officer should know, by line of the register.
    pub warnings: Vec<String>,
    hidden_persons: BTreeSet<u32>,
    persons_apart: BTreeSet<(u32, u32)>,
    hidden_records: BTreeSet<u32>,
    names: BTreeMap<u32, String>,
}

/// The key of the row that a record stands on: its id without `#slot` and `~2`.
#[must_use]
pub fn key_of_row(record_id: &str) -> &str {
    let key = record_id.rsplit_once('#').map_or(record_id, |(key, _)| key);
    key.rsplit_once('~').map_or(key, |(key, _)| key)
}

impl Restrictions {
    /// Nobody restricted yet by the register of that name.
    #[must_use]
    pub fn of(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// The pairs that must never be one person, as linkage takes them.
    #[must_use]
    pub fn decisions(&self, persons: &StandardPersons, sources: &[Source]) -> Vec<Decision> {
        let name = |row: u32| {
            let source = persons.position.get(row as usize).and_then(|position| sources.get(usize::from(position.source)));
            let id = persons.record_id.get(row as usize).map(ToString::to_string).unwrap_or_default();
            (source.map(|source| source.name.clone()).unwrap_or_default(), id)
        };
        let decision = |&(line, left, right): &(u64, u32, u32)| Decision {
            file: self.file.clone(),
            line,
            left: name(left),
            right: name(right),
            verdict: Verdict::Different,
        };
        self.apart.iter().map(decision).collect()
    }

    /// Extends what holds for records to the persons that linkage found.
    pub fn over(&mut self, linked: &Linked, persons: &StandardPersons) {
        let person = |row: u32| linked.person_of_record.get(row as usize).copied().filter(|&person| (person as usize) < linked.persons());
        self.hidden_persons = self.hidden.iter().filter_map(|&row| person(row)).collect();
        let pairs = self.apart.iter().filter_map(|&(_, left, right)| Some((person(left)?, person(right)?)));
        self.persons_apart = pairs.map(|(left, right)| (left.min(right), left.max(right))).collect();
        let mut hidden: BTreeSet<u32> = self.hidden.iter().copied().collect();
        hidden.extend((0..persons.len() as u32).filter(|&row| person(row).is_some_and(|person| self.hidden_persons.contains(&person))));
        if hidden.is_empty() {
            return;
        }
        let key = |row: u32| {
            let source = persons.position.get(row as usize).map_or(u16::MAX, |position| position.source);
            (source, persons.record_id.get(row as usize).map_or("", |id| key_of_row(id)))
        };
        // The agency's own reference may be an identifier, and that of a parent on a pupil's row is the pupil's. A digest of everything that the hidden record says tells records
        // apart as well, whatever their order, and whoever wants to go through all references for the one behind it must know the rest of the record already.
        let mut digests: BTreeMap<(u16, &str), String> = BTreeMap::new();
        for &row in &hidden {
            let said = persons.columns.iter().map(|column| column.get(row as usize).unwrap_or_default());
            let said: Vec<&str> = persons.record_id.get(row as usize).map(AsRef::as_ref).into_iter().chain(said).collect();
            let digest = short_digest(&said);
            let smallest = digests.entry(key(row)).or_insert_with(|| digest.clone());
            *smallest = digest.clone().min(std::mem::take(smallest));
            self.names.insert(row, format!("{HIDDEN_RECORD}{digest}"));
        }
        for row in (0..persons.len() as u32).filter(|row| !hidden.contains(row)) {
            if let Some(digest) = digests.get(&key(row)) {
                let id = persons.record_id.get(row as usize).map_or("", AsRef::as_ref);
                let beside = short_digest(&[digest, id.strip_prefix(key(row).1).unwrap_or_default()]);
                self.names.insert(row, format!("{BESIDE_HIDDEN}{beside}"));
            }
        }
        self.hidden_records = hidden;
    }

    /// True if a person must not be shown.
    #[must_use]
    pub fn hides_person(&self, person: u32) -> bool {
        self.hidden_persons.contains(&person)
    }

    /// True if a record is one of a person who must not be shown.
    #[must_use]
    pub fn hides_record(&self, row: u32) -> bool {
        self.hidden_records.contains(&row)
    }

    /// The name under which a hidden record, or one on the same row of an extract, is published; `None` for every other record.
    #[must_use]
    pub fn name(&self, row: u32) -> Option<&str> {
        self.names.get(&row).map(String::as_str)
    }

    /// True if nothing may be said about these two persons together.
    #[must_use]
    pub fn separates(&self, left: u32, right: u32) -> bool {
        self.persons_apart.contains(&(left.min(right), left.max(right)))
    }
}
