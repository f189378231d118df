//! What records can be blocked on: keys derived from one record.
//!
//! What comes in: a node. What goes out: a number for a key, or nothing where a part is missing. What always holds: keys are
//! symmetric, so that two records that should meet have the *same* key: a date of birth is taken with its day and month in ascending
//! order (a swapped date meets the right one), a pair of names without regard to which is the surname. A key is the same in every run: it is made of hashes
//! of values, never of their numbers among those of one month.

use super::super::encode::{Encoded, NONE, Name, Node, TELLING, birth_day, birth_month, birth_year, hash_of, year_alone};
use super::super::hash::{join, mix};
use crate::config::checked::RuleKey;
use crate::model::{BlockingKey, FurtherKind};

/// What stands before the name of a further field in a saved plan.
const FURTHER: &str = "further:";

/// What stands before the place of a telling word and the name of its text.
const WORD: &str = "telling word ";

/// A key that records can be blocked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Derived from what people are known by.
    Person(BlockingKey),
    /// A further field, by its number.
    Further(u8),
    /// A telling word of a further text: the text's number, and which of them.
    Word(u8, u8),
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
            Self::Further(number) => {
                hash_of(encoded.hashes.further.get(usize::from(number))?, encoded.further_code(node, usize::from(number)))
            }
            Self::Word(number, which) => {
                let code = encoded.further_code(node, usize::from(number));
                encoded.further.get(usize::from(number))?.telling_word(code, usize::from(which))
            }
        }
    }

    /// True for what is one person's only.
    pub(crate) fn is_identifier(self, encoded: &Encoded) -> bool {
        match self {
            Self::Person(BlockingKey::NhsNumber | BlockingKey::Nino | BlockingKey::Upn | BlockingKey::Uln) => true,
            Self::Further(number) => {
                encoded.further.get(usize::from(number)).is_some_and(|further| further.field.kind == FurtherKind::Identifier)
            }
            Self::Person(_) | Self::Word(..) => false,
        }
    }

    /// Its name in a saved plan.
    pub(super) fn saved_name(self, encoded: &Encoded) -> String {
        match self {
            Self::Person(key) => key.name().to_owned(),
            Self::Further(number) => format!("{FURTHER}{}", field_name(number, encoded)),
            Self::Word(number, which) => format!("{WORD}{which}:{}", field_name(number, encoded)),
        }
    }

    /// The key of that name in a saved plan, if these records can have it.
    pub(super) fn of_saved(name: &str, encoded: &Encoded) -> Option<Self> {
        let number = |name: &str| {
            let number = encoded.further.iter().position(|further| further.field.name == name)?;
            u8::try_from(number).ok()
        };
        if let Some((which, text)) = name.strip_prefix(WORD).and_then(|word| word.split_once(':')) {
            return Some(Self::Word(number(text)?, which.parse().ok().filter(|&which| usize::from(which) < TELLING)?));
        }
        match name.strip_prefix(FURTHER) {
            Some(name) => number(name).map(Self::Further),
            None => name.parse().ok().map(Self::Person),
        }
    }

    /// Its name in messages.
    pub(crate) fn name(self, encoded: &Encoded) -> String {
        match self {
            Self::Person(key) => person_name(key).to_owned(),
            Self::Further(number) => field_name(number, encoded).to_owned(),
            Self::Word(number, which) => format!("telling word of {} ({} of {TELLING})", field_name(number, encoded), which + 1),
        }
    }
}

fn field_name(number: u8, encoded: &Encoded) -> &str {
    encoded.further.get(usize::from(number)).map_or("further field", |further| &further.field.name)
}

fn of_person(key: BlockingKey, node: &Node, encoded: &Encoded) -> Option<u64> {
    let name = |code: u32| (code != NONE).then(|| encoded.names.get(code));
    let hashes = &encoded.hashes;
    let born = |key: fn(u32) -> u64| (node.born != NONE).then(|| key(node.born));
    match key {
        BlockingKey::NhsNumber => hash_of(&hashes.nhs_number, node.nhs_number),
        BlockingKey::Nino => hash_of(&hashes.nino, node.nino),
        BlockingKey::Upn => hash_of(&hashes.upn, if node.former_upn == NONE { node.upn } else { node.former_upn }),
        BlockingKey::Uln => hash_of(&hashes.uln, node.uln),
        BlockingKey::BirthDate => born(|born| u64::from(birth_year(born)) << 16 | day_month(born)),
        BlockingKey::BirthYear => born(|born| u64::from(birth_year(born))).or_else(|| year_alone(node.born_between).map(u64::from)),
        BlockingKey::BirthDayMonth => born(day_month),
        BlockingKey::Forename => name(node.forename).map(|forename| match forename.groups.first() {
            Some(&group) => mix(u64::from(group)),
            None => forename.hash,
        }),
        BlockingKey::ForenameKin => name(node.forename).map(|forename| forename.kin),
        BlockingKey::ForenameSound => name(node.forename).and_then(sound),
        BlockingKey::Initial => name(node.forename).map(|forename| u64::from(forename.initial)),
        BlockingKey::ForenamePrefix => name(node.forename).and_then(|forename| prefix(&forename.text)),
        BlockingKey::Surname => name(node.surname).map(|surname| surname.hash),
        BlockingKey::SurnameSound => name(node.surname).and_then(sound),
        BlockingKey::SurnameInitial => name(node.surname).map(|surname| u64::from(surname.initial)),
        BlockingKey::SurnamePrefix => name(node.surname).and_then(|surname| prefix(&surname.text)),
        BlockingKey::NamePair => {
            let (forename, surname) = (name(node.forename)?.hash, name(node.surname)?.hash);
            Some(join(forename.min(surname), forename.max(surname)))
        }
        BlockingKey::Postcode => hash_of(&hashes.postcode, node.postcode),
        BlockingKey::Sector => encoded.places.sector_hash_of(node.postcode),
        BlockingKey::District => encoded.places.district_hash_of(node.postcode),
        BlockingKey::Town => hash_of(&hashes.town, node.town),
        BlockingKey::Dwelling => hash_of(&hashes.dwelling, node.dwelling),
        BlockingKey::Telephone => hash_of(&hashes.telephone, node.telephone),
        BlockingKey::Email => hash_of(&hashes.email, node.email),
        BlockingKey::Account => hash_of(&hashes.account, node.account),
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
fn sound(name: &Name) -> Option<u64> {
    if name.length < 2 { None } else { Some(if name.sound == NONE { name.hash } else { name.sound_hash }) }
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
