//! Why a criterion's verdict on a family is another one than a month ago.
//!
//! In: both months' facts, members and verdicts. Out: one line per family, pack, criterion and view (`true`, `knowable`) that changed,
//! with what changed it. What always holds: the cause is found by judging again with one thing changed at a time (feeds, then members,
//! then the day, then facts), never by asking the engine that is measured with it.

use std::cmp::Ordering;
use std::io::{self, Write};

use crate::model::date::{age_on, iso};
use crate::model::{Day, EventKind, NO_DAY, Ternary};

use super::super::extracts::Fact;
use super::super::world::{ChangeKind, World};
use super::judge::{Basis, Verdict, View, facts_of};
use super::packs::Pack;
use super::{Delivered, has_child};

/// What is kept of a month to explain the next one.
pub(crate) struct Past {
    basis: Basis,
    verdicts: Vec<Verdict>,
    /// Members that count by family: truly, and as shown; sorted by family.
    people: Vec<(u32, [Vec<u32>; 4])>,
}

/// One change of a verdict.
struct Flip {
    family: u32,
    pack: &'static str,
    criterion: &'static str,
    view: &'static str,
    before: Option<Ternary>,
    now: Option<Ternary>,
    cause: Cause,
}

/// What changed it.
struct Cause {
    name: &'static str,
    person: u32,
    fact: Option<Fact>,
    /// Day on which it changed, [`NO_DAY`] if no single day can be named.
    on: Day,
}

impl Cause {
    fn of(name: &'static str) -> Self {
        Self { name, person: u32::MAX, fact: None, on: NO_DAY }
    }
}

impl Past {
    /// Keeps a month.
    pub(super) fn of(world: &World, basis: Basis, verdicts: Vec<Verdict>, delivered: &Delivered) -> Self {
        let truly = View::of(world, basis.reference, &basis.truth, (None, Vec::new()));
        let shown = View::of(world, basis.reference, &basis.known, (Some(delivered), Vec::new()));
        let families = (0..world.families.len() as u32).filter(|&family| has_child(world, family, basis.reference));
        let of = |view: &View<'_>, family| [view.people(family), view.all_people(family)];
        let people = families
            .map(|family| {
                let ([real, real_all], [seen, seen_all]) = (of(&truly, family), of(&shown, family));
                (family, [real, real_all, seen, seen_all])
            })
            .collect();
        Self { basis, verdicts, people }
    }

    /// Those who counted in a family: truly or as shown, with parents elsewhere where the programme counts them.
    fn people_of(&self, family: u32, (truly, pack): (bool, &str)) -> &[u32] {
        let place = self.people.binary_search_by_key(&family, |own| own.0).ok();
        let lists = place.and_then(|place| self.people.get(place));
        lists.and_then(|own| own.1.get(2 * usize::from(!truly) + usize::from(is_later(pack)))).map_or(&[][..], Vec::as_slice)
    }
}

/// A programme in which parents who live elsewhere count.
fn is_later(pack: &str) -> bool {
    Pack::ALL.iter().all(|known| known.name() != pack)
}

/// One view of one family's two months.
struct Case<'a> {
    world: &'a World,
    delivered: Option<&'a Delivered>,
    pack: &'static str,
    criterion: &'static str,
    family: u32,
    days: (Day, Day),
    facts: (&'a [Fact], &'a [Fact]),
    /// What has truly happened by now.
    truth: &'a [Fact],
    missing: (&'a [EventKind], &'a [EventKind]),
    people: (&'a [u32], &'a [u32]),
    values: (Ternary, Ternary),
}

