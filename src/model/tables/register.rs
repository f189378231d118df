//! Tables that go on from month to month: identities, ids, memberships, time on lists, family events; and this month's changes.

use super::ColumnType::{Boolean, Date, Integer, Text, TextList};
use super::{Access, ColumnDefinition, TableDefinition, column};

/// What became of the list and of the families.
pub const CHANGES: TableDefinition = TableDefinition {
    name: "changes",
    row: "criteria pack and family on its list this month or last; without a pack, family that moved, merged or split",
    order: "pack (none first), family_id, change_code",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("run_month", Text, "YYYY-MM", "Month the run was made for."),
        column("previous_month", Text, "YYYY-MM", "Month of the final run it is compared with; empty for the first."),
        column("criteria_pack", Text, "pack name", "Criteria pack; empty for what became of a family whatever the pack."),
        column("family_id", Text, "F and 12 hexadecimal digits", "The family: this month's, or last month's where it is no more."),
        column("change_code", Text, "NEW, STILL, DROPPED, MERGED, SPLIT, MOVED, RE_ELIGIBLE", "What became of it."),
        column("cause", Text, "kebab-case cause", "Why, as a code: new-evidence, aged-out, feed-missing, family-split and so on."),
        column("change_reason", Text, "", "Why, in words: the rule, the row and the day."),
        column("cause_criterion", Text, "criterion id", "Criterion that was gained or lost; empty when none was."),
        column(
            "cause_rule",
            Text,
            "rule id",
            "Rule that was gained or lost, `referral` and `dependent_child` for the pack's clauses on referrals and children; empty when none was.",
        ),
        column("cause_date", Date, "", "Day of the cause: the first day a row no longer counts, the day of a new event, an 18th birthday."),
        column("cause_person_id", Text, "P and 12 hexadecimal digits", "Person it is about; empty for the whole family."),
        column("cause_source", Text, "source name", "Feed of the row behind it; also the feed that is missing."),
        column("cause_file", Text, "path below the data folder", "File of the row behind it, of last month where the row is gone."),
        column("cause_line", Integer, "from 1", "Line of that file."),
        column("listed", Boolean, "", "On the list this month."),
        column("listed_before", Boolean, "", "On the list last month, itself or a family it came from."),
        column("route", Text, "route", "Route this month; empty when the family is no more or has no row in the list."),
        column("route_before", Text, "route", "Route last month; empty when it had none."),
        column("previous_family_ids", TextList, "family ids", "Last month's other families whose people it has."),
        column("successor_family_ids", TextList, "family ids", "This month's other families that have its people."),
        column("district_code", Text, "ONS code", "District this month; empty when unknown or out of the county."),
        column("district_code_before", Text, "ONS code", "District last month; empty when unknown or out of the county."),
        column("first_identified_month", Text, "YYYY-MM", "First month on the list of the pack; empty without a pack."),
        column("months_on_list", Integer, "months", "Months on the list of the pack, gaps not counted."),
    ],
};

/// What happened in families.
pub const FAMILY_EVENTS: TableDefinition = TableDefinition {
    name: "family_events",
    row: "thing that happened in a family, of this and all earlier final runs",
    order: "run_month, family_id, event, person",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("run_month", Text, "YYYY-MM", "Month of the run that noticed it."),
        column("family_id", Text, "F and 12 hexadecimal digits", "The family it is about."),
        column("event", Text, "formed, joined, left, moved, split, merged, birth, turned_18, died", "What happened."),
        column("person_id", Text, "P and 12 hexadecimal digits", "Who; empty for the whole family."),
        column("event_date", Date, "", "The day, where an extract says it; empty when only the month is known."),
        column("from_family_id", Text, "F and 12 hexadecimal digits", "Family the person or family came from."),
        column("to_family_id", Text, "F and 12 hexadecimal digits", "Family the person or family went to."),
        column("source", Text, "source name", "Feed of the record behind it; empty where its absence is all there is."),
        column("file", Text, "path below the data folder", "File of that record."),
        column("line", Integer, "from 1", "Line of that file."),
    ],
};

/// Time on lists.
pub const LIST_HISTORY: TableDefinition = TableDefinition {
    name: "list_history",
    row: "criteria pack and family that was ever on its list in a final run, this run included",
    order: "pack, family_id",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("criteria_pack", Text, "pack name", "Criteria pack."),
        column("family_id", Text, "F and 12 hexadecimal digits", "The family."),
        column("first_month", Text, "YYYY-MM", "First month on the list."),
        column("last_month", Text, "YYYY-MM", "Last month on the list."),
        column("months", Integer, "months", "Months on the list, gaps not counted."),
    ],
};

/// Who was in which family.
pub const MEMBERSHIPS: TableDefinition = TableDefinition {
    name: "memberships",
    row: "family and person who was ever a member of it in a final run, this run included",
    order: "family_id, person_id",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("family_id", Text, "F and 12 hexadecimal digits", "The family."),
        column("person_id", Text, "P and 12 hexadecimal digits", "The person, under the id of then."),
        column("role", Text, "member role", "Role when last seen there."),
        column("resident", Boolean, "", "Whether the person lived there when last seen there."),
        column("primary", Boolean, "", "Whether it counted as the person's own family when last seen there."),
        column("first_month", Text, "YYYY-MM", "First month seen there."),
        column("last_month", Text, "YYYY-MM", "Last month seen there."),
    ],
};

