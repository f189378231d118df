//! Promises of the months after the first: they depend on nothing that comes later, change families at the stated rates, and say why.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::copies::{Birth, Copier};
use super::extracts::PLAIN;
use super::life::live;
use super::populate::populate;
use super::tests::{made, settings, text};
use super::truth::Delivered;
use super::world::{ChangeKind, World};
use super::*;
use crate::model::{Day, EventKind, EventRole, NO_DAY};

/// The county after so many months, with the changes of all of them.
fn told(people: u32, months: u32) -> (World, Vec<super::world::Change>) {
    let settings = settings(people, months);
    let mut world = populate(&settings);
    live(&mut world, settings.start.last_day());
    let mut journal = Vec::new();
    for number in 1..months {
        world = onward::advance(world, settings.start.plus(number as i32), &settings.noise, &Delivered::new(0));
        journal.extend(world.journal.iter().copied());
    }
    (world, journal)
}

/// The cells of a truth file, without its header.
fn rows(files: &BTreeMap<String, Vec<u8>>, month: &str, name: &str) -> Vec<Vec<String>> {
    let file = text(files, &format!("truth/{month}/{name}.csv"));
    file.lines().skip(1).map(|line| line.split(',').map(ToOwned::to_owned).collect()).collect()
}

fn months(settings: &SynthSettings) -> Vec<String> {
    (0..settings.months).map(|number| settings.start.plus(number as i32).to_string()).collect()
}

#[test]
fn a_month_is_the_same_however_many_follow() {
    let (short, long) = (settings(2_000, 3), settings(2_000, 6));
    for late_feeds in [false, true] {
        let few = made(&SynthSettings { late_feeds, ..short.clone() });
        let many = made(&SynthSettings { late_feeds, ..long.clone() });
        assert!(few.len() > 40);
        for (path, bytes) in &few {
            assert!(bytes == &many[path], "{path} depends on what follows");
        }
    }
    let first = made(&settings(2_000, 1));
    let many = made(&long);
    assert!(first.iter().all(|(path, bytes)| bytes == &many[path]), "the first month is that of a county of one month");
}

#[test]
fn families_change_as_often_as_stated() {
    let (world, journal) = told(40_000, 13);
    let people = 40_000.0;
    let families = world.families.len() as f64;
    let count = |kind: ChangeKind| journal.iter().filter(|change| change.kind == kind).count() as f64;
    let about =
        |what: &str, found: f64, from: f64, to: f64| assert!((from..to).contains(&found), "{what}: {found:.4}, wanted {from} to {to}");
    // Of all people: about 11 births and 10 deaths per thousand a year in England and Wales in 2012 [m].
    about("births", count(ChangeKind::Birth) / people, 0.006, 0.016);
    about("deaths", count(ChangeKind::Died) / people, 0.004, 0.016);
    about("coming of age", count(ChangeKind::TurnedEighteen) / people, 0.003, 0.017);
    let moves = count(ChangeKind::Moved) + count(ChangeKind::MovedOut);
    about("moves of a household", moves / families, 0.06, 0.13);
    about("of them out of the county", count(ChangeKind::MovedOut) / moves, 0.10, 0.24);
    let arrivals = count(ChangeKind::MovedIn) / count(ChangeKind::MovedOut);
    about("arrivals for each household gone", arrivals, 0.7, 1.6);
    about("partings", count(ChangeKind::Split) / families, 0.002, 0.012);
    about("merged households", count(ChangeKind::Merged) / families, 0.001, 0.01);
    about("new names", count(ChangeKind::Renamed) / families, 0.002, 0.02);
    assert!(count(ChangeKind::Referred) > 5.0 && count(ChangeKind::Withdrawn) > 10.0 && count(ChangeKind::Resubmitted) > 3.0);
}

#[test]
fn nobody_has_two_first_homes_and_no_child_is_left_alone() {
    let (world, _) = told(20_000, 13);
    let alone = |world: &World, day: Day| -> HashSet<u32> {
        let left = |family: &u32| {
            let residents = world.residents(*family, day);
            !residents.is_empty() && residents.iter().all(|member| world.age(member.person, day) < 16)
        };
        (0..world.families.len() as u32).filter(left).collect()
    };
    for day in [world.first_horizon + 1, world.horizon - 100, world.horizon] {
        let mut homes: HashMap<u32, u32> = HashMap::new();
        for family in 0..world.families.len() as u32 {
            for member in world.residents(family, day).iter().filter(|member| member.primary) {
                let before = homes.insert(member.person, family);
                assert!(before.is_none(), "person {} lives in {before:?} and {family}", member.person);
                assert_eq!(world.family_on(member.person, day), family);
            }
        }
    }
    // Children's homes are there from the start.
    let (before, after) = (alone(&world, world.first_horizon), alone(&world, world.horizon));
    let new: Vec<_> = after.difference(&before).collect();
    assert!(new.is_empty(), "{new:?}");
}

