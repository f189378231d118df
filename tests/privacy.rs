//! Canaries: a unique token in every personal field appears in no log, message, report, manifest or file name, and in no
//! table that is not declared to hold identifiers.

#![allow(
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_types,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use support::{current, fwt, text, tree};

/// The tokens, as the extract has them and as standardisation may write them.
const CANARIES: [&str; 25] = [
    "ZQUILLVANE",
    "QUEXFORD",
    "XANTHORA",
    "ZEPHKIND",
    "OLDZQUILL",
    "AKAZZIP",
    "1931-07-23",
    "23/07/1931",
    "19310723",
    "ZQUIETWATER",
    "ZE2 9XQ",
    "ZE29XQ",
    "777000777001",
    "01522999888",
    "zqcanary@example.org",
    "9434765919",
    "943 476 5919",
    "ZY987654",
    "B801200005001",
    "H801200006009",
    "5554445554",
    "FULLZQUILL",
    "ACCT-ZQ-42",
    "ZQETHNIC",
    "BADCELLZQ",
];

const SCHEMA: &str = r#"
[schema]
name = "canary"
version = 1
agency = "Canary Agency"
title = "Every personal field"
[file]
pattern = "canary*.csv"
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
COLUMNS
[row]
key = ["Ref"]
[[person]]
slot = "nominal"
role = "person"
[person.fields]
title = "Title"
forename = "Forename"
middle_names = "Middle"
surname = "Surname"
other_surname = "Maiden"
alias = "Alias"
date_of_birth = "DOB"
sex = "Sex"
ethnicity = "Ethnicity"
address = "Address"
postcode = "Postcode"
uprn = "UPRN"
telephone = "Phone"
email = "Email"
nhs_number = "NHS"
nino = "NINO"
upn = "UPN"
former_upn = "FormerUPN"
uln = "ULN"
full_name = "FullName"
household_account = "Account"
[[event]]
kind = "offence"
person = "nominal"
role = "offender"
code = { column = "Outcome" }
from = "Date"
reference = "Ref"
"#;

const HEADERS: [&str; 23] = [
    "Ref",
    "Title",
    "Forename",
    "Middle",
    "Surname",
    "Maiden",
    "Alias",
    "DOB",
    "Sex",
    "Ethnicity",
    "Address",
    "Postcode",
    "UPRN",
    "Phone",
    "Email",
    "NHS",
    "NINO",
    "UPN",
    "FormerUPN",
    "ULN",
    "FullName",
    "Account",
    "Outcome",
];

struct Month {
    folder: tempfile::TempDir,
}

impl Month {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for below in ["pipelines/criteria", "schemas", "data/2012-10"] {
            fs::create_dir_all(root.join(below)).unwrap();
        }
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/criteria");
        for entry in fs::read_dir(shipped).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, root.join("pipelines/criteria").join(path.file_name().unwrap())).unwrap();
        }
        let mut columns: String = HEADERS
            .iter()
            .filter(|header| !["DOB", "Outcome"].contains(header))
            .map(|header| format!("[[column]]\nname = \"{header}\"\n"))
            .collect();
        columns.push_str("[[column]]\nname = \"DOB\"\nkind = \"date\"\nformats = [\"%d/%m/%Y\"]\n");
        columns.push_str("[[column]]\nname = \"Outcome\"\nkind = \"code\"\ncodes = { C = \"youth_caution\" }\n");
        columns.push_str("[[column]]\nname = \"Date\"\nkind = \"date\"\nformats = [\"%d/%m/%Y\"]\n");
        fs::write(root.join("schemas/canary.toml"), SCHEMA.replace("COLUMNS", &columns)).unwrap();
        fs::write(
            root.join("pipelines/canary.toml"),
            "[pipeline]\nname = \"canary\"\ntitle = \"Canary\"\nschemas = [\"../schemas/*.toml\"]\ncriteria = [\"criteria/p1-lincolnshire.toml\"]\n",
        )
        .unwrap();
        Self { folder }
    }

    fn rows() -> Vec<String> {
        let mut rows = vec![format!("{},Date", HEADERS.join(","))];
        for row in 0..400 {
            let canary = "Mr,Xanthora,Zephkind,Zquillvane,Oldzquill,Akazzip,23/07/1931,F,ZQEthnic,1 Zquietwater Quexford Lane,ZE2 9XQ,777000777001,\
                          01522999888,zqcanary@example.org,943 476 5919,ZY987654C,B801200005001,H801200006009,5554445554,Xanthora Fullzquill,ACCT-ZQ-42,C,01/10/2012";
            let other = format!("Mr,Peter,,Brown{row},,,01/02/19{:02},M,,{row} High Street,LN1 1AA,,,,,,,,,,,C,01/10/2012", 40 + row % 60);
            rows.push(format!("R{row},{}", if row % 40 == 0 { canary } else { &other }));
        }
        rows
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join("data/2012-10").join(name), bytes).unwrap();
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Runs the month and gives everything it said.
    fn run(&self) -> (Option<i32>, String) {
        let root = self.folder.path();
        let output = fwt(&[
            "run",
            text(&root.join("pipelines/canary.toml")),
            "--month",
            "2012-10",
            "--data",
            text(&root.join("data")),
            "--out",
            text(&self.out()),
        ]);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }
}

