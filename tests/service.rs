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

#[path = "support/casework.rs"]
mod casework;
#[path = "support/strace.rs"]
mod strace;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Reader, Xlsx};
use casework::{Service, codes, csv_rows, texts};
use serde_json::Value;
use support::{PIPELINE, current, fwt, fwt_ok, table, text, tree};

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
    let chasers = csv_rows(&files["chasers.csv"]);
    let chased: BTreeSet<String> = chasers.iter().map(|row| row["family"].clone()).collect();
    assert_eq!(chased.iter().cloned().collect::<Vec<_>>(), service.accepted, "every accepted family is chased");
    assert_eq!(chasers.len(), chased.len());
    let answers = chasers.iter().filter(|row| row["awaited"] == "answer");
    assert!(
        answers.clone().all(|row| row["status"] == "assessment_requested" && row["since"] == "2012-10-31" && row["due"] == "2012-11-14")
    );
    assert_eq!(answers.count(), asked.len());
    let nobody: BTreeSet<String> = chasers.iter().filter(|row| row["awaited"] != "answer").map(|row| row["family"].clone()).collect();
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
        // Without the styles of the page, whose names are words too.
        let lower = content.split("</style>").last().unwrap().to_lowercase();
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
    let ended = service.accepted.iter().rfind(|family| **family != service.grimsby).unwrap();
    let closed = service.write("closed.csv", &format!("family,status,reason,by\n{ended},closed,moved on,AB\n"));
    fwt_ok(&["cohort", "import", text(&closed), "--out", text(&service.out)]);
    let made = service.ok(&["districts"], &[]);
    let folder = PathBuf::from(made["folder"].as_str().unwrap());
    let files = texts(&folder);
    let in_files: u64 = made["districts"].as_array().unwrap().iter().map(|district| district["families"].as_u64().unwrap()).sum();
    let outside = made["outside"].as_array().unwrap();
    assert_eq!(in_files + outside.len() as u64 + made["ended"].as_u64().unwrap(), made["whole"].as_u64().unwrap());
    assert!(files["parts.csv"].contains("\nended,not worked with any more: in no file,1\n"), "{}", files["parts.csv"]);
    assert!(in_files > 5 && made["whole"].as_u64().unwrap() as usize == service.accepted.len(), "{made}");
    // The Grimsby address: in no file of a district, and named.
    let named: Vec<(&str, &str)> = outside.iter().map(|row| (row["family"].as_str().unwrap(), row["district"].as_str().unwrap())).collect();
    assert!(named.contains(&(service.grimsby.as_str(), "E06000012")), "{named:?}");
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (name, content) in files.iter().filter(|(name, _)| name.starts_with('E')) {
        let code = name.split_once('-').unwrap().0;
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
    // Where two work with a family each has the brief in the own folder, and with --worker only that one's is written.
    let [family, first] = rows.iter().find(|row| row["staff"] != "EM1").map(|row| [&row["family"], &row["staff"]]).unwrap();
    let second = service.write("second.csv", &format!("family,staff,on,by\n{family},EM1,2012-11-11,Head\n"));
    service.ok(&["staff", "allocate"], &["--allocations", text(&second)]);
    let names = |more: &[&str]| -> BTreeSet<String> {
        let briefs = service.ok(&["brief"], &[&["--on", "2012-11-12"], more].concat());
        texts(Path::new(briefs["folder"].as_str().unwrap())).into_keys().filter(|name| name.contains(family)).collect()
    };
    let own = |worker: &str| ["csv", "html"].map(|kind| format!("briefs/{worker}/{family}.{kind}"));
    assert_eq!(names(&[]), own(first).into_iter().chain(own("EM1")).collect());
    assert_eq!(names(&["--worker", "EM1"]), own("EM1").into_iter().collect());
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
    // Both are entered for a day after the month that the run is about: as they are on the day on which somebody rings up.
    let register = format!(
        "entry,kind,why,forename,surname,date_of_birth,address,postcode,from\nX001,address,marac,,,,\"{} {}\",{},2031-01-01\n\
         X002,person,protected,{},{},{},,,2031-01-01\n",
        parts[1], parts[2], hidden_home[5], hidden_person[1], hidden_person[2], hidden_person[3]
    );
    // What was made for the districts before is not handed out again.
    let before = service.ok(&["districts"], &[])["folder"].as_str().unwrap().to_owned();
    fs::write(service.data.join("service/restricted.csv"), &register).unwrap();
    let made = service.ok(&["requests", "make"], &["--by", "AB"]);
    let files = texts(Path::new(made["folder"].as_str().unwrap()));
    let after = service.ok(&["districts"], &[])["folder"].as_str().unwrap().to_owned();
    assert_ne!(before, after);
    let districts = texts(Path::new(&after));
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
    let nobody = made["chasers"].as_array().unwrap().iter().any(|row| row["family"] == **asked[1] && row["awaited"] == "no-contact");
    assert!(nobody, "the professional who knows only the protected person is not asked");

    // A register that cannot be read whole stops everything, and says nothing of what is in it.
    let refused = |text: String, code: &str| {
        fs::write(service.data.join("service/restricted.csv"), text).unwrap();
        let arguments = service.command(&["districts"], &[]);
        let output = fwt(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && said.contains(code), "{said}");
        for value in [&hidden_person[1], &hidden_person[2], &hidden_person[3], &hidden_home[5]] {
            assert!(!said.to_uppercase().contains(&value.to_uppercase()), "{said}");
        }
    };
    refused(register.replace(',', ";").split_once('\n').unwrap().1.to_owned(), "no-header");
    refused(register.replacen(&format!("\"{} {}\"", parts[1], parts[2]), &format!("\"{} {}", parts[1], parts[2]), 1), "unclosed-quote");
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

#[test]
fn what_rests_on_a_feed_that_an_agreement_does_not_name_is_left_out() {
    let service = Service::new(31);
    let run = current(&service.out);
    // A family whose out-of-work benefit only the DWP shows.
    let evidence = table(&run, "evidence", &["family_id", "pack", "source", "value"]);
    let of =
        |family: &String, source: &str| evidence.iter().any(|row| row[0] == *family && row[1] == "p1-lincolnshire" && row[2] == source);
    let family = service.accepted.iter().find(|family| of(family, "dwp_return")).expect("the DWP shows an accepted family's benefit");
    let decisions =
        format!("family,accepted,status,on,by,reason\n{family},,assessment_requested,2012-10-31,AB,\n{family},,assessed,2012-11-01,AB,\n");
    fwt_ok(&["cohort", "import", text(&service.write("assessed.csv", &decisions)), "--out", text(&service.out)]);
    let allocation = service.write("allocation.csv", &format!("family,staff,on,by\n{family},EM1,2012-11-05,Head\n"));
    service.ok(&["staff", "allocate"], &["--allocations", text(&allocation)]);
    // The county's own agreement lets a key worker see it; one that does not name the DWP does not, nor what is derived from it.
    let pipelines = service.out.parent().unwrap().join("pipelines");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["pipelines", "schemas"] {
        for (name, bytes) in tree(&shipped.join(folder)) {
            let to = pipelines.parent().unwrap().join(folder).join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
    }
    let settings = fs::read_to_string(PIPELINE).unwrap();
    assert!(settings.contains("\"dwp_return\", "));
    fs::write(pipelines.join("without.toml"), settings.replace("\"dwp_return\", ", "")).unwrap();
    let brief = |pipeline: &str| {
        let arguments = ["brief", pipeline, "--data", text(&service.data), "--out", text(&service.out), "--on", "2012-11-10", "--json"]
            .map(str::to_owned);
        let made: Value = serde_json::from_str(&fwt_ok(&arguments.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
        let files = texts(Path::new(made["folder"].as_str().unwrap()));
        files.into_iter().filter(|(name, _)| name.contains(family.as_str())).map(|(_, content)| content).collect::<Vec<_>>()
    };
    assert!(brief(PIPELINE).iter().all(|content| content.contains("dwp return") && content.to_lowercase().contains("needs")));
    for content in brief(text(&pipelines.join("without.toml"))) {
        assert!(!content.contains("dwp return") && !content.to_lowercase().contains("out of work"), "{content}");
        assert!(
            !content.contains("needs,,level") && !content.contains("<h2>Needs"),
            "a level of need that counts what the DWP shows is derived from it"
        );
    }
}

#[test]
fn a_kill_at_any_step_leaves_no_half_made_request_and_the_next_call_finishes() {
    if !strace::is_there("killing `fwt requests make` at each rename") {
        return;
    }
    let service = Service::new(31);
    let arguments = |out: &Path| {
        let mut arguments =
            ["requests", "make", PIPELINE, "--by", "AB", "--json", "--data", text(&service.data), "--out"].map(str::to_owned).to_vec();
        arguments.push(text(out).to_owned());
        arguments
    };
    let entries = |out: &Path, what: &str| {
        let journal = fs::read_to_string(out.join("register/decisions.jsonl")).unwrap();
        journal.lines().filter(|line| line.contains(what)).count()
    };
    let renames = (1..=4).map(|place| ("rename,renameat,renameat2", place));
    let syncs = [1, 2, 3, 5, 8, 12, 20, 32].map(|place| ("fsync,fdatasync", place));
    let (mut killed, mut expected) = (BTreeMap::<&str, u32>::new(), None);
    for (calls, place) in renames.chain(syncs).chain([("none", 0)]) {
        let out = service.out.parent().unwrap().join(format!("out-{place}"));
        assert!(std::process::Command::new("cp").arg("-a").arg(&service.out).arg(&out).status().unwrap().success());
        let inject = format!("inject={calls}:signal=KILL:when={place}");
        let stopped = place > 0
            && !std::process::Command::new("strace")
                .args(["-f", "-qq", "-o", "/dev/null", "-e", &inject, env!("CARGO_BIN_EXE_fwt")])
                .args(arguments(&out))
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .status()
                .unwrap()
                .success();
        if place > 0 && !stopped {
            // More of them than the command makes: it came through.
            fs::remove_dir_all(&out).unwrap();
            continue;
        }
        *killed.entry(calls).or_default() += u32::from(stopped);
        fwt_ok(&arguments(&out).iter().map(String::as_str).collect::<Vec<_>>());
        let found =
            (entries(&out, "\"request\":{"), entries(&out, "assessment_requested"), fs::read_dir(out.join("requests")).unwrap().count());
        assert_eq!(*expected.get_or_insert(found), found, "killed at {calls} {place}");
        assert!(found.0 > 5 && found.0 == found.1 && found.2 == 1, "{found:?}");
        fwt_ok(&["verify", text(&out)]);
        fs::remove_dir_all(&out).unwrap();
    }
    assert!(killed.values().filter(|times| **times > 0).count() == 2, "{killed:?}");
}
