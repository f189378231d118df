//! Pack text to a checked pack.
//!
//! What comes in: TOML. What goes out: a [`Pack`], or every problem at once. What always holds: the checks that need the whole pack
//! (criteria without rules, rules without criteria, settings without use, thresholds that cannot be reached) run as well when single
//! values were wrong.

use std::collections::BTreeSet;

use super::pack::{Combination, Criterion, Meets, Pack, Referral, Rule, Setting};
use super::parse_rule::{codes, rule};
use super::reader::{Document, Located, Section};
use super::term::{Calendar, Term};
use crate::model::{Day, EventKind, Problem, date};

/// Reads a pack.
pub(super) fn parse(file: &str, text: &str) -> Result<Pack, Vec<Problem>> {
    let tree = Document::tree(file, text)?;
    let document = Document::new(file, text, &tree);
    let pack = whole(&document, Section::root(&document, &tree));
    let problems = document.into_problems();
    match pack {
        Some(pack) if problems.is_empty() => Ok(pack),
        _ => Err(problems),
    }
}

fn whole(document: &Document<'_>, root: Section<'_, '_>) -> Option<Pack> {
    let head = root.required_section("pack");
    let names =
        head.as_ref().map(|head| (head.required("name"), head.required("version"), head.required("title"), head.required("source")));
    if let Some(head) = head {
        head.finish();
    }
    let settings = root.named_sections("settings");
    let calendar = calendar(&root);
    let criteria: Vec<Located<Criterion>> = root.sections("criterion").into_iter().filter_map(criterion).collect();
    let rules: Vec<Located<Rule>> = root.sections("rule").into_iter().filter_map(rule).collect();
    cross_check(&root, &criteria, &rules);
    let ids: Vec<&str> = criteria.iter().map(|(criterion, _)| criterion.id.as_str()).collect();
    let combination = root.required_section("combination").and_then(|section| combination(section, &ids));
    // Settings come last: only now is it known which of them a rule took its value from.
    let settings = settings.into_iter().filter_map(|(name, section)| setting(document, name, section)).collect();
    root.finish();
    let (name, version, title, source) = names?;
    Some(Pack {
        name: owned(name?),
        version: owned(version?),
        title: owned(title?),
        source: owned(source?),
        settings,
        calendar,
        criteria: criteria.into_iter().map(|(criterion, _)| criterion).collect(),
        rules: rules.into_iter().map(|(rule, _)| rule).collect(),
        combination: combination?,
    })
}

/// A text without outer spaces.
pub(super) fn owned((text, _): Located<&str>) -> String {
    text.trim().to_owned()
}

fn setting(document: &Document<'_>, name: String, section: Section<'_, '_>) -> Option<Setting> {
    let value = section.shown_value("value");
    if value.is_none() {
        section.report(section.line, "value", "missing-key", "the key \"value\" is missing", "");
    }
    let (question, source) = (section.required("question"), section.required("source"));
    let check = section.boolean("check").unwrap_or(false);
    if !document.is_used(&name) {
        let hint = "take it out, or let a rule take its value: { setting = \"…\" }";
        section.report(section.line, "value", "unused-setting", format!("nothing takes its value from the setting \"{name}\""), hint);
    }
    section.finish();
    Some(Setting { name, value: value?, question: owned(question?), source: owned(source?), check })
}

/// The built-in calendar with the pack's own terms.
fn calendar(root: &Section<'_, '_>) -> Calendar {
    let mut own = Vec::new();
    let mut line = 0;
    for section in root.sections("term") {
        line = section.line;
        let name = section.required("name");
        let day = |key: &'static str| -> Option<Day> {
            let (text, line) = section.required(key)?;
            let day = date::from_iso(text);
            if day.is_none() {
                section.report(line, key, "not-a-date", "expected a date such as \"2012-09-05\"", "");
            }
            day
        };
        let (first, last) = (day("first"), day("last"));
        section.finish();
        if let (Some(name), Some(first), Some(last)) = (name, first, last) {
            own.push(Term { name: owned(name), first, last });
        }
    }
    Calendar::built_in().with(own).unwrap_or_else(|message| {
        root.report(line, "term", "bad-terms", message, "");
        Calendar::built_in()
    })
}

