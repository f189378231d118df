//! Whether a probability means what it says, tested without labels.
//!
//! What comes in: patterns of candidate pairs that blocking makes without any identifier, and the model. What goes out: [`Calibration`]: per band of
//! probability the forecast and what identifiers say. What always holds: nothing here changes a weight; where too few pairs carry an identifier on both
//! sides the state is `uncalibrated`, which is said and not glossed over.
//!
//! Pairs with an identifier on both sides are labels with a little noise (linkage.md §1): the probability is computed again without the identifiers and
//! compared with how often they agree. With e the chance that one person's identifiers differ (from the model) and agreement of two people's identifiers
//! negligible, a share a of agreeing pairs means a share a / (1 - e) of the same person (Lahiri and Larsen 2005 treat linkage error in this way).

use super::compare::{field, identifier, level_of, without};
use super::encode::Encoded;
use super::estimate::{Class, Model};
use super::score::{Scorer, probability};
use crate::model::FurtherKind;

/// Bands of probability.
const BANDS: usize = 10;
/// Pairs at or below this probability say nothing about what is linked.
const LEAST_PROBABILITY: f64 = 0.05;
/// Pairs with identifiers on both sides below which the check says too little.
const LEAST_PAIRS: f64 = 500.0;
/// Expected calibration error up to which forecasts are taken to be confirmed.
const MOST_ERROR: f64 = 0.08;

/// One band of probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Band {
    /// Pairs with an identifier on both sides.
    pub(super) pairs: f64,
    /// Their mean probability without the identifiers.
    pub(super) forecast: f64,
    /// The share of them that identifiers say are the same person.
    pub(super) found: f64,
}

/// What the check says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Calibration {
    /// Bands from 0.05 to 1, the lowest first.
    pub(super) bands: Vec<Band>,
}

impl Calibration {
    /// Pairs that were looked at.
    pub(super) fn pairs(&self) -> f64 {
        self.bands.iter().map(|band| band.pairs).sum()
    }

    /// The expected calibration error: the mean distance between forecast and finding, weighted by pairs.
    pub(super) fn error(&self) -> f64 {
        let distance: f64 = self.bands.iter().map(|band| band.pairs * (band.forecast - band.found).abs()).sum();
        distance / self.pairs().max(1.0)
    }

    /// `confirmed`, `not confirmed` or `uncalibrated`.
    pub(super) fn state(&self) -> &'static str {
        if self.pairs() < LEAST_PAIRS {
            "uncalibrated"
        } else if self.error() <= MOST_ERROR {
            "confirmed"
        } else {
            "not confirmed"
        }
    }

    /// The state in a sentence.
    pub(super) fn sentence(&self) -> String {
        match self.state() {
            "uncalibrated" => "uncalibrated: too few pairs carry an identifier on both sides to check the probabilities against".to_owned(),
            state => format!(
                "{state}: identifiers agree with the probabilities within {:.1} percentage points on average ({:.0} pairs)",
                self.error() * 100.0,
                self.pairs()
            ),
        }
    }
}

/// Checks a model's probabilities against identifiers. `patterns`: weighted counts of pairs that blocking makes without identifiers.
pub(super) fn check(encoded: &Encoded, model: &Model, scorer: &Scorer, patterns: &[(u64, f64)]) -> Calibration {
    let further = encoded.further.iter().enumerate().filter(|(_, further)| further.field.kind == FurtherKind::Identifier);
    let identifiers: Vec<(usize, u8)> = [field::NHS, field::NINO, field::UPN, field::ULN]
        .into_iter()
        .map(|index| (index, identifier::grade::DIFFERENT))
        .chain(further.map(|(number, _)| (field::FURTHER + number, super::compare::further::grade::DIFFERENT)))
        .collect();
    let same = model.levels.get(Class::Same as usize);
    let mut bands = [Band::default(); BANDS];
    let mut errors = [0.0; BANDS];
    for &(pattern, count) in patterns {
        let present = identifiers.iter().filter(|&&(index, _)| level_of(pattern, index) > 0);
        let (mut any, mut agree, mut error) = (false, false, 1.0);
        for &(index, different) in present {
            any = true;
            agree |= level_of(pattern, index) < usize::from(different);
            error *= same.and_then(|table| table.get(index)).and_then(|levels| levels.get(usize::from(different))).copied().unwrap_or(0.0);
        }
        let bare = identifiers.iter().fold(pattern, |pattern, &(index, _)| without(pattern, index));
        let forecast = probability(scorer.bits(bare));
        if !any || forecast <= LEAST_PROBABILITY {
            continue;
        }
        let place = ((forecast * BANDS as f64) as usize).min(BANDS - 1);
        if let (Some(band), Some(errors)) = (bands.get_mut(place), errors.get_mut(place)) {
            band.pairs += count;
            band.forecast += count * forecast;
            band.found += if agree { count } else { 0.0 };
            *errors += count * error;
        }
    }
    for (band, error) in bands.iter_mut().zip(errors) {
        let pairs = band.pairs.max(1e-9);
        band.forecast /= pairs;
        band.found = (band.found / pairs / (1.0 - error / pairs).max(0.5)).min(1.0);
    }
    Calibration { bands: bands.to_vec() }
}
