//! The trap cases of domain.md §8.2 that concern school, each with its expected outcome.

use super::scene::{Scene, day};
use super::traps::{NO, OPEN, YES, check, trap};
use crate::model::{EventKind as K, EventRole as R, FeedState, MemberRole};

/// The daughter's absences in the three terms up to summer 2012 instead of her ordinary rows.
fn absences(scene: &mut Scene, rows: &[(&str, &str, i32, i32)]) {
    scene.rows.retain(|row| row.kind != K::SchoolAbsence);
    for (from, to, quantity, out_of) in rows {
        scene.absence(1, from, to, *quantity, *out_of);
    }
}

/// The autumn as two schools tell of it, each row with its mark; in each of the other two terms 20 of 120 sessions were missed.
fn registered(scene: &mut Scene, autumn: &[(i32, i32, &str)]) {
    absences(scene, &[(SPRING.0, SPRING.1, 20, 120), (SUMMER.0, SUMMER.1, 20, 120)]);
    for (number, (quantity, out_of, mark)) in autumn.iter().enumerate() {
        scene.absence(1, AUTUMN.0, AUTUMN.1, *quantity, *out_of);
        let row = scene.last();
        (row.code, row.reference) = ((*mark).to_owned(), format!("school {number}"));
    }
}

fn fixed(scene: &mut Scene, days: &[&str]) {
    for day in days {
        scene.event(1, K::Exclusion, "fixed", R::Subject, day, "");
    }
}

const AUTUMN: (&str, &str) = ("2011-09-06", "2011-12-16");
const SPRING: (&str, &str) = ("2012-01-04", "2012-03-30");
const SUMMER: (&str, &str) = ("2012-04-16", "2012-07-20");

#[test]
fn exclusions_and_standing() {
    check(&[
        trap("three exclusions in three terms", "c2", YES, |s| fixed(s, &["2011-09-20", "2012-02-01", "2012-07-10"])),
        trap("three exclusions in four terms", "c2", NO, |s| fixed(s, &["2011-07-10", "2012-02-01", "2012-07-10"])),
        trap("three, one of them in the current term", "c2", NO, |s| fixed(s, &["2012-02-01", "2012-07-10", "2012-09-20"])),
        trap("two exclusions", "c2", NO, |s| fixed(s, &["2012-02-01", "2012-07-10"])),
        trap("two exclusions, one exported twice", "c2", NO, |s| fixed(s, &["2012-02-01", "2012-07-10", "2012-07-10"])),
        trap("three on two days with references of their own", "c2", YES, |s| {
            fixed(s, &["2012-02-01", "2012-07-10", "2012-07-10"]);
            for (row, reference) in s.rows.iter_mut().rev().zip(["E3", "E2", "E1"]) {
                row.reference = reference.to_owned();
            }
        }),
        trap("one exclusion under one reference, thrice", "c2", NO, |s| {
            fixed(s, &["2012-07-10", "2012-07-10", "2012-07-10"]);
            for row in s.rows.iter_mut().rev().take(3) {
                row.reference = "E1".to_owned();
            }
        }),
        trap("three exclusions of two children", "c2", NO, |s| {
            let brother = s.person(MemberRole::Child, "2001-01-01", 0, true);
            s.in_school(brother);
            fixed(s, &["2012-02-01", "2012-07-10"]);
            s.event(brother, K::Exclusion, "fixed", R::Subject, "2012-02-01", "");
        }),
        trap("lunchtime exclusions", "c2", NO, |s| {
            for on in ["2012-02-01", "2012-02-08", "2012-07-10"] {
                s.event(1, K::Exclusion, "lunchtime", R::Subject, on, "");
            }
        }),
        trap("three, one of them rescinded", "c2", NO, |s| {
            fixed(s, &["2012-02-01", "2012-06-12", "2012-07-10"]);
            s.event(1, K::Exclusion, "rescinded", R::Subject, "2012-07-10", "");
        }),
        trap("permanent exclusion", "c2", YES, |s| s.event(1, K::Exclusion, "permanent", R::Subject, "2012-02-01", "")),
        trap("permanent exclusion in the current term", "c2", YES, |s| s.event(1, K::Exclusion, "permanent", R::Subject, "2012-10-01", "")),
        trap("permanent exclusion four terms ago", "c2", NO, |s| s.event(1, K::Exclusion, "permanent", R::Subject, "2011-07-01", "")),
        trap("permanent exclusion later rescinded: the row says so", "c2", NO, |s| {
            s.event(1, K::Exclusion, "rescinded", R::Subject, "2012-02-01", "");
        }),
        trap("permanent exclusion later rescinded: a row of its own", "c2", NO, |s| {
            for (code, on) in [("permanent", "2012-02-01"), ("rescinded", "2012-03-15")] {
                s.event(1, K::Exclusion, code, R::Subject, on, "");
                s.last().reference = "E7".to_owned();
            }
        }),
        trap("in a PRU because of exclusion", "c2", YES, |s| {
            s.event(1, K::SchoolStatus, "pupil_referral_unit", R::Subject, "2012-05-01", "");
        }),
        trap("in a PRU for medical reasons", "c2", NO, |s| s.event(1, K::SchoolStatus, "pru_medical", R::Subject, "2012-05-01", "")),
        trap("alternative provision for another reason", "c2", NO, |s| {
            s.event(1, K::SchoolStatus, "alternative_provision_other", R::Subject, "2012-05-01", "");
        }),
        trap("in a PRU until last month", "c2", NO, |s| {
            s.event(1, K::SchoolStatus, "pupil_referral_unit", R::Subject, "2012-05-01", "2012-09-30");
        }),
        trap("not on a roll", "c2", YES, |s| s.event(1, K::SchoolStatus, "not_on_roll", R::Subject, "2012-09-10", "")),
        trap("educated at home", "c2", NO, |s| {
            absences(s, &[]);
            s.event(1, K::SchoolStatus, "elective_home_education", R::Subject, "2011-09-01", "");
        }),
        trap("exclusions file missing", "c2", OPEN, |s| s.source("school_exclusions").state = FeedState::Missing),
        trap("the child lives elsewhere", "c2", NO, |s| {
            let brother = s.person(MemberRole::Child, "2001-01-01", 0, false);
            s.event(brother, K::Exclusion, "permanent", R::Subject, "2012-02-01", "");
        }),
    ]);
}

