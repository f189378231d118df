//! What must outlive a month: files of earlier months without their extracts, runs that can be re-performed.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

#[path = "support/strace.rs"]
mod strace;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{PIPELINE, copy, current, fwt, fwt_ok, table, text, tree};

/// A county of three months.
fn months(folder: &Path) -> PathBuf {
    let data = folder.join("county");
    fwt_ok(&["synth", "--out", text(&data), "--people", "2000", "--start", "2012-10", "--months", "3", "--seed", "5"]);
    data
}

fn run(data: &Path, out: &Path, month: &str, more: &[&str]) -> PathBuf {
    let mut arguments = vec!["run", PIPELINE, "--month", month, "--data", text(data), "--out", text(out)];
    arguments.extend(more);
    fwt_ok(&arguments);
    current(out)
}

/// All files of a run that do not name the run or how its files were found.
fn results(run: &Path) -> Vec<(String, Vec<u8>)> {
    let results = [
        "families.parquet",
        "persons.parquet",
        "evidence.parquet",
        "criteria.parquet",
        "members.parquet",
        "rejects.parquet",
        "links.parquet",
    ];
    tree(run).into_iter().filter(|(name, _)| results.contains(&name.as_str())).collect()
}

#[test]
fn earlier_months_count_the_same_when_their_extracts_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let data = months(folder.path());
    let (kept, destroyed) = (folder.path().join("kept"), folder.path().join("destroyed"));
    for month in ["2012-10", "2012-11"] {
        run(&data, &kept, month, &[]);
        run(&data, &destroyed, month, &[]);
    }
    let with = results(&run(&data, &kept, "2012-12", &[]));
    fs::remove_dir_all(data.join("2012-10")).unwrap();
    fs::remove_dir_all(data.join("2012-11")).unwrap();
    let without = results(&run(&data, &destroyed, "2012-12", &[]));
    assert_eq!(with.len(), 7);
    for ((name, with), (_, without)) in with.iter().zip(&without) {
        assert!(with == without, "{name} differs once the extracts of earlier months are gone");
    }
}

/// The pipeline, its packs and schemas, to be changed.
fn own_configuration(folder: &Path) -> PathBuf {
    copy(Path::new("pipelines"), &folder.join("pipelines"));
    copy(Path::new("schemas"), &folder.join("schemas"));
    folder.join("pipelines/lincolnshire.toml")
}

#[test]
fn a_run_is_reperformed_to_the_byte_when_everything_it_was_made_from_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let data = months(folder.path());
    let pipeline = own_configuration(folder.path());
    // A byte order mark is part of a file's hash.
    let pack = folder.path().join("pipelines/criteria/p1-2012.toml");
    fs::write(&pack, format!("\u{feff}{}", fs::read_to_string(&pack).unwrap())).unwrap();
    let out = folder.path().join("out");
    let mut published = Vec::new();
    for month in ["2012-10", "2012-11", "2012-12"] {
        let ceiling = if month == "2012-11" { ["--max-pairs", "1000000"] } else { ["--max-memory", "3GiB"] };
        fwt_ok(&[&["run", text(&pipeline), "--month", month, "--data", text(&data), "--out", text(&out)][..], &ceiling].concat());
        published.push(current(&out));
    }
    for gone in ["county", "pipelines", "schemas"] {
        fs::remove_dir_all(folder.path().join(gone)).unwrap();
    }
    for run in &published {
        let said = fwt_ok(&["reperform", text(run)]);
        assert!(said.contains("come out as they were published"), "{said}");
    }
}

#[test]
fn a_run_made_from_something_else_is_not_reperformed_and_what_differs_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = months(folder.path());
    let out = folder.path().join("out");
    run(&data, &out, "2012-10", &[]);
    let november = run(&data, &out, "2012-11", &[]);
    let refused = |more: &[&str]| {
        let refused = fwt(&[&["reperform", text(&november)], more].concat());
        assert_ne!(refused.status.code(), Some(0));
        String::from_utf8_lossy(&refused.stderr).into_owned()
    };
    let pipeline = own_configuration(folder.path());
    let pack = folder.path().join("pipelines/criteria/p1-2012.toml");
    fs::write(&pack, fs::read_to_string(&pack).unwrap() + "\n# changed\n").unwrap();
    let message = refused(&["--pipeline", text(&pipeline)]);
    assert!(message.contains("made from something else") && message.contains("p1-2012.toml"), "{message}");
    // Nobody is restricted by a folder without the register.
    let message = refused(&["--data", text(&folder.path().join("pipelines"))]);
    assert!(message.contains("restricted people and addresses"), "{message}");
    // One letter of what the run kept.
    let kept = november.join("register/made_from.json");
    fs::write(&kept, fs::read_to_string(&kept).unwrap().replacen("p1-2012", "p1-2013", 1)).unwrap();
    assert!(refused(&[]).contains("made_from.json"));
}

