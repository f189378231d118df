//! Phase 2 and Supporting Families: every problem solved, those found later included.

use super::scene::{NOW, Scene, day};
use crate::config::parse_results;
use crate::model::{Day, Month, Ternary};
use crate::service::needs::Seen;
use crate::service::results::{MonthSaid, ProblemSeen, Verdict};
use Ternary::{False, True, Unknown};

/// A family attached on 2012-10-15 and claimed for as at 2013-07-31, by the rules of a pack.
fn scene(pack: &str) -> Scene {
    let text = match pack {
        "p2" => include_str!("../../../../pipelines/results/p2.toml"),
        _ => include_str!("../../../../pipelines/results/sf-2022.toml"),
    };
    let mut scene = Scene::new();
    scene.rules = parse_results(pack, text).unwrap();
    scene
}

#[expect(clippy::unnecessary_wraps, reason = "what a month says; a month without a run says nothing")]
fn seen(value: Ternary, shown: &[(&str, &str)]) -> Option<Seen> {
    let last = |text: &str| if text.is_empty() { Day::MAX } else { day(text) };
    Some(Seen { value, shown: shown.iter().map(|(from, to)| (day(from), last(to))).collect() })
}

fn there() -> Option<Seen> {
    seen(True, &[("2012-09-01", "")])
}

fn gone() -> Option<Seen> {
    seen(False, &[])
}

/// A problem by what each month said, from October 2012 on; the claim is made in the tenth month.
fn problem(criterion: &str, said: Vec<Option<Seen>>) -> ProblemSeen {
    let first: Month = "2012-10".parse().unwrap();
    let month = |(place, seen): (i32, Option<Seen>)| MonthSaid {
        month: first.plus(place),
        file: "runs/a/criteria.parquet".to_owned(),
        sha256: "0".repeat(64),
        seen,
    };
    ProblemSeen { criterion: criterion.to_owned(), months: (0..).zip(said).map(month).collect() }
}

/// Four months there, then gone for six.
fn solved(criterion: &str) -> ProblemSeen {
    problem(criterion, [vec![there(); 4], vec![gone(); 6]].concat())
}

fn verdicts(mut scene: Scene, problems: Vec<ProblemSeen>) -> (Ternary, Verdict) {
    scene.problems = problems;
    let outcome = scene.outcome();
    (outcome.family, outcome.verdict("problems").unwrap())
}

#[test]
fn every_need_must_be_gone_in_each_of_the_six_months_before_the_claim() {
    let last = |five: Option<Seen>, sixth: Option<Seen>| [vec![there(); 4], vec![five], vec![gone(); 4], vec![sixth]].concat();
    let cases = [
        ("gone for six months", last(gone(), gone()), True),
        ("there in the first of the six", last(there(), gone()), False),
        ("there in the last of the six", last(gone(), there()), False),
        ("not known in one of the six", last(seen(Unknown, &[]), gone()), Unknown),
        ("one of the six was not run", last(gone(), None), Unknown),
        ("shown by an offence of before the six only", last(seen(True, &[("2013-01-31", "2013-01-31")]), gone()), True),
        ("shown by an offence on their first day", last(seen(True, &[("2013-02-01", "2013-02-01")]), gone()), False),
        ("a later run shows it in these months", [last(gone(), gone()), vec![seen(True, &[("2013-06-01", "2013-06-01")])]].concat(), False),
        ("a later run shows it after the claim only", [last(gone(), gone()), vec![seen(True, &[("2013-08-01", "")])]].concat(), True),
    ];
    for (what, said, expected) in cases {
        let (family, _) = verdicts(scene("sf-2022"), vec![solved("s1"), solved("s5"), problem("s8", said)]);
        assert_eq!(family, expected, "{what}");
    }
}

#[test]
fn a_need_that_was_found_after_the_attachment_counts_like_the_others() {
    let late = problem("s4", [vec![gone(); 6], vec![there(); 2], vec![gone(); 2]].concat());
    let (family, verdict) = verdicts(scene("sf-2022"), vec![solved("s1"), solved("s5"), solved("s8"), late]);
    assert_eq!((family, verdict), (False, Verdict::Failed));
}

#[test]
fn a_family_that_never_had_enough_needs_is_not_claimed_for() {
    for (count, expected) in [(2, False), (3, True)] {
        let problems = ["s1", "s5", "s8"].into_iter().take(count).map(solved).collect();
        assert_eq!(verdicts(scene("sf-2022"), problems).0, expected, "{count}");
    }
}

#[test]
fn supporting_families_pays_for_no_employment_and_tests_nothing_of_phase_one() {
    let mut scene = scene("sf-2022");
    scene.problems = vec![solved("s1"), solved("s5"), solved("s8")];
    let outcome = scene.outcome();
    assert_eq!((outcome.progress, outcome.employment), (False, False));
    assert!(outcome.tests.iter().all(|tested| ["time", "problems"].contains(&tested.test)));
}

/// A family of phase 2: an adult, and a child that missed so many of 120 sessions in each term.
fn family(missed: i32) -> Scene {
    let mut scene = scene("p2");
    scene.person("P1", "1975-01-01");
    scene.person("P2", "2002-05-01");
    for term in NOW {
        scene.attendance("P2", term, missed, 120);
    }
    scene
}

#[test]
fn in_phase_two_every_child_must_be_at_school_whatever_the_problems_were() {
    for (missed, expected) in [(11, True), (12, False)] {
        let (found, _) = verdicts(family(missed), vec![solved("h3"), solved("h5")]);
        assert_eq!(found, expected, "{missed} of 120 sessions in each term: a tenth fails");
    }
}

#[test]
fn trouble_at_school_is_solved_where_each_child_meets_the_test_of_education() {
    // The criterion looks back over three terms, so it still stands when every child does well.
    let school = || problem("h2", vec![there(); 10]);
    for (missed, expected) in [(5, True), (30, False)] {
        let (found, _) = verdicts(family(missed), vec![school(), solved("h5")]);
        assert_eq!(found, expected, "{missed}");
    }
}

#[test]
fn crime_is_solved_where_the_cuts_are_met_and_adults_count() {
    let crime = || problem("h1", vec![seen(True, &[("2012-05-01", "2013-06-01")]); 10]);
    for (now, expected) in [(1, True), (3, False)] {
        let mut scene = family(5);
        scene.offences("P1", &["2012-05-01", "2012-06-01", "2012-07-01"]);
        scene.offences("P1", &["2013-03-01", "2013-05-01", "2013-06-01"][..now]);
        let (found, _) = verdicts(scene, vec![crime(), solved("h5")]);
        assert_eq!(found, expected, "three before, {now} now");
    }
    // Without anything to cut, the problem itself must be gone.
    assert_eq!(verdicts(family(5), vec![crime(), solved("h5")]).0, False);
}
