//! `fwt evaluate` on files of its own making: figures worked out by hand, groups, two runs, no truth, and the page.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::float_cmp,
    reason = "a test looks at the disk itself and may stop at the first surprise"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{county, current, fwt, fwt_ok, run_month, table, text};

const PIPELINE: &str = r#"
[pipeline]
name = "members"
month = "2020-12"
schemas = ["members.toml"]
"#;

const SCHEMA: &str = r#"
[schema]
name = "members"
agency = "A club"
[file]
pattern = "members*.csv"
[delivery]
cadence = "on-request"
kind = "snapshot"
coverage = "population"
[agreement]
reference = "test"
starts = "2000-01-01"
ends = "2100-01-01"
purposes = ["identify"]
[[column]]
name = "id"
[[column]]
name = "forename"
[[column]]
name = "surname"
[[column]]
name = "born"
[[column]]
name = "town"
[[person]]
slot = "person"
key = "id"
present_if = "id"
[person.fields]
forename = "forename"
surname = "surname"
date_of_birth = "born"
[[person.compare]]
name = "town"
kind = "text"
columns = "town"
"#;

const FORENAMES: [&str; 12] =
    ["Agnes", "Bertram", "Cecily", "Duncan", "Edith", "Fergus", "Gwendolen", "Horace", "Imogen", "Jasper", "Kitty", "Lionel"];
const SURNAMES: [&str; 11] =
    ["Ackroyd", "Bancroft", "Cartwright", "Dunstable", "Entwistle", "Fairclough", "Grimshaw", "Hathaway", "Ingleby", "Jephson", "Kershaw"];
const TOWNS: [&str; 5] = ["Boston", "Grantham", "Louth", "Sleaford", "Gainsborough"];
const PEOPLE: usize = 120;

/// Two records each of 120 people, the second one letter off.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for person in 0..PEOPLE {
        let (forename, surname, town) = (FORENAMES[person % 12], SURNAMES[person % 11], TOWNS[person % 5]);
        let born = format!("{}-{:02}-{:02}", 1930 + person * 7 % 60, 1 + person * 5 % 12, 1 + person * 11 % 28);
        rows.push(format!("{person:03}-0,{forename},{surname},{born},{town}"));
        rows.push(format!("{person:03}-1,{forename},{surname}e,{born},{town}"));
    }
    rows
}

/// Writes the files, links them, gives the output folder.
fn link(folder: &Path, name: &str, rows: &[String], settings: &str) -> PathBuf {
    let (data, out) = (folder.join(name), folder.join(format!("{name}-out")));
    fs::create_dir_all(&data).unwrap();
    let pipeline = folder.join(format!("{name}.toml"));
    fs::write(&pipeline, format!("{PIPELINE}{settings}")).unwrap();
    fs::write(folder.join("members.toml"), SCHEMA).unwrap();
    fs::write(data.join("members.csv"), format!("id,forename,surname,born,town\n{}\n", rows.join("\n"))).unwrap();
    fwt_ok(&["link", text(&pipeline), "--data", text(&data), "--out", text(&out), "--quiet"]);
    out
}

/// A truth file: entity and area of each record.
fn truth(folder: &Path, entity: impl Fn(usize, usize) -> String) -> PathBuf {
    let mut csv = "record_id,entity,area\n".to_owned();
    for person in 0..PEOPLE {
        for copy in 0..2 {
            // Four people of the isle are eight records: too few to show.
            let area = if person < 4 {
                "isle"
            } else if person % 2 == 0 {
                "north"
            } else {
                "south"
            };
            writeln!(csv, "{person:03}-{copy},{},{area}", entity(person, copy)).unwrap();
        }
    }
    let path = folder.join("truth.csv");
    fs::write(&path, csv).unwrap();
    path
}

fn evaluate(arguments: &[&str]) -> Value {
    let mut all = vec!["evaluate"];
    all.extend(arguments);
    all.push("--json");
    serde_json::from_str(&fwt_ok(&all)).unwrap()
}

fn number(value: &Value, path: &str) -> f64 {
    value.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at {path} in {value:#}"))
}

fn close(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9, "{left} {right}");
}

