//! How alike two texts are, as `strsim` defines it: computed once per pair of unique values, of names only where their letters do not tell already.
//!
//! What comes in: two unique names or e-mail addresses. What goes out: a [`Closeness`]. What always holds: the answer does not
//! depend on what was asked before; the memory only saves time. It is a table of fixed size in which a newer pair displaces an
//! older one, so memory per worker is bounded.

use super::super::encode::{NONE, Name};
use super::super::hash::mix;

/// Jaro–Winkler similarity from which two names are close (the upper of the two usual thresholds: Winkler 1990; Splink's `NameComparison`).
const CLOSE: f64 = 0.92;
/// Jaro–Winkler similarity from which two names are similar.
const SIMILAR: f64 = 0.85;

/// How alike two different texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Closeness {
    /// Not alike.
    Different,
    /// The same sound, a Jaro–Winkler similarity of 0.85, or one is how the other begins.
    Similar,
    /// One edit or transposition apart, or a Jaro–Winkler similarity of 0.92.
    Close,
}

/// A worker's memory of similarities.
pub(crate) struct Memory {
    names: Table,
    emails: Table,
    further: Vec<Table>,
}

impl Memory {
    /// An empty memory fit for so many unique names and so many further fields.
    pub(crate) fn new(names: usize, further: usize) -> Self {
        let bits = (names.max(1).ilog2() + 3).clamp(10, 19);
        Self { names: Table::new(bits), emails: Table::new(12), further: (0..further).map(|_| Table::new(14)).collect() }
    }

    /// How alike two different names are.
    pub(crate) fn names(&mut self, left: (u32, &Name), right: (u32, &Name)) -> Closeness {
        if surely_different(left.1, right.1) {
            return Closeness::Different;
        }
        self.names.remember(left.0, right.0, || names_closeness(left.1, right.1))
    }

    /// How alike two different e-mail addresses are. They are made of names: those of two people of like names look alike and differ in their numbers, which a slip of one digit alone explains.
    pub(crate) fn emails(&mut self, left: (u32, &str), right: (u32, &str)) -> Closeness {
        self.emails.remember(left.0, right.0, || {
            let is_slip = left.1.len().abs_diff(right.1.len()) <= 1 && strsim::osa_distance(left.1, right.1) <= 1;
            if is_slip || !have_other_numbers(left.1, right.1) { texts_closeness(left.1, right.1) } else { Closeness::Different }
        })
    }

    /// How alike two different values of a further field are.
    pub(crate) fn further(&mut self, number: usize, left: u32, right: u32, compute: impl FnOnce() -> Closeness) -> Closeness {
        match self.further.get_mut(number) {
            Some(table) => table.remember(left, right, compute),
            None => compute(),
        }
    }
}

/// Each slot holds two codes, and in the upper bit of each of them, which no code uses, how alike they are. There are none before the first question.
struct Table {
    slots: Vec<u64>,
    mask: u64,
}

/// The bits of a slot that tell how alike the two are.
const HOW_ALIKE: u64 = 1 << 63 | 1 << 31;

impl Table {
    fn new(bits: u32) -> Self {
        Self { slots: Vec::new(), mask: (1 << bits) - 1 }
    }

    fn remember(&mut self, left: u32, right: u32, compute: impl FnOnce() -> Closeness) -> Closeness {
        let key = u64::from(left.min(right)) << 32 | u64::from(left.max(right));
        if self.slots.is_empty() {
            self.slots = vec![u64::MAX; self.mask as usize + 1];
        }
        let slot = self.slots.get_mut((mix(key) & self.mask) as usize).expect("the mask keeps the slot inside the table");
        if *slot & !HOW_ALIKE != key {
            *slot = key
                | match compute() {
                    Closeness::Different => 0,
                    Closeness::Similar => 1 << 31,
                    Closeness::Close => 1 << 63,
                };
        }
        match *slot & HOW_ALIKE {
            0 => Closeness::Different,
            0x8000_0000 => Closeness::Similar,
            _ => Closeness::Close,
        }
    }
}

/// True only if two names are [`Closeness::Different`], told from which letters each has: most pairs are, and need not be looked at letter by letter. A letter
/// that the other name lacks matches nothing there, which bounds the Jaro–Winkler similarity from above and the edits from below.
fn surely_different(left: &Name, right: &Name) -> bool {
    if left.letters == NO_LETTERS || right.letters == NO_LETTERS || (left.sound == right.sound && left.sound != NONE) {
        return false;
    }
    let (first, second) = (left.text.len(), right.text.len());
    let (only_left, only_right) = only_in(left, right);
    let common = first.saturating_sub(only_left).min(second.saturating_sub(only_right));
    let jaro = if common == 0 { 0.0 } else { (common as f64 / first as f64 + common as f64 / second as f64 + 1.0) / 3.0 };
    let same_start = left.initial == right.initial;
    let winkler = if same_start { jaro + 0.4 * (1.0 - jaro) } else { jaro };
    let shorter = first.min(second);
    let one_edit = shorter >= 4 && first.abs_diff(second) <= 1 && only_left <= 1 && only_right <= 1;
    let begins = same_start && common >= shorter;
    winkler < SIMILAR - ROUNDING && !one_edit && !begins
}

