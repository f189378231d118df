//! Rows about families: acceptance, status, override.
//!
//! What comes in: rows. What goes out: decisions in the order of their days. What always holds: a step that the transition table does not have is refused; an
//! override without approver, reason and last day is refused; rows that give one family different answers for the same day are all set aside; no decision
//! holds from a day to come; the first decision about a family that several became names them all.

use std::collections::BTreeMap;

use super::super::entry::{Content, FamilyDecision, OverrideDecision};
use super::super::journal::NewEntry;
use super::super::sheet::SheetRow;
use super::super::state::{FamilyState, OverrideState, Register, present_id};
use super::super::transitions::{allowed, needs_acceptance, needs_reason};
use super::{Facts, Import, Opened, contradictions, opened, problem, said_by, stale};
use crate::model::{Day, NO_DAY, Problem, Status, date};

/// A row whose cells were understood.
struct Answer<'r> {
    row: &'r SheetRow<'r>,
    family: String,
    seen: Option<u64>,
    on: Day,
    /// True if the row names the day itself.
    dated: bool,
    accepted: Option<bool>,
    status: Option<Status>,
    over: Option<OverrideDecision>,
}

pub(super) fn take(rows: &[SheetRow<'_>], register: &Register, facts: &dyn Facts, import: &mut Import) {
    let mut answers: BTreeMap<String, Vec<Answer<'_>>> = BTreeMap::new();
    for row in rows {
        let Some(Opened(seen)) = opened(row, import) else { continue };
        match read(row, seen, register, facts) {
            Ok(Some(answer)) => answers.entry(answer.family.clone()).or_default().push(answer),
            Ok(None) => import.unchanged += 1,
            Err(problems) => import.set_aside.extend(problems),
        }
    }
    for (family, mut answers) in answers {
        let mut state = register.family(&family);
        answers.sort_by_key(|answer| (answer.on, answer.row.line));
        let rows: Vec<SheetRow<'_>> = answers.iter().map(|answer| *answer.row).collect();
        let differ = |a: usize, b: usize| answers.get(a).zip(answers.get(b)).is_some_and(|(a, b)| contradict(a, b));
        let contradictions = contradictions(&rows, "family", differ);
        if !contradictions.is_empty() {
            import.set_aside.extend(contradictions);
            continue;
        }
        let before = state.last();
        for answer in answers {
            match judge(&answer, &state, before, facts) {
                Ok(Some(entry)) => {
                    step(&mut state, &answer, &entry);
                    import.taken.push(entry);
                }
                Ok(None) => import.unchanged += 1,
                Err(problems) => import.set_aside.extend(problems),
            }
        }
    }
}

/// Reads the cells of a row; `None` for a row without an answer.
fn read<'r>(row: &'r SheetRow<'r>, seen: Option<u64>, register: &Register, facts: &dyn Facts) -> Result<Option<Answer<'r>>, Vec<Problem>> {
    let answered = ["accepted", "status", "override"].iter().any(|name| !row.cell(name).is_empty());
    if !answered {
        let stray = ["on", "pack", "approver", "expires", "reason", "by"].iter().any(|name| !row.cell(name).is_empty());
        let message = "the row says who or why, but neither accepted nor status nor override";
        return if stray { Err(vec![problem(row, "status", "no-decision", message)]) } else { Ok(None) };
    }
    let mut problems = Vec::new();
    let family = family_of(row, register, facts, &mut problems);
    let accepted = match row.cell("accepted").to_lowercase().as_str() {
        "" => None,
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => {
            problems.push(problem(row, "accepted", "unknown-name", "expected \"yes\" or \"no\""));
            None
        }
    };
    let status = status_of(row, &mut problems);
    let given = day(row, "on", &mut problems);
    if given.is_some_and(|on| on > latest(facts)) {
        let message = format!("the day lies after today, {} by this computer's clock", date::iso(facts.today()));
        problems.push(problem(row, "on", "in-the-future", message).with_hint("enter it on that day, when it has happened"));
    }
    let over = override_of(row, facts, &mut problems);
    match family {
        Some(family) if problems.is_empty() => {
            let on = given.unwrap_or_else(|| facts.reference());
            Ok(Some(Answer { row, family, seen, on, dated: given.is_some(), accepted, status, over }))
        }
        _ => Err(problems),
    }
}

/// The last day from which a decision may hold: it would act today. A run that is made before its month is over has a reference date to come, which is the day of decisions that name none.
fn latest(facts: &dyn Facts) -> Day {
    facts.today().max(facts.reference())
}

/// The family a row is about, by its id of today.
fn family_of(row: &SheetRow<'_>, register: &Register, facts: &dyn Facts, problems: &mut Vec<Problem>) -> Option<String> {
    let written = row.cell("family");
    let known = if let Some((source, record)) = written.split_once('/') {
        facts.family_of(&(source.trim().to_owned(), record.trim().to_owned()))
    } else {
        let id = present_id(written, &|id| facts.successor(id));
        (facts.has_family(&id) || register.families.contains_key(&id)).then_some(id)
    };
    if known.is_none() {
        let hint = "ids stand in `list.xlsx` and in `identification.parquet` of the current run";
        problems.push(problem(row, "family", "unknown-family", "the current run has no such family").with_hint(hint));
    }
    known
}

fn status_of(row: &SheetRow<'_>, problems: &mut Vec<Problem>) -> Option<Status> {
    let written = row.cell("status");
    if written.is_empty() {
        return None;
    }
    let name = written.to_lowercase().split([' ', '_', '-']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    let status = name.parse().ok();
    if status.is_none() {
        let names: Vec<&str> = Status::ALL.iter().map(|status| status.name()).collect();
        problems.push(problem(row, "status", "unknown-name", format!("expected one of {}", names.join(", "))));
    }
    status
}

fn day(row: &SheetRow<'_>, column: &str, problems: &mut Vec<Problem>) -> Option<Day> {
    let written = row.cell(column);
    let day = date::from_iso(written);
    if day.is_none() && !written.is_empty() {
        problems.push(problem(row, column, "not-a-date", "expected a date such as 2013-03-31"));
    }
    day
}

fn override_of(row: &SheetRow<'_>, facts: &dyn Facts, problems: &mut Vec<Problem>) -> Option<OverrideDecision> {
    let what = row.cell("override").to_lowercase();
    if what.is_empty() {
        // The cells of an override say nothing without one, and silence would hide a forgotten word.
        for name in ["approver", "expires"].iter().filter(|name| !row.cell(name).is_empty()) {
            problems.push(problem(row, name, "no-override", "this belongs to an override, and the row gives none"));
        }
        return None;
    }
    if !matches!(what.as_str(), "include" | "exclude" | "withdraw") {
        problems.push(problem(row, "override", "unknown-name", "expected \"include\", \"exclude\" or \"withdraw\""));
        return None;
    }
    let pack = row.cell("pack");
    if !pack.is_empty() && !facts.packs().iter().any(|known| known == pack) {
        problems.push(problem(row, "pack", "unknown-pack", "the current run has no such criteria pack"));
    }
    let mut expires = String::new();
    if what != "withdraw" {
        for (name, code) in [("approver", "missing-approver"), ("expires", "missing-expiry")] {
            if row.cell(name).is_empty() {
                problems.push(problem(row, name, code, format!("an override needs this: {name}")));
            }
        }
        expires = day(row, "expires", problems).map(date::iso).unwrap_or_default();
    }
    Some(OverrideDecision { what, pack: pack.to_owned(), approver: row.cell("approver").to_owned(), expires })
}

/// True if two rows of one family give different answers to one question for the same day.
fn contradict(a: &Answer<'_>, b: &Answer<'_>) -> bool {
    a.on == b.on
        && (matches!((a.accepted, b.accepted), (Some(a), Some(b)) if a != b)
            || matches!((a.status, b.status), (Some(a), Some(b)) if a != b)
            || matches!((&a.over, &b.over), (Some(a), Some(b)) if a.pack == b.pack && a != b))
}

/// What of an answer is new, or why it cannot be taken; `None` if nothing is.
fn judge(answer: &Answer<'_>, state: &FamilyState, before: u64, facts: &dyn Facts) -> Result<Option<NewEntry>, Vec<Problem>> {
    let row = answer.row;
    let later = |day: Day| answer.dated && answer.on > day;
    let accepted = answer.accepted.filter(|&accepted| match state.accepted {
        // The same again with a later day: what is new was looked at, and nothing changes; or it holds for all of a family that two became.
        Some((held, day)) => held != accepted || (later(day) && (!accepted || state.is_joined_of_different())),
        None => true,
    });
    let status = answer.status.filter(|&status| match state.status {
        // A family that others support, once more: they sent word, and the next is due from then on.
        Some((held, day)) => held != status || ((status.ends() || status == Status::MonitoringOnly) && later(day)),
        None => status != Status::Identified,
    });
    let over = answer.over.clone().filter(|over| state.overrides.get(&over.pack).is_none_or(|held| differs(held, over)));
    let over = over.filter(|over| over.what != "withdraw" || state.overrides.contains_key(&over.pack));
    if accepted.is_none() && status.is_none() && over.is_none() {
        return Ok(None);
    }
    if answer.seen.is_some_and(|seen| seen != before) {
        return Err(vec![stale(row, before)]);
    }
    let mut problems = Vec::new();
    let reason_for = if accepted == Some(false) {
        Some("a rejection".to_owned())
    } else if over.is_some() {
        Some("an override".to_owned())
    } else {
        status.filter(|&status| needs_reason(status)).map(|status| format!("the status {}", status.words()))
    };
    said_by(row, reason_for.as_deref(), &mut problems);
    if let Some(status) = status {
        let from = state.standing();
        if status != from && !allowed(from, status) {
            let message = format!("a family that stands as {} cannot become {}", from.words(), status.words());
            let hint = "the steps that are allowed stand in README.md, section \"The cohort\"";
            problems.push(problem(row, "status", "impossible-transition", message).with_hint(hint));
        }
        let holds = accepted.or(state.accepted.map(|(accepted, _)| accepted));
        if needs_acceptance(status) && holds != Some(true) {
            let message = format!("{} needs a family that was accepted for the list", status.words());
            problems.push(problem(row, "accepted", "not-accepted", message));
        }
    }
    // What lies ahead (a worker who is to begin) can be overtaken by what is decided today.
    if answer.on < state.latest_day().min(latest(facts)) {
        let message = format!("a decision about this family holds from {} on, after this one", date::iso(state.latest_day()));
        problems.push(problem(row, "on", "before-last-decision", message));
    }
    if let Some(over) = &over
        && date::from_iso(&over.expires).is_some_and(|last| last < answer.on)
    {
        problems.push(problem(row, "expires", "expires-before-it-begins", "the override would lapse before it begins"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let decision = FamilyDecision {
        family: answer.family.clone(),
        records: facts.records_of(&answer.family),
        joined: state.halves.iter().map(|half| half.family.clone()).filter(|id| *id != answer.family).collect(),
        on: date::iso(answer.on),
        accepted,
        status: status.map(|status| status.name().to_owned()),
        over,
    };
    let (by, reason) = (row.cell("by").to_owned(), row.cell("reason").to_owned());
    Ok(Some(NewEntry { by, reason, file: row.file().to_owned(), line: row.line, decision: Content::Family(decision) }))
}

/// True if an override says something else than the one that stands.
fn differs(held: &OverrideState, over: &OverrideDecision) -> bool {
    let what = if held.include { "include" } else { "exclude" };
    (what, held.approver.as_str(), date::iso(held.expires)) != (over.what.as_str(), over.approver.as_str(), over.expires.clone())
}

/// The state after a decision, for the rows behind it.
fn step(state: &mut FamilyState, answer: &Answer<'_>, entry: &NewEntry) {
    let Content::Family(decision) = &entry.decision else { return };
    state.accepted = decision.accepted.map(|accepted| (accepted, answer.on)).or(state.accepted);
    state.status = decision.new_status().map(|status| (status, answer.on)).or(state.status);
    match &decision.over {
        Some(over) if over.what == "withdraw" => {
            state.overrides.remove(&over.pack);
        }
        Some(over) => {
            let (include, expires) = (over.what == "include", date::from_iso(&over.expires).unwrap_or(NO_DAY));
            let (reason, approver) = (entry.reason.clone(), over.approver.clone());
            state.overrides.insert(over.pack.clone(), OverrideState { include, reason, approver, on: answer.on, expires, seq: 0 });
        }
        None => {}
    }
}