#[test]
fn absence() {
    check(&[
        trap("15.00%", "c2", YES, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 20, 100), (SPRING.0, SPRING.1, 15, 100), (SUMMER.0, SUMMER.1, 10, 100)]);
        }),
        trap("14.99%", "c2", NO, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 0, 4), (SPRING.0, SPRING.1, 0, 4), (SUMMER.0, SUMMER.1, 1499, 9992)]);
        }),
        trap("14.999…%: never rounded", "c2", NO, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 15, 100), (SPRING.0, SPRING.1, 15, 100), (SUMMER.0, SUMMER.1, 14_999_999, 100_000_000)]);
        }),
        trap("much absence in the current term only", "c2", NO, |s| s.absence(1, "2012-09-04", "2012-10-31", 60, 70)),
        trap("much absence four terms ago only", "c2", NO, |s| s.absence(1, "2011-04-26", "2011-07-22", 60, 100)),
        trap("moved school mid-window: summed, not averaged", "c2", YES, |s| {
            absences(
                s,
                &[
                    (AUTUMN.0, AUTUMN.1, 0, 100),
                    (SPRING.0, SPRING.1, 40, 100),
                    (SUMMER.0, "2012-05-25", 2, 40),
                    ("2012-05-28", SUMMER.1, 3, 60),
                ],
            );
        }),
        trap("a bad month in one school does not make 15% of the whole", "c2", NO, |s| {
            absences(
                s,
                &[(AUTUMN.0, AUTUMN.1, 0, 130), (SPRING.0, SPRING.1, 0, 120), (SUMMER.0, SUMMER.1, 0, 100), (SUMMER.0, SUMMER.1, 20, 20)],
            );
        }),
        trap("the same row twice", "c2", NO, |s| {
            // Once it is 10 of 70 sessions (14%), twice it would be 20 of 100.
            absences(
                s,
                &[(AUTUMN.0, AUTUMN.1, 0, 20), (SPRING.0, SPRING.1, 0, 20), (SUMMER.0, SUMMER.1, 10, 30), (SUMMER.0, SUMMER.1, 10, 30)],
            );
        }),
        trap("possible sessions 0", "c2", NO, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 0, 0), (SPRING.0, SPRING.1, 0, 100), (SUMMER.0, SUMMER.1, 0, 100)]);
        }),
        trap("no sessions at all", "c2", OPEN, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 0, 0), (SPRING.0, SPRING.1, 0, 0), (SUMMER.0, SUMMER.1, 0, 0)]);
        }),
        trap("no sessions at all of a child educated at home since", "c2", NO, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 0, 0), (SPRING.0, SPRING.1, 0, 0), (SUMMER.0, SUMMER.1, 0, 0)]);
            s.event(1, K::SchoolStatus, "elective_home_education", R::Subject, "2012-09-01", "");
        }),
        trap("no sessions at all of a child who was below school age in those terms", "c2", NO, |s| {
            let brother = s.person(MemberRole::Child, "2007-09-01", 0, true);
            s.absence(brother, SUMMER.0, SUMMER.1, 0, 0);
        }),
        trap("negative sessions", "c2", OPEN, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, -5, 100), (SPRING.0, SPRING.1, 0, 100), (SUMMER.0, SUMMER.1, 0, 100)]);
        }),
        trap("more absences than sessions", "c2", OPEN, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 50, 20), (SPRING.0, SPRING.1, 0, 100), (SUMMER.0, SUMMER.1, 0, 100)]);
        }),
        trap("negative sessions beside enough absence", "c2", YES, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, -5, 100), (SPRING.0, SPRING.1, 30, 100), (SUMMER.0, SUMMER.1, 30, 100)]);
        }),
        trap("school missing from the feed", "c2", OPEN, |s| absences(s, &[])),
        trap("school missing from the feed in one term", "c2", OPEN, |s| {
            absences(s, &[(AUTUMN.0, AUTUMN.1, 0, 100), (SUMMER.0, SUMMER.1, 0, 100)]);
        }),
        trap("an unborn child needs no row", "c2", NO, |s| {
            s.expected();
        }),
        trap("a child of three needs no row", "c2", NO, |s| {
            s.person(MemberRole::Child, "2009-01-01", 0, true);
        }),
        trap("a child who was four in autumn needs rows only since", "c2", NO, |s| {
            let brother = s.person(MemberRole::Child, "2006-11-20", 0, true);
            s.absence(brother, SPRING.0, SPRING.1, 0, 100);
            s.absence(brother, SUMMER.0, SUMMER.1, 0, 100);
        }),
        trap("a young person of 17 needs no row", "c2", NO, |s| {
            s.person(MemberRole::Child, "1995-01-01", 0, true);
        }),
        trap("a school with term dates of its own", "c2", YES, |s| {
            absences(
                s,
                &[("2011-08-31", "2011-12-21", 20, 100), ("2012-01-09", "2012-04-04", 15, 100), ("2012-04-23", "2012-07-27", 10, 100)],
            );
        }),
        trap("attendance file missing", "c2", OPEN, |s| {
            absences(s, &[]);
            s.source("school_attendance").state = FeedState::Missing;
        }),
        trap("attendance file missing in a family without a child of school age", "c2", NO, |s| {
            absences(s, &[]);
            s.source("school_attendance").state = FeedState::Missing;
            s.families.born[1] = day("2011-01-01");
        }),
    ]);
}

