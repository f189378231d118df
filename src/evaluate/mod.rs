//! Evaluate: how right a published run is, measured against the truth, estimated without it, or compared with another run.
//!
//! What comes in: a published run and the truth: the folder that `fwt synth` wrote, a file that says who each record is, labelled pairs, or none. What goes
//! out: an [`Evaluation`] of a monthly run, a [`people::PeopleEvaluation`] of linkage, as text, JSON or a page. What always holds: only published tables are read, never what
//! a stage had in memory; no personal value is shown unless asked for; the figures do not depend on the order of rows.
//!
//! The counting is in pure functions over slices ([`scores`], [`curve`], [`mod@calibration`], [`groups`], [`pairs`], [`families`], …),
//! tested against values worked out by hand and against looking at every pair.

pub mod answers;
pub mod attribution;
pub mod blocking;
pub mod calibration;
mod columns;
pub mod compare;
pub mod criteria;
pub mod curve;
pub mod department;
mod entities;
pub mod estimates;
pub mod examples;
pub mod families;
pub mod groups;
pub mod helped;
mod html;
pub mod intervals;
mod join;
mod known;
pub mod linkage;
mod linkage_report;
pub mod links;
mod matched;
pub mod months;
pub mod officer;
pub mod pairs;
pub mod people;
mod people_report;
pub mod professionals;
mod report;
mod run_tables;
pub mod scores;
pub mod team;
mod truth_files;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Serialize;

use crate::model::Problems;
use crate::model::{Month, NO_TEXT, TextColumn};
use crate::store::{RunFolder, StoreError};

use attribution::{AttributionCounts, Held, attribution};
use criteria::{CriterionStatistics, TrueFlag, criterion_statistics};
pub use entities::TruthFiles;
use examples::{PairPicture, picture, telling_pairs};
use families::{FamilyMatches, FamilyStatistics, TrueFamily, TrueMember, family_statistics};
pub use join::JoinCounts;
use known::Known;
use linkage::Given;
pub use linkage::{Extras, LinkageEvaluation};
use links::{LinkStatistics, link_statistics};
use pairs::{Label, PairStatistics, Ratio, pair_statistics};
use run_tables::RunTables;
use truth_files::Truth;

/// Why a run cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A file cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A table of the run is not as this version writes it.
    #[error("`{table}` of the run is not readable")]
    Table {
        /// File name.
        table: String,
    },
    /// A column is missing or of another type.
    #[error("`{table}` has no column `{column}` of the expected type: the run was written by another version of fwt")]
    Column {
        /// File name.
        table: String,
        /// Column.
        column: String,
    },
    /// The folder holds no truth for the run's month.
    #[error("there is no truth for {month}: name the folder that `fwt synth` wrote")]
    NoTruth {
        /// The month of the run.
        month: String,
    },
    /// A truth file is not as `fwt synth` writes it.
    #[error("truth file `{file}`, line {line}: not as `fwt synth` writes it")]
    Truth {
        /// File name.
        file: String,
        /// Line.
        line: u64,
    },
    /// A truth file that the user named lacks a column, or has it twice.
    #[error("truth file `{file}` has no column `{column}`, or has it twice")]
    TruthColumn {
        /// File name.
        file: String,
        /// Column.
        column: String,
    },
    /// Rows of the truth contradict each other or say what is no answer.
    #[error("{all} rows of the truth cannot be right; the first of them:\n{problems}")]
    Faults {
        /// How many.
        all: usize,
        /// The first.
        problems: Problems,
    },
    /// No row of the truth says something of a record of the run.
    #[error(
        "the truth says nothing of any record of this run: are --record, --entity and --source the right columns, and is it the right run?"
    )]
    NothingKnown,
    /// A run of `fwt link` was to be measured against families and criteria.
    #[error(
        "this run linked people and holds no families, which the truth of a county is about: give --truth a file that says who each record is, with --record, --entity and --source"
    )]
    PeopleOnly,
    /// A record id of the truth belongs to records of several sources.
    #[error("record ids repeat between sources: name the column of the truth that tells the source")]
    AmbiguousRecord,
    /// A column to group by is neither in the truth nor in the persons table.
    #[error("no column `{column}` to group by: neither the truth nor the persons table has it (of that: {plain})")]
    GroupColumn {
        /// Column.
        column: String,
        /// Columns of the persons table.
        plain: String,
    },
    /// Groups would be named by personal values.
    #[error("grouping by `{column}` would print personal values: give --show-values if that is meant")]
    PersonalGroups {
        /// Column.
        column: String,
    },
    /// Errors cannot be told without truth.
    #[error("error rates by group need the truth: give --truth")]
    GroupsWithoutTruth,
    /// The run's files cannot be read again.
    #[error("the files of the run cannot be read again")]
    Files(#[from] Box<crate::run::RunError>),
    /// The run's period is no month.
    #[error("the run's period is no month")]
    Period,
}

