//! Candidate pairs by sorting, never as a table.
//!
//! What comes in: [`Encoded`] and a budget of pairs. What goes out: [`Blocking`]: per rule its blocks and exact counts, and a way to
//! stream all pairs over all threads. What always holds: a pair is streamed once, by the first rule whose *effective* block (after
//! narrowing) holds both records, which is decided from block numbers alone; the counts are known before a comparison is made.

mod divide;
mod keys;
pub(crate) mod loss;
mod plan;
mod rules;
mod sorted;
mod stream;

use rayon::prelude::*;

use super::encode::Encoded;
use super::hash::mix;
use crate::config::checked::LinkSettings;
use crate::model::Progress;
use crate::model::hash::FastSet;
use divide::Dividing;
use keys::Key;
pub(crate) use plan::LastMonth;
use rules::{Rule, Use, choose};
use sorted::Blocks;
use stream::NewPairs;
pub(crate) use stream::{Place, Stream};

/// Pairs looked at in each narrowed block to estimate what narrowing lost.
const PROBES_PER_BLOCK: u64 = 20;

/// Share of the budget that one of many rules may take before its blocks are narrowed.
const MOST_OF_THE_BUDGET: f64 = 0.10;

/// Share of the budget that the rare values of a rule take which does not fit as a whole.
const RARE_SHARE: f64 = 0.05;

/// Blocks that are not made smaller any more.
const LEAST_NARROWED: usize = 4;

/// The largest size of groups of equal keys of which all up to that size together make so many pairs at most.
fn rare(keyed: &[(u64, u32)], pairs: u64) -> usize {
    let mut of_size: Vec<u64> = Vec::new();
    for group in keyed.chunk_by(|a, b| a.0 == b.0) {
        let size = group.len().min(LARGEST_RARE);
        if of_size.len() <= size {
            of_size.resize(size + 1, 0);
        }
        if let Some(made) = of_size.get_mut(size) {
            *made += size as u64 * (size as u64).saturating_sub(1) / 2;
        }
    }
    let mut left = pairs;
    let fitting = of_size.iter().take_while(|&&made| {
        let fits = made <= left;
        left = left.saturating_sub(made);
        fits
    });
    fitting.count().saturating_sub(1).max(LEAST_NARROWED)
}

/// The search for the largest blocks that a rule can afford: halved until they fit, then grown half the way back while that is worth another look.
#[derive(Default)]
struct Limit {
    fits: Option<usize>,
    too_large: Option<usize>,
}

impl Limit {
    /// The limit to be tried after one that was accepted or not; nothing if that is the one, or halving goes on.
    fn next(&mut self, tried: usize, accepted: bool) -> Option<usize> {
        if accepted && self.fits == Some(tried) {
            return None;
        }
        *(if accepted { &mut self.fits } else { &mut self.too_large }) = Some(tried);
        let (fits, too_large) = (self.fits?, self.too_large?);
        let between = usize::midpoint(fits, too_large);
        if (too_large - fits) * WORTH_A_LOOK > fits && between > fits { Some(between) } else { Some(fits).filter(|_| !accepted) }
    }
}

/// Blocks are grown as long as they might become larger by this part.
const WORTH_A_LOOK: usize = 4;

/// A value that more records have is not rare.
const LARGEST_RARE: usize = 1000;

/// What became of a rule.
pub(crate) struct BuiltRule {
    /// Its keys in words.
    pub(crate) name: String,
    /// Its keys.
    keys: Vec<Key>,
    /// Its blocks; empty if the rule was dropped.
    pub(crate) blocks: Blocks,
    /// Pairs its blocks hold, those of the rules before it included.
    pub(crate) block_pairs: u64,
    /// Pairs it adds to the rules before it.
    pub(crate) pairs: u64,
    /// Which of its blocks' pairs they are.
    new: NewPairs,
    /// Largest block in which all pairs were compared.
    pub(crate) largest_block: usize,
    /// Records that share the most frequent value of its keys.
    pub(crate) largest_group: usize,
    /// Groups of records that were narrowed.
    pub(crate) narrowed: usize,
    /// Pairs that narrowing set aside.
    pub(crate) set_aside: u64,
    /// True if it is not one of those that are only tried.
    pub(crate) wanted: bool,
    /// True if the rule did not fit in the budget.
    pub(crate) dropped: bool,
    /// True if all its keys are personal identifiers.
    pub(crate) by_identifier: bool,
    /// Groups that are divided, those that a plan divides left out: (path, parts).
    divided: Vec<(u64, u32)>,
}

/// All rules with their blocks.
pub(crate) struct Blocking {
    /// The rules.
    pub(crate) rules: Vec<BuiltRule>,
    /// Number of rules.
    stride: usize,
    /// Number of the block of each node under each rule, node by node; `no_block` where the node is in none.
    block_of: Vec<u32>,
    /// Of the pairs that rules on identifiers make those that other rules make too, where a model is to be estimated.
    elsewhere: FastSet<(u32, u32)>,
    /// Records of each node.
    records_of: Vec<u32>,
    /// Pairs that narrowing set aside, with the number of pairs each stands for.
    pub(crate) probes: Vec<(u32, u32, f64)>,
    /// Entries of all blocks, before those without a fresh node were left out.
    entries: usize,
    /// Pairs that a full comparison makes, where a plan tells.
    pub(crate) pairs_in_full: u64,
    /// Which nodes' pairs are streamed: those with at least one of them; `None` for all pairs.
    pub(crate) fresh: Option<Vec<bool>>,
}

