//! The star over many months: the stars of the published runs put together into one folder that BI tools read.
//!
//! What comes in: an output folder. What goes out: a folder with one file per dimension (`dim_family.parquet`), one file per fact and month
//! (`fact_feed/month=2012-10/fact_feed.parquet`) and `star.json`, which says what it was made of.
//! What always holds: per month the final run that was published last counts, and no other; every family key is a pseudonym under the output folder's own secret, and rows
//! of families are in the order of these pseudonyms, so that neither a key nor its place leads back to a run's tables without the secret; the folder is
//! there whole or not at all; the same runs and the same secret give the same bytes.

mod month;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::{RecordBatch, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};

use crate::model::Progress;
use crate::model::tables::{FAMILY_KEY, TABLES, TableDefinition, is_dimension, star_name};
use crate::run::reading::{self, ReadingError};
use crate::stages::publish::{PublishError, RunSink, write_batch};
use crate::store::{self, ReplacedFolder, RunFolder, RunKind, StoreError};

use month::read_month;

/// The table that every run with a star has.
const MARK: &str = "star/dim_month.parquet";

/// A star that was put together.
#[derive(Debug)]
pub struct StarOutcome {
    /// Its folder.
    pub path: PathBuf,
    /// Month and run id of each month in it, in order.
    pub months: Vec<(String, String)>,
    /// Rows of each table.
    pub rows: Vec<(String, u64)>,
    /// True if the secret behind the pseudonyms was made just now.
    pub new_secret: bool,
    /// What the officer should know.
    pub warnings: Vec<String>,
}

