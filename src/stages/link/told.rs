//! What a run tells of its own limits.
//!
//! What comes in: the blocks, the clusters, the model. What goes out: sentences for the officer, and what they rest on. What always holds: nothing here changes a link; a sentence says how many and what
//! to do, never a value of a record.

use rayon::prelude::*;

use super::block::Blocking;
use super::cluster::Clusters;
use super::compare::Comparer;
use super::encode::Encoded;
use super::estimate::{Model, wrong_ages};
use super::score::{Scorer, probability};
use crate::model::amounts::thousands;
use crate::model::{Linked, StandardPersons};

/// Tells of values that are nobody's own, and which records have no date of birth or age of their own.
pub(super) fn births_of_nobody(linked: &mut Linked, encoded: &Encoded, persons: &StandardPersons, model: &Model) {
    linked.warnings.extend(encoded.placeholders.told.iter().cloned());
    linked.without_birth = encoded.rows(&encoded.placeholders.births);
    linked.without_age = encoded.rows(&encoded.placeholders.ages);
    if let Some(share) = wrong_ages(model) {
        linked.without_age = (0..persons.len() as u32).filter(|&row| persons.aged(row as usize).is_some()).collect();
        linked.warnings.push(format!(
            "{:.0}% of the ages and years of birth are three or more years from what other records say of the same people: they count for little in linkage and \
             for nothing after it; see which column the schemas name",
            share * 100.0
        ));
    }
}

/// Expected number of true pairs that narrowing cost: those of the pairs it set aside that would have been published had they been compared, from the
/// probes. What would have stayed below the threshold is no loss of narrowing, and of thousands of millions of pairs a small chance each would add up to
/// more people than there are. Nor is it a loss where other pairs brought the two together.
pub(super) fn lost_by_narrowing(encoded: &Encoded, blocking: &Blocking, scorer: &Scorer, clusters: &Clusters, threshold: f64) -> f64 {
    /// Probes that a worker judges with one memory.
    const CHUNK: usize = 65_536;
    let judged = |probes: &[(u32, u32, f64)]| -> Vec<f64> {
        let mut comparer = Comparer::new(encoded);
        let of = |node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(node);
        let apart = probes.iter().filter(|&&(a, b, _)| of(a) != of(b));
        let judged = apart.map(|&(a, b, weight)| (probability(scorer.bits(comparer.pattern(a, b))), weight));
        judged.filter(|&(probability, _)| probability >= threshold).map(|(probability, weight)| weight * probability).collect()
    };
    // Added up in their order, so that the sum does not depend on the number of threads.
    let judged: Vec<Vec<f64>> = blocking.probes.par_chunks(CHUNK).map(judged).collect();
    judged.iter().flatten().fold(0.0, |sum, lost| sum + lost)
}

/// What is to be said where a few people with very many records make most of the pairs of one person: how many pairs are one person is estimated over all, and everybody else is then
/// linked as if they had as many.
pub(super) fn outweighed(clusters: &Clusters, model: &Model) -> Option<String> {
    /// Records of somebody who has very many.
    const MANY: u64 = 100;
    /// Records of all others from which they are worth a word.
    const OTHERS: f64 = 1000.0;
    /// How many times as many pairs of one person there seem to be than the others have.
    const TIMES: f64 = 8.0;
    let mut records = vec![0_u64; clusters.of_node.len()];
    for &cluster in &clusters.of_node {
        if let Some(count) = records.get_mut(cluster as usize) {
            *count += 1;
        }
    }
    let (many, others): (Vec<u64>, Vec<u64>) = records.into_iter().filter(|&records| records > 0).partition(|&records| records > MANY);
    let pairs = |records: f64| records * (records - 1.0) / 2.0;
    let within = |clusters: &[u64]| clusters.iter().map(|&records| pairs(records as f64)).sum::<f64>();
    let (people, of_others, found) = (many.len(), others.iter().sum::<u64>() as f64, within(&others));
    let times = model.prior.first().copied().unwrap_or(0.0) * pairs(of_others) / found.max(1.0);
    (within(&many) > found && of_others >= OTHERS && times > TIMES).then(|| {
        let (people, times) = (if people == 1 { "1 person".to_owned() } else { format!("{} persons", thousands(people as u64)) }, thousands(times as u64));
        format!("most pairs of one person are of {people} with more than {MANY} different records each: all others were linked as if they had {times} times as many pairs as they have, so some of their links may be wrong; link the extracts that hold these records apart")
    })
}

/// What is to be said of pairs that were not compared and of groups that were handled in parts.
pub(super) fn warnings(blocking: &Blocking, clusters: &Clusters, lost: f64) -> Vec<String> {
    let mut warnings = Vec::new();
    for rule in blocking.rules.iter().filter(|rule| rule.dropped && rule.wanted) {
        warnings.push(format!("the blocking rule {} was left out: its pairs do not fit in the number that may be compared", rule.name));
    }
    let set_aside: u64 = blocking.rules.iter().filter(|rule| !rule.dropped).map(|rule| rule.set_aside).sum();
    if set_aside > 0 && lost >= 1.0 {
        warnings.push(format!("{set_aside} pairs of oversized blocks were not compared; about {lost:.0} of them would have been linked"));
    }
    if clusters.cut > 0 {
        warnings.push(format!(
            "{} groups of more than a thousand look-alike records were handled in parts, which a sample of their pairs brought together; their persons may be too many",
            clusters.cut
        ));
    }
    warnings
}
