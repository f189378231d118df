//! Comparison of two records: one level per field, all levels packed into a `u64`.
//!
//! What comes in: two nodes of [`Encoded`]. What goes out: a pattern, two to five bits per field in the order of [`FIELDS`].
//! What always holds: level 0 means that a value is missing on either side and is never evidence; a comparison is a pure and
//! symmetric function of the two nodes; each kind of evidence has a file of its own, whose docstring is its documentation.

pub(crate) mod contact;
pub(crate) mod date_of_birth;
pub(crate) mod forename;
pub(crate) mod full_name;
pub(crate) mod further;
pub(crate) mod home;
pub(crate) mod identifier;
pub(crate) mod many_records;
pub(crate) mod middle_names;
pub(crate) mod sex;
mod similarity;
mod single;
pub(crate) mod surname;

use super::encode::Encoded;
use crate::model::MOST_FURTHER;
pub(crate) use similarity::{Memory, least_edits, letters, may_hold};

/// One level of a comparison.
pub(crate) struct Level {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it says about the two records, in words.
    pub(crate) sentence: &'static str,
}

/// A compared field: its name and its levels; level 0 is "missing".
pub(crate) struct Field {
    /// Its name in tables.
    pub(crate) name: &'static str,
    /// Its levels.
    pub(crate) levels: &'static [Level],
}

const fn level(name: &'static str, sentence: &'static str) -> Level {
    Level { name, sentence }
}

/// The fields, in the order of the pattern, the first in the lowest bits.
pub(crate) const FIELDS: [Field; 14 + MOST_FURTHER] = [
    Field { name: "forename", levels: &forename::LEVELS },
    Field { name: "surname", levels: &surname::LEVELS },
    Field { name: "date_of_birth", levels: &date_of_birth::LEVELS },
    Field { name: "sex", levels: &sex::LEVELS },
    Field { name: "home", levels: &home::LEVELS },
    Field { name: "telephone", levels: &contact::TELEPHONE_LEVELS },
    Field { name: "email", levels: &contact::EMAIL_LEVELS },
    Field { name: "nhs_number", levels: &identifier::NHS_LEVELS },
    Field { name: "nino", levels: &identifier::NINO_LEVELS },
    Field { name: "upn", levels: &identifier::UPN_LEVELS },
    Field { name: "uln", levels: &identifier::ULN_LEVELS },
    Field { name: "middle_names", levels: &middle_names::LEVELS },
    Field { name: "full_name", levels: &full_name::LEVELS },
    Field { name: "many_records", levels: &many_records::LEVELS },
    Field { name: "further_1", levels: &further::LEVELS },
    Field { name: "further_2", levels: &further::LEVELS },
    Field { name: "further_3", levels: &further::LEVELS },
    Field { name: "further_4", levels: &further::LEVELS },
    Field { name: "further_5", levels: &further::LEVELS },
    Field { name: "further_6", levels: &further::LEVELS },
    Field { name: "further_7", levels: &further::LEVELS },
    Field { name: "further_8", levels: &further::LEVELS },
];

/// Positions of the fields in [`FIELDS`].
pub(crate) mod field {
    pub(crate) const FORENAME: usize = 0;
    pub(crate) const SURNAME: usize = 1;
    pub(crate) const BORN: usize = 2;
    pub(crate) const SEX: usize = 3;
    pub(crate) const HOME: usize = 4;
    pub(crate) const TELEPHONE: usize = 5;
    pub(crate) const EMAIL: usize = 6;
    pub(crate) const NHS: usize = 7;
    pub(crate) const NINO: usize = 8;
    pub(crate) const UPN: usize = 9;
    pub(crate) const ULN: usize = 10;
    pub(crate) const MIDDLE: usize = 11;
    pub(crate) const FULL_NAME: usize = 12;
    pub(crate) const MANY_RECORDS: usize = 13;
    /// The first of the further fields.
    pub(crate) const FURTHER: usize = 14;
}

/// True for comparisons whose levels correct others or the prior: factors, which do not add up to one.
pub(crate) const fn is_correction(index: usize) -> bool {
    matches!(index, field::FULL_NAME | field::MANY_RECORDS)
}

