//! The few pieces of HTML and SVG that pages are made of: the report of a run and the page of an evaluation.
//!
//! What comes in: texts and numbers. What goes out: HTML as text. What always holds: text enters a page through [`escape`]; every tag opened
//! here is closed here; no piece refers to anything outside the page.

pub(crate) mod chart;

use std::fmt::Write;

use crate::model::date;

pub(crate) use crate::model::amounts::thousands;

/// The styles of every page.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The protective marking every output for people carries.
pub const MARKING: &str = "OFFICIAL-SENSITIVE";

/// Text made safe for HTML text and attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A cell of a table.
pub(crate) enum Cell {
    /// Text.
    Text(String),
    /// A count, right-aligned; zero is muted.
    Count(u64),
    /// A count in bold.
    Total(u64),
    /// Any other right-aligned text.
    Figure(String),
    /// Finished HTML.
    Html(String),
    /// A bar that fills its cell.
    Bar(String),
}

impl Cell {
    /// Text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn html(&self) -> String {
        match self {
            // A day that breaks at its dashes is two lines of a narrow column.
            Self::Text(text) if date::from_iso(text).is_some() => format!("<td class=\"day\">{text}</td>"),
            Self::Text(text) => format!("<td>{}</td>", escape(text)),
            Self::Count(0) => "<td class=\"n zero\">0</td>".to_owned(),
            Self::Count(number) => format!("<td class=\"n\">{}</td>", thousands(*number)),
            Self::Total(number) => format!("<td class=\"n strong\">{}</td>", thousands(*number)),
            Self::Figure(text) => format!("<td class=\"n\">{}</td>", escape(text)),
            Self::Html(html) => format!("<td>{html}</td>"),
            Self::Bar(svg) => format!("<td class=\"bar\">{svg}</td>"),
        }
    }
}

/// A heading of a column; `true` for numbers.
pub(crate) type Heading<'a> = (&'a str, bool);

/// A table whose first cell of each row names the row. The caption says in a sentence what it shows.
pub(crate) fn table(caption: &str, headings: &[Heading<'_>], rows: &[Vec<Cell>], footer: Option<&[Cell]>) -> String {
    let mut html = format!("<div class=\"scroll\"><table><caption>{}</caption><thead><tr>", escape(caption));
    for (heading, number) in headings {
        html.push_str(if *number { "<th scope=\"col\" class=\"n\">" } else { "<th scope=\"col\">" });
        html.push_str(&escape(heading));
        html.push_str("</th>");
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows {
        html.push_str(&row_html(row));
    }
    html.push_str("</tbody>");
    if let Some(footer) = footer {
        html.push_str("<tfoot>");
        html.push_str(&row_html(footer));
        html.push_str("</tfoot>");
    }
    html.push_str("</table></div>");
    html
}

fn row_html(row: &[Cell]) -> String {
    let mut html = "<tr>".to_owned();
    for (column, cell) in row.iter().enumerate() {
        match cell {
            Cell::Text(text) if column == 0 => push(&mut html, format_args!("<th scope=\"row\">{}</th>", escape(text))),
            Cell::Html(inner) if column == 0 => push(&mut html, format_args!("<th scope=\"row\">{inner}</th>")),
            other => html.push_str(&other.html()),
        }
    }
    html.push_str("</tr>");
    html
}

/// Appends formatted text; writing to a string cannot fail.
pub(crate) fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text).expect("a string takes any text");
}

/// Pieces one after the other.
pub(crate) fn joined(pieces: impl Iterator<Item = String>) -> String {
    pieces.collect()
}

/// A section: its heading and a few words at the side, its body beside them.
pub(crate) fn section(id: &str, title: &str, side: &[&str], body: &str) -> String {
    let side = joined(side.iter().map(|text| format!("<p>{}</p>", escape(text))));
    format!("<section id=\"{id}\"><div class=\"side\"><h2>{}</h2>{side}</div><div class=\"body\">{body}</div></section>\n", escape(title))
}

/// A piece with some room above it.
pub(crate) fn apart(html: &str) -> String {
    format!("<div class=\"apart\">{html}</div>")
}

/// A paragraph.
pub(crate) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escape(text))
}

/// A horizontal bar of parts (share of the full width from 0 to 1, class), with its meaning as title. Widths are
/// percentages, so the bar stretches with its cell and hatching does not.
pub(crate) fn bar(title: &str, parts: &[(f64, &str)]) -> String {
    let mut svg = format!("<svg role=\"img\" aria-label=\"{0}\"><title>{0}</title>", escape(title));
    let mut left = 0.0;
    for (share, class) in parts {
        // A part that exists is seen: at least half a hundredth of the width.
        let width = if *share > 0.0 { (share * 100.0).max(0.5).min(100.0 - left) } else { 0.0 };
        if width > 0.0 {
            push(&mut svg, format_args!("<rect x=\"{left:.2}%\" y=\"0\" width=\"{width:.2}%\" height=\"100%\" class=\"{class}\"/>"));
        }
        left += width;
    }
    svg.push_str("</svg>");
    svg
}

/// A share of a whole as a number from 0 to 1.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A state in a word with a shape, so that colour alone says nothing.
pub(crate) fn badge(class: &str, shape: &str, word: &str) -> String {
    format!("<span class=\"badge {class}\"><i aria-hidden=\"true\">{shape}</i>{}</span>", escape(word))
}

/// Hatching and dots for areas that must differ in print and to every eye.
pub(crate) const PATTERNS: &str = concat!(
    "<svg class=\"defs\" aria-hidden=\"true\" focusable=\"false\"><defs>",
    "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">",
    "<rect width=\"6\" height=\"6\" fill=\"#f7e3b8\"/><rect width=\"2.4\" height=\"6\" fill=\"#b97d14\"/></pattern>",
    "<pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">",
    "<rect width=\"6\" height=\"6\" fill=\"#dbe3e9\"/><circle cx=\"3\" cy=\"3\" r=\"1.2\" fill=\"#5f7180\"/></pattern>",
    "</defs></svg>"
);

/// A step for an axis: 1, 2 or 5 times a power of ten, so that about `steps` of them reach `most`.
pub(crate) fn nice_step(most: u64, steps: u64) -> u64 {
    let least = most.div_ceil(steps.max(1)).max(1);
    let mut power = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step >= least {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escape("<b> & \"x\" 'y'"), "&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39;");
    }

    #[test]
    fn axis_steps_are_round() {
        assert_eq!([0, 4, 7, 90, 1000].map(|most| nice_step(most, 5)), [1, 1, 2, 20, 200]);
    }
}
