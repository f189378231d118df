//! The service over twelve months: every accepted family comes to an end or is chased with its due date, and register, report, star schema, claims and evidence of effect count the same
//! families.

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

/// A year in which the service works as it does: the officer accepts, professionals answer, the team acts on the chaser list, workers are allocated, results are claimed for.
struct Year {
    data: PathBuf,
    out: PathBuf,
    office: PathBuf,
    /// Folders of the claims of both windows.
    claims: Vec<PathBuf>,
    folder: tempfile::TempDir,
}

const MONTHS: [&str; 12] =
    ["2012-10", "2012-11", "2012-12", "2013-01", "2013-02", "2013-03", "2013-04", "2013-05", "2013-06", "2013-07", "2013-08", "2013-09"];
/// Windows of claims, with the day on which what becomes of them is recorded.
const WINDOWS: [(&str, &str); 2] = [("2013-07", "2013-07-31"), ("2013-09", "2013-09-30")];

/// The county of the first months, with what the service's help has done to the families named so far.
fn county(data: &Path, helped: &Path, months: u32) {
    let months = months.to_string();
    let people = ["synth", "--people", "20000", "--seed", "5", "--all-on-time", "--months", &months];
    fwt_ok(&[&people[..], &["--out", text(data), "--helped", text(helped)]].concat());
}

fn year() -> Year {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let [data, out, decisions, answers, team, helped, office] =
        ["data", "out", "decisions", "answers", "team", "helped.csv", "office"].map(path);
    let mut claims = Vec::new();
    std::fs::write(&helped, "family,attached_on\n").unwrap();
    for (number, month) in (1..).zip(MONTHS) {
        county(&data, &helped, number);
        run(&data, &out, month, &[]);
        let truth = ["--truth", text(&data), "--run", text(&out)];
        fwt_ok(&["synth", "contacts", "--run", text(&out), "--to", text(&office)]);
        let [contacts, staff] = ["contacts.csv", "staff.csv"].map(|name| office.join("service").join(month).join(name));
        fwt_ok(&[&["synth", "answer", "--to", text(&answers)], &truth[..]].concat());
        let file = answers.join(month).join("answers.csv");
        if !rows(&file).is_empty() {
            desk(&["requests", "import"], (&data, &out), &["--answers", text(&file)]);
        }
        fwt_ok(&[&["synth", "decide", "--to", text(&decisions)], &truth[..]].concat());
        if acceptances(&decisions.join(month), &path("families.csv")) > 0 {
            fwt_ok(&["cohort", "import", text(&path("families.csv")), "--out", text(&out)]);
        }
        let chasers = path("chasers.csv");
        desk(&["requests", "show"], (&data, &out), &["--contacts", text(&contacts), "--to", text(&chasers)]);
        fwt_ok(&[&["synth", "team", "--chasers", text(&chasers), "--to", text(&team)], &truth[..]].concat());
        let file = team.join(month).join("families.csv");
        if !rows(&file).is_empty() {
            // Every row of the team is a step that the service allows.
            fwt_ok(&["cohort", "import", text(&file), "--out", text(&out)]);
        }
        desk(&["staff", "suggest"], (&data, &out), &["--staff", text(&staff), "--to", text(&path("allocations.csv")), "--by", "AB"]);
        if !rows(&path("allocations.csv")).is_empty() {
            desk(&["staff", "allocate"], (&data, &out), &["--staff", text(&staff), "--allocations", text(&path("allocations.csv"))]);
        }
        desk(&["requests", "make"], (&data, &out), &["--contacts", text(&contacts), "--by", "AB"]);
        if let Some(window) = WINDOWS.into_iter().find(|(window, _)| *window == month) {
            claims.push(claimed((&data, &out), window, folder.path()));
        }
        fwt_ok(&[&["synth", "helped", "--to", text(&helped)], &truth[..]].concat());
    }
    // What was decided about the last month stands in a run of its own.
    run(&data, &out, MONTHS[11], &[]);
    Year { data, out, office, claims, folder }
}

