//! How the priority points of the listed families are spread.

use super::super::figures::{Figures, PackFigures};
use super::super::words::{counted, thousands};
use super::html::{escape, nice_step, paragraph, push, section};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 46.0;
const BOTTOM: f64 = 40.0;
const TOP: f64 = 34.0;

pub(super) fn priority(figures: &Figures) -> String {
    let body = figures.packs.first().map_or_else(String::new, histogram);
    section(
        "priority",
        "Priority",
        &[
            "Points are the sum of published weights, one step per kind of event. The workbook shows the arithmetic of every family.",
            "They order the families for assessment; they are neither a budget nor a judgement.",
        ],
        &body,
    )
}

fn histogram(pack: &PackFigures) -> String {
    let (Some(&least), Some(&most)) = (pack.points.first(), pack.points.last()) else {
        return paragraph("No family is on the list, so there are no points to show.");
    };
    let middle = pack.points.get(pack.points.len() / 2).copied().unwrap_or(0);
    let width = nice_step(u64::from(most) + 1, 16);
    let bins = u64::from(most) / width + 1;
    let mut counts = vec![0_u64; bins as usize];
    for &points in &pack.points {
        if let Some(count) = counts.get_mut((u64::from(points) / width) as usize) {
            *count += 1;
        }
    }
    let sentence = format!(
        "{} on the list have between {} and {} points; half of them have {} or more.",
        counted(pack.points.len() as u64, "family", "families"),
        thousands(u64::from(least)),
        thousands(u64::from(most)),
        thousands(u64::from(middle))
    );
    let highest = counts.iter().copied().max().unwrap_or(0);
    let step = nice_step(highest, 4);
    let ceiling = highest.div_ceil(step) * step;
    let y = |count: u64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - count as f64 / ceiling.max(1) as f64);
    let bar_width = (WIDTH - LEFT - 10.0) / bins as f64;
    let mut svg = format!("<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\"><title>{}</title>", escape(&sentence));
    for line in 0..=ceiling / step {
        let at = y(line * step);
        push(&mut svg, format_args!("<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>"));
        push(
            &mut svg,
            format_args!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", LEFT - 8.0, at + 4.0, thousands(line * step)),
        );
    }
    let label_every = bins.div_ceil(10).max(1);
    for (bin, &count) in (0_u64..).zip(&counts) {
        let left = LEFT + 4.0 + bin as f64 * bar_width;
        let (from, to) = (bin * width, (bin + 1) * width - 1);
        if count > 0 {
            let top = y(count);
            push(
                &mut svg,
                format_args!(
                    "<rect class=\"f1\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{} to {} points: {}</title></rect>",
                    left + 1.0,
                    (bar_width - 2.0).max(1.0),
                    HEIGHT - BOTTOM - top,
                    thousands(from),
                    thousands(to),
                    counted(count, "family", "families")
                ),
            );
        }
        if bin % label_every == 0 {
            push(&mut svg, format_args!("<text x=\"{left:.1}\" y=\"{}\">{}</text>", HEIGHT - BOTTOM + 17.0, thousands(from)));
        }
    }
    push(&mut svg, format_args!("<line class=\"axis\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{0}\" y2=\"{0}\"/>", HEIGHT - BOTTOM));
    push(&mut svg, format_args!("<text x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">priority points</text>", HEIGHT - 4.0));
    push(&mut svg, format_args!("<text x=\"{}\" y=\"12\">families</text></svg>", LEFT - 36.0));
    format!("<figure><figcaption>{}</figcaption><div class=\"scroll\">{svg}</div></figure>", escape(&sentence))
}
