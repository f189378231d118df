//! Education: each child at school, in the last complete terms before the claim.
//!
//! What comes in: a case. What goes out: the test of the family, and one per child. What always holds: a child fails with too many fixed exclusions or too large a share of sessions missed,
//! summed across schools and never rounded; a child of school age without attendance in a term is unknown; a child who has left school is not tested; education is met only where a
//! child of concern was tested and met it.

use super::people::{CasePerson, counting, happening};
use super::reduction::cite;
use super::{Case, Cited, Side, Tested, Verdict, blind};
use crate::model::history::{History, HistoryRow};
use crate::model::results::EducationRules;
use crate::model::{Day, EventKind, EventRole, Month, NO_DAY, date};
use crate::rules::evaluate::{Sums, counted_sessions};
use crate::rules::pack::Missed;
use crate::rules::window::{Days, Span, Window, middle};

/// What came of one child.
enum Child {
    /// Tested, or unknown.
    Told(Verdict, String),
    /// Not of school age.
    TooYoung,
    /// Left school.
    Left,
    /// Educated otherwise.
    AtHome,
}

/// Codes of a standing that is a concern by itself.
const EXCLUDED_OR_OFF_ROLL: [&str; 3] = ["not_on_roll", "pupil_referral_unit", "alternative_provision"];

/// The test of the family, and that of each child.
pub(super) fn education(case: &Case<'_>, rules: &EducationRules) -> (Tested, Vec<Tested>) {
    let window = Window::Terms { count: rules.terms, include_current: rules.include_current };
    let Some(span) = window.at(case.claim, case.calendar) else {
        return (Tested::new("education", Verdict::Unknown, "the school calendar does not reach so far"), Vec::new());
    };
    let now = (span.days.first, span.days.last);
    if rules.terms_after_attachment && span.days.first < case.attached {
        let tested = Tested::new("education", Verdict::Failed, "too early: not all of these terms begin after the attachment");
        return (Tested { now, ..tested }, Vec::new());
    }
    let lag = case.rules.feed_lag_days;
    let blind_now = blind(case.now, EventKind::Exclusion, &["fixed".to_owned()], span.days.last, lag)
        .or_else(|| blind(case.now, EventKind::SchoolAbsence, &[], span.days.last, lag));
    let mut children = Vec::new();
    let mut verdicts = Vec::new();
    let (mut concern_met, mut concern_left, mut concern_elsewhere) = (false, false, false);
    let mut concern_unknown = None;
    for person in counting(case).into_iter().filter(|person| person.child(case.attached, 18) || person.child(case.claim, 18)) {
        let mut tested = Tested { about: person.id.clone(), now, ..Tested::new("education", Verdict::Neutral, "") };
        let child = child(case, rules, person, (&span, blind_now.as_deref()), &mut tested);
        let concern = if person.at_attachment { of_concern(case, rules, person, &mut tested) } else { Ok(None) };
        let (verdict, reason) = match child {
            Child::Told(verdict, reason) => (verdict, reason),
            Child::TooYoung => (Verdict::Neutral, "not of school age: not tested".to_owned()),
            Child::Left => (Verdict::Neutral, "has left school: not tested".to_owned()),
            Child::AtHome => (Verdict::Neutral, "educated at home: not tested".to_owned()),
        };
        match &concern {
            Ok(Some(_)) => {
                concern_met |= verdict == Verdict::Met;
                concern_left |= reason.starts_with("has left");
                concern_elsewhere |= verdict == Verdict::Neutral && !reason.starts_with("has left");
            }
            Ok(None) => {}
            Err(why) => concern_unknown = Some(why.clone()),
        }
        let said = match &concern {
            Ok(Some(why)) => format!("; a child of concern at attachment: {why}"),
            _ => String::new(),
        };
        tested.verdict = verdict;
        tested.reason = format!("{reason}{said}");
        verdicts.push(verdict);
        children.push(tested);
    }
    let (verdict, reason) = match Verdict::of_all(verdicts) {
        Verdict::Failed => (Verdict::Failed, "a child does not meet it".to_owned()),
        Verdict::Unknown => (Verdict::Unknown, "of a child it cannot be said".to_owned()),
        _ if concern_met && !concern_elsewhere => (Verdict::Met, "each child meets it, one of concern among them".to_owned()),
        _ if concern_elsewhere => (Verdict::Unknown, "a child of concern at attachment is educated elsewhere".to_owned()),
        _ if concern_left && rules.leavers_neutral => {
            (Verdict::Neutral, "the only child of concern has left school and no other child needs it".to_owned())
        }
        _ if concern_left => (Verdict::Failed, "the only child of concern has left school without meeting it".to_owned()),
        // Without knowing whether it was a problem it cannot be said that it was solved; that it is none now is known.
        _ => match concern_unknown {
            Some(why) => {
                (Verdict::Neutral, format!("whether it was of concern at attachment is not known ({why}); each child meets it now"))
            }
            None => (Verdict::Neutral, "no child was of concern at attachment, and each meets it now".to_owned()),
        },
    };
    let terms = span.terms.iter().map(|days| format!("{} to {}", date::iso(days.first), date::iso(days.last))).collect::<Vec<_>>();
    (Tested { now, arithmetic: format!("terms {}", terms.join(", ")), ..Tested::new("education", verdict, reason) }, children)
}

