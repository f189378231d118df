//! What the tests of the service share: rows of CSV files, a month's run, the folder that was written last.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test binary uses a part of it, and looks at the disk itself"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::support::{PIPELINE, fwt_ok, text};

/// A row by column.
pub type Row = BTreeMap<String, String>;

/// Rows of a CSV file.
pub fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(std::fs::read(path).unwrap()));
    let headers = reader.headers().unwrap().clone();
    let pairs = |record: csv::StringRecord| headers.iter().map(ToOwned::to_owned).zip(record.iter().map(ToOwned::to_owned)).collect();
    reader.records().map(|record| pairs(record.unwrap())).collect()
}

/// Runs a month.
pub fn run(data: &Path, out: &Path, month: &str, more: &[&str]) {
    let mut arguments = vec!["run", PIPELINE, "--month", month, "--data", text(data), "--out", text(out), "--confirm-churn", "--quiet"];
    arguments.extend(more);
    fwt_ok(&arguments);
}

/// The only folder of an area that holds a file of that name and stands in none of `known`.
pub fn newest(out: &Path, area: &str, file: &str, known: &[PathBuf]) -> PathBuf {
    let folders = std::fs::read_dir(out.join(area)).unwrap().map(|entry| entry.unwrap().path());
    let mut fitting: Vec<PathBuf> = folders.filter(|folder| folder.join(file).exists() && !known.contains(folder)).collect();
    assert_eq!(fitting.len(), 1, "{area}/*/{file}");
    fitting.remove(0)
}