/// Drafts the claims of a window: of three one is audited, one submitted, one paid; the last one is left as it is. Gives the folder.
fn claimed((data, out): (&Path, &Path), (window, on): (&str, &str), scratch: &Path) -> PathBuf {
    let drafted = fwt_ok(&["claims", "draft", PIPELINE, "--window", window, "--data", text(data), "--out", text(out), "--json"]);
    let drafted: serde_json::Value = serde_json::from_str(&drafted).unwrap();
    let folder = out.join("claims").join(drafted["folder"].as_str().unwrap());
    let sheet = std::fs::read_to_string(folder.join("sign_off.csv")).unwrap();
    let mut lines: Vec<String> = sheet.lines().map(ToOwned::to_owned).collect();
    let signed_off = lines.len() - 2;
    for line in lines.iter_mut().skip(1).take(signed_off) {
        *line = line.replacen(",drafted,,,,,", &format!(",drafted,audited,{on},,Audit,"), 1);
    }
    let signed = scratch.join("sign_off.csv");
    std::fs::write(&signed, lines.join("\n")).unwrap();
    let families = rows(&signed);
    assert!(families.len() > 2, "{} claims in {window}", families.len());
    fwt_ok(&["claims", "import", text(&signed), "--out", text(out)]);
    for (stage, share) in [("submitted", 2), ("paid", 1)] {
        let taken = (0..).zip(&families).take(signed_off).filter(|(place, _)| place % 3 < share);
        let rows: Vec<String> = taken.map(|(_, row)| [&row["family"], ",", window, ",", stage, ",", on, ",,CD\n"].concat()).collect();
        let file = scratch.join("claims.csv");
        std::fs::write(&file, format!("family,window,stage,on,reason,by\n{}", rows.concat())).unwrap();
        fwt_ok(&["claims", "import", text(&file), "--out", text(out)]);
    }
    folder
}

/// Only the acceptances and rejections of a month's decisions: requests, answers, the team and workers move a family on.
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

/// What the journal says of a family under its id of today.
#[derive(Default)]
struct Way {
    accepted: bool,
    /// First day of each status, and of each stage of a claim as `claim STAGE`; nobody invalidates in this test.
    statuses: BTreeMap<String, String>,
    /// The status of the latest day, and that day.
    stands: (String, String),
    /// Last stage of its claim in each window.
    claims: BTreeMap<String, String>,
}

impl Way {
    /// A status that ends the way with no claim under way, or a claim that was paid.
    fn has_ended(&self) -> bool {
        let paid = self.claims.values().any(|stage| stage == "paid");
        let ends = ["declined", "no_contact", "out_of_county", "closed", "claimed"];
        paid || (self.claims.is_empty() && ends.contains(&self.stands.1.as_str()))
    }
}

/// The way of each family of which the journal says something.
fn decided(out: &Path) -> BTreeMap<String, Way> {
    let successors: BTreeMap<String, String> = table(&current(out), "id_history", &["id", "state", "successor_ids"])
        .into_iter()
        .filter(|row| row[1] == "retired" && !row[2].is_empty())
        .map(|row| (row[0].clone(), row[2].split("; ").next().unwrap().to_owned()))
        .collect();
    let present = |id: &str| {
        let mut id = id.to_owned();
        while let Some(next) = successors.get(&id) {
            id.clone_from(next);
        }
        id
    };
    let mut found: BTreeMap<String, Way> = BTreeMap::new();
    for line in std::fs::read_to_string(out.join("register/decisions.jsonl")).unwrap().lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let words = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap().to_owned();
        if let Some(claim) = entry["decision"].get("claim") {
            let way = found.entry(present(&words(claim, "family"))).or_default();
            let stage = words(claim, "stage");
            assert_ne!(stage, "invalidated");
            way.statuses.entry(format!("claim {stage}")).or_insert_with(|| words(claim, "on"));
            way.claims.insert(words(claim, "window"), stage);
        }
        let Some(family) = entry["decision"].get("family") else { continue };
        let way = found.entry(present(&words(family, "family"))).or_default();
        if let Some(now) = family.get("accepted").and_then(serde_json::Value::as_bool) {
            way.accepted = now;
        }
        if let Some(status) = family.get("status").and_then(serde_json::Value::as_str) {
            let on = words(family, "on");
            let day = way.statuses.entry(status.to_owned()).or_insert_with(|| on.clone());
            *day = day.clone().min(on.clone());
            if on >= way.stands.0 {
                way.stands = (on, status.to_owned());
            }
        }
    }
    found
}

