//! Tables about families: what they are, who is in them, and what joined them.

use super::ColumnType::{Boolean, Date, Integer, Text};
use super::{Access, TableDefinition, column};

/// Families.
pub const FAMILIES: TableDefinition = TableDefinition {
    name: "families",
    row: "family (a person living alone is one too)",
    order: "family_id",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("confidence", Text, "high, medium, low", "The least sure of the evidence that joins its members."),
        column("n_members", Integer, "people", "Resident members."),
        column("n_adults", Integer, "people", "Resident adults."),
        column("n_children_u18", Integer, "people", "Resident children under 18 at the reference date."),
        column("n_children_u5", Integer, "people", "Resident children under 5 at the reference date."),
        column("district_code", Text, "ONS code", "District of the home; empty when unknown or out of the county."),
        column("district", Text, "", "Name of the district."),
        column("locality", Text, "", "Locality of the home."),
        column("out_of_county", Boolean, "", "True if the home's postcode is known and in none of the county's districts."),
        column("restricted", Boolean, "", "True if a member or the address is restricted."),
        column("postcode", Text, "", "Postcode of the present home; empty when unknown or restricted."),
        column("uprn", Text, "digits", "Unique Property Reference Number of the home; empty when unknown or restricted."),
        column("address_key", Text, "flat|house|street|postcode", "Canonical address of the home; empty when unknown or restricted."),
        column("lead_contact_agency", Text, "", "Agency with most evidence on the family's flags of all packs; empty without evidence."),
    ],
};

/// Memberships.
pub const MEMBERS: TableDefinition = TableDefinition {
    name: "members",
    row: "person in a family (a child with two homes has two rows)",
    order: "family_id, role, person",
    access: Access::Restricted,
    version: 1,
    columns: &[
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("person_id", Text, "P and 12 hexadecimal digits", "Identifier of the person."),
        column("role", Text, "member role", "What the person is in this family."),
        column("resident", Boolean, "", "False for a separated parent: linked to the family, not living with it."),
        column("primary", Boolean, "", "True for the one family that counts as the person's own."),
        column("since", Date, "", "First day the evidence puts the person here; empty when not said."),
        column("confidence", Text, "high, medium, low", "How sure the membership is."),
        column("age", Integer, "completed years", "Age at the reference date; empty when the date of birth is unknown."),
        column("sex", Text, "M, F", "Sex; empty when unknown."),
    ],
};

/// Why somebody is a member.
pub const MEMBERSHIP_EVIDENCE: TableDefinition = TableDefinition {
    name: "membership_evidence",
    row: "member, other member and kind of evidence that joins them",
    order: "family_id, person, other person, tier",
    access: Access::RestrictedIdentifiers,
    version: 1,
    columns: &[
        column("family_id", Text, "F and 12 hexadecimal digits", "Identifier of the family."),
        column("person_id", Text, "P and 12 hexadecimal digits", "The member."),
        column("other_person_id", Text, "P and 12 hexadecimal digits", "The person it joins them to."),
        column(
            "tier",
            Text,
            "evidence tier",
            "Kind of evidence, such as council_tax or stated_relation; of a hidden person address where it is surname_and_address.",
        ),
        column("source", Text, "source name", "Feed of the member's record that shows it."),
        column("record_id", Text, "", "That record, as the agency identifies it."),
        column("other_source", Text, "source name", "Feed of the other person's record that shows it."),
        column("other_record_id", Text, "", "That record, as the agency identifies it."),
    ],
};
