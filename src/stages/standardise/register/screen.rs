//! The last check of a text that leaves: does it name a restricted person or address?
//!
//! What comes in: the register's entries, the records that they describe, words that a person wrote (a note, a reason, a row of an extract). What goes out: yes or no. What always holds: when in
//! doubt yes; a yes hides the whole text, never a part of it, because what is left would still tell. A person is known by every name and number that any of their records gives, whatever the entry says of them; so is a place that an entry describes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::date::MONTHS;
use super::super::letters::alphanumeric;
use super::RestrictedRegister;
use crate::model::nickname::{names_of_group, nickname_groups};
use crate::model::restricted::key_of_row;
use crate::model::{Day, NO_DAY, Screen, StandardField, StandardPersons, date};

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
                refuge(&mut screen, &self.standard, index);
            } else {
                people(&mut screen, &self.standard, [(index, "")]);
            }
        }
        screen
    }
}

impl RestrictedRegister {
    /// The check for what the entries say, and for whatever records say of the people and places that are restricted: `hidden` are the records of hidden people (row, person id), `at_places` those at the
    /// places that entries describe.
    #[must_use]
    pub fn screen_over(&self, on: Day, persons: &StandardPersons, hidden: &[(usize, &str)], at_places: &[u32]) -> Screen {
        let mut screen = self.screen(on);
        people(&mut screen, persons, hidden.iter().copied());
        let restricted = persons.is_restricted.iter().enumerate().filter(|(_, restricted)| **restricted).map(|(row, _)| row);
        for row in restricted.chain(hidden.iter().map(|(row, _)| *row)) {
            place(&mut screen, persons, row);
        }
        // An entry may give the UPRN and no more: what the records at it say of the place is the place.
        for &row in at_places {
            refuge(&mut screen, persons, row as usize);
        }
        screen
    }
}

/// What records say of somebody.
#[derive(Default)]
struct Said<'a> {
    forenames: BTreeSet<&'a str>,
    /// Forenames written as one: ANNEMARIE.
    joined: BTreeSet<String>,
    surnames: BTreeSet<&'a str>,
    born: BTreeSet<Day>,
    postcodes: BTreeSet<&'a str>,
}

/// Adds the names and numbers of people, by all of their records: index and the person's id.
fn people<'p>(screen: &mut Screen, persons: &StandardPersons, records: impl IntoIterator<Item = (usize, &'p str)>) {
    let mut of_person: BTreeMap<&str, Said<'_>> = BTreeMap::new();
    for (index, person) in records {
        for number in NUMBERS.iter().filter_map(|&field| persons.get(field, index)) {
            let number = alphanumeric(number);
            // A telephone number is written with the country's code or without.
            let local = number.trim_start_matches('0');
            screen.mark(local.strip_prefix("44").filter(|local| local.len() >= LOCAL_DIGITS).unwrap_or(local));
            screen.mark(&number);
        }
        if let Some(email) = persons.get(StandardField::Email, index) {
            screen.together(parts(email).iter().map(String::as_str));
        }
        // An entry has no person yet, and its record is none of an agency.
        let key = persons
            .record_id
            .get(index)
            .map(|id| alphanumeric(key_of_row(id)))
            .filter(|key| !person.is_empty() && key.len() >= SHORTEST_KEY);
        if let Some(key) = key {
            screen.mark(&key);
        }
        let said = of_person.entry(person).or_default();
        said.forenames.extend(FORENAMES.iter().filter_map(|&field| persons.get(field, index)));
        let first = [StandardField::Forename, StandardField::MiddleNames].map(|field| persons.get(field, index).unwrap_or_default());
        said.joined
            .extend(first.iter().map(|names| alphanumeric(names)).chain([alphanumeric(&first.concat())]).filter(|name| !name.is_empty()));
        said.surnames.extend(SURNAMES.iter().filter_map(|&field| persons.get(field, index)));
        said.born.extend(persons.born.get(index).copied().filter(|born| *born != NO_DAY));
        said.postcodes.extend(persons.get(StandardField::Postcode, index));
    }
    for (person, said) in of_person {
        names(screen, person, &said);
    }
}

