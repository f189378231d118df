//! Criteria tested on small scenes.

mod ambiguities;
mod boundaries;
mod properties;
mod scene;
mod school_traps;
mod steps;
mod traps;

use scene::{Scene, day};

use crate::model::{EventKind, EventRole, FeedState, MemberRole, NO_DAY, Ternary};

#[test]
fn every_family_gets_one_flag_per_criterion_in_order_and_coverage_names_every_feed() {
    let scene = Scene::ordinary("2012-10-31");
    let flags = scene.judge();
    let names: Vec<(u32, &str, &str)> = flags.flags.iter().map(|flag| (flag.family, flag.pack.as_str(), flag.criterion.as_str())).collect();
    let expected: Vec<(u32, &str, &str)> =
        ["p1-2012", "p1-lincolnshire"].iter().flat_map(|pack| ["c1", "c2", "c3", "c4"].map(|criterion| (0, *pack, criterion))).collect();
    assert_eq!(names, expected);
    let offence: Vec<(&str, FeedState)> = flags
        .coverage
        .iter()
        .filter(|line| line.pack == "p1-2012" && line.rule == "proven_offence_under_18")
        .map(|line| (line.source.as_str(), line.state))
        .collect();
    assert_eq!(offence, [("police_crime", FeedState::Fresh), ("youth_offending", FeedState::Fresh)]);
}

#[test]
fn a_rule_that_no_feed_serves_is_unknown_and_covered_by_nothing() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.sources.retain(|source| source.name != "dwp_return");
    scene.rows.retain(|row| row.kind != EventKind::Benefit);
    let flags = scene.judge();
    assert_eq!(scene.value("p1-2012", "c3"), Ternary::Unknown);
    let line = flags.coverage.iter().find(|line| line.rule == "out_of_work_benefit").unwrap();
    assert_eq!((line.source.as_str(), line.state), ("", FeedState::Missing));
}

#[test]
fn evidence_names_rule_version_window_and_what_counted() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.rows.retain(|row| row.kind != EventKind::SchoolAbsence);
    scene.absence(1, "2011-09-06", "2011-12-16", 12, 75);
    scene.absence(1, "2012-01-04", "2012-03-30", 15, 75);
    scene.absence(1, "2012-04-16", "2012-07-20", 10, 75);
    let flags = scene.judge();
    let rows: Vec<_> = flags.evidence.iter().filter(|row| row.pack == "p1-2012" && row.criterion == "c2").collect();
    let values: Vec<&str> = rows.iter().map(|row| row.value.as_str()).collect();
    assert_eq!(values, ["12 of 75 sessions", "15 of 75 sessions", "10 of 75 sessions"]);
    assert!(rows.iter().all(|row| row.rule == "unauthorised_absence" && row.rule_version == "1" && row.person == 1));
    assert!(rows.iter().all(|row| row.window_from <= day("2011-09-05") && row.window_to >= day("2012-07-20")));
}

#[test]
fn reasons_tell_rules_feeds_and_counts_and_never_a_person() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.event(1, EventKind::Offence, "caution", EventRole::Offender, "2012-05-01", "");
    scene.source("dwp_return").state = FeedState::Missing;
    scene.rows.retain(|row| row.kind != EventKind::Benefit);
    scene.source("school_exclusions").state = FeedState::Stale;
    scene.source("school_exclusions").age_days = 45;
    let flags = scene.judge();
    let reasons: Vec<&str> = flags.flags.iter().filter(|flag| flag.pack == "p1-2012").map(|flag| flag.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "Proven offence by somebody under 18 in the last 12 months (one row)",
            "no rule holds; carried forward: school_exclusions (45 days old)",
            "not known: missing or too old: dwp_return",
            "no rule holds",
        ]
    );
}

#[test]
fn a_child_in_two_homes_counts_in_both_and_the_reason_says_so() {
    let mut scene = Scene::ordinary("2012-10-31");
    let other = scene.add_family();
    let father = scene.person(MemberRole::Parent, "1975-01-01", other, true);
    scene.benefit(father, "none", "2012-01-01", "");
    scene.also_lives(1, other);
    scene.event(1, EventKind::Offence, "reprimand", EventRole::Offender, "2012-03-01", "");
    let flags = scene.judge();
    for family in [0, other] {
        let flag = flags.flags.iter().find(|flag| flag.family == family && flag.pack == "p1-2012" && flag.criterion == "c1").unwrap();
        assert_eq!(flag.value, Ternary::True);
        assert!(flag.reason.ends_with("one person counted here also counts in a second home"), "{}", flag.reason);
    }
}

