//! Promises of the county: same bytes, error rates, valid numbers, truth that fits the files.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use chrono::Datelike;

use super::copies::{Birth, Copier, PersonCopy};
use super::extracts::{FEEDS, PLAIN};
use super::life::live;
use super::populate::populate;
use super::world::{FamilyKind, Place, World};
use super::*;
use crate::model::date::{age_on, months_before, to_naive};
use crate::model::{Day, EventRole, NO_DAY, Silent};

#[derive(Default)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl SynthSink for Memory {
    fn put(&mut self, path: &str, write: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        assert!(self.0.insert(path.to_owned(), bytes).is_none(), "a path is written once");
        Ok(())
    }
}

pub(super) fn settings(people: u32, months: u32) -> SynthSettings {
    SynthSettings { people, months, seed: 7, ..SynthSettings::default() }
}

pub(super) fn made(settings: &SynthSettings) -> BTreeMap<String, Vec<u8>> {
    let mut memory = Memory::default();
    synthesise(settings, &mut memory, &Silent).unwrap();
    memory.0
}

fn county(people: u32) -> World {
    let settings = settings(people, 1);
    let mut world = populate(&settings);
    live(&mut world, settings.start.last_day());
    world
}

pub(super) fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files[path].clone()).unwrap()
}

#[test]
fn the_same_settings_give_the_same_bytes_at_any_number_of_threads() {
    let settings = SynthSettings { late_feeds: true, ..settings(1_000, 2) };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (one, four) = (pool(1).install(|| made(&settings)), pool(4).install(|| made(&settings)));
    assert_eq!(one.keys().collect::<Vec<_>>(), four.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(bytes == &four[path], "{path} differs");
    }
    let other = made(&SynthSettings { seed: 8, ..settings });
    assert_ne!(one["2012-10/police_crime_201210.csv"], other["2012-10/police_crime_201210.csv"]);
}

#[test]
fn a_setting_out_of_range_is_refused() {
    for wrong in [settings(999, 1), settings(MOST_PEOPLE + 1, 1), settings(1_000, 0)] {
        assert!(matches!(synthesise(&wrong, &mut Memory::default(), &Silent), Err(SynthError::Setting(_))));
    }
}

macro_rules! schemas {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("../../schemas/", $name, ".toml")))),+] };
}

const SCHEMAS: [(&str, &str); 19] = schemas!(
    "school_attendance",
    "school_exclusions",
    "not_on_roll",
    "youth_offending",
    "police_crime",
    "asb_interventions",
    "dwp_return",
    "social_care_episodes",
    "social_care_relationships",
    "council_tax",
    "housing_benefit",
    "tenancies_acis",
    "tenancies_lhp",
    "domestic_abuse",
    "health_flags",
    "professional_referrals",
    "early_help_needs",
    "young_people",
    "employment_advisers",
);