/// Digits of a telephone number in the country.
const LOCAL_DIGITS: usize = 9;

/// Fewest letters and digits of an agency's key that is looked for anywhere.
const SHORTEST_KEY: usize = 6;

/// Fewest letters of a part of a surname that names somebody beside a forename.
const SHORTEST_PART: usize = 3;

/// What stands before a surname or in it and is none; standardisation joins it to what follows.
const PARTICLES: [&str; 22] = [
    "VANDER", "VANDEN", "VAN", "VON", "DER", "DEN", "DELA", "DEL", "DOS", "DAS", "DE", "DA", "DI", "LES", "LE", "LA", "EL", "AL", "ABU",
    "IBN", "BIN", "ABD",
];

/// Fewest letters of what follows a particle that is written without it.
const SHORTEST_WITHOUT: usize = 4;

fn names(screen: &mut Screen, person: &str, said: &Said<'_>) {
    let forenames: BTreeSet<String> = said.forenames.iter().flat_map(|names| parts(names)).chain(said.joined.iter().cloned()).collect();
    let mut surnames: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    for surname in &said.surnames {
        let parts = parts(surname);
        let whole_part = |part: &&String| part.chars().count() >= SHORTEST_PART && !PARTICLES.contains(&part.as_str());
        // Half of a compound surname is what many go by; all of it may be written in one.
        surnames.extend(parts.iter().filter(whole_part).map(|part| BTreeSet::from([part.clone()])));
        let whole = alphanumeric(surname);
        let without = PARTICLES.iter().filter_map(|particle| whole.strip_prefix(particle));
        surnames.extend(without.filter(|rest| rest.len() >= SHORTEST_WITHOUT).map(|rest| BTreeSet::from([rest.to_owned()])));
        surnames.insert(BTreeSet::from([whole]));
        surnames.insert(parts);
    }
    let kin = forenames.iter().flat_map(|name| nickname_groups(name)).flat_map(|&group| names_of_group(group)).copied();
    let called: BTreeSet<&str> = forenames.iter().map(String::as_str).chain(kin).collect();
    for &forename in &called {
        for surname in &surnames {
            screen.together(surname.iter().map(String::as_str).chain([forename]));
        }
    }
    let births: Vec<[String; 3]> = said.born.iter().flat_map(|&born| ways_of_writing(born)).collect();
    for born in &births {
        for name in forenames.iter().chain(surnames.iter().flatten()) {
            screen.together(born.iter().map(String::as_str).chain([name.as_str()]));
        }
    }
    if person.is_empty() {
        return;
    }
    for name in called.iter().filter(|name| name.chars().count() > 1) {
        screen.in_family(person, [*name]);
    }
    for born in &births {
        screen.in_family(person, born.iter().map(String::as_str));
    }
    for born in &said.born {
        let iso = date::iso(*born).replace('-', "");
        let (year, month, day) = (iso.get(..4).unwrap_or_default(), iso.get(4..6).unwrap_or_default(), iso.get(6..).unwrap_or_default());
        for written in [iso.clone(), format!("{day}{month}{year}"), format!("{day}{month}{}", year.get(2..).unwrap_or_default())] {
            screen.in_family(person, [written.as_str()]);
        }
    }
    for postcode in &said.postcodes {
        screen.in_family(person, [alphanumeric(postcode).as_str()]);
    }
}

