//! `[link]` fixes and extends what the engine chooses, people's decisions hold, ceilings are kept, and what cannot be is refused in clear words.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test looks at the disk itself and may stop at the first surprise"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::{current, fwt, sorted, text, tree};

const FORENAMES: [&str; 16] = [
    "Agnes",
    "Bertram",
    "Cecily",
    "Duncan",
    "Edith",
    "Fergus",
    "Gwendolen",
    "Horace",
    "Imogen",
    "Jasper",
    "Kitty",
    "Lionel",
    "Muriel",
    "Norbert",
    "Ottilie",
    "Percival",
];
const SURNAMES: [&str; 15] = [
    "Ackroyd",
    "Bancroft",
    "Cartwright",
    "Dunstable",
    "Entwistle",
    "Fairclough",
    "Grimshaw",
    "Hathaway",
    "Ingleby",
    "Jephson",
    "Kershaw",
    "Lathbury",
    "Mompesson",
    "Netherton",
    "Ormskirk",
];

/// A folder with a pipeline over two sources, `alpha` and `beta`.
struct Scene {
    folder: tempfile::TempDir,
    link: String,
}

/// A row: record id, forename, surname, date of birth, postcode.
fn row(id: &str, forename: &str, surname: &str, born: &str, postcode: &str) -> String {
    format!("{id},{forename},{surname},{born},{postcode}\n")
}

/// The same hundred and eighty people in both sources; two of three live at another postcode in `beta`.
fn people(prefix: &str) -> String {
    let mut rows = String::new();
    for person in 0..180 {
        let born = format!("{}-{:02}-{:02}", 1930 + person * 7 % 60, 1 + person * 5 % 12, 1 + person * 11 % 28);
        let letters = if prefix == "b" && person % 3 != 1 { "AB" } else { "AA" };
        let postcode = format!("LN{} {}{letters}", 1 + person % 9, person % 7);
        rows += &row(&format!("{prefix}{person:03}"), FORENAMES[person % 16], SURNAMES[person % 15], &born, &postcode);
    }
    rows
}

fn schema(name: &str, more: &str) -> String {
    let columns: String =
        ["id", "forename", "surname", "born", "postcode"].map(|column| format!("[[column]]\nname = \"{column}\"\n")).concat();
    format!(
        "[schema]\nname = \"{name}\"\nagency = \"A club\"\n[file]\npattern = \"{name}*.csv\"\n[delivery]\ncadence = \"on-request\"\n\
         kind = \"snapshot\"\ncoverage = \"population\"\n{more}[agreement]\nreference = \"test\"\nstarts = \"2000-01-01\"\n\
         ends = \"2100-01-01\"\npurposes = [\"identify\"]\n{columns}[[person]]\nslot = \"person\"\nkey = \"id\"\npresent_if = \"id\"\n\
         [person.fields]\nforename = \"forename\"\nsurname = \"surname\"\ndate_of_birth = \"born\"\npostcode = \"postcode\"\n"
    )
}

