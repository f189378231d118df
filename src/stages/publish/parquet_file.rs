//! One writer for every Parquet file.
//!
//! What comes in: a table of the dictionary, its number of rows, and a function that fills its columns for a range of
//! rows. What goes out: a zstd Parquet file in row groups of [`ROWS_PER_GROUP`].
//! What always holds: a column whose name, type or length differs from the dictionary is an error; only two row groups
//! are in memory; columns are encoded in parallel, each by one thread, so the bytes do not depend on their number.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::add_encoded_arrow_schema_to_metadata;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;

use super::{PublishError, RunSink};
use crate::model::tables::{ColumnDefinition, ColumnType, LINKS, PERSONS, TableDefinition};
use crate::model::{Day, NO_DAY};

/// Rows of a row group: large enough to compress well, small enough for a million-row table to stay in little memory.
pub(super) const ROWS_PER_GROUP: usize = 131_072;

/// Tables with nearly as many records as rows.
const NEARLY_A_RECORD_A_ROW: [&str; 2] = [PERSONS.name, LINKS.name];

/// The columns of one row group, filled in the order of the dictionary.
pub(super) struct Columns {
    arrays: Vec<(&'static str, ArrayRef)>,
}

impl Columns {
    /// Adds a column of texts; `None` and the empty text are null.
    pub(super) fn text<T: AsRef<str>>(&mut self, name: &'static str, values: impl Iterator<Item = Option<T>>) {
        let values = values.map(|value| value.filter(|text| !text.as_ref().is_empty()));
        self.arrays.push((name, Arc::new(values.collect::<StringArray>())));
    }

    /// Adds a column of lists of texts.
    pub(super) fn texts<T: AsRef<str>>(&mut self, name: &'static str, lists: impl Iterator<Item = Vec<T>>) {
        let mut builder = ListBuilder::new(StringBuilder::new());
        for list in lists {
            for text in list {
                builder.values().append_value(text);
            }
            builder.append(true);
        }
        self.arrays.push((name, Arc::new(builder.finish())));
    }

    /// Adds a column of whole numbers.
    pub(super) fn integer(&mut self, name: &'static str, values: impl Iterator<Item = Option<i64>>) {
        self.arrays.push((name, Arc::new(values.collect::<Int64Array>())));
    }

    /// Adds a column of numbers.
    pub(super) fn number(&mut self, name: &'static str, values: impl Iterator<Item = Option<f64>>) {
        self.arrays.push((name, Arc::new(values.collect::<Float64Array>())));
    }

    /// Adds a column of true and false.
    pub(super) fn boolean(&mut self, name: &'static str, values: impl Iterator<Item = bool>) {
        self.arrays.push((name, Arc::new(values.map(Some).collect::<BooleanArray>())));
    }

    /// Adds a column of dates; [`NO_DAY`] is null.
    pub(super) fn date(&mut self, name: &'static str, values: impl Iterator<Item = Day>) {
        self.arrays.push((name, Arc::new(values.map(|day| (day != NO_DAY).then_some(day)).collect::<Date32Array>())));
    }

