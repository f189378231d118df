//! Restricted people and addresses: a person or address of the register appears in no output, message or log, however the extracts write them, and an adopted
//! child's two identities are never put side by side.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use calamine::{Reader, Xlsx};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use support::{PIPELINE, county, fwt, fwt_ok, run_month, table, text, tree};

/// Every row of every file below a folder, as text: rows of tables and sheets with their cells separated by bars, lines of everything else. What the
/// next month needs is not for people: `register/` keeps what the extracts say and which reference of an agency was whose.
fn rows(folder: &Path) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (name, bytes) in tree(folder).into_iter().filter(|(name, _)| !name.contains("register/")) {
        if name.ends_with(".parquet") {
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
            for batch in reader.map(Result::unwrap) {
                let options = FormatOptions::default();
                let columns: Vec<_> =
                    batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options).unwrap()).collect();
                for row in 0..batch.num_rows() {
                    let cells: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
                    rows.push((name.clone(), cells.join("|")));
                }
            }
        } else if name.ends_with(".xlsx") {
            let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
            for sheet in book.sheet_names() {
                for cells in book.worksheet_range(&sheet).unwrap().rows() {
                    rows.push((name.clone(), cells.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")));
                }
            }
        } else {
            rows.extend(String::from_utf8_lossy(&bytes).lines().map(|line| (name.clone(), line.to_owned())));
        }
    }
    rows
}

const PERSON: [&str; 12] = [
    "person_id",
    "source",
    "record_id",
    "forename",
    "surname",
    "date_of_birth",
    "nhs_number",
    "nino",
    "upn",
    "uprn",
    "address_key",
    "postcode",
];

struct Scene {
    /// The hidden person's distinct (forename, surname) and dates of birth.
    names: BTreeSet<(String, String)>,
    born: BTreeSet<String>,
    /// Numbers and record ids of the hidden person.
    numbers: BTreeSet<String>,
    /// Address key and UPRN of the hidden address.
    places: BTreeSet<String>,
    register: String,
    family: String,
}

/// Chooses, among the listed families of a run without a register, a person with a number and an address of another family.
fn scene(run: &Path) -> Scene {
    let listed: Vec<String> = table(run, "identification", &["family_id", "criteria_pack", "listed"])
        .into_iter()
        .filter(|row| row[1] == "p1-lincolnshire" && row[2] == "yes")
        .map(|row| row[0].clone())
        .collect();
    let mut of_person: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in table(run, "persons", &PERSON) {
        of_person.entry(row[0].clone()).or_default().push(row);
    }
    let members = table(run, "members", &["family_id", "person_id"]);
    let whole = |row: &&Vec<String>| !row[3].is_empty() && !row[4].is_empty() && !row[5].is_empty();
    let (family, person) = listed
        .iter()
        .find_map(|family| {
            let own = members.iter().filter(|row| row[0] == *family).map(|row| &row[1]);
            let numbered = |rows: &Vec<Vec<String>>| rows.iter().any(|row| !row[6].is_empty() || !row[8].is_empty());
            own.filter(|person| {
                of_person.get(*person).is_some_and(|rows| rows.len() > 1 && numbered(rows) && rows.iter().any(|row| whole(&row)))
            })
            .map(|person| (family.clone(), person.clone()))
            .next()
        })
        .expect("a listed family has a member with a number");
    let rows = &of_person[&person];
    let shown = rows.iter().find(whole).unwrap();
    let homes = table(run, "families", &["family_id", "address_key", "uprn", "postcode"]);
    let home =
        |id: &String| homes.iter().find(|row| row[0] == *id && row[1].split('|').filter(|part| !part.is_empty()).count() == 3).cloned();
    let place = listed.iter().filter(|id| **id != family).find_map(home).expect("a listed family has a whole address");
    let parts: Vec<&str> = place[1].split('|').collect();
    // Another way of writing the same: small letters, the street's kind cut short, the town behind it, no space in the postcode.
    let written = format!(
        "{} {}, some town",
        parts[1],
        parts[2].to_lowercase().replace(" road", " rd.").replace(" street", " st.").replace(" close", " cl")
    );
    let postcode = place[3].to_lowercase().replace(' ', "");
    let mut register = "entry,kind,why,forename,surname,date_of_birth,address,postcode\n".to_owned();
    register.push_str(&format!("X001,person,protected,{},{},{},,\n", shown[3], shown[4].to_lowercase(), shown[5]));
    register.push_str(&format!("X002,address,refuge,,,,\"{written}\",{postcode}\n"));
    let distinct = |column: usize| rows.iter().map(|row| row[column].clone()).filter(|value| !value.is_empty()).collect::<BTreeSet<_>>();
    let numbers = [2, 6, 7, 8].into_iter().flat_map(distinct).filter(|value| value.len() >= 8).collect();
    Scene {
        names: rows.iter().filter(|row| !row[3].is_empty() && !row[4].is_empty()).map(|row| (row[3].clone(), row[4].clone())).collect(),
        born: distinct(5),
        numbers,
        places: [place[1].clone(), place[2].clone()].into_iter().filter(|value| !value.is_empty()).collect(),
        register,
        family,
    }
}

/// What of the hidden person and address a row shows.
fn shows(scene: &Scene, row: &str) -> Option<String> {
    let upper = row.to_uppercase();
    let cells: BTreeSet<&str> = upper.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
    let number = scene.numbers.iter().chain(&scene.places).find(|value| upper.contains(&value.to_uppercase()));
    // A namesake is somebody else: name and date of birth together tell.
    let named = scene.names.iter().find(|(forename, surname)| {
        let all = |name: &str| name.split(' ').all(|word| cells.contains(word));
        all(forename) && all(surname) && scene.born.iter().any(|born| upper.contains(born))
    });
    number.map(|_| "a number or place".to_owned()).or_else(|| named.map(|_| "name and date of birth".to_owned()))
}

