//! What the register of restricted people and addresses means for the records of a run.
//!
//! What comes in: rows of records that an entry of the register describes. What goes out: whose details no output may show, and which records must never be one
//! person. What always holds: a person is hidden, not a record: one record that is described hides all records of its person; nothing here
//! holds a value of the register.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

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

/// A place that an entry of the register describes, as a record writes it: in comparable form, empty what the record does not say.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WithheldPlace {
    /// Name of the entry.
    pub entry: String,
    /// Canonical address.
    pub address_key: String,
    /// House.
    pub house: String,
    /// Postcode.
    pub postcode: String,
    /// UPRN.
    pub uprn: String,
}

impl std::fmt::Debug for WithheldPlace {
    /// The entry only: nobody may learn where it is.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WithheldPlace").field("entry", &self.entry).finish_non_exhaustive()
    }
}

/// The register's meaning for the records of a run.
#[derive(Clone, Debug, Default)]
pub struct Restrictions {
    /// The register, as named in messages.
    pub file: String,
    /// Rows of records of people who must not be shown, sorted.
    pub hidden: Vec<u32>,
    /// Names of the entries that hide somebody.
    pub hiding: BTreeSet<String>,
    /// Rows of records that an entry of a person describes, with the name of the entry.
    pub described: Vec<(String, u32)>,
    /// Rows of records at places that entries describe.
    pub at_places: Vec<u32>,
    /// How records write the places that entries of addresses describe by their own words.
    pub places: BTreeSet<WithheldPlace>,
    /// Pairs of rows that must never be one person, with the line of the register that says so.
    pub apart: Vec<(u64, u32, u32)>,
    /// What texts must not name.
    pub screen: Screen,
    /// What the officer should know, by line of the register.
    pub warnings: Vec<String>,
    /// Entries that describe no record by their own words: line and name.
    pub unmet: Vec<(u64, String)>,
    /// The secret under which hidden records get other names.
    pub secret: String,
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

/// The keys of rows that a record id may be made of: its own, and every part of it that ends before a sign: `2280260-1-5#contact1` holds the pupil `2280260`.
pub fn keys_in(record_id: &str) -> impl Iterator<Item = &str> {
    let parts = record_id.char_indices().filter(|(_, letter)| !letter.is_alphanumeric()).filter_map(|(end, _)| record_id.get(..end));
    std::iter::once(record_id).chain(parts).filter(|key| key.len() >= SHORTEST_KEY)
}

/// Fewest characters of a key that is looked for within other ids.
const SHORTEST_KEY: usize = 4;

impl Restrictions {
    /// Nobody restricted yet by the register of that name.
    #[must_use]
    pub fn of(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// Says which entries describe no record and nobody; `is_met` tells whether an entry describes somebody by what earlier months knew.
    #[must_use]
    pub fn unmet(&self, is_met: &dyn Fn(&str) -> bool) -> Option<String> {
        let lines: Vec<String> = self.unmet.iter().filter(|(_, entry)| !is_met(entry)).map(|(line, _)| line.to_string()).collect();
        let (word, which) = if lines.len() == 1 { ("line", "describes") } else { ("lines", "describe") };
        (!lines.is_empty()).then(|| format!("{} {word} {} {which} no record of this run", self.file, lines.join(", ")))
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

    /// Extends what holds for records to the persons that linkage found, and to those whom an entry described in an earlier month: numbers and records leave the extracts, and the person stays who they are.
    pub fn over(&mut self, linked: &Linked, persons: &StandardPersons, carried: &BTreeSet<u32>) {
        let person = |row: u32| linked.person_of_record.get(row as usize).copied().filter(|&person| (person as usize) < linked.persons());
        self.hidden_persons = self.hidden.iter().filter_map(|&row| person(row)).chain(carried.iter().copied()).collect();
        let pairs = self.apart.iter().filter_map(|&(_, left, right)| Some((person(left)?, person(right)?)));
        self.persons_apart = pairs.map(|(left, right)| (left.min(right), left.max(right))).collect();
        let mut hidden: BTreeSet<u32> = self.hidden.iter().copied().collect();
        let rows = || (0..persons.len() as u32).into_par_iter();
        let of_hidden = rows().filter(|&row| person(row).is_some_and(|person| self.hidden_persons.contains(&person)));
        hidden.par_extend(of_hidden);
        if hidden.is_empty() {
            return;
        }
        let position = |row: u32| persons.position.get(row as usize).copied().unwrap_or_default();
        let id = |row: u32| persons.record_id.get(row as usize).unwrap_or_default();
        // The agency's own reference may be an identifier, and that of a parent on a pupil's row holds the pupil's. A digest of everything that the hidden record says tells records
        // apart as well, whatever their order; under the secret of the county nobody can go through all references and names for those behind it.
        let secret = self.secret.clone();
        let said = |row: u32| {
            let values = persons.columns.iter().map(move |column| column.get(row as usize).unwrap_or_default());
            [secret.as_str(), id(row)].into_iter().chain(values).collect::<Vec<&str>>()
        };
        let mut lines: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut keys: BTreeMap<(u16, &str), u32> = BTreeMap::new();
        for &row in &hidden {
            let at = position(row);
            let first = |known: &mut u32| *known = row.min(*known);
            lines.entry((at.delivery, at.line)).and_modify(first).or_insert(row);
            keys.entry((at.source, key_of_row(id(row)))).and_modify(first).or_insert(row);
            self.names.insert(row, format!("{HIDDEN_RECORD}{}", short_digest(&said(row))));
        }
        let beside = |row: u32| {
            let at = position(row);
            let by_key = || keys_in(id(row)).find_map(|key| keys.get(&(at.source, key)));
            let &other = lines.get(&(at.delivery, at.line)).or_else(by_key)?;
            let mut said = said(other);
            said.extend(["beside", id(row)]);
            Some((row, format!("{BESIDE_HIDDEN}{}", short_digest(&said))))
        };
        self.names.par_extend(rows().filter(|row| !hidden.contains(row)).filter_map(beside));
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