impl Case<'_> {
    /// The verdict on these people with these facts, on a day, with those feeds out of date.
    fn value(&self, people: &[u32], facts: &[Fact], day: Day, missing: &[EventKind]) -> Ternary {
        let view = View::of(self.world, day, facts, (self.delivered, missing.to_vec()));
        view.judge_people((self.pack, self.criterion), self.family, people, facts)
    }

    fn explain(&self) -> Cause {
        let ((old_day, new_day), (old_facts, new_facts), (old_missing, new_missing)) = (self.days, self.facts, self.missing);
        let new_people = self.people.1;
        let (before, now) = self.values;
        if old_missing != new_missing && self.value(new_people, new_facts, new_day, old_missing) == before {
            return Cause::of(if now == Ternary::Unknown { "feed_expired" } else { "feed_arrived" });
        }
        if self.value(new_people, old_facts, old_day, old_missing) != before {
            return self.people_changed();
        }
        if self.value(new_people, old_facts, new_day, old_missing) != before {
            return self.time_passed();
        }
        self.facts_changed()
    }

    /// Somebody came or went.
    fn people_changed(&self) -> Cause {
        let (old_people, new_people) = self.people;
        let before = self.values.0;
        let gone = old_people.iter().filter(|person| !new_people.contains(person));
        let came = new_people.iter().filter(|person| !old_people.contains(person));
        let (old_facts, old_day, missing) = (self.facts.0, self.days.0, self.missing.0);
        for &person in gone {
            let rest: Vec<u32> = old_people.iter().copied().filter(|&other| other != person).collect();
            if self.value(&rest, old_facts, old_day, missing) != before {
                let died = self.world.person(person).died;
                let name = if (self.days.0..=self.days.1).contains(&died) { "died" } else { "left" };
                return Cause { person, ..Cause::of(name) };
            }
        }
        for &person in came {
            let mut more = old_people.to_vec();
            more.push(person);
            if self.value(&more, old_facts, old_day, missing) != before {
                let name = if self.delivered.is_some() && self.lived_here(person) { "first_shown" } else { "joined" };
                return Cause { person, ..Cause::of(name) };
            }
        }
        // No single person did it.
        let (lost, won) = (old_people.iter().any(|one| !new_people.contains(one)), new_people.iter().any(|one| !old_people.contains(one)));
        Cause::of(match (lost, won) {
            (true, false) => "left",
            (false, true) if self.delivered.is_some() => "first_shown",
            (false, true) => "joined",
            // The same people: by most of the records somebody was born on another day.
            (false, false) => "record_changed",
            (true, true) => "members_changed",
        })
    }

    fn lived_here(&self, person: u32) -> bool {
        self.world.family(self.family).members.iter().any(|member| member.person == person && member.holds(self.days.0))
    }

    /// Nothing but the day changed it: the first day on which it does.
    fn time_passed(&self) -> Cause {
        let (people, facts, missing) = (self.people.1, self.facts.0, self.missing.0);
        let before = self.values.0;
        let day = (self.days.0 + 1..=self.days.1).find(|&day| self.value(people, facts, day, missing) != before).unwrap_or(self.days.1);
        let grown = people.iter().copied().find(|&person| {
            let born = self.world.person(person).born;
            age_on(born, day) == Some(18) && age_on(born, day - 1) == Some(17)
        });
        if let Some(person) = grown {
            return Cause { person, on: day, ..Cause::of("turned_18") };
        }
        let term = self.world.terms.iter().any(|term| term.to == day);
        let fact = if before == Ternary::True { self.sufficient(people, facts, self.days.0) } else { None };
        let name = if term {
            "term_completed"
        } else if before == Ternary::True {
            "aged_out"
        } else {
            "time_passed"
        };
        Cause { person: fact.map_or(u32::MAX, |fact| fact.person), fact, on: day, ..Cause::of(name) }
    }

    /// The latest fact that is enough by itself.
    fn sufficient(&self, people: &[u32], facts: &[Fact], day: Day) -> Option<Fact> {
        let own = people.iter().flat_map(|&person| facts_of(facts, person)).copied();
        own.filter(|fact| self.value(&[fact.person], &[*fact], day, &[]) == Ternary::True).max_by_key(|fact| fact.from)
    }

    /// Something happened, became known, ended or was taken back.
    fn facts_changed(&self) -> Cause {
        let people = self.people.1;
        let (old_facts, new_facts) = self.facts;
        let differing = |these: &[Fact], those: &[Fact]| -> Vec<Fact> {
            people
                .iter()
                .flat_map(|&person| {
                    let others = facts_of(those, person);
                    facts_of(these, person).iter().filter(|fact| !others.contains(fact)).copied().collect::<Vec<_>>()
                })
                .collect()
        };
        let day = self.days.1;
        if self.values.1 == Ternary::True {
            let fresh = differing(new_facts, old_facts);
            let Some(fact) = self.decisive(&fresh, new_facts) else { return Cause::of("facts_changed") };
            let name = if fact.from > self.days.0 {
                "new_event"
            } else if self.delivered.is_some() {
                "event_shown"
            } else {
                "outcome"
            };
            return Cause {
                person: fact.person,
                fact: Some(fact),
                on: if fact.from > self.days.0 { fact.from } else { NO_DAY },
                ..Cause::of(name)
            };
        }
        if self.values.0 != Ternary::True {
            return Cause::of("answers_changed");
        }
        let lost = differing(old_facts, new_facts);
        let Some(fact) = self.decisive(&lost, old_facts) else {
            let counts = lost.iter().any(|fact| fact.kind == EventKind::SchoolAbsence);
            return Cause::of(if counts { "counts_changed" } else { "facts_changed" });
        };
        let twin = facts_of(new_facts, fact.person)
            .iter()
            .find(|now| (now.kind, now.from, now.reference) == (fact.kind, fact.from, fact.reference));
        let taken_back = |change: &super::super::world::Change| {
            change.person == fact.person && matches!(change.kind, ChangeKind::Withdrawn | ChangeKind::Resubmitted)
        };
        let (name, on) = match twin {
            // Absence is told by the term: it is not over, the term is complete and the terms that are looked at are others.
            Some(now) if fact.kind == EventKind::SchoolAbsence && self.is_end_of_term(now.to) => ("term_completed", now.to),
            Some(now) if now.code == fact.code && now.to != NO_DAY && now.to <= day => ("event_over", now.to),
            _ if self.world.journal.iter().any(taken_back) => {
                ("withdrawn", self.world.journal.iter().find(|change| taken_back(change)).map_or(NO_DAY, |change| change.day))
            }
            Some(now) if now.code == fact.code => ("counts_changed", NO_DAY),
            Some(_) => ("withdrawn", NO_DAY),
            // All that a feed showed goes when its last delivery grows too old.
            None if self.missing.1.contains(&fact.kind) && !self.missing.0.contains(&fact.kind) => ("feed_expired", NO_DAY),
            // A term's count that no delivery shows any more: its school did not send one.
            None if fact.kind == EventKind::SchoolAbsence => ("no_longer_shown", NO_DAY),
            None => self.ended(&fact).map_or(("no_longer_shown", NO_DAY), |day| ("event_over", day)),
        };
        Cause { person: fact.person, fact: Some(fact), on, ..Cause::of(name) }
    }

    fn is_end_of_term(&self, day: Day) -> bool {
        (self.days.0 + 1..=self.days.1).contains(&day) && self.world.terms.iter().any(|term| term.to == day)
    }

    /// The day on which what a feed no longer shows truly ended, if it has.
    fn ended(&self, fact: &Fact) -> Option<Day> {
        let same = |real: &&Fact| (real.kind, real.code, real.from) == (fact.kind, fact.code, fact.from);
        facts_of(self.truth, fact.person).iter().find(same).map(|real| real.to).filter(|&to| to != NO_DAY && to <= self.days.1)
    }

    /// The fact among `these` without which `all` would not be enough, else one that is enough by itself, else the first.
    fn decisive(&self, these: &[Fact], all: &[Fact]) -> Option<Fact> {
        let (people, day) = (self.people.1, self.days.1);
        let own: Vec<Fact> = people.iter().flat_map(|&person| facts_of(all, person)).copied().collect();
        let mut own = own;
        own.sort_by_key(|fact| fact.person);
        let without = |fact: &Fact| {
            let rest: Vec<Fact> = own.iter().filter(|other| *other != fact).copied().collect();
            self.value(people, &rest, day, self.missing.1) != Ternary::True
        };
        let alone = |fact: &&Fact| self.value(&[fact.person], &[**fact], day, &[]) == Ternary::True;
        these
            .iter()
            .find(|fact| without(fact) && alone(fact))
            .or_else(|| these.iter().find(alone))
            .or_else(|| these.iter().find(|fact| without(fact)))
            .copied()
    }
}

