//! Merged cells of a sheet, whose value a workbook keeps in the first of them only.
//!
//! What comes in: the merged ranges of a sheet, then its rows in their order. What goes out: rows in which a cell that is merged over several rows says in each of them what it
//! says in the first. What always holds: no row comes into being, no cell that says something is replaced. What is merged across columns stays in the first of these: which
//! column it belongs to cannot be known.

use std::collections::BTreeMap;

use calamine::Dimensions;

/// A merged range, by its first row.
struct Merge {
    column: usize,
    last_row: u32,
    is_across: bool,
}

/// The merged ranges of a sheet, while its rows go by.
pub(super) struct Merged {
    /// Those that no row has reached yet.
    ahead: BTreeMap<u32, Vec<Merge>>,
    /// Last row and value of the range that a column is in.
    open: BTreeMap<usize, (u32, String)>,
    has_filled: bool,
    has_left_across: bool,
}

impl Merged {
    /// Of ranges, without those beyond `most_columns`.
    pub(super) fn of(ranges: &[Dimensions], most_columns: usize) -> Self {
        let mut ahead: BTreeMap<u32, Vec<Merge>> = BTreeMap::new();
        for range in ranges {
            let column = range.start.1 as usize;
            if column < most_columns {
                let merge = Merge { column, last_row: range.end.0, is_across: range.end.1 > range.start.1 };
                ahead.entry(range.start.0).or_default().push(merge);
            }
        }
        Self { ahead, open: BTreeMap::new(), has_filled: false, has_left_across: false }
    }

    /// Fills in the cells of a row that are merged with one above. `number` is the row's, from 0.
    pub(super) fn fill(&mut self, number: u32, cells: &mut Vec<String>) {
        self.open.retain(|_, (last_row, _)| *last_row >= number);
        for (&column, (_, value)) in &self.open {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            if let Some(cell) = cells.get_mut(column).filter(|cell| cell.is_empty()) {
                cell.clone_from(value);
                self.has_filled = true;
            }
        }
        while let Some(first) = self.ahead.first_entry().filter(|first| *first.key() <= number) {
            let is_here = *first.key() == number;
            let merges = first.remove();
            if is_here {
                self.begin(&merges, cells);
            }
        }
    }

    fn begin(&mut self, merges: &[Merge], cells: &[String]) {
        let says = |merge: &&Merge| cells.get(merge.column).filter(|cell| !cell.is_empty());
        for merge in merges {
            if let Some(value) = says(&merge) {
                self.open.insert(merge.column, (merge.last_row, value.clone()));
            }
        }
        // A title is alone in its row.
        let across = merges.iter().filter(|merge| merge.is_across && says(merge).is_some()).count();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        self.has_left_across |= across > 0 && filled > across;
    }

    /// What the officer should know of it.
    pub(super) fn warnings(&self, file: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.has_filled {
            warnings
                .push(format!("{file}: cells are merged over several rows; each of these rows is read with the value of the merged cell"));
        }
        if self.has_left_across {
            warnings.push(format!("{file}: cells are merged across columns; the value is read in the first of these columns only"));
        }
        warnings
    }
}
