//! Why a family is no longer on a list.
//!
//! What comes in: what showed its criteria last month, and this month's facts. What goes out: the cause that took the family below the pack's combination: the
//! row that grew too old, the person who left or died, the feed that is missing, the row the agency no longer sends, the decision that
//! lapsed. What always holds: rows are asked one by one; of several reasons that apply to a row the one with the earliest day is its reason.

use super::before::{EntryBefore, EvidenceBefore};
use super::cause::{Cause, at, deciding, on_day, rule, title};
use super::facts::{Facts, NONE};
use super::people;
use crate::model::{ChangeCause, Day, EventKind, FeedState, NO_DAY, RowPlace, Ternary, date};
use crate::rules::pack::{Meets, Pack, Rule, Threshold, Who};

/// What a pack's clause on referrals is called where a rule would be named.
const REFERRAL: &str = "referral";

/// Why a family that is still there is no longer on the list.
pub(super) fn dropped(facts: &Facts<'_>, pack: &Pack, family: u32, was: &EntryBefore) -> Cause {
    let id = facts.seen.families.families.get(family as usize).map(|family| family.id.as_str()).unwrap_or_default();
    if let Some(cause) = people::left_out(facts, pack, family) {
        return cause;
    }
    if was.route == "OVERRIDE" {
        return people::lapsed(facts, pack, family, true)
            .unwrap_or_else(|| Cause::plain(ChangeCause::DecisionLapsed, "the decision to include the family no longer stands"));
    }
    if pack.combination.needs_child && !people::has_dependent(facts, pack, family) {
        // What stood in the place of a dependent child, such as a young person in education, may have ended.
        let instead = || {
            let ended = pack.combination.or_criteria.iter().find(|criterion| was.shown.contains(criterion))?;
            Some(criterion_lost(facts, pack, (family, id), ended))
        };
        return people::not_dependent(facts, pack, family).or_else(instead).unwrap_or_else(|| people::childless(facts, family));
    }
    if was.route == "REFERRAL" {
        return referral(facts, pack, family);
    }
    let mut lost: Vec<Cause> = was
        .shown
        .iter()
        .filter(|criterion| facts.value(family, &pack.name, criterion) != Ternary::True)
        .map(|criterion| {
            let cause = criterion_lost(facts, pack, (family, id), criterion);
            if was.kept.contains(criterion) { answered(facts, cause) } else { cause }
        })
        .collect();
    // A missing feed drops nobody, so something else did, unless nothing else is there.
    let by_feed = |cause: &Cause| cause.why == ChangeCause::FeedMissing;
    if !lost.iter().all(by_feed) {
        lost.retain(|cause| !by_feed(cause));
    }
    let combination = &pack.combination;
    let is_counted = |cause: &&Cause| combination.counted.contains(&cause.criterion);
    let mut counted: Vec<&Cause> = lost.iter().filter(is_counted).collect();
    counted.sort_by_key(|cause| (if cause.day == NO_DAY { Day::MAX } else { cause.day }, cause.criterion.clone()));
    let reason = combination.discretion.as_ref().map(|discretion| facts.value(family, &pack.name, &discretion.criterion));
    let needed = combination.enough(reason == Some(Ternary::True));
    let met = was.met + was.kept.iter().filter(|criterion| combination.counted.contains(criterion)).count() as u32;
    let place = met.saturating_sub(needed.min(met)) as usize;
    let deciding = counted.get(place.min(counted.len().saturating_sub(1))).map(|cause| (*cause).clone());
    let discretion = || lost.iter().find(|cause| combination.is_discretion(&cause.criterion)).cloned();
    deciding
        .or_else(discretion)
        .or_else(|| lost.first().cloned())
        .or_else(|| people::not_dependent(facts, pack, family).filter(|_| combination.needs_child).map(|cause| in_doubt(pack, cause)))
        .unwrap_or_else(|| otherwise(facts, pack, "the criteria that are met no longer suffice"))
}

