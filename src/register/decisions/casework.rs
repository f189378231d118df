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

/// An allocation as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct AllocationState {
    /// As it was entered last, under the family's id then.
    pub entry: AllocationEntry,
    /// The first day on which it does not hold any more because the work with the family had ended; `None` while it has not.
    pub ended: Option<Day>,
    /// The last days that entries about it gave, oldest first: an old row that comes once more is known by them.
    pub said: Vec<String>,
    /// The entry that was the last about it.
    pub seq: u64,
}

impl AllocationState {
    /// First day.
    #[must_use]
    pub fn from(&self) -> Day {
        date::from_iso(&self.entry.on).unwrap_or(NO_DAY)
    }

    /// Last day: the one that was given, or the one before the work with the family ended, whichever is earlier; it lies before the first day where it never held.
    #[must_use]
    pub fn until(&self) -> Option<Day> {
        let (given, ended) = (date::from_iso(&self.entry.until), self.ended.map(|ended| ended - 1));
        given.into_iter().chain(ended).min()
    }

    /// True if it holds on a day.
    #[must_use]
    pub fn holds(&self, on: Day) -> bool {
        self.from() <= on && self.until().is_none_or(|until| on <= until)
    }

    /// True if it holds on a day or on a later one.
    #[must_use]
    pub fn holds_from(&self, on: Day) -> bool {
        self.until().is_none_or(|until| until >= on.max(self.from()))
    }
}

/// All requests and allocations.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Casework {
    /// Requests by their id.
    pub requests: BTreeMap<String, RequestState>,
    /// Allocations by family (under its id of today), oldest first; a later entry about the same worker and first day replaces the earlier.
    pub allocations: BTreeMap<String, Vec<AllocationState>>,
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

    /// Takes an allocation in, under the entry that says so. What ended with the work stays ended, whatever last day is given.
    pub fn allocation(&mut self, seq: u64, entry: &AllocationEntry) {
        let own = self.allocations.entry(entry.family.clone()).or_default();
        match own.iter_mut().find(|known| known.is_it(&entry.staff, &entry.on)) {
            Some(known) => {
                known.said.push(entry.until.clone());
                (known.entry, known.seq) = (entry.clone(), seq);
            }
            None => own.push(AllocationState { entry: entry.clone(), ended: None, said: vec![entry.until.clone()], seq }),
        }
    }

    /// Ends the allocations of a family that were entered so far, from a day on from which nobody works with it any more: those that begin later never hold.
    pub(super) fn end(&mut self, family: &str, from: Day) {
        for state in self.allocations.get_mut(family).into_iter().flatten().filter(|state| state.holds_from(from)) {
            state.ended = Some(from);
        }
    }

    /// Gives the allocations of a family to another one that took its place.
    pub(super) fn take_over(&mut self, retired: &str, family: &str) {
        let Some(entries) = self.allocations.remove(retired) else { return };
        let own = self.allocations.entry(family.to_owned()).or_default();
        for state in entries {
            match own.iter_mut().find(|known| known.is_it(&state.entry.staff, &state.entry.on)) {
                Some(known) => known.join(state),
                None => own.push(state),
            }
        }
        own.sort_by(|a, b| (&a.entry.on, &a.entry.staff).cmp(&(&b.entry.on, &b.entry.staff)));
    }

    /// Moves what was said about retired families to the ids that took their place.
    pub(super) fn succeed(&mut self, present: &dyn Fn(&str) -> String) {
        for state in self.requests.values_mut() {
            state.last.family = present(&state.last.family);
        }
        let families: Vec<(String, String)> = self.allocations.keys().map(|family| (family.clone(), present(family))).collect();
        for (family, present) in families.iter().filter(|(family, present)| family != present) {
            self.take_over(family, present);
        }
    }

    /// The requests about a family, oldest first.
    #[must_use]
    pub fn of_family(&self, family: &str) -> Vec<&RequestState> {
        let mut own: Vec<&RequestState> = self.requests.values().filter(|state| state.last.family == family).collect();
        own.sort_by(|a, b| (a.made, &a.last.request).cmp(&(b.made, &b.last.request)));
        own
    }

    /// The allocation of a worker to a family from a first day on.
    #[must_use]
    pub fn find(&self, family: &str, staff: &str, on: &str) -> Option<&AllocationState> {
        self.of(family).find(|state| state.is_it(staff, on))
    }

    /// All allocations of a family, those that are over too.
    pub fn of(&self, family: &str) -> impl Iterator<Item = &AllocationState> {
        self.allocations.get(family).into_iter().flatten()
    }

    /// Allocations of a family that hold on a day.
    #[must_use]
    pub fn allocated(&self, family: &str, on: Day) -> Vec<&AllocationState> {
        self.of(family).filter(|state| state.holds(on)).collect()
    }

    /// Families a worker has on a day.
    #[must_use]
    pub fn caseload(&self, staff: &str, on: Day) -> usize {
        self.caseload_beside("", staff, on)
    }

    /// Families a worker has on a day beside one.
    #[must_use]
    pub fn caseload_beside(&self, family: &str, staff: &str, on: Day) -> usize {
        let has = |states: &Vec<AllocationState>| states.iter().any(|state| state.entry.staff == staff && state.holds(on));
        self.allocations.iter().filter(|(id, states)| *id != family && has(states)).count()
    }

    /// The days on which a worker's caseload grows, from one day to another, the first one included: on one of them it is highest.
    #[must_use]
    pub fn busy_days(&self, staff: &str, from: Day, until: Option<Day>) -> Vec<Day> {
        let begins = self.allocations.values().flatten().filter(|state| state.entry.staff == staff).map(AllocationState::from);
        let mut days: Vec<Day> = begins.filter(|day| *day > from && until.is_none_or(|until| *day <= until)).chain([from]).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

impl AllocationState {
    fn is_it(&self, staff: &str, on: &str) -> bool {
        self.entry.staff == staff && self.entry.on == on
    }

    /// Takes in what was said of the same worker and first day under another id of the family: the later entry counts, and it goes on if one of them does.
    fn join(&mut self, other: Self) {
        self.ended = self.ended.zip(other.ended).map(|(ours, theirs)| ours.max(theirs));
        self.said.extend(other.said);
        if other.seq > self.seq {
            (self.entry, self.seq) = (other.entry, other.seq);
        }
    }
}
