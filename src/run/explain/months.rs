//! The story of a month: what differs between two published runs, and why.
//!
//! What comes in: two runs, the earlier first. What goes out: the changes of each list by code and cause, what happened in families, how feeds, linkage model and
//! configuration differ. What always holds: causes are those that the runs published; runs that do not follow each other are compared by
//! their lists, and it is said that the causes stand in the runs between.

use std::collections::{BTreeMap, BTreeSet};

use super::super::reading::{self, ReadingError, Table};
use super::{ExplainError, Explanation, ExplanationTable};
use crate::store::{NamedHash, RunFolder};

/// Tells what happened from one run to a later one.
///
/// # Errors
/// If a table cannot be read.
pub fn explain_months(left: &RunFolder, right: &RunFolder) -> Result<Explanation, ExplainError> {
    let (was, is) = (reading::json(left, "run.json")?, reading::json(right, "run.json")?);
    let follows = is.get("built_upon").and_then(serde_json::Value::as_str) == Some(left.manifest.run_id.as_str());
    let mut sentences = vec![if follows {
        format!("Run {} builds upon run {}.", right.manifest.run_id, left.manifest.run_id)
    } else {
        format!(
            "Run {} does not build directly upon run {}: causes stand in the runs between.",
            right.manifest.run_id, left.manifest.run_id
        )
    }];
    let mut tables = vec![lists(left, right, &mut sentences)?];
    if follows {
        tables.push(causes(right)?);
        tables.push(families_that_left(right)?);
    }
    tables.push(family_events(left, right)?);
    tables.push(feeds(&was, &is));
    tables.push(model(&was, &is));
    tables.push(configuration(left, right));
    tables.retain(|table| !table.rows.is_empty());
    let title = format!("From {} to {}", left.manifest.period, right.manifest.period);
    Ok(Explanation { title, sentences, tables })
}

type Lists = BTreeMap<String, BTreeSet<String>>;

fn listed(run: &RunFolder) -> Result<Lists, ReadingError> {
    let table = Table::open(run, "identification")?;
    let mut lists = Lists::new();
    let rows = table.texts("criteria_pack")?.into_iter().zip(table.texts("family_id")?).zip(table.booleans("listed")?);
    for ((pack, family), listed) in rows {
        let list = lists.entry(pack.to_owned()).or_default();
        if listed {
            list.insert(family.to_owned());
        }
    }
    Ok(lists)
}

/// How many stayed, came and went, by pack.
fn lists(left: &RunFolder, right: &RunFolder, sentences: &mut Vec<String>) -> Result<ExplanationTable, ReadingError> {
    let (was, is) = (listed(left)?, listed(right)?);
    let nothing = BTreeSet::new();
    let packs: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let mut rows = Vec::new();
    for pack in packs {
        let (before, now) = (was.get(pack).unwrap_or(&nothing), is.get(pack).unwrap_or(&nothing));
        let stayed = before.intersection(now).count();
        sentences.push(format!(
            "{pack}: {} families were on the list and {} are; {stayed} stayed, {} came and {} went.",
            before.len(),
            now.len(),
            now.len() - stayed,
            before.len() - stayed
        ));
        let counts = [before.len(), now.len(), stayed, now.len() - stayed, before.len() - stayed];
        rows.push(std::iter::once(pack.clone()).chain(counts.iter().map(ToString::to_string)).collect());
    }
    Ok(ExplanationTable::new("The lists", &["pack", "were on it", "are on it", "stayed", "came", "went"], rows))
}

/// Changes by pack, code and cause.
fn causes(run: &RunFolder) -> Result<ExplanationTable, ReadingError> {
    let table = Table::open(run, "changes")?;
    let rows = table.texts("criteria_pack")?.into_iter().zip(table.texts("change_code")?).zip(table.texts("cause")?);
    let mut counts: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    for ((pack, code), cause) in rows {
        *counts.entry((pack, code, cause)).or_default() += 1;
    }
    let row = |((pack, code, cause), count): ((&str, &str, &str), u64)| {
        let pack = if pack.is_empty() { "(families)" } else { pack };
        vec![pack.to_owned(), code.to_owned(), cause.to_owned(), count.to_string()]
    };
    Ok(ExplanationTable::new("Changes and their causes", &["pack", "change", "cause", "families"], counts.into_iter().map(row).collect()))
}

/// Every family that left a list, with its reason.
fn families_that_left(run: &RunFolder) -> Result<ExplanationTable, ReadingError> {
    let columns = ["criteria_pack", "family_id", "change_reason"];
    let rows = Table::open(run, "changes")?.select("change_code", &columns, |code| code == "DROPPED")?;
    Ok(ExplanationTable::new("Families that left a list", &["pack", "family", "why"], rows))
}

