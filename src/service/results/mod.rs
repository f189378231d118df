//! Results: whether a family was turned around, as the rules of a results pack say it.
//!
//! What comes in: a [`Case`]: the rules, the day of attachment and of the claim, the people, what the run at attachment knew of them and what the run of the claim knows.
//! What goes out: an [`Outcome`]: each test with its figures, its verdict and the rows behind it. What always holds: what cannot be known is unknown and never a pass; a
//! certain failure is a failure whatever else is unknown; the baseline is what was known at attachment and nothing later; shares are compared as whole numbers.

mod education;
mod people;
mod problems;
mod reduction;
mod work;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::model::history::History;
use crate::model::results::ResultRules;
use crate::model::{Day, EventKind, FeedState, NO_DAY, Ternary, date};
use crate::rules::term::Calendar;
pub use people::CasePerson;
pub use problems::{MonthSaid, ProblemSeen};

/// A family on the day of a claim.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The rules.
    pub rules: &'a ResultRules,
    /// The school calendar.
    pub calendar: &'a Calendar,
    /// The day on which the family was attached.
    pub attached: Day,
    /// The day as at which the result is claimed.
    pub claim: Day,
    /// Everybody who was a member at attachment or is one now.
    pub people: &'a [CasePerson],
    /// What was known at attachment: the frozen baseline.
    pub before: &'a History,
    /// What is known now.
    pub now: &'a History,
    /// Every problem that the family had since its attachment, by the criteria pack of the rules; empty where they name none.
    pub problems: &'a [ProblemSeen],
}

/// What a test says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is met.
    Met,
    /// It says nothing about this family.
    Neutral,
    /// It cannot be said.
    Unknown,
    /// It is not met.
    Failed,
}

impl Verdict {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Neutral => "neutral",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }

    /// The worst of several; a failure before an unknown, that before the others. Met if any is met.
    fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let verdicts: Vec<Self> = verdicts.into_iter().collect();
        let holds = |wanted: Self| verdicts.contains(&wanted);
        if holds(Self::Failed) {
            Self::Failed
        } else if holds(Self::Unknown) {
            Self::Unknown
        } else if holds(Self::Met) {
            Self::Met
        } else {
            Self::Neutral
        }
    }
}

/// Which of the two compared times a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before the attachment, as known then.
    Before,
    /// Before the claim, as known now.
    Now,
}

impl Side {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before attachment",
            Self::Now => "before claim",
        }
    }
}

/// A row behind a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cited {
    /// Which history it stands in.
    pub side: Side,
    /// Its place there.
    pub row: usize,
    /// Whether it counts, or only repeats one that does.
    pub counted: bool,
}

/// One test, done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Its name, such as `asb`.
    pub test: &'static str,
    /// Whom it is about, by person id, or which problem; empty for the whole family.
    pub about: String,
    /// What it says.
    pub verdict: Verdict,
    /// The figures and the comparison, so that anybody can do it again.
    pub arithmetic: String,
    /// Why, in words.
    pub reason: String,
    /// First and last day of what was looked at before the attachment; [`NO_DAY`] where nothing was.
    pub before: (Day, Day),
    /// The same before the claim.
    pub now: (Day, Day),
    /// The rows behind it.
    pub rows: Vec<Cited>,
}

impl Tested {
    fn new(test: &'static str, verdict: Verdict, reason: impl Into<String>) -> Self {
        Self {
            test,
            about: String::new(),
            verdict,
            arithmetic: String::new(),
            reason: reason.into(),
            before: (NO_DAY, NO_DAY),
            now: (NO_DAY, NO_DAY),
            rows: Vec::new(),
        }
    }
}

/// What the tests come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The result of the whole family: in phase 1 crime, anti-social behaviour and education.
    pub family: Ternary,
    /// Progress to work; paid with the former only.
    pub progress: Ternary,
    /// Continuous employment.
    pub employment: Ternary,
    /// Every test that the rules do, in a fixed order; those about one child, adult or problem name it.
    pub tests: Vec<Tested>,
}

impl Outcome {
    /// The verdict of a test over the whole family.
    #[must_use]
    pub fn verdict(&self, test: &str) -> Option<Verdict> {
        self.tests.iter().find(|tested| tested.test == test && tested.about.is_empty()).map(|tested| tested.verdict)
    }

    /// Verdicts by test and whom or what it is about, for comparing two outcomes.
    #[must_use]
    pub fn verdicts(&self) -> BTreeMap<(String, String), (Verdict, String)> {
        let entry = |tested: &Tested| ((tested.test.to_owned(), tested.about.clone()), (tested.verdict, tested.arithmetic.clone()));
        self.tests.iter().map(entry).collect()
    }
}

