//! What was asked of professionals, what they answered, and which worker was given to which family, as the journal keeps it.
//!
//! What comes in: a line of the journal. What goes out: its parts, and the last word about each request and each family's workers. What always holds: as for every entry:
//! never changed, never taken out; `Debug` shows nobody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Day, NO_DAY, date};

/// A request for a preliminary assessment, or a reminder of one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestEntry {
    /// Id of the request.
    pub request: String,
    /// Family it is about, by its id at the time.
    pub family: String,
    /// Code of the professional asked.
    pub professional: String,
    /// 0 for the request itself, 1 for its first reminder, and so on.
    pub reminder: u32,
    /// Day it was made, `YYYY-MM-DD`.
    pub on: String,
    /// Day by which the answer is due, `YYYY-MM-DD`.
    pub due: String,
    /// Last day on which an answer is taken, `YYYY-MM-DD`.
    pub lapses: String,
}

/// A professional's answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerEntry {
    /// Request it answers.
    pub request: String,
    /// Family, by its id at the time.
    pub family: String,
    /// Day of the answer, `YYYY-MM-DD`.
    pub on: String,
    /// `turned_around`, `supported_elsewhere`, `key_worker` or `cannot_say`.
    pub route: String,
    /// Who leads, where others support the family.
    pub lead: String,
    /// Where the evidence is, for a family already turned around.
    pub evidence: String,
    /// Whether the professional has introduced the service to the family.
    pub introduced: Option<bool>,
    /// Codes of needs.
    pub needs: Vec<String>,
    /// Anything else.
    pub note: String,
}

/// A worker for a family, or the end of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllocationEntry {
    /// Family, by its id at the time.
    pub family: String,
    /// Code of the worker.
    pub staff: String,
    /// First day, `YYYY-MM-DD`.
    pub on: String,
    /// Last day, `YYYY-MM-DD`; empty while it goes on.
    pub until: String,
    /// What the worker may draw on for this family, in pounds.
    pub budget: Option<u32>,
}

/// The routes after a preliminary assessment (seed 1), and an answer that gives none.
pub const ROUTES: [&str; 4] = ["turned_around", "supported_elsewhere", "key_worker", "cannot_say"];

/// A request as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestState {
    /// The request with its latest due date.
    pub last: RequestEntry,
    /// Day of the request itself.
    pub made: Day,
    /// Reminders sent.
    pub reminders: u32,
    /// The answer, and the entry that holds it.
    pub answer: Option<(u64, AnswerEntry)>,
}

impl RequestState {
    /// Day by which an answer is due.
    #[must_use]
    pub fn due(&self) -> Day {
        date::from_iso(&self.last.due).unwrap_or(NO_DAY)
    }

    /// Last day on which an answer is taken.
    #[must_use]
    pub fn lapses(&self) -> Day {
        date::from_iso(&self.last.lapses).unwrap_or(NO_DAY)
    }

    /// True if an answer is awaited on that day.
    #[must_use]
    pub fn is_open(&self, on: Day) -> bool {
        self.answer.is_none() && on <= self.lapses()
    }
}

/// All requests and allocations.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Casework {
    /// Requests by their id.
    pub requests: BTreeMap<String, RequestState>,
    /// Allocations by family (under its id of today), oldest first; a later entry about the same worker and first day replaces the earlier.
    pub allocations: BTreeMap<String, Vec<AllocationEntry>>,
}

impl Casework {
    pub(super) fn request(&mut self, entry: &RequestEntry) {
        let on = date::from_iso(&entry.on).unwrap_or(NO_DAY);
        let state = self.requests.entry(entry.request.clone());
        let state = state.or_insert_with(|| RequestState { last: entry.clone(), made: on, reminders: 0, answer: None });
        state.reminders = state.reminders.max(entry.reminder);
        state.last = entry.clone();
    }

    pub(super) fn answer(&mut self, seq: u64, entry: &AnswerEntry) {
        if let Some(state) = self.requests.get_mut(&entry.request) {
            state.answer = Some((seq, entry.clone()));
        }
    }

    pub(super) fn allocation(&mut self, entry: &AllocationEntry) {
        let own = self.allocations.entry(entry.family.clone()).or_default();
        match own.iter_mut().find(|known| known.staff == entry.staff && known.on == entry.on) {
            Some(known) => *known = entry.clone(),
            None => own.push(entry.clone()),
        }
    }

    /// Ends the allocations of a family on the day before one from which nobody works with it any more.
    pub(super) fn end(&mut self, family: &str, from: Day) {
        for entry in self.allocations.get_mut(family).into_iter().flatten().filter(|entry| holds(entry, from)) {
            entry.until = date::iso(from - 1);
        }
    }

    /// Moves what was said about retired families to the ids that took their place.
    pub(super) fn succeed(&mut self, present: &dyn Fn(&str) -> String) {
        for state in self.requests.values_mut() {
            state.last.family = present(&state.last.family);
        }
        for (family, entries) in std::mem::take(&mut self.allocations) {
            let own = self.allocations.entry(present(&family)).or_default();
            own.extend(entries);
            own.sort_by(|a, b| (&a.on, &a.staff).cmp(&(&b.on, &b.staff)));
        }
    }

    /// The requests about a family, oldest first.
    #[must_use]
    pub fn of_family(&self, family: &str) -> Vec<&RequestState> {
        let mut own: Vec<&RequestState> = self.requests.values().filter(|state| state.last.family == family).collect();
        own.sort_by(|a, b| (a.made, &a.last.request).cmp(&(b.made, &b.last.request)));
        own
    }

    /// Allocations of a family that hold on a day.
    #[must_use]
    pub fn allocated(&self, family: &str, on: Day) -> Vec<&AllocationEntry> {
        self.allocations.get(family).into_iter().flatten().filter(|entry| holds(entry, on)).collect()
    }

    /// Families a worker has on a day.
    #[must_use]
    pub fn caseload(&self, staff: &str, on: Day) -> usize {
        let has = |entries: &Vec<AllocationEntry>| entries.iter().any(|entry| entry.staff == staff && holds(entry, on));
        self.allocations.values().filter(|entries| has(entries)).count()
    }
}

/// True if an allocation holds on a day.
fn holds(entry: &AllocationEntry, on: Day) -> bool {
    let from = date::from_iso(&entry.on).unwrap_or(NO_DAY);
    from <= on && date::from_iso(&entry.until).is_none_or(|until| on <= until)
}
