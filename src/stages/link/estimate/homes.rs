//! On which levels of home two people of one home agree.
//!
//! What comes in: what records say of their homes. What goes out: the probability of each level in the class of people who share a home. What always holds: it follows from how many records give a
//! dwelling, a house, a postcode or a town, not from pairs.
//!
//! Where one of two records has no house number they cannot be seen to share more than the postcode, and a class that expects them to agree on the dwelling would leave them to that of one person.

use super::super::compare::{FIELDS, field, home};
use super::super::encode::{Encoded, NONE, Node};
use super::LEVELS;
use super::unrelated::normalise;

/// Least probability of a level: no way of writing a home is so rare that it would give the class up.
const LEAST: f64 = 0.002;

/// What a record says of its home, a bit each.
const DWELLING: usize = 1;
const ACCOUNT: usize = 1 << 1;
/// House number or name; beside a postcode it needs no street.
const HOUSE: usize = 1 << 2;
const STREET: usize = 1 << 3;
const POSTCODE: usize = 1 << 4;
const TOWN: usize = 1 << 5;
const ALL: usize = 1 << 6;

fn told(node: &Node) -> usize {
    let given = [
        (node.dwelling, DWELLING),
        (node.account, ACCOUNT),
        (node.house, HOUSE),
        (node.street, STREET),
        (node.postcode, POSTCODE),
        (node.town, TOWN),
    ];
    given.into_iter().filter(|&(code, _)| code != NONE).map(|(_, bit)| bit).sum()
}

/// Levels of two people of one home of whose records both say so much, judged and not measured: an address may be out of date or written badly.
fn shares(both: usize) -> &'static [(u8, f64)] {
    use home::grade;
    if both & (DWELLING | ACCOUNT) != 0 {
        &[
            (grade::DWELLING, 0.83),
            (grade::HOUSE, 0.05),
            (grade::POSTCODE, 0.05),
            (grade::NEIGHBOUR, 0.01),
            (grade::SECTOR, 0.01),
            (grade::DISTRICT, 0.01),
            (grade::ELSEWHERE, 0.03),
            (grade::COMMUNAL, 0.01),
        ]
    } else if both & POSTCODE != 0 && both & HOUSE != 0 {
        &[(grade::HOUSE, 0.86), (grade::NEIGHBOUR, 0.06), (grade::SECTOR, 0.02), (grade::DISTRICT, 0.02), (grade::ELSEWHERE, 0.04)]
    } else if both & POSTCODE != 0 {
        &[(grade::POSTCODE, 0.93), (grade::SECTOR, 0.02), (grade::DISTRICT, 0.02), (grade::ELSEWHERE, 0.03)]
    } else if both & HOUSE != 0 && both & STREET != 0 {
        &[(grade::HOUSE, 0.9), (grade::TOWN, 0.07), (grade::OTHER_TOWN, 0.03)]
    } else if both & TOWN != 0 {
        &[(grade::TOWN, 0.95), (grade::OTHER_TOWN, 0.05)]
    } else {
        &[]
    }
}

/// The probability of each level; nothing where no two records say anything of the same kind.
pub(super) fn levels(encoded: &Encoded) -> Option<[f64; LEVELS]> {
    let mut counts = [0u64; ALL];
    for node in &encoded.nodes {
        if let Some(count) = counts.get_mut(told(node)) {
            *count += 1;
        }
    }
    let (mut levels, mut all) = ([0.0; LEVELS], 0.0);
    for (left, &lefts) in counts.iter().enumerate() {
        for (right, &rights) in counts.iter().enumerate() {
            let (shares, weight) = (shares(left & right), lefts as f64 * rights as f64);
            all += if shares.is_empty() { 0.0 } else { weight };
            for &(level, share) in shares {
                if let Some(sum) = levels.get_mut(usize::from(level)) {
                    *sum += weight * share;
                }
            }
        }
    }
    if all <= 0.0 {
        return None;
    }
    let used = FIELDS.get(field::HOME).map_or(0, |field| field.levels.len());
    levels.iter_mut().take(used).skip(1).for_each(|level| *level = (*level / all).max(LEAST));
    normalise(&mut levels);
    Some(levels)
}
