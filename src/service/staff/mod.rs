//! Who works with families: key workers, seconded and ear-marked staff (seed 2, 3.3–3.6).
//!
//! What comes in: the table of staff, the register, rows that give a family to a worker. What goes out: caseloads, proposals, allocations that can be taken. What always
//! holds: a worker has a family only on days and in a district that the table covers, and never more families than the table allows; a row that cannot be taken is set
//! aside with line and reason; proposals follow from the register and the table, never from the order of rows.
//!
//! # The CSV forms
//!
//! `staff.csv`, a row per worker and stretch of cover: `staff`, `name`, `kind` (`key_worker`, `seconded`, `ear_marked`), `employer`, `covers` (district codes or
//! localities separated by semicolons, or `county`), `from`, `caseload` are required; `until`, `budget_per_family` (pounds, of ear-marked staff), `email`, `telephone` may be there. Allocations: [`allocate()`].

use std::collections::{BTreeMap, BTreeSet};

use super::acceptance::Accepted;
use super::families::FamilyFile;
use crate::config::checked::District;
use crate::model::{Day, Problem, Status, WrittenRow, date, nearest, read_written_table};
use crate::register::decisions::{AllocationState, Casework};

mod allocate;

pub use allocate::{AHEAD_DAYS, Allocation, Given, Judged, allocate};

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

    /// The last day of the worker's cover, if it has ended before a day on which no other stretch holds.
    #[must_use]
    pub fn gone_since(&self, on: Day) -> Option<Day> {
        if self.on(on).is_some() {
            return None;
        }
        self.stretches.iter().map(|stretch| stretch.until).filter(|until| *until < on).max()
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

    /// Since when a worker is gone, by the day on which the cover ended; `None` for one who is there, or of whom the table says nothing.
    #[must_use]
    pub fn gone_since(&self, code: &str, on: Day) -> Option<Day> {
        self.workers.get(code)?.gone_since(on)
    }

    /// The allocations of a family that hold on a day, of workers who are still there.
    #[must_use]
    pub fn working<'c>(&self, casework: &'c Casework, family: &str, on: Day) -> Vec<&'c AllocationState> {
        let there = |state: &&AllocationState| self.gone_since(&state.entry.staff, on).is_none();
        casework.allocated(family, on).into_iter().filter(there).collect()
    }

    /// For each accepted family that is assessed or attached and has no worker, and none who is to begin, the one with the smallest share of the caseload taken among those who cover the district; ties by
    /// code. Families in the order of their ids. Those whom nobody can take come back by id.
    #[must_use]
    pub fn suggest(
        &self,
        accepted: &[Accepted<'_>],
        files: &BTreeMap<String, FamilyFile>,
        casework: &Casework,
        on: Day,
    ) -> (Vec<(String, String)>, Vec<String>) {
        // What begins later counts as well: an allocation goes on.
        let highest = |code: &str| casework.busy_days(code, on, None).into_iter().map(|day| casework.caseload(code, day)).max();
        let mut load: BTreeMap<&str, usize> = self.workers.keys().map(|code| (code.as_str(), highest(code).unwrap_or(0))).collect();
        let (mut given, mut without) = (Vec::new(), Vec::new());
        for family in accepted.iter().filter(|family| matches!(family.status(), Status::Assessed | Status::Attached)) {
            let works = |state: &AllocationState| state.holds_from(on) && self.gone_since(&state.entry.staff, on).is_none();
            if casework.of(family.family()).any(works) {
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

#[cfg(test)]
mod tests;
