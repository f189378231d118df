//! One comparison on its own, for measuring what each costs.
//!
//! What comes in: a field and two nodes. What goes out: the level that [`Comparer::pattern`] puts in its place. What always holds: sex and full name, which
//! depend on the names' levels, are given an unlike name here, so that they look at their own values.

use super::super::encode::Encoded;
use super::{Comparer, contact, date_of_birth, field, forename, full_name, further, home, identifier, middle_names, sex, surname};

impl Comparer<'_> {
    /// The level of one field.
    pub(crate) fn level(&mut self, index: usize, left: u32, right: u32) -> u8 {
        let (encoded, memory): (&Encoded, _) = (self.encoded, &mut self.memory);
        let (a, b) = (encoded.node(left), encoded.node(right));
        match index {
            field::FORENAME => forename::compare(a, b, &encoded.names, memory),
            field::SURNAME => surname::compare(a, b, &encoded.names, memory),
            field::BORN => date_of_birth::compare_births(a, b, &encoded.heaped_days),
            field::SEX => sex::compare(a, b, forename::grade::DIFFERENT),
            field::HOME => home::compare(a, b, encoded),
            field::TELEPHONE => contact::compare_telephones(a.telephone, b.telephone),
            field::EMAIL => contact::compare_emails(a.email, b.email, encoded, memory),
            field::NHS => identifier::compare(a.nhs_number, b.nhs_number, &encoded.nhs_numbers),
            field::NINO => identifier::compare(a.nino, b.nino, &encoded.ninos),
            field::UPN => identifier::compare_upns(a, b),
            field::ULN => identifier::compare(a.uln, b.uln, &encoded.ulns),
            field::MIDDLE => middle_names::compare(a, b, encoded),
            field::FULL_NAME => full_name::compare(encoded.full_name_lift(left), forename::grade::DIFFERENT, surname::grade::DIFFERENT),
            _ => further::compare(a, b, index - field::FURTHER, encoded, memory),
        }
    }
}
