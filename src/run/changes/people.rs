//! Causes that are people's: decisions, and who is in the family.
//!
//! What comes in: overrides, members then and now. What goes out: causes. What always holds: a decision counts for the family in which the person it names
//! lives now.

use super::cause::{Cause, on_day};
use super::facts::{Facts, NONE};
use crate::model::{ChangeCause, Day, MemberRole, NO_DAY, Override, RowPlace, Ternary, date};
use crate::register::families::OldMember;
use crate::rules::evaluate::birthday;
use crate::rules::pack::Pack;

/// What a pack's clause on dependent children is called where a rule would be named.
const DEPENDENT_CHILD: &str = "dependent_child";

/// Age below which somebody is a child.
const OF_AGE: i32 = 18;

/// The family of the person an override names.
fn family_of(facts: &Facts<'_>, decided: &Override) -> u32 {
    if let Some(family) = decided.family {
        return family;
    }
    let Ok(feed) = facts.kept_persons.sources.binary_search(&decided.source) else { return NONE };
    let identities = &facts.kept_persons.identities;
    let key = (feed, decided.record_id.as_str());
    let place = identities.binary_search_by(|one| (usize::from(one.source), one.record_id.as_ref()).cmp(&key));
    let identity = place.ok().and_then(|place| identities.get(place));
    let person = identity.and_then(|identity| facts.kept_persons.persons.get(identity.person as usize));
    person.map_or(NONE, |id| facts.own_family(facts.person_now(id)))
}

fn overrides<'f>(facts: &'f Facts<'_>, pack: &'f Pack, family: u32, include: bool) -> impl Iterator<Item = &'f Override> {
    let fits = move |decided: &&Override| decided.include == include && (decided.pack.is_empty() || decided.pack == pack.name);
    facts.overrides.iter().filter(fits).filter(move |decided| family_of(facts, decided) == family)
}

/// The decision that leaves the family out.
pub(super) fn left_out(facts: &Facts<'_>, pack: &Pack, family: u32) -> Option<Cause> {
    decided(facts, pack, family, false)
}

/// The decision that includes the family, or leaves it out.
pub(super) fn decided(facts: &Facts<'_>, pack: &Pack, family: u32, include: bool) -> Option<Cause> {
    let decided = overrides(facts, pack, family, include).find(|decided| decided.expires >= facts.seen.reference)?;
    let what = if include { "include" } else { "leave out" };
    let words = format!("decided to {what} the family ({}:{}), until {}", decided.file, decided.line, date::iso(decided.expires));
    Some(Cause::plain(ChangeCause::DecisionMade, words).behind(written(decided)))
}

/// The decision that lapsed since last month.
pub(super) fn lapsed(facts: &Facts<'_>, pack: &Pack, family: u32, include: bool) -> Option<Cause> {
    let lapsed = |decided: &&Override| facts.is_new(decided.expires + 1);
    let decided = overrides(facts, pack, family, include).filter(lapsed).max_by_key(|decided| decided.expires)?;
    let day = decided.expires + 1;
    let what = if include { "include" } else { "leave out" };
    let words = format!("the decision to {what} the family ({}:{}) lapsed{}", decided.file, decided.line, on_day(day));
    Some(Cause::plain(ChangeCause::DecisionLapsed, words).on(day).behind(written(decided)))
}

/// What people settled, so that the family is not proposed while nothing new happens.
pub(super) fn settled(facts: &Facts<'_>, family: u32) -> Option<Cause> {
    let place = facts.standings.binary_search_by_key(&family, |standing| standing.family).ok()?;
    let (day, what) = facts.standings.get(place)?.settled()?;
    Some(Cause::plain(ChangeCause::DecisionMade, format!("the family was {what}{}", on_day(day))).on(day))
}

/// What people said that takes a family up again which they had settled.
pub(super) fn taken_up(facts: &Facts<'_>, family: u32) -> Option<Cause> {
    let place = facts.standings.binary_search_by_key(&family, |standing| standing.family).ok();
    let standing = place.and_then(|place| facts.standings.get(place));
    let open = standing.is_none_or(|standing| standing.settled().is_none());
    open.then(|| Cause::plain(ChangeCause::DecisionMade, "people took the family up again after they had settled it"))
}

fn written(decided: &Override) -> RowPlace {
    RowPlace { source: String::new(), file: decided.file.clone(), line: u32::try_from(decided.line).unwrap_or(0) }
}

fn is_child(facts: &Facts<'_>, person: u32, role: MemberRole, on: Day) -> bool {
    let born = facts.families().born.get(person as usize).copied().unwrap_or(NO_DAY);
    if born == NO_DAY { role == MemberRole::Child } else { date::age_on(born, on).is_none_or(|age| age < OF_AGE) }
}

/// True if a living child under the pack's age lives in the family (an unborn one only where the pack counts it), or what the pack takes in its place is not ruled out.
pub(super) fn has_dependent(facts: &Facts<'_>, pack: &Pack, family: u32) -> bool {
    let combination = &pack.combination;
    let or = combination.or_criteria.iter().any(|criterion| facts.value(family, &pack.name, criterion) != Ternary::False);
    or || children_of(facts, family).any(|(person, born)| {
        let age = date::age_on(born, facts.seen.reference);
        match (facts.unborn.holds(person) || born > facts.seen.reference, age) {
            (true, _) => combination.unborn_counts,
            (false, None) => true,
            (false, Some(age)) => age.unsigned_abs() < combination.child_under,
        }
    })
}