#[test]
fn a_restricted_person_and_address_appear_in_no_output_and_no_message() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 6000, 23);
    // The synthetic county comes with a register of its own.
    fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let open = folder.path().join("open");
    let open_run = run_month(&data, &open, &["--quiet"]);
    let scene = scene(&open_run);
    let before = rows(&open).iter().filter(|(_, row)| shows(&scene, row).is_some()).count();
    assert!(before > 5, "without the register they are shown in {before} rows: the test would prove nothing");

    fs::create_dir_all(data.join("service")).unwrap();
    fs::write(data.join("service/restricted.csv"), &scene.register).unwrap();
    let out = folder.path().join("out");
    let run = run_month(&data, &out, &["--quiet"]);
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&out.join("cohort.xlsx"))]);
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&out.join("cohort"))]);
    fwt_ok(&["agencies", text(&out), "--pipeline", PIPELINE, "--data", text(&data), "--to", text(&out.join("agencies"))]);
    fwt_ok(&["star", text(&out), "--quiet"]);
    for (name, row) in rows(&out) {
        assert!(shows(&scene, &row).is_none(), "{name} shows {:?} of the restricted", shows(&scene, &row));
    }
    // The hidden person is still counted as a member, without a name.
    let members: Vec<Vec<String>> =
        table(&run, "members", &["family_id", "person_id", "age"]).into_iter().filter(|row| row[0] == scene.family).collect();
    assert!(members.iter().any(|row| row[2].is_empty()), "one member of the family has no age: {}", members.len());
    let sheet: Vec<String> =
        rows(&run).into_iter().filter(|(name, row)| name == "list.xlsx" && row.contains("name withheld")).map(|(_, row)| row).collect();
    assert!(sheet.iter().any(|row| row.contains(&scene.family) && row.contains("address withheld")), "{} rows", sheet.len());

    // What is explained and what a refusal says.
    let mut said = Vec::new();
    for person in members.iter().map(|row| &row[1]) {
        said.push(fwt_ok(&["explain", "person", person, "--run", text(&out), "--show-values"]));
    }
    said.push(fwt_ok(&["explain", "family", &scene.family, "--run", text(&out), "--show-values"]));
    for line in [",adopted", ",person", "=1,person,protected", "X003,person,protected,,,1990-01-01,,"] {
        let broken = format!("{}{line}\n", scene.register.replace("refuge", "refuge?"));
        fs::write(data.join("service/restricted.csv"), broken).unwrap();
        let refused = fwt(&["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
        assert_eq!(refused.status.code(), Some(1), "a register that is not understood stops the month");
        said.push(String::from_utf8([refused.stdout, refused.stderr].concat()).unwrap());
    }
    fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let gone = fwt(&["agencies", text(&out), "--pipeline", PIPELINE, "--data", text(&data), "--to", text(&out.join("agencies"))]);
    assert_eq!(gone.status.code(), Some(1), "what leaves after a run needs the register that the run was made with");
    said.push(String::from_utf8([gone.stdout, gone.stderr].concat()).unwrap());
    for text in &said {
        for line in text.lines() {
            assert!(shows(&scene, line).is_none(), "a message shows {:?} of the restricted", shows(&scene, line));
        }
    }
}

#[test]
fn two_identities_that_must_not_be_linked_are_two_persons_and_no_table_names_them_together() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 6000, 23);
    fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let open_run = run_month(&data, &folder.path().join("open"), &["--quiet"]);
    // Two records of one person, in two feeds, that differ in nothing that matters: without the register they are one.
    let mut of_person: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in table(&open_run, "persons", &["person_id", "source", "record_id", "date_of_birth"]) {
        of_person.entry(row[0].clone()).or_default().push(row);
    }
    let records = of_person.values().find(|rows| {
        let sources: BTreeSet<&String> = rows.iter().map(|row| &row[1]).collect();
        rows.len() == 2 && sources.len() == 2 && rows.iter().all(|row| !row[3].is_empty())
    });
    let records = records.expect("some person has two records");
    let entry = |name: &str, row: &Vec<String>, other: &str| format!("{name},person,adopted,{},{},{other},yes\n", row[1], row[2]);
    let register =
        format!("entry,kind,why,source,record_id,not_with,show\n{}{}", entry("X001", &records[0], "X002"), entry("X002", &records[1], ""));
    fs::create_dir_all(data.join("service")).unwrap();
    fs::write(data.join("service/restricted.csv"), register).unwrap();
    let out = folder.path().join("out");
    let run = run_month(&data, &out, &["--quiet"]);
    let person = |row: &Vec<String>| {
        let found = table(&run, "persons", &["source", "record_id", "person_id"]);
        found.into_iter().find(|known| known[0] == row[1] && known[1] == row[2]).unwrap()[2].clone()
    };
    let (left, right) = (person(&records[0]), person(&records[1]));
    assert_ne!(left, right);
    for (name, row) in rows(&run) {
        let together = [(&left, &right), (&records[0][2], &records[1][2])].into_iter().any(|(a, b)| {
            let cells: BTreeSet<&str> = row.split(['|', ' ', ',', ';', '/']).collect();
            cells.contains(a.as_str()) && cells.contains(b.as_str())
        });
        assert!(!together, "{name} names both identities in one row");
    }
}
