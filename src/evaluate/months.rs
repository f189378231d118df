//! Several months: do families keep their ids, and are the causes of changes what the generator did?
//!
//! What comes in: an output folder with the final runs of several months, and the truth of each month. What goes out: of the true families whose people stayed
//! the share that kept its id, and per cause how often the truth agrees. What always holds: a true family is the found one with most of its people (where it is
//! found in equal parts, the part that it was last month); a family
//! counts as unchanged only if the same people live in it in every month; a change is judged only where the truth says that the verdict changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use serde::Serialize;

use super::columns::Columns;
use super::report::{Grid, line};
use super::truth_files::{self, Truth};
use super::{EvaluateError, join, labels, majority, run_tables};
use crate::model::Month;
use crate::store::{self, RunFolder};

/// Families that kept their id, of those whose people stayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Kept {
    /// Families of the truth with the same residents in every month, found in the first and in the last.
    pub families: u64,
    /// Of which the found family has one id in all months in which it is found.
    pub in_all_months: u64,
    /// Of which the found family has in the last month the id it had in the first.
    pub at_the_end: u64,
}

/// Changes of a cause, against the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CauseCounts {
    /// The truth says the same.
    pub agrees: u64,
    /// The truth says something else.
    pub differs: u64,
    /// The truth says that nothing became another of what the extracts show of this criterion.
    pub untold: u64,
}

/// What was measured over the months.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MonthsEvaluation {
    /// The months, in order.
    pub months: Vec<String>,
    /// Families of two people and more.
    pub families: Kept,
    /// Of them families with a child.
    pub with_child: Kept,
    /// Changes of lists by cause.
    pub causes: BTreeMap<String, CauseCounts>,
    /// (cause, the truth's) where they differ.
    pub confused: BTreeMap<String, u64>,
    /// Families that left a list without a rule and day, merge, move, death, decision, closure or feed as cause.
    pub dropped_unexplained: u64,
    /// Families that left a list.
    pub dropped: u64,
}

/// One month, joined with its truth.
struct MonthFound {
    /// Residents of each true family.
    residents: BTreeMap<String, BTreeSet<String>>,
    with_child: HashSet<String>,
    /// Found family of each true family; several where equal parts of it are in each.
    found: HashMap<String, BTreeSet<String>>,
    /// True family of each found family: the one it has most people of.
    truly: HashMap<String, String>,
}

/// Measures the final runs of an output folder.
///
/// # Errors
/// If a run or its truth cannot be read.
pub fn evaluate_months(out: &Path, truth: &Path) -> Result<MonthsEvaluation, EvaluateError> {
    let runs = store::final_runs(out)?;
    let mut evaluation = MonthsEvaluation::default();
    let mut months: Vec<MonthFound> = Vec::new();
    for run in &runs {
        let month: Month = run.manifest.period.parse().map_err(|_| EvaluateError::Period)?;
        let found = month_found(run, &truth_files::read(truth, month)?, months.last())?;
        evaluation.months.push(month.to_string());
        if let Some(last) = months.last() {
            causes(run, (last, &found), &truth_files::verdict_changes(truth, month)?, &mut evaluation)?;
        }
        months.push(found);
    }
    for (family, residents) in months.first().map(|first| &first.residents).into_iter().flatten() {
        let stayed = months.iter().all(|month| month.residents.get(family) == Some(residents)) && residents.len() > 1;
        let ids: Vec<&BTreeSet<String>> = months.iter().filter_map(|month| month.found.get(family)).collect();
        let ends = |month: Option<&MonthFound>| month.and_then(|month| month.found.get(family)).cloned();
        let (Some(first), Some(last)) = (ends(months.first()), ends(months.last())) else { continue };
        if !stayed {
            continue;
        }
        let with_child = months.first().is_some_and(|month| month.with_child.contains(family));
        let both = [Some(&mut evaluation.families), with_child.then_some(&mut evaluation.with_child)];
        for kept in both.into_iter().flatten() {
            kept.families += 1;
            kept.in_all_months += u64::from(first.iter().any(|id| ids.iter().all(|month| month.contains(id))));
            kept.at_the_end += u64::from(!first.is_disjoint(&last));
        }
    }
    Ok(evaluation)
}

