//! Average linkage within one component.
//!
//! What comes in: the nodes of a component. What goes out: (node, smallest node of its cluster). What always holds: the two clusters with
//! the highest mean weight over all cross pairs (less what the sources they share say against) merge first, ties by smallest node, until no mean reaches the threshold; pairs that
//! were never candidates are compared here, so a missing pair is evidence and not silence; one pair counts for at most [`MOST`] bits, so
//! that no single pair outvotes the rest of a cluster.

#![expect(clippy::indexing_slicing, reason = "dense matrix over one component: every index is below its size")]

use super::super::compare::{Comparer, field, forename, identifier, level_of};
use super::super::score::{BIT, Weight, Weights};
use super::apart::Apart;
use super::channels::Channels;
use super::components::Components;

/// Bits that a single pair may contribute at most, for and against. Measured on `fake_1000`, `febrl3`, `historical_50k` and the synthetic county: with more
/// against (-5, -7) recall falls everywhere, because one bad record of a person then outweighs several good ones; with less (-2) precision does.
const MOST: [Weight; 2] = [12 * BIT, -3 * BIT];

/// Bits against two records of a source in which each person has one record.
const ONE_PER_PERSON: Weight = 10 * BIT;

/// The sum of a pair of clusters that must stay apart.
const NEVER: i64 = i64::MIN;

const UNKNOWN: i64 = i64::MAX;

/// What a worker needs.
pub(super) struct Worker<'a> {
    pub(super) comparer: Comparer<'a>,
    pub(super) weights: Weights<'a>,
    pub(super) edges: &'a Components<'a>,
    pub(super) apart: &'a Apart,
    pub(super) channels: &'a Channels,
    pub(super) threshold: Weight,
}

/// Clusters during agglomeration: `sums[i * size + j]` is the sum of weights over the cross pairs of clusters i and j.
struct Agglomeration<'a> {
    channels: &'a Channels,
    /// Channels of each cluster.
    masks: Vec<u64>,
    size: usize,
    sums: Vec<i64>,
    informations: Vec<i64>,
    count: Vec<i64>,
    leader: Vec<usize>,
    best: Vec<(f64, usize)>,
}

impl Worker<'_> {
    /// Clusters a component's nodes.
    pub(super) fn merge(&mut self, nodes: &[u32]) -> Vec<(u32, u32)> {
        let (sums, informations) = self.fill(nodes);
        let masks = nodes.iter().map(|&node| self.channels.of(node)).collect();
        let mut agglomeration = Agglomeration::new(self.channels, masks, sums, informations);
        for (i, j) in self.apart.must_links_among(nodes) {
            agglomeration.contract(i, j);
        }
        agglomeration.run(f64::from(self.threshold));
        nodes.iter().zip(&agglomeration.leader).map(|(&node, &leader)| (node, nodes[leader])).collect()
    }

    fn fill(&mut self, nodes: &[u32]) -> (Vec<i64>, Vec<i64>) {
        let size = nodes.len();
        let mut sums = vec![UNKNOWN; size * size];
        let mut patterns = vec![0u64; size * size];
        for (i, &node) in nodes.iter().enumerate() {
            for edge in self.edges.edges_of(node) {
                if let Ok(j) = nodes.binary_search(&edge.right) {
                    sums[i * size + j] = i64::from(edge.weight);
                    patterns[i * size + j] = edge.pattern;
                }
            }
        }
        let mut informations = vec![0i64; size * size];
        for i in 0..size {
            for j in i + 1..size {
                let known = sums[i * size + j];
                let known = (known != UNKNOWN).then(|| (known as Weight, patterns[i * size + j]));
                let (sum, information) = self.pair(nodes[i], nodes[j], known).unwrap_or((NEVER, 1));
                sums[i * size + j] = sum;
                sums[j * size + i] = sum;
                informations[i * size + j] = information;
                informations[j * size + i] = information;
            }
        }
        (sums, informations)
    }

    /// What a pair of nodes says, times what it can tell, and that; nothing if the two must stay apart. `known`: its weight and pattern, where it was a candidate.
    pub(super) fn pair(&mut self, left: u32, right: u32, known: Option<(Weight, u64)>) -> Option<(i64, i64)> {
        let pattern = known.map_or_else(|| self.comparer.pattern(left, right), |(_, pattern)| pattern);
        if self.apart.never(left, right) || two_children(pattern) {
            return None;
        }
        let weight = known.map_or_else(|| self.weights.of(pattern), |(weight, _)| weight);
        let information = self.weights.information(pattern).pow(2);
        let penalty = if self.apart.same_single_source(left, right) { ONE_PER_PERSON } else { 0 };
        Some((i64::from((weight - penalty).clamp(MOST[1], MOST[0])) * information, information))
    }
}

/// True if two valid NHS numbers or UPNs differ and the forenames are not the same either: twins with like names (Jack and Jake). Both
/// numbers carry a check digit, so a slip of the pen does not make another valid one; one child with two numbers has one name.
pub(crate) fn two_children(pattern: u64) -> bool {
    let level = |index: usize| level_of(pattern, index) as u8;
    let two_numbers = [field::NHS, field::UPN].iter().any(|&index| level(index) == identifier::grade::DIFFERENT);
    let two_names = [forename::grade::NICKNAME, forename::grade::CLOSE, forename::grade::SIMILAR, forename::grade::DIFFERENT];
    two_numbers && two_names.contains(&level(field::FORENAME))
}