#[test]
fn an_extract_changed_after_it_was_published_refuses_the_next_month() {
    let folder = tempfile::tempdir().unwrap();
    let data = months(folder.path());
    let out = folder.path().join("out");
    run(&data, &out, "2012-10", &[]);
    let police = fs::read_dir(data.join("2012-10")).unwrap().map(|entry| entry.unwrap().path());
    let police = police.into_iter().find(|path| text(path).contains("police_crime")).unwrap();
    let bytes = fs::read(&police).unwrap();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    fs::write(&police, lines[..lines.len() - 1].concat()).unwrap();
    let refused = fwt(&["run", PIPELINE, "--month", "2012-11", "--data", text(&data), "--out", text(&out)]);
    assert_eq!(refused.status.code(), Some(1));
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(message.contains("it is not the file from which 2012-10 was published"), "{message}");
}

#[test]
fn a_provisional_run_is_marked_and_no_month_builds_upon_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = months(folder.path());
    let out = folder.path().join("out");
    let october = run(&data, &out, "2012-10", &[]);
    let provisional = run(&data, &out, "2012-11", &["--provisional"]);
    let kind = |run: &Path, key: &str| {
        let summary: serde_json::Value = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
        summary[key].as_str().unwrap().to_owned()
    };
    assert_eq!(kind(&provisional, "kind"), "provisional");
    assert!(fs::read_to_string(provisional.join("report.html")).unwrap().contains("This run is provisional"));
    let december = run(&data, &out, "2012-12", &[]);
    assert_eq!(kind(&december, "built_upon"), october.file_name().unwrap().to_str().unwrap());
    let november = run(&data, &out, "2012-11", &[]);
    assert_ne!(november, provisional);
    let again = run(&data, &out, "2012-12", &[]);
    assert_eq!(kind(&again, "built_upon"), november.file_name().unwrap().to_str().unwrap());
}

#[test]
fn a_backup_restored_in_an_empty_folder_runs_the_next_month_as_if_nothing_had_happened() {
    let folder = tempfile::tempdir().unwrap();
    let data = months(folder.path());
    let (out, backup, restored) = (folder.path().join("out"), folder.path().join("backup"), folder.path().join("restored"));
    run(&data, &out, "2012-10", &[]);
    fwt_ok(&["register", "backup", text(&out), "--to", text(&backup)]);
    run(&data, &out, "2012-11", &[]);
    // Twice: a backup goes on where the last one ended.
    fwt_ok(&["register", "backup", text(&out), "--to", text(&backup)]);
    fwt_ok(&["register", "restore", text(&backup), "--out", text(&restored)]);
    let as_it_was = tree(&run(&data, &out, "2012-12", &[]));
    let after = tree(&run(&data, &restored, "2012-12", &[]));
    assert_eq!(as_it_was.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    // The manifest names the run that was the current one before, which is not published in the same words.
    for (name, bytes) in as_it_was.iter().filter(|(name, _)| name.as_str() != "manifest.json") {
        assert!(after.get(name) == Some(bytes), "{name} differs after the restore");
    }
    let refused = fwt(&["register", "restore", text(&backup), "--out", text(&out)]);
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && message.contains("restore into a new folder"), "{message}");
}

