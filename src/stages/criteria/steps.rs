//! Families one step from a criterion and moving towards it.
//!
//! What comes in: a family's members with their histories, the rules of a criterion that is not true, the same rules made one step easier. What
//! goes out: the steps, each with its rows, what is there and what is missing in words, and the days that matter. What always holds: every step
//! has a row that shows it; with the rule true the criterion would be; where time alone will do, only that is said; nothing is
//! predicted: "moving" is a row within the recent months, a share that rises from one part of the window to the next, or a known day.

use super::verdict::Asked;
use super::{AskedCriterion, Easier};
use crate::model::{Day, EventKind, NO_DAY, Step, StepKind, Ternary, WatchSettings, WatchedEvent, date};
use crate::rules::evaluate::{Eased, Finding, Happening, Question, Subject, combine, eased};
use crate::rules::pack::{Pack, Per, Threshold};

/// The easier rules of a pack; none where nothing is watched.
pub(super) fn easier_rules(pack: &Pack, watch: Option<&WatchSettings>) -> Vec<Eased> {
    let of_rule = |settings| pack.rules.iter().flat_map(move |rule| eased(rule, settings)).collect();
    watch.map(of_rule).unwrap_or_default()
}

/// A family that is watched under a pack.
pub(super) struct Watching<'a> {
    pub(super) settings: &'a WatchSettings,
    pub(super) reference: Day,
    pub(super) family: u32,
    pub(super) pack: &'a Pack,
    pub(super) members: &'a [Asked<'a>],
}

/// Those a question is asked of: all members together, or one of them.
type People<'a> = [(Subject, &'a [Happening])];

