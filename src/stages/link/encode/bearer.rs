//! Whom to count once where how frequent a value is gets counted.
//!
//! What comes in: a node. What goes out: a number, the same for nodes that look like one person's. What always holds: forename, surname and date of birth
//! tell people apart, so that somebody on many rows does not make a name frequent; who has no date of birth is told from namesakes by place and further
//! fields, else by contacts. Otherwise all undated namesakes would be one person, every name would look rare, and its agreement like proof.

use super::{NONE, Node};
use crate::stages::link::hash::join;

/// The number of the person a node seems to be of.
pub(super) fn bearer(node: &Node) -> u64 {
    let both = |left: u32, right: u32| join(u64::from(left), u64::from(right));
    let name = both(node.forename, node.surname);
    if node.born != NONE {
        return join(name, u64::from(node.born));
    }
    let place = [node.postcode, node.dwelling, node.town].into_iter().find(|&code| code != NONE);
    let told = if place.is_some() || node.further != NONE {
        both(place.unwrap_or(NONE), node.further)
    } else {
        both(node.telephone, node.email)
    };
    join(join(name, told), u64::from(NONE))
}
