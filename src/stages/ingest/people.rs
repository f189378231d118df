//! Persons of a row.
//!
//! What comes in: the cells of a used row. What goes out: person records of the file, each distinct content once.
//! What always holds: two appearances are one record only if all mapped fields are equal and they share the agency's person key, or the
//! slot together with a name and a date of birth or identifier, or the slot and the key of the person they are related to, or the row itself. A record's identity is the person key, else the
//! smallest row identity among its appearances, so the order of rows does not matter.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::cells::Value;
use crate::config::checked::{ColumnKind, PersonMapping, Schema};
use crate::model::hash::{ContentHash, FastMap};
use crate::model::ids::hex;
use crate::model::intake::PersonMeta;
use crate::model::{Field, TextColumn, TextColumnBuilder, Texts, date};

/// Person records of one file.
pub(super) struct People {
    pub(super) meta: Vec<PersonMeta>,
    /// A column per field, once the table is finished; those of fields no person has stay empty.
    pub(super) columns: Vec<TextColumn>,
    /// By field.
    builders: Vec<Builder>,
    index: FastMap<u128, u32>,
    scratch: String,
}

/// A column in the making. Values wait to be looked up together, one column after the other or all at once on idle threads: the tables of a dozen columns
/// do not fit in a processor's nearest memory. A thread that waits for another's column may begin another file meanwhile; what is in a file's tables does not
/// depend on it.
#[derive(Default)]
struct Builder {
    column: TextColumnBuilder,
    /// Records whose values wait.
    records: Vec<u32>,
    waiting: Texts,
}

impl Builder {
    fn look_up(&mut self) {
        for (&record, value) in self.records.iter().zip(self.waiting.iter()) {
            // Fields of other slots that the records between do not have are absent.
            self.column.pad(record as usize);
            self.column.push(Some(value));
        }
        self.records.clear();
        self.waiting.clear();
    }
}

/// Records whose values are looked up together.
const TOGETHER: usize = 8192;

/// Records for which there is room from the beginning; room that is not used costs nothing.
const ROOM: usize = 1 << 18;

/// A row that is used.
pub(super) struct UsedRow<'r> {
    pub(super) schema: &'r Schema,
    pub(super) line: u32,
    /// Trimmed cells by column of the schema.
    pub(super) cells: &'r [&'r str],
    /// What they say.
    pub(super) values: &'r [Value],
    identity: std::cell::OnceCell<String>,
}

impl<'r> UsedRow<'r> {
    pub(super) fn new(schema: &'r Schema, line: u32, cells: &'r [&'r str], values: &'r [Value]) -> Self {
        Self { schema, line, cells, values, identity: std::cell::OnceCell::new() }
    }

    pub(super) fn cell(&self, column: usize) -> &'r str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    pub(super) fn value(&self, column: usize) -> Value {
        self.values.get(column).copied().unwrap_or(Value::Empty)
    }

    /// The standard code of a code cell.
    pub(super) fn standard_code(&self, column: usize) -> Option<&'r str> {
        let Value::Code(index) = self.value(column) else { return None };
        let ColumnKind::Code(codes) = &self.schema.columns.get(column)?.kind else { return None };
        codes.get(index as usize).map(|(_, standard)| standard.as_str())
    }

    /// Hash of the cells that make it this row; `None` where the schema names none, or all are empty.
    pub(super) fn key(&self) -> Option<u128> {
        let key = &self.schema.key;
        if key.iter().all(|&column| self.cell(column).is_empty()) {
            return None;
        }
        let mut hash = ContentHash::new(5);
        hash_cells(&mut hash, self, key);
        Some(hash.finish())
    }

    /// The row's identity within the source: its key, or the beginning of the SHA-256 of its cells.
    fn identity(&self) -> &str {
        self.identity.get_or_init(|| {
            let mut identity = String::new();
            if push_key(&mut identity, self, &self.schema.key) {
                return identity;
            }
            let mut hasher = Sha256::new();
            for cell in self.cells {
                hasher.update(cell.as_bytes());
                hasher.update([0x1f]);
            }
            hex(hasher.finalize().get(..8).unwrap_or_default())
        })
    }
}

/// Writes the cells of a key joined by `/`; false (and nothing written) if they are all empty. Cells in which the separators of a record id
/// occur are written with `~t` for `~`, `~h` for `#`, and `~s` for `/` where several cells are joined, so that two keys never read the same.
fn push_key(text: &mut String, row: &UsedRow<'_>, key: &[usize]) -> bool {
    if key.iter().all(|&column| row.cell(column).is_empty()) {
        return false;
    }
    for (place, &column) in key.iter().enumerate() {
        if place > 0 {
            text.push('/');
        }
        for letter in row.cell(column).chars() {
            match letter {
                '~' => text.push_str("~t"),
                '#' => text.push_str("~h"),
                '/' if key.len() > 1 => text.push_str("~s"),
                _ => text.push(letter),
            }
        }
    }
    true
}

