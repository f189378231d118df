//! Match weights of patterns.
//!
//! What comes in: a model and a pattern. What goes out: log2 of the odds that the pair is the same person rather than any other, as a fixed-point number
//! of 1/1024 bits, so that sums do not depend on their order. What always holds: a pattern has one weight; the waterfall's steps
//! add up to it.

use super::compare::{FIELDS, is_correction, level_of};
use super::estimate::{Class, LEVELS, Model};
use super::hash::mix;

/// A weight in 1/1024 bits.
pub(crate) type Weight = i32;

/// One bit.
pub(crate) const BIT: Weight = 1024;

/// Weights beyond this many bits are as good as certain.
const MOST_BITS: f64 = 100.0;

/// Tables of logarithms of a model.
pub(crate) struct Scorer {
    prior: [f64; 3],
    levels: [[[f64; LEVELS]; FIELDS.len()]; 3],
    information: [f64; FIELDS.len()],
}

impl Scorer {
    /// A scorer of a model.
    pub(crate) fn new(model: &Model) -> Self {
        let log = |value: f64| libm::log2(value.max(1e-300));
        let mut levels = [[[0.0; LEVELS]; FIELDS.len()]; 3];
        for (logs, table) in levels.iter_mut().flatten().zip(model.levels.iter().flatten()) {
            for (slot, value) in logs.iter_mut().zip(table).skip(1) {
                *slot = log(*value);
            }
        }
        let mut information = [0.0; FIELDS.len()];
        // Corrections are factors and no probabilities: they tell nothing themselves.
        for ((index, slot), (same, unrelated)) in information.iter_mut().enumerate().zip(model.levels[0].iter().zip(&model.levels[2])) {
            let bits = |(m, u): (&f64, &f64)| if *m > 0.0 { m * (log(*m) - log(*u)) } else { 0.0 };
            *slot = if is_correction(index) { 0.0 } else { same.iter().zip(unrelated).skip(1).map(bits).sum() };
        }
        Self { prior: model.prior.map(log), levels, information }
    }

    /// Log2 odds of the same person.
    pub(crate) fn bits(&self, pattern: u64) -> f64 {
        self.bits_of_first(pattern, FIELDS.len())
    }

    /// Log2 odds from the prior and the first `fields` fields only.
    pub(crate) fn bits_of_first(&self, pattern: u64, fields: usize) -> f64 {
        let mut sums = self.prior;
        for (sum, table) in sums.iter_mut().zip(&self.levels) {
            for (index, logs) in table.iter().enumerate().take(fields) {
                *sum += logs.get(level_of(pattern, index)).copied().unwrap_or(0.0);
            }
        }
        let [same, household, unrelated] = sums;
        let (low, high) = if household < unrelated { (household, unrelated) } else { (unrelated, household) };
        let other = high + libm::log2(1.0 + libm::exp2(low - high));
        (same - other).clamp(-MOST_BITS, MOST_BITS)
    }

    /// What the fields present in a pattern can tell: the bits that a pair of one person shows on average, its information for
    /// discrimination (Kullback and Leibler 1951), in whole bits from one.
    pub(crate) fn information(&self, pattern: u64) -> i64 {
        let present = (0..FIELDS.len()).filter(|&index| level_of(pattern, index) > 0);
        let bits: f64 = present.map(|index| self.information.get(index).copied().unwrap_or(0.0)).sum();
        (libm::round(bits) as i64).max(1)
    }

    /// The weight of a pattern.
    pub(crate) fn weight(&self, pattern: u64) -> Weight {
        libm::round(self.bits(pattern) * f64::from(BIT)) as Weight
    }

    /// Bits that a level speaks for the same person against each other class.
    pub(crate) fn level_bits(&self, index: usize, level: usize) -> [f64; 2] {
        let log = |class: Class| {
            self.levels.get(class as usize).and_then(|table| table.get(index)).and_then(|logs| logs.get(level)).copied().unwrap_or(0.0)
        };
        [log(Class::Same) - log(Class::Household), log(Class::Same) - log(Class::Unrelated)]
    }
}

/// A worker's memory of pattern weights: a table of fixed size in which a newer pattern displaces an older one.
pub(crate) struct Weights<'a> {
    scorer: &'a Scorer,
    slots: Vec<(u64, Weight)>,
}

impl Weights<'_> {
    /// What the fields present in a pattern can tell.
    pub(crate) fn information(&self, pattern: u64) -> i64 {
        self.scorer.information(pattern)
    }
}

impl<'a> Weights<'a> {
    /// An empty memory.
    pub(crate) fn new(scorer: &'a Scorer) -> Self {
        Self { scorer, slots: vec![(u64::MAX, 0); 1 << 15] }
    }

    /// The weight of a pattern.
    pub(crate) fn of(&mut self, pattern: u64) -> Weight {
        let position = mix(pattern) as usize & (self.slots.len() - 1);
        let slot = self.slots.get_mut(position).expect("the mask keeps the slot inside the table");
        if slot.0 != pattern {
            *slot = (pattern, self.scorer.weight(pattern));
        }
        slot.1
    }
}

/// The probability of log2 odds.
pub(crate) fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + libm::exp2(-bits))
}

/// The log2 odds of a probability.
pub(crate) fn odds_bits(probability: f64) -> f64 {
    let probability = probability.clamp(1e-12, 1.0 - 1e-12);
    libm::log2(probability / (1.0 - probability))
}
