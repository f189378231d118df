//! Progress to work and continuous employment: §1.5.

use super::scene::{Scene, day};
use crate::model::{EventKind, FeedState, Ternary, date};
use crate::service::results::Verdict::{self, Failed, Met, Unknown};

/// An adult on a benefit at attachment, traced and off it now.
fn moved_off(benefit: &str) -> Scene {
    let mut scene = Scene::new();
    scene.person("P1", "1975-01-01");
    scene.row("P1", EventKind::Benefit, benefit, "2011-01-01", "2012-12-31");
    // An answer of then does not know the end of the claim.
    scene.freeze();
    scene.before.rows[0].to = crate::model::NO_DAY;
    scene.row("P1", EventKind::Benefit, "none", "2013-01-01", "");
    scene
}

/// Employed for so many days up to the day before the claim, less a gap of so many days that ends so many days before the claim.
fn employed(scene: &mut Scene, days: i32, gap: i32, gap_ends: i32) {
    let day_before = |count: i32| date::iso(scene.claim - count);
    let (first, last) = (day_before(days), day_before(1));
    if gap == 0 {
        scene.row("P1", EventKind::Activity, "employment", &first, &last);
    } else {
        let (before, after) = (day_before(gap_ends + gap + 1), day_before(gap_ends));
        scene.row("P1", EventKind::Activity, "employment", &first, &before);
        scene.row("P1", EventKind::Activity, "employment", &after, &last);
    }
}

fn verdict(scene: &mut Scene) -> Verdict {
    scene.outcome().verdict("employment").unwrap()
}

#[test]
fn after_jobseekers_allowance_twenty_six_of_the_last_thirty_weeks() {
    // (employed from so many days ago, gap of so many days, ending so many days ago)
    for (days, gap, gap_ends, expected) in
        [(182, 0, 0, Met), (181, 0, 0, Failed), (210, 28, 60, Met), (210, 29, 60, Failed), (400, 28, 60, Met), (400, 200, 5, Failed)]
    {
        let mut scene = moved_off("jsa");
        employed(&mut scene, days, gap, gap_ends);
        assert_eq!(verdict(&mut scene), expected, "{days} days, gap of {gap}");
    }
}

#[test]
fn after_other_benefits_thirteen_weeks_running() {
    for (benefit, days, gap, gap_ends, expected) in [
        ("esa", 91, 0, 0, Met),
        ("esa", 90, 0, 0, Failed),
        ("income_support", 181, 1, 90, Failed),
        ("income_support", 181, 1, 91, Met),
        ("ib", 91, 0, 0, Met),
        ("carers_allowance", 91, 0, 0, Met),
        // JSA asks for more.
        ("jsa", 91, 0, 0, Failed),
    ] {
        let mut scene = moved_off(benefit);
        employed(&mut scene, days, gap, gap_ends);
        assert_eq!(verdict(&mut scene), expected, "{benefit}: {days} days, gap of {gap} ending {gap_ends} ago");
    }
}

#[test]
fn two_jobs_at_once_do_not_make_twice_the_weeks() {
    let mut scene = moved_off("jsa");
    employed(&mut scene, 100, 0, 0);
    employed(&mut scene, 100, 0, 0);
    assert_eq!(verdict(&mut scene), Failed);
}

#[test]
fn employment_alone_is_enough_and_pays_whatever_the_others_do() {
    let mut scene = moved_off("esa");
    employed(&mut scene, 91, 0, 0);
    scene.person("P2", "1998-01-01");
    scene.offences("P2", &["2013-05-05"]);
    scene.before.rows.extend(scene.now.rows.iter().filter(|row| row.kind == EventKind::Offence).cloned().map(|mut row| {
        row.from = day("2012-08-01");
        row
    }));
    let outcome = scene.outcome();
    assert_eq!((outcome.family, outcome.employment), (Ternary::False, Ternary::True));
}

#[test]
fn silence_is_never_a_job_and_never_the_end_of_a_claim() {
    type Change = fn(&mut Scene);
    let cases: [(&str, Change, Verdict); 8] = [
        (
            "still on it",
            |scene| {
                scene.row("P1", EventKind::Benefit, "esa", "2013-03-01", "");
            },
            Failed,
        ),
        (
            "nobody could trace them now",
            |scene| {
                scene.now.rows.retain(|row| row.kind != EventKind::Benefit);
                scene.row("P1", EventKind::Benefit, "untraced", "2013-06-01", "");
            },
            Unknown,
        ),
        ("no answer now", |scene| scene.now.rows.retain(|row| row.kind != EventKind::Benefit), Unknown),
        ("the answer is four months old", |scene| scene.feed(EventKind::Benefit).as_at = day("2013-03-31"), Unknown),
        ("no answer at attachment", |scene| scene.before.rows.clear(), Unknown),
        (
            "the feed of benefits was missing at attachment",
            |scene| {
                scene.before.rows.clear();
                scene.before.sources[5].state = FeedState::Missing;
            },
            Unknown,
        ),
        ("no feed of employment", |scene| scene.feed(EventKind::Activity).carries.clear(), Unknown),
        (
            "in provision that is paid for elsewhere",
            |scene| {
                scene.row("P1", EventKind::Activity, "esf_provision", "2013-05-01", "2013-06-01");
            },
            Failed,
        ),
    ];
    for (what, change, expected) in cases {
        let mut scene = moved_off("esa");
        employed(&mut scene, 91, 0, 0);
        change(&mut scene);
        // An empty baseline must stay empty.
        let outcome = if scene.before.rows.is_empty() {
            scene.before.rows.push(crate::model::history::HistoryRow { person: "P0".to_owned(), ..scene.now.rows[0].clone() });
            scene.outcome()
        } else {
            scene.outcome()
        };
        assert_eq!(outcome.verdict("employment"), Some(expected), "{what}");
        assert_ne!(outcome.employment, Ternary::True, "{what}");
    }
}

#[test]
fn progress_to_work_counts_with_the_result_of_the_family_only() {
    let progress = |improved: bool, from: &str, code: &str| {
        let mut scene = Scene::new();
        scene.person("P1", "1975-01-01");
        scene.asb("P1", &["2012-08-01"]);
        if !improved {
            scene.asb("P1", &["2013-05-01"]);
        }
        scene.row("P1", EventKind::Activity, code, from, "");
        let outcome = scene.outcome();
        (outcome.verdict("progress_to_work").unwrap(), outcome.progress)
    };
    assert_eq!(progress(true, "2013-01-31", "work_programme"), (Met, Ternary::True));
    assert_eq!(progress(true, "2013-07-30", "esf_provision"), (Met, Ternary::True));
    assert_eq!(progress(false, "2013-05-01", "work_programme"), (Met, Ternary::False), "never alone");
    assert_eq!(progress(true, "2013-01-30", "work_programme"), (Failed, Ternary::False), "not in the last six months");
    assert_eq!(progress(true, "2013-05-01", "training"), (Failed, Ternary::False));
}
