//! `list.xlsx`: the list for people, for the first pack of the pipeline.
//!
//! What comes in: the run. What goes out: the bytes of a workbook with the sheets List, Near misses and pending,
//! Watch list, Changes, Evidence, Members and About.
//! What always holds: a cell is typed text, a number or a date and never a formula, and a text that a spreadsheet could
//! take for one is defused (reliability.md P10); the same run gives the same bytes; an address of a restricted
//! family is withheld.

mod about;
mod changes;
mod evidence;
mod list;
mod members;
mod sheet;
mod watch;

pub(super) use about::ROUTES;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::contents::{PackHeading, RunContents};
use super::figures::Figures;
use super::words;
use crate::model::Entry;

/// What every sheet is made from.
struct Book<'a> {
    run: &'a RunContents<'a>,
    pack: Option<&'a PackHeading>,
    /// Entries of the first pack, as the list orders them.
    entries: Vec<&'a Entry>,
}

impl Book<'_> {
    /// Title line of a sheet: marking first, so that it is seen and printed.
    fn title(&self, sheet: &str) -> String {
        format!("{}   {} · {} · {sheet}", words::MARKING, self.run.pipeline_title, words::month(self.run.month))
    }
}

/// The bytes of the workbook.
pub(super) fn workbook(run: &RunContents<'_>, figures: &Figures) -> Result<Vec<u8>, XlsxError> {
    let pack = run.packs.first();
    let name = pack.map_or("", |pack| pack.name.as_str());
    let entries = run.identification.entries.iter().filter(|entry| entry.pack == name).collect();
    let book = Book { run, pack, entries };
    let mut workbook = Workbook::new();
    // A fixed day instead of now: the bytes depend on the run alone.
    let properties = DocProperties::new()
        .set_title(format!("{} {}", run.pipeline_title, words::month(run.month)))
        .set_subject("Identification list")
        .set_author("fwt")
        .set_company("Families Working Together")
        .set_status(words::MARKING)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2012, 4, 1)?);
    workbook.set_properties(&properties);
    let formats = sheet::Formats::new();
    workbook.push_worksheet(list::listed(&book, &formats)?);
    workbook.push_worksheet(list::near(&book, &formats)?);
    workbook.push_worksheet(watch::watch_list(&book, &formats)?);
    workbook.push_worksheet(changes::changes(&book, &formats)?);
    workbook.push_worksheet(evidence::evidence(&book, &formats)?);
    workbook.push_worksheet(members::members(&book, &formats)?);
    workbook.push_worksheet(about::about(&book, figures, &formats)?);
    workbook.save_to_buffer()
}