impl Blocking {
    /// No rules yet.
    fn empty(encoded: &Encoded, stride: usize) -> Self {
        let mut records_of = vec![0; encoded.nodes.len()];
        for &node in &encoded.node_of {
            if let Some(count) = records_of.get_mut(node as usize) {
                *count += 1;
            }
        }
        let mut block_of = vec![0; encoded.nodes.len() * stride];
        block_of.par_chunks_mut(stride).zip(0..encoded.nodes.len() as u32).for_each(|(row, node)| row.fill(stream::no_block(node)));
        Self {
            rules: Vec::with_capacity(stride),
            stride,
            block_of,
            elsewhere: FastSet::default(),
            records_of,
            probes: Vec::new(),
            entries: 0,
            pairs_in_full: 0,
            fresh: None,
        }
    }

    /// Builds all rules within a budget of pairs.
    pub(crate) fn build(encoded: &Encoded, budget: u64, settings: &LinkSettings, progress: &dyn Progress) -> Self {
        let rules = choose(encoded, budget, settings);
        let stride = rules.len().max(1);
        let mut blocking = Self::empty(encoded, stride);
        progress.begin("blocking", rules.len() as u64, "rules");
        let mut left = budget;
        // With N the pairs of a rule grow faster than its records: one that would take far more than its share is narrowed, or nothing is left for the others.
        let always = rules.iter().filter(|rule| rule.usage == Use::Always).count().max(1);
        let share = (budget as f64 * MOST_OF_THE_BUDGET.max(2.0 / always as f64)) as u64;
        // The last of them is the loosest, for records that have little else: it takes what the others have left.
        let last = rules.iter().rposition(|rule| rule.usage == Use::Always);
        let rare = (budget as f64 * RARE_SHARE) as u64;
        // Where further fields have rules of their own, what few records share of them says more than the loosest rule's pairs.
        let kept_for_rare = rare * rules.iter().filter(|rule| rule.usage == Use::RareAtLeast).count().max(1) as u64;
        let kept_for_rare = kept_for_rare.min(rare.max(budget / 2));
        let keyed = |number: usize| rules.get(number).map(|rule: &Rule| sorted::keyed(&rule.keys, encoded));
        let mut next = keyed(0);
        for (number, rule) in rules.iter().enumerate() {
            let share = match rule.usage {
                Use::RareAtLeast => rare,
                Use::Always if Some(number) == last && kept_for_rare > rare => {
                    left.saturating_sub(kept_for_rare).max((budget as f64 * MOST_OF_THE_BUDGET) as u64)
                }
                Use::Always if Some(number) == last => share.max(left.saturating_sub(rare)),
                Use::Always | Use::IfBudgetAllows => share,
            };
            let Some(keys) = next.take() else { break };
            // While the blocks of one rule are built, the keys of the next are made.
            let (added, after) = rayon::join(|| blocking.add(rule, &keys, encoded, left, share), || keyed(number + 1));
            (left, next) = (left.saturating_sub(added), after);
            progress.advance(1);
        }
        progress.end();
        blocking.finish();
        blocking.elsewhere = blocking.made_elsewhere();
        blocking
    }

    /// Keeps the probes that no rule compares.
    fn finish(&mut self) {
        let Self { block_of, probes, stride, rules, .. } = self;
        probes.retain(|&(a, b, _)| !stream::share_a_block(block_of, *stride, a, b, *stride));
        let marks = rules.iter().map(|rule| rule.block_pairs as usize / 32).sum::<usize>();
        self.entries = rules.iter().map(|rule| rule.blocks.entries()).sum::<usize>() + block_of.len() + marks;
    }

    /// True if a pair that is streamed by the rule of that number would be streamed without the rules on identifiers, which come first.
    pub(crate) fn has_without_identifiers(&self, rule: usize, left: u32, right: u32) -> bool {
        // A pair is streamed by the first rule that has it.
        rule >= self.identifier_rules() || self.elsewhere.contains(&(left, right))
    }

    /// How many rules on identifiers there are.
    fn identifier_rules(&self) -> usize {
        self.rules.iter().take_while(|rule| rule.by_identifier).count()
    }

    fn made_elsewhere(&self) -> FastSet<(u32, u32)> {
        let first = self.identifier_rules();
        let rules = self.rules.iter().take(first).map(|rule| (&rule.blocks, &rule.new));
        let pairs = Stream::of_all(rules).run(Vec::new, |_| (), |pairs: &mut Vec<(u32, u32)>, _, a, b| pairs.push((a, b)), |_| ());
        let elsewhere = |&(a, b): &(u32, u32)| stream::share_a_block_from(&self.block_of, self.stride, a, b, first, self.rules.len());
        pairs.into_iter().flatten().filter(elsewhere).collect()
    }

