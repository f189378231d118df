//! The tables read back as the dictionary says, and nothing personal stands where it must not.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::super::parquet_file::{ROWS_PER_GROUP, table_schema, write_table};
use super::fixture::*;
use super::{Memory, published};
use crate::model::tables::{Access, LEDGER, TABLES, table};
use crate::model::{LinkDecision, date};

fn read(memory: &Memory, name: &str) -> Vec<RecordBatch> {
    let bytes = bytes::Bytes::from(memory.0[&format!("{name}.parquet")].1.clone());
    ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap().collect::<Result<_, _>>().unwrap()
}

fn cell(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => date::iso(array.as_primitive::<Date32Type>().value(row)),
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            (0..list.len()).map(|item| cell(list.as_ref(), item)).collect::<Vec<_>>().join(";")
        }
        other => panic!("{other}"),
    }
}

/// The rows of a table: the named columns as text.
pub(super) fn rows(memory: &Memory, name: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for batch in read(memory, name) {
        let arrays: Vec<_> = columns.iter().map(|column| batch.column_by_name(column).unwrap()).collect();
        for row in 0..batch.num_rows() {
            rows.push(arrays.iter().map(|array| cell(array.as_ref(), row)).collect());
        }
    }
    rows
}

#[test]
fn every_table_has_the_columns_rows_and_metadata_of_the_dictionary() {
    let fixture = Fixture::county(200);
    let memory = published(&fixture.contents());
    for definition in TABLES {
        let (rows, bytes) = &memory.0[&format!("{}.parquet", definition.name)];
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes.clone())).unwrap();
        assert_eq!(builder.schema().fields(), table_schema(definition).fields(), "{}", definition.name);
        let file = builder.metadata().file_metadata();
        assert_eq!(rows.unwrap(), file.num_rows() as u64, "{}", definition.name);
        assert!(file.num_rows() > 0, "{} is empty in the fixture", definition.name);
        assert!(file.created_by().unwrap().starts_with("fwt version "));
        let metadata = file.key_value_metadata().unwrap();
        let value = |key: &str| metadata.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).unwrap();
        assert_eq!(value("fwt.table"), definition.name);
        assert_eq!(value("fwt.version"), definition.version.to_string());
        assert_eq!(value("fwt.access"), definition.access.name());
        for (field, column) in builder.schema().fields().iter().zip(definition.columns) {
            assert_eq!(field.metadata()["description"], column.sentence);
            assert_eq!(field.metadata()["unit"], column.unit);
            assert!(value("fwt.columns").contains(column.sentence));
        }
    }
}

#[test]
fn rows_of_many_groups_come_back_in_order() {
    let mut memory = Memory::default();
    let count = ROWS_PER_GROUP * 2 + 5;
    write_table(&mut memory, &LEDGER, count, &|range, columns| {
        columns.text("stage", range.clone().map(|row| (row % 3 > 0).then_some("link")));
        columns.text("what", range.clone().map(|row| Some(row.to_string())));
        columns.integer("rows_in", range.clone().map(|row| Some(row as i64)));
        columns.integer("rows_out", range.clone().map(|_| None));
        columns.integer("set_aside", range.clone().map(|_| Some(0)));
        columns.boolean("balances", range.map(|row| row % 2 == 0));
    })
    .unwrap();
    let read = rows(&memory, "ledger", &["what", "rows_in", "stage", "rows_out"]);
    assert_eq!(read.len(), count);
    for (row, cells) in read.iter().enumerate() {
        assert_eq!(cells[0], cells[1]);
        assert_eq!(cells[0], row.to_string());
    }
    assert_eq!([read[0][2].as_str(), read[1][2].as_str(), read[1][3].as_str()], ["", "link", ""]);
}

#[test]
fn persons_are_sorted_by_source_and_record_and_carry_their_notes() {
    let fixture = Fixture::county(120);
    let memory = published(&fixture.contents());
    let read = rows(&memory, "persons", &["source", "record_id", "person_id", "date_of_birth", "notes", "forename"]);
    assert_eq!(read.len(), fixture.persons.len());
    assert!(read.is_sorted_by(|a, b| a[..2] < b[..2]));
    let canary = read.iter().find(|row| row[1] == CANARY_RECORD).unwrap();
    assert_eq!(canary[5], CANARY_FORENAME);
    assert!(read.iter().any(|row| row[4].contains("date_of_birth: default-date")));
}

