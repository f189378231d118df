//! Criteria packs: what a programme asks of a family, as data.
//!
//! What comes in: the text of a pack file. What goes out: a checked [`Pack`], or all its problems. What always holds: every rule belongs
//! to a criterion, every criterion has a rule, every name is known, every setting is used; a number carries its source.

pub use super::combination::{Combination, Counts, Discretion, Referral};
pub use super::overlay::{Difference, LocalChange, Overlay};
use super::parse;
use super::term::Calendar;
use super::window::{DatedBy, Window};
use crate::model::{EventKind, EventRole, MemberRole, Problem, Source};

/// A criteria pack.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Name, such as `p1-2012`.
    pub name: String,
    /// Version, written beside every piece of evidence.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// Where its facts come from.
    pub source: String,
    /// Questions the programme's papers leave open, with the answer this pack gives.
    pub settings: Vec<Setting>,
    /// School terms.
    pub calendar: Calendar,
    /// Criteria in order.
    pub criteria: Vec<Criterion>,
    /// Rules in order; each names its criterion.
    pub rules: Vec<Rule>,
    /// How criteria make a route.
    pub combination: Combination,
    /// Local changes that were laid over the pack, in the order of the pipeline.
    pub changes: Vec<LocalChange>,
}

/// An open question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Name.
    pub name: String,
    /// The answer, as written.
    pub value: String,
    /// The question.
    pub question: String,
    /// Where the answer comes from.
    pub source: String,
    /// True if the service manager should check it.
    pub check: bool,
}

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Id, such as `c1`.
    pub id: String,
    /// Column name, such as `c1_crime_asb`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// How many of its rules must hold.
    pub meets: Meets,
}

/// How many must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meets {
    /// At least so many; one is "any".
    AtLeast(u32),
    /// All.
    All,
}

/// One rule: which events of which people, when, how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Id within the pack.
    pub id: String,
    /// Criterion it belongs to.
    pub criterion: String,
    /// The need it shows, such as `1.1`, where a criterion is made of several; rules of one need show one need.
    pub need: Option<String>,
    /// Title for people.
    pub title: String,
    /// Kind of event.
    pub kind: EventKind,
    /// Codes that count; empty for any.
    pub codes: Vec<String>,
    /// Codes that do not count although `codes` would take them.
    pub excluded_codes: Vec<String>,
    /// Codes that cancel an event of the same reference (or, without one, the same day): an exclusion rescinded.
    pub cancelled_by: Vec<String>,
    /// Codes that say that nothing could be found out.
    pub unknown_codes: Vec<String>,
    /// Roles that count; never empty.
    pub roles: Vec<EventRole>,
    /// Whose events count.
    pub who: Who,
    /// True if only members who live with the family count.
    pub resident_only: bool,
    /// What members must be in the family; empty for any.
    pub family_roles: Vec<MemberRole>,
    /// Ages that count.
    pub ages: Vec<AgeLimit>,
    /// When.
    pub window: Window,
    /// By which of its days an event is placed.
    pub dated_by: DatedBy,
    /// Of what is open: whether it must end within so many months (a sentence soon served).
    pub ends_within_months: Option<u32>,
    /// Which delivery counts where an event comes again under the same reference.
    pub resubmitted: Resubmitted,
    /// How much of it.
    pub threshold: Threshold,
    /// Who must have a row of this kind at all where the feed is one of a population: no row is unknown, not "no".
    pub needs_row_for: Option<Ages>,
    /// How much of the window those rows must cover.
    pub rows_needed: RowsNeeded,
    /// Events that explain why there is no row: a child educated at home is in no school's attendance.
    pub excused_by: Option<Excuse>,
    /// Which feeds must be there before the rule may say "no".
    pub feeds_needed: FeedsNeeded,
    /// True if only a feed whose schema gives one of the codes can show it: where a kind of event is many different things, such as needs,
    /// a feed that carries the kind may never tell of this one.
    pub feed_names_codes: bool,
    /// What the rule says where no feed of the pipeline could ever show it.
    pub without_feed: WithoutFeed,
    /// A delivery older than this shows nothing for this rule, whatever the schema says.
    pub feed_valid_days: Option<u32>,
    /// What the evidence is, in a sentence.
    pub evidence: String,
    /// Where the rule and its numbers come from.
    pub source: String,
    /// True if the service manager should check it.
    pub check: bool,
}

/// Whose events count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Under 18 at the reference date (or said to be a child, where no date of birth is known).
    Child,
    /// Everybody else.
    Adult,
    /// Everybody.
    Anyone,
}

