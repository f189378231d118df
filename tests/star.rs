//! The star schema as BI tools find it: what it promises about its keys, its bytes, its secret and what it does not hold.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test prepares its own folders and looks at the disk itself"
)]

#[path = "support/months.rs"]
mod months;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fwt::model::small_numbers::{Shown, Totals, suppress};
use fwt::model::tables::{ColumnType, FAMILY_KEY, TABLES, is_dimension, star_name};
use months::{MONTHS, copy, fact, rows};
use support::{PIPELINE, fwt, fwt_ok, table, text, tree};

fn months() -> &'static months::Months {
    months::months("star")
}

fn values(star_table: &[BTreeMap<String, Option<String>>], column: &str) -> BTreeSet<String> {
    star_table.iter().filter_map(|row| row[column].clone()).collect()
}

#[test]
fn every_key_of_a_fact_stands_in_its_dimension() {
    let months = months();
    let star = months.out.join("star");
    let keys = |dimension: &str, column: &str| values(&rows(&star.join(format!("{dimension}.parquet"))), column);
    let dimensions: BTreeMap<&str, BTreeSet<String>> = [
        ("month_key", keys("dim_month", "month_key")),
        ("family_key", keys("dim_family", "family_key")),
        ("pack_key", keys("dim_pack", "pack_key")),
        ("criterion_key", keys("dim_criterion", "criterion_key")),
        ("source_key", keys("dim_source", "source_key")),
        ("route_key", keys("dim_route", "route_key")),
        ("district_key", keys("dim_district", "district_key")),
        ("locality_key", keys("dim_locality", "locality_key")),
        ("target_key", keys("dim_target", "target_key")),
        ("event_from", keys("dim_date", "date")),
        ("event_to", keys("dim_date", "date")),
        ("cause_date", keys("dim_date", "date")),
        ("status_key", keys("dim_status", "status_key")),
        ("change_key", keys("dim_change", "change_key")),
    ]
    .into();
    let mut checked = BTreeSet::new();
    for definition in TABLES.iter().filter(|definition| star_name(definition).is_some()) {
        let name = star_name(definition).unwrap();
        let all: Vec<_> = if is_dimension(definition) {
            let all = rows(&star.join(format!("{name}.parquet")));
            let key = definition.columns[0].name;
            assert_eq!(values(&all, key).len(), all.len(), "`{key}` is the key of {name}");
            all
        } else {
            MONTHS.iter().flat_map(|month| fact(&star, name, month)).collect()
        };
        assert!(!all.is_empty(), "{name} is empty");
        for column in definition.columns {
            if let Some(known) = dimensions.get(column.name) {
                let unknown: Vec<String> = values(&all, column.name).difference(known).cloned().collect();
                assert!(unknown.is_empty(), "{name}.{}: {unknown:?}", column.name);
                checked.insert(column.name);
            } else {
                assert!(!column.name.ends_with("_key"), "{name}.{} is checked against no dimension", column.name);
            }
        }
    }
    assert_eq!(checked.len(), dimensions.len(), "{checked:?}");
    assert!(values(&rows(&star.join("dim_family.parquet")), "district_key").len() >= 7);
}

#[test]
fn a_family_that_keeps_its_id_keeps_its_key_and_the_key_leads_back_with_the_secret_only() {
    let months = months();
    let star = months.out.join("star");
    let listed = |month: &str| -> BTreeSet<String> {
        let fact = fact(&star, "fact_identification", month);
        values(&fact.into_iter().filter(|row| row["listed"].as_deref() == Some("true")).collect::<Vec<_>>(), "family_key")
    };
    let stayed: Vec<String> = listed(MONTHS[0]).intersection(&listed(MONTHS[2])).cloned().collect();
    assert!(stayed.len() > 3, "{stayed:?}");
    for key in stayed.iter().take(3) {
        let told = fwt_ok(&["star", text(&months.out), "--family", key, "--json"]);
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let family = told["family_id"].as_str().unwrap();
        assert_eq!(told["months"].as_array().unwrap().len(), 3, "{told}");
        for run in [&months.runs[0], &months.runs[2]] {
            let listed = table(run, "identification", &["family_id", "listed"]);
            assert!(listed.iter().any(|row| row[0] == family && row[1] == "yes"), "{family} is not on the list of {}", run.display());
        }
    }
    let nobody = fwt(&["star", text(&months.out), "--family", "K0000000000000000"]);
    assert_eq!(nobody.status.code(), Some(2));
    // The keys of a run's own star are other ones, and no order gives them away.
    let own = table(&months.runs[0], "star/fact_identification", &["family_key"]).concat();
    let keys: Vec<String> = fact(&star, "fact_identification", MONTHS[0]).iter().filter_map(|row| row["family_key"].clone()).collect();
    assert_eq!(own.len(), keys.len());
    assert!(own.is_sorted() && keys.is_sorted());
    let own: BTreeSet<&String> = own.iter().collect();
    assert!(keys.iter().all(|key| !own.contains(key)));
}

