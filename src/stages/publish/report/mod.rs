//! `report.html`: the run on one page, for a screen in a meeting and for paper.
//!
//! What comes in: the run and its figures. What goes out: one HTML page with its styles and charts inside.
//! What always holds: no script, nothing from outside the page, no personal value and no identifier of a person or a
//! family; every chart says in a sentence what it shows; colour never says anything alone.

mod changes;
mod criteria;
mod early;
mod feeds;
mod fields;
mod funnel;
mod headline;
mod html;
mod linkage;
mod list;
mod priority;
mod quality;
mod record;
mod targets;

use super::contents::RunContents;
use super::figures::Figures;
use super::words;
use html::{STYLE, escape};

/// Sections in the order of the page: id and name in the contents.
const SECTIONS: [(&str, &str); 14] = [
    ("list", "The list"),
    ("targets", "Targets"),
    ("changes", "What changed"),
    ("criteria", "Criteria"),
    ("funnel", "From rows to the list"),
    ("priority", "Priority"),
    ("early", "Need and early help"),
    ("feeds", "Feeds"),
    ("quality", "Data quality"),
    ("linkage", "Linkage"),
    ("ledger", "Does it add up?"),
    ("others", "Other criteria"),
    ("remarks", "Remarks"),
    ("reading", "How to read this"),
];

/// The report as HTML.
pub(super) fn report(run: &RunContents<'_>, figures: &Figures) -> String {
    let month = words::month(run.month);
    let there = |id: &str| match id {
        "others" => figures.packs.len() > 1,
        "early" => early::is_there(figures),
        "targets" => !run.targets.is_empty(),
        "changes" => run.register.previous.is_some(),
        "remarks" => !run.warnings.is_empty(),
        _ => true,
    };
    let contents = html::joined(SECTIONS.iter().filter(|(id, _)| there(id)).map(|(id, name)| format!("<a href=\"#{id}\">{name}</a>")));
    let packs =
        html::joined(run.packs.iter().map(|pack| format!(" <span>Criteria {} {}</span>", escape(&pack.name), escape(&pack.version))));
    [
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n".to_owned(),
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n".to_owned(),
        format!(
            "<title>{}, {}: identification report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
            escape(run.pipeline_title),
            month
        ),
        format!("<div class=\"marking\">{}</div>\n{}\n<div class=\"page\">\n<header>\n", words::MARKING, html::PATTERNS),
        format!("<p class=\"programme\">{}</p>\n<h1>Identification, {month}</h1>\n", escape(run.pipeline_title)),
        format!("<p class=\"facts\"><span>Reference date {}</span>{packs}", words::long_date(run.reference)),
        format!(" <span>Run {}</span></p>\n</header>\n", escape(run.run_id)),
        format!("<nav aria-label=\"Contents\">{contents}</nav>\n<main>\n"),
        headline::headline(run, figures),
        list::list(run, figures),
        targets::targets(run),
        changes::changes(run),
        criteria::criteria(run, figures),
        funnel::funnel(run, figures),
        priority::priority(figures),
        early::early(figures),
        feeds::feeds(run, figures),
        quality::quality(run, figures),
        linkage::linkage(run, figures),
        record::ledger(run, figures),
        others(run, figures),
        record::remarks(run),
        record::reading(),
        "</main>\n<footer>".to_owned(),
        format!(
            "<p>Made by fwt from the extracts of the agencies, without a network. Configuration {}.",
            escape(short(run.configuration_sha256))
        ),
        " Counts are exact and small numbers are not hidden: for use inside the programme only.</p></footer>\n</div>\n".to_owned(),
        format!("<div class=\"marking\">{}</div>\n</body>\n</html>\n", words::MARKING),
    ]
    .concat()
}

/// What the packs after the first found: the same tables, kept apart so that the page tells one story.
fn others(run: &RunContents<'_>, figures: &Figures) -> String {
    let pieces = figures
        .packs
        .iter()
        .skip(1)
        .map(|pack| format!("{}<div class=\"apart\">{}</div>", criteria::of_pack(run, figures, pack), list::district_table(pack)));
    let body = html::joined(pieces);
    if body.is_empty() {
        return body;
    }
    html::section("others", "Other criteria", &["The same families under the other sets of criteria of this pipeline."], &body)
}

/// The first twelve digits of a hash.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
