//! Allocations: which worker works with which family, judged row by row.
//!
//! What comes in: a file of allocations, the table of staff, the register, the files of the accepted families. What goes out: the allocations that can be taken, and every other row with line and reason. What always
//! holds: whoever works with a family covers its district on the first day and has a place free on every day from then on; an allocation that is over, with the work or by its last day, is never taken up again by a row that
//! says what was said before; no allocation begins further ahead than [`AHEAD_DAYS`].
//!
//! A row per family and worker: `family`, `staff`, `on`, `by` are required; `until` ends it, `reason` may be there.

use std::collections::BTreeMap;

use super::super::acceptance::Gate;
use super::super::families::FamilyFile;
use super::{Staff, Stretch, Worker};
use crate::model::{Day, NO_DAY, Problem, Status, WrittenRow, date, read_written_table};
use crate::register::decisions::{AllocationEntry, AllocationState, Casework, Register};

/// Days by which the first day of an allocation may lie ahead: a worker is announced, and a year in which a digit is wrong is not taken.
pub const AHEAD_DAYS: Day = 92;
/// Stands for the number of an entry that a row is about to become.
const NOT_YET: u64 = u64::MAX;

/// An allocation that can be taken.
#[derive(Clone)]
pub struct Allocation {
    /// Line of the file, from 1.
    pub line: u64,
    /// Who decided, and why.
    pub by: String,
    /// Why; may be empty.
    pub reason: String,
    /// As the register keeps it.
    pub entry: AllocationEntry,
    /// True if the family becomes attached by it.
    pub attaches: bool,
}

/// Allocations, and what was set aside.
#[derive(Default)]
pub struct Judged {
    /// Those that can be taken, by day and line.
    pub taken: Vec<Allocation>,
    /// Rows set aside.
    pub set_aside: Vec<Problem>,
    /// Rows that say nothing new.
    pub unchanged: u64,
    /// Those of them that repeat an allocation that is over.
    pub known: Vec<Problem>,
}

/// What allocations are judged by.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// What people decided.
    pub register: &'a Register,
    /// The staff.
    pub staff: &'a Staff,
    /// Files of the accepted families.
    pub files: &'a BTreeMap<String, FamilyFile>,
    /// The day for which the file is taken in.
    pub today: Day,
    /// The id of today of a family.
    pub present: &'a dyn Fn(&str) -> String,
}

/// What becomes of a row.
enum Fate {
    /// It is taken.
    Taken(Allocation),
    /// It says what the register says.
    Unchanged,
    /// It repeats an allocation that is over.
    Known(Problem),
}

/// Judges the rows of a file of allocations.
#[must_use]
pub fn allocate(file: &str, csv_text: &str, given: &Given<'_>) -> Judged {
    let (rows, set_aside) = read_written_table(file, csv_text, &["family", "staff", "on", "by"], &["until", "reason"]);
    let mut judged = Judged { set_aside, ..Judged::default() };
    // The register as it will be: a caseload counts what this file has given already.
    let mut casework = given.register.casework.clone();
    let mut order: Vec<&WrittenRow> = rows.iter().collect();
    order.sort_by_key(|row| (row.cell("on"), row.line));
    for row in order {
        match read(file, row, given).and_then(|read| one(&read, given, &casework)) {
            Ok(Fate::Taken(allocation)) => {
                casework.allocation(NOT_YET, &allocation.entry);
                judged.taken.push(allocation);
            }
            Ok(Fate::Unchanged) => judged.unchanged += 1,
            Ok(Fate::Known(known)) => {
                judged.unchanged += 1;
                judged.known.push(known);
            }
            Err(problems) => judged.set_aside.extend(problems),
        }
    }
    for problems in [&mut judged.set_aside, &mut judged.known] {
        problems.sort_by(|a, b| (a.line, a.code).cmp(&(b.line, b.code)));
    }
    judged
}

/// A row whose cells were understood.
struct Read<'r> {
    file: &'r str,
    row: &'r WrittenRow,
    worker: &'r Worker,
    /// The family's id of today.
    family: String,
    on: Day,
    until: Option<Day>,
}

impl Read<'_> {
    fn problem(&self, column: &str, code: &'static str, message: String) -> Problem {
        Problem::of_file(self.file, code, message).at_line(self.row.line).in_column(column)
    }

    fn taken(&self, budget: Option<u32>, attaches: bool) -> Fate {
        let (by, reason) = (self.row.cell("by").to_owned(), self.row.cell("reason").to_owned());
        let entry = AllocationEntry {
            family: self.family.clone(),
            staff: self.worker.code.clone(),
            on: date::iso(self.on),
            until: self.until.map(date::iso).unwrap_or_default(),
            budget,
        };
        Fate::Taken(Allocation { line: self.row.line, by, reason, entry, attaches })
    }
}

