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
use crate::model::{Day, Status, date};
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
}

/// A family that nobody is asked about, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nobody {
    /// Family id.
    pub family: String,
    /// Why, as code.
    pub code: &'static str,
    /// Why, in words.
    pub why: String,
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
    /// Families about which nobody is asked.
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
        match family.status() {
            Status::Identified | Status::AssessmentRequested => {}
            // Already assessed, or on a way out: nobody is asked any more.
            _ => continue,
        }
        let asked = given.casework.of_family(family.family());
        let Some(file) = files.get(family.family()) else {
            plan.nobody.push(nobody(family.family(), "not-in-run", "the current run does not have the family"));
            continue;
        };
        if file.out_of_county {
            plan.nobody.push(nobody(&file.id, "out-of-county", "the home lies outside the county"));
            continue;
        }
        if let Some(open) = asked.iter().find(|state| state.is_open(given.on)) {
            reminder(open, file, given, &mut plan);
            continue;
        }
        // An answer that gives a route has moved the family on, whatever its status says until it is recorded.
        if asked.iter().any(|state| state.answer.as_ref().is_some_and(|(_, answer)| answer.route != "cannot_say")) {
            continue;
        }
        let contacts = given.contacts.of_family(file, given.records, given.settings, given.on);
        let free = |contact: &&FamilyContact<'_>| {
            contact.counts && !asked.iter().any(|state| state.last.professional == contact.professional.code)
        };
        match contacts.iter().find(free) {
            Some(contact) => plan.new.push(new_request(file, contact, asked.len(), given)),
            None if asked.is_empty() => {
                plan.nobody.push(nobody(&file.id, "no-contact", "no professional is known who met the family recently"));
            }
            None => plan.nobody.push(nobody(&file.id, "all-asked", "every professional who met the family recently was asked")),
        }
    }
    let of_today = plan.new.iter().chain(&plan.reminders).map(|asked| (asked.entry.clone(), 0));
    plan.open.extend(of_today.collect::<Vec<_>>());
    plan.open.sort_by(|a, b| (&a.0.due, &a.0.family, &a.0.request).cmp(&(&b.0.due, &b.0.family, &b.0.request)));
    plan
}

fn nobody(family: &str, code: &'static str, why: &str) -> Nobody {
    Nobody { family: family.to_owned(), code, why: why.to_owned() }
}

fn new_request<'p>(file: &'p FamilyFile, contact: &FamilyContact<'_>, before: usize, given: &Given<'_>) -> Asked<'p> {
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
    Asked { entry, professional, family: file, known: contact.members.clone(), overdue: 0 }
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
            plan.reminders.push(Asked { entry, professional: professional.clone(), family: file, known, overdue });
        }
        None => plan.open.push((open.last.clone(), overdue)),
    }
}
