//! Tests of the stage as a whole: small extracts in a temporary data folder.
#![expect(clippy::disallowed_methods, reason = "a test writes its own files")]

mod contract;
mod damage;
mod feeds;
mod records;
pub(super) mod typed;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Ingested, ingest};
use crate::config::checked::{GateSettings, HouseholdSettings, IdentifySettings, LinkSettings, Pipeline, Schema};
use crate::config::parse_schema;
use crate::model::{Problems, Silent, date};

/// A schema with everything a test needs, to be varied by replacing pieces of text.
pub(super) const VISITS: &str = r#"
[schema]
name = "visits"
agency = "Test Agency"
[file]
pattern = "visits*.csv"
[delivery]
cadence = "monthly"
kind = "snapshot"
coverage = "events"
valid_days = 62
[agreement]
reference = "DSA-1"
starts = "2012-04-01"
ends = "2030-03-31"
purposes = ["identify"]
[[column]]
name = "Ref"
aliases = ["Reference No"]
not_empty = true
[[column]]
name = "Person ID"
[[column]]
name = "Surname"
[[column]]
name = "Forename"
[[column]]
name = "DOB"
kind = "date"
formats = ["%d/%m/%Y"]
[[column]]
name = "Role"
kind = "code"
codes = { SUS = "suspect", OFF = "offender", VIC = "victim", NONE = "-" }
[[column]]
name = "Date"
kind = "date"
formats = ["%d/%m/%Y"]
[[column]]
name = "Count"
kind = "integer"
[[column]]
name = "Mother"
required = false
[row]
key = ["Ref"]
[[person]]
slot = "person"
key = ["Person ID"]
[person.fields]
surname = "Surname"
forename = "Forename"
date_of_birth = "DOB"
[[person]]
slot = "mother"
role = "parent"
[person.fields]
full_name = "Mother"
[[relation]]
from = "mother"
to = "person"
kind = "parent_of"
lives_together = true
[[event]]
kind = "offence"
person = "person"
role = { column = "Role" }
code = "charged"
from = "Date"
quantity = "Count"
reference = "Ref"
"#;

pub(super) const HEADER: &str = "Ref,Person ID,Surname,Forename,DOB,Role,Date,Count,Mother";

pub(super) fn schema(text: &str) -> Schema {
    parse_schema("visits.toml", text).unwrap_or_else(|problems| panic!("{}", Problems(problems)))
}

pub(super) fn pipeline(schemas: Vec<Schema>) -> Pipeline {
    Pipeline {
        name: "test".to_owned(),
        title: "Test".to_owned(),
        month: None,
        path: "test.toml".into(),
        schemas,
        packs: Vec::new(),
        link: LinkSettings::default(),
        households: HouseholdSettings::default(),
        identify: IdentifySettings::default(),
        gates: GateSettings::default(),
        targets: Vec::new(),
        dwp: None,
        service: crate::config::checked::ServiceSettings::default(),
        claims: None,
        needs: None,
        effect: None,
        fingerprints: Vec::new(),
        configuration: crate::config::files::KeptConfiguration::default(),
    }
}

/// A data folder with these files.
pub(super) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

pub(super) fn run_at(schemas: Vec<Schema>, data: &Path, month: &str) -> Result<Ingested, Problems> {
    let month: crate::model::Month = month.parse().unwrap();
    ingest(&pipeline(schemas), data, month, month.last_day(), &Silent)
}

/// Ingests files for a month with one schema.
pub(super) fn run(schema_text: &str, month: &str, files: &[(&str, &[u8])]) -> Result<Ingested, Problems> {
    run_at(vec![schema(schema_text)], folder(files).path(), month)
}

/// Ingests one file of data rows below the usual header.
pub(super) fn run_rows(rows: &[&str]) -> Result<Ingested, Problems> {
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    run(VISITS, "2013-01", &[("2013-01/visits.csv", text.as_bytes())])
}

pub(super) fn codes(problems: &Problems) -> Vec<&'static str> {
    problems.0.iter().map(|problem| problem.code).collect()
}

/// Record ids with surname and date of birth, as the tables have them.
pub(super) fn people(ingested: &Ingested) -> Vec<(String, String, String)> {
    use crate::model::Field;
    let text = |field: Field, row: usize| ingested.persons.column(field).get(row).unwrap_or_default().to_owned();
    (0..ingested.persons.len())
        .map(|row| {
            (
                ingested.persons.record_id.get(row).unwrap().to_owned(),
                text(Field::Surname, row) + &text(Field::FullName, row),
                text(Field::DateOfBirth, row),
            )
        })
        .collect()
}

/// Every delivery's rows add up, and all columns are as long as they must be.
pub(super) fn assert_sound(ingested: &Ingested) {
    for (index, delivery) in ingested.deliveries.iter().enumerate() {
        assert_eq!(delivery.rows_read, delivery.rows_used + delivery.rows_set_aside, "{}", delivery.file);
        let aside = ingested.rejects.iter().filter(|reject| reject.delivery as usize == index && reject.row_set_aside).count();
        assert_eq!(delivery.rows_set_aside, aside as u64, "{}", delivery.file);
    }
    let persons = &ingested.persons;
    let rows = persons.len();
    assert!(persons.columns.iter().all(|column| column.len() == rows));
    assert_eq!([persons.role.len(), persons.slot.len(), persons.record_id.len(), persons.as_at.len()], [rows; 4]);
    let ids: std::collections::BTreeSet<_> =
        persons.position.iter().map(|position| position.source).zip(persons.record_id.iter()).collect();
    assert_eq!(ids.len(), rows, "record ids are unique within a source");
    let events = &ingested.events;
    let length = events.len();
    assert_eq!(
        [events.code.len(), events.reference.len(), events.from.len(), events.to.len(), events.line.len(), events.delivery.len()],
        [length; 6]
    );
    assert!(events.record.iter().all(|&record| record == u32::MAX || (record as usize) < rows));
    assert!(ingested.relations.iter().all(|relation| (relation.from as usize) < rows && (relation.to as usize) < rows));
}

pub(super) fn iso(day: crate::model::Day) -> String {
    date::iso(day)
}
