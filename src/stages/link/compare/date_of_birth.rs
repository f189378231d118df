//! Date of birth.
//!
//! Levels, best first: equal; equal on a day of the year on which implausibly many people are born (1 January, where only
//! the year was known), which says less; day and month swapped; one digit wrong or two neighbouring digits transposed; two of year, month
//! and day equal; same year; less than ten years apart; further apart, or of two generations by their roles. The last two tell a brother from a father of the same name.
//! Default dates such as 1900-01-01 are absent after standardisation; a date that no calendar has (31 February) is compared by its digits.

use super::super::encode::{HeapedDays, NONE, Node, birth_day, birth_month, birth_year, could_be_born};
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
    /// One date, but for a slip.
    pub(crate) const LIKE: [u8; 5] = [EXACT, SWAPPED, DIGIT, TWO_PARTS, HEAPED];
}

pub(super) const LEVELS: [Level; 9] = [
    level("missing", "a date of birth is missing, which says nothing"),
    level("equal", "the same date of birth"),
    level("day and month swapped", "the dates of birth have day and month swapped"),
    level("one digit", "the dates of birth differ in one digit or by two transposed digits"),
    level("two parts", "the dates of birth agree in two of year, month and day"),
    level("same year", "born in the same year on different days"),
    level("near", "born in different years, less than ten apart"),
    level("far", "born ten or more years apart, or one is a parent or adult and the other a child"),
    level("equal, default day", "the same date of birth, on a day that often stands for an unknown one"),
];

/// Compares two records' births. Where one has no date, its role may still tell a generation: a parent is not a child of ten, and the two are then as
/// far apart as a father and a son of one name.
pub(super) fn compare_births(a: &Node, b: &Node, heaped: &HeapedDays) -> u8 {
    let apart =
        |dated: &Node, undated: &Node| dated.born != NONE && undated.born == NONE && !could_be_born(dated.born, undated.born_between);
    if apart(a, b) || apart(b, a) { grade::FAR } else { compare(a.born, b.born, heaped) }
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
    use super::{HeapedDays, grade};

    fn date(year: u32, month: u32, day: u32) -> u32 {
        year << 14 | month << 7 | day
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
