//! A family, its feeds and what happened to it, built up by hand.

use super::super::{CriteriaError, criteria};
use crate::model::{
    Cadence, Confidence, Coverage, Day, Delivery, DeliveryKind, EventKind, EventRole, Events, Families, Family, FeedState, Flags, Linked,
    Member, MemberRole, Month, NO_DAY, Route, Silent, Source, Ternary, TextColumn, Unborn, WatchSettings, date,
};
use crate::rules::pack::{Overlay, Pack};
use crate::rules::routes::{Case, routed};

/// One event.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) person: u32,
    pub(super) kind: EventKind,
    pub(super) code: String,
    pub(super) role: EventRole,
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) quantity: i32,
    pub(super) out_of: i32,
    pub(super) excused: i32,
    pub(super) reference: String,
    pub(super) source: String,
    /// Of the source's earlier delivery.
    pub(super) earlier: bool,
}

/// All of it.
pub(super) struct Scene {
    pub(super) families: Families,
    pub(super) unborn: Unborn,
    pub(super) rows: Vec<Row>,
    pub(super) sources: Vec<Source>,
    pub(super) packs: Vec<Pack>,
    pub(super) watch: Option<WatchSettings>,
    pub(super) reference: Day,
}

pub(super) fn day(text: &str) -> Day {
    if text.is_empty() { NO_DAY } else { date::from_iso(text).unwrap() }
}

fn source(name: &str, delivery: DeliveryKind, coverage: Coverage, carries: &[EventKind]) -> Source {
    Source {
        name: name.to_owned(),
        agency: name.to_owned(),
        cadence: Cadence::Monthly,
        delivery,
        coverage,
        valid_days: 90,
        carries: carries.to_vec(),
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at: 0,
        age_days: 0,
    }
}

/// A shipped pack as text.
pub(super) fn text_of(name: &str) -> &'static str {
    match name {
        "p1-2012" => include_str!("../../../../pipelines/criteria/p1-2012.toml"),
        "p1-lincolnshire" => include_str!("../../../../pipelines/criteria/p1-lincolnshire.toml"),
        "p2-2015" => include_str!("../../../../pipelines/criteria/p2-2015.toml"),
        _ => include_str!("../../../../pipelines/criteria/sf-2022.toml"),
    }
}

/// A shipped pack.
pub(super) fn pack(name: &str) -> Pack {
    Pack::parse(name, text_of(name)).unwrap()
}

/// A shipped pack with another answer to one of its questions.
pub(super) fn pack_with(name: &str, setting: &str, value: &str) -> Pack {
    let overlay = format!(
        "[overlay]\npack = \"{name}\"\nversion = \"1\"\nname = \"test\"\nby = \"a test\"\nreason = \"to see it change\"\n\n\
         [settings.{setting}]\nvalue = {value}\nsource = \"a test\"\n"
    );
    let overlay = Overlay::parse("overlay.toml", &overlay).unwrap();
    Pack::parse_with(name, text_of(name), &[&overlay]).unwrap()
}

pub(super) fn packs() -> Vec<Pack> {
    vec![pack("p1-lincolnshire"), pack("p1-2012")]
}

impl Scene {
    /// A reference date, all feeds of the shipped pipeline fresh, and nobody.
    pub(super) fn empty(reference: &str) -> Self {
        use Coverage::{Events as Some_, Population};
        use DeliveryKind::{Increment, Snapshot};
        use EventKind as K;
        let sources = vec![
            source("police_crime", Increment, Some_, &[K::Offence, K::Custody]),
            source("youth_offending", Increment, Some_, &[K::Offence]),
            source("asb_interventions", Increment, Some_, &[K::AsbIntervention, K::AsbIncident]),
            source("tenancies_acis", Snapshot, Some_, &[K::AsbIntervention, K::Housing]),
            source("school_attendance", Snapshot, Population, &[K::SchoolAbsence]),
            source("school_exclusions", Snapshot, Some_, &[K::Exclusion]),
            source("not_on_roll", Snapshot, Some_, &[K::SchoolStatus]),
            source("dwp_return", Snapshot, Population, &[K::Benefit]),
            source("social_care_episodes", Snapshot, Some_, &[K::SocialCare]),
            source("domestic_abuse", Increment, Some_, &[K::DomesticAbuse]),
            source("health_flags", Snapshot, Some_, &[K::Health]),
            source("professional_referrals", Increment, Some_, &[K::Referral]),
            source("early_help_needs", Snapshot, Some_, &[K::Need]),
            source("young_people", Snapshot, Population, &[K::Activity]),
        ];
        let (families, unborn) = (Families::default(), Unborn::default());
        Self { families, unborn, rows: Vec::new(), sources, packs: packs(), watch: None, reference: day(reference) }
    }

