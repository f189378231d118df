//! What adults do to get to work: provision, and work after a benefit, as the employment advisers know it.
//!
//! In: the benefits that were told, the plans of the families that are worked with. Out: activities of adults. What always holds: they follow from the seed and the benefits
//! alone and change nothing else in the county; nobody works while they are on a benefit; what a month has told stays, but for the day on which it ends.
//!
//! The young people's service tells of those of 16 to 18 (`life::needs`); here everybody is [`FROM_AGE`] or older, so that no criterion about young people looks at them.
//! How often advisers know somebody, and how long work lasts, is from memory `[m]`.

use std::collections::BTreeMap;

use crate::model::date::{age_on, day};
use crate::model::{Day, EventKind, EventRole, NO_DAY};

use super::help::Plan;
use super::random::{Draw, Purpose, stream};
use super::world::{Happening, World};

/// The youngest whom the advisers help: up to the nineteenth birthday the young people's service does.
pub(crate) const FROM_AGE: i32 = 19;
const TO_AGE: i32 = 65;

/// Days without a gap on which somebody is on some out-of-work benefit; the end is the first day off it, [`NO_DAY`] while it lasts.
#[derive(Clone, Copy)]
struct Claim {
    from: Day,
    to: Day,
}

/// Everything that adults have done by the end of the month told last, by person and day.
pub(crate) fn activities(world: &World) -> Vec<Happening> {
    let mut found: Vec<Happening> = Vec::new();
    let workers: BTreeMap<u32, &Plan> = world.helped.iter().filter_map(|plan| Some((plan.worker?, plan))).collect();
    for own in world.happenings.chunk_by(|left, right| left.person == right.person) {
        let claims = claims(own);
        let Some(person) = own.first().map(|event| event.person).filter(|_| !claims.is_empty()) else { continue };
        let plan = workers.get(&person).copied();
        for (place, &claim) in claims.iter().enumerate() {
            let again = claims.get(place + 1).map_or(NO_DAY, |next| next.from);
            found.extend(of_claim(world, person, (claim, again), plan));
        }
    }
    found.extend(world.helped.iter().filter_map(|plan| attended(world, plan)));
    found.retain(|event| event.from <= world.horizon && of_age(world, event.person, event.from));
    found.sort_by_key(|event| (event.person, event.from, event.code));
    found
}

/// Somebody's claims, those joined that overlap.
fn claims(own: &[Happening]) -> Vec<Claim> {
    let mut joined: Vec<Claim> = Vec::new();
    for event in own.iter().filter(|event| event.kind == EventKind::Benefit) {
        match joined.last_mut() {
            Some(last) if last.to == NO_DAY => {}
            Some(last) if event.from <= last.to => last.to = if event.to == NO_DAY { NO_DAY } else { last.to.max(event.to) },
            _ => joined.push(Claim { from: event.from, to: event.to }),
        }
    }
    joined
}

/// Provision during a claim and work after it; `again` is the day on which the next claim begins. All is drawn before the end of the claim is looked at: what was told stays.
fn of_claim(world: &World, person: u32, (claim, again): (Claim, Day), plan: Option<&Plan>) -> Vec<Happening> {
    let mut rng = stream(world.seed, Purpose::Work, u64::from(person), claim.from as u64);
    let mut found = Vec::new();
    let from = claim.from + rng.between(60, 365);
    let (code, lasts, joins) = (if rng.chance(0.75) { "work_programme" } else { "esf_provision" }, rng.between(120, 730), rng.chance(0.4));
    // The advisers work in families with children.
    let known = rng.chance(0.6) && with_child(world, person, claim.from);
    let joins = joins && known && offered(code, from) && (claim.to == NO_DAY || from < claim.to);
    if joins {
        let to = from + lasts;
        found.push(activity(person, code, (from, if claim.to == NO_DAY { to } else { to.min(claim.to - 1) }), from + rng.between(2, 20)));
    }
    let (works, lost) = (rng.chance(if joins { 0.7 } else { 0.35 }), rng.chance(0.35));
    let (weeks, shown) = (rng.between(2, 40), claim.to.saturating_add(rng.between(2, 20)));
    if claim.to == NO_DAY {
        return found;
    }
    let planned = plan.filter(|plan| plan.works == claim.to);
    let ends = match planned {
        Some(plan) => plan.lost.unwrap_or(NO_DAY),
        None if lost => claim.to + 7 * weeks,
        None => NO_DAY,
    };
    if planned.is_some() || works && known {
        let before_next = if again == NO_DAY { NO_DAY } else { again - 1 };
        let ends = if ends == NO_DAY || before_next != NO_DAY && before_next < ends { before_next } else { ends };
        found.push(activity(person, "employment", (claim.to, ends), shown));
    }
    found
}

/// Provision that came with the work with a family.
fn attended(world: &World, plan: &Plan) -> Option<Happening> {
    let ((code, from, lasts), person) = plan.provision.zip(plan.attends)?;
    let mut to = from + lasts;
    // Provision ends with the claim it is for: nobody is told as in work and in provision that is paid for elsewhere.
    let own = world.happenings_of(person);
    if let Some(ended) = claims(own).iter().find(|claim| claim.from <= from && claim.to != NO_DAY && claim.to > from) {
        to = to.min(ended.to - 1);
    }
    Some(activity(person, code, (from, to), from + 3))
}

/// The Work Programme took people from June 2011 to March 2017, provision of the European Social Fund for families from 2012 to 2020 `[m]`.
pub(crate) fn offered(code: &str, on: Day) -> bool {
    let (first, last) = if code == "work_programme" { (day(2011, 6, 13), day(2017, 3, 31)) } else { (day(2012, 1, 9), day(2020, 12, 31)) };
    first.is_some_and(|first| first <= on) && last.is_some_and(|last| on <= last)
}

/// The first adult of a family who is on an out-of-work benefit.
pub(crate) fn on_benefit(world: &World, members: &[u32], on: Day) -> Option<u32> {
    let open = |event: &&Happening| {
        event.kind == EventKind::Benefit && event.from <= on && (event.to == NO_DAY || event.to > on) && members.contains(&event.person)
    };
    world.happenings.iter().filter(open).map(|event| event.person).filter(|&person| of_age(world, person, on)).min()
}

fn of_age(world: &World, person: u32, on: Day) -> bool {
    (FROM_AGE..TO_AGE).contains(&world.age(person, on))
}

fn with_child(world: &World, person: u32, on: Day) -> bool {
    let members = world.family(world.family_on(person, on)).members_on(on);
    members.filter(|member| member.resident).any(|member| age_on(world.person(member.person).born, on).is_some_and(|age| age < 18))
}

fn activity(person: u32, code: &'static str, (from, to): (Day, Day), known: Day) -> Happening {
    Happening {
        person,
        kind: EventKind::Activity,
        code,
        role: EventRole::Subject,
        from,
        to,
        quantity: -1,
        out_of: -1,
        known,
        group: 0,
        id: 0,
    }
}
