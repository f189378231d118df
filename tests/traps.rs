//! The traps of domain.md §8.2: a table of what the extracts say and what must follow, driven through the real binary.
//!
//! All traps of one month are set among a synthetic county and published in one run, so that linkage has a county to learn from.
//! `COVERED` names the traps that are better tested elsewhere; a test looks whether it still is.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::enum_glob_use,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

#[path = "traps/crime.rs"]
mod crime;
#[path = "traps/dates.rs"]
mod dates;
#[path = "traps/extracts.rs"]
mod extracts;
#[path = "traps/feeds.rs"]
mod feeds;
#[path = "traps/files.rs"]
mod files;
#[path = "traps/homes.rs"]
mod homes;
#[path = "traps/outcome.rs"]
mod outcome;
#[path = "traps/people.rs"]
mod people;
#[path = "traps/scene.rs"]
mod scene;
#[path = "traps/school.rs"]
mod school;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use calamine::Reader;
use extracts::Extracts;
use files::Answer;
use fwt::model::tables::TABLES;
use outcome::Outcome;
use scene::{Place, Scene, Trap};
use support::{PIPELINE, county, current, fwt, fwt_ok, table, text, tree};

/// Traps whose test is elsewhere: the trap, the file, the test or row of a table there.
const COVERED: &[(&str, &str, &str)] = &[
    ("deceased", "src/stages/households/tests/traps.rs", "the dead are members, not residents"),
    ("deceased", "src/stages/criteria/tests/traps.rs", "offence of a child who died since"),
    ("a delivery that shrinks or grows", "src/stages/ingest/tests", "row-swing"),
    ("restricted address in the log", "tests/privacy.rs", "no_canary_is_in_what_a_refusal_says"),
    ("cells that a spreadsheet would run", "src/stages/publish/tests", "formula"),
    ("an exclusion exported twice", "src/stages/criteria/tests/school_traps.rs", "two exclusions, one exported twice"),
    ("extra comma, two headers, encodings: every form of a bad file", "tests/bad_inputs.rs", "visits_long_row.csv"),
    ("surnames changed by marriage", "src/stages/link/tests/people.rs", "a_changed_surname_with_the_same_number_is_one_person"),
];

fn tables() -> impl Iterator<Item = &'static Trap> {
    [people::TRAPS, crime::TRAPS, school::TRAPS, homes::TRAPS].into_iter().flatten()
}

/// The traps' rows beside a synthetic October, and where the records of each trap stand.
fn october(data: &Path) -> Vec<Vec<(&'static str, Place)>> {
    let mut extracts = Extracts::new();
    let places = tables()
        .enumerate()
        .map(|(number, trap)| {
            let mut scene = Scene::new(&mut extracts, number);
            (trap.rows)(&mut scene);
            scene.places
        })
        .collect();
    extracts.write(&data.join("2012-10"));
    places
}

/// The number of a trap in the tables.
fn number_of(name: &str) -> usize {
    tables().position(|trap| trap.name == name).unwrap()
}

#[test]
fn every_trap_of_the_month_ends_as_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 3_000, 11);
    let places = october(&data);
    let out = folder.path().join("out");
    // A reason typed by a person reaches the workbook too.
    let account = format!("T{:03}001#liable1", number_of("a name that begins with = and one with %"));
    let header = "source,record_id,pack,decision,reason,approver,expires";
    let decision = format!("council_tax,{account},,include,\"=HYPERLINK(\"\"http://x.test\"\")\",@Head,2013-03-31");
    fs::write(data.join("overrides.csv"), format!("{header}\n{decision}\n")).unwrap();
    let output = fwt(&["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
    let run = current(&out);
    let outcome = Outcome::read(&run);
    let mut complaints = Vec::new();
    for (trap, places) in tables().zip(&places) {
        complaints.extend(outcome.complaints(trap, places).into_iter().map(|complaint| format!("{}: {complaint}", trap.name)));
    }
    assert!(complaints.is_empty(), "{} complaints:\n  {}", complaints.len(), complaints.join("\n  "));
    nobody_reads_where_the_refuge_is(&said, &out, &run);
    no_cell_of_the_workbook_runs(&run);
}

/// Not on the screen, in no log, no report, no workbook and no table, not even one of those that hold identifiers.
fn nobody_reads_where_the_refuge_is(said: &str, out: &Path, run: &Path) {
    let mut read = vec![("the screen".to_owned(), said.to_owned())];
    let files = tree(out).into_iter().filter(|(name, _)| !name.ends_with(".parquet") && !name.ends_with(".xlsx"));
    read.extend(files.map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())));
    for definition in TABLES {
        let columns: Vec<&str> = definition.columns.iter().map(|column| column.name).collect();
        let cells: Vec<String> = table(run, definition.name, &columns).into_iter().flatten().collect();
        read.push((definition.name.to_owned(), cells.join("\n")));
    }
    read.push(("list.xlsx".to_owned(), workbook(run).0.join("\n")));
    let mut extracts = Extracts::new();
    let home = Scene::new(&mut extracts, number_of("in a refuge only mother and child are family, and nobody reads where it is")).home(0);
    for (name, content) in &read {
        let content = content.to_uppercase();
        for secret in ["QUIETPLACE", &home.postcode, &home.postcode.replace(' ', ""), &home.uprn] {
            assert!(!content.contains(secret), "{name} holds the address of the refuge");
        }
    }
}

