//! The two packs of phase 1 as plain lists, written apart from the engine that is measured with them.
//!
//! In: nothing. Out: which codes count. What always holds: the plain reading of domain.md sections 1.1 to 1.3 and 8.1, one place per choice.

/// A criteria pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pack {
    /// The national criteria.
    National,
    /// The county's own wording: of exclusions only three or more fixed ones, more reasons of discretion.
    County,
}

impl Pack {
    pub(super) const ALL: [Self; 2] = [Self::National, Self::County];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::National => "p1-2012",
            Self::County => "p1-lincolnshire",
        }
    }
}

/// A formal outcome in or out of court (A4: no community resolution, no outcome 22, no charge, no penalty notice).
pub(super) fn is_proven(code: &str) -> bool {
    matches!(
        code,
        "conviction"
            | "caution"
            | "youth_caution"
            | "conditional_caution"
            | "reprimand"
            | "final_warning"
            | "referral_order"
            | "youth_rehabilitation_order"
            | "detention_order"
    )
}

/// A measure against anti-social behaviour; a warning letter is none.
pub(super) fn is_measure(code: &str) -> bool {
    matches!(
        code,
        "asbo"
            | "asb_injunction"
            | "acceptable_behaviour_contract"
            | "criminal_behaviour_order"
            | "community_protection_notice"
            | "notice_seeking_possession_asb"
            | "demotion_order"
            | "eviction_asb"
    )
}

/// An out-of-work benefit of the framework's list (A14: Carer's Allowance is one).
pub(super) fn is_out_of_work(code: &str) -> bool {
    matches!(code, "esa" | "ib" | "carers_allowance" | "income_support" | "jsa" | "sda" | "uc_out_of_work")
}

/// A child's episode that is a reason of discretion while open.
pub(super) fn is_care_reason(pack: Pack, code: &str) -> bool {
    matches!(code, "child_protection_plan" | "considering_care") || pack == Pack::County && code == "child_in_need"
}
