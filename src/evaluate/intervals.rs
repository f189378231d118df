//! How sure a measured share is.
//!
//! What comes in: counts, or per unit of resampling the sums that figures are made of. What goes out: intervals of 95%. What always holds: the same
//! input gives the same interval, whatever the order of the units and the number of threads.
//!
//! Sources: Wilson, "Probable inference, the law of succession, and statistical inference" (Journal of the American Statistical Association 22, 1927)
//! for shares; Efron, "Bootstrap methods: another look at the jackknife" (Annals of Statistics 7, 1979) with Poisson weights as in Chamandy et al.,
//! "Estimating uncertainty for massive data streams" (Google, 2012) for figures over whole persons, whose pairs do not vary independently.

use rayon::prelude::*;
use serde::Serialize;

/// Normal quantile of a two-sided interval of 95%.
pub(super) const QUANTILE: f64 = 1.959_963_984_540_054;

/// Resamples of a bootstrap.
const RESAMPLES: u64 = 1000;

/// The first seed; resample n has this plus n.
const SEED: u64 = 20_121_001;

/// How the intervals were made, in words; `unit` is what is drawn.
pub(super) fn method(unit: &str) -> String {
    format!("95% intervals by bootstrap over {unit} (1,000 Poisson resamples, fixed seed); shares of pairs by Wilson")
}

/// A figure with its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end of its interval of 95%.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A share with Wilson's interval; of nothing, 1 with an interval from 0 to 1.
#[must_use]
pub fn wilson(part: u64, whole: u64) -> Estimate {
    if whole == 0 {
        return Estimate { value: 1.0, low: 0.0, high: 1.0 };
    }
    let (count, share, square) = (whole as f64, part as f64 / whole as f64, QUANTILE * QUANTILE);
    let centre = (share + square / (2.0 * count)) / (1.0 + square / count);
    let half = QUANTILE * libm::sqrt(share * (1.0 - share) / count + square / (4.0 * count * count)) / (1.0 + square / count);
    // At the ends the exact bound is the share itself; rounding must not move it.
    let low = if part == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if part == whole { 1.0 } else { (centre + half).min(1.0) };
    Estimate { value: share, low, high }
}

/// Figures of the sums over all units, each with its bootstrap interval.
#[must_use]
pub fn bootstrap<const SUMS: usize>(units: &[[f64; SUMS]], figures: &(impl Fn(&[f64; SUMS]) -> Vec<f64> + Sync)) -> Vec<Estimate> {
    let kinds = kinds(units);
    let total = kinds.iter().fold([0.0; SUMS], |sums, (unit, count)| added(sums, unit, *count as f64));
    let drawn: Vec<Vec<f64>> = (0..RESAMPLES)
        .into_par_iter()
        .map(|resample| {
            let mut random = fastrand::Rng::with_seed(SEED + resample);
            let sums = kinds.iter().fold([0.0; SUMS], |sums, (unit, count)| added(sums, unit, poisson(*count as f64, &mut random)));
            figures(&sums)
        })
        .collect();
    let ends = [0.025, 0.975].map(|share| libm::round(share * (RESAMPLES - 1) as f64) as usize);
    let estimate = |(place, value): (usize, f64)| {
        let mut values: Vec<f64> = drawn.iter().filter_map(|figures| figures.get(place)).copied().collect();
        values.sort_unstable_by(f64::total_cmp);
        let [low, high] = ends.map(|end| values.get(end).copied().unwrap_or(value));
        Estimate { value, low: low.min(value), high: high.max(value) }
    };
    figures(&total).into_iter().enumerate().map(estimate).collect()
}

fn added<const SUMS: usize>(mut sums: [f64; SUMS], unit: &[f64; SUMS], times: f64) -> [f64; SUMS] {
    for (sum, value) in sums.iter_mut().zip(unit) {
        *sum += value * times;
    }
    sums
}

/// Units with equal sums, counted: most persons are found whole, and their resamples are drawn at once.
fn kinds<const SUMS: usize>(units: &[[f64; SUMS]]) -> Vec<([f64; SUMS], u64)> {
    let mut sorted: Vec<[u64; SUMS]> = units.iter().map(|unit| unit.map(f64::to_bits)).collect();
    sorted.par_sort_unstable();
    sorted.chunk_by(|left, right| left == right).filter_map(|same| Some((same.first()?.map(f64::from_bits), same.len() as u64))).collect()
}

/// A Poisson number of a mean: exactly for small means (Knuth), rounded from the normal for large ones.
fn poisson(mean: f64, random: &mut fastrand::Rng) -> f64 {
    if mean < 30.0 {
        let (least, mut product, mut count) = (libm::exp(-mean), random.f64(), 0.0);
        while product > least {
            product *= random.f64();
            count += 1.0;
        }
        return count;
    }
    let (first, second) = (1.0 - random.f64(), random.f64());
    let normal = libm::sqrt(-2.0 * libm::log(first)) * libm::cos(2.0 * std::f64::consts::PI * second);
    libm::round(mean + libm::sqrt(mean) * normal).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_gives_the_published_interval() {
        // 81 of 263, Newcombe (Statistics in Medicine 17, 1998), table I, method 3: 0.2553 to 0.3662.
        let estimate = wilson(81, 263);
        assert!((estimate.low - 0.2553).abs() < 5e-5 && (estimate.high - 0.3662).abs() < 5e-5, "{estimate:?}");
        assert_eq!((wilson(0, 20).low, wilson(20, 20).high), (0.0, 1.0));
    }

    #[test]
    fn the_bootstrap_of_a_share_agrees_with_its_standard_error() {
        // 700 of 1,000 independent units: standard error 0.01449, so about 0.672 to 0.728; the order of the units changes nothing.
        let mut units: Vec<[f64; 2]> = (0..1000).map(|unit| [f64::from(u8::from(unit < 700)), 1.0]).collect();
        let share = |sums: &[f64; 2]| vec![sums[0] / sums[1]];
        let found = bootstrap(&units, &share);
        assert!((found[0].value - 0.7).abs() < 1e-12);
        assert!((found[0].low - 0.6716).abs() < 0.004 && (found[0].high - 0.7284).abs() < 0.004, "{found:?}");
        units.reverse();
        assert_eq!(bootstrap(&units, &share), found);
    }
}
