//! What missed and false pairs look like.
//!
//! What comes in: the labelled records of the run. What goes out: for each field how often such pairs agree on it, and a
//! few examples by position, with what each field contributed. What always holds: a true person in several persons of the run gives one pair per surplus
//! person (its first record against the first of the largest), a person of several true people likewise; values are
//! shown only if asked for; the choice of examples depends on the records alone, not on their order.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::TextColumn;
use crate::run::people::{ExplainedStep, explain_pattern};

use super::EvaluationOptions;
use super::links::Pair;
use super::run_tables::Records;

/// How pairs agree on one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldAgreement {
    /// The field.
    pub field: String,
    /// Pairs with the same value.
    pub same: u64,
    /// Pairs with two different values.
    pub different: u64,
    /// Pairs in which one or both have none.
    pub missing: u64,
}

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Source.
    pub source: String,
    /// File below the data folder.
    pub file: String,
    /// Line.
    pub line: i64,
}

/// What one field contributed to a pair's weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The field.
    pub field: String,
    /// The level reached.
    pub level: String,
    /// Bits it adds.
    pub bits: f64,
    /// What that means, in words.
    pub sentence: String,
}

/// What the run said of a pair that it kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Said {
    /// Match weight in bits; `None` where the run withholds it because of a restricted person.
    pub weight: Option<f64>,
    /// Probability.
    pub probability: f64,
    /// What became of it.
    pub decision: String,
    /// Field by field.
    pub steps: Vec<Step>,
}

/// One pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// One record.
    pub left: Position,
    /// The other.
    pub right: Position,
    /// Per field `same`, `different` or `missing`; both values instead if they were asked for.
    pub fields: Vec<(String, String)>,
    /// What the run said of it; nothing if it was not kept: never compared, or below the review floor.
    pub said: Option<Said>,
    /// What else is known of it.
    pub note: Option<String>,
}

/// What examples are drawn from.
pub(super) struct View<'a> {
    /// The records.
    pub(super) records: &'a Records,
    /// The kept pairs.
    pub(super) links: &'a [Pair],
    /// Names of the decisions.
    pub(super) decisions: &'a [String],
    /// The model of the run.
    pub(super) model: &'a serde_json::Value,
    /// How many to show, and how.
    pub(super) options: EvaluationOptions,
}

/// Missed or false pairs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PairPicture {
    /// Pairs looked at.
    pub pairs: u64,
    /// How they agree, field by field.
    pub fields: Vec<FieldAgreement>,
    /// A few of them.
    pub examples: Vec<Example>,
}

/// The pairs of records that stand for all missed ones (`by` the true, `within` the found person) or for all false ones
/// (the other way round). `labels` is (by, within, row).
#[must_use]
pub fn telling_pairs(mut labels: Vec<(u32, u32, u32)>) -> Vec<(u32, u32)> {
    labels.sort_unstable();
    let mut pairs = Vec::new();
    for group in labels.chunk_by(|left, right| left.0 == right.0) {
        let mut cells: Vec<&[(u32, u32, u32)]> = group.chunk_by(|left, right| left.1 == right.1).collect();
        if cells.len() < 2 {
            continue;
        }
        cells.sort_by_key(|cell| (std::cmp::Reverse(cell.len()), cell.first().map(|label| label.2)));
        let mut firsts = cells.iter().filter_map(|cell| cell.first()).map(|label| label.2);
        if let Some(largest) = firsts.next() {
            pairs.extend(firsts.map(|other| (largest.min(other), largest.max(other))));
        }
    }
    pairs
}

/// Describes pairs of records. The examples are of `telling` pairs.
pub(super) fn picture(view: &View<'_>, pairs: &[(u32, u32)], telling: &[(u32, u32)]) -> PairPicture {
    let fields = view.records.fields.iter().map(|(name, column)| {
        let mut agreement = FieldAgreement { field: (*name).to_owned(), ..FieldAgreement::default() };
        for &(left, right) in pairs {
            match compare(column, left, right) {
                "same" => agreement.same += 1,
                "different" => agreement.different += 1,
                _ => agreement.missing += 1,
            }
        }
        agreement
    });
    let noted: Vec<((u32, u32), Option<&str>)> = telling.iter().map(|&pair| (pair, None)).collect();
    PairPicture { pairs: pairs.len() as u64, fields: fields.collect(), examples: examples(view, &noted) }
}

