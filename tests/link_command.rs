//! `fwt link` on files of its own making: who is who, the same whatever the order, the threads and the keys.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test looks at the disk itself and may stop at the first surprise"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use support::{current, fwt, fwt_ok, text, tree};

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
name = "who"
kind = "ignored"
[[column]]
name = "forename"
[[column]]
name = "surname"
[[column]]
name = "born"
[[column]]
name = "town"
[[column]]
name = "trade"
[[column]]
name = "number"
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
[[person.compare]]
name = "trade"
kind = "category"
columns = "trade"
[[person.compare]]
name = "number"
kind = "identifier"
columns = "number"
"#;

const FORENAMES: [&str; 12] =
    ["Agnes", "Bertram", "Cecily", "Duncan", "Edith", "Fergus", "Gwendolen", "Horace", "Imogen", "Jasper", "Kitty", "Lionel"];
const SURNAMES: [&str; 11] =
    ["Ackroyd", "Bancroft", "Cartwright", "Dunstable", "Entwistle", "Fairclough", "Grimshaw", "Hathaway", "Ingleby", "Jephson", "Kershaw"];
const TOWNS: [&str; 5] = ["Boston", "Grantham", "Louth", "Sleaford", "Gainsborough"];
const TRADES: [&str; 4] = ["baker", "joiner", "teacher", "weaver"];

/// Rows of 120 people, three each, with slips.
fn rows(key: impl Fn(usize, usize) -> String) -> Vec<String> {
    let mut rows = Vec::new();
    for person in 0..120 {
        let (forename, surname) = (FORENAMES[person % 12], SURNAMES[person % 11]);
        let (town, trade) = (TOWNS[person % 5], TRADES[person % 4]);
        let born = format!("{}-{:02}-{:02}", 1930 + person * 7 % 60, 1 + person * 5 % 12, 1 + person * 11 % 28);
        let number = 100_000 + person * 7919 % 900_000;
        for copy in 0..3 {
            let (surname, born, town) = match copy {
                0 => (surname.to_owned(), born.clone(), town.to_owned()),
                1 => (format!("{}e{}", &surname[..3], &surname[3..]), born.clone(), town[..town.len() - 1].to_owned()),
                _ => (String::new(), born.clone(), String::new()),
            };
            let number = if copy == 1 { String::new() } else { number.to_string() };
            rows.push(format!("{},P{person},{forename},{surname},{born},{town},{trade},{number}", key(person, copy)));
        }
    }
    rows
}

fn plain(person: usize, copy: usize) -> String {
    format!("{person:03}-{copy}")
}

/// Writes the files, links them, gives the output folder.
fn link(folder: &Path, name: &str, rows: &[String], more: &[&str]) -> PathBuf {
    fs::write(folder.join("pipeline.toml"), PIPELINE).unwrap();
    fs::write(folder.join("members.toml"), SCHEMA).unwrap();
    let (data, out) = (folder.join(name), folder.join(format!("{name}-out")));
    fs::create_dir_all(&data).unwrap();
    let mut csv = String::from("id,who,forename,surname,born,town,trade,number\n");
    for row in rows {
        writeln!(csv, "{row}").unwrap();
    }
    fs::write(data.join("members.csv"), csv).unwrap();
    let pipeline = folder.join("pipeline.toml");
    let mut arguments = vec!["link", text(&pipeline), "--data", text(&data), "--out", text(&out), "--quiet"];
    arguments.extend(more);
    fwt_ok(&arguments);
    out
}

/// What `fwt evaluate` says of a run against the column `who`.
fn evaluation(folder: &Path, name: &str) -> serde_json::Value {
    let (data, pipeline) = (folder.join(name), folder.join("pipeline.toml"));
    let (out, truth) = (folder.join(format!("{name}-out")), data.join("members.csv"));
    let columns = ["--record", "id", "--entity", "who", "--json"];
    let mut arguments = vec!["evaluate", text(&out), "--truth", text(&truth), "--pipeline", text(&pipeline), "--data", text(&data)];
    arguments.extend(columns);
    serde_json::from_str(&fwt_ok(&arguments)).unwrap()
}