/// What to show.
#[derive(Clone, Copy, Debug)]
pub struct EvaluationOptions {
    /// Examples of missed and of false pairs.
    pub examples: usize,
    /// Show their values instead of whether they agree. For synthetic data only.
    pub show_values: bool,
}

impl Default for EvaluationOptions {
    fn default() -> Self {
        Self { examples: 5, show_values: false }
    }
}

/// Persons.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PersonEvaluation {
    /// Records measured.
    pub records: u64,
    /// True persons among them.
    pub true_persons: u64,
    /// Persons of the run among them.
    pub found_persons: u64,
    /// True persons found with exactly their records.
    pub exact_persons: u64,
    /// True persons in several persons of the run.
    pub split_persons: u64,
    /// Persons of the run made of several true persons.
    pub merged_persons: u64,
    /// Over all pairs of records.
    pub pairs: Ratio,
    /// B-cubed precision.
    pub b_cubed_precision: f64,
    /// B-cubed recall.
    pub b_cubed_recall: f64,
    /// Harmonic mean of both.
    pub b_cubed_f1: f64,
    /// Pairs that have a record in this source, by source; a pair between two sources counts in both.
    pub by_source: BTreeMap<String, Ratio>,
    /// Pairs between two sources (or within one).
    pub by_source_pair: BTreeMap<String, Ratio>,
}

/// How right a run is.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// The run.
    pub run_id: String,
    /// Its month.
    pub month: String,
    /// How records and truth fit together.
    pub join: JoinCounts,
    /// Persons.
    pub persons: PersonEvaluation,
    /// Links.
    pub links: LinkStatistics,
    /// Families.
    pub families: FamilyStatistics,
    /// Criteria, in the order of pack and criterion.
    pub criteria: Vec<CriterionStatistics>,
    /// Evidence.
    pub evidence: AttributionCounts,
    /// What missed pairs look like.
    pub missed_pairs: PairPicture,
    /// What false pairs look like.
    pub false_pairs: PairPicture,
    /// Linkage in detail.
    pub linkage: LinkageEvaluation,
}

impl Evaluation {
    /// The figures as aligned text.
    #[must_use]
    pub fn to_text(&self) -> String {
        report::text(self)
    }

    /// The linkage as one page without anything from outside.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::page(&self.linkage, Some(&self.missed_pairs), Some(&self.false_pairs))
    }
}

/// Measures a run, with a few masked examples.
///
/// # Errors
/// [`EvaluateError`] if a table or the truth cannot be read.
pub fn evaluate(run: &RunFolder, truth: &Path) -> Result<Evaluation, EvaluateError> {
    evaluate_with(run, truth, Extras::default(), EvaluationOptions::default())
}