/// Persons of the run: how many, and pairs of records in them.
fn clusters(out: &Path) -> Vec<usize> {
    let mut people: Vec<String> = table(&current(out), "persons", &["person_id"]).into_iter().map(|row| row[0].clone()).collect();
    people.sort();
    people.chunk_by(|left, right| left == right).map(<[String]>::len).collect()
}

#[test]
fn figures_of_links_and_clusters_are_those_worked_out_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(), "");
    // The run must find each person's two records, or the figures below are not those of this example.
    assert_eq!(clusters(&out), vec![2; PEOPLE]);
    // The truth says that ten of the persons are two each, and that ten pairs of persons are one each: persons 0 to 9 are split, 10 and 11,
    // 12 and 13, …, 28 and 29 are together.
    let entity = |person: usize, copy: usize| match person {
        0..10 => format!("E{person}-{copy}"),
        10..30 => format!("E{}", person / 2 * 2),
        _ => format!("E{person}"),
    };
    let truth = truth(folder.path(), entity);
    let found = evaluate(&[text(&out), "--truth", text(&truth), "--by", "area", "--by", "source"]);
    // 120 found pairs, 10 of them wrong; true are 90 persons with a pair each and 10 with six pairs each.
    for what in ["links", "clusters"] {
        let at = |name: &str| number(&found, &format!("/linkage/{what}/{name}"));
        assert_eq!((at("pairs/right"), at("pairs/wrong"), at("pairs/missed")), (110.0, 10.0, 40.0), "{what}");
        close(at("precision/value"), 110.0 / 120.0);
        close(at("recall/value"), 110.0 / 150.0);
        close(at("f1/value"), 220.0 / 270.0);
        // Of 240 records: 20 are half in company of their own; 40 find half of theirs.
        close(at("b_cubed/precision/value"), (220.0 + 20.0 * 0.5) / 240.0);
        close(at("b_cubed/recall/value"), (200.0 + 40.0 * 0.5) / 240.0);
        assert!(at("f1/low") < at("f1/value") && at("f1/value") < at("f1/high"));
    }
    // All links lie above the threshold, and so at the run's own threshold the curve counts the same.
    close(number(&found, "/linkage/curve/default/links/f1"), 220.0 / 270.0);
    assert!(number(&found, "/linkage/curve/best/links/f1") >= number(&found, "/linkage/curve/default/links/f1"));
    assert!((number(&found, "/linkage/calibration/precision/value") - 110.0 / 120.0).abs() < 1e-9);
    // By area: persons 4 to 9 are split (3 north, 3 south), joined are an even and an odd one.
    let groups = found.pointer("/linkage/groups/0/groups").and_then(Value::as_array).unwrap();
    assert_eq!(groups.iter().map(|group| group["group"].as_str().unwrap()).collect::<Vec<_>>(), ["north", "south"]);
    assert_eq!(number(&found, "/linkage/groups/0/suppressed"), 1.0);
    // North: persons 4, 6, …, 118; 58 found pairs, 3 wrong. True: 45 whole ones, and of each ten joined four records all pairs but the south's own.
    assert_eq!((number(&groups[0], "/records"), number(&groups[0], "/found_pairs")), (116.0, 58.0));
    close(number(&groups[0], "/false_match_rate/value"), 3.0 / 58.0);
    assert_eq!(number(&groups[0], "/true_pairs"), 45.0 + 10.0 * 5.0);
    close(number(&groups[0], "/missed_match_rate/value"), 40.0 / 95.0);
    assert_eq!(found.pointer("/linkage/groups/1/from").and_then(Value::as_str), Some("persons"));
    // The same figures in words.
    let words = fwt_ok(&["evaluate", text(&out), "--truth", text(&truth), "--by", "area"]);
    for said in
        ["clusters (persons), pairwise", "0.8148 [", "B-cubed", "UNCALIBRATED", "1 groups of fewer than 10 are not shown", "the best"]
    {
        assert!(words.contains(said), "`{said}` is not in\n{words}");
    }
    assert_eq!(words, fwt_ok(&["evaluate", text(&out), "--truth", text(&truth), "--by", "area", "--threads", "1"]));
}

