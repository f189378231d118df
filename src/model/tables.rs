//! The table dictionary: every table that is written, with a type, a unit and a sentence per column.
//!
//! The Parquet metadata, ARCHITECTURE.md and the writers all come from here, so they cannot differ.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// List of texts.
    TextList,
    /// Whole number, 64 bits.
    Integer,
    /// Floating point number, 64 bits.
    Number,
    /// True or false.
    Boolean,
    /// Calendar date.
    Date,
}

/// Who may see a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Names, dates of birth, addresses or identifiers.
    RestrictedIdentifiers,
    /// About families, without direct identifiers.
    Restricted,
    /// Positions, codes and counts.
    Internal,
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDefinition {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: ColumnType,
    /// Unit or form, such as `days` or `kebab-case code`; empty when plain.
    pub unit: &'static str,
    /// One sentence.
    pub sentence: &'static str,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct TableDefinition {
    /// Name; the file is `<name>.parquet`.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Who may see it.
    pub access: Access,
    /// Version of its columns.
    pub version: u32,
    /// Its columns.
    pub columns: &'static [ColumnDefinition],
}
