//! The run in one JSON value: `run.json`, `--json`, and what the one-screen summary is made of.
//!
//! What always holds: keys stand in a fixed order; nothing here names a person or a family.

use serde_json::{Map, Value, json};

use super::contents::RunContents;
use super::figures::{EarlyFigures, Figures, PackFigures, ROUTES, Sight, listed, of_route};
use super::progress::Progress;
use super::words;
use crate::model::{FeedState, JourneyStep, NeedLevel, Route, Target, date};

/// The summary of a run of linkage only.
pub(super) fn of_people(run: &RunContents<'_>, figures: &Figures) -> Value {
    json!({
        "product": "fwt",
        "version": env!("CARGO_PKG_VERSION"),
        "marking": words::MARKING,
        "run_id": run.run_id,
        "month": run.month.to_string(),
        "reference_date": date::iso(run.reference),
        "pipeline": { "name": run.pipeline_name, "title": run.pipeline_title },
        "configuration_sha256": run.configuration_sha256,
        "counts": {
            "rows_read": figures.rows_read,
            "rows_used": figures.rows_used,
            "rows_set_aside": figures.rows_set_aside,
            "values_ignored": figures.values_ignored,
            "person_records": figures.records,
            "test_records": figures.test_records,
            "persons": figures.persons,
        },
        "feeds": feeds(run, figures),
        "linkage": linkage(run, figures),
        "ledger": {
            "lines": run.ledger.lines.len(),
            "balances": run.ledger.unbalanced().is_empty(),
        },
        "warnings": run.warnings,
        "model": run.linked.model,
    })
}

/// The summary of a run.
pub(super) fn of_figures(run: &RunContents<'_>, figures: &Figures) -> Value {
    json!({
        "product": "fwt",
        "version": env!("CARGO_PKG_VERSION"),
        "marking": words::MARKING,
        "run_id": run.run_id,
        "month": run.month.to_string(),
        "reference_date": date::iso(run.reference),
        "kind": if run.provisional { "provisional" } else { "final" },
        "built_upon": run.built_upon,
        "pipeline": { "name": run.pipeline_name, "title": run.pipeline_title },
        "configuration_sha256": run.configuration_sha256,
        "counts": {
            "rows_read": figures.rows_read,
            "rows_used": figures.rows_used,
            "rows_set_aside": figures.rows_set_aside,
            "values_ignored": figures.values_ignored,
            "person_records": figures.records,
            "test_records": figures.test_records,
            "persons": figures.persons,
            "families": figures.families,
            "families_with_children": figures.with_children,
            "restricted_families": figures.restricted,
            "communal_addresses": figures.communal,
        },
        "packs": figures.packs.iter().map(|pack| pack_value(run, pack)).collect::<Vec<_>>(),
        "targets": run.targets.iter().map(|target| target_value(run, target)).collect::<Vec<_>>(),
        "feeds": feeds(run, figures),
        "linkage": linkage(run, figures),
        "ledger": {
            "lines": run.ledger.lines.len(),
            "balances": run.ledger.unbalanced().is_empty(),
        },
        "warnings": run.warnings,
        "model": run.linked.model,
    })
}

/// How far a target has come: families by step, what was planned by the reference date.
fn target_value(run: &RunContents<'_>, target: &Target) -> Value {
    let progress = Progress::of(run, target);
    let steps: Map<String, Value> = JourneyStep::ALL.iter().map(|&step| (step.name().to_owned(), progress.reached(step).into())).collect();
    let (planned, counted) = (u64::from(target.planned(run.reference)), progress.reached(target.counts));
    json!({
        "name": target.name,
        "counts": target.counts.name(),
        "families": target.families,
        "funded_families": target.funded_families(),
        "reached": steps,
        "planned": planned,
        "shortfall": planned.saturating_sub(counted),
    })
}

fn routes(counts: &[u64; ROUTES]) -> Value {
    Value::Object(Route::ALL.iter().map(|&route| (route.name().to_owned(), of_route(counts, route).into())).collect::<Map<_, _>>())
}

fn pack_value(run: &RunContents<'_>, figures: &PackFigures) -> Value {
    let heading = run.packs.get(figures.pack);
    json!({
        "name": heading.map(|heading| heading.name.as_str()),
        "version": heading.map(|heading| heading.version.as_str()),
        "title": heading.map(|heading| heading.title.as_str()),
        "listed": listed(&figures.routes),
        "routes": routes(&figures.routes),
        "with_any_criterion": figures.any,
        "with_two_or_more": figures.two_or_more,
        "need": need(&figures.early),
        "watch_list": watch_list(&figures.early),
        "criteria": figures.criteria.iter().map(|criterion| json!({
            "id": criterion.id,
            "title": criterion.title,
            "true": criterion.shown,
            "unknown": criterion.unknown,
            "false": criterion.not_shown,
            "sight": sight(criterion.sight),
            "rules_without_feed": criterion.blind_rules,
        })).collect::<Vec<_>>(),
        "districts": figures.districts.iter().map(|district| json!({
            "code": district.code,
            "name": district.name,
            "listed": listed(&district.routes),
            "routes": routes(&district.routes),
        })).collect::<Vec<_>>(),
    })
}

/// Listed families by level of need and by the rule that decided.
fn need(early: &EarlyFigures) -> Value {
    json!({
        "complex": early.listed(NeedLevel::Complex),
        "lower": early.listed(NeedLevel::Lower),
        "complex_near_the_list": early.near_complex,
        "rules": early.rules.iter().map(|rule| json!({
            "rule": rule.rule,
            "level": rule.level.name(),
            "listed": rule.families,
        })).collect::<Vec<_>>(),
    })
}

/// The watch list: families, and rows by kind of step and reach.
fn watch_list(early: &EarlyFigures) -> Value {
    json!({
        "families": early.watched,
        "steps": early.steps.iter().map(|(kind, list, criterion)| json!({
            "step": kind.name(),
            "one_from_the_list": list,
            "one_from_a_criterion": criterion,
        })).collect::<Vec<_>>(),
    })
}

/// How far the feeds of a criterion can be relied on, in a word.
pub(super) fn sight(sight: Sight) -> &'static str {
    match sight {
        Sight::Clear => "fresh",
        Sight::Stale => "stale",
        Sight::Partial => "partly blind",
        Sight::Blind => "blind",
    }
}

fn feeds(run: &RunContents<'_>, figures: &Figures) -> Vec<Value> {
    let feeds = run.sources.iter().zip(&figures.feeds);
    feeds
        .map(|(source, feed)| {
            let missing = source.state == FeedState::Missing;
            json!({
                "source": source.name,
                "agency": source.agency,
                "state": source.state.name(),
                "as_at": (!missing).then(|| date::iso(source.as_at)),
                "age_days": (!missing).then_some(source.age_days),
                "valid_days": source.valid_days,
                "files": feed.files,
                "rows_read": feed.rows_read,
                "rows_used": feed.rows_used,
                "rows_set_aside": feed.rows_set_aside,
            })
        })
        .collect()
}

fn linkage(run: &RunContents<'_>, figures: &Figures) -> Value {
    let links = &figures.links;
    json!({
        "threshold": run.linked.threshold,
        "pairs_linked": links.linked,
        "pairs_implied": links.implied,
        "pairs_decided": links.decided,
        "pairs_to_review": links.review,
        "pairs_prevented": links.prevented,
        "prevented_merges": links.reasons,
        "persons_in_several_feeds": links.in_several_feeds,
    })
}
