//! A made-up county in the shape of a real month: sixteen feeds, some late, a few thousand families, one canary.

mod feeds;
mod people;
mod places;
mod register;

use serde_json::json;

use super::super::{PackHeading, RunContents};
use crate::config::checked::District;
use crate::model::*;
use feeds::{FEEDS, source};
use places::{district, target};

pub(super) const CANARY_FORENAME: &str = "ZZCANARYFORENAME";
pub(super) const CANARY_SURNAME: &str = "ZZCANARYSURNAME";
pub(super) const CANARY_POSTCODE: &str = "QQ9 9QQ";
pub(super) const CANARY_UPRN: &str = "999888777666";
pub(super) const CANARY_NHS: &str = "9998887776";
pub(super) const CANARY_NINO: &str = "QQ998877Q";
pub(super) const CANARY_UPN: &str = "Z999888777666";
pub(super) const CANARY_RECORD: &str = "CANARYKEY42#child";

pub(super) struct Fixture {
    reference: Day,
    packs: Vec<PackHeading>,
    districts: Vec<District>,
    targets: Vec<Target>,
    journeys: Vec<PackJourneys>,
    sources: Vec<Source>,
    deliveries: Vec<Delivery>,
    raw: RawPersons,
    pub(super) persons: StandardPersons,
    pub(super) restrictions: Restrictions,
    notes: Vec<Note>,
    pub(super) relations: Vec<Relation>,
    pub(super) linked: Linked,
    pub(super) agreement: Vec<FieldAgreement>,
    pub(super) families: Families,
    flags: Flags,
    events: Events,
    referrals: Vec<ReferralForm>,
    pub(super) identification: Identification,
    pub(super) rejects: Vec<Reject>,
    ledger: Ledger,
    pub(super) register: Register,
    pub(super) warnings: Vec<String>,
}

const DISTRICTS: [(&str, &str, &str, u32); 7] = [
    ("E07000136", "Boston", "South East", 11),
    ("E07000137", "East Lindsey", "East", 20),
    ("E07000138", "Lincoln", "West", 24),
    ("E07000139", "North Kesteven", "West", 10),
    ("E07000140", "South Holland", "South East", 9),
    ("E07000141", "South Kesteven", "South West", 14),
    ("E07000142", "West Lindsey", "West", 12),
];

fn pack(name: &str, title: &str, fourth: bool) -> PackHeading {
    let mut criteria = vec![
        ("c1".to_owned(), "Crime and anti-social behaviour".to_owned()),
        ("c2".to_owned(), "Education".to_owned()),
        ("c3".to_owned(), "Work".to_owned()),
    ];
    if fourth {
        criteria.push(("c4".to_owned(), "Local discretion".to_owned()));
    }
    let rules = vec![
        ("youth_proven_offence".to_owned(), "A child under 18 with a proven offence in the last 12 months".to_owned()),
        ("absence_15".to_owned(), "15% or more unauthorised absence over the last three terms".to_owned()),
    ];
    PackHeading { name: name.into(), version: "1.0".into(), title: title.into(), criteria, rules }
}

/// A form about the first family that may be about the second.
fn referral(reference: Day) -> ReferralForm {
    let why = "child1: same forename +5.0".to_owned();
    let candidate = ReferralCandidate { family: 1, weight: 5.0, why, matched: vec![(0, 1)] };
    ReferralForm {
        source: 0,
        key: "R1".into(),
        records: vec![0],
        ages: vec!["about 8".into()],
        received: reference,
        family: 0,
        fingerprint: "00".into(),
        candidates: vec![candidate],
    }
}

