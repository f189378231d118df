//! Targets: how many families a county has agreed to find, to work with or to turn around, by when.
//!
//! What comes in: numbers of the pipeline. What goes out: how many families the plan has reached by a day. What always holds: the plan never falls, starts at
//! nought and ends at the target; the plans of the districts add up to the plan of the county.

use super::{Day, JourneyStep};

/// One target of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name, such as `year-one`.
    pub name: String,
    /// Title, in words.
    pub title: String,
    /// Pack whose list counts towards it.
    pub pack: String,
    /// Step that counts towards it.
    pub counts: JourneyStep,
    /// First day that counts.
    pub starts: Day,
    /// Day by which it is to be reached.
    pub ends: Day,
    /// Families to reach.
    pub families: u32,
    /// Families the government pays for out of every [`Target::funded_out_of`].
    pub funded: u32,
    /// See [`Target::funded`].
    pub funded_out_of: u32,
    /// Families to reach by days in between, by day, both ever growing.
    pub milestones: Vec<(Day, u32)>,
    /// Part of each district in the plan: code and weight; none where the plan is for the county only.
    pub shares: Vec<(String, u32)>,
    /// Where the numbers come from.
    pub source: String,
}

impl Target {
    /// Families of the target that the government pays for, to the nearest whole family.
    #[must_use]
    pub fn funded_families(&self) -> u32 {
        let (families, funded, out_of) = (u64::from(self.families), u64::from(self.funded), u64::from(self.funded_out_of.max(1)));
        ((2 * families * funded + out_of) / (2 * out_of)) as u32
    }

    /// Families that the plan has reached by the end of a day: a straight line from milestone to milestone, to the nearest whole family.
    #[must_use]
    pub fn planned(&self, on: Day) -> u32 {
        let mut from = (self.starts - 1, 0_u32);
        for &(day, families) in self.milestones.iter().chain([&(self.ends, self.families)]) {
            if on < day {
                let (passed, whole) = (i64::from((on - from.0).max(0)), i64::from((day - from.0).max(1)));
                let more = i64::from(families.saturating_sub(from.1));
                return from.1 + ((2 * more * passed + whole) / (2 * whole)) as u32;
            }
            from = (day, families);
        }
        self.families
    }

    /// The plan of each district by the end of a day, in the order of [`Target::shares`]: whole families by largest remainder, so that they add up to the county's.
    #[must_use]
    pub fn planned_by_district(&self, on: Day) -> Vec<(&str, u32)> {
        let planned = u64::from(self.planned(on));
        let all: u64 = self.shares.iter().map(|(_, weight)| u64::from(*weight)).sum::<u64>().max(1);
        let mut parts: Vec<(&str, u64, u64)> = self
            .shares
            .iter()
            .map(|(code, weight)| (code.as_str(), planned * u64::from(*weight) / all, planned * u64::from(*weight) % all))
            .collect();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|&place| std::cmp::Reverse(parts.get(place).map_or(0, |part| part.2)));
        let missing = planned.saturating_sub(parts.iter().map(|part| part.1).sum());
        for place in order.into_iter().take(missing as usize) {
            if let Some(part) = parts.get_mut(place) {
                part.1 += 1;
            }
        }
        parts.into_iter().map(|(code, families, _)| (code, families as u32)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::day;

    fn target(families: u32) -> Target {
        Target {
            name: "all".into(),
            title: String::new(),
            pack: String::new(),
            counts: JourneyStep::TurnedAround,
            starts: day(2012, 4, 1).unwrap(),
            ends: day(2015, 3, 31).unwrap(),
            families,
            funded: 5,
            funded_out_of: 6,
            milestones: Vec::new(),
            shares: Vec::new(),
            source: String::new(),
        }
    }

    #[test]
    fn five_sixths_of_lincolnshires_families_are_paid_for() {
        // domain.md §1.4: 1,370 × 5/6 = 1,141.67, 457 × 5/6 = 380.83.
        assert_eq!([1370, 457, 0, 3].map(|families| target(families).funded_families()), [1142, 381, 0, 3]);
    }

    #[test]
    fn the_plan_goes_from_nought_through_its_milestones_to_the_target() {
        let mut plan = target(1370);
        let on = |year, month, of| day(year, month, of).unwrap();
        plan.milestones = vec![(on(2013, 3, 31), 457), (on(2014, 3, 31), 914)];
        let days = [on(2012, 3, 31), on(2012, 4, 1), on(2012, 9, 30), on(2013, 3, 31), on(2014, 3, 31), on(2015, 3, 31), on(2016, 1, 1)];
        // 30 September 2012 is the 183rd of 365 days: 457 × 183 / 365 = 229.1.
        assert_eq!(days.map(|day| plan.planned(day)), [0, 1, 229, 457, 914, 1370, 1370]);
        let all: Vec<u32> = (plan.starts..=plan.ends).map(|day| plan.planned(day)).collect();
        assert!(all.is_sorted());
    }

    #[test]
    fn the_districts_plans_add_up_to_the_countys_on_every_day() {
        let mut plan = target(1370);
        plan.shares = [("A", 646), ("B", 1364), ("C", 935), ("D", 1078), ("E", 883), ("F", 1338), ("G", 893)]
            .map(|(code, weight)| (code.to_owned(), weight))
            .into();
        for on in (plan.starts - 5..plan.ends + 5).step_by(17) {
            let parts = plan.planned_by_district(on);
            assert_eq!(parts.iter().map(|part| part.1).sum::<u32>(), plan.planned(on));
        }
        let whole = plan.planned_by_district(plan.ends);
        // 1,370 × 646 / 7,137 = 124.004.
        assert_eq!(whole[0], ("A", 124));
    }
}
