//! Somebody or a place entered months after the last extract that had the words of the entry is found all the same: by every number, name and address that an earlier month knew.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

#[path = "support/scene.rs"]
mod scene;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fwt::model::date;
use fwt::run::restricted::today;
use fwt::stages::standardise::register::RestrictedRegister;
use fwt::store::open_run;
use scene::Scene;
use support::{PIPELINE, table, text, tree};

const MONTHS: [&str; 3] = ["2012-10", "2012-11", "2012-12"];
const HEAD: &str = "entry,kind,why,forename,surname,date_of_birth,nhs_number,nino,upn,uprn,address,postcode,not_with,show\n";

/// Takes numbers out of the extracts of a month, also where they are written in groups of three; gives how often they stood there.
fn lose(scene: &Scene, month: &str, numbers: &[String]) -> usize {
    let grouped = |number: &String| format!("{} {} {}", &number[..3], &number[3..6], &number[6..]);
    let numbers: Vec<String> = numbers.iter().flat_map(|number| [number.clone(), grouped(number)]).collect();
    let mut count = 0;
    for (name, bytes) in tree(&scene.data.join(month)) {
        let Ok(mut said) = String::from_utf8(bytes) else { continue };
        let before = count;
        for lost in &numbers {
            count += said.matches(lost).count();
            said = said.replace(lost, "");
        }
        if count > before {
            fs::write(scene.data.join(month).join(name), said).unwrap();
        }
    }
    count
}

const WORDS: [&str; 8] = ["person_id", "forename", "surname", "date_of_birth", "nhs_number", "nino", "upn", "record_id"];

/// Entries' cells from `forename` to `upn`: each number of a record by itself, and its names with the birthday.
fn entries_of(row: &[String]) -> Vec<String> {
    let number = |at: usize| (4..7).map(|column| if column == at { row[column].as_str() } else { "" }).collect::<Vec<_>>().join(",");
    let mut entries: Vec<String> = (4..7).filter(|&at| !row[at].is_empty()).map(|at| format!(",,,{}", number(at))).collect();
    if row[1..4].iter().all(|cell| !cell.is_empty()) {
        entries.push(format!("{},{},{},,,", row[1], row[2], row[3]));
    }
    entries
}

#[test]
fn somebody_entered_by_words_that_left_the_extracts_months_ago_is_hidden() {
    let scene = Scene::of("51", "4000", "3");
    let mut open = vec![scene.command("run", MONTHS[0], "out")];
    let numbers: BTreeSet<String> = table(&open[0], "persons", &WORDS).into_iter().flat_map(|row| row[4..7].to_vec()).collect();
    // Every tenth number is in no extract any more.
    let lost: Vec<String> = numbers.into_iter().filter(|number| !number.is_empty()).step_by(10).collect();
    for month in &MONTHS[1..] {
        assert!(lose(&scene, month, &lost) > 0);
        open.push(scene.command("run", month, "out"));
    }
    let said = |run: &Path| -> BTreeMap<String, BTreeSet<String>> {
        let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in table(run, "persons", &WORDS).into_iter().filter(|row| !row[0].is_empty()) {
            for entry in entries_of(&row) {
                said.entry(entry).or_default().insert(row[0].clone());
            }
        }
        said
    };
    let (first, third) = (said(&open[0]), said(&open[2]));
    let later: BTreeSet<String> = [said(&open[1]), third.clone()].into_iter().flatten().map(|(entry, _)| entry).collect();
    let people: BTreeSet<&String> = third.values().flatten().collect();
    // Words that were one person's, who is still there under other words.
    let gone = first.iter().filter(|(entry, of)| of.len() == 1 && !later.contains(*entry) && of.iter().all(|id| people.contains(id)));
    let mut of_kind: BTreeMap<&str, Vec<(&String, &String)>> = BTreeMap::new();
    for (entry, of) in gone {
        let cells: Vec<&str> = entry.split(',').collect();
        let kind = if cells[0].is_empty() { ["nhs", "nino", "upn"][(3..6).position(|at| !cells[at].is_empty()).unwrap()] } else { "names" };
        of_kind.entry(kind).or_default().push((entry, of.first().unwrap()));
    }
    let chosen: Vec<(&String, &String)> = of_kind.values().flat_map(|of| of.iter().take(12)).copied().collect();
    assert!(chosen.len() > 20 && of_kind.len() > 2, "{:?}", of_kind.iter().map(|(kind, of)| (kind, of.len())).collect::<Vec<_>>());
    let rows: String = chosen
        .iter()
        .enumerate()
        .map(|(place, (entry, _))| format!("X{place:03},person,protected,{entry},,,,,\n"))
        .collect::<Vec<_>>()
        .concat();
    // What leaves after a run whose entry came later knows it.
    let pipeline = fwt::config::load_pipeline(Path::new(PIPELINE)).unwrap();
    let day = date::from_iso("2012-12-31").unwrap();
    let entered = RestrictedRegister::parse("restricted.csv", &format!("{HEAD}{rows}"), day).unwrap();
    let today = today(&open_run(&open[2]).unwrap(), &pipeline, Some(&entered), day).unwrap();
    for (entry, id) in &chosen {
        assert!(today.hidden_since.contains(*id), "{entry}");
    }
    // And the run that is made with it.
    scene.enter(HEAD, &rows);
    let run = scene.command("run", MONTHS[2], "out");
    for row in table(&run, "persons", &["person_id", "record_id"]) {
        assert!(row[1].starts_with("withheld-") || !chosen.iter().any(|(_, id)| **id == row[0]), "{}", row[1]);
    }
    // Nobody who was never called so is hidden: not more people than there are, and a few whom linkage has taken for them.
    let hidden = table(&run, "persons", &["person_id", "record_id"]).into_iter().filter(|row| row[1].starts_with("withheld-"));
    let hidden: BTreeSet<String> = hidden.map(|row| row[0].clone()).collect();
    let wanted: BTreeSet<&String> = chosen.iter().map(|(_, id)| *id).collect();
    assert!(hidden.len() <= wanted.len() + 2, "{} of {}", hidden.len(), wanted.len());
}

