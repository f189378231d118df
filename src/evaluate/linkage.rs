//! Everything that is measured, or estimated, of the linkage of a run, whichever command made it.
//!
//! What comes in: the tables of a run, what is known to be true, and what was asked for beyond. What goes out: a [`LinkageEvaluation`]. What always
//! holds: what the truth does not say is left out and never counted as wrong; without truth only the model's estimates are given, and called that.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_json::Value;

use super::blocking::{BlockingLoss, RuleFunnel, losses, rules};
use super::calibration::{Calibration, Forecast, calibration};
use super::columns::{self, Columns};
use super::compare::{Comparison, compare};
use super::curve::{ThresholdCurve, threshold_curve};
use super::estimates::{Estimates, ScoredPair, estimates};
use super::examples::{Example, View, examples};
use super::groups::{GroupColumn, GroupTable, by_pair, by_record};
use super::intervals::method;
use super::known::Known;
use super::run_tables::{self, PeopleTables};
use super::scores::{Scores, scores, sums_by_person, sums_of_pairs};
use super::{EvaluateError, EvaluationOptions};
use crate::run::RunError;
use crate::run::people::{Met, explain_pattern};
use crate::store::RunFolder;

/// Tells how blocking meets pairs of records: names (source, record id), and pairs that count into them.
pub type MeetPairs<'a> = &'a dyn Fn(&[(&str, &str)], &[(u32, u32)]) -> Result<Met, RunError>;

/// What is asked for beyond the figures.
#[derive(Clone, Copy, Default)]
pub struct Extras<'a> {
    /// The blocking of the run made again, if its files are at hand.
    pub meet: Option<MeetPairs<'a>>,
    /// Columns to group errors by.
    pub by: &'a [String],
    /// Another run to compare with.
    pub other: Option<&'a RunFolder>,
}

/// Kept pairs of one bit of match weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WeightBin {
    /// Lower end in whole bits.
    pub bits: i64,
    /// Pairs of the same person.
    pub same: u64,
    /// Pairs of different people.
    pub different: u64,
    /// Pairs of which the truth says nothing.
    pub unknown: u64,
}

/// One level of a compared field, as the run estimated it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelModel {
    /// The level.
    pub level: String,
    /// Share among pairs of the same person.
    pub m: f64,
    /// Share among pairs of different people who share a home.
    pub household: f64,
    /// Share among pairs of unrelated people.
    pub u: f64,
    /// Match weight in bits against unrelated people.
    pub bits: f64,
}

/// One compared field, as the run estimated it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldModel {
    /// The field.
    pub field: String,
    /// Its levels, those that no pair reaches left out.
    pub levels: Vec<LevelModel>,
}

/// Everything about the linkage of a run.
#[derive(Clone, Debug, Serialize)]
pub struct LinkageEvaluation {
    /// The run.
    pub run_id: String,
    /// Person records.
    pub records: u64,
    /// Pairs compared.
    pub compared_pairs: u64,
    /// Pairs compared per record.
    pub pairs_per_record: f64,
    /// Probability from which the run links.
    pub threshold: f64,
    /// Links; nothing without truth.
    pub links: Option<Scores>,
    /// Clusters; nothing without truth.
    pub clusters: Option<Scores>,
    /// How intervals were made.
    pub intervals: String,
    /// Every threshold; nothing without truth.
    pub curve: Option<ThresholdCurve>,
    /// Whether probabilities are right as often as they say; nothing without truth.
    pub calibration: Option<Calibration>,
    /// What the run says of its calibration.
    pub calibration_said: String,
    /// The blocking rules.
    pub rules: Vec<RuleFunnel>,
    /// What blocking lost; nothing unless truth and files are at hand.
    pub blocking: Option<BlockingLoss>,
    /// A few pairs that blocking lost.
    pub lost_pairs: Vec<Example>,
    /// Errors by group.
    pub groups: Vec<GroupTable>,
    /// Against another run.
    pub comparison: Option<Comparison>,
    /// Kept pairs by match weight.
    pub weights: Vec<WeightBin>,
    /// Match weight at the threshold: between the kept pairs below and above it.
    pub threshold_bits: Option<f64>,
    /// What the model expects.
    pub estimates: Estimates,
    /// The model, field by field; fields that no kept pair compares left out.
    pub fields: Vec<FieldModel>,
}

/// What is measured from.
pub(super) struct Given<'a> {
    pub(super) run: &'a RunFolder,
    pub(super) tables: &'a PeopleTables,
    pub(super) summary: &'a Value,
    pub(super) known: Known<'a>,
    /// Columns of the truth to group by.
    pub(super) groups: Vec<GroupColumn>,
    pub(super) extras: Extras<'a>,
    pub(super) options: EvaluationOptions,
}

