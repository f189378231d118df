//! Flags: what is known of a family under a criterion, and the evidence.

use std::str::FromStr;

use super::event::vocabulary;
use super::{Day, EventKind, FeedState, Step};

vocabulary! {
    /// Three values: a missing feed never turns into a "no".
    Ternary {
        /// Shown by evidence.
        True = "true",
        /// Would be known, and is not so.
        False = "false",
        /// Cannot be said.
        Unknown = "unknown",
    }
}

impl Ternary {
    /// True if any is true; else unknown if any is unknown; else false.
    #[must_use]
    pub fn any(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(Self::False, |so_far, value| match (so_far, value) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::False,
        })
    }
}

/// The value of one criterion of one pack for one family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Index into `Families::families`.
    pub family: u32,
    /// Pack name, such as `p1-2012`.
    pub pack: String,
    /// Criterion id, such as `c1`.
    pub criterion: String,
    /// Its value.
    pub value: Ternary,
    /// In words and without personal values: which rules met it, or which feeds or members leave it open.
    pub reason: String,
    /// Its needs, counted; all zero for one need of this value, shown by those who live with the family.
    pub needs: NeedCount,
}

/// How many needs of a criterion hold for a family, and through whom; a criterion whose rules name no needs is one need. No need is in
/// two of these counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NeedCount {
    /// Shown by somebody who lives with the family.
    pub met: u8,
    /// Shown only by a parent who lives elsewhere; of those who live with the family it is not so.
    pub met_elsewhere: u8,
    /// Shown only by a parent who lives elsewhere; of those who live with the family it cannot be said.
    pub met_elsewhere_open_here: u8,
    /// Cannot be said of those who live with the family.
    pub open: u8,
    /// Cannot be said of a parent who lives elsewhere; of those who live with the family it is not so.
    pub open_elsewhere: u8,
}

impl NeedCount {
    /// Adds one need: its value for all members, and for those who live with the family alone.
    pub fn add(&mut self, all: Ternary, residents: Ternary) {
        let count = match (all, residents) {
            (_, Ternary::True) => &mut self.met,
            (Ternary::True, Ternary::False) => &mut self.met_elsewhere,
            (Ternary::True, Ternary::Unknown) => &mut self.met_elsewhere_open_here,
            (_, Ternary::Unknown) => &mut self.open,
            (Ternary::Unknown, Ternary::False) => &mut self.open_elsewhere,
            (Ternary::False, Ternary::False) => return,
        };
        *count = count.saturating_add(1);
    }

    /// One need that only members who live with the family can show.
    #[must_use]
    pub fn of(value: Ternary) -> Self {
        let mut count = Self::default();
        count.add(value, value);
        count
    }
}

/// One source row that supports a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Index into `Families::families`.
    pub family: u32,
    /// The person it is about.
    pub person: u32,
    /// Pack name.
    pub pack: String,
    /// Criterion id.
    pub criterion: String,
    /// Rule id within the pack.
    pub rule: String,
    /// Version of the pack.
    pub rule_version: String,
    /// Row in the event table.
    pub event: u32,
    /// What counted, in words: the standard code, or "12 of 75 sessions".
    pub value: String,
    /// First day of the window.
    pub window_from: Day,
    /// Last day of the window.
    pub window_to: Day,
}

/// Which feed could show a rule, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCoverage {
    /// Pack name.
    pub pack: String,
    /// Criterion id.
    pub criterion: String,
    /// Rule id.
    pub rule: String,
    /// Kind of event it needs.
    pub kind: EventKind,
    /// Feed's name, empty when the pipeline has none for it.
    pub source: String,
    /// How the feed stands.
    pub state: FeedState,
    /// Its age in days at the reference date.
    pub age_days: u32,
}

/// The outcome of the criteria stage.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// Sorted by (family, pack, criterion).
    pub flags: Vec<Flag>,
    /// Sorted by (family, pack, criterion, rule, person, event).
    pub evidence: Vec<Evidence>,
    /// Sorted by (pack, criterion, rule, source).
    pub coverage: Vec<FeedCoverage>,
    /// Single steps by which a criterion that is not true would be, sorted by (family, pack, criterion, rule, kind, person).
    pub steps: Vec<Step>,
}
