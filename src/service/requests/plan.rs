//! Who is to be asked and who is to be reminded.
//!
//! What comes in: accepted families with their files, contacts, what was asked before. What goes out: [`Plan`]. What always holds: the plan follows from the register and the
//! day, so the same day asked twice gives nothing new; a family moves to its next contact only when the last request was answered with "cannot say" or lapsed.

use std::collections::BTreeMap;

use super::super::acceptance::Accepted;
use super::super::contacts::{Contacts, FamilyContact, Professional};
use super::super::families::FamilyFile;
use crate::config::checked::RequestSettings;
use crate::model::ids::short_digest;
use crate::model::{Day, NO_DAY, Status, date};
use crate::register::decisions::{Casework, RequestEntry, RequestState};

/// One request or reminder.
#[derive(Clone)]
pub struct Asked<'p> {
    /// As the register keeps it.
    pub entry: RequestEntry,
    /// Who is asked.
    pub professional: Professional,
    /// About whom.
    pub family: &'p FamilyFile,
    /// Members whom the professional knows, by their place in the file.
    pub known: Vec<usize>,
    /// Days since the answer was due; 0 or less while it is not.
    pub overdue: i32,
    /// Since when the family waits for its request.
    pub since: Day,
}

/// An accepted family that waits for the team and not for a professional, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nobody {
    /// Family id.
    pub family: String,
    /// Why, as code.
    pub code: &'static str,
    /// Why, in words.
    pub why: String,
    /// Day since which it waits.
    pub since: Day,
    /// Day by which somebody of the team is to have found a way.
    pub due: Day,
}

/// What is to go out on a day.
#[derive(Default)]
pub struct Plan<'p> {
    /// New requests.
    pub new: Vec<Asked<'p>>,
    /// Reminders that are due.
    pub reminders: Vec<Asked<'p>>,
    /// Open requests, with those of today: family, request, professional, due date, days overdue, reminders sent.
    pub open: Vec<(RequestEntry, i32)>,
    /// Accepted families that wait for the team.
    pub nobody: Vec<Nobody>,
}

impl Plan<'_> {
    /// True if nothing is to go out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.reminders.is_empty()
    }
}

/// What the plan is made from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// Requests and answers so far.
    pub casework: &'a Casework,
    /// Contacts.
    pub contacts: &'a Contacts,
    /// Records by person.
    pub records: &'a BTreeMap<String, Vec<(String, String)>>,
    /// Settings.
    pub settings: &'a RequestSettings,
    /// The day.
    pub on: Day,
}

