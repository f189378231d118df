//! Error rates by group: whether some people are missed, or taken for others, more often than the rest.
//!
//! What comes in: true and found person of each record and its group, or labelled pairs and the groups of both sides. What goes out: per group the share of the
//! true pairs that is missed and the share of the found pairs that is false. What always holds: a pair counts in the group of either of its records,
//! once; a group of fewer than ten records (or labelled pairs) is not shown.

use std::collections::BTreeMap;

use serde::Serialize;

use super::intervals::{Estimate, wilson};
use crate::model::NO_TEXT;

/// Records (or labelled pairs) below which a group is not shown.
pub const LEAST: u64 = 10;

/// Errors in one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupErrors {
    /// The group; `(none)` where the column is empty.
    pub group: String,
    /// Its records (or labelled pairs).
    pub records: u64,
    /// True pairs with a record of the group.
    pub true_pairs: u64,
    /// Found pairs with a record of the group.
    pub found_pairs: u64,
    /// Share of the true pairs that are in different persons of the run, with Wilson's interval; nothing without such pairs.
    pub missed_match_rate: Option<Estimate>,
    /// Share of the found pairs that are not the same person, with Wilson's interval; nothing without such pairs.
    pub false_match_rate: Option<Estimate>,
}

/// Errors by the groups of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupTable {
    /// The column.
    pub column: String,
    /// Where it stands: `truth` or `persons`.
    pub from: &'static str,
    /// Groups in the order of their names.
    pub groups: Vec<GroupErrors>,
    /// Groups too small to show.
    pub suppressed: u64,
}

/// A column of groups.
#[derive(Clone, Debug, Default)]
pub struct GroupColumn {
    /// The column.
    pub name: String,
    /// Where it stands.
    pub from: &'static str,
    /// Names of the groups.
    pub values: Vec<String>,
    /// Number of the group of each record (or labelled pair).
    pub of: Vec<u32>,
}

/// Counts of one group: records, true pairs, found pairs, pairs that are both.
type Counts = [u64; 4];

fn pairs(size: u64) -> u64 {
    size * size.saturating_sub(1) / 2
}

/// Adds the pairs of one set of records to the groups in it.
fn count(groups: &mut [u32], place: usize, counts: &mut BTreeMap<u32, Counts>) {
    groups.sort_unstable();
    let size = groups.len() as u64;
    for group in groups.chunk_by(|left, right| left == right) {
        let (Some(&name), of_group) = (group.first(), group.len() as u64) else { continue };
        if let Some(slot) = counts.entry(name).or_default().get_mut(place) {
            // Pairs of which at least one record is in the group.
            *slot += pairs(size) - pairs(size - of_group);
        }
    }
}

/// Error rates by group over all pairs of records. `truth` is [`NO_TEXT`] where the truth does not know a record.
#[must_use]
pub fn by_record(column: &GroupColumn, truth: &[u32], found: &[u32]) -> GroupTable {
    let mut counts: BTreeMap<u32, Counts> = BTreeMap::new();
    let mut labels: Vec<(u32, u32, u32)> = Vec::with_capacity(truth.len());
    for ((&truth, &found), &group) in truth.iter().zip(found).zip(&column.of).filter(|((truth, _), _)| **truth != NO_TEXT) {
        labels.push((truth, found, group));
        let [records, ..] = counts.entry(group).or_default();
        *records += 1;
    }
    let groups = |labels: &[(u32, u32, u32)]| -> Vec<u32> { labels.iter().map(|label| label.2).collect() };
    labels.sort_unstable();
    for person in labels.chunk_by(|left, right| left.0 == right.0) {
        count(&mut groups(person), 1, &mut counts);
        for cell in person.chunk_by(|left, right| left.1 == right.1) {
            count(&mut groups(cell), 3, &mut counts);
        }
    }
    labels.sort_unstable_by_key(|label| (label.1, label.0, label.2));
    for person in labels.chunk_by(|left, right| left.1 == right.1) {
        count(&mut groups(person), 2, &mut counts);
    }
    table(column, &counts)
}

