//! Whether a probability of 0.9 is right nine times in ten.
//!
//! What comes in: probability and truth of each kept pair, and whether it was published as a link. What goes out: bands with the mean forecast and the
//! share observed, the expected calibration error, and the precision of the published links beside the forecast. What always holds: sums do
//! not depend on the order of the pairs.
//!
//! Expected calibration error: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning" (AAAI 2015).

use serde::Serialize;

use super::intervals::{Estimate, wilson};

/// Lower ends of the bands; finer towards certainty, where most links are.
const BANDS: [f64; 14] = [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/// Pairs at or below this probability do not count towards the calibration error.
const LEAST: f64 = 0.05;

/// A kept pair whose truth is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Probability that the run gives.
    pub probability: f64,
    /// Whether it is the same person.
    pub same: bool,
    /// Whether it was published as a link.
    pub published: bool,
}

/// Pairs in one band of probability: a calibrated model's share equals its mean forecast.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// Probability from which.
    pub from: f64,
    /// Probability below which (the last band includes 1).
    pub to: f64,
    /// Pairs.
    pub pairs: u64,
    /// Mean probability that the run gives.
    pub forecast: f64,
    /// Share that is the same person, with Wilson's interval.
    pub observed: Estimate,
}

/// How far the probabilities can be believed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// What the run says of its probabilities, such as `uncalibrated`.
    pub said: String,
    /// Bands; empty ones left out.
    pub bands: Vec<Band>,
    /// Mean distance of observed share and forecast over the bands above 0.05, weighted by their pairs.
    pub expected_error: f64,
    /// Pairs above 0.05.
    pub pairs: u64,
    /// Probability from which every compared pair is kept; below it only pairs that other records join.
    pub kept_from: f64,
    /// The same distance over the pairs from there on.
    pub expected_error_of_kept: f64,
    /// Published links.
    pub links: u64,
    /// Their precision, measured.
    pub precision: Estimate,
    /// Their precision as forecast: their mean probability.
    pub forecast_precision: f64,
}

/// Measures calibration; `said` is what the run says of it, `kept_from` the probability from which every compared pair is kept.
#[must_use]
pub fn calibration(mut forecasts: Vec<Forecast>, said: String, kept_from: f64) -> Calibration {
    forecasts.sort_unstable_by(|left, right| {
        left.probability.total_cmp(&right.probability).then_with(|| (left.same, left.published).cmp(&(right.same, right.published)))
    });
    let mut bands = Vec::new();
    let (mut distance, mut pairs) = (0.0, 0_u64);
    let (mut distance_of_kept, mut pairs_of_kept) = (0.0, 0_u64);
    for (place, &from) in BANDS.iter().enumerate() {
        let to = BANDS.get(place + 1).copied().unwrap_or(1.0);
        // The first band ends with 0.05 itself: what counts lies above it.
        let below =
            |forecast: &Forecast, end: f64| forecast.probability < end || (forecast.probability <= end && end.total_cmp(&LEAST).is_eq());
        let start = if place == 0 { 0 } else { forecasts.partition_point(|forecast| below(forecast, from)) };
        let end = if place + 1 == BANDS.len() { forecasts.len() } else { forecasts.partition_point(|forecast| below(forecast, to)) };
        let inside = forecasts.get(start..end).unwrap_or_default();
        if inside.is_empty() {
            continue;
        }
        let count = inside.len() as u64;
        let forecast = inside.iter().map(|forecast| forecast.probability).sum::<f64>() / count as f64;
        let observed = wilson(inside.iter().filter(|forecast| forecast.same).count() as u64, count);
        if place > 0 {
            distance += (observed.value - forecast).abs() * count as f64;
            pairs += count;
        }
        let kept: Vec<&Forecast> = inside.iter().filter(|forecast| place > 0 && forecast.probability >= kept_from).collect();
        let excess: f64 = kept.iter().map(|forecast| f64::from(u8::from(forecast.same)) - forecast.probability).sum();
        distance_of_kept += excess.abs();
        pairs_of_kept += kept.len() as u64;
        bands.push(Band { from, to, pairs: count, forecast, observed });
    }
    let published = || forecasts.iter().filter(|forecast| forecast.published);
    let links = published().count() as u64;
    Calibration {
        said,
        bands,
        expected_error: if pairs == 0 { 0.0 } else { distance / pairs as f64 },
        pairs,
        kept_from,
        expected_error_of_kept: if pairs_of_kept == 0 { 0.0 } else { distance_of_kept / pairs_of_kept as f64 },
        links,
        precision: wilson(published().filter(|forecast| forecast.same).count() as u64, links),
        forecast_precision: if links == 0 { 1.0 } else { published().map(|forecast| forecast.probability).sum::<f64>() / links as f64 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_and_error_are_as_by_hand() {
        let forecast = |probability, same, published| Forecast { probability, same, published };
        let pairs = vec![
            forecast(0.05, false, false),
            forecast(0.5, true, true),
            forecast(0.55, false, true),
            forecast(1.0, true, true),
            forecast(0.01, true, false),
        ];
        let found = calibration(pairs, "uncalibrated".to_owned(), 0.52);
        assert_eq!(found.bands.iter().map(|band| (band.from, band.pairs)).collect::<Vec<_>>(), [(0.0, 2), (0.5, 2), (0.999, 1)]);
        // Above 0.05: |1/2 - 0.525| for two pairs, |1 - 1| for one.
        assert!((found.expected_error - 0.05 / 3.0).abs() < 1e-12, "{found:?}");
        // From 0.52 on: |0 - 0.55| for one pair, nothing for the other.
        assert!((found.expected_error_of_kept - 0.275).abs() < 1e-12, "{found:?}");
        assert_eq!((found.pairs, found.links), (3, 3));
        assert!((found.precision.value - 2.0 / 3.0).abs() < 1e-12 && (found.forecast_precision - 2.05 / 3.0).abs() < 1e-12);
    }
}