#[test]
fn headers_are_those_of_the_shipped_schemas() {
    for feed in &FEEDS {
        let file = SCHEMAS.iter().find(|(name, _)| *name == feed.name).unwrap().1;
        let schema: toml::Table = file.parse().unwrap();
        let columns: Vec<&str> = schema["column"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!(columns, feed.header, "{}", feed.name);
        assert_eq!(schema["delivery"]["valid_days"].as_integer().unwrap(), i64::from(feed.valid_days), "{}", feed.name);
        assert_eq!(schema["delivery"]["kind"].as_str().unwrap() == "increment", feed.increment, "{}", feed.name);
        let events = schema.get("event").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let carried: HashSet<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert_eq!(carried, feed.carries.iter().map(|kind| kind.name()).collect(), "{}", feed.name);
    }
}

#[test]
fn every_line_of_the_truth_is_a_row_and_every_row_has_its_line() {
    let files = made(&settings(1_500, 1));
    let mut lines: HashMap<String, HashSet<usize>> = HashMap::new();
    for line in text(&files, "truth/2012-10/records.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        lines.entry(cells[1].to_owned()).or_default().insert(cells[2].parse().unwrap());
    }
    for name in ["attendance", "yot", "police_crime", "dwp_return", "socialcare_relationships", "counciltax", "domestic_abuse", "referrals"]
    {
        let path = format!("2012-10/{name}_201210.csv");
        let rows = text(&files, &path).lines().count();
        let told = &lines[&path];
        assert_eq!(told.iter().copied().min(), Some(2), "{name}");
        assert_eq!(told.len(), rows - 1, "{name}: every row below the header");
        assert!(told.iter().all(|line| (2..=rows).contains(line)), "{name}");
    }
    let acis = &lines["2012-10/tenancies_acis_201210.xlsx"];
    assert_eq!(acis.iter().copied().min(), Some(4), "two titles and a header come before");
}

#[test]
fn utf_16_and_windows_1252_files_decode() {
    let files = made(&settings(20_000, 1));
    let asb = &files["2012-10/asb_201210.csv"];
    assert_eq!(&asb[..2], &[0xff, 0xfe]);
    let (words, _, broken) = encoding_rs::UTF_16LE.decode(asb);
    assert!(!broken && words.starts_with("RefNo\tMeasureType"));
    let exclusions = &files["2012-10/exclusions_201210.csv"];
    assert!(exclusions.contains(&0x92) || !text_of(exclusions).contains("O\u{2019}"), "a curly apostrophe is one byte");
    assert!(!text_of(exclusions).contains("&#"), "nothing that the code page cannot hold");
    assert!(!text_of(&files["2012-10/tenancies_lhp_201210.csv"]).contains("&#"));
}

fn text_of(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()
}

/// Counts of what is wrong with the copies of one system.
struct Rates {
    counts: BTreeMap<&'static str, (u32, u32)>,
}

impl Rates {
    fn note(&mut self, what: &'static str, wrong: bool) {
        let entry = self.counts.entry(what).or_default();
        *entry = (entry.0 + u32::from(wrong), entry.1 + 1);
    }

    fn share(&self, what: &str) -> f64 {
        let (wrong, all) = self.counts[what];
        f64::from(wrong) / f64::from(all)
    }
}

fn births(rates: &mut Rates, copy: &PersonCopy, born: Day) {
    let date = to_naive(born).unwrap();
    let swapped = chrono::NaiveDate::from_ymd_opt(date.year(), date.day(), date.month()).map(crate::model::date::from_naive);
    rates.note("birth missing", copy.birth == Birth::Missing);
    rates.note("birth default", matches!(copy.birth, Birth::Default(_)));
    let given = copy.birth.believable();
    rates.note("birth swapped", given != NO_DAY && given != born && Some(given) == swapped);
    rates.note("birth digit", given != NO_DAY && given != born && Some(given) != swapped);
}

#[test]
fn records_are_wrong_as_often_as_the_settings_say() {
    let world = county(40_000);
    let noise = Noise::default();
    let on = world.horizon;
    let copier = Copier { world: &world, noise: &noise, system: 5, style: PLAIN };
    let clean = Copier { noise: &Noise::none(), ..copier };
    let mut rates = Rates { counts: BTreeMap::new() };
    for person in (0..world.people.len() as u32).filter(|&person| world.age(person, on) >= 1) {
        let copy = copier.person(person, 0, on);
        let right = clean.person(person, 0, on);
        births(&mut rates, &copy, world.person(person).born);
        let swapped = copy.surname == right.forename && copy.forename != right.forename;
        rates.note("names swapped", swapped);
        if !swapped && copy.surname != copy.forename {
            let initial = copy.forename.chars().count() == 1;
            rates.note("forename initial", initial);
            rates.note("forename otherwise", !initial && copy.forename != right.forename);
            if world.age(person, on) >= 18 {
                rates.note("surname", copy.surname.replace('-', " ") != right.surname.replace('-', " "));
            }
        }
        rates.note("nhs missing", copier.nhs_number(person).is_empty());
        if world.age(person, on) >= 16 {
            rates.note("nino missing", copier.nino(person, on).is_empty());
        }
        let (home, given) = (world.home(person, on), copier.address(person, on));
        let right = world.places.words(home);
        rates.note("address incomplete", given.street.is_empty() || given.house.is_empty() || given.postcode.is_empty());
        if !given.street.is_empty() && !given.house.is_empty() && world.second_home(person, on).is_none() {
            rates.note("address elsewhere", given.postcode.replace(' ', "") != right.postcode.replace(' ', ""));
        }
    }
    let about = |what: &str, wanted: f64, most: f64| {
        let share = rates.share(what);
        assert!(share >= wanted * 0.9 && share <= most, "{what}: {share:.4}, wanted {wanted} to {most}");
    };
    about("birth missing", 0.04, 0.046);
    about("birth default", 0.02, 0.024);
    about("birth swapped", 0.01, 0.013);
    about("birth digit", 0.02, 0.025);
    about("names swapped", 0.01, 0.014);
    about("forename initial", 0.02, 0.025);
    about("forename otherwise", 0.09, 0.105);
    about("surname", 0.058, 0.075);
    about("nhs missing", 0.40, 0.42);
    about("nino missing", 0.333, 0.35);
    about("address incomplete", 0.05, 0.058);
    about("address elsewhere", 0.03 + 0.07, 0.125);
}

#[test]
fn without_noise_every_identifier_is_right_and_no_two_people_share_one() {
    let world = county(5_000);
    let noise = Noise::none();
    let copier = Copier { world: &world, noise: &noise, system: 3, style: PLAIN };
    let mut upns = HashSet::new();
    for pupil in &world.pupils {
        let upn = copier.upn(pupil.person);
        assert_eq!(super::identifiers::upn_letter(upn.get(1..).unwrap()), upn.chars().next().unwrap());
        assert!(upns.insert(upn), "two pupils share a UPN");
    }
    for person in 0..2_000 {
        let number: u64 = copier.nhs_number(person).parse().unwrap();
        assert_eq!(super::identifiers::nhs_check_digit(number / 10), Some(number % 10));
        assert_eq!(copier.person(person, 0, world.horizon).birth, Birth::Given(world.person(person).born));
    }
}

#[test]
fn the_county_has_every_kind_of_household() {
    let world = county(30_000);
    let on = world.horizon;
    let mut kinds: HashMap<&str, u32> = HashMap::new();
    for family in &world.families {
        *kinds.entry(family.kind.name()).or_default() += 1;
    }
    for kind in [
        FamilyKind::Couple,
        FamilyKind::CoupleAlone,
        FamilyKind::LoneParent,
        FamilyKind::Step,
        FamilyKind::Grandparent,
        FamilyKind::ThreeGenerations,
        FamilyKind::Single,
        FamilyKind::CareHome,
        FamilyKind::Hmo,
        FamilyKind::Hostel,
        FamilyKind::Refuge,
        FamilyKind::Caravan,
        FamilyKind::Barracks,
    ] {
        assert!(kinds.get(kind.name()).copied().unwrap_or(0) >= 3, "{}", kind.name());
    }
    let alive: Vec<u32> = (0..world.people.len() as u32).filter(|&person| world.is_alive(person, on)).collect();
    let children = alive.iter().filter(|&&person| world.age(person, on) < 18).count() as f64 / alive.len() as f64;
    assert!((0.19..0.25).contains(&children), "share of children {children}");
    let occupied = (0..world.families.len() as u32).filter(|&family| !world.residents(family, on).is_empty()).count();
    let size = alive.len() as f64 / occupied as f64;
    assert!((2.1..2.6).contains(&size), "people per household {size}");
    let (mut twins, mut namesakes) = (0, 0);
    for family in &world.families {
        let offspring: Vec<_> = family
            .members
            .iter()
            .filter(|member| member.place == Place::Offspring && member.primary)
            .map(|member| world.person(member.person))
            .collect();
        for (index, child) in offspring.iter().enumerate() {
            twins += offspring[index + 1..].iter().filter(|other| other.born == child.born && other.forename != child.forename).count();
            let fathers =
                family.members.iter().filter(|member| matches!(member.place, Place::Spouse)).map(|member| world.person(member.person));
            namesakes += fathers.filter(|father| father.forename == child.forename && father.surname == child.surname).count();
        }
    }
    assert!(
        twins >= 40 && namesakes >= 15 && world.second.len() >= 60,
        "twins {twins}, namesakes {namesakes}, two homes {}",
        world.second.len()
    );
    let surnames: HashSet<_> = world.people.iter().map(|person| person.surname).collect();
    assert!(surnames.len() > 2_000, "{} surnames", surnames.len());
}

#[test]
fn a_home_somebody_left_is_let_again() {
    let world = county(10_000);
    let mut lived: HashMap<u32, Vec<(Day, usize)>> = HashMap::new();
    for (index, family) in world.families.iter().enumerate().filter(|(_, family)| !family.kind.is_communal()) {
        assert!(family.dwellings.windows(2).all(|pair| pair[0].from <= pair[1].from));
        for dwelling in &family.dwellings {
            lived.entry(dwelling.address).or_default().push((dwelling.from, index));
        }
    }
    let relet = lived.values().filter(|families| families.len() > 1).count();
    assert!(relet > 300, "{relet} homes had a second family");
}

#[test]
fn crime_keeps_its_roles_apart() {
    let world = county(20_000);
    let reference = settings(20_000, 1).start.last_day();
    let (mut exact, mut day_before) = (0, 0);
    for crime in &world.crimes {
        let accused: HashSet<u32> = crime
            .people
            .iter()
            .filter(|(_, role)| matches!(role, EventRole::Offender | EventRole::Suspect))
            .map(|&(person, _)| person)
            .collect();
        for &(person, role) in &crime.people {
            if accused.contains(&person) {
                assert!(matches!(role, EventRole::Offender | EventRole::Suspect), "one role per person and crime");
                assert!(age_on(world.person(person).born, crime.committed).unwrap() >= 10, "the age of criminal responsibility");
            }
        }
        exact += u32::from(crime.committed == months_before(reference, 12));
        day_before += u32::from(crime.committed == months_before(reference, 12) - 1);
    }
    assert!(exact > 3 && day_before > 3, "{exact} exactly twelve months before, {day_before} a day earlier");
}

#[test]
fn what_is_knowable_is_true_when_no_record_is_wrong() {
    let files = made(&SynthSettings { noise: Noise::none(), ..settings(20_000, 1) });
    let mut cells: BTreeMap<(String, String, String), u32> = BTreeMap::new();
    for line in text(&files, "truth/2012-10/criteria.csv").lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        *cells.entry((parts[2].to_owned(), parts[3].to_owned(), parts[4].to_owned())).or_default() += 1;
    }
    let count = |criterion: &str, truly: &str, knowable: &str| {
        cells.get(&(criterion.to_owned(), truly.to_owned(), knowable.to_owned())).copied().unwrap_or(0)
    };
    for criterion in ["c1", "c2", "c3", "c4"] {
        assert_eq!(count(criterion, "false", "true"), 0, "{criterion}: nothing is shown that is not so");
        let (shown, hidden) = (count(criterion, "true", "true"), count(criterion, "true", "false"));
        assert!(shown > 40 && hidden * 8 < shown, "{criterion}: {shown} shown, {hidden} hidden by delay");
    }
}

