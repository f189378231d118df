//! Decisions of people as an officer makes them: a workbook goes out and comes back, holds in every later month, and is never half taken.

#![allow(
    clippy::assigning_clones,
    clippy::naive_bytecount,
    clippy::needless_for_each,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prepares its own folders, and a panic is how it fails"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{PIPELINE, current, fwt, fwt_ok, table, text};

fn county(folder: &Path, people: u32, seed: u32, months: u32) -> PathBuf {
    let data = folder.join("data");
    let (people, seed, months) = (people.to_string(), seed.to_string(), months.to_string());
    fwt_ok(&[
        "synth",
        "--out",
        text(&data),
        "--people",
        &people,
        "--seed",
        &seed,
        "--start",
        "2012-10",
        "--months",
        &months,
        "--all-on-time",
    ]);
    data
}

fn run(data: &Path, out: &Path, month: &str) -> PathBuf {
    fwt_ok(&["run", PIPELINE, "--month", month, "--data", text(data), "--out", text(out), "--confirm-churn"]);
    current(out)
}

fn import(file: &Path, out: &Path) -> serde_json::Value {
    serde_json::from_str(&fwt_ok(&["cohort", "import", text(file), "--out", text(out), "--json"])).unwrap()
}

/// Code and line of each row set aside.
fn set_aside(imported: &serde_json::Value) -> Vec<(String, u64)> {
    let rows = imported["set_aside"].as_array().unwrap();
    rows.iter().map(|row| (row["code"].as_str().unwrap().to_owned(), row["line"].as_u64().unwrap())).collect()
}

fn write(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

fn journal(out: &Path) -> Vec<u8> {
    fs::read(out.join("register/decisions.jsonl")).unwrap_or_default()
}

/// Family, route, status, accepted and reason of the listed families of the first pack, and of the others near it.
fn identification(run: &Path) -> BTreeMap<String, [String; 4]> {
    let columns = ["criteria_pack", "family_id", "route", "status", "accepted", "route_reason"];
    let rows = table(run, "identification", &columns).into_iter().filter(|row| row[0] == "p1-lincolnshire");
    rows.map(|row| (row[1].clone(), [row[2].clone(), row[3].clone(), row[4].clone(), row[5].clone()])).collect()
}

fn listed(run: &Path) -> Vec<String> {
    let rows = table(run, "identification", &["criteria_pack", "family_id", "listed"]);
    rows.into_iter().filter(|row| row[0] == "p1-lincolnshire" && row[2] == "yes").map(|row| row[1].clone()).collect()
}

/// The sheets of a workbook as texts.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    use calamine::{Reader, Xlsx};
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(fs::read(path).unwrap())).unwrap();
    let names = workbook.sheet_names();
    let rows = |range: calamine::Range<calamine::Data>| {
        // Cells count from A1, wherever the first filled one stands.
        let (height, width) = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
        let cell = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
        (0..height).map(|row| (0..width).map(|column| cell(row, column)).collect()).collect::<Vec<Vec<String>>>()
    };
    names.into_iter().map(|name| (name.clone(), rows(workbook.worksheet_range(&name).unwrap()))).collect()
}

/// Saves sheets of texts as another program would.
fn save(path: &Path, sheets: &[(String, Vec<Vec<String>>)]) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row as u32, column as u16, cell).unwrap();
            }
        }
    }
    fs::write(path, workbook.save_to_buffer().unwrap()).unwrap();
}

/// Fills in cells of the row whose first cells are `key`.
fn fill(sheets: &mut [(String, Vec<Vec<String>>)], sheet: &str, key: &[&str], answers: &[(&str, &str)]) {
    let (_, rows) = sheets.iter_mut().find(|(name, _)| name == sheet).unwrap();
    let header = rows[2].clone();
    let row = rows.iter_mut().find(|row| key.iter().zip(row.iter()).all(|(wanted, cell)| wanted == cell)).expect("the row");
    for (column, answer) in answers {
        row[header.iter().position(|name| name == column).expect("the column")] = (*answer).to_owned();
    }
}

