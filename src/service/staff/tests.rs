//! Who is given which family, on which day, and what an old row says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use super::*;
use crate::model::date;
use crate::register::decisions::{AllocationEntry, Content, Entry, FamilyDecision, Register};
use crate::service::acceptance::Gate;

const STAFF: &str = "staff,name,kind,employer,covers,from,until,caseload\n\
    K1,Kim,key_worker,Council,county,2012-04-01,,2\n\
    K2,Lee,key_worker,Council,county,2012-04-01,2013-01-31,5\n\
    K3,Pat,key_worker,Council,county,2012-04-01,2012-12-31,5\n\
    K3,Pat,key_worker,Council,county,2013-01-01,,1\n";

fn day(text: &str) -> Day {
    date::from_iso(text).unwrap()
}

/// Families F1 to F9 in one district, accepted and assessed in October 2012.
struct Desk {
    entries: Vec<Entry>,
    staff: Staff,
    files: BTreeMap<String, FamilyFile>,
}

impl Desk {
    fn new() -> Self {
        let district = District { code: "E1".into(), name: "North".into(), locality: "N".into(), postcodes: Vec::new() };
        let staff = Staff::parse("staff.csv", STAFF, &[district]);
        assert!(staff.set_aside.is_empty());
        let file = |id: String| (id.clone(), FamilyFile { id, district_code: "E1".into(), ..FamilyFile::default() });
        let mut desk = Self { entries: Vec::new(), staff, files: (1..10).map(|number| file(format!("F{number}"))).collect() };
        for family in desk.files.keys().cloned().collect::<Vec<_>>() {
            desk.decide(&family, "2012-10-01", Some(true), Some(Status::Assessed));
        }
        desk
    }

    fn enter(&mut self, decision: Content) {
        let seq = self.entries.len() as u64 + 1;
        let [time, user, by, reason, file, file_sha256, prev, hash] = [(); 8].map(|()| String::new());
        self.entries.push(Entry { seq, time, user, by, reason, file, file_sha256, line: 1, decision, prev, hash });
    }

    fn decide(&mut self, family: &str, on: &str, accepted: Option<bool>, status: Option<Status>) {
        let status = status.map(|status| status.name().to_owned());
        let (family, on, records, joined) = (family.to_owned(), on.to_owned(), Vec::new(), Vec::new());
        self.enter(Content::Family(FamilyDecision { family, records, joined, on, accepted, status, over: None }));
    }

    fn register(&self) -> Register {
        Register::fold(&self.entries, &|_| None)
    }

    /// Takes rows in on the first of June 2013, and attaches as the command does. Gives the codes of what was set aside and known.
    fn take(&mut self, rows: &str) -> Vec<(u64, &'static str)> {
        let register = self.register();
        let (text, today) = (format!("family,staff,on,until,by\n{rows}"), day("2013-06-01"));
        let judged = allocate(
            "a.csv",
            &text,
            &Given { register: &register, staff: &self.staff, files: &self.files, today, present: &|id| id.to_owned() },
        );
        for allocation in judged.taken {
            let AllocationEntry { family, on, .. } = allocation.entry.clone();
            self.enter(Content::Allocation(allocation.entry));
            if allocation.attaches {
                self.decide(&family, &on, None, Some(Status::Attached));
            }
        }
        judged.set_aside.iter().chain(&judged.known).map(|problem| (problem.line, problem.code)).collect()
    }

    fn has(&self, staff: &str, days: [&str; 2]) -> [usize; 2] {
        let casework = self.register().casework;
        days.map(|on| casework.caseload(staff, day(on)))
    }
}