#[test]
fn a_refuge_entered_by_the_number_or_the_address_that_left_the_extracts_is_withheld() {
    let scene = Scene::of("52", "4000", "3");
    let open = scene.command("run", MONTHS[0], "open");
    // A home whose number some records give and others do not.
    let rows = table(&open, "persons", &["address_key", "uprn"]);
    let mut numbers: BTreeMap<&String, (BTreeSet<&String>, usize)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row[0].len() > 3) {
        let (known, without) = numbers.entry(&row[0]).or_default();
        if row[1].is_empty() { *without += 1 } else { known.extend([&row[1]]) }
    }
    let mut homes: Vec<_> = numbers.iter().filter(|(_, (known, without))| known.len() == 1 && *without > 0).collect();
    homes.sort_by_key(|(_, one)| std::cmp::Reverse(one.1));
    let (key, uprn) = (homes[0].0.as_str(), (*homes[0].1.0.first().unwrap()).clone());
    scene.command("run", MONTHS[0], "out");
    for month in &MONTHS[1..] {
        assert!(lose(&scene, month, std::slice::from_ref(&uprn)) > 0);
    }
    scene.command("run", MONTHS[1], "out");
    let before = scene.command("run", MONTHS[2], "out");
    let shows = |run: &Path| table(run, "persons", &["address_key"]).into_iter().filter(|row| row[0] == key).count();
    assert!(shows(&before) > 0, "people are still there");
    let rows = format!("X001,address,refuge,,,,,,,{uprn},,,,\n");
    let pipeline = fwt::config::load_pipeline(Path::new(PIPELINE)).unwrap();
    let day = date::from_iso("2012-12-31").unwrap();
    let entered = RestrictedRegister::parse("restricted.csv", &format!("{HEAD}{rows}"), day).unwrap();
    let known = today(&open_run(&before).unwrap(), &pipeline, Some(&entered), day).unwrap();
    let there = table(&before, "persons", &["person_id", "address_key"]).into_iter().filter(|row| row[1] == key && !row[0].is_empty());
    assert!(there.map(|row| row[0].clone()).all(|id| known.withheld.contains(&id)));
    scene.enter(HEAD, &rows);
    assert_eq!(shows(&scene.command("run", MONTHS[2], "out")), 0);
}

