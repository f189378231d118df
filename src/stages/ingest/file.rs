//! Takes in one file, whatever is in it.
//!
//! What comes in: a planned file. What goes out: its part and its hash, or every reason why it is refused.
//! What always holds: a fault in a reader (a panic on damaged bytes) is a refusal of this file and nothing more; its text is never shown.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use bytes::Bytes;

use super::check::{CheckedBlock, Checker, Found};
use super::gates::check_part;
use super::header::{self, Layout, SEARCHED_ROWS};
use super::plan::PlannedFile;
use super::reader::{Block, Blocks, Cells, Row, Taker, read_rows};
use super::rows::{Part, Taking};
use crate::config::checked::{GateSettings, Schema};
use crate::model::intake::{EventRows, IntakeFile};
use crate::model::{Day, Problem};
use crate::store::{self, StoreError};

/// A file that was read.
pub(super) struct TakenFile {
    pub(super) sha256: String,
    /// `None` for a previous delivery, which is only counted.
    pub(super) intake: Option<IntakeFile>,
    pub(super) rows_read: u64,
}

/// Reads a planned file from disk and takes it in.
pub(super) fn take_file(
    schema: &Schema,
    layout: &str,
    gates: &GateSettings,
    data: &Path,
    path: &Path,
    planned: &PlannedFile,
) -> Result<TakenFile, Vec<Problem>> {
    let store::InputFile { bytes, sha256, size } =
        store::read_input(data, path).map_err(|error| vec![unreadable(&planned.shown, &error)])?;
    let bytes = Bytes::from(bytes);
    let outcome = guarded(&planned.shown, || {
        if planned.previous {
            return Ok((None, count_rows(schema, &planned.shown, &bytes), Vec::new()));
        }
        let (part, warnings) = take_bytes(schema, gates, &planned.shown, planned.as_at, &bytes)?;
        let rows = part.rows_read;
        Ok((Some(part), rows, warnings))
    });
    let (part, rows_read, warnings) = outcome?;
    let intake = part.map(|part| {
        let empty = IntakeFile {
            source: schema.name.clone(),
            file: planned.shown.clone(),
            sha256: sha256.clone(),
            bytes: size,
            month: planned.month,
            as_at: planned.as_at,
            layout: layout.to_owned(),
            rows_read: part.rows_read,
            rows_used: part.rows_used,
            warnings,
            persons: Vec::new(),
            columns: Vec::new(),
            events: EventRows::default(),
            relations: Vec::new(),
            row_keys: Vec::new(),
            notes: Vec::new(),
        };
        part.into_intake(schema, empty)
    });
    Ok(TakenFile { sha256, intake, rows_read })
}

/// Runs a reader; a panic inside becomes a problem of the file.
pub(super) fn guarded<T>(file: &str, read: impl FnOnce() -> Result<T, Vec<Problem>>) -> Result<T, Vec<Problem>> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        let message = "the file is damaged in a way its reader cannot cope with";
        Err(vec![Problem::of_file(file, "not-readable", message).with_hint("have it sent again")])
    })
}

fn unreadable(file: &str, error: &StoreError) -> Problem {
    let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    Problem::of_file(file, "not-readable", format!("{error}{source}")).with_hint(error.hint())
}

/// Takes in the bytes of a file.
pub(super) fn take_bytes(
    schema: &Schema,
    gates: &GateSettings,
    file: &str,
    as_at: Day,
    bytes: &Bytes,
) -> Result<(Part, Vec<String>), Vec<Problem>> {
    let mut reading = Reading { schema, file, as_at, state: State::Searching(Vec::new()) };
    let ending = read_rows(file, &schema.file, bytes, &mut reading)?;
    let Hands { checker, taking, .. } = *match reading.state {
        State::Taking(hands) => hands,
        State::Searching(rows) => reading_begins(schema, file, as_at, &rows)?,
        State::Refused(problems) => return Err(problems),
    };
    let part = taking.finish(checker);
    let mut warnings = ending.warnings;
    if ending.unterminated {
        if part.last_row_short {
            let message = "the last line is cut short: the file was not sent whole";
            return Err(vec![Problem::of_file(file, "cut-short", message).at_line(last_line(&part)).with_hint("have it sent again")]);
        }
        warnings.push(format!("{file}: the last line has no line end; if the file was cut there, its last value is not whole"));
    }
    let problems = check_part(schema, file, gates, &part);
    if problems.is_empty() { Ok((part, warnings)) } else { Err(problems) }
}

