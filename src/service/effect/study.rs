//! Compares the months before with the months after, cohort by cohort.
//!
//! What comes in: families with the day of their attachment, what each month's run knew. What goes out: per cohort what happened before and after, to its families and to those on the
//! list that nobody worked with; per month the criteria. What always holds: a cohort is the families attached in one month; who stands beside it was on the list by then
//! and was not attached until the cohort's time was over.

use std::collections::{BTreeMap, BTreeSet};

use super::count::{Amount, Known, Window, counted};
use super::gather::Given;
use crate::model::date::months_before;
use crate::model::history::History;
use crate::model::{CostItem, Day, Month, NO_DAY, Ternary};

/// A family of the study, under its id of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFamily {
    /// First month on the list.
    pub identified: Option<Month>,
    /// Day from which a key worker works with it; [`NO_DAY`] if none does.
    pub attached: Day,
    /// Day on which its life was turned around; [`NO_DAY`] if it was not.
    pub turned_around: Day,
    /// Its people with the first and last month in which they were seen there.
    pub people: Vec<(String, Month, Month)>,
}

impl Default for CaseFamily {
    fn default() -> Self {
        Self { identified: None, attached: NO_DAY, turned_around: NO_DAY, people: Vec::new() }
    }
}

impl CaseFamily {
    /// Who was in it in a month.
    fn members(&self, month: Month) -> BTreeSet<&str> {
        self.people.iter().filter(|(_, first, last)| *first <= month && month <= *last).map(|(person, ..)| person.as_str()).collect()
    }
}

/// Before and after, per line of the cost table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Families.
    pub families: u64,
    /// Before.
    pub before: Vec<Amount>,
    /// After.
    pub after: Vec<Amount>,
}

impl Side {
    fn new(items: usize) -> Self {
        Self { families: 0, before: vec![Amount::default(); items], after: vec![Amount::default(); items] }
    }

    /// Adds another group of families.
    pub fn add(&mut self, other: &Self) {
        self.families += other.families;
        for (own, more) in self.before.iter_mut().zip(&other.before).chain(self.after.iter_mut().zip(&other.after)) {
            own.add(*more);
        }
    }

    /// What everything cost before, and after, in pence.
    #[must_use]
    pub fn cost(&self) -> (u64, u64) {
        let sum = |amounts: &[Amount]| amounts.iter().map(|amount| amount.pence).sum();
        (sum(&self.before), sum(&self.after))
    }
}

/// The families attached in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortStudy {
    /// The month.
    pub month: Month,
    /// Families attached in it.
    pub families: u64,
    /// Of which were turned around by now.
    pub turned_around: u64,
    /// Before and after of the cohort and of the families beside it; nothing while its months after are not over, or where the month has no final run.
    pub compared: Option<(Side, Side)>,
}

/// Which families a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Those of the cohort.
    Attached,
    /// Those beside it.
    Beside,
}

impl Group {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Beside => "not_yet_attached",
        }
    }
}

/// A criterion in a month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CriterionRow {
    /// The cohort.
    pub cohort: Month,
    /// The month.
    pub month: Month,
    /// Whose.
    pub group: Group,
    /// The criterion.
    pub criterion: String,
    /// Families for which it is true, unknown, false.
    pub families: [u64; 3],
}

/// Everything that was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Study {
    /// By month.
    pub cohorts: Vec<CohortStudy>,
    /// By cohort, month, group, criterion.
    pub criteria: Vec<CriterionRow>,
    /// Title of each criterion.
    pub titles: BTreeMap<String, String>,
}

impl Study {
    /// All compared cohorts together, and the families beside them: a family that stands beside several counts with each.
    #[must_use]
    pub fn together(&self, items: usize) -> (Side, Side) {
        let mut all = (Side::new(items), Side::new(items));
        for (attached, beside) in self.cohorts.iter().filter_map(|cohort| cohort.compared.as_ref()) {
            all.0.add(attached);
            all.1.add(beside);
        }
        all
    }
}

