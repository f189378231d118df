//! Things that happened: the event vocabulary and its table.

use std::str::FromStr;

use super::{Day, TextColumn};

macro_rules! vocabulary {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$inner])* $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name used in schemas, packs and tables.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|value| value.name() == text).ok_or(())
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// What kind of thing happened. `code`, `quantity` and `out_of` of an event mean what stands beside each kind.
    EventKind {
        /// Sessions of one child at one school in one term or part of it; a schema gives any code (packs name none, or `absence`), in whose place [`Registration`] stands where a school says that a child
        /// is registered at two: `quantity` unauthorised absences, `excused` authorised ones, `out_of` possible sessions.
        SchoolAbsence = "school_absence",
        /// An exclusion; code `fixed`, `permanent`, `lunchtime`, with `rescinded` for one withdrawn; `quantity` sessions.
        Exclusion = "exclusion",
        /// A child's standing; code `not_on_roll`, `pupil_referral_unit`, `alternative_provision` (both: because of exclusion), `pru_medical`,
        /// `alternative_provision_other`, `elective_home_education`, `on_roll`.
        SchoolStatus = "school_status",
        /// A recorded crime with a person's role; code is the outcome: `conviction`, `caution`, `youth_caution`, `conditional_caution`, `reprimand`,
        /// `final_warning`, `referral_order`, `youth_rehabilitation_order`, `detention_order`, `community_resolution`, `outcome_22`, `charged`,
        /// `no_further_action`, `under_investigation`, `penalty_notice`.
        Offence = "offence",
        /// An anti-social behaviour incident at a place; nobody named as perpetrator.
        AsbIncident = "asb_incident",
        /// A measure against a named person or tenancy; code `asbo`, `asb_injunction`, `acceptable_behaviour_contract`, `criminal_behaviour_order`,
        /// `community_protection_notice`, `notice_seeking_possession_asb`, `demotion_order`, `eviction_asb`, `warning_letter`.
        AsbIntervention = "asb_intervention",
        /// An out-of-work benefit claim; code `esa`, `ib`, `carers_allowance`, `income_support`, `jsa`, `sda`, `uc_out_of_work`, `none` (traced,
        /// not on one), `untraced`.
        Benefit = "benefit",
        /// A social care episode; code `child_in_need`, `child_protection_plan`, `looked_after`, `considering_care`, `early_help`.
        SocialCare = "social_care",
        /// Domestic abuse; code is the risk level `standard`, `medium`, `high`, `marac`.
        DomesticAbuse = "domestic_abuse",
        /// A health flag; code `mental_health_adult`, `mental_health_child`, `substance_misuse`, `alcohol_misuse`, `long_term_condition`,
        /// `under_18_conception`.
        Health = "health",
        /// A tenancy matter that is no ASB; code `rent_arrears`, `notice_seeking_possession_arrears`, `eviction_arrears`, `homeless_application`.
        Housing = "housing",
        /// A custodial or supervision status of an adult; code `in_custody`, `licence`, `community_order`, `prolific_offender`, `gang_related`.
        Custody = "custody",
        /// A professional referral; code one of `crime_asb`, `education`, `work`, `cost`, one event per criterion ticked.
        Referral = "referral",
        /// A need that a practitioner found in an assessment (domain.md §3.2); codes: [`crate::rules`]'s vocabulary, such as `sen_not_met`,
        /// `young_carer`, `unmanageable_debt`.
        Need = "need",
        /// What a person does after compulsory school age; code `education`, `training`, `employment`, `employment_with_training`,
        /// `neet` (in none of them), `not_known`, `work_programme` (volunteered for it), `esf_provision` (attached to provision of the European Social Fund).
        Activity = "activity",
    }
}

vocabulary! {
    /// In which role a person stands in an event. Only [`EventRole::Offender`] ever did it.
    EventRole {
        /// The person the event is about: pupil, claimant, patient, child.
        Subject = "subject",
        /// Named as having done it, with a formal outcome or measure.
        Offender = "offender",
        /// Suspected only.
        Suspect = "suspect",
        /// It was done to them.
        Victim = "victim",
        /// They saw or reported it.
        Witness = "witness",
        /// Tenant or holder of the account the event is about.
        Tenant = "tenant",
    }
}

impl EventRole {
    /// The side of an event on which somebody in this role stands: a suspect and an offender are on one, for the one may become the other. What a later delivery says of a victim or a
    /// witness says nothing of what the same person did.
    #[must_use]
    pub fn side(self) -> Self {
        if self == Self::Suspect { Self::Offender } else { self }
    }
}

/// How a child who is registered at two schools is registered at the one of a row (the statutory enrolment status of the school census, domain.md §4.2); the higher counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Registration {
    /// The other school's pupil, or a guest.
    Subsidiary,
    /// The row does not say, or says that there is no other school.
    #[default]
    NotSaid,
    /// This is the main school.
    Main,
}

impl Registration {
    /// The codes that say so.
    pub const CODES: [&'static str; 2] = ["main", "subsidiary"];

    /// What the code of a row about attendance says.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        match code {
            "main" => Self::Main,
            "subsidiary" => Self::Subsidiary,
            _ => Self::NotSaid,
        }
    }

    /// The code of an event apart from what it says of a registration: sessions at the main school and at the other are both absence.
    #[must_use]
    pub fn apart_from(kind: EventKind, code: &str) -> &str {
        if kind == EventKind::SchoolAbsence && Self::CODES.contains(&code) { "absence" } else { code }
    }
}

/// The table of events, one row each, columns of equal length.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// Kind of each event.
    pub kind: Vec<EventKind>,
    /// Row of the person record it belongs to; `u32::MAX` for an event that names a place and no person.
    pub record: Vec<u32>,
    /// That person's role.
    pub role: Vec<EventRole>,
    /// Standard code as the schema's code list gives it.
    pub code: TextColumn,
    /// Day it happened or began.
    pub from: Vec<Day>,
    /// Day it ended; `NO_DAY` for a single day or one still going on.
    pub to: Vec<Day>,
    /// First quantity, -1 when absent.
    pub quantity: Vec<i32>,
    /// Second quantity, -1 when absent.
    pub out_of: Vec<i32>,
    /// Third quantity, -1 when absent: sessions missed with leave.
    pub excused: Vec<i32>,
    /// The agency's own reference of the event: two rows of one source with the same kind, person record, side of the role and reference are one event (latest delivery counts).
    pub reference: TextColumn,
    /// Index into the run's deliveries.
    pub delivery: Vec<u32>,
    /// Line of the file, from 1.
    pub line: Vec<u32>,
}

impl Events {
    /// Number of events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    /// Bytes it takes in memory, without what the allocator adds.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let each = 2 + 5 * size_of::<u32>() + 3 * size_of::<i32>();
        self.code.bytes() + self.reference.bytes() + (self.len() * each) as u64
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }
}
