//! Pairwise and B-cubed figures of links and of clusters, with intervals; and what changes between two runs.
//!
//! What comes in: who each record is, who the run says it is, and the published links; or labelled pairs. What goes out: [`Scores`]. What always
//! holds: sums are kept per true person (or per labelled pair), so that a bootstrap may draw whole persons; a false pair counts half with
//! each of its two persons.
//!
//! *Links* are the pairs published as `linked`; their B-cubed figures take for each record those it is linked to directly and itself. *Clusters* are
//! the persons of the run. B-cubed: Bagga and Baldwin 1998, as in [`super::pairs`].

use serde::Serialize;

use super::intervals::{Estimate, bootstrap};
use super::pairs::Ratio;
use crate::model::NO_TEXT;

/// Sums of one unit: of links, then of clusters, right, wrong and missed pairs, B-cubed precision and recall; records.
pub type Sums = [f64; 11];

/// Figures of links or of clusters.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Over pairs of records.
    pub pairs: Ratio,
    /// Pairwise precision.
    pub precision: Estimate,
    /// Pairwise recall.
    pub recall: Estimate,
    /// Pairwise F1.
    pub f1: Estimate,
    /// B-cubed figures; nothing where the truth is labelled pairs.
    pub b_cubed: Option<BCubed>,
}

/// B-cubed figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct BCubed {
    /// Mean share of a record's company that is the same person.
    pub precision: Estimate,
    /// Mean share of a record's person that is in its company.
    pub recall: Estimate,
    /// Harmonic mean of both.
    pub f1: Estimate,
}

/// Figures a set of sums gives: for links and for clusters, pairwise precision, recall, F1, B-cubed precision, recall, F1.
pub(super) fn figures(sums: &Sums) -> Vec<f64> {
    let [link, cluster] = [0, 5].map(|from| sums.get(from..from + 5).and_then(|part| part.try_into().ok()).unwrap_or([0.0; 5]));
    let records = sums.last().copied().unwrap_or(0.0);
    let of = |[right, wrong, missed, b_precision, b_recall]: [f64; 5]| {
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 1.0 };
        let (precision, recall) = (ratio(b_precision, records), ratio(b_recall, records));
        [
            ratio(right, right + wrong),
            ratio(right, right + missed),
            ratio(2.0 * right, 2.0 * right + wrong + missed),
            precision,
            recall,
            if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 },
        ]
    };
    [of(link), of(cluster)].concat()
}

/// Scores of links and of clusters from the sums of all units.
#[must_use]
pub fn scores(units: &[Sums]) -> (Scores, Scores) {
    let estimates = bootstrap(units, &figures);
    let total = |place: usize| libm::round(units.iter().filter_map(|unit| unit.get(place)).sum::<f64>()) as u64;
    let with_records = total(10) > 0;
    let of = |place: usize, from: usize| {
        let estimate = |place: usize| estimates.get(from + place).copied().unwrap_or_default();
        Scores {
            pairs: Ratio::of(total(place), total(place + 1), total(place + 2)),
            precision: estimate(0),
            recall: estimate(1),
            f1: estimate(2),
            b_cubed: with_records.then(|| BCubed { precision: estimate(3), recall: estimate(4), f1: estimate(5) }),
        }
    };
    (of(0, 0), of(5, 6))
}

