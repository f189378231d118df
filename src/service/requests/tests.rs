//! Whom a plan asks, and when.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;

use super::plan::{Given, Plan, plan};
use crate::config::checked::{ContactRole, RequestSettings};
use crate::model::{Day, NO_DAY, Status, date};
use crate::register::decisions::{AnswerEntry, FamilyState, Register};
use crate::service::acceptance::Gate;
use crate::service::contacts::{Contacts, records_by_person};
use crate::service::families::{FamilyFile, FileMember};

fn day(text: &str) -> Day {
    date::from_iso(text).unwrap()
}

fn settings() -> RequestSettings {
    let role = |role: &str, within_days: u32| ContactRole { role: role.to_owned(), title: role.to_owned(), within_days };
    RequestSettings {
        due_days: 14,
        reminder_days: 7,
        reminders: 2,
        informed_days: 91,
        claim_days: 28,
        reply_to: String::new(),
        contacts: vec![role("social_worker", 365), role("housing_officer", 100)],
        needs: Vec::new(),
    }
}

/// Record, professional, role, last contact, end.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// A family of two, accepted on the first of October, with contacts by (record, code, role, last contact, ended).
struct Scene {
    register: Register,
    contacts: Contacts,
    files: BTreeMap<String, FamilyFile>,
}

impl Scene {
    fn new(contacts: &[Row]) -> Self {
        let mut register = Register::default();
        let accepted = Some((true, day("2012-10-01")));
        register.families.insert("F1".to_owned(), FamilyState { accepted, ..FamilyState::default() });
        let member =
            |person: &str| FileMember { person: person.to_owned(), name: person.to_owned(), resident: true, ..FileMember::default() };
        let file = FamilyFile { id: "F1".to_owned(), members: vec![member("P1"), member("P2")], ..FamilyFile::default() };
        let mut csv = "source,record_id,professional,name,role,agency,email,last_contact,ended\n".to_owned();
        for (record, code, role, last, ended) in contacts {
            csv.push_str(&["s", record, code, code, role, "agency", "mail", last, ended].join(","));
            csv.push('\n');
        }
        let contacts = Contacts::parse("contacts.csv", &csv, &settings(), day("2012-12-31"));
        assert!(contacts.set_aside.is_empty(), "{:?}", contacts.set_aside);
        Self { register, contacts, files: BTreeMap::from([("F1".to_owned(), file)]) }
    }

    fn plan(&self, on: &str) -> Plan<'_> {
        let person_of = [("r1", "P1"), ("r2", "P2")].map(|(record, person)| (("s".to_owned(), record.to_owned()), person.to_owned()));
        let records = records_by_person(&person_of.into_iter().collect());
        let given =
            Given { casework: &self.register.casework, contacts: &self.contacts, records: &records, settings: &settings(), on: day(on) };
        plan(&Gate::new(&self.register, day(on)).all().into_values().collect::<Vec<_>>(), &self.files, &given)
    }

    /// Makes what the plan of a day says, as the register would keep it.
    fn make(&mut self, on: &str) -> Vec<String> {
        let plan = self.plan(on);
        let entries: Vec<_> = plan.new.iter().chain(&plan.reminders).map(|asked| asked.entry.clone()).collect();
        let casework = &mut self.register.casework;
        for entry in &entries {
            let made = day(&entry.on);
            let state = casework.requests.entry(entry.request.clone()).or_insert_with(|| crate::register::decisions::RequestState {
                last: entry.clone(),
                made,
                reminders: 0,
                answer: None,
            });
            (state.reminders, state.last) = (state.reminders.max(entry.reminder), entry.clone());
        }
        entries.into_iter().map(|entry| format!("{} {} {}", entry.professional, entry.reminder, entry.due)).collect()
    }

    fn answer(&mut self, professional: &str, on: &str, route: &str) {
        let state = self.register.casework.requests.values_mut().find(|state| state.last.professional == professional).unwrap();
        let entry = AnswerEntry {
            request: state.last.request.clone(),
            family: "F1".to_owned(),
            on: on.to_owned(),
            route: route.to_owned(),
            lead: String::new(),
            evidence: String::new(),
            introduced: None,
            needs: Vec::new(),
            note: String::new(),
        };
        state.answer = Some((1, entry));
    }

    fn stands(&mut self, status: Status, on: &str) {
        self.register.families.get_mut("F1").unwrap().status = Some((status, day(on)));
    }
}

