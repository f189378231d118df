//! What must not happen after the first sign-off: a decision that vanishes, a family that is paid for twice or comes back unsaid, a claim that goes on although it fell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::support::{PIPELINE, copy, fwt, fwt_ok, text, tree};
use super::{WINDOW, data_of, draft, folder, import, rows, set_aside};

/// The last decision was cut off: the journal is in order, and the audit trail names what is not there.
pub(super) fn cut_journal(out: &Path) {
    let journal = out.join("register/decisions.jsonl");
    let whole = fs::read_to_string(&journal).unwrap();
    let cut: String = whole.split_inclusive('\n').take(whole.lines().count() - 1).collect();
    fs::write(&journal, cut).unwrap();
    for command in [
        vec!["verify", text(out)],
        vec!["claims", "draft", PIPELINE, "--window", WINDOW, "--data", text(&data_of(out)), "--out", text(out)],
    ] {
        let found = fwt(&command);
        let said = String::from_utf8_lossy(&found.stderr).into_owned();
        assert!(!found.status.success() && said.contains("does not hold a decision that the audit trail names"), "{command:?}: {said}");
    }
    fs::write(&journal, &whole).unwrap();
    let said = fwt_ok(&["verify", text(out)]);
    assert!(said.contains(&format!("Decisions of people: {} in order", whole.lines().count())), "{said}");
}

/// Filling the sheet in where it lies damages the folder, and the message says what to do instead.
pub(super) fn filled_in_where_it_lies(out: &Path, folder: &Path) {
    let sheet = folder.join("sign_off.csv");
    let written = fs::read_to_string(&sheet).unwrap();
    fs::write(&sheet, written.replacen(",drafted,,,,,", ",drafted,audited,2013-08-05,,Audit,", 1)).unwrap();
    let found = fwt(&["verify", text(out)]);
    let said = String::from_utf8_lossy(&found.stderr).into_owned();
    assert!(!found.status.success() && said.contains("`sign_off.csv` was changed: it is to be filled in as a copy"), "{said}");
    fs::write(&sheet, written).unwrap();
    assert!(
        fwt_ok(&["claims", "draft", PIPELINE, "--window", WINDOW, "--data", text(&data_of(out)), "--out", text(out)])
            .contains("copy sign_off.csv out of the folder")
    );
}

/// Of three families one is drafted, one was paid, one was invalidated.
pub(super) fn drafted_again(out: &Path, [drafted, paid, invalidated]: [&String; 3]) {
    let again = draft(out, WINDOW);
    let folder = folder(out, &again);
    let claims = rows(&folder.join("claims.csv"));
    let families: Vec<&String> = claims.iter().map(|claim| &claim["family_id"]).collect();
    assert!(!families.contains(&paid) && !families.contains(&invalidated) && families.contains(&drafted));
    assert_eq!((again["withheld"]["claimed-before"].as_u64(), again["withheld"]["invalidated"].as_u64()), (Some(1), Some(1)));
    let candidates = rows(&folder.join("candidates.csv"));
    let reason = |family: &String| candidates.iter().find(|row| row["family_id"] == *family).unwrap()["reason"].clone();
    assert_eq!(reason(invalidated), format!("invalidated in {WINDOW} by CD on 2013-09-20: spot check; the evidence is still the same"));

    // The one that stands keeps its number; the others have the lowest that are free; the rule says how many are paid for.
    let numbers: Vec<&str> = claims.iter().map(|claim| claim["number"].as_str()).collect();
    let expected: Vec<String> = (1..).filter(|number| *number != 2).take(claims.len()).map(|number: u64| number.to_string()).collect();
    assert_eq!(numbers, expected);
    let standing = rows(&folder.join("standing.csv"));
    assert_eq!(standing.len(), 1);
    assert_eq!([&standing[0]["number"], &standing[0]["family_id"], &standing[0]["stage"]], ["2", paid.as_str(), "paid"]);
    let funded = claims.iter().chain(&standing).filter(|claim| claim["funded"] == "yes");
    let (count, sum) = funded.fold((0, 0), |(count, sum), claim| (count + 1, sum + claim["payable_pence"].parse::<u64>().unwrap()));
    assert_eq!(count, (10 * (claims.len() as u64 + 1) + 6) / 12);
    assert_eq!((again["paid_for_in_all"].as_u64(), again["payable_in_all_pence"].as_u64()), (Some(count), Some(sum)));
    assert_eq!(draft(out, WINDOW)["folder"], again["folder"], "drafting changes nothing that a draft rests on");
}

