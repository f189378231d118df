//! Since when a family is worked with: the day on which its baseline is frozen.
//!
//! What comes in: what people decided about a family, oldest first. What goes out: the day of attachment and the status that says so. What always holds: a family that declined, moved away or was put
//! back and came again is attached anew; what became of one half before two families were one says nothing of the other; one that others had turned around counts from the day on which it was accepted.

use std::collections::BTreeMap;

use crate::model::{Day, Status};
use crate::register::decisions::{Content, Entry};

/// The attachment that holds on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The day.
    pub on: Day,
    /// The status that says so.
    pub by: Status,
    /// The family's id in the entry that says so.
    pub family: String,
}

/// The attachment of a family that holds on a day: the first day on which one of `attached_by` held since the family last stood outside the service. `is_it` says whether an id of an entry
/// leads to the family.
#[must_use]
pub fn attachment<'e>(
    entries: impl IntoIterator<Item = &'e Entry>,
    is_it: impl Fn(&str) -> bool,
    attached_by: &[Status],
    on: Day,
) -> Option<Attachment> {
    let about = entries.into_iter().filter_map(|entry| match &entry.decision {
        Content::Family(decision) if is_it(&decision.family) && decision.day() <= on => Some((decision.day(), entry.seq, decision)),
        _ => None,
    });
    let mut steps: Vec<_> = about.collect();
    // What is decided later about an earlier day stands behind what was decided before about the same day.
    steps.sort_by_key(|(day, seq, _)| (*day, *seq));
    // What became of one half before two families were one undoes nothing of the other.
    let mut halves: BTreeMap<&str, Half> = BTreeMap::new();
    for (day, _, decision) in steps {
        let joined: Vec<Half> = decision.joined.iter().filter_map(|id| halves.remove(id.as_str())).collect();
        let own = halves.entry(&decision.family).or_default();
        for half in joined {
            own.join(half);
        }
        match decision.accepted {
            Some(true) => own.accepted = own.accepted.or(Some(day)),
            Some(false) => *own = Half::default(),
            None => {}
        }
        let Some(status) = decision.new_status() else { continue };
        if attached_by.contains(&status) {
            let since = if status == Status::TurnedAroundElsewhere { own.accepted.unwrap_or(day) } else { day };
            let attached = || Attachment { on: since, by: status, family: decision.family.clone() };
            own.attached.get_or_insert_with(attached);
        } else if matches!(status, Status::Identified | Status::Declined | Status::NoContact | Status::OutOfCounty) {
            own.attached = None;
        }
    }
    halves.into_values().filter_map(|half| half.attached).min_by_key(|attached| attached.on)
}

/// A family under one of its ids.
#[derive(Default)]
struct Half {
    accepted: Option<Day>,
    attached: Option<Attachment>,
}

