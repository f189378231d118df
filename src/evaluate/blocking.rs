//! What blocking compared, and which true pairs it lost and why.
//!
//! What comes in: the rules of the run and, where its files are at hand, how the rules meet the true pairs. What goes out: the funnel of the rules, candidate
//! recall, and the lost pairs counted by reason in words. What always holds: no value of a record is in a reason.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::intervals::{Estimate, wilson};
use crate::run::people::{Loss, Met, PairMet};

/// Reasons that are told apart; rarer ones are counted together.
const REASONS: usize = 15;

/// One blocking rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleFunnel {
    /// Its keys in words.
    pub rule: String,
    /// Pairs that its blocks hold; nothing if the run does not say.
    pub pairs: Option<u64>,
    /// Pairs that no rule before it has.
    pub new_pairs: u64,
    /// Pairs of oversized blocks that were set aside.
    pub set_aside: u64,
    /// True if the rule did not fit in the budget and was left out.
    pub left_out: bool,
    /// True pairs it brings together; nothing unless the run's files are at hand.
    pub true_pairs: Option<u64>,
    /// Of which no rule before it does.
    pub new_true_pairs: Option<u64>,
}

/// Lost pairs of one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossCount {
    /// The reason, or the key, in words.
    pub reason: String,
    /// True pairs lost.
    pub pairs: u64,
}

/// A key that stands between the records of lost pairs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyLoss {
    /// The key.
    pub key: String,
    /// Lost pairs in which a record lacks it.
    pub missing: u64,
    /// Lost pairs in which it differs.
    pub differing: u64,
}

/// What blocking lost of the true pairs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlockingLoss {
    /// True pairs.
    pub true_pairs: u64,
    /// Of which compared, or equal in all that is compared.
    pub met: u64,
    /// Share of those.
    pub recall: Estimate,
    /// Lost because a record is not in the files named, or is a test record.
    pub without_record: u64,
    /// Lost pairs by the rule they came nearest to and what stood against it, the most frequent first.
    pub reasons: Vec<LossCount>,
    /// Lost pairs by key, whatever the rule; a pair counts under every key it lacks or differs in.
    pub keys: Vec<KeyLoss>,
}

/// The rules as the run tells them.
#[must_use]
pub fn rules(model: &Value) -> Vec<RuleFunnel> {
    let listed = model.get("rules").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let number = |rule: &Value, name: &str| rule.get(name).and_then(Value::as_u64);
    listed
        .iter()
        .map(|rule| RuleFunnel {
            rule: rule.get("rule").and_then(Value::as_str).unwrap_or_default().to_owned(),
            pairs: number(rule, "block_pairs"),
            new_pairs: number(rule, "pairs").unwrap_or_default(),
            set_aside: number(rule, "set_aside").unwrap_or_default(),
            left_out: rule.get("dropped").and_then(Value::as_bool).unwrap_or_default(),
            true_pairs: None,
            new_true_pairs: None,
        })
        .collect()
}

/// Why a pair was lost, in words.
fn in_words(loss: &Loss, met: &Met) -> String {
    let names = |places: &[usize]| -> Vec<&str> { places.iter().filter_map(|&place| met.keys.get(place)).map(String::as_str).collect() };
    let rule = met.rules.get(loss.rule).map_or("", |rule| rule.name.as_str());
    let (missing, differing) = (names(&loss.missing), names(&loss.differing));
    let mut said = Vec::new();
    if !missing.is_empty() {
        said.push(format!("{} missing", missing.join(" and ")));
    }
    if !differing.is_empty() {
        said.push(format!("{} {}", differing.join(" and "), if differing.len() == 1 { "differs" } else { "differ" }));
    }
    match (said.is_empty(), loss.left_out) {
        (true, true) => format!("the rule {rule} was left out: its pairs did not fit in the budget"),
        (true, false) => format!("the block of {rule} was too large and was narrowed"),
        (false, _) => format!("{} (nearest rule: {rule})", said.join(", ")),
    }
}

