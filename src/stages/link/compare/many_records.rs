//! Many records: whether one of the two is of somebody with very many different records.
//!
//! Events and daily attendance note the same people again and again. Two records of which one is of such a person are far more often the same person than any others, before anything
//! else is compared; this comparison corrects the prior for them, which is that of everybody else. It is no evidence otherwise, and where nobody has very many records it says nothing.

use super::{Level, level};

/// The level of a pair with a record of somebody who has very many.
pub(crate) const MANY: u8 = 1;

pub(super) const LEVELS: [Level; 2] = [
    level("no correction", "neither is of somebody with very many records"),
    level("very many records", "at least one of the two is of somebody with very many different records"),
];

/// The correction for a pair of which one record or both may be of somebody with very many.
pub(super) fn compare(of_many: [bool; 2]) -> u8 {
    if of_many.contains(&true) { MANY } else { 0 }
}
