//! Which criteria hold for a family: truly, and by what was delivered.
//!
//! In: the world and everything delivered so far. Out: a verdict per family with a resident child, pack and criterion. What always holds:
//! this is a second, plain implementation; it shares no code with the engine that is measured with it. *Knowable* assumes perfect
//! linkage of the delivered rows: a missing feed, an adult without an answer, a pupil without a row leave it unknown, never false.

mod programmes;

use rayon::prelude::*;

use crate::model::date::{age_on, months_before};
use crate::model::{Day, EventKind, EventRole, Month, NO_DAY, Ternary};

use super::super::calendar::{Term, last_three_complete, terms_between};
use super::super::extracts::{FEEDS, Fact, SUBSIDIARY, Source};
use super::super::life::role_for;
use super::super::world::World;
use super::packs::{Pack, is_care_reason, is_measure, is_out_of_work, is_proven};
use super::{Delivered, has_child};

/// The verdict on one criterion of one family.
#[derive(Clone)]
pub(super) struct Verdict {
    pub(super) family: u32,
    pub(super) pack: &'static str,
    pub(super) criterion: &'static str,
    pub(super) truly: Ternary,
    pub(super) knowable: Ternary,
    /// Short code of what decides the knowable value.
    pub(super) why: &'static str,
}

/// Everything that has truly happened by a day, sorted by person.
pub(super) fn true_facts(world: &World, on: Day) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::with_capacity(world.happenings.len() + world.absences.len());
    facts.extend(
        world
            .happenings
            .iter()
            .chain(&world.activities)
            .filter(|event| event.from <= on)
            .map(|event| Fact::of(event, if event.to > on { NO_DAY } else { event.to })),
    );
    // A subsidiary registration repeats the sessions of the main one.
    let counts = world.absences.iter().filter(|absence| !absence.dual);
    facts.extend(counts.filter_map(|absence| super::super::extracts::so_far(absence, on)).map(|absence| Fact::absence(&absence)));
    for (index, crime) in world.crimes.iter().enumerate().filter(|(_, crime)| crime.committed <= on) {
        let outcome = if crime.outcome_day <= on { crime.outcome } else { "under_investigation" };
        for &(person, role) in &crime.people {
            let role = if matches!(role, EventRole::Offender | EventRole::Suspect) { role_for(outcome) } else { role };
            facts.push(Fact::plain(person, EventKind::Offence, outcome, role, crime.committed, index as u32));
        }
        if let Some(&(person, _)) = crime.people.first().filter(|_| !crime.marker.is_empty() && crime.outcome_day <= on) {
            facts.push(Fact::plain(person, EventKind::Custody, crime.marker, EventRole::Offender, crime.committed, index as u32));
        }
    }
    for (index, incident) in world.abuse.iter().enumerate().filter(|(_, incident)| incident.committed <= on) {
        facts.extend(incident.people.iter().map(|&(person, role)| {
            Fact::plain(person, EventKind::DomesticAbuse, incident.outcome, role, incident.committed, index as u32)
        }));
    }
    facts.par_sort_by_key(|fact| (fact.person, fact.kind, fact.from, fact.reference, fact.code));
    facts
}

/// What a month is judged by.
pub(super) struct Basis {
    pub(super) reference: Day,
    /// Everything that has truly happened.
    pub(super) truth: Vec<Fact>,
    /// What the delivered rows say.
    pub(super) known: Vec<Fact>,
    /// Kinds of events whose feed is out of date.
    pub(super) missing: Vec<EventKind>,
}

impl Basis {
    pub(super) fn of(world: &World, month: Month, delivered: &Delivered) -> Self {
        let reference = month.last_day();
        let mut known: Vec<Fact> = Vec::new();
        let mut missing: Vec<EventKind> = Vec::new();
        for (feed, so_far) in FEEDS.iter().zip(&delivered.feeds) {
            let expired = so_far.month.is_none_or(|month| reference - month.last_day() > feed.valid_days);
            // No criterion looks at what the employment advisers say: the young people's service says what a young person does.
            if expired && feed.source != Source::Employment {
                missing.extend(feed.carries);
            }
            if !expired || feed.increment {
                known.extend(so_far.facts.iter().filter(|fact| fact.from <= reference));
            }
        }
        known.par_sort_by_key(|fact| (fact.person, fact.kind, fact.from, fact.reference, fact.code));
        Self { reference, truth: true_facts(world, reference), known, missing }
    }
}

/// What is looked at: the truth, or what was delivered.
pub(super) struct View<'a> {
    world: &'a World,
    reference: Day,
    facts: &'a [Fact],
    /// `None` for the truth.
    delivered: Option<&'a Delivered>,
    missing: Vec<EventKind>,
    /// The last three complete terms.
    window: (Day, Day),
    terms: Vec<Term>,
}

