//! The list on hand-made flags.

mod dependent;
mod early;
mod kept;

use std::sync::Arc;

use super::{Given, identify, parse_overrides, place};
use crate::config::checked::{District, IdentifySettings};
use crate::model::{
    Cadence, Confidence, Coverage, Day, Delivery, DeliveryKind, Entry, EventKind, EventRole, Events, Evidence, Families, Family, FeedState,
    Flag, Flags, Identification, LastShown, Linked, Member, MemberRole, Month, NO_DAY, NeedCount, Override, PersonRole, RecordPosition,
    ReferralForm, Route, Source, StandardPersons, Standing, Ternary, TextColumn, Unborn, date,
};
use crate::rules::pack::Pack;

const REFERENCE: &str = "2012-10-31";

fn day(text: &str) -> Day {
    date::from_iso(text).unwrap()
}

/// Families of a mother and a child of 3 each, in one district or another.
struct Scene {
    families: Families,
    flags: Flags,
    events: Events,
    linked: Linked,
    persons: StandardPersons,
    unborn: Unborn,
    last_shown: Vec<LastShown>,
    deliveries: Vec<Delivery>,
    sources: Vec<Source>,
    packs: Vec<Pack>,
    overrides: Vec<Override>,
    standings: Vec<Standing>,
    referrals: Vec<ReferralForm>,
    settings: IdentifySettings,
    rows: Vec<(EventKind, u32, String, Day, u32)>,
}

impl Scene {
    fn new(families: u32) -> Self {
        let mut scene = Self {
            families: Families::default(),
            flags: Flags::default(),
            events: Events::default(),
            linked: Linked::default(),
            persons: StandardPersons::default(),
            unborn: Unborn::default(),
            last_shown: Vec::new(),
            deliveries: Vec::new(),
            sources: Vec::new(),
            packs: vec![
                Pack::parse("p1-lincolnshire.toml", include_str!("../../../pipelines/criteria/p1-lincolnshire.toml")).unwrap(),
                Pack::parse("p1-2012.toml", include_str!("../../../pipelines/criteria/p1-2012.toml")).unwrap(),
            ],
            overrides: Vec::new(),
            standings: Vec::new(),
            referrals: Vec::new(),
            settings: IdentifySettings::default(),
            rows: Vec::new(),
        };
        let district = |code: &str, name: &str, postcodes: &[&str]| District {
            code: code.to_owned(),
            name: name.to_owned(),
            locality: "Lincoln and West Lindsey".to_owned(),
            postcodes: postcodes.iter().map(|text| (*text).to_owned()).collect(),
        };
        scene.settings.districts =
            vec![district("E07000138", "Lincoln", &["LN1", "LN2 5"]), district("E07000142", "West Lindsey", &["LN1 2", "LN2"])];
        for (name, agency) in [("police_crime", "Lincolnshire Police"), ("dwp_return", "Department for Work and Pensions")] {
            scene.sources.push(Source {
                name: name.to_owned(),
                agency: agency.to_owned(),
                cadence: Cadence::Monthly,
                delivery: DeliveryKind::Increment,
                coverage: Coverage::Events,
                valid_days: 62,
                carries: Vec::new(),
                codes: Vec::new(),
                one_per_person: false,
                state: FeedState::Fresh,
                as_at: day(REFERENCE),
                age_days: 0,
            });
            let source = scene.sources.len() as u16 - 1;
            let month = Month::new(2012, 10).unwrap();
            let (file, sha256) = (format!("2012-10/{name}.csv"), String::new());
            scene.deliveries.push(Delivery {
                source,
                file,
                sha256,
                bytes: 0,
                month,
                as_at: month.last_day(),
                rows_read: 0,
                rows_used: 0,
                rows_set_aside: 0,
            });
        }
        for family in 0..families {
            let home = |postcode: &str| Family {
                id: format!("F{family:03}"),
                confidence: Confidence::High,
                postcode: postcode.to_owned(),
                uprn: String::new(),
                address_key: String::new(),
                restricted: false,
            };
            scene.families.families.push(home("LN1 1YL"));
            for (role, born) in [(MemberRole::Child, "2009-06-01"), (MemberRole::Parent, "1980-01-01")] {
                scene.person(family, role, day(born));
            }
            for pack in ["p1-2012", "p1-lincolnshire"] {
                for criterion in ["c1", "c2", "c3", "c4"] {
                    let (pack, criterion, reason) = (pack.to_owned(), criterion.to_owned(), String::new());
                    scene.flags.flags.push(Flag { family, pack, criterion, value: Ternary::False, reason, needs: NeedCount::default() });
                }
            }
        }
        scene
    }

