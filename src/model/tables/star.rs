//! The star schema for business intelligence: dimensions, which name things, and facts, which count them.
//!
//! What always holds: the first column of a dimension is its key, a text or number that stands for the same thing in every month; a fact names its
//! dimensions by these keys and its month by `month_key`; nothing here names, dates or places a person, and no record or line of an extract is named.

use super::ColumnType::{Boolean, Date, Integer, Number, Text};
use super::{Access, ColumnDefinition, TableDefinition, column};

/// Folder of the star within a run.
const STAR_FOLDER: &str = "star/";

/// The name of a table of the star without its folder: `fact_…` or `dim_…`; `None` for other tables.
#[must_use]
pub fn star_name(definition: &TableDefinition) -> Option<&'static str> {
    definition.name.strip_prefix(STAR_FOLDER)
}

/// True for a dimension of the star.
#[must_use]
pub fn is_dimension(definition: &TableDefinition) -> bool {
    star_name(definition).is_some_and(|name| name.starts_with("dim_"))
}

/// The column that holds pseudonyms of families.
pub const FAMILY_KEY: &str = "family_key";

const MONTH_KEY: ColumnDefinition = column("month_key", Integer, "YYYYMM", "Month of the run: key of dim_month.");
const FAMILY: ColumnDefinition =
    column(FAMILY_KEY, Text, "K and 16 hexadecimal digits", "Pseudonym of the family, the same in every month: key of dim_family.");
const PACK: ColumnDefinition = column("pack_key", Text, "pack name", "Criteria pack: key of dim_pack.");
const CRITERION: ColumnDefinition = column("criterion_key", Text, "pack/criterion", "Criterion of a pack: key of dim_criterion.");
const SOURCE: ColumnDefinition = column("source_key", Text, "source name", "Feed: key of dim_source.");
const DISTRICT: ColumnDefinition = column("district_key", Text, "ONS code, OUT or UNKNOWN", "District of the home: key of dim_district.");
const LOCALITY: ColumnDefinition = column("locality_key", Text, "name, OUT or UNKNOWN", "Locality of the home: key of dim_locality.");

/// Months.
pub const DIM_MONTH: TableDefinition = TableDefinition {
    name: "star/dim_month",
    row: "month that was run",
    order: "month_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("month_key", Integer, "YYYYMM", "Key."),
        column("month", Text, "YYYY-MM", "The month."),
        column("first_day", Date, "", "Its first day."),
        column("last_day", Date, "", "Its last day."),
        column("reference_date", Date, "", "Day from which ages and windows were counted."),
        column("calendar_year", Integer, "", "Calendar year."),
        column("quarter", Integer, "1 to 4", "Quarter of the calendar year."),
        column("financial_year", Text, "2012/13", "Financial year, from 1 April."),
        column("run_id", Text, "", "Run that the month's rows come from."),
    ],
};

/// Days.
pub const DIM_DATE: TableDefinition = TableDefinition {
    name: "star/dim_date",
    row: "day of every year in which a piece of evidence begins or ends or a change has its day, and of the years between",
    order: "date",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("date", Date, "", "Key."),
        column("month", Text, "YYYY-MM", "Its month."),
        column("calendar_year", Integer, "", "Calendar year."),
        column("quarter", Integer, "1 to 4", "Quarter of the calendar year."),
        column("month_of_year", Integer, "1 to 12", "Month of the calendar year."),
        column("financial_year", Text, "2012/13", "Financial year, from 1 April."),
        column("school_year", Text, "2012/13", "School year, from 1 September."),
    ],
};

/// Districts.
pub const DIM_DISTRICT: TableDefinition = TableDefinition {
    name: "star/dim_district",
    row: "district of the pipeline, and one each for homes out of the county and homes not known",
    order: "district_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("district_key", Text, "ONS code, OUT or UNKNOWN", "Key."),
        column("district", Text, "", "Name."),
        column("locality", Text, "", "Locality it belongs to."),
        column("in_county", Boolean, "", "True for a district of the county."),
    ],
};

/// Localities.
pub const DIM_LOCALITY: TableDefinition = TableDefinition {
    name: "star/dim_locality",
    row: "locality of the pipeline, and one each for homes out of the county and homes not known",
    order: "locality_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("locality_key", Text, "name, OUT or UNKNOWN", "Key."),
        column("locality", Text, "", "Name."),
        column("in_county", Boolean, "", "True for a locality of the county."),
    ],
};

/// Packs.
pub const DIM_PACK: TableDefinition = TableDefinition {
    name: "star/dim_pack",
    row: "criteria pack",
    order: "pack_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("pack_key", Text, "pack name", "Key."),
        column("title", Text, "", "Title."),
        column("version", Text, "", "Version in the newest month."),
        column("position", Integer, "from 1", "Place in the pipeline; the first is the one the workbook shows."),
    ],
};

