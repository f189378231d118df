//! Finds the records that the register describes.
//!
//! What always holds: a place is found by its canonical address, by its UPRN, or by house and postcode, because flats and streets are written in more than one way; a
//! person by identifier, by record, or by date of birth with both names, also the wrong way round and under another surname or an alias.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::super::restricted::spread;
use super::places::{at_known_places, remembered};
use super::{Entry, RestrictedRegister};
use crate::model::known::{NUMBERS, person_keys};
use crate::model::{Day, NO_TEXT, Restrictions, Source, StandardField, StandardPersons, WithheldPlace};

/// Records of some people, by person: source and record id.
pub type RecordsByPerson = BTreeMap<u32, BTreeSet<(String, String)>>;

/// What an entry described in earlier months, by the entry's name.
#[derive(Clone, Debug, Default)]
pub struct KnownBefore {
    /// Records of everybody whom it described, by person: source and record id.
    pub records: BTreeMap<String, RecordsByPerson>,
    /// The secret of the county.
    pub secret: String,
    /// What people were ever called whom entries described that keep two people apart, by person: keys under the secret.
    pub words: BTreeMap<u32, BTreeSet<u64>>,
    /// Places that it described: a refuge that is entered by its UPRN stays one when no extract gives the UPRN any more.
    pub places: BTreeSet<WithheldPlace>,
}

impl RestrictedRegister {
    /// The same where no earlier month is known.
    #[must_use]
    pub fn apply(&self, persons: &mut StandardPersons, sources: &[Source], reference: Day) -> Restrictions {
        self.apply_knowing(persons, sources, reference, &KnownBefore::default())
    }

    /// Marks the records at restricted addresses and those of hidden people as restricted, and says who is hidden and who must be kept apart.
    /// `known` is what each entry described in an earlier month: two people who must not be one stay two when the number that told one of them has left the extracts, and a place stays withheld.
    #[must_use]
    pub fn apply_knowing(&self, persons: &mut StandardPersons, sources: &[Source], reference: Day, known: &KnownBefore) -> Restrictions {
        let mut found = Restrictions::of(&self.file);
        found.warnings.extend(self.ended(reference));
        let holding: Vec<(usize, &Entry)> = self.holding(reference).collect();
        if holding.is_empty() {
            return found;
        }
        let mut rows = self.rows(&holding, persons, sources, known);
        found.places = remembered(&holding, persons, &rows);
        // By their own words only: what is known by what was known would become more every month.
        let at_places = at_known_places(&holding, persons, &known.places);
        let mut hidden: BTreeSet<u32> = BTreeSet::new();
        for ((&(_, entry), own), at_places) in holding.iter().zip(&mut rows).zip(at_places) {
            // An entry of a person that was one of an address keeps the address withheld.
            found.at_places.extend(&at_places);
            let restricted = at_places.iter().chain(own.iter().filter(|_| entry.is_address || entry.hides));
            for &row in restricted {
                if let Some(mark) = persons.is_restricted.get_mut(row as usize) {
                    *mark = true;
                }
            }
            if entry.is_address {
                found.at_places.extend(&*own);
            } else {
                found.described.extend(own.iter().map(|&row| (entry.name.clone(), row)));
            }
            if own.is_empty() && at_places.is_empty() {
                found.unmet.push((entry.line, entry.name.clone()));
            }
            if entry.hides {
                hidden.extend(own.iter().filter(|_| !entry.is_address));
                found.hiding.insert(entry.name.clone());
            }
        }
        for (&(_, entry), own) in holding.iter().zip(&rows) {
            let other = entry.not_with.and_then(|other| holding.iter().position(|(known, _)| *known == other));
            for (&left, &right) in
                other.and_then(|other| rows.get(other)).into_iter().flatten().flat_map(|right| own.iter().map(move |left| (left, right)))
            {
                if left == right {
                    let message = format!(
                        "{} line {}: a record fits both entries that must be kept apart; say more about each of them",
                        self.file, entry.line
                    );
                    if !found.warnings.contains(&message) {
                        found.warnings.push(message);
                    }
                } else {
                    found.apart.push((entry.line, left.min(right), left.max(right)));
                }
            }
        }
        found.at_places.sort_unstable();
        found.at_places.dedup();
        spread(persons);
        found.apart.sort_unstable_by_key(|&(line, left, right)| (left, right, line));
        found.apart.dedup_by_key(|&mut (_, left, right)| (left, right));
        found.hidden = hidden.into_iter().collect();
        found
    }

