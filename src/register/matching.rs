//! Who keeps which id: each claimant gets at most one, each id goes to at most one, and the sum of the claims that are kept is the greatest there is.
//!
//! What comes in: claims of new groups on old ids, each with a weight. What goes out: the id of each claimant. What always holds: the outcome depends on
//! the numbering of claimants and ids only, which callers make from content; among equal sums the one that keeps older ids is taken. The
//! assignment is optimal within every connected component of up to [`OPTIMAL_SIDE`] a side (Kuhn 1955, in the form with potentials); beyond that, which
//! takes hundreds of groups exchanging members in one month, claims are taken by weight.
#![expect(clippy::indexing_slicing, reason = "indices are dense numbers of claimants, ids and components")]

use std::cmp::Reverse;

/// No id.
pub(super) const NONE: u32 = u32::MAX;

/// Most claimants and ids of a component that is assigned optimally.
const OPTIMAL_SIDE: usize = 200;

/// Bits of each field of a weight: room for a few million records each, and for the sum over a component.
const FIELD: u32 = 30;

/// How much a claim weighs: the first field decides, the others break ties in turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight(pub(super) [u32; 3]);

impl Weight {
    fn packed(self) -> i128 {
        self.0.iter().fold(0, |sum, &field| sum << FIELD | i128::from(field.min((1 << 22) - 1)))
    }
}

/// A claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    /// Number of the claimant.
    pub(super) claimant: u32,
    /// Number of the old id; those to be preferred among equals come first.
    pub(super) old: u32,
    /// Its weight; a claim of no weight is none.
    pub(super) weight: Weight,
}

/// The id of each claimant, [`NONE`] where it has none. Every pair claims at most once.
pub(super) fn assign(mut claims: Vec<Claim>, claimants: usize, olds: usize) -> Vec<u32> {
    claims.retain(|claim| claim.weight != Weight::default());
    claims.sort_unstable_by_key(|claim| (claim.claimant, claim.old));
    let mut parent: Vec<u32> = (0..(claimants + olds) as u32).collect();
    for claim in &claims {
        let (left, right) = (root(&mut parent, claim.claimant), root(&mut parent, claimants as u32 + claim.old));
        let (low, high) = (left.min(right), left.max(right));
        parent[high as usize] = low;
    }
    // Stable: within a component claims stay in the order of (claimant, old).
    claims.sort_by_cached_key(|claim| root(&mut parent, claim.claimant));
    let mut kept = vec![NONE; claimants];
    for component in claims.chunk_by(|a, b| root_of(&parent, a.claimant) == root_of(&parent, b.claimant)) {
        match component {
            [only] => kept[only.claimant as usize] = only.old,
            several => component_assigned(several, &mut kept),
        }
    }
    kept
}

fn root(parent: &mut [u32], mut node: u32) -> u32 {
    while parent[node as usize] != node {
        parent[node as usize] = parent[parent[node as usize] as usize];
        node = parent[node as usize];
    }
    node
}

fn root_of(parent: &[u32], mut node: u32) -> u32 {
    while parent[node as usize] != node {
        node = parent[node as usize];
    }
    node
}

