//! Who works with families: key workers, seconded and ear-marked staff (seed 2, 3.3–3.6).
//!
//! What comes in: the table of staff, the register, rows that give a family to a worker. What goes out: caseloads, proposals, allocations that can be taken. What always
//! holds: a worker has a family only on days and in a district that the table covers, and never more families than the table allows; a row that cannot be taken is set
//! aside with line and reason; proposals follow from the register and the table, never from the order of rows.
//!
//! # The CSV forms
//!
//! `staff.csv`, a row per worker and stretch of cover: `staff`, `name`, `kind` (`key_worker`, `seconded`, `ear_marked`), `employer`, `covers` (district codes or
//! localities separated by semicolons, or `county`), `from`, `caseload` are required; `until`, `budget_per_family` (pounds, of ear-marked staff), `email`, `telephone` may be there.
//!
//! Allocations, a row per family and worker: `family`, `staff`, `on`, `by` are required; `until` ends it, `reason` may be there.

use std::collections::{BTreeMap, BTreeSet};

use super::acceptance::{Accepted, Gate};
use super::families::FamilyFile;
use crate::config::checked::District;
use crate::model::{Day, NO_DAY, Problem, Status, WrittenRow, date, nearest, read_written_table};
use crate::register::decisions::{AllocationEntry, Casework, Register};

const REQUIRED: [&str; 7] = ["staff", "name", "kind", "employer", "covers", "from", "caseload"];
const OPTIONAL: [&str; 4] = ["until", "budget_per_family", "email", "telephone"];

/// The kinds of staff.
pub const KINDS: [&str; 3] = ["key_worker", "seconded", "ear_marked"];

/// A worker.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Worker {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Employer.
    pub employer: String,
    /// Stretches of cover, by first day.
    pub stretches: Vec<Stretch>,
}

/// A stretch of cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Codes of the districts covered.
    pub districts: BTreeSet<String>,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// Most families at once.
    pub caseload: usize,
    /// Pounds per family that an ear-marked worker may draw on.
    pub budget: Option<u32>,
}

impl Worker {
    /// The stretch that holds on a day and covers a district.
    #[must_use]
    pub fn covers(&self, district: &str, on: Day) -> Option<&Stretch> {
        self.on(on).filter(|stretch| stretch.districts.contains(district))
    }

    /// The stretch that holds on a day.
    #[must_use]
    pub fn on(&self, on: Day) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| stretch.from <= on && on <= stretch.until)
    }
}

/// The table of staff.
#[derive(Clone, Default)]
pub struct Staff {
    /// By code.
    pub workers: BTreeMap<String, Worker>,
    /// Rows set aside.
    pub set_aside: Vec<Problem>,
}

impl Staff {
    /// Reads the table.
    #[must_use]
    pub fn parse(file: &str, csv_text: &str, districts: &[District]) -> Self {
        let (rows, mut set_aside) = read_written_table(file, csv_text, &REQUIRED, &OPTIONAL);
        let mut staff = Self::default();
        let mut doubtful: BTreeSet<String> = BTreeSet::new();
        for row in &rows {
            match read(file, row, districts) {
                Ok((worker, stretch)) => {
                    let known = staff.workers.entry(worker.code.clone()).or_insert_with(|| worker.clone());
                    let same = (&known.name, &known.kind, &known.employer) == (&worker.name, &worker.kind, &worker.employer);
                    let overlaps = known.stretches.iter().any(|other| other.from <= stretch.until && stretch.from <= other.until);
                    if !same || overlaps {
                        let message = if same {
                            "two stretches of one worker overlap"
                        } else {
                            "rows of one code say different things about who it is"
                        };
                        set_aside.push(Problem::of_file(file, "worker-twice", message).at_line(row.line).in_column("staff"));
                        doubtful.insert(worker.code);
                    } else {
                        known.stretches.push(stretch);
                    }
                }
                Err(problems) => set_aside.extend(problems),
            }
        }
        // Which of the rows is right cannot be said: nobody is given to somebody who may not be there.
        staff.workers.retain(|code, _| !doubtful.contains(code));
        for worker in staff.workers.values_mut() {
            worker.stretches.sort_by_key(|stretch| stretch.from);
        }
        set_aside.sort_by(|a, b| (a.line, a.code).cmp(&(b.line, b.code)));
        staff.set_aside = set_aside;
        staff
    }

