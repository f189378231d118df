//! Dates as agencies write them.
//!
//! What comes in: one raw cell and the reference day. What goes out: a day, or nothing with the reason; of a birth of which only the month or the year is known, the days it lies
//! between. What always holds: a date that does not exist gives no day; `YYYY-MM-DD` of a plausible day gives that day without a note.
//!
//! Sources: domain.md §4.3 (defaults, serials, two-digit years). Excel's day 60 is the 29 February 1900 that never was
//! (kept for Lotus 1-2-3: Microsoft, "Excel incorrectly assumes that the year 1900 is a leap year").

use chrono::Datelike;

use crate::model::date::{age_on, day, to_naive};
use crate::model::{Day, NoteCode};

use super::letters::{alphanumeric, fold};
use super::partial_date;
use super::placeholder::is_placeholder;
use super::reading::NoteSet;

/// A date read.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct DateReading {
    /// The day, if there is one.
    pub day: Option<Day>,
    /// First and last day of the month or the year of birth, where no more is written.
    pub within: Option<(Day, Day)>,
    /// What was done or noticed.
    pub notes: NoteSet,
}

impl DateReading {
    pub(super) fn absent(code: NoteCode) -> Self {
        Self { day: None, within: None, notes: NoteSet::of(code) }
    }

    /// True if the cell holds something that is no date.
    #[must_use]
    pub fn is_no_date(&self) -> bool {
        self.day.is_none() && self.notes.contains(NoteCode::NotADate)
    }
}

/// What a date cell is about: it decides which days are plausible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateKind {
    /// A birth: not in the future, at most [`OLDEST`] years ago, no default.
    Birth,
    /// A birth in any century: not in the future, no default.
    AnyBirth,
    /// A death: not in the future, no default.
    Death,
    /// Anything else: a default or a placeholder year is no date.
    Other,
}

/// Nobody in an extract is older than this: the greatest age ever recorded in Britain is 115 years.
pub const OLDEST: i32 = 115;

/// A child is expected at most so many days ahead: ten months.
const LONGEST_EXPECTED: Day = 304;

/// (year, month, day) that systems write for want of a date; any day of the years 1, 1753, 1800 and 9999 is one too.
const DEFAULTS: &[(i32, u32, u32)] = &[
    (1899, 12, 30),
    (1899, 12, 31),
    (1900, 1, 1),
    (1900, 1, 2),
    (1901, 1, 1),
    (1904, 1, 1),
    (1911, 11, 11),
    (1970, 1, 1),
    (1111, 11, 11),
    (2099, 12, 31),
    (2100, 1, 1),
    (2999, 12, 31),
];

pub(super) const MONTHS: [&str; 12] =
    ["JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"];

/// A calendar date with what was noticed on the way.
struct Parsed {
    year: i32,
    month: u32,
    day: u32,
    notes: NoteSet,
}

/// Reads a date cell. Two-digit years are the latest year that is not after the reference day.
#[must_use]
pub fn read_date(raw: &str, kind: DateKind, reference: Day) -> DateReading {
    let text = fold(raw);
    if is_placeholder(&alphanumeric(&text)) {
        return DateReading::absent(NoteCode::Placeholder);
    }
    if let Some(partial) = partial_date::read(&text, kind, reference) {
        return partial;
    }
    let Some(parsed) = parse(&text, reference) else { return DateReading::absent(NoteCode::NotADate) };
    // Among historical people 1753 and 1800 are years like any other.
    let no_year = matches!(parsed.year, 1 | 9999) || (kind != DateKind::AnyBirth && matches!(parsed.year, 1753 | 1800));
    if no_year || DEFAULTS.contains(&(parsed.year, parsed.month, parsed.day)) {
        return DateReading::absent(NoteCode::DefaultDate);
    }
    let Some(read) = day(parsed.year, parsed.month, parsed.day) else { return DateReading::absent(NoteCode::NotADate) };
    if plausible(read, parsed.year, kind, reference) {
        return DateReading { day: Some(read), within: None, notes: parsed.notes };
    }
    let mut reading = DateReading::absent(NoteCode::OutOfRange);
    if kind == DateKind::Birth && (1..=LONGEST_EXPECTED).contains(&(read - reference)) {
        reading.notes.insert(NoteCode::Expected);
    }
    reading
}