/// Writes `criteria_changes.csv`; without a past there is nothing to tell.
pub(super) fn write(
    world: &World,
    (basis, verdicts, delivered): (&Basis, &[Verdict], &Delivered),
    past: Option<&Past>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    writeln!(out, "family,pack,criterion,view,before,now,cause,person,event,code,event_day,changed_on")?;
    let Some(past) = past else { return out.flush() };
    for flip in flips(world, (basis, verdicts, delivered), past) {
        let value = |value: Option<Ternary>| value.map_or("", Ternary::name);
        let day = |day: Day| if day == NO_DAY { String::new() } else { iso(day) };
        let person = if flip.cause.person == u32::MAX { String::new() } else { format!("P{}", flip.cause.person) };
        let (event, code, from) = flip.cause.fact.map_or(("", "", String::new()), |fact| (fact.kind.name(), fact.code, day(fact.from)));
        let (before, now) = (value(flip.before), value(flip.now));
        writeln!(
            out,
            "F{},{},{},{},{before},{now},{},{person},{event},{code},{from},{}",
            flip.family,
            flip.pack,
            flip.criterion,
            flip.view,
            flip.cause.name,
            day(flip.cause.on)
        )?;
    }
    out.flush()
}

fn flips(world: &World, (basis, verdicts, delivered): (&Basis, &[Verdict], &Delivered), past: &Past) -> Vec<Flip> {
    let key = |verdict: &Verdict| (verdict.family, verdict.pack, verdict.criterion);
    let order = |mut sorted: Vec<Verdict>| {
        sorted.sort_by_key(key);
        sorted
    };
    let (old, new) = (order(past.verdicts.clone()), order(verdicts.to_vec()));
    let mut flips = Vec::new();
    let (mut left, mut right) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let which = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(before), Some(now)) => key(before).cmp(&key(now)),
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
        };
        let before = if which == Ordering::Greater { None } else { left.next() };
        let now = if which == Ordering::Less { None } else { right.next() };
        let Some(either) = before.or(now) else { continue };
        for view in ["true", "knowable"] {
            let of = |verdict: &Verdict| if view == "true" { verdict.truly } else { verdict.knowable };
            let (was, is) = (before.map(of), now.map(of));
            // A family that comes or goes is told only where it counted.
            if was == is || (was.is_none() && is != Some(Ternary::True)) || (is.is_none() && was != Some(Ternary::True)) {
                continue;
            }
            let cause = match (was, is) {
                (Some(was), Some(is)) => explained(world, (basis, delivered), past, either, view, (was, is)),
                (None, _) => Cause::of(if past_family(world, past, either.family) { "child_came" } else { "new_family" }),
                _ => gone(world, basis, past, either.family),
            };
            flips.push(Flip { family: either.family, pack: either.pack, criterion: either.criterion, view, before: was, now: is, cause });
        }
    }
    flips
}

