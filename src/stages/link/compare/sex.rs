//! Sex.
//!
//! Levels: same; different. Agreement is not counted when the forenames agree or are nicknames of one another: a forename nearly
//! always tells the sex, so it would be the same evidence twice. Disagreement always counts.

use super::super::encode::Node;
use super::forename::grade::{NICKNAME, OTHER};
use super::{Level, level};

pub(super) const LEVELS: [Level; 3] = [
    level("missing", "the sex is missing, or already told by the same forename"),
    level("same", "the same sex"),
    level("different", "different sexes"),
];

/// Compares two records' sexes, given the level of their forenames.
pub(super) fn compare(a: &Node, b: &Node, forename: u8) -> u8 {
    if a.sex == 0 || b.sex == 0 {
        0
    } else if a.sex != b.sex {
        2
    } else {
        u8::from(forename == 0 || (forename > NICKNAME && forename != OTHER))
    }
}
