//! The chaser list: what is awaited about every accepted family that is not at its end, from whom, and by when.
//!
//! What comes in: accepted families, the plan of requests of the day, the register, the settings. What goes out: a [`Chaser`] per family. What always holds: each accepted family
//! stands in the list exactly once, with a due date, or is at its end, never both; an end is a status that ends the way (declined, no contact, out of county, closed, claimed) with no
//! claim under way, or a claim that was paid; the list follows from the register and the day; there are ids and codes in it and nobody's name.

use std::collections::{BTreeMap, BTreeSet};

use super::acceptance::Accepted;
use super::claims::attachment::attachment;
use super::requests::Plan;
use super::results::months_after;
use crate::config::checked::{ClaimSettings, RequestSettings};
use crate::model::{ClaimStage, Day, NO_DAY, Status, date};
use crate::register::decisions::{AllocationState, ClaimState, Entry, Register, RequestEntry, claims_by_family};
use crate::service::csv_table::csv_table;
use crate::service::staff::Staff;

/// What can be awaited, in the order of a family's way: code, and what it is in words.
pub const AWAITED: [(&str, &str); 14] = [
    ("to-ask", "a request is to go out"),
    ("answer", "a professional answers"),
    ("no-contact", "no professional is known: the team finds another way"),
    ("all-asked", "nobody could say: the team finds another way"),
    ("answered", "an answer gives a route that the family did not take"),
    ("out-of-county", "the home lies outside the county"),
    ("not-in-run", "the run does not have the family"),
    ("awaits-worker", "a worker is to be allocated"),
    ("turn-around", "the family is to be turned around"),
    ("word", "word from the professional who leads"),
    ("evidence", "evidence that others turned it around, and the claim"),
    ("claim-audit", "internal audit signs the claim off"),
    ("claim-submission", "the claim is submitted"),
    ("claim-payment", "the department pays"),
];

/// Of whom the service's own next step is awaited.
const TEAM: &str = "team";
/// Months for a family to be turned around where the pipeline claims for nothing or sets no limit (seed 2: within one year).
const WITHIN_MONTHS: u32 = 12;

/// What is awaited about a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chaser {
    /// Family id.
    pub family: String,
    /// Where it stands.
    pub status: Status,
    /// What is awaited: a code of [`AWAITED`].
    pub awaited: &'static str,
    /// The same in words, with what is particular to this family.
    pub words: String,
    /// From whom: the code of a professional, the codes of its workers, `team`, `internal audit` or `department`.
    pub from: String,
    /// Since when.
    pub since: Day,
    /// By when.
    pub due: Day,
    /// Days since it was due; 0 while it is not over.
    pub days_overdue: i32,
}

/// What the list is made from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// What people decided, under the ids of today.
    pub register: &'a Register,
    /// The journal, oldest first.
    pub entries: &'a [Entry],
    /// How long to wait.
    pub settings: &'a RequestSettings,
    /// Who works for the service, if there is a table of it: whoever's cover has ended works with no family.
    pub staff: Option<&'a Staff>,
    /// By which rules results are claimed, if they are.
    pub claims: Option<&'a ClaimSettings>,
    /// The day.
    pub on: Day,
    /// True if the requests of the plan go out with this list; false if they are still to be made.
    pub sent: bool,
}

/// Something awaited, before it is known how long it is overdue.
struct Step {
    awaited: &'static str,
    words: String,
    from: String,
    since: Day,
    due: Day,
}

/// The list: what is due first at the top.
#[must_use]
pub fn chasers(accepted: &[Accepted<'_>], plan: &Plan<'_>, given: &Given<'_>) -> Vec<Chaser> {
    let claims = claims_by_family(&given.register.claims);
    let of_plan = of_plan(plan, given);
    // What goes out with the list has moved these families on.
    let moved: BTreeSet<&str> = plan.new.iter().filter(|_| given.sent).map(|asked| asked.entry.family.as_str()).collect();
    let stands = |family: Accepted<'_>| match family.status() {
        Status::Identified if moved.contains(family.family()) => Status::AssessmentRequested,
        status => status,
    };
    let mut list: Vec<Chaser> = accepted
        .iter()
        .filter_map(|family| {
            let claim = claims.get(family.family()).and_then(|claims| farthest(claims));
            let step = match claim.map(|claim| by_claim(*family, claim, given)) {
                Some(Claimed::UnderWay(step)) => step,
                Some(Claimed::Paid) => return None,
                None | Some(Claimed::Nothing) => by_status(*family, &of_plan, given)?,
            };
            let Step { awaited, words, from, since, due } = step;
            let (status, family) = (stands(*family), family.family().to_owned());
            Some(Chaser { family, status, awaited, words, from, since, due, days_overdue: (given.on - due).max(0) })
        })
        .collect();
    list.sort_by(|a, b| (a.due, &a.family).cmp(&(b.due, &b.family)));
    list
}

