//! Optimal one-to-one assignment of two sides, where either may stay alone.
//!
//! What comes in: pairs of a left and a right vertex with their gain. What goes out: the partner of each left vertex, if it has one. What always
//! holds: no other set of pairs in which each vertex occurs at most once has a larger sum of gains; pairs without a gain are never taken.
//!
//! Successive shortest augmenting paths with dual prices (Kuhn 1955; Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse
//! linear assignment problems", 1987), on the sparse graph: a search starts at one left vertex, follows the cheapest path by Dijkstra's algorithm
//! and never leaves its connected component, so that the work of a component is its own. To stay alone is a partner that
//! each left vertex has for itself, at no cost; hence every search ends.

#![expect(clippy::indexing_slicing, reason = "vertices are numbered densely; every index comes from the same numbering")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A pair that may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pairing {
    /// Left vertex.
    pub(super) left: u32,
    /// Right vertex.
    pub(super) right: u32,
    /// What taking it gains.
    pub(super) gain: i64,
}

const FREE: u32 = u32::MAX;
const UNREACHED: i64 = i64::MAX;

/// The partner of each left vertex. `pairings` are sorted, each pair of vertices once.
pub(super) fn assign(lefts: usize, rights: usize, pairings: &[Pairing]) -> Vec<Option<u32>> {
    let mut search = Search::new(lefts, rights, pairings);
    for left in 0..lefts as u32 {
        search.augment(left);
    }
    search.partner_of_left.into_iter().map(|right| Some(right).filter(|&right| (right as usize) < rights)).collect()
}

/// A growing assignment with its prices. Right vertices from `rights` on stand for "left vertex so and so stays alone".
struct Search<'p> {
    pairings: &'p [Pairing],
    starts: Vec<usize>,
    rights: usize,
    partner_of_left: Vec<u32>,
    partner_of_right: Vec<u32>,
    /// Price of each right vertex: 0 while it is free, never above 0.
    price: Vec<i64>,
    distance: Vec<i64>,
    came_from: Vec<u32>,
}

impl<'p> Search<'p> {
    fn new(lefts: usize, rights: usize, pairings: &'p [Pairing]) -> Self {
        let mut starts = vec![0; lefts + 1];
        for pairing in pairings {
            starts[pairing.left as usize + 1] += 1;
        }
        for left in 0..lefts {
            starts[left + 1] += starts[left];
        }
        let all = rights + lefts;
        Self {
            pairings,
            starts,
            rights,
            partner_of_left: vec![FREE; lefts],
            partner_of_right: vec![FREE; all],
            price: vec![0; all],
            distance: vec![UNREACHED; all],
            came_from: vec![FREE; all],
        }
    }

    /// The right vertices a left vertex may have and their costs, staying alone last.
    fn costs(&self, left: u32) -> impl Iterator<Item = (u32, i64)> + use<'p> {
        let pairings = &self.pairings[self.starts[left as usize]..self.starts[left as usize + 1]];
        let alone = (self.rights as u32 + left, 0);
        pairings.iter().filter(|pairing| pairing.gain > 0).map(|pairing| (pairing.right, -pairing.gain)).chain([alone])
    }

    /// Looks at the right vertices of a left vertex that is reached at `offset` above its cheapest cost.
    fn relax(&mut self, left: u32, offset: i64, waiting: &mut Waiting) {
        for (right, cost) in self.costs(left) {
            let place = right as usize;
            let distance = offset + cost - self.price[place];
            if distance < self.distance[place] {
                if self.distance[place] == UNREACHED {
                    waiting.touched.push(place);
                }
                self.distance[place] = distance;
                self.came_from[place] = left;
                waiting.heap.push(Reverse((distance, right)));
            }
        }
    }

    /// Gives a left vertex a partner along the cheapest path.
    fn augment(&mut self, from: u32) {
        let mut waiting = Waiting::default();
        let mut scanned: Vec<usize> = Vec::new();
        let least = self.costs(from).map(|(right, cost)| cost - self.price[right as usize]).min().unwrap_or(0);
        self.relax(from, -least, &mut waiting);
        while let Some(Reverse((distance, right))) = waiting.heap.pop() {
            let place = right as usize;
            if distance > self.distance[place] {
                continue;
            }
            let partner = self.partner_of_right[place];
            if partner == FREE {
                for right in scanned {
                    self.price[right] += self.distance[right] - distance;
                }
                self.flip(from, place);
                break;
            }
            scanned.push(place);
            // The pair that is taken costs its left vertex nothing more: it is its cheapest.
            let own = self.costs(partner).find(|&(own, _)| own == right).map_or(0, |(_, cost)| cost);
            self.relax(partner, distance - (own - self.price[place]), &mut waiting);
        }
        for place in waiting.touched {
            self.distance[place] = UNREACHED;
            self.came_from[place] = FREE;
        }
    }

    /// Takes the pairs of a path and gives up those between them.
    fn flip(&mut self, from: u32, end: usize) {
        let mut place = end;
        loop {
            let left = self.came_from[place];
            let given_up = std::mem::replace(&mut self.partner_of_left[left as usize], place as u32);
            self.partner_of_right[place] = left;
            if left == from {
                return;
            }
            place = given_up as usize;
        }
    }
}

