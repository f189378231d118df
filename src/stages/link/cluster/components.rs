//! Dividing the work: connected components of the pairs above a floor.
//!
//! What comes in: sorted edges. What goes out: groups of at least two nodes, in each of which clusters are sought apart from all others. What always
//! holds: a component of more than [`MOST_NODES`] nodes is divided again with a higher floor; what no floor divides is cut into
//! runs of neighbours and counted, so that memory stays bounded.

use super::super::score::{BIT, Weight};
use super::Edge;

/// Nodes of a component handled at once: its matrix of mean weights then takes 11 MB.
const MOST_NODES: usize = 1200;

/// Floors in bits, tried one after the other.
const FLOORS: [Weight; 9] = [-4, 0, 3, 6, 9, 12, 16, 24, 32];

/// Weakest edge worth keeping.
pub(crate) const FLOOR: Weight = FLOORS[0] * BIT;

/// Components, and the edges of each node.
pub(crate) struct Components<'a> {
    edges: &'a [Edge],
    must_links: &'a [(u32, u32)],
    starts: Vec<u32>,
    members: Vec<u32>,
    bounds: Vec<usize>,
    /// Components cut into runs because no floor divided them.
    pub(crate) cut: usize,
    /// The nodes of each component that was divided, ascending.
    pub(super) divided: Vec<Vec<u32>>,
}

struct Forest(Vec<u32>);

impl Forest {
    fn root(&mut self, node: u32) -> u32 {
        let mut at = node;
        loop {
            let parent = self.0.get(at as usize).copied().unwrap_or(at);
            if parent == at {
                return at;
            }
            let grandparent = self.0.get(parent as usize).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(at as usize) {
                *slot = grandparent;
            }
            at = grandparent;
        }
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b) as usize) {
            *slot = a.min(b);
        }
    }
}

/// Groups of positions that share a root, each ascending, in the order of their smallest; single ones left out.
fn groups(mut forest: Forest) -> Vec<Vec<u32>> {
    let mut keyed: Vec<(u32, u32)> = (0..forest.0.len() as u32).map(|node| (forest.root(node), node)).collect();
    keyed.sort_unstable();
    keyed.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).map(|group| group.iter().map(|&(_, node)| node).collect()).collect()
}

impl<'a> Components<'a> {
    /// Divides nodes by edges; must-links hold whatever their weight.
    pub(super) fn divide(nodes: usize, edges: &'a [Edge], must_links: &'a [(u32, u32)]) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        for edge in edges {
            if let Some(start) = starts.get_mut(edge.left as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut components = Self { edges, must_links, starts, members: Vec::new(), bounds: vec![0], cut: 0, divided: Vec::new() };
        let mut forest = Forest((0..nodes as u32).collect());
        for edge in edges {
            forest.join(edge.left, edge.right);
        }
        for &(left, right) in must_links {
            forest.join(left, right);
        }
        for group in groups(forest) {
            components.push(group, 1);
        }
        components
    }

    fn push(&mut self, group: Vec<u32>, depth: usize) {
        if group.len() <= MOST_NODES {
            self.members.extend(group);
            self.bounds.push(self.members.len());
            return;
        }
        if depth == 1 {
            self.divided.push(group.clone());
        }
        let Some(&floor) = FLOORS.get(depth) else {
            self.cut += 1;
            group.chunks(MOST_NODES).for_each(|run| self.push(run.to_vec(), depth));
            return;
        };
        let mut forest = Forest((0..group.len() as u32).collect());
        for (position, &node) in (0u32..).zip(&group) {
            for edge in self.edges_of(node).iter().filter(|edge| edge.weight >= floor * BIT) {
                if let Ok(other) = group.binary_search(&edge.right) {
                    forest.join(position, other as u32);
                }
            }
        }
        for (left, right) in self.must_links {
            if let (Ok(left), Ok(right)) = (group.binary_search(left), group.binary_search(right)) {
                forest.join(left as u32, right as u32);
            }
        }
        for part in groups(forest) {
            self.push(part.iter().filter_map(|&position| group.get(position as usize).copied()).collect(), depth + 1);
        }
    }

    /// The edges whose smaller node this is.
    pub(super) fn edges_of(&self, node: u32) -> &[Edge] {
        let bound = |node: usize| self.starts.get(node).map_or(0, |&start| start as usize);
        self.edges.get(bound(node as usize)..bound(node as usize + 1)).unwrap_or_default()
    }

    /// The nodes of a component, ascending.
    pub(super) fn get(&self, index: usize) -> Option<&[u32]> {
        let (from, to) = (self.bounds.get(index)?, self.bounds.get(index + 1)?);
        self.members.get(*from..*to)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, VecDeque};

    use proptest::prelude::*;

    use super::*;

    /// The components of at least two nodes, found by walking from node to node.
    fn walked(nodes: u32, edges: &BTreeSet<(u32, u32)>) -> BTreeSet<Vec<u32>> {
        let mut neighbours: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &(left, right) in edges {
            neighbours.entry(left).or_default().push(right);
            neighbours.entry(right).or_default().push(left);
        }
        let mut seen = BTreeSet::new();
        let mut components = BTreeSet::new();
        for start in 0..nodes {
            let mut component = BTreeSet::new();
            let mut waiting = VecDeque::from([start]);
            while let Some(node) = waiting.pop_front() {
                if seen.insert(node) {
                    component.insert(node);
                    waiting.extend(neighbours.get(&node).into_iter().flatten());
                }
            }
            if component.len() > 1 {
                components.insert(component.into_iter().collect());
            }
        }
        components
    }

    fn divided(nodes: u32, edges: &BTreeSet<(u32, u32)>) -> Vec<Vec<u32>> {
        let edges: Vec<Edge> = edges.iter().map(|&(left, right)| Edge { left, right, weight: BIT, pattern: 0 }).collect();
        let components = Components::divide(nodes as usize, &edges, &[]);
        assert_eq!(components.cut, 0);
        (0..).map_while(|index| components.get(index).map(<[u32]>::to_vec)).collect()
    }

    fn graph() -> impl Strategy<Value = (u32, BTreeSet<(u32, u32)>)> {
        (1u32..300, 0usize..400).prop_flat_map(|(nodes, edges)| {
            let pair = (0..nodes, 0..nodes).prop_filter_map("a pair of two", |(a, b)| (a != b).then_some((a.min(b), a.max(b))));
            (Just(nodes), prop::collection::btree_set(pair, 0..=edges.min((nodes * (nodes - 1) / 4) as usize)))
        })
    }

    proptest! {
        #[test]
        fn components_of_random_graphs_are_those_a_walk_finds((nodes, edges) in graph()) {
            let found = divided(nodes, &edges);
            let set: BTreeSet<Vec<u32>> = found.iter().cloned().collect();
            prop_assert_eq!(set.len(), found.len(), "no component comes twice");
            prop_assert_eq!(set, walked(nodes, &edges));
        }
    }

    #[test]
    fn a_long_chain_is_one_component() {
        let edges: BTreeSet<(u32, u32)> = (0..999).map(|node| (node, node + 1)).collect();
        assert_eq!(divided(1000, &edges), vec![(0..1000).collect::<Vec<u32>>()]);
    }
}
