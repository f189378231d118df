//! The ambiguity register of domain.md §8.1, row by row, as far as criteria are concerned: each is a named setting with the register's
//! default in every pack where it applies, and its other answers make a difference.

use super::scene::{Scene, pack, pack_with};
use crate::model::{EventKind as K, EventRole as R, MemberRole, Route, Ternary};

const NO: Ternary = Ternary::False;
const YES: Ternary = Ternary::True;
const OPEN: Ternary = Ternary::Unknown;

/// The crime, school and work criteria of each pack.
const PACKS: [(&str, &str, &str, &str); 4] =
    [("p1-2012", "c1", "c2", "c3"), ("p1-lincolnshire", "c1", "c2", "c3"), ("p2-2015", "h1", "h2", "h4"), ("sf-2022", "s7", "s1", "s10")];

/// The value of a criterion with the default answer and with another one.
fn both(scene: &mut Scene, name: &str, criterion: &str, setting: &str, other: &str) -> (Ternary, Ternary) {
    scene.packs = vec![pack(name)];
    let default = scene.value(name, criterion);
    scene.packs = vec![pack_with(name, setting, other)];
    (default, scene.value(name, criterion))
}

fn ordinary() -> Scene {
    Scene::ordinary("2012-10-31")
}

#[test]
fn every_row_is_a_named_setting_with_the_default_of_the_register() {
    let everywhere = ["p1-2012", "p1-lincolnshire", "p2-2015", "sf-2022"];
    for (row, setting, value, packs) in [
        ("A2", "two_of_three", "needed", &everywhere[..1]),
        ("A2", "two_of_three", "optional", &everywhere[1..2]),
        ("A3", "offence_age", "event", &everywhere),
        ("A5", "exclusions_dated_by", "start", &everywhere),
        ("A6", "resubmitted_absence", "latest", &everywhere),
        ("A7", "current_term_counts", "no", &everywhere),
        ("A13", "only_residents_count", "yes", &everywhere[..2]),
        ("A13", "problems_from_elsewhere", "1", &everywhere[2..3]),
        ("A13", "needs_from_elsewhere", "1", &everywhere[3..]),
        ("A15", "benefit_valid_days", "90", &everywhere),
        ("A16", "needs_from_distinct_headlines", "yes", &everywhere[3..]),
        ("A17", "absence_counts", "unauthorised", &everywhere[..3]),
        ("A17", "absence_counts", "all", &everywhere[3..]),
        ("A18", "percentages", "exact", &everywhere),
    ] {
        for name in packs {
            let pack = pack(name);
            let found = pack.settings.iter().find(|known| known.name == setting).unwrap_or_else(|| panic!("{row}: {name} lacks {setting}"));
            assert_eq!(found.value, value, "{row} {name}");
            assert!(
                found.question.starts_with(&format!("{row}:")) && found.source.contains("8.1") || row == "A2",
                "{row} {name}: {found:?}"
            );
        }
    }
    for name in everywhere {
        let pack = pack(name);
        let value = |setting: &str| pack.settings.iter().find(|known| known.name == setting).unwrap().value.clone();
        let (outcomes, benefits) = (value("proven_outcomes"), value("out_of_work_benefits"));
        assert!(outcomes.contains("caution") && outcomes.contains("reprimand") && outcomes.contains("final_warning"), "A4 {name}");
        assert!(!outcomes.contains("community_resolution") && !outcomes.contains("outcome_22"), "A4 {name}");
        assert!(benefits.contains("carers_allowance"), "A14 {name}");
    }
}

#[test]
fn a2_two_of_three_need_a_reason_nationally_and_none_in_the_county() {
    let mut scene = ordinary();
    scene.event(1, K::Offence, "caution", R::Offender, "2012-05-01", "");
    scene.event(1, K::SchoolStatus, "not_on_roll", R::Subject, "2012-09-10", "");
    assert_eq!((scene.route("p1-2012"), scene.route("p1-lincolnshire")), (Route::NearMiss, Route::Discretion));
    scene.packs = vec![pack_with("p1-2012", "two_of_three", "\"optional\""), pack_with("p1-lincolnshire", "two_of_three", "\"needed\"")];
    assert_eq!((scene.route("p1-2012"), scene.route("p1-lincolnshire")), (Route::Discretion, Route::NotEligible));
}

