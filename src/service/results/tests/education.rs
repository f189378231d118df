//! Each child at school: §1.5 row 1, A7, A10, A11.

use super::scene::{BEFORE, NOW, Scene, day};
use crate::model::{EventKind, FeedState, Ternary};
use crate::service::results::Side;
use crate::service::results::Verdict::{self, Failed, Met, Neutral, Unknown};

/// A child of ten who missed a fifth of last year's sessions and misses so many of three hundred now.
fn truant(scene: &mut Scene, id: &str, now: [i32; 3]) {
    scene.person(id, "2002-05-01");
    for term in BEFORE {
        scene.attendance(id, term, 20, 100);
    }
    for (term, missed) in NOW.into_iter().zip(now) {
        scene.attendance(id, term, missed, 100);
    }
}

/// A child of nine who is always there.
fn pupil(scene: &mut Scene, id: &str) {
    scene.person(id, "2003-05-01");
    for term in BEFORE.into_iter().chain(NOW) {
        scene.attendance(id, term, 0, 100);
    }
}

fn verdict(scene: &mut Scene) -> Verdict {
    scene.outcome().verdict("education").unwrap()
}

#[test]
fn fifteen_percent_fails_and_a_session_less_passes() {
    for (now, expected) in [([15, 15, 15], Failed), ([15, 15, 14], Met), ([45, 0, 0], Failed), ([44, 0, 0], Met), ([0, 0, 0], Met)] {
        let mut scene = Scene::new();
        truant(&mut scene, "P1", now);
        assert_eq!(verdict(&mut scene), expected, "{now:?}");
    }
}

#[test]
fn a_second_child_at_fifteen_percent_fails_the_family() {
    let mut scene = Scene::new();
    truant(&mut scene, "P1", [0, 0, 0]);
    pupil(&mut scene, "P2");
    assert_eq!(scene.outcome().family, Ternary::True);
    let mut scene = Scene::new();
    truant(&mut scene, "P1", [0, 0, 0]);
    scene.person("P2", "2003-05-01");
    for term in NOW {
        scene.attendance("P2", term, 15, 100);
    }
    let outcome = scene.outcome();
    assert_eq!((outcome.verdict("education"), outcome.family), (Some(Failed), Ternary::False));
}

#[test]
fn three_fixed_exclusions_fail_and_two_pass() {
    let days = ["2012-11-05", "2013-02-05", "2013-05-07"];
    for (count, expected) in [(2, Met), (3, Failed)] {
        let mut scene = Scene::new();
        truant(&mut scene, "P1", [0, 0, 0]);
        scene.fixed_exclusions("P1", &days[..count]);
        assert_eq!(verdict(&mut scene), expected, "{count}");
    }
    // Lunchtime ones, one of last year and one that was rescinded do not count.
    let mut scene = Scene::new();
    truant(&mut scene, "P1", [0, 0, 0]);
    scene.fixed_exclusions("P1", &["2012-05-05", "2012-11-05", "2013-02-05"]);
    scene.row("P1", EventKind::Exclusion, "lunchtime", "2013-03-05", "");
    scene.row("P1", EventKind::Exclusion, "fixed", "2013-05-07", "").reference = "X".to_owned();
    scene.row("P1", EventKind::Exclusion, "rescinded", "2013-05-07", "").reference = "X".to_owned();
    assert_eq!(verdict(&mut scene), Met);
}

#[test]
fn the_three_terms_are_the_last_complete_ones() {
    // A7. On 2013-07-23 the summer term is still running: the last three are autumn 2012 back to spring 2012.
    for (claim, include_current, expected) in [("2013-07-24", false, Failed), ("2013-07-23", false, Met), ("2013-07-23", true, Failed)] {
        let mut scene = Scene::new();
        scene.person("P1", "2002-05-01");
        // Bad only before 2012 and in the summer of 2013.
        for (term, missed) in BEFORE.into_iter().chain(NOW).zip([60, 0, 0, 0, 0, 60]) {
            scene.attendance("P1", term, missed, 100);
        }
        scene.claim = day(claim);
        scene.rules.education.as_mut().unwrap().include_current = include_current;
        assert_eq!(verdict(&mut scene), expected, "{claim} {include_current}");
    }
}