impl Half {
    /// Becomes one with another half: what came first stands.
    fn join(&mut self, other: Self) {
        self.accepted = self.accepted.into_iter().chain(other.accepted).min();
        self.attached = self.attached.take().into_iter().chain(other.attached).min_by_key(|attached| attached.on);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date;
    use crate::register::decisions::FamilyDecision;

    /// Family, day, status, whether accepted.
    type Decided<'a> = (&'a str, &'a str, Option<Status>, Option<bool>);
    /// What it is about, what was decided, since when it is attached.
    type Case<'a> = (&'a str, Vec<Decided<'a>>, Option<(&'a str, Status)>);

    fn entries(steps: &[Decided<'_>]) -> Vec<Entry> {
        let entry = |(seq, (family, on, status, accepted)): (u64, &Decided<'_>)| Entry {
            seq,
            time: String::new(),
            user: String::new(),
            by: "AB".to_owned(),
            reason: String::new(),
            file: String::new(),
            file_sha256: String::new(),
            line: seq,
            decision: Content::Family(FamilyDecision {
                family: (*family).to_owned(),
                records: Vec::new(),
                joined: Vec::new(),
                on: (*on).to_owned(),
                accepted: *accepted,
                status: status.map(|status| status.name().to_owned()),
                over: None,
            }),
            prev: String::new(),
            hash: String::new(),
        };
        (1..).zip(steps).map(entry).collect()
    }

    #[test]
    fn a_family_is_attached_since_it_last_came_in() {
        use Status::{
            Assessed, AssessmentRequested, Attached, Closed, Declined, Identified, MonitoringOnly, OutOfCounty, TurnedAroundElsewhere,
        };
        let by = [Attached, MonitoringOnly, TurnedAroundElsewhere];
        let yes = ("F1", "2012-10-01", None, Some(true));
        let step = |on, status| ("F1", on, Some(status), None);
        let cases: Vec<Case<'_>> = vec![
            ("never", vec![yes, step("2012-10-05", AssessmentRequested), step("2012-10-20", Assessed)], None),
            ("attached", vec![yes, step("2012-10-15", Attached)], Some(("2012-10-15", Attached))),
            (
                "handed over to others since",
                vec![yes, step("2012-10-15", Attached), step("2013-01-01", MonitoringOnly)],
                Some(("2012-10-15", Attached)),
            ),
            ("closed since", vec![yes, step("2012-10-15", Attached), step("2013-05-01", Closed)], Some(("2012-10-15", Attached))),
            ("declined", vec![yes, step("2012-10-15", Attached), step("2012-12-01", Declined)], None),
            (
                "declined and came back",
                vec![
                    yes,
                    step("2012-10-15", Attached),
                    step("2012-12-01", Declined),
                    step("2013-01-05", AssessmentRequested),
                    step("2013-02-01", Attached),
                ],
                Some(("2013-02-01", Attached)),
            ),
            ("moved out of the county", vec![yes, step("2012-10-15", Attached), step("2013-03-01", OutOfCounty)], None),
            ("put back", vec![yes, step("2012-10-15", Attached), step("2013-03-01", Identified)], None),
            ("turned around by others", vec![yes, step("2013-01-15", TurnedAroundElsewhere)], Some(("2012-10-01", TurnedAroundElsewhere))),
            ("rejected since", vec![yes, step("2012-10-15", Attached), ("F1", "2013-01-01", None, Some(false))], None),
            ("attached later only", vec![yes, step("2013-08-15", Attached)], None),
            ("an entry about another family", vec![("F2", "2012-10-15", Some(Attached), Some(true))], None),
            ("the day was put in later", vec![step("2013-02-01", Closed), step("2012-10-15", Attached)], Some(("2012-10-15", Attached))),
        ];
        let on = date::from_iso("2013-07-31").unwrap();
        for (what, steps, expected) in cases {
            let found = attachment(&entries(&steps), |id| id == "F1", &by, on);
            assert_eq!(
                found.map(|found| (date::iso(found.on), found.by)),
                expected.map(|(day, status)| (day.to_owned(), status)),
                "{what}"
            );
        }
    }
    #[test]
    fn what_became_of_the_other_half_before_two_families_were_one_undoes_no_attachment() {
        let by = [Status::Attached];
        let mut steps = entries(&[
            ("F1", "2012-10-01", None, Some(true)),
            ("F1", "2012-10-15", Some(Status::Attached), None),
            ("F2", "2012-12-01", Some(Status::Declined), None),
            ("F2", "2013-02-01", None, Some(false)),
        ]);
        let on = date::from_iso("2013-07-31").unwrap();
        let since = |steps: &[Entry]| attachment(steps, |_| true, &by, on).map(|found| date::iso(found.on));
        assert_eq!(since(&steps).as_deref(), Some("2012-10-15"));
        // They are one, and the family declines.
        let mut declined = entries(&[("F2", "2013-04-01", Some(Status::Declined), None)]);
        if let Some(Content::Family(decision)) = declined.first_mut().map(|entry| &mut entry.decision) {
            decision.joined.push("F1".to_owned());
        }
        steps.extend(declined);
        assert_eq!(since(&steps), None);
    }
}