/// The last dependent child grew up, and what the pack takes in the place of one cannot be said.
fn in_doubt(pack: &Pack, cause: Cause) -> Cause {
    let titles: Vec<&str> =
        pack.combination.or_criteria.iter().filter_map(|id| pack.criterion(id)).map(|criterion| criterion.title.as_str()).collect();
    let words = format!("{}; it cannot be said whether: {}", cause.words, titles.join(", "));
    Cause { words, ..cause }
}

/// Where a share fell because more is counted than last month: the newest row that is new.
fn diluted(facts: &Facts<'_>, rule: &Rule, family: u32, before: &[String]) -> Option<Cause> {
    let events = &facts.ingested.events;
    let id_of = |person: u32| facts.linked().person_ids.get(person as usize).map(String::as_str).unwrap_or_default();
    let of_members = facts.families().members_of(family).iter().filter(|member| before.iter().any(|id| id == id_of(member.person)));
    let new = of_members
        .flat_map(|member| facts.events_of(member.person).iter().map(|&event| (event, member.person)))
        .filter(|&(event, _)| events.kind.get(event as usize) == Some(&rule.kind) && !facts.was_read(event));
    let day = |event: u32| events.from.get(event as usize).copied().unwrap_or(NO_DAY);
    let (event, person) = new.max_by_key(|&(event, _)| (day(event), std::cmp::Reverse(event)))?;
    let told = facts.told(event, person);
    let words = format!("with {}{} it is less than what is asked", told.kind, on_day(told.from));
    Some(told.cause(ChangeCause::EvidenceChanged, rule, told.from, &words))
}

/// Where no row explains it.
pub(super) fn otherwise(facts: &Facts<'_>, pack: &Pack, words: &str) -> Cause {
    if facts.last.pack_differs(&pack.name, &pack.version) {
        return Cause::plain(ChangeCause::PackChanged, format!("the pack {} is another version", pack.name));
    }
    if facts.configuration_differs {
        return Cause::plain(ChangeCause::ConfigurationChanged, "the pipeline, a pack or a schema is another one");
    }
    if facts.model_differs {
        return Cause::plain(ChangeCause::ModelChanged, "the linkage model is another one");
    }
    Cause::plain(ChangeCause::EvidenceChanged, words)
}

/// The cause of a criterion that counted as last shown while its feed was missing: the feed that is there again and shows otherwise.
fn answered(facts: &Facts<'_>, cause: Cause) -> Cause {
    let feed = facts.source(&cause.behind.source).filter(|source| source.state != FeedState::Missing);
    match (feed, cause.why) {
        (Some(feed), ChangeCause::EvidenceChanged | ChangeCause::EvidenceWithdrawn) => {
            let words = format!("{} is there again{}; {}", feed.name, on_day(feed.as_at), cause.words);
            Cause { why: ChangeCause::FeedArrived, words, ..cause }.on(feed.as_at)
        }
        _ => cause,
    }
}

