//! `[identify.need]` and `[identify.watch]`: rules of need, and what is watched.
//!
//! What comes in: the two sections of the pipeline file. What goes out: checked settings. What always holds: the last rule of need holds for everybody
//! and no other does; every kind, code, role and measure is known; a number says where it comes from.

use super::raw::{Located, Section};
use crate::model::{EventKind, EventRole, Lead, NeedLevel, NeedMeasure, NeedRule, NeedSettings, Reach, WatchSettings};
use crate::rules::codes_of;

/// Months that a setting may name: ten years.
const MONTHS: std::ops::RangeInclusive<i64> = 1..=120;

/// `[identify.need]`; without it nobody has a level of need.
pub(super) fn read_need(section: Section<'_>) -> NeedSettings {
    let recent_months = months(&section, "recent_months", 3);
    let mut safeguarding = Vec::new();
    for listed in section.sections("safeguarding") {
        if let Some(kind) = kind(&listed)
            && let Some(code) = listed.required_text("code")
            && is_known(&listed, kind, &code, true)
        {
            safeguarding.push((kind, code.value));
        }
        read_source(&listed);
        listed.finish();
    }
    let (document, line, name) = (section.document, section.line, section.name_of("rule"));
    let mut rules: Vec<NeedRule> = Vec::new();
    let listed = section.sections("rule");
    let count = listed.len();
    for (index, rule) in listed.into_iter().enumerate() {
        let line = rule.line;
        let Some(rule) = read_need_rule(rule) else { continue };
        if rules.iter().any(|known| known.id == rule.id) {
            document.report_at(line, &name, "named-twice", "this rule of need is listed twice");
        }
        if rule.at_least.is_empty() != (index + 1 == count) {
            let message = "the last rule of need, and only the last, must hold for everybody: it has no `at_least`";
            document.report_at(line, &name, "wrong-order", message);
        }
        rules.push(rule);
    }
    if count == 0 && !safeguarding.is_empty() {
        document.report_at(line, &name, "missing-key", "safeguarding is listed for rules of need, but there is no rule");
    }
    section.finish();
    NeedSettings { recent_months, safeguarding, rules }
}

fn read_need_rule(section: Section<'_>) -> Option<NeedRule> {
    let id = section.required_text("id");
    let title = section.required_text("title");
    let levels: Vec<(&str, NeedLevel)> = NeedLevel::ALL.iter().map(|&level| (level.name(), level)).collect();
    section.required_text("level");
    let level = section.choice("level", &levels);
    let known: Vec<&str> = NeedMeasure::ALL.iter().map(|measure| measure.name()).collect();
    let mut at_least = Vec::new();
    let name = section.name_of("at_least");
    for (measure, least) in section.section("at_least").entries() {
        let Ok(found) = measure.value.parse::<NeedMeasure>() else {
            section.unknown_name(&measure, "at_least", "measure", &known);
            continue;
        };
        let number = least.value.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        match number.filter(|number| (1..=1000).contains(number)) {
            Some(number) => at_least.push((found, number as u32)),
            None => section.document.report_at(least.line, &name, "out-of-range", "expected a whole number from 1 to 1000"),
        }
    }
    read_source(&section);
    section.finish();
    Some(NeedRule { id: id?.value, level: level?, title: title?.value, at_least })
}

/// `[identify.watch]`; without it nothing is watched.
pub(super) fn read_watch(section: Section<'_>) -> WatchSettings {
    let reaches: Vec<(&str, Reach)> = Reach::ALL.iter().map(|&reach| (reach.name(), reach)).collect();
    let reach = section.choice("reach", &reaches).unwrap_or(Reach::List);
    let recent_months = months(&section, "recent_months", 3);
    let horizon_months = months(&section, "horizon_months", 3);
    let share_margin = section.text("share_margin").map_or(Some((5, 100)), |text| read_fraction(&section, &text)).unwrap_or((5, 100));
    let leads = section.sections("outcome").into_iter().filter_map(read_lead).collect();
    read_source(&section);
    section.finish();
    WatchSettings { reach, recent_months, horizon_months, share_margin, leads }
}

fn read_lead(section: Section<'_>) -> Option<Lead> {
    let kind = kind(&section);
    let code = section.required_text("code");
    let title = section.required_text("title");
    let towards = section.texts("towards");
    if let Some(kind) = kind {
        for code in code.iter().chain(&towards) {
            is_known(&section, kind, code, false);
        }
    }
    let known: Vec<&str> = EventRole::ALL.iter().map(|role| role.name()).collect();
    let mut roles = Vec::new();
    for role in section.texts("roles") {
        match role.value.parse::<EventRole>() {
            Ok(role) => roles.push(role),
            Err(()) => section.unknown_name(&role, "roles", "role", &known),
        }
    }
    for (key, is_empty) in [("towards", towards.is_empty()), ("roles", roles.is_empty())] {
        if is_empty && section.value(key).is_none() {
            section.document.report_at(section.line, &section.name_of(key), "missing-key", "this key is missing");
        }
    }
    let months = months(&section, "months", 6);
    read_source(&section);
    section.finish();
    let towards = towards.into_iter().map(|code| code.value).collect();
    Some(Lead { kind: kind?, code: code?.value, roles, towards, months, title: title?.value })
}

fn months(section: &Section<'_>, key: &'static str, default: u32) -> u32 {
    section.integer(key, MONTHS).map_or(default, |value| value as u32)
}

fn kind(section: &Section<'_>) -> Option<EventKind> {
    let kinds: Vec<(&str, EventKind)> = EventKind::ALL.iter().map(|&kind| (kind.name(), kind)).collect();
    section.required_text("kind")?;
    section.choice("kind", &kinds)
}

/// Reports a code that the kind does not know.
fn is_known(section: &Section<'_>, kind: EventKind, code: &Located<String>, any: bool) -> bool {
    let codes = codes_of(kind);
    let known = (any && code.value == "*") || codes.contains(&code.value.as_str());
    if !known {
        section.unknown_name(code, "code", &format!("code of {}", kind.name()), codes);
    }
    known
}

/// `5/100`: a share between 0 and 1.
fn read_fraction(section: &Section<'_>, text: &Located<String>) -> Option<(i64, i64)> {
    let parsed = text.value.split_once('/').and_then(|(numerator, denominator)| {
        let (numerator, denominator) = (numerator.trim().parse().ok()?, denominator.trim().parse().ok()?);
        (0 < numerator && numerator < denominator && denominator <= 10_000).then_some((numerator, denominator))
    });
    if parsed.is_none() {
        let message = "expected a share between 0 and 1 such as \"5/100\"";
        section.document.report_at(text.line, &section.name_of("share_margin"), "not-a-share", message);
    }
    parsed
}

/// Where a rule comes from, and whether it should be checked: for the reader of the file.
fn read_source(section: &Section<'_>) {
    section.text("source");
    section.boolean("check");
}
