//! What a run keeps of its files, in memory until it is published, and read back from an earlier run.
//!
//! What comes in: the files that a run uses, or a published run. What goes out: the bytes of the tables in `register`, or the files as they were taken in. What always
//! holds: what is read back is what was kept, in the same order; a table written by another version is refused by name, never half read.

use std::io::{self, Write};

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::datatypes::{Date32Type, Int64Type};

use super::reading::{ReadingError, Table};
use crate::model::intake::{EventRows, IntakeFile, IntakeNote, PersonMeta, RowKey};
use crate::model::{Day, EventKind, EventRole, Field, Month, NO_DAY, Relation, TextColumnBuilder};
use crate::stages::ingest::TakenIn;
use crate::stages::publish::{PublishError, RunSink, publish_intake};
use crate::store::RunFolder;

/// What was to be known about the extracts as a whole.
const WARNINGS: &str = "register/intake.json";

/// The files of `register`, encoded: small enough to wait in memory until the run is published.
#[derive(Default)]
pub(super) struct Kept {
    files: Vec<(String, Option<u64>, Vec<u8>)>,
}

impl Kept {
    /// Encodes what a run keeps of its files.
    pub(super) fn of(taken: &TakenIn) -> Result<Self, PublishError> {
        let mut kept = Self::default();
        publish_intake(&taken.files, &mut kept)?;
        let said = format!("{:#}\n", serde_json::json!({ "warnings": taken.warnings }));
        kept.files.push((WARNINGS.to_owned(), None, said.into_bytes()));
        Ok(kept)
    }

    /// Adds a file.
    pub(super) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.push((name.to_owned(), None, bytes));
    }

    /// Bytes it takes in memory.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, _, bytes)| bytes.len() as u64).sum()
    }

    /// Hands everything to the sink of the run.
    pub(super) fn publish(&self, sink: &mut dyn RunSink) -> Result<(), PublishError> {
        for (name, rows, bytes) in &self.files {
            let put = sink.put(name, *rows, &mut |writer| writer.write_all(bytes));
            put.map_err(|source| PublishError::Sink { file: name.clone(), source })?;
        }
        Ok(())
    }
}

impl RunSink for Kept {
    fn put(
        &mut self,
        name: &str,
        rows: Option<u64>,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        self.files.push((name.to_owned(), rows, bytes));
        Ok(())
    }
}

/// What was to be known when the files of a published run were read.
///
/// # Errors
/// If it is missing, fails its hash or is no JSON.
pub(super) fn warnings_of(run: &RunFolder) -> Result<Vec<String>, ReadingError> {
    let said = super::reading::json(run, WARNINGS)?;
    let warnings = said.get("warnings").and_then(serde_json::Value::as_array);
    Ok(warnings.into_iter().flatten().filter_map(|warning| warning.as_str().map(ToOwned::to_owned)).collect())
}

/// The files that a published run used; none if the run was made before runs kept them.
///
/// # Errors
/// If a table is missing, fails its hash or was written by another version.
pub(super) fn files_of(run: &RunFolder) -> Result<Vec<IntakeFile>, ReadingError> {
    if run.manifest.output("register/intake_files.parquet").is_none() {
        return Ok(Vec::new());
    }
    let mut files = heads(run)?;
    persons(run, &mut files)?;
    events(run, &mut files)?;
    relations(run, &mut files)?;
    row_keys(run, &mut files)?;
    notes(run, &mut files)?;
    Ok(files)
}

/// The columns of a batch by name.
struct Batch<'a> {
    table: &'a Table,
    batch: &'a RecordBatch,
}

impl<'a> Batch<'a> {
    fn column(&self, name: &str) -> Result<&'a dyn Array, ReadingError> {
        self.table.column(self.batch, name)
    }

    fn wrong(&self, name: &str) -> ReadingError {
        self.table.without(name)
    }

    fn texts(&self, name: &str) -> Result<&'a StringArray, ReadingError> {
        self.column(name)?.as_string_opt().ok_or_else(|| self.wrong(name))
    }

    /// Whole numbers; absent ones as `absent`.
    fn numbers(&self, name: &str, absent: i64) -> Result<Vec<i64>, ReadingError> {
        let array = self.column(name)?.as_primitive_opt::<Int64Type>().ok_or_else(|| self.wrong(name))?;
        Ok(array.iter().map(|value| value.unwrap_or(absent)).collect())
    }

    /// Hashes, which stand in two columns.
    fn hashes(&self, name: &str) -> Result<Vec<u128>, ReadingError> {
        let (high, low) = (self.numbers(&format!("{name}_high"), 0)?, self.numbers(&format!("{name}_low"), 0)?);
        let joined = |(high, low): (&i64, &i64)| (u128::from(high.cast_unsigned()) << 64) | u128::from(low.cast_unsigned());
        Ok(high.iter().zip(&low).map(joined).collect())
    }

    fn days(&self, name: &str) -> Result<Vec<Day>, ReadingError> {
        let array = self.column(name)?.as_primitive_opt::<Date32Type>().ok_or_else(|| self.wrong(name))?;
        Ok(array.iter().map(|value| value.unwrap_or(NO_DAY)).collect())
    }

    fn flags(&self, name: &str) -> Result<&'a BooleanArray, ReadingError> {
        self.column(name)?.as_boolean_opt().ok_or_else(|| self.wrong(name))
    }

    /// The words of a vocabulary; one that this version does not know refuses the table.
    fn words<T: std::str::FromStr>(&self, name: &str) -> Result<Vec<T>, ReadingError> {
        self.texts(name)?.iter().map(|word| word.unwrap_or_default().parse().map_err(|_| self.wrong(name))).collect()
    }
}