#[test]
fn a_workbook_goes_out_is_filled_in_comes_back_and_the_next_run_knows_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 4_000, 11, 2);
    let out = folder.path().join("out");
    let first = run(&data, &out, "2012-10");
    let (workbook, filled) = (folder.path().join("cohort.xlsx"), folder.path().join("filled.xlsx"));
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&workbook)]);
    let families = listed(&first);
    assert!(families.len() >= 4, "{} families are too few for this test", families.len());
    let mut book = sheets(&workbook);
    assert_eq!(book.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["About", "Families", "Pairs", "Referrals"]);
    let shown: Vec<&String> = book[1].1.iter().skip(3).map(|row| &row[0]).collect();
    assert_eq!(shown, families.iter().collect::<Vec<_>>(), "the sheet holds the list in its order");
    save(&filled, &book);
    let nothing = import(&filled, &out);
    assert_eq!((nothing["taken"].as_u64(), set_aside(&nothing).len()), (Some(0), 0), "an unedited workbook says nothing: {nothing}");

    fill(&mut book, "Families", &[&families[0]], &[("accepted", "yes"), ("status", "assessment requested"), ("by", "A. Officer")]);
    fill(&mut book, "Families", &[&families[1]], &[("accepted", "no"), ("reason", "known under another name"), ("by", "A. Officer")]);
    fill(&mut book, "Families", &[&families[2]], &[("why", "edited"), ("accepted", "yes"), ("by", "A. Officer")]);
    fill(&mut book, "Families", &[&families[3]], &[("override", "exclude"), ("reason", "wrong house"), ("by", "A. Officer")]);
    let next = table(&run(&data, &folder.path().join("probe"), "2012-11"), "persons", &["source", "record_id"]);
    let lasts = |name: &[String]| next.iter().any(|row| row[..] == *name);
    let pair = book[2].1[3..].iter().find(|row| lasts(&row[..2]) && lasts(&row[2..4])).expect("a doubtful pair that lasts");
    let pair: Vec<String> = pair[..4].to_vec();
    let key: Vec<&str> = pair.iter().map(String::as_str).collect();
    fill(&mut book, "Pairs", &key, &[("decision", "same"), ("reason", "the same mother and day of birth"), ("by", "A. Officer")]);
    save(&filled, &book);
    let taken = import(&filled, &out);
    assert_eq!(taken["taken"].as_u64(), Some(3), "{taken}");
    let codes: Vec<String> = set_aside(&taken).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["locked-cell-edited", "missing-approver", "missing-expiry"]);
    for row in taken["set_aside"].as_array().unwrap() {
        assert!(row["file"].as_str().unwrap().contains("filled.xlsx (Families)") && row["line"].as_u64().unwrap() > 3, "{row}");
    }

    // The same month again knows it, and so does the next.
    for month in ["2012-10", "2012-11"] {
        let run = run(&data, &out, month);
        let rows = identification(&run);
        let [route, status, accepted, _] = &rows[&families[0]];
        assert_eq!((status.as_str(), accepted.as_str()), ("assessment_requested", "yes"), "{month}: {route}");
        let links = table(&run, "links", &["left_source", "left_record_id", "right_source", "right_record_id", "decision"]);
        let judged = links.iter().find(|link| link[..4] == pair[..] || (link[2..4] == pair[..2] && link[..2] == pair[2..]));
        assert_eq!(judged.map(|link| link[4].as_str()), Some("decided"), "{month}");
    }
    let again = folder.path().join("again");
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&again)]);
    let pairs = fs::read_to_string(again.join("pairs.csv")).unwrap();
    assert!(!pairs.lines().any(|line| line.starts_with(&pair.join(","))), "a decided pair is asked again");
    let told = fwt_ok(&["cohort", "show", &families[0], "--out", text(&out)]);
    assert!(told.contains("assessment requested since 2012-10-31") && told.contains("A. Officer"), "{told}");
    let told = fwt_ok(&["cohort", "history", &format!("{}/{}", pair[0], pair[1]), "--out", text(&out)]);
    assert!(told.contains("the same mother and day of birth"), "{told}");
    fwt_ok(&["verify", text(&out)]);
}

