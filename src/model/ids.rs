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
    hex(&hasher.finalize()[..6])
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The identifier of a person whose smallest record is `(source, record_id)`.
#[must_use]
pub fn person_id(source: &str, record_id: &str) -> String {
    format!("P{}", short_digest(&["person", source, record_id]))
}

/// The identifier of a family whose smallest member is `person_id`.
#[must_use]
pub fn family_id(person_id: &str) -> String {
    format!("F{}", short_digest(&["family", person_id]))
}
