//! Need and the watch list on hand-made flags and steps.

use super::*;
use crate::model::{NeedLevel, NeedMeasure, NeedRule, NeedSettings, Reach, Step, StepKind, WatchSettings, Watched, WatchedEvent};

fn watching(scene: &mut Scene, reach: Reach) {
    scene.settings.watch = Some(WatchSettings { reach, recent_months: 3, horizon_months: 3, share_margin: (5, 100), leads: Vec::new() });
}

/// A step of a family's child towards a criterion, under both packs.
fn step(scene: &mut Scene, family: u32, criterion: &str) {
    let event = scene.happens(2 * family, (EventKind::Exclusion, "fixed", "2012-07-31"), 0);
    for pack in ["p1-2012", "p1-lincolnshire"] {
        scene.flags.steps.push(Step {
            family,
            pack: pack.to_owned(),
            criterion: criterion.to_owned(),
            rule: "three_fixed_exclusions".to_owned(),
            kind: StepKind::Count,
            person: Some(2 * family),
            there: String::new(),
            missing: String::new(),
            moving: String::new(),
            counts_from: NO_DAY,
            ages_out: NO_DAY,
            rows: vec![WatchedEvent { person: 2 * family, event }],
        });
    }
    scene.flags.steps.sort_by_key(|step| (step.family, step.pack.clone()));
}

/// Family, kind, route then and reach of each row of a pack.
fn rows(scene: &Scene, pack: &str) -> Vec<(u32, StepKind, Route, Reach)> {
    let list = scene.list();
    let of_pack = list.watched.iter().filter(|row| row.step.pack == pack);
    of_pack.map(|row: &Watched| (row.step.family, row.step.kind, row.route_then, row.reach)).collect()
}

#[test]
fn only_a_step_that_would_list_the_family_is_watched_unless_the_pipeline_reaches_further() {
    let mut scene = Scene::new(4);
    scene.set(0, [T, F, F, F]);
    scene.set(1, [F, F, F, F]);
    scene.set(2, [T, F, T, F]);
    for family in 0..3 {
        step(&mut scene, family, "c2");
    }
    assert!(scene.list().watched.is_empty(), "nothing is watched without settings");
    watching(&mut scene, Reach::List);
    assert_eq!(rows(&scene, "p1-lincolnshire"), [(0, StepKind::Count, Route::Discretion, Reach::List)], "the third is on the list already");
    // Two of three without a reason is a near miss of the national pack, three are automatic.
    assert_eq!(rows(&scene, "p1-2012"), [(2, StepKind::Count, Route::Auto, Reach::List)]);
    watching(&mut scene, Reach::Criterion);
    assert_eq!(
        rows(&scene, "p1-lincolnshire"),
        [(0, StepKind::Count, Route::Discretion, Reach::List), (1, StepKind::Count, Route::NotEligible, Reach::Criterion)],
        "those one step from the list stand first"
    );
}

#[test]
fn nobody_is_watched_who_is_listed_left_out_by_a_person_or_has_no_child_where_one_is_needed() {
    for change in [0, 1, 2] {
        let mut scene = Scene::new(1);
        watching(&mut scene, Reach::Criterion);
        scene.set(0, [T, F, F, F]);
        step(&mut scene, 0, "c2");
        assert_eq!(rows(&scene, "p1-lincolnshire").len(), 1);
        match change {
            0 => scene.decide("R0", true, "2013-03-31"),
            1 => scene.decide("R0", false, "2013-03-31"),
            _ => scene.families.members.iter_mut().for_each(|member| member.resident = member.role == MemberRole::Parent),
        }
        assert_eq!(rows(&scene, "p1-lincolnshire"), [], "{change}");
    }
}

#[test]
fn what_people_settled_is_not_watched_unless_something_is_newer() {
    // The exclusion behind the step is of 31 July.
    for (on, expected) in [("2012-07-30", 1), ("2012-07-31", 0), ("2012-10-01", 0)] {
        let mut scene = Scene::new(1);
        watching(&mut scene, Reach::List);
        scene.set(0, [T, F, F, F]);
        step(&mut scene, 0, "c2");
        scene.standings.push(Standing { family: 0, status: None, status_on: NO_DAY, accepted: Some(false), accepted_on: day(on) });
        assert_eq!(rows(&scene, "p1-lincolnshire").len(), expected, "rejected on {on}");
    }
}

#[test]
fn a_step_towards_local_discretion_counts_as_one() {
    let mut scene = Scene::new(1);
    watching(&mut scene, Reach::List);
    scene.set(0, [T, F, T, F]);
    step(&mut scene, 0, "c4");
    assert_eq!(rows(&scene, "p1-2012"), [(0, StepKind::Count, Route::Discretion, Reach::List)]);
}

