//! Date of birth.
//!
//! Levels, best first: equal; equal on a day of the year on which implausibly many people are born (1 January, where only
//! the year was known), which says less; day and month swapped; one digit wrong or two neighbouring digits transposed; two of year, month
//! and day equal; same year; less than ten years apart; further apart, or of two generations by their roles. The last two tell a brother from a father of the same name.
//! Default dates such as 1900-01-01 are absent after standardisation; a date that no calendar has (31 February) is compared by its digits.
//!
//! Where one record or both have an age instead of a date, the years are compared in which the person can have been born: they meet; are one or two apart (an age is rounded, remembered, or a
//! year old); less than ten; more. These are levels of their own, whose shares among pairs that cannot be compared by dates are estimated from such pairs.

use super::super::encode::{BirthYears, HeapedDays, NONE, Node, birth_day, birth_month, birth_year};
use super::{Level, level};

/// Levels within the comparison.
pub(crate) mod grade {
    /// Equal.
    pub(crate) const EXACT: u8 = 1;
    /// Day and month swapped.
    pub(crate) const SWAPPED: u8 = 2;
    /// One digit wrong or two transposed.
    pub(crate) const DIGIT: u8 = 3;
    /// Two of year, month and day equal.
    pub(crate) const TWO_PARTS: u8 = 4;
    /// Same year.
    pub(crate) const YEAR: u8 = 5;
    /// Less than ten years apart.
    pub(crate) const NEAR: u8 = 6;
    /// Ten or more years apart.
    pub(crate) const FAR: u8 = 7;
    /// Equal, on a day on which implausibly many people are born.
    pub(crate) const HEAPED: u8 = 8;
    /// Two dates of which more than a slip differs.
    pub(crate) const OTHER: std::ops::RangeInclusive<u8> = TWO_PARTS..=FAR;
    /// An age that fits the other record's date or age.
    pub(crate) const AGE_FITS: u8 = 9;
    /// An age one or two years off.
    pub(crate) const AGE_CLOSE: u8 = 10;
    /// An age less than ten years off.
    pub(crate) const AGE_NEAR: u8 = 11;
    /// An age ten or more years off.
    pub(crate) const AGE_FAR: u8 = 12;
    /// The levels of ages.
    pub(crate) const AGES: [u8; 4] = [AGE_FITS, AGE_CLOSE, AGE_NEAR, AGE_FAR];
    /// One date, but for a slip.
    pub(crate) const LIKE: [u8; 5] = [EXACT, SWAPPED, DIGIT, TWO_PARTS, HEAPED];
}

pub(super) const LEVELS: [Level; 13] = [
    level("missing", "a date of birth is missing, which says nothing"),
    level("equal", "the same date of birth"),
    level("day and month swapped", "the dates of birth have day and month swapped"),
    level("one digit", "the dates of birth differ in one digit or by two transposed digits"),
    level("two parts", "the dates of birth agree in two of year, month and day"),
    level("same year", "born in the same year on different days"),
    level("near", "born in different years, less than ten apart"),
    level("far", "born ten or more years apart, or one is a parent or adult and the other a child"),
    level("equal, default day", "the same date of birth, on a day that often stands for an unknown one"),
    level("age fits", "of the age that the other's date of birth or age gives; one date of birth is not known"),
    level("age close", "one or two years from the age that the other's date of birth or age gives"),
    level("age near", "three to nine years from the age that the other's date of birth or age gives"),
    level("age far", "ten or more years from the age that the other's date of birth or age gives"),
];

/// Years by which an age may be off and still be close: rounded, remembered, or as old as the record.
const CLOSE_AGE: u32 = 2;
/// Years from which an age is far off, as for dates.
const FAR_AGE: u32 = 10;

/// Compares two records' births. Where one has no date, an age may stand for it, and its role may still tell a generation: a parent is not a child of ten, and the two are
/// then as far apart as a father and a son of one name.
pub(super) fn compare_births(a: &Node, b: &Node, heaped: &HeapedDays) -> u8 {
    if a.born != NONE && b.born != NONE {
        return compare(a.born, b.born, heaped);
    }
    compare_years((a.born, a.born_between), (b.born, b.born_between))
}

/// Compares two births of which one date at least is not known: (date, years between) of each.
fn compare_years(a: (u32, u32), b: (u32, u32)) -> u8 {
    let (Some(one), Some(other)) = (BirthYears::of(a), BirthYears::of(b)) else { return 0 };
    match (one.stated && other.stated, one.apart(other)) {
        (true, 0) => grade::AGE_FITS,
        (true, 1..=CLOSE_AGE) => grade::AGE_CLOSE,
        (true, apart) if apart < FAR_AGE => grade::AGE_NEAR,
        (true, _) => grade::AGE_FAR,
        (false, 1..) if one.stated || other.stated => grade::FAR,
        (false, _) => 0,
    }
}

