//! Further fields: values that are not about people in particular, brought into comparable form by their kind.
//!
//! What comes in: one raw cell and the kind of its field. What goes out: words in upper case without punctuation (text, category), letters and
//! digits only (identifier), a plain decimal number, or an ISO date. What always holds: a placeholder gives nothing; equal
//! values written differently (`Stoke-on-Trent`, `STOKE ON TRENT`; `1,000` and `1000.0`) give the same text.

use crate::model::{Day, FurtherKind, NoteCode, date};

use super::date::{DateKind, read_date};
use super::letters::{alphanumeric, fold};
use super::placeholder::is_placeholder;
use super::reading::Reading;

/// Reads a cell of a further field.
#[must_use]
pub fn read_further(raw: &str, kind: FurtherKind, reference: Day) -> Reading {
    let compact = alphanumeric(raw);
    // Three and more of one digit are a placeholder for a code, and a number like any other for a quantity.
    if compact.is_empty() || (kind != FurtherKind::Number && is_placeholder(&compact)) {
        return Reading::absent(NoteCode::Placeholder);
    }
    match kind {
        FurtherKind::Text | FurtherKind::Category => Reading::cleaned(raw, words(raw)),
        FurtherKind::Identifier => Reading::cleaned(raw, compact),
        FurtherKind::Number => number(raw).map_or_else(|| Reading::absent(NoteCode::BadFormat), |number| Reading::cleaned(raw, number)),
        FurtherKind::Date => {
            let reading = read_date(raw, DateKind::AnyBirth, reference);
            Reading { value: reading.day.map(date::iso), notes: reading.notes }
        }
    }
}

/// Words in upper case: everything that is neither letter nor digit separates, apostrophes and full stops vanish.
fn words(raw: &str) -> String {
    let folded: String = fold(raw).chars().filter(|letter| !matches!(letter, '\'' | '.')).collect();
    let words = folded.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A number without thousands separators, currency signs and trailing zeros.
fn number(raw: &str) -> Option<String> {
    let plain: String = fold(raw).chars().filter(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '-')).collect();
    let value: f64 = plain.parse().ok()?;
    value.is_finite().then(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, kind: FurtherKind) -> Option<String> {
        read_further(raw, kind, date::from_iso("2012-10-31").unwrap()).value
    }

    #[test]
    fn values_written_differently_read_the_same() {
        for (left, right, kind, value) in [
            ("Stoke-on-Trent", "stoke on  trent ", FurtherKind::Text, "STOKE ON TRENT"),
            ("St. Mary's", "ST MARYS", FurtherKind::Category, "ST MARYS"),
            ("AB 12/34", "ab1234", FurtherKind::Identifier, "AB1234"),
            ("1,000", "1000.0", FurtherKind::Number, "1000"),
            ("31/12/1655", "1655-12-31", FurtherKind::Date, "1655-12-31"),
        ] {
            assert_eq!(read(left, kind).as_deref(), Some(value));
            assert_eq!(read(right, kind).as_deref(), Some(value));
        }
    }

    #[test]
    fn placeholders_say_nothing() {
        assert_eq!(read("unknown", FurtherKind::Category), None);
        assert_eq!(read("0000000", FurtherKind::Identifier), None);
        assert_eq!(read("-", FurtherKind::Text), None);
        assert_eq!(read("seven", FurtherKind::Number), None);
        assert_eq!(read("111", FurtherKind::Number).as_deref(), Some("111"));
    }
}
