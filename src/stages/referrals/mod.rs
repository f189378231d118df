//! Referrals that linkage could not place: the likeliest families, for a person to decide.
//!
//! What comes in: referral forms as person records and events, everybody else, families. What goes out: per form none of whose people is known from another feed, the
//! three likeliest families with what speaks for each. What always holds: this proposes and never links; a family whose members are known from
//! referral forms alone is no candidate; ties by family id; nothing depends on the order of rows; whoever must not be shown, on the form or in a
//! family, is not weighed.
//!
//! A professional knows a family before the data do and writes down part of it: "Alfie S, about 8, Skegness" (domain.md §7 F21). The engine of
//! [`mod@super::link`] rightly links no such record: too little is there. Here the people of a form are weighed together, against families instead of records,
//! with the age as a range of dates of birth.

mod compare;
#[cfg(test)]
mod tests;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::model::age::born_between;
use crate::model::hash::text_hash;
use crate::model::ids::short_digest;
use crate::model::nickname::nickname_groups;
use crate::model::{
    Day, Delivery, EventKind, Events, Families, Linked, Member, NO_DAY, Progress, ReferralCandidate, ReferralForm, Restrictions, Source,
    StandardField, StandardPersons, TextColumn,
};
use compare::{FormPerson, Frequencies, PLACES, Reason};
use told::is_place;

/// Candidates of a form that a person is shown (the issue of the service: "the three likeliest").
const SHOWN: usize = 3;
/// Least evidence of a candidate, in bits: less is a coincidence of initials.
const LEAST: f64 = 3.0;

/// What the stage needs.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// Person records.
    pub persons: &'a StandardPersons,
    /// Age as written, per record.
    pub ages: &'a TextColumn,
    /// Whose record is whose.
    pub linked: &'a Linked,
    /// Families.
    pub families: &'a Families,
    /// Events: those of the kind `referral` tell which feeds are referral forms.
    pub events: &'a Events,
    /// Deliveries.
    pub deliveries: &'a [Delivery],
    /// Feeds.
    pub sources: &'a [Source],
    /// Who must not be shown.
    pub restrictions: &'a Restrictions,
}

/// Finds the forms that need a person's eye, in the order of (source name, key).
#[must_use]
pub fn referrals(given: &Given<'_>, progress: &dyn Progress) -> Vec<ReferralForm> {
    progress.step("referrals");
    let mut forms = forms(given);
    if forms.is_empty() {
        return forms;
    }
    let data = Data::new(given);
    let found: Vec<Vec<ReferralCandidate>> = forms.par_iter().map(|form| data.candidates(form)).collect();
    for (form, candidates) in forms.iter_mut().zip(found) {
        form.candidates = candidates;
    }
    forms
}

/// True per source whose rows are referral forms.
fn form_sources(given: &Given<'_>) -> Vec<bool> {
    let mut sources = vec![false; given.sources.len()];
    for (kind, delivery) in given.events.kind.iter().zip(&given.events.delivery) {
        if *kind == EventKind::Referral
            && let Some(delivery) = given.deliveries.get(*delivery as usize)
            && let Some(source) = sources.get_mut(usize::from(delivery.source))
        {
            *source = true;
        }
    }
    sources
}

/// The forms none of whose people is known from another feed.
fn forms(given: &Given<'_>) -> Vec<ReferralForm> {
    let form_sources = form_sources(given);
    let is_form = |record: usize| {
        let position = given.persons.position.get(record);
        position.is_some_and(|position| form_sources.get(usize::from(position.source)).copied().unwrap_or(false))
    };
    let mut known = vec![false; given.linked.persons()];
    let mut rows: BTreeMap<(u16, &str), Vec<u32>> = BTreeMap::new();
    for (record, id) in given.persons.record_id.iter().enumerate() {
        let Some(&person) = given.linked.person_of_record.get(record) else { continue };
        if !is_form(record) {
            if let Some(slot) = known.get_mut(person as usize) {
                *slot = true;
            }
        } else if (person as usize) < given.linked.persons() {
            let source = given.persons.position.get(record).map_or(0, |position| position.source);
            let key = id.rsplit_once('#').map_or(id, |(key, _)| key);
            rows.entry((source, key)).or_default().push(record as u32);
        }
    }
    let person = |record: u32| given.person(record);
    let mut received: BTreeMap<u32, Day> = BTreeMap::new();
    for (event, record) in
        given.events.record.iter().enumerate().filter(|(event, _)| given.events.kind.get(*event) == Some(&EventKind::Referral))
    {
        received.insert(*record, given.events.from.get(event).copied().unwrap_or(NO_DAY));
    }
    let mut forms = Vec::new();
    for ((source, key), mut records) in rows {
        // A form without a tick refers nobody.
        let days = records.iter().filter_map(|record| received.get(record).copied()).max();
        let Some(received) = days else { continue };
        if records.iter().any(|&record| known.get(person(record) as usize).copied().unwrap_or(false)) {
            continue;
        }
        records.sort_by_key(|&record| given.persons.slot.get(record as usize).copied());
        let family = given.families.members.iter().filter(|member| records.iter().any(|&record| person(record) == member.person));
        let family = family.map(|member| member.family).min().unwrap_or(u32::MAX);
        let ages: Vec<String> = records.iter().map(|&record| given.ages.get(record as usize).unwrap_or_default().to_owned()).collect();
        let fingerprint = fingerprint(given, &records, &ages, family);
        forms.push(ReferralForm { source, key: key.to_owned(), records, ages, received, family, fingerprint, candidates: Vec::new() });
    }
    let name = |form: &ReferralForm| given.sources.get(usize::from(form.source)).map(|source| source.name.clone());
    forms.sort_by_cached_key(|form| (name(form), form.key.clone()));
    forms
}

