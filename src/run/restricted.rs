//! Who and what is restricted, for whatever is made from a published run.
//!
//! What comes in: a published run, today's register of restricted people and addresses. What goes out: the persons who are hidden or whose address is withheld, and what texts must not name.
//! What always holds: what the run knew to be restricted and what the register says today count both; whoever was entered after the run is known by everything that the extracts say of them.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{ingested, place, reference_of};
use super::reading::{ReadingError, Table};
use super::register::read as register_of;
use super::secret;
use super::withheld::{Withheld, hold, told, withhold_homes};
use crate::config::checked::Pipeline;
use crate::model::restricted::HIDDEN_RECORD;
use crate::model::screen::ScreenRow;
use crate::model::{Day, Register, Restrictions, Screen, Silent, StandardPersons};
use crate::stages::standardise::register::RestrictedRegister;
use crate::stages::standardise::{Standards, standardise};
use crate::store::{RunFolder, sha256_hex};

/// Who and what is restricted on a day, for whatever is made from a run.
#[derive(Clone, Default)]
pub struct Today {
    /// What texts must not name.
    pub screen: Screen,
    /// Persons whom nobody may name.
    pub hidden: BTreeSet<String>,
    /// Those of them whom the run still names.
    pub hidden_since: BTreeSet<String>,
    /// Persons of whom no address may be shown.
    pub withheld: BTreeSet<String>,
    /// What the officer should know: entries that describe no record.
    pub warnings: Vec<String>,
    /// Person of each record that goes by another name than the agency's, by source and the agency's own name.
    pub renamed: BTreeMap<(String, String), String>,
    secret: String,
}

impl Today {
    /// Hash of a short text under the secret of the run: without it the text could be found by trying.
    #[must_use]
    pub fn digest(&self, text: &str) -> String {
        secret::of_file(&self.secret, &sha256_hex(text.as_bytes()))
    }
}

impl std::fmt::Debug for Today {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Today").field("hidden", &self.hidden.len()).finish_non_exhaustive()
    }
}

/// True if a register, by the hash of its file, is not the one that a run was made with; `known` is what the run's manifest says of that.
///
/// # Errors
/// [`ReadingError`] if the run cannot be read.
pub fn is_another(run: &RunFolder, known: Option<&str>, sha256: &str) -> Result<bool, ReadingError> {
    Ok(match known {
        Some(known) => known != secret::of_file(&secret::of_run(run)?, sha256),
        None => true,
    })
}

/// Where a record stands: source, file, line, slot.
pub(super) type Place = (String, String, i64, i64);

/// Who and what is restricted by the run, and by a register held against everything that the run kept of its extracts, with the code with which the run did it: what the run's tables withhold is described
/// by what the extracts say as well. `changed` is the register if it is not the one that the run was made with; the run says all of the other.
///
/// # Errors
/// [`ReadingError`] if the run cannot be read, or kept nothing of its extracts.
pub fn today(run: &RunFolder, pipeline: &Pipeline, changed: Option<&RestrictedRegister>, on: Day) -> Result<Today, ReadingError> {
    let mut today = Today { screen: screen_of(run)?, secret: secret::of_run(run)?, ..Today::default() };
    let table = Table::open(run, "persons")?;
    let text = |name: &str| table.texts(name);
    let (people, records, withheld) = (text("person_id")?, text("record_id")?, table.booleans("address_withheld")?);
    for (person, (record, withheld)) in people.iter().zip(records.iter().zip(withheld)).filter(|(person, _)| !person.is_empty()) {
        if is_hidden(record) {
            today.hidden.insert((*person).to_owned());
        }
        if withheld {
            today.withheld.insert((*person).to_owned());
        }
    }
    today.renamed = renamed(run)?;
    let Some(register) = changed else { return Ok(today) };
    let Held { persons, found, person, hidden, known } = held_against(run, &register_of(run)?, &table, pipeline, (register, on))?;
    let person = |row: usize| person.get(row).and_then(Option::as_deref);
    today.hidden_since = hidden.difference(&today.hidden).cloned().collect();
    today.hidden.extend(hidden);
    let restricted = persons.is_restricted.iter().enumerate().filter(|(_, restricted)| **restricted);
    today.withheld.extend(restricted.filter_map(|(row, _)| person(row)).map(ToOwned::to_owned));
    let of_hidden = (0..persons.len()).filter_map(|row| Some((row, person(row).filter(|person| today.hidden.contains(*person))?)));
    // A record of nobody, such as a test record, is described by an entry all the same.
    let of_nobody = found.hidden.iter().map(|&row| row as usize).filter(|&row| person(row).is_none()).map(|row| (row, ""));
    let hidden: Vec<(usize, &str)> = of_hidden.chain(of_nobody).collect();
    today.screen.absorb(&register.screen_over(on, &persons, &hidden, &found.at_places));
    let unmet = found.unmet(&|entry| known.iter().any(|(described, _)| described == entry));
    today.warnings = found.warnings.into_iter().chain(unmet).collect();
    Ok(today)
}

