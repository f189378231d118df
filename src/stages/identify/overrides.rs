//! Decisions of people to include or leave out a family.
//!
//! What comes in: a CSV that names a family by any one record of any one member. What goes out: one decision per family and pack, and
//! warnings. What always holds: a decision without reason, approver and last day is refused; a lapsed one, one that finds nobody and
//! two that contradict each other change nothing and are told; no message holds a record's key.

use std::collections::{BTreeMap, BTreeSet};

use super::Given;
use crate::model::{Override, Problem, Problems, date, nearest};

/// The columns of the file, all required.
const HEADER: [&str; 7] = ["source", "record_id", "pack", "decision", "reason", "approver", "expires"];

/// Reads the overrides file.
///
/// # Errors
/// Every problem of the file, by line and column.
pub fn parse_overrides(file_name: &str, csv_text: &str) -> Result<Vec<Override>, Problems> {
    let text = csv_text.strip_prefix('\u{feff}').unwrap_or(csv_text);
    let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut problems = Vec::new();
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(_) => return Err(Problems(vec![Problem::of_file(file_name, "not-csv", "the file cannot be read as CSV").at_line(1)])),
    };
    let columns = columns(file_name, &header, &mut problems);
    let mut overrides = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |position| line_of(text, position));
                if record.iter().all(str::is_empty) {
                    continue;
                }
                if record.len() != header.len() {
                    let message = format!("expected {} cells, found {}", header.len(), record.len());
                    problems.push(Problem::of_file(file_name, "wrong-number-of-cells", message).at_line(line));
                    continue;
                }
                let row = Row { file_name, record: &record, columns: &columns, line };
                overrides.extend(row.read(&mut problems));
            }
            Err(error) => {
                let line = error.position().map_or(0, |position| line_of(text, position));
                problems.push(Problem::of_file(file_name, "not-csv", "this line cannot be read as CSV").at_line(line));
            }
        }
    }
    if problems.is_empty() { Ok(overrides) } else { Err(Problems(problems)) }
}

/// The line an editor shows: the reader's position is that of the empty lines before a record, if there are any.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let before = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + before.filter(|byte| **byte == b'\n').count() as u64
}

/// Where each column stands.
fn columns(file_name: &str, header: &csv::StringRecord, problems: &mut Vec<Problem>) -> Vec<Option<usize>> {
    for name in header.iter().filter(|name| !HEADER.contains(name)) {
        let hint = nearest(name, HEADER)
            .map_or_else(|| format!("the columns are {}", HEADER.join(",")), |near| format!("did you mean \"{near}\"?"));
        problems.push(Problem::of_file(file_name, "unknown-header", "unknown column").at_line(1).in_column(name).with_hint(hint));
    }
    let place = |name: &&str| {
        let found = header.iter().position(|known| known == *name);
        if found.is_none() {
            problems.push(Problem::of_file(file_name, "missing-header", "this column is missing").at_line(1).in_column(*name));
        }
        found
    };
    HEADER.iter().map(place).collect()
}

/// One line of the file.
struct Row<'r> {
    file_name: &'r str,
    record: &'r csv::StringRecord,
    columns: &'r [Option<usize>],
    line: u64,
}

impl Row<'_> {
    fn cell(&self, name: &str) -> &str {
        let column = HEADER.iter().position(|known| *known == name).and_then(|index| self.columns.get(index).copied().flatten());
        column.and_then(|column| self.record.get(column)).unwrap_or_default()
    }

    fn problem(&self, column: &str, code: &'static str, message: &str) -> Problem {
        Problem::of_file(self.file_name, code, message).at_line(self.line).in_column(column)
    }

    fn read(&self, problems: &mut Vec<Problem>) -> Option<Override> {
        let before = problems.len();
        for required in ["source", "record_id", "reason", "approver", "expires"] {
            if self.cell(required).is_empty() {
                problems.push(self.problem(required, "empty-value", "this must not be empty"));
            }
        }
        let include = match self.cell("decision") {
            "include" => true,
            "exclude" => false,
            _ => {
                problems.push(self.problem("decision", "unknown-name", "expected \"include\" or \"exclude\""));
                false
            }
        };
        let expires = date::from_iso(self.cell("expires"));
        if expires.is_none() && !self.cell("expires").is_empty() {
            problems.push(self.problem("expires", "not-a-date", "expected a date such as 2013-03-31"));
        }
        if problems.len() > before {
            return None;
        }
        let text = |name: &str| self.cell(name).to_owned();
        let (source, record_id, pack) = (text("source"), text("record_id"), text("pack"));
        let (file, line) = (self.file_name.to_owned(), self.line);
        let (reason, approver, expires) = (text("reason"), text("approver"), expires?);
        Some(Override { file, line, source, record_id, pack, include, reason, approver, expires })
    }
}

