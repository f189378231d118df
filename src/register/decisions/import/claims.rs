//! Rows about claims: audited, submitted, paid, invalidated.
//!
//! What comes in: rows. What goes out: the steps that can be taken, in the order of their days. What always holds: a claim that was not drafted is unknown; an amount or a hash of evidence that
//! is not that of the draft is refused, whoever edited it; nothing is signed off without naming the evidence and the amount that were looked at; nobody is claimed for twice, whichever window, id or line of the
//! same file the two claims have; a claim that is signed keeps its number; what happened did not happen tomorrow.
//!
//! A row without a seal is as good as one with: the CSV form may be written by hand or by the department's program. The seal tells which cell was edited by mistake; what guards the claim are the
//! amount and the hash of the evidence, which are held against the register. That is why a sign-off must name both, sealed or not; later steps rest on the sign-off, and need not.

use std::collections::{BTreeMap, BTreeSet};

use super::super::claim::{ClaimDecision, ClaimKey, ClaimState, Claims, in_the_way, standing_numbers, take_lowest};
use super::super::entry::Content;
use super::super::journal::NewEntry;
use super::super::sheet::SheetRow;
use super::super::state::{Register, present_id};
use super::{Facts, Import, Opened, contradictions, opened, problem, said_by};
use crate::model::{ClaimStage, Day, Problem, date};

/// A row whose cells were understood.
struct Step<'r> {
    row: &'r SheetRow<'r>,
    /// Place among the rows.
    place: usize,
    key: ClaimKey,
    stage: ClaimStage,
    on: Day,
}

/// What comes of a step that can be taken.
enum Judged {
    /// A new entry.
    New(NewEntry),
    /// The claim took it already; by which entry, in words.
    Known(Problem),
}

pub(super) fn take(rows: &[SheetRow<'_>], register: &Register, facts: &dyn Facts, import: &mut Import) {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        // Whether a row is still about what it was about is told by the hash of the evidence, not by the number of an entry.
        let Some(Opened(_)) = opened(row, import) else { continue };
        match read((place, row), register, facts) {
            Ok(Some(step)) => steps.push(step),
            Ok(None) => import.unchanged += 1,
            Err(problems) => import.set_aside.extend(problems),
        }
    }
    let disputed = disputed(&steps, import);
    steps.retain(|step| !disputed.contains(&step.key));
    // Of two claims for the same people the one signed first stands, so all claims are gone through together.
    steps.sort_by_key(|step| (step.on, step.place));
    let mut claims = register.claims.clone();
    for step in steps {
        match judge(&step, &claims, facts) {
            Ok(Judged::New(entry)) => {
                if let (Content::Claim(decision), Some(state)) = (&entry.decision, claims.get_mut(&step.key)) {
                    (state.last, state.stage) = (decision.clone(), step.stage);
                    state.passed.push(step.stage);
                    state.entries.push(NOT_YET);
                }
                import.taken.push(entry);
            }
            Ok(Judged::Known(known)) => {
                import.unchanged += 1;
                import.known.push(known);
            }
            Err(problems) => import.set_aside.extend(problems),
        }
    }
}

/// Stands for the number of an entry that another row is about to become.
const NOT_YET: u64 = 0;

/// Sets aside the rows of claims about which the rows contradict each other: for one day one says that the claim does not hold, another that it goes on.
fn disputed(steps: &[Step<'_>], import: &mut Import) -> BTreeSet<ClaimKey> {
    let mut of_claim: BTreeMap<&ClaimKey, Vec<&Step<'_>>> = BTreeMap::new();
    for step in steps {
        of_claim.entry(&step.key).or_default().push(step);
    }
    let mut disputed = BTreeSet::new();
    for (key, steps) in of_claim {
        let rows: Vec<SheetRow<'_>> = steps.iter().map(|step| *step.row).collect();
        let ends = |step: &Step<'_>| step.stage == ClaimStage::Invalidated;
        let differ = |a: usize, b: usize| steps.get(a).zip(steps.get(b)).is_some_and(|(a, b)| a.on == b.on && ends(a) != ends(b));
        let problems = contradictions(&rows, "claim", differ);
        if !problems.is_empty() {
            disputed.insert(key.clone());
            import.set_aside.extend(problems);
        }
    }
    disputed
}

/// Reads the cells of a row; `None` for a row without an answer.
fn read<'r>((place, row): (usize, &'r SheetRow<'r>), register: &Register, facts: &dyn Facts) -> Result<Option<Step<'r>>, Vec<Problem>> {
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
    let on = day(row, facts, &mut problems);
    if let Some((_, claim)) = claim {
        let signs = stage == Some(ClaimStage::Audited);
        let amount = row.cell("amount_pence");
        if amount.is_empty() && signs {
            problems.push(problem(row, "amount_pence", "missing-amount", "a sign-off names the amount that was looked at"));
        }
        if !amount.is_empty() && amount != claim.last.amount_pence.to_string() {
            let message = "the amount is not that of the draft: amounts follow from the funding pack and are never edited";
            problems.push(problem(row, "amount_pence", "amount-edited", message));
        }
        let pack = row.cell("pack_sha256");
        if !pack.is_empty() && pack != claim.last.pack_sha256 {
            let message = "the evidence that this row names is not that of the draft as it stands";
            problems.push(problem(row, "pack_sha256", "other-evidence", message).with_hint("look at the newest folder of this window"));
        }
        if pack.is_empty() && signs {
            let message = "a sign-off names the evidence that was looked at";
            problems.push(problem(row, "pack_sha256", "missing-evidence", message));
        }
    }
    match (claim, stage, on) {
        (Some((key, _)), Some(stage), Some(on)) if problems.is_empty() => Ok(Some(Step { row, place, key: key.clone(), stage, on })),
        _ => Err(problems),
    }
}

/// The day from which the step holds. The steps of a claim are things that happened, and one dated into the future would keep its family from being claimed for.
fn day(row: &SheetRow<'_>, facts: &dyn Facts, problems: &mut Vec<Problem>) -> Option<Day> {
    let on = match row.cell("on") {
        "" => Some(facts.reference()),
        written => date::from_iso(written),
    };
    match on {
        None => problems.push(problem(row, "on", "not-a-date", "expected a date such as 2013-07-31")),
        Some(on) if on > facts.today() => {
            let message = format!("the day lies after today, {} by this computer's clock", date::iso(facts.today()));
            problems.push(problem(row, "on", "in-the-future", message));
        }
        Some(_) => {}
    }
    on
}

/// The claim a row is about, by the family's id then or now.
fn claim_of<'r>(row: &SheetRow<'_>, register: &'r Register, facts: &dyn Facts) -> Option<(&'r ClaimKey, &'r ClaimState)> {
    let (window, family) = (row.cell("window"), row.cell("family"));
    let present = present_id(family, &|id| facts.successor(id));
    let of_window = || register.claims.iter().filter(|((of, _), _)| of == window);
    of_window().find(|((_, then), _)| then == family).or_else(|| of_window().find(|(_, state)| state.present == present))
}

