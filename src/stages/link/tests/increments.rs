//! Month after month under a frozen model: an increment finds what a full comparison finds.

use proptest::prelude::*;

use super::super::compare::{field, level_of};
use super::super::{Given, link};
use super::county::{County, county};
use crate::config::checked::LinkSettings;
use crate::model::{FrozenModel, Linked, RememberedPairs, Silent, StandardField};

/// Few enough pairs that blocking rules are needed and groups are divided.
fn settings(pairs_per_record: f64) -> LinkSettings {
    LinkSettings { max_pairs: None, pairs_per_record, replace_rules: true, rules: rules(), ..LinkSettings::default() }
}

/// Rules with small blocks: names and places that many share.
fn rules() -> Vec<crate::config::checked::BlockingRuleSetting> {
    use crate::config::checked::{BlockingRuleSetting, RuleKey};
    use crate::model::BlockingKey;
    let rule = |keys: &[BlockingKey], largest_block| BlockingRuleSetting {
        keys: keys.iter().map(|&key| RuleKey::Person(key)).collect(),
        largest_block,
    };
    vec![
        rule(&[BlockingKey::NhsNumber], 60),
        rule(&[BlockingKey::Upn], 60),
        rule(&[BlockingKey::ForenameKin, BlockingKey::SurnameSound], 6),
        rule(&[BlockingKey::BirthDate], 8),
        rule(&[BlockingKey::Sector], 8),
        rule(&[BlockingKey::SurnameInitial], 5),
        rule(&[BlockingKey::Dwelling, BlockingKey::Initial], 4),
    ]
}

fn run(county: &County, settings: &LinkSettings, model: Option<&FrozenModel>, remembered: Option<&RememberedPairs>) -> Linked {
    let given = Given { month: "2012-10", remember: true, model, remembered, ..Given::default() };
    link(&county.persons(), &county.sources, &county.relations, settings, &given, &Silent).unwrap()
}

/// Everything that is published of an outcome.
fn outcome(linked: &Linked) -> String {
    format!("{:?}{:?}{:?}{:?}{}", linked.person_of_record, linked.person_ids, linked.links, linked.prevented, linked.threshold)
}

fn model(linked: &Linked) -> &FrozenModel {
    &linked.memory.as_ref().unwrap().model
}

fn pairs(linked: &Linked) -> &RememberedPairs {
    &linked.memory.as_ref().unwrap().pairs
}

fn figure(linked: &Linked, part: &str, name: &str) -> u64 {
    linked.model[part][name].as_u64().unwrap()
}

/// One month's changes: of each hundred records so many go, change, come.
#[derive(Clone, Debug)]
struct Churn {
    seed: u64,
    gone: u32,
    changed: u32,
    new: u32,
}

/// Another month of a county: rows taken out, changed, added from `reserve`, then shuffled.
fn next_month(now: &County, reserve: &County, churn: &Churn) -> County {
    let mut random = fastrand::Rng::with_seed(churn.seed);
    let mut rows = Vec::new();
    let mut position = vec![None; now.rows.len()];
    for (old, row) in now.rows.iter().enumerate() {
        if random.u32(0..100) < churn.gone {
            continue;
        }
        let mut row = row.clone();
        if random.u32(0..100) < churn.changed {
            let surname = ["SMITH", "JONES", "KOWALSKI"][random.usize(0..3)];
            match random.u32(0..4) {
                0 => row.values.retain(|(field, _)| *field != StandardField::Postcode),
                1 => row
                    .values
                    .iter_mut()
                    .filter(|(field, _)| *field == StandardField::Surname)
                    .for_each(|(_, value)| *value = surname.to_owned()),
                2 => row.values.push((StandardField::Telephone, format!("0152250{:04}", random.u32(0..40)))),
                _ => row.values.iter_mut().filter(|(field, _)| *field == StandardField::Forename).for_each(|(_, value)| value.push('A')),
            }
        }
        position[old] = Some(rows.len() as u32);
        rows.push(row);
    }
    for row in &reserve.rows {
        if random.u32(0..100) < churn.new {
            let mut row = row.clone();
            row.record_id = format!("N{}-{}", churn.seed, row.record_id);
            row.line += 1_000_000 * (1 + churn.seed as u32 % 1000);
            rows.push(row);
        }
    }
    let kept = |row: u32| position.get(row as usize).copied().flatten();
    let mut relations = now.relations.clone();
    relations.retain_mut(|relation| match (kept(relation.from), kept(relation.to)) {
        (Some(from), Some(to)) => {
            (relation.from, relation.to) = (from, to);
            true
        }
        _ => false,
    });
    County { rows, sources: now.sources.clone(), relations }
}

