//! How often one source names one person twice.
//!
//! What comes in: records with source and role, and weighted pairs. What goes out: per node the channels it occurs in, and per channel what
//! two records of one channel say against being one person. What always holds: estimated from the data, never positive, nothing where there
//! is only one channel; a channel is a source and a role in it, because a parent stands on the row of every child.
//!
//! Each pair of sources has a prior of its own (Winkler, "Improved decision rules in the Fellegi–Sunter model", 1993): a school names a pupil
//! once, so two of its pupils with one name and birthday are two, where the police name one person as often as there are crimes.
//! The prior of a channel with itself, relative to that of all pairs, comes from the probabilities of the pairs within it; it applies
//! once to two clusters that share the channel, not to each pair of their records, since what repeats is one coincidence.

use std::collections::HashMap;

use rayon::prelude::*;

use super::super::encode::Encoded;
use super::super::score::{BIT, Weight, probability};
use super::Edge;
use crate::model::{PersonRole, Source, StandardPersons};

/// Bits that one channel may speak against at most.
const MOST_AGAINST: f64 = -6.0;
/// Rounds of expectation and maximisation of a channel's prior, weights held fixed.
const ROUNDS: usize = 8;
/// Weights are counted in bins of one bit from here.
const LEAST: Weight = -8;
const BINS: usize = 32;
/// Channels that a mask has room for; the smallest others say nothing.
const MOST_CHANNELS: usize = 64;

/// Channels of nodes, and what sharing one says.
pub(crate) struct Channels {
    masks: Vec<u64>,
    against: Vec<Weight>,
}

impl Channels {
    /// Estimates the channels' priors.
    pub(crate) fn estimate(encoded: &Encoded, persons: &StandardPersons, sources: &[Source], edges: &[Edge]) -> Self {
        let (channel_of, count) = number(encoded, persons, sources);
        let mut masks = vec![0_u64; encoded.nodes.len()];
        let mut keyed: Vec<(u32, u8)> = encoded.node_of.iter().copied().zip(channel_of).collect();
        keyed.par_sort_unstable();
        let mut tallies = vec![Tally::default(); count];
        let mut everywhere = Tally { records: keyed.len() as f64, ..Tally::default() };
        for node in keyed.chunk_by(|a, b| a.0 == b.0) {
            everywhere.certain += pairs(node.len() as f64);
            for run in node.chunk_by(|a, b| a.1 == b.1) {
                let Some(&(number, channel)) = run.first() else { continue };
                if let (Some(tally), Some(mask)) = (tallies.get_mut(usize::from(channel)), masks.get_mut(number as usize)) {
                    tally.records += run.len() as f64;
                    tally.certain += pairs(run.len() as f64);
                    *mask |= 1 << channel;
                }
            }
        }
        for edge in edges {
            everywhere.add(edge.weight);
            let mask = |node: u32| masks.get(node as usize).copied().unwrap_or(0);
            for channel in bits_of(mask(edge.left) & mask(edge.right)) {
                if let Some(tally) = tallies.get_mut(channel) {
                    tally.add(edge.weight);
                }
            }
        }
        let everywhere = everywhere.prior_after(0.0);
        let against = tallies
            .iter()
            .map(|tally| {
                let mut against = 0.0;
                for _ in 0..ROUNDS {
                    against = libm::log2(tally.prior_after(against) / everywhere).clamp(MOST_AGAINST, 0.0);
                }
                libm::round(against * f64::from(BIT)) as Weight
            })
            .collect();
        Self { masks, against }
    }

    /// Channels that say nothing.
    #[cfg(test)]
    pub(super) fn silent() -> Self {
        Self { masks: Vec::new(), against: Vec::new() }
    }

    /// The channels of a node, as bits.
    pub(crate) fn of(&self, node: u32) -> u64 {
        self.masks.get(node as usize).copied().unwrap_or(0)
    }

    /// What sharing these channels says, at most 0.
    pub(crate) fn against(&self, shared: u64) -> Weight {
        bits_of(shared).map(|channel| self.against.get(channel).copied().unwrap_or(0)).sum()
    }
}

