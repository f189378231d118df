//! How right persons and links are, measured against a file that says who each record is, or against labelled pairs.
//!
//! What comes in: a published run (of `fwt link` or `fwt run`) and the truth. What goes out: pairwise and B-cubed figures of persons, of links at every
//! threshold, and what blocking lost. What always holds: only published tables are read; the figures do not depend on the order of rows.

use serde::Serialize;

use super::entities::{self, Truth, TruthFiles};
use super::examples::{PairPicture, picture, telling_pairs};
use super::links::{LinkStatistics, Pair, link_statistics};
use super::pairs::{Label, Ratio, pair_statistics, share};
use super::run_tables::{self, PeopleTables};
use super::{EvaluateError, EvaluationOptions, PersonEvaluation, persons};
use crate::model::NO_TEXT;
use crate::run::people::RecordName;
use crate::store::RunFolder;

/// Probabilities at which links are measured.
const THRESHOLDS: [f64; 13] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/// Links from one probability on, against all true pairs.
#[derive(Clone, Debug, Serialize)]
pub struct ThresholdPoint {
    /// The probability.
    pub probability: f64,
    /// The links of at least that probability.
    pub links: Ratio,
}

/// What was compared.
#[derive(Clone, Debug, Serialize)]
pub struct Candidates {
    /// Compared pairs per record.
    pub per_record: f64,
    /// Compared pairs.
    pub compared: u64,
    /// Share of the true pairs that were compared; nothing unless the run's files are at hand.
    pub recall: Option<f64>,
}

/// How right persons and links are.
#[derive(Clone, Debug, Serialize)]
pub struct PeopleEvaluation {
    /// The run.
    pub run_id: String,
    /// Records (or labelled pairs) of the truth that the run does not have.
    pub unknown_to_run: u64,
    /// Labelled pairs: those put into one person against those that should be; nothing where the truth is of records.
    pub labelled_pairs: Option<Ratio>,
    /// Persons; nothing where the truth is labelled pairs.
    pub persons: Option<PersonEvaluation>,
    /// Links; nothing where the truth is labelled pairs.
    pub links: Option<LinkStatistics>,
    /// Links from each threshold on.
    pub thresholds: Vec<ThresholdPoint>,
    /// What was compared.
    pub candidates: Candidates,
    /// What missed pairs look like.
    pub missed_pairs: Option<PairPicture>,
    /// What false pairs look like.
    pub false_pairs: Option<PairPicture>,
}

impl PeopleEvaluation {
    /// The figures as aligned text.
    #[must_use]
    pub fn to_text(&self) -> String {
        super::people_report::text(self)
    }
}

/// Tells which of some pairs of records were compared.
pub type Compared<'a> = &'a dyn Fn(&[(RecordName, RecordName)]) -> Result<Vec<bool>, crate::run::RunError>;