pub(super) fn plausible(read: Day, year: i32, kind: DateKind, reference: Day) -> bool {
    match kind {
        DateKind::Birth => age_on(read, reference).is_some_and(|age| age <= OLDEST),
        DateKind::AnyBirth => read <= reference,
        DateKind::Death => read <= reference && year >= 1900,
        DateKind::Other => (1900..=2100).contains(&year),
    }
}

/// The digits of a date that no calendar has, as `YYYY-MM-DD`: a slip of the pen leaves most of them right. Eight digits with the year in front, or
/// three numbers of which the first or the last is a year; day before month where the year comes last.
#[must_use]
pub fn read_damaged_date(raw: &str) -> Option<String> {
    let text = fold(raw);
    let words: Vec<&str> = text.split(' ').collect();
    let is_number = |word: &&str| !word.is_empty() && word.bytes().all(|digit| digit.is_ascii_digit());
    // Year, month and day from columns of their own, or one date behind which a time may stand.
    let groups: Vec<&str> = if words.len() == 3 && words.iter().all(is_number) {
        words
    } else {
        let date = text.split([' ', 'T']).next().unwrap_or_default();
        date.split(|character: char| !character.is_ascii_digit()).collect()
    };
    let (year, month, day) = match groups.as_slice() {
        [all] if all.len() == 8 => (all.get(..4)?, all.get(4..6)?, all.get(6..)?),
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [day, month, year] if year.len() == 4 => (*year, *month, *day),
        _ => return None,
    };
    let number = |digits: &str| digits.parse::<u32>().ok().filter(|_| (1..=2).contains(&digits.len()));
    let (month, day) = (number(month)?, number(day)?);
    // 0000-00-00 is no slip of the pen.
    (year.parse::<u32>().ok()? > 0 && month + day > 0).then(|| format!("{year}-{month:02}-{day:02}"))
}

fn parse(text: &str, reference: Day) -> Option<Parsed> {
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && let Some(parsed) = parse_digits(text)
    {
        return Some(parsed);
    }
    let pieces = pieces_of(text)?;
    let (pieces, extra) = (pieces.get(..3)?, pieces.get(3..)?);
    // A time of day may follow and says nothing; anything else makes it no date.
    if !extra.iter().all(|piece| matches!(piece, Piece::Number(_, digits) if *digits <= 9)) || extra.len() > 4 {
        return None;
    }
    let mut notes = NoteSet::default();
    let (year, month, day) = match *pieces {
        [Piece::Number(year, 4), Piece::Number(month, _), Piece::Number(day, _)] => ((year, 4), month, day),
        [Piece::Number(first, 1..=2), Piece::Number(second, 1..=2), Piece::Number(year, digits)] => {
            // Day first, as everybody here writes; month first only where the day-first reading is impossible.
            if second > 12 && first <= 12 {
                notes.insert(NoteCode::Repaired);
                ((year, digits), first, second)
            } else {
                ((year, digits), second, first)
            }
        }
        [Piece::Number(day, 1..=2), Piece::Month(month), Piece::Number(year, digits)]
        | [Piece::Month(month), Piece::Number(day, 1..=2), Piece::Number(year, digits)]
        | [Piece::Number(year, digits @ 4), Piece::Month(month), Piece::Number(day, _)] => ((year, digits), month, day),
        _ => return None,
    };
    let year = match year {
        (year, 4) => i32::try_from(year).ok()?,
        (year, 2) => {
            notes.insert(NoteCode::TwoDigitYear);
            complete_year(i32::try_from(year).ok()?, month, day, reference)?
        }
        _ => return None,
    };
    Some(Parsed { year, month, day, notes })
}

#[derive(Clone, Copy)]
enum Piece {
    /// A number and how many digits it was written with.
    Number(u32, usize),
    /// A month's name.
    Month(u32),
}