fn component_assigned(claims: &[Claim], kept: &mut [u32]) {
    let distinct = |of: fn(&Claim) -> u32| {
        let mut numbers: Vec<u32> = claims.iter().map(of).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    let (claimants, olds) = (distinct(|claim| claim.claimant), distinct(|claim| claim.old));
    if claimants.len().max(olds.len()) > OPTIMAL_SIDE {
        return by_weight(claims, kept);
    }
    // Below the weight stands a bonus for the older id: it decides only where the sums of weights are equal.
    let bonus = |old: usize| (olds.len() - old) as i128;
    let place = |numbers: &[u32], number: u32| numbers.binary_search(&number).unwrap_or_default();
    let by_old = olds.len() < claimants.len();
    let (rows, columns) = if by_old { (olds.len(), claimants.len()) } else { (claimants.len(), olds.len()) };
    let mut gain = vec![0_i128; rows * columns];
    for claim in claims {
        let (claimant, old) = (place(&claimants, claim.claimant), place(&olds, claim.old));
        let (row, column) = if by_old { (old, claimant) } else { (claimant, old) };
        gain[row * columns + column] = claim.weight.packed() << FIELD | bonus(old);
    }
    for (row, column) in greatest_sum(&gain, rows, columns).into_iter().enumerate() {
        let (claimant, old) = if by_old { (column, row) } else { (row, column) };
        if gain[row * columns + column] > 0 {
            kept[claimants[claimant] as usize] = olds[old];
        }
    }
}

/// The heaviest claims first, ties by older id, then by claimant.
fn by_weight(claims: &[Claim], kept: &mut [u32]) {
    let mut claims = claims.to_vec();
    claims.sort_unstable_by_key(|claim| (Reverse(claim.weight), claim.old, claim.claimant));
    let mut taken = std::collections::BTreeSet::new();
    for claim in claims {
        if kept[claim.claimant as usize] == NONE && taken.insert(claim.old) {
            kept[claim.claimant as usize] = claim.old;
        }
    }
}

/// The column of each row such that the sum of the gains is greatest; `rows <= columns`.
fn greatest_sum(gain: &[i128], rows: usize, columns: usize) -> Vec<usize> {
    // Shortest augmenting paths with potentials, rows and columns from 1; column 0 is the row being placed.
    let cost = |row: usize, column: usize| -gain[(row - 1) * columns + column - 1];
    let (mut of_row, mut of_column) = (vec![0_i128; rows + 1], vec![0_i128; columns + 1]);
    let (mut row_at, mut way) = (vec![0_usize; columns + 1], vec![0_usize; columns + 1]);
    for row in 1..=rows {
        row_at[0] = row;
        let mut column = 0;
        let (mut least, mut used) = (vec![i128::MAX; columns + 1], vec![false; columns + 1]);
        while row_at[column] != 0 {
            used[column] = true;
            let (from, mut delta, mut next) = (row_at[column], i128::MAX, 0);
            for other in 1..=columns {
                if used[other] {
                    continue;
                }
                let reduced = cost(from, other) - of_row[from] - of_column[other];
                if reduced < least[other] {
                    least[other] = reduced;
                    way[other] = column;
                }
                if least[other] < delta {
                    delta = least[other];
                    next = other;
                }
            }
            for other in 0..=columns {
                if used[other] {
                    of_row[row_at[other]] += delta;
                    of_column[other] -= delta;
                } else if other > 0 {
                    least[other] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            row_at[column] = row_at[way[column]];
            column = way[column];
        }
    }
    let mut column_of = vec![0; rows];
    for column in 1..=columns {
        if row_at[column] > 0 {
            column_of[row_at[column] - 1] = column - 1;
        }
    }
    column_of
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claim(claimant: u32, old: u32, weight: u32) -> Claim {
        Claim { claimant, old, weight: Weight([weight, 0, 0]) }
    }

    #[test]
    fn the_greatest_sum_is_kept_and_not_the_heaviest_claim_first() {
        // Taking 5 first would leave the second claimant without an id: 4 + 4 is more.
        let claims = vec![claim(0, 0, 5), claim(0, 1, 4), claim(1, 0, 4)];
        assert_eq!(assign(claims, 2, 2), vec![1, 0]);
    }

    #[test]
    fn among_equal_sums_the_older_id_is_kept() {
        assert_eq!(assign(vec![claim(0, 1, 3), claim(0, 0, 3)], 1, 2), vec![0]);
        assert_eq!(assign(vec![claim(0, 0, 3), claim(1, 0, 3)], 2, 1), vec![0, NONE], "the first claimant among equals");
        assert_eq!(assign(Vec::new(), 2, 2), vec![NONE, NONE]);
    }

    /// The greatest sum over all assignments, by trying them all.
    fn greatest(claims: &[Claim], claimant: u32, claimants: u32, taken: u32) -> u64 {
        if claimant == claimants {
            return 0;
        }
        let own = claims.iter().filter(|one| one.claimant == claimant && taken & 1 << one.old == 0);
        let with = own.map(|one| u64::from(one.weight.0[0]) + greatest(claims, claimant + 1, claimants, taken | 1 << one.old));
        with.max().unwrap_or(0).max(greatest(claims, claimant + 1, claimants, taken))
    }

    proptest! {
        #[test]
        fn every_assignment_is_one_to_one_optimal_and_blind_to_the_order_of_claims(
            weights in proptest::collection::vec(proptest::option::of(1_u32..6), 25), shuffled in any::<u64>(),
        ) {
            let claims: Vec<Claim> = weights.iter().enumerate()
                .filter_map(|(cell, weight)| Some(claim(cell as u32 / 5, cell as u32 % 5, (*weight)?))).collect();
            let kept = assign(claims.clone(), 5, 5);
            let mut mixed = claims.clone();
            fastrand::Rng::with_seed(shuffled).shuffle(&mut mixed);
            prop_assert_eq!(&assign(mixed, 5, 5), &kept);
            let mut ids: Vec<u32> = kept.iter().copied().filter(|&old| old != NONE).collect();
            let given = ids.len();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), given, "an id was given twice");
            let weight = |(claimant, &old): (usize, &u32)| {
                claims.iter().find(|one| one.claimant == claimant as u32 && one.old == old).map_or(0, |one| u64::from(one.weight.0[0]))
            };
            let sum: u64 = kept.iter().enumerate().map(weight).sum();
            prop_assert_eq!(sum, greatest(&claims, 0, 5, 0));
        }
    }
}
