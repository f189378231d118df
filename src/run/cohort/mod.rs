//! The cohort register beside the run: what a run takes from it, and how decisions go out and come back.
//!
//! What comes in: a published run, the register, files that people filled in. What goes out: the workbook to fill in, new entries of the journal, what people decided
//! as the stages need it. What always holds: a run reads the journal once, under its lock, and its id holds the journal's head; only
//! [`import()`] adds to the journal, and only under the same lock.

mod desk;
mod export;
mod facts;
mod files;
mod held;
mod history;

use std::collections::BTreeMap;
use std::path::Path;

use super::RunError;
use super::successors::Successors;
use crate::model::Problem;
use crate::register::decisions::{Facts as _, Journal, JournalError, LastRetest, NewEntry, Origin, Register, SheetKind, import as judge};
use crate::store::{self, FolderWriter, RegisterAct, RunLock, StoreError};
pub use desk::{CameIn, Desk, read_filled_in};
use export::Export;
use facts::RunFacts;
pub(super) use held::Held;
pub use history::{history, overview, show};

/// Which command marks the folders.
const MAKER: &str = "cohort export";

/// What went out.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Exported {
    /// The run it was filled from.
    pub run: String,
    /// Head of the register's journal.
    pub register: String,
    /// Families.
    pub families: usize,
    /// Doubtful pairs.
    pub pairs: usize,
    /// Rows of referral candidates.
    pub candidates: usize,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Decisions taken.
    pub taken: usize,
    /// Rows that say nothing new.
    pub unchanged: u64,
    /// Those of them in which somebody decided what the register held already.
    pub known: Vec<Problem>,
    /// Rows set aside, with line and reason.
    pub set_aside: Vec<Problem>,
    /// Head of the register's journal afterwards.
    pub head: String,
}

/// Writes the workbook (a name that ends in `.xlsx`) or a folder of CSV files, pre-filled from the current run of an output folder. `pairs` is the most doubtful pairs to ask about.
/// An earlier one that is not as it was written is replaced only if `over_filled_in` is true.
///
/// # Errors
/// [`RunError`] if somebody filled in what would be replaced, there is no run, the register is damaged, or the file cannot be written.
pub fn export(out: &Path, to: &Path, pairs: usize, over_filled_in: bool) -> Result<Exported, RunError> {
    let run = store::open_run(out)?;
    let journal = journal(out)?;
    let facts = RunFacts::read(&run)?;
    let register = Register::fold(journal.entries(), &|id| facts.successor(id));
    let sheets = Export { run: &run, facts: &facts, register: &register, entries: journal.entries(), pairs }.sheets()?;
    if to.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) {
        let about = about(&run.manifest.run_id, journal.head());
        let bytes = files::workbook(&sheets, &about).map_err(|error| RunError::Publish(error.into()))?;
        store::write_to_fill_in(to, &bytes, over_filled_in)?;
    } else {
        let folder = if over_filled_in { FolderWriter::create_over(to, MAKER)? } else { FolderWriter::create(to, MAKER)? };
        for sheet in &sheets {
            folder.put(sheet.kind.file(), |writer| writer.write_all(&files::csv(sheet)))?;
        }
    }
    let count = |place: usize| sheets.get(place).map_or(0, |sheet| sheet.rows.len());
    Ok(Exported {
        run: run.manifest.run_id.clone(),
        register: journal.head().to_owned(),
        families: count(0),
        pairs: count(1),
        candidates: count(2),
    })
}

fn about(run: &str, head: &str) -> Vec<(String, String)> {
    let line = |what: &str, text: &str| (what.to_owned(), text.to_owned());
    vec![
        line("Run", run),
        line("Register", head),
        line(
            "What to do",
            "Fill in the amber columns of the sheets and give the workbook to `fwt cohort import`. Everything else is for reading: a row in which it was edited is set aside.",
        ),
        line("by", "Who decided. Needed in every row that decides."),
        line(
            "reason",
            "Why. Needed for a rejection, an override, every decision about two records or a referral, every way out of the service, and for going back to identified.",
        ),
        line("on", "Day from which the decision holds; the reference date of the run if empty."),
        line(
            "accepted",
            "yes or no: accepted for the list, or rejected. Nothing about a family leaves the building before it is accepted, but for the question about benefits to the Department for Work and Pensions.",
        ),
        line("status", "Where the family stands. The steps that are allowed stand in README.md, section The cohort."),
        line(
            "override",
            "include or exclude whatever the criteria say, with approver and the last day; withdraw takes an earlier one back.",
        ),
        line("decision", "same, different or unsure: two records and one person; a referral form and a family."),
        line("An empty cell", "says nothing: it never undoes what was decided."),
    ]
}