fn text(texts: &StringArray, row: usize) -> &str {
    if texts.is_null(row) { "" } else { texts.value(row) }
}

/// Calls `take` with each run of rows that belong to one file.
fn by_file(
    table: &Table,
    mut take: impl FnMut(usize, &Batch<'_>, std::ops::Range<usize>) -> Result<(), ReadingError>,
) -> Result<(), ReadingError> {
    for batch in table.batches() {
        let batch = Batch { table, batch };
        let numbers = batch.numbers("intake_file", -1)?;
        let mut start = 0;
        for same in numbers.chunk_by(|left, right| left == right) {
            let file = same.first().and_then(|&file| usize::try_from(file).ok()).ok_or_else(|| batch.wrong("intake_file"))?;
            take(file, &batch, start..start + same.len())?;
            start += same.len();
        }
    }
    Ok(())
}

fn heads(run: &RunFolder) -> Result<Vec<IntakeFile>, ReadingError> {
    let table = Table::open(run, "register/intake_files")?;
    let mut files = Vec::new();
    for batch in table.batches() {
        let batch = Batch { table: &table, batch };
        let (sources, names, hashes) = (batch.texts("source")?, batch.texts("file")?, batch.texts("sha256")?);
        let (bytes, as_at, layouts) = (batch.numbers("bytes", 0)?, batch.days("as_at")?, batch.texts("layout")?);
        let (read, used) = (batch.numbers("rows_read", 0)?, batch.numbers("rows_used", 0)?);
        let months: Vec<Month> = batch.words("month")?;
        let warnings = batch.column("warnings")?.as_list_opt::<i32>().ok_or_else(|| batch.wrong("warnings"))?;
        for (row, (((month, as_at), bytes), (read, used))) in
            months.into_iter().zip(as_at).zip(bytes).zip(read.into_iter().zip(used)).enumerate()
        {
            let said = warnings.value(row);
            let said = said.as_string_opt::<i32>().ok_or_else(|| batch.wrong("warnings"))?;
            files.push(IntakeFile {
                source: text(sources, row).to_owned(),
                file: text(names, row).to_owned(),
                sha256: text(hashes, row).to_owned(),
                bytes: bytes as u64,
                month,
                as_at,
                layout: text(layouts, row).to_owned(),
                rows_read: read as u64,
                rows_used: used as u64,
                warnings: said.iter().flatten().map(ToOwned::to_owned).collect(),
                persons: Vec::new(),
                columns: Vec::new(),
                events: EventRows::default(),
                relations: Vec::new(),
                row_keys: Vec::new(),
                notes: Vec::new(),
            });
        }
    }
    Ok(files)
}

/// Runs of versions that kept none have none: there a row that came again stands beside its earlier form.
fn row_keys(run: &RunFolder, files: &mut [IntakeFile]) -> Result<(), ReadingError> {
    if run.manifest.output("register/intake_rows.parquet").is_none() {
        return Ok(());
    }
    let table = Table::open(run, "register/intake_rows")?;
    by_file(&table, |file, batch, rows| {
        let Some(file) = files.get_mut(file) else { return Err(batch.wrong("intake_file")) };
        let (lines, keys) = (batch.numbers("line", 0)?, batch.hashes("key")?);
        let within = lines.into_iter().zip(keys).skip(rows.start).take(rows.len());
        file.row_keys.extend(within.map(|(line, key)| RowKey { line: line as u32, key }));
        Ok(())
    })
}

fn persons(run: &RunFolder, files: &mut [IntakeFile]) -> Result<(), ReadingError> {
    let table = Table::open(run, "register/intake_persons")?;
    let mut builders: Vec<Vec<TextColumnBuilder>> =
        files.iter().map(|_| Field::ALL.iter().map(|_| TextColumnBuilder::default()).collect()).collect();
    by_file(&table, |file, batch, rows| {
        let (Some(file), Some(builders)) = (files.get_mut(file), builders.get_mut(file)) else { return Err(batch.wrong("intake_file")) };
        let (merge, identity, ids) = (batch.hashes("merge")?, batch.hashes("identity")?, batch.texts("record_id")?);
        let (slots, lines) = (batch.numbers("slot", 0)?, batch.numbers("line", 0)?);
        for row in rows.clone() {
            let number = |numbers: &[i64]| numbers.get(row).copied().unwrap_or(0);
            let hash = |hashes: &[u128]| hashes.get(row).copied().unwrap_or(0);
            let (slot, line) = (number(&slots) as u8, number(&lines) as u32);
            file.persons.push(PersonMeta { merge: hash(&merge), identity: hash(&identity), id: text(ids, row).into(), slot, line });
        }
        for (field, builder) in Field::ALL.iter().zip(builders) {
            let values = batch.texts(field.name())?;
            for row in rows.clone() {
                builder.push((!values.is_null(row)).then(|| values.value(row)));
            }
        }
        Ok(())
    })?;
    for (file, builders) in files.iter_mut().zip(builders) {
        // A field that nobody has is no column, as when the file was read.
        let finish = |builder: TextColumnBuilder| Some(builder.finish()).filter(|column| !column.is_absent()).unwrap_or_default();
        file.columns = builders.into_iter().map(finish).collect();
    }
    Ok(())
}

fn events(run: &RunFolder, files: &mut [IntakeFile]) -> Result<(), ReadingError> {
    let table = Table::open(run, "register/intake_events")?;
    let mut builders: Vec<[TextColumnBuilder; 2]> = files.iter().map(|_| Default::default()).collect();
    by_file(&table, |file, batch, rows| {
        let (Some(file), Some([codes, references])) = (files.get_mut(file), builders.get_mut(file)) else {
            return Err(batch.wrong("intake_file"));
        };
        let events = &mut file.events;
        let within = |numbers: Vec<i64>| numbers.into_iter().skip(rows.start).take(rows.len());
        events.record.extend(within(batch.numbers("record", i64::from(u32::MAX))?).map(|record| record as u32));
        events.kind.extend(batch.words::<EventKind>("kind")?.into_iter().skip(rows.start).take(rows.len()));
        events.role.extend(batch.words::<EventRole>("role")?.into_iter().skip(rows.start).take(rows.len()));
        events.from.extend(batch.days("event_from")?.into_iter().skip(rows.start).take(rows.len()));
        events.to.extend(batch.days("event_to")?.into_iter().skip(rows.start).take(rows.len()));
        events.quantity.extend(within(batch.numbers("quantity", -1)?).map(|quantity| quantity as i32));
        events.out_of.extend(within(batch.numbers("out_of", -1)?).map(|quantity| quantity as i32));
        events.excused.extend(within(batch.numbers("excused", -1)?).map(|quantity| quantity as i32));
        events.line.extend(within(batch.numbers("line", 0)?).map(|line| line as u32));
        for (name, builder) in [("code", codes), ("reference", references)] {
            let values = batch.texts(name)?;
            for row in rows.clone() {
                builder.push((!values.is_null(row)).then(|| values.value(row)));
            }
        }
        Ok(())
    })?;
    for (file, [codes, references]) in files.iter_mut().zip(builders) {
        (file.events.code, file.events.reference) = (codes.finish(), references.finish());
    }
    Ok(())
}

fn relations(run: &RunFolder, files: &mut [IntakeFile]) -> Result<(), ReadingError> {
    let table = Table::open(run, "register/intake_relations")?;
    by_file(&table, |file, batch, rows| {
        let Some(file) = files.get_mut(file) else { return Err(batch.wrong("intake_file")) };
        let (from, to, line) = (batch.numbers("from_record", 0)?, batch.numbers("to_record", 0)?, batch.numbers("line", 0)?);
        let (kinds, together) = (batch.words("kind")?, batch.flags("lives_together")?);
        let (since, until) = (batch.days("since")?, batch.days("until")?);
        for row in rows {
            let number = |numbers: &[i64]| numbers.get(row).copied().unwrap_or(0) as u32;
            let day = |days: &[Day]| days.get(row).copied().unwrap_or(NO_DAY);
            let Some(&kind) = kinds.get(row) else { continue };
            file.relations.push(Relation {
                from: number(&from),
                to: number(&to),
                kind,
                lives_together: together.value(row),
                since: day(&since),
                until: day(&until),
                delivery: 0,
                line: number(&line),
            });
        }
        Ok(())
    })
}

fn notes(run: &RunFolder, files: &mut [IntakeFile]) -> Result<(), ReadingError> {
    let table = Table::open(run, "register/intake_notes")?;
    let mut codes = Codes::default();
    by_file(&table, |file, batch, rows| {
        let Some(file) = files.get_mut(file) else { return Err(batch.wrong("intake_file")) };
        let (lines, columns, names, whole) =
            (batch.numbers("line", 0)?, batch.texts("column")?, batch.texts("code")?, batch.flags("row_set_aside")?);
        for row in rows {
            file.notes.push(IntakeNote {
                line: lines.get(row).copied().unwrap_or(0) as u32,
                column: text(columns, row).to_owned(),
                code: codes.of(text(names, row)),
                row_set_aside: whole.value(row),
            });
        }
        Ok(())
    })
}

/// Reason codes are constants of the program; those that come from a file are given its whole life, each once.
#[derive(Default)]
struct Codes(std::collections::BTreeSet<&'static str>);

impl Codes {
    fn of(&mut self, code: &str) -> &'static str {
        if let Some(known) = self.0.get(code) {
            return known;
        }
        let kept: &'static str = Box::leak(code.to_owned().into_boxed_str());
        self.0.insert(kept);
        kept
    }
}
