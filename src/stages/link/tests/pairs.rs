//! Candidate pairs: each once, counted exactly, never lost between rules.

use std::collections::BTreeMap;

use super::super::block::Blocking;
use super::super::encode::{Separate, encode};
use super::county::{County, Row, county, source};
use crate::config::checked::LinkSettings;
use crate::model::{Silent, StandardField};

/// All streamed pairs with how often each came.
fn streamed(county: &County, budget: u64) -> (BTreeMap<(u32, u32), u32>, Blocking) {
    let encoded = encode(&county.persons(), &county.sources, &[], &Separate::default());
    let blocking = Blocking::build(&encoded, budget, &LinkSettings::default(), &Silent);
    let mut pairs = BTreeMap::new();
    for (left, right) in blocking.stream().run(Vec::new, |pairs, a, b| pairs.push((a, b)), |_| ()).into_iter().flatten() {
        assert!(left < right);
        *pairs.entry((left, right)).or_default() += 1;
    }
    (pairs, blocking)
}

fn same_postcode(records: usize) -> County {
    let row = |number: usize| Row {
        line: number as u32,
        record_id: format!("{number:05}"),
        values: vec![(StandardField::Surname, "SMITH".to_owned()), (StandardField::Postcode, "LN1 1AA".to_owned())],
        ..Row::default()
    };
    County { rows: (0..records).map(row).collect(), sources: vec![source("only")], relations: Vec::new() }
}

#[test]
fn each_pair_comes_once_and_the_counts_are_exact() {
    let (pairs, blocking) = streamed(&county(800, 4, 1.0), 200_000);
    assert!(pairs.values().all(|&times| times == 1));
    assert_eq!(pairs.len() as u64, blocking.pairs());
    assert_eq!(blocking.rules.iter().map(|rule| rule.pairs).sum::<u64>(), blocking.pairs());
}

#[test]
fn a_block_of_n_records_has_n_choose_two_pairs() {
    for records in [2, 3, 17, 120] {
        let (pairs, _) = streamed(&same_postcode(records), 10_000_000);
        assert_eq!(pairs.len(), records * (records - 1) / 2);
    }
}

#[test]
fn a_pair_that_an_earlier_rule_only_had_before_narrowing_is_not_lost() {
    // Everybody shares surname and forename, so those rules are narrowed; two share an NHS number and two others a postcode and date of birth.
    let mut county = same_postcode(500);
    for (number, row) in county.rows.iter_mut().enumerate() {
        row.values.retain(|(field, _)| *field == StandardField::Surname);
        row.values.push((StandardField::Forename, "JOHN".to_owned()));
        row.values.push((StandardField::DateOfBirth, format!("{}-01-{:02}", 1920 + number % 80, 1 + number % 28)));
    }
    for row in [&mut 3, &mut 490] {
        county.rows[*row].values.push((StandardField::NhsNumber, "9990000018".to_owned()));
    }
    let (pairs, blocking) = streamed(&county, 20_000);
    let nodes = encode(&county.persons(), &county.sources, &[]).nodes_by_row(500);
    assert!(pairs.contains_key(&(nodes[3].min(nodes[490]), nodes[3].max(nodes[490]))));
    assert!(blocking.pairs() <= 20_000, "{}", blocking.pairs());
}

#[test]
fn a_budget_is_kept_and_what_was_set_aside_is_counted() {
    let (pairs, blocking) = streamed(&same_postcode(3000), 30_000);
    assert!(pairs.len() <= 30_000);
    assert!(blocking.rules.iter().any(|rule| rule.dropped || rule.set_aside > 0));
}

#[test]
fn a_small_file_is_compared_completely() {
    let county = county(200, 4, 1.0);
    let (pairs, blocking) = streamed(&county, 3_000_000);
    let nodes = encode(&county.persons(), &county.sources, &[], &Separate::default()).nodes.len();
    assert_eq!(pairs.len(), nodes * (nodes - 1) / 2);
    assert_eq!(blocking.rules.len(), 1);
}