/// Right vertices reached and not yet looked at.
#[derive(Default)]
struct Waiting {
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    touched: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The largest sum of gains over all one-to-one choices, by trying them all.
    fn best(left: u32, lefts: u32, taken: u32, gains: &[Vec<i64>]) -> i64 {
        if left == lefts {
            return 0;
        }
        let alone = best(left + 1, lefts, taken, gains);
        let with = |(right, &gain): (usize, &i64)| {
            (gain > 0 && taken & 1 << right == 0).then(|| gain + best(left + 1, lefts, taken | 1 << right, gains))
        };
        gains[left as usize].iter().enumerate().filter_map(with).fold(alone, i64::max)
    }

    fn sum(pairings: &[Pairing], partners: &[Option<u32>]) -> i64 {
        let gain =
            |left: u32, right: u32| pairings.iter().find(|pairing| (pairing.left, pairing.right) == (left, right)).map_or(0, |p| p.gain);
        partners.iter().zip(0..).filter_map(|(right, left)| Some(gain(left, (*right)?))).sum()
    }

    fn pairings(gains: &[Vec<i64>]) -> Vec<Pairing> {
        let row = |(left, row): (u32, &Vec<i64>)| {
            row.iter().zip(0u32..).filter(|(gain, _)| **gain != 0).map(|(&gain, right)| Pairing { left, right, gain }).collect::<Vec<_>>()
        };
        (0u32..).zip(gains).flat_map(row).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_other_assignment_gains_more(
            gains in (1usize..6, 1usize..6).prop_flat_map(|(lefts, rights)| {
                let gain = prop_oneof![2 => Just(0i64), 3 => -5i64..12, 1 => 0i64..100_000];
                prop::collection::vec(prop::collection::vec(gain, rights), lefts)
            })
        ) {
            let (lefts, rights) = (gains.len(), gains[0].len());
            let pairings = pairings(&gains);
            let partners = assign(lefts, rights, &pairings);
            let mut used: Vec<u32> = partners.iter().filter_map(|&right| right).collect();
            let taken = used.len();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), taken, "a right vertex is taken twice");
            prop_assert_eq!(sum(&pairings, &partners), best(0, lefts as u32, 0, &gains));
        }
    }

    #[test]
    fn the_best_of_all_is_taken_where_the_greedy_choice_is_not() {
        // Greedy takes 0-0 for 10 and leaves 1 with nothing; together 0-1 and 1-0 gain 17.
        let gains = [vec![10, 8], vec![9, 0]];
        assert_eq!(assign(2, 2, &pairings(&gains)), [Some(1), Some(0)]);
        assert_eq!(assign(2, 1, &pairings(&[vec![-3], vec![0]])), [None, None]);
    }

    #[test]
    fn a_long_chain_is_assigned_in_time() {
        // Each vertex prefers the partner of the next: every augmentation shifts the chain so far.
        let size = 2000u32;
        let chain: Vec<Pairing> = (0..size)
            .flat_map(|left| {
                [left.checked_sub(1).map(|right| (right, 11)), Some((left, 10))].into_iter().flatten().map(move |(right, gain)| Pairing {
                    left,
                    right,
                    gain,
                })
            })
            .collect();
        let partners = assign(size as usize, size as usize, &chain);
        assert_eq!(sum(&chain, &partners), 11 * i64::from(size - 1));
    }
}
