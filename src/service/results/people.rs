//! The people of a case: who counts, and how old they were.
//!
//! What comes in: a person of the family at attachment or now. What goes out: whether the rules count them. What always holds: an unknown date of birth is neither a child's nor an
//! adult's unless the family says which.

use super::Case;
use crate::model::history::{History, HistoryRow};
use crate::model::results::WhoseEvents;
use crate::model::{Day, NO_DAY, NO_TEXT, Registration, date};
use crate::rules::evaluate::Happening;

/// Somebody who was a member at attachment or is one now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct CasePerson {
    /// The id of now.
    pub id: String,
    /// Date of birth, [`NO_DAY`] if unknown.
    pub born: Day,
    /// Whether the family has them as a child, where no date of birth is known.
    pub said_child: bool,
    /// Identified well enough to be found in other feeds.
    pub searchable: bool,
    /// Somebody whom nobody may name.
    pub hidden: bool,
    /// Somebody whom the run of the claim knows, in whatever family.
    pub in_run_now: bool,
    /// A member on the day of attachment.
    pub at_attachment: bool,
    /// A member now.
    pub now: bool,
    /// Lived with the family, then or now.
    pub resident: bool,
}

impl CasePerson {
    /// Whether the rules count this person's events.
    #[must_use]
    pub fn counts(&self, whose: &WhoseEvents) -> bool {
        let member = if self.at_attachment { self.now || whose.leavers } else { self.now && whose.joiners };
        member && (self.resident || whose.elsewhere)
    }

    /// The age on a day; `None` if it is not known.
    #[must_use]
    pub fn age(&self, on: Day) -> Option<i32> {
        if self.born == NO_DAY { None } else { date::age_on(self.born, on) }
    }

    /// Whether the person is a child on a day: below `adult_from`, or said to be one.
    #[must_use]
    pub fn child(&self, on: Day, adult_from: i32) -> bool {
        // Born after the day: expected, and a child.
        if self.born == NO_DAY { self.said_child } else { self.age(on).is_none_or(|age| age < adult_from) }
    }
}

/// Youngest age at which anybody can be an offender (Children and Young Persons Act 1933, s. 50; from memory).
pub(super) const YOUNGEST_OFFENDER: i32 = 10;

/// Everybody who counts.
pub(super) fn counting<'a>(case: &Case<'a>) -> Vec<&'a CasePerson> {
    case.people.iter().filter(|person| person.counts(&case.rules.whose)).collect()
}

/// A row as the criteria's engine tells rows apart; `place` is its place in the history.
pub(super) fn happening(history: &History, place: usize, row: &HistoryRow) -> Happening {
    // Places of the first row with the same text stand for the text: they compare alike.
    let same = |text: &dyn Fn(&HistoryRow) -> &str| {
        let own = text(row);
        let first = history.of(&row.person).find(|(_, other)| text(other) == own);
        first.map_or(NO_TEXT, |(place, _)| place as u32)
    };
    Happening {
        event: place as u32,
        kind: row.kind,
        role: row.role,
        superseded: row.superseded,
        repeats: false,
        source: row.source,
        code: same(&|row| &row.code),
        reference: if row.reference.is_empty() { NO_TEXT } else { same(&|row| &row.reference) },
        from: row.from,
        to: row.to,
        quantity: row.quantity,
        out_of: row.out_of,
        excused: row.excused,
        registration: Registration::of_code(&row.code),
    }
}
