//! The model of the run: weights of the pairs, levels of the fields, records that can be linked to nothing.

use super::super::linkage::{FieldModel, LinkageEvaluation};
use super::signed;
use crate::page::chart::{Frame, figure, legend, ticks};
use crate::page::{Cell, bar, paragraph, section, table, thousands};

/// Kept pairs by match weight on a scale of powers of ten.
pub(super) fn histogram(linkage: &LinkageEvaluation) -> String {
    let bins = &linkage.weights;
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else { return String::new() };
    let total = |bin: &super::super::linkage::WeightBin| bin.same + bin.different + bin.unknown;
    let most = bins.iter().map(|bin| bin.same.max(bin.different).max(total(bin))).max().unwrap_or(1);
    let decades = libm::ceil(libm::log10(most.max(10) as f64));
    // One pair stands a little above the axis, so that it is seen.
    let height = |pairs: u64| if pairs == 0 { 0.0 } else { libm::log10(pairs as f64) + 0.12 };
    let threshold = linkage.threshold_bits;
    let low = threshold.map_or(first.bits, |bits| first.bits.min(bits.floor() as i64 - 1));
    let high = threshold.map_or(last.bits + 1, |bits| (last.bits + 1).max(bits.ceil() as i64 + 1));
    let frame = Frame { width: 860.0, height: 340.0, left: 66.0, across: (low as f64, high as f64), up: (0.0, decades + 0.12) };
    let some_unknown = bins.iter().any(|bin| bin.unknown > 0);
    let judged = bins.iter().any(|bin| bin.same + bin.different > 0);
    let caption = if judged {
        let wrong: u64 = bins.iter().filter(|bin| threshold.is_some_and(|bits| bin.bits as f64 >= bits)).map(|bin| bin.different).sum();
        format!(
            "Kept pairs by match weight; {} pairs of different people lie above the threshold. Each line up is ten times as many.",
            thousands(wrong)
        )
    } else {
        "Kept pairs by match weight. Each line up is ten times as many.".to_owned()
    };
    let mut svg = frame.open(&caption);
    let up: Vec<(f64, String)> = (0..=decades as u32).map(|decade| (height(10_u64.pow(decade)), thousands(10_u64.pow(decade)))).collect();
    frame.axes(&mut svg, (&ticks(low, high, 14), "match weight in bits"), (&up, "pairs"));
    for bin in bins {
        let from = bin.bits as f64;
        let title = |what: &str, pairs: u64| format!("{} to {} bits: {} {what}", bin.bits, bin.bits + 1, thousands(pairs));
        // Side by side: on a scale of powers of ten what stands on top of another cannot be read.
        let parts = if judged {
            {
                let mut parts = vec![("f1", bin.same, "of the same person"), ("hatch", bin.different, "of different people")];
                if some_unknown {
                    parts.push(("f3", bin.unknown, "not in the truth"));
                }
                parts
            }
        } else {
            vec![("f1", total(bin), "pairs")]
        };
        let width = 0.92 / parts.len() as f64;
        for (place, (class, pairs, what)) in parts.into_iter().enumerate().filter(|(_, part)| part.1 > 0) {
            let left = from + 0.04 + width * place as f64;
            frame.bar(&mut svg, class, (left, left + width), (0.0, height(pairs)), &title(what, pairs));
        }
    }
    if let Some(bits) = threshold {
        frame.mark(&mut svg, bits, &format!("threshold, {} bits", signed(bits, 1)));
    }
    let mut body = figure(&caption, &svg);
    if judged {
        let all = [("f1", "the same person"), ("hatch", "different people (hatched)"), ("f3", "not in the truth")];
        body.push_str(&legend(all.get(..if some_unknown { 3 } else { 2 }).unwrap_or(&all)));
    }
    section(
        "weights",
        "Match weights",
        &[
            "One bit of weight doubles the odds that two records are the same person. Pairs far below the threshold were compared but not kept.",
        ],
        &body,
    )
}

