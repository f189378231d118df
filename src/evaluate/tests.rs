#![allow(clippy::disallowed_methods, reason = "a test writes its own truth")]

use std::fs::{create_dir_all, write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::*;
use crate::store::{ManifestContents, RunLock, Staging, open_run};

fn texts(cells: &[&str]) -> ArrayRef {
    Arc::new(cells.iter().map(|cell| (!cell.is_empty()).then_some(*cell)).collect::<StringArray>())
}

fn numbers(cells: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(cells.to_vec()))
}

fn flags(cells: &[bool]) -> ArrayRef {
    Arc::new(BooleanArray::from(cells.to_vec()))
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A run of five records: Ann in two feeds (together), her son Ben in two (apart), and a test record.
fn publish(out: &Path) {
    let tables = [
        (
            "persons.parquet",
            parquet(vec![
                ("source", texts(&["council_tax", "council_tax", "police", "school", "school"])),
                ("record_id", texts(&["1#liable1", "1#resident1", "N7", "U1", "U9"])),
                ("file", texts(&["2012-10/ct.csv", "2012-10/ct.csv", "2012-10/police.csv", "2012-10/school.csv", "2012-10/school.csv"])),
                ("line", numbers(&[2, 2, 5, 3, 4])),
                ("slot", numbers(&[0, 1, 0, 0, 0])),
                ("person_id", texts(&["Pa", "Pb", "Pa", "Pc", ""])),
                ("forename", texts(&["CANARYANN", "BEN", "ANN", "BENJAMIN", "TEST"])),
                ("surname", texts(&["SMITH", "SMITH", "SMITH", "SMITH", "ZZTEST"])),
                ("postcode", texts(&["LN1 1AA", "LN1 1AA", "", "LN1 1AA", ""])),
                ("sex", texts(&["F", "", "F", "M", ""])),
                ("nhs_number", texts(&["", "", "", "", ""])),
                ("date_of_birth", Arc::new(Date32Array::from(vec![Some(3650), None, Some(3650), Some(12_800), None]))),
            ]),
        ),
        (
            "links.parquet",
            parquet(vec![
                ("left_source", texts(&["council_tax", "council_tax"])),
                ("left_record_id", texts(&["1#liable1", "1#resident1"])),
                ("right_source", texts(&["police", "school"])),
                ("right_record_id", texts(&["N7", "U1"])),
                ("weight", Arc::new(Float64Array::from(vec![6.6, 0.6]))),
                ("probability", Arc::new(Float64Array::from(vec![0.99, 0.6]))),
                ("pattern", texts(&["1", "2"])),
                ("decision", texts(&["linked", "review"])),
            ]),
        ),
        ("run.json", br#"{"model": {"threshold": 0.9, "calibration": "uncalibrated", "compared_pairs": 3}}"#.to_vec()),
        (
            "prevented.parquet",
            parquet(vec![
                ("left_source", texts(&["council_tax"])),
                ("left_record_id", texts(&["1#liable1"])),
                ("right_source", texts(&["school"])),
                ("right_record_id", texts(&["U1"])),
                ("reason", texts(&["same-name-parent-and-child"])),
            ]),
        ),
        ("families.parquet", parquet(vec![("family_id", texts(&["Fa", "Fb"]))])),
        (
            "members.parquet",
            parquet(vec![
                ("family_id", texts(&["Fa", "Fa", "Fb"])),
                ("person_id", texts(&["Pb", "Pa", "Pc"])),
                ("role", texts(&["child", "parent", "child"])),
                ("resident", flags(&[true, true, true])),
            ]),
        ),
        (
            "criteria.parquet",
            parquet(vec![
                ("family_id", texts(&["Fa", "Fa", "Fb"])),
                ("pack", texts(&["p1-2012", "p1-2012", "p1-2012"])),
                ("criterion", texts(&["c1", "c2", "c2"])),
                ("value", texts(&["true", "unknown", "true"])),
            ]),
        ),
        (
            "evidence.parquet",
            parquet(vec![
                ("person_id", texts(&["Pa"])),
                ("file", texts(&["2012-10/police.csv"])),
                ("line", numbers(&[5])),
                ("kind", texts(&["offence"])),
                ("role", texts(&["offender"])),
            ]),
        ),
    ];
    let contents = ManifestContents { period: "2012-10".to_owned(), tool_version: "test".to_owned(), ..ManifestContents::default() };
    let lock = RunLock::take(out, "2012-10").unwrap();
    let mut staging = Staging::begin(&lock, &contents.run_id(), 1 << 20).unwrap();
    for (name, bytes) in tables {
        staging.put(name, None, |sink| std::io::Write::write_all(sink, &bytes)).unwrap();
    }
    staging.commit(contents).unwrap();
}

fn truth(folder: &Path) {
    let month = folder.join("truth/2012-10");
    create_dir_all(&month).unwrap();
    create_dir_all(folder.join("truth/2012-11")).unwrap();
    let put = |name: &str, text: &str| write(month.join(name), text).unwrap();
    put(
        "records.csv",
        "source,file,line,slot,person\n\
         council_tax,2012-10/ct.csv,2,liable1,P1\n\
         council_tax,2012-10/ct.csv,2,resident1,P2\n\
         police,2012-10/police.csv,5,nominal,P1\n\
         school,2012-10/school.csv,3,child,P2\n\
         school,2012-10/school.csv,4,child,\n\
         health,2012-10/not-read.csv,2,patient,P3\n",
    );
    put("families.csv", "family,kind,children,district,postcode\nF0,lone_parent,1,E07000138,LN1 1AA\n");
    put(
        "members.csv",
        "family,person,role,resident,primary,born,sex,in_extracts\n\
         F0,P1,parent,true,true,1979-12-30,F,true\n\
         F0,P2,child,true,true,2005-01-17,M,true\n\
         F0,P3,parent,true,true,1975-01-01,M,true\n",
    );
    put("criteria.csv", "family,pack,criterion,true_value,knowable_value,why\nF0,p1-2012,c1,true,true,\nF0,p1-2012,c2,true,true,\n");
}

#[test]
fn a_published_run_is_measured_against_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    publish(&out);
    truth(folder.path());
    let run = open_run(&out).unwrap();
    for named in [folder.path().to_owned(), folder.path().join("truth"), folder.path().join("truth/2012-10")] {
        let evaluation = evaluate(&run, &named).unwrap();
        assert_eq!(evaluation.join, JoinCounts { records: 5, with_person: 4, tests_found: 1, appearances: 4, ..JoinCounts::default() });
        assert_eq!(evaluation.persons.pairs, Ratio::of(1, 0, 1));
        assert_eq!((evaluation.persons.split_persons, evaluation.persons.exact_persons), (1, 1));
        assert_eq!(evaluation.persons.by_source_pair.get("council_tax + school"), Some(&Ratio::of(0, 0, 1)));
        assert_eq!(evaluation.links.linked, Ratio::of(1, 0, 1));
        assert_eq!((evaluation.links.reasons.missed_review, evaluation.links.reasons.missed_not_kept), (1, 0));
        // P3 appears only in a file the run did not read; so the family is complete.
        assert_eq!((evaluation.families.families, evaluation.families.exact), (1, 1));
        assert_eq!((evaluation.families.found_families, evaluation.families.found_exact), (2, 1));
        let c1 = &evaluation.criteria[0];
        assert_eq!((c1.knowable.right, c1.knowable.wrong, c1.knowable.missed), (1, 0, 0));
        let c2 = &evaluation.criteria[1];
        assert_eq!(
            (c2.missed_as_unknown, c2.knowable.missed, c2.knowable.wrong),
            (1, 1, 0),
            "the half of the family that is flagged is right"
        );
        assert_eq!((evaluation.evidence.rows, evaluation.evidence.checked, evaluation.evidence.of_another_person), (1, 1, 0));
        assert_eq!((evaluation.missed_pairs.pairs, evaluation.false_pairs.pairs), (1, 0));
        let text = evaluation.to_text();
        assert!(text.contains("1 of 1 true families"), "{text}");
        let html = evaluation.to_html();
        assert!(html.contains("Uncalibrated") && !html.contains("CANARY"), "{html}");
        assert!(!text.contains("CANARY") && !serde_json::to_string(&evaluation).unwrap().contains("CANARY"));
    }
    let shown = evaluate_with(&run, folder.path(), Extras::default(), EvaluationOptions { examples: 1, show_values: true }).unwrap();
    assert!(shown.to_text().contains("BEN / BENJAMIN"));
}

#[test]
fn truth_that_is_missing_or_broken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    publish(&out);
    let run = open_run(&out).unwrap();
    assert!(matches!(evaluate(&run, folder.path()), Err(EvaluateError::NoTruth { month }) if month == "2012-10"));
    truth(folder.path());
    write(folder.path().join("truth/2012-10/criteria.csv"), "family,pack,criterion,true_value,knowable_value,why\nF0,p,c,true,maybe,\n")
        .unwrap();
    assert!(matches!(evaluate(&run, folder.path()), Err(EvaluateError::Truth { file, line: 2 }) if file == "criteria.csv"));
}