#[test]
fn nothing_in_a_star_names_or_finds_a_person_or_a_row() {
    let months = months();
    let mut personal: BTreeSet<String> = BTreeSet::new();
    let columns = [
        "person_id",
        "record_id",
        "file",
        "forename",
        "surname",
        "date_of_birth",
        "postcode",
        "uprn",
        "address_key",
        "nhs_number",
        "nino",
        "upn",
    ];
    for run in &months.runs {
        personal.extend(table(run, "persons", &columns).concat());
        personal.extend(table(run, "families", &["family_id"]).concat());
    }
    personal.retain(|value| value.chars().count() > 3);
    assert!(personal.len() > 10_000);
    // Dates of birth are days like any other: a star may hold such a day where something happened on it.
    let days: BTreeSet<&str> = personal.iter().map(String::as_str).filter(|value| fwt::model::date::from_iso(value).is_some()).collect();
    assert!(!days.is_empty());
    let star = months.out.join("star");
    for (name, _) in tree(&star).iter().filter(|(name, _)| name.ends_with(".parquet")) {
        for row in rows(&star.join(name)) {
            for (column, value) in row {
                let Some(value) = value else { continue };
                assert!(!personal.contains(&value) || days.contains(value.as_str()), "{name}: `{column}` holds a value of a person");
            }
        }
    }
    let direct = TABLES.iter().filter(|definition| star_name(definition).is_some()).flat_map(|definition| definition.columns);
    let dates: Vec<&str> = direct.filter(|column| column.kind == ColumnType::Date).map(|column| column.name).collect();
    assert!(!dates.iter().any(|name| name.contains("birth")), "{dates:?}");
}

#[test]
fn the_same_runs_and_secret_give_the_same_bytes_and_files_are_their_owners_only() {
    let months = months();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("for bi");
    let told = fwt_ok(&["star", text(&months.out), "--to", text(&to)]);
    assert!(told.contains("2012-12") && told.contains("fact_identification"), "{told}");
    let (first, second) = (tree(&months.out.join("star")), tree(&to));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        // The marker lists files in the order they were made, which is the same too.
        assert!(second[name] == *bytes, "{name} differs");
        assert_eq!(fs::metadata(to.join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    fwt_ok(&["star", text(&months.out), "--to", text(&to), "--threads", "1"]);
    assert!(tree(&to) == second, "writing it again changes a byte");
    let beside: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(beside.len() == 2 && beside.iter().all(|name| name == "for bi" || name == ".for bi.lock"), "{beside:?}");
    assert_eq!(fs::metadata(months.out.join("STAR_KEY")).unwrap().permissions().mode() & 0o777, 0o600);
    fwt_ok(&["verify", text(&months.out)]);
}

#[test]
fn a_secret_that_is_open_or_damaged_is_refused_and_a_lost_one_changes_every_key_at_once() {
    let months = months();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    copy(&months.out, &out);
    let before = tree(&out.join("star"));
    let secret = out.join("STAR_KEY");
    let refused = |why: &str| {
        let output = fwt(&["star", text(&out)]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(why), "{message}");
        assert!(tree(&out.join("star")) == before, "the star was touched");
    };
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o640)).unwrap();
    refused("may be read by others");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let digits = fs::read_to_string(&secret).unwrap();
    for damaged in [&digits[..40], &digits.to_uppercase(), &digits.replacen(char::is_alphanumeric, "g", 1), ""] {
        fs::write(&secret, damaged).unwrap();
        refused("is not a secret");
    }
    fs::remove_file(&secret).unwrap();
    let output = fwt(&["star", text(&out)]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("A secret for pseudonyms was made"));
    let old = values(&rows(&months.out.join("star/dim_family.parquet")), FAMILY_KEY);
    let new = values(&rows(&out.join("star/dim_family.parquet")), FAMILY_KEY);
    assert!(old.len() == new.len() && old.is_disjoint(&new));
}

