//! Month after month as a user runs it: families keep their ids, every change has a cause, too much change is held.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::{PIPELINE, current, fwt, fwt_ok, mother_and_child, table, text, tree};

const MONTHS: [&str; 4] = ["2012-10", "2012-11", "2012-12", "2013-01"];

fn counties(folder: &Path, people: u32, seed: u32) -> PathBuf {
    let data = folder.join("data");
    let (people, seed, months) = (people.to_string(), seed.to_string(), MONTHS.len().to_string());
    fwt_ok(&["synth", "--out", text(&data), "--people", &people, "--seed", &seed, "--start", MONTHS[0], "--months", &months]);
    data
}

fn run(data: &Path, out: &Path, month: &str, more: &[&str]) -> PathBuf {
    run_with(PIPELINE, data, out, month, more)
}

fn run_with(pipeline: &str, data: &Path, out: &Path, month: &str, more: &[&str]) -> PathBuf {
    let mut arguments = vec!["run", pipeline, "--month", month, "--data", text(data), "--out", text(out)];
    arguments.extend(more);
    fwt_ok(&arguments);
    current(out)
}

#[test]
fn families_whose_people_stay_keep_their_ids_and_everybody_on_the_list_is_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let data = counties(folder.path(), 4_000, 11);
    let out = folder.path().join("out");
    let runs: Vec<PathBuf> = MONTHS.iter().map(|month| run(&data, &out, month, &[])).collect();
    let told = fwt_ok(&["evaluate", text(&out), "--truth", text(&data), "--months", "--json"]);
    let evaluation: serde_json::Value = serde_json::from_str(&told).unwrap();
    let kept = |of: &str| {
        let count = |what: &str| evaluation[of][what].as_f64().unwrap();
        (count("families"), count("at_the_end"))
    };
    let (families, at_the_end) = kept("families");
    assert!(families > 500.0, "too few families to say anything: {told}");
    assert!(at_the_end / families >= 0.99, "families whose people stayed lost their ids: {told}");
    let (families, at_the_end) = kept("with_child");
    assert!(families > 200.0 && at_the_end / families >= 0.99, "families with a child lost their ids: {told}");
    assert!(evaluation["dropped"].as_u64().unwrap() > 0 && evaluation["dropped_unexplained"] == 0, "{told}");

    let mut codes: BTreeSet<String> = BTreeSet::new();
    for pair in runs.windows(2) {
        let listed = |run: &Path| -> BTreeSet<(String, String)> {
            let rows = table(run, "identification", &["criteria_pack", "family_id", "listed"]);
            rows.into_iter().filter(|row| row[2] == "yes").map(|row| (row[0].clone(), row[1].clone())).collect()
        };
        let (before, now) = (listed(&pair[0]), listed(&pair[1]));
        let columns = ["criteria_pack", "family_id", "change_code", "cause", "change_reason", "cause_date", "cause_rule", "listed"];
        let changes: Vec<Vec<String>> = table(&pair[1], "changes", &columns).into_iter().filter(|row| !row[0].is_empty()).collect();
        let told: BTreeSet<(String, String)> = changes.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        assert_eq!(told.len(), changes.len(), "a family has two rows under one pack");
        assert_eq!(told, before.union(&now).cloned().collect(), "somebody on the list is not accounted for");
        for row in &changes {
            let key = (row[0].clone(), row[1].clone());
            let expected = match (before.contains(&key), now.contains(&key)) {
                (true, true) => &["STILL", "MOVED"][..],
                (false, _) => &["NEW", "RE_ELIGIBLE", "SPLIT", "MERGED"],
                (true, false) => &["DROPPED", "MERGED"],
            };
            assert!(expected.contains(&row[2].as_str()), "{row:?}");
            assert!(!row[4].is_empty() && (row[7] == "yes") == now.contains(&key), "{row:?}");
            if row[2] == "DROPPED" && matches!(row[3].as_str(), "aged-out" | "child-turned-18") {
                assert_eq!(row[5].len(), 10, "a row that grew too old has its day: {row:?}");
            }
        }
        codes.extend(changes.iter().map(|row| row[2].clone()));
    }
    assert!(["NEW", "STILL", "DROPPED"].iter().all(|code| codes.contains(*code)), "nothing changed in three months: {codes:?}");
    let events = table(&runs[3], "family_events", &["event", "run_month", "source"]);
    for kind in ["birth", "joined", "left", "moved", "split", "merged", "turned_18"] {
        assert!(events.iter().any(|row| row[0] == kind), "no {kind} in three months");
    }
    assert!(events.iter().all(|row| row[1] != MONTHS[0]), "the first month has nothing to tell");
    let history = table(&runs[3], "list_history", &["first_month", "last_month", "months"]);
    assert!(history.iter().any(|row| row[0] == MONTHS[0] && row[1] == MONTHS[3] && row[2] == "4"));

    // A month run again gives the same bytes, with other threads too; the next month builds upon the last final run.
    let before = tree(&runs[3]);
    let again = folder.path().join("again");
    for month in MONTHS {
        run(&data, &again, month, &["--threads", "1"]);
    }
    let same = tree(&current(&again));
    for (name, bytes) in &before {
        assert!(name == "manifest.json" || same.get(name) == Some(bytes), "{name} differs when the months are run again");
    }
    let story = fwt_ok(&["diff", text(&runs[2]), text(&runs[3])]);
    assert!(story.contains("From 2012-12 to 2013-01") && story.contains("STILL") && story.contains("In families"), "{story}");
    let json: serde_json::Value = serde_json::from_str(&fwt_ok(&["diff", text(&runs[0]), text(&runs[3]), "--json"])).unwrap();
    assert!(json["sentences"][0].as_str().unwrap().contains("does not build directly"), "{json}");
}

