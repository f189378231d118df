//! Month after month: under a frozen model an increment gives what a full comparison gives, and nothing of it happens in silence.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test looks at the disk itself and may stop at the first surprise"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{PIPELINE, current, fwt, fwt_ok, text, tree};

/// A synthetic county of three months from October 2012.
fn three_months(folder: &Path, people: &str) -> PathBuf {
    let data = folder.join("data");
    fwt_ok(&["synth", "--out", text(&data), "--people", people, "--months", "3", "--start", "2012-10", "--all-on-time"]);
    data
}

fn arguments<'a>(pipeline: &'a str, month: &'a str, data: &'a Path, out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["run", pipeline, "--month", month, "--data", text(data), "--out", text(out)];
    arguments.extend(more);
    arguments
}

fn run(month: &str, data: &Path, out: &Path, more: &[&str]) -> PathBuf {
    fwt_ok(&arguments(PIPELINE, month, data, out, more));
    current(out)
}

fn model(run: &Path) -> Value {
    let summary: Value = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
    summary["model"].clone()
}

/// The tables of a run and what it leaves to the next month: all that must not depend on how pairs were come by.
fn tables(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(run);
    // The month's row in the star names the run, and that one was asked for by other words.
    files.retain(|name, _| name != "star/dim_month.parquet");
    files.retain(|name, _| Path::new(name).extension().is_some_and(|extension| extension == "parquet") || name.starts_with("link_"));
    files
}

fn assert_same(left: &Path, right: &Path) {
    let (left, right) = (tables(left), tables(right));
    assert!(left.len() > 17, "{:?}", left.keys());
    for (name, bytes) in &left {
        assert!(right.get(name) == Some(bytes), "{name} differs");
    }
    assert_eq!(left.len(), right.len());
}

/// Copies an output folder, so that two runs build upon the same month.
fn copied(out: &Path, to: &str) -> PathBuf {
    let copy = out.with_file_name(to);
    for (name, bytes) in tree(out) {
        let path = copy.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    copy
}

#[test]
fn full_and_incremental_runs_of_three_months_publish_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let data = three_months(folder.path(), "6000");
    let (increments, full) = (folder.path().join("increments"), folder.path().join("full"));
    let first = run("2012-10", &data, &increments, &["--threads", "1"]);
    assert_same(&first, &run("2012-10", &data, &full, &["--threads", "8"]));
    assert_eq!(model(&first)["origin"]["state"], "estimated");
    assert_eq!(model(&first)["origin"]["why_estimated"], "no final run of an earlier month");
    for month in ["2012-11", "2012-12"] {
        // Increments build upon increments, full runs upon full runs; more threads on the other side.
        let increment = run(month, &data, &increments, &["--threads", "1"]);
        let whole = run(month, &data, &full, &["--full-comparison", "--threads", "8"]);
        assert_same(&increment, &whole);
        let (increment, whole) = (model(&increment), model(&whole));
        assert_eq!((&increment["origin"]["state"], &increment["origin"]["estimated_for"]), (&"frozen".into(), &"2012-10".into()));
        assert_eq!(increment["origin"], whole["origin"]);
        let count = |model: &Value, name: &str| model["increment"][name].as_u64().unwrap();
        let (some, all) = (count(&increment, "pairs_compared"), count(&whole, "pairs_compared"));
        assert!(some > 0 && some * 2 < all, "{some} of {all} pairs");
        for name in ["records_unchanged", "records_changed", "records_new", "records_gone", "scored_pairs_remembered"] {
            assert!(count(&increment, name) > 0, "{name}: the months must differ in every way for this test to mean anything");
        }
        assert_eq!(whole["increment"]["why_nothing_is_remembered"], "asked for");
        let forecast = count(&increment, "pairs_of_a_full_comparison") as f64 / all as f64;
        assert!((0.9..1.1).contains(&forecast), "the pairs of a full comparison are told to a tenth: {forecast}");
    }
}