#[test]
fn what_happens_stays_as_frequent_as_before() {
    let (world, _) = told(30_000, 13);
    let year = world.first_horizon + 1..=world.horizon;
    let before = world.first_horizon - 365..=world.first_horizon;
    let happenings = |kind: EventKind, days: &std::ops::RangeInclusive<Day>| {
        world.happenings.iter().filter(|event| event.kind == kind && event.code != "fixed" && days.contains(&event.from)).count() as f64
    };
    for kind in [EventKind::Benefit, EventKind::SocialCare, EventKind::Health, EventKind::AsbIntervention, EventKind::Housing] {
        let ratio = happenings(kind, &year) / happenings(kind, &before);
        assert!((0.5..1.6).contains(&ratio), "{kind:?}: {ratio:.2} times as many in the year told month by month");
    }
    let crimes = |days: &std::ops::RangeInclusive<Day>| world.crimes.iter().filter(|crime| days.contains(&crime.committed)).count() as f64;
    let ratio = crimes(&year) / crimes(&before);
    assert!((0.6..1.5).contains(&ratio), "crimes: {ratio:.2}");
    let attendance = |from: Day, to: Day| {
        let counts = world.absences.iter().filter(|count| count.from >= from && count.to <= to && !count.dual);
        counts.fold((0, 0), |(missed, possible), count| (missed + i64::from(count.unauthorised), possible + i64::from(count.possible)))
    };
    let (old, new) = (attendance(world.first_horizon - 500, world.first_horizon), attendance(world.first_horizon + 160, world.horizon));
    let share = |(missed, possible): (i64, i64)| missed as f64 / possible as f64;
    assert!((0.7..1.4).contains(&(share(new) / share(old))), "unauthorised absence: {:.4} before, {:.4} after", share(old), share(new));
}

#[test]
fn every_change_shows_in_the_extracts_or_says_that_it_does_not() {
    let settings = settings(4_000, 7);
    let files = made(&settings);
    let mut last: HashSet<(String, String)> = HashSet::new();
    let (mut shown, mut hidden) = (0, 0);
    for month in months(&settings) {
        let here: HashSet<(String, String)> =
            rows(&files, &month, "records").into_iter().map(|row| (row[4].clone(), row[0].clone())).collect();
        for row in rows(&files, &month, "changes") {
            let (person, traces) = (&row[3], &row[6]);
            if traces == "none" {
                hidden += 1;
                assert!(person.is_empty() || !here.iter().any(|(who, _)| who == person), "{row:?} has a row this month");
                continue;
            }
            shown += 1;
            for feed in traces.split(' ').filter(|_| !person.is_empty()) {
                let key = (person.clone(), feed.to_owned());
                assert!(here.contains(&key) || last.contains(&key), "{row:?}: no row in {feed}");
            }
        }
        last = here;
    }
    assert!(shown > 200 && hidden < shown, "{shown} shown, {hidden} without a trace");
}

#[test]
fn every_verdict_that_changed_has_its_cause() {
    let settings = SynthSettings { late_feeds: true, ..settings(12_000, 9) };
    let files = made(&settings);
    let mut causes: BTreeMap<String, u32> = BTreeMap::new();
    let mut before: HashMap<String, (String, String)> = HashMap::new();
    for month in months(&settings) {
        let verdicts: HashMap<String, (String, String)> =
            rows(&files, &month, "criteria").into_iter().map(|row| (row[..3].join(","), (row[3].clone(), row[4].clone()))).collect();
        let told: BTreeSet<(String, String)> =
            rows(&files, &month, "criteria_changes").into_iter().map(|row| (row[..3].join(","), row[3].clone())).collect();
        let mut wanted = BTreeSet::new();
        for (key, now) in verdicts.iter().filter(|_| !before.is_empty()) {
            let Some(then) = before.get(key) else { continue };
            let views = [("true", &then.0, &now.0), ("knowable", &then.1, &now.1)];
            wanted.extend(views.iter().filter(|(_, then, now)| then != now).map(|(view, ..)| (key.clone(), (*view).to_owned())));
        }
        assert!(wanted.is_subset(&told), "{month}: {:?} is not told", wanted.difference(&told).next());
        for row in rows(&files, &month, "criteria_changes") {
            *causes.entry(row[6].clone()).or_default() += 1;
            if row[6] == "aged_out" {
                assert!(!row[11].is_empty() && (row[5] != "false" || !row[10].is_empty()), "{row:?}: which event, which day");
            }
        }
        before = verdicts;
    }
    let all: u32 = causes.values().sum();
    let vague: u32 = ["facts_changed", "members_changed", "unexplained"].iter().filter_map(|name| causes.get(*name)).sum();
    assert!(all > 300 && f64::from(vague) < 0.02 * f64::from(all), "{causes:?}");
    for cause in ["aged_out", "new_event", "joined", "left", "turned_18", "term_completed"] {
        assert!(causes.contains_key(cause), "{cause} is missing: {causes:?}");
    }
}

