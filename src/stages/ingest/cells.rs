//! Typed cells.
//!
//! What comes in: the text of a cell of a declared column. What goes out: a day, a number, a code, or that it does not fit.
//! What always holds: each distinct text of a column is understood once and remembered; a date is accepted only in a declared format (ISO
//! and Excel serial numbers besides in workbooks and Parquet files); a year is written with all its digits or completed into the past.

use chrono::NaiveDate;

use crate::config::checked::{ColumnKind, FileKind, Schema, header_key};
use crate::model::hash::FastMap;
use crate::model::{Day, date};

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing.
    Empty,
    /// Text of a text column.
    Text,
    /// A day.
    Day(Day),
    /// A whole number.
    Number(i32),
    /// Index into the column's code list.
    Code(u32),
    /// Something that does not fit the declared kind: why.
    Unfit(&'static str),
}

/// Texts remembered per column; beyond that a column is no column of dates or codes.
const REMEMBERED: usize = 200_000;
/// Days after the delivery's as-at day from which a two-digit year belongs to the century before.
const CENTURY_GRACE: Day = 366;
/// Excel's serial number of 1970-01-01 (1900 date system).
const SERIAL_OF_EPOCH: i32 = 25_569;

/// Understands the cells of one column.
pub(super) struct CellReader<'s> {
    kind: &'s ColumnKind,
    as_at: Day,
    typed_file: bool,
    remembered: FastMap<Box<str>, Value>,
}

/// A reader per column of the schema.
pub(super) fn cell_readers(schema: &Schema, as_at: Day) -> Vec<CellReader<'_>> {
    let typed_file = schema.file.kind != FileKind::Csv;
    let reader = |kind| CellReader { kind, as_at, typed_file, remembered: FastMap::default() };
    schema.columns.iter().map(|column| reader(&column.kind)).collect()
}

impl CellReader<'_> {
    /// What the cell says; `cell` is trimmed.
    pub(super) fn read(&mut self, cell: &str) -> Value {
        match self.kind {
            // An empty cell may be listed as a code.
            ColumnKind::Text | ColumnKind::Ignored | ColumnKind::Integer | ColumnKind::Date(_) if cell.is_empty() => Value::Empty,
            ColumnKind::Text | ColumnKind::Ignored => Value::Text,
            ColumnKind::Integer => integer(cell).map_or(Value::Unfit("not-a-whole-number"), Value::Number),
            ColumnKind::Date(formats) => self.once(cell, |reader| reader.day(cell, formats).map_or(Value::Unfit("not-a-date"), Value::Day)),
            ColumnKind::Code(codes) => self.once(cell, |_| code(cell, codes)),
        }
    }

    /// Understands a text once and remembers it.
    fn once(&mut self, cell: &str, understand: impl FnOnce(&Self) -> Value) -> Value {
        if let Some(&value) = self.remembered.get(cell) {
            return value;
        }
        let value = understand(self);
        if self.remembered.len() < REMEMBERED {
            self.remembered.insert(cell.into(), value);
        }
        value
    }

    fn day(&self, cell: &str, formats: &[String]) -> Option<Day> {
        let plausible = |day: &Day| (date::day(1850, 1, 1)..=date::day(2150, 12, 31)).contains(&Some(*day));
        for format in formats {
            let Ok(parsed) = NaiveDate::parse_from_str(cell, format) else { continue };
            let mut day = date::from_naive(parsed);
            if format.contains("%y") && day > self.as_at.saturating_add(CENTURY_GRACE) {
                day = date::months_before(day, 1200);
            }
            if plausible(&day) {
                return Some(day);
            }
        }
        if !self.typed_file {
            return None;
        }
        let iso = cell.get(..10).filter(|_| matches!(cell.as_bytes().get(10), None | Some(b'T' | b' '))).and_then(date::from_iso);
        let serial =
            || cell.parse::<f64>().ok().filter(|serial| (1.0..80_000.0).contains(serial)).map(|serial| serial as i32 - SERIAL_OF_EPOCH);
        iso.or_else(serial).filter(plausible)
    }
}