#[test]
fn two_who_were_taken_for_one_are_parted_by_their_entries_words_and_stay_parted_when_these_leave() {
    let scene = Scene::of("53", "4000", "3");
    let open = scene.command("run", MONTHS[0], "out");
    let records = |run: &Path| table(run, "persons", &["person_id", "source", "record_id", "nhs_number", "upn"]);
    let mut of_person: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in records(&open).into_iter().filter(|row| !row[0].is_empty()) {
        of_person.entry(row[0].clone()).or_default().push(row);
    }
    // Records with an NHS number, records with a UPN, and more of neither.
    let fits = |rows: &&Vec<Vec<String>>| {
        let count = |test: &dyn Fn(&Vec<String>) -> bool| rows.iter().filter(|row| test(row)).count();
        count(&|row| !row[3].is_empty() && row[4].is_empty()) > 0
            && count(&|row| row[3].is_empty() && !row[4].is_empty()) > 0
            && count(&|row| !row[3].is_empty() && !row[4].is_empty()) == 0
            && count(&|row| row[3].is_empty() && row[4].is_empty()) > 1
    };
    let chosen: Vec<&Vec<Vec<String>>> = of_person.values().filter(fits).take(5).collect();
    assert!(chosen.len() > 2);
    let number = |rows: &[Vec<String>], at: usize| rows.iter().find(|row| !row[at].is_empty()).unwrap()[at].clone();
    let rows: Vec<String> = chosen
        .iter()
        .enumerate()
        .map(|(place, rows)| {
            let (nhs, upn) = (number(rows, 3), number(rows, 4));
            format!("A{place},person,adopted,,,,{nhs},,,,,,B{place},yes\nB{place},person,adopted,,,,,,{upn},,,,,yes\n")
        })
        .collect();
    scene.enter(HEAD, &rows.concat());
    let parted = |run: &Path, rows: &[Vec<String>]| -> usize {
        let ids: BTreeSet<&[String]> = rows.iter().map(|row| &row[1..3]).collect();
        let people: BTreeSet<String> = records(run).into_iter().filter(|row| ids.contains(&row[1..3])).map(|row| row[0].clone()).collect();
        people.len()
    };
    for rows in &chosen {
        assert_eq!(parted(&open, rows), 1);
    }
    let second = scene.command("run", MONTHS[1], "out");
    for rows in &chosen {
        assert_eq!(parted(&second, rows), 2, "{:?}", rows.iter().map(|row| &row[1]).collect::<Vec<_>>());
    }
    // The numbers by which they are told leave.
    let numbers: Vec<String> = chosen.iter().map(|rows| number(rows, 4)).collect();
    assert!(lose(&scene, MONTHS[2], &numbers) > 0);
    let third = scene.command("run", MONTHS[2], "out");
    for rows in &chosen {
        assert_eq!(parted(&third, rows), 2, "{:?}", rows.iter().map(|row| &row[1]).collect::<Vec<_>>());
    }
}

#[test]
fn an_entry_that_becomes_one_of_another_kind_hides_whom_and_what_it_described_as_long_as_its_name_stands() {
    let scene = Scene::of("55", "4000", "3");
    let open = scene.command("run", MONTHS[0], "open");
    let people = table(&open, "persons", &["person_id", "nhs_number", "record_id"]);
    let numbered: BTreeMap<&String, &String> =
        people.iter().filter(|row| !row[0].is_empty() && !row[1].is_empty()).map(|row| (&row[1], &row[0])).collect();
    let chosen: Vec<(&String, &String)> = numbered.into_iter().take(6).collect();
    let homes = table(&open, "persons", &["uprn", "address_key"]);
    let (uprn, key) = homes.iter().find(|row| !row[0].is_empty() && row[1].len() > 8).map(|row| (&row[0], &row[1])).unwrap();
    let place = format!("Z001,address,refuge,,,,,,,{uprn},,,,\n");
    let persons: String = chosen.iter().enumerate().map(|(at, (nhs, _))| format!("X00{at},person,protected,,,,{nhs},,,,,,,\n")).collect();
    scene.enter(HEAD, &(place + &persons));
    let shown = |run: &Path| {
        let rows = table(run, "persons", &["person_id", "record_id", "address_key"]).into_iter();
        rows.filter(|row| chosen.iter().any(|(_, id)| **id == row[0]) && !row[1].starts_with("withheld-") || row[2] == *key).count()
    };
    assert_eq!(shown(&scene.command("run", MONTHS[0], "out")), 0);
    let other: String = (0..chosen.len()).map(|at| format!("X00{at},address,refuge,,,,,,,,{at} Nowhere Street,LN1 1AA,,\n")).collect();
    scene.enter(HEAD, &format!("Z001,person,protected,Nobody,Anywhere,1990-01-01,,,,,,,,\n{other}"));
    let run = scene.command("run", MONTHS[1], "out");
    assert_eq!(shown(&run), 0);
    let still = table(&run, "persons", &["person_id"]).into_iter().filter(|row| chosen.iter().any(|(_, id)| **id == row[0])).count();
    assert!(still > 0);
}

