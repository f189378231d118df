//! One way to write a sheet: marking, one sentence, frozen header with a filter, typed cells.
//!
//! What always holds: [`defused`] is the only way for text into a cell.

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::super::words;
use crate::model::spreadsheet::defused;
use crate::model::{Day, Ternary, date};

/// Rows of data a sheet takes (Excel's limit is 1,048,576 with the heading).
pub(super) const MOST_ROWS: usize = 1_000_000;

/// Height of a line of text, in points.
const LINE_HEIGHT: f64 = 15.0;

/// Row of the column headings.
const HEADER_ROW: u32 = 2;

/// The formats of the workbook.
pub(super) struct Formats {
    title: Format,
    sentence: Format,
    header: Format,
    text: Format,
    wrapped: Format,
    number: Format,
    date: Format,
    yes: Format,
    no: Format,
    unknown: Format,
    pub(super) heading: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let line = Color::RGB(0x00E1_E7EC);
        let cell = || Format::new().set_font_name("Calibri").set_font_size(11).set_align(FormatAlign::Top);
        let lined = || cell().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(line);
        Self {
            title: cell().set_bold().set_font_size(13).set_font_color(Color::RGB(0x0012_3F5E)),
            sentence: cell().set_font_color(Color::RGB(0x004A_5965)),
            header: cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(0x0012_3F5E)),
            text: lined(),
            wrapped: lined().set_text_wrap(),
            number: lined().set_num_format("#,##0").set_align(FormatAlign::Right).set_indent(1),
            date: lined().set_num_format("d mmm yyyy").set_align(FormatAlign::Left),
            yes: lined().set_bold().set_background_color(Color::RGB(0x00DC_E9F2)),
            no: lined().set_font_color(Color::RGB(0x005B_6B78)),
            unknown: lined().set_italic().set_background_color(Color::RGB(0x00FD_F1D6)),
            heading: cell().set_bold().set_font_size(12).set_font_color(Color::RGB(0x0012_3F5E)),
        }
    }
}

/// One cell.
pub(super) enum Cell {
    /// Short text.
    Text(String),
    /// Text that wraps.
    Long(String),
    /// A count.
    Number(u64),
    /// A day; absent days leave the cell empty.
    Date(Day),
    /// Yes, no, unknown.
    Answer(Ternary),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Short text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A count that may be absent.
    pub(super) fn count(number: Option<u64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// A column: heading and width in characters.
pub(super) struct Heading {
    name: String,
    width: f64,
}

impl Heading {
    pub(super) fn new(name: impl Into<String>, width: f64) -> Self {
        Self { name: name.into(), width }
    }
}

/// A sheet being written, row by row.
pub(super) struct Sheet<'a> {
    worksheet: Worksheet,
    formats: &'a Formats,
    widths: Vec<f64>,
    has_header: bool,
    row: u32,
}

impl<'a> Sheet<'a> {
    /// A sheet with its title, one sentence and the column headings. `frozen` columns stay in view.
    pub(super) fn new(
        name: &str,
        title: &str,
        sentence: &str,
        headings: &[Heading],
        frozen: u16,
        formats: &'a Formats,
    ) -> Result<Self, XlsxError> {
        let mut worksheet = Worksheet::new();
        worksheet.set_name(name)?;
        worksheet.write_string_with_format(0, 0, defused(title), &formats.title)?;
        worksheet.write_string_with_format(1, 0, defused(sentence), &formats.sentence)?;
        for (column, heading) in (0_u16..).zip(headings) {
            worksheet.set_column_width(column, heading.width)?;
            worksheet.write_string_with_format(HEADER_ROW, column, defused(&heading.name), &formats.header)?;
        }
        if !headings.is_empty() {
            worksheet.set_row_height(HEADER_ROW, 34)?;
            worksheet.set_freeze_panes(HEADER_ROW + 1, frozen)?;
            worksheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
        }
        // 9 is A4.
        worksheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        worksheet.set_header(format!("&L{}&R&A", words::MARKING)).set_footer(format!("&L{}&RPage &P of &N", words::MARKING));
        let has_header = !headings.is_empty();
        let widths = headings.iter().map(|heading| heading.width).collect();
        Ok(Self { worksheet, formats, widths, has_header, row: if has_header { HEADER_ROW + 1 } else { 2 } })
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<Cell>) -> Result<(), XlsxError> {
        let formats = self.formats;
        let lines = cells.iter().zip(&self.widths).map(|(cell, width)| lines(cell, *width)).max().unwrap_or(1);
        if lines > 1 {
            self.worksheet.set_row_height(self.row, (f64::from(lines) * LINE_HEIGHT).min(409.0))?;
        }
        for (column, cell) in (0_u16..).zip(cells) {
            let (row, sheet) = (self.row, &mut self.worksheet);
            match cell {
                Cell::Text(text) => sheet.write_string_with_format(row, column, defused(&text), &formats.text)?,
                Cell::Long(text) => sheet.write_string_with_format(row, column, defused(&text), &formats.wrapped)?,
                Cell::Number(number) => sheet.write_number_with_format(row, column, number as f64, &formats.number)?,
                Cell::Date(day) => write_date(sheet, row, column, day, formats)?,
                Cell::Answer(value) => sheet.write_string_with_format(row, column, words::answer(value), answer_format(formats, value))?,
                Cell::Empty => sheet.write_blank(row, column, &formats.text)?,
            };
        }
        self.row += 1;
        Ok(())
    }

