//! Rows to bytes: delimited text in the agencies' encodings, workbooks, Parquet.
//!
//! In: rows in their order. Out: the file's bytes and the line of its first row. What always holds: the same rows give the same bytes
//! at any number of threads (a workbook's creation time is fixed).

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as CellFormat, Workbook};

use crate::model::date::from_iso;
use crate::synth::SynthError;

use super::{CELL, Feed, Format, Row};

/// A file in pieces, and the line its first row is on.
pub(crate) struct Encoded {
    pub(crate) pieces: Vec<Vec<u8>>,
    pub(crate) first_line: u32,
}

/// Writes the rows of a feed.
pub(crate) fn encode(feed: &Feed, rows: &[Row]) -> Result<Encoded, SynthError> {
    match feed.format {
        Format::Csv(delimiter, encoding, total) => text(feed, rows, (delimiter, encoding, total)),
        Format::Xlsx(sheet, titles, dates, total) => {
            let bytes = workbook(feed, rows, (sheet, titles, dates, total)).map_err(|error| SynthError::Workbook(error.to_string()))?;
            Ok(Encoded { pieces: vec![bytes], first_line: titles.len() as u32 + 2 })
        }
        Format::Parquet(zstd, dates) => Ok(Encoded { pieces: vec![table(feed, rows, zstd, dates)?], first_line: 1 }),
    }
}

fn text(feed: &Feed, rows: &[Row], (delimiter, encoding, total): (u8, &str, Option<&str>)) -> Result<Encoded, SynthError> {
    let lines = |cells: &mut dyn Iterator<Item = Vec<&str>>| -> Result<Vec<u8>, SynthError> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        for record in cells {
            writer.write_record(record).map_err(|error| SynthError::Write(std::io::Error::other(error)))?;
        }
        let bytes = writer.into_inner().map_err(|error| SynthError::Write(std::io::Error::other(error.to_string())))?;
        Ok(in_encoding(bytes, encoding))
    };
    let mut pieces = vec![lines(&mut std::iter::once(feed.header.to_vec()))?];
    if encoding == "utf-16le" {
        pieces.insert(0, vec![0xff, 0xfe]);
    }
    let body: Result<Vec<Vec<u8>>, SynthError> =
        rows.par_chunks(4_096).map(|rows| lines(&mut rows.iter().map(|row| row.cells.split(CELL).collect::<Vec<_>>()))).collect();
    pieces.extend(body?);
    if let Some(total) = total {
        let mut cells = vec![String::new(); feed.header.len()];
        if let Some(first) = cells.first_mut() {
            *first = format!("{total} ROWS: {}", rows.len());
        }
        pieces.push(lines(&mut std::iter::once(cells.iter().map(String::as_str).collect()))?);
    }
    Ok(Encoded { pieces, first_line: 2 })
}

fn in_encoding(bytes: Vec<u8>, label: &str) -> Vec<u8> {
    match label {
        "utf-16le" => String::from_utf8_lossy(&bytes).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "windows-1252" => encoding_rs::WINDOWS_1252.encode(&String::from_utf8_lossy(&bytes)).0.into_owned(),
        _ => bytes,
    }
}

type Sheet<'a> = (&'a str, &'a [&'a str], &'a [usize], Option<&'a str>);

fn workbook(feed: &Feed, rows: &[Row], (sheet, titles, dates, total): Sheet<'_>) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2012, 10, 1)?;
    book.set_properties(&DocProperties::new().set_author("Lincolnshire").set_creation_datetime(&made));
    let page = book.add_worksheet();
    page.set_name(sheet)?;
    let as_date = CellFormat::new().set_num_format("dd/mm/yyyy");
    let bold = CellFormat::new().set_bold();
    for (row, title) in titles.iter().enumerate() {
        if row == 0 && feed.header.len() > 4 {
            page.merge_range(0, 0, 0, 4, title, &bold)?;
        } else if !title.is_empty() {
            page.write_string(row as u32, 0, *title)?;
        }
    }
    let top = titles.len() as u32;
    for (column, name) in feed.header.iter().enumerate() {
        page.write_string_with_format(top, column as u16, *name, &bold)?;
    }
    for (index, row) in rows.iter().enumerate() {
        let line = top + 1 + index as u32;
        for (column, cell) in row.cells.split(CELL).enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let serial = dates.contains(&column).then(|| excel_day(cell)).flatten();
            match serial {
                Some(serial) => page.write_number_with_format(line, column as u16, serial, &as_date)?,
                None => page.write_string(line, column as u16, cell)?,
            };
        }
    }
    if let Some(total) = total {
        page.write_string(top + 1 + rows.len() as u32, 0, total)?;
        page.write_number(top + 1 + rows.len() as u32, 1, rows.len() as f64)?;
    }
    book.save_to_buffer()
}

/// The serial of an ISO day; days before March 1900, where the spreadsheet's calendar is wrong, stay text.
fn excel_day(cell: &str) -> Option<f64> {
    let day = from_iso(cell)?;
    let serial = day + 25_569;
    (serial > 60).then(|| f64::from(serial))
}

fn table(feed: &Feed, rows: &[Row], zstd: bool, dates: &[usize]) -> Result<Vec<u8>, SynthError> {
    let parts: Vec<Vec<&str>> = rows.par_iter().map(|row| row.cells.split(CELL).collect()).collect();
    let columns: Vec<(&str, ArrayRef, bool)> = feed
        .header
        .iter()
        .enumerate()
        .map(|(column, &name)| {
            let cells = parts.iter().map(|cells| cells.get(column).copied().filter(|cell| !cell.is_empty()));
            let array: ArrayRef = if dates.contains(&column) {
                Arc::new(cells.map(|cell| cell.and_then(from_iso)).collect::<Date32Array>())
            } else {
                Arc::new(cells.collect::<StringArray>())
            };
            (name, array, true)
        })
        .collect();
    let fail = |error: String| SynthError::Table(error);
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|error| fail(error.to_string()))?;
    let codec = if zstd { Compression::ZSTD(ZstdLevel::default()) } else { Compression::SNAPPY };
    let properties = WriterProperties::builder().set_compression(codec).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).map_err(|error| fail(error.to_string()))?;
    writer.write(&batch).map_err(|error| fail(error.to_string()))?;
    writer.into_inner().map_err(|error| fail(error.to_string()))
}