/// Criteria.
pub const DIM_CRITERION: TableDefinition = TableDefinition {
    name: "star/dim_criterion",
    row: "criterion of a pack",
    order: "criterion_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("criterion_key", Text, "pack/criterion", "Key."),
        column("pack_key", Text, "pack name", "Its pack."),
        column("criterion", Text, "criterion id", "Id within the pack, such as c1."),
        column("title", Text, "", "Title."),
        column("position", Integer, "from 1", "Place in the pack."),
    ],
};

/// Feeds.
pub const DIM_SOURCE: TableDefinition = TableDefinition {
    name: "star/dim_source",
    row: "feed of the pipeline",
    order: "source_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("source_key", Text, "source name", "Key."),
        column("agency", Text, "", "Agency that sends it."),
        column("cadence", Text, "monthly, termly, on-request", "How often it comes."),
        column("valid_days", Integer, "days", "Days for which the last delivery may stand in for a late one."),
    ],
};

/// Routes.
pub const DIM_ROUTE: TableDefinition = TableDefinition {
    name: "star/dim_route",
    row: "way a family comes to be on the list, or not",
    order: "route_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("route_key", Text, "route", "Key."),
        column("position", Integer, "from 1", "Place in the order of the reports."),
        column("listed", Boolean, "", "True for the routes that put a family on the list."),
    ],
};

/// Families.
pub const DIM_FAMILY: TableDefinition = TableDefinition {
    name: "star/dim_family",
    row: "family on or near the list, or with a child, as it was in the newest month that has it, and family that left a list",
    order: "family_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column(FAMILY_KEY, Text, "K and 16 hexadecimal digits", "Key: a pseudonym."),
        column(
            "month_key",
            Integer,
            "YYYYMM",
            "Newest month that has the family, which the other columns describe; empty for one that is known from changes only.",
        ),
        DISTRICT,
        LOCALITY,
        column("confidence", Text, "high, medium, low", "How sure the family's composition is."),
        column("n_members", Integer, "people", "Resident members."),
        column("n_adults", Integer, "people", "Resident adults."),
        column("n_children_u18", Integer, "people", "Resident children under 18."),
        column("n_children_u5", Integer, "people", "Resident children under 5."),
    ],
};

/// Targets.
pub const DIM_TARGET: TableDefinition = TableDefinition {
    name: "star/dim_target",
    row: "target of the pipeline",
    order: "target_key",
    access: Access::Internal,
    version: 2,
    columns: &[
        column("target_key", Text, "target name", "Key."),
        column("title", Text, "", "Title."),
        column("pack_key", Text, "pack name", "Pack whose list counts towards it."),
        column("starts", Date, "", "First day that counts."),
        column("ends", Date, "", "Day by which it is to be reached."),
        column("families", Integer, "families", "Families to reach."),
        column("funded_families", Integer, "families", "Families of these that the government pays for, rounded."),
        column("source", Text, "", "Where the number comes from."),
        column("counts", Text, "step", "Step that counts towards it, such as turned_around."),
    ],
};

/// The list.
pub const FACT_IDENTIFICATION: TableDefinition = TableDefinition {
    name: "star/fact_identification",
    row: "month, family and pack, for every family on or near the list or with a child",
    order: "pack in the order of the pipeline, family_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        FAMILY,
        PACK,
        column("route_key", Text, "route", "Route: key of dim_route."),
        DISTRICT,
        LOCALITY,
        column("lead_agency", Text, "", "Agency with most evidence on the family's flags of the pack; empty without evidence."),
        column("listed", Boolean, "", "True if the family is on the list of the pack."),
        column(
            "status_key",
            Text,
            "status of the cohort register",
            "Status with the service: key of dim_status; empty when not listed and nobody gave one.",
        ),
        column("decision", Text, "accepted, rejected", "What people said to the proposal; empty when nobody has."),
        column("first_identified_month", Text, "YYYY-MM", "First month on the list of the pack; empty if never."),
        column("months_on_list", Integer, "months", "Months on the list of the pack, gaps not counted."),
        column("criteria_met", Integer, "criteria", "How many of the criteria that count are true."),
        column("criteria_unknown", Integer, "criteria", "How many of the criteria that count are unknown."),
        column(
            "criteria_true",
            Text,
            "criterion ids joined by +",
            "Criteria shown by evidence, in the order of the pack; empty when none is.",
        ),
        column("n_members", Integer, "people", "Resident members."),
        column("n_adults", Integer, "people", "Resident adults."),
        column("n_children_u18", Integer, "people", "Resident children under 18 at the reference date."),
        column("n_children_u5", Integer, "people", "Resident children under 5 at the reference date."),
        column("priority_rank", Integer, "1 is first", "Rank among the listed families of the pack; empty when not listed."),
        column("priority_points", Integer, "points", "Sum of the priority's steps."),
        column("evidence_count", Integer, "rows", "Rows of evidence on the family's flags under the pack."),
        column("oldest_feed_age_days", Integer, "days", "Age of the oldest feed the evidence rests on; empty without evidence."),
    ],
};