/// domain.md §7 F11: a verdict survives monthly runs; a short form of the twelve months.
#[test]
fn a_verdict_on_a_pair_holds_month_after_month_and_its_reversal_keeps_the_history() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 3_000, 12, 3);
    let out = folder.path().join("out");
    // Records that come every month: of others only stand-ins would be left to judge.
    let probe = folder.path().join("probe");
    let mut lasting: Option<std::collections::BTreeSet<Vec<String>>> = None;
    for month in ["2012-10", "2012-11", "2012-12"] {
        let there: std::collections::BTreeSet<Vec<String>> =
            table(&run(&data, &probe, month), "persons", &["source", "record_id"]).into_iter().collect();
        lasting = Some(lasting.map_or_else(|| there.clone(), |before| before.intersection(&there).cloned().collect()));
    }
    let lasting = lasting.unwrap();
    let first = run(&data, &out, "2012-10");
    let columns = ["left_source", "left_record_id", "right_source", "right_record_id", "decision"];
    let persons = table(&first, "persons", &["source", "record_id", "person_id"]);
    let of_person = |id: &str| persons.iter().filter(|row| row[2] == id).count();
    // A person of two records: what keeps them apart is the verdict alone.
    let link = table(&first, "links", &columns)
        .into_iter()
        .filter(|row| row[4] == "linked" && lasting.contains(&row[..2]) && lasting.contains(&row[2..4]))
        .find(|row| persons.iter().any(|person| person[..2] == row[..2] && of_person(&person[2]) == 2))
        .expect("a person of two records");
    let verdict = |word: &str| {
        let row = format!("{},{word},looked at both files,A. Officer", link[..4].join(","));
        write(folder.path(), "pairs.csv", &format!("left_source,left_record_id,right_source,right_record_id,decision,reason,by\n{row}\n"))
    };
    assert_eq!(import(&verdict("different"), &out)["taken"].as_u64(), Some(1));
    let ids = |run: &Path| {
        let persons = table(run, "persons", &["source", "record_id", "person_id"]);
        let id = |source: &str, record: &str| {
            persons.iter().find(|row| row[0] == source && row[1] == record).map(|row| row[2].clone()).unwrap_or_default()
        };
        (id(&link[0], &link[1]), id(&link[2], &link[3]))
    };
    for month in ["2012-10", "2012-11", "2012-12"] {
        let (left, right) = ids(&run(&data, &out, month));
        assert!(left.is_empty() || right.is_empty() || left != right, "{month}: the verdict was forgotten");
        assert_eq!(import(&verdict("different"), &out)["taken"].as_u64(), Some(0), "{month}: the same verdict made an entry");
    }
    assert_eq!(import(&verdict("same"), &out)["taken"].as_u64(), Some(1));
    let (left, right) = ids(&run(&data, &out, "2012-12"));
    assert_eq!(left, right, "the reversal was forgotten");
    let told = fwt_ok(&["cohort", "history", &format!("{}/{}", link[0], link[1]), "--out", text(&out), "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["tables"][0]["rows"].as_array().unwrap().len(), 2, "both verdicts stand in the history");
}

#[test]
fn a_closed_or_rejected_family_is_held_back_with_its_reason_until_something_new_happens() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 4_000, 13, 1);
    let out = folder.path().join("out");
    let first = run(&data, &out, "2012-10");
    let families = listed(&first);
    // Dates of the evidence say what is new after a day.
    let newest = |family: &String| {
        let rows = table(&first, "evidence", &["family_id", "pack", "event_from"]);
        rows.into_iter().filter(|row| row[0] == *family && row[1] == "p1-lincolnshire").map(|row| row[2].clone()).max().unwrap_or_default()
    };
    let (closed, renewed) = (&families[0], families.iter().skip(1).find(|family| *newest(family) > *"2011-12-31").unwrap());
    let rows = format!(
        "family,accepted,status,on,override,approver,expires,reason,by\n\
         {closed},,closed,2012-10-31,,,,moved to other support,AB\n\
         {renewed},no,,2011-12-31,,,,not our family,AB\n\
         {},,declined,,include,Head of Service,2012-12-31,they may change their minds,AB\n\
         {},,,,include,Head of Service,2012-10-30,tried once,AB\n",
        families[2], families[3]
    );
    let file = write(folder.path(), "families.csv", &rows);
    let taken = import(&file, &out);
    assert_eq!(set_aside(&taken), [("expires-before-it-begins".to_owned(), 5)]);
    let second = run(&data, &out, "2012-10");
    let now = identification(&second);
    let [route, status, _, reason] = &now[closed];
    assert_eq!((route.as_str(), status.as_str()), ("SETTLED", "closed"));
    assert!(reason.contains("closed on 2012-10-31, and nothing new has happened since"), "{reason}");
    let [route, _, accepted, reason] = &now[renewed];
    assert!(route != "SETTLED" && accepted == "no", "{route}");
    assert!(reason.contains("proposed again although rejected for the list on 2011-12-31"), "{reason}");
    assert_eq!(now[&families[2]][0], "OVERRIDE", "a person's decision to include stands above a family's no");
    assert!(!listed(&second).contains(closed));
    let told = fwt_ok(&["explain", "family", closed, "--run", text(&out)]);
    assert!(told.contains("SETTLED") && told.contains("closed on 2012-10-31"), "{told}");
}

