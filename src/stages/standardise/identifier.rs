//! Identifiers with a check digit or a rule of form: NHS number, NINO, UPN, ULN, UPRN.
//!
//! What comes in: one raw cell. What goes out: the identifier in its one form, or nothing with the reason. What always
//! holds: a value satisfies its rule and reads as itself. Rules and vectors: domain.md §4.1; ULN: HESA student record,
//! field ULN ("weights 10 to 1, remainder 10").

use crate::model::NoteCode;

use super::letters::alphanumeric;
use super::placeholder::is_placeholder;
use super::reading::{NoteSet, Reading};

/// The 23 check letters of a UPN: no I, O, S. The position of a letter is its value.
const UPN_LETTERS: &str = "ABCDEFGHJKLMNPQRTUVWXYZ";

/// Local authority numbers of England lie in 201 (City of London) to 938 (West Sussex); domain.md §4.1 asks for a plausible one.
const LOCAL_AUTHORITIES: std::ops::RangeInclusive<u32> = 201..=938;

/// True for a number a spreadsheet has rounded: `1.00E+11`, `4.85E09`.
fn is_spreadsheet_damage(raw: &str) -> bool {
    let text = raw.trim();
    text.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
        let exponent = exponent.trim_start_matches('+');
        !mantissa.is_empty()
            && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && (1..=3).contains(&exponent.len())
            && exponent.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Letters and digits of a cell without a spreadsheet's `.0`; or why there are none.
fn compact(raw: &str) -> Result<String, NoteCode> {
    if is_spreadsheet_damage(raw) {
        return Err(NoteCode::SpreadsheetDamage);
    }
    let text = raw.trim();
    let whole = text
        .split_once('.')
        .filter(|(_, fraction)| !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0'))
        .map_or(text, |(whole, _)| whole);
    let compact = alphanumeric(whole);
    if is_placeholder(&compact) { Err(NoteCode::Placeholder) } else { Ok(compact) }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Sum of the first nine digits times 10, 9, … 2, and the tenth digit.
fn weighted_ten(digits: &str) -> Option<(u32, u32)> {
    if digits.len() != 10 || !is_digits(digits) {
        return None;
    }
    let mut sum = 0;
    let mut last = 0;
    for (digit, weight) in digits.chars().filter_map(|character| character.to_digit(10)).zip((1..=10).rev()) {
        if weight > 1 {
            sum += digit * weight;
        } else {
            last = digit;
        }
    }
    Some((sum, last))
}

/// Reads an NHS number: ten digits, the last is 11 − (Σ dᵢ·(11−i) mod 11), where 11 is written 0 and 10 never given out.
#[must_use]
pub fn read_nhs_number(raw: &str) -> Reading {
    let digits = match compact(raw) {
        Ok(digits) => digits,
        Err(code) => return Reading::absent(code),
    };
    let Some((sum, last)) = weighted_ten(&digits) else { return Reading::absent(NoteCode::BadFormat) };
    let check = (11 - sum % 11) % 11;
    if check == 10 || check != last { Reading::absent(NoteCode::BadCheckDigit) } else { Reading::cleaned(raw, digits) }
}

/// Reads a Unique Learner Number: ten digits, not beginning with 0, weights 10 to 1, remainder of the sum by 11 is 10.
/// `9999999999` means "no number yet".
#[must_use]
pub fn read_uln(raw: &str) -> Reading {
    let digits = match compact(raw) {
        Ok(digits) => digits,
        Err(code) => return Reading::absent(code),
    };
    let Some((sum, last)) = weighted_ten(&digits).filter(|_| !digits.starts_with('0')) else { return Reading::absent(NoteCode::BadFormat) };
    if (sum + last) % 11 == 10 { Reading::cleaned(raw, digits) } else { Reading::absent(NoteCode::BadCheckDigit) }
}

/// Prefixes never given out.
const NOT_NINO: &[&str] = &["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

/// Reads a National Insurance number: two letters, six digits and a suffix that is dropped. The first letter is none of
/// D F I Q U V, the second none of D F I O Q U V. "TN", date of birth and sex is a temporary number and no identifier.
#[must_use]
pub fn read_nino(raw: &str) -> Reading {
    let text = match compact(raw) {
        Ok(text) => text,
        Err(code) => return Reading::absent(code),
    };
    if text.starts_with("TN") && text.len() >= 8 {
        return Reading::absent(NoteCode::Temporary);
    }
    let body = match text.len() {
        8 => text.as_str(),
        9 if text.ends_with(['A', 'B', 'C', 'D']) => text.get(..8).unwrap_or_default(),
        _ => return Reading::absent(NoteCode::BadFormat),
    };
    let (Some(prefix), Some(digits)) = (body.get(..2), body.get(2..)) else { return Reading::absent(NoteCode::BadFormat) };
    let digits: String = digits
        .chars()
        .map(|character| match character {
            'O' => '0',
            'I' | 'L' => '1',
            'S' => '5',
            other => other,
        })
        .collect();
    let letters_fit = prefix.starts_with(|first: char| first.is_ascii_uppercase() && !"DFIQUV".contains(first))
        && prefix.ends_with(|second: char| second.is_ascii_uppercase() && !"DFIOQUV".contains(second))
        && !NOT_NINO.contains(&prefix);
    if !letters_fit || !is_digits(&digits) {
        return Reading::absent(NoteCode::BadFormat);
    }
    if digits == "000000" || (prefix == "AB" && digits == "123456") {
        // The number of every example form.
        return Reading::absent(NoteCode::Placeholder);
    }
    let value = format!("{prefix}{digits}");
    if body != value {
        return Reading { value: Some(value), notes: NoteSet::of(NoteCode::Repaired) };
    }
    // Without its suffix the value has another length than the cell: only what else differs is a change.
    Reading { notes: Reading::cleaned(raw, text).notes, value: Some(value) }
}

/// A UPN cell read.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct UpnReading {
    /// A permanent UPN.
    pub permanent: Option<String>,
    /// A temporary one (its last character is a letter).
    pub temporary: Option<String>,
    /// What was done or noticed.
    pub notes: NoteSet,
}

/// Reads a Unique Pupil Number: check letter, three digits of the local authority, four of the school, two of the year,
/// two and a last one that is a letter in a temporary number. The check letter is Σ value·weight mod 23 with the
/// weights 2 to 13 on characters 2 to 13; a letter's value is its place in [`UPN_LETTERS`].
#[must_use]
pub fn read_upn(raw: &str) -> UpnReading {
    let absent = |code| UpnReading { notes: NoteSet::of(code), ..UpnReading::default() };
    let text = match compact(raw) {
        Ok(text) => text,
        Err(code) => return absent(code),
    };
    if let Some(reason) = text.strip_prefix("UN")
        && reason.len() == 1
        && is_digits(reason)
    {
        // UN1 to UN5: the children-in-need census's reasons for having none.
        return absent(NoteCode::Placeholder);
    }
    if text.len() != 13 {
        return absent(NoteCode::BadFormat);
    }
    let fixed: String = text
        .chars()
        .enumerate()
        .map(|(position, character)| match character {
            'O' if position > 0 => '0',
            'I' if position > 0 => '1',
            'S' if position > 0 => '5',
            other => other,
        })
        .collect();
    let (Some(letter), Some(digits), Some(last)) = (fixed.chars().next(), fixed.get(1..12), fixed.chars().last()) else {
        return absent(NoteCode::BadFormat);
    };
    let letter_value = |character: char| UPN_LETTERS.chars().position(|letter| letter == character);
    let authority: u32 = fixed.get(1..4).and_then(|text| text.parse().ok()).unwrap_or(0);
    let values: Option<Vec<usize>> = fixed
        .chars()
        .skip(1)
        .map(|character| character.to_digit(10).map(|digit| digit as usize).or_else(|| letter_value(character)))
        .collect();
    let (Some(check), Some(values)) = (letter_value(letter), values) else { return absent(NoteCode::BadFormat) };
    if !is_digits(digits) || !LOCAL_AUTHORITIES.contains(&authority) {
        return absent(NoteCode::BadFormat);
    }
    let sum: usize = values.iter().zip(2..).map(|(value, weight)| value * weight).sum();
    if sum % UPN_LETTERS.len() != check {
        return absent(NoteCode::BadCheckDigit);
    }
    let Reading { value, notes } =
        if fixed == text { Reading::cleaned(raw, fixed) } else { Reading { value: Some(fixed), notes: NoteSet::of(NoteCode::Repaired) } };
    if last.is_ascii_digit() {
        UpnReading { permanent: value, temporary: None, notes }
    } else {
        let mut notes = notes;
        notes.insert(NoteCode::Temporary);
        UpnReading { permanent: None, temporary: value, notes }
    }
}

/// Reads a UPRN: at most twelve digits, leading zeros cut. A number that a spreadsheet rounded is refused, whether it
/// still shows (`1.00E+11`) or was written out again (seven zeros and more at the end of eleven or twelve digits: chance
/// would do that to one in ten million).
#[must_use]
pub fn read_uprn(raw: &str) -> Reading {
    let text = match compact(raw) {
        Ok(text) => text,
        Err(code) => return Reading::absent(code),
    };
    let digits = text.trim_start_matches('0');
    if !is_digits(&text) || digits.len() > 12 {
        return Reading::absent(NoteCode::BadFormat);
    }
    if digits.is_empty() || is_placeholder(digits) || digits == "123456789012" {
        return Reading::absent(NoteCode::Placeholder);
    }
    if digits.len() >= 11 && digits.ends_with("0000000") {
        return Reading::absent(NoteCode::SpreadsheetDamage);
    }
    Reading::cleaned(raw, digits.to_owned())
}

#[cfg(test)]
#[path = "identifier_tests.rs"]
mod tests;
