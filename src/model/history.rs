//! What happened to some people, as a published run knew it, with where each row came from.
//!
//! What comes in: the tables that a run kept of its extracts. What goes out: rows by person, and how the feeds stood. What always holds: each row names file, hash of the file and
//! line; rows are sorted by person, kind, first day, source, file and line; `Debug` shows no row.

use std::collections::BTreeMap;
use std::fmt;

use super::{Day, EventKind, EventRole, Source};

/// What happened to some people.
#[derive(Clone, Default)]
pub struct History {
    /// The run that knew it.
    pub run_id: String,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
    /// Its reference date: nothing later is here.
    pub reference: Day,
    /// Feeds, as they stood.
    pub sources: Vec<Source>,
    /// Everybody asked for whom the run knows.
    pub people: BTreeMap<String, KnownPerson>,
    /// Sorted by person, kind, first day, source, file, line.
    pub rows: Vec<HistoryRow>,
}

/// A person of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// Date of birth, [`super::NO_DAY`] if unknown.
    pub born: Day,
    /// Identified well enough to be found in other feeds.
    pub searchable: bool,
    /// Somebody whom nobody may name: no age, no reference of an agency.
    pub hidden: bool,
}

/// One row of an extract about one person.
#[derive(Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// The person's id.
    pub person: String,
    /// Kind.
    pub kind: EventKind,
    /// The person's role in it.
    pub role: EventRole,
    /// Standard code.
    pub code: String,
    /// First day.
    pub from: Day,
    /// Last day, [`super::NO_DAY`] for a single day or one still going on.
    pub to: Day,
    /// First quantity, -1 when absent.
    pub quantity: i32,
    /// Second quantity, -1 when absent.
    pub out_of: i32,
    /// Third quantity, -1 when absent.
    pub excused: i32,
    /// The agency's own reference; may be empty.
    pub reference: String,
    /// Index into the sources.
    pub source: u16,
    /// As-at day of its delivery.
    pub delivered: Day,
    /// The file.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Line of the file.
    pub line: u32,
    /// True if a later delivery of the same source gives the same reference of the same person on the same side again.
    pub superseded: bool,
}

impl fmt::Debug for History {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("History").field("run", &self.run_id).field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

impl History {
    /// The rows of a person, with their places among all rows.
    pub fn of<'h>(&'h self, person: &str) -> impl Iterator<Item = (usize, &'h HistoryRow)> + use<'h> {
        let start = self.rows.partition_point(|row| row.person.as_str() < person);
        let end = self.rows.partition_point(|row| row.person.as_str() <= person);
        (start..end).zip(self.rows.get(start..end).unwrap_or_default())
    }

    /// Puts the rows in their order and marks those that a later delivery replaces.
    pub fn settle(&mut self) {
        self.rows.sort_by(|a, b| {
            (&a.person, a.kind, a.from, a.source, &a.file, a.line, &a.code)
                .cmp(&(&b.person, b.kind, b.from, b.source, &b.file, b.line, &b.code))
        });
        let key = |row: &HistoryRow| (row.person.clone(), row.kind, row.source, row.reference.clone(), row.role.side());
        let mut newest: BTreeMap<_, Day> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| !row.reference.is_empty()) {
            let day = newest.entry(key(row)).or_insert(row.delivered);
            *day = (*day).max(row.delivered);
        }
        for row in self.rows.iter_mut().filter(|row| !row.reference.is_empty()) {
            row.superseded = newest.get(&key(row)).is_some_and(|newest| *newest > row.delivered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NO_DAY;

    #[test]
    fn a_later_row_on_another_side_replaces_nothing() {
        let row = |role: EventRole, delivered: Day| HistoryRow {
            person: "P1".to_owned(),
            kind: EventKind::Offence,
            role,
            code: "conviction".to_owned(),
            from: 10,
            to: NO_DAY,
            quantity: -1,
            out_of: -1,
            excused: -1,
            reference: "C1".to_owned(),
            source: 0,
            delivered,
            file: "police.csv".to_owned(),
            sha256: String::new(),
            line: delivered.unsigned_abs(),
            superseded: false,
        };
        let standing = |rows: Vec<HistoryRow>| {
            let mut history = History { rows, ..History::default() };
            history.settle();
            history.rows.iter().filter(|row| !row.superseded).map(|row| row.role).collect::<Vec<_>>()
        };
        let (offender, suspect, victim) = (EventRole::Offender, EventRole::Suspect, EventRole::Victim);
        assert_eq!(standing(vec![row(offender, 20), row(victim, 30)]), [offender, victim]);
        assert_eq!(standing(vec![row(suspect, 20), row(offender, 30)]), [offender]);
    }
}
