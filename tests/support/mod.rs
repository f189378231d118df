//! Runs the real binary in fresh folders.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    reason = "each test binary uses a part of it, and looks at the disk itself"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The pipeline that ships.
pub const PIPELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/lincolnshire.toml");

/// Runs `fwt` with arguments.
pub fn fwt(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fwt")).args(arguments).output().expect("the binary starts")
}

/// Runs `fwt` and expects success; gives its standard output.
pub fn fwt_ok(arguments: &[&str]) -> String {
    let output = fwt(arguments);
    assert!(output.status.success(), "fwt {arguments:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// Path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("test paths are UTF-8")
}

/// The schema of an extract with a pupil and the mother on each row, who live together: `pupil`, `forename`, `surname`, `born`, `mother`, `mother_born`, `address`, `postcode`. Its files are
/// named after it; `delivery` is cadence and kind; `more` are its other columns and its events.
pub fn mother_and_child(name: &str, (cadence, kind): (&str, &str), more: &str) -> String {
    let column = |name: &str| format!("[[column]]\nname = \"{name}\"\n{}", if name.ends_with("born") { "kind = \"date\"\n" } else { "" });
    let columns: String = ["pupil", "forename", "surname", "born", "mother", "mother_born", "address", "postcode"].map(column).concat();
    let person = |slot: &str, more: &str, forename: &str, born: &str| {
        format!(
            "[[person]]\nslot = \"{slot}\"\n{more}[person.fields]\nforename = \"{forename}\"\nsurname = \"surname\"\ndate_of_birth = \"{born}\"\n\
             address = \"address\"\npostcode = \"postcode\"\n"
        )
    };
    let child = person("child", "role = \"child\"\nkey = \"pupil\"\n", "forename", "born");
    let mother = person("mum", "role = \"parent\"\n", "mother", "mother_born");
    format!(
        "[schema]\nname = \"{name}\"\nversion = 1\nagency = \"School\"\n[file]\npattern = \"{name}*.csv\"\n\
         [delivery]\ncadence = \"{cadence}\"\nkind = \"{kind}\"\ncoverage = \"events\"\n\
         [agreement]\nreference = \"DSA-1\"\nstarts = \"1900-01-01\"\nends = \"2999-12-31\"\npurposes = [\"identify\"]\n\
         {columns}{child}{mother}[[relation]]\nfrom = \"mum\"\nto = \"child\"\nkind = \"parent_of\"\nlives_together = true\n{more}"
    )
}

/// A synthetic county of one month, October 2012.
pub fn county(folder: &Path, people: u32, seed: u32) -> PathBuf {
    let data = folder.join("data");
    fwt_ok(&["synth", "--out", text(&data), "--people", &people.to_string(), "--seed", &seed.to_string(), "--start", "2012-10"]);
    data
}

/// Runs October 2012 with the shipped pipeline; gives the folder of the published run.
pub fn run_month(data: &Path, out: &Path, more: &[&str]) -> PathBuf {
    let mut arguments = vec!["run", PIPELINE, "--month", "2012-10", "--data", text(data), "--out", text(out)];
    arguments.extend(more);
    fwt_ok(&arguments);
    current(out)
}

/// The folder `CURRENT` names.
pub fn current(out: &Path) -> PathBuf {
    let current = fs::read_to_string(out.join("CURRENT")).expect("CURRENT is there");
    out.join("runs").join(current.split_whitespace().next().expect("CURRENT names a run"))
}

/// Copies a folder with all that is in it and its permissions.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the copy can be made");
    fs::set_permissions(to, fs::metadata(from).expect("the folder is there").permissions()).expect("permissions can be set");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        let copied = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() { copy(&path, &copied) } else { fs::copy(&path, &copied).map(drop).expect("a file can be copied") }
    }
}

/// Every file below a folder: relative name and bytes.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, below: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("folder is readable") {
            let path = entry.expect("entry is readable").path();
            if path.is_dir() {
                walk(&path, below, into);
            } else {
                let name = path.strip_prefix(below).expect("below").to_string_lossy().into_owned();
                into.insert(name, fs::read(&path).expect("file is readable"));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, folder, &mut files);
    files
}

/// Rows of a published table as texts.
pub fn table(run: &Path, name: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let run = fwt::store::open_run(run).expect("a published run");
    fwt::run::reading::Table::open(&run, name)
        .and_then(|table| table.select(columns[0], columns, |_| true))
        .expect("the table has these columns")
}

/// Rows of a published table, sorted.
pub fn sorted(run: &Path, name: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let mut rows = table(run, name, columns);
    rows.sort();
    rows
}