/// Compares two packed dates of birth.
pub(crate) fn compare(a: u32, b: u32, heaped: &HeapedDays) -> u8 {
    if a == NONE || b == NONE {
        return 0;
    }
    if a == b {
        return if heaped.contains(a) { grade::HEAPED } else { grade::EXACT };
    }
    let (year, month, day) = ((birth_year(a), birth_year(b)), (birth_month(a), birth_month(b)), (birth_day(a), birth_day(b)));
    if year.0 == year.1 && month.0 == day.1 && month.1 == day.0 {
        return grade::SWAPPED;
    }
    let same = (u32::from(year.0 == year.1), u32::from(month.0 == month.1), u32::from(day.0 == day.1));
    if same.0 + same.1 + same.2 == 2 {
        let (part, width) = match same {
            (0, _, _) => (year, 4),
            (_, 0, _) => (month, 2),
            _ => (day, 2),
        };
        return if one_slip(part.0, part.1, width) { grade::DIGIT } else { grade::TWO_PARTS };
    }
    match year.0.abs_diff(year.1) {
        0 => grade::YEAR,
        1..10 => grade::NEAR,
        _ => grade::FAR,
    }
}

/// True if two numbers of so many decimal digits differ in one digit or by two neighbouring digits transposed.
fn one_slip(mut a: u32, mut b: u32, width: usize) -> bool {
    let mut different = [(0, 0); 4];
    let (mut count, mut last) = (0, 0);
    for position in 0..width {
        if a % 10 != b % 10 {
            if let Some(slot) = different.get_mut(count) {
                *slot = (a % 10, b % 10);
            }
            if count == 1 && position != last + 1 {
                return false;
            }
            (count, last) = (count + 1, position);
        }
        (a, b) = (a / 10, b / 10);
    }
    count == 1 || (count == 2 && different[0] == (different[1].1, different[1].0))
}

#[cfg(test)]
mod tests {
    use super::{HeapedDays, NONE, grade};

    fn date(year: u32, month: u32, day: u32) -> u32 {
        year << 14 | month << 7 | day
    }

    #[test]
    fn an_age_stands_for_a_date_and_a_role_for_a_generation() {
        const STATED: u32 = 1 << 31;
        let dated = |year: u32| (date(year, 5, 6), NONE);
        let between = |first: u32, last: u32| (NONE, first << 16 | last);
        let aged = |first: u32| (NONE, STATED | first << 16 | (first + 1));
        let grown = between(0, 1998);
        for (one, other, level) in [
            (dated(2004), aged(2003), grade::AGE_FITS),
            (dated(2003), aged(2003), grade::AGE_FITS),
            (dated(2006), aged(2003), grade::AGE_CLOSE),
            (dated(2001), aged(2003), grade::AGE_CLOSE),
            (dated(2000), aged(2003), grade::AGE_NEAR),
            (dated(1990), aged(2003), grade::AGE_FAR),
            (aged(2003), aged(2004), grade::AGE_FITS),
            (aged(2003), aged(2006), grade::AGE_CLOSE),
            (aged(2003), grown, grade::FAR),
            (dated(2004), grown, grade::FAR),
            (dated(1990), grown, 0),
            (aged(1990), grown, 0),
            (grown, between(1990, 2012), 0),
            (aged(2003), (NONE, NONE), 0),
        ] {
            assert_eq!(super::compare_years(one, other), level);
            assert_eq!(super::compare_years(other, one), level);
        }
    }

    #[test]
    fn each_kind_of_date_error_has_its_level() {
        let compare = |a, b| super::compare(a, b, &HeapedDays::default());
        let base = date(1984, 3, 12);
        for (other, level) in [
            (date(1984, 3, 12), grade::EXACT),
            (date(1984, 12, 3), grade::SWAPPED),
            (date(1984, 3, 22), grade::DIGIT),
            (date(1984, 3, 21), grade::DIGIT),
            (date(1948, 3, 12), grade::DIGIT),
            (date(1984, 3, 30), grade::TWO_PARTS),
            (date(1996, 3, 12), grade::TWO_PARTS),
            (date(1984, 7, 25), grade::YEAR),
            (date(1979, 7, 25), grade::NEAR),
            (date(1950, 7, 25), grade::FAR),
        ] {
            assert_eq!(compare(base, other), level);
            assert_eq!(compare(other, base), level);
        }
        assert_eq!(compare(base, super::NONE), 0);
    }
}