#[test]
fn an_outcome_that_was_taken_back_is_sent_again_as_a_suspicion() {
    let settings = settings(20_000, 6);
    let files = made(&settings);
    let mut seen = 0;
    for month in months(&settings) {
        let withdrawn: HashSet<String> = rows(&files, &month, "changes")
            .into_iter()
            .filter(|row| row[2] == "withdrawn" && row[5] == "police_crime")
            .map(|row| row[3].clone())
            .collect();
        let path = format!("{month}/police_crime_{}.csv", month.replace('-', ""));
        let lines: Vec<String> = text(&files, &path).lines().map(ToOwned::to_owned).collect();
        for row in rows(&files, &month, "records").iter().filter(|row| row[0] == "police_crime" && withdrawn.contains(&row[4])) {
            let cells: Vec<&str> = lines[row[2].parse::<usize>().unwrap() - 1].split('|').collect();
            seen += u32::from(cells[17] == "SUSPECT" && matches!(cells[18], "10" | "14" | "15" | "16" | "18"));
        }
    }
    assert!(seen >= 3, "{seen} outcomes taken back");
}

#[test]
fn a_record_put_right_stays_right() {
    let settings = settings(10_000, 1);
    let mut world = populate(&settings);
    live(&mut world, settings.start.last_day());
    let mut delivered = Delivered::new(world.people.len());
    let people = 0..world.people.len() as u32;
    delivered.feed_mut(super::extracts::Source::CouncilTax).births = people.map(|person| (person, NO_DAY)).collect();
    for number in 1..8 {
        world = onward::advance(world, settings.start.plus(number), &settings.noise, &delivered);
    }
    assert!(world.corrected.len() > 60, "{}", world.corrected.len());
    for correction in &world.corrected {
        let copier = Copier { world: &world, noise: &settings.noise, system: correction.system, style: PLAIN };
        let copy = copier.person(correction.person, 0, world.horizon);
        assert_eq!(copy.birth, Birth::Given(world.person(correction.person).born));
        let before = copier.person(correction.person, 0, correction.day - 1);
        assert_ne!((before.birth, before.forename, before.surname), (copy.birth, copy.forename, copy.surname));
    }
}

#[test]
fn a_new_name_comes_to_agencies_one_after_the_other() {
    let (world, _) = told(20_000, 13);
    let noise = Noise::none();
    let (mut old, mut new) = (0, 0);
    for renaming in world.renamed.iter().filter(|renaming| renaming.day < world.horizon - 60) {
        for system in 1..8 {
            let copier = Copier { world: &world, noise: &noise, system, style: PLAIN };
            let said = copier.person(renaming.person, 0, renaming.day + 60).surname;
            let late = copier.person(renaming.person, 0, renaming.day + 400).surname;
            old += u32::from(said != late);
            new += u32::from(said == late);
        }
    }
    assert!(old > 20 && new > 20, "{old} systems still have the old name after two months, {new} the new one");
}

#[test]
fn professionals_refer_before_the_agencies_show_it() {
    let (world, journal) = told(40_000, 13);
    let referred: Vec<_> = journal.iter().filter(|change| change.kind == ChangeKind::Referred).collect();
    let mut ahead = 0;
    for change in &referred {
        let people: HashSet<u32> = world.residents(change.family, change.day).iter().map(|member| member.person).collect();
        let events = world.happenings.iter().filter(|event| people.contains(&event.person));
        let later = events.filter(|event| event.kind != EventKind::Referral && event.from < change.day && event.known >= change.day + 21);
        let crimes = world.crimes.iter().filter(|crime| {
            crime.committed < change.day
                && crime.outcome_day >= change.day + 21
                && crime
                    .people
                    .iter()
                    .any(|&(person, role)| people.contains(&person) && matches!(role, EventRole::Offender | EventRole::Suspect))
        });
        ahead += usize::from(later.count() + crimes.count() > 0);
    }
    assert!(referred.len() >= 8 && ahead * 3 >= referred.len(), "{ahead} of {} are ahead of the data", referred.len());
    assert!(world.happenings.iter().any(|event| event.kind == EventKind::Referral && event.quantity == onward::VAGUE));
}

#[test]
fn feeds_are_repeated_only_where_that_is_asked_for() {
    let settings = settings(1_500, 8);
    let repeated = |files: &BTreeMap<String, Vec<u8>>| {
        let of_month = |feed: &super::extracts::Feed, number: i32| {
            let month = settings.start.plus(number);
            files.get(&format!("{month}/{}_{:04}{:02}.{}", feed.stem, month.year(), month.month(), feed.extension))
        };
        let twice = |feed: &super::extracts::Feed, number: i32| {
            of_month(feed, number).is_some() && of_month(feed, number) == of_month(feed, number - 1)
        };
        let count = |feed: &super::extracts::Feed| (1..8).filter(|&number| twice(feed, number)).count();
        super::extracts::FEEDS.iter().map(count).sum::<usize>()
    };
    let usual = repeated(&made(&settings));
    let asked = repeated(&made(&SynthSettings { repeat_feeds: true, ..settings.clone() }));
    assert!(usual <= 1 && asked > usual + 1, "{usual} files are those of the month before, {asked} where that is asked for");
}
