//! Standardise: raw person records to comparable ones.
//!
//! What comes in: [`RawPersons`], text as the agencies wrote it. What goes out: [`StandardPersons`], the same records
//! in the same order with every value in one comparable form, and a [`Note`] for each thing that was done to a value.
//! What always holds: everything is a pure function of the raw value and the reference day; each unique value is read
//! once, in parallel; a value that cannot be used is absent, never guessed; nothing of a raw value is lost, because the
//! raw table stays beside the standard one.

pub mod address;
mod age;
pub mod contact;
pub mod date;
pub mod full_name;
pub mod further;
pub mod identifier;
pub mod letters;
pub mod name;
mod name_lists;
mod notes;
mod partial_date;
mod people;
pub mod placeholder;
mod places;
pub mod postcode;
pub mod reading;
pub mod register;
mod restricted;
pub mod sex;
mod street_words;
mod words;

use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{
    Day, FURTHER, Field, FurtherField, NO_DAY, Note, NoteCode, Progress, RawPersons, STANDARD_FURTHER, Source, StandardField,
    StandardPersons, TextColumn,
};

use date::{DateKind, DateReading, read_date};
use reading::Reading;

/// What standardisation gives.
#[derive(Clone, Debug, Default)]
pub struct Standardised {
    /// The records in comparable form, row by row as they came.
    pub persons: StandardPersons,
    /// What was done, sorted by record, field and code.
    pub notes: Vec<Note>,
}

impl Standardised {
    /// Takes the dates of birth and the ages of some records for missing, as the defaults that are known by heart were: only linkage sees that a value is a whole crowd's.
    pub fn take_out_births(&mut self, births: &[u32], ages: &[u32]) {
        for &row in births {
            if let Some(born) = self.persons.born.get_mut(row as usize) {
                *born = NO_DAY;
            }
        }
        for &row in ages {
            if let Some(between) = self.persons.born_between.get_mut(row as usize) {
                *between = (NO_DAY, NO_DAY);
            }
        }
        self.note(births, Field::DateOfBirth, NoteCode::DefaultDate);
        self.note(ages, Field::Age, NoteCode::Placeholder);
    }

    /// Notes one thing about a field of some records.
    fn note(&mut self, records: &[u32], field: Field, code: NoteCode) {
        if !records.is_empty() {
            self.notes.extend(records.iter().map(|&record| Note { record, field, code }));
            self.notes.sort_unstable_by_key(|note| (note.record, note.field, note.code));
        }
    }
}

/// What values are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Standards<'a> {
    /// The day against which ages and two-digit years are judged.
    pub reference: Day,
    /// The further fields, in the order of their numbers.
    pub further: &'a [FurtherField],
    /// True where people may have been born in any century: files of historical people.
    pub any_century: bool,
}

impl Standards<'_> {
    /// Of living people, without further fields.
    #[must_use]
    pub fn at(reference: Day) -> Self {
        Self { reference, further: &[], any_century: false }
    }
}

/// Brings person records into comparable form. `sources` names the source of each household account.
#[must_use]
pub fn standardise(raw: &RawPersons, sources: &[Source], standards: Standards<'_>, progress: &dyn Progress) -> Standardised {
    let reference = standards.reference;
    progress.step("standardising");
    progress.begin("standardise", raw.len() as u64, "records");
    let births = if standards.any_century { DateKind::AnyBirth } else { DateKind::Birth };
    let dates = || {
        [(Field::DateOfDeath, DateKind::Death), (Field::AddressFrom, DateKind::Other), (Field::AddressTo, DateKind::Other)]
            .map(|(field, kind)| days(raw, field, kind, reference))
    };
    // While one thread puts together what several columns say, others have columns to read.
    let ((mut parts, is_test), (((birth_part, born), other), [died, from, to])) = rayon::join(
        || people::names(raw),
        || rayon::join(|| rayon::join(|| born(raw, births, reference), || columns(raw, sources, standards)), dates),
    );
    parts.push(birth_part);
    parts.extend(other);
    let mut table = Table { columns: vec![TextColumn::absent(raw.len()); StandardField::ALL.len()] };
    let mut noted = Vec::new();
    for part in parts {
        for (field, column) in part.columns {
            table.set(field, column);
        }
        noted.extend(part.notes);
    }
    let ages = age::ages(raw);
    noted.push(ages.notes);
    let days_read = [(Field::DateOfDeath, &died), (Field::AddressFrom, &from), (Field::AddressTo, &to)];
    noted.extend(days_read.map(|(field, readings)| (field, readings.iter().map(|reading| reading.notes).collect())));
    let by_row = |field: Field, values: &[DateReading]| -> Vec<Day> {
        let codes = raw.column(field).codes();
        codes.iter().map(|&code| values.get(code as usize).and_then(|reading| reading.day).unwrap_or(NO_DAY)).collect()
    };
    let persons = StandardPersons {
        position: raw.position.clone(),
        role: raw.role.clone(),
        slot: raw.slot.clone(),
        record_id: Arc::clone(&raw.record_id),
        as_at: raw.as_at.clone(),
        born: by_row(Field::DateOfBirth, &born),
        born_between: born_between(raw, ages.between, &born),
        died: by_row(Field::DateOfDeath, &died),
        address_from: by_row(Field::AddressFrom, &from),
        address_to: by_row(Field::AddressTo, &to),
        is_test,
        is_restricted: restricted::restricted(raw, &table),
        columns: table.columns,
    };
    progress.advance(raw.len() as u64);
    progress.end();
    let mut standardised = Standardised { persons, notes: notes::by_record(raw, noted) };
    standardised.note(&ages.contradicted, Field::Age, NoteCode::OutOfRange);
    standardised
}

