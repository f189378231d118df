//! Tables about the list: who is on it, which criteria hold, what shows it, which feed could.

use super::ColumnType::{Boolean, Date, Integer, Number, Text, TextList};
use super::{Access, TableDefinition, column};

/// The list, one row per family and pack (domain.md §7.1, design §10).
pub const IDENTIFICATION: TableDefinition = TableDefinition {
    name: "identification",
    row: "family and criteria pack, for every family on or near the list or with a child",
    order: "pack in the order of the pipeline, rank with unlisted last, family_id",
    access: Access::Restricted,
    version: 3,
    columns: &[
        column("run_month", Text, "YYYY-MM", "Month the run was made for."),
        column("schema_version", Integer, "", "Version of this table's columns."),
        column("criteria_pack", Text, "pack name", "Criteria pack this row was decided under."),
        column("pack_version", Text, "", "Version of that pack."),
        column("config_sha256", Text, "hexadecimal", "Hash over every configuration file of the run."),
        column("reference_date", Date, "", "Day from which ages and windows are counted."),
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("previous_family_ids", TextList, "family ids", "Last month's other families whose people it has."),
        column("family_confidence", Text, "high, medium, low", "How sure the family's composition is."),
        column("n_members", Integer, "people", "Resident members."),
        column("n_children_u18", Integer, "people", "Resident children under 18 at the reference date."),
        column("n_children_u5", Integer, "people", "Resident children under 5 at the reference date."),
        column("n_adults", Integer, "people", "Resident adults."),
        column("criteria_true", TextList, "criterion ids", "Criteria shown by evidence, in the order of the pack."),
        column("criteria_unknown", TextList, "criterion ids", "Criteria that cannot be said, in the order of the pack."),
        column(
            "criteria_kept",
            TextList,
            "criterion ids",
            "Criteria that cannot be said and count as last shown; empty unless the route is KEPT.",
        ),
        column("criteria_met_count", Integer, "criteria", "How many of the criteria that count are true."),
        column("criteria_unknown_count", Integer, "criteria", "How many of the criteria that count are unknown."),
        column(
            "route",
            Text,
            "AUTO, DISCRETION, REFERRAL, OVERRIDE, KEPT, PENDING, NEAR_MISS, SETTLED, NOT_ELIGIBLE",
            "How the family comes to be on the list, or not.",
        ),
        column("route_reason", Text, "", "Why this route, in words."),
        column("listed", Boolean, "", "True for the routes AUTO, DISCRETION, REFERRAL, OVERRIDE and KEPT."),
        column("near_miss_reason", Text, "", "What is missing for the list, in words; empty when listed."),
        column(
            "status",
            Text,
            "status of the cohort register",
            "Where the family stands with the service; identified when listed and nobody gave another.",
        ),
        column("accepted", Text, "yes, no", "Whether people accepted the family for the list; empty when nobody has said."),
        column("discretion_reasons", TextList, "rule ids", "Reasons for local discretion that hold."),
        column(
            "first_identified_month",
            Text,
            "YYYY-MM",
            "First month on the list of the pack in a final run or this one; empty if never.",
        ),
        column("months_on_list", Integer, "months", "Months on the list of the pack, gaps not counted."),
        column(
            "change_code",
            Text,
            "NEW, STILL, DROPPED, MERGED, SPLIT, MOVED, RE_ELIGIBLE",
            "What became of it since last month; empty if never listed.",
        ),
        column("change_reason", Text, "", "Why, in words: the rule, the row and the day."),
        column("district_code", Text, "ONS code", "District of the home; empty when unknown or out of the county."),
        column("district", Text, "", "Name of the district."),
        column("locality", Text, "", "Locality of the home."),
        column("out_of_county", Boolean, "", "True if the home's postcode is known and in none of the county's districts."),
        column("lead_contact_agency", Text, "", "Agency with most evidence on the family's flags of the pack; empty without evidence."),
        column("priority_rank", Integer, "1 is first", "Rank among the listed families of the pack; empty when not listed."),
        column("priority_points", Integer, "points", "Sum of the priority's steps."),
        column("priority_arithmetic", Text, "", "The priority's steps, in words."),
        column("oldest_feed_age_days", Integer, "days", "Age of the oldest feed this row's evidence rests on; empty without evidence."),
        column("stale_feeds", TextList, "source names", "Feeds the pack relies on that were carried forward from an earlier month."),
        column("missing_feeds", TextList, "source names", "Feeds the pack relies on that are missing or too old."),
        column("restricted_flag", Boolean, "", "True if a member or the address is restricted: no address may be shown."),
        column("evidence_count", Integer, "rows", "Rows of evidence on the family's flags under the pack."),
        column("need_level", Text, "complex, lower", "How much help the family needs; empty where nothing is known of it."),
        column("need_rule", Text, "rule id", "Rule of need that decided: the first of the pipeline's that holds."),
        column("need_reason", Text, "", "That rule and the counts that met it, in words."),
    ],
};

