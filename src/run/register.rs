//! The register of the last final run, read from the tables it published.
//!
//! What comes in: the verified run folder that the month builds upon. What goes out: its register and its list. What always holds: the run's own
//! published tables are the only state there is, so that what was published and what is built upon cannot differ; a word no
//! version of the table has ever held is an error.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::RunSettings;
use super::changes::before::LastTables;
use super::changes::{Given, changes};
use super::known;
use super::reading::{self, ReadingError, Table};
use super::secret;
use super::withheld::Withheld;
use crate::model::{
    Day, Families, FamilyEvent, Flags, IdRecord, Identification, Identity, Linked, Listing, Membership, Month, NO_DAY, Override, Register,
    RowPlace, StandardPersons, Standing, Unborn, WithheldPlace, date,
};
use crate::register::events::{Seen, family_events};
use crate::register::families::KeptFamilies;
use crate::register::known::Known;
use crate::register::persons::KeptPersons;
use crate::register::rows::RowsOf;
use crate::stages::ingest::Ingested;
use crate::store::RunFolder;

/// The month's outcome, under stable ids.
pub(super) struct Outcome<'a> {
    /// Under which secret ids and keys of homes are made.
    pub(super) secret: &'a str,
    pub(super) settings: &'a RunSettings<'a>,
    pub(super) ingested: &'a Ingested,
    pub(super) persons: &'a StandardPersons,
    pub(super) linked: &'a Linked,
    pub(super) families: &'a Families,
    pub(super) unborn: &'a Unborn,
    pub(super) flags: &'a Flags,
    pub(super) identification: &'a Identification,
    pub(super) overrides: &'a [Override],
    pub(super) standings: &'a [Standing],
}

/// The register as it stands after the month.
///
/// # Errors
/// If a table of the last final run cannot be read.
pub(super) fn after(
    outcome: &Outcome<'_>,
    before: &Register,
    (persons, withheld, known): (KeptPersons, Withheld, Known),
    families: KeptFamilies,
    last: Option<&LastTables<'_>>,
) -> Result<Register, ReadingError> {
    let (month, reference_before) = last.map(|last| period(last.run)).transpose()?.unwrap_or((None, NO_DAY));
    let seen = Seen {
        linked: outcome.linked,
        families: outcome.families,
        persons: outcome.persons,
        sources: &outcome.ingested.sources,
        deliveries: &outcome.ingested.deliveries,
        month: outcome.settings.month,
        reference: outcome.settings.reference,
        reference_before,
    };
    let rows = RowsOf::new(outcome.linked, outcome.persons, &outcome.ingested.sources);
    let events = family_events(before, &seen, &families, &rows);
    let given = Given {
        settings: outcome.settings,
        seen: &seen,
        ingested: outcome.ingested,
        unborn: outcome.unborn,
        flags: outcome.flags,
        identification: outcome.identification,
        before,
        kept_persons: &persons,
        kept: &families,
        overrides: outcome.overrides,
        standings: outcome.standings,
    };
    let changed = changes(&given, last)?;
    let mut ids = families.ids;
    ids.extend(persons.ids);
    ids.sort_unstable_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    Ok(Register {
        secret: outcome.secret.to_owned(),
        previous: month,
        sources: persons.sources,
        persons: persons.persons,
        identities: persons.identities,
        withheld_entries: withheld.entries,
        withheld: withheld.persons,
        withheld_places: withheld.places,
        known_persons: known.persons,
        known_places: known.places,
        ids,
        memberships: families.memberships,
        listings: changed.listings,
        events,
        changes: changed.changes,
    })
}

/// The month and the reference date of a run.
fn period(run: &RunFolder) -> Result<(Option<Month>, Day), ReadingError> {
    let summary = reading::json(run, "run.json")?;
    let text = |name: &str| summary.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    Ok((text("month").parse().ok(), date::from_iso(text("reference_date")).unwrap_or(NO_DAY)))
}

/// The register of a run.
///
/// # Errors
/// If a table is missing, fails its hash, lacks a column or holds a word that it cannot.
pub(super) fn read(run: &RunFolder) -> Result<Register, ReadingError> {
    let mut register = Register::default();
    identities(run, &mut register)?;
    register.secret = secret::of_run(run)?;
    register.withheld_entries = withheld_entries(run)?;
    register.withheld = withheld(run)?;
    register.withheld_places = withheld_places(run)?;
    let known = known::read(run, &register.persons)?;
    (register.known_persons, register.known_places) = (known.persons, known.places);
    register.ids = ids(run)?;
    register.memberships = memberships(run)?;
    register.listings = listings(run)?;
    register.events = events(run)?;
    Ok(register)
}

