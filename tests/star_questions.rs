//! The questions of `pipelines/bi`, answered by DuckDB on a star of three months: each answer ties to the run reports.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test prepares its own folders, looks at the disk itself, and these numbers are exact"
)]

#[path = "support/duckdb.rs"]
mod duckdb;
#[path = "support/months.rs"]
mod months;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use months::MONTHS;
use serde_json::Value;
use support::{table, text};

const QUESTIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/bi");
const PACK: &str = "p1-lincolnshire";

/// A row of an answer by column.
type Row = BTreeMap<String, Value>;

fn answers(python: &str) -> BTreeMap<String, Vec<Row>> {
    let months = months::months("star_questions");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/star/answer.py");
    let output = Command::new(python).args([script, text(&months.out.join("star")), QUESTIONS]).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).expect("the answers are JSON");
    let row = |columns: &Value, row: &Value| -> Row {
        let names = columns.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
        names.zip(row.as_array().unwrap().iter().cloned()).collect()
    };
    let rows = |answer: &Value| answer["rows"].as_array().unwrap().iter().map(|cells| row(&answer["columns"], cells)).collect();
    answers.iter().map(|(question, answer)| (question.clone(), rows(answer))).collect()
}

fn report(run: &Path) -> Value {
    serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap()
}

/// The rows of a month, and of a pack where the answer has packs.
fn of<'a>(rows: &'a [Row], month: &str, pack: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row["month"] == month && row.get("pack").is_none_or(|named| named == pack)).collect()
}

fn sum(rows: &[&Row], column: &str) -> i64 {
    rows.iter().map(|row| row[column].as_i64().unwrap()).sum()
}

#[test]
fn every_question_begins_with_its_sentence_and_has_an_answer() {
    let guide = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/bi.md")).unwrap();
    let mut files = 0;
    for entry in fs::read_dir(QUESTIONS).unwrap() {
        let path = entry.unwrap().path();
        let first = fs::read_to_string(&path).unwrap().lines().next().unwrap().to_owned();
        let asks = first.starts_with("-- ") && first.ends_with('?');
        assert!(asks || path.ends_with("views.sql"), "{}: {first}", path.display());
        let listed = first.strip_prefix("-- ").is_some_and(|question| guide.contains(question));
        assert!(listed || path.ends_with("views.sql"), "docs/bi.md does not list {}", path.display());
        files += 1;
    }
    assert!(files > 12, "{files}");
    let Some(python) = duckdb::python("the questions of pipelines/bi") else { return };
    let answers = answers(&python);
    assert_eq!(answers.len(), files - 1);
    for (question, rows) in &answers {
        assert!(!rows.is_empty(), "{question} has no answer");
    }
}

#[test]
fn the_answers_are_the_numbers_of_the_run_reports() {
    let Some(python) = duckdb::python("the comparison of pipelines/bi with the run reports") else { return };
    let answers = answers(&python);
    let runs = &months::months("star_questions").runs;
    for (month, run) in MONTHS.iter().zip(runs) {
        let report = report(run);
        for pack in report["packs"].as_array().unwrap() {
            let name = pack["name"].as_str().unwrap();
            the_list(&answers, month, name, pack);
            the_criteria(&answers, month, name, pack);
        }
        the_feeds(&answers, month, &report);
        the_linkage(&answers, month, &report);
        the_quality(&answers, month, run);
        the_changes(&answers, month, run);
    }
}

fn the_list(answers: &BTreeMap<String, Vec<Row>>, month: &str, name: &str, pack: &Value) {
    let listed = pack["listed"].as_i64().unwrap();
    assert!(listed > 0);
    let districts = of(&answers["families_by_district"], month, name);
    for district in pack["districts"].as_array().unwrap() {
        let row = districts.iter().find(|row| row["district"] == district["name"]).unwrap_or_else(|| panic!("{district}"));
        assert_eq!(row["families"], district["listed"], "{month} {name} {district}");
    }
    assert_eq!(sum(&districts, "families"), listed);
    for (route, count) in pack["routes"].as_object().unwrap() {
        let routes = of(&answers["routes"], month, name);
        let families = routes.iter().find(|row| row["route"] == route.as_str()).map_or(0, |row| row["families"].as_i64().unwrap());
        assert_eq!(Some(families), count.as_i64(), "{month} {name} {route}");
    }
    for question in ["criteria_combinations", "children_under_five", "priority_points"] {
        assert_eq!(sum(&of(&answers[question], month, name), "families"), listed, "{question} {month} {name}");
    }
    // Nobody has decided anything yet: every family on the list is identified.
    let statuses = of(&answers["status"], month, name);
    let told: Vec<_> = statuses.iter().map(|row| (row["status"].as_str().unwrap(), row["on_the_list"].as_i64().unwrap())).collect();
    assert_eq!(told, [("identified", listed)]);
    let moves = of(&answers["joined_and_left"], month, name);
    if month == MONTHS[0] {
        assert!(moves.is_empty());
        return;
    }
    assert_eq!(sum(&moves, "joined") + sum(&moves, "stayed"), listed);
}

