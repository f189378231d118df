//! Three months of a small county, run one after the other: made once per test binary. The extracts of a fourth lie beside them.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test binary uses a part of it, and looks at the disk itself"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::support::{PIPELINE, fwt_ok, text};

/// The months.
pub const MONTHS: [&str; 3] = ["2012-10", "2012-11", "2012-12"];

/// Three published months.
pub struct Months {
    /// The extracts.
    pub data: PathBuf,
    /// The output folder: copy it before changing anything.
    pub out: PathBuf,
    /// The run folder of each month.
    pub runs: Vec<PathBuf>,
}

/// The three months, made at the first call. `name` is the test binary's own.
pub fn months(name: &str) -> &'static Months {
    static MADE: OnceLock<Months> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = own_folder(name);
        let (data, out) = (folder.join("data"), folder.join("out"));
        fwt_ok(&["synth", "--out", text(&data), "--people", "6000", "--seed", "11", "--start", MONTHS[0], "--months", "4"]);
        let run = |month: &&str| {
            fwt_ok(&["run", PIPELINE, "--month", month, "--data", text(&data), "--out", text(&out), "--quiet"]);
            super::support::current(&out)
        };
        let runs = MONTHS.iter().map(run).collect();
        fwt_ok(&["star", text(&out), "--quiet"]);
        Months { data, out, runs }
    })
}

/// A folder of this process. Those of processes that are gone are removed: a static is never dropped, so none removes its own.
fn own_folder(name: &str) -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in fs::read_dir(all).unwrap() {
        let entry = entry.unwrap().file_name().into_string().unwrap();
        let process = entry.strip_prefix(name).and_then(|rest| rest.strip_prefix("-process-"));
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            fs::remove_dir_all(all.join(entry)).unwrap_or_default();
        }
    }
    all.join(format!("{name}-process-{}", std::process::id()))
}

/// A copy of the output folder, to be changed at will.
pub fn copy(out: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(out).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(out).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &copied) } else { fs::copy(&path, &copied).map(|_| ()).unwrap() }
    }
}

/// A Parquet file: its rows, each column by name, as text; nothing for null.
pub fn rows(file: &Path) -> Vec<BTreeMap<String, Option<String>>> {
    let bytes = bytes::Bytes::from(fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
    reader.flat_map(|batch| rows_of(&batch.unwrap())).collect()
}

fn rows_of(batch: &RecordBatch) -> Vec<BTreeMap<String, Option<String>>> {
    let names = batch.schema();
    let row = |row: usize| {
        let cells = names.fields().iter().zip(batch.columns());
        cells.map(|(field, array)| (field.name().clone(), cell(array.as_ref(), row))).collect()
    };
    (0..batch.num_rows()).map(row).collect()
}

fn cell(array: &dyn Array, row: usize) -> Option<String> {
    array.is_valid(row).then(|| match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => fwt::model::date::iso(array.as_primitive::<Date32Type>().value(row)),
        other => panic!("{other} in a star"),
    })
}

/// A fact of one month of an assembled star.
pub fn fact(star: &Path, name: &str, month: &str) -> Vec<BTreeMap<String, Option<String>>> {
    rows(&star.join(format!("{name}/month={month}/{name}.parquet")))
}
