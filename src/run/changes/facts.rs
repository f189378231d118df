//! What the causes of changes are looked up in: this month's events by person, who lives where, how the rules place a row.
//!
//! What comes in: the outcome of the stages, under stable ids. What goes out: answers. What always holds: the first day on which a row no longer
//! counts is found by asking the rule's own window day by day, so it is the day on which the rule itself would have let go of it.

use super::super::RunSettings;
use super::before::LastList;
use super::cause::Told;
use crate::model::hash::FastMap;
use crate::model::{
    ChangeCause, Day, Evidence, Families, FeedState, Flag, Flags, IdKind, Linked, Member, NO_DAY, Override, Register, RowPlace, Source,
    Standing, Ternary, Unborn,
};
use crate::register::decisions::present_id;
use crate::register::events::{Seen, birthday};
use crate::register::families::KeptFamilies;
use crate::register::persons::KeptPersons;
use crate::register::successor;
use crate::rules::pack::{AgeOn, Pack, Rule};
use crate::rules::window::{Placement, Window};
use crate::stages::ingest::Ingested;

/// No person, family or row.
pub(super) const NONE: u32 = u32::MAX;

/// Everything this month's changes are read from.
pub(super) struct Facts<'a> {
    pub(super) seen: &'a Seen<'a>,
    pub(super) ingested: &'a Ingested,
    pub(super) unborn: &'a Unborn,
    pub(super) flags: &'a Flags,
    pub(super) before: &'a Register,
    pub(super) last: &'a LastList,
    pub(super) kept_persons: &'a KeptPersons,
    pub(super) kept: &'a KeptFamilies,
    pub(super) overrides: &'a [Override],
    /// Sorted by family.
    pub(super) standings: &'a [Standing],
    /// Whether another model, pack or configuration was used.
    pub(super) model_differs: bool,
    pub(super) configuration_differs: bool,
    events: FastMap<u32, Vec<u32>>,
    persons: FastMap<&'a str, u32>,
    own: Vec<u32>,
}

/// What the facts are made of.
pub(super) struct Ingredients<'a> {
    pub(super) settings: &'a RunSettings<'a>,
    pub(super) seen: &'a Seen<'a>,
    pub(super) ingested: &'a Ingested,
    pub(super) unborn: &'a Unborn,
    pub(super) flags: &'a Flags,
    pub(super) before: &'a Register,
    pub(super) last: &'a LastList,
    pub(super) kept_persons: &'a KeptPersons,
    pub(super) kept: &'a KeptFamilies,
    pub(super) overrides: &'a [Override],
    pub(super) standings: &'a [Standing],
}

impl<'a> Facts<'a> {
    pub(super) fn new(given: &Ingredients<'a>) -> Self {
        let Ingredients { settings, seen, ingested, unborn, flags, before, last, kept_persons, kept, overrides, standings } = *given;
        let mut events: FastMap<u32, Vec<u32>> = FastMap::default();
        for (event, record) in ingested.events.record.iter().enumerate() {
            if let Some(&person) = seen.linked.person_of_record.get(*record as usize).filter(|&&person| person != NONE) {
                events.entry(person).or_default().push(event as u32);
            }
        }
        let mut own = vec![NONE; seen.linked.persons()];
        for member in seen.families.members.iter().filter(|member| member.resident && member.primary) {
            if let Some(own) = own.get_mut(member.person as usize) {
                *own = member.family;
            }
        }
        let persons = seen.linked.person_ids.iter().enumerate().map(|(person, id)| (id.as_str(), person as u32)).collect();
        let model_differs = last.model_differs(&seen.linked.model);
        let configuration_differs = last.configuration_differs(&settings.pipeline.fingerprints);
        Self {
            seen,
            ingested,
            unborn,
            flags,
            before,
            last,
            kept_persons,
            kept,
            overrides,
            standings,
            model_differs,
            configuration_differs,
            events,
            persons,
            own,
        }
    }