/// Takes decisions into the register: all rows that can be taken in one step, the others set aside. `last_retest` reads what late data say of claims; it is asked only where rows are about claims.
///
/// # Errors
/// [`RunError`] if the file cannot be read as decisions, there is no run, or the register cannot be written; the register is as it was then.
pub fn import(file: &Path, out: &Path, last_retest: &dyn Fn() -> Result<Option<LastRetest>, StoreError>) -> Result<Imported, RunError> {
    // Without a run there is nothing to decide about, and a lock would make the folder of a mistyped name.
    store::open_run(out)?;
    let lock = RunLock::take(out, "cohort import")?;
    let journal = held::whole_journal(out, &lock)?;
    let came_back = files::read(file)?;
    let about_claims = came_back.sheets.iter().any(|sheet| sheet.kind == SheetKind::Claims);
    let last_retest = if about_claims { last_retest()? } else { None };
    let facts = RunFacts::read(&store::open_run(out)?)?.with_last_retest(last_retest);
    let register = Register::fold(journal.entries(), &|id| facts.successor(id));
    let judged = judge(&came_back.sheets, &register, &facts);
    let taken = judged.taken.len();
    let mut head = journal.head().to_owned();
    if taken > 0 {
        let outcome = format!("decisions taken: {taken}, rows set aside: {}", judged.set_aside.len());
        record(&lock, &journal, judged.taken, came_back.files, &outcome)?.head().clone_into(&mut head);
    }
    Ok(Imported { taken, unchanged: judged.unchanged, known: judged.known, set_aside: judged.set_aside, head })
}

/// The decisions of an output folder, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedDecisions {
    /// Entries of the journal.
    pub entries: usize,
    /// Those at its end that the audit trail does not name.
    pub unrecorded: usize,
}

/// Checks the journal of an output folder: its chain, and that it holds every decision that the audit trail names.
///
/// # Errors
/// [`RunError`] if it was cut, changed or replaced.
pub fn check(out: &Path) -> Result<CheckedDecisions, RunError> {
    let heads = store::recorded_decisions(out)?;
    let bytes = store::read_journal(out)?;
    let journal = Journal::parse_whole(&bytes, heads.iter().map(String::as_str)).map_err(|error| damaged(out, &error))?;
    let entries = journal.entries();
    let recorded = entries.iter().rposition(|entry| heads.contains(&entry.hash)).map_or(0, |last| last + 1);
    Ok(CheckedDecisions { entries: entries.len(), unrecorded: entries.len() - recorded })
}

/// The journal with entries more, kept. `files` gives the hash of each file that the entries name; `outcome` is what the audit trail says.
fn record(
    lock: &RunLock,
    journal: &Journal,
    entries: Vec<NewEntry>,
    files: BTreeMap<String, String>,
    outcome: &str,
) -> Result<Journal, RunError> {
    let (time, user) = store::moment_and_user();
    let hashes: Vec<&str> = files.values().map(String::as_str).collect();
    let inputs = store::sha256_hex(hashes.join("\n").as_bytes());
    let extended = journal.with(entries, &Origin { time, user, files });
    lock.extend_journal(&extended.to_bytes(), &RegisterAct { inputs: &inputs, head: extended.head(), outcome })?;
    Ok(extended)
}

/// What people have decided so far, under the ids of a run: what everything that leaves after a run rests on.
pub struct Decided {
    /// The last word about every family, pair and form.
    pub register: Register,
    /// Head of the journal that says so.
    pub head: String,
    /// The entries of the journal, oldest first.
    pub journal: Journal,
}

/// Reads what people have decided, from the register of an output folder, for a run of that folder.
///
/// # Errors
/// [`RunError`] if the register is damaged or the run cannot be read.
pub fn decided(out: &Path, run: &store::RunFolder) -> Result<Decided, RunError> {
    let journal = journal(out)?;
    let register = Successors::read(run)?.fold(&journal);
    Ok(Decided { register, head: journal.head().to_owned(), journal })
}

/// Which ids took the place of others by the current run of an output folder, if it has one.
fn successors(out: &Path) -> Result<Successors, RunError> {
    Ok(store::open_run(out).ok().map(|run| Successors::read(&run)).transpose()?.unwrap_or_default())
}

/// The register of an output folder, under the ids of its current run if it has one.
fn register(out: &Path, journal: &Journal) -> Result<Register, RunError> {
    Ok(successors(out)?.fold(journal))
}

/// The journal of an output folder, for reading.
fn journal(out: &Path) -> Result<Journal, RunError> {
    Ok(Journal::parse(&store::read_journal(out)?).map_err(|error| damaged(out, &error))?)
}

fn damaged(out: &Path, error: &JournalError) -> StoreError {
    StoreError::Damaged { path: out.join("register"), problems: vec![error.to_string()] }
}
