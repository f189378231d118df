//! Needs against outcomes, and the quarterly return: Supporting Families (domain.md §3.1).
//!
//! What comes in: what the final runs of the months said of a family's needs. What goes out: per need whether its outcome was sustained, per family whether it is successful. What always holds: an outcome is sustained
//! only if every month of the time says so; a month that was not run, or in which it cannot be said, leaves it unknown; a family succeeds only with every need it ever had.

mod quarter;
mod seen;

use crate::model::{Day, Ternary};

pub use quarter::{Quarter, Returned, quarterly_return};
pub use seen::{MonthRead, MonthSeen, Months, first_month, read_months};

/// What a month's run said of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether the family had it.
    pub value: Ternary,
    /// First and last day of each row that shows it; [`Day::MAX`] for the last while it is going on.
    pub shown: Vec<(Day, Day)>,
}

impl Seen {
    /// Whether the need is gone since a day: it is not there, or nothing that shows it is as late as that day.
    #[must_use]
    pub fn gone_since(&self, since: Day) -> Ternary {
        match self.value {
            Ternary::True if self.shown.iter().all(|(_, to)| *to < since) => Ternary::True,
            Ternary::True => Ternary::False,
            Ternary::False => Ternary::True,
            Ternary::Unknown => Ternary::Unknown,
        }
    }

    /// Whether a row shows it on any of some days.
    #[must_use]
    pub fn shown_between(&self, first: Day, last: Day) -> bool {
        self.value == Ternary::True && self.shown.iter().any(|(from, to)| *from <= last && *to >= first)
    }
}

/// Whether an outcome was sustained since a day: in each of the months the need was gone, or nothing that shows it is as late as that day. `None` stands for a month without a final run.
#[must_use]
pub fn sustained(months: &[Option<Seen>], since: Day) -> Ternary {
    let gone = |seen: &Option<Seen>| seen.as_ref().map_or(Ternary::Unknown, |seen| seen.gone_since(since));
    all(months.iter().map(gone))
}

/// True if all are; else false if any is; else unknown. Nothing at all is unknown.
#[must_use]
pub fn all(values: impl IntoIterator<Item = Ternary>) -> Ternary {
    let values: Vec<Ternary> = values.into_iter().collect();
    if values.contains(&Ternary::False) {
        Ternary::False
    } else if values.is_empty() || values.contains(&Ternary::Unknown) {
        Ternary::Unknown
    } else {
        Ternary::True
    }
}

/// Whether a family is successful: it had enough needs, and the outcome of every one is sustained.
#[must_use]
pub fn successful(outcomes: &[Ternary], needs_at_least: u32) -> Ternary {
    if outcomes.len() < needs_at_least as usize { Ternary::False } else { all(outcomes.iter().copied()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ternary::{False, True, Unknown};

    const SINCE: Day = 100;

    #[expect(clippy::unnecessary_wraps, reason = "what a month says; a month without a run says nothing")]
    fn seen(value: Ternary, shown: &[(Day, Day)]) -> Option<Seen> {
        Some(Seen { value, shown: shown.to_vec() })
    }

    #[test]
    fn an_outcome_is_sustained_only_if_every_month_says_so() {
        let shown = |latest: Day| vec![seen(True, &[(0, 1), (latest, latest)]); 6];
        let (gone, going_on, unsaid) = (|| seen(False, &[]), || seen(True, &[(50, Day::MAX)]), || seen(Unknown, &[]));
        let cases = [
            ("gone in all six", vec![gone(); 6], True),
            ("still there in the last", vec![gone(), gone(), gone(), gone(), gone(), going_on()], False),
            ("there in the first", vec![going_on(), gone(), gone(), gone(), gone(), gone()], False),
            ("shown by an offence of before only", shown(99), True),
            ("shown by an offence on the first day", shown(100), False),
            ("not known in one", vec![gone(), gone(), unsaid(), gone(), gone(), gone()], Unknown),
            ("a month was not run", vec![gone(), None, gone(), gone(), gone(), gone()], Unknown),
            ("there, and a month was not run", vec![going_on(), None, gone(), gone(), gone(), gone()], False),
            ("no month at all", vec![], Unknown),
        ];
        for (what, months, expected) in cases {
            assert_eq!(sustained(&months, SINCE), expected, "{what}");
        }
    }

    #[test]
    fn a_family_succeeds_with_all_its_needs_and_at_least_three() {
        let cases = [
            (vec![True, True, True], True),
            (vec![True, True], False),
            (vec![True, True, True, False], False),
            (vec![True, True, True, Unknown], Unknown),
            (vec![Unknown, False, True], False),
        ];
        for (outcomes, expected) in cases {
            assert_eq!(successful(&outcomes, 3), expected, "{outcomes:?}");
        }
    }
}
