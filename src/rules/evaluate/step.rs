//! One step from a rule: the rule asked again, made a little easier, or asked on a later day.
//!
//! What comes in: a rule of a pack and the pipeline's settings for watching. What goes out: easier rules ([`eased`]), the first day on which an answer
//! changes, and whether a share rises. What always holds: nothing is known here about any pack: an easier rule is the pack's own with one
//! number changed (threshold minus one, share minus the margin) or with the code that comes before the one it counts; its answer comes
//! from the same engine, and so do its rows; days are those on which a window, a term or an age passes, each asked in turn.

use super::super::pack::{AgeOn, Rule, Threshold, Who};
use super::super::term::Calendar;
use super::super::window::{Days, Window, middle};
use super::person::of_kind;
use super::{Finding, Happening, Question, Subject, share};
use crate::model::{Day, NO_DAY, StepKind, Ternary, WatchSettings, date};

/// A rule made one step easier.
#[derive(Clone, Debug)]
pub struct Eased {
    /// The easier rule: same id, same criterion.
    pub rule: Rule,
    /// Which step it is.
    pub kind: StepKind,
    /// Index into the settings' leads, for [`StepKind::Outcome`].
    pub lead: Option<usize>,
}

/// The easier rules of a rule, by the pipeline's settings.
#[must_use]
pub fn eased(rule: &Rule, settings: &WatchSettings) -> Vec<Eased> {
    let mut all = Vec::new();
    let with = |threshold: Threshold| Rule { threshold, ..rule.clone() };
    match rule.threshold {
        Threshold::Count { at_least, per } if at_least > 1 => {
            let threshold = Threshold::Count { at_least: at_least - 1, per };
            all.push(Eased { rule: with(threshold), kind: StepKind::Count, lead: None });
        }
        Threshold::Count { .. } | Threshold::Quantity { .. } => {}
        Threshold::Share { numerator, denominator, above, missed, percentages } => {
            let (margin, of) = settings.share_margin;
            let (lower, whole) = (numerator * of - margin * denominator, denominator * of);
            let lower = Threshold::Share { numerator: lower, denominator: whole, above, missed, percentages };
            if numerator * of > margin * denominator {
                all.push(Eased { rule: with(lower), kind: StepKind::Share, lead: None });
            }
        }
    }
    if matches!(rule.threshold, Threshold::Count { at_least: 1, .. }) {
        for (index, lead) in settings.leads.iter().enumerate() {
            let counts = |code: &String| rule.codes.contains(code) && !rule.excluded_codes.contains(code);
            if lead.kind == rule.kind && !counts(&lead.code) && lead.towards.iter().any(counts) {
                let (codes, roles) = (vec![lead.code.clone()], lead.roles.clone());
                // What says "unknown" of the later event says nothing of this one.
                let easier = Rule { codes, roles, excluded_codes: Vec::new(), unknown_codes: Vec::new(), ..rule.clone() };
                all.push(Eased { rule: easier, kind: StepKind::Outcome, lead: Some(index) });
            }
        }
    }
    all
}

/// Longest look ahead for the day on which something ages out, in months.
const AGEING_MONTHS: i32 = 36;