#[test]
fn records_of_one_person_are_found_and_measured() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(plain), &[]);
    let run = current(&out);
    for file in ["persons.parquet", "links.parquet", "prevented.parquet", "run.json", "manifest.json"] {
        assert!(run.join(file).is_file(), "{file}");
    }
    fwt_ok(&["verify", text(&out)]);
    let evaluation = evaluation(folder.path(), "data");
    let f1 = evaluation["persons"]["pairs"]["f1"].as_f64().unwrap();
    assert!(f1 > 0.98, "{evaluation:#}");
    assert_eq!(evaluation["candidates"]["recall"].as_f64(), Some(1.0));
    let again =
        fwt_ok(&["link", text(&folder.path().join("pipeline.toml")), "--data", text(&folder.path().join("data")), "--out", text(&out)]);
    assert!(again.contains("already published"), "{again}");
}

#[test]
fn labelled_pairs_measure_persons_too() {
    let folder = tempfile::tempdir().unwrap();
    let out = link(folder.path(), "data", &rows(plain), &[]);
    let truth = folder.path().join("pairs.csv");
    fs::write(&truth, "left,right,same\n000-0,000-1,1.0\n000-0,001-0,0\n005-0,nobody,1\n").unwrap();
    let json = fwt_ok(&["evaluate", text(&out), "--truth", text(&truth), "--pairs", "left", "right", "same", "--json"]);
    let evaluation: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(evaluation["labelled_pairs"]["f1"].as_f64(), Some(1.0), "{json}");
    assert_eq!(evaluation["unknown_to_run"].as_u64(), Some(1));
}

#[test]
fn one_two_and_eight_threads_publish_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let published = |threads: &str| {
        let out = link(folder.path(), &format!("data{threads}"), &rows(plain), &["--threads", threads]);
        tree(&current(&out))
    };
    let one = published("1");
    assert_eq!(one, published("2"));
    assert_eq!(one, published("8"));
}

#[test]
fn shuffled_rows_and_other_keys_give_the_same_people() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str, rows: &[String]| {
        link(folder.path(), name, rows, &[]);
        let found = evaluation(folder.path(), name);
        (found["persons"]["pairs"].clone(), found["links"]["decisions"].clone())
    };
    let expected = of("plain", &rows(plain));
    let mut shuffled = rows(plain);
    fastrand::Rng::with_seed(5).shuffle(&mut shuffled);
    assert_eq!(expected, of("shuffled", &shuffled));
    // A key says nothing about who somebody is: neither one that does nor one that does not resemble its person's others.
    let scrambled = |person: usize, copy: usize| format!("{:05}", (person * 3 + copy) * 7919 % 99_991);
    assert_eq!(expected, of("scrambled", &rows(scrambled)));
}

#[test]
fn what_cannot_be_linked_is_said_with_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let pipeline = folder.path().join("pipeline.toml");
    let refused = |pipeline_text: &str, schema_text: &str, expected: &str| {
        fs::write(&pipeline, pipeline_text).unwrap();
        fs::write(folder.path().join("members.toml"), schema_text).unwrap();
        let output = fwt(&["link", text(&pipeline), "--data", text(folder.path()), "--out", text(&folder.path().join("out"))]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(expected), "{message}");
    };
    refused(&PIPELINE.replace("month = \"2020-12\"\n", ""), SCHEMA, "no month is given");
    refused(PIPELINE, &SCHEMA.replace("kind = \"category\"", "kind = \"categories\""), "did you mean \"category\"");
    refused(PIPELINE, &SCHEMA.replace("columns = \"trade\"", "columns = \"who\""), "declared as ignored");
    refused(PIPELINE, &SCHEMA.replace("name = \"trade\"\nkind = \"category\"", "name = \"town\"\nkind = \"category\""), "named twice");
    let field = "[[person.compare]]\nname = \"NAME\"\nkind = \"text\"\ncolumns = \"town\"\n";
    let many: String = (0..6).map(|number| field.replace("NAME", &format!("more_{number}"))).collect();
    refused(PIPELINE, &format!("{SCHEMA}{many}"), "at most 8 further fields");
}

#[test]
fn the_shipped_benchmark_pipelines_load() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/benchmarks");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        fwt_ok(&["check", text(&entry.unwrap().path())]);
        count += 1;
    }
    assert!(count >= 6);
}

#[test]
fn the_multi_agency_benchmark_reads_every_source_of_a_county() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pipeline = fs::read_to_string(root.join("pipelines/benchmarks/multi_agency.toml")).unwrap();
    let schemas = fs::read_dir(root.join("schemas")).unwrap().map(|entry| entry.unwrap().path());
    let sources: Vec<_> = schemas.filter(|path| path.is_file()).collect();
    assert!(sources.len() >= 19);
    for source in sources {
        let name = source.file_name().unwrap().to_str().unwrap();
        assert!(pipeline.contains(&format!("multi_agency/{name}\"")), "{name}");
    }
}