#[test]
fn terms_need_not_lie_after_the_attachment_unless_the_setting_says_so() {
    let mut scene = Scene::new();
    truant(&mut scene, "P1", [0, 0, 0]);
    // The autumn term began before 2012-10-15.
    assert_eq!(verdict(&mut scene), Met);
    scene.rules.education.as_mut().unwrap().terms_after_attachment = true;
    assert_eq!(verdict(&mut scene), Failed);
}

#[test]
fn education_is_neutral_when_the_only_child_of_concern_has_left_school() {
    // A10. Sixteen in May 2012: at school until the summer of 2012, gone since.
    let leaver = |scene: &mut Scene| {
        scene.person("P1", "1996-05-01");
        for term in BEFORE {
            scene.attendance("P1", term, 30, 100);
        }
    };
    let mut scene = Scene::new();
    leaver(&mut scene);
    assert_eq!(verdict(&mut scene), Neutral);
    // Another child that meets it does not make it met; one that does not, fails it; one that cannot be seen leaves it open.
    let mut scene = Scene::new();
    leaver(&mut scene);
    pupil(&mut scene, "P2");
    assert_eq!(verdict(&mut scene), Neutral);
    let mut scene = Scene::new();
    leaver(&mut scene);
    truant(&mut scene, "P2", [20, 20, 20]);
    assert_eq!(verdict(&mut scene), Failed);
    let mut scene = Scene::new();
    leaver(&mut scene);
    scene.person("P2", "2003-05-01");
    assert_eq!(verdict(&mut scene), Unknown);
    // With the setting off it was not met.
    let mut scene = Scene::new();
    leaver(&mut scene);
    scene.rules.education.as_mut().unwrap().leavers_neutral = false;
    assert_eq!(verdict(&mut scene), Failed);
}

#[test]
fn a_pupil_of_year_eleven_is_at_school_until_the_last_friday_in_june() {
    // Sixteen on 2 November 2012: may leave on 28 June 2013. On the day of the claim the last three terms are those up to the summer of 2013.
    let pupil_of_year_eleven = |scene: &mut Scene, terms: &[&str]| {
        scene.person("P1", "1996-11-02");
        for term in terms {
            scene.attendance("P1", term, 40, 100);
        }
    };
    let mut scene = Scene::new();
    pupil_of_year_eleven(&mut scene, &NOW[..2]);
    assert_eq!(verdict(&mut scene), Unknown, "the school of the summer term is missing from the feed");
    let mut scene = Scene::new();
    pupil_of_year_eleven(&mut scene, &NOW);
    assert_eq!(verdict(&mut scene), Failed);
    let mut scene = Scene::new();
    pupil_of_year_eleven(&mut scene, &NOW[..2]);
    scene.row("P1", EventKind::SchoolStatus, "not_on_roll", "2013-05-01", "");
    assert_eq!(verdict(&mut scene), Failed, "on no roll, and of school age in these terms");
}

#[test]
fn a_permanent_exclusion_since_the_attachment_fails_a_child_unless_it_was_taken_back() {
    let excluded = |rescinded: Option<(&str, &str)>| {
        let mut scene = Scene::new();
        truant(&mut scene, "P1", [0, 0, 0]);
        scene.row("P1", EventKind::Exclusion, "permanent", "2013-06-10", "").reference = "E1".to_owned();
        if let Some((on, reference)) = rescinded {
            scene.row("P1", EventKind::Exclusion, "rescinded", on, "").reference = reference.to_owned();
        }
        let outcome = scene.outcome();
        let child = outcome.tests.iter().find(|tested| tested.test == "education" && tested.about == "P1").unwrap();
        let cited = child.rows.iter().filter(|cited| scene.now.rows[cited.row].kind == EventKind::Exclusion && cited.side == Side::Now);
        (outcome.verdict("education").unwrap(), cited.count())
    };
    assert_eq!(excluded(None), (Failed, 1), "the row that decides is cited");
    for taken_back in [("2013-06-20", "E1"), ("2013-06-10", "E2"), ("2013-06-10", "")] {
        assert_eq!(excluded(Some(taken_back)).0, Met, "{taken_back:?}");
    }
    assert_eq!(excluded(Some(("2013-06-20", "E2"))).0, Failed, "another one was taken back");
}

