//! One step from a criterion: boundaries, and every claim worked out again by the rules themselves.

use super::scene::{Scene, day, pack};
use crate::model::{Day, EventKind as K, EventRole as R, Lead, MemberRole, NO_DAY, Reach, Step, StepKind, Ternary, WatchSettings, date};

/// The settings of the shipped pipeline, as far as these tests need them.
fn settings() -> WatchSettings {
    let text = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let charged = Lead {
        kind: K::Offence,
        code: "charged".to_owned(),
        roles: vec![R::Offender, R::Suspect],
        towards: text(&["conviction", "caution"]),
        months: 6,
        title: "charged".to_owned(),
    };
    WatchSettings { reach: Reach::List, recent_months: 3, horizon_months: 3, share_margin: (5, 100), leads: vec![charged] }
}

/// The ordinary family, watched.
fn watched(reference: &str) -> Scene {
    let mut scene = Scene::ordinary(reference);
    scene.watch = Some(settings());
    scene
}

/// Rule and kind of each step of the first family under the national pack.
fn steps(scene: &Scene) -> Vec<(String, StepKind)> {
    scene
        .judge()
        .steps
        .iter()
        .filter(|step| step.pack == "p1-2012" && step.family == 0)
        .map(|step| (step.rule.clone(), step.kind))
        .collect()
}

fn excluded(scene: &mut Scene, days: &[&str]) {
    for day in days {
        scene.event(1, K::Exclusion, "fixed", R::Subject, day, "");
    }
}

#[test]
fn one_exclusion_fewer_than_needed_is_a_step_while_the_newest_is_recent() {
    let step = [("three_fixed_exclusions".to_owned(), StepKind::Count)];
    for (days, expected) in [
        (&["2012-02-01", "2012-07-31"][..], &step[..]),
        // Three months before 31 October is 31 July.
        (&["2012-02-01", "2012-07-30"], &[]),
        (&["2012-07-31"], &[]),
        (&["2012-02-01", "2012-05-01", "2012-07-31"], &[]),
        // Of an autumn whose terms no longer count.
        (&["2011-07-01", "2012-07-31"], &[]),
        // The same day twice is one exclusion.
        (&["2012-07-31", "2012-07-31"], &[]),
    ] {
        let mut scene = watched("2012-10-31");
        excluded(&mut scene, days);
        assert_eq!(steps(&scene), expected, "{days:?}");
    }
}

#[test]
fn a_step_says_what_is_there_and_when_it_would_count_or_age_out() {
    let mut scene = watched("2012-10-31");
    excluded(&mut scene, &["2011-10-01", "2012-07-31"]);
    let flags = scene.judge();
    let step = flags.steps.iter().find(|step| step.pack == "p1-2012").unwrap();
    assert_eq!((step.criterion.as_str(), step.person), ("c2", Some(1)));
    assert_eq!(step.there, "2 of the 3 events the rule needs");
    assert_eq!(step.moving, "the newest is of 2012-07-31, within the last 3 months");
    // Exclusions count in complete terms: from the last day of the autumn term on, on which the autumn of 2011 leaves the window.
    assert_eq!((date::iso(step.counts_from), date::iso(step.ages_out)), ("2012-12-21".to_owned(), "2012-12-21".to_owned()));
    let days: Vec<String> = step.rows.iter().map(|row| date::iso(scene.rows[row.event as usize].from)).collect();
    assert_eq!(days, ["2011-10-01", "2012-07-31"]);
}

#[test]
fn what_counts_from_a_known_day_on_is_time_alone_within_the_horizon() {
    let mut scene = watched("2012-10-31");
    // The running term counts once it is complete, on 21 December.
    excluded(&mut scene, &["2012-02-01", "2012-07-31", "2012-10-10"]);
    assert_eq!(steps(&scene), [("three_fixed_exclusions".to_owned(), StepKind::Time)]);
    let flags = scene.judge();
    let step = flags.steps.iter().find(|step| step.pack == "p1-2012").unwrap();
    assert_eq!((date::iso(step.counts_from), step.rows.len()), ("2012-12-21".to_owned(), 3));
    scene.watch.as_mut().unwrap().horizon_months = 1;
    assert_eq!(steps(&scene), [("three_fixed_exclusions".to_owned(), StepKind::Count)], "beyond the horizon the third is not seen");
}