/// How many letters only the one and only the other name has.
fn only_in(left: &Name, right: &Name) -> (usize, usize) {
    let lacking = |one: &Name, other: &Name| (one.letters & !other.letters).count_ones() as usize;
    (lacking(left, right), lacking(right, left))
}

/// Edits that lie between two names at least: a letter that the other lacks takes one.
pub(crate) fn least_edits(left: &Name, right: &Name) -> usize {
    if left.letters == NO_LETTERS || right.letters == NO_LETTERS {
        return 0;
    }
    let (only_left, only_right) = only_in(left, right);
    only_left.max(only_right)
}

/// True unless it is sure that a name has no such letter.
pub(crate) fn may_hold(name: &Name, letter: u8) -> bool {
    name.letters & (1 << (letter & 31)) != 0
}

/// What rounding may make of a similarity.
const ROUNDING: f64 = 1e-9;

/// Which letters a name has, a bit each; [`NO_LETTERS`] if that is not told.
pub(crate) fn letters(name: &str) -> u32 {
    if name.is_ascii() { name.bytes().fold(0, |letters, letter| letters | 1 << (letter & 31)) } else { NO_LETTERS }
}

/// Stands for letters beyond A to Z.
const NO_LETTERS: u32 = u32::MAX;

/// How alike two different names are.
pub(crate) fn names_closeness(left: &Name, right: &Name) -> Closeness {
    let closeness = texts_closeness(&left.text, &right.text);
    let same_sound = left.sound != NONE && left.sound == right.sound;
    if closeness == Closeness::Different && same_sound { Closeness::Similar } else { closeness }
}

/// True if each of two texts has a number that the other lacks.
pub(crate) fn have_other_numbers(left: &str, right: &str) -> bool {
    fn numbers(text: &str) -> impl Iterator<Item = &str> {
        text.split(|letter: char| !letter.is_ascii_digit()).map(|number| number.trim_start_matches('0')).filter(|number| !number.is_empty())
    }
    let lacks = |left: &str, right: &str| numbers(left).any(|number| numbers(right).all(|other| other != number));
    lacks(left, right) && lacks(right, left)
}

/// How alike two different texts are.
pub(crate) fn texts_closeness(left: &str, right: &str) -> Closeness {
    let shorter = left.len().min(right.len());
    if shorter >= 4 && left.len().abs_diff(right.len()) <= 1 && strsim::osa_distance(left, right) <= 1 {
        return Closeness::Close;
    }
    let similarity = strsim::jaro_winkler(left, right);
    let begins = shorter >= 3 && (left.starts_with(right) || right.starts_with(left));
    match similarity {
        similarity if similarity >= CLOSE => Closeness::Close,
        similarity if similarity >= SIMILAR || begins => Closeness::Similar,
        _ => Closeness::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::hash::mix;
    use super::*;

    #[test]
    fn names_told_apart_by_their_letters_are_different_letter_by_letter() {
        let syllables =
            ["AN", "NA", "BEL", "LA", "JO", "HN", "SON", "MAR", "TI", "N", "O", "SMI", "TH", "KA", "TE", "RY", " ", "-", "'", "3", "É", ""];
        let made = |seed: u64| -> String {
            let count = 1 + mix(seed) % 4;
            (0..count).filter_map(|place| syllables.get((mix(seed ^ mix(place + 7)) % syllables.len() as u64) as usize)).copied().collect()
        };
        let names: Vec<Name> = (0..900).map(|seed| Name::for_tests(&made(seed))).collect();
        let (mut sure, mut alike) = (0, 0);
        for left in &names {
            for right in names.iter().filter(|right| right.text != left.text) {
                let closeness = names_closeness(left, right);
                let told = surely_different(left, right);
                assert!(!told || closeness == Closeness::Different, "{} {}", left.text, right.text);
                assert!(least_edits(left, right) <= strsim::osa_distance(&left.text, &right.text));
                sure += u32::from(told);
                alike += u32::from(closeness != Closeness::Different);
            }
        }
        assert!(sure > 300_000 && alike > 3_000, "{sure} {alike}");
    }
}
