//! Reads a file whose layout is not known: kind, encoding, delimiter, header row, and a profile of every column.

use std::ops::ControlFlow;

use bytes::Bytes;

use super::content::Profile;
use super::words::looks_like_header;
use crate::config::checked::{FileFormat, FileKind, header_key};
use crate::model::Problem;
use crate::stages::ingest::decode::decode;
use crate::stages::ingest::header::SEARCHED_ROWS;
use crate::stages::ingest::reader::{Row, read_rows};

/// Rows profiled: enough to see every format of a month's extract.
const PROFILED_ROWS: usize = 100_000;

/// What is known of a file.
pub(super) struct Sample {
    pub(super) format: FileFormat,
    /// Line of the header row.
    pub(super) header_line: u32,
    /// Headers in the order of the file; empty ones stay empty.
    pub(super) headers: Vec<String>,
    pub(super) profiles: Vec<Profile>,
    /// Data rows profiled.
    pub(super) rows: usize,
    /// Sheets of a workbook, empty if there is only one.
    pub(super) sheets: Vec<String>,
}

/// Reads a file; of a workbook the sheet with the most rows.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Sample, Vec<Problem>> {
    let format = format_of(file, bytes)?;
    let shared = Bytes::copy_from_slice(bytes);
    let sheets = if format.kind == FileKind::Xlsx { crate::stages::ingest::workbook::sheets(file, bytes)? } else { Vec::new() };
    if sheets.len() < 2 {
        return read_as(file, format, &shared);
    }
    let mut best: Option<Sample> = None;
    let mut refused = Vec::new();
    for sheet in &sheets {
        match read_as(file, FileFormat { sheet: sheet.clone(), ..format.clone() }, &shared) {
            Ok(sample) if best.as_ref().is_none_or(|best| sample.rows > best.rows) => best = Some(sample),
            Ok(_) => {}
            Err(problems) => refused = problems,
        }
    }
    best.map(|sample| Sample { sheets, ..sample }).ok_or(refused)
}

fn read_as(file: &str, mut format: FileFormat, bytes: &Bytes) -> Result<Sample, Vec<Problem>> {
    let mut first: Vec<(u32, Vec<String>)> = Vec::new();
    let mut header: Option<(u32, Vec<String>)> = None;
    let mut profiles: Vec<Profile> = Vec::new();
    let mut rows = 0;
    read_rows(file, &format, bytes, &mut |row: &Row<'_>| {
        if header.is_none() {
            first.push((row.line, row.cells.to_texts()));
            if first.len() < SEARCHED_ROWS && row.line > 0 {
                return ControlFlow::Continue(());
            }
            // The names of a Parquet file's columns are no row.
            header = if row.line == 0 { first.pop() } else { choose_header(&first) };
            let Some((line, names)) = &header else { return ControlFlow::Break(()) };
            profiles = names.iter().map(|_| Profile::default()).collect();
            for (_, cells) in first.iter().filter(|(other, _)| other > line) {
                add(&mut profiles, cells.iter().map(String::as_str));
                rows += 1;
            }
            return ControlFlow::Continue(());
        }
        add(&mut profiles, (0..row.cells.len()).map(|index| row.cells.get(index)));
        rows += 1;
        if rows < PROFILED_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if header.is_none() {
        header = choose_header(&first);
        if let Some((line, names)) = &header {
            profiles = names.iter().map(|_| Profile::default()).collect();
            for (_, cells) in first.iter().filter(|(other, _)| other > line) {
                add(&mut profiles, cells.iter().map(String::as_str));
                rows += 1;
            }
        }
    }
    let Some((header_line, headers)) = header else {
        let message = format!("no row among the first {SEARCHED_ROWS} looks like a row of headers");
        let hint = "have the file exported with a header row, or write the schema by hand";
        return Err(vec![Problem::of_file(file, "no-header", message).with_hint(hint)]);
    };
    if let Some(twice) = repeated(&headers) {
        let message = format!("columns {} and {} have the same header", twice.0 + 1, twice.1 + 1);
        let problem = Problem::of_file(file, "header-twice", message).at_line(header_line.into());
        return Err(vec![problem.with_hint("have the columns named differently: the two cannot be told apart")]);
    }
    format.skip_rows = header_line.saturating_sub(1);
    Ok(Sample { format, header_line, headers, profiles, rows, sheets: Vec::new() })
}

fn add<'c>(profiles: &mut [Profile], cells: impl Iterator<Item = &'c str>) {
    profiles.iter_mut().zip(cells).for_each(|(profile, cell)| profile.add(cell));
}

fn repeated(headers: &[String]) -> Option<(usize, usize)> {
    let keys: Vec<String> = headers.iter().map(|header| header_key(header)).collect();
    let earlier = |(index, key): (usize, &String)| {
        keys.iter().take(index).position(|other| other == key && !key.is_empty()).map(|first| (first, index))
    };
    keys.iter().enumerate().find_map(earlier)
}

/// The first row that looks like headers and is about as wide as the rows below it.
fn choose_header(rows: &[(u32, Vec<String>)]) -> Option<(u32, Vec<String>)> {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    let widest = rows.iter().map(|(_, cells)| filled(cells)).max()?;
    let (line, cells) = rows.iter().find(|(_, cells)| filled(cells) * 2 > widest && looks_like_header(cells))?;
    let mut cells = cells.clone();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    Some((*line, cells))
}

fn format_of(file: &str, bytes: &[u8]) -> Result<FileFormat, Vec<Problem>> {
    let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    let kind = if bytes.starts_with(b"PAR1") {
        FileKind::Parquet
    } else if bytes.starts_with(b"PK\x03\x04") || extension == "xlsx" {
        FileKind::Xlsx
    } else {
        FileKind::Csv
    };
    let mut format = FileFormat {
        pattern: String::new(),
        kind,
        delimiter: b',',
        encoding: "utf-8".to_owned(),
        sheet: String::new(),
        skip_rows: 0,
        footer: Vec::new(),
    };
    if kind == FileKind::Csv && !bytes.is_empty() {
        let decoded = decode(file, guessed_encoding(bytes), bytes).map_err(|problem| vec![problem])?;
        format.encoding = decoded.encoding.to_lowercase();
        format.delimiter = guessed_delimiter(&decoded.text);
    }
    Ok(format)
}

/// By the byte order mark, else by what the bytes can be.
fn guessed_encoding(bytes: &[u8]) -> &'static str {
    let beginning = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let zeros = |odd: usize| beginning.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let many = beginning.len() / 8;
    if encoding_rs::Encoding::for_bom(bytes).is_some() {
        "utf-16"
    } else if zeros(1) > many && zeros(0) == 0 {
        "utf-16le"
    } else if zeros(0) > many && zeros(1) == 0 {
        "utf-16be"
    } else if std::str::from_utf8(bytes).is_ok() {
        "utf-8"
    } else {
        "windows-1252"
    }
}

/// The delimiter that splits most of the first lines into the same, largest number of cells.
fn guessed_delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let records = crate::stages::ingest::delimited::first_records(text, delimiter, 100);
        let widths: Vec<usize> = records.iter().map(Vec::len).collect();
        let width_of = |width: usize| widths.iter().filter(|&&other| other == width).count();
        widths
            .iter()
            .filter(|&&width| width > 1)
            .map(|&width| (width_of(width) * 2 > widths.len(), width_of(width) * width))
            .max()
            .unwrap_or_default()
    };
    let mut candidates = *b",;\t|";
    // The earlier one wins a draw.
    candidates.reverse();
    candidates.into_iter().max_by_key(|&delimiter| score(delimiter)).unwrap_or(b',')
}
