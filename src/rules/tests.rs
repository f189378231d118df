//! Packs as text: what is read, what is refused, what the route table says.

use super::pack::{Combination, Missed, Pack, Percentages, Threshold};
use super::routes::{Case, route, routed};
use super::window::Window;
use crate::model::{EventKind, Route, Ternary};

const NATIONAL: &str = include_str!("../../pipelines/criteria/p1-2012.toml");
const COUNTY: &str = include_str!("../../pipelines/criteria/p1-lincolnshire.toml");

fn national() -> Pack {
    Pack::parse("p1-2012.toml", NATIONAL).unwrap()
}

fn county() -> Pack {
    Pack::parse("p1-lincolnshire.toml", COUNTY).unwrap()
}

/// (line, code, hint) of every problem of the national pack with some text replaced.
fn problems(from: &str, to: &str) -> Vec<(String, &'static str, String)> {
    assert!(NATIONAL.contains(from), "nothing to replace: {from}");
    let text = NATIONAL.replacen(from, to, 1);
    let found = Pack::parse("pack.toml", &text).map(|_| to).expect_err("a broken pack");
    let line = |number: u64| text.lines().nth(number as usize - 1).unwrap_or_default().trim().to_owned();
    found.into_iter().map(|problem| (line(problem.line), problem.code, problem.hint)).collect()
}

/// Every case of a pack: three values per criterion, for discretion and for the child, with and without referral, three decisions.
pub(super) fn all_cases(combination: &Combination) -> Vec<Case> {
    let width = combination.counted.len();
    let mut cases = Vec::new();
    for mut number in 0..3_usize.pow(width as u32 + 2) * 6 {
        let mut take = |base: usize| {
            let digit = number % base;
            number /= base;
            digit
        };
        let ternary = |digit: usize| match digit {
            0 => Ternary::True,
            1 => Ternary::False,
            _ => Ternary::Unknown,
        };
        let values = (0..width).map(|_| ternary(take(3))).collect();
        let (discretion, child) = (ternary(take(3)), ternary(take(3)));
        let referral = take(2) == 1;
        let decision = match take(3) {
            0 => None,
            1 => Some(true),
            _ => Some(false),
        };
        cases.push(Case { values, needs: Vec::new(), discretion, referral, decision, child });
    }
    cases
}

#[test]
fn the_shipped_packs_are_read_whole() {
    let pack = national();
    assert_eq!((pack.name.as_str(), pack.criteria.len(), pack.rules.len()), ("p1-2012", 4, 16));
    let absence = pack.rules.iter().find(|rule| rule.id == "unauthorised_absence").unwrap();
    let (missed, percentages) = (Missed::Unauthorised, Percentages::Exact);
    assert_eq!(absence.threshold, Threshold::Share { numerator: 15, denominator: 100, above: false, missed, percentages });
    assert_eq!((absence.kind, absence.window), (EventKind::SchoolAbsence, Window::Terms { count: 3, include_current: false }));
    assert!(absence.codes.is_empty() && absence.needs_row_for.is_some());
    let discretion = |pack: Pack| pack.combination.discretion.unwrap();
    assert_eq!(discretion(pack.clone()).at_least, 2);
    assert!(discretion(pack).needs_reason && !discretion(county()).needs_reason);
}

#[test]
fn a_setting_reaches_every_rule_that_takes_it() {
    let pack = Pack::parse("pack.toml", &NATIONAL.replacen("value = \"event\"", "value = \"reference\"", 1)).unwrap();
    let offence = pack.rules.iter().find(|rule| rule.id == "proven_offence_under_18").unwrap();
    assert_eq!(offence.ages[0].on, super::pack::AgeOn::Reference);
    let pack = Pack::parse("pack.toml", &NATIONAL.replacen("value = 90", "value = 30", 1)).unwrap();
    assert!(pack.rules.iter().any(|rule| rule.feed_valid_days == Some(30)));
}

#[test]
fn a_pack_may_bring_terms_of_its_own() {
    let own = "\n[[term]]\nname = \"2012/13 autumn\"\nfirst = \"2012-09-10\"\nlast = \"2012-12-14\"\n";
    let pack = Pack::parse("pack.toml", &format!("{NATIONAL}{own}")).unwrap();
    let term = pack.calendar.terms().iter().find(|term| term.name == "2012/13 autumn").unwrap();
    assert_eq!(crate::model::date::iso(term.first), "2012-09-10");
    let overlapping = own.replace("2012-12-14", "2013-02-01");
    assert_eq!(Pack::parse("pack.toml", &format!("{NATIONAL}{overlapping}")).unwrap_err()[0].code, "bad-terms");
}

