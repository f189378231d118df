//! Tables for spreadsheets as CSV.
//!
//! What comes in: a header and rows of texts. What goes out: UTF-8 bytes. What always holds: no cell runs in a spreadsheet; everything that leaves as CSV and holds words of
//! agencies or people is written here.

use crate::model::spreadsheet::defused;

/// Rows under a header, every cell defused.
///
/// # Panics
/// Never: memory takes every row. Each row has as many cells as the header.
pub(crate) fn csv_table<R, C>(header: &[&str], rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("memory takes every row");
    for row in rows {
        writer.write_record(row.into_iter().map(|cell| defused(cell.as_ref()))).expect("memory takes every row");
    }
    writer.into_inner().expect("memory takes every row")
}
