//! Charts drawn by hand in SVG: a frame with axes, lines, bands, points and bars.
//!
//! What comes in: numbers. What goes out: SVG as text. What always holds: every chart has a title that says in a sentence what it shows; a point outside the
//! frame is drawn at its edge; numbers have one digit after the point, so that the same figures give the same bytes.

use super::{escape, push};

/// A frame: the range of each axis and the size of the drawing.
pub(crate) struct Frame {
    /// Width of the drawing.
    pub(crate) width: f64,
    /// Height of the drawing.
    pub(crate) height: f64,
    /// Room for the labels at the left.
    pub(crate) left: f64,
    /// Range of the horizontal axis.
    pub(crate) across: (f64, f64),
    /// Range of the vertical axis, the lower end at the bottom.
    pub(crate) up: (f64, f64),
}

/// Room above the plot.
const TOP: f64 = 30.0;

/// Room below the plot.
const BOTTOM: f64 = 46.0;

/// Room at the right.
const RIGHT: f64 = 12.0;

impl Frame {
    /// Where a value stands across.
    pub(crate) fn x(&self, value: f64) -> f64 {
        let (low, high) = self.across;
        self.left + (value.clamp(low.min(high), high.max(low)) - low) / (high - low) * (self.width - self.left - RIGHT)
    }

    /// Where a value stands upwards.
    pub(crate) fn y(&self, value: f64) -> f64 {
        let (low, high) = self.up;
        self.floor() - (value.clamp(low.min(high), high.max(low)) - low) / (high - low) * (self.floor() - TOP)
    }

    /// The foot of the plot.
    pub(crate) fn floor(&self) -> f64 {
        self.height - BOTTOM
    }

    /// The drawing's beginning.
    pub(crate) fn open(&self, title: &str) -> String {
        format!("<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\"><title>{}</title>", self.width, self.height, escape(title))
    }

    /// Both axes with their ticks (value, text) and names.
    pub(crate) fn axes(&self, svg: &mut String, across: (&[(f64, String)], &str), up: (&[(f64, String)], &str)) {
        for (value, text) in up.0 {
            let y = self.y(*value);
            push(
                svg,
                format_args!("<line class=\"grid\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>", self.left, self.width - RIGHT),
            );
            push(svg, format_args!("<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", self.left - 8.0, y + 4.0, escape(text)));
        }
        push(
            svg,
            format_args!(
                "<line class=\"axis\" x1=\"{0:.1}\" x2=\"{1:.1}\" y1=\"{2:.1}\" y2=\"{2:.1}\"/>",
                self.left,
                self.width - RIGHT,
                self.floor()
            ),
        );
        for (value, text) in across.0 {
            let x = self.x(*value);
            push(svg, format_args!("<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>", self.floor() + 18.0, escape(text)));
        }
        push(
            svg,
            format_args!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                self.width - RIGHT,
                self.height - 6.0,
                escape(across.1)
            ),
        );
        push(svg, format_args!("<text x=\"2\" y=\"16\">{}</text>", escape(up.1)));
    }

    /// A line through points.
    pub(crate) fn line(&self, svg: &mut String, class: &str, points: &[(f64, f64)]) {
        svg.push_str("<polyline class=\"");
        svg.push_str(class);
        svg.push_str("\" points=\"");
        for (x, y) in points {
            push(svg, format_args!("{:.1},{:.1} ", self.x(*x), self.y(*y)));
        }
        svg.push_str("\"/>");
    }

    /// A point with its meaning as title.
    pub(crate) fn point(&self, svg: &mut String, class: &str, (x, y): (f64, f64), radius: f64, title: &str) {
        push(
            svg,
            format_args!(
                "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"><title>{}</title></circle>",
                self.x(x),
                self.y(y),
                escape(title)
            ),
        );
    }

    /// An upright interval.
    pub(crate) fn whisker(&self, svg: &mut String, x: f64, (low, high): (f64, f64)) {
        push(
            svg,
            format_args!(
                "<line class=\"whisker\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1:.1}\" y2=\"{2:.1}\"/>",
                self.x(x),
                self.y(low),
                self.y(high)
            ),
        );
    }

    /// A bar from one height to another, with its meaning as title.
    pub(crate) fn bar(&self, svg: &mut String, class: &str, (from, to): (f64, f64), (low, high): (f64, f64), title: &str) {
        let (left, right) = (self.x(from), self.x(to));
        let (top, foot) = (self.y(high), self.y(low));
        if foot - top > 0.0 {
            push(
                svg,
                format_args!(
                    "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
                    (right - left).max(0.5),
                    foot - top,
                    escape(title)
                ),
            );
        }
    }

    /// An upright line with its meaning above the plot.
    pub(crate) fn mark(&self, svg: &mut String, at: f64, text: &str) {
        let x = self.x(at);
        push(
            svg,
            format_args!("<line class=\"threshold\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>", TOP - 6.0, self.floor()),
        );
        let (anchor, side) = if x > self.width / 2.0 { ("end", -6.0) } else { ("start", 6.0) };
        push(svg, format_args!("<text class=\"mark\" x=\"{:.1}\" y=\"16\" text-anchor=\"{anchor}\">{}</text>", x + side, escape(text)));
    }
}

/// A finished drawing under its sentence.
pub(crate) fn figure(caption: &str, svg: &str) -> String {
    format!("<figure><figcaption>{}</figcaption><div class=\"scroll\">{svg}</svg></div></figure>", escape(caption))
}

/// What classes of bars, lines or points stand for: class and text.
pub(crate) fn legend(items: &[(&str, &str)]) -> String {
    let mut html = "<ul class=\"legend\">".to_owned();
    for (class, text) in items {
        push(
            &mut html,
            format_args!(
                "<li><svg aria-hidden=\"true\" viewBox=\"0 0 14 14\"><rect class=\"{class}\" width=\"14\" height=\"14\"/></svg>{}</li>",
                escape(text)
            ),
        );
    }
    html.push_str("</ul>");
    html
}

/// Round ticks over a range of whole numbers, at most about `most` of them.
pub(crate) fn ticks(low: i64, high: i64, most: i64) -> Vec<(f64, String)> {
    let step = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|step| (high - low) / step <= most).unwrap_or(200);
    let mut at = low.div_euclid(step) * step;
    let mut ticks = Vec::new();
    while at <= high {
        if at >= low {
            ticks.push((at as f64, if at < 0 { format!("−{}", -at) } else { at.to_string() }));
        }
        at += step;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_keeps_everything_inside() {
        let frame = Frame { width: 400.0, height: 200.0, left: 40.0, across: (0.0, 1.0), up: (0.0, 1.0) };
        assert!((frame.x(-5.0) - 40.0).abs() < 1e-9 && (frame.x(7.0) - 388.0).abs() < 1e-9);
        assert!((frame.y(0.0) - frame.floor()).abs() < 1e-9 && frame.y(9.0) >= 0.0);
        let mut svg = frame.open("a & b");
        frame.line(&mut svg, "curve", &[(0.0, 0.0), (1.0, 1.0)]);
        assert!(svg.contains("a &amp; b") && svg.contains("40.0,154.0 388.0,30.0"), "{svg}");
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(-7, 12, 5).iter().map(|tick| tick.1.as_str()).collect::<Vec<_>>(), ["−5", "0", "5", "10"]);
    }
}
