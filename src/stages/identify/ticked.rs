//! Professionals' referrals: a professional may know before the data do (SEED1).
//!
//! What comes in: referral events, one per criterion ticked. What goes out: whether a family's referrals tick enough. What always holds:
//! different criteria are counted, not forms; only those within the pack's months count.

use super::Given;
use crate::model::{Day, EventKind, date};
use crate::rules::pack::Pack;

/// (family, code of the event table, day), sorted.
pub(super) struct Ticked(Vec<(u32, u32, Day)>);

impl Ticked {
    /// Gathers what was ticked for members of each family.
    pub(super) fn new(given: &Given<'_>) -> Self {
        let mut by_person: Vec<(u32, u32, Day)> = Vec::new();
        for (row, _) in given.events.kind.iter().enumerate().filter(|(_, kind)| **kind == EventKind::Referral) {
            let record = given.events.record.get(row).copied().unwrap_or(u32::MAX);
            let person = given.linked.person_of_record.get(record as usize).copied().unwrap_or(u32::MAX);
            let day = given.events.from.get(row).copied().unwrap_or(crate::model::NO_DAY);
            by_person.push((person, given.events.code.code(row), day));
        }
        by_person.sort_unstable();
        let mut ticked = Vec::new();
        if !by_person.is_empty() {
            for member in &given.families.members {
                let start = by_person.partition_point(|row| row.0 < member.person);
                let rows = by_person.get(start..).unwrap_or_default().iter().take_while(|row| row.0 == member.person);
                ticked.extend(rows.map(|&(_, code, day)| (member.family, code, day)));
            }
        }
        ticked.sort_unstable();
        Self(ticked)
    }

    /// True if a referral of the family was received after a day.
    pub(super) fn any_after(&self, given: &Given<'_>, family: u32, day: Day) -> bool {
        let start = self.0.partition_point(|row| row.0 < family);
        let rows = self.0.get(start..).unwrap_or_default().iter().take_while(|row| row.0 == family);
        rows.into_iter().any(|&(_, _, received)| received > day && received <= given.reference)
    }

    /// True if the family's referrals tick enough of the pack's criteria.
    pub(super) fn enough(&self, given: &Given<'_>, pack: &Pack, family: u32) -> bool {
        let Some(referral) = &pack.combination.referral else { return false };
        let first = date::months_before(given.reference, i32::try_from(referral.months).unwrap_or(i32::MAX));
        let start = self.0.partition_point(|row| row.0 < family);
        let rows = self.0.get(start..).unwrap_or_default().iter().take_while(|row| row.0 == family);
        let counts = |code: u32| {
            given.events.code.value(code).is_some_and(|code| referral.codes.is_empty() || referral.codes.iter().any(|known| known == code))
        };
        let mut codes: Vec<u32> =
            rows.filter(|(_, code, day)| (first..=given.reference).contains(day) && counts(*code)).map(|row| row.1).collect();
        codes.sort_unstable();
        codes.dedup();
        codes.len() as u32 >= referral.at_least
    }
}