    /// A mother (person 0) of whom the DWP says "none" and a daughter of 12 (person 1) who was in school every day: nothing is true.
    pub(super) fn ordinary(reference: &str) -> Self {
        let mut scene = Self::empty(reference);
        let family = scene.add_family();
        let mother = scene.person(MemberRole::Parent, "1976-05-05", family, true);
        let twelve_years_ago = date::iso(date::months_before(scene.reference, 12 * 12 + 6));
        let child = scene.person(MemberRole::Child, &twelve_years_ago, family, true);
        scene.benefit(mother, "none", "", "");
        scene.in_school(child);
        scene
    }

    pub(super) fn add_family(&mut self) -> u32 {
        let family = self.families.families.len() as u32;
        self.families.families.push(Family {
            id: format!("F{family:03}"),
            confidence: Confidence::High,
            postcode: "LN1 1YL".to_owned(),
            uprn: String::new(),
            address_key: String::new(),
            restricted: false,
        });
        family
    }

    /// A new person in a family; an empty date is an unknown one.
    pub(super) fn person(&mut self, role: MemberRole, born: &str, family: u32, resident: bool) -> u32 {
        let person = self.families.born.len() as u32;
        self.families.born.push(day(born));
        self.families.sex.push(b'?');
        self.families.died.push(NO_DAY);
        self.families.searchable.push(true);
        self.member(family, person, role, resident, true);
        person
    }

    /// A child of the first family who is not born yet.
    pub(super) fn expected(&mut self) -> u32 {
        let child = self.person(MemberRole::Child, "", 0, true);
        self.unborn.0.resize(child as usize, false);
        self.unborn.0.push(true);
        child
    }

    /// A second home.
    pub(super) fn also_lives(&mut self, person: u32, family: u32) {
        let role = self.families.members.iter().find(|member| member.person == person).unwrap().role;
        self.member(family, person, role, true, false);
    }

    fn member(&mut self, family: u32, person: u32, role: MemberRole, resident: bool, primary: bool) {
        let member = Member { family, person, role, resident, primary, since: NO_DAY, confidence: Confidence::High };
        self.families.members.push(member);
        self.families.members.sort_by_key(|member| (member.family, member.role, member.person));
    }

    /// The event added last.
    pub(super) fn last(&mut self) -> &mut Row {
        self.rows.last_mut().unwrap()
    }

    pub(super) fn source(&mut self, name: &str) -> &mut Source {
        self.sources.iter_mut().find(|source| source.name == name).unwrap()
    }

    /// An event from the first feed that carries its kind.
    pub(super) fn event(&mut self, person: u32, kind: EventKind, code: &str, role: EventRole, from: &str, to: &str) {
        let source = self.sources.iter().find(|source| source.carries.contains(&kind)).unwrap().name.clone();
        let number = self.rows.iter().map(|row| row.number + 1).max().unwrap_or(0);
        self.rows.push(Row {
            number,
            person,
            kind,
            code: code.to_owned(),
            role,
            from: day(from),
            to: day(to),
            quantity: -1,
            out_of: -1,
            excused: -1,
            reference: String::new(),
            source,
            earlier: false,
        });
    }

    pub(super) fn benefit(&mut self, person: u32, code: &str, from: &str, to: &str) {
        self.event(person, EventKind::Benefit, code, EventRole::Subject, from, to);
    }

    pub(super) fn absence(&mut self, person: u32, from: &str, to: &str, quantity: i32, out_of: i32) {
        self.event(person, EventKind::SchoolAbsence, "absence", EventRole::Subject, from, to);
        (self.last().quantity, self.last().out_of, self.last().excused) = (quantity, out_of, 0);
    }

