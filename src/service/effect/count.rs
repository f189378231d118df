//! Counts what happened to some people in a window of time, and what it cost.
//!
//! What comes in: the histories of people as runs knew them, a line of the cost table, a window. What goes out: how many events, or how many person-months, and pence. What always
//! holds: an event that two agencies report counts once; a row that a later delivery replaced counts for nothing; a day outside the window never counts.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::date::age_on;
use crate::model::history::{History, HistoryRow};
use crate::model::{CostItem, CostUnit, Day, Month, NO_DAY};

/// A window of time: from its first day up to and without its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: Day,
    /// The day after the last.
    pub until: Day,
}

/// How often something happened, and what it cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Events, or person-months of what lasts.
    pub count: u64,
    /// Pence.
    pub pence: u64,
}

impl Amount {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        self.pence += other.pence;
    }
}

/// What is known: by whom events are counted, and by whom what lasts is, month by month.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The run whose events count.
    pub events: &'a History,
    /// The run of each month, by which is counted what lasted at the end of it.
    pub months: &'a BTreeMap<Month, &'a History>,
}

fn fits(item: &CostItem, row: &HistoryRow, history: &History) -> bool {
    let of_age = || {
        let born = history.people.get(&row.person).map_or(NO_DAY, |person| person.born);
        age_on(born, row.from).is_some_and(|age| age < 18)
    };
    !row.superseded
        && row.kind == item.kind
        && item.codes.contains(&row.code)
        && item.roles.contains(&row.role)
        && (!item.under_18 || of_age())
}

/// What happened to people in a window.
#[must_use]
pub fn counted(item: &CostItem, people: &BTreeSet<&str>, known: Known<'_>, window: Window) -> Amount {
    match item.unit {
        CostUnit::Event => {
            let count = events(item, people, known.events, window);
            Amount { count, pence: count * u64::from(item.pounds) * 100 }
        }
        CostUnit::Year => {
            let count = person_months(item, people, known, window);
            // Twelve months are a year; to the nearest penny.
            Amount { count, pence: (count * u64::from(item.pounds) * 100 * 2 + 12) / 24 }
        }
    }
}

/// Of what several agencies report about one person and day, the report that has most counts.
fn events(item: &CostItem, people: &BTreeSet<&str>, history: &History, window: Window) -> u64 {
    let mut reported: BTreeMap<(&str, Day), BTreeMap<u16, u64>> = BTreeMap::new();
    for person in people {
        for (_, row) in history.of(person).filter(|(_, row)| fits(item, row, history)) {
            if (window.from..window.until).contains(&row.from) {
                *reported.entry((*person, row.from)).or_default().entry(row.source).or_default() += 1;
            }
        }
    }
    reported.values().map(|sources| sources.values().copied().max().unwrap_or(0)).sum()
}

