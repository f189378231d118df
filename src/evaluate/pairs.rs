//! How well records were put together into persons: pairwise and B-cubed figures.
//!
//! What comes in: per record its true person, the person it was put into, and its source. What goes out: counts and
//! ratios. What always holds: pairs are counted from group sizes, never enumerated, so a million records take a moment;
//! the order of the records changes nothing.
//!
//! Sources: pairwise precision and recall as in Hand and Christen, "A note on using the F-measure for evaluating record
//! linkage algorithms" (Statistics and Computing 28, 2018); B-cubed: Bagga and Baldwin, "Entity-based cross-document
//! coreferencing using the vector space model" (COLING 1998).

use rayon::slice::ParallelSliceMut;
use serde::Serialize;

/// Right, false and missed, and the ratios from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ratio {
    /// Said and true.
    pub right: u64,
    /// Said and not true.
    pub wrong: u64,
    /// True and not said.
    pub missed: u64,
    /// right / (right + wrong); 1 if nothing was said.
    pub precision: f64,
    /// right / (right + missed); 1 if nothing is true.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

impl Ratio {
    /// From the three counts.
    #[must_use]
    pub fn of(right: u64, wrong: u64, missed: u64) -> Self {
        let precision = share(right, right + wrong);
        let recall = share(right, right + missed);
        let f1 = share(2 * right, 2 * right + wrong + missed);
        Self { right, wrong, missed, precision, recall, f1 }
    }
}

/// A part of a whole; 1 of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// One record, as labelled by the truth and by the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// True person.
    pub truth: u32,
    /// Person of the run.
    pub found: u32,
    /// Source.
    pub source: u16,
}

/// Pairs between two sources (or within one).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SourcePair {
    /// First source, the smaller index.
    pub left: u16,
    /// Second source.
    pub right: u16,
    /// Pairs of records, one from each.
    pub pairs: Ratio,
}

/// Everything about persons that group sizes tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairStatistics {
    /// Over all pairs of records.
    pub pairs: Ratio,
    /// B-cubed precision.
    pub b_cubed_precision: f64,
    /// B-cubed recall.
    pub b_cubed_recall: f64,
    /// Records labelled.
    pub records: u64,
    /// True persons among them.
    pub true_persons: u64,
    /// Persons of the run among them.
    pub found_persons: u64,
    /// True persons found with exactly their records.
    pub exact_persons: u64,
    /// True persons in more than one person of the run.
    pub split_persons: u64,
    /// Persons of the run with records of more than one true person.
    pub merged_persons: u64,
    /// Pairs by their two sources, in order; those without any pair left out.
    pub by_source: Vec<SourcePair>,
}

/// Pairs by source, upper triangle.
struct Matrix {
    sources: usize,
    counts: Vec<u64>,
}

impl Matrix {
    fn new(sources: usize) -> Self {
        Self { sources, counts: vec![0; sources * sources] }
    }

    /// Adds the pairs of one group, given its number of records per source.
    fn add(&mut self, group: &[(u16, u64)]) {
        for (position, &(left, count)) in group.iter().enumerate() {
            self.bump(left, left, count * (count - 1) / 2);
            for &(right, other) in group.iter().skip(position + 1) {
                self.bump(left.min(right), left.max(right), count * other);
            }
        }
    }

    fn bump(&mut self, left: u16, right: u16, pairs: u64) {
        if let Some(slot) = self.counts.get_mut(usize::from(left) * self.sources + usize::from(right)) {
            *slot += pairs;
        }
    }

    fn get(&self, left: u16, right: u16) -> u64 {
        self.counts.get(usize::from(left) * self.sources + usize::from(right)).copied().unwrap_or(0)
    }

    fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Number of records per source in a run of equal keys; the labels are sorted by source within it.
fn per_source(group: &[Label]) -> Vec<(u16, u64)> {
    group
        .chunk_by(|left, right| left.source == right.source)
        .filter_map(|chunk| Some((chunk.first()?.source, chunk.len() as u64)))
        .collect()
}

/// Counts pairs from group sizes.
#[must_use]
pub fn pair_statistics(labels: &[Label], sources: usize) -> PairStatistics {
    let mut labels = labels.to_vec();
    let (mut true_pairs, mut found_pairs, mut right_pairs) = (Matrix::new(sources), Matrix::new(sources), Matrix::new(sources));
    let mut statistics = PairStatistics { records: labels.len() as u64, ..PairStatistics::default() };

    labels.par_sort_unstable_by_key(|label| (label.found, label.source, label.truth));
    let people = labels.iter().map(|label| label.found).max().map_or(0, |most| most as usize + 1);
    let mut found_size = vec![0_u64; people];
    for group in labels.chunk_by(|left, right| left.found == right.found) {
        let Some(first) = group.first() else { continue };
        statistics.found_persons += 1;
        found_pairs.add(&per_source(group));
        if let Some(size) = found_size.get_mut(first.found as usize) {
            *size = group.len() as u64;
        }
        statistics.merged_persons += u64::from(group.iter().any(|label| label.truth != first.truth));
    }

    labels.par_sort_unstable_by_key(|label| (label.truth, label.source));
    for group in labels.chunk_by(|left, right| left.truth == right.truth) {
        statistics.true_persons += 1;
        true_pairs.add(&per_source(group));
    }

    labels.par_sort_unstable_by_key(|label| (label.truth, label.found, label.source));
    // Sums of squares over sizes stay whole numbers where they can, so that the order of groups cannot change a figure.
    let (mut b_precision, mut b_recall) = (Vec::new(), Vec::new());
    for group in labels.chunk_by(|left, right| left.truth == right.truth) {
        let mut cells = 0_u64;
        for cell in group.chunk_by(|left, right| left.found == right.found) {
            let Some(first) = cell.first() else { continue };
            let size = found_size.get(first.found as usize).copied().unwrap_or(0);
            let (count, of_truth) = (cell.len() as u64, group.len() as u64);
            cells += 1;
            right_pairs.add(&per_source(cell));
            statistics.exact_persons += u64::from(count == size && count == of_truth);
            b_precision.push((count * count, size));
            b_recall.push((count * count, of_truth));
        }
        statistics.split_persons += u64::from(cells > 1);
    }
    statistics.b_cubed_precision = mean(b_precision, statistics.records);
    statistics.b_cubed_recall = mean(b_recall, statistics.records);
    let (right, said, real) = (right_pairs.total(), found_pairs.total(), true_pairs.total());
    statistics.pairs = Ratio::of(right, said - right, real - right);
    for left in 0..sources as u16 {
        for other in left..sources as u16 {
            let (right, said, real) = (right_pairs.get(left, other), found_pairs.get(left, other), true_pairs.get(left, other));
            if said + real > 0 {
                statistics.by_source.push(SourcePair { left, right: other, pairs: Ratio::of(right, said - right, real - right) });
            }
        }
    }
    statistics
}

/// Sum of numerator / denominator over all cells, divided by the records. Sorted first, so that the sum has one order.
fn mean(mut cells: Vec<(u64, u64)>, records: u64) -> f64 {
    if records == 0 {
        return 1.0;
    }
    cells.par_sort_unstable();
    cells.iter().map(|&(squares, size)| squares as f64 / size as f64).sum::<f64>() / records as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(truth: u32, found: u32, source: u16) -> Label {
        Label { truth, found, source }
    }

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-12, "{left} {right}");
    }

    #[test]
    fn a_worked_example_comes_out_as_by_hand() {
        // True: {a b c} {d e}; found: {a b} {c d e}. Pairs found: ab, cd, ce, de; true: ab, ac, bc, de.
        let labels = [label(0, 0, 0), label(0, 0, 1), label(0, 1, 0), label(1, 1, 0), label(1, 1, 1)];
        let statistics = pair_statistics(&labels, 2);
        assert_eq!(statistics.pairs, Ratio::of(2, 2, 2));
        close(statistics.pairs.f1, 0.5);
        // B-cubed precision: a, b: 1; c: 1/3; d, e: 2/3. Recall: a, b: 2/3; c: 1/3; d, e: 1.
        close(statistics.b_cubed_precision, (2.0 + 1.0 / 3.0 + 4.0 / 3.0) / 5.0);
        close(statistics.b_cubed_recall, (4.0 / 3.0 + 1.0 / 3.0 + 2.0) / 5.0);
        assert_eq!((statistics.true_persons, statistics.found_persons, statistics.exact_persons), (2, 2, 0));
        assert_eq!((statistics.split_persons, statistics.merged_persons), (1, 1));
    }

    #[test]
    fn a_perfect_run_scores_one_and_an_empty_one_loses_nothing() {
        let labels = [label(3, 7, 0), label(3, 7, 1), label(5, 2, 1)];
        let statistics = pair_statistics(&labels, 2);
        assert_eq!((statistics.pairs.wrong, statistics.pairs.missed, statistics.exact_persons), (0, 0, 2));
        close(statistics.b_cubed_precision + statistics.b_cubed_recall, 2.0);
        close(pair_statistics(&[], 0).pairs.f1, 1.0);
    }

    #[test]
    fn counts_agree_with_looking_at_every_pair() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..60 {
            let count = random.usize(1..40);
            let labels: Vec<Label> = (0..count).map(|_| label(random.u32(0..8), random.u32(0..8), random.u16(0..3))).collect();
            let statistics = pair_statistics(&labels, 3);
            let mut overall = (0, 0, 0);
            let mut between = std::collections::BTreeMap::new();
            for (position, left) in labels.iter().enumerate() {
                for right in labels.iter().skip(position + 1) {
                    let key = (left.source.min(right.source), left.source.max(right.source));
                    let entry: &mut (u64, u64, u64) = between.entry(key).or_default();
                    for counts in [&mut overall, entry] {
                        match (left.truth == right.truth, left.found == right.found) {
                            (true, true) => counts.0 += 1,
                            (false, true) => counts.1 += 1,
                            (true, false) => counts.2 += 1,
                            (false, false) => {}
                        }
                    }
                }
            }
            assert_eq!(statistics.pairs, Ratio::of(overall.0, overall.1, overall.2));
            for pair in &statistics.by_source {
                let (right, wrong, missed) = between[&(pair.left, pair.right)];
                assert_eq!(pair.pairs, Ratio::of(right, wrong, missed));
            }
            let b_precision: f64 = labels
                .iter()
                .map(|record| {
                    let cluster: Vec<&Label> = labels.iter().filter(|other| other.found == record.found).collect();
                    cluster.iter().filter(|other| other.truth == record.truth).count() as f64 / cluster.len() as f64
                })
                .sum::<f64>()
                / count as f64;
            close(statistics.b_cubed_precision, b_precision);
            let mut shuffled = labels.clone();
            random.shuffle(&mut shuffled);
            assert_eq!(pair_statistics(&shuffled, 3), statistics);
        }
    }
}