/// The value of every criterion for every family.
pub const CRITERIA: TableDefinition = TableDefinition {
    name: "criteria",
    row: "family, pack and criterion",
    order: "family_id, pack, criterion",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("pack", Text, "pack name", "Criteria pack."),
        column("criterion", Text, "criterion id", "Criterion within the pack, such as c1."),
        column("value", Text, "true, false, unknown", "What is known; a missing feed never turns into false."),
        column("reason", Text, "", "Which rules met it, or which feeds or members leave it open, in words."),
    ],
};

/// Referral forms that linkage could not place, and the families they may be about.
pub const REFERRAL_CANDIDATES: TableDefinition = TableDefinition {
    name: "referral_candidates",
    row: "referral form that no other feed knows, and candidate family; a form without candidates has one row",
    order: "source, referral, candidate",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("source", Text, "source name", "Feed of the form."),
        column(
            "referral",
            Text,
            "",
            "Record id of the form's row, without the slot of a person; of a form with a hidden person the published name of that person's record.",
        ),
        column("received", Date, "", "Day the form was received; empty when not said."),
        column(
            "form_family_id",
            Text,
            "F and 12 hexadecimal digits",
            "Family that the form's people make up by themselves; empty if none.",
        ),
        column("form_records", TextList, "record ids", "Person records of the form, in its order."),
        column("form_ages", TextList, "as written", "Age of each of them; empty where none is given."),
        column("fingerprint", Text, "hexadecimal", "Digest of what the form says: a decision about it holds for this content."),
        column("candidate", Integer, "1 is likeliest", "Rank of the candidate, at most 3; empty without a candidate."),
        column("family_id", Text, "F and 12 hexadecimal digits", "The family it may be about; empty without a candidate."),
        column("weight", Number, "bits", "Evidence for the candidate: the sum of the bits in `why`."),
        column("why", Text, "", "What speaks for and against it, person by person, without values and without hidden people."),
        column("matched_form_records", TextList, "record ids", "People of the form that the family seems to have, hidden people apart."),
        column("matched_records", TextList, "source/record_id", "A record of each of those members, in the same order."),
    ],
};

/// Every source row that supports a flag.
pub const EVIDENCE: TableDefinition = TableDefinition {
    name: "evidence",
    row: "flag and supporting row of an extract",
    order: "family_id, pack, criterion, rule, person, event",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("person_id", Text, "P and 12 hexadecimal digits", "Identifier of the person it is about."),
        column("pack", Text, "pack name", "Criteria pack."),
        column("criterion", Text, "criterion id", "Criterion it supports."),
        column("rule", Text, "rule id", "Rule of the pack that it meets."),
        column("rule_version", Text, "", "Version of the pack the rule stands in."),
        column("source", Text, "source name", "Feed the row came from."),
        column("file", Text, "path below the data folder", "File the row came from."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column("kind", Text, "event kind", "Kind of event."),
        column("role", Text, "event role", "The person's role in it."),
        column("code", Text, "standard code", "Standard code of the event."),
        column("event_from", Date, "", "Day it happened or began."),
        column("event_to", Date, "", "Day it ended; empty for a single day or one still going on."),
        column("value", Text, "", "What counted, in words."),
        column("window_from", Date, "", "First day of the window the rule looks at."),
        column("window_to", Date, "", "Last day of that window."),
    ],
};

/// What the families that are kept on the list were last shown by (domain.md §7 F20).
pub const KEPT_EVIDENCE: TableDefinition = TableDefinition {
    name: "kept_evidence",
    row: "criterion that counts as last shown and row of an extract that showed it then",
    order: "family_id, pack, criterion, rule, person_id, row",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column(
            "person_id",
            Text,
            "P and 12 hexadecimal digits",
            "Identifier of the person it is about, who may be in no extract of this month.",
        ),
        column("pack", Text, "pack name", "Criteria pack."),
        column("criterion", Text, "criterion id", "Criterion that counts as last shown."),
        column("rule", Text, "rule id", "Rule of the pack that the row met."),
        column("source", Text, "source name", "Feed the row came from, missing or too old now."),
        column("file", Text, "path below the data folder", "File the row came from."),
        column("line", Integer, "from 1", "Line of the file (row for workbooks and Parquet)."),
        column("kind", Text, "event kind", "Kind of event."),
        column("role", Text, "event role", "The person's role in it."),
        column("code", Text, "standard code", "Standard code of the event."),
        column("event_from", Date, "", "Day it happened or began."),
        column("event_to", Date, "", "Day it ended; empty for a single day or one still going on."),
        column("last_shown", Text, "YYYY-MM", "Month of the last final run that had it as evidence."),
    ],
};

/// Which feed could show which rule.
pub const COVERAGE: TableDefinition = TableDefinition {
    name: "coverage",
    row: "rule, event kind and feed that could show it",
    order: "pack, criterion, rule, source",
    access: Access::Internal,
    version: 1,
    columns: &[
        column("pack", Text, "pack name", "Criteria pack."),
        column("criterion", Text, "criterion id", "Criterion."),
        column("rule", Text, "rule id", "Rule of the criterion."),
        column("kind", Text, "event kind", "Kind of event the rule needs."),
        column("source", Text, "source name", "Feed that carries it; empty when the pipeline has none."),
        column("state", Text, "fresh, stale, missing", "How the feed stands at the reference date."),
        column("age_days", Integer, "days", "Age of its newest delivery; empty when missing."),
    ],
};