/// Whether the family was there a month ago, with or without a child.
fn past_family(world: &World, past: &Past, family: u32) -> bool {
    !world.residents(family, past.basis.reference).is_empty() && world.family(family).since <= past.basis.reference
}

/// Why a family has no child any more.
fn gone(world: &World, basis: &Basis, past: &Past, family: u32) -> Cause {
    let before = past.people_of(family, (true, Pack::National.name()));
    let (then, now) = (past.basis.reference, basis.reference);
    let child = before.iter().copied().find(|&person| (0..18).contains(&world.age(person, then)));
    let Some(person) = child else { return Cause::of("no_child") };
    let died = world.person(person).died;
    let name = if (then..=now).contains(&died) {
        "died"
    } else if world.age(person, now) >= 18 {
        "turned_18"
    } else {
        "left"
    };
    Cause { person, ..Cause::of(name) }
}

fn explained(
    world: &World,
    (basis, delivered): (&Basis, &Delivered),
    past: &Past,
    verdict: &Verdict,
    view: &'static str,
    values: (Ternary, Ternary),
) -> Cause {
    let truly = view == "true";
    let old = past.people_of(verdict.family, (truly, verdict.pack));
    let shown = View::of(world, basis.reference, &basis.known, (if truly { None } else { Some(delivered) }, Vec::new()));
    let new = if is_later(verdict.pack) { shown.all_people(verdict.family) } else { shown.people(verdict.family) };
    let case = Case {
        world,
        delivered: if truly { None } else { Some(delivered) },
        pack: verdict.pack,
        criterion: verdict.criterion,
        family: verdict.family,
        days: (past.basis.reference, basis.reference),
        facts: if truly { (&past.basis.truth, &basis.truth) } else { (&past.basis.known, &basis.known) },
        truth: &basis.truth,
        missing: if truly { (&[], &[]) } else { (&past.basis.missing, &basis.missing) },
        people: (old, &new),
        values,
    };
    case.explain()
}
