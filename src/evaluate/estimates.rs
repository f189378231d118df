//! What the run itself expects of its links, where there is no truth to measure them by.
//!
//! What comes in: the kept pairs with the run's own weights and probabilities, and its model. What goes out: expected precision and recall per band of match
//! weight with intervals, and the records that could be linked to nothing. What always holds: these are the model's estimates and no measurements; they are as
//! good as its probabilities are calibrated.
//!
//! A count of true pairs among independent pairs of known probabilities is Poisson-binomial; the intervals are its normal ones, those of ratios by
//! the delta method. They hold chance alone: an error of the model is not in them.

use serde::Serialize;
use serde_json::Value;

use super::intervals::{Estimate, QUANTILE};

/// Lower ends of the bands of match weight, in bits; the first band has none.
const BANDS: [f64; 11] = [-8.0, -4.0, 0.0, 2.0, 4.0, 7.0, 10.0, 15.0, 20.0, 30.0, 40.0];

/// What is said with every estimate.
const NOTE: &str = "the model's own estimates, not measurements: they are as good as its probabilities are calibrated";

/// A kept pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredPair {
    /// Match weight in bits.
    pub weight: f64,
    /// Probability.
    pub probability: f64,
    /// Whether it was published as a link.
    pub published: bool,
}

/// Kept pairs of one band of match weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WeightBand {
    /// Weight in bits from which; nothing for the lowest band.
    pub from: Option<f64>,
    /// Weight below which; nothing for the highest band.
    pub to: Option<f64>,
    /// Pairs.
    pub pairs: u64,
    /// Expected share of the same person in the band.
    pub precision: Estimate,
    /// Expected share of the same person among the pairs of this band and above.
    pub precision_from_here: Estimate,
    /// Expected share of the kept true pairs that lies in this band and above.
    pub recall_from_here: Estimate,
}

/// Records that could be linked to nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unlinkable {
    /// Records that stay below the threshold even with an identical copy of themselves.
    pub records: u64,
    /// All records that were compared.
    pub of: u64,
    /// Records by that weight: lower end in whole bits, records.
    pub weights: Vec<(i64, u64)>,
}

/// What the model expects.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimates {
    /// That these are estimates.
    pub note: &'static str,
    /// Published links.
    pub links: u64,
    /// Their expected precision.
    pub precision: Estimate,
    /// Expected share of the kept true pairs that is published: what lies below the review floor or was never compared is not in it.
    pub recall_of_kept: Estimate,
    /// True pairs that the model expects among all pairs of records, compared or not; nothing if the run does not say.
    pub expected_true_pairs: Option<f64>,
    /// Expected true pairs among those published, over all that the model expects; nothing if the run does not say.
    pub recall_of_expected: Option<f64>,
    /// True pairs that the model expects among those that narrowing set aside.
    pub lost_by_narrowing: f64,
    /// By band of match weight, the highest first; empty ones left out.
    pub bands: Vec<WeightBand>,
    /// Records that could be linked to nothing; nothing if the run does not say.
    pub unlinkable: Option<Unlinkable>,
}

/// Sum of probabilities and of their variances.
#[derive(Clone, Copy, Default)]
struct Mass {
    pairs: u64,
    expected: f64,
    variance: f64,
}

impl Mass {
    fn add(&mut self, probability: f64) {
        self.pairs += 1;
        self.expected += probability;
        self.variance += probability * (1.0 - probability);
    }

    fn with(self, other: Self) -> Self {
        Self { pairs: self.pairs + other.pairs, expected: self.expected + other.expected, variance: self.variance + other.variance }
    }

    fn precision(self) -> Estimate {
        if self.pairs == 0 {
            return Estimate { value: 1.0, low: 0.0, high: 1.0 };
        }
        let count = self.pairs as f64;
        around(self.expected / count, libm::sqrt(self.variance) / count)
    }

    /// This part of itself and the rest.
    fn recall(self, rest: Self) -> Estimate {
        let whole = self.expected + rest.expected;
        if whole <= 0.0 {
            return Estimate { value: 1.0, low: 0.0, high: 1.0 };
        }
        let variance = (rest.expected * rest.expected * self.variance + self.expected * self.expected * rest.variance) / (whole * whole);
        around(self.expected / whole, libm::sqrt(variance) / whole)
    }
}

fn around(value: f64, deviation: f64) -> Estimate {
    Estimate { value, low: (value - QUANTILE * deviation).max(0.0), high: (value + QUANTILE * deviation).min(1.0) }
}