/// Day, month and year of a date as the words of a text may have them.
fn ways_of_writing(day: Day) -> Vec<[String; 3]> {
    let iso = date::iso(day);
    let [year, month, number] = iso.split('-').collect::<Vec<_>>()[..] else { return Vec::new() };
    let plain = number.trim_start_matches('0');
    let ending = match plain {
        "1" | "21" | "31" => "ST",
        "2" | "22" => "ND",
        "3" | "23" => "RD",
        _ => "TH",
    };
    let name = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).copied().unwrap_or_default();
    let days = [number.to_owned(), plain.to_owned(), format!("{plain}{ending}")];
    let months = [month, month.trim_start_matches('0'), name, name.get(..3).unwrap_or_default()];
    let years = [year, year.get(2..).unwrap_or_default()];
    let mut ways: BTreeSet<[String; 3]> = BTreeSet::new();
    for day in &days {
        for month in months {
            ways.extend(years.iter().map(|year| [day.clone(), month.to_owned(), (*year).to_owned()]));
        }
    }
    ways.into_iter().collect()
}

/// Adds a restricted place: its postcode is as good as its address.
fn refuge(screen: &mut Screen, persons: &StandardPersons, index: usize) {
    place(screen, persons, index);
    if let Some(postcode) = persons.get(StandardField::Postcode, index) {
        screen.mark(&alphanumeric(postcode));
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
        screen.together(parts(&format!("{house} {name}")).iter().map(String::as_str));
    }
    if let Some(postcode) = value(StandardField::Postcode) {
        let compact = alphanumeric(postcode);
        for written in [postcode, &compact] {
            screen.together(parts(&format!("{house} {written}")).iter().map(String::as_str));
        }
    }
}

impl Screen {
    /// True if a text names something restricted.
    #[must_use]
    pub fn hides(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let text: String = text.chars().map(plain_digit).collect();
        self.meets(words(&text).iter().map(String::as_str), &alphanumeric(&text))
    }

    /// True if the cells of a row together name something restricted.
    #[must_use]
    pub fn hides_row<'t>(&self, cells: impl Iterator<Item = &'t str>) -> bool {
        !self.is_empty() && self.hides(&cells.collect::<Vec<_>>().join(" , "))
    }
}

/// Signs that stand for an apostrophe.
const APOSTROPHES: [char; 8] = ['\'', '\u{2019}', '\u{2018}', '`', '\u{b4}', '\u{2032}', '\u{2bc}', '\u{ff07}'];

/// A digit of full width as any other.
fn plain_digit(letter: char) -> char {
    match letter {
        '\u{ff10}'..='\u{ff19}' => char::from(b'0' + (letter as u32 - 0xff10) as u8),
        other => other,
    }
}

/// Signs that nobody sees, and accents that stand behind their letter.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

/// Most words that were one.
const MOST_JOINED: usize = 4;

/// The words of a text in capitals, in every way in which they may be meant: with an apostrophe and what follows it or without, without the S of whose something is, joined to those behind them.
fn words(text: &str) -> BTreeSet<String> {
    let text: String = text.chars().filter(|&letter| !is_unseen(letter)).collect();
    let together: String = text.chars().filter(|letter| !APOSTROPHES.contains(letter)).collect();
    let apart: String = text.chars().map(|letter| if APOSTROPHES.contains(&letter) { ' ' } else { letter }).collect();
    let mut words = BTreeSet::new();
    for text in [&together, &apart] {
        let parts: Vec<String> = in_order(text).collect();
        for start in 0..parts.len() {
            let behind = parts.get(start..).unwrap_or_default();
            words.extend((1..=behind.len().min(MOST_JOINED)).map(|count| behind.get(..count).unwrap_or_default().concat()));
        }
    }
    let owners: Vec<String> =
        words.iter().filter_map(|word| word.strip_suffix('S')).filter(|word| word.len() > 1).map(ToOwned::to_owned).collect();
    words.extend(owners);
    words
}

/// The words of a name or an address.
fn parts(text: &str) -> BTreeSet<String> {
    in_order(&text.chars().filter(|letter| !APOSTROPHES.contains(letter)).collect::<String>()).collect()
}

fn in_order(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).map(alphanumeric).filter(|word| !word.is_empty())
}