/// Records by the weight they would reach beside an identical copy; empty if the run does not say.
pub(super) fn unlinkable(linkage: &LinkageEvaluation) -> String {
    let Some(unlinkable) = linkage.estimates.unlinkable.as_ref().filter(|unlinkable| unlinkable.of > 0) else { return String::new() };
    let all = unlinkable.of as f64;
    let (Some(first), Some(last)) = (unlinkable.weights.first(), unlinkable.weights.last()) else { return String::new() };
    let low = first.0.min(-1);
    let high = (last.0 + 1).max(linkage.threshold_bits.map_or(1, |bits| bits.ceil() as i64 + 1));
    let mut steps = vec![(low as f64, 0.0)];
    let mut below = 0;
    for &(bits, records) in &unlinkable.weights {
        steps.push((bits as f64, below as f64 / all));
        below += records;
        steps.push(((bits + 1) as f64, below as f64 / all));
    }
    let frame = Frame { width: 860.0, height: 300.0, left: 66.0, across: (low as f64, high as f64), up: (0.0, 1.0) };
    let caption = format!(
        "{} of {} records ({:.2}%) would stay below the threshold even beside an identical copy of themselves.",
        thousands(unlinkable.records),
        thousands(unlinkable.of),
        unlinkable.records as f64 / all * 100.0
    );
    let mut svg = frame.open(&caption);
    let up: Vec<(f64, String)> = (0..=4).map(|quarter| (f64::from(quarter) / 4.0, format!("{}%", quarter * 25))).collect();
    frame.axes(&mut svg, (&ticks(low, high, 14), "a threshold, in bits of match weight"), (&up, "records"));
    frame.line(&mut svg, "curve", &steps);
    if let Some(bits) = linkage.threshold_bits {
        frame.mark(&mut svg, bits, &format!("the run's threshold, {} bits", signed(bits, 1)));
    }
    section(
        "unlinkable",
        "Unlinkables",
        &[
            "Some records hold too little to be linked to anything: a forename alone, say. No threshold and no blocking can help them; only more data can.",
        ],
        &figure(&caption, &svg),
    )
}

/// Shares and weights of every level of every field.
pub(super) fn fields(linkage: &LinkageEvaluation) -> String {
    if linkage.fields.is_empty() {
        return String::new();
    }
    section(
        "fields",
        "Fields",
        &[
            "m: how often pairs of the same person reach a level; u: how often unrelated people do; home: how often different people who share a home do.",
            "The match weight of a level is the logarithm of m over u. All were estimated from the records, without labels. Fields that no kept pair compares are left out.",
        ],
        &format!("{}<div class=\"apart\">{}</div>", shares(&linkage.fields), weights(&linkage.fields)),
    )
}

fn spoken(field: &str) -> String {
    match field {
        "nhs_number" => "NHS number".to_owned(),
        "nino" => "NI number".to_owned(),
        "upn" | "uln" => field.to_uppercase(),
        "email" => "e-mail".to_owned(),
        other => other.replace('_', " "),
    }
}

fn name(field: &FieldModel, place: usize, level: &str) -> Cell {
    // The field stands with its first level only; a rule above it parts the fields.
    let level = crate::page::escape(level);
    if place == 0 {
        Cell::Html(format!("<strong>{}</strong><small>{level}</small>", crate::page::escape(&spoken(&field.field))))
    } else {
        Cell::Html(format!("<small>{level}</small>"))
    }
}

fn shares(fields: &[FieldModel]) -> String {
    let mut rows = Vec::new();
    // A correction is a factor and no share: it stands among the weights only.
    for field in fields.iter().filter(|field| field.levels.iter().all(|level| level.m.max(level.u) <= 1.0)) {
        for (place, level) in field.levels.iter().enumerate() {
            let drawn = |share: f64, class: &str| {
                let title = format!("{}, {}: {share:.6}", field.field, level.level);
                Cell::Bar(bar(&title, &[(share.clamp(0.0, 1.0), class)]))
            };
            let text = |share: f64| if share >= 0.001 { format!("{share:.3}") } else { format!("{share:.1e}").replace("e-", "e−") };
            rows.push(vec![
                name(field, place, &level.level),
                drawn(level.m, "f1"),
                Cell::Figure(text(level.m)),
                drawn(level.u, "hatch"),
                Cell::Figure(text(level.u)),
                Cell::Figure(text(level.household)),
            ]);
        }
    }
    let headings =
        [("Field and level", false), ("m, same person", false), ("m", true), ("u, unrelated", false), ("u", true), ("home", true)];
    table("How often each level is reached by pairs of the same person and by others.", &headings, &rows, None)
}

fn weights(fields: &[FieldModel]) -> String {
    let most = fields.iter().flat_map(|field| &field.levels).map(|level| level.bits.abs()).fold(0.0, f64::max);
    if most <= 0.0 {
        return paragraph("No level speaks for or against anything.");
    }
    let mut rows = Vec::new();
    let mut strongest = ("", 0.0);
    for field in fields {
        for (place, level) in field.levels.iter().enumerate() {
            if level.bits > strongest.1 {
                strongest = (&field.field, level.bits);
            }
            let title = format!("{}, {}: {} bits", field.field, level.level, signed(level.bits, 2));
            let half = level.bits.abs() / most / 2.0;
            let parts = if level.bits < 0.0 { vec![(0.5 - half, "gap"), (half, "hatch")] } else { vec![(0.5, "gap"), (half, "f1")] };
            rows.push(vec![name(field, place, &level.level), Cell::Bar(bar(&title, &parts)), Cell::Figure(signed(level.bits, 1))]);
        }
    }
    let caption = format!(
        "Match weights: solid bars to the right speak for the same person, hatched ones to the left against. {} speaks most strongly.",
        spoken(strongest.0)
    );
    table(&caption, &[("Field and level", false), ("against · for", false), ("Bits", true)], &rows, None)
}