fn criterion(section: Section<'_, '_>) -> Option<Located<Criterion>> {
    let (id, name, title) = (section.required("id"), section.required("name"), section.required("title"));
    let meets = if section.has("at_least") {
        section.integer("at_least", 1).map(Meets::AtLeast)
    } else {
        section.choice("meets", &[("any", Meets::AtLeast(1)), ("all", Meets::All)]).or(Some(Meets::AtLeast(1)))
    };
    let line = section.line;
    section.finish();
    Some((Criterion { id: owned(id?), name: owned(name?), title: owned(title?), meets: meets? }, line))
}

fn combination(section: Section<'_, '_>, criteria: &[&str]) -> Option<Combination> {
    let id = |(name, line): Located<&str>, key: &str| {
        if !criteria.contains(&name) {
            section.unknown_name(line, key, "criterion", name, criteria);
        }
        name.to_owned()
    };
    let counted: Vec<String> = section.texts("criteria").into_iter().map(|text| id(text, "criteria")).collect();
    let of_counted = |key: &'static str, least: u32| {
        let number = section.required_integer(key, least);
        if number.is_some_and(|number| number as usize > counted.len()) {
            section.report(section.line, key, "out-of-range", format!("only {} criteria count", counted.len()), "");
        }
        number
    };
    let automatic_at_least = of_counted("automatic_at_least", 1);
    let discretion_at_least = of_counted("discretion_at_least", 1);
    let pending_at_least = of_counted("pending_at_least", 0);
    let near_miss_at_least = of_counted("near_miss_at_least", 1);
    let discretion_criterion = section.required("discretion_criterion").map(|text| id(text, "discretion_criterion"));
    let discretion_needs_reason = section.choice("discretion_reason", &[("needed", true), ("optional", false)]);
    if !section.has("discretion_reason") {
        section.report(
            section.line,
            "discretion_reason",
            "missing-key",
            "the key \"discretion_reason\" is missing",
            "\"needed\" or \"optional\"",
        );
    }
    let near_miss_needs_reason = section.boolean("near_miss_needs_reason").unwrap_or(false);
    let needs_child = section.boolean("needs_child").unwrap_or(true);
    let source = section.required("source");
    let referral = section.required_section("referral").and_then(referral);
    section.finish();
    Some(Combination {
        counted,
        automatic_at_least: automatic_at_least?,
        discretion_at_least: discretion_at_least?,
        discretion_criterion: discretion_criterion?,
        discretion_needs_reason: discretion_needs_reason?,
        pending_at_least: pending_at_least?,
        near_miss_at_least: near_miss_at_least?,
        near_miss_needs_reason,
        referral: referral?,
        needs_child,
        source: owned(source?),
    })
}

fn referral(section: Section<'_, '_>) -> Option<Referral> {
    let codes = codes(&section, "codes", Some(EventKind::Referral));
    let (at_least, months) = (section.required_integer("at_least", 1), section.required_integer("months", 1));
    section.finish();
    Some(Referral { codes: codes?, at_least: at_least?, months: months? })
}

/// What only the whole pack shows.
fn cross_check(root: &Section<'_, '_>, criteria: &[Located<Criterion>], rules: &[Located<Rule>]) {
    let ids: Vec<&str> = criteria.iter().map(|(criterion, _)| criterion.id.as_str()).collect();
    let mut seen = BTreeSet::new();
    for (criterion, line) in criteria {
        if !seen.insert(criterion.id.as_str()) {
            root.report(*line, "criterion.id", "named-twice", format!("the criterion \"{}\" is listed twice", criterion.id), "");
        }
        let count = rules.iter().filter(|(rule, _)| rule.criterion == criterion.id).count();
        if count == 0 {
            root.report(*line, "criterion.id", "no-rule", format!("no rule belongs to the criterion \"{}\"", criterion.id), "");
        } else if matches!(criterion.meets, Meets::AtLeast(least) if least as usize > count) {
            root.report(*line, "criterion.at_least", "out-of-range", format!("it has only {count} rules"), "");
        }
    }
    let mut seen = BTreeSet::new();
    for (rule, line) in rules {
        if !seen.insert(rule.id.as_str()) {
            root.report(*line, "rule.id", "named-twice", format!("the rule \"{}\" is listed twice", rule.id), "");
        }
        if !ids.contains(&rule.criterion.as_str()) {
            root.unknown_name(*line, "rule.criterion", "criterion", &rule.criterion, &ids);
        }
        let both = rule.codes.iter().find(|code| rule.unknown_codes.contains(code) || rule.cancelled_by.contains(code));
        if let Some(code) = both {
            root.report(*line, "rule.codes", "named-twice", format!("the code \"{code}\" cannot both count and not count"), "");
        }
    }
}
