//! The one gate: nothing about a family leaves the building without a person's recorded yes (design.md §10).
//!
//! What comes in: the cohort register and the day on which something is to leave. What goes out: [`Accepted`], which whatever leaves asks for, or the reason
//! why not. What always holds: only the gate makes an [`Accepted`]; silence is a no; the last word counts; an acceptance that begins later is a no today;
//! a family that came out of a split under a new id is undecided until somebody says yes to it.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{Day, NO_DAY, Status, date};
use crate::register::decisions::Register;

/// A family about which something may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Accepted<'r> {
    family: &'r str,
    on: Day,
    status: Status,
    status_on: Day,
}

impl<'r> Accepted<'r> {
    /// Its id of today.
    #[must_use]
    pub fn family(self) -> &'r str {
        self.family
    }

    /// The day from which it is accepted.
    #[must_use]
    pub fn on(self) -> Day {
        self.on
    }

    /// Where it stands with the service; identified if nobody said.
    #[must_use]
    pub fn status(self) -> Status {
        self.status
    }

    /// The day from which it stands there; [`NO_DAY`] if nobody said.
    #[must_use]
    pub fn status_on(self) -> Day {
        self.status_on
    }

    /// The day on which it came to stand there: that of its acceptance if nobody said, and never before it.
    #[must_use]
    pub fn stands_since(self) -> Day {
        if self.status_on == NO_DAY { self.on } else { self.status_on.max(self.on) }
    }
}

/// Why nothing about a family may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withheld {
    /// Nobody has decided.
    Undecided,
    /// Rejected, from that day on.
    Rejected(Day),
    /// Accepted, but from a later day on.
    NotYet(Day),
}

impl Withheld {
    /// A code for tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Rejected(_) => "rejected",
            Self::NotYet(_) => "not-yet-accepted",
        }
    }
}

impl fmt::Display for Withheld {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undecided => formatter.write_str("nobody has accepted the family for the list"),
            Self::Rejected(day) => write!(formatter, "the family was rejected for the list on {}", date::iso(*day)),
            Self::NotYet(day) => write!(formatter, "the family is accepted for the list from {} only", date::iso(*day)),
        }
    }
}

/// The gate on one day.
#[derive(Clone, Copy)]
pub struct Gate<'r> {
    register: &'r Register,
    today: Day,
}

impl<'r> Gate<'r> {
    /// The gate of a register, under the ids of the run it was folded for, on a day.
    #[must_use]
    pub fn new(register: &'r Register, today: Day) -> Self {
        Self { register, today }
    }

    /// Asks about a family by its id of today.
    ///
    /// # Errors
    /// Why nothing about it may leave.
    pub fn ask(self, family: &str) -> Result<Accepted<'r>, Withheld> {
        let (id, state) = self.register.families.get_key_value(family).ok_or(Withheld::Undecided)?;
        match state.accepted {
            None => Err(Withheld::Undecided),
            Some((false, day)) => Err(Withheld::Rejected(day)),
            Some((true, day)) if day > self.today => Err(Withheld::NotYet(day)),
            Some((true, day)) => {
                let (status, status_on) = state.status.unwrap_or((Status::Identified, NO_DAY));
                Ok(Accepted { family: id, on: day, status, status_on })
            }
        }
    }

    /// Every family that may leave, by id.
    #[must_use]
    pub fn all(self) -> BTreeMap<&'r str, Accepted<'r>> {
        self.register.families.keys().filter_map(|id| Some((id.as_str(), self.ask(id).ok()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::decisions::FamilyState;

    fn day(text: &str) -> Day {
        date::from_iso(text).unwrap()
    }

    fn register(accepted: Option<(bool, Day)>) -> Register {
        let mut register = Register::default();
        register.families.insert("F1".to_owned(), FamilyState { accepted, ..FamilyState::default() });
        register
    }

    #[test]
    fn only_a_yes_that_holds_on_the_day_opens_the_gate() {
        let (before, then, after) = (day("2012-10-30"), day("2012-10-31"), day("2012-11-01"));
        let cases = [
            (None, then, Err(Withheld::Undecided)),
            (Some((false, before)), then, Err(Withheld::Rejected(before))),
            (Some((true, after)), then, Err(Withheld::NotYet(after))),
            (Some((true, then)), then, Ok(then)),
            (Some((true, before)), then, Ok(before)),
        ];
        for (accepted, today, expected) in cases {
            let register = register(accepted);
            let gate = Gate::new(&register, today);
            assert_eq!(gate.ask("F1").map(Accepted::on), expected, "{accepted:?}");
            assert_eq!(gate.all().len(), usize::from(expected.is_ok()));
        }
    }

    #[test]
    fn a_family_of_which_the_register_says_nothing_is_undecided() {
        let register = register(Some((true, 0)));
        assert_eq!(Gate::new(&register, 10).ask("F2"), Err(Withheld::Undecided));
    }
}
