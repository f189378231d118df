//! What every command of the service begins and ends with.
//!
//! What comes in: the pipeline, the output folder, the data folder. What goes out: the run, the register, who and what is restricted; then a folder written after the run.
//! What always holds: one lock over all of it; the folder's manifest names the run, the register's head, and every file it was made from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::args::service::Office as OfficeArguments;
use super::super::failure::{Failure, FailureKind, store_failure};
use super::super::render;
use super::super::restricted::{failure, restricted};
use super::super::run::pipeline;
use crate::config::checked::Pipeline;
use crate::model::{Day, Problem, Problems, date};
use crate::run::cohort::Desk;
use crate::run::reading::ReadingError;
use crate::run::restricted::Today;
use crate::service::acceptance::{Accepted, Gate};
use crate::service::families::{FamilyFiles, read};
use crate::store::{self, AfterRun, Area, ManifestContents, NamedHash, RestsOn, WrittenAfterRun};

/// The office on one day.
pub(super) struct Office {
    pub(super) pipeline: Pipeline,
    pub(super) desk: Desk,
    /// Who and what is restricted.
    pub(super) restricted: Today,
    pub(super) on: Day,
    pub(super) data: PathBuf,
    /// Hash of each file that was read, by its name.
    pub(super) read: BTreeMap<String, String>,
}

impl Office {
    pub(super) fn open(arguments: &OfficeArguments, what: &str) -> Result<Self, Failure> {
        let pipeline = pipeline(&arguments.pipeline)?;
        let desk = Desk::open(&arguments.out, what).map_err(|error| failure(&error))?;
        let (restricted, on) = restricted(&pipeline, desk.run(), &arguments.data, arguments.on)?;
        Ok(Self { pipeline, desk, restricted, on, data: arguments.data.clone(), read: BTreeMap::new() })
    }

    /// Name of the pack whose list counts.
    pub(super) fn pack(&self) -> &str {
        self.pipeline.packs.first().map_or("", |pack| pack.name.as_str())
    }

    /// The month of the run.
    pub(super) fn month(&self) -> &str {
        &self.desk.run().manifest.period
    }

    /// The accepted families.
    pub(super) fn accepted(&self) -> Vec<Accepted<'_>> {
        Gate::new(self.desk.register(), self.on).all().into_values().collect()
    }

    /// The files of the accepted families: of no other family is anything read.
    pub(super) fn families(&self) -> Result<FamilyFiles, Failure> {
        let accepted = Gate::new(self.desk.register(), self.on).all();
        read(self.desk.run(), self.pack(), &|family| accepted.contains_key(family), &self.restricted).map_err(|error| unreadable(&error))
    }

    /// Reads a file of the data folder, or one that was named; `None` if the default one is not there.
    pub(super) fn text(&mut self, named: Option<&Path>, default: &Path) -> Result<Option<(String, String)>, Failure> {
        let path = named.map_or_else(|| self.data.join(default), Path::to_path_buf);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if named.is_none() && !store::stands_there(&path) {
            return Ok(None);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = store::read_input(folder, &path).map_err(|error| store_failure("nothing was written", &error))?;
        self.read.insert(name.clone(), file.sha256);
        let text = String::from_utf8(file.bytes)
            .map_err(|_| Failure::new(FailureKind::Data, format!("{name} is not UTF-8 text")).hint("save the file as \"CSV UTF-8\""))?;
        Ok(Some((name, text)))
    }

    /// What a folder of today holds, apart from its files.
    pub(super) fn contents(&self, area: Area, what: &str) -> ManifestContents {
        let run = self.desk.run();
        let named = |(name, sha256): (&str, String)| NamedHash { name: name.to_owned(), sha256 };
        let mut state: Vec<NamedHash> = [
            ("what", store::sha256_hex(what.as_bytes())),
            ("day", store::sha256_hex(date::iso(self.on).as_bytes())),
            ("people's decisions", self.desk.head().to_owned()),
        ]
        .into_iter()
        .map(named)
        .collect();
        state.extend(self.read.iter().map(|(name, sha256)| named((name, sha256.clone()))));
        // By when a result is due, as the chaser list beside the requests says, rests on the packs of the claims.
        let packs = self.pipeline.claims.iter().filter(|_| area == Area::Requests).flat_map(|claims| &claims.fingerprints);
        let rests_on = RestsOn { area, runs: vec![run.named()] };
        ManifestContents::after_run(&run.manifest.period, self.pipeline.fingerprints.iter().chain(packs), state, rests_on)
    }

    /// Writes a folder after the run, all of it or nothing. What is in its files is part of its identity: whatever was made before from another register of restricted people, say, is not it.
    pub(super) fn write(
        &self,
        mut contents: ManifestContents,
        files: &[(String, Option<u64>, Vec<u8>)],
    ) -> Result<WrittenAfterRun, Failure> {
        let hashes: Vec<String> = files.iter().map(|(name, _, bytes)| format!("{name} {}", store::sha256_hex(bytes))).collect();
        contents.state.push(NamedHash { name: "files".to_owned(), sha256: store::sha256_hex(hashes.join("\n").as_bytes()) });
        let failed = |error: store::StoreError| store_failure("nothing was written", &error);
        if let Some(written) = AfterRun::already_written(self.desk.lock(), &contents).map_err(failed)? {
            return Ok(written);
        }
        let needed = files.iter().map(|(_, _, bytes)| bytes.len() as u64).sum::<u64>() * 2;
        let mut folder = AfterRun::begin(self.desk.lock(), contents, needed).map_err(failed)?;
        for (name, rows, bytes) in files {
            folder.put(name, *rows, |out| out.write_all(bytes)).map_err(failed)?;
        }
        folder.commit().map_err(failed)
    }
}

pub(super) fn unreadable(error: &ReadingError) -> Failure {
    Failure::new(FailureKind::Environment, "the published run cannot be read").caused_by(error)
}

/// Refuses a table that has not the columns it must have: none of its rows could be read, and nobody must take that for an empty table.
pub(super) fn refuse_unreadable(problems: &[Problem]) -> Result<(), Failure> {
    const WHOLE_FILE: [&str; 5] = ["missing-header", "header-twice", "not-csv", "unclosed-quote", "text-after-quote"];
    let found: Vec<Problem> = problems.iter().filter(|problem| WHOLE_FILE.contains(&problem.code)).cloned().collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::of_problems(FailureKind::Data, "nothing was written: a table cannot be read", &Problems(found)))
}

/// Prints rows that were set aside.
pub(super) fn tell_set_aside(what: &str, rows: &[Problem]) {
    for row in rows {
        let hint = if row.hint.is_empty() { String::new() } else { format!(" ({})", row.hint) };
        render::warning(&format!("{what}: {row}{hint}"));
    }
}

/// Rows that were set aside, as JSON: position and kind.
pub(super) fn set_aside_json(rows: &[Problem]) -> Vec<serde_json::Value> {
    rows.iter()
        .map(
            |row| serde_json::json!({ "file": row.file, "line": row.line, "column": row.column, "code": row.code, "message": row.message }),
        )
        .collect()
}
