//! The listed rows suffice and matter, on random families.

use super::scene::Scene;
use crate::model::{EventKind as K, EventRole as R, FeedState, Flag, Flags, MemberRole, NO_DAY, Ternary, date};
use crate::rules::pack::Rule;

/// The value a rule predicts for a family once every row that showed it is taken away, with all else known: *unknown* where people must have rows of this kind (unless other rows of the same people
/// remain), else *false*.
fn value_without_rows(rule: &Rule) -> Ternary {
    if rule.needs_row_for.is_some() { Ternary::Unknown } else { Ternary::False }
}

/// A family of up to six with up to thirty random events. A clean one has all feeds, known births, searchable members, and every row that a
/// population feed should hold.
fn random(rng: &mut fastrand::Rng, clean: bool) -> Scene {
    let mut scene = Scene::empty("2012-10-31");
    let family = scene.add_family();
    for _ in 0..rng.u32(1..4) {
        let child = rng.bool();
        let years = if child { rng.i32(7..15) } else { rng.i32(20..50) };
        let born = date::iso(date::months_before(scene.reference, years * 12 + rng.i32(0..11)));
        let born = if clean || rng.u8(..6) > 0 { born } else { String::new() };
        let role = if child { MemberRole::Child } else { MemberRole::Parent };
        let person = scene.person(role, &born, family, rng.u8(..5) > 0);
        scene.families.searchable[person as usize] = clean || rng.u8(..8) > 0;
        if clean || rng.bool() {
            if child { scene.in_school(person) } else { scene.benefit(person, "none", "", "") }
        }
    }
    let persons = scene.families.born.len() as u32;
    for _ in 0..rng.u32(0..30) {
        let person = rng.u32(..persons);
        let on = date::iso(scene.reference - rng.i32(0..500));
        match rng.u8(..11) {
            0 | 1 => {
                let code = ["conviction", "caution", "charged", "no_further_action"][rng.usize(..4)];
                let role = [R::Offender, R::Suspect, R::Victim, R::Witness][rng.usize(..4)];
                scene.event(person, K::Offence, code, role, &on, "");
                if rng.bool() {
                    scene.last().reference = format!("C{}", rng.u8(..4));
                    scene.last().earlier = rng.bool();
                    scene.last().source = ["police_crime", "youth_offending"][rng.usize(..2)].to_owned();
                }
            }
            2 => scene.event(person, K::AsbIntervention, ["asbo", "warning_letter"][rng.usize(..2)], R::Offender, &on, ""),
            3 | 4 => {
                scene.event(
                    person,
                    K::Exclusion,
                    ["fixed", "fixed", "fixed", "permanent", "rescinded"][rng.usize(..5)],
                    R::Subject,
                    &on,
                    "",
                );
                scene.last().quantity = rng.i32(1..8);
                if rng.bool() {
                    scene.last().reference = format!("E{}", scene.rows.len());
                }
            }
            5 => {
                let (first, last) =
                    [("2011-09-05", "2011-12-16"), ("2012-01-09", "2012-04-05"), ("2012-04-23", "2012-07-25")][rng.usize(..3)];
                scene.absence(person, first, last, rng.i32(0..60), 60);
            }
            6 => scene.benefit(person, ["jsa", "esa", "none"][rng.usize(..3)], &on, ""),
            7 => scene.event(person, K::SocialCare, ["child_in_need", "early_help"][rng.usize(..2)], R::Subject, &on, ""),
            8 => scene.event(person, K::DomesticAbuse, "medium", [R::Victim, R::Suspect][rng.usize(..2)], &on, ""),
            9 => scene.need(person, ["sen_not_met", "young_carer", "parenting_support", "unmanageable_debt", "neet_risk"][rng.usize(..5)]),
            _ => scene.event(person, K::Health, "mental_health_adult", R::Subject, &on, ""),
        }
    }
    if !clean && rng.bool() {
        let source = rng.usize(..scene.sources.len());
        scene.sources[source].state = FeedState::Missing;
    }
    scene
}

/// The numbers of the rows listed for a flag.
fn listed(scene: &Scene, flags: &Flags, flag: &Flag) -> Vec<u32> {
    let of_flag = flags.evidence.iter().filter(|row| row.pack == flag.pack && row.criterion == flag.criterion);
    of_flag.map(|row| scene.rows[row.event as usize].number).collect()
}