impl People {
    pub(super) fn new() -> Self {
        let builders = Field::ALL.iter().map(|_| Builder::default()).collect();
        Self { meta: Vec::with_capacity(ROOM), columns: Vec::new(), builders, index: FastMap::default(), scratch: String::new() }
    }

    /// Makes room for about so many records.
    pub(super) fn expect(&mut self, records: usize) {
        self.index.reserve(records);
    }

    /// The record of the person in a slot of a row; `None` if the row holds nobody there.
    pub(super) fn add(&mut self, row: &UsedRow<'_>, slot: usize) -> Option<u32> {
        let person = row.schema.persons.get(slot)?;
        if !is_present(row, person) {
            return None;
        }
        let has_key = person.key.iter().any(|&column| !row.cell(column).is_empty());
        let several = row.schema.persons.len() > 1;
        let mut hash = ContentHash::new(1);
        let solid = is_solid(row, person);
        if has_key {
            hash.text("key");
            hash_cells(&mut hash, row, &person.key);
        } else {
            hash.number(slot as u64);
            if !solid && !hash_anchor(&mut hash, row, slot) {
                hash.text(row.identity());
            }
        }
        for (field, columns) in &person.fields {
            hash.number(*field as u64);
            for &column in columns {
                hash_cell(&mut hash, row, column);
            }
        }
        let merge = hash.finish();
        let record = self.meta.len() as u32;
        let known = *self.index.entry(merge).or_insert(record);
        if known != record {
            self.appears_again(known, row, slot, has_key, several);
            return Some(known);
        }
        self.scratch.clear();
        if !has_key || !push_key(&mut self.scratch, row, &person.key) {
            push_row_id(&mut self.scratch, row, person, several);
        }
        let id = self.scratch.as_str().into();
        self.meta.push(PersonMeta { merge, identity: who(row, person, has_key), id, slot: slot as u8, line: row.line });
        self.push_fields(row, person);
        Some(record)
    }

    fn appears_again(&mut self, record: u32, row: &UsedRow<'_>, slot: usize, has_key: bool, several: bool) {
        let Some(meta) = self.meta.get_mut(record as usize) else { return };
        (meta.slot, meta.line) = (meta.slot, meta.line).min((slot as u8, row.line));
        if let Some(person) = row.schema.persons.get(slot).filter(|_| !has_key) {
            self.scratch.clear();
            push_row_id(&mut self.scratch, row, person, several);
            if *self.scratch < *meta.id {
                meta.id = self.scratch.as_str().into();
            }
        }
    }

    fn push_fields(&mut self, row: &UsedRow<'_>, person: &PersonMapping) {
        for (field, columns) in &person.fields {
            self.scratch.clear();
            let separator = if *field == Field::Address { ", " } else { " " };
            let parts = *field == Field::DateOfBirth && are_parts(row, columns);
            for &column in columns {
                let before = self.scratch.len();
                match row.cell(column).strip_suffix(date::FRACTION).filter(|_| parts) {
                    Some(whole) => {
                        self.scratch.push_str(if before == 0 { "" } else { separator });
                        self.scratch.push_str(whole);
                    }
                    None => push_cell(&mut self.scratch, row, column, separator),
                }
                if parts && self.scratch.len() == before {
                    self.scratch.push_str(if before == 0 { "" } else { separator });
                    self.scratch.push_str(date::EMPTY_PART);
                }
            }
            let record = self.meta.len() as u32 - 1;
            if let Some(builder) = self.builders.get_mut(*field as usize) {
                builder.records.push(record);
                builder.waiting.push(&self.scratch);
            }
        }
        if self.meta.len().is_multiple_of(TOGETHER) {
            self.builders.par_iter_mut().for_each(Builder::look_up);
        }
    }

    /// Makes every column in use as long as the table and lets go of what only building needs.
    pub(super) fn finish(&mut self) {
        self.index = FastMap::default();
        if self.meta.len() < self.meta.capacity() / 2 {
            self.meta.shrink_to_fit();
        }
        let rows = self.meta.len();
        let finish = |mut builder: Builder| {
            builder.look_up();
            if !builder.column.is_empty() {
                builder.column.pad(rows);
            }
            builder.column.finish()
        };
        self.columns = std::mem::take(&mut self.builders).into_par_iter().map(finish).collect();
    }
}

fn push_row_id(text: &mut String, row: &UsedRow<'_>, person: &PersonMapping, several: bool) {
    text.push_str(row.identity());
    if several {
        text.push('#');
        text.push_str(&person.slot);
    }
}

fn filled(row: &UsedRow<'_>, person: &PersonMapping, fields: &[Field]) -> bool {
    let mapped = person.fields.iter().filter(|(field, _)| fields.contains(field));
    mapped.flat_map(|(_, columns)| columns).any(|&column| !row.cell(column).is_empty())
}

