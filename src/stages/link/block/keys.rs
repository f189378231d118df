//! What records can be blocked on: keys derived from one record.
//!
//! What comes in: a node. What goes out: a number for a key, or nothing where a part is missing. What always holds: keys are
//! symmetric, so that two records that should meet have the *same* key: a date of birth is taken with its day and month in ascending
//! order (a swapped date meets the right one), a pair of names without regard to which is the surname.

use super::super::encode::{Encoded, NONE, Node, birth_day, birth_month, birth_year};
use super::super::hash::join;
use crate::config::checked::RuleKey;
use crate::model::BlockingKey;

/// A key that records can be blocked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Derived from what people are known by.
    Person(BlockingKey),
    /// A further field, by its number.
    Further(u8),
}

impl From<RuleKey> for Key {
    fn from(key: RuleKey) -> Self {
        match key {
            RuleKey::Person(key) => Self::Person(key),
            RuleKey::Further(number) => Self::Further(number),
        }
    }
}

impl Key {
    /// The key of a node, nothing where it is missing.
    pub(crate) fn of(self, node: &Node, encoded: &Encoded) -> Option<u64> {
        match self {
            Self::Person(key) => of_person(key, node, encoded),
            Self::Further(number) => node.further.get(usize::from(number)).copied().filter(|&code| code != NONE).map(u64::from),
        }
    }

    /// Its name in messages.
    pub(crate) fn name(self, encoded: &Encoded) -> &str {
        match self {
            Self::Person(key) => person_name(key),
            Self::Further(number) => encoded.further.get(usize::from(number)).map_or("further field", |further| &further.field.name),
        }
    }
}

fn of_person(key: BlockingKey, node: &Node, encoded: &Encoded) -> Option<u64> {
    let code = |code: u32| (code != NONE).then_some(u64::from(code));
    let name = |code: u32| (code != NONE).then(|| encoded.names.get(code));
    match key {
        BlockingKey::NhsNumber => code(node.nhs_number),
        BlockingKey::Nino => code(node.nino),
        BlockingKey::Upn => code(if node.former_upn == NONE { node.upn } else { node.former_upn }),
        BlockingKey::Uln => code(node.uln),
        BlockingKey::BirthDate => code(node.born).map(|_| u64::from(birth_year(node.born)) << 16 | day_month(node.born)),
        BlockingKey::BirthYear => code(node.born).map(|_| u64::from(birth_year(node.born))),
        BlockingKey::BirthDayMonth => code(node.born).map(|_| day_month(node.born)),
        BlockingKey::Forename => name(node.forename).map(|forename| match forename.groups.first() {
            Some(&group) => u64::from(group) | 1 << 40,
            None => u64::from(node.forename),
        }),
        BlockingKey::ForenameKin => name(node.forename).map(|forename| u64::from(forename.kin)),
        BlockingKey::ForenameSound => name(node.forename).and_then(|forename| sound(forename.sound, node.forename, forename.length)),
        BlockingKey::Initial => name(node.forename).map(|forename| u64::from(forename.initial)),
        BlockingKey::ForenamePrefix => name(node.forename).and_then(|forename| prefix(&forename.text)),
        BlockingKey::Surname => code(node.surname),
        BlockingKey::SurnameSound => name(node.surname).and_then(|surname| sound(surname.sound, node.surname, surname.length)),
        BlockingKey::SurnameInitial => name(node.surname).map(|surname| u64::from(surname.initial)),
        BlockingKey::SurnamePrefix => name(node.surname).and_then(|surname| prefix(&surname.text)),
        BlockingKey::NamePair => (node.forename != NONE && node.surname != NONE).then(|| {
            let (low, high) = (node.forename.min(node.surname), node.forename.max(node.surname));
            u64::from(low) << 32 | u64::from(high)
        }),
        BlockingKey::Postcode => code(node.postcode),
        BlockingKey::Sector => code(encoded.places.sector_of(node.postcode)),
        BlockingKey::District => code(encoded.places.district_of(node.postcode)),
        BlockingKey::Town => code(node.town),
        BlockingKey::Dwelling => code(node.dwelling),
        BlockingKey::Telephone => code(node.telephone),
        BlockingKey::Email => code(node.email),
        BlockingKey::Account => code(node.account),
    }
}

fn person_name(key: BlockingKey) -> &'static str {
    match key {
        BlockingKey::NhsNumber => "NHS number",
        BlockingKey::Nino => "National Insurance number",
        BlockingKey::Upn => "UPN",
        BlockingKey::Uln => "learner number",
        BlockingKey::BirthDate => "date of birth",
        BlockingKey::BirthYear => "year of birth",
        BlockingKey::BirthDayMonth => "day and month of birth",
        BlockingKey::Forename => "forename or nickname",
        BlockingKey::ForenameKin => "forename or related nickname",
        BlockingKey::ForenameSound => "sound of forename",
        BlockingKey::Initial => "initial",
        BlockingKey::ForenamePrefix => "beginning of forename",
        BlockingKey::Surname => "surname",
        BlockingKey::SurnameSound => "sound of surname",
        BlockingKey::SurnameInitial => "initial of surname",
        BlockingKey::SurnamePrefix => "beginning of surname",
        BlockingKey::NamePair => "forename and surname in any order",
        BlockingKey::Postcode => "postcode",
        BlockingKey::Sector => "postcode sector",
        BlockingKey::District => "postcode district",
        BlockingKey::Town => "town",
        BlockingKey::Dwelling => "dwelling",
        BlockingKey::Telephone => "telephone",
        BlockingKey::Email => "e-mail",
        BlockingKey::Account => "household account",
    }
}

fn day_month(born: u32) -> u64 {
    let (day, month) = (birth_day(born), birth_month(born));
    u64::from(day.min(month)) << 8 | u64::from(day.max(month))
}

/// The sound of a name; a name whose letters give no sound is its own.
fn sound(sound: u32, code: u32, length: u8) -> Option<u64> {
    if length < 2 {
        None
    } else if sound == NONE {
        Some(u64::from(code) | 1 << 40)
    } else {
        Some(u64::from(sound))
    }
}

fn prefix(text: &str) -> Option<u64> {
    let mut letters = text.bytes().filter(u8::is_ascii_alphanumeric);
    let (first, second, third) = (letters.next()?, letters.next()?, letters.next()?);
    Some(u64::from(first) << 16 | u64::from(second) << 8 | u64::from(third))
}

/// The key of a rule: its keys joined, nothing where one is missing.
pub(crate) fn joined(keys: &[Key], node: &Node, encoded: &Encoded) -> Option<u64> {
    keys.iter().try_fold(keys.len() as u64, |hash, key| key.of(node, encoded).map(|value| join(hash, value)))
}
