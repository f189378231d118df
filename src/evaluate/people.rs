//! How right persons and links are, measured against a file that says who each record is, or against labelled pairs; without either, as the run itself expects.
//!
//! What comes in: a published run (of `fwt link` or `fwt run`) and the truth, if there is one. What goes out: pairwise and B-cubed figures of links and of persons,
//! links at every threshold, calibration, and what blocking lost. What always holds: only published tables are read; the figures do not depend on the
//! order of rows.

use serde::Serialize;

use super::entities::{self, Read, Truth, TruthFiles};
use super::examples::{PairPicture, picture, telling_pairs};
use super::known::Known;
use super::linkage::{self, Extras, Given, LinkageEvaluation};
use super::links::{LinkStatistics, link_statistics};
use super::pairs::{Label, Ratio, pair_statistics};
use super::run_tables;
use super::{EvaluateError, EvaluationOptions, PersonEvaluation, persons};
use crate::model::NO_TEXT;
use crate::store::RunFolder;

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
    /// Whether there was a truth to measure by.
    pub measured: bool,
    /// Records (or labelled pairs) of the truth that the run does not have.
    pub unknown_to_run: u64,
    /// Labelled pairs: those put into one person against those that should be; nothing where the truth is of records.
    pub labelled_pairs: Option<Ratio>,
    /// Persons; nothing where the truth is labelled pairs.
    pub persons: Option<PersonEvaluation>,
    /// Links; nothing where the truth is labelled pairs.
    pub links: Option<LinkStatistics>,
    /// What was compared.
    pub candidates: Candidates,
    /// What missed pairs look like.
    pub missed_pairs: Option<PairPicture>,
    /// What false pairs look like.
    pub false_pairs: Option<PairPicture>,
    /// Linkage in detail.
    pub linkage: LinkageEvaluation,
}

impl PeopleEvaluation {
    /// The figures as aligned text.
    #[must_use]
    pub fn to_text(&self) -> String {
        super::people_report::text(self)
    }

    /// The linkage as one page without anything from outside.
    #[must_use]
    pub fn to_html(&self) -> String {
        super::html::page(&self.linkage, self.missed_pairs.as_ref(), self.false_pairs.as_ref())
    }
}

/// Measures persons and links of a run; without `truth`, gives what the run itself expects.
///
/// # Errors
/// [`EvaluateError`] if a table or the truth cannot be read.
pub fn evaluate_people(
    run: &RunFolder,
    truth: Option<&TruthFiles<'_>>,
    extras: Extras<'_>,
    options: EvaluationOptions,
) -> Result<PeopleEvaluation, EvaluateError> {
    let tables = run_tables::read_people(run)?;
    let summary = linkage::summary(run)?;
    let read = truth.map(|truth| entities::read(truth, &tables.records)).transpose()?;
    let (truth, unknown_to_run, groups) = match read {
        None => (None, 0, Vec::new()),
        Some(Read { truth, unknown, groups }) => (Some(truth), unknown, groups),
    };
    let known = match &truth {
        None => Known::Nothing,
        Some(Truth::Entities(of_record)) => Known::Records(of_record),
        Some(Truth::Pairs(list)) => Known::Pairs(list),
    };
    let given = Given { run, tables: &tables, summary: &summary, known, groups, extras, options };
    let linkage = linkage::linkage(&given)?;
    let recall = linkage.blocking.as_ref().map(|blocking| blocking.recall.value);
    let candidates = Candidates { per_record: linkage.pairs_per_record, compared: linkage.compared_pairs, recall };
    let mut evaluation = PeopleEvaluation {
        run_id: run.manifest.run_id.clone(),
        measured: truth.is_some(),
        unknown_to_run,
        labelled_pairs: None,
        persons: None,
        links: None,
        candidates,
        missed_pairs: None,
        false_pairs: None,
        linkage,
    };
    let false_links = given.false_links();
    let view = given.view();
    match known {
        Known::Nothing => {}
        Known::Pairs(list) => {
            evaluation.labelled_pairs = evaluation.linkage.clusters.as_ref().map(|clusters| clusters.pairs);
            let found = tables.records.found();
            let together = |left: u32, right: u32| found.get(left as usize) == found.get(right as usize);
            let of = |wanted: bool| -> Vec<(u32, u32)> {
                let wrong = list.iter().filter(|&&(left, right, same)| same == wanted && together(left, right) != wanted);
                wrong.map(|&(left, right, _)| (left.min(right), left.max(right))).collect()
            };
            let (missed, wrong) = (of(true), of(false));
            evaluation.missed_pairs = Some(picture(&view, &missed, &missed));
            evaluation.false_pairs = Some(picture(&view, &wrong, &wrong));
        }
        Known::Records(of_record) => {
            let found = tables.records.found();
            let label = |row: usize| {
                let truth = of_record.get(row).copied().filter(|&truth| truth != NO_TEXT)?;
                Some(Label { truth, found: found.get(row).copied()?, source: tables.records.source.code(row) as u16 })
            };
            let labels: Vec<Label> = (0..of_record.len()).filter_map(label).collect();
            let statistics = pair_statistics(&labels, tables.records.source.values().len());
            let person_of = |row: u32| label(row as usize).map(|label| (label.truth, label.found));
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
            let telling = if false_links.is_empty() { &wrong } else { &false_links };
            evaluation.missed_pairs = Some(picture(&view, &missed, &missed));
            evaluation.false_pairs = Some(picture(&view, &wrong, telling));
        }
    }
    Ok(evaluation)
}
