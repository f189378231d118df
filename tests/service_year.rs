//! The service over many months: every family goes on or comes to an end, and register, report, star schema, claims and evidence of effect count the same families.

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
#[path = "support/months.rs"]
mod months;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use effect::{Row, newest, rows, run};
use support::{PIPELINE, current, fwt, fwt_ok, table, text, tree};

/// A year of a county in which people decide month after month and families are helped.
struct Year {
    data: PathBuf,
    out: PathBuf,
    folder: tempfile::TempDir,
}

const MONTHS: [&str; 12] =
    ["2012-10", "2012-11", "2012-12", "2013-01", "2013-02", "2013-03", "2013-04", "2013-05", "2013-06", "2013-07", "2013-08", "2013-09"];

/// The county of the first months, with what the service's help has done to the families named so far.
fn county(data: &Path, helped: &Path, months: u32) {
    let months = months.to_string();
    fwt_ok(&[
        "synth",
        "--out",
        text(data),
        "--people",
        "12000",
        "--seed",
        "5",
        "--months",
        &months,
        "--all-on-time",
        "--helped",
        text(helped),
    ]);
}

fn year() -> Year {
    let folder = tempfile::tempdir().unwrap();
    let [data, out, decisions, helped] = ["data", "out", "decisions", "helped.csv"].map(|name| folder.path().join(name));
    std::fs::write(&helped, "family,attached_on\n").unwrap();
    for (number, month) in (1..).zip(MONTHS) {
        county(&data, &helped, number);
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

    employment_is_claimed_as_the_truth_says(&year);

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

/// Every adult for whom continuous employment is claimed truly left a benefit and works long enough, and of the families in which somebody does, most are claimed for.
fn employment_is_claimed_as_the_truth_says(year: &Year) {
    const PROVISION: [&str; 2] = ["work_programme", "esf_provision"];
    let day = |text: &str| fwt::model::date::from_iso(text).unwrap();
    let month = MONTHS[11];
    let (claim, truth) = (day("2013-09-30"), year.data.join("truth").join(month));
    let mut events: BTreeMap<String, Vec<(String, String, i32, i32)>> = BTreeMap::new();
    for row in rows(&truth.join("events.csv")).into_iter().filter(|row| ["benefit", "activity"].contains(&row["kind"].as_str())) {
        let to = if row["to"].is_empty() { i32::MAX } else { day(&row["to"]) };
        events.entry(row["person"].clone()).or_default().push((row["kind"].clone(), row["code"].clone(), day(&row["from"]), to));
    }
    // The rule of the results pack once more, from what truly happened: jsa needs 26 of 30 weeks, every other benefit 13 running.
    let eligible = |person: &str, attached: i32| {
        let own = events.get(person).map(Vec::as_slice).unwrap_or_default();
        let before: Vec<_> = own.iter().filter(|(kind, _, from, to)| kind == "benefit" && *from <= attached && *to >= attached).collect();
        let still = own.iter().any(|(kind, _, from, to)| kind == "benefit" && *from <= claim && *to > claim);
        let within = |from: i32, to: i32, first: i32| (to.min(claim - 1) - from.max(first) + 1).max(0);
        let work: Vec<_> = own.iter().filter(|(_, code, ..)| code == "employment").collect();
        let in_weeks: i32 = work.iter().map(|(.., from, to)| within(*from, *to, claim - 210)).sum();
        let running = work.iter().map(|(.., from, to)| within(*from, *to, fwt::model::date::months_before(claim, 6))).max().unwrap_or(0);
        let elsewhere = own.iter().any(|(_, code, from, to)| PROVISION.contains(&code.as_str()) && within(*from, *to, claim - 210) > 0);
        let long = before.iter().all(|(_, code, ..)| if code == "jsa" { in_weeks >= 182 } else { running >= 91 });
        !before.is_empty() && !still && long && !elsewhere
    };
    // Who the adults of the claims truly are: by the rows of the advisers' feed.
    let lines: BTreeMap<(String, String), String> = rows(&truth.join("records.csv"))
        .into_iter()
        .filter(|row| row["source"] == "employment_advisers")
        .map(|row| ((row["file"].clone(), row["line"].clone()), row["person"].clone()))
        .collect();
    let folder = newest(&year.out, "claims", "claims.csv", &[]);
    let attached: BTreeMap<String, String> =
        rows(&folder.join("candidates.csv")).into_iter().map(|row| (row["family_id"].clone(), row["attached_on"].clone())).collect();
    let mut claimed: BTreeSet<String> = BTreeSet::new();
    let claims = rows(&folder.join("claims.csv")).into_iter().filter(|row| row["claimed"] == "continuous_employment");
    for row in claims {
        let family = folder.join("families").join(&row["family_id"]);
        let met = rows(&family.join("tests.csv")).into_iter().filter(|test| test["test"] == "employment" && test["verdict"] == "met");
        let adults: BTreeSet<String> = met.map(|test| test["person_id"].clone()).filter(|person| !person.is_empty()).collect();
        assert!(!adults.is_empty());
        for evidence in rows(&family.join("evidence.csv")) {
            if let Some(person) = lines.get(&(evidence["file"].clone(), evidence["line"].clone()))
                && evidence["code"] == "employment"
                && adults.contains(&evidence["about_person_id"])
            {
                assert!(eligible(person, day(&attached[&row["family_id"]])), "{person} of {}", row["family_id"]);
                claimed.insert(person.clone());
            }
        }
    }
    let truly: BTreeSet<String> = rows(&truth.join("helped.csv"))
        .into_iter()
        .filter(|plan| !plan["worker"].is_empty() && eligible(&plan["worker"], day(&plan["attached_on"])))
        .map(|plan| plan["worker"].clone())
        .collect();
    assert!(!truly.is_empty() && 2 * claimed.intersection(&truly).count() > truly.len(), "{claimed:?} of {truly:?}");
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
        county(&data, &helped, number);
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