#[test]
fn labelled_pairs_measure_links_and_groups_too() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(), "");
    let path = folder.path().join("pairs.csv");
    let mut csv = "left,right,same,batch\n".to_owned();
    for person in 40..60 {
        // Found and right; found and said to be wrong; not found and said to be right.
        writeln!(csv, "{person:03}-0,{person:03}-1,{},even", i32::from(person < 56)).unwrap();
        writeln!(csv, "{person:03}-0,{:03}-1,{},odd", person + 1, if person < 44 { "true" } else { "false" }).unwrap();
    }
    fs::write(&path, csv).unwrap();
    let found = evaluate(&[text(&out), "--truth", text(&path), "--pairs", "left", "right", "same", "--by", "batch"]);
    for what in ["links", "clusters"] {
        let at = |name: &str| number(&found, &format!("/linkage/{what}/pairs/{name}"));
        assert_eq!((at("right"), at("wrong"), at("missed")), (16.0, 4.0, 4.0), "{what}");
    }
    assert!(found.pointer("/linkage/links/b_cubed").unwrap().is_null());
    close(number(&found, "/linkage/groups/0/groups/0/false_match_rate/value"), 0.2);
    close(number(&found, "/linkage/groups/0/groups/1/missed_match_rate/value"), 1.0);
}

#[test]
fn two_runs_are_compared_with_and_without_truth() {
    let folder = tempfile::tempdir().unwrap();
    let all = rows();
    let here = link(folder.path(), "here", &all, "");
    // The other run lacks the last person, and knows nothing of five second records but their key.
    let mut fewer: Vec<String> = all[..2 * (PEOPLE - 1)].to_vec();
    for person in 0..5 {
        fewer[2 * person + 1] = format!("{person:03}-1,,,,");
    }
    let there = link(folder.path(), "there", &fewer, "");
    assert_eq!(clusters(&there).iter().filter(|size| **size == 1).count(), 10);
    let found = evaluate(&[text(&here), "--compare", text(&there)]);
    let at = |path: &str| number(&found, &format!("/linkage/comparison/{path}"));
    assert_eq!((at("records/both"), at("records/only_here"), at("records/only_there")), (238.0, 2.0, 0.0));
    assert_eq!((at("links/both"), at("links/only_here"), at("links/only_there")), (114.0, 5.0, 0.0));
    assert_eq!((at("pairs/both"), at("pairs/only_here"), at("pairs/only_there")), (114.0, 5.0, 0.0));
    assert_eq!((at("same_persons"), at("split_here"), at("merged_here")), (114.0, 0.0, 5.0));
    assert_eq!(found.pointer("/linkage/comparison/scores").and_then(Value::as_array).unwrap().len(), 0);
    let truth = truth(folder.path(), |person, _| format!("E{person}"));
    let found = evaluate(&[text(&there), "--compare", text(&here), "--truth", text(&truth)]);
    let scores = found.pointer("/linkage/comparison/scores").and_then(Value::as_array).unwrap();
    let recall = scores.iter().find(|score| score["figure"] == "recall of clusters").unwrap();
    close(number(recall, "/here"), 114.0 / 119.0);
    close(number(recall, "/there"), 1.0);
    close(number(recall, "/change/value"), -5.0 / 119.0);
    assert!(number(recall, "/change/low") < -5.0 / 119.0 && number(recall, "/change/high") <= 0.0, "{recall}");
    assert_eq!(number(&found, "/linkage/comparison/split_here"), 5.0);
}

