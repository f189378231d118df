//! Decisions of people about pairs of records: read, checked against each other, and found among the records.
//!
//! What comes in: a CSV that names two records and says "same", "different" or "unsure". What goes out: [`Decision`]s, then [`Decided`]: the
//! rows they mean. What always holds: decisions that contradict each other, directly or through a chain of others, are all listed and none is
//! used; a record that is not there is told and changes nothing; messages name lines and record ids, nothing else.

use std::collections::BTreeMap;

use super::cluster::{Apart, Edge, two_children};
use super::compare::Comparer;
use super::encode::{Encoded, NONE};
use super::outcome::evidence_against;
use super::score::Scorer;
use crate::model::{Decision, Problem, Problems, Source, StandardPersons, Verdict, WrittenRow, contradictions, read_written};

/// The columns of the file, all required.
const HEADER: [&str; 7] = ["left_source", "left_record_id", "right_source", "right_record_id", "decision", "by", "reason"];

/// Reads a decisions file.
///
/// # Errors
/// Every problem of the file, by line and column, or every contradiction between its lines.
pub fn parse_decisions(file_name: &str, csv_text: &str) -> Result<Vec<Decision>, Problems> {
    let (rows, mut problems) = read_written(file_name, csv_text, &HEADER);
    let decisions: Vec<Decision> = rows.iter().filter_map(|row| read(file_name, row, &mut problems)).collect();
    problems.extend(contradictory(&decisions));
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(decisions) } else { Err(Problems(problems)) }
}

fn read(file: &str, row: &WrittenRow, problems: &mut Vec<Problem>) -> Option<Decision> {
    let before = problems.len();
    let problem =
        |column: &str, code: &'static str, message: &str| Problem::of_file(file, code, message).at_line(row.line).in_column(column);
    for required in HEADER.iter().filter(|name| row.cell(name).is_empty() && **name != "reason" && **name != "decision") {
        problems.push(problem(required, "empty-value", "this must not be empty"));
    }
    let verdict = Verdict::NAMES.iter().find(|(name, _)| *name == row.cell("decision")).map(|(_, verdict)| *verdict);
    if verdict.is_none() {
        problems.push(problem("decision", "unknown-name", "expected \"same\", \"different\" or \"unsure\""));
    }
    let record = |source: &str, id: &str| (row.cell(source).to_owned(), row.cell(id).to_owned());
    let (left, right) = (record("left_source", "left_record_id"), record("right_source", "right_record_id"));
    (problems.len() == before).then_some(())?;
    Some(Decision { file: file.to_owned(), line: row.line, left, right, verdict: verdict? })
}

type Record<'d> = (&'d str, &'d str);

