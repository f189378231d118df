//! Referral forms that linkage could not place, and the families they may be about.

use super::Day;

/// A form none of whose people is known from another feed.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferralForm {
    /// Index into the run's sources.
    pub source: u16,
    /// Record id of its row, without `#slot`.
    pub key: String,
    /// Rows of its person records, in the order of their slots.
    pub records: Vec<u32>,
    /// Age as written, per record; empty where none is.
    pub ages: Vec<String>,
    /// Day it was received, [`super::NO_DAY`] if not said.
    pub received: Day,
    /// Index of the family its people make up by themselves, `u32::MAX` if none.
    pub family: u32,
    /// Digest of what it says: a decision about it holds for this content.
    pub fingerprint: String,
    /// The likeliest families, best first, at most three.
    pub candidates: Vec<ReferralCandidate>,
}

/// A family a form may be about.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferralCandidate {
    /// Index into the run's families.
    pub family: u32,
    /// Evidence that it is the family, in bits: the sum of what stands in `why`.
    pub weight: f64,
    /// What speaks for it and against it, without values.
    pub why: String,
    /// Record of the form and record of the family, for each person of the form that the family seems to have.
    pub matched: Vec<(u32, u32)>,
}