fn the_criteria(answers: &BTreeMap<String, Vec<Row>>, month: &str, name: &str, pack: &Value) {
    let rows = of(&answers["criteria"], month, name);
    let criteria = pack["criteria"].as_array().unwrap();
    assert_eq!(rows.len(), criteria.len());
    for (row, criterion) in rows.iter().zip(criteria) {
        let told = [&row["criterion"], &row["met"], &row["unknown"], &row["not_met"]];
        assert_eq!(told, [&criterion["id"], &criterion["true"], &criterion["unknown"], &criterion["false"]], "{month} {name}");
    }
}

fn the_feeds(answers: &BTreeMap<String, Vec<Row>>, month: &str, report: &Value) {
    let rows = of(&answers["feed_freshness"], month, "");
    let feeds = report["feeds"].as_array().unwrap();
    assert_eq!(rows.len(), feeds.len());
    for feed in feeds {
        let row = rows.iter().find(|row| row["feed"] == feed["source"]).unwrap();
        for (column, key) in
            [("state", "state"), ("age_days", "age_days"), ("rows_read", "rows_read"), ("rows_set_aside", "rows_set_aside")]
        {
            assert_eq!(row[column], feed[key], "{month} {feed} {column}");
        }
    }
}

fn the_linkage(answers: &BTreeMap<String, Vec<Row>>, month: &str, report: &Value) {
    let rows = of(&answers["linkage_quality"], month, "");
    assert_eq!(rows.len(), 1);
    let row = rows[0];
    assert_eq!(row["person_records"], report["counts"]["person_records"]);
    assert_eq!(row["persons"], report["counts"]["persons"]);
    for (column, key) in [
        ("pairs_linked", "pairs_linked"),
        ("pairs_to_review", "pairs_to_review"),
        ("pairs_prevented", "pairs_prevented"),
        ("persons_in_several_feeds", "persons_in_several_feeds"),
    ] {
        assert_eq!(row[column], report["linkage"][key], "{month} {column}");
    }
    let feeds = of(&answers["linkage_by_feed"], month, "");
    let records = report["counts"]["person_records"].as_i64().unwrap() - report["counts"]["test_records"].as_i64().unwrap();
    assert_eq!(sum(&feeds, "records"), records);
    // A pair counts once for each feed that takes part in it.
    let pairs = report["linkage"]["pairs_to_review"].as_i64().unwrap();
    assert!((pairs..=2 * pairs).contains(&sum(&feeds, "pairs_to_review")));
}

fn the_quality(answers: &BTreeMap<String, Vec<Row>>, month: &str, run: &Path) {
    let mut wanted: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
    for row in table(run, "data_quality", &["source", "field", "records", "present", "unusable"]) {
        let [records, present, unusable] = [2, 3, 4].map(|at| row[at].parse::<f64>().unwrap());
        let sums = wanted.entry((row[0].clone(), row[1].clone())).or_default();
        *sums = (sums.0 + records, sums.1 + present - unusable);
    }
    let rows = of(&answers["data_quality"], month, "");
    assert_eq!(rows.len(), wanted.len());
    for row in rows {
        let key = (row["feed"].as_str().unwrap().to_owned(), row["field"].as_str().unwrap().to_owned());
        let (records, usable) = wanted[&key];
        assert!((row["share_usable"].as_f64().unwrap() - usable / records).abs() < 0.000_051, "{month} {key:?} {row:?}");
    }
}

