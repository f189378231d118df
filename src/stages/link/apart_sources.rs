//! Sources that the pipeline declares free of duplicates.
//!
//! What comes in: their names. What goes out: a bit for each. What always holds: records whose words share a bit are two people.

use crate::model::{Source, StandardPersons};

/// A bit for each declared source, by source.
#[derive(Clone, Debug, Default)]
pub(crate) struct SingleSources(Vec<u64>);

impl SingleSources {
    /// The sources of these names; with `all`, every source.
    pub(crate) fn of(names: &[String], all: bool, sources: &[Source]) -> Self {
        let mut next = 0;
        let mut bits: Vec<u64> = Vec::with_capacity(sources.len());
        for source in sources {
            let declared = (all || names.contains(&source.name)) && next < u64::BITS;
            bits.push(if declared { 1 << next } else { 0 });
            next += u32::from(declared);
        }
        Self(if next == 0 { Vec::new() } else { bits })
    }

    /// True if none is declared.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bit of a row's source, 0 where it is not declared.
    pub(crate) fn bit_of_row(&self, persons: &StandardPersons, row: u32) -> u64 {
        let source = persons.position.get(row as usize).map_or(usize::MAX, |position| usize::from(position.source));
        self.0.get(source).copied().unwrap_or(0)
    }
}
