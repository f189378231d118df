//! What the service's work changes in a month.
//!
//! In: the month as it would be without the service, the plans of the families that are worked with. Out: the month as it is. What always holds: only families
//! with a plan change (and who would have been their victims), and only from the day their plan says; a crime that is not committed keeps its place, so that no other crime changes its number.

use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::super::help::Plan;
use super::super::random::{Purpose, mix};
use super::super::work::on_benefit;
use super::super::world::{Happening, World};
use super::Span;

/// Changes the month. `before` is how many happenings there were before it was told.
pub(super) fn work(world: &mut World, span: &Span, before: usize) {
    if world.helped.is_empty() {
        return;
    }
    let plans = std::mem::take(&mut world.helped);
    let mut done = Vec::with_capacity(plans.len());
    for mut plan in plans {
        if (plan.family as usize) < world.families.len() && plan.attached <= span.last {
            let members: Vec<u32> =
                world.family(plan.family).members.iter().filter(|member| member.resident).map(|member| member.person).collect();
            if plan.outcome.ends_crime() {
                no_crime(world, &members, plan.starts);
            }
            if plan.outcome.ends_school() {
                school(world, &members, plan.starts, span);
            }
            if plan.outcome.ends_all() {
                safe_at_home(world, &members, plan.starts, span);
            }
            if plan.outcome.finds_work() && (span.first..=span.last).contains(&plan.works) {
                plan.worker = find_work(world, &members, plan.works);
            }
            if let Some(worker) = plan.worker {
                let working = plan.works..plan.returns.max(plan.works);
                let works = |day: Day| plan.lost.map_or(day >= plan.works, |_| working.contains(&day));
                remove(world, before, |event| event.person == worker && event.kind == EventKind::Benefit && works(event.from));
                if plan.lost.is_some() && (span.first..=span.last).contains(&plan.returns) {
                    claim_again(world, &plan, worker);
                }
            }
            if let Some((_, from, _)) = plan.provision.filter(|&(_, from, _)| (span.first..=span.last).contains(&from)) {
                plan.attends = on_benefit(world, &members, from);
            }
            let (outcome, starts) = (plan.outcome, plan.starts);
            remove(world, before, |event| {
                let ends = match event.kind {
                    EventKind::AsbIntervention => outcome.ends_crime(),
                    EventKind::Exclusion | EventKind::SchoolStatus => outcome.ends_school(),
                    EventKind::Housing => outcome.ends_all(),
                    EventKind::SocialCare => outcome.ends_all() && event.code != "early_help",
                    _ => false,
                };
                ends && event.from >= starts && members.contains(&event.person)
            });
        }
        done.push(plan);
    }
    world.helped = done;
}

/// Takes back what the month told.
fn remove(world: &mut World, before: usize, goes: impl Fn(&Happening) -> bool) {
    let mut told = world.happenings.split_off(before.min(world.happenings.len()));
    told.retain(|event| !goes(event));
    world.happenings.append(&mut told);
}

/// Crimes of a member are not committed. The first person of a crime is the one who committed it.
fn no_crime(world: &mut World, members: &[u32], starts: Day) {
    for crime in world.crimes.iter_mut().filter(|crime| crime.committed >= starts) {
        let by = crime.people.first().filter(|(_, role)| matches!(role, EventRole::Offender | EventRole::Suspect));
        if by.is_some_and(|(person, _)| members.contains(person)) {
            crime.people.clear();
            crime.marker = "";
        }
    }
}

/// Children come back to school and miss 2 to 9 sessions in a hundred without leave, in every term that is not over.
fn school(world: &mut World, members: &[u32], starts: Day, span: &Span) {
    // What an earlier month showed of a running term stays as it was shown.
    if starts > span.last {
        return;
    }
    let seed = world.seed;
    for count in
        world.absences.iter_mut().filter(|count| count.to >= span.first && count.to > starts + 30 && members.contains(&count.person))
    {
        let share = 2 + (mix(seed, Purpose::Help, u64::from(count.person), 1 + u64::from(count.term)) % 8) as i32;
        let most = (i32::from(count.possible) * share / 100) as i16;
        count.unauthorised = count.unauthorised.min(most);
    }
    end(world, members, EventKind::SchoolStatus, starts + 20, span);
}

/// Child protection plans come to their end three months later; nobody is evicted.
fn safe_at_home(world: &mut World, members: &[u32], starts: Day, span: &Span) {
    end(world, members, EventKind::SocialCare, starts + 90, span);
}

/// Ends what is open of a kind from a day on.
fn end(world: &mut World, members: &[u32], kind: EventKind, on: Day, span: &Span) {
    if on > span.last {
        return;
    }
    let day = on.max(span.first);
    for event in world.happenings.iter_mut().filter(|event| event.kind == kind && event.from < day && members.contains(&event.person)) {
        if event.to == NO_DAY || event.to > day {
            event.to = day;
        }
    }
}

/// The first adult with an out-of-work benefit leaves it; nobody does where nobody has one.
fn find_work(world: &mut World, members: &[u32], on: Day) -> Option<u32> {
    let worker = on_benefit(world, members, on)?;
    for event in world.happenings.iter_mut().filter(|event| event.person == worker && event.kind == EventKind::Benefit) {
        if event.from <= on && (event.to == NO_DAY || event.to > on) {
            event.to = on;
        }
    }
    Some(worker)
}

/// Whoever lost the work claims what they claimed before it. The claim's number comes from the far end, so that no other event changes its own.
fn claim_again(world: &mut World, plan: &Plan, worker: u32) {
    let last = world.happenings.iter().filter(|event| event.person == worker && event.kind == EventKind::Benefit && event.to == plan.works);
    let Some(&before) = last.min_by_key(|event| event.code) else { return };
    world.happenings.push(Happening { from: plan.returns, to: NO_DAY, known: plan.returns, id: u32::MAX - plan.family, ..before });
}