#[test]
fn an_override_lapses_and_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 2_000, 14, 2);
    let out = folder.path().join("out");
    let first = run(&data, &out, "2012-10");
    let family = identification(&first).into_iter().find(|(_, row)| row[0] == "NOT_ELIGIBLE").expect("a family that is not listed").0;
    let rows = format!("family,override,approver,expires,reason,by\n{family},include,Head of Service,2012-11-15,the school asks,AB\n");
    import(&write(folder.path(), "families.csv", &rows), &out);
    let october = identification(&run(&data, &out, "2012-10"));
    assert_eq!(october[&family][0], "OVERRIDE");
    assert!(october[&family][3].contains("the school asks (approved by Head of Service, until 2012-11-15)"));
    let output = fwt(&["run", PIPELINE, "--month", "2012-11", "--data", text(&data), "--out", text(&out), "--confirm-churn"]);
    let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && warnings.contains("register:1: this override lapsed on 2012-11-15"), "{warnings}");
    let told = fwt_ok(&["cohort", "show", "--out", text(&out)]);
    assert!(told.contains("2012-11-15") && told.contains(&family), "{told}");
}

#[test]
fn what_cannot_be_taken_is_named_and_a_file_that_is_no_decisions_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 1_000, 15, 1);
    let out = folder.path().join("out");
    let family = table(&run(&data, &out, "2012-10"), "families", &["family_id"])[0][0].clone();
    let check = |name: &str, content: &str, code: i32, words: &[&str]| {
        let file = write(folder.path(), name, content);
        let output = fwt(&["cohort", "import", text(&file), "--out", text(&out)]);
        let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{name}: {told}");
        words.iter().for_each(|word| assert!(told.contains(word), "{name}: `{word}` is not in: {told}"));
        assert!(journal(&out).is_empty(), "{name}");
    };
    check("a.csv", "family,expire,by\nF1,2012-10-31,AB\n", 1, &["unknown-header", "did you mean \"expires\"?"]);
    check("b.csv", "name,day\nx,y\n", 1, &["missing-header"]);
    check("d.xlsx", "PK\u{3}\u{4}nonsense", 1, &["d.xlsx", "no decision was taken"]);
    check("e.csv", "family,accepted,by\nF000000000000,yes,AB\n", 1, &["e.csv:2 (`family`)", "unknown-family", "set aside"]);
    check("f.csv", &format!("family,status,by\n{family},claimed,AB\n"), 1, &["impossible-transition", "not-accepted"]);
    check("g.csv", "family,accepted,by\n", 0, &["Decisions taken:   0"]);
    // A copy of a sheet, or of a file, under another name would be passed over without a word.
    let rows = |cells: &[[&str; 3]]| cells.iter().map(|cells| cells.map(str::to_owned).to_vec()).collect::<Vec<_>>();
    let header = ["family", "accepted", "by"];
    let sheets =
        [("Families", rows(&[header])), ("Families (2)", rows(&[header, [&family, "yes", "AB"]])), ("Notes", rows(&[["a", "b", "c"]]))];
    let copied = folder.path().join("copied.xlsx");
    save(&copied, &sheets.map(|(name, rows)| (name.to_owned(), rows)));
    let several = folder.path().join("several");
    fs::create_dir(&several).unwrap();
    write(&several, "families.csv", "family,accepted,by\n");
    write(&several, "families (1).csv", &format!("family,accepted,by\n{family},yes,AB\n"));
    write(&several, "notes.csv", "anything,else\n");
    for (path, what) in [(&copied, "copied.xlsx (sheet 2)"), (&several, "families (1).csv")] {
        let refused = fwt(&["cohort", "import", text(path), "--out", text(&out)]);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{told}");
        assert!(told.contains(what) && told.contains("not-read") && !told.contains("notes.csv"), "{told}");
        assert!(journal(&out).is_empty());
    }
    let missing = fwt(&["cohort", "import", "nowhere.csv", "--out", text(&out)]);
    assert_eq!(missing.status.code(), Some(3));
    let no_run = fwt(&["cohort", "import", text(&folder.path().join("a.csv")), "--out", text(&folder.path().join("none"))]);
    assert_ne!(no_run.status.code(), Some(0));
    assert!(!folder.path().join("none").exists(), "a mistyped folder is not made");
    assert_eq!(fwt(&["cohort", "show", "F000000000000", "--out", text(&out)]).status.code(), Some(2));
}

