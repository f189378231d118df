//! What the service does after the list, month after month: the round trip to the DWP, families that turn their lives around, targets, evidence of effect.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::string_slice,
    reason = "a panic is how a test fails, and a test looks at the disk itself"
)]

#[path = "support/months.rs"]
mod months;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use support::{PIPELINE, current, fwt, fwt_ok, table, text, tree};

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(std::fs::read(path).unwrap()));
    let headers = reader.headers().unwrap().clone();
    let pairs = |record: csv::StringRecord| headers.iter().map(ToOwned::to_owned).zip(record.iter().map(ToOwned::to_owned)).collect();
    reader.records().map(|record| pairs(record.unwrap())).collect()
}

/// A county whose Department has not answered yet, run provisionally.
fn without_answer(folder: &Path) -> (PathBuf, PathBuf) {
    let (data, out) = (folder.join("data"), folder.join("out"));
    fwt_ok(&["synth", "--out", text(&data), "--people", "12000", "--seed", "5"]);
    std::fs::remove_file(data.join("2012-10/dwp_return_201210.csv")).unwrap();
    run(&data, &out, "2012-10", &["--provisional"]);
    (data, out)
}

fn run(data: &Path, out: &Path, month: &str, more: &[&str]) {
    let mut arguments = vec!["run", PIPELINE, "--month", month, "--data", text(data), "--out", text(out), "--confirm-churn", "--quiet"];
    arguments.extend(more);
    fwt_ok(&arguments);
}

/// The only folder of an area that holds a file of that name and stands in none of `known`.
fn newest(out: &Path, area: &str, file: &str, known: &[PathBuf]) -> PathBuf {
    let folders = std::fs::read_dir(out.join(area)).unwrap().map(|entry| entry.unwrap().path());
    let mut fitting: Vec<PathBuf> = folders.filter(|folder| folder.join(file).exists() && !known.contains(folder)).collect();
    assert_eq!(fitting.len(), 1, "{area}/*/{file}");
    fitting.remove(0)
}

fn criterion(run: &Path, criterion: &str) -> BTreeMap<String, String> {
    let rows = table(run, "criteria", &["pack", "criterion", "family_id", "value"]);
    rows.into_iter().filter(|row| row[0] == "p1-lincolnshire" && row[1] == criterion).map(|row| (row[2].clone(), row[3].clone())).collect()
}