/// Refuses decisions that contradict each other, whatever files they come from.
///
/// # Errors
/// Each "different" whose two records other decisions make the same, with the places of the shortest such chain.
pub fn check_decisions(decisions: &[Decision]) -> Result<(), Problems> {
    let problems = contradictory(decisions);
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

/// Each "different" whose two records other lines make the same, with the lines of the shortest such chain.
fn contradictory(decisions: &[Decision]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for contradiction in contradictions(decisions) {
        let Some(decision) = decisions.get(contradiction.different) else { continue };
        let (left, right) = decision.ends();
        let pair = format!("{}/{} and {}/{}", left.0, left.1, right.0, right.1);
        let same: Vec<&Decision> = contradiction.same.iter().filter_map(|&index| decisions.get(index)).collect();
        let message = if same.is_empty() {
            format!("a record cannot be different from itself: {}/{}", left.0, left.1)
        } else {
            let (word, says) = if same.len() == 1 { ("line", "says") } else { ("lines", "together say") };
            // Lines of the same file need no name of it.
            let place = |other: &&Decision| if other.file == decision.file { other.line.to_string() } else { other.place() };
            let lines: Vec<String> = same.iter().map(place).collect();
            format!("{pair} are different here, but {word} {} {says} that they are the same", lines.join(", "))
        };
        let hint = "take out the decision that is wrong; none is used while they contradict each other";
        problems.push(Problem::of_file(&decision.file, "contradiction", message).at_line(decision.line).with_hint(hint));
    }
    problems
}

/// Decisions as rows of the records of a run.
#[derive(Default)]
pub(crate) struct Decided {
    /// Must-links: two rows, and the place of the decision.
    pub(crate) together: Vec<(u32, u32, String)>,
    /// Cannot-links.
    pub(crate) apart: Vec<(u32, u32)>,
}

impl Decided {
    /// Finds the rows that decisions name; with what the officer should know.
    pub(super) fn resolve(decisions: &[Decision], persons: &StandardPersons, sources: &[Source]) -> (Self, Vec<String>) {
        let (mut decided, mut warnings) = (Self::default(), Vec::new());
        if decisions.is_empty() {
            return (decided, warnings);
        }
        let rows = rows(decisions, persons, sources);
        for decision in decisions.iter().filter(|decision| decision.verdict != Verdict::Unsure) {
            let (left, right) = decision.ends();
            match (rows.get(&left), rows.get(&right)) {
                (Some(&a), Some(&b)) if decision.verdict == Verdict::Same => decided.together.push((a.min(b), a.max(b), decision.place())),
                (Some(&a), Some(&b)) => decided.apart.push((a.min(b), a.max(b))),
                (a, b) => {
                    let unknown = [(a, left), (b, right)].into_iter().filter(|(row, _)| row.is_none());
                    let names: Vec<String> = unknown.map(|(_, (source, id))| format!("{source}/{id}")).collect();
                    let place = decision.place();
                    warnings
                        .push(format!("{place}: this decision is not applied, because no record takes part as {}", names.join(" nor as ")));
                }
            }
        }
        (decided, warnings)
    }

    /// True if no decision means a pair of records of this run.
    pub(crate) fn is_empty(&self) -> bool {
        self.together.is_empty() && self.apart.is_empty()
    }

    /// Rows of cannot-links, sorted: their records must not become one node with another.
    pub(super) fn rows_apart(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.apart.iter().flat_map(|&(left, right)| [left, right]).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// Adds the pairs that people decided to those that were compared, with their own weights: the outcome lists them whatever they weigh.
pub(super) fn add_decided(edges: &mut Vec<Edge>, apart: &Apart, encoded: &Encoded, scorer: &Scorer) {
    let decided: Vec<(u32, u32)> = apart.must_links().iter().chain(apart.cannot_links()).copied().collect();
    if decided.is_empty() {
        return;
    }
    let mut comparer = Comparer::new(encoded);
    edges.extend(decided.into_iter().map(|(left, right)| {
        let pattern = comparer.pattern(left, right);
        Edge { left, right, weight: scorer.weight(pattern), pattern }
    }));
    edges.sort_unstable();
    edges.dedup();
}

/// Decisions that join what the engine would keep apart: they hold, and the officer is told.
pub(super) fn overruled(decided: &Decided, apart: &Apart, encoded: &Encoded, persons: &StandardPersons, edges: &[Edge]) -> Vec<String> {
    if decided.together.is_empty() {
        return Vec::new();
    }
    let nodes = encoded.nodes_by_row(persons.len());
    let node = |row: u32| nodes.get(row as usize).copied().unwrap_or(NONE);
    let mut warnings = Vec::new();
    for (left, right, place) in &decided.together {
        let (a, b) = (node(*left), node(*right));
        let (a, b) = (a.min(b), a.max(b));
        let edge = edges.binary_search_by_key(&(a, b), |edge| (edge.left, edge.right)).ok().and_then(|found| edges.get(found));
        if let Some(edge) = edge.filter(|edge| apart.never(a, b) || two_children(edge.pattern)) {
            let reason = evidence_against(edge, apart).unwrap_or("conflicting-evidence");
            warnings.push(format!("{place}: this decision joins two records that would be kept apart ({reason}); the decision holds"));
        }
    }
    warnings
}

/// The row of each record that some decision names; test records take no part.
fn rows<'d>(decisions: &'d [Decision], persons: &'d StandardPersons, sources: &'d [Source]) -> BTreeMap<Record<'d>, u32> {
    let mut wanted: BTreeMap<Record<'d>, Option<u32>> =
        decisions.iter().flat_map(|decision| <[Record<'d>; 2]>::from(decision.ends())).map(|record| (record, None)).collect();
    for (row, (position, record_id)) in (0u32..).zip(persons.position.iter().zip(persons.record_id.iter())) {
        let Some(source) = sources.get(usize::from(position.source)) else { continue };
        let test = persons.is_test.get(row as usize).copied().unwrap_or(false);
        if let Some(slot) = wanted.get_mut(&(source.name.as_str(), record_id)).filter(|slot| slot.is_none() && !test) {
            *slot = Some(row);
        }
    }
    wanted.into_iter().filter_map(|(record, row)| Some((record, row?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "left_source,left_record_id,right_source,right_record_id,decision,by,reason\n";

    fn parse(lines: &str) -> Result<Vec<Decision>, Problems> {
        parse_decisions("decisions.csv", &format!("{HEAD}{lines}"))
    }

    #[test]
    fn decisions_are_read_with_their_lines() {
        let decisions = parse("a,1,b,2,same,AB,\n\na,1,b,3,different,AB,other mother\nb,2,b,3,unsure,AB,\n").unwrap();
        assert_eq!(decisions.iter().map(|decision| decision.line).collect::<Vec<_>>(), [2, 4, 5]);
        assert_eq!(decisions[1].verdict, Verdict::Different);
    }

    #[test]
    fn what_contradicts_itself_through_a_chain_is_refused_with_every_line() {
        let problems =
            parse("a,1,b,2,same,AB,\nb,2,c,3,same,AB,\nc,3,a,1,different,AB,\nx,1,x,2,same,AB,\nx,2,x,1,different,AB,\n").unwrap_err();
        let texts: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].starts_with("decisions.csv:4: c/3 and a/1 are different here, but lines 2, 3 together say"), "{}", texts[0]);
        assert!(texts[1].starts_with("decisions.csv:6: x/2 and x/1 are different here, but line 5 says"), "{}", texts[1]);
        assert!(parse("a,1,a,1,different,AB,\n").unwrap_err().0[0].message.contains("different from itself"));
        assert!(parse("a,1,b,2,same,AB,\nb,2,c,3,different,AB,\n").is_ok());
    }

    #[test]
    fn every_fault_of_the_file_is_told_at_once() {
        let problems = parse("a,,b,2,same,AB,\na,1,b,2,maybe,AB,\na,1,b,2,same,,\n").unwrap_err();
        let found: Vec<(u64, &str)> = problems.0.iter().map(|problem| (problem.line, problem.code)).collect();
        assert_eq!(found, [(2, "empty-value"), (3, "unknown-name"), (4, "empty-value")]);
        let problems = parse_decisions("d.csv", "left_source,left_record,right_source,right_record_id,decision,by,reason\n").unwrap_err();
        assert_eq!(problems.0.len(), 2);
        assert_eq!(problems.0[0].hint, "did you mean \"left_record_id\"?");
    }
}
