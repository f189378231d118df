//! Who stands in the chaser list, waiting for what, and by when.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;

use super::*;
use crate::config::checked::District;
use crate::config::{parse_funding, parse_results};
use crate::register::decisions::{AllocationEntry, AnswerEntry, ClaimDecision, Content, FamilyDecision};
use crate::service::acceptance::Gate;
use crate::service::contacts::Contacts;
use crate::service::families::FamilyFile;
use crate::service::requests::plan::{self, plan};

fn day(text: &str) -> Day {
    date::from_iso(text).unwrap()
}

fn settings() -> RequestSettings {
    RequestSettings { due_days: 14, reminder_days: 7, reminders: 2, informed_days: 91, claim_days: 28, ..RequestSettings::default() }
}

fn claims() -> ClaimSettings {
    ClaimSettings {
        funding: parse_funding("p1-national.toml", include_str!("../../../pipelines/funding/p1-national.toml")).unwrap(),
        results: parse_results("p1.toml", include_str!("../../../pipelines/results/p1.toml")).unwrap(),
        sample_percent: 10,
        sample_minimum: 10,
        sample_seed: 0,
        fingerprints: Vec::new(),
    }
}

/// What people decided, in the order of the days.
#[derive(Default)]
struct Scene {
    entries: Vec<Entry>,
    without_claims: bool,
    /// The table of staff, if there is one.
    staff: Option<Staff>,
}

impl Scene {
    /// The family F1, accepted on the first of October 2012.
    fn accepted() -> Self {
        let mut scene = Self::default();
        scene.family("F1", "2012-10-01", Some(true), None);
        scene
    }

    fn enter(&mut self, decision: Content) {
        let seq = self.entries.len() as u64 + 1;
        let [time, user, by, reason, file, file_sha256, prev, hash] = [(); 8].map(|()| String::new());
        self.entries.push(Entry { seq, time, user, by, reason, file, file_sha256, line: 1, decision, prev, hash });
    }

    fn family(&mut self, family: &str, on: &str, accepted: Option<bool>, status: Option<Status>) {
        let status = status.map(|status| status.name().to_owned());
        let decision = FamilyDecision {
            family: family.to_owned(),
            records: Vec::new(),
            joined: Vec::new(),
            on: on.to_owned(),
            accepted,
            status,
            over: None,
        };
        self.enter(Content::Family(decision));
    }

    /// The first decision about a family since another one had become one with it.
    fn joined(&mut self, family: &str, on: &str, status: Status, retired: &str) {
        self.family(family, on, None, Some(status));
        let Some(Content::Family(decision)) = self.entries.last_mut().map(|entry| &mut entry.decision) else { return };
        decision.joined.push(retired.to_owned());
    }

    fn stands(&mut self, status: Status, on: &str) {
        self.family("F1", on, None, Some(status));
    }

    fn claim(&mut self, window: &str, stage: ClaimStage, on: &str) {
        self.enter(Content::Claim(ClaimDecision {
            number: None,
            window: window.to_owned(),
            family: "F1".to_owned(),
            folder: String::new(),
            claimed: "result".to_owned(),
            amount_pence: 80_000,
            pack_sha256: String::new(),
            members: Vec::new(),
            stage: stage.name().to_owned(),
            on: on.to_owned(),
        }));
    }

    fn asked(&mut self, request: &str, reminder: u32, (on, due, lapses): (&str, &str, &str)) {
        let [request, on, due, lapses] = [request, on, due, lapses].map(str::to_owned);
        self.enter(Content::Request(RequestEntry {
            request,
            family: "F1".to_owned(),
            professional: "S1".to_owned(),
            reminder,
            on,
            due,
            lapses,
        }));
    }

    fn answered(&mut self, request: &str, route: &str, on: &str) {
        let [request, route, on] = [request, route, on].map(str::to_owned);
        let [lead, evidence, note] = [(); 3].map(|()| String::new());
        let (family, introduced, needs) = ("F1".to_owned(), None, Vec::new());
        self.enter(Content::Answer(AnswerEntry { request, family, on, route, lead, evidence, introduced, needs, note }));
    }

    fn works(&mut self, staff: &str, on: &str, until: &str) {
        let [staff, on, until] = [staff, on, until].map(str::to_owned);
        self.enter(Content::Allocation(AllocationEntry { family: "F1".to_owned(), staff, on, until, budget: None }));
    }

