//! How far families have come with the service, and when.
//!
//! What comes in: days. What goes out: counts of families that reached a step by a day. What always holds: whoever was accepted was
//! identified, whoever is worked with was assessed, whose result was claimed was turned around, at the latest on the same day; a family that is no longer among a
//! run's families still counts.

use std::str::FromStr;

use super::event::vocabulary;
use super::{Day, NO_DAY};

vocabulary! {
    /// A step on a family's way.
    JourneyStep {
        /// On the list of the pack, or accepted for it.
        Identified = "identified",
        /// Accepted for the list by people.
        Accepted = "accepted",
        /// The preliminary assessment is there.
        Assessed = "assessed",
        /// A key worker works with the family.
        Attached = "attached",
        /// The family's life was turned around: its result can be or was claimed, or others had done so already.
        TurnedAround = "turned_around",
        /// The result was claimed.
        Claimed = "claimed",
    }
}

/// How many steps there are.
pub const STEPS: usize = 6;

impl JourneyStep {
    /// In words, such as `turned around`.
    #[must_use]
    pub fn words(self) -> String {
        self.name().replace('_', " ")
    }

    /// The step that whoever reached this one has reached too.
    #[must_use]
    pub fn implies(self) -> Option<Self> {
        match self {
            Self::Accepted => Some(Self::Identified),
            Self::Attached => Some(Self::Assessed),
            Self::Claimed => Some(Self::TurnedAround),
            Self::Identified | Self::Assessed | Self::TurnedAround => None,
        }
    }
}

/// One family's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Its id of today.
    pub family_id: String,
    /// Index into the run's families; `None` if it is not among them any more.
    pub family: Option<u32>,
    /// Day on which each step was reached, in the order of [`JourneyStep::ALL`]; [`NO_DAY`] if it was not.
    reached: [Day; STEPS],
}

impl Journey {
    /// A way on which nothing has been reached yet.
    #[must_use]
    pub fn new(family_id: String, family: Option<u32>) -> Self {
        Self { family_id, family, reached: [NO_DAY; STEPS] }
    }

    /// Notes that a step was reached on a day; an earlier day of the same step stands.
    pub fn reach(&mut self, step: JourneyStep, on: Day) {
        if let Some(day) = self.reached.get_mut(step as usize)
            && on != NO_DAY
            && (*day == NO_DAY || on < *day)
        {
            *day = on;
        }
    }

    /// Takes over what another family's way had reached: for two families that are one today.
    pub fn absorb(&mut self, other: &Self) {
        for &step in JourneyStep::ALL {
            self.reach(step, other.on(step));
        }
    }

    /// Fills in what a step implies: that of acceptance, attachment and claim. A family that others turned around was never attached.
    pub fn settle(&mut self) {
        for &step in JourneyStep::ALL {
            if let Some(implied) = step.implies() {
                self.reach(implied, self.on(step));
            }
        }
    }

    /// The day on which a step was reached; [`NO_DAY`] if it was not.
    #[must_use]
    pub fn on(&self, step: JourneyStep) -> Day {
        self.reached.get(step as usize).copied().unwrap_or(NO_DAY)
    }

    /// Whether a step was reached by a day.
    #[must_use]
    pub fn by(&self, step: JourneyStep, day: Day) -> bool {
        let on = self.on(step);
        on != NO_DAY && on <= day
    }
}

/// The ways of families under a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackJourneys {
    /// Pack.
    pub pack: String,
    /// Sorted by family id, one each.
    pub journeys: Vec<Journey>,
}

impl PackJourneys {
    /// How many families had reached a step by a day.
    #[must_use]
    pub fn count(&self, step: JourneyStep, day: Day) -> u64 {
        self.journeys.iter().filter(|journey| journey.by(step, day)).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_implies_the_one_before_it_and_the_earliest_day_stands() {
        let mut journey = Journey::new("F1".into(), None);
        journey.reach(JourneyStep::Attached, 50);
        journey.reach(JourneyStep::Attached, 40);
        journey.reach(JourneyStep::Assessed, 45);
        journey.reach(JourneyStep::Accepted, 10);
        journey.settle();
        let days: Vec<Day> = JourneyStep::ALL.iter().map(|&step| journey.on(step)).collect();
        assert_eq!(days, [10, 10, 40, 40, NO_DAY, NO_DAY]);
        assert!(journey.by(JourneyStep::Accepted, 10) && !journey.by(JourneyStep::Accepted, 9) && !journey.by(JourneyStep::Claimed, 1_000));
    }

    #[test]
    fn two_families_that_became_one_count_once_from_the_earlier_day() {
        let (mut one, mut other) = (Journey::new("F1".into(), Some(3)), Journey::new("F2".into(), None));
        one.reach(JourneyStep::Accepted, 30);
        other.reach(JourneyStep::Accepted, 20);
        other.reach(JourneyStep::Assessed, 25);
        one.absorb(&other);
        assert_eq!((one.on(JourneyStep::Accepted), one.on(JourneyStep::Assessed)), (20, 25));
    }
}