impl Fixture {
    /// A county of so many families, the same for the same number.
    pub(super) fn county(families: u32) -> Self {
        let reference = date::day(2012, 10, 31).unwrap();
        let mut random = fastrand::Rng::with_seed(42);
        let sources: Vec<Source> = FEEDS.iter().map(|row| source(row, reference)).collect();
        let deliveries = sources
            .iter()
            .enumerate()
            .filter(|(_, source)| source.state != FeedState::Missing)
            .map(|(index, source)| delivery(index, source, families))
            .collect();
        let mut fixture = Self {
            reference,
            packs: vec![pack("p1-lincolnshire", "Lincolnshire, two of three", false), pack("p1-2012", "Financial framework 2012", true)],
            districts: DISTRICTS.iter().map(district).collect(),
            targets: vec![target(reference)],
            journeys: Vec::new(),
            sources,
            deliveries,
            raw: RawPersons::default(),
            persons: StandardPersons::default(),
            restrictions: Restrictions::default(),
            notes: Vec::new(),
            relations: Vec::new(),
            agreement: agreement(),
            linked: Linked { threshold: 0.95, model: model(), memory: Some(register::memory()), ..Linked::default() },
            families: Families::default(),
            flags: Flags::default(),
            events: Events::default(),
            referrals: vec![referral(reference)],
            identification: Identification::default(),
            rejects: Vec::new(),
            ledger: Ledger::default(),
            register: Register::default(),
            warnings: vec!["threshold 0.95 recommended from calibration on 12,480 pairs with an NHS number on both sides".into()],
        };
        fixture.people(families, &mut random);
        fixture.list(&mut random);
        fixture.watch();
        fixture.rest(&mut random);
        fixture.register = register::of(&fixture);
        fixture.journeys = places::journeys(&fixture);
        fixture.identification.kept = places::kept(&fixture);
        fixture
    }

