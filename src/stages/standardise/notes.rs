//! The notes of a run: per unique value while it is read, per record in the end.
//!
//! What always holds: notes are sorted by record, field and code, and each stands there once.

use rayon::prelude::*;

use crate::model::{Field, Note, RawPersons};

use super::reading::NoteSet;

/// Collects what was noted about each unique value.
pub(super) struct Notebook<'a> {
    raw: &'a RawPersons,
    per_value: Vec<(Field, Vec<NoteSet>)>,
}

impl<'a> Notebook<'a> {
    pub(super) fn new(raw: &'a RawPersons) -> Self {
        Self { raw, per_value: Vec::new() }
    }

    /// The notes of a field's unique values, in the order of its column's codes.
    pub(super) fn add(&mut self, field: Field, notes: Vec<NoteSet>) {
        if notes.iter().any(|set| !set.is_empty()) {
            self.per_value.push((field, notes));
        }
    }

    /// One note per record, field and code.
    pub(super) fn finish(mut self) -> Vec<Note> {
        const CHUNK: usize = 16_384;
        self.per_value.sort_by_key(|&(field, _)| field);
        let columns: Vec<(Field, &[u32], &[NoteSet])> =
            self.per_value.iter().map(|(field, notes)| (*field, self.raw.column(*field).codes(), notes.as_slice())).collect();
        let rows: Vec<usize> = (0..self.raw.len()).collect();
        let chunks: Vec<Vec<Note>> = rows
            .par_chunks(CHUNK)
            .map(|rows| {
                let mut notes = Vec::new();
                for &row in rows {
                    for &(field, codes, sets) in &columns {
                        let set = codes.get(row).and_then(|&code| sets.get(code as usize)).copied().unwrap_or_default();
                        if !set.is_empty() {
                            notes.extend(set.iter().map(|code| Note { record: row as u32, field, code }));
                        }
                    }
                }
                notes
            })
            .collect();
        chunks.concat()
    }
}
