//! Decisions as files: a workbook, or a folder of CSV files.
//!
//! What comes in: rows to go out, or a path that came back. What goes out: bytes, or sheets. What always holds: a cell is text and never a formula; every row carries its seal;
//! what came back is read with the bounds of an extract.

use std::collections::BTreeMap;
use std::path::Path;

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::super::RunError;
use crate::model::spreadsheet::defused;
use crate::model::{Problem, Problems, Status};
use crate::register::decisions::{Grid, Part, Sheet, SheetColumn, SheetKind, seal};
use crate::stages::ingest::{csv_grid, workbook_grids};
use crate::stages::publish::MARKING;
use crate::store;

/// A row that goes out: cells by column name, and the last entry about its subject.
#[derive(Clone, Debug, Default)]
pub(super) struct OutRow {
    pub(super) cells: BTreeMap<&'static str, String>,
    pub(super) seq: u64,
}

/// A sheet that goes out.
pub(super) struct OutSheet {
    pub(super) kind: SheetKind,
    /// What to do with it.
    pub(super) sentence: String,
    pub(super) rows: Vec<OutRow>,
}

impl OutSheet {
    /// The cells of a row in the order of the columns, the seal last.
    fn cells(&self, row: &OutRow) -> Vec<String> {
        let columns = self.kind.columns().iter().filter(|column| column.part != Part::Seal);
        let mut cells: Vec<String> =
            columns.map(|column| row.cells.get(column.name).map(|text| defused(text)).unwrap_or_default()).collect();
        cells.push(seal(self.kind, &cells.iter().map(String::as_str).collect::<Vec<_>>(), row.seq));
        cells
    }
}

/// One CSV file.
pub(super) fn csv(sheet: &OutSheet) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header: Vec<&str> = sheet.kind.columns().iter().map(|column| column.name).collect();
    writer.write_record(&header).expect("memory takes every row");
    for row in &sheet.rows {
        writer.write_record(sheet.cells(row)).expect("memory takes every row");
    }
    writer.into_inner().expect("memory takes every row")
}

/// Row of the headings.
const HEADER_ROW: u32 = 2;

struct Formats {
    title: Format,
    plain: Format,
    header: Format,
    answer_header: Format,
    shown: Format,
    answer: Format,
    date: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || Format::new().set_font_name("Calibri").set_font_size(11).set_align(FormatAlign::Top);
        let lined = || cell().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(0x00E1_E7EC));
        let header = || cell().set_bold().set_text_wrap().set_font_color(Color::White);
        let yellow = Color::RGB(0x00FD_F7E3);
        Self {
            title: cell().set_bold().set_font_size(13).set_font_color(Color::RGB(0x0012_3F5E)),
            plain: cell(),
            header: header().set_background_color(Color::RGB(0x0012_3F5E)),
            answer_header: header().set_background_color(Color::RGB(0x008A_5A00)),
            shown: lined().set_text_wrap(),
            answer: lined().set_text_wrap().set_background_color(yellow),
            date: lined().set_num_format("yyyy-mm-dd").set_background_color(yellow),
        }
    }
}

/// The bytes of the workbook; `about` are the lines of its first sheet.
pub(super) fn workbook(sheets: &[OutSheet], about: &[(String, String)]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title("Cohort: decisions of people")
        .set_author("fwt")
        .set_company("Families Working Together")
        .set_status(MARKING)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2012, 4, 1)?);
    workbook.set_properties(&properties);
    let formats = Formats::new();
    workbook.push_worksheet(about_sheet(about, &formats)?);
    for sheet in sheets {
        workbook.push_worksheet(worksheet(sheet, &formats)?);
    }
    workbook.save_to_buffer()
}

fn about_sheet(about: &[(String, String)], formats: &Formats) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("About")?;
    sheet.set_column_width(0, 28.0)?.set_column_width(1, 110.0)?;
    sheet.write_string_with_format(0, 0, MARKING, &formats.title)?;
    for (row, (what, text)) in (2..).zip(about) {
        sheet.write_string_with_format(row, 0, defused(what), &formats.plain)?;
        sheet.write_string_with_format(row, 1, defused(text), &formats.plain)?;
    }
    Ok(sheet)
}

fn worksheet(out: &OutSheet, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(out.kind.title())?;
    sheet.write_string_with_format(0, 0, format!("{MARKING}   {}", out.kind.title()), &formats.title)?;
    sheet.write_string_with_format(1, 0, defused(&out.sentence), &formats.plain)?;
    let columns = out.kind.columns();
    let last = HEADER_ROW + out.rows.len() as u32;
    for (place, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(place, f64::from(column.width))?;
        let format = if column.part == Part::Answer { &formats.answer_header } else { &formats.header };
        sheet.write_string_with_format(HEADER_ROW, place, column.name.replace('_', " "), format)?;
        if let Some(choices) = choices(out.kind, column).filter(|_| last > HEADER_ROW) {
            let validation = DataValidation::new().allow_list_strings(&choices)?;
            sheet.add_data_validation(HEADER_ROW + 1, place, last, place, &validation)?;
        }
    }
    for (line, row) in (HEADER_ROW + 1..).zip(&out.rows) {
        for ((place, column), text) in (0_u16..).zip(columns).zip(out.cells(row)) {
            let format = match column.part {
                Part::Answer if ["on", "expires"].contains(&column.name) => &formats.date,
                Part::Answer => &formats.answer,
                _ => &formats.shown,
            };
            sheet.write_string_with_format(line, place, text, format)?;
        }
    }
    let keys = columns.iter().take_while(|column| column.part == Part::Key).count() as u16;
    sheet.set_freeze_panes(HEADER_ROW + 1, keys)?;
    sheet.autofilter(HEADER_ROW, 0, last, columns.len() as u16 - 1)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_header(format!("&L{MARKING}&R&A")).set_footer(format!("&L{MARKING}&RPage &P of &N"));
    Ok(sheet)
}

