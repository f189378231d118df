//! The watch list: families that are one step from the criteria and moving towards them, so that support can come early.
//!
//! What comes in: the entries of the list, the steps that the criteria stage found, the routes of the pack. What goes out: per family and step the
//! route now and the route with the step. What always holds: a family on the list of a pack is never on the watch list of that pack, nor is
//! one that a person decided to leave out, nor one that people settled unless something newer shows it; every row has evidence; a step is
//! worth a row only if it brings the family as far as the pipeline's reach says; nothing is predicted.

use super::settled::standing;
use super::{Given, evidence_of, flags_of, lives_here};
use crate::model::{
    Day, Evidence, MemberRole, NO_DAY, Reach, Route, Standing, Step, StepKind, Ternary, WatchSettings, Watched, WatchedEvent, date,
};
use crate::rules::evaluate::birthday;
use crate::rules::pack::{AgeOn, Pack};
use crate::rules::routes::{Case, route};

/// The watch rows of one family under one pack.
pub(super) fn watched(given: &Given<'_>, pack: &Pack, family: u32, case: &Case) -> Vec<Watched> {
    let Some(settings) = &given.settings.watch else { return Vec::new() };
    let now = route(&pack.combination, case);
    let without_child = pack.combination.needs_child && case.child == Ternary::False;
    if now.is_listed() || case.decision.is_some() || without_child {
        return Vec::new();
    }
    let row = |step: Step, then: Route| {
        let reach = if then.is_listed() { Reach::List } else { Reach::Criterion };
        let is_far_enough = reach == Reach::List || settings.reach == Reach::Criterion;
        is_far_enough.then_some(Watched { step, route: now, route_then: then, reach })
    };
    let steps = steps_of(given, family).iter().filter(|step| step.pack == pack.name);
    let mut rows: Vec<Watched> = steps
        .filter_map(|step| {
            let then = route(&pack.combination, &with(pack, case, &step.criterion, is_elsewhere(given, step))?);
            row(step.clone(), then)
        })
        .collect();
    if let Some((step, then)) = criterion_step(given, settings, pack, family, case) {
        rows.extend(row(step, then));
    }
    // What people settled is not brought up again by what they knew.
    let settled = standing(given, family).and_then(Standing::settled).map(|(day, _)| day);
    let day_of = |event: &WatchedEvent| given.events.from.get(event.event as usize).copied().unwrap_or(NO_DAY);
    rows.retain(|row| settled.is_none_or(|day| row.step.rows.iter().any(|event| day_of(event) != NO_DAY && day_of(event) > day)));
    rows
}

/// The steps of a family; they are sorted by family.
fn steps_of<'a>(given: &Given<'a>, family: u32) -> &'a [Step] {
    let start = given.flags.steps.partition_point(|step| step.family < family);
    let end = given.flags.steps.partition_point(|step| step.family <= family);
    given.flags.steps.get(start..end).unwrap_or_default()
}

/// True if a step is one of a parent who lives elsewhere: some packs let only so much of that count.
fn is_elsewhere(given: &Given<'_>, step: &Step) -> bool {
    let member = |person: u32| given.families.members_of(step.family).iter().find(|member| member.person == person);
    step.person.and_then(member).is_some_and(|member| !member.resident)
}

/// The case with a criterion true, through somebody who lives with the family or through a parent elsewhere; `None` if the pack's combination
/// does not ask for it.
pub(super) fn with(pack: &Pack, case: &Case, criterion: &str, elsewhere: bool) -> Option<Case> {
    let mut case = case.clone();
    let place = pack.combination.counted.iter().position(|id| id == criterion);
    if let Some(value) = place.and_then(|place| case.values.get_mut(place)) {
        *value = Ternary::True;
        if let Some(needs) = place.and_then(|place| case.needs.get_mut(place)) {
            let count = if elsewhere { &mut needs.met_elsewhere } else { &mut needs.met };
            *count = count.saturating_add(1);
        }
    } else if pack.combination.is_discretion(criterion) {
        case.discretion = Ternary::True;
    } else {
        return None;
    }
    Some(case)
}

