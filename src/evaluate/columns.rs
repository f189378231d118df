//! Columns of a published table.
//!
//! What comes in: the verified bytes of a Parquet file and the names of the columns wanted. What goes out: those columns,
//! texts dictionary-coded. What always holds: a missing column, or one of another type, is an error with the table's and
//! the column's name.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::model::{TextColumn, TextColumnBuilder};
use crate::store::RunFolder;

use super::EvaluateError;

/// A JSON file of a run.
pub(super) fn json(run: &RunFolder, file: &str) -> Result<serde_json::Value, EvaluateError> {
    serde_json::from_slice(&run.bytes(file)?).map_err(|_| EvaluateError::Table { table: file.to_owned() })
}

/// Some columns of a table.
pub(super) struct Columns {
    table: String,
    batches: Vec<RecordBatch>,
}

impl Columns {
    /// Reads the named columns of `<table>.parquet`.
    pub(super) fn open(run: &RunFolder, table: &str, names: &[&str]) -> Result<Self, EvaluateError> {
        let file = format!("{table}.parquet");
        let bytes = run.bytes(&file)?;
        let unreadable = || EvaluateError::Table { table: file.clone() };
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|_| unreadable())?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
        let reader = builder.with_projection(mask).with_batch_size(65_536).build().map_err(|_| unreadable())?;
        let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|_| unreadable())?;
        Ok(Self { table: file, batches })
    }

    fn missing(&self, name: &str) -> EvaluateError {
        EvaluateError::Column { table: self.table.clone(), column: name.to_owned() }
    }

    fn each<'a>(&'a self, name: &str, kind: &DataType, mut visit: impl FnMut(&'a dyn Array)) -> Result<(), EvaluateError> {
        for batch in &self.batches {
            let array = batch.column_by_name(name).ok_or_else(|| self.missing(name))?;
            if array.data_type() != kind {
                return Err(self.missing(name));
            }
            visit(array.as_ref());
        }
        Ok(())
    }

    /// A column of texts.
    pub(super) fn texts(&self, name: &str) -> Result<TextColumn, EvaluateError> {
        let mut builder = TextColumnBuilder::default();
        self.each(name, &DataType::Utf8, |array| {
            for text in array.as_string::<i32>() {
                builder.push(text);
            }
        })?;
        Ok(builder.finish())
    }

    /// A column of whole numbers, -1 where empty.
    pub(super) fn integers(&self, name: &str) -> Result<Vec<i64>, EvaluateError> {
        let mut values = Vec::new();
        self.each(name, &DataType::Int64, |array| {
            values.extend(array.as_primitive::<Int64Type>().iter().map(|value| value.unwrap_or(-1)));
        })?;
        Ok(values)
    }

    /// A column of numbers, 0 where empty.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<f64>, EvaluateError> {
        let mut values = Vec::new();
        self.each(name, &DataType::Float64, |array| {
            values.extend(array.as_primitive::<Float64Type>().iter().map(|value| value.unwrap_or(0.0)));
        })?;
        Ok(values)
    }

    /// A column of truth values, false where empty.
    pub(super) fn flags(&self, name: &str) -> Result<Vec<bool>, EvaluateError> {
        let mut values = Vec::new();
        self.each(name, &DataType::Boolean, |array| {
            values.extend(array.as_boolean().iter().map(|value| value.unwrap_or(false)));
        })?;
        Ok(values)
    }

    /// A column of dates as `YYYY-MM-DD`.
    pub(super) fn dates(&self, name: &str) -> Result<TextColumn, EvaluateError> {
        let mut builder = TextColumnBuilder::default();
        self.each(name, &DataType::Date32, |array| {
            for day in array.as_primitive::<arrow::datatypes::Date32Type>() {
                builder.push(day.map(crate::model::date::iso).as_deref());
            }
        })?;
        Ok(builder.finish())
    }
}
