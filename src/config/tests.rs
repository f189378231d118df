//! Configuration that must be refused, each with its line, key and hint; and configuration that must load.
#![expect(clippy::disallowed_methods, clippy::string_slice, reason = "a test writes its own files, and these texts are ASCII")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::checked::Pipeline;
use super::{load_kept, load_pipeline, parse_schema};
use crate::model::{Problem, Problems};

const SCHEMA: &str = r#"[schema]
name = "visits"
version = 1
agency = "Test Agency"
[file]
pattern = "visits*.csv"
kind = "csv"
delimiter = ","
encoding = "utf-8"
[delivery]
cadence = "monthly"
kind = "snapshot"
coverage = "events"
valid_days = 62
[agreement]
reference = "DSA-1"
starts = "2012-04-01"
ends = 2030-03-31
purposes = ["identify"]
[[column]]
name = "Ref"
[[column]]
name = "Surname"
aliases = ["Last Name"]
[[column]]
name = "DOB"
kind = "date"
formats = ["%d/%m/%Y"]
[[column]]
name = "Relation"
kind = "code"
codes = { MOT = "parent_of", "*" = "-" }
[[column]]
name = "Outcome"
kind = "code"
codes = { A = "caution", B = "conviction" }
[[column]]
name = "On"
kind = "date"
formats = ["%d/%m/%Y"]
[[column]]
name = "Mother"
[[column]]
name = "Secret"
kind = "ignored"
[row]
key = ["Ref"]
[[person]]
slot = "child"
role = "child"
[person.fields]
surname = "Surname"
date_of_birth = "DOB"
[[person]]
slot = "mother"
role = "parent"
[person.fields]
full_name = "Mother"
[[relation]]
from = "mother"
to = "child"
kind = { column = "Relation" }
[[event]]
kind = "offence"
person = "child"
role = "offender"
code = { column = "Outcome" }
from = "On"
"#;

fn problems(schema: &str) -> Vec<Problem> {
    parse_schema("s.toml", schema).err().unwrap_or_default()
}

#[test]
fn a_schema_loads_with_its_defaults() {
    let schema = parse_schema("s.toml", SCHEMA).unwrap_or_else(|found| panic!("{}", Problems(found)));
    assert_eq!((schema.title.as_str(), schema.file.footer.len(), schema.may_be_empty), ("visits", 2, false));
    let strict: Vec<&str> = schema.columns.iter().filter(|column| column.strict).map(|column| column.name.as_str()).collect();
    assert_eq!(strict, ["Ref", "Outcome", "On"]);
    assert!(!schema.columns.iter().any(|column| column.required && column.name == "Secret"));
}