#[test]
fn the_dwp_is_asked_about_candidates_only_and_its_answer_makes_the_final_run_while_untraced_stays_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = without_answer(folder.path());
    let provisional = current(&out);
    let before = tree(&provisional);
    fwt_ok(&["dwp", "request", PIPELINE, "--out", text(&out), "--data", text(&data)]);
    let asked = newest(&out, "dwp", "request.csv", &[]);
    let (request, subjects, cannot) =
        (rows(&asked.join("request.csv")), rows(&asked.join("subjects.csv")), rows(&asked.join("cannot_send.csv")));
    assert!(request.len() > 30 && !cannot.is_empty(), "{} asked, {} cannot be", request.len(), cannot.len());

    // Everybody who goes out has a number, a full address and a postcode; nobody is named by an id that leads back.
    for row in &request {
        assert!(
            ["NINO", "Surname", "Forename", "DOB", "AddressLine1", "Postcode"].iter().all(|column| !row[*column].is_empty()),
            "{row:?}"
        );
        assert!(["Traced", "BenefitCode", "EffectiveDate", "AsAt"].iter().all(|column| row[*column].is_empty()));
    }
    let reasons: BTreeSet<&str> = cannot.iter().map(|row| row["reason"].as_str()).collect();
    assert!(reasons.contains("no-nino") && reasons.contains("no-full-address"), "{reasons:?}");

    // Each adult of a candidate family is in exactly one of the two files, and nobody else is in either.
    let [crime, school] = ["c1", "c2"].map(|id| criterion(&provisional, id));
    let meets = |family: &String| crime[family] == "true" || school[family] == "true";
    let adults = table(&provisional, "members", &["family_id", "person_id", "role", "resident", "primary"]);
    let adults = adults.into_iter().filter(|row| row[2] != "child" && row[3] == "yes" && row[4] == "yes" && meets(&row[0]));
    let expected: BTreeSet<String> = adults.map(|row| row[1].clone()).collect();
    let people = |rows: &[Row]| rows.iter().map(|row| row["person"].clone()).collect::<Vec<String>>();
    let named: Vec<String> = [people(&subjects), people(&cannot)].concat();
    assert_eq!(named.iter().cloned().collect::<BTreeSet<_>>(), expected);
    assert_eq!(named.len(), expected.len(), "nobody twice");
    let restricted: BTreeSet<String> = table(&provisional, "families", &["family_id", "restricted"])
        .into_iter()
        .filter(|row| row[1] == "yes")
        .map(|row| row[0].clone())
        .collect();
    assert!(subjects.iter().all(|row| !restricted.contains(&row["family"])), "nobody of a restricted family is sent");

    // The answer, with lines that fit no question.
    let back = folder.path().join("back.csv");
    fwt_ok(&["synth", "dwp", "--truth", text(&data), "--run", text(&out), "--to", text(&back)]);
    let mut answer = std::fs::read_to_string(&back).unwrap();
    let lines = answer.lines().count();
    answer.push_str("D999999999999,,,,,,,,Y,JSA,20120901,20121031\n");
    answer.push_str(&[request[0]["CaseRef"].as_str(), ",QQ999999,,,,,,,Y,JSA,20120901,20121031\n"].concat());
    answer.push_str(&[request[1]["CaseRef"].as_str(), ",,,,,,,,Y,JSA,20120101,20120601\n"].concat());
    std::fs::write(&back, &answer).unwrap();
    let said = fwt_ok(&["dwp", "import", PIPELINE, text(&back), "--out", text(&out), "--data", text(&data), "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let aside: Vec<(u64, &str)> =
        said["set_aside"].as_array().unwrap().iter().map(|row| (row["line"].as_u64().unwrap(), row["code"].as_str().unwrap())).collect();
    let at = |offset: usize| (lines + offset) as u64;
    assert_eq!(aside, [(at(1), "unknown-reference"), (at(2), "another-person"), (at(3), "too-old")]);
    assert!(said["untraced"].as_u64().unwrap() > 0 && said["on_benefit"].as_u64().unwrap() > 0 && said["on_none"].as_u64().unwrap() > 0);

    // The final run knows what was answered; who could not be traced is unknown, not without benefit.
    run(&data, &out, "2012-10", &[]);
    let work = criterion(&current(&out), "c3");
    let answers = rows(&data.join("2012-10/dwp_return_201210.csv"));
    let of: BTreeMap<&str, &Row> = subjects.iter().map(|row| (row["reference"].as_str(), row)).collect();
    let mut said_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in &answers {
        let subject = of[row["CaseRef"].split('/').next().unwrap()];
        said_of.entry(subject["family"].clone()).or_default().insert(row["BenefitCode"].clone());
    }
    let unasked: BTreeSet<&str> = cannot.iter().map(|row| row["family"].as_str()).collect();
    let (mut unknown, mut none, mut on) = (0, 0, 0);
    for (family, codes) in &said_of {
        let Some(value) = work.get(family) else { continue };
        if codes.iter().any(|code| !["NIL", "UNTR"].contains(&code.as_str())) {
            on += u32::from(value == "true");
        } else if codes.contains("UNTR") || unasked.contains(family.as_str()) {
            assert_eq!(value, "unknown", "{codes:?}");
            unknown += 1;
        } else {
            none += u32::from(value == "false");
        }
    }
    assert!(unknown > 0 && none > 0 && on > 0, "{unknown} unknown, {none} on nothing, {on} on a benefit");

    // The provisional run and the rest of the folder are as they were.
    assert!(tree(&provisional) == before);
    fwt_ok(&["verify", text(&out)]);
    // The same answer again says the same and writes nothing new.
    fwt_ok(&["dwp", "import", PIPELINE, text(&back), "--out", text(&out), "--data", text(&data)]);
    assert_eq!(std::fs::read_dir(out.join("dwp")).unwrap().count(), 2);
}

#[test]
fn a_rejected_family_is_not_asked_about_and_a_purpose_that_nobody_agreed_to_asks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = without_answer(folder.path());
    fwt_ok(&["dwp", "request", PIPELINE, "--out", text(&out), "--data", text(&data)]);
    let first = newest(&out, "dwp", "request.csv", &[]);
    let rejected = rows(&first.join("subjects.csv"))[0]["family"].clone();
    let decisions = folder.path().join("families.csv");
    std::fs::write(&decisions, format!("family,accepted,reason,by\n{rejected},no,not confirmed,officer 1\n")).unwrap();
    fwt_ok(&["cohort", "import", text(&decisions), "--out", text(&out)]);
    fwt_ok(&["dwp", "request", PIPELINE, "--out", text(&out), "--data", text(&data)]);
    let second = newest(&out, "dwp", "request.csv", std::slice::from_ref(&first));
    for name in ["subjects.csv", "cannot_send.csv"] {
        assert!(rows(&second.join(name)).iter().all(|row| row["family"] != rejected), "{name}");
    }
    // Somebody who has come under protection since the run is not sent, and says why in no name.
    let protected = rows(&second.join("subjects.csv"))[0].clone();
    let register = data.join("service/restricted.csv");
    let listed = std::fs::read_to_string(&register).unwrap();
    let header: Vec<&str> = listed.lines().next().unwrap().split(',').collect();
    let cell = |column: &&str| match *column {
        "entry" => "X900".to_owned(),
        "kind" => "person".to_owned(),
        "why" => "protected".to_owned(),
        "nino" => protected["nino"].clone(),
        "show" => "no".to_owned(),
        _ => String::new(),
    };
    std::fs::write(&register, format!("{}\n{}\n", listed.trim_end(), header.iter().map(cell).collect::<Vec<_>>().join(","))).unwrap();
    fwt_ok(&["dwp", "request", PIPELINE, "--out", text(&out), "--data", text(&data)]);
    let third = newest(&out, "dwp", "request.csv", &[first, second]);
    assert!(rows(&third.join("subjects.csv")).iter().all(|row| row["person"] != protected["person"]));
    let cannot = rows(&third.join("cannot_send.csv"));
    assert!(cannot.iter().any(|row| row["person"] == protected["person"] && row["reason"] == "restricted"));
    let result = fwt(&["dwp", "request", PIPELINE, "--out", text(&out), "--data", text(&data), "--purpose", "monitor"]);
    assert_eq!(result.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&result.stderr).contains("not for the purpose \"monitor\""));
    assert_eq!(std::fs::read_dir(out.join("dwp")).unwrap().count(), 3);
}

