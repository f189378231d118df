//! The codes each kind of event knows, so that a misspelt code in a pack or in a schema is an error and not a rule that never holds.
//!
//! What comes in: a kind of event. What goes out: its codes. What always holds: the list is that of [`EventKind`]'s documentation, but for needs, whose list stands here only.

use crate::model::EventKind;

/// Every code of a kind; empty for a kind whose events need no code.
pub(crate) fn codes_of(kind: EventKind) -> &'static [&'static str] {
    match kind {
        EventKind::SchoolAbsence => &["absence"],
        EventKind::AsbIncident => &[],
        EventKind::Exclusion => &["fixed", "permanent", "lunchtime", "rescinded"],
        EventKind::SchoolStatus => &[
            "not_on_roll",
            "pupil_referral_unit",
            "alternative_provision",
            "pru_medical",
            "alternative_provision_other",
            "elective_home_education",
            "on_roll",
        ],
        EventKind::Offence => &[
            "conviction",
            "caution",
            "youth_caution",
            "conditional_caution",
            "reprimand",
            "final_warning",
            "referral_order",
            "youth_rehabilitation_order",
            "detention_order",
            "community_resolution",
            "outcome_22",
            "charged",
            "no_further_action",
            "under_investigation",
            "penalty_notice",
        ],
        EventKind::AsbIntervention => &[
            "asbo",
            "asb_injunction",
            "acceptable_behaviour_contract",
            "criminal_behaviour_order",
            "community_protection_notice",
            "notice_seeking_possession_asb",
            "demotion_order",
            "eviction_asb",
            "warning_letter",
        ],
        EventKind::Benefit => &["esa", "ib", "carers_allowance", "income_support", "jsa", "sda", "uc_out_of_work", "none", "untraced"],
        EventKind::SocialCare => &["child_in_need", "child_protection_plan", "looked_after", "considering_care", "early_help"],
        EventKind::DomesticAbuse => &["standard", "medium", "high", "marac"],
        EventKind::Health => &[
            "mental_health_adult",
            "mental_health_child",
            "substance_misuse",
            "alcohol_misuse",
            "long_term_condition",
            "under_18_conception",
        ],
        EventKind::Housing => &["rent_arrears", "notice_seeking_possession_arrears", "eviction_arrears", "homeless_application"],
        EventKind::Custody => &["in_custody", "licence", "community_order", "prolific_offender", "gang_related"],
        EventKind::Referral => &["crime_asb", "education", "work", "cost"],
        EventKind::Need => NEEDS,
        EventKind::Activity => {
            &["education", "training", "employment", "employment_with_training", "neet", "not_known", "work_programme", "esf_provision"]
        }
    }
}

/// Needs as practitioners assess them: those of the ten outcomes (domain.md §3.2), those that only the headline problems of phase 2 name
/// (§2), and that a child is expected.
const NEEDS: &[&str] = &[
    "school_engagement",
    "home_education_concern",
    "neet_risk",
    "sen_not_met",
    "social_emotional_mental_health",
    "expectant_parent",
    "new_parent_support",
    "early_physical_health",
    "early_development",
    "two_year_offer_missed",
    "mental_health_child",
    "mental_health_adult",
    "disability_or_neurodiversity",
    "substance_use_adult",
    "substance_use_child",
    "parenting_support",
    "parental_conflict",
    "child_violence_at_home",
    "young_carer",
    "abuse_or_neglect",
    "missing_from_home",
    "sexual_exploitation",
    "criminal_exploitation",
    "radicalisation",
    "harm_outside_family",
    "crime_risk",
    "gang_involvement",
    "domestic_abuse_affected",
    "domestic_abuse_perpetrator",
    "domestic_abuse_child",
    "temporary_accommodation",
    "unsuitable_housing",
    "homelessness_risk",
    "excluded_from_home",
    "financial_exclusion_risk",
    "unmanageable_debt",
    "neet",
];