/// (piece of the schema, what stands in its place, expected code, piece of the message or hint)
const EDITS: &[(&str, &str, &str, &str)] = &[
    ("kind = \"offence\"", "kind = \"offence\"\nregistration = \"Outcome\"", "does-not-apply", "school_absence"),
    ("kind = \"offence\"", "kind = \"school_absence\"\nregistration = \"Mother\"", "wrong-kind", "code"),
    ("kind = \"offence\"", "kind = \"school_absence\"\nregistration = \"Outcome\"", "unknown-name", "registration in the code list"),
    ("kind = \"offence\"", "kind = \"school_absence\"\nregistration = \"Outcom\"", "unknown-name", "did you mean \"Outcome\"?"),
    ("[delivery]", "[delivry]", "unknown-key", "did you mean \"delivery\"?"),
    ("encoding = ", "encodng = ", "unknown-key", "did you mean \"encoding\"?"),
    ("version = 1", "version = \"one\"", "wrong-type", "whole number"),
    ("version = 1", "version = 0", "out-of-range", "from 1"),
    ("version = 1", "version = 1\nversion = 2", "not-toml", "duplicate key"),
    ("name = \"visits\"", "name = \"Visits!\"", "bad-name", "lower-case"),
    ("agency = \"Test Agency\"", "", "missing-key", ""),
    ("agency = \"Test Agency\"", "agency = \" \"", "empty-value", ""),
    ("pattern = \"visits*.csv\"", "pattern = \"../visits*.csv\"", "bad-pattern", "no /"),
    ("pattern = \"visits*.csv\"", "pattern = \"vis..its.csv\"", "bad-pattern", ".."),
    ("kind = \"csv\"", "kind = \"cvs\"", "unknown-name", "did you mean \"csv\"?"),
    ("kind = \"csv\"", "kind = \"parquet\"", "does-not-apply", ""),
    ("delimiter = \",\"", "delimiter = \",,\"", "bad-delimiter", ""),
    ("encoding = \"utf-8\"", "encoding = \"utf-9\"", "unknown-name", "did you mean \"utf-8\"?"),
    ("encoding = \"utf-8\"", "sheet = \"Data\"", "does-not-apply", "xlsx"),
    ("cadence = \"monthly\"", "cadence = \"weekly\"", "unknown-name", ""),
    ("kind = \"snapshot\"", "", "missing-key", ""),
    ("coverage = \"events\"", "coverage = \"event\"", "unknown-name", "did you mean \"events\"?"),
    ("valid_days = 62", "valid_days = -1", "out-of-range", ""),
    ("valid_days = 62", "valid_days = 6.2", "wrong-type", ""),
    ("starts = \"2012-04-01\"", "starts = \"2031-04-01\"", "dates-crossed", ""),
    ("starts = \"2012-04-01\"", "starts = \"2012-02-30\"", "not-a-date", ""),
    ("ends = 2030-03-31", "ends = 2030", "wrong-type", "date"),
    ("purposes = [\"identify\"]", "purposes = []", "missing-key", ""),
    ("aliases = [\"Last Name\"]", "aliases = [\"dob\"]", "header-twice", ""),
    ("formats = [\"%d/%m/%Y\"]", "formats = [\"%d/%m\"]", "bad-date-format", "a year"),
    ("formats = [\"%d/%m/%Y\"]", "formats = [\"%Q\"]", "bad-date-format", ""),
    ("formats = [\"%d/%m/%Y\"]", "codes = { A = \"b\" }", "does-not-apply", ""),
    ("MOT = \"parent_of\"", "MOT = \"parent\"", "unknown-name", "did you mean \"parent_of\"?"),
    ("MOT = \"parent_of\"", "MOT = 1", "wrong-type", ""),
    ("A = \"caution\"", "A = \"caution\", a = \"x\"", "named-twice", ""),
    ("key = [\"Ref\"]", "key = [\"Reff\"]", "unknown-name", "did you mean \"Ref\"?"),
    ("key = [\"Ref\"]", "key = [\"Ref\", \"ref\"]", "named-twice", ""),
    ("role = \"child\"", "role = \"kid\"", "unknown-name", ""),
    ("slot = \"mother\"", "slot = \"child\"", "named-twice", ""),
    ("slot = \"mother\"", "slot = \"the mother\"", "bad-name", ""),
    ("surname = \"Surname\"", "surename = \"Surname\"", "unknown-name", "did you mean \"surname\"?"),
    ("surname = \"Surname\"", "surname = \"Surnme\"", "unknown-name", "did you mean \"Surname\"?"),
    ("surname = \"Surname\"", "surname = \"Secret\"", "ignored-column", ""),
    ("from = \"mother\"", "from = \"mothr\"", "unknown-name", "did you mean \"mother\"?"),
    ("from = \"mother\"", "from = \"child\"", "same-person", ""),
    ("kind = { column = \"Relation\" }", "kind = { column = \"Surname\" }", "wrong-kind", "code"),
    ("kind = { column = \"Relation\" }", "kind = \"mother_of\"", "unknown-name", ""),
    ("kind = \"offence\"", "kind = \"offense\"", "unknown-name", "did you mean \"offence\"?"),
    ("role = \"offender\"", "role = \"offnder\"", "unknown-name", "did you mean \"offender\"?"),
    ("role = \"offender\"", "role = { column = \"Outcome\" }", "unknown-name", "code list"),
    ("from = \"On\"", "from = \"Surname\"", "wrong-kind", "date"),
    ("from = \"On\"", "quantity = \"On\"", "wrong-kind", "integer"),
    ("code = { column = \"Outcome\" }", "", "missing-key", ""),
    ("B = \"conviction\"", "B = \"convicton\"", "unknown-name", "did you mean \"conviction\"?"),
    ("role = \"offender\"\n", "", "missing-key", ""),
    ("from = \"On\"", "[event.flags]\nSurname = \"x\"", "code-and-flags", ""),
];