    /// Adds a line of its own, in the format of a heading.
    pub(super) fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.worksheet.write_string_with_format(self.row, 0, defused(text), &self.formats.heading)?;
        self.row += 1;
        Ok(())
    }

    /// Sets the width of a column of a sheet without headings.
    pub(super) fn width(&mut self, column: u16, width: f64) -> Result<(), XlsxError> {
        self.worksheet.set_column_width(column, width)?;
        self.widths.resize((column as usize + 1).max(self.widths.len()), width);
        Ok(())
    }

    /// The finished sheet, with a filter on its headings.
    pub(super) fn finish(mut self) -> Result<Worksheet, XlsxError> {
        if self.has_header {
            self.worksheet.autofilter(HEADER_ROW, 0, (self.row - 1).max(HEADER_ROW), self.widths.len() as u16 - 1)?;
        }
        Ok(self.worksheet)
    }
}

/// Lines a cell needs: programs differ in whether they fit heights to wrapped text when they open a file, so the height is written.
fn lines(cell: &Cell, width: f64) -> u32 {
    match cell {
        Cell::Long(text) => (text.chars().count() as f64 / width).ceil().max(1.0) as u32,
        _ => 1,
    }
}

fn answer_format(formats: &Formats, value: Ternary) -> &Format {
    match value {
        Ternary::True => &formats.yes,
        Ternary::False => &formats.no,
        Ternary::Unknown => &formats.unknown,
    }
}

fn write_date<'a>(sheet: &'a mut Worksheet, row: u32, column: u16, day: Day, formats: &Formats) -> Result<&'a mut Worksheet, XlsxError> {
    use chrono::Datelike;
    let Some(day) = date::to_naive(day) else { return sheet.write_blank(row, column, &formats.text) };
    match (u16::try_from(day.year()), day.month() as u8, day.day() as u8) {
        // A workbook knows no day before 1900.
        (Ok(year), month, day) if (1900..=9999).contains(&year) => {
            sheet.write_datetime_with_format(row, column, &ExcelDateTime::from_ymd(year, month, day)?, &formats.date)
        }
        _ => sheet.write_string_with_format(row, column, day.format("%Y-%m-%d").to_string(), &formats.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_could_run_is_defused() {
        for text in ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "\0=1"] {
            assert!(defused(text).starts_with('\''), "{text:?}");
        }
        for text in ["child, 14", "O'BRIEN", "12 of 75 sessions", ""] {
            assert_eq!(defused(text), text);
        }
        assert!(defused(&"x".repeat(40_000)).chars().count() <= 32_001);
    }
}
