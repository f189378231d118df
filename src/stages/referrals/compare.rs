//! How much speaks for a person of a form being a person of the data.
//!
//! What comes in: a record of a form, the records of a person. What goes out: bits of evidence, each with its words. What always holds: agreement on something rare says more
//! than on something frequent (the bits are log2 of one in how many records have it); what is missing says nothing; no word holds a value.

use std::collections::BTreeSet;

use crate::model::age::{BornBetween, Fit};
use crate::model::nickname::{is_pet_form_in_z, nickname_groups, share_a_group};
use crate::model::{Day, NO_DAY, PersonRole, StandardField, StandardPersons, date};

/// Most that one agreement says, in bits: rarer than one in four thousand is as likely a slip of the pen.
const MOST: f64 = 12.0;
/// What a different forename or surname says against, in bits: about one child in thirty is written under another name (nickname and step-family
/// names apart; a choice of ours, as the forms carry no truth to learn from).
const OTHER_NAME: f64 = -5.0;
/// What an age says against that is off by more than its slack.
const OTHER_AGE: f64 = -8.0;
/// What another postcode says against: families move, and forms give the address somebody remembers.
const OTHER_PLACE: f64 = -1.0;
/// Shares of a value's bits that a weaker agreement keeps.
const NICKNAME_KEEPS: f64 = 0.75;

/// Words of the reasons that are about a place.
pub(super) const PLACES: [&str; 5] = ["same address", "same postcode", "same postcode sector", "same town", "another place"];

/// One reason with its bits.
pub(super) type Reason = (&'static str, f64);

/// How frequent values are among the records of the data.
pub(super) struct Frequencies<'a> {
    persons: &'a StandardPersons,
    records: usize,
    counts: Vec<(StandardField, Vec<u32>)>,
    initials: [Vec<u32>; 2],
    sectors: std::collections::BTreeMap<String, u32>,
}

/// Fields of which frequencies are needed.
const COUNTED: [StandardField; 6] = [
    StandardField::Forename,
    StandardField::Surname,
    StandardField::Postcode,
    StandardField::Town,
    StandardField::Street,
    StandardField::Telephone,
];

impl<'a> Frequencies<'a> {
    /// Counts the values of the given records.
    pub(super) fn new(persons: &'a StandardPersons, records: &[u32]) -> Self {
        let count = |field: StandardField| {
            let column = persons.column(field);
            let mut counts = vec![0_u32; column.values().len()];
            for &record in records {
                if let Some(slot) = counts.get_mut(column.code(record as usize) as usize) {
                    *slot += 1;
                }
            }
            counts
        };
        let counts: Vec<(StandardField, Vec<u32>)> = COUNTED.into_iter().map(|field| (field, count(field))).collect();
        let initials = [StandardField::Forename, StandardField::Surname].map(|field| {
            let mut by_letter = vec![0; 26];
            let column = persons.column(field);
            for &record in records {
                let letter = column.get(record as usize).and_then(|text| text.bytes().next()).filter(u8::is_ascii_uppercase);
                if let Some(slot) = letter.and_then(|letter| by_letter.get_mut(usize::from(letter - b'A'))) {
                    *slot += 1;
                }
            }
            by_letter
        });
        let mut sectors = std::collections::BTreeMap::new();
        for &record in records {
            if let Some(sector) = persons.get(StandardField::Postcode, record as usize).map(sector) {
                *sectors.entry(sector.to_owned()).or_insert(0) += 1;
            }
        }
        Self { persons, records: records.len(), counts, initials, sectors }
    }

    fn bits(&self, count: u32) -> f64 {
        let share = f64::from(count.max(1)) / (self.records.max(1) as f64);
        (-libm::log2(share)).clamp(0.5, MOST)
    }

    /// Bits of a record's value.
    fn of(&self, field: StandardField, record: u32) -> f64 {
        let code = self.persons.column(field).code(record as usize);
        let counts = self.counts.iter().find(|(known, _)| *known == field).map(|(_, counts)| counts);
        self.bits(counts.and_then(|counts| counts.get(code as usize)).copied().unwrap_or(0))
    }