    fn list(&self, on: &str, sent: bool) -> Vec<Chaser> {
        let register = Register::fold(&self.entries, &|_| None);
        let (settings, claims, on) = (settings(), claims(), day(on));
        let accepted: Vec<Accepted<'_>> = Gate::new(&register, on).all().into_values().collect();
        let files: BTreeMap<String, FamilyFile> = accepted
            .iter()
            .map(|family| (family.family().to_owned(), FamilyFile { id: family.family().to_owned(), ..FamilyFile::default() }))
            .collect();
        let given = plan::Given {
            casework: &register.casework,
            contacts: &Contacts::default(),
            records: &BTreeMap::new(),
            settings: &settings,
            on,
        };
        let plan = plan(&accepted, &files, &given);
        let claims = Some(&claims).filter(|_| !self.without_claims);
        chasers(
            &accepted,
            &plan,
            &Given { register: &register, entries: &self.entries, settings: &settings, claims, on, sent, staff: self.staff.as_ref() },
        )
    }

    /// What is awaited, from whom, since when, by when, days overdue; empty at the end of the way.
    fn waits(&self, on: &str) -> String {
        let list = self.list(on, true);
        assert!(list.len() < 2, "a family stands in the list once");
        let text =
            |row: &Chaser| format!("{} {} {} {} {}", row.awaited, row.from, date::iso(row.since), date::iso(row.due), row.days_overdue);
        list.first().map(text).unwrap_or_default()
    }
}

#[test]
fn every_status_is_an_end_or_stands_in_the_list_once_with_its_due_date() {
    let ends = [Status::Declined, Status::NoContact, Status::OutOfCounty, Status::Closed, Status::Claimed];
    for &status in Status::ALL {
        let mut scene = Scene::accepted();
        scene.stands(status, "2012-11-01");
        for on in ["2012-11-01", "2012-12-01", "2014-12-01"] {
            let list = scene.list(on, true);
            assert_eq!(list.len(), usize::from(!ends.contains(&status)), "{status:?} on {on}");
            for row in list {
                assert!(row.due > day("2012-11-01") && AWAITED.iter().any(|(code, _)| *code == row.awaited), "{row:?}");
                assert_eq!(row.days_overdue, (day(on) - row.due).max(0));
            }
        }
        // A claim under way is followed to its end whatever the status says.
        for (stage, listed) in [(ClaimStage::Drafted, true), (ClaimStage::Submitted, true), (ClaimStage::Paid, false)] {
            let mut scene = Scene::accepted();
            scene.stands(status, "2012-11-01");
            scene.claim("2013-07", stage, "2013-07-31");
            assert_eq!(scene.list("2013-08-01", true).len(), usize::from(listed), "{status:?}, {stage:?}");
        }
    }
    let mut scene = Scene::accepted();
    scene.family("F1", "2012-12-01", Some(false), None);
    scene.family("F2", "2012-12-01", None, Some(Status::Identified));
    assert!(scene.list("2013-01-01", true).is_empty(), "nobody accepted these");
}

#[test]
fn a_request_is_awaited_from_its_professional_until_the_day_it_is_due_and_then_the_team_is() {
    let mut scene = Scene::accepted();
    assert_eq!(scene.waits("2012-10-20"), "no-contact team 2012-10-01 2012-10-15 5");
    scene.asked("Q1", 0, ("2012-10-20", "2012-11-03", "2012-11-24"));
    scene.stands(Status::AssessmentRequested, "2012-10-20");
    assert_eq!(scene.waits("2012-11-03"), "answer S1 2012-10-20 2012-11-03 0");
    assert_eq!(scene.waits("2012-11-05"), "answer S1 2012-10-20 2012-11-03 2");
    scene.asked("Q1", 1, ("2012-11-05", "2012-11-12", "2012-11-24"));
    assert_eq!(scene.waits("2012-11-13"), "answer S1 2012-10-20 2012-11-12 1", "since the request, by the day of the reminder");
    // Another request about the family, as after two families became one: the one that is due first counts.
    scene.asked("Q2", 0, ("2012-11-06", "2012-11-20", "2012-12-11"));
    assert_eq!(scene.waits("2012-11-13"), "answer S1 2012-10-20 2012-11-12 1");
    scene.answered("Q2", "cannot_say", "2012-11-15");
    assert_eq!(scene.waits("2012-11-30"), "all-asked team 2012-11-24 2012-12-08 0", "from the day on which the last request lapsed");
}

