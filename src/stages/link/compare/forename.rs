//! Forename.
//!
//! Levels, best first: equal (in ten bands of how frequent the forename is: agreeing on a rare forename says more than on a
//! frequent one, which is the term frequency adjustment of Winkler 1988 in steps); a nickname of one another; one is the
//! initial of the other; close (one edit or transposition, or Jaro–Winkler at least 0.92); similar (same sound, Jaro–Winkler at
//! least 0.85, or cut short); the other's alias or middle name; forename and surname swapped (then the surname is not
//! counted again); different. A similar rare forename is not rewarded for its rarity: a rare spelling is often a typing error.

use super::super::encode::{NONE, Name, Names, Node};
use super::similarity::{Closeness, Memory};
use super::{Level, level};

/// Levels within the comparison.
pub(crate) mod grade {
    /// First of the ten bands of equal forenames.
    pub(crate) const EXACT: u8 = 1;
    /// Last of the bands.
    pub(crate) const LAST_EXACT: u8 = 10;
    /// A nickname of one another.
    pub(crate) const NICKNAME: u8 = 11;
    /// An initial.
    pub(crate) const INITIAL: u8 = 12;
    /// Close.
    pub(crate) const CLOSE: u8 = 13;
    /// Similar.
    pub(crate) const SIMILAR: u8 = 14;
    /// Alias or middle name.
    pub(crate) const OTHER: u8 = 15;
    /// Swapped with the surname.
    pub(crate) const SWAPPED: u8 = 16;
    /// Different.
    pub(crate) const DIFFERENT: u8 = 17;
}

pub(super) const LEVELS: [Level; 18] = [
    level("missing", "a forename is missing, which says nothing"),
    level("equal, everywhere", "the same forename found everywhere"),
    level("equal, extremely frequent", "the same extremely frequent forename"),
    level("equal, very frequent", "the same very frequent forename"),
    level("equal, frequent", "the same frequent forename"),
    level("equal, fairly frequent", "the same fairly frequent forename"),
    level("equal", "the same forename"),
    level("equal, fairly rare", "the same fairly rare forename"),
    level("equal, rare", "the same rare forename"),
    level("equal, very rare", "the same very rare forename"),
    level("equal, extremely rare", "the same extremely rare forename"),
    level("nickname", "one forename is a short or pet form of the other"),
    level("initial", "one forename is the initial of the other"),
    level("close", "the forenames differ by little more than a letter"),
    level("similar", "the forenames sound or look similar"),
    level("other forename", "one forename is the other's alias or middle name"),
    level("swapped", "forename and surname are swapped"),
    level("different", "the forenames differ"),
];

/// Compares two records' forenames.
pub(super) fn compare(a: &Node, b: &Node, names: &Names, memory: &mut Memory) -> u8 {
    if a.forename == NONE || b.forename == NONE {
        return 0;
    }
    let (left, right) = (names.get(a.forename), names.get(b.forename));
    if a.forename == b.forename {
        return if left.length <= 1 { grade::INITIAL } else { grade::EXACT + left.forename_band };
    }
    if left.groups.iter().any(|group| right.groups.contains(group)) {
        return grade::NICKNAME;
    }
    if swapped(a, b, names, memory) {
        return grade::SWAPPED;
    }
    if left.length <= 1 || right.length <= 1 {
        return if left.initial == right.initial { grade::INITIAL } else { grade::DIFFERENT };
    }
    let closeness = memory.names((a.forename, left), (b.forename, right));
    if closeness == Closeness::Close {
        return grade::CLOSE;
    }
    if is_other_forename(a, right, b.forename) || is_other_forename(b, left, a.forename) || aliases_agree(a, b) {
        return grade::OTHER;
    }
    if closeness == Closeness::Similar { grade::SIMILAR } else { grade::DIFFERENT }
}

fn is_other_forename(node: &Node, forename: &Name, code: u32) -> bool {
    (node.alias == code || node.middle == code) && forename.length > 1
}

fn aliases_agree(a: &Node, b: &Node) -> bool {
    a.alias != NONE && a.alias == b.alias
}

/// True if each forename is the other's surname: one exactly, the other at least closely, as its initial or as a pet form.
fn swapped(a: &Node, b: &Node, names: &Names, memory: &mut Memory) -> bool {
    if a.surname == NONE || b.surname == NONE || (a.forename != b.surname && b.forename != a.surname) {
        return false;
    }
    let mut alike = |left: u32, right: u32| {
        let (first, second) = (names.get(left), names.get(right));
        let initial = (first.length <= 1 || second.length <= 1) && first.initial == second.initial;
        let pet_form = first.groups.iter().any(|group| second.groups.contains(group));
        left == right || initial || pet_form || memory.names((left, first), (right, second)) == Closeness::Close
    };
    alike(a.forename, b.surname) && alike(b.forename, a.surname)
}
