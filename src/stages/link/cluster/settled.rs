//! Must-links after clustering.
//!
//! What comes in: clusters in which a must-link may have been torn, because a component was too large to be handled at once. What goes out: clusters in which
//! none is. What always holds: clusters that a must-link joins become one, unless that would join records which a decision or the pipeline
//! keeps apart; then only the records that must-links hold together leave their clusters for one of their own.

use std::collections::BTreeMap;

use super::{Apart, Clusters, Guard};

/// Mends torn must-links.
pub(super) fn settle(clusters: &mut Clusters, apart: &Apart) {
    let of = |clusters: &Clusters, node: u32| clusters.of_node.get(node as usize).copied().unwrap_or(node);
    if apart.must_links().iter().all(|&(left, right)| of(clusters, left) == of(clusters, right)) {
        return;
    }
    let mut guard = Guard::new(apart, clusters);
    for group in groups(apart.must_links()) {
        let mut parts: Vec<u32> = group.iter().map(|&node| of(clusters, node)).collect();
        parts.sort_unstable();
        parts.dedup();
        let whole = parts.iter().enumerate().all(|(place, &left)| parts.iter().skip(place + 1).all(|&right| guard.allows(left, right)));
        let Some(&into) = parts.first().filter(|_| parts.len() > 1) else { continue };
        if whole {
            for &part in parts.iter().skip(1) {
                guard.merge(into, part);
            }
            for cluster in clusters.of_node.iter_mut().filter(|cluster| parts.contains(cluster)) {
                *cluster = into;
            }
        } else {
            take_out(clusters, &group);
            guard = Guard::new(apart, clusters);
        }
    }
}

/// Gives nodes a cluster of their own; a cluster is named by its smallest node, also what is left of the old ones.
fn take_out(clusters: &mut Clusters, group: &[u32]) {
    let mut names: BTreeMap<u32, u32> = BTreeMap::new();
    let old: Vec<u32> = group.iter().filter_map(|&node| clusters.of_node.get(node as usize).copied()).collect();
    for (node, cluster) in (0u32..).zip(&clusters.of_node) {
        if old.contains(cluster) && !group.contains(&node) {
            names.entry(*cluster).or_insert(node);
        }
    }
    for (node, cluster) in (0u32..).zip(&mut clusters.of_node) {
        if group.contains(&node) {
            *cluster = group.first().copied().unwrap_or(node);
        } else if let Some(&name) = names.get(cluster) {
            *cluster = name;
        }
    }
}

/// Nodes that must-links hold together, each group ascending.
pub(super) fn groups(must_links: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut leader: BTreeMap<u32, u32> = BTreeMap::new();
    let root = |leader: &BTreeMap<u32, u32>, mut node: u32| {
        while let Some(&up) = leader.get(&node).filter(|&&up| up != node) {
            node = up;
        }
        node
    };
    for &(left, right) in must_links {
        let (a, b) = (root(&leader, left), root(&leader, right));
        leader.entry(left).or_insert(left);
        leader.entry(right).or_insert(right);
        leader.insert(a.max(b), a.min(b));
    }
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &node in leader.keys() {
        groups.entry(root(&leader, node)).or_default().push(node);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn must_links_are_closed_into_groups() {
        assert_eq!(groups(&[(1, 5), (2, 3), (3, 5), (7, 9)]), [vec![1, 2, 3, 5], vec![7, 9]]);
    }

    #[test]
    fn nodes_taken_out_leave_their_clusters_named_by_the_smallest_node() {
        let mut clusters = Clusters { of_node: vec![0, 0, 0, 3, 3, 5], cut: 0 };
        take_out(&mut clusters, &[0, 3]);
        assert_eq!(clusters.of_node, [0, 1, 1, 0, 4, 5]);
    }
}
