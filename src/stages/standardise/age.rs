//! Ages, where systems keep no date of birth.
//!
//! What comes in: ages as written and the days on which the extracts stood. What goes out: the days between which each person was born. What always holds: an age that cannot be read
//! says nothing and is noted; nor does one that cannot be true of the role on the row, such as a tenant's of nought; a column without ages costs nothing.

use super::letters::{alphanumeric, fold};
use super::notes::FieldNotes;
use super::placeholder::is_placeholder;
use super::read_unique;
use super::reading::NoteSet;
use crate::model::age::{Age, read_age};
use crate::model::{Day, Field, NO_DAY, NoteCode, PersonRole, RawPersons};

/// Reads the ages.
pub(super) fn ages(raw: &RawPersons) -> (Vec<(Day, Day)>, FieldNotes) {
    let column = raw.column(Field::Age);
    let ages: Vec<Result<Age, NoteCode>> = read_unique(column, |written| match read_age(written) {
        Some(age) => Ok(age),
        None if is_placeholder(&alphanumeric(&fold(written))) => Err(NoteCode::Placeholder),
        None => Err(NoteCode::BadFormat),
    });
    let notes = ages.iter().map(|age| age.err().map_or_else(NoteSet::default, NoteSet::of)).collect();
    if column.is_absent() {
        return (Vec::new(), (Field::Age, notes));
    }
    let between = |((&code, &as_at), role): ((&u32, &Day), &PersonRole)| {
        let age = ages.get(code as usize).and_then(|age| age.as_ref().ok()).filter(|_| as_at != NO_DAY);
        let age = age.filter(|age| role.ages().is_none_or(|ages| age.may_be(ages)));
        age.map_or((NO_DAY, NO_DAY), |age| {
            let between = age.born_between(as_at);
            (between.first, between.last)
        })
    };
    (column.codes().iter().zip(&raw.as_at).zip(&raw.role).map(between).collect(), (Field::Age, notes))
}