/// The row of a claim in a folder's sheet, with an answer. The seal is that of the sheet.
fn answer(folder: &Path, families: &BTreeSet<String>, stage: &str, on: &str, reason: &str) -> String {
    let sheet = fs::read_to_string(folder.join("sign_off.csv")).unwrap();
    let (header, lines) = sheet.split_once('\n').unwrap();
    let wanted = lines.lines().filter(|line| families.contains(line.split(',').next().unwrap()));
    let answered: Vec<String> =
        wanted.map(|line| line.replacen(",drafted,,,,,", &format!(",drafted,{stage},{on},{reason},Audit,"), 1)).collect();
    format!("{header}\n{}\n", answered.join("\n"))
}

/// A claim that the newest retest would not make does not go on without a reason.
pub(super) fn late_data_stop_a_submission(out: &Path, folder: &Path, family: &str, retest: &str) {
    let of = BTreeSet::from([family.to_owned()]);
    assert_eq!(import(out, "audited.csv", &answer(folder, &of, "audited", "2013-09-21", ""))["taken"], 1);
    let stopped = import(out, "submitted.csv", &answer(folder, &of, "submitted", "2013-09-22", ""));
    assert_eq!((stopped["taken"].as_u64(), set_aside(&stopped)), (Some(0), vec![("fallen".to_owned(), 2)]));
    let message = stopped["set_aside"][0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("claims/{retest}")) && message.contains("nothing: "), "{message}");
    // Nor does drafting the same once more make it forgotten.
    draft(out, WINDOW);
    assert_eq!(set_aside(&import(out, "submitted.csv", &answer(folder, &of, "submitted", "2013-09-22", ""))).len(), 1);
    let reasoned = import(out, "submitted.csv", &answer(folder, &of, "submitted", "2013-09-22", "the school corrects its list"));
    assert_eq!(reasoned["taken"], 1, "{reasoned}");
}