/// Sums per true person. `truth` and `found` tell the persons of each record ([`NO_TEXT`] where the truth does not know it; every record has a found
/// person), `links` are the published links.
#[must_use]
pub fn sums_by_person(truth: &[u32], found: &[u32], links: impl Iterator<Item = (u32, u32)>) -> Vec<Sums> {
    let known = |row: u32| truth.get(row as usize).copied().filter(|&person| person != NO_TEXT);
    let mut labels: Vec<(u32, u32, u32)> =
        truth.iter().zip(found).zip(0u32..).filter(|((truth, _), _)| **truth != NO_TEXT).map(|((t, f), row)| (*t, *f, row)).collect();
    let persons = labels.iter().map(|label| label.0 as usize + 1).max().unwrap_or(0);
    let clusters = labels.iter().map(|label| label.1 as usize + 1).max().unwrap_or(0);
    let mut size_of_cluster = vec![0.0; clusters];
    for label in &labels {
        bump(&mut size_of_cluster, label.1 as usize, 1.0);
    }
    let mut company = vec![[1.0_f64, 1.0]; truth.len()];
    let mut units: Vec<Sums> = vec![[0.0; 11]; persons];
    for (left, right) in links {
        let (Some(of_left), Some(of_right)) = (known(left), known(right)) else { continue };
        let same = of_left == of_right;
        for (person, row) in [(of_left, left), (of_right, right)] {
            if let Some([right, wrong, ..]) = units.get_mut(person as usize) {
                *(if same { right } else { wrong }) += 0.5;
            }
            if let Some([right, all]) = company.get_mut(row as usize) {
                *right += f64::from(u8::from(same));
                *all += 1.0;
            }
        }
    }
    labels.sort_unstable();
    for group in labels.chunk_by(|left, right| left.0 == right.0) {
        let Some(unit) = group.first().and_then(|label| units.get_mut(label.0 as usize)) else { continue };
        let size = group.len() as f64;
        for cell in group.chunk_by(|left, right| left.1 == right.1) {
            let count = cell.len() as f64;
            let cluster = cell.first().and_then(|label| size_of_cluster.get(label.1 as usize)).copied().unwrap_or(count);
            unit[5] += count * (count - 1.0) / 2.0;
            unit[6] += count * (cluster - count) / 2.0;
            unit[8] += count * count / cluster;
            unit[9] += count * count / size;
        }
        for label in group {
            let [right, all] = company.get(label.2 as usize).copied().unwrap_or([1.0, 1.0]);
            unit[3] += right / all;
            unit[4] += right / size;
        }
        let pairs = size * (size - 1.0) / 2.0;
        unit[2] = pairs - unit[0];
        unit[7] = pairs - unit[5];
        unit[10] = size;
    }
    // A number that no record bears is nobody.
    units.retain(|unit| unit[10] > 0.0);
    units
}

fn bump(counts: &mut [f64], place: usize, by: f64) {
    if let Some(count) = counts.get_mut(place) {
        *count += by;
    }
}

/// Sums per labelled pair: whether it is the same person, is linked, is in one cluster.
#[must_use]
pub fn sums_of_pairs(pairs: impl Iterator<Item = (bool, bool, bool)>) -> Vec<Sums> {
    let sums = |(same, linked, together): (bool, bool, bool)| {
        let of = |said: bool| [same && said, !same && said, same && !said].map(|is| f64::from(u8::from(is)));
        let ([a, b, c], [d, e, f]) = (of(linked), of(together));
        [a, b, c, 0.0, 0.0, d, e, f, 0.0, 0.0, 0.0]
    };
    pairs.map(sums).collect()
}

/// What two runs score over the same units, and the change from the other run to this one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreChange {
    /// Pairwise precision, recall or F1, or B-cubed F1, of links or of clusters.
    pub figure: &'static str,
    /// This run.
    pub here: f64,
    /// The other run.
    pub there: f64,
    /// This run less the other, with the interval of a paired bootstrap.
    pub change: Estimate,
}

/// The figures that are compared, by their place in [`figures`].
const COMPARED: [(&str, usize); 8] = [
    ("precision of links", 0),
    ("recall of links", 1),
    ("F1 of links", 2),
    ("precision of clusters", 6),
    ("recall of clusters", 7),
    ("F1 of clusters", 8),
    ("B-cubed F1 of links", 5),
    ("B-cubed F1 of clusters", 11),
];

