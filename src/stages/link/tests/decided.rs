//! Decisions, declarations and assignments among a county of ordinary people: they hold in every person that comes out.

use super::super::{Given, link};
use super::county::{County, county};
use crate::config::checked::LinkSettings;
use crate::model::{Decision, Linked, Silent, Verdict};

fn decision(county: &County, line: u64, left: usize, right: usize, verdict: Verdict) -> Decision {
    let name = |row: usize| (county.sources[county.rows[row].source as usize].name.clone(), county.rows[row].record_id.clone());
    Decision { file: "decisions.csv".to_owned(), line, left: name(left), right: name(right), verdict }
}

fn run(county: &County, decisions: &[Decision], settings: &LinkSettings) -> Linked {
    let given = Given { decisions, ..Given::default() };
    link(&county.persons(), &county.sources, &county.relations, settings, &given, &Silent).unwrap()
}

#[test]
fn every_decision_holds_also_after_the_family_pass() {
    let county = county(900, 31, 1.0);
    let undecided = run(&county, &[], &LinkSettings::default());
    let person = |linked: &Linked, row: usize| linked.person_of_record[row];
    let mut random = fastrand::Rng::with_seed(9);
    let (mut decisions, mut together) = (Vec::new(), Vec::new());
    // Each row is named at most once, so that no two decisions can contradict each other: half joins strangers, half parts what is one person.
    let mut rows: Vec<usize> = (0..county.rows.len()).collect();
    random.shuffle(&mut rows);
    let mut used = vec![false; county.rows.len()];
    for &left in rows.iter().take(600) {
        let right =
            rows.iter().copied().find(|&right| right != left && !used[right] && person(&undecided, right) == person(&undecided, left));
        if let Some(right) = right.filter(|_| !used[left] && random.bool()) {
            (used[left], used[right]) = (true, true);
            decisions.push(decision(&county, decisions.len() as u64 + 2, left, right, Verdict::Different));
        }
    }
    for pair in rows.iter().copied().filter(|&row| !used[row]).take(120).collect::<Vec<_>>().chunks(2) {
        decisions.push(decision(&county, decisions.len() as u64 + 2, pair[0], pair[1], Verdict::Same));
        together.push((pair[0], pair[1]));
    }
    let parted = decisions.len() - together.len();
    assert!(parted > 50, "{parted}");
    let linked = run(&county, &decisions, &LinkSettings::default());
    let row = |name: &(String, String)| {
        county.rows.iter().position(|row| row.record_id == name.1 && county.sources[row.source as usize].name == name.0).unwrap()
    };
    for decision in &decisions {
        let same = person(&linked, row(&decision.left)) == person(&linked, row(&decision.right));
        assert_eq!(same, decision.verdict == Verdict::Same, "line {}", decision.line);
    }
    assert!(linked.prevented.iter().filter(|merge| merge.reason == "decision").count() >= parted);
}

#[test]
fn no_person_holds_two_records_of_a_source_declared_free_of_duplicates() {
    let county = county(900, 32, 1.0);
    let names: Vec<String> = county.sources.iter().take(3).map(|source| source.name.clone()).collect();
    let linked = run(&county, &[], &LinkSettings { one_per_source: names.clone(), ..LinkSettings::default() });
    let mut seen: Vec<(u32, u16)> = Vec::new();
    for (row, record) in county.rows.iter().enumerate().filter(|(_, record)| names.contains(&county.sources[record.source as usize].name)) {
        seen.push((linked.person_of_record[row], record.source));
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert!(all > 300);
    assert_eq!(seen.len(), all);
    assert!(linked.prevented.iter().any(|merge| merge.reason == "one-per-source"));
}

#[test]
fn decisions_and_declarations_do_not_depend_on_threads() {
    let county = county(700, 33, 1.0);
    let decisions = [decision(&county, 2, 3, 90, Verdict::Same), decision(&county, 3, 5, 120, Verdict::Different)];
    let settings = LinkSettings { one_per_source: vec![county.sources[1].name.clone()], ..LinkSettings::default() };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let linked = pool.install(|| run(&county, &decisions, &settings));
        format!("{:?} {:?} {}", linked.person_of_record, linked.prevented, linked.model)
    };
    assert_eq!(on(1), on(3));
}
