//! Dates of birth as packed numbers, and the days of the year that stand for an unknown one.
//!
//! What comes in: days. What goes out: year × 16384 + month × 128 + day, and [`HeapedDays`]. What always holds: equal days are equal
//! numbers, so comparing whole dates is comparing numbers.

use chrono::Datelike;

use super::{NONE, Node};
use crate::model::{Day, NO_DAY, StandardPersons, date};

/// A day of the year is heaped if more than this many times its share of people is born on it ...
const TIMES_ITS_SHARE: f64 = 3.0;
/// ... and at least so many distinct records are.
const FEWEST: u32 = 30;
const DAYS_PER_YEAR: f64 = 365.25;

/// Where the year of a packed date begins: seven bits hold any two digits, also those of a date that no calendar has.
const YEAR_SHIFT: u32 = 14;
/// Where its month begins.
const MONTH_SHIFT: u32 = 7;
const TWO_DIGITS: u32 = 127;

fn day_of_year(born: u32) -> usize {
    (born & ((1 << YEAR_SHIFT) - 1)) as usize
}

/// A day packed; [`NONE`] where absent.
pub(super) fn packed(born: Day) -> u32 {
    date::to_naive(born).filter(|date| date.year() > 0).map_or(NONE, |date| pack(date.year() as u32, date.month(), date.day()))
}

fn pack(year: u32, month: u32, day: u32) -> u32 {
    year << YEAR_SHIFT | month << MONTH_SHIFT | day
}

/// A damaged date packed; it is equal to no day of the calendar, and compared digit by digit.
pub(super) fn packed_digits(text: &str) -> u32 {
    let mut numbers = text.split('-').map(|digits| digits.parse::<u32>().unwrap_or(0));
    let mut next = |most: u32| numbers.next().unwrap_or(0).min(most);
    pack(next(9999), next(99), next(99))
}

/// The same day of another year.
pub(super) fn of_another_year(born: u32, year: u32) -> u32 {
    year << YEAR_SHIFT | day_of_year(born) as u32
}

/// The year of a packed date of birth.
pub(crate) fn birth_year(born: u32) -> u32 {
    born >> YEAR_SHIFT
}

/// The month of a packed date of birth.
pub(crate) fn birth_month(born: u32) -> u32 {
    (born >> MONTH_SHIFT) & TWO_DIGITS
}

/// The day of the month of a packed date of birth.
pub(crate) fn birth_day(born: u32) -> u32 {
    born & TWO_DIGITS
}

/// Marks years that a stated age gives, and not a role.
const STATED: u32 = 1 << 31;

/// The years between which a person was born of whom no date of birth is known, as far as a stated age or the role on the row tells; [`NONE`] where neither does, and where there is a date.
pub(super) fn between(persons: &StandardPersons, row: usize) -> u32 {
    if persons.born.get(row).copied().unwrap_or(NO_DAY) == NO_DAY { if_undated(persons, row) } else { NONE }
}

/// The same whether there is a date or not.
pub(super) fn if_undated(persons: &StandardPersons, row: usize) -> u32 {
    let Some((first, last)) = persons.aged(row) else { return by_role(persons, row) };
    let year = |day: Day| date::to_naive(day).map_or(0, |date| date.year().clamp(0, 9999) as u32);
    STATED | year(first) << 16 | year(last)
}

/// The same by the role alone.
pub(super) fn by_role(persons: &StandardPersons, row: usize) -> u32 {
    let as_at = persons.as_at.get(row).copied().unwrap_or(NO_DAY);
    let Some(seen) = date::to_naive(as_at).map(|date| date.year()) else { return NONE };
    let Some(ages) = persons.role.get(row).and_then(|role| role.ages()) else { return NONE };
    let born = |age: u32| seen.saturating_sub_unsigned(age);
    let (earliest, latest) = (born((*ages.end()).min(9999)), born(*ages.start()));
    (earliest.clamp(0, 9999) as u32) << 16 | latest.clamp(0, 9999) as u32
}

/// The year of birth of somebody of whom no more is known.
pub(crate) fn year_alone(between: u32) -> Option<u32> {
    let years = BirthYears::of((NONE, between)).filter(|years| years.stated && years.earliest == years.latest);
    years.map(|years| years.earliest)
}

