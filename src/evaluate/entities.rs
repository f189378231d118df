//! Truth given as files: who each record is, or which pairs are the same person.
//!
//! What comes in: CSV or Parquet files and the names of their columns. What goes out: true entity of each record of a run, or labelled pairs of
//! its records. What always holds: a record is found by its id, and by its source where the file names one; an id that two sources share is an error
//! unless the file tells them apart; records the run does not have are counted, not guessed; an empty cell is no answer; a truth that contradicts itself, says what is
//! no answer or nothing of any record of the run is refused with its lines, because every figure from it would be wrong.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::EvaluateError;
use super::groups::GroupColumn;
use super::run_tables::Records;
use crate::model::{NO_TEXT, Problem, Problems};
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
    /// Columns to group by; those that the files do not have are left to others.
    pub by: &'a [String],
}

/// What the truth says of a run's records.
pub(super) enum Truth {
    /// Number of the entity of each record; [`NO_TEXT`] where the truth does not know it.
    Entities(Vec<u32>),
    /// Pairs of rows, and whether they are the same person.
    Pairs(Vec<(u32, u32, bool)>),
}

/// The truth as read.
pub(super) struct Read {
    pub(super) truth: Truth,
    /// Records or pairs of the truth that the run does not have.
    pub(super) unknown: u64,
    /// The columns to group by that the files have: group of each record, or of each labelled pair.
    pub(super) groups: Vec<GroupColumn>,
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

/// Groups of a column as they are read.
struct Groups {
    column: GroupColumn,
    numbers: HashMap<String, u32>,
}

impl Groups {
    /// Columns of some names over `rows` rows that are in no group yet; group 0 is "none".
    fn named<'n>(names: &[&'n str], rows: usize) -> Vec<Self> {
        let column =
            |name: &&'n str| GroupColumn { name: (*name).to_owned(), from: "truth", values: vec![String::new()], of: vec![0; rows] };
        names.iter().map(|name| Self { column: column(name), numbers: HashMap::from([(String::new(), 0)]) }).collect()
    }

    fn number(&mut self, group: &str) -> u32 {
        if let Some(&number) = self.numbers.get(group) {
            return number;
        }
        let number = self.column.values.len() as u32;
        self.column.values.push(group.to_owned());
        self.numbers.insert(group.to_owned(), number);
        number
    }
}

/// Reads the truth about a run's records.
pub(super) fn read(truth: &TruthFiles<'_>, records: &Records) -> Result<Read, EvaluateError> {
    let names = Names::of(records);
    let (mut unknown, mut faults) = (0, Faults::default());
    let by = grouped_by(truth)?;
    if let Some([left, right, label]) = truth.pairs {
        let (mut list, mut seen) = (Vec::new(), HashMap::new());
        let mut groups = Groups::named(&by, 0);
        let mut wanted = vec![left, right, label];
        wanted.extend(&by);
        for file in truth.files {
            each_row(file, &wanted, |line, cells| {
                let pair = (names.row(None, cell(cells, 0))?, names.row(None, cell(cells, 1))?);
                let label = cell(cells, 2);
                if label.is_empty() {
                    return Ok(());
                }
                let Some(same) = said_of_pair(label) else {
                    faults.add(file, line, "not-a-label", "expected 1 or 0, true or false, yes or no, same or different, or a probability");
                    return Ok(());
                };
                let (Some(left), Some(right)) = pair else {
                    unknown += 1;
                    return Ok(());
                };
                match seen.insert((left.min(right), left.max(right)), same) {
                    Some(before) if before != same => {
                        faults.add(file, line, "contradiction", "an earlier row says otherwise of this pair");
                        return Ok(());
                    }
                    Some(_) => return Ok(()),
                    None => list.push((left, right, same)),
                }
                for (place, groups) in groups.iter_mut().enumerate() {
                    let number = groups.number(cell(cells, 3 + place));
                    groups.column.of.push(number);
                }
                Ok(())
            })?;
        }
        faults.none_and(!list.is_empty())?;
        return Ok(Read { truth: Truth::Pairs(list), unknown, groups: groups.into_iter().map(|groups| groups.column).collect() });
    }
    let mut of_record = vec![NO_TEXT; records.record_id.len()];
    let mut entities: HashMap<String, u32> = HashMap::new();
    let mut groups = Groups::named(&by, of_record.len());
    let mut wanted = vec![truth.record, truth.entity];
    wanted.extend(truth.source);
    let first_group = wanted.len();
    wanted.extend(&by);
    for file in truth.files {
        each_row(file, &wanted, |line, cells| {
            let next = entities.len() as u32;
            let named = cell(cells, 1);
            // Nobody said who it is: one of its kind is not another.
            let entity = if named.is_empty() { NO_TEXT } else { *entities.entry(named.to_owned()).or_insert(next) };
            let Some(row) = names.row(truth.source.map(|_| cell(cells, 2)), cell(cells, 0))? else {
                unknown += 1;
                return Ok(());
            };
            if let Some(slot) = of_record.get_mut(row as usize).filter(|_| entity != NO_TEXT) {
                if *slot != NO_TEXT && *slot != entity {
                    faults.add(file, line, "contradiction", "an earlier row says that this record is somebody else");
                }
                *slot = entity;
            }
            for (place, groups) in groups.iter_mut().enumerate() {
                let number = groups.number(cell(cells, first_group + place));
                groups.column.of.get_mut(row as usize).into_iter().for_each(|slot| *slot = number);
            }
            Ok(())
        })?;
    }
    faults.none_and(of_record.iter().any(|&entity| entity != NO_TEXT))?;
    Ok(Read { truth: Truth::Entities(of_record), unknown, groups: groups.into_iter().map(|groups| groups.column).collect() })
}

