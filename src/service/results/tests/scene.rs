//! A family on the day of a claim, built in a few lines. Attached on 2012-10-15, claimed as at 2013-07-31 unless a test says otherwise.

use crate::config::parse_results;
use crate::model::history::{History, HistoryRow, KnownPerson};
use crate::model::results::ResultRules;
use crate::model::{Cadence, Coverage, Day, DeliveryKind, EventKind, EventRole, FeedState, NO_DAY, Source, date};
use crate::rules::term::Calendar;
use crate::service::results::{Case, CasePerson, Outcome, ProblemSeen, test};

pub(super) fn day(text: &str) -> Day {
    date::from_iso(text).unwrap_or_else(|| panic!("{text} is no day"))
}

pub(super) struct Scene {
    pub(super) rules: ResultRules,
    pub(super) attached: Day,
    pub(super) claim: Day,
    pub(super) people: Vec<CasePerson>,
    pub(super) before: History,
    pub(super) now: History,
    pub(super) problems: Vec<ProblemSeen>,
    line: u32,
}

const KINDS: [EventKind; 7] = [
    EventKind::SchoolAbsence,
    EventKind::Exclusion,
    EventKind::SchoolStatus,
    EventKind::AsbIntervention,
    EventKind::Offence,
    EventKind::Benefit,
    EventKind::Activity,
];

fn sources(as_at: Day) -> Vec<Source> {
    let source = |kind: EventKind| Source {
        name: kind.name().to_owned(),
        agency: "an agency".to_owned(),
        cadence: Cadence::Monthly,
        delivery: DeliveryKind::Increment,
        coverage: Coverage::Events,
        valid_days: 90,
        carries: vec![kind],
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at,
        age_days: 0,
    };
    KINDS.into_iter().map(source).collect()
}

impl Scene {
    pub(super) fn new() -> Self {
        let rules = parse_results("p1.toml", include_str!("../../../../pipelines/results/p1.toml")).unwrap();
        let (attached, claim) = (day("2012-10-15"), day("2013-07-31"));
        let history = |reference: Day| History { reference, sources: sources(reference), ..History::default() };
        Self {
            rules,
            attached,
            claim,
            people: Vec::new(),
            before: history(day("2012-10-31")),
            now: history(claim),
            problems: Vec::new(),
            line: 0,
        }
    }

    pub(super) fn person(&mut self, id: &str, born: &str) -> &mut CasePerson {
        let born = if born.is_empty() { NO_DAY } else { day(born) };
        self.people.push(CasePerson {
            id: id.to_owned(),
            born,
            said_child: false,
            searchable: true,
            hidden: false,
            in_run_now: true,
            at_attachment: true,
            now: true,
            resident: true,
        });
        for history in [&mut self.before, &mut self.now] {
            history.people.insert(id.to_owned(), KnownPerson { born, searchable: true, hidden: false });
        }
        self.people.last_mut().unwrap()
    }

    /// A row of the run of the claim; one from before the attachment stands in that run as well.
    pub(super) fn row(&mut self, person: &str, kind: EventKind, code: &str, from: &str, to: &str) -> &mut HistoryRow {
        self.line += 1;
        let role = if matches!(kind, EventKind::Offence | EventKind::AsbIntervention) { EventRole::Offender } else { EventRole::Subject };
        let place = KINDS.iter().position(|known| *known == kind).unwrap();
        let row = HistoryRow {
            person: person.to_owned(),
            kind,
            role,
            code: code.to_owned(),
            from: if from.is_empty() { NO_DAY } else { day(from) },
            to: if to.is_empty() { NO_DAY } else { day(to) },
            quantity: -1,
            out_of: -1,
            excused: -1,
            reference: format!("R{}", self.line),
            source: place as u16,
            delivered: self.claim,
            file: format!("2013-07/{}.csv", kind.name()),
            sha256: "0".repeat(64),
            line: self.line,
            superseded: false,
        };
        self.now.rows.push(row);
        self.now.rows.last_mut().unwrap()
    }

    /// A term's attendance of a child: sessions missed without leave of so many.
    pub(super) fn attendance(&mut self, person: &str, term: &str, missed: i32, possible: i32) {
        let (from, to) = term_days(term);
        let row = self.row(person, EventKind::SchoolAbsence, "absence", from, to);
        (row.quantity, row.out_of, row.excused) = (missed, possible, 0);
    }

    pub(super) fn fixed_exclusions(&mut self, person: &str, days: &[&str]) {
        for from in days {
            self.row(person, EventKind::Exclusion, "fixed", from, "");
        }
    }

    pub(super) fn asb(&mut self, person: &str, days: &[&str]) {
        for from in days {
            self.row(person, EventKind::AsbIntervention, "acceptable_behaviour_contract", from, "");
        }
    }

    pub(super) fn offences(&mut self, person: &str, days: &[&str]) {
        for from in days {
            self.row(person, EventKind::Offence, "youth_caution", from, "");
        }
    }

    pub(super) fn feed(&mut self, kind: EventKind) -> &mut Source {
        let place = KINDS.iter().position(|known| *known == kind).unwrap();
        &mut self.now.sources[place]
    }

    /// Leaves the baseline as it is now: what is added later was not known at attachment.
    pub(super) fn freeze(&mut self) {
        let reference = self.before.reference;
        self.before.rows = self.now.rows.iter().filter(|row| row.from <= reference).cloned().collect();
    }

    pub(super) fn outcome(&mut self) -> Outcome {
        if self.before.rows.is_empty() {
            self.freeze();
        }
        self.before.settle();
        self.now.settle();
        let calendar = Calendar::built_in();
        test(&Case {
            rules: &self.rules,
            calendar: &calendar,
            attached: self.attached,
            claim: self.claim,
            people: &self.people,
            before: &self.before,
            now: &self.now,
            problems: &self.problems,
        })
    }
}

pub(super) const BEFORE: [&str; 3] = ["2011/12 autumn", "2011/12 spring", "2011/12 summer"];
pub(super) const NOW: [&str; 3] = ["2012/13 autumn", "2012/13 spring", "2012/13 summer"];

fn term_days(term: &str) -> (&'static str, &'static str) {
    match term {
        "2011/12 autumn" => ("2011-09-05", "2011-12-16"),
        "2011/12 spring" => ("2012-01-09", "2012-03-30"),
        "2011/12 summer" => ("2012-04-23", "2012-07-24"),
        "2012/13 autumn" => ("2012-09-03", "2012-12-21"),
        "2012/13 spring" => ("2013-01-07", "2013-03-28"),
        "2012/13 summer" => ("2013-04-15", "2013-07-24"),
        other => panic!("no term {other}"),
    }
}
