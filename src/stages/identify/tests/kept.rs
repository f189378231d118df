//! Families that stay on the list while a feed is missing.

use super::super::LastShown;
use super::*;
use crate::model::RowPlace;

/// Families on the list in September by crime and an out-of-work benefit; the DWP's answer is missing now.
fn scene(families: u32) -> Scene {
    let mut scene = Scene::new(families);
    for family in 0..families {
        scene.set(family, [T, F, U, F]);
        scene.last_shown.extend(["p1-2012", "p1-lincolnshire"].map(|pack| LastShown {
            family,
            pack: pack.to_owned(),
            criterion: "c3".to_owned(),
            rule: "out_of_work_benefit".to_owned(),
            person_id: format!("P{}", 2 * family + 1),
            kind: EventKind::Benefit,
            role: EventRole::Subject,
            code: "jsa".to_owned(),
            from: day("2012-05-01"),
            to: NO_DAY,
            behind: RowPlace { source: "dwp_return".to_owned(), file: "2012-06/dwp_return.csv".to_owned(), line: 7 },
            month: Month::new(2012, 9).unwrap(),
        }));
    }
    scene.sources[1].state = FeedState::Missing;
    scene
}

#[test]
fn a_family_is_not_dropped_because_a_feed_is_missing() {
    let scene = scene(1);
    let entry = scene.entry(0, "p1-lincolnshire").unwrap();
    assert_eq!(entry.route, Route::Kept);
    assert_eq!(
        entry.route_reason,
        "1 of 3 criteria met (c1); kept on the list, as last shown in 2012-09: c3 cannot be said while dwp_return is missing or too old"
    );
    // It stays unknown: nothing says that it is so.
    assert_eq!((entry.criteria_met, entry.criteria_unknown, entry.criteria_kept), (1, 1, vec!["c3".to_owned()]));
    assert!(entry.priority_rank == 1 && entry.near_miss_reason.is_empty());
    // Two of three without a reason of local discretion were no place under the national rules.
    assert_eq!(scene.entry(0, "p1-2012").unwrap().route, Route::NotEligible);
    let kept: Vec<(u32, String)> = scene.list().kept.into_iter().map(|row| (row.family, row.pack)).collect();
    assert_eq!(kept, [(0, "p1-lincolnshire".to_owned())]);
}

#[test]
fn what_is_known_drops_a_family_all_the_same() {
    let route = |change: fn(&mut Scene)| {
        let mut scene = scene(1);
        change(&mut scene);
        scene.entry(0, "p1-lincolnshire").map(|entry| entry.route)
    };
    // The benefit is known to have ended; the crime no longer counts; the feed is there, and the criterion is unknown for another reason.
    assert_eq!(route(|scene| scene.set(0, [T, F, F, F])), Some(Route::NotEligible));
    assert_eq!(route(|scene| scene.set(0, [F, F, U, F])), Some(Route::NotEligible));
    assert_eq!(route(|scene| scene.sources[1].state = FeedState::Stale), Some(Route::Pending));
    // A person left it out; people closed it.
    assert_eq!(route(|scene| scene.decide("R0", false, "2013-12-31")), Some(Route::NotEligible));
    let closed = |scene: &mut Scene| {
        let (status, accepted) = (Some(crate::model::Status::Closed), None);
        scene.standings.push(Standing { family: 0, status, status_on: day("2012-10-15"), accepted, accepted_on: NO_DAY });
    };
    assert_eq!(route(closed), Some(Route::Settled));
    // Nobody knows it from an earlier list.
    assert_eq!(route(|scene| scene.last_shown.clear()), Some(Route::Pending));
}

#[test]
fn a_kept_family_keeps_its_place_among_the_listed() {
    let mut scene = scene(3);
    scene.points(&[("criterion", "*", 100)]);
    scene.set(1, [T, F, F, F]);
    scene.set(2, [T, T, F, F]);
    let ranks: Vec<(u32, u32, u32)> = scene
        .list()
        .entries
        .iter()
        .filter(|entry| entry.pack == "p1-lincolnshire" && entry.route.is_listed())
        .map(|entry| (entry.family, entry.priority_rank, entry.priority_points))
        .collect();
    assert_eq!(ranks, [(0, 1, 200), (2, 2, 200)]);
    assert!(scene.list().watched.iter().all(|row| row.step.family != 0), "a listed family is on no watch list");
}

#[test]
fn a_school_that_is_not_in_the_file_drops_nobody_while_its_rows_would_still_count() {
    let route = |change: fn(&mut Scene)| {
        let mut scene = scene(1);
        scene.sources[1].state = FeedState::Fresh;
        (scene.sources[1].coverage, scene.sources[1].delivery) = (Coverage::Population, DeliveryKind::Snapshot);
        scene.set(0, [T, U, F, F]);
        for row in &mut scene.last_shown {
            (row.criterion, row.rule) = ("c2".to_owned(), "unauthorised_absence".to_owned());
            (row.person_id, row.kind, row.code) = ("P0".to_owned(), EventKind::SchoolAbsence, "absence".to_owned());
            (row.from, row.to) = (day("2012-04-16"), day("2012-07-20"));
        }
        change(&mut scene);
        scene.entry(0, "p1-lincolnshire").map(|entry| (entry.route, entry.route_reason))
    };
    let (kept, reason) = route(|_| ()).unwrap();
    assert_eq!(kept, Route::Kept);
    assert!(reason.ends_with("c2 cannot be said while dwp_return has no row of the person"), "{reason}");
    let pending = |change: fn(&mut Scene)| assert_eq!(route(change).map(|(route, _)| route), Some(Route::Pending));
    // The child is in the file; the feed never was of everybody; the rows would have grown too old; somebody else's are missing.
    pending(|scene| scene.persons.position[0].source = 1);
    pending(|scene| scene.sources[1].coverage = Coverage::Events);
    pending(|scene| scene.last_shown.iter_mut().for_each(|row| (row.from, row.to) = (day("2011-04-26"), day("2011-07-22"))));
    pending(|scene| scene.last_shown.iter_mut().for_each(|row| row.person_id = "P9".to_owned()));
}
