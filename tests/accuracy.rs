//! Accuracy against the synthetic truth at default noise: the floors that may not be crossed unnoticed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is how a test fails")]

mod support;

use support::{county, fwt_ok, run_month, text};

#[test]
fn persons_families_and_criteria_are_found_as_well_as_promised() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 20_000, 11);
    let out = folder.path().join("out");
    run_month(&data, &out, &[]);
    let json: serde_json::Value =
        serde_json::from_str(&fwt_ok(&["evaluate", text(&out), "--truth", text(&data), "--json"])).expect("evaluate prints JSON");
    let figure = |path: &str| json.pointer(path).and_then(serde_json::Value::as_f64).unwrap_or_else(|| panic!("no figure at {path}"));
    assert!(figure("/persons/pairs/f1") >= 0.94, "person F1 {}", figure("/persons/pairs/f1"));
    assert!(figure("/persons/pairs/precision") >= 0.97, "person precision {}", figure("/persons/pairs/precision"));
    assert!(figure("/families/share") >= 0.945, "families exactly right {}", figure("/families/share"));
    assert!(figure("/evidence/victims_and_witnesses").abs() < 0.5, "a victim or witness counts as an offender");
    let criteria = json["criteria"].as_array().expect("a row per criterion");
    assert_eq!(criteria.len(), 8, "two packs of four criteria");
    for criterion in criteria {
        let figure = |name: &str| criterion["knowable"][name].as_f64().expect("a figure");
        assert!(figure("precision") >= 0.95 && figure("recall") >= 0.95, "{criterion}");
    }
}
