//! Fewer events than before: anti-social behaviour of the family, offences of its minors.
//!
//! What comes in: a case. What goes out: the number before the attachment and before the claim, and whether the cut is large enough. What always holds: both numbers are of the same people
//! over as many months; the cut is compared as whole numbers; one event told twice counts once; with nothing before, the test is neutral unless the rules say that it must stay so.

use std::collections::{BTreeMap, BTreeSet};

use super::people::{CasePerson, YOUNGEST_OFFENDER, counting, happening};
use super::{Case, Cited, Side, Tested, Verdict, blind};
use crate::model::history::{History, HistoryRow};
use crate::model::results::{OffenceRules, ReductionRules, ZeroBefore};
use crate::model::{Day, EventKind, EventRole, NO_DAY, date};
use crate::rules::evaluate::distinct;

/// What is counted.
struct Counted<'a> {
    test: &'static str,
    what: &'static str,
    kind: EventKind,
    roles: &'a [EventRole],
    rules: &'a ReductionRules,
    /// Oldest age on the day of the event; `None` for any.
    oldest: Option<i32>,
    /// Whether a row that names several members is one event of the family.
    of_family: bool,
}

/// One side of the comparison.
#[derive(Default)]
struct Count {
    by_person: BTreeMap<String, u32>,
    /// Whoever did any of it, alone or with others.
    involved: BTreeSet<String>,
    rows: Vec<Cited>,
    unknown: Option<String>,
}

impl Count {
    fn total(&self) -> u32 {
        self.by_person.values().sum()
    }
}

/// From this age on, a limit of age is none.
const OLDEST_MINOR: i32 = 26;

/// Anti-social behaviour across the family.
pub(super) fn asb(case: &Case<'_>, rules: &ReductionRules) -> Tested {
    let counted = Counted {
        test: "asb",
        what: "anti-social behaviour",
        kind: EventKind::AsbIntervention,
        roles: &[EventRole::Offender, EventRole::Subject, EventRole::Tenant],
        rules,
        oldest: None,
        of_family: true,
    };
    reduction(case, &counted)
}

/// Offences of minors, or of everybody where the rules set no age that anybody reaches.
pub(super) fn offences(case: &Case<'_>, rules: &OffenceRules) -> Tested {
    let minors = rules.oldest_minor < OLDEST_MINOR;
    let counted = Counted {
        test: "offences",
        what: if minors { "proven offences of minors" } else { "proven offences" },
        kind: EventKind::Offence,
        roles: &[EventRole::Offender],
        rules: &rules.reduction,
        oldest: minors.then_some(rules.oldest_minor),
        of_family: false,
    };
    reduction(case, &counted)
}

fn reduction(case: &Case<'_>, counted: &Counted<'_>) -> Tested {
    let months = case.rules.time.compared_months;
    let window = |until: Day| (date::months_before(until, i32::try_from(months).unwrap_or(i32::MAX)), until - 1);
    let (days_before, days_now) = (window(case.attached), window(case.claim));
    let before = count(case, counted, case.before, Side::Before, days_before);
    let now = count(case, counted, case.now, Side::Now, days_now);
    let (was, is) = (u64::from(before.total()), u64::from(now.total()));
    let cut = counted.rules.cut;
    let (numerator, denominator) = (u64::from(cut.numerator), u64::from(cut.denominator));
    let enough = was.saturating_sub(is) * denominator >= numerator * was && is <= was;
    let sign = if enough { "≥" } else { "<" };
    let arithmetic = format!(
        "({was} − {is}) × {denominator} = {} {sign} {numerator} × {was} = {}",
        (i64::try_from(was).unwrap_or(i64::MAX) - i64::try_from(is).unwrap_or(i64::MAX)) * i64::from(cut.denominator),
        numerator * was
    );
    // A row that names two members is one event of the family, and both did it.
    let started = was > 0 && case.rules.whose.starting_voids && now.involved.iter().any(|person| !before.involved.contains(person));
    let what = counted.what;
    // A8 is about what was no problem at entry: with some in the months that identification looks at, none before the attachment must stay none.
    let at_entry = was == 0 && counted.rules.zero_before == ZeroBefore::Neutral && {
        let entry =
            (date::months_before(case.attached, i32::try_from(case.rules.time.entry_months).unwrap_or(i32::MAX)), case.attached - 1);
        count(case, counted, case.before, Side::Before, entry).total() > 0
    };
    let neutral = counted.rules.zero_before == ZeroBefore::Neutral && !at_entry;
    let (verdict, reason) = match (&before.unknown, &now.unknown) {
        (Some(why), _) => (Verdict::Unknown, format!("before the attachment: {why}")),
        (None, _) if was == 0 && neutral => (Verdict::Neutral, format!("no {what} before the attachment: not tested ({is} since)")),
        (None, _) if started => {
            (Verdict::Failed, format!("a member who had no {what} before the attachment started it: the result is void"))
        }
        (None, _) if was == 0 && is > 0 && at_entry => {
            (Verdict::Failed, format!("no {what} in the months before the attachment, some in the year before it, and some now"))
        }
        (None, _) if was == 0 && is > 0 => (Verdict::Failed, format!("no {what} before the attachment and some now")),
        (None, _) if was > 0 && !enough => (Verdict::Failed, format!("{what} went from {was} to {is}: less than the cut that is needed")),
        // What is not known now could only be more.
        (None, Some(why)) => (Verdict::Unknown, format!("before the claim: {why}")),
        (None, None) if was == 0 => (Verdict::Neutral, format!("no {what} before the attachment and none now")),
        (None, None) => (Verdict::Met, format!("{what} went from {was} to {is}")),
    };
    let mut rows = before.rows;
    rows.extend(now.rows);
    Tested { arithmetic, before: days_before, now: days_now, rows, ..Tested::new(counted.test, verdict, reason) }
}

