//! The boundaries of domain.md §2 and §3, to the day, the session and the year of age.

use super::scene::Scene;
use super::traps::{NO, OPEN, YES};
use crate::model::{EventKind as K, EventRole as R, FeedState, MemberRole, Route, date};

const TERMS: [(&str, &str); 3] = [("2011-09-05", "2011-12-16"), ("2012-01-09", "2012-04-05"), ("2012-04-23", "2012-07-25")];

fn later() -> Scene {
    Scene::ordinary("2012-10-31").later()
}

/// A scene whose daughter missed so many of 200 sessions in each of the last `terms` terms, with and without leave.
fn missed(unauthorised: i32, excused: i32, terms: usize) -> Scene {
    let mut scene = later();
    scene.rows.retain(|row| row.kind != K::SchoolAbsence);
    for (index, (from, to)) in TERMS.into_iter().rev().enumerate() {
        let counts = index < terms;
        scene.absence(1, from, to, if counts { unauthorised } else { 0 }, 200);
        scene.last().excused = if counts { excused } else { 0 };
    }
    scene
}

/// A child whose birthday is so many years and days before the reference date.
fn aged(scene: &mut Scene, years: i32, days: i32) -> u32 {
    let born = date::iso(date::months_before(scene.reference, years * 12) - days);
    let person = scene.person(MemberRole::Child, &born, 0, true);
    scene.in_school(person);
    person
}

#[test]
fn more_than_a_tenth_without_leave_is_persistent_absence_and_a_tenth_is_not() {
    assert_eq!(missed(20, 0, 3).value("p2-2015", "h2"), NO, "10.0%");
    assert_eq!(missed(21, 0, 3).value("p2-2015", "h2"), YES, "10.5%");
    assert_eq!(missed(20, 60, 3).value("p2-2015", "h2"), NO, "with leave does not count");
    assert_eq!(missed(30, 0, 2).value("p2-2015", "h2"), NO, "60 of 600: the average of three terms is 10.0%");
    assert_eq!(missed(31, 0, 2).value("p2-2015", "h2"), YES, "62 of 600");
}

#[test]
fn attendance_below_ninety_counts_over_two_full_terms_and_ninety_itself_does_not() {
    let needs = |scene: &Scene| scene.judge().flags.iter().find(|flag| flag.pack == "sf-2022" && flag.criterion == "s1").unwrap().needs.met;
    assert_eq!((missed(10, 10, 2).value("sf-2022", "s1"), missed(10, 11, 2).value("sf-2022", "s1")), (NO, YES), "90.0% and 89.5%");
    assert_eq!(missed(40, 0, 1).value("sf-2022", "s1"), NO, "one bad term of two: 40 of 400 is 90.0%");
    assert_eq!(missed(41, 0, 1).value("sf-2022", "s1"), YES, "41 of 400");
    assert_eq!((needs(&missed(50, 50, 2)), needs(&missed(50, 51, 2))), (1, 2), "50.0% attended is need 1.1 alone, below it 1.2 as well");
    let mut scene = missed(0, 0, 0);
    scene.rows.iter_mut().filter(|row| row.from == date::from_iso(TERMS[0].0).unwrap()).for_each(|row| row.quantity = 200);
    assert_eq!(scene.value("sf-2022", "s1"), NO, "the third term back does not count");
    scene.rows.retain(|row| row.from != date::from_iso(TERMS[1].0).unwrap());
    assert_eq!(scene.value("sf-2022", "s1"), OPEN, "a term without a row");
}

#[test]
fn three_exclusions_in_three_terms_or_five_school_days_up_to_fifteen() {
    let excluded = |days: &[&str], sessions: i32, years: i32| {
        let mut scene = later();
        let child = aged(&mut scene, years, 0);
        for day in days {
            scene.event(child, K::Exclusion, "fixed", R::Subject, day, "");
            scene.last().quantity = sessions;
        }
        scene.value("p2-2015", "h2")
    };
    assert_eq!(excluded(&["2011-09-20", "2012-02-01", "2012-07-10"], 1, 16), YES, "three in three terms");
    assert_eq!(excluded(&["2011-07-15", "2012-02-01", "2012-07-10"], 1, 16), NO, "three in four terms");
    assert_eq!(excluded(&["2012-02-01", "2012-07-10"], 1, 10), NO, "two");
    assert_eq!(excluded(&["2012-02-01", "2012-07-10"], 5, 10), YES, "two, ten sessions together: five school days");
    assert_eq!(excluded(&["2012-02-01"], 9, 10), NO, "nine sessions");
    assert_eq!((excluded(&["2012-02-01"], 10, 15), excluded(&["2012-02-01"], 10, 16)), (YES, NO), "up to fifteen");
    assert_eq!(excluded(&["2012-02-01"], -1, 10), OPEN, "sessions not said");
    assert_eq!(excluded(&["2011-07-15", "2012-02-01"], 5, 10), NO, "five of the ten lie before the window");
}

