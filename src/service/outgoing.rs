//! A table that leaves: its columns are those of a sharing agreement, its texts have been screened, no cell runs as a formula.
//!
//! What comes in: columns with the names under which agreements know them, rows. What goes out: CSV, a sheet of a workbook, an HTML table. What always holds: a
//! column that the agreement does not name is left out with its cells; a free text that names somebody or something restricted is withheld whole; the
//! same rows give the same bytes.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::sharing::Cleared;
use crate::model::Screen;
use crate::model::spreadsheet::defused;
use crate::page::{self, MARKING};
use crate::service::csv_table::csv_table;

pub use crate::model::screen::WITHHELD;

/// Who fills a column, and how its text comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Made here.
    Shown,
    /// Written by people: screened.
    Free,
    /// For the reader to fill in.
    Answer,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name under sharing agreements.
    pub field: &'static str,
    /// Its heading, as code for machines.
    pub heading: &'static str,
    /// Width in characters.
    pub width: u16,
    /// Who fills it.
    pub kind: Kind,
}

impl Column {
    /// A column that is shown.
    #[must_use]
    pub const fn shown(field: &'static str, heading: &'static str, width: u16) -> Self {
        Self { field, heading, width, kind: Kind::Shown }
    }

    /// A column of texts that people wrote.
    #[must_use]
    pub const fn free(field: &'static str, heading: &'static str, width: u16) -> Self {
        Self { field, heading, width, kind: Kind::Free }
    }

    /// A column to be filled in.
    #[must_use]
    pub const fn answer(field: &'static str, heading: &'static str, width: u16) -> Self {
        Self { field, heading, width, kind: Kind::Answer }
    }
}

/// A table that leaves.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Name of the sheet.
    pub name: String,
    /// Title above it.
    pub title: String,
    /// What to do with it.
    pub sentence: String,
    columns: Vec<Column>,
    /// Place of each column in the rows as they are given.
    places: Vec<usize>,
    rows: Vec<Vec<String>>,
    choices: Vec<(&'static str, Vec<String>)>,
}

impl Outgoing {
    /// An empty table with those of the columns that are cleared.
    #[must_use]
    pub fn new(cleared: &Cleared, (name, title, sentence): (&str, &str, &str), columns: &[Column]) -> Self {
        let kept: Vec<(usize, Column)> = columns.iter().copied().enumerate().filter(|(_, column)| cleared.column(column.field)).collect();
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            sentence: sentence.to_owned(),
            places: kept.iter().map(|(place, _)| *place).collect(),
            columns: kept.into_iter().map(|(_, column)| column).collect(),
            rows: Vec::new(),
            choices: Vec::new(),
        }
    }

    /// Adds a row: a cell per column that was asked for, whether it is cleared or not.
    pub fn push(&mut self, cells: &[String], screen: &Screen) {
        let cell = |(place, column): (&usize, &Column)| {
            let text = cells.get(*place).cloned().unwrap_or_default();
            if column.kind == Kind::Free && screen.hides(&text) { WITHHELD.to_owned() } else { text }
        };
        self.rows.push(self.places.iter().zip(&self.columns).map(cell).collect());
    }

    /// What a column may be filled in with.
    pub fn choose(&mut self, heading: &'static str, choices: Vec<String>) {
        self.choices.push((heading, choices));
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As CSV.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let header: Vec<&str> = self.columns.iter().map(|column| column.heading).collect();
        csv_table(&header, &self.rows)
    }

    /// As an HTML table.
    #[must_use]
    pub fn html(&self) -> String {
        let headings: Vec<(String, bool)> = self.columns.iter().map(|column| (in_words(column.heading), false)).collect();
        let headings: Vec<page::Heading<'_>> = headings.iter().map(|(text, number)| (text.as_str(), *number)).collect();
        let rows: Vec<Vec<page::Cell>> = self.rows.iter().map(|row| row.iter().map(page::Cell::text).collect()).collect();
        page::table(&self.sentence, &headings, &rows, None)
    }
}

/// `due_on` as `due on`.
#[must_use]
pub fn in_words(heading: &str) -> String {
    heading.replace('_', " ")
}

/// Row of the headings.
const HEADER_ROW: u32 = 2;