#[test]
fn every_edit_is_refused_with_its_line_and_a_hint() {
    for (piece, replacement, code, said) in EDITS {
        assert!(SCHEMA.contains(piece), "{piece} is in the schema");
        let found = problems(&SCHEMA.replacen(piece, replacement, 1));
        let hit = found.iter().find(|problem| problem.code == *code);
        let hit = hit.unwrap_or_else(|| panic!("{piece} → {replacement}: {}", Problems(found.clone())));
        assert!(hit.line > 0, "{piece} → {replacement} has no line");
        let text = format!("{} {}", hit.message, hit.hint);
        assert!(text.contains(said), "{piece} → {replacement}: {text}");
    }
}

#[test]
fn the_line_is_the_line_of_the_fault_and_all_faults_come_at_once() {
    let faulty = SCHEMA
        .replace("encoding = ", "encodng = ")
        .replace("surname = \"Surname\"", "surname = \"Surnme\"")
        .replace("cadence = \"monthly\"", "cadence = 3");
    let found: Vec<(u64, &str)> = problems(&faulty).iter().map(|problem| (problem.line, problem.code)).collect();
    let line = |piece: &str| faulty.lines().position(|line| line.contains(piece)).unwrap() as u64 + 1;
    assert_eq!(found, [(line("encodng"), "unknown-key"), (line("cadence"), "wrong-type"), (line("Surnme"), "unknown-name")]);
}

#[test]
fn no_damaged_schema_panics() {
    for cut in 0..SCHEMA.len() {
        drop(problems(&SCHEMA[..cut]));
        let mut bytes = SCHEMA.as_bytes().to_vec();
        bytes[cut] ^= 1 << (cut % 7);
        if let Ok(text) = String::from_utf8(bytes) {
            drop(problems(&text));
        }
    }
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(!problems(&deep).is_empty());
}

const PIPELINE: &str = "[pipeline]\nname = \"test\"\nschemas = [\"../schemas/*.toml\"]\n";

fn project(pipeline: &str, schemas: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    for name in ["project/pipelines", "project/schemas"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    for (name, text) in schemas {
        fs::write(folder.path().join("project/schemas").join(name), text).unwrap();
    }
    let path = folder.path().join("project/pipelines/test.toml");
    fs::write(&path, pipeline).unwrap();
    (folder, path)
}

fn refused(pipeline: &str, schemas: &[(&str, &str)]) -> Vec<Problem> {
    let (_folder, path) = project(pipeline, schemas);
    load_pipeline(&path).expect_err("must be refused").0
}

#[test]
fn a_pipeline_loads_and_its_fingerprint_does_not_depend_on_where_it_lies() {
    let other = SCHEMA.replace("visits", "arrears");
    let (_first, one) = project(PIPELINE, &[("b.toml", SCHEMA), ("a.toml", &other)]);
    let (_second, two) = project(PIPELINE, &[("b.toml", SCHEMA), ("a.toml", &other)]);
    let (one, two) = (load_pipeline(&one).unwrap(), load_pipeline(&two).unwrap());
    assert_eq!(one.fingerprints, two.fingerprints);
    let names: Vec<&str> = one.fingerprints.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["../schemas/a.toml", "../schemas/b.toml", "test.toml"]);
    assert_eq!(one.schemas.iter().map(|schema| schema.name.as_str()).collect::<Vec<_>>(), ["arrears", "visits"]);
}

#[test]
fn what_a_run_keeps_of_its_configuration_loads_as_the_files_did_and_no_letter_of_it_can_be_changed() {
    for file in fs::read_dir("pipelines").unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some()) {
        let loaded = load_pipeline(&file).unwrap();
        let again = load_kept(&loaded.configuration).unwrap();
        assert_eq!(again.path, Path::new(file.file_name().unwrap()));
        let everything = |pipeline: &Pipeline| format!("{:?}", Pipeline { path: "".into(), ..pipeline.clone() }).replace("pipelines/", "");
        // Files are named in messages by where they lie, and nothing else may differ.
        assert_eq!(
            everything(&loaded).replace("schemas/", "../schemas/").replace("../../", "../"),
            everything(&again).replace("../../", "../")
        );
        for name in loaded.configuration.files.keys() {
            let mut changed = loaded.configuration.clone();
            changed.files.get_mut(name).unwrap().text.push('#');
            let problems = load_kept(&changed).unwrap_err();
            assert!(problems.to_string().contains("is not what its hash says"), "{name}");
        }
    }
}

