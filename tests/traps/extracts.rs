//! Made extracts: rows by header, written as each agency's schema says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use chrono::NaiveDate;
use fwt::config::checked::{ColumnKind, FileKind, Schema};
use fwt::config::load_pipeline;
use parquet::arrow::ArrowWriter;

use crate::support::PIPELINE;

/// Rows for the feeds of the shipped pipeline.
pub(crate) struct Extracts {
    schemas: Vec<Schema>,
    rows: BTreeMap<&'static str, Vec<Vec<String>>>,
}

impl Extracts {
    pub(crate) fn new() -> Self {
        let pipeline = load_pipeline(Path::new(PIPELINE)).expect("the shipped pipeline loads");
        Self { schemas: pipeline.schemas, rows: BTreeMap::new() }
    }

    fn schema(&self, name: &str) -> &Schema {
        self.schemas.iter().find(|schema| schema.name == name).unwrap_or_else(|| panic!("no schema {name}"))
    }

    /// Adds a row: header and cell, all others empty, days as 2012-10-31. Gives the line it will stand on.
    pub(crate) fn row(&mut self, feed: &'static str, cells: &[(&str, &str)]) -> u32 {
        let schema = self.schema(feed);
        let mut row = vec![String::new(); schema.columns.len()];
        for (header, cell) in cells {
            let column =
                schema.columns.iter().position(|column| column.name == *header).unwrap_or_else(|| panic!("{feed} has no {header}"));
            row[column] = match &schema.columns[column].kind {
                ColumnKind::Date(formats) => as_sent(cell, &formats[0]),
                _ => (*cell).to_owned(),
            };
        }
        let first = match schema.file.kind {
            FileKind::Csv => 2,
            FileKind::Xlsx => schema.file.skip_rows + 2,
            FileKind::Parquet => 1,
        };
        let rows = self.rows.entry(feed).or_default();
        rows.push(row);
        first + rows.len() as u32 - 1
    }

    /// The slot of a person of a row: its place among the schema's persons.
    pub(crate) fn slot(&self, feed: &str, name: &str) -> u32 {
        let place = self.schema(feed).persons.iter().position(|person| person.slot == name);
        place.unwrap_or_else(|| panic!("{feed} has no {name}")) as u32
    }

    /// Writes one file per feed, beside whatever stands in the folder.
    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).expect("a month folder");
        for (feed, rows) in &self.rows {
            let schema = self.schema(feed);
            let bytes = match schema.file.kind {
                FileKind::Csv => delimited(schema, rows),
                FileKind::Xlsx => workbook(schema, rows),
                FileKind::Parquet => columnar(schema, rows),
            };
            fs::write(folder.join(schema.file.pattern.replace('*', "_traps")), bytes).expect("the extract is written");
        }
    }
}

/// A day in the agency's form; what is no day stays as it is.
fn as_sent(cell: &str, format: &str) -> String {
    NaiveDate::parse_from_str(cell, "%Y-%m-%d").map_or_else(|_| cell.to_owned(), |day| day.format(format).to_string())
}

/// Text with a byte order mark where the encoding is one of Unicode: Excel's "CSV UTF-8" has it.
fn delimited(schema: &Schema, rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(schema.file.delimiter).from_writer(Vec::new());
    writer.write_record(schema.columns.iter().map(|column| column.name.as_str())).expect("a header");
    for row in rows {
        writer.write_record(row).expect("a row");
    }
    let text = String::from_utf8(writer.into_inner().expect("all rows")).expect("UTF-8");
    match schema.file.encoding.as_str() {
        "utf-16le" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "windows-1252" => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        _ => format!("\u{feff}{text}").into_bytes(),
    }
}

fn workbook(schema: &Schema, rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    if !schema.file.sheet.is_empty() {
        page.set_name(&schema.file.sheet).expect("a sheet name");
    }
    let header: Vec<String> = schema.columns.iter().map(|column| column.name.clone()).collect();
    for (line, row) in (schema.file.skip_rows..).zip(std::iter::once(&header).chain(rows)) {
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            page.write_string(line, column as u16, cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn columnar(schema: &Schema, rows: &[Vec<String>]) -> Vec<u8> {
    let columns: Vec<(&str, ArrayRef, bool)> = schema
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let cells = rows.iter().map(|row| Some(row[place].as_str()).filter(|cell| !cell.is_empty()));
            (column.name.as_str(), Arc::new(cells.collect::<StringArray>()) as ArrayRef, true)
        })
        .collect();
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("the rows");
    writer.into_inner().expect("a file")
}
