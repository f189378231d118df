//! Identifiers that outlive a run.

use sha2::{Digest, Sha256};

/// A 12-digit hexadecimal digest of some parts, each ended by a unit separator so that `("a","b")` and `("ab","")` differ.
#[must_use]
pub fn short_digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0x1f]);
    }
    hex(hasher.finalize().get(..6).unwrap_or_default())
}

/// Most characters of a text that stand in the name of a file.
const LONGEST_NAME: usize = 100;

/// A text as the name of a file that every system takes, without an ending. Where that says less than the text, a digest of it tells apart what would have the same name.
#[must_use]
pub fn file_name(text: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "-_.= ".contains(letter) { letter } else { '_' };
    let name: String = text.chars().map(plain).take(LONGEST_NAME).collect();
    let name = name.trim_matches(['.', ' ']);
    if name == text && !name.is_empty() { name.to_owned() } else { format!("{name}-{}", short_digest(&[text])) }
}

/// 64 bits of a digest of some parts, each ended by a unit separator: what is compared over months and versions. Never 0.
#[must_use]
pub fn digest_64(parts: &[&str]) -> u64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0x1f]);
    }
    hasher.finalize().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)).max(1)
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The identifier of a person whose smallest record is `(source, record_id)`. Under the secret of a county nobody who has the id can go through all record ids
/// for the one behind it, which may hold a pupil's number or that of somebody who must not be named; without one (empty) the id is a plain digest.
#[must_use]
pub fn person_id(secret: &str, source: &str, record_id: &str) -> String {
    format!(
        "P{}",
        if secret.is_empty() { short_digest(&["person", source, record_id]) } else { short_digest(&["person", secret, source, record_id]) }
    )
}

/// The pseudonym of a family in the star schema of its own run. It stands beside the family's id in one folder, so it keeps nothing secret there: what
/// leaves that folder gets a keyed pseudonym instead ([`super::pseudonym`]).
#[must_use]
pub fn family_key(family_id: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"star family\x1f");
    hasher.update(family_id.as_bytes());
    format!("K{}", hex(hasher.finalize().get(..8).unwrap_or_default()))
}

/// The key under which a home is remembered from month to month, of its address key and postcode: house and postcode only, because flats and streets are
/// written in more than one way; 0 without a postcode. Under a county's secret nobody finds the address by trying all.
#[must_use]
pub fn home_key(secret: &str, address_key: &str, postcode: &str) -> u64 {
    if postcode.is_empty() {
        return 0;
    }
    let house = address_key.split('|').nth(1).unwrap_or_default();
    if secret.is_empty() { digest_64(&["home", house, postcode]) } else { digest_64(&["home", secret, house, postcode]) }
}

/// The identifier of a family whose smallest member is `person_id`.
#[must_use]
pub fn family_id(person_id: &str) -> String {
    format!("F{}", short_digest(&["family", person_id]))
}

/// 64 bits of a SHA-256 over some parts, each preceded by its length: for hashes that leave the program.
#[must_use]
pub fn digest_number(parts: &[&[u8]]) -> u64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    digest.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_signs_only_have_files_of_their_own() {
        for plain in ["2012-10_police (2).csv".replace(['(', ')'], "="), "SE-1".to_owned(), "A 1".to_owned()] {
            assert_eq!(file_name(&plain), plain);
        }
        let texts = [
            "police (2).csv",
            "police [2].csv",
            "police _2_.csv",
            "Zoë.csv",
            "Zoé.csv",
            "../x",
            "..",
            ".",
            "",
            " ",
            &"x".repeat(300),
            &"x".repeat(301),
        ];
        let names: Vec<String> = texts.iter().map(|text| file_name(text)).collect();
        for (place, name) in names.iter().enumerate() {
            assert!(!name.is_empty() && !name.starts_with('.') && !name.contains('/') && name.len() <= 120, "{name}");
            assert!(!names.iter().take(place).any(|earlier| earlier == name), "{name} twice");
        }
    }
}
