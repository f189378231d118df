//! What is measured before and after the service works with a family, and what it costs the public.
//!
//! What comes in: settings. What goes out: the nouns of the comparison. What always holds: every value says of which year it is and where it comes from.

use super::{EventKind, EventRole};

/// What a unit cost is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostUnit {
    /// One event.
    Event,
    /// A year of something that lasts; parts of a year count in months.
    Year,
}

/// One line of the cost table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostItem {
    /// Id, such as `offence_minor`.
    pub id: String,
    /// What it is, in words.
    pub title: String,
    /// Kind of event.
    pub kind: EventKind,
    /// Standard codes that count.
    pub codes: Vec<String>,
    /// Roles that count.
    pub roles: Vec<EventRole>,
    /// Only what somebody did before their eighteenth birthday.
    pub under_18: bool,
    /// Event or year.
    pub unit: CostUnit,
    /// Whole pounds.
    pub pounds: u32,
    /// Year of the prices.
    pub year: u32,
    /// Where the number comes from.
    pub source: String,
}

/// How effect is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectSettings {
    /// Criteria pack whose criteria are followed.
    pub pack: String,
    /// Months before and after the attachment.
    pub months: u32,
    /// The cost table, in the order of its file.
    pub costs: Vec<CostItem>,
}