#[test]
fn the_order_of_rows_that_came_in_does_not_show() {
    let mut fixture = Fixture::county(120);
    let first = published(&fixture.contents());
    fixture.relations.reverse();
    fixture.rejects.reverse();
    let second = published(&fixture.contents());
    for (name, file) in &first.0 {
        assert!(second.0[name] == *file, "{name} differs");
    }
}

#[test]
fn pairs_and_routes_say_what_the_stages_said() {
    let fixture = Fixture::county(150);
    let memory = published(&fixture.contents());
    let links = rows(&memory, "links", &["decision", "pattern", "weight"]);
    for (row, link) in links.iter().zip(&fixture.linked.links) {
        assert_eq!(row[0], link.decision.name());
        // A restricted family and the next one share a pair.
        if !row[1].is_empty() {
            assert_eq!(u64::from_str_radix(&row[1], 16).unwrap(), link.pattern);
        }
    }
    assert!(links.iter().filter(|row| row[1].is_empty()).count() < 5);
    assert!(fixture.linked.links.iter().any(|link| link.decision == LinkDecision::Review));
    let listed = rows(
        &memory,
        "identification",
        &["family_id", "criteria_pack", "route", "listed", "priority_rank", "stale_feeds", "missing_feeds"],
    );
    for (row, entry) in listed.iter().zip(&fixture.identification.entries) {
        assert_eq!(row[0], fixture.families.families[entry.family as usize].id);
        assert_eq!(row[2], entry.route.name());
        assert_eq!(row[3], entry.route.is_listed().to_string());
        assert_eq!(row[4].is_empty(), !entry.route.is_listed());
        let (stale, missing) = if entry.pack == "p1-2012" { ("dwp_return;not_on_roll", "health_flags") } else { ("dwp_return", "") };
        assert_eq!([row[5].as_str(), row[6].as_str()], [stale, missing]);
    }
}

#[test]
fn tables_without_identifiers_hold_none() {
    let fixture = Fixture::county(150);
    let memory = published(&fixture.contents());
    let canaries =
        [CANARY_FORENAME, CANARY_SURNAME, CANARY_POSTCODE, CANARY_UPRN, CANARY_NHS, CANARY_NINO, CANARY_UPN, CANARY_RECORD, "1987-06-05"];
    let mut seen = 0;
    for definition in TABLES {
        let columns: Vec<&str> = definition.columns.iter().map(|column| column.name).filter(|name| *name != "since").collect();
        let cells: Vec<String> = rows(&memory, definition.name, &columns).concat();
        let found = canaries.iter().filter(|canary| cells.iter().any(|cell| cell.contains(**canary))).count();
        if definition.access == Access::RestrictedIdentifiers {
            seen += found;
        } else {
            assert_eq!(found, 0, "{}", definition.name);
        }
    }
    assert!(seen > canaries.len(), "the canaries are nowhere: the test tests nothing");
}

#[test]
fn an_address_of_a_restricted_family_is_withheld_in_every_table() {
    let fixture = Fixture::county(120);
    let restricted = fixture.families.families.iter().find(|family| family.restricted).unwrap();
    let memory = published(&fixture.contents());
    for name in ["families", "persons", "residences"] {
        let definition = table(name).unwrap();
        let columns: Vec<&str> = definition.columns.iter().map(|column| column.name).collect();
        let cells = rows(&memory, name, &columns).concat();
        assert!(!cells.contains(&restricted.address_key), "{name}");
        assert!(!cells.contains(&restricted.uprn), "{name}");
    }
    let families = rows(&memory, "families", &["family_id", "restricted", "postcode", "address_key"]);
    let row = families.iter().find(|row| row[0] == restricted.id).unwrap();
    assert_eq!(row[1..], ["true", "", ""]);
    assert!(rows(&memory, "persons", &["address_withheld"]).concat().contains(&"true".to_owned()));
}