#[test]
fn without_truth_the_models_own_estimates_are_called_that() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = rows();
    // Two records with nothing to compare can be linked to nothing.
    all.push("900-0,,,,".to_owned());
    all.push("900-1,Agnes,,,".to_owned());
    let out = link(folder.path(), "data", &all, "");
    let found = evaluate(&[text(&out)]);
    assert_eq!(found["measured"], Value::Bool(false));
    assert!(found.pointer("/linkage/links").unwrap().is_null());
    assert!(number(&found, "/linkage/estimates/precision/value") > 0.9);
    assert_eq!(number(&found, "/linkage/estimates/links"), 120.0);
    assert_eq!(number(&found, "/linkage/estimates/unlinkable/of"), 242.0);
    assert_eq!(number(&found, "/linkage/estimates/unlinkable/records"), 2.0);
    let words = fwt_ok(&["evaluate", text(&out)]);
    assert!(words.contains("estimates, not measurements") && words.contains("unlinkable: 2 of 242 records"), "{words}");
    let refused = fwt(&["evaluate", text(&out), "--by", "sex"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn the_page_needs_nothing_else_and_holds_no_personal_value_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(), "");
    let truth = truth(folder.path(), |person, copy| if person < 10 { format!("E{person}-{copy}") } else { format!("E{}", person / 2) });
    let page = |name: &str, more: &[&str]| {
        let html = folder.path().join(name);
        let (pipeline, data) = (folder.path().join("data.toml"), folder.path().join("data"));
        let mut arguments = vec!["evaluate", text(&out), "--truth", text(&truth), "--html", text(&html), "--by", "area"];
        arguments.extend(["--pipeline", text(&pipeline), "--data", text(&data), "--compare", text(&out)]);
        arguments.extend(more);
        let words = fwt_ok(&arguments);
        (fs::read_to_string(&html).unwrap(), words)
    };
    let (masked, words) = page("masked.html", &[]);
    for outside in ["http:", "https:", "<script", "<link", "@import", "url(//", " src="] {
        assert!(!masked.contains(outside), "the page holds {outside}");
    }
    let upper = |names: &[&str]| -> Vec<String> { names.iter().flat_map(|name| [name.to_uppercase(), (*name).to_owned()]).collect() };
    for value in upper(&FORENAMES).into_iter().chain(upper(&SURNAMES)).chain(upper(&TOWNS)) {
        assert!(!masked.contains(&value), "the page holds {value}");
        assert!(!words.contains(&value), "the text holds {value}");
    }
    for id in [
        "scores",
        "thresholds",
        "calibration",
        "weights",
        "expected",
        "unlinkable",
        "fields",
        "blocking",
        "groups",
        "comparison",
        "examples",
    ] {
        assert!(masked.contains(&format!("<section id=\"{id}\"")) && masked.contains(&format!("href=\"#{id}\"")), "no section {id}");
    }
    for (open, close) in
        [("<svg", "</svg>"), ("<table", "</table>"), ("<section", "</section>"), ("<details", "</details>"), ("<div", "</div>")]
    {
        assert_eq!(masked.matches(open).count(), masked.matches(close).count(), "{open}");
    }
    let (shown, _) = page("shown.html", &["--show-values"]);
    assert!(upper(&SURNAMES).iter().any(|surname| shown.contains(surname.as_str())));
    // The page replaces an older one, and never lands in a published run.
    assert_eq!(page("masked.html", &[]).0, masked);
    let inside = current(&out).join("page.html");
    let refused = fwt(&["evaluate", text(&out), "--truth", text(&truth), "--html", text(&inside)]);
    assert!(!refused.status.success() && !inside.exists());
    fwt_ok(&["verify", text(&out)]);
}

#[test]
fn groups_by_personal_values_are_refused_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(), "");
    let truth = truth(folder.path(), |person, _| format!("E{person}"));
    let by = |column: &str, more: &[&str]| {
        let mut arguments = vec!["evaluate", text(&out), "--truth", text(&truth), "--by", column];
        arguments.extend(more);
        fwt(&arguments)
    };
    let refused = by("surname", &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--show-values"));
    assert!(String::from_utf8_lossy(&by("surname", &["--show-values"]).stdout).contains("ACKROYD"));
    let unknown = by("shoe_size", &[]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no column `shoe_size`"));
}

#[test]
fn a_monthly_run_is_measured_in_the_same_way() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 2_000, 4);
    // A record of a person whom the register of restricted people hides goes by a digest, which no extract holds: blocking cannot be asked about it.
    std::fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let out = folder.path().join("out");
    run_month(&data, &out, &["--quiet"]);
    let html = folder.path().join("page.html");
    let arguments = [
        text(&out),
        "--truth",
        text(&data),
        "--pipeline",
        support::PIPELINE,
        "--data",
        text(&data),
        "--by",
        "sex",
        "--by",
        "source",
        "--by",
        "role",
        "--html",
        text(&html),
    ];
    let found = evaluate(&arguments);
    // Both ways of counting agree on the pairs of records in one person.
    for name in ["right", "wrong", "missed"] {
        let of_persons = number(&found, &format!("/persons/pairs/{name}"));
        assert_eq!(number(&found, &format!("/linkage/clusters/pairs/{name}")), of_persons);
    }
    close(number(&found, "/linkage/clusters/b_cubed/f1/value"), number(&found, "/persons/b_cubed_f1"));
    let loss = |name: &str| number(&found, &format!("/linkage/blocking/{name}"));
    assert_eq!(loss("true_pairs"), number(&found, "/persons/pairs/right") + number(&found, "/persons/pairs/missed"));
    assert!(loss("recall/value") > 0.9 && loss("without_record") == 0.0);
    let sums = |name: &str| -> f64 {
        found.pointer(&format!("/linkage/blocking/{name}")).and_then(Value::as_array).unwrap().iter().map(|row| number(row, "/pairs")).sum()
    };
    assert_eq!(sums("reasons"), loss("true_pairs") - loss("met"));
    let from: Vec<&str> =
        (0..3).map(|place| found.pointer(&format!("/linkage/groups/{place}/from")).and_then(Value::as_str).unwrap()).collect();
    assert_eq!(from, ["truth", "persons", "truth"]);
    let page = fs::read_to_string(&html).unwrap();
    assert!(page.contains("Candidate recall") && !page.contains("http:") && !page.contains("https:"));
}

