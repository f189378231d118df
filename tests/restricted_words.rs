//! Somebody restricted by a number alone is known by every name that the extracts give: no text that people wrote names them, whether they were entered before or after the run.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_collect,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

#[path = "support/casework.rs"]
mod casework;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use casework::{Service, csv_rows, texts};
use fwt::config::load_pipeline;
use fwt::model::date;
use fwt::run::history::history;
use fwt::store::open_run;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use support::{PIPELINE, copy, current, fwt_ok, run_month, table, text, tree};

const WITHHELD: &str = "withheld: it names a restricted person or address";

/// A pupil whose key at the school is also in the ids of the contacts on the pupil's row.
struct Child {
    family: String,
    forename: String,
    surname: String,
    nhs_number: String,
    key: String,
}

fn child(service: &Service, run: &Path, families: &BTreeSet<String>) -> Child {
    let mut of_person: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let mut beside: BTreeSet<String> = BTreeSet::new();
    for row in table(run, "persons", &["person_id", "source", "record_id", "forename", "surname", "nhs_number"]) {
        if row[1] == "school_attendance" && row[2].contains('#') {
            beside.insert(row[2].split('-').next().unwrap().to_owned());
        }
        of_person.entry(row[0].clone()).or_default().push(row);
    }
    let found = families.iter().find_map(|family| {
        // The first member is the one whom the professionals know.
        service.members[family].iter().skip(1).find_map(|(person, _)| {
            let rows = &of_person[person];
            let number = rows.iter().find(|row| !row[5].is_empty())?;
            let pupil = rows.iter().find(|row| row[1] == "school_attendance" && beside.contains(&row[2]))?;
            let named = rows.iter().find(|row| row[3].len() > 2 && row[4].len() > 2)?;
            Some(Child {
                family: family.clone(),
                forename: named[3].clone(),
                surname: named[4].clone(),
                nhs_number: number[5].clone(),
                key: pupil[2].clone(),
            })
        })
    });
    found.expect("a family has a pupil with a number and contacts beside it")
}

/// True if a text holds words that stand together in it, not as a part of longer ones.
fn holds(text: &str, wanted: &str) -> bool {
    let alone = |end: Option<char>| end.is_none_or(|letter| !letter.is_alphanumeric());
    text.match_indices(wanted).any(|(at, _)| alone(text[..at].chars().next_back()) && alone(text[at + wanted.len()..].chars().next()))
}

/// Files of a run for people that hold a text, those in `register` apart.
fn that_hold(run: &Path, wanted: &str) -> Vec<String> {
    let named = |(name, bytes): (String, Vec<u8>)| {
        let found = if name.ends_with(".parquet") {
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
            reader.map(Result::unwrap).any(|batch| {
                let options = FormatOptions::default();
                batch.columns().iter().any(|column| {
                    let cells = ArrayFormatter::try_new(column.as_ref(), &options).unwrap();
                    (0..batch.num_rows()).any(|row| holds(&cells.value(row).to_string(), wanted))
                })
            })
        } else {
            holds(&String::from_utf8_lossy(&bytes), wanted)
        };
        found.then_some(name)
    };
    tree(run).into_iter().filter(|(name, _)| !name.starts_with("register/")).filter_map(named).collect()
}