#[test]
fn assessed_families_wait_for_a_worker_and_attached_ones_for_the_end_of_their_year() {
    let mut scene = Scene::accepted();
    scene.stands(Status::AssessmentRequested, "2012-10-05");
    scene.stands(Status::Assessed, "2012-10-20");
    assert_eq!(scene.waits("2012-11-05"), "awaits-worker team 2012-10-20 2012-11-03 2");
    scene.works("KW1", "2012-11-10", "");
    assert!(scene.waits("2012-11-12").starts_with("awaits-worker team"), "a worker, and no status that says so");
    scene.stands(Status::Attached, "2012-11-10");
    assert_eq!(scene.waits("2012-11-12"), "turn-around KW1 2012-11-10 2013-11-10 0");
    assert_eq!(scene.waits("2013-11-12"), "turn-around KW1 2012-11-10 2013-11-10 2");
    assert!(scene.list("2013-11-12", true)[0].words.starts_with("not turned around within 12 months"));
    scene.works("KW1", "2012-11-10", "2013-01-31");
    assert_eq!(scene.waits("2013-01-31"), "turn-around KW1 2012-11-10 2013-11-10 0", "the last day of the work");
    assert_eq!(scene.waits("2013-03-01"), "awaits-worker team 2013-01-31 2013-02-14 15");
}

#[test]
fn others_who_lead_are_asked_after_again_from_their_last_word_and_their_results_are_claimed_in_time() {
    let mut scene = Scene::accepted();
    scene.asked("Q1", 0, ("2012-10-20", "2012-11-03", "2012-11-24"));
    scene.answered("Q1", "supported_elsewhere", "2012-10-30");
    scene.stands(Status::MonitoringOnly, "2012-10-30");
    assert_eq!(scene.waits("2013-01-01"), "word S1 2012-10-30 2013-01-29 0");
    scene.stands(Status::MonitoringOnly, "2013-02-01");
    assert_eq!(scene.waits("2013-02-02"), "word S1 2013-02-01 2013-05-03 0", "counted from the last word");
    scene.stands(Status::TurnedAroundElsewhere, "2013-03-01");
    assert_eq!(scene.waits("2013-11-02"), "evidence team 2013-03-01 2013-10-30 3", "a year from the day on which it counts as worked with");
    scene.claim("2013-07", ClaimStage::Drafted, "2013-07-31");
    assert_eq!(scene.waits("2013-08-01"), "claim-audit internal audit 2013-07-31 2013-08-28 0");
    // Without rules of results nothing can be claimed: the way ends here.
    let mut scene = Scene { without_claims: true, ..Scene::accepted() };
    scene.stands(Status::TurnedAroundElsewhere, "2013-03-01");
    assert_eq!(scene.waits("2013-03-02"), "");
}

#[test]
fn a_claim_is_chased_stage_by_stage_and_the_one_that_came_farthest_counts() {
    let mut scene = Scene::accepted();
    scene.stands(Status::Attached, "2012-11-10");
    scene.claim("2013-07", ClaimStage::Drafted, "2013-07-31");
    scene.claim("2013-09", ClaimStage::Drafted, "2013-09-30");
    scene.claim("2013-09", ClaimStage::Audited, "2013-10-01");
    assert_eq!(scene.waits("2013-10-01"), "claim-submission team 2013-10-01 2013-10-29 0");
    scene.claim("2013-09", ClaimStage::Submitted, "2013-10-05");
    assert_eq!(scene.waits("2013-11-04"), "claim-payment department 2013-10-05 2013-11-02 2");
    scene.claim("2013-09", ClaimStage::Paid, "2013-11-10");
    assert_eq!(scene.waits("2013-11-11"), "", "paid, whatever became of the older draft");
    scene.stands(Status::MonitoringOnly, "2013-12-01");
    assert!(scene.waits("2013-12-02").starts_with("word team 2013-12-01"), "it came back");
    // No later than the programme takes claims.
    let mut scene = Scene::accepted();
    scene.claim("2015-05", ClaimStage::Drafted, "2015-05-20");
    assert_eq!(scene.waits("2015-05-21"), "claim-audit internal audit 2015-05-20 2015-05-31 0");
    scene.claim("2015-05", ClaimStage::Invalidated, "2015-05-22");
    assert!(scene.waits("2015-05-23").starts_with("no-contact team"), "a claim that does not hold says nothing");
}