fn count(case: &Case<'_>, counted: &Counted<'_>, history: &History, side: Side, days: (Day, Day)) -> Count {
    let mut count =
        Count { unknown: blind(history, counted.kind, &counted.rules.codes, days.1, case.rules.feed_lag_days), ..Count::default() };
    let mut told: BTreeMap<(u16, String), String> = BTreeMap::new();
    for person in counting(case) {
        // Nobody of that age does any of it, in any part of these months.
        let too_young = person.age(days.1).is_some_and(|age| age < YOUNGEST_OFFENDER);
        let too_old = counted.oldest.is_some_and(|oldest| person.age(days.0).is_some_and(|age| age > oldest));
        if !too_young && !too_old {
            let why = if side == Side::Now && !person.in_run_now {
                // Whoever moved away, or is not linked to the records of now, is not known to have done nothing.
                Some("a member at attachment is not in the run of the claim, or under another id")
            } else if person.searchable {
                None
            } else {
                Some("a member is too poorly identified to be found in the feeds")
            };
            count.unknown = count.unknown.or(why.map(ToOwned::to_owned));
        }
        let mut rows: Vec<(usize, &HistoryRow)> = Vec::new();
        for (place, row) in history.of(&person.id) {
            match standing(counted, person, row, days) {
                Standing::Counts => rows.push((place, row)),
                Standing::Open(why) => count.unknown = count.unknown.or(Some(why.to_owned())),
                Standing::No => {}
            }
        }
        if !rows.is_empty() {
            count.involved.insert(person.id.clone());
        }
        if counted.of_family {
            // A measure against a tenancy names every tenant, and is one measure.
            rows.retain(|(place, row)| {
                let event = if row.reference.is_empty() { format!("{}:{}", row.file, row.line) } else { row.reference.clone() };
                // Another row of the same person is told apart by its number of different events.
                let new = told.entry((row.source, event)).or_insert_with(|| person.id.clone()) == &person.id;
                if !new {
                    count.rows.push(Cited { side, row: *place, counted: false });
                }
                new
            });
        }
        let total = cite(history, side, &rows, &mut count.rows);
        count.by_person.insert(person.id.clone(), total);
    }
    count.rows.sort_unstable();
    count
}

/// Notes the rows, each as counted if it adds to the number of different events; that number.
pub(super) fn cite(history: &History, side: Side, rows: &[(usize, &HistoryRow)], cited: &mut Vec<Cited>) -> u32 {
    let happenings: Vec<_> = rows.iter().map(|(place, row)| happening(history, *place, row)).collect();
    let mut so_far = Vec::new();
    let mut total = 0;
    for (happening, (place, _)) in happenings.iter().zip(rows) {
        so_far.push(happening);
        let with = distinct(&so_far);
        cited.push(Cited { side, row: *place, counted: with > total });
        total = with;
    }
    total
}

enum Standing {
    Counts,
    Open(&'static str),
    No,
}

fn standing(counted: &Counted<'_>, person: &CasePerson, row: &HistoryRow, days: (Day, Day)) -> Standing {
    if row.kind != counted.kind || row.superseded || !counted.roles.contains(&row.role) || !counted.rules.codes.contains(&row.code) {
        return Standing::No;
    }
    if row.from == NO_DAY {
        return Standing::Open("a row that would count has no date");
    }
    if row.from < days.0 || row.from > days.1 {
        return Standing::No;
    }
    match counted.oldest {
        None => Standing::Counts,
        Some(oldest) => match person.age(row.from) {
            Some(age) if age <= oldest => Standing::Counts,
            Some(_) => Standing::No,
            None if person.said_child => Standing::Counts,
            None => Standing::Open("the age of a member on the day of an offence is not known"),
        },
    }
}
