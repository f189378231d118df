//! Places that entries describe, from month to month: a refuge that is entered by its UPRN stays one when no extract gives the UPRN any more.
//!
//! What comes in: the records that an entry about an address finds by its own words, or the places that it found in earlier months. What goes out: how records
//! write the place, to be remembered; and the records at places remembered. What always holds: a flat is not its building; a number or an address that more
//! records give for another place than for this one is a slip, and is not remembered; nothing is remembered because of what was remembered.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Entry, RestrictedRegister};
use crate::model::{NO_TEXT, StandardField, StandardPersons, WithheldPlace};

impl RestrictedRegister {
    /// How records write the places of the entries; `rows` are the records that each entry finds by its own words.
    pub(super) fn remembered(&self, holding: &[(usize, &Entry)], persons: &StandardPersons, rows: &[Vec<u32>]) -> BTreeSet<WithheldPlace> {
        let of_places = || holding.iter().zip(rows).filter(|((_, entry), own)| entry.is_address && !own.is_empty());
        let (keys, uprns) = (persons.column(StandardField::AddressKey), persons.column(StandardField::Uprn));
        let wanted = |codes: &dyn Fn(usize) -> u32| -> HashSet<u32> {
            of_places().flat_map(|(_, own)| own).map(|&row| codes(row as usize)).filter(|&code| code != NO_TEXT).collect()
        };
        let (at_keys, at_uprns) =
            (rows_of(keys.codes(), &wanted(&|row| keys.code(row))), rows_of(uprns.codes(), &wanted(&|row| uprns.code(row))));
        let mut found = BTreeSet::new();
        for (&(index, entry), own) in of_places() {
            let mine: HashSet<u32> = own.iter().copied().collect();
            let own_key = self.standard.get(StandardField::AddressKey, index);
            let own_uprn = self.standard.get(StandardField::Uprn, index);
            for &row in own {
                let row = row as usize;
                let (key, uprn) = (keys.code(row), uprns.code(row));
                // Records of the same address that give another number speak against it, and so do those of the same number that stand elsewhere.
                let at_key = at_keys.get(&key).map(Vec::as_slice).unwrap_or_default();
                let against = at_key.iter().filter(|&&other| uprns.code(other as usize) != NO_TEXT && !mine.contains(&other)).count();
                let is_place = keys.value(key) == own_key || at_key.iter().filter(|other| mine.contains(other)).count() >= against;
                let at_uprn = at_uprns.get(&uprn).map(Vec::as_slice).unwrap_or_default();
                let elsewhere = at_uprn.iter().filter(|other| !mine.contains(other)).count();
                let is_number = uprns.value(uprn) == own_uprn || at_uprn.len() - elsewhere >= elsewhere;
                let text = |field: StandardField, holds: bool| persons.get(field, row).filter(|_| holds).unwrap_or_default().to_owned();
                let place = WithheldPlace {
                    entry: entry.name.clone(),
                    address_key: text(StandardField::AddressKey, is_place),
                    house: text(StandardField::House, is_place),
                    postcode: text(StandardField::Postcode, is_place),
                    uprn: text(StandardField::Uprn, is_number),
                };
                if place != (WithheldPlace { entry: entry.name.clone(), ..WithheldPlace::default() }) {
                    found.insert(place);
                }
            }
        }
        found
    }
}

/// The rows of each wanted code.
fn rows_of(codes: &[u32], wanted: &HashSet<u32>) -> HashMap<u32, Vec<u32>> {
    let mut found: HashMap<u32, Vec<u32>> = HashMap::new();
    for (row, code) in (0u32..).zip(codes).filter(|(_, code)| wanted.contains(code)) {
        found.entry(*code).or_default().push(row);
    }
    found
}

/// Adds the records at places that entries described in earlier months.
pub(super) fn at_known_places(
    holding: &[(usize, &Entry)],
    persons: &StandardPersons,
    known: &BTreeSet<WithheldPlace>,
    rows: &mut [Vec<u32>],
) {
    let index: BTreeMap<&str, usize> =
        holding.iter().zip(0..).filter(|((_, entry), _)| entry.is_address).map(|((_, entry), at)| (entry.name.as_str(), at)).collect();
    let known: Vec<(usize, &WithheldPlace)> = known.iter().filter_map(|place| Some((*index.get(place.entry.as_str())?, place))).collect();
    if known.is_empty() {
        return;
    }
    let by = |field: StandardField, value: fn(&WithheldPlace) -> &str| {
        let mut wanted: HashMap<&str, Vec<(usize, &WithheldPlace)>> = HashMap::new();
        for &(at, place) in known.iter().filter(|(_, place)| !value(place).is_empty()) {
            wanted.entry(value(place)).or_default().push((at, place));
        }
        let of_code = persons.column(field).values().iter().map(|value| wanted.get(value.as_ref()).cloned().unwrap_or_default());
        of_code.collect::<Vec<Vec<(usize, &WithheldPlace)>>>()
    };
    let keys = by(StandardField::AddressKey, |place| &place.address_key);
    let uprns = by(StandardField::Uprn, |place| &place.uprn);
    let postcodes = by(StandardField::Postcode, |place| if place.house.is_empty() { "" } else { &place.postcode });
    for (field, of_code) in [(StandardField::AddressKey, &keys), (StandardField::Uprn, &uprns), (StandardField::Postcode, &postcodes)] {
        for (row, &code) in persons.column(field).codes().iter().enumerate() {
            for &(at, place) in of_code.get(code as usize).into_iter().flatten() {
                let text = |field: StandardField| persons.get(field, row).unwrap_or_default();
                let same = || text(StandardField::House) == place.house && text(StandardField::Flat) == flat(place);
                if let Some(own) = rows.get_mut(at).filter(|_| field != StandardField::Postcode || same()) {
                    own.push(row as u32);
                }
            }
        }
    }
    for own in rows {
        own.sort_unstable();
        own.dedup();
    }
}

/// The flat of a place.
fn flat(place: &WithheldPlace) -> &str {
    place.address_key.split('|').next().unwrap_or_default()
}
