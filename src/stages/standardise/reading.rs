//! What reading one raw value gives: the comparable value and what was done to it.
//!
//! What always holds: a reading never keeps the raw value; its notes are a set, so a value carries each code once.

use crate::model::NoteCode;

/// A set of [`NoteCode`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoteSet(u32);

impl NoteSet {
    /// A set of one code.
    #[must_use]
    pub fn of(code: NoteCode) -> Self {
        Self(1 << code as u8)
    }

    /// Adds a code.
    pub fn insert(&mut self, code: NoteCode) {
        self.0 |= 1 << code as u8;
    }

    /// Adds all codes of another set.
    pub fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// True if the code is in the set.
    #[must_use]
    pub fn contains(self, code: NoteCode) -> bool {
        self.0 & (1 << code as u8) != 0
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The codes in the order of [`NoteCode::ALL`].
    pub fn iter(self) -> impl Iterator<Item = NoteCode> {
        NoteCode::ALL.iter().copied().filter(move |&code| self.contains(code))
    }
}

/// One value read.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Reading {
    /// The comparable value, `None` where nothing usable was there.
    pub value: Option<String>,
    /// What was done or noticed.
    pub notes: NoteSet,
}

impl Reading {
    /// No value, and why.
    #[must_use]
    pub fn absent(code: NoteCode) -> Self {
        Self { value: None, notes: NoteSet::of(code) }
    }

    /// A value; [`NoteCode::Cleaned`] is noted if more than letter case and outer space differ from the raw value.
    #[must_use]
    pub fn cleaned(raw: &str, value: String) -> Self {
        let mut notes = NoteSet::default();
        if !raw.trim().eq_ignore_ascii_case(&value) {
            notes.insert(NoteCode::Cleaned);
        }
        Self { value: Some(value), notes }
    }

    /// A value with a note of its own if more than letter case and outer space differ from the raw value.
    #[must_use]
    pub fn changed(raw: &str, value: String, code: NoteCode) -> Self {
        let mut notes = NoteSet::default();
        if !raw.trim().eq_ignore_ascii_case(&value) {
            notes.insert(code);
        }
        Self { value: Some(value), notes }
    }

    /// The same with a further note.
    #[must_use]
    pub fn noting(mut self, code: NoteCode) -> Self {
        self.notes.insert(code);
        self
    }
}
