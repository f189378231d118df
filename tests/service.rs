//! From the list to a worker: requests, answers, districts, allocations and briefs, by running the commands over a synthetic month. Nothing leaves about a family
//! that nobody accepted, no sheet says more than its reader may know, the parts add up, and bad rows are set aside whole.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Reader, Xlsx};
use serde_json::Value;
use support::{PIPELINE, county, current, fwt, fwt_ok, run_month, table, text, tree};

/// A published month with decisions, contacts, staff and a directory beside it.
struct Service {
    _folder: tempfile::TempDir,
    data: PathBuf,
    out: PathBuf,
    /// Listed families that were accepted, in the order of their ids.
    accepted: Vec<String>,
    /// A listed family that was rejected, and one that nobody decided about.
    closed: [String; 2],
    /// Person, name of each member of each family.
    members: BTreeMap<String, Vec<(String, String)>>,
    /// District code of each family by the run.
    district: BTreeMap<String, String>,
    grimsby: String,
}

/// Surname and forename of each person as the extracts have them most often.
fn names(run: &Path) -> BTreeMap<String, String> {
    let mut said: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for row in table(run, "persons", &["person_id", "forename", "surname"]) {
        if row[1].len() > 1 && !row[2].is_empty() {
            *said.entry(row[0].clone()).or_default().entry(format!("{} {}", row[1], row[2])).or_default() += 1;
        }
    }
    said.into_iter().map(|(person, names)| (person, names.into_iter().max_by_key(|(_, count)| *count).unwrap().0)).collect()
}