impl Scene {
    fn new(link: &str) -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap(), link: link.to_owned() };
        fs::create_dir_all(scene.path("data")).unwrap();
        scene.schema("alpha", "");
        scene.schema("beta", "");
        scene.source("alpha", &people("a"));
        scene.source("beta", &people("b"));
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn schema(&self, name: &str, more: &str) {
        fs::write(self.path(&format!("{name}.toml")), schema(name, more)).unwrap();
    }

    fn source(&self, name: &str, rows: &str) {
        fs::write(self.path("data").join(format!("{name}.csv")), format!("id,forename,surname,born,postcode\n{rows}")).unwrap();
    }

    fn decisions(&self, lines: &str) {
        let head = "left_source,left_record_id,right_source,right_record_id,decision,by,reason\n";
        fs::write(self.path("data/decisions.csv"), format!("{head}{lines}")).unwrap();
    }

    /// Runs `fwt link`: exit code, standard output, standard error.
    fn link(&self, more: &[&str]) -> (i32, String, String) {
        let pipeline =
            format!("[pipeline]\nname = \"clubs\"\nmonth = \"2020-12\"\nschemas = [\"alpha.toml\", \"beta.toml\"]\n[link]\n{}", self.link);
        fs::write(self.path("pipeline.toml"), pipeline).unwrap();
        let (pipeline, data, out) = (self.path("pipeline.toml"), self.path("data"), self.path("out"));
        let mut arguments = vec!["link", text(&pipeline), "--data", text(&data), "--out", text(&out)];
        arguments.extend(more);
        let output = fwt(&arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// Links and expects success; gives the published run and standard error.
    fn linked(&self) -> (PathBuf, String) {
        let (code, _, errors) = self.link(&[]);
        assert_eq!(code, 0, "{errors}");
        (current(&self.path("out")), errors)
    }

    /// Expects a refusal whose message holds all of these; nothing is published.
    fn refused(&self, code: i32, expected: &[&str], more: &[&str]) -> String {
        let (found, _, errors) = self.link(more);
        assert_eq!(found, code, "{errors}");
        for text in expected {
            assert!(errors.contains(text), "{text:?} is not in:\n{errors}");
        }
        assert!(!self.path("out/CURRENT").exists(), "something was published");
        errors
    }
}

fn summary(run: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(run.join("run.json")).unwrap()).unwrap()
}

/// Person of a record, as `persons.parquet` says.
fn person(run: &Path, record: &str) -> String {
    let rows = sorted(run, "persons", &["record_id", "person_id"]);
    rows.into_iter().find(|row| row[0] == record).map(|row| row[1].clone()).unwrap()
}

/// Reasons for which a pair of records was kept apart.
fn prevented(run: &Path, left: &str, right: &str) -> Vec<String> {
    let rows = sorted(run, "prevented", &["left_record_id", "right_record_id", "reason"]);
    let is = |row: &Vec<String>| (row[0] == left && row[1] == right) || (row[0] == right && row[1] == left);
    rows.into_iter().filter(is).map(|row| row[2].clone()).collect()
}

#[test]
fn without_settings_the_same_people_meet() {
    let scene = Scene::new("");
    let (run, errors) = scene.linked();
    assert_eq!(person(&run, "a007"), person(&run, "b007"));
    assert!(errors.contains("forecast: 360 records, "), "{errors}");
    assert_eq!(summary(&run)["counts"]["persons"], 180);
}

#[test]
fn every_mistake_in_the_section_is_told_at_once_with_what_was_meant() {
    let link = "treshold = 0.9\nreview_floor = 1.5\nmax_memory = \"2\"\none_per_source = [\"alhpa\"]\nblocking_rules = \"add\"\n\
                [[link.blocking_rule]]\nkeys = [\"surname_sond\", \"telephone\"]\n[[link.comparison]]\nfield = \"surnam\"\n\
                [[link.comparison]]\nfield = \"email\"\nleave_out = true\n[[link.comparison]]\nfield = \"date_of_birth\"\nterm_frequency = true\n\
                [[link.comparison]]\nfield = \"forename\"\nm = { equal = 2.0 }\n";
    let expected = [
        "did you mean \"threshold\"?",
        "expected a number from 0.000001 to 0.999999",
        "expected an amount of memory with its unit",
        "did you mean \"alpha\"?",
        "unknown value \"add\"",
        "did you mean \"surname_sound\"?",
        "no source of this pipeline has what \"telephone\" needs",
        "did you mean \"surname\"?",
        "no source of this pipeline has what \"email\" needs",
        "has no term frequency adjustment",
        "expected a probability between 0 and 1",
    ];
    Scene::new(link).refused(2, &expected, &[]);
    let level = "[[link.comparison]]\nfield = \"date_of_birth\"\nu = { one_digt = 0.01 }\n";
    let errors = Scene::new(level).refused(2, &["pipeline.toml:8", "did you mean \"one_digit\"?"], &[]);
    assert!(!errors.contains("forecast"), "a mistake in the settings is found before anything is read: {errors}");
}

#[test]
fn thresholds_that_cross_are_refused() {
    Scene::new("threshold = 0.4\nreview_floor = 0.6\n").refused(2, &["pipeline.toml:6", "lies below the review floor 0.6"], &[]);
    Scene::new("threshold = 0.2\n").refused(2, &["lies below the review floor 0.3"], &[]);
}

