//! A pack in plain English: for the service manager who must agree to it.
//!
//! What comes in: a checked pack. What goes out: text. What always holds: every rule, number, setting, local change and source of the pack is
//! said; what rests on memory is marked for checking.

use std::fmt::Write as _;

use super::explain_routes::{write_in_short, write_routes};
use super::pack::{
    AgeOn, Ages, Criterion, FeedsNeeded, Meets, Missed, Pack, Per, Percentages, Resubmitted, RowsNeeded, Rule, Threshold, Who, WithoutFeed,
};
use super::window::{DatedBy, Window};
use crate::model::{EventKind, EventRole, MemberRole};

/// The pack in plain English.
#[must_use]
pub fn explain(pack: &Pack) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail; were it to, an empty text would show it.
    if write_all(pack, &mut text).is_err() {
        text.clear();
    }
    text
}

fn write_all(pack: &Pack, out: &mut String) -> std::fmt::Result {
    writeln!(out, "{} (pack {}, version {})", pack.title, pack.name, pack.version)?;
    writeln!(out, "Source: {}\n", pack.source)?;
    write_in_short(pack, out)?;
    write_changes(pack, out)?;
    for criterion in &pack.criteria {
        write_criterion(pack, criterion, out)?;
    }
    write_routes(pack, out)?;
    if !pack.settings.is_empty() {
        writeln!(out, "\nSettings: questions the programme's papers leave open")?;
        for setting in &pack.settings {
            let check = if setting.check { " CHECK with the service manager." } else { "" };
            writeln!(out, "- {} = {}. {} [{}]{check}", setting.name, setting.value, setting.question, setting.source)?;
        }
    }
    Ok(())
}

