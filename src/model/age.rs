//! An age as somebody wrote it, and as a range of dates of birth.
//!
//! What comes in: words such as "about 8", "8 yrs", "7 or 8", "18 months", and the day they were written. What goes out: the days between which the child was
//! born if the age is right, and how far off it may be. What always holds: words without a number, except for a few such as "newborn", say nothing.

use std::ops::RangeInclusive;

use super::{Day, date};

/// Oldest age that is taken for one.
const OLDEST: u32 = 110;

/// An age: so many whole months at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    least: u32,
    most: u32,
    slack: u8,
}

impl Age {
    /// Whether somebody of that age may be of one of these, in whole years.
    #[must_use]
    pub fn may_be(self, years: RangeInclusive<u32>) -> bool {
        self.least / 12 <= *years.end() && self.most / 12 >= *years.start()
    }

    /// When somebody was born who is of that age on a day.
    #[must_use]
    pub fn born_between(self, on: Day) -> BornBetween {
        // Somebody is n months old from the day of the n-th month to the day before the next.
        let first = date::months_before(on, self.most.cast_signed() + 1) + 1;
        let last = date::months_before(on, self.least.cast_signed());
        BornBetween { first, last, slack: self.slack }
    }
}

/// When somebody of a stated age was born.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BornBetween {
    /// First day, if the age is right.
    pub first: Day,
    /// Last day, if the age is right.
    pub last: Day,
    /// Years by which it may be off: 1 for a plain age, 2 for "about" (a choice of ours: in months about a birthday, and by memory, an age is
    /// often a year off; domain.md §4.2 knows of "about 8" only).
    pub slack: u8,
}

/// How well a date of birth fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// As stated.
    Stated,
    /// Within the years by which it may be off.
    Near,
    /// Not this person.
    Off,
}

impl BornBetween {
    /// How well a date of birth fits.
    #[must_use]
    pub fn fit(&self, born: Day) -> Fit {
        let slack = i32::from(self.slack) * 12;
        if (self.first..=self.last).contains(&born) {
            Fit::Stated
        } else if (date::months_before(self.first, slack)..=date::months_before(self.last, -slack)).contains(&born) {
            Fit::Near
        } else {
            Fit::Off
        }
    }
}

/// The range of dates of birth that an age means which was written on a day.
#[must_use]
pub fn born_between(written: &str, on: Day) -> Option<BornBetween> {
    read_age(written).map(|age| age.born_between(on))
}

/// Reads an age.
#[must_use]
pub fn read_age(written: &str) -> Option<Age> {
    let text = written.to_lowercase();
    // Systems write -1 or -9 for want of an age; "65+", "over 18" and "under 5" are bounds and no ages; a school year is no year of age.
    let trimmed = text.trim();
    let bounded = ["over", "under", "above", "below", "less", "more"].iter().any(|word| text.contains(word));
    let school_year =
        trimmed.strip_prefix("year").or(trimmed.strip_prefix("yr")).or(trimmed.strip_prefix('y')).or(trimmed.strip_prefix("nc"));
    if trimmed.starts_with('-')
        || trimmed.ends_with('+')
        || bounded
        || school_year.is_some_and(|rest| rest.trim().starts_with(|letter: char| letter.is_ascii_digit()))
    {
        return None;
    }
    // As paediatricians write months: 8/12.
    if let Some(months) = trimmed.strip_suffix("/12").and_then(|months| months.parse::<u32>().ok()).filter(|months| *months < 36) {
        return Some(Age { least: months, most: months, slack: 1 });
    }
    let about =
        ["about", "approx", "abt", "circa", "around", "roughly", "~", "c.", "?", "ish", "maybe"].iter().any(|word| text.contains(word));
    let slack = if about { 2 } else { 1 };
    if ["newborn", "new born", "baby", "unborn"].iter().any(|word| text.contains(word)) && numbers(&text).is_empty() {
        return Some(Age { least: 0, most: 11, slack });
    }
    let numbers = numbers(&text);
    let (low, high) = match numbers.as_slice() {
        [one] => (*one, *one),
        // "7-8", "7 or 8"; anything else with two numbers is not an age.
        [low, high] if low < high && high - low <= 5 && ["-", "–", "/", " or ", " to "].iter().any(|word| text.contains(word)) => {
            (*low, *high)
        }
        _ => return None,
    };
    let months = ["month", "mth", "mnth"].iter().any(|word| text.contains(word));
    let weeks = text.contains("week") || text.contains("wk");
    let (low, high) = if weeks {
        (low / 4, high / 4)
    } else if months {
        (low, high)
    } else {
        (low * 12, high * 12 + 11)
    };
    if high > OLDEST * 12 {
        return None;
    }
    Some(Age { least: low, most: high, slack })
}

/// The whole numbers in a text; halves and fractions after a point are dropped.
fn numbers(text: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    let mut digits = String::new();
    let mut fraction = false;
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_digit() {
            if !fraction {
                digits.push(letter);
            }
        } else {
            fraction = letter == '.' && (!digits.is_empty());
            if !digits.is_empty() {
                // Too long for a number is no age.
                numbers.push(digits.parse().unwrap_or(u32::MAX / 12 - 1));
                digits.clear();
            }
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        date::from_iso(text).unwrap()
    }

    fn range(text: &str) -> Option<(String, String, u8)> {
        born_between(text, day("2012-10-01")).map(|range| (date::iso(range.first), date::iso(range.last), range.slack))
    }

    fn expected(first: &str, last: &str, slack: u8) -> (String, String, u8) {
        (first.to_owned(), last.to_owned(), slack)
    }

    #[test]
    fn ages_in_words_are_ranges_of_dates_of_birth() {
        // Eight on 1 October 2012: born from 2 October 2003 to 1 October 2004.
        for text in ["8", "8 yrs", "aged 8", "8.5", "8½"] {
            assert_eq!(range(text), Some(expected("2003-10-02", "2004-10-01", 1)), "{text}");
        }
        for text in ["about 8", "~8", "8ish", "approx. 8 years", "8?"] {
            assert_eq!(range(text), Some(expected("2003-10-02", "2004-10-01", 2)), "{text}");
        }
        for text in ["7-8", "7 or 8", "7/8"] {
            assert_eq!(range(text), Some(expected("2003-10-02", "2005-10-01", 1)), "{text}");
        }
        for text in ["18 months", "18/12"] {
            assert_eq!(range(text), Some(expected("2011-03-02", "2011-04-01", 1)), "{text}");
        }
        assert_eq!(range("newborn"), Some(expected("2011-10-02", "2012-10-01", 1)));
        for text in [
            "",
            "not known",
            "primary school",
            "8 of 12 siblings",
            "2004",
            "01/02/2004",
            "99999999999999999999",
            "-1",
            "-9",
            "65+",
            "over 18",
            "under 5",
            "Year 7",
            "Y4",
        ] {
            assert_eq!(range(text), None, "{text}");
        }
    }

    #[test]
    fn an_age_leaves_room_for_being_a_little_off() {
        let about = born_between("about 8", day("2012-10-01")).unwrap();
        for (born, fit) in [
            ("2004-10-01", Fit::Stated),
            ("2004-10-02", Fit::Near),
            ("2006-10-01", Fit::Near),
            ("2006-10-02", Fit::Off),
            ("2001-10-02", Fit::Near),
            ("2001-10-01", Fit::Off),
        ] {
            assert_eq!(about.fit(day(born)), fit, "{born}");
        }
        assert_eq!(born_between("8", day("2012-10-01")).unwrap().fit(day("2006-09-30")), Fit::Off);
    }
}