    /// The arrays, if they are what the dictionary says.
    fn checked(self, definition: &'static TableDefinition, rows: usize) -> Result<Vec<ArrayRef>, PublishError> {
        let wrong = |column: &str, what: String| PublishError::Definition { table: definition.name, column: column.to_owned(), what };
        if self.arrays.len() != definition.columns.len() {
            return Err(wrong("", format!("{} columns written, {} defined", self.arrays.len(), definition.columns.len())));
        }
        for ((name, array), column) in self.arrays.iter().zip(definition.columns) {
            if *name != column.name {
                return Err(wrong(name, format!("`{}` is defined in its place", column.name)));
            }
            if *array.data_type() != data_type(column.kind) {
                return Err(wrong(name, format!("{} written, {} defined", array.data_type(), column.kind.name())));
            }
            if array.len() != rows {
                return Err(wrong(name, format!("{} values for {rows} rows", array.len())));
            }
        }
        Ok(self.arrays.into_iter().map(|(_, array)| array).collect())
    }
}

/// Writes `<table>.parquet`. `fill` is called once per row group, in order.
pub(super) fn write_table(
    sink: &mut dyn RunSink,
    definition: &'static TableDefinition,
    rows: usize,
    fill: &(dyn Fn(Range<usize>, &mut Columns) + Sync),
) -> Result<(), PublishError> {
    write_file(sink, definition, format!("{}.parquet", definition.name), rows, fill)
}

/// The same with a secret in the file's metadata and made as long as some other tables would be: the hash, the length and the number of rows of a short table, which a manifest tells, could be found by trying
/// all that may stand in it. In memory, twice.
pub(super) fn write_table_under(
    sink: &mut dyn RunSink,
    secret: &str,
    definition: &'static TableDefinition,
    rows: usize,
    fill: &(dyn Fn(Range<usize>, &mut Columns) + Sync),
) -> Result<(), PublishError> {
    let name = format!("{}.parquet", definition.name);
    let encoded = |filler: usize| {
        let mut bytes = Vec::new();
        match encode((definition, Some((secret, filler))), rows, fill, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(EncodeError::Output(error)) => Err(PublishError::Sink { file: name.clone(), source: error.into() }),
            Err(EncodeError::Publish(error)) => Err(error),
        }
    };
    let bytes = encoded(FILLER)?;
    let missing = bytes.len().next_multiple_of(FILLER) - bytes.len();
    let bytes = if missing == 0 { bytes } else { encoded(FILLER + missing)? };
    sink.put(&name, None, &mut |writer| writer.write_all(&bytes)).map_err(|source| PublishError::Sink { file: name, source })
}

/// What the length of a table that nothing may tell of is a multiple of. Between one and two of them are filled, so that the filler's length is always written in three bytes.
const FILLER: usize = 1 << 14;

/// Writes a table that is in memory as Arrow already, into a file of the caller's naming.
///
/// # Errors
/// If the sink does not take the file, or the columns are not those of the dictionary.
pub fn write_batch(
    sink: &mut dyn RunSink,
    definition: &'static TableDefinition,
    file: &str,
    batch: &RecordBatch,
) -> Result<(), PublishError> {
    write_file(sink, definition, file.to_owned(), batch.num_rows(), &|range, columns| {
        let named = definition.columns.iter().zip(batch.columns());
        columns.arrays.extend(named.map(|(column, array)| (column.name, array.slice(range.start, range.len()))));
    })
}

fn write_file(
    sink: &mut dyn RunSink,
    definition: &'static TableDefinition,
    name: String,
    rows: usize,
    fill: &(dyn Fn(Range<usize>, &mut Columns) + Sync),
) -> Result<(), PublishError> {
    let mut failure = None;
    let put = sink.put(&name, Some(rows as u64), &mut |writer| match encode((definition, None), rows, fill, writer) {
        Ok(()) => Ok(()),
        Err(EncodeError::Output(error)) => Err(error),
        Err(EncodeError::Publish(error)) => {
            failure = Some(error);
            Err(io::Error::other("the table could not be encoded"))
        }
    });
    match (put, failure) {
        (_, Some(error)) => Err(error),
        (Err(source), None) => Err(PublishError::Sink { file: name, source }),
        (Ok(()), None) => Ok(()),
    }
}

enum EncodeError {
    Output(io::Error),
    Publish(PublishError),
}

/// The secret that stands in a file, and how many characters fill it up.
type UnderSecret<'a> = Option<(&'a str, usize)>;

fn encode(
    (definition, secret): (&'static TableDefinition, UnderSecret<'_>),
    rows: usize,
    fill: &(dyn Fn(Range<usize>, &mut Columns) + Sync),
    output: &mut dyn Write,
) -> Result<(), EncodeError> {
    let parquet = |source| EncodeError::Publish(PublishError::Parquet { table: definition.name, source });
    let schema = table_schema(definition);
    let spool = Spool::default();
    let mut writer = begin(definition, secret, &schema, spool.clone()).map_err(parquet)?;
    let factory = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
    let filled = |group: usize| -> Result<Vec<ArrayRef>, PublishError> {
        let start = group * ROWS_PER_GROUP;
        let range = start..rows.min(start + ROWS_PER_GROUP);
        let count = range.len();
        let mut columns = Columns { arrays: Vec::with_capacity(definition.columns.len()) };
        fill(range, &mut columns);
        columns.checked(definition, count)
    };
    let groups = rows.div_ceil(ROWS_PER_GROUP);
    let mut next = (groups > 0).then(|| filled(0));
    for group in 0..groups {
        let Some(arrays) = next.take() else { break };
        let arrays = arrays.map_err(EncodeError::Publish)?;
        // While one row group is encoded the next is filled.
        let (written, after) =
            rayon::join(|| write_group(&mut writer, &factory, group, &schema, &arrays), || (group + 1 < groups).then(|| filled(group + 1)));
        written.map_err(parquet)?;
        next = after;
        spool.drain(output).map_err(EncodeError::Output)?;
    }
    writer.close().map_err(parquet)?;
    spool.drain(output).map_err(EncodeError::Output)
}