/// A member as the view shows them.
#[derive(Clone, Copy)]
pub(super) struct Who<'a> {
    born: Day,
    child: bool,
    facts: &'a [Fact],
}

/// Value and the code of what decides it, gathered rule by rule.
pub(super) struct Tally {
    pub(super) value: Ternary,
    pub(super) why: &'static str,
}

impl Tally {
    fn new() -> Self {
        Self { value: Ternary::False, why: "none" }
    }

    fn holds(&mut self, why: &'static str) {
        if self.value != Ternary::True {
            *self = Self { value: Ternary::True, why };
        }
    }

    fn open(&mut self, why: &'static str) {
        if self.value == Ternary::False {
            *self = Self { value: Ternary::Unknown, why };
        }
    }
}

/// Judges every family with a resident child.
pub(super) fn judge_all(world: &World, basis: &Basis, delivered: &Delivered) -> Vec<Verdict> {
    let truly = View::of(world, basis.reference, &basis.truth, (None, Vec::new()));
    let knowable = View::of(world, basis.reference, &basis.known, (Some(delivered), basis.missing.clone()));
    let reference = basis.reference;
    (0..world.families.len() as u32)
        .into_par_iter()
        .with_min_len(512)
        .filter(|&family| has_child(world, family, reference))
        .flat_map_iter(|family| {
            let (real, shown) = (truly.members(family), knowable.members(family));
            let mut verdicts = Vec::with_capacity(8 + programmes::CRITERIA.len());
            for pack in Pack::ALL {
                for criterion in ["c1", "c2", "c3", "c4"] {
                    let (true_tally, tally) = (truly.judge(pack, criterion, &real), knowable.judge(pack, criterion, &shown));
                    verdicts.push(Verdict {
                        family,
                        pack: pack.name(),
                        criterion,
                        truly: true_tally.value,
                        knowable: tally.value,
                        why: tally.why,
                    });
                }
            }
            let (real, shown) = (truly.all_members(family), knowable.all_members(family));
            for (pack, criterion) in programmes::CRITERIA {
                let (true_tally, tally) = (truly.judge_later(pack, criterion, &real), knowable.judge_later(pack, criterion, &shown));
                verdicts.push(Verdict { family, pack, criterion, truly: true_tally.value, knowable: tally.value, why: tally.why });
            }
            verdicts
        })
        .collect()
}

/// The facts of one person among facts sorted by person.
pub(super) fn facts_of(facts: &[Fact], person: u32) -> &[Fact] {
    let start = facts.partition_point(|fact| fact.person < person);
    let end = facts.partition_point(|fact| fact.person <= person);
    facts.get(start..end).unwrap_or_default()
}