#[test]
fn a_run_of_people_is_not_measured_against_families() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "one", &rows(), "");
    let county = folder.path().join("county");
    fs::create_dir_all(&county).unwrap();
    let output = fwt(&["evaluate", text(&out), "--truth", text(&county)]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("this run linked people and holds no families"), "{message}");
}

#[test]
fn a_truth_from_which_every_figure_would_be_wrong_is_refused_with_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(), "");
    let check = |content: &str, arguments: &[&str], words: &[&str]| {
        let path = folder.path().join("faulty.csv");
        fs::write(&path, content).unwrap();
        let refused = fwt(&[&["evaluate", text(&out), "--truth", text(&path)], arguments].concat());
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{told}");
        for word in words {
            assert!(told.contains(word), "`{word}` is not in: {told}");
        }
    };
    let who = ["--record", "id", "--entity", "who"];
    check("id,who\n", &who, &["says nothing of any record"]);
    check("id,who\nnobody,a\n", &who, &["says nothing of any record"]);
    check("id,who\n000-0,a\n000-1,a\n000-0,b\n", &who, &["faulty.csv:4", "contradiction", "1 rows"]);
    check("id,who,who\n000-0,a,b\n", &who, &["no column `who`, or has it twice"]);
    check("id,person\n000-0,a\n", &who, &["no column `who`"]);
    let pairs = ["--pairs", "left", "right", "label"];
    check("left,right,label\n000-0,000-1,perhaps\n000-0,001-0,2\n", &pairs, &["faulty.csv:2", "faulty.csv:3", "not-a-label"]);
    check("left,right,label\n000-0,000-1,1\n000-1,000-0,no\n", &pairs, &["faulty.csv:3", "contradiction"]);
    check("left,right,label\n000-0,000-1,\n", &pairs, &["says nothing of any record"]);
}

#[test]
fn what_a_truth_does_not_answer_is_not_taken_for_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(), "");
    let labelled = |rows: &str| {
        let path = folder.path().join("pairs.csv");
        fs::write(&path, format!("left,right,label\n{rows}")).unwrap();
        evaluate(&[text(&out), "--truth", text(&path), "--pairs", "left", "right", "label"])
    };
    let said = labelled("000-0,000-1,same\n001-0,001-1,yes\n000-0,001-0,different\n");
    assert_eq!(
        labelled("000-0,000-1,1\n001-0,001-1,0.9\n000-0,001-0,0\n000-1,000-0,true\n001-0,000-1,\n"),
        said,
        "an empty label and a row said twice add nothing"
    );
    let path = folder.path().join("who.csv");
    let rows: Vec<String> = (0..20).map(|person| format!("{person:03}-0,p{person}\n{person:03}-1,\n")).collect();
    fs::write(&path, format!("id,who\n{}", rows.concat())).unwrap();
    let unknown = evaluate(&[text(&out), "--truth", text(&path), "--record", "id", "--entity", "who"]);
    assert_eq!(number(&unknown, "/persons/records"), 20.0, "records that nobody named are not measured: {unknown:#}");
}
