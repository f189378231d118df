//! Writes files as they were taken in, for the runs that come after the extracts are destroyed.
//!
//! What comes in: the files that a run uses. What goes out: six tables in the folder `register`. What always holds: read back they give the same records,
//! events and relations, in the same order.

use std::io::{self, Write};
use std::ops::Range;

use super::parquet_file::{Columns, write_table};
use super::{PublishError, RunSink};
use crate::model::intake::{IntakeFile, PersonMeta, RowKey};
use crate::model::tables::{INTAKE_EVENTS, INTAKE_FILES, INTAKE_NOTES, INTAKE_PERSONS, INTAKE_RELATIONS, INTAKE_ROWS};
use crate::model::{Field, Month};

/// Puts files into a folder of the sink.
pub(super) struct Below<'a> {
    pub(super) folder: &'static str,
    pub(super) sink: &'a mut dyn RunSink,
}

impl RunSink for Below<'_> {
    fn put(
        &mut self,
        name: &str,
        rows: Option<u64>,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.sink.put(&format!("{}/{name}", self.folder), rows, write)
    }
}

/// Where each row of a table that lists all files one after the other stands: the file and the row within it.
struct Places {
    /// First row of each file, and the number of all rows.
    first: Vec<usize>,
}

impl Places {
    fn of(files: &[IntakeFile], rows: impl Fn(&IntakeFile) -> usize) -> Self {
        let mut first = vec![0];
        for file in files {
            first.push(first.last().copied().unwrap_or(0) + rows(file));
        }
        Self { first }
    }

    fn rows(&self) -> usize {
        self.first.last().copied().unwrap_or(0)
    }

    /// The (file, row within it) of each row of a range.
    fn within(&self, range: Range<usize>) -> Vec<(usize, usize)> {
        let mut file = self.first.partition_point(|&first| first <= range.start).saturating_sub(1);
        range
            .map(|row| {
                while self.first.get(file + 1).is_some_and(|&next| next <= row) {
                    file += 1;
                }
                (file, row - self.first.get(file).copied().unwrap_or(0))
            })
            .collect()
    }
}

/// Writes what a run keeps of its files.
///
/// # Errors
/// If the sink does not take a file, or a writer and the table dictionary differ.
pub fn publish_intake(files: &[IntakeFile], sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let sink = &mut Below { folder: "register", sink };
    write_table(sink, &INTAKE_FILES, files.len(), &|range, columns| heads(files.get(range).unwrap_or_default(), columns))?;
    let places = Places::of(files, |file| file.persons.len());
    write_table(sink, &INTAKE_PERSONS, places.rows(), &|range, columns| persons(files, &places.within(range), columns))?;
    let places = Places::of(files, |file| file.events.len());
    write_table(sink, &INTAKE_EVENTS, places.rows(), &|range, columns| events(files, &places.within(range), columns))?;
    let places = Places::of(files, |file| file.relations.len());
    write_table(sink, &INTAKE_RELATIONS, places.rows(), &|range, columns| relations(files, &places.within(range), columns))?;
    let places = Places::of(files, |file| file.row_keys.len());
    write_table(sink, &INTAKE_ROWS, places.rows(), &|range, columns| row_keys(files, &places.within(range), columns))?;
    let places = Places::of(files, |file| file.notes.len());
    write_table(sink, &INTAKE_NOTES, places.rows(), &|range, columns| notes(files, &places.within(range), columns))
}

fn heads(files: &[IntakeFile], columns: &mut Columns) {
    columns.text("source", files.iter().map(|file| Some(&file.source)));
    columns.text("file", files.iter().map(|file| Some(&file.file)));
    columns.text("sha256", files.iter().map(|file| Some(&file.sha256)));
    columns.integer("bytes", files.iter().map(|file| Some(file.bytes as i64)));
    columns.text("month", files.iter().map(|file| Some(Month::to_string(&file.month))));
    columns.date("as_at", files.iter().map(|file| file.as_at));
    columns.text("layout", files.iter().map(|file| Some(&file.layout)));
    columns.integer("rows_read", files.iter().map(|file| Some(file.rows_read as i64)));
    columns.integer("rows_used", files.iter().map(|file| Some(file.rows_used as i64)));
    columns.texts("warnings", files.iter().map(|file| file.warnings.clone()));
}

fn row_keys(files: &[IntakeFile], places: &[(usize, usize)], columns: &mut Columns) {
    let number = |value: fn(&RowKey) -> i64| {
        places.iter().map(move |&(file, row)| files.get(file).and_then(|file| file.row_keys.get(row)).map(value))
    };
    columns.integer("intake_file", file_numbers(places));
    columns.integer("line", number(|row| i64::from(row.line)));
    columns.integer("key_high", number(|row| high(row.key)));
    columns.integer("key_low", number(|row| low(row.key)));
}

