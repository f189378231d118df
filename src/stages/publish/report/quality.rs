//! How complete and usable the key fields of each feed are.

use super::super::contents::RunContents;
use super::super::figures::Figures;
use super::super::quality::QualityLine;
use super::super::words::{counted, field_name, percent, thousands};
use super::html::{escape, push, section, share};
use crate::model::Field;

/// Key fields: heading, and the raw fields of which the fullest counts.
const KEY_FIELDS: [(&str, &[Field]); 9] = [
    ("Name", &[Field::Surname, Field::FullName]),
    ("Date of birth", &[Field::DateOfBirth]),
    ("Sex", &[Field::Sex]),
    ("Address", &[Field::Address]),
    ("Postcode", &[Field::Postcode]),
    ("UPRN", &[Field::Uprn]),
    ("NHS number", &[Field::NhsNumber]),
    ("NI number", &[Field::Nino]),
    ("UPN", &[Field::Upn]),
];

pub(super) fn quality(run: &RunContents<'_>, figures: &Figures) -> String {
    let mut html = format!(
        "<div class=\"scroll\"><table class=\"matrix\"><caption>{}</caption><thead><tr><th scope=\"col\">Feed and role on the row</th><th scope=\"col\" class=\"n\">Records</th>",
        escape(&caption(run, figures))
    );
    for (name, _) in KEY_FIELDS {
        push(&mut html, format_args!("<th scope=\"col\" class=\"n\">{name}</th>"));
    }
    html.push_str("</tr></thead><tbody>");
    let groups = figures.quality.chunk_by(|a, b| (a.source, a.role) == (b.source, b.role));
    let mut source = None;
    for lines in groups {
        let Some(first) = lines.first() else { continue };
        let name = run.source_name(first.source).unwrap_or("");
        let class = if source == Some(first.source) { "" } else { " class=\"first\"" };
        let feed = if source == Some(first.source) { "" } else { name };
        source = Some(first.source);
        push(
            &mut html,
            format_args!(
                "<tr{class}><th scope=\"row\">{}<small>{}</small></th><td class=\"n\">{}</td>",
                escape(feed),
                first.role.name(),
                thousands(first.records)
            ),
        );
        for (heading, fields) in KEY_FIELDS {
            html.push_str(&cell(name, heading, fields, lines));
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    html.push_str(&noticed(figures));
    section(
        "quality",
        "Data quality",
        &[
            "The share of person records whose field is filled and usable: a date of birth of 1 January 1900, a pseudo-postcode or a wrong check digit counts as not usable.",
            "A dot means that the feed never fills the field.",
        ],
        &html,
    )
}

/// One sentence: the feed whose dates of birth are least usable, since linkage leans on them most.
fn caption(run: &RunContents<'_>, figures: &Figures) -> String {
    let births = figures.quality.iter().filter(|line| line.field == Field::DateOfBirth);
    let worst = births.min_by(|a, b| share(a.usable(), a.records).total_cmp(&share(b.usable(), b.records)));
    worst.map_or_else(
        || "No feed gives a date of birth.".to_owned(),
        |line| {
            format!(
                "Among the feeds that give a date of birth, it is least often usable in {} ({}): {} of its {}.",
                run.source_name(line.source).unwrap_or(""),
                line.role.name(),
                percent(line.usable(), line.records),
                counted(line.records, "record", "records")
            )
        },
    )
}

fn cell(source: &str, heading: &str, fields: &[Field], lines: &[QualityLine]) -> String {
    let fullest = lines.iter().filter(|line| fields.contains(&line.field)).max_by_key(|line| line.usable());
    let Some(line) = fullest else { return "<td class=\"none\" title=\"never filled\">·</td>".to_owned() };
    let usable = share(line.usable(), line.records);
    let filled = share(line.present, line.records);
    let title = format!(
        "{source}, {}, {heading}: {} filled, {} usable",
        line.role.name(),
        percent(line.present, line.records),
        percent(line.usable(), line.records)
    );
    format!(
        "<td>{}<svg role=\"img\" aria-label=\"{1}\"><title>{1}</title><rect class=\"track\" width=\"100%\" height=\"5\"/><rect class=\"warn\" width=\"{2:.1}%\" height=\"5\"/><rect class=\"f2\" width=\"{3:.1}%\" height=\"5\"/></svg></td>",
        percent_short(line.usable(), line.records),
        escape(&title),
        filled * 100.0,
        usable * 100.0
    )
}

/// A whole percentage; 100 and 0 only where exact.
fn percent_short(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let share = (part as f64 * 100.0 / whole as f64).round() as u64;
    let share = if part < whole { share.min(99) } else { share };
    format!("{}%", if part > 0 { share.max(1) } else { share })
}

/// The commonest things that standardisation noticed, over all feeds.
fn noticed(figures: &Figures) -> String {
    let mut totals = std::collections::BTreeMap::new();
    for line in &figures.quality {
        for (code, records) in &line.notes {
            *totals.entry((line.field, *code)).or_insert(0_u64) += records;
        }
    }
    let mut totals: Vec<_> = totals.into_iter().filter(|((_, code), _)| super::super::words::is_unusable(*code)).collect();
    totals.sort_by_key(|((field, code), records)| (std::cmp::Reverse(*records), *field, *code));
    if totals.is_empty() {
        return String::new();
    }
    let commonest: Vec<String> = totals
        .iter()
        .take(6)
        .map(|((field, code), records)| format!("{}, {} ({})", field_name(*field), code.name().replace('-', " "), thousands(*records)))
        .collect();
    format!(
        "<p class=\"note apart\">Blue is usable, amber is filled and not usable. Most often not usable: {}. All counts are in the data_quality table.</p>",
        escape(&commonest.join("; "))
    )
}
