//! How far the families of the lists have come, for the targets of the pipeline.
//!
//! What comes in: the lists of all months, what people decided, the families of this run. What goes out: per pack of a target the ways of its families. What always holds: a family
//! that became part of another counts with it, once; one that is not among this run's families any more still counts.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Day, Families, Journey, JourneyStep, Listing, PackJourneys, Target};

/// The ways of families under every pack that a target names. `people` are the ways that people's decisions tell; `present` gives the id that stands for an id today.
pub(super) fn journeys(
    targets: &[Target],
    (families, listings): (&Families, &[Listing]),
    people: &[Journey],
    reference: Day,
    present: &dyn Fn(&str) -> String,
) -> Vec<PackJourneys> {
    let packs: BTreeSet<&str> = targets.iter().map(|target| target.pack.as_str()).collect();
    let numbers: BTreeMap<&str, u32> = (0..).zip(&families.families).map(|(number, family)| (family.id.as_str(), number)).collect();
    let of_pack = |pack: &str| {
        let mut found: BTreeMap<String, Journey> = BTreeMap::new();
        for listing in listings.iter().filter(|listing| listing.pack == pack) {
            let id = present(&listing.family_id);
            let family = numbers.get(id.as_str()).copied();
            let journey = found.entry(id.clone()).or_insert_with(|| Journey::new(id, family));
            journey.reach(JourneyStep::Identified, listing.first.last_day().min(reference));
        }
        for way in people {
            let id = way.family.and_then(|family| families.families.get(family as usize)).map_or(&way.family_id, |family| &family.id);
            found.entry(id.clone()).or_insert_with(|| Journey::new(id.clone(), way.family)).absorb(way);
        }
        let mut journeys: Vec<Journey> = found.into_values().collect();
        journeys.iter_mut().for_each(Journey::settle);
        PackJourneys { pack: pack.to_owned(), journeys }
    };
    packs.into_iter().map(of_pack).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Month, NO_DAY};

    fn target() -> Target {
        Target {
            name: "t".into(),
            title: String::new(),
            pack: "p1".into(),
            counts: JourneyStep::Attached,
            starts: 0,
            ends: 10,
            families: 1,
            funded: 1,
            funded_out_of: 1,
            milestones: Vec::new(),
            shares: Vec::new(),
            source: String::new(),
        }
    }

    #[test]
    fn a_family_that_became_part_of_another_counts_once_and_one_that_is_gone_still_counts() {
        let month = |month| Month::new(2012, month).unwrap();
        let listing = |family: &str, pack: &str, first| Listing {
            pack: pack.into(),
            family_id: family.into(),
            first: month(first),
            last: month(first),
            months: 1,
        };
        let listings = [listing("F1", "p1", 10), listing("F2", "p1", 11), listing("F3", "p1", 10), listing("F4", "p2", 10)];
        let mut gone = Journey::new("F3".into(), None);
        gone.reach(JourneyStep::Attached, month(12).first_day());
        let present = |id: &str| if id == "F2" { "F1".to_owned() } else { id.to_owned() };
        let found = journeys(&[target()], (&Families::default(), &listings), &[gone], month(12).last_day(), &present);
        assert_eq!(found.len(), 1);
        let days: Vec<(&str, bool, bool)> = found[0]
            .journeys
            .iter()
            .map(|way| {
                (way.family_id.as_str(), way.on(JourneyStep::Identified) == month(10).last_day(), way.on(JourneyStep::Attached) != NO_DAY)
            })
            .collect();
        assert_eq!(days, [("F1", true, false), ("F3", true, true)]);
    }
}
