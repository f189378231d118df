//! Reads the tables of a published run.
//!
//! What comes in: the verified bytes of a Parquet file. What goes out: rows by column name.
//! What always holds: a missing column is an error with the table's name, never an empty answer.

use arrow::array::{Array, AsArray, ListArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::model::{Day, NO_DAY, date};
use crate::store::{RunFolder, StoreError};

/// Why a table of a published run cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// The file is not there or fails its hash.
    #[error("cannot read `{table}` of the run")]
    File {
        /// File name.
        table: String,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// Not Parquet, or damaged in a way the hash did not see.
    #[error("`{table}` is not a readable Parquet file")]
    Parquet {
        /// File name.
        table: String,
    },
    /// Not JSON.
    #[error("`{table}` is not readable JSON")]
    Json {
        /// File name.
        table: String,
    },
    /// A column is missing: the run was written by another version.
    #[error("`{table}` has no column `{column}`: the run was written by another version of fwt")]
    Column {
        /// File name.
        table: String,
        /// Column name.
        column: String,
    },
}

/// Reads a JSON file of a run.
///
/// # Errors
/// If the file is missing, fails its hash or is no JSON.
pub fn json(run: &RunFolder, file: &str) -> Result<serde_json::Value, ReadingError> {
    let bytes = run.bytes(file).map_err(|source| ReadingError::File { table: file.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|_| ReadingError::Json { table: file.to_owned() })
}

/// A table of a published run in memory.
pub struct Table {
    name: String,
    batches: Vec<RecordBatch>,
}

impl Table {
    /// Reads `<name>.parquet` of a run.
    ///
    /// # Errors
    /// If the file is missing, fails its hash or is no Parquet.
    pub fn open(run: &RunFolder, name: &str) -> Result<Self, ReadingError> {
        let file = format!("{name}.parquet");
        let bytes = run.bytes(&file).map_err(|source| ReadingError::File { table: file.clone(), source })?;
        let unreadable = || ReadingError::Parquet { table: file.clone() };
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes))
            .and_then(|builder| builder.with_batch_size(65_536).build())
            .map_err(|_| unreadable())?;
        let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|_| unreadable())?;
        Ok(Self { name: file, batches })
    }

    /// Reads `<name>.parquet` of a run, if the run has it: one made by an earlier version may not.
    ///
    /// # Errors
    /// If the file fails its hash or is no Parquet.
    pub fn open_if_there(run: &RunFolder, name: &str) -> Result<Option<Self>, ReadingError> {
        let file = format!("{name}.parquet");
        run.manifest.outputs.iter().any(|output| output.name == file).then(|| Self::open(run, name)).transpose()
    }

    /// True if the table has the column: one written by an earlier version may not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.batches.iter().all(|batch| batch.column_by_name(name).is_some())
    }

    /// The rows in which `keep` is true for the text of `column`, as rows of texts in the order of `columns`.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn select(&self, column: &str, columns: &[&str], keep: impl Fn(&str) -> bool) -> Result<Vec<Vec<String>>, ReadingError> {
        let mut rows = Vec::new();
        for batch in &self.batches {
            let key = self.column(batch, column)?;
            let wanted = columns.iter().map(|name| self.column(batch, name)).collect::<Result<Vec<_>, _>>()?;
            for row in 0..batch.num_rows() {
                if keep(&cell(key, row)) {
                    rows.push(wanted.iter().map(|array| cell(*array, row)).collect());
                }
            }
        }
        Ok(rows)
    }

    /// A column of texts; empty where null.
    ///
    /// # Errors
    /// If the column is missing or of another type.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>, ReadingError> {
        self.values(name, |array| array.as_string_opt::<i32>(), |array, row| if array.is_null(row) { "" } else { array.value(row) })
    }

    /// A column of lists of texts.
    ///
    /// # Errors
    /// If the column is missing or of another type.
    pub fn lists(&self, name: &str) -> Result<Vec<Vec<String>>, ReadingError> {
        let texts = |array: &ListArray, row: usize| {
            let list = array.value(row);
            (0..list.len()).map(|item| cell(list.as_ref(), item)).collect()
        };
        self.values(name, |array| array.as_list_opt::<i32>(), texts)
    }

    /// A column of dates; [`NO_DAY`] where null.
    ///
    /// # Errors
    /// If the column is missing or of another type.
    pub fn days(&self, name: &str) -> Result<Vec<Day>, ReadingError> {
        self.values(
            name,
            |array| array.as_primitive_opt::<Date32Type>(),
            |array, row| if array.is_null(row) { NO_DAY } else { array.value(row) },
        )
    }

    /// A column of true and false; false where null.
    ///
    /// # Errors
    /// If the column is missing or of another type.
    pub fn booleans(&self, name: &str) -> Result<Vec<bool>, ReadingError> {
        self.values(name, |array| array.as_boolean_opt(), |array, row| !array.is_null(row) && array.value(row))
    }

    /// A column of whole numbers; 0 where null.
    ///
    /// # Errors
    /// If the column is missing or of another type.
    pub fn integers(&self, name: &str) -> Result<Vec<i64>, ReadingError> {
        self.values(name, |array| array.as_primitive_opt::<Int64Type>(), |array, row| if array.is_null(row) { 0 } else { array.value(row) })
    }

    fn values<'a, A: Array + 'a, T>(
        &'a self,
        name: &str,
        typed: impl Fn(&'a dyn Array) -> Option<&'a A>,
        value: impl Fn(&'a A, usize) -> T,
    ) -> Result<Vec<T>, ReadingError> {
        let mut values = Vec::new();
        for batch in &self.batches {
            let array = typed(self.column(batch, name)?).ok_or_else(|| self.without(name))?;
            values.extend((0..array.len()).map(|row| value(array, row)));
        }
        Ok(values)
    }

    /// The rows as they stand in the file.
    pub(super) fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// The error of a column that is not there or not as this version writes it.
    pub(super) fn without(&self, name: &str) -> ReadingError {
        ReadingError::Column { table: self.name.clone(), column: name.to_owned() }
    }

    pub(super) fn column<'a>(&self, batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array, ReadingError> {
        batch.column_by_name(name).map(AsRef::as_ref).ok_or_else(|| self.without(name))
    }
}

/// A cell as text: empty when null, dates as `YYYY-MM-DD`, lists joined by `; `.
pub(super) fn cell(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => format!("{:.4}", array.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => if array.as_boolean().value(row) { "yes" } else { "no" }.to_owned(),
        DataType::Date32 => date::iso(array.as_primitive::<Date32Type>().value(row)),
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            (0..list.len()).map(|item| cell(list.as_ref(), item)).collect::<Vec<_>>().join("; ")
        }
        _ => String::new(),
    }
}
