//! Payment by results as an officer does it: drafts with evidence, sign-offs that come back, late data, and what must never happen.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

#[path = "claims/again.rs"]
mod again;
#[path = "claims/refused.rs"]
mod refused;
#[path = "claims/returned.rs"]
mod returned;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use support::{PIPELINE, copy, current, fwt, fwt_ok, table, text, tree};

const MONTHS: [&str; 10] = ["2012-10", "2012-11", "2012-12", "2013-01", "2013-02", "2013-03", "2013-04", "2013-05", "2013-06", "2013-07"];
const WINDOW: &str = "2013-07";

struct Made {
    _folder: tempfile::TempDir,
    data: PathBuf,
    out: PathBuf,
    accepted: BTreeSet<String>,
    rejected: BTreeSet<String>,
}

fn run(data: &Path, out: &Path, month: &str) {
    fwt_ok(&["run", PIPELINE, "--month", month, "--data", text(data), "--out", text(out), "--confirm-churn", "--quiet"]);
}

fn listed(run: &Path) -> Vec<String> {
    let rows = table(run, "identification", &["criteria_pack", "family_id", "listed"]);
    rows.into_iter().filter(|row| row[0] == "p1-lincolnshire" && row[2] == "yes").map(|row| row[1].clone()).collect()
}

/// Ten months; of the first month's list all are attached on 2012-11-10 but every fifth, which is rejected.
fn made() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    fwt_ok(&[
        "synth",
        "--out",
        text(&data),
        "--people",
        "15000",
        "--seed",
        "5",
        "--start",
        "2012-10",
        "--months",
        "11",
        "--all-on-time",
        "--quiet",
    ]);
    run(&data, &out, MONTHS[0]);
    let mut decisions = "family,accepted,status,on,by,reason\n".to_owned();
    let (mut accepted, mut rejected) = (BTreeSet::new(), BTreeSet::new());
    for (place, family) in listed(&current(&out)).into_iter().enumerate() {
        if place % 5 == 4 {
            decisions += &format!("{family},no,,2012-11-01,AB,well supported\n");
            rejected.insert(family);
        } else {
            for (accepted, status, on) in
                [("yes", "assessment_requested", "2012-11-01"), ("", "assessed", "2012-11-05"), ("", "attached", "2012-11-10")]
            {
                decisions += &format!("{family},{accepted},{status},{on},AB,\n");
            }
            accepted.insert(family);
        }
    }
    assert!(accepted.len() > 20 && rejected.len() > 5, "{} and {}", accepted.len(), rejected.len());
    import(&out, "families.csv", &decisions);
    for month in &MONTHS[1..] {
        run(&data, &out, month);
    }
    Made { _folder: folder, data, out, accepted, rejected }
}