/// What says that a family was turned around.
const TURNED: [&str; 2] = ["turned_around_elsewhere", "claim drafted"];

#[test]
fn over_a_year_every_accepted_family_ends_or_is_chased_and_the_counts_of_all_books_tie_to_the_family() {
    let year = year();
    let decided = decided(&year.out);
    every_family_has_ended_or_is_chased(&year, &decided);
    let steps = steps(&decided);
    run_and_report_say_the_same(&year, &steps);
    claims_say_the_same(&year, &decided);
    employment_is_claimed_as_the_truth_says(&year);
    star_says_the_same(&year, &steps);
    effect_says_the_same(&year, &decided);
    fwt_ok(&["verify", text(&year.out)]);
    drop(year.folder);
}

/// How many families have one of some statuses, by the journal.
fn with(decided: &BTreeMap<String, Way>, names: &[&str]) -> u64 {
    decided.values().filter(|way| names.iter().any(|name| way.statuses.contains_key(*name))).count() as u64
}

/// Accepted, assessed, attached, turned around, claimed, by the journal.
fn steps(decided: &BTreeMap<String, Way>) -> [u64; 5] {
    let accepted = decided.values().filter(|way| way.accepted).count() as u64;
    assert_eq!(with(decided, &["claimed"]), 0, "claimed is reached through claims and typed in by nobody");
    let steps = [&["assessed", "attached"][..], &["attached"], &TURNED, &["claim submitted"]].map(|names| with(decided, names));
    let [assessed, attached, turned, claimed] = steps;
    assert!(accepted > 40 && assessed > 30 && attached > 20 && turned > claimed && claimed > 2, "{accepted} accepted, {steps:?}");
    [accepted, assessed, attached, turned, claimed]
}

/// Each accepted family is at its end or stands in the chaser list once, with what is awaited, from whom and by when; nobody else stands there.
fn every_family_has_ended_or_is_chased(year: &Year, decided: &BTreeMap<String, Way>) {
    let contacts = year.office.join("service").join(MONTHS[11]).join("contacts.csv");
    let file = year.folder.path().join("chasers.csv");
    let shown = desk(&["requests", "show"], (&year.data, &year.out), &["--contacts", text(&contacts), "--to", text(&file)]);
    let list = rows(&file);
    let chased: BTreeSet<&String> = list.iter().map(|row| &row["family"]).collect();
    assert_eq!(chased.len(), list.len(), "a family stands in the list once");
    let going_on: BTreeSet<&String> = decided.iter().filter(|(_, way)| way.accepted && !way.has_ended()).map(|(id, _)| id).collect();
    assert_eq!(chased, going_on);
    for row in &list {
        assert!(row["due"].len() == 10 && row["since"] < row["due"] && !row["from"].is_empty() && !row["what"].is_empty(), "{row:?}");
        assert_eq!(row["days_overdue"] != "0", row["due"].as_str() < "2013-09-30", "{row:?}");
    }
    let said: Vec<&str> = shown["chasers"].as_array().unwrap().iter().map(|row| row["family"].as_str().unwrap()).collect();
    assert_eq!(said, list.iter().map(|row| row["family"].as_str()).collect::<Vec<_>>());
    let awaited: BTreeSet<&str> = list.iter().map(|row| row["awaited"].as_str()).collect();
    for code in ["turn-around", "evidence", "claim-audit", "claim-submission", "claim-payment"] {
        assert!(awaited.contains(code), "{code} in {awaited:?}");
    }
    let ended: BTreeSet<&str> = decided.values().filter(|way| way.accepted && way.has_ended()).map(|way| way.stands.1.as_str()).collect();
    for status in ["declined", "no_contact", "out_of_county", "attached"] {
        assert!(ended.contains(status), "{status} in {ended:?}: an attached family has ended when its claim was paid");
    }
    // The team keeps up: whoever waits for its visit has waited for two months at most.
    let visits = list.iter().filter(|row| ["no-contact", "all-asked"].contains(&row["awaited"].as_str()));
    assert!(visits.map(|row| row["days_overdue"].parse::<u32>().unwrap()).all(|days| days < 92));
}