/// What a cell may say, for the list that drops down.
fn choices(kind: SheetKind, column: &SheetColumn) -> Option<Vec<&'static str>> {
    match (kind, column.name) {
        (SheetKind::Families, "accepted") => Some(vec!["yes", "no"]),
        (SheetKind::Families, "status") => Some(Status::ALL.iter().map(|status| status.name()).collect()),
        (SheetKind::Families, "override") => Some(vec!["include", "exclude", "withdraw"]),
        (SheetKind::Claims, "stage") => Some(vec!["audited", "submitted", "paid", "invalidated"]),
        (_, "decision") => Some(vec!["same", "different", "unsure"]),
        _ => None,
    }
}

/// What came back: the sheets, and the hash of each file by its name in messages.
pub(super) struct CameBack {
    pub(super) sheets: Vec<Sheet>,
    pub(super) files: BTreeMap<String, String>,
}

/// Reads a workbook, a CSV file, or a folder of CSV files.
pub(super) fn read(path: &Path) -> Result<CameBack, RunError> {
    let listed = store::list_all(path).ok();
    let (mut sheets, mut files, mut problems) = (Vec::new(), BTreeMap::new(), Vec::new());
    let is_known_file = |name: &str| SheetKind::ALL.iter().any(|kind| kind.file() == name);
    let is_table = |name: &str| name.to_ascii_lowercase().ends_with(".csv");
    let paths: Vec<(std::path::PathBuf, bool)> = match listed {
        Some((entries, others)) => {
            let (folders, there): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.is_folder);
            let no_files = folders.into_iter().map(|entry| entry.name).chain(others).filter(|name| is_table(name));
            problems.extend(no_files.map(|name| Problem::of_file(name, "not-read", "this is named like a table and is no file")));
            let tables = there.into_iter().filter(|entry| is_table(&entry.name));
            tables.map(|entry| (entry.path, is_known_file(&entry.name))).collect()
        }
        None => vec![(path.to_owned(), true)],
    };
    for (path, is_known) in &paths {
        let named = |sheet: &str| SheetKind::ALL.iter().any(|kind| kind.title().eq_ignore_ascii_case(sheet.trim()));
        let unread = |grid: &Grid| {
            let message = "this holds the columns of decisions, and would not be read under its name";
            let hint = "name the sheet Families, Pairs, Referrals or Claims (a file families.csv and so on), or take it out";
            Problem::of_file(grid.name.as_str(), "not-read", message).with_hint(hint)
        };
        match grids(path, &|sheet| *is_known && sheet.is_none_or(named))? {
            Ok((grids, sha256)) => {
                problems.extend(grids.unnamed.iter().filter(|grid| grid.looks_like_decisions()).map(unread));
                for grid in grids.wanted {
                    files.insert(grid.name.clone(), sha256.clone());
                    match Sheet::read(grid) {
                        Ok(sheet) => sheets.push(sheet),
                        Err(found) => problems.extend(found),
                    }
                }
            }
            // What else lies in the folder need not be a table.
            Err(found) => problems.extend(found.into_iter().filter(|_| *is_known)),
        }
    }
    if sheets.is_empty() && problems.is_empty() {
        let problem = Problem::of_file(path.display().to_string(), "no-decisions", "nothing here holds decisions");
        problems.push(
            problem
                .with_hint("expected a workbook with the sheets Families, Pairs, Referrals or Claims, or families.csv, pairs.csv, referrals.csv, claims.csv"),
        );
    }
    if problems.is_empty() { Ok(CameBack { sheets, files }) } else { Err(RunError::Data(Problems(problems))) }
}

/// The rows of a CSV file, or of the sheets of a workbook, with the hash of the file; or what is wrong with it.
type Grids = Result<(Sorted, String), Vec<Problem>>;

/// The sheets that were asked for, and the others.
pub(super) struct Sorted {
    pub(super) wanted: Vec<Grid>,
    unnamed: Vec<Grid>,
}

/// Sheets of the workbook that goes out.
const OWN_SHEETS: [&str; 4] = ["Families", "Pairs", "Referrals", "Claims"];

/// Reads a file that people filled in. `wanted` is asked by the name of each sheet of a workbook, of a CSV file without one.
pub(super) fn grids(path: &Path, wanted: &dyn Fn(Option<&str>) -> bool) -> Result<Grids, RunError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = store::read_input(folder, path)?;
    let grids = if file.bytes.starts_with(b"PK\x03\x04") {
        workbook_grids(&name, &file.bytes).map(|grids| {
            // People may have named a sheet after somebody.
            let shown = |sheet: &str, number: i32| if OWN_SHEETS.contains(&sheet) { sheet.to_owned() } else { format!("sheet {number}") };
            let mut sorted = Sorted { wanted: Vec::new(), unnamed: Vec::new() };
            for ((sheet, lines), number) in grids.into_iter().zip(1..) {
                let grid = Grid { name: format!("{name} ({})", shown(&sheet, number)), lines };
                if wanted(Some(&sheet)) { &mut sorted.wanted } else { &mut sorted.unnamed }.push(grid);
            }
            sorted
        })
    } else {
        csv_grid(&name, &file.bytes).map(|lines| {
            let grid = vec![Grid { name: name.clone(), lines }];
            if wanted(None) { Sorted { wanted: grid, unnamed: Vec::new() } } else { Sorted { wanted: Vec::new(), unnamed: grid } }
        })
    };
    Ok(grids.map(|grids| (grids, file.sha256)).map_err(|problems| problems.0))
}
