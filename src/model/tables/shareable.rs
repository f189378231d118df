//! Tables that people outside may see: small numbers are suppressed.
//!
//! What always holds: every count in them was made by [`crate::model::small_numbers`]; nothing is about one family.

use super::ColumnType::{Boolean, Integer, Text};
use super::{Access, TableDefinition, column};

/// The table a committee may see.
pub const COMMITTEE: TableDefinition = TableDefinition {
    name: "shareable/committee",
    row: "pack, district (the county last) and criterion (all families on the list first)",
    order: "pack in the order of the pipeline, district, criterion in the order of the pack",
    access: Access::Shareable,
    version: 1,
    columns: &[
        column("month", Text, "YYYY-MM", "Month of the run."),
        column("pack", Text, "pack name", "Criteria pack."),
        column("district_code", Text, "ONS code", "District; empty for the county and for homes out of it or not known."),
        column("district", Text, "", "Its name."),
        column("criterion", Text, "criterion id or all", "Criterion; all for every family on the list, whichever criteria it meets."),
        column("title", Text, "", "What the criterion is."),
        column(
            "families",
            Text,
            "0, *, or a multiple of 5",
            "Families on the list that meet the criterion: * for 1 to 7 and for what would give such a number away, else to the nearest 5.",
        ),
    ],
};

/// The targets as a committee may see them.
pub const COMMITTEE_TARGETS: TableDefinition = TableDefinition {
    name: "shareable/targets",
    row: "target, district (the county last) and step",
    order: "target in the order of the pipeline, district, step on the way of a family",
    access: Access::Shareable,
    version: 1,
    columns: &[
        column("month", Text, "YYYY-MM", "Month of the run."),
        column("target", Text, "target name", "Target."),
        column("title", Text, "", "Its title."),
        column("district_code", Text, "ONS code", "District; empty for the county and for homes out of it or not known."),
        column("district", Text, "", "Its name."),
        column("step", Text, "step", "Step on the way of a family: identified, accepted, assessed, attached, turned_around, claimed."),
        column("counts", Boolean, "", "True for the step that counts towards the target."),
        column(
            "families",
            Text,
            "0, *, or a multiple of 5",
            "Families that have reached the step: * for 1 to 7 and for what would give such a number away, else to the nearest 5.",
        ),
        column(
            "planned",
            Integer,
            "families",
            "The plan by the reference date, on the rows of the step that counts; empty where there is none.",
        ),
    ],
};
