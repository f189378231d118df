//! Restricted people and addresses: a person or address of the register appears in no output, message or log, however the extracts write them, and an adopted
//! child's two identities are never put side by side.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_push_string,
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

use arrow::util::display::{ArrayFormatter, FormatOptions};
use calamine::{Reader, Xlsx};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use support::{PIPELINE, copy, county, fwt, fwt_ok, run_month, table, text, tree};

/// Every row of every file below a folder, as text: rows of tables and sheets with their cells separated by bars, lines of everything else. What the
/// next month needs is not for people: `register/` keeps what the extracts say and which reference of an agency was whose.
fn rows(folder: &Path) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (name, bytes) in tree(folder).into_iter().filter(|(name, _)| !name.contains("register/")) {
        if name.ends_with(".parquet") {
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
            for batch in reader.map(Result::unwrap) {
                let options = FormatOptions::default();
                let columns: Vec<_> =
                    batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options).unwrap()).collect();
                for row in 0..batch.num_rows() {
                    let cells: Vec<String> = columns.iter().map(|column| column.value(row).to_string()).collect();
                    rows.push((name.clone(), cells.join("|")));
                }
            }
        } else if name.ends_with(".xlsx") {
            let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
            for sheet in book.sheet_names() {
                for cells in book.worksheet_range(&sheet).unwrap().rows() {
                    rows.push((name.clone(), cells.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")));
                }
            }
        } else {
            rows.extend(String::from_utf8_lossy(&bytes).lines().map(|line| (name.clone(), line.to_owned())));
        }
    }
    rows
}

const PERSON: [&str; 12] = [
    "person_id",
    "source",
    "record_id",
    "forename",
    "surname",
    "date_of_birth",
    "nhs_number",
    "nino",
    "upn",
    "uprn",
    "address_key",
    "postcode",
];

struct Scene {
    /// The hidden person's distinct (forename, surname) and dates of birth.
    names: BTreeSet<(String, String)>,
    born: BTreeSet<String>,
    /// Numbers and record ids of the hidden person.
    numbers: BTreeSet<String>,
    /// Address key and UPRN of the hidden address.
    places: BTreeSet<String>,
    register: String,
    family: String,
}

/// Chooses, among the listed families of a run without a register, a person with a number and an address of another family.
fn scene(run: &Path) -> Scene {
    let listed: Vec<String> = table(run, "identification", &["family_id", "criteria_pack", "listed"])
        .into_iter()
        .filter(|row| row[1] == "p1-lincolnshire" && row[2] == "yes")
        .map(|row| row[0].clone())
        .collect();
    let mut of_person: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in table(run, "persons", &PERSON) {
        of_person.entry(row[0].clone()).or_default().push(row);
    }
    let members = table(run, "members", &["family_id", "person_id"]);
    let whole = |row: &&Vec<String>| !row[3].is_empty() && !row[4].is_empty() && !row[5].is_empty();
    let (family, person) = listed
        .iter()
        .find_map(|family| {
            let own = members.iter().filter(|row| row[0] == *family).map(|row| &row[1]);
            let numbered = |rows: &Vec<Vec<String>>| rows.iter().any(|row| !row[6].is_empty() || !row[8].is_empty());
            own.filter(|person| {
                of_person.get(*person).is_some_and(|rows| rows.len() > 1 && numbered(rows) && rows.iter().any(|row| whole(&row)))
            })
            .map(|person| (family.clone(), person.clone()))
            .next()
        })
        .expect("a listed family has a member with a number");
    let rows = &of_person[&person];
    let shown = rows.iter().find(whole).unwrap();
    let homes = table(run, "families", &["family_id", "address_key", "uprn", "postcode"]);
    let home =
        |id: &String| homes.iter().find(|row| row[0] == *id && row[1].split('|').filter(|part| !part.is_empty()).count() == 3).cloned();
    let place = listed.iter().filter(|id| **id != family).find_map(home).expect("a listed family has a whole address");
    let parts: Vec<&str> = place[1].split('|').collect();
    // Another way of writing the same: small letters, the street's kind cut short, the town behind it, no space in the postcode.
    let written = format!(
        "{} {}, some town",
        parts[1],
        parts[2].to_lowercase().replace(" road", " rd.").replace(" street", " st.").replace(" close", " cl")
    );
    let postcode = place[3].to_lowercase().replace(' ', "");
    let mut register = "entry,kind,why,forename,surname,date_of_birth,address,postcode\n".to_owned();
    register.push_str(&format!("X001,person,protected,{},{},{},,\n", shown[3], shown[4].to_lowercase(), shown[5]));
    register.push_str(&format!("X002,address,refuge,,,,\"{written}\",{postcode}\n"));
    let distinct = |column: usize| rows.iter().map(|row| row[column].clone()).filter(|value| !value.is_empty()).collect::<BTreeSet<_>>();
    let numbers = [2, 6, 7, 8].into_iter().flat_map(distinct).filter(|value| value.len() >= 8).collect();
    Scene {
        names: rows.iter().filter(|row| !row[3].is_empty() && !row[4].is_empty()).map(|row| (row[3].clone(), row[4].clone())).collect(),
        born: distinct(5),
        numbers,
        places: [place[1].clone(), place[2].clone()].into_iter().filter(|value| !value.is_empty()).collect(),
        register,
        family,
    }
}

