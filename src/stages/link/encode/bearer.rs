//! Whom to count once where how frequent a value is gets counted.
//!
//! What comes in: the nodes. What goes out: per node a number, the same for nodes that look like one person's. What always holds: forename, surname and date
//! of birth tell people apart, so that somebody on many rows does not make a name frequent; who has no date of birth is told from namesakes by what is said
//! beside the name, if few share that; else each record is of somebody else. Otherwise all undated namesakes would be one person, every name would look rare,
//! and its agreement like proof.

use rayon::prelude::*;

use super::{NONE, Node};
use crate::stages::link::hash::join;

/// Undated nodes that may share a postcode and further fields which still tell namesakes apart: those of a street, not of a town.
const MOST_SHARING: usize = 200;

/// The person each node seems to be of.
pub(super) fn bearers(nodes: &[Node]) -> Vec<u64> {
    let mut shared: Vec<u64> = nodes.par_iter().filter(|node| node.born == NONE).map(surroundings).collect();
    shared.par_sort_unstable();
    let many: Vec<u64> =
        shared.chunk_by(|a, b| a == b).filter(|group| group.len() > MOST_SHARING).filter_map(|group| group.first().copied()).collect();
    nodes
        .par_iter()
        .enumerate()
        .map(|(number, node)| {
            let name = both(node.forename, node.surname);
            if node.born != NONE {
                return join(name, u64::from(node.born));
            }
            let (own, surroundings) = (own(node), surroundings(node));
            let few = || (node.postcode, node.further) != (NONE, NONE) && many.binary_search(&surroundings).is_err();
            if own.iter().any(|&code| code != NONE) || few() {
                own.iter().fold(join(name, surroundings), |hash, &code| join(hash, u64::from(code)))
            } else {
                join(join(name, number as u64), 0)
            }
        })
        .collect()
}

fn both(left: u32, right: u32) -> u64 {
    join(u64::from(left), u64::from(right))
}

/// What a person shares with neighbours.
fn surroundings(node: &Node) -> u64 {
    both(node.postcode, node.further)
}

/// What is said of the person or the home.
fn own(node: &Node) -> [u32; 8] {
    [node.dwelling, node.telephone, node.email, node.nhs_number, node.nino, node.upn, node.uln, node.account]
}
