//! What agencies get back, through the real binary: their own rows as they sent them, nothing of anybody else, no person on the page.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use support::{PIPELINE, current, fwt, fwt_ok, table, text, tree};

const SCHEMA: &str = r#"
[schema]
name = "NAME"
version = 1
agency = "AGENCY"
title = "Visits"
[file]
pattern = "NAME*.csv"
kind = "csv"
[delivery]
cadence = "monthly"
kind = "snapshot"
coverage = "events"
valid_days = 62
[agreement]
reference = "DSA-0"
starts = "2012-01-01"
ends = "2035-01-01"
purposes = ["identify"]
[[column]]
name = "Ref"
required = true
[[column]]
name = "Forename"
[[column]]
name = "Surname"
[[column]]
name = "DOB"
kind = "date"
formats = ["%d/%m/%Y"]
[[column]]
name = "Postcode"
[[column]]
name = "Outcome"
kind = "code"
codes = { C = "youth_caution" }
[[column]]
name = "Date"
kind = "date"
formats = ["%d/%m/%Y"]
[row]
key = ["Ref"]
[[person]]
slot = "nominal"
role = "person"
[person.fields]
forename = "Forename"
surname = "Surname"
date_of_birth = "DOB"
postcode = "Postcode"
[[event]]
kind = "offence"
person = "nominal"
role = "offender"
code = { column = "Outcome" }
from = "Date"
reference = "Ref"
"#;

/// Name of the feed, agency, token in every row of it that is set aside or in part ignored.
const FEEDS: [(&str, &str, &str); 3] = [
    ("alpha", "Alpha Agency", "Zqalphacanary"),
    ("beta", "Beta Borough", "Zqbetacanary"),
    // Differs from the first in signs only: folders must not be shared.
    ("gamma", "Alpha, Agency!", "Zqgammacanary"),
];

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for below in ["pipelines", "schemas", "data/2012-10", "data/2012-11"] {
            fs::create_dir_all(root.join(below)).unwrap();
        }
        for (name, agency, _) in FEEDS {
            fs::write(root.join(format!("schemas/{name}.toml")), SCHEMA.replace("NAME", name).replace("AGENCY", agency)).unwrap();
        }
        let pack = Path::new(PIPELINE).parent().unwrap().join("criteria/p1-lincolnshire.toml");
        fs::create_dir_all(root.join("pipelines/criteria")).unwrap();
        fs::copy(pack, root.join("pipelines/criteria/p1-lincolnshire.toml")).unwrap();
        fs::write(
            root.join("pipelines/pipeline.toml"),
            "[pipeline]\nname = \"two\"\ntitle = \"Two agencies\"\nschemas = [\"../schemas/*.toml\"]\n\
             criteria = [\"criteria/p1-lincolnshire.toml\"]\n[gates]\nreject_rate = 0.2\n",
        )
        .unwrap();
        let place = Self { folder };
        for month in ["2012-10", "2012-11"] {
            for (feed, _, token) in FEEDS {
                fs::write(place.file(month, feed), rows(feed, token, month == "2012-10")).unwrap();
            }
        }
        place
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn file(&self, month: &str, feed: &str) -> PathBuf {
        self.path(&format!("data/{month}/{feed}_{}.csv", month.replace('-', "")))
    }

    fn run(&self, month: &str) {
        let (pipeline, data, out) = (self.path("pipelines/pipeline.toml"), self.path("data"), self.path("out"));
        fwt_ok(&["run", text(&pipeline), "--month", month, "--data", text(&data), "--out", text(&out)]);
    }

    /// Gives back; exit code and everything that was said.
    fn give(&self, to: &str) -> (Option<i32>, String) {
        let (pipeline, data, out, to) = (self.path("pipelines/pipeline.toml"), self.path("data"), self.path("out"), self.path(to));
        let output = fwt(&["agencies", text(&out), "--pipeline", text(&pipeline), "--data", text(&data), "--to", text(&to)]);
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    }
}

