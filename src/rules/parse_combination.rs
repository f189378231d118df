//! `[combination]` of a pack.
//!
//! What comes in: its table, the criteria and rules of the pack. What goes out: a [`Combination`]. What always holds: it names only criteria
//! that are there, and asks for no more of them than can be met.

use super::pack::{Combination, Counts, Criterion, Discretion, Referral, Rule};
use super::parse::owned;
use super::parse_rule::codes;
use super::reader::{Located, Section};
use crate::model::EventKind;

/// Reads `[combination]`.
pub(super) fn combination(section: Section<'_, '_>, criteria: &[Located<Criterion>], rules: &[Located<Rule>]) -> Option<Combination> {
    let ids: Vec<&str> = criteria.iter().map(|(criterion, _)| criterion.id.as_str()).collect();
    let id = |(name, line): Located<&str>, key: &str| {
        if !ids.contains(&name) {
            section.unknown_name(line, key, "criterion", name, &ids);
        }
        name.to_owned()
    };
    let counted: Vec<String> = section.texts("criteria").into_iter().map(|text| id(text, "criteria")).collect();
    let distinct = section.boolean("from_distinct_criteria").unwrap_or(true);
    let most = if distinct { counted.len() } else { needs(&counted, rules) };
    let of_counted = |key: &'static str, least: u32| {
        let number = section.required_integer(key, least);
        if number.is_some_and(|number| number as usize > most) {
            section.report(
                section.line,
                key,
                "out-of-range",
                format!("only {most} {} count", if distinct { "criteria" } else { "needs" }),
                "",
            );
        }
        number
    };
    let automatic_at_least = of_counted("automatic_at_least", 1);
    let discretion_keys = ["discretion_criterion", "discretion_at_least", "discretion_reason"];
    let knows_discretion = discretion_keys.into_iter().any(|key| section.has(key));
    let discretion = if knows_discretion {
        let criterion = section.required("discretion_criterion").map(|text| id(text, "discretion_criterion"));
        discretion(&section, of_counted("discretion_at_least", 1), criterion)
    } else {
        None
    };
    let pending_at_least = of_counted("pending_at_least", 0);
    let near_miss_at_least = of_counted("near_miss_at_least", 1);
    let near_miss_needs_reason = section.boolean("near_miss_needs_reason").unwrap_or(false);
    if near_miss_needs_reason && !knows_discretion {
        section.report(section.line, "near_miss_needs_reason", "no-discretion", "this combination knows no local discretion", "");
    }
    let elsewhere_at_most = section.integer("elsewhere_at_most", 0);
    let needs_child = section.boolean("needs_child").unwrap_or(true);
    let child_under = section.integer("child_under", 1).unwrap_or(18);
    let unborn_counts = section.boolean("unborn_counts").unwrap_or(false);
    let or_criteria: Vec<String> = section.texts("or_criteria").into_iter().map(|text| id(text, "or_criteria")).collect();
    if !needs_child && (section.has("child_under") || section.has("unborn_counts") || !or_criteria.is_empty()) {
        let message = "child_under, unborn_counts and or_criteria say nothing where no child is needed";
        section.report(section.line, "needs_child", "no-effect", message, "");
    }
    let source = section.required("source");
    let referral = section.section("referral").map(referral);
    section.finish();
    Some(Combination {
        counted,
        counts: if distinct { Counts::Criteria } else { Counts::Needs },
        automatic_at_least: automatic_at_least?,
        discretion: if knows_discretion { Some(discretion?) } else { None },
        pending_at_least: pending_at_least?,
        near_miss_at_least: near_miss_at_least?,
        near_miss_needs_reason,
        elsewhere_at_most,
        referral: match referral {
            Some(referral) => Some(referral?),
            None => None,
        },
        needs_child,
        child_under,
        unborn_counts,
        or_criteria,
        source: owned(source?),
    })
}

/// How many different needs criteria have; one whose rules name none is one.
fn needs(criteria: &[String], rules: &[Located<Rule>]) -> usize {
    let of = |criterion: &String| {
        let mut needs: Vec<Option<&String>> =
            rules.iter().filter(|(rule, _)| rule.criterion == *criterion).map(|(rule, _)| rule.need.as_ref()).collect();
        needs.sort_unstable();
        needs.dedup();
        needs.len()
    };
    criteria.iter().map(of).sum()
}

fn discretion(section: &Section<'_, '_>, at_least: Option<u32>, criterion: Option<String>) -> Option<Discretion> {
    let needs_reason = section.choice("discretion_reason", &[("needed", true), ("optional", false)]);
    if !section.has("discretion_reason") {
        let hint = "\"needed\" or \"optional\"";
        section.report(section.line, "discretion_reason", "missing-key", "the key \"discretion_reason\" is missing", hint);
    }
    Some(Discretion { at_least: at_least?, criterion: criterion?, needs_reason: needs_reason? })
}

fn referral(section: Section<'_, '_>) -> Option<Referral> {
    let codes = codes(&section, "codes", Some(EventKind::Referral));
    let (at_least, months) = (section.required_integer("at_least", 1), section.required_integer("months", 1));
    section.finish();
    Some(Referral { codes: codes?, at_least: at_least?, months: months? })
}
