//! Surname.
//!
//! Levels, best first: equal (in ten bands of how frequent the surname is); one is the other's maiden, former or preferred
//! surname; they share a part of a compound name ("SMITH" and "SMITH JONES"); close (one edit or transposition, or Jaro–Winkler
//! at least 0.92); similar (same sound or Jaro–Winkler at least 0.85); different. Adults change surnames, so "different" is weaker evidence
//! than a different forename; the model estimates how much weaker.

use super::super::encode::{NONE, Name, Names, Node};
use super::similarity::{Closeness, Memory};
use super::{Level, level};

/// Levels within the comparison.
pub(crate) mod grade {
    /// First of the ten bands of equal surnames.
    pub(crate) const EXACT: u8 = 1;
    /// Last of the bands.
    pub(crate) const LAST_EXACT: u8 = 10;
    /// Maiden, former or preferred surname.
    pub(crate) const OTHER: u8 = 11;
    /// A part of a compound surname.
    pub(crate) const PART: u8 = 12;
    /// Close.
    pub(crate) const CLOSE: u8 = 13;
    /// Similar.
    pub(crate) const SIMILAR: u8 = 14;
    /// Different.
    pub(crate) const DIFFERENT: u8 = 15;
}

pub(super) const LEVELS: [Level; 16] = [
    level("missing", "a surname is missing, which says nothing"),
    level("equal, everywhere", "the same surname found everywhere"),
    level("equal, extremely frequent", "the same extremely frequent surname"),
    level("equal, very frequent", "the same very frequent surname"),
    level("equal, frequent", "the same frequent surname"),
    level("equal, fairly frequent", "the same fairly frequent surname"),
    level("equal", "the same surname"),
    level("equal, fairly rare", "the same fairly rare surname"),
    level("equal, rare", "the same rare surname"),
    level("equal, very rare", "the same very rare surname"),
    level("equal, extremely rare", "the same extremely rare surname"),
    level("other surname", "one surname is the other's maiden, former or preferred surname"),
    level("part", "the surnames share a part of a compound name"),
    level("close", "the surnames differ by little more than a letter"),
    level("similar", "the surnames sound or look similar"),
    level("different", "the surnames differ"),
];

/// Compares two records' surnames.
pub(super) fn compare(a: &Node, b: &Node, names: &Names, memory: &mut Memory) -> u8 {
    if a.surname == NONE || b.surname == NONE {
        return 0;
    }
    let (left, right) = (names.get(a.surname), names.get(b.surname));
    if a.surname == b.surname {
        return grade::EXACT + left.surname_band;
    }
    if a.other_surname == b.surname || b.other_surname == a.surname || (a.other_surname != NONE && a.other_surname == b.other_surname) {
        return grade::OTHER;
    }
    if shares_part(left, b.surname, right) || shares_part(right, a.surname, left) {
        return grade::PART;
    }
    match memory.names((a.surname, left), (b.surname, right)) {
        Closeness::Close => grade::CLOSE,
        Closeness::Similar => grade::SIMILAR,
        Closeness::Different => grade::DIFFERENT,
    }
}

fn shares_part(compound: &Name, code: u32, other: &Name) -> bool {
    compound.parts.iter().any(|part| *part == code || other.parts.contains(part))
}
