//! What people decided about families: acceptance, status, and what of it a run needs.

use std::str::FromStr;

use super::Day;
use super::event::vocabulary;

vocabulary! {
    /// Where a family stands with the service (domain.md §7 F13).
    Status {
        /// Proposed by a run; nobody has done anything yet.
        Identified = "identified",
        /// The key professional was asked for a preliminary assessment.
        AssessmentRequested = "assessment_requested",
        /// The preliminary assessment is there.
        Assessed = "assessed",
        /// A key worker works with the family.
        Attached = "attached",
        /// Another service leads; progress is followed and counted, no key worker is allocated.
        MonitoringOnly = "monitoring_only",
        /// The family said no.
        Declined = "declined",
        /// Nobody could reach the family.
        NoContact = "no_contact",
        /// The family moved out of the county.
        OutOfCounty = "out_of_county",
        /// Others had turned things around already.
        TurnedAroundElsewhere = "turned_around_elsewhere",
        /// The work has ended.
        Closed = "closed",
        /// The result was claimed.
        Claimed = "claimed",
    }
}

impl Status {
    /// True for a status after which a family is not proposed again unless something new happens.
    #[must_use]
    pub fn ends(self) -> bool {
        matches!(self, Self::Declined | Self::Closed | Self::Claimed)
    }

    /// True for a status in which no key worker works with the family.
    #[must_use]
    pub fn without_worker(self) -> bool {
        matches!(
            self,
            Self::Identified
                | Self::MonitoringOnly
                | Self::Declined
                | Self::NoContact
                | Self::OutOfCounty
                | Self::TurnedAroundElsewhere
                | Self::Closed
        )
    }

    /// In words, such as `monitoring only`.
    #[must_use]
    pub fn words(self) -> String {
        self.name().replace('_', " ")
    }
}

/// What a run needs to know of a family's place in the cohort register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Index into the run's families.
    pub family: u32,
    /// Status that people gave it, if they gave one.
    pub status: Option<Status>,
    /// Day from which that status holds, [`super::NO_DAY`] without a status.
    pub status_on: Day,
    /// Accepted for the list or rejected, if decided.
    pub accepted: Option<bool>,
    /// Day of that decision, [`super::NO_DAY`] if none.
    pub accepted_on: Day,
}

impl Standing {
    /// The day on which people settled that the family is not to be proposed again, and in what words; `None` while it may be.
    #[must_use]
    pub fn settled(&self) -> Option<(Day, String)> {
        let ended = self.status.filter(|status| status.ends()).map(|status| (self.status_on, status.words()));
        let rejected = (self.accepted == Some(false)).then(|| (self.accepted_on, "rejected for the list".to_owned()));
        ended.into_iter().chain(rejected).max_by_key(|(day, _)| *day)
    }
}
