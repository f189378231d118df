//! The header, the rows, the gates.
#![expect(clippy::string_slice, reason = "headers are ASCII")]

use super::{HEADER, VISITS, assert_sound, codes, run, run_rows};

fn with_header(header: &str) -> Result<super::Ingested, crate::model::Problems> {
    let text = format!("{header}\n1,P1,Smith,Ann,01/02/1999,SUS,03/01/2013,1,Jo Smith\n");
    run(VISITS, "2013-01", &[("2013-01/visits.csv", text.as_bytes())])
}

#[test]
fn every_single_edit_of_the_header_is_caught() {
    let headers: Vec<&str> = HEADER.split(',').collect();
    let required = headers.len() - 1;
    for index in 0..headers.len() {
        let edit = |replacement: Option<&str>| {
            let mut edited: Vec<&str> = headers.clone();
            match replacement {
                Some(text) => edited[index] = text,
                None => drop(edited.remove(index)),
            }
            edited.join(",")
        };
        let name = headers[index];
        let mut edits =
            vec![edit(Some(&format!("{name}X"))), edit(Some("Something else")), edit(Some(headers[(index + 1) % headers.len()]))];
        edits.push(format!("{HEADER},{name}"));
        edits.push(format!("{HEADER},Extra"));
        if index < required {
            edits.extend([edit(None), edit(Some(""))]);
        }
        for length in 1..name.len() {
            edits.push(edit(Some(&name[..length])));
        }
        for header in edits {
            let problems = with_header(&header).expect_err(&header);
            let expected = ["unknown-header", "missing-header", "header-twice"];
            assert!(problems.0.iter().all(|problem| expected.contains(&problem.code) && problem.line == 1), "{header}: {problems}");
        }
    }
}

#[test]
fn order_case_spacing_and_aliases_of_headers_do_not_matter() {
    assert!(with_header("  ref , PERSON  ID,surname,Forename,dob,Role,DATE,Count,Mother ").is_ok());
    assert!(with_header(&HEADER.replace("Ref,", "reference no,")).is_ok());
    let text = "DOB,Ref,Surname,Person ID,Forename,Role,Date,Count\n01/02/1999,1,Smith,P1,Ann,SUS,03/01/2013,1\n";
    let ingested = run(VISITS, "2013-01", &[("2013-01/visits.csv", text.as_bytes())]).unwrap();
    assert_eq!(super::people(&ingested), [("P1".to_owned(), "Smith".to_owned(), "1999-02-01".to_owned())]);
}

#[test]
fn all_header_problems_come_at_once_with_the_nearest_name() {
    let problems = with_header("Ref,Person ID,Surnames,Forname,DOB,Role,Date,Count,Mother").expect_err("renamed");
    assert_eq!(codes(&problems), ["unknown-header", "unknown-header", "missing-header", "missing-header"]);
    assert!(problems.0[0].hint.contains("\"Surname\"") && problems.0[1].hint.contains("\"Forename\""));
}

#[test]
fn a_file_without_a_header_row_shows_nobody() {
    let text = "1,P1,Zzcanary,Ann,01/02/1999,SUS,03/01/2013,1,Jo\n2,P2,Zzcanary,Bob,01/02/1999,SUS,03/01/2013,1,Jo\n";
    let problems = run(VISITS, "2013-01", &[("2013-01/visits.csv", text.as_bytes())]).expect_err("no header");
    assert_eq!(codes(&problems), ["no-header"]);
    assert!(!format!("{problems:?}").contains("canary"));
    // A value that happens to be a header does not open the door.
    let problems = run(VISITS, "2013-01", &[("2013-01/visits.csv", text.replacen("Ann", "Role", 1).as_bytes())]).expect_err("no header");
    assert!(!format!("{problems:?}").contains("canary"));
}

#[test]
fn title_rows_before_the_header_are_passed_over() {
    let text = format!("Visits of the month,,\nprinted 01/02/2013\n\n{HEADER}\n1,P1,Smith,Ann,01/02/1999,SUS,03/01/2013,1,\n");
    let ingested = run(VISITS, "2013-01", &[("2013-01/visits.csv", text.as_bytes())]).unwrap();
    assert_eq!((ingested.deliveries[0].rows_read, ingested.persons.position[0].line), (1, 5));
}

