//! Clusters of a component that was too large to be handled at once, brought together again.
//!
//! What comes in: the nodes of such a component and the clusters that were found in its parts. What goes out: (node, smallest node of its new cluster) of the nodes whose cluster has
//! grown. What always holds: the two clusters with the highest mean weight merge first, ties by smallest node, as inside a part; only clusters between which some pair reaches the
//! threshold are looked at, and only when their turn comes; of two large clusters evenly chosen records stand for all, but no two records that a row, a relation, a decision or the
//! pipeline keeps apart come together.
//!
//! A part is what holds together by heavier pairs. Somebody with thousands of records falls into several, and the records with slips of the pen into others beside them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::super::score::BIT;
use super::Edge;
use super::average::Worker;

/// Cross pairs of two clusters that are compared at most.
const MOST_PAIRS: usize = 512;

/// Pairs that are compared per node of the component at most, after which clusters stay as they are: half of what the parts themselves can take.
const PAIRS_PER_NODE: usize = 300;

/// What cross pairs of two clusters say.
#[derive(Clone, Copy, Default)]
struct Cross {
    sum: f64,
    information: f64,
    never: bool,
    /// How many pairs it stands for. Candidates alone say more than all: what is not known of a pair of clusters is found out when its turn comes.
    pairs: usize,
}

impl Cross {
    /// Adds what a pair says, and how much it can tell; nothing if the two must stay apart.
    fn add(&mut self, said: Option<(i64, i64)>) {
        match said {
            Some((sum, information)) => {
                self.sum += sum as f64;
                self.information += information as f64;
                self.pairs += 1;
            }
            None => self.never = true,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            sum: self.sum + other.sum,
            information: self.information + other.information,
            never: self.never || other.never,
            pairs: self.pairs + other.pairs,
        }
    }
}

/// A cluster; of two that merge the one that more stand beside keeps its number.
#[derive(Default)]
struct Cluster {
    /// Ascending.
    nodes: Vec<u32>,
    channels: u64,
    /// By the number of the other cluster.
    beside: BTreeMap<u32, Cross>,
}

/// A pair of clusters to be merged: mean weight in 1/1024 of the unit of weights, then the smaller numbers.
type Candidate = (i64, Reverse<(u32, u32)>);

/// The clusters of one component.
struct Joining<'w, 'a> {
    worker: &'w mut Worker<'a>,
    clusters: BTreeMap<u32, Cluster>,
    waiting: BinaryHeap<Candidate>,
    /// Pairs that may still be compared.
    left: usize,
}

/// Merges clusters of a component; `of_node` names the cluster of each node.
pub(super) fn rejoin(worker: &mut Worker<'_>, nodes: &[u32], of_node: &[u32]) -> Vec<(u32, u32)> {
    let left = nodes.len() * PAIRS_PER_NODE;
    let mut joining = Joining { worker, clusters: BTreeMap::new(), waiting: BinaryHeap::new(), left };
    let of = |node: u32| of_node.get(node as usize).copied().unwrap_or(node);
    for &node in nodes {
        let channels = joining.worker.channels.of(node);
        let cluster = joining.clusters.entry(of(node)).or_default();
        cluster.nodes.push(node);
        cluster.channels |= channels;
    }
    for ((a, b), cross) in joining.candidates(nodes, of) {
        joining.note(a, b, cross);
    }
    joining.run();
    let named = joining.clusters.values().filter_map(|cluster| Some((cluster.nodes.first().copied()?, &cluster.nodes)));
    let moved = named.flat_map(|(name, nodes)| nodes.iter().map(move |&node| (node, name)));
    moved.filter(|&(node, name)| of(node) != name).collect()
}

impl Joining<'_, '_> {
    /// Pairs of clusters between which a candidate pair reaches the threshold, with what their candidate pairs say.
    fn candidates(&mut self, nodes: &[u32], of: impl Fn(u32) -> u32) -> BTreeMap<(u32, u32), Cross> {
        let (edges, threshold) = (self.worker.edges, self.worker.threshold);
        let between = |edge: &Edge| (of(edge.left).min(of(edge.right)), of(edge.left).max(of(edge.right)));
        let all = || nodes.iter().flat_map(|&node| edges.edges_of(node)).map(|edge| (between(edge), edge)).filter(|((a, b), _)| a != b);
        let linked = all().filter(|(_, edge)| edge.weight >= threshold);
        let mut found: BTreeMap<(u32, u32), Cross> = linked.map(|(pair, _)| (pair, Cross::default())).collect();
        for (pair, edge) in all() {
            if let Some(cross) = found.get_mut(&pair) {
                let said = self.worker.pair(edge.left, edge.right, Some((edge.weight, edge.pattern)));
                cross.add(said);
            }
        }
        found
    }

