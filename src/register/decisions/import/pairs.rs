//! Rows about pairs of records.
//!
//! What comes in: rows. What goes out: one verdict per pair. What always holds: verdicts that contradict each other or the register, also through a chain of others, are set
//! aside together; the digest of what both records say goes with the verdict, so that a later run can tell whether it rests on the same data.

use std::collections::{BTreeMap, BTreeSet};

use super::super::entry::{Content, PairDecision, RecordName, ReferralDecision, Side, verdict};
use super::super::journal::NewEntry;
use super::super::sheet::SheetRow;
use super::super::state::{PairKey, Register, pair_key};
use super::{Facts, Import, Opened, opened, problem, said_by, stale, verdict_of};
use crate::model::{Decision, Problem, Verdict, contradictions};

/// A decision that waits for what others say.
pub(super) struct Waiting {
    pub(super) entry: NewEntry,
}

impl Waiting {
    pub(super) fn of(row: &SheetRow<'_>, decision: Content) -> Self {
        let (by, reason) = (row.cell("by").to_owned(), row.cell("reason").to_owned());
        Self { entry: NewEntry { by, reason, file: row.file().to_owned(), line: row.line, decision } }
    }
}

pub(super) fn take(rows: &[SheetRow<'_>], register: &Register, facts: &dyn Facts, import: &mut Import) -> Vec<Waiting> {
    let mut answers: BTreeMap<PairKey, Vec<(SheetRow<'_>, PairDecision)>> = BTreeMap::new();
    for row in rows {
        let Some(Opened(seen)) = opened(row, import) else { continue };
        match read(row, seen, register, facts) {
            Ok(Some(decision)) => {
                let key = (decision.left.record.clone(), decision.right.record.clone());
                answers.entry(key).or_default().push((*row, decision));
            }
            Ok(None) => import.unchanged += 1,
            Err(problems) => import.set_aside.extend(problems),
        }
    }
    let mut waiting = Vec::new();
    for answers in answers.into_values() {
        let verdicts: BTreeSet<&str> = answers.iter().map(|(_, decision)| decision.verdict.as_str()).collect();
        if verdicts.len() > 1 {
            for (row, _) in &answers {
                let others: Vec<String> =
                    answers.iter().filter(|(other, _)| other.line != row.line).map(|(other, _)| other.line.to_string()).collect();
                let message = format!("line {} decided otherwise about the same pair", others.join(", "));
                import
                    .set_aside
                    .push(problem(row, "decision", "contradiction", message).with_hint("let one of them decide; neither was taken"));
            }
            continue;
        }
        import.unchanged += answers.len() as u64 - 1;
        waiting.extend(answers.into_iter().take(1).map(|(row, decision)| Waiting::of(&row, Content::Pair(decision))));
    }
    waiting
}

fn read(row: &SheetRow<'_>, seen: Option<u64>, register: &Register, facts: &dyn Facts) -> Result<Option<PairDecision>, Vec<Problem>> {
    if row.cell("decision").is_empty() {
        let stray = !row.cell("reason").is_empty() || !row.cell("by").is_empty();
        let message = "the row says who or why, and no decision";
        return if stray { Err(vec![problem(row, "decision", "no-decision", message)]) } else { Ok(None) };
    }
    let mut problems = Vec::new();
    let word = verdict_of(row, &mut problems).to_lowercase();
    let record = |source: &str, id: &str| (row.cell(source).to_owned(), row.cell(id).to_owned());
    let (left, right) = pair_key(record("left_source", "left_record_id"), record("right_source", "right_record_id"));
    if left == right {
        problems.push(problem(row, "right_record_id", "same-record", "both records are the same one"));
    }
    let key = (left, right);
    let mut side = |record: &RecordName| {
        let known = facts.record(record);
        if known.is_none() {
            problems.push(problem(row, "left_record_id", "unknown-record", "the current run has no such record"));
        }
        known.map(|(fingerprint, also)| Side { record: record.clone(), fingerprint, also })
    };
    let sides = (side(&key.0), side(&key.1));
    said_by(row, Some("a decision about two records"), &mut problems);
    let (Some(left), Some(right)) = sides else { return Err(problems) };
    let held = register.pairs.get(&key);
    let unchanged = held.is_some_and(|held| {
        let held = &held.decision;
        (held.verdict.as_str(), &held.left.fingerprint, &held.right.fingerprint) == (word.as_str(), &left.fingerprint, &right.fingerprint)
    });
    if unchanged {
        return Ok(None);
    }
    let last = held.and_then(|held| held.entries.last().copied()).unwrap_or(0);
    if problems.is_empty() && seen.is_some_and(|seen| seen != last) {
        problems.push(stale(row, last));
    }
    if problems.is_empty() { Ok(Some(PairDecision { left, right, verdict: word })) } else { Err(problems) }
}

/// Takes what contradicts nothing; sets aside every waiting decision that takes part in a contradiction.
pub(super) fn settle(pairs: Vec<Waiting>, referrals: Vec<Waiting>, register: &Register, import: &mut Import) {
    let mut waiting: Vec<Waiting> = pairs.into_iter().chain(referrals).collect();
    loop {
        let mut decisions = Vec::new();
        for (index, waiting) in waiting.iter().enumerate() {
            // The line carries the index, so that a contradiction leads back to its rows.
            constraints(&waiting.entry.decision, index as u64, &mut decisions);
        }
        held(register, &waiting, &mut decisions);
        let mut involved = BTreeSet::new();
        for contradiction in contradictions(&decisions) {
            let all = contradiction.same.iter().chain([&contradiction.different]);
            involved.extend(
                all.filter_map(|&index| decisions.get(index)).filter(|decision| decision.line != HELD).map(|decision| decision.line),
            );
        }
        if involved.is_empty() {
            break;
        }
        let mut index = 0;
        waiting.retain(|waiting| {
            let stays = !involved.contains(&index);
            index += 1;
            if !stays {
                let message = "together with other decisions this says that two records are one person and are two people";
                let problem = Problem::of_file(waiting.entry.file.as_str(), "contradiction", message).at_line(waiting.entry.line);
                import.set_aside.push(
                    problem
                        .in_column("decision")
                        .with_hint("decide anew the one that is wrong; `fwt cohort history` shows who decided what"),
                );
            }
            stays
        });
    }
    import.taken.extend(waiting.into_iter().map(|waiting| waiting.entry));
}

/// Marks what the register holds already.
const HELD: u64 = u64::MAX;

/// What the register says and no waiting decision replaces.
fn held(register: &Register, waiting: &[Waiting], decisions: &mut Vec<Decision>) {
    let mut replaced: BTreeSet<(&RecordName, &RecordName)> = BTreeSet::new();
    let mut replaced_candidates: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for waiting in waiting {
        match &waiting.entry.decision {
            Content::Pair(pair) => {
                replaced.insert((&pair.left.record, &pair.right.record));
            }
            Content::Referral(referral) => {
                replaced_candidates.insert((&referral.source, &referral.referral, &referral.family));
            }
            Content::Family(_) | Content::Request(_) | Content::Answer(_) | Content::Allocation(_) | Content::Claim(_) => {}
        }
    }
    for state in register.pairs.values() {
        let pair = &state.decision;
        if !replaced.contains(&(&pair.left.record, &pair.right.record)) {
            constraints(&Content::Pair(pair.clone()), HELD, decisions);
        }
    }
    for (_, referral) in register.referrals.values().flat_map(|state| state.candidates.values()) {
        if !replaced_candidates.contains(&(referral.source.as_str(), referral.referral.as_str(), referral.family.as_str())) {
            constraints(&Content::Referral(referral.clone()), HELD, decisions);
        }
    }
}

/// A decision as constraints on linkage.
fn constraints(decision: &Content, line: u64, decisions: &mut Vec<Decision>) {
    let mut add = |left: &RecordName, right: &RecordName, verdict: Verdict| {
        decisions.push(Decision { file: String::new(), line, left: left.clone(), right: right.clone(), verdict });
    };
    match decision {
        Content::Pair(pair) => add(&pair.left.record, &pair.right.record, verdict(&pair.verdict).unwrap_or(Verdict::Unsure)),
        Content::Referral(ReferralDecision { matched, verdict: word, .. }) => {
            let verdict = verdict(word).unwrap_or(Verdict::Unsure);
            for (form, member) in matched {
                add(form, member, verdict);
            }
        }
        Content::Family(_) | Content::Request(_) | Content::Answer(_) | Content::Allocation(_) | Content::Claim(_) => {}
    }
}