fn the_changes(answers: &BTreeMap<String, Vec<Row>>, month: &str, run: &Path) {
    let mut wanted: BTreeMap<[String; 3], i64> = BTreeMap::new();
    for row in table(run, "changes", &["criteria_pack", "change_code", "cause"]) {
        if !row[0].is_empty() && row[1] != "STILL" {
            *wanted.entry([row[0].clone(), row[1].clone(), row[2].clone()]).or_default() += 1;
        }
    }
    let mut told: BTreeMap<[String; 3], i64> = BTreeMap::new();
    for row in answers["changes_by_cause"].iter().filter(|row| row["month"] == month) {
        let key = ["pack", "change", "cause"].map(|column| row[column].as_str().unwrap().to_owned());
        *told.entry(key).or_default() += row["families"].as_i64().unwrap();
    }
    assert_eq!(told, wanted, "{month}");
    assert!(!wanted.is_empty(), "{month}: nothing changed");
}

/// Families on the list of a month under the county's pack, with points, district and children.
fn listed(run: &Path) -> Vec<Vec<String>> {
    let columns = [
        "criteria_pack",
        "listed",
        "family_id",
        "priority_points",
        "district",
        "n_children_u5",
        "n_children_u18",
        "criteria_true",
        "evidence_count",
    ];
    table(run, "identification", &columns).into_iter().filter(|row| row[0] == PACK && row[1] == "yes").collect()
}

#[test]
fn what_no_report_says_is_what_the_tables_of_the_runs_give() {
    let Some(python) = duckdb::python("the comparison of pipelines/bi with the tables of the runs") else { return };
    let answers = answers(&python);
    let months = months::months("star_questions");
    let mut ever: BTreeMap<String, usize> = BTreeMap::new();
    let mut before: Vec<String> = Vec::new();
    for (month, run) in MONTHS.iter().zip(&months.runs) {
        let listed = listed(run);
        for district in of(&answers["priority_points"], month, PACK) {
            let here = listed.iter().filter(|row| row[4] == district["district"].as_str().unwrap());
            let mut points: Vec<f64> = here.map(|row| row[3].parse().unwrap()).collect();
            points.sort_by(f64::total_cmp);
            if points.is_empty() {
                continue;
            }
            let median = f64::midpoint(points[(points.len() - 1) / 2], points[points.len() / 2]);
            assert_eq!(district["median_points"].as_f64(), Some(median), "{month} {district:?}");
        }
        let total = |at: usize| listed.iter().map(|row| row[at].parse::<i64>().unwrap()).sum::<i64>();
        let children = of(&answers["children_under_five"], month, PACK);
        assert_eq!([sum(&children, "children_under_5"), sum(&children, "children_under_18")], [total(5), total(6)]);
        for row in of(&answers["criteria_combinations"], month, PACK) {
            let criteria = row["criteria"].as_str().unwrap();
            let same =
                listed.iter().filter(|row| if row[7].is_empty() { criteria == "none" } else { row[7].replace("; ", "+") == criteria });
            assert_eq!(row["families"].as_u64(), Some(same.count() as u64), "{month} {criteria}");
        }
        assert_eq!(sum(&of(&answers["evidence"], month, PACK), "pieces"), total(8));
        let now: Vec<String> = listed.iter().map(|row| row[2].clone()).collect();
        if !before.is_empty() {
            let moves = of(&answers["joined_and_left"], month, PACK);
            let stayed = now.iter().filter(|family| before.contains(family)).count() as i64;
            let told = ["joined", "stayed", "left"].map(|column| sum(&moves, column));
            assert_eq!(told, [now.len() as i64 - stayed, stayed, before.len() as i64 - stayed], "{month}");
        }
        for family in &now {
            *ever.entry(family.clone()).or_default() += 1;
        }
        before.clone_from(&now);
        let targets = of(&answers["target_progress"], month, "");
        assert_eq!(targets.len(), 2);
        for target in targets {
            assert_eq!(target["on_the_list_now"].as_u64(), Some(now.len() as u64));
            assert_eq!(target["found_so_far"].as_u64(), Some(ever.len() as u64), "{month}");
        }
    }
    let lasting = answers["months_on_list"].iter().filter(|row| row["pack"] == PACK);
    for row in lasting {
        let months = row["months"].as_u64().unwrap() as usize;
        let families = before.iter().filter(|family| ever[*family] == months).count();
        assert_eq!(row["families"].as_u64(), Some(families as u64), "{months} months");
    }
    let year_one = answers["target_progress"].iter().find(|row| row["target"] == "year-one" && row["month"] == MONTHS[2]).unwrap();
    // 457 × 5/6; 275 of the 365 days from April to March are gone by the end of December: 457 × 275/365.
    assert_eq!([&year_one["families_to_find"], &year_one["funded_families"], &year_one["straight_line"]], [457, 381, 344]);
}
