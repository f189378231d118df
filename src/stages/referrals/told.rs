//! Of whom a form, and a family beside it, may tell anything.
//!
//! What comes in: who is restricted, whose record is whose. What goes out: whether a person takes part in the weighing, and whether their address does. What always holds: whoever is hidden takes
//! no part at all, not even without words: a sum of bits and a family's rank would tell what the words withhold.

use super::Given;
use crate::model::{ReferralForm, StandardField};

/// What tells where somebody lives.
const PLACE: [StandardField; 7] = [
    StandardField::Flat,
    StandardField::House,
    StandardField::Street,
    StandardField::Town,
    StandardField::AddressKey,
    StandardField::Postcode,
    StandardField::Uprn,
];

/// True for a field that tells where somebody lives.
pub(super) fn is_place(field: StandardField) -> bool {
    PLACE.contains(&field)
}

impl Given<'_> {
    /// The person of a record; nobody has the number `u32::MAX`.
    pub(super) fn person(&self, record: u32) -> u32 {
        self.linked.person_of_record.get(record as usize).copied().unwrap_or(u32::MAX)
    }

    /// True if nothing may be said about the person of a record.
    pub(super) fn hides(&self, record: u32) -> bool {
        self.restrictions.hides_record(record) || self.restrictions.hides_person(self.person(record))
    }

    /// True if the address that records give may not be told, because they or their family are restricted: that it is the same as one
    /// that is shown would tell it.
    pub(super) fn withholds_place(&self, records: &[u32], family: u32) -> bool {
        self.families.families.get(family as usize).is_some_and(|family| family.restricted)
            || records.iter().any(|&record| self.persons.is_restricted.get(record as usize).copied().unwrap_or(false))
    }

    /// True if a form and a family have two people whom nothing may name together: the row of a candidate names both sides.
    pub(super) fn separates(&self, form: &ReferralForm, family: u32) -> bool {
        let members = self.families.members_of(family);
        form.records.iter().any(|&record| members.iter().any(|member| self.restrictions.separates(self.person(record), member.person)))
    }
}
