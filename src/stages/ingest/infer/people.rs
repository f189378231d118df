//! Columns to persons: one person of the row, or several by their words and numbers.
//!
//! What comes in: columns. What goes out: persons with the columns of their fields.
//! What always holds: a number counts persons only behind a person's word or if several fields carry the same numbers; behind "Address" it
//! counts lines.

use std::collections::BTreeMap;

use super::headers::{DraftColumn, DraftKey};
use super::words::BirthPart;
use crate::model::Field;
use crate::model::person::PersonRole;

/// A person of the draft.
pub(super) struct DraftPerson {
    pub(super) slot: String,
    pub(super) role: PersonRole,
    /// Field and headers, in the order of the file.
    pub(super) fields: BTreeMap<Field, Vec<String>>,
    pub(super) key: Option<String>,
    /// Header that says how this person stands to the main one.
    pub(super) relation: Option<String>,
    /// True for the person whose columns name nobody.
    pub(super) is_main: bool,
}

const NAMES: [Field; 3] = [Field::FullName, Field::Forename, Field::Surname];
/// Fields that people of one household share.
const SHARED: [Field; 6] = [Field::Address, Field::Postcode, Field::Uprn, Field::HouseholdAccount, Field::AddressFrom, Field::AddressTo];
/// Fields that say who somebody is.
const WHO: [Field; 9] = [
    Field::FullName,
    Field::Forename,
    Field::Surname,
    Field::DateOfBirth,
    Field::NhsNumber,
    Field::Nino,
    Field::Upn,
    Field::FormerUpn,
    Field::Uln,
];

fn is_somebody(person: &DraftPerson) -> bool {
    person.fields.keys().any(|field| WHO.contains(field))
}

/// Groups the columns by the person they speak of.
pub(super) fn group(columns: &[DraftColumn]) -> Vec<DraftPerson> {
    let counting = counting_numbers(columns);
    let mut people: Vec<DraftPerson> = Vec::new();
    for column in columns.iter().filter(|column| column.field.is_some() || column.key == DraftKey::Person || column.is_relation) {
        let (slot, role) = slot_of(column, &counting);
        if !people.iter().any(|person| person.slot == slot) {
            let is_main = slot == MAIN;
            people.push(DraftPerson { slot: slot.clone(), role, fields: BTreeMap::new(), key: None, relation: None, is_main });
        }
        let person = people.iter_mut().find(|person| person.slot == slot);
        let Some(person) = person else { continue };
        match column.field {
            Some(field) => person.fields.entry(field).or_default().push(column.header.clone()),
            None if column.is_relation => person.relation = Some(column.header.clone()),
            None => person.key = person.key.take().or_else(|| Some(column.header.clone())),
        }
    }
    for person in &mut people {
        order_birth(person, columns);
    }
    merge_keys(&mut people);
    complete(&mut people);
    share(&mut people);
    people.retain(is_somebody);
    for person in people.iter_mut().filter(|person| person.is_main) {
        if person.fields.contains_key(&Field::Upn) {
            person.role = PersonRole::Child;
        }
    }
    people
}

/// Puts the parts of a date of birth in order. A whole date beside them says it better; parts without a year are none.
fn order_birth(person: &mut DraftPerson, columns: &[DraftColumn]) {
    let part = |header: &String| columns.iter().find(|column| column.header == *header).and_then(|column| column.birth_part);
    let Some(headers) = person.fields.get_mut(&Field::DateOfBirth) else { return };
    if headers.iter().any(|header| part(header).is_none()) {
        headers.retain(|header| part(header).is_none());
        return;
    }
    headers.sort_by_key(part);
    headers.dedup_by_key(|header| part(header));
    if headers.first().and_then(part) != Some(BirthPart::Year) {
        person.fields.remove(&Field::DateOfBirth);
    }
}

const MAIN: &str = "person";