/// What of the hidden person and address a row shows.
fn shows(scene: &Scene, row: &str) -> Option<String> {
    let upper = row.to_uppercase();
    let cells: BTreeSet<&str> = upper.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
    let number = scene.numbers.iter().chain(&scene.places).find(|value| upper.contains(&value.to_uppercase()));
    // A namesake is somebody else: name and date of birth together tell.
    let named = scene.names.iter().find(|(forename, surname)| {
        let all = |name: &str| name.split(' ').all(|word| cells.contains(word));
        all(forename) && all(surname) && scene.born.iter().any(|born| upper.contains(born))
    });
    number.map(|_| "a number or place".to_owned()).or_else(|| named.map(|_| "name and date of birth".to_owned()))
}

#[test]
fn a_restricted_person_and_address_appear_in_no_output_and_no_message() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 6000, 23);
    // The synthetic county comes with a register of its own.
    fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let open = folder.path().join("open");
    let open_run = run_month(&data, &open, &["--quiet"]);
    let scene = scene(&open_run);
    let before = rows(&open).iter().filter(|(_, row)| shows(&scene, row).is_some()).count();
    assert!(before > 5, "without the register they are shown in {before} rows: the test would prove nothing");

    fs::create_dir_all(data.join("service")).unwrap();
    fs::write(data.join("service/restricted.csv"), &scene.register).unwrap();
    let out = folder.path().join("out");
    let run = run_month(&data, &out, &["--quiet"]);
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&out.join("cohort.xlsx"))]);
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&out.join("cohort"))]);
    fwt_ok(&["agencies", text(&out), "--pipeline", PIPELINE, "--data", text(&data), "--to", text(&out.join("agencies"))]);
    fwt_ok(&["star", text(&out), "--quiet"]);
    for (name, row) in rows(&out) {
        assert!(shows(&scene, &row).is_none(), "{name} shows {:?} of the restricted", shows(&scene, &row));
    }
    // The hidden person is still counted as a member, without a name.
    let members: Vec<Vec<String>> =
        table(&run, "members", &["family_id", "person_id", "age"]).into_iter().filter(|row| row[0] == scene.family).collect();
    assert!(members.iter().any(|row| row[2].is_empty()), "one member of the family has no age: {}", members.len());
    let sheet: Vec<String> =
        rows(&run).into_iter().filter(|(name, row)| name == "list.xlsx" && row.contains("name withheld")).map(|(_, row)| row).collect();
    assert!(sheet.iter().any(|row| row.contains(&scene.family) && row.contains("address withheld")), "{} rows", sheet.len());

    // What is explained and what a refusal says.
    let mut said = Vec::new();
    for person in members.iter().map(|row| &row[1]) {
        said.push(fwt_ok(&["explain", "person", person, "--run", text(&out), "--show-values"]));
    }
    said.push(fwt_ok(&["explain", "family", &scene.family, "--run", text(&out), "--show-values"]));
    for line in [",adopted", ",person", "=1,person,protected", "X003,person,protected,,,1990-01-01,,"] {
        let broken = format!("{}{line}\n", scene.register.replace("refuge", "refuge?"));
        fs::write(data.join("service/restricted.csv"), broken).unwrap();
        let refused = fwt(&["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
        assert_eq!(refused.status.code(), Some(1), "a register that is not understood stops the month");
        said.push(String::from_utf8([refused.stdout, refused.stderr].concat()).unwrap());
    }
    fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let gone = fwt(&["agencies", text(&out), "--pipeline", PIPELINE, "--data", text(&data), "--to", text(&out.join("agencies"))]);
    assert_eq!(gone.status.code(), Some(1), "what leaves after a run needs the register that the run was made with");
    said.push(String::from_utf8([gone.stdout, gone.stderr].concat()).unwrap());
    for text in &said {
        for line in text.lines() {
            assert!(shows(&scene, line).is_none(), "a message shows {:?} of the restricted", shows(&scene, line));
        }
    }
}

#[test]
fn two_identities_that_must_not_be_linked_are_two_persons_and_no_table_names_them_together() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 6000, 23);
    fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let open_run = run_month(&data, &folder.path().join("open"), &["--quiet"]);
    // Two records of one person, in two feeds, that differ in nothing that matters: without the register they are one, with it two who may live with the same people.
    let mut of_person: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in table(&open_run, "persons", &["person_id", "source", "record_id", "date_of_birth"]) {
        of_person.entry(row[0].clone()).or_default().push(row);
    }
    let in_two_feeds = |rows: &&Vec<Vec<String>>| rows.len() == 2 && rows[0][1] != rows[1][1] && rows.iter().all(|row| !row[3].is_empty());
    let chosen: Vec<&Vec<Vec<String>>> = of_person.values().filter(in_two_feeds).take(30).collect();
    assert_eq!(chosen.len(), 30);
    let entry = |name: &str, row: &Vec<String>, other: &str| format!("{name},person,adopted,{},{},{other},yes\n", row[1], row[2]);
    let mut register = "entry,kind,why,source,record_id,not_with,show\n".to_owned();
    for (place, records) in chosen.iter().enumerate() {
        register.push_str(&entry(&format!("A{place:03}"), &records[0], &format!("B{place:03}")));
        register.push_str(&entry(&format!("B{place:03}"), &records[1], ""));
    }
    fs::create_dir_all(data.join("service")).unwrap();
    fs::write(data.join("service/restricted.csv"), register).unwrap();
    let out = folder.path().join("out");
    let run = run_month(&data, &out, &["--quiet"]);
    let found = table(&run, "persons", &["source", "record_id", "person_id"]);
    let person = |row: &Vec<String>| found.iter().find(|known| known[0] == row[1] && known[1] == row[2]).unwrap()[2].clone();
    let pairs: Vec<[(String, String); 2]> =
        chosen.iter().map(|records| [0, 1].map(|side| (person(&records[side]), records[side][2].clone()))).collect();
    let mut said = rows(&run);
    let families: BTreeMap<String, String> =
        table(&run, "members", &["person_id", "family_id"]).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let one_family: Vec<&String> =
        pairs.iter().filter_map(|[a, b]| families.get(&a.0).filter(|family| families.get(&b.0) == Some(family))).collect();
    assert!(!one_family.is_empty(), "no two identities live together: the test would prove nothing");
    for family in one_family {
        let explained = fwt_ok(&["explain", "family", family, "--run", text(&out)]);
        said.extend(explained.lines().map(|line| ("explain family".to_owned(), line.to_owned())));
    }
    for [left, right] in &pairs {
        assert_ne!(left.0, right.0);
    }
    for (name, row) in said {
        let cells: BTreeSet<&str> = row.split(['|', ' ', ',', ';', '/']).collect();
        let holds = |text: &String| cells.contains(text.as_str());
        let together = pairs.iter().any(|[left, right]| (holds(&left.0) && holds(&right.0)) || (holds(&left.1) && holds(&right.1)));
        assert!(!together, "{name} names both identities in one row");
    }
}

