//! The frozen model: saved from what was estimated, taken up again instead of estimating.
//!
//! What comes in: an estimated model, or a [`FrozenModel`] and what this run has. What goes out: the one from the other, or in words why a model does not fit.
//! What always holds: an estimated model is rounded to the whole numbers it is saved in before anything is scored, so the run that estimated it and
//! every later run under it give a pair the same weight.

use super::block::Blocking;
use super::calibrate::{Band, Calibration};
use super::compare::FIELDS;
use super::encode::Encoded;
use super::estimate::{Class, Estimated, LEVELS, Model, Round};
use crate::config::checked::{ComparisonSetting, LevelShare, LinkSettings, RuleKey};
use crate::model::link_model::{FIXED_BIT, FrozenField, FrozenLevel, LINK_MODEL_FORMAT, ModelContents, ModelSettings};
use crate::model::{COMPARISONS, FrozenModel, Source, StandardPersons};

/// A probability as a whole number of 2^-24 bits; nothing for zero.
fn to_fixed(probability: f64) -> Option<i64> {
    (probability > 0.0).then(|| libm::round(libm::log2(probability) * FIXED_BIT) as i64)
}

fn of_fixed(fixed: Option<i64>) -> f64 {
    fixed.map_or(0.0, |fixed| libm::exp2(fixed as f64 / FIXED_BIT))
}

/// Rounds a model to what is saved of it.
pub(super) fn round(model: &mut Model) {
    let round = |value: &mut f64| *value = of_fixed(to_fixed(*value));
    model.prior.iter_mut().for_each(round);
    model.levels.iter_mut().flatten().flatten().for_each(round);
}

/// The model of a run, to be kept.
pub(super) fn freeze(
    estimated: &Estimated,
    calibration: &Calibration,
    encoded: &Encoded,
    blocking: &Blocking,
    settings: &LinkSettings,
    sources: Vec<String>,
    month: &str,
) -> FrozenModel {
    let model = &estimated.model;
    let of = |class: Class, index: usize, level: usize| {
        let table = model.levels.get(class as usize).and_then(|table| table.get(index));
        table.and_then(|levels| levels.get(level)).and_then(|&value| to_fixed(value))
    };
    let level = |index: usize, level: usize, name: &str| FrozenLevel {
        name: name.to_owned(),
        m: of(Class::Same, index, level),
        household: of(Class::Household, index, level),
        u: of(Class::Unrelated, index, level),
    };
    let fields = FIELDS.iter().enumerate().map(|(index, field)| FrozenField {
        name: field.name.to_owned(),
        levels: field.levels.iter().enumerate().map(|(number, text)| level(index, number, text.name)).collect(),
    });
    FrozenModel::new(ModelContents {
        format: LINK_MODEL_FORMAT,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        estimated_for: month.to_owned(),
        settings: in_words(settings),
        sources,
        prior: model.prior.map(|prior| to_fixed(prior).unwrap_or(i64::MIN)),
        fields: fields.collect(),
        all_pairs: estimated.all_pairs as u64,
        pairs_of_many: estimated.pairs_of_many as u64,
        rounds: estimated.rounds.iter().map(|round| (round.same_person, round.change)).collect(),
        warnings: estimated.warnings.clone(),
        calibration: calibration.bands.iter().map(|band| (band.pairs, band.forecast, band.found)).collect(),
        frequencies: encoded.frequencies(),
        blocking: blocking.plan(encoded),
    })
}

/// The estimated model that a saved one stands for, with its calibration.
pub(super) fn thaw(frozen: &ModelContents) -> (Estimated, Calibration) {
    let mut model = Model { prior: frozen.prior.map(|prior| of_fixed(Some(prior))), levels: [[[0.0; LEVELS]; FIELDS.len()]; 3] };
    for (index, field) in frozen.fields.iter().enumerate() {
        for (number, level) in field.levels.iter().enumerate() {
            for (table, value) in model.levels.iter_mut().zip([level.m, level.household, level.u]) {
                if let Some(slot) = table.get_mut(index).and_then(|levels| levels.get_mut(number)) {
                    *slot = of_fixed(value);
                }
            }
        }
    }
    let estimated = Estimated {
        model,
        rounds: frozen.rounds.iter().map(|&(same_person, change)| Round { same_person, change }).collect(),
        warnings: frozen.warnings.clone(),
        all_pairs: frozen.all_pairs as f64,
        pairs_of_many: frozen.pairs_of_many as f64,
    };
    let bands = frozen.calibration.iter().map(|&(pairs, forecast, found)| Band { pairs, forecast, found });
    (estimated, Calibration { bands: bands.collect() })
}

/// Names of the sources of which records take part, sorted.
pub(super) fn sources_of(encoded: &Encoded, persons: &StandardPersons, sources: &[Source]) -> Vec<String> {
    let mut present = vec![false; sources.len()];
    for &row in &encoded.order {
        let source = persons.position.get(row as usize).map_or(usize::MAX, |position| usize::from(position.source));
        if let Some(slot) = present.get_mut(source) {
            *slot = true;
        }
    }
    let mut names: Vec<String> =
        sources.iter().zip(present).filter(|(_, present)| *present).map(|(source, _)| source.name.clone()).collect();
    names.sort_unstable();
    names
}

