//! The packs of the later programmes: read whole, explained whole, routed as defined.

use super::pack::{Counts, Missed, Pack, Percentages, Threshold};
use super::routes::{Case, route, routed};
use super::tests::{all_cases, by_definition};
use crate::model::{NeedCount, Route, Ternary};

const PHASE_TWO: &str = include_str!("../../pipelines/criteria/p2-2015.toml");
const SUPPORTING_FAMILIES: &str = include_str!("../../pipelines/criteria/sf-2022.toml");

fn phase_two() -> Pack {
    Pack::parse("p2-2015.toml", PHASE_TWO).unwrap()
}

fn supporting_families() -> Pack {
    Pack::parse("sf-2022.toml", SUPPORTING_FAMILIES).unwrap()
}

#[test]
fn the_later_packs_are_read_whole() {
    let pack = phase_two();
    assert_eq!((pack.name.as_str(), pack.combination.counted.len(), pack.combination.automatic_at_least), ("p2-2015", 6, 2));
    assert!(pack.combination.discretion.is_none() && pack.combination.needs_child);
    assert_eq!((pack.combination.child_under, pack.combination.elsewhere_at_most), (16, Some(1)));
    let absence = pack.rules.iter().find(|rule| rule.id == "persistent_absence").unwrap();
    let (missed, percentages) = (Missed::Unauthorised, Percentages::Exact);
    assert_eq!(absence.threshold, Threshold::Share { numerator: 10, denominator: 100, above: true, missed, percentages });

    let pack = supporting_families();
    assert_eq!((pack.name.as_str(), pack.combination.counted.len(), pack.combination.automatic_at_least), ("sf-2022", 10, 3));
    assert_eq!(pack.combination.counts, Counts::Criteria);
    let mut needs: Vec<&str> = pack.rules.iter().filter_map(|rule| rule.need.as_deref()).collect();
    needs.sort_unstable();
    needs.dedup();
    // domain.md 3.2: 4, 3, 3, 2, 4, 6, 3, 3, 3 and 3 needs.
    assert_eq!(needs.len(), 34, "{needs:?}");
    assert!(
        pack.rules
            .iter()
            .all(|rule| rule.need.as_ref().is_none_or(|need| rule.criterion == format!("s{}", need.split('.').next().unwrap())))
    );
}

#[test]
fn what_rests_on_memory_is_marked_for_checking() {
    for pack in [phase_two(), supporting_families()] {
        for rule in pack.rules.iter().filter(|rule| rule.source.contains("[m]")) {
            assert!(rule.check, "{} {}", pack.name, rule.id);
        }
        for setting in pack.settings.iter().filter(|setting| setting.source.contains("[m]")) {
            assert!(setting.check, "{} {}", pack.name, setting.name);
        }
        assert!(pack.rules.iter().all(|rule| rule.source.contains("domain.md")));
    }
}

#[test]
fn the_explanation_of_the_later_packs_says_every_rule_setting_and_need() {
    for pack in [phase_two(), supporting_families()] {
        let text = super::explain(&pack);
        for rule in &pack.rules {
            assert!(text.contains(&rule.title) && text.contains(&rule.source) && text.contains(&rule.evidence), "{}", rule.id);
            assert!(rule.need.as_ref().is_none_or(|need| text.contains(&format!("need {need}: {}", rule.title))), "{}", rule.id);
        }
        for setting in &pack.settings {
            assert!(text.contains(&format!("{} = {}", setting.name, setting.value)), "{}", setting.name);
        }
        assert!(
            !text.contains('_') || text.split_whitespace().filter(|word| word.contains('_')).all(|word| known_word(&pack, word)),
            "{text}"
        );
    }
    let text = super::explain(&phase_two());
    assert!(text.contains("on the list if at least 2 of the 6 criteria"), "{text}");
    assert!(text.contains("A parent who lives elsewhere may supply one criterion and no more."));
    assert!(text.contains("more than 10/100 per child (10%) of the possible sessions missed without leave; exactly that is not enough"));
    assert!(text.contains("together at least 5 school days (10 sessions, two a day) of one child"));
    assert!(text.contains("due to end within 12 months after it"));
    let text = super::explain(&supporting_families());
    assert!(text.contains("at least 3 of the 10 criteria") && text.contains("missed, with leave or without"));
}

