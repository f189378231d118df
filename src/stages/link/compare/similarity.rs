//! How alike two texts are, as `strsim` defines it, computed once per pair of unique values.
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
        let bits = (names.max(1).ilog2() + 3).clamp(10, 18);
        Self { names: Table::new(bits), emails: Table::new(12), further: (0..further).map(|_| Table::new(14)).collect() }
    }

    /// How alike two different names are.
    pub(crate) fn names(&mut self, left: (u32, &Name), right: (u32, &Name)) -> Closeness {
        self.names.remember(left.0, right.0, || names_closeness(left.1, right.1))
    }

    /// How alike two different e-mail addresses are.
    pub(crate) fn emails(&mut self, left: (u32, &str), right: (u32, &str)) -> Closeness {
        self.emails.remember(left.0, right.0, || texts_closeness(left.1, right.1))
    }

    /// How alike two different values of a further field are.
    pub(crate) fn further(&mut self, number: usize, left: u32, right: u32, compute: impl FnOnce() -> Closeness) -> Closeness {
        match self.further.get_mut(number) {
            Some(table) => table.remember(left, right, compute),
            None => compute(),
        }
    }
}

/// Each slot holds two codes, and in the upper bit of each of them, which no code uses, how alike they are.
struct Table {
    slots: Vec<u64>,
    mask: u64,
}

/// The bits of a slot that tell how alike the two are.
const HOW_ALIKE: u64 = 1 << 63 | 1 << 31;

impl Table {
    fn new(bits: u32) -> Self {
        Self { slots: vec![u64::MAX; 1 << bits], mask: (1 << bits) - 1 }
    }

    fn remember(&mut self, left: u32, right: u32, compute: impl FnOnce() -> Closeness) -> Closeness {
        let key = u64::from(left.min(right)) << 32 | u64::from(left.max(right));
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

/// How alike two different names are.
pub(crate) fn names_closeness(left: &Name, right: &Name) -> Closeness {
    let closeness = texts_closeness(&left.text, &right.text);
    let same_sound = left.sound != NONE && left.sound == right.sound;
    if closeness == Closeness::Different && same_sound { Closeness::Similar } else { closeness }
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
