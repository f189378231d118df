//! Whether two clusters may merge, as far as people and the pipeline have said.
//!
//! What comes in: clusters, decisions, sources declared free of duplicates. What goes out: whether a merge is allowed. What always holds: the answer
//! covers every record of both clusters, and what was merged before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Apart, Clusters};

/// What forbids merges of clusters.
#[derive(Default)]
pub(crate) struct Guard {
    /// Clusters that a decision keeps apart from a cluster.
    forbidden: BTreeMap<u32, BTreeSet<u32>>,
    /// Declared sources of a cluster, by its name; empty if none is declared.
    declared: Vec<u64>,
}

impl Guard {
    /// What forbids merges among clusters.
    pub(crate) fn new(apart: &Apart, clusters: &Clusters) -> Self {
        let mut guard = Self::default();
        let of = |node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(node);
        for &(left, right) in apart.cannot_links() {
            guard.forbid(of(left), of(right));
        }
        if apart.declares() {
            guard.declared = vec![0; clusters.of_node.len()];
            for (node, &cluster) in (0u32..).zip(&clusters.of_node) {
                if let Some(mask) = guard.declared.get_mut(cluster as usize) {
                    *mask |= apart.declared_of(node);
                }
            }
        }
        guard
    }

    fn forbid(&mut self, left: u32, right: u32) {
        self.forbidden.entry(left).or_default().insert(right);
        self.forbidden.entry(right).or_default().insert(left);
    }

    fn declared_of(&self, cluster: u32) -> u64 {
        self.declared.get(cluster as usize).copied().unwrap_or(0)
    }

    /// True if a decision keeps two clusters apart.
    pub(crate) fn decided_apart(&self, left: u32, right: u32) -> bool {
        self.forbidden.get(&left).is_some_and(|others| others.contains(&right))
    }

    /// True if both hold a record of one source declared free of duplicates.
    pub(crate) fn both_declared(&self, left: u32, right: u32) -> bool {
        self.declared_of(left) & self.declared_of(right) != 0
    }

    /// True if nothing forbids that two clusters merge.
    pub(crate) fn allows(&self, left: u32, right: u32) -> bool {
        !self.decided_apart(left, right) && !self.both_declared(left, right)
    }

    /// Notes that a cluster has become part of another.
    pub(crate) fn merge(&mut self, into: u32, from: u32) {
        for other in self.forbidden.remove(&from).unwrap_or_default() {
            if let Some(others) = self.forbidden.get_mut(&other) {
                others.remove(&from);
            }
            self.forbid(into, other);
        }
        let mask = self.declared_of(from);
        if let Some(slot) = self.declared.get_mut(into as usize) {
            *slot |= mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forbidden_to_a_part_is_forbidden_to_the_whole() {
        let mut guard = Guard { declared: vec![1, 0, 2, 1], ..Guard::default() };
        guard.forbid(1, 2);
        assert!(guard.allows(0, 1) && !guard.allows(1, 2) && !guard.allows(0, 3));
        guard.merge(0, 1);
        assert!(!guard.allows(0, 2) && guard.decided_apart(2, 0), "the decision about 1 and 2 now holds for 0 and 2");
        guard.merge(2, 3);
        assert!(guard.both_declared(0, 2), "3 brought the source of 0 with it");
    }
}