/// The steps that the plan of requests knows of, by family: of two requests about one family the one that is due first.
fn of_plan(plan: &Plan<'_>, given: &Given<'_>) -> BTreeMap<String, Step> {
    let mut steps: BTreeMap<String, Step> = BTreeMap::new();
    for nobody in &plan.nobody {
        let (words, from) = (nobody.why.clone(), TEAM.to_owned());
        steps.insert(nobody.family.clone(), Step { awaited: nobody.code, words, from, since: nobody.since, due: nobody.due });
    }
    for asked in plan.new.iter().filter(|_| !given.sent) {
        let words = format!("a request to {} is to go out: `fwt requests make`", asked.entry.professional);
        let due = date::plus_days(asked.since, given.settings.due_days);
        steps.insert(asked.entry.family.clone(), Step { awaited: "to-ask", words, from: TEAM.to_owned(), since: asked.since, due });
    }
    for (entry, _) in &plan.open {
        let request = given.register.casework.requests.get(&entry.request);
        if request.is_none() && !given.sent {
            continue;
        }
        // A reminder that is not sent yet has not moved the day on which the answer was due.
        let held = request.filter(|_| !given.sent).map_or(entry, |request| &request.last);
        let step = answer(held, request.map_or(given.on, |request| request.made));
        match steps.get(&entry.family) {
            Some(known) if known.due <= step.due => {}
            _ => {
                steps.insert(entry.family.clone(), step);
            }
        }
    }
    steps
}

fn answer(entry: &RequestEntry, since: Day) -> Step {
    let reminded = match entry.reminder {
        0 => String::new(),
        1 => ", one reminder sent".to_owned(),
        count => format!(", {count} reminders sent"),
    };
    let words = format!("an answer to request {}{reminded}; the next contact is asked after {}", entry.request, entry.lapses);
    let due = date::from_iso(&entry.due).unwrap_or(since);
    Step { awaited: "answer", words, from: entry.professional.clone(), since, due }
}

/// The claim that came farthest: an older draft beside one that was sent is void.
fn farthest<'c>(claims: &[&'c ClaimState]) -> Option<&'c ClaimState> {
    let standing = claims.iter().copied().filter(|claim| claim.stage != ClaimStage::Invalidated);
    standing.max_by_key(|claim| (claim.stage as u8, claim.last.window.clone()))
}

/// What a claim says of where a family stands.
enum Claimed {
    /// Its next stage is awaited.
    UnderWay(Step),
    /// It was paid, and the family has not come back.
    Paid,
    /// Nothing: the family came back after it was paid, or the claim does not hold.
    Nothing,
}

fn by_claim(family: Accepted<'_>, claim: &ClaimState, given: &Given<'_>) -> Claimed {
    let (awaited, from, next) = match claim.stage {
        ClaimStage::Drafted => ("claim-audit", "internal audit", "to be signed off by internal audit"),
        ClaimStage::Audited => ("claim-submission", TEAM, "to be submitted"),
        ClaimStage::Submitted => ("claim-payment", "department", "to be paid"),
        ClaimStage::Paid if family.status_on() > claim.last.day() && !is_end(family.status()) => return Claimed::Nothing,
        ClaimStage::Paid => return Claimed::Paid,
        ClaimStage::Invalidated => return Claimed::Nothing,
    };
    let since = claim.last.day();
    let words = format!("the claim of {} is {} and is {next}", claim.last.window, claim.stage.name());
    let due = date::plus_days(since, given.settings.claim_days);
    let due = if claim.stage == ClaimStage::Submitted { due } else { in_time(due, given) };
    Claimed::UnderWay(Step { awaited, words, from: from.to_owned(), since, due })
}

/// No later than the last day on which the programme takes claims.
fn in_time(due: Day, given: &Given<'_>) -> Day {
    given.claims.map_or(due, |claims| due.min(claims.funding.last_claim))
}

/// True for a status with which a family's way has ended.
#[must_use]
pub fn is_end(status: Status) -> bool {
    matches!(status, Status::Declined | Status::NoContact | Status::OutOfCounty | Status::Closed | Status::Claimed)
}

/// What is awaited by where the family stands; `None` at its end.
fn by_status(family: Accepted<'_>, of_plan: &BTreeMap<String, Step>, given: &Given<'_>) -> Option<Step> {
    let since = family.stands_since();
    let due = date::plus_days(since, given.settings.due_days);
    match family.status() {
        Status::Declined | Status::NoContact | Status::OutOfCounty | Status::Closed | Status::Claimed => None,
        Status::Identified | Status::AssessmentRequested | Status::Assessed => Some(of_plan.get(family.family()).map_or_else(
            || {
                // The plan passes over an assessed family that has a worker, and nothing else.
                let words = "a worker works with the family, which does not stand as attached: give it that status".to_owned();
                Step { awaited: "awaits-worker", words, from: TEAM.to_owned(), since, due }
            },
            |step| Step { words: step.words.clone(), from: step.from.clone(), ..*step },
        )),
        Status::Attached => Some(turn_around(family, given)),
        Status::MonitoringOnly => Some(word(family, given)),
        Status::TurnedAroundElsewhere => evidence(family, given),
    }
}

