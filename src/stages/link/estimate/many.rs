//! Priors of two kinds of pairs: those with a record of somebody who has very many, and all others.
//!
//! What comes in: what a round of EM expects among the candidates. What goes out: the prior of each class over all other pairs, and the factors by which those of pairs with such a record
//! differ, as the correction that [`super::super::compare::many_records`] makes. What always holds: where nobody is told apart, the prior is that of all pairs and the factors are one.
//!
//! Of the pairs of a record of somebody who has n of N records, n in N are the same person, whatever everybody else has. One prior for all pairs would be set by the few who have thousands.

use super::super::compare::field::MANY_RECORDS;
use super::super::compare::many_records::MANY;
use super::super::encode::Encoded;
use super::em::{Expected, at};
use super::seeds::priors;
use super::unrelated::{Unrelated, pairs, set};
use super::{Class, Model, Table};

/// Pairs counted among the others, of which as many are the same person as in most lists, one to a record: where next to nobody is another, their few pairs tell little.
const BORROWED: f64 = 1000.0;

/// Pairs of which one record or both are of somebody with very many.
#[derive(Clone, Copy, Default)]
pub(super) struct Many {
    /// Their share of all pairs.
    pub(super) share: f64,
    /// Share of them that share a dwelling which is not communal.
    pub(super) same_dwelling: f64,
    /// Records of people with very many.
    pub(super) records: f64,
}

impl Many {
    /// From how many nodes there are, of all people and of others, and how many pairs of each share a dwelling which is not communal.
    pub(super) fn of([all, others]: [usize; 2], [all_sharing, others_sharing]: [f64; 2]) -> Self {
        let of_many = pairs(all as f64) - pairs(others as f64);
        Self {
            records: (all - others) as f64,
            share: of_many / pairs(all as f64).max(1.0),
            same_dwelling: (all_sharing - others_sharing) / of_many.max(1.0),
        }
    }
}

/// The nodes by whose dates and contacts chance is measured: all, or those of others where people with very many records are told apart and there are enough others. Somebody with thousands of records would pass
/// for thousands of people of one year of birth or of one telephone.
pub(super) fn measured(encoded: &Encoded) -> Vec<u32> {
    /// Fewest records by which chance is measured.
    const ENOUGH: usize = 1000;
    let others: Vec<u32> = encoded.of_others().collect();
    if others.len() < ENOUGH { (0..encoded.nodes.len() as u32).collect() } else { others }
}

/// How a class's prior over all pairs, of both kinds, follows from a model.
pub(super) fn over_all(model: &Model, class: Class, share: f64) -> f64 {
    let prior = model.prior.get(class as usize).copied().unwrap_or(0.0);
    let factor = model.levels.get(class as usize).and_then(|table| table.get(MANY_RECORDS)).map_or(1.0, |levels| at(levels, MANY));
    prior * (1.0 - share) + prior * factor * share
}

/// The expected levels of both kinds of pairs in one. Of pairs of one person and of one home, those of people with very many records count no more than the others, or else as half a pair to each of their
/// records, which is what records of somebody with two do: how often values have slips must not be learnt from the few who are on most pairs. Unrelated pairs all count.
pub(super) fn balanced(expected: &Expected, many: Many) -> [Table; 3] {
    let mut sums = expected.sums;
    let share = |class: usize| {
        let of = |pairs: &[f64; 3]| pairs.get(class).copied().unwrap_or(0.0);
        let (all, of_many) = (of(&expected.pairs), of(&expected.pairs_of_many));
        ((all - of_many).max(many.records / 2.0) / of_many.max(1e-300)).min(1.0)
    };
    let shares = [share(Class::Same as usize), share(Class::Household as usize), 1.0];
    for ((sums, of_many), share) in sums.iter_mut().zip(&expected.sums_of_many).zip(shares) {
        for (sum, of_many) in sums.iter_mut().flatten().zip(of_many.iter().flatten()) {
            *sum += share * of_many;
        }
    }
    sums
}

/// Sets the priors and factors that a round of EM expects; `most`: pairs of one person that there can be at most.
pub(super) fn set_priors(model: &mut Model, expected: &Expected, unrelated: &Unrelated, (all_pairs, most): (f64, f64)) {
    let [same_pairs, household_pairs, _] = expected.pairs;
    let bounded = |prior: f64| prior.clamp(1e-12, 0.5);
    let average = bounded(same_pairs.min(most) / all_pairs);
    let Many { share, same_dwelling, .. } = unrelated.many;
    if share <= 0.0 {
        model.prior = priors(model, unrelated, unrelated.same_dwelling, average, household_pairs / all_pairs);
        return;
    }
    let fits = same_pairs.min(most) / same_pairs.max(1e-300);
    let [same_of_many, household_of_many, _] = expected.pairs_of_many;
    let (of_many, of_others) = (all_pairs * share, all_pairs * (1.0 - share));
    let usual = 2.0 / libm::sqrt(2.0 * of_others).max(4.0);
    let same = fits * (same_pairs - same_of_many) + BORROWED * usual;
    let others = bounded(same / (of_others + BORROWED));
    let prior = priors(model, unrelated, unrelated.same_dwelling, others, (household_pairs - household_of_many) / of_others.max(1.0));
    let many = bounded(fits * same_of_many / of_many);
    let of_many = priors(model, unrelated, same_dwelling, many, household_of_many / of_many);
    model.prior = prior;
    for (table, (of_many, others)) in model.levels.iter_mut().zip(of_many.into_iter().zip(prior)) {
        set(table, MANY_RECORDS, MANY, of_many / others.max(1e-300));
    }
}
