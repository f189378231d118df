//! A small world said row by row, and its families as text.

use std::sync::Arc;

use crate::config::checked::HouseholdSettings;
use crate::model::date::from_iso;
use crate::model::ids::{home_key, person_id};
use crate::model::{
    Cadence, Coverage, Day, DeliveryKind, Families, FeedState, Linked, NO_DAY, PersonRole, RecordPosition, Relation, RelationKind, Silent,
    Source, StandardField, StandardPersons, TextColumn,
};
use crate::stages::households::{LastHomes, households, residences};

pub(super) const REFERENCE: &str = "2013-01-31";

/// What one row says of one person.
#[derive(Clone)]
pub(super) struct Row {
    id: usize,
    source: &'static str,
    label: String,
    pub(super) role: PersonRole,
    pub(super) forename: String,
    pub(super) surname: String,
    pub(super) born: Day,
    sex: char,
    address: String,
    uprn: String,
    account: String,
    as_at: Day,
    from: Day,
    to: Day,
    died: Day,
    restricted: bool,
}

impl Row {
    pub(super) fn account(&mut self, account: &str) -> &mut Self {
        self.account = format!("{}/{account}", self.source);
        self
    }
    pub(super) fn uprn(&mut self, uprn: &str) -> &mut Self {
        uprn.clone_into(&mut self.uprn);
        self
    }
    pub(super) fn from(&mut self, day: &str) -> &mut Self {
        self.from = from_iso(day).unwrap();
        self
    }
    pub(super) fn to(&mut self, day: &str) -> &mut Self {
        self.to = from_iso(day).unwrap();
        self
    }
    pub(super) fn as_at(&mut self, day: &str) -> &mut Self {
        self.as_at = from_iso(day).unwrap();
        self
    }
    pub(super) fn died(&mut self, day: &str) -> &mut Self {
        self.died = from_iso(day).unwrap();
        self
    }
    pub(super) fn restricted(&mut self) -> &mut Self {
        self.restricted = true;
        self
    }
    pub(super) fn role(&mut self, role: PersonRole) -> &mut Self {
        self.role = role;
        self
    }
}

#[derive(Clone)]
struct Known {
    label: String,
    forename: String,
    surname: String,
    born: Day,
    sex: char,
}

/// The world so far.
#[derive(Clone, Default)]
pub(super) struct Given {
    pub(super) prefix: String,
    known: Vec<Known>,
    rows: Vec<Row>,
    relations: Vec<(usize, usize, RelationKind, bool)>,
    /// Labels and addresses of last month's homes.
    lived: Vec<(String, String)>,
}

const SOURCES: &[&str] = &[
    "council_tax",
    "domestic_abuse",
    "health_flags",
    "housing_benefit",
    "police_crime",
    "school_attendance",
    "social_care_relationships",
    "tenancies_acis",
];

impl Given {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Makes a person known: "JANE SMITH", date of birth or empty, sex.
    pub(super) fn person(&mut self, label: &str, name: &str, born: &str, sex: char) -> &mut Self {
        let (forename, surname) = name.split_once(' ').unwrap();
        self.known.push(Known {
            label: format!("{}{label}", self.prefix),
            forename: forename.to_owned(),
            surname: surname.to_owned(),
            born: from_iso(born).unwrap_or(NO_DAY),
            sex,
        });
        self
    }

    /// A source shows a person at an address ("flat|house|street|postcode", "house|street", "postcode" or empty).
    pub(super) fn seen(&mut self, source: &'static str, label: &str, address: &str) -> &mut Row {
        let label = format!("{}{label}", self.prefix);
        let known = self.known.iter().find(|known| known.label == label).unwrap().clone();
        let address =
            if address.is_empty() { String::new() } else { address.replace("STREET", &format!("{}STREET", self.prefix.to_uppercase())) };
        self.rows.push(Row {
            id: self.rows.len(),
            source,
            label,
            role: PersonRole::Person,
            forename: known.forename,
            surname: known.surname,
            born: known.born,
            sex: known.sex,
            address,
            uprn: String::new(),
            account: String::new(),
            as_at: from_iso(REFERENCE).unwrap(),
            from: NO_DAY,
            to: NO_DAY,
            died: NO_DAY,
            restricted: false,
        });
        self.rows.last_mut().unwrap()
    }