    pub(super) fn families(&self) -> &'a Families {
        self.seen.families
    }

    pub(super) fn linked(&self) -> &'a Linked {
        self.seen.linked
    }

    /// This month's person of last month's id: itself, or a successor.
    pub(super) fn person_now(&self, id: &str) -> u32 {
        let present = present_id(id, &|id| successor(&self.kept_persons.ids, IdKind::Person, id));
        self.persons.get(present.as_str()).copied().unwrap_or(NONE)
    }

    pub(super) fn events_of(&self, person: u32) -> &[u32] {
        self.events.get(&person).map(Vec::as_slice).unwrap_or_default()
    }

    /// The family in which a person has their own home.
    pub(super) fn own_family(&self, person: u32) -> u32 {
        self.own.get(person as usize).copied().unwrap_or(NONE)
    }

    pub(super) fn member(&self, family: u32, person: u32) -> Option<&'a Member> {
        self.families().members_of(family).iter().find(|member| member.person == person)
    }

    /// Where an event stands.
    pub(super) fn place(&self, event: u32) -> RowPlace {
        let events = &self.ingested.events;
        let delivery = events.delivery.get(event as usize).and_then(|&delivery| self.ingested.deliveries.get(delivery as usize));
        RowPlace {
            source: delivery.and_then(|delivery| self.source_at(delivery.source)).map(|source| source.name.clone()).unwrap_or_default(),
            file: delivery.map(|delivery| delivery.file.clone()).unwrap_or_default(),
            line: events.line.get(event as usize).copied().unwrap_or(0),
        }
    }

    /// An event of a person as a cause tells of it.
    pub(super) fn told(&self, event: u32, person: u32) -> Told<'a> {
        let events = &self.ingested.events;
        let day = |days: &[Day]| days.get(event as usize).copied().unwrap_or(NO_DAY);
        Told {
            kind: events.kind.get(event as usize).map_or("", |kind| kind.name()).replace('_', " "),
            from: day(&events.from),
            to: day(&events.to),
            person_id: self.linked().person_ids.get(person as usize).map(String::as_str).unwrap_or_default(),
            behind: self.place(event),
        }
    }

    fn source_at(&self, source: u16) -> Option<&'a Source> {
        self.ingested.sources.get(usize::from(source))
    }

    pub(super) fn source(&self, name: &str) -> Option<&'a Source> {
        self.ingested.sources.iter().find(|source| source.name == name)
    }

    pub(super) fn source_of_event(&self, event: u32) -> Option<&'a Source> {
        let delivery = self.ingested.events.delivery.get(event as usize)?;
        self.source_at(self.ingested.deliveries.get(*delivery as usize)?.source)
    }

    /// True if the file of an event was read last month too.
    pub(super) fn was_read(&self, event: u32) -> bool {
        let delivery = self.ingested.events.delivery.get(event as usize).and_then(|&at| self.ingested.deliveries.get(at as usize));
        delivery.is_some_and(|delivery| self.last.had_input(&delivery.sha256))
    }

    pub(super) fn flag(&self, family: u32, pack: &str, criterion: &str) -> Option<&'a Flag> {
        let key = |flag: &Flag| (flag.family, flag.pack.clone(), flag.criterion.clone());
        let wanted = (family, pack.to_owned(), criterion.to_owned());
        self.flags.flags.binary_search_by(|flag| key(flag).cmp(&wanted)).ok().and_then(|place| self.flags.flags.get(place))
    }

    pub(super) fn value(&self, family: u32, pack: &str, criterion: &str) -> Ternary {
        self.flag(family, pack, criterion).map_or(Ternary::Unknown, |flag| flag.value)
    }

    pub(super) fn evidence(&self, family: u32, pack: &str) -> impl Iterator<Item = &'a Evidence> {
        let start = self.flags.evidence.partition_point(|row| (row.family, row.pack.as_str()) < (family, pack));
        let rows = self.flags.evidence.get(start..).unwrap_or_default();
        let pack = pack.to_owned();
        rows.iter().take_while(move |row| (row.family, &row.pack) == (family, &pack))
    }

    /// The first feed of a rule that is missing now and was not last month.
    pub(super) fn newly_missing(&self, pack: &str, rule: &str) -> Option<&'a str> {
        let of_rule = self.flags.coverage.iter().filter(|line| line.pack == pack && line.rule == rule && !line.source.is_empty());
        let missing = of_rule.filter(|line| line.state == FeedState::Missing && !self.last.was_missing(pack, rule, &line.source));
        missing.map(|line| line.source.as_str()).min()
    }

    /// The first day since last month on which a feed was too old for a rule; `NO_DAY` if it is not known or lies elsewhere.
    pub(super) fn missing_since(&self, source: &str, rule: &Rule) -> Day {
        let Some(source) = self.source(source).filter(|source| source.as_at != NO_DAY) else { return NO_DAY };
        let valid = rule.feed_valid_days.map_or(source.valid_days, |days| days.min(source.valid_days));
        let day = crate::model::date::plus_days(source.as_at, valid + 1);
        if self.is_new(day) { day } else { NO_DAY }
    }

    pub(super) fn is_new(&self, day: Day) -> bool {
        day != NO_DAY && self.seen.reference_before < day && day <= self.seen.reference
    }

    /// The first day since last month's reference date on which a row is not in the rule's window; `None` if it is in it on this month's.
    pub(super) fn aged_out(&self, pack: &Pack, rule: &Rule, from: Day, to: Day) -> Option<Day> {
        aged_out(pack, rule, (from, to), (self.seen.reference_before, self.seen.reference))
    }

    /// The first day since last month's reference date on which a row is in the rule's window; `None` if it was in it then already.
    pub(super) fn came_in(&self, pack: &Pack, rule: &Rule, from: Day, to: Day) -> Option<Day> {
        let within = |day: Day| is_within(pack, rule, from, to, day);
        if within(self.seen.reference_before) {
            return None;
        }
        (self.seen.reference_before + 1..=self.seen.reference).find(|&day| within(day))
    }

    /// The day on which a person grew too old for a rule since last month.
    pub(super) fn too_old_since(&self, rule: &Rule, person: u32) -> Option<Day> {
        let oldest = rule.ages.iter().filter(|limit| limit.on == AgeOn::Reference).filter_map(|limit| limit.ages.maximum).min()?;
        Some(birthday(self.seen.families.born.get(person as usize).copied().unwrap_or(NO_DAY), oldest + 1)).filter(|&day| self.is_new(day))
    }

    /// Why records are grouped otherwise: another model, or other records under the same.
    pub(super) fn linkage_cause(&self) -> ChangeCause {
        if self.model_differs { ChangeCause::ModelChanged } else { ChangeCause::LinkageChanged }
    }

    /// True if a record of a feed that was this person's is another person's now.
    pub(super) fn lost_record(&self, person_id: &str, source: &str) -> bool {
        let number = |ids: &[String], id: &str| ids.binary_search_by(|known| known.as_str().cmp(id)).ok();
        let (Some(person), Some(feed)) = (number(&self.before.persons, person_id), number(&self.before.sources, source)) else {
            return false;
        };
        let now = |record_id: &str| {
            let feed = number(&self.kept_persons.sources, source)? as u16;
            let key = |one: &crate::model::Identity| (one.source, one.record_id.clone());
            let place = self.kept_persons.identities.binary_search_by(|one| key(one).cmp(&(feed, record_id.into()))).ok()?;
            let identity = self.kept_persons.identities.get(place).filter(|one| Some(one.last) == Some(self.seen.month))?;
            self.kept_persons.persons.get(identity.person as usize)
        };
        let own = self.linked().person_ids.get(self.person_now(person_id) as usize);
        let start = self.before.identities.partition_point(|one| usize::from(one.source) < feed);
        let of_feed = self.before.identities.get(start..).unwrap_or_default().iter().take_while(|one| usize::from(one.source) == feed);
        of_feed.filter(|one| one.person as usize == person).any(|one| now(&one.record_id).is_some_and(|holder| Some(holder) != own))
    }

    /// The feeds that named one of these persons last month, sorted.
    pub(super) fn feeds_before(&self, persons: &[&str]) -> Vec<String> {
        let numbers: Vec<u32> = persons
            .iter()
            .filter_map(|id| self.before.persons.binary_search_by(|known| known.as_str().cmp(id)).ok())
            .map(|number| number as u32)
            .collect();
        let rows = self.before.identities.iter().filter(|one| numbers.contains(&one.person) && Some(one.last) == self.last.month);
        let mut feeds: Vec<String> = rows.filter_map(|one| self.before.sources.get(usize::from(one.source))).cloned().collect();
        feeds.sort_unstable();
        feeds.dedup();
        feeds
    }

    /// The id of the person to whom a record of this month belonged last month; `None` if it is new.
    pub(super) fn holder_before(&self, record: u32) -> Option<&'a str> {
        let source = self.seen.persons.position.get(record as usize).and_then(|position| self.source_at(position.source))?;
        let record_id = self.seen.persons.record_id.get(record as usize)?;
        let feed = self.before.sources.binary_search(&source.name).ok()?;
        let place =
            self.before.identities.binary_search_by(|one| (usize::from(one.source), &*one.record_id).cmp(&(feed, record_id))).ok()?;
        let identity = self.before.identities.get(place)?;
        self.before.persons.get(identity.person as usize).map(String::as_str)
    }
}