#[test]
fn the_month_that_estimated_a_model_is_the_same_under_it() {
    for settings in [LinkSettings::default(), settings(12.0)] {
        let county = county(1200, 21, 1.0);
        let estimated = run(&county, &settings, None, None);
        let read = FrozenModel::read(model(&estimated).text().as_bytes()).unwrap();
        assert_eq!((read.text(), read.sha256()), (model(&estimated).text(), model(&estimated).sha256()));
        let frozen = run(&county, &settings, Some(&read), None);
        assert_eq!(frozen.model["origin"]["state"], "frozen");
        assert_eq!(outcome(&estimated), outcome(&frozen));
        assert_eq!(pairs(&estimated), pairs(&frozen));
        assert_eq!(figure(&frozen, "increment", "pairs_of_a_full_comparison"), figure(&frozen, "increment", "pairs_compared"));
        let again = run(&county, &settings, Some(&read), Some(pairs(&estimated)));
        assert_eq!(outcome(&estimated), outcome(&again));
        assert_eq!(figure(&again, "increment", "pairs_compared"), 0, "nothing has changed");
        assert_eq!(pairs(&estimated), pairs(&again));
    }
}

#[test]
fn an_increment_finds_what_a_full_comparison_finds_where_somebody_comes_to_have_very_many_records() {
    let with_many = |records: usize| {
        let mut county = county(400, 3, 1.0);
        let mut many = super::many::many(&[900]);
        many.rows.truncate(records);
        for row in &mut many.rows {
            (row.record_id, row.line, row.truth) = (format!("M{}", row.record_id), row.line + 5_000_000, 900_000);
        }
        county.rows.append(&mut many.rows);
        county
    };
    let of_many = |linked: &Linked| linked.links.iter().filter(|link| level_of(link.pattern, field::MANY_RECORDS) > 0).count();
    let settings = LinkSettings::default();
    for (records, told) in [([10, 900], false), ([900, 450], true)] {
        let months = records.map(with_many);
        let first = run(&months[0], &settings, None, None);
        let full = run(&months[1], &settings, Some(model(&first)), None);
        let increment = run(&months[1], &settings, Some(model(&first)), Some(pairs(&first)));
        assert_eq!(increment.model["origin"]["state"], "frozen");
        assert_eq!(outcome(&full), outcome(&increment));
        assert_eq!(pairs(&full), pairs(&increment));
        assert_eq!([of_many(&first) > 0, of_many(&full) > 0], [told; 2], "the model decides whether anybody is told apart");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_increment_finds_what_a_full_comparison_finds(
        months in prop::collection::vec((any::<u64>(), 0u32..30, 0u32..30, 0u32..40), 1..5),
        seed in 0u64..50,
        own_rules in any::<bool>(),
    ) {
        let settings = if own_rules { settings(6.0) } else { LinkSettings { max_pairs: Some(150_000), ..LinkSettings::default() } };
        let (mut now, reserve) = (county(400, seed, 1.0), county(400, seed + 1000, 1.0));
        let first = run(&now, &settings, None, None);
        let model = model(&first).clone();
        let mut last = first;
        for (seed, gone, changed, new) in months {
            now = next_month(&now, &reserve, &Churn { seed, gone, changed, new });
            let full = run(&now, &settings, Some(&model), None);
            let increment = run(&now, &settings, Some(&model), Some(pairs(&last)));
            if full.model["origin"]["state"] != "frozen" {
                // The records have outgrown the ceiling: both ways say so alike.
                prop_assert_eq!(&increment.model["origin"], &full.model["origin"]);
                break;
            }
            prop_assert_eq!(outcome(&full), outcome(&increment));
            prop_assert_eq!(pairs(&full), pairs(&increment), "what is remembered is the same too");
            prop_assert!(figure(&increment, "increment", "pairs_compared") <= figure(&full, "increment", "pairs_compared"));
            last = increment;
        }
    }
}