/// Does every test.
#[must_use]
pub fn test(case: &Case<'_>) -> Outcome {
    let rules = case.rules;
    let time = time(case);
    let mut tests: Vec<Tested> = Vec::new();
    if let Some((education, children)) = rules.education.as_ref().map(|rules| education::education(case, rules)) {
        tests.push(education);
        tests.extend(children);
    }
    tests.extend(rules.asb.as_ref().map(|rules| reduction::asb(case, rules)));
    tests.extend(rules.offences.as_ref().map(|rules| reduction::offences(case, rules)));
    if let Some(rules) = &rules.problems {
        let (all, each) = problems::problems(case, rules, &tests);
        tests.push(all);
        tests.extend(each);
    }
    let of_family: Vec<Verdict> = tests.iter().filter(|tested| tested.about.is_empty()).map(|tested| tested.verdict).collect();
    let improved = of_family.contains(&Verdict::Met);
    let family = match Verdict::of_all(of_family.into_iter().chain([time.verdict])) {
        Verdict::Failed => Ternary::False,
        Verdict::Unknown => Ternary::Unknown,
        _ if improved || !rules.must_improve => Ternary::True,
        _ => Ternary::False,
    };
    let value = |tested: Option<&Tested>| {
        // What the rules do not test is not reached by it.
        let Some(tested) = tested else { return Ternary::False };
        match Verdict::of_all([time.verdict, tested.verdict]) {
            Verdict::Unknown => Ternary::Unknown,
            Verdict::Met if tested.verdict == Verdict::Met => Ternary::True,
            Verdict::Failed | Verdict::Neutral | Verdict::Met => Ternary::False,
        }
    };
    let progress = rules.progress.as_ref().map(|rules| work::progress(case, rules));
    let (employment, adults) = rules.employment.as_ref().map(|rules| work::employment(case, rules)).unzip();
    let on_top = match (family, value(progress.as_ref())) {
        (Ternary::True, progress) => progress,
        // It is never paid alone.
        (Ternary::False, _) | (_, Ternary::False) => Ternary::False,
        _ => Ternary::Unknown,
    };
    let employment_value = value(employment.as_ref());
    tests.insert(0, time);
    tests.extend(progress);
    tests.extend(employment);
    tests.extend(adults.into_iter().flatten());
    Outcome { family, progress: on_top, employment: employment_value, tests }
}

/// The day so many months after another.
#[must_use]
pub fn months_after(day: Day, months: u32) -> Day {
    date::months_before(day, -i32::try_from(months).unwrap_or(i32::MAX))
}

fn time(case: &Case<'_>) -> Tested {
    let months = case.rules.time.compared_months;
    let back = |day: Day| date::months_before(day, i32::try_from(months).unwrap_or(i32::MAX));
    // Six months after the last day of March is the last day of September, six months before which is the day before.
    let mut earliest = months_after(case.attached, months);
    while earliest != NO_DAY && back(earliest) < case.attached {
        earliest += 1;
    }
    let within = case.rules.time.within_months;
    let latest = months_after(case.attached, within);
    let arithmetic = if within == 0 {
        format!("{} ≤ {}", date::iso(earliest), date::iso(case.claim))
    } else {
        format!("{} ≤ {} ≤ {}", date::iso(earliest), date::iso(case.claim), date::iso(latest))
    };
    let (verdict, reason) = if case.claim < earliest {
        (Verdict::Failed, "too early: the months before the claim would begin before the attachment".to_owned())
    } else if within > 0 && case.claim > latest {
        (Verdict::Failed, format!("not within {within} months of the attachment"))
    } else {
        (Verdict::Met, "the months before the claim lie after the attachment, and the claim in time".to_owned())
    };
    Tested { arithmetic, ..Tested::new("time", verdict, reason) }
}

/// Why the feeds that carry something do not reach to a day; `None` if all do.
fn blind(history: &History, kind: EventKind, codes: &[String], last: Day, lag: u32) -> Option<String> {
    let lag = Day::try_from(lag).unwrap_or(Day::MAX);
    let mut carrying = 0;
    for source in history.sources.iter().filter(|source| source.can_show(kind, codes)) {
        carrying += 1;
        if source.state == FeedState::Missing || source.as_at == NO_DAY {
            return Some(format!("the feed {} is missing", source.name));
        }
        if source.as_at.saturating_add(lag) < last {
            return Some(format!("the feed {} reaches to {} only", source.name, date::iso(source.as_at)));
        }
    }
    (carrying == 0).then(|| format!("no feed carries {}", kind.name().replace('_', " ")))
}