/// The first day after one reference date and up to another on which a rule's window does not hold a row (first day, last day); `None` if on the
/// latter it does.
fn aged_out(pack: &Pack, rule: &Rule, (from, to): (Day, Day), (before, now): (Day, Day)) -> Option<Day> {
    let within = |day: Day| is_within(pack, rule, from, to, day);
    if within(now) { None } else { Some((before + 1..=now).find(|&day| !within(day)).unwrap_or(NO_DAY)) }
}

/// True if a rule's window at a day holds a row.
fn is_within(pack: &Pack, rule: &Rule, from: Day, to: Day, day: Day) -> bool {
    if rule.window == Window::Current && from > day {
        return false;
    }
    rule.window.at(day, &pack.calendar).is_some_and(|span| span.place(from, to, rule.dated_by) == Placement::Within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date;

    fn day(text: &str) -> Day {
        date::from_iso(text).unwrap()
    }

    #[test]
    fn a_row_ages_out_on_the_first_day_on_which_the_window_of_its_rule_does_not_hold_it() {
        let text = include_str!("../../../pipelines/criteria/p1-2012.toml");
        let pack = Pack::parse("p1-2012.toml", text).unwrap();
        let months = pack.rules.iter().find(|rule| rule.window == Window::Months(12)).unwrap();
        let gone = |from: &str, before: &str, now: &str| aged_out(&pack, months, (day(from), NO_DAY), (day(before), day(now)));
        // Twelve months hold the day a year before: 13 February 2013 still looks back to 13 February 2012.
        assert_eq!(gone("2012-02-13", "2013-01-31", "2013-02-28"), Some(day("2013-02-14")));
        assert_eq!(gone("2012-02-28", "2013-01-31", "2013-02-28"), None);
        assert_eq!(gone("2012-02-29", "2013-02-28", "2013-03-31"), Some(day("2013-03-01")));
        assert_eq!(gone("2012-01-31", "2013-01-31", "2013-02-28"), Some(day("2013-02-01")));
        let terms = pack.rules.iter().find(|rule| matches!(rule.window, Window::Terms { .. })).unwrap();
        let (from, to) = (day("2011-09-05"), day("2011-12-16"));
        let out = aged_out(&pack, terms, (from, to), (day("2012-11-30"), day("2012-12-31"))).unwrap();
        let within = |day: Day| is_within(&pack, terms, from, to, day);
        assert!(within(out - 1) && !within(out), "the autumn of 2011 is out when that of 2012 is complete, not {}", date::iso(out));
    }
}