impl Given<'_> {
    /// What examples are drawn from.
    pub(super) fn view(&self) -> View<'_> {
        let model = self.summary.get("model").unwrap_or(&Value::Null);
        View { records: &self.tables.records, links: &self.tables.links, decisions: &self.tables.decisions, model, options: self.options }
    }

    /// Links published of two different people.
    pub(super) fn false_links(&self) -> Vec<(u32, u32)> {
        let same = self.known.judge();
        let ordered = |(left, right): (u32, u32)| (left.min(right), left.max(right));
        self.tables.published().filter(|&(left, right)| same(left, right) == Some(false)).map(ordered).collect()
    }
}

/// Measures the linkage of a run.
pub(super) fn linkage(given: &Given<'_>) -> Result<LinkageEvaluation, EvaluateError> {
    let (tables, known) = (given.tables, given.known);
    let view = given.view();
    let model = view.model;
    let threshold = model.get("threshold").and_then(Value::as_f64).unwrap_or(0.5);
    let same = known.judge();
    let found = tables.records.found();
    let units = match known {
        Known::Nothing => None,
        Known::Records(truth) => Some(sums_by_person(truth, &found, tables.published())),
        Known::Pairs(list) => {
            let published: HashSet<(u32, u32)> = tables.published().map(|(left, right)| (left.min(right), left.max(right))).collect();
            let person = |row: u32| found.get(row as usize);
            Some(sums_of_pairs(list.iter().map(|&(left, right, same)| {
                (same, published.contains(&(left.min(right), left.max(right))), person(left) == person(right))
            })))
        }
    };
    let scored = units.as_deref().map(scores);
    let wanted = scored.as_ref().map_or(0, |(links, _)| links.pairs.right + links.pairs.missed);
    let judged = || tables.links.iter().filter_map(|pair| Some((pair, same(pair.left, pair.right)?)));
    let said = calibration_said(model);
    let mut funnel = rules(model);
    let (mut blocking, mut lost_pairs) = (None, Vec::new());
    if let (Some(meet), true) = (given.extras.meet, units.is_some()) {
        let pairs = known.true_pairs();
        let met = meet(&tables.records.names(), &pairs).map_err(Box::new)?;
        let (counted, lost) = losses(&met, &mut funnel);
        let noted: Vec<_> = lost.iter().filter_map(|(place, reason)| Some((*pairs.get(*place)?, Some(reason.as_str())))).collect();
        lost_pairs = examples(&view, &noted);
        blocking = Some(counted);
    }
    let compared_pairs = model.get("compared_pairs").and_then(Value::as_u64).unwrap_or_default();
    let records = tables.records.line.len() as u64;
    let comparison = match given.extras.other {
        Some(other) => Some(compare(tables, &run_tables::read_people(other)?, &other.manifest.run_id, known, &view)),
        None => None,
    };
    // Below the least pair of two persons a pair is kept only if other records join it: which pairs those are says nothing of their probability.
    let apart = |pair: &&super::links::Pair| pair.pattern.is_some() && ["review", "unlinked"].contains(&tables.decision(pair));
    let reviewed = tables.links.iter().filter(apart).map(|pair| pair.probability);
    let kept_from = reviewed.fold(threshold, f64::min);
    let is_published = |pair: &super::links::Pair| tables.decision(pair) == "linked";
    let measured = units.is_some();
    let (links, clusters) = scored.unzip();
    Ok(LinkageEvaluation {
        run_id: given.run.manifest.run_id.clone(),
        records,
        compared_pairs,
        pairs_per_record: compared_pairs as f64 / records.max(1) as f64,
        threshold,
        links,
        clusters,
        intervals: match known {
            Known::Nothing => "intervals hold chance alone, as the model's probabilities give it".to_owned(),
            Known::Records(_) => method("true persons"),
            Known::Pairs(_) => method("labelled pairs"),
        },
        curve: measured
            .then(|| threshold_curve(judged().map(|(pair, same)| (pair.probability_alone(), same)).collect(), wanted, threshold)),
        calibration: measured.then(|| {
            let forecast =
                |(pair, same): (&super::links::Pair, bool)| Forecast { probability: pair.probability, same, published: is_published(pair) };
            calibration(judged().filter(|(pair, _)| pair.pattern.is_some()).map(forecast).collect(), said.clone(), kept_from)
        }),
        calibration_said: said,
        rules: funnel,
        blocking,
        lost_pairs,
        groups: groups(given, &found)?,
        comparison,
        weights: weights(tables, &same),
        threshold_bits: threshold_bits(threshold),
        estimates: estimates(
            tables
                .links
                .iter()
                .map(|pair| ScoredPair { weight: pair.weight, probability: pair.probability, published: is_published(pair) })
                .collect(),
            model,
        ),
        fields: fields(model, &fields_compared(tables, model)),
    })
}

/// What the run says of its calibration, as text.
fn calibration_said(model: &Value) -> String {
    match model.get("calibration") {
        None | Some(Value::Null) => "not said".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => {
            let state = ["state", "status", "method"].iter().find_map(|name| other.get(name)?.as_str());
            state.map_or_else(|| other.to_string(), ToOwned::to_owned)
        }
    }
}