#[test]
fn schemas_must_differ_in_name_and_files() {
    let found = refused(PIPELINE, &[("a.toml", SCHEMA), ("b.toml", SCHEMA)]);
    assert_eq!(found.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["schema-twice", "patterns-overlap"]);
}

#[test]
fn settings_out_of_range_are_refused() {
    for (settings, code) in [
        ("[link]\nthreshold = nan", "out-of-range"),
        ("[link]\nthreshold = inf", "out-of-range"),
        ("[link]\nthreshold = 1.5", "out-of-range"),
        ("[link]\nthreshold = 0.2\nreview_floor = 0.4", "thresholds-crossed"),
        ("[link]\nmax_pairs = 0", "out-of-range"),
        ("[link]\nblockng = 1", "unknown-key"),
        ("[households]\ncommunal_people = -3", "out-of-range"),
        ("[gates]\nreject_rate = \"half\"", "wrong-type"),
        ("[identify]\noverrides = \"../../etc/passwd\"", "bad-path"),
        ("[[identify.points]]\nkind = \"offense\"\npoints = 3", "unknown-name"),
        ("[[identify.points]]\nkind = \"offence\"", "missing-key"),
        (
            "[[identify.points]]\nkind = \"offence\"\npoints = 3\n[[identify.points]]\nkind = \"offence\"\ncode = \"*\"\npoints = 5",
            "named-twice",
        ),
        ("[[identify.district]]\ncode = \"E07000136\"\nname = \"Boston\"\npostcodes = [\"21\"]", "bad-postcode"),
        ("[identify.need]\nrecent_months = 0", "out-of-range"),
        ("[[identify.need.safeguarding]]\nkind = \"social_care\"\ncode = \"child_protection\"", "unknown-name"),
        ("[[identify.need.rule]]\nid = \"a\"\ntitle = \"A\"\nlevel = \"high\"", "unknown-name"),
        ("[[identify.need.rule]]\nid = \"a\"\ntitle = \"A\"\nlevel = \"lower\"\nat_least = { criteria = 2 }", "unknown-name"),
        ("[[identify.need.rule]]\nid = \"a\"\ntitle = \"A\"\nlevel = \"lower\"\nat_least = { children = 0 }", "out-of-range"),
        // The last rule must hold for everybody, and no other may.
        ("[[identify.need.rule]]\nid = \"a\"\ntitle = \"A\"\nlevel = \"complex\"\nat_least = { children = 2 }", "wrong-order"),
        (
            "[[identify.need.rule]]\nid = \"a\"\ntitle = \"A\"\nlevel = \"lower\"\n[[identify.need.rule]]\nid = \"a\"\ntitle = \"B\"\nlevel = \"lower\"",
            "named-twice",
        ),
        ("[identify.watch]\nreach = \"county\"", "unknown-name"),
        ("[identify.watch]\nshare_margin = \"5%\"", "not-a-share"),
        ("[identify.watch]\nshare_margin = \"3/2\"", "not-a-share"),
        ("[[identify.watch.outcome]]\nkind = \"offence\"\ncode = \"charged\"\ntitle = \"x\"\nroles = [\"suspect\"]", "missing-key"),
        (
            "[[identify.watch.outcome]]\nkind = \"offence\"\ncode = \"charge\"\ntitle = \"x\"\nroles = [\"suspect\"]\ntowards = [\"conviction\"]",
            "unknown-name",
        ),
        (
            "[[identify.watch.outcome]]\nkind = \"offence\"\ncode = \"charged\"\ntitle = \"x\"\nroles = [\"thief\"]\ntowards = [\"conviction\"]",
            "unknown-name",
        ),
    ] {
        let found = refused(&format!("{PIPELINE}{settings}\n"), &[("a.toml", SCHEMA)]);
        assert!(found.iter().any(|problem| problem.code == code && problem.line > 3), "{settings}: {}", Problems(found.clone()));
    }
}