#[test]
fn what_is_shown_of_a_family_is_the_same_under_an_id_that_it_has_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 3_000, 21, 3);
    let out = folder.path().join("out");
    let families = table(&run(&data, &out, "2012-10"), "families", &["family_id"]);
    let rows: Vec<String> = families.iter().map(|row| format!("{},yes,assessment requested,AB", row[0])).collect();
    import(&write(folder.path(), "all.csv", &format!("family,accepted,status,by\n{}\n", rows.join("\n"))), &out);
    run(&data, &out, "2012-11");
    let ids = table(&run(&data, &out, "2012-12"), "id_history", &["id", "state", "successor_ids"]);
    let retired: Vec<&Vec<String>> =
        ids.iter().filter(|row| row[0].starts_with('F') && row[1] == "retired" && !row[2].is_empty()).collect();
    assert!(!retired.is_empty(), "no family was retired");
    let [old, new] = [retired[0][0].clone(), retired[0][2].split("; ").next().unwrap().to_owned()];
    let said = |command: &str, id: &str| {
        let said: serde_json::Value = serde_json::from_str(&fwt_ok(&["cohort", command, id, "--out", text(&out), "--json"])).unwrap();
        (said["tables"].clone(), said["sentences"].to_string())
    };
    for command in ["show", "history"] {
        let ((tables, words), (now, _)) = (said(command, &old), said(command, &new));
        assert_eq!(tables, now, "{command}");
        assert!(words.contains(&format!("{old} has become {new}.")), "{words}");
        assert!(tables.to_string().contains("assessment requested"), "{command}: {tables}");
    }
}

