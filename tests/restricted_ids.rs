//! Nobody finds out who is hidden by going through numbers: ids are no hashes that can be guessed, and what an entry described, a place too, it describes as long as it stands.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

#[path = "support/scene.rs"]
mod scene;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fwt::model::date;
use fwt::model::ids::{digest_number, family_id, person_id};
use fwt::run::restricted::today;
use fwt::stages::standardise::register::RestrictedRegister;
use fwt::store::open_run;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use scene::Scene;
use support::{PIPELINE, current, fwt_ok, table, text, tree};

const HEAD: &str = "entry,kind,why,source,record_id,nhs_number,uprn\n";

/// All texts and numbers of a run's tables for people.
fn cells(run: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, bytes) in tree(run).into_iter().filter(|(name, _)| name.ends_with(".parquet") && !name.starts_with("register/")) {
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
        let columns: Vec<String> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        found.extend(table(run, name.trim_end_matches(".parquet"), &columns).into_iter().flatten());
    }
    found
}

#[test]
fn no_id_and_no_other_name_is_a_hash_of_a_record_that_can_be_guessed() {
    let scene = Scene::of("41", "3000", "2");
    let open = scene.command("run", "2012-10", "open");
    let records = table(&open, "persons", &["source", "record_id", "person_id", "nhs_number"]);
    let entries = records.iter().filter(|row| !row[3].is_empty()).take(30).enumerate();
    scene.enter(HEAD, &entries.map(|(place, row)| format!("X{place:03},person,protected,,,{},\n", row[3])).collect::<String>());
    let run = scene.command("run", "2012-10", "out");
    let cells = cells(&run);
    for row in &records {
        let plain = person_id("", &row[0], &row[1]);
        assert!(!cells.contains(&plain) && !cells.contains(&family_id(&plain)), "{}", row[1]);
        let number = digest_number(&[b"record", row[0].as_bytes(), row[1].as_bytes()]);
        assert!(!cells.contains(&number.cast_signed().to_string()));
    }
    // Nor is the other name of a hidden record a digest of what the record says alone: of the same records, in a county that differs by one line, they are others.
    let names = |run: &Path| -> BTreeSet<String> {
        table(run, "persons", &["record_id"]).into_iter().map(|row| row[0].clone()).filter(|id| id.starts_with("withheld-")).collect()
    };
    let (police, text) = tree(&scene.data.join("2012-10"))
        .into_iter()
        .find_map(|(name, bytes)| Some((name.clone(), String::from_utf8(bytes).ok()?)).filter(|_| name.contains("police_crime")))
        .unwrap();
    let police = scene.data.join("2012-10").join(police);
    let (without_the_last, _) = text.trim_end().rsplit_once('\n').unwrap();
    fs::write(&police, format!("{without_the_last}\n")).unwrap();
    let other = names(&scene.command("run", "2012-10", "other"));
    fs::write(&police, &text).unwrap();
    assert!(names(&run).len() > 20 && other.len() > 20);
    assert!(names(&run).is_disjoint(&other));
    // The same extracts give the same ids wherever they are run, with the register or without; a month later they are the same.
    let of = |run: &Path| -> BTreeSet<String> { table(run, "persons", &["person_id"]).into_iter().map(|row| row[0].clone()).collect() };
    assert_eq!(of(&open), of(&run));
    let later = of(&scene.command("run", "2012-11", "out"));
    assert!(of(&run).intersection(&later).count() * 10 > of(&run).len() * 9);
}

#[test]
fn what_only_linkage_needs_is_not_for_people() {
    let scene = Scene::of("42", "3000", "2");
    let run = scene.command("run", "2012-10", "out");
    let names: Vec<String> = tree(&run).into_keys().filter(|name| name.contains("link_")).collect();
    assert_eq!(names.len(), 4);
    assert!(names.iter().all(|name| name.starts_with("register/")), "{names:?}");
}