    fn person(&mut self, family: u32, role: MemberRole, born: Day) -> u32 {
        let person = self.families.born.len() as u32;
        self.families.born.push(born);
        self.families.sex.push(b'?');
        self.families.died.push(NO_DAY);
        self.families.searchable.push(true);
        let (resident, primary, since, confidence) = (true, true, NO_DAY, Confidence::High);
        self.families.members.push(Member { family, person, role, resident, primary, since, confidence });
        self.families.members.sort_by_key(|member| (member.family, member.role, member.person));
        self.linked.person_of_record.push(person);
        self.linked.person_ids.push(format!("P{person}"));
        self.persons.position.push(RecordPosition { source: 0, delivery: 0, line: 2 + person });
        self.persons.role.push(PersonRole::Person);
        Arc::make_mut(&mut self.persons.record_id).push(&format!("R{person}"));
        person
    }

    fn set(&mut self, family: u32, values: [Ternary; 4]) {
        for (criterion, value) in ["c1", "c2", "c3", "c4"].into_iter().zip(values) {
            self.flags
                .flags
                .iter_mut()
                .filter(|flag| flag.family == family && flag.criterion == criterion)
                .for_each(|flag| flag.value = value);
        }
    }

    /// An event, and evidence of it under both packs.
    fn shows(&mut self, family: u32, person: u32, (kind, code, from): (EventKind, &str, &str), rule: (&str, &str), delivery: u32) {
        let event = self.happens(person, (kind, code, from), delivery);
        for pack in ["p1-2012", "p1-lincolnshire"] {
            let (pack, criterion, rule, rule_version) = (pack.to_owned(), rule.0.to_owned(), rule.1.to_owned(), "1".to_owned());
            let (value, window_from, window_to) = (code.to_owned(), 0, 0);
            self.flags.evidence.push(Evidence {
                family,
                person,
                pack,
                criterion,
                rule,
                rule_version,
                event,
                value,
                window_from,
                window_to,
            });
        }
        self.flags
            .evidence
            .sort_by_key(|row| (row.family, row.pack.clone(), row.criterion.clone(), row.rule.clone(), row.person, row.event));
    }

    fn happens(&mut self, person: u32, (kind, code, from): (EventKind, &str, &str), delivery: u32) -> u32 {
        self.rows.push((kind, person, code.to_owned(), day(from), delivery));
        let rows = &self.rows;
        let absent = vec![-1; rows.len()];
        self.events = Events {
            kind: rows.iter().map(|row| row.0).collect(),
            record: rows.iter().map(|row| row.1).collect(),
            role: rows.iter().map(|_| EventRole::Subject).collect(),
            code: TextColumn::collect(rows.iter().map(|row| Some(row.2.as_str()))),
            from: rows.iter().map(|row| row.3).collect(),
            to: rows.iter().map(|_| NO_DAY).collect(),
            quantity: absent.clone(),
            out_of: absent.clone(),
            excused: absent,
            reference: TextColumn::absent(rows.len()),
            delivery: rows.iter().map(|row| row.4).collect(),
            line: rows.iter().map(|_| 2).collect(),
        };
        rows.len() as u32 - 1
    }

    fn decide(&mut self, record: &str, include: bool, expires: &str) {
        let text = |text: &str| text.to_owned();
        let (source, record_id, pack) = (text("police_crime"), text(record), String::new());
        self.overrides.push(Override {
            file: "overrides.csv".to_owned(),
            line: self.overrides.len() as u64 + 2,
            source,
            record_id,
            pack,
            include,
            reason: text("key worker asks"),
            approver: text("Head of Service"),
            from: NO_DAY,
            expires: day(expires),
            family: None,
        });
    }

    fn points(&mut self, points: &[(&str, &str, u32)]) {
        self.settings.points = points.iter().map(|&(kind, code, points)| (kind.to_owned(), code.to_owned(), points)).collect();
    }

    fn list(&self) -> Identification {
        identify(&Given {
            families: &self.families,
            flags: &self.flags,
            events: &self.events,
            linked: &self.linked,
            persons: &self.persons,
            unborn: &self.unborn,
            deliveries: &self.deliveries,
            sources: &self.sources,
            last_shown: &self.last_shown,
            packs: &self.packs,
            overrides: &self.overrides,
            standings: &self.standings,
            referrals: &self.referrals,
            settings: &self.settings,
            reference: day(REFERENCE),
        })
    }