fn child(case: &Case<'_>, rules: &EducationRules, person: &CasePerson, (span, blind): (&Span, Option<&str>), tested: &mut Tested) -> Child {
    let (youngest, oldest) = rules.school_age;
    let open = |code: &str| case.now.of(&person.id).find(|(_, row)| stands(row, code, case.claim));
    let leaves = school_leaving(person.born, oldest);
    // A child whose age is not known is expected in every term.
    let due: Vec<Days> = span
        .terms
        .iter()
        .copied()
        .filter(|days| {
            person.age(days.last).map_or(person.born == NO_DAY, |age| age >= youngest) && leaves.is_none_or(|leaves| days.first < leaves)
        })
        .collect();
    let attendance: Vec<(usize, &HistoryRow)> = case.now.of(&person.id).filter(|(_, row)| attends(row)).collect();
    let in_span: Vec<(usize, &HistoryRow)> =
        attendance.iter().copied().filter(|(_, row)| span.terms.iter().any(|days| days.holds(middle(row.from, row.to)))).collect();
    if person.born != NO_DAY && person.age(case.claim).is_none_or(|age| age < youngest) {
        return Child::TooYoung;
    }
    // Only a child whose school days were over before the last of these terms has left; one that has rows in it is still there.
    let last = span.terms.last().copied();
    if leaves.is_some_and(|leaves| last.is_some_and(|days| days.first >= leaves))
        && !last.is_some_and(|days| in_span.iter().any(|(_, row)| days.holds(middle(row.from, row.to))))
    {
        return Child::Left;
    }
    if let Some((place, _)) = open("not_on_roll") {
        tested.rows.push(Cited { side: Side::Now, row: place, counted: true });
        if rules.not_on_roll_fails {
            return Child::Told(Verdict::Failed, "on no school's roll".to_owned());
        }
    }
    if open("elective_home_education").is_some() {
        return Child::AtHome;
    }
    let since = Days { first: case.attached, last: case.claim };
    if rules.permanent_fails && permanently_excluded(case.now, Side::Now, person, since, &mut tested.rows) {
        return Child::Told(Verdict::Failed, "permanently excluded since the attachment".to_owned());
    }
    let exclusions = exclusions(case.now, Side::Now, person, span.days, &mut tested.rows);
    let (sums, counted) = sessions(rules, case.now, &in_span, &span.terms);
    tested.rows.extend(in_span.iter().map(|(place, _)| Cited { side: Side::Now, row: *place, counted: counted.contains(place) }));
    let share = rules.absence_fails_at;
    let (missed, limit) = (sums.quantity * i64::from(share.denominator), sums.out_of * i64::from(share.numerator));
    let too_many = missed >= limit && sums.out_of > 0;
    tested.arithmetic = format!(
        "{exclusions} exclusions, fails at {}; {} of {} sessions: {} × {} = {missed} {} {} × {} = {limit}",
        rules.exclusions_fail_at,
        sums.quantity,
        sums.out_of,
        sums.quantity,
        share.denominator,
        if too_many { "≥" } else { "<" },
        sums.out_of,
        share.numerator
    );
    let without: usize = due.iter().filter(|days| !in_span.iter().any(|(_, row)| days.holds(middle(row.from, row.to)))).count();
    if exclusions >= rules.exclusions_fail_at {
        Child::Told(Verdict::Failed, format!("{exclusions} fixed exclusions"))
    } else if too_many && !sums.unusable && without == 0 {
        Child::Told(Verdict::Failed, format!("missed {} of {} sessions", sums.quantity, sums.out_of))
    } else if !person.in_run_now {
        Child::Told(Verdict::Unknown, "not in the run of the claim, or under another id".to_owned())
    } else if !person.searchable {
        Child::Told(Verdict::Unknown, "too poorly identified to be found in the feeds".to_owned())
    } else if let Some(why) = blind {
        Child::Told(Verdict::Unknown, why.to_owned())
    } else if without > 0 {
        Child::Told(Verdict::Unknown, format!("no attendance in {without} of {} terms: a school may be missing from the feed", due.len()))
    } else if sums.unusable || sums.out_of == 0 {
        Child::Told(Verdict::Unknown, "the sessions cannot be right".to_owned())
    } else if too_many {
        Child::Told(Verdict::Failed, format!("missed {} of {} sessions", sums.quantity, sums.out_of))
    } else {
        Child::Told(Verdict::Met, format!("{exclusions} fixed exclusions, missed {} of {} sessions", sums.quantity, sums.out_of))
    }
}