    /// The run as publication sees it.
    pub(super) fn contents(&self) -> RunContents<'_> {
        RunContents {
            run_id: "2012-10--3fa9c1d27b40",
            provisional: false,
            built_upon: "",
            month: Month::new(2012, 10).unwrap(),
            reference: self.reference,
            pipeline_name: "lincolnshire",
            pipeline_title: "Families Working Together, Lincolnshire",
            packs: &self.packs,
            districts: &self.districts,
            targets: &self.targets,
            journeys: &self.journeys,
            configuration_sha256: "9f2c4e6a8b0d1f3e5a7c9b1d3f5e7a9c0b2d4f6e8a1c3e5f7a9b1c3d5e7f9a0b",
            sources: &self.sources,
            deliveries: &self.deliveries,
            raw_persons: &self.raw,
            persons: &self.persons,
            restrictions: &self.restrictions,
            notes: &self.notes,
            relations: &self.relations,
            linked: &self.linked,
            agreement: &self.agreement,
            families: &self.families,
            flags: &self.flags,
            events: &self.events,
            referrals: &self.referrals,
            identification: &self.identification,
            rejects: &self.rejects,
            ledger: &self.ledger,
            register: &self.register,
            warnings: &self.warnings,
        }
    }

    fn list(&mut self, random: &mut fastrand::Rng) {
        let shares: u32 = DISTRICTS.iter().map(|district| district.3).sum();
        for family in 0..self.families.families.len() as u32 {
            let members = self.families.members_of(family);
            let children = members.iter().filter(|member| member.role == MemberRole::Child).count() as u32;
            let mut ticket = random.u32(..shares + 3);
            let district = DISTRICTS.iter().find(|district| {
                let here = ticket < district.3;
                ticket = ticket.saturating_sub(district.3);
                here
            });
            self.identification.summaries.push(FamilySummary {
                members: members.len() as u32,
                children,
                children_under_5: children.min(1),
                adults: members.len() as u32 - children,
                district_code: district.map(|district| district.0.to_owned()).unwrap_or_default(),
                district: district.map(|district| district.1.to_owned()).unwrap_or_default(),
                locality: district.map(|district| district.2.to_owned()).unwrap_or_default(),
                out_of_county: district.is_none() && family % 2 == 0,
                lead_contact_agency: "police_crime".into(),
                ..FamilySummary::default()
            });
        }
        for pack in ["p1-lincolnshire", "p1-2012"] {
            self.pack_entries(pack, random);
        }
        self.flags.flags.sort_by(|a, b| (a.family, &a.pack, &a.criterion).cmp(&(b.family, &b.pack, &b.criterion)));
        self.flags.evidence.sort_by(|a, b| {
            (a.family, &a.pack, &a.criterion, &a.rule, a.person, a.event).cmp(&(
                b.family,
                &b.pack,
                &b.criterion,
                &b.rule,
                b.person,
                b.event,
            ))
        });
    }

    fn pack_entries(&mut self, pack: &str, random: &mut fastrand::Rng) {
        let criteria: Vec<String> =
            self.packs.iter().find(|found| found.name == pack).unwrap().criteria.iter().map(|(id, _)| id.clone()).collect();
        let mut entries = Vec::new();
        for family in 0..self.families.families.len() as u32 {
            let hard = random.u32(..100) < 12;
            let mut values = Vec::new();
            for (index, criterion) in criteria.iter().enumerate() {
                let (often, open) = [(9, 1), (14, 3), (18, 9), (11, 30)][index];
                let ticket = random.u32(..100);
                let value = if ticket < often * if hard { 4 } else { 1 } / if hard { 1 } else { 2 } {
                    Ternary::True
                } else if ticket > 99 - open {
                    Ternary::Unknown
                } else {
                    Ternary::False
                };
                values.push((criterion.clone(), value));
                self.flags.flags.push(Flag {
                    family,
                    pack: pack.into(),
                    criterion: criterion.clone(),
                    value,
                    reason: "youth_proven_offence".into(),
                    needs: NeedCount::default(),
                });
                if value == Ternary::True {
                    self.evidence(family, pack, criterion, random);
                }
            }
            if self.identification.summaries[family as usize].children > 0 {
                entries.push(entry(family, pack, values, random));
            }
        }
        entries.sort_by_key(|entry| (!entry.route.is_listed(), std::cmp::Reverse(entry.priority_points), entry.family));
        for (rank, entry) in entries.iter_mut().filter(|entry| entry.route.is_listed()).enumerate() {
            entry.priority_rank = rank as u32 + 1;
        }
        self.identification.entries.extend(entries);
    }

    fn evidence(&mut self, family: u32, pack: &str, criterion: &str, random: &mut fastrand::Rng) {
        let person = self.families.members_of(family)[0].person;
        let delivery = random.u32(3..6);
        let event = self.events.kind.len() as u32;
        self.events.kind.push(EventKind::Offence);
        self.events.record.push(0);
        self.events.role.push(EventRole::Offender);
        self.events.from.push(self.reference - random.i32(1..360));
        self.events.to.push(NO_DAY);
        self.events.quantity.push(-1);
        self.events.out_of.push(-1);
        self.events.excused.push(-1);
        self.events.delivery.push(delivery);
        self.events.line.push(event + 2);
        self.flags.evidence.push(Evidence {
            family,
            person,
            pack: pack.into(),
            criterion: criterion.into(),
            rule: "youth_proven_offence".into(),
            rule_version: "1.0".into(),
            event,
            value: "=conviction".into(),
            window_from: self.reference - 365,
            window_to: self.reference,
        });
    }

    /// Every near miss is watched, with the rows of its flags.
    fn watch(&mut self) {
        for entry in self.identification.entries.iter().filter(|entry| entry.route == Route::NearMiss) {
            let evidence = self.flags.evidence.iter().filter(|row| row.family == entry.family && row.pack == entry.pack);
            let rows: Vec<WatchedEvent> = evidence.map(|row| WatchedEvent { person: row.person, event: row.event }).collect();
            let step = Step {
                family: entry.family,
                pack: entry.pack.clone(),
                criterion: "c2".into(),
                rule: "absence_15".into(),
                kind: StepKind::Count,
                person: rows.first().map(|row| row.person),
                there: "=2 of the 3 events the rule needs".into(),
                missing: "one more such event".into(),
                moving: "the newest is of 2012-10-01, within the last 3 months".into(),
                counts_from: self.reference + 1,
                ages_out: NO_DAY,
                rows,
            };
            self.identification.watched.push(Watched { step, route: entry.route, route_then: Route::Discretion, reach: Reach::List });
        }
    }

    fn rest(&mut self, random: &mut fastrand::Rng) {
        self.events.code = TextColumn::collect(self.events.kind.iter().map(|_| Some("conviction")));
        self.events.reference = TextColumn::absent(self.events.len());
        for (pack, criterion, rule, kind, feed) in [
            ("p1-2012", "c1", "asb_intervention", EventKind::AsbIntervention, 5),
            ("p1-2012", "c1", "youth_proven_offence", EventKind::Offence, 3),
            ("p1-2012", "c2", "absence_15", EventKind::SchoolAbsence, 0),
            ("p1-2012", "c2", "not_on_roll", EventKind::SchoolStatus, 2),
            ("p1-2012", "c3", "out_of_work_benefit", EventKind::Benefit, 6),
            ("p1-2012", "c4", "child_protection_plan", EventKind::SocialCare, 7),
            ("p1-2012", "c4", "mental_health", EventKind::Health, 14),
            ("p1-lincolnshire", "c1", "youth_proven_offence", EventKind::Offence, 3),
            ("p1-lincolnshire", "c2", "absence_15", EventKind::SchoolAbsence, 0),
            ("p1-lincolnshire", "c3", "out_of_work_benefit", EventKind::Benefit, 6),
        ] {
            let source = &self.sources[feed];
            self.flags.coverage.push(FeedCoverage {
                pack: pack.into(),
                criterion: criterion.into(),
                rule: rule.into(),
                kind,
                source: source.name.clone(),
                state: source.state,
                age_days: source.age_days,
            });
        }
        let records = self.persons.len() as u32;
        for left in 0..records.saturating_sub(1) {
            let same = self.linked.person_of_record[left as usize] == self.linked.person_of_record[left as usize + 1];
            let bell: f32 = (0..6).map(|_| random.f32()).sum::<f32>() - 3.0;
            let weight = if same { 17.0 + bell * 9.0 } else { -6.0 + bell * 8.0 };
            if weight < -4.0 {
                continue;
            }
            let probability = 1.0 / (1.0 + libm::exp2f(-weight));
            let decision = match (probability >= 0.95, same) {
                (true, true) => LinkDecision::Linked,
                (true, false) => LinkDecision::Prevented,
                (false, true) => LinkDecision::Implied,
                (false, false) => LinkDecision::Review,
            };
            self.linked.links.push(KeptLink { left, right: left + 1, weight, probability, pattern: u64::from(left) * 31, decision });
            if decision == LinkDecision::Prevented {
                let reasons = ["twins", "twins", "two-nhs-numbers", "two-dates-of-birth", "same-name-parent-and-child"];
                let reason = reasons[random.usize(..reasons.len())];
                self.linked.prevented.push(PreventedMerge { left, right: left + 1, reason });
            }
            if left % 5 == 0 {
                self.relations.push(Relation {
                    from: left,
                    to: left + 1,
                    kind: RelationKind::PartnerOf,
                    lives_together: true,
                    since: NO_DAY,
                    until: NO_DAY,
                    delivery: 9,
                    line: left + 2,
                });
            }
        }
        for (code, column, count, row) in
            [("not-a-date", "DOB", 41, false), ("missing-key", "", 12, true), ("unknown-code", "Outcome", 9, true)]
        {
            for index in 0..count {
                self.rejects.push(Reject { delivery: index % 9, line: 100 + index * 7, column: column.into(), code, row_set_aside: row });
            }
        }
        for delivery in &self.deliveries {
            self.ledger.record(
                "ingest",
                format!("rows of {}", delivery.file),
                delivery.rows_read,
                delivery.rows_used,
                delivery.rows_set_aside,
            );
        }
        let (records, persons) = (u64::from(records), self.linked.persons() as u64);
        self.ledger.record("standardise", "person records", records, records, 0);
        self.ledger.record("link", "person records, test records set aside", records, records, 0);
        self.ledger.record("households", "persons, those deceased set aside", persons, persons, 0);
    }
}

