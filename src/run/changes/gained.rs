//! Why a family is on a list.
//!
//! What comes in: this month's evidence, and last month's list. What goes out: the cause that took the family up to the pack's combination: the row that is
//! new, the person who joined, the feed that came, the decision. What always holds: as for families that leave, each row is asked for its own
//! reason, and the row that crossed the threshold speaks for the rule.

use super::before::EntryBefore;
use super::cause::{Cause, Told, at, deciding, on_day, rule};
use super::facts::{Facts, NONE};
use super::lost::otherwise;
use super::people;
use crate::model::{ChangeCause, Day, EventKind, Evidence, NO_DAY, RowPlace, Ternary, date};
use crate::rules::pack::{Pack, Rule};

/// Why a family that was not on the list is on it.
pub(super) fn listed(facts: &Facts<'_>, pack: &Pack, family: u32, was: Option<&EntryBefore>) -> Cause {
    if !facts.last.had_pack(&pack.name) {
        return Cause::plain(ChangeCause::PackChanged, format!("the pack {} was not tested last month", pack.name));
    }
    if let Some(cause) = people::decided(facts, pack, family, true) {
        return cause;
    }
    if let Some(cause) = people::lapsed(facts, pack, family, false) {
        return cause;
    }
    if was.is_some_and(|was| was.route == "SETTLED")
        && let Some(cause) = people::taken_up(facts, family)
    {
        return cause;
    }
    let was_shown = |criterion: &str| was.is_some_and(|was| was.shown.iter().any(|shown| shown == criterion));
    let gained: Vec<&str> = pack
        .criteria
        .iter()
        .map(|criterion| criterion.id.as_str())
        .filter(|criterion| facts.value(family, &pack.name, criterion) == Ternary::True && !was_shown(criterion))
        .collect();
    let combination = &pack.combination;
    let mut counted: Vec<Cause> = gained
        .iter()
        .filter(|criterion| combination.counted.iter().any(|counted| counted == *criterion))
        .filter_map(|criterion| criterion_gained(facts, pack, family, criterion, was))
        .collect();
    counted.sort_by_key(|cause| (cause.day, cause.criterion.clone()));
    let met = was.map_or(0, |was| was.met);
    let reason = combination.discretion.as_ref().map(|discretion| facts.value(family, &pack.name, &discretion.criterion));
    let needed = combination.enough(reason == Some(Ternary::True));
    let place = needed.saturating_sub(met).saturating_sub(1) as usize;
    let deciding = counted.get(place.min(counted.len().saturating_sub(1))).cloned();
    let had_no_child = was.is_some_and(|was| was.children == 0);
    // A family that only expected a child had it counted, and was not eligible.
    let expected = |cause: &Cause| cause.why == ChangeCause::ChildBorn && was.is_some_and(|was| was.route == "NOT_ELIGIBLE");
    let child = || people::first_child(facts, family).filter(|cause| combination.needs_child && (had_no_child || expected(cause)));
    let discretion = || {
        let criterion = gained.iter().find(|criterion| combination.is_discretion(criterion))?;
        criterion_gained(facts, pack, family, criterion, was)
    };
    deciding
        .or_else(child)
        .or_else(discretion)
        .or_else(|| was.filter(|was| was.route == "SETTLED").and_then(|_| newer_than_settled(facts, pack, family)))
        .or_else(|| referral(facts, pack, family))
        .or_else(|| gained.iter().find_map(|criterion| criterion_gained(facts, pack, family, criterion, was)))
        .unwrap_or_else(|| otherwise(facts, pack, "the criteria that are met suffice now"))
}