/// Why a model cannot be used under these settings and by this program, if it cannot.
pub(super) fn unfit_for(frozen: &ModelContents, settings: &LinkSettings) -> Option<String> {
    let engine = |field: &super::compare::Field| (field.name, field.levels.iter().map(|level| level.name).collect::<Vec<_>>());
    let saved = |field: &FrozenField| -> Vec<String> { field.levels.iter().map(|level| level.name.clone()).collect() };
    let other = FIELDS
        .iter()
        .map(engine)
        .enumerate()
        .find(|(index, (name, levels))| frozen.fields.get(*index).is_none_or(|field| field.name != *name || saved(field) != *levels));
    if other.is_some() || frozen.fields.len() != FIELDS.len() {
        let name = other.map_or("a field", |(_, (name, _))| name);
        return Some(format!("this version of fwt compares {name} in another way"));
    }
    let now = in_words(settings);
    let parts = [
        ("further fields", &frozen.settings.further, &now.further),
        ("comparisons", &frozen.settings.comparisons, &now.comparisons),
        ("blocking rules", &frozen.settings.rules, &now.rules),
    ];
    parts.into_iter().find(|(_, then, now)| then != now).map(|(what, then, now)| differing(what, then, now))
}

/// Why a model cannot be used for these sources, if it cannot.
pub(super) fn unfit_for_sources(frozen: &ModelContents, sources: &[String]) -> Option<String> {
    let new: Vec<&str> = sources.iter().filter(|name| !frozen.sources.contains(name)).map(String::as_str).collect();
    (!new.is_empty()).then(|| format!("it knows nothing of the records of {}", new.join(", ")))
}

fn differing(what: &str, then: &[String], now: &[String]) -> String {
    let only = |some: &[String], other: &[String]| some.iter().filter(|line| !other.contains(line)).cloned().collect::<Vec<_>>().join("; ");
    let (added, gone) = (only(now, then), only(then, now));
    match (added.is_empty(), gone.is_empty()) {
        (false, true) => format!("the {what} of [link] have changed: added {added}"),
        (true, false) => format!("the {what} of [link] have changed: taken out {gone}"),
        (false, false) => format!("the {what} of [link] have changed: {gone} became {added}"),
        (true, true) => format!("the {what} of [link] stand in another order"),
    }
}

/// The settings that a model rests on.
fn in_words(settings: &LinkSettings) -> ModelSettings {
    let further = settings.further.iter().map(|field| format!("{} ({})", field.name, field.kind.name())).collect();
    let mut rules: Vec<String> = settings
        .rules
        .iter()
        .map(|rule| {
            let keys: Vec<String> = rule
                .keys
                .iter()
                .map(|key| match key {
                    RuleKey::Person(key) => key.name().to_owned(),
                    RuleKey::Further(number) => further_name(settings, usize::from(*number)),
                })
                .collect();
            format!("{} up to {}", keys.join(" + "), rule.largest_block)
        })
        .collect();
    if settings.replace_rules {
        rules.push("only these".to_owned());
    }
    let comparisons = settings.comparisons.iter().map(|comparison| comparison_in_words(comparison, settings)).collect();
    ModelSettings { further, comparisons, rules }
}

fn further_name(settings: &LinkSettings, number: usize) -> String {
    settings.further.get(number).map_or_else(|| format!("further field {number}"), |field| field.name.clone())
}

fn comparison_in_words(comparison: &ComparisonSetting, settings: &LinkSettings) -> String {
    let name = COMPARISONS
        .get(comparison.index)
        .map_or_else(|| further_name(settings, comparison.index.saturating_sub(COMPARISONS.len())), |(name, _)| (*name).to_owned());
    let mut words = vec![name];
    if comparison.leave_out {
        words.push("left out".to_owned());
    }
    if comparison.without_term_frequency {
        words.push("without term frequency".to_owned());
    }
    for (class, shares) in [("m", &comparison.m), ("u", &comparison.u)] {
        let share = |share: &LevelShare| format!("{class} of {} {}", share.level, share.share);
        words.extend(shares.iter().map(share));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FurtherField, FurtherKind};

    #[test]
    fn a_rounded_probability_is_what_is_read_again() {
        for probability in [1.0, 0.5, 0.999_999, 1e-8, 1e-12, 4096.0, 0.123_456_789] {
            let fixed = to_fixed(probability);
            let rounded = of_fixed(fixed);
            assert!((rounded / probability - 1.0).abs() < 1e-7, "{probability} {rounded}");
            assert_eq!(to_fixed(rounded), fixed, "{probability}");
        }
        assert!(of_fixed(to_fixed(0.0)).abs() < f64::MIN_POSITIVE);
    }

    #[test]
    fn a_further_field_that_is_new_is_named() {
        let then = LinkSettings::default();
        let field = FurtherField { name: "occupation".to_owned(), kind: FurtherKind::Category };
        let now = LinkSettings { further: vec![field], ..LinkSettings::default() };
        let (then, now) = (in_words(&then), in_words(&now));
        let words = differing("further fields", &then.further, &now.further);
        assert_eq!(words, "the further fields of [link] have changed: added occupation (category)");
    }
}
