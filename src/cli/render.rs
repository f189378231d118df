//! The one place that prints: results to standard output, everything else to standard error.
//!
//! A closed pipe is no error: a reader such as `head` has seen enough.

use std::io::{self, Write};

use super::failure::Failure;

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
    writeln!(stream, "{text}").and_then(|()| stream.flush()).unwrap_or_default();
}