#[test]
fn offences_count_for_twelve_months_to_the_day_and_from_ten_to_eighteen() {
    let offence = |on: &str, years: i32, days: i32| {
        let mut scene = later();
        // So old on the day of the offence.
        let born = date::iso(date::months_before(date::from_iso(on).unwrap(), years * 12) - days);
        let role = if years < 17 { MemberRole::Child } else { MemberRole::AdultChild };
        let person = scene.person(role, &born, 0, true);
        scene.in_school(person);
        scene.benefit(person, "none", "", "");
        scene.event(person, K::Offence, "conviction", R::Offender, on, "");
        (scene.value("p2-2015", "h1"), scene.value("sf-2022", "s7"))
    };
    assert_eq!((offence("2011-10-31", 14, 0), offence("2011-10-30", 14, 0)), ((YES, YES), (NO, NO)), "twelve months to the day");
    assert_eq!(
        (offence("2012-05-01", 10, 0), offence("2012-05-01", 10, -1)),
        ((YES, YES), (NO, NO)),
        "the tenth birthday, and the day before"
    );
    assert_eq!(offence("2012-05-01", 19, -1), (YES, YES), "the last day of being eighteen");
    assert_eq!(offence("2012-05-01", 19, 0), (NO, YES), "nineteen: need 7.1 of adults, not problem 1");
}

#[test]
fn a_sentence_counts_when_it_ends_within_twelve_months_to_the_day() {
    let prisoner = |until: &str, role: MemberRole| {
        let mut scene = later();
        let father = scene.person(role, "1975-01-01", 0, false);
        scene.benefit(father, "none", "", "");
        scene.event(father, K::Custody, "in_custody", R::Offender, "2012-01-01", until);
        scene.value("p2-2015", "h1")
    };
    assert_eq!((prisoner("2013-10-31", MemberRole::Parent), prisoner("2013-11-01", MemberRole::Parent)), (YES, NO));
    assert_eq!(prisoner("", MemberRole::Parent), OPEN, "no day of release said");
    assert_eq!(prisoner("2012-10-30", MemberRole::Parent), NO, "released");
    assert_eq!(prisoner("2013-10-31", MemberRole::OtherAdult), NO, "no parent");
}

#[test]
fn a_child_who_is_not_born_yet_is_no_young_person_of_unknown_age() {
    let mut scene = later();
    scene.expected();
    assert_eq!(scene.value("p2-2015", "d1"), NO);
}

#[test]
fn a_young_person_is_dependent_from_sixteen_to_eighteen_when_at_school_in_training_or_out_of_work() {
    let young = |years: i32, days: i32, activity: &str, role: MemberRole| {
        let mut scene = later();
        let born = date::iso(date::months_before(scene.reference, years * 12) - days);
        let person = scene.person(role, &born, 0, true);
        if !activity.is_empty() {
            scene.event(person, K::Activity, activity, R::Subject, "2012-09-03", "");
        }
        (scene.value("p2-2015", "d1"), scene.value("sf-2022", "d1"))
    };
    let (child, grown) = (MemberRole::Child, MemberRole::AdultChild);
    for (activity, expected) in [("education", YES), ("training", YES), ("neet", YES), ("employment", NO), ("not_known", OPEN), ("", OPEN)]
    {
        assert_eq!(young(17, 0, activity, child), (expected, expected), "{activity}");
    }
    assert_eq!(young(16, 0, "education", child), (YES, YES));
    assert_eq!(young(16, -1, "education", child), (NO, NO), "fifteen: a child without further question");
    assert_eq!(young(19, -1, "education", grown), (YES, YES), "the last day of being eighteen");
    assert_eq!(young(19, 0, "education", grown), (NO, NO));
    assert_eq!(young(18, 0, "education", MemberRole::Parent), (NO, NO), "does not live with parents");
    let mut scene = later();
    let undated = scene.person(child, "", 0, true);
    scene.absence(undated, "2012-09-05", "2012-10-31", 0, 60);
    assert_eq!(scene.value("p2-2015", "d1"), OPEN, "a pupil of unknown age may be six");
    let mut scene = later();
    let pupil = aged(&mut scene, 16, 20);
    scene.absence(pupil, "2012-09-05", "2012-10-31", 0, 60);
    assert_eq!(scene.value("p2-2015", "d1"), YES, "still on a school's roll");
}