/// The entries of a register, each with everybody and every place that it describes in what a run kept of its extracts.
///
/// # Errors
/// As [`today`].
pub(super) fn described(
    run: &RunFolder,
    before: &Register,
    pipeline: &Pipeline,
    (register, on): (&RestrictedRegister, Day),
) -> Result<Withheld, ReadingError> {
    let Held { found, person, .. } = held_against(run, before, &Table::open(run, "persons")?, pipeline, (register, on))?;
    let of_row = |row: u32| person.get(row as usize).cloned().flatten();
    let persons = found.described.into_iter().filter_map(|(entry, row)| Some((entry, of_row(row)?))).collect();
    Ok(Withheld { persons, places: found.places, ..Withheld::default() })
}

/// A register held against the records of a run as its extracts gave them.
struct Held {
    persons: StandardPersons,
    found: Restrictions,
    /// Person of each record.
    person: Vec<Option<String>>,
    /// People whom entries hide, those whom they described in earlier months too.
    hidden: BTreeSet<String>,
    /// Entries with everybody in the run whom they described in earlier months.
    known: BTreeSet<(String, String)>,
}

/// `before` is the register of the run.
fn held_against(
    run: &RunFolder,
    before: &Register,
    table: &Table,
    pipeline: &Pipeline,
    (register, on): (&RestrictedRegister, Day),
) -> Result<Held, ReadingError> {
    let places =
        table.texts("source")?.into_iter().zip(table.texts("file")?).zip(table.integers("line")?.into_iter().zip(table.integers("slot")?));
    let person_at: BTreeMap<Place, &str> = places
        .zip(table.texts("person_id")?)
        .map(|(((source, file), (line, slot)), person)| ((source.to_owned(), file.to_owned(), line, slot), person))
        .collect();
    let ingested = ingested(run, pipeline)?;
    let standards = Standards { reference: reference_of(run)?, further: &pipeline.link.further, any_century: false };
    let mut persons = standardise(&ingested.persons, &ingested.sources, standards, &Silent).persons;
    let described = Withheld::of(before).with(told(before, register, on, &before.secret));
    let (described, found) = hold((register, on), (before, described), (&mut persons, &ingested.sources));
    let person = |row: usize| place(&ingested, row).and_then(|place| person_at.get(&place)).copied().filter(|person| !person.is_empty());
    let person: Vec<Option<String>> = (0..persons.len()).map(|row| person(row).map(ToOwned::to_owned)).collect();
    let ids: BTreeSet<&String> = person.iter().flatten().collect();
    let number: BTreeMap<&String, u32> = ids.into_iter().zip(0..).collect();
    let hiding = register.hiding(on);
    let known: BTreeSet<(String, String)> = described.persons.into_iter().filter(|(_, person)| number.contains_key(person)).collect();
    let hidden = known.iter().filter(|(entry, _)| hiding.contains(entry.as_str())).map(|(_, person)| person.clone());
    let hidden: BTreeSet<String> = found.hidden.iter().filter_map(|&row| person.get(row as usize)?.clone()).chain(hidden).collect();
    let rows: Vec<usize> =
        (0..persons.len()).filter(|&row| person.get(row).is_some_and(|id| id.as_ref().is_some_and(|id| hidden.contains(id)))).collect();
    let numbers: Vec<u32> = person.iter().map(|id| id.as_ref().and_then(|id| number.get(id)).copied().unwrap_or(u32::MAX)).collect();
    withhold_homes(&mut persons, rows, &numbers);
    Ok(Held { persons, found, person, hidden, known })
}

/// Person of each record that a run publishes under another name than the agency's, by source and the agency's own name; nothing for a run of a version that did not keep it.
pub(super) fn renamed(run: &RunFolder) -> Result<BTreeMap<(String, String), String>, ReadingError> {
    let Some(table) = Table::open_if_there(run, "register/withheld_identities")? else { return Ok(BTreeMap::new()) };
    let named = table.texts("source")?.into_iter().zip(table.texts("record_id")?).zip(table.texts("person_id")?);
    Ok(named.map(|((source, record), person)| ((source.to_owned(), record.to_owned()), person.to_owned())).collect())
}

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
