//! Whether evidence stands against the right people.
//!
//! What comes in: the evidence rows with the true person each is held against, and who truly stands on each source line.
//! What goes out: counts that ought to be zero, or nearly so.

use serde::Serialize;

use crate::model::{EventKind, EventRole};

/// One row of evidence, as measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Kind of event.
    pub kind: Option<EventKind>,
    /// Role of the person in it.
    pub role: Option<EventRole>,
    /// True person it is held against; `None` if not known.
    pub against: Option<u32>,
    /// True persons on the line it comes from; empty if not known.
    pub on_line: Vec<u32>,
}

/// Counts over all evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AttributionCounts {
    /// Rows of evidence.
    pub rows: u64,
    /// Of which an offence held against somebody who is not its offender on the row: must be 0.
    pub offence_without_offender: u64,
    /// Of which a victim, a witness or a mere suspect of an offence, a measure or a custody: must be 0.
    pub victims_and_witnesses: u64,
    /// Of which the true person is known on both sides.
    pub checked: u64,
    /// Of which held against a person who does not stand on that line: two people were taken for one.
    pub of_another_person: u64,
}

/// Counts the rows.
#[must_use]
pub fn attribution(rows: impl IntoIterator<Item = Held>) -> AttributionCounts {
    let mut counts = AttributionCounts::default();
    for row in rows {
        counts.rows += 1;
        counts.offence_without_offender += u64::from(row.kind == Some(EventKind::Offence) && row.role != Some(EventRole::Offender));
        let against_somebody = matches!(row.kind, Some(EventKind::Offence | EventKind::AsbIntervention | EventKind::Custody));
        let not_the_doer = matches!(row.role, Some(EventRole::Victim | EventRole::Witness | EventRole::Suspect));
        counts.victims_and_witnesses += u64::from(against_somebody && not_the_doer);
        if let Some(against) = row.against.filter(|_| !row.on_line.is_empty()) {
            counts.checked += 1;
            counts.of_another_person += u64::from(!row.on_line.contains(&against));
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_victim_held_for_an_offence_is_counted() {
        let row = |kind, role, against, on_line: &[u32]| Held { kind: Some(kind), role: Some(role), against, on_line: on_line.to_vec() };
        let counts = attribution([
            row(EventKind::Offence, EventRole::Offender, Some(1), &[1]),
            row(EventKind::Offence, EventRole::Victim, Some(1), &[2]),
            row(EventKind::AsbIntervention, EventRole::Tenant, Some(3), &[2, 3]),
            row(EventKind::AsbIntervention, EventRole::Witness, None, &[3]),
            row(EventKind::DomesticAbuse, EventRole::Victim, Some(4), &[]),
        ]);
        let expected =
            AttributionCounts { rows: 5, offence_without_offender: 1, victims_and_witnesses: 2, checked: 3, of_another_person: 1 };
        assert_eq!(counts, expected);
    }
}
