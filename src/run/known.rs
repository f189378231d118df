//! Whom entries of the register of restricted people describe by what earlier months knew, and what a run keeps of that.
//!
//! What comes in: the register of the month before, or a published run. What goes out: entries with the people who were ever called what these say; what the run keeps. What always holds: nothing that an
//! extract ever said is forgotten.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::reading::{ReadingError, Table};
use super::register::hash;
use crate::model::{Day, KnownPerson, KnownPlace, Register};
use crate::register::known::Known;
use crate::stages::standardise::register::RestrictedRegister;
use crate::store::RunFolder;

/// Whom entries describe by what earlier months knew: entry and person.
pub(super) fn described(before: &Register, register: &RestrictedRegister, reference: Day) -> BTreeSet<(String, String)> {
    let wanted = register.person_keys(reference, &before.secret);
    if wanted.is_empty() {
        return BTreeSet::new();
    }
    let met =
        before.known_persons.par_iter().filter_map(|known| Some((wanted.get(&known.key)?, before.persons.get(known.person as usize)?)));
    met.flat_map_iter(|(entries, person)| entries.iter().map(move |entry| ((*entry).to_owned(), person.clone()))).collect()
}

/// What a run keeps; nothing by a run of a version that did not. `ids` are the persons of its register, sorted.
///
/// # Errors
/// [`ReadingError`] if a table cannot be read.
pub(super) fn read(run: &RunFolder, ids: &[String]) -> Result<Known, ReadingError> {
    let mut known = Known::default();
    let tables = [Table::open_if_there(run, "register/known_persons")?, Table::open_if_there(run, "register/known_places")?];
    let [Some(persons), Some(places)] = tables else { return Ok(known) };
    let rows = persons.texts("person_id")?.into_iter().zip(persons.texts("word_hash")?).collect::<Vec<_>>();
    let person = |id: &str| ids.binary_search_by(|known| known.as_str().cmp(id)).ok().map(|place| place as u32);
    known.persons = rows.into_par_iter().filter_map(|(id, key)| Some(KnownPerson { key: hash(key), person: person(id)? })).collect();
    known.persons.par_sort_unstable();
    let rows = places.texts("uprn_hash")?.into_iter().zip(places.texts("address_hash")?).zip(places.texts("house_hash")?);
    let place =
        |((uprn, address), house): ((&str, &str), &str)| KnownPlace { address: hash(address), house: hash(house), uprn: hash(uprn) };
    known.places = rows.map(place).collect();
    known.places.par_sort_unstable();
    Ok(known)
}
