//! Criteria: families × packs through the rules to flags with evidence.
//!
//! What comes in: families, who is not born yet, who is whose record, the events, the state of the feeds, criteria packs. What goes out: for every family and every
//! criterion of every pack one of three values with its reason, for every *true* all source rows that show it, and for every rule the feeds
//! it rests on. What always holds: events follow the person, never the address; an event that names no person counts for nobody; the
//! dead do not count; the outcome depends neither on the order of rows nor on the number of threads.
//!
//! ```text
//!  events ─▶ histories (polars: join, windows, superseded rows) ─▶ per family: rules ─▶ flags, evidence
//! ```

mod error;
mod histories;
mod reason;
mod steps;
#[cfg(test)]
mod tests;
mod verdict;

use rayon::prelude::*;

use crate::model::{
    Day, Delivery, Events, Families, FeedCoverage, FeedState, Flags, Lead, Linked, NO_DAY, Progress, Source, StepKind, Unborn,
    WatchSettings,
};
use crate::rules::evaluate::{Eased, Question};
use crate::rules::pack::{Criterion, Pack, Rule, WithoutFeed};
pub use error::CriteriaError;
use histories::Looked;
use verdict::Desk;

/// A pack with its rules asked at the reference date.
struct AskedPack<'p> {
    pack: &'p Pack,
    criteria: Vec<AskedCriterion<'p>>,
}

/// A criterion with its rules, in the order of their ids.
struct AskedCriterion<'p> {
    criterion: &'p Criterion,
    questions: Vec<Question<'p>>,
    /// For each of them the same rule made one step easier.
    easier: Vec<Vec<Easier<'p>>>,
    /// Feeds that are missing, for the reason of an unknown.
    missing: Vec<String>,
    /// Rules that no feed could ever show, in words, for the reason of an unknown.
    blind: Vec<String>,
    /// Rules left out because no feed could ever show them, in words, for the reason of a false.
    left_out: Vec<String>,
    /// Feeds carried forward, in words, for the reason of a false.
    stale: String,
}

/// A rule made one step easier, asked at the reference date.
struct Easier<'p> {
    kind: StepKind,
    lead: Option<&'p Lead>,
    question: Question<'p>,
}

/// How many families one thread takes at a time.
const FAMILIES_PER_TASK: usize = 2048;

/// Tests every family against every criterion of every pack; with settings for watching also what is one step from being true.
///
/// # Errors
/// If the tables do not belong together, or a query over them fails.
#[expect(clippy::too_many_arguments, reason = "the face of a stage names each table it needs")]
pub fn criteria(
    (families, unborn): (&Families, &Unborn),
    linked: &Linked,
    events: &Events,
    deliveries: &[Delivery],
    sources: &[Source],
    packs: &[Pack],
    watch: Option<&WatchSettings>,
    reference: Day,
    progress: &dyn Progress,
) -> Result<Flags, CriteriaError> {
    check(families, linked, events, deliveries, sources)?;
    progress.step("criteria");
    progress.begin("Testing criteria", families.families.len() as u64, "families");
    let looked = looked_at(packs, reference);
    let histories = histories::histories(families, linked, events, deliveries, &looked, reference)?;
    let easier: Vec<Vec<Eased>> = packs.iter().map(|pack| steps::easier_rules(pack, watch)).collect();
    let leads = watch.map_or(&[][..], |watch| &watch.leads);
    let mut asked: Vec<AskedPack<'_>> =
        packs.iter().zip(&easier).map(|(pack, easier)| ask(pack, easier, leads, events, sources, reference)).collect();
    asked.sort_by(|left, right| left.pack.name.cmp(&right.pack.name));
    let desk = Desk { families, unborn, events, histories: &histories, homes: homes(families), asked: &asked, watch, reference };
    let mut flags = judge(&desk, progress);
    flags.coverage = coverage(&asked, sources);
    progress.end();
    Ok(flags)
}

fn check(families: &Families, linked: &Linked, events: &Events, deliveries: &[Delivery], sources: &[Source]) -> Result<(), CriteriaError> {
    let misfit = |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(CriteriaError::Misfit(what)) };
    let rows = events.len();
    let columns = [events.record.len(), events.role.len(), events.code.len(), events.from.len(), events.to.len(), events.quantity.len()];
    misfit(columns.iter().all(|&column| column == rows), "event columns of different lengths")?;
    let columns = [events.out_of.len(), events.excused.len(), events.reference.len(), events.delivery.len(), events.line.len()];
    misfit(columns.iter().all(|&column| column == rows), "event columns of different lengths")?;
    misfit(families.fits(linked), "persons of the families and of the linkage")?;
    misfit(events.delivery.iter().all(|&delivery| (delivery as usize) < deliveries.len()), "an event of an unknown delivery")?;
    misfit(deliveries.iter().all(|delivery| usize::from(delivery.source) < sources.len()), "a delivery of an unknown source")?;
    let in_range =
        |&member: &crate::model::Member| (member.person as usize) < linked.persons() && (member.family as usize) < families.families.len();
    misfit(families.members.iter().all(in_range), "a member who is no person, or of no family")
}

