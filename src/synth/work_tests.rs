//! Promises of what adults do to get to work: it follows from their benefits, agrees with the plan of help, and stays as it was told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::help::Plan;
use super::life::live;
use super::noise::Noise;
use super::populate::populate;
use super::tests::{made, settings, text};
use super::truth::Delivered;
use super::work::{FROM_AGE, activities};
use super::world::{Happening, World};
use super::*;
use crate::model::{Day, EventKind, NO_DAY};

/// The county after each month, told to `look`.
fn told(settings: &SynthSettings, mut look: impl FnMut(&World, &[Happening])) {
    let mut world = populate(settings);
    live(&mut world, settings.start.last_day());
    look(&world, &activities(&world));
    for number in 1..settings.months {
        world = onward::advance(world, settings.start.plus(number as i32), &settings.noise, &Delivered::new(0));
        look(&world, &activities(&world));
    }
}

/// Every second family of a county is worked with from the second month on.
fn helped(people: u32, months: u32) -> SynthSettings {
    let attached = settings(people, 1).start.plus(1).last_day();
    let helped = (0..people / 5).map(|number| Helped { family: number * 2, attached }).collect();
    SynthSettings { helped, ..settings(people, months) }
}

fn on_benefit(world: &World, person: u32, on: Day) -> bool {
    let open = |event: &Happening| event.from <= on && (event.to == NO_DAY || event.to > on);
    world.happenings_of(person).iter().any(|event| event.kind == EventKind::Benefit && open(event))
}

#[test]
fn nobody_works_while_on_a_benefit_and_all_are_too_old_for_the_young_peoples_list() {
    told(&helped(6_000, 10), |world, activities| {
        assert!(activities.len() > 15, "the feed exists from the first month on: {}", activities.len());
        for event in activities {
            assert!(world.age(event.person, event.from) >= FROM_AGE && event.from <= world.horizon);
            assert!(event.to == NO_DAY || event.to >= event.from, "{event:?}");
            let last = if event.to == NO_DAY { world.horizon } else { event.to.min(world.horizon) };
            let claims = [event.from, last].map(|on| on_benefit(world, event.person, on));
            match event.code {
                "employment" => assert_eq!(claims, [false, false], "{event:?}"),
                _ => assert!(claims[0], "provision is for those on a benefit: {event:?}"),
            }
        }
    });
}

#[test]
fn what_a_month_told_stays_but_for_the_day_on_which_it_ends() {
    let mut before: Vec<(u32, Day, &str, Day)> = Vec::new();
    let mut horizon = NO_DAY;
    told(&helped(6_000, 10), |world, activities| {
        let now: HashMap<(u32, Day, &str), Day> =
            activities.iter().map(|event| ((event.person, event.from, event.code), event.to)).collect();
        for &(person, from, code, to) in &before {
            let to_now = now.get(&(person, from, code)).copied();
            let open = to == NO_DAY || to > horizon;
            assert!(
                to_now.is_some_and(|now| now == to || open && (now == NO_DAY || now >= horizon)),
                "{person} {code}: {to} was told, {to_now:?} is"
            );
        }
        before = activities.iter().map(|event| (event.person, event.from, event.code, event.to)).collect();
        horizon = world.horizon;
    });
}

#[test]
fn whoever_finds_work_through_help_works_from_that_day_as_long_as_the_plan_says() {
    let (mut lasting, mut lost, mut again, mut before_work, mut alone) = (0, 0, 0, 0, 0);
    let months = 12;
    let mut number = 0;
    told(&helped(12_000, months), |world, activities| {
        number += 1;
        if number < months {
            return;
        }
        let of = |person: u32, code: &str| {
            activities.iter().filter(|event| event.person == person && event.code == code).copied().collect::<Vec<_>>()
        };
        for plan in &world.helped {
            let Plan { worker, works, attends, .. } = *plan;
            if let Some(worker) = worker {
                let work = of(worker, "employment").into_iter().find(|event| event.from == works).expect("the feed knows of the work");
                assert!(!on_benefit(world, worker, works));
                match plan.lost {
                    None if work.to == NO_DAY => lasting += 1,
                    None => panic!("work that lasts ends: {work:?}"),
                    Some(day) => {
                        assert_eq!(work.to, day);
                        lost += u32::from(day <= world.horizon);
                        again += u32::from(on_benefit(world, worker, plan.returns));
                    }
                }
            }
            let Some(((code, from, _), attends)) = plan.provision.zip(attends) else { continue };
            let provision = of(attends, code).into_iter().find(|event| event.from == from).expect("the feed knows of the provision");
            if worker == Some(attends) {
                assert!(provision.to < works, "nobody works while in provision that is paid for elsewhere");
                before_work += 1;
            } else {
                alone += 1;
            }
        }
    });
    let counts = [lasting, lost, again, before_work, alone];
    assert!(counts.iter().all(|count| *count > 2) && again <= lost, "{counts:?}");
    assert!(lasting > lost, "most work lasts: {counts:?}");
}

#[test]
fn the_extract_says_what_the_truth_says() {
    let settings = SynthSettings { noise: Noise::none(), ..helped(6_000, 8) };
    let files = made(&settings);
    let mut seen = 0;
    for number in 0..settings.months as i32 {
        let month = settings.start.plus(number);
        let path = format!("{month}/employment_advisers_{}.csv", month.to_string().replace('-', ""));
        let extract = text(&files, &path);
        let lines: Vec<&str> = extract.lines().collect();
        let mut true_events: BTreeMap<String, BTreeSet<(String, String, String)>> = BTreeMap::new();
        for line in text(&files, &format!("truth/{month}/events.csv")).lines() {
            let cells: Vec<&str> = line.split(',').collect();
            if cells[1] == "activity" {
                true_events.entry(cells[0].to_owned()).or_default().insert((cells[2].to_owned(), cells[4].to_owned(), cells[5].to_owned()));
            }
        }
        for line in text(&files, &format!("truth/{month}/records.csv")).lines().filter(|line| line.starts_with("employment_advisers,")) {
            let cells: Vec<&str> = line.split(',').collect();
            let said: Vec<&str> = lines[cells[2].parse::<usize>().unwrap() - 1].rsplitn(5, ',').collect();
            let day = |text: &str| text.split('/').rev().collect::<Vec<_>>().join("-");
            let code = match said[3] {
                "Work Programme" => "work_programme",
                "ESF Families" => "esf_provision",
                _ => "employment",
            };
            assert!(true_events[cells[4]].contains(&(code.to_owned(), day(said[2]), day(said[1]))), "{path}: {said:?}");
            seen += 1;
        }
    }
    assert!(seen > 150, "{seen}");
}