/// Numbers and month names of a text; `None` if there is anything else but separators, weekdays and ordinal endings.
fn pieces_of(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::with_capacity(6);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            rest.find(|character: char| !character.is_ascii_digit())
        } else if first.is_ascii_alphabetic() {
            rest.find(|character: char| !character.is_ascii_alphabetic())
        } else {
            Some(1)
        };
        let (piece, behind) = rest.split_at_checked(length.unwrap_or(rest.len()))?;
        rest = behind;
        if first.is_ascii_digit() {
            pieces.push(Piece::Number(piece.parse().ok()?, piece.len()));
        } else if first.is_ascii_alphabetic() {
            match piece {
                "ST" | "ND" | "RD" | "TH" | "OF" | "T" | "Z" => {}
                weekday
                    if ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"].iter().any(|day| weekday.starts_with(day))
                        && pieces.is_empty() => {}
                month => pieces.push(Piece::Month(month_number(month)?)),
            }
        } else if !matches!(first, '/' | '-' | '.' | ' ' | ',' | ':' | '\'') {
            return None;
        }
    }
    Some(pieces)
}

pub(super) fn month_number(name: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(name));
    index.and_then(|index| u32::try_from(index + 1).ok())
}

/// `yyyymmdd`, `ddmmyyyy` or a spreadsheet's serial number with or without a fraction.
fn parse_digits(text: &str) -> Option<Parsed> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        8 if fraction.is_empty() => {
            let (high, middle, low) = (number / 10_000, number / 100 % 100, number % 100);
            let valid = |year: i64, month: i64, day_of_month: i64| -> Option<Parsed> {
                let parsed = Parsed {
                    year: i32::try_from(year).ok()?,
                    month: u32::try_from(month).ok()?,
                    day: u32::try_from(day_of_month).ok()?,
                    notes: NoteSet::default(),
                };
                ((1800..=2100).contains(&year) || year == 9999).then_some(())?;
                day(parsed.year, parsed.month, parsed.day).map(|_| parsed)
            };
            valid(high, middle, low).or_else(|| valid(number % 10_000, number / 10_000 % 100, number / 1_000_000))
        }
        // Four digits that look like a year are one, and a year is no date.
        1..=3 | 5 => from_serial(number),
        4 if !(1880..=2100).contains(&number) => from_serial(number),
        _ => None,
    }
}

/// A date of the 1900 date system: 1 is 1 January 1900, 60 never was, 61 is 1 March 1900.
fn from_serial(serial: i64) -> Option<Parsed> {
    let serial = i32::try_from(serial).ok()?;
    let before = match serial {
        0 | 60 => return None,
        1..=59 => day(1899, 12, 31)?,
        _ => day(1899, 12, 30)?,
    };
    let date = to_naive(before + serial)?;
    let (year, month, day) = (date.year(), date.month(), date.day());
    Some(Parsed { year, month, day, notes: NoteSet::of(NoteCode::ExcelSerial) })
}