#[test]
fn every_mistake_is_told_with_its_line_and_the_nearest_name() {
    for (from, to, code, hint) in [
        ("resident_only =", "resident_onyl =", "unknown-key", "did you mean \"resident_only\"?"),
        ("kind = \"offence\"", "kind = \"ofence\"", "unknown-name", "did you mean \"offence\"?"),
        ("codes = [\"permanent\"]", "codes = [\"permanant\"]", "unknown-name", "did you mean \"permanent\"?"),
        ("roles = [\"offender\"]", "roles = [\"ofender\"]", "unknown-name", "did you mean \"offender\"?"),
        ("setting = \"proven_outcomes\"", "setting = \"proven_outcome\"", "unknown-name", "did you mean \"proven_outcomes\"?"),
        ("at_least_share = \"15/100\"", "at_least_share = \"15%\"", "bad-share", ""),
        ("window = { months = 12 }", "window = { months = 12, terms = 3 }", "bad-window", ""),
        ("at_least = 3\nper", "at_least = 0\nper", "out-of-range", ""),
        ("who = \"adult\"", "who = \"adults\"", "unknown-name", "did you mean \"adult\"?"),
        ("automatic_at_least = 3", "automatic_at_least = 4", "out-of-range", ""),
        ("criterion = \"c3\"", "criterion = \"c33\"", "unknown-name", "did you mean \"c3\"?"),
        ("[m]\"\ncheck = true", "[m]\"\ncheck = \"yes\"", "wrong-type", ""),
        ("version = \"1\"", "", "missing-key", ""),
        ("[pack]", "[pack", "not-toml", ""),
    ] {
        let found = problems(from, to);
        assert!(found.iter().any(|(_, found, shown)| *found == code && (hint.is_empty() || shown == hint)), "{to}: {found:?}");
    }
}

#[test]
fn problems_come_all_at_once_in_the_order_of_their_lines() {
    let text = NATIONAL
        .replace("kind = \"health\"", "kind = \"helth\"")
        .replace("[combination.referral]", "[combination.referal]")
        .replace("needs_child =", "needs_chld =");
    let found = Pack::parse("pack.toml", &text).unwrap_err();
    assert!(found.len() >= 6, "{found:?}");
    assert!(found.windows(2).all(|pair| pair[0].line <= pair[1].line) && found.iter().all(|problem| problem.line > 0));
}

#[test]
fn a_setting_that_nothing_takes_is_a_mistake() {
    let found = problems("codes = { setting = \"out_of_work_benefits\" }", "codes = [\"jsa\"]");
    assert_eq!(found.iter().map(|(_, code, _)| *code).collect::<Vec<_>>(), ["unused-setting"]);
}

#[test]
fn the_explanation_says_every_rule_every_setting_and_what_to_check() {
    for pack in [national(), county()] {
        let text = super::explain(&pack);
        for rule in &pack.rules {
            assert!(text.contains(&rule.title) && text.contains(&rule.source), "{}", rule.id);
        }
        for setting in &pack.settings {
            assert!(text.contains(&format!("{} = {}", setting.name, setting.value)), "{}", setting.name);
        }
        let checks = pack.rules.iter().filter(|rule| rule.check).count() + pack.settings.iter().filter(|setting| setting.check).count();
        assert_eq!(text.matches("CHECK with the service manager").count(), checks);
        assert!(
            text.contains("at least 15/100 per child") && text.contains("in the 12 months up to the reference date, both days included")
        );
    }
}

fn case(values: [Ternary; 3], discretion: Ternary) -> Case {
    Case { values: values.to_vec(), needs: Vec::new(), discretion, referral: false, decision: None, child: Ternary::True }
}