#[test]
fn a_hidden_identity_stays_hidden_when_its_pair_was_gone_for_a_month_and_its_words_with_it() {
    let scene = Scene::of("56", "4000", "3");
    let open = scene.command("run", MONTHS[0], "out");
    let records = |run: &Path| table(run, "persons", &["person_id", "record_id", "nhs_number", "upn", "source"]);
    let mut of_person: BTreeMap<String, [BTreeSet<String>; 2]> = BTreeMap::new();
    for row in records(&open).into_iter().filter(|row| !row[0].is_empty()) {
        let numbers = of_person.entry(row[0].clone()).or_default();
        numbers[0].extend([row[2].clone()].into_iter().filter(|number| !number.is_empty() && row[3].is_empty()));
        numbers[1].extend([row[3].clone()].into_iter().filter(|number| !number.is_empty() && row[2].is_empty()));
    }
    let chosen: Vec<(String, String)> = of_person
        .values()
        .filter(|numbers| numbers.iter().all(|numbers| numbers.len() == 1))
        .take(8)
        .map(|[nhs, upn]| (nhs.first().unwrap().clone(), upn.first().unwrap().clone()))
        .collect();
    assert!(chosen.len() > 3);
    let rows: String = chosen
        .iter()
        .enumerate()
        .map(|(at, (nhs, upn))| format!("A{at},person,adopted,,,,{nhs},,,,,,B{at},yes\nB{at},person,adopted,,,,,,{upn},,,,,no\n"))
        .collect();
    scene.enter(HEAD, &rows);
    let first = scene.command("run", MONTHS[0], "out");
    // Of the hidden identity no record is shown; its words leave while nobody is entered.
    let shows = |run: &Path, upn: &String| records(run).iter().any(|row| row[3] == *upn);
    assert!(chosen.iter().all(|(_, upn)| !shows(&first, upn)));
    let hidden = |run: &Path| records(run).into_iter().filter(|row| row[1].starts_with("withheld-")).count();
    let numbers: Vec<String> = chosen.iter().map(|(_, upn)| upn.clone()).collect();
    scene.enter(HEAD, "");
    for month in &MONTHS[1..] {
        lose(&scene, month, &numbers);
    }
    assert_eq!(hidden(&scene.command("run", MONTHS[1], "out")), 0);
    scene.enter(HEAD, &rows);
    let third = scene.command("run", MONTHS[2], "out");
    let persons = table(&third, "persons", &["person_id", "record_id"]);
    let of_hidden: BTreeSet<&String> = persons.iter().filter(|row| row[1].starts_with("withheld-")).map(|row| &row[0]).collect();
    assert!(of_hidden.len() >= chosen.len(), "{} of {}", of_hidden.len(), chosen.len());
}