#[test]
fn a_killed_import_leaves_the_old_register_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 2_000, 16, 1);
    let out = folder.path().join("out");
    let families: Vec<String> =
        table(&run(&data, &out, "2012-10"), "families", &["family_id"]).into_iter().map(|row| row[0].clone()).collect();
    let file = |from: usize| {
        let rows: Vec<String> = families.iter().skip(from).take(20).map(|family| format!("{family},yes,AB")).collect();
        write(folder.path(), "families.csv", &format!("family,accepted,by\n{}\n", rows.join("\n")))
    };
    import(&file(0), &out);
    let mut seen = [0, 0];
    for round in 0..24_u64 {
        let before = journal(&out);
        let path = file(20 + round as usize * 20);
        let mut child = Command::new(env!("CARGO_BIN_EXE_fwt"))
            .args(["cohort", "import", text(&path), "--out", text(&out), "--json"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        let after = journal(&out);
        assert!(after.starts_with(&before), "round {round}: old decisions were touched");
        let new = after[before.len()..].iter().filter(|byte| **byte == b'\n').count();
        assert!(new == 0 || new == 20, "round {round}: {new} of 20 decisions were taken");
        seen[usize::from(new == 20)] += 1;
        fwt_ok(&["cohort", "show", "--out", text(&out)]);
    }
    assert!(seen[0] > 0, "no import was killed in time");
    fwt_ok(&["verify", text(&out)]);
    import(&file(0), &out);
}

#[test]
fn a_journal_that_was_cut_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 1_000, 17, 1);
    let out = folder.path().join("out");
    let families = table(&run(&data, &out, "2012-10"), "families", &["family_id"]);
    let rows: Vec<String> = families.iter().take(3).map(|row| format!("{},yes,AB", row[0])).collect();
    import(&write(folder.path(), "families.csv", &format!("family,accepted,by\n{}\n", rows.join("\n"))), &out);
    let path = out.join("register/decisions.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let two: String = whole.split_inclusive('\n').take(2).collect();
    for (what, content) in [("cut", two), ("changed", whole.replacen("\"by\":\"AB\"", "\"by\":\"XY\"", 1)), ("gone", String::new())] {
        fs::write(&path, content).unwrap();
        let output = fwt(&["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
        assert_eq!(output.status.code(), Some(3), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stderr).contains("is damaged"), "{what}");
    }
    fs::write(&path, &whole).unwrap();
    fwt_ok(&["run", PIPELINE, "--month", "2012-10", "--data", text(&data), "--out", text(&out)]);
}

/// domain.md §7 F21: "Alfie S, ~8" goes to review with his likeliest families, and what people decide holds.
#[test]
fn a_referral_with_partial_details_goes_to_review_and_the_decision_places_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = county(folder.path(), 4_000, 18, 2);
    let out = folder.path().join("out");
    let first = run(&data, &out, "2012-10");
    let columns = ["source", "record_id", "person_id", "forename", "surname", "date_of_birth"];
    let persons = table(&first, "persons", &columns);
    let families: BTreeMap<String, String> = table(&first, "members", &["person_id", "family_id", "primary"])
        .into_iter()
        .filter(|row| row[2] == "yes")
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    // A schoolchild whose forename and initial few share, so that a little is enough to be a likely one.
    let named = |row: &Vec<String>| (row[3].clone(), row[4].chars().next());
    let mut names: BTreeMap<(String, Option<char>), std::collections::BTreeSet<&String>> = BTreeMap::new();
    persons.iter().for_each(|row| {
        names.entry(named(row)).or_default().insert(&row[2]);
    });
    let child = persons
        .iter()
        .find(|row| {
            row[0] == "school_attendance"
                && row[5].starts_with("2004")
                && row[3].len() > 3
                && names[&named(row)].len() == 1
                && families.contains_key(&row[2])
        })
        .expect("a child of about eight");
    let family = &families[&child[2]];
    let path = fs::read_dir(data.join("2012-11")).unwrap().map(|entry| entry.unwrap().path()).find(|path| text(path).contains("referrals"));
    let path = path.expect("the referrals of November");
    let form = format!("R-TEST-1,05/11/2012,,School,,,,,{} {},about 8,,,,,Y,Y,,,Y\n", child[3], child[4].chars().next().unwrap());
    let mut content = fs::read_to_string(&path).unwrap();
    content.push_str(&form);
    fs::write(&path, content).unwrap();

    let second = run(&data, &out, "2012-11");
    let shown = table(&second, "referral_candidates", &["referral", "candidate", "family_id", "why", "form_family_id"]);
    let candidates: Vec<&Vec<String>> = shown.iter().filter(|row| row[0] == "R-TEST-1").collect();
    assert!((1..=3).contains(&candidates.len()), "{candidates:?}");
    assert!(candidates.iter().any(|row| row[2] == *family), "the child's family is no candidate: {candidates:?}");
    assert!(candidates[0][3].contains("same forename") && candidates[0][3].contains("surname begins alike"), "{}", candidates[0][3]);
    let own = &candidates[0][4];
    let before = identification(&second);
    assert_eq!(before[own][0], "REFERRAL", "a referral that is ahead of the data counts");
    assert!(before[own][3].contains("to review"), "{}", before[own][3]);

    let csv = folder.path().join("go-out");
    fwt_ok(&["cohort", "export", "--out", text(&out), "--to", text(&csv)]);
    let sheet = fs::read_to_string(csv.join("referrals.csv")).unwrap();
    assert!(sheet.contains("R-TEST-1") && sheet.contains("age about 8"), "the form stands beside its candidates");
    let rows: Vec<String> = candidates
        .iter()
        .map(|row| {
            let verdict = if row[2] == *family { "same" } else { "different" };
            format!("professional_referrals,R-TEST-1,{},{verdict},asked the school,AB", row[2])
        })
        .collect();
    let taken =
        import(&write(folder.path(), "referrals.csv", &format!("source,referral,family,decision,reason,by\n{}\n", rows.join("\n"))), &out);
    assert_eq!(taken["taken"].as_u64(), Some(candidates.len() as u64), "{taken}");

    let third = run(&data, &out, "2012-11");
    let now = table(&third, "persons", &["record_id", "source", "person_id"]);
    let id = |record: &str, source: &str| now.iter().find(|row| row[0] == record && row[1] == source).expect("the record")[2].clone();
    assert_eq!(id("R-TEST-1#child1", "professional_referrals"), id(&child[1], "school_attendance"));
    let placed = table(&third, "referral_candidates", &["referral"]);
    assert!(placed.iter().all(|row| row[0] != "R-TEST-1"), "a placed form is asked again");
    let route = &identification(&third)[&table(&third, "members", &["person_id", "family_id", "primary"])
        .into_iter()
        .find(|row| row[0] == id(&child[1], "school_attendance") && row[2] == "yes")
        .unwrap()[1]];
    assert!(["REFERRAL", "AUTO", "DISCRETION"].contains(&route[0].as_str()), "{route:?}");
}