#[test]
fn a_wrong_delimiter_is_named() {
    for (delimiter, shown) in [(";", ";"), ("\t", "\\t"), ("|", "|")] {
        let problems = with_header(&HEADER.replace(',', delimiter)).expect_err("one column");
        assert_eq!(codes(&problems), ["one-column"]);
        assert!(problems.0[0].hint.contains(shown));
    }
}

#[test]
fn single_bad_rows_are_set_aside_with_line_column_and_reason() {
    let mut rows: Vec<String> = (0..700).map(|index| format!("{index},P{index},Smith,Ann,01/02/1999,SUS,03/01/2013,1,")).collect();
    rows[3] = "3,P3,Smith,Ann,01/02/1999,SUS,2013-01-03,1,".to_owned();
    rows[5] = ",P5,Smith,Ann,01/02/1999,SUS,03/01/2013,1,".to_owned();
    rows[7] = "7,P7,Smith,Ann,99/99/1999,SUS,03/01/2013,1,".to_owned();
    rows[9] = "9,P9,Smith".to_owned();
    rows[11] = rows[10].clone();
    rows.push("Total,,,,,,,700,".to_owned());
    let ingested = run_rows(&rows.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    assert_sound(&ingested);
    let noted: Vec<_> =
        ingested.rejects.iter().map(|reject| (reject.line, reject.column.as_str(), reject.code, reject.row_set_aside)).collect();
    assert_eq!(
        noted,
        [
            (5, "Date", "not-a-date", true),
            (7, "Ref", "empty-cell", true),
            (9, "DOB", "not-a-date", false),
            (11, "", "too-few-fields", true),
            (13, "", "duplicate-row", true),
            (702, "", "footer-row", true),
        ]
    );
}

#[test]
fn a_format_that_changes_half_way_refuses_the_file() {
    let row = |index: usize, date: &str, born: &str| format!("{index},P{index},Smith,Ann,{born},SUS,{date},1,");
    let drifting = |strict: bool| -> Vec<String> {
        (0..200)
            .map(|index| {
                if index < 100 || !strict {
                    row(index, "03/01/2013", if index < 100 { "01/02/1999" } else { "1999-02-01" })
                } else {
                    row(index, "2013-01-03", "01/02/1999")
                }
            })
            .collect()
    };
    for (strict, code) in [(true, "too-many-rejects"), (false, "column-drift")] {
        let problems = run_rows(&drifting(strict).iter().map(String::as_str).collect::<Vec<_>>()).expect_err("drift");
        assert_eq!(codes(&problems), [code]);
        assert!(!problems.to_string().contains("1999") && !problems.to_string().contains("Smith"), "{problems}");
    }
}

#[test]
fn empty_deliveries_are_refused_by_the_agencys_name_unless_the_schema_believes_them() {
    let header_only = format!("{HEADER}\n");
    let problems = run(VISITS, "2013-01", &[("2013-01/visits.csv", header_only.as_bytes())]).expect_err("no rows");
    assert_eq!(codes(&problems), ["no-rows"]);
    assert!(problems.0[0].message.contains("Test Agency"));
    assert_eq!(codes(&run(VISITS, "2013-01", &[("2013-01/visits.csv", b"")]).expect_err("empty")), ["empty-file"]);
    let lenient = VISITS.replace("valid_days = 62", "valid_days = 62\nmay_be_empty = true");
    assert!(run(&lenient, "2013-01", &[("2013-01/visits.csv", header_only.as_bytes())]).is_ok());
}

#[test]
fn no_half_row_and_no_control_character_gets_in() {
    let mut rows: Vec<String> = (0..10).map(|index| format!("{index},P{index},Smith,Ann,01/02/1999,SUS,03/01/2013,1,")).collect();
    rows[2] = "2,P2,Smi\u{1}th,Ann,01/02/1999,SUS,03/01/2013,1,".to_owned();
    rows[3] = "3,P3,Smi\u{85}th,Ann,01/02/1999,SUS,03/01/2013,1,".to_owned();
    rows[4] = "4,P4,Smi\u{fffd}th,Ann,01/02/1999,SUS,03/01/2013,1,".to_owned();
    let ingested = run_rows(&rows.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    let noted: Vec<_> = ingested.rejects.iter().map(|reject| (reject.line, reject.code, reject.row_set_aside)).collect();
    assert_eq!(noted, [(4, "control-character", true), (5, "control-character", true), (6, "damaged-cell", false)]);
    assert!(ingested.persons.columns.iter().flat_map(|column| column.values().iter()).all(|value| !value.contains('\u{fffd}')));
}