/// A range of ages in completed years, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    /// Youngest, if any.
    pub minimum: Option<i32>,
    /// Oldest, if any.
    pub maximum: Option<i32>,
}

/// A range of ages and the day it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeLimit {
    /// The range.
    pub ages: Ages,
    /// On which day.
    pub on: AgeOn,
}

/// On which day an age is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeOn {
    /// The day of the event.
    Event,
    /// The reference date.
    Reference,
}

/// How much is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// So many distinct events.
    Count {
        /// How many.
        at_least: u32,
        /// Of one person, or of the family together.
        per: Per,
    },
    /// So much `quantity` over all distinct events together, per person: ten sessions of exclusion.
    Quantity {
        /// How much.
        at_least: u32,
    },
    /// What was missed, summed, over `out_of` summed, per person, as exact integers: missed × denominator ≥ `out_of` × numerator.
    Share {
        /// Numerator of the share that is enough.
        numerator: i64,
        /// Its denominator.
        denominator: i64,
        /// True if it takes more than the share: the share itself is not enough.
        above: bool,
        /// What counts as missed.
        missed: Missed,
        /// How the shares are compared.
        percentages: Percentages,
    },
}

/// How shares are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percentages {
    /// Exactly, as whole numbers.
    Exact,
    /// As whole percents, half a percent rounded up.
    WholePercent,
}

/// Which of several deliveries of one event counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resubmitted {
    /// The latest.
    Latest,
    /// The first.
    First,
}

/// What counts as missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// `quantity`: sessions missed without leave.
    Unauthorised,
    /// `quantity` and `excused`: all sessions missed, with leave or without.
    All,
}

/// Over whom events are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Each person alone.
    Person,
    /// All who count in the family together.
    Family,
}

/// How much of the window rows must cover before their silence counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsNeeded {
    /// A row in each term in which the person was of that age.
    EveryTerm,
    /// One row anywhere.
    Any,
}

/// Events that explain a missing row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excuse {
    /// Kind of event, open at the reference date.
    pub kind: EventKind,
    /// Codes.
    pub codes: Vec<String>,
}

/// Which feeds must be there before a rule may say "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedsNeeded {
    /// Every feed that carries such events: what a missing one would show is unknown (design.md §10).
    Every,
    /// One of them.
    One,
}

/// What a rule says where no feed of the pipeline could ever show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutFeed {
    /// Unknown, for everybody.
    Unknown,
    /// Nothing: the criterion is judged by its other rules, and every "no" says that this one was left out.
    LeftOut,
}

impl Pack {
    /// Reads a pack; `file_name` is how messages name it.
    ///
    /// # Errors
    /// Every problem of the file, in the order of its lines, with the nearest known name where one is unknown.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, Vec<Problem>> {
        Self::parse_with(file_name, text, &[])
    }

    /// Reads a pack and lays overlays over it, in their order. The version of the pack then names them: `1+lincolnshire-1`.
    ///
    /// # Errors
    /// Every problem of the pack and of its overlays, file by file in the order of lines.
    pub fn parse_with(file_name: &str, text: &str, overlays: &[&Overlay<'_>]) -> Result<Self, Vec<Problem>> {
        parse::parse(file_name, text, overlays)
    }

    /// The rules of a criterion, in the order of the pack.
    pub fn rules_of<'p>(&'p self, criterion: &'p str) -> impl Iterator<Item = &'p Rule> {
        self.rules.iter().filter(move |rule| rule.criterion == criterion)
    }

    /// What is counted, in words: "criteria", or "needs".
    #[must_use]
    pub fn counted_word(&self, one: bool) -> &'static str {
        match (self.combination.counts, one) {
            (Counts::Criteria, true) => "criterion",
            (Counts::Criteria, false) => "criteria",
            (Counts::Needs, true) => "need",
            (Counts::Needs, false) => "needs",
        }
    }

    /// Kinds of event of which a rule counts the first delivery of what came again: of these every delivery has to reach the rules.
    pub fn counted_first(&self) -> impl Iterator<Item = EventKind> {
        self.rules.iter().filter(|rule| rule.resubmitted == Resubmitted::First).map(|rule| rule.kind)
    }

    /// The criterion of an id.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}

impl Ages {
    /// True if the range holds an age.
    #[must_use]
    pub fn hold(self, age: i32) -> bool {
        self.minimum.is_none_or(|minimum| age >= minimum) && self.maximum.is_none_or(|maximum| age <= maximum)
    }
}

impl Rule {
    /// True if a feed could show the rule.
    #[must_use]
    pub fn can_be_shown_by(&self, source: &Source) -> bool {
        source.can_show(self.kind, if self.feed_names_codes { &self.codes } else { &[] })
    }
}
