//! What missed and false pairs look like.
//!
//! What comes in: the labelled records of the run. What goes out: for each field how often such pairs agree on it, and a
//! few examples by position. What always holds: a true person in several persons of the run gives one pair per surplus
//! person (its first record against the first of the largest), a person of several true people likewise; values are
//! shown only if asked for; the choice of examples depends on the records alone, not on their order.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::TextColumn;

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

/// One pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// One record.
    pub left: Position,
    /// The other.
    pub right: Position,
    /// Per field `same`, `different` or `missing`; both values instead if they were asked for.
    pub fields: Vec<(String, String)>,
}

/// Missed or false pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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

/// Describes pairs of records.
pub(super) fn picture(records: &Records, pairs: &[(u32, u32)], examples: usize, show_values: bool) -> PairPicture {
    let fields = records.fields.iter().map(|(name, column)| {
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
    let mut chosen: Vec<([u8; 32], (u32, u32))> = pairs.iter().map(|&(left, right)| (lot(records, left, right), (left, right))).collect();
    chosen.sort_unstable();
    chosen.truncate(examples);
    PairPicture {
        pairs: pairs.len() as u64,
        fields: fields.collect(),
        examples: chosen.into_iter().map(|(_, pair)| example(records, pair, show_values)).collect(),
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
    Example { left: position(records, left), right: position(records, right), fields: fields.collect() }
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
        let masked = picture(&records, &[(0, 1)], 5, false);
        assert!(!serde_json::to_string(&masked).unwrap().contains("CANARY"));
        let said: Vec<&str> = masked.examples[0].fields.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(said, ["different", "same", "missing"]);
        assert_eq!((masked.fields[0].different, masked.fields[1].same, masked.fields[2].missing), (1, 1, 1));
        assert!(serde_json::to_string(&picture(&records, &[(0, 1)], 5, true)).unwrap().contains("CANARYONE / CANARYTWO"));
    }
}
