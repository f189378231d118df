//! What people and homes were ever called, from month to month: hashes under the secret of the county.
//!
//! What comes in: the records of a month with their persons, and the register of the month before. What goes out: what the register keeps of it. What always holds: nothing that an extract ever said is forgotten;
//! what several persons could have been is told by whichever of them is called so this month, and by all of them if none is.

use rayon::prelude::*;

use super::decisions::present_id;
use super::persons::KeptPersons;
use super::successor;
use crate::model::known::{number_kind, person_keys, place_keys};
use crate::model::{IdKind, KnownPerson, KnownPlace, Linked, Register, StandardPersons};

/// What the register keeps.
#[derive(Default)]
pub(crate) struct Known {
    /// Sorted.
    pub(crate) persons: Vec<KnownPerson>,
    /// Sorted.
    pub(crate) places: Vec<KnownPlace>,
}

impl Known {
    /// What is known after a month: what its records say, and what earlier months knew.
    #[must_use]
    pub(crate) fn after(before: &Register, (kept, linked): (&KeptPersons, &Linked), persons: &StandardPersons, secret: &str) -> Self {
        let number = |id: &String| kept.persons.binary_search(id).ok().map(|place| place as u32);
        let of_person: Vec<Option<u32>> = linked.person_ids.par_iter().map(number).collect();
        let person = |row: usize| of_person.get(*linked.person_of_record.get(row)? as usize).copied().flatten();
        let rows = (0..persons.len()).into_par_iter();
        let said = rows.filter_map(|row| Some((row, person(row)?)));
        let said =
            said.flat_map_iter(|(row, person)| person_keys(secret, persons, row).into_iter().map(move |key| KnownPerson { key, person }));
        let mut said: Vec<KnownPerson> = said.collect();
        said.par_sort_unstable();
        said.dedup();
        // Those who have the very records. A stranger who is only called like somebody for a month inherits nothing.
        let heirs = heirs(before, kept, &of_person);
        let carried = before.known_persons.par_iter().flat_map_iter(|known| {
            let heirs = heirs.get(known.person as usize).map_or(&[][..], Vec::as_slice);
            let now = |&person: &u32| KnownPerson { key: known.key, person };
            // Of several, those who are called so this month are who was meant.
            let told = heirs.len() > 1 && heirs.iter().any(|heir| said.binary_search(&now(heir)).is_ok());
            heirs.iter().filter(move |_| !told).map(now)
        });
        let carried: Vec<KnownPerson> = carried.collect();
        said.extend(carried);
        said.par_sort_unstable();
        said.dedup();
        let homes = (0..persons.len()).into_par_iter().map(|row| place_keys(secret, persons, row));
        let mut places: Vec<KnownPlace> = homes.filter(|home| home.uprn != 0 && (home.address != 0 || home.house != 0)).collect();
        places.extend(&before.known_places);
        places.par_sort_unstable();
        places.dedup();
        Self { persons: said, places }
    }
}

/// For each person of the month before those of now who have their id, the id that it was merged with, or one of their records; `of_person` are the places of this month's persons in the register.
fn heirs(before: &Register, kept: &KeptPersons, of_person: &[Option<u32>]) -> Vec<Vec<u32>> {
    let number = |id: &str| kept.persons.binary_search_by(|known| known.as_str().cmp(id)).ok().map(|place| place as u32);
    let present = |id: &str| present_id(id, &|id| successor(&kept.ids, IdKind::Person, id));
    let mut heirs: Vec<Vec<u32>> = before.persons.par_iter().map(|id| number(&present(id)).into_iter().collect()).collect();
    for (own, previous) in of_person.iter().zip(&kept.previous_by_record) {
        for old in previous.iter().filter_map(|id| before.persons.binary_search(id).ok()) {
            if let (Some(own), Some(heirs)) = (own, heirs.get_mut(old))
                && !heirs.contains(own)
            {
                heirs.push(*own);
            }
        }
    }
    heirs
}

/// What people were ever called, to know them by.
pub(super) struct Words<'a> {
    before: &'a Register,
    /// For each person the kinds of numbers that they ever had, a bit each.
    kinds: Vec<u8>,
}

impl<'a> Words<'a> {
    /// What the register of the month before has.
    pub(super) fn of(before: &'a Register) -> Self {
        let mut kinds = vec![0; before.persons.len()];
        for known in &before.known_persons {
            if let (Some(kind), Some(kinds)) = (number_kind(known.key), kinds.get_mut(known.person as usize)) {
                *kinds |= 1 << kind;
            }
        }
        Self { before, kinds }
    }

    /// The one person who was ever called what a record says: by a number, else by names and date of birth. Whoever had another number of a kind that the record gives is somebody else.
    pub(super) fn person(&self, persons: &StandardPersons, row: u32) -> Option<u32> {
        let known = &self.before.known_persons;
        if known.is_empty() {
            return None;
        }
        let keys = person_keys(&self.before.secret, persons, row as usize);
        let only = |key: u64| match known.get(known.partition_point(|one| one.key < key)..)? {
            [one, next, ..] if one.key == key && next.key != key => Some(one.person),
            [one] if one.key == key => Some(one.person),
            _ => None,
        };
        let is_the_persons = |key: u64, person: u32| known.binary_search(&KnownPerson { key, person }).is_ok();
        let differs = |person: u32| {
            let kinds = self.kinds.get(person as usize).copied().unwrap_or_default();
            keys.iter().any(|&key| number_kind(key).is_some_and(|kind| kinds & 1 << kind != 0 && !is_the_persons(key, person)))
        };
        keys.iter().filter_map(|&key| only(key)).find(|&person| !differs(person))
    }
}