/// (pack, family) by route.
fn families_of(run: &Path, wanted: impl Fn(&str, bool) -> bool) -> BTreeSet<(String, String)> {
    let rows = table(run, "identification", &["criteria_pack", "family_id", "route", "listed"]);
    rows.into_iter().filter(|row| wanted(&row[2], row[3] == "yes")).map(|row| (row[0].clone(), row[1].clone())).collect()
}

#[test]
fn a_feed_that_is_not_delivered_takes_nobody_off_the_list_and_one_that_is_there_again_does() {
    let all_packs = PIPELINE.replace("lincolnshire.toml", "lincolnshire-all-packs.toml");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fwt_ok(&["synth", "--out", text(&data), "--people", "6000", "--seed", "21", "--start", "2012-10", "--months", "6", "--all-on-time"]);
    // The answer of October is too old at the end of January; the later ones come late.
    let away = folder.path().join("away");
    fs::create_dir(&away).unwrap();
    let months = ["2012-11", "2012-12", "2013-01", "2013-02", "2013-03"].map(|month| data.join(month));
    let files = months.iter().flat_map(|month| fs::read_dir(month).unwrap().map(|entry| entry.unwrap().path()));
    let answers: Vec<PathBuf> = files.filter(|file| text(file).contains("dwp_return")).collect();
    assert!(!answers.is_empty());
    let name = |file: &Path| away.join(file.file_name().unwrap());
    for file in &answers {
        fs::rename(file, name(file)).unwrap();
    }
    let out = folder.path().join("out");
    let december = run_with(&all_packs, &data, &out, "2012-12", &[]);
    let mut last = families_of(&december, |_, listed| listed);
    for month in ["2013-01", "2013-02"] {
        let now = run_with(&all_packs, &data, &out, month, &[]);
        let kept = families_of(&now, |route, _| route == "KEPT");
        assert!(kept.len() > 3, "{month}: {kept:?}");
        // Whoever left the list did so for a reason of their own.
        let changes = table(&now, "changes", &["change_code", "cause", "change_reason"]);
        assert!(changes.iter().all(|row| row[0] != "DROPPED" || (row[1] != "feed-missing" && row[1] != "became-unknown")), "{changes:?}");
        assert!(kept.is_subset(&last), "somebody came onto the list by what is missing");
        // Each has the rows that showed it, from the last run that could see them, and claims nothing else.
        let rows = table(&now, "kept_evidence", &["pack", "family_id", "criterion", "source", "last_shown"]);
        let shown: BTreeSet<(String, String)> = rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        assert_eq!(shown, kept);
        assert!(rows.iter().all(|row| row[3] == "dwp_return" && row[4] == "2012-12"), "{rows:?}");
        for row in table(&now, "identification", &["route", "criteria_kept", "criteria_unknown", "criteria_true"]) {
            let lists = |text: &str| text.split("; ").filter(|id| !id.is_empty()).map(ToOwned::to_owned).collect::<BTreeSet<String>>();
            assert_eq!(row[0] == "KEPT", !row[1].is_empty(), "{row:?}");
            assert!(lists(&row[1]).is_subset(&lists(&row[2])) && lists(&row[1]).is_disjoint(&lists(&row[3])), "{row:?}");
        }
        last = families_of(&now, |_, listed| listed);
    }
    // The answer is there: nobody is kept any more; who leaves the list now does so because of what it says.
    for file in &answers {
        fs::rename(name(file), file).unwrap();
    }
    let kept = families_of(&current(&out), |route, _| route == "KEPT");
    let march = run_with(&all_packs, &data, &out, "2013-03", &[]);
    assert!(families_of(&march, |route, _| route == "KEPT").is_empty());
    let changes = table(&march, "changes", &["criteria_pack", "family_id", "change_code", "cause", "change_reason"]);
    let answered = changes.iter().filter(|row| row[2] == "DROPPED" && row[3] == "feed-arrived");
    let answered: Vec<&Vec<String>> = answered.collect();
    assert!(
        answered.iter().all(|row| kept.contains(&(row[0].clone(), row[1].clone())) && row[4].contains("dwp_return is there again")),
        "{answered:?}"
    );
    assert!(!answered.is_empty(), "nobody's benefit ended in four months");
}