#[test]
fn linking_alone_hides_whom_the_months_have_hidden() {
    let scene = Scene::of("43", "3000", "2");
    let open = scene.command("run", "2012-10", "open");
    let later = scene.command("run", "2012-11", "open");
    let ids = |run: &Path| table(run, "persons", &["person_id", "source", "record_id"]);
    let still: BTreeSet<Vec<String>> = ids(&later).into_iter().map(|row| row[1..].to_vec()).collect();
    let people: BTreeSet<String> = ids(&later).into_iter().map(|row| row[0].clone()).collect();
    // Entered by a record that the next month no longer has, about somebody who is there still.
    let gone = ids(&open).into_iter().filter(|row| people.contains(&row[0]) && !still.contains(&row[1..]));
    let gone: BTreeMap<String, Vec<String>> = gone.map(|row| (row[0].clone(), row)).collect();
    let entries = gone.values().take(20).enumerate();
    scene.enter(HEAD, &entries.map(|(place, row)| format!("X{place:03},person,protected,{},{},,\n", row[1], row[2])).collect::<String>());
    let hidden = |run: &Path| {
        table(run, "persons", &["source", "record_id"]).into_iter().filter(|row| row[1].starts_with("withheld-")).collect::<BTreeSet<_>>()
    };
    scene.command("run", "2012-10", "out");
    let month = hidden(&scene.command("run", "2012-11", "out"));
    assert!(month.len() > 20, "{}", month.len());
    fs::remove_dir_all(scene.root.join("out")).unwrap();
    scene.command("run", "2012-10", "out");
    assert_eq!(month, hidden(&scene.command("link", "2012-11", "out")));
}

#[test]
fn an_entry_that_comes_back_or_names_a_record_of_long_ago_hides_whom_it_described() {
    let scene = Scene::of("46", "3000", "3");
    let open: Vec<PathBuf> = ["2012-10", "2012-11", "2012-12"].iter().map(|month| scene.command("run", month, "open")).collect();
    let ids = |run: &Path| table(run, "persons", &["person_id", "source", "record_id"]);
    let later: BTreeSet<Vec<String>> = open[1..].iter().flat_map(|run| ids(run)).map(|row| row[1..].to_vec()).collect();
    let people: BTreeSet<String> = ids(&open[2]).into_iter().map(|row| row[0].clone()).collect();
    let gone = ids(&open[0]).into_iter().filter(|row| people.contains(&row[0]) && !later.contains(&row[1..]));
    let gone: BTreeMap<String, Vec<String>> = gone.map(|row| (row[0].clone(), row)).collect();
    let chosen: Vec<&Vec<String>> = gone.values().take(12).collect();
    assert!(chosen.len() > 5);
    let entries: String =
        chosen.iter().enumerate().map(|(place, row)| format!("X{place:03},person,protected,{},{},,\n", row[1], row[2])).collect();
    let shown = |run: &Path| {
        let rows = ids(run).into_iter().filter(|row| chosen.iter().any(|one| one[0] == row[0]) && !row[2].starts_with("withheld-"));
        rows.map(|row| row[0].clone()).collect::<BTreeSet<_>>().len()
    };
    // Gone for a month, and back under the same name.
    scene.enter(HEAD, &entries);
    scene.command("run", "2012-10", "out");
    scene.enter(HEAD, "");
    assert_eq!(shown(&scene.command("run", "2012-11", "out")), chosen.len());
    scene.enter(HEAD, &entries);
    assert_eq!(shown(&scene.command("run", "2012-12", "out")), 0);
    // Entered two months after the record that it names was last delivered.
    fs::remove_file(&scene.register).unwrap();
    for month in ["2012-10", "2012-11"] {
        scene.command("run", month, "late");
    }
    scene.enter(HEAD, &entries);
    assert_eq!(shown(&scene.command("run", "2012-12", "late")), 0);
    // What leaves after a run whose entry came later knows it as the next run does: under another name too.
    let late = scene.root.join("after");
    fs::remove_file(&scene.register).unwrap();
    for month in ["2012-10", "2012-11", "2012-12"] {
        scene.command("run", month, "after");
    }
    let pipeline = fwt::config::load_pipeline(Path::new(PIPELINE)).unwrap();
    let entered = RestrictedRegister::parse("restricted.csv", &format!("{HEAD}{entries}"), date::from_iso("2012-12-31").unwrap());
    let today =
        today(&open_run(&current(&late)).unwrap(), &pipeline, Some(&entered.unwrap()), date::from_iso("2012-12-31").unwrap()).unwrap();
    assert!(chosen.iter().all(|row| today.hidden_since.contains(&row[0])));
    // Renamed when the record is long gone.
    scene.enter(HEAD, &entries);
    scene.command("run", "2012-10", "renamed");
    scene.command("run", "2012-11", "renamed");
    let renamed = entries.replace("\nX", "\nZ").replacen('X', "Z", 1);
    assert_eq!(renamed.matches('Z').count(), chosen.len());
    scene.enter(HEAD, &renamed);
    assert_eq!(shown(&scene.command("run", "2012-12", "renamed")), 0);
    // Wrong at first, and corrected under the same name while the last run still knows the record.
    let wrong: String = (0..chosen.len()).map(|place| format!("X{place:03},person,protected,,,9434765919,\n")).collect();
    scene.enter(HEAD, &wrong);
    scene.command("run", "2012-10", "wrong");
    scene.enter(HEAD, &entries);
    assert_eq!(shown(&scene.command("run", "2012-11", "wrong")), 0);
}