#[test]
fn of_a_child_registered_at_two_schools_the_main_one_counts_and_without_a_mark_the_fuller_row() {
    check(&[
        trap("dual registration: sessions counted at two schools", "c2", YES, |s| {
            absences(
                s,
                &[
                    (AUTUMN.0, AUTUMN.1, 20, 130),
                    (AUTUMN.0, AUTUMN.1, 0, 128),
                    (SPRING.0, SPRING.1, 20, 120),
                    (SUMMER.0, SUMMER.1, 20, 120),
                ],
            );
        }),
        trap("dual registration: the fuller row is marked as the other school's", "c2", NO, |s| {
            registered(s, &[(20, 130, "subsidiary"), (0, 128, "main")]);
        }),
        trap("dual registration: the fuller row is marked as the main school's", "c2", YES, |s| {
            registered(s, &[(20, 130, "main"), (0, 128, "subsidiary")]);
        }),
        trap("dual registration: the thinner row is marked as the main school's", "c2", YES, |s| {
            registered(s, &[(0, 130, "subsidiary"), (26, 120, "main")]);
        }),
        trap("dual registration: only the guest is marked", "c2", YES, |s| registered(s, &[(0, 130, "subsidiary"), (26, 120, "absence")])),
        trap("dual registration: only the main school is marked", "c2", YES, |s| registered(s, &[(0, 130, "absence"), (26, 120, "main")])),
        trap("dual registration: both marked alike", "c2", NO, |s| registered(s, &[(0, 130, "main"), (26, 120, "main")])),
        trap("dual registration: another main school within the term", "c2", YES, |s| {
            registered(s, &[(0, 130, "subsidiary"), (10, 60, "main"), (12, 60, "main")]);
        }),
        trap("dual registration: each school counts its own sessions", "c2", YES, |s| {
            // Together 54 of 360 sessions, exactly 15%; the main school's alone would make 40 of 300.
            registered(s, &[(0, 60, "main"), (14, 60, "subsidiary")]);
        }),
    ]);
}
