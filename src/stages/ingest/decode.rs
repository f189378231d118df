//! Bytes of a text file to text.
//!
//! What comes in: the bytes and the encoding the schema declares. What goes out: text with `\n` line ends, or a refusal with its line.
//! What always holds: nothing is guessed silently and no replacement character is ever made: a byte that does not belong to the encoding
//! refuses the file.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::model::Problem;

/// Text of a file.
#[derive(Debug)]
pub(super) struct Decoded<'b> {
    /// The text, without byte order mark, line ends `\n` or `\r\n`.
    pub(super) text: Cow<'b, str>,
    /// The encoding it was read by, as a schema would name it.
    pub(super) encoding: &'static str,
    /// What the officer should know although the text was read.
    pub(super) warning: Option<String>,
}

/// Decodes a file by the declared encoding; a byte order mark that says otherwise is believed and warned of.
pub(super) fn decode<'b>(file: &str, declared: &str, bytes: &'b [u8]) -> Result<Decoded<'b>, Problem> {
    let refuse = |code, message: &str, hint: &str| Err(Problem::of_file(file, code, message).with_hint(hint));
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
        return refuse("utf-32", "the file is UTF-32, which is not read", "have it saved as UTF-8");
    }
    if let Some(kind) = other_kind(bytes) {
        return refuse("not-text", &format!("the file is {kind}, not a text file"), "set kind in the schema's [file]");
    }
    let wanted = Encoding::for_label(declared.as_bytes()).unwrap_or(UTF_8);
    let marked = Encoding::for_bom(bytes);
    let (encoding, body) = match marked {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None => (wanted, bytes),
    };
    if marked.is_none() && declared.trim().eq_ignore_ascii_case("utf-16") {
        return refuse("no-byte-order-mark", "the schema says UTF-16 and the file has no byte order mark", UTF16_HINT);
    }
    let unmarked_label = declared.trim().eq_ignore_ascii_case("utf-16");
    let warning = marked.filter(|(encoding, _)| *encoding != wanted && !unmarked_label).map(|(encoding, _)| {
        format!("{file}: the schema says encoding = \"{declared}\" and the file's byte order mark says {}: read as that", encoding.name())
    });
    let text = if encoding == UTF_16LE || encoding == UTF_16BE {
        Cow::Owned(utf16(file, body, encoding == UTF_16BE)?)
    } else if encoding == UTF_8 {
        Cow::Borrowed(utf8(file, body)?)
    } else {
        legacy(file, encoding, body)?
    };
    if let Some(position) = text.bytes().position(|byte| byte == 0) {
        let hint = if body.iter().take(200).filter(|&&byte| byte == 0).count() > 20 { UTF16_HINT } else { "have the file exported again" };
        return Err(Problem::of_file(file, "nul-character", "the file holds a NUL character: it is damaged or not a text file")
            .at_line(line_of(text.as_bytes(), position))
            .with_hint(hint));
    }
    Ok(Decoded { text: with_line_feeds(text), encoding: label_of(encoding, marked.is_some()), warning })
}

const UTF16_HINT: &str = "if it is UTF-16, set encoding = \"utf-16le\" or \"utf-16be\" in the schema's [file]";

fn label_of(encoding: &'static Encoding, marked: bool) -> &'static str {
    match (encoding.name(), marked) {
        ("UTF-8", _) => "utf-8",
        ("UTF-16LE" | "UTF-16BE", true) => "utf-16",
        ("UTF-16LE", false) => "utf-16le",
        ("UTF-16BE", false) => "utf-16be",
        (name, _) => name,
    }
}

fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        Some("a workbook (xlsx) or a zip archive")
    } else if bytes.starts_with(b"PAR1") {
        Some("a Parquet file")
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        Some("an old or password-protected Office file")
    } else {
        None
    }
}

fn utf8<'b>(file: &str, bytes: &'b [u8]) -> Result<&'b str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| {
        Problem::of_file(file, "not-utf-8", "this line is not UTF-8")
            .at_line(line_of(bytes, error.valid_up_to()))
            .with_hint("if the agency exports in the Windows encoding, set encoding = \"windows-1252\" in the schema's [file]")
    })
}

fn utf16(file: &str, bytes: &[u8], big_endian: bool) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| if big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let mut text = String::with_capacity(bytes.len() / 2 + 16);
    for letter in char::decode_utf16(units) {
        let Ok(letter) = letter else {
            let line = line_of(text.as_bytes(), text.len());
            return Err(Problem::of_file(file, "not-utf-16", "this line is not UTF-16").at_line(line));
        };
        text.push(letter);
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        let line = line_of(text.as_bytes(), text.len());
        Err(Problem::of_file(file, "cut-short", "the file ends in the middle of a character").at_line(line).with_hint("have it sent again"))
    }
}

fn legacy<'b>(file: &str, encoding: &'static Encoding, bytes: &'b [u8]) -> Result<Cow<'b, str>, Problem> {
    // Text with accents that happens to be valid UTF-8 is UTF-8: read as Windows-1252 it would turn "Zoë" into "ZoÃ«".
    if !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
        let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
        let message = format!("the schema says {} and the file is UTF-8", encoding.name());
        return Err(Problem::of_file(file, "is-utf-8", message)
            .at_line(line_of(bytes, first))
            .with_hint("set encoding = \"utf-8\" in the schema's [file]"));
    }
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let bad = |line: &&[u8]| encoding.decode_without_bom_handling_and_without_replacement(line).is_none();
    let line = bytes.split(|&byte| byte == b'\n').position(|line| bad(&line)).map_or(0, |index| index as u64 + 1);
    Err(Problem::of_file(file, "wrong-encoding", format!("this line is not {}", encoding.name())).at_line(line))
}

