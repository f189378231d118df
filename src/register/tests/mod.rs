//! People and families over months, made by hand: who keeps which id.

mod families;
mod persons;
mod properties;

use std::sync::Arc;

use crate::model::*;
use crate::register::families::{KeptFamilies, keep_families, old_families};
use crate::register::known::Known;
use crate::register::persons::{KeptPersons, keep_persons};

/// A record of a month: feed, record id, forename, surname, date of birth, and whose it is, by a number of the test's choosing.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) feed: u16,
    pub(super) id: String,
    pub(super) forename: String,
    pub(super) surname: String,
    pub(super) born: Day,
    pub(super) home: &'static str,
    pub(super) nhs_number: Option<&'static str>,
    pub(super) person: u32,
}

pub(super) const FEEDS: [&str; 3] = ["council_tax", "police_crime", "school_attendance"];

/// `council_tax/7` and the like.
pub(super) fn row(feed: u16, id: &str, person: u32) -> Row {
    let (forename, surname) = (format!("FORENAME{person}"), format!("SURNAME{person}"));
    Row { feed, id: id.to_owned(), forename, surname, born: 4_000 + person as Day, home: "LN1 1AA", nhs_number: None, person }
}

pub(super) fn month(number: u32) -> Month {
    Month::new(2012, 10).unwrap().plus(number as i32)
}

fn sources() -> Vec<Source> {
    let source = |name: &&str| Source {
        name: (*name).to_owned(),
        agency: "an agency".to_owned(),
        cadence: Cadence::Monthly,
        delivery: DeliveryKind::Snapshot,
        coverage: Coverage::Population,
        valid_days: 62,
        carries: Vec::new(),
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at: NO_DAY,
        age_days: 0,
    };
    FEEDS.iter().map(source).collect()
}

/// The tables of a month. Persons are numbered as linkage numbers them: by their smallest (feed, record id).
pub(super) fn tables(rows: &[Row]) -> (StandardPersons, Linked) {
    let mut persons = StandardPersons::default();
    let mut first: std::collections::BTreeMap<u32, (u16, String)> = std::collections::BTreeMap::new();
    for row in rows {
        let key = (row.feed, row.id.clone());
        let least = first.entry(row.person).or_insert_with(|| key.clone());
        *least = key.min(least.clone());
        persons.position.push(RecordPosition { source: row.feed, delivery: 0, line: 1 });
        persons.role.push(PersonRole::Person);
        persons.slot.push(0);
        Arc::make_mut(&mut persons.record_id).push(&row.id);
        persons.as_at.push(NO_DAY);
        persons.born.push(row.born);
        for days in [&mut persons.died, &mut persons.address_from, &mut persons.address_to] {
            days.push(NO_DAY);
        }
        persons.is_test.push(false);
        persons.is_restricted.push(false);
    }
    persons.columns = StandardField::ALL
        .iter()
        .map(|field| match field {
            StandardField::Forename => TextColumn::collect(rows.iter().map(|row| Some(row.forename.as_str()))),
            StandardField::Postcode => TextColumn::collect(rows.iter().map(|row| Some(row.home))),
            StandardField::DateOfBirth => {
                let born: Vec<Option<String>> = rows.iter().map(|row| (row.born != NO_DAY).then(|| date::iso(row.born))).collect();
                TextColumn::collect(born.iter().map(Option::as_deref))
            }
            StandardField::NhsNumber => TextColumn::collect(rows.iter().map(|row| row.nhs_number)),
            StandardField::Surname => TextColumn::collect(rows.iter().map(|row| Some(row.surname.as_str()))),
            _ => TextColumn::absent(rows.len()),
        })
        .collect();
    let mut order: Vec<(&(u16, String), u32)> = first.iter().map(|(person, key)| (key, *person)).collect();
    order.sort();
    let number = |person: u32| order.iter().position(|one| one.1 == person).unwrap() as u32;
    let linked = Linked {
        person_of_record: rows.iter().map(|row| number(row.person)).collect(),
        person_ids: order.iter().map(|((feed, id), _)| ids::person_id("", FEEDS[*feed as usize], id)).collect(),
        ..Linked::default()
    };
    (persons, linked)
}

/// A month's persons: the register after it, and the id of each of the test's people.
pub(super) struct Month1 {
    pub(super) register: Register,
    pub(super) kept: KeptPersons,
    pub(super) linked: Linked,
    ids: std::collections::BTreeMap<u32, String>,
}

