//! Who says to live elsewhere, where addresses say too little to be places: a postcode alone, or a house and street without one.
//!
//! What comes in: the records of persons. What goes out: whether two persons say to live apart. What always holds: they do only if both say something of the
//! same kind (postcode; house and street) and none of what most sources of the one say is, but for one slip, what most of the other say. Records whose address
//! has ended say nothing.
#![expect(clippy::indexing_slicing, reason = "indices are record rows")]

use super::people::People;
use crate::model::{Day, NO_DAY, StandardField, StandardPersons};

/// Slips that a postcode or a street may have and still be the same.
const SLIPS: usize = 1;

/// What records say of areas.
pub(super) struct Areas<'a> {
    pub(super) persons: &'a StandardPersons,
    pub(super) people: &'a People,
    /// The day for which families are formed.
    pub(super) reference: Day,
}

/// A postcode, or a house and a street.
type Area<'a> = (&'a str, &'a str);

impl<'a> Areas<'a> {
    /// True if two persons say to live in two places.
    pub(super) fn apart(&self, first: u32, second: u32) -> bool {
        let postcode = |row| Some(("", self.persons.get(StandardField::Postcode, row)?));
        let street = |row| Some((self.persons.get(StandardField::House, row)?, self.persons.get(StandardField::Street, row)?));
        match (self.meet(first, second, postcode), self.meet(first, second, street)) {
            (None, None) => false,
            (postcodes, streets) => !postcodes.unwrap_or(false) && !streets.unwrap_or(false),
        }
    }

    /// Whether what is said of both is the same; nothing if nothing is said of one of them.
    fn meet(&self, first: u32, second: u32, said: impl Fn(usize) -> Option<Area<'a>>) -> Option<bool> {
        let (left, right) = (self.most_said(first, &said), self.most_said(second, &said));
        if left.is_empty() || right.is_empty() {
            return None;
        }
        let same = |a: Area<'_>, b: Area<'_>| a.0 == b.0 && (a.1 == b.1 || strsim::osa_distance(a.1, b.1) <= SLIPS);
        Some(left.iter().any(|&a| right.iter().any(|&b| same(a, b))))
    }

    /// The areas that most sources name; several where as many name each.
    fn most_said(&self, person: u32, said: impl Fn(usize) -> Option<Area<'a>>) -> Vec<Area<'a>> {
        let rows = self.people.records(person).iter().map(|&row| row as usize);
        let lasting = rows.filter(|&row| self.persons.address_to[row] == NO_DAY || self.persons.address_to[row] >= self.reference);
        let mut named: Vec<(Area<'a>, u16)> = lasting.filter_map(|row| Some((said(row)?, self.persons.position[row].source))).collect();
        named.sort_unstable();
        named.dedup();
        let counted: Vec<(Area<'a>, usize)> =
            named.chunk_by(|a, b| a.0 == b.0).filter_map(|run| run.first().map(|one| (one.0, run.len()))).collect();
        let most = counted.iter().map(|&(_, sources)| sources).max().unwrap_or(0);
        counted.into_iter().filter(|&(_, sources)| sources == most).map(|(area, _)| area).collect()
    }
}