impl Question<'_> {
    /// The same question on another day.
    #[must_use]
    fn on(&self, calendar: &Calendar, reference: Day) -> Self {
        Self { span: self.rule.window.at(reference, calendar), reference, ..self.clone() }
    }

    /// The first day after the reference date and up to `until` on which the rule's value for these people is *true*, from what has already
    /// happened, with what it finds then. Of a share only while its window holds no day to come: sessions are sure to be added, and nobody
    /// knows how many of them are missed.
    #[must_use]
    pub fn first_true(&self, calendar: &Calendar, people: &[(Subject, &[Happening])], until: Day) -> Option<(Day, Finding)> {
        let is_share = matches!(self.rule.threshold, Threshold::Share { .. });
        self.turning_days(calendar, people, until).into_iter().find_map(|day| {
            let then = self.on(calendar, day);
            let is_complete = then.span.as_ref().is_some_and(|span| span.days.last <= self.reference);
            let finding = then.family(people.iter().copied());
            (finding.value == Ternary::True && (is_complete || !is_share)).then_some((day, finding))
        })
    }

    /// The first day on which the rule's value for these people is no longer *true* if nothing more happens; for a share, since more sessions are
    /// sure to follow, the first day on which one of its rows leaves the window. [`NO_DAY`] if neither is so within three years.
    #[must_use]
    pub fn ages_out(&self, calendar: &Calendar, people: &[(Subject, &[Happening])]) -> Day {
        let until = date::months_before(self.reference, -AGEING_MONTHS);
        let rows =
            |question: &Self| people.iter().map(|(subject, history)| question.rows_that_count(*subject, history).len()).sum::<usize>();
        let now = rows(self);
        let gone = |day: &Day| {
            let then = self.on(calendar, *day);
            let leaves = matches!(self.rule.threshold, Threshold::Share { .. }) && rows(&then) < now;
            leaves || then.family(people.iter().copied()).value != Ternary::True
        };
        self.turning_days(calendar, people, until).into_iter().find(gone).unwrap_or(NO_DAY)
    }

    /// The first day on which the window holds a day after the reference date: from then on counts what happens from tomorrow on.
    /// [`NO_DAY`] where the calendar has no such terms.
    #[must_use]
    pub fn counts_from(&self, calendar: &Calendar) -> Day {
        let tomorrow = self.reference + 1;
        let holds_more = |day: &Day| self.rule.window.at(*day, calendar).is_some_and(|span| span.days.last > self.reference);
        let ends = calendar.terms().iter().map(|term| term.last).filter(|&last| last > self.reference);
        std::iter::once(tomorrow).chain(ends).find(holds_more).unwrap_or(NO_DAY)
    }

    /// Days after the reference date on which the answer can change while nothing more happens, in order.
    fn turning_days(&self, calendar: &Calendar, people: &[(Subject, &[Happening])], until: Day) -> Vec<Day> {
        let mut days = Vec::new();
        for (subject, history) in people {
            for row in of_kind(history, self.rule.kind).iter().filter(|row| row.from != NO_DAY) {
                let last = if row.to == NO_DAY { row.from } else { row.to };
                for day in [row.from, middle(row.from, row.to), last] {
                    days.extend([day, day + 1]);
                    if let Window::Months(months) = self.rule.window {
                        days.push(after_window(day, months));
                    }
                }
                if let Some(months) = self.rule.ends_within_months.filter(|_| row.to != NO_DAY) {
                    days.push(within_months(row.to, months));
                }
            }
            days.extend(self.birthdays(*subject));
        }
        if matches!(self.rule.window, Window::Terms { .. }) {
            for (index, term) in calendar.terms().iter().enumerate() {
                let around = calendar.days_of(index).filter(|around| around.last >= self.reference && around.first <= until);
                let Some(Days { first, last }) = around else { continue };
                days.extend([term.first, term.last, term.last + 1, first, last + 1]);
            }
        }
        days.retain(|&day| day > self.reference && day <= until);
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Birthdays that matter to the rule: those that end childhood, and both ends of its ages on the reference date.
    fn birthdays(&self, subject: Subject) -> Vec<Day> {
        let mut ages: Vec<i32> = Vec::new();
        if self.rule.who != Who::Anyone {
            ages.push(18);
        }
        for limit in self.rule.ages.iter().filter(|limit| limit.on == AgeOn::Reference) {
            ages.extend(limit.ages.minimum);
            ages.extend(limit.ages.maximum.map(|maximum| maximum + 1));
        }
        ages.into_iter().map(|age| birthday(subject.born, age)).filter(|&day| day != NO_DAY).collect()
    }

    /// The least that reaches the rule's share of so much; `None` for a rule without a share, or one that nothing reaches.
    #[must_use]
    pub fn enough_of(&self, out_of: i64) -> Option<i64> {
        let Threshold::Share { numerator, denominator, above, percentages, .. } = self.rule.threshold else { return None };
        let sums = |quantity: i64| share::Sums { quantity, out_of, unusable: false };
        (0..=out_of).find(|&quantity| sums(quantity).reaches(numerator, denominator, above, percentages))
    }

    /// The sums of one person's share over the window, and over the two parts of it that are compared to see whether it rises: the last two
    /// terms, or the two halves of a window without terms. Each is quantity and out-of.
    #[must_use]
    pub fn shares(&self, subject: Subject, history: &[Happening]) -> Option<Shares> {
        let span = self.span.as_ref()?;
        let rows = self.rows_that_count(subject, history);
        let Threshold::Share { missed, .. } = self.rule.threshold else { return None };
        let sums = |rows: &[&Happening]| {
            let sums = share::sums(rows, &span.terms, missed);
            (sums.quantity, sums.out_of)
        };
        let half = span.days.first + (span.days.last - span.days.first) / 2;
        let (before, latest) = match span.terms.as_slice() {
            [.., before, latest] => (*before, *latest),
            _ => (Days { first: span.days.first, last: half }, Days { first: half + 1, last: span.days.last }),
        };
        let within = |days: Days| -> Vec<&Happening> {
            rows.iter().copied().filter(|row| row.from != NO_DAY && days.holds(middle(row.from, row.to))).collect()
        };
        Some(Shares { all: sums(&rows), before: sums(&within(before)), latest: sums(&within(latest)) })
    }
}

/// A share over a window and over its last two parts, as whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Over the whole window.
    pub all: (i64, i64),
    /// Over the part before the last.
    pub before: (i64, i64),
    /// Over the last part.
    pub latest: (i64, i64),
}

impl Shares {
    /// True if the last part's share is higher than that of the part before it; both must have something to be a share of.
    #[must_use]
    pub fn rise(&self) -> bool {
        let ((before, of_before), (latest, of_latest)) = (self.before, self.latest);
        of_before > 0 && of_latest > 0 && latest * of_before > before * of_latest
    }
}

/// The first day from which a day lies no more than so many months ahead.
fn within_months(day: Day, months: u32) -> Day {
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    let near = date::months_before(day, months);
    if near == NO_DAY {
        return NO_DAY;
    }
    (near - 4..=near + 4).find(|&earlier| date::months_before(earlier, -months) >= day).unwrap_or(NO_DAY)
}

/// The first day whose window of so many months no longer holds a day.
fn after_window(day: Day, months: u32) -> Day {
    let months = i32::try_from(months).unwrap_or(i32::MAX);
    // Months differ in length by up to three days, so the day a calendar month later is near the one looked for.
    let near = date::months_before(day, -months);
    if near == NO_DAY {
        return NO_DAY;
    }
    (near - 4..=near + 4).find(|&later| date::months_before(later, months) > day).unwrap_or(NO_DAY)
}

/// The first day on which somebody is of an age in completed years; [`NO_DAY`] if the date of birth is not known.
#[must_use]
pub fn birthday(born: Day, age: i32) -> Day {
    let near = date::months_before(born, -12 * age);
    if born == NO_DAY || near == NO_DAY {
        return NO_DAY;
    }
    // 29 February: the first of March in a common year.
    (near..=near + 1).find(|&day| date::age_on(born, day).is_some_and(|reached| reached >= age)).unwrap_or(NO_DAY)
}
