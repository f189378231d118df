//! Bounds of a workbook's package, read before anything is unpacked.
//!
//! What comes in: the bytes of an xlsx file. What goes out: nothing, or a refusal.
//! What always holds: only the zip directory at the end of the file is looked at (APPNOTE.TXT 4.3.12 and 4.3.16: central directory and its
//! end record); a package that would unpack to too much, holds macros or points to other files is never opened.

use crate::model::Problem;

/// Most parts of a package: a workbook with hundreds of sheets is no extract.
const MOST_PARTS: usize = 1000;
/// Most bytes after unpacking.
const MOST_BYTES: u64 = 1 << 30;
/// Bytes above which the ratio counts: small texts of one letter compress well.
const RATIO_FROM: u64 = 64 << 20;
/// Most bytes unpacked per byte packed. Sheets of real extracts reach 10 to 40.
const MOST_RATIO: u64 = 120;
/// deflate cannot do better than this (zlib: "1032:1"); more is a lie of the directory.
const DEFLATE_RATIO: u64 = 1040;

/// Refuses a package that is no workbook or dangerous to open.
pub(super) fn check(file: &str, bytes: &[u8]) -> Result<(), Problem> {
    let refuse = |code, message: &str, hint: &str| Err(Problem::of_file(file, code, message).with_hint(hint));
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return refuse("not-a-workbook", "the file is an old .xls or protected by a password", "save it as .xlsx without a password");
    }
    let Some(parts) = parts(bytes) else {
        return refuse("not-a-workbook", "the file is not a complete xlsx workbook", "it is damaged or cut short: have it sent again");
    };
    let unpacked: u64 = parts.iter().map(|part| part.unpacked).fold(0, u64::saturating_add);
    let packed: u64 = parts.iter().map(|part| part.packed).fold(0, u64::saturating_add);
    let possible = packed.saturating_mul(DEFLATE_RATIO).saturating_add(1 << 16);
    let too_large = parts.len() > MOST_PARTS
        || unpacked > MOST_BYTES
        || packed > bytes.len() as u64
        || unpacked > possible
        || (unpacked > RATIO_FROM && unpacked / packed.max(1) > MOST_RATIO);
    if too_large {
        return refuse("workbook-too-large", "the workbook would unpack to far more than an extract holds", "have the extract sent as CSV");
    }
    let holds = |piece: &str| parts.iter().any(|part| part.name.to_ascii_lowercase().contains(piece));
    if holds("vbaproject") || holds("macrosheets/") {
        return refuse("workbook-with-macro", "the workbook holds macros", "save it as .xlsx without macros");
    }
    if holds("externallinks/") || holds("embeddings/") {
        return refuse("workbook-with-links", "the workbook links to or embeds other files", "paste the values into a new workbook");
    }
    Ok(())
}

struct Part {
    name: String,
    packed: u64,
    unpacked: u64,
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let piece = bytes.get(at..at.checked_add(width)?)?;
    Some(piece.iter().rev().fold(0, |value, &byte| (value << 8) | u64::from(byte)))
}

/// The parts the central directory lists; `None` if there is no whole directory.
fn parts(bytes: &[u8]) -> Option<Vec<Part>> {
    const END: &[u8] = b"PK\x05\x06";
    const ENTRY: &[u8] = b"PK\x01\x02";
    let tail = bytes.len().saturating_sub(65_557);
    let end = tail + bytes.get(tail..)?.windows(4).rposition(|window| window == END)?;
    let count = number(bytes, end + 10, 2)?;
    let mut at = number(bytes, end + 16, 4)? as usize;
    if count == 0xffff {
        // A package in the large format (zip64) has more parts than any workbook.
        return Some((0..=MOST_PARTS).map(|_| Part { name: String::new(), packed: 0, unpacked: 0 }).collect());
    }
    let mut parts = Vec::with_capacity(count as usize);
    for _ in 0..count {
        if bytes.get(at..at + 4)? != ENTRY {
            return None;
        }
        let (packed, unpacked) = (number(bytes, at + 20, 4)?, number(bytes, at + 24, 4)?);
        let lengths = [28, 30, 32].map(|offset| number(bytes, at + offset, 2));
        let [name, extra, comment] = lengths;
        let name_length = name? as usize;
        let name = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name_length)?).into_owned();
        parts.push(Part { name, packed, unpacked });
        at += 46 + name_length + extra? as usize + comment? as usize;
    }
    (at <= end).then_some(parts)
}
