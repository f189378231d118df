//! Personal identifiers: NHS number, National Insurance number, UPN, ULN.
//!
//! Levels: same; one edit apart (not for UPNs: twins have neighbouring ones); different. A UPN is also the same if one record's
//! former UPN is the other's present one. Values reach this comparison only if their check digit or form is right, so a difference means two people or a
//! rare mistake; the model estimates how rare, and a difference is strong but not absolute evidence.

use super::super::encode::{NONE, Node};
use super::{Level, level};
use crate::model::Texts;

/// Levels within the comparison.
pub(crate) mod grade {
    /// Same.
    pub(crate) const SAME: u8 = 1;
    /// One edit apart.
    pub(crate) const NEAR: u8 = 2;
    /// Different.
    pub(crate) const DIFFERENT: u8 = 3;
}

pub(super) const NHS_LEVELS: [Level; 4] = [
    level("missing", "an NHS number is missing, which says nothing"),
    level("same", "the same NHS number"),
    level("one edit", "NHS numbers one edit apart"),
    level("different", "two different valid NHS numbers"),
];

pub(super) const NINO_LEVELS: [Level; 4] = [
    level("missing", "a National Insurance number is missing, which says nothing"),
    level("same", "the same National Insurance number"),
    level("one edit", "National Insurance numbers one edit apart"),
    level("different", "two different National Insurance numbers"),
];

pub(super) const UPN_LEVELS: [Level; 4] = [
    level("missing", "a UPN is missing, which says nothing"),
    level("same", "the same UPN"),
    level("former", "one record's former UPN is the other's UPN"),
    level("different", "two different valid UPNs"),
];

pub(super) const ULN_LEVELS: [Level; 4] = [
    level("missing", "a learner number is missing, which says nothing"),
    level("same", "the same learner number"),
    level("one edit", "learner numbers one edit apart"),
    level("different", "two different learner numbers"),
];

/// Compares two identifiers of one kind.
pub(super) fn compare(a: u32, b: u32, texts: &Texts) -> u8 {
    if a == NONE || b == NONE {
        return 0;
    }
    if a == b {
        return grade::SAME;
    }
    match (texts.get(a as usize), texts.get(b as usize)) {
        (Some(left), Some(right)) if one_edit(left.as_bytes(), right.as_bytes()) => grade::NEAR,
        _ => grade::DIFFERENT,
    }
}

/// Compares two records' UPNs, former ones included.
pub(super) fn compare_upns(a: &Node, b: &Node) -> u8 {
    let same = |a: u32, b: u32| a != NONE && a == b;
    if same(a.upn, b.upn) {
        grade::SAME
    } else if same(a.former_upn, b.upn) || same(a.upn, b.former_upn) || same(a.former_upn, b.former_upn) {
        grade::NEAR
    } else if a.upn == NONE || b.upn == NONE {
        0
    } else {
        grade::DIFFERENT
    }
}

/// True if one substitution, or the transposition of two neighbours, makes the texts equal. Both are of the identifier's fixed length.
fn one_edit(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let middle = start..a.len() - end.min(a.len() - start);
    match (a.get(middle.clone()), b.get(middle)) {
        (Some([_]), Some([_])) => true,
        (Some([x, y]), Some([v, w])) => x == w && y == v,
        _ => false,
    }
}