/// Columns of the persons table that tell no single person.
const PLAIN: [&str; 4] = ["source", "role", "sex", "file"];

/// Columns of the persons table by which errors can be grouped.
const TEXTS: [&str; 10] = ["source", "role", "sex", "file", "forename", "surname", "other_surname", "alias", "middle_names", "postcode"];

fn groups(given: &Given<'_>, found: &[u32]) -> Result<Vec<GroupTable>, EvaluateError> {
    let mut tables = Vec::new();
    for name in given.extras.by {
        let of_truth = given.groups.iter().find(|column| column.name == *name);
        let column = match of_truth {
            Some(column) => column.clone(),
            None => persons_column(given, name)?,
        };
        let group = |place: usize| column.of.get(place).copied().unwrap_or(0);
        match given.known {
            Known::Nothing => return Err(EvaluateError::GroupsWithoutTruth),
            Known::Records(truth) => tables.push(by_record(&column, truth, found)),
            Known::Pairs(list) => {
                let person = |row: u32| found.get(row as usize);
                let pairs = list.iter().enumerate().map(|(place, &(left, right, same))| {
                    let of = if of_truth.is_some() { [group(place); 2] } else { [left, right].map(|row| group(row as usize)) };
                    (same, person(left) == person(right), of)
                });
                tables.push(by_pair(&column, pairs));
            }
        }
    }
    Ok(tables)
}

fn persons_column(given: &Given<'_>, name: &str) -> Result<GroupColumn, EvaluateError> {
    if !TEXTS.contains(&name) {
        return Err(EvaluateError::GroupColumn { column: name.to_owned(), plain: PLAIN.join(", ") });
    }
    if !PLAIN.contains(&name) && !given.options.show_values {
        return Err(EvaluateError::PersonalGroups { column: name.to_owned() });
    }
    let texts = Columns::open(given.run, "persons", &[name])?.texts(name)?;
    let mut values: Vec<String> = texts.values().iter().map(ToString::to_string).collect();
    let none = values.len() as u32;
    values.push(String::new());
    let of = texts.codes().iter().map(|&code| code.min(none)).collect();
    Ok(GroupColumn { name: name.to_owned(), from: "persons", values, of })
}

fn weights(tables: &PeopleTables, same: &dyn Fn(u32, u32) -> Option<bool>) -> Vec<WeightBin> {
    let mut bins: BTreeMap<i64, WeightBin> = BTreeMap::new();
    for pair in tables.links.iter().filter(|pair| pair.pattern.is_some() && pair.weight.is_finite()) {
        let bits = pair.weight.floor() as i64;
        let bin = bins.entry(bits).or_insert(WeightBin { bits, ..WeightBin::default() });
        match same(pair.left, pair.right) {
            Some(true) => bin.same += 1,
            Some(false) => bin.different += 1,
            None => bin.unknown += 1,
        }
    }
    bins.into_values().collect()
}

/// The threshold in bits: pairs are linked by their weight.
fn threshold_bits(threshold: f64) -> Option<f64> {
    (threshold > 0.0 && threshold < 1.0).then(|| libm::log2(threshold / (1.0 - threshold)))
}

/// Shares at or below this were never met: only a floor keeps their logarithm finite.
const FLOOR: f64 = 2e-9;

/// Patterns that are looked at to learn which fields a run compares.
const PATTERNS: usize = 3000;

/// The fields that some kept pair compares: the model holds numbers for others too, but they were never put to use.
fn fields_compared(tables: &PeopleTables, model: &Value) -> HashSet<String> {
    let mut patterns: Vec<u64> = tables.links.iter().filter_map(|pair| pair.pattern).collect();
    patterns.sort_unstable();
    patterns.dedup();
    let step = patterns.len().div_ceil(PATTERNS).max(1);
    patterns.iter().step_by(step).flat_map(|&pattern| explain_pattern(model, pattern)).map(|step| step.field).collect()
}

fn fields(model: &Value, compared: &HashSet<String>) -> Vec<FieldModel> {
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let number = |level: &Value, name: &str| level.get(name).and_then(Value::as_f64).unwrap_or(0.0);
    let level = |level: &Value| LevelModel {
        level: level.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        m: number(level, "m"),
        household: number(level, "household"),
        u: number(level, "u"),
        bits: number(level, "bits_against_unrelated"),
    };
    let field = |field: &Value| FieldModel {
        field: field.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        // The first level is that of a missing value, which says nothing; a level that no pair reaches has only the floor of a logarithm.
        levels: list(field, "levels")
            .iter()
            .skip(1)
            .map(level)
            .filter(|level| level.m > 1e-12 && level.u > 1e-12 && level.m.max(level.u) > FLOOR)
            .collect(),
    };
    list(model, "fields").iter().map(field).filter(|field| !field.levels.is_empty() && compared.contains(&field.field)).collect()
}

/// Reads `run.json`.
pub(super) fn summary(run: &RunFolder) -> Result<Value, EvaluateError> {
    columns::json(run, "run.json")
}
