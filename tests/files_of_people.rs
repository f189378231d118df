//! What people have in their folders, through the real binary: what they filled in is not written over, what they delivered is read or named.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{PIPELINE, county, fwt, fwt_ok, run_month, text, tree};

/// Exit code and everything that was said.
fn said(arguments: &[&str]) -> (Option<i32>, String) {
    let output = fwt(arguments);
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

struct Office {
    folder: tempfile::TempDir,
    data: PathBuf,
    out: PathBuf,
}

impl Office {
    /// A county whose October was run.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = county(folder.path(), 1_500, 7);
        let out = folder.path().join("out");
        run_month(&data, &out, &["--quiet"]);
        Self { folder, data, out }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn an_export_that_was_filled_in_is_not_written_over_unasked() {
    let office = Office::new();
    let export = |to: &Path, more: &[&str]| said(&[&["cohort", "export", "--out", text(&office.out), "--to", text(to)], more].concat());
    for (to, file) in [("cohort.xlsx", "cohort.xlsx"), ("cohort", "cohort/families.csv")] {
        let (to, file) = (office.path(to), office.path(file));
        assert_eq!(export(&to, &[]).0, Some(0));
        assert_eq!(export(&to, &[]).0, Some(0), "nobody has filled it in");
        let mut filled = fs::read(&file).unwrap();
        filled.extend(b"FILLED IN");
        fs::write(&file, &filled).unwrap();
        let (code, told) = export(&to, &[]);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("somebody may have filled it in") && told.contains("--replace"), "{told}");
        assert!(fs::read(&file).unwrap() == filled, "{}", file.display());
        assert_eq!(export(&to, &["--replace"]).0, Some(0));
        assert!(fs::read(&file).unwrap() != filled);
    }
    let suggest = |more: &[&str]| {
        let (data, out, to) = (text(&office.data), text(&office.out), office.path("allocations.csv"));
        let arguments = ["staff", "suggest", PIPELINE, "--data", data, "--out", out, "--by", "AB", "--to", text(&to)];
        said(&[&arguments[..], more].concat())
    };
    assert_eq!(suggest(&[]).0, Some(0));
    fs::write(office.path("allocations.csv"), "family,staff,on,by\nmine\n").unwrap();
    let (code, told) = suggest(&[]);
    assert_eq!(code, Some(2), "{told}");
    assert!(fs::read_to_string(office.path("allocations.csv")).unwrap().contains("mine"));
    assert_eq!(suggest(&["--replace"]).0, Some(0));
}

#[test]
fn nothing_that_people_ask_for_is_written_into_a_published_run() {
    let office = Office::new();
    let run = support::current(&office.out);
    let before = tree(&run);
    let (data, out, inside) = (text(&office.data), text(&office.out), run.join("new.html"));
    let (folder, table, workbook) = (run.join("new"), run.join("new.csv"), run.join("new.xlsx"));
    let refused = [
        &["evaluate", out, "--html", text(&inside)][..],
        &["cohort", "export", "--out", out, "--to", text(&folder)],
        &["cohort", "export", "--out", out, "--to", text(&workbook)],
        &["requests", "show", PIPELINE, "--data", data, "--out", out, "--to", text(&table)],
        &["staff", "suggest", PIPELINE, "--data", data, "--out", out, "--by", "AB", "--to", text(&table)],
        &["agencies", out, "--pipeline", PIPELINE, "--data", data, "--to", text(&folder)],
        &["star", out, "--to", text(&folder)],
        &["register", "backup", out, "--to", text(&folder)],
        &["synth", "--out", text(&folder), "--people", "1000"],
    ];
    for arguments in refused {
        let (code, told) = said(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(told.contains("lies in a published run"), "{arguments:?}: {told}");
        assert!(tree(&run) == before, "{arguments:?}");
    }
    // Nor in the place of what fwt keeps beside the runs.
    for kept in ["audit.jsonl", "CURRENT", "register/decisions.jsonl"] {
        let (code, told) = said(&["evaluate", out, "--html", text(&office.out.join(kept))]);
        assert_eq!(code, Some(2), "{kept}: {told}");
    }
    fwt_ok(&["verify", out]);
}

/// A pipe into which nobody writes: whoever opens it waits for ever.
fn pipe(path: &Path) {
    fs::remove_file(path).ok();
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_named_and_nothing_waits_for_it() {
    let office = Office::new();
    let (data, out) = (text(&office.data), office.path("out2"));
    pipe(&office.data.join("2012-10/police_crime_extra.csv"));
    let run = |out: &Path| said(&["run", PIPELINE, "--month", "2012-10", "--data", data, "--out", text(out)]);
    let (code, told) = run(&out);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("2012-10/police_crime_extra.csv: this is no file"), "{told}");
    // Where people wrote whom nobody may see, nothing must be taken for an empty register.
    pipe(&office.data.join("service/restricted.csv"));
    let (code, told) = run(&out);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("restricted.csv` is not a regular file"), "{told}");
    let decisions = office.path("decisions");
    fs::create_dir(&decisions).unwrap();
    fs::write(decisions.join("families.csv"), "family,accepted,by\n").unwrap();
    pipe(&decisions.join("pairs.csv"));
    let (code, told) = said(&["cohort", "import", text(&decisions), "--out", text(&office.out)]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("pairs.csv") && told.contains("is no file"), "{told}");
}

#[test]
fn what_people_wrote_is_shown_and_never_sent_to_the_terminal_as_a_command() {
    let office = Office::new();
    let family = support::table(&support::current(&office.out), "families", &["family_id"]).remove(0).remove(0);
    let file = office.path("families.csv");
    fs::write(&file, format!("family,accepted,reason,by\n{family},no,wrong \u{1b}[2J\u{9b}31m house\u{202e},A\u{7}B\n")).unwrap();
    let (code, told) = said(&["cohort", "import", text(&file), "--out", text(&office.out)]);
    assert_eq!(code, Some(0), "{told}");
    for arguments in [&["cohort", "history", &family][..], &["cohort", "show", &family], &["cohort", "history", &family, "--json"]] {
        let (code, told) = said(&[arguments, &["--out", text(&office.out)]].concat());
        assert_eq!(code, Some(0), "{told}");
        assert!(!told.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}']), "{told:?}");
        if arguments[1] == "history" {
            assert!(told.contains("wrong \\u001b[2J\\u009b31m house\\u202e") && told.contains("A\\u0007B"), "{told}");
        }
    }
    // A refusal that names what was typed.
    let (_, told) = said(&["verify", text(&office.path("no\u{1b}where"))]);
    assert!(!told.contains('\u{1b}') && told.contains("\\u001b"), "{told:?}");
}