#[test]
fn a_share_is_near_within_the_margin_and_only_while_it_rises() {
    let step = [("unauthorised_absence".to_owned(), StepKind::Share)];
    for (sessions, expected) in [
        // Of 300: 30 are 10%, 44 are 14.67%, 45 are 15% and true.
        ([(10, 100), (5, 100), (15, 100)], &step[..]),
        ([(10, 100), (4, 100), (15, 100)], &[]),
        ([(14, 100), (10, 100), (20, 100)], &step[..]),
        ([(14, 100), (10, 100), (21, 100)], &[]),
        ([(10, 100), (12, 100), (12, 100)], &[]),
        ([(0, 100), (20, 100), (12, 100)], &[]),
        // As whole numbers: 10 of 99 is more than 10 of 100.
        ([(14, 101), (10, 100), (10, 99)], &step[..]),
        // Nothing possible in the term before: it cannot have risen.
        ([(20, 150), (0, 0), (20, 150)], &[]),
    ] {
        let mut scene = Scene::empty("2012-10-31");
        scene.watch = Some(settings());
        let family = scene.add_family();
        scene.person(MemberRole::Parent, "1976-05-05", family, true);
        scene.person(MemberRole::Child, "2000-05-05", family, true);
        let terms = [("2011-09-06", "2011-12-16"), ("2012-01-04", "2012-03-30"), ("2012-04-16", "2012-07-20")];
        for ((from, to), (quantity, out_of)) in terms.into_iter().zip(sessions) {
            scene.absence(1, from, to, quantity, out_of);
        }
        assert_eq!(steps(&scene), expected, "{sessions:?}");
        // The autumn of 2011 leaves the window when the next autumn term is complete.
        let leaves = day("2012-12-21");
        assert!(scene.judge().steps.iter().all(|step| (step.counts_from, step.ages_out) == (leaves, leaves)));
    }
}

#[test]
fn a_share_is_no_matter_of_time_while_sessions_are_sure_to_follow_but_may_be_one_of_age() {
    for (born, autumn, expected) in [
        // Without the autumn of 2011 it would be 30 of 200, which is 15%; but the running term has no sessions yet, or not all.
        ("2000-05-05", None, StepKind::Share),
        ("2000-05-05", Some((20, 100)), StepKind::Share),
        // A child of three, who becomes four on 1 December: of these terms there is nothing more to know.
        ("2008-12-01", Some((0, 0)), StepKind::Time),
    ] {
        let mut scene = Scene::empty("2012-10-31");
        scene.watch = Some(settings());
        let family = scene.add_family();
        scene.person(MemberRole::Child, born, family, true);
        let first = if expected == StepKind::Time { 24 } else { 14 };
        scene.absence(0, "2011-09-06", "2011-12-16", first, 100);
        scene.absence(0, "2012-01-04", "2012-03-30", 10, 100);
        scene.absence(0, "2012-04-16", "2012-07-20", 20, 100);
        if let Some((quantity, out_of)) = autumn {
            scene.absence(0, "2012-09-04", "2012-10-30", quantity, out_of);
        }
        assert_eq!(steps(&scene), [("unauthorised_absence".to_owned(), expected)], "{born} {autumn:?}");
    }
}

#[test]
fn a_charge_is_a_step_for_whoever_is_named_as_having_done_it_and_for_six_months() {
    let step = [("proven_offence_under_18".to_owned(), StepKind::Outcome)];
    for (person, role, on, expected) in [
        (1, R::Suspect, "2012-04-30", &step[..]),
        (1, R::Suspect, "2012-04-29", &[]),
        (1, R::Offender, "2012-10-31", &step[..]),
        (1, R::Victim, "2012-10-01", &[]),
        (1, R::Witness, "2012-10-01", &[]),
        // The mother's would be a reason of local discretion.
        (0, R::Suspect, "2012-10-01", &[("adult_offence".to_owned(), StepKind::Outcome)]),
    ] {
        let mut scene = watched("2012-10-31");
        scene.event(person, K::Offence, "charged", role, on, "");
        assert_eq!(steps(&scene), expected, "{role:?} {on}");
    }
    // Once the outcome is known it is no step any more, whichever it is.
    for outcome in ["conviction", "no_further_action"] {
        let mut scene = watched("2012-10-31");
        scene.event(1, K::Offence, "charged", R::Suspect, "2012-10-01", "");
        scene.last().reference = "C1".to_owned();
        scene.last().earlier = true;
        scene.event(1, K::Offence, outcome, R::Offender, "2012-10-01", "");
        scene.last().reference = "C1".to_owned();
        assert_eq!(steps(&scene), [], "{outcome}");
    }
}

#[test]
fn without_settings_nothing_is_watched() {
    let mut scene = watched("2012-10-31");
    excluded(&mut scene, &["2012-02-01", "2012-07-31"]);
    scene.watch = None;
    assert!(scene.judge().steps.is_empty());
}

/// Every pack that is shipped.
const PACKS: [&str; 4] = ["p1-2012", "p1-lincolnshire", "p2-2015", "sf-2022"];

