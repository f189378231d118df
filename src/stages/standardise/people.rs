//! The names of all records: where a row says a thing in several columns, which of them counts.
//!
//! What comes in: the name columns. What goes out: forename, middle names, surname, other surname, alias and sex of
//! each record, and which records are tests. What always holds: a column of its own counts before what stood in another
//! column, and that before a whole name; no text is touched per record, only numbers of texts.

use rayon::prelude::*;

use crate::model::{Field, NO_TEXT, NoteCode, RawPersons, StandardField, TextColumn};

use super::full_name::read_full_name;
use super::name::{NameReading, read_alias, read_forename, read_middle_names, read_surname, sex_of_title};
use super::reading::{NoteSet, Reading};
use super::sex::read_sex;
use super::{Part, read_unique};

/// Texts from several columns from which each row takes one.
#[derive(Default)]
pub(super) struct Pool<'a> {
    texts: Vec<Option<&'a str>>,
    parts: Vec<(&'a [u32], u32)>,
}

impl<'a> Pool<'a> {
    /// Adds the texts that the unique values of a column gave; returns the number of the part.
    pub(super) fn add(&mut self, column: &'a TextColumn, texts: impl IntoIterator<Item = Option<&'a str>>) -> usize {
        self.parts.push((column.codes(), self.texts.len() as u32));
        self.texts.extend(texts);
        self.parts.len() - 1
    }

    /// The number of the text a part has for a row.
    fn text_of(&self, part: usize, row: usize) -> Option<u32> {
        let &(codes, offset) = self.parts.get(part)?;
        let code = codes.get(row).copied().filter(|&code| code != NO_TEXT)?;
        let number = offset + code;
        self.texts.get(number as usize)?.is_some().then_some(number)
    }

    /// The column in which each row has the first text that one of the parts has for it.
    pub(super) fn first_of(&self, rows: usize, parts: &[usize]) -> TextColumn {
        self.choose(rows, |row| parts.iter().find_map(|&part| self.text_of(part, row)))
    }

    /// The column in which each row has the text a function chooses.
    fn choose(&self, rows: usize, number: impl Fn(usize) -> Option<u32>) -> TextColumn {
        let index: Vec<u32> = (0..rows).map(|row| number(row).unwrap_or(NO_TEXT)).collect();
        TextColumn::from_indexed(&self.texts, &index)
    }
}

/// Names of well-known nobodies: both halves in one record.
const NOBODIES: &[(&str, &str)] = &[("DONALD", "DUCK"), ("JOE", "BLOGGS"), ("MICKEY", "MOUSE"), ("MINNIE", "MOUSE")];

struct Cells {
    forename: Vec<NameReading>,
    surname: Vec<NameReading>,
    full: Vec<NameReading>,
    alias: Vec<NameReading>,
    other: Vec<NameReading>,
    middle: Vec<Reading>,
}

/// The name columns and the sex, and which records are tests.
pub(super) fn names(raw: &RawPersons) -> (Vec<Part>, Vec<bool>) {
    let column = |field| raw.column(field);
    let cells = Cells {
        forename: read_unique(column(Field::Forename), read_forename),
        surname: read_unique(column(Field::Surname), read_surname),
        full: read_unique(column(Field::FullName), read_full_name),
        alias: read_unique(column(Field::Alias), read_alias),
        other: read_unique(column(Field::OtherSurname), read_surname),
        middle: read_unique(column(Field::MiddleNames), read_middle_names),
    };
    let named = [
        (Field::Forename, &cells.forename),
        (Field::Surname, &cells.surname),
        (Field::FullName, &cells.full),
        (Field::Alias, &cells.alias),
        (Field::OtherSurname, &cells.other),
    ];
    let mut notes: Vec<(Field, Vec<NoteSet>)> =
        named.map(|(field, readings)| (field, readings.iter().map(|reading| reading.notes).collect())).into();
    notes.push((Field::MiddleNames, cells.middle.iter().map(|reading| reading.notes).collect()));
    let (columns, sexes) = rayon::join(|| name_columns(raw, &cells), || sexes(raw, &cells));
    let is_test = |readings: &[NameReading], field: Field, row: usize| {
        readings.get(column(field).code(row) as usize).is_some_and(|reading| reading.is_test)
    };
    let of = |wanted: StandardField| columns.iter().find(|(field, _)| *field == wanted).map(|(_, column)| column);
    let (forenames, surnames) = (of(StandardField::Forename), of(StandardField::Surname));
    let nobody = forenames.zip(surnames).map(|(forenames, surnames)| nobodies(forenames, surnames)).unwrap_or_default();
    let code = |column: Option<&TextColumn>, row: usize| column.map_or(NO_TEXT, |column| column.code(row));
    let tests = (0..raw.len())
        .into_par_iter()
        .map(|row| {
            is_test(&cells.forename, Field::Forename, row)
                || is_test(&cells.surname, Field::Surname, row)
                || is_test(&cells.full, Field::FullName, row)
                || nobody.contains(&(code(forenames, row), code(surnames, row)))
        })
        .collect();
    (vec![Part { columns, notes }, sexes], tests)
}

