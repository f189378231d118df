//! Telephones and e-mail addresses.
//!
//! What comes in: one raw cell. What goes out: national digits ("01522552078"), or a lower-case address, or nothing with
//! the reason. What always holds: a value reads as itself; numbers and addresses that stand for none never come out, or
//! they would link everybody who gave none.

use crate::model::NoteCode;

use super::letters::alphanumeric;
use super::placeholder::is_placeholder;
use super::reading::Reading;

/// Digits that only a form or a bored clerk writes.
const NOT_NUMBERS: &[&str] = &["0123456789", "01234567890", "01234567891", "07123456789", "07012345678", "01111111111", "07987654321"];

/// Reads a telephone cell: the first usable number of it.
#[must_use]
pub fn read_telephone(raw: &str) -> Reading {
    if is_placeholder(&alphanumeric(raw)) {
        return Reading::absent(NoteCode::Placeholder);
    }
    if raw.contains(['e', 'E']) && raw.trim().bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+')) {
        return Reading::absent(NoteCode::SpreadsheetDamage);
    }
    let mut why = NoteCode::BadFormat;
    for piece in raw.split(['/', ',', ';', '|']).chain(std::iter::once(raw)) {
        match one_telephone(piece) {
            Ok(digits) => return Reading::cleaned(raw, digits),
            Err(code) => why = if why == NoteCode::Placeholder { why } else { code },
        }
    }
    Reading::absent(why)
}

fn one_telephone(text: &str) -> Result<String, NoteCode> {
    // An extension follows a word; digits in front of it are the number.
    let lower = text.to_ascii_lowercase();
    let text = match lower.find("ext").or_else(|| lower.find('x')) {
        Some(at) if at > 0 => lower.get(..at).unwrap_or(&lower),
        _ => &lower,
    };
    let text = text.replace("(0)", "");
    let text = text.trim().strip_suffix(".0").unwrap_or(text.trim());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = digits.strip_prefix("0044").or_else(|| digits.strip_prefix("44").filter(|rest| rest.len() >= 9));
    let national = match international {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        // A spreadsheet took the leading zero.
        None if digits.len() == 10 && digits.starts_with(['1', '2', '3', '7']) => format!("0{digits}"),
        None => digits,
    };
    let body = national.trim_start_matches('0');
    if body.len() < 3 || is_placeholder(body) || NOT_NUMBERS.contains(&national.as_str()) || ends_in_a_run(&national) {
        return Err(if national.len() >= 3 { NoteCode::Placeholder } else { NoteCode::BadFormat });
    }
    let known = national.starts_with("01")
        || national.starts_with("02")
        || national.starts_with("03")
        || national.starts_with("07")
        || national.starts_with("08");
    let length = national.len() == 11 || (national.len() == 10 && (national.starts_with("01") || national.starts_with("08")));
    if known && length { Ok(national) } else { Err(NoteCode::BadFormat) }
}

/// Seven and more like digits at the end.
fn ends_in_a_run(digits: &str) -> bool {
    let last = digits.chars().last();
    digits.chars().rev().take_while(|&digit| Some(digit) == last).count() >= 7
}

/// What stands before the @ where somebody has none.
const NOT_MAILBOXES: &[&str] = &[
    "na",
    "noaddress",
    "noemail",
    "noemailaddress",
    "nomail",
    "none",
    "nonegiven",
    "noreply",
    "notgiven",
    "notknown",
    "notprovided",
    "refused",
    "test",
    "unknown",
];

const NOT_DOMAINS: &[&str] =
    &["email.com.none", "na.com", "noemail.co.uk", "noemail.com", "nomail.com", "none.com", "none.co.uk", "test.com", "unknown.com"];