/// Makes the comparison.
#[must_use]
pub fn study(given: &Given, items: &[CostItem], months: u32) -> Study {
    let attached = |family: &CaseFamily| Month::of(family.attached).filter(|_| family.attached != NO_DAY);
    let cohorts: BTreeSet<Month> = given.families.values().filter_map(attached).collect();
    let titles = given.criteria.iter().cloned().zip(given.titles.iter().cloned()).collect();
    let mut study = Study { titles, ..Study::default() };
    for month in cohorts {
        let own: Vec<(&String, &CaseFamily)> = given.families.iter().filter(|(_, family)| attached(family) == Some(month)).collect();
        let turned = own.iter().filter(|(_, family)| family.turned_around != NO_DAY && family.turned_around <= given.reference).count();
        study.cohorts.push(CohortStudy {
            month,
            families: own.len() as u64,
            turned_around: turned as u64,
            compared: compared(given, (items, months), month, &own),
        });
        criteria(given, month, &own, &mut study.criteria);
    }
    study.criteria.sort();
    study
}

fn after(day: Day, months: u32) -> Day {
    months_before(day, -(months as i32))
}

/// Families on the list by a month that nobody worked with until a day.
fn beside(given: &Given, month: Month, until: Day) -> impl Iterator<Item = (&String, &CaseFamily)> {
    given.families.iter().filter(move |(_, family)| {
        family.identified.is_some_and(|first| first <= month) && (family.attached == NO_DAY || family.attached > until)
    })
}

fn compared(given: &Given, (items, months): (&[CostItem], u32), cohort: Month, own: &[(&String, &CaseFamily)]) -> Option<(Side, Side)> {
    let over = month_after(cohort, months);
    let (then, now) = (given.months.get(&cohort)?, given.months.last_key_value()?.1);
    if over.last_day() > given.reference {
        return None;
    }
    let known: BTreeMap<Month, &History> = given.months.iter().map(|(month, known)| (*month, &known.history)).collect();
    let side = |families: &mut dyn Iterator<Item = (&CaseFamily, Day)>| {
        let mut side = Side::new(items.len());
        for (family, day) in families {
            let people = family.members(cohort);
            side.families += 1;
            let before = Window { from: months_before(day, months as i32), until: day };
            let later = Window { from: day, until: after(day, months) };
            for ((item, was), is) in items.iter().zip(&mut side.before).zip(&mut side.after) {
                was.add(counted(item, &people, Known { events: &then.history, months: &known }, before));
                is.add(counted(item, &people, Known { events: &now.history, months: &known }, later));
            }
        }
        side
    };
    let attached = side(&mut own.iter().map(|(_, family)| (*family, family.attached)));
    let others = side(&mut beside(given, cohort, over.last_day()).map(|(_, family)| (family, cohort.last_day())));
    Some((attached, others))
}

fn month_after(month: Month, months: u32) -> Month {
    month.plus(months as i32)
}

fn criteria(given: &Given, cohort: Month, own: &[(&String, &CaseFamily)], rows: &mut Vec<CriterionRow>) {
    for (&month, known) in &given.months {
        let mut add = |group: Group, families: &mut dyn Iterator<Item = &String>| {
            let mut counts: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
            for family in families {
                for criterion in &given.criteria {
                    let Some(value) = known.criteria.get(&(family.clone(), criterion.clone())) else { continue };
                    let place = match value {
                        Ternary::True => 0,
                        Ternary::Unknown => 1,
                        Ternary::False => 2,
                    };
                    if let Some(count) = counts.entry(criterion).or_default().get_mut(place) {
                        *count += 1;
                    }
                }
            }
            rows.extend(counts.into_iter().map(|(criterion, families)| CriterionRow {
                cohort,
                month,
                group,
                criterion: criterion.to_owned(),
                families,
            }));
        };
        add(Group::Attached, &mut own.iter().map(|(id, _)| *id));
        let until = month.last_day().max(cohort.last_day());
        add(Group::Beside, &mut beside(given, cohort, until).map(|(id, _)| id));
    }
}

#[cfg(test)]
mod tests {
    use super::super::gather::KnownMonth;
    use super::*;
    use crate::model::history::{HistoryRow, KnownPerson};
    use crate::model::{CostUnit, EventKind, EventRole};

    fn month(month: u32) -> Month {
        Month::new(2013, month).unwrap()
    }

