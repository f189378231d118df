//! Quotes of delimited text.
//!
//! What comes in: a text and its delimiter. What goes out: where quotes stand inside unquoted cells, or every quote that does not pair. What always holds: checked before a single row is read, because an
//! unclosed quote swallows rows silently.

use super::Problem;

/// Longest cell, in bytes.
pub const LONGEST_CELL: usize = 10_000;
/// Most line breaks inside one quoted cell.
const MOST_LINE_BREAKS: u32 = 5;
/// Enough problems of one kind to see the pattern.
const SHOWN_PROBLEMS: usize = 20;

#[derive(Clone, Copy)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    AfterQuote,
}

/// Refuses unclosed quotes, text behind a closing quote and overlong quoted cells; gives the positions of quotes inside unquoted cells.
///
/// # Errors
/// Every problem found, by the line on which the cell begins.
pub fn check_quotes(file: &str, text: &str, delimiter: u8) -> Result<Vec<usize>, Vec<Problem>> {
    let mut stray = Vec::new();
    if !text.as_bytes().contains(&b'"') {
        return Ok(stray);
    }
    let mut problems = Vec::new();
    let (mut state, mut line, mut breaks) = (State::FieldStart, 1_u64, 0_u32);
    let (mut opened_line, mut opened_at) = (1_u64, 0_usize);
    for (position, &byte) in text.as_bytes().iter().enumerate() {
        state = match (state, byte) {
            (State::FieldStart, b'"') => {
                (opened_line, opened_at, breaks) = (line, position, 0);
                State::Quoted
            }
            (State::Quoted, b'"') => State::AfterQuote,
            (State::Quoted, _) => {
                breaks += u32::from(byte == b'\n');
                State::Quoted
            }
            // A quote written twice stands for one.
            (State::AfterQuote, b'"') => State::Quoted,
            (_, b'\n') => State::FieldStart,
            (_, byte) if byte == delimiter => State::FieldStart,
            (State::AfterQuote, b' ' | b'\r') => State::AfterQuote,
            (State::AfterQuote, _) => {
                problems.push(
                    Problem::of_file(file, "text-after-quote", "text follows a closing quote of the cell that begins on this line")
                        .at_line(opened_line)
                        .with_hint("a quote inside a quoted cell is written twice (\"\"); have the file exported again"),
                );
                State::Unquoted
            }
            (State::Unquoted, b'"') => {
                stray.push(position);
                State::Unquoted
            }
            (State::FieldStart | State::Unquoted, _) => State::Unquoted,
        };
        line += u64::from(byte == b'\n');
        if matches!(state, State::Quoted) && (breaks > MOST_LINE_BREAKS || position - opened_at > LONGEST_CELL) {
            problems.push(unclosed(file, opened_line, "the quoted cell that begins on this line runs on and on"));
            return Err(problems);
        }
        if problems.len() >= SHOWN_PROBLEMS {
            return Err(problems);
        }
    }
    if matches!(state, State::Quoted) {
        problems.push(unclosed(file, opened_line, "the quote that opens on this line is never closed"));
    }
    if problems.is_empty() { Ok(stray) } else { Err(problems) }
}

fn unclosed(file: &str, line: u64, message: &str) -> Problem {
    let hint = format!("a cell holds at most {MOST_LINE_BREAKS} line breaks and {LONGEST_CELL} bytes; have the file exported again");
    Problem::of_file(file, "unclosed-quote", message).at_line(line).with_hint(hint)
}