fn run_and_report_say_the_same(year: &Year, steps: &[u64; 5]) {
    let run = current(&year.out);
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(run.join("run.json")).unwrap()).unwrap();
    for target in summary["targets"].as_array().unwrap() {
        let reached = |step: &str| target["reached"][step].as_u64().unwrap();
        assert_eq!(["accepted", "assessed", "attached", "turned_around", "claimed"].map(reached), *steps, "{}", target["name"]);
        assert!(reached("identified") >= steps[0]);
        let counted = reached(target["counts"].as_str().unwrap());
        let planned = target["planned"].as_u64().unwrap();
        assert_eq!(target["shortfall"].as_u64().unwrap(), planned.saturating_sub(counted));
    }
    let report = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(report.contains(&format!("{} families are attached", steps[2])), "the report counts those attached");
    assert!(report.contains("The target is 457 families by 31 March 2013, of which the government pays for 381."));
    assert!(report.contains("The target is 1,370 families by 31 March 2015, of which the government pays for 1,142."));
}

/// Each claim drafted counts as turned around, each one submitted as claimed; what was submitted in one window is not drafted in the next.
fn claims_say_the_same(year: &Year, decided: &BTreeMap<String, Way>) {
    let windows: Vec<Vec<Row>> = year.claims.iter().map(|folder| rows(&folder.join("claims.csv"))).collect();
    let shown: serde_json::Value = serde_json::from_str(&fwt_ok(&["claims", "show", "--out", text(&year.out), "--json"])).unwrap();
    let standing = shown["claims"].as_array().unwrap();
    assert_eq!(standing.len(), windows.iter().map(Vec::len).sum::<usize>());
    let of = |stages: &[&str]| -> BTreeSet<&str> {
        let found = standing.iter().filter(|claim| stages.is_empty() || stages.contains(&claim["stage"].as_str().unwrap()));
        found.map(|claim| claim["family"].as_str().unwrap()).collect()
    };
    assert_eq!(of(&[]).len() as u64, with(decided, &["claim drafted"]));
    assert_eq!(of(&["submitted", "paid"]).len() as u64, with(decided, &["claim submitted"]));
    assert_eq!(of(&["paid"]).len() as u64, with(decided, &["claim paid"]));
    let submitted = windows.iter().map(|claims| (0..claims.len() - 1).filter(|place| place % 3 < 2).count()).sum::<usize>();
    assert_eq!(of(&["submitted", "paid"]).len(), submitted, "nobody twice");
}

fn star_says_the_same(year: &Year, steps: &[u64; 5]) {
    fwt_ok(&["star", text(&year.out), "--quiet"]);
    let star = year.out.join("star");
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(current(&year.out).join("run.json")).unwrap()).unwrap();
    for name in ["year-one", "programme"] {
        let rows = months::fact(&star, "fact_target", MONTHS[11]).into_iter().filter(|row| row["target_key"].as_deref() == Some(name));
        let rows: Vec<_> = rows.collect();
        let sum =
            |column: &str| rows.iter().filter_map(|row| row[column].as_deref()).map(|count| count.parse::<u64>().unwrap()).sum::<u64>();
        let found = ["accepted", "assessed", "attached", "turned_around", "claimed"].map(|step| sum(&format!("families_{step}")));
        assert_eq!(found, *steps, "{name}");
        let target = summary["targets"].as_array().unwrap().iter().find(|target| target["name"] == name).unwrap();
        assert_eq!(sum("families_identified"), target["reached"]["identified"].as_u64().unwrap(), "{name}");
        assert_eq!(sum("families_planned"), target["planned"].as_u64().unwrap(), "the districts' plans are the county's");
    }
    let ways = months::fact(&star, "fact_journey", MONTHS[11]);
    let ways: Vec<_> = ways.iter().filter(|row| row["pack_key"].as_deref() == Some("p1-lincolnshire")).collect();
    let reached = |column: &str| ways.iter().filter(|row| row[column].is_some()).count() as u64;
    assert_eq!(["accepted_on", "assessed_on", "attached_on", "turned_around_on", "claimed_on"].map(reached), *steps);
    let families: BTreeSet<Option<String>> =
        months::rows(&star.join("dim_family.parquet")).into_iter().map(|row| row["family_key"].clone()).collect();
    assert!(ways.iter().all(|row| families.contains(&row["family_key"])), "every family of the fact stands in its dimension");
}