#[test]
fn an_answer_without_one_line_that_holds_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = without_answer(folder.path());
    let back = folder.path().join("back.csv");
    let header = "CaseRef,NINO,Surname,Forename,DOB,AddressLine1,AddressLine2,Postcode,Traced,BenefitCode,EffectiveDate,AsAt";
    std::fs::write(&back, format!("{header}\nD1,,,,,,,,Y,JSA,20120901,20121031\n")).unwrap();
    let import = || fwt(&["dwp", "import", PIPELINE, text(&back), "--out", text(&out), "--data", text(&data)]);
    assert_eq!(import().status.code(), Some(2), "nothing was asked yet");
    fwt_ok(&["dwp", "request", PIPELINE, "--out", text(&out), "--data", text(&data)]);
    let result = import();
    assert_eq!(result.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&result.stderr).contains("unknown-reference"));
    assert!(!data.join("2012-10/dwp_return_201210.csv").exists());
    std::fs::write(&back, "CaseRef,Traced\nD1,Y\n").unwrap();
    let result = import();
    assert_eq!(result.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&result.stderr).contains("missing-header"));
    assert_eq!(std::fs::read_dir(out.join("dwp")).unwrap().count(), 1, "the request alone");
}

#[test]
fn families_that_are_worked_with_change_from_then_on_and_nobody_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, helped) = (folder.path().join("plain"), folder.path().join("helped"));
    let county = |to: &Path, more: &[&str]| {
        fwt_ok(&[&["synth", "--out", text(to), "--people", "6000", "--seed", "5", "--months", "9", "--all-on-time"], more].concat());
    };
    county(&plain, &[]);
    // Every tenth family is worked with from the end of November on.
    let list = folder.path().join("helped.csv");
    let worked_with: BTreeSet<String> = (0..260).map(|number| format!("F{}", number * 10)).collect();
    let lines: Vec<String> = worked_with.iter().map(|family| format!("{family},2012-11-30\n")).collect();
    std::fs::write(&list, format!("family,attached_on\n{}", lines.concat())).unwrap();
    county(&helped, &["--helped", text(&list)]);

    let (without, with) = (tree(&plain), tree(&helped));
    for (name, bytes) in &without {
        let early = name.contains("2012-10/") || name.contains("2012-11/");
        assert!(!early || &with[name] == bytes, "{name}: nothing changes before somebody is worked with");
    }
    let month = "truth/2013-06";
    let plans = rows(&helped.join(month).join("helped.csv"));
    assert_eq!(plans.len(), worked_with.len());
    let stops: BTreeMap<&str, &str> = plans
        .iter()
        .filter(|plan| plan["outcome"].starts_with("turned_around"))
        .map(|plan| (plan["family"].as_str(), plan["problems_stop_from"].as_str()))
        .collect();
    assert!(stops.len() > 100, "about half turn their lives around");
    let family_of: BTreeMap<String, Vec<String>> =
        rows(&helped.join(month).join("members.csv")).into_iter().fold(BTreeMap::new(), |mut families, row| {
            families.entry(row["person"].clone()).or_insert_with(Vec::new).push(row["family"].clone());
            families
        });
    let is_theirs = |person: &str| family_of.get(person).is_some_and(|families| families.iter().any(|family| worked_with.contains(family)));
    let events = |folder: &Path| -> BTreeSet<Vec<String>> {
        rows(&folder.join(month).join("events.csv")).into_iter().map(|row| row.into_values().collect()).collect()
    };
    let changed: Vec<Vec<String>> = events(&plain).symmetric_difference(&events(&helped)).cloned().collect();
    assert!(changed.len() > 20, "{} events differ", changed.len());
    // Columns by name: code, from, kind, person, role, to.
    for event in changed.iter().filter(|event| !["victim", "witness"].contains(&event[4].as_str())) {
        assert!(is_theirs(&event[3]) || !family_of.contains_key(&event[3]), "{event:?}");
    }
    for event in events(&helped).iter().filter(|event| ["offence", "exclusion", "asb_intervention"].contains(&event[2].as_str())) {
        let stopped = family_of.get(&event[3]).into_iter().flatten().filter_map(|family| stops.get(family.as_str()));
        let counts = !["victim", "witness"].contains(&event[4].as_str());
        assert!(!counts || stopped.clone().all(|day| day.is_empty() || event[1].as_str() < *day), "{event:?}");
    }
}

