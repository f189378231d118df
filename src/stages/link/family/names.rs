//! Names within a home, looked at more kindly than among a million people.
//!
//! What comes in: the names of two records of one home. What goes out: whether the forenames, or forename and surname the wrong way
//! round, may be one person's. What always holds: symmetric; nothing here decides alone: a date of birth or a surname must agree too.

use super::super::compare::{least_edits, may_hold};
use super::super::encode::{NONE, Name, Names, Node};
use super::super::hash::mix;
use crate::model::nickname::{is_known_forename, is_pet_form_in_z, names_of_group};

/// What two records' names have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// Nothing.
    None,
    /// Forenames that one slip of the pen, a cut or a pet form makes equal.
    Forename,
    /// One's forename stands where the other has the surname; the other halves differ.
    HalfSwapped,
    /// Forename and surname stand the wrong way round, each with a slip or shortened.
    Swapped,
}

/// A worker's memory of which unique names are alike: a table of fixed size in which a newer pair displaces an older one.
pub(super) struct Alike {
    slots: Vec<(u64, bool)>,
}

impl Alike {
    /// An empty memory.
    pub(super) fn new() -> Self {
        Self { slots: vec![(u64::MAX, false); 1 << 16] }
    }

    /// What two records' names have in common beyond the levels of the comparison.
    pub(super) fn likeness(&mut self, a: &Node, b: &Node, names: &Names) -> Likeness {
        if a.forename == NONE || b.forename == NONE {
            return Likeness::None;
        }
        if a.surname != NONE && b.surname != NONE {
            let length = |code: u32| names.get(code).length;
            let full = length(a.forename).max(length(a.surname)).min(length(b.forename).max(length(b.surname))) >= 4;
            if full && self.alike_or_initial(a.forename, b.surname, names) && self.alike_or_initial(a.surname, b.forename, names) {
                return Likeness::Swapped;
            }
            let stands_in = |forename: u32, surname: u32| forename == surname && is_known_forename(&names.get(forename).text);
            if (stands_in(a.forename, b.surname) && a.forename != a.surname)
                || (stands_in(b.forename, a.surname) && b.forename != b.surname)
            {
                return Likeness::HalfSwapped;
            }
        }
        if self.alike(a.forename, b.forename, names) { Likeness::Forename } else { Likeness::None }
    }

    fn alike_or_initial(&mut self, left: u32, right: u32, names: &Names) -> bool {
        let (a, b) = (names.get(left), names.get(right));
        let initial = (a.length <= 1 || b.length <= 1) && a.initial == b.initial;
        initial || self.alike(left, right, names)
    }

    fn alike(&mut self, left: u32, right: u32, names: &Names) -> bool {
        let key = u64::from(left.min(right)) << 32 | u64::from(left.max(right));
        let position = mix(key) as usize & (self.slots.len() - 1);
        let slot = self.slots.get_mut(position).expect("the mask keeps the slot inside the table");
        if slot.0 != key {
            *slot = (key, alike(names.get(left), names.get(right)));
        }
        slot.1
    }
}

/// Equal, nicknames, one cut from the other, a pet form in -z, one slip apart (two in long names), or one slip from a nickname.
fn alike(a: &Name, b: &Name) -> bool {
    let (left, right) = (&*a.text, &*b.text);
    let shorter = left.len().min(right.len());
    if left == right || a.groups.iter().any(|group| b.groups.contains(group)) {
        return true;
    }
    if shorter < 2 {
        return false;
    }
    let cut = shorter >= 3 && (left.starts_with(right) || right.starts_with(left));
    let pet_form = (may_hold(a, b'Z') || may_hold(b, b'Z')) && is_pet_form_in_z(left, right);
    cut || pet_form || (least_edits(a, b) <= MOST_SLIPS && slip(left, right)) || slip_from_nickname(a, b) || slip_from_nickname(b, a)
}

/// Slips that a name has at most.
const MOST_SLIPS: usize = 2;

/// One slip in a name of three letters, two in one of six.
fn slip(left: &str, right: &str) -> bool {
    let shorter = left.len().min(right.len());
    let allowed = match shorter {
        0..3 => return false,
        3..6 => 1,
        _ => MOST_SLIPS,
    };
    left.len().abs_diff(right.len()) <= allowed && strsim::osa_distance(left, right) <= allowed
}

/// A misspelt formal name beside a pet form of it.
fn slip_from_nickname(known: &Name, misspelt: &Name) -> bool {
    let formal = |name: &&str| name.len() >= 5 && slip(name, &misspelt.text);
    misspelt.groups.is_empty() && known.groups.iter().filter_map(|&group| names_of_group(group).first()).any(formal)
}