/// The line of a position: one more than the line ends (`\n`, `\r\n` or `\r`) before it.
pub(super) fn line_of(bytes: &[u8], position: usize) -> u64 {
    let before = bytes.get(..position.min(bytes.len())).unwrap_or_default();
    let to_here = before.split(|&byte| byte == b'\n').count();
    let returns = before.windows(2).filter(|pair| matches!(pair, [b'\r', next] if *next != b'\n')).count();
    (to_here + returns) as u64
}

/// Old Macintosh line ends (a lone `\r`) become `\n`, so that lines can be counted.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = bytes.iter().zip(bytes.iter().skip(1)).any(|(&byte, &next)| byte == b'\r' && next != b'\n');
    if lone || bytes.last() == Some(&b'\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 5] = ["O\u{2019}Neil", "Zoë", "Łukasz", "Māori", "🙂 emoji"];

    fn encode(text: &str, label: &str) -> Vec<u8> {
        let units = |big: bool| text.encode_utf16().flat_map(move |unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        let points = |big: bool| {
            text.chars().flat_map(move |letter| if big { (letter as u32).to_be_bytes() } else { (letter as u32).to_le_bytes() })
        };
        match label {
            "utf-8" => text.into(),
            "utf-8 bom" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            "utf-16le" => units(false).collect(),
            "utf-16be" => units(true).collect(),
            "utf-16le bom" => [0xff, 0xfe].into_iter().chain(units(false)).collect(),
            "utf-16be bom" => [0xfe, 0xff].into_iter().chain(units(true)).collect(),
            "utf-32le bom" => [0xff, 0xfe, 0, 0].into_iter().chain(points(false)).collect(),
            _ => [0, 0, 0xfe, 0xff].into_iter().chain(points(true)).collect(),
        }
    }

    #[test]
    fn eight_encodings_come_back_exactly_or_are_refused() {
        let labels = ["utf-8", "utf-8 bom", "utf-16le", "utf-16be", "utf-16le bom", "utf-16be bom", "utf-32le bom", "utf-32be bom"];
        for text in TEXTS {
            for label in labels {
                let bytes = encode(&format!("a,b\n{text},1\n"), label);
                let declared = label.trim_end_matches(" bom");
                match decode("f.csv", declared, &bytes) {
                    Ok(decoded) => assert_eq!(decoded.text, format!("a,b\n{text},1\n"), "{label}"),
                    Err(problem) => assert!(problem.code == "utf-32", "{label}: {problem}"),
                }
                // Without the right declaration: right by its mark, or refused, never other letters.
                match decode("f.csv", "utf-8", &bytes) {
                    Ok(decoded) => assert_eq!(decoded.text, format!("a,b\n{text},1\n"), "{label} undeclared"),
                    Err(problem) => assert!(!problem.to_string().contains(text)),
                }
            }
        }
    }

    #[test]
    fn undeclared_windows_1252_is_refused_with_its_line_and_a_hint() {
        for text in ["Zo\u{eb}", "O\u{2019}Neil", "Jos\u{e9}"] {
            let (encoded, _, _) = encoding_rs::WINDOWS_1252.encode(text);
            let bytes = [b"a,b\nx,y\n".as_slice(), &encoded, b",1\n"].concat();
            let problem = decode("f.csv", "utf-8", &bytes).expect_err("not UTF-8");
            assert_eq!((problem.code, problem.line), ("not-utf-8", 3));
            assert!(problem.hint.contains("windows-1252"));
            assert_eq!(decode("f.csv", "windows-1252", &bytes).expect("declared").text, format!("a,b\nx,y\n{text},1\n"));
        }
    }

    #[test]
    fn text_is_never_read_by_the_wrong_encoding() {
        let problem = decode("f.csv", "windows-1252", "a\nZoë\n".as_bytes()).expect_err("is UTF-8");
        assert_eq!((problem.code, problem.line), ("is-utf-8", 2));
        assert_eq!(decode("f.csv", "utf-16", b"a,b\n").expect_err("no mark").code, "no-byte-order-mark");
        assert_eq!(decode("f.csv", "utf-16le", b"a\0,").expect_err("odd").code, "cut-short");
        assert_eq!(decode("f.csv", "utf-16le", b"\x00\xd8a\0").expect_err("lone surrogate").code, "not-utf-16");
        assert_eq!(decode("f.csv", "shift_jis", b"a\n\x81\n").expect_err("half a character").line, 2);
        assert_eq!(decode("f.csv", "utf-8", b"a\nb\0c\n").expect_err("NUL").line, 2);
        assert_eq!(decode("f.csv", "utf-8", b"PK\x03\x04abc").expect_err("zip").code, "not-text");
    }

    #[test]
    fn lone_carriage_returns_end_lines() {
        assert_eq!(decode("f", "utf-8", b"a,b\r1,2\r3,4").expect("read").text, "a,b\n1,2\n3,4");
        assert_eq!(decode("f", "utf-8", b"a,b\r\n1,2\n3,4\r").expect("read").text, "a,b\n1,2\n3,4\n");
        assert_eq!(decode("f", "utf-8", b"a,b\r\n1,2\r\n").expect("read").text, "a,b\r\n1,2\r\n");
    }
}
