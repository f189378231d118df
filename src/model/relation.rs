//! Relations between person records that a row itself states.

use super::Day;
use super::event::vocabulary;
use std::str::FromStr;

vocabulary! {
    /// How the first record stands to the second.
    RelationKind {
        /// Parent with or without parental responsibility.
        ParentOf = "parent_of",
        /// Carer, guardian or contact with parental responsibility who is not said to be a parent.
        CarerOf = "carer_of",
        /// Grandparent.
        GrandparentOf = "grandparent_of",
        /// Spouse or partner.
        PartnerOf = "partner_of",
        /// Brother or sister, half and step included.
        SiblingOf = "sibling_of",
        /// Named on the same account, claim or tenancy.
        SharesAccountWith = "shares_account_with",
        /// Some other relative.
        RelativeOf = "relative_of",
        /// An emergency contact or acquaintance: no evidence of a family.
        ContactOf = "contact_of",
    }
}

/// One stated relation between two person records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Row of the first person record.
    pub from: u32,
    /// Row of the second person record.
    pub to: u32,
    /// How the first stands to the second.
    pub kind: RelationKind,
    /// True if the row says they live together (same account, lives-with flag); false if it does not say.
    pub lives_together: bool,
    /// From when, `NO_DAY` if not said.
    pub since: Day,
    /// Until when, `NO_DAY` if still so.
    pub until: Day,
    /// Index into the run's deliveries.
    pub delivery: u32,
    /// Line of the file, from 1.
    pub line: u32,
}