fn read<'r>(file: &'r str, row: &'r WrittenRow, given: &Given<'r>) -> Result<Read<'r>, Vec<Problem>> {
    let mut problems = Vec::new();
    let problem =
        |column: &str, code: &'static str, message: String| Problem::of_file(file, code, message).at_line(row.line).in_column(column);
    for column in ["family", "staff", "on", "by"].iter().filter(|column| row.cell(column).is_empty()) {
        problems.push(problem(column, "empty-value", "this must not be empty".to_owned()));
    }
    let day = |column: &str, problems: &mut Vec<Problem>| {
        let text = row.cell(column);
        let day = date::from_iso(text);
        if day.is_none() && !text.is_empty() {
            problems.push(problem(column, "not-a-date", "expected a date such as 2013-03-31".to_owned()));
        }
        day
    };
    let (on, until) = (day("on", &mut problems).unwrap_or(NO_DAY), day("until", &mut problems));
    if until.is_some_and(|until| until < on) {
        problems.push(problem("until", "ends-before-it-starts", "the work ends before it begins".to_owned()));
    }
    if on > given.today.saturating_add(AHEAD_DAYS) {
        let message = format!("the first day lies more than {AHEAD_DAYS} days after {}", date::iso(given.today));
        problems.push(problem("on", "in-the-future", message).with_hint("enter it when the day is nearer"));
    }
    let worker = given.staff.workers.get(row.cell("staff"));
    if worker.is_none() && !row.cell("staff").is_empty() {
        problems.push(problem("staff", "unknown-worker", "the table of staff has no such worker".to_owned()));
    }
    match worker {
        Some(worker) if problems.is_empty() => Ok(Read { file, row, worker, family: (given.present)(row.cell("family")), on, until }),
        _ => Err(problems),
    }
}

fn one(read: &Read<'_>, given: &Given<'_>, casework: &Casework) -> Result<Fate, Vec<Problem>> {
    let Read { family, worker, on, .. } = read;
    let accepted = Gate::new(given.register, *on).ask(family).map_err(|no| vec![read.problem("family", no.code(), no.to_string())])?;
    let mut from = *on;
    let held = casework.find(family, &worker.code, &date::iso(*on));
    if let Some(held) = held {
        match again(read, held) {
            Again::Fate(fate) => return Ok(fate),
            Again::GoesOnFrom(day) => from = day,
        }
    }
    let attaches = match accepted.status() {
        Status::Assessed | Status::MonitoringOnly if held.is_none() => true,
        Status::Attached => false,
        other => {
            let message = format!("a family that stands as {} is given to no worker: it is assessed first", other.words());
            return Err(vec![read.problem("family", "not-assessed", message)]);
        }
    };
    if let Some(ended) = casework.of(family).filter_map(|state| state.ended).max().filter(|ended| from < *ended) {
        let message = format!("the work with the family had ended on {}: what is new begins on that day or later", date::iso(ended));
        return Err(vec![read.problem("on", "before-last-decision", message)]);
    }
    let stretch = covered(read, given, from)?;
    has_place(read, casework, from)?;
    Ok(read.taken(held.map_or(stretch.budget, |held| held.entry.budget), attaches))
}

/// What a row about an allocation that is known already comes to.
enum Again {
    Fate(Fate),
    /// It goes on longer, from that day.
    GoesOnFrom(Day),
}

fn again(read: &Read<'_>, held: &AllocationState) -> Again {
    let given = read.until.map(date::iso).unwrap_or_default();
    if held.ended.is_none() && held.entry.until == given {
        return Again::Fate(Fate::Unchanged);
    }
    let earlier = read.until.is_some_and(|until| held.until().is_none_or(|end| until < end));
    let repeated = held.said.contains(&given);
    match held.until() {
        _ if earlier && !repeated => Again::Fate(read.taken(held.entry.budget, false)),
        Some(end) if repeated || held.ended.is_some() => {
            let message = if held.ended.is_none() {
                format!("{} was given since as the last day of this work: this row changes nothing", date::iso(end))
            } else if end < held.from() {
                "the work with the family ended before this worker was to begin: this row changes nothing".to_owned()
            } else {
                format!("this work ended on {}, with the work with the family: this row changes nothing", date::iso(end))
            };
            let hint = "to give the family to this worker again, say so with a new first day";
            Again::Fate(Fate::Known(read.problem("on", "nothing-new", message).with_hint(hint)))
        }
        Some(end) => Again::GoesOnFrom(end + 1),
        // It goes on without end: an earlier last day was taken back.
        None => Again::Fate(Fate::Unchanged),
    }
}

/// The worker's cover of the family's district on a day.
fn covered<'r>(read: &Read<'r>, given: &Given<'_>, on: Day) -> Result<&'r Stretch, Vec<Problem>> {
    let district = given.files.get(&read.family).map_or("", |file| file.district_code.as_str());
    read.worker.covers(district, on).ok_or_else(|| {
        let there = read.worker.on(on).is_some();
        let message = if there { "the worker does not cover the district of the family" } else { "the worker is not there on that day" };
        vec![read.problem("staff", "not-covered", message.to_owned())]
    })
}

/// Whether the worker has a place free on every day from one on: what begins later takes its place too, and with another stretch of cover the places may be fewer.
fn has_place(read: &Read<'_>, casework: &Casework, from: Day) -> Result<(), Vec<Problem>> {
    let worker = read.worker;
    let until = read.until;
    let mut days = casework.busy_days(&worker.code, from, until);
    days.extend(worker.stretches.iter().map(|stretch| stretch.from).filter(|day| *day > from && until.is_none_or(|until| *day <= until)));
    days.sort_unstable();
    let places = days.into_iter().filter_map(|day| {
        // Once the cover has ended the family needs another worker anyhow.
        let stretch = worker.on(day)?;
        let taken = casework.caseload_beside(&read.family, &worker.code, day);
        (taken >= stretch.caseload).then_some((day, taken, stretch.caseload))
    });
    match places.min() {
        None => Ok(()),
        Some((day, taken, most)) => {
            let when = if day == read.on { "that day".to_owned() } else { date::iso(day) };
            let message = format!("the worker has {taken} families on {when} and takes {most}");
            Err(vec![read.problem("staff", "caseload-full", message)])
        }
    }
}
