//! The family pass: what a shared home or a shared relative says about the parts of one person.
//!
//! What comes in: clusters, stated relations. What goes out: merged clusters and the pairs that merged them. What always holds: two clusters
//! merge only if they share a dwelling that is not communal, an account or a relative ([`homes`]), no row states that they are two
//! people, nothing in them contradicts ([`person`], with [`names`]), and neither has another partner it could be instead (the
//! twin guard: a better partner in the house is evidence against).
//!
//! Within a home the question is no longer "the same person or one of a million" but "the same person or one of the family": the weight
//! is that of the same person against *different people who share a home*, without the fields that a home shares. The ONS and
//! IPUMS report large gains from asking again in this context (peers.md §5).

mod homes;
mod names;
mod person;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::cluster::{Apart, Channels, Clusters, Edge, Guard};
use super::compare::Comparer;
use super::encode::Encoded;
use super::score::{Scorer, Weights};
use crate::model::Relation;
use names::Alike;
use person::Judge;

/// Nodes of a cluster that are compared across.
const MOST_NODES: usize = 8;

/// Homes that a worker takes at a time.
const HOMES_AT_A_TIME: usize = 512;

/// Two clusters that look like one person.
#[derive(Clone, Copy, PartialEq)]
struct Candidate {
    first: u32,
    second: u32,
    bits: f64,
    edge: Edge,
}

/// Merges parts of one person within homes; gives the strongest pair of each merge.
pub(super) fn family_pass(
    encoded: &Encoded,
    scorer: &Scorer,
    apart: &Apart,
    channels: &Channels,
    relations: &[Relation],
    rows: usize,
    clusters: &mut Clusters,
) -> Vec<Edge> {
    let members = members(clusters);
    let homes = homes::homes(encoded, relations, rows, clusters);
    let next = AtomicUsize::new(0);
    let found = rayon::broadcast(|_| {
        let (comparer, weights, alike) = (Comparer::new(encoded), Weights::new(scorer), Alike::new());
        let mut judge = Judge { encoded, scorer, apart, channels, comparer, weights, alike };
        let mut found = Vec::new();
        while let Some(homes) = homes.chunks(HOMES_AT_A_TIME).nth(next.fetch_add(1, Ordering::Relaxed)) {
            for home in homes {
                for (place, &(first, first_kin)) in home.iter().enumerate() {
                    for &(second, second_kin) in home.get(place + 1..).unwrap_or_default() {
                        let parts = (members_of(&members, first), members_of(&members, second));
                        if let Some((bits, edge)) = judge.one_person(parts, first_kin || second_kin) {
                            found.push(Candidate { first, second, bits, edge });
                        }
                    }
                }
            }
        }
        found
    });
    let mut candidates: Vec<Candidate> = found.into_iter().flatten().collect();
    candidates.sort_unstable_by_key(|candidate| (candidate.first, candidate.second));
    candidates.dedup_by_key(|candidate| (candidate.first, candidate.second));
    let guard = Guard::new(apart, clusters);
    merge(&candidates, guard, clusters)
}

/// A cluster and one of its nodes.
type Part = (u32, u32);

/// Clusters with their nodes, sorted by cluster.
fn members(clusters: &Clusters) -> Vec<Part> {
    let mut members: Vec<Part> = clusters.of_node.iter().zip(0u32..).map(|(&cluster, node)| (cluster, node)).collect();
    members.par_sort_unstable();
    members
}

fn members_of(members: &[Part], cluster: u32) -> &[Part] {
    let start = members.partition_point(|&(other, _)| other < cluster);
    let rest = members.get(start..).unwrap_or_default();
    let len = rest.iter().take(MOST_NODES).take_while(|&&(other, _)| other == cluster).count();
    rest.get(..len).unwrap_or_default()
}

/// Merges candidates, strongest first, unless one side could also be somebody whom the other could not, or a decision or declaration forbids it.
fn merge(candidates: &[Candidate], mut guard: Guard, clusters: &mut Clusters) -> Vec<Edge> {
    let mut both: Vec<(u32, u32)> = candidates.iter().flat_map(|pair| [(pair.first, pair.second), (pair.second, pair.first)]).collect();
    both.sort_unstable();
    let partners = |cluster: u32| {
        let start = both.partition_point(|&(first, _)| first < cluster);
        both.get(start..).unwrap_or_default().iter().take_while(move |&&(first, _)| first == cluster).map(|&(_, second)| second)
    };
    let rivals = |of: u32, other: u32| partners(of).any(|third| third != other && both.binary_search(&(third, other)).is_err());
    let mut order: Vec<&Candidate> =
        candidates.iter().filter(|pair| !rivals(pair.first, pair.second) && !rivals(pair.second, pair.first)).collect();
    order.sort_unstable_by(|a, b| b.bits.total_cmp(&a.bits).then_with(|| (a.first, a.second).cmp(&(b.first, b.second))));
    // Without rivals the candidates of a cluster are all candidates of each other, so joining pairs joins whole groups.
    let mut leader: std::collections::BTreeMap<u32, u32> = std::collections::BTreeMap::new();
    let root = |leader: &std::collections::BTreeMap<u32, u32>, mut cluster: u32| {
        while let Some(&up) = leader.get(&cluster) {
            cluster = up;
        }
        cluster
    };
    let mut merged = Vec::new();
    for pair in order {
        let (first, second) = (root(&leader, pair.first), root(&leader, pair.second));
        if first != second && guard.allows(first, second) {
            leader.insert(first.max(second), first.min(second));
            guard.merge(first.min(second), first.max(second));
            merged.push(pair.edge);
        }
    }
    for cluster in &mut clusters.of_node {
        *cluster = root(&leader, *cluster);
    }
    merged.sort_unstable();
    merged
}