/// A feed that dates people a day early, and one that agrees.
fn agreement() -> Vec<FieldAgreement> {
    let line = |source, different, slip| FieldAgreement {
        source,
        field: Field::DateOfBirth,
        pairs: 400,
        different,
        judged: f64::from(different as u32) / 400.0,
        others: (source > 0).then_some(0.02),
        slip,
        at_odds: different > 200,
    };
    vec![line(0, 380, Some((Slip::Days(-1), 371))), line(1, 8, None)]
}

/// A model of the shape that linkage gives.
fn model() -> serde_json::Value {
    let field = |name: &str, favour: f64, against: f64| {
        json!({ "name": name, "levels": [
            { "name": "missing", "bits_against_unrelated": 0.0 },
            { "name": "same", "bits_against_unrelated": favour },
            { "name": "different", "bits_against_unrelated": against },
        ]})
    };
    json!({
        "compared_pairs": 4_812_377,
        "calibration": "uncalibrated",
        "calibration_sentence": "uncalibrated: too few pairs carry an identifier on both sides to check the probabilities against",
        "fields": [
            field("forename", 9.1, -5.2), field("surname", 11.4, -4.0), field("date_of_birth", 14.6, -6.8), field("sex", 1.0, -6.5),
            field("home", 12.2, -0.4), field("nhs_number", 20.3, -8.8), field("nino", 19.7, -7.9), field("upn", 19.2, -9.4),
        ],
    })
}

