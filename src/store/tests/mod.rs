//! Tests of the store: promises P1, P2, P3, P5, P7, P9, P12 and P13 of reliability.md.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests look at the disk behind the store's back")]

mod after_run;
mod faults;
mod folders;
mod history;
mod inputs;
mod power_cuts;
mod published;
mod register;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::Disk;
use super::manifest::{InputEntry, ManifestContents, NamedHash, RunKind};
use super::simulated_disk::SimulatedDisk;
use super::staging::{Published, Staging};
use super::verification::{Verified, verify_on};
use super::{RunLock, StoreError};
use crate::model::LedgerLine;

/// The output folder on the simulated disk.
fn out() -> PathBuf {
    PathBuf::from("/office/out")
}

fn contents(period: &str) -> ManifestContents {
    ManifestContents {
        period: period.to_owned(),
        tool_version: "0.1.0".to_owned(),
        configuration: vec![NamedHash { name: "lincolnshire.toml".to_owned(), sha256: super::sha256_hex(b"pipeline") }],
        inputs: vec![InputEntry {
            name: format!("{period}/police.csv"),
            sha256: super::sha256_hex(period.as_bytes()),
            bytes: 7,
            rows: Some(1),
        }],
        ledger: vec![(&LedgerLine { stage: "ingest", what: "rows".to_owned(), rows_in: 3, rows_out: 2, set_aside: 1 }).into()],
        ..ManifestContents::default()
    }
}

/// The files of a small run: several writes in one of them, one empty, one in a folder.
fn files(period: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("list.parquet", format!("the list of {period}").repeat(100).into_bytes()),
        ("empty.csv", Vec::new()),
        ("star/family.parquet", format!("the families of {period}").into_bytes()),
    ]
}

/// Publishes the run of a month the way a real run does.
fn publish(disk: &Arc<dyn Disk>, out: &Path, period: &str) -> Result<Published, StoreError> {
    publish_as(disk, out, contents(period))
}

fn publish_as(disk: &Arc<dyn Disk>, out: &Path, contents: ManifestContents) -> Result<Published, StoreError> {
    let (run_id, period) = (contents.run_id(), contents.period.as_str());
    let lock = RunLock::take_on(Arc::clone(disk), out, period)?;
    if let Some(published) = lock.already_published(&run_id)? {
        return Ok(published);
    }
    let mut staging = Staging::begin(&lock, &run_id, 10_000)?;
    for (name, content) in files(period) {
        staging.put(name, Some(content.len() as u64), |sink| sink.write_all(&content))?;
    }
    staging.commit(contents)
}

fn shared(disk: &SimulatedDisk) -> Arc<dyn Disk> {
    Arc::new(disk.clone())
}

/// A simulated disk on which the first month is published.
fn disk_with_first_month() -> SimulatedDisk {
    let disk = SimulatedDisk::new();
    publish(&shared(&disk), &out(), "2012-10").unwrap();
    // What the machine had not synced is not ours to rely on.
    disk.restart(super::simulated_disk::Loss::Both);
    disk
}

fn verify_current(disk: &SimulatedDisk) -> Result<Verified, StoreError> {
    verify_on(disk, &out(), None)
}

/// Every file below the output folder, except the lock and the audit trail, with its content.
fn snapshot(disk: &dyn Disk, folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for (name, kind) in disk.list(folder).unwrap() {
        let path = folder.join(&name);
        if kind == super::disk::EntryKind::Folder {
            files.extend(snapshot(disk, &path));
        } else if name != "LOCK" && name != super::audit::AUDIT && name != super::pointer::CURRENT {
            let mut content = Vec::new();
            disk.open(&path).unwrap().read_to_end(&mut content).unwrap();
            files.push((path, content));
        }
    }
    files
}