/// The columns of the standard table while it is filled.
pub(crate) struct Table {
    columns: Vec<TextColumn>,
}

impl Table {
    fn set(&mut self, field: StandardField, column: TextColumn) {
        if let Some(slot) = self.columns.get_mut(field as usize) {
            *slot = column;
        }
    }

    /// # Panics
    /// Never: the table is made with a column per field.
    fn column(&self, field: StandardField) -> &TextColumn {
        self.columns.get(field as usize).expect("the table is made with a column per field")
    }
}

/// Reads each unique value of a column once, in parallel.
pub(crate) fn read_unique<T: Send>(column: &TextColumn, read: impl Fn(&str) -> T + Sync) -> Vec<T> {
    column.values().par_iter().map(&read).collect()
}

/// What reading some columns gives.
#[derive(Default)]
pub(crate) struct Part {
    columns: Vec<(StandardField, TextColumn)>,
    notes: Vec<notes::FieldNotes>,
}

/// Reads one or more columns.
type Task<'a> = Box<dyn Fn() -> Part + Sync + Send + 'a>;

/// All columns but those of names, birth and the dates that rows keep as days, in parallel.
fn columns(raw: &RawPersons, sources: &[Source], standards: Standards<'_>) -> Vec<Part> {
    type Reader = fn(&str) -> Reading;
    let single: [(Field, StandardField, Reader); 6] = [
        (Field::Uprn, StandardField::Uprn, identifier::read_uprn),
        (Field::Telephone, StandardField::Telephone, contact::read_telephone),
        (Field::Email, StandardField::Email, contact::read_email),
        (Field::NhsNumber, StandardField::NhsNumber, identifier::read_nhs_number),
        (Field::Nino, StandardField::Nino, identifier::read_nino),
        (Field::Uln, StandardField::Uln, identifier::read_uln),
    ];
    let mut tasks: Vec<Task<'_>> = vec![Box::new(|| places::places(raw))];
    tasks.extend(single.map(|(from, to, read)| -> Task<'_> { Box::new(move || one_column(raw, from, to, read)) }));
    tasks.push(Box::new(|| learner_numbers(raw)));
    tasks.extend(standards.further.iter().zip(FURTHER.iter().zip(&STANDARD_FURTHER)).map(|(field, (&from, &to))| -> Task<'_> {
        Box::new(move || one_column(raw, from, to, |value| further::read_further(value, field.kind, standards.reference)))
    }));
    tasks.push(Box::new(|| {
        let ethnicity = raw.column(Field::Ethnicity).map(|value| Some(value.trim().to_owned()));
        let accounts = household_accounts(raw, sources);
        Part { columns: vec![(StandardField::Ethnicity, ethnicity), (StandardField::HouseholdAccount, accounts)], notes: Vec::new() }
    }));
    tasks.par_iter().with_max_len(1).map(|task| task()).collect()
}

/// A column in which one raw cell gives one standard cell.
fn one_column(raw: &RawPersons, from: Field, to: StandardField, read: impl Fn(&str) -> Reading + Sync + Send) -> Part {
    let column = raw.column(from);
    let readings = read_unique(column, read);
    let values: Vec<Option<&str>> = readings.iter().map(|reading| reading.value.as_deref()).collect();
    Part { columns: vec![(to, column.recoded(&values))], notes: vec![(from, readings.iter().map(|reading| reading.notes).collect())] }
}

/// UPN and former UPN: a temporary number in the UPN column goes to the former ones, where that column is empty.
fn learner_numbers(raw: &RawPersons) -> Part {
    let (upn, former) = (raw.column(Field::Upn), raw.column(Field::FormerUpn));
    let upn_readings = read_unique(upn, identifier::read_upn);
    let former_readings = read_unique(former, identifier::read_upn);
    let permanent: Vec<Option<&str>> = upn_readings.iter().map(|reading| reading.permanent.as_deref()).collect();
    let mut pool = people::Pool::default();
    let in_former = pool.add(former, former_readings.iter().map(|reading| reading.permanent.as_deref().or(reading.temporary.as_deref())));
    let in_upn = pool.add(upn, upn_readings.iter().map(|reading| reading.temporary.as_deref()));
    Part {
        columns: vec![
            (StandardField::Upn, upn.recoded(&permanent)),
            (StandardField::FormerUpn, pool.first_of(raw.len(), &[in_former, in_upn])),
        ],
        notes: vec![
            (Field::Upn, upn_readings.iter().map(|reading| reading.notes).collect()),
            (Field::FormerUpn, former_readings.iter().map(|reading| reading.notes).collect()),
        ],
    }
}

/// Dates of birth, those that no calendar has apart.
fn born(raw: &RawPersons, kind: DateKind, reference: Day) -> (Part, Vec<DateReading>) {
    let column = raw.column(Field::DateOfBirth);
    let readings = days(raw, Field::DateOfBirth, kind, reference);
    let damaged = read_unique(column, date::read_damaged_date);
    let damaged: Vec<Option<String>> = damaged.into_iter().zip(&readings).map(|(text, read)| text.filter(|_| read.is_no_date())).collect();
    let columns =
        vec![(StandardField::DateOfBirth, iso_column(column, &readings)), (StandardField::DamagedBirth, column.recoded(&damaged))];
    (Part { columns, notes: vec![(Field::DateOfBirth, readings.iter().map(|reading| reading.notes).collect())] }, readings)
}

/// The days between which each person was born of whom no date of birth is known: in the month or the year that stands for one, or as the age says; empty if there is neither.
fn born_between(raw: &RawPersons, by_age: Vec<(Day, Day)>, births: &[DateReading]) -> Vec<(Day, Day)> {
    if births.iter().all(|reading| reading.within.is_none()) {
        return by_age;
    }
    let codes = raw.column(Field::DateOfBirth).codes().iter();
    let by_birth = codes.map(|&code| births.get(code as usize).and_then(|reading| reading.within));
    let aged = by_age.into_iter().chain(std::iter::repeat((NO_DAY, NO_DAY)));
    by_birth.zip(aged).map(|(within, aged)| within.unwrap_or(aged)).collect()
}

/// Each unique date of a column read once.
fn days(raw: &RawPersons, field: Field, kind: DateKind, reference: Day) -> Vec<DateReading> {
    read_unique(raw.column(field), |value| read_date(value, kind, reference))
}

fn iso_column(column: &TextColumn, readings: &[DateReading]) -> TextColumn {
    let values: Vec<Option<String>> = readings.iter().map(|reading| reading.day.map(crate::model::date::iso)).collect();
    column.recoded(&values)
}

/// `source/ACCOUNT`: the same account number of two agencies is not the same account.
fn household_accounts(raw: &RawPersons, sources: &[Source]) -> TextColumn {
    let column = raw.column(Field::HouseholdAccount);
    if column.is_absent() {
        return TextColumn::absent(raw.len());
    }
    let accounts: Vec<Option<String>> = read_unique(column, |value| {
        // A reference may be "AAA" or all nines in one agency: only what is no reference at all is dropped.
        let text: String = value.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_uppercase).collect();
        let says_nothing =
            !text.chars().any(|character| character.is_ascii_digit()) && placeholder::is_placeholder(&letters::alphanumeric(&text));
        (!says_nothing && text.chars().any(|character| character != '0')).then_some(text)
    });
    let mut pairs = places::Pairs::default();
    let index: Vec<u32> =
        column.codes().iter().zip(&raw.position).map(|(&code, position)| pairs.number(code, u32::from(position.source))).collect();
    let values: Vec<Option<String>> = pairs
        .list()
        .par_iter()
        .map(|&(code, source)| {
            let account = accounts.get(code as usize)?.as_deref()?;
            Some(format!("{}/{account}", sources.get(source as usize)?.name))
        })
        .collect();
    TextColumn::from_indexed(&values, &index)
}

#[cfg(test)]
mod tests;
