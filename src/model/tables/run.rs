//! Tables about the run itself: what was read, what was set aside, how good it is, whether it adds up.

use super::ColumnType::{Boolean, Date, Integer, Number, Text, TextList};
use super::{Access, TableDefinition, column};

/// Rows set aside and values ignored.
pub const REJECTS: TableDefinition = TableDefinition {
    name: "rejects",
    row: "row set aside, or value of a used row that was ignored",
    order: "source, file, line, column, code",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("source", Text, "source name", "Feed the row came from."),
        column("file", Text, "path below the data folder", "File the row stands in."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column("column", Text, "header", "Column at fault; empty when the whole row is."),
        column("code", Text, "kebab-case code", "What is wrong with it; never the value."),
        column("row_set_aside", Boolean, "", "True if the whole row was set aside, false if only the value was ignored."),
    ],
};

/// Completeness and validity of what feeds say about people.
pub const DATA_QUALITY: TableDefinition = TableDefinition {
    name: "data_quality",
    row: "feed, role on the row and field of a person that the feed fills at least once",
    order: "source, role, field",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("source", Text, "source name", "Feed."),
        column("agency", Text, "", "Agency that sends it."),
        column("role", Text, "person role", "Role of the person on the row."),
        column("field", Text, "field name", "Field of the person, as schema files name it."),
        column("records", Integer, "records", "Person records of that feed and role."),
        column("present", Integer, "records", "Records whose field is filled."),
        column("present_share", Number, "0 to 1", "Share of the records whose field is filled."),
        column("unusable", Integer, "records", "Records whose field is filled with something that cannot be used."),
        column("usable_share", Number, "0 to 1", "Share of the records whose field is filled and usable."),
        column("changed", Integer, "records", "Records whose field was repaired, split or cleaned."),
        column("notes", TextList, "code: records", "What was noticed, and how often."),
    ],
};

/// How feeds agree about the people they share.
pub const FEED_AGREEMENT: TableDefinition = TableDefinition {
    name: "feed_agreement",
    row: "feed and field that at least 30 people shared with another feed have in both",
    order: "source, field in the order of the schema's",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("source", Text, "source name", "Feed."),
        column("agency", Text, "", "Agency that sends it."),
        column("field", Text, "field name", "Field of the person, as schema files name it."),
        column(
            "pairs",
            Integer,
            "pairs",
            "Pairs of the feed and another one that have the same person, the field filled in both; restricted people left out.",
        ),
        column(
            "different",
            Integer,
            "pairs",
            "Those in which no value of the one is one of the other's; of forenames the first letter counts.",
        ),
        column("different_share", Number, "0 to 1", "Share of the pairs that differ."),
        column(
            "judged_share",
            Number,
            "0 to 1",
            "Share by which the feed is judged: of what people keep that of the feed's pairs with the partner in the middle, of what they change with the partner that agrees most.",
        ),
        column(
            "others_least_share",
            Number,
            "0 to 1",
            "Least share that differs between two other feeds; empty if no two share 30 people.",
        ),
        column(
            "mostly",
            Text,
            "day-and-month-exchanged, days-apart, first-of-year, names-exchanged, one-value",
            "How at least half of those that differ do so; empty if in no one way.",
        ),
        column("mostly_pairs", Integer, "pairs", "How many do so; of one value, records that have it."),
        column("mostly_days", Integer, "days", "By how many days the feed's dates are later, or earlier where negative."),
        column(
            "at_odds",
            Boolean,
            "",
            "True if the feed differs from most other feeds so often that something is wrong with the extract or how it is read.",
        ),
    ],
};

/// Files that were read.
pub const DELIVERIES: TableDefinition = TableDefinition {
    name: "deliveries",
    row: "file that was read",
    order: "source, file",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("source", Text, "source name", "Feed."),
        column("agency", Text, "", "Agency that sends it."),
        column("file", Text, "path below the data folder", "The file."),
        column("sha256", Text, "hexadecimal", "SHA-256 of its bytes."),
        column("bytes", Integer, "bytes", "Its size."),
        column("month", Text, "YYYY-MM", "Month it was delivered for."),
        column("as_at", Date, "", "Day it describes."),
        column("rows_read", Integer, "rows", "Data rows read."),
        column("rows_used", Integer, "rows", "Data rows used."),
        column("rows_set_aside", Integer, "rows", "Data rows set aside; read = used + set aside."),
        column("feed_state", Text, "fresh, stale, missing", "How the feed stands at the reference date."),
        column("feed_age_days", Integer, "days", "Age of the feed's newest delivery; empty when missing."),
    ],
};

/// The row ledger.
pub const LEDGER: TableDefinition = TableDefinition {
    name: "ledger",
    row: "thing counted at a stage",
    order: "stage in the order of the run",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("stage", Text, "", "Stage of the run."),
        column("what", Text, "", "What is counted."),
        column("rows_in", Integer, "", "Came in."),
        column("rows_out", Integer, "", "Went on."),
        column("set_aside", Integer, "", "Set aside with a reason."),
        column("balances", Boolean, "", "True if in = out + set aside."),
    ],
};
