//! The addresses of all records: parts, postcode and key.
//!
//! What comes in: the address and postcode columns. What goes out: flat, house, street, town, postcode and address key.
//! What always holds: a postcode of its own column counts before one written into the address; the key is made once per
//! distinct pair of address and postcode.

use rayon::prelude::*;

use crate::model::hash::FastMap;
use crate::model::{Field, NO_TEXT, RawPersons, StandardField, TextColumn};

use super::address::{AddressReading, address_key, read_address};
use super::people::Pool;
use super::postcode::read_postcode;
use super::{Part, read_unique};

/// Distinct pairs of codes, numbered in order of first appearance.
#[derive(Default)]
pub(super) struct Pairs {
    numbers: FastMap<(u32, u32), u32>,
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
type AddressPart = fn(&AddressReading) -> &Option<String>;

/// The address columns.
pub(super) fn places(raw: &RawPersons) -> Part {
    let (address, postcode) = (raw.column(Field::Address), raw.column(Field::Postcode));
    let addresses = read_unique(address, read_address);
    let own_postcodes = read_unique(postcode, read_postcode);
    let parts: [(StandardField, AddressPart); 4] = [
        (StandardField::Flat, |reading| &reading.flat),
        (StandardField::House, |reading| &reading.house),
        (StandardField::Street, |reading| &reading.street),
        (StandardField::Town, |reading| &reading.town),
    ];
    let of_parts = || -> Vec<(StandardField, TextColumn)> {
        let column = |(field, part): (StandardField, AddressPart)| {
            let values: Vec<Option<&str>> = addresses.iter().map(|reading| part(reading).as_deref()).collect();
            (field, address.recoded(&values))
        };
        parts.into_par_iter().with_max_len(1).map(column).collect()
    };
    let keys_and_postcodes = || {
        let mut pool = Pool::default();
        let own = pool.add(postcode, own_postcodes.iter().map(|reading| reading.value.as_deref()));
        let written = pool.add(address, addresses.iter().map(|reading| reading.postcode.as_deref()));
        let postcodes = pool.first_of(raw.len(), &[own, written]);
        let mut pairs = Pairs::default();
        let index: Vec<u32> =
            address.codes().iter().zip(postcodes.codes()).map(|(&address, &postcode)| pairs.number(address, postcode)).collect();
        let key =
            |&(address, code): &(u32, u32)| addresses.get(address as usize).and_then(|reading| address_key(reading, postcodes.value(code)));
        let keys: Vec<Option<String>> = pairs.list().par_iter().map(key).collect();
        [(StandardField::AddressKey, TextColumn::from_indexed(&keys, &index)), (StandardField::Postcode, postcodes)]
    };
    let (mut columns, rest) = rayon::join(of_parts, keys_and_postcodes);
    columns.extend(rest);
    let notes = vec![
        (Field::Address, addresses.iter().map(|reading| reading.notes).collect()),
        (Field::Postcode, own_postcodes.iter().map(|reading| reading.notes).collect()),
    ];
    Part { columns, notes }
}
