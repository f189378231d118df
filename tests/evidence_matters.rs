//! The listed evidence suffices and matters: without its source lines the flag falls, without any other line it stands.

#![allow(
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_types,
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

use support::{county, run_month, table, text, tree};

/// A flag, and the source lines the run lists as its evidence.
struct Listed {
    family: String,
    pack: String,
    criterion: String,
    lines: BTreeSet<(String, usize)>,
}

fn listed_flags(run: &Path) -> Vec<Listed> {
    let mut flags: BTreeMap<(String, String, String), BTreeSet<(String, usize)>> = BTreeMap::new();
    for row in table(run, "evidence", &["family_id", "pack", "criterion", "file", "line"]) {
        let line = row[4].parse().unwrap();
        flags.entry((row[0].clone(), row[1].clone(), row[2].clone())).or_default().insert((row[3].clone(), line));
    }
    flags.into_iter().map(|((family, pack, criterion), lines)| Listed { family, pack, criterion, lines }).collect()
}

/// The records (source, record id) of a family's members: how the family is found again in another run.
fn records_of_family(run: &Path, family: &str) -> BTreeSet<(String, String)> {
    let members: BTreeSet<String> =
        table(run, "members", &["family_id", "person_id"]).into_iter().filter(|row| row[0] == family).map(|row| row[1].clone()).collect();
    let persons = table(run, "persons", &["person_id", "source", "record_id"]);
    persons.into_iter().filter(|row| members.contains(&row[0])).map(|row| (row[1].clone(), row[2].clone())).collect()
}

/// The family of another run that holds most of those records.
fn same_family(run: &Path, records: &BTreeSet<(String, String)>) -> Option<String> {
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    let mut family_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table(run, "members", &["person_id", "family_id"]) {
        family_of.entry(row[0].clone()).or_default().push(row[1].clone());
    }
    for row in table(run, "persons", &["person_id", "source", "record_id"]) {
        if records.contains(&(row[1].clone(), row[2].clone())) {
            for family in family_of.get(&row[0]).into_iter().flatten() {
                *votes.entry(family.clone()).or_default() += 1;
            }
        }
    }
    votes.into_iter().max_by_key(|(_, count)| *count).map(|(family, _)| family)
}

fn value_of(run: &Path, family: &str, pack: &str, criterion: &str) -> String {
    let rows = table(run, "criteria", &["family_id", "pack", "criterion", "value"]);
    rows.into_iter().find(|row| row[0] == family && row[1] == pack && row[2] == criterion).map(|row| row[3].clone()).unwrap_or_default()
}

/// Copies the extracts without some lines (counted from 1, the header is line 1) of some files.
fn without_lines(data: &Path, into: &Path, lines: &BTreeSet<(String, usize)>) {
    for (name, bytes) in tree(data) {
        if name.starts_with("truth") {
            continue;
        }
        let path = into.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let drop: BTreeSet<usize> = lines.iter().filter(|(file, _)| *file == name).map(|(_, line)| *line).collect();
        let unit = if bytes.starts_with(&[0xff, 0xfe]) { 2 } else { 1 };
        let mut kept = Vec::with_capacity(bytes.len());
        let mut line = 1;
        for piece in bytes.chunks(unit) {
            if !drop.contains(&line) {
                kept.extend_from_slice(piece);
            }
            if piece[0] == b'\n' && piece.get(1).is_none_or(|high| *high == 0) {
                line += 1;
            }
        }
        fs::write(path, kept).unwrap();
    }
}

fn is_delimited(file: &str) -> bool {
    file.ends_with(".csv")
}

#[test]
fn a_flag_falls_without_its_evidence_and_stands_without_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 2_000, 9);
    // In one output folder, where the first month keeps its ids however often its extracts change.
    let first = run_month(&data, &folder.path().join("out"), &[]);
    let flags = listed_flags(&first);
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    let mut fallen = 0;
    for flag in flags.iter().filter(|flag| flag.pack == "p1-2012" && flag.lines.iter().all(|(file, _)| is_delimited(file))) {
        let tries = tried.entry(flag.criterion.clone()).or_default();
        if *tries == 2 {
            continue;
        }
        *tries += 1;
        let records = records_of_family(&first, &flag.family);
        let name = format!("{}-{}", flag.criterion, tries);
        let without = folder.path().join(format!("without-{name}"));
        without_lines(&data, &without, &flag.lines);
        let run = run_month(&without, &folder.path().join("out"), &[]);
        // Where the deleted rows were all that was known of the family, it is gone with its flag.
        let value = same_family(&run, &records).map_or_else(String::new, |family| value_of(&run, &family, &flag.pack, &flag.criterion));
        assert_ne!(value, "true", "{} of {} stays true without its evidence", flag.criterion, flag.family);
        fallen += 1;

        // Lines of the same feeds that are not listed for this family: taking some away must not matter.
        let listed: BTreeSet<(String, usize)> =
            flags.iter().filter(|other| other.family == flag.family).flat_map(|other| other.lines.iter().cloned()).collect();
        let mine: BTreeSet<(String, usize)> = {
            let positions = table(&first, "persons", &["source", "record_id", "file", "line"]);
            positions
                .into_iter()
                .filter(|row| records.contains(&(row[0].clone(), row[1].clone())))
                .map(|row| (row[2].clone(), row[3].parse().unwrap()))
                .collect()
        };
        let files: BTreeSet<&String> = flag.lines.iter().map(|(file, _)| file).collect();
        let others: BTreeSet<(String, usize)> = files
            .iter()
            .flat_map(|file| (2..40_usize).map(|line| ((*file).clone(), line)))
            .filter(|line| !listed.contains(line) && !mine.contains(line))
            .take(12)
            .collect();
        let fewer = folder.path().join(format!("fewer-{name}"));
        without_lines(&data, &fewer, &others);
        let run = run_month(&fewer, &folder.path().join("out"), &[]);
        let family = same_family(&run, &records).expect("the family is still there");
        assert_eq!(value_of(&run, &family, &flag.pack, &flag.criterion), "true", "{} fell without an unlisted line", flag.criterion);
    }
    assert!(fallen >= 6 && tried.len() >= 3, "too few flags were tried: {tried:?} in {}", text(&first));
}

#[test]
fn every_true_flag_has_evidence_and_no_victim_is_an_offender() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 5_000, 10);
    let run = run_month(&data, &folder.path().join("out"), &[]);
    let evidenced: BTreeSet<(String, String, String)> = table(&run, "evidence", &["family_id", "pack", "criterion"])
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
        .collect();
    let mut true_flags = 0;
    for row in table(&run, "criteria", &["family_id", "pack", "criterion", "value"]) {
        if row[3] == "true" {
            true_flags += 1;
            assert!(evidenced.contains(&(row[0].clone(), row[1].clone(), row[2].clone())), "{row:?} has no evidence");
        }
    }
    assert!(true_flags > 50, "only {true_flags} true flags: the test would prove little");
    for row in table(&run, "evidence", &["kind", "role", "family_id", "rule"]) {
        assert!(row[0] != "offence" || row[1] == "offender", "{row:?}");
    }
}