#[test]
fn per_month_the_final_run_published_last_counts() {
    let months = months();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    copy(&months.out, &out);
    let run = ["run", PIPELINE, "--month", MONTHS[1], "--data", text(&months.data), "--out", text(&out), "--quiet"];
    fwt_ok(&[&run[..], &["--reference", "2012-11-29"]].concat());
    let again = support::current(&out);
    fwt_ok(&["link", PIPELINE, "--month", MONTHS[2], "--data", text(&months.data), "--out", text(&out), "--quiet"]);
    let told: serde_json::Value = serde_json::from_str(&fwt_ok(&["star", text(&out), "--json"])).unwrap();
    let runs: Vec<&str> = told["months"].as_array().unwrap().iter().map(|month| month["run_id"].as_str().unwrap()).collect();
    let name = |run: &Path| run.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(runs, [name(&months.runs[0]), name(&again), name(&months.runs[2])]);
    let reference = rows(&out.join("star/dim_month.parquet"))[1]["reference_date"].clone();
    assert_eq!(reference.as_deref(), Some("2012-11-29"));
    // A provisional run counts for nothing, and a month that has no other is told.
    fwt_ok(&[&run[..], &["--reference", "2012-11-28", "--provisional"]].concat());
    let later = ["run", PIPELINE, "--month", "2013-01", "--data", text(&months.data), "--out", text(&out), "--quiet"];
    fwt_ok(&[&later[..], &["--provisional"]].concat());
    let told: serde_json::Value = serde_json::from_str(&fwt_ok(&["star", text(&out), "--json"])).unwrap();
    assert_eq!(told["months"].as_array().unwrap().len(), 3);
    assert_eq!(told["months"][1]["run_id"].as_str(), Some(&*name(&again)));
    assert!(told["warnings"][0].as_str().unwrap().starts_with("2013-01 is left out"), "{told}");
    // The run before counts again once it is the one published last.
    fwt_ok(&run);
    let told: serde_json::Value = serde_json::from_str(&fwt_ok(&["star", text(&out), "--json"])).unwrap();
    assert_eq!(told["months"][1]["run_id"].as_str(), Some(&*name(&months.runs[1])));
}

#[test]
fn a_folder_that_holds_anything_else_is_left_alone() {
    let months = months();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("bi");
    fwt_ok(&["star", text(&months.out), "--to", text(&to)]);
    fs::write(to.join("families.pbix"), "months of work").unwrap();
    let before = tree(&to);
    let output = fwt(&["star", text(&months.out), "--to", text(&to)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("families.pbix"));
    assert!(tree(&to) == before);
    let inside = fwt(&["star", text(&months.out), "--to", text(&months.runs[0].join("bi"))]);
    assert_eq!(inside.status.code(), Some(2), "{}", String::from_utf8_lossy(&inside.stderr));
    assert_eq!(fwt(&["star", text(folder.path())]).status.code(), Some(2), "no output folder");
    // Killed between its two renames, a star stands aside; the next call brings it back and replaces it.
    fs::remove_file(to.join("families.pbix")).unwrap();
    let whole = tree(&to);
    fs::rename(&to, folder.path().join(".bi.before")).unwrap();
    fwt_ok(&["star", text(&months.out), "--to", text(&to)]);
    assert!(tree(&to) == whole && !folder.path().join(".bi.before").exists());
}

#[test]
fn the_committees_table_is_the_true_counts_with_small_numbers_suppressed() {
    for run in &months().runs {
        let listed = table(run, "identification", &["criteria_pack", "district_code", "criteria_true", "listed"]);
        let shown = table(run, "shareable/committee", &["pack", "district_code", "district", "criterion", "families"]);
        let packs: BTreeSet<&String> = shown.iter().map(|row| &row[0]).collect();
        for pack in packs {
            let of_pack: Vec<_> = shown.iter().filter(|row| row[0] == *pack).collect();
            let criteria: BTreeSet<&String> = of_pack.iter().map(|row| &row[3]).collect();
            for criterion in criteria {
                let column: Vec<_> = of_pack.iter().filter(|row| row[3] == *criterion).collect();
                let (county, districts) = column.split_last().unwrap();
                assert_eq!(county[2], "County");
                let meets = |row: &&Vec<String>| criterion == "all" || row[2].split("; ").any(|id| id == criterion);
                let count = |district: &str| {
                    let here = listed.iter().filter(|row| row[0] == *pack && row[3] == "yes" && row[1] == district);
                    vec![here.filter(meets).count() as u64]
                };
                let counts: Vec<Vec<u64>> = districts.iter().map(|row| count(&row[1])).collect();
                let wanted = suppress(&counts, Totals { rows: false, columns: true, grand: false });
                let told: Vec<String> = column.iter().map(|row| row[4].clone()).collect();
                let wanted: Vec<String> = wanted.cells.concat().iter().chain(&wanted.columns).map(ToString::to_string).collect();
                assert_eq!(told, wanted, "{pack} {criterion}");
                assert!(told.iter().all(|cell| cell == "*" || cell.parse::<u64>().unwrap() % 5 == 0), "{told:?}");
                assert_ne!(counts.concat().iter().sum::<u64>(), 0);
            }
        }
        assert!(shown.iter().any(|row| row[4] == Shown::Withheld.to_string()), "nothing is small in this county: the test tests nothing");
    }
}