#[test]
fn some_pupils_stand_exactly_at_fifteen_per_cent_and_some_just_below() {
    let world = county(30_000);
    let reference = settings(1_000, 1).start.last_day();
    let (from, to) = super::calendar::last_three_complete(reference);
    let (mut exact, mut below) = (0, 0);
    for pupil in &world.pupils {
        let counts = world.absences_of(pupil.person).iter().filter(|absence| absence.from >= from && absence.to <= to && !absence.dual);
        let (missed, possible) = counts
            .fold((0, 0), |(missed, possible), absence| (missed + i32::from(absence.unauthorised), possible + i32::from(absence.possible)));
        exact += u32::from(possible > 0 && missed * 100 == possible * 15);
        below += u32::from(possible > 0 && missed * 100 < possible * 15 && (missed + 1) * 100 >= possible * 15);
    }
    assert!(exact >= 2 && below >= 2, "{exact} exactly, {below} one session below");
}

#[test]
fn a_child_registered_at_two_schools_has_a_main_one_and_another() {
    let files = made(&settings(6_000, 1));
    let path = files.keys().find(|path| path.contains("/attendance_")).unwrap().clone();
    let mut of_term: HashMap<(String, String), Vec<String>> = HashMap::new();
    let mut marks: HashSet<String> = HashSet::new();
    let rows = text(&files, &path);
    let mut lines = rows.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = |name: &str| header.iter().position(|known| *known == name).unwrap();
    // Counted from the end: an address may hold a comma.
    let from_end = |name: &str| header.len() - place(name);
    for line in lines.filter(|line| !line.contains("ZZTEST")) {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| cells[cells.len() - from_end(name)].to_owned();
        let (count, term) = (cell("CountId"), cell("Term"));
        let pupil = count.split('-').next().unwrap().to_owned();
        let mark = cells[place("EnrolStatus")].to_owned();
        marks.insert(mark.clone());
        of_term.entry((pupil, term)).or_default().push(mark);
    }
    assert_eq!(marks, ["C", "M", "S"].map(ToOwned::to_owned).into());
    for (of, marks) in of_term {
        let has = |wanted: &str| marks.iter().any(|mark| mark == wanted);
        assert!(has("M") == has("S") && !(has("M") && has("C")), "{of:?}: {marks:?}");
    }
}