/// People for whom it lasted at the end of a month, added up over the months that end in the window.
fn person_months(item: &CostItem, people: &BTreeSet<&str>, known: Known<'_>, window: Window) -> u64 {
    let mut count = 0;
    let mut month = Month::of(window.from);
    while let Some(now) = month.filter(|month| month.last_day() < window.until) {
        let end = now.last_day();
        let history = known.months.get(&now).copied().unwrap_or(known.events);
        if end >= window.from {
            let lasts = |person: &&&str| {
                history.of(person).any(|(_, row)| fits(item, row, history) && row.from <= end && (row.to == NO_DAY || row.to > end))
            };
            count += people.iter().filter(lasts).count() as u64;
        }
        month = Some(now.plus(1));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::day;
    use crate::model::history::KnownPerson;
    use crate::model::{EventKind, EventRole};

    fn on(year: i32, month: u32, of: u32) -> Day {
        day(year, month, of).unwrap()
    }

    fn item(kind: EventKind, code: &str, unit: CostUnit) -> CostItem {
        CostItem {
            id: "x".into(),
            title: "X".into(),
            kind,
            codes: vec![code.into()],
            roles: vec![EventRole::Offender, EventRole::Subject],
            under_18: kind == EventKind::Offence,
            unit,
            pounds: 1_200,
            year: 2012,
            source: "the test".into(),
        }
    }

    fn history(rows: &[(&str, EventKind, EventRole, &str, Day, Day, u16)]) -> History {
        let mut history = History::default();
        for &(person, kind, role, code, from, to, source) in rows {
            history.people.insert(person.to_owned(), KnownPerson { born: on(1997, 6, 1), searchable: true, hidden: false });
            history.rows.push(HistoryRow {
                person: person.to_owned(),
                kind,
                role,
                code: code.to_owned(),
                from,
                to,
                quantity: -1,
                out_of: -1,
                excused: -1,
                reference: String::new(),
                source,
                delivered: 0,
                file: String::new(),
                sha256: String::new(),
                line: 0,
                superseded: false,
            });
        }
        history.settle();
        history
    }

    fn count(item: &CostItem, history: &History, window: Window) -> Amount {
        let people: BTreeSet<&str> = history.people.keys().map(String::as_str).collect();
        counted(item, &people, Known { events: history, months: &BTreeMap::new() }, window)
    }

    #[test]
    fn an_offence_that_police_and_youth_service_report_counts_once_and_two_of_one_day_count_twice() {
        use EventKind::Offence;
        use EventRole::{Offender, Victim};
        let history = history(&[
            ("A", Offence, Offender, "conviction", on(2012, 10, 3), NO_DAY, 1),
            ("A", Offence, Offender, "conviction", on(2012, 10, 3), NO_DAY, 2),
            ("A", Offence, Offender, "conviction", on(2012, 10, 9), NO_DAY, 1),
            ("A", Offence, Offender, "conviction", on(2012, 10, 9), NO_DAY, 1),
            ("A", Offence, Victim, "conviction", on(2012, 10, 12), NO_DAY, 1),
            ("A", Offence, Offender, "no_further_action", on(2012, 10, 13), NO_DAY, 1),
        ]);
        let item = item(Offence, "conviction", CostUnit::Event);
        let window = Window { from: on(2012, 10, 1), until: on(2012, 11, 1) };
        assert_eq!(count(&item, &history, window), Amount { count: 3, pence: 360_000 });
    }

    #[test]
    fn the_first_day_of_a_window_counts_and_the_day_after_its_last_does_not() {
        use EventKind::Offence;
        use EventRole::Offender;
        let of = |day| history(&[("A", Offence, Offender, "conviction", day, NO_DAY, 1)]);
        let item = item(Offence, "conviction", CostUnit::Event);
        let window = Window { from: on(2012, 4, 30), until: on(2012, 10, 31) };
        let counts = [on(2012, 4, 29), on(2012, 4, 30), on(2012, 10, 30), on(2012, 10, 31)].map(|day| count(&item, &of(day), window).count);
        assert_eq!(counts, [0, 1, 1, 0]);
    }

    #[test]
    fn an_offence_after_the_eighteenth_birthday_is_no_childs() {
        let history = history(&[("A", EventKind::Offence, EventRole::Offender, "conviction", on(2015, 6, 1), NO_DAY, 1)]);
        let item = item(EventKind::Offence, "conviction", CostUnit::Event);
        assert_eq!(count(&item, &history, Window { from: on(2015, 1, 1), until: on(2016, 1, 1) }).count, 0);
    }

    #[test]
    fn what_lasts_counts_by_the_ends_of_months_and_costs_its_part_of_the_year() {
        let plan = |from, to| history(&[("A", EventKind::SocialCare, EventRole::Subject, "child_protection_plan", from, to, 1)]);
        let item = item(EventKind::SocialCare, "child_protection_plan", CostUnit::Year);
        let window = Window { from: on(2012, 5, 1), until: on(2012, 11, 1) };
        assert_eq!(count(&item, &plan(on(2012, 1, 1), NO_DAY), window), Amount { count: 6, pence: 60_000 });
        assert_eq!(
            count(&item, &plan(on(2012, 7, 15), on(2012, 9, 30)), window).count,
            2,
            "July and August; it ended on the last of September"
        );
        assert_eq!(count(&item, &plan(on(2012, 11, 1), NO_DAY), window).count, 0);
    }
}
