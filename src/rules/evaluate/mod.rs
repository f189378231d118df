//! The value of one rule: for a person, and for a family.
//!
//! What comes in: a [`Question`] (a rule at a reference date, with the state of its feeds), people and what happened to them. What goes out:
//! true, false or unknown, with the rows that show it or the reasons that leave it open. What always holds: *true* has at least one
//! row, and the rows given suffice and matter: without all of them it is not true, without any other it still is; a missing feed, a
//! person too poorly identified or a row that is not there never make a *false*; only the roles a rule names count, so that no
//! victim, witness or mere suspect counts as an offender.

mod person;
mod share;
mod step;

pub use person::distinct;
pub use share::{Sums, counted_sessions};
pub use step::{Eased, Shares, birthday, eased};

use super::pack::{FeedsNeeded, Meets, Per, Rule, Threshold, WithoutFeed};
use super::term::Calendar;
use super::window::Span;
use crate::model::{Coverage, Day, EventKind, EventRole, FeedState, MemberRole, Registration, Source, Ternary, TextColumn};

/// One event of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Row of the event table.
    pub event: u32,
    /// Kind.
    pub kind: EventKind,
    /// The person's role in it.
    pub role: EventRole,
    /// True if a later delivery of the same source gives the same reference of the same person on the same side again: that row counts instead.
    pub superseded: bool,
    /// True if an earlier delivery of the same source gave the same reference of the same person on the same side.
    pub repeats: bool,
    /// Index of the source.
    pub source: u16,
    /// Code of the event's code in the event table.
    pub code: u32,
    /// Code of its reference, `NO_TEXT` if none.
    pub reference: u32,
    /// First day.
    pub from: Day,
    /// Last day, `NO_DAY` if none.
    pub to: Day,
    /// First quantity, -1 when absent.
    pub quantity: i32,
    /// Second quantity, -1 when absent.
    pub out_of: i32,
    /// Third quantity, -1 when absent.
    pub excused: i32,
    /// How the child is registered at the school of a row about attendance.
    pub registration: Registration,
}

/// A living member of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Date of birth, `NO_DAY` if unknown.
    pub born: Day,
    /// Role in the family.
    pub role: MemberRole,
    /// Lives with the family.
    pub resident: bool,
    /// Identified well enough to be found in other feeds.
    pub searchable: bool,
}

/// A rule, asked at a reference date of an event table.
#[derive(Clone, Debug)]
pub struct Question<'p> {
    /// The rule.
    pub rule: &'p Rule,
    /// Its window; `None` where the calendar has no such terms.
    pub span: Option<Span>,
    reference: Day,
    /// What each code of the event table means to the rule.
    meanings: Vec<u8>,
    /// True if the feeds that could show it are there.
    feeds_known: bool,
    /// True if no feed could ever show it and the rule is then left out.
    left_out: bool,
    /// True if one of them is a feed of a population.
    rows_expected: bool,
    /// Sources too old for this rule.
    too_old: Vec<u16>,
}

/// What a code means to a rule.
mod meaning {
    pub(super) const COUNTS: u8 = 1;
    pub(super) const CANCELS: u8 = 2;
    pub(super) const UNKNOWN: u8 = 4;
    pub(super) const EXCUSES: u8 = 8;
}

/// What leaves a value open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Open {
    /// A feed that could show it is missing or too old.
    FeedMissing,
    /// The school calendar does not reach so far.
    NoTerms,
    /// The person is too poorly identified to be searched for.
    NotSearchable,
    /// The person should be in a feed and is not.
    NoRow,
    /// A feed says that nothing could be found out.
    CodeUnknown,
    /// A row that would count has no date.
    Undated,
    /// The date of birth is not known and decides.
    BornUnknown,
    /// Numbers that cannot be right.
    Unusable,
    /// Rows of somebody of school age that know of no possible session.
    NoSessions,
}

impl Open {
    /// All, in order.
    pub const ALL: [Self; 9] = [
        Self::FeedMissing,
        Self::NoTerms,
        Self::NotSearchable,
        Self::NoRow,
        Self::CodeUnknown,
        Self::Undated,
        Self::BornUnknown,
        Self::Unusable,
        Self::NoSessions,
    ];
}

/// How many people leave a value open, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCounts([u32; Open::ALL.len()]);

impl OpenCounts {
    /// So many people for this reason.
    #[must_use]
    pub fn of(&self, open: Open) -> u32 {
        self.0.get(open as usize).copied().unwrap_or(0)
    }

    /// The larger of both, reason by reason: two rules may be open because of the same person.
    pub fn widen(&mut self, other: &Self) {
        for (mine, other) in self.0.iter_mut().zip(other.0) {
            *mine = (*mine).max(other);
        }
    }

    fn add(&mut self, opens: OpenSet) {
        for open in Open::ALL {
            if opens.has(open)
                && let Some(count) = self.0.get_mut(open as usize)
            {
                *count += 1;
            }
        }
    }
}

/// Reasons of one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OpenSet(u16);

impl OpenSet {
    fn insert(&mut self, open: Open) {
        self.0 |= 1 << open as u8;
    }

    fn has(self, open: Open) -> bool {
        self.0 & (1 << open as u8) != 0
    }

    /// Reasons that leave the value open whatever was counted.
    fn decides(self) -> bool {
        const DECIDING: [Open; 7] =
            [Open::FeedMissing, Open::NoTerms, Open::NotSearchable, Open::NoRow, Open::CodeUnknown, Open::Unusable, Open::NoSessions];
        DECIDING.iter().any(|&open| self.has(open))
    }
}

