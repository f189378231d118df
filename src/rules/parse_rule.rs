//! One `[[rule]]` of a pack.
//!
//! What comes in: its table. What goes out: a [`Rule`] with its line. What always holds: codes and roles are said, never assumed, and are
//! names the kind of event knows.

use super::pack::{
    AgeLimit, AgeOn, Ages, Excuse, FeedsNeeded, Missed, Per, Percentages, Resubmitted, RowsNeeded, Rule, Threshold, Who, WithoutFeed,
};
use super::parse::owned;
use super::reader::{Located, Section};
use super::vocabulary::codes_of;
use super::window::{DatedBy, Window};
use crate::model::{EventKind, EventRole, MemberRole};

/// Reads a rule.
pub(super) fn rule(section: Section<'_, '_>) -> Option<Located<Rule>> {
    let (id, criterion, title) = (section.required("id"), section.required("criterion"), section.required("title"));
    let need = section.text("need").map(owned);
    let kind = required_name::<EventKind>(&section, "kind", "kind of event", EventKind::ALL, EventKind::name);
    let codes = codes(&section, "codes", kind);
    let excluded_codes = codes_or_none(&section, "excluded_codes", kind);
    let cancelled_by = codes_or_none(&section, "cancelled_by", kind);
    let unknown_codes = codes_or_none(&section, "unknown_codes", kind);
    let roles = roles(&section);
    let who = section.choice("who", &[("child", Who::Child), ("adult", Who::Adult), ("anyone", Who::Anyone)]).or(Some(Who::Anyone));
    let resident_only = section.boolean("resident_only").unwrap_or(true);
    let family_roles = family_roles(&section);
    let ages = section.sections("ages").into_iter().map(age_limit).collect();
    let window = section.required_section("window").and_then(window);
    let dated_by = section.choice("dated_by", &[("start", DatedBy::Start), ("overlap", DatedBy::Overlap), ("middle", DatedBy::Middle)]);
    let ends_within_months = section.integer("ends_within_months", 1);
    if ends_within_months.is_some() && window.is_some_and(|window| window != Window::Current) {
        let message = "only what is open can be asked when it ends";
        section.report(section.line, "ends_within_months", "bad-window", message, "window = { current = true }");
    }
    let resubmitted = section.choice("resubmitted", &[("latest", Resubmitted::Latest), ("first", Resubmitted::First)]);
    let threshold = threshold(&section);
    let needs_row_for = section.section("needs_row_for").map(|ages_section| {
        let ages = age_range(&ages_section);
        ages_section.finish();
        ages
    });
    let rows_needed = section.choice("rows_needed", &[("every_term", RowsNeeded::EveryTerm), ("any", RowsNeeded::Any)]);
    let excused_by = section.section("excused_by").and_then(excuse);
    let feeds_needed = section.choice("feeds_needed", &[("every", FeedsNeeded::Every), ("one", FeedsNeeded::One)]);
    let feed_names_codes = section.boolean("feed_names_codes").unwrap_or(false);
    let without_feed = section.choice("without_feed", &[("unknown", WithoutFeed::Unknown), ("left_out", WithoutFeed::LeftOut)]);
    let feed_valid_days = section.integer("feed_valid_days", 0);
    let (evidence, source) = (section.required("evidence"), section.required("source"));
    let check = section.boolean("check").unwrap_or(false);
    let line = section.line;
    section.finish();
    let rule = Rule {
        id: owned(id?),
        criterion: owned(criterion?),
        need,
        title: owned(title?),
        kind: kind?,
        codes: codes?,
        excluded_codes,
        cancelled_by,
        unknown_codes,
        roles,
        who: who?,
        resident_only,
        family_roles,
        ages,
        window: window?,
        dated_by: dated_by.unwrap_or(DatedBy::Start),
        ends_within_months,
        resubmitted: resubmitted.unwrap_or(Resubmitted::Latest),
        threshold: threshold?,
        needs_row_for,
        rows_needed: rows_needed.unwrap_or(RowsNeeded::Any),
        excused_by,
        feeds_needed: feeds_needed.unwrap_or(FeedsNeeded::Every),
        feed_names_codes,
        without_feed: without_feed.unwrap_or(WithoutFeed::Unknown),
        feed_valid_days,
        evidence: owned(evidence?),
        source: owned(source?),
        check,
    };
    Some((rule, line))
}

