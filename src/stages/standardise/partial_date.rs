//! Births of which only the month or the year is known.
//!
//! What comes in: one folded cell that may be such a birth, the reference day. What goes out: the days it lies between, or nothing where the cell is something else. What always holds: a cell
//! that might be read in two ways is not read.

use super::date::{DateKind, DateReading, month_number, plausible};
use super::reading::NoteSet;
use crate::model::date::{EMPTY_PART, FRACTION, day, months_before};
use crate::model::{Day, NoteCode};

/// Systems write that year for want of a date.
const DEFAULT_YEAR: i32 = 1900;

/// Reads a birth in a month or a year; nothing if the cell holds anything else.
pub(super) fn read(text: &str, kind: DateKind, reference: Day) -> Option<DateReading> {
    if !matches!(kind, DateKind::Birth | DateKind::AnyBirth) {
        return None;
    }
    let (year, month) = year_and_month(text)?;
    if year == DEFAULT_YEAR {
        return Some(DateReading::absent(NoteCode::DefaultDate));
    }
    let first = day(year, month.unwrap_or(1), 1)?;
    let last = months_before(first, -month.map_or(12, |_| 1)) - 1;
    let possible = plausible(last.min(reference), year, kind, reference) && first <= reference;
    Some(if possible {
        DateReading { day: None, within: Some((first, last)), notes: NoteSet::of(NoteCode::PartialDate) }
    } else {
        DateReading::absent(NoteCode::OutOfRange)
    })
}

/// Year and month of a birth of which no more is written, or its year alone. What might be read in two ways is not: 2011/12 is a school year, 1967.5 a serial number.
fn year_and_month(text: &str) -> Option<(i32, Option<u32>)> {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    // A time of midnight says nothing.
    let words = words.strip_suffix(&["00:00"]).or_else(|| words.strip_suffix(&["00:00:00"])).unwrap_or(&words);
    let (parts, doubtful): (Vec<&str>, bool) = match words {
        [one] if !one.ends_with(FRACTION) && one.contains(['/', '-', '.']) => {
            (one.split(['/', '-', '.']).collect(), text.contains(['/', '.']))
        }
        words => (words.iter().map(|word| word.strip_suffix(FRACTION).unwrap_or(word)).collect(), false),
    };
    let year = |part: &str| {
        // Four digits that do not look like a year of living people are a spreadsheet's serial number.
        let year = part.parse::<i32>().ok().filter(|_| part.len() == 4 && part.bytes().all(|digit| digit.is_ascii_digit()));
        year.filter(|year| matches!(year, 1880..=2100))
    };
    let month = |part: &str| {
        let number = part.parse::<u32>().ok().filter(|month| (1..=12).contains(month) && part.len() <= 2);
        number.or_else(|| month_number(part).filter(|_| part.bytes().all(|letter| letter.is_ascii_alphabetic())))
    };
    let unknown = |part: &str| matches!(part, EMPTY_PART | "0" | "00");
    let with = |year: i32, middle: &str| if unknown(middle) { Some((year, None)) } else { Some((year, Some(month(middle)?))) };
    match *parts.as_slice() {
        [one] if one.len() == 8 && one.ends_with("00") => with(year(one.get(..4)?)?, one.get(4..6)?),
        [one] => Some((year(one)?, None)),
        [first, EMPTY_PART] => Some((year(first)?, None)),
        [EMPTY_PART, last] => Some((year(last)?, None)),
        [first, last] if !doubtful && year(first).is_some() => Some((year(first)?, Some(month(last)?))),
        [first, last] => Some((year(last)?, Some(month(first)?))),
        // The month stands in the middle, whether the year is before or behind it.
        [first, middle, last] if unknown(last) || unknown(first) || middle == EMPTY_PART => {
            with(year(first).or_else(|| year(last))?, middle)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::date::read_date;
    use super::*;
    use crate::model::date::{from_iso, iso};

    fn reference() -> Day {
        from_iso("2012-10-31").unwrap()
    }

    fn codes(raw: &str) -> Vec<&'static str> {
        read_date(raw, DateKind::Birth, reference()).notes.iter().map(NoteCode::name).collect()
    }

    #[test]
    fn of_a_month_or_a_year_of_birth_the_first_and_the_last_day_are_known() {
        let within = |raw: &str, kind: DateKind| read_date(raw, kind, reference()).within.map(|(first, last)| (iso(first), iso(last)));
        let between = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        for raw in [
            "2005-02",
            "02/2005",
            "2 2005",
            "2005 2",
            "Feb 2005",
            "2005 february",
            "02.2005",
            "Feb-2005",
            "2005-02-00",
            "00/02/2005",
            "20050200",
            "2005 2 ?",
            "? 2 2005",
            "2005-02 00:00:00",
        ] {
            assert_eq!(within(raw, DateKind::Birth), between("2005-02-01", "2005-02-28"), "{raw}");
            assert_eq!(codes(raw), ["partial-date"], "{raw}");
        }
        for raw in ["1967", "1967.0", "1967-00-00", "00/00/1967", "19670000", "1967 ?", "? 1967", "5 ? 1967", "1967 ? 5", "? ? 1967"] {
            assert_eq!(within(raw, DateKind::Birth), between("1967-01-01", "1967-12-31"), "{raw}");
        }
        assert_eq!(within("1970", DateKind::Birth), between("1970-01-01", "1970-12-31"), "a year like any other");
        assert_eq!(within("2012", DateKind::Birth), between("2012-01-01", "2012-12-31"), "this year is not over");
        for (raw, code) in [
            ("2013", "out-of-range"),
            ("1890-12", "out-of-range"),
            ("1900", "default-date"),
            ("1900-01", "default-date"),
            ("13/1967", "not-a-date"),
            ("2011/12", "not-a-date"),
            ("5th 2005", "not-a-date"),
            ("12:1967", "not-a-date"),
            ("1967.5", "not-a-date"),
            ("1967 13", "not-a-date"),
            ("0000-00-00", "placeholder"),
        ] {
            assert_eq!((within(raw, DateKind::Birth), codes(raw)), (None, vec![code]), "{raw}");
        }
        assert_eq!(read_date("1560", DateKind::AnyBirth, reference()).day.map(iso).as_deref(), Some("1904-04-08"), "a serial number");
        assert_eq!(read_date("9876.5", DateKind::AnyBirth, reference()).day.map(iso).as_deref(), Some("1927-01-14"), "and so with a time");
        assert_eq!(within("2005-02", DateKind::Other), None);
    }
}