/// Rows of the truth that cannot be right.
#[derive(Default)]
struct Faults {
    /// The first of them.
    shown: Vec<Problem>,
    all: usize,
}

impl Faults {
    /// Enough to see what is wrong with a file.
    const SHOWN: usize = 20;

    fn add(&mut self, file: &Path, line: u64, code: &'static str, message: &str) {
        self.all += 1;
        if self.shown.len() < Self::SHOWN {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            self.shown.push(Problem::of_file(name, code, message).at_line(line));
        }
    }

    /// Nothing if there are none and the truth knows something of the run.
    fn none_and(self, knows_something: bool) -> Result<(), EvaluateError> {
        match (self.all, knows_something) {
            (0, true) => Ok(()),
            (0, false) => Err(EvaluateError::NothingKnown),
            (all, _) => Err(EvaluateError::Faults { all, problems: Problems(self.shown) }),
        }
    }
}

/// What a label says of a pair; `None` for what is no label.
fn said_of_pair(label: &str) -> Option<bool> {
    match label.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "same" | "match" => Some(true),
        "false" | "no" | "n" | "f" | "different" | "non-match" => Some(false),
        number => number.parse::<f64>().ok().filter(|value| (0.0..=1.0).contains(value)).map(|value| value >= 0.5),
    }
}

/// The columns to group by that every file has.
fn grouped_by<'a>(truth: &TruthFiles<'a>) -> Result<Vec<&'a str>, EvaluateError> {
    let mut by: Vec<&str> = truth.by.iter().map(String::as_str).collect();
    for file in truth.files {
        if by.is_empty() {
            break;
        }
        let columns = columns_of(file)?;
        by.retain(|name| columns.iter().any(|column| column == name));
    }
    Ok(by)
}

/// The names of a file's columns.
fn columns_of(path: &Path) -> Result<Vec<String>, EvaluateError> {
    let (name, bytes) = bytes_of(path)?;
    let broken = || EvaluateError::Truth { file: name.clone(), line: 1 };
    if is_parquet(&name) {
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|_| broken())?;
        return Ok(builder.schema().fields().iter().map(|field| field.name().clone()).collect());
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    Ok(reader.headers().map_err(|_| broken())?.iter().map(ToOwned::to_owned).collect())
}

fn is_parquet(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

/// Name and content of a file.
fn bytes_of(path: &Path) -> Result<(String, Vec<u8>), EvaluateError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let bytes = store::read_input(folder, &folder.join(&name))?.bytes;
    Ok((name, bytes))
}

fn cell<'c>(cells: &[&'c str], place: usize) -> &'c str {
    cells.get(place).copied().unwrap_or_default()
}

/// Calls `visit` with the line and the wanted cells of each row of a CSV or Parquet file.
fn each_row(path: &Path, wanted: &[&str], mut visit: impl FnMut(u64, &[&str]) -> Result<(), EvaluateError>) -> Result<(), EvaluateError> {
    let (name, bytes) = bytes_of(path)?;
    let broken = |line: u64| EvaluateError::Truth { file: name.clone(), line };
    let column = |column: &str| EvaluateError::TruthColumn { file: name.clone(), column: column.to_owned() };
    if !is_parquet(&name) {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
        let headers = reader.headers().map_err(|_| broken(1))?.clone();
        let find = |wanted: &&str| {
            let mut places = headers.iter().enumerate().filter(|(_, header)| *header == *wanted).map(|(place, _)| place);
            // Given twice, nobody can know which is meant.
            places.next().filter(|_| places.next().is_none()).ok_or_else(|| column(wanted))
        };
        let places = wanted.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        for (line, record) in (2..).zip(reader.records()) {
            let record = record.map_err(|_| broken(line))?;
            let cells: Vec<&str> = places.iter().map(|&place| record.get(place).unwrap_or_default()).collect();
            visit(line, &cells)?;
        }
        return Ok(());
    }
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).map_err(|_| broken(0))?;
    let mut line = 0;
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
            line += 1;
            visit(line, &cells.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
    }
    Ok(())
}