#[test]
fn decisions_hold_whatever_the_records_say() {
    let mut scene = Scene::new("decisions = \"decisions.csv\"\n");
    let (before, errors) = scene.linked();
    assert!(errors.contains("decisions.csv is not there"), "{errors}");
    // a001 and b001 have the same content; a002 and b003 have nothing in common; a004 becomes b004's other half only through a chain.
    scene.decisions("alpha,a001,beta,b001,different,AB,seen both\nalpha,a002,beta,b003,same,AB,\nalpha,a002,alpha,a009,same,AB,\nbeta,b010,beta,b011,unsure,AB,\n");
    let (run, errors) = scene.linked();
    assert_ne!(before, run, "decisions are part of what makes a run");
    assert!(!errors.contains("not there"), "{errors}");
    assert_ne!(person(&run, "a001"), person(&run, "b001"));
    assert_eq!(prevented(&run, "a001", "b001"), ["decision"]);
    assert_eq!(person(&run, "a002"), person(&run, "b003"));
    assert_eq!(person(&run, "a009"), person(&run, "b003"));
    assert_ne!(person(&run, "b010"), person(&run, "b011"));
    let decided = sorted(&run, "links", &["left_record_id", "right_record_id", "decision"]);
    assert_eq!(decided.iter().filter(|row| row[2] == "decided").count(), 2);
    assert_eq!(summary(&run)["linkage"]["pairs_decided"], 2);
    scene.link = "decisions = \"decisions.csv\"\none_per_source = [\"alpha\"]\n".to_owned();
    let (run, errors) = scene.linked();
    assert!(errors.contains("decisions.csv:4: this decision joins two records that would be kept apart (one-per-source)"), "{errors}");
    assert_eq!(person(&run, "a009"), person(&run, "a002"));
    assert!(summary(&run)["warnings"].to_string().contains("decisions.csv:4"), "the run remembers it");
}

#[test]
fn decisions_that_contradict_each_other_are_refused_with_all_their_lines() {
    let scene = Scene::new("decisions = \"decisions.csv\"\n");
    scene.decisions("alpha,a001,beta,b001,same,AB,\nbeta,b001,beta,b002,same,AB,\nalpha,a001,beta,b002,different,CD,\nalpha,a005,beta,b005,same,AB,\nbeta,b005,alpha,a005,different,AB,\n");
    let expected = [
        "decisions.csv:4: alpha/a001 and beta/b002 are different here, but lines 2, 3 together say that they are the same",
        "decisions.csv:6: beta/b005 and alpha/a005 are different here, but line 5 says that they are the same",
    ];
    let errors = scene.refused(1, &expected, &[]);
    assert!(!errors.contains("Bancroft"), "{errors}");
    scene.decisions("alpha,a001,beta,,same,AB,\nalpha,a001,beta,b001,yes,AB,\n");
    scene.refused(1, &["decisions.csv:2 (`right_record_id`)", "decisions.csv:3 (`decision`)"], &[]);
}

#[test]
fn decisions_about_records_that_are_not_there_are_told_and_change_nothing() {
    let scene = Scene::new("decisions = \"decisions.csv\"\n");
    scene.decisions("alpha,a001,beta,b999,same,AB,\ngamma,1,gamma,2,different,AB,\n");
    let (run, errors) = scene.linked();
    assert!(errors.contains("decisions.csv:2: this decision is not applied, because no record takes part as beta/b999"), "{errors}");
    assert!(
        errors.contains("decisions.csv:3: this decision is not applied, because no record takes part as gamma/1 nor as gamma/2"),
        "{errors}"
    );
    assert_eq!(summary(&run)["counts"]["persons"], 180);
}

