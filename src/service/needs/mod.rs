//! Needs against outcomes, and the quarterly return: Supporting Families (domain.md §3.1).
//!
//! What comes in: what the final runs of the months said of a family's needs. What goes out: per need whether its outcome was sustained, per family whether it is successful. What always holds: an outcome is sustained
//! only if every month of the time says so; a month that was not run, or in which it cannot be said, leaves it unknown; a family succeeds only with every need it ever had.

mod quarter;

use crate::model::{Day, Ternary};

pub use quarter::{Quarter, Returned, quarterly_return};

/// What a month's run said of a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether the family had it.
    pub value: Ternary,
    /// Last day of the newest row that shows it; [`Day::MAX`] while one is going on.
    pub latest: Day,
}

/// Whether an outcome was sustained since a day: in each of the months the need was gone, or nothing that shows it is as late as that day. `None` stands for a month without a final run.
#[must_use]
pub fn sustained(months: &[Option<Seen>], since: Day) -> Ternary {
    let gone = |seen: &Option<Seen>| match seen {
        Some(Seen { value: Ternary::True, latest }) => {
            if *latest < since {
                Ternary::True
            } else {
                Ternary::False
            }
        }
        Some(Seen { value: Ternary::False, .. }) => Ternary::True,
        None | Some(Seen { value: Ternary::Unknown, .. }) => Ternary::Unknown,
    };
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

    const GONE: Option<Seen> = Some(Seen { value: False, latest: 0 });
    const GOING_ON: Option<Seen> = Some(Seen { value: True, latest: Day::MAX });
    const UNSAID: Option<Seen> = Some(Seen { value: Unknown, latest: 0 });

    #[test]
    fn an_outcome_is_sustained_only_if_every_month_says_so() {
        let shown = |latest: Day| vec![Some(Seen { value: True, latest }); 6];
        let gone = GONE;
        let cases = [
            ("gone in all six", vec![gone; 6], True),
            ("still there in the last", vec![gone, gone, gone, gone, gone, GOING_ON], False),
            ("there in the first", vec![GOING_ON, gone, gone, gone, gone, gone], False),
            ("shown by an offence of before only", shown(99), True),
            ("shown by an offence on the first day", shown(100), False),
            ("not known in one", vec![gone, gone, UNSAID, gone, gone, gone], Unknown),
            ("a month was not run", vec![gone, None, gone, gone, gone, gone], Unknown),
            ("there, and a month was not run", vec![GOING_ON, None, gone, gone, gone, gone], False),
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