#[test]
fn an_old_row_never_brings_back_a_worker_whose_work_has_ended() {
    let mut desk = Desk::new();
    assert_eq!(desk.take("F1,K1,2012-11-01,,AB\n"), []);
    desk.decide("F1", "2013-02-01", None, Some(Status::Closed));
    // Not while the family is closed, and not when it was opened again.
    assert_eq!(desk.take("F1,K1,2012-11-01,,AB\nF1,K1,2012-11-01,2013-12-31,AB\n"), [(2, "nothing-new"), (3, "nothing-new")]);
    desk.decide("F1", "2013-03-01", None, Some(Status::Attached));
    assert_eq!(desk.take("F1,K1,2012-11-01,,AB\n"), [(2, "nothing-new")]);
    assert_eq!(desk.has("K1", ["2013-01-31", "2013-03-15"]), [1, 0]);
    // With a new first day it is an allocation like any other.
    assert_eq!(desk.take("F1,K1,2012-11-15,,AB\n"), [(2, "before-last-decision")]);
    assert_eq!(desk.take("F2,K1,2013-03-01,,AB\nF3,K1,2013-03-01,,AB\nF1,K1,2013-03-10,,AB\n"), [(4, "caseload-full")]);
    assert_eq!(desk.take("F1,K3,2013-03-10,,AB\n"), []);
    assert_eq!(desk.has("K3", ["2013-03-09", "2013-03-10"]), [0, 1]);
}

#[test]
fn a_last_day_that_was_given_is_shortened_freely_and_put_off_only_with_every_check() {
    let mut desk = Desk::new();
    assert_eq!(desk.take("F1,K1,2012-11-01,,AB\n"), []);
    assert_eq!(desk.take("F1,K1,2012-11-01,2013-01-31,AB\n"), []);
    assert_eq!(desk.take("F1,K1,2012-11-01,,AB\n"), [(2, "nothing-new")], "the first row once more");
    assert_eq!(desk.take("F2,K1,2013-01-01,,AB\nF3,K1,2013-02-01,,AB\n"), []);
    assert_eq!(desk.take("F1,K1,2012-11-01,2013-03-31,AB\n"), [(2, "caseload-full")]);
    assert_eq!(desk.take("F3,K1,2013-02-01,2013-02-28,AB\nF1,K1,2012-11-01,2013-01-15,AB\n"), []);
    assert_eq!(desk.has("K1", ["2013-01-15", "2013-01-16"]), [2, 1]);
}

#[test]
fn a_place_is_free_only_where_it_is_free_on_every_day_to_come() {
    let mut desk = Desk::new();
    assert_eq!(desk.take("F1,K1,2013-05-01,,AB\nF2,K1,2013-05-10,,AB\n"), []);
    // On the first of April nobody has a place taken yet.
    assert_eq!(desk.take("F3,K1,2013-04-01,,AB\n"), [(2, "caseload-full")]);
    assert_eq!(desk.take("F3,K1,2013-04-01,2013-05-09,AB\n"), []);
    // Fewer places in the next stretch of cover.
    assert_eq!(desk.take("F4,K3,2012-12-01,,AB\nF5,K3,2012-12-01,,AB\n"), [(3, "caseload-full")]);
}

#[test]
fn a_worker_is_announced_a_quarter_ahead_at_most() {
    let mut desk = Desk::new();
    assert_eq!(desk.take("F1,K1,2099-01-01,,AB\nF2,K1,2013-09-02,,AB\n"), [(2, "in-the-future"), (3, "in-the-future")]);
    assert_eq!(desk.take("F1,K1,2013-09-01,2014-12-31,AB\n"), []);
    assert_eq!(desk.has("K1", ["2013-08-31", "2013-09-01"]), [0, 1]);
}

#[test]
fn every_assessed_or_attached_family_without_a_worker_is_given_a_free_one() {
    let mut desk = Desk::new();
    for family in ["F6", "F7", "F8", "F9"] {
        desk.decide(family, "2012-10-05", None, Some(Status::Closed));
    }
    for family in ["F2", "F3", "F4"] {
        desk.decide(family, "2012-10-05", None, Some(Status::Attached));
    }
    // F3 has a worker who is gone, F4 one who is to begin, F5 one who works.
    assert_eq!(desk.take("F3,K2,2012-11-01,,AB\nF4,K3,2013-06-10,,AB\nF5,K1,2012-11-01,,AB\n"), []);
    let register = desk.register();
    let on = day("2013-06-01");
    let accepted: Vec<Accepted<'_>> = Gate::new(&register, on).all().into_values().collect();
    let (given, without) = desk.staff.suggest(&accepted, &desk.files, &register.casework, on);
    let given: Vec<(&str, &str)> = given.iter().map(|(family, worker)| (family.as_str(), worker.as_str())).collect();
    assert_eq!(given, [("F1", "K1")], "K3 has its one place taken from the tenth of June on");
    assert_eq!(without, ["F2", "F3"]);
}