#[test]
fn a_source_declared_free_of_duplicates_names_nobody_twice() {
    let mut scene = Scene::new("");
    // Twice the same content in alpha, and a copy with a slip.
    let (forename, surname) = (FORENAMES[5], SURNAMES[5]);
    let again =
        row("a900", forename, surname, "1965-02-28", "LN6 5AA") + &row("a901", forename, &format!("{surname}e"), "1965-02-28", "LN6 5AA");
    scene.source("alpha", &(people("a") + &again));
    let (run, _) = scene.linked();
    assert_eq!(person(&run, "a005"), person(&run, "a900"), "without the declaration they are one person");
    assert_eq!(person(&run, "a005"), person(&run, "a901"));
    scene.link = "one_per_source = \"alpha\"\n".to_owned();
    let (run, _) = scene.linked();
    let persons: BTreeSet<String> = ["a005", "a900", "a901"].iter().map(|record| person(&run, record)).collect();
    assert_eq!(persons.len(), 3);
    assert_eq!(prevented(&run, "a005", "a900"), ["one-per-source"]);
    assert_eq!(prevented(&run, "a005", "a901"), ["one-per-source"]);
    let rows = sorted(&run, "persons", &["person_id", "source", "record_id"]);
    assert!(rows.windows(2).all(|pair| pair[0][0] != pair[1][0] || pair[0][1] != pair[1][1] || pair[0][1] != "alpha"));
}

#[test]
fn two_files_are_assigned_one_to_one_for_the_best_sum() {
    let scene = Scene::new("one_to_one = true\n");
    // b900 fits a900 exactly and a901 nearly; b901 fits only a900: greedy would leave a901 and b901 alone.
    let alpha = row("a900", "Quentin", "Zouche", "1971-05-17", "PE21 6AA") + &row("a901", "Quentin", "Zouche", "1971-05-17", "PE21 6AB");
    let beta = row("b900", "Quentin", "Zouche", "1971-05-17", "PE21 6AA") + &row("b901", "Quentin", "Zouch", "1971-05-17", "PE21 6AA");
    scene.source("alpha", &(people("a") + &alpha));
    scene.source("beta", &(people("b") + &beta));
    let (run, _) = scene.linked();
    let pairs: BTreeSet<String> = ["a900", "a901", "b900", "b901"].iter().map(|record| person(&run, record)).collect();
    assert_eq!(pairs.len(), 2, "four records, two persons of one record each file");
    assert_ne!(person(&run, "a900"), person(&run, "a901"));
    assert_ne!(person(&run, "b900"), person(&run, "b901"));
    let reasons = sorted(&run, "prevented", &["reason"]);
    assert!(reasons.iter().any(|row| row[0] == "one-to-one"), "{reasons:?}");
    assert_eq!(summary(&run)["counts"]["persons"], 182);
}

#[test]
fn decisions_hold_in_an_assignment_too() {
    let scene = Scene::new("one_to_one = true\ndecisions = \"decisions.csv\"\n");
    scene.decisions("alpha,a001,beta,b001,different,AB,\nalpha,a002,beta,b003,same,AB,\n");
    let (run, _) = scene.linked();
    assert_ne!(person(&run, "a001"), person(&run, "b001"));
    assert_eq!(person(&run, "a002"), person(&run, "b003"));
    assert_ne!(person(&run, "b002"), person(&run, "a002"), "a002 has its partner");
    assert_eq!(prevented(&run, "a001", "b001"), ["decision"]);
}

#[test]
fn blocking_rules_of_the_pipeline_stand_instead_of_or_beside_the_engines() {
    let rule = "[[link.blocking_rule]]\nkeys = [\"surname_sound\", \"birth_date\"]\nlargest_block = 40\n";
    let scene = Scene::new(&format!("blocking_rules = \"replace\"\n{rule}"));
    let (run, _) = scene.linked();
    let model = summary(&run)["model"].clone();
    let names: Vec<&str> = model["rules"].as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
    assert_eq!(names, ["sound of surname + date of birth"]);
    assert_eq!(model["forecast"]["pairs"], model["compared_pairs"]);
    let scene = Scene::new(&format!("pairs_per_record = 1\nmax_pairs = 3000\n{rule}"));
    let (run, _) = scene.linked();
    let model = summary(&run)["model"].clone();
    assert_eq!(model["rules"][0]["rule"], "sound of surname + date of birth");
    assert!(model["rules"].as_array().unwrap().len() > 5, "extending is what happens unless replacing is asked for");
    let nothing = "blocking_rules = \"replace\"\n";
    Scene::new(nothing).refused(2, &["there is no [[link.blocking_rule]]"], &[]);
}

