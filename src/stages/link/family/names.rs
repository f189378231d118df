//! Names within a home, looked at more kindly than among a million people.
//!
//! What comes in: the names of two records of one home. What goes out: whether the forenames, or forename and surname the wrong way
//! round, may be one person's. What always holds: symmetric; nothing here decides alone: a date of birth or a surname must agree too.

use super::super::encode::{NONE, Name, Names, Node};
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

/// What two records' names have in common beyond the levels of the comparison.
pub(super) fn likeness(a: &Node, b: &Node, names: &Names) -> Likeness {
    let name = |code: u32| (code != NONE).then(|| names.get(code));
    let (Some(forename), Some(other_forename)) = (name(a.forename), name(b.forename)) else { return Likeness::None };
    if let (Some(surname), Some(other_surname)) = (name(a.surname), name(b.surname)) {
        let crossed = (alike_or_initial(forename, other_surname), alike_or_initial(surname, other_forename));
        let full = forename.length.max(surname.length).min(other_forename.length.max(other_surname.length)) >= 4;
        if crossed.0 && crossed.1 && full {
            return Likeness::Swapped;
        }
        let stands_in = |forename: &Name, surname: &Name| forename.text == surname.text && is_known_forename(&forename.text);
        if (stands_in(forename, other_surname) && a.forename != a.surname)
            || (stands_in(other_forename, surname) && b.forename != b.surname)
        {
            return Likeness::HalfSwapped;
        }
    }
    if alike(forename, other_forename) { Likeness::Forename } else { Likeness::None }
}

fn alike_or_initial(a: &Name, b: &Name) -> bool {
    let initial = (a.length <= 1 || b.length <= 1) && a.initial == b.initial;
    initial || alike(a, b)
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
    cut || is_pet_form_in_z(left, right) || slip(left, right) || slip_from_nickname(a, b) || slip_from_nickname(b, a)
}

/// One slip in a name of three letters, two in one of six.
fn slip(left: &str, right: &str) -> bool {
    let shorter = left.len().min(right.len());
    let allowed = match shorter {
        0..3 => return false,
        3..6 => 1,
        _ => 2,
    };
    left.len().abs_diff(right.len()) <= allowed && strsim::osa_distance(left, right) <= allowed
}

/// A misspelt formal name beside a pet form of it.
fn slip_from_nickname(known: &Name, misspelt: &Name) -> bool {
    let formal = |name: &&str| name.len() >= 5 && slip(name, &misspelt.text);
    misspelt.groups.is_empty() && known.groups.iter().filter_map(|&group| names_of_group(group).first()).any(formal)
}