/// One decision that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) include: bool,
    /// Its reason, approver and last day.
    pub(super) words: String,
}

/// Decisions per family and pack.
#[derive(Default)]
pub(super) struct Decisions(BTreeMap<(u32, String), Decision>);

impl Decisions {
    /// The decision for a family under a pack.
    pub(super) fn of(&self, family: u32, pack: &str) -> Option<&Decision> {
        // No decisions at all is the common case, and needs no text to be made.
        if self.0.is_empty() { None } else { self.0.get(&(family, pack.to_owned())) }
    }

    /// Finds the family of each override; with what the officer should know.
    pub(super) fn resolve(given: &Given<'_>) -> (Self, Vec<String>) {
        let mut warnings = Vec::new();
        if given.overrides.is_empty() {
            return (Self::default(), warnings);
        }
        let records = records(given);
        let mut decisions: BTreeMap<(u32, String), (Decision, String)> = BTreeMap::new();
        let mut contradictory: BTreeSet<(u32, String)> = BTreeSet::new();
        for decided in given.overrides {
            let place = format!("{}:{}", decided.file, decided.line);
            let packs: Vec<&str> =
                given.packs.iter().map(|pack| pack.name.as_str()).filter(|name| decided.pack.is_empty() || decided.pack == *name).collect();
            let families = families_of(given, &records, decided);
            if decided.expires < given.reference {
                warnings.push(format!("{place}: this override lapsed on {}", date::iso(decided.expires)));
            } else if packs.is_empty() {
                warnings.push(format!("{place}: this override is for a pack that the pipeline does not have"));
            } else if families.is_empty() {
                warnings.push(format!("{place}: this override names a record of nobody in a family this month"));
            } else {
                let words = format!("{} (approved by {}, until {})", decided.reason, decided.approver, date::iso(decided.expires));
                let decision = Decision { include: decided.include, words };
                for family in families {
                    for pack in &packs {
                        let key = (family, (*pack).to_owned());
                        let first = decisions.entry(key.clone()).or_insert((decision.clone(), place.clone()));
                        if first.0.include != decided.include && contradictory.insert(key) {
                            warnings.push(format!(
                                "{} and {place}: these overrides contradict each other under {pack}; neither is applied",
                                first.1
                            ));
                        }
                    }
                }
            }
        }
        decisions.retain(|key, _| !contradictory.contains(key));
        (Self(decisions.into_iter().map(|(key, (decision, _))| (key, decision)).collect()), warnings)
    }
}

/// Person of each record that some override names.
fn records<'a>(given: &Given<'a>) -> BTreeMap<(&'a str, &'a str), u32> {
    let wanted: BTreeSet<(&str, &str)> =
        given.overrides.iter().map(|decided| (decided.source.as_str(), decided.record_id.as_str())).collect();
    let mut found = BTreeMap::new();
    for (record, (position, record_id)) in given.persons.position.iter().zip(&given.persons.record_id).enumerate() {
        let Some(source) = given.sources.get(usize::from(position.source)) else { continue };
        let key = (source.name.as_str(), record_id.as_ref());
        if wanted.contains(&key)
            && let Some(&person) = given.linked.person_of_record.get(record)
        {
            found.insert(key, person);
        }
    }
    found
}

/// The family an override names: the person's own; where no family is the person's own, all in which the person is a member.
fn families_of(given: &Given<'_>, records: &BTreeMap<(&str, &str), u32>, decided: &Override) -> Vec<u32> {
    let Some(&person) = records.get(&(decided.source.as_str(), decided.record_id.as_str())) else { return Vec::new() };
    let memberships = || given.families.members.iter().filter(move |member| member.person == person);
    let own: Vec<u32> = memberships().filter(|member| member.primary).map(|member| member.family).collect();
    if own.is_empty() { memberships().map(|member| member.family).collect() } else { own }
}
