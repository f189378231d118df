//! People whom linkage may have left in two parts.
//!
//! What comes in: persons and their ties. What goes out: pairs that look like one person: a common child, parent or account, the
//! same surname and forename, dates of birth that do not contradict each other. What always holds: nobody is merged here (that is
//! linkage's task); a pair only makes the part without an address live where the other part lives, and is told to the officer.
#![expect(clippy::indexing_slicing, reason = "indices are dense person numbers")]

use super::grouping::{same_forename, share_surname};
use super::people::People;
use super::ties::{Ties, stands};
use crate::model::NO_DAY;

/// Persons tied to more others than this are hubs (a school's contact, an institution), not kin worth comparing.
const HUB: usize = 30;

/// Pairs (smaller, larger) that are probably one person, sorted.
pub(super) fn likely_same(people: &People, ties: &Ties) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for person in 0..people.len() as u32 {
        let around = ties.of(person);
        if around.len() > HUB {
            continue;
        }
        for (place, &(first, bits)) in around.iter().enumerate() {
            for &(second, other_bits) in &around[place + 1..] {
                // Both are the same kin of this person, and no extract names them side by side.
                let alike = bits & other_bits & stands::KIN & !stands::SIBLING != 0 && ties.between(first, second) == 0;
                if alike && same_person(people, first, second) {
                    pairs.push((first, second));
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Name and date of birth fit. A twin has another forename, a son another date of birth; where neither part has a date of birth,
/// both must be adults or both children.
pub(super) fn same_person(people: &People, first: u32, second: u32) -> bool {
    let (born, other_born) = (people.born[first as usize], people.born[second as usize]);
    let dates = if born == NO_DAY || other_born == NO_DAY {
        people.child[first as usize] == people.child[second as usize]
    } else {
        born == other_born
    };
    let (sex, other_sex) = (people.sex[first as usize], people.sex[second as usize]);
    let sexes = sex == other_sex || sex == b'?' || other_sex == b'?';
    dates && sexes && same_forename(people, first, second) && share_surname(people, first, second)
}