#[test]
fn a_list_that_changes_too_much_is_held_until_it_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let data = counties(folder.path(), 3_000, 12);
    let out = folder.path().join("out");
    let arguments = |month| ["run", PIPELINE, "--month", month, "--data", text(&data), "--out", text(&out)];
    fwt_ok(&arguments(MONTHS[0]));
    let before = tree(&out);
    // Somebody leaves nobody out and takes everybody in: a third of the county's families by one overrides file.
    let persons = table(&current(&out), "persons", &["source", "record_id", "person_id"]);
    let children: BTreeSet<String> = table(&current(&out), "members", &["person_id", "role", "resident", "primary"])
        .into_iter()
        .filter(|row| row[1] == "child" && row[2] == "yes" && row[3] == "yes")
        .map(|row| row[0].clone())
        .collect();
    let mut lines = vec!["source,record_id,pack,decision,reason,approver,expires".to_owned()];
    let named = persons.iter().filter(|row| row[0] == "school_attendance" && children.contains(&row[2])).step_by(3);
    lines.extend(named.map(|row| format!("{},\"{}\",,include,a test,an approver,2013-12-31", row[0], row[1])));
    assert!(lines.len() > 50, "too few decisions: {}", lines.len());
    fs::write(data.join("overrides.csv"), lines.join("\n")).unwrap();
    let held = fwt(&arguments(MONTHS[1]));
    let said = String::from_utf8_lossy(&held.stderr).into_owned();
    assert_eq!(held.status.code(), Some(1), "{said}");
    assert!(said.contains("families came") && said.contains("NEW decision-made") && said.contains("--confirm-churn"), "{said}");
    let after = tree(&out);
    assert!(before.iter().all(|(name, bytes)| name == "LOCK" || after.get(name) == Some(bytes)), "the last run was touched");
    let mut confirmed = arguments(MONTHS[1]).to_vec();
    confirmed.push("--confirm-churn");
    fwt_ok(&confirmed);
    assert!(text(&current(&out)).contains(MONTHS[1]));
}

