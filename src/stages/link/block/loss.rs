//! What blocking does with pairs that are known to be one person: met by which rule, or lost and why.
//!
//! What comes in: blocks, and pairs of nodes. What goes out: [`Met`]. What always holds: the reason for a lost pair is that of the rule it came nearest
//! to: the one with the fewest keys against it, of equal ones the one with most keys for it, then the first; no value of a record is in it.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::super::encode::{Encoded, Node};
use super::keys::Key;
use super::{Blocking, BuiltRule};

/// How pairs were met.
#[derive(Clone, Debug, Default)]
pub struct Met {
    /// Names of the keys; [`Loss`] counts into it.
    pub keys: Vec<String>,
    /// The rules in their order.
    pub rules: Vec<MetRule>,
    /// Per pair, in the order given.
    pub pairs: Vec<PairMet>,
}

/// What one rule met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetRule {
    /// The rule in words.
    pub name: String,
    /// Pairs it met that no rule before it had met; of records equal in all that is compared, one counts.
    pub first: u64,
    /// Pairs it met.
    pub all: u64,
}

/// How a pair was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairMet {
    /// Some rule brings the records together.
    Compared,
    /// The records are equal in all that is compared.
    Equal,
    /// No rule does.
    Lost(Loss),
    /// A record is not in the files, or is a test record.
    NoRecord,
}

/// Why a pair was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// The rule it came nearest to.
    pub rule: usize,
    /// Keys of that rule that a record lacks.
    pub missing: Vec<usize>,
    /// Keys of that rule that differ.
    pub differing: Vec<usize>,
    /// All keys agree, and yet: the rule was left out of the run, as a whole.
    pub left_out: bool,
    /// Every key, of any rule, that a record lacks, as bits.
    pub all_missing: u128,
    /// Every key, of any rule, that differs, as bits.
    pub all_differing: u128,
}

/// The keys of all rules, once each.
fn keys_of(rules: &[BuiltRule]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for key in rules.iter().flat_map(|rule| &rule.keys) {
        if !keys.contains(key) {
            keys.push(*key);
        }
    }
    keys
}

/// What a key says of two records.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Same,
    Missing,
    Differing,
}

fn says(key: Key, left: &Node, right: &Node, encoded: &Encoded) -> Says {
    match (key.of(left, encoded), key.of(right, encoded)) {
        (Some(left), Some(right)) if left == right => Says::Same,
        (Some(_), Some(_)) => Says::Differing,
        _ => Says::Missing,
    }
}

impl Blocking {
    /// How each pair of nodes is met; `None` is a record that is not there.
    pub(crate) fn met(&self, encoded: &Encoded, pairs: impl Iterator<Item = Option<(u32, u32)>>) -> Met {
        let keys = keys_of(&self.rules);
        let mut met = Met {
            keys: keys.iter().map(|key| key.name(encoded)).collect(),
            rules: self.rules.iter().map(|rule| MetRule { name: rule.name.clone(), first: 0, all: 0 }).collect(),
            pairs: Vec::new(),
        };
        // Rules hold nodes, and so count pairs of nodes: of equal records, one.
        let mut counted = HashSet::new();
        for pair in pairs {
            let how = match pair {
                None => PairMet::NoRecord,
                Some((left, right)) if left == right => PairMet::Equal,
                Some((left, right)) => {
                    let mut any = false;
                    let new = counted.insert((left.min(right), left.max(right)));
                    for (rule, counts) in met.rules.iter_mut().enumerate() {
                        if self.share(rule, left, right) {
                            counts.all += u64::from(new);
                            counts.first += u64::from(new && !any);
                            any = true;
                        }
                    }
                    if any { PairMet::Compared } else { PairMet::Lost(self.loss(&keys, encoded.node(left), encoded.node(right), encoded)) }
                }
            };
            met.pairs.push(how);
        }
        met
    }

    /// True if one rule brings two nodes together.
    fn share(&self, rule: usize, left: u32, right: u32) -> bool {
        // A node in no block has a number that no other node has.
        let block = |node: u32| self.block_of.get(node as usize * self.stride + rule);
        block(left) == block(right)
    }

    fn loss(&self, keys: &[Key], left: &Node, right: &Node, encoded: &Encoded) -> Loss {
        let said: Vec<Says> = keys.iter().map(|&key| says(key, left, right, encoded)).collect();
        let bits = |wanted: Says| {
            said.iter().enumerate().fold(0_u128, |bits, (key, says)| if *says == wanted { bits | 1 << key.min(127) } else { bits })
        };
        let nearest = self.rules.iter().enumerate().map(|(number, rule)| {
            let of = |wanted: Says| -> Vec<usize> {
                let place = |key: &Key| keys.iter().position(|other| other == key);
                rule.keys.iter().filter_map(place).filter(|&place| said.get(place) == Some(&wanted)).collect()
            };
            Loss {
                rule: number,
                missing: of(Says::Missing),
                differing: of(Says::Differing),
                left_out: rule.dropped,
                all_missing: bits(Says::Missing),
                all_differing: bits(Says::Differing),
            }
        });
        let agreeing = |loss: &Loss| {
            let keys = self.rules.get(loss.rule).map_or(0, |rule| rule.keys.len());
            keys.saturating_sub(loss.missing.len() + loss.differing.len())
        };
        nearest.min_by_key(|loss| (loss.missing.len() + loss.differing.len(), Reverse(agreeing(loss)))).unwrap_or_default()
    }
}