fn last_line(part: &Part) -> u64 {
    part.rejects.last().map_or(0, |reject| u64::from(reject.line))
}

/// Takes the rows of a file.
struct Reading<'s, 'f> {
    schema: &'s Schema,
    file: &'f str,
    as_at: Day,
    state: State<'s>,
}

enum State<'s> {
    /// The first rows, until the header row is found.
    Searching(Vec<(u32, Vec<String>)>),
    Taking(Box<Hands<'s>>),
    Refused(Vec<Problem>),
}

/// What works on the rows behind the header.
struct Hands<'s> {
    checker: Checker<'s>,
    taking: Taking<'s>,
    found: Found,
}

impl Hands<'_> {
    fn take(&mut self, row: Row<'_>) {
        self.found.clear();
        self.checker.check(&row, &mut self.found);
        self.taking.take([row], &self.found);
    }
}

impl Reading<'_, '_> {
    /// Looks for the header row; the first rows behind it may have been seen by then.
    fn search(&mut self, row: &Row<'_>) -> ControlFlow<()> {
        let State::Searching(rows) = &mut self.state else { return ControlFlow::Break(()) };
        if row.line > 0 && row.line <= self.schema.file.skip_rows {
            return ControlFlow::Continue(());
        }
        let cells = row.cells.to_texts();
        let found = header::is_header(self.schema, &cells);
        rows.push((row.line, cells));
        if !found && rows.len() < SEARCHED_ROWS {
            return ControlFlow::Continue(());
        }
        match reading_begins(self.schema, self.file, self.as_at, rows) {
            Ok(hands) => {
                self.state = State::Taking(hands);
                ControlFlow::Continue(())
            }
            Err(problems) => {
                self.state = State::Refused(problems);
                ControlFlow::Break(())
            }
        }
    }
}

impl Taker for Reading<'_, '_> {
    fn take(&mut self, row: &Row<'_>) -> ControlFlow<()> {
        match &mut self.state {
            State::Taking(hands) => {
                hands.take(*row);
                ControlFlow::Continue(())
            }
            State::Searching(_) => self.search(row),
            State::Refused(_) => ControlFlow::Break(()),
        }
    }

    /// Once the header row is found, a block is taken in while an idle thread reads and checks the next one.
    fn take_blocks(&mut self, blocks: &mut dyn Blocks) -> Result<(), Vec<Problem>> {
        let mut first = Block::default();
        let hands = loop {
            if !self.take_next(blocks, &mut first)? {
                return Ok(());
            }
            if let State::Taking(hands) = &mut self.state {
                break hands;
            }
        };
        let Hands { checker, taking, .. } = &mut **hands;
        taking.expect(blocks.expected_rows());
        let (mut block, mut next) = (CheckedBlock::default(), CheckedBlock::default());
        block.fill(blocks, checker)?;
        while block.rows.len() > 0 {
            // A thread that waits here may begin another file meanwhile; what is in the tables of this one does not depend on it.
            let (filled, ()) = rayon::join(|| next.fill(blocks, checker), || taking.take(block.rows.rows(), &block.found));
            filled?;
            std::mem::swap(&mut block, &mut next);
        }
        Ok(())
    }
}

/// Begins behind the header row; rows before it are titles, rows behind it data.
fn reading_begins<'s>(schema: &'s Schema, file: &str, as_at: Day, rows: &[(u32, Vec<String>)]) -> Result<Box<Hands<'s>>, Vec<Problem>> {
    let (index, layout): (usize, Layout) = header::find(schema, file, rows)?;
    let taking = Taking::new(schema, layout.positions.clone(), as_at);
    let mut hands = Box::new(Hands { checker: Checker::new(schema, layout, as_at), taking, found: Found::default() });
    for (line, cells) in rows.iter().skip(index + 1) {
        hands.take(Row { line: *line, cells: Cells::Texts(cells), fault: None });
    }
    Ok(hands)
}

/// Number of data rows of an earlier delivery, 0 if it cannot be read: it was judged in its own month.
fn count_rows(schema: &Schema, file: &str, bytes: &Bytes) -> u64 {
    let mut rows = 0_u64;
    let mut header_seen = false;
    let counted = read_rows(file, &schema.file, bytes, &mut |row: &Row<'_>| {
        if header_seen {
            rows += 1;
        } else if row.line > schema.file.skip_rows || row.line == 0 {
            header_seen = header::is_header(schema, &row.cells.to_texts());
        }
        ControlFlow::Continue(())
    });
    counted.map_or(0, |_| rows)
}