#[test]
fn damage_to_what_was_remembered_is_seen_and_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let data = three_months(folder.path(), "1500");
    let out = folder.path().join("out");
    run("2012-10", &data, &out, &[]);
    for (file, helps) in [("link_edges.parquet", "--full-comparison"), ("link_nodes.parquet", "--full-comparison"), ("link_model.json", "")]
    {
        let copy = copied(&out, &format!("out-{file}"));
        let path = current(&copy).join("register").join(file);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        fs::write(&path, bytes).unwrap();
        let before = fs::read(copy.join("CURRENT")).unwrap();
        let refused = fwt(&arguments(PIPELINE, "2012-11", &data, &copy, &[]));
        let message = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(3), "{message}");
        assert!(message.contains(file) && message.contains("was changed") && message.contains("hint:"), "{message}");
        assert_eq!(before, fs::read(copy.join("CURRENT")).unwrap(), "the last run is untouched");
        if !helps.is_empty() {
            assert_eq!(model(&run("2012-11", &data, &copy, &[helps]))["origin"]["state"], "frozen");
        }
    }
}

#[test]
fn a_comparison_that_is_added_is_said_and_a_new_model_estimated() {
    let folder = tempfile::tempdir().unwrap();
    let data = three_months(folder.path(), "1500");
    let out = folder.path().join("out");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR"));
    for below in ["schemas", "pipelines/criteria", "pipelines/costs", "pipelines/funding", "pipelines/results"] {
        for (name, bytes) in tree(&shipped.join(below)) {
            let path = folder.path().join(below).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let pipeline = folder.path().join("pipelines/lincolnshire.toml");
    let with = fs::read_to_string(PIPELINE).unwrap();
    fs::write(&pipeline, format!("{with}\n[[link.comparison]]\nfield = \"telephone\"\nleave_out = true\n")).unwrap();
    fwt_ok(&arguments(text(&pipeline), "2012-10", &data, &out, &[]));
    fs::write(&pipeline, with).unwrap();
    let output = fwt(&arguments(text(&pipeline), "2012-11", &data, &out, &[]));
    let (screen, notes) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success(), "{notes}");
    let why = "the comparisons of [link] have changed: taken out telephone, left out";
    assert!(notes.contains(why) && notes.contains("A new model was estimated"), "{notes}");
    assert!(screen.contains("estimated for 2012-11"), "{screen}");
    let model = model(&current(&out));
    assert_eq!(model["origin"]["why_estimated"], why);
    let refused = fwt(&arguments(text(&pipeline), "2012-11", &data, &out, &["--model", "frozen"]));
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains(why));
    // Who asks for the frozen model only is told that it is not there for these settings; who asks for a new one gets it without complaint.
    let output = fwt(&arguments(text(&pipeline), "2012-12", &data, &out, &["--model", "estimate"]));
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("does not fit"));
}

#[test]
fn a_frozen_model_that_is_asked_for_and_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = three_months(folder.path(), "1000");
    let out = folder.path().join("out");
    let refused = fwt(&arguments(PIPELINE, "2012-10", &data, &out, &["--model", "frozen"]));
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{message}");
    assert!(message.contains("there is no frozen model: no final run of an earlier month"), "{message}");
}

#[test]
fn what_a_new_model_would_change_is_said_and_nothing_published() {
    let folder = tempfile::tempdir().unwrap();
    let data = three_months(folder.path(), "2000");
    let out = folder.path().join("out");
    run("2012-10", &data, &out, &[]);
    let before = tree(&out);
    let compare = |more: &[&str]| {
        let mut arguments = vec!["model", "compare", PIPELINE, "--month", "2012-11", "--data", text(&data), "--out", text(&out)];
        arguments.extend(more);
        fwt_ok(&arguments)
    };
    let change: Value = serde_json::from_str(&compare(&["--json"])).unwrap();
    let count = |name: &str| change[name].as_u64().unwrap();
    assert_eq!(change["frozen_since"], "2012-10");
    assert_eq!(change["month"], "2012-11");
    let persons = change["persons"]["frozen"].as_u64().unwrap();
    assert!(count("persons_unchanged") * 100 > persons * 97, "{change}");
    assert!(compare(&[]).contains("nothing is published"));
    assert!(before == tree(&out), "something was published");
    // The figures are those of the two runs.
    let frozen = run("2012-11", &data, &out, &[]);
    let estimated = run("2012-11", &data, &out, &["--model", "estimate"]);
    for (run, kind) in [(frozen, "frozen"), (estimated, "new")] {
        let summary: Value = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
        assert_eq!(change["persons"][kind], summary["counts"]["persons"], "{kind}");
        assert_eq!(change["prior"][kind], summary["model"]["prior"][0], "{kind}");
    }
}
