//! A funding pack, and the rules of results, in plain English.
//!
//! What comes in: the checked pack. What goes out: text for people. What always holds: every number of the pack is in it, with where it comes from; assumptions and what must be checked are named.

use std::fmt::Write as _;

use super::funded;
use crate::model::amounts::thousands;
use crate::model::funding::{Fractions, FundingPack, RateOf};
use crate::model::results::ResultRules;
use crate::model::{date, pounds};

/// The funding pack in plain English.
#[must_use]
pub fn explain(pack: &FundingPack) -> String {
    let mut text = String::new();
    let mut line = |words: String| writeln!(text, "{words}").expect("a string takes any text");
    line(format!("{} ({} version {})", pack.title, pack.name, pack.version));
    line(format!("Source: {}.", pack.source));
    line(String::new());
    line(format!("At most {} for one family. Results can be claimed until {}.", pounds(pack.ceiling), date::iso(pack.last_claim)));
    line(match pack.rate_of {
        RateOf::Attachment => {
            "A result is paid at the rate of the year in which the family was attached, whenever it is claimed.".to_owned()
        }
        RateOf::Claim => "A result is paid at the rate of the year in which it is claimed.".to_owned(),
    });
    line(String::new());
    for year in &pack.years {
        let whole = year.attachment + (year.result + year.progress).max(year.employment);
        line(format!("{} (attached {} to {}):", year.name, date::iso(year.starts), date::iso(year.ends)));
        line(format!("  {} on attachment{}", pounds(year.attachment), percent(year.attachment, whole)));
        line(format!("  {} for a result in crime, anti-social behaviour and education", pounds(year.result)));
        if year.progress > 0 {
            line(format!("  {} more for progress to work, with that result only", pounds(year.progress)));
        }
        if year.employment > 0 {
            line(format!("  or {} for continuous employment, instead of both", pounds(year.employment)));
        }
        if year.assumption {
            line(format!("  ASSUMPTION: {}", year.note));
        }
        line(format!("  Source: {}.", year.source));
    }
    line(String::new());
    let share = pack.funded;
    if share.funded == share.of_every {
        line("Every family is paid for.".to_owned());
    } else {
        let fractions = match share.fractions {
            Fractions::Nearest => "a fraction of a family goes to the nearest whole one, a half upwards",
            Fractions::Down => "only whole families count",
            Fractions::Up => "a part of a family counts as a whole one",
        };
        line(format!("{} of every {} families are paid for; {fractions}.", share.funded, share.of_every));
        line("A claim keeps the number it was signed with, drafts have the lowest that are free; a number that makes no further funded family is claimed and not paid. Where numbers are missing, the newest claims make up for it.".to_owned());
    }
    for expected in &pack.families {
        let families = u64::from(expected.families);
        let paid = funded(share, families);
        // Whole pence, rounded down: nothing is promised that is not due.
        let exact = u128::from(families) * u128::from(share.funded) * u128::from(pack.ceiling) / u128::from(share.of_every.max(1));
        line(format!(
            "  {}: {} families by {}, of which {} are paid for ({} × {} / {}); at most {} exactly, {} for whole families. Source: {}.",
            expected.name,
            thousands(families),
            date::iso(expected.by),
            thousands(paid),
            thousands(families),
            share.funded,
            share.of_every,
            pounds(u64::try_from(exact).unwrap_or(u64::MAX)),
            pounds(paid * pack.ceiling),
            expected.source
        ));
    }
    if let Some(cost) = &pack.cost {
        let part = |percent: u32| pounds(cost.per_family * u64::from(percent) / 100);
        line(format!(
            "The work with a family costs {} on average: the government pays {} percent ({}), local partners {} percent ({}). Source: {}.",
            pounds(cost.per_family),
            cost.government_percent,
            part(cost.government_percent),
            cost.local_percent,
            part(cost.local_percent),
            cost.source
        ));
    }
    for estimate in &pack.estimates {
        line(format!("{}: {}. Source: {}.", estimate.title, pounds(estimate.amount), estimate.source));
    }
    text
}

/// The share of a whole in brackets, where it is a whole number of percent.
fn percent(part: u64, whole: u64) -> String {
    if whole > 0 && (100 * part).is_multiple_of(whole) { format!(" ({} percent)", 100 * part / whole) } else { String::new() }
}

/// The rules of results in plain English.
#[must_use]
pub fn explain_results(rules: &ResultRules) -> String {
    let mut text = format!("{} ({} version {})\nSource: {}.\n", rules.title, rules.name, rules.version, rules.source);
    for setting in &rules.settings {
        let check = if setting.check { " TO BE CHECKED by the service manager." } else { "" };
        writeln!(text, "\n{}\n  {}: {}\n  Source: {}.{check}", setting.question, setting.name, setting.value, setting.source)
            .expect("a string takes any text");
    }
    text
}
