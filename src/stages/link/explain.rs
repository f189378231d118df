//! The model in words: what `run.json`, the report and `fwt explain` read.
//!
//! What comes in: the estimated model and how blocking went. What goes out: one JSON value, and from it and a pattern the steps of a
//! waterfall. What always holds: the steps of a pattern, prior included, add up to its match weight; no personal value is in either.

use serde_json::{Value, json};

use super::block::Blocking;
use super::calibrate::{Band, Calibration};
use super::compare::{FIELDS, field, level_of, many_records::MANY};
use super::encode::Encoded;
use super::estimate::{Class, Estimated, Model, Table};
use super::score::{Scorer, probability};

/// One step of a pair's waterfall.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedStep {
    /// Field, or `prior`.
    pub field: String,
    /// Level reached.
    pub level: String,
    /// Bits it adds to the match weight.
    pub weight: f64,
    /// What that means, in words.
    pub sentence: String,
}

/// Describes a model.
pub(super) fn describe(
    estimated: &Estimated,
    scorer: &Scorer,
    blocking: &Blocking,
    encoded: &Encoded,
    threshold: f64,
    lost: f64,
    calibration: &Calibration,
) -> Value {
    let model = &estimated.model;
    let fields: Vec<Value> = (0..field::FURTHER + encoded.further.len())
        .map(|index| {
            let further = index.checked_sub(field::FURTHER).and_then(|number| encoded.further.get(number));
            describe_field(model, scorer, index, further.map(|further| further.field.name.as_str()))
        })
        .collect();
    let rules: Vec<Value> = blocking
        .rules
        .iter()
        .map(|rule| json!({ "rule": rule.name, "pairs": rule.pairs, "block_pairs": rule.block_pairs, "largest_block": rule.largest_block, "set_aside": rule.set_aside, "dropped": rule.dropped }))
        .collect();
    let band = |band: &Band| json!({ "pairs": band.pairs, "forecast": band.forecast, "found": band.found });
    let bands: Vec<Value> = calibration.bands.iter().map(band).collect();
    let rounds: Vec<Value> =
        estimated.rounds.iter().map(|round| json!({ "same_person_pairs": round.same_person, "largest_change": round.change })).collect();
    json!({
        "classes": ["same person", "different people who share a home", "unrelated"],
        "prior": model.prior,
        "all_pairs": estimated.all_pairs,
        "expected_pairs_of_one_person": estimated.same_person(),
        "compared_pairs": blocking.pairs(),
        "estimated_lost_by_narrowing": lost,
        "threshold": threshold,
        "calibration": calibration.state(),
        "calibration_sentence": calibration.sentence(),
        "calibration_bands": bands,
        "fields": fields,
        "rules": rules,
        "estimation": rounds,
    })
}

fn describe_field(model: &Model, scorer: &Scorer, index: usize, name: Option<&str>) -> Value {
    let texts = FIELDS.get(index).map(|field| field.levels).unwrap_or_default();
    let of = |table: &Table, level: usize| table.get(index).and_then(|levels| levels.get(level)).copied().unwrap_or(0.0);
    let share = |class: Class, level: usize| model.levels.get(class as usize).map_or(0.0, |table| of(table, level));
    let levels: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(level, text)| {
            let [household, unrelated] = scorer.level_bits(index, level);
            json!({
                "name": text.name,
                "sentence": text.sentence,
                "m": share(Class::Same, level),
                "household": share(Class::Household, level),
                "u": share(Class::Unrelated, level),
                "bits_against_household": household,
                "bits_against_unrelated": unrelated,
            })
        })
        .collect();
    json!({ "name": name.or(FIELDS.get(index).map(|field| field.name)), "levels": levels })
}

/// The steps of a pattern's waterfall: the prior, then each field present on both sides. The weight of a field is what it adds after the fields before
/// it: fields that a household shares add less once one of them has told that the two share a home.
#[must_use]
pub fn explain_pattern(model: &Value, pattern: u64) -> Vec<ExplainedStep> {
    let Some(read) = read_model(model) else { return Vec::new() };
    let scorer = Scorer::new(&read);
    let mut before = scorer.bits_of_first(pattern, 0);
    let mut steps = vec![ExplainedStep {
        field: "prior".to_owned(),
        level: "any two records".to_owned(),
        weight: before,
        sentence: format!("of {}, one in {:.0} is the same person", pairs_of_the_prior(&read), 1.0 / probability(before).max(1e-300)),
    }];
    let name = |index: usize| model.get("fields")?.get(index)?.get("name")?.as_str();
    for (index, field) in FIELDS.iter().enumerate() {
        let level = level_of(pattern, index);
        let after = scorer.bits_of_first(pattern, index + 1);
        if level > 0 {
            let text = field.levels.get(level);
            steps.push(ExplainedStep {
                field: name(index).unwrap_or(field.name).to_owned(),
                level: text.map_or("unknown", |text| text.name).to_owned(),
                weight: after - before,
                sentence: text.map_or("this level is not known", |text| text.sentence).to_owned(),
            });
        }
        before = after;
    }
    steps
}

/// Which pairs the prior speaks of.
fn pairs_of_the_prior(model: &Model) -> &'static str {
    let factor = model.levels.first().and_then(|table| table.get(field::MANY_RECORDS)?.get(usize::from(MANY))).copied().unwrap_or(0.0);
    // Models of earlier versions have none.
    if factor == 0.0 || (factor - 1.0).abs() < 1e-9 {
        "all pairs of records"
    } else {
        "all pairs of records of people who have not very many"
    }
}

fn read_model(value: &Value) -> Option<Model> {
    let mut model = Model { prior: [0.0; 3], levels: [[[0.0; super::estimate::LEVELS]; FIELDS.len()]; 3] };
    for (slot, prior) in model.prior.iter_mut().zip(value.get("prior")?.as_array()?) {
        *slot = prior.as_f64()?;
    }
    for (index, field) in value.get("fields")?.as_array()?.iter().enumerate() {
        for (level, text) in field.get("levels")?.as_array()?.iter().enumerate() {
            for (table, name) in model.levels.iter_mut().zip(["m", "household", "u"]) {
                *table.get_mut(index)?.get_mut(level)? = text.get(name)?.as_f64()?;
            }
        }
    }
    Some(model)
}