impl<'a> View<'a> {
    /// A view of facts sorted by person, on a day; with `delivered` as the agencies show it, without as it is.
    pub(super) fn of(
        world: &'a World,
        reference: Day,
        facts: &'a [Fact],
        (delivered, missing): (Option<&'a Delivered>, Vec<EventKind>),
    ) -> Self {
        let terms: Vec<Term> = terms_between(reference - 800, reference).into_iter().filter(|term| term.to <= reference).collect();
        let terms = terms.iter().rev().take(4).rev().copied().collect();
        View { world, reference, facts, delivered, missing, window: last_three_complete(reference), terms }
    }

    /// Those who count in a family.
    pub(super) fn people(&self, family: u32) -> Vec<u32> {
        let residents = self.world.residents(family, self.reference);
        let shown = residents.iter().filter(|member| self.delivered.is_none_or(|delivered| delivered.appeared(member.person)));
        shown.map(|member| member.person).collect()
    }

    /// Somebody with facts of theirs.
    fn who<'b>(&self, person: u32, facts: &'b [Fact]) -> Who<'b> {
        let real = self.world.person(person).born;
        let born = self.delivered.map_or(real, |delivered| delivered.best_birth(person, real));
        // Of an unborn child agencies say that it is one.
        let born = if real > self.reference { real } else { born };
        let child = age_on(if born == NO_DAY { real } else { born }, self.reference).unwrap_or(0) < 18;
        Who { born, child, facts }
    }

    /// Resident members (A13: a separated parent is linked but does not count). A child counts in both homes.
    fn members(&self, family: u32) -> Vec<Who<'_>> {
        self.people(family).into_iter().map(|person| self.who(person, self.facts_of(person))).collect()
    }

    fn facts_of(&self, person: u32) -> &[Fact] {
        facts_of(self.facts, person)
    }

    /// The verdict of any pack on these people of a family, with facts sorted by person.
    pub(super) fn judge_people(&self, (pack, criterion): (&str, &str), family: u32, people: &[u32], facts: &[Fact]) -> Ternary {
        if let Some(pack) = Pack::ALL.into_iter().find(|known| known.name() == pack) {
            let members: Vec<Who<'_>> = people.iter().map(|&person| self.who(person, facts_of(facts, person))).collect();
            return self.judge(pack, criterion, &members).value;
        }
        let members: Vec<_> = people.iter().map(|&person| self.somebody(family, person, facts_of(facts, person))).collect();
        self.judge_later(pack, criterion, &members).value
    }

    /// The verdict on members.
    fn judge(&self, pack: Pack, criterion: &str, members: &[Who<'_>]) -> Tally {
        let mut tally = Tally::new();
        match criterion {
            "c1" => self.crime(members, &mut tally),
            "c2" => self.education(pack, members, &mut tally),
            "c3" => self.work(members, &mut tally),
            _ => self.discretion(pack, members, &mut tally),
        }
        tally
    }

    fn in_year(&self, day: Day) -> bool {
        (months_before(self.reference, 12)..=self.reference).contains(&day)
    }

    fn is_open(&self, fact: &Fact) -> bool {
        fact.from <= self.reference && (fact.to == NO_DAY || fact.to >= self.reference)
    }

    fn need(&self, kind: EventKind, tally: &mut Tally) {
        if self.missing.contains(&kind) {
            tally.open("feed_missing");
        }
    }

    fn crime(&self, members: &[Who<'_>], tally: &mut Tally) {
        for who in members {
            for fact in who.facts.iter().filter(|fact| self.in_year(fact.from)) {
                let proven = fact.kind == EventKind::Offence && fact.role == EventRole::Offender && is_proven(fact.code);
                if proven && who.born == NO_DAY {
                    if who.child { tally.holds("offence_under_18") } else { tally.open("birth_unknown") }
                } else if proven && age_on(who.born, fact.from).is_some_and(|age| age < 18) {
                    tally.holds("offence_under_18");
                }
                let named = matches!(fact.role, EventRole::Offender | EventRole::Subject | EventRole::Tenant);
                if fact.kind == EventKind::AsbIntervention && named && is_measure(fact.code) {
                    tally.holds("asb_intervention");
                }
            }
        }
        self.need(EventKind::Offence, tally);
        self.need(EventKind::AsbIntervention, tally);
    }

    fn education(&self, pack: Pack, members: &[Who<'_>], tally: &mut Tally) {
        let (from, to) = self.window;
        for who in
            members.iter().filter(|who| who.child && (who.born == NO_DAY || age_on(who.born, self.reference).is_some_and(|age| age >= 4)))
        {
            let of_kind = |kind: EventKind| who.facts.iter().filter(move |fact| fact.kind == kind);
            // A permanent exclusion of the running term counts too; fixed ones only of complete terms (A7), by their first day (A5).
            if pack == Pack::National && of_kind(EventKind::Exclusion).any(|fact| fact.code == "permanent" && fact.from >= from) {
                tally.holds("permanent_exclusion");
            }
            if of_kind(EventKind::Exclusion).filter(|fact| fact.code == "fixed" && (from..=to).contains(&fact.from)).count() >= 3 {
                tally.holds("three_exclusions");
            }
            if of_kind(EventKind::SchoolStatus)
                .any(|fact| self.is_open(fact) && matches!(fact.code, "not_on_roll" | "pupil_referral_unit" | "alternative_provision"))
            {
                tally.holds("school_status");
            }
            self.absence(who, tally);
        }
        if members.iter().any(|who| who.child) {
            for kind in [EventKind::Exclusion, EventKind::SchoolStatus, EventKind::SchoolAbsence] {
                self.need(kind, tally);
            }
        }
    }

    /// 15% or more, compared as whole numbers (A18), summed over schools.
    fn absence(&self, who: &Who<'_>, tally: &mut Tally) {
        let (from, to) = self.window;
        let middle = |fact: &Fact| fact.from + (fact.to - fact.from) / 2;
        let counts: Vec<&Fact> =
            who.facts.iter().filter(|fact| fact.kind == EventKind::SchoolAbsence && (from..=to).contains(&middle(fact))).collect();
        let (mut missed, mut possible) = (0, 0);
        for term in self.terms.iter().rev().take(3) {
            let of_term: Vec<&Fact> = counts.iter().copied().filter(|fact| (term.from..=term.to).contains(&middle(fact))).collect();
            let counted = of_main_school(of_term, 2 * super::super::calendar::weekdays(term.from, term.to), |fact| fact.quantity);
            missed += counted.iter().map(|fact| fact.quantity).sum::<i32>();
            possible += counted.iter().map(|fact| fact.out_of).sum::<i32>();
        }
        if possible > 0 && missed * 100 >= possible * 15 {
            tally.holds("absence");
        }
        let excused = who.facts.iter().any(|fact| {
            fact.kind == EventKind::SchoolStatus && self.is_open(fact) && matches!(fact.code, "elective_home_education" | "not_on_roll")
        });
        if self.delivered.is_none() || excused {
            return;
        }
        for pair in self.terms.windows(2) {
            let [before, term] = pair else { continue };
            // Of school age when the term came nearer than the one before.
            let opens = before.to + (term.from - before.to) / 2 + 1;
            let of_age = if who.born == NO_DAY { true } else { age_on(who.born, opens).is_some_and(|age| (5..=15).contains(&age)) };
            if of_age && !counts.iter().any(|fact| (opens..=term.to + 20).contains(&middle(fact))) {
                tally.open("no_attendance_row");
            }
        }
    }

    fn work(&self, members: &[Who<'_>], tally: &mut Tally) {
        for who in members.iter().filter(|who| !who.child) {
            let mut answers = who.facts.iter().filter(|fact| fact.kind == EventKind::Benefit).peekable();
            if self.delivered.is_some() {
                if answers.peek().is_none() {
                    tally.open("no_dwp_row");
                } else if answers.clone().all(|fact| fact.code == "untraced") {
                    tally.open("untraced");
                }
            }
            if answers.any(|fact| is_out_of_work(fact.code) && self.is_open(fact)) {
                tally.holds("benefit");
            }
        }
        self.need(EventKind::Benefit, tally);
    }

    fn discretion(&self, pack: Pack, members: &[Who<'_>], tally: &mut Tally) {
        for who in members {
            for fact in who.facts {
                let recent = self.in_year(fact.from);
                match fact.kind {
                    EventKind::SocialCare if who.child && self.is_open(fact) && is_care_reason(pack, fact.code) => {
                        tally.holds("social_care");
                    }
                    EventKind::Offence
                        if !who.child
                            && recent
                            && fact.role == EventRole::Offender
                            && is_proven(fact.code)
                            && was_adult(who, fact.from) =>
                    {
                        tally.holds("adult_offence");
                    }
                    EventKind::Custody if recent => tally.holds("custody"),
                    EventKind::Health if self.is_open(fact) => tally.holds("health"),
                    EventKind::DomesticAbuse if recent && fact.role == EventRole::Victim => tally.holds("domestic_abuse"),
                    EventKind::Housing if pack == Pack::County && recent => tally.holds("tenancy"),
                    _ => {}
                }
            }
        }
        for kind in [EventKind::SocialCare, EventKind::Offence, EventKind::Custody, EventKind::Health, EventKind::DomesticAbuse] {
            self.need(kind, tally);
        }
        if pack == Pack::County {
            self.need(EventKind::Housing, tally);
        }
    }
}

/// Eighteen or over on that day, as far as is known.
fn was_adult(who: &Who<'_>, on: Day) -> bool {
    who.born == NO_DAY || age_on(who.born, on).is_some_and(|age| age >= 18)
}

impl Delivered {
    /// True if the newest delivery of a feed names somebody.
    fn names(&self, source: Source, person: u32) -> bool {
        self.feeds.get(source as usize).is_some_and(|feed| feed.births.binary_search_by_key(&person, |&(who, _)| who).is_ok())
    }

    /// The date of birth most sources give; `real` settles a tie if it is among the tied.
    fn best_birth(&self, person: u32, real: Day) -> Day {
        let mut votes: Vec<(Day, u32)> = Vec::new();
        for feed in &self.feeds {
            let start = feed.births.partition_point(|&(who, _)| who < person);
            let given = feed.births.get(start..).unwrap_or_default().iter().take_while(|&&(who, _)| who == person);
            for &(_, birth) in given.filter(|&&(_, birth)| birth != NO_DAY) {
                match votes.iter_mut().find(|(day, _)| *day == birth) {
                    Some((_, count)) => *count += 1,
                    None => votes.push((birth, 1)),
                }
            }
        }
        votes.iter().max_by_key(|&&(day, count)| (count, day == real, std::cmp::Reverse(day))).map_or(NO_DAY, |&(day, _)| day)
    }
}

/// Of the counts of a term those of the child's main school, where two schools count more sessions than the term has: what is marked as another school's is left out, and of what is
/// still too much the fullest counts.
fn of_main_school(mut counts: Vec<&Fact>, sessions: i32, missed: impl Fn(&Fact) -> i32) -> Vec<&Fact> {
    let too_many = |counts: &[&Fact]| counts.len() > 1 && counts.iter().map(|fact| fact.out_of).sum::<i32>() > sessions;
    if too_many(&counts) && counts.iter().any(|fact| fact.code != SUBSIDIARY) {
        counts.retain(|fact| fact.code != SUBSIDIARY);
    }
    if too_many(&counts) {
        counts = counts.into_iter().max_by_key(|fact| (fact.out_of, missed(fact))).into_iter().collect();
    }
    counts
}