/// Since when a family counts as worked with by the rules of results, and by when its result is to be there.
fn result_due(family: Accepted<'_>, given: &Given<'_>) -> (Day, u32, Day) {
    let attached = given.claims.and_then(|claims| {
        let own = given.register.families.get(family.family()).map(|state| state.entries.as_slice()).unwrap_or_default();
        // The number of an entry is its line.
        let entries = own.iter().filter_map(|seq| given.entries.get(usize::try_from(*seq).ok()?.checked_sub(1)?));
        attachment(entries, |_| true, &claims.results.attached_by, given.on)
    });
    let since = attached.map_or_else(|| family.stands_since(), |attached| attached.on);
    let within = given.claims.map(|claims| claims.results.time.within_months).filter(|months| *months > 0).unwrap_or(WITHIN_MONTHS);
    (since, within, in_time(months_after(since, within), given))
}

fn turn_around(family: Accepted<'_>, given: &Given<'_>) -> Step {
    let casework = &given.register.casework;
    let gone = |state: &AllocationState| given.staff.and_then(|staff| staff.gone_since(&state.entry.staff, given.on));
    let works = |state: &&AllocationState| state.holds_from(given.on) && gone(state).is_none();
    let mut workers: Vec<&str> = casework.of(family.family()).filter(works).map(|state| state.entry.staff.as_str()).collect();
    workers.sort_unstable();
    workers.dedup();
    // A service that records no allocation at all keeps its workers elsewhere.
    if workers.is_empty() && !casework.allocations.is_empty() {
        let last = |state: &AllocationState| {
            if state.holds(given.on) { gone(state) } else { state.until().filter(|until| *until >= state.from()) }
        };
        let ended = casework.of(family.family()).filter_map(last).filter(|ended| *ended < given.on).max();
        let words = match ended {
            Some(ended) => format!("nobody has worked with the attached family since {}: allocate a worker or close it", date::iso(ended)),
            None => "the family is attached and was given to no worker: allocate one or close it".to_owned(),
        };
        let since = ended.map_or(family.stands_since(), |ended| ended.max(family.stands_since()));
        let due = date::plus_days(since, given.settings.due_days);
        return Step { awaited: "awaits-worker", words, from: TEAM.to_owned(), since, due };
    }
    let (since, within, due) = result_due(family, given);
    let words = if given.on > due {
        format!("not turned around within {within} months of {}: close it, or say who goes on", date::iso(since))
    } else {
        format!("to be turned around within {within} months of {}", date::iso(since))
    };
    let from = if workers.is_empty() { TEAM.to_owned() } else { workers.join("; ") };
    Step { awaited: "turn-around", words, from, since, due }
}

/// A family that others support: they were to keep the service informed (seed 1).
fn word(family: Accepted<'_>, given: &Given<'_>) -> Step {
    let answers = given.register.casework.of_family(family.family()).into_iter().filter_map(|state| {
        let (_, answer) = state.answer.as_ref()?;
        (answer.route == "supported_elsewhere").then(|| (date::from_iso(&answer.on).unwrap_or(NO_DAY), state.last.professional.clone()))
    });
    let last = answers.filter(|(day, _)| *day <= given.on).max();
    let since = family.stands_since().max(last.as_ref().map_or(NO_DAY, |(day, _)| *day));
    let words = format!("word on how the family gets on; the last came on {}", date::iso(since));
    let from = last.map_or_else(|| TEAM.to_owned(), |(_, professional)| professional);
    Step { awaited: "word", words, from, since, due: date::plus_days(since, given.settings.informed_days) }
}

/// A family that others turned around; where nothing can be claimed for it, its way has ended.
fn evidence(family: Accepted<'_>, given: &Given<'_>) -> Option<Step> {
    given.claims.filter(|claims| claims.results.attached_by.contains(&Status::TurnedAroundElsewhere))?;
    let (counts_from, within, due) = result_due(family, given);
    let words = if given.on > due {
        format!("not claimed within {within} months of {}: too late, close it", date::iso(counts_from))
    } else {
        format!("evidence of the result is to be collected and claimed within {within} months of {}", date::iso(counts_from))
    };
    Some(Step { awaited: "evidence", words, from: TEAM.to_owned(), since: family.stands_since(), due })
}

/// The columns of `chasers.csv`.
pub const COLUMNS: [&str; 8] = ["family", "status", "awaited", "from", "since", "due", "days_overdue", "what"];

/// The list as CSV.
#[must_use]
pub fn chasers_csv(list: &[Chaser]) -> Vec<u8> {
    csv_table(&COLUMNS, list.iter().map(cells))
}

/// The cells of a row, in the order of [`COLUMNS`].
#[must_use]
pub fn cells(chaser: &Chaser) -> [String; 8] {
    [
        chaser.family.clone(),
        chaser.status.name().to_owned(),
        chaser.awaited.to_owned(),
        chaser.from.clone(),
        date::iso(chaser.since),
        date::iso(chaser.due),
        chaser.days_overdue.to_string(),
        chaser.words.clone(),
    ]
}

#[cfg(test)]
mod tests;
