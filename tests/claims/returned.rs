//! The quarterly return, done again from the published tables of its months.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use super::support::{current, fwt, fwt_ok, table, text};
use super::{MONTHS, import, rows};

/// What the months said of each need, and the needs that a late or still open row shows.
type Said = (BTreeMap<(String, String), String>, BTreeSet<(String, String)>);

#[test]
#[expect(clippy::too_many_lines, reason = "one story: drafted, done again, summed")]
fn the_quarterly_return_holds_needs_against_outcomes_of_six_months() {
    const ALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/lincolnshire-all-packs.toml");
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    fwt_ok(&[
        "synth",
        "--out",
        text(&data),
        "--people",
        "4000",
        "--seed",
        "9",
        "--start",
        "2012-10",
        "--months",
        "9",
        "--all-on-time",
        "--quiet",
    ]);
    let month = |month: &str| {
        fwt_ok(&["run", ALL, "--month", month, "--data", text(&data), "--out", text(&out), "--confirm-churn", "--quiet"]);
        current(&out)
    };
    let first = month(MONTHS[0]);
    let rows_of = table(&first, "identification", &["criteria_pack", "family_id", "listed"]);
    let families: Vec<&String> = rows_of.iter().filter(|row| row[0] == "sf-2022" && row[2] == "yes").map(|row| &row[1]).collect();
    assert!(families.len() > 10, "{}", families.len());
    let mut decisions = "family,accepted,status,on,by\n".to_owned();
    for family in &families[1..] {
        for (accepted, status, on) in
            [("yes", "assessment_requested", "2012-11-01"), ("", "assessed", "2012-11-05"), ("", "attached", "2012-11-10")]
        {
            decisions += &format!("{family},{accepted},{status},{on},AB\n");
        }
    }
    import(&out, "families.csv", &decisions);
    let runs: Vec<PathBuf> = MONTHS[1..9].iter().map(|name| month(name)).collect();
    let refused = fwt(&["claims", "return", ALL, "--quarter", "2013-Q3", "--out", text(&out)]);
    assert_eq!(refused.status.code(), Some(2), "September was not run");
    let returned: serde_json::Value =
        serde_json::from_str(&fwt_ok(&["claims", "return", ALL, "--quarter", "2013-Q2", "--out", text(&out), "--json"])).unwrap();
    let made = super::folder(&out, &returned);
    let (needs, families_rows, sums) = (rows(&made.join("needs.csv")), rows(&made.join("families.csv")), rows(&made.join("return.csv")));
    assert!(!fs::read_to_string(made.join("families.csv")).unwrap().contains(families[0].as_str()), "nobody accepted it");
    println!("{returned}");

    // Each outcome again, from the tables of the six months alone.
    let successors: BTreeMap<String, String> = table(runs.last().unwrap(), "id_history", &["id", "state", "successor_ids"])
        .into_iter()
        .filter(|row| row[1] == "retired" && !row[2].is_empty())
        .map(|row| (row[0].clone(), row[2].split("; ").next().unwrap().to_owned()))
        .collect();
    let today = |id: &str| {
        let mut id = id;
        while let Some(next) = successors.get(id) {
            id = next;
        }
        id.to_owned()
    };
    let months: Vec<Said> = runs[2..]
        .iter()
        .map(|run| {
            let own = |pack: &str| pack == "sf-2022";
            let values = table(run, "criteria", &["family_id", "pack", "criterion", "value"]);
            let values = values.into_iter().filter(|row| own(&row[1]));
            let shown = table(run, "evidence", &["family_id", "pack", "criterion", "event_from", "event_to", "kind"]);
            let going_on = ["social_care", "health", "need", "school_status", "benefit", "activity", "custody", "housing"];
            let late = shown.into_iter().filter(|row| {
                let last = match (row[4].as_str(), going_on.contains(&row[5].as_str())) {
                    ("", true) => "9999",
                    ("", false) => row[3].as_str(),
                    (to, _) => to,
                };
                own(&row[1]) && last >= "2012-12-31"
            });
            (
                values.map(|row| ((today(&row[0]), row[2].clone()), row[3].clone())).collect(),
                late.map(|row| (today(&row[0]), row[2].clone())).collect(),
            )
        })
        .collect();
    assert!(needs.iter().all(|need| need["need"].starts_with('s')), "d1 and d2 only say who may be helped: they are no needs");
    let mut seen = BTreeSet::new();
    for need in &needs {
        let key = (need["family_id"].clone(), need["need"].clone());
        let said: Vec<&str> = months
            .iter()
            .map(|(values, late)| match values.get(&key).map(String::as_str) {
                Some("true") if late.contains(&key) => "false",
                Some("true" | "false") => "true",
                _ => "unknown",
            })
            .collect();
        let expected = if said.contains(&"false") {
            "false"
        } else if said.contains(&"unknown") {
            "unknown"
        } else {
            "true"
        };
        assert_eq!(need["outcome_sustained"], expected, "{key:?}: {said:?}");
        seen.insert(expected);
    }
    assert!(seen.contains("true") && seen.contains("false"), "{seen:?}");

    // The sums tie, to the family.
    let sum = |measure: &str, headline: &str| {
        let row = sums.iter().find(|row| row["measure"] == measure && row["headline"] == headline);
        row.map(|row| row["value"].parse::<usize>().unwrap())
    };
    assert_eq!(sum("families_supported", ""), Some(families_rows.len()));
    assert_eq!(sum("successful_families", ""), Some(families_rows.iter().filter(|row| row["successful"] == "true").count()));
    for row in &families_rows {
        let own: Vec<_> = needs.iter().filter(|need| need["family_id"] == row["family_id"]).collect();
        assert_eq!(row["needs"], own.len().to_string());
        let successful = own.len() >= 3 && own.iter().all(|need| need["outcome_sustained"] == "true");
        assert_eq!(row["successful"] == "true", successful);
    }
    for headline in needs.iter().map(|need| need["need"].clone()).collect::<BTreeSet<_>>() {
        let own = || needs.iter().filter(|need| need["need"] == headline);
        assert_eq!(sum("families_with_need", &headline), Some(own().count()));
        assert_eq!(sum("outcome_sustained", &headline), Some(own().filter(|need| need["outcome_sustained"] == "true").count()));
    }
    fwt_ok(&["verify", text(&out)]);
}