/// A family that is claimed for in two windows is signed off in one of them; and of all that stand the rule says how many are paid for.
pub(super) fn in_another_window(out: &Path, newest: &Path) {
    let june = folder(out, &draft(out, "2013-06"));
    let july = folder(out, &draft(out, WINDOW));
    let families = |folder: &Path| -> BTreeSet<String> {
        rows(&folder.join("claims.csv")).into_iter().map(|claim| claim["family_id"].clone()).collect()
    };
    let both: BTreeSet<String> = families(&june).intersection(&families(&july)).take(5).cloned().collect();
    assert!(both.len() > 1 && families(newest).len() > both.len(), "{}", both.len());
    let first = answer(&june, &both, "audited", "2013-09-25", "");
    let second = answer(&july, &both, "audited", "2013-09-26", "");
    let (_, second) = second.split_once('\n').unwrap();
    let signed = import(out, "both.csv", &format!("{first}{second}"));
    assert_eq!(signed["taken"], both.len());
    assert_eq!(
        set_aside(&signed),
        (both.len() + 2..2 * both.len() + 2).map(|line| ("claimed-before".to_owned(), line as u64)).collect::<Vec<_>>()
    );
    let later = import(out, "later.csv", &answer(&july, &both, "audited", "2013-09-27", ""));
    assert_eq!((later["taken"].as_u64(), set_aside(&later).len()), (Some(0), both.len()));
    assert!(families(&folder(out, &draft(out, WINDOW))).is_disjoint(&both));

    let shown: serde_json::Value = serde_json::from_str(&fwt_ok(&["claims", "show", "--out", text(out), "--json"])).unwrap();
    let standing = |claim: &&serde_json::Value| ["audited", "submitted", "paid"].contains(&claim["stage"].as_str().unwrap());
    let claims = shown["claims"].as_array().unwrap();
    let numbers: BTreeMap<u64, &str> =
        claims.iter().filter(standing).map(|claim| (claim["number"].as_u64().unwrap(), claim["family"].as_str().unwrap())).collect();
    assert_eq!(numbers.len(), claims.iter().filter(standing).count(), "each has a number of its own");
    assert_eq!(numbers.values().collect::<BTreeSet<_>>().len(), numbers.len(), "each family stands once");
    let last = draft(out, WINDOW);
    assert_eq!(last["standing"], numbers.len());
    let all = last["standing"].as_u64().unwrap() + last["claims"].as_u64().unwrap();
    assert_eq!(last["paid_for_in_all"], (10 * all + 6) / 12);

    // One of them does not hold in June: it is claimed for in July again, and says so.
    let one = both.first().unwrap();
    let invalidated = format!("family,window,stage,on,reason,by\n{one},2013-06,invalidated,2013-09-28,wrong school,CD\n");
    assert_eq!(import(out, "invalidated.csv", &invalidated)["taken"], 1);
    assert!(!families(&folder(out, &draft(out, "2013-06"))).contains(one));
    let said = "invalidated in 2013-06 by CD on 2013-09-28: wrong school";
    let july = folder(out, &draft(out, WINDOW));
    for (table, column) in [("claims.csv", "invalidated_before"), ("candidates.csv", "reason")] {
        assert_eq!(rows(&july.join(table)).into_iter().find(|row| row["family_id"] == *one).unwrap()[column], said, "{table}");
    }
    fwt_ok(&["verify", text(out)]);
}

/// The same again is the same retest; with another pack, or after another decision, it is another one.
pub(super) fn a_retest_is_known_by_what_it_rests_on(out: &Path) {
    let data = data_of(out);
    let retest = |pipeline: &str| -> String {
        let said = fwt_ok(&["claims", "retest", pipeline, "--data", text(&data), "--out", text(out), "--json"]);
        serde_json::from_str::<serde_json::Value>(&said).unwrap()["folder"].as_str().unwrap().to_owned()
    };
    let first = retest(PIPELINE);
    let files = tree(&out.join("claims").join(&first));
    assert_eq!(retest(PIPELINE), first);
    let elsewhere = out.with_file_name("elsewhere");
    for folder in ["pipelines", "schemas"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &elsewhere.join(folder));
    }
    let (pipeline, pack) = (elsewhere.join("pipelines/lincolnshire.toml"), elsewhere.join("pipelines/results/p1.toml"));
    assert_eq!(retest(text(&pipeline)), first, "where the files lie does not matter");
    assert!(tree(&out.join("claims").join(&first)) == files);
    fs::write(&pack, format!("{}\n# read again\n", fs::read_to_string(&pack).unwrap())).unwrap();
    let with_pack = retest(text(&pipeline));
    assert_ne!(with_pack, first);

    let shown: serde_json::Value = serde_json::from_str(&fwt_ok(&["claims", "show", "--out", text(out), "--json"])).unwrap();
    let audited = shown["claims"].as_array().unwrap().iter().find(|claim| claim["stage"] == "audited").expect("one is signed off");
    let [family, window] = ["family", "window"].map(|name| audited[name].as_str().unwrap());
    let decision = format!("family,window,stage,on,reason,by\n{family},{window},invalidated,2013-09-30,left the county,CD\n");
    assert_eq!(import(out, "left.csv", &decision)["taken"], 1);
    let after = retest(PIPELINE);
    assert!(after != first && after != with_pack);
    assert_eq!(retest(PIPELINE), after);
}