    fn entry(&self, family: u32, pack: &str) -> Option<Entry> {
        self.list().entries.into_iter().find(|entry| entry.family == family && entry.pack == pack)
    }
}

use Ternary::{False as F, True as T, Unknown as U};

#[test]
fn routes_reasons_and_what_is_missing_follow_the_flags() {
    let mut scene = Scene::new(4);
    scene.set(0, [T, T, T, F]);
    scene.set(1, [T, F, T, F]);
    scene.set(2, [T, F, U, F]);
    let shown = |family: u32, pack: &str| {
        let entry = scene.entry(family, pack).unwrap();
        (entry.route, entry.route_reason, entry.near_miss_reason)
    };
    let text = |text: &str| text.to_owned();
    assert_eq!(shown(0, "p1-2012"), (Route::Auto, text("3 of 3 criteria met (c1, c2, c3)"), text("")));
    assert_eq!(
        shown(1, "p1-2012"),
        (Route::NearMiss, text("2 of 3 criteria met (c1, c3)"), text("a reason of local discretion, or one more criterion (not met: c2)"))
    );
    assert_eq!(
        shown(1, "p1-lincolnshire"),
        (Route::Discretion, text("2 of 3 criteria met (c1, c3), at local discretion; no reason is recorded"), text(""))
    );
    assert_eq!(shown(2, "p1-lincolnshire"), (Route::Pending, text("1 of 3 criteria met (c1)"), text("one more criterion; not known: c3")));
    assert_eq!(shown(3, "p1-2012").0, Route::NotEligible);
}

#[test]
fn entries_are_ranked_by_points_with_ties_by_family_and_the_unlisted_behind() {
    let mut scene = Scene::new(4);
    scene.points(&[("criterion", "*", 10_000), ("child_under_5", "*", 1_000), ("offence", "conviction", 542), ("offence", "*", 100)]);
    for family in [1, 2, 3] {
        scene.set(family, [T, T, T, F]);
    }
    scene.shows(3, 6, (EventKind::Offence, "conviction", "2012-05-01"), ("c1", "proven_offence_under_18"), 0);
    scene.shows(3, 6, (EventKind::Offence, "caution", "2012-05-01"), ("c1", "proven_offence_under_18"), 0);
    scene.shows(3, 6, (EventKind::Offence, "caution", "2012-06-01"), ("c1", "proven_offence_under_18"), 0);
    let list = scene.list();
    let ranks: Vec<(u32, u32)> =
        list.entries.iter().filter(|entry| entry.pack == "p1-2012").map(|entry| (entry.family, entry.priority_rank)).collect();
    assert_eq!(ranks, [(3, 1), (1, 2), (2, 3), (0, 0)]);
    let first = scene.entry(3, "p1-2012").unwrap();
    let steps: Vec<(&str, u32, u32)> = first.priority_steps.iter().map(|step| (step.what.as_str(), step.count, step.points_each)).collect();
    assert_eq!(
        steps,
        [("criteria met", 3, 10_000), ("children under 5", 1, 1_000), ("offence: caution", 1, 100), ("offence: conviction", 1, 542)],
        "two rows of one person and day are one offence"
    );
    assert_eq!(first.priority_points, steps.iter().map(|(_, count, points)| count * points).sum::<u32>());
    assert_eq!(first.evidence_count, 3);
}

#[test]
fn every_weight_is_the_pipelines_and_a_criterion_may_have_its_own() {
    let mut scene = Scene::new(1);
    scene.set(0, [T, T, T, T]);
    assert_eq!(scene.entry(0, "p1-2012").unwrap().priority_points, 0, "no points in the pipeline, none in the list");
    scene.points(&[("criterion", "*", 70), ("criterion", "c2", 500)]);
    let entry = scene.entry(0, "p1-2012").unwrap();
    let steps: Vec<(&str, u32, u32)> = entry.priority_steps.iter().map(|step| (step.what.as_str(), step.count, step.points_each)).collect();
    // c4 is met too, but is no criterion that counts.
    assert_eq!(steps, [("criterion c2 met", 1, 500), ("other criteria met", 2, 70)]);
    assert_eq!(entry.priority_points, 640);
}

