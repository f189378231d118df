//! Parents are not their children.
//!
//! What comes in: the roles in which rows name people, and dates of birth. What goes out: for two nodes, whether one is stated to be
//! an adult and the other is too young to be one, or one is stated to be a pupil and the other is too old. What always holds: a node whose
//! own rows contradict each other in this way says nothing; a missing role or date of birth says nothing.
//!
//! A father and a son of the same name at one address differ in little else: the school's contact without a date of birth is the father.

use super::super::encode::{Encoded, NONE};
use crate::model::date::age_on;
use crate::model::{Day, NO_DAY, PersonRole, StandardPersons};

/// Years below which nobody is a liable person, a partner or a pupil's contact.
const YOUNGEST_ADULT: i32 = 14;
/// Years from which nobody is a pupil or a child: education, health and care plans end at 25.
const OLDEST_CHILD: i32 = 26;

/// Stated to be an adult.
const ADULT: u8 = 1;
/// Too young to be one.
const YOUNG: u8 = 2;
/// Stated to be a child.
const CHILD: u8 = 4;
/// Too old to be one.
const OLD: u8 = 8;

/// What is known of each node's generation.
pub(super) struct Generations(Vec<u8>);

impl Generations {
    /// Collects what rows state.
    pub(super) fn collect(encoded: &Encoded, persons: &StandardPersons) -> Self {
        let mut known = vec![0_u8; encoded.nodes.len()];
        for (&row, &node) in encoded.order.iter().zip(&encoded.node_of) {
            let row = row as usize;
            let Some(slot) = known.get_mut(node as usize) else { continue };
            *slot |= match persons.role.get(row) {
                Some(PersonRole::Adult | PersonRole::Parent | PersonRole::Partner) => ADULT,
                Some(PersonRole::Child) => CHILD,
                _ => 0,
            };
            // A date that stands for an unknown one is not the node's.
            let dated = encoded.node(node).born != NONE;
            if let (Some(&born), Some(&as_at)) = (persons.born.get(row).filter(|_| dated), persons.as_at.get(row)) {
                *slot |= of_age(born, as_at);
            }
        }
        for slot in &mut known {
            if contradict(*slot, *slot) {
                *slot = 0;
            }
        }
        Self(known)
    }

    /// True if the two cannot be of one generation.
    pub(super) fn differ(&self, a: u32, b: u32) -> bool {
        let of = |node: u32| self.0.get(node as usize).copied().unwrap_or(0);
        contradict(of(a), of(b))
    }
}

/// What a date of birth says on a day; somebody not yet born is young.
fn of_age(born: Day, as_at: Day) -> u8 {
    if born == NO_DAY || as_at == NO_DAY {
        return 0;
    }
    match age_on(born, as_at) {
        None | Some(..YOUNGEST_ADULT) => YOUNG,
        Some(YOUNGEST_ADULT..OLDEST_CHILD) => 0,
        Some(OLDEST_CHILD..) => OLD,
    }
}

fn contradict(a: u8, b: u8) -> bool {
    let either = |first: u8, second: u8| (a & first != 0 && b & second != 0) || (b & first != 0 && a & second != 0);
    either(ADULT, YOUNG) || either(CHILD, OLD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::day;

    #[test]
    fn a_contact_is_not_a_child_and_a_pupil_is_not_forty() {
        assert!(contradict(ADULT, YOUNG));
        assert!(contradict(OLD, CHILD));
        assert!(!contradict(ADULT, CHILD), "a mother of seventeen is both");
        assert!(!contradict(ADULT, OLD));
        assert!(!contradict(0, YOUNG));
    }

    #[test]
    fn the_ages_are_those_of_the_day_the_record_describes() {
        let on = day(2012, 10, 31).expect("a date");
        let born = |year| day(year, 10, 31).expect("a date");
        assert_eq!(of_age(born(1998), on), 0);
        assert_eq!(of_age(born(1998) + 1, on), YOUNG);
        assert_eq!(of_age(born(1986), on), OLD);
        assert_eq!(of_age(born(2013), on), YOUNG);
        assert_eq!(of_age(NO_DAY, on), 0);
    }
}
