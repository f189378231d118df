//! The synthetic county with truth.
//!
//! In: a seed, a number of people, a start month, error rates. Out: nineteen native extracts per month as the agencies would send them,
//! and truth files that say who is who, who lives with whom and which criteria hold. What always holds: the same settings give the same
//! bytes at any number of threads; every random choice follows from the seed; nothing here opens a file.

mod calendar;
mod copies;
mod deliver;
mod extracts;
mod help;
mod homes;
mod identifiers;
mod journal;
mod life;
mod names;
mod noise;
mod onward;
mod places;
mod populate;
mod random;
mod service;
mod spelling;
mod truth;
mod work;
mod world;

#[cfg(test)]
mod months_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod work_tests;

use std::io;

use crate::model::{Month, Progress};

pub use help::Helped;
pub use noise::Noise;

/// Fewest people a county can have.
pub const FEWEST_PEOPLE: u32 = 1_000;
/// Most people a county can have.
pub const MOST_PEOPLE: u32 = 6_000_000;

/// What county to make.
#[derive(Clone, Debug, PartialEq)]
pub struct SynthSettings {
    /// People alive at the start, [`FEWEST_PEOPLE`] to [`MOST_PEOPLE`]; the last household may go over by a few.
    pub people: u32,
    /// Everything random follows from it.
    pub seed: u64,
    /// First month delivered.
    pub start: Month,
    /// Months delivered, 1 to 120.
    pub months: u32,
    /// How often records are wrong.
    pub noise: Noise,
    /// Some feeds miss a month (never the first).
    pub late_feeds: bool,
    /// Some agencies send last month's file again under the new month's name (never in the first).
    pub repeat_feeds: bool,
    /// Families that the service works with, whose problems may stop from then on.
    pub helped: Vec<Helped>,
}

impl Default for SynthSettings {
    fn default() -> Self {
        let start = Month::new(2012, 10).expect("October 2012 is a month");
        Self {
            people: 10_000,
            seed: 1,
            start,
            months: 1,
            noise: Noise::default(),
            late_feeds: false,
            repeat_feeds: false,
            helped: Vec::new(),
        }
    }
}

/// Where the files go. The caller decides what a path below the output folder means.
pub trait SynthSink {
    /// Writes one file; `path` has `/` between its parts, `write` is called once.
    ///
    /// # Errors
    /// Whatever hinders writing.
    fn put(&mut self, path: &str, write: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()>;
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SynthSummary {
    /// People ever alive in it.
    pub people: u64,
    /// Families, people alone included.
    pub families: u64,
    /// Families with a resident child at the end of the last month.
    pub families_with_children: u64,
    /// Extract files written.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Appearances of a person on a row.
    pub appearances: u64,
}

/// Why nothing could be made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A setting out of range.
    #[error("{0}")]
    Setting(String),
    /// The sink failed.
    #[error("could not write an extract")]
    Write(#[from] io::Error),
    /// The workbook writer failed.
    #[error("could not make a workbook: {0}")]
    Workbook(String),
    /// The Parquet writer failed.
    #[error("could not make a Parquet file: {0}")]
    Table(String),
}

/// Makes the county and hands every file to the sink.
///
/// # Errors
/// [`SynthError::Setting`] for a setting out of range, else what hindered writing.
pub fn synthesise(settings: &SynthSettings, sink: &mut dyn SynthSink, progress: &dyn Progress) -> Result<SynthSummary, SynthError> {
    if !(FEWEST_PEOPLE..=MOST_PEOPLE).contains(&settings.people) {
        return Err(SynthError::Setting(format!("people: {FEWEST_PEOPLE} to {MOST_PEOPLE}, not {}", settings.people)));
    }
    if !(1..=120).contains(&settings.months) {
        return Err(SynthError::Setting(format!("months: 1 to 120, not {}", settings.months)));
    }
    progress.begin("people and homes", 0, "people");
    let mut world = populate::populate(settings);
    progress.end();
    progress.begin("their lives", 0, "families");
    life::live(&mut world, settings.start.last_day());
    progress.end();
    deliver::deliver(world, settings, sink, progress)
}