/// Makes the plan for some accepted families.
#[must_use]
pub fn plan<'p>(accepted: &[Accepted<'_>], files: &'p BTreeMap<String, FamilyFile>, given: &Given<'_>) -> Plan<'p> {
    let mut plan = Plan::default();
    for family in accepted {
        let id = family.family();
        let stands = family.stands_since();
        // The team has as many days as a professional.
        let waits = |code: &'static str, why: &str, since: Day| Nobody {
            family: id.to_owned(),
            code,
            why: why.to_owned(),
            since,
            due: date::plus_days(since, given.settings.due_days),
        };
        match family.status() {
            Status::Identified | Status::AssessmentRequested => {}
            Status::Assessed => {
                if given.casework.allocated(id, given.on).is_empty() {
                    plan.nobody.push(waits("awaits-worker", "the family is assessed and no worker works with it yet", stands));
                }
                continue;
            }
            // Worked with or followed, or on a way out: nobody is asked any more.
            _ => continue,
        }
        let Some(file) = files.get(id) else {
            plan.nobody.push(waits("not-in-run", "the current run does not have the family", stands));
            continue;
        };
        if file.out_of_county {
            plan.nobody.push(waits("out-of-county", "the home lies outside the county", stands));
            continue;
        }
        let all = given.casework.of_family(id);
        // What was asked before the family came back (after it had declined, say) is over: it is asked about afresh.
        let came_back = if family.status() == Status::Identified { family.status_on() } else { NO_DAY };
        let asked: Vec<&RequestState> = all.iter().copied().filter(|state| came_back == NO_DAY || state.made >= came_back).collect();
        // Two where two families became one that were both asked about.
        let open: Vec<&&RequestState> = asked.iter().filter(|state| state.is_open(given.on)).collect();
        if !open.is_empty() {
            for state in open {
                reminder(state, file, given, &mut plan);
            }
            continue;
        }
        // What was asked has come to nothing: from then on the family waits again.
        let since = asked.iter().map(|state| over(state)).fold(stands, Day::max);
        // An answer that gives a route has moved the family on, whatever its status says until it is recorded.
        if asked.iter().any(|state| state.answer.as_ref().is_some_and(|(_, answer)| answer.route != "cannot_say")) {
            let why = "an answer gives a route and the family does not stand there: look at it with `fwt cohort history`";
            plan.nobody.push(waits("answered", why, since));
            continue;
        }
        let contacts = given.contacts.of_family(file, given.records, given.settings, given.on);
        let free = |contact: &&FamilyContact<'_>| {
            contact.counts && !asked.iter().any(|state| state.last.professional == contact.professional.code)
        };
        match contacts.iter().find(free) {
            Some(contact) => plan.new.push(new_request(file, contact, (all.len(), since), given)),
            None if asked.is_empty() => {
                plan.nobody.push(waits("no-contact", "no professional is known who met the family recently", since));
            }
            None => plan.nobody.push(waits("all-asked", "every professional who met the family recently was asked", since)),
        }
    }
    let of_today = plan.new.iter().chain(&plan.reminders).map(|asked| (asked.entry.clone(), 0));
    plan.open.extend(of_today.collect::<Vec<_>>());
    plan.open.sort_by(|a, b| (&a.0.due, &a.0.family, &a.0.request).cmp(&(&b.0.due, &b.0.family, &b.0.request)));
    plan
}

/// The day on which a request that is not open any more was answered or lapsed.
fn over(state: &RequestState) -> Day {
    state.answer.as_ref().map_or(state.lapses(), |(_, answer)| date::from_iso(&answer.on).unwrap_or(NO_DAY))
}

fn new_request<'p>(file: &'p FamilyFile, contact: &FamilyContact<'_>, (before, since): (usize, Day), given: &Given<'_>) -> Asked<'p> {
    let settings = given.settings;
    let professional = contact.professional.clone();
    let digest = short_digest(&[&file.id, &professional.code, &before.to_string()]);
    let due = date::plus_days(given.on, settings.due_days);
    let lapses = date::plus_days(due, settings.reminder_days * (settings.reminders + 1));
    let entry = RequestEntry {
        request: format!("Q{digest}"),
        family: file.id.clone(),
        professional: professional.code.clone(),
        reminder: 0,
        on: date::iso(given.on),
        due: date::iso(due),
        lapses: date::iso(lapses),
    };
    Asked { entry, professional, family: file, known: contact.members.clone(), overdue: 0, since }
}

/// A reminder of an open request, if one is due; otherwise the request stands among the open ones as it is.
fn reminder<'p>(open: &RequestState, file: &'p FamilyFile, given: &Given<'_>, plan: &mut Plan<'p>) {
    let settings = given.settings;
    let overdue = given.on - open.due();
    let contacts = given.contacts.of_family(file, given.records, settings, given.on);
    let contact = contacts.iter().find(|contact| contact.professional.code == open.last.professional);
    let professional = contact.map(|contact| contact.professional).or_else(|| given.contacts.professional(&open.last.professional));
    match professional.filter(|_| overdue > 0 && open.reminders < settings.reminders) {
        Some(professional) => {
            let due = date::plus_days(given.on, settings.reminder_days);
            let entry = RequestEntry {
                reminder: open.reminders + 1,
                on: date::iso(given.on),
                due: date::iso(due),
                lapses: date::iso(open.lapses().max(due)),
                family: file.id.clone(),
                ..open.last.clone()
            };
            let known = contact.map(|contact| contact.members.clone()).unwrap_or_default();
            plan.reminders.push(Asked { entry, professional: professional.clone(), family: file, known, overdue, since: open.made });
        }
        None => plan.open.push((open.last.clone(), overdue)),
    }
}
