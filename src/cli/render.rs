//! The one place that prints: results to standard output, everything else to standard error.
//!
//! A closed pipe is no error: a reader such as `head` has seen enough. What people wrote into files may hold characters that a terminal obeys: they are shown as `\u001b`
//! and the like, never sent.

use std::borrow::Cow;
use std::io::{self, Write};

use super::failure::Failure;
use crate::model::ids::hex;

/// Prints a result, with a line end.
pub(crate) fn result(text: &str) {
    write_line(&mut io::stdout().lock(), text);
}

/// Prints a note for people to standard error.
pub(crate) fn note(text: &str) {
    write_line(&mut io::stderr().lock(), text);
}

/// Prints a warning.
pub(crate) fn warning(text: &str) {
    note(&format!("warning: {text}"));
}

/// Prints a failure: `error:`, `Caused by:`, an empty line, `hint:`.
pub(crate) fn failure(failure: &Failure) {
    let mut text = format!("error: {}", failure.message);
    if !failure.causes.is_empty() {
        text.push_str("\nCaused by:");
        for cause in &failure.causes {
            text.push_str("\n  ");
            text.push_str(&cause.replace('\n', "\n  "));
        }
    }
    if !failure.hints.is_empty() {
        text.push('\n');
        for hint in &failure.hints {
            text.push_str("\nhint: ");
            text.push_str(hint);
        }
    }
    note(&text);
}

fn write_line(stream: &mut dyn Write, text: &str) {
    // Nothing sensible is left to do if even standard error is closed.
    writeln!(stream, "{}", harmless(text)).and_then(|()| stream.flush()).unwrap_or_default();
}

/// True for what a terminal obeys: control characters besides the end of a line and the tabulator, and what turns the direction of text around.
fn is_obeyed(letter: char) -> bool {
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (letter.is_control() && !matches!(letter, '\n' | '\t'))
}

/// The text with such characters escaped as in JSON, which so stays what it was.
fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_obeyed(letter) {
            shown.push_str("\\u");
            shown.push_str(&hex(&(u32::from(letter) as u16).to_be_bytes()));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_a_terminal_would_obey_is_shown_and_not_sent() {
        let text = "a\u{1b}[31mb\0c\u{7f}d\u{9b}e\u{202e}f\rg";
        assert_eq!(harmless(text), "a\\u001b[31mb\\u0000c\\u007fd\\u009be\\u202ef\\u000dg");
        let plain = "Zoë O\u{2019}Neil\n\t£5 ✓";
        assert_eq!(harmless(plain), plain);
        // A value of JSON says the same.
        let json = serde_json::json!({ "reason": text }).to_string();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&harmless(&json)).unwrap()["reason"], text);
    }
}
