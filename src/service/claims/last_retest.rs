//! What the newest retest says, for whoever takes the next steps of claims into the register.
//!
//! What comes in: an output folder. What goes out: the claims that would not be claimed so now. What always holds: nothing is written; evidence that was drafted after the retest is not judged by it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::register::decisions::LastRetest;
use crate::store::{self, Area, RunFolder, StoreError};

/// The newest retest of an output folder; `None` if claims were never tested again.
///
/// # Errors
/// [`StoreError`] if a claims folder is damaged or was written by another version.
pub fn last_retest(out: &Path) -> Result<Option<LastRetest>, StoreError> {
    let mut folders = Vec::new();
    for written in store::written_after_runs(out, Area::Claims)? {
        folders.push(store::open_after_run(out, Area::Claims, &written)?);
    }
    let Some(last) = folders.iter().rposition(|folder| folder.manifest.output(RETEST).is_some()) else { return Ok(None) };
    let mut found = LastRetest::default();
    for (place, folder) in folders.iter().enumerate().take(last + 1) {
        if folder.manifest.output(CLAIMS).is_some() {
            found.knew.extend(cells(folder, CLAIMS, ["pack_sha256"])?.into_iter().map(|[sha256]| sha256));
        }
        if place == last {
            found.folder.clone_from(&folder.manifest.run_id);
            let rows = cells(folder, RETEST, ["window", "family_id", "test", "is"])?;
            let of_claims = rows.into_iter().filter(|[_, _, test, _]| test == "claim");
            found.fallen = of_claims.map(|[window, family, _, is]| ((window, family), is)).collect::<BTreeMap<_, _>>();
        }
    }
    Ok(Some(found))
}

const RETEST: &str = "retest.csv";
const CLAIMS: &str = "claims.csv";

/// Some columns of a table of a folder.
fn cells<const N: usize>(folder: &RunFolder, file: &str, columns: [&str; N]) -> Result<BTreeSet<[String; N]>, StoreError> {
    let other =
        || StoreError::Damaged { path: folder.path.clone(), problems: vec![format!("`{file}` was written by another version of fwt")] };
    let bytes = folder.bytes(file)?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().map_err(|_| other())?.clone();
    let places = columns.map(|column| header.iter().position(|name| name == column));
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.map_err(|_| other())?;
        let cells: Option<Vec<String>> = places.iter().map(|place| record.get((*place)?).map(ToOwned::to_owned)).collect();
        cells.and_then(|cells| cells.try_into().ok()).ok_or_else(other)
    };
    reader.records().map(row).collect()
}
