//! Whom to count once where how frequent a value is gets counted.
//!
//! What comes in: the nodes, and the node of each record. What goes out: per node a number, the same for nodes that look like one person's, and for how many
//! people it counts. What always holds: forename, surname and date of birth tell people apart, so that somebody on many rows does not make a name frequent; who
//! has no date of birth is told from namesakes by place and further fields, else by contacts; where there is nothing but a name, each record is of somebody
//! else. Otherwise all undated namesakes would be one person, every name would look rare, and its agreement like proof.

use rayon::prelude::*;

use super::{NONE, Node};
use crate::stages::link::hash::join;

/// Who the nodes seem to be of.
pub(super) struct Bearers {
    /// The number of the person of each node.
    pub(super) of_node: Vec<u64>,
    /// For how many people each node counts.
    pub(super) people: Vec<u32>,
}

impl Bearers {
    /// Tells the bearers apart.
    pub(super) fn tell(nodes: &[Node], node_of: &[u32]) -> Self {
        let mut records = vec![0u32; nodes.len()];
        for &node in node_of {
            if let Some(count) = records.get_mut(node as usize) {
                *count += 1;
            }
        }
        let (of_node, people) = nodes
            .par_iter()
            .zip(records)
            .enumerate()
            .map(|(number, (node, records))| {
                let name = both(node.forename, node.surname);
                match beside_the_name(node) {
                    Some(told) => (join(name, told), 1),
                    None => (join(join(name, number as u64), 0), records),
                }
            })
            .unzip();
        Self { of_node, people }
    }

    /// The nodes that count for several people, with how many.
    pub(super) fn of_several(&self) -> Vec<(u32, u32)> {
        (0u32..).zip(&self.people).filter(|&(_, &people)| people > 1).map(|(node, &people)| (node, people)).collect()
    }
}

fn both(left: u32, right: u32) -> u64 {
    join(u64::from(left), u64::from(right))
}

/// What tells a person from namesakes; nothing where there is nothing.
fn beside_the_name(node: &Node) -> Option<u64> {
    if node.born != NONE {
        return Some(u64::from(node.born));
    }
    let place = [node.postcode, node.dwelling, node.town].into_iter().find(|&code| code != NONE).unwrap_or(NONE);
    let pairs = [
        (place, node.further),
        (node.telephone, node.email),
        (node.nhs_number, node.nino),
        (node.upn, node.uln),
        (node.account, node.street),
    ];
    pairs.into_iter().find(|&pair| pair != (NONE, NONE)).map(|(left, right)| join(both(left, right), u64::from(NONE)))
}
