//! The table dictionary: every table that is written, with a type, a unit and a sentence per column.
//!
//! The Parquet metadata, ARCHITECTURE.md and the writers all come from here, so they cannot differ.
//! What always holds: table names are unique, column names are unique within a table, every column has a sentence, and
//! a table that is not [`Access::RestrictedIdentifiers`] has no column for a name, date of birth, address or identifier.

mod families;
mod intake;
mod list;
mod memory;
mod persons;
mod register;
mod run;
mod shareable;
mod star;
mod watch;

pub use families::{FAMILIES, MEMBERS, MEMBERSHIP_EVIDENCE};
pub use intake::{INTAKE_EVENTS, INTAKE_FILES, INTAKE_NOTES, INTAKE_PERSONS, INTAKE_RELATIONS, INTAKE_ROWS};
pub use list::{COVERAGE, CRITERIA, EVIDENCE, IDENTIFICATION, KEPT_EVIDENCE, REFERRAL_CANDIDATES};
pub use memory::{LINK_EDGES, LINK_NODES};
pub use persons::{LINKS, PERSONS, PREVENTED, RELATIONSHIPS, RESIDENCES};
pub use register::{
    CHANGES, FAMILY_EVENTS, ID_HISTORY, IDENTITIES, KNOWN_PERSONS, KNOWN_PLACES, LIST_HISTORY, MEMBERSHIPS, WITHHELD_ENTRIES,
    WITHHELD_IDENTITIES, WITHHELD_PERSONS, WITHHELD_PLACES, WITHHELD_WORDS,
};
pub use run::{DATA_QUALITY, DELIVERIES, FEED_AGREEMENT, LEDGER, REJECTS};
pub use shareable::{COMMITTEE, COMMITTEE_TARGETS};
pub use star::{
    DIM_CHANGE, DIM_CRITERION, DIM_DATE, DIM_DISTRICT, DIM_FAMILY, DIM_LOCALITY, DIM_MONTH, DIM_PACK, DIM_ROUTE, DIM_SOURCE, DIM_STATUS,
    DIM_TARGET, FACT_CHANGE, FACT_CRITERION, FACT_DATA_QUALITY, FACT_EVENT_FLAG, FACT_FEED, FACT_IDENTIFICATION, FACT_JOURNEY,
    FACT_LINKAGE_QUALITY, FACT_RUN, FACT_TARGET, FAMILY_KEY, is_dimension, star_name,
};
pub use watch::{WATCH_EVIDENCE, WATCH_LIST};

/// Every table of a run folder, the list first.
pub const TABLES: &[TableDefinition] = &[
    IDENTIFICATION,
    CRITERIA,
    EVIDENCE,
    KEPT_EVIDENCE,
    COVERAGE,
    WATCH_LIST,
    WATCH_EVIDENCE,
    REFERRAL_CANDIDATES,
    CHANGES,
    FAMILIES,
    MEMBERS,
    MEMBERSHIP_EVIDENCE,
    FAMILY_EVENTS,
    MEMBERSHIPS,
    LIST_HISTORY,
    ID_HISTORY,
    IDENTITIES,
    PERSONS,
    LINKS,
    PREVENTED,
    RESIDENCES,
    RELATIONSHIPS,
    REJECTS,
    DATA_QUALITY,
    FEED_AGREEMENT,
    DELIVERIES,
    LEDGER,
    FACT_IDENTIFICATION,
    FACT_CRITERION,
    FACT_EVENT_FLAG,
    FACT_CHANGE,
    FACT_JOURNEY,
    FACT_TARGET,
    FACT_FEED,
    FACT_DATA_QUALITY,
    FACT_LINKAGE_QUALITY,
    FACT_RUN,
    DIM_MONTH,
    DIM_DATE,
    DIM_DISTRICT,
    DIM_LOCALITY,
    DIM_PACK,
    DIM_CRITERION,
    DIM_SOURCE,
    DIM_ROUTE,
    DIM_STATUS,
    DIM_CHANGE,
    DIM_FAMILY,
    DIM_TARGET,
    COMMITTEE,
    COMMITTEE_TARGETS,
];

/// Every table in the folder `register` of a run: what the runs after it need, for them and not for people. Restricted addresses are in them.
pub const REGISTER: &[TableDefinition] = &[
    INTAKE_FILES,
    INTAKE_PERSONS,
    INTAKE_EVENTS,
    INTAKE_RELATIONS,
    INTAKE_NOTES,
    INTAKE_ROWS,
    WITHHELD_IDENTITIES,
    WITHHELD_ENTRIES,
    WITHHELD_PERSONS,
    WITHHELD_PLACES,
    WITHHELD_WORDS,
    KNOWN_PERSONS,
    KNOWN_PLACES,
    LINK_NODES,
    LINK_EDGES,
];

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

