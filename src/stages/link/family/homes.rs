//! Who shares a home, an account or a relative.
//!
//! What comes in: clusters and stated relations. What goes out: groups of clusters that share something. What always holds: a
//! communal dwelling makes no group, nor does one with more people than a home has; groups and their clusters are sorted.

use rayon::prelude::*;

use super::super::cluster::Clusters;
use super::super::encode::{Encoded, NONE};
use crate::model::Relation;

/// What clusters share.
const DWELLING: u8 = 0;
const ACCOUNT: u8 = 1;
const RELATIVE: u8 = 2;
/// Clusters at one home beyond which sharing it says too little.
const MOST_IN_A_HOME: usize = 24;

/// Clusters that share something, each with whether it is a stated relative of another of them (or of the person all are relatives of):
/// there is one Stephen among a child's people, whatever his surname.
pub(super) type Home = Vec<(u32, bool)>;

/// Groups of clusters that share a dwelling, an account or a relative.
pub(super) fn homes(encoded: &Encoded, relations: &[Relation], rows: usize, clusters: &Clusters) -> Vec<Home> {
    let cluster = |node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(NONE);
    let mut keyed: Vec<(u8, u32, u32)> = Vec::new();
    for (node, place) in (0u32..).zip(&encoded.nodes) {
        if place.dwelling != NONE && !encoded.communal.get(place.dwelling as usize).copied().unwrap_or(false) {
            keyed.push((DWELLING, place.dwelling, cluster(node)));
        }
        if place.account != NONE {
            keyed.push((ACCOUNT, place.account, cluster(node)));
        }
    }
    let related = related(encoded, relations, rows, cluster);
    // Who is related to somebody belongs to that person's homes too: a child whom one feed has at an old address.
    let mut homes_of: Vec<(u32, u8, u32)> = keyed.iter().map(|&(kind, home, cluster)| (cluster, kind, home)).collect();
    homes_of.par_sort_unstable();
    homes_of.dedup();
    for &(cluster, relative) in &related {
        keyed.push((RELATIVE, relative, cluster));
        let start = homes_of.partition_point(|&(other, ..)| other < relative);
        let homes = homes_of.get(start..).unwrap_or_default().iter().take_while(|&&(other, ..)| other == relative);
        keyed.extend(homes.map(|&(_, kind, home)| (kind, home, cluster)));
    }
    keyed.par_sort_unstable();
    keyed.dedup();
    keyed
        .par_chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .filter(|home| (2..=MOST_IN_A_HOME).contains(&home.len()))
        .map(|home| {
            let here = |other: u32| home.binary_search_by_key(&other, |&(_, _, cluster)| cluster).is_ok();
            home.iter()
                .map(|&(kind, _, cluster)| {
                    let start = related.partition_point(|&(one, _)| one < cluster);
                    let mut relatives = related.get(start..).unwrap_or_default().iter().take_while(|&&(one, _)| one == cluster);
                    (cluster, kind == RELATIVE || relatives.any(|&(_, relative)| here(relative)))
                })
                .collect()
        })
        .collect()
}

/// Clusters in a stated relation, both ways, sorted.
fn related(encoded: &Encoded, relations: &[Relation], rows: usize, cluster: impl Fn(u32) -> u32) -> Vec<(u32, u32)> {
    let node_of_row = encoded.nodes_by_row(rows);
    let of_row = |row: u32| node_of_row.get(row as usize).copied().filter(|&node| node != NONE).map(&cluster);
    let mut related: Vec<(u32, u32)> = relations
        .iter()
        .filter_map(|relation| Some((of_row(relation.from)?, of_row(relation.to)?)))
        .flat_map(|(from, to)| [(from, to), (to, from)])
        .collect();
    related.par_sort_unstable();
    related.dedup();
    related
}
