//! What each compared field says, read from the model that linkage hands on.
//!
//! What always holds: a model of another shape gives no table and no error.

use serde_json::Value;

use super::super::words::humanised;
use super::html::{Cell, bar, table};

/// A field: its strongest statements against and for the same person, in bits, with the level that makes each.
struct Strength {
    field: String,
    against: (f64, String),
    favour: (f64, String),
}

/// The table of the fields, the most telling first; empty if the model does not say.
pub(super) fn fields(model: &Value) -> String {
    let listed = model.get("fields").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut strengths: Vec<Strength> = listed.iter().filter_map(strength).collect();
    strengths.sort_by(|a, b| b.favour.0.total_cmp(&a.favour.0).then_with(|| a.field.cmp(&b.field)));
    let most = strengths.iter().map(|field| field.favour.0.max(-field.against.0)).fold(0.0, f64::max);
    let (Some(first), true) = (strengths.first(), most > 0.0) else { return String::new() };
    let caption = format!(
        "{} speaks most strongly for the same person. Each bar reaches as far to the left as the field can speak against, as far to the right as it can speak for it.",
        first.field
    );
    let rows: Vec<Vec<Cell>> = strengths
        .iter()
        .map(|field| {
            let (left, right) = (-field.against.0 / most / 2.0, field.favour.0 / most / 2.0);
            let title = format!("{}: from {} to {} bits", field.field, signed(field.against.0), signed(field.favour.0));
            vec![
                Cell::text(field.field.as_str()),
                Cell::Figure(signed(field.against.0)),
                Cell::Bar(bar(&title, &[(0.5 - left, "gap"), (left, "hatch"), (right, "f1")])),
                Cell::Figure(signed(field.favour.0)),
                Cell::Text(format!("{}; {}", field.favour.1, field.against.1)),
            ]
        })
        .collect();
    let headings = [("Field", false), ("Against", true), ("", false), ("For, in bits", true), ("When", false)];
    format!("<div class=\"apart\">{}</div>", table(&caption, &headings, &rows, None))
}

/// The first level of a field is that of a missing value, which says nothing.
fn strength(field: &Value) -> Option<Strength> {
    let name = field.get("name")?.as_str()?;
    let mut against = (0.0, String::new());
    let mut favour = (0.0, String::new());
    for level in field.get("levels")?.as_array()?.iter().skip(1).filter(|level| occurs(level)) {
        let bits = level.get("bits_against_unrelated")?.as_f64().filter(|bits| bits.is_finite())?;
        let words = level.get("name")?.as_str()?.to_owned();
        if bits > favour.0 {
            favour = (bits, words);
        } else if bits < against.0 {
            against = (bits, words);
        }
    }
    let spoken = match name {
        "nhs_number" => "NHS number".to_owned(),
        "nino" => "NI number".to_owned(),
        "upn" => "UPN".to_owned(),
        "uln" => "ULN".to_owned(),
        other => humanised(other),
    };
    (favour.0 > 0.0 || against.0 < 0.0).then_some(Strength { field: spoken, against, favour })
}

/// False for a level that no pair reached: its bits are only the floor that keeps a logarithm finite.
fn occurs(level: &Value) -> bool {
    ["m", "u"].iter().all(|share| level.get(share).and_then(Value::as_f64).is_none_or(|share| share > 1e-12))
}

fn signed(bits: f64) -> String {
    if bits.abs() < 0.05 {
        "0".to_owned()
    } else if bits < 0.0 {
        format!("−{:.1}", -bits)
    } else {
        format!("+{bits:.1}")
    }
}
