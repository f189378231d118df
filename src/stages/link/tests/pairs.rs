//! Candidate pairs: each once, counted exactly, never lost between rules.

use std::collections::BTreeMap;

use super::super::block::Blocking;
use super::super::encode::{Separate, encode};
use super::county::{County, Row, county, source};
use crate::config::checked::LinkSettings;
use crate::model::{Silent, StandardField};

/// All streamed pairs with how often each came.
fn streamed(county: &County, budget: u64) -> (BTreeMap<(u32, u32), u32>, Blocking) {
    let encoded = encode(&county.persons(), &county.sources, &[], &Separate::default(), None, u64::MAX);
    let blocking = Blocking::build(&encoded, budget, &LinkSettings::default(), &Silent);
    let mut pairs = BTreeMap::new();
    for (left, right) in blocking.stream().run(Vec::new, |_| (), |pairs, _, a, b| pairs.push((a, b)), |_| ()).into_iter().flatten() {
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
    let nodes = encode(&county.persons(), &county.sources, &[], &Separate::default(), None, u64::MAX).nodes_by_row(500);
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
    let nodes = encode(&county.persons(), &county.sources, &[], &Separate::default(), None, u64::MAX).nodes.len();
    assert_eq!(pairs.len(), nodes * (nodes - 1) / 2);
    assert_eq!(blocking.rules.len(), 1);
}

/// Sources of so many records, no two alike.
fn sources_of(sizes: &[usize]) -> County {
    let mut rows = Vec::new();
    for (number, &size) in sizes.iter().enumerate() {
        for record in 0..size {
            let values = vec![(StandardField::Forename, "CLAIRE".to_owned()), (StandardField::Surname, format!("BROWN{number}Q{record}"))];
            rows.push(Row {
                source: number as u16,
                line: record as u32,
                record_id: format!("{number}-{record}"),
                values,
                ..Row::default()
            });
        }
    }
    let sources = (0..sizes.len()).map(|number| source(&format!("source_{number}"))).collect();
    County { rows, sources, relations: Vec::new() }
}

#[test]
fn pairs_within_and_between_sources_are_as_many_as_splink_counts() {
    // Splink's test_total_comparison_count: sizes, pairs between sources (link only), all pairs (link and dedupe, dedupe only).
    for (sizes, between, all) in [
        (vec![8], 0, 28),
        (vec![10], 0, 45),
        (vec![97], 0, 4656),
        (vec![2, 3], 6, 10),
        (vec![7, 11], 77, 77 + 21 + 55),
        (vec![2, 2, 2], 12, 15),
        (vec![2, 3, 5], 31, 45),
        (vec![2, 2, 2, 2, 2], 40, 45),
        (vec![5, 5, 5, 5], 150, 190),
        (vec![209, 104, 97, 2], 52_917, 84_666),
    ] {
        let county = sources_of(&sizes);
        let encoded = encode(&county.persons(), &county.sources, &[], &Separate::default(), None, u64::MAX);
        let mut source_of_node = vec![0; encoded.nodes.len()];
        for (&row, &node) in encoded.order.iter().zip(&encoded.node_of) {
            source_of_node[node as usize] = county.rows[row as usize].source;
        }
        let (pairs, blocking) = streamed(&county, 1_000_000);
        let crossing = pairs.keys().filter(|(left, right)| source_of_node[*left as usize] != source_of_node[*right as usize]).count();
        assert_eq!((crossing, pairs.len(), blocking.pairs()), (between, all, all as u64), "{sizes:?}");
    }
}

#[test]
fn a_rule_has_the_pairs_of_its_blocks_whose_parts_are_all_present() {
    // Forty records in postcodes of 12, 11, 10, 6 and 1, two more without: 66 + 55 + 45 + 15 pairs; all pairs, 861, are over the budget.
    let mut county = sources_of(&[42]);
    for (number, row) in county.rows.iter_mut().enumerate() {
        row.values.retain(|(field, _)| *field == StandardField::Surname);
        let postcode = [12, 23, 33, 39, 40].iter().position(|&end| number < end);
        row.values.extend(postcode.map(|postcode| (StandardField::Postcode, format!("LN{} 1AA", postcode + 1))));
    }
    let (_, blocking) = streamed(&county, 860);
    assert_eq!(blocking.pairs(), 66 + 55 + 45 + 15);
}