const NAMES: &[Field] = &[Field::FullName, Field::Forename, Field::Surname];
const IDENTIFIERS: &[Field] = &[Field::NhsNumber, Field::Nino, Field::Upn, Field::FormerUpn, Field::Uln];

fn is_present(row: &UsedRow<'_>, person: &PersonMapping) -> bool {
    if person.present_if.is_empty() {
        return filled(row, person, NAMES) || filled(row, person, &[Field::DateOfBirth]) || filled(row, person, IDENTIFIERS);
    }
    person.present_if.iter().any(|&column| !row.cell(column).is_empty())
}

/// Adds the agency's key of the person this one is stated to be related to; false if there is none. The named contact of one pupil is the same
/// contact on each of the pupil's rows.
fn hash_anchor(hash: &mut ContentHash, row: &UsedRow<'_>, slot: usize) -> bool {
    for relation in &row.schema.relations {
        let other = match (relation.from == slot, relation.to == slot) {
            (true, false) => relation.to,
            (false, true) => relation.from,
            _ => continue,
        };
        let Some(person) = row.schema.persons.get(other) else { continue };
        if person.key.iter().any(|&column| !row.cell(column).is_empty()) {
            hash.text("anchor");
            hash.number(other as u64);
            hash_cells(hash, row, &person.key);
            return true;
        }
    }
    false
}

/// True if a date comes from several columns, of which one has something and none a whole date.
fn are_parts(row: &UsedRow<'_>, columns: &[usize]) -> bool {
    /// Digits of the longest part, a year.
    const LONGEST: usize = 4;
    let filled = || columns.iter().map(|&column| row.cell(column)).filter(|cell| !cell.is_empty());
    let is_part = |cell: &str| {
        cell.strip_suffix(date::FRACTION).unwrap_or(cell).len() <= LONGEST || !cell.contains(|character: char| character.is_ascii_digit())
    };
    columns.len() > 1 && filled().next().is_some() && filled().all(is_part)
}

/// A name with a date of birth or an identifier: enough to say that equal content is the same person.
fn is_solid(row: &UsedRow<'_>, person: &PersonMapping) -> bool {
    filled(row, person, NAMES) && (filled(row, person, &[Field::DateOfBirth]) || filled(row, person, IDENTIFIERS))
}

fn who(row: &UsedRow<'_>, person: &PersonMapping, has_key: bool) -> u128 {
    let mut hash = ContentHash::new(2);
    if has_key {
        hash_cells(&mut hash, row, &person.key);
    } else {
        for (field, columns) in person.fields.iter().filter(|(field, _)| NAMES.contains(field) || *field == Field::DateOfBirth) {
            hash.number(*field as u64);
            for &column in columns {
                hash.text(&row.cell(column).to_lowercase());
            }
        }
    }
    hash.finish()
}

fn hash_cells(hash: &mut ContentHash, row: &UsedRow<'_>, columns: &[usize]) {
    for &column in columns {
        hash.text(row.cell(column));
    }
}

fn hash_cell(hash: &mut ContentHash, row: &UsedRow<'_>, column: usize) {
    match row.value(column) {
        Value::Day(day) => hash.number(u64::from(day.cast_unsigned()) | (1 << 40)),
        Value::Code(_) => hash.text(standard_text(row, column)),
        _ => hash.text(row.cell(column)),
    }
}

/// The standard code of a person's field; `-` means none.
fn standard_text<'r>(row: &UsedRow<'r>, column: usize) -> &'r str {
    row.standard_code(column).filter(|standard| *standard != "-").unwrap_or_default()
}

/// Appends what a cell says: the ISO date, the standard code, or the text with line breaks taken out. A date that fits no format stays as it
/// is for standardisation to judge; an unlisted code and a damaged cell say nothing.
fn push_cell(text: &mut String, row: &UsedRow<'_>, column: usize, separator: &str) {
    let cell = row.cell(column);
    let before = text.len();
    if before > 0 && !cell.is_empty() {
        text.push_str(separator);
    }
    let start = text.len();
    match row.value(column) {
        Value::Empty | Value::Unfit("unlisted-code" | "damaged-cell" | "formula-without-value") => {}
        Value::Day(day) => text.push_str(&date::iso(day)),
        Value::Code(_) => text.push_str(standard_text(row, column)),
        Value::Text | Value::Number(_) | Value::Unfit(_) => {
            if cell.contains(['\n', '\r', '\t']) {
                let lines: Vec<&str> = cell.split(['\n', '\r', '\t']).map(str::trim).filter(|line| !line.is_empty()).collect();
                text.push_str(&lines.join(separator));
            } else {
                text.push_str(cell);
            }
        }
    }
    if text.len() == start {
        text.truncate(before);
    }
}