/// A year of a county in which people decide month after month and families are helped.
struct Year {
    data: PathBuf,
    out: PathBuf,
    folder: tempfile::TempDir,
}

const MONTHS: [&str; 12] =
    ["2012-10", "2012-11", "2012-12", "2013-01", "2013-02", "2013-03", "2013-04", "2013-05", "2013-06", "2013-07", "2013-08", "2013-09"];

fn year() -> Year {
    let folder = tempfile::tempdir().unwrap();
    let [data, out, decisions, helped] = ["data", "out", "decisions", "helped.csv"].map(|name| folder.path().join(name));
    std::fs::write(&helped, "family,attached_on\n").unwrap();
    for (number, month) in (1..).zip(MONTHS) {
        let months = number.to_string();
        let arguments = [
            "synth",
            "--out",
            text(&data),
            "--people",
            "12000",
            "--seed",
            "5",
            "--months",
            &months,
            "--all-on-time",
            "--helped",
            text(&helped),
        ];
        fwt_ok(&arguments);
        run(&data, &out, month, &[]);
        fwt_ok(&["synth", "decide", "--truth", text(&data), "--run", text(&out), "--to", text(&decisions)]);
        fwt_ok(&["cohort", "import", text(&decisions.join(month)), "--out", text(&out)]);
        fwt_ok(&["synth", "helped", "--truth", text(&data), "--run", text(&out), "--to", text(&helped)]);
    }
    // Results are claimed for: all are drafted, every second one is audited and submitted.
    fwt_ok(&["claims", "draft", PIPELINE, "--window", MONTHS[11], "--out", text(&out)]);
    let sheet = std::fs::read_to_string(newest(&out, "claims", "sign_off.csv", &[]).join("sign_off.csv")).unwrap();
    let mut lines: Vec<String> = sheet.lines().map(ToOwned::to_owned).collect();
    for line in lines.iter_mut().skip(1).step_by(2) {
        *line = line.replacen(",drafted,,,,,", ",drafted,audited,2013-09-30,,Audit,", 1);
    }
    let signed = folder.path().join("sign_off.csv");
    std::fs::write(&signed, lines.join("\n")).unwrap();
    if lines.len() > 1 {
        fwt_ok(&["claims", "import", text(&signed), "--out", text(&out)]);
        let families = rows(&signed);
        let submitted: Vec<String> = families
            .iter()
            .step_by(2)
            .map(|row| [row["family"].as_str(), ",", &row["window"], ",submitted,2013-09-30,,CD\n"].concat())
            .collect();
        let file = folder.path().join("claims.csv");
        std::fs::write(&file, format!("family,window,stage,on,reason,by\n{}", submitted.concat())).unwrap();
        fwt_ok(&["claims", "import", text(&file), "--out", text(&out)]);
    }
    // What was decided about the last month stands in a run of its own.
    run(&data, &out, MONTHS[11], &[]);
    Year { data, out, folder }
}

