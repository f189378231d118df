//! Further fields: what a pipeline compares besides the fields every person has.
//!
//! A file about people may hold an occupation, a place of birth, a membership number; a schema names such a field and says what kind of value it
//! is, and linkage compares it by its kind. No field is special-cased by its name.

use std::str::FromStr;

use super::event::vocabulary;
use super::{Field, StandardField};

vocabulary! {
    /// What kind of value a further field holds: it decides how two values are compared.
    FurtherKind {
        /// Free text with slips of the pen: a street, a town, a title.
        Text = "text",
        /// One of a list of values, equal or not: an occupation, a place of birth.
        Category = "category",
        /// A quantity: near values are alike.
        Number = "number",
        /// A day.
        Date = "date",
        /// A number or code meant to be one person's only.
        Identifier = "identifier",
    }
}

/// A further field of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FurtherField {
    /// Its name, the same in all schemas.
    pub name: String,
    /// What it holds.
    pub kind: FurtherKind,
}

/// Most further fields of a pipeline: the comparison pattern has three bits for each.
pub const MOST_FURTHER: usize = 8;

/// Where records hold the further fields as they came, in the order of their names.
pub const FURTHER: [Field; MOST_FURTHER] = [
    Field::Further1,
    Field::Further2,
    Field::Further3,
    Field::Further4,
    Field::Further5,
    Field::Further6,
    Field::Further7,
    Field::Further8,
];

/// Where records hold the further fields in comparable form.
pub const STANDARD_FURTHER: [StandardField; MOST_FURTHER] = [
    StandardField::Further1,
    StandardField::Further2,
    StandardField::Further3,
    StandardField::Further4,
    StandardField::Further5,
    StandardField::Further6,
    StandardField::Further7,
    StandardField::Further8,
];
