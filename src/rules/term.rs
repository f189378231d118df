//! School terms: the calendar behind "the last three complete terms".
//!
//! What comes in: a day. What goes out: the term it belongs to, or the last complete terms before it. What always holds: terms are in
//! order and do not overlap; every day between the first and the last term belongs to exactly one term, because a holiday is split in
//! its middle: schools set their own term dates, days or a week apart from the county's (domain.md §8.2), and an exclusion on a day
//! when only that school was open still belongs to the term around it.

use chrono::{Datelike, Weekday};

use super::window::Days;
use crate::model::{Day, date};

/// One school term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Name, such as `2012/13 autumn`.
    pub name: String,
    /// First school day.
    pub first: Day,
    /// Last school day.
    pub last: Day,
}

/// All terms known, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    terms: Vec<Term>,
}

/// Half of a holiday before the first and after the last term known.
const OUTER_HALF_HOLIDAY: Day = 14;

impl Calendar {
    /// The terms of the school years 2009/10 to 2030/31 by the rule English counties mostly follow. It gives Lincolnshire's pattern to
    /// within days, and holidays are split in their middle, so that days do not matter; a pack replaces a term by a `[[term]]` of the same name.
    ///
    /// * autumn: the first weekday from 3 September, to the Friday on or before 21 December;
    /// * spring: the first Monday from 3 January, to the Thursday before Good Friday if Easter Sunday is on or before 8 April, else to
    ///   the first Friday of April;
    /// * summer: the first Monday more than 14 days after that (Tuesday if it is Easter Monday), to the Wednesday on or before 25 July.
    #[must_use]
    pub fn built_in() -> Self {
        Self { terms: (2009..=2030).flat_map(school_year).collect() }
    }

    /// The same calendar with these terms put in place of those of the same name, or added.
    ///
    /// # Errors
    /// The names of two terms that overlap, or the name of one that ends before it begins.
    pub fn with(mut self, own: Vec<Term>) -> Result<Self, String> {
        for term in own {
            match self.terms.iter_mut().find(|known| known.name == term.name) {
                Some(known) => *known = term,
                None => self.terms.push(term),
            }
        }
        self.terms.sort_by(|left, right| (left.first, &left.name).cmp(&(right.first, &right.name)));
        if let Some(term) = self.terms.iter().find(|term| term.last < term.first) {
            return Err(format!("the term \"{}\" ends before it begins", term.name));
        }
        match self.terms.windows(2).find_map(|pair| match pair {
            [before, after] if after.first <= before.last => Some((before.name.clone(), after.name.clone())),
            _ => None,
        }) {
            Some((before, after)) => Err(format!("the terms \"{before}\" and \"{after}\" overlap")),
            None => Ok(self),
        }
    }

    /// All terms, in order.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Indices of the last `count` terms that ended on or before a day; `None` if the calendar does not reach that far back, or that
    /// far ahead.
    #[must_use]
    pub fn last_complete(&self, reference: Day, count: usize) -> Option<std::ops::Range<usize>> {
        let ended = self.terms.partition_point(|term| term.last <= reference);
        let next_is_known = ended < self.terms.len() || self.days_of(ended.checked_sub(1)?).is_some_and(|days| days.holds(reference));
        (next_is_known && ended >= count).then(|| ended - count..ended)
    }

    /// The term that has begun and not ended on a day, if any.
    #[must_use]
    pub fn current(&self, reference: Day) -> Option<usize> {
        self.terms.iter().position(|term| term.first <= reference && reference < term.last)
    }

    /// The days that belong to a term: its own and the nearer halves of the holidays around it.
    #[must_use]
    pub fn days_of(&self, index: usize) -> Option<Days> {
        let term = self.terms.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.terms.get(before));
        let after = self.terms.get(index + 1);
        let middle = |earlier: &Term, later: &Term| earlier.last + (later.first - earlier.last) / 2;
        Some(Days {
            first: before.map_or(term.first - OUTER_HALF_HOLIDAY, |before| middle(before, term) + 1),
            last: after.map_or(term.last + OUTER_HALF_HOLIDAY, |after| middle(term, after)),
        })
    }
}

/// The three terms of the school year that begins in `year`.
fn school_year(year: i32) -> Vec<Term> {
    let day = |year, month, day| date::day(year, month, day).expect("a date of every calendar year");
    let name = |term: &str| format!("{year}/{:02} {term}", (year + 1) % 100);
    let next = year + 1;
    let easter = easter_sunday(next);
    let first_autumn = (0..7).map(|step| day(year, 9, 3) + step).find(|&day| !is_weekend(day)).expect("a week has weekdays");
    let last_spring = if easter <= day(next, 4, 8) { easter - 3 } else { on_or_after(day(next, 4, 1), Weekday::Fri) };
    let monday = on_or_after(last_spring + 15, Weekday::Mon);
    let first_summer = if monday == easter + 1 { monday + 1 } else { monday };
    vec![
        Term { name: name("autumn"), first: first_autumn, last: on_or_after(day(year, 12, 15), Weekday::Fri) },
        Term { name: name("spring"), first: on_or_after(day(next, 1, 3), Weekday::Mon), last: last_spring },
        Term { name: name("summer"), first: first_summer, last: on_or_after(day(next, 7, 19), Weekday::Wed) },
    ]
}