fn month_found(run: &RunFolder, truth: &Truth, last: Option<&MonthFound>) -> Result<MonthFound, EvaluateError> {
    let tables = run_tables::read(run)?;
    let joined = join::join(&tables.people.records, &truth.appearances, truth.persons.list.len(), &HashSet::new());
    let labels = labels(&tables, &joined.truth);
    let true_person = majority(&labels, tables.people.records.person.values().len(), truth);
    let name = |names: &[Box<str>], number: u32| names.get(number as usize).map(ToString::to_string).unwrap_or_default();
    let mut month = MonthFound { residents: BTreeMap::new(), with_child: HashSet::new(), found: HashMap::new(), truly: HashMap::new() };
    let mut true_homes: HashMap<u32, Vec<u32>> = HashMap::new();
    for member in truth.members.iter().filter(|member| member.resident) {
        let family = name(&truth.families.list, member.family);
        if member.child {
            month.with_child.insert(family.clone());
        }
        month.residents.entry(family).or_default().insert(name(&truth.persons.list, member.person));
        true_homes.entry(member.person).or_default().push(member.family);
    }
    let members = Columns::open(run, "members", &["family_id", "person_id", "resident"])?;
    let (families, persons) = (members.texts("family_id")?, members.texts("person_id")?);
    let resident = members.flags("resident")?;
    let number: HashMap<&str, u32> = tables.people.records.person.values().iter().map(AsRef::as_ref).zip(0..).collect();
    let mut shared: BTreeMap<(u32, String), u32> = BTreeMap::new();
    for row in 0..families.len() {
        let person = persons.get(row).and_then(|id| number.get(id)).and_then(|&person| true_person.get(person as usize).copied().flatten());
        let lives = resident.get(row) == Some(&true);
        // A child with two homes belongs to both, on either side.
        let homes = person.filter(|_| lives).and_then(|person| true_homes.get(&person));
        for (&home, family) in homes.into_iter().flatten().filter_map(|home| Some((home, families.get(row)?))) {
            *shared.entry((home, family.to_owned())).or_default() += 1;
        }
    }
    // Most people; of equal parts the one that is the family since last month, then the smaller id.
    let mut best: Vec<(std::cmp::Reverse<u32>, bool, String, String)> = shared
        .into_iter()
        .map(|((family, id), people)| {
            let family = name(&truth.families.list, family);
            let other = last.and_then(|last| last.found.get(&family)).is_none_or(|ids| !ids.contains(&id));
            (std::cmp::Reverse(people), other, family, id)
        })
        .collect();
    best.sort();
    let mut most: HashMap<String, u32> = HashMap::new();
    for (std::cmp::Reverse(people), _, family, id) in best {
        if *most.entry(family.clone()).or_insert(people) == people {
            month.found.entry(family.clone()).or_default().insert(id.clone());
        }
        month.truly.entry(id).or_insert(family);
    }
    Ok(month)
}

/// What the truth calls what the run calls so.
const SAME: &[(&str, &[&str])] = &[
    ("new-evidence", &["new_event", "event_shown", "outcome", "facts_changed", "counts_changed"]),
    ("now-counts", &["time_passed", "term_completed", "event_shown", "outcome"]),
    ("aged-out", &["aged_out", "time_passed", "term_completed"]),
    ("evidence-withdrawn", &["withdrawn", "no_longer_shown", "event_over"]),
    ("evidence-changed", &["event_over", "withdrawn", "counts_changed", "no_longer_shown", "facts_changed", "outcome"]),
    ("feed-missing", &["feed_expired"]),
    ("feed-arrived", &["feed_arrived", "event_shown", "answers_changed"]),
    ("became-known", &["answers_changed", "feed_arrived", "event_shown", "record_changed"]),
    ("became-unknown", &["answers_changed", "feed_expired", "no_longer_shown", "term_completed", "record_changed"]),
    ("member-joined", &["joined", "first_shown", "members_changed", "child_came", "new_family"]),
    ("child-born", &["joined", "first_shown", "child_came"]),
    ("member-left", &["left", "members_changed", "no_child"]),
    ("member-died", &["died"]),
    ("child-turned-18", &["turned_18"]),
];

/// Causes that name what happened without a rule and a day.
const EXPLAINED: [&str; 18] = [
    "evidence-withdrawn",
    "evidence-changed",
    "feed-missing",
    "member-left",
    "member-died",
    "child-turned-18",
    "family-merged",
    "family-split",
    "family-moved",
    "left-county",
    "decision-made",
    "decision-lapsed",
    "closed",
    "linkage-changed",
    "model-changed",
    "pack-changed",
    "configuration-changed",
    "became-unknown",
];