    /// Marks more records as restricted, and everybody at their addresses.
    pub fn restrict(persons: &mut StandardPersons, rows: impl IntoIterator<Item = usize>) {
        for row in rows {
            if let Some(mark) = persons.is_restricted.get_mut(row) {
                *mark = true;
            }
        }
        spread(persons);
    }

    /// Marks every record at a place where one is restricted; `places` are the place of each record, `u32::MAX` for none.
    pub fn restrict_places(persons: &mut StandardPersons, places: &[u32]) {
        let restricted = persons.is_restricted.iter().zip(places).filter(|(restricted, place)| **restricted && **place != u32::MAX);
        let restricted: BTreeSet<u32> = restricted.map(|(_, &place)| place).collect();
        for (mark, place) in persons.is_restricted.iter_mut().zip(places) {
            *mark |= restricted.contains(place);
        }
        spread(persons);
    }

    /// The records of each entry, in the order of the entries.
    fn rows(&self, holding: &[(usize, &Entry)], persons: &StandardPersons, sources: &[Source], known: &KnownBefore) -> Vec<Vec<u32>> {
        let mut rows: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); holding.len()];
        let mut met = |field: StandardField, of: &dyn Fn(&Entry) -> bool, fits: &dyn Fn(usize, usize) -> bool| {
            let column = persons.column(field);
            let own = match field {
                StandardField::FormerUpn => StandardField::Upn,
                field => field,
            };
            let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
            for (place, (index, entry)) in holding.iter().enumerate() {
                if let Some(value) = self.standard.get(own, *index).filter(|_| of(entry)) {
                    wanted.entry(value).or_default().push(place);
                }
            }
            if wanted.is_empty() {
                return;
            }
            let by_code: Vec<Option<&Vec<usize>>> = column.values().iter().map(|value| wanted.get(value)).collect();
            for (row, &code) in column.codes().iter().enumerate().filter(|(_, code)| **code != NO_TEXT) {
                for &place in by_code.get(code as usize).copied().flatten().into_iter().flatten() {
                    if holding.get(place).is_some_and(|(index, _)| fits(*index, row))
                        && let Some(found) = rows.get_mut(place)
                    {
                        found.insert(row as u32);
                    }
                }
            }
        };
        let (place, person) = (|entry: &Entry| entry.is_address, |entry: &Entry| !entry.is_address);
        met(StandardField::AddressKey, &place, &|_, _| true);
        met(StandardField::Uprn, &place, &|_, _| true);
        let same = |field: StandardField| {
            move |index: usize, row: usize| self.standard.get(field, index).is_some_and(|value| persons.get(field, row) == Some(value))
        };
        let (same_house, same_street) = (same(StandardField::House), same(StandardField::Street));
        // Without a postcode on the record house and street decide: a street of that name in another town is hidden with it, which harms nobody.
        let no_postcode = |row: usize| persons.get(StandardField::Postcode, row).is_none();
        met(StandardField::Postcode, &place, &|index, row| same_house(index, row));
        met(StandardField::House, &place, &|index, row| no_postcode(row) && same_street(index, row));
        for (field, _) in NUMBERS {
            met(field, &person, &|_, _| true);
        }
        met(StandardField::DateOfBirth, &person, &|index, row| self.same_names(index, persons, row));
        let source = |row: usize| {
            let position = persons.position.get(row);
            position.and_then(|position| sources.get(usize::from(position.source))).map_or("", |known| known.name.as_str())
        };
        let named = |wanted: &BTreeSet<(&str, &str)>| -> BTreeSet<u32> {
            let named = persons.record_id.iter().enumerate().filter(|(row, id)| wanted.contains(&(source(*row), *id)));
            if wanted.is_empty() { BTreeSet::new() } else { named.map(|(row, _)| row as u32).collect() }
        };
        for (found, (_, entry)) in rows.iter_mut().zip(holding) {
            found.extend(named(&entry.record.iter().map(|(source, id)| (source.as_str(), id.as_str())).collect()));
        }
        let formerly = formerly(holding, &known.records, &|place, (wanted_source, wanted_id)| {
            let row = |row: &u32| (source(*row as usize), persons.record_id.get(*row as usize).unwrap_or_default());
            rows.get(place).is_some_and(|rows| rows.iter().any(|known| row(known) == (wanted_source.as_str(), wanted_id.as_str())))
        });
        let own: Vec<BTreeSet<u32>> = rows.clone();
        // What two were called tells neither.
        let mut of_word: HashMap<u64, BTreeSet<usize>> = HashMap::new();
        for (place, (people, (_, entry))) in formerly.iter().zip(holding).enumerate() {
            let of_entry = |person: &u32| known.records.get(&entry.name)?.get(person);
            let wanted = people.iter().filter_map(of_entry).flatten().map(|(source, id)| (source.as_str(), id.as_str())).collect();
            if let Some(found) = rows.get_mut(place) {
                found.extend(named(&wanted));
            }
            let described = known.records.get(&entry.name).into_iter().flatten().map(|(person, _)| person);
            for &word in described.filter_map(|person| known.words.get(person)).flatten() {
                of_word.entry(word).or_default().insert(place);
            }
        }
        let telling = |word: u64| -> Option<usize> {
            let places = of_word.get(&word).filter(|places| places.len() == 1)?;
            places.first().copied().filter(|&place| formerly.get(place).is_some_and(|people| !people.is_empty()))
        };
        if !of_word.is_empty() {
            // A row that an entry describes by itself is that of no other.
            let of_another =
                |place: usize, row: usize| own.iter().enumerate().any(|(other, own)| other != place && own.contains(&(row as u32)));
            let said = |row: usize| person_keys(&known.secret, persons, row).into_iter().map(move |word| (row, word));
            let met = (0..persons.len()).into_par_iter().flat_map_iter(said).filter_map(|(row, word)| Some((telling(word)?, row)));
            for (place, row) in met.collect::<Vec<_>>() {
                if let Some(found) = rows.get_mut(place).filter(|_| !of_another(place, row)) {
                    found.insert(row as u32);
                }
            }
        }
        rows.into_iter().map(|rows| rows.into_iter().collect()).collect()
    }

    /// True if a record bears the names of an entry.
    fn same_names(&self, index: usize, persons: &StandardPersons, row: usize) -> bool {
        let names = [StandardField::Forename, StandardField::Surname].map(|field| self.standard.get(field, index));
        let [Some(forename), Some(surname)] = names else { return false };
        let bears = |fields: &[StandardField], name: &str| fields.iter().any(|&field| persons.get(field, row) == Some(name));
        let (forenames, surnames) = (
            [StandardField::Forename, StandardField::Alias, StandardField::MiddleNames],
            [StandardField::Surname, StandardField::OtherSurname],
        );
        (bears(&forenames, forename) && bears(&surnames, surname)) || (bears(&forenames, surname) && bears(&surnames, forename))
    }
}