/// What the journal says of each family under its id of today: the first day of each status, and whether it is accepted.
fn decided(out: &Path) -> BTreeMap<String, (bool, BTreeMap<String, String>)> {
    let successors: BTreeMap<String, String> = table(&current(out), "id_history", &["id", "state", "successor_ids"])
        .into_iter()
        .filter(|row| row[1] == "retired" && !row[2].is_empty())
        .map(|row| (row[0].clone(), row[2].split("; ").next().unwrap().to_owned()))
        .collect();
    let mut found: BTreeMap<String, (bool, BTreeMap<String, String>)> = BTreeMap::new();
    for line in std::fs::read_to_string(out.join("register/decisions.jsonl")).unwrap().lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(claim) = entry["decision"].get("claim") {
            // A stage counts like a status here; nobody invalidates in this test.
            let mut id = claim["family"].as_str().unwrap().to_owned();
            while let Some(next) = successors.get(&id) {
                id.clone_from(next);
            }
            let stage = format!("claim {}", claim["stage"].as_str().unwrap());
            found.entry(id).or_default().1.entry(stage).or_insert_with(|| claim["on"].as_str().unwrap().to_owned());
            continue;
        }
        let Some(family) = entry["decision"].get("family") else { continue };
        let mut id = family["family"].as_str().unwrap().to_owned();
        while let Some(next) = successors.get(&id) {
            id.clone_from(next);
        }
        let (accepted, statuses) = found.entry(id).or_default();
        if let Some(now) = family.get("accepted").and_then(serde_json::Value::as_bool) {
            *accepted = now;
        }
        if let Some(status) = family.get("status").and_then(serde_json::Value::as_str) {
            let on = family["on"].as_str().unwrap().to_owned();
            let day = statuses.entry(status.to_owned()).or_insert_with(|| on.clone());
            *day = day.clone().min(on);
        }
    }
    found
}

/// What says that a family was turned around.
const TURNED: [&str; 3] = ["turned_around_elsewhere", "claimed", "claim drafted"];