/// Pack and id of every rule that asks for a share.
fn shares() -> Vec<(String, String)> {
    let is_share = |rule: &&crate::rules::pack::Rule| matches!(rule.threshold, crate::rules::pack::Threshold::Share { .. });
    let of_pack = |pack: crate::rules::pack::Pack| {
        let ids: Vec<String> = pack.rules.iter().filter(is_share).map(|rule| rule.id.clone()).collect();
        ids.into_iter().map(move |id| (pack.name.clone(), id))
    };
    PACKS.map(pack).into_iter().flat_map(of_pack).collect()
}

/// A family of three with a few exclusions, charges and absences, under every pack.
fn random(rng: &mut fastrand::Rng) -> Scene {
    let mut scene = Scene::empty("2012-10-31");
    scene.packs = PACKS.map(pack).to_vec();
    scene.watch = Some(settings());
    let family = scene.add_family();
    for years in [40, rng.i32(3..19), rng.i32(3..19)] {
        let born = date::iso(date::months_before(scene.reference, years * 12 + rng.i32(0..11)) - rng.i32(0..28));
        let role = if years < 18 { MemberRole::Child } else { MemberRole::Parent };
        scene.person(role, &born, family, true);
    }
    let terms = [("2011-09-05", "2011-12-16"), ("2012-01-09", "2012-04-05"), ("2012-04-23", "2012-07-25"), ("2012-09-04", "2012-10-19")];
    for person in 1..3 {
        for (first, last) in terms.iter().take(rng.usize(0..5)) {
            scene.absence(person, first, last, rng.i32(0..16), 60);
            scene.last().excused = rng.i32(0..4);
        }
    }
    for _ in 0..rng.u32(1..8) {
        let person = rng.u32(1..3);
        let on = date::iso(scene.reference - rng.i32(0..400));
        if rng.u8(..4) == 0 {
            scene.event(person, K::Offence, ["charged", "caution"][rng.usize(..2)], R::Offender, &on, "");
        } else {
            scene.event(person, K::Exclusion, "fixed", R::Subject, &on, "");
            scene.last().quantity = rng.i32(1..6);
        }
    }
    scene
}

/// True if the rule of a step holds for its person, whatever else makes the criterion true.
fn holds(scene: &Scene, step: &Step) -> bool {
    scene.judge().evidence.iter().any(|row| row.pack == step.pack && row.rule == step.rule && Some(row.person) == step.person)
}

#[test]
fn what_is_missing_makes_the_criterion_true_and_nothing_less_does() {
    let mut rng = fastrand::Rng::with_seed(20_121_031);
    let mut tried = [0; StepKind::ALL.len()];
    for _ in 0..900 {
        let scene = random(&mut rng);
        let flags = scene.judge();
        for step in &flags.steps {
            assert!(!holds(&scene, step), "a step towards what is true already");
            assert!(!step.rows.is_empty() && step.person.is_some());
            let rows = step.rows.iter().map(|row| scene.rows[row.event as usize].clone());
            assert!(rows.clone().all(|row| Some(row.person) == step.person), "a row of somebody else");
            let newest = rows.max_by_key(|row| (row.from, row.number)).unwrap();
            let mut then = Scene {
                families: scene.families.clone(),
                unborn: scene.unborn.clone(),
                rows: scene.rows.clone(),
                sources: scene.sources.clone(),
                packs: scene.packs.clone(),
                watch: None,
                reference: scene.reference,
            };
            match step.kind {
                StepKind::Time => {
                    then.reference = step.counts_from - 1;
                    assert!(!holds(&then, step), "it holds a day earlier: {step:?}");
                    then.reference = step.counts_from;
                }
                StepKind::Count => {
                    // If nothing has aged out by the day on which one more event counts.
                    if step.ages_out != NO_DAY && step.ages_out <= step.counts_from {
                        continue;
                    }
                    then.reference = step.counts_from;
                    assert!(!holds(&then, step), "time alone would do: {step:?}");
                    then.rows.push(super::scene::Row { number: 1_000, from: scene.reference + 1, ..newest });
                }
                StepKind::Outcome => {
                    let row = then.rows.iter_mut().find(|row| row.number == newest.number).unwrap();
                    row.code = "conviction".to_owned();
                    row.role = R::Offender;
                }
                StepKind::Share => {
                    let more: i32 = step.missing.split_whitespace().next().unwrap().parse().unwrap();
                    let place = then.rows.iter().position(|row| row.number == newest.number).unwrap();
                    then.rows[place].quantity += more - 1;
                    if then.rows[place].quantity + then.rows[place].excused >= then.rows[place].out_of {
                        continue;
                    }
                    assert!(!holds(&then, step), "one less would do: {step:?}");
                    then.rows[place].quantity += 1;
                }
                StepKind::Criterion => panic!("the criteria stage knows no combination"),
            }
            assert!(holds(&then, step), "{step:?}");
            tried[step.kind as usize] += 1;
        }
    }
    assert!(tried[..4].iter().all(|&tried| tried >= 10), "too few steps to mean anything: {tried:?}");
}