/// Ids and names of settings may have underscores; words of the explanation may not.
fn known_word(pack: &Pack, word: &str) -> bool {
    let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    let routes = ["NOT_ELIGIBLE", "NEAR_MISS"];
    routes.contains(&plain)
        || pack.rules.iter().any(|rule| rule.id == plain)
        || pack.settings.iter().any(|setting| setting.name == plain || setting.value.contains(plain) || setting.question.contains(plain))
        || pack.combination.source.contains(plain)
}

#[test]
fn every_combination_of_phase_two_has_exactly_one_route_with_a_reason() {
    let pack = phase_two();
    for case in all_cases(&pack.combination) {
        let found = routed(&pack, &case);
        assert_eq!(found.route, by_definition(&pack.combination, &case), "{case:?}");
        assert!(!found.reason.is_empty());
        let explained = found.route.is_listed() || case.decision.is_some();
        assert_eq!(found.missing.is_empty(), explained, "{case:?}: {}", found.missing);
    }
}

/// A random case of Supporting Families, each need known or not, of those at home or elsewhere.
fn random_case(rng: &mut fastrand::Rng, width: usize) -> (Case, Vec<(Ternary, Ternary)>) {
    let ternary = |rng: &mut fastrand::Rng| [Ternary::True, Ternary::False, Ternary::False, Ternary::Unknown][rng.usize(..4)];
    let mut all_needs = Vec::new();
    let (mut values, mut needs) = (Vec::new(), Vec::new());
    for _ in 0..width {
        let mut count = NeedCount::default();
        let mut of_criterion = Vec::new();
        for _ in 0..rng.usize(1..4) {
            let (here, elsewhere) = (ternary(rng), if rng.u8(..4) == 0 { ternary(rng) } else { Ternary::False });
            count.add(Ternary::any([here, elsewhere]), here);
            of_criterion.push((here, elsewhere));
        }
        values.push(Ternary::any(of_criterion.iter().map(|&(here, elsewhere)| Ternary::any([here, elsewhere]))));
        needs.push(count);
        all_needs.extend(of_criterion);
    }
    let case = Case { values, needs, discretion: Ternary::False, referral: false, decision: None, child: Ternary::True };
    (case, all_needs)
}

/// Written a second time, from the definition: needs one by one, with every unknown as it is or at its best.
fn needs_reached(needs: &[(Ternary, Ternary)], most_elsewhere: usize, best: bool) -> usize {
    let holds = |value: Ternary| value == Ternary::True || (best && value == Ternary::Unknown);
    let here = needs.iter().filter(|need| holds(need.0)).count();
    let elsewhere = needs.iter().filter(|need| !holds(need.0) && holds(need.1)).count();
    here + elsewhere.min(most_elsewhere)
}

#[test]
fn needs_are_counted_one_by_one_with_one_from_elsewhere_at_most() {
    let mut pack = supporting_families();
    pack.combination.counts = Counts::Needs;
    let mut rng = fastrand::Rng::with_seed(2022);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..4000 {
        let width = rng.usize(1..5);
        let (case, needs) = random_case(&mut rng, width);
        let (certain, possible) = (needs_reached(&needs, 1, false), needs_reached(&needs, 1, true));
        let expected = match (certain, possible) {
            (3.., _) => Route::Auto,
            (2, 3..) => Route::Pending,
            (2, _) => Route::NearMiss,
            _ => Route::NotEligible,
        };
        assert_eq!(route(&pack.combination, &case), expected, "{needs:?}");
        seen.insert(format!("{expected:?}"));
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn a_dependent_child_who_is_not_known_of_keeps_the_family_waiting() {
    let pack = phase_two();
    let values = vec![Ternary::True, Ternary::True, Ternary::False, Ternary::False, Ternary::False, Ternary::False];
    let mut case = Case { values, needs: Vec::new(), discretion: Ternary::False, referral: false, decision: None, child: Ternary::Unknown };
    let found = routed(&pack, &case);
    assert_eq!(found.route, Route::Pending);
    assert_eq!(found.missing, "not known: whether a child under 16 (or d1 true) lives in the family");
    case.child = Ternary::False;
    let found = routed(&pack, &case);
    assert_eq!((found.route, found.reason.as_str()), (Route::NotEligible, "no child under 16 (or d1 true) lives in the family"));
}
