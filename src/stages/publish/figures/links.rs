//! The counts behind what the report says of linkage.

use std::collections::BTreeMap;

use super::super::contents::RunContents;
use crate::model::LinkDecision;

/// What linkage did.
#[derive(Default)]
pub(in super::super) struct LinkFigures {
    /// Pairs at or above the threshold and inside one person.
    pub(in super::super) linked: u64,
    /// Pairs below it, yet inside one person.
    pub(in super::super) implied: u64,
    /// Pairs inside one person because somebody decided so.
    pub(in super::super) decided: u64,
    /// Pairs for a person to judge.
    pub(in super::super) review: u64,
    /// Pairs kept apart by conflicting evidence.
    pub(in super::super) prevented: u64,
    /// Prevented merges by reason.
    pub(in super::super) reasons: BTreeMap<&'static str, u64>,
    /// Persons by number of records: 1, 2, 3 to 4, 5 to 8, 9 and more.
    pub(in super::super) by_records: [u64; 5],
    /// Persons found in two feeds or more.
    pub(in super::super) in_several_feeds: u64,
    /// (lower edge in whole bits, pairs), ascending, one bit wide.
    pub(in super::super) histogram: Vec<(i64, u64)>,
    /// True if the histogram counts every compared pair, false if only those that were kept.
    pub(in super::super) histogram_of_all: bool,
    /// The threshold in bits, if the probability has one.
    pub(in super::super) threshold_bits: Option<f64>,
}

impl LinkFigures {
    /// Counts what linkage did.
    pub(super) fn of(run: &RunContents<'_>) -> Self {
        let mut figures = Self::default();
        for link in &run.linked.links {
            match link.decision {
                LinkDecision::Linked => figures.linked += 1,
                LinkDecision::Implied => figures.implied += 1,
                LinkDecision::Decided => figures.decided += 1,
                LinkDecision::Review => figures.review += 1,
                LinkDecision::Prevented => figures.prevented += 1,
                LinkDecision::Unlinked => {}
            }
        }
        for pair in &run.linked.prevented {
            *figures.reasons.entry(pair.reason).or_default() += 1;
        }
        let mut records = vec![0_u32; run.linked.persons()];
        // One bit per feed; pipelines with more than 128 feeds share the last bit, which can only undercount.
        let mut feeds = vec![0_u128; run.linked.persons()];
        for (record, position) in run.persons.position.iter().enumerate() {
            let Some(person) = run.person_of(record as u32) else { continue };
            if let (Some(records), Some(feeds)) = (records.get_mut(person as usize), feeds.get_mut(person as usize)) {
                *records += 1;
                *feeds |= 1 << position.source.min(127);
            }
        }
        for count in records {
            let bucket = match count {
                0..=1 => 0,
                2 => 1,
                3..=4 => 2,
                5..=8 => 3,
                _ => 4,
            };
            if let Some(persons) = figures.by_records.get_mut(bucket) {
                *persons += 1;
            }
        }
        figures.in_several_feeds = feeds.iter().filter(|feeds| feeds.count_ones() > 1).count() as u64;
        (figures.histogram, figures.histogram_of_all) = histogram(run);
        figures.threshold_bits = threshold_bits(run);
        figures
    }
}

/// Pairs per whole bit of match weight: of every compared pair if the model says (`weight_histogram`, a list of
/// `[lower edge in bits, pairs]`), else of the kept pairs.
fn histogram(run: &RunContents<'_>) -> (Vec<(i64, u64)>, bool) {
    let of_model: Option<BTreeMap<i64, u64>> =
        run.linked.model.get("weight_histogram").and_then(|bins| {
            bins.as_array()?.iter().map(|bin| Some((bin.get(0)?.as_f64()?.floor() as i64, bin.get(1)?.as_u64()?))).collect()
        });
    if let Some(bins) = of_model.filter(|bins| !bins.is_empty()) {
        return (bins.into_iter().collect(), true);
    }
    let mut bins: BTreeMap<i64, u64> = BTreeMap::new();
    for link in run.linked.links.iter().filter(|link| link.weight.is_finite()) {
        *bins.entry(f64::from(link.weight).floor() as i64).or_default() += 1;
    }
    (bins.into_iter().collect(), false)
}

/// The weight from which pairs count as the same person: the log-odds of the threshold.
fn threshold_bits(run: &RunContents<'_>) -> Option<f64> {
    let threshold = run.linked.threshold;
    (threshold > 0.0 && threshold < 1.0).then(|| libm::log2(threshold / (1.0 - threshold)))
}
