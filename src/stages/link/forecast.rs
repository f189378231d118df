//! What a run will cost, said before a pair is compared.
//!
//! What comes in: the encoded records, the blocks, what the rest of the run holds in memory. What goes out: exact pairs per rule with the largest
//! groups, and estimates of memory and work; the run is refused where it cannot keep its ceilings. What always holds: what is saved with the run depends on the
//! records and settings only, neither on the machine nor on the number of threads; groups are named by their rule, never by the value they share.
//!
//! The sizes behind the estimate were measured on synthetic counties of 20,000, 100,000 and 750,000 people and are rounded up: a
//! ceiling is worth more than a close estimate.

use serde_json::{Value, json};

use super::block::Blocking;
use super::encode::Encoded;
use crate::model::StandardPersons;
use crate::model::amounts::{bytes_in_words, thousands};

/// Program, threads and their memories, and the tables that are written one after the other.
const BASE: u64 = 320 << 20;
/// Of each byte that tables hold, what the allocator takes.
const HELD: f64 = 1.25;
/// Bytes per distinct record while records are encoded: the rows of codes twice, names, full names.
const PER_NODE: u64 = 380;
/// Bytes per entry of a block or of the table of blocks.
const PER_ENTRY: u64 = 4;
/// Bytes per kept pair: collected, sorted, clustered, written, remembered.
const PER_KEPT_PAIR: u64 = 190;
/// Bytes per pair whose pattern is held.
const PER_HELD_PAIR: u64 = 4;
/// Kept pairs per distinct record where nothing better is known.
const KEPT_PER_NODE: f64 = 1.5;
/// Seconds of one core per record and per pair, from reading to publishing.
const PER_RECORD_SECONDS: f64 = 12e-6;
const PER_PAIR_SECONDS: f64 = 0.35e-6;
/// Rules shown to people.
const SHOWN: usize = 5;

/// What the run holds besides what linkage makes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    /// Bytes of the tables that are not handed to linkage but live as long: raw records, events.
    pub bytes: u64,
    /// Memory the process has in use, where the system tells: guards against refusing too late, and is never saved.
    pub resident: Option<u64>,
}

/// One rule of the forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleForecast {
    /// Its keys in words.
    pub rule: String,
    /// Pairs it adds to the rules before it.
    pub pairs: u64,
    /// Records that share the most frequent value of its keys.
    pub largest_group: usize,
    /// Groups that were narrowed by further keys.
    pub narrowed: usize,
    /// Pairs that narrowing set aside.
    pub set_aside: u64,
    /// True if its pairs did not fit and it was left out.
    pub dropped: bool,
}

/// What a run will cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Records that take part.
    pub records: usize,
    /// Records of distinct content.
    pub distinct: usize,
    /// Pairs that will be compared: exact.
    pub pairs: u64,
    /// The rules, in their order.
    pub rules: Vec<RuleForecast>,
    /// Estimated peak of memory in bytes.
    pub memory: u64,
    /// The part of it that kept pairs take.
    pub of_kept_pairs: u64,
    /// Estimated seconds of one core's work.
    pub core_seconds: f64,
}

/// Pairs to be kept where nothing better is known.
pub(super) fn kept_by_default(encoded: &Encoded) -> f64 {
    encoded.nodes.len() as f64 * KEPT_PER_NODE
}

impl Forecast {
    /// Forecasts a run; `kept_pairs` where an estimate of them exists.
    pub(super) fn of(encoded: &Encoded, blocking: &Blocking, persons: &StandardPersons, held: Held, kept_pairs: Option<f64>) -> Self {
        let (records, distinct, pairs) = (encoded.order.len(), encoded.nodes.len(), blocking.pairs());
        let kept = kept_pairs.unwrap_or(kept_by_default(encoded).min(pairs as f64));
        let of_kept_pairs = (kept * PER_KEPT_PAIR as f64) as u64;
        let tables = ((held.bytes + persons.bytes()) as f64 * HELD) as u64;
        let work = distinct as u64 * PER_NODE + blocking.entries() as u64 * PER_ENTRY;
        let rules = blocking.rules.iter().map(|rule| RuleForecast {
            rule: rule.name.clone(),
            pairs: rule.pairs,
            largest_group: rule.largest_group,
            narrowed: rule.narrowed,
            set_aside: rule.set_aside,
            dropped: rule.dropped,
        });
        Self {
            records,
            distinct,
            pairs,
            rules: rules.collect(),
            memory: BASE + tables + work + of_kept_pairs,
            of_kept_pairs,
            core_seconds: records as f64 * PER_RECORD_SECONDS + pairs as f64 * PER_PAIR_SECONDS,
        }
    }

    /// The same with the patterns of all pairs held between estimating and scoring.
    pub(super) fn holding(&self) -> Self {
        Self { memory: self.memory + self.pairs * PER_HELD_PAIR, ..self.clone() }
    }

    /// Memory to expect given what the process has in use at this point, with what linkage has yet to make.
    pub(super) fn memory_given(&self, held: Held, encoded: &Encoded) -> u64 {
        let to_come = self.of_kept_pairs + encoded.nodes.len() as u64 * PER_ENTRY * 8;
        self.memory.max(held.resident.unwrap_or(0) + to_come)
    }

    /// The rule that most pairs come from.
    pub(super) fn largest_rule(&self) -> Option<&RuleForecast> {
        self.rules.iter().max_by_key(|rule| (rule.pairs, rule.largest_group))
    }

    /// As it is saved with the run.
    #[must_use]
    pub fn value(&self) -> Value {
        let rules: Vec<Value> = self
            .rules
            .iter()
            .map(|rule| {
                json!({
                    "rule": rule.rule,
                    "pairs": rule.pairs,
                    "largest_group": rule.largest_group,
                    "groups_narrowed": rule.narrowed,
                    "pairs_set_aside": rule.set_aside,
                    "dropped": rule.dropped,
                })
            })
            .collect();
        json!({
            "records": self.records,
            "distinct_records": self.distinct,
            "pairs": self.pairs,
            "memory_bytes": self.memory,
            "core_seconds": (self.core_seconds * 10.0).round() / 10.0,
            "rules": rules,
        })
    }

    /// One line for people.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            "forecast: {} records, {} pairs to compare ({:.1} per record), up to {} of memory, about {:.0} s of one core's work",
            thousands(self.records as u64),
            thousands(self.pairs),
            self.pairs as f64 / self.records.max(1) as f64,
            bytes_in_words(self.memory),
            self.core_seconds.ceil()
        )
    }

    /// The line and the rules that matter most.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = vec![self.line()];
        let mut rules: Vec<&RuleForecast> = self.rules.iter().filter(|rule| !rule.dropped).collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.pairs));
        for rule in rules.iter().take(SHOWN) {
            lines.push(format!(
                "  {} pairs by {}, at most {} records alike",
                thousands(rule.pairs),
                rule.rule,
                thousands(rule.largest_group as u64)
            ));
        }
        let narrowed: usize = rules.iter().map(|rule| rule.narrowed).sum();
        if let Some(largest) = rules.iter().filter(|rule| rule.narrowed > 0).max_by_key(|rule| rule.set_aside) {
            let set_aside: u64 = rules.iter().map(|rule| rule.set_aside).sum();
            lines.push(format!(
                "  {} groups of too many records are narrowed by further keys, which sets {} pairs aside; most by {}, where {} records are alike",
                thousands(narrowed as u64),
                thousands(set_aside),
                largest.rule,
                thousands(largest.largest_group as u64)
            ));
        }
        lines.join("\n")
    }
}