    /// For each accepted, assessed family without a worker the one with the smallest share of the caseload taken among those who cover the district; ties by
    /// code. Families in the order of their ids. Those whom nobody can take come back by id.
    #[must_use]
    pub fn suggest(
        &self,
        accepted: &[Accepted<'_>],
        files: &BTreeMap<String, FamilyFile>,
        casework: &Casework,
        on: Day,
    ) -> (Vec<(String, String)>, Vec<String>) {
        let mut load: BTreeMap<&str, usize> = self.workers.keys().map(|code| (code.as_str(), casework.caseload(code, on))).collect();
        let (mut given, mut without) = (Vec::new(), Vec::new());
        for family in accepted.iter().filter(|family| family.status() == Status::Assessed) {
            if !casework.allocated(family.family(), on).is_empty() {
                continue;
            }
            let district = files.get(family.family()).map_or("", |file| file.district_code.as_str());
            let free = self.workers.values().filter_map(|worker| {
                let stretch = worker.covers(district, on)?;
                let taken = load.get(worker.code.as_str()).copied().unwrap_or(0);
                // Ear-marked staff work with families now and then (seed 2, 3.5): they come last.
                (taken < stretch.caseload).then_some((worker.kind == "ear_marked", taken * 1_000 / stretch.caseload, &worker.code))
            });
            match free.min() {
                Some((_, _, code)) => {
                    *load.entry(code).or_default() += 1;
                    given.push((family.family().to_owned(), code.clone()));
                }
                None => without.push(family.family().to_owned()),
            }
        }
        (given, without)
    }
}

fn read(file: &str, row: &WrittenRow, districts: &[District]) -> Result<(Worker, Stretch), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut at = |column: &str, code: &'static str, message: String| {
        problems.push(Problem::of_file(file, code, message).at_line(row.line).in_column(column));
    };
    for column in REQUIRED.iter().filter(|column| row.cell(column).is_empty()) {
        at(column, "empty-value", "this must not be empty".to_owned());
    }
    let kind = row.cell("kind");
    if !kind.is_empty() && !KINDS.contains(&kind) {
        at("kind", "unknown-name", format!("expected one of {}", KINDS.join(", ")));
    }
    let mut covered = BTreeSet::new();
    for name in row.cell("covers").split(';').map(str::trim).filter(|name| !name.is_empty()) {
        let of_name =
            |district: &&District| name == "county" || name == district.code || name == district.locality || name == district.name;
        let before = covered.len();
        covered.extend(districts.iter().filter(of_name).map(|district| district.code.clone()));
        if covered.len() == before && !districts.iter().any(|district| of_name(&district)) {
            let known = districts.iter().flat_map(|district| [district.code.as_str(), district.locality.as_str(), district.name.as_str()]);
            let hint = nearest(name, known).map(|near| format!(" (nearest: {near})")).unwrap_or_default();
            at("covers", "unknown-name", format!("expected districts or localities of the county, or county{hint}"));
        }
    }
    let mut day = |column: &str, open: Day| match row.cell(column) {
        "" => open,
        text => date::from_iso(text).unwrap_or_else(|| {
            at(column, "not-a-date", "expected a date such as 2013-03-31".to_owned());
            open
        }),
    };
    let (from, until) = (day("from", Day::MIN), day("until", Day::MAX));
    if until < from {
        at("until", "ends-before-it-starts", "the cover ends before it begins".to_owned());
    }
    let mut number = |column: &str| match row.cell(column) {
        "" => None,
        text => {
            let number = text.parse::<u32>().ok();
            if number.is_none() {
                at(column, "not-a-number", "expected a whole number".to_owned());
            }
            number
        }
    };
    let (caseload, budget) = (number("caseload").unwrap_or(0) as usize, number("budget_per_family"));
    if budget.is_some() && kind != "ear_marked" {
        at("budget_per_family", "no-budget", "only ear-marked staff draw on a family's budget".to_owned());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let [code, name, kind, employer] = ["staff", "name", "kind", "employer"].map(|column| row.cell(column).to_owned());
    let worker = Worker { code, name, kind, employer, stretches: Vec::new() };
    Ok((worker, Stretch { districts: covered, from, until, caseload, budget }))
}

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
    /// The id of today of a family.
    pub present: &'a dyn Fn(&str) -> String,
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
        match one(file, row, given, &casework) {
            Ok(Some(allocation)) => {
                casework_take(&mut casework, &allocation.entry);
                judged.taken.push(allocation);
            }
            Ok(None) => judged.unchanged += 1,
            Err(problems) => judged.set_aside.extend(problems),
        }
    }
    judged.set_aside.sort_by(|a, b| (a.line, a.code).cmp(&(b.line, b.code)));
    judged
}