/// One row that shows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which of the people asked about, counted from 0.
    pub member: u32,
    /// Row of the event table.
    pub event: u32,
    /// Its sessions, and the possible ones (-1 where none are said), where the rule is one of shares or quantities.
    pub sessions: Option<(i32, i32)>,
}

/// The value of a rule for a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The value.
    pub value: Ternary,
    /// The rows that show it; empty unless true.
    pub rows: Vec<Shown>,
    /// What leaves it open; zero unless unknown.
    pub open: OpenCounts,
}

impl<'p> Question<'p> {
    /// Asks a rule at a reference date. `codes` is the code column of the event table; `sources` are the run's.
    #[must_use]
    pub fn new(rule: &'p Rule, calendar: &Calendar, reference: Day, sources: &[Source], codes: &TextColumn) -> Self {
        let usable =
            |source: &Source| source.state != FeedState::Missing && rule.feed_valid_days.is_none_or(|days| source.age_days <= days);
        let carrying: Vec<&Source> = sources.iter().filter(|source| rule.can_be_shown_by(source)).collect();
        let feeds_known = match rule.feeds_needed {
            FeedsNeeded::Every => !carrying.is_empty() && carrying.iter().all(|source| usable(source)),
            FeedsNeeded::One => carrying.iter().any(|source| usable(source)),
        };
        let too_old = |(index, source): (usize, &Source)| {
            let expired = rule.feed_valid_days.is_some_and(|days| source.state != FeedState::Missing && source.age_days > days);
            expired.then_some(index as u16)
        };
        let meanings = codes.values().iter().map(|code| meaning_of(rule, code)).collect();
        Self {
            rule,
            span: rule.window.at(reference, calendar),
            reference,
            meanings,
            feeds_known,
            left_out: carrying.is_empty() && rule.without_feed == WithoutFeed::LeftOut,
            rows_expected: carrying.iter().any(|source| source.coverage == Coverage::Population),
            too_old: sources.iter().enumerate().filter_map(too_old).collect(),
        }
    }

    /// True if the feeds that could show it are there.
    #[must_use]
    pub fn feeds_known(&self) -> bool {
        self.feeds_known
    }

    /// True if no feed could ever show the rule, and it is left out instead of leaving everybody unknown.
    #[must_use]
    pub fn left_out(&self) -> bool {
        self.left_out
    }

    /// The value for a family, given its living members and what happened to each, sorted by kind.
    pub fn family<'h>(&self, members: impl IntoIterator<Item = (Subject, &'h [Happening])>) -> Finding {
        let mut values = Ternary::False;
        let mut rows = Vec::new();
        let mut open = OpenCounts::default();
        let (mut certain, mut possible, mut decides) = (0, 0, false);
        let per_family = matches!(self.rule.threshold, Threshold::Count { per: Per::Family, .. });
        for (index, (subject, history)) in members.into_iter().enumerate() {
            let found = self.person(subject, history);
            if per_family || found.value == Ternary::True {
                rows.extend(found.rows.iter().map(|shown| Shown { member: index as u32, ..*shown }));
            }
            open.add(found.open);
            decides |= found.open.decides();
            certain += found.certain;
            possible += found.possible;
            values = Ternary::any([values, found.value]);
        }
        if let Threshold::Count { at_least, per: Per::Family } = self.rule.threshold {
            values = counted(certain, possible, at_least, decides);
        }
        match values {
            Ternary::True => Finding { value: values, rows, open: OpenCounts::default() },
            Ternary::Unknown => Finding { value: values, rows: Vec::new(), open },
            Ternary::False => Finding { value: values, rows: Vec::new(), open: OpenCounts::default() },
        }
    }

    fn means(&self, code: u32, wanted: u8) -> bool {
        match self.meanings.get(code as usize) {
            Some(meaning) => meaning & wanted != 0,
            None => wanted == meaning::COUNTS && self.rule.codes.is_empty(),
        }
    }
}

fn meaning_of(rule: &Rule, code: &str) -> u8 {
    let code = Registration::apart_from(rule.kind, code);
    let is_in = |codes: &[String]| codes.iter().any(|known| known == code);
    let mut meaning = 0;
    if is_in(&rule.unknown_codes) {
        meaning |= meaning::UNKNOWN;
    } else if is_in(&rule.cancelled_by) {
        meaning |= meaning::CANCELS;
    } else if (rule.codes.is_empty() || is_in(&rule.codes)) && !is_in(&rule.excluded_codes) {
        meaning |= meaning::COUNTS;
    }
    // A bit of its own: the codes of an excuse are those of another kind of event.
    if rule.excused_by.as_ref().is_some_and(|excuse| excuse.codes.is_empty() || is_in(&excuse.codes)) {
        meaning |= meaning::EXCUSES;
    }
    meaning
}

/// The value of a count.
fn counted(certain: u32, possible: u32, at_least: u32, open: bool) -> Ternary {
    if certain >= at_least {
        Ternary::True
    } else if open || certain + possible >= at_least {
        Ternary::Unknown
    } else {
        Ternary::False
    }
}

/// The value of a criterion from those of its rules.
#[must_use]
pub fn combine(meets: Meets, values: &[Ternary]) -> Ternary {
    let least = match meets {
        Meets::AtLeast(least) => least as usize,
        Meets::All => values.len(),
    };
    let count = |wanted: Ternary| values.iter().filter(|&&value| value == wanted).count();
    if count(Ternary::True) >= least {
        Ternary::True
    } else if count(Ternary::True) + count(Ternary::Unknown) >= least {
        Ternary::Unknown
    } else {
        Ternary::False
    }
}
