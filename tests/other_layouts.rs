//! Layouts nobody here had seen: six agencies' extracts (CSV with semicolons in Windows-1252, tab-separated UTF-16, XLSX with merged title
//! rows, Parquet, joint tenants on one row) brought in with schema files alone, and every family's criteria found as they truly are.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads its own files, and a panic is how it fails"
)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use support::{current, fwt_ok, table, text};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_layouts");

#[test]
fn six_layouts_need_schema_files_only_and_every_family_is_judged_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let pipeline = Path::new(FOLDER).join("pipeline.toml");
    fwt_ok(&["check", text(&pipeline), "--month", "2012-10", "--data", FOLDER]);
    fwt_ok(&["run", text(&pipeline), "--month", "2012-10", "--data", FOLDER, "--out", text(&out)]);
    let run = current(&out);
    let persons = table(&run, "persons", &["source", "record_id", "person_id"]);
    let members = table(&run, "members", &["person_id", "family_id", "resident"]);
    let criteria = table(&run, "criteria", &["family_id", "criterion", "value"]);
    let mut wrong = Vec::new();
    let expected = std::fs::read_to_string(Path::new(FOLDER).join("expected.csv")).unwrap();
    for line in expected.lines().skip(1) {
        let [tenancy, people, c1, c2, c3, why] = line.split(',').collect::<Vec<_>>()[..] else { unreachable!("six columns") };
        let tenants: BTreeSet<&String> =
            persons.iter().filter(|row| row[0] == "tenancies" && row[1].starts_with(&format!("{tenancy}#"))).map(|row| &row[2]).collect();
        let families: BTreeSet<&String> =
            members.iter().filter(|row| tenants.contains(&row[0]) && row[2] == "yes").map(|row| &row[1]).collect();
        let residents = members.iter().filter(|row| families.contains(&row[1]) && row[2] == "yes").count();
        let value = |criterion: &str| {
            let row = criteria.iter().find(|row| families.contains(&row[0]) && row[1] == criterion);
            row.map_or_else(String::new, |row| row[2].clone())
        };
        let found = [value("c1"), value("c2"), value("c3")];
        if families.len() != 1 || residents.to_string() != people || found != [c1, c2, c3] {
            wrong.push(format!(
                "{tenancy} ({why}): {} families of {residents} people, {found:?}; expected {people}, {c1} {c2} {c3}",
                families.len()
            ));
        }
    }
    assert_eq!(expected.lines().count(), 41);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