#[test]
fn a_permanent_exclusion_that_was_taken_back_makes_no_child_of_concern() {
    for (rescinded, expected) in [(false, Met), (true, Neutral)] {
        let mut scene = Scene::new();
        pupil(&mut scene, "P1");
        scene.row("P1", EventKind::Exclusion, "permanent", "2012-05-10", "").reference = "E1".to_owned();
        if rescinded {
            scene.row("P1", EventKind::Exclusion, "rescinded", "2012-05-10", "").reference = "E1".to_owned();
        }
        let outcome = scene.outcome();
        assert_eq!(outcome.verdict("education"), Some(expected), "{rescinded}");
        let child = outcome.tests.iter().find(|tested| tested.test == "education" && tested.about == "P1").unwrap();
        let cited = child.rows.iter().any(|cited| cited.side == Side::Before && scene.before.rows[cited.row].code == "permanent");
        assert_eq!(cited, !rescinded, "the row that makes it one is cited");
    }
}

#[test]
fn a_child_who_joined_must_meet_it_too() {
    // A11.
    for (missed, expected) in [(0, Met), (20, Failed)] {
        let mut scene = Scene::new();
        truant(&mut scene, "P1", [0, 0, 0]);
        scene.person("P2", "2003-05-01").at_attachment = false;
        for term in NOW {
            scene.attendance("P2", term, missed, 100);
        }
        assert_eq!(verdict(&mut scene), expected, "{missed}");
    }
}

#[test]
fn a_school_missing_from_the_feed_is_not_no_absence() {
    let mut scene = Scene::new();
    scene.person("P1", "2002-05-01");
    for term in BEFORE {
        scene.attendance("P1", term, 20, 100);
    }
    scene.attendance("P1", NOW[0], 0, 100);
    scene.attendance("P1", NOW[2], 0, 100);
    assert_eq!(verdict(&mut scene), Unknown, "the spring term is missing");
    scene.attendance("P1", NOW[1], 0, 100);
    assert_eq!(verdict(&mut scene), Met);
    scene.feed(EventKind::SchoolAbsence).state = FeedState::Missing;
    assert_eq!(verdict(&mut scene), Unknown);
}

#[test]
fn a_child_on_no_roll_fails_and_one_educated_at_home_leaves_it_open() {
    for (code, expected) in [("not_on_roll", Failed), ("elective_home_education", Unknown), ("on_roll", Met)] {
        let mut scene = Scene::new();
        truant(&mut scene, "P1", [0, 0, 0]);
        scene.row("P1", EventKind::SchoolStatus, code, "2013-07-01", "");
        assert_eq!(verdict(&mut scene), expected, "{code}");
    }
}

#[test]
fn without_a_child_of_concern_education_says_nothing_unless_a_child_fails() {
    let mut scene = Scene::new();
    pupil(&mut scene, "P1");
    assert_eq!(verdict(&mut scene), Neutral);
    let mut scene = Scene::new();
    pupil(&mut scene, "P1");
    scene.fixed_exclusions("P1", &["2012-11-05", "2013-02-05", "2013-05-07"]);
    assert_eq!(verdict(&mut scene), Failed);
    let mut scene = Scene::new();
    scene.person("P1", "2010-01-01");
    assert_eq!(verdict(&mut scene), Neutral, "three years old");
}

#[test]
fn sessions_of_two_schools_add_up_and_a_second_registration_does_not() {
    let mut scene = Scene::new();
    truant(&mut scene, "P1", [0, 0, 0]);
    // Registered at a second school in the summer: more sessions than the term has, so the smaller registration is the same ones again.
    scene.attendance("P1", NOW[2], 90, 90);
    assert_eq!(verdict(&mut scene), Met);
    // In the autumn they moved from school to school: 30 and 25 of 300 and what is left of the term are 55 of 340.
    let mut scene = Scene::new();
    truant(&mut scene, "P1", [30, 0, 0]);
    scene.attendance("P1", NOW[0], 25, 40);
    assert_eq!(verdict(&mut scene), Failed);
}
