//! Columns of which hardly a value can be used.
//!
//! What comes in: the records as delivered, and what standardisation noted. What goes out: a warning for each feed and field of which most values count as missing. What always holds: no value is shown.
//! One bad value in a hundred is a slip and stands in `data_quality`; most of them are a wrong column, or one of another country, and linkage would do without it unsaid.

use std::collections::BTreeMap;

use crate::model::{Field, NO_TEXT, Note, NoteCode, RawPersons, Source};

/// Values from which a column is judged.
const ENOUGH: u64 = 100;

/// Warns of each feed and field of which more than half of the values cannot be used.
pub(super) fn unusable(persons: &RawPersons, notes: &[Note], sources: &[Source]) -> Vec<String> {
    let is_bad = |code: NoteCode| {
        matches!(
            code,
            NoteCode::BadFormat | NoteCode::BadCheckDigit | NoteCode::NotADate | NoteCode::OutOfRange | NoteCode::SpreadsheetDamage
        )
    };
    let source_of = |record: usize| persons.position.get(record).map(|position| position.source);
    let mut bad: Vec<(Field, u32)> = notes.iter().filter(|note| is_bad(note.code)).map(|note| (note.field, note.record)).collect();
    bad.sort_unstable();
    bad.dedup();
    let mut counts: BTreeMap<(u16, Field), u64> = BTreeMap::new();
    for (field, record) in bad {
        if let Some(source) = source_of(record as usize) {
            *counts.entry((source, field)).or_default() += 1;
        }
    }
    let mut warnings: Vec<(String, String)> = Vec::new();
    for ((source, field), bad) in counts.into_iter().filter(|(_, bad)| *bad >= ENOUGH / 2) {
        let codes = persons.column(field).codes().iter().enumerate();
        let present = codes.filter(|&(record, &code)| code != NO_TEXT && source_of(record) == Some(source)).count() as u64;
        if let Some(feed) = sources.get(usize::from(source)).filter(|_| present >= ENOUGH && bad * 2 > present) {
            let field = field.name();
            let text = format!(
                "{}: {bad} of {present} values of `{field}` are none and count as missing: is it the right column? Of another kind or country it can be compared as a field of its own ([[person.compare]])",
                feed.name
            );
            warnings.push((feed.name.clone(), text));
        }
    }
    warnings.sort();
    warnings.into_iter().map(|(_, text)| text).collect()
}
