//! The star of one month, under pseudonyms that need the secret.
//!
//! What comes in: a published run. What goes out: its star's tables in the columns of this version. What always holds: a column that the run's version did not have yet is
//! empty, and said so; one of another type is refused; rows with a family are sorted by its new pseudonym.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array, new_null_array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::SchemaRef;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::StarError;
use crate::model::pseudonym::Secret;
use crate::model::tables::{FAMILY_KEY, TableDefinition};
use crate::run::reading::ReadingError;
use crate::stages::publish::table_schema;
use crate::store::RunFolder;

/// The columns of a table of this version.
pub(super) fn schema(definition: &TableDefinition) -> SchemaRef {
    table_schema(definition)
}

/// Reads every table of a run's star.
pub(super) fn read_month(
    month: &str,
    run: &RunFolder,
    definitions: &[&'static TableDefinition],
    secret: &Secret,
    warnings: &mut Vec<String>,
) -> Result<Vec<(&'static TableDefinition, RecordBatch)>, StarError> {
    let mut tables = Vec::new();
    for &definition in definitions {
        let file = format!("{}.parquet", definition.name);
        if run.manifest.output(&file).is_none() {
            warnings.push(format!("{month} has no `{}`: it was run by an earlier version of fwt", definition.name));
            continue;
        }
        let read = read(run, &file).map_err(|source| StarError::Reading { month: month.to_owned(), source })?;
        let batch = fitted(month, definition, &read, warnings)?;
        let batch = under_pseudonyms(&batch, secret).map_err(|source| StarError::Arrow { table: definition.name, source })?;
        tables.push((definition, batch));
    }
    Ok(tables)
}

fn read(run: &RunFolder, file: &str) -> Result<RecordBatch, ReadingError> {
    let bytes = run.bytes(file).map_err(|source| ReadingError::File { table: file.to_owned(), source })?;
    let unreadable = || ReadingError::Parquet { table: file.to_owned() };
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|_| unreadable())?;
    let schema = builder.schema().clone();
    let reader = builder.with_batch_size(65_536).build().map_err(|_| unreadable())?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|_| unreadable())?;
    concat_batches(&schema, &batches).map_err(|_| unreadable())
}

/// The table in the columns of this version.
fn fitted(
    month: &str,
    definition: &'static TableDefinition,
    read: &RecordBatch,
    warnings: &mut Vec<String>,
) -> Result<RecordBatch, StarError> {
    let schema = schema(definition);
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(definition.columns.len());
    for (field, column) in schema.fields().iter().zip(definition.columns) {
        match read.column_by_name(column.name) {
            Some(array) if array.data_type() == field.data_type() => columns.push(Arc::clone(array)),
            Some(_) => return Err(StarError::Type { month: month.to_owned(), table: definition.name, column: column.name }),
            None => {
                warnings
                    .push(format!("{month} has no `{}` in `{}`: it was run by an earlier version of fwt", column.name, definition.name));
                columns.push(new_null_array(field.data_type(), read.num_rows()));
            }
        }
    }
    RecordBatch::try_new(schema, columns).map_err(|source| StarError::Arrow { table: definition.name, source })
}

/// The table with its family keys under the secret, and sorted by them; other tables as they are.
fn under_pseudonyms(batch: &RecordBatch, secret: &Secret) -> Result<RecordBatch, arrow::error::ArrowError> {
    let Ok(at) = batch.schema().index_of(FAMILY_KEY) else { return Ok(batch.clone()) };
    let keys = batch.column(at).as_string::<i32>();
    // Families stand side by side, so each pseudonym is computed about once.
    let mut before = (String::new(), String::new());
    let mut pseudonyms: Vec<Option<String>> = Vec::with_capacity(keys.len());
    for key in keys {
        pseudonyms.push(key.map(|key| {
            if before.0 != key {
                before = (key.to_owned(), secret.family_key(key));
            }
            before.1.clone()
        }));
    }
    let mut order: Vec<u64> = (0..pseudonyms.len() as u64).collect();
    order.sort_by_key(|&row| pseudonyms.get(row as usize));
    let mut columns = batch.columns().to_vec();
    if let Some(column) = columns.get_mut(at) {
        *column = Arc::new(pseudonyms.iter().map(Option::as_deref).collect::<StringArray>());
    }
    let renamed = RecordBatch::try_new(batch.schema(), columns)?;
    take_record_batch(&renamed, &UInt64Array::from(order))
}