#[test]
fn packs_come_in_the_order_of_the_pipeline_and_families_with_nothing_are_left_out() {
    let mut scene = Scene::new(2);
    // The second family has no child and nothing true.
    scene.families.born[2] = day("1990-01-01");
    scene.families.members.iter_mut().filter(|member| member.person == 2).for_each(|member| member.role = MemberRole::AdultChild);
    let shown: Vec<(String, u32)> = scene.list().entries.into_iter().map(|entry| (entry.pack, entry.family)).collect();
    assert_eq!(shown, [("p1-lincolnshire".to_owned(), 0), ("p1-2012".to_owned(), 0)]);
    // With three true criteria and no child it is shown, and not eligible.
    scene.set(1, [T, T, T, T]);
    let entry = scene.entry(1, "p1-2012").unwrap();
    assert_eq!((entry.route, entry.route_reason.as_str()), (Route::NotEligible, "no child under 18 lives in the family"));
}

#[test]
fn a_referral_with_two_ticks_lists_a_family_the_data_do_not() {
    let mut scene = Scene::new(2);
    for (code, from) in [("education", "2012-09-01"), ("cost", "2012-09-01")] {
        scene.happens(0, (EventKind::Referral, code, from), 0);
    }
    assert_eq!(scene.entry(0, "p1-2012").unwrap().route, Route::NotEligible, "high cost is none of the three");
    scene.happens(1, (EventKind::Referral, "work", "2011-10-30"), 0);
    assert_eq!(scene.entry(0, "p1-2012").unwrap().route, Route::NotEligible, "a referral of more than a year ago");
    scene.happens(1, (EventKind::Referral, "work", "2011-10-31"), 0);
    assert_eq!(scene.entry(0, "p1-2012").unwrap().route, Route::Referral);
    assert_eq!(scene.entry(1, "p1-2012").unwrap().route, Route::NotEligible);
    scene.set(0, [T, T, T, F]);
    assert_eq!(scene.entry(0, "p1-2012").unwrap().route, Route::Auto);
}

#[test]
fn overrides_decide_lapse_and_contradict() {
    let mut scene = Scene::new(4);
    scene.set(1, [T, T, T, F]);
    scene.decide("R0", true, "2012-10-31");
    scene.decide("R2", false, "2013-03-31");
    scene.decide("R4", true, "2012-10-30");
    scene.decide("R99", true, "2013-03-31");
    scene.decide("R6", true, "2013-03-31");
    scene.decide("R7", false, "2013-03-31");
    let list = scene.list();
    let routes: Vec<Route> = (0..4).map(|family| scene.entry(family, "p1-2012").unwrap().route).collect();
    assert_eq!(routes, [Route::Override, Route::NotEligible, Route::NotEligible, Route::NotEligible]);
    let reason = scene.entry(0, "p1-2012").unwrap().route_reason;
    assert_eq!(reason, "a person decided to include the family: key worker asks (approved by Head of Service, until 2012-10-31)");
    assert_eq!(
        list.warnings,
        [
            "overrides.csv:4: this override lapsed on 2012-10-30",
            "overrides.csv:5: this override names a record of nobody in a family this month",
            "overrides.csv:6 and overrides.csv:7: these overrides contradict each other under p1-lincolnshire; neither is applied",
            "overrides.csv:6 and overrides.csv:7: these overrides contradict each other under p1-2012; neither is applied",
        ]
    );
}

#[test]
fn overrides_without_approver_or_expiry_are_refused_by_line_without_their_values() {
    let text = "\u{feff}source,record_id,pack,decision,reason,approver,expires\n\
                police_crime,CANARY-1,,include,\"two\nlines\",Head,2013-03-31\n\
                police_crime,CANARY-2,,maybe,because,,31/03/2013\n\
                police_crime,CANARY-3,,exclude,because,Head\n";
    let problems = parse_overrides("overrides.csv", text).unwrap_err().0;
    let shown: Vec<(u64, &str, &str)> = problems.iter().map(|problem| (problem.line, problem.column.as_str(), problem.code)).collect();
    assert_eq!(
        shown,
        [(4, "approver", "empty-value"), (4, "decision", "unknown-name"), (4, "expires", "not-a-date"), (5, "", "wrong-number-of-cells")]
    );
    assert!(problems.iter().all(|problem| !format!("{problem} {}", problem.hint).contains("CANARY")));
    let good = text.lines().take(3).collect::<Vec<_>>().join("\n") + "\n,,,,,,\n\npolice_crime,R7,,exclude,because,Head,2013-03-31\n";
    let good = parse_overrides("overrides.csv", &good).unwrap();
    assert_eq!((good.len(), good[0].include, good[0].reason.as_str()), (2, true, "two\nlines"));
    let places: Vec<(&str, u64)> = good.iter().map(|decided| (decided.file.as_str(), decided.line)).collect();
    assert_eq!(places, [("overrides.csv", 2), ("overrides.csv", 6)], "a line is the one an editor shows");
    let header = parse_overrides("overrides.csv", "source,record,pack,decision,reason,approver,expires\n").unwrap_err().0;
    assert!(header.iter().any(|problem| problem.code == "missing-header" && problem.column == "record_id"));
    assert!(header.iter().any(|problem| problem.hint == "did you mean \"record_id\"?"));
}