/// Another linkage model between two months: two comparisons more, and everything estimated anew.
#[test]
fn another_linkage_model_leaves_families_their_ids_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = counties(folder.path(), 4_000, 13);
    let out = folder.path().join("out");
    let pipelines = Path::new(PIPELINE).parent().unwrap();
    let shipped = fs::read_to_string(PIPELINE).unwrap();
    let fewer =
        "\n[[link.comparison]]\nfield = \"telephone\"\nleave_out = true\n\n[[link.comparison]]\nfield = \"sex\"\nleave_out = true\n";
    let own = folder.path().join("project/pipelines");
    fs::create_dir_all(own.parent().unwrap()).unwrap();
    for (from, to) in [(pipelines.to_owned(), own.clone()), (pipelines.join("../schemas"), folder.path().join("project/schemas"))] {
        for (name, bytes) in tree(&from) {
            let path = to.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let with_fewer = own.join("fewer.toml");
    assert!(shipped.contains("\n[link]\n"), "the pipeline has no [link] to extend");
    fs::write(&with_fewer, shipped.replacen("\n[link]\n", &format!("\n[link]\n{fewer}"), 1)).unwrap();
    let run = |pipeline: &Path, month: &str, more: &[&str]| {
        let mut arguments = vec!["run", text(pipeline), "--month", month, "--data", text(&data), "--out", text(&out), "--confirm-churn"];
        arguments.extend(more);
        fwt_ok(&arguments);
        current(&out)
    };
    run(&with_fewer, MONTHS[0], &[]);
    let second = run(&own.join("lincolnshire.toml"), MONTHS[1], &["--model", "estimate"]);
    let told = fwt_ok(&["evaluate", text(&out), "--truth", text(&data), "--months", "--json"]);
    let evaluation: serde_json::Value = serde_json::from_str(&told).unwrap();
    let count = |what: &str| evaluation["families"][what].as_f64().unwrap();
    assert!(count("families") > 500.0 && count("at_the_end") / count("families") >= 0.99, "{told}");
    // Where persons were joined or told apart, the model is named; nobody blames the records.
    let causes: BTreeSet<String> = table(&second, "changes", &["cause"]).concat().into_iter().collect();
    assert!(causes.contains("model-changed") && !causes.contains("linkage-changed"), "{causes:?}");
}

/// What makes two of the six problems of phase 2 true of the mother on a row.
const PROBLEMS: &str = r#"
[[column]]
name = "on"
kind = "date"
[[event]]
kind = "asb_intervention"
person = "mum"
role = "offender"
code = "asbo"
from = "on"
[[event]]
kind = "benefit"
person = "mum"
code = "jsa"
from = "on"
"#;

#[test]
fn a_family_leaves_by_its_childs_birthday_and_comes_by_its_childs_birth_and_the_clause_is_named() {
    let surnames = ["ASHBY", "BAINES", "CRAKE", "DOWSE", "ELVIN", "FROST", "GAUNT", "HOLME", "IRELAND", "JEWITT", "KEMP", "LAMB"];
    let mothers = ["ANNA", "BELLA", "CLARE", "DIANE", "ELLA", "FREDA", "GRACE", "HELEN", "IRIS", "JOAN", "KATE", "LAURA"];
    let folder = tempfile::tempdir().unwrap();
    let (project, data, out) = (folder.path().join("p"), folder.path().join("data"), folder.path().join("out"));
    fs::create_dir_all(project.join("criteria")).unwrap();
    let schema = mother_and_child("families", ("monthly", "snapshot"), PROBLEMS);
    fs::write(project.join("families.toml"), schema).unwrap();
    fs::copy(Path::new(PIPELINE).with_file_name("criteria").join("p2-2015.toml"), project.join("criteria/p2-2015.toml")).unwrap();
    let pipeline = "[pipeline]\nname = \"p\"\nmonth = \"2012-10\"\nschemas = [\"families.toml\"]\ncriteria = [\"criteria/p2-2015.toml\"]\n";
    fs::write(project.join("p.toml"), pipeline).unwrap();
    for (month, is_born) in [("2012-10", false), ("2012-11", true)] {
        let row = |number: usize| {
            let (forename, born) = match (number < 6, is_born) {
                (true, _) => ("HOPE", format!("1996-11-1{number}")),
                (false, false) => ("Unborn", String::new()),
                (false, true) => ("LILY", format!("2012-11-1{}", number - 6)),
            };
            let (mother, surname, year, part) = (mothers[number], surnames[number], 1970 + number, number % 6 + 1);
            format!("C{number},{forename},{born},{mother},{surname},{year}-05-1{part},{number} High Street,LN{part} {part}AA,2012-05-01\n")
        };
        fs::create_dir_all(data.join(month)).unwrap();
        let rows: String = (0..12).map(row).collect();
        let header = "pupil,forename,born,mother,surname,mother_born,address,postcode,on\n";
        fs::write(data.join(month).join("families.csv"), format!("{header}{rows}")).unwrap();
        run_with(text(&project.join("p.toml")), &data, &out, month, &["--confirm-churn"]);
    }
    let columns = ["change_code", "cause", "cause_rule", "cause_date", "change_reason"];
    let changes = table(&current(&out), "changes", &columns);
    let of = |code: &str| changes.iter().filter(|row| row[0] == code).cloned().collect::<Vec<_>>();
    let (dropped, new) = (of("DROPPED"), of("NEW"));
    assert_eq!((dropped.len(), new.len()), (6, 6), "{changes:?}");
    for row in &dropped {
        assert_eq!((row[1].as_str(), row[2].as_str()), ("aged-out", "dependent_child"), "{row:?}");
        assert!(row[3].starts_with("2012-11-1"), "{row:?}");
    }
    for row in &new {
        assert!(row[1] == "child-born" && row[3].starts_with("2012-11-1"), "{row:?}");
    }
}
