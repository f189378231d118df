//! Tests of the whole engine against known truth.

mod county;
mod decided;
mod increments;
mod layouts;
mod many;
mod pairs;
mod people;

use std::collections::BTreeMap;

use super::{Given, link};
use crate::config::checked::LinkSettings;
use crate::model::{Linked, NO_TEXT, Silent};
use county::County;

fn run(county: &County) -> Linked {
    link(&county.persons(), &county.sources, &county.relations, &LinkSettings::default(), &Given::default(), &Silent).unwrap()
}

/// Pairwise precision and recall of the clusters.
fn precision_and_recall(linked: &Linked, truth: &[u32]) -> (f64, f64) {
    let pairs = |counts: &BTreeMap<(u32, u32), u64>| counts.values().map(|&count| count * (count - 1) / 2).sum::<u64>() as f64;
    let (mut both, mut found, mut wanted) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (&person, &truth) in linked.person_of_record.iter().zip(truth) {
        *both.entry((person, truth)).or_default() += 1;
        *found.entry((person, 0)).or_default() += 1;
        *wanted.entry((truth, 0)).or_default() += 1;
    }
    (pairs(&both) / pairs(&found), pairs(&both) / pairs(&wanted))
}

/// Everything about the outcome that must not change, as text.
fn fingerprint(linked: &Linked) -> String {
    format!(
        "{:?}{:?}{:?}{:?}{}{:?}",
        linked.person_of_record, linked.person_ids, linked.links, linked.prevented, linked.model, linked.warnings
    )
}

#[test]
fn a_county_is_linked_with_few_errors() {
    let county = county::county(3000, 11, 1.0);
    let (precision, recall) = precision_and_recall(&run(&county), &county.truth());
    assert!(precision > 0.97 && recall > 0.93, "precision {precision:.4} recall {recall:.4}");
}

#[test]
fn one_two_and_eight_threads_give_the_same_bytes() {
    let county = county::county(1500, 5, 1.0);
    let on = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| fingerprint(&run(&county)));
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(8));
}

#[test]
fn shuffled_rows_give_the_same_persons() {
    let mut county = county::county(1500, 6, 1.0);
    let by_record = |county: &County, linked: &Linked| -> BTreeMap<(u16, String), String> {
        let person = |row: usize| linked.person_ids[linked.person_of_record[row] as usize].clone();
        county.rows.iter().enumerate().map(|(row, record)| ((record.source, record.record_id.clone()), person(row))).collect()
    };
    let weights = |county: &County, linked: &Linked| -> Vec<String> {
        let id = |row: u32| county.rows[row as usize].record_id.clone();
        linked.links.iter().map(|link| format!("{} {} {} {:?}", id(link.left), id(link.right), link.weight, link.decision)).collect()
    };
    let before = run(&county);
    let expected = (by_record(&county, &before), weights(&county, &before));
    let mut order: Vec<usize> = (0..county.rows.len()).collect();
    fastrand::Rng::with_seed(3).shuffle(&mut order);
    let mut position = vec![0u32; order.len()];
    for (new, &old) in order.iter().enumerate() {
        position[old] = new as u32;
    }
    county.rows = order.iter().map(|&old| county.rows[old].clone()).collect();
    for relation in &mut county.relations {
        (relation.from, relation.to) = (position[relation.from as usize], position[relation.to as usize]);
    }
    let after = run(&county);
    assert_eq!(expected, (by_record(&county, &after), weights(&county, &after)));
}

#[test]
fn the_steps_of_every_waterfall_add_up_to_the_weight() {
    let county = county::county(600, 8, 1.0);
    let linked = run(&county);
    let text = linked.model.to_string();
    let model: serde_json::Value = serde_json::from_str(&text).unwrap();
    for link in linked.links.iter().step_by(17) {
        let steps = super::explain_pattern(&model, link.pattern);
        let sum: f64 = steps.iter().map(|step| step.weight).sum();
        assert!((sum - f64::from(link.weight)).abs() < 0.01, "{sum} {}", link.weight);
    }
}

#[test]
fn nothing_to_link_is_no_error() {
    let mut county = county::county(10, 1, 1.0);
    county.relations.clear();
    county.rows.truncate(1);
    let one = run(&county);
    assert_eq!((one.persons(), one.links.len()), (1, 0));
    county.rows.clear();
    assert_eq!(run(&county).persons(), 0);
    assert_eq!(run(&county).person_of_record.iter().filter(|&&person| person != NO_TEXT).count(), 0);
}

#[test]
fn settings_that_contradict_themselves_are_refused() {
    let county = county::county(10, 1, 1.0);
    let with = |settings: LinkSettings| {
        link(&county.persons(), &county.sources, &[], &settings, &Given::default(), &Silent).unwrap_err().to_string()
    };
    let default = LinkSettings::default();
    assert_eq!(with(LinkSettings { threshold: Some(0.2), ..default.clone() }), "link: review_floor is 0.3, above the threshold 0.2");
    assert!(with(LinkSettings { threshold: Some(1.5), ..default.clone() }).contains("expected a probability"));
    assert!(with(LinkSettings { pairs_per_record: 0.0, ..default }).contains("above 0"));
}
