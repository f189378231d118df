//! Reads the register of restricted people and addresses.

use std::sync::Arc;

use super::super::{Standards, standardise};
use super::{Entry, RestrictedRegister};
use crate::model::ids::digest_64;
use crate::model::restricted::{OPTIONAL_COLUMNS, REQUIRED_COLUMNS};
use crate::model::{
    Day, Field, Problem, Problems, RawPersons, RecordPosition, Silent, StandardField, TextColumn, WrittenRow, date, read_written_table,
};
use crate::model::{NO_DAY, PersonRole};

const REASONS: [&str; 6] = ["refuge", "marac", "protected", "adopted", "placement", "other"];

/// The columns whose values are brought into comparable form.
const VALUES: [(&str, Field); 9] = [
    ("forename", Field::Forename),
    ("surname", Field::Surname),
    ("date_of_birth", Field::DateOfBirth),
    ("nhs_number", Field::NhsNumber),
    ("nino", Field::Nino),
    ("upn", Field::Upn),
    ("address", Field::Address),
    ("postcode", Field::Postcode),
    ("uprn", Field::Uprn),
];

/// What describes somebody or a place besides these.
const DESCRIBING: [&str; 3] = ["kind", "source", "record_id"];

/// Days after the reference date of a run on which people of the register may be born: ten years.
const LATER_BIRTHS: Day = 3_652;

impl RestrictedRegister {
    /// Reads the register. `reference` is the day against which dates of birth are judged.
    ///
    /// # Errors
    /// Every problem of the file by line and column; nothing of a register with a problem is used, because half a register would show those of the other half.
    pub fn parse(file: &str, csv_text: &str, reference: Day) -> Result<Self, Problems> {
        let (rows, mut problems) = read_written_table(file, csv_text, &REQUIRED_COLUMNS, &OPTIONAL_COLUMNS);
        let names: Vec<&str> = rows.iter().map(|row| row.cell("entry")).collect();
        let entries: Vec<Entry> = rows.iter().map(|row| entry(file, row, &names, &mut problems)).collect();
        // Whoever is born after the month of a run is entered all the same, and must not stop an older month that is run again.
        let standard = standardise(&raw(&rows), &[], Standards::at(reference + LATER_BIRTHS), &Silent).persons;
        for (index, (row, entry)) in rows.iter().zip(&entries).enumerate() {
            let has = |field: StandardField| standard.get(field, index).is_some();
            let at =
                |column: &str, code: &'static str, message: &str| Problem::of_file(file, code, message).at_line(row.line).in_column(column);
            if entry.is_address {
                let place = has(StandardField::Uprn)
                    || has(StandardField::AddressKey)
                    || (has(StandardField::House) && has(StandardField::Postcode));
                if !place {
                    let message = "an address needs a UPRN, or a house with street and postcode that can be understood";
                    problems.push(at("address", "not-an-address", message));
                }
            } else {
                let named = has(StandardField::Forename) && has(StandardField::Surname) && has(StandardField::DateOfBirth);
                let identified = [StandardField::NhsNumber, StandardField::Nino, StandardField::Upn].into_iter().any(has);
                if !named && !identified && entry.record.is_none() {
                    let message = "a person needs forename, surname and date of birth, or a valid identifier, or a record";
                    problems.push(at("surname", "not-a-person", message));
                }
                // An identifier with a slip in it would be passed over unseen.
                for (column, field) in
                    [("nhs_number", StandardField::NhsNumber), ("nino", StandardField::Nino), ("upn", StandardField::Upn)]
                {
                    if !row.cell(column).is_empty() && !has(field) {
                        problems.push(at(column, "bad-identifier", "this is no valid number of its kind"));
                    }
                }
            }
        }
        problems.sort_by_key(|problem| problem.line);
        if problems.is_empty() { Ok(Self { file: file.to_owned(), entries, standard }) } else { Err(Problems(problems)) }
    }
}

/// One row, with what is wrong with it.
fn entry(file: &str, row: &WrittenRow, names: &[&str], problems: &mut Vec<Problem>) -> Entry {
    let mut at = |column: &str, code: &'static str, message: &str| {
        problems.push(Problem::of_file(file, code, message).at_line(row.line).in_column(column));
    };
    let name = row.cell("entry");
    let plain = |text: &str| !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain(name) || !name.bytes().any(|byte| byte.is_ascii_digit()) {
        at("entry", "bad-name", "an entry is named by letters and digits, such as X001");
    }
    if names.iter().filter(|other| **other == name).count() > 1 {
        at("entry", "named-twice", "two rows have this entry");
    }
    let kind = row.cell("kind");
    if !["person", "address"].contains(&kind) {
        at("kind", "unknown-name", "expected \"person\" or \"address\"");
    }
    if !REASONS.contains(&row.cell("why")) {
        at("why", "unknown-name", "expected \"refuge\", \"marac\", \"protected\", \"adopted\", \"placement\" or \"other\"");
    }
    let show = row.cell("show");
    if !["", "no", "yes"].contains(&show) {
        at("show", "unknown-name", "expected \"yes\" or \"no\"");
    }
    let other = row.cell("not_with");
    let not_with = names.iter().position(|known| *known == other).filter(|_| !other.is_empty());
    if !other.is_empty() && (not_with.is_none() || other == name || kind == "address") {
        at("not_with", "unknown-entry", "expected the entry of another person of this file");
    }
    let mut day = |column: &str, open: Day| match row.cell(column) {
        "" => open,
        text => date::from_iso(text).unwrap_or_else(|| {
            problems.push(Problem::of_file(file, "not-a-date", "expected a date such as 2013-03-31").at_line(row.line).in_column(column));
            open
        }),
    };
    let (from, until) = (day("from", Day::MIN), day("until", Day::MAX));
    if until < from {
        let message = "the entry is over before it begins: nobody would be hidden by it";
        problems.push(Problem::of_file(file, "over-before-it-begins", message).at_line(row.line).in_column("until"));
    }
    let (source, record) = (row.cell("source"), row.cell("record_id"));
    if source.is_empty() != record.is_empty() {
        let message = "source and record_id belong together";
        problems.push(Problem::of_file(file, "half-a-record", message).at_line(row.line).in_column("record_id"));
    }
    let record = (!source.is_empty() && !record.is_empty()).then(|| (source.to_owned(), record.to_owned()));
    Entry {
        name: name.to_owned(),
        line: row.line,
        is_address: kind == "address",
        hides: show != "yes",
        not_with,
        record,
        digest: digest_64(
            &DESCRIBING.iter().chain(VALUES.iter().map(|(column, _)| column)).map(|column| row.cell(column)).collect::<Vec<_>>(),
        ),
        from,
        until,
    }
}

/// The rows as records, so that they are standardised like any other.
fn raw(rows: &[WrittenRow]) -> RawPersons {
    let column = |field: &Field| match VALUES.iter().find(|(_, known)| known == field) {
        Some((name, _)) => TextColumn::collect(rows.iter().map(|row| Some(row.cell(name)).filter(|text| !text.is_empty()))),
        None => TextColumn::absent(rows.len()),
    };
    RawPersons {
        position: vec![RecordPosition::default(); rows.len()],
        role: vec![PersonRole::Person; rows.len()],
        slot: vec![0; rows.len()],
        record_id: Arc::new(rows.iter().map(|row| row.cell("entry")).collect()),
        as_at: vec![NO_DAY; rows.len()],
        columns: Field::ALL.iter().map(column).collect(),
    }
}