/// Numbers that count persons although no word says so: those that several different fields carry.
fn counting_numbers(columns: &[DraftColumn]) -> Vec<u32> {
    let mut fields: BTreeMap<u32, Vec<Field>> = BTreeMap::new();
    for column in columns.iter().filter(|column| column.person.is_none()) {
        if let (Some(number), Some(field)) = (column.number, column.field)
            && field != Field::Address
            && !fields.entry(number).or_default().contains(&field)
        {
            fields.entry(number).or_default().push(field);
        }
    }
    let counts =
        |fields: &Vec<Field>| fields.len() >= 2 && fields.iter().any(|field| NAMES.contains(field) || *field == Field::DateOfBirth);
    fields.iter().filter(|(_, fields)| counts(fields)).map(|(number, _)| *number).collect()
}

fn slot_of(column: &DraftColumn, counting: &[u32]) -> (String, PersonRole) {
    match (&column.person, column.number) {
        (Some((name, role)), Some(number))
            if column.field != Some(Field::Address) || column.header.find(char::is_numeric) < column.header.to_lowercase().find("addr") =>
        {
            (format!("{name}{number}"), *role)
        }
        (Some((name, role)), _) => (name.clone(), *role),
        (None, Some(number)) if counting.contains(&number) => (format!("{MAIN}{number}"), PersonRole::Person),
        (None, _) => (MAIN.to_owned(), PersonRole::Person),
    }
}

/// A person of whom only a key or a shared field is known is the row's own person: `PupilId` beside "Surname" is the pupil's.
fn merge_keys(people: &mut Vec<DraftPerson>) {
    let is_thin =
        |person: &DraftPerson| !person.is_main && !person.fields.keys().any(|field| NAMES.contains(field) || *field == Field::DateOfBirth);
    let has_main = people.iter().any(|person| person.is_main && person.fields.keys().any(|field| NAMES.contains(field)));
    if !has_main {
        return;
    }
    let (thin, mut kept): (Vec<DraftPerson>, Vec<DraftPerson>) = std::mem::take(people).into_iter().partition(is_thin);
    if let Some(main) = kept.iter_mut().find(|person| person.is_main) {
        for person in thin {
            main.key = main.key.take().or(person.key);
            main.relation = main.relation.take().or(person.relation);
            if person.role != PersonRole::Person && main.role == PersonRole::Person {
                main.role = person.role;
            }
            for (field, mut headers) in person.fields {
                main.fields.entry(field).or_default().append(&mut headers);
            }
        }
    }
    *people = kept;
}

/// Columns that name no person and hold no name (`DOB`, `PersonID`) belong to the one whose columns hold the names: `Child Surname` beside `DOB`. Of
/// several such people it is the child.
fn complete(people: &mut Vec<DraftPerson>) {
    let is_named = |person: &DraftPerson| person.fields.keys().any(|field| NAMES.contains(field));
    let Some(main) = people.iter().position(|person| person.is_main && !is_named(person) && is_somebody(person)) else { return };
    let lacks =
        |person: &DraftPerson| people.get(main).is_some_and(|main| !main.fields.keys().any(|field| person.fields.contains_key(field)));
    let fitting: Vec<usize> =
        (0..people.len()).filter(|&place| people.get(place).is_some_and(|person| is_named(person) && lacks(person))).collect();
    let children = fitting.iter().copied().filter(|&place| people.get(place).is_some_and(|person| person.role == PersonRole::Child));
    let children: Vec<usize> = children.collect();
    let ((&[only], _) | (_, &[only])) = (fitting.as_slice(), children.as_slice()) else { return };
    let taken = people.remove(main);
    if let Some(person) = people.get_mut(if only > main { only - 1 } else { only }) {
        person.key = person.key.take().or(taken.key);
        person.relation = person.relation.take().or(taken.relation);
        person.fields.extend(taken.fields);
    }
}

/// The address of a row without a person of its own belongs to everybody on it, a telephone to the first.
fn share(people: &mut Vec<DraftPerson>) {
    let Some(place) = people.iter().position(|person| person.is_main && !is_somebody(person)) else { return };
    if people.len() == 1 {
        return;
    }
    let main = people.remove(place);
    for (field, headers) in main.fields {
        let takers = if SHARED.contains(&field) { people.len() } else { 1 };
        for person in people.iter_mut().take(takers) {
            person.fields.entry(field).or_insert_with(|| headers.clone());
        }
    }
}
