//! The two later programmes, judged a second time and plainly: six headline problems (phase 2), ten outcomes (Supporting Families).
//!
//! In: the members of a family as a view shows them. Out: a tally per criterion. What always holds: the plain reading of domain.md sections
//! 2, 3.2 and 8.1, apart from the engine; a parent who lives elsewhere counts where the programme lets adults count. Custody and orders,
//! which no agency of this county delivers, count nowhere.

use crate::model::date::age_on;
use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::super::super::calendar::{Term, weekdays};
use super::super::super::extracts::{Fact, Source};
use super::super::super::world::Place;
use super::super::packs::{is_measure, is_out_of_work, is_proven};
use super::{Tally, View, facts_of, of_main_school};

/// Criteria of phase 2, and of Supporting Families, as (pack, criterion).
pub(super) const CRITERIA: [(&str, &str); 19] = [
    ("p2-2015", "h1"),
    ("p2-2015", "h2"),
    ("p2-2015", "h3"),
    ("p2-2015", "h4"),
    ("p2-2015", "h5"),
    ("p2-2015", "h6"),
    ("p2-2015", "d1"),
    ("sf-2022", "s1"),
    ("sf-2022", "s2"),
    ("sf-2022", "s3"),
    ("sf-2022", "s4"),
    ("sf-2022", "s5"),
    ("sf-2022", "s6"),
    ("sf-2022", "s7"),
    ("sf-2022", "s8"),
    ("sf-2022", "s9"),
    ("sf-2022", "s10"),
    ("sf-2022", "d1"),
    ("sf-2022", "d2"),
];

/// A member, or a parent who lives elsewhere.
pub(super) struct Somebody<'a> {
    born: Day,
    /// On the reference date; the unborn and those of unknown age as the world knows them.
    age: i32,
    resident: bool,
    offspring: bool,
    facts: &'a [Fact],
}

impl Somebody<'_> {
    fn is_child(&self) -> bool {
        self.age < 18
    }

    /// Age on a day; where no birth is known, the one of the reference date.
    fn age_at(&self, on: Day) -> i32 {
        if self.born == NO_DAY { self.age } else { age_on(self.born, on).unwrap_or(-1) }
    }

    fn of(&self, kind: EventKind) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |fact| fact.kind == kind)
    }
}

