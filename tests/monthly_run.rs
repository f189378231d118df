//! The monthly run as a user runs it: what it promises about its outputs.

#![allow(
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_types,
    clippy::naive_bytecount,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::fs;

use support::{PIPELINE, county, current, fwt, fwt_ok, run_month, sorted, table, text, tree};

#[test]
fn a_month_is_published_verified_and_published_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 8_000, 1);
    let out = folder.path().join("out");
    let run = run_month(&data, &out, &[]);
    for name in [
        "identification.parquet",
        "evidence.parquet",
        "members.parquet",
        "links.parquet",
        "list.xlsx",
        "report.html",
        "run.json",
        "manifest.json",
    ] {
        assert!(run.join(name).is_file(), "{name} is missing");
    }
    let ledger = table(&run, "ledger", &["stage", "balances"]);
    assert!(ledger.len() > 16 && ledger.iter().all(|line| line[1] == "yes"), "{ledger:?}");
    let deliveries = table(&run, "deliveries", &["rows_read", "rows_used", "rows_set_aside"]);
    let count = |cell: &String| cell.parse::<u64>().unwrap();
    assert!(deliveries.iter().all(|row| count(&row[0]) == count(&row[1]) + count(&row[2])), "{deliveries:?}");
    fwt_ok(&["verify", text(&out)]);
    let before = tree(&run);
    let again = fwt_ok(&["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
    assert!(again.contains("already published"), "{again}");
    assert_eq!(before, tree(&current(&out)));
    let listed = table(&run, "identification", &["family_id", "route"]);
    assert!(listed.iter().any(|row| row[1] == "AUTO" || row[1] == "DISCRETION"), "nobody is on the list");
}

#[test]
fn thread_counts_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 3_000, 2);
    let runs: Vec<_> = ["1", "2", "8"]
        .iter()
        .map(|threads| tree(&run_month(&data, &folder.path().join(format!("out{threads}")), &["--threads", threads])))
        .collect();
    for other in &runs[1..] {
        for (name, bytes) in &runs[0] {
            assert!(other.get(name) == Some(bytes), "{name} differs between thread counts");
        }
        assert_eq!(runs[0].len(), other.len());
    }
}

#[test]
fn the_same_seed_gives_the_same_county_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b, c) = (folder.path().join("a"), folder.path().join("b"), folder.path().join("c"));
    let [a, b, c] = [(&a, 3), (&b, 3), (&c, 4)].map(|(folder, seed)| tree(&county(folder, 1_000, seed)));
    assert!(a == b, "the same seed gave different bytes");
    assert!(a != c, "another seed gave the same bytes");
}

/// Shuffles the data rows of every delimited text file that has one row per line, in a fixed but arbitrary order.
fn shuffle_rows(data: &std::path::Path) -> usize {
    let mut shuffled = 0;
    for (name, bytes) in tree(data) {
        if !name.starts_with("2012-10") || !name.ends_with(".csv") || bytes.starts_with(&[0xff, 0xfe]) {
            continue;
        }
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let (header, rows) = lines.split_at(1);
        if rows
            .iter()
            .any(|row| row.iter().filter(|byte| **byte == b'"').count() % 2 == 1 || row.to_ascii_lowercase().starts_with(b"total"))
        {
            continue;
        }
        let mut rows = rows.to_vec();
        rows.sort_by_key(|row| row.iter().fold(7_u64, |hash, byte| hash.wrapping_mul(0x100_0000_01b3) ^ u64::from(*byte)));
        fs::write(data.join(&name), [header, &rows].concat().concat()).unwrap();
        shuffled += 1;
    }
    shuffled
}

#[test]
fn shuffled_rows_give_the_same_persons_families_flags_and_list() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 2_000, 5);
    let before = run_month(&data, &folder.path().join("out1"), &[]);
    assert!(shuffle_rows(&data) >= 6, "too few files were shuffled for the test to mean anything");
    let after = run_month(&data, &folder.path().join("out2"), &[]);
    for (name, columns) in [
        ("persons", vec!["source", "record_id", "person_id"]),
        ("members", vec!["family_id", "person_id", "role", "resident", "primary"]),
        ("criteria", vec!["family_id", "pack", "criterion", "value"]),
        ("identification", vec!["criteria_pack", "family_id", "route", "priority_rank", "priority_points"]),
        ("evidence", vec!["family_id", "person_id", "criterion", "rule", "event_from", "value"]),
        ("links", vec!["left_source", "left_record_id", "right_source", "right_record_id", "probability", "decision"]),
    ] {
        assert!(sorted(&before, name, &columns) == sorted(&after, name, &columns), "{name} depends on the order of rows");
    }
}