impl<'a> Agglomeration<'a> {
    fn new(channels: &'a Channels, masks: Vec<u64>, sums: Vec<i64>, informations: Vec<i64>) -> Self {
        let size = masks.len();
        let (count, leader, best) = (vec![1; size], (0..size).collect(), vec![(f64::NEG_INFINITY, 0); size]);
        let mut new = Self { channels, masks, size, sums, informations, count, leader, best };
        for i in 0..size {
            new.find_best(i);
        }
        new
    }

    /// The mean weight over all cross pairs, less what shared channels say against.
    fn mean(&self, i: usize, j: usize) -> f64 {
        let sum = self.sums[i * self.size + j];
        let against = f64::from(self.channels.against(self.masks[i] & self.masks[j]));
        if sum == NEVER { f64::NEG_INFINITY } else { sum as f64 / self.informations[i * self.size + j] as f64 + against }
    }

    /// Finds the best later partner of a cluster: each pair is looked at from its smaller side.
    fn find_best(&mut self, i: usize) {
        let mut best = (f64::NEG_INFINITY, i);
        for j in i + 1..self.size {
            if self.count[j] > 0 {
                let mean = self.mean(i, j);
                if mean > best.0 {
                    best = (mean, j);
                }
            }
        }
        self.best[i] = best;
    }

    fn run(&mut self, threshold: f64) {
        loop {
            let mut top = (f64::NEG_INFINITY, 0, 0);
            for i in 0..self.size {
                if self.count[i] > 0 && self.best[i].0 > top.0 {
                    top = (self.best[i].0, i, self.best[i].1);
                }
            }
            if top.0 < threshold || top.0 == f64::NEG_INFINITY {
                return;
            }
            self.join(top.1, top.2);
        }
    }

    /// Joins the clusters of two nodes whatever speaks against it.
    fn contract(&mut self, i: usize, j: usize) {
        let (i, j) = (self.leader[i], self.leader[j]);
        if i != j {
            self.join(i.min(j), i.max(j));
        }
    }

    fn join(&mut self, i: usize, j: usize) {
        let size = self.size;
        for k in 0..size {
            if k == i || k == j || self.count[k] == 0 {
                continue;
            }
            let (a, b) = (self.sums[i * size + k], self.sums[j * size + k]);
            let sum = if a == NEVER || b == NEVER { NEVER } else { a + b };
            self.sums[i * size + k] = sum;
            self.sums[k * size + i] = sum;
            let information = self.informations[i * size + k] + self.informations[j * size + k];
            self.informations[i * size + k] = information;
            self.informations[k * size + i] = information;
        }
        self.count[i] += self.count[j];
        self.masks[i] |= self.masks[j];
        self.count[j] = 0;
        for leader in &mut self.leader {
            if *leader == j {
                *leader = i;
            }
        }
        self.find_best(i);
        for k in 0..j {
            if k == i || self.count[k] == 0 {
                continue;
            }
            let partner = self.best[k].1;
            if partner == i || partner == j {
                self.find_best(k);
            } else if k < i {
                let mean = self.mean(k, i);
                if mean > self.best[k].0 || (mean >= self.best[k].0 && i < partner) {
                    self.best[k] = (mean, i);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Average linkage by definition: recomputes every mean over all cross pairs after each merge.
    fn by_definition(size: usize, weights: &[i64], threshold: f64) -> Vec<usize> {
        let mut clusters: Vec<Vec<usize>> = (0..size).map(|node| vec![node]).collect();
        loop {
            let mut top: Option<(f64, usize, usize)> = None;
            for i in 0..clusters.len() {
                for j in i + 1..clusters.len() {
                    let cross: Vec<i64> = clusters[i].iter().flat_map(|a| clusters[j].iter().map(move |b| weights[a * size + b])).collect();
                    if cross.contains(&NEVER) {
                        continue;
                    }
                    let mean = cross.iter().sum::<i64>() as f64 / cross.len() as f64;
                    if mean >= threshold && top.is_none_or(|(best, _, _)| mean > best) {
                        top = Some((mean, i, j));
                    }
                }
            }
            let Some((_, i, j)) = top else { break };
            let moved = clusters.remove(j);
            clusters[i].extend(moved);
            clusters[i].sort_unstable();
        }
        let mut leader = vec![0; size];
        for cluster in &clusters {
            for &node in cluster {
                leader[node] = cluster[0];
            }
        }
        leader
    }

    #[test]
    fn average_linkage_equals_its_definition_on_small_random_graphs() {
        let channels = Channels::silent();
        for seed in 0..300u64 {
            let size = 2 + (seed % 8) as usize;
            let mut weights = vec![0i64; size * size];
            for i in 0..size {
                for j in i + 1..size {
                    let random = super::super::super::hash::mix(seed << 16 | (i * size + j) as u64);
                    let weight = if random.is_multiple_of(11) { NEVER } else { (random % 24_001) as i64 - 12_000 };
                    weights[i * size + j] = weight;
                    weights[j * size + i] = weight;
                }
            }
            let mut agglomeration = Agglomeration::new(&channels, vec![0; size], weights.clone(), vec![1; size * size]);
            agglomeration.run(0.0);
            assert_eq!(agglomeration.leader, by_definition(size, &weights, 0.0), "seed {seed}");
        }
    }
}