#[test]
fn the_longest_postcode_that_fits_gives_the_district() {
    let scene = Scene::new(1);
    let districts = place::Districts::new(&scene.settings.districts);
    let name = |postcode: &str| match districts.of(postcode) {
        place::Found::District(district) => district.name.clone(),
        place::Found::OutOfCounty => "out".to_owned(),
        place::Found::Unknown => "unknown".to_owned(),
    };
    let expected = [
        ("LN1 1YL", "Lincoln"),
        ("LN11YL", "Lincoln"),
        ("ln1 2aa", "West Lindsey"),
        ("LN2 5AA", "Lincoln"),
        ("LN2 1AA", "West Lindsey"),
        ("LN12 1AA", "out"),
        ("DN32 7AB", "out"),
        ("", "unknown"),
    ];
    for (postcode, district) in expected {
        assert_eq!(name(postcode), district, "{postcode}");
    }
    assert_eq!(place::Districts::new(&[]).of("LN1 1YL"), place::Found::Unknown, "no districts configured says nothing");
}

#[test]
fn the_lead_agency_of_a_row_is_the_one_with_most_evidence_under_its_pack() {
    let mut scene = Scene::new(1);
    scene.set(0, [T, T, T, F]);
    scene.shows(0, 0, (EventKind::Offence, "conviction", "2012-05-01"), ("c1", "proven_offence_under_18"), 0);
    for on in ["2012-05-01", "2012-06-01"] {
        scene.shows(0, 1, (EventKind::Benefit, "jsa", on), ("c3", "out_of_work_benefit"), 1);
    }
    // Under the national pack the benefit shows nothing.
    scene.flags.evidence.retain(|row| row.pack != "p1-2012" || row.criterion != "c3");
    let list = scene.list();
    let lead = |pack: &str| list.entries.iter().find(|entry| entry.pack == pack).unwrap().lead_contact_agency.as_str();
    assert_eq!((lead("p1-lincolnshire"), lead("p1-2012")), ("Department for Work and Pensions", "Lincolnshire Police"));
    assert_eq!(list.summaries[0].lead_contact_agency, "Department for Work and Pensions", "of the family whatever the pack: all of it");
}

#[test]
fn a_summary_counts_who_lives_there_and_names_the_agency_with_most_evidence() {
    let mut scene = Scene::new(2);
    let grandmother = scene.person(0, MemberRole::Grandparent, day("1940-01-01"));
    let baby = scene.person(0, MemberRole::Child, NO_DAY);
    let father = scene.person(0, MemberRole::Parent, day("1978-01-01"));
    scene.families.died[grandmother as usize] = day("2012-10-01");
    scene.families.members.iter_mut().filter(|member| member.person == father).for_each(|member| member.resident = false);
    scene.families.families[1].postcode = "DN32 7AB".to_owned();
    scene.shows(0, baby, (EventKind::Offence, "conviction", "2012-05-01"), ("c1", "proven_offence_under_18"), 0);
    scene.shows(0, 1, (EventKind::Benefit, "jsa", "2012-05-01"), ("c3", "out_of_work_benefit"), 1);
    scene.shows(0, 1, (EventKind::Benefit, "esa", "2012-05-01"), ("c3", "out_of_work_benefit"), 1);
    let list = scene.list();
    let first = &list.summaries[0];
    assert_eq!((first.members, first.children, first.children_under_5, first.adults), (3, 2, 1, 1));
    assert_eq!((first.district.as_str(), first.district_code.as_str(), first.out_of_county), ("Lincoln", "E07000138", false));
    assert_eq!(first.lead_contact_agency, "Department for Work and Pensions");
    let leads: Vec<&str> = list.entries.iter().filter(|entry| entry.family == 0).map(|entry| entry.lead_contact_agency.as_str()).collect();
    assert_eq!(leads, ["Department for Work and Pensions"; 2], "the same under both packs");
    assert!(list.summaries[1].out_of_county && list.summaries[1].lead_contact_agency.is_empty());
}
