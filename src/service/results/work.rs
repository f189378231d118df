//! Work: progress towards it, and continuous employment off an out-of-work benefit.
//!
//! What comes in: a case. What goes out: the test of the family, and for employment one per adult. What always holds: silence of a feed is never a job and never the end of a claim;
//! an adult nobody could trace is unknown; weeks are counted in days, and days that two rows name count once.

use super::people::{CasePerson, counting};
use super::{Case, Cited, Side, Tested, Verdict, blind};
use crate::model::history::{History, HistoryRow};
use crate::model::results::{EmploymentRules, ProgressRules};
use crate::model::{Day, EventKind, EventRole, NO_DAY, date};

/// One adult volunteered for the Work Programme or was attached to provision of the European Social Fund.
pub(super) fn progress(case: &Case<'_>, rules: &ProgressRules) -> Tested {
    let now = (date::months_before(case.claim, i32::try_from(rules.months).unwrap_or(i32::MAX)), case.claim - 1);
    let mut rows = Vec::new();
    for person in adults(case) {
        for (place, row) in case.now.of(&person.id) {
            if is_activity(row, &rules.codes) && row.from != NO_DAY && row.from >= now.0 && row.from <= now.1 {
                rows.push(Cited { side: Side::Now, row: place, counted: true });
            }
        }
    }
    let (verdict, reason) = if rows.is_empty() {
        match blind(case.now, EventKind::Activity, &rules.codes, now.1, case.rules.feed_lag_days) {
            Some(why) => (Verdict::Unknown, why),
            None => (Verdict::Failed, "no adult made progress to work in these months".to_owned()),
        }
    } else {
        (Verdict::Met, "an adult made progress to work in these months".to_owned())
    };
    Tested { now, rows, ..Tested::new("progress_to_work", verdict, reason) }
}

/// At least one adult moved off an out-of-work benefit into continuous employment.
pub(super) fn employment(case: &Case<'_>, rules: &EmploymentRules) -> (Tested, Vec<Tested>) {
    let tests: Vec<Tested> = adults(case).into_iter().map(|person| of_adult(case, rules, person)).collect();
    let holds = |verdict: Verdict| tests.iter().any(|tested| tested.verdict == verdict);
    let (verdict, reason) = if holds(Verdict::Met) {
        (Verdict::Met, "an adult moved off a benefit into continuous employment")
    } else if holds(Verdict::Unknown) {
        (Verdict::Unknown, "of an adult it cannot be said")
    } else {
        (Verdict::Failed, "no adult moved off a benefit into continuous employment")
    };
    (Tested::new("employment", verdict, reason), tests)
}

fn adults<'a>(case: &Case<'a>) -> Vec<&'a CasePerson> {
    counting(case).into_iter().filter(|person| !person.child(case.claim, case.rules.adult_from)).collect()
}

