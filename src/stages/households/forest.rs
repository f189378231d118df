//! Disjoint sets.
//!
//! What comes in: pairs to join. What goes out: the smallest member of each set. What always holds: the sets do not depend on the order
//! in which pairs were joined, and a root is never larger than its members.
#![expect(clippy::indexing_slicing, reason = "every parent is a node of the forest")]

/// Sets of the numbers from 0.
pub(super) struct Forest {
    parent: Vec<u32>,
}

impl Forest {
    /// So many sets of one.
    pub(super) fn new(nodes: usize) -> Self {
        Self { parent: (0..nodes as u32).collect() }
    }

    /// The smallest member of the set a node is in.
    pub(super) fn root(&mut self, node: u32) -> u32 {
        let mut root = node;
        while self.parent[root as usize] != root {
            root = self.parent[root as usize];
        }
        let mut step = node;
        while self.parent[step as usize] != root {
            step = std::mem::replace(&mut self.parent[step as usize], root);
        }
        root
    }

    /// Joins the sets of two nodes.
    pub(super) fn join(&mut self, first: u32, second: u32) {
        let (first, second) = (self.root(first), self.root(second));
        self.parent[first.max(second) as usize] = first.min(second);
    }

    /// True if two nodes are in one set.
    pub(super) fn joined(&mut self, first: u32, second: u32) -> bool {
        self.root(first) == self.root(second)
    }
}