fn causes(
    run: &RunFolder,
    (last, now): (&MonthFound, &MonthFound),
    verdicts: &[truth_files::VerdictChange],
    evaluation: &mut MonthsEvaluation,
) -> Result<(), EvaluateError> {
    let columns = ["criteria_pack", "family_id", "change_code", "cause", "cause_criterion", "cause_rule", "cause_source"];
    let table = Columns::open(run, "changes", &[&columns[..], &["cause_date"]].concat())?;
    let texts = columns.iter().map(|column| table.texts(column)).collect::<Result<Vec<_>, _>>()?;
    let days = table.dates("cause_date")?;
    let text = |column: usize, row: usize| texts.get(column).and_then(|texts| texts.get(row)).unwrap_or_default();
    let told: HashMap<(&str, &str, &str), &str> =
        verdicts.iter().map(|one| ((one.family.as_str(), one.pack.as_str(), one.criterion.as_str()), one.cause.as_str())).collect();
    for row in 0..days.len() {
        let (pack, family, code, cause, criterion) = (text(0, row), text(1, row), text(2, row), text(3, row), text(4, row));
        if pack.is_empty() || !matches!(code, "NEW" | "RE_ELIGIBLE" | "DROPPED") {
            continue;
        }
        if code == "DROPPED" {
            evaluation.dropped += 1;
            let rule_and_day = !text(5, row).is_empty() && days.get(row).is_some();
            let named = EXPLAINED.contains(&cause) || (cause == "not-seen" && !text(6, row).is_empty());
            evaluation.dropped_unexplained += u64::from(!rule_and_day && !named);
        }
        let truly = now.truly.get(family).or_else(|| last.truly.get(family)).map(String::as_str).unwrap_or_default();
        let counts = evaluation.causes.entry(cause.to_owned()).or_default();
        let Some(&says) = told.get(&(truly, pack, criterion)).filter(|_| !criterion.is_empty()) else {
            counts.untold += 1;
            continue;
        };
        let same = SAME.iter().find(|(ours, _)| *ours == cause).is_some_and(|(_, theirs)| theirs.contains(&says));
        counts.agrees += u64::from(same);
        counts.differs += u64::from(!same);
        if !same {
            *evaluation.confused.entry(format!("{cause}, truly {says}")).or_default() += 1;
        }
    }
    Ok(())
}

impl Kept {
    /// Share that kept its id to the end; 1 for no family.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.families == 0 { 1.0 } else { self.at_the_end as f64 / self.families as f64 }
    }
}

impl MonthsEvaluation {
    /// Share of the judged changes whose cause the truth agrees with; 1 for none.
    #[must_use]
    pub fn agreement(&self) -> f64 {
        let sum = |of: fn(&CauseCounts) -> u64| self.causes.values().map(of).sum::<u64>();
        let (agrees, differs) = (sum(|one| one.agrees), sum(|one| one.differs));
        if agrees + differs == 0 { 1.0 } else { agrees as f64 / (agrees + differs) as f64 }
    }

    /// The figures as aligned text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = format!("Months {}\n\nFamilies whose people stayed and that kept their id\n", self.months.join(", "));
        let mut grid = Grid::new(&["", "families", "in all months", "at the end", "share"]);
        for (name, kept) in [("two people and more", &self.families), ("with a child", &self.with_child)] {
            let share = format!("{:.2} %", 100.0 * kept.share());
            grid.row(vec![name.to_owned(), kept.families.to_string(), kept.in_all_months.to_string(), kept.at_the_end.to_string(), share]);
        }
        grid.write(&mut out);
        out.push_str("\nCauses of families that came onto a list or left it, against what the generator did\n");
        let mut grid = Grid::new(&["cause", "agrees", "differs", "nothing told"]);
        for (cause, counts) in &self.causes {
            grid.row(vec![cause.clone(), counts.agrees.to_string(), counts.differs.to_string(), counts.untold.to_string()]);
        }
        grid.write(&mut out);
        line(&mut out, format_args!("agreement where the truth tells a change: {:.2} %", 100.0 * self.agreement()));
        line(
            &mut out,
            format_args!("left a list: {}, of which without a cause that names something: {}", self.dropped, self.dropped_unexplained),
        );
        if !self.confused.is_empty() {
            out.push_str("\nWhere they differ\n");
            let mut grid = Grid::new(&["", "changes"]);
            for (what, count) in &self.confused {
                grid.row(vec![what.clone(), count.to_string()]);
            }
            grid.write(&mut out);
        }
        out
    }
}