#[test]
fn a_restore_that_was_killed_can_be_given_again_and_is_whole_then() {
    if !strace::is_there("killing `fwt register restore` on its way") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = months(folder.path());
    let (out, backup) = (folder.path().join("out"), folder.path().join("backup"));
    let october = run(&data, &out, "2012-10", &[]);
    let family = table(&october, "families", &["family_id"]).remove(0).remove(0);
    let decisions = folder.path().join("families.csv");
    fs::write(&decisions, format!("family,accepted,by\n{family},yes,AB\n")).unwrap();
    fwt_ok(&["cohort", "import", text(&decisions), "--out", text(&out)]);
    fwt_ok(&["star", text(&out), "--quiet"]);
    fwt_ok(&["register", "backup", text(&out), "--to", text(&backup)]);
    let whole = folder.path().join("whole");
    fwt_ok(&["register", "restore", text(&backup), "--out", text(&whole)]);
    // The same run, decisions and secret; the audit trail says when.
    let kept = |out: &Path| {
        let mut files = tree(out);
        files.retain(|name, _| !["audit.jsonl", "CURRENT", "LOCK"].contains(&name.as_str()) && !name.starts_with("STAR_KEY."));
        files
    };
    let expected = kept(&whole);
    assert!(expected.contains_key("STAR_KEY") && expected.contains_key("register/decisions.jsonl"));
    let mut killed = 0;
    for (calls, step) in [("rename,renameat", 1), ("renameat2", 1), ("fsync", 5)] {
        for at in (1..).step_by(step) {
            let restored = folder.path().join("restored");
            fs::remove_dir_all(&restored).ok();
            let inject = format!("inject={calls}:signal=KILL:when={at}");
            let traced = Command::new("strace")
                .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &inject])
                .args([env!("CARGO_BIN_EXE_fwt"), "--threads", "1", "register", "restore", text(&backup), "--out", text(&restored)])
                .output()
                .unwrap();
            if traced.status.success() {
                break;
            }
            killed += 1;
            fwt_ok(&["register", "restore", text(&backup), "--out", text(&restored)]);
            assert!(kept(&restored) == expected, "{calls} {at}: the register is not whole");
            fwt_ok(&["verify", text(&restored)]);
            let audit = fs::read_to_string(restored.join("audit.jsonl")).unwrap();
            assert!(audit.contains("carried from another output folder"), "{calls} {at}: {audit}");
        }
    }
    assert!(killed > 10, "{killed} kills are too few");
}

/// A final run made before the list kept what a missing feed had shown: its tables lack what this version reads beside them.
#[test]
fn a_month_builds_upon_a_final_run_of_an_earlier_version() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    let layouts = here.join("other_layouts");
    for (from, to) in [(here.join("fixtures/earlier_run/out"), out.clone()), (layouts.join("2012-10"), data.join("2012-10"))] {
        for (name, bytes) in tree(&from) {
            let path = to.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let attendance = "Pupil Services attendance Oct12.xlsx";
    fs::create_dir(data.join("2012-11")).unwrap();
    fs::copy(layouts.join("2012-10").join(attendance), data.join("2012-11").join(attendance.replace("Oct", "Nov"))).unwrap();
    let earlier = current(&out);
    let pipeline = layouts.join("pipeline.toml");
    let on_list = |run: &Path| {
        let mut rows = table(run, "identification", &["criteria_pack", "family_id", "listed"]);
        rows.retain(|row| row[2] == "yes");
        rows.sort();
        rows
    };
    let before = tree(&earlier);
    // November's extracts, and then a month in which every feed is too old: both read the run of the earlier version's line.
    for (month, kept) in [("2012-11", false), ("2013-06", true)] {
        fs::create_dir_all(data.join(month)).unwrap();
        if kept {
            fs::copy(layouts.join("2012-10").join(attendance), data.join(month).join(attendance.replace("Oct", "Jun"))).unwrap();
        }
        fwt_ok(&["run", text(&pipeline), "--month", month, "--data", text(&data), "--out", text(&out), "--confirm-churn"]);
        let now = current(&out);
        let (listed, were) = (on_list(&now), on_list(&earlier));
        // In June one family's absence is over: that feed is there.
        assert!(
            listed.iter().all(|row| were.contains(row)) && listed.len() + usize::from(kept) == were.len(),
            "{month}: {listed:?} {were:?}"
        );
        let routes = table(&now, "identification", &["route"]).concat();
        assert_eq!(routes.iter().any(|route| route == "KEPT"), kept, "{month}: {routes:?}");
        assert!(fwt_ok(&["verify", text(&out)]).contains("as published"));
    }
    assert_eq!(tree(&earlier), before);
}