/// Measures a run, and what is asked for beyond.
///
/// # Errors
/// [`EvaluateError`] if a table or the truth cannot be read.
pub fn evaluate_with(run: &RunFolder, truth: &Path, extras: Extras<'_>, options: EvaluationOptions) -> Result<Evaluation, EvaluateError> {
    let month: Month = run.manifest.period.parse().map_err(|_| EvaluateError::Period)?;
    let folder = truth;
    if !crate::store::exists(&run.path.join("families.parquet")) {
        return Err(EvaluateError::PeopleOnly);
    }
    let truth = truth_files::read(folder, month)?;
    let tables = run_tables::read(run)?;
    let lines: HashSet<(u32, i64)> = tables.evidence.iter().map(|row| (row.file, row.line)).collect();
    let joined = join::join(&tables.people.records, &truth.appearances, truth.persons.list.len(), &lines);
    let labels = labels(&tables, &joined.truth);
    let statistics = pair_statistics(&labels, tables.people.records.source.values().len());
    let person_of = |record: u32| label_of(&tables, &joined.truth, record as usize).map(|label| (label.truth, label.found));
    let links = link_statistics(
        &tables.people.links,
        &tables.people.decisions,
        &tables.people.prevented,
        &tables.people.prevented_reasons,
        statistics.pairs,
        &person_of,
    );
    let true_person = majority(&labels, tables.people.records.person.values().len(), &truth);
    let (families, matches) = family_statistics(&true_families(&truth, &joined.visible), &tables.families, &true_person);
    let criteria = criteria_of(&truth, &tables, &matches);
    let evidence = attribution(tables.evidence.iter().map(|row| Held {
        kind: row.kind,
        role: row.role,
        against: true_person.get(row.person as usize).copied().flatten(),
        on_line: joined.on_line.get(&(row.file, row.line)).cloned().unwrap_or_default(),
    }));
    let rows = || (0..tables.people.records.line.len()).filter_map(|row| Some((label_of(&tables, &joined.truth, row)?, row as u32)));
    let missed = telling_pairs(rows().map(|(label, row)| (label.truth, label.found, row)).collect());
    let wrong = telling_pairs(rows().map(|(label, row)| (label.found, label.truth, row)).collect());
    // A test record is nobody's, whatever the truth says of its place.
    let known: Vec<u32> =
        (0..joined.truth.len()).map(|row| label_of(&tables, &joined.truth, row).map_or(NO_TEXT, |label| label.truth)).collect();
    let mut groups = Vec::new();
    for name in extras.by {
        groups.extend(truth_files::group_column(folder, month, &truth, name, &known)?);
    }
    let summary = linkage::summary(run)?;
    let given = Given { run, tables: &tables.people, summary: &summary, known: Known::Records(&known), groups, extras, options };
    let false_links = given.false_links();
    let telling = if false_links.is_empty() { &wrong } else { &false_links };
    Ok(Evaluation {
        run_id: run.manifest.run_id.clone(),
        month: month.to_string(),
        join: joined.counts,
        persons: persons(&statistics, &tables.people.records.source),
        links,
        families,
        criteria,
        evidence,
        missed_pairs: picture(&given.view(), &missed, &missed),
        false_pairs: picture(&given.view(), &wrong, telling),
        linkage: linkage::linkage(&given)?,
    })
}

/// The label of a record; `None` if it is a test, or if either side does not know its person.
fn label_of(tables: &RunTables, truth: &[u32], row: usize) -> Option<Label> {
    let truth = truth.get(row).copied().filter(|&person| person != NO_TEXT)?;
    let found = tables.people.records.person.code(row);
    (found != NO_TEXT).then(|| Label { truth, found, source: tables.people.records.source.code(row) as u16 })
}

fn labels(tables: &RunTables, truth: &[u32]) -> Vec<Label> {
    (0..truth.len()).filter_map(|row| label_of(tables, truth, row)).collect()
}