/// Bits of each field.
const WIDTHS: [u32; FIELDS.len()] = [5, 5, 4, 2, 4, 2, 3, 2, 2, 2, 2, 2, 4, 1, 3, 3, 3, 3, 3, 3, 3, 3];

/// Where each field starts.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time: an index out of range would not compile")]
const SHIFTS: [u32; FIELDS.len()] = {
    let mut shifts = [0; FIELDS.len()];
    let mut field = 1;
    while field < FIELDS.len() {
        assert!(FIELDS[field - 1].levels.len() <= 1 << WIDTHS[field - 1], "a field's levels fit in its bits");
        shifts[field] = shifts[field - 1] + WIDTHS[field - 1];
        field += 1;
    }
    assert!(shifts[FIELDS.len() - 1] + WIDTHS[FIELDS.len() - 1] <= 64, "a pattern fits in its word");
    shifts
};

/// The level a pattern holds for a field.
#[must_use]
pub(crate) fn level_of(pattern: u64, field: usize) -> usize {
    match (SHIFTS.get(field), WIDTHS.get(field)) {
        (Some(shift), Some(width)) => (pattern >> shift & ((1 << width) - 1)) as usize,
        _ => 0,
    }
}

/// The bits of a pattern that belong to a field.
#[must_use]
pub(crate) fn bits_of(field: usize) -> u64 {
    match (SHIFTS.get(field), WIDTHS.get(field)) {
        (Some(shift), Some(width)) => ((1 << width) - 1) << shift,
        _ => 0,
    }
}

/// A pattern with one field on a level and all others missing.
#[must_use]
pub(crate) fn at(field: usize, level: usize) -> u64 {
    SHIFTS.get(field).map_or(0, |shift| (level as u64) << shift)
}

/// A pattern with one field taken to be missing.
#[must_use]
pub(crate) fn without(pattern: u64, field: usize) -> u64 {
    match (SHIFTS.get(field), WIDTHS.get(field)) {
        (Some(shift), Some(width)) => pattern & !(((1 << width) - 1) << shift),
        _ => pattern,
    }
}

/// Compares pairs, remembering the similarity of pairs of unique values. One per worker.
pub(crate) struct Comparer<'a> {
    encoded: &'a Encoded,
    memory: Memory,
}

impl<'a> Comparer<'a> {
    /// A comparer with an empty memory.
    pub(crate) fn new(encoded: &'a Encoded) -> Self {
        Self { encoded, memory: Memory::new(encoded.names.len(), encoded.further.len()) }
    }

    /// The pattern of a pair of nodes.
    pub(crate) fn pattern(&mut self, left: u32, right: u32) -> u64 {
        let (encoded, memory) = (self.encoded, &mut self.memory);
        let (a, b) = (encoded.node(left), encoded.node(right));
        let forename = forename::compare(a, b, &encoded.names, memory);
        let surname = if forename == forename::grade::SWAPPED { 0 } else { surname::compare(a, b, &encoded.names, memory) };
        let levels = [
            forename,
            surname,
            date_of_birth::compare_births(a, b, &encoded.heaped_days),
            sex::compare(a, b, forename),
            home::compare(a, b, encoded),
            contact::compare_telephones(a.telephone, b.telephone),
            contact::compare_emails(a.email, b.email, encoded, memory),
            identifier::compare(a.nhs_number, b.nhs_number, &encoded.nhs_numbers),
            identifier::compare(a.nino, b.nino, &encoded.ninos),
            identifier::compare_upns(a, b),
            identifier::compare(a.uln, b.uln, &encoded.ulns),
            middle_names::compare(a, b, encoded),
            full_name::compare(encoded.full_name_lift(left), forename, surname),
            many_records::compare([left, right].map(|node| encoded.is_of_many(node))),
        ];
        let pattern = levels.iter().enumerate().fold(0, |pattern, (field, &level)| pattern | at(field, usize::from(level)));
        let pattern = (0..encoded.further.len()).fold(pattern, |pattern, number| {
            pattern | at(field::FURTHER + number, usize::from(further::compare(a, b, number, encoded, memory)))
        });
        pattern & encoded.compared_bits
    }
}