#[test]
fn the_route_table_says_what_the_programme_says() {
    use Ternary::{False as F, True as T, Unknown as U};
    let both = |case: &Case| (route(&national().combination, case), route(&county().combination, case));
    for (values, discretion, national, county) in [
        ([T, T, T], F, Route::Auto, Route::Auto),
        ([T, T, F], T, Route::Discretion, Route::Discretion),
        ([T, T, F], F, Route::NearMiss, Route::Discretion),
        ([T, T, F], U, Route::Pending, Route::Discretion),
        ([T, T, U], F, Route::Pending, Route::Discretion),
        ([T, F, U], F, Route::NotEligible, Route::Pending),
        ([T, F, U], T, Route::Pending, Route::Pending),
        ([T, U, U], F, Route::Pending, Route::Pending),
        ([F, U, U], T, Route::NotEligible, Route::NotEligible),
        ([U, U, U], U, Route::NotEligible, Route::NotEligible),
        ([T, F, F], T, Route::NotEligible, Route::NearMiss),
        ([T, F, F], F, Route::NotEligible, Route::NotEligible),
        ([F, F, F], T, Route::NotEligible, Route::NotEligible),
    ] {
        assert_eq!(both(&case(values, discretion)), (national, county), "{values:?} {discretion:?}");
    }
    let with = |change: fn(&mut Case)| {
        let mut case = case([T, F, F], F);
        change(&mut case);
        route(&county().combination, &case)
    };
    assert_eq!(with(|case| case.referral = true), Route::Referral);
    assert_eq!(with(|case| case.decision = Some(true)), Route::Override);
    assert_eq!(with(|case| (case.decision, case.values) = (Some(false), vec![T, T, T])), Route::NotEligible);
    assert_eq!(with(|case| (case.child, case.values) = (F, vec![T, T, T])), Route::NotEligible);
    assert_eq!(with(|case| (case.referral, case.values) = (true, vec![T, T, T])), Route::Auto, "the data already say so");
}

/// Written a second time, from the definitions: what can be reached if unknowns turn out either way.
pub(super) fn by_definition(combination: &Combination, case: &Case) -> Route {
    let met = |values: &[Ternary]| values.iter().filter(|&&value| value == Ternary::True).count() as u32;
    let by_discretion = |values: &[Ternary], reason: Ternary| {
        combination
            .discretion
            .as_ref()
            .is_some_and(|discretion| met(values) >= discretion.at_least && (!discretion.needs_reason || reason == Ternary::True))
    };
    let listed = |values: &[Ternary], reason: Ternary| met(values) >= combination.automatic_at_least || by_discretion(values, reason);
    let optimistic = |value: &Ternary| if *value == Ternary::Unknown { Ternary::True } else { *value };
    let best: Vec<Ternary> = case.values.iter().map(optimistic).collect();
    let of_child = |route: Route| if combination.needs_child && case.child == Ternary::Unknown { Route::Pending } else { route };
    match case.decision {
        Some(true) => Route::Override,
        None if combination.needs_child && case.child == Ternary::False => Route::NotEligible,
        None if met(&case.values) >= combination.automatic_at_least => of_child(Route::Auto),
        None if by_discretion(&case.values, case.discretion) => of_child(Route::Discretion),
        None if case.referral => of_child(Route::Referral),
        None if met(&case.values) >= combination.pending_at_least && listed(&best, optimistic(&case.discretion)) => Route::Pending,
        None if met(&case.values) >= combination.near_miss_at_least
            && (!combination.near_miss_needs_reason || case.discretion == Ternary::True) =>
        {
            Route::NearMiss
        }
        Some(false) | None => Route::NotEligible,
    }
}

#[test]
fn every_combination_has_exactly_one_route_with_a_reason() {
    for pack in [national(), county()] {
        let cases = all_cases(&pack.combination);
        assert_eq!(cases.len(), 3_usize.pow(4) * 2 * 3 * 3, "three values of four criteria, referral, the child, three decisions");
        let mut seen: Vec<String> = cases.iter().map(|case| format!("{case:?}")).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), cases.len(), "a combination listed twice");
        for case in &cases {
            let found = routed(&pack, case);
            assert_eq!(found.route, by_definition(&pack.combination, case), "{case:?}");
            assert!(!found.reason.is_empty());
            let explained = found.route.is_listed() || case.decision.is_some();
            assert_eq!(found.missing.is_empty(), explained, "{case:?}: {}", found.missing);
        }
    }
}

#[test]
fn learning_more_never_takes_a_family_off_the_list_unless_it_is_a_no() {
    for pack in [national(), county()] {
        for case in all_cases(&pack.combination) {
            for index in 0..case.values.len() {
                if case.values[index] == Ternary::Unknown {
                    let mut better = case.clone();
                    better.values[index] = Ternary::True;
                    let (before, after) = (route(&pack.combination, &case), route(&pack.combination, &better));
                    assert!(!before.is_listed() || after.is_listed(), "{case:?}");
                    assert!(before != Route::Pending || after.is_listed() || after == Route::Pending, "{case:?}");
                }
            }
        }
    }
}
