//! The page of an evaluation: one file that needs nothing else, for a screen and for paper.
//!
//! What comes in: the figures. What goes out: one HTML page with its styles and charts inside. What always holds: no script, nothing from outside the page;
//! values of records only where the evaluation already holds them; estimates are never called measurements; colour never says anything alone.

mod blocking;
mod differences;
mod examples;
mod model;
mod quality;

use super::examples::PairPicture;
use super::intervals::Estimate;
use super::linkage::LinkageEvaluation;
use super::linkage_report::is_uncalibrated;
use crate::page::{MARKING, PATTERNS, STYLE, escape, joined, push, thousands};

/// What this page adds to the styles of every page.
const OWN_STYLE: &str = include_str!("evaluation.css");

/// A section: id, name in the contents, HTML. Empty ones are left out.
struct Section(&'static str, &'static str, String);

/// The page.
pub(super) fn page(linkage: &LinkageEvaluation, missed: Option<&PairPicture>, wrong: Option<&PairPicture>) -> String {
    let mut sections = vec![
        Section("scores", "Links and clusters", quality::scores(linkage)),
        Section("thresholds", "Thresholds", quality::curves(linkage)),
        Section("calibration", "Calibration", quality::calibration(linkage)),
        Section("weights", "Match weights", model::histogram(linkage)),
        Section("expected", "Expected", quality::expected(linkage)),
        Section("unlinkable", "Unlinkables", model::unlinkable(linkage)),
        Section("fields", "Fields", model::fields(linkage)),
        Section("blocking", "Blocking", blocking::blocking(linkage)),
        Section("groups", "Groups", differences::groups(linkage)),
        Section("comparison", "Two runs", differences::comparison(linkage)),
        Section("examples", "Examples", examples::section(missed, wrong)),
    ];
    sections.retain(|section| !section.2.is_empty());
    let contents = joined(sections.iter().map(|Section(id, name, _)| format!("<a href=\"#{id}\">{name}</a>")));
    let body = joined(sections.into_iter().map(|section| section.2));
    let measured = linkage.links.is_some();
    let title = if measured { "Linkage, measured" } else { "Linkage, as the model expects it" };
    let mut html = "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n".to_owned();
    html.push_str(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n",
    );
    push(
        &mut html,
        format_args!("<title>{title}: {}</title>\n<style>\n{STYLE}{OWN_STYLE}</style>\n</head>\n<body>\n", escape(&linkage.run_id)),
    );
    push(&mut html, format_args!("<div class=\"marking\">{MARKING}</div>\n{PATTERNS}\n<div class=\"page\">\n<header>\n"));
    push(&mut html, format_args!("<p class=\"programme\">Run {}</p>\n<h1>{title}</h1>\n", escape(&linkage.run_id)));
    push(
        &mut html,
        format_args!(
            "<p class=\"facts\"><span>{} records</span> <span>{} pairs compared</span> <span>{:.1} per record</span> <span>threshold {:.4}</span></p>\n</header>\n",
            thousands(linkage.records),
            thousands(linkage.compared_pairs),
            linkage.pairs_per_record,
            linkage.threshold
        ),
    );
    push(&mut html, format_args!("<nav aria-label=\"Contents\">{contents}</nav>\n<main>\n{}{body}</main>\n", headline(linkage)));
    push(
        &mut html,
        format_args!(
            "<footer><p>Made by fwt without a network; {}.</p></footer>\n</div>\n<div class=\"marking\">{MARKING}</div>\n</body>\n</html>\n",
            escape(&linkage.intervals)
        ),
    );
    html
}

/// The few figures that matter most, and what must be said with them.
fn headline(linkage: &LinkageEvaluation) -> String {
    let mut keys: Vec<(&str, String, String)> = Vec::new();
    let between = |estimate: &Estimate| format!("{:.4} to {:.4}", estimate.low, estimate.high);
    let estimates = &linkage.estimates;
    if let (Some(links), Some(clusters)) = (&linkage.links, &linkage.clusters) {
        for (name, scores) in [("F1 of clusters", clusters), ("F1 of links", links)] {
            let note = format!("{}; precision {:.4}, recall {:.4}", between(&scores.f1), scores.precision.value, scores.recall.value);
            keys.push((name, format!("{:.4}", scores.f1.value), note));
        }
        if let Some(calibration) = &linkage.calibration {
            let note = format!("expected calibration error above 0.05; {}", calibration.said);
            keys.push(("Calibration error", format!("{:.4}", calibration.expected_error), note));
        }
        match &linkage.blocking {
            Some(loss) => keys.push((
                "Candidate recall",
                format!("{:.4}", loss.recall.value),
                format!("{} of {} true pairs compared", thousands(loss.met), thousands(loss.true_pairs)),
            )),
            None => keys.push(("Pairs per record", format!("{:.1}", linkage.pairs_per_record), "compared".to_owned())),
        }
    } else {
        keys.push(("Estimated precision", format!("{:.4}", estimates.precision.value), between(&estimates.precision)));
        keys.push(("Estimated recall", format!("{:.4}", estimates.recall_of_kept.value), "of the true pairs among those kept".to_owned()));
        keys.push(("Published links", thousands(estimates.links), "pairs".to_owned()));
        if let Some(unlinkable) = &estimates.unlinkable {
            keys.push(("Unlinkable records", thousands(unlinkable.records), format!("of {}", thousands(unlinkable.of))));
        }
    }
    let mut html = String::new();
    if linkage.links.is_none() {
        html.push_str("<div class=\"notice caution lead\"><h2>Estimates, not measurements</h2><p>There was no truth to measure by. What follows is what the model itself expects; it is as good as its probabilities are calibrated.</p></div>");
    }
    if is_uncalibrated(&linkage.calibration_said) {
        html.push_str("<div class=\"notice caution lead\"><h2>Uncalibrated</h2><p>The run says that its probabilities are uncalibrated: read them as an order of likelihood, not as shares.</p></div>");
    }
    html.push_str("<dl class=\"keys lead\">");
    for (name, figure, note) in keys {
        push(&mut html, format_args!("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>", escape(name), escape(&figure), escape(&note)));
    }
    html.push_str("</dl>\n");
    html
}

/// `0.9876` with its interval below.
fn with_interval(estimate: &Estimate) -> crate::page::Cell {
    crate::page::Cell::Html(format!("{:.4}<small class=\"interval\">{:.4} to {:.4}</small>", estimate.value, estimate.low, estimate.high))
}

/// A figure with its sign, a proper minus and no negative zero.
fn signed(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    if text.chars().all(|letter| matches!(letter, '0' | '.')) {
        text
    } else if value < 0.0 {
        format!("−{text}")
    } else {
        format!("+{text}")
    }
}