/// A word of a vocabulary, or a month.
pub(super) fn word<T: FromStr>(table: &str, text: &str) -> Result<T, ReadingError> {
    T::from_str(text).map_err(|_| ReadingError::Parquet { table: format!("{table}.parquet") })
}

/// A hash as a table holds it; 0 for none.
pub(super) fn hash(text: &str) -> u64 {
    u64::from_str_radix(text, 16).unwrap_or(0)
}

/// Each text's number among the distinct ones, and those, sorted.
fn numbered(texts: &[&str]) -> (Vec<u32>, Vec<String>) {
    let mut distinct = texts.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let number = |text: &&str| distinct.binary_search(text).unwrap_or_default() as u32;
    (texts.iter().map(number).collect(), distinct.iter().map(|text| (*text).to_owned()).collect())
}

fn identities(run: &RunFolder, register: &mut Register) -> Result<(), ReadingError> {
    const TABLE: &str = "identities";
    // Those of hidden people stand apart; a run of an earlier version has one table.
    let tables = [Some(Table::open(run, TABLE)?), Table::open_if_there(run, "register/withheld_identities")?];
    let texts = |column: &str| -> Result<Vec<&str>, ReadingError> {
        Ok(tables.iter().flatten().map(|table| table.texts(column)).collect::<Result<Vec<_>, _>>()?.concat())
    };
    let months = |column: &str| texts(column)?.into_iter().map(|text| word(TABLE, text)).collect::<Result<Vec<Month>, _>>();
    let (sources, names) = numbered(&texts("source")?);
    let (persons, ids) = numbered(&texts("person_id")?);
    let (contents, traits) = (texts("content_key")?, texts("traits_key")?);
    let (first, last) = (months("first_month")?, months("last_month")?);
    let records = texts("record_id")?;
    let days = first.into_iter().zip(last);
    let keys = contents.iter().zip(traits);
    register.identities = records
        .iter()
        .zip(sources.iter().zip(&persons))
        .zip(keys.zip(days))
        .map(|((record_id, (&source, &person)), ((content, traits), (first, last)))| Identity {
            source: source as u16,
            record_id: (*record_id).into(),
            person,
            content: hash(content),
            traits: hash(traits),
            first,
            last,
        })
        .collect();
    register.identities.sort_unstable_by(|a, b| (a.source, &a.record_id).cmp(&(b.source, &b.record_id)));
    (register.sources, register.persons) = (names, ids);
    Ok(())
}

fn months(name: &str, table: &Table, column: &str) -> Result<Vec<Month>, ReadingError> {
    table.texts(column)?.into_iter().map(|text| word(name, text)).collect()
}

/// Whom entries of the register of restricted people described; nobody by a run of an earlier version.
fn withheld(run: &RunFolder) -> Result<BTreeSet<(String, String)>, ReadingError> {
    let Some(table) = Table::open_if_there(run, "register/withheld_persons")? else { return Ok(BTreeSet::new()) };
    let rows = table.texts("entry")?.into_iter().zip(table.texts("person_id")?);
    // The version before kept entries here that had described nobody.
    let rows = rows.filter(|(_, person)| !person.is_empty());
    Ok(rows.map(|(entry, person)| (entry.to_owned(), person.to_owned())).collect())
}

/// Entries of the register that held; none by a run of an earlier version.
fn withheld_entries(run: &RunFolder) -> Result<BTreeSet<(String, u64)>, ReadingError> {
    let Some(table) = Table::open_if_there(run, "register/withheld_entries")? else { return Ok(BTreeSet::new()) };
    let rows = table.texts("entry")?.into_iter().zip(table.texts("row_key")?);
    Ok(rows.map(|(entry, key)| (entry.to_owned(), hash(key))).collect())
}

/// Places that entries of addresses described; none by a run of an earlier version.
fn withheld_places(run: &RunFolder) -> Result<BTreeSet<WithheldPlace>, ReadingError> {
    let Some(table) = Table::open_if_there(run, "register/withheld_places")? else { return Ok(BTreeSet::new()) };
    let columns = ["entry", "address_key", "house", "postcode", "uprn"];
    let columns = columns.iter().map(|column| table.texts(column)).collect::<Result<Vec<_>, _>>()?;
    let place = |row: usize| {
        let mut texts = columns.iter().map(|column| column.get(row).copied().unwrap_or_default().to_owned());
        let mut text = || texts.next().unwrap_or_default();
        WithheldPlace { entry: text(), address_key: text(), house: text(), postcode: text(), uprn: text() }
    };
    Ok((0..columns.first().map_or(0, Vec::len)).map(place).collect())
}