/// A few of some pairs, drawn by lot, with what the run said of them.
pub(super) fn examples(view: &View<'_>, pairs: &[((u32, u32), Option<&str>)]) -> Vec<Example> {
    type Chosen<'a> = ([u8; 32], ((u32, u32), Option<&'a str>));
    let mut chosen: Vec<Chosen<'_>> = pairs.iter().map(|&(pair, note)| (lot(view.records, pair.0, pair.1), (pair, note))).collect();
    chosen.sort_unstable();
    chosen.truncate(view.options.examples);
    let wanted: HashSet<(u32, u32)> = chosen.iter().map(|(_, (pair, _))| *pair).collect();
    let ordered = |link: &Pair| (link.left.min(link.right), link.left.max(link.right));
    let kept: HashMap<(u32, u32), &Pair> =
        view.links.iter().map(|link| (ordered(link), link)).filter(|(pair, _)| wanted.contains(pair)).collect();
    chosen
        .into_iter()
        .map(|(_, (pair, note))| Example {
            said: kept.get(&(pair.0.min(pair.1), pair.0.max(pair.1))).map(|link| said(view, link)),
            note: note.map(ToOwned::to_owned),
            ..example(view.records, pair, view.options.show_values)
        })
        .collect()
}

fn said(view: &View<'_>, link: &Pair) -> Said {
    let steps = link.pattern.map(|pattern| explain_pattern(view.model, pattern)).unwrap_or_default();
    let step = |step: ExplainedStep| Step { field: step.field, level: step.level, bits: step.weight, sentence: step.sentence };
    Said {
        weight: link.pattern.map(|_| link.weight),
        probability: link.probability,
        decision: view.decisions.get(usize::from(link.decision)).cloned().unwrap_or_default(),
        steps: steps.into_iter().map(step).collect(),
    }
}

fn compare(column: &TextColumn, left: u32, right: u32) -> &'static str {
    match (column.get(left as usize), column.get(right as usize)) {
        (Some(left), Some(right)) if left == right => "same",
        (Some(_), Some(_)) => "different",
        _ => "missing",
    }
}

/// The lot of a pair: a hash of both identities.
fn lot(records: &Records, left: u32, right: u32) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for row in [left, right] {
        hasher.update(records.source.get(row as usize).unwrap_or_default());
        hasher.update([0]);
        hasher.update(records.record_id.get(row as usize).unwrap_or_default());
        hasher.update([0]);
    }
    hasher.finalize().into()
}

fn position(records: &Records, row: u32) -> Position {
    let text = |column: &TextColumn| column.get(row as usize).unwrap_or_default().to_owned();
    Position { source: text(&records.source), file: text(&records.file), line: records.line.get(row as usize).copied().unwrap_or(0) }
}

fn example(records: &Records, (left, right): (u32, u32), show_values: bool) -> Example {
    let fields = records.fields.iter().map(|(name, column)| {
        let text = if show_values {
            let value = |row: u32| column.get(row as usize).unwrap_or("-");
            format!("{} / {}", value(left), value(right))
        } else {
            compare(column, left, right).to_owned()
        };
        ((*name).to_owned(), text)
    });
    Example { left: position(records, left), right: position(records, right), fields: fields.collect(), said: None, note: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> TextColumn {
        TextColumn::collect(texts.into_iter().map(Some))
    }

    #[test]
    fn each_surplus_part_gives_one_pair_with_the_largest() {
        // True person 1 in found persons 5 (rows 0 1), 6 (row 2), 7 (row 3); person 2 whole.
        assert_eq!(telling_pairs(vec![(1, 6, 2), (1, 5, 1), (1, 5, 0), (1, 7, 3), (2, 8, 4), (2, 8, 5)]), [(0, 2), (0, 3)]);
        assert!(telling_pairs(Vec::new()).is_empty());
    }

    #[test]
    fn values_are_masked_unless_asked_for() {
        let records = Records {
            source: column_of(["police", "school"]),
            record_id: column_of(["a", "b"]),
            file: column_of(["p.csv", "s.csv"]),
            line: vec![2, 3],
            slot: vec![0, 0],
            person: column_of(["P1", "P2"]),
            fields: vec![
                ("surname", column_of(["CANARYONE", "CANARYTWO"])),
                ("sex", column_of(["M", "M"])),
                ("postcode", TextColumn::absent(2)),
            ],
        };
        let view = |show_values| View {
            records: &records,
            links: &[Pair { left: 0, right: 1, weight: 3.0, probability: 0.9, pattern: Some(0), decision: 0 }],
            decisions: &[],
            model: &serde_json::Value::Null,
            options: EvaluationOptions { examples: 5, show_values },
        };
        let masked = picture(&view(false), &[(0, 1)], &[(0, 1)]);
        assert!(masked.examples[0].said.as_ref().is_some_and(|said| said.weight > Some(2.9)));
        assert!(!serde_json::to_string(&masked).unwrap().contains("CANARY"));
        let said: Vec<&str> = masked.examples[0].fields.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(said, ["different", "same", "missing"]);
        assert_eq!((masked.fields[0].different, masked.fields[1].same, masked.fields[2].missing), (1, 1, 1));
        assert!(serde_json::to_string(&picture(&view(true), &[(0, 1)], &[(0, 1)])).unwrap().contains("CANARYONE / CANARYTWO"));
    }
}
