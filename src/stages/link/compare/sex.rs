//! Sex.
//!
//! Levels: same; different. Not counted when the forenames are equal or one is the other's alias: a forename nearly always tells the
//! sex, so it would be the same evidence twice. For nicknames it counts: CHRIS may be Christopher or Christine.

use super::super::encode::Node;
use super::forename::grade::{LAST_EXACT, OTHER};
use super::{Level, level};

pub(super) const LEVELS: [Level; 3] = [
    level("missing", "the sex is missing, or told by the same forename"),
    level("same", "the same sex"),
    level("different", "different sexes"),
];

/// Compares two records' sexes, given the level of their forenames.
pub(super) fn compare(a: &Node, b: &Node, forename: u8) -> u8 {
    let told_by_forename = (1..=LAST_EXACT).contains(&forename) || forename == OTHER;
    if a.sex == 0 || b.sex == 0 || told_by_forename {
        0
    } else if a.sex == b.sex {
        1
    } else {
        2
    }
}
