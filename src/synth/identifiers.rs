//! Identifiers with valid check digits, one per person, without a table.
//!
//! In: a person's number. Out: NINO, NHS number, UPN. What always holds: two people never get the same one, and each passes its
//! check (domain.md section 4.1).

/// Letters of the UPN check, by remainder modulo 23 (domain.md section 4.1: no I, O or S).
pub(crate) const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
/// First letters a NINO prefix may have here; a subset of what is allowed, so no forbidden pair (BG, GB, KN, NK, NT, TN, ZZ) can arise.
const NINO_FIRST: &[u8; 10] = b"JNSPWLRYEA";
const NINO_SECOND: &[u8; 12] = b"ABCEHLMPRSWX";

/// Number of different NINOs this can give.
const NINO_SPACE: u64 = 10 * 12 * 1_000_000;

/// The National Insurance number of a person. Multiplication by a number prime to the size of the space permutes it.
pub(crate) fn nino(person: u32) -> String {
    let place = (u64::from(person) * 48_271_013 + 7_919_933) % NINO_SPACE;
    let (letters, digits) = (place / 1_000_000, place % 1_000_000);
    let first = NINO_FIRST.get((letters / 12) as usize).copied().unwrap_or(b'J');
    let second = NINO_SECOND.get((letters % 12) as usize).copied().unwrap_or(b'A');
    let suffix = b"ABCD".get((person % 4) as usize).copied().unwrap_or(b'A');
    format!("{}{}{digits:06}{}", char::from(first), char::from(second), char::from(suffix))
}

/// The check digit of nine digits of an NHS number; `None` where that number is never issued.
pub(crate) fn nhs_check_digit(digits: u64) -> Option<u64> {
    let mut rest = digits;
    let mut sum = 0;
    for weight in 2..=10 {
        sum += (rest % 10) * weight;
        rest /= 10;
    }
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        check => Some(check),
    }
}

/// The NHS number of a person. The last of the nine digits is even; where that number is never issued the next, odd one is.
pub(crate) fn nhs_number(person: u32) -> String {
    let base = 400_000_000 + (u64::from(person) * 15_485_863 + 32_452_843) % 150_000_000 * 2;
    let (digits, check) = match nhs_check_digit(base) {
        Some(check) => (base, check),
        None => (base + 1, nhs_check_digit(base + 1).unwrap_or(0)),
    };
    format!("{digits:09}{check}")
}

/// The check letter of the twelve digits of a UPN.
pub(crate) fn upn_letter(digits: &str) -> char {
    let sum: u32 = digits.bytes().zip(2..).map(|(byte, weight)| u32::from(byte.wrapping_sub(b'0')) * weight).sum();
    UPN_LETTERS.get((sum % 23) as usize).copied().map_or('A', char::from)
}

/// The parts of a Unique Pupil Number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Upn {
    pub(crate) authority: u16,
    pub(crate) establishment: u16,
    pub(crate) year: u8,
    pub(crate) serial: u16,
}

impl Upn {
    /// The number with its check letter.
    pub(crate) fn text(self) -> String {
        let digits = format!("{:03}{:04}{:02}{:03}", self.authority, self.establishment, self.year, self.serial);
        format!("{}{digits}", upn_letter(&digits))
    }
}

/// The UPRN of an address: twelve digits, no check.
pub(crate) fn uprn(address: u32) -> u64 {
    100_030_000_000 + (u64::from(address) * 7_368_787 + 104_729) % 100_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_agree_with_known_good_numbers() {
        assert_eq!(nhs_check_digit(943_476_591), Some(9));
        for good in ["B801200005001", "P207000016049", "V925123412001", "Q925400112042"] {
            assert_eq!(upn_letter(good.get(1..).unwrap()), good.chars().next().unwrap());
        }
    }

    #[test]
    fn no_two_people_share_an_identifier() {
        let people = 200_000;
        let ninos: std::collections::HashSet<String> = (0..people).map(nino).collect();
        let nhs: std::collections::HashSet<String> = (0..people).map(nhs_number).collect();
        let uprns: std::collections::HashSet<u64> = (0..people).map(uprn).collect();
        assert_eq!((ninos.len(), nhs.len(), uprns.len()), (200_000, 200_000, 200_000));
        for number in nhs.iter().take(5_000) {
            let value: u64 = number.parse().unwrap();
            assert_eq!(nhs_check_digit(value / 10), Some(value % 10));
        }
    }
}
