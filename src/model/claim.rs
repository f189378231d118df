//! The life of a claim.

use std::str::FromStr;

use super::event::vocabulary;

vocabulary! {
    /// Where a claim stands.
    ClaimStage {
        /// Its evidence was put together; it may be drafted again.
        Drafted = "drafted",
        /// Internal audit signed its evidence off.
        Audited = "audited",
        /// It was sent to the department.
        Submitted = "submitted",
        /// The department paid.
        Paid = "paid",
        /// It does not hold; the family may be claimed for anew.
        Invalidated = "invalidated",
    }
}

impl ClaimStage {
    /// Which stages may follow.
    #[must_use]
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Drafted => &[Self::Audited, Self::Invalidated],
            Self::Audited => &[Self::Submitted, Self::Invalidated],
            Self::Submitted => &[Self::Paid, Self::Invalidated],
            Self::Paid => &[Self::Invalidated],
            Self::Invalidated => &[],
        }
    }

    /// True while the family must not be claimed for again.
    #[must_use]
    pub fn blocks(self) -> bool {
        matches!(self, Self::Audited | Self::Submitted | Self::Paid)
    }
}
