//! Who and what is restricted, for whatever is made from a published run.
//!
//! What comes in: a published run, today's register of restricted people and addresses. What goes out: the run's records in the form in which the register is held against records, and what texts must not name.
//! What always holds: what the run knew to be restricted and what the register says today count both; whoever was entered after the run is known by every name and number that the run shows of them.

use std::collections::BTreeSet;

use super::reading::{ReadingError, Table};
use crate::model::restricted::HIDDEN_RECORD;
use crate::model::screen::ScreenRow;
use crate::model::{
    Cadence, Coverage, Day, DeliveryKind, FeedState, NO_DAY, PersonRole, RecordPosition, Screen, Source, StandardField, StandardPersons,
    TextColumn,
};
use crate::stages::standardise::register::RestrictedRegister;
use crate::store::RunFolder;

/// What `persons` says of a record, as the register is held against it.
pub const VALUES: [(&str, StandardField); 13] = [
    ("forename", StandardField::Forename),
    ("middle_names", StandardField::MiddleNames),
    ("surname", StandardField::Surname),
    ("other_surname", StandardField::OtherSurname),
    ("alias", StandardField::Alias),
    ("date_of_birth", StandardField::DateOfBirth),
    ("postcode", StandardField::Postcode),
    ("uprn", StandardField::Uprn),
    ("address_key", StandardField::AddressKey),
    ("nhs_number", StandardField::NhsNumber),
    ("nino", StandardField::Nino),
    ("upn", StandardField::Upn),
    ("sex", StandardField::Sex),
];

/// Columns of `persons` that [`records`] reads.
#[must_use]
pub fn columns() -> Vec<&'static str> {
    [&["person_id", "source", "record_id"][..], &VALUES.map(|(name, _)| name)].concat()
}

/// What texts must not name: by the run, and by today's register held against it.
///
/// # Errors
/// [`ReadingError`] if the run cannot be read.
pub fn screen(run: &RunFolder, register: &RestrictedRegister, on: Day) -> Result<Screen, ReadingError> {
    let mut screen = screen_of(run)?;
    if register.is_empty() {
        return Ok(screen);
    }
    let table = Table::open(run, "persons")?;
    let mut described: BTreeSet<String> = BTreeSet::new();
    let mut meet = |column: &str, wanted: &dyn Fn(&str) -> bool| -> Result<(), ReadingError> {
        let rows = table.select(column, &["person_id"], |text| !text.is_empty() && wanted(text))?;
        described.extend(rows.into_iter().flatten());
        Ok(())
    };
    // Nobody whom the register describes lacks all of these: the others need not be looked at.
    for (column, field) in VALUES.into_iter().filter(|(_, field)| DESCRIBING.contains(field)) {
        let wanted = register.values(field);
        meet(column, &|text| wanted.contains(text))?;
    }
    let (records_named, streets) = (register.records(), register.values(StandardField::Street));
    meet("record_id", &|text| records_named.contains(text))?;
    meet("address_key", &|text| text.split('|').nth(2).is_some_and(|street| streets.contains(street)))?;
    let rows = table.select("person_id", &columns(), |person| !person.is_empty() && described.contains(person))?;
    let (mut persons, sources) = records(&rows);
    let found = register.apply(&mut persons, &sources, on);
    let person = |row: usize| rows.get(row).and_then(|cells| cells.first()).map_or("", String::as_str);
    let hidden: BTreeSet<&str> = found.hidden.iter().map(|&row| person(row as usize)).collect();
    let hidden: Vec<(usize, &str)> = (0..rows.len()).map(|row| (row, person(row))).filter(|(_, person)| hidden.contains(person)).collect();
    screen.absorb(&register.screen_over(on, &persons, &hidden));
    Ok(screen)
}

/// Fields by which an entry can describe a record, besides its name and street.
const DESCRIBING: [StandardField; 7] = [
    StandardField::NhsNumber,
    StandardField::Nino,
    StandardField::Upn,
    StandardField::DateOfBirth,
    StandardField::Uprn,
    StandardField::Postcode,
    StandardField::AddressKey,
];

