//! The last check of a text that leaves: does it name a restricted person or address?
//!
//! What comes in: the register's entries, the records that they describe, words that a person wrote (a note, a reason, a row of an extract). What goes out: yes or no. What always holds: when in
//! doubt yes; a yes hides the whole text, never a part of it, because what is left would still tell. A person is known by every name and number that any of their records gives, whatever the entry says of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::letters::alphanumeric;
use super::RestrictedRegister;
use crate::model::{Day, Screen, StandardField, StandardPersons};

/// Numbers that tell who somebody is.
const NUMBERS: [StandardField; 6] = [
    StandardField::NhsNumber,
    StandardField::Nino,
    StandardField::Upn,
    StandardField::FormerUpn,
    StandardField::Uln,
    StandardField::Telephone,
];
const FORENAMES: [StandardField; 3] = [StandardField::Forename, StandardField::MiddleNames, StandardField::Alias];
const SURNAMES: [StandardField; 2] = [StandardField::Surname, StandardField::OtherSurname];

impl RestrictedRegister {
    /// The check for what the entries that hold on a day say themselves.
    #[must_use]
    pub fn screen(&self, on: Day) -> Screen {
        let mut screen = Screen::default();
        for (index, entry) in self.holding(on).filter(|(_, entry)| entry.is_address || entry.hides) {
            if entry.is_address {
                place(&mut screen, &self.standard, index);
                // The postcode of a refuge is as good as its address.
                if let Some(postcode) = self.standard.get(StandardField::Postcode, index) {
                    screen.mark(&alphanumeric(postcode));
                }
            } else {
                people(&mut screen, &self.standard, [(index, "")]);
            }
        }
        screen
    }
}

impl RestrictedRegister {
    /// The check for what the entries say, and for whatever records say of the people and places that are restricted: `hidden` are the records of hidden people (row, person id).
    #[must_use]
    pub fn screen_over(&self, on: Day, persons: &StandardPersons, hidden: &[(usize, &str)]) -> Screen {
        let mut screen = self.screen(on);
        people(&mut screen, persons, hidden.iter().copied());
        let restricted = persons.is_restricted.iter().enumerate().filter(|(_, restricted)| **restricted).map(|(row, _)| row);
        for row in restricted.chain(hidden.iter().map(|(row, _)| *row)) {
            place(&mut screen, persons, row);
        }
        screen
    }
}

/// Adds the names and numbers of people, by all of their records: index and the person's id.
fn people<'p>(screen: &mut Screen, persons: &StandardPersons, records: impl IntoIterator<Item = (usize, &'p str)>) {
    let mut of_person: BTreeMap<&str, [BTreeSet<&str>; 2]> = BTreeMap::new();
    for (index, person) in records {
        for number in NUMBERS.iter().filter_map(|&field| persons.get(field, index)) {
            screen.mark(&alphanumeric(number));
        }
        if let Some(email) = persons.get(StandardField::Email, index) {
            screen.together(words(email).iter().map(String::as_str));
        }
        let names = of_person.entry(person).or_default();
        for (names, fields) in names.iter_mut().zip([&FORENAMES[..], &SURNAMES[..]]) {
            names.extend(fields.iter().filter_map(|&field| persons.get(field, index)));
        }
    }
    for (person, [forenames, surnames]) in of_person {
        for forename in forenames.iter().flat_map(|names| words(names)) {
            if !person.is_empty() {
                screen.forename(person, &forename);
            }
            for surname in &surnames {
                screen.together(words(surname).iter().map(String::as_str).chain([forename.as_str()]));
            }
        }
    }
}

/// Adds the place of a record: house and street, house and postcode, UPRN.
fn place(screen: &mut Screen, persons: &StandardPersons, index: usize) {
    let value = |field: StandardField| persons.get(field, index);
    if let Some(uprn) = value(StandardField::Uprn) {
        screen.mark(&alphanumeric(uprn));
    }
    let Some(house) = value(StandardField::House) else { return };
    if let Some(street) = value(StandardField::Street) {
        // What kind of street it is can be written in more than one way, or left out.
        let name = street.rsplit_once(' ').map_or(street, |(name, _)| name);
        screen.together(words(&format!("{house} {name}")).iter().map(String::as_str));
    }
    if let Some(postcode) = value(StandardField::Postcode) {
        let compact = alphanumeric(postcode);
        for written in [postcode, &compact] {
            screen.together(words(&format!("{house} {written}")).iter().map(String::as_str));
        }
    }
}

impl Screen {
    /// True if a text names something restricted.
    #[must_use]
    pub fn hides(&self, text: &str) -> bool {
        !self.is_empty() && self.meets(words(text).iter().map(String::as_str), &alphanumeric(text))
    }

    /// True if the cells of a row together name something restricted.
    #[must_use]
    pub fn hides_row<'t>(&self, cells: impl Iterator<Item = &'t str>) -> bool {
        !self.is_empty() && self.hides(&cells.collect::<Vec<_>>().join(" , "))
    }
}

/// The words of a text in capitals.
fn words(text: &str) -> BTreeSet<String> {
    let text: String = text.chars().filter(|letter| !['\'', '\u{2019}', '\u{2018}', '`'].contains(letter)).collect();
    text.split(|letter: char| !letter.is_alphanumeric()).map(alphanumeric).filter(|word| !word.is_empty()).collect()
}