#[test]
fn the_role_decides_before_recency_and_what_ended_or_lies_long_back_does_not_count() {
    let cases: [(&[Row], Option<&str>); 6] = [
        (&[("r1", "H", "housing_officer", "2012-10-30", ""), ("r2", "S", "social_worker", "2012-01-30", "")], Some("S")),
        (&[("r1", "H", "housing_officer", "2012-10-30", ""), ("r2", "S", "social_worker", "2011-09-30", "")], Some("H")),
        (&[("r1", "H", "housing_officer", "2012-10-30", ""), ("r2", "S", "social_worker", "2012-10-30", "2012-10-30")], Some("H")),
        (&[("r1", "S1", "social_worker", "2012-10-01", ""), ("r2", "S2", "social_worker", "2012-10-02", "")], Some("S2")),
        // As recent, but one knows more of the family; then the code.
        (
            &[
                ("r1", "S1", "social_worker", "2012-10-01", ""),
                ("r1", "S2", "social_worker", "2012-10-01", ""),
                ("r2", "S2", "social_worker", "2012-09-01", ""),
            ],
            Some("S2"),
        ),
        (&[("r1", "H", "housing_officer", "2012-06-01", "")], None),
    ];
    for (contacts, expected) in cases {
        let scene = Scene::new(contacts);
        let plan = scene.plan("2012-10-31");
        assert_eq!(plan.new.first().map(|asked| asked.professional.code.as_str()), expected, "{contacts:?}");
        assert_eq!(plan.nobody.first().map(|nobody| nobody.code), expected.is_none().then_some("no-contact"));
    }
}

#[test]
fn a_request_is_reminded_of_twice_and_then_the_next_is_asked_and_each_day_once() {
    let mut scene = Scene::new(&[("r1", "S", "social_worker", "2012-10-01", ""), ("r1", "H", "housing_officer", "2012-10-01", "")]);
    assert_eq!(scene.make("2012-10-31"), ["S 0 2012-11-14"]);
    assert!(scene.make("2012-10-31").is_empty() && scene.make("2012-11-14").is_empty(), "nothing is due yet");
    assert_eq!(scene.make("2012-11-15"), ["S 1 2012-11-22"]);
    assert!(scene.make("2012-11-15").is_empty());
    assert_eq!(scene.make("2012-11-23"), ["S 2 2012-11-30"]);
    assert!(scene.make("2012-12-01").is_empty(), "it is open until it lapses");
    assert_eq!(scene.plan("2012-12-01").open.len(), 1);
    assert_eq!(scene.make("2012-12-06"), ["H 0 2012-12-20"]);
    scene.answer("H", "2012-12-10", "cannot_say");
    let plan = scene.plan("2012-12-11");
    assert_eq!((plan.new.len(), plan.nobody[0].code), (0, "all-asked"));
    assert_eq!((plan.nobody[0].since, plan.nobody[0].due), (day("2012-12-10"), day("2012-12-24")), "from the day of the last answer");
}

#[test]
fn a_family_that_came_back_is_asked_about_afresh_and_one_that_was_assessed_waits_for_a_worker() {
    let mut scene = Scene::new(&[("r1", "S", "social_worker", "2012-10-01", "")]);
    scene.make("2012-10-31");
    scene.answer("S", "2012-11-02", "key_worker");
    scene.stands(Status::Assessed, "2012-11-02");
    let plan = scene.plan("2012-11-10");
    assert_eq!((plan.nobody[0].code, plan.nobody[0].due), ("awaits-worker", day("2012-11-16")));
    scene.stands(Status::Declined, "2012-11-20");
    assert!(scene.plan("2012-11-21").is_empty() && scene.plan("2012-11-21").nobody.is_empty());
    scene.stands(Status::Identified, "2012-12-01");
    assert_eq!(scene.make("2012-12-02"), ["S 0 2012-12-16"], "under a request of its own");
    assert_eq!(scene.register.casework.requests.len(), 2);
    assert_eq!(NO_DAY, FamilyState::default().latest_day());
}

#[test]
fn rows_of_contacts_that_cannot_be_used_are_set_aside_by_line_and_no_value_is_told() {
    let csv = "source,record_id,professional,name,role,agency,email,last_contact\n\
               s,r1,A,Zquill,astronaut,x,m,2012-10-01\n\
               s,r1,B,Zquill,social_worker,x,,2012-10-01\n\
               s,r1,C,Zquill,social_worker,x,m,2013-10-01\n\
               s,r1,D,Zquill,social_worker,x,m,2012-10-01\n\
               s,r2,D,Other,social_worker,x,m,2012-10-01\n\
               s,r1,E,Zquill,social_worker,x,m,1 October\n";
    let contacts = Contacts::parse("contacts.csv", csv, &settings(), day("2012-10-31"));
    let found: Vec<(u64, &str)> = contacts.set_aside.iter().map(|problem| (problem.line, problem.code)).collect();
    let expected = [
        (2, "unknown-name"),
        (3, "empty-value"),
        (4, "in-the-future"),
        (5, "professional-twice"),
        (6, "professional-twice"),
        (7, "not-a-date"),
    ];
    assert_eq!(found, expected);
    assert!(contacts.set_aside.iter().all(|problem| !problem.to_string().contains("Zquill")));
    assert!(contacts.professional("D").is_none());
}
