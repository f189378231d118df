//! Decisions of people to include or leave out a family.
//!
//! What comes in: a CSV that names a family by any one record of any one member. What goes out: one decision per family and pack, and
//! warnings. What always holds: a decision without reason, approver and last day is refused; a lapsed one, one that finds nobody and
//! two that contradict each other change nothing and are told; no message holds a record's key.

use std::collections::{BTreeMap, BTreeSet};

use super::Given;
use crate::model::{NO_DAY, Override, Problem, Problems, WrittenRow, date, read_written};

/// The columns of the file, all required.
const HEADER: [&str; 7] = ["source", "record_id", "pack", "decision", "reason", "approver", "expires"];

/// Reads the overrides file.
///
/// # Errors
/// Every problem of the file, by line and column.
pub fn parse_overrides(file_name: &str, csv_text: &str) -> Result<Vec<Override>, Problems> {
    let (rows, mut problems) = read_written(file_name, csv_text, &HEADER);
    let overrides: Vec<Override> = rows.iter().filter_map(|row| read(file_name, row, &mut problems)).collect();
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(overrides) } else { Err(Problems(problems)) }
}

/// One line of the file.
fn read(file_name: &str, row: &WrittenRow, problems: &mut Vec<Problem>) -> Option<Override> {
    let before = problems.len();
    let problem =
        |column: &str, code: &'static str, message: &str| Problem::of_file(file_name, code, message).at_line(row.line).in_column(column);
    for required in ["source", "record_id", "reason", "approver", "expires"] {
        if row.cell(required).is_empty() {
            problems.push(problem(required, "empty-value", "this must not be empty"));
        }
    }
    let include = match row.cell("decision") {
        "include" => true,
        "exclude" => false,
        _ => {
            problems.push(problem("decision", "unknown-name", "expected \"include\" or \"exclude\""));
            false
        }
    };
    let expires = date::from_iso(row.cell("expires"));
    if expires.is_none() && !row.cell("expires").is_empty() {
        problems.push(problem("expires", "not-a-date", "expected a date such as 2013-03-31"));
    }
    if problems.len() > before {
        return None;
    }
    let text = |name: &str| row.cell(name).to_owned();
    let (source, record_id, pack) = (text("source"), text("record_id"), text("pack"));
    let (file, line) = (file_name.to_owned(), row.line);
    let (reason, approver, expires) = (text("reason"), text("approver"), expires?);
    Some(Override { file, line, source, record_id, pack, include, reason, approver, from: NO_DAY, expires, family: None })
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
            if decided.from > given.reference {
                warnings.push(format!("{place}: this override holds from {} on only", date::iso(decided.from)));
            } else if decided.expires < given.reference {
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
    for (record, (position, record_id)) in given.persons.position.iter().zip(given.persons.record_id.iter()).enumerate() {
        let Some(source) = given.sources.get(usize::from(position.source)) else { continue };
        let key = (source.name.as_str(), record_id);
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
    if let Some(family) = decided.family {
        return vec![family];
    }
    let Some(&person) = records.get(&(decided.source.as_str(), decided.record_id.as_str())) else { return Vec::new() };
    let memberships = || given.families.members.iter().filter(move |member| member.person == person);
    let own: Vec<u32> = memberships().filter(|member| member.primary).map(|member| member.family).collect();
    if own.is_empty() { memberships().map(|member| member.family).collect() } else { own }
}