/// Criteria of families.
pub const FACT_CRITERION: TableDefinition = TableDefinition {
    name: "star/fact_criterion",
    row: "month, family and criterion, for the families of fact_identification",
    order: "family_key, pack, criterion",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        FAMILY,
        PACK,
        CRITERION,
        DISTRICT,
        column("value", Text, "true, false, unknown", "What is known; a missing feed never turns into false."),
        column("with_child", Boolean, "", "True if the family has a resident child: those the run report counts."),
    ],
};

/// Statuses of the cohort register.
pub const DIM_STATUS: TableDefinition = TableDefinition {
    name: "star/dim_status",
    row: "status that a family can have with the service",
    order: "status_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("status_key", Text, "status of the cohort register", "Key."),
        column("position", Integer, "from 1", "Place on the way of a family."),
        column("ends", Boolean, "", "True for a status after which a family is not proposed again unless something new happens."),
    ],
};

/// What a change is.
pub const DIM_CHANGE: TableDefinition = TableDefinition {
    name: "star/dim_change",
    row: "thing that can become of a family on a list",
    order: "change_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("change_key", Text, "change code", "Key."),
        column("position", Integer, "from 1", "Place in the order of the reports."),
    ],
};

/// What became of families on lists.
pub const FACT_CHANGE: TableDefinition = TableDefinition {
    name: "star/fact_change",
    row: "month, pack and family that is or was on its list",
    order: "family_key, pack, change, cause",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        FAMILY,
        PACK,
        column("change_key", Text, "change code", "What became of it since the last final month: key of dim_change."),
        column("cause", Text, "cause", "Why."),
        column("criterion_key", Text, "pack/criterion", "Criterion that gained or lost: key of dim_criterion; empty when none did."),
        column("rule", Text, "rule id", "Rule that gained or lost; empty when none did."),
        column(
            "source_key",
            Text,
            "source name",
            "Feed of the row behind it, or that is missing: key of dim_source; empty when there is none.",
        ),
        column("cause_date", Date, "", "Day of it: key of dim_date; empty when not known."),
        column("district_key", Text, "ONS code or UNKNOWN", "District this month, else last month: key of dim_district."),
        column("listed", Boolean, "", "On the list this month."),
        column("listed_before", Boolean, "", "On the list in the last final month, itself or a family it came from."),
    ],
};

/// Evidence.
pub const FACT_EVENT_FLAG: TableDefinition = TableDefinition {
    name: "star/fact_event_flag",
    row: "month, flag and piece of evidence that supports it",
    order: "family_key, pack, criterion, rule, kind, code, source, days",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        FAMILY,
        PACK,
        CRITERION,
        column("rule", Text, "rule id", "Rule of the pack that it meets."),
        SOURCE,
        column("kind", Text, "event kind", "Kind of event."),
        column("code", Text, "standard code", "Standard code of the event."),
        column("event_from", Date, "", "Day it happened or began: key of dim_date."),
        column("event_to", Date, "", "Day it ended; empty for a single day or one still going on."),
    ],
};

/// Targets against the list.
pub const FACT_TARGET: TableDefinition = TableDefinition {
    name: "star/fact_target",
    row: "month, target and district",
    order: "target in the order of the pipeline, district_key",
    access: Access::Internal,
    version: 2,
    columns: &[
        MONTH_KEY,
        column("target_key", Text, "target name", "Target: key of dim_target."),
        PACK,
        DISTRICT,
        column("families_listed", Integer, "families", "Families on the list of the target's pack this month."),
        column("families_identified", Integer, "families", "Families that have ever been on that list, or were accepted for it."),
        column("families_accepted", Integer, "families", "Families that people accepted for the list."),
        column("families_assessed", Integer, "families", "Families whose preliminary assessment is there."),
        column("families_attached", Integer, "families", "Families that a key worker works with or has worked with."),
        column("families_turned_around", Integer, "families", "Families whose lives were turned around."),
        column("families_claimed", Integer, "families", "Families whose result was claimed."),
        column(
            "families_counted",
            Integer,
            "families",
            "Families that count towards the target: those of the step that dim_target.counts names.",
        ),
        column("families_planned", Integer, "families", "The district's part of the plan by the reference date; empty where it has none."),
        column(
            "shortfall",
            Integer,
            "families",
            "Planned less counted, nought if there are more; empty where the district has no part of the plan.",
        ),
    ],
};

