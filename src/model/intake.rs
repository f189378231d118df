//! Files as they were taken in: what outlives the extracts.
//!
//! What comes in: the rows of one file after its contract was checked. What goes out: the same to every later run, because raw extracts are destroyed within
//! weeks while windows and baselines need years (design.md §10). What always holds: a file read back from a run gives the records, events and
//! relations that the file itself gave, with file, line and hash; nothing here prints a value.

use super::{Day, EventKind, EventRole, Month, Relation, TextColumn};

/// What is known of a person record of a file besides its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonMeta {
    /// Appearances with the same value are one record.
    pub merge: u128,
    /// Who it is within the source, for telling whether two events are one: the person key, else name and date of birth.
    pub identity: u128,
    /// Record id, before several contents of one key are told apart.
    pub id: Box<str>,
    /// Smallest slot of its appearances, and the smallest line in it.
    pub slot: u8,
    /// See `slot`.
    pub line: u32,
}

/// Events of one file, columns of equal length; `record` is a row of the file's persons, `u32::MAX` for an event of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRows {
    /// Kind of each event.
    pub kind: Vec<EventKind>,
    /// Person record of the file.
    pub record: Vec<u32>,
    /// That person's role.
    pub role: Vec<EventRole>,
    /// Standard code.
    pub code: TextColumn,
    /// Day it happened or began.
    pub from: Vec<Day>,
    /// Day it ended; `NO_DAY` for a single day or one still going on.
    pub to: Vec<Day>,
    /// First quantity, -1 when absent.
    pub quantity: Vec<i32>,
    /// Second quantity, -1 when absent.
    pub out_of: Vec<i32>,
    /// Third quantity, -1 when absent.
    pub excused: Vec<i32>,
    /// The agency's own reference.
    pub reference: TextColumn,
    /// Line of the file.
    pub line: Vec<u32>,
}

/// A used row of a file that adds to earlier ones, and what makes it that row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowKey {
    /// Line of the file.
    pub line: u32,
    /// Hash of the cells that the schema says make a row.
    pub key: u128,
}

/// A row set aside or a value not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeNote {
    /// Line of the file.
    pub line: u32,
    /// Column header; empty for the whole row.
    pub column: String,
    /// Stable reason in kebab-case.
    pub code: &'static str,
    /// True if the whole row was set aside.
    pub row_set_aside: bool,
}

/// One file, taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeFile {
    /// Name of its source.
    pub source: String,
    /// Path below the data folder, with `/`.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// The month it was delivered for.
    pub month: Month,
    /// The day it describes.
    pub as_at: Day,
    /// The persons of a row and the further fields as the schema and the pipeline had them: what `slot` and the columns count by.
    pub layout: String,
    /// Data rows read.
    pub rows_read: u64,
    /// Data rows used.
    pub rows_used: u64,
    /// What is to be known about the file although it was used.
    pub warnings: Vec<String>,
    /// Person records, each distinct content once.
    pub persons: Vec<PersonMeta>,
    /// A column per [`super::Field::ALL`]; those that no person has are empty.
    pub columns: Vec<TextColumn>,
    /// Events.
    pub events: EventRows,
    /// Relations; persons are rows of `persons`.
    pub relations: Vec<Relation>,
    /// Used rows by line, of a feed whose files add up and whose schema says what makes a row: of a row that comes again the latest form counts.
    pub row_keys: Vec<RowKey>,
    /// Rows set aside and values not used.
    pub notes: Vec<IntakeNote>,
}

impl EventRows {
    /// Number of events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }
}

impl IntakeFile {
    /// Data rows set aside.
    #[must_use]
    pub fn rows_set_aside(&self) -> u64 {
        self.notes.iter().filter(|note| note.row_set_aside).count() as u64
    }
}
