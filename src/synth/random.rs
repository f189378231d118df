//! The single source of randomness: a stream per entity.
//!
//! In: the run's seed, what the stream is for, and which entity it belongs to. Out: a small generator. What always holds: the
//! stream of one entity does not depend on any other entity, on order or on threads.

use fastrand::Rng;

/// What a stream is for: two purposes of one entity never share a stream.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Purpose {
    /// Who lives together.
    Household = 1,
    /// Where a family lived before and will live.
    Moves = 2,
    /// Streets and house counts.
    Places = 3,
    /// School career.
    School = 4,
    /// Crime and anti-social behaviour.
    Crime = 5,
    /// Benefits, care, health, housing.
    Home = 6,
    /// What an agency's copy of a person says.
    Copy = 7,
    /// What an agency's copy of an address says.
    AddressCopy = 8,
    /// Whether an agency knows somebody, and other choices per extract.
    Extract = 9,
    /// Order of the rows of an extract.
    Order = 10,
    /// Telephones and e-mail.
    Contact = 11,
    /// Late deliveries.
    Late = 12,
    /// Rows that should not be there: tests and duplicates.
    Stray = 13,
    /// Institutions.
    Communal = 14,
    /// What changes from the second month on.
    Onward = 15,
    /// What becomes of families that the service works with.
    Help = 16,
    /// Professionals, staff and the register of restricted people and places.
    Service = 17,
    /// Provision and work of adults.
    Work = 18,
}

/// One step of the splitmix64 finaliser (Steele, Lea & Flood 2014).
const fn scramble(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A number that depends on nothing but its arguments.
pub(crate) const fn mix(seed: u64, purpose: Purpose, first: u64, second: u64) -> u64 {
    let state = scramble(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
    let state = scramble(state ^ (purpose as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let state = scramble(state ^ first.wrapping_mul(0xd6e8_feb8_6659_fd93));
    scramble(state ^ second.wrapping_mul(0xa076_1d64_78bd_642f))
}

/// The stream of an entity.
pub(crate) fn stream(seed: u64, purpose: Purpose, first: u64, second: u64) -> Rng {
    Rng::with_seed(mix(seed, purpose, first, second))
}

/// Draws used everywhere.
pub(crate) trait Draw {
    /// True with this probability.
    fn chance(&mut self, probability: f64) -> bool;
    /// A whole number from `low` to `high`, both included.
    fn between(&mut self, low: i32, high: i32) -> i32;
    /// One of them; every slice given here is a non-empty constant or was checked.
    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T;
    /// Roughly normal: the sum of four uniforms, which never lies more than 3.5 deviations out.
    fn normal(&mut self, mean: f64, deviation: f64) -> f64;
}

impl Draw for Rng {
    fn chance(&mut self, probability: f64) -> bool {
        self.f64() < probability
    }

    fn between(&mut self, low: i32, high: i32) -> i32 {
        self.i32(low..=high.max(low))
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        items.get(self.usize(0..items.len())).expect("a draw below the length is in range")
    }

    fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let sum = self.f64() + self.f64() + self.f64() + self.f64();
        (sum - 2.0) * 1.732_050_8 * deviation + mean
    }
}

/// A table of weights to draw from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weighted {
    sums: Vec<u64>,
}

impl Weighted {
    /// The table of these weights.
    pub(crate) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut total = 0;
        let sums = weights
            .into_iter()
            .map(|weight| {
                total += weight;
                total
            })
            .collect();
        Self { sums }
    }

    /// The index of a weight, drawn in proportion to it.
    pub(crate) fn pick(&self, rng: &mut Rng) -> usize {
        let total = self.sums.last().copied().unwrap_or(1).max(1);
        let drawn = rng.u64(0..total);
        self.sums.partition_point(|&sum| sum <= drawn)
    }
}

/// Index drawn from a short constant list of weights.
pub(crate) fn weighted(rng: &mut Rng, weights: &[u32]) -> usize {
    let total: u32 = weights.iter().sum();
    let mut drawn = rng.u32(0..total.max(1));
    for (index, &weight) in weights.iter().enumerate() {
        if drawn < weight {
            return index;
        }
        drawn -= weight;
    }
    weights.len().saturating_sub(1)
}
