//! From weighted pairs to persons.
//!
//! What comes in: pairs with match weights, sorted. What goes out: the cluster of each node, named by its smallest node. What always holds:
//! connected components only divide the work; inside one, clusters merge by the mean weight over *all* their cross pairs
//! (linkage.md §4), so a single chance link never glues two people together; records that must stay apart never share a cluster.

mod apart;
mod assignment;
mod average;
mod channels;
mod components;
mod generation;
mod guard;
mod one_to_one;
mod rejoin;
mod settled;

use std::sync::atomic::{AtomicUsize, Ordering};

use super::compare::Comparer;
use super::encode::Encoded;
use super::score::{Scorer, Weight, Weights};
pub(crate) use apart::Apart;
use average::Worker;
pub(crate) use average::two_children;
pub(crate) use channels::Channels;
use components::Components;
pub(crate) use components::FLOOR;
pub(crate) use guard::Guard;
pub(crate) use one_to_one::assign;

/// A scored pair of nodes, `left < right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    /// Smaller node.
    pub(crate) left: u32,
    /// Larger node.
    pub(crate) right: u32,
    /// Match weight.
    pub(crate) weight: Weight,
    /// Comparison pattern.
    pub(crate) pattern: u64,
}

/// Clusters and how they came about.
pub(crate) struct Clusters {
    /// Smallest node of each node's cluster.
    pub(crate) of_node: Vec<u32>,
    /// Components cut into runs because no weight divided them.
    pub(crate) cut: usize,
}

/// Clusters all nodes; `edges` are sorted by (left, right).
pub(crate) fn cluster(
    encoded: &Encoded,
    scorer: &Scorer,
    edges: &[Edge],
    apart: &Apart,
    channels: &Channels,
    threshold: Weight,
) -> Clusters {
    let components = Components::divide(encoded.nodes.len(), edges, apart.must_links());
    let worker =
        || Worker { comparer: Comparer::new(encoded), weights: Weights::new(scorer), edges: &components, apart, channels, threshold };
    let mut of_node: Vec<u32> = (0..encoded.nodes.len() as u32).collect();
    let merged = in_turn(worker, |worker, number| components.get(number).map(|nodes| worker.merge(nodes)));
    rename(&mut of_node, merged);
    let merged = in_turn(worker, |worker, number| components.divided.get(number).map(|nodes| rejoin::rejoin(worker, nodes, &of_node)));
    rename(&mut of_node, merged);
    let mut clusters = Clusters { of_node, cut: components.cut };
    settled::settle(&mut clusters, apart);
    clusters
}

/// Works through numbered pieces with all threads, a worker each; `work` says which nodes belong to another cluster now, nothing where the pieces are over.
fn in_turn<'a>(
    worker: impl Fn() -> Worker<'a> + Sync,
    work: impl Fn(&mut Worker<'a>, usize) -> Option<Vec<(u32, u32)>> + Sync,
) -> Vec<Vec<(u32, u32)>> {
    let next = AtomicUsize::new(0);
    rayon::broadcast(|_| {
        let (mut worker, mut merged) = (worker(), Vec::new());
        while let Some(of_piece) = work(&mut worker, next.fetch_add(1, Ordering::Relaxed)) {
            merged.extend(of_piece);
        }
        merged
    })
}

fn rename(of_node: &mut [u32], merged: Vec<Vec<(u32, u32)>>) {
    for (node, leader) in merged.into_iter().flatten() {
        if let Some(slot) = of_node.get_mut(node as usize) {
            *slot = leader;
        }
    }
}
