//! Counts of need and of the watch list under one pack.

use std::collections::BTreeMap;

use super::super::contents::RunContents;
use crate::model::{Entry, NeedLevel, Reach, StepKind};

/// Levels of need, and the watch list.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct EarlyFigures {
    /// Listed families by the rule of need that decided; most complex first, then by rule.
    pub(in super::super) rules: Vec<NeedFigures>,
    /// Families near the list (pending or near miss) whose needs are complex.
    pub(in super::super) near_complex: u64,
    /// Families on the watch list.
    pub(in super::super) watched: u64,
    /// Rows of the watch list by kind of step: those one step from the list, and those one step from a criterion.
    pub(in super::super) steps: Vec<(StepKind, u64, u64)>,
}

/// Listed families whose level one rule decided.
#[derive(Clone, Debug)]
pub(in super::super) struct NeedFigures {
    pub(in super::super) rule: String,
    pub(in super::super) title: String,
    pub(in super::super) level: NeedLevel,
    pub(in super::super) families: u64,
}

impl EarlyFigures {
    pub(super) fn of(run: &RunContents<'_>, pack: &str, entries: &[&Entry]) -> Self {
        let mut rules: BTreeMap<(NeedLevel, &str), (&str, u64)> = BTreeMap::new();
        let mut near_complex = 0;
        for entry in entries {
            let Some(need) = &entry.need else { continue };
            if entry.route.is_listed() {
                rules.entry((need.level, need.rule.as_str())).or_insert((&need.title, 0)).1 += 1;
            } else if need.level == NeedLevel::Complex
                && matches!(entry.route, crate::model::Route::Pending | crate::model::Route::NearMiss)
            {
                near_complex += 1;
            }
        }
        let rows: Vec<_> = run.identification.watched.iter().filter(|row| row.step.pack == pack).collect();
        let mut families: Vec<u32> = rows.iter().map(|row| row.step.family).collect();
        families.sort_unstable();
        families.dedup();
        let of = |kind: StepKind, reach: Reach| rows.iter().filter(|row| row.step.kind == kind && row.reach == reach).count() as u64;
        Self {
            rules: rules
                .into_iter()
                .map(|((level, rule), (title, families))| NeedFigures { rule: rule.to_owned(), title: title.to_owned(), level, families })
                .collect(),
            near_complex,
            watched: families.len() as u64,
            steps: StepKind::ALL.iter().map(|&kind| (kind, of(kind, Reach::List), of(kind, Reach::Criterion))).collect(),
        }
    }

    /// Listed families of a level.
    pub(in super::super) fn listed(&self, level: NeedLevel) -> u64 {
        self.rules.iter().filter(|rule| rule.level == level).map(|rule| rule.families).sum()
    }
}