const SHARING: &str = "[[service.sharing]]\nrecipient = \"district\"\npurpose = \"coordinate\"\nreference = \"DSA\"\nstarts = 2012-01-01\nends = 2030-01-01\ncolumns = [\"family\"]\n";

#[test]
fn a_misspelt_sex_or_purpose_is_refused_with_the_nearest_one() {
    let sexes = |codes: &str| {
        let column = format!("[[column]]\nname = \"Sex\"\nkind = \"code\"\ncodes = {{ {codes} }}\n[row]");
        let schema = SCHEMA.replacen("[row]", &column, 1).replacen("surname = \"Surname\"", "surname = \"Surname\"\nsex = \"Sex\"", 1);
        problems(&schema).into_iter().map(|problem| (problem.code, problem.line > 0, problem.message)).collect::<Vec<_>>()
    };
    assert_eq!(sexes("1 = \"M\", 2 = \"female\", 9 = \"U\", X = \"-\""), []);
    let message = |sex: &str| ("unknown-name", true, format!("unknown sex in the code list of `Sex` \"{sex}\""));
    assert_eq!(sexes("1 = \"Mael\", 2 = \"F\", 3 = \"Q\""), [message("Mael"), message("Q")]);

    let purposes = |pipeline: &str, named: &str| {
        let schema = SCHEMA.replacen("purposes = [\"identify\"]", &format!("purposes = [{named}]"), 1);
        refused(pipeline, &[("a.toml", &schema)])
    };
    let found = purposes(PIPELINE, "\"identfy\"");
    assert_eq!((found.len(), found[0].code, found[0].hint.as_str()), (1, "unknown-name", "did you mean \"identify\"?"));
    let line = SCHEMA.lines().position(|line| line.starts_with("purposes")).unwrap() as u64 + 1;
    assert!(found[0].file.ends_with("a.toml") && found[0].line == line, "{found:?}");

    for (right, wrong) in [("\"district\"", "\"distrikt\""), ("\"coordinate\"", "\"co-ordinate\"")] {
        let found = refused(&format!("{PIPELINE}{}", SHARING.replace(right, wrong)), &[("a.toml", SCHEMA)]);
        assert_eq!(found.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unknown-name"], "{found:?}");
        assert_eq!(found[0].hint, format!("did you mean {right}?"));
    }
}

#[test]
fn a_target_that_could_not_be_counted_towards_is_refused() {
    const TARGET: &str =
        "[[target]]\nname = \"year-one\"\ntitle = \"Year one\"\npack = \"p1\"\nstarts = 2012-04-01\nends = 2013-03-31\nfamilies = 457\n";
    let found = |targets: &str| refused(&format!("{PIPELINE}{targets}"), &[("a.toml", SCHEMA)]);
    let codes = |targets: &str| found(targets).iter().map(|problem| problem.code).collect::<Vec<_>>();
    // The pipeline has no pack of that name, nor any other.
    assert_eq!(codes(TARGET), ["unknown-name"]);
    for (from, to, code) in [
        ("name = \"year-one\"", "name = \"Year one\"", "bad-name"),
        ("title = \"Year one\"", "title = \"\"", "empty-value"),
        ("starts = 2012-04-01\n", "", "missing-key"),
        ("ends = 2013-03-31", "ends = 2012-03-31", "ends-before-it-starts"),
        ("families = 457", "families = 0", "out-of-range"),
        ("families = 457", "families = 457\nfunded = 5", "missing-key"),
        ("families = 457", "families = 457\nfunded = 7\nfunded_out_of = 6", "out-of-range"),
        ("families = 457", "families = 457\nfamlies = 1", "unknown-key"),
    ] {
        let codes = codes(&TARGET.replace(from, to));
        assert!(codes.contains(&code), "{to}: {codes:?}");
    }
    assert!(codes(&TARGET.repeat(2)).contains(&"named-twice"));
}

#[test]
fn no_path_leads_out_of_the_project() {
    let paths = [
        "/etc/passwd",
        "../../../../../../etc/passwd",
        "../schemas/../../../../etc/hosts",
        "https://example.org/a.toml",
        "s3://bucket/a.toml",
        "file:///etc/passwd",
        "~/a.toml",
        "..\\\\schemas\\\\a.toml",
        "a\\u0000b.toml",
        "",
        "../schemas/none*.toml",
        "../schemas",
        "/dev/zero",
        "/proc/self/environ",
        "../schemas/link.toml",
        "../schemas/folder/*.toml",
        "\u{2024}\u{2024}/schemas/a.toml",
    ];
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("secret.toml"), SCHEMA).unwrap();
    for path in paths.iter().map(ToString::to_string).chain(["x".repeat(5000)]) {
        let text = format!("[pipeline]\nname = \"test\"\nschemas = [\"{path}\"]\n");
        let (folder, pipeline) = project(&text, &[("a.toml", SCHEMA)]);
        std::os::unix::fs::symlink(outside.path().join("secret.toml"), folder.path().join("project/schemas/link.toml")).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("project/schemas/folder")).unwrap();
        let found = load_pipeline(&pipeline).expect_err(&path);
        assert!(found.0.iter().all(|problem| matches!(problem.code, "bad-path" | "not-readable")), "{path}: {found}");
    }
}