/// Counts what blocking lost, and adds to each rule the true pairs it met. Gives the places of the lost pairs, with their reasons, too.
pub fn losses(met: &Met, rules: &mut [RuleFunnel]) -> (BlockingLoss, Vec<(usize, String)>) {
    for (rule, counts) in rules.iter_mut().zip(&met.rules).filter(|(rule, counts)| rule.rule == counts.name) {
        rule.true_pairs = Some(counts.all);
        rule.new_true_pairs = Some(counts.first);
    }
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let mut keys = vec![(0, 0); met.keys.len()];
    let (mut right, mut without_record, mut lost) = (0, 0, Vec::new());
    for (place, pair) in met.pairs.iter().enumerate() {
        match pair {
            PairMet::Compared | PairMet::Equal => right += 1,
            PairMet::NoRecord => without_record += 1,
            PairMet::Lost(loss) => {
                let reason = in_words(loss, met);
                *reasons.entry(reason.clone()).or_default() += 1;
                lost.push((place, reason));
                for (key, counts) in keys.iter_mut().enumerate().take(128) {
                    counts.0 += (loss.all_missing >> key & 1) as u64;
                    counts.1 += (loss.all_differing >> key & 1) as u64;
                }
            }
        }
    }
    let mut reasons: Vec<LossCount> = reasons.into_iter().map(|(reason, pairs)| LossCount { reason, pairs }).collect();
    reasons.sort_by(|left, right| right.pairs.cmp(&left.pairs).then_with(|| left.reason.cmp(&right.reason)));
    let rest: u64 = reasons.iter().skip(REASONS).map(|reason| reason.pairs).sum();
    let rarer = reasons.len().saturating_sub(REASONS);
    reasons.truncate(REASONS);
    if rest > 0 {
        reasons.push(LossCount { reason: format!("{rarer} rarer reasons together"), pairs: rest });
    }
    let mut keys: Vec<KeyLoss> = met
        .keys
        .iter()
        .zip(keys)
        .filter(|(_, (missing, differing))| missing + differing > 0)
        .map(|(key, (missing, differing))| KeyLoss { key: key.clone(), missing, differing })
        .collect();
    keys.sort_by(|left, right| {
        (right.missing + right.differing).cmp(&(left.missing + left.differing)).then_with(|| left.key.cmp(&right.key))
    });
    let true_pairs = met.pairs.len() as u64;
    (BlockingLoss { true_pairs, met: right, recall: wilson(right, true_pairs), without_record, reasons, keys }, lost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::people::MetRule;

    #[test]
    fn lost_pairs_are_counted_by_what_stood_against_the_nearest_rule() {
        let rule = |name: &str, first, all| MetRule { name: name.to_owned(), first, all };
        let loss = |rule, missing: &[usize], differing: &[usize], left_out| {
            PairMet::Lost(Loss {
                rule,
                missing: missing.to_vec(),
                differing: differing.to_vec(),
                left_out,
                all_missing: missing.iter().fold(0, |bits, key| bits | 1 << key),
                all_differing: differing.iter().fold(0, |bits, key| bits | 1 << key),
            })
        };
        let met = Met {
            keys: ["surname", "date of birth", "postcode"].map(str::to_owned).to_vec(),
            rules: vec![rule("surname + date of birth", 1, 1), rule("postcode", 0, 1)],
            pairs: vec![
                PairMet::Compared,
                PairMet::Equal,
                loss(0, &[1], &[], false),
                loss(0, &[1], &[], false),
                loss(0, &[], &[0, 1], false),
                loss(1, &[], &[], true),
                loss(1, &[], &[], false),
                PairMet::NoRecord,
            ],
        };
        let model = serde_json::json!({"rules": [
            {"rule": "surname + date of birth", "pairs": 7, "block_pairs": 7}, {"rule": "postcode", "pairs": 3, "dropped": true}
        ]});
        let mut funnel = rules(&model);
        let (found, lost) = losses(&met, &mut funnel);
        assert_eq!((found.true_pairs, found.met, found.without_record, lost.len()), (8, 2, 1, 5));
        assert_eq!(found.reasons[0].reason, "date of birth missing (nearest rule: surname + date of birth)");
        assert_eq!(found.reasons[0].pairs, 2);
        let said: Vec<&str> = found.reasons.iter().skip(1).map(|reason| reason.reason.as_str()).collect();
        assert!(said.contains(&"surname and date of birth differ (nearest rule: surname + date of birth)"), "{said:?}");
        assert!(said.iter().any(|reason| reason.contains("left out")) && said.iter().any(|reason| reason.contains("narrowed")), "{said:?}");
        assert_eq!(found.keys[0], KeyLoss { key: "date of birth".to_owned(), missing: 2, differing: 1 });
        assert_eq!(
            (funnel[0].new_true_pairs, funnel[1].true_pairs, funnel[0].pairs, funnel[1].left_out),
            (Some(1), Some(1), Some(7), true)
        );
    }
}
