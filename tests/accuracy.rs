//! Accuracy against the synthetic truth at default noise: the floors that may not be crossed unnoticed.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

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
    println!("{json:#}");
}
