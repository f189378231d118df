//! UK postcodes.
//!
//! What comes in: one raw cell. What goes out: the postcode with one space, or nothing with the reason. What always
//! holds: a value has one of the six outward forms, an area that exists and an inward part without C, I, K, M, O, V
//! (domain.md §4.1; Royal Mail, "Programmers' guide to the PAF"); it reads as itself.

use crate::model::NoteCode;

use super::letters::alphanumeric;
use super::placeholder::is_placeholder;
use super::reading::Reading;

/// Postcode areas of the United Kingdom, the Crown dependencies, the forces (BF) and the non-geographic BX.
const AREAS: &[&str] = &[
    "AB", "AL", "B", "BA", "BB", "BD", "BF", "BH", "BL", "BN", "BR", "BS", "BT", "BX", "CA", "CB", "CF", "CH", "CM", "CO", "CR", "CT",
    "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GY", "HA",
    "HD", "HG", "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN",
    "LS", "LU", "M", "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH",
    "RM", "S", "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR",
    "TS", "TW", "UB", "W", "WA", "WC", "WD", "WF", "WN", "WR", "WS", "WV", "YO", "ZE",
];

/// Outward forms: `A` a letter, `9` a digit, `0` a digit that may be zero.
const OUTWARD: &[&str] = &["A9", "A90", "AA9", "AA90", "A9A", "AA9A", "AA0"];

/// No letter of the inward part (domain.md §4.1).
const NOT_INWARD: &str = "CIKMOV";

fn as_digit(character: char) -> Option<char> {
    match character {
        digit if digit.is_ascii_digit() => Some(digit),
        'O' | 'Q' | 'D' => Some('0'),
        'I' | 'L' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
    }
}

fn as_letter(character: char) -> Option<char> {
    match character {
        letter if letter.is_ascii_uppercase() => Some(letter),
        '0' => Some('O'),
        '1' => Some('I'),
        '2' => Some('Z'),
        '5' => Some('S'),
        '8' => Some('B'),
        _ => None,
    }
}

/// The text in a form, with the number of characters put right.
fn fit(text: &str, form: &str) -> Option<(String, usize)> {
    if text.len() != form.len() {
        return None;
    }
    let mut fitted = String::with_capacity(text.len() + 1);
    let mut repairs = 0;
    for (character, kind) in text.chars().zip(form.chars()) {
        let fits = if kind == 'A' { as_letter(character)? } else { as_digit(character)? };
        if kind == '9' && fits == '0' {
            return None;
        }
        repairs += usize::from(fits != character);
        fitted.push(fits);
    }
    Some((fitted, repairs))
}

/// Districts of London that are divided by a letter; nowhere else does an outward part end in one.
const LETTERED: &[&str] = &["E1", "EC1", "EC2", "EC3", "EC4", "N1", "NW1", "SE1", "SW1", "W1", "WC1", "WC2"];

fn is_real(outward: &str) -> bool {
    if outward.ends_with(|last: char| last.is_ascii_uppercase())
        && !outward.get(..outward.len() - 1).is_some_and(|district| LETTERED.contains(&district))
    {
        return false;
    }
    let area: String = outward.chars().take_while(char::is_ascii_uppercase).collect();
    AREAS.binary_search(&area.as_str()).is_ok()
}

/// The postcode of letters and digits with the number of characters put right, at most `repairs` of them.
fn parse(compact: &str, repairs: usize) -> Option<(String, usize)> {
    if compact == "GIR0AA" {
        return Some(("GIR 0AA".to_owned(), 0));
    }
    let (outward, inward) = compact.split_at_checked(compact.len().checked_sub(3)?)?;
    let (inward, inward_repairs) = fit(inward, "0AA")?;
    if inward.contains(|character| NOT_INWARD.contains(character)) {
        return None;
    }
    let candidates = OUTWARD.iter().filter_map(|form| fit(outward, form)).filter(|(text, _)| is_real(text));
    let (outward, outward_repairs) = candidates.min_by_key(|&(_, count)| count)?;
    let total = inward_repairs + outward_repairs;
    (total <= repairs).then(|| (format!("{outward} {inward}"), total))
}

/// The postcode if the text is one as it stands (any spacing and case), nothing put right.
#[must_use]
pub fn exact_postcode(text: &str) -> Option<String> {
    let compact = alphanumeric(text);
    (5..=7).contains(&compact.len()).then(|| parse(&compact, 0)).flatten().map(|(postcode, _)| postcode)
}

