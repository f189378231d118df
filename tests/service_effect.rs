//! The round trip to the DWP, and families that turn their lives around.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::string_slice,
    reason = "a panic is how a test fails, and a test looks at the disk itself"
)]

#[path = "support/effect.rs"]
mod effect;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use effect::{Row, newest, rows, run};
use support::{PIPELINE, current, fwt, fwt_ok, table, text, tree};

/// A county whose Department has not answered yet, run provisionally.
fn without_answer(folder: &Path) -> (PathBuf, PathBuf) {
    let (data, out) = (folder.join("data"), folder.join("out"));
    fwt_ok(&["synth", "--out", text(&data), "--people", "12000", "--seed", "5"]);
    std::fs::remove_file(data.join("2012-10/dwp_return_201210.csv")).unwrap();
    run(&data, &out, "2012-10", &["--provisional"]);
    (data, out)
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
    // Another answer for the month is refused before anything is written.
    let [trail, folders] = ["audit.jsonl", "dwp"].map(|name| out.join(name));
    let before = (std::fs::read(&trail).unwrap(), tree(&folders));
    let other: Vec<&str> = answer.lines().take(2).collect();
    std::fs::write(&back, other.join("\n")).unwrap();
    let refused = fwt(&["dwp", "import", PIPELINE, text(&back), "--out", text(&out), "--data", text(&data)]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another answer already"));
    assert!((std::fs::read(&trail).unwrap(), tree(&folders)) == before);
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
