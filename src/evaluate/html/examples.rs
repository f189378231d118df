//! Examples of pairs, each with what every field contributed.

use super::super::examples::{Example, PairPicture, Position};
use super::signed;
use crate::page::{Cell, escape, push, table, thousands};

/// Missed and false pairs; empty if there are none.
pub(super) fn section_body(missed: Option<&PairPicture>, wrong: Option<&PairPicture>) -> String {
    let mut body = String::new();
    for (title, picture) in [("False pairs", wrong), ("Missed pairs", missed)] {
        let Some(picture) = picture.filter(|picture| picture.pairs > 0) else { continue };
        let rows: Vec<Vec<Cell>> = picture
            .fields
            .iter()
            .map(|field| {
                let mut row = vec![Cell::Text(field.field.replace('_', " "))];
                row.extend([field.same, field.different, field.missing].map(Cell::Count));
                row
            })
            .collect();
        let caption = format!("{title}, one for each part too many: {}. How they agree, field by field.", thousands(picture.pairs));
        let headings = [("Field", false), ("Same", true), ("Different", true), ("Missing", true)];
        push(
            &mut body,
            format_args!("<div class=\"apart\">{}</div>{}", table(&caption, &headings, &rows, None), list(title, &picture.examples)),
        );
    }
    body
}

/// The section; empty if there is nothing to show.
pub(super) fn section(missed: Option<&PairPicture>, wrong: Option<&PairPicture>) -> String {
    let body = section_body(missed, wrong);
    if body.is_empty() {
        return body;
    }
    crate::page::section(
        "examples",
        "Examples",
        &["Drawn by lot. Values are masked unless they were asked for; open a pair to see what each field contributed to its weight."],
        &body,
    )
}

/// Pairs under a heading; nothing if there are none.
pub(super) fn list(title: &str, examples: &[Example]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let mut html = format!("<h3>{}</h3>", escape(title));
    let place = |position: &Position| format!("{} {}:{}", position.source, position.file, position.line);
    for example in examples {
        let said = match &example.said {
            Some(said) => {
                let bits = said.weight.map_or_else(|| "weight withheld".to_owned(), |bits| format!("{} bits", signed(bits, 1)));
                format!("{}, probability {:.4}, {bits}", said.decision, said.probability)
            }
            None => "not among the kept pairs: never compared, or below the review floor".to_owned(),
        };
        push(
            &mut html,
            format_args!(
                "<details><summary>{} <span aria-hidden=\"true\">·</span> {}<br><small>{}</small></summary>",
                escape(&place(&example.left)),
                escape(&place(&example.right)),
                escape(&said)
            ),
        );
        if let Some(note) = &example.note {
            push(&mut html, format_args!("<p>{}</p>", escape(note)));
        }
        let values: Vec<Vec<Cell>> =
            example.fields.iter().map(|(field, text)| vec![Cell::Text(field.replace('_', " ")), Cell::text(text.as_str())]).collect();
        html.push_str(&table("", &[("Field", false), ("The two records", false)], &values, None));
        if let Some(said) = &example.said {
            let steps: Vec<Vec<Cell>> = said
                .steps
                .iter()
                .map(|step| {
                    vec![Cell::Text(step.field.replace('_', " ")), Cell::Figure(signed(step.bits, 1)), Cell::text(step.sentence.as_str())]
                })
                .collect();
            html.push_str(&table("", &[("Field", false), ("Bits", true), ("Why", false)], &steps, None));
        }
        html.push_str("</details>");
    }
    html
}
