//! Parquet files.
//!
//! What comes in: bytes. What goes out: rows as text; the column names come first, as line 0.
//! What always holds: text, whole numbers, decimals, dates, timestamps, booleans and dictionaries of them are read; an instant is the day and time it
//! was in the United Kingdom; a nested or binary column refuses the file by name; compression by snappy, zstd, gzip or none.

use std::sync::Arc;

use arrow::array::timezone::Tz;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as ArrowField};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::reader::{BLOCK_ROWS, Block, Blocks, Cells, Ending, Row, Taker};
use crate::model::Problem;

/// Where the agencies' clocks are.
const HERE: &str = "Europe/London";

/// One column of a batch, as text.
pub(super) struct BatchColumn {
    texts: StringArray,
    tidy: Tidy,
}

/// What is cut from the end of a value's text.
#[derive(Clone, Copy, PartialEq)]
enum Tidy {
    Nothing,
    /// The time of a timestamp at midnight.
    Midnight,
    /// As [`Tidy::Midnight`], and the offset of an instant. In summer midnight in Greenwich is 01:00.
    Instant,
    /// The ".0" of a whole number kept as a fraction.
    Fraction,
}

impl BatchColumn {
    /// The text of a row, empty where null.
    pub(super) fn get(&self, row: usize) -> &str {
        if row >= self.texts.len() || self.texts.is_null(row) {
            return "";
        }
        let text = self.texts.value(row);
        match self.tidy {
            Tidy::Nothing => text,
            Tidy::Midnight => match text.split_once('T') {
                Some((date, time)) if time.starts_with("00:00:00") => date,
                _ => text,
            },
            Tidy::Instant => match text.split_once('T') {
                Some((date, time)) if time.starts_with("00:00:00") || time == "01:00:00+01:00" => date,
                _ => text.strip_suffix("+00:00").or_else(|| text.strip_suffix("+01:00")).unwrap_or_else(|| text.trim_end_matches('Z')),
            },
            Tidy::Fraction => text.strip_suffix(".0").unwrap_or(text),
        }
    }
}

/// Reads all rows of a Parquet file.
pub(super) fn read(file: &str, bytes: &Bytes, taker: &mut dyn Taker) -> Result<Ending, Vec<Problem>> {
    let (names, mut columnar) = Columnar::open(file, bytes)?;
    if taker.take(&Row { line: 0, cells: Cells::Texts(&names), fault: None }).is_continue() {
        taker.take_blocks(&mut columnar)?;
    }
    Ok(Ending::default())
}

fn damaged(file: &str) -> Vec<Problem> {
    vec![Problem::of_file(file, "not-parquet", "the file is not a whole Parquet file").with_hint("have it sent again")]
}

/// A Parquet file that is being read.
struct Columnar<'f> {
    file: &'f str,
    reader: ParquetRecordBatchReader,
    /// Rows that the footer says there are.
    rows: u32,
    handed_out: u32,
}

impl<'f> Columnar<'f> {
    /// Opens a file. Gives the names of its columns too.
    fn open(file: &'f str, bytes: &Bytes) -> Result<(Vec<String>, Self), Vec<Problem>> {
        if !bytes.starts_with(b"PAR1") || !bytes.ends_with(b"PAR1") {
            return Err(damaged(file));
        }
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).map_err(|_| damaged(file))?;
        let schema = Arc::clone(builder.schema());
        let unreadable: Vec<Problem> =
            schema.fields().iter().filter(|field| tidy_of(field.data_type()).is_none()).map(|field| unsupported(file, field)).collect();
        if !unreadable.is_empty() {
            return Err(unreadable);
        }
        let rows = u32::try_from(builder.metadata().file_metadata().num_rows()).map_err(|_| damaged(file))?;
        let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let reader = builder.with_batch_size(BLOCK_ROWS).build().map_err(|_| damaged(file))?;
        Ok((names, Self { file, reader, rows, handed_out: 0 }))
    }
}

impl Blocks for Columnar<'_> {
    fn fill(&mut self, block: &mut Block) -> Result<(), Vec<Problem>> {
        let damaged = || damaged(self.file);
        for batch in self.reader.by_ref() {
            let columns = batch_columns(&batch.map_err(|_| damaged())?).ok_or_else(damaged)?;
            let rows = columns.first().map_or(0, |column| column.texts.len()) as u32;
            if rows > 0 {
                // Rows are counted from 1: the names of the columns are line 0.
                let first = self.handed_out + 1;
                self.handed_out += rows;
                block.hold_batch(columns, first..self.handed_out + 1);
                return Ok(());
            }
        }
        block.hold_batch(Vec::new(), 0..0);
        // A file whose pages hold fewer rows than its footer says was damaged.
        if self.handed_out == self.rows { Ok(()) } else { Err(damaged()) }
    }

    fn expected_rows(&self) -> usize {
        self.rows as usize
    }
}

fn unsupported(file: &str, field: &ArrowField) -> Problem {
    let message = "this column is nested, binary or of an unknown time zone: only text, numbers, dates and true/false are read";
    Problem::of_file(file, "unsupported-column", message)
        .in_column(field.name().chars().filter(|letter| !letter.is_control()).take(60).collect::<String>())
}

fn tidy_of(kind: &DataType) -> Option<Tidy> {
    match kind {
        DataType::Null | DataType::Boolean | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Date32 => {
            Some(Tidy::Nothing)
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Some(Tidy::Fraction),
        DataType::Timestamp(_, Some(zone)) if is_instant(zone) => Some(Tidy::Instant),
        DataType::Timestamp(_, Some(zone)) => zone.parse::<Tz>().is_ok().then_some(Tidy::Midnight),
        DataType::Timestamp(_, None) | DataType::Date64 => Some(Tidy::Midnight),
        DataType::Dictionary(_, values) => tidy_of(values),
        kind if kind.is_integer() || matches!(kind, DataType::Decimal128(_, _) | DataType::Decimal256(_, _)) => Some(Tidy::Nothing),
        _ => None,
    }
}

/// True for the zones of columns that hold instants of British clocks or of Greenwich: a midnight of the one is in summer not one of the other.
fn is_instant(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "GMT", "Z", "+00:00", HERE].contains(&zone)
}

fn batch_columns(batch: &RecordBatch) -> Option<Vec<BatchColumn>> {
    let column = |array: &ArrayRef| {
        let tidy = tidy_of(array.data_type())?;
        let local = match array.data_type() {
            DataType::Timestamp(unit, Some(_)) if tidy == Tidy::Instant => {
                cast(array, &DataType::Timestamp(*unit, Some(HERE.into()))).ok()?
            }
            _ => Arc::clone(array),
        };
        // Dates far outside the calendar cannot be written as text: such a file is damaged.
        let texts = cast(&local, &DataType::Utf8).ok()?.as_string_opt::<i32>()?.clone();
        (texts.null_count() == array.logical_null_count()).then_some(BatchColumn { texts, tidy })
    };
    batch.columns().iter().map(column).collect()
}
