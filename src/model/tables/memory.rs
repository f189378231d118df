//! Tables that the next month's linkage reads: which records there were, and the scored pairs among them. Hashes and numbers only.

use super::ColumnType::Integer;
use super::{Access, TableDefinition, column};

/// The distinct records of a run.
pub const LINK_NODES: TableDefinition = TableDefinition {
    name: "link_nodes",
    row: "distinct content of person records",
    order: "fingerprint, as a number without sign",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column(
            "fingerprint",
            Integer,
            "64 bits",
            "SHA-256 of all that linkage reads of the record, shortened; whoever knows all of it can test for it.",
        ),
        column("first_record", Integer, "64 bits", "SHA-256 of the source and id of the first record of that content, shortened."),
        column("records", Integer, "records", "Person records of that content."),
    ],
};

/// The scored pairs of a run.
pub const LINK_EDGES: TableDefinition = TableDefinition {
    name: "link_edges",
    row: "pair of distinct records that scored above the floor of clustering",
    order: "left, right",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("left", Integer, "row of link_nodes, from 0", "One record."),
        column("right", Integer, "row of link_nodes, from 0", "The other record."),
        column("weight", Integer, "1/1024 bit", "Match weight under the run's model."),
        column("pattern", Integer, "64 bits", "Levels of agreement per field, packed."),
    ],
};
