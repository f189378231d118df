//! Which days count.
//!
//! What comes in: a window of a pack, a reference date, the school calendar. What goes out: the days it covers and whether an event lies
//! in them. What always holds: both ends are included; "the last 12 months" holds the day exactly 12 months before the reference
//! date and not the day before it; nothing after the reference date counts.

use super::term::Calendar;
use crate::model::{Day, NO_DAY, date};

/// A run of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
}

impl Days {
    /// True if the day lies within.
    #[must_use]
    pub fn holds(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

/// How far back a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// So many months up to the reference date.
    Months(u32),
    /// The last so many complete school terms.
    Terms {
        /// How many.
        count: u32,
        /// Whether the term that is running counts as well.
        include_current: bool,
    },
    /// What holds on the reference date.
    Current,
}

/// By which of its days an event is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatedBy {
    /// The day it happened or began.
    Start,
    /// Any day on which it lasted.
    Overlap,
    /// The middle of its days: for counts over a whole term, whose first and last day differ from school to school.
    Middle,
}

/// A window at a reference date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// All its days.
    pub days: Days,
    /// The terms it is made of; empty unless it is one of terms.
    pub terms: Vec<Days>,
    /// True if it asks for what holds on the reference date.
    pub current: bool,
}

/// Whether an event lies in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It does.
    Within,
    /// It does not.
    Outside,
    /// Its date is not known.
    Undated,
}

impl Window {
    /// The days of this window at a reference date; `None` where the calendar has no such terms.
    #[must_use]
    pub fn at(self, reference: Day, calendar: &Calendar) -> Option<Span> {
        match self {
            Self::Months(months) => {
                let first = date::months_before(reference, i32::try_from(months).ok()?);
                Some(Span { days: Days { first, last: reference }, terms: Vec::new(), current: false })
            }
            Self::Terms { count, include_current } => {
                let range = calendar.last_complete(reference, count as usize)?;
                let mut terms: Vec<Days> = range.filter_map(|index| calendar.days_of(index)).collect();
                if include_current && let Some(days) = calendar.current(reference).and_then(|index| calendar.days_of(index)) {
                    terms.push(days);
                }
                for days in &mut terms {
                    days.last = days.last.min(reference);
                }
                let first = terms.first()?.first;
                let last = if include_current { reference } else { terms.last()?.last };
                Some(Span { days: Days { first, last }, terms, current: false })
            }
            Self::Current => Some(Span { days: Days { first: reference, last: reference }, terms: Vec::new(), current: true }),
        }
    }
}

impl Span {
    /// Where an event from one day to another (`NO_DAY`: a single day, or still going on) lies.
    #[must_use]
    pub fn place(&self, from: Day, to: Day, dated_by: DatedBy) -> Placement {
        if self.current {
            let begun = from == NO_DAY || from <= self.days.last;
            let open = to == NO_DAY || to >= self.days.first;
            return if begun && open { Placement::Within } else { Placement::Outside };
        }
        if from == NO_DAY {
            return Placement::Undated;
        }
        let within = match dated_by {
            DatedBy::Start => self.days.holds(from),
            DatedBy::Overlap => from <= self.days.last && (to == NO_DAY || to >= self.days.first),
            DatedBy::Middle => self.days.holds(middle(from, to)),
        };
        if within { Placement::Within } else { Placement::Outside }
    }
}

/// The middle day of an event.
#[must_use]
pub fn middle(from: Day, to: Day) -> Day {
    if to == NO_DAY || to < from { from } else { from + (to - from) / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        date::from_iso(text).unwrap()
    }

    fn within(window: Window, reference: &str, from: &str) -> bool {
        let span = window.at(day(reference), &Calendar::built_in()).unwrap();
        span.place(day(from), NO_DAY, DatedBy::Start) == Placement::Within
    }

    #[test]
    fn exactly_twelve_months_is_within_and_a_day_more_is_not() {
        for (reference, first, before) in [
            ("2013-01-31", "2012-01-31", "2012-01-30"),
            ("2013-02-28", "2012-02-28", "2012-02-27"),
            ("2012-02-29", "2011-02-28", "2011-02-27"),
            ("2013-03-31", "2012-03-31", "2012-03-30"),
        ] {
            assert!(within(Window::Months(12), reference, first), "{reference}");
            assert!(!within(Window::Months(12), reference, before), "{reference}");
        }
        assert!(within(Window::Months(12), "2013-02-28", "2012-02-29"), "the leap day a year before is within");
        assert!(within(Window::Months(12), "2013-01-31", "2013-01-31") && !within(Window::Months(12), "2013-01-31", "2013-02-01"));
        assert!(within(Window::Months(1), "2013-03-31", "2013-02-28"), "a month before 31 March is 28 February");
    }

    #[test]
    fn terms_end_with_the_last_complete_one_unless_the_current_is_asked_for() {
        let three = Window::Terms { count: 3, include_current: false };
        assert!(within(three, "2012-10-31", "2011-09-06") && within(three, "2012-10-31", "2012-07-20"));
        assert!(!within(three, "2012-10-31", "2011-07-15") && !within(three, "2012-10-31", "2012-09-20"));
        assert!(within(Window::Terms { count: 3, include_current: true }, "2012-10-31", "2012-09-20"));
    }

    #[test]
    fn what_is_open_on_the_day_is_current() {
        let span = Window::Current.at(day("2013-01-31"), &Calendar::built_in()).unwrap();
        let place = |from: Day, to: Day| span.place(from, to, DatedBy::Start) == Placement::Within;
        assert!(place(day("2012-01-01"), NO_DAY) && place(day("2013-01-31"), day("2013-01-31")) && place(NO_DAY, NO_DAY));
        assert!(!place(day("2012-01-01"), day("2013-01-30")) && !place(day("2013-02-01"), NO_DAY));
    }
}
