//! What records call people and homes, as keys that outlive a month.
//!
//! What comes in: records in comparable form, the secret of a county. What goes out: keys (hashes under the secret) of every number, every name with its birthday, every home. What always holds: a key says nothing
//! without the secret; two records with the same number, or the same names and birthday whichever way round, have a key in common.

use super::ids::digest_64;
use super::{StandardField, StandardPersons};

/// A word by which a record of some month knew a person: what an entry of the register may say of somebody long after no extract says it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownPerson {
    /// Hash under the secret of a number, or of names and date of birth.
    pub key: u64,
    /// Index into [`Register::persons`](super::Register::persons).
    pub person: u32,
}

/// A home as a record of some month wrote it with its UPRN: hashes under the secret, 0 for what it did not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownPlace {
    /// Of the canonical address.
    pub address: u64,
    /// Of house, flat and postcode.
    pub house: u64,
    /// Of the UPRN.
    pub uprn: u64,
}

impl KnownPlace {
    /// The hashes of what the record did say.
    pub fn keys(self) -> impl Iterator<Item = u64> {
        [self.address, self.house, self.uprn].into_iter().filter(|&key| key != 0)
    }
}

/// The numbers that tell a person, each with the one as which an entry gives it.
pub const NUMBERS: [(StandardField, StandardField); 4] = [
    (StandardField::NhsNumber, StandardField::NhsNumber),
    (StandardField::Nino, StandardField::Nino),
    (StandardField::Upn, StandardField::Upn),
    (StandardField::FormerUpn, StandardField::Upn),
];

/// The bits of a key that say of what kind it is: the place of a number in [`NUMBERS`], all of them for names.
const KIND: u64 = 7;

/// What kind of number a key is of; nothing for names.
#[must_use]
pub fn number_kind(key: u64) -> Option<u32> {
    Some((key & KIND) as u32).filter(|&kind| u64::from(kind) != KIND)
}

/// Keys of everything by which an entry could describe the person of a record: each number, and each forename and alias with each surname and the date of birth, whichever way round.
#[must_use]
pub fn person_keys(secret: &str, persons: &StandardPersons, row: usize) -> Vec<u64> {
    use StandardField::{Alias, DateOfBirth, Forename, MiddleNames, OtherSurname, Surname};
    let value = |field: StandardField| persons.get(field, row);
    let mut keys: Vec<u64> = Vec::new();
    for (field, given_as) in NUMBERS {
        let kind = NUMBERS.iter().position(|(field, _)| *field == given_as).unwrap_or_default() as u64;
        keys.extend(value(field).map(|number| digest_64(&["number", secret, given_as.name(), number]) & !KIND | kind));
    }
    if let Some(born) = value(DateOfBirth) {
        for forename in [Forename, Alias, MiddleNames].into_iter().filter_map(value) {
            for surname in [Surname, OtherSurname].into_iter().filter_map(value) {
                keys.push(digest_64(&["names", secret, forename.min(surname), forename.max(surname), born]) | KIND);
            }
        }
    }
    keys
}

/// How a record writes its home, as keys; 0 for what it does not say.
#[must_use]
pub fn place_keys(secret: &str, persons: &StandardPersons, row: usize) -> KnownPlace {
    use StandardField::{AddressKey, House, Postcode, Uprn};
    let value = |field: StandardField| persons.get(field, row);
    let key = |field: StandardField| value(field).map_or(0, |text| place_key(secret, field, text));
    let house = value(House).zip(value(Postcode));
    let house = house.map_or(0, |(house, postcode)| house_key(secret, house, flat(value(AddressKey).unwrap_or_default()), postcode));
    KnownPlace { address: key(AddressKey), house, uprn: key(Uprn) }
}

/// The key of a canonical address or a UPRN.
#[must_use]
pub fn place_key(secret: &str, field: StandardField, text: &str) -> u64 {
    digest_64(&["place", secret, field.name(), text])
}

fn house_key(secret: &str, house: &str, flat: &str, postcode: &str) -> u64 {
    digest_64(&["house", secret, house, flat, postcode])
}

/// The flat of a canonical address.
#[must_use]
pub fn flat(address_key: &str) -> &str {
    address_key.split('|').next().unwrap_or_default()
}