#[test]
fn the_home_of_somebody_entered_by_a_record_without_it_is_withheld_from_the_first_run_on() {
    let scene = Scene::of("47", "3000", "2");
    let open = scene.command("run", "2012-10", "open");
    let rows = table(&open, "persons", &["person_id", "source", "record_id", "address_key"]);
    let mut homes: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row[3].is_empty()) {
        homes.entry(&row[0]).or_default().insert(&row[3]);
    }
    // Others live there, so that it would be told by their rows.
    let others = |person: &String, home: &String| rows.iter().any(|row| row[3] == *home && row[0] != *person);
    let without = rows.iter().filter(|row| row[3].is_empty() && !row[0].is_empty());
    let chosen: BTreeMap<&String, &Vec<String>> = without
        .filter(|row| homes.get(&row[0]).is_some_and(|homes| homes.len() == 1 && homes.iter().all(|home| others(&row[0], home))))
        .map(|row| (&row[0], row))
        .collect();
    let chosen: Vec<_> = chosen.into_iter().take(10).collect();
    assert!(chosen.len() > 5);
    scene.enter(
        HEAD,
        &chosen
            .iter()
            .enumerate()
            .map(|(place, (_, row))| format!("X{place:03},person,protected,{},{},,\n", row[1], row[2]))
            .collect::<String>(),
    );
    let cells = cells(&scene.command("run", "2012-10", "out"));
    for (person, _) in chosen {
        for home in &homes[person] {
            assert!(!cells.contains(*home), "{home}");
        }
    }
}

#[test]
fn no_hash_that_a_run_tells_can_be_found_by_trying_what_a_short_register_may_say() {
    let scene = Scene::of("48", "3000", "2");
    scene.enter(HEAD, "X001,address,refuge,,,,100069625171\n");
    let run = scene.command("run", "2012-10", "out");
    let manifest = fs::read_to_string(run.join("manifest.json")).unwrap();
    let plain = fwt::store::sha256_hex(&fs::read(&scene.register).unwrap());
    let texts: Vec<(String, Vec<u8>)> = tree(&run).into_iter().filter(|(name, _)| !name.starts_with("register/")).collect();
    assert!(texts.iter().all(|(name, bytes)| name.ends_with(".parquet") || !String::from_utf8_lossy(bytes).contains(&plain)));
    let secret = fs::read_to_string(run.join("register/secret.json")).unwrap();
    let secret = secret.split('"').nth(3).unwrap();
    assert_eq!(secret.len(), 64);
    assert!(!manifest.contains(secret));
    for (name, bytes) in tree(&run).into_iter().filter(|(name, _)| name.starts_with("register/")) {
        // What is short, and what only who is restricted stands in.
        let restricted = name.contains("withheld_") || name.contains("made_from");
        let holds = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(holds || !restricted, "{name}");
        // Nor by its length, or how many rows there are.
        assert!(!name.contains("withheld_") || bytes.len() % 16_384 == 0, "{name}: {}", bytes.len());
    }
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let outputs = manifest["outputs"].as_array().unwrap();
    let withheld: Vec<_> = outputs.iter().filter(|output| output.to_string().contains("register/withheld_")).collect();
    assert!(withheld.len() == 5 && withheld.iter().all(|output| output["rows"].is_null()), "{withheld:?}");
    // The register is recognised as that of the run all the same.
    let again = fwt_ok(&["reperform", text(&run)]);
    assert!(again.contains("come out as they were published"), "{again}");
}