/// Why a criterion is no longer met.
fn criterion_lost(facts: &Facts<'_>, pack: &Pack, (family, id): (u32, &str), criterion: &str) -> Cause {
    let rows: Vec<&EvidenceBefore> = facts.last.evidence(&pack.name, id).iter().filter(|row| row.criterion == criterion).collect();
    let mut rules: Vec<&str> = rows.iter().map(|row| row.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let unknown = facts.value(family, &pack.name, criterion) == Ternary::Unknown;
    let mut causes: Vec<Cause> = Vec::new();
    for rule in rules.iter().filter_map(|id| rule(pack, id)) {
        let of_rule: Vec<&EvidenceBefore> = rows.iter().copied().filter(|row| row.rule == rule.id).collect();
        let before: Vec<String> = of_rule.iter().map(|row| row.person_id.clone()).collect();
        let lost = of_rule.iter().filter_map(|evidence| Some((evidence.person_id.clone(), row(facts, pack, rule, family, evidence)?)));
        let lost = deciding(rule, lost.collect(), &before);
        let is_share = matches!(rule.threshold, Threshold::Share { .. }) && !unknown;
        causes.extend(lost.or_else(|| diluted(facts, rule, family, &before).filter(|_| is_share)));
    }
    let order = |cause: &Cause| (if cause.day == NO_DAY { Day::MAX } else { cause.day }, cause.rule.clone());
    let all = pack.criterion(criterion).is_some_and(|criterion| criterion.meets == Meets::All);
    let row_cause = if all { causes.into_iter().min_by_key(order) } else { causes.into_iter().max_by_key(order) };
    let feed = || {
        let missing = pack.rules_of(criterion).find_map(|rule| Some((rule, facts.newly_missing(&pack.name, &rule.id)?)));
        missing.map(|(rule, source)| feed_missing(facts, rule, source))
    };
    let reason = facts.flag(family, &pack.name, criterion).map(|flag| flag.reason.clone()).unwrap_or_default();
    let mut cause = row_cause.or_else(|| feed().filter(|_| unknown)).unwrap_or_else(|| {
        if unknown { Cause::plain(ChangeCause::BecameUnknown, reason.clone()) } else { otherwise(facts, pack, &reason) }
    });
    if cause.criterion.is_empty() {
        criterion.clone_into(&mut cause.criterion);
    }
    cause
}

fn feed_missing(facts: &Facts<'_>, rule: &Rule, source: &str) -> Cause {
    let day = facts.missing_since(source, rule);
    let words = format!("{}: cannot be said, because {source} is missing or too old{}", title(rule), on_day(day));
    Cause::plain(ChangeCause::FeedMissing, words)
        .on(day)
        .of_rule(rule)
        .behind(RowPlace { source: source.to_owned(), ..RowPlace::default() })
}

/// Why a row of evidence no longer counts; `None` if it does.
fn row(facts: &Facts<'_>, pack: &Pack, rule: &Rule, family: u32, was: &EvidenceBefore) -> Option<Cause> {
    if facts.source(&was.behind.source).is_none_or(|source| source.state == FeedState::Missing) {
        return Some(feed_missing(facts, rule, &was.behind.source).about(&was.person_id));
    }
    let mut reasons = of_person(facts, rule, family, was);
    let what = format!("{} of {}", was.kind.name().replace('_', " "), date::iso(was.from));
    if let Some(day) = facts.aged_out(pack, rule, was.from, was.to) {
        reasons.push((ChangeCause::AgedOut, day, format!("{what} aged out{}", on_day(day))));
    }
    reasons.extend(of_row(facts, was, &what));
    // Of several the one that came first: from that day on the row did not count.
    let first = reasons.into_iter().min_by_key(|(_, day, _)| if *day == NO_DAY { Day::MAX } else { *day });
    first.map(|(cause, day, words)| Cause::by_row(cause, rule, &words, &was.person_id, was.behind.clone()).on(day))
}

/// A reason with its day and its words.
type Reason = (ChangeCause, Day, String);

/// Why the person of a row no longer counts: dead, elsewhere, grown up.
fn of_person(facts: &Facts<'_>, rule: &Rule, family: u32, was: &EvidenceBefore) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let person = facts.person_now(&was.person_id);
    let died = facts.families().died.get(person as usize).copied().filter(|&day| day != NO_DAY && day <= facts.seen.reference);
    if let Some(day) = died {
        reasons.push((ChangeCause::MemberDied, day, format!("the person died{}", on_day(day))));
    } else if person != NONE && facts.member(family, person).is_none_or(|member| rule.resident_only && !member.resident) {
        if facts.lost_record(&was.person_id, &was.behind.source) {
            return vec![(facts.linkage_cause(), NO_DAY, "the record is another person's now".to_owned())];
        }
        let since = facts.member(facts.own_family(person), person).map_or(NO_DAY, |member| member.since);
        let day = if facts.is_new(since) { since } else { NO_DAY };
        reasons.push((ChangeCause::MemberLeft, day, format!("the person left the family{}", on_day(day))));
    }
    let of_age = facts.seen.of_age_on(person);
    if rule.who == Who::Child && facts.is_new(of_age) {
        reasons.push((ChangeCause::ChildTurned18, of_age, format!("the child came of age on {}", date::iso(of_age))));
    }
    if let Some(day) = facts.too_old_since(rule, person) {
        reasons.push((ChangeCause::AgedOut, day, format!("the person grew too old for the rule on {}", date::iso(day))));
    }
    reasons
}

/// What the agency sends instead of a row; `None` if it still sends it.
fn of_row(facts: &Facts<'_>, was: &EvidenceBefore, what: &str) -> Option<Reason> {
    match standing(facts, facts.person_now(&was.person_id), was) {
        Standing::AsBefore => None,
        Standing::Other(event) => {
            let to = facts.ingested.events.to.get(event as usize).copied().unwrap_or(NO_DAY);
            let told = facts.source_of_event(event).map_or(NO_DAY, |source| source.as_at);
            let day = if facts.is_new(to) { to } else { told };
            Some((ChangeCause::EvidenceChanged, day, format!("{what} is delivered with other content{}", at(&facts.place(event)))))
        }
        Standing::Elsewhere => Some((facts.linkage_cause(), NO_DAY, "the record is another person's now".to_owned())),
        Standing::Gone => {
            let day = facts.source(&was.behind.source).map_or(NO_DAY, |source| source.as_at);
            Some((ChangeCause::EvidenceWithdrawn, day, format!("{what} is no longer in what {} sends{}", was.behind.source, on_day(day))))
        }
    }
}

/// What has become of a row.
enum Standing {
    AsBefore,
    Other(u32),
    Elsewhere,
    Gone,
}

fn standing(facts: &Facts<'_>, person: u32, was: &EvidenceBefore) -> Standing {
    let events = &facts.ingested.events;
    let day = |days: &[Day], event: u32| days.get(event as usize).copied().unwrap_or(NO_DAY);
    let of_feed = |event: &&u32| {
        events.kind.get(**event as usize) == Some(&was.kind)
            && facts.source_of_event(**event).is_some_and(|source| source.name == was.behind.source)
    };
    let candidates: Vec<u32> = facts.events_of(person).iter().filter(of_feed).copied().collect();
    let same_day: Vec<u32> = candidates.iter().copied().filter(|&event| day(&events.from, event) == was.from).collect();
    let equal = |&&event: &&u32| {
        events.code.get(event as usize) == Some(was.code.as_str()).filter(|code| !code.is_empty())
            && events.role.get(event as usize) == Some(&was.role)
            && day(&events.to, event) == was.to
    };
    if same_day.iter().any(|event| equal(&event)) {
        return Standing::AsBefore;
    }
    let latest = |events: &[u32]| events.iter().copied().max_by_key(|&event| facts.place(event));
    if let Some(event) = latest(&same_day) {
        return Standing::Other(event);
    }
    if facts.lost_record(&was.person_id, &was.behind.source) {
        return Standing::Elsewhere;
    }
    // What holds on a day is told by the newest row of the person, whatever day it gives.
    let is_state = matches!(was.kind, EventKind::Benefit | EventKind::SchoolStatus);
    latest(&candidates).filter(|_| is_state).map_or(Standing::Gone, Standing::Other)
}

/// A referral that no longer ticks enough.
fn referral(facts: &Facts<'_>, pack: &Pack, family: u32) -> Cause {
    let months = pack.combination.referral.as_ref().map_or(0, |referral| i32::try_from(referral.months).unwrap_or(i32::MAX));
    let events = &facts.ingested.events;
    let mut aged: Vec<(Day, RowPlace, String)> = Vec::new();
    for member in facts.families().members_of(family) {
        for &event in facts.events_of(member.person).iter().filter(|&&event| events.kind.get(event as usize) == Some(&EventKind::Referral))
        {
            let from = events.from.get(event as usize).copied().unwrap_or(NO_DAY);
            let gone = (facts.seen.reference_before + 1..=facts.seen.reference).find(|&day| from < date::months_before(day, months));
            let person = facts.linked().person_ids.get(member.person as usize).cloned().unwrap_or_default();
            aged.extend(gone.map(|day| (day, facts.place(event), person)));
        }
    }
    match aged.into_iter().min() {
        Some((day, place, person)) => {
            Cause::plain(ChangeCause::AgedOut, format!("the referral aged out on {}{}", date::iso(day), at(&place)))
                .on(day)
                .about(&person)
                .behind(place)
                .of_clause(REFERRAL)
        }
        None => otherwise(facts, pack, "the referral no longer ticks enough criteria"),
    }
}
