//! Reasons in words.
//!
//! What comes in: findings and the state of feeds. What goes out: a sentence for an officer. What always holds: rules, feeds and counts are
//! named, never a person or a value of one.

use super::state_for;
use crate::model::{FeedState, Source, Ternary};
use crate::rules::evaluate::{Finding, Open, OpenCounts, Question};
use crate::rules::pack::{FeedsNeeded, Rule, WithoutFeed};

/// Which rules hold.
pub(super) fn met(questions: &[Question<'_>], findings: &[Finding], with_two_homes: usize, only_elsewhere: bool) -> String {
    let holding = questions.iter().zip(findings).filter(|(_, finding)| finding.value == Ternary::True);
    let rules: Vec<String> =
        holding.map(|(question, finding)| format!("{} ({})", question.rule.title, counted(finding.rows.len(), "row"))).collect();
    let shared = match with_two_homes {
        0 => String::new(),
        1 => "; one person counted here also counts in a second home".to_owned(),
        more => format!("; {more} people counted here also count in a second home"),
    };
    let elsewhere = if only_elsewhere { "; shown only by a parent who lives elsewhere" } else { "" };
    format!("{}{shared}{elsewhere}", rules.join("; "))
}

/// What leaves a criterion open.
pub(super) fn open(open: &OpenCounts, missing: &[String], blind: &[String]) -> String {
    let mut reasons = Vec::new();
    for kind in Open::ALL {
        let people = open.of(kind) as usize;
        if people == 0 {
            continue;
        }
        reasons.push(match kind {
            Open::FeedMissing => feeds(missing, blind),
            Open::NoTerms => "the calendar of school terms does not reach so far".to_owned(),
            Open::NotSearchable => format!("{} too poorly identified to be searched for", counted(people, "member")),
            Open::NoRow => format!("{} without the rows expected in the feed", counted(people, "member")),
            Open::CodeUnknown => format!("{} of whom the agency could find out nothing", counted(people, "member")),
            Open::Undated => format!("{} with an event of unknown date", counted(people, "member")),
            Open::BornUnknown => format!("{} whose unknown date of birth decides", counted(people, "member")),
            Open::Unusable => format!("{} with numbers that cannot be right", counted(people, "member")),
            Open::NoSessions => format!("{} whose rows know of no possible session", counted(people, "member")),
        });
    }
    format!("not known: {}", reasons.join("; "))
}

/// Which feeds are behind, and what no feed could ever show.
fn feeds(missing: &[String], blind: &[String]) -> String {
    let late = (!missing.is_empty()).then(|| format!("missing or too old: {}", missing.join(", ")));
    let never = (!blind.is_empty()).then(|| format!("nothing in your feeds can show: {}", blind.join(", ")));
    let said: Vec<String> = late.into_iter().chain(never).collect();
    if said.is_empty() { "a feed is missing".to_owned() } else { said.join("; ") }
}

/// That no rule holds.
pub(super) fn not_met(stale: &str, left_out: &[String]) -> String {
    let carried = if stale.is_empty() { String::new() } else { format!("; carried forward: {stale}") };
    let without = if left_out.is_empty() {
        String::new()
    } else {
        format!("; left out, because nothing in your feeds can show it: {}", left_out.join(", "))
    };
    format!("no rule holds{carried}{without}")
}

/// Rules of a criterion that no feed could ever show, by what they then say.
pub(super) fn without_feed(rules: &[&Rule], sources: &[Source], said: WithoutFeed) -> Vec<String> {
    let nobody = |rule: &&&Rule| !sources.iter().any(|source| rule.can_be_shown_by(source));
    rules.iter().filter(|rule| rule.without_feed == said).filter(nobody).map(|rule| rule.title.clone()).collect()
}

/// Feeds without which some rule of a criterion cannot say "no".
pub(super) fn missing_feeds(rules: &[&Rule], sources: &[Source]) -> Vec<String> {
    let mut names = Vec::new();
    for rule in rules {
        let carrying = sources.iter().filter(|source| rule.can_be_shown_by(source));
        let (missing, there): (Vec<&Source>, Vec<&Source>) = carrying.partition(|source| state_for(rule, source) == FeedState::Missing);
        if rule.feeds_needed == FeedsNeeded::Every || there.is_empty() {
            names.extend(missing.iter().map(|source| source.name.clone()));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Feeds a criterion rests on that are carried forward, with their age.
pub(super) fn stale_feeds(rules: &[&Rule], sources: &[Source]) -> String {
    let rests_on = |source: &&Source| rules.iter().any(|rule| rule.can_be_shown_by(source));
    let mut stale: Vec<String> = sources
        .iter()
        .filter(rests_on)
        .filter(|source| source.state == FeedState::Stale)
        .map(|source| format!("{} ({} days old)", source.name, source.age_days))
        .collect();
    stale.sort_unstable();
    stale.join(", ")
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("one {what}") } else { format!("{count} {what}s") }
}