/// Why there is no star.
#[derive(Debug, thiserror::Error)]
pub enum StarError {
    /// The disk, or a folder that cannot be written to.
    #[error("the star cannot be written")]
    Store(#[from] StoreError),
    /// A run cannot be read.
    #[error("the run of {month} cannot be read")]
    Reading {
        /// Month.
        month: String,
        /// Why.
        #[source]
        source: ReadingError,
    },
    /// A column of a run has another type than this version's.
    #[error("`{table}` of {month} has a column `{column}` of another type: that month was run by another version of fwt")]
    Type {
        /// Month.
        month: String,
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
    },
    /// Arrow refused a table: a bug.
    #[error("`{table}` cannot be put together")]
    Arrow {
        /// Table.
        table: &'static str,
        /// Why.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// A file could not be made.
    #[error("a table cannot be written")]
    Publish(#[from] PublishError),
    /// No run holds a star.
    #[error("no final run holds a star: each run is provisional, of `fwt link`, or of an earlier version of fwt")]
    NoStar,
    /// No family has that pseudonym.
    #[error("no family of the published runs has this key")]
    NoFamily,
}

/// Puts the stars of an output folder's runs together in `to`.
///
/// # Errors
/// [`StarError`]; an earlier star in `to` is untouched.
pub fn assemble(out: &Path, to: &Path, progress: &dyn Progress) -> Result<StarOutcome, StarError> {
    store::open_run(out)?;
    let (runs, mut warnings) = chosen(out)?;
    let kept = store::star_secret(out)?;
    let folder = ReplacedFolder::begin(to, "star")?;
    let definitions: Vec<&'static TableDefinition> = TABLES.iter().filter(|table| star_name(table).is_some()).collect();
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    let mut dimensions: BTreeMap<&'static str, Vec<RecordBatch>> = BTreeMap::new();
    progress.begin("putting months together", runs.len() as u64, "months");
    for (month, run) in &runs {
        for (definition, batch) in read_month(month, run, &definitions, &kept.secret, &mut warnings)? {
            let name = star_name(definition).unwrap_or(definition.name);
            if is_dimension(definition) {
                dimensions.entry(definition.name).or_default().push(batch);
                continue;
            }
            *rows.entry(name.to_owned()).or_default() += batch.num_rows() as u64;
            write_batch(&mut Sink(&folder), definition, &format!("{name}/month={month}/{name}.parquet"), &batch)?;
        }
        progress.advance(1);
    }
    for definition in definitions.into_iter().filter(|definition| is_dimension(definition)) {
        let name = star_name(definition).unwrap_or(definition.name);
        let batch = newest(definition, &dimensions.remove(definition.name).unwrap_or_default())?;
        rows.insert(name.to_owned(), batch.num_rows() as u64);
        write_batch(&mut Sink(&folder), definition, &format!("{name}.parquet"), &batch)?;
    }
    let months: Vec<(String, String)> = runs.iter().map(|(month, run)| (month.clone(), run.manifest.run_id.clone())).collect();
    let about = format!("{:#}\n", about(&runs, &rows));
    folder.put("star.json", |sink| sink.write_all(about.as_bytes()))?;
    let path = folder.finish()?;
    progress.end();
    Ok(StarOutcome { path, months, rows: rows.into_iter().collect(), new_secret: kept.is_new, warnings })
}

/// Finds the family behind a pseudonym: its id, and the months that have it.
///
/// # Errors
/// [`StarError::NoFamily`], or whatever hinders reading.
pub fn family_behind(out: &Path, key: &str) -> Result<(String, Vec<String>), StarError> {
    store::open_run(out)?;
    let secret = store::star_secret(out)?.secret;
    let mut found: Option<String> = None;
    let mut months = Vec::new();
    for (month, run) in chosen(out)?.0 {
        let unreadable = |source| StarError::Reading { month: month.clone(), source };
        let table = reading::Table::open(&run, "families").map_err(unreadable)?;
        let ids = table.select("family_id", &["family_id"], |_| true).map_err(unreadable)?;
        let id = ids.into_iter().flatten().find(|id| secret.family_key(&crate::model::ids::family_key(id)) == key);
        if id.is_some() {
            months.push(month);
            found = id;
        }
    }
    found.map(|id| (id, months)).ok_or(StarError::NoFamily)
}

/// The run of each month: the last final one published. Months without one, and runs of versions that made no star, are told.
fn chosen(out: &Path) -> Result<(BTreeMap<String, RunFolder>, Vec<String>), StarError> {
    let mut runs = BTreeMap::new();
    let mut provisional: BTreeSet<String> = BTreeSet::new();
    for published in store::published_runs(out)? {
        let run = store::open_published(out, &published)?;
        let month = run.manifest.period.clone();
        match run.manifest.kind {
            RunKind::Final => {
                runs.insert(month, run);
            }
            RunKind::Provisional => {
                provisional.insert(month);
            }
            RunKind::Link => {}
        }
    }
    let mut warnings: Vec<String> = Vec::new();
    let left_out = provisional.iter().filter(|month| !runs.contains_key(*month));
    warnings.extend(left_out.map(|month| format!("{month} is left out: it has only been run provisionally")));
    runs.retain(|month, run| {
        let has_star = run.manifest.output(MARK).is_some();
        if !has_star {
            warnings.push(format!("{month} is left out: its run {} was made by an earlier version of fwt", run.manifest.run_id));
        }
        has_star
    });
    if runs.is_empty() { Err(StarError::NoStar) } else { Ok((runs, warnings)) }
}

/// The rows of a dimension over all months: per key the newest.
fn newest(definition: &'static TableDefinition, months: &[RecordBatch]) -> Result<RecordBatch, StarError> {
    let failed = |source| StarError::Arrow { table: definition.name, source };
    let Some(first) = months.first() else { return Ok(RecordBatch::new_empty(month::schema(definition))) };
    let all = concat_batches(&first.schema(), months).map_err(failed)?;
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    let month = all.column_by_name("month_key").filter(|_| definition.columns.first().is_some_and(|key| key.name == FAMILY_KEY));
    for row in 0..all.num_rows() {
        let key = reading::cell(all.column(0), row);
        // A family that is known from a change only says nothing of itself.
        if month.is_some_and(|month| month.is_null(row)) && last.contains_key(&key) {
            continue;
        }
        last.insert(key, row as u64);
    }
    take_record_batch(&all, &UInt64Array::from_iter_values(last.into_values())).map_err(failed)
}

/// What the star was made of, without a time: the same runs give the same bytes.
fn about(runs: &BTreeMap<String, RunFolder>, rows: &BTreeMap<String, u64>) -> serde_json::Value {
    let months: Vec<serde_json::Value> = runs
        .iter()
        .map(|(month, run)| serde_json::json!({"month": month, "run_id": run.manifest.run_id, "manifest_sha256": run.manifest_sha256}))
        .collect();
    serde_json::json!({
        "product": "fwt",
        "version": env!("CARGO_PKG_VERSION"),
        "access": "internal: about families under pseudonyms; not to be published or shared",
        "months": months,
        "rows": rows,
    })
}

struct Sink<'a>(&'a ReplacedFolder);

impl RunSink for Sink<'_> {
    fn put(
        &mut self,
        name: &str,
        _rows: Option<u64>,
        write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.put(name, |sink| write(sink))?)
    }
}
