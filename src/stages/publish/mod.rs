//! Publish: everything a run found, written for machines and for people.
//!
//! What comes in: [`RunContents`], which borrows the outcome of every stage. What goes out: one Parquet file per table of
//! the dictionary, `list.xlsx`, `report.html` and `run.json`, each handed to a [`RunSink`]; and what the next month's linkage needs.
//! What always holds: no file holds a time, and nothing in it depends on the number of threads; every table is checked
//! against `model::tables` while it is written; the report, `run.json` and the tables without identifiers name nobody;
//! addresses of restricted families are withheld everywhere.

mod contents;
mod figures;
mod memory;
mod names;
mod parquet_file;
mod progress;
mod quality;
mod report;
mod screen;
mod star;
mod summary;
mod tables_families;
mod tables_intake;
mod tables_list;
mod tables_persons;
mod tables_register;
mod tables_run;
mod tables_watch;
#[cfg(test)]
mod tests;
mod words;
mod workbook;

pub use crate::page::MARKING;
pub use contents::{PackHeading, RunContents};
pub use parquet_file::{table_schema, write_batch};
pub use screen::screen;
pub use tables_intake::publish_intake;

use std::io::{self, Write};

use serde_json::Value;

use figures::Figures;

/// Whoever takes the files of a run: a staged run folder, or memory in tests.
pub trait RunSink {
    /// Takes a file. `rows` is its number of rows where it is a table. `write` writes its bytes.
    ///
    /// # Errors
    /// Whatever hinders the sink, or the error that `write` gave.
    fn put(
        &mut self,
        name: &str,
        rows: Option<u64>,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

/// Why a run's files could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A writer and the table dictionary differ: a bug.
    #[error("table `{table}`, column `{column}`: {what}")]
    Definition {
        /// Table.
        table: &'static str,
        /// Column.
        column: String,
        /// What differs.
        what: String,
    },
    /// Parquet could not be encoded.
    #[error("cannot encode `{table}.parquet`")]
    Parquet {
        /// Table.
        table: &'static str,
        /// Why.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// The workbook could not be made.
    #[error("cannot make `list.xlsx`")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The sink did not take a file.
    #[error("cannot write `{file}`")]
    Sink {
        /// File.
        file: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Writes every file of a run into the sink; returns its summary, as `run.json` holds it.
///
/// # Errors
/// If the sink does not take a file, or a writer and the table dictionary differ.
pub fn publish(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<Value, PublishError> {
    let withheld = contents::Withheld::of(run);
    tables_list::write(run, sink)?;
    tables_watch::write(run, sink)?;
    tables_families::write(run, sink)?;
    tables_persons::write(run, &withheld, sink)?;
    tables_register::write(run, sink)?;
    let figures = Figures::of(run);
    tables_run::write(run, &figures.quality, sink)?;
    memory::write(run, sink)?;
    star::write(run, &figures, sink)?;
    put_bytes(sink, "list.xlsx", None, &workbook::workbook(run, &figures)?)?;
    put_bytes(sink, "report.html", None, report::report(run, &figures).as_bytes())?;
    put_summary(sink, summary::of_figures(run, &figures))
}

/// Writes the files of a run of linkage only: persons, links, prevented merges, the tables about the run, `run.json`; returns its summary.
///
/// # Errors
/// If the sink does not take a file, or a writer and the table dictionary differ.
pub fn publish_people(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<Value, PublishError> {
    tables_persons::write_people(run, &contents::Withheld::of(run), sink)?;
    let figures = Figures::of(run);
    tables_run::write(run, &figures.quality, sink)?;
    put_summary(sink, summary::of_people(run, &figures))
}

fn put_summary(sink: &mut dyn RunSink, summary: Value) -> Result<Value, PublishError> {
    put_bytes(sink, "run.json", None, format!("{summary:#}\n").as_bytes())?;
    Ok(summary)
}

fn put_bytes(sink: &mut dyn RunSink, file: &str, rows: Option<u64>, bytes: &[u8]) -> Result<(), PublishError> {
    sink.put(file, rows, &mut |writer| writer.write_all(bytes)).map_err(|source| PublishError::Sink { file: file.to_owned(), source })
}
