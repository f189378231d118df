//! Who is not born yet.
//!
//! What comes in: what standardisation noted of records, whose record is whose, what is known of births. What goes out: [`Unborn`]. What always holds: somebody with a date of birth that
//! has come, or with a forename on any record, is born; a date to come alone makes nobody unborn who has a forename, for it may be a slip of the year.

use super::person::{Note, NoteCode};
use super::{Day, Field, Linked, NO_DAY, StandardField, StandardPersons};

/// For each person whether agencies know of them as an expected child only ("Unborn", or no forename and a date of birth to come).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unborn(pub Vec<bool>);

impl Unborn {
    /// Told from the notes of the records; `born` is the date of birth of each person.
    #[must_use]
    pub fn of(notes: &[Note], persons: &StandardPersons, linked: &Linked, born: &[Day]) -> Self {
        let mut unborn = vec![false; linked.persons()];
        let person_of = |record: u32| linked.person_of_record.get(record as usize).map_or(usize::MAX, |&person| person as usize);
        let is_named = |record: u32| persons.get(StandardField::Forename, record as usize).is_some();
        let expected = notes.iter().filter(|note| note.code == NoteCode::Expected);
        for note in expected.filter(|note| note.field != Field::DateOfBirth || !is_named(note.record)) {
            let person = person_of(note.record);
            if let Some(slot) = unborn.get_mut(person) {
                *slot = born.get(person).is_none_or(|&born| born == NO_DAY);
            }
        }
        if unborn.contains(&true) {
            for record in (0..persons.len() as u32).filter(|&record| is_named(record)) {
                if let Some(slot) = unborn.get_mut(person_of(record)) {
                    *slot = false;
                }
            }
        }
        Self(unborn)
    }

    /// True if the person is not born yet.
    #[must_use]
    pub fn holds(&self, person: u32) -> bool {
        self.0.get(person as usize).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RecordPosition, TextColumn};

    /// Person, forename, what is noted of which field.
    type Record = (u32, &'static str, &'static [(Field, NoteCode)]);

    /// Who of these records' people is not born yet.
    fn unborn(records: &[Record], born: &[Day]) -> Vec<bool> {
        let mut persons = StandardPersons { position: vec![RecordPosition::default(); records.len()], ..StandardPersons::default() };
        persons.columns = vec![TextColumn::absent(records.len()); StandardField::ALL.len()];
        let forenames = records.iter().map(|(_, forename, _)| Some(*forename).filter(|forename| !forename.is_empty()));
        persons.columns[StandardField::Forename as usize] = TextColumn::collect(forenames);
        let note = |(record, of): (usize, &Record)| {
            of.2.iter().map(|&(field, code)| Note { record: record as u32, field, code }).collect::<Vec<_>>()
        };
        let notes: Vec<Note> = records.iter().enumerate().flat_map(note).collect();
        let linked = Linked {
            person_of_record: records.iter().map(|(person, ..)| *person).collect(),
            person_ids: born.iter().map(|born| format!("P{born}")).collect(),
            ..Linked::default()
        };
        Unborn::of(&notes, &persons, &linked, born).0
    }

    #[test]
    fn whoever_has_a_name_or_a_day_of_birth_that_has_come_is_born() {
        const SAID: &[(Field, NoteCode)] = &[(Field::Forename, NoteCode::NoForenameYet), (Field::Forename, NoteCode::Expected)];
        const DUE: &[(Field, NoteCode)] = &[(Field::DateOfBirth, NoteCode::Expected), (Field::DateOfBirth, NoteCode::OutOfRange)];
        const BABY: &[(Field, NoteCode)] = &[(Field::Forename, NoteCode::NoForenameYet)];
        let alone = |record: Record| unborn(&[record], &[NO_DAY]) == [true];
        assert!(alone((0, "", SAID)) && alone((0, "", DUE)));
        assert!(!alone((0, "", BABY)), "a baby is born");
        assert!(!alone((0, "ANN", DUE)), "a slip of the year");
        assert_eq!(unborn(&[(0, "", SAID)], &[15_000]), [false], "another record knows the day");
        assert_eq!(unborn(&[(0, "", SAID), (0, "ANN", &[]), (1, "", SAID)], &[NO_DAY; 2]), [false, true], "another record knows the name");
        assert_eq!(unborn(&[(u32::MAX, "", SAID), (0, "ANN", &[])], &[NO_DAY]), [false], "a test record is nobody's");
    }
}
