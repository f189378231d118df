//! Middle names.
//!
//! Levels: equal; compatible (one begins the other, or is its initial); different. Missing middle names say nothing: most agencies
//! do not record them.

use super::super::encode::{Encoded, NONE, Node};
use super::{Level, level};

/// Levels within the comparison.
pub(crate) mod grade {
    /// Equal.
    pub(crate) const EXACT: u8 = 1;
    /// One begins the other.
    pub(crate) const COMPATIBLE: u8 = 2;
    /// Different.
    pub(crate) const DIFFERENT: u8 = 3;
}

pub(super) const LEVELS: [Level; 4] = [
    level("missing", "middle names are missing, which says nothing"),
    level("equal", "the same middle names"),
    level("compatible", "one middle name begins the other or is its initial"),
    level("different", "different middle names"),
];

/// Compares two records' middle names.
pub(super) fn compare(a: &Node, b: &Node, encoded: &Encoded) -> u8 {
    if a.middle_names == NONE || b.middle_names == NONE {
        return 0;
    }
    if a.middle_names == b.middle_names {
        return grade::EXACT;
    }
    let text = |code: u32| encoded.middle_names.get(code as usize).map(AsRef::as_ref).unwrap_or_default();
    let (left, right): (&str, &str) = (text(a.middle_names), text(b.middle_names));
    let first = |text: &str| text.bytes().take_while(|byte| *byte != b' ').count();
    let initial_agrees = (first(left) == 1 || first(right) == 1) && left.bytes().next() == right.bytes().next();
    if left.starts_with(right) || right.starts_with(left) || initial_agrees { grade::COMPATIBLE } else { grade::DIFFERENT }
}