#[test]
fn what_adults_do_to_get_to_work_changes_no_criterion() {
    const ADVISERS: &str = "employment_advisers";
    let codes = ["work_programme", "esf_provision", "employment"];
    // A mother, a son of nineteen to the day, and a daughter of seventeen of whom the young people's service says one thing or nothing.
    let values = |later: bool, with_feed: Option<FeedState>, activity: Option<&str>, says: &str| {
        let ordinary = Scene::ordinary("2012-10-31");
        let mut scene = if later { ordinary.later() } else { ordinary };
        let son = aged(&mut scene, 19, 0);
        let daughter = aged(&mut scene, 17, 0);
        if !says.is_empty() {
            scene.event(daughter, K::Activity, says, R::Subject, "2012-09-03", "");
        }
        scene.source("young_people").codes =
            ["education", "training", "employment", "neet", "not_known"].map(|code| (K::Activity, code.to_owned())).to_vec();
        if let Some(state) = with_feed {
            let mut feed = scene.source("early_help_needs").clone();
            (feed.name, feed.carries, feed.state) = (ADVISERS.to_owned(), vec![K::Activity], state);
            feed.codes = codes.map(|code| (K::Activity, code.to_owned())).to_vec();
            scene.sources.push(feed);
        }
        for person in [0, son] {
            let Some(code) = activity else { continue };
            scene.event(person, K::Activity, code, R::Subject, "2012-09-10", "");
            ADVISERS.clone_into(&mut scene.last().source);
        }
        let flags = scene.judge().flags;
        flags.iter().map(|flag| (flag.pack.clone(), flag.criterion.clone(), flag.value)).collect::<Vec<_>>()
    };
    for later in [false, true] {
        for says in ["", "education", "neet", "not_known"] {
            let before = values(later, None, None, says);
            for state in [FeedState::Fresh, FeedState::Missing] {
                assert_eq!(values(later, Some(state), None, says), before, "the feed alone, {state:?}");
            }
            for code in codes {
                assert_eq!(values(later, Some(FeedState::Fresh), Some(code), says), before, "{code}");
            }
        }
    }
}

#[test]
fn needs_have_the_ages_the_framework_gives_them() {
    let with_need = |code: &str, years: i32, days: i32, criterion: &str| {
        let mut scene = later();
        let child = aged(&mut scene, years, days);
        scene.need(child, code);
        scene.value("sf-2022", criterion)
    };
    assert_eq!((with_need("early_development", 6, -1, "s2"), with_need("early_development", 6, 0, "s2")), (YES, NO), "0 to 5");
    for (years, days, expected) in [(16, -1, NO), (16, 0, YES), (18, -1, YES), (18, 0, NO)] {
        assert_eq!(with_need("excluded_from_home", years, days, "s9"), expected, "16 and 17: {years} {days}");
    }
    let mut scene = later();
    scene.event(1, K::Need, "young_carer", R::Subject, "2012-06-01", "2012-10-30");
    assert_eq!(scene.value("sf-2022", "s5"), NO, "met the day before");
    scene.last().to = scene.reference;
    assert_eq!(scene.value("sf-2022", "s5"), YES, "still open on the reference date");
}

#[test]
fn two_of_six_and_three_of_ten_and_no_fewer() {
    let mut scene = later();
    assert_eq!((scene.route("p2-2015"), scene.route("sf-2022")), (Route::NotEligible, Route::NotEligible));
    let mut routes = Vec::new();
    for code in ["mental_health_adult", "domestic_abuse_affected", "unsuitable_housing"] {
        scene.need(0, code);
        routes.push((scene.route("p2-2015"), scene.route("sf-2022")));
    }
    assert_eq!(
        routes,
        [(Route::NearMiss, Route::NotEligible), (Route::Auto, Route::NearMiss), (Route::Auto, Route::Auto)],
        "housing is no headline problem of phase 2"
    );
}

#[test]
fn what_no_feed_can_show_is_unknown_or_left_out_and_is_said_so() {
    let mut scene = later();
    // Feeds that say which codes they can give: needs without radicalisation, custody without orders.
    let codes = |kind: K, codes: &[&str]| codes.iter().map(|code| (kind, (*code).to_owned())).collect::<Vec<_>>();
    scene.source("police_crime").codes = codes(K::Custody, &["prolific_offender", "gang_related"]);
    scene.source("early_help_needs").codes = codes(K::Need, &["crime_risk", "young_carer", "abuse_or_neglect"]);
    let reason = |scene: &Scene, pack: &str, criterion: &str| {
        let flags = scene.judge().flags;
        let flag = flags.iter().find(|flag| flag.pack == pack && flag.criterion == criterion).unwrap().clone();
        (flag.value, flag.reason)
    };
    let (value, words) = reason(&scene, "sf-2022", "s6");
    assert_eq!(value, OPEN);
    assert!(words.contains("nothing in your feeds can show:") && words.contains("A child at risk of radicalisation"), "{words}");
    assert!(!words.contains("Abuse or neglect"), "a feed can show that one: {words}");
    let coverage = scene.judge().coverage;
    let line = |rule: &str| coverage.iter().find(|line| line.pack == "sf-2022" && line.rule == rule).unwrap().source.clone();
    assert_eq!((line("radicalisation").as_str(), line("abuse_or_neglect").as_str()), ("", "early_help_needs"));

    assert_eq!(reason(&scene, "p2-2015", "h1").0, OPEN, "orders of the court come in no feed");
    scene.packs[0] = super::scene::pack_with("p2-2015", "supervision_without_feed", "\"left_out\"");
    let (value, words) = reason(&scene, "p2-2015", "h1");
    assert_eq!(value, NO);
    assert!(
        words.starts_with("no rule holds; left out, because nothing in your feeds can show it: A parent on a community order"),
        "{words}"
    );
    // A feed that is only late this month is not left out.
    scene.source("police_crime").state = crate::model::FeedState::Missing;
    assert_eq!(reason(&scene, "p2-2015", "h1").0, OPEN);
}