/// A whole number: digits with an optional sign; ".0" behind it is forgiven.
fn integer(cell: &str) -> Option<i32> {
    let whole = cell.split_once('.').filter(|(_, fraction)| fraction.bytes().all(|byte| byte == b'0')).map_or(cell, |(whole, _)| whole);
    whole.parse().ok()
}

fn code(cell: &str, codes: &[(String, String)]) -> Value {
    let key = header_key(cell);
    let listed = codes.iter().position(|(agency_code, _)| *agency_code == key);
    let any = || codes.iter().position(|(agency_code, _)| agency_code == "*").filter(|_| !cell.is_empty());
    match listed.or_else(any) {
        Some(index) => Value::Code(index as u32),
        None if cell.is_empty() => Value::Empty,
        None => Value::Unfit("unlisted-code"),
    }
}

/// What a flag cell says: yes, no, or neither.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "true" | "t" | "1" | "x" | "\u{2713}" | "\u{2714}" => Some(true),
        "n" | "no" | "false" | "f" | "0" | "" | "-" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(formats: &[&str], typed_file: bool) -> impl FnMut(&str) -> Option<String> {
        let kind: &'static ColumnKind = Box::leak(Box::new(ColumnKind::Date(formats.iter().map(ToString::to_string).collect())));
        let as_at = date::from_iso("2013-01-31").unwrap();
        let mut reader = CellReader { kind, as_at, typed_file, remembered: FastMap::default() };
        move |cell| match reader.read(cell) {
            Value::Day(day) => Some(date::iso(day)),
            _ => None,
        }
    }

    #[test]
    fn only_declared_formats_are_dates() {
        let mut british = dates(&["%d/%m/%Y"], false);
        assert_eq!(british("02/03/1999").as_deref(), Some("1999-03-02"));
        assert_eq!(british("2/3/1999").as_deref(), Some("1999-03-02"));
        for bad in ["1999-03-02", "03/13/1999", "30/02/1999", "02/03/99", "02/03/0099", "36161", "02/03/1999 12:00", "x"] {
            assert_eq!(british(bad), None, "{bad}");
        }
        let mut names = dates(&["%d-%b-%Y", "%d %B %Y"], false);
        assert_eq!(names("02-Mar-1999").as_deref(), Some("1999-03-02"));
        assert_eq!(names("2 march 1999").as_deref(), Some("1999-03-02"));
        let mut timed = dates(&["%d/%m/%Y %H:%M"], false);
        assert_eq!(timed("02/03/1999 23:59").as_deref(), Some("1999-03-02"));
    }

    #[test]
    fn workbooks_know_iso_and_serials() {
        let mut typed = dates(&["%d/%m/%Y"], true);
        for cell in ["02/03/1999", "1999-03-02", "1999-03-02 10:00:00", "1999-03-02T00:00:00", "36221", "36221.5"] {
            assert_eq!(typed(cell).as_deref(), Some("1999-03-02"), "{cell}");
        }
        assert_eq!(typed("1999-03-02x"), None);
    }

    #[test]
    fn a_two_digit_year_lies_in_the_past() {
        let mut short = dates(&["%d/%m/%y"], false);
        assert_eq!(short("02/03/45").as_deref(), Some("1945-03-02"));
        assert_eq!(short("02/03/05").as_deref(), Some("2005-03-02"));
        assert_eq!(short("01/02/13").as_deref(), Some("2013-02-01"));
    }

    #[test]
    fn whole_numbers_may_carry_a_zero_fraction() {
        assert_eq!(
            [integer("12"), integer("12.0"), integer("-3"), integer("12.5"), integer("1,200"), integer("x")],
            [Some(12), Some(12), Some(-3), None, None, None]
        );
    }
}
