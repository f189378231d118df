//! Delimited text.
//!
//! What comes in: bytes. What goes out: records with the line they begin on.
//! What always holds: quotes are checked before a single record is read, because an unclosed quote swallows rows silently; a file whose
//! quotes do not pair is refused with the line where the quote opened (reliability.md §5, Ingest).

use std::iter::Peekable;

use super::decode::decode;
use super::reader::{Block, Blocks, Cells, Ending, Taker};
use crate::config::checked::FileFormat;
pub(super) use crate::model::LONGEST_CELL;
use crate::model::{Problem, check_quotes};

/// Bytes at the beginning of a file whose lines are counted to tell about how many all of it has.
const SAMPLE: usize = 1 << 20;

/// A row of data has more bytes than this, though a file may begin with empty lines.
const SHORTEST: usize = 32;

/// Reads all records of a text file.
pub(super) fn read(file: &str, format: &FileFormat, bytes: &[u8], taker: &mut dyn Taker) -> Result<Ending, Vec<Problem>> {
    let decoded = decode(file, &format.encoding, bytes).map_err(|problem| vec![problem])?;
    let text: &str = &decoded.text;
    let stray = check_quotes(file, text, format.delimiter)?;
    let reader = csv::ReaderBuilder::new().delimiter(format.delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    taker.take_blocks(&mut Delimited { file, text, reader, stray: stray.into_iter().peekable() })?;
    Ok(Ending { warnings: decoded.warning.into_iter().collect(), unterminated: !text.ends_with('\n') })
}

/// A text file that is being read.
struct Delimited<'t> {
    file: &'t str,
    text: &'t str,
    reader: csv::Reader<&'t [u8]>,
    /// Bytes at which there are stray quotes.
    stray: Peekable<std::vec::IntoIter<usize>>,
}

impl Blocks for Delimited<'_> {
    fn fill(&mut self, block: &mut Block) -> Result<(), Vec<Problem>> {
        let (file, text) = (self.file, self.text);
        let Self { reader, stray, .. } = self;
        block.hold_records(|record| {
            // The text is UTF-8 and records may have any length: only a fault of the reader itself gets here.
            let cannot = |_| vec![Problem::of_file(file, "not-readable", "the file cannot be split into records")];
            if !reader.read_record(record).map_err(cannot)? {
                return Ok(None);
            }
            let (line, start) = beginning(text, record.position());
            while stray.next_if(|&position| position < start).is_some() {}
            let end = reader.position().byte() as usize;
            let fault = stray.next_if(|&position| position < end).map(|_| "stray-quote");
            Ok(Some((line, fault)))
        })
    }

    fn expected_rows(&self) -> usize {
        let first = self.text.as_bytes().get(..SAMPLE).unwrap_or(self.text.as_bytes());
        let lines = first.split(|&byte| byte == b'\n').count();
        (lines * self.text.len() / first.len().max(1)).min(self.text.len() / SHORTEST)
    }
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

/// The rows of a text, for drafts: as [`read`], from text already decoded.
pub(super) fn first_records(text: &str, delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let records = reader.records().map_while(Result::ok).take(most);
    records.map(|record| Cells::Record(&record).to_texts()).collect()
}
