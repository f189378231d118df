//! One family under all packs.
//!
//! What comes in: a family's members with their histories, the questions. What goes out: one flag per criterion, and the rows behind every
//! true one. What always holds: flags are in the order (pack, criterion), evidence in that of (pack, criterion, rule, person, event).

use super::histories::Histories;
use super::steps::Watching;
use super::{AskedCriterion, AskedPack, reason};
use crate::model::{Day, Events, Evidence, Families, Flag, Flags, Member, NO_DAY, NeedCount, Ternary, Unborn, WatchSettings};
use crate::rules::evaluate::{Finding, Happening, OpenCounts, Question, Shown, Subject, combine};
use crate::rules::pack::Pack;

/// All a family's verdict needs.
pub(super) struct Desk<'a> {
    pub(super) families: &'a Families,
    pub(super) unborn: &'a Unborn,
    pub(super) events: &'a Events,
    pub(super) histories: &'a Histories,
    /// In how many families each person lives.
    pub(super) homes: Vec<u8>,
    pub(super) asked: &'a [AskedPack<'a>],
    /// Settings for watching, if the pipeline watches.
    pub(super) watch: Option<&'a WatchSettings>,
    pub(super) reference: Day,
}

/// A member as the rules see it.
pub(super) struct Asked<'a> {
    pub(super) member: &'a Member,
    pub(super) subject: Subject,
    pub(super) history: &'a [Happening],
}

impl Desk<'_> {
    /// Judges one family.
    pub(super) fn family(&self, family: u32, flags: &mut Flags) {
        let members: Vec<Asked<'_>> = self.families.members_of(family).iter().filter_map(|member| self.asked(member)).collect();
        for asked in self.asked {
            for criterion in &asked.criteria {
                self.criterion(family, asked.pack, criterion, &members, flags);
            }
        }
    }

    /// A living member.
    fn asked<'a>(&'a self, member: &'a Member) -> Option<Asked<'a>> {
        let person = member.person as usize;
        let died = self.families.died.get(person).copied().unwrap_or(NO_DAY);
        if died != NO_DAY && died <= self.reference {
            return None;
        }
        // Somebody who is not born yet is so after today at the earliest, whenever that is.
        let to_come = self.unborn.holds(member.person).then_some(self.reference + 1);
        let subject = Subject {
            born: to_come.or_else(|| self.families.born.get(person).copied()).unwrap_or(NO_DAY),
            role: member.role,
            resident: member.resident,
            searchable: self.families.searchable.get(person).copied().unwrap_or(false),
        };
        Some(Asked { member, subject, history: self.histories.of(member.person) })
    }

    fn criterion(&self, family: u32, pack: &Pack, asked: &AskedCriterion<'_>, members: &[Asked<'_>], flags: &mut Flags) {
        let findings: Vec<Finding> =
            asked.questions.iter().map(|question| question.family(members.iter().map(|asked| (asked.subject, asked.history)))).collect();
        let values: Vec<Ternary> = findings.iter().map(|finding| finding.value).collect();
        let value = combine(asked.criterion.meets, &values);
        let needs = needs(asked, &values, &residents_values(asked, &values, members));
        let reason = match value {
            Ternary::True => {
                let before = flags.evidence.len();
                for (question, finding) in asked.questions.iter().zip(&findings) {
                    self.evidence(family, pack, question, finding, members, &mut flags.evidence);
                }
                let evidence = flags.evidence.get(before..).unwrap_or_default();
                let only_elsewhere = needs.met == 0;
                reason::met(&asked.questions, &findings, self.with_two_homes(evidence), only_elsewhere)
            }
            Ternary::Unknown => {
                let mut open = OpenCounts::default();
                for finding in &findings {
                    open.widen(&finding.open);
                }
                reason::open(&open, &asked.missing, &asked.blind)
            }
            Ternary::False => reason::not_met(&asked.stale, &asked.left_out),
        };
        if value != Ternary::True
            && let Some(settings) = self.watch
        {
            let watching = Watching { settings, reference: self.reference, family, pack, members };
            watching.steps(asked, &values, &mut flags.steps);
        }
        let criterion = asked.criterion.id.clone();
        flags.flags.push(Flag { family, pack: pack.name.clone(), criterion, value, reason, needs });
    }

    /// The rows of a rule that holds.
    fn evidence(
        &self,
        family: u32,
        pack: &Pack,
        question: &Question<'_>,
        finding: &Finding,
        members: &[Asked<'_>],
        out: &mut Vec<Evidence>,
    ) {
        let Some(span) = &question.span else { return };
        let start = out.len();
        for shown in &finding.rows {
            let Some(asked) = members.get(shown.member as usize) else { continue };
            out.push(Evidence {
                family,
                person: asked.member.person,
                pack: pack.name.clone(),
                criterion: question.rule.criterion.clone(),
                rule: question.rule.id.clone(),
                rule_version: pack.version.clone(),
                event: shown.event,
                value: self.value_of(shown),
                window_from: span.days.first,
                window_to: span.days.last,
            });
        }
        if let Some(rows) = out.get_mut(start..) {
            rows.sort_by_key(|evidence| (evidence.person, evidence.event));
        }
    }

    /// What counted, in words.
    fn value_of(&self, shown: &Shown) -> String {
        match shown.sessions {
            Some((quantity, -1)) => format!("{quantity} sessions"),
            Some((quantity, out_of)) => format!("{quantity} of {out_of} sessions"),
            None => self.events.code.get(shown.event as usize).unwrap_or_default().to_owned(),
        }
    }

    /// How many of the people behind some evidence live in another family too.
    fn with_two_homes(&self, evidence: &[Evidence]) -> usize {
        let mut persons: Vec<u32> = evidence.iter().map(|row| row.person).collect();
        persons.sort_unstable();
        persons.dedup();
        persons.iter().filter(|&&person| self.homes.get(person as usize).is_some_and(|&homes| homes > 1)).count()
    }
}

/// The values of the rules for those who live with the family alone.
fn residents_values(asked: &AskedCriterion<'_>, values: &[Ternary], members: &[Asked<'_>]) -> Vec<Ternary> {
    let all_live_here = members.iter().all(|asked| asked.subject.resident);
    let residents = || members.iter().filter(|asked| asked.subject.resident).map(|asked| (asked.subject, asked.history));
    let value = |(question, &value): (&Question<'_>, &Ternary)| {
        // Nobody lives elsewhere, the rule asks only those who live here, or nobody at all shows it or leaves it open.
        let same = all_live_here || question.rule.resident_only || value == Ternary::False;
        if same { value } else { question.family(residents()).value }
    };
    asked.questions.iter().zip(values).map(value).collect()
}

/// The needs of a criterion, counted; one whose rules name none is one need.
fn needs(asked: &AskedCriterion<'_>, values: &[Ternary], of_residents: &[Ternary]) -> NeedCount {
    let mut count = NeedCount::default();
    let mut named: Vec<(&str, Ternary, Ternary)> = Vec::new();
    for ((question, &all), &residents) in asked.questions.iter().zip(values).zip(of_residents) {
        let Some(need) = question.rule.need.as_deref() else { continue };
        match named.iter_mut().find(|(name, ..)| *name == need) {
            Some((_, of_all, of_here)) => (*of_all, *of_here) = (Ternary::any([*of_all, all]), Ternary::any([*of_here, residents])),
            None => named.push((need, all, residents)),
        }
    }
    if named.is_empty() {
        count.add(combine(asked.criterion.meets, values), combine(asked.criterion.meets, of_residents));
    }
    for (_, all, residents) in named {
        count.add(all, residents);
    }
    count
}