#[test]
fn a_late_increment_brings_both_months() {
    let settings = SynthSettings { late_feeds: true, ..settings(4_000, 12) };
    let files = made(&settings);
    let months: Vec<String> = (0..12).map(|number| settings.start.plus(number).to_string()).collect();
    let has = |month: &str, stem: &str| files.keys().any(|path| path.starts_with(&format!("{month}/{stem}_")));
    assert!(FEEDS.iter().all(|feed| has(&months[0], feed.stem)), "everything comes in the first month");
    let late = FEEDS
        .iter()
        .filter(|feed| feed.increment)
        .flat_map(|feed| months.iter().map(move |month| (feed.stem, month)))
        .filter(|(stem, month)| !has(month, stem))
        .count();
    assert!(late > 0, "some increment is late within a year");
    let mut seen = HashSet::new();
    for month in &months {
        let Some(path) = files.keys().find(|path| path.starts_with(&format!("{month}/yot_"))) else { continue };
        for line in text(&files, path).lines().skip(1).filter(|line| !line.contains("ZZTEST")).collect::<HashSet<_>>() {
            let offence = line.split(';').nth(11).unwrap().to_owned();
            assert!(seen.insert(offence), "an outcome is sent once");
        }
    }
    assert!(seen.len() > 10, "{}", seen.len());
}