/// What happened in families after the earlier run's month, by kind.
fn family_events(left: &RunFolder, right: &RunFolder) -> Result<ExplanationTable, ReadingError> {
    let table = Table::open(right, "family_events")?;
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let (months, events) = (table.texts("run_month")?, table.texts("event")?);
    let (families, from) = (table.texts("family_id")?, table.texts("from_family_id")?);
    for (((month, event), family), from) in months.into_iter().zip(events).zip(families).zip(from) {
        // A merger and a split stand under both families: they are counted where they began.
        let is_copy = ["merged", "split"].contains(&event) && family != from;
        if month > left.manifest.period.as_str() && month <= right.manifest.period.as_str() && !is_copy {
            *counts.entry((month, event)).or_default() += 1;
        }
    }
    let row = |((month, event), count): ((&str, &str), u64)| vec![month.to_owned(), event.replace('_', " "), count.to_string()];
    Ok(ExplanationTable::new("In families", &["month", "what", "times"], counts.into_iter().map(row).collect()))
}

/// Feeds whose state or rows differ.
fn feeds(was: &serde_json::Value, is: &serde_json::Value) -> ExplanationTable {
    let feeds = |run: &serde_json::Value| -> BTreeMap<String, (String, String, u64)> {
        let list = run.get("feeds").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
        let text = |feed: &serde_json::Value, name: &str| feed.get(name).and_then(serde_json::Value::as_str).unwrap_or("").to_owned();
        let rows = |feed: &serde_json::Value| feed.get("rows_used").and_then(serde_json::Value::as_u64).unwrap_or(0);
        list.iter().map(|feed| (text(feed, "source"), (text(feed, "state"), text(feed, "as_at"), rows(feed)))).collect()
    };
    let (was, is) = (feeds(was), feeds(is));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let nothing = ("not in the pipeline".to_owned(), String::new(), 0);
    let rows = names.into_iter().filter_map(|name| {
        let (before, now) = (was.get(name).unwrap_or(&nothing), is.get(name).unwrap_or(&nothing));
        let said = |feed: &(String, String, u64)| if feed.1.is_empty() { feed.0.clone() } else { format!("{}, of {}", feed.0, feed.1) };
        (before != now).then(|| vec![name.clone(), said(before), said(now), before.2.to_string(), now.2.to_string()])
    });
    ExplanationTable::new("Feeds", &["feed", "was", "is", "rows before", "rows now"], rows.collect())
}

/// How linkage differs: what it compares, and from which probability on pairs count.
fn model(was: &serde_json::Value, is: &serde_json::Value) -> ExplanationTable {
    let compared = |run: &serde_json::Value| -> BTreeSet<String> {
        let fields = run.pointer("/model/fields").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
        fields.iter().filter_map(|field| field.get("name").and_then(serde_json::Value::as_str).map(ToOwned::to_owned)).collect()
    };
    let (before, now) = (compared(was), compared(is));
    let mut rows: Vec<Vec<String>> = Vec::new();
    rows.extend(now.difference(&before).map(|name| vec![name.clone(), "not compared".to_owned(), "compared".to_owned()]));
    rows.extend(before.difference(&now).map(|name| vec![name.clone(), "compared".to_owned(), "not compared".to_owned()]));
    for (name, place) in
        [("threshold", "/linkage/threshold"), ("persons", "/counts/persons"), ("pairs to review", "/linkage/pairs_to_review")]
    {
        let said = |run: &serde_json::Value| run.pointer(place).map(ToString::to_string).unwrap_or_default();
        if said(was) != said(is) {
            rows.push(vec![name.to_owned(), said(was), said(is)]);
        }
    }
    ExplanationTable::new("Linkage", &["what", "was", "is"], rows)
}

/// Files of the configuration that differ, and the version of the program.
fn configuration(left: &RunFolder, right: &RunFolder) -> ExplanationTable {
    let files = |run: &RunFolder| -> BTreeMap<String, String> {
        let files = run.manifest.configuration.iter().chain(&run.manifest.schemas);
        files.map(|NamedHash { name, sha256 }| (name.clone(), sha256.clone())).collect()
    };
    let (was, is) = (files(left), files(right));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let what = |name: &&String| match (was.get(*name), is.get(*name)) {
        (Some(before), Some(now)) if before == now => None,
        (Some(_), Some(_)) => Some("changed"),
        (None, _) => Some("new"),
        (_, None) => Some("gone"),
    };
    let mut rows: Vec<Vec<String>> =
        names.iter().filter_map(|name| what(name).map(|what| vec![(*name).clone(), what.to_owned()])).collect();
    if left.manifest.tool_version != right.manifest.tool_version {
        rows.push(vec!["fwt".to_owned(), format!("{} before, {} now", left.manifest.tool_version, right.manifest.tool_version)]);
    }
    ExplanationTable::new("Configuration", &["file", "what"], rows)
}
