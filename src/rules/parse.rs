//! Pack text to a checked pack.
//!
//! What comes in: TOML. What goes out: a [`Pack`], or every problem at once. What always holds: the checks that need the whole pack
//! (criteria without rules, rules without criteria, settings without use, thresholds that cannot be reached) run as well when single
//! values were wrong.

use std::collections::BTreeSet;

use super::overlay::{Overlay, lay_over, moved};
use super::pack::{Criterion, LocalChange, Meets, Pack, Rule, Setting};
use super::parse_combination::combination;
use super::parse_rule::rule;
use super::reader::{Document, Located, Section};
use super::term::{Calendar, Term};
use crate::model::{Day, Problem, date};

/// Reads a pack and lays overlays over it.
pub(super) fn parse(file: &str, text: &str, overlays: &[&Overlay<'_>]) -> Result<Pack, Vec<Problem>> {
    let mut parts = vec![(file, text)];
    parts.extend(overlays.iter().map(|overlay| (overlay.file, overlay.text)));
    let mut problems = Vec::new();
    let mut trees = Vec::new();
    for (index, (file, text)) in parts.iter().enumerate() {
        match Document::tree(file, text) {
            Ok(tree) => trees.push(moved(tree, Document::offset(&parts, index))),
            Err(mut found) => problems.append(&mut found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut trees = trees.into_iter();
    let Some(mut tree) = trees.next() else { return Err(problems) };
    let laid: Vec<_> = trees.collect();
    let mut changes = Vec::new();
    for overlay in &laid {
        let document = Document::new(parts.clone(), overlay);
        changes.extend(lay_over(tree.get_mut(), overlay, &document));
        problems.append(&mut document.into_problems());
    }
    let document = Document::new(parts, &tree);
    let pack = whole(&document, Section::root(&document, &tree), changes);
    let mut found = document.into_problems();
    found.append(&mut problems);
    match pack {
        Some(pack) if found.is_empty() => Ok(pack),
        _ => Err(found),
    }
}

fn whole(document: &Document<'_>, root: Section<'_, '_>, changes: Vec<LocalChange>) -> Option<Pack> {
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
    let combination = root.required_section("combination").and_then(|section| combination(section, &criteria, &rules));
    // Settings come last: only now is it known which of them a rule took its value from.
    let settings = settings.into_iter().filter_map(|(name, section)| setting(document, name, section)).collect();
    root.finish();
    let (name, version, title, source) = names?;
    let version = changes.iter().fold(owned(version?), |version, change| format!("{version}+{}", change.name));
    Some(Pack {
        name: owned(name?),
        version,
        title: owned(title?),
        source: owned(source?),
        settings,
        calendar,
        criteria: criteria.into_iter().map(|(criterion, _)| criterion).collect(),
        rules: rules.into_iter().map(|(rule, _)| rule).collect(),
        combination: combination?,
        changes,
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
        let with_need = rules.iter().filter(|(rule, _)| rule.criterion == criterion.id && rule.need.is_some()).count();
        if with_need > 0 && (with_need < count || criterion.meets != Meets::AtLeast(1)) {
            let message = "where rules of a criterion name needs, all of them must, and any of them must be enough";
            root.report(*line, "criterion.meets", "needs-in-part", message, "");
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
