//! School terms as English schools keep them.
//!
//! In: a school year. Out: the three terms with their first and last day and the number of sessions (half days) a school is open.
//! What always holds: a term starts and ends on a weekday; spring ends on the last school day before Easter or on the first Friday
//! of April if Easter is later; terms do not overlap.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::model::date::{from_naive, to_naive};
use crate::model::{Day, NO_DAY};

/// One school term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// Calendar year it starts in.
    pub(crate) year: i32,
    /// 0 autumn, 1 spring, 2 summer.
    pub(crate) season: u8,
    /// First day.
    pub(crate) from: Day,
    /// Last day.
    pub(crate) to: Day,
    /// Sessions a school is open.
    pub(crate) sessions: i32,
}

impl Term {
    /// Label such as `2012 Autumn`.
    pub(crate) fn label(self) -> String {
        let season = match self.season {
            0 => "Autumn",
            1 => "Spring",
            _ => "Summer",
        };
        format!("{} {season}", self.year)
    }
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn weekday_on_or_after(mut day: NaiveDate, wanted: Weekday) -> NaiveDate {
    while day.weekday() != wanted {
        day = day.succ_opt().unwrap_or(day);
    }
    day
}

/// Easter Sunday in the Gregorian calendar (anonymous algorithm, Meeus 1991).
pub(crate) fn easter(year: i32) -> NaiveDate {
    let (golden, century, within) = (year % 19, year / 100, year % 100);
    let moon_correction = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - moon_correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (within / 4) - epact - within % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * late + 114;
    date(year, (sum / 31) as u32, (sum % 31 + 1) as u32)
}

/// True if schools are open on that weekday (holidays inside a term are only the half-term week, counted separately).
pub(crate) fn is_weekday(day: Day) -> bool {
    to_naive(day).is_some_and(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// Weekdays from `from` to `to`, both included.
pub(crate) fn weekdays(from: Day, to: Day) -> i32 {
    (from..=to).filter(|&day| is_weekday(day)).count() as i32
}

fn term(year: i32, season: u8, from: NaiveDate, to: NaiveDate) -> Term {
    let (from, to) = (from_naive(from), from_naive(to));
    // A week of half term and two training or bank holidays.
    let days = (weekdays(from, to) - 7).max(1);
    Term { year, season, from, to, sessions: days * 2 }
}

/// The three terms of the calendar year: spring, summer, autumn.
pub(crate) fn terms_of(year: i32) -> [Term; 3] {
    let mut spring_from = date(year, 1, 4);
    if matches!(spring_from.weekday(), Weekday::Sat | Weekday::Sun) {
        spring_from = weekday_on_or_after(spring_from, Weekday::Mon);
    }
    let maundy_thursday = easter(year) - chrono::Days::new(3);
    let spring_to = maundy_thursday.min(weekday_on_or_after(date(year, 4, 1), Weekday::Fri));
    let summer_from = weekday_on_or_after(date(year, 4, 15), Weekday::Mon).max(weekday_on_or_after(easter(year), Weekday::Tue));
    let summer_to = weekday_on_or_after(date(year, 7, 18), Weekday::Fri);
    let autumn_from = weekday_on_or_after(date(year, 9, 2), Weekday::Tue);
    let autumn_to = weekday_on_or_after(date(year, 12, 15), Weekday::Fri);
    [term(year, 1, spring_from, spring_to), term(year, 2, summer_from, summer_to), term(year, 0, autumn_from, autumn_to)]
}

/// Terms that start from `from` to `to`, oldest first.
pub(crate) fn terms_between(from: Day, to: Day) -> Vec<Term> {
    let years = to_naive(from).map_or(0, |day| day.year() - 1)..=to_naive(to).map_or(0, |day| day.year());
    years.flat_map(terms_of).filter(|term| term.to >= from && term.from <= to).collect()
}

/// First and last day of the last three terms that are complete on that day (domain.md A7).
pub(crate) fn last_three_complete(reference: Day) -> (Day, Day) {
    let complete: Vec<Term> = terms_between(reference - 800, reference).into_iter().filter(|term| term.to <= reference).collect();
    match complete.iter().rev().take(3).next_back() {
        Some(first) => (first.from, complete.last().map_or(NO_DAY, |last| last.to)),
        None => (NO_DAY, NO_DAY),
    }
}

/// The school year a day belongs to: the year of its September.
pub(crate) fn school_year(day: Day) -> i32 {
    to_naive(day).map_or(0, |day| if day.month() >= 9 { day.year() } else { day.year() - 1 })
}

/// The September of the year in which somebody born then starts in reception (the school year in which they turn five).
pub(crate) fn reception_year(born: Day) -> i32 {
    school_year(born) + 5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::{from_iso, iso};

    #[test]
    fn easter_falls_on_its_known_days() {
        for (year, month, day) in [(2012, 4, 8), (2013, 3, 31), (2014, 4, 20), (2024, 3, 31), (2026, 4, 5)] {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn terms_follow_each_other_and_have_plausible_lengths() {
        let terms = terms_between(from_iso("2010-01-01").unwrap(), from_iso("2030-12-31").unwrap());
        for pair in terms.windows(2) {
            assert!(pair[0].to < pair[1].from);
        }
        assert!(terms.iter().all(|term| (80..=170).contains(&term.sessions)), "{terms:?}");
    }

    #[test]
    fn the_last_three_complete_terms_of_october_2012() {
        let (from, to) = last_three_complete(from_iso("2012-10-31").unwrap());
        assert_eq!((iso(from).as_str(), iso(to).as_str()), ("2011-09-06", "2012-07-20"));
    }
}