/// The latest year ending in these two digits in which the date is not after the reference day.
fn complete_year(two_digits: i32, month: u32, day_of_month: u32, reference: Day) -> Option<i32> {
    let this_year = to_naive(reference)?.year();
    let year = this_year - this_year.rem_euclid(100) + two_digits;
    let in_future = |year: i32| day(year, month, day_of_month).map_or(year > this_year, |day| day > reference);
    Some(if in_future(year) { year - 100 } else { year })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_of_a_damaged_date_are_kept() {
        for (raw, digits) in [
            ("1856-86-18", Some("1856-86-18")),
            ("19160047", Some("1916-00-47")),
            ("31/02/1984", Some("1984-02-31")),
            ("31/02/1984 00:00", Some("1984-02-31")),
            ("1984-02-31T00:00:00", Some("1984-02-31")),
            ("1960 14 8", Some("1960-14-08")),
            ("31 2 1984", Some("1984-02-31")),
            ("2011/12 00:00:00", None),
            ("1984-Feb-31 12:30", None),
            ("0000-00-00", None),
            ("1984", None),
            ("12/1984", None),
            ("x", None),
        ] {
            assert_eq!(read_damaged_date(raw).as_deref(), digits, "{raw}");
        }
    }
    use crate::model::date::{from_iso, iso};
    use proptest::prelude::*;

    fn reference() -> Day {
        from_iso("2012-10-31").unwrap()
    }

    fn birth(raw: &str) -> String {
        read_date(raw, DateKind::Birth, reference()).day.map(iso).unwrap_or_default()
    }

    fn codes(raw: &str) -> Vec<&'static str> {
        read_date(raw, DateKind::Birth, reference()).notes.iter().map(NoteCode::name).collect()
    }

    #[test]
    fn one_day_is_understood_in_every_way_of_writing_it() {
        for raw in [
            "2005-03-04",
            "2005-03-04T00:00:00",
            "2005-03-04 00:00:00.000",
            "04/03/2005",
            "4/3/2005",
            "04-Mar-2005",
            "04-Mar-05",
            "4 March 2005",
            "4th of March 2005",
            "Friday 4 March 2005",
            "March 4, 2005",
            "04.03.2005",
            "20050304",
            "04032005",
            "04/03/05",
            "2005/03/04",
            "38415",
            "38415.0",
            "38415.75",
            "04 MAR 2005 00:00",
            " 04/03/2005 ",
        ] {
            assert_eq!(birth(raw), "2005-03-04", "{raw}");
        }
        assert_eq!(birth("12-Sept-2001"), "2001-09-12");
        assert_eq!(codes("38415"), ["excel-serial"]);
        assert_eq!(codes("04/03/05"), ["two-digit-year"]);
        assert!(codes("04/03/2005").is_empty());
    }

    #[test]
    fn two_digit_years_lie_in_the_past() {
        assert_eq!(birth("31/10/12"), "2012-10-31");
        assert_eq!(birth("01/11/12"), "1912-11-01");
        assert_eq!(birth("05-Jun-47"), "1947-06-05");
    }

    #[test]
    fn excel_counts_a_day_that_never_was() {
        let other = |raw: &str| read_date(raw, DateKind::Other, reference());
        assert_eq!(other("61").day.map(iso).unwrap(), "1900-03-01");
        assert_eq!(other("59").day.map(iso).unwrap(), "1900-02-28");
        assert_eq!(other("60"), DateReading::absent(NoteCode::NotADate));
        assert_eq!(other("1"), DateReading::absent(NoteCode::DefaultDate));
    }

    #[test]
    fn defaults_impossible_and_implausible_dates_are_told_apart() {
        for raw in ["01/01/1900", "1900-01-01", "01/01/1901", "01/01/1970", "30/12/1899", "31/12/9999", "9999-12-31", "0001-01-01"] {
            assert_eq!((birth(raw), codes(raw)), (String::new(), vec!["default-date"]), "{raw}");
        }
        for raw in ["31/02/2005", "29/02/2011", "32/01/2005", "about 8", "1/2/3/x", "4/5/123"] {
            assert_eq!((birth(raw), codes(raw)), (String::new(), vec!["not-a-date"]), "{raw}");
        }
        for raw in ["2013-09-01", "30/10/1896", "1850-05-05"] {
            assert_eq!((birth(raw), codes(raw)), (String::new(), vec!["out-of-range"]), "{raw}");
        }
        for raw in ["01/11/2012", "2013-01-01", "31/08/2013"] {
            assert_eq!((birth(raw), codes(raw)), (String::new(), vec!["expected", "out-of-range"]), "{raw}");
        }
        for raw in ["Unknown", "N/K", "-", "?", "00/00/0000"] {
            assert_eq!(codes(raw), ["placeholder"], "{raw}");
        }
        assert_eq!(birth("29/02/2012"), "2012-02-29");
        assert_eq!((birth("12/25/2005"), codes("12/25/2005")), ("2005-12-25".to_owned(), vec!["repaired"]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_without_panic_and_a_day_reads_as_itself(raw in prop_oneof![any::<String>(), "[0-9/. :JanMarT-]{0,14}"]) {
            for kind in [DateKind::Birth, DateKind::Death, DateKind::Other] {
                let reading = read_date(&raw, kind, reference());
                if let Some(day) = reading.day {
                    prop_assert_eq!(read_date(&iso(day), kind, reference()), DateReading { day: Some(day), within: None, notes: NoteSet::default() });
                }
            }
        }

        #[test]
        fn every_day_of_a_life_survives_each_format(day in -25_567..15_600_i32) {
            let date = to_naive(day).unwrap();
            let expected = read_date(&iso(day), DateKind::Other, reference()).day;
            let default = DEFAULTS.iter().any(|&(year, month, of_month)| crate::model::date::day(year, month, of_month) == Some(day));
            prop_assert_eq!(expected.is_some(), !default);
            for format in ["%d/%m/%Y", "%d-%b-%Y", "%d %B %Y", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S"] {
                let text = date.and_hms_opt(0, 0, 0).unwrap().format(format).to_string();
                prop_assert_eq!(read_date(&text, DateKind::Other, reference()).day, expected, "{}", text);
            }
        }
    }
}
