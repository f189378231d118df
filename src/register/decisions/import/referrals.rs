//! Rows about referral forms and the families they may be about.
//!
//! What comes in: rows. What goes out: one verdict per form and candidate. What always holds: a form is about one family at most.

use std::collections::BTreeMap;

use super::super::entry::{Content, RecordName, ReferralDecision};
use super::super::sheet::SheetRow;
use super::super::state::{Register, present_id};
use super::pairs::Waiting;
use super::{Facts, Import, Opened, opened, problem, said_by, stale, verdict_of};
use crate::model::Problem;

pub(super) fn take(rows: &[SheetRow<'_>], register: &Register, facts: &dyn Facts, import: &mut Import) -> Vec<Waiting> {
    let mut forms: BTreeMap<RecordName, Vec<(SheetRow<'_>, ReferralDecision)>> = BTreeMap::new();
    for row in rows {
        let Some(Opened(seen)) = opened(row, import) else { continue };
        match read(row, seen, register, facts) {
            Ok(Some(decision)) => {
                forms.entry((decision.source.clone(), decision.referral.clone())).or_default().push((*row, decision));
            }
            Ok(None) => import.unchanged += 1,
            Err(problems) => import.set_aside.extend(problems),
        }
    }
    let mut waiting = Vec::new();
    for (form, answers) in forms {
        let problems = several(&form, &answers, register);
        if problems.is_empty() {
            waiting.extend(answers.into_iter().map(|(row, decision)| Waiting::of(&row, Content::Referral(decision))));
        } else {
            import.set_aside.extend(problems);
        }
    }
    waiting
}

fn read(row: &SheetRow<'_>, seen: Option<u64>, register: &Register, facts: &dyn Facts) -> Result<Option<ReferralDecision>, Vec<Problem>> {
    if row.cell("decision").is_empty() {
        let stray = !row.cell("reason").is_empty() || !row.cell("by").is_empty();
        let message = "the row says who or why, and no decision";
        return if stray { Err(vec![problem(row, "decision", "no-decision", message)]) } else { Ok(None) };
    }
    let mut problems = Vec::new();
    let word = verdict_of(row, &mut problems).to_lowercase();
    let form = (row.cell("source").to_owned(), row.cell("referral").to_owned());
    let family = present_id(row.cell("family"), &|id| facts.successor(id));
    let held = register.referrals.get(&form).and_then(|state| state.candidates.get(&family));
    let candidate = facts.candidate(&form, &family);
    if candidate.is_none() && held.is_none() {
        let hint = "candidates stand in `referral_candidates.parquet` of the current run; two records are joined on the sheet Pairs";
        problems.push(problem(row, "family", "unknown-candidate", "this family is no candidate for this form").with_hint(hint));
    }
    said_by(row, Some("a decision about a referral"), &mut problems);
    let (matched, fingerprint) = match (candidate, held) {
        (Some(candidate), _) => (candidate.matched, candidate.fingerprint),
        (None, Some((_, held))) => (held.matched.clone(), held.fingerprint.clone()),
        (None, None) => return Err(problems),
    };
    if held.is_some_and(|(_, held)| held.verdict == word && held.fingerprint == fingerprint && held.matched == matched) {
        return Ok(None);
    }
    let last = held.map_or(0, |(seq, _)| *seq);
    if problems.is_empty() && seen.is_some_and(|seen| seen != last) {
        problems.push(stale(row, last));
    }
    let (source, referral) = form;
    let decision = ReferralDecision { source, referral, family, matched, fingerprint, verdict: word };
    if problems.is_empty() { Ok(Some(decision)) } else { Err(problems) }
}

/// A form that would be about several families, or a candidate that is answered in two ways: every row of it that says so.
fn several(form: &RecordName, answers: &[(SheetRow<'_>, ReferralDecision)], register: &Register) -> Vec<Problem> {
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for (family, (_, held)) in register.referrals.get(form).into_iter().flat_map(|state| &state.candidates) {
        last.insert(family, &held.verdict);
    }
    let twice = answers.iter().any(|(row, decision)| {
        answers
            .iter()
            .any(|(other, against)| row.line != other.line && decision.family == against.family && decision.verdict != against.verdict)
    });
    for (_, decision) in answers {
        last.insert(&decision.family, &decision.verdict);
    }
    let same = last.values().filter(|verdict| **verdict == "same").count();
    if !twice && same < 2 {
        return Vec::new();
    }
    let message = if twice {
        "this candidate is answered in two ways"
    } else {
        "a referral is about one family, and more than one candidate would be \"same\", with those decided before"
    };
    let involved = |decision: &ReferralDecision| twice || decision.verdict == "same";
    let rows = answers.iter().filter(|(_, decision)| involved(decision));
    let hint = "mark the others \"different\"; none of these rows was taken";
    let mut problems: Vec<Problem> = rows.map(|(row, _)| problem(row, "decision", "contradiction", message).with_hint(hint)).collect();
    for (row, _) in answers.iter().filter(|(_, decision)| !involved(decision)) {
        problems.push(problem(
            row,
            "decision",
            "contradiction",
            "other lines contradict each other about this form, and this line waits for them",
        ));
    }
    problems
}