fn weekday(day: Day) -> Weekday {
    date::to_naive(day).map_or(Weekday::Mon, |date| date.weekday())
}

fn is_weekend(day: Day) -> bool {
    matches!(weekday(day), Weekday::Sat | Weekday::Sun)
}

fn on_or_after(start: Day, wanted: Weekday) -> Day {
    (start..start + 7).find(|&day| weekday(day) == wanted).expect("every weekday occurs within seven days")
}

/// Easter Sunday of the Gregorian calendar (the "anonymous" algorithm: Nature 13 (1876), 487; Meeus, Astronomical Algorithms, ch. 8).
fn easter_sunday(year: i32) -> Day {
    let golden = year % 19;
    let (century, within) = (year / 100, year % 100);
    let (leap_centuries, century_rest) = (century / 4, century % 4);
    let moon_correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - leap_centuries - moon_correction + 15) % 30;
    let weekday_shift = (32 + 2 * century_rest + 2 * (within / 4) - epact - within % 4) % 7;
    let late_correction = (golden + 11 * epact + 22 * weekday_shift) / 451;
    let sum = epact + weekday_shift - 7 * late_correction + 114;
    date::day(year, (sum / 31).unsigned_abs(), (sum % 31 + 1).unsigned_abs()).expect("Easter is a date in March or April")
}

/// Weekdays from one day to another, both included.
#[must_use]
pub fn weekdays_between(first: Day, last: Day) -> u32 {
    if last < first {
        return 0;
    }
    let days = last - first + 1;
    let rest = (0..days % 7).filter(|step| !is_weekend(first + step)).count();
    (days / 7 * 5) as u32 + rest as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        date::from_iso(text).unwrap()
    }

    #[test]
    fn easter_falls_on_its_known_dates() {
        for (year, sunday) in [(2010, "2010-04-04"), (2011, "2011-04-24"), (2013, "2013-03-31"), (2019, "2019-04-21"), (2024, "2024-03-31")]
        {
            assert_eq!(date::iso(easter_sunday(year)), sunday);
        }
    }

    #[test]
    fn the_calendar_holds_three_ordered_terms_a_year_for_twenty_two_years() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.terms().len(), 66);
        assert!(calendar.clone().with(Vec::new()).is_ok(), "terms overlap");
        let shown: Vec<String> =
            calendar.terms()[9..12].iter().map(|t| format!("{} {} {}", t.name, date::iso(t.first), date::iso(t.last))).collect();
        assert_eq!(
            shown,
            ["2012/13 autumn 2012-09-03 2012-12-21", "2012/13 spring 2013-01-07 2013-03-28", "2012/13 summer 2013-04-15 2013-07-24"]
        );
    }

    #[test]
    fn every_day_belongs_to_exactly_one_term() {
        let calendar = Calendar::built_in();
        for reference in day("2009-09-03")..day("2031-07-20") {
            let owners = (0..66).filter(|&index| calendar.days_of(index).unwrap().holds(reference)).count();
            assert_eq!(owners, 1, "{}", date::iso(reference));
        }
    }

    #[test]
    fn a_term_is_complete_on_its_last_day_and_not_before() {
        let calendar = Calendar::built_in();
        let names = |on: &str| -> Vec<String> {
            calendar.terms()[calendar.last_complete(day(on), 3).unwrap()].iter().map(|term| term.name.clone()).collect()
        };
        assert_eq!(names("2012-12-20"), ["2011/12 autumn", "2011/12 spring", "2011/12 summer"]);
        assert_eq!(names("2012-12-21"), ["2011/12 spring", "2011/12 summer", "2012/13 autumn"]);
        assert_eq!(calendar.last_complete(day("2009-12-31"), 3), None, "the calendar begins in 2009");
        assert_eq!(calendar.last_complete(day("2033-01-01"), 3), None, "the calendar ends in 2031");
    }

    #[test]
    fn weekdays_are_counted_without_weekends() {
        assert_eq!(weekdays_between(day("2012-10-01"), day("2012-10-31")), 23);
        assert_eq!(weekdays_between(day("2012-10-06"), day("2012-10-07")), 0);
        assert_eq!(weekdays_between(day("2012-10-08"), day("2012-10-07")), 0);
    }
}
