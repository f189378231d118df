//! Truth given as files: who each record is, or which pairs are the same person.
//!
//! What comes in: CSV or Parquet files and the names of their columns. What goes out: true entity of each record of a run, or labelled pairs of
//! its records. What always holds: a record is found by its id, and by its source where the file names one; an id that two sources share is an error
//! unless the file tells them apart; records the run does not have are counted, not guessed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::EvaluateError;
use super::run_tables::Records;
use crate::model::NO_TEXT;
use crate::store;

/// Where the truth stands.
#[derive(Clone, Debug)]
pub struct TruthFiles<'a> {
    /// CSV or Parquet files.
    pub files: &'a [PathBuf],
    /// Column of the record id.
    pub record: &'a str,
    /// Column that says who the record is.
    pub entity: &'a str,
    /// Column of the source's name, if ids repeat between sources.
    pub source: Option<&'a str>,
    /// Columns of labelled pairs (left, right, label); then `record` and `entity` are not looked at.
    pub pairs: Option<[&'a str; 3]>,
}

/// What the truth says of a run's records.
pub(super) enum Truth {
    /// Number of the entity of each record; [`NO_TEXT`] where the truth does not know it.
    Entities {
        /// By row of the run.
        of_record: Vec<u32>,
        /// Records of the truth that the run does not have.
        unknown: u64,
    },
    /// Pairs of rows, and whether they are the same person.
    Pairs {
        /// Left row, right row, label.
        list: Vec<(u32, u32, bool)>,
        /// Pairs with a record that the run does not have.
        unknown: u64,
    },
}

/// Finds records by name.
struct Names<'a> {
    by_source: HashMap<(&'a str, &'a str), u32>,
    by_id: HashMap<&'a str, Option<u32>>,
}

impl<'a> Names<'a> {
    fn of(records: &'a Records) -> Self {
        let (mut by_source, mut by_id) = (HashMap::new(), HashMap::new());
        for row in 0..records.record_id.len() {
            let (source, id) = (records.source.get(row).unwrap_or_default(), records.record_id.get(row).unwrap_or_default());
            by_source.insert((source, id), row as u32);
            // An id that two sources share names neither.
            by_id.entry(id).and_modify(|known| *known = None).or_insert(Some(row as u32));
        }
        Self { by_source, by_id }
    }

    fn row(&self, source: Option<&str>, id: &str) -> Result<Option<u32>, EvaluateError> {
        match source {
            Some(source) => Ok(self.by_source.get(&(source, id)).copied()),
            None => match self.by_id.get(id) {
                Some(None) => Err(EvaluateError::AmbiguousRecord),
                Some(Some(row)) => Ok(Some(*row)),
                None => Ok(None),
            },
        }
    }
}

/// Reads the truth about a run's records.
pub(super) fn read(truth: &TruthFiles<'_>, records: &Records) -> Result<Truth, EvaluateError> {
    let names = Names::of(records);
    let mut unknown = 0;
    if let Some([left, right, label]) = truth.pairs {
        let mut list = Vec::new();
        for file in truth.files {
            each_row(file, &[left, right, label], |cells| {
                let pair = (names.row(None, cell(cells, 0))?, names.row(None, cell(cells, 1))?);
                let label = cell(cells, 2);
                let same = label.parse::<f64>().map_or_else(|_| label.eq_ignore_ascii_case("true"), |value| value >= 0.5);
                match pair {
                    (Some(left), Some(right)) => list.push((left, right, same)),
                    _ => unknown += 1,
                }
                Ok(())
            })?;
        }
        return Ok(Truth::Pairs { list, unknown });
    }
    let mut of_record = vec![NO_TEXT; records.record_id.len()];
    let mut entities: HashMap<String, u32> = HashMap::new();
    let mut wanted = vec![truth.record, truth.entity];
    wanted.extend(truth.source);
    for file in truth.files {
        each_row(file, &wanted, |cells| {
            let next = entities.len() as u32;
            let entity = *entities.entry(cell(cells, 1).to_owned()).or_insert(next);
            match names.row(truth.source.map(|_| cell(cells, 2)), cell(cells, 0))? {
                Some(row) => of_record.get_mut(row as usize).into_iter().for_each(|slot| *slot = entity),
                None => unknown += 1,
            }
            Ok(())
        })?;
    }
    Ok(Truth::Entities { of_record, unknown })
}

fn cell<'c>(cells: &[&'c str], place: usize) -> &'c str {
    cells.get(place).copied().unwrap_or_default()
}

/// Calls `visit` with the wanted cells of each row of a CSV or Parquet file.
fn each_row(path: &Path, wanted: &[&str], mut visit: impl FnMut(&[&str]) -> Result<(), EvaluateError>) -> Result<(), EvaluateError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let bytes = store::read_input(folder, &folder.join(&name))?.bytes;
    let broken = |line: u64| EvaluateError::Truth { file: name.clone(), line };
    let column = |column: &str| EvaluateError::Column { table: name.clone(), column: column.to_owned() };
    if !Path::new(&name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet")) {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
        let headers = reader.headers().map_err(|_| broken(1))?.clone();
        let find = |wanted: &&str| headers.iter().position(|header| header == *wanted).ok_or_else(|| column(wanted));
        let places = wanted.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        for (line, record) in (2..).zip(reader.records()) {
            let record = record.map_err(|_| broken(line))?;
            let cells: Vec<&str> = places.iter().map(|&place| record.get(place).unwrap_or_default()).collect();
            visit(&cells)?;
        }
        return Ok(());
    }
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|_| broken(0))?;
    for batch in builder.build().map_err(|_| broken(0))? {
        let batch = batch.map_err(|_| broken(0))?;
        let texts = wanted
            .iter()
            .map(|wanted| {
                let array = batch.column_by_name(wanted).ok_or_else(|| column(wanted))?;
                arrow::compute::cast(array, &DataType::Utf8).map_err(|_| column(wanted))
            })
            .collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |array: &dyn Array| if array.is_null(row) { String::new() } else { array.as_string::<i32>().value(row).to_owned() };
            let cells: Vec<String> = texts.iter().map(|array| text(array.as_ref())).collect();
            visit(&cells.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
    }
    Ok(())
}
