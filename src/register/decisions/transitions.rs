//! Which status may follow which: the published transition table.
//!
//! What comes in: two statuses. What goes out: whether the step is allowed, and what it asks for. What always holds: a family nobody has given a
//! status stands as identified; every step that is not in the table is refused.
//!
//! | from | to |
//! |---|---|
//! | identified | assessment requested, monitoring only, or a way out |
//! | assessment requested | assessed, monitoring only, or a way out |
//! | assessed | attached, monitoring only, or a way out |
//! | attached | monitoring only, or a way out |
//! | monitoring only | assessment requested, attached, or a way out |
//! | declined, no contact | assessment requested (the family changed its mind, or was reached), identified, another way out |
//! | out of county | identified (it came back), closed |
//! | turned around elsewhere | closed, identified |
//! | closed | claimed, identified (something new happened) |
//! | claimed | identified (something new happened, in a later programme) |
//!
//! The ways out are declined, no contact, out of county, turned around elsewhere and closed. Assessment requested, assessed, attached, monitoring only and claimed
//! need a family that was accepted for the list. The ways out and every step back to identified need a reason. Monitoring only may be said again with a later day: word came from whoever leads.

use crate::model::Status;

/// The ways out of the service.
const WAYS_OUT: [Status; 5] = [Status::Declined, Status::NoContact, Status::OutOfCounty, Status::TurnedAroundElsewhere, Status::Closed];

/// Every status that may follow `from`, in the order of [`Status::ALL`].
#[must_use]
pub fn next(from: Status) -> Vec<Status> {
    let mut next = match from {
        Status::Identified => vec![Status::AssessmentRequested, Status::MonitoringOnly],
        Status::AssessmentRequested => vec![Status::Assessed, Status::MonitoringOnly],
        Status::Assessed => vec![Status::Attached, Status::MonitoringOnly],
        Status::Attached => vec![Status::MonitoringOnly],
        Status::MonitoringOnly => vec![Status::AssessmentRequested, Status::Attached],
        Status::Declined | Status::NoContact => vec![Status::AssessmentRequested, Status::Identified],
        Status::OutOfCounty | Status::TurnedAroundElsewhere => vec![Status::Identified, Status::Closed],
        Status::Closed => vec![Status::Claimed, Status::Identified],
        Status::Claimed => vec![Status::Identified],
    };
    if !matches!(from, Status::OutOfCounty | Status::TurnedAroundElsewhere | Status::Closed | Status::Claimed) {
        next.extend(WAYS_OUT.into_iter().filter(|out| *out != from));
    }
    next.sort_unstable();
    next.dedup();
    next
}

/// True if a family that stands at `from` may be given the status `to`.
#[must_use]
pub fn allowed(from: Status, to: Status) -> bool {
    next(from).contains(&to)
}

/// True if a status may be given only to a family that was accepted for the list (design.md §10: nothing about a family leaves the building before).
#[must_use]
pub fn needs_acceptance(to: Status) -> bool {
    matches!(to, Status::AssessmentRequested | Status::Assessed | Status::Attached | Status::MonitoringOnly | Status::Claimed)
}

/// True if giving a status needs a reason.
#[must_use]
pub fn needs_reason(to: Status) -> bool {
    WAYS_OUT.contains(&to) || to == Status::Identified
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_through_the_service_is_allowed_and_shortcuts_are_not() {
        let way = [Status::Identified, Status::AssessmentRequested, Status::Assessed, Status::Attached, Status::Closed, Status::Claimed];
        assert!(way.windows(2).all(|step| allowed(step[0], step[1])));
        for (from, to) in [
            (Status::Identified, Status::Attached),
            (Status::Identified, Status::Claimed),
            (Status::Attached, Status::Claimed),
            (Status::Claimed, Status::Attached),
            (Status::Closed, Status::Attached),
            (Status::OutOfCounty, Status::Attached),
        ] {
            assert!(!allowed(from, to), "{from:?} to {to:?}");
        }
    }

    #[test]
    fn every_status_can_be_left_and_reached_and_none_follows_itself() {
        for &status in Status::ALL {
            assert!(!next(status).is_empty(), "{status:?} is a dead end");
            assert!(!allowed(status, status), "{status:?}");
            assert!(Status::ALL.iter().any(|&from| allowed(from, status)), "{status:?} is never reached");
        }
    }
}
