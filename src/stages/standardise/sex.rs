//! Sex codes.
//!
//! What comes in: one raw cell. What goes out: `M` or `F`; indeterminate, unknown and other codes give no value.
//! Source of the digits: ISO/IEC 5218 and the NHS data dictionary (1 male, 2 female, 0 and 9 not known).

use crate::model::NoteCode;

use super::letters::alphanumeric;
use super::placeholder::is_placeholder;
use super::reading::{NoteSet, Reading};

/// Reads a sex or gender cell.
#[must_use]
pub fn read_sex(raw: &str) -> Reading {
    let value = match alphanumeric(raw).as_str() {
        "M" | "MALE" | "1" | "BOY" | "MAN" | "MASCULINE" => "M",
        "F" | "FEMALE" | "2" | "GIRL" | "WOMAN" | "FEMININE" => "F",
        "U" | "X" | "I" | "O" | "N" | "0" | "3" | "4" | "9" | "Z" | "INDETERMINATE" | "OTHER" | "NOTSURE" => {
            return Reading::absent(NoteCode::Placeholder);
        }
        other if is_placeholder(other) => return Reading::absent(NoteCode::Placeholder),
        _ => return Reading::absent(NoteCode::BadFormat),
    };
    // A code list is no change of the value.
    Reading { value: Some(value.to_owned()), notes: NoteSet::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_agency_give_one_code() {
        for (raw, value) in [
            ("m", Some("M")),
            ("Male", Some("M")),
            ("1", Some("M")),
            ("F", Some("F")),
            ("2", Some("F")),
            (" girl ", Some("F")),
            ("9", None),
            ("U", None),
            ("Q", None),
            ("", None),
        ] {
            assert_eq!(read_sex(raw).value.as_deref(), value, "{raw}");
        }
        assert!(read_sex("Q").notes.contains(NoteCode::BadFormat));
        assert!(read_sex("Not known").notes.contains(NoteCode::Placeholder));
    }
}
