//! Tables about persons: records, links between them, where they live, how they are related.

use super::ColumnType::{Boolean, Date, Integer, Number, Text, TextList};
use super::{Access, TableDefinition, column};

/// Person records and the person each belongs to.
pub const PERSONS: TableDefinition = TableDefinition {
    name: "persons",
    row: "person record: one appearance of a person on an extract's row",
    order: "source, record_id",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("source", Text, "source name", "Feed the record came from."),
        column("record_id", Text, "", "The record, as the agency identifies it (a hash of its content where it does not)."),
        column("file", Text, "path below the data folder", "File the record came from."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column("slot", Integer, "from 0", "Which person of the row: position among the schema's persons."),
        column("role", Text, "person role", "Role of the person on the row."),
        column("person_id", Text, "P and 12 hexadecimal digits", "Person the record belongs to; empty for a test record."),
        column("forename", Text, "upper case", "First forename after standardisation."),
        column("middle_names", Text, "upper case", "Further forenames."),
        column("surname", Text, "upper case", "Surname after standardisation."),
        column("other_surname", Text, "upper case", "Maiden, former or preferred surname."),
        column("alias", Text, "upper case", "Other forename the person is known by."),
        column("date_of_birth", Date, "", "Date of birth; empty when missing or a default such as 1900-01-01."),
        column("sex", Text, "M, F", "Sex; empty when not recorded as one of these."),
        column("address_withheld", Boolean, "", "True if the person or family is restricted: the three address columns are empty then."),
        column("postcode", Text, "", "Postcode, with one space."),
        column("uprn", Text, "digits", "Unique Property Reference Number."),
        column("address_key", Text, "flat|house|street|postcode", "Canonical address."),
        column("nhs_number", Text, "ten digits", "NHS number, check digit verified."),
        column("nino", Text, "without suffix", "National Insurance number, form verified."),
        column("upn", Text, "", "Unique Pupil Number, check letter verified."),
        column("is_test", Boolean, "", "True for a dummy or test record: it takes no part in anything."),
        column("notes", TextList, "field: code", "What standardisation changed or noticed."),
    ],
};

/// Pairs of records worth keeping.
pub const LINKS: TableDefinition = TableDefinition {
    name: "links",
    row: "pair of person records that was kept",
    order: "left source and record_id, right source and record_id",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("left_source", Text, "source name", "Feed of the first record."),
        column("left_record_id", Text, "", "The first record, as its agency identifies it."),
        column("right_source", Text, "source name", "Feed of the second record."),
        column("right_record_id", Text, "", "The second record, as its agency identifies it."),
        column(
            "weight",
            Number,
            "bits",
            "Match weight: log2 of the odds that both are the same person; empty where the pattern is, because it would tell it.",
        ),
        column(
            "probability",
            Number,
            "0 to 1",
            "Probability that both are the same person: that of the weight, raised within one person by what its other records say; in tenths where the pattern is empty.",
        ),
        column(
            "pattern",
            Text,
            "hexadecimal",
            "Levels of agreement per field, packed; `fwt explain pair` spells them out. Empty where a record is of a hidden person, or only one of the two addresses is withheld.",
        ),
        column("decision", Text, "linked, prevented, review, implied, decided, unlinked", "What became of the pair."),
    ],
};

/// Merges that conflicting evidence prevented.
pub const PREVENTED: TableDefinition = TableDefinition {
    name: "prevented",
    row: "pair of records kept apart by conflicting evidence",
    order: "left source and record_id, right source and record_id",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("left_source", Text, "source name", "Feed of a record on one side."),
        column("left_record_id", Text, "", "That record, as its agency identifies it."),
        column("right_source", Text, "source name", "Feed of a record on the other side."),
        column("right_record_id", Text, "", "That record, as its agency identifies it."),
        column(
            "reason",
            Text,
            "kebab-case code",
            "What speaks against the merge, such as twins or two-nhs-numbers; withheld where a record is of a hidden person.",
        ),
    ],
};

/// Where persons live or lived.
pub const RESIDENCES: TableDefinition = TableDefinition {
    name: "residences",
    row: "person, address, period and feed",
    order: "person in the order of their first record, source, address, period",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("person_id", Text, "P and 12 hexadecimal digits", "Identifier of the person."),
        column("source", Text, "source name", "Feed that gives the address."),
        column("uprn", Text, "digits", "Unique Property Reference Number; empty when not given or restricted."),
        column("address_key", Text, "flat|house|street|postcode", "Canonical address; empty when too little is known or restricted."),
        column("postcode", Text, "", "Postcode; empty when not given or restricted."),
        column("address_from", Date, "", "Day from which the address holds; empty when not said."),
        column("address_to", Date, "", "Day until which it held; empty when not said."),
        column("last_seen", Date, "", "As-at day of the newest delivery that gives it."),
        column("records", Integer, "records", "Person records that give it."),
        column("address_withheld", Boolean, "", "True if the person or family is restricted: the three address columns are empty then."),
    ],
};

/// Relations that rows state.
pub const RELATIONSHIPS: TableDefinition = TableDefinition {
    name: "relationships",
    row: "stated relation between two persons on an extract's row",
    order: "first person, second person (each in the order of their first record), kind, source, file, line",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("person_id", Text, "P and 12 hexadecimal digits", "The first person."),
        column("other_person_id", Text, "P and 12 hexadecimal digits", "The second person."),
        column("kind", Text, "relation kind", "How the first stands to the second, such as parent_of."),
        column("lives_together", Boolean, "", "True if the row says that they live together; false if it does not say."),
        column("since", Date, "", "From when; empty when not said."),
        column("until", Date, "", "Until when; empty if still so."),
        column("source", Text, "source name", "Feed that states it."),
        column("file", Text, "path below the data folder", "File that states it."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
    ],
};