#[test]
fn without_its_rows_a_flag_has_the_value_the_pack_predicts_and_without_others_it_stays() {
    let mut rng = fastrand::Rng::with_seed(20_121_031);
    let (mut cleared, mut kept) = (0, 0);
    for number in 0..240 {
        let clean = number % 2 == 0;
        let mut scene = random(&mut rng, clean);
        if number % 4 >= 2 {
            scene = scene.later();
        }
        let flags = scene.judge();
        let rows = scene.rows.clone();
        for flag in flags.flags.iter().filter(|flag| flag.value == Ternary::True) {
            let listed = listed(&scene, &flags, flag);
            assert!(!listed.is_empty(), "a true flag without evidence");

            scene.rows.retain(|row| !listed.contains(&row.number));
            let value = scene.value(&flag.pack, &flag.criterion);
            assert_ne!(value, Ternary::True, "{} {} {} holds without its rows", number, flag.pack, flag.criterion);
            if clean {
                let pack = scene.packs.iter().find(|pack| pack.name == flag.pack).unwrap();
                let held = flags.evidence.iter().filter(|row| row.pack == flag.pack && row.criterion == flag.criterion);
                let rules = held.map(|row| pack.rules.iter().find(|rule| rule.id == row.rule).unwrap());
                let predicted = Ternary::any(rules.map(value_without_rows));
                // Somebody else's rows of the same population may remain: then "no" is known.
                let same = value == predicted || (predicted == Ternary::Unknown && still_has_rows(&scene, &flags, flag));
                assert!(same, "{number} {} {}: predicted {predicted:?}, found {value:?}", flag.pack, flag.criterion);
            }
            cleared += 1;

            scene.rows = rows.clone();
            scene.rows.retain(|row| listed.contains(&row.number) || rng.bool());
            assert_eq!(
                scene.value(&flag.pack, &flag.criterion),
                Ternary::True,
                "{number} {} {} needs an unlisted row",
                flag.pack,
                flag.criterion
            );
            kept += 1;
            scene.rows = rows.clone();
        }
    }
    assert!(cleared > 100 && kept > 100, "too few true flags to mean anything: {cleared}");
}

/// True if each person whose benefit showed a flag still has a row in the population's feed: the DWP's "none" beside the claim that was
/// taken away.
fn still_has_rows(scene: &Scene, flags: &Flags, flag: &Flag) -> bool {
    let of_flag = flags.evidence.iter().filter(|row| row.pack == flag.pack && row.criterion == flag.criterion);
    let mut persons: Vec<u32> = of_flag.filter(|row| row.rule == "out_of_work_benefit").map(|row| row.person).collect();
    persons.dedup();
    !persons.is_empty() && persons.iter().all(|&person| scene.rows.iter().any(|row| row.person == person && row.kind == K::Benefit))
}

#[test]
fn no_victim_witness_or_suspect_ever_shows_an_offence() {
    let mut rng = fastrand::Rng::with_seed(4);
    let mut shown = 0;
    for _ in 0..150 {
        let mut scene = random(&mut rng, true);
        scene.packs.extend(random(&mut rng, true).later().packs);
        for row in &scene.judge().evidence {
            let event = &scene.rows[row.event as usize];
            if event.kind == K::Offence {
                assert_eq!(event.role, R::Offender);
                shown += 1;
            }
        }
    }
    assert!(shown > 20, "too few to mean anything: {shown}");
}

#[test]
fn taking_a_feed_away_never_turns_unknown_into_false_nor_anything_into_true() {
    let mut rng = fastrand::Rng::with_seed(5);
    for _ in 0..100 {
        let mut scene = random(&mut rng, true);
        scene.packs.extend(random(&mut rng, true).later().packs);
        let before = scene.judge();
        let index = rng.usize(..scene.sources.len());
        scene.sources[index].state = FeedState::Missing;
        let name = scene.sources[index].name.clone();
        scene.rows.retain(|row| row.source != name);
        let after = scene.judge();
        for (before, after) in before.flags.iter().zip(&after.flags) {
            let allowed = match before.value {
                Ternary::True => true,
                Ternary::Unknown => after.value != Ternary::False,
                Ternary::False => after.value != Ternary::True,
            };
            assert!(allowed, "without {name}: {before:?} {after:?}");
        }
        assert!(scene.families.died.iter().all(|&died| died == NO_DAY));
    }
}