#[test]
fn a3_the_age_at_the_offence_decides_unless_the_pack_says_the_reference_date() {
    for (name, born, expected) in [
        // 17 at the offence and 18 now; for phase 2, 18 then and 19 now; for Supporting Families 9 then and 10 now.
        ("p1-2012", "1994-06-01", (YES, NO)),
        ("p1-lincolnshire", "1994-06-01", (YES, NO)),
        ("p2-2015", "1993-06-01", (YES, NO)),
        ("sf-2022", "2002-06-01", (NO, YES)),
    ] {
        let mut scene = ordinary();
        let role = if born < "1994-11" { MemberRole::AdultChild } else { MemberRole::Child };
        let person = scene.person(role, born, 0, true);
        if born > "1996" {
            scene.in_school(person);
        } else {
            scene.benefit(person, "none", "", "");
        }
        scene.event(person, K::Offence, "conviction", R::Offender, "2012-05-01", "");
        let criterion = PACKS.iter().find(|pack| pack.0 == name).unwrap().1;
        assert_eq!(both(&mut scene, name, criterion, "offence_age", "\"reference\""), expected, "{name}");
    }
}

#[test]
fn a4_cautions_and_reprimands_are_proven_and_community_resolutions_are_not() {
    for (name, crime, ..) in PACKS {
        for (code, expected) in [
            ("caution", YES),
            ("reprimand", YES),
            ("final_warning", YES),
            ("youth_caution", YES),
            ("community_resolution", NO),
            ("outcome_22", NO),
            ("penalty_notice", NO),
            ("charged", NO),
        ] {
            let mut scene = ordinary();
            scene.event(1, K::Offence, code, R::Offender, "2012-05-01", "");
            let listed = "[\"community_resolution\", \"outcome_22\", \"penalty_notice\", \"charged\"]";
            let other = if expected == YES { NO } else { YES };
            assert_eq!(both(&mut scene, name, crime, "proven_outcomes", listed), (expected, other), "{name} {code}");
        }
    }
}

#[test]
fn a5_an_exclusion_belongs_to_the_term_it_began_in_unless_any_day_counts() {
    for (name, _, school, _) in PACKS {
        let mut scene = ordinary();
        // Each began in the term before the window and lasted into it.
        let (from, to) = if name == "sf-2022" { ("2011-12-12", "2012-01-20") } else { ("2011-07-15", "2011-09-20") };
        for number in 0..3 {
            scene.event(1, K::Exclusion, "fixed", R::Subject, from, to);
            scene.last().reference = format!("E{number}");
            scene.last().quantity = 2;
        }
        assert_eq!(both(&mut scene, name, school, "exclusions_dated_by", "\"overlap\""), (NO, YES), "{name}");
    }
}

#[test]
fn a6_of_a_count_sent_again_the_latest_counts() {
    for (name, _, school, _) in PACKS {
        let mut scene = ordinary();
        for (missed, earlier) in [(60, true), (0, false)] {
            scene.absence(1, "2012-04-23", "2012-07-25", missed, 100);
            scene.last().reference = "summer".to_owned();
            scene.last().earlier = earlier;
        }
        assert_eq!(both(&mut scene, name, school, "resubmitted_absence", "\"first\""), (NO, YES), "{name}");
    }
}

#[test]
fn a7_the_running_term_counts_only_where_the_pack_says_so() {
    for (name, _, school, _) in PACKS {
        let mut scene = ordinary();
        for on in ["2012-09-12", "2012-09-26", "2012-10-10"] {
            scene.event(1, K::Exclusion, "fixed", R::Subject, on, "");
            scene.last().quantity = 2;
        }
        assert_eq!(both(&mut scene, name, school, "current_term_counts", "true"), (NO, YES), "{name}");
    }
}

#[test]
fn a13_a_separated_parent_counts_not_at_all_or_for_one_problem_at_most() {
    let with_father = || {
        let mut scene = ordinary();
        let father = scene.person(MemberRole::Parent, "1975-01-01", 0, false);
        scene.event(father, K::AsbIntervention, "asbo", R::Offender, "2012-05-01", "");
        scene.benefit(father, "jsa", "2012-01-01", "");
        scene.event(father, K::Health, "alcohol_misuse", R::Subject, "2012-05-01", "");
        scene
    };
    for name in ["p1-2012", "p1-lincolnshire"] {
        let mut scene = with_father();
        assert_eq!(both(&mut scene, name, "c1", "only_residents_count", "false"), (NO, YES), "{name}");
        assert_eq!(both(&mut scene, name, "c3", "only_residents_count", "false"), (NO, YES), "{name}");
    }
    // Phase 2: three problems shown by him alone count as one; one of the mother's own makes two.
    let mut scene = with_father().later();
    let flags = scene.judge().flags;
    let shown: Vec<(&str, u8, u8)> = flags
        .iter()
        .filter(|flag| flag.pack == "p2-2015" && flag.value == YES)
        .map(|flag| (flag.criterion.as_str(), flag.needs.met, flag.needs.met_elsewhere))
        .collect();
    assert_eq!(shown, [("h1", 0, 1), ("h4", 0, 1), ("h6", 0, 1)]);
    assert!(flags.iter().any(|flag| flag.criterion == "h1" && flag.reason.ends_with("shown only by a parent who lives elsewhere")));
    assert_eq!(scene.route("p2-2015"), Route::NearMiss);
    scene.event(1, K::SchoolStatus, "not_on_roll", R::Subject, "2012-09-10", "");
    assert_eq!(scene.route("p2-2015"), Route::Auto);
    scene.packs[0] = pack_with("p2-2015", "problems_from_elsewhere", "0");
    assert_eq!(scene.route("p2-2015"), Route::NearMiss);
    scene.packs[0] = pack_with("p2-2015", "problems_from_elsewhere", "3");
    scene.rows.retain(|row| row.kind != K::SchoolStatus);
    assert_eq!(scene.route("p2-2015"), Route::Auto);
    // Supporting Families: his offence, work and drink are three needs, of which one counts; with two of the child's they are three.
    assert_eq!(scene.route("sf-2022"), Route::NotEligible);
    scene.need(1, "young_carer");
    scene.need(1, "sen_not_met");
    assert_eq!(scene.route("sf-2022"), Route::Auto);
    scene.packs[1] = pack_with("sf-2022", "needs_from_elsewhere", "0");
    assert_eq!(scene.route("sf-2022"), Route::NearMiss);
}