/// The true person most records of each person of the run belong to; of equal ones the one whose name comes first.
fn majority(labels: &[Label], persons: usize, truth: &Truth) -> Vec<Option<u32>> {
    let mut sorted: Vec<(u32, u32)> = labels.iter().map(|label| (label.found, label.truth)).collect();
    sorted.sort_unstable();
    let mut result = vec![None; persons];
    for group in sorted.chunk_by(|left, right| left.0 == right.0) {
        let name = |person: u32| truth.persons.list.get(person as usize);
        let cells = group.chunk_by(|left, right| left.1 == right.1).filter_map(|cell| Some((cell.len(), cell.first()?.1)));
        let best = cells.max_by(|left, right| left.0.cmp(&right.0).then_with(|| name(right.1).cmp(&name(left.1))));
        if let (Some(slot), Some((_, person))) = (group.first().and_then(|&(found, _)| result.get_mut(found as usize)), best) {
            *slot = Some(person);
        }
    }
    result
}

fn true_families(truth: &Truth, visible: &[bool]) -> Vec<TrueFamily> {
    let mut families: Vec<TrueFamily> = truth.kinds.iter().map(|kind| TrueFamily { kind: kind.clone(), members: Vec::new() }).collect();
    for member in &truth.members {
        if let Some(family) = families.get_mut(member.family as usize) {
            let seen = member.in_extracts && visible.get(member.person as usize) == Some(&true);
            family.members.push(TrueMember { person: member.person, child: member.child, resident: member.resident, visible: seen });
        }
    }
    families
}

fn criteria_of(truth: &Truth, tables: &RunTables, matches: &FamilyMatches) -> Vec<CriterionStatistics> {
    let number = |pack: &str, criterion: &str| tables.criteria.iter().position(|known| known.0 == pack && known.1 == criterion);
    let flags: Vec<TrueFlag> = truth
        .judgements
        .iter()
        .filter_map(|judgement| {
            let criterion = number(&judgement.pack, &judgement.criterion)? as u16;
            Some(TrueFlag { family: judgement.family, criterion, really: judgement.really, knowable: judgement.knowable })
        })
        .collect();
    let has_child: Vec<bool> = tables.families.iter().map(|members| members.iter().any(|member| member.resident && member.child)).collect();
    let mut result = criterion_statistics(&tables.criteria, &flags, &tables.flags, matches, &has_child);
    // A pack the truth does not judge has nothing to be measured by.
    result.retain(|row| row.families > 0);
    result.sort_by(|left, right| (&left.pack, &left.criterion).cmp(&(&right.pack, &right.criterion)));
    result
}

fn persons(statistics: &PairStatistics, sources: &TextColumn) -> PersonEvaluation {
    let name = |source: u16| sources.value(u32::from(source)).unwrap_or_default().to_owned();
    let mut by_source: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    let mut by_source_pair = BTreeMap::new();
    for pair in &statistics.by_source {
        let (left, right) = (name(pair.left), name(pair.right));
        for source in if left == right { vec![left.clone()] } else { vec![left.clone(), right.clone()] } {
            let counts = by_source.entry(source).or_default();
            counts.0 += pair.pairs.right;
            counts.1 += pair.pairs.wrong;
            counts.2 += pair.pairs.missed;
        }
        let (first, second) = if left <= right { (left, right) } else { (right, left) };
        by_source_pair.insert(format!("{first} + {second}"), pair.pairs);
    }
    let (precision, recall) = (statistics.b_cubed_precision, statistics.b_cubed_recall);
    PersonEvaluation {
        records: statistics.records,
        true_persons: statistics.true_persons,
        found_persons: statistics.found_persons,
        exact_persons: statistics.exact_persons,
        split_persons: statistics.split_persons,
        merged_persons: statistics.merged_persons,
        pairs: statistics.pairs,
        b_cubed_precision: precision,
        b_cubed_recall: recall,
        b_cubed_f1: if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 },
        by_source: by_source.into_iter().map(|(source, (right, wrong, missed))| (source, Ratio::of(right, wrong, missed))).collect(),
        by_source_pair,
    }
}

#[cfg(test)]
mod tests;