#[test]
fn comparisons_can_be_left_out_and_fixed() {
    let fixed = "[[link.comparison]]\nfield = \"home\"\nleave_out = true\n[[link.comparison]]\nfield = \"surname\"\nterm_frequency = false\n\
                 m = { equal = 0.9, different = 0.05 }\n";
    let scene = Scene::new(fixed);
    let (run, _) = scene.linked();
    let model = summary(&run)["model"].clone();
    let levels = model["fields"][1]["levels"].as_array().unwrap();
    let equal = || levels.iter().filter(|level| level["name"].as_str().unwrap().starts_with("equal"));
    let m: f64 = equal().map(|level| level["m"].as_f64().unwrap()).sum();
    assert!((m - 0.9).abs() < 1e-8, "{m}");
    let bits: Vec<f64> = equal().map(|level| level["bits_against_unrelated"].as_f64().unwrap()).collect();
    assert!(bits.iter().all(|bit| (bit - bits[0]).abs() < 1e-6), "{bits:?}");
    assert_eq!(levels.last().unwrap()["m"].as_f64().map(|m| (m * 1e9).round()), Some(0.05e9));
    let patterns = |run: &Path| {
        sorted(run, "links", &["pattern"]).into_iter().map(|row| u64::from_str_radix(&row[0], 16).unwrap()).collect::<Vec<_>>()
    };
    // The fifth comparison is that of homes; before it stand 5 + 5 + 4 + 2 bits.
    let home = |pattern: &u64| (pattern >> 16) % 16;
    assert!(patterns(&run).iter().all(|pattern| home(pattern) == 0));
    let scene = Scene::new("");
    assert!(patterns(&scene.linked().0).iter().any(|pattern| home(pattern) != 0));
}

#[test]
fn the_forecast_is_exact_and_writes_nothing() {
    let scene = Scene::new("");
    let (code, output, errors) = scene.link(&["--forecast", "--json"]);
    assert_eq!(code, 0, "{errors}");
    assert!(!scene.path("out").exists());
    let forecast: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert!(scene.link(&["--dry-run"]).1.starts_with("forecast: 360 records"));
    let (run, _) = scene.linked();
    let model = summary(&run)["model"].clone();
    assert_eq!(model["forecast"], forecast);
    assert_eq!(model["compared_pairs"], forecast["pairs"]);
    assert!(forecast["rules"].as_array().unwrap().iter().all(|rule| rule["largest_group"].as_u64().is_some()));
}

#[test]
fn ceilings_that_cannot_be_kept_refuse_the_run_before_it_compares() {
    let scene = Scene::new("");
    let errors = scene.refused(
        1,
        &["max_memory allows 100 MiB, but this run needs about", "records share one value", "--forecast"],
        &["--max-memory", "100MiB"],
    );
    assert!(!SURNAMES.iter().any(|surname| errors.to_lowercase().contains(&surname.to_lowercase())), "{errors}");
    scene.refused(1, &["max_pairs allows 3 pairs, too few for the rule", "records share one value of it"], &["--max-pairs", "3"]);
    scene.refused(1, &["max_pairs allows 3 pairs"], &["--max-pairs", "3", "--forecast"]);
    scene.refused(2, &["such as 2GiB"], &["--max-memory", "lots"]);
    let free = Scene::new("max_pairs = 3\n");
    free.refused(1, &["max_pairs allows 3 pairs"], &[]);
    let (code, _, errors) = free.link(&["--max-pairs", "5000", "--max-memory", "4GiB"]);
    assert_eq!(code, 0, "the command line stands above the pipeline: {errors}");
    assert!(summary(&current(&free.path("out")))["model"]["compared_pairs"].as_u64().unwrap() <= 5000);
}

#[test]
fn a_ceiling_on_pairs_is_kept_and_is_part_of_what_makes_a_run() {
    let scene = Scene::new("");
    let (all, _) = scene.linked();
    let (code, _, errors) = scene.link(&["--max-pairs", "2000"]);
    assert_eq!(code, 0, "{errors}");
    let some = current(&scene.path("out"));
    assert_ne!(all, some);
    assert!(summary(&some)["model"]["compared_pairs"].as_u64().unwrap() <= 2000);
}