#[test]
fn over_a_year_the_counts_of_register_report_star_and_effect_tie_to_the_family() {
    let year = year();
    let run = current(&year.out);
    let decided = decided(&year.out);
    let with = |status: &str| decided.values().filter(|(_, statuses)| statuses.contains_key(status)).count() as u64;
    let accepted = decided.values().filter(|(accepted, _)| *accepted).count() as u64;
    let any =
        |names: &[&str]| decided.values().filter(|(_, statuses)| names.iter().any(|name| statuses.contains_key(*name))).count() as u64;
    let claimed = any(&["claimed", "claim submitted"]);
    let turned = any(&TURNED);
    let assessed =
        decided.values().filter(|(_, statuses)| statuses.contains_key("assessed") || statuses.contains_key("attached")).count() as u64;
    assert!(
        accepted > 30 && assessed > 20 && with("attached") > 15 && turned > 0,
        "{accepted} accepted, {assessed} assessed, {turned} turned around"
    );

    // Register and run.json.
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(run.join("run.json")).unwrap()).unwrap();
    for target in summary["targets"].as_array().unwrap() {
        let reached = |step: &str| target["reached"][step].as_u64().unwrap();
        let found = ["accepted", "assessed", "attached", "turned_around", "claimed"].map(reached);
        assert_eq!(found, [accepted, assessed, with("attached"), turned, claimed], "{}", target["name"]);
        assert!(reached("identified") >= accepted);
        let counted = reached(target["counts"].as_str().unwrap());
        let planned = target["planned"].as_u64().unwrap();
        assert_eq!(target["shortfall"].as_u64().unwrap(), planned.saturating_sub(counted));
    }

    // Claims: each one drafted counts as turned around, each one submitted as claimed.
    let claims = rows(&newest(&year.out, "claims", "claims.csv", &[]).join("claims.csv"));
    let drafted: BTreeSet<&String> = claims.iter().map(|row| &row["family_id"]).collect();
    assert_eq!(drafted.len() as u64, with("claim drafted"));
    assert_eq!(drafted.len().div_ceil(2) as u64, with("claim submitted"));

    // Star: facts by district and facts by family.
    fwt_ok(&["star", text(&year.out), "--quiet"]);
    let star = year.out.join("star");
    for name in ["year-one", "programme"] {
        let rows = months::fact(&star, "fact_target", MONTHS[11]).into_iter().filter(|row| row["target_key"].as_deref() == Some(name));
        let rows: Vec<_> = rows.collect();
        let sum =
            |column: &str| rows.iter().filter_map(|row| row[column].as_deref()).map(|count| count.parse::<u64>().unwrap()).sum::<u64>();
        let found = ["accepted", "assessed", "attached", "turned_around", "claimed"].map(|step| sum(&format!("families_{step}")));
        assert_eq!(found, [accepted, assessed, with("attached"), turned, claimed], "{name}");
        let target = summary["targets"].as_array().unwrap().iter().find(|target| target["name"] == name).unwrap();
        assert_eq!(sum("families_planned"), target["planned"].as_u64().unwrap(), "the districts' plans are the county's");
    }
    let ways = months::fact(&star, "fact_journey", MONTHS[11]);
    let ways: Vec<_> = ways.iter().filter(|row| row["pack_key"].as_deref() == Some("p1-lincolnshire")).collect();
    let reached = |column: &str| ways.iter().filter(|row| row[column].is_some()).count() as u64;
    let columns = ["accepted_on", "assessed_on", "attached_on", "turned_around_on", "claimed_on"];
    assert_eq!(columns.map(reached), [accepted, assessed, with("attached"), turned, claimed]);
    let families: BTreeSet<Option<String>> =
        months::rows(&star.join("dim_family.parquet")).into_iter().map(|row| row["family_key"].clone()).collect();
    assert!(ways.iter().all(|row| families.contains(&row["family_key"])), "every family of the fact stands in its dimension");

    // The report says the same.
    let report = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(report.contains(&format!("{} families are attached", with("attached"))), "the report counts those attached");
    assert!(report.contains("The target is 457 families by 31 March 2013, of which the government pays for 381."));
    assert!(report.contains("The target is 1,370 families by 31 March 2015, of which the government pays for 1,142."));

    // Effect.
    let said = fwt_ok(&["effect", PIPELINE, "--out", text(&year.out), "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["attached"].as_u64(), Some(with("attached")));
    let turned_and_attached = decided
        .values()
        .filter(|(_, statuses)| statuses.contains_key("attached") && TURNED.iter().any(|name| statuses.contains_key(*name)));
    assert_eq!(said["turned_around"].as_u64(), Some(turned_and_attached.count() as u64));
    let early =
        decided.values().filter(|(_, statuses)| statuses.get("attached").is_some_and(|day| day.as_str() <= "2013-03-31")).count() as u64;
    assert_eq!(said["compared"].as_u64(), Some(early), "those whose six months are over by the end of September");
    let folder = newest(&year.out, "effect", "effect.html", &[]);
    let exact = rows(&folder.join("effect.csv"));
    let cohorts: BTreeMap<String, u64> = exact
        .iter()
        .filter(|row| row["group"] == "attached")
        .map(|row| (row["cohort"].clone(), row["families"].parse().unwrap()))
        .collect();
    assert_eq!(cohorts.values().sum::<u64>(), early);
    counts_are_those_of_the_truth(&year.data, &exact);
    shareable_shows_no_small_number(&folder);
    let ids: Vec<&String> = decided.keys().collect();
    for (name, bytes) in tree(&folder) {
        let page = String::from_utf8_lossy(&bytes).into_owned();
        assert!(ids.iter().all(|id| !page.contains(id.as_str())), "{name} names a family");
    }
    for name in ["effect.html", "committee.html"] {
        assert!(std::fs::read_to_string(folder.join(name)).unwrap().contains("prove no cause"), "{name}");
    }

    // Everybody who was accepted is on a way that goes on or has come to its end, and the truth knows what became of those worked with.
    let helped = rows(&year.data.join("truth/2013-09/helped.csv"));
    assert!(helped.len() as u64 > with("attached") / 2, "{} of {}", helped.len(), with("attached"));
    fwt_ok(&["verify", text(&year.out)]);
    drop(year.folder);
}

/// Everything shareable shows nought, a multiple of five of eight or more, or a star.
fn shareable_shows_no_small_number(folder: &Path) {
    let shown = rows(&folder.join("shareable.csv"));
    assert!(!shown.is_empty());
    for row in &shown {
        for column in ["attached_before", "attached_after", "not_yet_attached_before", "not_yet_attached_after"] {
            let cell = row[column].as_str();
            assert!(cell == "*" || cell.parse::<u64>().is_ok_and(|count| count % 5 == 0 && (count == 0 || count > 5)), "{cell}");
        }
    }
}

/// What the comparison counts before and after is what truly happened to the families, but for two events that came late or to somebody of another family.
fn counts_are_those_of_the_truth(data: &Path, exact: &[Row]) {
    const PROVEN: [&str; 9] = [
        "conviction",
        "caution",
        "youth_caution",
        "conditional_caution",
        "reprimand",
        "final_warning",
        "referral_order",
        "youth_rehabilitation_order",
        "detention_order",
    ];
    let truth = data.join("truth/2013-09");
    let attached: BTreeMap<String, String> = rows(&truth.join("helped.csv"))
        .into_iter()
        .map(|row| (row["family"].clone(), row["attached_on"].clone()))
        .filter(|(_, day)| day.as_str() <= "2013-03-31")
        .collect();
    let mut of_person: BTreeMap<String, (String, String)> = BTreeMap::new();
    for row in rows(&truth.join("members.csv")).into_iter().filter(|row| row["resident"] == "true") {
        if let Some(day) = attached.get(&row["family"]) {
            of_person.insert(row["person"].clone(), (day.clone(), row["born"].clone()));
        }
    }
    let day = |text: &str| fwt::model::date::from_iso(text).unwrap();
    let mut found: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for row in rows(&truth.join("events.csv")) {
        let Some((attached, born)) = of_person.get(&row["person"]) else { continue };
        let (attached, on) = (day(attached), day(&row["from"]));
        let child = fwt::model::date::age_on(day(born), on).is_some_and(|age| age < 18);
        let measure = match (row["kind"].as_str(), row["code"].as_str(), row["role"].as_str()) {
            ("offence", code, "offender") if PROVEN.contains(&code) && child => "offence_minor",
            ("exclusion", "fixed", _) => "fixed_exclusion",
            ("exclusion", "permanent", _) => "permanent_exclusion",
            _ => continue,
        };
        let side = if on < attached {
            (fwt::model::date::months_before(attached, 6) <= on).then_some("before")
        } else {
            (on < fwt::model::date::months_before(attached, -6)).then_some("after")
        };
        if let Some(side) = side {
            *found.entry((measure, side)).or_default() += 1;
        }
    }
    assert!(!found.is_empty(), "something happened to somebody");
    for measure in ["offence_minor", "fixed_exclusion", "permanent_exclusion"] {
        for side in ["before", "after"] {
            let own = exact.iter().filter(|row| row["measure"] == measure && row["group"] == "attached");
            let counted: i64 = own.map(|row| row[side].parse::<i64>().unwrap()).sum();
            let truly = found.get(&(measure, side)).copied().unwrap_or(0);
            assert!((counted - truly).abs() <= 2, "{measure} {side}: {counted} counted, {truly} true");
        }
    }
}

/// Months in which the service works as it does: acceptance by the officer, requests, answers, workers, claims.
const DESK_MONTHS: usize = 9;

/// Only the acceptances and rejections of a month's decisions: requests, answers and workers move a family on.
fn acceptances(decisions: &Path, to: &Path) -> usize {
    let kept: Vec<String> = rows(&decisions.join("families.csv"))
        .into_iter()
        .filter(|row| !row["accepted"].is_empty())
        .map(|row| [row["family"].as_str(), ",", &row["accepted"], ",", &row["reason"], ",", &row["by"], "\n"].concat())
        .collect();
    std::fs::write(to, format!("family,accepted,reason,by\n{}", kept.concat())).unwrap();
    kept.len()
}

/// Runs a command over the desk of the service; what it says as JSON, or nothing where every row was set aside.
fn desk(words: &[&str], year: (&Path, &Path), more: &[&str]) -> serde_json::Value {
    let (data, out) = year;
    let arguments = [words, &[PIPELINE, "--data", text(data), "--out", text(out), "--json"], more].concat();
    let result = fwt(&arguments);
    assert!(matches!(result.status.code(), Some(0 | 1)), "fwt {arguments:?} failed:\n{}", String::from_utf8_lossy(&result.stderr));
    serde_json::from_slice(&result.stdout).unwrap_or_default()
}

#[test]
fn every_accepted_family_goes_on_comes_to_an_end_or_stands_with_its_due_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let [data, out, decisions, answers, helped, office] = ["data", "out", "decisions", "answers", "helped.csv", "office"].map(path);
    std::fs::write(&helped, "family,attached_on\n").unwrap();
    for (number, month) in (1..).zip(&MONTHS[..DESK_MONTHS]) {
        let months = number.to_string();
        let county = [
            "synth",
            "--out",
            text(&data),
            "--people",
            "12000",
            "--seed",
            "5",
            "--months",
            &months,
            "--all-on-time",
            "--helped",
            text(&helped),
        ];
        fwt_ok(&county);
        run(&data, &out, month, &[]);
        fwt_ok(&["synth", "contacts", "--run", text(&out), "--to", text(&office)]);
        let [contacts, staff] = ["contacts.csv", "staff.csv"].map(|name| office.join("service").join(month).join(name));
        fwt_ok(&["synth", "answer", "--truth", text(&data), "--run", text(&out), "--to", text(&answers)]);
        let file = answers.join(month).join("answers.csv");
        if !rows(&file).is_empty() {
            desk(&["requests", "import"], (&data, &out), &["--answers", text(&file)]);
        }
        fwt_ok(&["synth", "decide", "--truth", text(&data), "--run", text(&out), "--to", text(&decisions)]);
        if acceptances(&decisions.join(month), &path("families.csv")) > 0 {
            fwt_ok(&["cohort", "import", text(&path("families.csv")), "--out", text(&out)]);
        }
        desk(&["staff", "suggest"], (&data, &out), &["--staff", text(&staff), "--to", text(&path("allocations.csv")), "--by", "AB"]);
        if !rows(&path("allocations.csv")).is_empty() {
            desk(&["staff", "allocate"], (&data, &out), &["--staff", text(&staff), "--allocations", text(&path("allocations.csv"))]);
        }
        desk(&["requests", "make"], (&data, &out), &["--contacts", text(&contacts), "--by", "AB"]);
        fwt_ok(&["synth", "helped", "--truth", text(&data), "--run", text(&out), "--to", text(&helped)]);
    }
    let last = MONTHS[DESK_MONTHS - 1];
    fwt_ok(&["claims", "draft", PIPELINE, "--window", last, "--out", text(&out)]);
    run(&data, &out, last, &[]);

    // Where each accepted family stands: with a worker or with others, at an end, or waiting for an answer with its due date.
    let contacts = office.join("service").join(last).join("contacts.csv");
    let open = desk(&["requests", "show"], (&data, &out), &["--contacts", text(&contacts)]);
    let waiting: BTreeMap<String, String> = open["open"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["family"].as_str().unwrap().to_owned(), row["due"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let nobody: BTreeSet<String> =
        open["nobody_to_ask"].as_array().unwrap().iter().map(|row| row["family"].as_str().unwrap().to_owned()).collect();
    let found = decided(&out);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (family, (_, statuses)) in found.iter().filter(|(_, (accepted, _))| *accepted) {
        let has = |names: &[&str]| names.iter().any(|name| statuses.contains_key(*name));
        let place = if has(&["declined", "no_contact", "out_of_county", "turned_around_elsewhere", "closed", "claimed"]) {
            "ended"
        } else if has(&["attached", "monitoring_only"]) {
            "going on"
        } else if let Some(due) = waiting.get(family) {
            assert!(due.len() == 10, "{family} waits without a due date");
            "waiting"
        } else {
            assert!(nobody.contains(family), "{family} stands nowhere: {statuses:?}");
            "nobody to ask"
        };
        *counts.entry(place).or_default() += 1;
    }
    assert!(["going on", "waiting", "ended"].iter().all(|place| counts.get(place).is_some_and(|count| *count > 0)), "{counts:?}");

    // Register, claims and run tie here too.
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(current(&out).join("run.json")).unwrap()).unwrap();
    let reached = &summary["targets"][0]["reached"];
    let with = |names: &[&str]| found.values().filter(|(_, statuses)| names.iter().any(|name| statuses.contains_key(*name))).count() as u64;
    assert_eq!(reached["attached"].as_u64(), Some(with(&["attached"])));
    assert_eq!(reached["assessed"].as_u64(), Some(with(&["assessed", "attached"])));
    assert_eq!(reached["turned_around"].as_u64(), Some(with(&TURNED)));
    let claims = rows(&newest(&out, "claims", "claims.csv", &[]).join("claims.csv"));
    assert_eq!(claims.len() as u64, with(&["claim drafted"]));
    fwt_ok(&["verify", text(&out)]);
}