/// The step to take, or why it cannot be taken.
fn judge(step: &Step<'_>, claims: &Claims, facts: &dyn Facts) -> Result<Judged, Vec<Problem>> {
    let row = step.row;
    let unknown = || vec![problem(row, "family", "unknown-claim", "no claim for this family was drafted in this window")];
    let state = claims.get(&step.key).ok_or_else(unknown)?;
    if let Some(place) = state.passed.iter().position(|passed| *passed == step.stage) {
        return Ok(Judged::Known(known(row, state, place)));
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
    match step.stage {
        ClaimStage::Audited => problems.extend(twice(step, state, claims)),
        ClaimStage::Submitted | ClaimStage::Paid => problems.extend(fallen(step, state, facts)),
        ClaimStage::Drafted | ClaimStage::Invalidated => {}
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let number = if step.stage == ClaimStage::Audited { Some(number(state, claims)) } else { state.last.number };
    let decision = ClaimDecision { stage: step.stage.name().to_owned(), on: date::iso(step.on), number, ..state.last.clone() };
    let (by, reason) = (row.cell("by").to_owned(), row.cell("reason").to_owned());
    Ok(Judged::New(NewEntry { by, reason, file: row.file().to_owned(), line: row.line, decision: Content::Claim(decision) }))
}

/// What to say of a row whose step the claim took before; `place` is that of the step among those since its draft.
fn known(row: &SheetRow<'_>, state: &ClaimState, place: usize) -> Problem {
    let since_draft = state.entries.len().saturating_sub(state.passed.len());
    let by = match state.entries.get(since_draft + place) {
        Some(&entry) if entry != NOT_YET => format!("entry {entry} of the register"),
        _ => "an earlier row".to_owned(),
    };
    let stage = state.passed.get(place).map_or("", |stage| stage.name());
    let hint = "`fwt cohort history` with the family's id says who decided it, when and why";
    problem(row, "stage", "nothing-new", format!("the claim became {stage} by {by}: this row changes nothing")).with_hint(hint)
}

/// Why a claim cannot be signed off next to those that stand.
fn twice(step: &Step<'_>, state: &ClaimState, claims: &Claims) -> Option<Problem> {
    let other = in_the_way(claims, &state.present, &state.people, &step.key.0)?;
    let (window, family) = other.key;
    let stands = format!("{} since {}", other.state.stage.name(), other.state.last.on);
    let (code, message) = if other.same_family {
        ("claimed-before", format!("the family was claimed for in {window}, {stands}: never twice"))
    } else {
        ("people-claimed-before", format!("most of its people were claimed for in {window} as {family}, {stands}: never twice"))
    };
    Some(problem(step.row, "family", code, message).with_hint("if the other claim does not hold, invalidate it with a reason first"))
}

/// Why a claim does not go on as it was signed: the newest retest would not claim it so, and the row does not say why it goes on all the same.
fn fallen(step: &Step<'_>, state: &ClaimState, facts: &dyn Facts) -> Option<Problem> {
    let retest = facts.last_retest().filter(|_| step.row.cell("reason").is_empty())?;
    let said = retest.fallen(state, &|id| present_id(id, &|id| facts.successor(id)))?;
    let message = format!("by the newest retest, claims/{}, it would be claimed as {said}", retest.folder);
    let hint = "invalidate the claim, or say in `reason` why it goes on all the same";
    Some(problem(step.row, "reason", "fallen", message).with_hint(hint))
}

/// The number of a claim that is signed now: that of its draft unless a claim that stands has it, for a draft of another window may have proposed the same; then the lowest that is free.
fn number(state: &ClaimState, claims: &Claims) -> u64 {
    let mut taken: BTreeSet<u64> = standing_numbers(claims).into_values().collect();
    state.last.number.filter(|number| !taken.contains(number)).unwrap_or_else(|| take_lowest(&mut taken))
}
