//! Rows about claims: audited, submitted, paid, invalidated.
//!
//! What comes in: rows. What goes out: the steps that can be taken, in the order of their days. What always holds: a claim that was not drafted is unknown; an amount or a hash of evidence that
//! is not that of the draft is refused, whoever edited it; nothing is signed off without naming the evidence that was looked at.

use std::collections::BTreeMap;

use super::super::claim::{ClaimDecision, ClaimKey, ClaimState};
use super::super::entry::Content;
use super::super::journal::NewEntry;
use super::super::sheet::SheetRow;
use super::super::state::{Register, present_id};
use super::{Facts, Import, Opened, opened, problem, said_by};
use crate::model::{ClaimStage, Day, Problem, date};

/// A row whose cells were understood.
struct Step<'r> {
    row: &'r SheetRow<'r>,
    stage: ClaimStage,
    on: Day,
}

pub(super) fn take(rows: &[SheetRow<'_>], register: &Register, facts: &dyn Facts, import: &mut Import) {
    let mut steps: BTreeMap<ClaimKey, Vec<Step<'_>>> = BTreeMap::new();
    for row in rows {
        // Whether a row is still about what it was about is told by the hash of the evidence, not by the number of an entry.
        let Some(Opened(_)) = opened(row, import) else { continue };
        match read(row, register, facts) {
            Ok(Some((key, step))) => steps.entry(key).or_default().push(step),
            Ok(None) => import.unchanged += 1,
            Err(problems) => import.set_aside.extend(problems),
        }
    }
    for (key, mut steps) in steps {
        let Some(mut state) = register.claims.get(&key).cloned() else { continue };
        steps.sort_by_key(|step| (step.on, step.row.line));
        for step in steps {
            match judge(&step, &state) {
                Ok(Some(entry)) => {
                    if let Content::Claim(decision) = &entry.decision {
                        (state.last, state.stage) = (decision.clone(), step.stage);
                        state.passed.push(step.stage);
                    }
                    import.taken.push(entry);
                }
                Ok(None) => import.unchanged += 1,
                Err(problems) => import.set_aside.extend(problems),
            }
        }
    }
}

/// Reads the cells of a row; `None` for a row without an answer.
fn read<'r>(row: &'r SheetRow<'r>, register: &Register, facts: &dyn Facts) -> Result<Option<(ClaimKey, Step<'r>)>, Vec<Problem>> {
    let written = row.cell("stage").to_lowercase();
    if written.is_empty() {
        let stray = ["on", "reason", "by"].iter().any(|name| !row.cell(name).is_empty());
        let message = "the row says who or why, and no stage";
        return if stray { Err(vec![problem(row, "stage", "no-decision", message)]) } else { Ok(None) };
    }
    let mut problems = Vec::new();
    let stage: Option<ClaimStage> = written.parse().ok().filter(|stage| *stage != ClaimStage::Drafted);
    if stage.is_none() {
        let message = "expected \"audited\", \"submitted\", \"paid\" or \"invalidated\"; drafts are made by `fwt claims draft`";
        problems.push(problem(row, "stage", "unknown-name", message));
    }
    let claim = claim_of(row, register, facts);
    if claim.is_none() {
        let hint = "claims stand in `sign_off.csv` of the folder that `fwt claims draft` wrote";
        problems.push(problem(row, "family", "unknown-claim", "no claim for this family was drafted in this window").with_hint(hint));
    }
    let on = match row.cell("on") {
        "" => Some(facts.reference()),
        written => date::from_iso(written),
    };
    if on.is_none() {
        problems.push(problem(row, "on", "not-a-date", "expected a date such as 2013-07-31"));
    }
    if let Some((_, claim)) = claim {
        let amount = row.cell("amount_pence");
        if !amount.is_empty() && amount != claim.last.amount_pence.to_string() {
            let message = "the amount is not that of the draft: amounts follow from the funding pack and are never edited";
            problems.push(problem(row, "amount_pence", "amount-edited", message));
        }
        let pack = row.cell("pack_sha256");
        if !pack.is_empty() && pack != claim.last.pack_sha256 {
            let message = "the evidence that this row names is not that of the draft as it stands";
            problems.push(problem(row, "pack_sha256", "other-evidence", message).with_hint("look at the newest folder of this window"));
        }
        if pack.is_empty() && stage == Some(ClaimStage::Audited) {
            let message = "a sign-off names the evidence that was looked at";
            problems.push(problem(row, "pack_sha256", "missing-evidence", message));
        }
    }
    match (claim, stage, on) {
        (Some((key, _)), Some(stage), Some(on)) if problems.is_empty() => Ok(Some((key.clone(), Step { row, stage, on }))),
        _ => Err(problems),
    }
}

/// The claim a row is about, by the family's id then or now.
fn claim_of<'r>(row: &SheetRow<'_>, register: &'r Register, facts: &dyn Facts) -> Option<(&'r ClaimKey, &'r ClaimState)> {
    let (window, family) = (row.cell("window"), row.cell("family"));
    let present = present_id(family, &|id| facts.successor(id));
    let of_window = || register.claims.iter().filter(|((of, _), _)| of == window);
    of_window().find(|((_, then), _)| then == family).or_else(|| of_window().find(|(_, state)| state.present == present))
}

/// The step to take, or why it cannot be taken; `None` if the claim took it already.
fn judge(step: &Step<'_>, state: &ClaimState) -> Result<Option<NewEntry>, Vec<Problem>> {
    let row = step.row;
    if state.passed.contains(&step.stage) {
        return Ok(None);
    }
    let mut problems = Vec::new();
    said_by(row, (step.stage == ClaimStage::Invalidated).then_some("invalidating a claim"), &mut problems);
    if !state.stage.next().contains(&step.stage) {
        let message = format!("a claim that is {} cannot become {}", state.stage.name(), step.stage.name());
        let hint = "drafted, audited, submitted, paid: one after the other; each can be invalidated";
        problems.push(problem(row, "stage", "impossible-transition", message).with_hint(hint));
    }
    if step.on < state.last.day() {
        let message = format!("the claim is {} from {} on, after this", state.stage.name(), state.last.on);
        problems.push(problem(row, "on", "before-last-decision", message));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let decision = ClaimDecision { stage: step.stage.name().to_owned(), on: date::iso(step.on), ..state.last.clone() };
    let (by, reason) = (row.cell("by").to_owned(), row.cell("reason").to_owned());
    Ok(Some(NewEntry { by, reason, file: row.file().to_owned(), line: row.line, decision: Content::Claim(decision) }))
}
