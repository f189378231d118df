//! Need and the watch list through the real binary: every claim worked out again from the extracts and the published tables.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::enum_glob_use,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

#[path = "traps/extracts.rs"]
mod extracts;
#[path = "traps/feeds.rs"]
mod feeds;
#[path = "traps/scene.rs"]
mod scene;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use calamine::Reader;
use extracts::Extracts;
use scene::{AUTUMN, Place, SPRING, SUMMER, Scene};
use support::{county, current, fwt_ok, run_month, table, text};

/// A family near the county's list, and the steps that must be said of it: step, rule.
struct Watched {
    name: &'static str,
    rows: fn(&mut Scene<'_>),
    expected: &'static [(&'static str, &'static str)],
}

/// The boy has a caution of long ago, so that one more criterion would list the family; and these exclusions.
macro_rules! exclusions {
    ($name:literal, $days:expr, $expected:expr) => {
        Watched {
            name: $name,
            rows: |scene| {
                let (_, child, home) = scene.ordinary();
                scene.crime(&child, &home, "OFFENDER", "2", "2012-01-15");
                let upn = scene.upn(1);
                for day in $days {
                    scene.excluded(&child, &home, &upn, "FIXD", day);
                }
            },
            expected: $expected,
        }
    };
}

/// The same with these sessions of autumn, spring and summer.
macro_rules! absence {
    ($name:literal, $sessions:expr, $expected:expr) => {
        Watched {
            name: $name,
            rows: |scene| {
                let (mother, child, home) = scene.ordinary_without_school();
                scene.crime(&child, &home, "OFFENDER", "2", "2012-01-15");
                let upn = scene.upn(1);
                let rows: Vec<_> = [AUTUMN, SPRING, SUMMER]
                    .into_iter()
                    .zip($sessions)
                    .map(|((from, to), (missed, possible))| (from, to, missed, possible))
                    .collect();
                scene.school(&child, &home, &upn, &[(&mother, "MO")], &rows);
            },
            expected: $expected,
        }
    };
}

/// The mother is on a benefit, and the boy stands on this crime.
macro_rules! crime {
    ($name:literal, $role:literal, $outcome:literal, $on:literal, $expected:expr) => {
        Watched {
            name: $name,
            rows: |scene| {
                let (mother, child, home) = (scene.mother(), scene.child(), scene.home(0));
                scene.account(&home, &[&mother, &child]);
                scene.benefit(&mother, &home, "JSA");
                let upn = scene.upn(1);
                scene.school(&child, &home, &upn, &[(&mother, "MO")], scene::PRESENT);
                scene.crime(&child, &home, $role, $outcome, $on);
            },
            expected: $expected,
        }
    };
}

const FAMILIES: &[Watched] = &[
    exclusions!(
        "two exclusions, the newest of exactly three months ago",
        ["2012-02-01", "2012-07-31"],
        &[("count", "three_fixed_exclusions")]
    ),
    exclusions!("two exclusions, the newest a day older", ["2012-02-01", "2012-07-30"], &[]),
    exclusions!("one exclusion", ["2012-07-31"], &[]),
    exclusions!("three exclusions: on the list", ["2012-02-01", "2012-05-01", "2012-07-31"], &[]),
    exclusions!("the third in the running term", ["2012-02-01", "2012-07-10", "2012-10-10"], &[("time", "three_fixed_exclusions")]),
    absence!("exactly 10% and rising", [(10, 100), (5, 100), (15, 100)], &[("share", "unauthorised_absence")]),
    absence!("just below 10%", [(9, 100), (5, 100), (15, 100)], &[]),
    absence!("12% and falling", [(10, 100), (15, 100), (11, 100)], &[]),
    absence!("14.67% and rising", [(14, 100), (10, 100), (20, 100)], &[("share", "unauthorised_absence")]),
    absence!("15%: on the list", [(15, 100), (10, 100), (20, 100)], &[]),
    crime!("charged as a suspect", "SUSPECT", "1", "2012-09-01", &[("outcome", "proven_offence_under_18")]),
    crime!("charged more than six months ago", "SUSPECT", "1", "2012-04-29", &[]),
    crime!("a victim of somebody who is charged", "VICTIM", "1", "2012-09-01", &[]),
    crime!("no further action", "SUSPECT", "18", "2012-09-01", &[]),
];

/// The families beside a synthetic October; where the records of each stand.
fn october(data: &Path) -> Vec<Vec<(&'static str, Place)>> {
    let mut extracts = Extracts::new();
    let places = FAMILIES
        .iter()
        .enumerate()
        .map(|(number, family)| {
            let mut scene = Scene::new(&mut extracts, number);
            (family.rows)(&mut scene);
            scene.places
        })
        .collect();
    extracts.write(&data.join("2012-10"));
    places
}

const ROW: [&str; 15] = [
    "watch_row",
    "family_id",
    "pack",
    "criterion",
    "rule",
    "step",
    "person_id",
    "there",
    "missing",
    "moving",
    "counts_from",
    "ages_out",
    "route",
    "route_then",
    "evidence_count",
];

/// The own family of the person whose records stand at these places.
fn family_of(run: &Path, places: &[(&'static str, Place)]) -> String {
    let members = table(run, "members", &["person_id", "family_id", "primary"]);
    let persons = table(run, "persons", &["source", "line", "slot", "person_id", "file"]);
    let mut of_boy = places.iter().filter(|(label, _)| *label == "kid");
    let person = of_boy
        .find_map(|(_, (feed, line, slot))| {
            let here = |row: &&Vec<String>| {
                row[0] == *feed && row[1] == line.to_string() && row[2] == slot.to_string() && row[4].contains("_traps")
            };
            persons.iter().find(here).map(|row| row[3].clone())
        })
        .unwrap();
    members.iter().find(|row| row[0] == person && row[2] == "yes").map(|row| row[1].clone()).unwrap()
}

#[test]
fn families_one_step_from_the_list_are_watched_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 3_000, 21);
    let places = october(&data);
    let run = run_month(&data, &folder.path().join("out"), &[]);
    let rows = table(&run, "watch_list", &ROW);
    let mut complaints = Vec::new();
    for (family, places) in FAMILIES.iter().zip(&places) {
        let id = family_of(&run, places);
        let of_family = rows.iter().filter(|row| row[1] == id && row[2] == "p1-lincolnshire");
        let found: Vec<(&str, &str)> = of_family.map(|row| (row[5].as_str(), row[4].as_str())).collect();
        if found != family.expected {
            complaints.push(format!("{}: {found:?}", family.name));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    promises(&data, &run, &rows);
    needs(&run);
    workbook(&run, &rows);
}

/// What the watch list promises of every row, worked out from the tables and the files that were delivered.
fn promises(data: &Path, run: &Path, rows: &[Vec<String>]) {
    let listed: BTreeSet<(String, String)> = table(run, "identification", &["family_id", "criteria_pack", "listed"])
        .into_iter()
        .filter(|row| row[2] == "yes")
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let evidence = table(
        run,
        "watch_evidence",
        &["watch_row", "family_id", "person_id", "file", "line", "kind", "event_from", "quantity", "out_of", "source"],
    );
    let members: BTreeSet<(String, String)> =
        table(run, "members", &["family_id", "person_id"]).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut shares = 0;
    for row in rows {
        assert!(!listed.contains(&(row[1].clone(), row[2].clone())), "{row:?} is on the list");
        let behind: Vec<&Vec<String>> = evidence.iter().filter(|line| line[0] == row[0]).collect();
        assert_eq!(behind.len().to_string(), row[14]);
        assert!(!behind.is_empty(), "{row:?} has no evidence");
        for line in &behind {
            assert!(line[1] == row[1] && members.contains(&(line[1].clone(), line[2].clone())), "a row of somebody else: {line:?}");
            assert!(row[6].is_empty() || row[6] == line[2], "{line:?} is of another person than {row:?}");
            let length = *lines.entry(line[3].clone()).or_insert_with(|| lines_of(&data.join(&line[3])));
            assert!(line[4].parse::<usize>().unwrap() <= length.max(1), "{line:?} stands beyond the end of its file");
        }
        let days: BTreeSet<&str> = behind.iter().map(|line| line[6].as_str()).collect();
        match row[5].as_str() {
            "count" => {
                assert_eq!(row[7], format!("{} of the 3 events the rule needs", days.len()), "{row:?}");
                assert!(row[9].contains(*days.last().unwrap()) && days.last().unwrap() >= &"2012-07-31", "{row:?}");
            }
            "share" => {
                shares += 1;
                let sum = |column: usize| behind.iter().map(|line| line[column].parse::<i64>().unwrap()).sum::<i64>();
                let (missed, possible) = (sum(7), sum(8));
                assert!(row[7].starts_with(&format!("{missed} of {possible} sessions")), "{row:?}: {missed} of {possible}");
                assert!(missed * 100 >= possible * 10 && missed * 100 < possible * 15, "{row:?}");
                let more: i64 = row[8].split_whitespace().next().unwrap().parse().unwrap();
                assert!((missed + more) * 100 >= possible * 15 && (missed + more - 1) * 100 < possible * 15, "{row:?}");
            }
            "outcome" => assert!(*days.last().unwrap() >= "2012-04-30", "{row:?}"),
            "time" => assert!(row[10].as_str() > "2012-10-31" && row[10].as_str() <= "2013-01-31", "{row:?}"),
            "criterion" => assert!(row[9].starts_with("a child becomes") || *days.last().unwrap() >= "2012-07-31", "{row:?}"),
            other => panic!("{other}"),
        }
        assert!(["AUTO", "DISCRETION"].contains(&row[13].as_str()), "{row:?} would not be on the list");
    }
    assert!(rows.len() > 20 && shares > 2, "too few rows to mean anything: {}", rows.len());
}

/// Lines of a delimited file; rows of other kinds are not counted here.
fn lines_of(path: &Path) -> usize {
    if !path.to_string_lossy().ends_with(".csv") {
        return usize::MAX;
    }
    fs::read(path).unwrap().split(|byte| *byte == b'\n').count()
}

/// The level of need of each family on the list, by the shipped rules, from `evidence` and `identification` alone.
fn needs(run: &Path) {
    let columns = [
        "family_id",
        "criteria_pack",
        "criteria_met_count",
        "n_children_u5",
        "listed",
        "need_level",
        "need_rule",
        "route",
        "criteria_true",
    ];
    let agencies: BTreeMap<String, String> =
        table(run, "deliveries", &["source", "agency"]).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let mut evidence: BTreeMap<(String, String), Vec<Vec<String>>> = BTreeMap::new();
    for row in table(run, "evidence", &["family_id", "pack", "person_id", "source", "kind", "code", "event_from"]) {
        evidence.entry((row[0].clone(), row[1].clone())).or_default().push(row);
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in table(run, "identification", &columns) {
        if row[8].is_empty() && row[4] == "no" && !["PENDING", "NEAR_MISS"].contains(&row[7].as_str()) {
            assert_eq!(row[5], "", "{row:?}: nothing is known of the family");
            continue;
        }
        let rows = evidence.get(&(row[0].clone(), row[1].clone())).cloned().unwrap_or_default();
        let people: BTreeSet<&String> = rows.iter().map(|row| &row[2]).collect();
        let of_agency: BTreeSet<&String> = rows.iter().map(|row| &agencies[&row[3]]).collect();
        let recent: BTreeSet<_> =
            rows.iter().filter(|row| row[6].as_str() >= "2012-07-31").map(|row| (&row[2], &row[4], &row[6])).collect();
        let is_safeguarding = |row: &&Vec<String>| match row[4].as_str() {
            "social_care" => ["child_protection_plan", "looked_after", "considering_care"].contains(&row[5].as_str()),
            "domestic_abuse" => row[5] == "marac",
            _ => false,
        };
        let safeguarding = rows.iter().filter(is_safeguarding).count();
        let (met, under_5): (usize, usize) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        let expected = if safeguarding > 0 && met >= 2 {
            "safeguarding_and_two_criteria"
        } else if met >= 3 {
            "every_criterion"
        } else if people.len() >= 3 && of_agency.len() >= 3 {
            "many_people_and_agencies"
        } else if under_5 > 0 && met >= 2 && recent.len() >= 3 {
            "young_children_and_new_events"
        } else {
            "partners_can_coordinate"
        };
        assert_eq!(row[6], expected, "{row:?}");
        assert_eq!(row[5], if expected == "partners_can_coordinate" { "lower" } else { "complex" });
        *seen.entry(expected.to_owned()).or_default() += 1;
    }
    assert!(seen.len() >= 3, "too few rules decided to mean anything: {seen:?}");
}

/// The sheet holds one line per row of evidence of the first pack, and the report and `run.json` say how many.
fn workbook(run: &Path, rows: &[Vec<String>]) {
    let first: Vec<&Vec<String>> = rows.iter().filter(|row| row[2] == "p1-lincolnshire").collect();
    let lines: usize = first.iter().map(|row| row[14].parse::<usize>().unwrap()).sum();
    let families: BTreeSet<&String> = first.iter().map(|row| &row[1]).collect();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(run.join("list.xlsx")).unwrap();
    let sheet = book.worksheet_range("Watch list").unwrap();
    assert_eq!(sheet.height(), lines + 3, "title, sentence, headings, one line per row");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
    assert_eq!(json["packs"][0]["watch_list"]["families"], families.len());
    let report = fs::read_to_string(run.join("report.html")).unwrap();
    assert!(report.contains(&format!("{} families are one step from the criteria", families.len())));
    let listed = |level: &str| json["packs"][0]["need"][level].as_u64().unwrap();
    assert_eq!(listed("complex") + listed("lower"), json["packs"][0]["listed"].as_u64().unwrap(), "every listed family has a level");
}

#[test]
fn rows_shuffled_give_the_same_watch_list() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 3_000, 22);
    let shown = |run: &Path| -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        let rows = table(run, "watch_list", &ROW);
        let mut evidence = table(run, "watch_evidence", &["watch_row", "person_id", "kind", "code", "event_from", "quantity", "file"]);
        evidence.sort();
        (rows, evidence)
    };
    let first = shown(&run_month(&data, &folder.path().join("out"), &[]));
    assert!(first.0.len() > 10);
    let mut rng = fastrand::Rng::with_seed(5);
    for entry in fs::read_dir(data.join("2012-10")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let Ok(content) = String::from_utf8(bytes) else { continue };
        if !path.to_string_lossy().ends_with(".csv") {
            continue;
        }
        let mut lines: Vec<&str> = content.split_inclusive('\n').collect();
        rng.shuffle(&mut lines[1..]);
        fs::write(&path, lines.concat()).unwrap();
    }
    let out = folder.path().join("shuffled");
    fwt_ok(&["run", support::PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
    assert_eq!(shown(&current(&out)), first);
}