fn ids(run: &RunFolder) -> Result<Vec<IdRecord>, ReadingError> {
    const TABLE: &str = "id_history";
    let table = Table::open(run, TABLE)?;
    let columns = ["kind", "id", "first_month", "last_month", "state", "retired_month", "reason", "home_key"];
    let texts = columns.iter().map(|column| table.texts(column)).collect::<Result<Vec<_>, _>>()?;
    let successors = table.lists("successor_ids")?;
    let text = |column: usize, row: usize| texts.get(column).and_then(|texts| texts.get(row)).copied().unwrap_or_default();
    let optional = |column: usize, row: usize| Some(text(column, row)).filter(|text| !text.is_empty());
    let record = |(row, successors): (usize, Vec<String>)| {
        Ok(IdRecord {
            kind: word(TABLE, text(0, row))?,
            id: text(1, row).to_owned(),
            first: word(TABLE, text(2, row))?,
            last: word(TABLE, text(3, row))?,
            state: word(TABLE, text(4, row))?,
            retired: optional(5, row).map(|text| word(TABLE, text)).transpose()?,
            retirement: optional(6, row).map(|text| word(TABLE, text)).transpose()?,
            successors,
            home: hash(text(7, row)),
        })
    };
    successors.into_iter().enumerate().map(record).collect()
}

fn memberships(run: &RunFolder) -> Result<Vec<Membership>, ReadingError> {
    const TABLE: &str = "memberships";
    let table = Table::open(run, TABLE)?;
    let (families, persons, roles) = (table.texts("family_id")?, table.texts("person_id")?, table.texts("role")?);
    let living = table.booleans("resident")?.into_iter().zip(table.booleans("primary")?);
    let days = months(TABLE, &table, "first_month")?.into_iter().zip(months(TABLE, &table, "last_month")?);
    let rows = families.iter().zip(persons).zip(roles).zip(living.zip(days));
    rows.map(|(((family_id, person_id), role), ((resident, primary), (first, last)))| {
        let (family_id, person_id) = ((*family_id).to_owned(), person_id.to_owned());
        Ok(Membership { family_id, person_id, role: word(TABLE, role)?, resident, primary, first, last })
    })
    .collect()
}

fn listings(run: &RunFolder) -> Result<Vec<Listing>, ReadingError> {
    const TABLE: &str = "list_history";
    let table = Table::open(run, TABLE)?;
    let (packs, families) = (table.texts("criteria_pack")?, table.texts("family_id")?);
    let days = months(TABLE, &table, "first_month")?.into_iter().zip(months(TABLE, &table, "last_month")?);
    let rows = packs.iter().zip(families).zip(table.integers("months")?).zip(days);
    let mut listings = Vec::with_capacity(packs.len());
    for (((pack, family_id), months), (first, last)) in rows {
        let (pack, family_id) = ((*pack).to_owned(), family_id.to_owned());
        listings.push(Listing { pack, family_id, first, last, months: u32::try_from(months).unwrap_or(0) });
    }
    Ok(listings)
}

fn events(run: &RunFolder) -> Result<Vec<FamilyEvent>, ReadingError> {
    const TABLE: &str = "family_events";
    let table = Table::open(run, TABLE)?;
    let columns = ["run_month", "family_id", "event", "person_id", "from_family_id", "to_family_id", "source", "file"];
    let texts = columns.iter().map(|column| table.texts(column)).collect::<Result<Vec<_>, _>>()?;
    let text = |column: usize, row: usize| texts.get(column).and_then(|texts| texts.get(row)).copied().unwrap_or_default().to_owned();
    let rows = table.days("event_date")?.into_iter().zip(table.integers("line")?).enumerate();
    rows.map(|(row, (day, line))| {
        Ok(FamilyEvent {
            month: word(TABLE, &text(0, row))?,
            family_id: text(1, row),
            kind: word(TABLE, &text(2, row))?,
            person_id: text(3, row),
            day,
            from_family_id: text(4, row),
            to_family_id: text(5, row),
            behind: RowPlace { source: text(6, row), file: text(7, row), line: u32::try_from(line).unwrap_or(0) },
        })
    })
    .collect()
}