    fn exclusion(person: &str, from: Day) -> HistoryRow {
        HistoryRow {
            person: person.into(),
            kind: EventKind::Exclusion,
            role: EventRole::Subject,
            code: "fixed".into(),
            from,
            to: NO_DAY,
            quantity: -1,
            out_of: -1,
            excused: -1,
            reference: String::new(),
            source: 0,
            delivered: 0,
            file: String::new(),
            sha256: String::new(),
            line: 0,
            superseded: false,
        }
    }

    /// One family attached on the last of January, one beside it, one attached in time to stand with neither; runs of January to August.
    fn given() -> Given {
        let mut given = Given { reference: month(8).last_day(), criteria: vec!["c2".into()], ..Given::default() };
        let family = |person: &str, attached: Day| CaseFamily {
            identified: Some(month(1)),
            attached,
            turned_around: NO_DAY,
            people: vec![(person.into(), month(1), month(8))],
        };
        given.families.insert("F1".into(), family("A", month(1).last_day()));
        given.families.insert("F2".into(), family("B", NO_DAY));
        given.families.insert("F3".into(), family("C", month(3).last_day()));
        for number in 1..=8 {
            let mut known = KnownMonth::default();
            for person in ["A", "B", "C"] {
                known.history.people.insert(person.into(), KnownPerson { born: 0, searchable: true, hidden: false });
            }
            // Both of "A" before, one after; two of "B" before and two after; what is reported late about before is not in January's run.
            let rows = [
                ("A", month(1).first_day() + 4, 1),
                ("A", month(1).first_day() + 9, 1),
                ("A", month(1).first_day() + 14, 5),
                ("A", month(5).first_day(), 5),
                ("B", month(1).first_day() + 4, 1),
                ("B", month(1).first_day() + 5, 1),
                ("B", month(4).first_day(), 4),
                ("B", month(7).first_day(), 7),
            ];
            known.history.rows = rows.iter().filter(|row| row.2 <= number).map(|row| exclusion(row.0, row.1)).collect();
            known.history.settle();
            for (family, value) in
                [("F1", if number < 5 { Ternary::True } else { Ternary::False }), ("F2", Ternary::True), ("F3", Ternary::Unknown)]
            {
                known.criteria.insert((family.into(), "c2".into()), value);
            }
            given.months.insert(month(number), known);
        }
        given
    }

    fn item() -> CostItem {
        CostItem {
            id: "x".into(),
            title: "X".into(),
            kind: EventKind::Exclusion,
            codes: vec!["fixed".into()],
            roles: vec![EventRole::Subject],
            under_18: false,
            unit: CostUnit::Event,
            pounds: 300,
            year: 2012,
            source: "the test".into(),
        }
    }

    #[test]
    fn before_is_what_was_known_at_attachment_after_is_what_is_known_now_and_nobody_attached_meanwhile_stands_beside() {
        let found = study(&given(), &[item()], 6);
        let (attached, beside) = found.cohorts[0].compared.clone().unwrap();
        assert_eq!((found.cohorts[0].month, attached.families, beside.families), (month(1), 1, 1));
        assert_eq!([attached.before[0].count, attached.after[0].count], [2, 1], "the third of January was reported in May");
        assert_eq!([beside.before[0].count, beside.after[0].count], [2, 2]);
        assert_eq!(attached.cost(), (60_000, 30_000));
        assert_eq!(found.cohorts[1].compared, None, "the months after March are not over in August");
    }

    #[test]
    fn criteria_are_followed_month_by_month_for_both_groups() {
        let found = study(&given(), &[item()], 6);
        let of = |cohort: u32, at: u32, group| {
            let row = found.criteria.iter().find(|row| row.cohort == month(cohort) && row.month == month(at) && row.group == group);
            row.map(|row| row.families)
        };
        assert_eq!(of(1, 4, Group::Attached), Some([1, 0, 0]));
        assert_eq!(of(1, 5, Group::Attached), Some([0, 0, 1]));
        assert_eq!(of(1, 2, Group::Beside), Some([1, 1, 0]), "F3 is attached in March only");
        assert_eq!(of(1, 5, Group::Beside), Some([1, 0, 0]));
    }
}