impl ColumnType {
    /// The name used in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::TextList => "list of texts",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "true or false",
            Self::Date => "date",
        }
    }
}

/// Who may see a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Names, dates of birth, addresses or identifiers.
    RestrictedIdentifiers,
    /// About families, without direct identifiers.
    Restricted,
    /// Positions, codes and counts; about families under pseudonyms only.
    Internal,
    /// Counts with small numbers suppressed: for people outside.
    Shareable,
}

impl Access {
    /// The name used in metadata and documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RestrictedIdentifiers => "restricted, identifiers",
            Self::Restricted => "restricted, no direct identifiers",
            Self::Internal => "internal",
            Self::Shareable => "shareable",
        }
    }
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
    /// Name, with the folder it stands in where it has one; the file is `<name>.parquet`.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// What its rows are sorted by.
    pub order: &'static str,
    /// Who may see it.
    pub access: Access,
    /// Version of its columns.
    pub version: u32,
    /// Its columns.
    pub columns: &'static [ColumnDefinition],
}

/// A column; the short form keeps the dictionary one line per column.
const fn column(name: &'static str, kind: ColumnType, unit: &'static str, sentence: &'static str) -> ColumnDefinition {
    ColumnDefinition { name, kind, unit, sentence }
}

/// The definition of a table by its name.
#[must_use]
pub fn table(name: &str) -> Option<&'static TableDefinition> {
    TABLES.iter().find(|table| table.name == name)
}

/// The dictionary as Markdown, for ARCHITECTURE.md.
#[must_use]
pub fn dictionary_markdown() -> String {
    let mut lines = Vec::new();
    let folders = TABLES.iter().map(|table| ("", table)).chain(REGISTER.iter().map(|table| ("register/", table)));
    for (folder, table) in folders {
        let access = table.access.name();
        lines.push(format!("### `{folder}{}`\n\nOne row per {}, sorted by {}; {access}.\n", table.name, table.row, table.order));
        lines.push("| column | type | unit or form | what it says |\n|---|---|---|---|".to_owned());
        let rows = table.columns.iter().map(|column| (column, column.unit.replace('|', "\\|")));
        lines.extend(rows.map(|(column, unit)| format!("| `{}` | {} | {unit} | {} |", column.name, column.kind.name(), column.sentence)));
        lines.push(String::new());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_and_column_is_named_once_and_has_a_sentence() {
        let names: BTreeSet<_> = TABLES.iter().chain(REGISTER).map(|table| table.name).collect();
        assert_eq!(names.len(), TABLES.len() + REGISTER.len());
        for definition in TABLES.iter().chain(REGISTER) {
            assert!(!definition.row.is_empty() && !definition.order.is_empty() && definition.version > 0, "{}", definition.name);
            let columns: BTreeSet<_> = definition.columns.iter().map(|column| column.name).collect();
            assert_eq!(columns.len(), definition.columns.len(), "{}", definition.name);
            for column in definition.columns {
                let plain = column.name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
                assert!(plain, "{}.{}", definition.name, column.name);
                let sentence = column.sentence;
                assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{}.{}", definition.name, column.name);
            }
        }
    }

    #[test]
    fn only_tables_of_identifiers_have_columns_for_them() {
        let direct = [
            "forename",
            "middle_names",
            "surname",
            "other_surname",
            "alias",
            "date_of_birth",
            "postcode",
            "uprn",
            "address_key",
            "nhs_number",
            "nino",
            "upn",
            "record_id",
            "left_record_id",
            "right_record_id",
            "other_record_id",
        ];
        for definition in TABLES.iter().chain(REGISTER).filter(|table| table.access != Access::RestrictedIdentifiers) {
            for column in definition.columns {
                assert!(!direct.contains(&column.name), "{}.{}", definition.name, column.name);
            }
        }
    }

    #[test]
    fn the_dictionary_prints_every_column() {
        let text = dictionary_markdown();
        for definition in TABLES {
            assert!(text.contains(&format!("### `{}`", definition.name)));
        }
        for definition in REGISTER {
            assert!(text.contains(&format!("### `register/{}`", definition.name)));
        }
        assert_eq!(text.matches("| `").count(), TABLES.iter().chain(REGISTER).map(|table| table.columns.len()).sum::<usize>());
    }
}