/// A name of a vocabulary that must be given.
fn required_name<T: Copy>(
    section: &Section<'_, '_>,
    key: &'static str,
    what: &str,
    all: &[T],
    name_of: fn(T) -> &'static str,
) -> Option<T> {
    let (text, line) = section.required(key)?;
    let found = all.iter().copied().find(|value| name_of(*value) == text);
    if found.is_none() {
        section.unknown_name(line, key, what, text, &all.iter().map(|value| name_of(*value)).collect::<Vec<_>>());
    }
    found
}

/// Codes of a kind; `["*"]` is any. Must be given, so that "any code" is said and not forgotten.
pub(super) fn codes(section: &Section<'_, '_>, key: &'static str, kind: Option<EventKind>) -> Option<Vec<String>> {
    if !section.has(key) {
        section.report(section.line, key, "missing-key", format!("the key \"{key}\" is missing"), "use [\"*\"] for any code");
        return None;
    }
    let codes = codes_or_none(section, key, kind);
    Some(if codes.iter().any(|code| code == "*") { Vec::new() } else { codes })
}

fn codes_or_none(section: &Section<'_, '_>, key: &'static str, kind: Option<EventKind>) -> Vec<String> {
    let texts = section.texts(key);
    if let Some(kind) = kind {
        for (code, line) in &texts {
            if *code != "*" && !codes_of(kind).contains(code) {
                section.unknown_name(*line, key, &format!("{} code", kind.name()), code, codes_of(kind));
            }
        }
    }
    texts.into_iter().map(owned).collect()
}

fn roles(section: &Section<'_, '_>) -> Vec<EventRole> {
    let mut roles = Vec::new();
    if !section.has("roles") {
        section.report(
            section.line,
            "roles",
            "missing-key",
            "the key \"roles\" is missing",
            "a role decides who did it and who suffered it",
        );
    }
    for (name, line) in section.texts("roles") {
        let Ok(role) = name.parse::<EventRole>() else {
            let known: Vec<&str> = EventRole::ALL.iter().map(|role| role.name()).collect();
            section.unknown_name(line, "roles", "role", name, &known);
            continue;
        };
        roles.push(role);
    }
    roles
}

/// What members must be in the family; empty for any.
fn family_roles(section: &Section<'_, '_>) -> Vec<MemberRole> {
    let mut roles = Vec::new();
    for (name, line) in section.texts("family_roles") {
        let Ok(role) = name.parse::<MemberRole>() else {
            let known: Vec<&str> = MemberRole::ALL.iter().map(|role| role.name()).collect();
            section.unknown_name(line, "family_roles", "role in the family", name, &known);
            continue;
        };
        roles.push(role);
    }
    roles
}

fn age_range(section: &Section<'_, '_>) -> Ages {
    let (minimum, maximum) = (section.integer("min", 0), section.integer("max", 0));
    if let (Some(minimum), Some(maximum)) = (minimum, maximum)
        && minimum > maximum
    {
        section.report(section.line, "min", "out-of-range", "min is above max", "");
    }
    Ages { minimum: minimum.map(u32::cast_signed), maximum: maximum.map(u32::cast_signed) }
}

fn age_limit(section: Section<'_, '_>) -> AgeLimit {
    let ages = age_range(&section);
    let on = section.choice("on", &[("event", AgeOn::Event), ("reference", AgeOn::Reference)]);
    if !section.has("on") {
        section.report(section.line, "on", "missing-key", "the key \"on\" is missing", "\"event\" or \"reference\"");
    }
    section.finish();
    AgeLimit { ages, on: on.unwrap_or(AgeOn::Event) }
}

