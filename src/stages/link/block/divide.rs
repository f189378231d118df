//! How groups of too many records are divided, so that next month divides them alike.
//!
//! What comes in: the size of a group, the plan of a frozen model, what had outgrown the plan last month. What goes out: into how many parts the group is
//! divided, if at all. What always holds: a group that the plan divides is divided whatever its size, one that it does not only when it has
//! outgrown the plan by far; so whether two unchanged records are compared hardly ever changes, and where it does the records are marked.

use crate::model::hash::FastMap;

/// Into parts by a further key.
pub(super) const BY_KEY: u32 = 0;

/// How many times the largest block a group may grow before it is divided although the plan does not say so.
const OUTGROWN: usize = 2;

/// Division of the groups of one rule.
pub(super) struct Dividing<'a> {
    /// Records up to which a group is compared whole.
    pub(super) largest: usize,
    plan: Option<&'a FastMap<u64, u32>>,
    before: Option<&'a FastMap<u64, u32>>,
    /// Groups that were divided otherwise than the plan says, or all that were where there is none: (path, parts).
    pub(super) made: Vec<(u64, u32)>,
    /// Nodes of groups that are divided otherwise than last month.
    pub(super) moved: Vec<u32>,
}

impl<'a> Dividing<'a> {
    /// Divides what is larger than `largest`.
    pub(super) fn anew(largest: usize) -> Self {
        Self { largest, plan: None, before: None, made: Vec::new(), moved: Vec::new() }
    }

    /// Divides as a plan says. `before`: what had outgrown it last month, where last month's pairs are remembered.
    pub(super) fn planned(largest: usize, plan: &'a FastMap<u64, u32>, before: Option<&'a FastMap<u64, u32>>) -> Self {
        Self { plan: Some(plan), before, ..Self::anew(largest) }
    }

    /// Into how many parts a group is divided; [`BY_KEY`] by a further key, nothing if it is compared whole. `path` is a hash of the values its records share;
    /// `last` if there is no further key.
    pub(super) fn parts(&mut self, path: u64, nodes: &[u32], last: bool) -> Option<u32> {
        let planned = self.plan.and_then(|plan| plan.get(&path).copied());
        let limit = self.largest * if self.plan.is_some() { OUTGROWN } else { 1 };
        let into = |nodes: usize| if last { nodes.div_ceil(self.largest.max(1)).next_power_of_two() as u32 } else { BY_KEY };
        let now = match planned {
            Some(parts) if nodes.len() <= limit.saturating_mul(parts.max(1) as usize) || !last => Some(parts),
            _ if nodes.len() > limit => Some(into(nodes.len())),
            planned => planned,
        };
        if let Some(parts) = now.filter(|_| now != planned) {
            self.made.push((path, parts));
        }
        if let Some(before) = self.before
            && before.get(&path).copied().or(planned) != now
        {
            self.moved.extend(nodes);
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(count: u32) -> Vec<u32> {
        (0..count).collect()
    }

    #[test]
    fn a_plan_holds_until_a_group_has_outgrown_it_by_far() {
        let plan: FastMap<u64, u32> = [(1, BY_KEY), (2, 4)].into_iter().collect();
        let mut dividing = Dividing::planned(10, &plan, None);
        assert_eq!(dividing.parts(1, &nodes(3), false), Some(BY_KEY), "what the plan divides is divided whatever its size");
        assert_eq!(dividing.parts(3, &nodes(20), false), None, "twice the largest block is still compared whole");
        assert_eq!(dividing.parts(3, &nodes(21), false), Some(BY_KEY));
        assert_eq!(dividing.parts(2, &nodes(80), true), Some(4));
        assert_eq!(dividing.parts(2, &nodes(81), true), Some(16));
        assert_eq!(dividing.made, [(3, BY_KEY), (2, 16)]);
        assert!(dividing.moved.is_empty(), "nothing is remembered");
    }

    #[test]
    fn records_of_a_group_that_is_divided_otherwise_than_last_month_are_marked() {
        let plan = FastMap::default();
        let before: FastMap<u64, u32> = [(7, BY_KEY), (8, BY_KEY)].into_iter().collect();
        let mut dividing = Dividing::planned(10, &plan, Some(&before));
        assert_eq!(dividing.parts(7, &nodes(5), false), None);
        assert_eq!(dividing.moved, nodes(5), "it has shrunk");
        assert_eq!(dividing.parts(8, &nodes(30), false), Some(BY_KEY));
        assert_eq!(dividing.moved, nodes(5), "as last month");
        assert_eq!(dividing.parts(9, &nodes(25), false), Some(BY_KEY));
        assert_eq!(dividing.moved.len(), 30, "it has grown");
    }

    #[test]
    fn without_a_plan_the_largest_block_is_the_limit() {
        let mut dividing = Dividing::anew(10);
        assert_eq!(dividing.parts(1, &nodes(10), false), None);
        assert_eq!(dividing.parts(1, &nodes(11), false), Some(BY_KEY));
        assert_eq!(dividing.parts(2, &nodes(31), true), Some(4));
        assert_eq!(dividing.made, [(1, BY_KEY), (2, 4)]);
    }
}