    fn note(&mut self, a: u32, b: u32, cross: Cross) {
        for (one, other) in [(a, b), (b, a)] {
            if let Some(cluster) = self.clusters.get_mut(&one) {
                cluster.beside.insert(other, cross);
            }
        }
        if let Some(mean) = self.mean(a, b, cross).filter(|&mean| mean >= i64::from(self.worker.threshold) * i64::from(BIT)) {
            self.waiting.push((mean, Reverse((a.min(b), a.max(b)))));
        }
    }

    /// The mean weight, less what shared channels say against; nothing where the two must stay apart.
    fn mean(&self, a: u32, b: u32, cross: Cross) -> Option<i64> {
        let shared = self.clusters.get(&a)?.channels & self.clusters.get(&b)?.channels;
        let mean = cross.sum / cross.information.max(1.0) + f64::from(self.worker.channels.against(shared));
        (!cross.never).then(|| libm::round(mean * f64::from(BIT)) as i64)
    }

    /// Compares two clusters.
    fn compare(&mut self, a: u32, b: u32) -> Cross {
        let never = Cross { never: true, ..Cross::default() };
        let (Some(one), Some(other)) = (self.clusters.get(&a), self.clusters.get(&b)) else { return never };
        let (few, many) = if one.nodes.len() <= other.nodes.len() { (one, other) } else { (other, one) };
        let some_of_few = few.nodes.len().min(MOST_PAIRS.isqrt());
        let mut cross = Cross::default();
        let mut compared = 0_usize;
        for left in evenly(&few.nodes, some_of_few) {
            for right in evenly(&many.nodes, MOST_PAIRS / some_of_few.max(1)) {
                compared += 1;
                cross.add(self.worker.pair(left.min(right), left.max(right), None));
            }
        }
        self.left = self.left.saturating_sub(compared);
        let pairs = few.nodes.len() * many.nodes.len();
        let each_stands_for = pairs as f64 / compared.max(1) as f64;
        Cross { sum: cross.sum * each_stands_for, information: cross.information * each_stands_for, pairs, ..cross }
    }

    /// True if it stands for all pairs of the two.
    fn is_whole(&self, a: u32, b: u32, cross: Cross) -> bool {
        let nodes = |name: u32| self.clusters.get(&name).map_or(0, |cluster| cluster.nodes.len());
        cross.pairs >= nodes(a) * nodes(b)
    }

    fn run(&mut self) {
        while self.left > 0
            && let Some((mean, Reverse((a, b)))) = self.waiting.pop()
        {
            let Some(&cross) = self.clusters.get(&a).and_then(|cluster| cluster.beside.get(&b)) else { continue };
            match self.mean(a, b, cross) {
                // Shared channels have come to speak against it since it was put there.
                Some(now) if now < mean => {
                    self.note(a, b, cross);
                    continue;
                }
                Some(now) if now == mean => {}
                _ => continue,
            }
            if !self.is_whole(a, b, cross) {
                let cross = self.compare(a, b);
                self.note(a, b, cross);
            } else if self.must_stay_apart(a, b) {
                self.note(a, b, Cross { never: true, ..cross });
            } else {
                self.merge(a, b);
            }
        }
    }

    /// True if any record of one must stay apart from any of the other, those not compared included.
    fn must_stay_apart(&self, a: u32, b: u32) -> bool {
        let (Some(one), Some(other)) = (self.clusters.get(&a), self.clusters.get(&b)) else { return true };
        one.nodes.iter().any(|&left| other.nodes.iter().any(|&right| self.worker.apart.never(left, right)))
    }

    /// Merges two clusters. What stands beside the one that fewer stand beside is added to the other, so that no cluster is carried over often.
    fn merge(&mut self, a: u32, b: u32) {
        let beside = |name: u32| self.clusters.get(&name).map_or(0, |cluster| cluster.beside.len());
        let (kept, gone) = if beside(a) >= beside(b) { (a, b) } else { (b, a) };
        let Some(part) = self.clusters.remove(&gone) else { return };
        let Some(whole) = self.clusters.get_mut(&kept) else { return };
        whole.nodes.extend(part.nodes);
        whole.nodes.sort_unstable();
        whole.channels |= part.channels;
        whole.beside.remove(&gone);
        for (other, cross) in part.beside.into_iter().filter(|&(other, _)| other != kept) {
            if let Some(cluster) = self.clusters.get_mut(&other) {
                cluster.beside.remove(&gone);
            }
            let known = self.clusters.get(&kept).and_then(|cluster| cluster.beside.get(&other)).copied().unwrap_or_default();
            self.note(kept, other, known.and(cross));
        }
    }
}

/// At most so many of the nodes, evenly spread.
fn evenly(nodes: &[u32], most: usize) -> impl Iterator<Item = u32> {
    let taken = nodes.len().min(most.max(1));
    (0..taken).filter_map(move |place| nodes.get(place * nodes.len() / taken).copied())
}