/// Why a criterion is met.
fn criterion_gained(facts: &Facts<'_>, pack: &Pack, family: u32, criterion: &str, was: Option<&EntryBefore>) -> Option<Cause> {
    let rows: Vec<&Evidence> = facts.evidence(family, &pack.name).filter(|row| row.criterion == criterion).collect();
    let mut rules: Vec<&str> = rows.iter().map(|row| row.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let mut causes: Vec<Cause> = Vec::new();
    for rule in rules.iter().filter_map(|id| rule(pack, id)) {
        let of_rule: Vec<&Evidence> = rows.iter().copied().filter(|row| row.rule == rule.id).collect();
        let new: Vec<(String, Cause)> = of_rule
            .iter()
            .filter_map(|evidence| {
                Some((facts.linked().person_ids.get(evidence.person as usize)?.clone(), row(facts, pack, rule, family, evidence)?))
            })
            .collect();
        // Rows are sorted by day below; as many as were there without a cause stand before them.
        let before: Vec<String> = Vec::new();
        causes.extend(if new.len() > 1 { latest(new) } else { deciding(rule, new, &before) });
    }
    let open = was.is_some_and(|was| was.unknown.iter().any(|unknown| unknown == criterion));
    // The criterion is met from the first rule on.
    let first = causes.into_iter().min_by_key(|cause| (cause.day, cause.rule.clone()));
    let mut cause = first.or_else(|| open.then(|| Cause::plain(ChangeCause::BecameKnown, "a criterion can be said that could not")))?;
    if cause.criterion.is_empty() {
        criterion.clone_into(&mut cause.criterion);
    }
    Some(cause)
}

/// The last of several rows: the one without which the rule would not hold.
fn latest(rows: Vec<(String, Cause)>) -> Option<Cause> {
    rows.into_iter().map(|(_, cause)| cause).max_by_key(|cause| (cause.day, cause.behind.clone()))
}

/// Why a row counts now; `None` if it counted before.
fn row(facts: &Facts<'_>, pack: &Pack, rule: &Rule, family: u32, evidence: &Evidence) -> Option<Cause> {
    let told = facts.told(evidence.event, evidence.person);
    let Told { kind, from, to, person_id: id, behind } = &told;
    let (from, to) = (*from, *to);
    let cause = |why: ChangeCause, day: Day, words: String| Some(told.cause(why, rule, day, &words));
    let on = |day: Day| if day == NO_DAY { String::new() } else { format!(" of {}", date::iso(day)) };
    if facts.is_new(from) {
        return cause(ChangeCause::NewEvidence, from, format!("{kind}{} is new", on(from)));
    }
    let before = people::members_before(facts, family);
    let is_new_family = facts.kept.old_of.get(family as usize).is_none_or(|&old| old == NONE);
    if !is_new_family && !before.iter().any(|one| one.person == evidence.person && (one.resident || !rule.resident_only)) {
        let since = facts.member(family, evidence.person).map_or(NO_DAY, |member| member.since);
        let came = people::came_in(facts, evidence.person, since);
        return cause(came.why, came.day, format!("{}, with {kind}{}", came.words, on(from)));
    }
    if facts.last.was_missing(&pack.name, &rule.id, &behind.source) {
        let day = facts.source(&behind.source).map_or(NO_DAY, |source| source.as_at);
        return cause(ChangeCause::FeedArrived, day, format!("{} has come{}, with {kind}{}", behind.source, on_day(day), on(from)));
    }
    let record = facts.ingested.events.record.get(evidence.event as usize).copied().unwrap_or(NONE);
    if facts.holder_before(record).is_some_and(|holder| holder != *id) {
        return cause(facts.linkage_cause(), NO_DAY, format!("{kind}{} belonged to another person last month", on(from)));
    }
    if facts.was_read(evidence.event) {
        return facts
            .came_in(pack, rule, from, to)
            .and_then(|day| cause(ChangeCause::NowCounts, day, format!("{kind}{} counts since {}", on(from), date::iso(day))));
    }
    if let Some(day) = facts.came_in(pack, rule, from, to) {
        return cause(ChangeCause::NowCounts, day, format!("{kind}{} counts since {}", on(from), date::iso(day)));
    }
    cause(ChangeCause::NewEvidence, from, format!("{kind}{} was delivered", on(from)))
}

/// Why a family that people had settled is proposed again: the newest row of its evidence.
fn newer_than_settled(facts: &Facts<'_>, pack: &Pack, family: u32) -> Option<Cause> {
    let events = &facts.ingested.events;
    let from = |evidence: &Evidence| events.from.get(evidence.event as usize).copied().unwrap_or(NO_DAY);
    let (settled, _) = facts.standings.iter().find(|standing| standing.family == family)?.settled()?;
    let newest = facts
        .evidence(family, &pack.name)
        .filter(|evidence| from(evidence) > settled)
        .max_by_key(|evidence| (from(evidence), std::cmp::Reverse(evidence.event)))?;
    let told = facts.told(newest.event, newest.person);
    let words = format!("{}{} is newer than what people had settled", told.kind, on_day(told.from));
    Some(told.cause(ChangeCause::NewEvidence, rule(pack, &newest.rule)?, told.from, &words))
}

/// A referral that ticks enough: its newest row.
fn referral(facts: &Facts<'_>, pack: &Pack, family: u32) -> Option<Cause> {
    let events = &facts.ingested.events;
    let codes = &pack.combination.referral.as_ref()?.codes;
    let mut ticks: Vec<(Day, RowPlace, String)> = Vec::new();
    for member in facts.families().members_of(family) {
        let is_referral = |event: &&u32| {
            events.kind.get(**event as usize) == Some(&EventKind::Referral)
                && (codes.is_empty() || events.code.get(**event as usize).is_some_and(|code| codes.iter().any(|known| known == code)))
        };
        let person = facts.linked().person_ids.get(member.person as usize).cloned().unwrap_or_default();
        let rows = facts.events_of(member.person).iter().filter(is_referral);
        ticks.extend(rows.map(|&event| (events.from.get(event as usize).copied().unwrap_or(NO_DAY), facts.place(event), person.clone())));
    }
    let (day, place, person) = ticks.into_iter().max()?;
    let words = format!("a professional's referral{}{}", on_day(day), at(&place));
    Some(Cause::plain(ChangeCause::NewEvidence, words).on(day).about(&person).behind(place))
}
