//! How complete and how usable each feed's fields are.
//!
//! What comes in: person records and the notes of standardisation. What goes out: one line per feed, role and field.
//! What always holds: counts are per person record; a note given twice counts once; no value is ever read, only whether
//! there is one.

use rayon::prelude::*;

use super::contents::RunContents;
use super::words;
use crate::model::{Field, NO_TEXT, Note, NoteCode, PersonRole};

/// One feed, role and field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QualityLine {
    /// Index of the source.
    pub(super) source: u16,
    /// Role on the row.
    pub(super) role: PersonRole,
    /// The field.
    pub(super) field: Field,
    /// Person records of that source and role.
    pub(super) records: u64,
    /// Those whose field is filled.
    pub(super) present: u64,
    /// Those whose field cannot be used.
    pub(super) unusable: u64,
    /// Those whose field was changed and then used.
    pub(super) changed: u64,
    /// What was noticed, and in how many records.
    pub(super) notes: Vec<(NoteCode, u64)>,
}

impl QualityLine {
    /// Records whose field is filled and usable.
    pub(super) fn usable(&self) -> u64 {
        self.present.saturating_sub(self.unusable)
    }
}

/// The notes of standardisation by record, each once.
pub(super) struct RecordNotes(Vec<Note>);

impl RecordNotes {
    pub(super) fn of(notes: &[Note]) -> Self {
        let mut notes = notes.to_vec();
        notes.par_sort_unstable_by_key(|note| (note.record, note.field, note.code));
        notes.dedup();
        Self(notes)
    }

    /// The notes of a record.
    pub(super) fn of_record(&self, record: u32) -> &[Note] {
        let start = self.0.partition_point(|note| note.record < record);
        let rest = self.0.get(start..).unwrap_or_default();
        let end = rest.iter().take_while(|note| note.record == record).count();
        rest.get(..end).unwrap_or_default()
    }
}

/// A feed and role as one small number.
fn group(source: u16, role: PersonRole) -> usize {
    source as usize * PersonRole::ALL.len() + role as usize
}

/// Counts per feed and role of one field.
#[derive(Clone, Default)]
struct FieldCounts {
    present: u64,
    unusable: u64,
    changed: u64,
    notes: Vec<(NoteCode, u64)>,
}

/// Lines sorted by source name, role and field.
pub(super) fn quality(run: &RunContents<'_>) -> Vec<QualityLine> {
    let groups: Vec<usize> =
        run.raw_persons.position.iter().zip(&run.raw_persons.role).map(|(position, &role)| group(position.source, role)).collect();
    let count = run.sources.len() * PersonRole::ALL.len();
    let mut records = vec![0_u64; count];
    for &group in &groups {
        if let Some(records) = records.get_mut(group) {
            *records += 1;
        }
    }
    let mut notes: Vec<Vec<(u32, NoteCode)>> = vec![Vec::new(); Field::ALL.len()];
    for note in RecordNotes::of(run.notes).0 {
        if let Some(of_field) = notes.get_mut(note.field as usize) {
            of_field.push((note.record, note.code));
        }
    }
    let fields: Vec<Vec<FieldCounts>> =
        Field::ALL.par_iter().zip(&notes).map(|(&field, notes)| count_field(run, field, &groups, notes, count)).collect();
    let mut lines = Vec::new();
    let mut sources: Vec<u16> = (0..run.sources.len() as u16).collect();
    sources.sort_by_key(|&source| run.source_name(source));
    for source in sources {
        for &role in PersonRole::ALL {
            for (&field, counts) in Field::ALL.iter().zip(&fields) {
                let at = group(source, role);
                let (Some(counts), Some(&records)) = (counts.get(at), records.get(at)) else { continue };
                if counts.present > 0 {
                    lines.push(QualityLine {
                        source,
                        role,
                        field,
                        records,
                        present: counts.present,
                        unusable: counts.unusable.min(counts.present),
                        changed: counts.changed,
                        notes: counts.notes.clone(),
                    });
                }
            }
        }
    }
    lines
}

/// Counts one field; `notes` are those on it, by record.
fn count_field(run: &RunContents<'_>, field: Field, groups: &[usize], notes: &[(u32, NoteCode)], count: usize) -> Vec<FieldCounts> {
    let mut counts = vec![FieldCounts::default(); count];
    for (&group, &code) in groups.iter().zip(run.raw_persons.column(field).codes()) {
        if code != NO_TEXT
            && let Some(counts) = counts.get_mut(group)
        {
            counts.present += 1;
        }
    }
    for of_record in notes.chunk_by(|a, b| a.0 == b.0) {
        let codes = || of_record.iter().map(|&(_, code)| code);
        let Some(&(record, _)) = of_record.first() else { continue };
        let Some(counts) = groups.get(record as usize).and_then(|&group| counts.get_mut(group)) else { continue };
        let unusable = codes().any(words::is_unusable);
        counts.unusable += u64::from(unusable);
        counts.changed += u64::from(!unusable && codes().any(words::is_change));
        for code in codes() {
            match counts.notes.iter_mut().find(|(found, _)| *found == code) {
                Some((_, records)) => *records += 1,
                None => counts.notes.push((code, 1)),
            }
        }
    }
    for counts in &mut counts {
        counts.notes.sort_unstable();
    }
    counts
}
