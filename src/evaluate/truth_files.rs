//! The truth that `fwt synth` writes beside its extracts.
//!
//! What comes in: a folder (what synth wrote, its `truth` folder, or one month of that) and the run's month. What goes
//! out: who stands on which line in every month up to the run's, and the families and criteria of the run's month. What
//! always holds: a file that is not as synth writes it is an error with its name and line, never half an answer.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::model::{Month, NO_TEXT, Ternary, TextColumn, TextColumnBuilder};
use crate::store;

use super::EvaluateError;
use super::groups::GroupColumn;

/// Who stands where: one row per appearance.
pub(super) struct Appearances {
    pub(super) source: TextColumn,
    pub(super) file: TextColumn,
    pub(super) line: Vec<u32>,
    pub(super) slot: TextColumn,
    /// Number of the true person; [`NO_TEXT`] for test and dummy rows.
    pub(super) person: Vec<u32>,
}

/// One row of `members.csv`.
pub(super) struct Membership {
    pub(super) family: u32,
    pub(super) person: u32,
    pub(super) child: bool,
    pub(super) resident: bool,
    pub(super) in_extracts: bool,
}

/// One row of `criteria.csv`.
pub(super) struct Judgement {
    pub(super) family: u32,
    pub(super) pack: String,
    pub(super) criterion: String,
    pub(super) really: Ternary,
    pub(super) knowable: Ternary,
}

/// Everything read.
pub(super) struct Truth {
    pub(super) appearances: Appearances,
    /// Names of the true persons.
    pub(super) persons: Names,
    /// Names of the true families.
    pub(super) families: Names,
    /// Kind of each true family.
    pub(super) kinds: Vec<String>,
    pub(super) members: Vec<Membership>,
    pub(super) judgements: Vec<Judgement>,
}

/// Names numbered in order of first appearance.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32>,
    pub(super) list: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.numbers.insert(name.into(), number);
        self.list.push(name.into());
        number
    }
}

/// Reads the truth for a run of `month`.
pub(super) fn read(folder: &Path, month: Month) -> Result<Truth, EvaluateError> {
    let folder = month_folder(folder, month)?;
    let mut persons = Names::default();
    let appearances = appearances(&folder, month, &mut persons)?;
    let mut families = Names::default();
    let mut kinds = Vec::new();
    each_row(&folder, "families.csv", &["family", "kind"], |row| {
        families.number(row.first()?);
        kinds.push((*row.get(1)?).to_owned());
        Some(())
    })?;
    let mut members = Vec::new();
    each_row(&folder, "members.csv", &["family", "person", "role", "resident", "in_extracts"], |row| {
        let &[family, person, role, resident, in_extracts] = row else { return None };
        let family = families.number(family);
        // A family without a line of its own has no resident left.
        kinds.resize(kinds.len().max(families.list.len()), String::new());
        members.push(Membership {
            family,
            person: persons.number(person),
            child: role == "child",
            resident: truth_value(resident)?,
            in_extracts: truth_value(in_extracts)?,
        });
        Some(())
    })?;
    let mut judgements = Vec::new();
    each_row(&folder, "criteria.csv", &["family", "pack", "criterion", "true_value", "knowable_value"], |row| {
        let &[family, pack, criterion, really, knowable] = row else { return None };
        judgements.push(Judgement {
            family: families.number(family),
            pack: pack.to_owned(),
            criterion: criterion.to_owned(),
            really: really.parse().ok()?,
            knowable: knowable.parse().ok()?,
        });
        Some(())
    })?;
    kinds.resize(kinds.len().max(families.list.len()), String::new());
    Ok(Truth { appearances, persons, families, kinds, members, judgements })
}

/// A column of `members.csv` as groups of records, by the true person of each; nothing if there is no such column.
pub(super) fn group_column(
    folder: &Path,
    month: Month,
    truth: &Truth,
    name: &str,
    of_record: &[u32],
) -> Result<Option<GroupColumn>, EvaluateError> {
    const FILE: &str = "members.csv";
    let folder = month_folder(folder, month)?;
    let file = store::read_input(&folder, &folder.join(FILE))?;
    let mut reader = csv::ReaderBuilder::new().from_reader(file.bytes.as_slice());
    let headers = reader.headers().map_err(|_| EvaluateError::Truth { file: FILE.to_owned(), line: 1 })?;
    if !headers.iter().any(|header| header == name) {
        return Ok(None);
    }
    let mut column = GroupColumn { name: name.to_owned(), from: "truth", values: vec![String::new()], of: Vec::new() };
    let mut of_person = vec![0; truth.persons.list.len()];
    let mut numbers: HashMap<String, u32> = HashMap::new();
    each_row(&folder, FILE, &["person", name], |row| {
        let &[person, group] = row else { return None };
        let next = column.values.len() as u32;
        let number = *numbers.entry(group.to_owned()).or_insert(next);
        if number == next {
            column.values.push(group.to_owned());
        }
        // The first line about a person counts.
        if let Some(slot) =
            truth.persons.numbers.get(person).and_then(|&person| of_person.get_mut(person as usize)).filter(|slot| **slot == 0)
        {
            *slot = number;
        }
        Some(())
    })?;
    column.of = of_record.iter().map(|&person| of_person.get(person as usize).copied().unwrap_or(0)).collect();
    Ok(Some(column))
}