/// Digest of what a form says about people. Whoever must not be shown is in it by their published name alone, and no address that must not be told: the rest of
/// the form stands beside it, so that a digest of these could be found by trying.
fn fingerprint(given: &Given<'_>, records: &[u32], ages: &[String], family: u32) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let no_place = given.withholds_place(records, family);
    for (&record, age) in records.iter().zip(ages) {
        if given.hides(record) {
            parts.extend(given.restrictions.name(record));
            continue;
        }
        let told = StandardField::ALL.iter().filter(|&&field| !(no_place && is_place(field)));
        parts.extend(told.map(|&field| given.persons.get(field, record as usize).unwrap_or_default()));
        parts.push(age);
    }
    short_digest(&parts)
}

/// The people of the data, findable by name, telephone and postcode.
struct Data<'a> {
    given: &'a Given<'a>,
    frequencies: Frequencies<'a>,
    /// Records of each person that are no forms, ordered by (source name, record id).
    records: Vec<Vec<u32>>,
    /// Memberships, sorted by person.
    members: Vec<&'a Member>,
    by_forename: Index,
    by_group: Index,
    by_surname: Index,
    by_telephone: Index,
    by_postcode: Index,
}

/// People by what they are found by: (hash of it, person), sorted.
struct Index(Vec<(u64, u32)>);