impl Watching<'_> {
    /// All steps towards a criterion whose rules have these values.
    pub(super) fn steps(&self, asked: &AskedCriterion<'_>, values: &[Ternary], out: &mut Vec<Step>) {
        let start = out.len();
        for (index, (question, easier)) in asked.questions.iter().zip(&asked.easier).enumerate() {
            let with = |(other, value): (usize, &Ternary)| if other == index { Ternary::True } else { *value };
            let then: Vec<Ternary> = values.iter().enumerate().map(with).collect();
            let holds = values.get(index) == Some(&Ternary::True);
            if holds || combine(asked.criterion.meets, &then) != Ternary::True {
                continue;
            }
            if matches!(question.rule.threshold, Threshold::Count { per: Per::Family, .. }) {
                self.of_people(question, easier, 0, self.members, out);
            } else {
                for (member, asked) in self.members.iter().enumerate() {
                    self.of_people(question, easier, member, std::slice::from_ref(asked), out);
                }
            }
        }
        if let Some(steps) = out.get_mut(start..) {
            steps.sort_by(|left, right| {
                let key = |step: &Step| (step.kind, step.person);
                left.rule.cmp(&right.rule).then_with(|| key(left).cmp(&key(right))).then_with(|| left.there.cmp(&right.there))
            });
        }
    }

    /// The steps of some people towards a rule; `first` is the place of the first of them among the members.
    fn of_people(&self, question: &Question<'_>, easier: &[Easier<'_>], first: usize, asked: &[Asked<'_>], out: &mut Vec<Step>) {
        if !have_rows(asked, question.rule.kind) {
            return;
        }
        let people: Vec<(Subject, &[Happening])> = asked.iter().map(|asked| (asked.subject, asked.history)).collect();
        let calendar = &self.pack.calendar;
        let horizon = date::months_before(self.reference, -i32::try_from(self.settings.horizon_months).unwrap_or(0));
        let person = match asked {
            [one] if !matches!(question.rule.threshold, Threshold::Count { per: Per::Family, .. }) => Some(one.member.person),
            _ => None,
        };
        let step = |kind: StepKind, finding: &Finding, words: Words, counts_from: Day, ages_out: Day| Step {
            family: self.family,
            pack: self.pack.name.clone(),
            criterion: question.rule.criterion.clone(),
            rule: question.rule.id.clone(),
            kind,
            person,
            there: words.there,
            missing: words.missing,
            moving: words.moving,
            counts_from,
            ages_out,
            rows: self.rows(finding, first),
        };
        if let Some((day, finding)) = question.first_true(calendar, &people, horizon) {
            out.push(step(StepKind::Time, &finding, time(question, day), day, NO_DAY));
            return;
        }
        for easier in easier {
            let finding = easier.question.family(people.iter().copied());
            if finding.value != Ternary::True {
                continue;
            }
            let words = match easier.kind {
                StepKind::Count => self.count(question, &finding, &people),
                StepKind::Share => share(question, &people),
                StepKind::Outcome => self.outcome(easier, &finding, &people),
                StepKind::Time | StepKind::Criterion => None,
            };
            let Some(words) = words else { continue };
            // An outcome keeps the day of its event: it counts once it is known.
            let counts_from = if easier.kind == StepKind::Outcome { NO_DAY } else { question.counts_from(calendar) };
            out.push(step(easier.kind, &finding, words, counts_from, easier.question.ages_out(calendar, &people)));
        }
    }

    /// The rows of a finding with their people.
    fn rows(&self, finding: &Finding, first: usize) -> Vec<WatchedEvent> {
        let row = |shown: &crate::rules::evaluate::Shown| {
            let asked = self.members.get(first + shown.member as usize)?;
            Some(WatchedEvent { person: asked.member.person, event: shown.event })
        };
        let mut rows: Vec<WatchedEvent> = finding.rows.iter().filter_map(row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The newest day on which something of a finding happened or began, if it lies within so many months.
    fn newest(&self, finding: &Finding, people: &People<'_>, months: u32) -> Option<Day> {
        let day_of = |event: u32| people.iter().flat_map(|(_, history)| history.iter()).find(|row| row.event == event).map(|row| row.from);
        let newest = finding.rows.iter().filter_map(|shown| day_of(shown.event)).max()?;
        let first = date::months_before(self.reference, i32::try_from(months).unwrap_or(i32::MAX));
        (newest != NO_DAY && newest >= first).then_some(newest)
    }

    fn count(&self, question: &Question<'_>, finding: &Finding, people: &People<'_>) -> Option<Words> {
        let Threshold::Count { at_least, .. } = question.rule.threshold else { return None };
        let months = self.settings.recent_months;
        let newest = self.newest(finding, people, months)?;
        Some(Words {
            there: format!("{} of the {at_least} events the rule needs", at_least - 1),
            missing: "one more such event".to_owned(),
            moving: format!("the newest is of {}, within the last {months} months", date::iso(newest)),
        })
    }

    fn outcome(&self, easier: &Easier<'_>, finding: &Finding, people: &People<'_>) -> Option<Words> {
        let lead = easier.lead?;
        let newest = self.newest(finding, people, lead.months)?;
        Some(Words {
            there: lead.title.clone(),
            missing: "an outcome that the rule counts".to_owned(),
            moving: format!("the newest is of {}, within the last {} months", date::iso(newest), lead.months),
        })
    }
}

/// True if any of these people has an event of this kind.
fn have_rows(people: &[Asked<'_>], kind: EventKind) -> bool {
    people.iter().any(|asked| asked.history.iter().any(|row| row.kind == kind))
}

/// A step in words.
struct Words {
    there: String,
    missing: String,
    moving: String,
}

fn share(question: &Question<'_>, people: &People<'_>) -> Option<Words> {
    let &[(subject, history)] = people else { return None };
    let shares = question.shares(subject, history).filter(crate::rules::evaluate::Shares::rise)?;
    let (quantity, out_of) = shares.all;
    let needed = question.enough_of(out_of)?;
    Some(Words {
        there: fraction(shares.all),
        missing: format!("{} more of {out_of}: the rule needs {needed}", needed - quantity),
        moving: format!("{} in the last part of the window, {} in the part before", fraction(shares.latest), fraction(shares.before)),
    })
}

fn time(question: &Question<'_>, day: Day) -> Words {
    let what = match question.rule.threshold {
        Threshold::Count { at_least: 1, .. } => "an event that will count".to_owned(),
        Threshold::Count { at_least, .. } => format!("{at_least} events that will count"),
        Threshold::Quantity { .. } | Threshold::Share { .. } => "sessions that will count".to_owned(),
    };
    Words {
        there: what,
        missing: "nothing but time".to_owned(),
        moving: format!("the rule holds from {} on, if nothing is taken back", date::iso(day)),
    }
}

/// `13 of 100 sessions (13.00%)`: hundredths of a percent cut off and never rounded up to the share that is needed.
fn fraction((quantity, out_of): (i64, i64)) -> String {
    let hundredths = if out_of > 0 { quantity * 10_000 / out_of } else { 0 };
    format!("{quantity} of {out_of} sessions ({}.{:02}%)", hundredths / 100, hundredths % 100)
}
