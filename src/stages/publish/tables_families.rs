//! Writes the tables about families: families, members, membership evidence.

use super::contents::RunContents;
use super::parquet_file::write_table;
use super::{PublishError, RunSink};
use crate::model::tables::{FAMILIES, MEMBERS, MEMBERSHIP_EVIDENCE};
use crate::model::{FamilySummary, MembershipEvidence, Tier};

pub(super) fn write(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    families(run, sink)?;
    members(run, sink)?;
    membership_evidence(run, sink)
}

fn families(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let nothing = FamilySummary::default();
    write_table(sink, &FAMILIES, run.families.families.len(), &|range, columns| {
        let families = run.families.families.get(range.clone()).unwrap_or_default();
        let summaries: Vec<&FamilySummary> = range.map(|family| run.identification.summaries.get(family).unwrap_or(&nothing)).collect();
        columns.text("family_id", families.iter().map(|family| Some(family.id.as_str())));
        columns.text("confidence", families.iter().map(|family| Some(family.confidence.name())));
        columns.integer("n_members", summaries.iter().map(|summary| Some(i64::from(summary.members))));
        columns.integer("n_adults", summaries.iter().map(|summary| Some(i64::from(summary.adults))));
        columns.integer("n_children_u18", summaries.iter().map(|summary| Some(i64::from(summary.children))));
        columns.integer("n_children_u5", summaries.iter().map(|summary| Some(i64::from(summary.children_under_5))));
        columns.text("district_code", summaries.iter().map(|summary| Some(summary.district_code.as_str())));
        columns.text("district", summaries.iter().map(|summary| Some(summary.district.as_str())));
        columns.text("locality", summaries.iter().map(|summary| Some(summary.locality.as_str())));
        columns.boolean("out_of_county", summaries.iter().map(|summary| summary.out_of_county));
        columns.boolean("restricted", families.iter().map(|family| family.restricted));
        let open = || families.iter().map(|family| (!family.restricted).then_some(family));
        columns.text("postcode", open().map(|family| family.map(|family| family.postcode.as_str())));
        columns.text("uprn", open().map(|family| family.map(|family| family.uprn.as_str())));
        columns.text("address_key", open().map(|family| family.map(|family| family.address_key.as_str())));
        columns.text("lead_contact_agency", summaries.iter().map(|summary| Some(summary.lead_contact_agency.as_str())));
    })
}

fn members(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    let members = &run.families.members;
    write_table(sink, &MEMBERS, members.len(), &|range, columns| {
        let members = members.get(range).unwrap_or_default();
        columns.text("family_id", members.iter().map(|member| run.family_id(member.family)));
        columns.text("person_id", members.iter().map(|member| run.person_id(member.person)));
        columns.text("role", members.iter().map(|member| Some(member.role.name())));
        columns.boolean("resident", members.iter().map(|member| member.resident));
        columns.boolean("primary", members.iter().map(|member| member.primary));
        columns.date("since", members.iter().map(|member| member.since));
        columns.text("confidence", members.iter().map(|member| Some(member.confidence.name())));
        columns.integer("age", members.iter().map(|member| run.age(member.person).map(i64::from)));
        columns.text("sex", members.iter().map(|member| sex(run, member.person)));
    })
}

/// Sex of a person where it is known and may be shown.
pub(super) fn sex(run: &RunContents<'_>, person: u32) -> Option<&'static str> {
    if run.restrictions.hides_person(person) {
        return None;
    }
    match run.families.sex.get(person as usize) {
        Some(b'M') => Some("M"),
        Some(b'F') => Some("F"),
        _ => None,
    }
}

fn membership_evidence(run: &RunContents<'_>, sink: &mut dyn RunSink) -> Result<(), PublishError> {
    // A row names two people, and the people of two records: of a family that has both identities of somebody it must not say that they are one household.
    let named = |row: &MembershipEvidence| {
        let of_records = [row.record, row.other_record].into_iter().filter_map(|record| run.person_of(record));
        [row.person, row.other].into_iter().chain(of_records).collect::<Vec<u32>>()
    };
    let evidence: Vec<&MembershipEvidence> = run.families.evidence.iter().filter(|row| run.may_be_named_together(&named(row))).collect();
    write_table(sink, &MEMBERSHIP_EVIDENCE, evidence.len(), &|range, columns| {
        let evidence = evidence.get(range).unwrap_or_default();
        columns.text("family_id", evidence.iter().map(|row| run.family_id(row.family)));
        columns.text("person_id", evidence.iter().map(|row| run.person_id(row.person)));
        columns.text("other_person_id", evidence.iter().map(|row| run.person_id(row.other)));
        // That somebody has the surname of whoever lives with them is the surname.
        let tier = |row: &MembershipEvidence| match row.tier {
            Tier::SurnameAndAddress if [row.person, row.other].iter().any(|&person| run.restrictions.hides_person(person)) => Tier::Address,
            tier => tier,
        };
        columns.text("tier", evidence.iter().map(|row| Some(tier(row).name())));
        columns.text("source", evidence.iter().map(|row| run.record_source(row.record)));
        columns.text("record_id", evidence.iter().map(|row| run.record_id(row.record)));
        columns.text("other_source", evidence.iter().map(|row| run.record_source(row.other_record)));
        columns.text("other_record_id", evidence.iter().map(|row| run.record_id(row.other_record)));
    })
}