/// Every text and every formula of the workbook.
fn workbook(run: &Path) -> (Vec<String>, usize) {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(run.join("list.xlsx")).unwrap();
    let (mut texts, mut formulas) = (Vec::new(), 0);
    for sheet in book.sheet_names() {
        formulas += book.worksheet_formula(&sheet).unwrap().used_cells().count();
        texts.extend(book.worksheet_range(&sheet).unwrap().used_cells().map(|(_, _, cell)| cell.to_string()));
    }
    (texts, formulas)
}

fn no_cell_of_the_workbook_runs(run: &Path) {
    let (texts, formulas) = workbook(run);
    assert_eq!(formulas, 0);
    assert!(texts.iter().any(|text| text.contains("HYPERLINK")), "the trap is not in the workbook: the test would prove nothing");
    let dangerous = |text: &&String| text.starts_with(['=', '+', '@', '\t', '\r']);
    assert!(!texts.iter().any(|text| dangerous(&text)), "a cell begins as a formula does");
}

#[test]
fn every_trap_of_the_calendar_ends_as_the_table_says() {
    let mut complaints = Vec::new();
    for (month, traps) in dates::MONTHS {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fwt_ok(&["synth", "--out", text(&data), "--people", "1000", "--seed", "12", "--start", month]);
        let mut extracts = Extracts::new();
        let mut places = Vec::new();
        for (number, trap) in traps.iter().enumerate() {
            let mut scene = Scene::new(&mut extracts, number);
            let (child, home) = (scene.child().born(trap.born), scene.home(0));
            scene.crime(&child, &home, "OFFENDER", "2", trap.on);
            places.push(scene.places);
        }
        extracts.write(&data.join(month));
        let out = folder.path().join("out");
        fwt_ok(&["run", PIPELINE, "--month", month, "--data", text(&data), "--out", text(&out)]);
        let outcome = Outcome::read(&current(&out));
        for (trap, places) in traps.iter().zip(&places) {
            let found = outcome.value("kid", "c1", places);
            if found != trap.value {
                complaints.push(format!("{month}, {}: {} and not {}", trap.name, found, trap.value));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_trap_of_a_whole_file_ends_as_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let pristine = county(folder.path(), 1_000, 13);
    let mut complaints = Vec::new();
    let mut usual = None;
    for (number, trap) in files::FILE_TRAPS.iter().enumerate() {
        let data = folder.path().join(format!("data{number}"));
        for (name, bytes) in tree(&pristine).into_iter().filter(|(name, _)| name.starts_with("2012-10")) {
            fs::create_dir_all(data.join("2012-10")).unwrap();
            fs::write(data.join(name), bytes).unwrap();
        }
        (trap.damage)(&data);
        let out = folder.path().join(format!("out{number}"));
        let output = fwt(&["run", PIPELINE, "--month", trap.month, "--data", text(&data), "--out", text(&out)]);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let (code, words) = match &trap.answer {
            Answer::Refused(words) => (1, words),
            Answer::Goes(words, more) => {
                if output.status.success() {
                    let set_aside = table(&current(&out), "rejects", &["row_set_aside"]).iter().filter(|row| row[0] == "yes").count();
                    let before = *usual.get_or_insert(set_aside);
                    if trap.month == "2012-10" && set_aside != before + more {
                        complaints.push(format!("{}: {set_aside} rows were set aside, usually {before}", trap.name));
                    }
                }
                (0, words)
            }
        };
        if output.status.code() != Some(code) || words.iter().any(|words| !said.contains(words)) {
            complaints.push(format!("{}: exit code {:?}\n{said}", trap.name, output.status.code()));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn what_is_tested_elsewhere_is_still_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (trap, place, words) in COVERED {
        let path = root.join(place);
        let files = if path.is_dir() { tree(&path).into_values().collect() } else { vec![fs::read(&path).unwrap()] };
        let found = files.iter().any(|bytes| String::from_utf8_lossy(bytes).contains(words));
        assert!(found, "{trap}: \"{words}\" is not in {place}");
    }
}

#[test]
fn every_trap_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = tables().map(|trap| trap.name).collect();
    assert_eq!(names.len(), tables().count());
    assert!(tables().all(|trap| !trap.expected.is_empty()), "a trap without an expectation cannot fail");
}
