//! A simulated officer's decisions about two published months of a synthetic county.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a panic is how a test fails")]
#![expect(clippy::disallowed_methods, reason = "a test looks at the disk itself")]

mod support;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use support::{current, fwt, fwt_ok, table, text};

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(std::fs::read(path).unwrap()));
    let headers = reader.headers().unwrap().clone();
    let pairs = |record: csv::StringRecord| headers.iter().map(ToOwned::to_owned).zip(record.iter().map(ToOwned::to_owned)).collect();
    reader.records().map(|record| pairs(record.unwrap())).collect()
}

#[test]
fn the_officer_decides_about_listed_families_and_doubtful_pairs_month_after_month() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out, to) = (folder.path().join("county"), folder.path().join("out"), folder.path().join("decisions"));
    fwt_ok(&["synth", "--out", text(&data), "--people", "12000", "--seed", "5", "--months", "2", "--all-on-time"]);
    let decide = |to: &Path| fwt_ok(&["synth", "decide", "--truth", text(&data), "--run", text(&out), "--to", text(to)]);
    let run = |month: &str| {
        fwt_ok(&["run", "pipelines/lincolnshire.toml", "--month", month, "--data", text(&data), "--out", text(&out)]);
    };
    run("2012-10");
    decide(&to);
    let again = folder.path().join("again");
    decide(&again);
    for name in ["families.csv", "pairs.csv", "referrals.csv"] {
        let bytes = |to: &Path| std::fs::read(to.join("2012-10").join(name)).unwrap();
        assert!(bytes(&to) == bytes(&again), "{name}: the same decisions for the same run");
    }
    let listed: HashSet<String> = table(&current(&out), "identification", &["family_id", "listed"])
        .into_iter()
        .filter(|row| row[1] == "yes")
        .map(|row| row[0].clone())
        .collect();
    let first = rows(&to.join("2012-10/families.csv"));
    let accepted: HashSet<&str> = first.iter().filter(|row| row["accepted"] == "yes").map(|row| row["family"].as_str()).collect();
    assert!(accepted.len() > 3 && accepted.iter().all(|family| listed.contains(*family)), "{} accepted", accepted.len());
    for row in &first {
        assert!(row["status"].is_empty(), "nobody has a status before being accepted");
        assert!(!row["by"].is_empty() && (row["accepted"] != "no" || !row["reason"].is_empty()), "{row:?}");
        assert!(row["override"].is_empty() || !(row["approver"].is_empty() || row["expires"].is_empty() || row["reason"].is_empty()));
    }
    let pairs = rows(&to.join("2012-10/pairs.csv"));
    assert!(!pairs.is_empty() && pairs.iter().all(|row| ["same", "different", "unsure"].contains(&row["decision"].as_str())));
    run("2012-11");
    decide(&to);
    let second = rows(&to.join("2012-11/families.csv"));
    let moved: Vec<_> = second.iter().filter(|row| !row["status"].is_empty()).collect();
    assert!(!moved.is_empty(), "accepted families go on");
    for row in moved {
        assert!(accepted.contains(row["family"].as_str()), "only an accepted family is worked with: {row:?}");
        assert!(["assessment_requested", "out_of_county"].contains(&row["status"].as_str()), "{row:?}");
    }
    let known: HashSet<String> = pairs.iter().map(|row| row["left_record_id"].clone() + &row["right_record_id"]).collect();
    let asked = rows(&to.join("2012-11/pairs.csv"));
    assert!(asked.iter().all(|row| !known.contains(&(row["left_record_id"].clone() + &row["right_record_id"]))), "no pair is asked twice");
}

#[test]
fn a_folder_without_truth_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let result = fwt(&["synth", "decide", "--truth", text(folder.path()), "--run", text(folder.path()), "--to", text(folder.path())]);
    assert!(!result.status.success());
}
