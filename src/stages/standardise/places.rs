//! The addresses of all records: parts, postcode and key.
//!
//! What comes in: the address and postcode columns. What goes out: flat, house, street, town, postcode and address key.
//! What always holds: a postcode of its own column counts before one written into the address; the key is made once per
//! distinct pair of address and postcode.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::model::{Field, NO_TEXT, RawPersons, StandardField, TextColumn};

use super::address::{AddressReading, address_key, read_address};
use super::notes::Notebook;
use super::people::Pool;
use super::postcode::read_postcode;
use super::{Table, read_unique};

/// Distinct pairs of codes, numbered in order of first appearance.
#[derive(Default)]
pub(super) struct Pairs {
    numbers: HashMap<(u32, u32), u32>,
    list: Vec<(u32, u32)>,
}

impl Pairs {
    /// The number of a pair; [`NO_TEXT`] if its first half is absent.
    pub(super) fn number(&mut self, first: u32, second: u32) -> u32 {
        if first == NO_TEXT {
            return NO_TEXT;
        }
        let next = self.list.len() as u32;
        let number = *self.numbers.entry((first, second)).or_insert(next);
        if number == next {
            self.list.push((first, second));
        }
        number
    }

    /// The pairs by their number.
    pub(super) fn list(&self) -> &[(u32, u32)] {
        &self.list
    }
}

/// One part of an address.
type Part = fn(&AddressReading) -> &Option<String>;

/// Fills the address columns.
pub(super) fn places(raw: &RawPersons, table: &mut Table, notebook: &mut Notebook) {
    let (address, postcode) = (raw.column(Field::Address), raw.column(Field::Postcode));
    let addresses = read_unique(address, read_address);
    let postcodes = read_unique(postcode, read_postcode);
    notebook.add(Field::Address, addresses.iter().map(|reading| reading.notes).collect());
    notebook.add(Field::Postcode, postcodes.iter().map(|reading| reading.notes).collect());
    let parts: [(StandardField, Part); 4] = [
        (StandardField::Flat, |reading| &reading.flat),
        (StandardField::House, |reading| &reading.house),
        (StandardField::Street, |reading| &reading.street),
        (StandardField::Town, |reading| &reading.town),
    ];
    let columns: Vec<(StandardField, TextColumn)> = parts
        .into_par_iter()
        .map(|(field, part)| {
            let values: Vec<Option<String>> = addresses.iter().map(|reading| part(reading).clone()).collect();
            (field, address.recoded(&values))
        })
        .collect();
    for (field, column) in columns {
        table.set(field, column);
    }
    let mut pool = Pool::default();
    let own = pool.add(postcode, postcodes.into_iter().map(|reading| reading.value));
    let written = pool.add(address, addresses.iter().map(|reading| reading.postcode.clone()));
    let postcodes = pool.first_of(raw.len(), &[own, written]);
    let mut pairs = Pairs::default();
    let index: Vec<u32> =
        address.codes().iter().zip(postcodes.codes()).map(|(&address, &postcode)| pairs.number(address, postcode)).collect();
    let keys: Vec<Option<String>> = pairs
        .list()
        .par_iter()
        .map(|&(address, code)| addresses.get(address as usize).and_then(|reading| address_key(reading, postcodes.value(code))))
        .collect();
    table.set(StandardField::AddressKey, TextColumn::from_indexed(&keys, &index));
    table.set(StandardField::Postcode, postcodes);
}