#[test]
fn what_is_there_ages_out_on_the_day_that_is_said_and_not_before() {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut tried = 0;
    for _ in 0..400 {
        let mut scene = random(&mut rng);
        // So that a step is a step however old its rows are.
        scene.watch = Some(WatchSettings { recent_months: 60, horizon_months: 1, ..settings() });
        let flags = scene.judge();
        for step in flags.steps.iter().filter(|step| step.kind == StepKind::Count && step.ages_out != NO_DAY) {
            let mut stands = |reference| {
                scene.reference = reference;
                let flags = scene.judge();
                // What turns true in the meantime, or soon will, is no longer a step; then the day says nothing.
                let is_true = flags
                    .flags
                    .iter()
                    .any(|flag| flag.pack == step.pack && flag.criterion == step.criterion && flag.value == Ternary::True);
                let found = flags.steps.iter().any(|other| (&other.rule, other.person) == (&step.rule, step.person));
                (found, is_true)
            };
            if let ((before, false), (after, false)) = (stands(step.ages_out - 1), stands(step.ages_out)) {
                assert!(before, "{step:?} is gone a day early");
                assert!(!after, "{step:?} stays");
                tried += 1;
            }
            scene.reference = day("2012-10-31");
        }
    }
    assert!(tried > 10, "too few to mean anything: {tried}");
}

#[test]
fn time_alone_is_found_always_and_on_its_first_day() {
    let mut rng = fastrand::Rng::with_seed(13);
    let shares = shares();
    let mut found = 0;
    for _ in 0..14 {
        let mut scene = random(&mut rng);
        for _ in 0..3 {
            let on = date::iso(scene.reference - rng.i32(0..250));
            excluded(&mut scene, &[&on]);
        }
        let last = date::months_before(scene.reference, -3);
        let steps = scene.judge().steps;
        let of_time =
            steps.into_iter().filter(|step| step.kind == StepKind::Time && !shares.contains(&(step.pack.clone(), step.rule.clone())));
        let mut said: Vec<(String, String, Option<u32>, Day)> =
            of_time.map(|step| (step.pack, step.rule, step.person, step.counts_from)).collect();
        // Day after day, without knowing which days matter.
        scene.watch = None;
        let mut seen: Vec<(String, String, Option<u32>, Day)> = Vec::new();
        let mut criteria_true: Vec<(String, String)> = Vec::new();
        for reference in scene.reference..=last {
            scene.reference = reference;
            let flags = scene.judge();
            if reference == day("2012-10-31") {
                let is_true = |flag: &&crate::model::Flag| flag.value == Ternary::True;
                criteria_true = flags.flags.iter().filter(is_true).map(|flag| (flag.pack.clone(), flag.criterion.clone())).collect();
            }
            for row in flags.evidence {
                let known =
                    seen.iter().any(|(pack, rule, person, _)| *pack == row.pack && *rule == row.rule && *person == Some(row.person));
                // A criterion that is true already needs no step.
                if !known
                    && !criteria_true.contains(&(row.pack.clone(), row.criterion.clone()))
                    && !shares.contains(&(row.pack.clone(), row.rule.clone()))
                {
                    seen.push((row.pack, row.rule, Some(row.person), reference));
                }
            }
        }
        said.sort();
        seen.sort();
        assert_eq!(said, seen);
        found += said.len();
    }
    assert!(found > 5, "too few to mean anything: {found}");
}

#[test]
fn shuffled_rows_give_the_same_steps() {
    let mut rng = fastrand::Rng::with_seed(11);
    let shown = |scene: &Scene| -> Vec<(Step, Vec<u32>)> {
        let steps = scene.judge().steps;
        let numbers = |step: &Step| {
            let mut numbers: Vec<u32> = step.rows.iter().map(|row| scene.rows[row.event as usize].number).collect();
            numbers.sort_unstable();
            numbers
        };
        steps.into_iter().map(|step| (Step { rows: Vec::new(), ..step.clone() }, numbers(&step))).collect()
    };
    let mut seen = 0;
    for _ in 0..60 {
        let mut scene = random(&mut rng);
        let first = shown(&scene);
        seen += first.len();
        rng.shuffle(&mut scene.rows);
        assert_eq!(shown(&scene), first);
    }
    assert!(seen > 10);
}
