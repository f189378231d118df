//! The watch list: families one step from the criteria and moving towards them.

use super::ColumnType::{Date, Integer, Text};
use super::{Access, TableDefinition, column};

/// Families one step from the criteria.
pub const WATCH_LIST: TableDefinition = TableDefinition {
    name: "watch_list",
    row: "family that is not on the list, pack and single step by which a criterion would be met, with the movement towards it",
    order: "pack in the order of the pipeline, reach, family_id, criterion, rule, step, person",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("watch_row", Integer, "from 1", "Number of this row within the run: the rows behind it carry it in `watch_evidence`."),
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("pack", Text, "pack name", "Criteria pack."),
        column("pack_version", Text, "", "Version of that pack."),
        column("criterion", Text, "criterion id", "Criterion the step is towards; empty for one more criterion of several."),
        column("rule", Text, "rule id", "Rule the step is towards; empty for one more criterion of several."),
        column("step", Text, "count, share, outcome, time, criterion", "Which kind of step."),
        column("person_id", Text, "P and 12 hexadecimal digits", "The person it is about; empty for the family together."),
        column("there", Text, "", "What is there, in words."),
        column("missing", Text, "", "What is missing, in words."),
        column("moving", Text, "", "Why the family is moving towards it, in words; never a prediction."),
        column(
            "counts_from",
            Date,
            "",
            "First day on which what is missing would count; for time the day on which the rule begins to hold.",
        ),
        column(
            "ages_out",
            Date,
            "",
            "First day on which what is there no longer suffices if nothing more happens, or on which a row of a share leaves its window; empty if none within three years.",
        ),
        column("route", Text, "route", "The family's route now."),
        column("route_then", Text, "route", "The route it would have with the step."),
        column("reach", Text, "list, criterion", "Whether the step would put the family on the list, or only meet a criterion."),
        column("evidence_count", Integer, "rows", "Rows of `watch_evidence` behind this row; never zero."),
    ],
};

/// The rows behind the watch list.
pub const WATCH_EVIDENCE: TableDefinition = TableDefinition {
    name: "watch_evidence",
    row: "row of the watch list and row of an extract that shows what is there",
    order: "watch_row, person, event",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("watch_row", Integer, "from 1", "Row of `watch_list`."),
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("person_id", Text, "P and 12 hexadecimal digits", "Identifier of the person it is about."),
        column("source", Text, "source name", "Feed the row came from."),
        column("file", Text, "path below the data folder", "File the row came from."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column("kind", Text, "event kind", "Kind of event."),
        column("role", Text, "event role", "The person's role in it."),
        column("code", Text, "standard code", "Standard code of the event."),
        column("event_from", Date, "", "Day it happened or began."),
        column("event_to", Date, "", "Day it ended; empty for a single day or one still going on."),
        column("quantity", Integer, "", "First quantity, such as sessions missed; empty when absent."),
        column("out_of", Integer, "", "Second quantity, such as possible sessions; empty when absent."),
        column("excused", Integer, "", "Third quantity, such as sessions missed with leave; empty when absent."),
    ],
};