/// Estimates of a run. `model` is the model of its `run.json`.
#[must_use]
pub fn estimates(mut pairs: Vec<ScoredPair>, model: &Value) -> Estimates {
    pairs.sort_unstable_by(|left, right| {
        left.weight.total_cmp(&right.weight).then(left.probability.total_cmp(&right.probability)).then(left.published.cmp(&right.published))
    });
    let mut masses = vec![Mass::default(); BANDS.len() + 1];
    let (mut published, mut others) = (Mass::default(), Mass::default());
    for pair in &pairs {
        if let Some(mass) = masses.get_mut(BANDS.iter().filter(|&&from| pair.weight >= from).count()) {
            mass.add(pair.probability);
        }
        if pair.published { published.add(pair.probability) } else { others.add(pair.probability) }
    }
    let mut bands = Vec::new();
    let mut above = Mass::default();
    for (place, &mass) in masses.iter().enumerate().rev().filter(|(_, mass)| mass.pairs > 0) {
        above = above.with(mass);
        let below = masses.iter().take(place).fold(Mass::default(), |sum, &mass| sum.with(mass));
        bands.push(WeightBand {
            from: place.checked_sub(1).and_then(|place| BANDS.get(place)).copied(),
            to: BANDS.get(place).copied(),
            pairs: mass.pairs,
            precision: mass.precision(),
            precision_from_here: above.precision(),
            recall_from_here: above.recall(below),
        });
    }
    let number = |name: &str| model.get(name).and_then(Value::as_f64);
    // Runs of earlier versions have one prior for all pairs.
    let prior = model.get("prior").and_then(|prior| prior.get(0)).and_then(Value::as_f64);
    let by_prior = || prior.zip(number("all_pairs")).map(|(prior, pairs)| prior * pairs);
    let expected_true_pairs = number("expected_pairs_of_one_person").or_else(by_prior);
    Estimates {
        note: NOTE,
        links: published.pairs,
        precision: published.precision(),
        recall_of_kept: published.recall(others),
        expected_true_pairs,
        recall_of_expected: expected_true_pairs.filter(|pairs| *pairs > 0.0).map(|pairs| (published.expected / pairs).min(1.0)),
        lost_by_narrowing: number("estimated_lost_by_narrowing").unwrap_or_default(),
        bands,
        unlinkable: model.get("unlinkable").and_then(unlinkable),
    }
}

fn unlinkable(value: &Value) -> Option<Unlinkable> {
    let bins = value.get("weights_with_own_copy")?.as_array()?;
    let weights: Vec<(i64, u64)> = bins.iter().filter_map(|bin| Some((bin.get(0)?.as_i64()?, bin.get(1)?.as_u64()?))).collect();
    Some(Unlinkable { records: value.get("records")?.as_u64()?, of: weights.iter().map(|bin| bin.1).sum(), weights })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_precision_and_recall_are_as_by_hand() {
        let pair = |weight, probability, published| ScoredPair { weight, probability, published };
        let pairs = vec![pair(5.0, 0.9, true), pair(5.0, 0.8, true), pair(1.0, 0.5, false), pair(-2.0, 0.3, false)];
        let model = serde_json::json!({
            "prior": [0.01, 0.02, 0.97], "all_pairs": 400.0,
            "unlinkable": {"records": 3, "weights_with_own_copy": [[-2, 3], [30, 7]]}
        });
        let found = estimates(pairs, &model);
        assert!((found.precision.value - 0.85).abs() < 1e-12 && (found.recall_of_kept.value - 1.7 / 2.5).abs() < 1e-12);
        // Variance 0.09 + 0.16 = 0.25, so the mean of two has a deviation of 0.25.
        assert!((found.precision.low - (0.85 - QUANTILE * 0.25)).abs() < 1e-12);
        assert_eq!(found.expected_true_pairs, Some(4.0));
        assert!((found.recall_of_expected.unwrap() - 0.425).abs() < 1e-12);
        assert_eq!(
            found.bands.iter().map(|band| (band.from, band.pairs)).collect::<Vec<_>>(),
            [(Some(4.0), 2), (Some(0.0), 1), (Some(-4.0), 1)]
        );
        assert!((found.bands[1].recall_from_here.value - 2.2 / 2.5).abs() < 1e-12);
        assert_eq!(found.unlinkable, Some(Unlinkable { records: 3, of: 10, weights: vec![(-2, 3), (30, 7)] }));
    }

    #[test]
    fn where_a_model_says_how_many_pairs_it_expects_that_counts_and_not_its_prior() {
        let pairs = vec![ScoredPair { weight: 5.0, probability: 0.9, published: true }];
        let model = serde_json::json!({ "prior": [0.01, 0.02, 0.97], "all_pairs": 400.0, "expected_pairs_of_one_person": 7.0 });
        assert_eq!(estimates(pairs, &model).expected_true_pairs, Some(7.0), "people with very many records have another prior");
    }
}