/// Every id that was ever given.
pub const ID_HISTORY: TableDefinition = TableDefinition {
    name: "id_history",
    row: "person or family id that was ever given in a final run, this run included",
    order: "kind, id",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("kind", Text, "person, family", "What the id names."),
        column("id", Text, "P or F and 12 hexadecimal digits", "The id."),
        column("first_month", Text, "YYYY-MM", "First month it was given."),
        column("last_month", Text, "YYYY-MM", "Last month it was given."),
        column("state", Text, "current, not-seen, retired", "What has become of it; a retired id is never given again."),
        column("retired_month", Text, "YYYY-MM", "Month it was retired."),
        column("reason", Text, "merged, divided", "Why it was retired."),
        column("successor_ids", TextList, "ids", "Ids that its people have now, those with most of them first."),
        column("home_key", Text, "hexadecimal", "Hash of a family's last home; empty when unknown or restricted."),
    ],
};

const IDENTITY_COLUMNS: &[ColumnDefinition] = &[
    column("source", Text, "source name", "Feed the record came from."),
    column("record_id", Text, "", "The record, as the agency identifies it (a hash of its content where it does not)."),
    column("person_id", Text, "P and 12 hexadecimal digits", "Person it belongs to; a successor's id where that person was merged."),
    column("content_key", Text, "hexadecimal", "Hash of the identifiers, else name and date of birth, that the record gives."),
    column(
        "traits_key",
        Text,
        "hexadecimal",
        "Hashes of its forename and of its date of birth: a record in which both change is about somebody else.",
    ),
    column("first_month", Text, "YYYY-MM", "First month it was delivered."),
    column("last_month", Text, "YYYY-MM", "Last month it was delivered."),
];

/// Whose record is whose.
pub const IDENTITIES: TableDefinition = TableDefinition {
    name: "identities",
    row: "person record that was ever delivered to a final run, this run included, but those of hidden people and on their rows",
    order: "source, record_id",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: IDENTITY_COLUMNS,
};

/// Whose record is whose among hidden people.
pub const WITHHELD_IDENTITIES: TableDefinition = TableDefinition {
    name: "withheld_identities",
    row: "person record that `identities` leaves out: of somebody whom nobody may name, or on the row of one",
    order: "source, record_id",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: IDENTITY_COLUMNS,
};

/// The register of restricted people and addresses as the run knew it.
pub const WITHHELD_ENTRIES: TableDefinition = TableDefinition {
    name: "withheld_entries",
    row: "entry of the register of restricted people and addresses that held",
    order: "entry",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("entry", Text, "name of an entry", "The entry."),
        column(
            "row_key",
            Text,
            "hexadecimal",
            "Hash of what its row says of whom or what it describes: an entry that says something else is looked up like a new one.",
        ),
    ],
};

/// Whom the register of restricted people describes.
pub const WITHHELD_PERSONS: TableDefinition = TableDefinition {
    name: "withheld_persons",
    row: "entry of the register of restricted people, and person whom it described in this or an earlier month while it held; kept when it holds no more",
    order: "entry, person_id",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("entry", Text, "name of an entry", "The entry."),
        column("person_id", Text, "P and 12 hexadecimal digits", "The person; a successor's id where that person was merged."),
    ],
};

/// Where the register of restricted addresses is.
pub const WITHHELD_PLACES: TableDefinition = TableDefinition {
    name: "withheld_places",
    row: "entry of the register about an address, and way in which a record of this or an earlier month wrote it while it held; kept when it holds no more",
    order: "entry, address_key, house, postcode, uprn",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("entry", Text, "name of an entry", "The entry."),
        column("address_key", Text, "flat|house|street|postcode", "Canonical address."),
        column("house", Text, "", "House number or name."),
        column("postcode", Text, "", "Postcode."),
        column("uprn", Text, "12 digits at most", "UPRN."),
    ],
};

/// What people were ever called.
pub const KNOWN_PERSONS: TableDefinition = TableDefinition {
    name: "known_persons",
    row: "person, and number or names with date of birth by which a record of this or an earlier month knew them: an entry of the register of restricted people finds its person by what no extract says any more",
    order: "person_id, word_hash",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("person_id", Text, "P and 12 hexadecimal digits", "The person; a successor's id where that person was merged."),
        column(
            "word_hash",
            Text,
            "hexadecimal",
            "Hash of the number, or of the names and the date of birth, under the secret of the county.",
        ),
    ],
};

/// What homes were ever called.
pub const KNOWN_PLACES: TableDefinition = TableDefinition {
    name: "known_places",
    row: "home as a record of this or an earlier month wrote it with its UPRN: an entry of the register of restricted addresses finds its place by what no extract says any more",
    order: "uprn_hash, address_hash, house_hash",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("uprn_hash", Text, "hexadecimal", "Hash of the UPRN under the secret of the county."),
        column("address_hash", Text, "hexadecimal", "Hash of the canonical address; empty where there was none."),
        column("house_hash", Text, "hexadecimal", "Hash of house, flat and postcode; empty where there was none."),
    ],
};

/// What texts must not name.
pub const WITHHELD_WORDS: TableDefinition = TableDefinition {
    name: "withheld_words",
    row: "number or group of words of a restricted person or place",
    order: "kind, letters, person_id, words",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column(
            "kind",
            Text,
            "anywhere, together, in_the_family",
            "Where it hides a text: wherever it stands, when all words stand in it, or when they do in a text about the person's family.",
        ),
        column("letters", Integer, "letters and digits", "How long a number is; empty for words."),
        column("person_id", Text, "P and 12 hexadecimal digits", "Whose family it is; empty otherwise."),
        column("words", TextList, "hexadecimal", "Hashes of the number or the words."),
    ],
};