#[test]
fn a14_carers_allowance_is_an_out_of_work_benefit() {
    for (name, _, _, work) in PACKS {
        let mut scene = ordinary();
        scene.benefit(0, "carers_allowance", "2012-01-01", "");
        assert_eq!(both(&mut scene, name, work, "out_of_work_benefits", "[\"jsa\"]"), (YES, NO), "{name}");
    }
}

#[test]
fn a15_an_answer_of_the_dwp_holds_for_ninety_days() {
    for (name, _, _, work) in PACKS {
        let mut scene = ordinary();
        scene.benefit(0, "jsa", "2012-01-01", "");
        scene.source("dwp_return").age_days = 90;
        assert_eq!(both(&mut scene, name, work, "benefit_valid_days", "89"), (YES, OPEN), "{name}");
        scene.source("dwp_return").age_days = 91;
        assert_eq!(both(&mut scene, name, work, "benefit_valid_days", "91"), (OPEN, YES), "{name}");
    }
}

#[test]
fn a16_three_needs_of_one_headline_are_not_enough_unless_the_pack_says_so() {
    let mut scene = ordinary().later();
    for code in ["school_engagement", "sen_not_met"] {
        scene.need(1, code);
    }
    scene.need(0, "parenting_support");
    // Three needs of two headlines: one short of three headlines.
    assert_eq!(scene.route("sf-2022"), Route::NearMiss);
    scene.packs[1] = pack_with("sf-2022", "needs_from_distinct_headlines", "false");
    assert_eq!(scene.route("sf-2022"), Route::Auto);
    // Two findings of one need are one need.
    scene.rows.retain(|row| row.code != "sen_not_met");
    scene.need(1, "neet_risk");
    assert_eq!(scene.route("sf-2022"), Route::NearMiss);
}

#[test]
fn a17_absence_with_leave_counts_for_supporting_families_alone() {
    for (name, _, school, _) in PACKS {
        let mut scene = ordinary();
        scene.rows.retain(|row| row.kind != K::SchoolAbsence);
        for (from, to) in [("2011-09-05", "2011-12-16"), ("2012-01-09", "2012-04-05"), ("2012-04-23", "2012-07-25")] {
            scene.absence(1, from, to, 5, 100);
            scene.last().excused = 20;
        }
        let (expected, other) = if name == "sf-2022" { ((YES, NO), "\"unauthorised\"") } else { ((NO, YES), "\"all\"") };
        assert_eq!(both(&mut scene, name, school, "absence_counts", other), expected, "{name}");
    }
    // A count that does not say what was missed with leave cannot say "no".
    let mut scene = ordinary().later();
    scene.rows.iter_mut().filter(|row| row.kind == K::SchoolAbsence).for_each(|row| row.excused = -1);
    assert_eq!((scene.value("p2-2015", "h2"), scene.value("sf-2022", "s1")), (NO, OPEN));
}

#[test]
fn a18_shares_are_never_rounded() {
    for (name, _, school, _) in PACKS {
        // 14.6% and 10.4%: rounded they would be 15% and 10%.
        let (missed, expected) = if name.starts_with("p1") { (146, (NO, YES)) } else { (104, (YES, NO)) };
        let mut scene = ordinary();
        scene.rows.retain(|row| row.kind != K::SchoolAbsence);
        for (from, to) in [("2011-09-05", "2011-12-16"), ("2012-01-09", "2012-04-05"), ("2012-04-23", "2012-07-25")] {
            scene.absence(1, from, to, missed, 1000);
        }
        assert_eq!(both(&mut scene, name, school, "percentages", "\"whole_percent\""), expected, "{name}");
    }
}
