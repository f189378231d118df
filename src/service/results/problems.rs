//! Every problem of the family: significant and sustained progress with each (domain.md §2), every need's outcome sustained (§3.1).
//!
//! What comes in: what the final runs of the months said of the family by a criteria pack. What goes out: the test of the family, and one per problem. What always holds: a problem that was found
//! after the attachment counts like the others; a month without a final run, or in which it could not be said, leaves a problem unknown; no problem is solved because nobody looked.

use super::{Case, Tested, Verdict};
use crate::model::results::ProblemRules;
use crate::model::{Day, Month, Ternary, date};
use crate::service::needs::{Seen, all, sustained};

/// What the final run of a month said of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthSaid {
    /// The month.
    pub month: Month,
    /// The table of its final run that says so; empty if there is no run.
    pub file: String,
    /// SHA-256 of that table.
    pub sha256: String,
    /// What it said; `None` without a run, or if the family was not in it.
    pub seen: Option<Seen>,
}

/// One problem of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemSeen {
    /// The criterion.
    pub criterion: String,
    /// Every month from the attachment, or from the first month that is looked at, to that of the newest run.
    pub months: Vec<MonthSaid>,
}

/// The test of the family, and that of each problem. `so_far` are the tests that were done before.
pub(super) fn problems(case: &Case<'_>, rules: &ProblemRules, so_far: &[Tested]) -> (Tested, Vec<Tested>) {
    let span = i32::try_from(rules.months).unwrap_or(i32::MAX);
    let now = (date::months_before(case.claim, span) + 1, case.claim);
    let each: Vec<Tested> = case.problems.iter().map(|problem| one(rules, problem, now, so_far)).collect();
    let had = each.len();
    let arithmetic = format!("{had} problems, {} needed", rules.at_least);
    let outcome = all(each.iter().map(|tested| match tested.verdict {
        Verdict::Met => Ternary::True,
        Verdict::Unknown => Ternary::Unknown,
        Verdict::Neutral | Verdict::Failed => Ternary::False,
    }));
    let (verdict, reason) = if had < rules.at_least as usize {
        (Verdict::Failed, format!("fewer than {} problems since the attachment", rules.at_least))
    } else {
        match outcome {
            Ternary::True => (Verdict::Met, format!("each of {had} problems is solved")),
            Ternary::False => (Verdict::Failed, "a problem goes on".to_owned()),
            Ternary::Unknown => (Verdict::Unknown, "of a problem it cannot be said".to_owned()),
        }
    };
    (Tested { arithmetic, now, ..Tested::new("problems", verdict, reason) }, each)
}

fn one(rules: &ProblemRules, problem: &ProblemSeen, (since, claim): (Day, Day), so_far: &[Tested]) -> Tested {
    let last = Month::of(claim);
    let first = last.map(|last| last.plus(1 - i32::try_from(rules.months).unwrap_or(1)));
    let in_time = |said: &&MonthSaid| first.is_some_and(|first| said.month >= first) && last.is_some_and(|last| said.month <= last);
    let said: Vec<&MonthSaid> = problem.months.iter().filter(in_time).collect();
    let months: Vec<Option<Seen>> = said.iter().map(|said| said.seen.clone()).collect();
    // What a later run says of these days counts as well: it came late.
    let later = problem.months.iter().filter(|said| last.is_some_and(|last| said.month > last));
    let late = later.filter_map(|said| said.seen.as_ref()).any(|seen| seen.shown_between(since, claim));
    let gone = if late { Ternary::False } else { sustained(&months, since) };
    let arithmetic = said
        .iter()
        .map(|said| {
            format!(
                "{}: {}",
                said.month,
                said.seen.as_ref().map_or("not said", |seen| if seen.gone_since(since) == Ternary::True {
                    "gone"
                } else {
                    seen.value.name()
                })
            )
        })
        .collect::<Vec<_>>()
        .join("; ");
    let of_family = |wanted: &[&str]| -> Vec<Verdict> {
        so_far.iter().filter(|tested| tested.about.is_empty() && wanted.contains(&tested.test)).map(|tested| tested.verdict).collect()
    };
    let (verdict, reason) = if rules.by_education.contains(&problem.criterion) {
        match of_family(&["education"]).first() {
            Some(Verdict::Met | Verdict::Neutral) => (Verdict::Met, "each child meets the test of education".to_owned()),
            Some(Verdict::Failed) => (Verdict::Failed, "the test of education is not met".to_owned()),
            _ => (Verdict::Unknown, "the test of education cannot be said".to_owned()),
        }
    } else {
        let cuts = of_family(&["asb", "offences"]);
        let cut = rules.by_cuts.contains(&problem.criterion)
            && cuts.contains(&Verdict::Met)
            && cuts.iter().all(|verdict| matches!(verdict, Verdict::Met | Verdict::Neutral));
        match gone {
            Ternary::True => (Verdict::Met, format!("gone in each of {} months", rules.months)),
            _ if cut => (Verdict::Met, "the cuts that are needed are met".to_owned()),
            Ternary::False if late => (Verdict::Failed, "a later run shows it in these months".to_owned()),
            Ternary::False => (Verdict::Failed, "it was there in these months".to_owned()),
            Ternary::Unknown => (Verdict::Unknown, "a month was not run, or could not say".to_owned()),
        }
    };
    Tested { about: problem.criterion.clone(), arithmetic, now: (since, claim), ..Tested::new("problems", verdict, reason) }
}
