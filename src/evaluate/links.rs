//! How good the kept links are: right and wrong per decision, guards, and why pairs were missed or false.
//!
//! What comes in: the kept pairs with their decision, the prevented merges, and per record its true and
//! found person. What goes out: counts. What always holds: a pair of which either record is not in the truth is left out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pairs::{Ratio, share};

/// One kept pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Row of one record.
    pub left: u32,
    /// Row of the other.
    pub right: u32,
    /// Match weight in bits.
    pub weight: f64,
    /// Probability that both are one person, in the light of all records.
    pub probability: f64,
    /// Levels of agreement per field, packed; `None` where a restricted person would be known by it: the weight is then what a probability in tenths may stand for.
    pub pattern: Option<u64>,
    /// Index into the decisions' names.
    pub decision: u16,
}

impl Pair {
    /// Probability that both are one person by what the two records alone say: what a threshold is held against.
    #[must_use]
    pub fn probability_alone(&self) -> f64 {
        1.0 / (1.0 + libm::exp2(-self.weight))
    }
}

/// Pairs of one decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionCount {
    /// `linked`, `prevented`, `review` or `implied`.
    pub decision: String,
    /// Pairs.
    pub pairs: u64,
    /// Of which the same person.
    pub same_person: u64,
    /// Share of those.
    pub share: f64,
}

/// Merges one guard prevented.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuardCount {
    /// The guard.
    pub reason: String,
    /// Pairs of records it kept apart.
    pub pairs: u64,
    /// Of which it was wrong: the same person.
    pub wrongly: u64,
}

/// How pairs were missed, or came to be false, by what is known of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PairReasons {
    /// True pairs in two persons: a guard kept them apart.
    pub missed_prevented: u64,
    /// True pairs in two persons: in the review queue.
    pub missed_review: u64,
    /// True pairs in two persons: never compared, or scored below the review floor.
    pub missed_not_kept: u64,
    /// False pairs in one person: linked directly.
    pub false_linked: u64,
    /// False pairs in one person: scored below the threshold, joined through other records.
    pub false_implied: u64,
    /// False pairs in one person: joined through other records, not kept themselves.
    pub false_through_others: u64,
}

/// Everything about links.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LinkStatistics {
    /// Links at or above the threshold against all true pairs of records.
    pub linked: Ratio,
    /// By decision, in the order of their names.
    pub decisions: Vec<DecisionCount>,
    /// Guards, in the order of their names.
    pub guards: Vec<GuardCount>,
    /// Why pairs were missed or false.
    pub reasons: PairReasons,
}

/// True and found person of a record; `None` where the truth does not know the record or says it is nobody.
pub type PersonOf<'a> = &'a (dyn Fn(u32) -> Option<(u32, u32)> + Sync);

/// Counts links. `pairs` is the count over all pairs of records: what no link tells is the rest of it.
#[must_use]
pub fn link_statistics(
    links: &[Pair],
    decisions: &[String],
    prevented: &[(u32, u32, u16)],
    reasons: &[String],
    pairs: Ratio,
    person_of: PersonOf<'_>,
) -> LinkStatistics {
    let mut per_decision = vec![(0_u64, 0_u64); decisions.len()];
    let mut counted = PairReasons::default();
    for link in links {
        let (Some(left), Some(right)) = (person_of(link.left), person_of(link.right)) else { continue };
        let (same, together) = (left.0 == right.0, left.1 == right.1);
        if let Some(count) = per_decision.get_mut(usize::from(link.decision)) {
            count.0 += 1;
            count.1 += u64::from(same);
        }
        let decision = decisions.get(usize::from(link.decision)).map_or("", String::as_str);
        match (same, together, decision) {
            (true, false, "prevented") => counted.missed_prevented += 1,
            (true, false, _) => counted.missed_review += 1,
            (false, true, "linked") => counted.false_linked += 1,
            (false, true, _) => counted.false_implied += 1,
            _ => {}
        }
    }
    let mut guards: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for &(left, right, reason) in prevented {
        let (Some(left), Some(right)) = (person_of(left), person_of(right)) else { continue };
        let entry = guards.entry(reasons.get(usize::from(reason)).map_or("", String::as_str)).or_default();
        entry.0 += 1;
        entry.1 += u64::from(left.0 == right.0);
    }
    counted.missed_not_kept = pairs.missed.saturating_sub(counted.missed_prevented + counted.missed_review);
    counted.false_through_others = pairs.wrong.saturating_sub(counted.false_linked + counted.false_implied);
    let mut named: Vec<DecisionCount> = decisions
        .iter()
        .zip(&per_decision)
        .filter(|(_, (count, _))| *count > 0)
        .map(|(decision, &(pairs, same_person))| DecisionCount {
            decision: decision.clone(),
            pairs,
            same_person,
            share: share(same_person, pairs),
        })
        .collect();
    named.sort_by(|left, right| left.decision.cmp(&right.decision));
    let (linked, right) = named.iter().find(|count| count.decision == "linked").map_or((0, 0), |count| (count.pairs, count.same_person));
    LinkStatistics {
        linked: Ratio::of(right, linked - right, (pairs.right + pairs.missed).saturating_sub(right)),
        decisions: named,
        guards: guards.into_iter().map(|(reason, (pairs, wrongly))| GuardCount { reason: reason.to_owned(), pairs, wrongly }).collect(),
        reasons: counted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_and_reasons_are_counted_as_by_hand() {
        // Records 0 1 2 are true person 0, records 3 4 true person 1, record 5 unknown to the truth; found: {0 1 3} {2} {4}.
        let truth = [Some((0, 0)), Some((0, 0)), Some((0, 1)), Some((1, 0)), Some((1, 2)), None];
        let names = ["linked", "prevented", "review", "implied"].map(str::to_owned);
        let pair = |left, right, probability, decision| Pair { left, right, weight: 0.0, probability, pattern: Some(0), decision };
        let links =
            [pair(0, 1, 0.99, 0), pair(1, 3, 0.95, 0), pair(0, 3, 0.45, 3), pair(1, 2, 0.55, 2), pair(3, 4, 0.97, 1), pair(0, 5, 0.99, 0)];
        let reasons = ["two-nhs-numbers", "twins"].map(str::to_owned);
        // True pairs: 01 02 12 34; found: 01 03 13.
        let statistics = link_statistics(&links, &names, &[(3, 4, 0), (2, 3, 1)], &reasons, Ratio::of(1, 2, 3), &|record| {
            truth.get(record as usize).copied().flatten()
        });
        assert_eq!(statistics.linked, Ratio::of(1, 1, 3));
        assert_eq!(
            statistics.decisions.iter().map(|count| (count.decision.as_str(), count.pairs, count.same_person)).collect::<Vec<_>>(),
            [("implied", 1, 0), ("linked", 2, 1), ("prevented", 1, 1), ("review", 1, 1)]
        );
        assert_eq!(
            statistics.reasons,
            PairReasons {
                missed_prevented: 1,
                missed_review: 1,
                missed_not_kept: 1,
                false_linked: 1,
                false_implied: 1,
                false_through_others: 0
            }
        );
        assert_eq!(
            statistics.guards,
            [
                GuardCount { reason: "twins".to_owned(), pairs: 1, wrongly: 0 },
                GuardCount { reason: "two-nhs-numbers".to_owned(), pairs: 1, wrongly: 1 }
            ]
        );
    }
}
