//! What a family is, whatever the pack: members by age, district, who knows it best.

use std::collections::BTreeMap;

use super::district::{Place, place};
use crate::config::checked::IdentifySettings;
use crate::model::{Day, Delivery, Events, Families, FamilySummary, Flags, Member, MemberRole, Source, date};

/// Counts the residents and finds the district.
pub(super) fn summarise(families: &Families, family: u32, settings: &IdentifySettings, reference: Day) -> FamilySummary {
    let mut summary = FamilySummary::default();
    for member in families.members_of(family).iter().filter(|member| member.resident) {
        let age = families.born.get(member.person as usize).and_then(|born| date::age_on(*born, reference));
        summary.members += 1;
        if is_child(*member, age) {
            summary.children += 1;
            summary.children_under_5 += u32::from(age.is_some_and(|age| age < 5));
        } else {
            summary.adults += 1;
        }
    }
    let postcode = families.families.get(family as usize).map_or("", |family| family.postcode.as_str());
    match place(postcode, &settings.districts) {
        Place::District(district) => {
            summary.district_code.clone_from(&district.code);
            summary.district.clone_from(&district.name);
            summary.locality.clone_from(&district.locality);
        }
        Place::OutOfCounty => summary.out_of_county = true,
        Place::Unknown => {}
    }
    summary
}

/// Under 18, or said to be a child where no date of birth is known.
fn is_child(member: Member, age: Option<i32>) -> bool {
    age.map_or(member.role == MemberRole::Child, |age| age < 18)
}

/// The agency whose rows are most of a family's evidence, ties by its name: the first to ask who knows the family.
pub(super) fn lead_contacts(summaries: &mut [FamilySummary], flags: &Flags, events: &Events, sources: &[Source], deliveries: &[Delivery]) {
    let mut counts: BTreeMap<u32, BTreeMap<&str, u32>> = BTreeMap::new();
    for evidence in &flags.evidence {
        let delivery = events.delivery.get(evidence.event as usize).and_then(|delivery| deliveries.get(*delivery as usize));
        let source = delivery.and_then(|delivery| sources.get(usize::from(delivery.source)));
        if let Some(source) = source {
            *counts.entry(evidence.family).or_default().entry(source.agency.as_str()).or_default() += 1;
        }
    }
    for (family, agencies) in counts {
        let lead = agencies.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        if let (Some(summary), Some((agency, _))) = (summaries.get_mut(family as usize), lead) {
            summary.lead_contact_agency = (*agency).to_owned();
        }
    }
}