impl Month1 {
    pub(super) fn id(&self, person: u32) -> &str {
        &self.ids[&person]
    }

    pub(super) fn record(&self, id: &str) -> &IdRecord {
        self.register.ids.iter().find(|known| known.id == id).unwrap()
    }
}

/// Runs a month of persons upon an earlier one.
pub(super) fn persons_of(before: Option<&Month1>, number: u32, rows: &[Row]) -> Month1 {
    let nothing = Register::default();
    let before = before.map_or(&nothing, |before| &before.register);
    let (persons, mut linked) = tables(rows);
    let kept = keep_persons(before, &mut linked, &persons, &sources(), month(number));
    let ids =
        rows.iter().zip(&linked.person_of_record).map(|(row, &person)| (row.person, linked.person_ids[person as usize].clone())).collect();
    let known = Known::after(before, (&kept, &linked), &persons, "");
    let mut register = Register { previous: Some(month(number)), ..before.clone() };
    (register.known_persons, register.known_places) = (known.persons, known.places);
    (register.sources, register.persons, register.identities) = (kept.sources.clone(), kept.persons.clone(), kept.identities.clone());
    register.ids.retain(|id| id.kind == IdKind::Family);
    register.ids.extend(kept.ids.clone());
    register.ids.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    Month1 { register, kept, linked, ids }
}

/// Who lives where: (person of the test, role, resident, primary) per family, with the house it lives in.
pub(super) type Home = (&'static str, Vec<(u32, MemberRole, bool, bool)>);

pub(super) fn child(person: u32) -> (u32, MemberRole, bool, bool) {
    (person, MemberRole::Child, true, true)
}

pub(super) fn adult(person: u32) -> (u32, MemberRole, bool, bool) {
    (person, MemberRole::Parent, true, true)
}

/// Runs a month of families: everybody has one record in council tax. With the register, the ids in the order of `homes`, and what was kept.
pub(super) fn families_of(before: &Register, number: u32, homes: &[Home]) -> (Register, Vec<String>, KeptFamilies) {
    let mut people: Vec<u32> = homes.iter().flat_map(|home| home.1.iter().map(|member| member.0)).collect();
    people.sort_unstable();
    people.dedup();
    let rows: Vec<Row> = people.iter().map(|&person| row(0, &format!("{person:04}"), person)).collect();
    let (persons, mut linked) = tables(&rows);
    let kept_persons = keep_persons(before, &mut linked, &persons, &sources(), month(number));
    let person = |one: u32| people.binary_search(&one).unwrap() as u32;
    let mut families = Families { born: vec![NO_DAY; people.len()], died: vec![NO_DAY; people.len()], ..Families::default() };
    // Each family is found again by its postcode.
    for (number, (house, members)) in homes.iter().enumerate() {
        let first = members.iter().filter(|member| member.2).map(|member| &linked.person_ids[person(member.0) as usize]).min().unwrap();
        families.families.push(Family {
            id: ids::family_id(first),
            confidence: Confidence::High,
            postcode: (*house).to_owned(),
            uprn: number.to_string(),
            address_key: format!("|{house}|STREET|{house}"),
            restricted: false,
        });
    }
    let mut order: Vec<usize> = (0..homes.len()).collect();
    order.sort_by_key(|&home| families.families[home].id.clone());
    families.families.sort_by(|a, b| a.id.cmp(&b.id));
    for (place, &home) in order.iter().enumerate() {
        for &(one, role, resident, primary) in &homes[home].1 {
            let member =
                Member { family: place as u32, person: person(one), role, resident, primary, since: NO_DAY, confidence: Confidence::High };
            families.members.push(member);
        }
    }
    families.members.sort_by_key(|member| (member.family, member.role, member.person));
    let olds = old_families(before, &kept_persons.ids, &linked);
    let kept = keep_families(before, olds, &linked, &mut families, (month(number), &before.secret));
    let mut register = before.clone();
    (register.sources, register.persons, register.identities) = (kept_persons.sources, kept_persons.persons, kept_persons.identities);
    register.ids = kept.ids.iter().cloned().chain(kept_persons.ids).collect();
    register.ids.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    register.memberships = kept.memberships.clone();
    let ids = (0..homes.len()).map(|number| families.families.iter().find(|family| family.uprn == number.to_string()).unwrap().id.clone());
    (register, ids.collect(), kept)
}