/// What texts must not name by the run alone; nothing for a run of a version that did not keep it.
///
/// # Errors
/// [`ReadingError`] if the table cannot be read or holds what no version wrote.
pub fn screen_of(run: &RunFolder) -> Result<Screen, ReadingError> {
    const TABLE: &str = "register/withheld_words";
    let mut screen = Screen::default();
    let Some(table) = Table::open_if_there(run, TABLE)? else { return Ok(screen) };
    let (kinds, people) = (table.texts("kind")?, table.texts("person_id")?);
    let rows = kinds.into_iter().zip(people).zip(table.integers("letters")?.into_iter().zip(table.lists("words")?));
    for ((kind, person), (letters, words)) in rows {
        let keys: Option<Vec<u64>> = words.iter().map(|word| u64::from_str_radix(word, 16).ok()).collect();
        let row = keys.and_then(|keys| ScreenRow::read(kind, usize::try_from(letters).ok().filter(|letters| *letters > 0), person, keys));
        screen.put(row.ok_or_else(|| ReadingError::Parquet { table: format!("{TABLE}.parquet") })?);
    }
    Ok(screen)
}

/// True if a run publishes a record under a name that is not the agency's, because its person is hidden.
#[must_use]
pub fn is_hidden(record_id: &str) -> bool {
    record_id.starts_with(HIDDEN_RECORD)
}

/// Rows of `persons` as records, for the register.
#[must_use]
pub fn records(rows: &[Vec<String>]) -> (StandardPersons, Vec<Source>) {
    let cell = |row: &[String], place: usize| row.get(place).filter(|text| !text.is_empty()).cloned();
    let names: BTreeSet<String> = rows.iter().filter_map(|row| cell(row, 1)).collect();
    let names: Vec<String> = names.into_iter().collect();
    let sources = names.iter().map(|name| source(name)).collect();
    let place_of = |row: &[String]| cell(row, 1).and_then(|name| names.binary_search(&name).ok()).unwrap_or(0);
    let part = |row: &[String], part: usize| {
        let key = cell(row, 11)?;
        key.split('|').nth(part).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    };
    let column = |field: &StandardField| {
        let texts: Vec<Option<String>> = match VALUES.iter().position(|(_, known)| known == field) {
            Some(place) => rows.iter().map(|row| cell(row, place + 3)).collect(),
            None if *field == StandardField::House => rows.iter().map(|row| part(row, 1)).collect(),
            None if *field == StandardField::Street => rows.iter().map(|row| part(row, 2)).collect(),
            None => return TextColumn::absent(rows.len()),
        };
        TextColumn::collect(texts.iter().map(Option::as_deref))
    };
    let days = vec![NO_DAY; rows.len()];
    let persons = StandardPersons {
        position: rows.iter().map(|row| RecordPosition { source: place_of(row) as u16, ..RecordPosition::default() }).collect(),
        role: vec![PersonRole::Person; rows.len()],
        slot: vec![0; rows.len()],
        record_id: rows.iter().map(|row| cell(row, 2).unwrap_or_default().into()).collect(),
        as_at: days.clone(),
        born: days.clone(),
        died: days.clone(),
        address_from: days.clone(),
        address_to: days,
        is_test: vec![false; rows.len()],
        is_restricted: vec![false; rows.len()],
        columns: StandardField::ALL.iter().map(column).collect(),
    };
    (persons, sources)
}

/// A source by its name alone.
fn source(name: &str) -> Source {
    Source {
        name: name.to_owned(),
        agency: String::new(),
        cadence: Cadence::Monthly,
        delivery: DeliveryKind::Snapshot,
        coverage: Coverage::Events,
        valid_days: 0,
        carries: Vec::new(),
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at: NO_DAY,
        age_days: 0,
    }
}