fn begin(
    definition: &TableDefinition,
    secret: UnderSecret<'_>,
    schema: &SchemaRef,
    spool: Spool,
) -> ParquetResult<SerializedFileWriter<Spool>> {
    let level = ZstdLevel::try_new(3)?;
    let metadata = [
        ("fwt.table", definition.name.to_owned()),
        ("fwt.version", definition.version.to_string()),
        ("fwt.access", definition.access.name().to_owned()),
        ("fwt.row", definition.row.to_owned()),
        ("fwt.order", definition.order.to_owned()),
        ("fwt.columns", columns_json(definition.columns)),
    ];
    let secret = secret.into_iter().flat_map(|(secret, filler)| [("fwt.secret", secret.to_owned()), ("fwt.filler", "0".repeat(filler))]);
    let metadata = metadata.into_iter().chain(secret).map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
    let mut builder = WriterProperties::builder();
    // There are nearly as many record ids as rows: a dictionary of them would be filled, found useless and thrown away.
    let many_ids = NEARLY_A_RECORD_A_ROW.contains(&definition.name);
    for column in definition.columns.iter().filter(|column| many_ids && column.name.ends_with("record_id")) {
        builder = builder.set_column_dictionary_enabled(column.name.into(), false);
    }
    let mut properties = builder
        .set_compression(Compression::ZSTD(level))
        .set_created_by(concat!("fwt version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(metadata))
        .build();
    add_encoded_arrow_schema_to_metadata(schema, &mut properties);
    let parquet_schema = parquet::arrow::ArrowSchemaConverter::new().convert(schema)?;
    SerializedFileWriter::new(spool, parquet_schema.root_schema_ptr(), Arc::new(properties))
}

fn write_group(
    writer: &mut SerializedFileWriter<Spool>,
    factory: &ArrowRowGroupWriterFactory,
    group: usize,
    schema: &SchemaRef,
    arrays: &[ArrayRef],
) -> ParquetResult<()> {
    let encoders = factory.create_column_writers(group)?;
    if encoders.len() != arrays.len() {
        return Err(ParquetError::General("a column has more than one leaf".to_owned()));
    }
    let chunks: ParquetResult<Vec<ArrowColumnChunk>> = encoders
        .into_par_iter()
        .zip(arrays)
        .zip(schema.fields().par_iter())
        .map(|((mut encoder, array), field): ((ArrowColumnWriter, _), _)| {
            for leaf in compute_leaves(field, array)? {
                encoder.write(&leaf)?;
            }
            encoder.close()
        })
        .collect();
    let mut row_group = writer.next_row_group()?;
    for chunk in chunks? {
        chunk.append_to_row_group(&mut row_group)?;
    }
    row_group.close()?;
    Ok(())
}

/// The Arrow type of a column type.
pub(super) fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::TextList => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
    }
}

/// The Arrow schema of a table, with unit and description of every column in its metadata.
#[must_use]
pub fn table_schema(definition: &TableDefinition) -> SchemaRef {
    let fields: Vec<Field> = definition
        .columns
        .iter()
        .map(|column| {
            let metadata =
                HashMap::from([("description".to_owned(), column.sentence.to_owned()), ("unit".to_owned(), column.unit.to_owned())]);
            Field::new(column.name, data_type(column.kind), true).with_metadata(metadata)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// The dictionary of the columns as JSON, for readers that show a file's own metadata and no Arrow schema (DuckDB).
fn columns_json(columns: &[ColumnDefinition]) -> String {
    let columns: Vec<serde_json::Value> = columns
        .iter()
        .map(|column| serde_json::json!({"name": column.name, "unit": column.unit, "description": column.sentence}))
        .collect();
    serde_json::Value::Array(columns).to_string()
}

/// What the Parquet encoder has written and the sink has not yet got: never more than a row group.
#[derive(Clone, Default)]
struct Spool(Arc<Mutex<Vec<u8>>>);

impl Spool {
    fn drain(&self, output: &mut dyn Write) -> io::Result<()> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        output.write_all(&bytes)?;
        bytes.clear();
        Ok(())
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tables::LEDGER;

    fn error_of(fill: &(dyn Fn(Range<usize>, &mut Columns) + Sync)) -> String {
        match encode((&LEDGER, None), 2, fill, &mut Vec::new()) {
            Err(EncodeError::Publish(error)) => error.to_string(),
            _ => "no error".to_owned(),
        }
    }

    #[test]
    fn a_writer_that_differs_from_the_dictionary_is_refused() {
        let missing = error_of(&|_, columns| columns.text("stage", [Some("a"), None].into_iter()));
        assert_eq!(missing, "table `ledger`, column ``: 1 columns written, 6 defined");
        let ledger = |name: &'static str, count: usize, text_in: bool| {
            error_of(&move |_, columns: &mut Columns| {
                columns.text(name, [Some("a"), None].into_iter());
                columns.text("what", [Some("a"), None].into_iter());
                if text_in {
                    columns.text("rows_in", [Some("a"), None].into_iter());
                } else {
                    columns.integer("rows_in", std::iter::repeat_n(Some(1), count));
                }
                columns.integer("rows_out", [Some(1), None].into_iter());
                columns.integer("set_aside", [Some(1), None].into_iter());
                columns.boolean("balances", [true, false].into_iter());
            })
        };
        assert_eq!(ledger("stag", 2, false), "table `ledger`, column `stag`: `stage` is defined in its place");
        assert_eq!(ledger("stage", 3, false), "table `ledger`, column `rows_in`: 3 values for 2 rows");
        assert!(ledger("stage", 2, true).contains("integer defined"));
        assert_eq!(ledger("stage", 2, false), "no error");
    }
}
