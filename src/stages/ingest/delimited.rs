//! Delimited text.
//!
//! What comes in: bytes. What goes out: records with the line they begin on.
//! What always holds: quotes are checked before a single record is read, because an unclosed quote swallows rows silently; a file whose
//! quotes do not pair is refused with the line where the quote opened (reliability.md §5, Ingest).

use super::decode::decode;
use super::reader::{Cells, Ending, Row, Sink};
use crate::config::checked::FileFormat;
use crate::model::Problem;

/// Longest cell, in bytes.
pub(super) const LONGEST_CELL: usize = 10_000;
/// Most line breaks inside one quoted cell.
const MOST_LINE_BREAKS: u32 = 5;
/// Enough problems of one kind to see the pattern.
const SHOWN_PROBLEMS: usize = 20;

/// Reads all records of a text file.
pub(super) fn read(file: &str, format: &FileFormat, bytes: &[u8], sink: &mut Sink<'_>) -> Result<Ending, Vec<Problem>> {
    let decoded = decode(file, &format.encoding, bytes).map_err(|problem| vec![problem])?;
    let text: &str = &decoded.text;
    let stray = check_quotes(file, text, format.delimiter)?;
    let mut reader = csv::ReaderBuilder::new().delimiter(format.delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut next_stray = stray.iter().copied().peekable();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // The text is UTF-8 and records may have any length: only a fault of the reader itself gets here.
            Err(_) => return Err(vec![Problem::of_file(file, "not-readable", "the file cannot be split into records")]),
        }
        let (line, start) = beginning(text, record.position());
        while next_stray.next_if(|&position| position < start).is_some() {}
        let end = reader.position().byte() as usize;
        let fault = next_stray.next_if(|&position| position < end).map(|_| "stray-quote");
        if sink(&Row { line, cells: Cells::Record(&record), fault }).is_break() {
            break;
        }
    }
    Ok(Ending { warnings: decoded.warning.into_iter().collect(), unterminated: !text.ends_with('\n') })
}

/// Line and byte at which a record begins: the csv reader counts empty lines before a record as part of it.
fn beginning(text: &str, position: Option<&csv::Position>) -> (u32, usize) {
    let (mut line, mut byte) = position.map_or((1, 0), |position| (position.line() as u32, position.byte() as usize));
    while let Some(end @ (b'\n' | b'\r')) = text.as_bytes().get(byte) {
        line += u32::from(*end == b'\n');
        byte += 1;
    }
    (line, byte)
}

#[derive(Clone, Copy)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    AfterQuote,
}

/// Refuses unclosed quotes, text behind a closing quote and overlong quoted cells; gives the positions of quotes inside unquoted cells.
fn check_quotes(file: &str, text: &str, delimiter: u8) -> Result<Vec<usize>, Vec<Problem>> {
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

/// The rows of a text, for drafts: as [`read`], from text already decoded.
pub(super) fn first_records(text: &str, delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.records().map_while(Result::ok).take(most);
    records.map(|record| Cells::Record(&record).to_texts()).collect()
}