#[test]
fn the_file_holds_a_row_per_family_with_the_longest_overdue_first() {
    let mut scene = Scene::accepted();
    scene.family("F0", "2012-11-01", Some(true), None);
    let text = String::from_utf8(chasers_csv(&scene.list("2012-11-10", true))).unwrap();
    let expected = "family,status,awaited,from,since,due,days_overdue,what\n\
                    F1,identified,no-contact,team,2012-10-01,2012-10-15,26,no professional is known who met the family recently\n\
                    F0,identified,no-contact,team,2012-11-01,2012-11-15,0,no professional is known who met the family recently\n";
    assert_eq!(text, expected);
}

#[test]
fn a_family_whose_work_has_ended_frees_its_worker_whatever_its_id_is_by_then() {
    let mut scene = Scene::accepted();
    scene.stands(Status::Attached, "2012-11-01");
    scene.works("K1", "2012-11-01", "");
    scene.stands(Status::Closed, "2013-03-01");
    let caseload = |scene: &Scene, successor: &dyn Fn(&str) -> Option<String>| {
        let casework = Register::fold(&scene.entries, successor).casework;
        ["2013-02-28", "2013-03-01", "2013-09-01"].map(|on| casework.caseload("K1", day(on)))
    };
    assert_eq!(caseload(&scene, &|_| None), [1, 0, 0]);
    // Taken up again, with another worker.
    scene.stands(Status::Attached, "2013-06-01");
    scene.works("K2", "2013-06-01", "");
    assert_eq!(caseload(&scene, &|_| None), [1, 0, 0]);
    assert_eq!(Register::fold(&scene.entries, &|_| None).casework.caseload("K2", day("2013-09-01")), 1);
    // Closed under the id that took its place; what became of the other half before ends nothing.
    let merged = |id: &str| (id == "F1").then(|| "F2".to_owned());
    let mut scene = Scene::accepted();
    scene.works("K1", "2012-11-01", "");
    scene.family("F2", "2012-12-01", None, Some(Status::Declined));
    scene.stands(Status::Attached, "2013-01-01");
    assert_eq!(caseload(&scene, &merged), [1, 1, 1]);
    scene.joined("F2", "2013-03-01", Status::Closed, "F1");
    assert_eq!(caseload(&scene, &merged), [1, 0, 0]);
    // Opened again and given to somebody else: whoever had it before has it no more.
    scene.family("F2", "2013-05-01", None, Some(Status::Attached));
    assert_eq!(caseload(&scene, &merged), [1, 0, 0]);
    // A run that does not say that the two are one is believed.
    assert_eq!(caseload(&scene, &|_| None), [1, 1, 1]);
}

#[test]
fn a_worker_whose_cover_has_ended_works_with_nobody() {
    let mut scene = Scene::accepted();
    scene.stands(Status::Attached, "2012-11-10");
    scene.works("K1", "2012-11-10", "");
    let table = "staff,name,kind,employer,covers,from,until,caseload\nK1,Kim,key_worker,Council,county,2012-04-01,2013-02-28,5\n";
    scene.staff = Some(Staff::parse(
        "staff.csv",
        table,
        &[District { code: "E1".into(), name: "North".into(), locality: "N".into(), postcodes: Vec::new() }],
    ));
    assert!(scene.waits("2013-02-28").starts_with("turn-around K1 "));
    assert_eq!(scene.waits("2013-03-20"), "awaits-worker team 2013-02-28 2013-03-14 6");
    assert!(scene.list("2013-03-20", true)[0].words.contains("since 2013-02-28"));
    scene.works("K2", "2013-03-21", "");
    assert!(scene.waits("2013-03-20").starts_with("turn-around K2 "), "of whom the table says nothing is there; and is to begin");
}

#[test]
fn an_attached_family_without_a_worker_waits_for_one_where_workers_are_recorded() {
    let mut scene = Scene::accepted();
    scene.stands(Status::Attached, "2012-11-10");
    assert!(scene.waits("2012-12-01").starts_with("turn-around team "), "a service that records no workers has them elsewhere");
    scene.enter(Content::Allocation(AllocationEntry {
        family: "F2".to_owned(),
        staff: "K1".to_owned(),
        on: "2012-11-01".to_owned(),
        until: String::new(),
        budget: None,
    }));
    assert_eq!(scene.waits("2012-12-01"), "awaits-worker team 2012-11-10 2012-11-24 7");
    // Closed and taken up again without a worker.
    scene.works("K1", "2012-11-10", "");
    scene.stands(Status::Closed, "2013-02-01");
    scene.stands(Status::Attached, "2013-05-01");
    assert_eq!(scene.waits("2013-05-20"), "awaits-worker team 2013-05-01 2013-05-15 5");
}
