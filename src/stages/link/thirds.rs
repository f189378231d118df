//! What the other records of a person say about a pair of them.
//!
//! What comes in: the clusters and the scored pairs. What goes out: per pair within one person the bits by which a third record of that person
//! makes it more likely. What always holds: never negative, 0 for a pair of two persons; weights and decisions are made before and do not change.
//!
//! Being one person is transitive. Of three records a, b and c either all are one person, or two of them, or none. With weights x of (a, c) and y of (b, c) that
//! leaves a and b the odds of their own pair times (2^(x+y) + 1) / (2^x + 2^y + 1). The three pairs share their records, so what one record has wrong
//! speaks in two of them: half of the bits are counted, and only those of the third record that says most. Measured against truth on four public sets and three synthetic
//! counties: without it links came out up to 2.3 percentage points better than forecast, with it within 0.5; counted in full, the
//! calibration error of `historical_50k` is 0.028 rather than 0.023.

use rayon::prelude::*;

use super::cluster::{Clusters, Edge};
use super::score::{BIT, Weight};

/// How much of what a third record says is counted.
const COUNTED: f64 = 0.5;

/// Partners of each node within its cluster.
struct Partners {
    starts: Vec<u32>,
    /// Partner and weight, sorted by partner within a node.
    partners: Vec<(u32, Weight)>,
}

impl Partners {
    /// Collects the pairs of one cluster that speak for one person; `edges` are sorted by (left, right).
    fn collect(nodes: usize, edges: &[Edge], together: impl Fn(&Edge) -> bool) -> Self {
        let kept = || edges.iter().filter(|edge| edge.weight > 0 && together(edge));
        let mut starts = vec![0_u32; nodes + 1];
        for edge in kept() {
            for node in [edge.left, edge.right] {
                if let Some(count) = starts.get_mut(node as usize + 1) {
                    *count += 1;
                }
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut partners = vec![(0, 0); sum as usize];
        // Edges are sorted, so smaller partners of a node come before it is itself on the left: each list is sorted.
        for edge in kept() {
            for (node, partner) in [(edge.left, edge.right), (edge.right, edge.left)] {
                let Some(place) = next.get_mut(node as usize) else { continue };
                if let Some(slot) = partners.get_mut(*place as usize) {
                    *slot = (partner, edge.weight);
                }
                *place += 1;
            }
        }
        Self { starts, partners }
    }

    fn of(&self, node: u32) -> &[(u32, Weight)] {
        let at = |node: usize| self.starts.get(node).map_or(0, |&start| start as usize);
        self.partners.get(at(node as usize)..at(node as usize + 1)).unwrap_or_default()
    }

    /// Bits that the third record which says most adds to a pair.
    fn most(&self, edge: &Edge) -> f64 {
        let (mut left, mut right) = (self.of(edge.left), self.of(edge.right));
        let (mut most, mut of) = (0.0_f64, (0, 0));
        while let (Some(&(a, x)), Some(&(b, y))) = (left.first(), right.first()) {
            // What a third record adds grows with both weights, and is never more than the lesser: where a person has hundreds of records, few need logarithms.
            let (less, more) = (x.min(y), x.max(y));
            let beaten = less <= of.0 && more <= of.1;
            if a == b && !beaten && f64::from(less) > most * f64::from(BIT) {
                let bits = bits_of_third(f64::from(x) / f64::from(BIT), f64::from(y) / f64::from(BIT));
                if bits > most {
                    (most, of) = (bits, (less, more));
                }
            }
            if a <= b {
                left = left.get(1..).unwrap_or_default();
            }
            if b <= a {
                right = right.get(1..).unwrap_or_default();
            }
        }
        most
    }
}

/// Bits that a third record adds to a pair with which it has the weights `x` and `y`.
fn bits_of_third(x: f64, y: f64) -> f64 {
    libm::log2(1.0 + libm::exp2(x + y)) - libm::log2(1.0 + libm::exp2(x) + libm::exp2(y))
}

/// For each of the pairs, sorted by (left, right), the bits that the other records of its person add.
pub(super) fn bits_of_thirds(nodes: usize, edges: &[Edge], clusters: &Clusters) -> Vec<f32> {
    let cluster = |node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(node);
    let together = |edge: &Edge| cluster(edge.left) == cluster(edge.right);
    let partners = Partners::collect(nodes, edges, together);
    edges.par_iter().map(|edge| if together(edge) { (COUNTED * partners.most(edge)) as f32 } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(left: u32, right: u32, bits: Weight) -> Edge {
        Edge { left, right, weight: bits * BIT, pattern: 0 }
    }

    fn added(edges: &[Edge], of_node: &[u32]) -> Vec<f32> {
        bits_of_thirds(of_node.len(), edges, &Clusters { of_node: of_node.to_vec(), cut: 0 })
    }

    /// The odds of a pair by counting the five ways in which three records can be people.
    fn by_counting(ab: f64, x: f64, y: f64) -> f64 {
        let [ab, x, y] = [ab, x, y].map(libm::exp2);
        libm::log2((ab * x * y + ab) / (x + y + 1.0))
    }

    #[test]
    fn a_third_record_counts_as_the_five_ways_of_being_people_do() {
        for (ab, x, y) in [(-2.0, 3.0, 5.0), (4.0, 1.0, 9.0), (0.5, 30.0, 2.0)] {
            assert!((ab + bits_of_third(x, y) - by_counting(ab, x, y)).abs() < 1e-9);
        }
    }

    #[test]
    fn a_third_record_adds_no_more_than_the_lesser_of_its_weights() {
        for (x, y) in [(0.001, 0.001), (0.5, 30.0), (7.0, 7.0), (99.0, 2.0)] {
            let (bits, least) = (bits_of_third(x, y), f64::min(x, y));
            assert!(bits <= least, "{x} {y} {bits}");
        }
    }

    #[test]
    fn only_a_third_record_of_the_same_person_counts_and_only_the_one_that_says_most() {
        let edges = [edge(0, 1, 1), edge(0, 2, 6), edge(0, 3, 4), edge(1, 2, 5), edge(1, 3, 3), edge(2, 3, -1)];
        let together = added(&edges, &[0, 0, 0, 0]);
        assert!((f64::from(together[0]) - COUNTED * bits_of_third(6.0, 5.0)).abs() < 1e-6);
        assert!((f64::from(together[5]) - COUNTED * bits_of_third(6.0, 4.0)).abs() < 1e-6, "an implied pair is joined by others");
        let apart = added(&edges, &[0, 1, 0, 0]);
        assert_eq!(apart[0].to_bits(), 0.0_f32.to_bits());
        assert_eq!(apart[3].to_bits(), 0.0_f32.to_bits());
        assert_eq!(added(&[edge(0, 1, 9)], &[0, 0]), [0.0]);
    }
}
