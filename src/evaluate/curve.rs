//! Precision and recall of the scored pairs at every threshold.
//!
//! What comes in: the probability of each kept pair whose truth is known, and the number of true pairs. What goes out: points at a fixed sequence of
//! thresholds, the run's own threshold, the best one, and a curve to draw. What always holds: pairs of equal probability are never parted by a threshold;
//! true pairs that were not kept are missed at every threshold.

use serde::Serialize;

use super::pairs::Ratio;

/// Probabilities at which links are measured.
const THRESHOLDS: [f64; 15] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999];

/// Points of a drawn curve, at most.
const DRAWN: usize = 400;

/// The pairs from one probability on, against all true pairs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ThresholdPoint {
    /// The probability.
    pub probability: f64,
    /// The pairs of at least that probability.
    pub links: Ratio,
}

impl ThresholdPoint {
    /// Its probability with four digits, or as a power of ten where those would all be zeros.
    #[must_use]
    pub fn spoken(&self) -> String {
        if self.probability < 5e-4 { format!("{:.0e}", self.probability) } else { format!("{:.4}", self.probability) }
    }
}

/// What each threshold would give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThresholdCurve {
    /// At a fixed sequence of thresholds.
    pub points: Vec<ThresholdPoint>,
    /// At the run's threshold.
    pub default: ThresholdPoint,
    /// Where F1 is highest; of equal ones the highest threshold.
    pub best: ThresholdPoint,
    /// From the highest probability down, to draw.
    pub drawn: Vec<ThresholdPoint>,
}

/// Measures every threshold. `judged` is probability and truth of each kept pair, `wanted` the number of true pairs.
#[must_use]
pub fn threshold_curve(mut judged: Vec<(f64, bool)>, wanted: u64, threshold: f64) -> ThresholdCurve {
    judged.sort_unstable_by(|left, right| right.0.total_cmp(&left.0));
    let mut all = Vec::new();
    let (mut right, mut wrong) = (0, 0);
    for same in judged.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()) {
        for pair in same {
            if pair.1 { right += 1 } else { wrong += 1 }
        }
        let probability = same.first().map_or(1.0, |pair| pair.0);
        all.push(ThresholdPoint { probability, links: Ratio::of(right, wrong, wanted.saturating_sub(right)) });
    }
    let at = |probability: f64| {
        let count = all.partition_point(|point| point.probability >= probability);
        let links = count.checked_sub(1).and_then(|last| all.get(last)).map_or_else(|| Ratio::of(0, 0, wanted), |point| point.links);
        ThresholdPoint { probability, links }
    };
    let default = at(threshold);
    let best = all.iter().copied().reduce(|best, point| if point.links.f1 > best.links.f1 { point } else { best });
    let step = all.len().div_ceil(DRAWN).max(1);
    let last = all.len().saturating_sub(1);
    ThresholdCurve {
        points: THRESHOLDS.iter().map(|&probability| at(probability)).collect(),
        default,
        best: best.unwrap_or(default),
        drawn: all.iter().enumerate().filter(|(place, _)| place % step == 0 || *place == last).map(|(_, point)| *point).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_threshold_counts_as_by_hand() {
        // Four true pairs, one of them not kept; 0.6 twice, one right and one wrong.
        let judged = vec![(0.6, true), (0.99, true), (0.6, false), (0.3, true), (0.2, false)];
        let curve = threshold_curve(judged, 4, 0.5);
        assert_eq!(curve.default.links, Ratio::of(2, 1, 2));
        // F1: 0.99: 2/5; 0.6: 4/7; 0.3: 6/8; 0.2: 6/9.
        assert_eq!((curve.best.probability, curve.best.links), (0.3, Ratio::of(3, 1, 1)));
        assert_eq!(curve.points.first().map(|point| point.links), Some(Ratio::of(3, 2, 1)));
        assert_eq!(curve.points.last().map(|point| point.links), Some(Ratio::of(0, 0, 4)));
        assert_eq!(curve.drawn.len(), 4);
    }
}