#[test]
fn a_text_that_names_somebody_restricted_by_number_alone_is_withheld() {
    let service = Service::new(31);
    let made = service.ok(&["requests", "make"], &["--by", "AB"]);
    let asked = csv_rows(&texts(Path::new(made["folder"].as_str().unwrap()))["requests.csv"]);
    let families: BTreeSet<String> = asked.iter().map(|row| row["family"].clone()).collect();
    let child = child(&service, &current(&service.out), &families);
    let Child { forename, surname, .. } = &child;
    let other = asked.iter().map(|row| &row["family"]).rfind(|family| **family != child.family).unwrap();
    let why = format!("{forename} needs us");
    let over = format!("family,override,approver,expires,reason,by\n{},include,Head,2013-06-30,{why},AB\n", child.family);
    fwt_ok(&["cohort", "import", text(&service.write("override.csv", &over)), "--out", text(&service.out)]);
    // In the notes about the child's own family the forename is enough to know who is meant.
    // Somebody of the family who stands on the pupil's row as a contact.
    let people = table(&current(&service.out), "persons", &["person_id", "source", "record_id"]);
    let on_row =
        |row: &&Vec<String>| row[1] == "school_attendance" && row[2].starts_with(&format!("{}-", child.key)) && row[2].contains('#');
    let contact = people.iter().filter(on_row).find_map(|row| {
        let (_, name) = service.members[&child.family].iter().find(|(person, name)| *person == row[0] && !name.is_empty())?;
        Some((row[2].clone(), name.clone()))
    });
    let (contact, contact_name) = contact.expect("a contact of the pupil lives in the family");
    let (own, elsewhere) = (format!("{} likes football", forename.to_lowercase()), format!("met {forename} {surname} there"));
    let mut answers = "request,family,answered_on,by,route,note\n".to_owned();
    for row in asked.iter().filter(|row| row["family"] == child.family || row["family"] == *other) {
        let note = if row["family"] == child.family { &own } else { &elsewhere };
        answers.push_str(&format!("{},{},2012-11-05,Pat,key_worker,{note}\n", row["request"], row["family"]));
    }
    service.ok(&["requests", "import"], &["--answers", text(&service.write("answers.csv", &answers))]);
    let allocations = format!("family,staff,on,by\n{},EM1,2012-11-10,Head\n{other},EM1,2012-11-10,Head\n", child.family);
    let taken = service.ok(&["staff", "allocate"], &["--allocations", text(&service.write("allocations.csv", &allocations))]);
    assert_eq!(taken["taken"], 2, "{taken}");
    let briefs = || texts(Path::new(service.ok(&["brief"], &["--on", "2012-11-12"])["folder"].as_str().unwrap()));
    let holding = |wanted: &str| briefs().values().filter(|content| content.contains(wanted)).count();
    let open = [holding(&own), holding(&elsewhere), holding(WITHHELD)];
    assert_eq!(open, [2, 2, 0], "nobody is restricted yet");
    let shown = || fwt_ok(&["cohort", "show", &child.family, "--out", text(&service.out)]);
    assert!(shown().contains(&why));

    // Entered after the run, by a number and nothing else.
    let register = format!("entry,kind,why,nhs_number\nX001,person,protected,{}\n", child.nhs_number);
    fs::write(service.data.join("service/restricted.csv"), register).unwrap();
    assert_eq!([holding(&own), holding(&elsewhere), holding(WITHHELD)], [0, 0, 4]);

    // In a run that knew it: the same, and neither the list nor what is explained gives the reason.
    let run = run_month(&service.data, &service.out, &["--quiet"]);
    assert_eq!([holding(&own), holding(&elsewhere), holding(WITHHELD)], [0, 0, 4]);
    assert!(!shown().contains(&why) && shown().contains(WITHHELD), "{}", shown());
    let listed = table(&run, "identification", &["family_id", "route_reason"]);
    assert!(listed.iter().any(|row| row[0] == child.family && row[1].contains(WITHHELD)));
    // The run calls the contact's record by another name now; whoever enters it by the agency's own name means it all the same.
    let of_contact = || briefs().into_iter().filter(|(_, content)| content.to_uppercase().contains(&contact_name)).count();
    assert!(of_contact() > 0);
    let register = fs::read_to_string(service.data.join("service/restricted.csv"))
        .unwrap()
        .replace("why,nhs_number\n", "why,nhs_number,source,record_id\n");
    let register = format!("{},,\nX002,person,protected,,school_attendance,{contact}\n", register.trim_end());
    fs::write(service.data.join("service/restricted.csv"), register).unwrap();
    assert_eq!(of_contact(), 0, "{contact_name} is named");
    assert_eq!(that_hold(&run, &why), [""; 0]);
    assert_eq!(that_hold(&run, &child.key), [""; 0], "the ids of the contacts beside the pupil hold the pupil's key");
    let beside = table(&run, "persons", &["source", "record_id"]).iter().filter(|row| row[1].starts_with("beside-withheld-")).count();
    assert!(beside > 0);
}