/// 200 rows, of which some cannot be used: a short row, a code nobody agreed, a date that is none (in one month only).
fn rows(feed: &str, token: &str, bad_dates: bool) -> String {
    let mut text = "Ref,Forename,Surname,DOB,Postcode,Outcome,Date\n".to_owned();
    for row in 0..200 {
        let postcode = if row % 3 == 0 { "" } else { "LN1 1AA" };
        let line = match row {
            20 => format!("{feed}{row},{token}-short,Tokenson"),
            40 => format!("{feed}{row},=HYPERLINK({token}),Tokenson,01/02/1960,LN1 1AA,{token}-code,01/09/2012"),
            60 if bad_dates => format!("{feed}{row},Peter,{token},99/99/{token},LN1 1AA,C,01/09/2012"),
            row => format!("{feed}{row},Peter,Brown{row},{:02}/02/19{:02},{postcode},C,01/09/2012", 1 + row % 28, 40 + row % 50),
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The files of each folder below.
fn folders(to: &Path) -> BTreeMap<String, String> {
    let mut folders: BTreeMap<String, String> = BTreeMap::new();
    for (name, bytes) in tree(to) {
        if let Some((folder, file)) = name.split_once('/') {
            let content = folders.entry(folder.to_owned()).or_default();
            content.push_str(file);
            content.push_str(&String::from_utf8(bytes).unwrap());
        }
    }
    folders
}

#[test]
fn an_agency_gets_its_own_rows_back_and_nothing_of_another() {
    let place = Place::new();
    place.run("2012-10");
    let (code, said) = place.give("to");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("no earlier month"), "{said}");
    let folders = folders(&place.path("to"));
    assert_eq!(folders.keys().collect::<Vec<_>>(), ["alpha-agency", "alpha-agency-2", "beta-borough"]);
    // "Alpha Agency" sorts before "Alpha, Agency!".
    let own = [("alpha-agency", 0), ("beta-borough", 1), ("alpha-agency-2", 2)];
    for (folder, index) in own {
        let content = &folders[folder];
        for (other, (feed, agency, token)) in FEEDS.into_iter().enumerate() {
            let lower = content.to_lowercase();
            if other == index {
                for kind in ["-short", ")", "-code"] {
                    assert!(content.contains(&format!("{token}{kind}")), "{folder} lacks its own row with {kind}");
                }
                // The apostrophe of HTML apart, the agency's own name is on its page.
                assert!(content.contains(agency));
            } else {
                assert!(!lower.contains(&token.to_lowercase()), "{folder} holds a row of {agency}");
                assert!(!lower.contains(&format!("{feed}_2012")) && !content.contains(agency), "{folder} names {agency}");
            }
        }
    }
    let (_, _, token) = FEEDS[0];
    let files = tree(&place.path("to"));
    let rows = String::from_utf8(files["alpha-agency/set-aside/2012-10_alpha_201210.csv.csv"].clone()).unwrap();
    assert!(rows.contains(&format!("\"'=HYPERLINK({token})\"")), "a formula is not defused");
    for (name, bytes) in &files {
        if name.ends_with(".html") {
            let page = String::from_utf8(bytes.clone()).unwrap().to_lowercase();
            assert!(!page.contains("canary") && !page.contains("brown1"), "{name} names a person");
            assert!(!page.contains("<script") && !page.contains("http"), "{name} reaches outside itself");
        }
        assert_eq!(fs::metadata(place.path("to").join(name)).unwrap().permissions().mode() & 0o077, 0, "{name} may be read by others");
    }
    assert!(!said.to_lowercase().contains("canary"), "{said}");
    // The same again gives the same bytes.
    assert_eq!(place.give("to").0, Some(0));
    assert_eq!(tree(&place.path("to")), files);
}

#[test]
fn a_file_that_has_changed_gives_nothing_and_one_that_is_gone_gives_positions_only() {
    let place = Place::new();
    place.run("2012-10");
    let file = place.file("2012-10", "beta");
    let delivered = fs::read(&file).unwrap();
    fs::write(&file, String::from_utf8(delivered).unwrap().replace("Brown7,", "Green7,")).unwrap();
    let (code, said) = place.give("to");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("beta_201210.csv` is not the file that the run read") && !said.contains("Green"), "{said}");
    fs::remove_file(&file).unwrap();
    let (code, said) = place.give("gone");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("beta_201210.csv is no longer in the data folder"), "{said}");
    let beta = &folders(&place.path("gone"))["beta-borough"];
    assert!(beta.contains("2012-10/beta_201210.csv") && !beta.to_lowercase().contains("canary"));
    assert!(folders(&place.path("gone"))["alpha-agency"].contains("Zqalphacanary"));
}

#[test]
fn the_page_says_what_got_better_since_the_month_before() {
    let place = Place::new();
    place.run("2012-10");
    let october = current(&place.path("out"));
    place.run("2012-11");
    let (code, said) = place.give("to");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("compared with {}", october.file_name().unwrap().to_str().unwrap())), "{said}");
    let page = fs::read_to_string(place.path("to/alpha-agency/quality.html")).unwrap();
    assert!(page.contains("What got better"), "{page}");
    assert!(page.contains("DOB: the value is no date of the agreed form (once before)"), "{page}");
    // A third of the records have no postcode: 67 of 199 used rows, and one of them more usable than before in the date of birth.
    let quality = table(&current(&place.path("out")), "data_quality", &["source", "field", "records", "present"]);
    let postcode = quality.iter().find(|row| row[0] == "alpha" && row[1] == "postcode").unwrap();
    let missing = postcode[2].parse::<u32>().unwrap() - postcode[3].parse::<u32>().unwrap();
    assert!(page.contains(&format!(">{missing}</td>")), "{missing} are missing");
}