#[test]
fn an_empty_source_and_a_lone_record_are_refused_in_plain_words() {
    let scene = Scene::new("one_per_source = [\"alpha\", \"beta\"]\n");
    scene.source("beta", "");
    scene.refused(1, &["beta.csv", "no-rows"], &[]);
    scene.schema("beta", "may_be_empty = true\n");
    scene.source("alpha", &row("a1", "Agnes", "Ackroyd", "1950-02-03", "LN1 1AA"));
    scene.refused(1, &["nothing to link: the files hold one person record only", "hint:"], &[]);
    scene.refused(1, &["nothing to link"], &["--forecast"]);
    scene.schema("alpha", "may_be_empty = true\n");
    scene.source("alpha", "");
    scene.refused(1, &["nothing to link: the files hold no person record"], &[]);
}

#[test]
fn the_files_of_a_pipeline_that_names_its_month_are_checked_without_naming_it_again() {
    let scene = Scene::new("");
    scene.linked();
    let output = fwt(&["check", text(&scene.path("pipeline.toml")), "--data", text(&scene.path("data"))]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("360 person records"), "{told}");
}

#[test]
fn two_records_are_enough_whatever_the_settings() {
    let two = row("a1", "Agnes", "Ackroyd", "1950-02-03", "LN1 1AA") + &row("a2", "Walter", "Thorne", "1971-12-30", "PE25 9ZZ");
    for link in [
        "",
        "one_per_source = [\"alpha\", \"beta\"]\n",
        "one_to_one = true\n",
        "blocking_rules = \"replace\"\n[[link.blocking_rule]]\nkeys = [\"surname\"]\n",
    ] {
        let scene = Scene::new(link);
        scene.schema("beta", "may_be_empty = true\n");
        scene.source("beta", "");
        scene.source("alpha", &two);
        let (run, _) = scene.linked();
        assert_eq!(summary(&run)["counts"]["persons"], 2, "{link}");
    }
}

#[test]
fn nothing_is_said_of_fields_that_no_record_has() {
    let scene = Scene::new("");
    let born = |person: u32| format!("{}-{:02}-{:02}", 1930 + person * 7 % 60, 1 + person * 5 % 12, 1 + person * 11 % 28);
    for source in ["alpha", "beta"] {
        let rows: String = (0..180).map(|person| row(&format!("{source}{person}"), "", "", &born(person), "")).collect();
        scene.source(source, &rows);
    }
    let (run, told) = scene.linked();
    assert_eq!(summary(&run)["counts"]["person_records"], 360);
    assert!(!told.contains("surname") && !told.contains("like forenames"), "{told}");
}

#[test]
fn a_pipeline_that_is_not_of_two_files_cannot_be_one_to_one() {
    let scene = Scene::new("one_to_one = true\n");
    scene.schema("gamma", "");
    let pipeline = "[pipeline]\nname = \"clubs\"\nmonth = \"2020-12\"\nschemas = [\"alpha.toml\", \"beta.toml\", \"gamma.toml\"]\n[link]\none_to_one = true\n";
    fs::write(scene.path("three.toml"), pipeline).unwrap();
    let output = fwt(&["check", text(&scene.path("three.toml"))]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("this pipeline has 3 schemas"), "{message}");
}

#[test]
fn threads_change_nothing_under_any_setting() {
    let scene =
        Scene::new("one_to_one = true\ndecisions = \"decisions.csv\"\nmax_pairs = 5000\n[[link.blocking_rule]]\nkeys = [\"name_pair\"]\n");
    scene.decisions("alpha,a001,beta,b001,different,AB,\nalpha,a002,beta,b003,same,AB,\n");
    let on = |threads: &str| {
        fs::remove_dir_all(scene.path("out")).unwrap_or_default();
        assert_eq!(scene.link(&["--threads", threads]).0, 0);
        tree(&current(&scene.path("out")))
    };
    let one = on("1");
    assert_eq!(one, on("2"));
    assert_eq!(one, on("8"));
}