/// Error rates by group over labelled pairs: same person, found together, and the groups the pair counts in.
#[must_use]
pub fn by_pair(column: &GroupColumn, pairs: impl Iterator<Item = (bool, bool, [u32; 2])>) -> GroupTable {
    let mut counts: BTreeMap<u32, Counts> = BTreeMap::new();
    for (same, together, [left, right]) in pairs {
        for group in if left == right { vec![left] } else { vec![left, right] } {
            let counts = counts.entry(group).or_default();
            for (slot, is) in counts.iter_mut().zip([true, same, together, same && together]) {
                *slot += u64::from(is);
            }
        }
    }
    table(column, &counts)
}

fn table(column: &GroupColumn, counts: &BTreeMap<u32, Counts>) -> GroupTable {
    let name = |group: u32| column.values.get(group as usize).filter(|name| !name.is_empty()).map_or("(none)", String::as_str).to_owned();
    let rate = |part: u64, whole: u64| (whole > 0).then(|| wilson(part, whole));
    let mut groups: Vec<GroupErrors> = counts
        .iter()
        .filter(|(_, counts)| counts.first().is_some_and(|&records| records >= LEAST))
        .map(|(&group, &[records, true_pairs, found_pairs, both])| GroupErrors {
            group: name(group),
            records,
            true_pairs,
            found_pairs,
            missed_match_rate: rate(true_pairs - both, true_pairs),
            false_match_rate: rate(found_pairs - both, found_pairs),
        })
        .collect();
    groups.sort_by(|left, right| left.group.cmp(&right.group));
    let suppressed = (counts.len() - groups.len()) as u64;
    GroupTable { column: column.name.clone(), from: column.from, groups, suppressed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_by_group_agree_with_looking_at_every_pair_and_small_groups_are_hidden() {
        let mut random = fastrand::Rng::with_seed(3);
        let records = 60;
        let truth: Vec<u32> = (0..records).map(|_| random.u32(0..15)).collect();
        let found: Vec<u32> = (0..records).map(|_| random.u32(0..15)).collect();
        // Groups 0 and 1 are large; group 2 has three records.
        let of: Vec<u32> = (0..records).map(|row| if row < 3 { 2 } else { row % 2 }).collect();
        let column =
            GroupColumn { name: "area".to_owned(), from: "truth", values: ["north", "south", "isle"].map(str::to_owned).to_vec(), of };
        let table = by_record(&column, &truth, &found);
        assert_eq!((table.groups.len(), table.suppressed), (2, 1));
        for (number, group) in table.groups.iter().enumerate() {
            let (mut real, mut said, mut both) = (0, 0, 0);
            for left in 0..records as usize {
                for right in left + 1..records as usize {
                    if ![left, right].iter().any(|&row| column.of[row] == number as u32) {
                        continue;
                    }
                    let (same, together) = (truth[left] == truth[right], found[left] == found[right]);
                    real += u64::from(same);
                    said += u64::from(together);
                    both += u64::from(same && together);
                }
            }
            assert_eq!((group.true_pairs, group.found_pairs), (real, said));
            assert_eq!(group.missed_match_rate, Some(wilson(real - both, real)));
            assert_eq!(group.false_match_rate, Some(wilson(said - both, said)));
        }
    }

    #[test]
    fn a_labelled_pair_counts_once_in_each_group_of_its_records() {
        let column = GroupColumn { name: "sex".to_owned(), from: "persons", values: vec!["F".to_owned(), String::new()], of: Vec::new() };
        let pairs = (0..12).map(|pair| (pair % 2 == 0, pair % 3 == 0, [0, u32::from(pair < 11)]));
        let table = by_pair(&column, pairs);
        assert_eq!(table.groups.iter().map(|group| (group.group.as_str(), group.records)).collect::<Vec<_>>(), [("(none)", 11), ("F", 12)]);
        // Of 12: even ones are true (6), multiples of three are found (4), multiples of six are both (2).
        let of_f = &table.groups[1];
        assert_eq!((of_f.true_pairs, of_f.found_pairs), (6, 4));
        assert_eq!((of_f.missed_match_rate, of_f.false_match_rate), (Some(wilson(4, 6)), Some(wilson(2, 4))));
    }
}