#[test]
fn shuffled_rows_give_the_same_flags_and_evidence() {
    let mut scene = Scene::ordinary("2012-10-31");
    for number in 0..6 {
        scene.event(1, EventKind::Exclusion, "fixed", EventRole::Subject, &format!("2012-0{}-15", 2 + number / 2), "");
        scene.last().reference = format!("E{number}");
        scene.event(0, EventKind::AsbIntervention, "asbo", EventRole::Offender, &format!("2012-0{}-01", 1 + number), "");
    }
    let shown = |scene: &Scene| {
        let flags = scene.judge();
        let mut rows: Vec<_> = flags
            .evidence
            .iter()
            .map(|row| (row.pack.clone(), row.rule.clone(), row.person, scene.rows[row.event as usize].number))
            .collect();
        rows.sort();
        (flags.flags, rows)
    };
    let first = shown(&scene);
    let mut rng = fastrand::Rng::with_seed(7);
    for _ in 0..10 {
        rng.shuffle(&mut scene.rows);
        assert_eq!(shown(&scene), first);
    }
}

#[test]
fn an_outcome_that_a_later_delivery_changes_is_the_one_that_counts() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.event(1, EventKind::Offence, "charged", EventRole::Suspect, "2012-05-01", "");
    scene.last().reference = "C1".to_owned();
    scene.last().earlier = true;
    assert_eq!(scene.value("p1-2012", "c1"), Ternary::False);
    scene.event(1, EventKind::Offence, "conviction", EventRole::Offender, "2012-05-01", "");
    scene.last().reference = "C1".to_owned();
    assert_eq!(scene.value("p1-2012", "c1"), Ternary::True);
    // The other way round: a conviction taken back, then told of another crime.
    let mut scene = Scene::ordinary("2012-10-31");
    scene.event(1, EventKind::Offence, "conviction", EventRole::Offender, "2012-05-01", "");
    scene.last().reference = "C1".to_owned();
    scene.last().earlier = true;
    scene.event(1, EventKind::Offence, "no_further_action", EventRole::Suspect, "2012-05-01", "");
    scene.last().reference = "C1".to_owned();
    assert_eq!(scene.value("p1-2012", "c1"), Ternary::False);
}

#[test]
fn that_an_offender_is_a_victim_or_witness_too_takes_nothing_back() {
    for role in [EventRole::Victim, EventRole::Witness] {
        let mut scene = Scene::ordinary("2012-10-31");
        scene.event(1, EventKind::Offence, "conviction", EventRole::Offender, "2012-05-01", "");
        scene.last().reference = "C1".to_owned();
        scene.last().earlier = true;
        scene.event(1, EventKind::Offence, "conviction", role, "2012-05-01", "");
        scene.last().reference = "C1".to_owned();
        assert_eq!(scene.value("p1-2012", "c1"), Ternary::True, "{role:?}");
        let flags = scene.judge();
        let rows: Vec<u32> =
            flags.evidence.iter().filter(|row| row.pack == "p1-2012" && row.criterion == "c1").map(|row| row.event).collect();
        assert_eq!(rows.len(), 1, "the row of what was done is the evidence, not that of what was suffered or seen");
    }
}

#[test]
fn attendance_without_a_possible_session_is_unknown_and_says_why() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.rows.iter_mut().filter(|row| row.kind == EventKind::SchoolAbsence).for_each(|row| row.out_of = 0);
    let flags = scene.judge().flags;
    let flag = flags.iter().find(|flag| flag.pack == "p1-2012" && flag.criterion == "c2").unwrap();
    assert_eq!((flag.value, flag.reason.as_str()), (Ternary::Unknown, "not known: one member whose rows know of no possible session"));
}

#[test]
fn tables_that_do_not_fit_are_an_error_and_no_panic() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.families.born.pop();
    assert!(scene.try_judge().is_err());
}

#[test]
fn a_pipeline_without_events_or_packs_gives_what_it_can() {
    let mut scene = Scene::ordinary("2012-10-31");
    scene.rows.clear();
    assert_eq!(scene.value("p1-2012", "c1"), Ternary::False);
    assert_eq!(scene.value("p1-2012", "c2"), Ternary::Unknown, "a child of school age without a row");
    assert_eq!(scene.value("p1-2012", "c3"), Ternary::Unknown, "an adult nobody asked about");
    scene.packs.clear();
    assert!(scene.judge().flags.is_empty());
    assert_eq!(scene.families.died, [NO_DAY, NO_DAY]);
}
