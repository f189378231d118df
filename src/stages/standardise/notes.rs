//! The notes of a run: per unique value while it is read, per record in the end.
//!
//! What always holds: notes are sorted by record, field and code, and each stands there once.

use rayon::prelude::*;

use crate::model::{Field, Note, RawPersons};

use super::reading::NoteSet;

/// What was noted about each unique value of a field, in the order of its column's codes.
pub(super) type FieldNotes = (Field, Vec<NoteSet>);

/// One note per record, field and code.
pub(super) fn by_record(raw: &RawPersons, mut noted: Vec<FieldNotes>) -> Vec<Note> {
    const CHUNK: usize = 16_384;
    noted.retain(|(_, notes)| notes.iter().any(|set| !set.is_empty()));
    noted.sort_by_key(|&(field, _)| field);
    let columns: Vec<(Field, &[u32], &[NoteSet])> =
        noted.iter().map(|(field, notes)| (*field, raw.column(*field).codes(), notes.as_slice())).collect();
    let chunks: Vec<Vec<Note>> = (0..raw.len().div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut notes = Vec::new();
            for row in chunk * CHUNK..raw.len().min((chunk + 1) * CHUNK) {
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
