//! Days, months and ages.
//!
//! A day is a count of days since 1970-01-01 in the proleptic Gregorian calendar; nothing here knows a time of day,
//! a time zone or the wall clock.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};

/// Days since 1970-01-01; [`NO_DAY`] where there is none.
pub type Day = i32;

/// The absent day.
pub const NO_DAY: Day = i32::MIN;

const EPOCH_FROM_COMMON_ERA: i32 = 719_163;

/// The day of a calendar date, or `None` where the calendar has no such date.
#[must_use]
pub fn day(year: i32, month: u32, day_of_month: u32) -> Option<Day> {
    NaiveDate::from_ymd_opt(year, month, day_of_month).map(from_naive)
}

/// The day of a chrono date.
#[must_use]
pub fn from_naive(date: NaiveDate) -> Day {
    date.num_days_from_ce() - EPOCH_FROM_COMMON_ERA
}

/// The chrono date of a day, `None` for [`NO_DAY`] and days beyond chrono's range.
#[must_use]
pub fn to_naive(day: Day) -> Option<NaiveDate> {
    if day == NO_DAY {
        return None;
    }
    NaiveDate::from_num_days_from_ce_opt(day.checked_add(EPOCH_FROM_COMMON_ERA)?)
}

/// `YYYY-MM-DD`, or an empty text for [`NO_DAY`].
#[must_use]
pub fn iso(day: Day) -> String {
    to_naive(day).map(|date| date.to_string()).unwrap_or_default()
}

/// The day written as `YYYY-MM-DD`, nothing else accepted: chrono alone would read `30-12-31` as a day of the year 30. A year before 1000 is a slip in a later one.
#[must_use]
pub fn from_iso(text: &str) -> Option<Day> {
    let written = |(place, letter): (usize, u8)| if matches!(place, 4 | 7) { letter == b'-' } else { letter.is_ascii_digit() };
    let is_written_out = text.len() == 10 && !text.starts_with('0') && text.bytes().enumerate().all(written);
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_written_out).map(from_naive)
}

/// The same day of the month `months` earlier, clamped to that month's last day (31 March less one month is
/// 28 or 29 February). A negative count goes forward.
#[must_use]
pub fn months_before(day: Day, months: i32) -> Day {
    let Some(date) = to_naive(day) else { return NO_DAY };
    let moved = if months >= 0 {
        date.checked_sub_months(Months::new(months.unsigned_abs()))
    } else {
        date.checked_add_months(Months::new(months.unsigned_abs()))
    };
    moved.map_or(NO_DAY, from_naive)
}

/// Stands for an empty one of the columns that a date comes from: which part is missing must not be guessed.
pub const EMPTY_PART: &str = "?";

/// What a whole number ends in where a program that knows no empty whole numbers wrote it: 1967.0.
pub const FRACTION: &str = ".0";

/// Completed years of life on a day. A person born on 29 February has a birthday on 1 March in a common year
/// (in England a person attains an age at the start of the anniversary; for 29 February that is 1 March).
/// `None` if either day is absent or the birth lies after `on`.
#[must_use]
pub fn age_on(born: Day, on: Day) -> Option<i32> {
    let (born, on) = (to_naive(born)?, to_naive(on)?);
    if born > on {
        return None;
    }
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    Some(on.year() - born.year() - i32::from(!had_birthday))
}

/// A calendar month such as `2012-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a year, `None` unless `month` is 1 to 12 and the year 1900 to 2999.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        ((1..=12).contains(&month) && (1900..=2999).contains(&year)).then_some(Self { year, month })
    }

    /// The month a day lies in.
    #[must_use]
    pub fn of(day: Day) -> Option<Self> {
        to_naive(day).and_then(|date| Self::new(date.year(), date.month()))
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Day {
        day(self.year, self.month, 1).unwrap_or(NO_DAY)
    }

    /// Its last day: the reference date of a run unless another is given.
    #[must_use]
    pub fn last_day(self) -> Day {
        self.plus(1).first_day() - 1
    }

    /// The month `count` later (earlier when negative).
    #[must_use]
    pub fn plus(self, count: i32) -> Self {
        let index = self.year * 12 + self.month.cast_signed() - 1 + count;
        Self { year: index.div_euclid(12), month: index.rem_euclid(12).cast_unsigned() + 1 }
    }

    /// How many months lie between `earlier` and this one.
    #[must_use]
    pub fn months_since(self, earlier: Self) -> i32 {
        (self.year - earlier.year) * 12 + self.month.cast_signed() - earlier.month.cast_signed()
    }

    /// Calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// Month of the year, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.month
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('-').and_then(|(year, month)| {
            (year.len() == 4 && month.len() == 2).then_some(())?;
            Self::new(year.parse().ok()?, month.parse().ok()?)
        });
        parsed.ok_or_else(|| "expected a month such as 2012-10".to_owned())
    }
}

/// The day `count` days later, [`NO_DAY`] when out of range.
#[must_use]
pub fn plus_days(day: Day, count: u32) -> Day {
    to_naive(day).and_then(|date| date.checked_add_days(Days::new(u64::from(count)))).map_or(NO_DAY, from_naive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_round_trips_through_its_iso_text() {
        for text in ["1899-12-31", "1970-01-01", "2012-02-29", "2026-11-23"] {
            assert_eq!(iso(from_iso(text).expect("valid date")), text);
        }
        for text in ["2013-02-29", "30-12-31", "203-12-31", "2013-1-31", "2013-01-31 ", "0012-10-16", "+2013-1-31", "12013-01-31", ""] {
            assert_eq!(from_iso(text), None, "{text}");
        }
    }

    #[test]
    fn twelve_months_before_a_leap_day_is_the_28th() {
        assert_eq!(iso(months_before(from_iso("2012-02-29").expect("valid"), 12)), "2011-02-28");
        assert_eq!(iso(months_before(from_iso("2013-03-31").expect("valid"), 1)), "2013-02-28");
    }

    #[test]
    fn a_leap_day_child_has_a_birthday_on_the_first_of_march() {
        let born = from_iso("1996-02-29").expect("valid");
        assert_eq!(age_on(born, from_iso("2014-02-28").expect("valid")), Some(17));
        assert_eq!(age_on(born, from_iso("2014-03-01").expect("valid")), Some(18));
        assert_eq!(age_on(born, from_iso("1996-02-28").expect("valid")), None);
    }

    #[test]
    fn months_count_over_years() {
        let month: Month = "2012-10".parse().expect("valid");
        assert_eq!(month.plus(3).to_string(), "2013-01");
        assert_eq!(month.plus(-10).to_string(), "2011-12");
        assert_eq!(iso(month.last_day()), "2012-10-31");
        assert_eq!(month.plus(15).months_since(month), 15);
        assert!("2012-1".parse::<Month>().is_err());
    }
}