const PACK: &str = include_str!("../../pipelines/criteria/p1-2012.toml");
const OVERLAY: &str = "[overlay]\npack = \"p1-2012\"\nversion = \"1\"\nname = \"ours\"\nby = \"the manager\"\nreason = \"agreed\"\n\n\
                       [settings.benefit_valid_days]\nvalue = 60\nsource = \"the manager\"\n";

/// A project with a pack and an overlay beside its pipeline.
fn project_with_packs(pipeline: &str, overlay: &str) -> (TempDir, PathBuf) {
    let (folder, path) = project(pipeline, &[("a.toml", SCHEMA)]);
    for (name, text) in [("pack.toml", PACK), ("overlay.toml", overlay), ("base.toml", BASE)] {
        fs::write(path.with_file_name(name), text).unwrap();
    }
    (folder, path)
}

const BASE: &str = "[pipeline]\nname = \"base\"\ntitle = \"The base\"\nschemas = [\"../schemas/*.toml\"]\ncriteria = [\"pack.toml\"]\n\n\
                    [gates]\nreject_rate = 0.25\n\n[[identify.points]]\nkind = \"offence\"\npoints = 7\n";

#[test]
fn an_overlay_named_in_the_pipeline_is_laid_over_its_pack_and_part_of_the_fingerprint() {
    let pipeline = format!("{PIPELINE}criteria = [\"pack.toml\"]\n");
    let with = format!("{pipeline}overlays = [\"overlay.toml\"]\n");
    let (_one, plain) = project_with_packs(&pipeline, OVERLAY);
    let (_two, laid) = project_with_packs(&with, OVERLAY);
    let (plain, laid) = (load_pipeline(&plain).unwrap(), load_pipeline(&laid).unwrap());
    assert_eq!((plain.packs[0].version.as_str(), laid.packs[0].version.as_str()), ("1", "1+ours"));
    assert!(laid.fingerprints.iter().any(|(name, _)| name == "overlay.toml"));
    let (_three, changed) = project_with_packs(&with, &OVERLAY.replace("60", "61"));
    assert_ne!(load_pipeline(&changed).unwrap().fingerprints, laid.fingerprints);
}

#[test]
fn problems_of_overlays_come_with_all_others() {
    let pipeline = format!("{PIPELINE}criteria = [\"pack.toml\"]\noverlays = [\"overlay.toml\"]\n\n[gates]\nreject_rate = 7\n");
    let overlay = OVERLAY.replace("benefit_valid_days", "benefit_valid_dys");
    let (_folder, path) = project_with_packs(&pipeline, &overlay);
    let found = load_pipeline(&path).expect_err("must be refused").0;
    let told: Vec<(&str, &str)> = found.iter().map(|problem| (problem.code, problem.file.rsplit('/').next().unwrap_or_default())).collect();
    assert_eq!(told, [("out-of-range", "test.toml"), ("unknown-name", "overlay.toml")]);
    assert!(found[1].hint == "did you mean \"benefit_valid_days\"?" && found[1].line == 8, "{found:?}");
    // An overlay for a pack that the pipeline does not have.
    let (_folder, path) = project_with_packs(&pipeline.replace("= 7", "= 0.1"), &OVERLAY.replace("p1-2012", "p1-2102"));
    let found = load_pipeline(&path).expect_err("must be refused").0;
    assert_eq!(
        found.iter().map(|problem| (problem.code, problem.hint.as_str())).collect::<Vec<_>>(),
        [("unknown-name", "did you mean \"p1-2012\"?")]
    );
}

