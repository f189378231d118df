//! How much more frequent each full name is than its parts suggest.
//!
//! What comes in: nodes and name counts. What goes out: per node, log2 of the factor, rounded down, 0 for no correction. What always holds: the number of
//! people of one full name is taken as the number of different years of birth seen with it, less [`ONE_PERSON`], so that one person on many
//! records, with a wrong year here and there, does not make a name frequent; too few people mean no correction. Where years begin to repeat,
//! half the number of different dates is taken instead: about one in two dates of a person on many records is mistaken at worst.

use rayon::prelude::*;

use super::{NONE, Names, Node, birth_year};
use crate::stages::link::hash::join;

/// Years of birth that one person's records may show by mistake.
const ONE_PERSON: usize = 3;
/// Years of birth beyond which they are surely of many people.
const MANY: usize = 12;

/// What a full name is known by in every run.
fn hash(forename: u32, surname: u32, names: &Names) -> u64 {
    join(names.get(forename).hash, names.get(surname).hash)
}

/// The correction of each node's full name as a frozen model has it; `lifted` is sorted.
pub(super) fn frozen(nodes: &[Node], names: &Names, lifted: &[(u64, u8)]) -> Vec<u8> {
    let lift = |node: &Node| {
        if node.forename == NONE || node.surname == NONE {
            return 0;
        }
        let hash = hash(node.forename, node.surname, names);
        lifted.binary_search_by_key(&hash, |&(name, _)| name).ok().and_then(|at| lifted.get(at)).map_or(0, |&(_, lift)| lift)
    };
    nodes.par_iter().map(lift).collect()
}

/// Measures all full names: (hash, correction) of those that have one, sorted; `most` is the largest correction.
pub(super) fn measure(nodes: &[Node], names: &Names, most: u8) -> Vec<(u64, u8)> {
    let mut seen: Vec<(u32, u32, u32)> = nodes
        .par_iter()
        .filter(|node| node.forename != NONE && node.surname != NONE && node.born != NONE)
        .map(|node| (node.forename, node.surname, node.born))
        .collect();
    seen.par_sort_unstable();
    seen.dedup();
    let people: f64 = names.forename_people.iter().map(|&count| f64::from(count)).sum();
    let mut lifted: Vec<(u64, u8)> = Vec::new();
    for group in seen.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let Some(&(forename, surname, _)) = group.first() else { continue };
        let of = |counts: &[u32], code: u32| counts.get(code as usize).map_or(0.0, |&count| f64::from(count));
        let expected = of(&names.forename_people, forename) * of(&names.surname_people, surname) / people.max(1.0);
        let years = group.chunk_by(|a, b| birth_year(a.2) == birth_year(b.2)).count();
        let bearing = (years.saturating_sub(ONE_PERSON) as f64).max(if years > MANY { group.len() as f64 / 2.0 } else { 0.0 });
        let lift = libm::floor(libm::log2((bearing / expected.max(1e-9)).max(1.0))) as u8;
        if lift > 0 {
            lifted.push((hash(forename, surname, names), lift.min(most)));
        }
    }
    lifted.sort_unstable();
    lifted
}
