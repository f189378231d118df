//! What records can be blocked on: keys derived from one record.
//!
//! What comes in: a node. What goes out: a number for a key, or nothing where a part is missing. What always holds: keys are
//! symmetric, so that two records that should meet have the *same* key: a date of birth is taken with its day and month in ascending
//! order (a swapped date meets the right one), a pair of names without regard to which is the surname.

use super::super::encode::{Encoded, NONE, Node, birth_day, birth_month, birth_year};
use super::super::hash::join;
use crate::model::FurtherKind;

/// A key that records can be blocked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// NHS number.
    NhsNumber,
    /// National Insurance number.
    Nino,
    /// Former UPN, else UPN.
    Upn,
    /// Unique Learner Number.
    Uln,
    /// Date of birth, day and month in ascending order.
    BirthDate,
    /// Year of birth.
    BirthYear,
    /// Day and month of birth in ascending order.
    BirthDayMonth,
    /// Forename, or its first nickname group.
    Forename,
    /// Forename, or all forenames nickname groups join it to.
    ForenameKin,
    /// Sound of the forename.
    ForenameSound,
    /// Initial of the forename.
    Initial,
    /// First three letters of the forename.
    ForenamePrefix,
    /// Surname.
    Surname,
    /// Sound of the surname.
    SurnameSound,
    /// Initial of the surname.
    SurnameInitial,
    /// First three letters of the surname.
    SurnamePrefix,
    /// Forename and surname in any order.
    NamePair,
    /// Postcode.
    Postcode,
    /// Postcode sector.
    Sector,
    /// Postcode district.
    District,
    /// Town.
    Town,
    /// Dwelling.
    Dwelling,
    /// Telephone.
    Telephone,
    /// E-mail.
    Email,
    /// Account, claim or tenancy.
    Account,
    /// A further field, by its number.
    Further(u8),
}

impl Key {
    /// The key of a node, nothing where it is missing.
    pub(crate) fn of(self, node: &Node, encoded: &Encoded) -> Option<u64> {
        let code = |code: u32| (code != NONE).then_some(u64::from(code));
        let name = |code: u32| (code != NONE).then(|| encoded.names.get(code));
        match self {
            Self::NhsNumber => code(node.nhs_number),
            Self::Nino => code(node.nino),
            Self::Upn => code(if node.former_upn == NONE { node.upn } else { node.former_upn }),
            Self::Uln => code(node.uln),
            Self::BirthDate => code(node.born).map(|_| u64::from(birth_year(node.born)) << 16 | day_month(node.born)),
            Self::BirthYear => code(node.born).map(|_| u64::from(birth_year(node.born))),
            Self::BirthDayMonth => code(node.born).map(|_| day_month(node.born)),
            Self::Forename => name(node.forename).map(|forename| match forename.groups.first() {
                Some(&group) => u64::from(group) | 1 << 40,
                None => u64::from(node.forename),
            }),
            Self::ForenameKin => name(node.forename).map(|forename| u64::from(forename.kin)),
            Self::ForenameSound => name(node.forename).and_then(|forename| sound(forename.sound, node.forename, forename.length)),
            Self::Initial => name(node.forename).map(|forename| u64::from(forename.initial)),
            Self::ForenamePrefix => name(node.forename).and_then(|forename| prefix(&forename.text)),
            Self::Surname => code(node.surname),
            Self::SurnameSound => name(node.surname).and_then(|surname| sound(surname.sound, node.surname, surname.length)),
            Self::SurnameInitial => name(node.surname).map(|surname| u64::from(surname.initial)),
            Self::SurnamePrefix => name(node.surname).and_then(|surname| prefix(&surname.text)),
            Self::NamePair => (node.forename != NONE && node.surname != NONE).then(|| {
                let (low, high) = (node.forename.min(node.surname), node.forename.max(node.surname));
                u64::from(low) << 32 | u64::from(high)
            }),
            Self::Postcode => code(node.postcode),
            Self::Sector => code(encoded.places.sector_of(node.postcode)),
            Self::District => code(encoded.places.district_of(node.postcode)),
            Self::Town => code(node.town),
            Self::Dwelling => code(node.dwelling),
            Self::Telephone => code(node.telephone),
            Self::Email => code(node.email),
            Self::Account => code(node.account),
            Self::Further(number) => node.further.get(usize::from(number)).copied().and_then(code),
        }
    }

    /// True for what is one person's only.
    pub(crate) fn is_identifier(self, encoded: &Encoded) -> bool {
        match self {
            Self::NhsNumber | Self::Nino | Self::Upn | Self::Uln => true,
            Self::Further(number) => {
                encoded.further.get(usize::from(number)).is_some_and(|further| further.field.kind == FurtherKind::Identifier)
            }
            _ => false,
        }
    }

    /// Its name in messages.
    pub(crate) fn name(self, encoded: &Encoded) -> &str {
        match self {
            Self::NhsNumber => "NHS number",
            Self::Nino => "National Insurance number",
            Self::Upn => "UPN",
            Self::Uln => "learner number",
            Self::BirthDate => "date of birth",
            Self::BirthYear => "year of birth",
            Self::BirthDayMonth => "day and month of birth",
            Self::Forename => "forename or nickname",
            Self::ForenameKin => "forename or related nickname",
            Self::ForenameSound => "sound of forename",
            Self::Initial => "initial",
            Self::ForenamePrefix => "beginning of forename",
            Self::Surname => "surname",
            Self::SurnameSound => "sound of surname",
            Self::SurnameInitial => "initial of surname",
            Self::SurnamePrefix => "beginning of surname",
            Self::NamePair => "forename and surname in any order",
            Self::Postcode => "postcode",
            Self::Sector => "postcode sector",
            Self::District => "postcode district",
            Self::Town => "town",
            Self::Dwelling => "dwelling",
            Self::Telephone => "telephone",
            Self::Email => "e-mail",
            Self::Account => "household account",
            Self::Further(number) => encoded.further.get(usize::from(number)).map_or("further field", |further| &further.field.name),
        }
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