#[test]
fn a_pipeline_may_extend_another_one_of_its_folder() {
    let (_folder, path) = project_with_packs(
        "[pipeline]\nname = \"test\"\nextends = \"base.toml\"\ntitle = \"Mine\"\n\n[gates]\nreject_rate = 0.5\n",
        OVERLAY,
    );
    let pipeline = load_pipeline(&path).unwrap();
    assert_eq!((pipeline.name.as_str(), pipeline.title.as_str(), pipeline.packs.len()), ("test", "Mine", 1));
    assert!((pipeline.gates.reject_rate - 0.5).abs() < 1e-12, "its own section");
    assert_eq!(pipeline.identify.points, [("offence".to_owned(), "*".to_owned(), 7)], "the section of the other");
    let names: Vec<&str> = pipeline.fingerprints.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"base.toml") && names.contains(&"test.toml"));
}

#[test]
fn of_the_service_a_pipeline_says_only_the_parts_that_differ() {
    let own = "[pipeline]\nname = \"test\"\nextends = \"base.toml\"\n\n[service.requests]\ndue_days = 21\n";
    let below = "\n[service.requests]\ndue_days = 7\nreminders = 9\n\n[service.restricted]\nrequired = true\nregister = \"service/r.csv\"\n\n\
                 [[target]]\nname = \"year-one\"\n";
    let (_folder, path) = project_with_packs(own, OVERLAY);
    let base = path.with_file_name("base.toml");
    let text = format!("{}{}", fs::read_to_string(&base).unwrap(), below.split("\n[[target]]").next().unwrap());
    fs::write(&base, &text).unwrap();
    let service = load_pipeline(&path).unwrap().service;
    assert_eq!((service.requests.due_days, service.requests.reminders), (21, 2), "a part is said as a whole");
    assert!(service.restricted.required, "the part of the other");
    // What is wrong there is told there; a list of the other is read as well.
    fs::write(&base, text.replace("required = true", "requird = true") + "\n[[target]]\nname = \"year-one\"\n").unwrap();
    let found = load_pipeline(&path).expect_err("must be refused").0;
    assert!(found.iter().any(|problem| problem.code == "unknown-key" && problem.file.ends_with("base.toml")), "{found:?}");
    assert!(found.iter().any(|problem| problem.file.ends_with("base.toml") && problem.column.starts_with("target")), "{found:?}");
}

#[test]
fn what_a_pipeline_extends_is_checked_as_well_and_is_one_of_its_folder() {
    let codes = |pipeline: &str, base: &str| -> Vec<(&'static str, String)> {
        let (_folder, path) = project_with_packs(pipeline, OVERLAY);
        fs::write(path.with_file_name("base.toml"), base).unwrap();
        let found = load_pipeline(&path).expect_err("must be refused").0;
        found.into_iter().map(|problem| (problem.code, problem.file.rsplit('/').next().unwrap_or_default().to_owned())).collect()
    };
    let extending = "[pipeline]\nname = \"test\"\nextends = \"base.toml\"\n";
    let of_base = |code: &'static str| vec![(code, "base.toml".to_owned())];
    assert_eq!(codes(extending, &BASE.replace("reject_rate", "reject_rat")), of_base("unknown-key"));
    assert_eq!(codes(extending, &format!("{BASE}\n[gate]\nx = 1\n")), of_base("unknown-key"));
    assert_eq!(codes(extending, &BASE.replace("0.25", "2.5")), of_base("out-of-range"));
    assert_eq!(codes(extending, &BASE.replace("[gates]", "[gates")), of_base("not-toml"));
    for elsewhere in ["../base.toml", "missing.toml"] {
        let found = codes(&extending.replace("base.toml", elsewhere), BASE);
        assert!(found.iter().any(|(code, file)| *code == "bad-path" && file == "test.toml"), "{elsewhere}: {found:?}");
    }
    let twice = BASE.replace("title =", "extends = \"test.toml\"\ntitle =");
    assert!(codes(extending, &twice).iter().any(|(code, _)| *code == "extends-twice"));
}