fn assert_clean(what: &str, content: &str) {
    let lower = content.to_lowercase();
    for canary in CANARIES {
        assert!(!lower.contains(&canary.to_lowercase()), "{what} holds the canary `{canary}`");
    }
}

/// A Parquet table as text, with its declared access.
fn parquet_text(path: &Path) -> (String, String) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap();
    let metadata = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let access = metadata.iter().find(|entry| entry.key == "fwt.access").and_then(|entry| entry.value.clone()).expect("declared access");
    let mut content = String::new();
    for batch in builder.build().unwrap() {
        let batch = batch.unwrap();
        for column in batch.columns() {
            let formatter = ArrayFormatter::try_new(column.as_ref(), &FormatOptions::default()).unwrap();
            for row in 0..batch.num_rows() {
                content.push_str(&formatter.value(row).to_string());
                content.push('\n');
            }
        }
    }
    (access, content)
}

#[test]
fn no_canary_leaves_the_restricted_tables() {
    let month = Month::new();
    month.write("canary_201210.csv", Month::rows().join("\n").as_bytes());
    let (code, said) = month.run();
    assert_eq!(code, Some(0), "{said}");
    assert_clean("the terminal", &said);
    let mut with_identifiers = 0;
    for (name, bytes) in tree(&month.out()) {
        assert_clean("a file name", &name);
        let path = month.out().join(&name);
        if path.extension().is_some_and(|extension| extension == "parquet") {
            let (access, content) = parquet_text(&path);
            if access.contains("identifiers") {
                with_identifiers += usize::from(content.to_lowercase().contains("zquillvane"));
            } else {
                assert_clean(&name, &content);
            }
        } else if !name.ends_with(".xlsx") {
            assert_clean(&name, &String::from_utf8_lossy(&bytes));
        }
    }
    assert!(with_identifiers > 0, "the canary is in no table at all: the test would prove nothing");
    assert!(current(&month.out()).is_dir());
}

#[test]
fn no_canary_is_in_what_a_refusal_says() {
    let rows = Month::rows();
    let canary_row = rows.iter().position(|row| row.contains("Zquillvane")).unwrap();
    let with = |change: &dyn Fn(&str) -> String| {
        let mut rows = rows.clone();
        for row in rows.iter_mut().filter(|row| row.contains("Zquillvane")) {
            *row = change(row);
        }
        rows.join("\n").into_bytes()
    };
    let utf16: Vec<u8> = rows.join("\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut windows = rows.join("\n").into_bytes();
    windows.extend_from_slice(b"\nR900,Mr,Xanthora,,O\x92Zquillvane,,,23/07/1931,F,,,,,,,,,,,,,,C,01/10/2012");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("unclosed quote", with(&|row| row.replace("Zquillvane", "\"Zquillvane"))),
        ("short rows", with(&|row| row.replace(",C,01/10/2012", ""))),
        ("long rows", with(&|row| format!("{row},Zquillvane"))),
        ("bad dates", with(&|row| row.replace("01/10/2012", "BADCELLZQ"))),
        ("bad codes", with(&|row| row.replace(",C,", ",BADCELLZQ,"))),
        ("NUL bytes", with(&|row| row.replace("Zephkind", "Zeph\0kind"))),
        ("UTF-16 not declared", utf16),
        ("Windows-1252 not declared", windows),
        ("no header", rows[1..].join("\n").into_bytes()),
        ("cut short", rows.join("\n").into_bytes()[..rows[..=canary_row].join("\n").len() - 30].to_vec()),
        ("header twice", [vec![rows[0].clone()], rows.clone()].concat().join("\n").into_bytes()),
    ];
    for (case, bytes) in cases {
        let month = Month::new();
        month.write("canary_201210.csv", &bytes);
        let (code, said) = month.run();
        assert!(matches!(code, Some(0 | 1)), "{case}: exit code {code:?}\n{said}");
        assert_clean(case, &said);
        for (name, bytes) in if month.out().exists() { tree(&month.out()) } else { std::collections::BTreeMap::default() } {
            if !name.ends_with(".parquet") && !name.ends_with(".xlsx") {
                assert_clean(&format!("{case}: {name}"), &String::from_utf8_lossy(&bytes));
            }
        }
    }
}