fn of_adult(case: &Case<'_>, rules: &EmploymentRules, person: &CasePerson) -> Tested {
    let mut tested = Tested { about: person.id.clone(), ..Tested::new("employment", Verdict::Failed, "") };
    let valid = rules.benefit_valid_days;
    // Off which benefits?
    let claims: Vec<(usize, &HistoryRow)> = open_benefits(case.before, person, case.attached, &rules.benefits);
    tested.rows.extend(claims.iter().map(|(place, _)| Cited { side: Side::Before, row: *place, counted: true }));
    let say = |tested: Tested, verdict: Verdict, reason: &str| Tested { verdict, reason: reason.to_owned(), ..tested };
    if claims.is_empty() {
        let why = blind(case.before, EventKind::Benefit, &rules.benefits, case.attached, valid);
        return match why {
            Some(why) => say(tested, Verdict::Unknown, &format!("benefits at attachment: {why}")),
            None if answered(case.before, person) => say(tested, Verdict::Failed, "on no out-of-work benefit at attachment"),
            None => say(tested, Verdict::Unknown, "whether they were on a benefit at attachment is not known"),
        };
    }
    let still = open_benefits(case.now, person, case.claim, &rules.benefits);
    if !still.is_empty() {
        tested.rows.extend(still.iter().map(|(place, _)| Cited { side: Side::Now, row: *place, counted: true }));
        return say(tested, Verdict::Failed, "on an out-of-work benefit on the day of the claim");
    }
    // How long employed?
    let gaps_allowed = claims.iter().any(|(_, row)| rules.with_gaps.contains(&row.code));
    let consecutive_needed = claims.iter().any(|(_, row)| !rules.with_gaps.contains(&row.code));
    let last = case.claim - 1;
    let in_weeks = (case.claim - 7 * Day::try_from(rules.within_weeks).unwrap_or(0), last);
    let in_months = (date::months_before(case.claim, i32::try_from(rules.months).unwrap_or(i32::MAX)), last);
    tested.now = (in_weeks.0.min(in_months.0), last);
    let spells = |days: (Day, Day)| -> Vec<(Day, Day)> {
        let of_person = case.now.of(&person.id).filter(|(_, row)| is_activity(row, &rules.codes) && row.from != NO_DAY);
        merged(of_person.filter_map(|(_, row)| clipped(row, days)).collect())
    };
    let all = case.now.of(&person.id).filter(|(_, row)| is_activity(row, &rules.codes) && clipped(row, tested.now).is_some());
    let employed: Vec<Cited> = all.map(|(place, _)| Cited { side: Side::Now, row: place, counted: true }).collect();
    tested.rows.extend(employed);
    let (needed_in_all, needed_running) = (7 * rules.weeks_with_gaps, 7 * rules.weeks_consecutive);
    let days_in_all: u32 = spells(in_weeks).iter().map(|spell| length(*spell)).sum();
    let longest: u32 = spells(in_months).iter().map(|spell| length(*spell)).max().unwrap_or(0);
    let mut parts = Vec::new();
    if gaps_allowed {
        parts.push(format!("{days_in_all} days of employment in the last {} weeks, needed {needed_in_all}", rules.within_weeks));
    }
    if consecutive_needed {
        parts.push(format!("{longest} days running, needed {needed_running}"));
    }
    tested.arithmetic = parts.join("; ");
    let enough = (!gaps_allowed || days_in_all >= needed_in_all) && (!consecutive_needed || longest >= needed_running);
    let excluded = case.now.of(&person.id).find(|(_, row)| is_activity(row, &rules.excluded_by) && clipped(row, tested.now).is_some());
    if let Some((place, _)) = excluded {
        tested.rows.push(Cited { side: Side::Now, row: place, counted: true });
        return say(tested, Verdict::Failed, "in provision that is paid for elsewhere");
    }
    if let Some(why) = blind(case.now, EventKind::Activity, &rules.codes, last, case.rules.feed_lag_days) {
        return say(tested, Verdict::Unknown, &format!("employment: {why}"));
    }
    if !enough {
        return say(tested, Verdict::Failed, "not employed long enough");
    }
    if let Some(why) = blind(case.now, EventKind::Benefit, &rules.benefits, case.claim, valid) {
        return say(tested, Verdict::Unknown, &format!("benefits now: {why}"));
    }
    if !answered(case.now, person) {
        return say(tested, Verdict::Unknown, "whether they are on a benefit now is not known");
    }
    say(tested, Verdict::Met, "moved off the benefit into continuous employment")
}

fn is_activity(row: &HistoryRow, codes: &[String]) -> bool {
    row.kind == EventKind::Activity && row.role == EventRole::Subject && !row.superseded && codes.contains(&row.code)
}

/// Claims of some benefits that are open on a day.
fn open_benefits<'h>(history: &'h History, person: &CasePerson, on: Day, codes: &[String]) -> Vec<(usize, &'h HistoryRow)> {
    let open = |row: &HistoryRow| (row.from == NO_DAY || row.from <= on) && (row.to == NO_DAY || row.to >= on);
    let of_person = history.of(&person.id);
    of_person.filter(|(_, row)| row.kind == EventKind::Benefit && !row.superseded && codes.contains(&row.code) && open(row)).collect()
}

/// True if the person was traced: some row says what they are on, or that it is nothing.
fn answered(history: &History, person: &CasePerson) -> bool {
    history.of(&person.id).any(|(_, row)| row.kind == EventKind::Benefit && !row.superseded && row.code != "untraced")
}

/// The part of a row's days within some days; one still going on lasts to their end.
fn clipped(row: &HistoryRow, days: (Day, Day)) -> Option<(Day, Day)> {
    let (first, last) = (row.from.max(days.0), if row.to == NO_DAY { days.1 } else { row.to.min(days.1) });
    (row.from != NO_DAY && first <= last).then_some((first, last))
}

/// Spells with those joined that overlap or follow on the next day.
fn merged(mut spells: Vec<(Day, Day)>) -> Vec<(Day, Day)> {
    spells.sort_unstable();
    let mut merged: Vec<(Day, Day)> = Vec::new();
    for spell in spells {
        match merged.last_mut() {
            Some(last) if spell.0 <= last.1 + 1 => last.1 = last.1.max(spell.1),
            _ => merged.push(spell),
        }
    }
    merged
}

fn length((first, last): (Day, Day)) -> u32 {
    u32::try_from(last - first + 1).unwrap_or(0)
}