/// The pairs within a channel.
#[derive(Clone, Default)]
struct Tally {
    records: f64,
    /// Pairs of records with the same content.
    certain: f64,
    /// Candidate pairs by weight in whole bits, from [`LEAST`].
    candidates: [u64; BINS],
}

impl Tally {
    fn add(&mut self, weight: Weight) {
        let bin = (weight / BIT - LEAST).clamp(0, BINS as Weight - 1);
        if let Some(count) = self.candidates.get_mut(bin as usize) {
            *count += 1;
        }
    }

    /// The share of pairs that are the same person, if each candidate's weight changes by so many bits. One pair more than is
    /// found is counted: a small channel says little.
    fn prior_after(&self, change: f64) -> f64 {
        let same: f64 =
            self.candidates.iter().zip(LEAST..).map(|(&count, bits)| count as f64 * probability(f64::from(bits) + 0.5 + change)).sum();
        (same + self.certain + 1.0) / pairs(self.records).max(1.0)
    }
}

fn pairs(records: f64) -> f64 {
    records * (records - 1.0) / 2.0
}

fn bits_of(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize);
        mask &= mask.wrapping_sub(1);
        bit
    })
}

/// The channel of each record of `order`, numbered by how many records it has (ties by name and role), and how many there are.
fn number(encoded: &Encoded, persons: &StandardPersons, sources: &[Source]) -> (Vec<u8>, usize) {
    let key = |row: u32| {
        let source = persons.position.get(row as usize).map_or(u16::MAX, |position| position.source);
        (source, persons.role.get(row as usize).copied().unwrap_or(PersonRole::Person))
    };
    let mut counts: HashMap<(u16, PersonRole), u64> = HashMap::new();
    for &row in &encoded.order {
        *counts.entry(key(row)).or_default() += 1;
    }
    let name = |source: u16| sources.get(usize::from(source)).map(|source| source.name.as_str());
    let mut ordered: Vec<((u16, PersonRole), u64)> = counts.into_iter().collect();
    ordered.sort_unstable_by(|(a, more), (b, fewer)| fewer.cmp(more).then_with(|| (name(a.0), a.1 as u8).cmp(&(name(b.0), b.1 as u8))));
    ordered.truncate(MOST_CHANNELS);
    let numbers: HashMap<(u16, PersonRole), u8> = ordered.iter().zip(0..).map(|(&(key, _), number)| (key, number)).collect();
    (encoded.order.iter().map(|&row| numbers.get(&key(row)).copied().unwrap_or(u8::MAX)).collect(), ordered.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_that_names_everybody_once_speaks_against_and_one_that_repeats_does_not() {
        let tally = |weight: Weight, candidates: usize| {
            let mut tally = Tally { records: 10_000.0, ..Tally::default() };
            (0..candidates).for_each(|_| tally.add(weight));
            tally
        };
        // Of ten thousand records, five thousand pairs are the same person everywhere; in one channel twenty pairs look doubtful.
        let everywhere = tally(15 * BIT, 5_000).prior_after(0.0);
        let repeats = libm::log2(tally(15 * BIT, 5_000).prior_after(0.0) / everywhere);
        let once = libm::log2(tally(0, 20).prior_after(0.0) / everywhere);
        assert!(repeats.abs() < 0.01, "{repeats}");
        assert!(once < -7.0, "{once}");
    }

    #[test]
    fn a_small_channel_says_nothing() {
        let everywhere = 1.0 / 10_000.0;
        let small = Tally { records: 12.0, ..Tally::default() };
        assert!(small.prior_after(0.0) > everywhere);
    }

    #[test]
    fn what_several_shared_channels_say_adds_up() {
        let channels = Channels { masks: vec![0b011, 0b110], against: vec![-BIT, -3 * BIT, 0] };
        assert_eq!(channels.against(channels.of(0) & channels.of(1)), -3 * BIT);
        assert_eq!(channels.against(0b111), -4 * BIT);
        assert_eq!(channels.against(0), 0);
    }
}