#[test]
fn a_refused_month_names_every_problem_and_leaves_the_last_run_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 1_000, 6);
    let out = folder.path().join("out");
    let before = tree(&run_month(&data, &out, &[]));
    let month = data.join("2012-10");
    let rename_header = |pattern: &str, from: &str, to: &str| {
        let path = fs::read_dir(&month).unwrap().map(|entry| entry.unwrap().path()).find(|path| text(path).contains(pattern)).unwrap();
        let content = fs::read(&path).unwrap();
        let content = String::from_utf8_lossy(&content).replacen(from, to, 1);
        fs::write(&path, content).unwrap();
    };
    rename_header("police_crime", "|SURNAME|", "|ZZ_COLUMN|");
    rename_header("counciltax", "UPRN", "PropertyNo");
    let output = fwt(&["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("ZZ_COLUMN") && message.contains("PropertyNo"), "both files are named at once:\n{message}");
    assert!(message.contains("hint:"), "{message}");
    assert_eq!(before, tree(&current(&out)));
    fwt_ok(&["verify", text(&out)]);
}

#[test]
fn explanations_come_from_the_published_run_and_mask_values() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 2_000, 7);
    let out = folder.path().join("out");
    let run = run_month(&data, &out, &[]);
    let listed = table(&run, "identification", &["family_id", "route"]);
    let family = &listed.iter().find(|row| row[1] == "AUTO" || row[1] == "DISCRETION").expect("a listed family")[0];
    let told = fwt_ok(&["explain", "family", family, "--run", text(&out)]);
    assert!(told.contains("Evidence") && told.contains("2012-10/"), "{told}");
    let links = table(&run, "links", &["left_source", "left_record_id", "right_source", "right_record_id", "decision"]);
    let link = links.iter().find(|row| row[4] == "linked").expect("a linked pair");
    let pair = format!("{}/{},{}/{}", link[0], link[1], link[2], link[3]);
    let told = fwt_ok(&["explain", "pair", &pair, "--run", text(&out)]);
    assert!(told.contains("Waterfall") && told.contains("***"), "{told}");
    let persons = table(&run, "persons", &["record_id", "source", "person_id", "surname", "date_of_birth"]);
    let person = persons.iter().find(|row| row[0] == link[1] && row[1] == link[0]).expect("its person");
    let told = fwt_ok(&["explain", "person", &person[2], "--run", text(&out)]);
    assert!(told.contains("weakest link"), "{told}");
    if !person[4].is_empty() {
        assert!(!told.contains(&person[4]), "a date of birth is shown unasked");
        let shown = fwt_ok(&["explain", "person", &person[2], "--run", text(&out), "--show-values"]);
        assert!(shown.contains(&person[4]));
    }
    assert_eq!(fwt(&["explain", "family", "Fnobody", "--run", text(&out)]).status.code(), Some(2));
}

#[test]
fn each_kind_of_failure_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let out = folder.path().join("out");
    assert_eq!(fwt(&["run"]).status.code(), Some(2));
    assert_eq!(fwt(&["run", "no-such.toml", "--month", "2012-10"]).status.code(), Some(2));
    assert_eq!(fwt(&["run", PIPELINE, "--month", "2012-13"]).status.code(), Some(2));
    let refused = fwt(&["run", PIPELINE, "--month", "2012-10", "--data", text(&empty), "--out", text(&out)]);
    assert_eq!(refused.status.code(), Some(1), "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!(fwt(&["verify", text(&empty)]).status.code(), Some(2));
    fs::write(folder.path().join("in-the-way"), "a file where the output folder should be").unwrap();
    let blocked =
        fwt(&["run", PIPELINE, "--month", "2012-10", "--data", text(&empty), "--out", text(&folder.path().join("in-the-way/out"))]);
    assert_eq!(blocked.status.code(), Some(3), "{}", String::from_utf8_lossy(&blocked.stderr));
    assert_eq!(fwt(&["--help"]).status.code(), Some(0));
}