#[test]
fn hidden_people_keep_their_ids_and_what_happened_to_them_counts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fwt_ok(&["synth", "--out", text(&data), "--people", "3000", "--start", "2012-10", "--months", "2", "--seed", "5"]);
    let register = data.join("service/restricted.csv");
    fs::remove_file(&register).unwrap();
    let month = |month: &str, out: &Path| {
        fwt_ok(&["run", PIPELINE, "--month", month, "--data", text(&data), "--out", text(out), "--quiet"]);
        current(out)
    };
    let (open, out) = (folder.path().join("open"), folder.path().join("out"));
    let shown = month("2012-10", &open);
    let numbered = table(&shown, "persons", &["person_id", "nhs_number"]).into_iter().filter(|row| !row[1].is_empty());
    let numbers: BTreeMap<String, String> = numbered.map(|row| (row[0].clone(), row[1].clone())).collect();
    let of_evidence = table(&shown, "evidence", &["person_id"]).into_iter().map(|row| row[0].clone());
    // Besides them whoever was born or came of age in the second month: these days are known to the day.
    let of_age = table(&month("2012-11", &open), "family_events", &["event", "person_id"]);
    let of_age = of_age.into_iter().filter(|row| ["birth", "turned_18"].contains(&row[0].as_str())).map(|row| row[1].clone());
    let of_age: BTreeSet<String> = of_age.collect();
    assert!(!of_age.is_empty());
    let chosen: BTreeSet<String> = of_evidence.filter(|person| numbers.contains_key(person)).take(40).collect();
    let mut text_of = "entry,kind,why,nhs_number,source,record_id\n".to_owned();
    for (place, person) in chosen.iter().filter(|person| numbers.contains_key(*person)).enumerate() {
        text_of.push_str(&format!("X{place:03},person,protected,{},,\n", numbers[person]));
    }
    let records = table(&current(&open), "persons", &["person_id", "source", "record_id"]);
    for (place, row) in records.iter().filter(|row| of_age.contains(&row[0])).enumerate() {
        text_of.push_str(&format!("Y{place:03},person,protected,,{},{}\n", row[1], row[2]));
    }
    fs::create_dir_all(register.parent().unwrap()).unwrap();
    fs::write(&register, text_of).unwrap();
    let hidden = month("2012-10", &out);

    // The same rows, days of birth and whether feeds can be searched, in a run that names nobody of them and in one that does.
    let pipeline = load_pipeline(Path::new(PIPELINE)).unwrap();
    let read =
        |run: &Path| history(&open_run(run).unwrap(), &pipeline, &|person| chosen.contains(person).then(|| person.to_owned())).unwrap();
    let (with, without) = (read(&hidden), read(&shown));
    assert!(with.rows == without.rows && with.rows.len() > 30, "{} rows of {}", with.rows.len(), without.rows.len());
    assert_eq!(with.people.len(), chosen.len());
    for (person, known) in &with.people {
        let open = without.people[person];
        assert!(known.hidden && !open.hidden && (known.born, known.searchable) == (open.born, open.searchable), "{known:?} {open:?}");
    }

    // What found them has left the extracts by the next month: entries of the same name that describe nobody hide whom they described, as long as they stand.
    let text_of_register = fs::read_to_string(&register).unwrap();
    let numberless: String = text_of_register
        .lines()
        .map(|line| if line.starts_with('X') { format!("{},person,protected,9434765919,,\n", &line[..4]) } else { format!("{line}\n") })
        .collect();
    fs::write(&register, numberless).unwrap();
    let lost = folder.path().join("lost");
    copy(&out, &lost);
    let lost_run = month("2012-11", &lost);
    let named = |run: &Path| -> BTreeSet<String> {
        let rows = table(run, "persons", &["person_id", "record_id"]).into_iter();
        rows.filter(|row| chosen.contains(&row[0]) && !row[1].starts_with("withheld-")).map(|row| row[0].clone()).collect()
    };
    let there: BTreeSet<String> = table(&lost_run, "persons", &["person_id"]).into_iter().map(|row| row[0].clone()).collect();
    assert!(chosen.iter().filter(|person| there.contains(*person)).count() > chosen.len() / 2);
    assert_eq!(named(&lost_run), BTreeSet::new());
    let of_chosen = table(&lost_run, "identities", &["person_id"]).into_iter().filter(|row| chosen.contains(&row[0])).count();
    assert_eq!(of_chosen, 0, "their records, those of earlier months too, are not for people");
    // Once an entry is taken out, its people are shown again.
    let without: String = text_of_register.lines().filter(|line| !line.starts_with('X')).map(|line| format!("{line}\n")).collect();
    fs::write(&register, without).unwrap();
    assert!(named(&month("2012-11", &lost)).len() > chosen.len() / 2);
    fs::write(&register, &text_of_register).unwrap();

    // Whose record is whose is still known a month later, though nobody reads it in the tables for people.
    let ids = |run: &Path| {
        let rows = table(run, "register/withheld_identities", &["source", "record_id", "person_id"]);
        rows.into_iter().map(|row| ((row[0].clone(), row[1].clone()), row[2].clone())).collect::<BTreeMap<_, _>>()
    };
    let (before, after) = (ids(&hidden), ids(&month("2012-11", &out)));
    let kept = before.iter().filter(|(record, person)| after.get(*record) == Some(*person)).count();
    assert!(kept == before.len() && kept >= chosen.len(), "{kept} of {}", before.len());
    let november = current(&out);
    let for_people = table(&november, "identities", &["source", "record_id"]);
    assert!(for_people.iter().all(|row| !after.contains_key(&(row[0].clone(), row[1].clone()))));

    // No day of theirs tells when they were born.
    let is_one = |person: &str| (chosen.contains(person) || of_age.contains(person)).then(|| person.to_owned());
    let known = history(&open_run(&november).unwrap(), &pipeline, &is_one).unwrap();
    let born: BTreeMap<&String, String> = known.people.iter().map(|(person, known)| (person, date::iso(known.born))).collect();
    assert!(known.people.values().all(|person| person.hidden) && born.len() > chosen.len());
    let tells = |person: &String, day: &String| born.get(person).is_some_and(|born| day.len() == 10 && day[5..] == born[5..]);
    let mut met = 0;
    for (name, columns) in [
        ("family_events", ["person_id", "event_date", "event"]),
        ("changes", ["cause_person_id", "cause_date", "change_reason"]),
        ("members", ["person_id", "since", "role"]),
    ] {
        for row in table(&november, name, &columns) {
            met += usize::from(name == "family_events" && of_age.contains(&row[0]) && row[1].is_empty());
            assert!(!tells(&row[0], &row[1]), "{name}: {}", row[2]);
            assert!(born.get(&row[0]).is_none_or(|born| !row[2].contains(&born[5..])), "{name}");
        }
    }
    assert!(met > 0, "births and eighteenth birthdays are still told, without their day");
    for (name, day) in [("members", "since"), ("residences", "address_from"), ("residences", "address_to")] {
        assert!(
            table(&november, name, &["person_id", day]).iter().all(|row| !born.contains_key(&row[0]) || row[1].is_empty()),
            "{name} {day}"
        );
    }
    let mut of_family: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table(&november, "members", &["family_id", "person_id"]) {
        of_family.entry(row[0].clone()).or_default().push(row[1].clone());
    }
    for row in table(&november, "watch_list", &["family_id", "ages_out", "counts_from", "moving"]) {
        for person in &of_family[&row[0]] {
            assert!(!tells(person, &row[1]) && !tells(person, &row[2]), "{} {}", row[1], row[2]);
            assert!(born.get(person).is_none_or(|born| !row[3].contains(&born[5..])), "{}", row[3]);
        }
    }
}
