//! Places that entries describe, from month to month: a refuge that is entered by its UPRN stays one when no extract gives the UPRN any more.
//!
//! What comes in: the records that an entry about an address finds by its own words, or the places that it found in earlier months. What goes out: how records
//! write the place, to be remembered; and the records at places remembered. What always holds: a flat is not its building; nothing is remembered because of what was
//! remembered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Entry;
use crate::model::known::flat;
use crate::model::{StandardField, StandardPersons, WithheldPlace};

/// How records write the places of the entries; `rows` are the records that each entry finds by its own words. A stranger's record with the number of a refuge is
/// remembered too: which of two numbers of an address is the slip nobody can say, and a refuge that is shown harms more than an address that is not.
pub(super) fn remembered(holding: &[(usize, &Entry)], persons: &StandardPersons, rows: &[Vec<u32>]) -> BTreeSet<WithheldPlace> {
    let place = |entry: &Entry, row: u32| {
        let text = |field: StandardField| persons.get(field, row as usize).unwrap_or_default().to_owned();
        WithheldPlace {
            entry: entry.name.clone(),
            address_key: text(StandardField::AddressKey),
            house: text(StandardField::House),
            postcode: text(StandardField::Postcode),
            uprn: text(StandardField::Uprn),
        }
    };
    let of_places = holding.iter().zip(rows).filter(|((_, entry), _)| entry.is_address);
    of_places.flat_map(|((_, entry), own)| own.iter().map(|&row| place(entry, row))).collect()
}

/// For each entry the records at places that it described in earlier months.
pub(super) fn at_known_places(holding: &[(usize, &Entry)], persons: &StandardPersons, known: &BTreeSet<WithheldPlace>) -> Vec<Vec<u32>> {
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); holding.len()];
    let index: BTreeMap<&str, usize> = holding.iter().zip(0..).map(|((_, entry), at)| (entry.name.as_str(), at)).collect();
    let known: Vec<(usize, &WithheldPlace)> = known.iter().filter_map(|place| Some((*index.get(place.entry.as_str())?, place))).collect();
    if known.is_empty() {
        return rows;
    }
    let by = |field: StandardField, value: fn(&WithheldPlace) -> &str| {
        let mut wanted: HashMap<&str, Vec<(usize, &WithheldPlace)>> = HashMap::new();
        for &(at, place) in known.iter().filter(|(_, place)| !value(place).is_empty()) {
            wanted.entry(value(place)).or_default().push((at, place));
        }
        let of_code = persons.column(field).values().iter().map(|value| wanted.get(value).cloned().unwrap_or_default());
        of_code.collect::<Vec<Vec<(usize, &WithheldPlace)>>>()
    };
    let keys = by(StandardField::AddressKey, |place| &place.address_key);
    let uprns = by(StandardField::Uprn, |place| &place.uprn);
    let postcodes = by(StandardField::Postcode, |place| if place.house.is_empty() { "" } else { &place.postcode });
    for (field, of_code) in [(StandardField::AddressKey, &keys), (StandardField::Uprn, &uprns), (StandardField::Postcode, &postcodes)] {
        for (row, &code) in persons.column(field).codes().iter().enumerate() {
            for &(at, place) in of_code.get(code as usize).into_iter().flatten() {
                let text = |field: StandardField| persons.get(field, row).unwrap_or_default();
                let same = || text(StandardField::House) == place.house && text(StandardField::Flat) == flat(&place.address_key);
                if let Some(own) = rows.get_mut(at).filter(|_| field != StandardField::Postcode || same()) {
                    own.push(row as u32);
                }
            }
        }
    }
    for own in &mut rows {
        own.sort_unstable();
        own.dedup();
    }
    rows
}