    /// Lets go of the table of all nodes' blocks, the largest that blocking makes. How pairs are [`Blocking::met`] cannot be told any more.
    pub(crate) fn let_go(&mut self) {
        self.block_of = Vec::new();
    }

    /// Entries of all blocks: what they take in memory is proportional to it.
    pub(crate) fn entries(&self) -> usize {
        self.entries
    }

    /// Number of all pairs.
    pub(crate) fn pairs(&self) -> u64 {
        self.rules.iter().map(|rule| rule.pairs).sum()
    }

    /// Adds a rule and returns the pairs it adds.
    fn add(&mut self, rule: &Rule, keyed: &[(u64, u32)], encoded: &Encoded, left: u64, share: u64) -> u64 {
        let index = self.rules.len();
        let by_identifier = rule.by_identifier(encoded);
        let largest_group = self.largest_group(keyed);
        let mut largest_block = rule.largest_block;
        let before = self.pairs();
        let mut limit = Limit::default();
        loop {
            let mut oversized = Vec::new();
            let mut dividing = Dividing::anew(largest_block);
            let blocks = Blocks::build(keyed, &rule.keys, &mut dividing, encoded, &mut oversized);
            let whole = largest_block == rule.largest_block && rule.usage != Use::Always;
            // No more of them than there are can be pairs of earlier rules: what is too much even so need not be looked at pair by pair.
            let hopeless = blocks.pairs().saturating_sub(before) > left;
            if whole && hopeless && rule.usage == Use::RareAtLeast && largest_block > LEAST_NARROWED {
                largest_block = rare(keyed, left.min(share)).min(largest_block / 2);
                continue;
            }
            blocks.number(&mut self.block_of, self.stride, index);
            let new = if hopeless && rule.usage == Use::IfBudgetAllows {
                NewPairs::not_looked_at(left.saturating_add(1))
            } else {
                NewPairs::mark(&blocks, &self.block_of, self.stride, index)
            };
            let pairs = new.count;
            let fits = pairs <= left;
            let narrowable = rule.usage != Use::IfBudgetAllows && largest_block > LEAST_NARROWED;
            let accepted = (fits && (pairs <= share || whole)) || !narrowable;
            let next = if rule.usage == Use::Always && (fits || !accepted) { limit.next(largest_block, accepted) } else { None };
            if accepted && next.is_none() {
                let mut set_aside = 0;
                for block in &oversized {
                    set_aside += block.pairs;
                    self.probe(keyed, block);
                }
                let dropped = !fits;
                let blocks = if dropped { self.forget(&blocks, index) } else { blocks };
                let new = if dropped { NewPairs::default() } else { new };
                let pairs = new.count;
                let (keys, block_pairs) = (rule.keys.clone(), blocks.pairs());
                let (name, narrowed, wanted) = (rule.name(encoded), oversized.len(), rule.usage == Use::Always);
                self.rules.push(BuiltRule {
                    name,
                    keys,
                    blocks,
                    block_pairs,
                    pairs,
                    new,
                    largest_block,
                    largest_group,
                    narrowed,
                    set_aside,
                    wanted,
                    dropped,
                    by_identifier,
                    divided: dividing.made,
                });
                return pairs;
            }
            self.forget(&blocks, index);
            largest_block =
                next.unwrap_or_else(|| if whole { rare(keyed, left.min(share)).min(largest_block / 2) } else { largest_block / 2 });
        }
    }

    fn forget(&mut self, blocks: &Blocks, rule: usize) -> Blocks {
        blocks.unnumber(&mut self.block_of, self.stride, rule);
        Blocks::default()
    }

    /// Records in the largest group of equal keys, those of the same content counted too.
    fn largest_group(&self, keyed: &[(u64, u32)]) -> usize {
        let records = |&(_, node): &(u64, u32)| self.records_of.get(node as usize).map_or(1, |&records| records as usize);
        let groups = keyed.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
        groups.map(|group| group.iter().map(records).sum()).max().unwrap_or(0)
    }

    /// Takes some pairs of a narrowed block, to be judged when the model is known.
    fn probe(&mut self, keyed: &[(u64, u32)], block: &sorted::Oversized) {
        let members = keyed.get(block.from..block.to).unwrap_or_default();
        let size = members.len() as u64;
        // Chosen by what they share: which other keys there are changes nothing.
        let key = members.first().map_or(0, |&(key, _)| key);
        let weight = block.pairs as f64 / PROBES_PER_BLOCK as f64;
        for probe in 0..PROBES_PER_BLOCK {
            let random = mix(key ^ mix(probe));
            let (a, b) = (members.get((random % size) as usize), members.get((random / size % size) as usize));
            if let (Some(&(_, a)), Some(&(_, b))) = (a, b)
                && a != b
            {
                self.probes.push((a.min(b), a.max(b), weight));
            }
        }
    }

    /// A stream of all pairs of all rules.
    pub(crate) fn stream(&self) -> Stream<'_> {
        Stream::of_all(self.rules.iter().map(|rule| (&rule.blocks, &rule.new)))
    }
}
