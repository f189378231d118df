//! Families that the service works with, and what becomes of that.
//!
//! In: which families are worked with, from when. Out: a plan per family: whether its problems stop, which, from which day; whether an adult finds
//! work. What always holds: a plan follows from the seed and the family alone, never from other families; without families that are worked with
//! the county is what it always was, byte for byte; nothing changes before the day of attachment.
//!
//! How often help works is from memory `[m]`: it is what the measurements are tested with, no forecast.

use crate::model::{Day, NO_DAY};

use super::random::{Draw, Purpose, stream, weighted};
use super::work::offered;

/// A family that the service works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Helped {
    /// Number of the true family.
    pub family: u32,
    /// Day from which a key worker works with it.
    pub attached: Day,
}

/// What becomes of the work with a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Crime, anti-social behaviour and trouble at school stop.
    TurnedAround,
    /// They stop, and an adult finds work.
    TurnedAroundAndWork,
    /// An adult finds work; the problems go on.
    Work,
    /// Trouble at school stops, crime and anti-social behaviour go on.
    SchoolOnly,
    /// Crime and anti-social behaviour stop, trouble at school goes on.
    CrimeOnly,
    /// Nothing changes.
    Nothing,
}

impl Outcome {
    /// The name in the truth file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TurnedAround => "turned_around",
            Self::TurnedAroundAndWork => "turned_around_and_work",
            Self::Work => "work",
            Self::SchoolOnly => "school_only",
            Self::CrimeOnly => "crime_only",
            Self::Nothing => "nothing",
        }
    }

    /// Why, in words.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::TurnedAround => "offences and anti-social behaviour and trouble at school stop",
            Self::TurnedAroundAndWork => "offences and anti-social behaviour and trouble at school stop and an adult finds work",
            Self::Work => "an adult finds work and other problems go on",
            Self::SchoolOnly => "trouble at school stops while offences and anti-social behaviour go on",
            Self::CrimeOnly => "offences and anti-social behaviour stop while trouble at school goes on",
            Self::Nothing => "nothing changes",
        }
    }

    /// Crime and anti-social behaviour stop.
    pub(crate) fn ends_crime(self) -> bool {
        matches!(self, Self::TurnedAround | Self::TurnedAroundAndWork | Self::CrimeOnly)
    }

    /// Trouble at school stops.
    pub(crate) fn ends_school(self) -> bool {
        matches!(self, Self::TurnedAround | Self::TurnedAroundAndWork | Self::SchoolOnly)
    }

    /// Plans, evictions and homelessness end with everything else.
    pub(crate) fn ends_all(self) -> bool {
        matches!(self, Self::TurnedAround | Self::TurnedAroundAndWork)
    }

    /// An adult finds work.
    pub(crate) fn finds_work(self) -> bool {
        matches!(self, Self::TurnedAroundAndWork | Self::Work)
    }
}

/// What becomes of one family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) family: u32,
    pub(crate) attached: Day,
    pub(crate) outcome: Outcome,
    /// Day from which the problems stop.
    pub(crate) starts: Day,
    /// Day on which an adult begins to work.
    pub(crate) works: Day,
    /// Who does, once it has come to that.
    pub(crate) worker: Option<u32>,
    /// Last day of that work, where it does not last.
    pub(crate) lost: Option<Day>,
    /// Day on which the worker whose work did not last is on a benefit again.
    pub(crate) returns: Day,
    /// Provision that an adult is attached to: its code, the day, and for how many days at most.
    pub(crate) provision: Option<(&'static str, Day, i32)>,
    /// Who is, once it has come to that.
    pub(crate) attends: Option<u32>,
}

/// The plans, one per family (the first attachment counts), by number of the family.
pub(crate) fn plans(seed: u64, helped: &[Helped]) -> Vec<Plan> {
    let mut helped = helped.to_vec();
    helped.sort_unstable();
    helped.dedup_by_key(|helped| helped.family);
    helped.into_iter().map(|helped| plan(seed, helped)).collect()
}

fn plan(seed: u64, Helped { family, attached }: Helped) -> Plan {
    const OUTCOMES: [(Outcome, u32); 6] = [
        (Outcome::TurnedAround, 42),
        (Outcome::TurnedAroundAndWork, 14),
        (Outcome::Work, 8),
        (Outcome::SchoolOnly, 10),
        (Outcome::CrimeOnly, 10),
        (Outcome::Nothing, 16),
    ];
    let mut rng = stream(seed, Purpose::Help, u64::from(family), 0);
    let drawn = weighted(&mut rng, &OUTCOMES.map(|(_, weight)| weight));
    let outcome = OUTCOMES.get(drawn).map_or(Outcome::Nothing, |&(outcome, _)| outcome);
    let (starts, works) = (attached + rng.between(15, 75), attached + rng.between(30, 120));
    // A stream of its own: what was drawn before there were advisers stays as it was.
    let mut rng = stream(seed, Purpose::Help, u64::from(family), 1);
    // One in four is out of work again within half a year, and claims within three weeks.
    let lost = rng.chance(0.25).then(|| works + rng.between(14, 180));
    let returns = lost.map_or(NO_DAY, |lost| lost + rng.between(3, 21));
    let code = if rng.chance(0.75) { "esf_provision" } else { "work_programme" };
    let attached_to = rng.chance(if outcome.ends_all() || outcome.finds_work() { 0.35 } else { 0.15 });
    // Before work is found, where it is.
    let latest = if outcome.finds_work() { 25 } else { 150 };
    let (from, lasts) = (attached + rng.between(7, latest), rng.between(90, 300));
    let provision = (attached_to && offered(code, from)).then_some((code, from, lasts));
    Plan { family, attached, outcome, starts, works, worker: None, lost, returns, provision, attends: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_depends_on_its_family_alone_and_the_first_attachment_counts() {
        let of = |families: &[(u32, Day)]| {
            let helped: Vec<Helped> = families.iter().map(|&(family, attached)| Helped { family, attached }).collect();
            plans(5, &helped).iter().map(|plan| (plan.family, plan.attached, plan.outcome.name(), plan.starts)).collect::<Vec<_>>()
        };
        let together = of(&[(9, 100), (3, 50), (9, 300)]);
        assert_eq!(together, [of(&[(3, 50)]), of(&[(9, 100)])].concat());
        assert!(together.iter().all(|&(_, attached, _, starts)| starts > attached));
    }

    #[test]
    fn every_outcome_comes_up() {
        let helped: Vec<Helped> = (0..400).map(|family| Helped { family, attached: 0 }).collect();
        let names: std::collections::BTreeSet<&str> = plans(1, &helped).iter().map(|plan| plan.outcome.name()).collect();
        assert_eq!(names.len(), 6);
    }
}
