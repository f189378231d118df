//! The evidence for one family, as tables: with them, and the extracts they name, anybody can do the decision again.
//!
//! What comes in: a family, the outcome of its tests, the histories its rows stand in. What goes out: `tests.csv`, `evidence.csv` and `members.csv` as bytes, and one hash over them. What always holds: every figure of a
//! test is the number of its counted rows; each row names feed, file, hash of the file and line; people stand under their ids; a cell cannot run in a spreadsheet.

use super::gather::Candidate;
use super::iso;
use crate::model::history::{History, HistoryRow};
use crate::model::results::WhoseEvents;
use crate::model::{Day, NO_DAY};
use crate::service::csv_table::csv_table;
use crate::service::results::{CasePerson, MonthSaid, Outcome, ProblemSeen, Side, Tested};
use crate::store::sha256_hex;

/// The evidence for one family.
pub(super) struct Pack {
    pub(super) tests: Vec<Vec<String>>,
    pub(super) evidence: Vec<Vec<String>>,
    pub(super) members: Vec<Vec<String>>,
}

pub(super) const TESTS: [&str; 9] = ["test", "about", "verdict", "arithmetic", "reason", "before_from", "before_to", "now_from", "now_to"];

pub(super) const MEMBERS: [&str; 9] = [
    "person_id",
    "counts",
    "at_attachment",
    "member_now",
    "lives_with_family",
    "in_run_of_claim",
    "identified",
    "age_at_attachment",
    "age_at_claim",
];

pub(super) const EVIDENCE: [&str; 20] = [
    "test",
    "about",
    "compared",
    "counted",
    "why_not",
    "person_id",
    "source",
    "file",
    "file_sha256",
    "line",
    "kind",
    "role",
    "code",
    "reference",
    "event_from",
    "event_to",
    "quantity",
    "out_of",
    "excused",
    "age_then",
];

impl Pack {
    /// The tables of a family.
    pub(super) fn of(outcome: &Outcome, candidate: &Candidate, whose: (WhoseEvents, Day), before: &History, now: &History) -> Self {
        let people = &candidate.people;
        let evidence = evidence(outcome, people, &candidate.problems, before, now);
        let attached = candidate.attached.as_ref().map_or(NO_DAY, |attached| attached.on);
        let members = people.iter().map(|person| member(person, whose.0, attached, whose.1)).collect();
        Self { tests: tests_of(outcome), evidence, members }
    }

    /// The bytes of `tests.csv`.
    pub(super) fn tests_csv(&self) -> Vec<u8> {
        csv_table(&TESTS, &self.tests)
    }

    /// The bytes of `members.csv`.
    pub(super) fn members_csv(&self) -> Vec<u8> {
        csv_table(&MEMBERS, &self.members)
    }

    /// The bytes of `evidence.csv`.
    pub(super) fn evidence_csv(&self) -> Vec<u8> {
        csv_table(&EVIDENCE, &self.evidence)
    }
}

/// The rows of `evidence.csv`.
pub(super) fn evidence(
    outcome: &Outcome,
    people: &[CasePerson],
    problems: &[ProblemSeen],
    before: &History,
    now: &History,
) -> Vec<Vec<String>> {
    let mut evidence = Vec::new();
    for tested in &outcome.tests {
        for cited in &tested.rows {
            let history = match cited.side {
                Side::Before => before,
                Side::Now => now,
            };
            let Some(row) = history.rows.get(cited.row) else { continue };
            evidence.push(line(tested, cited.side, cited.counted, history, row, people));
        }
    }
    evidence.extend(problems.iter().flat_map(months));
    evidence
}

/// The rows of `tests.csv`.
pub(super) fn tests_of(outcome: &Outcome) -> Vec<Vec<String>> {
    let tests = outcome.tests.iter().map(|tested| {
        vec![
            tested.test.to_owned(),
            tested.about.clone(),
            tested.verdict.name().to_owned(),
            tested.arithmetic.clone(),
            tested.reason.clone(),
            iso(tested.before.0),
            iso(tested.before.1),
            iso(tested.now.0),
            iso(tested.now.1),
        ]
    });
    tests.collect()
}

/// One hash over a family's evidence: what a sign-off names. It is that of three lines, each the hash of a file: `tests.csv`, `evidence.csv`, `members.csv`.
pub(super) fn pack_sha256([tests, evidence, members]: [&[u8]; 3]) -> String {
    sha256_hex(format!("{}\n{}\n{}\n", sha256_hex(tests), sha256_hex(evidence), sha256_hex(members)).as_bytes())
}

/// The files of [`pack_sha256`], in its order.
pub(super) const FILES: [&str; 3] = ["tests.csv", "evidence.csv", "members.csv"];

fn yes(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

/// Somebody of the family: whether their rows count, and what that rests on. An age stands for the date of birth.
fn member(person: &CasePerson, whose: WhoseEvents, attached: Day, claim: Day) -> Vec<String> {
    let age = |on: Day| person.age(on).filter(|_| !person.hidden).map(|age| age.to_string()).unwrap_or_default();
    let holds = [person.counts(&whose), person.at_attachment, person.now, person.resident, person.in_run_now, person.searchable];
    let mut row = vec![person.id.clone()];
    row.extend(holds.map(yes));
    row.extend([age(attached), age(claim)]);
    row
}

/// What each month said of a problem, as rows that name the run's table.
fn months(problem: &ProblemSeen) -> Vec<Vec<String>> {
    let row = |said: &MonthSaid| {
        let latest = said.seen.as_ref().and_then(|seen| seen.shown.iter().map(|(_, to)| *to).max());
        // A problem that goes on has no last day.
        let latest = latest.filter(|day| *day != Day::MAX).map(iso).unwrap_or_default();
        let value = said.seen.as_ref().map_or("not said", |seen| seen.value.name());
        let cells = [
            "problems",
            &problem.criterion,
            Side::Now.name(),
            "yes",
            "",
            "fwt",
            &said.file,
            &said.sha256,
            "",
            "criterion",
            "family",
            value,
        ];
        let mut row: Vec<String> = cells.map(ToOwned::to_owned).to_vec();
        row.extend([format!("{}-01", said.month), latest]);
        row.resize(EVIDENCE.len(), String::new());
        row
    };
    problem.months.iter().map(row).collect()
}

fn line(tested: &Tested, side: Side, counted: bool, history: &History, row: &HistoryRow, people: &[CasePerson]) -> Vec<String> {
    let number = |value: i32| if value < 0 { String::new() } else { value.to_string() };
    let source = history.sources.get(usize::from(row.source)).map(|source| source.name.clone()).unwrap_or_default();
    let person = people.iter().find(|person| person.id == row.person);
    let hidden = person.is_none_or(|person| person.hidden);
    let age = person.filter(|_| !hidden).and_then(|person| person.age(row.from));
    vec![
        tested.test.to_owned(),
        tested.about.clone(),
        side.name().to_owned(),
        yes(counted),
        if counted { "" } else { "tells again what another row of the test tells" }.to_owned(),
        row.person.clone(),
        source,
        row.file.clone(),
        row.sha256.clone(),
        row.line.to_string(),
        row.kind.name().to_owned(),
        row.role.name().to_owned(),
        row.code.clone(),
        // What an agency calls the row of a child holds the key of whoever stands beside them on it.
        if people.iter().any(|person| person.hidden) { String::new() } else { row.reference.clone() },
        iso(row.from),
        iso(row.to),
        number(row.quantity),
        number(row.out_of),
        number(row.excused),
        age.map(|age| age.to_string()).unwrap_or_default(),
    ]
}