/// A workbook of some tables; `about` are the lines of a first sheet.
///
/// # Errors
/// If a table has more than a workbook takes.
pub fn workbook(title: &str, about: &[(&str, String)], tables: &[Outgoing]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new()
        .set_title(title)
        .set_author("fwt")
        .set_company("Families Working Together")
        .set_status(MARKING)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2012, 4, 1)?);
    workbook.set_properties(&properties);
    let formats = Formats::new();
    for table in tables {
        workbook.push_worksheet(sheet(table, &formats)?);
    }
    if !about.is_empty() {
        workbook.push_worksheet(about_sheet(title, about, &formats)?);
    }
    workbook.save_to_buffer()
}

struct Formats {
    title: Format,
    plain: Format,
    header: Format,
    answer_header: Format,
    shown: Format,
    answer: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || Format::new().set_font_name("Calibri").set_font_size(11).set_align(FormatAlign::Top);
        let lined = || cell().set_text_wrap().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(0x00E1_E7EC));
        let header = || cell().set_bold().set_text_wrap().set_font_color(Color::White);
        Self {
            title: cell().set_bold().set_font_size(13).set_font_color(Color::RGB(0x0012_3F5E)),
            plain: cell(),
            header: header().set_background_color(Color::RGB(0x0012_3F5E)),
            answer_header: header().set_background_color(Color::RGB(0x008A_5A00)),
            shown: lined(),
            answer: lined().set_background_color(Color::RGB(0x00FD_F7E3)).set_border(FormatBorder::Thin),
        }
    }
}

fn about_sheet(title: &str, about: &[(&str, String)], formats: &Formats) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("About")?;
    sheet.set_column_width(0, 26.0)?.set_column_width(1, 100.0)?;
    sheet.write_string_with_format(0, 0, defused(&format!("{MARKING}   {title}")), &formats.title)?;
    for (row, (what, text)) in (2..).zip(about) {
        sheet.write_string_with_format(row, 0, *what, &formats.plain)?;
        sheet.write_string_with_format(row, 1, defused(text), &formats.shown)?;
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_header(format!("&L{MARKING}&R&A")).set_footer(format!("&L{MARKING}&RPage &P of &N"));
    Ok(sheet)
}

fn sheet(table: &Outgoing, formats: &Formats) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(&table.name)?;
    sheet.write_string_with_format(0, 0, defused(&format!("{MARKING}   {}", table.title)), &formats.title)?;
    sheet.write_string_with_format(1, 0, defused(&table.sentence), &formats.plain)?;
    let last = HEADER_ROW + table.rows.len() as u32;
    for (place, column) in (0_u16..).zip(&table.columns) {
        sheet.set_column_width(place, f64::from(column.width))?;
        let format = if column.kind == Kind::Answer { &formats.answer_header } else { &formats.header };
        sheet.write_string_with_format(HEADER_ROW, place, in_words(column.heading), format)?;
        let choices = table.choices.iter().find(|(heading, _)| *heading == column.heading);
        if let Some((_, choices)) = choices.filter(|_| last > HEADER_ROW) {
            let validation = DataValidation::new().allow_list_strings(choices)?;
            sheet.add_data_validation(HEADER_ROW + 1, place, last, place, &validation)?;
        }
    }
    sheet.set_row_height(HEADER_ROW, 34)?;
    for (line, row) in (HEADER_ROW + 1..).zip(&table.rows) {
        let mut height = 1;
        for ((place, column), text) in (0_u16..).zip(&table.columns).zip(row) {
            let format = if column.kind == Kind::Answer { &formats.answer } else { &formats.shown };
            sheet.write_string_with_format(line, place, defused(text), format)?;
            let width = usize::from(column.width.max(1));
            height = height.max(text.lines().map(|line| line.chars().count().div_ceil(width).max(1)).sum());
        }
        sheet.set_row_height(line, (height as f64 * 15.0).min(409.0))?;
    }
    sheet.set_freeze_panes(HEADER_ROW + 1, 1)?;
    if !table.columns.is_empty() {
        sheet.autofilter(HEADER_ROW, 0, last, table.columns.len() as u16 - 1)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    sheet.set_header(format!("&L{MARKING}&R&A")).set_footer(format!("&L{MARKING}&RPage &P of &N"));
    Ok(sheet)
}

/// What a printed page looks like besides the style of every page.
const PRINT: &str = include_str!("print.css");

/// A page to print, complete in itself.
#[must_use]
pub fn print_page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{0}</title>\n<style>\n{1}{PRINT}</style>\n</head>\n<body class=\"print\">\n<p class=\"marking\">{MARKING}</p>\n{body}\n<p class=\"marking\">{MARKING}</p>\n</body>\n</html>\n",
        page::escape(title),
        page::STYLE,
    )
}