    /// The same source shows several persons on one account.
    pub(super) fn account(&mut self, source: &'static str, account: &str, address: &str, labels: &[&str]) {
        let account = format!("{}{account}", self.prefix);
        for label in labels {
            self.seen(source, label, address).account(&account);
        }
    }

    /// The last row of the first label in that source stands so to the last row of the second.
    pub(super) fn related(&mut self, source: &'static str, first: &str, kind: RelationKind, second: &str) {
        let find = |label: &str| {
            let label = format!("{}{label}", self.prefix);
            self.rows.iter().rfind(|row| row.source == source && row.label == label).unwrap().id
        };
        let (first, second) = (find(first), find(second));
        self.relations.push((first, second, kind, false));
    }

    /// Last month's run found somebody to live at an address ("flat|house|street|postcode").
    pub(super) fn lived(&mut self, label: &str, address: &str) {
        self.lived.push((label.to_owned(), address.to_owned()));
    }

    /// The postcode of the family in which somebody lives.
    pub(super) fn postcode_of(&self, label: &str) -> String {
        let (found, linked) = self.families();
        let row = self.rows.iter().position(|row| row.label == label).unwrap();
        let person = linked.person_of_record[row];
        let member = found.members.iter().find(|member| member.person == person && member.primary).unwrap();
        found.families[member.family as usize].postcode.clone()
    }

    /// Social care says so, without any address.
    pub(super) fn social(&mut self, first: &str, kind: RelationKind, second: &str) {
        self.seen("social_care_relationships", first, "");
        self.seen("social_care_relationships", second, "");
        self.related("social_care_relationships", first, kind, second);
    }

    /// The same world with its rows and relations in another order.
    pub(super) fn shuffled(&self, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut other = self.clone();
        random.shuffle(&mut other.rows);
        random.shuffle(&mut other.relations);
        other
    }

    fn tables(&self) -> (StandardPersons, Linked, Vec<Source>, Vec<Relation>) {
        let sources: Vec<Source> = SOURCES.iter().map(|name| source(name)).collect();
        let at = |name: &str| SOURCES.iter().position(|one| *one == name).unwrap() as u16;
        let record_id = |row: &Row| format!("{:05}", row.id);
        let rows = &self.rows;
        let mut labels: Vec<&String> = rows.iter().map(|row| &row.label).collect();
        labels.sort();
        labels.dedup();
        let smallest =
            |label: &String| rows.iter().filter(|row| row.label == *label).map(|row| (row.source, record_id(row))).min().unwrap();
        labels.sort_by_key(|label| smallest(label));
        let person_ids = labels.iter().map(|label| smallest(label)).map(|(source, id)| person_id("", source, &id)).collect();
        let person_of_record = rows.iter().map(|row| labels.iter().position(|label| **label == row.label).unwrap() as u32).collect();
        let text = |value: &dyn Fn(&Row) -> String| {
            let values: Vec<String> = rows.iter().map(value).collect();
            TextColumn::collect(values.iter().map(|value| Some(value.as_str())))
        };
        let parts = |row: &Row| row.address.split('|').map(str::to_owned).collect::<Vec<_>>();
        // Counted from the end; of a house and street without postcode there is none to leave out.
        let part = |row: &Row, from_end: usize| {
            let parts = parts(row);
            let from_end = if parts.len() == 2 { from_end.wrapping_sub(1) } else { from_end };
            parts.into_iter().rev().nth(from_end).unwrap_or_default()
        };
        let columns = StandardField::ALL
            .iter()
            .map(|field| match field {
                StandardField::Forename => text(&|row| row.forename.clone()),
                StandardField::Surname => text(&|row| row.surname.clone()),
                StandardField::Sex => text(&|row| row.sex.to_string()),
                StandardField::AddressKey => text(&|row| if parts(row).len() == 4 { row.address.clone() } else { String::new() }),
                StandardField::House => text(&|row| part(row, 2)),
                StandardField::Street => text(&|row| part(row, 1)),
                StandardField::Postcode => text(&|row| if parts(row).len() == 2 { String::new() } else { part(row, 0) }),
                StandardField::Uprn => text(&|row| row.uprn.clone()),
                StandardField::HouseholdAccount => text(&|row| row.account.clone()),
                _ => TextColumn::absent(rows.len()),
            })
            .collect();
        let persons = StandardPersons {
            born_between: Vec::new(),
            position: rows.iter().map(|row| RecordPosition { source: at(row.source), delivery: 0, line: row.id as u32 + 1 }).collect(),
            role: rows.iter().map(|row| row.role).collect(),
            slot: vec![0; rows.len()],
            record_id: Arc::new(rows.iter().map(record_id).collect()),
            as_at: rows.iter().map(|row| row.as_at).collect(),
            born: rows.iter().map(|row| row.born).collect(),
            died: rows.iter().map(|row| row.died).collect(),
            address_from: rows.iter().map(|row| row.from).collect(),
            address_to: rows.iter().map(|row| row.to).collect(),
            is_test: vec![false; rows.len()],
            is_restricted: rows.iter().map(|row| row.restricted).collect(),
            columns,
        };
        let row_of = |id: usize| rows.iter().position(|row| row.id == id).unwrap() as u32;
        let relations = self
            .relations
            .iter()
            .map(|&(from, to, kind, lives_together)| Relation {
                from: row_of(from),
                to: row_of(to),
                kind,
                lives_together,
                since: NO_DAY,
                until: NO_DAY,
                delivery: 0,
                line: 1,
            })
            .collect();
        let linked = Linked { person_of_record, person_ids, ..Linked::default() };
        (persons, linked, sources, relations)
    }