impl View<'_> {
    /// Who lives in the family, and its parents elsewhere as far as a school or social care knows them.
    pub(super) fn all_members(&self, family: u32) -> Vec<Somebody<'_>> {
        self.all_people(family).into_iter().map(|person| self.somebody(family, person, facts_of(self.facts, person))).collect()
    }

    /// The people of [`View::all_members`].
    pub(in super::super) fn all_people(&self, family: u32) -> Vec<u32> {
        let members =
            self.world.family(family).members_on(self.reference).filter(|member| self.world.is_alive(member.person, self.reference));
        let known = members.filter(|member| match self.delivered {
            None => true,
            Some(delivered) if member.resident => delivered.appeared(member.person),
            Some(delivered) => [Source::Attendance, Source::CareRelations].iter().any(|&source| delivered.names(source, member.person)),
        });
        known.filter(|member| member.resident || member.place == Place::AbsentParent).map(|member| member.person).collect()
    }

    /// Somebody of a family with facts of theirs; as they belong to it on the day, else as they did last.
    pub(super) fn somebody<'b>(&self, family: u32, person: u32, facts: &'b [Fact]) -> Somebody<'b> {
        let real = self.world.person(person).born;
        let born = self.delivered.map_or(real, |delivered| delivered.best_birth(person, real));
        // Of an unborn child agencies say that it is one.
        let born = if real > self.reference { real } else { born };
        let age = age_on(if born == NO_DAY { real } else { born }, self.reference).unwrap_or(0);
        let own = || self.world.family(family).members.iter().filter(|member| member.person == person);
        let member = own().find(|member| member.holds(self.reference)).or_else(|| own().next_back());
        let (resident, offspring) = member.map_or((true, false), |member| (member.resident, member.place == Place::Offspring));
        Somebody { born, age, resident, offspring, facts }
    }

    /// One criterion of one of the two programmes.
    pub(super) fn judge_later(&self, pack: &str, criterion: &str, members: &[Somebody<'_>]) -> Tally {
        let mut tally = Tally::new();
        for who in members {
            match (pack, criterion) {
                (_, "h1") => self.crime_problem(who, &mut tally),
                (_, "h2") => self.school_problem(who, &mut tally),
                (_, "h3") => self.children_help(who, &mut tally),
                (_, "h4") => self.work_and_money(who, &mut tally),
                (_, "h5") => self.abuse(who, &[EventRole::Victim, EventRole::Subject, EventRole::Offender], &mut tally),
                (_, "h6") => self.health_problem(who, &mut tally),
                (_, "d1") => self.young_person(who, &mut tally),
                (_, "d2") => self.found(who, who.resident, &["expectant_parent"], &mut tally),
                (_, "s1") => self.education_need(who, &mut tally),
                (_, "s2") => {
                    self.found(who, true, &["expectant_parent", "new_parent_support"], &mut tally);
                    let young = who.resident && who.age <= 5;
                    self.found(who, young, &["early_physical_health", "early_development", "two_year_offer_missed"], &mut tally);
                }
                (_, "s3") => {
                    self.flag(who, who.is_child(), &["mental_health_child"], &mut tally);
                    self.flag(who, !who.is_child(), &["mental_health_adult"], &mut tally);
                    self.flag(who, true, &["long_term_condition"], &mut tally);
                    self.found(who, who.is_child() && who.resident, &["mental_health_child"], &mut tally);
                    self.found(who, !who.is_child(), &["mental_health_adult"], &mut tally);
                    self.found(who, true, &["disability_or_neurodiversity"], &mut tally);
                }
                (_, "s4") => {
                    self.flag(who, true, &["substance_misuse", "alcohol_misuse"], &mut tally);
                    self.found(who, !who.is_child(), &["substance_use_adult"], &mut tally);
                    self.found(who, who.is_child() && who.resident, &["substance_use_child"], &mut tally);
                }
                (_, "s5") => {
                    self.found(who, true, &["parenting_support", "parental_conflict"], &mut tally);
                    self.found(who, who.is_child() && who.resident, &["child_violence_at_home", "young_carer"], &mut tally);
                }
                (_, "s6") => self.safe_from_abuse(who, &mut tally),
                (_, "s7") => self.crime_need(who, &mut tally),
                (_, "s8") => {
                    self.abuse(who, &[EventRole::Victim, EventRole::Subject], &mut tally);
                    self.found(who, !who.is_child(), &["domestic_abuse_perpetrator"], &mut tally);
                }
                (_, "s9") => {
                    self.found(who, true, &["temporary_accommodation", "unsuitable_housing", "homelessness_risk"], &mut tally);
                    self.found(who, (16..=17).contains(&who.age), &["excluded_from_home"], &mut tally);
                    self.tenancy(who, &["notice_seeking_possession_arrears", "eviction_arrears", "homeless_application"], &mut tally);
                }
                _ => self.money_need(who, &mut tally),
            }
        }
        let kinds: &[EventKind] = match criterion {
            "h1" | "s7" => &[EventKind::Offence, EventKind::AsbIntervention, EventKind::Need],
            "h2" | "s1" => &[EventKind::SchoolAbsence, EventKind::Exclusion, EventKind::SchoolStatus, EventKind::Need],
            "h3" | "s6" => &[EventKind::SocialCare, EventKind::Need],
            "h4" | "s10" => &[EventKind::Benefit, EventKind::Activity, EventKind::Need],
            "h5" | "s8" => &[EventKind::DomesticAbuse, EventKind::Need],
            "h6" | "s3" | "s4" => &[EventKind::Health, EventKind::Need],
            "s9" => &[EventKind::Housing, EventKind::Need],
            "d1" => &[EventKind::Activity],
            _ => &[EventKind::Need],
        };
        for &kind in kinds {
            self.need(kind, &mut tally);
        }
        tally
    }

    /// A need a practitioner found and nobody has met, of somebody it can be a need of.
    fn found(&self, who: &Somebody<'_>, fits: bool, codes: &[&str], tally: &mut Tally) {
        if fits && who.of(EventKind::Need).any(|fact| self.is_open(fact) && codes.contains(&fact.code)) {
            tally.holds("practitioner");
        }
    }

    fn flag(&self, who: &Somebody<'_>, fits: bool, codes: &[&str], tally: &mut Tally) {
        if fits && who.of(EventKind::Health).any(|fact| self.is_open(fact) && codes.contains(&fact.code)) {
            tally.holds("health");
        }
    }

    fn tenancy(&self, who: &Somebody<'_>, codes: &[&str], tally: &mut Tally) {
        if who.of(EventKind::Housing).any(|fact| self.in_year(fact.from) && codes.contains(&fact.code)) {
            tally.holds("tenancy");
        }
    }

    /// A proven offence of the last twelve months at such an age, or a measure at or above the lower one.
    fn offences_and_measures(&self, who: &Somebody<'_>, ages: std::ops::RangeInclusive<i32>, measures_from: i32, tally: &mut Tally) {
        for fact in who.facts.iter().filter(|fact| self.in_year(fact.from)) {
            let proven = fact.kind == EventKind::Offence && fact.role == EventRole::Offender && is_proven(fact.code);
            if proven && ages.contains(&who.age_at(fact.from)) {
                tally.holds("offence");
            }
            let named = matches!(fact.role, EventRole::Offender | EventRole::Subject | EventRole::Tenant);
            if fact.kind == EventKind::AsbIntervention && named && is_measure(fact.code) && who.age_at(fact.from) >= measures_from {
                tally.holds("asb_intervention");
            }
        }
    }

    fn crime_problem(&self, who: &Somebody<'_>, tally: &mut Tally) {
        self.offences_and_measures(who, 10..=18, 0, tally);
        if who.of(EventKind::Custody).any(|fact| self.in_year(fact.from)) {
            tally.holds("police_marker");
        }
        self.found(who, true, &["crime_risk", "gang_involvement", "criminal_exploitation", "radicalisation"], tally);
    }

    fn crime_need(&self, who: &Somebody<'_>, tally: &mut Tally) {
        self.offences_and_measures(who, 10..=150, 10, tally);
        self.found(who, who.resident, &["crime_risk", "gang_involvement"], tally);
    }

    fn school_problem(&self, who: &Somebody<'_>, tally: &mut Tally) {
        if !who.resident || !who.is_child() {
            return;
        }
        let (from, to) = self.window;
        self.found(who, true, &["school_engagement", "home_education_concern"], tally);
        if who.age < 4 {
            return;
        }
        let fixed: Vec<&Fact> =
            who.of(EventKind::Exclusion).filter(|fact| fact.code == "fixed" && (from..=to).contains(&fact.from)).collect();
        if fixed.len() >= 3 {
            tally.holds("three_exclusions");
        }
        if who.age <= 15 && fixed.iter().map(|fact| fact.quantity.max(0)).sum::<i32>() >= 10 {
            tally.holds("five_days");
        }
        if who.of(EventKind::Exclusion).any(|fact| fact.code == "permanent" && fact.from >= from) {
            tally.holds("permanent_exclusion");
        }
        self.standing(who, tally);
        let (missed, possible) = self.sessions(who, 3, false);
        if possible > 0 && missed * 100 > possible * 10 {
            tally.holds("absence");
        }
        self.lacks_rows(who, 3, tally);
    }

    fn education_need(&self, who: &Somebody<'_>, tally: &mut Tally) {
        self.found(who, who.resident, &["school_engagement", "home_education_concern", "neet_risk"], tally);
        if !who.resident || !who.is_child() {
            return;
        }
        self.found(who, true, &["sen_not_met", "social_emotional_mental_health"], tally);
        if who.age < 4 {
            return;
        }
        let from = self.terms.iter().rev().nth(1).map_or(NO_DAY, |term| term.from);
        let counts = |fact: &&Fact| matches!(fact.code, "fixed" | "permanent") && (from..=self.window.1).contains(&fact.from);
        if who.of(EventKind::Exclusion).any(|fact| counts(&fact)) {
            tally.holds("exclusion");
        }
        self.standing(who, tally);
        let (missed, possible) = self.sessions(who, 2, true);
        if possible > 0 && missed * 100 > possible * 10 {
            tally.holds("attendance");
        }
        self.lacks_rows(who, 2, tally);
    }

    fn standing(&self, who: &Somebody<'_>, tally: &mut Tally) {
        let counts =
            |fact: &&Fact| self.is_open(fact) && matches!(fact.code, "not_on_roll" | "pupil_referral_unit" | "alternative_provision");
        if who.of(EventKind::SchoolStatus).any(|fact| counts(&fact)) {
            tally.holds("school_status");
        }
    }

    /// Sessions missed and possible over the last complete terms, summed over schools; registered twice counts once.
    fn sessions(&self, who: &Somebody<'_>, count: usize, with_leave: bool) -> (i32, i32) {
        let missed_of = |fact: &Fact| fact.quantity + if with_leave { fact.excused.max(0) } else { 0 };
        let (mut missed, mut possible) = (0, 0);
        for term in self.terms.iter().rev().take(count) {
            let of_term: Vec<&Fact> = who.of(EventKind::SchoolAbsence).filter(|fact| in_term(fact, *term)).collect();
            let counted = of_main_school(of_term, 2 * weekdays(term.from, term.to), missed_of);
            missed += counted.iter().map(|fact| missed_of(fact)).sum::<i32>();
            possible += counted.iter().map(|fact| fact.out_of).sum::<i32>();
        }
        (missed, possible)
    }

    /// A pupil without a row in one of the terms: what was delivered cannot say "no".
    fn lacks_rows(&self, who: &Somebody<'_>, count: usize, tally: &mut Tally) {
        let away = who
            .of(EventKind::SchoolStatus)
            .any(|fact| self.is_open(fact) && matches!(fact.code, "elective_home_education" | "not_on_roll"));
        if self.delivered.is_none() || away {
            return;
        }
        let lacks = |term: &&Term| {
            let of_age = (5..=15).contains(&who.age_at(term.from));
            of_age && !who.of(EventKind::SchoolAbsence).any(|fact| in_term(fact, **term))
        };
        if self.terms.iter().rev().take(count).any(|term| lacks(&term)) {
            tally.open("no_attendance_row");
        }
    }

    fn children_help(&self, who: &Somebody<'_>, tally: &mut Tally) {
        if !who.is_child() || !who.resident {
            return;
        }
        let counts = |fact: &&Fact| self.is_open(fact) && matches!(fact.code, "early_help" | "child_in_need" | "child_protection_plan");
        if who.of(EventKind::SocialCare).any(|fact| counts(&fact)) {
            tally.holds("social_care");
        }
        self.found(who, true, &["social_emotional_mental_health", "two_year_offer_missed"], tally);
    }

    fn safe_from_abuse(&self, who: &Somebody<'_>, tally: &mut Tally) {
        let counts = |fact: &&Fact| self.is_open(fact) && matches!(fact.code, "child_protection_plan" | "considering_care");
        if who.is_child() && who.resident && who.of(EventKind::SocialCare).any(|fact| counts(&fact)) {
            tally.holds("social_care");
        }
        let of_child = ["missing_from_home", "sexual_exploitation", "criminal_exploitation", "radicalisation", "harm_outside_family"];
        self.found(who, who.is_child() && who.resident, &of_child, tally);
        self.found(who, true, &["abuse_or_neglect"], tally);
    }

    fn out_of_work(&self, who: &Somebody<'_>, tally: &mut Tally) {
        if who.is_child() {
            return;
        }
        let mut answers = who.of(EventKind::Benefit).peekable();
        if self.delivered.is_some() && answers.peek().is_none() {
            tally.open("no_dwp_row");
        }
        let mut untraced = self.delivered.is_some();
        for fact in answers {
            untraced &= fact.code == "untraced";
            if is_out_of_work(fact.code) && self.is_open(fact) {
                tally.holds("benefit");
            }
        }
        if untraced {
            tally.open("untraced");
        }
    }

    fn neet(&self, who: &Somebody<'_>, tally: &mut Tally) {
        if !who.resident || !(16..=18).contains(&who.age) || !(who.offspring || who.is_child()) {
            return;
        }
        let told: Vec<&Fact> = who.of(EventKind::Activity).filter(|fact| self.is_open(fact)).collect();
        if told.iter().any(|fact| fact.code == "neet") {
            tally.holds("neet");
        } else if self.delivered.is_some() && (told.is_empty() && who.age >= 17 || told.iter().any(|fact| fact.code == "not_known")) {
            tally.open("no_activity");
        }
    }

    fn work_and_money(&self, who: &Somebody<'_>, tally: &mut Tally) {
        self.out_of_work(who, tally);
        self.neet(who, tally);
        self.found(who, who.resident, &["neet_risk", "neet"], tally);
        self.found(who, !who.is_child(), &["unmanageable_debt", "financial_exclusion_risk"], tally);
        self.tenancy(who, &["rent_arrears", "notice_seeking_possession_arrears", "eviction_arrears"], tally);
    }

    fn money_need(&self, who: &Somebody<'_>, tally: &mut Tally) {
        self.out_of_work(who, tally);
        self.neet(who, tally);
        self.found(who, who.resident && (16..=18).contains(&who.age), &["neet"], tally);
        self.found(who, !who.is_child(), &["unmanageable_debt", "financial_exclusion_risk"], tally);
    }

    fn abuse(&self, who: &Somebody<'_>, roles: &[EventRole], tally: &mut Tally) {
        if who.of(EventKind::DomesticAbuse).any(|fact| self.in_year(fact.from) && roles.contains(&fact.role)) {
            tally.holds("domestic_abuse");
        }
        self.found(who, true, &["domestic_abuse_affected"], tally);
        self.found(who, who.resident, &["domestic_abuse_child"], tally);
        if roles.contains(&EventRole::Offender) {
            self.found(who, true, &["domestic_abuse_perpetrator"], tally);
        }
    }

    fn health_problem(&self, who: &Somebody<'_>, tally: &mut Tally) {
        self.flag(who, true, &["mental_health_adult", "mental_health_child", "substance_misuse", "alcohol_misuse"], tally);
        self.found(who, true, &["mental_health_adult", "mental_health_child", "substance_use_adult", "substance_use_child"], tally);
    }

    /// Sixteen to eighteen, living with parents, and at school, in training, or out of work.
    fn young_person(&self, who: &Somebody<'_>, tally: &mut Tally) {
        if !who.resident || !who.offspring || !(16..=18).contains(&who.age) {
            return;
        }
        let counts = ["education", "training", "employment_with_training", "neet"];
        let told: Vec<&Fact> = who.of(EventKind::Activity).filter(|fact| self.is_open(fact)).collect();
        if told.iter().any(|fact| counts.contains(&fact.code)) {
            tally.holds("activity");
        }
        let since = self.terms.last().map_or(NO_DAY, |term| term.from);
        if who.of(EventKind::SchoolAbsence).any(|fact| fact.to >= since) {
            tally.holds("at_school");
        }
        if self.delivered.is_some() && told.iter().all(|fact| fact.code == "not_known") {
            tally.open("no_activity");
        }
    }
}

fn in_term(fact: &Fact, term: Term) -> bool {
    (term.from..=term.to).contains(&(fact.from + (fact.to - fact.from) / 2))
}
