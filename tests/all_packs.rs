//! All four programmes over one synthetic county: what the extracts make knowable is found, local changes show, blindness is said.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use support::{county, current, fwt, fwt_ok, table, text};

const ALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/lincolnshire-all-packs.toml");
const CRITERIA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/criteria");
const OVERLAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/overlays/p2-2015-lincolnshire.toml");
const PACKS: [&str; 4] = ["p1-2012", "p1-lincolnshire", "p2-2015", "sf-2022"];

fn run_all(data: &Path, out: &Path) -> std::path::PathBuf {
    fwt_ok(&["run", ALL, "--month", "2012-10", "--data", text(data), "--out", text(out)]);
    current(out)
}

#[test]
fn all_four_packs_find_what_the_extracts_make_knowable() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (county(folder.path(), 20_000, 11), folder.path().join("out"));
    let run = run_all(&data, &out);
    let json: serde_json::Value = serde_json::from_str(&fwt_ok(&["evaluate", text(&out), "--truth", text(&data), "--json"])).unwrap();
    let criteria = json["criteria"].as_array().unwrap();
    assert_eq!(criteria.len(), 4 + 4 + 7 + 12, "criteria of the four packs");
    for criterion in criteria {
        let figure = |name: &str| criterion["knowable"][name].as_f64().unwrap();
        let known = criterion["knowable_true"].as_u64().unwrap();
        let families = |name: &str| criterion["knowable"][name].as_u64().unwrap();
        assert!(known >= 5, "too few families to mean anything: {criterion}");
        // One family more or less weighs more than a twentieth where there are few.
        let few = families("missed") <= 2 && families("wrong") <= 2;
        assert!(figure("precision") >= 0.95 && figure("recall") >= 0.95 || known < 60 && few, "{criterion}");
    }

    // Every pack has listed families, each with a child or what stands for one; evidence carries the version with the local change.
    let listed = table(&run, "identification", &["criteria_pack", "route", "listed", "pack_version", "n_children_u18"]);
    for name in PACKS {
        assert!(listed.iter().any(|row| row[0] == name && row[1] == "AUTO"), "{name} lists nobody");
    }
    let versions: BTreeSet<(String, String)> =
        table(&run, "evidence", &["pack", "rule_version"]).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let version_of = |name: &str| versions.iter().filter(|version| version.0 == name).map(|version| version.1.as_str()).collect::<Vec<_>>();
    assert_eq!((version_of("p2-2015"), version_of("sf-2022")), (vec!["1+lincolnshire-1"], vec!["1"]));

    // The rules the overlay leaves out are covered by no feed, and every "no" says so.
    let coverage = table(&run, "coverage", &["pack", "rule", "source"]);
    let sources_of = |pack: &str, rule: &str| -> Vec<String> {
        coverage.iter().filter(|row| row[0] == pack && row[1] == rule).map(|row| row[2].clone()).collect()
    };
    assert_eq!(sources_of("p2-2015", "licence"), [""]);
    assert_eq!(sources_of("sf-2022", "radicalisation"), ["early_help_needs"]);
    assert_eq!(sources_of("sf-2022", "neet"), ["young_people"]);
    for pack in ["p2-2015", "sf-2022"] {
        assert_eq!(sources_of(pack, "young_person_activity"), ["young_people"], "the advisers of adults are not asked about the young");
    }
    let no = table(&run, "criteria", &["pack", "criterion", "value", "reason"]);
    let no: Vec<_> = no.iter().filter(|row| row[0] == "p2-2015" && row[1] == "h1" && row[2] == "false").collect();
    assert!(!no.is_empty() && no.iter().all(|row| row[3].contains("left out, because nothing in your feeds can show it")));
    let report = fs::read_to_string(run.join("report.html")).unwrap();
    assert!(report.contains("Nothing in your feeds can show: ") && report.contains("Shown by, with the age of the delivery: "));
}

#[test]
fn the_packs_of_the_first_phase_say_the_same_beside_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 3_000, 5);
    let alone = support::run_month(&data, &folder.path().join("alone"), &[]);
    let together = run_all(&data, &folder.path().join("together"));
    let of = |run: &Path| -> BTreeMap<(String, String, String), (String, String)> {
        let rows = table(run, "criteria", &["family_id", "pack", "criterion", "value", "reason"]);
        let first = rows.into_iter().filter(|row| row[1].starts_with("p1"));
        first.map(|row| ((row[0].clone(), row[1].clone(), row[2].clone()), (row[3].clone(), row[4].clone()))).collect()
    };
    assert_eq!(of(&alone), of(&together));
}

#[test]
fn every_pack_is_explained_and_an_overlay_as_a_difference() {
    for name in PACKS {
        let explained = fwt_ok(&["criteria", "explain", text(&Path::new(CRITERIA).join(format!("{name}.toml")))]);
        assert!(explained.contains(&format!("(pack {name}, version 1)")) && !explained.contains("Local change"), "{explained}");
    }
    let pack = Path::new(CRITERIA).join("p2-2015.toml");
    let explained = fwt_ok(&["criteria", "explain", text(&pack), "--overlay", OVERLAY]);
    assert!(
        explained.contains("version 1+lincolnshire-1") && explained.contains("- settings.supervision_without_feed: unknown -> left_out")
    );
    let other = Path::new(CRITERIA).join("sf-2022.toml");
    let refused = fwt(&["criteria", "explain", text(&other), "--overlay", OVERLAY]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is for the pack \"p2-2015\""));
}
