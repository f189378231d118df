//! Amounts as people read and write them.
//!
//! What comes in: `2GiB`, `1.5 GB`, `800MiB`; numbers. What goes out: bytes; texts. What always holds: an amount of memory has a unit, because a
//! ceiling of two bytes would be a mistake.

const UNITS: [(&str, f64); 8] = [
    ("tib", 1_099_511_627_776.0),
    ("gib", 1_073_741_824.0),
    ("mib", 1_048_576.0),
    ("kib", 1024.0),
    ("tb", 1e12),
    ("gb", 1e9),
    ("mb", 1e6),
    ("kb", 1e3),
];

/// Bytes of an amount with its unit; upper and lower case alike.
///
/// # Errors
/// In words, if it is no such amount or less than a mebibyte.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_lowercase();
    let read = UNITS.iter().find_map(|(unit, size)| {
        let number: f64 = lower.strip_suffix(unit)?.trim().parse().ok()?;
        (number.is_finite() && number > 0.0).then_some(number * size)
    });
    match read {
        Some(bytes) if bytes >= 1_048_576.0 => Ok(bytes as u64),
        _ => Err("expected an amount of memory with its unit, such as 2GiB or 800MiB".to_owned()),
    }
}

/// Bytes in GiB or MiB, for people.
#[must_use]
pub fn bytes_in_words(bytes: u64) -> String {
    let mebibytes = bytes as f64 / 1_048_576.0;
    if mebibytes >= 1024.0 { format!("{:.1} GiB", mebibytes / 1024.0) } else { format!("{mebibytes:.0} MiB") }
}

/// A number with its thousands apart: `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_with_its_unit_only() {
        assert_eq!(parse_bytes("2GiB"), Ok(2 << 30));
        assert_eq!(parse_bytes(" 1.5 gb "), Ok(1_500_000_000));
        assert_eq!(parse_bytes("800MiB"), Ok(800 << 20));
        for wrong in ["2", "2G", "GiB", "-1GiB", "1KiB", "nanGiB", "infGB", "", "2 GiB or so"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
        assert_eq!(bytes_in_words(2 << 30), "2.0 GiB");
        assert_eq!(bytes_in_words(800 << 20), "800 MiB");
    }
}
