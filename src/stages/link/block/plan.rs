//! The plan of a frozen model: which pairs are compared, month after month.
//!
//! What comes in: the rules as they were built when the model was estimated. What goes out: a [`BlockingPlan`], and from it the blocks of another month. What
//! always holds: whether two records of that month share a block depends on the two records and on the plan, except in groups that have outgrown it; the
//! records of groups that are divided otherwise than last month count as fresh, so no pair is lost and none is remembered that would not be compared.

use super::super::encode::Encoded;
use super::divide::Dividing;
use super::keys::Key;
use super::rules::{Rule, Use};
use super::stream::NewPairs;
use super::{Blocking, BuiltRule, sorted};
use crate::model::Progress;
use crate::model::hash::FastMap;
use crate::model::link_model::{BlockingPlan, PlannedRule};

/// What is remembered of last month, for blocking.
pub(crate) struct LastMonth<'a> {
    /// Per node, whether it was not there last month.
    pub(crate) fresh: Vec<bool>,
    /// Groups that had outgrown the plan: rule, path, parts.
    pub(crate) outgrown: &'a [(u32, u64, u32)],
}

impl Blocking {
    /// The plan by which these blocks were built.
    pub(crate) fn plan(&self, encoded: &Encoded) -> BlockingPlan {
        let planned = |rule: &BuiltRule| {
            let mut divided = rule.divided.clone();
            divided.sort_unstable();
            PlannedRule {
                keys: rule.keys.iter().map(|key| key.saved_name(encoded)).collect(),
                largest_block: rule.largest_block,
                wanted: rule.wanted,
                dropped: rule.dropped,
                divided,
            }
        };
        BlockingPlan { rules: self.rules.iter().map(planned).collect(), pairs: self.pairs(), block_pairs: self.block_pairs() }
    }

    /// Pairs of all blocks, those that several rules make counted by each.
    pub(crate) fn block_pairs(&self) -> u64 {
        self.rules.iter().map(|rule| rule.block_pairs).sum()
    }

    /// Groups that have outgrown the plan, sorted.
    pub(crate) fn outgrown(&self) -> Vec<(u32, u64, u32)> {
        let of =
            |(number, rule): (u32, &BuiltRule)| rule.divided.iter().map(move |&(path, parts)| (number, path, parts)).collect::<Vec<_>>();
        let mut outgrown: Vec<(u32, u64, u32)> = (0..).zip(&self.rules).flat_map(of).collect();
        outgrown.sort_unstable();
        outgrown
    }

    /// Builds the blocks of a plan; nothing if these records cannot have one of its keys. With `last`, only pairs in which a node is fresh are streamed.
    pub(crate) fn follow(encoded: &Encoded, plan: &BlockingPlan, last: Option<LastMonth<'_>>, progress: &dyn Progress) -> Option<Self> {
        let stride = plan.rules.len().max(1);
        let mut blocking = Self::empty(encoded, stride);
        let (mut fresh, outgrown) = last.map_or((None, None), |last| (Some(last.fresh), Some(last.outgrown)));
        progress.begin("blocking", plan.rules.len() as u64, "rules");
        let keys_of = |rule: &PlannedRule| rule.keys.iter().map(|key| Key::of_saved(key, encoded)).collect::<Option<Vec<Key>>>();
        let keys: Vec<Vec<Key>> = plan.rules.iter().map(keys_of).collect::<Option<_>>()?;
        let keyed = |number: usize| keys.get(number).map(|keys| sorted::keyed(keys, encoded));
        let mut next = keyed(0);
        for ((number, rule), keys) in (0u32..).zip(&plan.rules).zip(&keys) {
            let before: Option<FastMap<u64, u32>> =
                outgrown.map(|outgrown| outgrown.iter().filter(|&&(of, ..)| of == number).map(|&(_, path, parts)| (path, parts)).collect());
            let divided: FastMap<u64, u32> = rule.divided.iter().copied().collect();
            let mut dividing = Dividing::planned(rule.largest_block, &divided, before.as_ref());
            let Some(of_keys) = next.take() else { break };
            // While the blocks of one rule are built, the keys of the next are made.
            let add = || blocking.add_planned(rule, (keys, &of_keys), &mut dividing, encoded);
            ((), next) = rayon::join(add, || keyed(number as usize + 1));
            for &node in &dividing.moved {
                if let Some(slot) = fresh.as_mut().and_then(|fresh| fresh.get_mut(node as usize)) {
                    *slot = true;
                }
            }
            progress.advance(1);
        }
        progress.end();
        blocking.finish();
        blocking.fresh = fresh;
        blocking.count(plan);
        Some(blocking)
    }

    fn add_planned(&mut self, rule: &PlannedRule, (keys, keyed): (&[Key], &[(u64, u32)]), dividing: &mut Dividing<'_>, encoded: &Encoded) {
        let index = self.rules.len();
        let largest_group = self.largest_group(keyed);
        let mut oversized = Vec::new();
        let blocks =
            if rule.dropped { sorted::Blocks::default() } else { sorted::Blocks::build(keyed, keys, dividing, encoded, &mut oversized) };
        blocks.number(&mut self.block_of, self.stride, index);
        for block in &oversized {
            self.probe(keyed, block);
        }
        let as_rule = Rule { keys: keys.to_vec(), largest_block: rule.largest_block, usage: Use::Always };
        let (name, by_identifier) = (as_rule.name(encoded), as_rule.by_identifier(encoded));
        self.rules.push(BuiltRule {
            name,
            block_pairs: blocks.pairs(),
            pairs: 0,
            new: NewPairs::default(),
            largest_block: rule.largest_block,
            largest_group,
            narrowed: oversized.len(),
            set_aside: oversized.iter().map(|block| block.pairs).sum(),
            wanted: rule.wanted,
            dropped: rule.dropped,
            by_identifier,
            divided: std::mem::take(&mut dividing.made),
            keys: as_rule.keys,
            blocks,
        });
    }

    /// Leaves out what is not streamed, and counts what is. The pairs of a full comparison come from those of the blocks, in the proportion they had to each
    /// other when the plan was made: a full run and an increment ask the same question of their ceilings, and no pair is looked at to be counted.
    fn count(&mut self, plan: &BlockingPlan) {
        self.pairs_in_full = (u128::from(self.block_pairs()) * u128::from(plan.pairs) / u128::from(plan.block_pairs.max(1))) as u64;
        let Self { rules, block_of, stride, fresh, .. } = self;
        for (index, rule) in rules.iter_mut().enumerate() {
            if let Some(fresh) = fresh {
                rule.blocks = rule.blocks.of_fresh(fresh);
            }
            rule.new = NewPairs::mark(&rule.blocks, block_of, *stride, index);
            rule.pairs = rule.new.count;
        }
    }
}
