//! How a family comes to be on the list, in plain English.
//!
//! What comes in: a checked pack. What goes out: its combination in two sentences, and its table of routes. What always holds: the lines
//! are those of [`super::routes`], in the same order.

use std::fmt::Write as _;

use super::pack::{Combination, Counts, Pack};
use crate::model::EventKind;

/// The combination in a few sentences, before the details.
pub(super) fn write_in_short(pack: &Pack, out: &mut String) -> std::fmt::Result {
    let combination = &pack.combination;
    let count = combination.counted.len();
    let of = match combination.counts {
        Counts::Criteria => format!("{} of the {count} criteria {} hold", combination.automatic_at_least, combination.counted.join(", ")),
        Counts::Needs => {
            format!(
                "{} needs of the criteria {} hold, also if of one criterion",
                combination.automatic_at_least,
                combination.counted.join(", ")
            )
        }
    };
    write!(out, "In short: a family is on the list if at least {of}")?;
    if let Some(discretion) = &combination.discretion {
        let reason = if discretion.needs_reason { format!(" and {} holds", discretion.criterion) } else { String::new() };
        write!(out, ", or at least {} of them{reason}", discretion.at_least)?;
    }
    if combination.needs_child {
        write!(out, "; and {}", child(pack))?;
    }
    writeln!(out, ".")?;
    if let Some(most) = combination.elsewhere_at_most {
        let words = match most {
            0 => format!("What only a parent who lives elsewhere shows counts as no {}.", pack.counted_word(true)),
            1 => format!("A parent who lives elsewhere may supply one {} and no more.", pack.counted_word(true)),
            _ => format!("Parents who live elsewhere may supply {most} {} and no more.", pack.counted_word(false)),
        };
        writeln!(out, "{words}")?;
    }
    writeln!(
        out,
        "Every answer is yes, no or unknown. Unknown, never no, is what cannot be said: a feed that carries it is missing or too old, or a member is too \
         poorly identified to be searched for; what else leaves a rule unknown stands beside it."
    )?;
    if pack.rules.iter().any(|rule| rule.kind == EventKind::Need) {
        writeln!(out, "Of needs that a practitioner found, no means that nobody has recorded one, not that the family has none.")?;
    }
    writeln!(out)
}

/// Which child the pack asks for.
fn child(pack: &Pack) -> String {
    let combination = &pack.combination;
    let or = combination.or_criteria.iter().map(|id| {
        let title = pack.criterion(id).map_or("", |criterion| criterion.title.as_str());
        format!(", or {id} holds ({title})")
    });
    let unborn = if combination.unborn_counts { "one who is not born yet counts too" } else { "one who is not born yet does not count" };
    std::iter::once(format!("a child under {} lives in the family ({unborn})", combination.child_under)).chain(or).collect()
}

/// The table of routes.
pub(super) fn write_routes(pack: &Pack, out: &mut String) -> std::fmt::Result {
    let combination = &pack.combination;
    writeln!(out, "Routes (the first that applies; criteria that count: {})", combination.counted.join(", "))?;
    let mut number = 0;
    let mut line = |text: String| {
        number += 1;
        writeln!(out, "{number}. {text}")
    };
    line("OVERRIDE: a person decided to include the family; NOT_ELIGIBLE: a person decided to leave it out".to_owned())?;
    if combination.needs_child {
        line(format!("NOT_ELIGIBLE: it is not so that {}", child(pack)))?;
    }
    line(format!("AUTO: at least {} true", so_many(pack, combination.automatic_at_least)))?;
    if let Some(discretion) = &combination.discretion {
        let reason = if discretion.needs_reason {
            format!("and {} true", discretion.criterion)
        } else {
            format!("a reason of {} is optional", discretion.criterion)
        };
        line(format!("DISCRETION: at least {} true, {reason}", so_many(pack, discretion.at_least)))?;
    }
    if let Some(referral) = &combination.referral {
        let ticked =
            if referral.codes.is_empty() { "boxes".to_owned() } else { format!("of {}", referral.codes.join(", ").replace('_', " ")) };
        let months = referral.months;
        line(format!("REFERRAL: professionals' referrals of the last {months} months tick at least {} {ticked}", referral.at_least))?;
    }
    line(pending(pack))?;
    let reason = match &combination.discretion {
        Some(discretion) if combination.near_miss_needs_reason => format!(" and {} true", discretion.criterion),
        _ => String::new(),
    };
    line(format!("NEAR_MISS: at least {} true{reason}", so_many(pack, combination.near_miss_at_least)))?;
    line("NOT_ELIGIBLE: all others".to_owned())?;
    writeln!(out, "Source: {}", combination.source)
}

fn pending(pack: &Pack) -> String {
    let combination: &Combination = &pack.combination;
    let child = if combination.or_criteria.is_empty() { "" } else { "; or all that is not known is the child" };
    let least = so_many(pack, combination.pending_at_least);
    format!("PENDING: at least {least} true, and the family would be on the list if every unknown were true{child}")
}

/// "1 criterion", "2 criteria".
fn so_many(pack: &Pack, count: u32) -> String {
    format!("{count} {}", pack.counted_word(count == 1))
}