/// Which kinds of event any rule looks at, and how far back.
fn looked_at(packs: &[Pack], reference: Day) -> Vec<Looked> {
    let mut looked: Vec<Looked> = Vec::new();
    for pack in packs {
        for rule in &pack.rules {
            // A rule whose terms the calendar does not know is unknown for everybody and looks at nothing.
            if let Some(span) = rule.window.at(reference, &pack.calendar) {
                histories::look(&mut looked, rule.kind, if span.current { NO_DAY } else { span.days.first });
            }
            if let Some(excuse) = &rule.excused_by {
                histories::look(&mut looked, excuse.kind, NO_DAY);
            }
        }
    }
    looked
}

fn ask<'p>(pack: &'p Pack, easier: &'p [Eased], leads: &'p [Lead], events: &Events, sources: &[Source], reference: Day) -> AskedPack<'p> {
    let question = |rule: &'p Rule| Question::new(rule, &pack.calendar, reference, sources, &events.code);
    let one_step = |rule: &Rule| -> Vec<Easier<'p>> {
        let of_rule = easier.iter().filter(|easier| easier.rule.id == rule.id);
        let asked = |eased: &'p Eased| {
            let lead = eased.lead.and_then(|index| leads.get(index));
            Easier { kind: eased.kind, lead, question: question(&eased.rule) }
        };
        of_rule.map(asked).collect()
    };
    let mut criteria: Vec<AskedCriterion<'p>> = pack
        .criteria
        .iter()
        .map(|criterion| {
            let mut rules: Vec<&Rule> = pack.rules_of(&criterion.id).collect();
            rules.sort_by(|left, right| left.id.cmp(&right.id));
            AskedCriterion {
                criterion,
                questions: rules.iter().map(|rule| question(rule)).collect(),
                easier: rules.iter().map(|rule| one_step(rule)).collect(),
                missing: reason::missing_feeds(&rules, sources),
                blind: reason::without_feed(&rules, sources, WithoutFeed::Unknown),
                left_out: reason::without_feed(&rules, sources, WithoutFeed::LeftOut),
                stale: reason::stale_feeds(&rules, sources),
            }
        })
        .collect();
    criteria.sort_by(|left, right| left.criterion.id.cmp(&right.criterion.id));
    AskedPack { pack, criteria }
}

/// In how many families each person lives.
fn homes(families: &Families) -> Vec<u8> {
    let mut homes = vec![0_u8; families.born.len()];
    for member in families.members.iter().filter(|member| member.resident) {
        if let Some(count) = homes.get_mut(member.person as usize) {
            *count = count.saturating_add(1);
        }
    }
    homes
}

/// All families, in their order, on all threads.
fn judge(desk: &Desk<'_>, progress: &dyn Progress) -> Flags {
    let count = desk.families.families.len();
    let tasks: Vec<Flags> = (0..count.div_ceil(FAMILIES_PER_TASK))
        .into_par_iter()
        .map(|task| {
            let first = task * FAMILIES_PER_TASK;
            let mut flags = Flags::default();
            for family in first..count.min(first + FAMILIES_PER_TASK) {
                desk.family(family as u32, &mut flags);
            }
            progress.advance(count.min(first + FAMILIES_PER_TASK).saturating_sub(first) as u64);
            flags
        })
        .collect();
    let mut all = Flags::default();
    all.flags.reserve_exact(tasks.iter().map(|task| task.flags.len()).sum());
    all.evidence.reserve_exact(tasks.iter().map(|task| task.evidence.len()).sum());
    for mut task in tasks {
        all.flags.append(&mut task.flags);
        all.evidence.append(&mut task.evidence);
        all.steps.append(&mut task.steps);
    }
    all
}

/// How a feed stands for a rule: one too old for the rule counts as missing.
fn state_for(rule: &Rule, source: &Source) -> FeedState {
    let too_old = rule.feed_valid_days.is_some_and(|days| source.age_days > days);
    if too_old { FeedState::Missing } else { source.state }
}

/// Every feed each rule rests on, and a line without feed for a rule that no feed serves.
fn coverage(asked: &[AskedPack<'_>], sources: &[Source]) -> Vec<FeedCoverage> {
    let mut by_name: Vec<&Source> = sources.iter().collect();
    by_name.sort_by(|left, right| left.name.cmp(&right.name));
    let mut lines = Vec::new();
    for pack in asked {
        for criterion in &pack.criteria {
            for question in &criterion.questions {
                let rule = question.rule;
                let line = |source: String, state: FeedState, age_days: u32| FeedCoverage {
                    pack: pack.pack.name.clone(),
                    criterion: criterion.criterion.id.clone(),
                    rule: rule.id.clone(),
                    kind: rule.kind,
                    source,
                    state,
                    age_days,
                };
                let carrying: Vec<&&Source> = by_name.iter().filter(|source| rule.can_be_shown_by(source)).collect();
                lines.extend(carrying.iter().map(|source| line(source.name.clone(), state_for(rule, source), source.age_days)));
                if carrying.is_empty() {
                    lines.push(line(String::new(), FeedState::Missing, 0));
                }
            }
        }
    }
    lines
}
