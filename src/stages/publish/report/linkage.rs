//! How records became persons: the weights of the pairs, the threshold, and the facts in plain words.

use super::super::contents::RunContents;
use super::super::figures::{Figures, LinkFigures};
use super::super::words::{counted, percent, thousands};
use super::html::{Cell, bar, escape, joined, paragraph, push, section, share, table};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 62.0;
const BOTTOM: f64 = 44.0;
const TOP: f64 = 40.0;

pub(super) fn linkage(run: &RunContents<'_>, figures: &Figures) -> String {
    let mut body = histogram(run, &figures.links);
    body.push_str(&facts(run, figures));
    body.push_str(&persons(figures));
    body.push_str(&super::fields::fields(&run.linked.model));
    section(
        "linkage",
        "Linkage",
        &[
            "No two agencies share a key, so records are compared field by field. What speaks for the same person adds weight, what speaks against takes weight away.",
            "One bit of weight doubles the odds. The weights are learnt from this month's data, without labels.",
        ],
        &body,
    )
}

/// The histogram of match weights on a scale of powers of ten, with the threshold drawn.
fn histogram(run: &RunContents<'_>, links: &LinkFigures) -> String {
    let (Some(&(least, _)), Some(&(most, _))) = (links.histogram.first(), links.histogram.last()) else {
        return paragraph("No pair of records was close enough to be weighed.");
    };
    let threshold = links.threshold_bits.filter(|bits| *bits >= least as f64 - 20.0 && *bits <= most as f64 + 20.0);
    let low = threshold.map_or(least, |bits| least.min(bits.floor() as i64 - 1));
    let high = threshold.map_or(most + 1, |bits| (most + 1).max(bits.ceil() as i64 + 1));
    let highest = links.histogram.iter().map(|(_, pairs)| *pairs).max().unwrap_or(1);
    let mut decades = 1_u32;
    while 10_u64.saturating_pow(decades) < highest {
        decades += 1;
    }
    let x = |bits: f64| LEFT + (bits - low as f64) / (high - low) as f64 * (WIDTH - LEFT - 8.0);
    // One pair stands a little above the axis, so that it is seen.
    let height = |pairs: u64| (libm::log10(pairs as f64) + 0.12) / (f64::from(decades) + 0.12) * (HEIGHT - TOP - BOTTOM);
    let sentence = sentence(run, links);
    let mut svg = format!("<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\"><title>{}</title>", escape(&sentence));
    for decade in 0..=decades {
        let pairs = 10_u64.saturating_pow(decade);
        let y = HEIGHT - BOTTOM - height(pairs);
        push(&mut svg, format_args!("<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"));
        push(&mut svg, format_args!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", LEFT - 8.0, y + 4.0, thousands(pairs)));
    }
    let bin = (x(1.0) - x(0.0)).max(1.0);
    for &(bits, pairs) in links.histogram.iter().filter(|(_, pairs)| *pairs > 0) {
        let below = threshold.is_some_and(|threshold| (bits as f64 + 0.5) < threshold);
        let tall = height(pairs);
        push(
            &mut svg,
            format_args!(
                "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\"><title>{bits} to {} bits: {}</title></rect>",
                if below { "hatch" } else { "f1" },
                x(bits as f64) + bin * 0.06,
                HEIGHT - BOTTOM - tall,
                bin * 0.88,
                bits + 1,
                counted(pairs, "pair", "pairs")
            ),
        );
    }
    svg.push_str(&axis(low, high, &x));
    if let Some(bits) = threshold {
        let at = x(bits);
        push(
            &mut svg,
            format_args!("<line class=\"threshold\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{}\" y2=\"{}\"/>", TOP - 8.0, HEIGHT - BOTTOM),
        );
        let (anchor, side) = if at > WIDTH / 2.0 { ("end", -8.0) } else { ("start", 8.0) };
        push(
            &mut svg,
            format_args!(
                "<text class=\"mark\" x=\"{:.1}\" y=\"{}\" text-anchor=\"{anchor}\">threshold, {} bits: the same person from here</text>",
                at + side,
                TOP - 12.0,
                bits_text(bits)
            ),
        );
    }
    push(&mut svg, format_args!("<text x=\"2\" y=\"{}\">pairs</text></svg>", TOP - 12.0));
    format!("<figure><figcaption>{}</figcaption><div class=\"scroll\">{svg}</div></figure>", escape(&sentence))
}

fn axis(low: i64, high: i64, x: &dyn Fn(f64) -> f64) -> String {
    let step = [1, 2, 5, 10, 20, 50].into_iter().find(|step| (high - low) / step <= 14).unwrap_or(100);
    let mut svg = String::new();
    push(&mut svg, format_args!("<line class=\"axis\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{0}\" y2=\"{0}\"/>", HEIGHT - BOTTOM));
    let mut bits = low.div_euclid(step) * step;
    while bits <= high {
        if bits >= low {
            let at = x(bits as f64);
            let text = if bits < 0 { format!("−{}", bits.abs()) } else { bits.to_string() };
            push(&mut svg, format_args!("<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>", HEIGHT - BOTTOM + 17.0));
        }
        bits += step;
    }
    push(&mut svg, format_args!("<text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">match weight in bits</text>", HEIGHT - 4.0));
    svg
}

fn sentence(run: &RunContents<'_>, links: &LinkFigures) -> String {
    let pairs: u64 = links.histogram.iter().map(|(_, pairs)| pairs).sum();
    let which = if links.histogram_of_all { "compared" } else { "kept as likely enough" };
    format!(
        "{} of records {which}, by match weight: solid bars lie above the threshold (probability {}), hatched ones below. Each line up is ten times as many pairs.",
        counted(pairs, "pair", "pairs"),
        probability(run.linked.threshold)
    )
}

/// A weight with one digit, a proper minus sign and no negative zero.
fn bits_text(bits: f64) -> String {
    let text = format!("{:.1}", bits.abs());
    if bits < 0.0 && text != "0.0" { format!("−{text}") } else { text }
}

/// A reason for keeping records apart as people say it.
fn in_words(reason: &str) -> String {
    match reason {
        "two-nhs-numbers" => "two NHS numbers".to_owned(),
        "two-upns" => "two UPNs".to_owned(),
        "same-name-parent-and-child" => "parent and child of one name".to_owned(),
        "adult-and-child" => "an adult and a child".to_owned(),
        "both-in-one-source" => "two entries in a source that names each person once".to_owned(),
        "decision" => "a person's decision".to_owned(),
        "one-per-source" => "two entries in a source declared free of duplicates".to_owned(),
        "one-to-one" => "a better partner in the other file".to_owned(),
        "weak-bridge" => "two groups held by one weak link".to_owned(),
        other => other.replace('-', " "),
    }
}

/// A probability with as many digits as it needs, at most four.
fn probability(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn facts(run: &RunContents<'_>, figures: &Figures) -> String {
    let links = &figures.links;
    let mut points = vec![
        format!(
            "{} became {}; {} of them ({}) appear in two feeds or more.",
            counted(figures.records.saturating_sub(figures.test_records), "person record", "person records"),
            counted(figures.persons, "person", "persons"),
            thousands(links.in_several_feeds),
            percent(links.in_several_feeds, figures.persons)
        ),
        format!(
            "{} count as the same person, from a probability of {} on; {} lie below it and belong together through other records.",
            counted(links.linked, "pair", "pairs"),
            probability(run.linked.threshold),
            counted(links.implied, "pair", "pairs")
        ),
        format!(
            "{} for a person to judge: likely enough to look at, not enough to join.",
            counted(links.review, "pair waits", "pairs wait")
        ),
    ];
    let model = &run.linked.model;
    if let Some(compared) = model.get("compared_pairs").and_then(serde_json::Value::as_u64) {
        points.insert(0, format!("{} of records were compared.", counted(compared, "pair", "pairs")));
    }
    points.extend(super::super::screen::model_lines(model).into_iter().flatten().map(|line| format!("{line}.")));
    if let Some(calibration) = model.get("calibration_sentence").and_then(serde_json::Value::as_str) {
        points.push(format!("Calibration of the probabilities: {calibration}."));
    }
    let prevented: u64 = links.reasons.values().sum();
    if prevented > 0 {
        let mut reasons: Vec<_> = links.reasons.iter().collect();
        reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(**count), **reason));
        let named: Vec<String> = reasons.iter().map(|(reason, count)| format!("{} {}", in_words(reason), thousands(**count))).collect();
        points.push(format!("{} prevented by conflicting evidence: {}.", counted(prevented, "merge was", "merges were"), named.join(", ")));
    }
    if figures.communal > 0 {
        points.push(format!(
            "{} treated as communal (care home, hostel, shared house and the like): living there makes nobody a family.",
            counted(figures.communal, "address is", "addresses are")
        ));
    }
    if figures.restricted > 0 {
        points.push(format!(
            "{} restricted: the address is withheld in every output.",
            counted(figures.restricted, "family is", "families are")
        ));
    }
    let items = joined(points.iter().map(|point| format!("<li>{}</li>", escape(point))));
    format!("<h3>In plain words</h3><ul class=\"points\">{items}</ul>")
}

fn persons(figures: &Figures) -> String {
    let links = &figures.links;
    let most = links.by_records.iter().copied().max().unwrap_or(0);
    let rows: Vec<Vec<Cell>> = ["1 record", "2 records", "3 to 4 records", "5 to 8 records", "9 records and more"]
        .into_iter()
        .zip(links.by_records)
        .map(|(name, count)| {
            let title = format!("{name}: {}", counted(count, "person", "persons"));
            vec![
                Cell::text(name),
                Cell::Bar(bar(&title, &[(share(count, most), "f2")])),
                Cell::Total(count),
                Cell::Figure(percent(count, figures.persons)),
            ]
        })
        .collect();
    let single = links.by_records.first().copied().unwrap_or(0);
    let table = table(
        &format!("{} of the persons are known from a single record.", percent(single, figures.persons)),
        &[("Records per person", false), ("", false), ("Persons", true), ("Share", true)],
        &rows,
        None,
    );
    format!("<div class=\"apart\">{table}</div>")
}