fn import(out: &Path, name: &str, content: &str) -> serde_json::Value {
    let path = out.parent().unwrap().join(name);
    fs::write(&path, content).unwrap();
    let output = fwt(&["claims", "import", text(&path), "--out", text(out), "--json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// (code, line) of each row set aside.
fn set_aside(imported: &serde_json::Value) -> Vec<(String, u64)> {
    let rows = imported["set_aside"].as_array().unwrap();
    rows.iter().map(|row| (row["code"].as_str().unwrap().to_owned(), row["line"].as_u64().unwrap())).collect()
}

/// The extracts, which lie beside what is published.
fn data_of(out: &Path) -> PathBuf {
    out.with_file_name("data")
}

fn draft(out: &Path, window: &str) -> serde_json::Value {
    serde_json::from_str(&fwt_ok(&[
        "claims",
        "draft",
        PIPELINE,
        "--window",
        window,
        "--data",
        text(&data_of(out)),
        "--out",
        text(out),
        "--json",
    ]))
    .unwrap()
}

fn folder(out: &Path, drafted: &serde_json::Value) -> PathBuf {
    out.join("claims").join(drafted["folder"].as_str().unwrap())
}

fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| header.iter().map(ToOwned::to_owned).zip(record.iter().map(ToOwned::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Does the decision on education and on both reductions again, from the two tables alone, as an auditor with a spreadsheet would.
fn performed_again(folder: &Path) -> usize {
    let (tests, evidence) = (rows(&folder.join("tests.csv")), rows(&folder.join("evidence.csv")));
    let mut compared = 0;
    for test in &tests {
        let counted: Vec<_> =
            evidence.iter().filter(|row| row["test"] == test["test"] && row["about"] == test["about"] && row["counted"] == "yes").collect();
        let side = |side: &str| counted.iter().filter(|row| row["compared"] == side).copied().collect::<Vec<_>>();
        let (before, now) = (side("before attachment"), side("before claim"));
        match test["test"].as_str() {
            "asb" | "offences" if test["verdict"] != "unknown" => {
                let (was, is) = (before.len() as i64, now.len() as i64);
                assert!(test["arithmetic"].trim_start_matches('\'').starts_with(&format!("({was} − {is}) ×")), "{}", test["arithmetic"]);
                let share = if test["test"] == "asb" { 60 } else { 33 };
                let expected = if was == 0 {
                    "neutral"
                } else if (was - is) * 100 >= share * was {
                    "met"
                } else {
                    "failed"
                };
                // A member who starts the problem voids what the numbers alone would allow.
                assert!(test["verdict"] == expected || (expected == "met" && test["reason"].contains("started it")), "{test:?}");
                for row in before.iter().chain(&now) {
                    let (from, to) = if row["compared"] == "before claim" { ("now_from", "now_to") } else { ("before_from", "before_to") };
                    assert!(test[from] <= row["event_from"] && row["event_from"] <= test[to], "a counted row lies outside its window");
                    assert!(test["test"] == "asb" || row["age_then"].parse::<u32>().unwrap() < 18, "no minor");
                }
                compared += 1;
            }
            "education" if !test["about"].is_empty() && test["verdict"] == "met" => {
                let sum = |column: &str| {
                    now.iter().filter(|row| row["kind"] == "school_absence").map(|row| row[column].parse::<i64>().unwrap()).sum::<i64>()
                };
                let exclusions = now.iter().filter(|row| row["kind"] == "exclusion").count();
                assert!(exclusions < 3 && sum("quantity") * 100 < sum("out_of") * 15, "{test:?}");
                assert!(test["arithmetic"].contains(&format!("{} of {} sessions", sum("quantity"), sum("out_of"))));
                compared += 1;
            }
            _ => {}
        }
    }
    compared
}

#[test]
fn claims_from_the_draft_to_the_payment() {
    let made = made();
    let (data, out) = (&made.data, &made.out);
    let runs = tree(&out.join("runs"));

    // Drafted: the same folder twice, and no monthly run is touched.
    let elsewhere = out.parent().unwrap().join("elsewhere");
    copy(out, &elsewhere);
    let drafted = draft(out, WINDOW);
    let folder = folder(out, &drafted);
    let first = tree(&folder);
    let claims = rows(&folder.join("claims.csv"));
    println!("{} accepted, {} claims", made.accepted.len(), claims.len());
    assert!(claims.len() >= 3, "only {} claims", claims.len());
    assert_eq!(draft(out, WINDOW)["already"], true);
    assert!(tree(&folder) == first && tree(&out.join("runs")) == runs);
    let again = self::folder(&elsewhere, &draft(&elsewhere, WINDOW));
    assert!(tree(&again) == first, "the same inputs in another folder give other bytes");

    // Only accepted families; each accepted one stands among the candidates, with a reason.
    let candidates = rows(&folder.join("candidates.csv"));
    let named: BTreeSet<String> = candidates.iter().map(|row| row["family_id"].clone()).collect();
    // Under the ids of today: families merge, and what was decided about one holds for what it became.
    let today = |ids: &BTreeSet<String>| ids.iter().map(|id| present(&current(out), id)).collect::<BTreeSet<String>>();
    let accepted = today(&made.accepted);
    assert!(named.is_subset(&accepted), "{:?}", named.difference(&accepted));
    for family in today(&made.rejected).difference(&accepted) {
        assert!(first.values().all(|bytes| !String::from_utf8_lossy(bytes).contains(family.as_str())), "a rejected family is in a claim");
    }
    assert!(candidates.iter().all(|row| row["claimed"].is_empty() != row["reason"].is_empty()));
    assert_eq!(candidates.iter().filter(|row| !row["claimed"].is_empty()).count(), claims.len());

    // Money: each claim its cell, the sums tie, five of six are paid for.
    for (place, claim) in claims.iter().enumerate() {
        assert_eq!(claim["number"], (place + 1).to_string());
        let expected = match claim["claimed"].as_str() {
            "crime_asb_education" => "70000",
            _ => "80000",
        };
        assert_eq!(
            (claim["amount_pence"].as_str(), claim["rate_year"].as_str(), claim["attachment_pence"].as_str()),
            (expected, "2012/13", "320000")
        );
        assert_eq!(claim["baseline_run"].split("--").next(), Some("2012-11"), "frozen by the run of the month of attachment");
    }
    let sum = |column: &str| claims.iter().map(|claim| claim[column].parse::<u64>().unwrap()).sum::<u64>();
    assert_eq!(drafted["amount_pence"], sum("amount_pence"));
    assert_eq!(drafted["payable_pence"], sum("payable_pence"));
    let funded = claims.iter().filter(|claim| claim["funded"] == "yes").count() as u64;
    assert_eq!(funded, (10 * claims.len() as u64 + 6) / 12);
    assert_eq!(rows(&folder.join("audit_sample.csv")).len(), claims.len().min(10));

    // The evidence: an auditor can do it again, and each hash is that of the extract it names.
    let mut performed = 0;
    for claim in &claims {
        let family = folder.join("families").join(&claim["family_id"]);
        performed += performed_again(&family);
        let hashes = ["tests.csv", "evidence.csv", "members.csv"].map(|name| hex(&fs::read(family.join(name)).unwrap()) + "\n");
        assert_eq!(claim["pack_sha256"], hex(hashes.concat().as_bytes()));
        for row in rows(&family.join("evidence.csv")) {
            assert_eq!(row["file_sha256"], hex(&fs::read(data.join(&row["file"])).unwrap()), "{}", row["file"]);
        }
        assert!(fs::read_to_string(family.join("evidence.html")).unwrap().contains(&claim["pack_sha256"]));
    }
    assert!(performed >= 2 * claims.len(), "{performed}");
    no_personal_value(&current(out), &first);
    signed_and_paid(&made, &folder, &claims);
    later_data(&made, &claims);
}

/// Family, baseline and evidence of every claim of the newest folder of a window.
fn claims_of(out: &Path, window: &str) -> Vec<[String; 3]> {
    let claims = rows(&folder(out, &draft(out, window)).join("claims.csv"));
    claims.into_iter().map(|claim| ["family_id", "baseline_run", "pack_sha256"].map(|name| claim[name].clone())).collect()
}

/// The id that a family has today.
fn present(run: &Path, id: &str) -> String {
    let mut id = id.to_owned();
    let rows = table(run, "id_history", &["id", "state", "successor_ids"]);
    while let Some(row) = rows.iter().find(|row| row[0] == id && row[1] == "retired" && !row[2].is_empty()) {
        row[2].split("; ").next().unwrap().clone_into(&mut id);
    }
    id
}

/// No name, date of birth, postcode or identifier of anybody stands in what was written.
fn no_personal_value(run: &Path, files: &BTreeMap<String, Vec<u8>>) {
    let columns = ["forename", "surname", "nhs_number", "nino", "upn", "postcode", "date_of_birth"];
    let mut values: BTreeSet<String> = BTreeSet::new();
    for row in table(run, "persons", &columns) {
        values.extend(row.iter().skip(2).filter(|value| value.len() > 5).cloned());
        if !row[0].is_empty() && !row[1].is_empty() {
            values.insert(format!("{} {}", row[0], row[1]));
        }
    }
    assert!(values.len() > 1_000);
    // Dates of birth are days, and so are events: only those of people who could not have had an event then are telling.
    values.retain(|value| !value.starts_with("20"));
    for (name, bytes) in files {
        let content = String::from_utf8_lossy(bytes);
        let words: BTreeSet<&str> = content.split([',', '\n', '<', '>', '"']).collect();
        assert!(words.iter().all(|word| !values.contains(*word)), "{name} holds a personal value");
    }
}

/// Audited, submitted, paid, invalidated; and everything that is set aside.
fn signed_and_paid(made: &Made, folder: &Path, claims: &[BTreeMap<String, String>]) {
    let out = &made.out;
    let (one, two, three) = (&claims[0]["family_id"], &claims[1]["family_id"], &claims[2]["family_id"]);
    let (pack, amount) = (&claims[0]["pack_sha256"], &claims[0]["amount_pence"]);
    let journal = || fs::read(out.join("register/decisions.jsonl")).unwrap();
    let before = journal();
    let rejected = made.rejected.first().unwrap();
    let wrong = import(
        out,
        "wrong.csv",
        &format!(
            "family,window,amount_pence,pack_sha256,stage,on,reason,by\n\
             {one},{WINDOW},99999,{pack},audited,2013-08-05,,CD\n\
             {one},{WINDOW},{amount},{other},audited,2013-08-05,,CD\n\
             {one},{WINDOW},{amount},,audited,2013-08-05,,CD\n\
             {one},{WINDOW},{amount},{pack},audited,2013-08-05,,\n\
             {one},{WINDOW},{amount},{pack},paid,2013-08-05,,CD\n\
             {one},{WINDOW},{amount},{pack},signed,2013-08-05,,CD\n\
             {one},{WINDOW},{amount},{pack},audited,5 August,,CD\n\
             {one},{WINDOW},{amount},{pack},audited,2013-01-05,,CD\n\
             {rejected},{WINDOW},,{pack},audited,2013-08-05,,CD\n\
             {one},2013-04,,{pack},audited,2013-08-05,,CD\n\
             {two},{WINDOW},,,invalidated,2013-08-05,,CD\n\
             {one},{WINDOW},,,,2013-08-05,,CD\n",
            other = "f".repeat(64)
        ),
    );
    let expected = [
        ("amount-edited", 2),
        ("other-evidence", 3),
        ("missing-evidence", 4),
        ("missing-by", 5),
        ("impossible-transition", 6),
        ("unknown-name", 7),
        ("not-a-date", 8),
        ("before-last-decision", 9),
        ("unknown-claim", 10),
        ("unknown-claim", 11),
        ("missing-reason", 12),
        ("no-decision", 13),
    ];
    assert_eq!(set_aside(&wrong), expected.map(|(code, line)| (code.to_owned(), line)));
    assert_eq!(wrong["taken"], 0);
    assert!(journal() == before, "nothing is half applied");

    // The sealed sheet: an edited amount breaks it, the others are taken.
    let sheet = fs::read_to_string(folder.join("sign_off.csv")).unwrap();
    let answer = |line: &str, stage: &str, on: &str| line.replacen(",drafted,,,,,", &format!(",drafted,{stage},{on},,Audit,"), 1);
    let lines: Vec<&str> = sheet.lines().collect();
    let edited = answer(lines[1], "audited", "2013-08-05").replacen(",70000,", ",90000,", 1).replacen(",80000,", ",90000,", 1);
    let back =
        format!("{}\n{edited}\n{}\n{}\n", lines[0], answer(lines[2], "audited", "2013-08-05"), answer(lines[3], "audited", "2013-08-05"));
    let imported = import(out, "signed.csv", &back);
    assert_eq!((imported["taken"].as_u64(), set_aside(&imported)), (Some(2), vec![("locked-cell-edited".to_owned(), 2)]));
    assert_eq!(import(out, "signed.csv", &back)["taken"], 0, "the same again says nothing new");

    // On their way: submitted, paid; one after the other in one file; and one is invalidated.
    let life = import(
        out,
        "life.csv",
        &format!(
            "family,window,stage,on,reason,by\n{two},{WINDOW},paid,2013-09-20,,CD\n{two},{WINDOW},submitted,2013-08-20,,CD\n{three},{WINDOW},submitted,2013-08-20,,CD\n\
             {three},{WINDOW},invalidated,2013-09-20,spot check,CD\n"
        ),
    );
    assert_eq!((life["taken"].as_u64(), set_aside(&life)), (Some(4), Vec::new()));
    let shown: serde_json::Value = serde_json::from_str(&fwt_ok(&["claims", "show", "--out", text(out), "--json"])).unwrap();
    assert_eq!(shown["by_stage"]["paid"], serde_json::json!([1, claims[1]["amount_pence"].parse::<u64>().unwrap()]));
    assert_eq!(shown["by_stage"]["invalidated"][0], 1);
    assert_eq!(shown["by_stage"]["drafted"][0], claims.len() - 2);
    assert_eq!(shown["disagreements"].as_array().unwrap().len(), 1, "one was submitted and does not stand as claimed in the cohort");
    assert!(fwt_ok(&["verify", text(out)]).contains("Claims in the register"));

    // One row of signed evidence changed, and the manifest and the folder's own hash with it.
    let evidence = folder.join("families").join(two).join("evidence.csv");
    let original = fs::read_to_string(&evidence).unwrap();
    fs::write(&evidence, original.replacen(",yes,", ",no,", 1)).unwrap();
    let found = fwt(&["verify", text(out)]);
    assert!(!found.status.success());
    assert!(
        String::from_utf8_lossy(&found.stderr).contains("`families/") && String::from_utf8_lossy(&found.stderr).contains("was changed")
    );
    fs::write(&evidence, &original).unwrap();
    fwt_ok(&["verify", text(out)]);
    forged(out, folder, two);

    again::cut_journal(out);
    again::filled_in_where_it_lies(out, folder);
    again::drafted_again(out, [one, two, three]);
}

/// Somebody who rewrites the folder, its manifest, the whole audit trail and the pointer is found by the register's own chain.
fn forged(out: &Path, folder: &Path, family: &str) {
    let paths = [
        folder.join("families").join(family).join("evidence.csv"),
        folder.join("manifest.json"),
        out.join("audit.jsonl"),
        out.join("CURRENT"),
    ];
    let kept = paths.each_ref().map(|path| fs::read_to_string(path).unwrap());
    let [evidence, manifest, trail, pointer] = &kept;
    let changed = evidence.replacen(",yes,", ",nay,", 1);
    let new_manifest = manifest.replace(&hex(evidence.as_bytes()), &hex(changed.as_bytes()));
    let (old_sha, new_sha) = (hex(manifest.as_bytes()), hex(new_manifest.as_bytes()));
    let mut new_pointer = pointer.clone();
    let (mut new_trail, mut old_head, mut new_head) = (String::new(), "0".repeat(64), "0".repeat(64));
    for line in trail.lines() {
        let (bare, old_hash) = line.split_once(",\"hash\":\"").unwrap();
        let bare = format!("{bare}}}")
            .replace(&old_sha, &new_sha)
            .replace(&format!("\"prev\":\"{old_head}\""), &format!("\"prev\":\"{new_head}\""));
        old_hash.trim_end_matches("\"}").clone_into(&mut old_head);
        new_head = hex(format!("{new_head}{bare}").as_bytes());
        new_trail += &format!("{},\"hash\":\"{new_head}\"}}\n", bare.trim_end_matches('}'));
        new_pointer = new_pointer.replace(&old_head, &new_head);
    }
    for (path, content) in paths.iter().zip([&changed, &new_manifest, &new_trail, &new_pointer]) {
        fs::write(path, content).unwrap();
    }
    let found = fwt(&["verify", text(out)]);
    let said = String::from_utf8_lossy(&found.stderr).into_owned();
    assert!(!found.status.success() && said.contains("the evidence is not that which the register names"), "{said}");
    for (path, content) in paths.iter().zip(&kept) {
        fs::write(path, content).unwrap();
    }
    fwt_ok(&["verify", text(out)]);
}

/// Three exclusions of last term arrive a month late.
fn later_data(made: &Made, claims: &[BTreeMap<String, String>]) {
    let (data, out) = (&made.data, &made.out);
    let paid = &claims[1]["family_id"];
    let newest = {
        let drafted = draft(out, WINDOW);
        folder(out, &drafted)
    };
    let (family, row) = claims
        .iter()
        .filter(|claim| claim["family_id"] != *paid && newest.join("families").join(&claim["family_id"]).is_dir())
        .find_map(|claim| {
            let folder = newest.join("families").join(&claim["family_id"]);
            let tests = rows(&folder.join("tests.csv"));
            let met =
                |person: &str| tests.iter().any(|test| test["about"] == person && test["test"] == "education" && test["verdict"] == "met");
            let row = rows(&folder.join("evidence.csv")).into_iter().find(|row| row["kind"] == "exclusion" && met(&row["about"]))?;
            Some((claim["family_id"].clone(), row))
        })
        .expect("a family is claimed for one of whose children was excluded before");
    let extract = fs::read_to_string(data.join(&row["file"])).unwrap();
    let line = extract.lines().nth(row["line"].parse::<usize>().unwrap() - 1).unwrap();
    let cells: Vec<&str> = line.rsplitn(3, ',').collect();
    let late = data.join("2013-08/exclusions_201308.csv");
    let mut content = fs::read_to_string(&late).unwrap();
    for (number, day) in ["07-May-2013", "14-May-2013", "21-May-2013"].iter().enumerate() {
        let (_, rest) = cells[2].split_once(',').unwrap();
        content += &format!("EX99{number},{rest},{day},2\n");
    }
    fs::write(&late, content).unwrap();
    run(data, out, "2013-08");
    // The month of attachment run again with more in it than was known then changes no baseline and no claim.
    let extract = data.join("2012-11/exclusions_201211.csv");
    let content = fs::read_to_string(&extract).unwrap();
    let (_, again) = content.lines().nth(1).unwrap().split_once(',').unwrap();
    let with_more = format!("{content}EX998,{again}\n");
    let before = claims_of(out, WINDOW);
    fs::write(&extract, with_more).unwrap();
    run(data, out, "2012-11");
    draft(out, WINDOW);
    assert_eq!(claims_of(out, WINDOW), before);
    let retested: serde_json::Value =
        serde_json::from_str(&fwt_ok(&["claims", "retest", PIPELINE, "--data", text(data), "--out", text(out), "--json"])).unwrap();
    assert_eq!(retested["claims"], claims.len() - 2, "paid and invalidated ones are not open");
    let changes = retested["changes"].as_array().unwrap();
    let of = |family: &str| {
        changes.iter().filter(|change| change["family"] == family).map(|change| change["test"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert!(of(&family).contains(&"claim") && of(&family).contains(&"education"), "{changes:?}");
    let claim = changes.iter().find(|change| change["family"] == family.as_str() && change["test"] == "claim").unwrap();
    assert!(claim["is"].as_str().unwrap().starts_with("nothing: a child does not meet it"), "{claim}");
    let told = rows(&out.join("claims").join(retested["folder"].as_str().unwrap()).join("retest_rows.csv"));
    let late: Vec<_> = told.iter().filter(|row| row["family_id"] == family && row["row_is"] == "new").collect();
    assert!(late.len() == 3 && late.iter().all(|row| row["file"] == "2013-08/exclusions_201308.csv"), "{told:?}");
    fwt_ok(&["verify", text(out)]);
    again::late_data_stop_a_submission(out, &newest, &family, retested["folder"].as_str().unwrap());
    again::in_another_window(out, &newest);
    again::a_retest_is_known_by_what_it_rests_on(out);
}