fn nobodies(forenames: &TextColumn, surnames: &TextColumn) -> Vec<(u32, u32)> {
    let code = |column: &TextColumn, text: &str| column.values().iter().position(|value| value == text).map(|position| position as u32);
    NOBODIES.iter().filter_map(|(forename, surname)| Some((code(forenames, forename)?, code(surnames, surname)?))).collect()
}

/// The texts of one column that may be a name, and the column they stand in.
type Candidates<'a> = (&'a TextColumn, Vec<Option<&'a str>>);

/// A part of each reading.
fn take(readings: &[NameReading], part: fn(&NameReading) -> &Option<String>) -> Vec<Option<&str>> {
    readings.iter().map(|reading| part(reading).as_deref()).collect()
}

fn name_columns(raw: &RawPersons, cells: &Cells) -> Vec<(StandardField, TextColumn)> {
    let column = |field| raw.column(field);
    let (forename, surname, full) = (column(Field::Forename), column(Field::Surname), column(Field::FullName));
    let mut wanted: Vec<(StandardField, Vec<Candidates<'_>>)> = Vec::new();
    let mut put = |standard: StandardField, parts| wanted.push((standard, parts));
    // A surname cell that holds "SMITH, John" comes last: its forename counts only where the row has no other.
    put(
        StandardField::Forename,
        vec![
            (forename, take(&cells.forename, |reading| &reading.forename)),
            (full, take(&cells.full, |reading| &reading.forename)),
            (surname, take(&cells.surname, |reading| &reading.forename)),
        ],
    );
    put(
        StandardField::MiddleNames,
        vec![
            (column(Field::MiddleNames), cells.middle.iter().map(|reading| reading.value.as_deref()).collect()),
            (forename, take(&cells.forename, |reading| &reading.middle_names)),
            (full, take(&cells.full, |reading| &reading.middle_names)),
            (surname, take(&cells.surname, |reading| &reading.middle_names)),
        ],
    );
    // "Baby of Smith" in the forename cell tells a surname where the row has none.
    put(
        StandardField::Surname,
        vec![
            (surname, take(&cells.surname, |reading| &reading.surname)),
            (full, take(&cells.full, |reading| &reading.surname)),
            (forename, take(&cells.forename, |reading| &reading.surname)),
        ],
    );
    put(
        StandardField::OtherSurname,
        vec![
            (column(Field::OtherSurname), take(&cells.other, |reading| &reading.surname)),
            (surname, take(&cells.surname, |reading| &reading.other_surname)),
            (full, take(&cells.full, |reading| &reading.other_surname)),
            (forename, take(&cells.forename, |reading| &reading.other_surname)),
            (column(Field::Alias), take(&cells.alias, |reading| &reading.other_surname)),
        ],
    );
    put(
        StandardField::Alias,
        vec![
            (column(Field::Alias), take(&cells.alias, |reading| &reading.alias)),
            (forename, take(&cells.forename, |reading| &reading.alias)),
            (full, take(&cells.full, |reading| &reading.alias)),
            (surname, take(&cells.surname, |reading| &reading.alias)),
        ],
    );
    let choose = |(standard, parts): (StandardField, Vec<Candidates<'_>>)| {
        let mut pool = Pool::default();
        let numbers: Vec<usize> = parts.into_iter().map(|(column, texts)| pool.add(column, texts)).collect();
        (standard, pool.first_of(raw.len(), &numbers))
    };
    wanted.into_par_iter().with_max_len(1).map(choose).collect()
}

/// The sex as recorded, else as a title or "baby girl" tells it.
fn sexes(raw: &RawPersons, cells: &Cells) -> Part {
    let column = |field| raw.column(field);
    let recorded = read_unique(column(Field::Sex), read_sex);
    let titles = read_unique(column(Field::Title), sex_of_title);
    let of_titles = titles.iter().map(|sex| if sex.is_some() { NoteSet::of(NoteCode::TitleRemoved) } else { NoteSet::default() });
    let notes = vec![(Field::Sex, recorded.iter().map(|reading| reading.notes).collect()), (Field::Title, of_titles.collect())];
    let told = |readings: &[NameReading]| -> Vec<Option<&'static str>> { readings.iter().map(|reading| reading.sex).collect() };
    let mut pool = Pool::default();
    let parts = [
        pool.add(column(Field::Sex), recorded.iter().map(|reading| reading.value.as_deref())),
        pool.add(column(Field::Title), titles),
        pool.add(column(Field::Forename), told(&cells.forename)),
        pool.add(column(Field::FullName), told(&cells.full)),
        pool.add(column(Field::Surname), told(&cells.surname)),
    ];
    Part { columns: vec![(StandardField::Sex, pool.first_of(raw.len(), &parts))], notes }
}