/// Source and record id of each row of a pair, as they stand in a table.
fn pair_of(row: &[String]) -> [(String, String); 2] {
    [(row[0].clone(), row[1].clone()), (row[2].clone(), row[3].clone())]
}

const PAIR: [&str; 8] =
    ["left_source", "left_record_id", "right_source", "right_record_id", "decision", "pattern", "weight", "probability"];

#[test]
fn nothing_says_what_a_hidden_record_and_a_visible_one_agree_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 9000, 23);
    fs::remove_file(data.join("service/restricted.csv")).unwrap();
    let open = folder.path().join("open");
    let doubtful: Vec<[(String, String); 2]> = table(&run_month(&data, &open, &["--quiet"]), "links", &PAIR)
        .iter()
        .filter(|row| row[4] == "review" || row[4] == "prevented")
        .map(|row| pair_of(row))
        .collect();
    assert!(doubtful.len() > 20);
    // Of every other doubtful pair one is hidden.
    let mut register = "entry,kind,why,source,record_id\n".to_owned();
    let hidden: BTreeSet<&(String, String)> = doubtful.iter().step_by(2).map(|pair| &pair[0]).collect();
    for (place, (source, record)) in hidden.iter().enumerate() {
        register.push_str(&format!("X{place:03},person,protected,{source},{record}\n"));
    }
    fs::create_dir_all(data.join("service")).unwrap();
    fs::write(data.join("service/restricted.csv"), register).unwrap();
    let out = folder.path().join("out");
    let run = run_month(&data, &out, &["--quiet"]);
    let is_hidden = |id: &str| id.starts_with("withheld-");
    let links = table(&run, "links", &PAIR);
    let of_hidden: Vec<&Vec<String>> = links.iter().filter(|row| is_hidden(&row[1]) || is_hidden(&row[3])).collect();
    let between: Vec<&&Vec<String>> = of_hidden.iter().filter(|row| is_hidden(&row[1]) != is_hidden(&row[3])).collect();
    assert!(between.len() > 5, "{}", between.len());
    for row in &of_hidden {
        assert!(row[5].is_empty() && row[6].is_empty() && row[7].len() <= 6 && row[7].ends_with("000"), "{row:?}");
    }
    assert!(links.iter().filter(|row| !row[5].is_empty()).count() > links.len() / 2);
    let names = ["left_source", "left_record_id", "right_source", "right_record_id", "reason"];
    let kept_apart = table(&run, "prevented", &names);
    let kept_apart: Vec<_> = kept_apart.iter().filter(|row| is_hidden(&row[1]) || is_hidden(&row[3])).collect();
    assert!(!kept_apart.is_empty() && kept_apart.iter().all(|row| row[4] == "withheld"), "{kept_apart:?}");
    for row in between.iter().take(6) {
        let [left, right] = pair_of(row);
        let pair = format!("{}/{},{}/{}", left.0, left.1, right.0, right.1);
        let said = fwt_ok(&["explain", "pair", &pair, "--run", text(&out), "--show-values"]);
        assert!(said.contains("withheld") && !said.contains("Waterfall") && !said.contains("bits"), "{said}");
    }
    // Nobody can judge them, and that they are doubtful says whom the hidden one resembles.
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&folder.path().join("cohort"))]);
    let sheet = fs::read_to_string(folder.path().join("cohort/pairs.csv")).unwrap();
    assert!(sheet.lines().count() > 5, "{sheet}");
    assert!(!sheet.split([',', '\n']).any(is_hidden), "{sheet}");
    let evaluated = fwt_ok(&["evaluate", text(&out), "--truth", text(&data), "--examples", "500"]);
    assert!(evaluated.contains("match weight withheld"));
}