fn effect_says_the_same(year: &Year, decided: &BTreeMap<String, Way>) {
    let said = fwt_ok(&["effect", PIPELINE, "--out", text(&year.out), "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["attached"].as_u64(), Some(with(decided, &["attached"])));
    let attached = || decided.values().filter(|way| way.statuses.contains_key("attached"));
    let turned = attached().filter(|way| TURNED.iter().any(|name| way.statuses.contains_key(*name)));
    assert_eq!(said["turned_around"].as_u64(), Some(turned.count() as u64));
    let early = attached().filter(|way| way.statuses["attached"].as_str() <= "2013-03-31").count() as u64;
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
    for (name, bytes) in tree(&folder) {
        let page = String::from_utf8_lossy(&bytes).into_owned();
        assert!(decided.keys().all(|id| !page.contains(id.as_str())), "{name} names a family");
    }
    for name in ["effect.html", "committee.html"] {
        assert!(std::fs::read_to_string(folder.join(name)).unwrap().contains("prove no cause"), "{name}");
    }
    // The truth knows what became of those worked with.
    let helped = rows(&year.data.join("truth/2013-09/helped.csv")).len() as u64;
    assert!(helped > with(decided, &["attached"]) / 2, "{helped} of {}", with(decided, &["attached"]));
}

/// Every adult for whom continuous employment is claimed truly left a benefit and works long enough.
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
    let folder = year.claims.last().unwrap();
    let attached: BTreeMap<String, String> =
        rows(&folder.join("candidates.csv")).into_iter().map(|row| (row["family_id"].clone(), row["attached_on"].clone())).collect();
    let mut claimed: BTreeSet<String> = BTreeSet::new();
    let claims = rows(&folder.join("claims.csv")).into_iter().filter(|row| row["claimed"] == "continuous_employment");
    for row in claims {
        let family = folder.join("families").join(&row["family_id"]);
        let met = rows(&family.join("tests.csv")).into_iter().filter(|test| test["test"] == "employment" && test["verdict"] == "met");
        let adults: BTreeSet<String> = met.map(|test| test["about"].clone()).filter(|person| !person.is_empty()).collect();
        assert!(!adults.is_empty());
        for evidence in rows(&family.join("evidence.csv")) {
            if let Some(person) = lines.get(&(evidence["file"].clone(), evidence["line"].clone()))
                && evidence["code"] == "employment"
                && adults.contains(&evidence["about"])
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
    assert!(claimed.intersection(&truly).count() > 0, "{claimed:?} of {truly:?}");
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

/// What the comparison counts before and after is what truly happened to the families, but for one event that came to somebody of another family. Before is what was known at
/// attachment: an offence that was proven later was none then.
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
    for month in MONTHS {
        for row in rows(&data.join("truth").join(month).join("events.csv")) {
            let Some((attached, born)) = of_person.get(&row["person"]) else { continue };
            let known_at_attachment = attached.starts_with(month);
            let (attached, on) = (day(attached), day(&row["from"]));
            let child = fwt::model::date::age_on(day(born), on).is_some_and(|age| age < 18);
            let measure = match (row["kind"].as_str(), row["code"].as_str(), row["role"].as_str()) {
                ("offence", code, "offender") if PROVEN.contains(&code) && child => "offence_minor",
                ("exclusion", "fixed", _) => "fixed_exclusion",
                ("exclusion", "permanent", _) => "permanent_exclusion",
                _ => continue,
            };
            let before = on < attached && fwt::model::date::months_before(attached, 6) <= on;
            let after = on >= attached && on < fwt::model::date::months_before(attached, -6);
            if before && known_at_attachment {
                *found.entry((measure, "before")).or_default() += 1;
            } else if after && MONTHS.last() == Some(&month) {
                *found.entry((measure, "after")).or_default() += 1;
            }
        }
    }
    assert!(!found.is_empty(), "something happened to somebody");
    for measure in ["offence_minor", "fixed_exclusion", "permanent_exclusion"] {
        for side in ["before", "after"] {
            let own = exact.iter().filter(|row| row["measure"] == measure && row["group"] == "attached");
            let counted: i64 = own.map(|row| row[side].parse::<i64>().unwrap()).sum();
            let truly = found.get(&(measure, side)).copied().unwrap_or(0);
            assert!((counted - truly).abs() <= 1, "{measure} {side}: {counted} counted, {truly} true");
        }
    }
}