/// Whether each true family lives out of the county, in the order of `families.csv`.
pub(super) fn out_of_county(folder: &Path, month: Month) -> Result<Vec<bool>, EvaluateError> {
    let folder = month_folder(folder, month)?;
    let mut away = Vec::new();
    each_row(&folder, "families.csv", &["district"], |row| {
        away.push(row.first()?.is_empty());
        Some(())
    })?;
    Ok(away)
}

/// A verdict that is another one than the month before, and what the generator did: one row of `criteria_changes.csv`.
pub(super) struct VerdictChange {
    pub(super) family: String,
    pub(super) pack: String,
    pub(super) criterion: String,
    pub(super) cause: String,
}

/// The changes of what the extracts make knowable; none if the truth does not tell them.
pub(super) fn verdict_changes(folder: &Path, month: Month) -> Result<Vec<VerdictChange>, EvaluateError> {
    const FILE: &str = "criteria_changes.csv";
    let folder = month_folder(folder, month)?;
    let mut changes = Vec::new();
    if store::exists(&folder.join(FILE)) {
        each_row(&folder, FILE, &["family", "pack", "criterion", "view", "cause"], |row| {
            let &[family, pack, criterion, view, cause] = row else { return None };
            if view == "knowable" {
                let [family, pack, criterion, cause] = [family, pack, criterion, cause].map(str::to_owned);
                changes.push(VerdictChange { family, pack, criterion, cause });
            }
            Some(())
        })?;
    }
    Ok(changes)
}

fn truth_value(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The month's folder below what the user named.
pub(super) fn month_folder(folder: &Path, month: Month) -> Result<PathBuf, EvaluateError> {
    let month = month.to_string();
    let candidates = [folder.join("truth").join(&month), folder.join(&month), folder.to_owned()];
    candidates
        .into_iter()
        .find(|candidate| {
            store::exists(&candidate.join("records.csv")) && candidate.file_name().is_some_and(|name| name.to_string_lossy() == month)
        })
        .ok_or(EvaluateError::NoTruth { month })
}

/// The appearances of all months up to the run's: an increment of an earlier month still counts.
fn appearances(folder: &Path, month: Month, persons: &mut Names) -> Result<Appearances, EvaluateError> {
    let above = folder.parent().unwrap_or(folder);
    let mut folders: Vec<PathBuf> = store::list_folder(above)?
        .into_iter()
        .filter(|entry| entry.is_folder && entry.name.parse::<Month>().is_ok_and(|other| other <= month))
        .map(|entry| entry.path)
        .collect();
    folders.sort();
    let (mut source, mut file, mut slot) = (TextColumnBuilder::default(), TextColumnBuilder::default(), TextColumnBuilder::default());
    let (mut line, mut person) = (Vec::new(), Vec::new());
    for folder in folders {
        each_row(&folder, "records.csv", &["source", "file", "line", "slot", "person"], |row| {
            let &[in_source, in_file, at_line, in_slot, name] = row else { return None };
            source.push(Some(in_source));
            file.push(Some(in_file));
            slot.push(Some(in_slot));
            line.push(at_line.parse().ok()?);
            person.push(if name.is_empty() { NO_TEXT } else { persons.number(name) });
            Some(())
        })?;
    }
    Ok(Appearances { source: source.finish(), file: file.finish(), line, slot: slot.finish(), person })
}

/// Calls `visit` with the wanted cells of each row of a file, which says `None` for a row that is not as it should be.
pub(super) fn each_row(
    folder: &Path,
    name: &str,
    wanted: &[&str],
    mut visit: impl FnMut(&[&str]) -> Option<()>,
) -> Result<(), EvaluateError> {
    let file = store::read_input(folder, &folder.join(name))?;
    let broken = |line: u64| EvaluateError::Truth { file: name.to_owned(), line };
    let mut reader = csv::ReaderBuilder::new().from_reader(file.bytes.as_slice());
    let headers = reader.headers().map_err(|_| broken(1))?.clone();
    let places: Option<Vec<usize>> = wanted.iter().map(|column| headers.iter().position(|header| header == *column)).collect();
    let places = places.ok_or_else(|| broken(1))?;
    let mut record = csv::StringRecord::new();
    let mut line = 1;
    loop {
        line += 1;
        if !reader.read_record(&mut record).map_err(|_| broken(line))? {
            return Ok(());
        }
        let cells: Option<Vec<&str>> = places.iter().map(|&place| record.get(place)).collect();
        cells.and_then(|cells| visit(&cells)).ok_or_else(|| broken(line))?;
    }
}