impl Service {
    fn new(seed: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = county(folder.path(), 6000, seed);
        let out = folder.path().join("out");
        let run = run_month(&data, &out, &["--quiet"]);
        let listed: Vec<String> = table(&run, "identification", &["family_id", "criteria_pack", "listed"])
            .into_iter()
            .filter(|row| row[1] == "p1-lincolnshire" && row[2] == "yes")
            .map(|row| row[0].clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        assert!(listed.len() > 12, "{} families are listed", listed.len());
        let closed = [listed[0].clone(), listed[1].clone()];
        let homes = table(&run, "families", &["family_id", "district_code", "postcode", "restricted", "out_of_county"]);
        let home: BTreeMap<&String, &Vec<String>> = homes.iter().map(|row| (&row[0], row)).collect();
        let accepted: Vec<String> = listed[2..].to_vec();
        let mut decisions = "family,accepted,reason,by\n".to_owned();
        decisions.push_str(&format!("{},no,not now,AB\n", closed[0]));
        for family in &accepted {
            decisions.push_str(&format!("{family},yes,,AB\n"));
        }
        fs::write(folder.path().join("families.csv"), decisions).unwrap();
        fwt_ok(&["cohort", "import", text(&folder.path().join("families.csv")), "--out", text(&out)]);

        let named = names(&run);
        let mut members: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for row in table(&run, "members", &["family_id", "person_id"]) {
            let name = named.get(&row[1]).cloned().unwrap_or_default();
            members.entry(row[0].clone()).or_default().push((row[1].clone(), name));
        }
        let mut records: BTreeMap<String, (String, String)> = BTreeMap::new();
        for row in table(&run, "persons", &["person_id", "source", "record_id"]) {
            records.entry(row[0].clone()).or_insert((row[1].clone(), row[2].clone()));
        }
        // One family in five is known to nobody; the others to a social worker (recent) and a pastoral lead (older, but within a year).
        fs::create_dir_all(data.join("service/2012-10")).unwrap();
        let mut contacts = "source,record_id,professional,name,role,agency,email,telephone,last_contact,ended\n".to_owned();
        for (place, family) in listed.iter().enumerate().filter(|(place, _)| place % 5 != 4) {
            let (source, record) = &records[&members[family][0].0];
            let worker = place % 3;
            contacts.push_str(&format!("{source},{record},SW{worker},Pat Worker{worker},social_worker,Children's Services,sw{worker}@example.org,,2012-10-{:02},\n", 1 + place % 28));
            contacts
                .push_str(&format!("{source},{record},SC1,Sam Tutor,school_pastoral_lead,Queen's School,sc1@example.org,,2012-06-01,\n"));
            // Ended, so nobody to ask although the role stands first.
            contacts
                .push_str(&format!("{source},{record},LP1,Lee Past,lead_professional,Early Help,lp1@example.org,,2012-09-01,2012-09-30\n"));
        }
        contacts.push_str("council_tax,x,SW9,Nobody,astronaut,Moon,moon@example.org,,2012-10-01,\n");
        fs::write(data.join("service/2012-10/contacts.csv"), contacts).unwrap();
        fs::write(
            data.join("service/2012-10/staff.csv"),
            "staff,name,kind,employer,covers,from,until,caseload,budget_per_family\n\
             KW1,Kim Keyes,key_worker,Lincolnshire County Council,county,2012-04-01,,2,\n\
             SE1,Sid Second,seconded,West Lindsey District Council,E07000142,2012-04-01,2014-03-31,8,\n\
             EM1,Em Marked,ear_marked,West Lindsey District Council,county,2012-04-01,,5,250\n\
             XX1,Broken,key_worker,Nobody,Atlantis,2012-04-01,,many,\n",
        )
        .unwrap();
        // The directory places every home as the run did, but one, which it says lies in Grimsby.
        let open = |family: &&String| home[*family][3] == "no" && !home[*family][2].is_empty() && home[*family][4] == "no";
        let grimsby = accepted.iter().find(open).expect("an accepted family has an address").clone();
        let mut postcodes: BTreeMap<String, String> = BTreeMap::new();
        for row in homes.iter().filter(|row| !row[2].is_empty()) {
            let code = if row[1].is_empty() { "E06000013" } else { &row[1] };
            postcodes.insert(row[2].clone(), code.to_owned());
        }
        postcodes.insert(home[&grimsby][2].clone(), "E06000012".to_owned());
        let mut directory = "pcd,pcds,doterm,oslaua,lsoa11\n".to_owned();
        for (postcode, code) in &postcodes {
            directory.push_str(&format!("{},{postcode},,{code},E01\n", postcode.replace(' ', "")));
        }
        fs::write(data.join("service/postcodes.csv"), directory).unwrap();
        let district = homes.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        Self { _folder: folder, data, out, accepted, closed, members, district, grimsby }
    }

    fn command(&self, command: &[&str], more: &[&str]) -> Vec<String> {
        let mut arguments: Vec<String> = command.iter().map(ToString::to_string).collect();
        arguments.extend([PIPELINE, "--data", text(&self.data), "--out", text(&self.out), "--json"].map(str::to_owned));
        arguments.extend(more.iter().map(ToString::to_string));
        arguments
    }

    fn ok(&self, command: &[&str], more: &[&str]) -> Value {
        let arguments = self.command(command, more);
        serde_json::from_str(&fwt_ok(&arguments.iter().map(String::as_str).collect::<Vec<_>>())).unwrap()
    }

    fn status(&self, family: &str) -> String {
        let said = fwt(&["cohort", "history", family, "--out", text(&self.out)]);
        String::from_utf8(said.stdout).unwrap()
    }

    fn journal(&self) -> Vec<u8> {
        fs::read(self.out.join("register/decisions.jsonl")).unwrap()
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.out.parent().unwrap().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

/// Every file of a folder as text, workbooks cell by cell.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let as_text = |(name, bytes): (String, Vec<u8>)| {
        if !name.ends_with(".xlsx") {
            return (name, String::from_utf8(bytes).unwrap());
        }
        let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        for sheet in book.sheet_names() {
            for cells in book.worksheet_range(&sheet).unwrap().rows() {
                text.push_str(&cells.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"));
                text.push('\n');
            }
        }
        (name, text)
    };
    tree(folder).into_iter().map(as_text).collect()
}

/// Rows of a CSV text by column name.
fn csv_rows(content: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(content.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn codes(value: &Value) -> Vec<(u64, String)> {
    let rows = value["set_aside"].as_array().unwrap();
    rows.iter().map(|row| (row["line"].as_u64().unwrap(), row["code"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn requests_ask_the_key_professional_of_accepted_families_only_and_say_no_more_than_they_must() {
    let service = Service::new(31);
    let made = service.ok(&["requests", "make"], &["--by", "AB"]);
    let folder = PathBuf::from(made["folder"].as_str().unwrap());
    let files = texts(&folder);
    for (name, content) in &files {
        for family in &service.closed {
            assert!(!content.contains(family.as_str()), "{name} names a family that nobody accepted");
        }
    }
    let asked = csv_rows(&files["requests.csv"]);
    assert_eq!(asked.len() as u64, made["new"].as_u64().unwrap());
    let nobody: BTreeSet<String> =
        made["nobody_to_ask"].as_array().unwrap().iter().map(|row| row["family"].as_str().unwrap().to_owned()).collect();
    let of: BTreeSet<String> = asked.iter().map(|row| row["family"].clone()).collect();
    assert_eq!(of.len(), asked.len(), "no family is asked about twice");
    assert_eq!(of.union(&nobody).cloned().collect::<Vec<_>>(), service.accepted, "every accepted family is asked about or named");
    assert!(!nobody.is_empty());
    // The role that stands first and still counts; never the one that ended.
    assert!(asked.iter().all(|row| row["professional"].starts_with("SW")), "{:?}", asked[0]);
    assert!(asked.iter().all(|row| row["due"] == "2012-11-14" && row["made_on"] == "2012-10-31"));

    // A sheet names the people its reader knows, and nobody else of the family; it says nothing of criteria, offences or benefits.
    let run = current(&service.out);
    let evidence: BTreeSet<String> =
        table(&run, "evidence", &["value"]).into_iter().map(|row| row[0].to_lowercase()).filter(|value| value.len() > 6).collect();
    let mut looked_at = 0;
    for (name, content) in files.iter().filter(|(name, _)| name.starts_with("sheets/")) {
        let lower = content.to_lowercase();
        for value in &evidence {
            assert!(!lower.contains(value.as_str()), "{name} shows evidence: {value}");
        }
        for word in ["offence", "asbo", "caution", "benefit", "jobseeker", "exclusion", "truan"] {
            assert!(!lower.contains(word), "{name} says {word}");
        }
        let code = name.trim_start_matches("sheets/").split('.').next().unwrap();
        let own: Vec<&BTreeMap<String, String>> = asked.iter().filter(|row| row["professional"] == code).collect();
        let known: BTreeSet<&String> = own.iter().map(|row| &service.members[&row["family"]][0].1).collect();
        for row in &own {
            assert!(content.contains(&row["request"]) && content.contains(&row["family"]), "{name}");
            for (_, other) in service.members[&row["family"]].iter().skip(1).filter(|(_, name)| !name.is_empty() && !known.contains(name)) {
                assert!(!content.to_uppercase().contains(other.as_str()), "{name} names a member its reader is not known to know");
                looked_at += 1;
            }
        }
        for row in asked.iter().filter(|row| row["professional"] != code) {
            assert!(!content.contains(&row["family"]), "{name} holds a family of another professional");
        }
    }
    assert!(looked_at > 10, "{looked_at} other members were looked for");

    // The register knows; the same day again asks nobody; the folder verifies.
    let family = &asked[0]["family"];
    assert!(service.status(family).contains("assessment requested"), "{}", service.status(family));
    let journal = service.journal();
    let again = service.ok(&["requests", "make"], &["--by", "AB"]);
    assert_eq!((again["new"].as_u64(), again["reminders"].as_u64(), again["folder"].is_null()), (Some(0), Some(0), true));
    assert_eq!(service.journal(), journal);
    assert_eq!(again["open"].as_array().unwrap().len(), asked.len());
    fwt_ok(&["verify", text(&service.out)]);
}

#[test]
fn answers_lead_to_the_three_routes_and_everything_doubtful_is_set_aside_whole() {
    let service = Service::new(31);
    let made = service.ok(&["requests", "make"], &["--by", "AB"]);
    let files = texts(Path::new(made["folder"].as_str().unwrap()));
    let asked = csv_rows(&files["requests.csv"]);
    assert!(asked.len() >= 8, "{}", asked.len());
    let line = |row: usize, on: &str, route: &str, rest: &str| {
        format!("{},{},{on},Pat Worker,{route},{rest}\n", asked[row]["request"], asked[row]["family"])
    };
    let head = "request,family,answered_on,by,route,lead,evidence,introduced,needs,note\n";
    let bad = [
        "Q000000000000,F000000000000,2012-11-05,Pat,key_worker,,,,,\n".to_owned(),
        format!("{},{},2012-11-05,Pat,key_worker,,,,,\n", asked[0]["request"], asked[1]["family"]),
        line(3, "2013-02-01", "key_worker", ",,,,"),
        line(3, "2012-10-01", "key_worker", ",,,,"),
        line(4, "2012-11-05", "supported_elsewhere", ",,,,"),
        line(4, "2012-11-05", "turned_around", ",,maybe,flying,"),
        line(4, "5 November", "holiday", ",,,,"),
    ]
    .concat();
    let before = service.journal();
    let refused = service.command(&["requests", "import"], &["--answers", text(&service.write("bad.csv", &format!("{head}{bad}")))]);
    let refused = fwt(&refused.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(refused.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&refused.stdout).unwrap();
    let expected = [
        (2, "unknown-request"),
        (3, "another-family"),
        (4, "late-answer"),
        (5, "before-the-request"),
        (6, "empty-value"),
        (7, "empty-value"),
        (7, "unknown-name"),
        (7, "unknown-name"),
        (8, "not-a-date"),
        (8, "unknown-name"),
    ];
    assert_eq!(codes(&said), expected.map(|(line, code)| (line, code.to_owned())), "{said}");
    assert_eq!(service.journal(), before, "nothing was half applied");

    let good = [
        line(0, "2012-11-05", "turned_around", ",school file 12,yes,,"),
        line(1, "2012-11-06", "supported elsewhere", "Early Help Boston,,no,education;housing,"),
        line(2, "2012-11-07", "key_worker", ",,yes,parenting,Mother would like help"),
        line(3, "2012-11-08", "cannot_say", ",,,,"),
        line(4, "2012-11-08", "key_worker", ",,,,"),
        line(4, "2012-11-09", "cannot_say", ",,,,"),
    ]
    .concat();
    let file = service.write("good.csv", &format!("{head}{good}"));
    let taken = service.ok(&["requests", "import"], &["--answers", text(&file)]);
    assert_eq!(taken["taken"], 4, "{taken}");
    assert_eq!(codes(&taken), [(6, "repeated-answer".to_owned()), (7, "repeated-answer".to_owned())]);
    for (row, status) in [(0, "turned around elsewhere"), (1, "monitoring only"), (2, "assessed")] {
        assert!(service.status(&asked[row]["family"]).contains(status), "{}", service.status(&asked[row]["family"]));
    }
    // The same file again says nothing new; another answer to an answered request is set aside.
    let again = service.command(&["requests", "import"], &["--answers", text(&file)]);
    let again: Value = serde_json::from_slice(&fwt(&again.iter().map(String::as_str).collect::<Vec<_>>()).stdout).unwrap();
    assert_eq!((again["taken"].as_u64(), again["unchanged"].as_u64()), (Some(0), Some(4)), "{again}");
    // Who cannot say is followed by the next contact; who is overdue is reminded, twice, and then lapses to the next contact.
    let next = service.ok(&["requests", "make"], &["--by", "AB", "--on", "2012-11-20"]);
    let files = texts(Path::new(next["folder"].as_str().unwrap()));
    let new = csv_rows(&files["requests.csv"]);
    assert_eq!(
        new.iter().map(|row| (row["family"].as_str(), row["professional"].as_str())).collect::<Vec<_>>(),
        [(asked[3]["family"].as_str(), "SC1")]
    );
    assert_eq!(next["reminders"].as_u64().unwrap() as usize, asked.len() - 4);
    let open = csv_rows(&files["open.csv"]);
    assert_eq!(open.len(), asked.len() - 4 + 1, "every family without an answer stands in the list with its due date");
    assert!(open.iter().all(|row| row["due"] == "2012-11-27" || row["due"] == "2012-12-04"));
    let lapsed = service.ok(&["requests", "make"], &["--by", "AB", "--on", "2013-01-20"]);
    assert_eq!(lapsed["new"].as_u64().unwrap() as usize, asked.len() - 4, "whoever never answered is followed by the next contact");
    fwt_ok(&["verify", text(&service.out)]);
}

#[test]
fn a_sheet_that_was_filled_in_comes_back_as_it_is() {
    let service = Service::new(31);
    let made = service.ok(&["requests", "make"], &["--by", "AB"]);
    let folder = PathBuf::from(made["folder"].as_str().unwrap());
    let mut book: Xlsx<_> = calamine::open_workbook(folder.join("sheets/SW0.xlsx")).unwrap();
    let mut sheet = String::new();
    for (place, row) in book.worksheet_range("Request").unwrap().rows().enumerate() {
        let mut cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        if place == 3 {
            (cells[8], cells[9], cells[10]) = ("2012-11-02".to_owned(), "Pat".to_owned(), "key_worker".to_owned());
        }
        sheet.push_str(&cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(","));
        sheet.push('\n');
    }
    let taken = service.ok(&["requests", "import"], &["--answers", text(&service.write("sheet.csv", &sheet))]);
    assert_eq!(taken["taken"], 1, "{taken}");
    // The workbook itself, with nothing filled in, says nothing.
    let blank = service.ok(&["requests", "import"], &["--answers", text(&folder.join("sheets/SW1.xlsx"))]);
    assert_eq!(blank["taken"], 0);
    assert!(blank["unchanged"].as_u64().unwrap() > 0 && codes(&blank).is_empty(), "{blank}");
}

#[test]
fn districts_get_their_own_families_only_and_the_parts_add_up() {
    let service = Service::new(31);
    let made = service.ok(&["districts"], &[]);
    let folder = PathBuf::from(made["folder"].as_str().unwrap());
    let files = texts(&folder);
    let in_files: u64 = made["districts"].as_array().unwrap().iter().map(|district| district["families"].as_u64().unwrap()).sum();
    let outside = made["outside"].as_array().unwrap();
    assert_eq!(in_files + outside.len() as u64, made["whole"].as_u64().unwrap());
    assert_eq!(made["whole"].as_u64().unwrap() as usize, service.accepted.len());
    assert!(in_files > 5, "{made}");
    // The Grimsby address: in no file of a district, and named.
    let named: Vec<(&str, &str)> = outside.iter().map(|row| (row["family"].as_str().unwrap(), row["district"].as_str().unwrap())).collect();
    assert!(named.contains(&(service.grimsby.as_str(), "E06000012")), "{named:?}");
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (name, content) in files.iter().filter(|(name, _)| name.starts_with('E')) {
        let code = &name[..9];
        assert!(!content.contains(&service.grimsby), "{name} holds the Grimsby family");
        for family in &service.closed {
            assert!(!content.contains(family.as_str()), "{name} holds a family that nobody accepted");
        }
        for (family, district) in service.district.iter().filter(|(family, _)| content.contains(family.as_str())) {
            assert_eq!(district, code, "{name} holds {family}");
        }
        for word in ["dwp", "jobseeker", "benefit", "police"] {
            assert!(!content.to_lowercase().contains(word), "{name} says {word}");
        }
        if name.ends_with(".csv") {
            for row in csv_rows(content) {
                assert!(seen.insert(row["family"].clone()), "{} stands in two files", row["family"]);
            }
        }
    }
    assert_eq!(seen.len() as u64, in_files);
    assert_eq!(
        files.keys().filter(|name| name.starts_with('E') && name.ends_with(".xlsx")).count(),
        7,
        "a file per district, also without families"
    );
    // A directory that contradicts itself is refused, and nothing is written.
    let before = tree(&service.out.join("districts"));
    let bad = service.write("postcodes.csv", "pcds,oslaua\nLN1 1AA,E07000138\nLN1 1AA,E07000136\n");
    let refused = service.command(&["districts"], &["--postcodes", text(&bad)]);
    let refused = fwt(&refused.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(refused.status.code(), Some(1), "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!(tree(&service.out.join("districts")), before);
    fwt_ok(&["verify", text(&service.out)]);
}

#[test]
fn workers_are_given_families_within_cover_and_caseload_and_get_a_brief() {
    let service = Service::new(31);
    let made = service.ok(&["requests", "make"], &["--by", "AB"]);
    let asked = csv_rows(&texts(Path::new(made["folder"].as_str().unwrap()))["requests.csv"]);
    let mut answers = "request,family,answered_on,by,route,note\n".to_owned();
    for row in asked.iter().take(6) {
        answers.push_str(&format!("{},{},2012-11-05,Pat,key_worker,likes football\n", row["request"], row["family"]));
    }
    service.ok(&["requests", "import"], &["--answers", text(&service.write("answers.csv", &answers))]);
    let to = service.out.parent().unwrap().join("allocations.csv");
    let suggested = service.ok(&["staff", "suggest"], &["--to", text(&to), "--by", "Head", "--on", "2012-11-10"]);
    assert_eq!(suggested["suggested"], 6, "{suggested}");
    let rows = csv_rows(&fs::read_to_string(&to).unwrap());
    let of = |worker: &str| rows.iter().filter(|row| row["staff"] == worker).count();
    assert!(of("KW1") <= 2 && of("SE1") + of("KW1") + of("EM1") == 6, "no caseload is exceeded: {rows:?}");
    for row in rows.iter().filter(|row| row["staff"] == "SE1") {
        assert_eq!(service.district[&row["family"]], "E07000142", "a seconded worker covers one district");
    }
    let taken = service.ok(&["staff", "allocate"], &["--allocations", text(&to)]);
    assert_eq!(taken["taken"], 6, "{taken}");
    assert!(service.status(&rows[0]["family"]).contains("attached"), "{}", service.status(&rows[0]["family"]));
    // Too many, not there, unknown, not assessed, not accepted: each set aside.
    let family = |place: usize| &asked[place]["family"];
    let bad = format!(
        "family,staff,on,by\n{0},KW1,2012-11-11,Head\n{0},SE1,2014-05-01,Head\n{0},ZZ9,2012-11-11,Head\n{1},EM1,2012-11-11,Head\n{2},EM1,2012-11-11,Head\n",
        rows.iter().find(|row| row["staff"] != "KW1").unwrap()["family"],
        family(7),
        service.closed[0]
    );
    let refused = service.command(&["staff", "allocate"], &["--allocations", text(&service.write("bad.csv", &bad))]);
    let refused = fwt(&refused.iter().map(String::as_str).collect::<Vec<_>>());
    let said: Value = serde_json::from_slice(&refused.stdout).unwrap();
    let expected = [(2, "caseload-full"), (3, "not-covered"), (4, "unknown-worker"), (5, "not-assessed"), (6, "rejected")];
    assert_eq!(codes(&said), expected.map(|(line, code)| (line, code.to_owned())), "{said}");

    let briefs = service.ok(&["brief"], &["--on", "2012-11-12"]);
    assert_eq!(briefs["briefs"], 6);
    let files = texts(Path::new(briefs["folder"].as_str().unwrap()));
    let mut with_budget = 0;
    for row in &rows {
        let own: Vec<&String> = files.iter().filter(|(name, _)| name.contains(&row["family"])).map(|(_, content)| content).collect();
        assert_eq!(own.len(), 2, "a page and a table");
        for content in own {
            let upper = content.to_uppercase();
            let named =
                service.members[&row["family"]].iter().filter(|(_, name)| !name.is_empty() && upper.contains(name.as_str())).count();
            assert!(named > 0, "the brief names the members");
            assert!(content.contains("likes football") && content.contains("Pat Worker"), "who knows the family and what was said");
            with_budget += usize::from(content.contains("£250") && row["staff"] == "EM1");
            assert_eq!(content.contains("£250"), row["staff"] == "EM1", "only ear-marked staff draw on the family's budget");
        }
    }
    assert_eq!(with_budget, 2 * of("EM1"));
    for family in &service.closed {
        assert!(files.iter().all(|(name, content)| !name.contains(family.as_str()) && !content.contains(family.as_str())));
    }
}

#[test]
fn who_becomes_restricted_after_the_run_is_in_nothing_that_leaves() {
    let service = Service::new(31);
    let run = current(&service.out);
    let people = table(&run, "persons", &["person_id", "forename", "surname", "date_of_birth", "address_key", "postcode"]);
    let whole = |row: &&Vec<String>| {
        row[1].len() > 1 && row[2..6].iter().all(|cell| !cell.is_empty()) && row[4].split('|').filter(|part| !part.is_empty()).count() == 3
    };
    let first = |family: &&String| people.iter().filter(|row| row[0] == service.members[*family][0].0).find(whole);
    // Family 0 loses its address, the first member of family 1 its name.
    let asked: Vec<&String> = service
        .accepted
        .iter()
        .enumerate()
        .filter(|(place, family)| (place + 2) % 5 != 4 && first(family).is_some())
        .map(|(_, family)| family)
        .collect();
    let (hidden_home, hidden_person) = (first(&asked[0]).unwrap(), first(&asked[1]).unwrap());
    let parts: Vec<&str> = hidden_home[4].split('|').collect();
    let register = format!(
        "entry,kind,why,forename,surname,date_of_birth,address,postcode\nX001,address,marac,,,,\"{} {}\",{}\nX002,person,protected,{},{},{},,\n",
        parts[1], parts[2], hidden_home[5], hidden_person[1], hidden_person[2], hidden_person[3]
    );
    fs::write(service.data.join("service/restricted.csv"), register).unwrap();
    let made = service.ok(&["requests", "make"], &["--by", "AB"]);
    let files = texts(Path::new(made["folder"].as_str().unwrap()));
    let districts = texts(Path::new(service.ok(&["districts"], &[])["folder"].as_str().unwrap()));
    let address = parts[1..3].join(", ").to_uppercase();
    let name = format!("{} {}", hidden_person[1], hidden_person[2]);
    let mut withheld = 0;
    for (file, content) in files.iter().chain(&districts) {
        for line in content.lines() {
            let upper = line.to_uppercase();
            assert!(!(upper.contains(&address) && upper.contains(&hidden_home[5])), "{file} shows the address");
            assert!(!(upper.contains(&name) && upper.contains(&hidden_person[3])), "{file} shows the person");
            withheld += usize::from(line.contains("address withheld"));
        }
    }
    assert!(withheld > 0);
    // Nobody can be asked about a family through a person who must not be named.
    let nobody = made["nobody_to_ask"].as_array().unwrap().iter().any(|row| row["family"] == **asked[1]);
    assert!(nobody, "the professional who knows only the protected person is not asked");
}

#[test]
fn the_blank_referral_form_asks_for_two_of_three() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("form");
    fwt_ok(&["requests", "form", PIPELINE, "--to", text(&to)]);
    for (name, content) in texts(&to).into_iter().filter(|(name, _)| name.starts_with("referral-form")) {
        for words in [
            "Youth crime and/or anti-social behaviour",
            "Non-attendance at school",
            "Claiming out of work benefits",
            "at least two",
            "01522 552078",
        ] {
            assert!(content.contains(words), "{name} lacks {words}");
        }
    }
}