#[test]
fn a_referral_form_says_nothing_of_a_hidden_child_on_it_and_can_be_decided_about() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 4000, 18);
    let open_run = run_month(&data, &folder.path().join("open"), &["--quiet"]);
    let persons = table(&open_run, "persons", &["person_id", "source", "record_id", "forename", "surname", "date_of_birth"]);
    let named = |row: &Vec<String>| (row[3].clone(), row[4].chars().next());
    let mut names: BTreeMap<(String, Option<char>), BTreeSet<&String>> = BTreeMap::new();
    for row in &persons {
        names.entry(named(row)).or_default().insert(&row[0]);
    }
    let families: BTreeMap<String, String> =
        table(&open_run, "members", &["person_id", "family_id"]).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let about_eight = |row: &&Vec<String>| {
        row[1] == "school_attendance"
            && row[5].starts_with("2004")
            && row[3].len() > 3
            && names[&named(row)].len() == 1
            && families.contains_key(&row[0])
    };
    let children: Vec<&Vec<String>> = persons.iter().filter(about_eight).collect();
    let (first, other) = (children[0], children.iter().find(|row| families[&row[0]] != families[&children[0][0]]).unwrap());
    let short = |row: &Vec<String>| format!("{} {}", row[3], row[4].chars().next().unwrap());
    let path = fs::read_dir(data.join("2012-10")).unwrap().map(|entry| entry.unwrap().path()).find(|path| text(path).contains("referrals"));
    let path = path.expect("the referrals of October");
    let form = format!("R8812345Q,05/10/2012,,School,,,,,{},about 8,{},about 8,,,Y,Y,,,Y\n", short(first), short(other));
    fs::write(&path, fs::read_to_string(&path).unwrap() + &form).unwrap();
    let columns = ["referral", "family_id", "why", "matched_form_records", "matched_records", "form_records"];
    let candidates = |out: &Path| table(&run_month(&data, out, &["--quiet"]), "referral_candidates", &columns);
    // In a copy of the first run's folder, where the month keeps its ids when it is run again.
    let beside = |name: &str| {
        copy(&folder.path().join("open"), &folder.path().join(name));
        folder.path().join(name)
    };
    let shown = candidates(&beside("shown"));
    let own = |row: &&Vec<String>| row[0] == "R8812345Q" && row[1] == families[&other[0]];
    assert!(shown.iter().any(|row| own(&row) && row[2].contains("child2: same forename")), "the test would prove nothing: {shown:?}");

    let before = folder.path().join("shown");
    let said =
        format!("source,referral,family,decision,reason,by\nprofessional_referrals,R8812345Q,{},different,asked,AB\n", families[&other[0]]);
    fs::write(folder.path().join("before.csv"), said).unwrap();
    fwt_ok(&["cohort", "import", text(&folder.path().join("before.csv")), "--out", text(&before)]);
    let history = || fwt_ok(&["cohort", "history", &families[&other[0]], "--out", text(&before)]);
    assert!(history().contains("professional_referrals/R8812345Q"));

    fs::create_dir_all(data.join("service")).unwrap();
    let register = "entry,kind,why,source,record_id\nX001,person,protected,professional_referrals,R8812345Q#child2\n";
    fs::write(data.join("service/restricted.csv"), register).unwrap();
    run_month(&data, &before, &["--quiet"]);
    assert!(history().contains("professional_referrals/a withheld form"), "{}", history());
    let out = beside("out");
    let hidden = candidates(&out);
    let of_form: Vec<&Vec<String>> =
        hidden.iter().filter(|row| row[5].contains("; withheld-") || row[5].starts_with("withheld-")).collect();
    assert!(!of_form.is_empty(), "{hidden:?}");
    for row in &of_form {
        assert!(row[0].starts_with("withheld-") && row[1] != families[&other[0]], "{row:?}");
        assert!(!row[2].contains("child2") && !row[3].contains("; withheld-") && !row[3].starts_with("withheld-"), "{row:?}");
    }
    assert!(of_form.iter().any(|row| row[1] == families[&first[0]]), "what the form says of the other child is still weighed: {of_form:?}");
    let cohort = folder.path().join("cohort");
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&cohort)]);
    assert!(fs::read_to_string(cohort.join("referrals.csv")).unwrap().contains(&of_form[0][0]));
    for (name, row) in rows(&out).into_iter().chain(rows(&cohort)) {
        assert!(
            !row.contains("R8812345Q"),
            "{name} shows the number of the form, with the slot that nobody else has the record's own: {row}"
        );
    }
    let decision = format!(
        "source,referral,family,decision,reason,by\nprofessional_referrals,{},{},different,asked,AB\n",
        of_form[0][0], of_form[0][1]
    );
    fs::write(folder.path().join("decided.csv"), decision).unwrap();
    let taken = fwt_ok(&["cohort", "import", text(&folder.path().join("decided.csv")), "--out", text(&out)]);
    assert!(taken.contains("Decisions taken:   1"), "{taken}");
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&folder.path().join("again"))]);
    let again = fs::read_to_string(folder.path().join("again/referrals.csv")).unwrap();
    assert!(!again.contains(&format!("{},", of_form[0][1])), "what was decided is not asked again");
}
