//! Which forenames stand for one another.
//!
//! What comes in: a forename as standardisation writes it (upper case A to Z). What goes out: the groups of
//! `nicknames.txt` it belongs to. What always holds: two forenames are nickname-equal if and only if they share a
//! group; a forename without group is nickname-equal only to itself; group numbers are the order of the file, so they
//! never depend on the input.

use std::collections::HashMap;
use std::sync::OnceLock;

const FILE: &str = include_str!("nicknames.txt");

fn lines() -> impl Iterator<Item = &'static str> {
    FILE.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn table() -> &'static HashMap<&'static str, Vec<u16>> {
    static TABLE: OnceLock<HashMap<&'static str, Vec<u16>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<&'static str, Vec<u16>> = HashMap::new();
        for (group, line) in (0u16..).zip(lines()) {
            for name in line.split_ascii_whitespace() {
                let groups = table.entry(name).or_default();
                if groups.last() != Some(&group) {
                    groups.push(group);
                }
            }
        }
        table
    })
}

/// The groups a forename belongs to, ascending; empty for a forename the list does not know.
#[must_use]
pub fn nickname_groups(forename: &str) -> &'static [u16] {
    table().get(forename).map(Vec::as_slice).unwrap_or_default()
}

/// True if the two forenames share a group. Equal forenames unknown to the list share none.
#[must_use]
pub fn share_a_group(left: &str, right: &str) -> bool {
    let (left, right) = (nickname_groups(left), nickname_groups(right));
    left.iter().any(|group| right.binary_search(group).is_ok())
}

/// All forenames of a group, the formal one first.
#[must_use]
pub fn names_of_group(group: u16) -> &'static [&'static str] {
    static GROUPS: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    let groups = GROUPS.get_or_init(|| lines().map(|line| line.split_ascii_whitespace().collect()).collect());
    groups.get(usize::from(group)).map(Vec::as_slice).unwrap_or_default()
}

/// True if one forename is an English pet form in -z of the other, by the pattern rather than by the list: the beginning up to a
/// vowel, then Z, ZZA, ZZER or ZZY for an R, L or S that follows (Sharon: Shaz, Jeremy: Jezza, Laura: Lauz).
#[must_use]
pub fn is_pet_form_in_z(left: &str, right: &str) -> bool {
    let of = |pet: &str, formal: &str| {
        let stem = ["ZZER", "ZZA", "ZZY", "ZZ", "Z"].iter().find_map(|ending| pet.strip_suffix(ending)).unwrap_or_default();
        let next = formal.strip_prefix(stem).and_then(|rest| rest.bytes().next());
        stem.len() >= 2 && stem.ends_with(['A', 'E', 'I', 'O', 'U']) && matches!(next, Some(b'R' | b'L' | b'S'))
    };
    of(left, right) || of(right, left)
}

/// True if the list knows this forename: a hint which part of a whole name is the forename.
#[must_use]
pub fn is_known_forename(text: &str) -> bool {
    table().contains_key(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pet_forms_in_z_follow_the_beginning_of_the_name() {
        for (formal, pet) in [("SHARON", "SHAZ"), ("LAURA", "LAUZ"), ("JEREMY", "JEZZA"), ("DARREN", "DAZZER"), ("HARRY", "HAZ")] {
            assert!(is_pet_form_in_z(formal, pet) && is_pet_form_in_z(pet, formal), "{pet}");
        }
        for (other, pet) in [("ANNA", "AZ"), ("DAVID", "DAZ"), ("LIZ", "LIZ"), ("Z", "ZZ"), ("ELIZABETH", "LIZ")] {
            assert!(!is_pet_form_in_z(other, pet), "{pet}");
        }
    }

    #[test]
    fn the_names_of_a_group_are_those_that_share_it() {
        for name in ["KATHLEEN", "LIZ", "GHEORGHE"] {
            for &group in nickname_groups(name) {
                assert!(names_of_group(group).contains(&name));
            }
        }
    }

    #[test]
    fn short_forms_share_a_group_with_their_formal_name() {
        for (formal, short) in [
            ("ELIZABETH", "LIZ"),
            ("ALFRED", "ALFIE"),
            ("KATARZYNA", "KASIA"),
            ("JAKUB", "KUBA"),
            ("JOSE", "ZE"),
            ("GHEORGHE", "GICA"),
            ("MOHAMMED", "MUHAMMAD"),
            ("STEPHEN", "STEVEN"),
        ] {
            assert!(share_a_group(formal, short), "{formal} {short}");
            assert!(share_a_group(short, formal), "{short} {formal}");
        }
    }

    #[test]
    fn a_shared_short_form_does_not_make_two_formal_names_equal() {
        for (left, right) in
            [("ALEXANDER", "ALEXANDRA"), ("CHRISTOPHER", "CHRISTINE"), ("SAMUEL", "SAMANTHA"), ("JACK", "JACOB"), ("AAA", "AAA")]
        {
            assert!(!share_a_group(left, right), "{left} {right}");
        }
    }

    #[test]
    fn the_list_is_written_as_forenames_are() {
        for line in FILE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            assert!(line.split(' ').count() >= 2, "a group of one: {line}");
            for name in line.split(' ') {
                let plain = name.bytes().all(|byte| byte.is_ascii_uppercase());
                assert!(plain && !name.is_empty(), "not plain: {line}");
            }
        }
        assert!(table().values().all(|groups| groups.is_sorted()));
    }
}
