//! The desk at which what happens after a run is judged and recorded: requests, answers, allocations.
//!
//! What comes in: an output folder. What goes out: its current run, the register under the run's ids, judgements of decisions, new entries of the journal. What always
//! holds: while the desk stands nobody else writes to the output folder; entries are recorded all in one step or not at all.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::RunError;
use super::facts::RunFacts;
use super::{files, held};
use crate::model::{Day, Problem, Problems};
use crate::register::decisions::{Entry, Facts as _, Grid, Import, Journal, NewEntry, Register, Sheet, import as judge};
use crate::store::{self, RunFolder, RunLock};

/// An output folder under its lock.
pub struct Desk {
    lock: RunLock,
    journal: Journal,
    register: Register,
    facts: RunFacts,
    run: RunFolder,
}

impl Desk {
    /// Takes the lock of an output folder. `what` is said to whoever finds it taken.
    ///
    /// # Errors
    /// [`RunError`] if there is no run, the register is damaged, or somebody else works on the folder.
    pub fn open(out: &Path, what: &str) -> Result<Self, RunError> {
        // Without a run there is nothing to do, and a lock would make the folder of a mistyped name.
        store::open_run(out)?;
        let lock = RunLock::take(out, what)?;
        let journal = held::whole_journal(out, &lock)?;
        let run = store::open_run(out)?;
        let facts = RunFacts::read(&run)?;
        let register = Register::fold(journal.entries(), &|id| facts.successor(id));
        Ok(Self { lock, journal, register, facts, run })
    }

    /// The current run.
    #[must_use]
    pub fn run(&self) -> &RunFolder {
        &self.run
    }

    /// The lock, for folders written after the run.
    #[must_use]
    pub fn lock(&self) -> &RunLock {
        &self.lock
    }

    /// What people have decided, under the run's ids.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// What people have decided, entry by entry, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.journal.entries()
    }

    /// Head of the journal.
    #[must_use]
    pub fn head(&self) -> &str {
        self.journal.head()
    }

    /// Reference date of the run.
    #[must_use]
    pub fn reference(&self) -> Day {
        self.facts.reference()
    }

    /// The day on which something is handed in, by this computer's clock.
    #[must_use]
    pub fn today(&self) -> Day {
        self.facts.today()
    }

    /// The person of each of the run's records, by source and record id.
    #[must_use]
    pub fn family_of(&self, source: &str, record: &str) -> Option<String> {
        self.facts.family_of(&(source.to_owned(), record.to_owned()))
    }

    /// Judges rows about families as an import of decisions would: which are taken, which are set aside and why.
    ///
    /// # Errors
    /// [`RunError::Data`] if the rows have columns that decisions do not have.
    pub fn judge(&self, rows: Grid) -> Result<Import, RunError> {
        let sheet = Sheet::read(rows).map_err(|problems| RunError::Data(Problems(problems)))?;
        Ok(judge(&[sheet], &self.register, &self.facts))
    }

    /// The same for steps that follow from something that may lie ahead, up to a day: a worker who is to begin.
    ///
    /// # Errors
    /// As [`Self::judge`].
    pub fn judge_ahead(&mut self, rows: Grid, latest: Day) -> Result<Import, RunError> {
        let today = self.facts.taken_in_on(latest);
        let judged = self.judge(rows);
        self.facts.taken_in_on(today);
        judged
    }

    /// Adds entries to the journal. `files` gives the hash of each file that the entries name; `outcome` is what the audit trail says.
    ///
    /// # Errors
    /// [`RunError`]; the register is as it was then.
    pub fn record(&mut self, entries: Vec<NewEntry>, files: BTreeMap<String, String>, outcome: &str) -> Result<(), RunError> {
        if entries.is_empty() {
            return Ok(());
        }
        let extended = super::record(&self.lock, &self.journal, entries, files, outcome)?;
        self.register = Register::fold(extended.entries(), &|id| self.facts.successor(id));
        self.journal = extended;
        Ok(())
    }
}

/// A file that came back: its rows, sheet by sheet, and the hash of its bytes.
#[derive(Clone, Debug, Default)]
pub struct CameIn {
    /// Rows of the CSV file, or of each sheet of the workbook.
    pub grids: Vec<Grid>,
    /// Hash of the file, by the name of each grid.
    pub files: BTreeMap<String, String>,
}

/// Reads a CSV file or a workbook that people filled in, with the bounds of an extract.
///
/// # Errors
/// [`RunError::Data`] if it is neither, [`RunError::Store`] if it cannot be read.
pub fn read_filled_in(path: &Path) -> Result<CameIn, RunError> {
    let mut came = CameIn::default();
    let (grids, sha256) = files::grids(path, &|_| true)?.map_err(|problems: Vec<Problem>| RunError::Data(Problems(problems)))?;
    for grid in grids.wanted {
        came.files.insert(grid.name.clone(), sha256.clone());
        came.grids.push(grid);
    }
    Ok(came)
}