/// When somebody was born, to the year.
#[derive(Clone, Copy)]
pub(crate) struct BirthYears {
    earliest: u32,
    latest: u32,
    /// True if a date or an age says so, and not the role on the row alone.
    pub(crate) stated: bool,
}

impl BirthYears {
    /// Packed years that a stated age gives, so many years later; nothing of what a role gives.
    pub(super) fn aged_later(between: u32, years: i32) -> Option<u32> {
        let shifted = |year: u32| year.checked_add_signed(years).filter(|year| *year <= 9999);
        let stated = between != NONE && between & STATED != 0;
        Some(STATED | shifted(between >> 16 & 0x7fff).filter(|_| stated)? << 16 | shifted(between & 0xffff)?)
    }

    /// What a record's date of birth says, or else the years between which the person was born; nothing where neither is known.
    pub(crate) fn of((born, between): (u32, u32)) -> Option<Self> {
        if born != NONE {
            let year = birth_year(born);
            return Some(Self { earliest: year, latest: year, stated: true });
        }
        let years = |between: u32| Self { earliest: between >> 16 & 0x7fff, latest: between & 0xffff, stated: between & STATED != 0 };
        (between != NONE).then(|| years(between))
    }

    /// Years between two births, 0 if they may be one.
    pub(crate) fn apart(self, other: Self) -> u32 {
        self.earliest.saturating_sub(other.latest).max(other.earliest.saturating_sub(self.latest))
    }
}

/// Days of the year that stand for an unknown one, such as 1 January where only the year was known.
#[derive(Default)]
pub(crate) struct HeapedDays {
    heaped: Vec<bool>,
    /// Chance that two births, neither on a heaped day, are on the same day of the year.
    pub(crate) same_plain_day: f64,
    /// Chance that two births are on the same heaped day.
    pub(crate) same_heaped_day: f64,
    /// Share of births on heaped days.
    pub(crate) share: f64,
}

impl HeapedDays {
    /// Finds the heaped days. Somebody with very many records makes no day one: where such people are told apart, their records do not count.
    pub(super) fn find(nodes: &[Node], of_many: &[bool]) -> Self {
        let mut counts = vec![0u32; 1 << YEAR_SHIFT];
        let counted = |number: usize| !of_many.get(number).copied().unwrap_or(false);
        for (_, node) in nodes.iter().enumerate().filter(|&(number, node)| node.born != NONE && counted(number)) {
            if let Some(count) = counts.get_mut(day_of_year(node.born)) {
                *count += 1;
            }
        }
        let all = f64::from(counts.iter().sum::<u32>().max(1));
        let mut days = Self { heaped: Vec::with_capacity(counts.len()), ..Self::default() };
        for &count in &counts {
            let share = f64::from(count) / all;
            let is_heaped = count >= FEWEST && share * DAYS_PER_YEAR > TIMES_ITS_SHARE;
            if is_heaped {
                days.same_heaped_day += share * share;
                days.share += share;
            }
            days.heaped.push(is_heaped);
        }
        // Not from the counts of plain days: in a small file much of their agreement is one person on many records.
        days.same_plain_day = (1.0 - days.share) * (1.0 - days.share) / DAYS_PER_YEAR;
        days
    }

    /// The heaped days of a frozen model. How often births meet on them is not needed where nothing is estimated.
    pub(super) fn frozen(days: &[u16]) -> Self {
        let mut heaped = vec![false; 1 << YEAR_SHIFT];
        for &day in days {
            if let Some(slot) = heaped.get_mut(usize::from(day)) {
                *slot = true;
            }
        }
        Self { heaped, ..Self::default() }
    }

    /// The heaped days, as month × 128 + day.
    pub(super) fn days(&self) -> Vec<u16> {
        self.heaped.iter().zip(0..).filter(|(heaped, _)| **heaped).map(|(_, day)| day).collect()
    }

    /// True if a date falls on a heaped day.
    pub(crate) fn contains(&self, born: u32) -> bool {
        self.heaped.get(day_of_year(born)).copied().unwrap_or(false)
    }
}
