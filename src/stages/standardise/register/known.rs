//! What people and places were ever called, so that an entry finds them by a number, a name or an address that no extract has any more.
//!
//! What comes in: records in comparable form, the secret of the county, and what earlier months kept. What goes out: the entries that describe what was kept. What always holds: a key is made of an entry
//! as of a record; places are followed over one record, never from what that leads to any further.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::{Entry, RestrictedRegister};
use crate::model::known::{person_keys, place_key, place_keys};
use crate::model::{Day, KnownPlace, NO_TEXT, StandardField, StandardPersons, WithheldPlace};

impl RestrictedRegister {
    /// Entries about people that hold for a day, by each key of what they say.
    #[must_use]
    pub fn person_keys(&self, on: Day, secret: &str) -> HashMap<u64, Vec<&str>> {
        let mut wanted: HashMap<u64, Vec<&str>> = HashMap::new();
        for (index, entry) in self.holding(on).filter(|(_, entry)| !entry.is_address) {
            for key in person_keys(secret, &self.standard, index) {
                wanted.entry(key).or_default().push(&entry.name);
            }
        }
        wanted
    }

    /// The places of entries as these records write them, where an earlier month knew that they are the same: the address that once stood beside the UPRN of an entry, or the UPRN beside its address.
    #[must_use]
    pub fn known_places(&self, on: Day, secret: &str, known: &[KnownPlace], persons: &StandardPersons) -> BTreeSet<WithheldPlace> {
        let mut entries: HashMap<u64, Vec<&Entry>> = HashMap::new();
        for (index, entry) in self.holding(on).filter(|(_, entry)| entry.is_address) {
            for key in place_keys(secret, &self.standard, index).keys() {
                entries.entry(key).or_default().push(entry);
            }
        }
        let mut wanted: HashMap<u64, HashSet<&str>> = HashMap::new();
        for place in known {
            for entry in place.keys().filter_map(|key| entries.get(&key)).flatten() {
                for key in place.keys() {
                    wanted.entry(key).or_default().insert(&entry.name);
                }
            }
        }
        if wanted.is_empty() {
            return BTreeSet::new();
        }
        let mut found = BTreeSet::new();
        for field in [StandardField::AddressKey, StandardField::Uprn] {
            let values = persons.column(field).values();
            let met = values.par_iter().filter_map(|value| Some((value, wanted.get(&place_key(secret, field, value))?)));
            for (value, entries) in met.collect::<Vec<_>>() {
                found.extend(entries.iter().map(|entry| {
                    let (mut place, value) = (WithheldPlace { entry: (*entry).to_owned(), ..WithheldPlace::default() }, value.to_string());
                    let said = if field == StandardField::Uprn { &mut place.uprn } else { &mut place.address_key };
                    *said = value;
                    place
                }));
            }
        }
        let postcodes = persons.column(StandardField::Postcode).codes();
        let rows = postcodes.par_iter().enumerate().filter(|(_, code)| **code != NO_TEXT);
        let met = rows.filter_map(|(row, _)| Some((row, wanted.get(&place_keys(secret, persons, row).house)?)));
        for (row, entries) in met.collect::<Vec<_>>() {
            let text = |field: StandardField| persons.get(field, row).unwrap_or_default().to_owned();
            found.extend(entries.iter().map(|entry| WithheldPlace {
                entry: (*entry).to_owned(),
                address_key: text(StandardField::AddressKey),
                house: text(StandardField::House),
                postcode: text(StandardField::Postcode),
                uprn: String::new(),
            }));
        }
        found
    }

    /// Pairs of entries that hold for a day whose people must never be one person.
    #[must_use]
    pub fn parted(&self, on: Day) -> Vec<(&str, &str)> {
        let other = |entry: &Entry| entry.not_with.and_then(|other| self.entries.get(other)).filter(|other| on <= other.until);
        self.holding(on).filter_map(|(_, entry)| Some((entry.name.as_str(), other(entry)?.name.as_str()))).collect()
    }
}
