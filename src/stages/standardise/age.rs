//! Ages, where systems keep no date of birth.
//!
//! What comes in: ages as written and the days on which the extracts stood. What goes out: the days between which each person was born. What always holds: an age that cannot be read
//! says nothing and is noted; so does one that cannot be true of the role on the row, such as a tenant's of nought; a column without ages costs nothing.

use super::letters::{alphanumeric, fold};
use super::notes::FieldNotes;
use super::placeholder::is_placeholder;
use super::read_unique;
use super::reading::NoteSet;
use crate::model::age::{Age, read_age};
use crate::model::{Day, Field, NO_DAY, NoteCode, RawPersons};

/// What the ages say.
pub(super) struct Ages {
    /// Days between which each person was born, `NO_DAY` both where no age tells; empty if no record has one.
    pub(super) between: Vec<(Day, Day)>,
    /// What was noticed, by unique value.
    pub(super) notes: FieldNotes,
    /// Records whose age cannot be true of the role on the row.
    pub(super) contradicted: Vec<u32>,
}

/// Reads the ages.
pub(super) fn ages(raw: &RawPersons) -> Ages {
    let column = raw.column(Field::Age);
    let read: Vec<Result<Age, NoteCode>> = read_unique(column, |written| match read_age(written) {
        Some(age) => Ok(age),
        None if is_placeholder(&alphanumeric(&fold(written))) => Err(NoteCode::Placeholder),
        None => Err(NoteCode::BadFormat),
    });
    let notes = read.iter().map(|age| age.err().map_or_else(NoteSet::default, NoteSet::of)).collect();
    let mut ages = Ages { between: Vec::new(), notes: (Field::Age, notes), contradicted: Vec::new() };
    if column.is_absent() {
        return ages;
    }
    for (((&code, &as_at), role), record) in column.codes().iter().zip(&raw.as_at).zip(&raw.role).zip(0..) {
        let age = read.get(code as usize).and_then(|age| age.as_ref().ok());
        let contradicted = age.is_some_and(|age| role.ages().is_some_and(|ages| !age.may_be(ages)));
        ages.contradicted.extend(contradicted.then_some(record));
        let between = age.filter(|_| as_at != NO_DAY && !contradicted).map(|age| age.born_between(as_at));
        ages.between.push(between.map_or((NO_DAY, NO_DAY), |between| (between.first, between.last)));
    }
    ages
}