/// Compares two runs over the same units: the same person is drawn, or not, for both.
#[must_use]
pub fn changes(here: &[Sums], there: &[Sums]) -> Vec<ScoreChange> {
    let both: Vec<[f64; 22]> = here
        .iter()
        .zip(there)
        .map(|(here, there)| {
            let mut both = [0.0; 22];
            for (slot, value) in both.iter_mut().zip(here.iter().chain(there)) {
                *slot = *value;
            }
            both
        })
        .collect();
    let halves = |sums: &[f64; 22]| {
        let half = |from: usize| sums.get(from..from + 11).and_then(|half| half.try_into().ok()).unwrap_or([0.0; 11]);
        (figures(&half(0)), figures(&half(11)))
    };
    let difference = |sums: &[f64; 22]| {
        let (here, there) = halves(sums);
        here.into_iter().zip(there).map(|(here, there)| here - there).collect()
    };
    let estimates = bootstrap(&both, &difference);
    let total = both.iter().fold([0.0; 22], |mut sums, unit| {
        for (sum, value) in sums.iter_mut().zip(unit) {
            *sum += value;
        }
        sums
    });
    let (here, there) = halves(&total);
    let with_records = total[10] > 0.0;
    let of = |figures: &[f64], place: usize| figures.get(place).copied().unwrap_or(0.0);
    COMPARED
        .iter()
        .filter(|(figure, _)| with_records || !figure.starts_with("B-cubed"))
        .map(|&(figure, place)| ScoreChange {
            figure,
            here: of(&here, place),
            there: of(&there, place),
            change: estimates.get(place).copied().unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-12, "{left} {right}");
    }

    /// True: {0 1 2} {3 4}; found: {0 1} {2 3 4}; links 01, 23, 34; record 5 is unknown to the truth.
    fn example() -> (Vec<u32>, Vec<u32>, Vec<(u32, u32)>) {
        (vec![0, 0, 0, 1, 1, NO_TEXT], vec![0, 0, 1, 1, 1, 1], vec![(0, 1), (2, 3), (3, 4), (4, 5)])
    }

    #[test]
    fn links_and_clusters_score_as_by_hand() {
        let (truth, found, links) = example();
        let (of_links, of_clusters) = scores(&sums_by_person(&truth, &found, links.into_iter()));
        // Links: 01 and 34 are right, 23 is wrong, 02 and 12 are missed.
        assert_eq!(of_links.pairs, Ratio::of(2, 1, 2));
        close(of_links.precision.value, 2.0 / 3.0);
        close(of_links.recall.value, 0.5);
        // Clusters: 01 and 34 right; 23 and 24 wrong; 02 and 12 missed.
        assert_eq!(of_clusters.pairs, Ratio::of(2, 2, 2));
        close(of_clusters.f1.value, 0.5);
        // Company by links: 0 and 1: 2 of 2; 2: 1 of 2; 3: 2 of 3; 4: 2 of 2. Recall: 2/3, 2/3, 1/3, 1, 1.
        let b_cubed = of_links.b_cubed.unwrap();
        close(b_cubed.precision.value, (1.0 + 1.0 + 0.5 + 2.0 / 3.0 + 1.0) / 5.0);
        close(b_cubed.recall.value, (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0 + 1.0 + 1.0) / 5.0);
        // Clusters: precision 1, 1, 1/3, 2/3, 2/3; recall 2/3, 2/3, 1/3, 1, 1.
        let b_cubed = of_clusters.b_cubed.unwrap();
        close(b_cubed.precision.value, (2.0 + 1.0 / 3.0 + 4.0 / 3.0) / 5.0);
        close(b_cubed.recall.value, (4.0 / 3.0 + 1.0 / 3.0 + 2.0) / 5.0);
        assert!(of_links.f1.low <= of_links.f1.value && of_links.f1.value <= of_links.f1.high);
    }

    #[test]
    fn labelled_pairs_score_as_by_hand() {
        let pairs = [(true, true, true), (true, false, true), (false, false, true), (true, false, false), (false, false, false)];
        let (links, clusters) = scores(&sums_of_pairs(pairs.into_iter()));
        assert_eq!((links.pairs, clusters.pairs), (Ratio::of(1, 0, 2), Ratio::of(2, 1, 1)));
        assert!(links.b_cubed.is_none());
    }

    #[test]
    fn a_run_compared_with_itself_does_not_change() {
        let (truth, found, links) = example();
        let units = sums_by_person(&truth, &found, links.into_iter());
        for change in changes(&units, &units) {
            assert_eq!(change.change, Estimate::default(), "{}", change.figure);
        }
        // Against a run that finds everything, F1 of clusters loses a half.
        let perfect = sums_by_person(&truth, &truth, std::iter::empty());
        let change = changes(&units, &perfect);
        let f1 = change.iter().find(|change| change.figure == "F1 of clusters").unwrap();
        close(f1.change.value, -0.5);
        assert!(f1.change.high <= 0.0);
    }
}