/// What overlays change, as differences.
fn write_changes(pack: &Pack, out: &mut String) -> std::fmt::Result {
    for change in &pack.changes {
        writeln!(out, "Local change {}, decided by {}: {}", change.name, change.by, change.reason)?;
        for difference in &change.differences {
            let before = if difference.before.is_empty() { String::new() } else { format!("{} -> ", difference.before) };
            let source = if difference.source.is_empty() { String::new() } else { format!(" [{}]", difference.source) };
            writeln!(out, "- {}: {before}{}{source}", difference.what, difference.after)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_criterion(pack: &Pack, criterion: &Criterion, out: &mut String) -> std::fmt::Result {
    let meets = match criterion.meets {
        Meets::AtLeast(1) => "if any of these holds".to_owned(),
        Meets::AtLeast(least) => format!("if at least {least} of these hold"),
        Meets::All => "if all of these hold".to_owned(),
    };
    writeln!(out, "{} {}: met {meets}", criterion.id, criterion.title)?;
    for rule in pack.rules_of(&criterion.id) {
        write_rule(rule, out)?;
    }
    writeln!(out)
}

fn write_rule(rule: &Rule, out: &mut String) -> std::fmt::Result {
    let need = rule.need.as_ref().map_or_else(String::new, |need| format!("need {need}: "));
    writeln!(out, "- {need}{} ({})", rule.title, rule.id)?;
    let codes = if rule.codes.is_empty() { "of any kind".to_owned() } else { in_words(&rule.codes) };
    let excluded = if rule.excluded_codes.is_empty() { String::new() } else { format!(", but not {}", in_words(&rule.excluded_codes)) };
    writeln!(out, "    looks at: {} ({codes}{excluded}){}", kind_words(rule.kind), role_words(rule))?;
    writeln!(out, "    of {}, {}", people(rule), threshold(rule))?;
    writeln!(out, "    when: {}", window(rule))?;
    if rule.resubmitted == Resubmitted::First {
        writeln!(out, "    where it is sent again under the same reference, the first one counts")?;
    }
    if !rule.cancelled_by.is_empty() {
        writeln!(out, "    taken back by: {}", in_words(&rule.cancelled_by))?;
    }
    let unknown = unknown(rule);
    if !unknown.is_empty() {
        writeln!(out, "    also unknown if: {}", unknown.join("; or "))?;
    }
    if rule.feed_names_codes {
        writeln!(out, "    needs a feed that can tell of this; one that only tells of the like does not do")?;
    }
    if rule.without_feed == WithoutFeed::LeftOut {
        writeln!(out, "    left out, and said so, where no feed of the pipeline could ever show it")?;
    }
    writeln!(out, "    shown by: {}", rule.evidence)?;
    let check = if rule.check { " CHECK with the service manager." } else { "" };
    writeln!(out, "    source: {}{check}", rule.source)
}

fn in_words(codes: &[String]) -> String {
    codes.iter().map(|code| code.split('_').map(spelt).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}

/// A word of a code; abbreviations in capitals.
fn spelt(word: &str) -> String {
    const ABBREVIATIONS: [&str; 10] = ["asb", "asbo", "esa", "ib", "jsa", "marac", "neet", "pru", "sda", "uc"];
    if ABBREVIATIONS.contains(&word) { word.to_uppercase() } else { word.to_owned() }
}

fn kind_words(kind: EventKind) -> &'static str {
    match kind {
        EventKind::SchoolAbsence => "absence from school",
        EventKind::Exclusion => "exclusions from school",
        EventKind::SchoolStatus => "standing at school",
        EventKind::Offence => "outcomes of recorded offences",
        EventKind::AsbIncident => "anti-social behaviour incidents at a place",
        EventKind::AsbIntervention => "measures against anti-social behaviour",
        EventKind::Benefit => "benefit claims",
        EventKind::SocialCare => "social care episodes",
        EventKind::DomesticAbuse => "domestic abuse notifications",
        EventKind::Health => "health flags",
        EventKind::Housing => "tenancy and housing matters",
        EventKind::Custody => "custody, supervision and police markers",
        EventKind::Referral => "professionals' referrals",
        EventKind::Need => "needs that a practitioner found",
        EventKind::Activity => "what a young person does after school age",
    }
}

/// In which role a person must stand in the event; nothing where it is simply the person the event is about.
fn role_words(rule: &Rule) -> String {
    if rule.roles == [EventRole::Subject] {
        return String::new();
    }
    let words = rule.roles.iter().map(|role| match role {
        EventRole::Subject => "the person it is about",
        EventRole::Offender => "the offender",
        EventRole::Suspect => "a suspect",
        EventRole::Victim => "the victim",
        EventRole::Witness => "a witness",
        EventRole::Tenant => "the tenant",
    });
    format!(", in which the member is {}", words.collect::<Vec<_>>().join(" or "))
}

fn people(rule: &Rule) -> String {
    let who = match rule.who {
        Who::Child => "children under 18",
        Who::Adult => "adults",
        Who::Anyone => "members of any age",
    };
    let mut text = who.to_owned();
    if rule.resident_only {
        text.push_str(" who live with the family");
    } else {
        text.push_str(", separated parents included");
    }
    if !rule.family_roles.is_empty() {
        let roles = rule.family_roles.iter().map(|role| match role {
            MemberRole::Child => "child",
            MemberRole::Parent => "parent or carer",
            MemberRole::Partner => "a parent's partner",
            MemberRole::Grandparent => "grandparent",
            MemberRole::AdultChild => "grown-up son or daughter at home",
            MemberRole::OtherAdult => "other adult",
        });
        text.push_str(", being ");
        text.push_str(&roles.collect::<Vec<_>>().join(" or "));
    }
    let limits = rule.ages.iter().map(|limit| {
        let on = match limit.on {
            AgeOn::Event => "on the day of the event",
            AgeOn::Reference => "on the reference date",
        };
        format!(", aged {} {on}", ages(limit.ages))
    });
    text.extend(limits);
    text
}

fn ages(ages: Ages) -> String {
    match (ages.minimum, ages.maximum) {
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum}"),
        (Some(minimum), None) => format!("{minimum} or over"),
        (None, Some(maximum)) => format!("under {}", maximum + 1),
        (None, None) => "any".to_owned(),
    }
}

fn threshold(rule: &Rule) -> String {
    match rule.threshold {
        Threshold::Count { at_least: 1, .. } => "one is enough".to_owned(),
        Threshold::Count { at_least, per: Per::Person } => format!("at least {at_least} different ones of one person"),
        Threshold::Count { at_least, per: Per::Family } => format!("at least {at_least} different ones in the family together"),
        Threshold::Quantity { at_least } if rule.kind == EventKind::Exclusion && at_least.is_multiple_of(2) => {
            format!("together at least {} school days ({at_least} sessions, two a day) of one child", at_least / 2)
        }
        Threshold::Quantity { at_least } => format!("together at least {at_least} sessions of one person"),
        Threshold::Share { numerator, denominator, above, missed, percentages } => {
            let least = if above { "more than" } else { "at least" };
            let missed = match missed {
                Missed::Unauthorised => "of the possible sessions missed without leave",
                Missed::All => "of the possible sessions missed, with leave or without",
            };
            let exactly = if above { "exactly that is not enough" } else { "exactly that is enough" };
            let compared = match percentages {
                Percentages::Exact => "in whole numbers and never rounded",
                Percentages::WholePercent => "rounded to whole percents first",
            };
            let percent = if denominator == 100 { format!(" ({numerator}%)") } else { String::new() };
            format!(
                "{least} {numerator}/{denominator} per child{percent} {missed}; {exactly}; summed over schools and terms (of a child registered at two schools at once only the main one of each term, or the fuller row where the feed does not say which that is), {compared}"
            )
        }
    }
}

fn window(rule: &Rule) -> String {
    let by = match rule.dated_by {
        DatedBy::Start => "by the day it happened or began",
        DatedBy::Overlap => "if it lasted on any of those days",
        DatedBy::Middle => "by the middle of the days the row covers",
    };
    match rule.window {
        Window::Months(months) => format!("in the {months} months up to the reference date, both days included, {by}"),
        Window::Terms { count, include_current } => {
            let terms = if count == 1 { "last complete school term".to_owned() } else { format!("last {count} complete school terms") };
            let current = if include_current { " and the current one" } else { "" };
            format!("in the {terms}{current}, {by}")
        }
        Window::Current => match rule.ends_within_months {
            Some(months) => format!("open on the reference date, and due to end within {months} months after it"),
            None => "open on the reference date".to_owned(),
        },
    }
}

/// What leaves a rule unknown beyond what leaves every rule unknown.
fn unknown(rule: &Rule) -> Vec<String> {
    let mut reasons = Vec::new();
    if rule.feeds_needed == FeedsNeeded::One {
        reasons.push("every feed that carries this is missing, and not already if one is".to_owned());
    }
    if let Some(days) = rule.feed_valid_days {
        reasons.push(format!("its delivery is older than {days} days"));
    }
    if let Some(needed) = rule.needs_row_for {
        let cover = match rule.rows_needed {
            RowsNeeded::EveryTerm => "has no row in one of the terms",
            RowsNeeded::Any => "has no row",
        };
        let excuse = match &rule.excused_by {
            Some(excuse) => format!(" (except with {}: {})", kind_words(excuse.kind), in_words(&excuse.codes)),
            None => String::new(),
        };
        reasons.push(format!("somebody aged {} {cover}{excuse}", ages(needed)));
    }
    if rule.ends_within_months.is_some() {
        reasons.push("the day it ends is not known".to_owned());
    }
    if matches!(rule.threshold, Threshold::Share { missed: Missed::All, .. }) {
        reasons.push("the feed does not say what was missed with leave".to_owned());
    }
    if matches!(rule.threshold, Threshold::Quantity { .. }) {
        reasons.push("the feed does not say how many sessions".to_owned());
    }
    if !rule.unknown_codes.is_empty() {
        reasons.push(format!("all that is said of a person is: {}", in_words(&rule.unknown_codes)));
    }
    reasons
}