    fn initial(&self, which: usize, text: &str) -> f64 {
        let letter = text.bytes().next().filter(u8::is_ascii_uppercase).map_or(0, |letter| usize::from(letter - b'A'));
        self.bits(self.initials.get(which).and_then(|counts| counts.get(letter)).copied().unwrap_or(0))
    }
}

/// `LN1 1` of `LN1 1YL`.
fn sector(postcode: &str) -> &str {
    postcode.get(..postcode.len().saturating_sub(2)).unwrap_or_default()
}

/// A person of a form, with how much each of its values says.
pub(super) struct FormPerson<'a> {
    pub(super) record: u32,
    pub(super) forename: &'a str,
    pub(super) surname: &'a str,
    postcode: &'a str,
    town: &'a str,
    street: &'a str,
    house: &'a str,
    pub(super) telephone: &'a str,
    born: Day,
    age: Option<BornBetween>,
    is_child: bool,
    on: Day,
    bits: Bits,
}

struct Bits {
    forename: f64,
    forename_initial: f64,
    surname: f64,
    surname_initial: f64,
    postcode: f64,
    sector: f64,
    town: f64,
    street: f64,
    telephone: f64,
}

impl<'a> FormPerson<'a> {
    pub(super) fn new(persons: &'a StandardPersons, frequencies: &Frequencies<'a>, record: u32, age: Option<BornBetween>, on: Day) -> Self {
        let text = |field: StandardField| persons.get(field, record as usize).unwrap_or_default();
        let [forename, surname, postcode, town, street, telephone] = COUNTED.map(text);
        let bits = Bits {
            forename: frequencies.of(StandardField::Forename, record),
            forename_initial: frequencies.initial(0, forename),
            surname: frequencies.of(StandardField::Surname, record),
            surname_initial: frequencies.initial(1, surname),
            postcode: frequencies.of(StandardField::Postcode, record),
            sector: frequencies.bits(frequencies.sectors.get(sector(postcode)).copied().unwrap_or(0)),
            town: frequencies.of(StandardField::Town, record),
            street: frequencies.of(StandardField::Street, record),
            telephone: frequencies.of(StandardField::Telephone, record),
        };
        let role = persons.role.get(record as usize).copied();
        let born = persons.born.get(record as usize).copied().unwrap_or(NO_DAY);
        let is_child = matches!(role, Some(PersonRole::Child | PersonRole::Dependant));
        Self {
            record,
            forename,
            surname,
            postcode,
            town,
            street,
            house: text(StandardField::House),
            telephone,
            born,
            age,
            is_child,
            on,
            bits,
        }
    }

    /// True if a name may stand for the form's forename.
    pub(super) fn may_be_called(&self, forename: &str) -> bool {
        !self.forename.is_empty()
            && (self.forename == forename || share_a_group(self.forename, forename) || is_pet_form_in_z(self.forename, forename))
    }