/// For each entry of somebody who must be kept apart from somebody else the people whom it described in earlier months. Nobody whom the other entry describes as well, or one
/// of whose records it describes (`describes`) this month: the two were one person when nobody had entered them, and which record is whose is told by the entries' own words only.
fn formerly(
    holding: &[(usize, &Entry)],
    known: &BTreeMap<String, RecordsByPerson>,
    describes: &dyn Fn(usize, &(String, String)) -> bool,
) -> Vec<Vec<u32>> {
    let place = |index: usize| holding.iter().position(|(known, _)| *known == index);
    let pairs: Vec<(usize, usize)> =
        holding.iter().enumerate().filter_map(|(own, (_, entry))| Some((own, place(entry.not_with?)?))).collect();
    let persons = |at: usize| holding.get(at).and_then(|(_, entry)| known.get(&entry.name));
    let formerly = |own: usize| {
        let others: Vec<usize> = pairs.iter().filter_map(|&(a, b)| if a == own { Some(b) } else { (b == own).then_some(a) }).collect();
        let of_another = |person: &u32, records: &BTreeSet<(String, String)>| {
            let theirs = |other: usize| persons(other).is_some_and(|theirs| theirs.contains_key(person));
            others.iter().any(|&other| theirs(other) || records.iter().any(|record| describes(other, record)))
        };
        let own = persons(own).into_iter().flatten().filter(|(person, records)| !others.is_empty() && !of_another(person, records));
        own.map(|(&person, _)| person).collect()
    };
    (0..holding.len()).map(formerly).collect()
}