/// One more criterion would do, and something new has happened, or a member soon comes of the age at which such a criterion asks.
fn criterion_step(given: &Given<'_>, settings: &WatchSettings, pack: &Pack, family: u32, case: &Case) -> Option<(Step, Route)> {
    let mut wanted: Vec<&str> = Vec::new();
    let mut then = Route::NotEligible;
    let combination = &pack.combination;
    let discretion = combination.discretion.as_ref().map(|discretion| &discretion.criterion);
    for id in combination.counted.iter().chain(discretion) {
        if let Some(case_then) = with(pack, case, id, false)
            && given_value(given, pack, family, id) != Ternary::True
            && route(combination, &case_then).is_listed()
        {
            if wanted.is_empty() {
                then = route(combination, &case_then);
            }
            wanted.push(id);
        }
    }
    if wanted.is_empty() {
        return None;
    }
    let evidence: Vec<&Evidence> = evidence_of(given, family).iter().filter(|row| row.pack == pack.name).collect();
    let day_of = |row: &Evidence| given.events.from.get(row.event as usize).copied().unwrap_or(NO_DAY);
    let first = date::months_before(given.reference, i32::try_from(settings.recent_months).unwrap_or(i32::MAX));
    let new: Vec<&Evidence> = evidence.iter().copied().filter(|row| day_of(row) != NO_DAY && day_of(row) >= first).collect();
    let newest = new.iter().map(|row| day_of(row)).max();
    let of_age = wanted.iter().filter_map(|id| comes_of_age(given, settings, pack, family, id)).min();
    let (shown, moving, counts_from) = match (newest, of_age) {
        (Some(newest), _) => {
            (new, format!("something new on {}, within the last {} months", date::iso(newest), settings.recent_months), given.reference + 1)
        }
        (None, Some((day, age, criterion))) => {
            (evidence, format!("a child becomes {age} on {}: from then on {criterion} asks about it", date::iso(day)), day)
        }
        (None, None) => return None,
    };
    if shown.is_empty() {
        return None;
    }
    let value = |id: &&str| match given_value(given, pack, family, id) {
        Ternary::Unknown => format!("{id} (not known)"),
        _ => (*id).to_owned(),
    };
    let met: Vec<&str> = combination
        .counted
        .iter()
        .zip(&case.values)
        .filter(|(_, value)| **value == Ternary::True)
        .map(|(id, _)| id.as_str())
        .chain(discretion.filter(|_| case.discretion == Ternary::True).map(String::as_str))
        .collect();
    let mut rows: Vec<WatchedEvent> = shown.iter().map(|row| WatchedEvent { person: row.person, event: row.event }).collect();
    rows.sort_unstable();
    rows.dedup();
    let step = Step {
        family,
        pack: pack.name.clone(),
        criterion: String::new(),
        rule: String::new(),
        kind: StepKind::Criterion,
        person: None,
        there: format!("met: {}", met.join(", ")),
        missing: format!("one of: {}", wanted.iter().map(value).collect::<Vec<_>>().join(", ")),
        moving,
        counts_from,
        ages_out: NO_DAY,
        rows,
    };
    Some((step, then))
}

fn given_value(given: &Given<'_>, pack: &Pack, family: u32, criterion: &str) -> Ternary {
    let flag = flags_of(given, family).iter().find(|flag| flag.pack == pack.name && flag.criterion == criterion);
    flag.map_or(Ternary::Unknown, |flag| flag.value)
}

/// The first day within the horizon on which a resident child reaches the least age that every rule of a criterion asks for, with the age.
fn comes_of_age<'p>(
    given: &Given<'_>,
    settings: &WatchSettings,
    pack: &'p Pack,
    family: u32,
    criterion: &'p str,
) -> Option<(Day, i32, &'p str)> {
    let least_of = |rule: &crate::rules::pack::Rule| {
        rule.ages.iter().filter(|limit| limit.on == AgeOn::Reference).filter_map(|limit| limit.ages.minimum).max()
    };
    // A rule without a least age asks about the child already.
    let ages: Option<Vec<i32>> = pack.rules_of(criterion).map(least_of).collect();
    let least = ages?.into_iter().min()?;
    let last = date::months_before(given.reference, -i32::try_from(settings.horizon_months).unwrap_or(0));
    let members = given.families.members_of(family).iter().filter(|member| member.role == MemberRole::Child && lives_here(given, member));
    let day = |member: &crate::model::Member| {
        let born = given.families.born.get(member.person as usize).copied().unwrap_or(NO_DAY);
        let day = birthday(born, least);
        (day != NO_DAY && day > given.reference && day <= last).then_some(day)
    };
    members.filter_map(day).min().map(|day| (day, least, criterion))
}