/// Pseudo-postcodes: ZZ99 of the NHS (3VZ no fixed abode, 3WZ unknown, the rest countries) and what systems use alike.
fn is_pseudo(compact: &str) -> bool {
    ["ZZ", "XX", "QQ", "NF1", "AA1", "A11AA"].iter().any(|prefix| compact.starts_with(prefix)) || compact == "A9AA" || compact == "ZE999ZZ"
}

/// Reads a postcode cell. O and 0, I and 1, S and 5 and their like are put right by position, two of them at most.
#[must_use]
pub fn read_postcode(raw: &str) -> Reading {
    let compact = alphanumeric(raw);
    if is_placeholder(&compact) {
        return Reading::absent(NoteCode::Placeholder);
    }
    if is_pseudo(&compact) {
        return Reading::absent(NoteCode::PseudoPostcode);
    }
    match (5..=7).contains(&compact.len()).then(|| parse(&compact, 2)).flatten() {
        Some((postcode, _)) => Reading::changed(raw, postcode, NoteCode::Repaired),
        None => Reading::absent(NoteCode::BadFormat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::standardise::reading::NoteSet;
    use proptest::prelude::*;

    #[test]
    fn every_outward_form_is_read_with_any_spacing() {
        for (raw, postcode) in [
            ("LN1 1YL", "LN1 1YL"),
            ("ln11yl", "LN1 1YL"),
            (" PE21  6QJ ", "PE21 6QJ"),
            ("M1 1AE", "M1 1AE"),
            ("B33 8TH", "B33 8TH"),
            ("CR2 6XH", "CR2 6XH"),
            ("DN55 1PT", "DN55 1PT"),
            ("W1A 0AX", "W1A 0AX"),
            ("EC1A 1BB", "EC1A 1BB"),
            ("GIR 0AA", "GIR 0AA"),
            ("NG31-6TT", "NG31 6TT"),
            ("CR0 2YR", "CR0 2YR"),
        ] {
            assert_eq!(read_postcode(raw).value.as_deref(), Some(postcode), "{raw}");
        }
        assert!(read_postcode("ln1 1yl").notes.is_empty());
        assert!(read_postcode("LN11YL").notes.contains(NoteCode::Repaired));
    }

    #[test]
    fn letters_and_digits_are_put_right_by_position() {
        for (raw, postcode) in [
            ("LNI 1YL", "LN1 1YL"),
            ("LN1 IYL", "LN1 1YL"),
            ("PE2O 1AA", "PE20 1AA"),
            ("S017 1BJ", "SO17 1BJ"),
            ("5O17 1BJ", "SO17 1BJ"),
            ("NG3I OAA", "NG31 0AA"),
            ("LN5 7B5", "LN5 7BS"),
        ] {
            let reading = read_postcode(raw);
            assert_eq!(reading.value.as_deref(), Some(postcode), "{raw}");
            assert!(reading.notes.contains(NoteCode::Repaired));
        }
    }

    #[test]
    fn what_is_no_postcode_is_told_why() {
        for (raw, code) in [
            ("ZZ99 3VZ", NoteCode::PseudoPostcode),
            ("zz993wz", NoteCode::PseudoPostcode),
            ("UNKNOWN", NoteCode::Placeholder),
            ("LN1", NoteCode::BadFormat),
            ("LN1 1CL", NoteCode::BadFormat),
            ("LN1 1Y", NoteCode::BadFormat),
            ("JJ1 1AA", NoteCode::BadFormat),
            ("12345", NoteCode::BadFormat),
            ("LN01 1YL", NoteCode::BadFormat),
            ("LN1 1YLL", NoteCode::BadFormat),
        ] {
            assert_eq!(read_postcode(raw), Reading::absent(code), "{raw}");
        }
        assert!(AREAS.is_sorted());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_gives_a_postcode_that_reads_as_itself_or_none(raw in prop_oneof![any::<String>(), "[A-Z0-9 ]{5,8}"]) {
            if let Some(postcode) = read_postcode(&raw).value {
                prop_assert_eq!(read_postcode(&postcode), Reading { value: Some(postcode.clone()), notes: NoteSet::default() });
                prop_assert_eq!(exact_postcode(&postcode), Some(postcode));
            }
        }
    }
}