/// Ways of families.
pub const FACT_JOURNEY: TableDefinition = TableDefinition {
    name: "star/fact_journey",
    row: "month, pack of a target and family that was ever on its list or that people have decided about",
    order: "family_key, pack in the order of their names",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        FAMILY,
        PACK,
        DISTRICT,
        column("identified_on", Date, "", "End of the first month on the list, or day of acceptance where that is earlier."),
        column("accepted_on", Date, "", "Day on which people accepted the family for the list; empty if they have not."),
        column("assessed_on", Date, "", "Day of the preliminary assessment; empty if there is none."),
        column("attached_on", Date, "", "Day from which a key worker works with the family; empty if none does."),
        column("turned_around_on", Date, "", "Day on which the family's life was turned around; empty if it was not."),
        column("claimed_on", Date, "", "Day of the claim; empty if there is none."),
    ],
};

/// Feeds.
pub const FACT_FEED: TableDefinition = TableDefinition {
    name: "star/fact_feed",
    row: "month and feed",
    order: "source_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        SOURCE,
        column("state", Text, "fresh, stale, missing", "How the feed stands at the reference date."),
        column("as_at", Date, "", "Day its newest delivery describes; empty when missing."),
        column("age_days", Integer, "days", "Age of that delivery; empty when missing."),
        column("files", Integer, "files", "Files read."),
        column("rows_read", Integer, "rows", "Data rows read."),
        column("rows_used", Integer, "rows", "Data rows used."),
        column("rows_set_aside", Integer, "rows", "Data rows set aside; read = used + set aside."),
    ],
};

/// Completeness and validity.
pub const FACT_DATA_QUALITY: TableDefinition = TableDefinition {
    name: "star/fact_data_quality",
    row: "month, feed, role on the row and field of a person that the feed fills at least once",
    order: "source_key, role, field",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        SOURCE,
        column("role", Text, "person role", "Role of the person on the row."),
        column("field", Text, "field name", "Field of the person, as schema files name it."),
        column("records", Integer, "records", "Person records of that feed and role."),
        column("present", Integer, "records", "Records whose field is filled."),
        column("unusable", Integer, "records", "Records whose field is filled with something that cannot be used."),
        column("changed", Integer, "records", "Records whose field was repaired, split or cleaned."),
    ],
};

/// Linkage per feed.
pub const FACT_LINKAGE_QUALITY: TableDefinition = TableDefinition {
    name: "star/fact_linkage_quality",
    row: "month and feed",
    order: "source_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        SOURCE,
        column("records", Integer, "records", "Person records of the feed, test records left out."),
        column("records_in_other_feeds", Integer, "records", "Those whose person another feed has too."),
        column("persons", Integer, "people", "Persons the feed has."),
        column("pairs_to_review", Integer, "pairs", "Pairs for a person to judge in which a record of the feed takes part."),
        column("pairs_prevented", Integer, "pairs", "Pairs above the threshold kept apart, in which a record of the feed takes part."),
    ],
};

/// The run.
pub const FACT_RUN: TableDefinition = TableDefinition {
    name: "star/fact_run",
    row: "month",
    order: "month_key",
    access: Access::Internal,
    version: 1,
    columns: &[
        MONTH_KEY,
        column("rows_read", Integer, "rows", "Data rows of all files."),
        column("rows_set_aside", Integer, "rows", "Data rows set aside."),
        column("person_records", Integer, "records", "Person records."),
        column("persons", Integer, "people", "Persons."),
        column("families", Integer, "families", "Families, people living alone included."),
        column("families_with_children", Integer, "families", "Families with at least one resident child."),
        column("restricted_families", Integer, "families", "Families whose address is withheld."),
        column("link_threshold", Number, "0 to 1", "Probability from which two records are taken for the same person."),
        column("pairs_linked", Integer, "pairs", "Pairs at or above the threshold and inside one person."),
        column("pairs_implied", Integer, "pairs", "Pairs below it, yet inside one person."),
        column("pairs_decided", Integer, "pairs", "Pairs inside one person because somebody decided so."),
        column("pairs_to_review", Integer, "pairs", "Pairs for a person to judge."),
        column("pairs_prevented", Integer, "pairs", "Pairs above the threshold kept apart by conflicting evidence."),
        column("persons_in_several_feeds", Integer, "people", "Persons found in two feeds or more."),
    ],
};