fn window(section: Section<'_, '_>) -> Option<Window> {
    let (months, terms, current) = (section.integer("months", 1), section.integer("terms", 1), section.boolean("current"));
    let include_current = section.boolean("include_current").unwrap_or(false);
    let window = match (months, terms, current) {
        (Some(months), None, None) => Some(Window::Months(months)),
        (None, Some(count), None) => Some(Window::Terms { count, include_current }),
        (None, None, Some(true)) => Some(Window::Current),
        _ => {
            section.report(section.line, "months", "bad-window", "a window is one of months, terms, or current = true", "");
            None
        }
    };
    section.finish();
    window
}

fn threshold(section: &Section<'_, '_>) -> Option<Threshold> {
    let count = section.integer("at_least", 1);
    let per = section.choice("per", &[("person", Per::Person), ("family", Per::Family)]);
    let quantity = section.integer("at_least_quantity", 1);
    let (share, above) = (section.text("at_least_share"), section.text("more_than_share"));
    let missed = section.choice("missed", &[("unauthorised", Missed::Unauthorised), ("all", Missed::All)]);
    let misplaced = |key: &'static str, given: bool, wanted: &str| {
        if given {
            section.report(section.line, key, "no-effect", format!("{key} says nothing without {wanted}"), "");
        }
    };
    let percentages = section.choice("percentages", &[("exact", Percentages::Exact), ("whole_percent", Percentages::WholePercent)]);
    misplaced("percentages", percentages.is_some() && share.is_none() && above.is_none(), "a share");
    misplaced("missed", missed.is_some() && share.is_none() && above.is_none(), "a share");
    misplaced("per", per.is_some() && count.is_none(), "at_least");
    match (count, quantity, share, above) {
        (Some(at_least), None, None, None) => Some(Threshold::Count { at_least, per: per.unwrap_or(Per::Person) }),
        (None, Some(at_least), None, None) => Some(Threshold::Quantity { at_least }),
        (None, None, Some((text, line)), None) => self::share(section, "at_least_share", (text, line), missed, percentages),
        (None, None, None, Some((text, line))) => self::share(section, "more_than_share", (text, line), missed, percentages),
        _ => {
            let message =
                "a rule has one of at_least (a count), at_least_quantity (a sum), at_least_share and more_than_share (a fraction)";
            section.report(section.line, "at_least", "bad-threshold", message, "");
            None
        }
    }
}

fn share(
    section: &Section<'_, '_>,
    key: &'static str,
    (text, line): Located<&str>,
    missed: Option<Missed>,
    percentages: Option<Percentages>,
) -> Option<Threshold> {
    let parsed = text
        .split_once('/')
        .and_then(|(numerator, denominator)| Some((numerator.trim().parse::<i64>().ok()?, denominator.trim().parse::<i64>().ok()?)));
    let share = parsed.filter(|(numerator, denominator)| (1..=*denominator).contains(numerator) && *denominator <= 1_000_000);
    if share.is_none() {
        section.report(line, key, "bad-share", "expected a fraction of whole numbers such as \"15/100\"", "");
    }
    let (numerator, denominator) = share?;
    let missed = missed.unwrap_or(Missed::Unauthorised);
    let percentages = percentages.unwrap_or(Percentages::Exact);
    Some(Threshold::Share { numerator, denominator, above: key == "more_than_share", missed, percentages })
}

fn excuse(section: Section<'_, '_>) -> Option<Excuse> {
    let kind = required_name::<EventKind>(&section, "kind", "kind of event", EventKind::ALL, EventKind::name);
    let codes = codes(&section, "codes", kind);
    section.finish();
    Some(Excuse { kind: kind?, codes: codes? })
}