/// Living children who live in the family, with their dates of birth.
fn children_of<'f>(facts: &'f Facts<'_>, family: u32) -> impl Iterator<Item = (u32, Day)> + 'f {
    let reference = facts.seen.reference;
    let alive = move |person: u32| facts.families().died.get(person as usize).is_none_or(|&day| day == NO_DAY || day > reference);
    let members = facts.families().members_of(family).iter();
    let child = move |member: &&crate::model::Member| {
        member.resident && alive(member.person) && is_child(facts, member.person, member.role, reference)
    };
    members.filter(child).map(|member| (member.person, facts.families().born.get(member.person as usize).copied().unwrap_or(NO_DAY)))
}

/// Why the family's children are no longer dependent ones: the last of them to become too old, where the pack's age is below eighteen.
pub(super) fn not_dependent(facts: &Facts<'_>, pack: &Pack, family: u32) -> Option<Cause> {
    let years = i32::try_from(pack.combination.child_under).ok().filter(|&years| years < OF_AGE)?;
    let grown = children_of(facts, family).map(|(person, born)| (birthday(born, years), person)).filter(|(day, _)| facts.is_new(*day));
    let (day, person) = grown.max()?;
    let id = facts.linked().person_ids.get(person as usize).map(String::as_str).unwrap_or_default();
    let words = format!("no child under {years} lives in the family: a child became {years}{}", on_day(day));
    Some(Cause::plain(ChangeCause::AgedOut, words).on(day).about(id).of_clause(DEPENDENT_CHILD))
}

/// The members of last month's family of the same id.
pub(super) fn members_before<'f>(facts: &'f Facts<'_>, family: u32) -> &'f [OldMember] {
    let old = facts.kept.old_of.get(family as usize).and_then(|&old| facts.kept.olds.get(old as usize));
    old.map(|old| old.members.as_slice()).unwrap_or_default()
}

/// Why no child lives in the family any more: the last of its children to go.
pub(super) fn childless(facts: &Facts<'_>, family: u32) -> Cause {
    let children = members_before(facts, family).iter().filter(|one| one.resident && one.role == MemberRole::Child);
    let causes = children.map(|one| {
        let of_age = facts.seen.of_age_on(one.person);
        let died = facts.families().died.get(one.person as usize).copied().unwrap_or(NO_DAY);
        let cause = if facts.is_new(died) {
            Cause::plain(ChangeCause::MemberDied, format!("no child under 18 lives in the family: a child died{}", on_day(died))).on(died)
        } else if facts.is_new(of_age) {
            let words = format!("no child under 18 lives in the family: a child came of age{}", on_day(of_age));
            Cause::plain(ChangeCause::ChildTurned18, words).on(of_age)
        } else {
            let since = facts.member(facts.own_family(one.person), one.person).map_or(NO_DAY, |member| member.since);
            let day = if facts.is_new(since) { since } else { NO_DAY };
            Cause::plain(ChangeCause::MemberLeft, format!("no child under 18 lives in the family: a child left it{}", on_day(day))).on(day)
        };
        cause.about(&one.person_id)
    });
    let last = causes.max_by_key(|cause| (cause.day, cause.person_id.clone()));
    last.unwrap_or_else(|| Cause::plain(ChangeCause::MemberLeft, "no child under 18 lives in the family")).of_clause(DEPENDENT_CHILD)
}

/// The child who came: born (the family may have been known to expect it), or joined.
pub(super) fn first_child(facts: &Facts<'_>, family: u32) -> Option<Cause> {
    let before = members_before(facts, family);
    let is_newborn = |person: u32| facts.is_new(facts.families().born.get(person as usize).copied().unwrap_or(NO_DAY));
    let came = facts.families().members_of(family).iter().filter(|member| {
        member.resident
            && is_child(facts, member.person, member.role, facts.seen.reference)
            && !facts.unborn.holds(member.person)
            && (is_newborn(member.person) || !before.iter().any(|one| one.person == member.person && one.resident))
    });
    came.map(|member| came_in(facts, member.person, member.since)).min_by_key(|cause| (cause.day, cause.person_id.clone()))
}

/// Somebody who was not in the family last month.
pub(super) fn came_in(facts: &Facts<'_>, person: u32, since: Day) -> Cause {
    let born = facts.families().born.get(person as usize).copied().unwrap_or(NO_DAY);
    let id = facts.linked().person_ids.get(person as usize).map(String::as_str).unwrap_or_default();
    if facts.is_new(born) {
        return Cause::plain(ChangeCause::ChildBorn, format!("a child was born{}", on_day(born))).on(born).about(id);
    }
    let day = if facts.is_new(since) { since } else { NO_DAY };
    Cause::plain(ChangeCause::MemberJoined, format!("somebody joined the family{}", on_day(day))).on(day).about(id)
}
