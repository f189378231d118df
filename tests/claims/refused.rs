//! What is refused before anything is drafted.

use std::fs;

use super::WINDOW;
use super::support::{PIPELINE, fwt, fwt_ok, text};

#[test]
fn what_cannot_be_drafted_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let output = fwt(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(code) && said.contains(words), "{said}");
    };
    refused(&["claims", "draft", PIPELINE, "--window", WINDOW, "--out", text(&out)], 3, "no claim was drafted");
    assert!(!out.exists(), "a mistyped folder is not made");
    let pack = folder.path().join("pack.toml");
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/funding/p1-national.toml");
    let wrong = fs::read_to_string(shipped).unwrap().replacen("result_pence = 70_000", "result_pence = 95_000", 1).replacen(
        "of_every = 6",
        "of_every = 4",
        1,
    );
    fs::write(&pack, wrong).unwrap();
    refused(&["claims", "funding", text(&pack)], 2, "the ceiling is £4,000");
    refused(&["claims", "funding", text(&pack)], 2, "no more families can be funded than there are");
    let words = fwt_ok(&["claims", "funding", shipped]);
    assert!(words.contains("£700 for a result in crime, anti-social behaviour and education"));
    assert!(fwt_ok(&["claims", "results", concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/results/p1.toml")]).contains("asb_cut: 60/100"));
}
