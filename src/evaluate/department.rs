//! A simulated Department for Work and Pensions: its answer to a request about people of a synthetic county.
//!
//! What comes in: the folder of a request, the run it was made from, the truth. What goes out: the file that comes back. What always holds: the same request, truth and seed
//! give the same answer; about one in seventeen cannot be traced, whatever they receive; nobody is answered who was not asked about.

use std::collections::BTreeMap;
use std::path::Path;

use fastrand::Rng;

use crate::model::dwp::{RETURN_COLUMNS, return_code};
use crate::model::hash::text_hash;
use crate::store::RunFolder;

use super::EvaluateError;
use super::matched::Matched;
use super::truth_files::{each_row, month_folder};

/// Share of those asked about whom the Department cannot trace although the address is full (domain.md §4.2 tells of 30% of addresses unconfirmed; the
/// synthetic county's own rate is lower `[m]`).
const UNTRACED: f64 = 0.06;

/// The answer to a request.
///
/// # Errors
/// [`EvaluateError`] if the request, the run or the truth cannot be read.
pub fn department(run: &RunFolder, truth: &Path, request: &RunFolder, seed: u64) -> Result<Vec<u8>, EvaluateError> {
    let matched = Matched::read(run, truth)?;
    let mut receives: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    each_row(&month_folder(truth, matched.month)?, "events.csv", &["person", "kind", "code", "from", "to"], |row| {
        let &[person, kind, code, from, to] = row else { return None };
        if kind == "benefit" && to.is_empty() {
            receives.entry(person.to_owned()).or_default().push((from.to_owned(), code.to_owned()));
        }
        Some(())
    })?;
    let of: BTreeMap<String, String> = cells(request, "subjects.csv", &["reference", "person"])?
        .into_iter()
        .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
        .collect();
    let as_at = crate::model::date::iso(matched.month.last_day()).replace('-', "");
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = || EvaluateError::Table { table: "request.csv".to_owned() };
    writer.write_record(RETURN_COLUMNS).map_err(|_| failed())?;
    for row in cells(request, "request.csv", &RETURN_COLUMNS)? {
        let Some(reference) = row.first() else { continue };
        let person = of.get(reference).and_then(|person| matched.person(person));
        let mut rng = Rng::with_seed(text_hash(&format!("{seed}|department|{}|{}", matched.month, person.unwrap_or_default())));
        let untraced = person.is_none() || rng.f64() < UNTRACED;
        let benefits = person.and_then(|person| receives.get(person)).map(Vec::as_slice).unwrap_or_default();
        let answers: Vec<(&str, &str, String)> = match benefits {
            _ if untraced => vec![("N", "UNTR", String::new())],
            [] => vec![("Y", "NIL", String::new())],
            some => some.iter().map(|(from, benefit)| ("Y", return_code(benefit), from.replace('-', ""))).collect(),
        };
        for (traced, code, from) in answers {
            let asked = row.iter().take(8).map(String::as_str);
            writer.write_record(asked.chain([traced, code, from.as_str(), as_at.as_str()])).map_err(|_| failed())?;
        }
    }
    writer.into_inner().map_err(|_| failed())
}

/// Wanted cells of each row of a CSV file of a folder.
pub(super) fn cells(folder: &RunFolder, name: &str, wanted: &[&str]) -> Result<Vec<Vec<String>>, EvaluateError> {
    let bytes = folder.bytes(name)?;
    let failed = || EvaluateError::Table { table: name.to_owned() };
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes.as_slice());
    let headers = reader.headers().map_err(|_| failed())?.clone();
    let places: Option<Vec<usize>> = wanted.iter().map(|column| headers.iter().position(|header| header == *column)).collect();
    let places = places.ok_or_else(failed)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| failed())?;
        rows.push(places.iter().map(|&place| record.get(place).unwrap_or_default().to_owned()).collect());
    }
    Ok(rows)
}
