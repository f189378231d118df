//! The secret under which ids and other names are made, so that nobody can go through all record ids for the one behind them.
//!
//! What comes in: the secret of the month before, that of an earlier run of a first month, or what the extracts of the first month say. What goes out: a secret, and the file `register/secret.json`. What
//! always holds: the same extracts give the same secret, in whatever order their rows stand, because the same month must give the same run anywhere; it stays
//! the same from month to month; whoever wants to compute it must have every record and every event of the county, those of hidden people too.

use std::path::Path;

use rayon::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::reading::{self, ReadingError};
use crate::model::Events;
use crate::model::ids::{digest_64, hex};
use crate::stages::ingest::Ingested;
use crate::store::{RunFolder, open_published, published_runs, sha256_hex};

/// The file that hands it on.
pub(super) const FILE: &str = "register/secret.json";

/// The secret of a run; empty if it was made by a version that had none.
///
/// # Errors
/// [`ReadingError`] if it cannot be read.
pub(super) fn of_run(run: &RunFolder) -> Result<String, ReadingError> {
    if run.manifest.output(FILE).is_none() {
        return Ok(String::new());
    }
    let said = reading::json(run, FILE)?;
    let secret = said.get("secret").and_then(serde_json::Value::as_str).filter(|secret| !secret.is_empty());
    secret.map(ToOwned::to_owned).ok_or_else(|| ReadingError::Json { table: FILE.to_owned() })
}

/// A secret, and what the manifest says of where it is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Secret {
    pub(super) text: String,
    /// Hash of a secret that follows from nothing else that the manifest names; empty otherwise.
    pub(super) state: String,
}

/// The secret of the newest run of an output folder: a first month that is run again, provisional at first or with an extract that was sent again, keeps its ids.
/// Empty if there is none to be read.
pub(super) fn of_newest(out: &Path) -> String {
    let newest = published_runs(out).ok().and_then(|runs| open_published(out, runs.last()?).ok());
    newest.and_then(|run| of_run(&run).ok()).unwrap_or_default()
}

/// The secret of the month before, that of an earlier run of a first month, or a new one.
pub(super) fn kept_or_new(before: &str, earlier: &str, ingested: &Ingested) -> Secret {
    if !before.is_empty() {
        return Secret { text: before.to_owned(), state: String::new() };
    }
    let own = new(ingested);
    if earlier.is_empty() || earlier == own {
        return Secret { text: own, state: String::new() };
    }
    Secret { text: earlier.to_owned(), state: sha256_hex(format!("secret\x1f{earlier}").as_bytes()) }
}

/// The hash of a file under the secret; empty for that of no file.
pub(super) fn of_file(secret: &str, sha256: &str) -> String {
    if secret.is_empty() || sha256.is_empty() { sha256.to_owned() } else { sha256_hex(format!("file\x1f{secret}\x1f{sha256}").as_bytes()) }
}

/// The bytes of the file.
pub(super) fn bytes(secret: &str) -> Vec<u8> {
    format!("{:#}\n", json!({ "secret": secret })).into_bytes()
}

/// A secret that follows from everything the extracts say.
fn new(ingested: &Ingested) -> String {
    let Ingested { persons, events, .. } = ingested;
    let source = |row: usize| {
        let position = persons.position.get(row).and_then(|position| ingested.sources.get(usize::from(position.source)));
        position.map_or("", |source| source.name.as_str())
    };
    let id = |row: usize| persons.record_id.get(row).map_or("", AsRef::as_ref);
    let person = |row: usize| {
        let values = persons.columns.iter().map(|column| column.get(row).unwrap_or_default());
        digest_64(&[source(row), id(row)].into_iter().chain(values).collect::<Vec<_>>())
    };
    let event = |row: usize| event(events, row, |record| (source(record), id(record)));
    let mut said: Vec<u64> = (0..persons.len()).into_par_iter().map(person).chain((0..events.len()).into_par_iter().map(event)).collect();
    // Rows in another order are the same extracts.
    said.par_sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(b"secret of a county\x1f");
    for digest in said {
        hasher.update(digest.to_le_bytes());
    }
    hex(&hasher.finalize())
}

/// Digest of all that an event says.
fn event<'a>(events: &'a Events, row: usize, person: impl Fn(usize) -> (&'a str, &'a str)) -> u64 {
    let day = |days: &[i32]| days.get(row).copied().unwrap_or_default().to_string();
    let (source, id) = events.record.get(row).map_or(("", ""), |&record| person(record as usize));
    let kind = events.kind.get(row).map_or("", |kind| kind.name());
    let said = [&events.from, &events.to, &events.quantity, &events.out_of, &events.excused].map(|numbers| day(numbers));
    let texts = [&events.code, &events.reference].map(|column| column.get(row).unwrap_or_default());
    digest_64(&[source, id, kind].into_iter().chain(texts).chain(said.iter().map(String::as_str)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{RawPersons, RecordPosition, TextColumn};

    fn county(names: &[&str]) -> Ingested {
        let persons = RawPersons {
            position: vec![RecordPosition::default(); names.len()],
            record_id: Arc::new(names.iter().map(|name| format!("id of {name}")).collect()),
            columns: vec![TextColumn::collect(names.iter().map(|name| Some(*name)))],
            ..RawPersons::default()
        };
        Ingested { persons, ..Ingested::default() }
    }

    #[test]
    fn a_secret_follows_from_what_the_extracts_say_in_any_order_and_stays_once_it_is_there() {
        let first = |names: &[&str]| kept_or_new("", "", &county(names));
        let secret = first(&["Ann", "Bea", "Cid"]);
        assert_eq!((secret.text.len(), secret.state.len()), (64, 0));
        assert_eq!(secret, first(&["Cid", "Ann", "Bea"]));
        for other in [&["Ann", "Bea"][..], &["Ann", "Bea", "Cyd"], &["Ann", "Bea", "Cid", "Cid"]] {
            assert_ne!(secret, first(other));
        }
        assert_eq!(kept_or_new(&secret.text, "of another run", &county(&["Dan"])), secret);
        // A first month that is run again, over other extracts; the manifest tells that it did not come from these.
        assert_eq!(kept_or_new("", &secret.text, &county(&["Cid", "Ann", "Bea"])), secret);
        let again = kept_or_new("", &secret.text, &county(&["Dan"]));
        assert_eq!(again.text, secret.text);
        assert!(again.state.len() == 64 && again.state != again.text);
    }
}
