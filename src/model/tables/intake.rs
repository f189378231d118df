//! Tables of the register: files as they were taken in, for the runs that come after the extracts are destroyed. They stand in the folder `register` of a run.

use super::ColumnType::{Boolean, Date, Integer, Text, TextList};
use super::{Access, TableDefinition, column};

/// Files that were used.
pub const INTAKE_FILES: TableDefinition = TableDefinition {
    name: "intake_files",
    row: "file that the run used, its own extracts and those kept from earlier runs",
    order: "source in the order of the pipeline, month, file",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("source", Text, "source name", "Feed."),
        column("file", Text, "path below the data folder", "The file."),
        column("sha256", Text, "hexadecimal", "SHA-256 of its bytes."),
        column("bytes", Integer, "bytes", "Its size."),
        column("month", Text, "YYYY-MM", "Month it was delivered for."),
        column("as_at", Date, "", "Day it describes."),
        column(
            "layout",
            Text,
            "persons|further fields",
            "The persons of its rows and the further fields of the pipeline, by which slots and columns count.",
        ),
        column("rows_read", Integer, "rows", "Data rows read."),
        column("rows_used", Integer, "rows", "Data rows used."),
        column("warnings", TextList, "", "What is to be known about it although it was used."),
    ],
};

/// Person records of those files.
pub const INTAKE_PERSONS: TableDefinition = TableDefinition {
    name: "intake_persons",
    row: "person record of a file, each distinct content once",
    order: "file, record in the order of the file",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("intake_file", Integer, "from 0", "Row of the file in `intake_files`."),
        column("merge_high", Integer, "", "Upper half of the hash by which equal appearances are one record."),
        column("merge_low", Integer, "", "Its lower half."),
        column("identity_high", Integer, "", "Upper half of the hash that says who it is within the source."),
        column("identity_low", Integer, "", "Its lower half."),
        column("record_id", Text, "", "Record id before several contents of one key are told apart."),
        column("slot", Integer, "from 0", "Which person of the row."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column("full_name", Text, "", "Field as delivered."),
        column("title", Text, "", "Field as delivered."),
        column("forename", Text, "", "Field as delivered."),
        column("middle_names", Text, "", "Field as delivered."),
        column("surname", Text, "", "Field as delivered."),
        column("other_surname", Text, "", "Field as delivered."),
        column("alias", Text, "", "Field as delivered."),
        column("date_of_birth", Text, "", "Field as delivered."),
        column("age", Text, "", "Field as delivered."),
        column("sex", Text, "", "Field as delivered."),
        column("ethnicity", Text, "", "Field as delivered."),
        column("address", Text, "", "Field as delivered."),
        column("postcode", Text, "", "Field as delivered."),
        column("uprn", Text, "", "Field as delivered."),
        column("telephone", Text, "", "Field as delivered."),
        column("email", Text, "", "Field as delivered."),
        column("nhs_number", Text, "", "Field as delivered."),
        column("nino", Text, "", "Field as delivered."),
        column("upn", Text, "", "Field as delivered."),
        column("former_upn", Text, "", "Field as delivered."),
        column("uln", Text, "", "Field as delivered."),
        column("address_from", Text, "", "Field as delivered."),
        column("address_to", Text, "", "Field as delivered."),
        column("household_account", Text, "", "Field as delivered."),
        column("date_of_death", Text, "", "Field as delivered."),
        column("restricted", Text, "", "Field as delivered."),
        column("further_1", Text, "", "Further field as delivered."),
        column("further_2", Text, "", "Further field as delivered."),
        column("further_3", Text, "", "Further field as delivered."),
        column("further_4", Text, "", "Further field as delivered."),
        column("further_5", Text, "", "Further field as delivered."),
        column("further_6", Text, "", "Further field as delivered."),
        column("further_7", Text, "", "Further field as delivered."),
        column("further_8", Text, "", "Further field as delivered."),
    ],
};

/// Events of those files.
pub const INTAKE_EVENTS: TableDefinition = TableDefinition {
    name: "intake_events",
    row: "event of a file",
    order: "file, event in the order of the file",
    access: Access::Restricted,
    version: 2,
    columns: &[
        column("intake_file", Integer, "from 0", "Row of the file in `intake_files`."),
        column(
            "record",
            Integer,
            "from 0",
            "Person record of the file, counted within it; empty for an event that names a place and no person.",
        ),
        column("kind", Text, "event kind", "Kind of event."),
        column("role", Text, "event role", "The person's role in it."),
        column("code", Text, "standard code", "Standard code of the event."),
        column("event_from", Date, "", "Day it happened or began."),
        column("event_to", Date, "", "Day it ended; empty for a single day or one still going on."),
        column("quantity", Integer, "", "First quantity; empty when absent."),
        column("out_of", Integer, "", "Second quantity; empty when absent."),
        column("excused", Integer, "", "Third quantity; empty when absent."),
        column("reference", Text, "", "The agency's own reference."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
    ],
};

/// Relations of those files.
pub const INTAKE_RELATIONS: TableDefinition = TableDefinition {
    name: "intake_relations",
    row: "relation between two persons that a row of a file states",
    order: "file, relation in the order of the file",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("intake_file", Integer, "from 0", "Row of the file in `intake_files`."),
        column("from_record", Integer, "from 0", "First person record of the file."),
        column("to_record", Integer, "from 0", "Second person record of the file."),
        column("kind", Text, "relation kind", "How the first stands to the second."),
        column("lives_together", Boolean, "", "True if the row says that they live together."),
        column("since", Date, "", "From when; empty when not said."),
        column("until", Date, "", "Until when; empty if still so."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
    ],
};

/// Which rows of those files are which.
pub const INTAKE_ROWS: TableDefinition = TableDefinition {
    name: "intake_rows",
    row: "used row of a file of a feed whose files add up, if its schema says what makes a row",
    order: "file, line",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("intake_file", Integer, "from 0", "Row of the file in `intake_files`."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column(
            "key_high",
            Integer,
            "",
            "Hash of the cells that make the row: a row that comes again in a later file counts as it stands there.",
        ),
        column("key_low", Integer, "", "The rest of it."),
    ],
};

/// What was set aside in those files.
pub const INTAKE_NOTES: TableDefinition = TableDefinition {
    name: "intake_notes",
    row: "row of a file that was set aside, or value of a used row that was ignored",
    order: "file, note in the order of the file",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("intake_file", Integer, "from 0", "Row of the file in `intake_files`."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column("column", Text, "header", "Column at fault; empty when the whole row is."),
        column("code", Text, "kebab-case code", "What is wrong with it; never the value."),
        column("row_set_aside", Boolean, "", "True if the whole row was set aside, false if only the value was ignored."),
    ],
};

#[cfg(test)]
mod tests {
    use super::INTAKE_PERSONS;
    use crate::model::Field;

    #[test]
    fn every_field_of_a_person_outlives_the_extract() {
        let columns: Vec<&str> = INTAKE_PERSONS.columns.iter().skip(8).map(|column| column.name).collect();
        let fields: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
        assert_eq!(columns, fields);
    }
}
