//! Accuracy against the synthetic truth at default noise: the floors that may not be crossed unnoticed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::path::Path;

use support::{county, fwt_ok, run_month, table, text};

/// Runs October 2012 over a county and checks every floor.
fn check(data: &Path, out: &Path) -> std::path::PathBuf {
    let run = run_month(data, out, &[]);
    let json: serde_json::Value =
        serde_json::from_str(&fwt_ok(&["evaluate", text(out), "--truth", text(data), "--json"])).expect("evaluate prints JSON");
    let figure = |path: &str| json.pointer(path).and_then(serde_json::Value::as_f64).unwrap_or_else(|| panic!("no figure at {path}"));
    assert!(figure("/persons/pairs/f1") >= 0.985, "person F1 {}", figure("/persons/pairs/f1"));
    assert!(figure("/persons/pairs/precision") >= 0.99, "person precision {}", figure("/persons/pairs/precision"));
    // The promise of 0.95 is for a county of 100,000; a small one scatters around it.
    assert!(figure("/families/share") >= 0.945, "families exactly right {}", figure("/families/share"));
    assert!(figure("/evidence/victims_and_witnesses").abs() < 0.5, "a victim or witness counts as an offender");
    let criteria = json["criteria"].as_array().expect("a row per criterion");
    assert_eq!(criteria.len(), 8, "two packs of four criteria");
    for criterion in criteria {
        let figure = |name: &str| criterion["knowable"][name].as_f64().expect("a figure");
        assert!(figure("precision") >= 0.95 && figure("recall") >= 0.95, "{criterion}");
    }
    run
}

#[test]
fn persons_families_and_criteria_are_found_as_well_as_promised() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 20_000, 11);
    check(&data, &folder.path().join("out"));
}

#[test]
fn months_of_increments_and_late_feeds_are_as_accurate_as_one_month() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // Enough people that a criterion met by one family in forty still says something: of 20,000 only 56 meet the first.
    fwt_ok(&["synth", "--out", text(&data), "--people", "60000", "--seed", "13", "--start", "2012-01", "--months", "10"]);
    let run = check(&data, &folder.path().join("out"));
    let deliveries = table(&run, "deliveries", &["source", "feed_state"]);
    let of = |source: &str| deliveries.iter().filter(|row| row[0] == source).count();
    assert!(deliveries.iter().any(|row| row[1] == "stale"), "no feed is late");
    assert!(of("police_crime") > 5, "increments are read from every month");
    assert_eq!(of("council_tax"), 1, "a snapshot is read once, the latest");
}