#[test]
fn a_refuge_entered_by_its_uprn_stays_one_when_no_extract_gives_the_uprn() {
    let scene = Scene::of("44", "3000", "2");
    let open = scene.command("run", "2012-10", "open");
    // A home whose number some records give and others do not.
    let rows = table(&open, "persons", &["address_key", "uprn"]);
    let mut numbers: BTreeMap<&String, (BTreeSet<&String>, usize)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row[0].len() > 3) {
        let (known, without) = numbers.entry(&row[0]).or_default();
        if row[1].is_empty() { *without += 1 } else { known.extend([&row[1]]) }
    }
    let (key, (uprns, _)) =
        numbers.iter().filter(|(_, (known, without))| known.len() == 1 && *without > 0).max_by_key(|(_, one)| one.1).unwrap();
    let uprn = (*uprns.first().unwrap()).clone();
    scene.enter(HEAD, &format!("X001,address,refuge,,,,{uprn}\n"));
    let shows = |run: &Path| cells(run).iter().filter(|cell| *cell == *key || **cell == uprn).count();
    assert_eq!(shows(&scene.command("run", "2012-10", "out")), 0);
    // The next month's extracts lose the number.
    let mut lost = 0;
    for (name, bytes) in tree(&scene.data.join("2012-11")) {
        let file = scene.data.join("2012-11").join(name);
        if let Ok(said) = String::from_utf8(bytes) {
            lost += said.matches(&uprn).count();
            fs::write(file, said.replace(&uprn, "")).unwrap();
        }
    }
    assert!(lost > 0);
    let lost = scene.command("run", "2012-11", "out");
    assert_eq!(shows(&lost), 0);
    scene.enter(HEAD, "");
    let kept =
        table(&scene.command("run", "2012-11", "open"), "persons", &["address_key"]).into_iter().filter(|row| row[0] == **key).count();
    assert!(kept > 0, "people are still there");
    // Once the entry is taken out, the address is shown again, and the run says so.
    let out = scene.root.join("out");
    let said = support::fwt(&["run", PIPELINE, "--month", "2012-11", "--data", text(&scene.data), "--out", text(&out)]);
    assert!(
        String::from_utf8_lossy(&said.stderr).contains("has no entry X001 any more that holds: whom or what it described is shown again")
    );
    assert!(shows(&current(&out)) > 0);
}

#[test]
fn an_address_with_a_slip_is_that_of_the_refuge_it_means() {
    let scene = Scene::of("45", "3000", "2");
    let open = scene.command("run", "2012-10", "open");
    let homes: BTreeMap<String, [String; 2]> = table(&open, "families", &["family_id", "address_key", "uprn"])
        .into_iter()
        .map(|row| (row[0].clone(), [row[1].clone(), row[2].clone()]))
        .collect();
    let members = table(&open, "members", &["family_id", "person_id"]);
    let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in table(&open, "persons", &["person_id", "address_key", "uprn"]) {
        written.entry(row[0].clone()).or_default().extend(row[1..].iter().filter(|text| !text.is_empty()).cloned());
    }
    // Families of whom no record writes the address at which they are known to live.
    let corrected = homes.iter().filter(|(family, [key, uprn])| {
        !key.is_empty()
            && !uprn.is_empty()
            && members
                .iter()
                .filter(|row| row[0] == **family)
                .all(|row| written.get(&row[1]).is_none_or(|texts| !texts.contains(key) && !texts.contains(uprn)))
    });
    let corrected: Vec<(&String, &[String; 2])> = corrected.collect();
    assert!(!corrected.is_empty());
    let entries = corrected.iter().enumerate();
    scene.enter(HEAD, &entries.map(|(place, (_, [_, uprn]))| format!("X{place:03},address,refuge,,,,{uprn}\n")).collect::<String>());
    let run = scene.command("run", "2012-10", "out");
    let shown = cells(&run);
    for (_, [key, uprn]) in &corrected {
        assert!(!shown.contains(key) && !shown.contains(uprn));
    }
    // Nor as their own records write it.
    let theirs: BTreeSet<&String> =
        members.iter().filter(|row| corrected.iter().any(|(family, _)| **family == row[0])).map(|row| &row[1]).collect();
    let withheld =
        table(&run, "persons", &["person_id", "address_withheld", "address_key"]).into_iter().filter(|row| theirs.contains(&row[0]));
    assert!(withheld.filter(|row| row[1] == "yes" && row[2].is_empty()).count() > 0);
}