fn file_numbers(places: &[(usize, usize)]) -> impl Iterator<Item = Option<i64>> {
    places.iter().map(|&(file, _)| Some(file as i64))
}

/// The halves of a hash as signed numbers of 64 bits.
fn high(hash: u128) -> i64 {
    ((hash >> 64) as u64).cast_signed()
}

fn low(hash: u128) -> i64 {
    (hash as u64).cast_signed()
}

fn persons(files: &[IntakeFile], places: &[(usize, usize)], columns: &mut Columns) {
    let meta = |&(file, row): &(usize, usize)| files.get(file).and_then(|file| file.persons.get(row));
    let number = |value: fn(&PersonMeta) -> i64| places.iter().map(move |place| meta(place).map(value));
    columns.integer("intake_file", file_numbers(places));
    columns.integer("merge_high", number(|meta| high(meta.merge)));
    columns.integer("merge_low", number(|meta| low(meta.merge)));
    columns.integer("identity_high", number(|meta| high(meta.identity)));
    columns.integer("identity_low", number(|meta| low(meta.identity)));
    columns.text("record_id", places.iter().map(|place| meta(place).map(|meta| &*meta.id)));
    columns.integer("slot", number(|meta| i64::from(meta.slot)));
    columns.integer("line", number(|meta| i64::from(meta.line)));
    for field in Field::ALL {
        let value = |&(file, row): &(usize, usize)| files.get(file).and_then(|file| file.columns.get(*field as usize)?.get(row));
        columns.text(field.name(), places.iter().map(value));
    }
}

fn events(files: &[IntakeFile], places: &[(usize, usize)], columns: &mut Columns) {
    let rows = |file: usize| files.get(file).map(|file| &file.events);
    let present = |number: i32| (number >= 0).then_some(i64::from(number));
    columns.integer("intake_file", file_numbers(places));
    let record = |record: u32| (record != u32::MAX).then_some(i64::from(record));
    columns.integer("record", places.iter().map(|&(file, row)| rows(file)?.record.get(row).copied().and_then(record)));
    columns.text("kind", places.iter().map(|&(file, row)| rows(file)?.kind.get(row).map(|kind| kind.name())));
    columns.text("role", places.iter().map(|&(file, row)| rows(file)?.role.get(row).map(|role| role.name())));
    columns.text("code", places.iter().map(|&(file, row)| rows(file)?.code.get(row)));
    let no_day = crate::model::NO_DAY;
    columns.date("event_from", places.iter().map(|&(file, row)| rows(file).and_then(|rows| rows.from.get(row).copied()).unwrap_or(no_day)));
    columns.date("event_to", places.iter().map(|&(file, row)| rows(file).and_then(|rows| rows.to.get(row).copied()).unwrap_or(no_day)));
    columns.integer("quantity", places.iter().map(|&(file, row)| rows(file)?.quantity.get(row).copied().and_then(present)));
    columns.integer("out_of", places.iter().map(|&(file, row)| rows(file)?.out_of.get(row).copied().and_then(present)));
    columns.integer("excused", places.iter().map(|&(file, row)| rows(file)?.excused.get(row).copied().and_then(present)));
    columns.text("reference", places.iter().map(|&(file, row)| rows(file)?.reference.get(row)));
    columns.integer("line", places.iter().map(|&(file, row)| rows(file)?.line.get(row).map(|&line| i64::from(line))));
}

fn relations(files: &[IntakeFile], places: &[(usize, usize)], columns: &mut Columns) {
    let rows: Vec<_> = places.iter().filter_map(|&(file, row)| files.get(file)?.relations.get(row)).collect();
    columns.integer("intake_file", file_numbers(places));
    columns.integer("from_record", rows.iter().map(|relation| Some(i64::from(relation.from))));
    columns.integer("to_record", rows.iter().map(|relation| Some(i64::from(relation.to))));
    columns.text("kind", rows.iter().map(|relation| Some(relation.kind.name())));
    columns.boolean("lives_together", rows.iter().map(|relation| relation.lives_together));
    columns.date("since", rows.iter().map(|relation| relation.since));
    columns.date("until", rows.iter().map(|relation| relation.until));
    columns.integer("line", rows.iter().map(|relation| Some(i64::from(relation.line))));
}

fn notes(files: &[IntakeFile], places: &[(usize, usize)], columns: &mut Columns) {
    let rows: Vec<_> = places.iter().filter_map(|&(file, row)| files.get(file)?.notes.get(row)).collect();
    columns.integer("intake_file", file_numbers(places));
    columns.integer("line", rows.iter().map(|note| Some(i64::from(note.line))));
    columns.text("column", rows.iter().map(|note| Some(note.column.as_str())));
    columns.text("code", rows.iter().map(|note| Some(note.code)));
    columns.boolean("row_set_aside", rows.iter().map(|note| note.row_set_aside));
}