#[test]
fn a_pipeline_of_another_run_is_refused_as_usage() {
    let place = Place::new();
    place.run("2012-10");
    fs::remove_file(place.path("schemas/gamma.toml")).unwrap();
    let (code, said) = place.give("to");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("no feed `gamma`"), "{said}");
    assert!(!place.path("to").exists());
}

#[test]
fn a_folder_that_another_command_made_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = support::county(folder.path(), 1_000, 31);
    let out = folder.path().join("out");
    support::run_month(&data, &out, &[]);
    let before = tree(&data);
    let output = fwt(&["agencies", text(&out), "--pipeline", PIPELINE, "--data", text(&data), "--to", text(&data)]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("was made by `fwt synth`"), "{said}");
    assert!(tree(&data) == before, "the county is no longer what it was");
}

#[test]
fn a_folder_that_is_being_written_is_refused_and_stays_whole() {
    let place = Place::new();
    place.run("2012-10");
    assert_eq!(place.give("to").0, Some(0));
    let before = tree(&place.path("to"));
    let held = fs::OpenOptions::new().append(true).open(place.path("to/.fwt-made")).unwrap();
    held.lock().unwrap();
    let (code, said) = place.give("to");
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("the same folder is being written"), "{said}");
    assert_eq!(tree(&place.path("to")), before);
    drop(held);
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..4).map(|_| scope.spawn(|| place.give("to"))).collect();
        let codes: Vec<Option<i32>> = calls.into_iter().map(|call| call.join().unwrap().0).collect();
        assert!(codes.contains(&Some(0)) && codes.iter().all(|code| [Some(0), Some(3)].contains(code)), "{codes:?}");
    });
    assert_eq!(tree(&place.path("to")), before);
}

#[test]
fn every_row_set_aside_of_a_county_comes_back_to_the_agency_that_sent_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = support::county(folder.path(), 4_000, 31);
    let out = folder.path().join("out");
    let run = support::run_month(&data, &out, &[]);
    let to = folder.path().join("to");
    fwt_ok(&["agencies", text(&out), "--pipeline", PIPELINE, "--data", text(&data), "--to", text(&to)]);
    let agency_of: BTreeMap<String, String> =
        table(&run, "deliveries", &["file", "agency"]).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let mut given: Vec<(String, String, String)> = Vec::new();
    let mut compared = 0;
    for (name, bytes) in tree(&to).into_iter().filter(|(name, _)| name.contains("/set-aside/")) {
        let content = String::from_utf8(bytes).unwrap();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.trim_start_matches('\u{feff}').as_bytes());
        for row in reader.records().map(Result::unwrap) {
            let slug: String = agency_of[&row[0]]
                .chars()
                .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
                .collect();
            let plain = |text: &str| text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
            assert!(plain(name.split('/').next().unwrap()) == plain(&slug), "{name} holds a row of {slug}");
            assert!(!row[3].is_empty() && row.len() > 6, "{name}: a row without its reason or its cells");
            compared += usize::from(same_row(&data.join(&row[0]), row[1].parse().unwrap(), row.iter().skip(6).collect()));
            given.push((row[0].to_owned(), row[1].to_owned(), row[2].to_owned()));
        }
    }
    let mut expected: Vec<(String, String, String)> = table(&run, "rejects", &["file", "line", "column"])
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
        .collect();
    expected.sort();
    given.sort();
    assert_eq!(given, expected);
    assert!(compared > 3, "too few rows were compared with the file to mean anything: {compared}");
}

/// True if the line of a comma-separated UTF-8 file was compared with these cells; other files are not looked at.
fn same_row(file: &Path, line: usize, cells: Vec<&str>) -> bool {
    let Ok(content) = String::from_utf8(fs::read(file).unwrap()) else { return false };
    let mut lines = content.trim_start_matches('\u{feff}').lines();
    let (Some(header), Some(wanted)) = (lines.next(), content.lines().nth(line - 1)) else { return false };
    if !header.contains(',') || wanted.contains('"') || !file.to_string_lossy().ends_with(".csv") {
        return false;
    }
    let plain = |text: &str| text.trim().trim_start_matches('\'').to_owned();
    assert_eq!(
        cells.into_iter().map(plain).collect::<Vec<_>>(),
        wanted.split(',').map(plain).collect::<Vec<_>>(),
        "{}:{line}",
        file.display()
    );
    true
}