impl Index {
    /// What each of the records gives, as people.
    fn new<I: IntoIterator<Item = u64>>(given: &Given<'_>, rows: &[u32], of: impl Fn(u32) -> I + Sync) -> Self
    where
        I::IntoIter: Send,
    {
        let found = rows.par_iter().flat_map_iter(|&record| of(record).into_iter().map(move |key| (key, given.person(record))));
        let mut all: Vec<(u64, u32)> = found.collect();
        all.par_sort_unstable();
        all.dedup();
        Self(all)
    }

    fn of(&self, key: u64) -> impl Iterator<Item = u32> {
        let start = self.0.partition_point(|&(known, _)| known < key);
        self.0.get(start..).unwrap_or_default().iter().take_while(move |&&(known, _)| known == key).map(|&(_, person)| person)
    }
}

impl<'a> Data<'a> {
    fn new(given: &'a Given<'a>) -> Self {
        let form_sources = form_sources(given);
        let mut rows: Vec<u32> = Vec::new();
        let mut records: Vec<Vec<u32>> = vec![Vec::new(); given.linked.persons()];
        for (record, position) in given.persons.position.iter().enumerate() {
            let person = given.linked.person_of_record.get(record).copied().unwrap_or(u32::MAX);
            if !form_sources.get(usize::from(position.source)).copied().unwrap_or(false)
                && let Some(own) = records.get_mut(person as usize)
            {
                own.push(record as u32);
                rows.push(record as u32);
            }
        }
        let name = |record: u32| {
            let position = given.persons.position.get(record as usize);
            let source = position.and_then(|position| given.sources.get(usize::from(position.source))).map(|source| source.name.as_str());
            (source, given.persons.record_id.get(record as usize))
        };
        records.par_iter_mut().for_each(|own| own.sort_by_key(|&record| name(record)));
        let texts = |fields: &'static [StandardField]| {
            move |record: u32| fields.iter().filter_map(move |&field| given.persons.get(field, record as usize))
        };
        let forenames = texts(&[StandardField::Forename, StandardField::Alias]);
        let index = |fields: &'static [StandardField]| {
            let texts = texts(fields);
            Index::new(given, &rows, |record| texts(record).map(text_hash).collect::<Vec<_>>())
        };
        let groups = |record: u32| forenames(record).flat_map(nickname_groups).map(|&group| u64::from(group)).collect::<Vec<_>>();
        let mut members: Vec<&Member> = given.families.members.iter().collect();
        members.par_sort_by_key(|member| (member.person, member.family));
        Self {
            given,
            frequencies: Frequencies::new(given.persons, &rows),
            records,
            members,
            by_forename: index(&[StandardField::Forename, StandardField::Alias]),
            by_group: Index::new(given, &rows, groups),
            by_surname: index(&[StandardField::Surname, StandardField::OtherSurname]),
            by_telephone: index(&[StandardField::Telephone]),
            by_postcode: index(&[StandardField::Postcode]),
        }
    }

    /// The likeliest families of a form.
    fn candidates(&self, form: &ReferralForm) -> Vec<ReferralCandidate> {
        let people: Vec<FormPerson<'_>> = form
            .records
            .iter()
            .zip(&form.ages)
            .filter(|&(&record, _)| !self.given.hides(record))
            .map(|(&record, written)| {
                FormPerson::new(self.given.persons, &self.frequencies, record, born_between(written, form.received), form.received)
            })
            .collect();
        let mut families: BTreeSet<u32> = BTreeSet::new();
        for person in people.iter().flat_map(|person| self.alike(person)) {
            let start = self.members.partition_point(|member| member.person < person);
            let own = self.members.get(start..).unwrap_or_default().iter().take_while(|member| member.person == person);
            families.extend(own.map(|member| member.family));
        }
        families.remove(&form.family);
        families.retain(|&family| !self.given.separates(form, family));
        let no_place = self.given.withholds_place(&form.records, form.family);
        let mut found: Vec<ReferralCandidate> = families.into_iter().filter_map(|family| self.weigh(&people, family, no_place)).collect();
        let id = |family: u32| self.given.families.families.get(family as usize).map(|family| family.id.as_str());
        found.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| id(a.family).cmp(&id(b.family))));
        found.truncate(SHOWN);
        found
    }

    /// People who may be a person of a form: alike in forename, surname, telephone or postcode.
    fn alike(&self, person: &FormPerson<'_>) -> BTreeSet<u32> {
        let mut alike = BTreeSet::new();
        if person.forename.len() > 1 {
            alike.extend(self.by_forename.of(text_hash(person.forename)));
            alike.extend(person.groups().iter().flat_map(|&group| self.by_group.of(u64::from(group))));
        }
        if person.surname.len() > 1 {
            alike.extend(self.by_surname.of(text_hash(person.surname)));
        }
        if !person.telephone.is_empty() {
            alike.extend(self.by_telephone.of(text_hash(person.telephone)));
        }
        if let Some(postcode) = self.given.persons.get(StandardField::Postcode, person.record as usize) {
            alike.extend(self.by_postcode.of(text_hash(postcode)));
        }
        alike
    }

    /// The evidence for a family: each person of the form with the member that fits best, no member twice. Where the form's people live is no evidence
    /// if that must not be told.
    fn weigh(&self, people: &[FormPerson<'_>], family: u32, no_place: bool) -> Option<ReferralCandidate> {
        let members: Vec<(u32, &[u32], Day)> = self
            .given
            .families
            .members_of(family)
            .iter()
            // That a name or an age agrees would say the name and the age of whom nobody may name.
            .filter(|member| !self.given.restrictions.hides_person(member.person))
            .filter_map(|member| {
                let records = self.records.get(member.person as usize)?.as_slice();
                let born = self.given.families.born.get(member.person as usize).copied().unwrap_or(NO_DAY);
                (!records.is_empty()).then_some((member.person, records, born))
            })
            .collect();
        let mut fits: Vec<(f64, usize, usize, Vec<Reason>)> = Vec::new();
        for (place, person) in people.iter().enumerate() {
            for (index, (_, records, born)) in members.iter().enumerate() {
                let mut reasons = person.against(self.given.persons, records, *born);
                if no_place || self.given.withholds_place(records, family) {
                    reasons.retain(|(what, _)| !PLACES.contains(what));
                }
                let sum: f64 = reasons.iter().map(|(_, bits)| bits).sum();
                if sum > 0.0 {
                    fits.push((sum, place, index, reasons));
                }
            }
        }
        fits.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let (mut weight, mut words, mut matched) = (0.0, Vec::new(), Vec::new());
        let (mut placed, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for (sum, place, index, reasons) in fits {
            if placed.contains(&place) || taken.contains(&index) {
                continue;
            }
            let (Some(person), Some((member, records, _))) = (people.get(place), members.get(index)) else { continue };
            // One row names all who are taken.
            let apart = |&other: &usize| members.get(other).is_some_and(|(other, ..)| self.given.restrictions.separates(*member, *other));
            if taken.iter().any(apart) {
                continue;
            }
            placed.insert(place);
            taken.insert(index);
            // The place is the whole family's: it is weighed once.
            let counted: Vec<&Reason> = reasons.iter().filter(|(what, _)| matched.is_empty() || !PLACES.contains(what)).collect();
            let slot = self
                .given
                .persons
                .record_id
                .get(person.record as usize)
                .and_then(|id| id.rsplit_once('#'))
                .map_or("person", |(_, slot)| slot);
            let why = counted.iter().map(|(what, bits)| format!("{what} {bits:+.1}")).collect::<Vec<_>>().join(", ");
            words.push(format!("{slot}: {why}"));
            weight += if matched.is_empty() { sum } else { counted.iter().map(|(_, bits)| bits).sum() };
            matched.extend(records.first().map(|&record| (person.record, record)));
        }
        let unplaced = people.len() - placed.len();
        if unplaced > 0 && !words.is_empty() {
            words.push(format!("{unplaced} of the form not found in the family"));
        }
        matched.sort_unstable_by_key(|&(form, _)| form);
        (weight >= LEAST).then(|| ReferralCandidate { family, weight: (weight * 10.0).round() / 10.0, why: words.join("; "), matched })
    }
}