fn casework_take(casework: &mut Casework, entry: &AllocationEntry) {
    let own = casework.allocations.entry(entry.family.clone()).or_default();
    match own.iter_mut().find(|known| known.staff == entry.staff && known.on == entry.on) {
        Some(known) => *known = entry.clone(),
        None => own.push(entry.clone()),
    }
}

fn one(file: &str, row: &WrittenRow, given: &Given<'_>, casework: &Casework) -> Result<Option<Allocation>, Vec<Problem>> {
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
    let worker = given.staff.workers.get(row.cell("staff"));
    if worker.is_none() && !row.cell("staff").is_empty() {
        problems.push(problem("staff", "unknown-worker", "the table of staff has no such worker".to_owned()));
    }
    let (Some(worker), true) = (worker, problems.is_empty()) else { return Err(problems) };
    let family = (given.present)(row.cell("family"));
    let accepted = Gate::new(given.register, on).ask(&family).map_err(|no| vec![problem("family", no.code(), no.to_string())])?;
    let stretch = worker.on(on);
    let entry = AllocationEntry {
        family: family.clone(),
        staff: worker.code.clone(),
        on: date::iso(on),
        until: until.map(date::iso).unwrap_or_default(),
        budget: stretch.and_then(|stretch| stretch.budget),
    };
    let held = casework.allocations.get(&family).into_iter().flatten().find(|known| known.staff == entry.staff && known.on == entry.on);
    if held.is_some_and(|held| held.until == entry.until) {
        return Ok(None);
    }
    let (by, reason) = (row.cell("by").to_owned(), row.cell("reason").to_owned());
    if held.is_some() {
        // Its last day is said, or said otherwise.
        let budget = held.and_then(|held| held.budget);
        return Ok(Some(Allocation { line: row.line, by, reason, entry: AllocationEntry { budget, ..entry }, attaches: false }));
    }
    let attaches = match accepted.status() {
        Status::Assessed | Status::MonitoringOnly => true,
        Status::Attached => false,
        other => {
            let message = format!("a family that stands as {} is given to no worker: it is assessed first", other.words());
            return Err(vec![problem("family", "not-assessed", message)]);
        }
    };
    let district = given.files.get(&family).map_or("", |file| file.district_code.as_str());
    let Some(stretch) = worker.covers(district, on) else {
        let message =
            if stretch.is_some() { "the worker does not cover the district of the family" } else { "the worker is not there on that day" };
        return Err(vec![problem("staff", "not-covered", message.to_owned())]);
    };
    let taken = casework.caseload(&worker.code, on);
    if taken >= stretch.caseload {
        let message = format!("the worker has {taken} families on that day and takes {}", stretch.caseload);
        return Err(vec![problem("staff", "caseload-full", message)]);
    }
    Ok(Some(Allocation { line: row.line, by, reason, entry, attaches }))
}