fn delivery(index: usize, source: &Source, families: u32) -> Delivery {
    let read = u64::from(families) * (index as u64 % 5 + 1) / 2 + 400;
    let aside = [0, 3, 0, 9, 0, 0, 12, 0, 0, 5, 0, 0, 0, 0, 0, 0][index];
    Delivery {
        source: index as u16,
        file: format!("2012-10/{}_201210.csv", source.name),
        sha256: format!("{index:064x}"),
        bytes: read * 90,
        month: Month::new(2012, 10).unwrap(),
        as_at: source.as_at,
        rows_read: read,
        rows_used: read - aside,
        rows_set_aside: aside,
    }
}

fn entry(family: u32, pack: &str, criteria: Vec<(String, Ternary)>, random: &mut fastrand::Rng) -> Entry {
    let met = criteria.iter().take(3).filter(|(_, value)| *value == Ternary::True).count() as u32;
    let unknown = criteria.iter().take(3).filter(|(_, value)| *value == Ternary::Unknown).count() as u32;
    let route = match (met, unknown, random.u32(..400)) {
        (3, ..) => Route::Auto,
        (2, ..) => Route::Discretion,
        (_, _, 0) => Route::Referral,
        (_, _, 1) if pack == "p1-2012" || family.is_multiple_of(2) => Route::Override,
        (1, 1.., _) => Route::Pending,
        (1, ..) => Route::NearMiss,
        _ => Route::NotEligible,
    };
    let steps = vec![
        PriorityStep { what: "proven offence".into(), count: met, points_each: 542 },
        PriorityStep { what: "permanent exclusion".into(), count: random.u32(..3) * random.u32(..2), points_each: 1_147 },
    ];
    let listed = route.is_listed();
    Entry {
        family,
        pack: pack.into(),
        route,
        route_reason: format!("{met} of 3 criteria are met"),
        criteria,
        criteria_met: met,
        criteria_unknown: unknown,
        criteria_kept: Vec::new(),
        discretion_reasons: if met == 2 { vec!["child_protection_plan".into()] } else { Vec::new() },
        near_miss_reason: if listed { String::new() } else { "one more criterion".into() },
        priority_rank: 0,
        priority_points: if listed { steps.iter().map(|step| step.count * step.points_each).sum() } else { 0 },
        priority_steps: if listed { steps } else { Vec::new() },
        evidence_count: met,
        lead_contact_agency: "police_crime".into(),
        need: (met > 0).then(|| Need {
            level: if met > 1 { NeedLevel::Complex } else { NeedLevel::Lower },
            rule: if met > 1 { "breadth".into() } else { "otherwise".into() },
            title: if met > 1 { "Breadth of need".into() } else { "Existing partners can co-ordinate".into() },
            reason: format!("Breadth of need (criteria met: {met}, 2 or more needed)"),
        }),
    }
}
