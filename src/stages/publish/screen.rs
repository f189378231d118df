//! The summary on one screen of a terminal.

use serde_json::Value;

use super::words::{counted, thousands};
use crate::model::Route;

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or(0)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A summary (see [`super::publish()`]) as plain text of about thirty lines, without a line end.
#[must_use]
pub fn screen(summary: &Value) -> String {
    let nothing = Value::Null;
    let counts = summary.get("counts").unwrap_or(&nothing);
    let provisional = if text(summary, "kind") == "provisional" { ", provisional: no later month builds upon it" } else { "" };
    let mut lines = vec![format!("Run {}, reference date {}{provisional}", text(summary, "run_id"), text(summary, "reference_date"))];
    if !text(summary, "built_upon").is_empty() {
        lines.push(format!("Builds upon {}", text(summary, "built_upon")));
    }
    lines.push(String::new());
    let row = |label: &str, key: &str, note: String| format!("  {label:<24}{:>12}{note}", thousands(number(counts, key)));
    lines.push(row("Rows read", "rows_read", format!("   {} set aside", thousands(number(counts, "rows_set_aside")))));
    lines.push(row("Person records", "person_records", String::new()));
    lines.push(row("Persons", "persons", String::new()));
    lines.push(row("Families", "families", String::new()));
    lines.push(row("  with children", "families_with_children", String::new()));
    for pack in list(summary, "packs") {
        lines.push(String::new());
        lines.extend(pack_lines(pack));
    }
    lines.push(String::new());
    if let Some(model) = summary.get("model").and_then(model_lines) {
        lines.extend(model);
    }
    lines.push(feeds_line(list(summary, "feeds")));
    lines.join("\n")
}

fn pack_lines(pack: &Value) -> Vec<String> {
    let mut lines = vec![format!("{} ({} {})", text(pack, "title"), text(pack, "name"), text(pack, "version"))];
    let nothing = Value::Null;
    let routes = pack.get("routes").unwrap_or(&nothing);
    let of = |route: &Route| number(routes, route.name());
    let ways = Route::ALL.iter().filter(|route| route.is_listed() && (**route != Route::Kept || of(route) > 0));
    let listed: Vec<String> = ways.map(|route| format!("{} {}", route.name(), thousands(of(route)))).collect();
    lines.push(format!("  {:<24}{:>12}   {}", "On the list", thousands(number(pack, "listed")), listed.join(" · ")));
    lines.push(format!("  {:<24}{:>12}", "Pending an unknown", thousands(number(routes, "PENDING"))));
    lines.push(format!("  {:<24}{:>12}", "Near misses", thousands(number(routes, "NEAR_MISS"))));
    // The longest title is shown whole and sets the column of the numbers.
    let label = |criterion: &Value| format!("{} {}", text(criterion, "id"), text(criterion, "title"));
    let width = list(pack, "criteria").iter().map(|criterion| label(criterion).chars().count()).max().unwrap_or(0);
    for criterion in list(pack, "criteria") {
        let blind = match text(criterion, "sight") {
            "fresh" => String::new(),
            sight => format!(" ({sight})"),
        };
        lines.push(format!(
            "  {:<width$}{:>8} yes{:>8} unknown{blind}",
            label(criterion),
            thousands(number(criterion, "true")),
            thousands(number(criterion, "unknown"))
        ));
    }
    lines
}

/// Under which model records were linked, and what was remembered.
pub(super) fn model_lines(model: &Value) -> Option<Vec<String>> {
    let (origin, increment) = (model.get("origin")?, model.get("increment")?);
    let month = text(origin, "estimated_for");
    let mut lines = vec![match text(origin, "state") {
        "frozen" => format!("Linkage model: frozen since {month}"),
        _ => format!("Linkage model: estimated for {month} ({})", text(origin, "why_estimated")),
    }];
    let compared = thousands(number(increment, "pairs_compared"));
    lines.push(if increment.get("records_unchanged").is_some() {
        let count = |key: &str| thousands(number(increment, key));
        let share = increment.get("share_compared").and_then(Value::as_f64).unwrap_or(1.0);
        format!(
            "Records: {} unchanged, {} changed, {} new, {} gone; {compared} pairs compared, {:.1}% of a full comparison",
            count("records_unchanged"),
            count("records_changed"),
            count("records_new"),
            count("records_gone"),
            share * 100.0
        )
    } else {
        format!("Pairs compared: {compared}")
    });
    Some(lines)
}

fn feeds_line(feeds: &[Value]) -> String {
    let in_state =
        |state: &str| -> Vec<&str> { feeds.iter().filter(|feed| text(feed, "state") == state).map(|feed| text(feed, "source")).collect() };
    let part = |state: &str| {
        let names = in_state(state);
        if names.is_empty() { String::new() } else { format!(", {} {state} ({})", names.len(), names.join(", ")) }
    };
    format!("{}: {} fresh{}{}", counted(feeds.len() as u64, "feed", "feeds"), in_state("fresh").len(), part("stale"), part("missing"))
}
