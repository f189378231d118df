//! A pack in plain English: for the service manager who must agree to it.
//!
//! What comes in: a checked pack. What goes out: text. What always holds: every rule, number, setting and source of the pack is said; what
//! rests on memory is marked for checking.

use std::fmt::Write as _;

use super::pack::{AgeOn, Ages, FeedsNeeded, Meets, Pack, Per, RowsNeeded, Rule, Threshold, Who};
use super::window::{DatedBy, Window};

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
    for criterion in &pack.criteria {
        let meets = match criterion.meets {
            Meets::AtLeast(1) => "if any of these holds".to_owned(),
            Meets::AtLeast(least) => format!("if at least {least} of these hold"),
            Meets::All => "if all of these hold".to_owned(),
        };
        writeln!(out, "{} {}: met {meets}", criterion.id, criterion.title)?;
        for rule in pack.rules_of(&criterion.id) {
            write_rule(rule, out)?;
        }
        writeln!(out)?;
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

fn write_rule(rule: &Rule, out: &mut String) -> std::fmt::Result {
    writeln!(out, "- {} ({})", rule.title, rule.id)?;
    let codes = if rule.codes.is_empty() { "any code".to_owned() } else { rule.codes.join(", ") };
    let excluded = if rule.excluded_codes.is_empty() { String::new() } else { format!(", but not {}", rule.excluded_codes.join(", ")) };
    let roles: Vec<&str> = rule.roles.iter().map(|role| role.name()).collect();
    writeln!(out, "    {} events: {codes}{excluded}; role {}", rule.kind.name(), roles.join(" or "))?;
    writeln!(out, "    of {}, {}", people(rule), threshold(rule))?;
    writeln!(out, "    when: {}", window(rule))?;
    if !rule.cancelled_by.is_empty() {
        writeln!(out, "    taken back by: {}", rule.cancelled_by.join(", "))?;
    }
    writeln!(out, "    unknown if: {}", unknown(rule))?;
    writeln!(out, "    shown by: {}", rule.evidence)?;
    let check = if rule.check { " CHECK with the service manager." } else { "" };
    writeln!(out, "    source: {}{check}", rule.source)
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
        Threshold::Share { numerator, denominator } => {
            format!("at least {numerator}/{denominator} per child, summed over schools, in whole numbers and never rounded")
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
        Window::Terms { count, include_current: false } => format!("in the last {count} complete school terms, {by}"),
        Window::Terms { count, include_current: true } => format!("in the last {count} complete school terms and the current one, {by}"),
        Window::Current => "open on the reference date".to_owned(),
    }
}

fn unknown(rule: &Rule) -> String {
    let mut reasons = vec![match rule.feeds_needed {
        FeedsNeeded::Every => "any feed that carries such events is missing".to_owned(),
        FeedsNeeded::One => "every feed that carries such events is missing".to_owned(),
    }];
    if let Some(days) = rule.feed_valid_days {
        reasons.push(format!("its delivery is older than {days} days"));
    }
    reasons.push("such a member cannot be searched for".to_owned());
    if let Some(needed) = rule.needs_row_for {
        let cover = match rule.rows_needed {
            RowsNeeded::EveryTerm => "has no row in one of the terms",
            RowsNeeded::Any => "has no row",
        };
        let excuse = match &rule.excused_by {
            Some(excuse) => format!(" (except with {}: {})", excuse.kind.name(), excuse.codes.join(", ")),
            None => String::new(),
        };
        reasons.push(format!("somebody aged {} {cover}{excuse}", ages(needed)));
    }
    if !rule.unknown_codes.is_empty() {
        reasons.push(format!("all that is said of a person is: {}", rule.unknown_codes.join(", ")));
    }
    reasons.join("; or ")
}

fn write_routes(pack: &Pack, out: &mut String) -> std::fmt::Result {
    let combination = &pack.combination;
    let (counted, discretion) = (combination.counted.join(", "), &combination.discretion_criterion);
    writeln!(out, "Routes (the first that applies; criteria that count: {counted})")?;
    writeln!(out, "1. OVERRIDE: a person decided to include the family; NOT_ELIGIBLE: a person decided to leave it out")?;
    if combination.needs_child {
        writeln!(out, "2. NOT_ELIGIBLE: no child under 18 lives in the family")?;
    }
    writeln!(out, "3. AUTO: at least {} criteria true", combination.automatic_at_least)?;
    let reason = if combination.discretion_needs_reason {
        format!("and {discretion} true")
    } else {
        format!("a reason of {discretion} is optional")
    };
    writeln!(out, "4. DISCRETION: at least {} criteria true, {reason}", combination.discretion_at_least)?;
    let referral = &combination.referral;
    let ticked = if referral.codes.is_empty() { "criteria".to_owned() } else { format!("of {}", referral.codes.join(", ")) };
    writeln!(
        out,
        "5. REFERRAL: professionals' referrals of the last {} months tick at least {} {ticked}",
        referral.months, referral.at_least
    )?;
    writeln!(
        out,
        "6. PENDING: at least {} criteria true, and 3 or 4 would apply if every unknown were true",
        combination.pending_at_least
    )?;
    let reason = if combination.near_miss_needs_reason { format!(" and {discretion} true") } else { String::new() };
    writeln!(out, "7. NEAR_MISS: at least {} criteria true{reason}", combination.near_miss_at_least)?;
    writeln!(out, "8. NOT_ELIGIBLE: all others")?;
    writeln!(out, "Source: {}", combination.source)
}