#[test]
fn whom_an_entry_hides_it_hides_when_another_entry_may_show_somebody_who_was_taken_for_the_same() {
    let scene = Scene::of("57", "4000", "3");
    let open = scene.command("run", MONTHS[0], "open");
    let records = |run: &Path| table(run, "persons", &["person_id", "source", "file", "line", "record_id", "nhs_number", "upn"]);
    let mut of_person: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in records(&open).into_iter().filter(|row| !row[0].is_empty()) {
        of_person.entry(row[0].clone()).or_default().push(row);
    }
    let number = |rows: &[Vec<String>], at: usize, other: usize| {
        rows.iter().find(|row| !row[at].is_empty() && row[other].is_empty()).map(|row| row[at].clone())
    };
    let both = |rows: &Vec<Vec<String>>| number(rows, 5, 6).zip(number(rows, 6, 5));
    let chosen: Vec<(String, String)> = of_person.values().filter_map(both).take(8).collect();
    assert!(chosen.len() > 4);
    let hides = |at: usize, nhs: &str, with: &str| format!("B{at},person,protected,,,,{nhs},,,,,,{with},no\n");
    let alone: String = chosen.iter().enumerate().map(|(at, (nhs, _))| hides(at, nhs, "")).collect();
    scene.enter(HEAD, &alone);
    let hidden = |run: &Path| records(run).into_iter().filter(|row| row[4].starts_with("withheld-")).map(|row| row[0].clone());
    let first: BTreeSet<String> = hidden(&scene.command("run", MONTHS[0], "out")).collect();
    assert!(first.len() >= chosen.len());
    // One who may be shown is told apart from each; then the words of those who may not leave, and each entry is told a number of somebody else that has left as well.
    let pairs: String = chosen
        .iter()
        .enumerate()
        .map(|(at, (nhs, upn))| hides(at, nhs, &format!("A{at}")) + &format!("A{at},person,adopted,,,,,,{upn},,,,,yes\n"))
        .collect();
    scene.enter(HEAD, &pairs);
    let theirs: BTreeSet<&String> = chosen.iter().flat_map(|(nhs, upn)| [nhs, upn]).collect();
    let others = of_person.iter().filter(|(id, rows)| {
        !first.contains(*id)
            && rows.iter().any(|row| !row[6].is_empty())
            && rows.iter().all(|row| !theirs.contains(&row[5]) && !theirs.contains(&row[6]))
    });
    let others: Vec<(&String, String)> =
        others.map(|(id, rows)| (id, rows.iter().find(|row| !row[6].is_empty()).unwrap()[6].clone())).take(chosen.len()).collect();
    let numbers: Vec<String> = chosen.iter().map(|(nhs, _)| nhs.clone()).chain(others.iter().map(|(_, upn)| upn.clone())).collect();
    for (month, lost) in [(MONTHS[1], &numbers[..0]), (MONTHS[2], &numbers[..])] {
        lose(&scene, month, lost);
        if !lost.is_empty() {
            let told = others.iter().zip(&chosen).enumerate().fold(pairs.clone(), |rows, (at, ((_, upn), (nhs, _)))| {
                rows.replacen(&format!("B{at},person,protected,,,,{nhs},,,"), &format!("B{at},person,protected,,,,{nhs},,{upn},"), 1)
            });
            assert_ne!(told, pairs);
            scene.enter(HEAD, &told);
        }
        let run = scene.command("run", month, "out");
        let (shown, hidden): (BTreeSet<String>, BTreeSet<String>) = (
            records(&run).into_iter().filter(|row| !row[4].starts_with("withheld-")).map(|row| row[0].clone()).collect(),
            hidden(&run).collect(),
        );
        assert!(first.iter().all(|id| !shown.contains(id)), "{month}");
        assert!(first.iter().filter(|id| hidden.contains(*id)).count() > 4, "{month}");
        let of_others = |ids: &BTreeSet<String>| others.iter().filter(|(id, _)| ids.contains(*id)).count();
        assert!(lost.is_empty() || of_others(&shown) == 0 && of_others(&hidden) > 4, "{} of them shown", of_others(&shown));
    }
}

#[test]
fn a_check_says_of_what_people_wrote_what_a_run_would_say() {
    let scene = Scene::of("54", "4000", "3");
    let check = || support::fwt(&["check", PIPELINE, "--month", MONTHS[0], "--data", text(&scene.data)]);
    let said =
        |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let missing = check();
    assert!(said(&missing).contains("restricted.csv is not there: nobody and no address is restricted"), "{}", said(&missing));
    scene.enter(HEAD, "X001,person,protected,Zquill,Zquark,1990-01-01,,,,,,,,\n");
    assert!(said(&check()).contains("1 entries of restricted people and addresses would be read"), "{}", said(&check()));
    // Every problem of every file at once, none with what it says.
    scene.enter(HEAD, "X001,person,protected,Zquill,Zquark,,,,,,,,,\n");
    fs::write(scene.data.join("overrides.csv"), "family_id,decision\nZquill,maybe\n").unwrap();
    let refused = check();
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("restricted.csv:2") && said(&refused).contains("overrides.csv:"), "{}", said(&refused));
    assert!(!said(&refused).contains("Zqu"), "{}", said(&refused));
}
