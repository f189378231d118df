//! The identification list: one entry per family and pack.

use std::str::FromStr;

use super::event::vocabulary;
use super::{Day, EventKind, EventRole, Month, Need, RowPlace, Status, Ternary, Watched};

vocabulary! {
    /// How a family comes to be on the list, or not (design: the published route table; every combination has exactly one).
    Route {
        /// Meets every criterion that makes it automatic.
        Auto = "AUTO",
        /// Meets enough of them, with local discretion.
        Discretion = "DISCRETION",
        /// A professional's referral is ahead of the data.
        Referral = "REFERRAL",
        /// A person decided, with reason and approver.
        Override = "OVERRIDE",
        /// Was on the list last month; what showed a criterion then cannot be said now, because its feed is missing or too old.
        Kept = "KEPT",
        /// Could still be met once an unknown is known.
        Pending = "PENDING",
        /// One step short.
        NearMiss = "NEAR_MISS",
        /// Would be on the list, but people closed, declined or rejected it and nothing new has happened since.
        Settled = "SETTLED",
        /// Not on the list.
        NotEligible = "NOT_ELIGIBLE",
    }
}

impl Route {
    /// True for the routes that put a family on the list.
    #[must_use]
    pub fn is_listed(self) -> bool {
        matches!(self, Self::Auto | Self::Discretion | Self::Referral | Self::Override | Self::Kept)
    }
}

/// A decision of a person to include or exclude a family, named by any one record of any one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// File it stands in.
    pub file: String,
    /// Its line there, where it begins.
    pub line: u64,
    /// Source of the record that names a member.
    pub source: String,
    /// Its record id.
    pub record_id: String,
    /// Pack it is for; empty for all.
    pub pack: String,
    /// True to include, false to exclude.
    pub include: bool,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: String,
    /// First day on which it holds, [`super::NO_DAY`] if it holds from the beginning.
    pub from: Day,
    /// Last day on which it holds.
    pub expires: Day,
    /// Index of the family where that is known; `source` and `record_id` are empty then.
    pub family: Option<u32>,
}

/// One step of the priority's arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityStep {
    /// What was counted, in words.
    pub what: String,
    /// How many.
    pub count: u32,
    /// Points each.
    pub points_each: u32,
}

/// A row that showed a criterion of a listed family when its feed was last there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastShown {
    /// Index into `Families::families`.
    pub family: u32,
    /// Pack name.
    pub pack: String,
    /// Criterion id.
    pub criterion: String,
    /// Rule id.
    pub rule: String,
    /// Person it is about: an id of this run, or of somebody in no extract of this month.
    pub person_id: String,
    /// Kind of event.
    pub kind: EventKind,
    /// The person's role in it.
    pub role: EventRole,
    /// Its standard code.
    pub code: String,
    /// Day it happened or began.
    pub from: Day,
    /// Day it ended, [`super::NO_DAY`] if it had not.
    pub to: Day,
    /// Where it stood.
    pub behind: RowPlace,
    /// Month of the last final run that had it as evidence.
    pub month: Month,
}

/// One family under one pack.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Index into `Families::families`.
    pub family: u32,
    /// Pack name.
    pub pack: String,
    /// Route.
    pub route: Route,
    /// Why this route, in words.
    pub route_reason: String,
    /// Criteria with their values in the order of the pack.
    pub criteria: Vec<(String, Ternary)>,
    /// How many of the criteria that count are true.
    pub criteria_met: u32,
    /// How many of them are unknown.
    pub criteria_unknown: u32,
    /// Criteria that cannot be said and count as last shown; empty unless the route is [`Route::Kept`].
    pub criteria_kept: Vec<String>,
    /// Discretion reasons that hold (rule ids).
    pub discretion_reasons: Vec<String>,
    /// What is missing for the list, in words; empty when listed.
    pub near_miss_reason: String,
    /// Rank among the listed families of the pack, from 1; 0 when not listed.
    pub priority_rank: u32,
    /// Sum of the steps.
    pub priority_points: u32,
    /// The arithmetic.
    pub priority_steps: Vec<PriorityStep>,
    /// Rows of evidence.
    pub evidence_count: u32,
    /// Agency with most evidence on the family's flags of the pack, empty when none.
    pub lead_contact_agency: String,
    /// Level of need; `None` where nothing is known of the family, or the pipeline has no rules of need.
    pub need: Option<Need>,
}

/// What a family is, whatever the pack.
#[derive(Clone, Debug, Default)]
pub struct FamilySummary {
    /// Resident members.
    pub members: u32,
    /// Resident children under 18.
    pub children: u32,
    /// Resident children under 5.
    pub children_under_5: u32,
    /// Resident adults.
    pub adults: u32,
    /// ONS code of the district, empty when unknown or out of county.
    pub district_code: String,
    /// Its name.
    pub district: String,
    /// Locality.
    pub locality: String,
    /// True if the home's postcode is known and in none of the county's districts.
    pub out_of_county: bool,
    /// Agency with most evidence on the family's flags of all packs, empty when none.
    pub lead_contact_agency: String,
    /// Status that people gave the family in the cohort register.
    pub status: Option<Status>,
    /// Whether people accepted the family for the list, if they said.
    pub accepted: Option<bool>,
}

/// The list.
#[derive(Clone, Debug, Default)]
pub struct Identification {
    /// Entries sorted by (pack order, rank with unlisted last, family id); all families that have a child, a listed or near-miss route, or any true criterion.
    pub entries: Vec<Entry>,
    /// One summary per family.
    pub summaries: Vec<FamilySummary>,
    /// Overrides that matched nobody, lapsed or were incomplete, in words without personal values.
    pub warnings: Vec<String>,
    /// What the families that are kept on the list were last shown by, sorted by (family, pack, criterion, rule, person, row).
    pub kept: Vec<LastShown>,
    /// Families one step from the criteria and moving towards them, sorted by (pack order, reach, family, kind, criterion, rule, person).
    pub watched: Vec<Watched>,
}