/// Why a child's education was a problem at attachment, `None` if it was none.
///
/// # Errors
/// Why it cannot be said.
fn of_concern(case: &Case<'_>, rules: &EducationRules, person: &CasePerson, tested: &mut Tested) -> Result<Option<String>, String> {
    let standing = case.before.of(&person.id).find(|(_, row)| EXCLUDED_OR_OFF_ROLL.iter().any(|code| stands(row, code, case.attached)));
    if let Some((place, row)) = standing {
        tested.rows.push(Cited { side: Side::Before, row: place, counted: true });
        return Ok(Some(row.code.replace('_', " ")));
    }
    let window = Window::Terms { count: rules.terms, include_current: rules.include_current };
    let span = window.at(case.attached, case.calendar).ok_or("the school calendar does not reach so far")?;
    tested.before = (span.days.first, span.days.last);
    let fixed = exclusions(case.before, Side::Before, person, span.days, &mut tested.rows);
    let permanent = permanently_excluded(case.before, Side::Before, person, span.days, &mut tested.rows);
    let rows: Vec<(usize, &HistoryRow)> = case.before.of(&person.id).filter(|(_, row)| attends(row)).collect();
    let in_span: Vec<(usize, &HistoryRow)> =
        rows.into_iter().filter(|(_, row)| span.terms.iter().any(|days| days.holds(middle(row.from, row.to)))).collect();
    let (sums, counted) = sessions(rules, case.before, &in_span, &span.terms);
    tested.rows.extend(in_span.iter().map(|(place, _)| Cited { side: Side::Before, row: *place, counted: counted.contains(place) }));
    let share = rules.absence_fails_at;
    let absent = sums.out_of > 0 && sums.quantity * i64::from(share.denominator) >= sums.out_of * i64::from(share.numerator);
    let mut why = Vec::new();
    if permanent {
        why.push("permanently excluded".to_owned());
    }
    if fixed >= rules.exclusions_fail_at {
        why.push(format!("{fixed} fixed exclusions"));
    }
    if absent {
        why.push(format!("missed {} of {} sessions", sums.quantity, sums.out_of));
    }
    if !why.is_empty() {
        return Ok(Some(why.join(", ")));
    }
    let lag = case.rules.feed_lag_days;
    let blind = blind(case.before, EventKind::Exclusion, &["fixed".to_owned()], span.days.last, lag)
        .or_else(|| blind(case.before, EventKind::SchoolAbsence, &[], span.days.last, lag));
    blind.map_or(Ok(None), Err)
}