#[test]
fn one_more_criterion_is_a_step_once_something_new_has_happened() {
    for (on, expected) in [("2012-07-31", 1), ("2012-07-30", 0)] {
        let mut scene = Scene::new(1);
        watching(&mut scene, Reach::List);
        scene.set(0, [T, F, U, F]);
        scene.shows(0, 0, (EventKind::Offence, "conviction", on), ("c1", "proven_offence_under_18"), 0);
        scene.shows(0, 0, (EventKind::Offence, "conviction", "2012-01-01"), ("c1", "proven_offence_under_18"), 0);
        let list = scene.list();
        let found: Vec<&Watched> = list.watched.iter().filter(|row| row.step.pack == "p1-lincolnshire").collect();
        assert_eq!(found.len(), expected, "{on}");
        if let [row] = found.as_slice() {
            assert_eq!(row.step.kind, StepKind::Criterion);
            assert_eq!((row.step.there.as_str(), row.step.missing.as_str()), ("met: c1", "one of: c2, c3 (not known)"));
            assert_eq!(row.step.rows.len(), 1, "only what is new shows it");
            assert_eq!((row.route, row.route_then), (Route::Pending, Route::Discretion));
        }
        assert_eq!(list.watched.len(), expected, "under the national pack two criteria and a reason are missing");
    }
}

#[test]
fn a_child_who_comes_of_age_for_a_missing_criterion_is_a_step_within_the_horizon() {
    // Three months after 31 October is 31 January; the rules of education ask from the age of 4 on.
    for (born, expected) in [("2009-01-31", 1), ("2009-02-01", 0), ("2008-10-31", 0), ("2008-11-01", 1)] {
        let mut scene = Scene::new(1);
        watching(&mut scene, Reach::List);
        scene.set(0, [T, F, F, F]);
        scene.families.born[0] = day(born);
        scene.shows(0, 1, (EventKind::Offence, "conviction", "2012-01-01"), ("c1", "proven_offence_under_18"), 0);
        let list = scene.list();
        assert_eq!(list.watched.len(), expected, "{born}");
        if let [row] = list.watched.as_slice() {
            assert!(row.step.moving.starts_with("a child becomes 4 on ") && row.step.moving.contains("c2"), "{}", row.step.moving);
            assert_eq!((row.step.counts_from, row.step.rows.len()), (date::months_before(day(born), -48), 1));
        }
    }
}

#[test]
fn every_row_has_evidence() {
    let mut scene = Scene::new(1);
    watching(&mut scene, Reach::List);
    scene.set(0, [T, F, F, F]);
    scene.families.born[0] = day("2009-01-01");
    assert!(scene.list().watched.is_empty(), "a true criterion without rows shows nothing");
}

fn rule(id: &str, level: NeedLevel, at_least: &[(NeedMeasure, u32)]) -> NeedRule {
    NeedRule { id: id.to_owned(), level, title: id.to_owned(), at_least: at_least.to_vec() }
}

#[test]
fn the_first_rule_of_need_that_holds_decides_and_says_why() {
    let mut scene = Scene::new(3);
    scene.set(0, [T, T, F, T]);
    scene.set(1, [T, F, F, F]);
    scene.shows(0, 0, (EventKind::Offence, "conviction", "2012-07-31"), ("c1", "proven_offence_under_18"), 0);
    scene.shows(0, 0, (EventKind::Offence, "conviction", "2012-07-30"), ("c1", "proven_offence_under_18"), 0);
    scene.shows(0, 1, (EventKind::SocialCare, "child_protection_plan", "2012-01-01"), ("c4", "child_protection"), 1);
    let need = |scene: &Scene, family: u32| scene.entry(family, "p1-2012").unwrap().need;
    assert_eq!(need(&scene, 0), None, "without rules nobody has a level");
    // Each measure at its count, and one above it.
    for (measure, count) in [
        (NeedMeasure::CriteriaMet, 2),
        (NeedMeasure::CriteriaTrue, 3),
        (NeedMeasure::PeopleWithNeeds, 2),
        (NeedMeasure::Agencies, 2),
        (NeedMeasure::Children, 1),
        (NeedMeasure::ChildrenUnder5, 1),
        (NeedMeasure::RecentEvents, 1),
        (NeedMeasure::Safeguarding, 1),
    ] {
        for (least, expected) in [(count, "hard"), (count + 1, "otherwise")] {
            let rules = vec![rule("hard", NeedLevel::Complex, &[(measure, least)]), rule("otherwise", NeedLevel::Lower, &[])];
            let safeguarding = vec![(EventKind::SocialCare, "child_protection_plan".to_owned())];
            scene.settings.need = NeedSettings { recent_months: 3, safeguarding, rules };
            assert_eq!(need(&scene, 0).unwrap().rule, expected, "{measure:?} at least {least}");
        }
    }
    let reasons = [(NeedMeasure::CriteriaMet, 2), (NeedMeasure::Agencies, 2)];
    scene.settings.need.rules = vec![rule("broad", NeedLevel::Complex, &reasons), rule("otherwise", NeedLevel::Lower, &[])];
    let found = need(&scene, 0).unwrap();
    assert_eq!(found.level, NeedLevel::Complex);
    assert_eq!(found.reason, "broad (criteria met: 2, 2 or more needed; agencies behind the evidence: 2, 2 or more needed)");
    let found = need(&scene, 1).unwrap();
    assert_eq!((found.level, found.reason.as_str()), (NeedLevel::Lower, "otherwise (no earlier rule holds)"));
    assert_eq!(need(&scene, 2), None, "of a family of which nothing is known nothing is said");
}