    /// Groups of nicknames of its forename.
    pub(super) fn groups(&self) -> &'static [u16] {
        nickname_groups(self.forename)
    }

    /// What speaks for and against a person with these records and this date of birth; the best of its records counts for each kind of evidence.
    pub(super) fn against(&self, persons: &StandardPersons, records: &[u32], born: Day) -> Vec<Reason> {
        let values = |fields: &[StandardField]| -> BTreeSet<&str> {
            records.iter().flat_map(|&record| fields.iter().filter_map(move |&field| persons.get(field, record as usize))).collect()
        };
        let mut reasons = Vec::new();
        reasons.extend(self.forename_reason(&values(&[StandardField::Forename, StandardField::Alias])));
        reasons.extend(self.surname_reason(&values(&[StandardField::Surname, StandardField::OtherSurname])));
        reasons.extend(self.age_reason(born));
        reasons.extend(self.place_reason(persons, records, &values(&[StandardField::Postcode]), &values(&[StandardField::Town])));
        if !self.telephone.is_empty() && values(&[StandardField::Telephone]).contains(self.telephone) {
            reasons.push(("same telephone", self.bits.telephone));
        }
        reasons
    }

    fn forename_reason(&self, names: &BTreeSet<&str>) -> Option<Reason> {
        if self.forename.is_empty() || names.is_empty() {
            return None;
        }
        Some(if names.contains(self.forename) && self.forename.len() > 1 {
            ("same forename", self.bits.forename)
        } else if self.forename.len() > 1 && names.iter().any(|name| self.may_be_called(name)) {
            ("forename by nickname", self.bits.forename * NICKNAME_KEEPS)
        } else if one_is_initial(self.forename, names) {
            ("forename begins alike", self.bits.forename_initial)
        } else {
            ("another forename", OTHER_NAME)
        })
    }

    fn surname_reason(&self, names: &BTreeSet<&str>) -> Option<Reason> {
        if self.surname.is_empty() || names.is_empty() {
            return None;
        }
        Some(if self.surname.len() > 1 && names.contains(self.surname) {
            ("same surname", self.bits.surname)
        } else if one_is_initial(self.surname, names) {
            ("surname begins alike", self.bits.surname_initial)
        } else {
            ("another surname", OTHER_NAME)
        })
    }

    /// Ages spread evenly over 90 years, about: one year of them says log2(90) bits, a span of n years log2(90 / n).
    fn age_reason(&self, born: Day) -> Option<Reason> {
        const YEARS: f64 = 90.0;
        if born == NO_DAY {
            return None;
        }
        if self.born != NO_DAY {
            return Some(if self.born == born { ("same date of birth", MOST) } else { ("another date of birth", OTHER_AGE) });
        }
        let Some(age) = self.age else {
            let years = date::age_on(born, self.on).unwrap_or(0);
            // A child of a form without an age is a child all the same.
            return self.is_child.then_some(if years < 18 {
                ("a child", libm::log2(YEARS / 18.0))
            } else {
                ("an adult, not a child", OTHER_AGE)
            });
        };
        let span = (f64::from(age.last - age.first + 1) / 365.25).max(1.0);
        let slack = span + 2.0 * f64::from(age.slack);
        Some(match age.fit(born) {
            Fit::Stated => ("age as stated", libm::log2(YEARS / span) - 0.5),
            Fit::Near => ("age nearly as stated", libm::log2(YEARS / slack) - 1.5),
            Fit::Off => ("another age", OTHER_AGE),
        })
    }

    fn place_reason(
        &self,
        persons: &StandardPersons,
        records: &[u32],
        postcodes: &BTreeSet<&str>,
        towns: &BTreeSet<&str>,
    ) -> Option<Reason> {
        let same_house = records.iter().any(|&record| {
            let text = |field: StandardField| persons.get(field, record as usize).unwrap_or_default();
            !self.street.is_empty()
                && text(StandardField::Street) == self.street
                && !self.house.is_empty()
                && text(StandardField::House) == self.house
                && (self.postcode.is_empty() || text(StandardField::Postcode) == self.postcode)
        });
        if same_house {
            return Some(("same address", self.bits.postcode.max(self.bits.street) + 2.0));
        }
        if !self.postcode.is_empty() && postcodes.contains(self.postcode) {
            return Some(("same postcode", self.bits.postcode));
        }
        if !self.postcode.is_empty() && postcodes.iter().any(|postcode| sector(postcode) == sector(self.postcode)) {
            return Some(("same postcode sector", self.bits.sector));
        }
        if !self.town.is_empty() && towns.contains(self.town) {
            return Some(("same town", self.bits.town));
        }
        let known = !self.postcode.is_empty() && !postcodes.is_empty() || !self.town.is_empty() && !towns.is_empty();
        known.then_some(("another place", OTHER_PLACE))
    }
}

/// True if one of two names is the other's initial.
fn one_is_initial(name: &str, others: &BTreeSet<&str>) -> bool {
    others.iter().any(|other| (name.len() == 1 || other.len() == 1) && name.bytes().next() == other.bytes().next())
}