fn attends(row: &HistoryRow) -> bool {
    row.kind == EventKind::SchoolAbsence && row.role == EventRole::Subject && !row.superseded && row.from != NO_DAY
}

fn excludes(row: &HistoryRow, code: &str) -> bool {
    row.kind == EventKind::Exclusion && row.role == EventRole::Subject && !row.superseded && row.code == code && row.from != NO_DAY
}

/// True if the row says that the person stands so on a day.
fn stands(row: &HistoryRow, code: &str, on: Day) -> bool {
    let open = (row.from == NO_DAY || row.from <= on) && (row.to == NO_DAY || row.to >= on);
    row.kind == EventKind::SchoolStatus && row.code == code && !row.superseded && open
}

/// Fixed exclusions that began in some days and were not rescinded.
fn exclusions(history: &History, side: Side, person: &CasePerson, days: Days, cited: &mut Vec<Cited>) -> u32 {
    cite(history, side, &standing_exclusions(history, person, "fixed", days), cited)
}

/// Whether the person was permanently excluded in some days, and that was not rescinded.
fn permanently_excluded(history: &History, side: Side, person: &CasePerson, days: Days, cited: &mut Vec<Cited>) -> bool {
    cite(history, side, &standing_exclusions(history, person, "permanent", days), cited) > 0
}

/// Rows of a kind of exclusion that began in some days and were not rescinded: by the same reference, or on the same day.
fn standing_exclusions<'h>(history: &'h History, person: &CasePerson, code: &str, days: Days) -> Vec<(usize, &'h HistoryRow)> {
    let all: Vec<(usize, &HistoryRow)> =
        history.of(&person.id).filter(|(_, row)| row.kind == EventKind::Exclusion && !row.superseded).collect();
    let rescinded = |row: &HistoryRow| {
        all.iter().any(|(_, other)| {
            let same = !row.reference.is_empty() && other.reference == row.reference;
            other.code == "rescinded" && other.source == row.source && (same || other.from == row.from)
        })
    };
    all.iter().copied().filter(|(_, row)| excludes(row, code) && days.holds(row.from) && !rescinded(row)).collect()
}

/// The day on which somebody may leave school: the last Friday in June of the school year, from September to August, in which they become a year older than the oldest at school
/// (Education Act 1996 s. 8 and the School Leaving Date Order 1997, from memory). `None` without a date of birth.
fn school_leaving(born: Day, oldest: i32) -> Option<Day> {
    let month = Month::of(born)?;
    let year = month.year() + oldest + 1 + i32::from(month.month() >= 9);
    let last = date::from_iso(&format!("{year:04}-06-30"))?;
    // 1970-01-01, day 0, was a Thursday.
    Some(last - (last - 1).rem_euclid(7))
}

/// Sessions missed and possible, and the places of the rows that make them.
fn sessions(rules: &EducationRules, history: &History, rows: &[(usize, &HistoryRow)], terms: &[Days]) -> (Sums, Vec<usize>) {
    let happenings: Vec<_> = rows.iter().map(|(place, row)| happening(history, *place, row)).collect();
    let missed = if rules.all_absence { Missed::All } else { Missed::Unauthorised };
    let (sums, counted) = counted_sessions(&happenings.iter().collect::<Vec<_>>(), terms, missed);
    (sums, counted.into_iter().map(|happening| happening.event as usize).collect())
}