    /// The families found.
    pub(super) fn families(&self) -> (Families, Linked) {
        let (persons, linked, sources, relations) = self.tables();
        let reference = from_iso(REFERENCE).unwrap();
        let mut of_person = vec![0; if self.lived.is_empty() { 0 } else { linked.persons() }];
        for (label, address) in &self.lived {
            let row = self.rows.iter().position(|row| row.label == *label).unwrap();
            of_person[linked.person_of_record[row] as usize] = home_key("secret", address, address.rsplit('|').next().unwrap());
        }
        let lived = LastHomes { of_person: &of_person, secret: "secret" };
        let found = households(&persons, &linked, &sources, &relations, reference, (&HouseholdSettings::default(), lived), &Silent);
        (found, linked)
    }

    /// Everything found, with record positions as record ids, so that worlds in other orders can be compared.
    pub(super) fn text(&self) -> String {
        let (persons, linked, sources, _) = self.tables();
        let (found, _) = self.families();
        let id = |row: u32| persons.record_id.get(row as usize).unwrap();
        let evidence: Vec<String> =
            found.evidence.iter().map(|one| format!("{one:?} {} {}", id(one.record), id(one.other_record))).collect();
        let evidence: Vec<&str> = evidence.iter().map(|text| text.split(" record:").next().unwrap()).collect();
        let homes: Vec<String> = residences(&persons, &linked, &sources, from_iso(REFERENCE).unwrap())
            .iter()
            .map(|one| format!("{} {} {} {} {}", one.person, id(one.record), one.from, one.to, one.sources))
            .collect();
        format!("{:?}\n{:?}\n{evidence:?}\n{:?}\n{:?}\n{homes:?}", found.families, found.members, found.communal, found.warnings)
    }

    /// Families as text: residents by label, a second home marked `2nd`, members who live elsewhere in brackets; families of one are
    /// left out unless they have a member elsewhere.
    pub(super) fn outcome(&self) -> Vec<String> {
        let (found, linked) = self.families();
        let label = |person: u32| {
            let row = linked.person_of_record.iter().position(|&one| one == person).unwrap();
            self.rows[row].label.clone()
        };
        let mut lines: Vec<String> = Vec::new();
        for family in 0..found.families.len() as u32 {
            let mut words: Vec<String> = found
                .members_of(family)
                .iter()
                .map(|member| match (member.resident, member.primary) {
                    (true, true) => label(member.person),
                    (true, false) => format!("{}:2nd", label(member.person)),
                    (false, _) => format!("({})", label(member.person)),
                })
                .collect();
            words.sort();
            if words.len() > 1 {
                lines.push(words.join(" "));
            }
        }
        lines.sort();
        lines
    }
}

fn source(name: &str) -> Source {
    Source {
        name: name.to_owned(),
        agency: String::new(),
        cadence: Cadence::Monthly,
        delivery: DeliveryKind::Snapshot,
        coverage: Coverage::Events,
        valid_days: 60,
        carries: Vec::new(),
        codes: Vec::new(),
        one_per_person: false,
        state: FeedState::Fresh,
        as_at: from_iso(REFERENCE).unwrap(),
        age_days: 0,
    }
}