    /// A need that a practitioner found and nobody has met.
    pub(super) fn need(&mut self, person: u32, code: &str) {
        self.event(person, EventKind::Need, code, EventRole::Subject, "2012-06-01", "");
    }

    /// Puts the packs of the two later programmes in place of those of the first.
    pub(super) fn later(mut self) -> Self {
        self.packs = vec![pack("p2-2015"), pack("sf-2022")];
        self
    }

    /// The route of the first family, as far as its criteria decide it.
    pub(super) fn route(&self, pack: &str) -> Route {
        let flags = self.judge().flags;
        let pack = self.packs.iter().find(|known| known.name == pack).unwrap();
        let flag = |id: &str| flags.iter().find(|flag| flag.family == 0 && flag.pack == pack.name && flag.criterion == id).unwrap();
        let counted = &pack.combination.counted;
        let discretion = pack.combination.discretion.as_ref().map_or(Ternary::False, |discretion| flag(&discretion.criterion).value);
        let values = counted.iter().map(|id| flag(id).value).collect();
        let needs = counted.iter().map(|id| flag(id).needs).collect();
        routed(pack, &Case { values, needs, discretion, referral: false, decision: None, child: Ternary::True }).route
    }

    /// Rows without absence for the last three complete terms.
    pub(super) fn in_school(&mut self, child: u32) {
        let calendar = self.packs[0].calendar.clone();
        for index in calendar.last_complete(self.reference, 3).unwrap() {
            let term = &calendar.terms()[index];
            self.absence(child, &date::iso(term.first), &date::iso(term.last), 0, 100);
        }
    }

    pub(super) fn try_judge(&self) -> Result<Flags, CriteriaError> {
        let persons = self.families.sex.len();
        let linked = Linked {
            person_of_record: (0..persons as u32).collect(),
            person_ids: (0..persons).map(|person| format!("P{person}")).collect(),
            ..Linked::default()
        };
        let (deliveries, events) = self.tables();
        criteria(
            (&self.families, &self.unborn),
            &linked,
            &events,
            &deliveries,
            &self.sources,
            &self.packs,
            self.watch.as_ref(),
            self.reference,
            &Silent,
        )
    }

    pub(super) fn judge(&self) -> Flags {
        self.try_judge().unwrap()
    }

    /// Two deliveries per source, the later one first, and the event table.
    pub(super) fn tables(&self) -> (Vec<Delivery>, Events) {
        let month = Month::of(self.reference).unwrap();
        let mut deliveries = Vec::new();
        for source in 0..self.sources.len() {
            for earlier in [0, 1] {
                let month = month.plus(-earlier);
                deliveries.push(Delivery {
                    source: source as u16,
                    file: format!("{month}/{source}.csv"),
                    sha256: String::new(),
                    bytes: 0,
                    month,
                    as_at: month.last_day(),
                    rows_read: 0,
                    rows_used: 0,
                    rows_set_aside: 0,
                });
            }
        }
        let delivery =
            |row: &Row| (self.sources.iter().position(|source| source.name == row.source).unwrap() * 2 + usize::from(row.earlier)) as u32;
        let events = Events {
            kind: self.rows.iter().map(|row| row.kind).collect(),
            record: self.rows.iter().map(|row| row.person).collect(),
            role: self.rows.iter().map(|row| row.role).collect(),
            code: TextColumn::collect(self.rows.iter().map(|row| Some(row.code.as_str()))),
            from: self.rows.iter().map(|row| row.from).collect(),
            to: self.rows.iter().map(|row| row.to).collect(),
            quantity: self.rows.iter().map(|row| row.quantity).collect(),
            out_of: self.rows.iter().map(|row| row.out_of).collect(),
            excused: self.rows.iter().map(|row| row.excused).collect(),
            reference: TextColumn::collect(self.rows.iter().map(|row| Some(row.reference.as_str()))),
            delivery: self.rows.iter().map(delivery).collect(),
            line: self.rows.iter().map(|row| row.number + 2).collect(),
        };
        (deliveries, events)
    }

    /// The value of a criterion of the first family.
    pub(super) fn value(&self, pack: &str, criterion: &str) -> Ternary {
        self.judge().flags.iter().find(|flag| flag.family == 0 && flag.pack == pack && flag.criterion == criterion).unwrap().value
    }
}
