//! Which records are restricted: no output may show where these people live.
//!
//! What comes in: the agencies' marks, and the addresses in comparable form. What goes out: true for each record that an agency marks, and
//! for every other record at such an address, by its canonical form or its UPRN. What always holds: a place is restricted, not a row: in a
//! refuge one mark hides the address of everybody who lives there, whichever agency tells of them (domain.md §5.3).

use std::collections::BTreeSet;

use crate::model::{Field, NO_TEXT, RawPersons, StandardField, StandardPersons, TextColumn};

use super::{Table, letters, read_unique};

/// True for each restricted record.
pub(super) fn restricted(raw: &RawPersons, table: &Table) -> Vec<bool> {
    let mut restricted = marked(raw);
    to_everybody_there([StandardField::AddressKey, StandardField::Uprn].map(|field| table.column(field)), &mut restricted);
    restricted
}

/// Restricts every record at the place of a restricted one, after more of them were marked.
pub(super) fn spread(persons: &mut StandardPersons) {
    let mut restricted = std::mem::take(&mut persons.is_restricted);
    to_everybody_there([StandardField::AddressKey, StandardField::Uprn].map(|field| persons.column(field)), &mut restricted);
    persons.is_restricted = restricted;
}

fn to_everybody_there(places: [&TextColumn; 2], restricted: &mut [bool]) {
    if !restricted.contains(&true) {
        return;
    }
    let hidden = places.map(|column| places_of(column, restricted));
    for (row, restricted) in restricted.iter_mut().enumerate() {
        *restricted |= places.iter().zip(&hidden).any(|(column, hidden)| hidden.contains(&column.code(row)));
    }
}

/// True where the agency marks the record.
fn marked(raw: &RawPersons) -> Vec<bool> {
    let column = raw.column(Field::Restricted);
    let marks = read_unique(column, |value| {
        matches!(
            letters::alphanumeric(value).as_str(),
            "Y" | "YES" | "TRUE" | "T" | "1" | "X" | "RESTRICTED" | "CONFIDENTIAL" | "SENSITIVE"
        )
    });
    column.codes().iter().map(|&code| marks.get(code as usize).copied().unwrap_or(false)).collect()
}

/// Codes of the places at which a marked record stands.
fn places_of(column: &TextColumn, marked: &[bool]) -> BTreeSet<u32> {
    let codes = marked.iter().enumerate().filter(|(_, marked)| **marked).map(|(row, _)| column.code(row));
    codes.filter(|&code| code != NO_TEXT).collect()
}