/// Reads an e-mail cell.
#[must_use]
pub fn read_email(raw: &str) -> Reading {
    let lower = raw.trim().to_lowercase();
    let text = lower.strip_prefix("mailto:").unwrap_or(&lower);
    let text = text.trim_matches(|character: char| character.is_whitespace() || "<>()[]\"';,.".contains(character)).replace(' ', "");
    if is_placeholder(&alphanumeric(&text)) {
        return Reading::absent(NoteCode::Placeholder);
    }
    let Some((mailbox, domain)) = text.split_once('@') else { return Reading::absent(NoteCode::BadFormat) };
    let mailbox_fits = !mailbox.is_empty()
        && mailbox.len() <= 64
        && mailbox.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
        && !mailbox.contains("..")
        && !mailbox.starts_with(['.', '\'']);
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_fits = labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        && labels.last().is_some_and(|last| last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    if !mailbox_fits || !domain_fits {
        return Reading::absent(NoteCode::BadFormat);
    }
    let plain: String = mailbox.chars().filter(char::is_ascii_alphanumeric).collect();
    if NOT_MAILBOXES.contains(&plain.as_str()) || NOT_DOMAINS.contains(&domain) || is_placeholder(&plain.to_ascii_uppercase()) {
        return Reading::absent(NoteCode::Placeholder);
    }
    Reading::cleaned(raw, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::standardise::reading::NoteSet;
    use proptest::prelude::*;

    #[test]
    fn one_number_is_understood_in_every_way_of_writing_it() {
        for raw in [
            "01522 552078",
            "(01522) 552078",
            "+44 1522 552078",
            "+44 (0)1522 552078",
            "0044 1522 552078",
            "1522552078",
            "1522552078.0",
            "01522552078 ext 12",
            "01522-552-078",
            "01522 552078 / 07700 900123",
        ] {
            assert_eq!(read_telephone(raw).value.as_deref(), Some("01522552078"), "{raw}");
        }
        assert_eq!(read_telephone("7700900123").value.as_deref(), Some("07700900123"));
        assert_eq!(read_telephone("none / 07700 900123").value.as_deref(), Some("07700900123"));
        assert!(read_telephone("01522552078").notes.is_empty());
    }

    #[test]
    fn a_number_that_stands_for_none_is_none() {
        for (raw, code) in [
            ("00000", NoteCode::Placeholder),
            ("00000000000", NoteCode::Placeholder),
            ("01234567890", NoteCode::Placeholder),
            ("07777777777", NoteCode::Placeholder),
            ("07000000000", NoteCode::Placeholder),
            ("N/A", NoteCode::Placeholder),
            ("552078", NoteCode::BadFormat),
            ("7.70E+09", NoteCode::SpreadsheetDamage),
            ("mum's", NoteCode::BadFormat),
            ("09123456780", NoteCode::BadFormat),
        ] {
            assert_eq!(read_telephone(raw), Reading::absent(code), "{raw}");
        }
    }

    #[test]
    fn addresses_are_lower_case_and_sane() {
        assert_eq!(read_email(" Jane.Smith@Example.ORG ").value.as_deref(), Some("jane.smith@example.org"));
        assert_eq!(read_email("mailto:j@x.co.uk").value.as_deref(), Some("j@x.co.uk"));
        for (raw, code) in [
            ("noemail@example.org", NoteCode::Placeholder),
            ("no.email@nhs.net", NoteCode::Placeholder),
            ("xxx@xxx.com", NoteCode::Placeholder),
            ("none", NoteCode::Placeholder),
            ("jane", NoteCode::BadFormat),
            ("jane@home", NoteCode::BadFormat),
            ("a@b@c.uk", NoteCode::BadFormat),
            ("jane@@x.uk", NoteCode::BadFormat),
        ] {
            assert_eq!(read_email(raw), Reading::absent(code), "{raw}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_gives_a_value_that_reads_as_itself_or_none(raw in prop_oneof![any::<String>(), "[0-9 +()/x.]{5,20}", "[a-zA-Z.' ]{1,9}@[a-z.-]{1,12}"]) {
            for read in [read_telephone, read_email] {
                if let Some(value) = read(&raw).value {
                    prop_assert_eq!(read(&value), Reading { value: Some(value.clone()), notes: NoteSet::default() });
                }
            }
        }
    }
}