/// Measures persons and links of a run. With `compared`, also what blocking lost.
///
/// # Errors
/// [`EvaluateError`] if a table or the truth cannot be read.
pub fn evaluate_people(
    run: &RunFolder,
    truth: &TruthFiles<'_>,
    compared: Option<Compared<'_>>,
    options: EvaluationOptions,
) -> Result<PeopleEvaluation, EvaluateError> {
    let tables = run_tables::read_people(run)?;
    let counted = super::columns::json(run, "run.json")?;
    let pairs = counted.get("model").and_then(|model| model.get("compared_pairs")).and_then(serde_json::Value::as_u64).unwrap_or_default();
    let per_record = pairs as f64 / tables.records.record_id.len().max(1) as f64;
    let mut evaluation = PeopleEvaluation {
        run_id: run.manifest.run_id.clone(),
        unknown_to_run: 0,
        labelled_pairs: None,
        persons: None,
        links: None,
        thresholds: Vec::new(),
        candidates: Candidates { per_record, compared: pairs, recall: None },
        missed_pairs: None,
        false_pairs: None,
    };
    let recall = |wanted: &mut dyn Iterator<Item = (u32, u32)>| compared.map(|compared| recall(&tables, wanted, compared)).transpose();
    match entities::read(truth, &tables.records)? {
        Truth::Pairs { list, unknown } => {
            evaluation.unknown_to_run = unknown;
            let person = |row: u32| tables.records.person.code(row as usize);
            let together = |left: u32, right: u32| person(left) == person(right) && person(left) != NO_TEXT;
            let count =
                |found: bool, same: bool| list.iter().filter(|pair| together(pair.0, pair.1) == found && pair.2 == same).count() as u64;
            evaluation.labelled_pairs = Some(Ratio::of(count(true, true), count(true, false), count(false, true)));
            evaluation.candidates.recall = recall(&mut list.iter().filter(|pair| pair.2).map(|pair| (pair.0, pair.1)))?;
        }
        Truth::Entities { of_record, unknown } => {
            evaluation.unknown_to_run = unknown;
            let label = |row: usize| {
                let truth = of_record.get(row).copied().filter(|&truth| truth != NO_TEXT)?;
                // A record that belongs to nobody is a person of its own.
                let found = tables.records.person.code(row);
                let found = if found == NO_TEXT { (tables.records.person.values().len() + row) as u32 } else { found };
                Some(Label { truth, found, source: tables.records.source.code(row) as u16 })
            };
            let labels: Vec<Label> = (0..of_record.len()).filter_map(label).collect();
            let statistics = pair_statistics(&labels, tables.records.source.values().len());
            let person_of = |row: u32| label(row as usize).map(|label| (label.truth, label.found));
            let wanted = statistics.pairs.right + statistics.pairs.missed;
            evaluation.thresholds = thresholds(&tables.links, wanted, &person_of);
            evaluation.links = Some(link_statistics(
                &tables.links,
                &tables.decisions,
                &tables.prevented,
                &tables.prevented_reasons,
                statistics.pairs,
                &person_of,
            ));
            evaluation.persons = Some(persons(&statistics, &tables.records.source));
            let rows = || (0..of_record.len()).filter_map(|row| Some((label(row)?, row as u32)));
            let missed = telling_pairs(rows().map(|(label, row)| (label.truth, label.found, row)).collect());
            let wrong = telling_pairs(rows().map(|(label, row)| (label.found, label.truth, row)).collect());
            evaluation.missed_pairs = Some(picture(&tables.records, &missed, options.examples, options.show_values));
            evaluation.false_pairs = Some(picture(&tables.records, &wrong, options.examples, options.show_values));
            evaluation.candidates.recall = recall(&mut true_pairs(&of_record).into_iter())?;
        }
    }
    Ok(evaluation)
}

/// All pairs of rows of one entity.
fn true_pairs(of_record: &[u32]) -> Vec<(u32, u32)> {
    let mut sorted: Vec<(u32, u32)> = of_record.iter().copied().zip(0u32..).filter(|&(entity, _)| entity != NO_TEXT).collect();
    sorted.sort_unstable();
    let mut pairs = Vec::new();
    for group in sorted.chunk_by(|left, right| left.0 == right.0) {
        for (place, left) in group.iter().enumerate() {
            pairs.extend(group.iter().skip(place + 1).map(|right| (left.1, right.1)));
        }
    }
    pairs
}

fn recall(tables: &PeopleTables, wanted: &mut dyn Iterator<Item = (u32, u32)>, compared: Compared<'_>) -> Result<f64, EvaluateError> {
    let name = |row: u32| {
        let row = row as usize;
        (tables.records.source.get(row).unwrap_or_default().to_owned(), tables.records.record_id.get(row).unwrap_or_default().to_owned())
    };
    let pairs: Vec<(RecordName, RecordName)> = wanted.map(|(left, right)| (name(left), name(right))).collect();
    let met = compared(&pairs).map_err(Box::new)?;
    Ok(share(met.iter().filter(|met| **met).count() as u64, pairs.len() as u64))
}

/// Links from each threshold on, those that were kept apart left out.
fn thresholds(links: &[Pair], wanted: u64, person_of: &dyn Fn(u32) -> Option<(u32, u32)>) -> Vec<ThresholdPoint> {
    let judged: Vec<(f64, bool)> = links
        .iter()
        .filter_map(|link| {
            let (left, right) = (person_of(link.left)?, person_of(link.right)?);
            Some((link.probability, left.0 == right.0))
        })
        .collect();
    let point = |&probability: &f64| {
        let above = judged.iter().filter(|link| link.0 >= probability);
        let (right, wrong) = above.fold((0, 0), |(right, wrong), link| if link.1 { (right + 1, wrong) } else { (right, wrong + 1) });
        ThresholdPoint { probability, links: Ratio::of(right, wrong, wanted.saturating_sub(right)) }
    };
    THRESHOLDS.iter().map(point).collect()
}
